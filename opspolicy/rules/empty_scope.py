"""A freeze or a policy covers nothing.

## What it does
Reports a freeze whose `applies_to`, or a policy of the team's own whose `scope`, matches no
declaration of the estate.

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
    for name, scope, place in world.scopes:
        if scope.is_empty(world.estate):
            yield Violation(
                f"the policy `{name}` covers nothing in the estate",
                Note(place, "matches nothing that is declared"),
                subjects=(f"policy/{name}",),
                hint=HINT,
            )


RULE = Rule("OPS106", "empty-scope", ERROR, __doc__, check)
