"""Two moves that only together are a repair: of causes that mustn't all happen at once.

Three windows that close every channel are no better as two that leave a single one. Each move by
itself is refused for what is left of the collision, so the search goes on from there, with what is
left as its target. One more is always enough: the first leaves a group without a spare, and the
second gives it one.
"""

from __future__ import annotations

from itertools import islice

from opspolicy import judge
from opspolicy.repair.edits import applied
from opspolicy.repair.moves import rank
from opspolicy.repair.suggest import Search, Suggestion, best, customers, movable
from opspolicy.repair.trial import SERIOUS, Trial
from opspolicy.timeline.timeline import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.repair.moves import Move
    from opspolicy.repair.suggest import Answer
    from opspolicy.report import Finding
    from opspolicy.source.files import SourceFile

MOST_TRIED = 4
"""How many first moves are followed further."""


def apart(trial: Trial, targets: Sequence[Finding], answers: Sequence[Answer]) -> Suggestion | None:
    """Return two moves that are rid of ``targets`` together; None where there are none.

    ``answers`` are those of the search for a single one.
    """
    # What else the same causes do together has to end with it, or they would still meet.
    sets = [{*each.causes} for each in targets]
    all_targets = [
        each
        for each in trial.findings
        if each.severity in SERIOUS and {*each.causes} in sets and each.waived_by is None
    ]
    for move, after, left in islice(_partial(trial, all_targets, answers), MOST_TRIED):
        changed = _changed(trial, after)
        wanted = {each.fingerprint for each in left}
        again = [each for each in changed.findings if each.fingerprint in wanted]
        others = [each for each in movable(changed, again) if each.ref != move.ref]
        second = next(iter(best(Search(changed, each, again).answer() for each in others)), None)
        if second is not None:
            touched = customers(trial.estate, move.entity)
            return Suggestion(move, touched, after, second.moving, (second,))
    return None


def _partial(
    trial: Trial, targets: Sequence[Finding], answers: Sequence[Answer]
) -> Iterator[tuple[Move, SourceFile, Sequence[Finding]]]:
    """Yield the nearest moves after which just a part of the targets' causes is left."""
    parts = [{*each.causes} for each in targets]
    refused = [
        each.move for answer in answers for each in answer.refusals if each.finding is not None
    ]
    for move in sorted(refused, key=rank):
        after = applied(move.rewrite())
        if after is None:
            continue
        outcome = trial.outcome(after, targets)
        is_less = all(any({*each.causes} < part for part in parts) for each in outcome.added)
        if not outcome.left and outcome.added and is_less:
            yield move, after, outcome.added


def _changed(trial: Trial, after: SourceFile) -> Trial:
    """Return a trial of the estate with another text of a file."""
    estate = trial.whole.reread(after)
    timeline = Timeline(estate, trial.timeline.horizon)
    found = judge.judge(estate, timeline, trial.policies, before=trial.timeline)
    return Trial(estate, timeline, trial.policies, found)
