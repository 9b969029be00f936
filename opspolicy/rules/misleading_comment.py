"""The comment beside a schedule says another time than the schedule.

## What it does
Compares the comment on the line of a cron schedule (or, where there is none, directly above it)
with what the line does: times of day, time zones, how often, weekdays and dates, in English and
French. Reports what can't be read as right, and a time in another zone that is right in one half of
the year only. What it doesn't understand, and what is hedged with a word such as "about", it leaves
alone.

## Why
Whoever looks at a schedule at night reads the comment, not `*/15 14-20/5 * * 1-5`. Comments stay
behind when the line is changed, and were wrong from the start where `*/5` meant five hours, or UTC
meant the clock on the wall.

## Example
```yaml
jobs:
  settle:
    owner: payments
    scheduler: cron
    timezone: Europe/Berlin
    schedule: "* 3 * * *"  # every night at 03:00
    duration: 1m
```

## Use instead
```yaml
jobs:
  settle:
    owner: payments
    scheduler: cron
    timezone: Europe/Berlin
    schedule: "0 3 * * *"  # every night at 03:00
    duration: 1m
```
"""

from __future__ import annotations

from opspolicy.estate.declarations import Job
from opspolicy.rules.base import INFO, Rule, Violation, World
from opspolicy.rules.wording import full
from opspolicy.source.span import Note
from opspolicy.temporal.schedules import CronSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Freeze, Window
    from opspolicy.source.files import SourceFile
    from opspolicy.source.node import Node
    from opspolicy.temporal.facts import Facts


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each comment that contradicts its schedule."""
    files = {file.path: file for file in world.estate.files if "#" in file.text}
    if not files:
        return
    # A run without any comment needs none of what reads them.
    from opspolicy.source.comments import hashed_lines  # noqa: PLC0415

    hashed = {path: hashed_lines(file.text) for path, file in files.items()}
    for entity in world.estate.scheduled():
        file, schedule = files.get(entity.node.file), entity.schedule
        off = isinstance(entity, Job) and entity.suspended
        if file is None or off or not isinstance(schedule, CronSchedule):
            continue
        lines = hashed[file.path]
        for at, node in enumerate(_lines(entity.node)):
            if lines is None or node.line in lines or node.line - 1 in lines:
                yield from _of(entity, schedule, at, node, file, world)


def _of(
    entity: Job | Window | Freeze,
    schedule: CronSchedule,
    at: int,
    node: Node,
    file: SourceFile,
    world: World,
) -> Iterator[Violation]:
    from opspolicy.source.comments import beside  # noqa: PLC0415 - see above

    comment = beside(file, node.span)
    told = _told(comment.text, schedule, at, world.timeline.horizon.as_of) if comment else None
    if comment is None or told is None:
        return
    says, instead = told
    yield Violation(
        f"{full(entity.ref)}: {says}",
        Note(comment.span, "this isn't what the schedule does"),
        (Note(node.span, "the schedule"),),
        subjects=(entity.ref,),
        hint=f"let the comment say `{instead}`, or correct the schedule",
        key=str(node.value),
    )


def _lines(node: Node) -> list[Node]:
    """Return where the cron lines of an entry stand."""
    found = node.find("schedule", "cron") or node.find("schedule")
    if found is None:
        return []
    return found.items or [found]


def _told(comment: str, schedule: CronSchedule, at: int, as_of: int) -> tuple[str, str] | None:
    """Return what a comment says wrongly in every dialect, and what it could say instead.

    Beside one line of several it may be about that line, or about all of them.
    """
    from opspolicy.temporal.commented import contradiction  # noqa: PLC0415 - see above
    from opspolicy.temporal.facts import described, together  # noqa: PLC0415

    told: tuple[str, str] | None = None
    for facts in _facts(schedule):
        own = facts.get(at)
        if own is None:
            return None
        says = contradiction(comment, own, as_of)
        if says is None:
            return None
        if len(facts) > 1 and contradiction(comment, together(facts.values()), as_of) is None:
            return None
        told = told or (says, described(own))
    return told


def _facts(schedule: CronSchedule) -> list[dict[int, Facts]]:
    """Return, for each dialect, what its lines come to, by their places in the list."""
    from opspolicy.temporal.facts import Facts  # noqa: PLC0415 - see above

    zone = schedule.zone.key
    return [
        {
            at: Facts(line.minutes, zone, line.weekdays, line.days, line.months, line.either_day)
            for at, line in zip(schedule.positions, lines, strict=False)
        }
        for lines in schedule.variants
    ]


RULE = Rule("OPS206", "misleading-comment", INFO, __doc__, check)
