"""Holds every suggestion to its word, on random estates, by reading and judging them anew."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import event, given, seed, settings

from opspolicy import judge
from opspolicy.estate.declarations import Job, Window
from opspolicy.estate.estate import Estate, assemble
from opspolicy.repair import moves, suggest
from opspolicy.repair.edits import applied
from opspolicy.repair.trial import SERIOUS, Trial
from opspolicy.report import Bygone
from opspolicy.rules.base import SEVERITIES
from opspolicy.rules.collisions import length
from opspolicy.source.files import parse
from opspolicy.temporal.durations import DAY
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline
from tests.laws import REPRODUCIBLE
from tests.oracle.calendars import BUILT_IN, Calendar
from tests.oracle.engine import POLICIES
from tests.oracle.estates import World, estates
from tests.oracle.test_engine_equals_oracle import assert_same, reproduction
from tests.oracle.values import instant, seconds
from tests.oracle.wall import appointment, midnight, zone_named
from tests.repair.estates import roomy_estates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from opspolicy.report import Finding

SHARDS = 10
EXAMPLES_A_SHARD = 100
CROWDED = 3
"""Each third shard is of estates with little room, where there is often no slot at all."""
MOST_TARGETS = 3
THOROUGH = 2
"""Each second shard looks at the worst three findings of an estate, the others at the worst."""
SHORT = 3 * DAY
WEEK = 7 * DAY
FAR = 1 << 33


def read(text: str) -> Estate:
    """Read an estate of one file, as from nothing."""
    return assemble([parse("estate.yaml", text)])


def on_trial(estate: Estate, as_of: int, horizon: int, before: Timeline | None = None) -> Trial:
    """Judge an estate, to try changes on it."""
    timeline = Timeline(estate, Horizon(as_of, as_of + horizon))
    found = judge.judge(estate, timeline, POLICIES, before=before)
    return Trial(estate, timeline, POLICIES, found)


def serious(findings: Sequence[Finding]) -> dict[str, Finding]:
    """Give the errors and warnings by fingerprint."""
    return {each.fingerprint: each for each in findings if each.severity in SERIOUS}


def assert_kept(world: World, *, as_block: bool, most: int = MOST_TARGETS) -> None:
    """Look at all that is suggested for the worst findings of an estate."""
    declared, as_of, horizon = world
    text = yaml.safe_dump(declared) if as_block else json.dumps(declared)
    trial = on_trial(read(text), as_of, horizon)
    targets = [each for each in trial.findings if each.causes and each.severity in SERIOUS]
    # Trying every slot takes seconds for a week of half hours.
    is_short = horizon <= SHORT
    for target in targets[:most]:
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
    move = suggestion.move
    said = f"{move.ref} {move.kind} {move.shift}\n{reproduction(world)}"
    after = read(suggestion.after.text)
    assert not after.problems, said
    assert not after.invalid, said
    before = Bygone(trial.findings)
    # Beside what was there what moves is new, and a notice of the past counts as unsent.
    for beside in (None, trial.timeline):
        found = serious(on_trial(after, as_of, horizon, beside).findings)
        assert target.fingerprint not in found, said
        for finding in found.values():
            was = before.of(finding)
            assert was is not None, f"{finding.message}\n{said}"
            assert SEVERITIES.index(finding.severity) >= SEVERITIES.index(was.severity), said
            assert finding.occurrences.total() <= was.occurrences.total(), said
    document = after.files[0].documents[0].plain()
    assert isinstance(document, dict)
    changed = {**declared, **document}
    assert_moved(trial.estate, after, move)
    assert_permitted(changed, move)
    simulated = assert_same((changed, as_of, horizon))
    key = (target.code, frozenset(target.subjects), frozenset(target.causes))
    assert key not in {each[:3] for each in simulated.findings}, said


def assert_moved(before: Estate, after: Estate, move: moves.Move) -> None:
    """Look at what has moved, and that nothing else has."""
    was, now = before.entity(move.ref), after.entity(move.ref)
    assert isinstance(was, Job | Window)
    assert isinstance(now, Job | Window)
    others = {each.ref for each in before.scheduled()}
    added = {each.ref for each in after.scheduled()} - others
    assert others <= {each.ref for each in after.scheduled()}
    moved = now
    if move.kind == moves.ASIDE:
        (ref,) = added
        found = after.entity(ref)
        assert isinstance(found, Job | Window)
        moved = found
        around = (move.was - WEEK, move.was + WEEK)
        assert starts(now, *around) == [at for at in starts(was, *around) if at != move.was]
        assert starts(moved, 0, FAR) == [move.starts[0]]
    else:
        assert not added
        assert move.was not in starts(now, move.was, move.was + 1) or move.kind == moves.SERIES
    for at in move.starts:
        assert starts(moved, at, at + 1) == [at]
    assert (moved.takes_down, moved.owner) == (was.takes_down, was.owner)
    if was.node.find("end") is None:
        assert length(moved) == length(was)


def starts(entity: Job | Window, start: int, end: int) -> list[int]:
    """Give the starts of a job or a window in ``[start, end)``."""
    if isinstance(entity, Window) and entity.start is not None:
        return [entity.start] if start <= entity.start < end else []
    assert entity.schedule is not None
    return entity.schedule.starts(start, end)


def assert_permitted(estate: dict[str, Any], move: moves.Move) -> None:
    """Hold what moves against its `movable`, as the specification says it."""
    section, _, name = move.ref.partition("/")
    declared = estate["jobs" if section == "job" else f"{section}s"][name]
    movable = declared.get("movable")
    if movable is None:
        return
    event(f"movable: {move.kind}")
    assert move.shift % DAY == 0 or move.shift % seconds(movable.get("step", "30m")) == 0
    default = estate["defaults"]["timezone"]
    schedule = declared.get("schedule")
    own = schedule.get("timezone") if isinstance(schedule, dict) else None
    zone = zone_named(own or declared.get("timezone") or default)
    lasts = length(move.entity) - move.entity.plan.recovery
    for start in move.starts:
        if "earliest" in movable:
            assert start >= instant(movable["earliest"], zone)
        if "latest" in movable:
            assert start + lasts <= end_of(movable["latest"], zone)
        if "only_in" in movable:
            calendar = BUILT_IN.get(movable["only_in"]) or Calendar(
                estate["calendars"][movable["only_in"]],
                zone_named(estate["calendars"][movable["only_in"]].get("timezone", default)),
            )
            assert all(calendar.is_open(at) for at in range(start, start + lasts, 60))


def end_of(edge: str, zone: ZoneInfo) -> int:
    """Give when a date is over, or the instant of a reading."""
    if len(edge) > len("2027-10-09"):
        return instant(edge, zone, last=True)
    return appointment(midnight(date.fromisoformat(edge)) + timedelta(days=1), zone)


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


@given(world=roomy_estates())
@settings(REPRODUCIBLE, max_examples=5)
def test_a_suggestion_keeps_its_word(world: World) -> None:
    assert_kept(world, as_block=True)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(SHARDS))
def test_suggestions_keep_their_word_on_a_thousand_estates(shard: int) -> None:
    @seed(shard)
    @given(world=roomy_estates() if shard % CROWDED else estates())
    @settings(REPRODUCIBLE, max_examples=EXAMPLES_A_SHARD)
    def they_do(world: World) -> None:
        most = 1 if shard % THOROUGH else MOST_TARGETS
        assert_kept(world, as_block=shard != 1, most=most)

    they_do()
