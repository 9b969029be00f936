"""What waivers and ignores come to in a report: marks on findings, and findings of their own.

Imported only where an estate has any (docs/architecture.md, "Start-up").
"""

from __future__ import annotations

from opspolicy import judge, rules
from opspolicy.phrases import count, listing
from opspolicy.policy.grants import granted
from opspolicy.policy.standings import (
    BARRED,
    ENDED,
    EXPIRED,
    LACKING,
    STATES,
    UNUSED,
    WHOLLY,
    accepting,
)
from opspolicy.policy.waivers import (
    ABOUT_WAIVERS,
    EXPIRED_RULE,
    UNAPPROVED_RULE,
    UNUSED_RULE,
    Evaluator,
)
from opspolicy.record import NamedTuple
from opspolicy.report import Waived
from opspolicy.rules.base import Violation
from opspolicy.rules.wording import at, full, reached
from opspolicy.source.span import Note
from opspolicy.temporal.instants import day_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opspolicy.estate.estate import Estate
    from opspolicy.policy.grants import Grant
    from opspolicy.policy.policies import Policy
    from opspolicy.policy.standings import Match, Standing
    from opspolicy.report import Finding
    from opspolicy.timeline.timeline import Timeline

MOST_TOLD = 50
"""How many things of one kind are told of the waivers and ignores of a file, one by one."""

MOST_PLACES = 5
"""How many of the findings that a waiver matches are shown beside it."""

NOBODY = "no waiver holds while this fails"


class Outcome(NamedTuple):
    """All findings, those that are accepted marked, and what has become of each waiver."""

    findings: list[Finding]
    standings: tuple[Standing, ...] = ()


def apply(
    findings: Sequence[Finding],
    timeline: Timeline,
    policies: Mapping[str, Policy],
    chosen: Mapping[str, Policy],
) -> Outcome:
    """Mark what is waived among ``findings``, and add what is wrong with waivers themselves.

    ``policies`` are all there are, ``chosen`` those that findings were looked for by: leaving one
    out never changes what waivers waive, nor what is said of them. If this fails, nothing is
    waived.
    """
    estate = timeline.estate
    try:
        grants = granted(estate)
        every = [*findings, *_left_out(timeline, policies, chosen)]
        as_of = timeline.horizon.as_of
        standings = Evaluator(every, estate, policies, as_of).standings(grants)
        marked = _marked(every, standings)[: len(findings)]
        marked += _own(estate, standings, chosen)
    except Exception as error:  # noqa: BLE001 - whatever it is, every finding stands
        failed = judge.failure(estate, "the evaluation of waivers", error)
        return Outcome([*findings, failed._replace(hint=f"{failed.hint}; {NOBODY}")])
    finally:
        for file in estate.files:
            file.forget()
    return Outcome(marked, tuple(sorted(standings, key=_urgency)))


def _left_out(
    timeline: Timeline, policies: Mapping[str, Policy], chosen: Mapping[str, Policy]
) -> list[Finding]:
    """Return what the policies left out find, where anything is said of waivers."""
    rest = {name: each for name, each in policies.items() if name not in chosen}
    if not rest or not any(each.rule in ABOUT_WAIVERS and each.is_on for each in chosen.values()):
        return []
    found = judge.judge(timeline.estate, timeline, rest)
    # Whoever leaves a rule out because it fails has left it out.
    return [each for each in found if each.policy in rest]


def _urgency(standing: Standing) -> tuple[object, ...]:
    grant = standing.grant
    return STATES.index(standing.state), grant.expires or 0, grant.ref, grant.rule


