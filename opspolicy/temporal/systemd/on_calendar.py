"""systemd's `OnCalendar=`: readings of the wall clock named by a calendar expression.

An expression is kept as bits, one set for each of its places; there is no table of its times, of
which `*:*:*` has 86,400 a day. Only the stretch asked for is expanded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache

from opspolicy.dates import date
from opspolicy.temporal.dialects import SYSTEMD
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.instants import calendar_date, weekday
from opspolicy.temporal.recurrence import ANY_WALL, MOST_A_DAY, Recurrence
from opspolicy.temporal.systemd import text as on_calendar_text
from opspolicy.temporal.systemd.lists import (
    DAY_FROM_END,
    DAY_OF_MONTH,
    MONTH,
    SECOND,
    YEAR,
    bits,
)
from opspolicy.temporal.systemd.lists import HOUR as HOURS
from opspolicy.temporal.systemd.lists import MINUTE as MINUTES
from opspolicy.temporal.systemd.text import ALL_WEEKDAYS
from opspolicy.temporal.tzif import EPOCH_ORDINAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.temporal.dialects import Dialect
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.zones import Zone

EVERY_YEAR = bits((), YEAR)
EVERY_MONTH = bits((), MONTH)
EVERY_DAY = bits((), DAY_OF_MONTH)
DAYS_OF_EVERY_MONTH = 0x1FFF_FFFE
# More dates a year than clocks are put forward, which can swallow a date's only time.
SURELY_ENOUGH = 4


_dates: dict[int, tuple[int, int, int, int, int]] = {}
"""Year, month, day, day from the month's end and weekday of days that were asked for."""


