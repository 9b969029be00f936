"""A declaration has a key or a value the language doesn't know.

## What it does
Checks every declaration against the JSON Schema of its section (`opspolicy schema` prints it) and
reports each mistake at its exact key, with what would be right and the nearest known key.

## Why
A misspelt `takes_dwon` takes nothing down, and the collision it would have shown is never found.
So an unknown key is an error, and the exit code is 2. What is right in the declaration is still
checked.

## Example
```yaml
maintenance_windows:
  portal-upgrade:
    owner: platform
    takes_dwon: [customer-portal]
    start: 2027-10-09T00:00Z
    duration: 48 hours
services:
  customer-portal: {}
```

## Use instead
```yaml
maintenance_windows:
  portal-upgrade:
    owner: platform
    takes_down: [customer-portal]
    start: 2027-10-09T00:00Z
    duration: 48h
services:
  customer-portal: {}
```
"""

from __future__ import annotations

from opspolicy.rules.base import ERROR, Rule

RULE = Rule("OPS003", "schema-violation", ERROR, __doc__, incomplete=True)
