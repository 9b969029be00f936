"""`except`, business days, `every`: what is left out, what is moved, and in which order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.estate.estate import assemble
from opspolicy.source.files import parse
from opspolicy.temporal.adjustments import Adjusted
from opspolicy.temporal.durations import DAY, MINUTE
from opspolicy.temporal.every import Every
from opspolicy.temporal.instants import parse_as_of, rfc3339
from opspolicy.temporal.schedules import RecurringSchedule, Schedule, upcoming

if TYPE_CHECKING:
    from opspolicy.temporal.calendars import Hours

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=60)
CALENDARS = {
    # Closed on Fridays and for a week in January; open at night on Mondays.
    "odd": {
        "hours": [
            {"days": ["sat", "sun", "tue", "wed", "thu"], "from": "08:00", "to": "12:00"},
            {"days": "mon", "from": "22:00", "to": "02:00"},
        ],
        "exceptions": [{"date": f"2027-01-{day:02}", "closed": True} for day in range(11, 18)]
        + [{"date": "2027-01-01", "from": "10:00", "to": "11:00"}],
    },
    "holidays-alone": {"hours": [], "exceptions": [{"date": "2027-01-04", "closed": True}]},
    "quebec": {"hours": [], "holidays": "CA-QC"},
    "mornings": {"hours": [{"days": "everyday", "from": "08:00", "to": "12:00"}]},
    "nearly": {"hours": [{"days": "everyday", "from": "02:31", "to": "02:29"}]},
    # Open at every minute, but on two days and a morning.
    "whole": {
        "hours": [{"days": "everyday", "from": "00:00", "to": "24:00"}],
        "exceptions": [
            {"date": "2027-03-28", "closed": True},
            {"date": "2027-08-13", "closed": True},
            {"date": "2027-10-31", "from": "03:00", "to": "24:00"},
        ],
    },
}


def schedule(
    declared: dict[str, Any], scheduler: str = "kubernetes", zone: str = "UTC"
) -> Schedule:
    """Return the schedule of a job that declares it, in an estate with the calendars above."""
    job = {"schedule": declared, "duration": "1h", "scheduler": scheduler}
    if "on_calendar" in declared:
        del job["scheduler"]
    estate = {"defaults": {"timezone": zone}, "jobs": {"j": job}, "calendars": CALENDARS}
    assembled = assemble([parse("a.yaml", json.dumps(estate))])
    assert not assembled.problems
    assert not assembled.invalid
    found = assembled.jobs["j"].schedule
    assert found is not None
    return found


def starts(declared: dict[str, Any], first: str, last: str, zone: str = "UTC") -> list[str]:
    """Return its starts between two dates, on the zone's clock."""
    made = schedule(declared, zone=zone)
    found = made.starts(parse_as_of(first), parse_as_of(last))
    return [rfc3339(made.zone.wall(at))[5:16] for at in found]


JANUARY = ("2027-01-01", "2027-02-01")


@pytest.mark.parametrize(
    "zone",
    [
        "America/Havana",
        *(
            pytest.param(each, marks=pytest.mark.prove)
            for each in ("UTC", "Australia/Lord_Howe", "Pacific/Apia")
        ),
    ],
)
@pytest.mark.parametrize(
    "named",
    [
        {"cron": "30 9 * * *"},
        {"cron": "0,30 0,2,23 * * *"},
        {"cron": "0 9 1 * fri"},
        {"on_calendar": "Mon 22:30"},
        {"rrule": "FREQ=YEARLY", "start": "2020-02-29T00:00"},
        {"every": "25h", "start": "2020-01-01T00:00"},
    ],
    ids=str,
)
@pytest.mark.parametrize("closed", [["odd"], ["quebec", "2027-01-05"], ["odd", "quebec"]], ids=str)
def test_days_that_are_left_open_are_found_together_as_one_by_one(
    named: dict[str, Any], closed: list[str], zone: str
) -> None:
    made = schedule({**named, "except": closed}, zone=zone)
    assert isinstance(made, RecurringSchedule)
    first, last = parse_as_of("2011-06-01") // DAY, parse_as_of("2021-06-01") // DAY
    for line in made.lines:
        assert isinstance(line, Adjusted)
        days = [
            day
            for day in line.rule.possible_days(first, last)
            if day not in line.adjustment.days and line._is_open(day)
        ]
        assert list(line.possible_days(first, last)) == days


