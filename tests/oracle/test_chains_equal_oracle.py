"""Holds the engine against the simulation, on random estates whose jobs wait for something."""

import pytest
from hypothesis import event, given, seed, settings

from opspolicy import judge
from tests.laws import REPRODUCIBLE

from .chain_estates import chain_estates
from .engine import POLICIES, timeline_of
from .estates import World
from .simulation import Simulated
from .test_engine_equals_oracle import EXAMPLES_A_SHARD, SHARDS, assert_same


def assert_same_chains(world: World, step: int = 60) -> None:
    """Compare the findings on an estate, and count what becomes of its runs.

    One in a thousand has runs that keep each other waiting a second at a time, in what is judged or
    in what is measured before it: the engine doesn't follow them to their end, and says so.
    """
    timeline = timeline_of(*world)
    judged = judge.judge(timeline.estate, timeline, POLICIES)
    if timeline.is_cut_short:
        event("too many runs")
        (told,) = (each for each in judged if each.code == "OPS001")
        assert told.incomplete
        return
    tell_of_runs(world, assert_same(world, step))


def tell_of_runs(world: World, simulated: Simulated) -> None:
    """Count what the estates cover, for `--hypothesis-show-statistics`."""
    for fate in simulated.fates:
        event(f"a run: {fate}")
    for job in world[0]["jobs"].values():
        for key in {"after", "when_blocked", "concurrency", "deadline"} & {*job}:
            event(key)
        if "schedule" not in job:
            event("no schedule")


@given(world=chain_estates())
@settings(REPRODUCIBLE, max_examples=25)
def test_they_agree_by_the_minute(world: World) -> None:
    assert_same_chains(world)


@given(world=chain_estates(step=1))
@settings(REPRODUCIBLE, max_examples=5)
def test_they_agree_by_the_second(world: World) -> None:
    assert_same_chains(world, step=1)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(SHARDS))
def test_they_agree_on_thousands(shard: int) -> None:
    @seed(shard)
    @given(world=chain_estates())
    @settings(REPRODUCIBLE, max_examples=EXAMPLES_A_SHARD)
    def they_agree(world: World) -> None:
        assert_same_chains(world)

    they_agree()


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(2))
def test_they_agree_on_dozens_by_the_second(shard: int) -> None:
    @seed(shard)
    @given(world=chain_estates(step=1))
    @settings(REPRODUCIBLE, max_examples=EXAMPLES_A_SHARD // 16)
    def they_agree(world: World) -> None:
        assert_same_chains(world, step=1)

    they_agree()
