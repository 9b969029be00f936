"""What a change does to the gate itself: settings judged strictly, and what loosens them."""

from __future__ import annotations

from functools import cache

from opspolicy import rules
from opspolicy.estate.vocabulary import FAIL_ON
from opspolicy.phrases import count, listing, some
from opspolicy.record import NamedTuple
from opspolicy.rules.base import OFF, SEVERITIES, Violation
from opspolicy.source.files import Written
from opspolicy.source.span import Note, Span
from opspolicy.temporal import instants
from opspolicy.temporal.durations import compact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opspolicy.config import Config
    from opspolicy.estate.declarations import Waiver
    from opspolicy.estate.estate import Estate
    from opspolicy.policy.policies import Policy
    from opspolicy.report import Finding

RULE = "weakened-policy"
NOWHERE = "opspolicy.yaml"
MOST_NAMED = 5
RANKED = (*SEVERITIES, OFF)
ANEW = (
    "leave it as it is, and add a new waiver beside it: that is judged on its merits, by whom it"
    " names as having agreed"
)
HINT = "leave it as it is in the base; who may change it is for the base's owners to say"


class Strict(NamedTuple):
    """The settings under which both sides of a change are judged: the stricter of each pair."""

    horizon: int
    fail_on: str


def strict(base: Config, head: Config) -> Strict:
    """Return the longer horizon, and from the less severe finding on a check fails."""
    return Strict(max(base.horizon, head.horizon), max(base.fail_on, head.fail_on, key=_how_strict))


def _how_strict(fail_on: str) -> int:
    """Return how much fails: warnings beside errors is more than errors, and never is nothing."""
    return -1 if fail_on == "never" else FAIL_ON.index(fail_on)


def weakened(base: Config, head: Config, lost: Iterable[str]) -> Iterator[Violation]:
    """Yield what a change of the settings loosens; ``lost`` are files it no longer checks."""
    if head.horizon < base.horizon:
        told = f"the horizon is shortened from {compact(base.horizon)} to {compact(head.horizon)}"
        yield _violation(head, told, "horizon")
    if _how_strict(head.fail_on) < _how_strict(base.fail_on):
        yield _violation(head, f"`fail_on` goes from {base.fail_on} to {head.fail_on}", "fail_on")
    added = [each for each in head.patterns.exclude if each not in base.patterns.exclude]
    if added:
        shown = listing([f"`{each}`" for each in added])
        yield _violation(head, f"{shown} is newly excluded from the check", "exclude")
    files = sorted(lost)
    if files:
        told = f"the change leaves {_named(files, 'files')} out of the check"
        yield _violation(head, told, "include")
    packs = [each for each in base.packs if each not in head.packs]
    unpacked = _of_packs(base, head) if packs else []
    if len(unpacked) > 1:
        shown = listing([f"`{each}`" for each in packs])
        number = count(len(unpacked), "policy", "policies")
        told = f"`extends` no longer has {shown}, which takes out {number}"
        yield _violation(head, f"{told}: {_named(unpacked, 'policies')}", "extends")
    for name, policy in sorted(base.policies.items()):
        told = _of_policy(policy, head.policies.get(name))
        if told and (len(unpacked) == 1 or name not in unpacked):
            place = _place_of(head.policies.get(name)) or _place(head, "policies")
            message = f"policy `{name}` is weakened: {told}"
            yield _made(message, place, f"policy/{name}", message)


def _of_packs(base: Config, head: Config) -> list[str]:
    """Return the policies that are gone with the packs they are from, by name."""
    return sorted(
        name
        for name, each in base.policies.items()
        # Only a pack's own have no place.
        if each.is_on and each.place is None and name not in head.policies
    )


def elsewhere(head: Config, was: str, now: str) -> Violation:
    """Return what is wrong where another file is the configuration than in the base."""
    message = f"`{now}` is the configuration here, which was `{was}` in the base"
    return _violation(head, message, "x-found")


def _of_policy(before: Policy, after: Policy | None) -> str:
    """Return what is looser about a policy, nothing where nothing is."""
    if not before.is_on:
        return ""
    if after is None:
        return "it is gone"
    told = ""
    if before.locked and not after.locked:
        told = "it is no longer locked"
    elif after.rule != before.rule:
        told = f"it sets the rule `{after.rule}` instead of `{before.rule}`"
    elif dict(after.options) != dict(before.options):
        told = "its options are others"
    return told or _milder_anywhere([*before.layers], [*after.layers])


def _milder_anywhere(old: list[Policy], new: list[Policy]) -> str:
    """Return what is milder in a policy's layers, one narrower than the next."""
    if [each.scope for each in old] == [each.scope for each in new]:
        milder = [
            f"{other.severity} instead of {one.severity}"
            for one, other in zip(old, new, strict=True)
            if _milder(other.severity, one.severity)
        ]
        return milder[0] if milder else ""
    # Under other scopes, only what is nowhere milder than it was anywhere is surely no looser.
    worst = min((each.severity for each in old), key=RANKED.index)
    mildest = max((each.severity for each in new), key=RANKED.index)
    if new[-1].scope.is_everything and not _milder(mildest, worst):
        return ""
    return "its scope is another"


def _milder(one: str, other: str) -> bool:
    return RANKED.index(one) > RANKED.index(other)


# Waivers ---------------------------------------------------------------------------------------