@given(
    st.sampled_from([
        {"cron": "*/20 0-2,23 13 * fri"},
        {"cron": "30 2 * * *"},
        {"cron": "59 * * * *"},
        {"on_calendar": "Sun *-*-* *:0/15"},
        {"rrule": "FREQ=MINUTELY;INTERVAL=29", "start": "2026-01-02T02:30"},
        {"every": "29m", "start": "2026-02-01T23:59"},
    ]),
    st.sampled_from([["whole"], ["nearly"], ["mornings", "nearly"], ["odd", "2027-03-28"]]),
    st.sampled_from([{}, {"on_non_business_day": "skip"}, {"on_non_business_day": "next"}]),
    st.sampled_from([{}, {"until": "2027-06-01"}, {"from": "2027-02-01T12:00Z"}]),
    st.sampled_from(["cron", "kubernetes", "airflow"]),
    st.sampled_from(["UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe"]),
)  # fmt: skip
@settings(LAWS, max_examples=40)
def test_starts_of_years_are_those_of_their_days(
    named: dict[str, Any], closed: list[str], moved: dict[str, Any], bounds: dict[str, Any],
    scheduler: str, zone: str,
) -> None:  # fmt: skip
    made = schedule({**named, "except": closed, **moved, **bounds}, scheduler, zone)
    first, last = parse_as_of("2026-12-20T07:00"), parse_as_of("2027-11-20T19:00")
    by_day = [
        at for day in range(first, last, DAY) for at in made.starts(day, min(day + DAY, last))
    ]
    assert made.starts(first, last) == by_day


@pytest.mark.parametrize("step", [MINUTE, 29 * MINUTE, DAY, 3 * DAY, 3 * DAY + 1, 300 * DAY])
def test_elapsed_time_may_start_on_the_days_around_its_starts(step: int) -> None:
    rule = Every(step, parse_as_of("2027-01-05T13:00"))
    first, last = parse_as_of("2026-12-01") // DAY, parse_as_of("2029-01-01") // DAY
    around = [
        day for day in range(first, last)
        if day >= rule.first // DAY - 1 and rule.walls((day - 1) * DAY, (day + 2) * DAY)
    ]  # fmt: skip
    assert list(rule.possible_days(first, last)) == around


def test_what_its_own_exception_always_covers_is_not_asked_for_day_by_day() -> None:
    made = schedule({"cron": "30 9 * * *", "except": ["mornings"]}, zone="Europe/Paris")
    assert isinstance(made, RecurringSchedule)
    assert made.adjustment is not None
    asked: list[str] = []

    def hours(name: str) -> Hours | None:
        asked.append(name)
        return made.adjustment.hours(name) if made.adjustment is not None else None

    counting = made.adjustment._replace(hours=hours)
    line = Adjusted(made.rules[0][0], made.zone, made.bounds, counting)
    first = parse_as_of("2027-01-01") // DAY
    assert not list(line.possible_days(first, first + 28 * 365))
    assert len(asked) < 2_000


@pytest.mark.parametrize(
    ("adjusted", "expected"),
    [
        # The 1st of January 2027 is a Friday, the 9th a Saturday, the 10th a Sunday.
        ({}, ["01-01T06:00", "01-09T06:00", "01-10T06:00"]),
        ({"on_non_business_day": "run"}, ["01-01T06:00", "01-09T06:00", "01-10T06:00"]),
        ({"on_non_business_day": "skip"}, ["01-01T06:00"]),
        ({"on_non_business_day": "previous"}, ["01-01T06:00", "01-08T06:00"]),
        # Both move to Monday, where one start counts.
        ({"on_non_business_day": "next"}, ["01-01T06:00", "01-11T06:00"]),
        ({"except": ["2027-01-09"]}, ["01-01T06:00", "01-10T06:00"]),
        # What is left out isn't moved.
        ({"except": ["2027-01-09", "2027-01-10"], "on_non_business_day": "next"}, ["01-01T06:00"]),
        # Where a moved start lands is nothing to `except`.
        ({"except": ["2027-01-11"], "on_non_business_day": "next"}, ["01-01T06:00", "01-11T06:00"]),
        # A calendar's business days are those on which it opens: closed from the 11th to the 17th.
        (
            {"on_non_business_day": "next", "business_days": "odd"},
            ["01-01T06:00", "01-09T06:00", "01-10T06:00"],
        ),
        # Without weekly hours a calendar stands for Monday to Friday, less what it closes.
        (
            {"on_non_business_day": "skip", "business_days": "holidays-alone"},
            ["01-01T06:00"],
        ),
        ({"on_non_business_day": "skip", "business_days": "quebec"}, []),
        ({"on_non_business_day": "skip", "business_days": "never"}, []),
        (
            {"on_non_business_day": "skip", "business_days": "always"},
            ["01-01T06:00", "01-09T06:00", "01-10T06:00"],
        ),
        # `from` and `until` judge the start as it was due, wherever it moves.
        ({"until": "2027-01-09", "on_non_business_day": "next"}, ["01-01T06:00", "01-11T06:00"]),
        ({"until": "2027-01-08", "on_non_business_day": "next"}, ["01-01T06:00"]),
        ({"from": "2027-01-10", "on_non_business_day": "previous"}, ["01-08T06:00"]),
        ({"from": "2027-01-10", "on_non_business_day": "next"}, ["01-11T06:00"]),
        ({"from": "2027-01-11", "on_non_business_day": "next"}, []),
    ],
)
def test_a_monthly_line(adjusted: dict[str, Any], expected: list[str]) -> None:
    assert starts({"cron": "0 6 1,9,10 1 *", **adjusted}, *JANUARY) == expected


