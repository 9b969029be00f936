"""A waiver's last day is over, and what it was for goes on.

## What it does
Reports a waiver, or an inline ignore, whose last day has ended while a finding that it matches
still has occurrences that start later. The day ends at midnight in the zone of what the finding is
about.

## Why
Somebody accepted this until that day and no longer. What was to be repaired by then hasn't been,
and the finding fails the check again.

## Example
```yaml
services:
  customer-portal: {owner: digital, customer_facing: true}
maintenance_windows:
  portal-upgrade:
    owner: digital
    takes_down: [customer-portal]
    start: 2027-10-09T06:00Z
    duration: 2h
waivers:
  - rule: outage-in-business-hours
    on: [maintenance_window/portal-upgrade, service/customer-portal]
    reason: The old database is switched off in summer
    approved_by: [digital]
    expires: 2027-07-31
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

from opspolicy.rules.base import ERROR, Rule

RULE = Rule("OPS801", "expired-waiver", ERROR, __doc__)
