"""A single window or date lies too far ahead to be judged.

## What it does
Reports a one-off (a window, a freeze, or a job's date) more than five years ahead, or one that
goes on for so long.

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
from opspolicy.estate.declarations import Job, Window
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.wording import at, full
from opspolicy.source.span import Note
from opspolicy.temporal.schedules import DatedSchedule
from opspolicy.timeline.horizon import FARTHEST_YEARS, touched_by_job, touched_by_window

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Freeze
    from opspolicy.estate.estate import Estate


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each one-off out of reach."""
    farthest = world.timeline.horizon.farthest
    for entity in _dated(world.estate):
        zone = entity.timezone or "UTC"
        for start, end in _touched(entity):
            if end <= farthest:
                continue
            years = f"more than {FARTHEST_YEARS} years ahead"
            if start >= farthest:
                told = f"starts on {at(start, zone)}, {years}, and can't be judged"
            else:
                told = f"goes on {years}, and is judged only up to {at(farthest, zone)}"
            yield Violation(
                f"{full(entity.ref)} {told}",
                Note(places.start_of(entity, start), "is the year right?"),
                subjects=(entity.ref,),
                hint="correct the year, or declare it when it comes closer",
                key=str(start),
            )


def _dated(estate: Estate) -> Iterator[Job | Window | Freeze]:
    """Yield everything that happens on dates."""
    for schedule, entities in estate.keeping().items():
        if isinstance(schedule, DatedSchedule):
            yield from entities
    yield from (window for window in estate.windows.values() if window.schedule is None)
    yield from (freeze for freeze in estate.freezes.values() if freeze.schedule is None)


def _touched(entity: Job | Window | Freeze) -> Iterator[tuple[int, int]]:
    """Yield the time that each one-off of an entity touches."""
    if isinstance(entity, Job):
        yield from touched_by_job(entity)
    elif isinstance(entity, Window):
        yield from touched_by_window(entity)
    elif entity.start is not None and entity.end is not None:
        yield (entity.start, entity.end)
    elif isinstance(entity.schedule, DatedSchedule):
        length = entity.duration or 0
        yield from ((start, start + length) for start in entity.schedule.instants)


RULE = Rule("OPS210", "beyond-horizon", ERROR, __doc__, check)
