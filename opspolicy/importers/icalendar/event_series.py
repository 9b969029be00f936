"""Which starts one event of iCalendar has: by its rule, added, taken out, and moved elsewhere.

https://www.rfc-editor.org/rfc/rfc5545#section-3.8.5. A rule itself is left as it is, to be read by
what reads all rules; here is found out what EXDATE, RDATE and RECURRENCE-ID do to it.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial

from opspolicy.importers.icalendar.content_lines import EVENT
from opspolicy.importers.icalendar.event_times import Clock, Malformed, Unplaced, When, day_of
from opspolicy.importers.shared.of_yaml import TEMPLATE
from opspolicy.importers.shared.texts import shown
from opspolicy.record import NamedTuple
from opspolicy.temporal.instants import InstantError, parse_moment
from opspolicy.temporal.recurrence import ScheduleError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opspolicy.importers.icalendar.content_lines import Component, Property
    from opspolicy.importers.shared.draft import Draft
    from opspolicy.source.node import Node
    from opspolicy.temporal.rrule.rule import RRule

FLOATING_UNTIL = re.compile(
    r";?UNTIL=([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})(?=;|$)", re.IGNORECASE
)
ENDS = re.compile(r";?(UNTIL|COUNT)=[^;]*", re.IGNORECASE)
FROM_HERE_ON = "THISANDFUTURE"
CANCELLED = "CANCELLED"


class Event(NamedTuple):
    """One VEVENT, the times of its calendar, and what messages call it."""

    component: Component
    clock: Clock
    what: str

    @property
    def place(self) -> Node:
        """Where it is named; where it begins if it isn't."""
        for name in ("UID", "SUMMARY"):
            found = self.component.first(name)
            if found is not None:
                return found.node(None)
        return self.component.place

    @property
    def is_cancelled(self) -> bool:
        """Whether it doesn't take place."""
        return self.component.text("STATUS").upper() == CANCELLED


class Moved(NamedTuple):
    """An event that stands for one start of another: which one, told where."""

    event: Event
    of: When
    told: Property

    @property
    def goes_on(self) -> bool:
        """Whether it stands for all later ones, too."""
        return self.told.parameter("RANGE").upper() == FROM_HERE_ON


class Series(NamedTuple):
    """The starts of an event.

    ``rule`` is the text of its RRULE, which stands ``at`` a property; "" without one. ``more`` are
    other starts, as our language writes them, by their readings; ``out`` are the readings, of the
    rule's and the event's own, that are left out, as dates. The rule ends before the reading
    ``ends``, and all ends before ``until``. ``busiest`` is how many starts a day has at most.
    """

    start: When
    rule: str
    at: Property | None
    more: Mapping[int, Node]
    out: Mapping[int, Node]
    ends: int | None
    until: int | None
    busiest: int

    @property
    def rule_ends(self) -> int | None:
        """The reading before which its rule ends, but for what the rule says itself."""
        return min([each for each in (self.ends, self.until) if each is not None], default=None)


def series(draft: Draft, event: Event, start: When, moved: Sequence[Moved] = ()) -> Series:
    """Return the starts of an event, without those that others stand for.

    The draft is told what changes nothing, or can't be told apart. Raises Unplaced for what has
    starts that nobody can tell.
    """
    at = _one_rule(event)
    rule, ends = _bounded(at.raw, start) if at is not None else ("", None)
    known = _endless(rule, start.wall) if rule else None
    busiest = 1 if known is None else known.busiest
    is_start = partial(_is_start, known, start.wall, rule)
    more: dict[int, Node] = {}
    out: dict[int, Node] = {}
    for told, text, when in _times(draft, event, "RDATE"):
        reading = when.reading_in(start)
        if reading is None:
            _leave(draft, event, told, text, "it can't be told on the clock of `DTSTART`")
        elif reading != start.wall:
            more[reading] = told.node(when._replace(wall=reading, zone=start.zone).written())
            # A start that the rule has as well, unless it has ended by then, is one, and no two.
            if busiest == 1 and is_start(reading):
                out[reading] = told.node(day_of(reading))
    others = [(each.told, each.told.raw, each.of) for each in moved if not each.goes_on]
    for told, text, when in [*_times(draft, event, "EXDATE"), *others]:
        reading = when.reading_in(start)
        was_added = reading is not None and more.pop(reading, None) is not None
        if reading is not None and is_start(reading):
            out[reading] = told.node(day_of(reading))
        elif not was_added:
            _leave(draft, event, told, text, "nothing of the event starts then")
    until = min([_changes(each, start) for each in moved if each.goes_on], default=None)
    return Series(start, rule, at, more, out, ends, until, busiest)


def _one_rule(event: Event) -> Property | None:
    """Return the rule of an event, if it has one; raises Unplaced for more than that."""
    rules, never = event.component.properties.get("RRULE", []), event.component.first("EXRULE")
    if never is not None:
        why = "its `EXRULE` takes starts out by a rule, which isn't read"
        raise Unplaced(never.node(None), why, "list what is taken out as `EXDATE`")
    if len(rules) > 1:
        why = f"it has {len(rules)} `RRULE`s, and only one can be read"
        raise Unplaced(rules[1].node(None), why, "make an event of each")
    return rules[0] if rules else None


