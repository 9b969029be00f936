"""Recurrence rules: python-dateutil's cases, what is refused, and what clock changes do."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest

from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.instants import Moment, parse_as_of, parse_moment, rfc3339
from opspolicy.temporal.recurrence import ScheduleError
from opspolicy.temporal.rrule import rule as rrule
from opspolicy.temporal.rrule.rule import RRule
from tests import shared

CASES = (shared.load("rrule/dateutil_rrule.json") or {"cases": []})["cases"]

# What of python-dateutil's cases doesn't pass, by what is said to it.
REFUSED = {
    # Our own limit: nothing that is planned for years ahead runs every second.
    "`FREQ=SECONDLY` is more often than can be planned with": """
        testSecondly testSecondlyInterval testSecondlyIntervalLarge testSecondlyByMonth
        testSecondlyByMonthDay testSecondlyByMonthAndMonthDay testSecondlyByWeekDay
        testSecondlyByNWeekDay testSecondlyByMonthAndWeekDay testSecondlyByMonthAndNWeekDay
        testSecondlyByMonthDayAndWeekDay testSecondlyByMonthAndMonthDayAndWeekDay
        testSecondlyByYearDay testSecondlyByYearDayNeg testSecondlyByMonthAndYearDay
        testSecondlyByMonthAndYearDayNeg testSecondlyByWeekNo testSecondlyByWeekNoAndWeekDay
        testSecondlyByWeekNoAndWeekDayLarge testSecondlyByWeekNoAndWeekDayLast
        testSecondlyByWeekNoAndWeekDay53 testSecondlyByHour testSecondlyByMinute
        testSecondlyBySecond testSecondlyByHourAndMinute testSecondlyByHourAndSecond
        testSecondlyByMinuteAndSecond testSecondlyByHourAndMinuteAndSecond
        testSecondlyByHourAndMinuteAndSecondBug""",
    # dateutil's own extension.
    "`BYEASTER` is no part of a rule in RFC 5545": """
        testYearlyByEaster testYearlyByEasterPos testYearlyByEasterNeg testMonthlyByEaster
        testMonthlyByEasterPos testMonthlyByEasterNeg testWeeklyByEaster testWeeklyByEasterPos
        testWeeklyByEasterNeg testDailyByEaster testDailyByEasterPos testDailyByEasterNeg
        testHourlyByEaster testHourlyByEasterPos testHourlyByEasterNeg testMinutelyByEaster
        testMinutelyByEasterPos testMinutelyByEasterNeg testSecondlyByEaster
        testSecondlyByEasterPos testSecondlyByEasterNeg""",
    # "The BYYEARDAY rule part MUST NOT be specified when the FREQ rule part is set to DAILY,
    # WEEKLY, or MONTHLY."
    "`BYYEARDAY` can't stand in a rule with": """
        testMonthlyByYearDay testMonthlyByYearDayNeg testMonthlyByMonthAndYearDay
        testMonthlyByMonthAndYearDayNeg testWeeklyByYearDay testWeeklyByYearDayNeg
        testWeeklyByMonthAndYearDay testWeeklyByMonthAndYearDayNeg testDailyByYearDay
        testDailyByYearDayNeg testDailyByMonthAndYearDay testDailyByMonthAndYearDayNeg""",
    # "This rule part MUST NOT be used when the FREQ rule part is set to anything other than
    # YEARLY."
    "`BYWEEKNO` can't stand in a rule with": """
        testMonthlyByWeekNo testMonthlyByWeekNoAndWeekDay testMonthlyByWeekNoAndWeekDayLarge
        testMonthlyByWeekNoAndWeekDayLast testMonthlyByWeekNoAndWeekDay53 testWeeklyByWeekNo
        testWeeklyByWeekNoAndWeekDay testWeeklyByWeekNoAndWeekDayLarge
        testWeeklyByWeekNoAndWeekDayLast testWeeklyByWeekNoAndWeekDay53 testDailyByWeekNo
        testDailyByWeekNoAndWeekDay testDailyByWeekNoAndWeekDayLarge
        testDailyByWeekNoAndWeekDayLast testDailyByWeekNoAndWeekDay53 testHourlyByWeekNo
        testHourlyByWeekNoAndWeekDay testHourlyByWeekNoAndWeekDayLarge
        testHourlyByWeekNoAndWeekDayLast testHourlyByWeekNoAndWeekDay53 testMinutelyByWeekNo
        testMinutelyByWeekNoAndWeekDay testMinutelyByWeekNoAndWeekDayLarge
        testMinutelyByWeekNoAndWeekDayLast testMinutelyByWeekNoAndWeekDay53""",
    # "The BYMONTHDAY rule part MUST NOT be specified when the FREQ rule part is set to WEEKLY."
    "`BYMONTHDAY` can't stand in a rule with `FREQ=WEEKLY`": """
        testWeeklyByMonthDay testWeeklyByMonthAndMonthDay testWeeklyByMonthDayAndWeekDay
        testWeeklyByMonthAndMonthDayAndWeekDay""",
    # "The BYDAY rule part MUST NOT be specified with a numeric value when the FREQ rule part is
    # not set to MONTHLY or YEARLY."
    "a weekday in `BYDAY` has no number": """
        testWeeklyByNWeekDay testWeeklyByMonthAndNWeekDay testDailyByNWeekDay
        testDailyByMonthAndNWeekDay testHourlyByNWeekDay testHourlyByMonthAndNWeekDay
        testMinutelyByNWeekDay testMinutelyByMonthAndNWeekDay""",
    # dateutil's own name for BYDAY.
    "`BYWEEKDAY` is no part of a rule in RFC 5545": "testStrKeywords",
    # Several properties of an iCalendar event, where a schedule has one rule, and keys beside it;
    # and a folded line, which who reads iCalendar unfolds.
    "a rule can't hold a line break": """
        testStrSet testStrSetDate testStrSetExRule testStrSetExDate testStrSetDateAndExDate
        testStrSetDateAndExRule testStrUnfold""",
}
# "Information, not contained in the rule, … to determine the various recurrence instance start
# time and dates are derived from the Start Time": the weekday, of which dateutil takes all seven.
DEPARTURES = {"testYearlyByWeekNo": ["19980512T090000", "19990518T090000", "20000516T090000"]}
FRAGMENTS = {name: fragment for fragment, names in REFUSED.items() for name in names.split()}


def basic(text: str) -> int:
    """Return a reading that is written as in RFC 5545."""
    return int(dt.datetime.strptime(text + "Z", "%Y%m%dT%H%M%S%z").timestamp())


def rule_of(case: dict[str, Any]) -> tuple[str, str]:
    """Return a case's rule and first start, of which some are iCalendar text."""
    if "rrule" in case:
        return case["rrule"], case["dtstart"]
    text = case["ical"].strip()
    if text[:1] in "Dd":
        first, *rest = text.split(maxsplit=1)
        return "".join(rest), first.rpartition(":")[2]
    return text, "19970902T090000"  # as `options` says for each of them


