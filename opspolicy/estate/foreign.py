"""A file of another format, read in place: as documents in our language, with its own places."""

from __future__ import annotations

import os
from functools import cache

from opspolicy.estate.formats import FORMATS
from opspolicy.estate.meanings import Meaning
from opspolicy.record import NamedTuple
from opspolicy.source.files import SourceFile
from opspolicy.source.problem import Problem
from opspolicy.source.span import Note, Span
from opspolicy.temporal import zones

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from opspolicy.estate.entry import Defaults
    from opspolicy.source.files import Written
    from opspolicy.source.node import Node
    from opspolicy.source.tree import Tree
READERS = ("importers", "temporal")
"""The packages that decide what is read from a foreign text."""

LEFT_OUT = "not-imported"
"""The slug of the rule that tells of entries that were left out."""


class Imported(NamedTuple):
    """What an importer makes of a text.

    ``document`` is its entries in our language, each value at its place in the text; None where
    ``problems`` say why the file can't be used at all. ``remarks`` are the entries that were left
    out, each with the reason. ``meanings`` are what its names stand for, where these say more.
    """

    document: Node | None
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    meanings: tuple[Meaning, ...] = ()


class Selected(NamedTuple):
    """The files that one source selects, and what to tell where nothing in them can be read."""

    paths: frozenset[str]
    told: Problem


class Reading(NamedTuple):
    """How a file is read: ``read`` takes its text and its path.

    ``defaults`` are for entries that don't say. ``stamp`` differs wherever anything else would be
    read from the same text. ``source`` is where the configuration says all this, if it does, and
    ``selected`` what else that selects, where it matters.
    """

    format: str
    read: Callable[[str, str], Imported]
    defaults: Defaults
    stamp: str = ""
    source: Written | None = None
    selected: Selected | None = None


class Foreign(SourceFile):
    """One file of another format. It has a document for each of its ``readings``, in their order.

    Most files have one; a file of several kinds of entries may be read by several importers.
    """

    __slots__ = ("_holding", "_lies_at", "_meanings", "_remarks", "readings")

    def __init__(
        self,
        path: str,
        text: str,
        problems: tuple[Problem, ...] | None,
        readings: tuple[Reading, ...],
        *,
        lies_at: str = "",
    ) -> None:
        """Hold the text of ``path``, to be read as each of ``readings`` does.

        Where it ``lies_at`` another path than it is shown by, that one names its entries.
        """
        super().__init__(path, text, problems)
        self.readings = readings
        self._lies_at = lies_at or path
        self._remarks: tuple[Problem, ...] | None = () if problems else None
        self._meanings: tuple[Meaning, ...] = ()
        self._holding: tuple[str, ...] = ()

    @property
    def format(self) -> str:
        """The names of the formats it is read as."""
        return ", ".join(dict.fromkeys(each.format for each in self.readings))

    @property
    def is_yaml(self) -> bool:
        """Whether it is YAML throughout."""
        return all(FORMATS[each.format].is_yaml for each in self.readings)

    @property
    def is_copy(self) -> bool:
        """Whether it is a copy of what somebody else has decided."""
        return any(FORMATS[each.format].is_copy for each in self.readings)

    @property
    def may_address_us(self) -> bool:
        """Whether a comment can be addressed to this program, as one in YAML can.

        What stands in the comments of other formats is up to what reads them.
        """
        return self.is_yaml and super().may_address_us

    @property
    def stamped(self) -> str:
        """What tells apart all that can be read from it: how, where it is, and its text."""
        stamps = (each.stamp for each in self.readings)
        return "\n".join([_version(), *stamps, self._lies_at, self.path, self.text])

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What was left out, with the reasons."""
        if self._remarks is None:
            self._parse()
        return self._remarks or ()

    def told(self, document: int, key: str, name: str) -> Span | None:
        """Return where the configuration gives all entries of a document a name under ``key``."""
        source = self.readings[document].source
        given = None if source is None else source.node.find(key)
        if source is None or given is None:
            return None
        at = next((at for at, each in enumerate(given.items) if each.value == name), None)
        if at is not None:
            return source.at(key, at)
        return source.at(key) if given.value == name else None

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        """What its names stand for."""
        if self._remarks is None:
            self._parse()
        return self._meanings

    def holds(self, name: str) -> bool:
        """Whether anything in it is of the format ``name``, as far as it can be read."""
        return bool(self.problems) or name in self._holding

    def with_text(self, text: str) -> Foreign:
        """Return the file with another text, to be read as this one is."""
        return self._again(self.path, text, None)

    def at_path(self, path: str) -> Foreign:
        """Return the same file by another path: that is shown, and names no entry otherwise."""
        return self._again(path, self.text, self._problems or None)

    def _again(self, path: str, text: str, problems: tuple[Problem, ...] | None) -> Foreign:
        again = Foreign(path, text, problems, self.readings, lies_at=self._lies_at)
        again.is_named = self.is_named
        return again

    def kept(self) -> dict[str, list[Any]]:
        """Return what there is besides its contents, as JSON can hold it."""
        remarks = [
            [each.rule, each.message, each.span, each.notes, each.hint, each.key, each.by]
            for each in self.remarks
        ]
        meanings = [[*each] for each in self.meanings]
        return {"remarks": remarks, "meanings": meanings, "holding": [*self._holding]}

    def recalled(self, known: Mapping[str, Any]) -> None:
        """Take it that the same text was read before without a problem, with what it ``kept``."""
        self.is_known_good()
        self._remarks = tuple(
            Problem(rule, message, Span(*span), _notes(notes), hint, key, by)
            for rule, message, span, notes, hint, key, by in known["remarks"]
        )
        self._meanings = tuple(
            Meaning(section, name, what, Span(*span), by)
            for section, name, what, span, by in known["meanings"]
        )
        self._holding = tuple(known["holding"])

    def _parse(self) -> None:
        found = [_read(each, self.text, self._lies_at) for each in self.readings]
        if self._lies_at != self.path:
            found = [_shown_at(each, self.path) for each in found]
        # Two readings of one text stumble over the same things.
        problems = tuple(dict.fromkeys(each for one in found for each in one.problems))
        documents = tuple(one.document for one in found if one.document is not None)
        self._documents = () if problems else documents
        self._problems = problems
        self._remarks = tuple(dict.fromkeys(each for one in found for each in one.remarks))
        self._meanings = tuple(each for one in found for each in one.meanings)
        self._holding = tuple(
            reading.format
            for reading, one in zip(self.readings, found, strict=True)
            if one.remarks or (one.document is not None and one.document.entries)
        )


def _read(reading: Reading, text: str, path: str) -> Imported:
    """Return what a format makes of a text; a defect of its reader is this file's problem alone."""
    try:
        return reading.read(text, path)
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the run stands
        what = f"{type(error).__name__}: {error}"
        message = f"reading `{path}` as `{reading.format}` failed: {what}"
        hint = "this is a defect of opspolicy: please report it; until then, `exclude` the file"
        problem = Problem("internal-error", message, Span(path, 1, 1, 1, 1), (), hint, message)
        return Imported(None, (problem,))


