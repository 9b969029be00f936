"""What a report says of repairs: the nearest slot for the worst findings, and where there is none.

All of it is bounded by what is declared and found, never by a clock, so that two runs say the same.
"""

from __future__ import annotations

from opspolicy import judge, rules
from opspolicy.estate import places
from opspolicy.estate.declarations import Window
from opspolicy.repair import suggest, words
from opspolicy.repair.bans import NOTICE
from opspolicy.repair.suggest import Search
from opspolicy.repair.trial import SERIOUS
from opspolicy.report import NEW, UNCHANGED, Slot
from opspolicy.rules.base import Violation
from opspolicy.rules.collisions import length
from opspolicy.rules.wording import full
from opspolicy.source.span import Note
from opspolicy.temporal import durations
from opspolicy.temporal.calendars import BusinessHours
from opspolicy.temporal.instants import clock
from opspolicy.temporal.schedules import DatedSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.estate.estate import Estate
    from opspolicy.repair.suggest import Suggestion
    from opspolicy.repair.trial import Trial
    from opspolicy.report import Finding

RULE = "no-legal-slot"

WORST = 5
"""For how many findings a report names the nearest slot."""

MOST_WINDOWS = 5
"""For how many windows is looked whether there is any slot at all."""

MOST_TRIED = 6
"""How many moves are judged for one finding of a report."""

OF_NOTICE = (NOTICE, "missing-notice")
"""The rules whose findings say that customers aren't told, or too late."""

MOST_WORK = 60_000
"""How many declarations may be judged again in all, for the sake of slots."""

MOST_FINDINGS, MOST_MEMBERS, MOST_DATES, MOST_OPENINGS = 200, 16, 2_000, 2_000
"""From how many findings, members of a group, dates and openings on judging again takes too long.

`opspolicy suggest` looks for slots all the same.
"""


def advised(trial: Trial, findings: Sequence[Finding]) -> list[Finding]:
    """Return findings with the nearest slot beside the worst, and with the windows without any."""
    worth = [each for each in findings if is_movable(each)]
    hurt = [each for each in findings if is_movable(each._replace(status=NEW))]
    if not hurt or len(findings) > MOST_FINDINGS or not _is_light(trial.estate):
        return [*findings]
    slots = _slots(trial, worth[:WORST])
    told = [
        each._replace(suggestions=slots[each.fingerprint]) if each.fingerprint in slots else each
        for each in findings
    ]
    violations = [*_without_slot(trial, hurt)]
    stuck = judge.held(trial.estate, RULE, violations, trial.policies)
    return [*told, *(_standing(each, findings) for each in stuck)]


def _is_light(estate: Estate) -> bool:
    """Whether an estate is judged as fast as its declarations are many."""
    groups = (each for named in estate.graph.dependencies.values() for each in named)
    if any(len(each.services) > MOST_MEMBERS for each in groups):
        return False
    schedules = [each.schedule for each in estate.scheduled()]
    dates = sum(len(each.moments) for each in schedules if isinstance(each, DatedSchedule))
    hours = [each.hours for each in estate.calendars.values()]
    openings = sum(
        sum(map(len, (*each.weekly, *each.holiday_hours))) + len(each.exceptions)
        for each in hours
        if isinstance(each, BusinessHours)
    )
    return dates <= MOST_DATES and openings <= MOST_OPENINGS


def is_movable(finding: Finding) -> bool:
    """Whether a finding is serious, fails a check, and is of something that has a cause."""
    fails = finding.waived_by is None and finding.status != UNCHANGED
    return fails and finding.severity in SERIOUS and bool(finding.causes)


def _slots(trial: Trial, worst: Sequence[Finding]) -> dict[str, tuple[Slot, ...]]:
    """Return the nearest slot of each finding that has one, by fingerprint."""
    found: dict[str, tuple[Slot, ...]] = {}
    near: dict[str, Trial] = {}
    left = MOST_WORK
    for each in worst:
        searches: list[Search] = []
        for entity in suggest.movable(trial, [each]):
            if entity.ref not in near and left > 0:
                near[entity.ref] = trial.near(entity)
                left -= near[entity.ref].cost
            if entity.ref in near:
                searches.append(Search(near[entity.ref], entity, [each]))
        dearest = max((search.trial.cost for search in searches), default=1)
        nearest = suggest.nearest(searches, min(left // dearest, MOST_TRIED)) if left > 0 else None
        left -= dearest * MOST_TRIED if nearest is None else dearest
        if nearest is not None:
            found[each.fingerprint] = (slot(nearest),)
    return found


def slot(suggestion: Suggestion) -> Slot:
    """Return a suggestion as a report tells it."""
    move = suggestion.move
    zone = move.entity.timezone or "UTC"
    return Slot(move.ref, move.starts[0], zone, move.shift, words.suggested(suggestion))


def _without_slot(trial: Trial, worth: Sequence[Finding]) -> Iterator[Violation]:
    if rules.load(RULE) is None or not any(each.rule == RULE for each in trial.policies.values()):
        return
    refs = dict.fromkeys(ref for each in worth for ref in each.causes)
    windows = [each for ref in refs if isinstance(each := trial.estate.entity(ref), Window)]
    for window in windows[:MOST_WINDOWS]:
        # Notice that comes too late, or not at all, is no lack of slots.
        about = [each for each in worth if window.ref in each.causes and each.rule not in OF_NOTICE]
        if not about:
            continue
        search = Search(trial.near(window), window, about, without=(NOTICE,))
        if not search.has_slot():
            yield _violation(window, search)


def _standing(told: Finding, findings: Sequence[Finding]) -> Finding:
    """Return a finding about a window as new as the newest one that the window causes."""
    (ref,) = told.subjects
    statuses = {each.status for each in findings if ref in each.causes}
    return told._replace(status=UNCHANGED) if statuses == {UNCHANGED} else told


def _violation(window: Window, search: Search) -> Violation:
    until = clock(search.trial.timeline.horizon.until)
    lasts = durations.words(length(window))
    reasons = words.listed(list(dict.fromkeys(ban.why for ban in search.bans.all)))
    movable = ", within what `movable` permits" if window.plan.movable is not None else ""
    because = f": {reasons}" if reasons else ""
    return Violation(
        f"there is no slot of {lasts} for {full(window.ref)} before {until} UTC{movable}{because}",
        Note(places.start_of(window), "wherever it is moved to, it collides"),
        subjects=(window.ref,),
        hint="make it shorter or split it, or have those who need the service permit an outage",
    )
