"""What a schedule leaves out and moves: `except`, `on_non_business_day`, and its bounds.

In this order: the rule names readings, `from` and `until` bound them, `except` drops some, a day
that is no business day moves or drops what is left, and of two starts at one time one counts.
"""

from __future__ import annotations

from functools import lru_cache

from opspolicy.record import NamedTuple
from opspolicy.temporal import daytimes
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

STRETCH = 256
"""How many days are looked at together for what calendars leave open; it is kept for others."""

MANY_A_DAY = 96
"""Of so many readings a day, calendars are looked at first."""

PIECE = 8
"""How many starts are passed over in the time that it takes to ask for those of one interval."""

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
        stretch = IntervalSet([(start, end)])
        return union(hours.during(stretch) for hours in self.closing_hours())

    def closing_hours(self) -> tuple[Hours, ...]:
        """Return the hours of the calendars in whose open hours nothing runs."""
        known = [self.hours(name) for name in self.closed]
        return tuple(hours for hours in known if hours is not None)

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


class LeftOpen(NamedTuple):
    """What calendars leave open of a stretch: as instants, local days and seconds of such days.

    The days have one to spare at each end, and the times of day as much as clocks change by.
    """

    free: IntervalSet
    days: IntervalSet
    touched: tuple[Interval, ...]


# Thousands of lines are held against the same calendars, and over the same decades.
@lru_cache(maxsize=1024)
def _opened(closing: tuple[Hours, ...], zone: Zone, first: int, last: int) -> tuple[LeftOpen, ...]:
    """Return what calendars leave open of the local days ``[first, last)``.

    Days around clock changes are apart, as nearly any time of day is near what is open there.
    """
    start, end = zone.instant(first * DAY), zone.instant(last * DAY)
    whole = IntervalSet([(start, end)])
    left = whole - union(hours.during(whole) for hours in closing)
    changes = zone.changes(start - 3 * DAY, end + 3 * DAY) if left else []
    unquiet = IntervalSet([(each.start - 2 * DAY, each.start + 2 * DAY) for each in changes])
    found: list[LeftOpen] = []
    for free in (left - unquiet, left & unquiet):
        if free:
            days = [(zone.wall(low) // DAY - 1, zone.wall(high) // DAY + 2) for low, high in free]
            found.append(LeftOpen(free, IntervalSet(days), daytimes.touched(free, zone)))
    return tuple(found)


def _stretches(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield ``[first, last)`` in stretches that others share."""
    while first < last:
        until = min(last, (first // STRETCH + 1) * STRETCH)
        yield first, until
        first = until


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
        # What is due within the bounds can move out of them, but no farther.
        spare = (FARTHEST + 3) * DAY if adjustment.shift else 0
        start, end = max(start, bounds.start - spare), min(end, bounds.end + spare)
        if start >= end or adjustment.is_never_open:
            return []
        runs = self._due(zone, start, end)
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

    def _due(self, zone: Zone, start: int, end: int) -> list[tuple[int, int]]:
        """Return the runs of the rule, with or without those that are left out.

        Over a long time only what is left open is expanded: it may be nothing at all.
        """
        long = DAY if self.rule.busiest >= MANY_A_DAY else STRETCH * DAY
        if not self.adjustment.closed or end - start <= long:
            return self.rule.runs(zone, start, end)
        closing = self.adjustment.closing_hours()
        runs: list[tuple[int, int]] = []
        for first, last in _stretches(zone.wall(start) // DAY - 1, zone.wall(end) // DAY + 2):
            for opened in _opened(closing, zone, first, last):
                free = opened.free.within(start, end)
                if not free or not self.rule.comes_near(opened.touched, 0):
                    continue
                few = len(free) * PIECE < (last - first) * self.rule.busiest
                for low, high in free if few else [(free.start, free.end)]:
                    runs += self.rule.runs(zone, low, high)
        return runs

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
        if self._is_left_out(first, last):
            return []
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

    def _is_left_out(self, first: int, last: int) -> bool:
        """Whether that is plain of all readings in ``[first, last)`` before any is looked at."""
        if not self.adjustment.closed or self.rule.busiest < MANY_A_DAY:
            return False
        zone = self._zone
        start, end = zone.instant(first) - DAY, zone.instant(last) + DAY
        return not IntervalSet([(start, end)]) - self.adjustment.closing(start, end)

    def _named(self, first: int, last: int) -> list[int]:
        """Return the readings of the rule in ``[first, last)``; those of elapsed time, as shown."""
        if first >= last:
            return []
        if not isinstance(self.rule, Every):
            return self.rule.walls(first, last)
        zone = self._zone
        start, end = zone.instant(first), zone.instant(last)
        if not zone.changes(start - DAY, end + DAY):
            return [at + first - start for at in self.rule.walls(start, end)]
        around = self.rule.starts(zone, start - DAY, end + DAY)
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
        for day in (self._left_open if adjustment.closed else self._named_days)(low, high):
            moved = adjustment.moved(day)
            if moved is not None and first <= moved < last and moved not in seen:
                seen.add(moved)
                yield moved

    def _named_days(self, first: int, last: int) -> Iterator[int]:
        """Yield the days in ``[first, last)`` that the rule names and that aren't left out."""
        out = self.adjustment.days
        return (each for each in self.rule.possible_days(first, last) if each not in out)

    def _left_open(self, first: int, last: int) -> Iterator[int]:
        """Yield the days in ``[first, last)`` of which the calendars leave a reading.

        Mostly that is one of the first. Where it is none in decades, days are asked for together,
        and only where the calendars leave anything at the rule's times of day.
        """
        some: list[int] = []
        width = 1
        rest = last
        for day in self._named_days(first, last):
            if some and day - some[0] >= width:
                yield from self._open_among(some)
                some, width = [], 2 * width
                if width > MOST_TOGETHER:
                    rest = day
                    break
            some.append(day)
        yield from self._open_among(some)
        closing = self.adjustment.closing_hours()
        for low, high in _stretches(rest, last):
            near = [
                opened.days
                for opened in _opened(closing, self._zone, low, high)
                if self.rule.comes_near(opened.touched, 0)
            ]
            for begins, ends in union(near).within(low, high) if near else ():
                yield from self._open_among([*self._named_days(begins, ends)])

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