def test_each_case_of_dateutil_is_known() -> None:
    if not CASES:
        pytest.skip("the data sets are not here")
    assert len(CASES) == 253
    names = [case["name"] for case in CASES]
    listed = [name for each in REFUSED.values() for name in each.split()] + list(DEPARTURES)
    assert sorted(listed) == sorted(set(listed) & set(names))


@shared.needs_data
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_dateutil(case: dict[str, Any]) -> None:
    name = case["name"]
    text, start = rule_of(case)
    if name in FRAGMENTS:
        with pytest.raises(ScheduleError) as raised:
            RRule(text, basic(start))
        assert FRAGMENTS[name] in str(raised.value)
        return
    expected = [basic(at) for at in DEPARTURES.get(name, case["instances"])]
    assert (name in DEPARTURES) == (expected != [basic(at) for at in case["instances"]])
    rule = RRule(text, basic(start))
    ends = case.get("finite", "COUNT" in text or "count" in text or "UNTIL" in text)
    last = zones.LATEST if ends else expected[-1] + 1
    assert rule.walls(rule.start - DAY, last) == expected


# 2026-09-01 is a Tuesday.
TUESDAY = "2026-09-01T09:00"


def parse(text: str, start: str = TUESDAY, zone: str = "Europe/Berlin") -> RRule:
    """Return the rule that starts at a reading of a zone's clock."""
    return rrule.parse(text, parse_moment(start), zones.zone(zone))


