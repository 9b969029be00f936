"""Ticks of a time axis on the clock of a zone: hours, days, weeks, months or years, as fit."""

from __future__ import annotations

from opspolicy.dates import date
from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, HOUR
from opspolicy.temporal.instants import calendar_date, clock, day_words, weekday
from opspolicy.temporal.tzif import EPOCH_ORDINAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.temporal.zones import Zone

MINUTES = 60
FINE = (
    MINUTES,
    5 * MINUTES,
    15 * MINUTES,
    30 * MINUTES,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
)
DAYS = (1, 2, 7, 14)
MONTHS = (1, 2, 3, 6, 12, 24, 60)
A_MONTH, A_YEAR = 28 * DAY, 12


class Tick(NamedTuple):
    """An instant with a label; a ``major`` one begins a day, or a year."""

    instant: int
    text: str
    major: bool


def ticks(start: int, end: int, zone: Zone, most: int) -> list[Tick]:
    """Return at most so many ticks of ``[start, end)``, equally far apart on the zone's clock."""
    most = max(most, 1)
    length = end - start
    for step in FINE:
        if length <= step * most:
            return list(_times(start, end, zone, step))
    for days in DAYS:
        if length <= days * DAY * most:
            return list(_days(start, end, zone, days))
    months = next((each for each in MONTHS if length <= each * A_MONTH * most), MONTHS[-1])
    return list(_months(start, end, zone, months))


def _times(start: int, end: int, zone: Zone, step: int) -> Iterator[Tick]:
    for each in zone.segments(start, end):
        low = max(start, each.start) + each.offset
        for wall in range(-(-low // step) * step, min(end, each.end) + each.offset, step):
            midnight = wall % DAY == 0
            text = _day(wall // DAY) if midnight else clock(wall, with_date=False)
            yield Tick(wall - each.offset, text, midnight)


def _days(start: int, end: int, zone: Zone, step: int) -> Iterator[Tick]:
    first, last = zone.wall(start) // DAY, zone.wall(end) // DAY
    if step % 7 == 0:
        # Weeks begin on Mondays.
        first += -weekday(first) % 7
    for day in range(first, last + 1, step):
        at = zone.instant(day * DAY)
        # Where a zone crosses the date line, a day may be left out.
        if start <= at < end and zone.wall(at) // DAY == day:
            # Of weeks, the first of a month stands out.
            major = calendar_date(day).day <= (step if step % 7 == 0 else 1)
            yield Tick(at, _day(day), major)


def _months(start: int, end: int, zone: Zone, step: int) -> Iterator[Tick]:
    first = calendar_date(zone.wall(start) // DAY)
    month = first.year * A_YEAR + first.month - 1
    month -= month % step
    while True:
        year, number = divmod(month, A_YEAR)
        day = date(year, number + 1, 1).toordinal() - EPOCH_ORDINAL
        at = zone.instant(day * DAY)
        if at >= end:
            return
        if at >= start:
            _, _, name, _ = day_words(day).split(" ")
            major = number == 0
            yield Tick(at, f"{year}" if step >= A_YEAR else f"{name} {year}", major)
        month += step


def _day(day: int) -> str:
    """Return `Sat 9 Oct`."""
    return " ".join(day_words(day).split(" ")[:3])
