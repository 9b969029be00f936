"""A local time has no time zone to read it in.

## What it does
Reports a schedule, a window, a freeze or a calendar whose times are wall-clock times, when neither
the entry nor the `defaults` of its file or of `opspolicy.yaml` name a time zone. An instant with
an offset (`2027-10-09T06:00Z`) needs none.

## Why
A guess about time is how outages happen. Kubernetes runs a CronJob without `timeZone` in the zone
of its controller, which the file doesn't say; cron in that of its machine. So nothing is guessed,
and the exit code is 2.

## Example
```yaml
jobs:
  mail-ebills:
    owner: billing
    scheduler: kubernetes
    schedule: "0 6 8 * *"
    duration: 4h
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
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.wording import full, name
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.estate import Estate


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each local time that could be anywhere."""
    for missing in world.estate.missing_zones:
        yield Violation(
            f"{full(missing.by)}: nothing says in which time zone {missing.message}",
            Note(missing.span, "in which time zone?"),
            subjects=(missing.by,),
            hint=_hint(world.estate, missing.by),
            key=missing.key,
        )


def _hint(estate: Estate, ref: str) -> str:
    entity = estate.entity(ref)
    if entity is None or saying.format_of(entity, "timezone") is None:
        return f"add `timezone: Area/City` to {name(ref)}, or to the file's `defaults`"
    whose = saying.defaults_of(entity, "timezone")
    other = saying.how_to_say(entity, "timezone", "Area/City")
    return f"add `timezone: Area/City` to {whose}, or {other}"


RULE = Rule("OPS207", "missing-timezone", ERROR, __doc__, check, incomplete=True)
