"""A service is down in a freeze that covers it.

## What it does
Follows every maintenance window and every job that takes something down through the dependency
graph, and reports each set of them that takes a service down while a freeze covers it. A freeze
beats any permission: `maintenance_hours` don't excuse it. Only a change of a kind that the freeze
has in `allow` may happen all the same; what doesn't say its `change` is of no kind.

## Why
In a freeze the year's business is done, or nobody is there to repair what breaks. It is announced
once, by mail, and what is planned in another team's file months later doesn't know of it.

## Example
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  shop: {depends_on: [identity], tags: [tier-1], customers: 200000}
  identity: {}
freezes:
  peak-season:
    start: 2027-11-20T00:00
    end: 2027-12-27T00:00
    applies_to: {tags: [tier-1]}
    reason: The Christmas trade
    allow: [emergency]
maintenance_windows:
  identity-patch:
    takes_down: [identity]
    start: 2027-11-23T02:00
    duration: 2h
    change: {type: normal}
```

## Use instead
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  shop: {depends_on: [identity], tags: [tier-1], customers: 200000}
  identity: {}
freezes:
  peak-season:
    start: 2027-11-20T00:00
    end: 2027-12-27T00:00
    applies_to: {tags: [tier-1]}
    reason: The Christmas trade
    allow: [emergency]
maintenance_windows:
  identity-patch:
    takes_down: [identity]
    start: 2027-11-16T02:00
    duration: 2h
    change: {type: normal}
```
"""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.phrases import some
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.collisions import MOST_HIT, Collision, change_type, movers, violation
from opspolicy.rules.wording import at, full, listing, name, when, words
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Freeze, Service
    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.timeline.cutsets import CutSet

    Hits = tuple[CutSet, list[Service], IntervalSet]


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each freeze and each cut set of what it covers."""
    for freeze in world.estate.freezes.values():
        for cut_set, services, occurrences in _hits(world, freeze):
            yield _violation(world, freeze, cut_set, services, occurrences)


def _hits(world: World, freeze: Freeze) -> Iterator[Hits]:
    """Yield each cut set that a freeze doesn't allow, which services it hits there, and when."""
    from opspolicy.estate.scope import of_freeze  # noqa: PLC0415 - only where there are freezes
    from opspolicy.temporal.intervals import NOTHING, union  # noqa: PLC0415
    from opspolicy.timeline.freezes import frozen_during  # noqa: PLC0415

    timeline, outages = world.timeline, world.timeline.outages
    scope = of_freeze(freeze)
    covered = [
        service
        for service_name, service in sorted(world.estate.services.items())
        if outages.goes_down(service_name) and scope.covers_service(service)
    ]
    frozen = frozen_during(freeze, union(outages.down(each.name) for each in covered))
    hits: dict[tuple[bool, tuple[str, ...]], list[tuple[Service, CutSet]]] = {}
    times: dict[tuple[str, ...], IntervalSet] = {}
    for service in covered:
        if not timeline.in_judgement(outages.down(service.name) & frozen):
            continue
        for cut_set in outages.cut_sets(service.name):
            causes = cut_set.causes
            # Of a crowd, each service has a part of its own. Others fail with their causes.
            if cut_set.truncated or causes not in times:
                allowed = all(change_type(world.estate, ref) in freeze.allow for ref in causes)
                time = NOTHING if allowed else timeline.in_judgement(cut_set.when & frozen)
                if not cut_set.truncated:
                    times[causes] = time
            else:
                time = times[causes]
            if time:
                hit = (service, cut_set._replace(when=time))
                hits.setdefault((cut_set.truncated, causes), []).append(hit)
    for each in hits.values():
        time = union({id(cut_set.when): cut_set.when for _, cut_set in each}.values())
        yield each[0][1], [service for service, _ in each], time


def _violation(
    world: World,
    freeze: Freeze,
    cut_set: CutSet,
    services: list[Service],
    occurrences: IntervalSet,
) -> Violation:
    first, *others = services
    zone = world.estate.zone_of(freeze.ref)
    shown = some([name(each.ref) for each in services], MOST_HIT)
    verb = "are" if others else "is"
    why = f" ({freeze.reason})" if freeze.reason else ""
    customers = max(
        (each.customers for each in services if each.customers is not None), default=None
    )
    collision = Collision(
        first, cut_set, occurrences, customers, others=tuple(others), freeze=freeze
    )
    return violation(
        world,
        collision,
        f"{shown} {verb} down in {full(freeze.ref)}{why}, {when(occurrences, zone)}",
        _hint(freeze, cut_set, occurrences.start, zone),
        _note(freeze, occurrences.start),
    )


def _note(freeze: Freeze, instant: int) -> Note:
    from opspolicy.timeline.freezes import lasting  # noqa: PLC0415 - only where there are freezes

    text = f"frozen from here, for {words(lasting(freeze))}"
    return Note(places.start_of(freeze, instant), text)


def _hint(freeze: Freeze, cut_set: CutSet, instant: int, zone: str) -> str:
    """Return what to do: wait for the end of the freeze, or be of a kind that it allows."""
    from opspolicy.timeline.freezes import thaws  # noqa: PLC0415 - only where there are freezes

    end = thaws(freeze, instant)
    until = f", which ends on {at(end, zone)}" if end is not None else ""
    move = f"move {movers(cut_set)} out of {name(freeze.ref)}{until}"
    if not freeze.allow:
        return f"{move}; or let the freeze `allow` this kind of change"
    kinds = listing([f"`{each}`" for each in dict.fromkeys(freeze.allow)], "or")
    return f"{move}; or, if it is of the kind {kinds}, say so in its `change`"


RULE = Rule("OPS501", "outage-in-freeze", ERROR, __doc__, check)
