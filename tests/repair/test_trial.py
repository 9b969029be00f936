"""What is suggested in small worlds: what a move must leave alone, and where it may go."""

from __future__ import annotations

import pytest

from opspolicy.repair import suggest
from opspolicy.repair.trial import Trial
from opspolicy.source.files import parse
from opspolicy.temporal.durations import DAY, HOUR
from tests import worlds

SHOP = """\
calendars:
  day: {timezone: UTC, hours: [{days: everyday, from: 08:00, to: 20:00}]}
  long-nights: {timezone: UTC, hours: [{days: wed, from: 01:00, to: 05:00}]}
  nights: {timezone: UTC, hours: [{days: tue, from: 02:00, to: 05:00}]}
services:
  shop: {owner: o, customer_facing: true, business_hours: day%s}
"""
WINDOW = """\
maintenance_windows:
  w: {owner: o, takes_down: [shop], start: 2027-09-04T09:00Z, duration: 4h%s}
"""


def slots(text: str, more: str = "", service: str = "") -> list[int]:
    """Give the shifts that are suggested for the window, the best first."""
    estate = worlds.estate(a=SHOP % service + WINDOW % more + text)
    timeline = worlds.timeline(estate, horizon=20 * DAY)
    found = worlds.findings(estate)
    trial = Trial(estate, timeline, worlds.RECOMMENDED, found)
    targets = [each for each in found if each.code == "OPS301"]
    assert targets
    answers = suggest.of_entity(trial, "maintenance_window/w", targets)
    return [each.move.shift for each in suggest.best(answers)]


def test_the_nearest_night_later_and_earlier() -> None:
    assert slots("") == [-5 * HOUR, 11 * HOUR]


BUSY = """\
jobs:
  j: {owner: o, scheduler: cron, schedule: {dates: [2027-09-04T04:00Z]}, duration: 1h, requires: [shop]}
"""


def test_what_would_hurt_somebody_else_is_passed_over() -> None:
    """A spare that would be lost is a warning that only the judge of the whole estate knows."""
    other = """\
  pair: {owner: o, business_hours: night, depends_on: [{any_of: [shop, spare]}]}
  spare: {owner: o}
"""
    estate = SHOP.replace(
        "calendars:\n",
        "calendars:\n  night: {timezone: UTC, hours: [{days: sat, from: 00:00, to: 08:00}]}\n",
    )
    text = estate % "" + other + WINDOW % ""
    declared = worlds.estate(a=text)
    found = worlds.findings(declared)
    trial = Trial(declared, worlds.timeline(declared, horizon=20 * DAY), worlds.RECOMMENDED, found)
    targets = [each for each in found if each.code == "OPS301"]
    moved = suggest.best(suggest.of_entity(trial, "maintenance_window/w", targets))
    assert -5 * HOUR not in [each.move.shift for each in moved]
    assert slots(BUSY)[0] != -5 * HOUR


@pytest.mark.parametrize(
    ("schedule", "edited"),
    [
        ("{on_calendar: Mon..Fri 09:30}", "{on_calendar: Mon..Fri 10:00}"),
        (
            "{rrule: FREQ=DAILY;BYHOUR=9;BYMINUTE=30, start: 2027-08-01T09:30}",
            "{rrule: FREQ=DAILY;BYHOUR=10;BYMINUTE=0, start: 2027-08-01T10:00}",
        ),
    ],
)
def test_a_series_of_any_dialect_goes_to_another_time_of_day(schedule: str, edited: str) -> None:
    text = (
        "defaults: {owner: o, timezone: UTC}\n"
        "services: {shop: }\n"
        "maintenance_windows:\n"
        '  w: {takes_down: [shop], schedule: "0 9 * * *", duration: 1h}\n'
        "jobs:\n"
        f"  j: {{schedule: {schedule}, duration: 15m, requires: [shop]}}\n"
    )
    estate = worlds.estate(a=text)
    found = worlds.findings(estate)
    trial = Trial(estate, worlds.timeline(estate), worlds.RECOMMENDED, found)
    targets = [each for each in found if each.code == "OPS303"]
    answers = suggest.of_entity(trial, "job/j", targets)
    (later, *_) = [each for each in suggest.best(answers) if each.move.shift > 0]
    assert later.move.shift == HOUR // 2
    assert later.after.text == text.replace(schedule, edited)
    assert not any(answer.unwritten for answer in answers)


