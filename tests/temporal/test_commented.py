"""Comments beside schedules: tables of what they say, and real ones read by people."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from opspolicy.temporal import cron
from opspolicy.temporal.comments import words
from opspolicy.temporal.comments.contradictions import contradiction
from opspolicy.temporal.comments.facts import Facts, described, together
from opspolicy.temporal.dialects import CRON, KUBERNETES, Dialect
from opspolicy.temporal.instants import parse_as_of
from tests import shared

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=300)
AS_OF = parse_as_of("2027-09-01")
REAL = shared.load("cron/expr_with_human_comment.json") or []
TIMERS = (shared.load("systemd/wikimedia_timers.json") or {}).get("jobs", [])

RIGHT = {"consistent", "consistent-or-uninformative", "consistent-with-typo"}
# These labels are about something else than the time of day and the days.
RIGHT |= {"never-fires", "one-off-in-cron", "ordering-claim"}
# Where the label is wrong: `i`, whether the comment misleads, and why.
CORRECTED = {
    3: (False, "PDT names an offset, as in 81: 7:06 PDT is 14:06 UTC in any season"),
    49: (True, "0:00 PT is 8:00 UTC in winter only, as in 27, which is labelled so"),
    50: (True, "as 49"),
    74: (True, "18:05 UTC is no start of `30 18-23/5`: 18:30 is, as in 66 and 67"),
    75: (True, "as 74"),
}
# What misleads and isn't told: a word of it isn't known.
MISSED = {50: "`everday`"}


def facts(line: str, zone: str = "UTC", dialect: Dialect = CRON) -> Facts:
    """Return what a cron line comes to."""
    of = cron.parse(line, dialect)
    read, times = of.line, tuple(time // 60 for time in of.times)
    return Facts(times, zone, read.weekdays, read.days, read.months, of.either_day)


def says(comment: str, line: str, zone: str = "UTC") -> str | None:
    """Return what is wrong with a comment."""
    return contradiction(comment, facts(line, zone), AS_OF)


@shared.needs_data
def test_of_real_comments_none_is_accused_falsely_and_all_but_one_found() -> None:
    misleading = {
        case["i"]: CORRECTED.get(case["i"], (case["label"] not in RIGHT, ""))[0] for case in REAL
    }
    told = {
        case["i"]
        for case in REAL
        if contradiction(case["comment"], facts(case["expr"], dialect=KUBERNETES), AS_OF)
    }
    expected = {at for at, wrong in misleading.items() if wrong}
    assert len(REAL) == 128
    assert told - expected == set()
    assert expected - told == set(MISSED)
    assert (len(told), len(expected)) == (24, 25)


# OnCalendar, in the forms that are as plain as a cron line.
ON_CALENDAR = re.compile(
    r"(?:(?P<days>[A-Z][a-z]{2}(?:,[A-Z][a-z]{2})*) )?(?:\*-\*-\* ?)?"
    r"(?P<hour>\*|\d+(?:/\d+)?):(?P<minute>\*|\d+(?:/\d+)?)(?::0?0)?"
)


def of_on_calendar(text: str) -> Facts | None:
    """Return what a plain OnCalendar comes to; the timers run on machines in UTC."""
    found = ON_CALENDAR.fullmatch(text)
    if found is None:
        return None
    hour, minute = (re.sub(r"^0+/", "*/", found[part]) for part in ("hour", "minute"))
    days = (found["days"] or "*").lower()
    return facts(f"{minute} {hour} * * {days}", dialect=KUBERNETES)


@shared.needs_data
def test_of_the_comments_on_real_timers_two_mislead() -> None:
    read, told = 0, []
    for job in TIMERS:
        comment = " ".join(job["comment"])
        for interval in job["intervals"]:
            of = of_on_calendar(interval)
            if comment and of is not None:
                read += 1
                told += [contradiction(comment, of, AS_OF) or ""]
    assert read == 33
    assert sorted(filter(None, told)) == [
        # "Every day at 12:00", beside 00:00.
        "the comment says 12:00, the schedule starts at 00:00 UTC",
        # "Run every monday at 13:00 UTC (8am ET/5am PT)".
        "the comment says 8am ET, which is right only in winter: the schedule starts at 13:00 UTC",
    ]


WRONG = [
    # How often.
    ("every 5 minutes", "*/15 * * * *", "every 5 minutes, the schedule starts every 15 minutes"),
    ("hourly", "*/5 * * * *", "every hour, the schedule starts every 5 minutes"),
    ("every half hour", "0 * * * *", "every 30 minutes, the schedule starts every hour"),
    ("every other hour", "0 * * * *", "every 2 hours, the schedule starts every hour"),
    ("twice a day", "0 3 * * *", "twice a day, the schedule starts at 03:00 UTC"),
    ("once daily", "0 3,15 * * *", "once a day, the schedule starts at 03:00 and 15:00 UTC"),
    ("4 times a day", "0 */2 * * *", "4 times a day, the schedule starts every 2 hours"),
    ("2x per hour", "*/15 * * * *", "twice an hour, the schedule starts every 15 minutes"),
    ("three times a week", "0 3 * * 1,4", "3 times a week, the schedule starts at 03:00 UTC"),
    ("every 8h", "30 9-17/8 * * *", "every 8 hours, the schedule doesn't start from 17:30 to 09:30"),
    ("At minute 0 past every 6th hour.", "0 */3 * * *", "every 6 hours, the schedule starts every 3 hours"),
    # Which days.
    ("daily", "0 3 * * 1", "every day, the schedule starts on Mondays"),
    ("every 2 days", "0 3 * * *", "every 2 days, the schedule starts every day"),
    ("monthly", "0 3 * * 1", "every month, the schedule starts on Mondays"),
    ("quarterly", "0 3 1 * *", "every quarter, the schedule starts on the 1st of the month"),
    ("every Monday", "0 3 * * *", "on Mondays, the schedule starts every day"),
    ("weekdays at 8 AM", "0 8 * * *", "from Monday to Friday, the schedule starts every day"),
    ("Tue and Thu", "0 8 * * 1-5", "on Tuesdays and Thursdays, the schedule starts from Monday to Friday"),
    ("even days", "0 8 1-31/1 * *", "on even days, the schedule starts every day"),
    ("on the 1st", "0 8 2 * *", "on the 1st, the schedule starts on the 2nd of the month"),
    ("2 May", "0 8 2 6 *", "on 2 May, the schedule starts on the 2nd of the month in June"),
    ("first Monday of the month", "0 8 1-7 * 1", "on the 1st Monday of the month, the schedule starts on the 1st to 7th of the month and on Mondays"),
    # At which time.
    ("03:00", "5 3 * * *", "03:00, the schedule starts at 03:05 UTC"),
    ("3am", "0 15 * * *", "3am, the schedule starts at 15:00 UTC"),
    ("12 pm", "0 0 * * *", "12 pm, the schedule starts at 00:00 UTC"),
    ("noon", "0 0 * * *", "noon, the schedule starts at 00:00 UTC"),
    ("1am or 2am", "0 3 * * *", "1am or 2am, the schedule starts at 03:00 UTC"),
    (":15 every hour", "30 * * * *", "at :15 past the hour, the schedule starts at :30"),
    ("quarter past the hour", "30 * * * *", "at :15 past the hour, the schedule starts at :30"),
    ("five past midnight", "0 0 * * *", "00:05, the schedule starts at 00:00 UTC"),
    ("at 3 every night", "* 3 * * *", "3, the schedule starts every minute from 03:00 to 03:59 UTC"),
    ("daily", "* * * * *", "every day, the schedule starts every minute"),
    ("from 9:00 to 17:00", "0 8-17 * * *", "9:00 to 17:00, the schedule starts every hour from 08:00 to 17:00 UTC"),
    ("Nightly at 3am. Syncs the mirrors", "0 4 * * *", "3am, the schedule starts at 04:00 UTC"),
    ("At 03:00 AM, only on Sunday", "0 4 * * 0", "03:00 AM, the schedule starts at 04:00 UTC"),
    # In French.
    ("tous les jours à 3 h", "0 4 * * *", "3 h, the schedule starts at 04:00 UTC"),
    ("toutes les heures", "*/5 * * * *", "every hour, the schedule starts every 5 minutes"),
    ("toutes les 5 minutes", "*/15 * * * *", "every 5 minutes, the schedule starts every 15 minutes"),
    ("deux fois par jour", "0 3 * * *", "twice a day, the schedule starts at 03:00 UTC"),
    ("du lundi au vendredi à 15h30", "30 16 * * 1-5", "15h30, the schedule starts at 16:30 UTC"),
    ("le 1er du mois à minuit", "0 0 2 * *", "on the 1st, the schedule starts on the 2nd of the month"),
    ("chaque dimanche", "0 0 * * 1", "on Sundays, the schedule starts on Mondays"),
]  # fmt: skip


@pytest.mark.parametrize(("comment", "line", "expected"), WRONG, ids=lambda each: each)
def test_what_is_wrong_is_told(comment: str, line: str, expected: str) -> None:
    assert says(comment, line) == f"the comment says {expected}"


CAN_BE_RIGHT = [
    # As it is.
    ("every 5 minutes", "*/5 * * * *"), ("every six hours", "0 */6 * * *"),
    ("every day at 3:01 AM and 15:01", "1 3,15 * * *"), ("Mon-Fri, hourly at half-past", "30 * * * 1-5"),
    ("every 15 min from 8:00 to 18:00", "*/15 8-18 * * *"), ("between 9 and 17", "0 9-17 * * *"),
    ("Fri to Mon", "0 3 * * 5,6,0,1"), ("weekend", "0 3 * * 6,0"), ("2nd May", "0 0 2 5 *"),
    ("on the 1st and 15th", "0 0 1,15 * *"), ("once every 2 hours", "0 */2 * * *"),
    ("yearly", "@yearly"), ("daily at midnight", "@daily"), ("at minute 5", "5 * * * *"),
    ("le 15 de chaque mois à 6h", "0 6 15 * *"), ("midi", "0 12 * * *"), ("le lundi", "0 3 * * 1"),
    ("at 9, 12 and 17", "0 9,12,17 * * *"), ("Sun 22:00 - Mon 04:00", "0 22 * * 0"),
    ("22:00-04:00", "0 22 * * *"), ("every second Monday", "0 3 * * 1"), ("3:00 (4:00 in summer)", "0 3 * * *"),
    ("tous les lundis", "0 7 * * 1"), ("le premier lundi du mois", "0 7 * * 1"), ("24/7", "* * * * *"),
    ("since 2027-01-01 03:00", "0 0 * * *"), ("every 14 days", "0 0 1,15 * *"), ("1 minute past midnight", "1 0 * * *"),
    # Loosely.
    ("3am", "17 3 * * *"), ("midnight", "58 23 * * *"), ("daily at 7:30", "30 19 * * *"),
    ("every night at 11", "0 23 * * *"), ("daily", "0 3 * * 1-5"), ("weekly", "0 3 * * 1,4"),
    ("every 15 minutes", "7,22,38,53 * * * *"), ("every 5 hours", "0 */5 * * *"),
    ("every hour", "0 8-18 * * *"), ("every 2 hours", "0 8-18/2 * * *"), ("odd days", "0 3 * * 1,3,5"),
    ("every other day", "0 3 */2 * *"), ("monthly", "0 3 1 4-9 *"), ("6:00", "0 */6 * * *"),
    ("every 5 minutes every hour every day", "*/5 * * * *"), ("every morning", "0 14 * * *"),
    ("Sunday nights at 1am", "0 1 * * 1"), ("Saturday midnight", "0 0 * * 0"),
    # As crontab.guru and cron-descriptor put it.
    ("At minute 0 past every 6th hour.", "0 */6 * * *"), ("At 00:00 on day-of-month 1 and on Monday.", "0 0 1 * 1"),
    ("At every 15th minute past every hour from 8 through 18 on every day-of-week from Monday through Friday.", "*/15 8-18 * * 1-5"),
    ("Every 5 minutes, between 09:00 AM and 05:59 PM, Monday through Friday", "*/5 9-17 * * 1-5"),
    ("At 0 minutes past the hour, every 6 hours", "0 */6 * * *"), ("At 03:00 AM, only on Sunday", "0 3 * * 0"),
    # Hedged, gone, or unknown.
    ("~ every 5 minutes", "*/15 * * * *"), ("about 7:30", "0 6 * * *"), ("after 03:00", "0 6 * * *"),
    ("was hourly", "*/5 * * * *"), ("every 5 minutes?", "*/15 * * * *"), ("not every hour", "0 6 * * *"),
    ("approx. every 5 minutes", "*/15 * * * *"), ("every hour, except at night", "*/5 * * * *"),
    ("until 7:30", "0 6 * * *"), ("vers 3 h", "0 6 * * *"), ("au moins toutes les heures", "0 0 * * *"),
    ("daily at 03:00 (Berlin)", "0 6 * * *"), ("03:00. Times of Berlin", "0 6 * * *"),
    ("8:00-9:00, Berlin time", "0 6 * * *"), ("03:00 server time", "0 6 * * *"),
    # Of something else.
    ("rebuilds the replica, at 05:00", "0 6 * * *"), ("see the wiki (every 5 minutes)", "0 6 * * *"),
    ("the weekly report", "0 6 * * *"), ("`every 5 minutes` in the docs", "0 6 * * *"),
    ("every 30 seconds", "0 6 * * *"), ("prod: every 5 minutes", "0 6 * * *"), ("2h", "0 6 * * *"),
    ("alternates with the load test (Tue/Thu)", "0 6 * * 1"), ("for 2 hours", "0 6 * * *"),
    ("it may run late", "0 6 * * *"), ("06:00 EST or whenever", "0 6 * * *"), ("", "0 6 * * *"),
    ("25:00", "0 6 * * *"), ("12:60", "0 6 * * *"), ("13pm", "0 6 * * *"), ("CST", "0 6 * * *"),
    ("Mon, Thu, Wed, Thu and Fri", "0 6 * * 1-5"), ("2nd and 4th Tuesday", "0 6 * * 2"),
    ("every 5 minutes " + "x" * 400, "0 6 * * *"), ("Europe/Atlantis 03:00", "0 6 * * *"),
]  # fmt: skip


@pytest.mark.parametrize(("comment", "line"), CAN_BE_RIGHT, ids=lambda each: each[:40])
def test_what_can_be_right_is_left_alone(comment: str, line: str) -> None:
    assert says(comment, line) is None


IN_ZONES = [
    ("03:00 UTC", "0 3 * * *", "UTC", None),
    ("03:00 GMT", "0 3 * * *", "Europe/London", None),
    ("3:00 (UTC)", "0 3 * * *", "Europe/Berlin", "3:00 UTC, the schedule starts at 03:00 Europe/Berlin"),
    ("03:00Z", "0 3 * * *", "Europe/London", "03:00 Z, which is right only in winter: the schedule starts at 03:00 Europe/London"),
    ("9:01PST", "1 17 * * *", "UTC", None),
    ("9:01 PDT", "1 16 * * *", "UTC", None),
    ("7:30 and 12:30 PST", "30 14,19 * * *", "UTC", "7:30 PST, which is right only in summer: the schedule starts at 14:30 and 19:30 UTC"),
    ("20:00 PT", "0 4 * * *", "UTC", "20:00 PT, which is right only in winter: the schedule starts at 04:00 UTC"),
    ("1am or 2am Pacific", "0 9 * * *", "UTC", None),
    ("0:00 GMT+8", "0 16 * * *", "UTC", None),
    ("0:00 UTC-03:30", "30 3 * * *", "UTC", None),
    ("9:00 Europe/Paris", "0 9 * * *", "Europe/Berlin", None),
    ("9:00 Australia/Sydney", "0 23 * * *", "UTC", "9:00 Australia/Sydney, which is right only in winter: the schedule starts at 23:00 UTC"),
    ("8:00-16:00 PST", "0 16-23 * * *", "UTC", None),
    ("06:00 to 14:00 PT", "0 13-21 * * *", "UTC", "06:00 PT to 14:00 PT, which is right only in summer: the schedule starts every hour from 13:00 to 21:00 UTC"),
    ("9:00 ET (15:00 here)", "0 15 * * *", "Europe/Berlin", None),
    ("in UTC", "0 3 * * *", "Europe/Berlin", "UTC, the schedule is on the clock of Europe/Berlin"),
    ("UTC", "0 3 * * *", "Etc/UTC", None),
    ("Friday 22:01 PST", "1 6 * * 6", "UTC", None),
    ("the 1st at 22:01 PST", "1 6 2 * *", "UTC", None),
    ("20:00 (4:00 UTC)", "0 4 * * *", "UTC", None),
    ("CET", "0 3 * * *", "Europe/Madrid", None),
]  # fmt: skip


@pytest.mark.parametrize(("comment", "line", "zone", "expected"), IN_ZONES, ids=lambda each: each)
def test_a_time_elsewhere_is_converted_in_winter_and_in_summer(
    comment: str, line: str, zone: str, expected: str | None
) -> None:
    assert says(comment, line, zone) == (f"the comment says {expected}" if expected else None)


FIELDS = [
    st.one_of(st.just("*"), st.integers(low, high).map(str), st.integers(2, 9).map("*/{}".format))
    for low, high in ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
]
LINES = st.tuples(*FIELDS).map(" ".join)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/Toronto", "Asia/Kolkata"])


@LAWS
@given(LINES, ZONES)
def test_what_a_comment_could_say_instead_is_never_accused(line: str, zone: str) -> None:
    of = facts(line, zone)
    assert contradiction(described(of), of, AS_OF) is None, described(of)


VOCABULARY = sorted(
    {*words.WORDS, *words.PLACES, *words.WEEKDAYS, *words.MONTHS}
    | {
        *[
            "0",
            "3",
            "12",
            "61",
            "999999999",
            "03:00",
            "3am",
            "15h30",
            ":15",
            "1st",
            "31st",
            "99th",
            ",",
            "-",
            "/",
            "(",
            ")",
            ";",
            ".",
            "!",
            "?",
            "~",
            "@",
            "'",
        ]
    }
    | {"every", "noon", "half", "Europe/Paris", "UTC+99:99", "`", '"'}
)


@LAWS
@given(st.lists(st.sampled_from(VOCABULARY), max_size=20).map(" ".join), LINES)
@example("every", "* * * * *")
@example("(" * 200 + ")" * 200, "* * * * *")
def test_any_row_of_known_words_is_read_without_trouble(comment: str, line: str) -> None:
    told = says(comment, line, "Europe/Berlin")
    assert told is None or told.startswith("the comment says ")


@LAWS
@given(st.text(max_size=80))
def test_any_text_is_read_without_trouble(comment: str) -> None:
    says(comment, "0 3 * * *")


@pytest.mark.parametrize(
    "piece", ["a-", "1st, ", "Mon,", "every ", "9:00-", "`", "(", "approx.", " \u00a0"]
)
def test_a_hostile_comment_is_read_in_no_time(piece: str) -> None:
    start = time.perf_counter()
    says(piece * (400 // len(piece)), "* * * * *")
    says(piece * 100_000, "* * * * *")
    assert time.perf_counter() - start < 2


def test_lines_that_start_one_thing_come_to_one() -> None:
    both = together([facts("0 6 * * 1"), facts("0 18 * * 4")])
    assert both == Facts((360, 1080), "UTC", weekdays=0b0010010)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0 2 * * *", "at 02:00 UTC"),
        ("0 2 * * 1-5", "at 02:00 UTC from Monday to Friday"),
        ("*/15 8-18 * * 0", "every 15 minutes from 08:00 to 18:45 UTC on Sundays"),
        ("1 5,7,12,17,23 1 */6 *", "5 times a day, first at 05:01 UTC on the 1st of the month in January and July"),
        ("0 2 1-7 * *", "at 02:00 UTC on the 1st to 7th of the month"),
        ("0 2 */4 * *", "at 02:00 UTC on 8 days of the month"),
        ("0 2 1,15 * 1", "at 02:00 UTC on the 1st and 15th of the month and on Mondays"),
        ("0 2 * 2 *", "at 02:00 UTC in February"),
    ],
)  # fmt: skip
def test_a_schedule_in_words(line: str, expected: str) -> None:
    assert described(facts(line)) == expected


def test_a_schedule_without_any_start_is_left_alone() -> None:
    assert contradiction("every 5 minutes", Facts((), "UTC"), AS_OF) is None
