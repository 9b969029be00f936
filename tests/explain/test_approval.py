"""Who must approve a window: a story says what OPS504 says, as it asks the same."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from opspolicy import rules
from opspolicy.explain import ask
from opspolicy.rules.base import World
from tests import worlds
from tests.explain.scenes import said, scene
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World as Estates
from tests.oracle.estates import estates

if TYPE_CHECKING:
    from opspolicy.explain.scene import Scene

TOGETHER = """\
defaults: {owner: it, timezone: UTC}
services:
  shop: {owner: retail, depends_on: [{any_of: [a, b]}]}
  a: {}
  b: {}
maintenance_windows:
  wa: {takes_down: [a], start: 2027-10-10T00:00, duration: 2h}
  wb: {takes_down: [b], start: 2027-10-10T01:00, duration: 2h, approved_by: [retail]}
"""
STANDARD = """\
defaults: {owner: it, timezone: UTC}
calendars:
  nights: {hours: [{days: everyday, from: 00:00, to: 06:00}]}
services:
  shop: {owner: retail, maintenance_hours: nights, depends_on: [db]}
  db: {maintenance_hours: nights}
  site: {owner: nobody-else}
maintenance_windows:
  inside: {takes_down: [db], start: 2027-10-10T01:00, duration: 2h, change: {type: standard}}
  outside: {takes_down: [db], start: 2027-10-10T05:00, duration: 2h, change: {type: standard}}
  normal: {takes_down: [db], start: 2027-10-11T01:00, duration: 2h, change: {type: normal}}
  over: {takes_down: [db], start: 2027-08-10T01:00, duration: 2h}
  slow: {degrades: [db], start: 2027-10-12T01:00, duration: 2h}
"""


def approval(of: Scene, name: str) -> str:
    """Return what the story of a window says of approval."""
    return said(ask.story(of, f"maintenance_window/{name}", None, "UTC"), "approval")


def unapproved(of: Scene) -> set[str]:
    """Return the windows that OPS504 reports, and the jobs."""
    rule = rules.load("missing-approval")
    assert rule is not None
    assert rule.check is not None
    found = rule.check(World(of.estate, of.timeline), {})
    return {ref for each in found for ref in each.causes}


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        (TOGETHER, "wa", "not approved by retail, who owns `shop`"),
        (TOGETHER, "wb", "approved by retail"),
        (STANDARD, "inside", "needed from nobody: a standard change in the maintenance hours of all that goes down"),
        (STANDARD, "outside", "not approved by retail, who owns `shop`"),
        (STANDARD, "normal", "not approved by retail, who owns `shop`"),
        (STANDARD, "over", "not judged: it takes nothing down in the time looked at"),
        (STANDARD, "slow", "needed from nobody: it takes nothing down"),
        (STANDARD.replace("{owner: retail, m", "{m"), "normal", "needed from nobody: all that goes down is its owner's own"),
    ],
)  # fmt: skip
def test_who_must_approve(text: str, name: str, told: str) -> None:
    of = scene(text)
    assert approval(of, name) == told
    assert (f"maintenance_window/{name}" in unapproved(of)) == told.startswith("not approved")


@given(estates())
@settings(REPRODUCIBLE, max_examples=25)
def test_a_story_lacks_whom_the_rule_lacks(world: Estates) -> None:
    estate, as_of, horizon = world
    of = scene(timeline_of(estate, as_of, horizon).estate, as_of, horizon)
    lacking = unapproved(of)
    for name in of.estate.windows:
        assert ("not approved by" in approval(of, name)) == (
            f"maintenance_window/{name}" in lacking
        )


def test_many_windows_on_one_service_are_asked_about_at_once() -> None:
    windows = "".join(
        f"  w{at}: {{takes_down: [shop], start: 2027-10-01T00:00, duration: {at + 1}m}}\n"
        for at in range(1600)
    )
    services = "defaults: {owner: it, timezone: UTC}\nservices:\n  shop: {owner: retail}\n"
    estate = worlds.estate(a=f"{services}maintenance_windows:\n{windows}")
    timeline = worlds.timeline(estate)
    assert timeline.outages.cut_sets("shop")
    rule = rules.load("missing-approval")
    assert rule is not None
    assert rule.check is not None
    before = time.process_time()
    assert len([*rule.check(World(estate, timeline), {})]) == 1600
    assert time.process_time() - before < 1
