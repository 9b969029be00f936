"""Something is done to what a vendor runs while nobody there answers.

## What it does
Looks at each vendor that declares the `hours` of its `support`, and reports when a service that
names it as its `vendor` is down outside these hours, by whichever window or job and along whichever
dependencies; and when a maintenance window outside these hours slows such a service down, or is one
that the vendor itself has announced. Recovery counts. Hours that can't be read are no support. With
the option `required: true`, which the pack `strict` sets, a vendor that runs a service or has
announced a window has to declare its hours.

## Why
A change that goes wrong at night, on a system that somebody else runs, stays wrong until they open.
Half an hour of maintenance becomes a day, and nobody on duty can do anything about it.

## Example
```yaml
defaults: {owner: shop, timezone: Europe/Paris}
calendars:
  acme-desk: {hours: [{days: mon-fri, from: 08:00, to: 18:00}]}
vendors:
  acme-payments: {contact: support@acme.example, support: {hours: acme-desk, escalation: 2h},
    obligations: {diagnostic_protocol: https://acme.example, root_cause_report: 5d,
      prevention_review: 90d, drill: 180d}}
services:
  payments: {vendor: acme-payments}
maintenance_windows:
  certificate-change: {takes_down: [payments], start: 2027-10-09T02:00, duration: 1h}
```

## Use instead
```yaml
defaults: {owner: shop, timezone: Europe/Paris}
calendars:
  acme-desk: {hours: [{days: mon-fri, from: 08:00, to: 18:00}]}
vendors:
  acme-payments: {contact: support@acme.example, support: {hours: acme-desk, escalation: 2h},
    obligations: {diagnostic_protocol: https://acme.example, root_cause_report: 5d,
      prevention_review: 90d, drill: 180d}}
services:
  payments: {vendor: acme-payments}
maintenance_windows:
  certificate-change: {takes_down: [payments], start: 2027-10-11T08:00, duration: 1h}
```
"""

from __future__ import annotations

from opspolicy.phrases import some
from opspolicy.rules import vendors
from opspolicy.rules.base import WARNING, Impact, Rule, Violation, World
from opspolicy.rules.collisions import MOST_HIT, Collision, movers, violation
from opspolicy.rules.wording import full, name, when, words
from opspolicy.source.span import Note
from opspolicy.temporal import wording
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import IntervalSet, union
from opspolicy.timeline import causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Service, Vendor, Window
    from opspolicy.temporal.intervals import Interval
    from opspolicy.timeline.cutsets import CutSet

    Hits = tuple[CutSet, list[Service], IntervalSet]

LOOK_AHEAD = 35 * DAY
"""How far ahead an opening is looked for."""


