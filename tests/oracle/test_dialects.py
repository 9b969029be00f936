"""Tests the oracles of dialects themselves, against cases worked out by hand.

Times are in UTC, as month, day and time. In New York clocks went forward on 14 March 2027 at
07:00Z, from 02:00 to 03:00, and back on 7 November at 06:00Z, from 02:00 to 01:00. November 2027
begins on a Monday and has 30 days; its Fridays are 5, 12, 19 and 26.
"""

from datetime import datetime

import pytest

from .dialects import ORACLES
from .dialects.clock import changes, timeline

NEW_YORK, LORD_HOWE, APIA, CASEY = (
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Antarctica/Casey",
)
SPRING, FALL = (
    ("2027-03-14T05:00Z", "2027-03-15T05:00Z"),
    ("2027-11-07T04:00Z", "2027-11-08T05:00Z"),
)
NOVEMBER = ("2027-11-01T00:00Z", "2027-12-01T00:00Z")
YEAR = ("2027-01-01T00:00Z", "2028-01-01T00:00Z")


def at(text: str) -> int:
    """Read an instant."""
    return int(datetime.fromisoformat(text).timestamp())


def shown(instant: int) -> str:
    """Write an instant as the tables do."""
    text = datetime.fromtimestamp(instant, datetime.fromisoformat("2027-01-01T00:00Z").tzinfo)
    return text.strftime("%m-%dT%H:%M:%S").removesuffix(":00")