def starts(text: str, start: str, zone: str, until: str) -> list[str]:
    """Return the starts up to an instant in UTC, on the zone's clock with its offset."""
    place = zones.zone(zone)
    moment = parse_moment(start)
    rule = rrule.parse(text, moment, place)
    found = rule.starts(place, moment.instant(place) - 2 * DAY, parse_as_of(until))
    return [
        f"{rfc3339(place.wall(at))[:16]}{place.offset(at) / HOUR:+g}" for at in found
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "start", "zone", "until", "expected"),
    [
        # Berlin: 02:00 becomes 03:00 on 28 March 2027, 03:00 becomes 02:00 on 31 October.
        ("FREQ=DAILY;COUNT=3", "2027-03-27T02:30", "Europe/Berlin", "2027-04-02",
         ["2027-03-27T02:30+1", "2027-03-28T03:00+2", "2027-03-29T02:30+2"]),
        ("FREQ=DAILY;COUNT=3", "2027-10-30T02:30", "Europe/Berlin", "2027-11-03",
         ["2027-10-30T02:30+2", "2027-10-31T02:30+2", "2027-11-01T02:30+1"]),
        ("FREQ=DAILY", "2027-10-30T06:00Z", "Europe/Berlin", "2027-11-02",
         ["2027-10-30T08:00+2", "2027-10-31T08:00+1", "2027-11-01T08:00+1"]),
        # Two readings in one gap are one start, and so is one that is due at its end.
        ("FREQ=HOURLY;INTERVAL=1;BYMINUTE=0,20,40;BYHOUR=2,3;UNTIL=20270328T012000Z",
         "2027-03-28T02:00", "Europe/Berlin", "2027-04-02",
         ["2027-03-28T03:00+2", "2027-03-28T03:20+2"]),
        # New York: 02:00 becomes 03:00 on 14 March 2027, 02:00 becomes 01:00 on 7 November.
        ("FREQ=WEEKLY;BYDAY=SU", "2027-03-07T02:30", "America/New_York", "2027-03-22",
         ["2027-03-07T02:30-5", "2027-03-14T03:00-4", "2027-03-21T02:30-4"]),
        ("FREQ=MONTHLY;BYDAY=1SU", "2027-10-03T01:30", "America/New_York", "2027-12-06",
         ["2027-10-03T01:30-4", "2027-11-07T01:30-4", "2027-12-05T01:30-5"]),
        # Lord Howe changes by half an hour: 02:00 becomes 02:30 on 3 October 2027,
        # 02:00 becomes 01:30 on 4 April.
        ("FREQ=DAILY;BYHOUR=2;BYMINUTE=10,40", "2027-10-02T02:10", "Australia/Lord_Howe", "2027-10-03",
         ["2027-10-02T02:10+10.5", "2027-10-02T02:40+10.5", "2027-10-03T02:30+11", "2027-10-03T02:40+11"]),
        ("FREQ=DAILY;COUNT=2", "2027-04-03T01:45", "Australia/Lord_Howe", "2027-04-09",
         ["2027-04-03T01:45+11", "2027-04-04T01:45+11"]),
    ],
)  # fmt: skip
def test_clock_changes(text: str, start: str, zone: str, until: str, expected: list[str]) -> None:
    assert starts(text, start, zone, until) == expected


@pytest.mark.parametrize(
    ("until", "last"),
    [
        # A date is the whole day of the zone: Auckland's 5 June ends at noon in UTC.
        ("20270605", "2027-06-05T23:30+12"),
        ("20270605T113000Z", "2027-06-05T23:30+12"),
        ("20270605T112959Z", "2027-06-04T23:30+12"),
        ("99991231T235959Z", "2027-06-29T23:30+12"),
    ],
)
def test_until_is_inclusive_and_in_the_zone(until: str, last: str) -> None:
    found = starts(
        f"FREQ=DAILY;UNTIL={until}", "2027-06-01T23:30", "Pacific/Auckland", "2027-06-29T12:00"
    )
    assert found[-1] == last