class OnCalendar(Recurrence):
    """One calendar expression, which runs where its weekdays and its dates and its times meet.

    ``zone_key`` is the zone written at its end, if any; the wall clock is that zone's then.

    The readings alone decide. systemd 252 itself misses a few that such repetitions name
    (`*-*-1/23` on 1 January) or gives up on them (`*-6/5-28` in London): they are kept here.
    """

    __slots__ = (
        "days",
        "every_day",
        "from_end",
        "hours",
        "minutes",
        "months",
        "seconds",
        "weekdays",
        "years",
        "zone_key",
    )

    def __init__(self, text: str, dialect: Dialect) -> None:
        """Parse ``text``; raises ScheduleError when systemd doesn't accept it."""
        read = on_calendar_text.read(text)
        self.text = text
        self.dialect = dialect
        self.zone_key = read.zone_key
        self.weekdays = read.weekdays
        self.years = bits(read.years, YEAR)
        self.months = bits(read.months, MONTH)
        self.from_end = read.from_end
        self.days = bits(read.days, DAY_FROM_END if self.from_end else DAY_OF_MONTH)
        self.hours = _values(bits(read.hours, HOURS))
        self.minutes = _values(bits(read.minutes, MINUTES))
        self.seconds = _values(bits(read.seconds, SECOND))
        self.wild = False
        self.fixed = len(self.hours) <= HOURS.high
        self.every_day = (self.years, self.months, self.days, self.weekdays) == (
            EVERY_YEAR, EVERY_MONTH, EVERY_DAY, ALL_WEEKDAYS,
        )  # fmt: skip

    def normalised(self) -> str:
        """Return the expression in systemd's normal form, as `systemd-analyze calendar` prints."""
        return on_calendar_text.normal_form(on_calendar_text.read(self.text))

    def normal(self) -> tuple[object, ...]:
        """Return what decides when it runs on its clock; whose clock that is, is said elsewhere."""
        return (self.dialect.name, *self.readings())

    def readings(self) -> tuple[object, ...]:
        """Return on which days and at which wall-clock times it runs, clock changes aside."""
        dates = (self.weekdays, self.years, self.months, self.days, self.from_end)
        return (*dates, self.hours, self.minutes, self.seconds)

    @property
    def has_ended(self) -> bool:
        """Whether it names a last reading: its years are listed."""
        return self.years != EVERY_YEAR

    @property
    def busiest(self) -> int:
        """How many readings a day has at most."""
        return len(self.hours) * len(self.minutes) * len(self.seconds)

    @property
    def times(self) -> tuple[int, ...]:
        """The seconds of the day at which it starts, where these are few enough to list."""
        return tuple(self._times(0, 0, DAY)) if self.busiest <= MOST_A_DAY else ()

    def runs_on(self, day: int) -> bool:
        """Whether it runs on a local day, counted from 1970-01-01."""
        known = _dates.get(day)
        if known is None:
            on = calendar_date(day)
            left = _length(on.year, on.month) + 1 - on.day
            known = _dates[day] = (on.year, on.month, on.day, left, weekday(day))
        year, month, day_of_month, left, day_of_week = known
        return bool(
            self.months >> month & 1
            and self.days >> (left if self.from_end else day_of_month) & 1
            and self.weekdays >> day_of_week & 1
            and self.years >> year & 1
        )

    def walls(self, first: int, last: int) -> list[int]:
        """Return the wall-clock readings in ``[first, last)`` that it names, sorted."""
        if first >= last:
            return []
        day, last_day = first // DAY, (last - 1) // DAY
        low, high = first - day * DAY, last - last_day * DAY
        if day == last_day:
            # The time of day is compared first: it rules out more, and costs less, than the date.
            if self.next_time(low) >= high or not (self.every_day or self.runs_on(day)):
                return []
            return self._times(day * DAY, low, high)
        found: list[int] = []
        days = range(day, last_day + 1) if self.every_day else self.possible_days(day, last_day + 1)
        for each in days:
            found += self._times(
                each * DAY, low if each == day else 0, high if each == last_day else DAY
            )
        return found

    def next_time(self, low: int) -> int:
        """Return the first time of day at or after ``low``, in seconds; a whole day for none."""
        hours, minutes, seconds = self.hours, self.minutes, self.seconds
        hour, rest = divmod(low, HOUR)
        at = bisect_left(hours, hour)
        if at < len(hours) and hours[at] == hour:
            minute, second = divmod(rest, MINUTE)
            place = bisect_left(minutes, minute)
            if place < len(minutes) and minutes[place] == minute:
                if second <= seconds[-1]:
                    second = seconds[bisect_left(seconds, second)]
                    return hour * HOUR + minute * MINUTE + second
                place += 1
            if place < len(minutes):
                return hour * HOUR + minutes[place] * MINUTE + seconds[0]
            at += 1
        if at == len(hours):
            return DAY
        return hours[at] * HOUR + minutes[0] * MINUTE + seconds[0]

    def _times(self, midnight: int, low: int, high: int) -> list[int]:
        """Return the readings from ``low`` to ``high`` seconds after ``midnight``."""
        hours, minutes, seconds = self.hours, self.minutes, self.seconds
        found: list[int] = []
        for hour in hours[
            bisect_left(hours, low // HOUR) : bisect_right(hours, (high - 1) // HOUR)
        ]:
            start = hour * HOUR
            at = midnight + start
            if low <= start and start + HOUR <= high:
                found += [at + minute * MINUTE + each for minute in minutes for each in seconds]
                continue
            first = bisect_left(minutes, (low - start) // MINUTE)
            last = bisect_right(minutes, (high - 1 - start) // MINUTE)
            found += [
                at + minute * MINUTE + each
                for minute in minutes[first:last]
                for each in seconds
                if low <= start + minute * MINUTE + each < high
            ]
        return found

    def starts_during(self, zone: Zone, when: Iterable[Interval]) -> list[int]:
        """Return the starts in each interval of ``when``, as ``starts`` does.

        Away from clock changes, most intervals are at other times of day, which one look tells.
        """
        found: list[int] = []
        calm_from = calm_until = offset = 0
        for start, end in when:
            if not calm_from <= start < end <= calm_until:
                if start >= end:
                    continue
                segments = zone.segments(start, end)
                last = segments[-1]
                # What a change repeats lies behind it, never further than it goes.
                calm_from = last.start + abs(last.offset - last.before)
                calm_until, offset = last.end, last.offset
                if start < calm_from:
                    for segment in segments:
                        self._starts_in(segment, start, end, ANY_WALL, found)
                    continue
            into_day = (start + offset) % DAY
            until = into_day + end - start
            after = self.next_time(into_day)
            if after >= until or (after == DAY and DAY + self.next_time(0) >= until):
                continue
            found += [wall - offset for wall in self.walls(start + offset, end + offset)]
        return found

    def comes_near(self, touched: Iterable[Interval], before: int) -> bool:
        """Whether a start's time of day lies in ``touched``, or up to ``before`` seconds ahead."""
        for start, end in touched:
            first = start - before
            if self.next_time(max(first, 0)) < min(end, DAY):
                return True
            # Ahead of midnight is the evening before.
            if first < 0 and self.next_time(first + DAY) < DAY:
                return True
        return False

    @property
    def surely_runs(self) -> bool:
        """Whether a look shows that it runs in each year there is, whatever the clocks do."""
        days = self.days & DAYS_OF_EVERY_MONTH
        dates = days.bit_count() * self.months.bit_count()
        return self.years == EVERY_YEAR and self.weekdays == ALL_WEEKDAYS and dates >= SURELY_ENOUGH

    def possible_days(self, first: int, last: int) -> Iterator[int]:
        """Yield the local days in ``[first, last)`` on which it runs, whole years left out."""
        on = calendar_date(first)
        year, month = on.year, on.month
        while True:
            later = self.years >> year
            if not later:
                return
            if not later & 1:
                year, month = year + (later & -later).bit_length() - 1, 1
            begins = date(year, month, 1).toordinal() - EPOCH_ORDINAL
            if begins >= last:
                return
            if self.months >> month & 1:
                yield from self._days_of(begins, _length(year, month), first, last)
            year, month = (year + 1, 1) if month == MONTH.high else (year, month + 1)

    def _days_of(self, begins: int, length: int, first: int, last: int) -> Iterator[int]:
        """Yield the days of a month that begins on day ``begins``, as far as in [first, last)."""
        for day in range(max(first, begins), min(last, begins + length)):
            place = begins + length - day if self.from_end else day - begins + 1
            if self.days >> place & 1 and self.weekdays >> weekday(day) & 1:
                yield day


@lru_cache(maxsize=4096)
def parse(text: str, dialect: Dialect = SYSTEMD) -> OnCalendar:
    """Return the OnCalendar of ``text``, one for equal texts; raises ScheduleError."""
    return OnCalendar(text, dialect)


@lru_cache(maxsize=256)
def _values(mask: int) -> tuple[int, ...]:
    return tuple([at for at in range(mask.bit_length()) if mask >> at & 1])


def _length(year: int, month: int) -> int:
    """Return how many days a month has."""
    following = date(year + month // MONTH.high, month % MONTH.high + 1, 1)
    return following.toordinal() - date(year, month, 1).toordinal()