@pytest.mark.parametrize(
    ("dialect", "line", "zone", "stretch", "expected"),
    [
        # A skipped time. cron(8): run soon after the change. robfig's spec_test.go, Quartz, AWS:
        # not at all. GitHub: at the next valid time. Airflow: 02:30 becomes 03:30.
        ("cron", "30 2 * * *", NEW_YORK, SPRING, "03-14T07:00"),
        ("kubernetes", "30 2 * * *", NEW_YORK, SPRING, ""),
        ("github-actions", "30 2 * * *", NEW_YORK, SPRING, "03-14T07:00"),
        ("quartz", "0 30 2 * * ?", NEW_YORK, SPRING, ""),
        ("eventbridge", "cron(30 2 * * ? *)", NEW_YORK, SPRING, ""),
        ("airflow", "30 2 * * *", NEW_YORK, SPRING, "03-14T07:30"),
        # Several skipped times are one run, where they are one at all.
        ("cron", "0,30 2,3 * * *", NEW_YORK, SPRING, "03-14T07:00 03-14T07:30"),
        ("github-actions", "10,50 2 * * *", NEW_YORK, SPRING, "03-14T07:00"),
        # Airflow looks for what comes after 03:10, as which 02:10 ran; by then 02:50 is over.
        ("airflow", "10,50 2 * * *", NEW_YORK, SPRING, "03-14T07:10"),
        ("airflow", "0,30 2,3 * * *", NEW_YORK, SPRING, "03-14T07:00 03-14T07:30"),
        # cron(8): wildcard jobs follow the new time at once.
        ("cron", "*/30 2,3 * * *", NEW_YORK, SPRING, "03-14T07:00 03-14T07:30"),
        ("cron", "15 */2 * * *", NEW_YORK, ("2027-03-14T06:00Z", "2027-03-14T09:00Z"), "03-14T08:15"),
        # A repeated time: once by cron, unless it is a wildcard job; twice by robfig.
        ("cron", "30 1 * * *", NEW_YORK, FALL, "11-07T05:30"),
        ("cron", "*/30 1 * * *", NEW_YORK, FALL, "11-07T05:00 11-07T05:30 11-07T06:00 11-07T06:30"),
        ("kubernetes", "30 1 * * *", NEW_YORK, FALL, "11-07T05:30 11-07T06:30"),
        ("github-actions", "30 1 * * *", NEW_YORK, FALL, "11-07T05:30"),
        ("quartz", "0 30 1 * * ?", NEW_YORK, FALL, "11-07T06:30"),
        ("eventbridge", "30 1 * * ? *", NEW_YORK, FALL, "11-07T05:30"),
        ("airflow", "30 1 * * *", NEW_YORK, FALL, "11-07T06:30"),
        # Even by those who run "once", lines for every hour skip the second showing of an hour;
        # in Airflow the hour `*` counts elapsed time.
        ("eventbridge", "0 0-3 * * ? *", NEW_YORK, FALL, "11-07T04:00 11-07T05:00 11-07T07:00 11-07T08:00"),
        ("airflow", "0 0-3 * * *", NEW_YORK, FALL, "11-07T04:00 11-07T06:00 11-07T07:00 11-07T08:00"),
        ("airflow", "0 * * * *", NEW_YORK, ("2027-11-07T04:00Z", "2027-11-07T08:00Z"), "11-07T04:00 11-07T05:00 11-07T06:00 11-07T07:00"),
        # The docstring of `_covers_every_hour`: after 2:30 (UTC+2) comes 2:30 (UTC+1).
        ("airflow", "30 * * * *", "Europe/Zurich", ("2023-10-29T00:00Z", "2023-10-29T02:00Z"), "10-29T00:30 10-29T01:30"),
        # After 23:00 on 1 March in winter, the next run on the 1st of a month is 31 days less an
        # hour of wall clock away, but as elapsed time one hour too many: it starts at 01:00.
        ("airflow", "0 * 1 3,4 *", NEW_YORK, ("2027-03-02T03:00Z", "2027-04-01T07:00Z"), "03-02T03:00 03-02T04:00 04-01T05:00 04-01T06:00"),
        # On Lord Howe 3 October 2027 at 15:30Z on the 2nd: from 02:00 to 02:30.
        ("cron", "15 2 * * *", LORD_HOWE, ("2027-10-02T00:00Z", "2027-10-03T00:00Z"), "10-02T15:30"),
        ("kubernetes", "15 2 * * *", LORD_HOWE, ("2027-10-02T00:00Z", "2027-10-03T00:00Z"), ""),
        ("airflow", "15 2 * * *", LORD_HOWE, ("2027-10-02T00:00Z", "2027-10-03T00:00Z"), "10-02T15:45"),
        # Samoa had no 30 December 2011. A day is more than cron makes up for.
        ("cron", "0 6 30 12 *", APIA, ("2011-12-29T00:00Z", "2011-12-31T23:00Z"), ""),
        ("github-actions", "0 6 30 12 *", APIA, ("2011-12-29T00:00Z", "2011-12-31T23:00Z"), "12-30T10:00"),
        ("airflow", "0 6 30 12 *", APIA, ("2011-12-29T00:00Z", "2011-12-31T23:00Z"), "12-30T16:00"),
        # Casey, 4 October 2020, from 00:01 to 03:01 at 16:01Z on the 3rd: three hours and the
        # minute that has passed meanwhile are more than three hours.
        ("cron", "30 1 * * *", CASEY, ("2020-10-03T00:00Z", "2020-10-04T12:00Z"), ""),
        # Three hours back, at 16:00Z on 7 March 2020, less that minute are not.
        ("cron", "30 1 * * *", CASEY, ("2020-03-07T00:00Z", "2020-03-08T12:00Z"), "03-07T14:30"),
        # crontab(5): a field that starts with `*` means both must match.
        ("cron", "0 0 13 * fri", "UTC", NOVEMBER, "11-05T00:00 11-12T00:00 11-13T00:00 11-19T00:00 11-26T00:00"),
        ("cron", "0 0 */2 * 5", "UTC", NOVEMBER, "11-05T00:00 11-19T00:00"),
        ("cron", "0 0 13,14 * 7", "UTC", NOVEMBER, "11-07T00:00 11-13T00:00 11-14T00:00 11-21T00:00 11-28T00:00"),
        ("cron", "0 0 * nov */6", "UTC", NOVEMBER, "11-06T00:00 11-07T00:00 11-13T00:00 11-14T00:00 11-20T00:00 11-21T00:00 11-27T00:00 11-28T00:00"),
        # parser.go: the star bit goes with a step above 1, and any item of a list has it.
        ("kubernetes", "0 0 */15 * fri", "UTC", NOVEMBER, "11-01T00:00 11-05T00:00 11-12T00:00 11-16T00:00 11-19T00:00 11-26T00:00"),
        ("kubernetes", "0 0 */1 * fri", "UTC", NOVEMBER, "11-05T00:00 11-12T00:00 11-19T00:00 11-26T00:00"),
        ("kubernetes", "0 0 ? * fri,sat/9", "UTC", ("2027-11-01T00:00Z", "2027-11-07T00:00Z"), "11-05T00:00 11-06T00:00"),
        ("kubernetes", "20/15 0 1 * ?", "UTC", NOVEMBER, "11-01T00:20 11-01T00:35 11-01T00:50"),
        ("kubernetes", "@monthly", "UTC", NOVEMBER, "11-01T00:00"),
        # GitHub's page: `20/15` are the minutes 20, 35 and 50; POSIX: either day, unless `*`.
        ("github-actions", "20/15 0 1 * *", "UTC", NOVEMBER, "11-01T00:20 11-01T00:35 11-01T00:50"),
        ("github-actions", "0 0 */15 * FRI", "UTC", NOVEMBER, "11-01T00:00 11-05T00:00 11-12T00:00 11-16T00:00 11-19T00:00 11-26T00:00"),
        ("github-actions", "0 0 * NOV SUN", "UTC", YEAR, "11-07T00:00 11-14T00:00 11-21T00:00 11-28T00:00"),
        # The examples of Quartz's CronTrigger tutorial, in November 2027.
        ("quartz", "0 15 10 L * ?", "UTC", NOVEMBER, "11-30T10:15"),
        ("quartz", "0 15 10 L-2 * ?", "UTC", NOVEMBER, "11-28T10:15"),
        ("quartz", "0 15 10 ? * 6L", "UTC", NOVEMBER, "11-26T10:15"),
        ("quartz", "0 15 10 ? * 6L 2028-2029", "UTC", NOVEMBER, ""),
        ("quartz", "0 15 10 ? * 6#3", "UTC", NOVEMBER, "11-19T10:15"),
        ("quartz", "0 0 12 1/9 * ?", "UTC", NOVEMBER, "11-01T12:00 11-10T12:00 11-19T12:00 11-28T12:00"),
        ("quartz", "0 11 11 11 11 ?", "UTC", YEAR, "11-11T11:11"),
        ("quartz", "0 0-3/2 14 1 11 ?", "UTC", YEAR, "11-01T14:00 11-01T14:02"),
        ("quartz", "5/25 0 0 1 NOV ? 2027", "UTC", YEAR, "11-01T00:00:05 11-01T00:00:30 11-01T00:00:55"),
        # 6 and 7 November are Saturday and Sunday; 1 May 2027 is a Saturday, 31 October a Sunday.
        ("quartz", "0 0 0 6W 11 ?", "UTC", YEAR, "11-05T00:00"),
        ("quartz", "0 0 0 7W 11 ?", "UTC", YEAR, "11-08T00:00"),
        ("quartz", "0 0 0 1W 5 ?", "UTC", YEAR, "05-03T00:00"),
        ("quartz", "0 0 0 31W 10,11 ?", "UTC", YEAR, "10-29T00:00"),
        ("quartz", "0 0 0 LW 10,11 ?", "UTC", YEAR, "10-29T00:00 11-30T00:00"),
        ("quartz", "0 0 0 L-3W NOV ?", "UTC", YEAR, "11-26T00:00"),
        ("quartz", "0 0 0 ? NOV MON#5", "UTC", YEAR, "11-29T00:00"),
        ("quartz", "0 0 0 ? NOV L", "UTC", YEAR, "11-06T00:00 11-13T00:00 11-20T00:00 11-27T00:00"),
        ("quartz", "0 0 22-2/2 7 JUN ?", "UTC", YEAR, "06-07T00:00 06-07T02:00 06-07T22:00"),
        ("quartz", "0 0 0 1 NOV-FEB ?", "UTC", YEAR, "01-01T00:00 02-01T00:00 11-01T00:00 12-01T00:00"),
        ("quartz", "0 0 0 ? 11 SAT-SUN", "UTC", ("2027-11-01T00:00Z", "2027-11-15T00:00Z"), "11-06T00:00 11-07T00:00 11-13T00:00 11-14T00:00"),
        # The examples of the EventBridge Scheduler's user guide.
        ("eventbridge", "cron(15 10 ? * 6L 2022-2027)", "UTC", NOVEMBER, "11-26T10:15"),
        ("eventbridge", "0 8 1 * ? *", "UTC", NOVEMBER, "11-01T08:00"),
        ("eventbridge", "cron(0 18 ? * MON-FRI 2027)", "UTC", ("2027-11-05T00:00Z", "2027-11-09T00:00Z"), "11-05T18:00 11-08T18:00"),
        ("eventbridge", "cron(0 9 ? * 2#1 *)", "UTC", NOVEMBER, "11-01T09:00"),
        ("eventbridge", "cron(0 0 L * ? *)", "UTC", NOVEMBER, "11-30T00:00"),
        ("eventbridge", "cron(0 0 13W * ? *)", "UTC", NOVEMBER, "11-12T00:00"),
        ("eventbridge", "cron(0 0 ? * 1 *)", "UTC", NOVEMBER, "11-07T00:00 11-14T00:00 11-21T00:00 11-28T00:00"),
        # croniter: either day, unless a field names all; 7 is Sunday.
        ("airflow", "0 0 13 * 5", "UTC", NOVEMBER, "11-05T00:00 11-12T00:00 11-13T00:00 11-19T00:00 11-26T00:00"),
        ("airflow", "0 0 */15 * 7", "UTC", NOVEMBER, "11-01T00:00 11-07T00:00 11-14T00:00 11-16T00:00 11-21T00:00 11-28T00:00"),
        ("airflow", "@quarterly", "UTC", YEAR, "01-01T00:00 04-01T00:00 07-01T00:00 10-01T00:00"),
        ("airflow", "0 0 30 2 *", "UTC", YEAR, ""),
        ("cron", "0 0 31 2 *", "UTC", ("2027-02-01T00:00Z", "2027-04-01T00:00Z"), ""),
    ],
)  # fmt: skip
def test_a_case_by_hand(
    dialect: str, line: str, zone: str, stretch: tuple[str, str], expected: str
) -> None:
    found = ORACLES[dialect](line, zone, at(stretch[0]), at(stretch[1]))
    assert " ".join(map(shown, found)) == expected