@pytest.mark.parametrize(
    ("shift", "expected"),
    [("next", ["01-18T06:00"]), ("previous", ["01-10T06:00"]), ("skip", [])],
)
def test_a_week_that_is_closed_moves_to_its_ends(shift: str, expected: list[str]) -> None:
    declared = {"cron": "0 6 12-14 1 *", "on_non_business_day": shift, "business_days": "odd"}
    assert starts(declared, *JANUARY) == expected


def test_nothing_starts_in_the_open_hours_of_a_calendar() -> None:
    hourly = {"cron": "0 * 4,5,7,8 1 *", "except": ["odd"]}
    left_out = set(starts({"cron": "0 * 4,5,7,8 1 *"}, *JANUARY)) - set(starts(hourly, *JANUARY))
    # Monday's night runs into Tuesday; Friday the 8th is closed.
    assert sorted(left_out) == [
        "01-04T22:00", "01-04T23:00", "01-05T00:00", "01-05T01:00",
        *[f"01-05T{hour:02}:00" for hour in (8, 9, 10, 11)],
        *[f"01-07T{hour:02}:00" for hour in (8, 9, 10, 11)],
    ]  # fmt: skip


def test_a_moved_start_meets_clock_changes_as_its_scheduler_does() -> None:
    """Saturday 27 March moves to Sunday, when 02:30 doesn't exist in Berlin."""
    moved = {"cron": "30 2 27 3 *", "on_non_business_day": "next", "business_days": "sundays"}
    calendars = {"sundays": {"hours": [{"days": "sun", "from": "00:00", "to": "24:00"}]}}
    jobs = {
        name: {"schedule": moved, "duration": "1h", "scheduler": name}
        for name in ("kubernetes", "cron", "airflow")
    }
    estate = {"defaults": {"timezone": "Europe/Berlin"}, "jobs": jobs, "calendars": calendars}
    built = assemble([parse("a.yaml", json.dumps(estate))])
    assert not built.invalid
    first, last = parse_as_of("2027-03-27"), parse_as_of("2027-03-29")
    found = {
        name: [rfc3339(at)[11:16] for at in job.schedule.starts(first, last)]
        for name, job in built.jobs.items()
        if job.schedule is not None
    }
    assert found == {"kubernetes": [], "cron": ["01:00"], "airflow": ["01:30"]}


def test_every_counts_elapsed_time_from_its_start() -> None:
    daily = {"every": "24h", "start": "2027-03-27T06:00"}
    around = ("2027-03-26", "2027-03-30")
    assert starts(daily, *around, zone="Europe/Berlin") == [
        "03-27T06:00", "03-28T07:00", "03-29T07:00",
    ]  # fmt: skip
    # Moved to another day, it keeps the reading of its clock.
    weekend = {**daily, "on_non_business_day": "next"}
    assert starts(weekend, *around, zone="Europe/Berlin") == [
        "03-29T06:00", "03-29T07:00",
    ]  # fmt: skip
    assert starts({**daily, "except": ["2027-03-28"]}, *around, zone="Europe/Berlin") == [
        "03-27T06:00", "03-29T07:00",
    ]  # fmt: skip


