"""Content lines of RFC 5545, unfolded, in the components that hold them, each with its place.

https://www.rfc-editor.org/rfc/rfc5545#section-3.1. Only the components and the properties that
somebody asks for are kept. The scanner is a guard as well: whatever a file holds, it is one pass,
without recursion, and what can't be iCalendar is refused at its line.
"""

from __future__ import annotations

import re

from opspolicy.importers.shared.of_yaml import TEMPLATE
from opspolicy.importers.shared.texts import shown
from opspolicy.source import limits
from opspolicy.source.problem import Problem
from opspolicy.source.yaml_reader import CONTROL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.importers.shared.draft import Draft
    from opspolicy.source.node import Node

CALENDAR, EVENT, ZONE = "VCALENDAR", "VEVENT", "VTIMEZONE"
KEPT = frozenset((EVENT, ZONE))
PROPERTIES = frozenset(
    (
        *("UID", "SUMMARY", "STATUS", "DTSTART", "DTEND", "DURATION"),
        *("RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID"),
        *("TZID", "X-LIC-LOCATION", "X-WR-TIMEZONE"),
    )
)
"""The properties that mean something here; of all others only the name is looked at."""

TEXTS, LISTS = frozenset(("UID", "SUMMARY")), frozenset(("EXDATE", "RDATE"))

LONGEST = limits.SCALAR_BYTES
MOST_EVENTS = 5_000
"""Events of a file: with the stamps that each has by the standard, more don't fit into one."""

MOST_DATES = 20_000
DEEPEST = 8
"""Levels of components: an alarm in an event in a calendar is the third, and the last in use."""

# Quotes keep a colon in a parameter from being the one before the value. Nothing is given back,
# so that no line takes longer than it is.
HEAD = re.compile(r'([A-Za-z0-9-]++)(?:;(?:[^":]++|"[^"]*+")*+)?+:')
# What ends a line on a screen and not in iCalendar; places count them as others do.
OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")


class Property:
    """One content line: its name in capitals, its parameters and its value.

    The value is as it is written, but for the escapes of a text.
    """

    __slots__ = (
        "_draft",
        "_first",
        "_is_broken",
        "_number",
        "_parts",
        "_text",
        "_value_at",
        "name",
    )

    def __init__(
        self, draft: Draft, number: int, first: str, text: str, head: re.Match[str]
    ) -> None:
        """Hold the unfolded ``text``, whose ``first`` line is line ``number`` of the file."""
        self._draft, self._number, self._first, self._text = draft, number, first, text
        self.name = head[1].upper()
        self._value_at = head.end()
        self._parts: tuple[dict[str, str], str] | None = None
        self._is_broken = False

    @property
    def is_broken(self) -> bool:
        """Whether its parameters can't be made out, so that nobody knows what its value means."""
        self._read()
        return self._is_broken

    @property
    def raw(self) -> str:
        """The value with its escapes."""
        return self._text[self._value_at :].strip()

    @property
    def value(self) -> str:
        """The value without its escapes."""
        return self._read()[1].strip()

    def parameter(self, name: str) -> str:
        """Return the value of a parameter; "" where there is none."""
        return self._read()[0].get(name, "")

    def node(self, value: object, part: str = "") -> Node:
        """Return a value at the place of this one's, or of a ``part`` of the line."""
        at = self._first.find(part) if part else self._value_at
        if at < 0 or at >= len(self._first):
            # It is folded and stands on a line below: the name shows where.
            return self._draft.node(value, self._number, 1, len(self.name))
        length = len(part) or len(self._first) - at
        return self._draft.node(value, self._number, at + 1, length)

    def _read(self) -> tuple[dict[str, str], str]:
        if self._parts is None and self._value_at == len(self.name) + 1 and "\\" not in self._text:
            # Most lines: there is nothing to take apart.
            self._parts = {}, self.raw
        if self._parts is None:
            from icalendar.parser import Contentline  # noqa: PLC0415 - only for who reads iCalendar

            parameters: dict[str, str] = {}
            value = self.raw
            try:
                _, given, value = Contentline(self._text).parts()  # type: ignore[no-untyped-call]
                for key, each in given.items():
                    listed = [each] if isinstance(each, str) else each
                    parameters[key.upper()] = ",".join(map(str, listed))
            except ValueError:
                self._is_broken = True
            self._parts = parameters, str(value)
        return self._parts


class Component:
    """A calendar, an event or a definition of a zone: what it holds, in the order of the file."""

    __slots__ = ("components", "kind", "place", "properties")

    def __init__(self, kind: str, place: Node) -> None:
        """Open a component, whose BEGIN is at ``place``."""
        self.kind, self.place = kind, place
        self.properties: dict[str, list[Property]] = {}
        self.components: list[Component] = []

    def first(self, name: str) -> Property | None:
        """Return the first property of a name; there is to be one of most."""
        found = self.properties.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        """Return the value of the first property of a name; "" where there is none."""
        found = self.first(name)
        return found.value if found is not None else ""


