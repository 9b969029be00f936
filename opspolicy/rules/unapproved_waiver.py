"""A waiver lacks the approval of somebody whom the finding concerns.

## What it does
Reports a waiver whose `approved_by` leaves out an owner of a subject or a cause of a finding that
it matches. Until they are all there it waives nothing of that finding. Says who is missing, and how
to reach them where `teams` has it.

## Why
Whoever plans an outage must not be the one who accepts it for everybody: the team whose customers
are cut off has to know, and to agree.

## Example
```yaml
services:
  customer-portal: {owner: digital, customer_facing: true}
maintenance_windows:
  portal-upgrade:
    owner: platform
    takes_down: [customer-portal]
    start: 2027-10-09T06:00Z
    duration: 2h
waivers:
  - rule: outage-in-business-hours
    on: [maintenance_window/portal-upgrade, service/customer-portal]
    reason: The regulator's deadline
    approved_by: [platform]
    expires: 2027-10-11
```

## Use instead
```yaml
services:
  customer-portal: {owner: digital, customer_facing: true}
maintenance_windows:
  portal-upgrade:
    owner: platform
    takes_down: [customer-portal]
    start: 2027-10-09T06:00Z
    duration: 2h
waivers:
  - rule: outage-in-business-hours
    on: [maintenance_window/portal-upgrade, service/customer-portal]
    reason: The regulator's deadline
    approved_by: [digital, platform]
    expires: 2027-10-11
```
"""

from __future__ import annotations

from opspolicy.rules.base import ERROR, Rule

RULE = Rule("OPS803", "unapproved-waiver", ERROR, __doc__)
