"""A customer-facing service is down in its business hours.

## What it does
Follows every maintenance window and every job that takes something down through the dependency
graph, and reports each customer-facing service that is down while customers need it: in its
`business_hours` less its `maintenance_hours`. Each minimal set of windows and jobs that suffices is
a finding of its own.

## Why
This is what a schedule must not do. The window looks harmless where it is declared; the service it
cuts off is two hops away, in another team's file.

## Example
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  shop:
    customer_facing: true
    customers: 200000
    business_hours: shop-hours
    depends_on: [identity]
  identity: {depends_on: [directory]}
  directory: {}
calendars:
  shop-hours:
    hours: [{days: everyday, from: 08:00, to: 22:00}]
maintenance_windows:
  directory-patch:
    takes_down: [directory]
    start: 2027-10-09T20:00
    duration: 4h
```

## Use instead
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  shop:
    customer_facing: true
    customers: 200000
    business_hours: shop-hours
    depends_on: [identity]
  identity: {depends_on: [directory]}
  directory: {}
calendars:
  shop-hours:
    hours: [{days: everyday, from: 08:00, to: 22:00}]
maintenance_windows:
  directory-patch:
    takes_down: [directory]
    start: 2027-10-09T22:00
    duration: 4h
```
"""

from __future__ import annotations

from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.collisions import Collision, elsewhere, hours_note, violation
from opspolicy.rules.wording import when

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each customer-facing service and each cut set."""
    timeline, outages = world.timeline, world.timeline.outages
    for service in world.estate.services.values():
        if not service.customer_facing or not timeline.may_be_missed(service):
            continue
        if not outages.goes_down(service.name):
            continue
        needed = timeline.needed(service, outages.down(service.name))
        if not timeline.in_judgement(needed):
            continue
        zone = world.estate.zone_of(service.ref)
        for cut_set in outages.cut_sets(service.name):
            occurrences = timeline.in_judgement(cut_set.when & needed)
            if not occurrences:
                continue
            yield violation(
                world,
                Collision(service, cut_set, occurrences, service.customers),
                f"`{service.name}` is down while customers need it, {when(occurrences, zone)}",
                elsewhere(service, cut_set),
                hours_note(service),
            )


RULE = Rule("OPS301", "outage-in-business-hours", ERROR, __doc__, check)