def test_dates_are_left_out_and_moved_as_well() -> None:
    dates = {"dates": ["2027-01-08T06:00", "2027-01-09T06:00", "2027-01-10T06:00+01:00"]}
    assert starts({**dates, "except": ["2027-01-08"]}, *JANUARY) == ["01-09T06:00", "01-10T05:00"]
    assert starts({**dates, "on_non_business_day": "previous"}, *JANUARY) == [
        "01-08T05:00", "01-08T06:00",
    ]  # fmt: skip
    assert starts({**dates, "on_non_business_day": "skip"}, *JANUARY) == ["01-08T06:00"]


RULES = st.sampled_from(
    [
        {"cron": "30 2 * * *"},
        {"cron": "0 6 1,15 * *"},
        {"cron": "*/45 * * * sat"},
        {"every": "7h", "start": "2027-01-01T02:30"},
        {"rrule": "FREQ=MONTHLY;BYDAY=-1SU", "start": "2027-01-31T02:30"},
        {"on_calendar": "Sat,Sun 01..03:30"},
        {"dates": ["2027-03-28T02:30", "2027-10-31T02:30", "2027-05-01T10:00"]},
    ]
)
ADJUSTED = st.fixed_dictionaries(
    {},
    optional={
        "except": st.lists(
            st.sampled_from(["2027-03-28", "2027-01-03", "odd", "holidays-alone"]), max_size=2
        ),
        "on_non_business_day": st.sampled_from(["run", "skip", "previous", "next"]),
        "business_days": st.sampled_from(["odd", "holidays-alone", "always"]),
        "from": st.sampled_from(["2027-01-10", "2027-03-28T02:45"]),
        "until": st.sampled_from(["2027-11-20", "2027-10-31T02:15"]),
    },
).filter(lambda drawn: "business_days" not in drawn or "on_non_business_day" in drawn)


@LAWS
@given(
    RULES, ADJUSTED, st.sampled_from(["kubernetes", "airflow", "cron"]), st.integers(0, 330),
    st.integers(1, 900), st.integers(1, 900),
)  # fmt: skip
def test_windows_join(
    rule: dict[str, Any], adjusted: dict[str, Any], scheduler: str, day: int, hours: int, more: int
) -> None:
    """The starts of two stretches are those of both together, whatever is left out and moved."""
    made = schedule({**rule, **adjusted}, scheduler, "Europe/Berlin")
    first = parse_as_of("2026-12-28") + day * DAY
    middle, last = first + hours * 3600, first + (hours + more) * 3600
    whole = made.starts(first, last)
    assert whole == made.starts(first, middle) + made.starts(middle, last)
    assert whole == sorted(set(whole))
    pieces = [(at, min(at + 5000, last)) for at in range(first, last, 5000)]
    assert made.starts_during(pieces) == whole
    assert upcoming(made, first, 3)[: len(whole)] == whole[:3]


def test_equal_adjustments_are_normal_equals() -> None:
    line = {"cron": "0 6 1 * *"}
    plain = schedule(line).normal()
    assert schedule({**line, "on_non_business_day": "run"}).normal() == plain
    assert schedule({**line, "except": ["2027-01-01"]}).normal() != plain
    both = {"except": ["2027-01-02", "2027-01-01"]}
    assert (
        schedule({**line, **both}).normal()
        == schedule({**line, "except": ["2027-01-01", "2027-01-02"]}).normal()
    )
    by_calendar = {**line, "on_non_business_day": "skip", "business_days": "odd"}
    assert (
        schedule(by_calendar).normal()
        != schedule({**by_calendar, "business_days": "quebec"}).normal()
    )


def test_a_start_moves_into_a_long_stretch_from_before_it() -> None:
    """Saturday 2 January moves to Monday the 4th, where a stretch of two years begins."""
    made = schedule({"cron": "0 6 2 1 *", "on_non_business_day": "next"})
    first = parse_as_of("2027-01-04")
    assert rfc3339(made.starts(first, first + 800 * DAY)[0]) == "2027-01-04T06:00:00Z"
    earlier = schedule({"cron": "0 6 2 1 *", "on_non_business_day": "previous"})
    last = parse_as_of("2027-01-02")
    assert rfc3339(earlier.starts(last - 800 * DAY, last)[-1]) == "2027-01-01T06:00:00Z"


