"""What clocks on the wall show, by `zoneinfo` and the pinned zone data alone."""

import zoneinfo
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

# The pinned `tzdata` package is the only source of zones; the machine's own may differ.
zoneinfo.reset_tzpath(())

DAY = 86400
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a clock on a wall


@cache
def zone_named(name: str) -> ZoneInfo:
    """Read a zone from the pinned package, whatever this process has loaded before."""
    return ZoneInfo.no_cache(name)


def local(at: int, zone: ZoneInfo) -> datetime:
    """Give what a clock in the zone shows at an instant: a *reading*, without a zone."""
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None)


def instants(reading: datetime, zone: ZoneInfo) -> list[int]:
    """Give every instant at which a clock in the zone shows the reading: none, one or two."""
    guesses = {int(reading.replace(tzinfo=zone, fold=fold).timestamp()) for fold in (0, 1)}
    return sorted(at for at in guesses if local(at, zone) == reading)


def jump(reading: datetime, zone: ZoneInfo) -> timedelta:
    """Give by how much the clock changes around a reading it skips or repeats."""
    offsets = [reading.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)]
    before, after = offsets
    assert before is not None
    assert after is not None
    return abs(after - before)


@cache
def end_of_gap(reading: datetime, zone: ZoneInfo) -> int:
    """Give the instant of the clock change that skips the reading."""
    # Read with the offset after the change, a skipped reading lies before the change (PEP 495).
    at = int(reading.replace(tzinfo=zone, fold=1).timestamp()) // 60 * 60
    before = datetime.fromtimestamp(at, zone).utcoffset()
    while datetime.fromtimestamp(at, zone).utcoffset() == before:
        at += 60
    return at


@cache
def calm(day: date, zone: ZoneInfo) -> int | None:
    """Give the offset from UTC around a date, in seconds; None where clocks change about then."""
    # Nowhere do clocks change and change back within four days.
    noon = int((datetime(day.year, day.month, day.day, 12) - EPOCH).total_seconds())  # noqa: DTZ001
    offsets = {
        datetime.fromtimestamp(at, zone).utcoffset() for at in (noon - 2 * DAY, noon + 2 * DAY)
    }
    (offset, *others) = offsets
    assert offset is not None
    return None if others else int(offset.total_seconds())


def appointment(reading: datetime, zone: ZoneInfo, *, last: bool = False) -> int:
    """Give the one instant meant by a wall-clock reading.

    A skipped reading means the gap's end, a repeated one its first showing, or its last.
    """
    offset = calm(reading.date(), zone)
    if offset is not None:
        return int((reading - EPOCH).total_seconds()) - offset
    shown = instants(reading, zone)
    if not shown:
        return end_of_gap(reading, zone)
    return shown[-1 if last else 0]


def midnight(day: date) -> datetime:
    """Give the reading with which a date begins."""
    return datetime.combine(day, time())
