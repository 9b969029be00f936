"""A schedule, a duration, a time zone or a deadline makes no sense.

## What it does
Reports values of the right shape that mean nothing: a cron line its scheduler doesn't accept, a
date that isn't in the calendar, an end before its start, a time zone tzdata doesn't know, a
deadline that has passed when the run starts. Also what this version can't expand yet: it is said,
never ignored.

## Why
When something happens is the one thing opspolicy must know. A schedule it can't read makes the run
incomplete, and the exit code is 2.

## Example
```yaml
jobs:
  mail-ebills:
    owner: billing
    scheduler: kubernetes
    schedule: {cron: "0 6 * * 7", timezone: America/Toronto}
    duration: 4h
```

## Use instead
```yaml
jobs:
  mail-ebills:
    owner: billing
    scheduler: kubernetes
    schedule: {cron: "0 6 * * 0", timezone: America/Toronto}
    duration: 4h
```
"""

from __future__ import annotations

from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.wording import full
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each value that means nothing."""
    for invalid in world.estate.invalid:
        yield Violation(
            f"{full(invalid.by)}: {invalid.message}",
            Note(invalid.span, invalid.message),
            subjects=(invalid.by,),
            hint=invalid.hint,
            key=invalid.key,
        )


RULE = Rule("OPS201", "invalid-schedule", ERROR, __doc__, check, incomplete=True)
