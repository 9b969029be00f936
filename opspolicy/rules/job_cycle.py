"""Jobs wait for each other in a circle.

## What it does
Prints a shortest loop of `after` for every knot of jobs that wait for each other.

## Why
None of them can ever start, so nothing about them can be judged, and the exit code is 2.

## Example
```yaml
defaults: {owner: billing, timezone: UTC, scheduler: cron}
jobs:
  rate-bills: {schedule: "0 1 * * *", duration: 1h, after: [print-bills]}
  print-bills: {schedule: "0 3 * * *", duration: 1h, after: [rate-bills]}
```

## Use instead
```yaml
defaults: {owner: billing, timezone: UTC, scheduler: cron}
jobs:
  rate-bills: {schedule: "0 1 * * *", duration: 1h}
  print-bills: {schedule: "0 3 * * *", duration: 1h}
```
"""

from __future__ import annotations

from itertools import pairwise

from opspolicy.estate import places
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each loop of `after`."""
    jobs = world.estate.jobs
    for cycle in world.estate.job_cycles():
        round_trip = [*cycle, cycle[0]]
        notes = [
            Note(places.listed(jobs[later], "after", earlier), f"`{later}` waits for `{earlier}`")
            for later, earlier in pairwise(round_trip)
        ]
        yield Violation(
            f"job `{cycle[0]}` waits for itself: {' → '.join(round_trip)}",
            notes[0],
            tuple(notes[1:]),
            subjects=tuple(f"job/{name}" for name in sorted(cycle)),
            hint="take one of these out of `after`",
        )


RULE = Rule("OPS108", "job-cycle", ERROR, __doc__, check, incomplete=True)
