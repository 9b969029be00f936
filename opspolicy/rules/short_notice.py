"""Customers are told of an outage too late, or not at all.

## What it does
Looks up, for each outage of a service with `min_notice`, when customers are first told of it: by
the earliest of the `notices` of the windows and jobs that cause it. It reports an outage of which
they are told later than `min_notice` before its start, and one of which nobody tells them. In a
change that is compared with a base, what was due before the change is judged counts as not sent
where the outage is new.

## Why
Who knows in time makes other plans. Who hears of it on the day calls, or leaves.

## Example
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  portal: {min_notice: 5d}
maintenance_windows:
  portal-upgrade:
    takes_down: [portal]
    start: 2027-10-09T00:00
    duration: 8h
    notices: [{at: -2d, channel: email}]
```

## Use instead
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  portal: {min_notice: 5d}
maintenance_windows:
  portal-upgrade:
    takes_down: [portal]
    start: 2027-10-09T00:00
    duration: 8h
    notices: [{at: -7d, channel: email}, {at: -2d, channel: email}]
```
"""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.rules.base import ERROR, MIN_NOTICE, Rule, Violation, World
from opspolicy.rules.collisions import Collision, movers, planned, violation
from opspolicy.rules.wording import at, when, words
from opspolicy.source.span import Note
from opspolicy.temporal import wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Service
    from opspolicy.rules.base import Measure
    from opspolicy.rules.telling import Telling, Told
    from opspolicy.source.span import Span
    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.timeline.cutsets import CutSet


class _Short(NamedTuple):
    """Outages of a service of which customers hear less than ``lead`` seconds before.

    ``told`` is the first that they hear of the first of them, ``unsent`` what they would have heard
    had it not been due before anybody planned it. Of a crowd of causes, neither is known.
    ``delays`` are how long after its start they hear of each.
    """

    service: Service
    lead: int
    cut_set: CutSet
    occurrences: IntervalSet
    told: Told | None
    unsent: Told | None
    zone: str
    delays: Measure

    @property
    def by(self) -> int:
        """When customers should have been told."""
        return self.occurrences.start - self.lead


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each service that needs notice and each cut set."""
    telling: Telling | None = None
    outages = world.timeline.outages
    for service in world.estate.services.values():
        lead = service.min_notice
        if lead is None or not outages.goes_down(service.name):
            continue
        if telling is None:
            from opspolicy.rules.telling import Telling  # noqa: PLC0415 - only where it is declared

            telling = Telling(world)
        zone = world.estate.zone_of(service.ref)
        for cut_set in outages.cut_sets(service.name):
            occurrences = telling.short(service.name, cut_set, lead)
            if not occurrences:
                continue
            told = unsent = None
            if not cut_set.truncated:
                told = telling.first(service.name, cut_set, occurrences.start)
                unsent = telling.unsent(service.name, cut_set, occurrences.start)
            delays = telling.delays(service.name, cut_set, occurrences)
            short = _Short(service, lead, cut_set, occurrences, told, unsent, zone, delays)
            yield _violation(world, short)


def _violation(world: World, short: _Short) -> Violation:
    service = short.service
    asked = f"the customers of `{service.name}` are to be told {words(short.lead)} before"
    notes = [Note(service.node.at("min_notice"), asked)]
    if short.unsent is not None:
        due = f"due on {at(short.unsent.instant, short.zone)}, before this was planned: not sent"
        notes.append(Note(_place(world, short.unsent), due))
    place = None
    if short.told is not None:
        sent = f"sent on {at(short.told.instant, short.zone)}"
        place = Note(_place(world, short.told), sent)
    collision = Collision(service, short.cut_set, short.occurrences, service.customers, untold=True)
    said, hint = _said(short), _hint(world, short)
    found = violation(world, collision, said, hint, *notes, place=place)
    return found._replace(measure=short.delays, limit=MIN_NOTICE)


def _place(world: World, told: Told) -> Span:
    """Return where it is written when a notice is sent."""
    return planned(world.estate, told.ref).node.at("notices", told.notice.position, "at")


def _said(short: _Short) -> str:
    """Return who should know by when, and when they do."""
    customers, by = f"the customers of `{short.service.name}`", at(short.by, short.zone)
    down = f"that it is down, {when(short.occurrences, short.zone)}"
    if short.cut_set.truncated:
        return f"{customers} aren't told {words(short.lead)} before {down}"
    if short.told is None:
        return f"nobody tells {customers}, who should know by {by}, {down}"
    told = wording.at(short.told.instant, short.zone)
    return f"{customers} are told on {told}, and should be by {by}, {down}"


def _hint(world: World, short: _Short) -> str:
    """Return what to do: tell them earlier, or move what can't be told in time any more."""
    from opspolicy.temporal.durations import compact  # noqa: PLC0415 - only for a finding

    moved = movers(short.cut_set)
    early = f"-{compact(short.lead)}" if short.lead else "0s"
    as_of = world.timeline.horizon.as_of
    if short.by < as_of:
        later = f"move {moved} to {at(as_of + short.lead, short.zone)} or later"
        if short.unsent is not None:
            return f"{later}, so that customers can still be told in time"
        return f"{later}, or declare the notice that customers have had"
    if short.told is not None:
        return f"send it in time: `at: {early}`, or earlier"
    return f"add a notice to {moved}: `notices: [{{at: {early}}}]`, or earlier"


RULE = Rule("OPS503", "short-notice", ERROR, __doc__, check)
