"""What cases can't say of iCalendar: places, instants, and texts that mean harm."""

from __future__ import annotations

import datetime as dt
import re
import time
import zoneinfo
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rruleset, rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.feeds import ics
from opspolicy.picture.choice import EVERYBODY
from opspolicy.source.reading import decode
from opspolicy.temporal import instants
from opspolicy.temporal.intervals import IntervalSet
from tests import worlds
from tests.feeds import feeds
from tests.importers.reading import UNSAFE, estate, imported, texts
from tests.laws import REPRODUCIBLE

# What the machine has may be another year's.
zoneinfo.reset_tzpath(())

MIB = 1 << 20
FIRST = dt.datetime.fromisoformat("2027-01-01T00:00")
HANG = 20
"""Seconds: far more than any of it takes, and far less than what never ends."""

FUZZ = settings(REPRODUCIBLE, max_examples=50)
ZONES = ("America/Toronto", "Europe/Paris", "Australia/Lord_Howe", "America/Havana", "UTC")


def calendar(*events: str) -> str:
    """Return a calendar of events, each its lines."""
    listed = "".join(f"BEGIN:VEVENT\n{each}\nEND:VEVENT\n" for each in events)
    return f"BEGIN:VCALENDAR\n{listed}END:VCALENDAR\n"


def at(text: str) -> int:
    return instants.parse_as_of(text)


# Places ------------------------------------------------------------------------------------------


def test_a_finding_points_at_the_line_of_the_rule() -> None:
    text = calendar("UID:a\nDTSTART:20270905T020000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY")
    (invalid,) = estate("icalendar", text).invalid
    assert (invalid.span.line, invalid.span.column, invalid.span.end_column) == (6, 7, 20)


def test_a_zone_that_is_none_is_told_at_its_parameter() -> None:
    text = calendar("UID:a\nDTSTART;TZID=Europe/Pariss:20270905T020000\nDURATION:PT1H")
    (invalid,) = estate("icalendar", text).invalid
    assert invalid.span[1:3] == (4, 14)
    assert "`Europe/Pariss` is not a time zone" in invalid.message


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_folded_lines(end: str) -> None:
    text = calendar(
        "UID:a\nSUMMARY:Caf\n é and\n \t more\nDTSTART;TZID=Ameri\n ca/Toronto:20270905T02\n 0000\n"
        "DURATION:PT\n 1H"
    ).replace("\n", end)
    found = estate("icalendar", text)
    window = found.windows["a"]
    assert window.summary == "Café and more"
    assert (window.start, window.end) == (at("2027-09-05T06:00Z"), at("2027-09-05T07:00Z"))
    assert window.node.find("start").line == 7  # type: ignore[union-attr]


def test_a_fold_within_a_character_is_no_text() -> None:
    """RFC 5545, 3.1, lets a line be folded between the bytes of one: that is told at its line."""
    data = calendar("UID:a\nSUMMARY:Café").encode().replace("é".encode(), b"\xc3\r\n \xa9")
    problem = decode("a.ics", data).problem
    assert problem is not None
    assert problem.span.line == 4


def test_line_breaks_that_only_a_screen_has() -> None:
    text = calendar("UID:a\nDESCRIPTION:one\u2028two\nDTSTART:20270905T020000Z\nDURATION:PT0S")
    (invalid,) = estate("icalendar", text).invalid
    # As snippets count them.
    assert invalid.span.line == 7


def test_quotes_keep_a_colon() -> None:
    text = calendar('UID;X-A="a:b;c":a\nDTSTART;X-B="20:1":20270905T020000Z\nDURATION:PT1H')
    assert list(estate("icalendar", text).windows) == ["a"]


# Characters --------------------------------------------------------------------------------------


def test_control_characters_go_nowhere() -> None:
    one = calendar("UID:a\x1b[31mb\nSUMMARY:Red \x1b[31m\nDTSTART:20270905T020000Z\nDURATION:PT1H")
    found = imported("icalendar", one)
    assert [each for each in texts(found.document) if re.search(UNSAFE, each)] == []
    assert "it has a control character" in found.remarks[0].message
    for line in ("DTSTART;TZID=\x07:20270905T020000", "RRULE:\x9b", "X-WR-TIMEZONE:\ud800"):
        (problem,) = imported("icalendar", calendar(line)).problems
        assert problem.span.line == 3
        assert "has a control character" in problem.message


