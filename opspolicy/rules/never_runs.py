"""A schedule never comes round.

## What it does
Reports a job, maintenance window or freeze whose schedule names no instant at all, past or in the
next 28 years (after which dates and weekdays repeat), or none between its `from` and `until`. A
date that has passed is no fault.

It also reports a job without a schedule whose first `after` is `suspended`: nothing starts it.

## Why
`0 0 30 2 *` is a known way to switch a job off, and a known way to believe that a backup runs. The
reader can't tell which.

## Example
```yaml
jobs:
  backup:
    owner: platform
    scheduler: cron
    schedule: {cron: "0 2 31 4 *", timezone: Europe/Paris}
    duration: 1h
```

## Use instead
```yaml
jobs:
  backup:
    owner: platform
    scheduler: cron
    schedule: {cron: "0 2 30 4 *", timezone: Europe/Paris}
    duration: 1h
```
To switch a job off, write `suspended: true`, also for what only it starts.
"""

from __future__ import annotations

from opspolicy.estate import places, saying
from opspolicy.estate.declarations import Job
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.wording import full, listing
from opspolicy.source.span import Note
from opspolicy.temporal.recurrence import CYCLE_YEARS
from opspolicy.temporal.schedules import RecurringSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.temporal.schedules import Schedule


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each schedule that never comes."""
    as_of = world.timeline.horizon.as_of
    for schedule, entities in world.estate.keeping().items():
        if not schedule.never_runs(as_of):
            continue
        keys = _at_fault(schedule, as_of)
        reason = _reason(schedule, keys)
        for entity in entities:
            hint, verb = "correct the dates", "takes place"
            if isinstance(entity, Job):
                hint += f"; to switch the job off, {_off(entity)}"
                verb = "runs"
            yield Violation(
                f"{full(entity.ref)} never {verb}: {reason}",
                Note(places.start_of(entity), "no date fits this"),
                tuple(Note(entity.node.at("schedule", key), "what is left out") for key in keys),
                subjects=(entity.ref,),
                hint=hint,
            )
    for job in world.estate.jobs.values():
        first = world.estate.jobs.get(job.after[0]) if job.after else None
        if job.schedule is None and not job.suspended and first is not None and first.suspended:
            yield _not_started(job, first)


def _off(job: Job) -> str:
    if saying.format_of(job, "suspended") is None:
        return "write `suspended: true`"
    said = saying.how_to_say(job, "suspended", "true", one_way=True)
    is_enough = bool(saying.in_its_words(job, "suspended", "true"))
    return f"add {said}" if is_enough else f"do so where it is run, and add {said}"


def _not_started(job: Job, first: Job) -> Violation:
    """Return the violation of a job that has no other start than the end of a suspended one."""
    return Violation(
        f"{full(job.ref)} never runs: it starts when `{first.name}` has ended, which is suspended",
        Note(places.listed(job, "after", first.name), f"`{first.name}` never ends"),
        (Note(first.node.at("suspended"), f"`{first.name}` is switched off"),),
        subjects=(job.ref,),
        hint=f"suspend `{job.name}` too, or have it come after another job than `{first.name}`",
    )


def _at_fault(schedule: Schedule, as_of: int) -> list[str]:
    """Return the keys that leave starts out, where there were any without them."""
    found = schedule.adjustment
    if found is None:
        return []
    from opspolicy.temporal import what_if  # noqa: PLC0415 - only for a finding

    if what_if.unadjusted(schedule).never_runs(as_of):
        return []
    excepts = ["except"] if found.days or found.closed else []
    return [*excepts, *(["on_non_business_day"] if found.shift else [])]


def _reason(schedule: Schedule, keys: list[str]) -> str:
    bounds, what, when = schedule.bounds, "it", ""
    if isinstance(schedule, RecurringSchedule):
        what = " and ".join(dict.fromkeys(f"`{line.text}`" for line in schedule.lines))
        when = f" in {CYCLE_YEARS} years"
        if bounds.has_start:
            when = " after `from`, as far as can be worked out"
        if bounds.has_end:
            when = " before `until`, as far as can be worked out"
    if (bounds.has_start and bounds.has_end) or not (when or keys):
        when = " between `from` and `until`"
    instant = "instant" if isinstance(schedule, RecurringSchedule) else "date"
    if keys:
        named = listing([f"`{key}`" for key in keys])
        return f"{named} leave{'s' * (len(keys) == 1)} {what} no {instant}{when}"
    return f"{what} has no {instant}{when}"


RULE = Rule("OPS202", "never-runs", ERROR, __doc__, check)
