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
"""Letters that a word has at least to be taken for another one misspelt."""


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
    known = {slip: each for each in imported for slip in _slips(each.name)}
    used = estate.used("services")
    for name, service in estate.services.items():
        if name in used or estate.is_imported(service):
            continue
        found = (known[slip] for slip in _slips(name, ours=True) if slip in known)
        meant = next((each for each in found if not _is_other(name, each.name)), None)
        if meant is not None:
            yield Violation(
                f"nothing refers to {full(service.ref)}, and it completes nothing: a source has"
                f" `{meant.name}`",
                Note(service.node.place, "declared here, used nowhere"),
                (Note(meant.node.place, f"`{meant.name}` is declared here"),),
                subjects=(service.ref,),
                hint=f"did you mean `{meant.name}`?",
            )


def _slips(name: str, *, ours: bool = False) -> Iterator[tuple[str, str]]:
    """Yield what a name shares with the one that it is when a letter of either is a slip.

    Of names in a source these are the name itself and what is left of it without a letter. Of
    ``ours`` they are the other way round, so that one letter too many or too few meets the other
    name, and two letters that are swapped meet it as well. A wrong letter leaves a gap in both.
    """
    folded = name.lower()
    whole, less = ("less", "whole") if ours else ("whole", "less")
    yield whole, folded
    for at in range(len(folded)):
        before, after = folded[:at], folded[at + 1 :]
        yield less, before + after
        yield "gap", f"{before}\0{after}"
        if ours and after:
            yield "whole", before + after[0] + folded[at] + after[1:]


def _is_other(name: str, other: str) -> bool:
    """Whether two names are told apart on purpose: by a number, or by a word of a few letters."""
    import re  # noqa: PLC0415 - only for a name that may be misspelt

    words, others = (re.split(r"[._/-]", each.lower()) for each in (name, other))
    digits, others_digits = ("".join(filter(str.isdigit, each)) for each in (name, other))
    if digits != others_digits or len(words) != len(others):
        return True
    differ = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    return any(min(map(len, pair)) < SHORTEST for pair in differ)


RULE = Rule("OPS105", "unused-declaration", INFO, __doc__, check)