def test_long_uids_stay_apart() -> None:
    """Those of Outlook have 112 characters, of which names have 100."""
    uid = f"UID:{'0' * 112}\n"
    lasting = "DURATION:PT1H\n"
    text = calendar(
        f"{uid}{lasting}DTSTART:20270905T020000Z\nRRULE:FREQ=WEEKLY",
        f"{uid}{lasting}DTSTART:20270913T020000Z\nRECURRENCE-ID:20270912T020000Z",
    )
    found = estate("icalendar", text)
    assert [len(each) for each in found.windows] == [100, 96]
    assert found.left_out == ()


# Completed, and used -----------------------------------------------------------------------------


def test_a_native_entry_completes_a_window() -> None:
    text = calendar("UID:upgrade@acme\nDTSTART:20271009T060000Z\nDURATION:PT4H")
    own = "{services: {shop: {}}, maintenance_windows: {upgrade-acme: {takes_down: [shop]}}}"
    found = estate("icalendar", text, own)
    assert found.windows["upgrade-acme"].takes_down == ("shop",)
    assert found.windows["upgrade-acme"].start == at("2027-10-09T06:00Z")


def test_a_native_calendar_gives_closed_days_their_hours() -> None:
    text = calendar("UID:a\nDTSTART;VALUE=DATE:20271011")
    own = """
calendars: {a: {timezone: America/Toronto, hours: [{days: mon-fri, from: 08:00, to: 20:00}]}}
"""
    hours = estate("icalendar", text, own, into="calendars").calendars["a"].hours
    assert hours is not None
    week = IntervalSet([(at("2027-10-11"), at("2027-10-14"))])
    assert [start for start, _ in hours.during(week)] == [
        at("2027-10-12T12:00Z"),
        at("2027-10-13T12:00Z"),
    ]


def test_closed_days_are_no_business_days() -> None:
    text = calendar("UID:a\nDTSTART;VALUE=DATE:20271011\nDTEND;VALUE=DATE:20271013")
    own = """
defaults: {timezone: America/Toronto, scheduler: cron}
jobs:
  report:
    schedule: {cron: "0 6 * * *", business_days: icalendar, on_non_business_day: skip}
"""
    native = own.replace("icalendar", "a")
    found = estate("icalendar", text, native, into="calendars", zone="America/Toronto")
    schedule = found.jobs["report"].schedule
    assert schedule is not None
    starts = schedule.starts(at("2027-10-08"), at("2027-10-16"))
    days = [instants.rfc3339(each)[8:10] for each in starts]
    assert days == ["08", "13", "14", "15"]


# Instants ----------------------------------------------------------------------------------------

WALLS = st.builds(
    lambda halves: FIRST + dt.timedelta(minutes=30 * halves), st.integers(0, 2 * 365 * 48)
)
# The days around clock changes of these zones.
CHANGES = st.builds(
    lambda day, minutes: dt.datetime.fromisoformat(day) + dt.timedelta(minutes=minutes),
    st.sampled_from(["2027-03-14", "2027-11-07", "2027-03-28", "2027-10-31", "2027-10-03"]),
    st.integers(-8, 16).map(lambda half: half * 15),
)


