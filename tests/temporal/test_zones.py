"""Zones against the standard library's reading of the same data, to the second."""

from __future__ import annotations

import datetime as dt
import random
import zoneinfo
from itertools import pairwise
from pathlib import Path

import pytest
import tzdata

from opspolicy.temporal import tzif, zones
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import parse_moment, rfc3339

NAMED = [
    "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "America/Santiago", "Asia/Beirut",
    "America/Havana", "Africa/Cairo", "Africa/Casablanca", "Europe/Dublin", "Asia/Kathmandu",
    "America/Toronto", "America/New_York", "Europe/Berlin", "Europe/London", "Asia/Gaza", "UTC",
]  # fmt: skip
FIRST, LAST = zones.EARLIEST, parse_moment("2199-12-01T00:00").wall


def library(key: str) -> zoneinfo.ZoneInfo:
    """Return the zone as the standard library reads it, from the same package."""
    path = Path(tzdata.__file__).parent / "zoneinfo" / key
    with path.open("rb") as file:
        return zoneinfo.ZoneInfo.from_file(file, key)


def offset(info: zoneinfo.ZoneInfo, instant: int) -> int:
    """Return the seconds ahead of UTC."""
    found = dt.datetime.fromtimestamp(instant, info).utcoffset()
    assert found is not None
    return round(found.total_seconds())


def check(key: str, start: int, samples: int) -> None:
    """Compare every change with the seconds around it, and the time between by samples."""
    zone, info = zones.Zone(key), library(key)
    changes = zone.changes(start, LAST)
    for each in changes:
        assert offset(info, each.start - 1) == each.before, rfc3339(each.start)
        assert offset(info, each.start) == each.offset, rfc3339(each.start)
    # Were a change missing, a sample between two others would show it.
    dice = random.Random(key)  # noqa: S311 - a fixed seed is the point
    instants = [dice.randrange(start, LAST) for _ in range(samples)]
    bounds = [start, *(each.start for each in changes), LAST]
    instants += [(low + high) // 2 for low, high in pairwise(bounds)]
    for instant in instants:
        assert zone.offset(instant) == offset(info, instant), rfc3339(instant)
        name = dt.datetime.fromtimestamp(instant, info).tzname()
        assert zone.abbreviation(instant) == name, rfc3339(instant)


@pytest.mark.parametrize("key", NAMED)
def test_every_change_since_1900(key: str) -> None:
    check(key, FIRST, 2_000)


@pytest.mark.prove
@pytest.mark.parametrize("part", range(4))
def test_every_zone(part: int) -> None:
    for key in sorted(zones.keys())[part::4]:
        check(key, FIRST, 5_000)


def test_every_zone_has_the_library_s_changes_by_the_day() -> None:
    """A day's step finds each change of offset that lasts a day, in every zone, for eight years."""
    start = parse_moment("2024-01-01T00:00").wall
    for key in sorted(zones.keys()):
        zone, info = zones.Zone(key), library(key)
        days = range(start, start + 8 * 366 * DAY, 30 * DAY)
        assert [zone.offset(day) for day in days] == [offset(info, day) for day in days], key


def test_tables_agree_however_they_are_asked() -> None:
    dice = random.Random(1)  # noqa: S311 - a fixed seed is the point
    for key in NAMED:
        expected = zones.Zone(key)
        expected.segments(FIRST, LAST)
        asked = zones.Zone(key)
        for _ in range(40):
            instant = dice.randrange(FIRST, LAST)
            assert asked.offset(instant) == expected.offset(instant), (key, rfc3339(instant))


@pytest.mark.parametrize(
    ("footer", "year", "changes"),
    [
        ("EST5EDT,M3.2.0,M11.1.0", 2027, ["2027-03-14T02:00:00Z", "2027-11-07T02:00:00Z"]),
        # Nuuk changes at 22:00 the day before, told as an hour below zero.
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2027, ["2027-03-27T23:00:00Z", "2027-10-31T00:00:00Z"]),
        # Gaza once told its Saturday by 50 hours after a Thursday.
        ("EET-2EEST,M3.4.4/50,M10.4.4/50", 2027, ["2027-03-27T02:00:00Z", "2027-10-30T02:00:00Z"]),
        # Days of the year, without the leap day and with it.
        ("AAA0BBB,J60/0,J300/12:30:15", 2028, ["2028-03-01T00:00:00Z", "2028-10-27T12:30:15Z"]),
        ("AAA0BBB,J59/0,J60/0", 2027, ["2027-02-28T00:00:00Z", "2027-03-01T00:00:00Z"]),
        ("AAA0BBB,59/0,300/0", 2028, ["2028-02-29T00:00:00Z", "2028-10-27T00:00:00Z"]),
        ("CST6", 2027, []),
    ],
)
def test_rules(footer: str, year: int, changes: list[str]) -> None:
    assert [rfc3339(each.in_year(year)) for each in tzif.rule(footer)] == changes


def test_what_is_no_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="not a TZif file"):
        tzif.read(b"TZif\0" + bytes(60))
    for footer in ("nonsense", "EST--5", "EST5EDT", "EST5EDT,M3.2.0", "5", ""):
        with pytest.raises(ValueError, match="not a rule"):
            tzif.rule(footer)
    for footer in ("EST1234", "EST5EDT,X,Y", "EST5EDT,M3.2.0/x,M11.1.0"):
        with pytest.raises(ValueError, match=r"not a |invalid literal"):
            tzif.rule(footer)


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
