"""A run ends after its deadline, or never.

## What it does
Follows the runs of every job with a `deadline`, as they go: each waits for the runs it is `after`
and, with `when_blocked: wait`, for as long as anything it `requires` is down. Reports the runs that
end later than the deadline, those that never end (because what they wait for has failed, or isn't
back when the judged time is over), and what held them up. The slow day's `max_duration` counts
where it is declared.

## Why
A bank's night ran into the day: a failure stopped several services, and debits and transfers were
late in several regions. Each job by itself was on time; the chain was not, and nobody had added it
up.

## Example
```yaml
defaults: {owner: batch, timezone: Europe/Paris, scheduler: cron}
services:
  ledger: {}
jobs:
  close-day:
    schedule: "0 22 * * *"
    duration: 1h
    requires: [ledger]
    when_blocked: wait
  post-debits:
    after: [close-day]
    duration: 3h
    requires: [ledger]
    when_blocked: wait
    deadline: {by: "07:00", day: +1}
maintenance_windows:
  ledger-upgrade:
    takes_down: [ledger]
    start: 2027-10-11T23:30
    duration: 6h
```

## Use instead
```yaml
defaults: {owner: batch, timezone: Europe/Paris, scheduler: cron}
services:
  ledger: {}
jobs:
  close-day:
    schedule: "0 22 * * *"
    duration: 1h
    requires: [ledger]
    when_blocked: wait
  post-debits:
    after: [close-day]
    duration: 3h
    requires: [ledger]
    when_blocked: wait
    deadline: {by: "07:00", day: +1}
maintenance_windows:
  ledger-upgrade:
    takes_down: [ledger]
    start: 2027-10-12T08:00
    duration: 6h
```
"""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.record import NamedTuple
from opspolicy.rules import chains
from opspolicy.rules.base import ERROR, Impact, Rule, Violation, World
from opspolicy.rules.collisions import cause_note, movers
from opspolicy.rules.wording import at, here, name, words
from opspolicy.source.span import Note
from opspolicy.temporal import wording
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.timeline import critical, deadlines, simulation
from opspolicy.timeline.cutsets import CutSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opspolicy.estate.declarations import Job
    from opspolicy.temporal.intervals import Interval
    from opspolicy.timeline.critical import Step
    from opspolicy.timeline.simulation import Run, Runs


class Miss(NamedTuple):
    """A run that is too late: when it was ``due``, and from when to when it isn't over."""

    run: Run
    due: int
    late: Interval


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each job and each set of causes that makes runs of it late."""
    timeline = world.timeline
    for job in world.estate.jobs.values():
        if job.deadline is None or timeline.following is None:
            continue
        by_causes: dict[tuple[str, ...], list[Miss]] = {}
        for miss in _misses(world, job):
            causes = critical.blame(timeline, job, miss.run)
            by_causes.setdefault(causes, []).append(miss)
        for causes, misses in sorted(by_causes.items()):
            yield _violation(world, job, causes, misses)


def _misses(world: World, job: Job) -> Iterator[Miss]:
    timeline, zone = world.timeline, deadlines.zone_of(world.estate, job)
    following = timeline.following
    assert following is not None  # noqa: S101 - narrows the type
    runs = following.of(job.name)
    looked_at: Iterable[int] = runs.starts
    if runs.calm is not None and runs.calm.end <= following.least_time(job):
        looked_at = sorted(runs.special)
    for nominal in looked_at:
        run = runs.at(nominal)
        if run.outcome == simulation.SKIPPED:
            continue
        due = deadlines.due(job, run.nominal, zone)
        late = _late(run, due, runs)
        if late is not None and timeline.in_judgement(IntervalSet([late])):
            yield Miss(run, due, late)


def _late(run: Run, due: int, runs: Runs) -> Interval | None:
    """Return for how long a run is late; None where it isn't.

    One that never ends is late until the job runs again.
    """
    if run.ends:
        return (due, run.end) if run.end > due else None
    if due >= run.limit:
        return None
    again = runs.following(run.nominal)
    until = run.limit if again is None else min(run.limit, again.nominal)
    return due, max(until, due + 1)


def _violation(
    world: World, job: Job, causes: tuple[str, ...], misses: Sequence[Miss]
) -> Violation:
    timeline, estate = world.timeline, world.estate
    late = IntervalSet(miss.late for miss in misses)
    first = misses[0]
    steps = critical.path(timeline, job, first.run)
    cut_set = CutSet(causes, late)
    needed = dict.fromkeys(each for step in steps for each in step.job.requires)
    paths = timeline.paths(needed, cut_set) if causes else ()
    notes = [cause_note(estate, ref, late.start) for ref in causes]
    due = Note(job.node.at("deadline"), f"{name(job.ref)} has to have ended by then")
    place = notes.pop(0) if notes else due
    related = [*notes, *([due] if place is not due else []), *_starts(steps)]
    related += chains.hops(steps)
    return Violation(
        f"{_when(world, job, misses)}, because {chains.why(world, steps)}",
        place,
        related=tuple(dict.fromkeys(related)),
        subjects=(job.ref,),
        causes=causes,
        paths=paths,
        occurrences=late,
        impact=Impact(job.customers, (late & timeline.judged).total()),
        hint=_hint(job, cut_set, first, steps),
    )


def _when(world: World, job: Job, misses: Sequence[Miss]) -> str:
    """Return when a job is due and when it ends: of several runs, how many and the first."""
    first = misses[0]
    zone = deadlines.zone_of(world.estate, job).key
    who = f"job {name(job.ref)}"
    if first.run.ends:
        _, _, end = wording.between(first.due, first.run.end, zone).partition(" to ")
        told = f"ends at {end} ({zone}), {words(first.run.end - first.due)} after its deadline"
    else:
        told = f"never ends ({zone})"
        if first.run.outcome == simulation.KILLED:
            told = f"is killed {at(first.run.end, zone)} by its next run"
    due = at(first.due, zone).removesuffix(f" ({zone})")
    if len(misses) == 1:
        return f"{who} has to have ended by {due} and {told}"
    return f"{who} misses its deadline {len(misses):,} times: first due {due}, it {told}"


def _starts(steps: Sequence[Step]) -> list[Note]:
    first = steps[0]
    if first.job.schedule is None:
        return []
    place = places.start_of(first.job, first.run.nominal)
    return [Note(place, f"{name(first.job.ref)} starts {here(first.job.late)}")]


def _hint(job: Job, cut_set: CutSet, first: Miss, steps: Sequence[Step]) -> str:
    start = name(steps[0].job.ref)
    if job.deadline is not None and job.deadline.by is not None and first.due <= first.run.nominal:
        return f"the deadline is before {name(job.ref)} starts: for the next day's, add `day: +1`"
    if cut_set.causes and first.run.ends:
        return f"move {movers(cut_set)}, start {start} earlier, or agree on a later deadline"
    if cut_set.causes:
        failed = [step for step in steps if step.run.outcome == simulation.FAILED and step.services]
        waits = [f"have {name(step.job.ref)} wait: `when_blocked: wait`" for step in failed[:1]]
        return ", or ".join([f"move {movers(cut_set)}", *waits])
    if not first.run.ends:
        return f"let {name(job.ref)} and what it comes after run to their end"
    earlier = words(first.run.end - first.due)
    return f"start {start} at least {earlier} earlier, or agree on a later deadline"


RULE = Rule("OPS401", "deadline-missed", ERROR, __doc__, check)
