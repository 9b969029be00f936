"""Zones against the transitions in tzdata's own files, which are read here without zoneinfo."""

from __future__ import annotations

import datetime as dt
import random
import re
import struct
from pathlib import Path

import pytest
import tzdata

from opspolicy.temporal import zones
from opspolicy.temporal.instants import parse_moment, rfc3339

NAMED = [
    "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "America/Santiago", "Asia/Beirut",
    "America/Havana", "Africa/Cairo", "Africa/Casablanca", "Europe/Dublin", "Asia/Kathmandu",
    "America/Toronto", "America/New_York", "Europe/Berlin", "Europe/London", "Asia/Gaza", "UTC",
]  # fmt: skip
START, END = zones.EARLIEST + 4 * zones.DAY, parse_moment("2037-06-01T00:00").wall


def transitions(key: str) -> list[tuple[int, int]]:
    """Return instant and new offset of each change of offset up to 2037, by RFC 8536."""
    data = (Path(tzdata.__file__).parent / "zoneinfo" / key).read_bytes()
    _, _, after_first = listed(data, 0, 4)
    found, last, at = listed(data, after_first, 8)
    footer = data[at:].decode().strip()
    return found + [each for each in by_rule(footer) if each[0] > last]


def listed(data: bytes, at: int, size: int) -> tuple[list[tuple[int, int]], int, int]:
    """Read one block of a TZif file: its changes of offset, its last entry, and where it ends."""
    isut, isstd, leap, times, types, names = struct.unpack(">6l", data[at + 20 : at + 44])
    at += 44
    width = "q" if size == 8 else "l"
    instants = struct.unpack(f">{times}{width}", data[at : at + times * size])
    at += times * size
    kinds = data[at : at + times]
    at += times
    offsets = [struct.unpack(">l", data[at + 6 * i : at + 6 * i + 4])[0] for i in range(types)]
    at += 6 * types + names + leap * (size + 4) + isstd + isut
    found: list[tuple[int, int]] = []
    before = offsets[0]
    for instant, kind in zip(instants, kinds, strict=True):
        if offsets[kind] != before:
            found.append((instant, offsets[kind]))
        before = offsets[kind]
    return found, instants[-1] if instants else zones.EARLIEST, at


def by_rule(footer: str) -> list[tuple[int, int]]:
    """Return the changes a POSIX rule such as `EST5EDT,M3.2.0,M11.1.0` makes up to 2037."""
    name = r"(?:[A-Za-z]+|<[^>]+>)"
    found = re.fullmatch(rf"{name}([-+:0-9]+)(?:{name}([-+:0-9]*),(.+),(.+))?", footer)
    assert found is not None, footer
    if found[3] is None:
        return []
    standard = -seconds(found[1])
    summer = -seconds(found[2]) if found[2] else standard + 3600
    changes: list[tuple[int, int]] = []
    for year in range(1980, 2038):
        changes.append((on(found[3], year) - standard, summer))
        changes.append((on(found[4], year) - summer, standard))
    return sorted(changes)


def on(rule: str, year: int) -> int:
    """Return the wall-clock reading a rule `Mm.w.d/time` names in a year."""
    date, _, time = rule.partition("/")
    month, week, weekday = (int(part) for part in date.removeprefix("M").split("."))
    first = dt.date(year, month, 1)
    day = first + dt.timedelta(days=(weekday - first.isoweekday()) % 7)
    while week > 1 and (day + dt.timedelta(days=7)).month == month:
        day, week = day + dt.timedelta(days=7), week - 1
    return (day - dt.date(1970, 1, 1)).days * zones.DAY + (seconds(time) if time else 7200)


def seconds(text: str) -> int:
    """Return the seconds of `[+-]hh[:mm[:ss]]`."""
    sign = -1 if text.startswith("-") else 1
    hours, minutes, rest = ([int(part) for part in text.lstrip("+-").split(":")] + [0, 0])[:3]
    return sign * (hours * 3600 + minutes * 60 + rest)


