"""What a schedule leaves out and moves: `except`, `on_non_business_day`, and its bounds.

In this order: the rule names readings, `from` and `until` bound them, `except` drops some, a day
that is no business day moves or drops what is left, and of two starts at one time one counts.
"""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.calendars import SATURDAY
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.every import Every
from opspolicy.temporal.instants import weekday
from opspolicy.temporal.intervals import NOTHING, IntervalSet, union
from opspolicy.temporal.recurrence import ANY_WALL, Recurrence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opspolicy.temporal.calendars import Hours
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.schedules import Bounds
    from opspolicy.temporal.zones import Zone

FARTHEST = 366
"""How many days ahead or back a business day is looked for; nobody closes for longer."""


class Adjustment(NamedTuple):
    """What is left out and moved.

    ``days`` are local days (since 1970-01-01) without a run; ``closed`` names calendars in whose
    open hours nothing runs; ``shift`` is `skip`, `previous` or `next`, or empty, for days that are
    no business days by the calendar ``business`` (Monday to Friday without one). ``hours`` looks a
    calendar up, and has no answer for one that is unknown: then it changes nothing.
    """

    hours: Callable[[str], Hours | None]
    days: frozenset[int] = frozenset()
    closed: tuple[str, ...] = ()
    shift: str = ""
    business: str | None = None

    def closing(self, start: int, end: int) -> IntervalSet:
        """Return the part of ``[start, end)`` in which a calendar forbids to start."""
        if not self.closed:
            return NOTHING
        known = [self.hours(name) for name in self.closed]
        stretch = IntervalSet([(start, end)])
        return union(hours.during(stretch) for hours in known if hours is not None)

    @property
    def is_never_open(self) -> bool:
        """Whether a look at the calendars shows that nothing is left to start at."""
        named = [self.hours(name) for name in self.closed]
        business = self.hours(self.business) if self.business and self.shift else None
        shut = business is not None and business.is_never
        return shut or any(hours is not None and hours.is_always for hours in named)

    def is_business_day(self, day: int) -> bool:
        """Whether a local day is one."""
        if self.business is None:
            return weekday(day) < SATURDAY
        hours = self.hours(self.business)
        return hours is None or hours.is_business_day(day)

    def moved(self, day: int) -> int | None:
        """Return the day to which a run on ``day`` moves; None when it is dropped."""
        if not self.shift or self.is_business_day(day):
            return day
        step = {"next": 1, "previous": -1}.get(self.shift, 0)
        others = range(day + step, day + step * FARTHEST, step) if step else ()
        return next((other for other in others if self.is_business_day(other)), None)

    def moved_date(self, wall: int, instant: int) -> int | None:
        """Return the reading to which a single run moves; None when it is left out."""
        if wall // DAY in self.days or self.closing(instant, instant + 1):
            return None
        day = self.moved(wall // DAY)
        return None if day is None else day * DAY + wall % DAY

    def sources(self, day: int) -> list[int]:
        """Return the local days from which runs end up on ``day``, itself included."""
        if not self.is_business_day(day):
            return []
        found = [day]
        step = {"next": -1, "previous": 1}.get(self.shift, 0)
        while step and len(found) < FARTHEST and not self.is_business_day(found[-1] + step):
            found.append(found[-1] + step)
        return found

    def reach(self, first: int, last: int) -> tuple[int, int]:
        """Return the local days from which a run can move into the days ``[first, last)``."""
        for _ in range(FARTHEST if self.shift == "next" else 0):
            if self.is_business_day(first - 1):
                break
            first -= 1
        for _ in range(FARTHEST if self.shift == "previous" else 0):
            if self.is_business_day(last):
                break
            last += 1
        return first, last

    def normal(self) -> tuple[object, ...]:
        """Return what decides, the calendars by what is in them."""
        named = [self.hours(name) for name in (*self.closed, *filter(None, [self.business]))]
        hours = [each.normal() if each is not None else None for each in named]
        return (sorted(self.days), len(self.closed), self.shift, hours)


def _instants(zone: Zone, walls: list[int]) -> list[int]:
    """Return the instants of appointments, given as sorted readings."""
    if not walls:
        return []
    first, last = zone.instant(walls[0]), zone.instant(walls[-1])
    if zone.changes(first - DAY, last + DAY):
        return [zone.instant(wall) for wall in walls]
    # No clock change near: one offset for all.
    ahead = walls[0] - first
    return [wall - ahead for wall in walls]


class Adjusted(Recurrence):
    """A recurrence, ``rule``, with readings left out and moved by ``adjustment``, in one zone."""

    __slots__ = ("_bounds", "_zone", "adjustment", "rule")

    def __init__(
        self, rule: Recurrence, zone: Zone, bounds: Bounds, adjustment: Adjustment
    ) -> None:
        """Adjust what ``rule`` names within ``bounds``."""
        self.text = rule.text
        self.dialect = rule.dialect
        self.wild = rule.wild
        self.fixed = rule.fixed
        self.rule = rule
        self._zone = zone
        self._bounds = bounds
        self.adjustment = adjustment

    def walls(self, first: int, last: int) -> list[int]:
        """Return the readings in ``[first, last)`` at which runs are due after all."""
        if first >= last:
            return []
        adjustment = self.adjustment
        if not adjustment.shift:
            return self._kept(first, last)
        found: set[int] = set()
        for day in range(first // DAY, (last - 1) // DAY + 1):
            low, high = max(first, day * DAY), min(last, (day + 1) * DAY)
            for source in adjustment.sources(day):
                moved = (day - source) * DAY
                found.update([wall + moved for wall in self._kept(low - moved, high - moved)])
        return sorted(found)

    def _kept(self, first: int, last: int) -> list[int]:
        """Return the readings of the rule in ``[first, last)`` that aren't left out."""
        adjustment, bounds, zone = self.adjustment, self._bounds, self._zone
        named = self.rule.walls(max(first, bounds.first_wall), min(last, bounds.last_wall))
        if not named:
            return named
        if adjustment.days:
            named = [wall for wall in named if wall // DAY not in adjustment.days]
        if adjustment.closed or bounds.bounds_instants:
            instants = _instants(zone, named)
            closing = adjustment.closing(min(instants), max(instants) + 1) if named else NOTHING
            named = [
                wall
                for wall, instant in zip(named, instants, strict=True)
                if instant not in closing and bounds.start <= instant < bounds.end
            ]
        return named

    def starts(
        self, zone: Zone, start: int, end: int, nominal: tuple[int, int] = ANY_WALL
    ) -> list[int]:
        """Return the starts in ``[start, end)``; elapsed time keeps its instants where it can."""
        if not isinstance(self.rule, Every):
            return super().starts(zone, start, end, nominal)
        if start >= end:
            return []
        adjustment, bounds = self.adjustment, self._bounds
        days = adjustment.reach(zone.wall(start) // DAY - 1, zone.wall(end) // DAY + 2)
        low, high = max((days[0] - 1) * DAY, bounds.start), min((days[1] + 1) * DAY, bounds.end)
        closing = adjustment.closing(low, high) if low < high else NOTHING
        found: set[int] = set()
        for instant in self.rule.starts(zone, low, high, (bounds.first_wall, bounds.last_wall)):
            wall = zone.wall(instant)
            if wall // DAY in adjustment.days or instant in closing:
                continue
            day = adjustment.moved(wall // DAY)
            if day is not None:
                stays = day == wall // DAY
                found.add(instant if stays else zone.instant(day * DAY + wall % DAY))
        return sorted(at for at in found if start <= at < end)

    @property
    def busiest(self) -> int:
        """How many readings a day of the rule has at most."""
        return self.rule.busiest

    @property
    def times(self) -> tuple[int, ...]:
        """The seconds of the day at which it starts: only days are moved."""
        return self.rule.times

    def comes_near(self, touched: Iterable[Interval], before: int) -> bool:
        """Whether a start's time of day may lie in ``touched``: only days are moved."""
        return self.rule.comes_near(touched, before)

    def possible_days(self, first: int, last: int) -> Iterator[int]:
        """Yield the days to which those of the rule move, but for those left out."""
        adjustment = self.adjustment
        if adjustment.is_never_open:
            return
        low, high = adjustment.reach(first, last)
        seen: set[int] = set()
        for day in self.rule.possible_days(low, high):
            if day in adjustment.days or (adjustment.closed and not self._is_open(day)):
                continue
            moved = adjustment.moved(day)
            if moved is not None and first <= moved < last and moved not in seen:
                seen.add(moved)
                yield moved

    def _is_open(self, day: int) -> bool:
        """Whether the calendars leave a reading of a local day."""
        zone = self._zone
        start, end = zone.instant(day * DAY), zone.instant((day + 1) * DAY)
        free = IntervalSet([(start, end)]) - self.adjustment.closing(start, end)
        return any(
            self.rule.walls(zone.wall(first), zone.wall(last - 1) + 1) for first, last in free
        )

    def readings(self) -> tuple[object, ...]:
        """Return the rule's: variants of one schedule are adjusted alike."""
        return self.rule.readings()

    @property
    def carries_changes(self) -> bool:
        """Whether a clock change can move a start that is days away from it."""
        return self.rule.carries_changes

    def normal(self) -> tuple[object, ...]:
        """Return rule and adjustment; the bounds are the schedule's."""
        return (*self.rule.normal(), *self.adjustment.normal())
