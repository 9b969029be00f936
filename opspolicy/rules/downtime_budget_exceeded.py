"""A service is down for longer in some period than its budget permits.

## What it does
Adds up, for each service with a `downtime_budget`, its planned downtime in every period of `per`,
wherever the period begins, and reports those with more than `max`. The worst is shown with its
start and its end. Downtime counts whatever causes it, recovery and what is inherited included, and
also what is over when the check is made; an hour in which two windows are under way counts once.
With `counts: business_hours` only the hours count in which customers need the service. With
`required: true` a policy has each customer-facing service declare a budget.

## Why
"Planned downtime" is no longer excused: customers count hours, not reasons. Each window is short,
and nobody adds up those of five teams. A budget per calendar month doesn't see the last weekend of
one and the first of the next.

## Example
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  shop: {depends_on: [database], downtime_budget: {max: 8h, per: 30d}}
  database: {}
maintenance_windows:
  database-move:
    takes_down: [database]
    start: 2027-10-30T22:00
    duration: 6h
  shop-release:
    takes_down: [shop]
    start: 2027-11-06T22:00
    duration: 3h
```

## Use instead
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  shop: {depends_on: [database], downtime_budget: {max: 8h, per: 30d}}
  database: {}
maintenance_windows:
  database-move:
    takes_down: [database]
    start: 2027-10-30T22:00
    duration: 6h
  shop-release:
    takes_down: [shop]
    start: 2027-12-04T22:00
    duration: 3h
```
"""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.rules.base import DOWNTIME_BUDGET, ERROR, Rule, Violation, World
from opspolicy.rules.options import Options, flag
from opspolicy.rules.together import REQUIRED, Exceeded, contributors, missing, violation
from opspolicy.rules.wording import when, words
from opspolicy.source.span import Note
from opspolicy.temporal import wording
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.timeline.spent import Spent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Service
    from opspolicy.timeline.outages import Outages
    from opspolicy.timeline.spent import Period

IN_HOURS = "business_hours"
"""Counts what customers miss; anything else, whatever is down."""


class _Budget(NamedTuple):
    """How much downtime a service may have in any period of how long, in seconds.

    ``in_hours`` says that only the hours count in which customers need it. ``back`` is how far back
    anybody's budget reaches: what happens so long before is worked out once for all.
    """

    most: int
    per: int
    in_hours: bool
    back: int


def check(world: World, options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each service whose budget is exceeded."""
    if options.get(REQUIRED) is True:
        why = "nobody adds up how long they do without it"
        hint = "declare what they can live with: `downtime_budget: {max: 12h, per: 30d}`"
        yield from missing(world, DOWNTIME_BUDGET, why, hint)
    budgets = (each.downtime_budget for each in world.estate.services.values())
    back = max((each[1] for each in budgets if each is not None), default=0)
    for service in world.estate.services.values():
        if service.downtime_budget is None or not world.timeline.outages.goes_down(service.name):
            continue
        most, per, counts = service.downtime_budget
        # Where nobody says when it is needed, no hour can be left out.
        has_hours = service.customer_facing or service.business_hours is not None
        budget = _Budget(most, per, counts == IN_HOURS and has_hours, back)
        periods = _exceeded(world, service, budget)
        if periods:
            yield _violation(world, service, budget, periods)


def _counted(world: World, service: Service, budget: _Budget, down: IntervalSet) -> IntervalSet:
    """Return the part of some downtime that counts."""
    return world.timeline.needed(service, down) if budget.in_hours else down


def _around(world: World, service: Service, budget: _Budget) -> Outages:
    """Return the outages that count, those before the judged time among them.

    Runs that are in each other's way take turns, and whose turn it is depends on where following
    them begins. What is judged stands then, and nothing before it is added to something else.
    """
    judged, around = world.timeline.outages, world.timeline.around(budget.back)
    differs = judged.down(service.name) - around.down(service.name)
    return judged if differs else around


def _exceeded(world: World, service: Service, budget: _Budget) -> dict[int, Period]:
    """Return, by the start of each judged outage, the period up to its end that has too much."""
    timeline = world.timeline
    down = timeline.in_judgement(
        _counted(world, service, budget, timeline.outages.down(service.name))
    )
    if not down:
        return {}
    around = _around(world, service, budget).down(service.name)
    spent = Spent(_counted(world, service, budget, around))
    periods = zip(down, spent.up_to_each(down, budget.per), strict=True)
    return {start: period for (start, _), period in periods if period.seconds > budget.most}


def _violation(
    world: World, service: Service, budget: _Budget, periods: Mapping[int, Period]
) -> Violation:
    around = _around(world, service, budget)
    occurrences = IntervalSet((start, period.end) for start, period in periods.items())
    spent = IntervalSet((period.start, period.end) for period in periods.values())
    counted = _counted(world, service, budget, around.down(service.name) & spent)
    by = contributors(around, around.cut_sets(service.name), counted)
    # Of several that are as bad, the first.
    worst = max(periods.values(), key=lambda period: (period.seconds, -period.end))
    measure = tuple((start, period.seconds) for start, period in periods.items())
    exceeded = Exceeded(service, DOWNTIME_BUDGET, by, occurrences, measure, around)
    return violation(
        world,
        exceeded,
        _message(world, service, budget, worst, occurrences),
        _hint(world, service, budget, worst),
        [Note(service.node.at(DOWNTIME_BUDGET), _permitted(service, budget))],
    )


def _permitted(service: Service, budget: _Budget) -> str:
    hours = " of its business hours" if budget.in_hours else ""
    return (
        f"`{service.name}` may be down for {words(budget.most)}{hours} in any {words(budget.per)}"
    )


def _message(
    world: World, service: Service, budget: _Budget, worst: Period, occurrences: IntervalSet
) -> str:
    zone = world.estate.zone_of(service.ref)
    hours = " while customers need it" if budget.in_hours else ""
    return (
        f"`{service.name}` is down for {words(worst.seconds)}{hours} in the {words(budget.per)}"
        f" from {wording.between(worst.start, worst.end, zone)} ({zone}), and its budget is"
        f" {words(budget.most)}: it is exceeded {when(occurrences, zone)}"
    )


def _hint(world: World, service: Service, budget: _Budget, worst: Period) -> str:
    """Return what to do, and how much of it."""
    zone = world.estate.zone_of(service.ref)
    return (
        f"have `{service.name}` down for {words(worst.seconds - budget.most)} less up to"
        f" {wording.at(worst.end, zone)}: make something shorter, or do it in another period"
    )


OPTIONS = Options(required=flag)
RULE = Rule("OPS306", "downtime-budget-exceeded", ERROR, __doc__, check, options=OPTIONS)
