"""Recurrence rules of RFC 5545, section 3.3.10: exact expansion on the wall clock.

A rule is a question to a date and one to a time of day, so a stretch is expanded by itself, however
far from the first start. `COUNT` alone has to be counted, once, up to the reading that it ends at.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from math import gcd

from opspolicy.temporal.daytimes import any_near
from opspolicy.temporal.dialects import APPOINTMENT
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.instants import rfc3339
from opspolicy.temporal.recurrence import CYCLE_YEARS, MOST_A_DAY, Recurrence, ScheduleError
from opspolicy.temporal.rrule.days import RuleDays, indices
from opspolicy.temporal.rrule.parts import HOURS_A_DAY, completed, ends_before, read
from opspolicy.temporal.zones import LATEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from opspolicy.temporal.instants import Moment
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.zones import Zone

CYCLE_DAYS = CYCLE_YEARS * 1461 // 4
LONGEST_STEP = 366
MOST_KEPT = 4
"""Of how many kinds of days a rule keeps the times; hourly and minutely ones can have thousands."""


class RRule(Recurrence):
    """One recurrence rule from its first start on, as readings of the wall clock.

    ``start`` and ``limit`` are the readings from which and before which it runs, in seconds, where
    `COUNT` doesn't end it earlier.

    A reading that clock changes skip counts for `COUNT` and `BYSETPOS` as any other, and moves to
    the end of the gap; RFC 5545 says both that it is ignored and that it moves.
    """

    __slots__ = (
        "_all_units",
        "_busiest",
        "_counted",
        "_days",
        "_freq",
        "_offsets",
        "_parts",
        "_positions",
        "_times",
        "_unit",
        "_units",
        "limit",
        "start",
    )

    def __init__(self, text: str, start: int, zone: Zone | None = None) -> None:
        """Parse ``text``; ``start`` is the reading it counts from, in seconds.

        ``start`` needn't match the rule. Without ``zone`` it belongs to no place, and a floating
        `UNTIL` to it. Raises ScheduleError when RFC 5545 doesn't allow the rule, and for more times
        of day than can be planned with.
        """
        self.text = text
        self.dialect = APPOINTMENT
        self.wild = False
        self.start = start
        parts = read(text)
        self.limit = LATEST if parts.until is None else ends_before(parts.until, zone)
        self._counted: int | None = None
        ordinals_in_month = parts.freq == "MONTHLY" or bool(parts.months)
        self._parts = parts = completed(parts, start)
        self._freq = parts.freq
        self._days = RuleDays(parts, start // DAY, ordinals_in_month=ordinals_in_month)
        self._times: dict[int, Sequence[int]] = {}
        self._make_times()

    def _make_times(self) -> None:
        """Sort the times of day by what the interval makes of them.

        A day's times are units (hours, minutes or, in rules by the day or longer, seconds) with
        the same offsets in each; of the units those count that lie whole intervals away.
        """
        parts = self._parts
        positions = parts.positions
        if self._freq == "MINUTELY":
            self._unit, offsets = MINUTE, list(parts.seconds)
            units = _minutes_of(tuple(parts.hours), tuple(parts.minutes))
        elif self._freq == "HOURLY":
            self._unit, units = HOUR, tuple(parts.hours)
            offsets = [at * MINUTE + each for at in parts.minutes for each in parts.seconds]
        else:
            self._unit, offsets = 1, [0]
            count = len(parts.hours) * len(parts.minutes) * len(parts.seconds)
            if count > MOST_A_DAY:
                raise _too_busy(count)
            units = tuple(
                hour * HOUR + minute * MINUTE + second
                for hour in parts.hours
                for minute in parts.minutes
                for second in parts.seconds
            )
        if positions and self._freq in {"MINUTELY", "HOURLY"}:
            offsets, positions = _picked(offsets, positions), ()
        elif positions and self._freq == "DAILY":
            units, positions = tuple(_picked([*units], positions)), ()
        self._offsets, self._positions = offsets, positions
        step = self._step
        # Steps and days come round together: a unit that they never meet at, no day has.
        apart = gcd(step, DAY // self._unit)
        met = self.start // self._unit % apart
        count = DAY // self._unit
        # Nothing but the step chooses among them, so they needn't be looked through.
        self._all_units = self._unit > 1 and len(units) == count and bool(offsets)
        self._units: Sequence[int] = range(met, count, apart)
        if self._all_units:
            self._busiest = len(offsets) * -(-count // step)
            self.fixed = bool(positions) or step * self._unit > HOUR
            return
        # Not kept by each rule: a file full of different ones would fill the memory.
        self._units = _shared(tuple(each for each in units if offsets and each % apart == met))
        counts: dict[int, int] = {}
        hours: dict[int, set[int]] = {}
        for unit in self._units:
            residue = unit % step
            counts[residue] = counts.get(residue, 0) + 1
            hours.setdefault(residue, set()).add(unit * self._unit // HOUR)
        self._busiest = len(offsets) * max(counts.values(), default=0)
        full_days = [len(each) == HOURS_A_DAY for each in hours.values()]
        self.fixed = bool(positions) or not full_days or not all(full_days)

    @property
    def has_ended(self) -> bool:
        """Whether it names a last reading, by `COUNT` or `UNTIL`."""
        return self._parts.instances is not None or self._parts.until is not None

    @property
    def busiest(self) -> int:
        """How many readings a day has at most."""
        return self._busiest

    @property
    def _step(self) -> int:
        """How many units lie between two that count; rules by the day or longer step by days."""
        return self._parts.interval if self._unit > 1 else 1

    @property
    def end(self) -> int:
        """The reading before which the last one is, in seconds."""
        if self._counted is None:
            left = self._parts.instances
            self._counted = self.limit if left is None else self._counted_end(left)
        return self._counted

    def _counted_end(self, left: int) -> int:
        # Longer and longer steps: neither many readings at once, nor many looks at empty years.
        first, days = self.start, 1
        while first < LATEST:
            last = (first // DAY + days) * DAY
            found = self._between(first, min(last, LATEST))
            if len(found) >= left:
                return found[left - 1] + 1
            left -= len(found)
            first, days = last, min(2 * days, LONGEST_STEP)
        return LATEST

    def walls(self, first: int, last: int) -> list[int]:
        """Return the readings in ``[first, last)`` that the rule names, in seconds, sorted."""
        return self._between(max(first, self.start), min(last, self.end))

    def _between(self, first: int, last: int) -> list[int]:
        """Return the readings whatever the first start and the end."""
        if first >= last or not self._units:
            return []
        first_day, last_day = first // DAY, (last - 1) // DAY
        if first_day == last_day:
            # The time of day rules out more than the date, and costs less.
            times, midnight = self._times_on(first_day), first_day * DAY
            low = bisect_left(times, first - midnight)
            if low == len(times) or times[low] >= last - midnight:
                return []
        if self._positions:
            found = self._positioned(first_day, last_day + 1)
            return found[bisect_left(found, first) : bisect_left(found, last)]
        found = []
        for day in self._days.between(first_day, last_day + 1):
            times, midnight = self._times_on(day), day * DAY
            low = bisect_left(times, first - midnight) if day == first_day else 0
            high = bisect_left(times, last - midnight) if day == last_day else len(times)
            found += [midnight + time for time in times[low:high]]
        return found

    @property
    def _clock(self) -> Sequence[int]:
        """All times of day, whichever days they are on."""
        unit, offsets = self._unit, self._offsets
        if self._all_units and len(offsets) == 1 and self._units:
            step = unit * gcd(self._step, DAY // unit)
            return range(self._units[0] * unit + offsets[0], DAY, step)
        return [at * unit + offset for at in self._units for offset in offsets]

    def _times_on(self, day: int) -> Sequence[int]:
        """Return the times of a day on which the rule falls, in seconds after midnight."""
        step = self._step
        residue = (self.start - day * DAY) // self._unit % step
        times = self._times.get(residue)
        if times is None:
            unit, offsets = self._unit, self._offsets
            units: Sequence[int] = self._units
            if self._all_units and len(offsets) == 1:
                return range(residue * unit + offsets[0], DAY, step * unit)
            if self._all_units:
                units = range(residue, DAY // unit, step)
            elif step > 1:
                units = [at for at in units if at % step == residue]
            times = [at * unit + offset for at in units for offset in offsets]
            if len(self._times) >= MOST_KEPT:
                self._times.clear()
            self._times[residue] = times
        return times

    def _positioned(self, first: int, last: int) -> list[int]:
        """Return what BYSETPOS picks on the days ``[first, last)``, and in the periods around.

        The set of a period is that of the whole period, also where the first start is within it.
        """
        days = self._days.between(self._days.period(first)[0], self._days.period(last - 1)[1])
        times = self._times_on(first)
        found: list[int] = []
        low = 0
        while low < len(days):
            high = bisect_left(days, self._days.period(days[low])[1], low)
            size = (high - low) * len(times)
            for at in indices(size, self._positions):
                day, time = divmod(at, len(times))
                found.append(days[low + day] * DAY + times[time])
            low = high
        return found

    def possible_days(self, first: int, last: int) -> Iterator[int]:
        """Yield the local days (since 1970-01-01) in ``[first, last)`` that have a reading.

        Before the first start and after the end there are none; on these two days there may not be.
        """
        for day in self._busy_days(first, last):
            if day * DAY >= self.end:
                return
            yield day

    def _busy_days(self, first: int, last: int) -> Iterator[int]:
        first, last = max(first, self.start // DAY), min(last, LATEST // DAY)
        if not self._units:
            return
        # Little by little, so that who stops at the first day found hasn't waited for the rest.
        low, step = first, 1
        while low < last:
            high = min(low + step, last)
            if self._positions:
                found = {wall // DAY for wall in self._positioned(low, high)}
                yield from sorted(day for day in found if low <= day < high)
            else:
                yield from [day for day in self._days.between(low, high) if self._times_on(day)]
            low, step = high, min(2 * step, LONGEST_STEP)

    def first_match(self) -> int | None:
        """Return the first reading at or after the start that matches, in seconds.

        None when 28 years bring none, as then none ever does but for the longest intervals.
        """
        day = self.start // DAY
        for each in self._busy_days(day, day + CYCLE_DAYS):
            found = self._between(max(each * DAY, self.start), (each + 1) * DAY)
            if found:
                return found[0] if found[0] < self.limit else None
        return None

    @property
    def surely_runs(self) -> bool:
        """Whether a look at the rule shows that it runs in each year from its start on."""
        parts = self._parts
        endless = parts.instances is None and parts.until is None
        if not endless or parts.interval != 1 or self._positions or not self._units:
            return False
        # What each year has, one of: nothing asked for, one kind of day that no year is without.
        asked = (parts.yeardays, parts.weeknos, parts.monthdays, parts.weekdays)
        if sum(map(bool, asked)) > 1 or parts.weeknos or (parts.yeardays and parts.months):
            return False
        days = (*parts.yeardays, *parts.monthdays, *[ordinal for ordinal, _ in parts.weekdays])
        # The shortest month is four weeks long; every weekday comes four times in it.
        surely = 4 if parts.weekdays else 28
        return not days or any(abs(day) <= surely for day in days)

    def comes_near(self, touched: Iterable[Interval], before: int) -> bool:
        """Whether a start's time of day lies in ``touched``, or up to ``before`` seconds ahead."""
        return any_near(self._clock, touched, before)

    def normal(self) -> tuple[object, ...]:
        """Return what decides when it runs, so that two spellings of one rule are equal."""
        parts = self._parts
        weeks_count = parts.freq == "WEEKLY" and (parts.interval > 1 or parts.positions)
        if not (weeks_count or parts.weeknos):
            parts = parts._replace(week_start=0)
        # Where it ends is the same whether counted or given.
        parts = parts._replace(instances=None, until=None)
        return (self.dialect.name, "rrule", parts, self.start, self.end)


