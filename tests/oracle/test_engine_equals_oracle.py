"""Holds the engine against the simulation, on random estates.

A failure prints the estate as JSON, which is YAML, with the instant and the horizon to judge it by.
"""

import json
from typing import Any

import pytest
from hypothesis import event, given, seed, settings

from tests.laws import REPRODUCIBLE

from .engine import found_by_engine, found_by_oracle, timeline_of
from .estates import World, estates, grown_estates, meets_a_change
from .simulation import Grid, Simulated, Steps, Stretch, simulate

SHARDS = 10
EXAMPLES_A_SHARD = 500


def assert_same(world: World, step: int = 60) -> Simulated:
    """Compare the findings on an estate, and when each of its services is down.

    Returns what the oracle has found.
    """
    estate, as_of, horizon = world
    simulated = simulate(estate, as_of, horizon, step)
    timeline = timeline_of(estate, as_of, horizon)
    engine, oracle = found_by_engine(timeline), found_by_oracle(simulated)
    differences = [
        f"{code} {sorted(subjects)} because of {sorted(causes)}:\n"
        f"  engine {engine.get((code, subjects, causes))}\n"
        f"  oracle {oracle.get((code, subjects, causes))}"
        for code, subjects, causes in {**engine, **oracle}
        if engine.get((code, subjects, causes)) != oracle.get((code, subjects, causes))
    ]
    for name, down in simulated.down.items():
        found = list(timeline.outages.down(name))
        if found != down:
            differences.append(f"down {name}:\n  engine {found}\n  oracle {down}")
    assert not differences, "\n".join([*differences, reproduction(world)])
    tell(world, simulated)
    return simulated


def reproduction(world: World) -> str:
    """Write down what it takes to judge an estate again."""
    estate, as_of, horizon = world
    return f"estate = {json.dumps(estate)}\nas_of, horizon = {as_of}, {horizon}"


def tell(world: World, simulated: Simulated) -> None:
    """Count what the estates cover, for `--hypothesis-show-statistics`."""
    for code in {code for code, *_ in simulated.findings}:
        event(code)
    if not simulated.findings:
        event("no finding")
    if any(len(causes) > 1 for _, _, causes, _ in simulated.findings):
        event("a cut set of several causes")
    estate, *_ = world
    if meets_a_change(world):
        event("a clock change within the horizon")
    if len(simulated.judged) > 1:
        event("judged beyond the horizon")
    for entry in [*estate["maintenance_windows"].values(), *estate.get("jobs", {}).values()]:
        schedule = entry.get("schedule")
        if isinstance(schedule, dict):
            for key in {"rrule", "every", "on_calendar", "except", "on_non_business_day"} & {
                *schedule
            }:
                event(key)


@given(world=estates())
@settings(REPRODUCIBLE, max_examples=50)
def test_they_agree_by_the_minute(world: World) -> None:
    assert_same(world)


@given(world=estates(step=1))
@settings(REPRODUCIBLE, max_examples=6)
def test_they_agree_by_the_second(world: World) -> None:
    assert_same(world, step=1)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(SHARDS))
def test_they_agree_on_thousands(shard: int) -> None:
    @seed(shard)
    @given(world=estates())
    @settings(REPRODUCIBLE, max_examples=EXAMPLES_A_SHARD)
    def they_agree(world: World) -> None:
        assert_same(world)

    they_agree()


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(2))
def test_they_agree_on_dozens_by_the_second(shard: int) -> None:
    @seed(shard)
    @given(world=estates(step=1))
    @settings(REPRODUCIBLE, max_examples=EXAMPLES_A_SHARD // 8)
    def they_agree(world: World) -> None:
        assert_same(world, step=1)

    they_agree()


def always_needed(estate: dict[str, Any]) -> dict[str, Any]:
    """Make every service one that customers need at all hours, so that each outage is found."""
    services = {
        name: {"customer_facing": True, "depends_on": service.get("depends_on", [])}
        for name, service in estate["services"].items()
    }
    return {**estate, "services": services}


@given(world=estates())
@settings(REPRODUCIBLE, max_examples=25)
def test_the_cut_sets_of_a_service_together_are_its_outage(world: World) -> None:
    estate, as_of, horizon = always_needed(world[0]), world[1], world[2]
    simulated = simulate(estate, as_of, horizon)
    timeline = timeline_of(estate, as_of, horizon)
    grid = Grid(as_of, simulated.judged[-1][1], 60)
    judged = grid.union(simulated.judged)
    engine, oracle = found_by_engine(timeline), found_by_oracle(simulated)
    for found, down_of in ((engine, timeline.outages.down), (oracle, simulated.down.__getitem__)):
        for name in estate["services"]:
            reported: Steps = 0
            for (code, subjects, _), findings in found.items():
                if code == "OPS301" and subjects == {f"service/{name}"}:
                    reported |= grid.union(one for finding in findings for one in finding)
            down = grid.union(down_of(name))
            assert reported & judged == down & judged, f"{name}\n{reproduction(world)}"


@given(worlds=grown_estates())
@settings(REPRODUCIBLE, max_examples=25)
def test_one_more_dependency_removes_no_outage(worlds: tuple[World, World]) -> None:
    (estate, as_of, horizon), (grown, _, _) = worlds
    before, after = (simulate(each, as_of, horizon).down for each in (estate, grown))
    was, now = (timeline_of(each, as_of, horizon).outages for each in (estate, grown))
    for name in estate["services"]:
        assert within(before[name], after[name]), f"oracle: {name}\n{reproduction(worlds[1])}"
        down, still = list(was.down(name)), list(now.down(name))
        assert within(down, still), f"engine: {name}\n{reproduction(worlds[1])}"


def within(parts: list[Stretch], whole: list[Stretch]) -> bool:
    """Say whether each part lies inside a stretch of the whole."""
    return all(any(start <= a and b <= end for start, end in whole) for a, b in parts)