def extended(base: Estate, head: Estate) -> Iterator[Violation]:
    """Yield the waivers that a change extends: to a later day, to more findings, to any schedule.

    A new waiver is judged on its merits, and so is one for another rule.
    """
    for before, waiver in _paired(base.waivers, head.waivers):
        told = _longer(before, waiver)
        if told:
            key, what = told
            message = f"the waiver of `{waiver.rule}` {what}"
            span = waiver.node.at(key)
            place = Note(span, "extended by this change")
            yield _made(message, place, waiver.ref, message)._replace(hint=ANEW)


def _paired(base: Iterable[Waiver], head: Iterable[Waiver]) -> Iterator[tuple[Waiver, Waiver]]:
    """Yield the waivers of both sides that are one: what says the same first, then the likest."""
    _, old, new = _matched([*base], [*head], _said)
    # None is liker than what is about the very same.
    alike, old, new = _matched(old, new, _about)
    yield from alike
    taken: tuple[set[int], set[int]] = (set(), set())
    for _, at, place in sorted(_overlaps(old, new)):
        if at not in taken[0] and place not in taken[1]:
            taken[0].add(at)
            taken[1].add(place)
            yield old[at], new[place]


def _matched(
    old: list[Waiver], new: list[Waiver], key: Callable[[Waiver], object]
) -> tuple[list[tuple[Waiver, Waiver]], list[Waiver], list[Waiver]]:
    """Return the pairs of equal keys, each taken once and the first first, and what is left."""
    if not old or not new:
        return [], old, new
    places: dict[object, list[int]] = {}
    for place in reversed(range(len(new))):
        places.setdefault(key(new[place]), []).append(place)
    pairs: list[tuple[Waiver, Waiver]] = []
    left: list[Waiver] = []
    for each in old:
        found = places.get(key(each))
        if found:
            pairs.append((each, new[found.pop()]))
        else:
            left.append(each)
    rest = sorted(place for found in places.values() for place in found)
    return pairs, left, [new[place] for place in rest]


def _said(waiver: Waiver) -> tuple[object, ...]:
    on, accepts = tuple(sorted(waiver.on)), tuple(sorted(waiver.accepts))
    return _slug(waiver.rule), on, waiver.expires, accepts


def _about(waiver: Waiver) -> tuple[object, ...]:
    return _slug(waiver.rule), frozenset(waiver.on)


def _overlaps(old: list[Waiver], new: list[Waiver]) -> Iterator[tuple[float, int, int]]:
    """Yield which share two waivers for one rule have of what they are about, as a negative.

    With it go the places of both. What has nothing in common isn't compared.
    """
    places: dict[tuple[str, str], list[int]] = {}
    sizes = [len({*each.on}) for each in new]
    for place, each in enumerate(new):
        for ref in {*each.on}:
            places.setdefault((_slug(each.rule), ref), []).append(place)
    for at, each in enumerate(old):
        on = {*each.on}
        shared: dict[int, int] = {}
        for ref in on:
            for place in places.get((_slug(each.rule), ref), ()):
                shared[place] = shared.get(place, 0) + 1
        for place, number in shared.items():
            yield -number / (len(on) + sizes[place] - number), at, place


def _slug(name: str) -> str:
    """Return the name of a rule that is given by its code."""
    return _slugs().get(name.upper(), name)


@cache
def _slugs() -> dict[str, str]:
    """Return the names of all rules by their codes."""
    return {each.code: each.slug for each in rules.every()}


def _longer(before: Waiver, after: Waiver) -> tuple[str, str] | None:
    if after.expires > before.expires:
        return "expires", _extended(before.expires, after.expires)
    if {*after.on} < {*before.on}:
        return "on", "covers more: it names fewer of those it is about"
    if before.accepts and not {*after.accepts} <= {*before.accepts}:
        return "accepts", "accepts other collisions than before"
    if before.accepts and not after.accepts:
        return "on", "accepts any schedule now"
    return None


def ignored_longer(base: Iterable[Finding], head: Iterable[Finding]) -> Iterator[Violation]:
    """Yield the inline ignores that a change extends, by the findings that they are about."""
    before = {each.fingerprint: each.waiver for each in base if each.waiver is not None}
    told: set[str] = set()
    for each in head:
        was, now = before.get(each.fingerprint), each.waiver
        if was is None or now is None or not now.ref.startswith("ignore/") or now.ref in told:
            continue
        if now.expires > was.expires:
            told.add(now.ref)
            message = f"the ignore of `{each.policy}` {_extended(was.expires, now.expires)}"
            place = Note(now.place, "extended by this change")
            yield _made(message, place, now.ref, message)._replace(hint=ANEW)


def _extended(before: int, after: int) -> str:
    was, now = (instants.calendar_date(day).isoformat() for day in (before, after))
    return f"is extended from {was} to {now}"


# Where and how it is told ------------------------------------------------------------------------


def _violation(head: Config, message: str, key: str) -> Violation:
    return _made(message, _place(head, key), f"setting/{key}", key)


def _made(message: str, place: Note, subject: str, key: str) -> Violation:
    return Violation(message, place, subjects=(subject,), hint=HINT, key=key)


def _place(head: Config, key: str) -> Note:
    """Return where the head's configuration says something, or would."""
    source = next((each for each in head.files if each.path == head.path), None)
    if source is not None and source.documents:
        return Note(Written(source, 0, ()).at(key), "")
    return Note(Span(head.path or NOWHERE, 1, 1, 1, 1), "")


def _place_of(policy: Policy | None) -> Note | None:
    return None if policy is None or policy.place is None else Note(policy.place, "")


def _named(names: list[str], what: str) -> str:
    return some([f"`{each}`" for each in names], MOST_NAMED, f"more {what}")
