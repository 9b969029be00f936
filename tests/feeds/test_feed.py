"""What a feed says: alarms at the deadlines, what can't be known, what is too much."""

from __future__ import annotations

import shutil
import subprocess
import sys
from glob import escape
from typing import TYPE_CHECKING, Any

import icalendar
import pytest

from opspolicy import cli
from opspolicy.feeds import events, ics
from opspolicy.notices import plan
from opspolicy.picture.choice import EVERYBODY, Chosen
from tests import worlds
from tests.feeds.feeds import at, feed, of_kind, part, planner, read
from tests.shared import ROOT
from tests.test_startup import LISTING

if TYPE_CHECKING:
    from pathlib import Path


TOLD = """
teams: {{web: {{title: The web team, contact: web@example.org}}}}
defaults: {{timezone: Europe/Paris, owner: web}}
services:
  shop: {{customer_facing: true, customers: 5000, depends_on: [cluster], business_hours: never}}
  site: {{customer_facing: true, depends_on: [cluster], business_hours: never}}
  cluster: {{}}
maintenance_windows:
  upgrade:
    takes_down: [cluster]
    start: {start}
    duration: 2h
    notices:
      - {{at: -3d, channel: e-mail, languages: [en, fr]}}
      - {{at: -2h, channel: sms, audience: vip}}
      - {{at: 1h, channel: status-page}}
"""


def test_alarms_are_at_the_deadlines_to_the_second_over_a_clock_change() -> None:
    # The clocks go back on 31 October at 03:00; three days of 24 hours before are three days.
    seen = feed(TOLD.format(start="2027-11-01T05:00"))
    rung = {each.summary: each.alarms for each in seen.values() if each.alarms}
    assert rung == {
        "shop down (upgrade, through cluster)": (
            (at("2027-10-29T04:00Z"), "Send the e-mail notice of upgrade now"),
            (at("2027-11-01T02:00Z"), "Send the sms notice of upgrade now"),
            (at("2027-11-01T05:00Z"), "Send the status-page notice of upgrade now"),
        )
    }
    due = {each.summary: (each.start, each.end - each.start) for each in of_kind(seen, "notice")}
    assert due == {
        "Notice due: e-mail for upgrade": (at("2027-10-29T04:00Z"), 900),
        "Notice due: sms for upgrade": (at("2027-11-01T02:00Z"), 900),
        "Notice due: status-page for upgrade": (at("2027-11-01T05:00Z"), 900),
    }
    (mail,) = [each for each in of_kind(seen, "notice") if "e-mail" in each.summary]
    # Both services are told of by one mail.
    assert "the customers of shop and site" in mail.told
    assert "Languages: en, fr" in mail.told
    assert "opspolicy notices maintenance_window/upgrade" in mail.told
    assert mail.contacts == ("The web team: web@example.org",)


def test_what_was_due_before_rings_no_more() -> None:
    seen = feed(TOLD.format(start="2027-11-01T05:00"), at("2027-10-30T00:00Z"))
    (rung,) = [each.alarms for each in seen.values() if each.alarms]
    assert [text for _, text in rung] == [
        "Send the sms notice of upgrade now", "Send the status-page notice of upgrade now",
    ]  # fmt: skip
    assert len(of_kind(seen, "notice")) == 2


def test_a_notice_is_there_when_it_is_due_and_not_when_its_outage_is() -> None:
    text = TOLD.format(start="2027-11-01T05:00")
    (mail,) = part(text, "2027-10-20T00:00Z", "2027-10-30T00:00Z").values()
    assert (mail.summary, mail.start) == (
        "Notice due: e-mail for upgrade",
        at("2027-10-29T04:00Z"),
    )
    assert mail.uid in feed(text)
    # Due an hour after it began, which is before what is looked at.
    later = part(text.replace("at: 1h", "at: 30h"), "2027-11-02T00:00Z", "2027-11-03T00:00Z")
    assert [each.start for each in later.values()] == [at("2027-11-02T10:00Z")]


def test_a_notice_is_due_however_far_after_the_horizon_its_outage_is() -> None:
    text = TOLD.replace("    start: {start}\n", '    schedule: {{cron: "0 5 1 * *"}}\n').format()
    # The horizon ends on 29 October.
    (short,) = [
        each
        for each in of_kind(feed(text, days=58 + 1), "notice")
        if each.start > at("2027-10-15T00:00Z")
    ]
    assert (short.summary, short.start) == (
        "Notice due: e-mail for upgrade",
        at("2027-10-29T04:00Z"),
    )
    assert feed(text)[short.uid].start == short.start


