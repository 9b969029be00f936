"""A service is down while a job has sent customers to it.

## What it does
A job that `induces_demand` on a service (a mailing, a campaign, a payment run) makes it needed from
the run on, for as long as it says, by day and by night, whatever the service's business hours.
Reports each outage of the service in that time.

## Why
A utility mailed several hundred thousand e-bills on the very morning its customer portal closed for
48 hours of maintenance. Each of the two was justified; nobody had one calendar that showed both.

## Example
```yaml
services:
  customer-portal: {owner: digital, customer_facing: true, business_hours: portal-hours}
calendars:
  portal-hours:
    timezone: America/Toronto
    hours: [{days: mon-fri, from: 08:00, to: 20:00}]
jobs:
  mail-ebills:
    owner: billing
    schedule: {dates: [2027-10-09T06:00], timezone: America/Toronto}
    duration: 4h
    customers: 350000
    induces_demand: [{service: customer-portal, for: 72h}]
maintenance_windows:
  portal-upgrade:
    owner: platform
    takes_down: [customer-portal]
    start: 2027-10-09T00:00
    timezone: America/Toronto
    duration: 48h
```

## Use instead
```yaml
services:
  customer-portal: {owner: digital, customer_facing: true, business_hours: portal-hours}
calendars:
  portal-hours:
    timezone: America/Toronto
    hours: [{days: mon-fri, from: 08:00, to: 20:00}]
jobs:
  mail-ebills:
    owner: billing
    schedule: {dates: [2027-10-11T06:00], timezone: America/Toronto}
    duration: 4h
    customers: 350000
    induces_demand: [{service: customer-portal, for: 72h}]
maintenance_windows:
  portal-upgrade:
    owner: platform
    takes_down: [customer-portal]
    start: 2027-10-09T00:00
    timezone: America/Toronto
    duration: 48h
```
"""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.collisions import Collision, movers, violation
from opspolicy.rules.wording import at, lasting, people, when
from opspolicy.source.span import Note
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Demand, Job
    from opspolicy.timeline.cutsets import CutSet


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each demand of each job and each cut set of what it demands."""
    timeline, outages = world.timeline, world.timeline.outages
    for job in world.estate.jobs.values():
        if not job.induces_demand:
            continue
        lasting = max(job.comes(each)[1] for each in job.induces_demand)
        if not timeline.may_meet_outages(job, lasting):
            continue
        by_service: dict[str, list[Demand]] = {}
        for demand in job.induces_demand:
            by_service.setdefault(demand.service, []).append(demand)
        for service_name, demands in by_service.items():
            if not outages.goes_down(service_name):
                continue
            down = outages.down(service_name)
            needed = timeline.demand(job, demands, down)
            if not timeline.in_judgement(needed & down):
                continue
            for cut_set in outages.cut_sets(service_name):
                occurrences = timeline.in_judgement(cut_set.when & needed)
                if occurrences:
                    yield _violation(world, job, demands, cut_set, needed, occurrences)


def _violation(
    world: World,
    job: Job,
    demands: list[Demand],
    cut_set: CutSet,
    needed: IntervalSet,
    occurrences: IntervalSet,
) -> Violation:
    first = occurrences.start
    moment = IntervalSet([(first, first + 1)])
    demand = next(each for each in demands if world.timeline.demand(job, [each], moment) & moment)
    service = world.estate.services[demand.service]
    customers = job.customers if job.customers is not None else service.customers
    who = people(customers)
    zone = world.estate.zone_of(service.ref)
    until = next(end for start, end in needed if start <= first < end)
    after = "after the first run, " if len(occurrences) > 1 else ""
    sends = f"`{job.name}` sends {who} to `{service.name}`, {lasting(demand)}"
    return violation(
        world,
        Collision(service, cut_set, occurrences, customers, job, tuple(demands)),
        f"`{service.name}` is down while `{job.name}` has sent {who} to it,"
        f" {when(occurrences, zone)}",
        f"move {movers(cut_set)}, or the run of `{job.name}`: {after}its customers need"
        f" `{service.name}` until {at(until, zone)}",
        Note(places.start_of(job, first), sends),
    )


RULE = Rule("OPS302", "outage-during-induced-demand", ERROR, __doc__, check)
