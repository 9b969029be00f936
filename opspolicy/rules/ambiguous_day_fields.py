"""A cron line restricts both the day of the month and the weekday.

## What it does
Reports a cron line whose two day fields both leave days out, and says what its scheduler makes of
that, with the next three dates. Quartz and EventBridge want a `?` in one of the two, so there it
can't happen.

## Why
`0 6 1-7 * mon` looks like the first Monday of the month. Under cron and Kubernetes it runs on the
first seven days and on every Monday besides. With a `*/2` in front, Debian's cron wants both to
fit and all others want either.

## Example
```yaml
jobs:
  close-books:
    owner: billing
    scheduler: kubernetes
    schedule: {cron: "0 6 1-7 * mon", timezone: Europe/Paris}
    duration: 1h
```

## Use instead
```yaml
jobs:
  close-books:
    owner: billing
    schedule: {rrule: FREQ=MONTHLY;BYDAY=1MO, start: 2027-01-04T06:00, timezone: Europe/Paris}
    duration: 1h
```
"""

from __future__ import annotations

from opspolicy.rules.base import WARNING, Rule, Violation, World
from opspolicy.rules.wording import full, listing
from opspolicy.source.span import Note
from opspolicy.temporal.cron import Cron
from opspolicy.temporal.cron_grammar import ALL_DAYS, ALL_WEEKDAYS
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import day_words
from opspolicy.temporal.schedules import CRON, RecurringSchedule, upcoming

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Freeze, Job, Window

DATES_SHOWN = 3
HINT = "for either, write two lines; for both, an `rrule` such as FREQ=MONTHLY;BYDAY=1MO"


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each cron line with two restricted day fields."""
    as_of = world.timeline.horizon.as_of
    for schedule, entities in world.estate.keeping().items():
        if not isinstance(schedule, RecurringSchedule) or schedule.kind != CRON:
            continue
        lines = schedule.rules[0]
        for position, line in zip(schedule.positions, lines, strict=True):
            if isinstance(line, Cron) and restricts_both(line):
                told = (
                    f"`{line.text}` restricts both the day of the month and the weekday."
                    f" {_told(schedule, lines.index(line), as_of)}"
                )
                for entity in entities:
                    yield _violation(entity, position, line, told)


def _violation(entity: Job | Window | Freeze, position: int, line: Cron, told: str) -> Violation:
    listed = entity.node.find("schedule", "cron", position) is not None
    place = entity.node.at("schedule", "cron", *([position] if listed else []))
    return Violation(
        f"{full(entity.ref)}: {told}",
        Note(place, "both day fields are set"),
        subjects=(entity.ref,),
        hint=HINT,
        key=line.text,
    )


def restricts_both(line: Cron) -> bool:
    """Whether it takes knowing the dialect to tell the days from the two day fields."""
    fields = line.line
    every = (fields.days == ALL_DAYS, fields.weekdays == ALL_WEEKDAYS)
    if line.either_day:
        # Spelt out, `1-31` is no star: either field fits on every day there is.
        return not all(every)
    return not any(every) and 0 not in {fields.days, fields.weekdays}


def _told(schedule: RecurringSchedule, at: int, as_of: int) -> str:
    """Return what each dialect makes of the line, with the next dates."""
    told: dict[str, list[str]] = {}
    for lines in schedule.rules:
        line = lines[at]
        assert isinstance(line, Cron)  # noqa: S101 - the others read the same text
        alone = RecurringSchedule(((line,),), schedule.zone, schedule.bounds, schedule.adjustment)
        # Looking for the next date of what has none would be to look through decades.
        never = alone.adjustment is not None and alone.never_runs(as_of)
        starts = [] if never else upcoming(alone, as_of, DATES_SHOWN, days=True)
        dates = listing([day_words(schedule.zone.wall(each) // DAY) for each in starts])
        fit = "either fits" if line.either_day else "both fit"
        told.setdefault(f"where {fit}: {'next ' * bool(dates)}{dates or 'never'}", []).append(
            line.dialect.title
        )
    parts = [f"{listing(who)} run{'s' * (len(who) == 1)} it {what}" for what, who in told.items()]
    return "; ".join([parts[0][0].upper() + parts[0][1:], *parts[1:]])


RULE = Rule("OPS204", "ambiguous-day-fields", WARNING, __doc__, check)