def test_the_deadlines_are_those_of_the_drafts() -> None:
    timeline = worlds.timeline(worlds.estate(a=TOLD.format(start="2027-11-01T05:00")))
    sent = {each.at for outage in plan.outages(timeline) for each in plan.sendings(outage)}
    seen = read(ics.render(planner(timeline), EVERYBODY))
    assert {each.start for each in of_kind(seen, "notice")} == sent
    assert {when for each in seen.values() for when, _ in each.alarms} == sent


def test_each_event_is_nobodys_appointment_and_says_whom_to_ask() -> None:
    timeline = worlds.timeline(worlds.estate(a=TOLD.format(start="2027-11-01T05:00")))
    calendar: Any = icalendar.Calendar.from_ical(ics.render(planner(timeline), EVERYBODY))
    assert calendar["method"] == "PUBLISH"
    assert calendar["x-published-ttl"] == "PT1H"
    assert calendar["x-wr-calname"] == calendar["name"] == "Operations"
    assert calendar["x-wr-timezone"] == "Europe/Paris"
    for each in calendar.walk("VEVENT"):
        assert (each["transp"], each["status"]) == ("TRANSPARENT", "CONFIRMED")
        assert each["contact"] == "The web team: web@example.org"
        assert each["dtstamp"].dt == each["last-modified"].dt
        assert "organizer" not in each
        assert "rrule" not in each
        assert "Europe/Paris" in each["description"]


def test_a_time_is_told_on_the_clock_of_each_party() -> None:
    seen = feed("""
services:
  shop: {owner: a, timezone: America/Toronto, customer_facing: true}
maintenance_windows:
  patch: {owner: b, timezone: Europe/Paris, takes_down: [shop], start: 2027-10-09T06:00, duration: 1h}
""")
    (outage,) = of_kind(seen, "outage")
    assert "Sat 9 Oct 2027 00:00 to 01:00 (America/Toronto)" in outage.told
    assert "Sat 9 Oct 2027 06:00 to 07:00 (Europe/Paris)" in outage.told


def test_many_times_of_a_day_are_one_collision() -> None:
    seen = feed("""
defaults: {timezone: UTC, owner: a, scheduler: cron}
services: {ledger: {}}
jobs: {poll: {schedule: {cron: "*/15 * * * *"}, duration: 5m, requires: [ledger]}}
maintenance_windows: {patch: {takes_down: [ledger], start: 2027-10-09T22:00, duration: 4h}}
""")
    first, second = of_kind(seen, "collision")
    assert (first.start, first.end) == (at("2027-10-09T22:00Z"), at("2027-10-09T23:50Z"))
    assert (second.start, second.end) == (at("2027-10-10T00:00Z"), at("2027-10-10T01:50Z"))
    assert first.summary == "COLLISION: job poll runs while ledger, which it requires, is down"
    assert "8 times on this day:" in first.told
    # It runs too often for each run to be an event, but for those that meet an outage.
    assert len(of_kind(seen, "run")) == 16


OFTEN = """
defaults: {timezone: UTC, owner: a, scheduler: cron}
jobs: {poll: {schedule: {cron: "*/30 * * * *"}, duration: 20m, deadline: {within: 10m}}}
"""


def test_a_day_of_a_finding_is_whole_wherever_a_feed_begins_in_it() -> None:
    whole = feed(OFTEN, days=9)
    some = part(OFTEN, "2027-09-03T12:00Z", "2027-09-05T06:00Z", 9)
    assert [each.start for each in of_kind(some, "finding")] == [
        at("2027-09-03T00:10Z"),
        at("2027-09-04T00:10Z"),
        at("2027-09-05T00:10Z"),
    ]
    for each in some.values():
        assert "48 times on this day:" in each.told
        assert (each.start, each.end) == (whole[each.uid].start, whole[each.uid].end)


def test_a_job_that_is_often_in_trouble_is_no_event_a_run() -> None:
    seen = feed(OFTEN)
    assert {kind for each in seen.values() for kind in each.categories} == {"finding"}
    assert len(seen) == 180


def test_a_calendar_is_called_by_names_and_not_by_how_patterns_escape_them() -> None:
    timeline = worlds.timeline(worlds.estate(a="services: {shop: {owner: 'ops [night] *'}}"))
    chosen = Chosen(("s[h]o?",), (escape("ops [night] *"),))
    calendar: Any = icalendar.Calendar.from_ical(ics.render(planner(timeline, chosen), chosen))
    name = "Operations: s[h]o? and team ops [night] *"
    assert calendar["name"] == calendar["x-wr-calname"] == name


