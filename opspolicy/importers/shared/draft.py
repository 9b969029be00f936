"""A document in our language in the making: entries of a foreign file, and what is left out."""

from __future__ import annotations

from opspolicy.estate.foreign import LEFT_OUT, Imported, distinguish
from opspolicy.estate.vocabulary import SECTIONS
from opspolicy.importers.shared import names
from opspolicy.phrases import nearest
from opspolicy.record import NamedTuple
from opspolicy.source.node import Node
from opspolicy.source.problem import Problem
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from opspolicy.estate.meanings import Meaning
    from opspolicy.estate.sources import Source
    from opspolicy.source.span import Span

    Fields = Mapping[str, str]
    Values = Mapping[str, object]


class Mark(NamedTuple):
    """A place in a text, counted from 0."""

    line: int
    column: int


BEGIN = Mark(0, 0)

MOST_REMARKS = 500
"""How much of one file is told of one by one; of the rest, how many there are."""

MOST_MEANT = 2_000
"""How many different wrong keys of one file are held against those that there are."""

WRONG = "invalid-schedule"


class Draft:
    """What one file comes to."""

    def __init__(self, source: Source, path: str) -> None:
        """Begin with nothing of ``path``, which is read as ``source`` says."""
        self.source, self.path = source, path
        self._entries: dict[str, dict[str, Node]] = {}
        self._keys: dict[str, dict[str, Node]] = {}
        self._problems: list[Problem] = []
        self._remarks: list[Problem] = []
        self._meanings: list[Meaning] = []
        self._left = self._wrong = 0
        self._meant: dict[tuple[str, int], str] = {}
        self._of_file = names.of_file(path)

    def node(self, value: object, line: int, column: int = 1, length: int = 0) -> Node:
        """Return a value at a place of the text, counted from 1: a line, or a part of one.

        For formats that aren't YAML. Whatever is in the value stands there too.
        """
        start = Mark(line - 1, column - 1)
        end = Mark(line - 1, column - 1 + length)
        return Node(None, self.path, start, end).saying(value)

    def named(self, fields: Fields, suffix: str = "") -> str:
        """Return how an entry of these ``fields`` is named; "" where no name can be made of them.

        The ``suffix`` stands behind it where one thing comes to several entries, and may itself
        name fields.
        """
        return names.made(f"{self.source.names}{suffix}", {**self._of_file, **fields})

    def add(
        self,
        section: str,
        place: Node,
        fields: Fields,
        values: Values,
        *,
        what: str,
        suffix: str = "",
    ) -> None:
        """Add an entry, which stands at ``place`` and is named by ``fields`` and ``suffix``.

        Values are Nodes, or plain ones that stand there too; those that are None are left out.
        A message names the entry as ``what``.
        """
        name = self.named(fields, suffix)
        if not name:
            why = "it has no name that can be used here"
            self.leave(place.span, why, "give its source a `name`", what)
            return
        entries = self._entries.setdefault(section, {})
        if name in entries:
            first = self._keys[section][name].span
            self._twice(section, name, place.span, first)
            return
        keys = {key: each for key, each in values.items() if each is not None}
        entries[name] = place.saying(keys)
        self._keys.setdefault(section, {})[name] = place.saying(name)

    def leave(self, place: Span, why: str, hint: str = "", what: str = "this entry") -> None:
        """Note that something at ``place`` is left out, and why."""
        message = f"{what} isn't imported: {why}"
        self._remark(Problem(LEFT_OUT, message, place, (), hint, message))

    def mean(self, meaning: Meaning) -> None:
        """Note what a name stands for, in a format whose own names say more."""
        self._meanings.append(meaning)

    @property
    def is_told_enough(self) -> bool:
        """Whether what is left out from here on is only counted, and no hint is worth its time."""
        return self._left >= MOST_REMARKS

    def _remark(self, remark: Problem) -> None:
        # What fails a check is counted by itself: it isn't lost behind what doesn't.
        if remark.rule == LEFT_OUT:
            self._left += 1
            told = self._left
        else:
            self._wrong += 1
            told = self._wrong
        if told <= MOST_REMARKS:
            self._remarks.append(remark)

    def wrong(self, place: Span, message: str, hint: str = "") -> None:
        """Note a time or a schedule that can't be, and so is in nobody's language."""
        self._remark(Problem(WRONG, message, place, (), hint, message))

    def meant(self, key: str, known: tuple[str, ...]) -> str:
        """Return which of ``known`` a wrong key was meant to be, "" where it resembles none.

        A file of thousands of such keys is refused: what it means to say, nobody can tell in time.
        """
        at = (key, id(known))
        if at not in self._meant:
            if len(self._meant) == MOST_MEANT:
                place = Node(None, self.path, BEGIN, BEGIN).span
                message = f"`{self.path}` has thousands of keys that its format doesn't have"
                hint = "correct the source's `paths`, or leave the file out with its `exclude`"
                self.refuse(Problem("unreadable-file", message, place, (), hint, "keys"))
            self._meant[at] = nearest(key, known) if len(self._meant) < MOST_MEANT else ""
        return self._meant[at]

    def refuse(self, *problems: Problem) -> None:
        """Note why the file can't be used at all."""
        self._problems += problems

    def imported(self) -> Imported:
        """Return what it has come to."""
        if self._problems:
            return Imported(None, tuple(self._problems), ())
        begin = Node(None, self.path, BEGIN, BEGIN)
        sections = {
            section: begin.holding(entries, self._keys[section])
            for section, entries in self._entries.items()
        }
        remarks = sorted(self._remarks, key=lambda each: each.span)
        hint = "see to those that are told of first, then check again"
        if self._left > MOST_REMARKS:
            more = self._left - MOST_REMARKS
            message = f"{more:,} more entries of this file aren't imported"
            remarks.append(Problem(LEFT_OUT, message, begin.span, (), hint, message))
        if self._wrong > MOST_REMARKS:
            more = self._wrong - MOST_REMARKS
            message = f"{more:,} more entries of this file are wrong"
            remarks.append(Problem(WRONG, message, begin.span, (), hint, message))
        return Imported(begin.saying(sections), (), tuple(remarks), tuple(self._meanings))

    def _twice(self, section: str, name: str, place: Span, first: Span) -> None:
        """Note that two entries of the file would have one name, of which the first one counts."""
        what = SECTIONS[section].replace("_", " ")
        message = f"{what} `{name}` is already declared, at {first.file}:{first.line}"
        notes = (Note(first, "declared first here"),)
        key = f"{section}/{name}"
        hint = distinguish(self.source.format)
        problem = Problem("duplicate-name", message, place, notes, hint, key, key)
        self._remark(problem)
