"""Nobody has written down how to go on without a service that many customers use.

## What it does
Reports each customer-facing service with 10,000 `customers` or more that has no `continuity_plan`.
`options: {customers: 1000}` asks for one from another number on. A service that doesn't say how
many customers it has isn't asked.

## Why
A plan that is made during the outage is late, and those who would make it are busy.

## Example
```yaml
defaults: {owner: digital, timezone: Europe/Paris}
services:
  portal: {customer_facing: true, customers: 4300000}
```

## Use instead
```yaml
defaults: {owner: digital, timezone: Europe/Paris}
services:
  portal: {customer_facing: true, customers: 4300000, continuity_plan: docs/continuity/portal.md}
```
"""

from __future__ import annotations

from opspolicy.rules.base import WARNING, Rule, Violation, World
from opspolicy.rules.options import Options, people
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MANY = 10_000
"""From how many customers on a service has to have a plan, unless a policy says otherwise."""


def check(world: World, options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each customer-facing service with many customers and no plan."""
    least = options.get("customers", MANY)
    assert isinstance(least, int | float)  # noqa: S101 - the option's shape says so
    for service in world.estate.services.values():
        customers = service.customers
        if not service.customer_facing or customers is None or customers < least:
            continue
        if service.continuity_plan is None:
            yield Violation(
                f"`{service.name}` has {customers:,} customers and no continuity plan: nobody has"
                " written down how they are served without it",
                Note(service.node.place, "it has no `continuity_plan`"),
                subjects=(service.ref,),
                hint="write down how to go on without it, and where that stands:"
                " `continuity_plan: docs/continuity.md`",
            )


RULE = Rule(
    "OPS604",
    "missing-continuity-plan",
    WARNING,
    __doc__,
    check,
    options=Options(customers=people),
)