def _changes(each: Moved, start: When) -> int:
    """Return the reading from which on an event is another; raises Unplaced where there is none."""
    reading = each.of.reading_in(start)
    if reading is None:
        why = (
            f"`RANGE={FROM_HERE_ON}` changes it from a time on that `DTSTART`'s clock doesn't have"
        )
        raise Unplaced(each.told.node(None), why, "write `RECURRENCE-ID` as `DTSTART` is written")
    return reading


def _is_start(known: RRule | None, first: int, rule: str, reading: int) -> bool:
    """Whether an event that starts ``first``, and by ``rule``, starts at a reading.

    Of a rule that isn't ``known``, as it isn't right, nobody can say that it doesn't.
    """
    if reading == first or not rule:
        return reading == first
    return known is None or bool(known.walls(reading, reading + 1))


def _bounded(rule: str, start: When) -> tuple[str, int | None]:
    """Return a rule without an UNTIL that belongs to no zone, and the reading it ends before.

    So it is where the start belongs to none either (section 3.3.10); rules of our own always are in
    one. Where the start is a day, the time that some write there besides its end changes nothing.
    """
    found = FLOATING_UNTIL.search(rule)
    if found is None or not start.is_floating:
        return rule, None
    try:
        last = parse_moment("{}-{}-{}T{}:{}:{}".format(*found.groups())).wall
    except InstantError:
        return rule, None
    return rule.replace(found[0], "", 1).lstrip(";"), last + 1


@lru_cache(maxsize=512)
def _endless(rule: str, start: int) -> RRule | None:
    """Return a rule as if it never ended; None for one that isn't right."""
    from opspolicy.temporal.rrule.rule import RRule  # noqa: PLC0415 - for who takes starts out

    try:
        return RRule(ENDS.sub("", rule).lstrip(";"), start)
    except ScheduleError:
        return None


def _times(draft: Draft, event: Event, name: str) -> Iterator[tuple[Property, str, When]]:
    """Yield each time that properties of a name list, with how it is written there."""
    for each in event.component.properties.get(name, ()):
        for text in each.raw.split(","):
            try:
                yield each, text, event.clock.when(each, text)
            except Malformed:
                _leave(draft, event, each, text, "it is no date and no time")
            except Unplaced as error:
                _leave(draft, event, each, text, error.why, error.hint)


def _leave(draft: Draft, event: Event, told: Property, text: str, why: str, hint: str = "") -> None:
    what = f"`{told.name}` {shown(text)} of {event.what}"
    draft.leave(told.node(None, text).span, why, hint, what)


class Found(NamedTuple):
    """An event to be imported, those that stand for starts of it, and which one of another it is.

    ``which`` is the date of the start that it stands for, "" where it is nobody else's.
    """

    event: Event
    moved: Sequence[Moved] = ()
    which: str = ""


def events(draft: Draft, calendars: Sequence[Component]) -> Iterator[Found]:
    """Yield the events of calendars that take place, in the order of the file.

    The draft is told which can't be.
    """
    for calendar in calendars:
        clock = Clock(calendar)
        listed = [
            Event(each, clock, _what(each)) for each in calendar.components if each.kind == EVENT
        ]
        moved: dict[str, list[Moved]] = {}
        seen: set[str] = set()
        found: list[Found] = []
        for event in listed:
            told, uid = event.component.first("RECURRENCE-ID"), event.component.text("UID")
            if told is None:
                # A second event of the same UID is a duplicate, which the draft tells of.
                of_it = moved.setdefault(uid, []) if uid and uid not in seen else ()
                seen.add(uid)
                found.append(Found(event, of_it))
                continue
            try:
                each = Moved(event, clock.when(told), told)
            except Malformed:
                _leave(draft, event, told, told.raw, "it is no date and no time")
                continue
            except Unplaced as error:
                _leave(draft, event, told, told.raw, error.why, error.hint)
                continue
            moved.setdefault(uid, []).append(each)
            if not each.goes_on:
                found.append(Found(event, (), day_of(each.of.wall)))
            elif not event.is_cancelled:
                what = f"what {event.what} is from {day_of(each.of.wall)} on"
                why = f"`RANGE={FROM_HERE_ON}` changes all later starts of a series"
                hint = (
                    "end the series there with `UNTIL`, and make what follows a series of its own"
                )
                draft.leave(told.node(None).span, why, hint, what)
        yield from (each for each in found if not each.event.is_cancelled)


def _what(component: Component) -> str:
    """Return what messages call an event."""
    called = component.text("SUMMARY") or component.text("UID")
    return f"event `{shown(called)}`" if called.strip() else "an event"


def check_template(event: Event) -> None:
    """Raise Unplaced for an event that a template fills in."""
    for listed in event.component.properties.values():
        for each in listed:
            if TEMPLATE in each.raw:
                why = f"`{shown(each.raw)}` is filled in by a template"
                raise Unplaced(each.node(None), why, "import what the template makes of it")
