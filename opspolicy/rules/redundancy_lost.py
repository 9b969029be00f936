"""A redundancy group has no spare left while customers need it.

## What it does
Reports a planned loss that leaves exactly `at_least` members of a redundancy group up, in the
business hours of the service that declares the group. A group whose members are all needed has no
spare to lose.

## Why
Nothing is down, and the next failure of anything takes the service down. Redundancy is for what
isn't planned.

## Example
```yaml
defaults: {owner: messaging, timezone: Europe/Paris}
services:
  notifications:
    customer_facing: true
    depends_on: [{any_of: [sms-a, sms-b], at_least: 1}]
  sms-a: {}
  sms-b: {}
maintenance_windows:
  sms-a-upgrade:
    takes_down: [sms-a]
    start: 2027-10-09T10:00
    duration: 2h
```

## Use instead
```yaml
defaults: {owner: messaging, timezone: Europe/Paris}
services:
  notifications:
    customer_facing: true
    depends_on: [{any_of: [sms-a, sms-b, sms-c], at_least: 1}]
  sms-a: {}
  sms-b: {}
  sms-c: {}
maintenance_windows:
  sms-a-upgrade:
    takes_down: [sms-a]
    start: 2027-10-09T10:00
    duration: 2h
```
"""

from __future__ import annotations

from opspolicy.estate.declarations import GROUP
from opspolicy.rules.base import WARNING, Rule, Violation, World
from opspolicy.rules.collisions import (
    Collision,
    elsewhere,
    hours_note,
    notes,
    reason,
    too_many,
    why_late,
)
from opspolicy.rules.wording import listing, when
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Dependency, Service
    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.timeline.cutsets import CutSet


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each redundancy group and each set that uses up its spares."""
    timeline, outages = world.timeline, world.timeline.outages
    for service in world.estate.services.values():
        for dependency in service.depends_on:
            if dependency.strength != GROUP or not timeline.may_be_missed(service):
                continue
            if not timeline.needed(service, outages.without_spare(dependency)):
                continue
            for cut_set in outages.spares_lost(dependency):
                needed = timeline.needed(service, cut_set.when)
                occurrences = timeline.in_judgement(needed)
                if occurrences:
                    yield _violation(world, service, dependency, cut_set, occurrences)


def _violation(
    world: World,
    service: Service,
    dependency: Dependency,
    cut_set: CutSet,
    occurrences: IntervalSet,
) -> Violation:
    zone = world.estate.zone_of(service.ref)
    members = listing([f"`{each}`" for each in dependency.services])
    chains = world.timeline.paths(dependency.services, cut_set)
    truncated = cut_set.truncated
    left = "is left" if dependency.at_least == 1 else "are left"
    why = too_many(cut_set) if truncated else reason(world.estate, cut_set, chains, "")
    (first, *causes), hops = notes(world.estate, cut_set, chains, occurrences.start)
    group = service.node.at("depends_on", dependency.position, "any_of")
    needs = f"`{service.name}` needs {dependency.at_least} of {len(dependency.services)}"
    return Violation(
        f"only {dependency.at_least} of {members} {left} for `{service.name}`, without a spare,"
        f" while customers need it, {when(occurrences, zone)}, {why}",
        first,
        tuple(dict.fromkeys([*causes, Note(group, needs), *hops, hours_note(service)])),
        subjects=(service.ref,),
        causes=cut_set.causes,
        causes_truncated=cut_set.truncated,
        paths=tuple((service.ref, *chain) for chain in chains),
        occurrences=occurrences,
        drift=why_late(world, Collision(service, cut_set, occurrences, degraded=True)),
        hint=f"{elsewhere(service, cut_set)}; or add a member",
        key="/".join(dependency.services),
    )


RULE = Rule("OPS305", "redundancy-lost", WARNING, __doc__, check)
