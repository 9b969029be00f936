"""Cron lines: exact expansion in a dialect.

A line is parsed once into bit masks; expansion walks local days and never searches. Only the
stretch asked for is expanded, so testing a line against a two-hour outage costs two hours.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from opspolicy.temporal import cron_grammar
from opspolicy.temporal.cron_grammar import (
    ALL_DAYS,
    ALL_HOURS,
    ALL_MONTHS,
    ALL_WEEKDAYS,
    DAYS_OF_EVERY_MONTH,
    LastDay,
    values,
)
from opspolicy.temporal.daytimes import any_near
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.instants import MINUTES_A_DAY, calendar_date, weekday
from opspolicy.temporal.recurrence import Recurrence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.temporal.cron_grammar import NthWeekday, SpecialDay
    from opspolicy.temporal.dialects import Dialect
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.zones import Zone

SATURDAY, SUNDAY = 6, 0

_dates: dict[int, tuple[int, int, int]] = {}
"""Month, day and weekday (Sunday is 0) of days; thousands of lines ask for the same few."""

_long: dict[tuple[int, int, int, bool, int, int], list[int]] = {}
"""The days on which lines run over a long time: most lines share theirs with many others."""

LONG, MOST_LONG = 31, 256


class Cron(Recurrence):
    """One cron line in one dialect.

    Days are counted from 1970-01-01, weekdays from Sunday as cron does.
    """

    __slots__ = ("_clock", "either_day", "every_day", "is_plain", "line")

    def __init__(self, text: str, dialect: Dialect) -> None:
        """Parse ``text``; raises ScheduleError when the dialect doesn't accept it."""
        self.text = text
        self.dialect = dialect
        if dialect.at_gap == "shifted":
            from opspolicy.temporal import airflow  # noqa: PLC0415 - only for those who use it

            line = airflow.read(text, dialect)
        else:
            line = cron_grammar.read(text, dialect)
        self.line = line
        self._clock = (line.hours, line.minutes, line.seconds)
        # cron.c, find_jobs: OR unless a star says that one of the fields doesn't matter.
        self.either_day = not (line.any_day or line.any_weekday)
        self.wild = line.wild
        self.fixed = line.hours != ALL_HOURS
        # Whether the masks say all there is: no `L`, `W`, `#` and no years.
        special = bool(line.special_days or line.special_weekdays)
        self.is_plain = not special and line.years is None
        days = (line.days == ALL_DAYS, line.weekdays == ALL_WEEKDAYS)
        any_month = line.months == ALL_MONTHS and self.is_plain
        self.every_day = any_month and (any(days) if self.either_day else all(days))

    @property
    def times(self) -> tuple[int, ...]:
        """The times of day at which it runs, in seconds after midnight, sorted."""
        return _times(*self._clock)

    @property
    def busiest(self) -> int:
        """How many readings a day has at most."""
        return _count(*self._clock)

    def normal(self) -> tuple[object, ...]:
        """Return what decides when this line runs, so that two spellings of one line are equal."""
        return (self.dialect.name, *self.readings(), self.wild)

    def readings(self) -> tuple[object, ...]:
        """Return on which days and at which wall-clock times it runs, clock changes aside."""
        line = self.line
        special = (line.special_days, line.special_weekdays, tuple(sorted(line.years or ())))
        days = (line.days, line.months, line.weekdays, self.either_day)
        return (self._clock, *days, *(special if any(special) else ()))

    @property
    def has_ended(self) -> bool:
        """Whether it names a last reading: its years are listed."""
        return self.line.years is not None

    @property
    def carries_changes(self) -> bool:
        """Whether a clock change can move a start that is days away from it."""
        # Airflow's elapsed time to the next run carries a change as far as that run is away.
        return self.dialect.at_gap == "shifted" and self.wild and not self.every_day

    def runs_on(self, day: int) -> bool:
        """Whether it runs on a local day, counted from 1970-01-01."""
        known = _dates.get(day)
        if known is None:
            date = calendar_date(day)
            known = _dates[day] = (date.month, date.day, (weekday(day) + 1) % 7)
        month, day_of_month, day_of_week = known
        line = self.line
        if not line.months >> month & 1:
            return False
        by_day = line.days >> day_of_month & 1
        by_weekday = line.weekdays >> day_of_week & 1
        if not self.is_plain:
            date = calendar_date(day)
            if line.years is not None and date.year not in line.years:
                return False
            # The 32nd of a month is as far into the next one as it has days less.
            length = 32 - calendar_date(day + 32 - day_of_month).day
            # What may stand there instead of a plain field leaves its mask empty.
            for each in line.special_days:
                by_day |= _is_that_day(each, day_of_month, day_of_week, length)
            for nth in line.special_weekdays:
                by_weekday |= _is_that_weekday(nth, day_of_month, day_of_week, length)
        return bool(by_day or by_weekday) if self.either_day else bool(by_day and by_weekday)

    def days_on(self, first: int, last: int) -> Iterable[int]:
        """Return the local days in ``[first, last)`` on which it runs."""
        if self.every_day:
            return range(first, last)
        if last - first < LONG or not self.is_plain:
            return [day for day in range(first, last) if self.runs_on(day)]
        line = self.line
        rule = (line.months, line.days, line.weekdays, self.either_day, first, last)
        if rule not in _long:
            if len(_long) >= MOST_LONG:
                _long.clear()
            _long[rule] = [day for day in range(first, last) if self.runs_on(day)]
        return _long[rule]

    def starts_during(self, zone: Zone, when: Iterable[Interval]) -> list[int]:
        """Return the starts in each interval of ``when``, as ``starts`` does.

        This is where a large estate spends its time: thousands of lines, each held against the
        same few outages. Away from clock changes it is two comparisons an outage.
        """
        found: list[int] = []
        calm_from = calm_until = offset = 0
        times = self.times
        count, first_of_day, last_of_day = len(times), times[0], times[-1]
        for start, end in when:
            if not calm_from <= start < end <= calm_until:
                calm_from, calm_until, offset = self._calm(zone, start, end)
                if not calm_from <= start < end <= calm_until:
                    found += self.starts(zone, start, end)
                    continue
            # Most outages are at other times of day than the line, which two looks can tell.
            into_day = (start + offset) % DAY
            until = into_day + end - start
            if until <= DAY:
                low = bisect_left(times, into_day)
                if low == count or times[low] >= until:
                    continue
            elif last_of_day < into_day and first_of_day >= until - DAY:
                continue
            found += [wall - offset for wall in self.walls(start + offset, end + offset)]
        return found

    def _calm(self, zone: Zone, start: int, end: int) -> tuple[int, int, int]:
        """Return the time about ``[start, end)`` in which no clock change plays a part."""
        last = zone.segments(start, end)[-1]
        # What a change repeats or shifts lies behind it, never further than it goes.
        calm_from = last.start + abs(last.offset - last.before)
        calm_until = last.end
        if self.dialect.in_fold == "last":
            # Before it lies what only the second reading will do.
            calm_until -= DAY
            if self.carries_changes:
                calm_from = calm_until
        return calm_from, calm_until, last.offset

    def comes_near(self, touched: Iterable[Interval], before: int) -> bool:
        """Whether a start's time of day lies in ``touched``, or up to ``before`` seconds ahead."""
        return self.carries_changes or any_near(self.times, touched, before)

    def walls(self, first: int, last: int) -> list[int]:
        """Return the wall-clock readings in ``[first, last)`` that the fields name, sorted."""
        if first >= last:
            return []
        times = self.times
        day, last_day = first // DAY, (last - 1) // DAY
        midnight = day * DAY
        low = bisect_left(times, first - midnight)
        if day == last_day:
            high = bisect_left(times, last - midnight, low)
            # The time of day is compared first: it rules out more, and costs less, than the date.
            if low == high or not (self.every_day or self.runs_on(day)):
                return []
            return [midnight + time for time in times[low:high]]
        found: list[int] = []
        if low and self.runs_on(day):
            found += [midnight + time for time in times[low:]]
        for each in self.days_on(day + bool(low), last_day):
            midnight = each * DAY
            found += [midnight + time for time in times]
        midnight = last_day * DAY
        high = bisect_left(times, last - midnight)
        if high and (self.every_day or self.runs_on(last_day)):
            found += [midnight + time for time in times[:high]]
        return found

    @property
    def surely_runs(self) -> bool:
        """Whether it runs in each year there is, which for most lines a look at the masks shows."""
        line = self.line
        # Every month has 28 days and every weekday; a gap swallows one day's run at most.
        every = line.days & DAYS_OF_EVERY_MONTH
        by_day = bool(every) and (self.either_day or line.weekdays == ALL_WEEKDAYS)
        by_weekday = bool(line.weekdays) and (self.either_day or every == DAYS_OF_EVERY_MONTH)
        return (by_day or by_weekday) and line.years is None

    def possible_days(self, first: int, last: int) -> Iterator[int]:
        """Yield the local days in ``[first, last)`` on which it runs, whole months left out."""
        day, line = first, self.line
        while day < last:
            date = calendar_date(day)
            if line.years is not None and date.year not in line.years:
                day = _next_new_year(day)
                continue
            if not line.months >> date.month & 1:
                next_month = day + 32 - date.day
                day = next_month - calendar_date(next_month).day + 1
                continue
            if self.runs_on(day):
                yield day
            day += 1


