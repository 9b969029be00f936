"""All-day events of iCalendar files as a calendar that is closed on their days."""

from __future__ import annotations

from opspolicy.dates import date
from opspolicy.estate.formats import CALENDARS
from opspolicy.importers.icalendar.event_series import check_template, events, series
from opspolicy.importers.icalendar.event_times import Clock, Malformed, Unplaced, day_of, length
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import Moment
from opspolicy.temporal.recurrence import ScheduleError
from opspolicy.temporal.tzif import EPOCH_ORDINAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opspolicy.importers.icalendar.content_lines import Component, Property
    from opspolicy.importers.icalendar.event_series import Event, Found, Series
    from opspolicy.importers.icalendar.event_times import When
    from opspolicy.importers.shared.draft import Draft
    from opspolicy.source.node import Node
    from opspolicy.temporal.rrule.rule import RRule

MOST_DAYS = 2_000
"""Days of one event, and starts of one rule: the working days of eight years."""

MOST_IN_ALL = 20_000
MOST_RULES = 200
"""Days, and rules, of all events of a file: each takes its time."""

LAST_YEAR = 2100
LAST = (date(LAST_YEAR, 1, 1).toordinal() - EPOCH_ORDINAL) * DAY
"""The reading before which yearly days are listed, so that they end at all."""


class Days:
    """The days of a file, each at its place."""

    def __init__(self, draft: Draft) -> None:
        """Begin with none."""
        self._draft = draft
        self.exceptions: dict[str, Node] = {}
        self._rules = self._count = 0

    def add(self, found: Found) -> None:
        """Add the days of an event; raises Unplaced where they can't be."""
        event = found.event
        check_template(event)
        begins = event.component.first("DTSTART")
        if begins is None:
            raise Unplaced(event.place, "it has no `DTSTART`", "say on which day it is")
        told = begins
        try:
            start = event.clock.when(told)
            told = event.component.first("DTEND") or event.component.first("DURATION") or begins
            days = self._length(event, told, start)
        except Malformed:
            # It is told where it stands, as what is wrong in a file of our own is.
            self._close(told.raw, told)
            return
        starts = series(self._draft, event, start, found.moved)
        for reading in self._starts(starts):
            for day in range(days):
                self._close(day_of(reading + day * DAY), begins)

    def _close(self, day: str, at: Property) -> None:
        self._count += 1
        if self._count > MOST_IN_ALL:
            why = f"the days of all events are more than {MOST_IN_ALL:,}"
            raise Unplaced(at.node(None), why, "split the file, or take out what is over")
        if day not in self.exceptions:
            self.exceptions[day] = at.node({"date": day, "closed": True})

    def _length(self, event: Event, at: Property, start: When) -> int:
        """Return how many days an event lasts, which stands ``at`` its end, if it says one."""
        if not start.is_date:
            why = "it is at a time of day, and only whole days can be closed"
            raise Unplaced(event.place, why, "say in a native calendar how long it is open")
        days, seconds = 1, 0
        if at.name == "DTEND":
            days, seconds = divmod(event.clock.when(at).wall - start.wall, DAY)
        elif at.name == "DURATION":
            days, seconds = length(at.raw)
        if seconds:
            why = "it doesn't last whole days, and only those can be closed"
            raise Unplaced(at.node(None), why, "write its `DTEND` as a date")
        if days < 1:
            raise Unplaced(at.node(None), "it doesn't end after it starts", "correct its end")
        if days > MOST_DAYS:
            raise Unplaced(at.node(None), f"it lasts more than {MOST_DAYS:,} days", "split it")
        return days

    def _starts(self, starts: Series) -> Iterable[int]:
        """Return the readings at which an event starts, midnights all of them."""
        named = {*starts.more}
        by_rule = [starts.start.wall]
        if starts.rule and starts.at is not None:
            by_rule = self._expanded(starts.at, starts)
        named.update(each for each in by_rule if each not in starts.out)
        until = starts.until
        return sorted(each for each in named if until is None or each < until)

    def _expanded(self, at: Property, starts: Series) -> list[int]:
        """Return the readings of a rule."""
        from opspolicy.temporal.rrule.rule import parse  # noqa: PLC0415 - for who repeats anything

        self._rules += 1
        if self._rules > MOST_RULES:
            why = f"more than {MOST_RULES} events of the file repeat"
            raise Unplaced(at.node(None), why, "split the file")
        start = starts.start
        # Days are the same in every zone, but for an UNTIL that is a time.
        zone = zones.zone(start.zone if start.is_known else "UTC")
        try:
            rule: RRule = parse(starts.rule, Moment(start.wall), zone)
        except ScheduleError as error:
            raise Unplaced(at.node(None), str(error), error.hint) from error
        yearly = "FREQ=YEARLY" in starts.rule.upper()
        if not rule.has_ended and starts.rule_ends is None and not yearly:
            raise Unplaced(at.node(None), "it never ends", "end its rule with `UNTIL`")
        if any(each % DAY for each in rule.walls(start.wall, start.wall + 366 * DAY)):
            raise Unplaced(at.node(None), "its rule names times of day", "name days only")
        ends = starts.rule_ends
        found = rule.walls(start.wall, LAST if ends is None else min(LAST, ends))
        if len(found) > MOST_DAYS:
            why = f"its rule names more than {MOST_DAYS:,} days"
            raise Unplaced(at.node(None), why, "end it earlier with `UNTIL`")
        return found


def add(draft: Draft, calendars: Sequence[Component]) -> None:
    """Add the one calendar that the all-day events of a file come to."""
    if not calendars:
        return
    days = Days(draft)
    for found in events(draft, calendars):
        try:
            days.add(found)
        except Unplaced as error:
            draft.leave(error.at.span, error.why, error.hint, found.event.what)
    closed = [days.exceptions[each] for each in sorted(days.exceptions)]
    zone = Clock(calendars[0]).own
    hours: list[object] = []
    values = {"timezone": zone, "hours": hours, "exceptions": closed or None}
    draft.add(CALENDARS, calendars[0].place, {}, values, what="the calendar of this file")
