"""systemd's calendar expressions: vectors written by others, and what clock changes do."""

from __future__ import annotations

import time
from typing import Any

import pytest

from opspolicy.temporal import zones
from opspolicy.temporal.dialects import APPOINTMENT, SYSTEMD
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import parse_as_of, parse_date, rfc3339
from opspolicy.temporal.recurrence import CYCLE_YEARS, ClockChangeEffect, ScheduleError
from opspolicy.temporal.systemd.on_calendar import parse
from tests import shared

VECTORS = shared.load("systemd/oncalendar_vectors_even.json") or {}
WIKIMEDIA = shared.load("systemd/wikimedia_oncalendar_expected.json") or {}
TIMERS = shared.load("systemd/wikimedia_timers.json") or {}

# Everything here is planned in whole seconds; systemd goes down to microseconds.
FRACTIONS = {
    "2016-03-27 03:17:00.4200005",
    "2016-03-27 03:17:00.4200005 UTC",
    "2015-11-13 09:11:23.42/1.77",
    "00:00:1.125..2.125",
}
# What stands under OnCalendar in Wikimedia's manifests and isn't a calendar expression.
NOT_CALENDARS = {
    "1 day": "is a time span",
    "1h": "is a time span",
    "1min": "is a time span",
    "*-*-* *:%02d/%02d:00": "is a template",
}
# The last instant that is reached for when there is to be none.
LAST = zones.LATEST - 3 * DAY


def first_after(text: str, zone: str, instant: int, until: int) -> int | None:
    """Return the first start of an expression after an instant, up to and with ``until``."""
    parsed = parse(text)
    found = parsed.starts(zones.zone(parsed.zone_key or zone), instant + 1, until + 1)
    return found[0] if found else None


def refusal(text: str) -> ScheduleError:
    """Return why an expression is refused."""
    with pytest.raises(ScheduleError) as raised:
        parse(text)
    return raised.value


@shared.needs_data
@pytest.mark.parametrize("case", VECTORS.get("normalise", []), ids=lambda case: case["input"])
def test_normal_forms_of_systemd_s_own_tests(case: dict[str, str]) -> None:
    if case["input"] in FRACTIONS:
        assert "fraction of a second" in str(refusal(case["input"]))
        return
    assert parse(case["input"]).normalised() == case["expected"]


@shared.needs_data
@pytest.mark.parametrize(
    "case", VECTORS.get("next", []), ids=lambda case: f"{case['spec']} {case['TZ']}"
)
def test_next_starts_of_systemd_s_own_tests(case: dict[str, Any]) -> None:
    if case["spec"] in FRACTIONS:
        assert "fraction of a second" in str(refusal(case["spec"]))
        return
    # A zone that isn't there (`IST`) is UTC to the C library.
    zone = case["TZ"] if zones.is_known(case["TZ"]) else "UTC"
    second = 1_000_000
    expected = case["expected_usec"] // second if case["expected_utc"] else None
    after = case["after_usec"] // second
    assert first_after(case["spec"], zone, after, expected or LAST) == expected


@shared.needs_data
@pytest.mark.parametrize("case", VECTORS.get("invalid", []), ids=lambda case: case["input"])
def test_what_systemd_s_own_tests_refuse_is_refused(case: dict[str, str]) -> None:
    assert str(refusal(case["input"]))


@shared.needs_data
def test_the_fractions_that_are_left_out_are_all_in_the_vectors() -> None:
    texts = {case["input"] for case in VECTORS["normalise"]}
    texts |= {case["spec"] for case in VECTORS["next"]}
    assert texts >= FRACTIONS
    assert (len(VECTORS["normalise"]), len(VECTORS["next"]), len(VECTORS["invalid"])) == (
        34,
        16,
        14,
    )


@shared.needs_data
@pytest.mark.parametrize("case", WIKIMEDIA.get("valid", []), ids=lambda case: case["spec"])
def test_real_timers_start_when_systemd_says(case: dict[str, Any]) -> None:
    parsed = parse(case["spec"])
    assert parsed.normalised() == case["normalised"]
    zone = zones.zone(parsed.zone_key or case["TZ"])
    until = parse_as_of(case["next6_utc"][-1]) + 1
    found = parsed.starts(zone, parse_as_of(case["base_utc"]) + 1, until)
    assert [rfc3339(at) for at in found] == case["next6_utc"]