def check(key: str, start: int, end: int) -> None:
    """Compare a fresh table with the file, between two instants."""
    zone = zones.Zone(key)
    found = [(each.start, each.offset) for each in zone.changes(start, end)]
    assert found == [each for each in transitions(key) if start <= each[0] < end]


@pytest.mark.parametrize("key", NAMED)
def test_every_change_since_1900(key: str) -> None:
    check(key, START, END)


def test_tables_agree_however_they_are_asked() -> None:
    dice = random.Random(1)  # noqa: S311 - a fixed seed is the point
    for key in NAMED:
        expected = zones.Zone(key)
        expected.segments(START, END)
        asked = zones.Zone(key)
        for _ in range(40):
            instant = dice.randrange(START, END)
            assert asked.offset(instant) == expected.offset(instant), (key, rfc3339(instant))


@pytest.mark.prove
@pytest.mark.parametrize("part", range(4))
def test_every_change_since_1970_in_every_zone(part: int) -> None:
    for key in sorted(zones.keys())[part::4]:
        check(key, 0, END)


@pytest.mark.parametrize(
    ("key", "wall", "first", "last"),
    [
        # In New York 02:30 doesn't exist on 14 March 2027: the appointment moves to 03:00.
        ("America/New_York", "2027-03-14T02:30", "2027-03-14T07:00:00Z", "2027-03-14T07:00:00Z"),
        # 01:30 comes twice on 7 November 2027.
        ("America/New_York", "2027-11-07T01:30", "2027-11-07T05:30:00Z", "2027-11-07T06:30:00Z"),
        # Lord Howe's clocks move by half an hour: 02:00 becomes 02:30, and 01:30 comes twice.
        ("Australia/Lord_Howe", "2027-10-03T02:10", "2027-10-02T15:30:00Z", "2027-10-02T15:30:00Z"),
        ("Australia/Lord_Howe", "2027-04-04T01:45", "2027-04-03T14:45:00Z", "2027-04-03T15:15:00Z"),
        # Samoa left out 30 December 2011 altogether.
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"),
        # Chatham is 45 minutes off, and changes at 02:45.
        ("Pacific/Chatham", "2027-09-26T03:00", "2027-09-25T14:00:00Z", "2027-09-25T14:00:00Z"),
        # Dublin calls winter its daylight saving; the offsets are what counts.
        ("Europe/Dublin", "2027-03-28T01:30", "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z"),
        ("Asia/Kathmandu", "2027-06-01T00:00", "2027-05-31T18:15:00Z", "2027-05-31T18:15:00Z"),
    ],
)
def test_appointments(key: str, wall: str, first: str, last: str) -> None:
    zone = zones.zone(key)
    moment = parse_moment(wall)
    assert rfc3339(moment.instant(zone)) == first
    assert rfc3339(moment.instant(zone, last=True)) == last


def test_unknown_keys_never_become_paths() -> None:
    for key in (
        "../../etc/passwd",
        "/etc/localtime",
        "Europe/Berln",
        "europe/berlin",
        "",
        "posixrules",
    ):
        with pytest.raises(zones.ZoneError, match="is not a time zone of tzdata"):
            zones.Zone(key)


def test_out_of_reach() -> None:
    with pytest.raises(OverflowError, match="before 1900"):
        zones.zone("UTC").offset(zones.EARLIEST - 1)


def test_abbreviations() -> None:
    zone = zones.zone("America/New_York")
    fold = parse_moment("2027-11-07T05:30Z").instant(None)
    assert [zone.abbreviation(fold), zone.abbreviation(fold + 3600)] == ["EDT", "EST"]


def test_data_is_the_package_and_not_the_machine() -> None:
    assert Path(tzdata.__file__).parent in Path(zones.DATA).parents
    assert tzdata.IANA_VERSION == zones.VERSION
