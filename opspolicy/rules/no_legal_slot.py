"""Nowhere in the horizon is there a slot for a maintenance window that collides.

## What it does
For a maintenance window with findings, looks for any other time at which it could happen: a day or
a `movable.step` at a time, from now to the end of the horizon and within `movable`. Reports the
window when business hours, maintenance hours, demand, runs and freezes leave none of its length.
`opspolicy check` looks for the five windows with the worst findings, and for none where judging the
estate again would take long. A waiver on this rule covers nothing: accept what the window causes,
and no slot is looked for.

## Why
"Move it" is no advice for what can't be moved. Then the window has to be shorter, or split, or
somebody has to permit an outage, and it is better to know that before the evening of the change.

## Example
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
calendars:
  shop-hours:
    hours: [{days: everyday, from: 06:00, to: 24:00}]
services:
  shop: {customer_facing: true, business_hours: shop-hours}
maintenance_windows:
  database-move:
    takes_down: [shop]
    start: 2027-10-10T00:00
    duration: 8h
```

## Use instead
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
calendars:
  shop-hours:
    hours: [{days: everyday, from: 06:00, to: 24:00}]
services:
  shop: {customer_facing: true, business_hours: shop-hours}
maintenance_windows:
  database-move-1:
    takes_down: [shop]
    start: 2027-10-10T00:00
    duration: 4h
  database-move-2:
    takes_down: [shop]
    start: 2027-10-11T00:00
    duration: 4h
```
"""

from __future__ import annotations

from opspolicy.rules.base import WARNING, Rule

RULE = Rule("OPS505", "no-legal-slot", WARNING, __doc__)
