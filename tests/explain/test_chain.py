"""How a night is told that ends too late: run by run, from the first one on."""

import pytest

from opspolicy.explain import as_text, ask
from opspolicy.explain.as_text import Look
from opspolicy.temporal.instants import parse_as_of
from opspolicy.temporal.intervals import IntervalSet
from tests.explain.scenes import said, scene, section

NIGHT = """\
defaults: {owner: batch, timezone: UTC, scheduler: cron}
services: {ledger: {owner: core}}
jobs:
  close: {schedule: "0 22 * * *", duration: 1h}
  post: {after: [close], duration: 2h, requires: [ledger], when_blocked: wait}
  send: {after: [post], duration: 1h, deadline: {by: "06:00", day: +1}}
maintenance_windows:
  later: {takes_down: [ledger], start: 2027-10-20T23:30, duration: 9h, owner: core}
  patch: {takes_down: [ledger], start: 2027-10-09T23:30, duration: 5h30m, owner: core}
"""


def late(text: str) -> list[str]:
    """Return the fingerprints of the late runs, by when the first of each is due."""
    found = [each for each in scene(text).report.findings if each.code == "OPS401"]
    return [each.fingerprint for each in sorted(found, key=lambda each: each.occurrences.start)]


@pytest.mark.parametrize(
    ("which", "path"),
    [
        (
            0,
            [
                "`close` Sat 9 Oct 2027 22:00 to 23:00 (UTC)",
                (
                    "`post` Sat 9 Oct 2027 23:00 to Sun 10 Oct 2027 06:30 (UTC); waits 5 h 30 min for"
                    " `ledger`, down because of `patch`"
                ),
                "`send` Sun 10 Oct 2027 06:30 to 07:30 (UTC)",
                "deadline Sun 10 Oct 2027 06:00 (UTC): 1 h 30 min late",
            ],
        ),
        (
            1,
            [
                "`close` Wed 20 Oct 2027 22:00 to 23:00 (UTC)",
                (
                    "`post` Wed 20 Oct 2027 23:00 to Thu 21 Oct 2027 10:00 (UTC); waits 9 h for"
                    " `ledger`, down because of `later`"
                ),
                "`send` Thu 21 Oct 2027 10:00 to 11:00 (UTC)",
                "deadline Thu 21 Oct 2027 06:00 (UTC): 5 h late",
            ],
        ),
    ],
)
def test_a_late_run_is_told_by_the_night_that_makes_it_late(which: int, path: list[str]) -> None:
    """By its own night, not by the worst of all."""
    story = ask.story(scene(NIGHT), late(NIGHT)[which], None, "UTC")
    assert [line.text for line in section(story, "critical path").lines] == path
    assert "where" not in {each.name for each in story.sections}


def test_the_night_is_drawn_from_its_first_run_to_its_last() -> None:
    story = ask.story(scene(NIGHT), late(NIGHT)[0], None, "UTC")
    chart = section(story, "timeline").chart
    assert chart is not None

    def between(start: str, end: str) -> IntervalSet:
        return IntervalSet([(parse_as_of(f"2027-10-{start}Z"), parse_as_of(f"2027-10-{end}Z"))])

    assert [(row.label, row.kind, row.when) for row in chart.rows] == [
        ("`close`", "run", between("09T22:00", "09T23:00")),
        ("`post`", "run", between("09T23:00", "09T23:30") | between("10T05:00", "10T06:30")),
        ("`send`", "run", between("10T06:30", "10T07:30")),
        ("`ledger`", "outage", between("09T23:30", "10T05:00")),
        ("too late", "finding", between("10T06:00", "10T07:30")),
    ]
    assert chart.start <= parse_as_of("2027-10-09T22:00Z")
    assert chart.end >= parse_as_of("2027-10-10T07:30Z")
    assert "◆ what is wrong" in as_text.render(story, Look(100))


def test_a_job_is_told_by_its_worst_night_and_what_it_has_to_spare() -> None:
    story = ask.story(scene(NIGHT), "job/send", None, "UTC")
    assert "5 h late" in said(story, "critical path")
    fine = NIGHT.replace("9h", "1h").replace("5h30m", "3h")
    story = ask.story(scene(fine), "job/send", None, "UTC")
    assert section(story, "critical path").lines[-1].text == (
        "deadline Sun 10 Oct 2027 06:00 (UTC): 1 h to spare"
    )


def test_a_run_that_never_starts_is_told_with_what_has_failed() -> None:
    never = NIGHT.replace("duration: 1h}\n  post", "duration: 1h, requires: [ledger]}\n  post", 1)
    never = never.replace("2027-10-09T23:30", "2027-10-09T22:30")
    story = ask.story(scene(never), late(never)[0], None, "UTC")
    unstarted = "due Sat 9 Oct 2027 22:00 (UTC); never starts, as what it comes after is never done"
    assert [line.text for line in section(story, "critical path").lines] == [
        "`close` Sat 9 Oct 2027 22:00 to 23:00 (UTC); fails on `ledger`, down because of `patch`",
        f"`post` {unstarted}",
        f"`send` {unstarted}",
        "deadline Sun 10 Oct 2027 06:00 (UTC): never met",
    ]
    assert said(story, "repairs").startswith("1. move `patch` 2 h 30 min later")
    held = "owner: core, movable: {earliest: 2027-10-09T22:30, latest: 2027-10-10T04:00}}"
    stuck = "".join(
        f"{line.replace('owner: core}', held) if 'patch' in line else line}\n"
        for line in never.splitlines()
    )
    story = ask.story(scene(stuck), late(stuck)[0], None, "UTC")
    assert said(story, "fix") == "move `patch`, or have `close` wait: `when_blocked: wait`"


def test_a_deadline_before_the_chain_starts_is_told_as_that() -> None:
    forgotten = NIGHT.replace(", day: +1", "")
    story = ask.story(scene(forgotten), late(forgotten)[0], None, "UTC")
    assert said(story, "fix") == (
        "the deadline is before `send` starts: for the next day's, add `day: +1`"
    )
