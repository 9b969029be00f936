"""A change loosens the gate that judges it.

## What it does
Compared with a base (`check --base`), reports each setting that asks for less than before: a
shorter horizon, a looser `fail_on`, a new `exclude`, files that are no longer checked, a policy
that is gone, milder, narrower, unlocked or has other options, and a waiver or an inline ignore that
is extended. The change itself is judged by the stricter of both sides, so that loosening gains it
nothing. Nothing waives this.

## Why
Who can turn the gate off in the same change that it should stop has no gate. Changing the rules is
fine, as a decision of its own, by those who own them.

## Example
```yaml
# Without a base there is nothing to weaken: see `opspolicy check --base main`.
services:
  shop: {owner: retail}
```

## Use instead
```yaml
services:
  shop: {owner: retail}
```
"""

from __future__ import annotations

from opspolicy.rules.base import ERROR, Rule

RULE = Rule("OPS804", "weakened-policy", ERROR, __doc__)
