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
from opspolicy.estate.foreign import Foreign
from opspolicy.record import NamedTuple
from opspolicy.rules.base import INFO, Rule, Violation, World
from opspolicy.rules.wording import full
from opspolicy.source.span import Note
from opspolicy.temporal.cron import Cron
from opspolicy.temporal.durations import MINUTE
from opspolicy.temporal.schedules import CRON, RecurringSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Freeze, Window
    from opspolicy.source.files import SourceFile, Written
    from opspolicy.source.node import Node
    from opspolicy.temporal.comments.facts import Facts


# Keys and list items beside or below which a comment can be about a schedule.
NEAR = ("schedule", "cron", "- ")
ANYWHERE = ("",)


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each comment that contradicts its schedule."""
    files = {file.path: file for file in world.estate.files if "#" in file.text}
    if not files:
        return
    # A run without any comment needs none of what reads them.
    from opspolicy.source.comments import remarked_lines  # noqa: PLC0415

    remarked = {path: remarked_lines(file.text, _near(file)) for path, file in files.items()}
    by_file: dict[str, list[tuple[Job | Window | Freeze, RecurringSchedule]]] = {}
    for entity in world.estate.scheduled():
        schedule, path = entity.schedule, entity.node.file
        off = isinstance(entity, Job) and entity.suspended
        if off or not isinstance(schedule, RecurringSchedule) or schedule.kind != CRON:
            continue
        if remarked.get(path, True):
            by_file.setdefault(path, []).append((entity, schedule))
    # File by file, as each has to be read again to know what stands on which line.
    for path in sorted(by_file.keys() & files):
        yield from _in_file(files[path], remarked[path], by_file[path], world)
        files[path].forget()


def _near(file: SourceFile) -> tuple[str, ...]:
    """Return what the lines hold that a comment can be about; a crontab's have no key."""
    return ANYWHERE if isinstance(file, Foreign) and not file.is_yaml else NEAR


def _in_file(
    file: SourceFile,
    remarked: frozenset[int] | None,
    scheduled: list[tuple[Job | Window | Freeze, RecurringSchedule]],
    world: World,
) -> Iterator[Violation]:
    """Judge the comments of one file, of which those near a schedule stand on known lines."""
    near: list[tuple[Job | Window | Freeze, RecurringSchedule, list[Node]]] = []
    on_line: dict[int, set[int]] = {}
    for entity, schedule in scheduled:
        # What a test has changed of it stands in another file.
        nodes = [node for node in _lines(entity.node) if node.file == file.path]
        for node in nodes:
            on_line.setdefault(node.line, set()).add(id(entity.node.find("schedule")))
        if any(remarked is None or remarked & {node.line, node.line - 1} for node in nodes):
            near.append((entity, schedule, nodes))
    for entity, schedule, nodes in near:
        # Behind two schedules on one line, nobody can tell which of them a comment is about.
        own = [len(on_line[node.line]) == 1 for node in nodes]
        yield from _of(entity, schedule, file, nodes if all(own) else [], world)


def _of(
    entity: Job | Window | Freeze,
    schedule: RecurringSchedule,
    file: SourceFile,
    nodes: list[Node],
    world: World,
) -> Iterator[Violation]:
    from opspolicy.source.comments import beside  # noqa: PLC0415 - see above

    comments = [(at, node, beside(file, node.span)) for at, node in enumerate(nodes)]
    if all(comment is None for _, _, comment in comments):
        return
    facts = _facts(schedule)
    seen: set[int] = set()
    for at, node, comment in comments:
        if comment is None or comment.span.line in seen:
            continue
        told = _told(comment.text, facts, at, world.timeline.horizon.as_of)
        if told is not None:
            seen.add(comment.span.line)
            says, instead = told
            yield Violation(
                f"{full(entity.ref)}: {says}",
                Note(comment.span, "this isn't what the schedule does"),
                (Note(node.span, "the schedule"),),
                subjects=(entity.ref,),
                hint=f"let the comment say `{instead}`, or correct the schedule",
                key=str(node.value),
            )


def _lines(node: Written) -> list[Node]:
    """Return where the cron lines of an entry stand."""
    found = node.find("schedule", "cron") or node.find("schedule")
    if found is None:
        return []
    return found.items or [found]


class InDialect(NamedTuple):
    """What the lines come to in one dialect: each by its place in the list, and all together."""

    lines: dict[int, Facts]
    whole: Facts


def _told(comment: str, dialects: list[InDialect], at: int, as_of: int) -> tuple[str, str] | None:
    """Return what a comment says wrongly in every dialect, and what it could say instead.

    Beside one line of several it may be about that line, or about all of them.
    """
    from opspolicy.temporal.comments.contradictions import contradiction  # noqa: PLC0415 - see above
    from opspolicy.temporal.comments.facts import described  # noqa: PLC0415

    told: tuple[str, str] | None = None
    for lines, whole in dialects:
        facts = lines.get(at)
        says = contradiction(comment, facts, as_of) if facts is not None else None
        if facts is None or says is None or contradiction(comment, whole, as_of) is None:
            return None
        told = told or (says, described(facts))
    return told


def _facts(schedule: RecurringSchedule) -> list[InDialect]:
    """Return what a schedule comes to, in each dialect that it may be in."""
    from opspolicy.temporal.comments.facts import together  # noqa: PLC0415 - see above

    zone = schedule.zone.key
    found: list[InDialect] = []
    for lines in schedule.rules:
        facts = {
            at: _facts_of(line, zone)
            for at, line in zip(schedule.positions, lines, strict=True)
            if isinstance(line, Cron) and line.is_plain
        }
        if facts:
            found.append(InDialect(facts, together(facts.values())))
    return found


def _facts_of(line: Cron, zone: str) -> Facts:
    from opspolicy.temporal.comments.facts import Facts  # noqa: PLC0415 - see above

    read = line.line
    times = tuple(sorted({time // MINUTE for time in line.times}))
    return Facts(times, zone, read.weekdays, read.days, read.months, line.either_day)


RULE = Rule("OPS206", "misleading-comment", INFO, __doc__, check)
