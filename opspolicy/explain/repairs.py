"""What can be done about a finding, a job or a window: the slots there are, and the nearer ones."""

from __future__ import annotations

from opspolicy.envelope import envelope, located
from opspolicy.explain import targets
from opspolicy.explain.finding import Repair
from opspolicy.record import NamedTuple
from opspolicy.repair import advice as slots
from opspolicy.repair import suggest, words
from opspolicy.repair.apart import apart
from opspolicy.repair.moves import rank
from opspolicy.repair.trial import Trial
from opspolicy.rules.wording import full
from opspolicy.temporal import zones
from opspolicy.temporal.durations import iso8601
from opspolicy.temporal.instants import local_rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from opspolicy.explain.scene import Scene
    from opspolicy.repair.moves import Move
    from opspolicy.repair.suggest import Answer, Suggestion
    from opspolicy.report import Finding, Report

    Lines = list[tuple[str, str]]
    """Paragraphs, each with what stands before it."""

MOST_REFUSED = 4
"""How many nearer slots of a job or window are told; `-v` tells all that were kept."""

MOST_TARGETS = 3
MOVABLE = ("job", "maintenance_window")
NONE_ADDED = "no error or warning is added"
ALL_KNOWN = "every error or warning that stays is there today too"
"""What is judged of a move that takes findings along to other times."""
INDENT = "  "


