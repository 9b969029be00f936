"""An entry of a foreign file isn't judged, as it isn't understood or can't be placed in time.

## What it does
Names each entry of a file that is read in place (`sources` in `opspolicy.yaml`) and left out, with
the reason.

## Why
What isn't imported isn't guarded either. A schedule that nobody can place in time is never guessed
at, and never dropped in silence.

## Example
```yaml
# opspolicy.yaml
sources: [{format: kubernetes, paths: [k8s.yaml]}]
# k8s.yaml
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec: {schedule: "{{ .Values.schedule }}"}
```

## Use instead
```yaml
# opspolicy.yaml
sources: [{format: kubernetes, paths: [k8s.yaml], defaults: {timezone: UTC, owner: data}}]
# k8s.yaml
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, annotations: {opspolicy.dev/duration: 10m}}
spec: {schedule: "0 3 * * *"}
```
"""

from __future__ import annotations

from opspolicy.rules.base import INFO, Rule, Violation, World
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each entry that was left out."""
    for each in world.estate.left_out:
        yield Violation(
            each.message,
            Note(each.span, each.message),
            subjects=(f"file/{each.span.file}",),
            hint=each.hint,
            key=each.key,
        )


RULE = Rule("OPS109", "not-imported", INFO, __doc__, check)