class Refused(Exception):  # noqa: N818 - read as a sentence: "raise Refused"
    """Reading stopped, for a reason, at a line."""

    def __init__(self, number: int, why: str, hint: str) -> None:
        """Stop at line ``number``."""
        super().__init__(why)
        self.number, self.why, self.hint = number, why, hint


def read(draft: Draft, text: str) -> list[Component]:
    """Return the calendars of a text; none where the draft is told why not."""
    try:
        return _Scanner(draft, text).calendars()
    except Refused as error:
        place = draft.node(None, error.number).span
        message = f"`{draft.path}` can't be read as iCalendar: {error.why}"
        draft.refuse(Problem("unreadable-file", message, place, (), error.hint, error.why))
        return []


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each content line with its number: its first line, and all of it unfolded."""
    number, began = 1, 1
    parts: list[str] = []
    for ended in text.split("\n"):
        line = ended.removesuffix("\r")
        if parts and line[:1] in {" ", "\t"}:
            parts.append(line[1:])
        elif line.strip():
            if parts:
                yield began, parts[0], "".join(parts)
            parts, began = [line], number
        number += 1 + len(OTHER_BREAKS.findall(line))
    if parts:
        yield began, parts[0], "".join(parts)


class _Scanner:
    """Goes through a file line by line, with the components that are open."""

    def __init__(self, draft: Draft, text: str) -> None:
        self._draft, self._text = draft, text
        self._calendars: list[Component] = []
        self._opened: list[tuple[int, str, Component | None]] = []
        self._events = self._dates = 0

    def calendars(self) -> list[Component]:
        """Return the calendars; raises Refused."""
        for number, first, line in _lines(self._text):
            head = HEAD.match(line)
            name = head[1].upper() if head else ""
            value = line[len(name) + 1 :].strip().upper()
            if name == "BEGIN":
                self._open(number, value, len(first))
            elif not self._opened:
                raise self._no_calendar(number)
            elif name == "END":
                self._close(number, value)
            elif head is not None:
                self._keep(number, first, line, head)
            else:
                hint = (
                    "a line that goes on begins with a space; correct it, or fetch the file again"
                )
                raise Refused(number, f"`{shown(line)}` is no `NAME:value`", hint)
        if self._opened:
            number, kind, _ = self._opened[-1]
            hint = f"`END:{shown(kind)}` is missing; it may have been cut off: fetch it again"
            raise Refused(number, f"`BEGIN:{shown(kind)}` is never closed", hint)
        if not self._calendars:
            raise self._no_calendar(1)
        return self._calendars

    def _open(self, number: int, kind: str, length: int) -> None:
        parent = self._opened[-1][2] if self._opened else None
        if not self._opened and kind != CALENDAR:
            raise self._no_calendar(number)
        if len(self._opened) >= DEEPEST:
            why = f"components nest deeper than {DEEPEST} levels"
            raise Refused(number, why, "correct what has written it")
        self._events += kind == EVENT
        if self._events > MOST_EVENTS:
            raise Refused(number, f"it has more than {MOST_EVENTS:,} events", "split it")
        # What stands in an event, as an alarm does, has properties of its own by the same names.
        among: list[Component] | None = None
        if not self._opened:
            among = self._calendars
        elif parent is not None and parent.kind == CALENDAR and kind in KEPT:
            among = parent.components
        component = Component(kind, self._draft.node(None, number, 1, length))
        if among is not None:
            among.append(component)
        self._opened.append((number, kind, None if among is None else component))

    def _close(self, number: int, kind: str) -> None:
        began, expected, _ = self._opened.pop()
        if kind != expected:
            why = f"`END:{shown(kind)}` closes `BEGIN:{shown(expected)}` of line {began}"
            raise Refused(number, why, f"write `END:{shown(expected)}`, or fetch the file again")

    def _keep(self, number: int, first: str, line: str, head: re.Match[str]) -> None:
        """Add a line to the component it stands in, if anybody asks for it."""
        name, of = head[1].upper(), self._opened[-1][2]
        if of is None or name not in PROPERTIES:
            return
        if len(line) > LONGEST:
            why = f"`{name}` has more than {LONGEST:,} characters"
            raise Refused(number, why, "correct what has written it")
        if name not in TEXTS and re.search(CONTROL, line):
            raise Refused(number, f"`{name}` has a control character", "take it out")
        if name in LISTS:
            self._dates += line.count(",") + 1
            if self._dates > MOST_DATES:
                why = f"`EXDATE` and `RDATE` list more than {MOST_DATES:,} dates"
                raise Refused(number, why, "split it, or take out dates that are past")
        each = Property(self._draft, number, first, line, head)
        of.properties.setdefault(name, []).append(each)

    def _no_calendar(self, number: int) -> Refused:
        if TEMPLATE in self._text:
            hint = "leave it out with the source's `exclude`, and read what the template makes"
            return Refused(number, "this is a template (`{{ … }}`), not iCalendar yet", hint)
        hint = "save the calendar itself (`.ics`), and not a page that links to it"
        return Refused(number, f"`BEGIN:{CALENDAR}` is expected here", hint)