class Advice(NamedTuple):
    """The findings that are to go, and what could be moved for it, the best first."""

    about: str
    targets: tuple[Finding, ...]
    answers: tuple[Answer, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def is_together(self) -> bool:
        """Whether it takes several moves together, as none of them is a repair."""
        return any(each.then for each in self.suggestions)


def advise(trial: Trial, target: str, most: int) -> Advice:
    """Return what there is for a fingerprint, a job or a window; raises TargetError."""
    if targets.means_finding(trial.estate, trial.findings, target, MOVABLE):
        target = _meant(trial, target)
    if targets.means_finding(trial.estate, trial.findings, target, MOVABLE):
        about = targets.finding(trial.findings, target).fingerprint
        found = [each for each in trial.findings if each.fingerprint == about]
        answers = suggest.of_findings(trial, found, most)
    else:
        about = targets.reference(trial.estate, target, MOVABLE)
        found = suggest.about(trial, about)
        answers = suggest.of_entity(trial, about, found, most) if found else []
    return Advice(about, tuple(found), tuple(answers), tuple(_suggestions(trial, found, answers)))


def _suggestions(
    trial: Trial, found: Sequence[Finding], answers: Sequence[Answer]
) -> list[Suggestion]:
    """Return the moves that are a repair, the best first; without any, several together."""
    alone = suggest.best(answers)
    together = None if alone else apart(trial, found, answers)
    return alone if together is None else [together]


def _meant(trial: Trial, fingerprint: str) -> str:
    """Return the window that a finding without a slot is about, else the fingerprint itself.

    There is such a finding only after looking for slots, which takes long; so others come first.
    """
    if any(each.fingerprint.startswith(fingerprint.lower()) for each in trial.findings):
        return fingerprint
    found = targets.finding(slots.advised(trial, trial.findings), fingerprint)
    return found.subjects[0] if found.rule == slots.RULE else fingerprint


def of_finding(scene: Scene, finding: Finding) -> list[Repair]:
    """Return the best repair of each party of a finding, the best first.

    None where not all could be read: what isn't known can't be judged; and none where something is
    assumed: what is repaired is what is declared.
    """
    report = scene.report
    if not report.complete or report.what_if or finding.waived_by is not None:
        return []
    trial = Trial(scene.estate, scene.timeline, scene.policies, scene.report.findings)
    same = [each for each in scene.report.findings if each.fingerprint == finding.fingerprint]
    best: dict[str, Suggestion] = {}
    for each in _suggestions(trial, same, suggest.of_findings(trial, same)):
        best.setdefault(each.move.ref, each)
    proof = _judged([*best.values()])
    return [
        Repair(words.all_of(each), "; ".join([*_edits(each), *_staying(each)]), proof)
        for each in best.values()
    ]


def _judged(suggestions: Sequence[Suggestion]) -> str:
    """Return what has been seen of moves that are a repair each, or together one."""
    clean = f"this finding is gone, {_others(suggestions)}"
    if any(each.then for each in suggestions):
        return f"judged together, with the whole estate: {clean}; none of them suffices alone"
    return f"each judged with the whole estate: {clean}"


def _others(suggestions: Sequence[Suggestion]) -> str:
    """Return what becomes of all other errors and warnings."""
    is_moving = any(step.moving for each in suggestions for step in each.steps)
    return ALL_KNOWN if is_moving else NONE_ADDED


def lines(advice: Advice, target: str, *, verbose: bool) -> Lines:
    """Return the advice, line by line."""
    told: Lines = []
    if not advice.targets:
        return [("", f"{full(advice.about)} collides with nothing: there is nothing to move.")]
    most = len(advice.targets) if verbose else MOST_TARGETS
    for finding in advice.targets[:most]:
        told.append(("", f"{finding.severity}[{finding.code}] {finding.policy}"))
        told.append(("", finding.message))
    if len(advice.targets) > most:
        told.append(("", f"… and {len(advice.targets) - most} more findings (-v shows them)"))
    told.append(("", ""))
    for number, suggestion in enumerate(advice.suggestions, 1):
        told += _told(number, suggestion)
    if not advice.answers:
        told.append((INDENT, "no move would be rid of this."))
    for answer in advice.answers:
        if not answer.suggestions and not advice.is_together:
            told.append((INDENT, f"{full(answer.entity.ref)}: {words.none(answer)}."))
    if verbose or not advice.is_together:
        told += _nearer(advice, verbose=verbose)
    if advice.suggestions:
        return [*told, ("", ""), *_proof(advice, target)]
    hints = dict.fromkeys(each.hint for each in advice.targets[:most] if each.hint)
    return [*told, ("", ""), *(("", f"What else there is: {hint}.") for hint in hints)]


def _told(number: int, suggestion: Suggestion) -> Lines:
    """Return a suggestion: what to move, which lines that changes, and what it takes along."""
    told = [(f"{number:>3}. ", words.all_of(suggestion))]
    told += [("     ", each) for each in _edits(suggestion)]
    if suggestion.moving:
        one = suggestion.moving == 1
        times, them = ("another time", "it") if one else ("other times", "them")
        worse = f"at {times}: `check --base` calls {them} worse"
        told.append(("     ", f"{words.staying(suggestion)}, {worse}"))
    return told


def _staying(suggestion: Suggestion) -> list[str]:
    """Return that other findings stay, where any do."""
    return [words.staying(suggestion)] if suggestion.moving else []


def _edits(suggestion: Suggestion) -> Iterator[str]:
    for step in suggestion.steps:
        rewrite = step.move.rewrite()
        for each in sorted(rewrite.edits, key=lambda edit: edit.span):
            yield words.edit(rewrite.source, each)


def _nearer(advice: Advice, *, verbose: bool) -> Lines:
    """Return what is nearer than what is suggested, and why it can't be."""
    told: Lines = []
    for answer in advice.answers:
        # What is no farther away than the last that is offered is what somebody would ask about.
        farthest = max((rank(each.move) for each in answer.suggestions), default=None)
        refused = [
            each
            for each in answer.refusals
            if verbose or farthest is None or rank(each.move) <= farthest
        ]
        refused = refused if verbose else refused[:MOST_REFUSED]
        if refused:
            zone = answer.entity.timezone or "UTC"
            told += [
                ("", ""),
                ("", f"Not possible for {full(answer.entity.ref)} (times in {zone}):"),
            ]
            told += [(INDENT, words.refusal(each)) for each in refused]
    return told


def _proof(advice: Advice, target: str) -> Lines:
    gone = "this finding is" if len(advice.targets) == 1 else "these findings are"
    clean = f"{gone} gone, and {_others(advice.suggestions)}"
    if advice.is_together:
        told = (
            "No move by itself would do (-v shows why). All together were judged with the whole"
            f" estate: {clean}."
        )
        how = f"`opspolicy suggest {target} --apply` makes all the edits; `--diff` shows them."
        return [("", told), ("", how)]
    told = f"Each was judged with the whole estate: {clean}."
    how = f"`opspolicy suggest {target} --apply` makes the first edit"
    if len(advice.suggestions) > 1:
        how += ", with `--pick 2` the second"
    return [("", told), ("", f"{how}; `--diff` shows it.")]


def done(suggestion: Suggestion, again: str = "") -> Lines:
    """Return what an edit has done, and how it is judged ``again``: with which options."""
    said = words.all_of(suggestion)
    edits = [(INDENT, each) for each in _edits(suggestion)]
    check = f"opspolicy check {again}".rstrip()
    return [("", f"Done: {said}."), *edits, ("", f"`{check}` judges it again.")]


# JSON ----------------------------------------------------------------------------------------


def document(advice: Advice, report: Report) -> dict[str, Any]:
    """Return the advice as JSON, version 1: the shape of `schemas/suggestions.schema.json`."""
    return {
        **envelope(report.as_of, report.until),
        "target": advice.about,
        "findings": [each.fingerprint for each in advice.targets],
        "suggestions": [_suggestion(each) for each in advice.suggestions],
        "without": [
            {"target": each.entity.ref, "reason": words.none(each), "certain": _certain(each)}
            for each in advice.answers
            if not each.suggestions
        ],
        "refused": [
            {
                "target": each.move.ref,
                "start": _start(each.move),
                "shift": iso8601(each.move.shift),
                "reason": words.refusal(each),
            }
            for answer in advice.answers
            for each in answer.refusals
        ],
    }


def _certain(answer: Answer) -> bool:
    return answer.is_whole and not answer.unwritten


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    move = suggestion.move
    rewrite = move.rewrite()
    return {
        "target": move.ref,
        "kind": move.kind,
        "start": _start(move),
        "shift": iso8601(move.shift),
        "customers": suggestion.customers,
        "sentence": words.sentence(move),
        "edits": [
            {
                **located(each.span),
                "end_line": each.span.end_line,
                "end_column": each.span.end_column,
                "text": each.text,
            }
            for each in rewrite.edits
        ],
        "then": [_suggestion(each) for each in suggestion.then],
    }


def _start(move: Move) -> str:
    """Return the new start on the clock of its zone, with the offset."""
    return local_rfc3339(move.starts[0], zones.zone(move.entity.timezone or "UTC"))
