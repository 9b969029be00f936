"""Time zones from the pinned tzdata package: wall clock to instant and back.

A wall clock reading is held as the seconds since 1970-01-01T00:00 that the clock on the wall
shows, so it is an instant plus the zone's offset. Never read from the machine: two machines must
give one verdict.
"""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right

import tzdata

from opspolicy.dates import date
from opspolicy.record import NamedTuple
from opspolicy.temporal import tzif
from opspolicy.temporal.durations import DAY

DATA = os.path.join(os.path.dirname(tzdata.__file__), "zoneinfo")
VERSION: str = tzdata.IANA_VERSION
# The largest offset from UTC is 15:13:42 (Metlakatla before 1867), so two days cover any zone.
WIDEST = 2 * DAY
EARLIEST = -2_208_988_800  # 1900-01-01T00:00Z
LATEST = 7_258_118_400  # 2200-01-01T00:00Z
# Rules are written out for this many years more than was asked for.
YEARS_AT_ONCE = 5


class ZoneError(ValueError):
    """Not a key of the pinned time zone data."""


class Segment(NamedTuple):
    """A stretch of time with one offset, and the offset before it.

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
            self._table = tzif.read(file.read())
        self._changes = list(self._table.changes)
        last = self._changes[-1][0] if self._changes else EARLIEST
        self._next_year = max(_year(last), _year(EARLIEST))
        self._high = last if self._table.yearly else LATEST + WIDEST
        self._asked: tuple[int, int] | None = None
        self._answer: list[Segment] = []
        self._make_segments()

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
        # Thousands of schedules ask about the same horizon, one after the other.
        if self._asked != (start, end):
            self._asked = (start, end)
            self._answer = [
                each
                for each in self.segments(start, end)
                if each.start >= start and each.offset != each.before
            ]
        return self._answer

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
        self._cover(instant, instant)
        at = bisect_right(self._changes, instant, key=lambda change: change[0]) - 1
        return self._changes[at][1].name if at >= 0 else self._table.first.name

    def _cover(self, start: int, end: int) -> None:
        if start < EARLIEST or end > LATEST:
            message = f"the years before 1900 and after 2199 are out of reach ({self.key})"
            raise OverflowError(message)
        if end > self._high:
            self._write_out(_year(end) + YEARS_AT_ONCE)
            self._make_segments()

    def _write_out(self, until: int) -> None:
        """Turn the yearly rule into changes, up to the end of the year ``until``."""
        last, kind = self._changes[-1] if self._changes else (EARLIEST, self._table.first)
        for year in range(self._next_year, until + 1):
            for rule in sorted(self._table.yearly, key=lambda each: each.in_year(year)):
                # The reading is that of the clock before it changes.
                instant = rule.in_year(year) - kind.offset
                if instant > last and rule.becomes != kind:
                    self._changes.append((instant, rule.becomes))
                    last, kind = self._changes[-1]
        self._next_year = until + 1
        # The turn of the year is never in doubt: the next rule's change is still to come.
        self._high = (date(until + 1, 1, 1).toordinal() - tzif.EPOCH_ORDINAL) * DAY - WIDEST

    def _make_segments(self) -> None:
        """Work out the stretches of one offset: a change of name alone is none."""
        starts, offsets = [EARLIEST - WIDEST], [self._table.first.offset]
        for instant, kind in self._changes:
            if instant <= starts[0]:
                offsets[0] = kind.offset
            elif kind.offset != offsets[-1]:
                starts.append(instant)
                offsets.append(kind.offset)
        self._starts, self._offsets = starts, offsets
        stops = [*starts[1:], LATEST + WIDEST]
        before = [offsets[0], *offsets]
        self._segments = [
            Segment(*each) for each in zip(starts, stops, offsets, before, strict=False)
        ]


def _year(instant: int) -> int:
    return date.fromordinal(instant // DAY + tzif.EPOCH_ORDINAL).year


_zones: dict[str, Zone] = {}
_keys: frozenset[str] = frozenset()


def keys() -> frozenset[str]:
    """Return the keys tzdata lists; a name that isn't among them never becomes a path."""
    global _keys  # noqa: PLW0603 - read once, when the first zone is asked for
    if not _keys:
        with open(os.path.join(os.path.dirname(DATA), "zones"), encoding="utf-8") as file:
            _keys = frozenset(file.read().split())
    return _keys


def is_known(key: str) -> bool:
    """Whether tzdata has the zone ``key``."""
    return key in keys()


def hint(key: str) -> str:
    """Return what to write instead of a ``key`` that isn't one."""
    cities = {each.rpartition("/")[2]: each for each in sorted(keys(), reverse=True)}
    city = key.strip().replace(" ", "_").title()
    if city in cities:
        return f"did you mean `{cities[city]}`?"
    # What is nearest to `CEST` is `EST`, seven hours away.
    if (key.isupper() and "/" not in key) or any(each in "+:0123456789" for each in key):
        return "name a place, such as `Europe/Berlin`: that says when its clocks change, too"
    from opspolicy.phrases import did_you_mean  # noqa: PLC0415 - only for a mistake

    return did_you_mean(key, sorted(keys()))


def zone(key: str) -> Zone:
    """Return the Zone of ``key``, loaded once; raises ZoneError for an unknown key."""
    if key not in _zones:
        _zones[key] = Zone(key)
    return _zones[key]
