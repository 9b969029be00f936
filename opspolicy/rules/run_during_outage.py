"""A job runs while something it requires is down.

## What it does
Reports each run that overlaps an outage of a service the job `requires`, when the job fails on it
(`when_blocked: fail`, the default; one that waits is judged by its deadline instead). The slow
day's `max_duration` counts where it is declared. What the job takes down itself is not held against
it.

## Why
The run fails, or does half its work. It is found in the morning, by whoever needed its result.

## Example
```yaml
defaults: {owner: billing, timezone: Europe/Paris, scheduler: kubernetes}
services:
  ledger: {}
jobs:
  rate-bills:
    schedule: "0 22 * * *"
    duration: 3h
    requires: [ledger]
maintenance_windows:
  ledger-patch:
    takes_down: [ledger]
    start: 2027-10-10T00:00
    duration: 2h
```

## Use instead
```yaml
defaults: {owner: billing, timezone: Europe/Paris, scheduler: kubernetes}
services:
  ledger: {}
jobs:
  rate-bills:
    schedule: "0 22 * * *"
    duration: 3h
    requires: [ledger]
maintenance_windows:
  ledger-patch:
    takes_down: [ledger]
    start: 2027-10-10T04:00
    duration: 2h
```
"""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.estate.declarations import Job
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.collisions import Collision, movers, violation
from opspolicy.rules.wording import here, when, words
from opspolicy.source.span import Note
from opspolicy.temporal.intervals import NOTHING, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Service
    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.timeline.cutsets import CutSet


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each job, each service it requires and each cut set of that."""
    timeline, outages = world.timeline, world.timeline.outages
    for job in world.estate.jobs.values():
        if job.when_blocked != "fail" or not timeline.may_meet_outages(job, job.longest):
            continue
        for required in job.requires:
            if not outages.goes_down(required):
                continue
            runs = timeline.runs_while_down(job, required)
            if not runs:
                continue
            service = world.estate.services[required]
            for cut_set in outages.cut_sets(required, without=job.ref):
                when_down = cut_set.when - _not_yet(world, job, cut_set)
                occurrences = timeline.in_judgement(when_down & runs)
                if occurrences:
                    yield _violation(world, job, service, cut_set, occurrences)


def _not_yet(world: World, job: Job, cut_set: CutSet) -> IntervalSet:
    """Return when a cut set doesn't hold yet for a job's runs: what waits for these comes later."""
    following = world.timeline.following
    if following is None:
        return NOTHING
    jobs = [world.estate.entity(ref) for ref in cut_set.causes]
    return union(following.uncertain(each, job) for each in jobs if isinstance(each, Job))


def _violation(
    world: World, job: Job, service: Service, cut_set: CutSet, occurrences: IntervalSet
) -> Violation:
    zone = world.estate.zone_of(job.ref)
    customers = job.customers if job.customers is not None else service.customers
    runs = "the run" if len(occurrences) == 1 else "the runs"
    begins = here(job.late)
    known = job.duration or job.max_duration or job.delay
    lasts = words(job.lasts)
    lasts = f"runs from {begins}, for {lasts}" if known else f"starts {begins}"
    return violation(
        world,
        Collision(service, cut_set, occurrences, customers, job),
        f"job `{job.name}` runs while `{service.name}`, which it requires, is down,"
        f" {when(occurrences, zone)}",
        f"move {movers(cut_set)}, or {runs} of `{job.name}`, so that they don't meet",
        Note(places.start_of(job, occurrences.start), f"`{job.name}` {lasts}"),
        Note(places.listed(job, "requires", service.name), f"it requires `{service.name}`"),
    )


RULE = Rule("OPS303", "run-during-outage", ERROR, __doc__, check)
