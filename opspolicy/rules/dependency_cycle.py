"""Services depend on each other in a circle.

## What it does
Prints a shortest circle for every knot of services that depend on each other, hard, soft or in a
redundancy group.

## Why
When one of them goes down, all of them do, and after a full stop none of them can be started first.
The outages are still worked out exactly; the circle is usually a mistake in what depends on what.

## Example
```yaml
services:
  portal: {depends_on: [identity]}
  identity: {depends_on: [portal]}
```

## Use instead
```yaml
services:
  portal: {depends_on: [identity]}
  identity: {}
```
"""

from __future__ import annotations

from itertools import pairwise

from opspolicy.estate import places
from opspolicy.rules.base import WARNING, Rule, Violation, World
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each knot in the dependency graph."""
    services = world.estate.services
    for cycle in world.estate.graph.cycles():
        round_trip = [*cycle, cycle[0]]
        notes = [
            Note(places.dependency(services[above], below), f"`{above}` depends on `{below}`")
            for above, below in pairwise(round_trip)
        ]
        yield Violation(
            f"`{cycle[0]}` depends on itself: {' → '.join(round_trip)}",
            notes[0],
            tuple(notes[1:]),
            subjects=tuple(f"service/{name}" for name in sorted(cycle)),
            hint="take out a dependency that isn't one, or make one soft that isn't hard",
        )


RULE = Rule("OPS103", "dependency-cycle", WARNING, __doc__, check)