def test_a_job_in_trouble_and_a_window_of_nothing_are_events() -> None:
    seen = feed("""
defaults: {timezone: UTC, owner: a, scheduler: cron}
services: {s: {}}
freezes: {closing: {start: 2027-12-20T00:00, duration: 14d, reason: Year end, allow: [emergency]}}
jobs:
  slow: {schedule: {cron: "0 1 * * 1"}, duration: 3h, deadline: {by: "02:00"}}
maintenance_windows:
  odd: {start: 2027-10-09T22:00, duration: 4h, takes_down: [s], change: {ticket: C-1}, recovery: 30m}
""")
    assert {each.summary for each in of_kind(seen, "run")} == {"slow runs"}
    (freeze,) = of_kind(seen, "freeze")
    assert (freeze.summary, freeze.end - freeze.start) == ("Freeze: closing", 14 * 86_400)
    assert "Why: Year end\nAllowed all the same: emergency.\n" in freeze.told
    (outage,) = of_kind(seen, "outage")
    assert "Change: C-1\n30 min of recovery are part of it." in outage.told


def test_what_could_not_be_read_is_said_on_the_calendar_and_by_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(TOLD.format(start="2027-11-01T05:00"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text("services: [", encoding="utf-8")
    assert cli.main(["timeline", "--as-of", "2027-09-01", "--format", "ics"]) == 2
    seen = read(capsys.readouterr().out)
    (gap,) = of_kind(seen, "incomplete")
    assert gap.summary.startswith("INCOMPLETE: not everything could be read")
    assert (gap.start, gap.end) == (at("2027-09-01T00:00Z"), at("2027-09-02T00:00Z"))
    assert "b.yaml:2" in gap.told
    assert next(iter(seen)) == gap.uid


def test_too_much_is_refused_and_never_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(events, "MOST_EVENTS", 3)
    shutil.copytree(ROOT / "examples" / "hydro-quebec" / "before" / "ops", tmp_path / "ops")
    command = ["timeline", "--as-of", "2027-09-01", "--format", "ics"]
    assert cli.main(command) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "there are more than 3 events" in printed.err
    assert "--service or --team" in printed.err
    assert "--until" in printed.err
    assert cli.main([*command, "--until", "2027-09-20"]) == 0
    (demand,) = read(capsys.readouterr().out).values()
    assert demand.categories == ("demand",)


def test_a_file_has_the_same_as_what_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(TOLD.format(start="2027-11-01T05:00"), encoding="utf-8")
    command = ["timeline", "--as-of", "2027-09-01", "--format", "ics", "--output", "ics=team.ics"]
    assert cli.main(command) == 0
    printed = capsys.readouterr().out
    assert (tmp_path / "team.ics").read_bytes() == printed.encode()
    assert printed.endswith("END:VCALENDAR\r\n")


def test_a_team_has_what_it_owns_and_what_it_does_to_others() -> None:
    timeline = worlds.timeline(worlds.estate(a="""
defaults: {timezone: UTC, scheduler: cron}
services:
  shop: {owner: web, customer_facing: true, business_hours: never, depends_on: [database]}
  database: {owner: data}
jobs:
  report: {owner: web, schedule: {cron: "0 7 1 * *"}, duration: 30m, requires: [shop]}
  vacuum: {owner: data, schedule: {cron: "0 8 1 * *"}, duration: 30m, requires: [database]}
maintenance_windows:
  upgrade:
    {owner: data, takes_down: [database], start: 2027-10-09T06:00, duration: 2h,
     notices: [{at: -1d, channel: email}]}
  deploy: {owner: web, takes_down: [shop], start: 2027-10-10T06:00, duration: 2h}
"""))  # fmt: skip

    def shown(team: str) -> set[str]:
        chosen = Chosen((), (team,))
        return {
            each.summary for each in read(ics.render(planner(timeline, chosen), chosen)).values()
        }

    common = {"shop down (upgrade, through database)", "Notice due: email for upgrade"}
    assert shown("web") == {*common, "shop down (deploy)", "report runs"}
    assert shown("dat*") == {*common, "database down (upgrade)", "vacuum runs"}


def test_too_many_outages_to_tell_of_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "MOST_OUTAGES", 0)
    timeline = worlds.timeline(worlds.estate(a=TOLD.format(start="2027-11-01T05:00")))
    with pytest.raises(events.TooMany, match="2 outages"):
        events.events(planner(timeline))


def test_the_library_is_imported_for_a_feed_alone(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TOLD.format(start="2027-11-01T05:00"), encoding="utf-8")
    for options, expected in (((), False), (("--format", "ics"), True)):
        command = ("-C", str(tmp_path), "--no-cache", *options)
        done = subprocess.run(
            [sys.executable, "-c", LISTING, "timeline", "--as-of", "2027-09-01", *command],
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        modules = done.stderr.split()
        assert ("icalendar" in modules) == ("opspolicy.feeds" in modules) == expected
