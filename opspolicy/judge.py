"""Rules over an estate and its timeline: what they find, as findings."""

from __future__ import annotations

from opspolicy import rules
from opspolicy.report import Finding, order
from opspolicy.rules import subjects
from opspolicy.rules.base import CUSTOM, OFF, Custom, Undecided, Violation, World
from opspolicy.source.span import Note, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opspolicy.estate.estate import Estate
    from opspolicy.estate.scope import Scope
    from opspolicy.policy.policies import Policy
    from opspolicy.rules.base import Rule
    from opspolicy.source.problem import Problem
    from opspolicy.timeline.timeline import Timeline

INTERNAL_ERROR = "internal-error"
NOWHERE = Span("opspolicy", 1, 1, 1, 1)


def judge(
    estate: Estate,
    timeline: Timeline,
    policies: Mapping[str, Policy],
    before: Timeline | None = None,
    renamed: Mapping[str, str] = {},
) -> tuple[Finding, ...]:
    """Return what ``policies`` find, sorted worst first.

    ``before`` is the timeline of the base that a change is compared with, None without one, and
    ``renamed`` are the new references of its entries by the old ones.
    A rule that raises becomes an `internal-error`; what the others find stands.
    """
    layers = [layer for policy in policies.values() for layer in policy.layers]
    scopes = tuple((each.name, each.scope, each.place) for each in layers if each.place is not None)
    world = World(estate, timeline, scopes, before, renamed, (), _customs(policies))
    findings = _unfollowed(estate, timeline)
    checked: dict[tuple[str, str, tuple[Scope, ...]], list[Violation]] = {}
    for policy in sorted(policies.values(), key=lambda each: each.name):
        if not policy.is_on or policy.rule in rules.REPORTED_ONLY:
            continue
        if not policy.options and not subjects.has_any(policy.rule, estate):
            continue
        rule = rules.load(policy.rule)
        if rule is None or rule.check is None:
            continue
        # Two policies of one rule differ in scope and severity far more often than in options.
        within = _scopes(policy) if rule.slug == CUSTOM else ()
        same = (rule.slug, repr(sorted(policy.options.items())), within)
        if same not in checked:
            checked[same] = found = []
            try:
                for violation in rule.check(world._replace(within=within), policy.options):
                    found.append(violation)  # noqa: PERF402 - what it finds before it raises stands
            except Undecided as error:
                findings.append(undecided(estate, policy, error))
            except Exception as error:  # noqa: BLE001 - whatever it is, the others' findings stand
                findings.append(failure(estate, f"the rule `{rule.slug}`", error))
        findings += _under(policy, rule, estate, checked[same])
    if timeline.is_cut_short and timeline.following is not None:
        # What is measured takes runs from farther back than what is judged, and these are too many.
        findings += _cut_short(estate)
    return tuple(sorted(findings, key=order))


def _scopes(policy: Policy) -> tuple[Scope, ...]:
    """Return the scopes in which a policy is on."""
    return tuple(layer.scope for layer in policy.layers if layer.severity != OFF)


def _customs(policies: Mapping[str, Policy]) -> tuple[Custom, ...]:
    """Return the policies of the team's own rules."""
    return tuple(
        Custom(each.name, each.options, _scopes(each), each.written)
        for each in policies.values()
        if each.rule == CUSTOM and each.is_on
    )


def _unfollowed(estate: Estate, timeline: Timeline) -> list[Finding]:
    """Return why nobody knows how runs go that have to be followed, where nobody does."""
    try:
        known = timeline.following is not None or not timeline.is_cut_short
    except Exception as error:  # noqa: BLE001 - what needs no runs is judged all the same
        return [failure(estate, "following the runs", error)]
    return [] if known else _cut_short(estate)


def _cut_short(estate: Estate) -> list[Finding]:
    """Return the finding that there are too many runs to follow one by one."""
    from opspolicy.source.problem import Problem  # noqa: PLC0415 - only for the finding
    from opspolicy.timeline.runs import is_to_follow  # noqa: PLC0415 - only for the finding

    first = next(job for job in estate.jobs.values() if is_to_follow(job))
    message = (
        "the runs of jobs that wait, come after others, have a deadline or run one at a time are"
        " too many to be followed: how they go, and what comes of it, isn't known"
    )
    hint = "look less far ahead (`--horizon`), or split the estate"
    return from_problems(
        estate, [Problem("unreadable-file", message, first.node.place, hint=hint, by=first.ref)]
    )


