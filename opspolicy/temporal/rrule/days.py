"""On which days a recurrence rule falls: a year at a time, as bits.

All parts about the date are questions to a date, so a year is a number with a bit for each of its
days, and no year is expanded that wasn't asked for.
"""

from __future__ import annotations

from opspolicy.dates import date
from opspolicy.temporal.instants import calendar_date, weekday
from opspolicy.temporal.tzif import EPOCH_ORDINAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.rrule.parts import Parts

DAYS_A_YEAR = 366
LAST_MONTH = 12
# The fourth of January is always in week 1 (RFC 5545, BYWEEKNO; ISO 8601).
IN_WEEK_1 = 4
EVERY_7TH = sum(1 << at for at in range(0, DAYS_A_YEAR, 7))


def new_year(year: int) -> int:
    """Return the day, since 1970-01-01, of a year's first of January."""
    return date(year, 1, 1).toordinal() - EPOCH_ORDINAL


class RuleDays:
    """The days that a rule's parts name, from any of the periods that its interval leaves.

    ``parts`` are complete: what the rule leaves open is already taken from the first start, on the
    day ``anchor``. Where weeks of the year are asked for, the year is that of the week, whose
    edges aren't New Year.
    """

    __slots__ = ("_anchor", "_month_bits", "_ordinals_in_month", "_parts", "_years")

    def __init__(self, parts: Parts, anchor: int, *, ordinals_in_month: bool) -> None:
        """Hold the parts; ``ordinals_in_month`` counts weekdays in the month, not the year."""
        self._parts = parts
        self._anchor = anchor
        self._ordinals_in_month = ordinals_in_month
        self._years: dict[int, tuple[int, int]] = {}
        self._month_bits: dict[tuple[int, int], int] = {}

    def between(self, first: int, last: int) -> list[int]:
        """Return the days in ``[first, last)``, counted from 1970-01-01, sorted."""
        if first >= last:
            return []
        found: list[int] = []
        for year in range(calendar_date(first).year, calendar_date(last - 1).year + 1):
            start, bits = self._year(year)
            low, high = max(first - start, 0), min(last - start, DAYS_A_YEAR)
            bits = bits >> low & (1 << high - low) - 1
            if bits:
                low += start
                found += [low + at for at, bit in enumerate(f"{bits:b}"[::-1]) if bit == "1"]
        interval = self._parts.interval
        if interval > 1:
            if self._parts.freq == "DAILY":
                phase = self._anchor % interval
                return [day for day in found if day % interval == phase]
            if self._parts.freq == "WEEKLY":
                phase = self._week(self._anchor) % interval
                return [day for day in found if self._week(day) % interval == phase]
        return found

    def period(self, day: int) -> tuple[int, int]:
        """Return the week, month or year around ``day``, as its first day and the next one's."""
        if self._parts.freq == "WEEKLY":
            start = day - (weekday(day) - self._parts.week_start) % 7
            return start, start + 7
        if self._parts.freq == "YEARLY" and self._parts.weeknos:
            year = self._week_year(day)
            return self._week_1(year), self._week_1(year + 1)
        on = calendar_date(day)
        if self._parts.freq == "YEARLY":
            return new_year(on.year), new_year(on.year + 1)
        start = day - on.day + 1
        within_next = calendar_date(start + 31)
        return start, start + 32 - within_next.day

    def _week(self, day: int) -> int:
        # 1970-01-01 was a Thursday, 3.
        return (day + 3 - self._parts.week_start) // 7

    def _week_1(self, year: int) -> int:
        day = new_year(year) + IN_WEEK_1 - 1
        return day - (weekday(day) - self._parts.week_start) % 7

    def _week_year(self, day: int) -> int:
        year = calendar_date(day).year
        if day < self._week_1(year):
            return year - 1
        return year + 1 if day >= self._week_1(year + 1) else year

    def _in_step(self, number: int, anchor: int) -> bool:
        return (number - anchor) % self._parts.interval == 0

    def _year(self, year: int) -> tuple[int, int]:
        """Return a year's first day, and its days as bits."""
        known = self._years.get(year)
        if known is None:
            start = new_year(year)
            known = self._years[year] = (start, self._bits(year, start))
        return known

    def _bits(self, year: int, start: int) -> int:
        parts = self._parts
        yearly = parts.freq == "YEARLY"
        if yearly and not parts.weeknos:
            anchor = calendar_date(self._anchor).year
            if not self._in_step(year, anchor):
                return 0
        length = new_year(year + 1) - start
        bits = self._months_of(year, start)
        if bits and parts.yeardays:
            bits &= _counted(parts.yeardays, length)
        if bits and parts.weeknos:
            bits &= self._weeks_of(year, start)
        if bits and parts.weekdays and not self._ordinals_in_month:
            bits &= self._weekdays_of(length, weekday(start))
        return bits

    def _months_of(self, year: int, start: int) -> int:
        """Return the days that the parts about months, and days in them, allow."""
        parts = self._parts
        bits = 0
        first = calendar_date(self._anchor)
        anchor = first.year * LAST_MONTH + first.month
        monthly = parts.freq == "MONTHLY"
        at = start
        for month in range(1, LAST_MONTH + 1):
            following = (
                new_year(year + 1)
                if month == LAST_MONTH
                else date(year, month + 1, 1).toordinal() - EPOCH_ORDINAL
            )
            allowed = not parts.months or month in parts.months
            if allowed and (not monthly or self._in_step(year * LAST_MONTH + month, anchor)):
                bits |= self._days_of_month(following - at, weekday(at)) << at - start
            at = following
        return bits

    def _days_of_month(self, length: int, first_weekday: int) -> int:
        """Return the days of a month so long, that begins on such a weekday."""
        bits = self._month_bits.get((length, first_weekday))
        if bits is None:
            bits = (1 << length) - 1
            if self._parts.monthdays:
                bits &= _counted(self._parts.monthdays, length)
            if self._parts.weekdays and self._ordinals_in_month:
                bits &= self._weekdays_of(length, first_weekday)
            self._month_bits[length, first_weekday] = bits
        return bits

    def _weekdays_of(self, length: int, first_weekday: int) -> int:
        """Return the weekdays asked for, in a month or year so long."""
        bits = 0
        for ordinal, day in self._parts.weekdays:
            first = (day - first_weekday) % 7
            if not ordinal:
                bits |= EVERY_7TH << first
                continue
            # From the end the last one is found first, as far ahead of the first as weeks fit in.
            steps = ordinal - 1 if ordinal > 0 else (length - 1 - first) // 7 + 1 + ordinal
            if steps >= 0:
                bits |= 1 << first + 7 * steps
        return bits & (1 << length) - 1

    def _weeks_of(self, year: int, start: int) -> int:
        """Return the days in the weeks asked for, also in those that reach in from other years."""
        bits = 0
        for week_year in (year - 1, year, year + 1):
            if not self._in_step(week_year, self._week_year(self._anchor)):
                continue
            first = self._week_1(week_year)
            weeks = (self._week_1(week_year + 1) - first) // 7
            for number in self._parts.weeknos:
                week = number - 1 if number > 0 else weeks + number
                if 0 <= week < weeks:
                    at = first + 7 * week - start
                    bits |= 0b111_1111 << at if at >= 0 else 0b111_1111 >> -at
        return bits


def _counted(numbers: tuple[int, ...], length: int) -> int:
    """Return days counted from 1, or from the end by -1, of a month or year of ``length`` days."""
    bits = 0
    for number in numbers:
        if abs(number) <= length:
            bits |= 1 << (number - 1 if number > 0 else length + number)
    return bits


def indices(size: int, positions: tuple[int, ...]) -> list[int]:
    """Return where positions, from 1 or from the end by -1, point to in a set of ``size``."""
    return sorted({at - 1 if at > 0 else size + at for at in positions if abs(at) <= size})
