"""tzdata's files, read as RFC 8536 describes them: changes of offset, and the rule that goes on.

zoneinfo answers what the offset is at an instant; here the question is when it changes. Its own
import also costs more than this whole module (docs/architecture.md, "Start-up"). The tests hold
every zone against zoneinfo, hour by hour around each change.
"""

from __future__ import annotations

import struct

from opspolicy.dates import date
from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, HOUR, MINUTE, SECOND

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
HEADER = struct.Struct(">4s c 15x 6l")
DEFAULT_TIME = 2 * HOUR  # POSIX: a change without a time is at 02:00
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
OFFSET = "0123456789:"
MOST_HOURS = 167


class Kind(NamedTuple):
    """A kind of local time: seconds ahead of UTC, and its short name."""

    offset: int
    name: str


class Yearly(NamedTuple):
    """A change that comes each year: on which day, at how many seconds after its midnight."""

    day: str
    time: int
    becomes: Kind

    def in_year(self, year: int) -> int:
        """Return the wall-clock reading of the change, by the clock that is about to change."""
        return _day_of(self.day, year) * DAY + self.time


class Table(NamedTuple):
    """A zone: the kind of time from each instant on, from before all of them, and ever after.

    ``yearly`` are the two changes a year after the last listed one, empty when there are none.
    """

    first: Kind
    changes: tuple[tuple[int, Kind], ...]
    yearly: tuple[Yearly, ...]


def read(data: bytes) -> Table:
    """Parse the bytes of a TZif file of version 2 or later; raises ValueError for others."""
    _, at = _block(data, 0, 4)
    (first, changes), at = _block(data, at, 8)
    return Table(first, changes, rule(data[at:].decode("ascii").strip("\n")))


def _block(
    data: bytes, at: int, size: int
) -> tuple[tuple[Kind, tuple[tuple[int, Kind], ...]], int]:
    """Return the changes one block lists, with times of ``size`` bytes, and where it ends."""
    magic, version, *counts = HEADER.unpack_from(data, at)
    if magic != b"TZif" or version < b"2":
        message = "not a TZif file of version 2 or later"
        raise ValueError(message)
    utc_flags, standard_flags, leaps, times, kinds, letters = counts
    at += HEADER.size
    instants = struct.unpack_from(f">{times}{'l' if size == 4 else 'q'}", data, at)  # noqa: PLR2004 - bytes
    at += times * size
    which = data[at : at + times]
    at += times
    listed = [struct.unpack_from(">lBB", data, at + 6 * number) for number in range(kinds)]
    at += 6 * kinds
    names = data[at : at + letters]
    at += letters + leaps * (size + 4) + standard_flags + utc_flags
    made = [
        Kind(offset, names[start : names.index(0, start)].decode("ascii"))
        for offset, _, start in listed
    ]
    changes = zip(instants, [made[each] for each in which], strict=True)
    return (made[0], tuple(changes)), at


def rule(footer: str) -> tuple[Yearly, ...]:
    """Return the two changes a POSIX rule such as `EST5EDT,M3.2.0,M11.1.0` makes each year.

    That is POSIX TZ, with the hours up to 167 and below zero that RFC 8536 adds. Raises ValueError
    for another text.
    """
    zone, *days = footer.split(",")
    name, rest = _name(zone)
    offset, rest = _offset(rest)
    other_name, rest = _name(rest)
    other_offset, rest = _offset(rest)
    stray = rest or (other_offset and not other_name)
    if not name or not offset or stray or len(days) != (2 if other_name else 0):
        message = f"not a rule for a time zone: {footer!r}"
        raise ValueError(message)
    # POSIX counts westwards.
    standard = Kind(-_seconds(offset), name)
    if not other_name:
        return ()
    ahead = -_seconds(other_offset) if other_offset else standard.offset + HOUR
    start, end = (_change(day) for day in days)
    return (Yearly(*start, Kind(ahead, other_name)), Yearly(*end, standard))


def _name(text: str) -> tuple[str, str]:
    """Return the name that text begins with, and the rest; both may be empty."""
    if text.startswith("<"):
        name, _, rest = text[1:].partition(">")
        return name, rest
    rest = text.lstrip(LETTERS)
    return text.removesuffix(rest), rest


def _offset(text: str) -> tuple[str, str]:
    """Return the offset that text begins with, and the rest; both may be empty."""
    sign = text[:1] if text.startswith(("+", "-")) else ""
    rest = text.removeprefix(sign).lstrip(OFFSET)
    return text.removesuffix(rest), rest


def _change(text: str) -> tuple[str, int]:
    """Return on which day a change comes, and at how many seconds after its midnight."""
    day, slash, time = text.partition("/")
    if not day.removeprefix("J").removeprefix("M").replace(".", "").isdigit():
        message = f"not a day of the year: {day!r}"
        raise ValueError(message)
    return day, _seconds(time) if slash else DEFAULT_TIME


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    parts = [int(part) for part in text.lstrip("+-").split(":")]
    if parts[0] > MOST_HOURS or len(parts) > 3:  # noqa: PLR2004 - hours, minutes, seconds
        message = f"not a time: {text!r}"
        raise ValueError(message)
    units = (HOUR, MINUTE, SECOND)
    return sign * sum(part * unit for part, unit in zip(parts, units, strict=False))


def _day_of(rule: str, year: int) -> int:
    """Return the day since 1970-01-01 that a rule names in a year."""
    first = date(year, 1, 1).toordinal() - EPOCH_ORDINAL
    if rule.startswith("J"):
        # Counted from 1 without 29 February.
        number = int(rule[1:])
        is_leap = date(year, 12, 31).timetuple().tm_yday > 365  # noqa: PLR2004 - days
        return first + number - 1 + (is_leap and number > 59)  # noqa: PLR2004 - 28 February
    if not rule.startswith("M"):
        return first + int(rule)
    month, week, weekday = (int(part) for part in rule[1:].split("."))
    begins = date(year, month, 1)
    # Sunday is 0; week 5 is the last one.
    day = begins.toordinal() + (weekday - begins.isoweekday()) % 7 + (week - 1) * 7
    following = date(year + month // 12, month % 12 + 1, 1).toordinal()
    return (day if day < following else day - 7) - EPOCH_ORDINAL