def held(
    estate: Estate, slug: str, violations: Iterable[Violation], policies: Mapping[str, Policy]
) -> list[Finding]:
    """Return what the policies of a rule make of violations that another layer has found."""
    rule, found = rules.load(slug), list(violations)
    if rule is None:
        raise AssertionError(slug)  # layers name rules of ours
    return [
        each
        for policy in sorted(policies.values(), key=lambda each: each.name)
        if policy.rule == slug and policy.is_on
        for each in _under(policy, rule, estate, found)
    ]


def _under(
    policy: Policy, rule: Rule, estate: Estate, violations: Iterable[Violation]
) -> Iterator[Finding]:
    """Yield violations as findings of a policy, as severe as it says where they are."""
    for violation in violations:
        found = finding(estate, violation, rule, policy.name, policy.severity)
        kept = by_policy(estate, found, policy)
        if kept is not None:
            yield kept


def by_policy(estate: Estate, found: Finding, policy: Policy) -> Finding | None:
    """Return a finding as severe as ``policy`` holds it to be, None where it is switched off."""
    if found.incomplete:
        return found
    holds = policy.of(estate, (*found.subjects, *found.causes), found.owners)
    if holds is None or holds.severity == OFF:
        return None
    return found._replace(severity=holds.severity)


def from_problems(estate: Estate, problems: Iterable[Problem]) -> list[Finding]:
    """Return the findings of what is wrong with files, configuration included."""
    found: list[Finding] = []
    for problem in problems:
        rule = rules.load(problem.rule)
        if rule is None:
            raise AssertionError(problem)  # problems name rules of ours
        violation = Violation(
            problem.message,
            Note(problem.span, problem.message),
            problem.notes,
            subjects=(problem.by or f"file/{problem.span.file}",),
            hint=problem.hint,
            key=problem.key,
        )
        found.append(finding(estate, violation, rule, rule.slug, rule.severity))
    return found


def undecided(estate: Estate, policy: Policy, error: Undecided) -> Finding:
    """Return the finding for a policy that can't be decided, at the expression it is about."""
    from opspolicy.policy import assertions  # noqa: PLC0415 - only for a finding

    rule = rules.load(INTERNAL_ERROR)
    if rule is None:
        raise AssertionError(INTERNAL_ERROR)
    message = f"the policy `{policy.name}` can't be decided: {error}"
    place = assertions.place(policy, error.key, error.number) or NOWHERE
    violation = Violation(
        message,
        Note(place, "this can't be decided"),
        subjects=(f"policy/{policy.name}",),
        hint=error.hint,
        key=error.key,
    )
    return finding(estate, violation, rule, rule.slug, rule.severity)


def failure(estate: Estate, what: str, error: Exception) -> Finding:
    """Return the finding for a part of opspolicy that raised."""
    rule = rules.load(INTERNAL_ERROR)
    if rule is None:
        raise AssertionError(INTERNAL_ERROR)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        name = trace.tb_frame.f_code.co_filename.replace("\\", "/").rsplit("opspolicy/", 1)[-1]
        where = f" (opspolicy/{name}, line {trace.tb_lineno})"
    said = f"{type(error).__name__}: {error}"
    violation = Violation(
        f"{what} failed: {said}{where}",
        Note(NOWHERE, ""),
        subjects=(f"opspolicy/{what}",),
        hint="this is a defect in opspolicy: please report this line and the file it stumbled over",
        key=said,
    )
    return finding(estate, violation, rule, rule.slug, rule.severity)


def finding(
    estate: Estate, violation: Violation, rule: Rule, policy: str, severity: str
) -> Finding:
    """Give a violation its identity, severity and owners."""
    from opspolicy import identity  # noqa: PLC0415 - json and hashlib, only for a finding

    involved = (*violation.subjects, *violation.causes)
    fingerprint = identity.fingerprint(policy, violation.subjects, violation.causes, violation.key)
    owners = {owner for ref in involved if (owner := estate.owner_of(ref)) is not None}
    return Finding(
        fingerprint,
        identity.acceptance(fingerprint, estate, involved, violation.limit),
        rule.code,
        rule.slug,
        policy,
        severity,
        violation.message,
        violation.place,
        violation.related,
        violation.subjects,
        violation.causes,
        causes_truncated=violation.causes_truncated,
        paths=violation.paths,
        occurrences=violation.occurrences,
        drift=violation.drift,
        owners=tuple(sorted({*owners, *violation.answering})),
        impact=violation.impact,
        hint=violation.hint,
        incomplete=rule.incomplete,
        key=violation.key,
        measure=violation.measure,
        limit=violation.limit,
    )
