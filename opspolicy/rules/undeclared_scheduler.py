"""A job doesn't say which scheduler reads its cron line.

## What it does
Reports a job with a cron schedule and no `scheduler`, and where the dialects that accept the line
would run it at different instants within the horizon.

## Why
The same line runs differently under Debian cron and Kubernetes when the clocks change, and with
`*/2` in a day field on different days. Until the scheduler is declared, every instant of any
dialect counts for outages and demand, so findings can be about runs that never happen.

## Example
```yaml
jobs:
  mail-ebills:
    owner: billing
    schedule: {cron: "30 2 * * *", timezone: America/Toronto}
    duration: 4h
```

## Use instead
```yaml
jobs:
  mail-ebills:
    owner: billing
    scheduler: kubernetes
    schedule: {cron: "30 2 * * *", timezone: America/Toronto}
    duration: 4h
```
"""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.rules.base import INFO, Rule, Violation, World
from opspolicy.rules.wording import at, count, full, listing
from opspolicy.source.span import Note
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.schedules import CRON, RecurringSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each cron line of no declared dialect."""
    start, end = world.timeline.horizon.as_of, world.timeline.horizon.until
    for job in world.estate.jobs.values():
        schedule = job.schedule
        if job.scheduler is not None or job.suspended:
            continue
        if not isinstance(schedule, RecurringSchedule) or schedule.kind != CRON:
            continue
        if job.node.find("scheduler") is not None:
            continue  # it says one, if a wrong one, and that is reported
        apart = schedule.disagreements(start, end)
        fitting = [f"`{lines[0].dialect.name}`" for lines in schedule.variants]
        yield Violation(
            f"{full(job.ref)} doesn't say which scheduler runs it: {_told(schedule, apart)}",
            Note(places.start_of(job), "in which dialect?"),
            subjects=(job.ref,),
            occurrences=IntervalSet((instant, instant + 1) for instant in apart),
            hint=f"add `scheduler:`, here or under the file's `defaults`: {listing(fitting, 'or')}",
        )


def _told(schedule: RecurringSchedule, apart: list[int]) -> str:
    titles = [lines[0].dialect.title for lines in schedule.variants]
    if len(titles) == 1:
        return f"of those known here, only {titles[0]} accepts the line"
    if not apart:
        return f"{listing(titles)} agree within the horizon"
    first = apart[0]
    runs = [
        lines[0].dialect.title
        for lines in schedule.variants
        if schedule.variant_starts(lines, first, first + 1)
    ]
    rest = [title for title in titles if title not in runs]
    others = f", and {count(len(apart) - 1, 'other start')} like it" if apart[1:] else ""
    shown = at(first, schedule.zone.key)
    return f"on {shown} it runs under {listing(runs)} and not under {listing(rest)}{others}"


RULE = Rule("OPS208", "undeclared-scheduler", INFO, __doc__, check)
