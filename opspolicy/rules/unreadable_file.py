"""A file can't be read.

## What it does
Reports a file of the estate that is not UTF-8, is larger than 1 MiB, is no regular file, lies
outside the root (also by a link), or is over one of the limits that keep a hostile file from
stopping the gate: 64 levels, 200,000 YAML events, 200 aliases, 250,000 values once aliases are
written out, 64 KiB in one text.

## Why
What a file declares that can't be read is unknown. The run is incomplete, and the exit code is 2
until the file is mended or excluded.

## Example
```yaml
x-generated: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
  too deep to be meant]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
```

## Use instead
```yaml
x-generated: [as flat as possible]
```
"""

from __future__ import annotations

from opspolicy.rules.base import ERROR, Rule

RULE = Rule("OPS001", "unreadable-file", ERROR, __doc__, incomplete=True)
