"""A part of an estate tells as much of a move as the whole does."""

from __future__ import annotations

import json
from itertools import islice

import pytest
from hypothesis import event, given, seed, settings

from opspolicy import judge
from opspolicy.estate.estate import assemble
from opspolicy.repair import moves, suggest
from opspolicy.repair.edits import applied
from opspolicy.repair.trial import SERIOUS, Trial
from opspolicy.source.files import parse
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import POLICIES
from tests.oracle.estates import World, estates
from tests.oracle.test_engine_equals_oracle import reproduction

SOME_MOVES = 12


def assert_as_good(world: World) -> None:
    """Try some moves of each party on the part and on the whole, and compare the outcomes."""
    declared, as_of, horizon = world
    estate = assemble([parse("estate.yaml", json.dumps(declared))])
    timeline = Timeline(estate, Horizon(as_of, as_of + horizon))
    whole = Trial(estate, timeline, POLICIES, judge.judge(estate, timeline, POLICIES))
    targets = [each for each in whole.findings if each.causes and each.severity in SERIOUS][:2]
    for target in targets:
        for entity in suggest.movable(whole, [target]):
            near = whole.near(entity)
            same = {each.fingerprint: each.occurrences for each in near.findings}
            assert same[target.fingerprint] == target.occurrences, reproduction(world)
            starts = sorted(set(suggest.colliding(entity, target)))
            within = suggest._within(whole, entity)
            for move in islice(moves.moves(estate, entity, starts, within), SOME_MOVES):
                after = applied(move.rewrite())
                if after is None:
                    continue
                one, other = near.outcome(after, [target]), whole.outcome(after, [target])
                event("clean" if other.is_clean else "not clean")
                assert one.is_clean == other.is_clean, (
                    f"{move.ref} {move.shift}\n{reproduction(world)}"
                )


@given(world=estates())
@settings(REPRODUCIBLE, max_examples=6)
def test_a_part_is_as_good_as_the_whole(world: World) -> None:
    assert_as_good(world)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(4))
def test_a_part_is_as_good_as_the_whole_hundreds_of_times(shard: int) -> None:
    @seed(shard)
    @given(world=estates())
    @settings(REPRODUCIBLE, max_examples=50)
    def it_is(world: World) -> None:
        assert_as_good(world)

    it_is()
