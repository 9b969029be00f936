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

from opspolicy.estate.foreign import Foreign
from opspolicy.estate.vocabulary import SECTIONS
from opspolicy.phrases import did_you_mean
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.wording import full, kind
from opspolicy.source.files import Written
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Reference
    from opspolicy.source.span import Span

MOST_SHOWN = 3
"""Entries that a name of a source is shown at."""


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each name that leads nowhere, once for each who uses it."""
    uses: dict[tuple[str, str], list[Reference]] = {}
    told: dict[tuple[Span, str], list[Reference]] = {}
    for reference in world.estate.unknown():
        target = f"{SECTIONS[reference.section]}/{reference.name}"
        source = _source(reference)
        if source is None:
            uses.setdefault((reference.by, target), []).append(reference)
        else:
            told.setdefault((source, target), []).append(reference)
    for (source, target), references in told.items():
        yield _of_source(world, source, target, references)
    for (_, target), references in uses.items():
        reference, *others = sorted(references, key=lambda each: each.span)
        yield Violation(
            f"{full(reference.by)} names {full(target)}, which nothing declares",
            Note(reference.span, f"no {kind(target)} has this name"),
            tuple(Note(each.span, "here too") for each in others),
            subjects=(reference.by,),
            hint=_hint(world, reference, target),
            key=target,
        )


def _hint(world: World, reference: Reference, target: str) -> str:
    meant = did_you_mean(reference.name, list(world.estate.section(reference.section)))
    return meant or f"declare {full(target)}, or take the name out"


def _source(reference: Reference) -> Span | None:
    """Return where a configuration's source says the name, for all that is read from it."""
    node, (key, *_) = reference.node, reference.path
    if not isinstance(node, Written) or not isinstance(key, str):
        return None
    part = node.holder(key)
    if not isinstance(part.source, Foreign):
        return None
    return part.source.told(part.document, key, reference.name)


def _of_source(world: World, source: Span, target: str, references: list[Reference]) -> Violation:
    """Return the one violation of all that a source gives a name that nothing declares."""
    found = sorted(references, key=lambda each: each.span)
    first, *others = dict.fromkeys(each.by for each in found)
    more = f" and {len(others):,} more" if others else ""
    return Violation(
        f"a source gives {full(first)}{more} the name of {full(target)}, which nothing declares",
        Note(source, f"no {kind(target)} has this name"),
        tuple(Note(each.span, "here it is given") for each in found[:MOST_SHOWN]),
        subjects=(first, *others),
        hint=_hint(world, found[0], target),
        key=target,
    )


RULE = Rule("OPS101", "unknown-reference", ERROR, __doc__, check, incomplete=True)
