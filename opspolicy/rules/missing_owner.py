"""A service, a job or a maintenance window has no owner.

## What it does
Reports a customer-facing service, a job or a maintenance window without an `owner`, and any owner
that is not among the `teams` where the estate declares teams.

## Why
A collision is settled by two people talking to each other. Without an owner there is nobody to
name in the finding, nobody to approve a waiver, and the other side talks to itself.

## Example
```yaml
jobs:
  mail-ebills:
    scheduler: kubernetes
    schedule: {cron: "0 6 8 * *", timezone: America/Toronto}
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
from opspolicy.estate.declarations import Job, Service, Window
from opspolicy.phrases import did_you_mean
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.wording import count, full
from opspolicy.source.span import Note, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Freeze


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each owner that is missing or unknown."""
    estate = world.estate
    outsiders: dict[tuple[Span, str], list[str]] = {}
    for entity in estate.owned():
        owner = entity.owner
        if owner is None:
            if not must_have_owner(entity):
                continue
            says = entity.node.find("owner") is not None or not isinstance(entity.node.value, dict)
            if not says:
                yield Violation(
                    f"{full(entity.ref)} has no owner",
                    Note(entity.node.place, "nobody answers for this"),
                    subjects=(entity.ref,),
                    hint=_hint(entity),
                )
        elif estate.declares_teams and owner not in estate.teams:
            outsiders.setdefault((estate.owner_place(entity), owner), []).append(entity.ref)
    # A default that names no team is one mistake, however many entries it owns.
    for (span, owner), refs in outsiders.items():
        more = f" and {count(len(refs) - 1, 'other entry', 'other entries')}" if refs[1:] else ""
        yield Violation(
            f"`{owner}`, the owner of {full(refs[0])}{more}, is not one of the teams",
            Note(span, "no team has this name"),
            subjects=tuple(sorted(refs)),
            hint=did_you_mean(owner, estate.teams) or "declare it under `teams`, with a contact",
            key=owner,
        )


def _hint(entity: Service | Job | Window | Freeze) -> str:
    if saying.format_of(entity, "owner") is None:
        return "add `owner: TEAM`, here or under the file's `defaults`"
    whose = saying.defaults_of(entity, "owner")
    other = saying.how_to_say(entity, "owner", "TEAM", one_way=True)
    return f"add `owner: TEAM` to {whose}, or {other}"


def must_have_owner(entity: Service | Job | Window | Freeze) -> bool:
    """Whether somebody must answer for an entity."""
    if isinstance(entity, Service):
        return entity.customer_facing
    return isinstance(entity, Job | Window)


RULE = Rule("OPS104", "missing-owner", ERROR, __doc__, check)
