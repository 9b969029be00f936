"""A run starts by its own schedule before the run that it comes after has ended.

## What it does
Reports each run of a job with a `schedule` and `after` (and `when_blocked: fail`, the default) that
starts while the run it is `after` is still going: its latest one from before. That one's end is
worked out as it goes, with all it waits for. What is `when_blocked: wait`, or has no schedule of
its own, waits instead.

## Why
The times were set when the first job took an hour. Now it takes two, or the database is down that
night, and the second job works on half of the data.

## Example
```yaml
defaults: {owner: batch, timezone: Europe/Paris, scheduler: cron}
jobs:
  rate-calls: {schedule: "0 1 * * *", duration: 90m}
  print-bills: {schedule: "0 2 * * *", duration: 1h, after: [rate-calls]}
```

## Use instead
```yaml
defaults: {owner: batch, timezone: Europe/Paris, scheduler: cron}
jobs:
  rate-calls: {schedule: "0 1 * * *", duration: 90m}
  print-bills: {schedule: "0 2 * * *", duration: 1h, after: [rate-calls], when_blocked: wait}
```
"""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.record import NamedTuple
from opspolicy.rules import chains
from opspolicy.rules.base import ERROR, Impact, Rule, Violation, World
from opspolicy.rules.collisions import cause_note, movers
from opspolicy.rules.wording import at, here, name, when, words
from opspolicy.source.span import Note
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.timeline import critical
from opspolicy.timeline.cutsets import CutSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opspolicy.estate.declarations import Job
    from opspolicy.timeline.simulation import Run


class Early(NamedTuple):
    """A run that starts too early, and the run it is after."""

    run: Run
    before: Run

    @property
    def time(self) -> tuple[int, int]:
        """From when to when it goes on beside the run it is after."""
        return self.run.released, min(self.before.end, self.run.end)


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each job, each that it is after and each set of causes."""
    timeline = world.timeline
    for job in world.estate.jobs.values():
        if not job.after or job.may_wait:
            continue
        found: dict[tuple[str, tuple[str, ...]], list[Early]] = {}
        for former, early in _too_early(world, job):
            causes = critical.blame(timeline, world.estate.jobs[former], early.before)
            found.setdefault((former, causes), []).append(early)
        for (former, causes), each in sorted(found.items()):
            yield _violation(world, job, world.estate.jobs[former], causes, each)


def _too_early(world: World, job: Job) -> Iterator[tuple[str, Early]]:
    timeline = world.timeline
    following = timeline.following
    if following is None:
        return
    # Of the others it is certain that what they are after has ended.
    for _, run in sorted(following.of(job.name).special.items()):
        for former, nominal in run.before if run.started else ():
            before = following.of(former).at(nominal)
            if before.end <= run.released:
                continue
            early = Early(run, before)
            if timeline.in_judgement(IntervalSet([early.time])):
                yield former, early


def _violation(
    world: World, job: Job, former: Job, causes: tuple[str, ...], found: Sequence[Early]
) -> Violation:
    timeline, estate = world.timeline, world.estate
    early = IntervalSet(each.time for each in found)
    first = found[0]
    zone = estate.zone_of(job.ref)
    cut_set = CutSet(causes, early)
    steps = critical.path(timeline, former, first.before)
    needed = dict.fromkeys(each for step in steps for each in step.job.requires)
    notes = [cause_note(estate, ref, early.start) for ref in causes]
    ends = "never ends" if not first.before.ends else f"ends at {at(first.before.end, zone)}"
    start = Note(
        places.start_of(job, first.run.nominal), f"{name(job.ref)} starts {here(job.late)}"
    )
    place = notes.pop(0) if notes else start
    related = [
        *notes,
        *([start] if place is not start else []),
        Note(places.listed(job, "after", former.name), f"it comes after {name(former.ref)}"),
        *_former(former, first),
        *chains.hops(steps),
    ]
    return Violation(
        f"job {name(job.ref)} runs before {name(former.ref)}, which it is after, has ended,"
        f" {when(early, zone)}: {name(former.ref)} {ends}, because"
        f" {chains.why(world, steps)}",
        place,
        related=tuple(dict.fromkeys(related)),
        subjects=(job.ref, former.ref),
        causes=causes,
        paths=timeline.paths(needed, cut_set) if causes else (),
        occurrences=early,
        impact=Impact(job.customers, (early & timeline.judged).total()),
        hint=_hint(job, cut_set, first),
    )


def _former(former: Job, first: Early) -> list[Note]:
    if former.schedule is None:
        return []
    place = places.start_of(former, first.before.nominal)
    begins = here(former.late)
    return [Note(place, f"{name(former.ref)} starts {begins}, and takes {words(former.lasts)}")]


def _hint(job: Job, cut_set: CutSet, first: Early) -> str:
    waits = f"let {name(job.ref)} wait (`when_blocked: wait`)"
    if cut_set.causes:
        return f"{waits}, or move {movers(cut_set)}"
    if not first.before.ends:
        return waits
    return f"{waits}, or start it at least {words(first.before.end - first.run.released)} later"


RULE = Rule("OPS402", "runs-before-predecessor", ERROR, __doc__, check)