def _next_new_year(day: int) -> int:
    """Return the day on which the year after that of ``day`` begins."""
    date = calendar_date(day)
    return day + date.replace(month=12, day=31).toordinal() - date.toordinal() + 1


def _is_that_day(special: SpecialDay, day: int, day_of_week: int, length: int) -> bool:
    """Whether a day of a month of ``length`` days is the one that `L`, `LW` or `15W` names."""
    target = length - special.back if isinstance(special, LastDay) else special.day
    if not 1 <= target <= length:
        return False
    if isinstance(special, LastDay) and not special.on_weekday:
        return day == target
    # CronExpression.getTimeAfter: to the nearest weekday, but never into another month.
    named = (day_of_week + target - day) % 7
    if named == SATURDAY:
        target += -1 if target > 1 else 2
    elif named == SUNDAY:
        target += -2 if target == length else 1
    return day == target


def _is_that_weekday(nth: NthWeekday, day: int, day_of_week: int, length: int) -> bool:
    """Whether a day of a month of ``length`` days is the one that `6#3` or `6L` names."""
    if day_of_week != nth.weekday:
        return False
    return (day - 1) // 7 + 1 == nth.nth if nth.nth else day > length - 7


def _times(hours: int, minutes: int, seconds: int) -> tuple[int, ...]:
    """Return the seconds of the day that three masks name.

    Kept for so many at a time and not by each line: a file full of different lines that run every
    minute would fill the memory.
    """
    many = _count(hours, minutes, seconds)
    if many <= FEW:
        return _few_times(hours, minutes, seconds)
    return (_some_times if many <= MINUTES_A_DAY else _many_times)(hours, minutes, seconds)


def _count(hours: int, minutes: int, seconds: int) -> int:
    return hours.bit_count() * minutes.bit_count() * seconds.bit_count()


def _listed_times(hours: int, minutes: int, seconds: int) -> tuple[int, ...]:
    within = [m * MINUTE + s for m in values(minutes) for s in values(seconds)]
    return tuple([at * HOUR + each for at in values(hours) for each in within])


FEW = 48
_few_times = lru_cache(maxsize=8192)(_listed_times)
_some_times = lru_cache(maxsize=256)(_listed_times)
_many_times = lru_cache(maxsize=8)(_listed_times)


@lru_cache(maxsize=1 << 16)
def parse(text: str, dialect: Dialect) -> Cron:
    """Return the Cron of ``text`` in ``dialect``, one for equal lines; raises ScheduleError."""
    return Cron(text, dialect)
