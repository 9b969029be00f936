"""Opening hours: weekly hours, holidays and dated exceptions, on the wall clock at both ends."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, MINUTE
from opspolicy.temporal.instants import MINUTES_A_DAY, calendar_date, weekday
from opspolicy.temporal.intervals import NOTHING, IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.holidays import Holidays
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.zones import Zone

SATURDAY = 5


class Opening(NamedTuple):
    """From and to in minutes after local midnight; ``to`` above 1440 is on the next day."""

    start: int
    end: int

    @classmethod
    def between(cls, start: int, end: int) -> Opening:
        """Return the opening from one time of day to another, over midnight where it must."""
        return cls(start, end if end > start else end + MINUTES_A_DAY)


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
        weekly: tuple[tuple[Opening, ...], ...],
        *,
        regions: tuple[str, ...] = (),
        holiday_hours: tuple[tuple[Opening, ...], ...] = ((),) * 7,
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
            return self.holiday_hours[weekday(day)]
        return self.weekly[weekday(day)]

    def is_usual(self, day: int) -> bool:
        """Whether a local day has the openings of its weekday."""
        return set(self.openings(day)) == set(self.weekly[weekday(day)])

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
        exceptions = sorted(self.exceptions.items())
        return (
            self.zone.key, self.weekly, sorted(self.regions), self.holiday_hours, exceptions,
        )  # fmt: skip


def _is_whole_day(openings: tuple[Opening, ...]) -> bool:
    until = 0
    for opening in sorted(openings):
        if opening.start > until:
            return False
        until = max(until, opening.end)
    return until >= MINUTES_A_DAY


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


Hours = BusinessHours | Always | Never
ALWAYS = Always()
NEVER = Never()
