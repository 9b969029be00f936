"""A single window or date lies too far ahead to be judged.

## What it does
Reports a one-off (a window, a freeze, or a job's date) more than five years ahead.

## Why
Holidays and clock changes that far ahead are guesses, so nothing is said about a collision there.
Usually the year is a typing mistake.

## Example
```yaml
maintenance_windows:
  portal-upgrade:
    owner: platform
    takes_down: [portal]
    start: 2072-10-09T00:00Z
    duration: 48h
services:
  portal: {}
```

## Use instead
```yaml
maintenance_windows:
  portal-upgrade:
    owner: platform
    takes_down: [portal]
    start: 2027-10-09T00:00Z
    duration: 48h
services:
  portal: {}
```
"""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.estate.declarations import Job
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.wording import at, full
from opspolicy.source.span import Note
from opspolicy.temporal.schedules import DatedSchedule
from opspolicy.timeline.horizon import FARTHEST_YEARS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Freeze, Window


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each one-off out of reach."""
    estate = world.estate
    farthest = world.timeline.horizon.farthest
    for entity in estate.scheduled():
        for start in _starts(entity):
            if start < farthest:
                continue
            shown = at(start, entity.timezone or "UTC")
            yield Violation(
                f"{full(entity.ref)} starts on {shown}, more than {FARTHEST_YEARS} years ahead,"
                " and can't be judged",
                Note(places.start_of(entity, start), "is the year right?"),
                subjects=(entity.ref,),
                hint="correct the year, or declare it when it comes closer",
                key=str(start),
            )


def _starts(entity: Job | Window | Freeze) -> list[int]:
    if isinstance(entity, Job):
        start, off = None, entity.suspended
    else:
        start, off = entity.start, False
    if start is not None:
        return [start]
    return (
        entity.schedule.instants if isinstance(entity.schedule, DatedSchedule) and not off else []
    )


RULE = Rule("OPS210", "beyond-horizon", ERROR, __doc__, check)
