"""A start falls into a clock change.

## What it does
Reports a fixed-time start that a change of the clocks moves, loses or doubles within the horizon:
what its scheduler will do, and when. A line that runs in every hour follows the clock and is left
alone. So is an undeclared scheduler: `undeclared-scheduler` says where the dialects part.

## Why
Where the clocks change between 02:00 and 03:00, a job at 02:30 runs twice one night and not at all
another, or once in both: that depends on the scheduler, and mostly it is found out at a weekend.

## Example
```yaml
jobs:
  settle:
    owner: payments
    scheduler: kubernetes
    schedule: {cron: "30 2 * * *", timezone: Europe/Berlin}
    duration: 20m
```

## Use instead
```yaml
jobs:
  settle:
    owner: payments
    scheduler: kubernetes
    schedule: {cron: "30 4 * * *", timezone: Europe/Berlin}
    duration: 20m
```
"""

from __future__ import annotations

from opspolicy.estate import places, saying
from opspolicy.estate.declarations import Freeze, Job, Window
from opspolicy.rules.base import WARNING, Rule, Violation, World
from opspolicy.rules.wording import count, full
from opspolicy.source.span import Note
from opspolicy.temporal import zones
from opspolicy.temporal.dialects import KUBERNETES
from opspolicy.temporal.durations import DAY, HOUR
from opspolicy.temporal.instants import clock
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.schedules import RecurringSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.temporal.recurrence import ClockChangeEffect
    from opspolicy.temporal.schedules import Schedule

MANY_HOURS = 6


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each schedule a clock change gets in the way of."""
    start, end = world.timeline.horizon.as_of, world.timeline.horizon.until
    for window in world.estate.windows.values():
        if window.start_wall is not None:
            yield from _moved_window(window, start, end)
    for schedule, entities in world.estate.keeping().items():
        effects = schedule.clock_change_effects(start, end)
        passed_over = None if effects else off_the_hour(schedule, start, end)
        if not effects and passed_over is None:
            continue
        for entity in entities:
            if isinstance(entity, Freeze):
                continue  # nothing starts then
            if passed_over is None:
                yield _violation(entity, schedule, effects)
            else:
                yield _maybe_passed_over(entity, schedule, passed_over)


def _violation(
    entity: Job | Window, schedule: Schedule, effects: list[ClockChangeEffect]
) -> Violation:
    """Tell the first effect of each kind, as spring and autumn differ."""
    zone = schedule.zone.key
    firsts: dict[str, ClockChangeEffect] = {}
    for effect in effects:
        firsts.setdefault(effect.kind, effect)
    told = "; ".join(
        f"{SENTENCES[effect.kind]}".format(
            wall=clock(effect.wall),
            time=clock(effect.wall, with_date=False),
            then=clock(schedule.zone.wall(effect.instants[0])) if effect.instants else "",
        )
        for effect in firsts.values()
    )
    others = len(effects) - len(firsts)
    more = (
        f", and {count(others, 'other start')} like {'it' if others == 1 else 'these'}"
        if others
        else ""
    )
    instants = {at for effect in effects for at in (effect.instants or (effect.change,))}
    return Violation(
        f"{full(entity.ref)} ({zone}): {told}{more}",
        Note(places.start_of(entity), "the clocks change at this time"),
        subjects=(entity.ref,),
        occurrences=IntervalSet((at, at + 1) for at in instants),
        hint=_hint(entity, schedule),
    )


def _hint(entity: Job | Window, schedule: Schedule) -> str:
    """Return another hour, unless the schedule already takes so many that none is better.

    Another zone is one for what runs it too, so that keys of ours don't say it in another's file.
    """
    hours: set[int] = set()
    if isinstance(schedule, RecurringSchedule):
        hours = {
            time // HOUR for lines in schedule.variants for line in lines for time in line.times
        }
    zone = _in_utc(entity)
    if len(hours) > MANY_HOURS:
        return f"{zone or 'have it run by UTC'}, in which the clocks never change"
    moved = "move it to an hour no clock change touches, such as 04:00"
    return f"{moved}, or {zone}" if zone else moved


def _in_utc(entity: Job | Window) -> str:
    """Return how to have something go by UTC; "" where its file has no place for a zone."""
    if saying.format_of(entity, "timezone") is None:
        return "give it `timezone: UTC`"
    said = saying.in_its_words(entity, "timezone", "UTC")
    return f"add {said}" if said else ""


SENTENCES = {
    "lost": "{wall} doesn't exist, and the run is lost",
    "moved": "{wall} doesn't exist, and it starts at {then} instead",
    "doubled": "{wall} comes twice, and it runs twice",
}


PASSED_OVER = (
    "the clocks change by a part of an hour before {run}, and Kubernetes' cron library may pass"
    " over that run"
)


def _moved_window(window: Window, start: int, end: int) -> Iterator[Violation]:
    """Report a one-off whose `start` the clocks skip."""
    at, wall = window.start, window.start_wall
    if at is None or wall is None or not start <= at < end:
        return
    zone = zones.zone(window.timezone or "UTC")
    told = SENTENCES["moved"].format(wall=clock(wall), then=clock(zone.wall(at)))
    yield Violation(
        f"{full(window.ref)} ({zone.key}): {told}",
        Note(places.start_of(window), "the clocks change at this time"),
        subjects=(window.ref,),
        occurrences=IntervalSet([(at, at + 1)]),
        hint="start it at another time, or write that with its offset",
    )


def off_the_hour(schedule: Schedule, start: int, end: int) -> int | None:
    """Return a start that robfig/cron may lose, as a change before it isn't one of whole hours.

    Its Next() steps by whole hours from a time it has cut to the hour once, so after a change by
    half an hour it looks at :30 and passes over the minutes before.
    """
    if not isinstance(schedule, RecurringSchedule):
        return None
    lines = schedule.variants[0]
    if len(schedule.variants) > 1 or lines[0].dialect is not KUBERNETES:
        return None
    for change in schedule.zone.changes(start, end):
        if (change.offset - change.before) % HOUR == 0 and change.start % HOUR == 0:
            continue
        fixed = any(line.fixed for line in lines)
        at_risk = schedule.starts(change.start, min(end, change.start + DAY)) if fixed else []
        if at_risk:
            return at_risk[0]
    return None


def _maybe_passed_over(entity: Job | Window, schedule: Schedule, instant: int) -> Violation:
    shown = clock(schedule.zone.wall(instant))
    return Violation(
        f"{full(entity.ref)} ({schedule.zone.key}): {PASSED_OVER.format(run=shown)}",
        Note(places.start_of(entity), "the clocks change before this run"),
        subjects=(entity.ref,),
        occurrences=IntervalSet([(instant, instant + 1)]),
        hint=f"{_in_utc(entity) or 'have it run by UTC'}, or check on that day that it has run",
    )


RULE = Rule("OPS203", "schedule-in-dst-transition", WARNING, __doc__, check)
