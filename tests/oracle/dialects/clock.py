"""Tells what the clock on a wall shows in each minute, what it skips and what it shows twice."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from tests.oracle.wall import DAY, zone_named

MINUTE, HOUR = 60, 3600
MINUTES_A_DAY = 1440
FIRST_DATE = date(1970, 1, 1).toordinal()


class Piece(NamedTuple):
    """Minutes in a row, of one date and without a jump of the clock.

    ``start`` is the instant of the first one; ``minutes`` are what is shown, since midnight. Those
    in ``before`` are repetitions, those in ``again`` are still to be repeated.
    """

    date: date
    start: int
    minutes: range
    before: set[int]
    again: set[int]


class Gap(NamedTuple):
    """Readings that the clock skips, and the instant at which it does so."""

    at: int
    readings: list[tuple[date, int]]


class Timeline(NamedTuple):
    """All that the clock shows and skips in a stretch of time, a day before and a day after it."""

    pieces: list[Piece]
    gaps: list[Gap]


def readings(key: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give each minute's instant, and what the clock shows then as minutes since 1970."""
    for day in range(start, end, DAY):
        until = min(day + DAY, end)
        before, after = offset(key, day), offset(key, until)
        for at in range(day, until, MINUTE):
            # Nowhere do clocks change and change back within a day, so the ends speak for it.
            ahead = before if before == after else offset(key, at)
            yield at, (at + ahead) // MINUTE


def offset(key: str, at: int) -> int:
    """Give by how many seconds the clock is ahead of UTC."""
    ahead = datetime.fromtimestamp(at, zone_named(key)).utcoffset()
    assert ahead is not None
    return int(ahead.total_seconds())


@lru_cache(maxsize=1024)
def timeline(key: str, start: int, end: int) -> Timeline:
    """Follow the clock of a zone minute by minute."""
    pieces: list[Piece] = []
    gaps: list[Gap] = []
    shown_on: dict[date, list[Piece]] = defaultdict(list)
    first = last = latest = None
    began = 0

    def finish(wall: int, length: int) -> None:
        on = date_of(wall)
        minute = wall % MINUTES_A_DAY
        piece = Piece(on, began, range(minute, minute + length), set(), set())
        for earlier in shown_on[on]:
            shared = set(earlier.minutes) & set(piece.minutes)
            earlier.again.update(shared)
            piece.before.update(shared)
        shown_on[on].append(piece)
        pieces.append(piece)

    for at, wall in readings(key, start - DAY, end + DAY):
        if last is None or wall != last + 1 or wall % MINUTES_A_DAY == 0:
            if first is not None and last is not None:
                finish(first, last + 1 - first)
            if latest is not None and wall > latest + 1:
                skipped = range(latest + 1, wall)
                gaps.append(Gap(at, [(date_of(one), one % MINUTES_A_DAY) for one in skipped]))
            first, began = wall, at
        last = wall
        latest = wall if latest is None else max(latest, wall)
    assert first is not None
    assert last is not None
    finish(first, last + 1 - first)
    return Timeline(pieces, gaps)


@lru_cache(maxsize=1024)
def date_of(wall: int) -> date:
    """Give the date of a reading."""
    return date.fromordinal(FIRST_DATE + wall // MINUTES_A_DAY)


class Showing(NamedTuple):
    """A minute in which the clock shows what a line names."""

    at: int
    is_repetition: bool
    is_repeated: bool


def showings(
    zone: str, start: int, end: int, times: set[int], on: Callable[[date], bool]
) -> Iterator[Showing]:
    """Give every minute in `[start, end)` with one of the times, on a date that counts."""
    for piece in timeline(zone, start, end).pieces:
        if not on(piece.date):
            continue
        for minute in piece.minutes:
            if minute in times:
                at = piece.start + (minute - piece.minutes.start) * MINUTE
                if start <= at < end:
                    yield Showing(at, minute in piece.before, minute in piece.again)


@lru_cache(maxsize=128)
def changes(key: str, first_year: int, last_year: int) -> tuple[int, ...]:
    """Find the instants at which the clocks of a zone change in some years, the last included."""
    start = int(datetime(first_year, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(last_year + 1, 1, 1, tzinfo=UTC).timestamp())
    changed = list(range(start, end, DAY))
    for whole, step in ((DAY, HOUR), (HOUR, MINUTE)):
        changed = [
            part
            for at in changed
            if offset(key, at) != offset(key, at + whole)
            for part in range(at, at + whole, step)
        ]
    return tuple(at + MINUTE for at in changed if offset(key, at) != offset(key, at + MINUTE))
