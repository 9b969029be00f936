"""Schedules and opening hours as they would be, had one thing been otherwise.

A clock change that doesn't happen, a holiday that is a day like any other, a day off that is a
business day: what goes on without it, and didn't with it, is because of it.
"""

from __future__ import annotations

from opspolicy.temporal.calendars import BusinessHours, ScheduledHours
from opspolicy.temporal.schedules import DatedSchedule, RecurringSchedule, Written
from opspolicy.temporal.zones import EARLIEST, LATEST, WIDEST, Segment, Zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from opspolicy.temporal.adjustments import Adjustment
    from opspolicy.temporal.calendars import Hours, Opening
    from opspolicy.temporal.schedules import Schedule

BUSINESS_DAYS = "\0"
"""Stands for the calendar of business days where another one takes its place; names none."""


class OtherZone(Zone):
    """A zone whose clocks change at other times than they do."""

    def __init__(self, key: str, segments: Iterable[Segment]) -> None:
        """Take the name of the zone ``key``, and ``segments`` from the first instant to the last.

        ``segments`` are those between the first and the last one that matter; the first is extended
        to the past, the last to the future.
        """
        self.key = key
        first, *rest = segments
        early = first._replace(start=EARLIEST - WIDEST, before=first.offset)
        self._segments = [early, *rest]
        self._segments[-1] = self._segments[-1]._replace(end=LATEST + WIDEST)
        self._starts = [each.start for each in self._segments]
        self._offsets = [each.offset for each in self._segments]
        self._high = LATEST + WIDEST
        self._asked = None
        self._answer = []


def without_change(zone: Zone, change: Segment) -> Zone:
    """Return ``zone`` as if its clocks had stayed from ``change`` on as they were before it."""
    earlier = zone.segments(EARLIEST, change.start)
    return OtherZone(zone.key, earlier)


def changed_before(zone: Zone, change: Segment) -> Zone:
    """Return ``zone`` as if its clocks had always been as they are right after ``change``."""
    return OtherZone(zone.key, [change])


class Otherwise:
    """What is as it is; the others say what they make of schedules and of opening hours."""

    def schedule(self, _ref: str, schedule: Schedule) -> Schedule:
        """Return when the job or window ``ref`` starts, which by now is by ``schedule``."""
        return schedule

    def hours(self, hours: Hours) -> Hours:
        """Return when a calendar is open whose hours by now are ``hours``."""
        return hours


class OtherZones(Otherwise):
    """All clocks of some zones show other times."""

    def __init__(self, zones: Mapping[str, Zone]) -> None:
        """Put each of ``zones`` in the place of the one whose key it is given by."""
        self._zones = zones
        self._schedules: dict[str, Schedule] = {}
        self._hours: dict[int, tuple[Hours, Hours]] = {}

    def schedule(self, ref: str, schedule: Schedule) -> Schedule:
        """Return ``schedule`` by the other clocks."""
        if ref not in self._schedules:
            zone = self._zones.get(schedule.zone.key, schedule.zone)
            self._schedules[ref] = remade(schedule, zone, self._adjustment)
        return self._schedules[ref]

    def hours(self, hours: Hours) -> Hours:
        """Return ``hours`` by the other clocks."""
        if not isinstance(hours, BusinessHours | ScheduledHours):
            return hours
        if isinstance(hours, BusinessHours) and hours.zone.key not in self._zones:
            return hours
        if id(hours) not in self._hours:
            zone = self._zones.get(hours.zone.key, hours.zone)
            other = self._scheduled(hours, zone) if isinstance(hours, ScheduledHours) else _hours(
                hours, zone=zone
            )  # fmt: skip
            # With the original beside it, which keeps its identity from being another's.
            self._hours[id(hours)] = (hours, other)
        return self._hours[id(hours)][1]

    def _scheduled(self, hours: ScheduledHours, zone: Zone) -> ScheduledHours:
        openings = [
            (
                remade(each, self._zones.get(each.zone.key, each.zone), self._adjustment),
                lasts,
            )
            for each, lasts in hours.openings
        ]
        return ScheduledHours(zone, tuple(openings))

    def _adjustment(self, adjustment: Adjustment) -> Adjustment:
        def hours(name: str) -> Hours | None:
            found = adjustment.hours(name)
            return None if found is None else self.hours(found)

        return adjustment._replace(hours=hours)


class UsualDays(Otherwise):
    """A calendar keeps its weekly hours on some days on which it doesn't."""

    def __init__(self, calendar: BusinessHours, days: Iterable[int]) -> None:
        """Give ``days`` (since 1970-01-01) of ``calendar`` the hours of their weekdays."""
        usual = {day: calendar.usual(day) for day in days}
        self._calendar = calendar
        self._other = _hours(calendar, exceptions=calendar.exceptions | usual)

    def hours(self, hours: Hours) -> Hours:
        """Return the hours, those of this calendar with the usual days."""
        return self._other if hours is self._calendar else hours


class BusinessDay(Otherwise):
    """A day off is a business day, for one job or window."""

    def __init__(self, ref: str, day: int) -> None:
        """Let ``ref`` take the local ``day`` (since 1970-01-01) for a business day."""
        self._ref = ref
        self._day = day

    def schedule(self, ref: str, schedule: Schedule) -> Schedule:
        """Return the schedule, that of this job or window with a run on that day not moved."""
        if ref != self._ref:
            return schedule
        return remade(schedule, schedule.zone, self._adjustment)

    def _adjustment(self, adjustment: Adjustment) -> Adjustment:
        day_off = self._day

        class Open:
            """Business days by the adjustment, and one more."""

            is_always, is_never = False, False

            def is_business_day(self, day: int) -> bool:
                return day == day_off or adjustment.is_business_day(day)

        def hours(name: str) -> Hours | None:
            # Only ever asked for its business days.
            return Open() if name == BUSINESS_DAYS else adjustment.hours(name)  # type: ignore[return-value]

        return adjustment._replace(hours=hours, business=BUSINESS_DAYS)


def unadjusted(schedule: Schedule) -> Schedule:
    """Return ``schedule`` with nothing left out and nothing moved."""
    if isinstance(schedule, DatedSchedule):
        return DatedSchedule(schedule.moments, schedule.zone, schedule.bounds)
    written = Written(schedule.kind, schedule.positions, schedule.delay)
    return RecurringSchedule(schedule.rules, schedule.zone, schedule.bounds, written=written)


def remade(schedule: Schedule, zone: Zone, adjust: Callable[[Adjustment], Adjustment]) -> Schedule:
    """Return ``schedule`` in ``zone``, with what ``adjust`` makes of its adjustment."""
    found = schedule.adjustment
    adjustment = None if found is None else adjust(found)
    if isinstance(schedule, DatedSchedule):
        return DatedSchedule(schedule.moments, zone, schedule.bounds, adjustment)
    written = Written(schedule.kind, schedule.positions, schedule.delay)
    return RecurringSchedule(schedule.rules, zone, schedule.bounds, adjustment, written)


def _hours(
    hours: BusinessHours,
    *,
    zone: Zone | None = None,
    exceptions: dict[int, tuple[Opening, ...]] | None = None,
) -> BusinessHours:
    return BusinessHours(
        zone or hours.zone,
        hours.weekly,
        regions=hours.regions,
        holiday_hours=hours.holiday_hours,
        exceptions=hours.exceptions if exceptions is None else exceptions,
        holidays=hours.holidays,
    )