def check(world: World, options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each vendor and each cut set, and for each other change."""
    estate = world.estate
    if not estate.vendors:
        return
    run, planned = vendors.services(estate), vendors.windows(estate)
    changes = vendors.changes(estate)
    for vendor_name, vendor in sorted(estate.vendors.items()):
        theirs = run[vendor_name]
        if vendor.support_hours is None:
            if options.get(vendors.REQUIRED) and (theirs or planned[vendor_name]):
                yield _undeclared(vendor, theirs, planned[vendor_name])
            continue
        for cut_set, services, occurrences in _outages(world, vendor, theirs):
            yield _outage(world, vendor, services, cut_set, occurrences)
        for window in changes.get(vendor_name, ()):
            yield from _change(world, vendor, window)


def _outages(world: World, vendor: Vendor, theirs: list[Service]) -> Iterator[Hits]:
    """Yield each cut set of what a vendor runs, what it hits, and when nobody answers then."""
    timeline, outages = world.timeline, world.timeline.outages
    services = [each for each in theirs if outages.goes_down(each.name)]
    down = union(outages.down(each.name) for each in services)
    alone = timeline.in_judgement(down - vendors.answers(world.estate, vendor).during(down))
    if not alone:
        return
    hits: dict[tuple[bool, tuple[str, ...]], list[tuple[Service, CutSet]]] = {}
    for service in services:
        for cut_set in outages.cut_sets(service.name):
            if timeline.in_judgement(cut_set.when & alone):
                hits.setdefault((cut_set.truncated, cut_set.causes), []).append((service, cut_set))
    for each in hits.values():
        # Of a crowd, each service has a part of its own. Others fail with their causes.
        when = union(cut_set.when for _, cut_set in each)
        whole = each[0][1]._replace(when=when)
        yield whole, [service for service, _ in each], timeline.in_judgement(when & alone)


def _outage(
    world: World,
    vendor: Vendor,
    services: list[Service],
    cut_set: CutSet,
    occurrences: IntervalSet,
) -> Violation:
    first, *others = services
    shown = some([name(each.ref) for each in services], MOST_HIT)
    zone = world.estate.zone_of(first.ref)
    customers = max(
        (each.customers for each in services if each.customers is not None), default=None
    )
    collision = Collision(
        first, cut_set, occurrences, customers, others=tuple(others), vendor=vendor
    )
    return violation(
        world,
        collision,
        f"{shown} {'are' if others else 'is'} down while nobody at {full(vendor.ref)} answers,"
        f" {when(occurrences, zone)}",
        _hint(world, vendor, movers(cut_set), _whole(cut_set.when, occurrences)),
        _note(world, vendor),
    )


def _change(world: World, vendor: Vendor, window: Window) -> Iterator[Violation]:
    """Yield a violation where a window that isn't an outage of what they run has no support."""
    estate, timeline = world.estate, world.timeline
    happens = causes.of_window(window, timeline.judged).before(timeline.horizon.farthest)
    alone = timeline.in_judgement(happens - vendors.answers(estate, vendor).during(happens))
    if not alone:
        return
    subjects, by, paths = vendors.parties(estate, vendor, window)
    seconds = (alone & timeline.judged).total()
    yield Violation(
        f"{full(window.ref)} {_does(world, window)} while nobody at {full(vendor.ref)} answers,"
        f" {when(alone, estate.zone_of(window.ref))}",
        vendors.start_note(estate, window, alone.start),
        (_note(world, vendor),),
        subjects=subjects,
        causes=by,
        paths=paths,
        occurrences=alone,
        impact=_impact(world, window, seconds),
        hint=_hint(world, vendor, name(window.ref), _whole(happens, alone)),
    )


def _does(world: World, window: Window) -> str:
    """Return what a window does to services, or that it goes on."""
    services = world.estate.services
    for verb, hit in (("takes down", window.takes_down), ("slows down", window.degrades)):
        shown = [f"`{each}`" for each in hit if each in services]
        if shown:
            return f"{verb} {some(shown, MOST_HIT)}"
    return "is under way"


def _impact(world: World, window: Window, seconds: int) -> Impact | None:
    """Return who is hit by a window, and for how long; None where no service is."""
    hits = [
        service
        for each in (*window.takes_down, *window.degrades)
        if (service := world.estate.services.get(each)) is not None
    ]
    if not hits:
        return None
    customers = max((each.customers for each in hits if each.customers is not None), default=None)
    return Impact(customers, seconds, degraded=not window.takes_down)


def _undeclared(vendor: Vendor, run: list[Service], planned: list[Window]) -> Violation:
    return Violation(
        f"nobody wrote when {full(vendor.ref)}{vendors.runs(run)} answers",
        Note(vendor.node.place, "it declares no hours of `support`"),
        tuple(vendors.service_notes(run)),
        subjects=(vendor.ref,),
        hint=(
            f"ask {vendors.reached(vendor)}, and write `support: {{hours: CALENDAR}}`; `always`"
            " where somebody is there at all hours"
        ),
        answering=vendors.owners(run, planned),
    )


def _note(world: World, vendor: Vendor) -> Note:
    place, calendar = vendor.node.at("support", "hours"), vendor.support_hours
    if world.estate.hours(calendar) is None:
        return Note(place, f"the hours of `{calendar}` aren't known, and so are no support")
    if vendors.answers(world.estate, vendor).is_never:
        return Note(place, f"`{vendor.name}` never answers")
    return Note(place, f"`{vendor.name}` answers in these hours only")


def _whole(happens: IntervalSet, alone: IntervalSet) -> Interval:
    """Return the whole of what happens first, part of which somebody may answer."""
    return next(iter(happens.touching(IntervalSet([next(iter(alone))]))))


def _hint(world: World, vendor: Vendor, moved: str, whole: Interval) -> str:
    """Return what to do: move it to when somebody answers, or have somebody there."""
    hours = vendors.answers(world.estate, vendor)
    ask = f"agree with {vendors.reached(vendor)} on somebody who is there then"
    if hours.is_never:
        return ask
    start, end = whole
    first = max(start - DAY, world.timeline.horizon.as_of)
    opened = hours.during(IntervalSet([(first, start + LOOK_AHEAD)]))
    fits = next(
        ((low, high) for low, high in opened if high > start and high - low >= end - start), None
    )
    if fits is None:
        longest = max((high - low for low, high in opened), default=0)
        lasts = f"none lasts longer than {words(longest)}" if longest else "there are none"
        return f"{ask}: of its support hours in the {LOOK_AHEAD // DAY} days that follow, {lasts}"
    zone = world.estate.zone_of(vendor.ref)
    room = f"there is room from {wording.between(*fits, zone)} ({zone})"
    return f"move {moved} into the support hours of `{vendor.name}`: {room}; or {ask}"


RULE = Rule(
    "OPS701",
    "vendor-support-gap",
    WARNING,
    __doc__,
    check,
    options=vendors.OPTIONS,
)