@pytest.mark.parametrize(
    ("dialect", "line"),
    [
        ("cron", "5/15 * * * *"),
        ("cron", "0 0 ? * *"),
        ("kubernetes", "0 0 * * 7"),
        ("github-actions", "0 0 * * 7"),
        ("github-actions", "@daily"),
        ("github-actions", "0 0 L * *"),
        ("quartz", "0 0 0 * * *"),
        ("quartz", "0 0 0 ? * ?"),
        ("quartz", "0 0 0 ? * 0"),
        ("quartz", "0 0 * * ?"),
        ("eventbridge", "0 0 * * ?"),
        ("eventbridge", "0 0 ? * FRI-MON *"),
        ("airflow", "0 0 0 * * *"),
    ],
)
def test_a_line_of_another_dialect_is_no_line(dialect: str, line: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        ORACLES[dialect](line, "UTC", at(YEAR[0]), at(YEAR[1]))


def test_the_clock_says_what_it_repeats_and_what_it_skips() -> None:
    fall = timeline(NEW_YORK, at(FALL[0]), at(FALL[1])).pieces
    shown_first, shown_again = (piece for piece in fall if piece.date.day == 7)
    assert shown_first.minutes == range(120)
    assert shown_again.minutes == range(60, 1440)
    assert shown_first.again == shown_again.before == set(range(60, 120))
    assert shown_again.start == at("2027-11-07T06:00Z")
    (gap,) = timeline(NEW_YORK, at(SPRING[0]), at(SPRING[1])).gaps
    assert gap.at == at("2027-03-14T07:00Z")
    assert [minute for _, minute in gap.readings] == list(range(120, 180))
    (skipped,) = timeline(APIA, at("2011-12-30T00:00Z"), at("2011-12-31T00:00Z")).gaps
    assert {day.isoformat() for day, _ in skipped.readings} == {"2011-12-30"}
    assert len(skipped.readings) == 1440


def test_the_clock_knows_its_changes() -> None:
    assert changes(NEW_YORK, 2027, 2027) == (at("2027-03-14T07:00Z"), at("2027-11-07T06:00Z"))
    assert changes("Africa/Cairo", 2027, 2027) == (
        at("2027-04-29T22:00Z"),
        at("2027-10-28T21:00Z"),
    )
    assert changes("UTC", 2020, 2037) == changes("Asia/Kathmandu", 2020, 2037) == ()