def test_until_within_a_repeated_hour() -> None:
    """What starts at the first reading has started before the second reading of an earlier time."""
    found = {
        until: starts(
            f"FREQ=DAILY;BYHOUR=2;BYMINUTE=15,45;UNTIL={until}",
            "2027-10-31T02:15", "Europe/Berlin", "2027-11-05",
        )
        for until in ("20271031T002000Z", "20271031T004500Z", "20271031T012000Z", "20271031T020000Z")
    }  # fmt: skip
    first, both = ["2027-10-31T02:15+2"], ["2027-10-31T02:15+2", "2027-10-31T02:45+2"]
    assert list(found.values()) == [first, both, both, both]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "an empty part is not a part of a rule", "FREQ=WEEKLY;BYDAY=MO"),
        ("FREQ=DAILY;", "an empty part is not a part of a rule", "one `;`"),
        ("FREQ=DAILY; COUNT=3", "` COUNT` is no part of a rule", "COUNT"),
        ("COUNT=3", "a rule needs `FREQ`", "YEARLY, MONTHLY"),
        ("FREQ=FORTNIGHTLY", "`FREQ=FORTNIGHTLY` is not a frequency", "WEEKLY"),
        ("FREQ=SECONDLY", "`FREQ=SECONDLY` is more often", "MINUTELY"),
        ("FREQ=DAILY;FREQ=DAILY", "`FREQ` stands in the rule twice", ""),
        ("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "`BYDAY` stands in the rule twice", "`BYDAY=MO,TU`"),
        ("FREQ=DAILY;INTERVAL=0", "`INTERVAL=0` is not a number from 1 to 100000", ""),
        ("FREQ=DAILY;INTERVAL=-1", "`INTERVAL=-1` is not a number from 1 to 100000", ""),
        ("FREQ=DAILY;INTERVAL=100001", "`INTERVAL=100001` is not a number", ""),
        ("FREQ=DAILY;COUNT=0", "`COUNT=0` is not a number from 1 to 10000", ""),
        ("FREQ=DAILY;COUNT=10001", "`COUNT=10001` is not a number from 1 to 10000", ""),
        ("FREQ=DAILY;COUNT=1000000000", "is not a number from 1 to 10000", ""),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "`COUNT` and `UNTIL` can't stand in one rule", "leave"),
        ("FREQ=DAILY;X-NAME=1", "`X-NAME` is no part of a rule", "BYSETPOS"),
        ("FREQ=DAILY;BYEASTER=0", "`BYEASTER` is no part of a rule", "python-dateutil"),
        ("FREQ=DAILY;RSCALE=CHINESE", "`RSCALE` is no part of a rule", "Gregorian"),
        ("DTSTART:20270101T000000", "`DTSTART:20270101T000000` is not a part", "`start` key"),
        ("FREQ=DAILY\nRRULE:FREQ=DAILY", "can't hold a line break", "one rule"),
        ("FREQ=DA\u0131LY", "has letters that no rule has", ""),
        ("FREQ=DAILY;BYHOUR=24", "`24` is outside `BYHOUR`, 0 to 23", "hour 0"),
        ("FREQ=DAILY;BYHOUR=-1", "`-1` is outside `BYHOUR`, 0 to 23", ""),
        ("FREQ=DAILY;BYHOUR=1,", "an empty value in `BYHOUR` is not a number, 0 to 23", ""),
        ("FREQ=DAILY;BYHOUR=1-3", "`1-3` in `BYHOUR` is not a number", ""),
        ("FREQ=DAILY;BYSECOND=60", "`60` is outside `BYSECOND`, 0 to 59", "leap seconds"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "`0` is outside `BYMONTHDAY`, 1 to 31 or -31 to -1", ""),
        ("FREQ=MONTHLY;BYMONTHDAY=-32", "`-32` is outside `BYMONTHDAY`", ""),
        ("FREQ=YEARLY;BYMONTH=+1", "`+1` is outside `BYMONTH`, 1 to 12", ""),
        ("FREQ=WEEKLY;BYDAY=MON", "`MON` in `BYDAY` is not a weekday", "MO, TU"),
        ("FREQ=MONTHLY;BYDAY=0MO", "`0MO` in `BYDAY`", "`MO`"),
        ("FREQ=WEEKLY;BYDAY=1MO", "`1MO`: with `FREQ=WEEKLY`", "`FREQ=MONTHLY`"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "`1MO`: with `BYWEEKNO`", "write `MO`"),
        ("FREQ=WEEKLY;WKST=X", "`WKST=X` is not a weekday", "MO, TU"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "`BYWEEKNO` can't stand in a rule with `FREQ=MONTHLY`", "YEARLY"),
        ("FREQ=DAILY;BYYEARDAY=1", "`BYYEARDAY` can't stand in a rule with `FREQ=DAILY`", "YEARLY"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "`BYMONTHDAY` can't stand in a rule with `FREQ=WEEKLY`", "MONTHLY"),
        ("FREQ=MONTHLY;BYSETPOS=1", "`BYSETPOS` picks from what another part", "BYSETPOS=-1"),
        ("FREQ=DAILY;UNTIL=tomorrow", "`UNTIL=TOMORROW` is neither", "`UNTIL=20271009`"),
        ("FREQ=DAILY;UNTIL=2027-10-09", "`UNTIL=2027-10-09` is neither", "`UNTIL=20271009`"),
        ("FREQ=DAILY;UNTIL=20270230", "`UNTIL=20270230` is not in the calendar", ""),
        ("FREQ=DAILY;UNTIL=20270201T240000Z", "is not a time of day", "59"),
        ("FREQ=DAILY;UNTIL=20270701T120000", "is in no zone", "in Europe/Berlin it is `UNTIL=20270701T100000Z`"),
        ("FREQ=DAILY;UNTIL=99990701T120000", "is in no zone", "with a `Z`"),
        ("FREQ=DAILY;UNTIL=20260831", "`UNTIL` lies before the start, `2026-09-01T09:00`", "later"),
        ("FREQ=DAILY;UNTIL=00010101T000000Z", "`UNTIL` lies before the start", "later"),
        ("FREQ=WEEKLY;BYDAY=MO", "the start, `2026-09-01T09:00`, is not one", "`start: 2026-09-07T09:00`"),
        ("FREQ=DAILY;BYHOUR=8", "the start, `2026-09-01T09:00`, is not one", "`start: 2026-09-02T08:00`"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "is not one", "`start: 2026-09-30T09:00`"),
        ("FREQ=HOURLY;BYSECOND=30", "is not one", "`start: 2026-09-01T09:00:30`"),
        ("FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2", "names no reading in the 28 years", "don't exist"),
        ("FREQ=DAILY;BYMONTH=12;UNTIL=20261101", "names no reading", "an early `UNTIL`"),
        ("FREQ=MINUTELY;BYSECOND=0,30", "the rule runs 2880 times a day: 1440", "`BYSECOND`"),
        ("FREQ=DAILY;BYHOUR=" + ",".join("1" * 130), "a rule of 277 characters: 256 is the limit", ""),
    ],
)  # fmt: skip
def test_refused(text: str, message: str, hint: str) -> None:
    with pytest.raises(ScheduleError) as raised:
        parse(text)
    assert message in str(raised.value)
    assert hint in raised.value.hint


