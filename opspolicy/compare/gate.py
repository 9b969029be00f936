"""What a change does to the gate itself: settings judged strictly, and what loosens them."""

from __future__ import annotations

from opspolicy.estate.vocabulary import FAIL_ON
from opspolicy.phrases import count, listing, some
from opspolicy.record import NamedTuple
from opspolicy.rules.base import CUSTOM, OFF, SEVERITIES, Violation
from opspolicy.source.discovery import Glob
from opspolicy.source.files import Written
from opspolicy.source.span import Note, Span
from opspolicy.temporal.durations import compact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.config import Config
    from opspolicy.estate.sources import Source
    from opspolicy.policy.policies import Policy


RULE = "weakened-policy"
NOWHERE = "opspolicy.yaml"
MOST_NAMED = 5
RANKED = (*SEVERITIES, OFF)
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
    for source in base.sources:
        told, files = _of_source(source, head, files)
        if told:
            yield _violation(head, told, "sources", f"source/{source.format}/{source.paths}")
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
            yield made(message, place, f"policy/{name}", message)


def _of_source(source: Source, head: Config, lost: list[str]) -> tuple[str, list[str]]:
    """Return what a change reads less of a source, and which of the ``lost`` files are others'."""
    alike = [each for each in head.sources if each.format == source.format]
    # What its entries become, and what they take down, is as much of it as its files.
    kept = [
        each
        for each in alike
        if each.into == source.into and {*each.takes_down} >= {*source.takes_down}
    ]
    if any(
        {*each.paths} >= {*source.paths} and {*each.exclude} <= {*source.exclude} for each in kept
    ):
        return "", lost
    selects, leaves = Glob(source.paths), Glob(source.exclude)
    gone = [path for path in lost if selects(path) and not leaves(path)]
    if not gone and kept:
        # Another way to say the same.
        return "", lost
    named = listing([f"`{each}`" for each in source.paths])
    rest = [path for path in lost if path not in gone]
    less = f", which leaves {_named(gone, 'files')} out of the check" if gone else ""
    how = "is read otherwise than in the base" if alike else "is gone"
    how = "reads less than in the base" if kept else how
    return f"the source `{source.format}` of {named} {how}{less}", rest


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
    elif after.rule == CUSTOM and _demands(after) != _demands(before):
        told = "it demands something else"
    elif after.rule != CUSTOM and dict(after.options) != dict(before.options):
        told = "its options are others"
    return told or _milder_anywhere([*before.layers], [*after.layers])


def _demands(policy: Policy) -> dict[str, object]:
    """Return what a rule of the team's own demands, without what it says where it isn't so."""
    return {key: each for key, each in policy.options.items() if key not in {"message", "hint"}}


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


# Where and how it is told ------------------------------------------------------------------------


def _violation(head: Config, message: str, setting: str, key: str = "") -> Violation:
    return made(message, _place(head, setting), f"setting/{setting}", key or setting)


def made(message: str, place: Note, subject: str, key: str) -> Violation:
    """Return a violation about ``subject``, told from others about it by ``key``."""
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
