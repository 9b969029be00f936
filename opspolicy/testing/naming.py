"""What a test names: rules, policies and declarations that there are, or it would say nothing."""

from __future__ import annotations

from itertools import islice

from opspolicy import rules
from opspolicy.estate.declarations import ASSUMED
from opspolicy.estate.vocabulary import SECTION_OF, SECTIONS
from opspolicy.phrases import did_you_mean, listing
from opspolicy.testing import sides
from opspolicy.testing.cases import entries_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Any

    from opspolicy.examine import Judged
    from opspolicy.policy.policies import Policy
    from opspolicy.rules.base import Rule
    from opspolicy.source.problem import Problem
    from opspolicy.testing.cases import Case

    Way = tuple[str | int, ...]

MOST_TOLD = 5
"""How many names of a test are told: looking for what was meant takes time."""

WITHOUT_A_NAME = frozenset(("waiver", "ignore"))
"""What is known by its place. Places move, and what is unused or expired is repaired by its end."""

UNUSED = frozenset(("unused-declaration", "OPS105"))
"""What is unused is taken out, and from then on there is no such name."""

FILE, POLICY = "file", "policy"
GONE = "take this out of the test where it is gone for good"


def mistakes(case: Case, judged: Judged) -> list[Problem]:
    """Return which names of a test stand for nothing, so that nobody would notice what it is for.

    What is expected and can't be found fails by itself; it is what mustn't be found that passes.
    """
    unknown = [*islice(_unknown(case, judged.policies), MOST_TOLD)]
    return unknown or [*islice(_silent(case, judged), MOST_TOLD)]


def _unknown(case: Case, policies: Mapping[str, Policy]) -> Iterator[Problem]:
    """Yield each rule and policy that there isn't: it would never be found."""
    names: list[tuple[str, Way]] = []
    for way, entry in entries_of(case):
        names += [(entry[key], (*way, key)) for key in ("rule", "policy") if key in entry]
    names += [(each, way) for way, each in _barred(case) if isinstance(each, str)]
    for name, way in names:
        known, hint = sides.known_rule(name, policies)
        if not known:
            message = f"there is no rule and no policy `{name}`"
            yield case.problem(message, *way, hint=hint)


def _barred(case: Case) -> Iterator[tuple[Way, Any]]:
    """Yield each rule, policy and finding that mustn't be found, with the way to it."""
    barred = case.values["expect"].get("none")
    for at, each in enumerate(barred if isinstance(barred, list) else ()):
        yield ("expect", "none", at), each


def _silent(case: Case, judged: Judged) -> Iterator[Problem]:
    """Yield what mustn't be found and can't be, whatever becomes of the estate."""
    report = judged.report
    found = {ref for each in report.findings for ref in (*each.subjects, *each.causes)}
    # What a test takes out is declared in the estate without its changes.
    found |= {each["remove"] for each in case.values.get("changes", ()) if "remove" in each}
    for way, each in _barred(case):
        entry = {"rule": each} if isinstance(each, str) else each
        off = _off(entry, judged.policies)
        if off:
            at = way if isinstance(each, str) else (*way, "rule" if "rule" in entry else "policy")
            hint = "switch it on in `config`, or leave this out"
            yield case.problem(off, *at, hint=hint)
        # Of what can't be read nobody knows what it declares.
        elif report.complete and UNUSED.isdisjoint((entry.get("rule"), entry.get("policy"))):
            yield from _undeclared(case, way, entry, judged, found)


def _off(entry: Mapping[str, Any], policies: Mapping[str, Policy]) -> str:
    """Return why nothing is found by the rule or policy of an entry; "" where something may be."""
    named = [entry[key] for key in ("rule", "policy") if key in entry]
    codes = {rule.slug: rule for rule in rules.every()}
    if not named or any(rule.incomplete for rule in codes.values() if _is(rule, named[0])):
        return ""
    meant = [
        each
        for each in policies.values()
        if entry.get("rule", each.name) in {each.name, each.rule, codes[each.rule].code}
        and entry.get("policy", each.name) == each.name
    ]
    if any(each.is_on for each in meant):
        return ""
    shown = " and ".join(f"`{each}`" for each in dict.fromkeys(named))
    if not meant and len(named) > 1:
        return f"no policy is {shown}, so that this is never found"
    return f"{shown} is switched off where this is judged, so that it is never found"


def _is(rule: Rule, name: str) -> bool:
    return name in {rule.slug, rule.code}


def _undeclared(
    case: Case, way: Way, entry: Mapping[str, Any], judged: Judged, found: Collection[str]
) -> Iterator[Problem]:
    """Yield each reference of an entry that stands for nothing in the estate."""
    for key in ("subjects", "causes"):
        for at, ref in enumerate(entry.get(key, ())):
            if ref in found or judged.report.estate.entity(ref) is not None:
                continue
            prefix = ref.partition("/")[0]
            if prefix in WITHOUT_A_NAME:
                continue
            names = _names(prefix, judged)
            if names is None:
                message = f"`{ref}` is no reference: it begins with no kind of declaration"
                hint = did_you_mean(prefix, SECTION_OF) or f"there are {listing([*SECTION_OF])}"
            elif ref in names:
                continue
            else:
                message = f"the estate declares no `{ref}`, so that this is never found"
                hint = _meant(ref, names) or GONE
            yield case.problem(message, *way, key, at, hint=hint)


def _meant(ref: str, names: Sequence[str]) -> str:
    """Return which name of the same kind may be meant: the kind makes all of them alike."""
    prefix, _, name = ref.partition("/")
    hint = did_you_mean(name, [each.partition("/")[2] for each in names])
    return hint.replace("`", f"`{prefix}/", 1)


def _names(prefix: str, judged: Judged) -> list[str] | None:
    """Return all that a reference of a kind can stand for, None where it is no kind."""
    report = judged.report
    if prefix == FILE:
        return [f"{FILE}/{each.path}" for each in report.files]
    if prefix == POLICY:
        return [f"{POLICY}/{each}" for each in judged.policies]
    if prefix == ASSUMED:
        return [f"{ASSUMED}/{each}" for each in report.estate.assumed]
    section = SECTION_OF.get(prefix)
    if section is None:
        return None
    return [f"{SECTIONS[section]}/{each}" for each in report.estate.section(section)]