def test_what_a_move_is_for_is_gone() -> None:
    estate = worlds.estate(a=SHOP % "" + WINDOW % "")
    found = worlds.findings(estate)
    trial = Trial(estate, worlds.timeline(estate), worlds.RECOMMENDED, found)
    outcome = trial.outcome(estate.files[0], found)
    assert outcome.left
    assert not outcome.added
    assert not outcome.is_clean


@pytest.mark.parametrize(
    ("start", "lasts", "is_clean"),
    [
        # The window is rid of the job's run each time; of business hours it had four.
        ("04T13:00", "4h", True),
        ("04T17:00", "9h", True),
        ("04T13:00", "7h", False),
        ("04T17:00", "30h", False),
    ],
)
def test_what_stays_may_be_as_long_and_no_longer(start: str, lasts: str, *, is_clean: bool) -> None:
    """Of two findings one is to go; the other may move, and may not grow."""
    job = (
        "jobs:\n"
        "  j: {owner: o, scheduler: cron, schedule: {dates: [2027-09-04T12:00Z]}, duration: 30m,"
        " requires: [shop]}\n"
    )
    text = SHOP % "" + WINDOW % "" + job
    estate = worlds.estate(a=text)
    found = worlds.findings(estate)
    trial = Trial(estate, worlds.timeline(estate), worlds.RECOMMENDED, found)
    targets = [each for each in found if each.code == "OPS303"]
    assert len(targets) == 1
    changed = text.replace("04T09:00Z, duration: 4h", f"{start}Z, duration: {lasts}")
    assert trial.outcome(parse("ops/a.yaml", changed), targets).is_clean == is_clean


def test_a_notice_that_would_have_been_sent_by_now_was_not() -> None:
    """Two days of notice, told three days before: no sooner than in three days."""
    notices = ", notices: [{at: -72h, channel: email}]"
    notice = ", min_notice: 48h"
    found = slots("", notices, notice)
    assert found
    assert min(found) == -5 * HOUR
    # A start within three days of now can't be told in time any more.
    early = WINDOW.replace("09-04", "09-09")
    estate = worlds.estate(a=SHOP % notice + early % notices)
    before = worlds.findings(estate)
    trial = Trial(estate, worlds.timeline(estate), worlds.RECOMMENDED, before)
    late = SHOP % notice + (early % notices).replace("09-09T09", "09-03T02")
    outcome = trial.outcome(parse("ops/a.yaml", late), before)
    assert [each.code for each in outcome.added] == ["OPS503"]


@pytest.mark.parametrize(
    ("start", "is_clean"),
    [("06T00:00", True), ("05T21:00", True), ("05T02:00", True), ("03T02:00", False)],
)
def test_what_is_told_late_may_not_be_told_later(start: str, *, is_clean: bool) -> None:
    """Three days before is too late already; a day before, as the first would be past, is worse."""
    notices = ", notices: [{at: -72h, channel: email}, {at: -24h, channel: email}]"
    text = SHOP % ", min_notice: 14d" + WINDOW % notices
    estate = worlds.estate(a=text)
    found = worlds.findings(estate)
    assert [each.code for each in found if each.severity == "error"] == ["OPS301", "OPS503"]
    trial = Trial(estate, worlds.timeline(estate), worlds.RECOMMENDED, found)
    changed = text.replace("04T09:00", start)
    outcome = trial.outcome(parse("ops/a.yaml", changed), found[:1])
    assert outcome.is_clean == is_clean
    assert [each.code for each in (*outcome.added, *outcome.moves)] == ["OPS503"]


@pytest.mark.parametrize(
    ("movable", "expected"),
    [
        ("only_in: nights", []),  # three hours long, and the window takes four
        ("only_in: long-nights", [-3 * DAY - 8 * HOUR, 4 * DAY - 8 * HOUR]),
        ("latest: 2027-09-05T00:00Z", [-5 * HOUR, 11 * HOUR]),
        ("latest: 2027-09-04", [-5 * HOUR, 11 * HOUR]),
        ("latest: 2027-09-04T23:59Z", [-5 * HOUR]),
        ("earliest: 2027-09-04T04:01Z", [11 * HOUR]),
        ("earliest: 2027-09-04T04:00Z", [-5 * HOUR, 11 * HOUR]),
        ("step: 6h", [-6 * HOUR, 12 * HOUR]),
    ],
)
def test_where_it_may_be_moved(movable: str, expected: list[int]) -> None:
    assert slots("", f", movable: {{{movable}}}") == expected
