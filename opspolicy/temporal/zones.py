"""Time zones from the pinned tzdata package: wall clock to instant and back.

A wall clock reading is held as the seconds since 1970-01-01T00:00 that the clock on the wall
shows, so it is an instant plus the zone's offset. Never read from the machine: two machines must
give one verdict.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left, bisect_right
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import tzdata

DATA = os.path.join(os.path.dirname(tzdata.__file__), "zoneinfo")
VERSION: str = tzdata.IANA_VERSION
DAY = 86_400
# The largest offset from UTC is 15:13:42 (Metlakatla before 1867), so two days cover any zone.
WIDEST = 2 * DAY
# Offsets are asked for once a day: since 1900, no two changes that cancel each other out lie
# closer together (tests/temporal/test_zones.py holds this against every zone's own table).
PROBE = DAY
# A table is grown by this much at once, so that neighbouring questions find it ready.
MARGIN = 400 * DAY
EARLIEST = -2_208_988_800  # 1900-01-01T00:00Z
LATEST = 7_258_118_400  # 2200-01-01T00:00Z
KEY = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}")


class ZoneError(ValueError):
    """Not a key of the pinned time zone data."""


class Segment(NamedTuple):
    """A stretch of time with one offset, and the offset before it (the same at the table's edge).

    ``start`` is the instant of the change even when that lies before the stretch asked for.
    """

    start: int
    end: int
    offset: int
    before: int


class Zone:
    """One time zone, as a table of offsets that grows with what is asked."""

    def __init__(self, key: str) -> None:
        """Load ``key``; raises ZoneError when tzdata doesn't have it."""
        if key not in keys():
            message = f"`{key}` is not a time zone of tzdata {VERSION}"
            raise ZoneError(message)
        self.key = key
        with open(os.path.join(DATA, *key.split("/")), "rb") as file:
            self._info = ZoneInfo.from_file(file, key)
        # Empty until the first question: most runs ask about one year of one zone.
        self._low = self._high = 0
        self._starts: list[int] = []
        self._offsets: list[int] = []
        self._segments: list[Segment] = []

    def __repr__(self) -> str:
        """Show the key."""
        return f"Zone({self.key!r})"

    def offset(self, instant: int) -> int:
        """Return the seconds the wall clock is ahead of UTC at ``instant``."""
        self._cover(instant, instant)
        return self._offsets[bisect_right(self._starts, instant) - 1]

    def wall(self, instant: int) -> int:
        """Return what the clock on the wall shows at ``instant``."""
        return instant + self.offset(instant)

    def segments(self, start: int, end: int) -> list[Segment]:
        """Return the stretches of one offset that meet ``[start, end)``, in order."""
        self._cover(start, end)
        first = bisect_right(self._starts, start) - 1
        return self._segments[first : bisect_left(self._starts, end, first + 1)]

    def changes(self, start: int, end: int) -> list[Segment]:
        """Return the segments that begin with a change of offset in ``[start, end)``."""
        return [
            each
            for each in self.segments(start, end)
            if each.start >= start and each.offset != each.before
        ]

    def readings(self, wall: int) -> list[int]:
        """Return the instants at which the clock shows ``wall``: none in a gap, two in a fold."""
        around = self.segments(wall - WIDEST, wall + WIDEST)
        return [
            wall - each.offset for each in around if each.start <= wall - each.offset < each.end
        ]

    def instant(self, wall: int, *, last: bool = False) -> int:
        """Return the instant of a wall-clock appointment.

        In a gap it moves to the gap's end; in a fold it takes the first reading, or the ``last``.
        """
        found = self.readings(wall)
        if found:
            return found[-1] if last else found[0]
        for each in self.changes(wall - WIDEST, wall + WIDEST):
            if each.start + each.before <= wall < each.start + each.offset:
                return each.start
        raise AssertionError(wall, self.key)  # a reading is missing only in a gap

    def abbreviation(self, instant: int) -> str:
        """Return the zone's short name at ``instant``, such as `EST`, or an offset like `+03`."""
        return datetime.fromtimestamp(instant, self._info).tzname() or self.key

    def _probe(self, instant: int) -> int:
        offset = datetime.fromtimestamp(instant, self._info).utcoffset()
        if offset is None:
            raise AssertionError(self.key)  # ZoneInfo always has one
        return round(offset.total_seconds())

    def _cover(self, start: int, end: int) -> None:
        if self._starts and self._low <= start and end <= self._high:
            return
        if start < EARLIEST or end > LATEST:
            message = f"the years before 1900 and after 2199 are out of reach ({self.key})"
            raise OverflowError(message)
        if not self._starts:
            self._low = self._high = max(EARLIEST, start - MARGIN)
            self._starts, self._offsets = [self._low], [self._probe(self._low)]
        # The first entry of either part is its edge, not a change, and known from the other side.
        if start < self._low:
            low = max(EARLIEST - WIDEST, start - MARGIN)
            starts, offsets = self._changes_between(low, self._low)
            self._starts = starts + self._starts[1:]
            self._offsets = offsets + self._offsets[1:]
            self._low = low
        if end > self._high:
            high = min(LATEST + WIDEST, end + MARGIN)
            starts, offsets = self._changes_between(self._high, high)
            self._starts += starts[1:]
            self._offsets += offsets[1:]
            self._high = high
        stops = [*self._starts[1:], self._high]
        before = [self._offsets[0], *self._offsets]
        # The table is never asked about what lies after its last stop before it has grown.
        self._segments = [
            Segment(*each) for each in zip(self._starts, stops, self._offsets, before, strict=False)
        ]

    def _changes_between(self, low: int, high: int) -> tuple[list[int], list[int]]:
        """Return the offsets from ``low`` to ``high``, with where each begins."""
        starts, offsets = [low], [self._probe(low)]
        while low < high:
            probe = min(low + PROBE, high)
            self._search(low, probe, starts, offsets)
            low = probe
        return starts, offsets

    def _search(self, low: int, high: int, starts: list[int], offsets: list[int]) -> None:
        """Find, to the second, each change in ``(low, high]``."""
        while offsets[-1] != self._probe(high):
            first, last = low, high
            while last - first > 1:
                middle = (first + last) // 2
                if self._probe(middle) == offsets[-1]:
                    first = middle
                else:
                    last = middle
            starts.append(last)
            offsets.append(self._probe(last))
            low = last


_zones: dict[str, Zone] = {}
_keys: frozenset[str] = frozenset()


def keys() -> frozenset[str]:
    """Return the keys tzdata lists; a name that isn't among them never becomes a path."""
    global _keys  # noqa: PLW0603 - read once, when the first zone is asked for
    if not _keys:
        with open(os.path.join(os.path.dirname(DATA), "zones"), encoding="ascii") as file:
            _keys = frozenset(key for key in file.read().split() if KEY.fullmatch(key))
    return _keys


def is_known(key: str) -> bool:
    """Whether tzdata has the zone ``key``."""
    return key in keys()


def zone(key: str) -> Zone:
    """Return the Zone of ``key``, loaded once; raises ZoneError for an unknown key."""
    if key not in _zones:
        _zones[key] = Zone(key)
    return _zones[key]


def utc_datetime(instant: int) -> datetime:
    """Return ``instant`` as an aware datetime in UTC."""
    return datetime.fromtimestamp(instant, UTC)
