"""Nobody answers customers while a service is down.

## What it does
Reports each outage of a service with `support` that lies outside the `hours` of its support, or
meets an outage of the `service` by which its support works, such as the tools of a call centre.
Hours that can't be read are nobody's.

With `options: {required: true}`, as in the pack `strict`, it also reports a customer-facing service
without `support` that is down.

## Why
During an outage customers ask. When nobody can answer they ask again, everywhere else; and advisers
whose own screens are dark know less than those who call them.

## Example
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  portal: {customers: 200000, support: {hours: call-centre-hours}}
calendars:
  call-centre-hours: {hours: [{days: mon-fri, from: 08:00, to: 20:00}]}
maintenance_windows:
  portal-upgrade:
    takes_down: [portal]
    start: 2027-10-08T19:00
    duration: 4h
```

## Use instead
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  portal: {customers: 200000, support: {hours: call-centre-hours}}
calendars:
  call-centre-hours:
    hours: [{days: mon-fri, from: 08:00, to: 20:00}]
    exceptions: [{date: 2027-10-08, from: 08:00, to: 24:00}]
maintenance_windows:
  portal-upgrade:
    takes_down: [portal]
    start: 2027-10-08T19:00
    duration: 4h
```
"""

from __future__ import annotations

from opspolicy.rules.base import WARNING, Rule, Violation, World
from opspolicy.rules.collisions import Collision, cause_note, movers, violation
from opspolicy.rules.options import Options, flag
from opspolicy.rules.wording import when
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Service
    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.timeline.cutsets import CutSet


def check(world: World, options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each service with support and each cut set, of it or of its support."""
    outages = world.timeline.outages
    for service in world.estate.services.values():
        hours, supporter = service.support_hours, service.support_service
        if not outages.goes_down(service.name):
            continue
        if hours is None and supporter is None:
            if options.get("required") and service.customer_facing:
                yield from _undeclared(world, service)
            continue
        down = outages.down(service.name)
        answered = down
        if hours is not None:
            known = world.estate.hours(hours)
            # Unknown hours are nobody's: the calendar is reported, and so is this.
            answered = down & known.during(down) if known is not None else down - down
            if down != answered:
                yield from _closed(world, service, down - answered)
        other = world.estate.services.get(supporter or "")
        if other is not None and outages.goes_down(other.name):
            yield from _down_too(world, service, other, answered)


def _undeclared(world: World, service: Service) -> Iterator[Violation]:
    """Yield a violation for a service that is down and doesn't say who answers its customers."""
    occurrences = world.timeline.in_judgement(world.timeline.outages.down(service.name))
    if occurrences:
        yield Violation(
            f"nobody says who answers the customers of `{service.name}` while it is down,"
            f" {when(occurrences, world.estate.zone_of(service.ref))}",
            Note(service.node.place, "it has no `support`"),
            subjects=(service.ref,),
            occurrences=occurrences,
            hint="say who does, and when:"
            " `support: {service: call-centre, hours: call-centre-hours}`",
        )


def _closed(world: World, service: Service, unanswered: IntervalSet) -> Iterator[Violation]:
    """Yield a violation for each cut set of a service that is down outside its support's hours."""
    timeline = world.timeline
    for cut_set in timeline.outages.cut_sets(service.name):
        occurrences = timeline.in_judgement(cut_set.when & unanswered)
        if not occurrences:
            continue
        zone = world.estate.zone_of(service.ref)
        calendar = service.support_hours
        staffed = "give it hours in which somebody answers"
        if calendar in world.estate.calendars:
            staffed = f"have its support staffed then, by an exception in `{calendar}`"
        yield violation(
            world,
            Collision(service, cut_set, occurrences, service.customers, untold=True),
            f"nobody answers customers while `{service.name}` is down: outside `{calendar}`, the"
            f" hours of its support, {when(occurrences, zone)}",
            f"{staffed}; or move {movers(cut_set)} into these hours, where no customer needs the"
            " service",
            Note(service.node.at("support", "hours"), "somebody answers in these hours only"),
        )


def _down_too(
    world: World, service: Service, supporter: Service, answered: IntervalSet
) -> Iterator[Violation]:
    """Yield a violation for each cut set by which the support is down when it should answer."""
    timeline = world.timeline
    for cut_set in timeline.outages.cut_sets(supporter.name):
        occurrences = timeline.in_judgement(cut_set.when & answered)
        if occurrences:
            yield _fallen(world, service, supporter, cut_set, occurrences)


def _fallen(
    world: World, service: Service, supporter: Service, cut_set: CutSet, occurrences: IntervalSet
) -> Violation:
    """Return the violation of a support that is down together with its service."""
    from opspolicy.rules.notice_channel_down import blamed  # noqa: PLC0415 - only for a finding

    zone = world.estate.zone_of(service.ref)
    by = blamed(world, service, occurrences.start)
    others = [ref for ref in by if ref not in cut_set.causes]
    moved = movers(cut_set)
    hint = f"move {moved} to when `{service.name}` is up"
    if set(by) & {*cut_set.causes}:
        hint = f"keep `{supporter.name}` working through {moved}, or say who answers meanwhile"
    found = violation(
        world,
        Collision(supporter, cut_set, occurrences, service.customers, untold=True),
        f"nobody answers customers while `{service.name}` is down: its support, `{supporter.name}`,"
        f" is down at the same time, {when(occurrences, zone)}",
        hint,
        Note(service.node.at("support", "service"), f"customers of `{service.name}` ask here"),
        *[cause_note(world.estate, ref, occurrences.start) for ref in others],
    )
    # Two services may each be the support of the other.
    return found._replace(
        subjects=tuple(dict.fromkeys([service.ref, supporter.ref])), key=service.name
    )


RULE = Rule("OPS603", "support-unstaffed", WARNING, __doc__, check, options=Options(required=flag))
