"""Opening hours: weekly hours, holidays and dated exceptions, on the wall clock at both ends."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, MINUTE
from opspolicy.temporal.instants import MINUTES_A_DAY, calendar_date, days_in_month, weekday
from opspolicy.temporal.intervals import NOTHING, IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.holidays import Holidays
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.schedules import Schedule
    from opspolicy.temporal.zones import Zone

SATURDAY = 5


Range = tuple[int, int]
"""The first and the last of several years, months or days: both belong to it."""


class Dates(NamedTuple):
    """The dates that an opening is for: each key must fit, by any of its ranges; none fits always.

    Days of the month count from 1, and backwards from -1, the last one. A range is cut to the month
    it is in, so that the 30th to the 31st is nothing in February.
    """

    years: tuple[Range, ...] = ()
    months: tuple[Range, ...] = ()
    days: tuple[Range, ...] = ()

    def hold(self, day: int) -> bool:
        """Whether they hold a local day, counted from 1970-01-01."""
        date = calendar_date(day)
        if not (_holds(self.years, date.year) and _holds(self.months, date.month)):
            return False
        length = days_in_month(date.year, date.month)
        return _holds(tuple(_of_month(each, length) for each in self.days), date.day)


def _of_month(days: Range, length: int) -> Range:
    """Return a range of days in a month that has ``length`` of them."""
    first, last = (day if day > 0 else day + length + 1 for day in days)
    return max(first, 1), last


def _holds(ranges: tuple[Range, ...], number: int) -> bool:
    return not ranges or any(first <= number <= last for first, last in ranges)


class Opening(NamedTuple):
    """From and to in minutes after local midnight; ``to`` above 1440 is on the next day.

    ``dates`` are those on which it opens, None for all.
    """

    start: int
    end: int
    dates: Dates | None = None

    @classmethod
    def between(cls, start: int, end: int, dates: Dates | None = None) -> Opening:
        """Return the opening from one time of day to another, over midnight where it must."""
        return cls(start, end if end > start else end + MINUTES_A_DAY, dates)

    def normal(self) -> tuple[object, ...]:
        """Return what decides it."""
        return tuple(self) if self.dates is not None else (self.start, self.end)


Week = tuple[tuple[Opening, ...], ...]
"""The openings of each weekday from Monday."""


def _on(week: Week, day: int) -> tuple[Opening, ...]:
    """Return the openings of a week that are for a local day, counted from 1970-01-01."""
    openings = week[weekday(day)]
    if all(each.dates is None for each in openings):
        return openings
    return tuple(each for each in openings if each.dates is None or each.dates.hold(day))


def _normal(openings: tuple[Opening, ...]) -> tuple[object, ...]:
    return tuple(each.normal() for each in openings)


class BusinessHours:
    """When somebody is open.

    A dated exception beats a holiday, a holiday beats a weekday. An opening belongs to the day it
    starts on, to its end, so a closed Sunday leaves Saturday's 22:00 to 02:00 alone.
    """

    __slots__ = (
        "_business_days",
        "_days",
        "exceptions",
        "holiday_hours",
        "holidays",
        "regions",
        "weekly",
        "zone",
    )

    def __init__(
        self,
        zone: Zone,
        weekly: Week,
        *,
        regions: tuple[str, ...] = (),
        holiday_hours: Week = ((),) * 7,
        exceptions: dict[int, tuple[Opening, ...]] | None = None,
        holidays: Holidays | None = None,
    ) -> None:
        """Hold the openings of each weekday from Monday, and what replaces them on which day.

        ``exceptions`` is keyed by days since 1970-01-01. ``holidays`` answers for ``regions``.
        """
        self.zone = zone
        self.weekly = weekly
        self.regions = regions
        self.holiday_hours = holiday_hours
        self.exceptions = exceptions or {}
        self.holidays = holidays
        # Hundreds of services keep the hours of one calendar, and ask of the same few days.
        self._days: dict[int, list[Interval]] = {}
        self._business_days: dict[int, bool] = {}

    def openings(self, day: int) -> tuple[Opening, ...]:
        """Return the openings that start on a local day, counted from 1970-01-01."""
        if day in self.exceptions:
            return self.exceptions[day]
        if self.regions and self.holiday(day):
            return _on(self.holiday_hours, day)
        return _on(self.weekly, day)

    def usual(self, day: int) -> tuple[Opening, ...]:
        """Return the openings that the weekday of a local day has on all dates."""
        return tuple(each for each in self.weekly[weekday(day)] if each.dates is None)

    def is_usual(self, day: int) -> bool:
        """Whether a local day has the openings of its weekday, and no others."""
        return set(self.openings(day)) == set(self.usual(day))

    @property
    def is_always(self) -> bool:
        """Whether the weekly hours leave no gap, and nothing ever replaces them."""
        whole = all(_is_whole_day(openings) for openings in self.weekly)
        return whole and not (self.regions or self.exceptions)

    is_never = False
    """Without hours it stands for the days on which others are open."""

    def is_business_day(self, day: int) -> bool:
        """Whether something opens on a local day.

        A calendar without weekly hours, one of holidays alone, stands for Monday to Friday.
        """
        known = self._business_days.get(day)
        if known is None:
            known = bool(self.openings(day))
            if day not in self.exceptions and not any(self.weekly):
                known = weekday(day) < SATURDAY and not (self.regions and self.holiday(day))
            self._business_days[day] = known
        return known

    def holiday(self, day: int) -> str:
        """Return the name of the holiday a local day is, or nothing."""
        if self.holidays is None:
            return ""
        year = calendar_date(day).year
        for region in self.regions:
            found = self.holidays.year(region, year).days.get(day)
            if found:
                return found
        return ""

    def during(self, when: IntervalSet) -> IntervalSet:
        """Return the part of ``when`` that is open; costs follow ``when``, not the year."""
        pairs: list[Interval] = []
        done = None
        for start, end in when:
            # An opening reaches into the next day at most, and a gap can be a day long.
            first = self.zone.wall(start) // DAY - 2
            last = self.zone.wall(end) // DAY + 1
            for day in range(first if done is None else max(first, done + 1), last + 1):
                if day not in self._days:
                    self._days[day] = self._open_on(day)
                pairs += self._days[day]
            done = last
        return IntervalSet(pairs) & when

    def _open_on(self, day: int) -> list[Interval]:
        midnight = day * DAY
        return [
            (
                self.zone.instant(midnight + opening.start * MINUTE),
                self.zone.instant(midnight + opening.end * MINUTE, last=True),
            )
            for opening in self.openings(day)
        ]

    def normal(self) -> tuple[object, ...]:
        """Return what decides the hours."""
        exceptions = [(day, _normal(each)) for day, each in sorted(self.exceptions.items())]
        weekly, holidays = (
            tuple(_normal(each) for each in week) for week in (self.weekly, self.holiday_hours)
        )
        return (self.zone.key, weekly, sorted(self.regions), holidays, exceptions)


def _is_whole_day(openings: tuple[Opening, ...]) -> bool:
    until = 0
    for start, end in sorted((each.start, each.end) for each in openings if each.dates is None):
        if start > until:
            return False
        until = max(until, end)
    return until >= MINUTES_A_DAY


class ScheduledHours:
    """Open from each start of some schedules on, for the time that goes with each.

    Such hours are what Argo CD's windows are: a cron line and how long it is open from there.
    """

    is_always = is_never = False

    def __init__(self, zone: Zone, openings: tuple[tuple[Schedule, int], ...]) -> None:
        """Hold schedules, each with the seconds it is open for; days are those of ``zone``."""
        self.zone = zone
        self.openings = openings

    def is_business_day(self, day: int) -> bool:
        """Whether something opens on a local day."""
        start, end = self.zone.instant(day * DAY), self.zone.instant((day + 1) * DAY)
        return any(schedule.starts(start, end) for schedule, _ in self.openings)

    def during(self, when: IntervalSet) -> IntervalSet:
        """Return the part of ``when`` that is open."""
        found = NOTHING
        for schedule, lasts in self.openings:
            reach = IntervalSet([(start - lasts, end) for start, end in when])
            found |= IntervalSet.of_runs(schedule.starts_during(reach), lasts)
        return found & when

    def normal(self) -> tuple[object, ...]:
        """Return what decides the hours."""
        openings = sorted((repr(schedule.normal()), lasts) for schedule, lasts in self.openings)
        return ("by schedule", self.zone.key, openings)


class Always:
    """Open at every instant, holidays included."""

    is_always, is_never = True, False

    def is_business_day(self, day: int) -> bool:  # noqa: ARG002 - one interface for all
        """Whether something opens on a local day: on every one."""
        return True

    def during(self, when: IntervalSet) -> IntervalSet:
        """Return all of ``when``."""
        return when

    def normal(self) -> tuple[object, ...]:
        """Return its name: there is only one."""
        return ("always",)


class Never:
    """Never open."""

    is_always, is_never = False, True

    def is_business_day(self, day: int) -> bool:  # noqa: ARG002 - one interface for all
        """Whether something opens on a local day: on none."""
        return False

    def during(self, when: IntervalSet) -> IntervalSet:  # noqa: ARG002 - one interface for all
        """Return nothing."""
        return NOTHING

    def normal(self) -> tuple[object, ...]:
        """Return its name: there is only one."""
        return ("never",)


Hours = BusinessHours | ScheduledHours | Always | Never
ALWAYS = Always()
NEVER = Never()
