"""A waiver or an inline ignore accepts nothing.

## What it does
Reports a waiver that no finding needs, and says why: nothing matches it, a schedule behind what it
`accepts` has changed, all it matches starts after its last day, its rule doesn't exist or is
switched off, or what it matches can't be waived. Likewise an inline ignore, also one that can't be
read.

## Why
Whoever wrote it takes something for accepted that isn't: a misspelt rule, a renamed window, a
comment on the wrong line. And one that is left over waits for the next collision of the same name,
which nobody has agreed to.

## Example
```yaml
calendars:
  waking-hours: {timezone: UTC, hours: [{days: everyday, from: 07:00, to: 23:00}]}
services:
  customer-portal: {owner: digital, customer_facing: true, business_hours: waking-hours}
maintenance_windows:
  portal-upgrade:
    owner: digital
    takes_down: [customer-portal]
    start: 2027-10-09T02:00Z
    duration: 2h
waivers:
  - rule: outage-in-business-hours
    on: [maintenance_window/portal-upgrade, service/customer-portal]
    reason: The regulator's deadline
    approved_by: [digital]
    expires: 2027-10-11
```

## Use instead
```yaml
calendars:
  waking-hours: {timezone: UTC, hours: [{days: everyday, from: 07:00, to: 23:00}]}
services:
  customer-portal: {owner: digital, customer_facing: true, business_hours: waking-hours}
maintenance_windows:
  portal-upgrade:
    owner: digital
    takes_down: [customer-portal]
    start: 2027-10-09T02:00Z
    duration: 2h
```
"""

from __future__ import annotations

from opspolicy.rules.base import WARNING, Rule

RULE = Rule("OPS802", "unused-waiver", WARNING, __doc__)