def _marked(findings: Sequence[Finding], standings: Sequence[Standing]) -> list[Finding]:
    """Return the findings, each with who accepts it, if anybody does."""
    marked = [*findings]
    for place, (standing, match) in accepting(standings).items():
        grant = standing.grant
        waived = Waived(
            grant.ref,
            grant.expires or 0,
            grant.reason,
            grant.place(),
            grant.approved_by,
            grant.ticket,
            match.covered,
        )
        if match.outcome == WHOLLY:
            marked[place] = marked[place]._replace(waived_by=grant.ref, waiver=waived)
        else:
            note = _partly(grant, match)
            marked[place] = marked[place]._replace(waiver=waived._replace(note=note))
    return marked


def _partly(grant: Grant, match: Match) -> str:
    """Say how much of a finding is accepted."""
    total = len(match.finding.occurrences)
    by = f" by {listing(grant.approved_by)}" if grant.approved_by else ""
    some = f"{match.covered:,} of its {total:,} occurrences"
    other = at(match.other or 0, match.zone)
    until = day_words(grant.expires or 0)
    return f"{some}{by} until {until}; the first other one starts on {other}"


def _own(
    estate: Estate, standings: Iterable[Standing], chosen: Mapping[str, Policy]
) -> Iterator[Finding]:
    """Yield what is wrong with waivers, as severe as the policies say."""
    told: dict[str, list[tuple[Standing, Violation]]] = {
        EXPIRED_RULE: [], UNUSED_RULE: [], UNAPPROVED_RULE: [],
    }  # fmt: skip
    for standing in standings:
        for slug, violation in _violations(estate, standing):
            told[slug].append((standing, violation))
    for slug, found in told.items():
        rule = rules.load(slug)
        if rule is None:
            raise AssertionError(slug)  # rules of ours
        policies = [each for each in chosen.values() if each.rule == slug and each.is_on]
        for policy in sorted(policies, key=lambda each: each.name):
            for standing, violation in _some_of_each_file(found, slug):
                made = judge.finding(estate, violation, rule, policy.name, policy.severity)
                made = made._replace(owners=_owners(estate, standing, made))
                held = judge.by_policy(estate, made, policy)
                if held is not None:
                    yield held


def _owners(estate: Estate, standing: Standing, made: Finding) -> tuple[str, ...]:
    """Return who has to do with a waiver: who approved, and all parties."""
    parties = [estate.owner_of(ref) for ref in standing.grant.on]
    matched = [owner for each in standing.matches for owner in each.finding.owners]
    found = {*made.owners, *standing.grant.approved_by, *parties, *matched}
    return tuple(sorted(each for each in found if each is not None))


def _violations(estate: Estate, standing: Standing) -> Iterator[tuple[str, Violation]]:
    """Yield what is wrong with one waiver or ignore, each with the rule that reports it."""
    if standing.state == EXPIRED:
        yield EXPIRED_RULE, _expired(standing)
    lacking: dict[tuple[str, ...], list[Match]] = {}
    for match in standing.those(LACKING):
        lacking.setdefault(match.missing, []).append(match)
    for missing, matches in sorted(lacking.items()):
        yield UNAPPROVED_RULE, _unapproved(estate, standing, missing, matches)
    barred = standing.those(BARRED)
    if standing.state == UNUSED and standing.is_told:
        yield UNUSED_RULE, _unused(standing)
    elif barred:
        does = "can't ignore" if standing.grant.about else "can't waive"
        message = f"{full(standing.grant.ref)} {does} all that it matches: {barred[0].why}"
        hint = "repair what it can't accept; the rest is accepted meanwhile"
        yield UNUSED_RULE, _about(standing, message, "rule", hint, barred, "barred")


def _expired(standing: Standing) -> Violation:
    grant = standing.grant
    matches = standing.those(ENDED)
    ended = f"{full(grant.ref)} expired with {day_words(grant.expires or 0)}"
    owners = sorted({owner for each in matches for owner in each.finding.owners})
    hint = "repair what is found"
    if grant.about is None and owners:
        hint += f", or have {listing([f'`{each}`' for each in owners])} agree to a new waiver"
    elif grant.about is not None:
        hint += ", or write a new one with a reason that still holds"
    message = f"{ended} and would still match {_what(matches)}"
    return _about(standing, message, "expires", hint, matches)


