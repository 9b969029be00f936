"""Hostile schedules: each a located finding at once, and nothing that hangs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from opspolicy import app, config
from opspolicy.temporal.instants import parse_as_of

if TYPE_CHECKING:
    from pathlib import Path


HOSTILE_SCHEDULES = {
    "an impossible date": ('"0 0 30 2 *"', "OPS202"),
    "random times": ('"R R * * *"', "OPS201"),
    "no interval": ("{rrule: FREQ=DAILY;INTERVAL=0, start: 2027-10-09T06:00}", "OPS201"),
    "every second": ("{rrule: FREQ=SECONDLY, start: 2027-10-09T06:00}", "OPS201"),
    "a billion times": ("{rrule: FREQ=DAILY;COUNT=1000000000, start: 2027-10-09T06:00}", "OPS201"),
    "a rule that never comes": (
        "{rrule: FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30, start: 2027-10-09T06:00}", "OPS201",
    ),
    "a rule that steps over its day": (
        "{rrule: FREQ=DAILY;INTERVAL=7;BYDAY=MO, start: 2027-10-09T06:00}", "OPS201",
    ),
    "no such day in a timer": ('{on_calendar: "*-02-30"}', "OPS202"),
    "a thousandth Friday": ('{on_calendar: "Fri *-*-* *:*:0/1"}', "OPS201"),
    "a zone that is a path": ('{cron: "0 3 * * *", timezone: ../../etc/passwd}', "OPS201"),
    "a day that is always closed": (
        '{cron: "* * * * *", on_non_business_day: next, business_days: never}', "OPS202",
    ),
    "closed at all hours": ('{cron: "* * * * *", except: [always]}', "OPS202"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_SCHEDULES)
def test_hostile_schedules_are_told_at_once(name: str, tmp_path: Path) -> None:
    """Fifty milliseconds are the bound; five times that is a hang."""
    declared, code = HOSTILE_SCHEDULES[name]
    defaults = "defaults: {owner: a, timezone: UTC}\n"
    job = f"jobs:\n  j:\n    duration: 1h\n    schedule: {declared}\n"
    (tmp_path / "a.yaml").write_text(defaults + job, encoding="utf-8")
    before = time.process_time()
    report = app.run(config.load(str(tmp_path), None), [], app.Request(parse_as_of("2027-09-01")))
    assert time.process_time() - before < 0.25
    (found,) = [each for each in report.findings if each.code == code]
    assert found.place.span.line == 5


def test_every_minute_of_an_hour_in_chatham(tmp_path: Path) -> None:
    """Its clocks change by an hour at a quarter to three, and are 12:45 ahead of UTC."""
    (tmp_path / "a.yaml").write_text(
        "defaults: {owner: a, timezone: Pacific/Chatham, scheduler: kubernetes}\n"
        "services: {s: {customer_facing: true, business_hours: never}}\n"
        'jobs: {j: {schedule: "* 3 * * *", duration: 1m, takes_down: [s]}}\n',
        encoding="utf-8",
    )
    before = time.process_time()
    settings = config.load(str(tmp_path), None)
    report = app.run(settings, [], app.Request(parse_as_of("2027-01-01"), 365 * 86400))
    assert time.process_time() - before < 0.25
    assert {each.code for each in report.findings} == {"OPS203"}


def test_elapsed_time_that_never_finds_a_business_day(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "defaults: {owner: a, timezone: UTC, scheduler: kubernetes}\n"
        "services: {s: {}}\n"
        "maintenance_windows:\n"
        '  w: {takes_down: [s], schedule: {cron: "0 2 * * *"}, duration: 1h}\n'
        "jobs:\n"
        "  j:\n"
        "    duration: 1m\n"
        "    requires: [s]\n"
        "    schedule: {every: 1m, start: 2020-01-01T12:00,\n"
        "      on_non_business_day: next, business_days: never}\n",
        encoding="utf-8",
    )
    before = time.process_time()
    settings = config.load(str(tmp_path), None)
    report = app.run(settings, [], app.Request(parse_as_of("2027-01-01")))
    assert time.process_time() - before < 0.5
    assert {each.code for each in report.findings} == {"OPS202"}


SHUT = "{timezone: UTC, hours: [{days: everyday, from: '00:00', to: '24:00'}], exceptions: [{date: 2026-01-01, closed: true}]}"
NEARLY = "{timezone: Europe/Paris, hours: [{days: everyday, from: '00:00', to: '23:59'}]}"


@pytest.mark.parametrize(
    ("hours", "named", "adjusted"),
    [
        (SHUT, "cron: '{0}-58 * 13 * fri'", ""),
        (SHUT, "cron: '{0}-58 * * * *'", ""),
        (SHUT, "every: {1}s, start: 2026-09-01T00:00", ""),
        (SHUT, "rrule: 'FREQ=MINUTELY;INTERVAL={1}', start: 2026-09-01T00:00", ""),
        (SHUT, "cron: '{0}-58 * 13 * fri'", "on_non_business_day: next"),
        (SHUT, "cron: '{0}-58 * 13 * fri'", "until: 2026-05-01"),
        (SHUT, "cron: '{0}-58 * 13 * fri'", "until: 2026-05-01, on_non_business_day: next"),
        (NEARLY, "cron: '{0}-58 1-22 13 * fri'", ""),
        (NEARLY, "every: 1h, start: 2026-09-01T00:{0:02}", ""),
        (NEARLY, "rrule: 'FREQ=HOURLY;BYMINUTE={0}', start: 2026-09-01T00:{0:02}", ""),
    ],
)
def test_many_of_whose_starts_a_calendar_leaves_none(
    hours: str, named: str, adjusted: str, tmp_path: Path
) -> None:
    jobs = "".join(
        f"  j{at}:\n    duration: 1m\n"
        f"    schedule: {{{named.format(at, 60 + at)}, except: [c], {adjusted}}}\n"
        for at in range(20)
    )
    (tmp_path / "a.yaml").write_text(
        f"defaults: {{owner: a, timezone: Europe/Paris}}\ncalendars:\n  c: {hours}\njobs:\n{jobs}",
        encoding="utf-8",
    )
    before = time.process_time()
    settings = config.load(str(tmp_path), None)
    report = app.run(settings, [], app.Request(parse_as_of("2027-09-01")))
    assert time.process_time() - before < 2.5
    assert len([each for each in report.findings if each.code == "OPS202"]) == 20 * (
        "until" not in adjusted
    )