@shared.needs_data
def test_what_systemd_refuses_of_real_timers_is_refused_with_the_reason() -> None:
    assert len(WIKIMEDIA["valid"]) == 122
    for case in WIKIMEDIA["invalid"]:
        assert NOT_CALENDARS[case["spec"]] in str(refusal(case["spec"]))


@shared.needs_data
def test_each_real_spec_parses_or_is_refused_with_a_reason() -> None:
    specs = TIMERS["distinct_literal_specs"]
    assert len(specs) == 247
    reasons: dict[str, str] = {}
    for case in specs + [{"start": "OnCalendar", **each} for each in TIMERS["hieradata_specs"]]:
        if case["start"] == "OnCalendar" and case["spec"] not in NOT_CALENDARS:
            parse(case["spec"])
        elif case["start"] == "OnCalendar":
            reasons[case["spec"]] = str(refusal(case["spec"]))
        elif case["spec"] in {"daily", "hourly"}:
            # Which systemd reads as spans too, after OnUnitInactiveSec=.
            parse(case["spec"])
        else:
            assert "is a time span" in str(refusal(case["spec"]))
            assert refusal(case["spec"]).hint.startswith("write `every")
    assert {
        text: NOT_CALENDARS[text] in reason for text, reason in reasons.items()
    } == dict.fromkeys(NOT_CALENDARS, True)


@shared.needs_data
def test_each_real_timer_parses_or_is_a_template() -> None:
    jobs = TIMERS["jobs"]
    assert len(jobs) == 448
    texts = {
        text
        for job in jobs
        for kind, text in zip(job["start"], job["intervals"], strict=False)
        if kind == "OnCalendar"
    }
    templates = {text for text in texts if "${" in text}
    for text in texts - templates - NOT_CALENDARS.keys():
        parse(text)
    for text in templates:
        assert "is a template: its values haven't been filled in" in str(refusal(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # systemd 252, `systemd-analyze calendar`.
        ("*:0..10/20", "*-*-* *:00:00"),
        ("*:50..65/20", "*-*-* *:50:00"),
        ("*:3..6/2", "*-*-* *:03..05/2:00"),
        ("0,0/1:0", "*-*-* 00,00/1:00:00"),
        ("*:0..20/10,5", "*-*-* *:00..20/10,05:00"),
        ("12:00:3..5,0/1", "*-*-* 12:00:*"),
        ("12:00:1.9999999", "*-*-* 12:00:02"),
        ("12:00:0/1.000", "*-*-* 12:00:*"),
        ("0:0:5..5.5/1", "*-*-* 00:00:05"),
        ("69-1-1", "2069-01-01 00:00:00"),
        ("70-1-1", "1970-01-01 00:00:00"),
        ("98..05-1-1", "1998..2005-01-01 00:00:00"),
        ("*~3..6/2", "*-*~03..05/2 00:00:00"),
        ("*~07/1", "*-*~07/1 00:00:00"),
        ("*-*~*", "*-*-* 00:00:00"),
        ("Mon @5", "Mon 1970-01-01 00:00:05 UTC"),
        ("@5 Europe/Paris", "1970-01-01 00:00:05 UTC"),
        ("@7258118399", "2199-12-31 23:59:59 UTC"),
        ("daily utc", "*-*-* 00:00:00 UTC"),
        ("Anually", "*-01-01 00:00:00"),
        ("Quarterly Asia/Tokyo", "*-01,04,07,10-01 00:00:00 Asia/Tokyo"),
        ("Mon..Sun 2027-1-1 ", "2027-01-01 00:00:00"),
        ("Mon,Tue", "Mon,Tue *-*-* 00:00:00"),
        ("Mon-Wed,Fri..sunday,", "Mon..Wed,Fri..Sun *-*-* 00:00:00"),
    ],
)  # fmt: skip
def test_normal_forms_are_systemd_s(text: str, expected: str) -> None:
    assert parse(text).normalised() == expected


