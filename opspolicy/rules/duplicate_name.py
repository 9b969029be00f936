"""A name is declared twice.

## What it does
Reports a second declaration of a name in the same section, wherever in the estate it stands, also
when the two differ only in upper and lower case. Both places are shown.

## Why
Names are global, so that any team can refer to any service. With two declarations, which one a
reference means would depend on the order of files. The first one found is used for the rest of the
check, and the exit code is 2.

## Example
```yaml
services:
  identity: {}
  Identity: {}
```

## Use instead
```yaml
services:
  identity: {}
  identity-admin: {}
```
"""

from __future__ import annotations

from opspolicy.estate.vocabulary import SECTIONS
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.wording import full
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each second declaration."""
    for twice in world.estate.duplicates:
        ref = f"{SECTIONS[twice.section]}/{twice.name}"
        first = twice.first
        where = f"{first.file}:{first.line}"
        spelled = "" if twice.name == twice.first_name else f" as `{twice.first_name}`"
        yield Violation(
            f"{full(ref)} is already declared{spelled}, at {where}",
            Note(twice.span, "declared again here"),
            (Note(first, "declared first here"),),
            subjects=(ref,),
            hint=twice.hint,
            key=f"{twice.span.file}",
        )


RULE = Rule("OPS102", "duplicate-name", ERROR, __doc__, check, incomplete=True)
