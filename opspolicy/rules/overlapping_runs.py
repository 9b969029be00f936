"""A window, a freeze or a job starts again before it has ended.

## What it does
Reports a recurring maintenance window or freeze whose next occurrence starts before the previous
one ends, and a job whose next run does, unless it says `concurrency: allow` (the default, as in
cron and Kubernetes): with `forbid` the new run is skipped, with `replace` the old one is killed. Of
a job that waits for others, runs are taken as they go. Recovery after a window doesn't count as the
window, nor does the time by which a timer may start late: only what surely overlaps is reported.

## Why
Either the duration is wrong, and with it every outage worked out from it, or the service never
comes back in between. A freeze that starts every hour from 08:00 to 18:00, for ten hours each time,
isn't over at 18:00 but at 04:00.

## Example
```yaml
maintenance_windows:
  reindex:
    owner: search
    takes_down: [search]
    schedule: {cron: "0 */4 * * *", timezone: UTC}
    duration: 5h
services:
  search: {}
```

## Use instead
```yaml
maintenance_windows:
  reindex:
    owner: search
    takes_down: [search]
    schedule: {cron: "0 */6 * * *", timezone: UTC}
    duration: 5h
services:
  search: {}
```
"""

from __future__ import annotations

from functools import cache, partial

from opspolicy.estate import places
from opspolicy.estate.declarations import Job
from opspolicy.rules.base import WARNING, Rule, Violation, World
from opspolicy.rules.wording import at, full, when, words
from opspolicy.source.span import Note
from opspolicy.temporal.intervals import IntervalSet, overlaps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Freeze, Window
    from opspolicy.temporal.schedules import Schedule
    from opspolicy.timeline.timeline import Timeline

OUTCOMES = {
    "forbid": "the new run is skipped",
    "replace": "the old run is killed",
}


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each window and job that gets in its own way."""
    timeline = world.timeline
    overlapping = cache(partial(_overlapping, timeline))
    jobs = [job for job in world.estate.jobs.values() if job.concurrency != "allow"]
    entities: list[Job | Window | Freeze] = [job for job in jobs if not job.suspended]
    entities += [*world.estate.windows.values(), *world.estate.freezes.values()]
    for entity in entities:
        if isinstance(entity, Job) and entity.may_wait and timeline.is_moved(entity):
            yield from _moved(world, entity)
            continue
        schedule = entity.schedule
        length = entity.slow_day if isinstance(entity, Job) else entity.duration
        if schedule is None or length is None:
            continue
        occurrences = overlapping(schedule, length)
        if not occurrences:
            continue
        told = when(occurrences, schedule.zone.key)
        what, outcome = "occurrence", ""
        if isinstance(entity, Job):
            what, outcome = "run", f"; {OUTCOMES[entity.concurrency]}"
        yield Violation(
            f"{full(entity.ref)} takes {words(length)}, and the next {what} starts before the"
            f" previous one ends: {told}{outcome}",
            Note(places.start_of(entity, occurrences.start), "starts too often for its duration"),
            (Note(entity.node.at("duration"), "lasts this long"),),
            subjects=(entity.ref,),
            occurrences=occurrences,
            hint="start it less often, or correct its duration",
        )


def _moved(world: World, job: Job) -> Iterator[Violation]:
    """Yield a violation for a job that waits so long that its next run is due meanwhile."""
    from opspolicy.timeline.simulation import KILLED, SKIPPED  # noqa: PLC0415 - for who waits

    following = world.timeline.following
    zone = world.estate.zone_of(job.ref)
    ended = 0
    pairs: list[tuple[int, int]] = []
    for run in following.of(job.name) if following is not None else ():
        if run.outcome == SKIPPED:
            pairs.append((run.latest, max(ended, run.latest + 1)))
        elif run.started:
            ended = max(ended, run.end)
            if run.outcome == KILLED:
                pairs.append((run.end, run.end + 1))
    occurrences = world.timeline.in_judgement(IntervalSet(pairs))
    if occurrences:
        key = "schedule" if job.schedule is not None else "after"
        often = f"{len(occurrences):,} times, first " if len(occurrences) > 1 else ""
        yield Violation(
            f"{full(job.ref)} has not ended when its next run is due,"
            f" {often}{at(occurrences.start, zone)}; {OUTCOMES[job.concurrency]}",
            Note(job.node.at(key), "due again before it has ended"),
            (Note(job.node.at("concurrency"), OUTCOMES[job.concurrency]),),
            subjects=(job.ref,),
            occurrences=occurrences,
            hint="start it less often, or let it wait for less",
        )


def _overlapping(timeline: Timeline, schedule: Schedule, length: int) -> IntervalSet:
    """Return where occurrences of ``length`` seconds overlap, as far as that is judged."""
    return timeline.in_judgement(
        IntervalSet(
            pair
            for start, end in timeline.judged
            for pair in overlaps(schedule.agreed_starts(start - length + 1, end), length)
        )
    )


RULE = Rule("OPS205", "overlapping-runs", WARNING, __doc__, check)