@pytest.mark.parametrize(
    ("text", "zone"),
    [("daily", None), ("daily UTC", "UTC"), ("@5", "UTC"), ("Mon 2:00 US/Eastern", "US/Eastern")],
)
def test_the_zone_at_the_end_is_told(text: str, zone: str | None) -> None:
    assert parse(text).zone_key == zone


def test_two_spellings_of_one_rule_are_equal() -> None:
    assert parse("0/1:0/1").normal() == parse("*:*:00").normal() == parse("minutely").normal()
    assert parse("*~1").normal() != parse("*-1").normal()
    assert parse("daily").normal() != parse("daily", APPOINTMENT).normal()
    assert parse("hourly") is parse("hourly")


def starts(text: str, start: str, end: str, *, appointment: bool = False) -> list[str]:
    """Return the starts in Berlin between two instants, in UTC."""
    parsed = parse(text, APPOINTMENT if appointment else SYSTEMD)
    found = parsed.starts(zones.zone("Europe/Berlin"), parse_as_of(start), parse_as_of(end))
    return [rfc3339(at)[5:16] for at in found]


# Berlin: 02:00 becomes 03:00 on 28 March 2027, and 03:00 becomes 02:00 on 31 October.
SPRING, AUTUMN = ("2027-03-28", "2027-03-29"), ("2027-10-31", "2027-11-01")


def test_a_skipped_time_is_lost_and_a_repeated_one_runs_once() -> None:
    assert starts("02:30", *SPRING) == []
    assert starts("02:30", *SPRING, appointment=True) == ["03-28T01:00"]
    assert starts("02:30", *AUTUMN) == ["10-31T00:30"]
    assert starts("*:30", "2027-10-31", "2027-10-31T03:00") == ["10-31T00:30", "10-31T02:30"]


def test_a_time_in_every_hour_is_no_news_at_a_clock_change() -> None:
    berlin, change = zones.zone("Europe/Berlin"), parse_as_of("2027-03-28T01:00Z")
    span = (parse_as_of(SPRING[0]), parse_as_of(SPRING[1]))
    assert parse("*:30").clock_change_effects(berlin, *span) == []
    assert parse("0/1:30").fixed is False
    wall = parse_date("2027-03-28") * DAY + 9000
    lost = [ClockChangeEffect("lost", wall, (), change)]
    assert parse("1..3:30").clock_change_effects(berlin, *span) == lost


def test_weekday_and_date_must_both_fit() -> None:
    year = ("2027-01-01", "2028-01-01")
    assert starts("Fri *-*-13 12:00 UTC", *year) == ["08-13T10:00"]
    assert starts("Sun *-10~07/1 12:00", *year) == ["10-31T11:00"]


@pytest.mark.parametrize(
    "text", ["*-02-30", "*-04,06,09,11-31 *:*:*", "1999-*-*", "Mon 2027-01-01"]
)
def test_that_it_never_runs_is_soon_seen(text: str) -> None:
    first = parse_date("2026-11-22")
    began = time.process_time()
    assert list(parse(text).possible_days(first, first + CYCLE_YEARS * 366)) == []
    # Usually a millisecond.
    assert time.process_time() - began < 0.05


@pytest.mark.parametrize(
    ("text", "surely"),
    [
        ("daily", True),
        ("quarterly", True),
        ("*-*~28", True),
        ("*-*~28/1", True),
        # The one date of a year may lie in a gap of the clocks.
        ("yearly", False),
        ("*-*-31", False),
        ("Mon 02:00", False),
        ("2027..2029-*-*", False),
        ("1970..2199-*-*", True),
    ],
)
def test_what_runs_each_year_is_seen_at_a_look(text: str, surely: bool) -> None:  # noqa: FBT001 - a column
    assert parse(text).surely_runs is surely


def test_what_runs_each_second_is_expanded_only_where_asked() -> None:
    each_second = parse("*:*:*")
    noon = parse_date("2027-06-01") * DAY + DAY // 2
    assert each_second.walls(noon + 7, noon + 9) == [noon + 7, noon + 8]
    assert each_second.walls(noon, noon) == []
    assert len(each_second.walls(noon, noon + DAY)) == DAY