def _unapproved(
    estate: Estate, standing: Standing, missing: Sequence[str], matches: Sequence[Match]
) -> Violation:
    names = listing([f"`{each}`" for each in missing])
    message = f"{full(standing.grant.ref)} lacks the approval of {names} for {_what(matches)}"
    ask = listing([reached(estate, each) for each in missing])
    hint = f"ask {ask}, and then add {names} to `approved_by`: until then it waives none of it"
    return _about(standing, message, "approved_by", hint, matches, ",".join(missing))


def _unused(standing: Standing) -> Violation:
    grant = standing.grant
    does = "ignores" if grant.about else "waives"
    if grant.expires is None:
        # One that can't be read is meant to be one, so what it says isn't shown as a rule.
        message = f"a comment for opspolicy ignores nothing: {standing.why}"
    else:
        message = f"{full(grant.ref)} {does} nothing: {standing.why}"
    key = standing.key or ("" if grant.about else "rule")
    return _about(standing, message, key, standing.hint, standing.matches)


def _about(
    standing: Standing,
    message: str,
    key: str,
    hint: str,
    matches: Sequence[Match],
    more: str = "",
) -> Violation:
    """Return a violation at a key of a waiver, with the findings it matches beside it."""
    grant = standing.grant
    subjects = (grant.ref, *grant.on)
    identity = [more] if more else []
    if grant.about is not None:
        # The line is no part of what tells one from the other: lines move.
        subjects = (f"file/{grant.place().file}",)
        identity += [grant.rule, str(grant.expires), grant.reason or grant.fault]
    labels = {"expires": "up to here", "approved_by": "these have approved", "on": "all of these",
              "rule": "this is named", "accepts": "this was approved"}  # fmt: skip
    related = [
        Note(each.finding.place.span, f"`{each.finding.policy}` is found here")
        for each in matches[:MOST_PLACES]
    ]
    label = labels.get(key, "") if grant.about is None else ""
    return Violation(
        message,
        Note(grant.place(key), label),
        tuple(related),
        subjects=subjects,
        hint=hint,
        key="\n".join(identity),
    )


def _what(matches: Sequence[Match]) -> str:
    """Name the one finding that is matched, or count them and name the first."""
    first = matches[0].finding
    named = f"`{first.policy}`: {first.message}"
    if len(matches) == 1:
        return named
    return f"{count(len(matches), 'finding')}, first {named}"


def _some_of_each_file(
    found: Sequence[tuple[Standing, Violation]], slug: str
) -> Iterator[tuple[Standing, Violation]]:
    """Yield what is to be told of each file; of more than can be read, a number instead.

    What tells two alike apart is their number: each ignore of a file has a finding of its own.
    """
    told: dict[str, int] = {}
    seen: dict[tuple[object, ...], int] = {}
    last: dict[str, tuple[Standing, Violation]] = {}
    for standing, violation in found:
        file = violation.place.span.file
        told[file] = told.get(file, 0) + 1
        if told[file] > MOST_TOLD:
            last.setdefault(file, (standing, violation))
            continue
        same = (violation.subjects, violation.key)
        seen[same] = seen.get(same, 0) + 1
        if seen[same] > 1:
            violation = violation._replace(key=f"{violation.key}\n{seen[same]}")  # noqa: PLW2901
        yield standing, violation
    for file, (standing, violation) in last.items():
        rest = count(told[file] - MOST_TOLD, "waiver or ignore", "waivers and ignores")
        verb = "is" if told[file] - MOST_TOLD == 1 else "are"
        yield (
            standing,
            Violation(
                f"{rest} more of `{file}` {verb} reported by `{slug}`",
                Note(violation.place.span, "the first of these"),
                subjects=(f"file/{file}",),
                hint="`opspolicy waivers` lists them all",
                key="more",
            ),
        )
