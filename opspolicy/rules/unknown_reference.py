"""A name is used that nothing declares.

## What it does
Reports every reference to a service, calendar, job or vendor that no file of the estate declares,
with the nearest name that is declared.

## Why
A dependency on a misspelt name is a dependency on nothing: whatever happens to the real service,
no outage arrives. The run is incomplete, and the exit code is 2. It is also what a change shows
that deletes a service others still need.

## Example
```yaml
services:
  customer-portal:
    depends_on: [identiy]
  identity: {}
```

## Use instead
```yaml
services:
  customer-portal:
    depends_on: [identity]
  identity: {}
```
"""

from __future__ import annotations

from opspolicy.estate.vocabulary import SECTIONS
from opspolicy.phrases import did_you_mean
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.wording import full, kind
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Reference


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each name that leads nowhere, once for each who uses it."""
    uses: dict[tuple[str, str], list[Reference]] = {}
    for reference in world.estate.unknown():
        target = f"{SECTIONS[reference.section]}/{reference.name}"
        uses.setdefault((reference.by, target), []).append(reference)
    for (_, target), references in uses.items():
        reference, *others = sorted(references, key=lambda each: each.span)
        known = list(world.estate.section(reference.section))
        where = f"declare {full(target)}, or take the name out"
        yield Violation(
            f"{full(reference.by)} names {full(target)}, which nothing declares",
            Note(reference.span, f"no {kind(target)} has this name"),
            tuple(Note(each.span, "here too") for each in others),
            subjects=(reference.by,),
            hint=did_you_mean(reference.name, known) or where,
            key=target,
        )


RULE = Rule("OPS101", "unknown-reference", ERROR, __doc__, check, incomplete=True)