@pytest.mark.parametrize(
    ("declared", "scheduler", "expected"),
    [
        # 02:30 comes twice on 31 October 2027; the bound leaves the second one.
        ({"cron": "30 2 * * *", "from": "2027-10-31T02:00+01:00"}, "kubernetes", ["01:30"]),
        ({"cron": "0 30 2 * * ?", "from": "2027-10-31T02:00+01:00"}, "quartz", ["01:30"]),
        ({"cron": "0 30 2 * * ?", "until": "2027-10-31T01:00Z"}, "quartz", []),
        ({"cron": "30 2 * * *", "until": "2027-10-31T01:00Z"}, "kubernetes", ["00:30"]),
        # What starts at the second reading is outside hours that end before it.
        ({"cron": "0 30 2 * * ?", "except": ["until-one"]}, "quartz", ["01:30"]),
        ({"cron": "30 2 * * *", "except": ["until-one"]}, "kubernetes", ["01:30"]),
    ],
)
def test_bounds_and_calendars_judge_the_reading_that_runs(
    declared: dict[str, Any], scheduler: str, expected: list[str]
) -> None:
    """An exception that has nothing to do with it changes nothing."""
    hours = {"timezone": "UTC", "hours": [{"days": "sun", "from": "00:00", "to": "01:00"}]}
    for unrelated in ([], ["2030-01-01"]):
        leaving = [*declared.get("except", []), *unrelated]
        left_out = {"except": leaving} if leaving else {}
        whole = {**declared, **left_out}
        job = {"schedule": whole, "scheduler": scheduler, "duration": "1h"}
        estate = {
            "defaults": {"timezone": "Europe/Berlin"},
            "jobs": {"j": job},
            "calendars": {"until-one": hours},
        }
        made = assemble([parse("a.yaml", json.dumps(estate))]).jobs["j"].schedule
        assert made is not None
        found = made.starts(parse_as_of("2027-10-30T22:00Z"), parse_as_of("2027-10-31T12:00Z"))
        assert [rfc3339(at)[11:16] for at in found] == expected


def test_a_closed_weekend_shifts_nothing_that_airflow_runs_after_it() -> None:
    """Berlin's clocks change on the Sunday; Monday's first run is at midnight all the same."""
    hourly = {"cron": "0 * * * *", "on_non_business_day": "skip"}
    made = schedule(hourly, "airflow", "Europe/Berlin")
    first = parse_as_of("2027-03-28T12:00Z")
    assert rfc3339(made.starts(first, first + DAY)[0]) == "2027-03-28T22:00:00Z"


def test_elapsed_time_is_asked_on_its_own_clock_whether_it_ever_comes() -> None:
    """At noon in New York it is past the closed hours, which are local."""
    busy = {"hours": [{"days": "everyday", "from": "17:00", "to": "16:00"}]}
    daily = {"every": "24h", "start": "2027-01-01T16:30", "except": ["busy"]}
    estate = {
        "defaults": {"timezone": "America/New_York"},
        "jobs": {"j": {"schedule": daily, "duration": "1h"}},
        "calendars": {"busy": busy},
    }
    made = assemble([parse("a.yaml", json.dumps(estate))]).jobs["j"].schedule
    assert made is not None
    assert not made.never_runs(parse_as_of("2027-01-01"))


@pytest.mark.parametrize(
    ("adjusted", "count"),
    [
        # After the change of 31 October Airflow counts on by elapsed time: what is due on the 15th
        # at 00:00 runs an hour before, on the 14th by the clock, and is still the 15th's.
        ({}, 25),
        ({"except": ["2027-11-14"]}, 25),
        ({"except": ["2027-11-15"]}, 0),
        ({"from": "2027-11-15"}, 25),
        ({"from": "2027-11-15", "except": ["2027-01-01"]}, 25),
        ({"from": "2027-11-15T00:30", "except": ["2027-01-01"]}, 23),
    ],
)
def test_a_run_of_airflows_is_judged_by_when_it_was_due(
    adjusted: dict[str, Any], count: int
) -> None:
    made = schedule({"cron": "0 * 15 * *", **adjusted}, scheduler="airflow", zone="Europe/Paris")
    assert len(made.starts(parse_as_of("2027-11-01"), parse_as_of("2027-12-01"))) == count


def test_elapsed_time_that_moves_into_a_gap_is_not_lost() -> None:
    """Samoa left out Friday, 30 December 2011; who moves there from Saturday starts at its end."""
    adjusted = {"every": "24h", "start": "2011-12-31T00:00", "on_non_business_day": "previous"}
    found = starts(adjusted, "2011-12-28", "2012-01-03", "Pacific/Apia")
    assert found == ["12-31T00:00", "01-02T00:00", "01-03T00:00"]