def test_a_rule_may_be_written_as_in_a_calendar() -> None:
    assert parse("RRULE:FREQ=WEEKLY;BYDAY=TU").normal() == parse("freq=weekly").normal()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FREQ=DAILY", "FREQ=DAILY;INTERVAL=1;WKST=SU;BYHOUR=09;BYSECOND=0,0"),
        ("FREQ=MONTHLY;BYDAY=1TU,-1FR", "BYDAY=-1FR,+1TU;FREQ=MONTHLY"),
        ("FREQ=DAILY;COUNT=3", "FREQ=DAILY;UNTIL=20260903T070000Z"),
        ("FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1"),
    ],
)
def test_two_spellings_of_one_rule_are_equal(one: str, other: str) -> None:
    assert parse(one).normal() == parse(other).normal()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=4"),
        ("FREQ=YEARLY;BYDAY=TU,1WE", "FREQ=YEARLY;BYDAY=TU,1WE;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU"),
        ("FREQ=DAILY;BYMONTH=9", "FREQ=MINUTELY;INTERVAL=1440"),
    ],
)
def test_two_rules_are_not_equal(one: str, other: str) -> None:
    assert parse(one).normal() != parse(other).normal()


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("FREQ=DAILY", True),
        ("FREQ=HOURLY", False),
        ("FREQ=MINUTELY;INTERVAL=7", False),
        ("FREQ=HOURLY;INTERVAL=2", True),
        ("FREQ=HOURLY;INTERVAL=7", True),
        ("FREQ=MINUTELY;BYHOUR=8,9", True),
        ("FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23", False),
    ],
)
def test_what_keeps_to_certain_hours_is_fixed(text: str, fixed: bool) -> None:  # noqa: FBT001 - a column
    assert parse(text).fixed == fixed


@pytest.mark.parametrize(
    ("text", "surely"),
    [
        ("FREQ=DAILY", True),
        ("FREQ=WEEKLY;BYMONTH=9", True),
        ("FREQ=MONTHLY;BYDAY=1TU,5TU", True),
        ("FREQ=YEARLY", True),
        ("FREQ=YEARLY;BYMONTHDAY=1,31", True),
        ("FREQ=HOURLY", True),
        ("FREQ=DAILY;COUNT=9999", False),
        ("FREQ=DAILY;UNTIL=21990101", False),
        ("FREQ=YEARLY;INTERVAL=2", False),
        ("FREQ=YEARLY;BYYEARDAY=244;BYDAY=TU", False),
    ],
)
def test_what_surely_runs_each_year(text: str, surely: bool) -> None:  # noqa: FBT001 - a column
    assert parse(text).surely_runs == surely


