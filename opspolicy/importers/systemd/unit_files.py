"""Reads unit files of systemd, and what `systemctl cat` prints of several.

https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html; where that is silent,
systemd 252's src/shared/conf-parser.c.
"""

from __future__ import annotations

import re

from opspolicy.importers.shared import comments, plain_text
from opspolicy.phrases import cut
from opspolicy.record import NamedTuple
from opspolicy.source.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.importers.shared.draft import Draft
    from opspolicy.source.node import Node

COMMENT = "#;"
# How `systemctl cat` heads each file that a unit is made of: its own, then its drop-ins.
HEADING = re.compile(r"# /(?:[^/\s]++/)*+([^/\s]+)\.([a-z]+)")


class Line(NamedTuple):
    """A line as systemd puts it together, with the number of its first one."""

    number: int
    text: str


class Setting(NamedTuple):
    """A setting of the section that was asked for; its value is "" where it takes others back."""

    key: str
    node: Node

    @property
    def value(self) -> str:
        """Its value, as text."""
        return str(self.node.value)

    def __str__(self) -> str:
        """Show it as it is written."""
        return f"`{cut(f'{self.key}={self.value}', plain_text.SHOWN)}`"


class Unit:
    """A unit being read: the settings of one section in order, and our keys from its comments.

    ``name`` and ``kind`` are "" where no file's name tells. ``place`` is where it is shown.
    ``chosen`` is where a template chooses among lines, None where none does.
    """

    def __init__(self, name: str, kind: str, place: Node) -> None:
        """Begin with nothing; ``place`` holds until the section begins."""
        self.name, self.kind, self.place = name, kind, place
        self.settings: list[Setting] = []
        self.keys: dict[str, Node] = {}
        self.sections: set[str] = set()
        self.chosen: Node | None = None


class Reader:
    """Reads the units of one text, each as far as one section says it."""

    def __init__(self, draft: Draft, lines: list[str], section: str) -> None:
        """Read ``lines`` for what stands in the sections of that name."""
        self.draft, self.lines, self.section = draft, lines, section
        self.strange = plain_text.Strange(draft)
        self.is_refused = False

    def units(self, base: str, kind: str) -> list[Unit]:
        """Return the units in a file named ``base``; several only where headings part them.

        A file that is named after a unit of that ``kind`` is one unit. What the draft is told of is
        left out.
        """
        # Also `backup.timer.j2`, which is what becomes `backup.timer`.
        is_one = re.fullmatch(rf"(.+?)\.{kind}(\.\w+)*+", base)
        begin = self.draft.node(None, 1)
        unit = Unit(is_one[1], kind, begin) if is_one else Unit("", "", begin)
        units, section, strange = [unit], "", None
        for line in _joined(self.lines):
            if line.text[0] in COMMENT:
                headed = None if is_one else HEADING.fullmatch(line.text)
                if headed and headed[2] != "conf":
                    place = self.draft.node(None, line.number, 1, len(line.text))
                    unit = Unit(headed[1], headed[2], place)
                    units.append(unit)
                if headed:
                    section = ""
                elif comments.is_addressed(line.text):
                    raw = self.lines[line.number - 1]
                    plain_text.gather(self.draft, unit.keys, line.number, raw)
                elif comments.is_almost_addressed(line.text):
                    comments.tell_of_almost(self.draft, line.number, self.lines[line.number - 1])
            elif line.text[0] == "[" and not plain_text.TEMPLATE.search(line.text):
                section = self._begin(unit, line)
            else:
                strange = strange or (None if section else line)
                self._take(unit, section, line)
        if strange and not any(each.sections or each.chosen for each in units):
            self._refuse(strange, "this is no unit file: there is no section in it")
        # Nothing stands before the first heading.
        return units[1:] or units

    def _begin(self, unit: Unit, line: Line) -> str:
        """Return the section that a line begins."""
        if line.text[-1] != "]":
            self._refuse(line, f"there is no `]` behind `{cut(line.text, plain_text.SHOWN)}`")
        section = line.text[1:-1]
        if section == self.section and section not in unit.sections:
            column = self.lines[line.number - 1].index("[") + 1
            unit.place = self.draft.node(None, line.number, column, len(line.text))
        unit.sections.add(section)
        return section

    def _take(self, unit: Unit, section: str, line: Line) -> None:
        """Take a line that is neither a comment nor the beginning of a section."""
        raw = self.lines[line.number - 1].rstrip()
        key, sign, value = line.text.partition("=")
        if plain_text.TEMPLATE.search(line.text if not sign else key):
            unit.chosen = unit.chosen or self.draft.node(None, line.number, 1, len(raw))
        elif section == self.section and sign:
            start = len(raw) - len(raw.partition("=")[2].lstrip())
            length = len(raw[start:].rstrip("\\").rstrip())
            node = self.draft.node(value.strip(), line.number, start + 1, length)
            unit.settings.append(Setting(key.rstrip(), node))
        elif section == self.section:
            self.strange.leave(line.number, raw, "it has no `=`, and systemd passes over it")

    def _refuse(self, line: Line, message: str) -> None:
        if self.is_refused:
            return
        self.is_refused = True
        raw = self.lines[line.number - 1].rstrip()
        place = self.draft.node(None, line.number, 1, len(raw)).span
        hint = f"`[{self.section}]` begins a section; correct the file, or leave it out with the"
        hint += " source's `exclude`"
        self.draft.refuse(Problem("unreadable-file", message, place, (), hint, message))


def _joined(lines: list[str]) -> Iterator[Line]:
    """Yield what lines say, continued ones as one; comments and empty lines don't end those.

    Comments between are yielded before the line that they stand in.
    """
    parts: list[str] = []
    first = 0
    for number, line in enumerate(lines, 1):
        text = line.lstrip(" \t")
        if not text:
            continue
        if text[0] in COMMENT:
            yield Line(number, text.rstrip())
            continue
        # Of two backslashes the first one takes what the second one means.
        if not parts and text[-1] != "\\":
            yield Line(number, text.rstrip())
            continue
        first = first or number
        goes_on = (len(text) - len(text.rstrip("\\"))) % 2
        parts.append(text[:-1].rstrip() if goes_on else text.rstrip())
        if not goes_on:
            yield from _whole(first, parts)
            parts, first = [], 0
    yield from _whole(first, parts)


def _whole(first: int, parts: list[str]) -> Iterator[Line]:
    text = " ".join(parts).strip()
    if text:
        yield Line(first, text)
