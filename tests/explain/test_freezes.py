"""Freezes in stories: drawn beside what is down in them, and as long as they are judged to be."""

from __future__ import annotations

from hypothesis import given, settings

from opspolicy.explain import as_text, ask
from opspolicy.explain.as_text import Look
from opspolicy.temporal.instants import parse_as_of, rfc3339
from opspolicy.temporal.intervals import IntervalSet
from tests.explain.scenes import said, scene, section
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World, estates

DELAYED = """\
defaults: {owner: web, timezone: UTC, scheduler: systemd}
services:
  shop: {tags: [tier-1]}
freezes:
  closing:
    schedule: {on_calendar: "Sun *-*-* 02:00", randomized_delay: 3h}
    duration: 2h
    reason: The books are closed
maintenance_windows:
  patch: {takes_down: [shop], start: 2027-10-10T05:00, duration: 1h}
"""


def test_a_freeze_lasts_as_long_as_it_is_judged_to() -> None:
    of = scene(DELAYED)
    assert "OPS501" in {each.code for each in of.report.findings}
    for at, frozen in (("01:59", False), ("02:00", True), ("05:30", True), ("06:59", True),
                       ("07:00", False)):  # fmt: skip
        story = ask.story(of, "", f"2027-10-10T{at}", "UTC")
        assert ("freeze `closing`: The books are closed" in said(story, "frozen")) == frozen


def test_a_window_meets_the_freezes_of_what_it_takes_down() -> None:
    story = ask.story(scene(DELAYED), "patch", None, "UTC")
    assert (
        said(story, "meets")
        == (
            "business hours of `shop`: Sun 10 Oct 2027 05:00 to 06:00 (UTC), 1 h\n"
            "freeze `closing`: Sun 10 Oct 2027 05:00 to 06:00 (UTC), 1 h"
        ).partition("\n")[2]
    )
    chart = section(story, "timeline").chart
    assert chart is not None
    assert ("`closing`", "freeze") in [(row.label, row.kind) for row in chart.rows]
    permitted = DELAYED.replace("duration: 2h\n", "duration: 2h\n    allow: [emergency]\n").replace(
        "duration: 1h", "duration: 1h, change: {type: emergency}"
    )
    assert said(ask.story(scene(permitted), "patch", None, "UTC"), "meets").endswith(
        ", which permits this kind of change"
    )
    other = DELAYED.replace("duration: 2h\n", "duration: 2h\n    applies_to: {tags: [other]}\n")
    assert said(ask.story(scene(other), "patch", None, "UTC"), "meets") == (
        "nobody's business hours, demand or runs, and no freeze"
    )


def test_a_freeze_is_drawn_beside_what_is_down_in_it() -> None:
    of = scene(DELAYED)
    (found,) = [each for each in of.report.findings if each.code == "OPS501"]
    story = ask.story(of, found.fingerprint, None, "UTC")
    chart = section(story, "timeline").chart
    assert chart is not None
    assert [(row.label, row.kind) for row in chart.rows] == [
        ("`patch`", "outage"), ("`closing`", "freeze"), ("finding", "finding"),
    ]  # fmt: skip
    frozen = (parse_as_of("2027-10-10T02:00Z"), parse_as_of("2027-10-10T07:00Z"))
    assert chart.rows[1].when == IntervalSet([frozen])
    text = as_text.render(story, Look(100))
    assert "▞ a freeze   ◆ what is wrong" in text


@given(estates())
@settings(REPRODUCIBLE, max_examples=25)
def test_whatever_is_found_in_a_freeze_is_frozen_then(world: World) -> None:
    estate, as_of, horizon = world
    of = scene(timeline_of(estate, as_of, horizon).estate, as_of, horizon)
    for found in of.report.findings:
        (freeze, *_) = [*(ref for ref in found.subjects if ref.startswith("freeze/")), ""]
        for start, end in found.occurrences if found.code == "OPS501" else ():
            for at in (start, end - 1):
                frozen = said(ask.story(of, "", rfc3339(at), "UTC"), "frozen")
                assert f"`{freeze.removeprefix('freeze/')}`" in frozen