def parse(text: str, start: Moment, zone: Zone) -> RRule:
    """Return the rule that starts first at ``start``, read in ``zone`` where it has no offset.

    Raises ScheduleError for a rule that RFC 5545 doesn't allow, that can't be planned with, or that
    ``start`` doesn't match.
    """
    wall = start.wall if start.offset is None else zone.wall(start.instant(zone))
    rule = RRule(text, wall, zone)
    if rule.busiest > MOST_A_DAY:
        raise _too_busy(rule.busiest)
    first = rule.first_match()
    if first != wall:
        raise _mismatch(rule, first)
    return rule


@lru_cache(maxsize=512)
def _minutes_of(hours: tuple[int, ...], minutes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the minutes of the day in some hours."""
    return tuple(at * 60 + each for at in hours for each in minutes)


@lru_cache(maxsize=512)
def _shared(units: tuple[int, ...]) -> tuple[int, ...]:
    """Return one object for equal tuples: most rules count in all hours or minutes of a day."""
    return units


def _too_busy(count: int) -> ScheduleError:
    message = f"the rule runs {count} times a day: {MOST_A_DAY}, once a minute, is the limit"
    return ScheduleError(message, "give fewer values in `BYSECOND` or `BYMINUTE`")


def _iso(wall: int) -> str:
    """Return a reading as a schedule's `start` is written: `2027-10-09T06:00`."""
    return rfc3339(wall).removesuffix("Z").removesuffix(":00")


def _mismatch(rule: RRule, first: int | None) -> ScheduleError:
    """Return the error for a start that isn't its rule's ``first`` reading."""
    started = _iso(rule.start)
    if first is not None:
        message = f"the start, `{started}`, is not one of the rule's own readings"
        return ScheduleError(message, f"the first that is: `start: {_iso(first)}`")
    if rule.limit <= rule.start:
        message = f"`UNTIL` lies before the start, `{started}`"
        return ScheduleError(message, "end it later, or leave `UNTIL` out")
    message = f"the rule names no reading in the {CYCLE_YEARS} years from its start, `{started}`"
    hint = "look for dates that don't exist, steps that pass them by, and an early `UNTIL`"
    return ScheduleError(message, hint)


def _picked(values: list[int], positions: tuple[int, ...]) -> list[int]:
    return [values[at] for at in indices(len(values), positions)]