@given(wall=WALLS | CHANGES, zone=st.sampled_from(ZONES), minutes=st.integers(1, 4000))
@settings(REPRODUCIBLE, max_examples=80)
def test_what_the_library_writes_is_read_alike(wall: dt.datetime, zone: str, minutes: int) -> None:
    start = wall.replace(tzinfo=ZoneInfo(zone))
    end = (start.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
    # In iCalendar a local time that comes twice is the first (section 3.3.5).
    end = end.replace(fold=0)
    event = icalendar.Event()
    event.add("uid", "a, b; c")
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", "one, two; three\\n four\nfive")
    written = icalendar.Calendar()
    written.add_component(event)
    text = written.to_ical().decode()
    window = estate("icalendar", text).windows.get("a-b-c")
    if end.timestamp() <= start.timestamp():
        return
    assert window is not None
    assert (window.start, window.end) == (int(start.timestamp()), int(end.timestamp()))
    assert window.summary == "one, two; three\\n four five"


RULES = st.sampled_from(
    ["FREQ=DAILY;COUNT=30", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=20", "FREQ=MONTHLY;COUNT=9"]
)


@given(
    rule=RULES,
    first=st.integers(0, 27),
    hour=st.integers(4, 23),
    out=st.sets(st.integers(0, 60), max_size=5),
    more=st.sets(st.integers(0, 60), max_size=5),
    zone=st.sampled_from(ZONES),
)
@settings(REPRODUCIBLE, max_examples=25)
def test_series_are_those_of_dateutil(
    rule: str, first: int, hour: int, out: set[int], more: set[int], zone: str
) -> None:
    begun = dt.datetime.fromisoformat(
        "2027-09-06T00:30" if "WEEKLY" in rule else "2027-09-01T00:30"
    )
    start = begun + dt.timedelta(days=0 if "WEEKLY" in rule else first, hours=hour)

    def listed(name: str, days: set[int]) -> str:
        each = [start + dt.timedelta(days=day) for day in sorted(days)]
        values = ",".join(f"{at:%Y%m%dT%H%M%S}" for at in each)
        return f"{name};TZID={zone}:{values}\n" if days else ""

    lines = f"UID:a\nDTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}\nDURATION:PT1H\nRRULE:{rule}\n"
    text = calendar(lines + listed("EXDATE", out) + listed("RDATE", more).rstrip("\n"))
    expected = rruleset()
    expected.rrule(rrulestr(rule, dtstart=start))
    for day in out:
        expected.exdate(start + dt.timedelta(days=day))
    for day in more:
        expected.rdate(start + dt.timedelta(days=day))
    found: list[int] = []
    for window in estate("icalendar", text).windows.values():
        assert window.schedule is not None
        found += window.schedule.starts(at("2027-01-01"), at("2029-01-01"))
    assert sorted(found) == sorted(
        int(each.replace(tzinfo=ZoneInfo(zone)).timestamp()) for each in expected
    )


ESTATE = """
defaults: {timezone: America/Toronto, owner: a}
services: {shop: {customer_facing: true, title: "Shop, \\"new\\"; <b>"}}
maintenance_windows:
  patch: {takes_down: [shop], schedule: {cron: "30 1 * * sun"}, duration: 3h, recovery: 10m}
  once: {takes_down: [shop], start: 2027-11-06T23:00, end: 2027-11-07T04:00}
freezes: {peak: {start: 2027-12-01T00:00, end: 2028-01-03T00:00}}
"""


def test_what_this_program_writes_reads_back() -> None:
    timeline = worlds.timeline(worlds.estate(a=ESTATE))
    written = ics.render(feeds.planner(timeline), EVERYBODY)
    seen = feeds.read(written)
    found = estate("icalendar", written)
    assert len(found.windows) == len(seen) > 0
    expected = sorted(
        (each.start, each.end, " ".join(each.summary.split())) for each in seen.values()
    )
    got = [(each.start, each.end, each.summary) for each in found.windows.values()]
    assert sorted(got) == expected
    assert found.left_out == ()


# Harm --------------------------------------------------------------------------------------------

NAMES = st.sampled_from(
    ["DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "UID", "SUMMARY",
     "STATUS", "X-WR-TIMEZONE", "EXRULE", "TZID", "BEGIN", "END"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["20270905", "20270905T020000", "20270905T020000Z", "21991228T235959", "19000101", "20270230",
     "99991231T235960Z", "PT1H", "P1D", "P9999W", "P1DT9H", "-PT1H", "PT", "FREQ=DAILY",
     "FREQ=YEARLY;BYDAY=1SU;UNTIL=20280101T000000", "FREQ=SECONDLY", "CANCELLED", "a", "",
     "Europe/Paris", "VEVENT", "VCALENDAR", "{{ x }}", "20270905T020000Z/PT1H", "٣", "\x00"]
) | st.text(max_size=20)  # fmt: skip
PARAMETERS = st.sampled_from(
    ["", ";TZID=Europe/Paris", ';TZID="a:b"', ";VALUE=DATE", ";RANGE=THISANDFUTURE", ";TZID=",
     ";=", ";TZID=a,b", ";TZID=Eastern Standard Time", ";TZID=/x/UTC", ';"', ";TZID=^n"]
)  # fmt: skip
LINES = st.builds("{}{}:{}".format, NAMES, PARAMETERS, VALUES)
INTO = st.sampled_from(["", "freezes", "calendars"])


@given(events=st.lists(st.lists(LINES, max_size=8).map("\n".join), max_size=4), into=INTO)
@settings(REPRODUCIBLE, max_examples=80)
def test_nothing_raises(events: list[str], into: str) -> None:
    text = calendar(*events)
    found = imported("icalendar", text, into)
    assert [each for each in texts(found.document) if re.search(UNSAFE, each)] == []
    for problem in (*found.problems, *found.remarks):
        assert not re.search(UNSAFE, problem.message)
    estate("icalendar", text, into=into)


@given(text=st.text() | st.lists(LINES).map("\n".join), into=INTO)
@FUZZ
def test_garbage_is_refused(text: str, into: str) -> None:
    imported("icalendar", text, into)


def many(one: str) -> str:
    """Return a calendar of a mebibyte, or of as many events as there may be."""
    count = min(MIB // (len(one) + 30), 5_000)
    return calendar(*(one.replace("%", str(at)) for at in range(count)))


BUSY = "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"
HARM = {
    "one line": "x" * MIB,
    "one name": "BEGIN:VCALENDAR\n" + "X" * MIB,
    "quotes": calendar('DTSTART;TZID="' + 'a"' * (MIB // 2)),
    "semicolons": calendar("DTSTART" + ";" * 60_000 + ":1"),
    "folds": calendar("UID:a" + "\n a" * (MIB // 3)),
    "nesting": "BEGIN:VCALENDAR\n" * (MIB // 16),
    "calendars": "BEGIN:VCALENDAR\nX-WR-TIMEZONE:?\nEND:VCALENDAR\n" * (MIB // 48),
    "slashes": calendar("DTSTART;TZID=/" + "a/" * 30_000 + ":20270905T020000"),
    "long days": many("UID:%\nDTSTART;VALUE=DATE:20270905\nDURATION:P1999D"),
    "rules": many(f"UID:%\nDTSTART;VALUE=DATE:20000103\nRRULE:{BUSY};INTERVAL=%1"),
    "never": many("UID:%\nDTSTART;VALUE=DATE:20000103\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "taken out": calendar(
        f"UID:1\nDTSTART:20000103T020000Z\nDURATION:PT1H\nRRULE:{BUSY}\nEXDATE:20270905T020000Z"
        + ",21050905T020000Z,20370905T020000Z" * 3_000
    ),
    "too many dates": calendar("EXDATE:1" + ",1" * 30_000),
    "moved": many("UID:1\nRECURRENCE-ID:20270905T020000Z\nDTSTART:20270905T020000Z").replace(
        "RECURRENCE-ID", "DTSTART", 1
    ),
    "twice": calendar(*["UID:1\nDTSTART:20270905T020000Z\nRRULE:FREQ=DAILY"] * 2_000,
                      *["UID:1\nRECURRENCE-ID:20270905T020000Z"] * 2_000),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "into"),
    [*((kind, "") for kind in HARM), *((kind, "calendars") for kind in ("long days", "never"))],
)
@pytest.mark.prove
def test_no_file_takes_long(kind: str, into: str) -> None:
    began = time.monotonic()
    imported("icalendar", HARM[kind], into)
    assert time.monotonic() - began < HANG


def test_too_many_events_are_refused() -> None:
    (problem,) = imported("icalendar", calendar(*["UID:a"] * 5_001)).problems
    assert "more than 5,000 events" in problem.message
    assert problem.span.line == 5_000 * 3 + 2
