"""A calendar, a vendor or a team is declared and never used.

## What it does
Reports calendars, vendors and teams that no declaration of the estate names.

## Why
Hours that were meant for a service and never given to it protect nobody, and the gate says
nothing about them. More often it is left over from something deleted.

## Example
```yaml
calendars:
  shop-hours:
    timezone: Europe/Paris
    hours: [{days: mon-fri, from: 09:00, to: 18:00}]
services:
  shop: {owner: retail, customer_facing: true}
```

## Use instead
```yaml
calendars:
  shop-hours:
    timezone: Europe/Paris
    hours: [{days: mon-fri, from: 09:00, to: 18:00}]
services:
  shop: {owner: retail, customer_facing: true, business_hours: shop-hours}
```
"""

from __future__ import annotations

from opspolicy.rules.base import INFO, Rule, Violation, World
from opspolicy.rules.wording import full
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each declaration nothing names."""
    estate = world.estate
    used = {(each.section, each.name) for each in estate.references}
    used |= {("teams", each.owner or "") for each in estate.owned()}
    for section in ("calendars", "vendors", "teams"):
        for name, entity in estate.section(section).items():
            if (section, name) not in used:
                yield Violation(
                    f"nothing refers to {full(entity.ref)}",
                    Note(entity.node.place, "declared here, used nowhere"),
                    subjects=(entity.ref,),
                    hint="use it, or delete it",
                )


RULE = Rule("OPS105", "unused-declaration", INFO, __doc__, check)
