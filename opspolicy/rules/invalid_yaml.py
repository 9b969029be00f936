"""A file is not the YAML it should be.

## What it does
Reports syntax errors, keys that stand twice in one mapping, tags outside YAML's core schema,
infinite numbers, control characters, and aliases that contain themselves. The commonest mistake in
a file of schedules, an unquoted `*/5 * * * *`, gets a message of its own.

## Why
Nothing a broken file declares is used: half a file would be a guess. All other files are checked as
if it weren't there, and the exit code is 2.

## Example
```yaml
jobs:
  cleanup:
    owner: platform
    scheduler: cron
    schedule: */15 * * * *
    duration: 1m
```

## Use instead
```yaml
jobs:
  cleanup:
    owner: platform
    scheduler: cron
    schedule: {cron: "*/15 * * * *", timezone: UTC}
    duration: 1m
```
"""

from __future__ import annotations

from opspolicy.rules.base import ERROR, Rule

RULE = Rule("OPS002", "invalid-yaml", ERROR, __doc__, incomplete=True)