def _shown_at(found: Imported, path: str) -> Imported:
    """Return what has been read of a file as if it had been read at another path."""
    left = [found.document] if found.document is not None else []
    seen: set[int] = set()
    while left:
        node = left.pop()
        if id(node) not in seen:
            seen.add(id(node))
            node.file = path
            left += [*node.items, *node.entries.values(), *(node.keys or {}).values()]
    return found._replace(
        problems=tuple(_problem_at(each, path) for each in found.problems),
        remarks=tuple(_problem_at(each, path) for each in found.remarks),
        meanings=tuple(
            each._replace(span=each.span._replace(file=path)) for each in found.meanings
        ),
    )


def _problem_at(problem: Problem, path: str) -> Problem:
    notes = tuple(each._replace(span=each.span._replace(file=path)) for each in problem.notes)
    return problem._replace(span=problem.span._replace(file=path), notes=notes)


def fruitless(files: Iterable[SourceFile]) -> list[Problem]:
    """Return what to tell of sources whose files are all here and hold nothing of their format."""
    read = {each.path: each for each in files if isinstance(each, Foreign)}
    sources = {
        id(reading.selected): (reading.format, reading.selected)
        for file in read.values()
        for reading in file.readings
    }
    return [
        selected.told
        for name, selected in sources.values()
        if selected is not None
        and selected.paths <= read.keys()
        and not any(read[path].holds(name) for path in selected.paths)
    ]


@cache
def _version() -> str:
    """Return what differs once a reader does: an editable installation has one version."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    # Terraform's parser is asked for its version by neither name nor import, which would cost time.
    places = [os.path.join(os.path.dirname(os.path.dirname(zones.DATA)), "hcl2", "__init__.py")]
    for part in READERS:
        for directory, _, names in os.walk(os.path.join(package, part)):
            places += [os.path.join(directory, name) for name in names if name.endswith(".py")]
    found = [f"{place}:{os.stat(place).st_mtime_ns}" for place in places if os.path.exists(place)]
    return ",".join(sorted(found))


def distinguish(name: str) -> str:
    """Return what to do where entries of the format ``name`` would have one name."""
    known = FORMATS[name]
    such = known.distinguish or f"{{directory}}/{known.name}"
    return f"name them by more than that: give the source a `name`, such as `{such}`"


def load(tree: Tree, path: str, readings: tuple[Reading, ...]) -> Foreign:
    """Read ``path`` of ``tree``, to be parsed when it is needed; raises as `files.load` does."""
    found = tree.read(path)
    problems = (found.problem,) if found.problem is not None else None
    return Foreign(path, found.text, problems, readings)


def _notes(kept: list[Any]) -> tuple[Note, ...]:
    return tuple(Note(Span(*span), text, in_base) for span, text, in_base in kept)
