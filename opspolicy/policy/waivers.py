"""Which findings waivers and inline ignores accept, and what has become of each of these.

Nothing here changes a finding: what is accepted is said of it, by whom and until when.
"""

from __future__ import annotations

from bisect import bisect_left

from opspolicy import rules
from opspolicy.phrases import did_you_mean, listing
from opspolicy.policy.standings import (
    ACTIVE,
    BARRED,
    ENDED,
    EXPIRED,
    LACKING,
    LATER,
    PARTLY,
    UNAPPROVED,
    UNUSED,
    WHOLLY,
    Match,
    Standing,
)
from opspolicy.rules.base import INFO, WARNING
from opspolicy.rules.wording import at as at_instant
from opspolicy.rules.wording import full
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opspolicy.estate.estate import Estate
    from opspolicy.policy.grants import Grant
    from opspolicy.policy.policies import Policy
    from opspolicy.policy.standings import Judged
    from opspolicy.rules.base import Rule

EXPIRED_RULE, UNUSED_RULE, UNAPPROVED_RULE = "expired-waiver", "unused-waiver", "unapproved-waiver"
ABOUT_WAIVERS = frozenset((EXPIRED_RULE, UNUSED_RULE, UNAPPROVED_RULE))
"""The rules that say something of waivers themselves."""

GATE_RULE, SLOTS_RULE = "weakened-policy", "no-legal-slot"

INSTEAD = "repair what is found, or see who may change the policy"
BY_WAIVER = "repair what is found, or write a waiver and have its owners approve it"

MOST_MATCHES = 100_000
"""How many pairs of a waiver and a finding are looked at: half a second, whatever a file holds."""


