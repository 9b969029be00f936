"""Assertions in CEL against the simulation: which outages they are about, and how long these are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import judge
from opspolicy.policy import policies
from opspolicy.source.files import parse
from opspolicy.temporal.intervals import IntervalSet
from tests.laws import REPRODUCIBLE

from .engine import timeline_of
from .estates import estates
from .simulation import simulate

if TYPE_CHECKING:
    from opspolicy.timeline.timeline import Timeline

    from .estates import World

POLICY = """
policies:
  ours:
    rule: custom
    for_each: outage
    assert: {condition}
    message: "{{outage.duration}} {{outage.causes}} {{outage.days}}"
"""


def found(timeline: Timeline, condition: str) -> dict[str, IntervalSet]:
    """Return when each service is down for which a condition doesn't hold."""
    text = POLICY.format(condition=f'"{condition}"')
    read = policies.combine([], [parse("policies/ours.yaml", text)])
    assert not read.problems
    times: dict[str, IntervalSet] = {}
    for each in judge.judge(timeline.estate, timeline, read.by_name):
        assert each.rule == "custom"
        name = each.subjects[0].removeprefix("service/")
        times[name] = times.get(name, IntervalSet([])) | each.occurrences
        for start, end in each.occurrences:
            assert all(
                timeline.causes[ref].when.touching(IntervalSet([(start, end)]))
                for ref in each.causes
            )
    return times


def whole(estate: dict[str, Any], down: dict[str, IntervalSet]) -> dict[str, IntervalSet]:
    return {name: when for name in estate["services"] if (when := down[name])}


@given(world=estates())
@settings(REPRODUCIBLE, max_examples=30)
def test_every_outage_is_asked_about_and_nothing_else(world: World) -> None:
    estate, as_of, horizon = world
    simulated, timeline = simulate(estate, as_of, horizon), timeline_of(estate, as_of, horizon)
    judged = IntervalSet(simulated.judged)
    down = {name: IntervalSet(when) & judged for name, when in simulated.down.items()}
    asked = {name: when & judged for name, when in found(timeline, "false").items()}
    assert asked == whole(estate, down)


@given(world=estates(), minutes=st.sampled_from([1, 30, 60, 90, 120, 240, 480, 1440]))
@settings(REPRODUCIBLE, max_examples=30)
def test_an_outage_is_as_long_as_it_lasts(world: World, minutes: int) -> None:
    estate, as_of, horizon = world
    timeline = timeline_of(estate, as_of, horizon)
    down = {
        name: IntervalSet(
            (start, end)
            for start, end in timeline.in_judgement(timeline.outages.down(name))
            if end - start > minutes * 60
        )
        for name in estate["services"]
    }
    assert found(timeline, f"outage.duration <= duration('{minutes}m')") == whole(estate, down)
