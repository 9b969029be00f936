"""A freeze or a policy covers nothing.

## What it does
Reports a freeze whose `applies_to`, or a policy of the team's own whose `scope`, matches no
declaration of the estate. So it does a policy of the rule `custom` whose `where` asks for names,
owners and tags alone, and is true of none.

## Why
It looks like a gate and can never close. Usually a service was renamed, or a tag is misspelt.

## Example
```yaml
freezes:
  peak-season:
    start: 2027-11-20T00:00Z
    end: 2027-12-27T00:00Z
    applies_to: {tags: [tier1]}
services:
  shop: {tags: [tier-1]}
```

## Use instead
```yaml
freezes:
  peak-season:
    start: 2027-11-20T00:00Z
    end: 2027-12-27T00:00Z
    applies_to: {tags: [tier-1]}
services:
  shop: {tags: [tier-1]}
```
"""

from __future__ import annotations

from opspolicy.estate.scope import of_freeze
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.wording import full
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.rules.base import Custom
    from opspolicy.source.span import Span

HINT = "name what it is meant for; `*` stands for any part of a name"


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each freeze and policy that covers nothing."""
    for freeze in world.estate.freezes.values():
        scope = of_freeze(freeze)
        if not any(scope.covers_service(each) for each in world.estate.services.values()):
            place = freeze.node.place if scope.is_everything else freeze.node.at("applies_to")
            yield Violation(
                f"{full(freeze.ref)} covers no service",
                Note(place, "matches nothing that is declared"),
                subjects=(freeze.ref,),
                hint=HINT,
            )
    told: set[str] = set()
    for name, scope, place in world.scopes:
        if scope.is_empty(world.estate):
            told.add(name)
            yield _of_policy(name, place, f"the policy `{name}` covers nothing in the estate")
    for each in world.customs:
        if each.name not in told:
            yield from _of_where(world, each)


def _of_where(world: World, policy: Custom) -> Iterator[Violation]:
    """Yield that a policy's `where` names nothing that is declared in its scope.

    One that asks for more than names, owners and tags may well be about what isn't there yet.
    """
    from opspolicy.rules import custom  # noqa: PLC0415 - for who has such rules
    from opspolicy.rules.cel import subjects  # noqa: PLC0415

    kind = str(policy.options["for_each"])
    if "where" not in policy.options:
        return
    found = custom.matching(world, policy.options, kind, by_name=True)
    # An outage or a run may be covered by what else takes part in it.
    within = world._replace(within=policy.scopes if kind not in {"outage", "run"} else ())
    if found is None or any(subjects.covered(within, [each.ref]) for each in found):
        return
    what = {"outage": "service", "run": "job"}.get(kind, kind).replace("_", " ")
    message = f"the policy `{policy.name}` is for no {what} in the estate, by its `where`"
    yield _of_policy(policy.name, policy.where, message)


def _of_policy(name: str, place: Span, message: str) -> Violation:
    return Violation(
        message,
        Note(place, "matches nothing that is declared"),
        subjects=(f"policy/{name}",),
        hint=HINT,
    )


RULE = Rule("OPS106", "empty-scope", ERROR, __doc__, check)
