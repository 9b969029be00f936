"""A customer-facing service is degraded in its business hours.

## What it does
Reports each customer-facing service that is slow or incomplete while customers need it: because
something it depends on softly is down or degraded, something it needs is degraded, a window or job
`degrades` it, or a redundancy group has no spare left. Time in which it is down altogether is not
repeated here.

## Why
Customers notice. Whether it matters is for people to say, so this is information and not an error.

## Example
```yaml
defaults: {owner: retail, timezone: Europe/Paris}
services:
  shop:
    customer_facing: true
    depends_on: [{service: recommendations, strength: soft}]
  recommendations: {}
maintenance_windows:
  model-update:
    takes_down: [recommendations]
    start: 2027-10-09T12:00
    duration: 1h
```

## Use instead
```yaml
defaults: {owner: retail, timezone: Europe/Paris}
calendars:
  shop-hours:
    hours: [{days: everyday, from: 08:00, to: 22:00}]
services:
  shop:
    customer_facing: true
    business_hours: shop-hours
    depends_on: [{service: recommendations, strength: soft}]
  recommendations: {}
maintenance_windows:
  model-update:
    takes_down: [recommendations]
    start: 2027-10-09T03:00
    duration: 1h
```
"""

from __future__ import annotations

from opspolicy.rules.base import INFO, Rule, Violation, World
from opspolicy.rules.collisions import Collision, elsewhere, hours_note, violation
from opspolicy.rules.wording import when

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each customer-facing service and each set that degrades it."""
    timeline, outages = world.timeline, world.timeline.outages
    for service in world.estate.services.values():
        if not service.customer_facing:
            continue
        # Which causes degrade it takes long to tell, and mostly nobody needs it at that time.
        if not timeline.needed(service, outages.degraded(service.name)):
            continue
        zone = world.estate.zone_of(service.ref)
        for cut_set in outages.degradations(service.name):
            occurrences = timeline.in_judgement(timeline.needed(service, cut_set.when))
            if not occurrences:
                continue
            yield violation(
                world,
                Collision(service, cut_set, occurrences, service.customers, degraded=True),
                f"`{service.name}` is degraded while customers need it, {when(occurrences, zone)}",
                elsewhere(service, cut_set),
                hours_note(service),
            )


RULE = Rule("OPS307", "degraded-in-business-hours", INFO, __doc__, check)
