"""Holds every suggestion to its word, on random estates, by reading and judging them anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import event, given, seed, settings

from opspolicy import judge
from opspolicy.estate.estate import Estate, assemble
from opspolicy.repair import moves, suggest
from opspolicy.repair.edits import applied
from opspolicy.repair.trial import SERIOUS, Trial
from opspolicy.source.files import parse
from opspolicy.temporal.durations import DAY
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline
from tests.oracle.engine import POLICIES
from tests.oracle.estates import World, estates
from tests.oracle.simulation import simulate
from tests.oracle.test_engine_equals_oracle import REPRODUCIBLE, assert_same, reproduction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.report import Finding

SHARDS = 10
EXAMPLES_A_SHARD = 100
MOST_TARGETS = 3
SHORT = 3 * DAY


def read(text: str) -> Estate:
    """Read an estate of one file, as from nothing."""
    return assemble([parse("estate.yaml", text)])


def on_trial(estate: Estate, as_of: int, horizon: int) -> Trial:
    """Judge an estate, to try changes on it."""
    timeline = Timeline(estate, Horizon(as_of, as_of + horizon))
    found = judge.judge(estate, timeline, POLICIES)
    return Trial(estate, timeline, POLICIES, found)


def serious(findings: Sequence[Finding]) -> dict[str, Finding]:
    """Give the errors and warnings by fingerprint."""
    return {each.fingerprint: each for each in findings if each.severity in SERIOUS}


def assert_kept(world: World, *, as_block: bool) -> None:
    """Look at all that is suggested for the worst findings of an estate."""
    declared, as_of, horizon = world
    text = yaml.safe_dump(declared) if as_block else json.dumps(declared)
    trial = on_trial(read(text), as_of, horizon)
    targets = [each for each in trial.findings if each.causes and each.severity in SERIOUS]
    # Trying every slot takes seconds for a week of half hours.
    is_short = horizon <= SHORT
    for target in targets[:MOST_TARGETS]:
        for answer in suggest.of_findings(trial, [target]):
            for suggestion in answer.suggestions:
                event(f"suggested: {suggestion.move.kind}")
                assert_better(world, trial, target, suggestion)
            if not answer.suggestions and answer.is_whole and not answer.unwritten and is_short:
                is_short = False
                event("none")
                assert_none(world, trial, target, answer)


def assert_better(
    world: World, trial: Trial, target: Finding, suggestion: suggest.Suggestion
) -> None:
    """Judge what a suggestion makes of an estate: by the engine, and by the oracle."""
    declared, as_of, horizon = world
    said = f"{suggestion.move.ref} {suggestion.move.shift}\n{reproduction(world)}"
    after = read(suggestion.after.text)
    assert not after.problems, said
    assert not after.invalid, said
    found = serious(on_trial(after, as_of, horizon).findings)
    before = serious(trial.findings)
    assert target.fingerprint not in found, said
    for fingerprint, finding in found.items():
        assert fingerprint in before, f"{finding.message}\n{said}"
    document = after.files[0].documents[0].plain()
    assert isinstance(document, dict)
    changed = {**declared, **document}
    assert_same((changed, as_of, horizon))
    key = (target.code, frozenset(target.subjects), frozenset(target.causes))
    assert key not in {each[:3] for each in simulate(changed, as_of, horizon).findings}, said


def assert_none(world: World, trial: Trial, target: Finding, answer: suggest.Answer) -> None:
    """Try every slot at the step, whatever forbids it."""
    entity = answer.entity
    starts = sorted(set(suggest.colliding(entity, target)))
    within = suggest._within(trial, entity)
    permitted = suggest.Permitted(trial.estate, entity)
    for move in moves.moves(trial.estate, entity, starts, within):
        after = applied(move.rewrite())
        if after is None or not permitted(move):
            continue
        outcome = trial.outcome(after, [target])
        assert not outcome.is_clean, f"{move.ref} {move.shift}\n{reproduction(world)}"


@given(world=estates())
@settings(REPRODUCIBLE, max_examples=40)
def test_a_suggestion_keeps_its_word(world: World) -> None:
    assert_kept(world, as_block=True)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(SHARDS))
def test_suggestions_keep_their_word_on_a_thousand_estates(shard: int) -> None:
    @seed(shard)
    @given(world=estates())
    @settings(REPRODUCIBLE, max_examples=EXAMPLES_A_SHARD)
    def they_do(world: World) -> None:
        assert_kept(world, as_block=bool(shard % 2))

    they_do()
