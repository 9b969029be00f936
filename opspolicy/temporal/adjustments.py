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

MOST_TOGETHER = 64
"""How many days calendars are asked about together."""

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


class Adjusted(Recurrence):
    """A recurrence, ``rule``, with readings left out and moved by ``adjustment``, in one zone."""

    __slots__ = ("_bounds", "_known_sources", "_zone", "adjustment", "rule")

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
        self._known_sources: dict[int, list[int]] = {}

    def walls(self, first: int, last: int) -> list[int]:
        """Return the readings in ``[first, last)`` at which runs are due after all.

        Bounds and calendars are asked about the first of two equal readings; `starts` asks about
        the one that runs.
        """
        if first >= last or self.adjustment.is_never_open:
            return []
        if not self.adjustment.shift:
            return self._kept(first, last)
        found = {
            wall
            for day in range(first // DAY, (last - 1) // DAY + 1)
            for source in self._sources(day)
            for wall in self._moved(source, day, max(first, day * DAY), min(last, (day + 1) * DAY))
        }
        return sorted(found)

    def starts(
        self, zone: Zone, start: int, end: int, nominal: tuple[int, int] = ANY_WALL
    ) -> list[int]:
        """Return the starts in ``[start, end)``.

        What stays on its day runs when its scheduler runs it; what moves is placed there anew.
        """
        adjustment, bounds = self.adjustment, self._bounds
        if start >= end or adjustment.is_never_open:
            return []
        runs = self.rule.runs(zone, start, end)
        closing = adjustment.closing(start, end) if runs else NOTHING
        found = {
            instant
            for due, instant in runs
            if bounds.holds(due, instant)
            and due // DAY not in adjustment.days
            and instant not in closing
            and (not adjustment.shift or adjustment.is_business_day(due // DAY))
        }
        if adjustment.shift in {"previous", "next"}:
            # A clock change can move a start into the day after.
            calm = not zone.changes(start - 2 * DAY, end + 2 * DAY)
            spare = 0 if calm else DAY
            low, high = zone.wall(start) - spare, zone.wall(end) + spare
            for day in range(low // DAY, (high - 1) // DAY + 1):
                for source in self._sources(day)[1:]:
                    walls = self._moved(
                        source, day, max(day * DAY, low), min((day + 1) * DAY, high)
                    )
                    if calm:
                        found.update([wall - low + start for wall in walls])
                        continue
                    placed = (at for wall in walls for at in self._placed_anew(zone, wall))
                    found.update(at for at in placed if start <= at < end)
        if nominal == ANY_WALL:
            return sorted(found)
        return [at for at in sorted(found) if nominal[0] <= zone.wall(at) < nominal[1]]

    def _placed_anew(self, zone: Zone, wall: int) -> list[int]:
        """Return when something runs that has moved to a reading."""
        if isinstance(self.rule, Every):
            # Elapsed time leads to no reading; what is put on one is an appointment.
            return [zone.instant(wall)]
        return self.placed(zone, wall)

    def _sources(self, day: int) -> list[int]:
        """Return the local days from which runs end up on ``day``, itself first if it is one."""
        if day not in self._known_sources:
            self._known_sources[day] = self.adjustment.sources(day)
        return self._known_sources[day]

    def _moved(self, source: int, day: int, first: int, last: int) -> list[int]:
        """Return the readings in ``[first, last)`` of a day to which those of ``source`` move."""
        ahead = (day - source) * DAY
        return [wall + ahead for wall in self._kept(first - ahead, last - ahead)]

    def _kept(self, first: int, last: int) -> list[int]:
        """Return the readings of the rule in ``[first, last)`` that aren't left out."""
        adjustment, bounds, zone = self.adjustment, self._bounds, self._zone
        named = [wall for wall in self._named(first, last) if wall // DAY not in adjustment.days]
        if not named:
            return named
        start, end = zone.instant(named[0]), zone.instant(named[-1]) + 1
        if zone.changes(start - DAY, end + DAY):
            instants = [zone.instant(wall) for wall in named]
        else:
            instants = [wall - named[0] + start for wall in named]
        closing = adjustment.closing(min(start, *instants), max(end, *instants) + 1)
        return [
            wall
            for wall, instant in zip(named, instants, strict=True)
            if instant not in closing and bounds.holds(wall, instant)
        ]

    def _named(self, first: int, last: int) -> list[int]:
        """Return the readings of the rule in ``[first, last)``; those of elapsed time, as shown."""
        if first >= last:
            return []
        if not isinstance(self.rule, Every):
            return self.rule.walls(first, last)
        zone = self._zone
        around = self.rule.starts(zone, zone.instant(first) - DAY, zone.instant(last) + DAY)
        return sorted({wall for at in around if first <= (wall := zone.wall(at)) < last})

    @property
    def busiest(self) -> int:
        """How many readings a day of the rule has at most."""
        return self.rule.busiest

    @property
    def has_ended(self) -> bool:
        """Whether the rule names a last reading."""
        return self.rule.has_ended

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
        named = (each for each in self.rule.possible_days(low, high) if each not in adjustment.days)
        for day in self._left_open(named) if adjustment.closed else named:
            moved = adjustment.moved(day)
            if moved is not None and first <= moved < last and moved not in seen:
                seen.add(moved)
                yield moved

    def _left_open(self, days: Iterator[int]) -> Iterator[int]:
        """Yield those of some days of which the calendars leave a reading.

        Mostly that is one of the first. Where it is none in decades, days are asked for together.
        """
        some: list[int] = []
        width = 1
        for day in days:
            if some and day - some[0] >= width:
                yield from self._open_among(some)
                some, width = [], min(2 * width, MOST_TOGETHER)
            some.append(day)
        yield from self._open_among(some)

    def _open_among(self, days: list[int]) -> Iterator[int]:
        """Yield those of sorted days of which the calendars leave a reading."""
        if len(days) <= 1:
            yield from (day for day in days if self._is_open(day))
            return
        zone, first, last = self._zone, days[0], days[-1] + 1
        start, end = zone.instant(first * DAY), zone.instant(last * DAY)
        if end - start != (last - first) * DAY or zone.changes(start, end):
            half = len(days) // 2
            yield from self._open_among(days[:half])
            yield from self._open_among(days[half:])
            return
        ahead = first * DAY - start
        free = IntervalSet([(start, end)]) - self.adjustment.closing(start, end)
        found = {
            wall // DAY
            for begins, ends in free
            for wall in self._named(begins + ahead, ends + ahead)
        }
        yield from (day for day in days if day in found)

    def _is_open(self, day: int) -> bool:
        """Whether the calendars leave a reading of a local day."""
        zone = self._zone
        start, end = zone.instant(day * DAY), zone.instant((day + 1) * DAY)
        free = IntervalSet([(start, end)]) - self.adjustment.closing(start, end)
        return any(self._named(zone.wall(first), zone.wall(last - 1) + 1) for first, last in free)

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