class Evaluator:
    """Holds waivers and ignores against what was found.

    ``findings`` are what all ``policies`` find, ``as_of`` is in UTC epoch seconds.
    """

    def __init__(
        self,
        findings: Sequence[Judged],
        estate: Estate,
        policies: Mapping[str, Policy],
        as_of: int,
    ) -> None:
        """Take what was found."""
        self.findings = findings
        self.estate = estate
        self.policies = policies
        self.as_of = as_of
        self._left = MOST_MATCHES
        self._parties = [frozenset((*each.subjects, *each.causes)) for each in findings]
        self._by_party: dict[tuple[str, str], list[int]] = {}
        self._by_line: dict[tuple[str, str, int], list[int]] = {}
        self._named: dict[str, list[Policy]] = {}
        self._when: dict[int, tuple[str, list[int]]] = {}
        self._barred: dict[int, str] = {}
        self._alike: dict[tuple[object, ...], list[int]] = {}

    def standings(self, grants: Sequence[Grant]) -> list[Standing]:
        """Return what has become of each grant, in their order."""
        self._index({each.rule for each in grants})
        return [self._standing(each) for each in grants]

    def _index(self, names: set[str]) -> None:
        """Make findings of the rules that anybody names known by what they are about."""
        for at, finding in enumerate(self.findings):
            called = names & {finding.rule, finding.code, finding.policy}
            if not called:
                continue
            lines = {(note.span.file, note.span.line) for note in (finding.place, *finding.related)}
            for name in called:
                for ref in self._parties[at]:
                    self._by_party.setdefault((name, ref), []).append(at)
                for file, line in lines:
                    self._by_line.setdefault((name, file, line), []).append(at)

    def _standing(self, grant: Grant) -> Standing:
        if grant.expires is None:
            return Standing(grant, UNUSED, (), grant.fault, grant.hint)
        against = self._against(grant)
        if against is not None:
            return against
        about = self._about(grant)
        self._left -= len(about)
        if self._left < 0:
            why = f"waivers and ignores before it match findings {MOST_MATCHES:,} times already"
            return Standing(grant, UNUSED, (), why, "let fewer of them match fewer findings")
        ends: dict[str, int] = {}
        fitting = [at for at in about if self._is_accepted(grant, at)]
        matches = tuple(self._match(grant, grant.expires, at, ends) for at in fitting)
        outcomes = {each.outcome for each in matches}
        for state, key, of in (
            (EXPIRED, "expires", {ENDED}),
            (UNAPPROVED, "approved_by", {LACKING}),
            (ACTIVE, "", {WHOLLY, PARTLY}),
        ):
            if outcomes & of:
                return Standing(grant, state, matches, key=key)
        return self._unmet(grant, matches) if matches else self._unmatched(grant, about)

    # What it names -------------------------------------------------------------------------------

    def _against(self, grant: Grant) -> Standing | None:
        """Return what becomes of a grant whatever was found, None where that matters."""
        name = grant.rule
        policies = self._policies(name)
        rule = rules.load(policies[0].rule) if policies else _rule(name)
        running = [each for each in policies if each.is_on]
        why, hint = why_never(rule) if rule is not None else ("", "")
        if rule is None:
            why = f"no rule and no policy is named `{name}`"
            known = [*self.policies, *(each.slug for each in rules.every())]
            hint = did_you_mean(name, known) or "`opspolicy rules` lists the rules"
        elif not why and not running:
            why, hint = f"`{name}` is switched off here, so there is nothing to accept", "delete it"
        elif not why and all(layer.locked for each in running for layer in each.layers):
            why, hint = _locked(running[0]), INSTEAD
        if why:
            return Standing(grant, UNUSED, (), why, hint, "rule")
        return None

    def _policies(self, name: str) -> list[Policy]:
        """Return the policies that go by a name: their own, their rule's or its code."""
        if name not in self._named:
            self._named[name] = [
                each
                for each in self.policies.values()
                if name in {each.name, each.rule} or _code(each.rule) == name
            ]
        return self._named[name]

    # What it matches -----------------------------------------------------------------------------

    def _about(self, grant: Grant) -> list[int]:
        """Return the findings that a grant's rule and names fit."""
        if grant.about is not None:
            return self._by_line.get((grant.rule, *grant.about), [])
        key = (grant.rule, *sorted(grant.on))
        if key not in self._alike:
            if self._left < 0:
                return []
            on = frozenset(grant.on)
            lists = [self._by_party.get((grant.rule, ref), []) for ref in on]
            shortest = min(lists, key=len)
            self._left -= len(shortest)
            self._alike[key] = [at for at in shortest if on <= self._parties[at]]
        return self._alike[key]

    def _is_accepted(self, grant: Grant, at: int) -> bool:
        found = self.findings[at].acceptance
        return not grant.accepts or any(found.startswith(each) for each in grant.accepts)

    def _match(self, grant: Grant, expires: int, at: int, ends: dict[str, int]) -> Match:
        """Return what a grant makes of a finding that it matches."""
        finding = self.findings[at]
        why = self._why_barred(grant, at)
        if why:
            return Match(at, finding, BARRED, why=why)
        zone, starts = self._zone_and_starts(at)
        if zone not in ends:
            # The first reading of midnight: nothing is covered for longer than was agreed.
            ends[zone] = zones.zone(zone).instant((expires + 1) * DAY)
        end = ends[zone]
        covered = bisect_left(starts, end)
        other = starts[covered] if covered < len(starts) else None
        if other is not None and end <= self.as_of:
            outcome = ENDED
        elif not covered:
            outcome = LATER
        else:
            outcome = WHOLLY if other is None else PARTLY
        missing: tuple[str, ...] = ()
        if outcome in {WHOLLY, PARTLY} and grant.about is None:
            missing = tuple(each for each in finding.owners if each not in grant.approved_by)
            outcome = LACKING if missing else outcome
        return Match(at, finding, outcome, covered, other, zone, missing)

    def _zone_and_starts(self, at: int) -> tuple[str, list[int]]:
        """Return whose clock a finding goes by, and when its occurrences start."""
        if at not in self._when:
            finding = self.findings[at]
            zone = self.estate.zone_of(finding.subjects[0]) if finding.subjects else "UTC"
            starts = [start for start, _ in finding.occurrences]
            # What has no occurrences is wrong all the time, and so right now.
            self._when[at] = zone, starts or [self.as_of]
        return self._when[at]

    def _why_barred(self, grant: Grant, at: int) -> str:
        """Return what forbids to accept a finding, nothing where it may be."""
        finding = self.findings[at]
        if at not in self._barred:
            self._barred[at] = self._why_nobody_may(finding)
        if self._barred[at] or grant.about is None:
            return self._barred[at]
        if finding.severity not in {WARNING, INFO}:
            return f"`{finding.policy}` is an {finding.severity} here, and those take a waiver"
        if len(finding.owners) > 1:
            owners = listing([f"`{each}`" for each in finding.owners])
            return f"what is found there concerns {owners}, and takes a waiver that all approve"
        return ""

    def _why_nobody_may(self, finding: Judged) -> str:
        rule = rules.load(finding.rule)
        if rule is None:
            raise AssertionError(finding.rule)  # findings are of rules of ours
        policy = self.policies.get(finding.policy)
        refs = (*finding.subjects, *finding.causes)
        holds = policy.of(self.estate, refs, finding.owners) if policy is not None else None
        return _locked(holds) if holds is not None and holds.locked else why_never(rule)[0]

    # What is the matter --------------------------------------------------------------------------

    def _unmet(self, grant: Grant, matches: tuple[Match, ...]) -> Standing:
        """Say why a grant accepts nothing of what it matches."""
        later = [each for each in matches if each.outcome == LATER]
        if not later:
            may_waive = grant.about is not None and not self._barred[matches[0].at]
            hint = BY_WAIVER if may_waive else INSTEAD
            return Standing(grant, UNUSED, matches, matches[0].why, hint, "rule")
        first = min(later, key=lambda each: each.other or 0)
        begins = at_instant(first.other or 0, first.zone)
        why = f"what it matches starts only after it expires, on {begins}"
        hint = "delete it, or have a later date approved"
        return Standing(grant, UNUSED, matches, why, hint, "expires")

    def _unmatched(self, grant: Grant, about: Sequence[int]) -> Standing:
        """Say why a grant matches nothing; what is ``about`` the same it doesn't accept."""
        if about:
            return self._lapsed(grant, self.findings[about[0]])
        if grant.about is not None:
            why = f"nothing that `{grant.rule}` finds stands on line {grant.about[1]}"
            hint = "delete it, or move it to the line of what it is about, or directly above"
            return Standing(grant, UNUSED, (), why, hint)
        why = f"nothing that `{grant.rule}` finds concerns {listing([full(e) for e in grant.on])}"
        if len(grant.on) > 1:
            why += " together"
        is_told = all(self.estate.entity(each) is not None for each in grant.on)
        return Standing(grant, UNUSED, (), why, "delete it", "on", is_told)

    def _lapsed(self, grant: Grant, finding: Judged) -> Standing:
        now = finding.acceptance
        if any(finding.fingerprint.startswith(each) for each in grant.accepts):
            why = "its `accepts` is the fingerprint of a finding, which outlives what was agreed"
            hint = f"write the finding's acceptance, `{now}`"
        else:
            why = "its `accepts` has lapsed, as a schedule behind the finding has changed since"
            hint = f"have what there is now approved anew: `accepts: [{now}]`"
        return Standing(grant, UNUSED, (), why, hint, "accepts")


def _code(slug: str) -> str:
    rule = rules.load(slug)
    return rule.code if rule is not None else ""


def _rule(name: str) -> Rule | None:
    """Return the rule with a slug or a code, though no policy sets it."""
    return next((each for each in rules.every() if name in {each.slug, each.code}), None)


def why_never(rule: Rule) -> tuple[str, str]:
    """Return why findings of a rule can never be accepted and what to do; nothing if they can."""
    slug = f"`{rule.slug}`"
    if rule.incomplete:
        why = f"{slug} leaves the verdict unknown, and what is unknown can't be accepted"
        return why, "mend what is found instead"
    if rule.slug in ABOUT_WAIVERS:
        return f"{slug} is about waivers themselves, and can't be waived", "delete it"
    if rule.slug == GATE_RULE:
        why = f"{slug} judges a change of the gate itself, and nothing waives that"
        return why, "delete it, and let those who own the gate decide on the change by itself"
    if rule.slug == SLOTS_RULE:
        why = f"{slug} goes once what the window causes is accepted, and is never waived by itself"
        return why, "delete it, and have a waiver for what the window causes approved"
    return "", ""


def _locked(policy: Policy) -> str:
    return f"policy `{policy.name}` is locked by {policy.origin}"
