"""One occurrence taken out of a series: an `except` for its day, and an entry of its own.

The new entry is a copy of the series' under a name of its own, so that whoever reads the file next
sees both: when it doesn't happen, and when it does instead.
"""

from __future__ import annotations

from functools import partial
from io import StringIO

from opspolicy.estate.declarations import Job, Window
from opspolicy.estate.foreign import Foreign
from opspolicy.estate.vocabulary import SECTION_OF
from opspolicy.record import NamedTuple
from opspolicy.repair.edits import Edit, Rewrite, Value
from opspolicy.source.span import Span as Place
from opspolicy.temporal import instants
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.schedules import CRON, DatedSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from opspolicy.estate.estate import Estate
    from opspolicy.source.node import Node
    from opspolicy.temporal.schedules import RecurringSchedule

LONGEST_NAME = 100
INDENT = 2


class Single(NamedTuple):
    """An occurrence by itself: the entry that declares it, and how both are written."""

    entity: Job | Window
    rewrite: Callable[[], Rewrite]


class Aside:
    """Takes one occurrence out of a series, to any other time."""

    def __init__(
        self, estate: Estate, entity: Job | Window, schedule: RecurringSchedule, start: int
    ) -> None:
        """Look at what starts at ``start``, an instant."""
        self.estate = estate
        self.entity = entity
        self.schedule = schedule
        self.start = start
        self.wall = schedule.zone.wall(start)
        self.node = entity.node.find("schedule")

    @property
    def is_possible(self) -> bool:
        """Whether the day has no other start, which an `except` would drop with it.

        What is said in the files of others has no place for an exception.
        """
        if isinstance(self.entity.node.source, Foreign):
            return False
        zone, midnight = self.schedule.zone, self.wall // DAY * DAY
        day = (zone.instant(midnight), zone.instant(midnight + DAY))
        return self.node is not None and self.schedule.starts(*day) == [self.start]

    def at(self, shift: int) -> Single | None:
        """Return the occurrence ``shift`` seconds later on the clock; None where it can't be."""
        zone, wall = self.schedule.zone, self.wall + shift
        if not zone.readings(wall):
            return None
        name = self._name(wall // DAY)
        if name is None:
            return None
        moment = instants.Moment(wall)
        if isinstance(self.entity, Window):
            begins = moment.instant(zone)
            lasts = self.entity.duration or 0
            alone: Job | Window = self.entity._replace(
                name=name, schedule=None, duration=None, start=begins, end=begins + lasts
            )
        else:
            alone = self.entity._replace(name=name, schedule=DatedSchedule({0: moment}, zone))
        return Single(alone, partial(self._rewrite, name, _text(wall)))

    def _name(self, day: int) -> str | None:
        """Return a name that nothing has yet, by the date."""
        section = self.estate.section(SECTION_OF[self.entity.ref.partition("/")[0]])
        taken = {each.lower() for each in section}
        name = f"{self.entity.name}-{instants.calendar_date(day).isoformat()}"
        if len(name) > LONGEST_NAME or name.lower() in taken:
            return None
        return name

    def _rewrite(self, name: str, text: str) -> Rewrite:
        node = self.entity.node
        entry = self._entry(text)
        # Both can belong at the end of one line: what is put there last comes first.
        edits = [self._added(name, entry), *self._except()]
        excepted = {**self._schedule(), "except": [*self._excepted(), self._day]}
        place = (*node.path[:-1], name)
        values = (
            Value(node.document, (*node.path, "schedule"), excepted),
            Value(node.document, place, entry),
        )
        return Rewrite(node.source, tuple(edits), values)

    @property
    def _day(self) -> str:
        return instants.calendar_date(self.wall // DAY).isoformat()

    def _schedule(self) -> dict[str, Any]:
        """Return what the schedule says now, as a mapping."""
        assert self.node is not None  # noqa: S101 - narrows the type; is_possible has seen it
        plain = self.node.plain()
        return dict(plain) if isinstance(plain, dict) else {CRON: plain}

    def _excepted(self) -> list[Any]:
        return list(self._schedule().get("except") or [])

    def _entry(self, text: str) -> dict[str, Any]:
        """Return the entry of the occurrence by itself."""
        plain = self.entity.node.node.plain()
        entry: dict[str, Any] = dict(plain) if isinstance(plain, dict) else {}
        schedule = self._schedule()
        own = {"timezone": schedule["timezone"]} if "timezone" in schedule else {}
        made: dict[str, Any] = {}
        for key, value in entry.items():
            if key == "approved_by":
                continue  # nobody has agreed to this one yet
            if key != "schedule":
                # The schedule's zone goes before the entry's, which would stand in its place.
                if key != "timezone" or not own or not isinstance(self.entity, Window):
                    made[key] = value
            elif isinstance(self.entity, Window):
                made |= {"start": text, **own}
            else:
                made[key] = {"dates": [text], **own}
        return made

    # The edits -----------------------------------------------------------------------------------

    def _except(self) -> Iterator[Edit]:
        """Yield the edit that leaves the day out of the series."""
        node = self.node
        assert node is not None  # noqa: S101 - narrows the type; is_possible has seen it
        listed = node.entries.get("except")
        if listed is not None and listed.is_collection:
            yield self._item(listed)
        elif node.is_collection:
            yield self._line(node)
        else:
            span = node.span
            raw = _raw(self.entity, span)
            line = raw if raw[:1] in {'"', "'"} else f'"{node.value}"'
            yield Edit(span, f"{{cron: {line}, except: [{self._day}]}}", scalar=False)

    def _item(self, listed: Node) -> Edit:
        span = listed.span
        if _is_flow(self.entity, listed):
            comma = ", " if listed.items else ""
            return Edit(_before_end(span), f"{comma}{self._day}", scalar=False)
        last = listed.items[-1].span
        indent = " " * (listed.items[0].span.column - 3)
        return Edit(_behind(last), f"\n{indent}- {self._day}", scalar=False)

    def _line(self, schedule: Node) -> Edit:
        span = schedule.span
        if _is_flow(self.entity, schedule):
            return Edit(_before_end(span), f", except: [{self._day}]", scalar=False)
        keys = schedule.keys or {}
        indent = " " * (next(iter(keys.values())).span.column - 1)
        place = _end_of_line(self.entity, _last(self.entity, schedule))
        return Edit(place, f"\n{indent}except: [{self._day}]", scalar=False)

    def _added(self, name: str, entry: dict[str, Any]) -> Edit:
        """Return the edit that adds the new entry behind the old one."""
        node = self.entity.node
        indent = node.place.column - 1
        dumped = _dumped({name: entry})
        lines = [" " * indent + line if line else line for line in dumped.rstrip().split("\n")]
        place = _end_of_line(self.entity, _last(self.entity, node.node))
        return Edit(place, "".join(f"\n{line}" for line in lines), scalar=False)


def _dumped(entry: dict[str, Any]) -> str:
    """Return an entry as YAML in lines of its own."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - only to write an entry

    yaml = YAML()
    yaml.width = 10_000
    yaml.indent(mapping=INDENT, sequence=2 * INDENT, offset=INDENT)
    out = StringIO()
    yaml.dump(_flat(entry), out)
    return out.getvalue()


def _flat(value: Any) -> Any:  # noqa: ANN401 - plain YAML
    """Return plain values for ruamel: lists of names and small mappings on one line."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq  # noqa: PLC0415
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString  # noqa: PLC0415

    if isinstance(value, dict):
        made = CommentedMap({key: _flat(each) for key, each in value.items()})
        if value and not any(isinstance(each, dict | list) for each in value.values()):
            made.fa.set_flow_style()
        return made
    if isinstance(value, list):
        listed = CommentedSeq(_flat(each) for each in value)
        if not any(isinstance(each, list) for each in value):
            listed.fa.set_flow_style()
        return listed
    if isinstance(value, str) and any(each in value for each in "*,[]{}&#:!|>%@`\"'"):
        # An instant is text to us, and a timestamp to others.
        return value if _is_instant(value) else DoubleQuotedScalarString(value)
    return value


def _is_instant(text: str) -> bool:
    try:
        instants.parse_moment(text)
    except instants.InstantError:
        return False
    return True


def _text(wall: int) -> str:
    day = instants.calendar_date(wall // DAY).isoformat()
    return f"{day}T{instants.clock(wall, with_date=False)}"


def _raw(entity: Job | Window, span: Place) -> str:
    """Return the text at a place, as far as it is on its last line."""
    line = entity.node.source.line(span.end_line)
    first = span.column - 1 if span.line == span.end_line else 0
    return line[first : span.end_column - 1]


def _before_end(span: Place) -> Place:
    return span._replace(
        line=span.end_line, column=span.end_column - 1, end_column=span.end_column - 1
    )


def _behind(span: Place) -> Place:
    return span._replace(line=span.end_line, column=span.end_column)


def _last(entity: Job | Window, node: Node) -> Place:
    """Return the place of what ends last in a value: a block ends where its last scalar does."""
    children = [*node.entries.values(), *node.items]
    if not children or _is_flow(entity, node):
        return node.span
    places = [_last(entity, each) for each in children]
    return max(places, key=lambda span: (span.end_line, span.end_column))


def _is_flow(entity: Job | Window, node: Node) -> bool:
    """Whether a list or mapping is written in brackets."""
    span = node.span
    written = entity.node.source.line(span.line)
    return written[span.column - 1 : span.column] in {"[", "{"}


def _end_of_line(entity: Job | Window, span: Place) -> Place:
    """Return the end of the line on which something ends, past any comment."""
    column = len(entity.node.source.line(span.end_line)) + 1
    return Place(span.file, span.end_line, column, span.end_line, column)
