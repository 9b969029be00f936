"""Customers aren't told of an outage on each of the channels they are told on.

## What it does
Looks up, for each outage of a customer-facing service with `notice_channels`, on which channels the
`notices` of the windows and jobs that cause it tell of it. It reports an outage of which nobody
tells on one of the channels. The notice of any of the causes will do, whenever it is sent: that is
for `short-notice` (OPS503). In a change that is compared with a base, what was due before the
change is judged counts as not sent where the outage is new.

With `options: {required: true}`, as in the pack `strict`, it also reports a customer-facing service
without `notice_channels` that is down.

## Why
Each customer looks somewhere else. Who reads no e-mail hears of the outage from the outage, and
calls.

## Example
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  portal:
    customer_facing: true
    business_hours: office-hours
    notice_channels: [email, status-page]
calendars:
  office-hours: {hours: [{days: mon-fri, from: 08:00, to: 20:00}]}
maintenance_windows:
  portal-upgrade:
    takes_down: [portal]
    start: 2027-10-09T00:00
    duration: 8h
    notices: [{at: -7d, channel: email}]
```

## Use instead
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  portal:
    customer_facing: true
    business_hours: office-hours
    notice_channels: [email, status-page]
calendars:
  office-hours: {hours: [{days: mon-fri, from: 08:00, to: 20:00}]}
maintenance_windows:
  portal-upgrade:
    takes_down: [portal]
    start: 2027-10-09T00:00
    duration: 8h
    notices: [{at: -7d, channel: email}, {at: -1h, channel: status-page}]
```
"""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.collisions import Collision, movers, planned, violation
from opspolicy.rules.options import Options, flag
from opspolicy.rules.wording import listing, when
from opspolicy.source.span import Note
from opspolicy.temporal.intervals import IntervalSet, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Service
    from opspolicy.rules.telling import Telling
    from opspolicy.timeline.cutsets import CutSet


class _Untold(NamedTuple):
    """Outages of a service by a cut set, and on which channels nobody tells of them."""

    service: Service
    cut_set: CutSet
    by_channel: dict[str, IntervalSet]

    @property
    def occurrences(self) -> IntervalSet:
        """The outages of which nobody tells on one channel or more."""
        return union(self.by_channel.values())

    def at(self, instant: int) -> list[str]:
        """Return the channels on which nobody tells of the outage under way at an instant."""
        return [channel for channel, outages in self.by_channel.items() if instant in outages]


def check(world: World, options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each customer-facing service with channels and each cut set."""
    by_channel: dict[str, Telling] = {}
    outages = world.timeline.outages
    for service in world.estate.services.values():
        if not service.customer_facing or not outages.goes_down(service.name):
            continue
        if not service.notice_channels:
            if options.get("required"):
                yield from _undeclared(world, service)
            continue
        from opspolicy.rules.telling import EVER, Telling  # noqa: PLC0415 - only where declared

        channels = dict.fromkeys(service.notice_channels)
        for channel in channels:
            if channel not in by_channel:
                by_channel[channel] = Telling(world, channel)
        for cut_set in outages.cut_sets(service.name):
            short = {each: by_channel[each].short(service.name, cut_set, EVER) for each in channels}
            untold = _Untold(service, cut_set, {each: when for each, when in short.items() if when})
            if untold.by_channel:
                yield _violation(world, untold)


def _undeclared(world: World, service: Service) -> Iterator[Violation]:
    """Yield a violation for a service that is down and doesn't say where customers are told."""
    occurrences = world.timeline.in_judgement(world.timeline.outages.down(service.name))
    if occurrences:
        yield Violation(
            f"nobody says on which channels the customers of `{service.name}` are told that it is"
            f" down, {when(occurrences, world.estate.zone_of(service.ref))}",
            Note(service.node.place, "it has no `notice_channels`"),
            subjects=(service.ref,),
            occurrences=occurrences,
            hint="list them: `notice_channels: [email, status-page]`",
        )


def _violation(world: World, untold: _Untold) -> Violation:
    service, occurrences = untold.service, untold.occurrences
    zone = world.estate.zone_of(service.ref)
    channels = untold.at(occurrences.start)
    said = listing([f"`{each}`" for each in channels], "or")
    asked = Note(
        service.node.at("notice_channels"),
        f"the customers of `{service.name}` are to be told on each of these",
    )
    found = violation(
        world,
        Collision(service, untold.cut_set, occurrences, service.customers, untold=True),
        f"nobody tells the customers of `{service.name}` by {said} that it is down,"
        f" {when(occurrences, zone)}",
        _hint(world, untold, channels),
        asked,
        *_others(world, untold.cut_set),
    )
    # A change after which there is one channel less is worse.
    return found._replace(measure=tuple((at, len(untold.at(at))) for at, _ in occurrences))


def _others(world: World, cut_set: CutSet) -> Iterator[Note]:
    """Yield where the causes say on which channels they do tell, where these are few."""
    for ref in cut_set.causes if not cut_set.truncated else ():
        entity = planned(world.estate, ref)
        channels = {each.channel: None for each in entity.plan.notices if each.channel is not None}
        if channels:
            said = listing([f"`{each}`" for each in channels])
            yield Note(entity.node.at("notices"), f"`{entity.name}` is told of by {said} only")


def _hint(world: World, untold: _Untold, channels: list[str]) -> str:
    """Return which notices to add, or which channel is nearly the one that is asked for."""
    from opspolicy.encode import scalar  # noqa: PLC0415 - only for a finding
    from opspolicy.phrases import did_you_mean  # noqa: PLC0415
    from opspolicy.temporal.durations import compact  # noqa: PLC0415

    for ref in untold.cut_set.causes if not untold.cut_set.truncated else ():
        for notice in planned(world.estate, ref).plan.notices:
            if notice.channel and notice.channel not in untold.service.notice_channels:
                near = did_you_mean(notice.channel, channels)
                if near:
                    return f"`{notice.channel}` is none of its channels: {near}"
    lead = untold.service.min_notice
    early = f"-{compact(lead)}" if lead else "-7d"
    added = listing([f"`channel: {scalar(each)}`" for each in channels])
    more = "a notice" if len(channels) == 1 else "notices"
    return f"add {more} to {movers(untold.cut_set)}: {added}, `at: {early}`"


RULE = Rule("OPS601", "missing-notice", ERROR, __doc__, check, options=Options(required=flag))