def test_a_leap_day_does_not_surely_run() -> None:
    assert not parse("FREQ=YEARLY", "2028-02-29T09:00").surely_runs


def test_times_of_day_tell_what_comes_near() -> None:
    rule = parse("FREQ=DAILY;BYHOUR=9,23;BYMINUTE=0,30")
    noon = [(12 * HOUR, 13 * HOUR)]
    assert not rule.comes_near(noon, HOUR)
    assert not rule.comes_near(noon, 150 * MINUTE - 1)
    assert rule.comes_near(noon, 150 * MINUTE)
    assert rule.comes_near([(0, HOUR)], 30 * MINUTE)
    assert not rule.comes_near([(0, HOUR)], 30 * MINUTE - 1)
    assert rule.comes_near(noon, DAY)
    assert not RRule("FREQ=DAILY;BYHOUR=1;BYSETPOS=2", 0).comes_near(noon, DAY)


def test_a_floating_rule_has_a_floating_end() -> None:
    assert len(RRule("FREQ=DAILY;UNTIL=19700103T000000", 0).walls(0, 9 * DAY)) == 3
    with pytest.raises(ScheduleError, match="the start belongs to no zone"):
        RRule("FREQ=DAILY;UNTIL=19700103T000000Z", 0)


def test_a_start_with_an_offset_is_read_in_the_zone() -> None:
    """07:00 in UTC is 09:00 in Berlin, at which the rule runs in winter too."""
    rule = rrule.parse("FREQ=DAILY", Moment(parse_moment(TUESDAY).wall, 0), zones.zone("UTC"))
    assert rule.start == parse_moment(TUESDAY).wall
    rule = parse("FREQ=DAILY", "2026-09-01T07:00Z")
    assert rule.start == parse_moment(TUESDAY).wall


def test_possible_days_are_those_with_readings() -> None:
    rule = parse("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1;COUNT=4")
    day = parse_moment(TUESDAY).wall // DAY
    found = list(rule.possible_days(day - 400, day + 4000))
    assert found == [at // DAY for at in rule.walls(0, zones.LATEST)]
    assert len(found) == 4


def numbers(count: int) -> str:
    """Return a list of the numbers from 0."""
    return ",".join(map(str, range(count)))


def test_a_rule_may_run_once_a_minute_and_no_more() -> None:
    assert parse(f"FREQ=HOURLY;BYSECOND={numbers(60)}").busiest == 1440
    with pytest.raises(ScheduleError, match="2880 times a day"):
        parse(f"FREQ=HOURLY;BYMINUTE=0,1;BYSECOND={numbers(60)}")


HOSTILE = [
    "FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2",
    "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=SECONDLY",
    "FREQ=DAILY;COUNT=1000000000",
    "FREQ=WEEKLY;BYDAY=TU;BYSETPOS=2;COUNT=10000",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=30",
    "FREQ=MINUTELY;INTERVAL=99991;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MINUTELY;INTERVAL=14;BYMINUTE=1",
    "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
    f"FREQ=MINUTELY;BYSECOND={numbers(60)}",
    f"FREQ=DAILY;BYHOUR={numbers(24)};BYMINUTE={numbers(28)};BYSECOND={numbers(28)}",
    ";" * 256,
    "=" * 256,
    "," * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:40])
def test_what_is_hostile_or_never_runs_is_refused_at_once(text: str) -> None:
    took = []
    for _ in range(3):
        began = time.process_time()
        with pytest.raises(ScheduleError):
            parse(text)
        took.append(time.process_time() - began)
    assert min(took) < 0.01


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=MINUTELY;COUNT=10000",
        "FREQ=DAILY;COUNT=10000",
        "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1;BYDAY=TU;COUNT=10000",
        "FREQ=WEEKLY;BYDAY=TU,WE;BYSETPOS=1;COUNT=10000",
        "FREQ=MINUTELY;INTERVAL=1439;COUNT=10000",
    ],
)
def test_counting_is_quick(text: str) -> None:
    took = []
    for _ in range(3):
        began = time.process_time()
        rule = parse(text)
        assert rule.end <= zones.LATEST
        took.append(time.process_time() - began)
    assert min(took) < 0.1
    assert len(rule.walls(0, zones.LATEST)) <= 10_000
