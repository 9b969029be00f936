"""A service is down outside the hours in which outages are permitted.

## What it does
Follows every maintenance window and every job that takes something down through the dependency
graph, and reports each service with `maintenance_hours` that is down outside them. It says whether
the outage misses the hours, or begins too early or ends too late, and by how much. Recovery counts
as outage. Hours that can't be read permit nothing.

## Why
Permitted hours are agreed with those who depend on the service. A window that fits when it is
planned no longer does once its recovery, a slow day or a change of the clocks is added.

## Example
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  ledger: {maintenance_hours: sunday-night}
calendars:
  sunday-night:
    hours: [{days: sun, from: 02:00, to: 05:00}]
maintenance_windows:
  ledger-patch:
    takes_down: [ledger]
    start: 2027-10-10T03:00
    duration: 2h
    recovery: 30m
```

## Use instead
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  ledger: {maintenance_hours: sunday-night}
calendars:
  sunday-night:
    hours: [{days: sun, from: 02:00, to: 05:00}]
maintenance_windows:
  ledger-patch:
    takes_down: [ledger]
    start: 2027-10-10T02:30
    duration: 2h
    recovery: 30m
```
"""

from __future__ import annotations

from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.collisions import Collision, movers, violation
from opspolicy.rules.wording import listing, when, words
from opspolicy.source.span import Note
from opspolicy.temporal import wording
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Service
    from opspolicy.temporal.intervals import Interval
    from opspolicy.timeline.cutsets import CutSet

LOOK_AHEAD = 35 * DAY
"""How far ahead an opening is looked for: what is permitted at all is so once a month."""


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each service with maintenance hours and each cut set."""
    timeline, outages = world.timeline, world.timeline.outages
    # Hundreds of services keep the same hours, in which all outages mostly lie.
    missed: dict[str, bool] = {}
    for service in world.estate.services.values():
        calendar = service.maintenance_hours
        if calendar is None or not outages.goes_down(service.name):
            continue
        permitted = world.estate.maintenance_hours(service)
        if calendar not in missed:
            missed[calendar] = bool(outages.any_down - permitted.during(outages.any_down))
        if not missed[calendar]:
            continue
        down = outages.down(service.name)
        outside = down - permitted.during(down)
        if not timeline.in_judgement(outside):
            continue
        for cut_set in outages.cut_sets(service.name):
            occurrences = timeline.in_judgement(cut_set.when & outside)
            if occurrences:
                yield _violation(world, service, cut_set, occurrences)


def _violation(
    world: World, service: Service, cut_set: CutSet, occurrences: IntervalSet
) -> Violation:
    zone = world.estate.zone_of(service.ref)
    # The whole outage, part of which may be permitted.
    outage = next(iter(cut_set.when.touching(IntervalSet([next(iter(occurrences))]))))
    return violation(
        world,
        Collision(service, cut_set, occurrences, service.customers, unpermitted=True),
        f"`{service.name}` {_misses(world, service, outage)}, {when(occurrences, zone)}",
        _hint(world, service, cut_set, outage),
        _note(world, service),
    )


def _misses(world: World, service: Service, outage: Interval) -> str:
    """Return how an outage misses the permitted hours, or by how much it exceeds them."""
    start, end = outage
    permitted = world.estate.maintenance_hours(service).during(IntervalSet([outage]))
    if not permitted:
        return "is down outside its maintenance hours"
    parts: list[str] = []
    if permitted.start > start:
        parts.append(f"goes down {words(permitted.start - start)} before")
    if permitted.end < end:
        parts.append(f"is back {words(end - permitted.end)} after")
    if not parts:
        return "stays down between two of its maintenance hours"
    verbs = ("begin", "end") if len(parts) > 1 else ("begin" if permitted.start > start else "end",)
    hours = ("its maintenance hours", "they")
    said = [f"{part} {of} {verb}" for part, of, verb in zip(parts, hours, verbs, strict=False)]
    return listing(said)


def _note(world: World, service: Service) -> Note:
    place, calendar = service.node.at("maintenance_hours"), service.maintenance_hours
    if world.estate.hours(calendar) is None:
        return Note(place, f"the hours of `{calendar}` aren't known, and so permit nothing")
    if world.estate.maintenance_hours(service).is_never:
        return Note(place, f"no outage of `{service.name}` is permitted at all")
    return Note(place, f"outages of `{service.name}` are permitted in these hours only")


def _hint(world: World, service: Service, cut_set: CutSet, outage: Interval) -> str:
    """Return what to do: use the next permitted hours that are long enough, where there are any."""
    hours = world.estate.maintenance_hours(service)
    moved = movers(cut_set)
    if hours.is_never:
        return f"do without {moved}, or give `{service.name}` hours in which it may be down"
    move = f"move {moved} into the maintenance hours of `{service.name}`"
    if len(cut_set.causes) > 1:
        return move
    start, end = outage
    first = max(start - DAY, world.timeline.horizon.as_of)
    openings = hours.during(IntervalSet([(first, start + LOOK_AHEAD)]))
    left = [each for each in openings if each[1] > start]
    fits = next((each for each in left if each[1] - each[0] >= end - start), None)
    if fits is not None:
        zone = world.estate.zone_of(service.ref)
        return f"{move}: there is room from {wording.between(*fits, zone)} ({zone})"
    ahead = f"the {LOOK_AHEAD // DAY} days that follow"
    longest = max((last - first for first, last in left), default=0)
    if not longest:
        return f"{move}, or widen these: there are none in {ahead}"
    return (
        f"make {moved} shorter, or widen the maintenance hours of `{service.name}`: in {ahead}"
        f" none lasts longer than {words(longest)}"
    )


RULE = Rule("OPS502", "outage-outside-maintenance-hours", ERROR, __doc__, check)
