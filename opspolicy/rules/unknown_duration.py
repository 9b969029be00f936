"""Nobody says how long a run takes.

## What it does
Reports a job that has a schedule and neither a `duration` nor a `max_duration`. Such a run is
judged at the second it starts.

## Why
A run of unknown length can reach into any outage after it. Most collisions it could have are not
found.

## Example
```yaml
jobs:
  mail-ebills:
    owner: billing
    scheduler: kubernetes
    schedule: {cron: "0 6 8 * *", timezone: America/Toronto}
```

## Use instead
```yaml
jobs:
  mail-ebills:
    owner: billing
    scheduler: kubernetes
    schedule: {cron: "0 6 8 * *", timezone: America/Toronto}
    duration: 4h
```
"""

from __future__ import annotations

from opspolicy.estate import saying
from opspolicy.rules.base import WARNING, Rule, Violation, World
from opspolicy.rules.wording import full
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Job


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each job of unknown length."""
    for job in world.estate.jobs.values():
        known = job.duration or job.max_duration
        if job.schedule is None or job.suspended or known is not None:
            continue
        if job.node.find("duration") or job.node.find("max_duration"):
            # A duration that can't be read is reported for what it is.
            continue
        yield Violation(
            f"{full(job.ref)} has no duration, so only the second it starts can be judged",
            Note(job.node.place, "how long does a run take?"),
            subjects=(job.ref,),
            hint=_hint(job),
        )


def _hint(job: Job) -> str:
    if saying.format_of(job, "duration") is None:
        return "add `duration:`, and `max_duration:` for the slow day"
    return f"say how long a run takes: add {saying.how_to_say(job, 'duration', '20m')}"


RULE = Rule("OPS209", "unknown-duration", WARNING, __doc__, check)
