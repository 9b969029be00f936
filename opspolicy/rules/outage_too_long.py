"""A service is down for longer at a time than is tolerable.

## What it does
Reports each outage of a service that lasts longer than its `max_outage`, without a break and
whatever causes it: what touches is one outage, recovery counts, and so does what it inherits from
services that it depends on. All who have a part in it are named, as any of them could make it
shorter. A policy may set a `max` that holds for all services it covers; where both are declared,
the shorter one holds. With `default` it says what a customer-facing service tolerates that declares
nothing, and with `required: true` such a service has to declare it.

## Why
A bank announced that a million customers would be without mobile, online and telephone banking for
two days. Each of the three upgrades was in order by itself. That nobody may be locked out of their
money for longer than a day was written down nowhere that a planner looks.

## Example
```yaml
defaults: {owner: channels, timezone: Europe/London}
services:
  online-banking: {depends_on: [ledger], max_outage: 24h}
  ledger: {}
maintenance_windows:
  ledger-split:
    takes_down: [ledger]
    start: 2027-10-09T00:00
    duration: 16h
  online-release:
    takes_down: [online-banking]
    start: 2027-10-09T15:00
    duration: 12h
```

## Use instead
```yaml
defaults: {owner: channels, timezone: Europe/London}
services:
  online-banking: {depends_on: [ledger], max_outage: 24h}
  ledger: {}
maintenance_windows:
  ledger-split:
    takes_down: [ledger]
    start: 2027-10-09T00:00
    duration: 16h
  online-release:
    takes_down: [online-banking]
    start: 2027-10-10T15:00
    duration: 12h
```
"""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.rules.base import ERROR, MAX_OUTAGE, Rule, Violation, World
from opspolicy.rules.collisions import movable
from opspolicy.rules.options import Options, elapsed, flag
from opspolicy.rules.together import (
    REQUIRED,
    Contributors,
    Exceeded,
    contributors,
    missing,
    violation,
)
from opspolicy.rules.wording import listing, name, when, words
from opspolicy.source.span import Note
from opspolicy.temporal.durations import DAY, parse
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Service
    from opspolicy.temporal.intervals import Interval

MAX, DEFAULT = "max", "default"
"""The options: what no service may exceed, and what one tolerates that doesn't say."""

MOST_NAMED = 3
AROUND = 7 * DAY
"""How far an outage is followed at least that began before the judged time, or goes on after it."""


class _Limit(NamedTuple):
    """How long an outage may last at most, in seconds, and whether the service says so itself."""

    seconds: int
    is_own: bool

    @property
    def around(self) -> int:
        """How far before and after the judged time an outage is followed, in seconds.

        Hundreds of services have limits of their own, and what happens around is worked out anew
        for each distance: so these are few.
        """
        reach = AROUND
        while reach < self.seconds:
            reach *= 2
        return reach


def check(world: World, options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each service and each set of those who make an outage too long."""
    if options.get(REQUIRED) is True:
        why = "nobody knows how long they can do without it"
        hint = "declare the longest planned outage that they can live with: `max_outage: 8h`"
        yield from missing(world, MAX_OUTAGE, why, hint)
    for service in world.estate.services.values():
        limit = _limit(service, options)
        if limit is None or not _may_go_down(world, service.name):
            continue
        outages = _too_long(world, service.name, limit)
        if outages:
            yield from _violations(world, service, limit, outages)


def _may_go_down(world: World, service: str) -> bool:
    return world.timeline.outages.goes_down(service) or _moves(world)


def _moves(world: World) -> bool:
    """Whether anything is taken down by runs that wait."""
    following = world.timeline.following
    return following is not None and bool(following.effects)


def _limit(service: Service, options: Mapping[str, object]) -> _Limit | None:
    """Return the shortest of the limits that hold for a service, None where there is none."""
    own = service.max_outage
    most, default = options.get(MAX), options.get(DEFAULT)
    if own is None and isinstance(default, str) and service.customer_facing:
        own = parse(default)
    limits = [each for each in (own, parse(most) if isinstance(most, str) else None) if each]
    return _Limit(min(limits), min(limits) == service.max_outage) if limits else None


def _too_long(world: World, service: str, limit: _Limit) -> list[Interval]:
    """Return the outages of a service that reach into the judged time and last too long."""
    timeline = world.timeline
    found = [*timeline.in_judgement(timeline.outages.down(service))]
    # What isn't judged can only go on where the judged time begins or ends, unless it is a run that
    # waits for something until then.
    edges = {edge for stretch in timeline.judged for edge in stretch}
    if _moves(world) or any(start <= edge <= end for start, end in found for edge in edges):
        around = timeline.around(limit.around, limit.around).down(service)
        found = [*timeline.in_judgement(around)]
    return [(start, end) for start, end in found if end - start > limit.seconds]


def _violations(
    world: World, service: Service, limit: _Limit, found: list[Interval]
) -> Iterator[Violation]:
    """Yield a violation for each set of contributors, with all the outages that are theirs."""
    around = world.timeline.around(limit.around, limit.around)
    sets = around.cut_sets(service.name)
    by: dict[Contributors, list[Interval]] = {}
    for outage in found:
        by.setdefault(contributors(around, sets, IntervalSet([outage])), []).append(outage)
    for who, outages in by.items():
        occurrences = IntervalSet(outages)
        measure = tuple((start, end - start) for start, end in outages)
        exceeded = Exceeded(service, MAX_OUTAGE, who, occurrences, measure, around)
        yield violation(
            world,
            exceeded,
            _message(world, service, limit, occurrences),
            _hint(service, limit, who),
            _notes(service, limit),
        )


def _message(world: World, service: Service, limit: _Limit, occurrences: IntervalSet) -> str:
    lengths = {end - start for start, end in occurrences}
    up_to = "up to " if len(lengths) > 1 else ""
    zone = world.estate.zone_of(service.ref)
    permits = "are tolerable" if limit.is_own else "the policy permits"
    return (
        f"`{service.name}` is down for {up_to}{words(max(lengths))} without a break, longer than"
        f" the {words(limit.seconds)} that {permits}, {when(occurrences, zone)}"
    )


def _hint(service: Service, limit: _Limit, who: Contributors) -> str:
    """Return what to do: shorter, or apart, so that nothing lasts too long."""
    causes = movable(who.causes)
    shown = [name(ref) for ref in causes[:MOST_NAMED]]
    more = len(causes) - len(shown)
    moved = listing([*shown, f"one of {more:,} more"] if more else shown, "or")
    most = words(limit.seconds)
    if len(who.causes) == 1:
        return (
            f"make {moved} shorter, or split it: `{service.name}` may be down for {most} at a time"
        )
    one = "one" if len(causes) > 1 else "it"
    return f"move {moved}, or make {one} shorter, so that `{service.name}` is back after {most}"


def _notes(service: Service, limit: _Limit) -> list[Note]:
    if not limit.is_own:
        return []
    told = f"`{service.name}` may be down for {words(limit.seconds)} at a time"
    return [Note(service.node.at(MAX_OUTAGE), told)]


OPTIONS = Options(max=elapsed, default=elapsed, required=flag)
RULE = Rule("OPS304", "outage-too-long", ERROR, __doc__, check, options=OPTIONS)
