"""A calendar, a vendor or a team is declared and never used.

## What it does
Reports calendars, vendors and teams that no declaration of the estate names; those of other
programs' files (`sources`) have their use there. Where services are read from such files, it also
reports one that is declared here, is named nowhere, and is one letter off one of those.

## Why
Hours that were meant for a service and never given to it protect nobody, and the gate says
nothing about them. More often it is left over from something deleted. A misspelt name completes no
service of a source: it is a new service, of which nobody is cut off.

## Example
```yaml
calendars:
  shop-hours:
    timezone: Europe/Paris
    hours: [{days: mon-fri, from: 09:00, to: 18:00}]
services:
  shop: {owner: retail, customer_facing: true}
```

## Use instead
```yaml
calendars:
  shop-hours:
    timezone: Europe/Paris
    hours: [{days: mon-fri, from: 09:00, to: 18:00}]
services:
  shop: {owner: retail, customer_facing: true, business_hours: shop-hours}
```
"""

from __future__ import annotations

from opspolicy.rules.base import INFO, Rule, Violation, World
from opspolicy.rules.wording import full
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.estate import Estate

SHORTEST = 4
"""Letters that a name has at least to be taken for another one misspelt."""


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each declaration nothing names."""
    estate = world.estate
    for section in ("calendars", "vendors", "teams"):
        used = estate.used(section)
        for name, entity in estate.section(section).items():
            # What is declared for another program is used by that one.
            if name not in used and not estate.is_imported(entity):
                yield Violation(
                    f"nothing refers to {full(entity.ref)}",
                    Note(entity.node.place, "declared here, used nowhere"),
                    subjects=(entity.ref,),
                    hint="use it, or delete it",
                )
    yield from _misspelt(estate)


def _misspelt(estate: Estate) -> Iterator[Violation]:
    """Yield a violation for each service of ours that looks like one of a source, misspelt."""
    imported = [each for each in estate.services.values() if estate.is_imported(each)]
    if not imported:
        return
    near = {misspelt: each for each in imported for misspelt in _misspellings(each.name)}
    used = estate.used("services")
    for name, service in estate.services.items():
        if name in used or estate.is_imported(service):
            continue
        meant = next((near[each] for each in _misspellings(name) if each in near), None)
        if meant is not None:
            yield Violation(
                f"nothing refers to {full(service.ref)}, and it completes nothing: a source has"
                f" `{meant.name}`",
                Note(service.node.place, "declared here, used nowhere"),
                (Note(meant.node.place, f"`{meant.name}` is declared here"),),
                subjects=(service.ref,),
                hint=f"did you mean `{meant.name}`?",
            )


def _misspellings(name: str) -> Iterator[tuple[str, str]]:
    """Yield what a name has in common with those that one letter more, less or other makes of it.

    It comes with its digits: `shop-1` and `shop-2` are two services.
    """
    folded = name.lower()
    if len(name) < SHORTEST:
        return
    digits = "".join(filter(str.isdigit, folded))
    yield folded, digits
    for at in range(len(folded)):
        yield folded[:at] + folded[at + 1 :], digits


RULE = Rule("OPS105", "unused-declaration", INFO, __doc__, check)
