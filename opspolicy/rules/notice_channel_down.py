"""What tells customers of an outage is itself down when it is needed.

## What it does
Works out when each of the `notices` of a window or a job is to be sent, and reports those whose
`via`, the service that carries them, is down at that instant. What was to be sent before the
estate is judged isn't looked at.

It also reports a `status_page` that is down while its service is: the page on which customers look
falls together with what they look up.

## Why
The announcement that isn't sent is missed by nobody but the customers. Whoever plans the upgrade
has written it down; that the mail gateway is patched that night is written in another team's file.

## Example
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  portal: {}
  mail-gateway: {}
maintenance_windows:
  portal-upgrade:
    takes_down: [portal]
    start: 2027-10-09T00:00
    duration: 8h
    notices: [{at: -7d, channel: email, via: mail-gateway}]
  gateway-patch:
    takes_down: [mail-gateway]
    start: 2027-10-01T22:00
    duration: 4h
```

## Use instead
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  portal: {}
  mail-gateway: {}
maintenance_windows:
  portal-upgrade:
    takes_down: [portal]
    start: 2027-10-09T00:00
    duration: 8h
    notices: [{at: -8d, channel: email, via: mail-gateway}]
  gateway-patch:
    takes_down: [mail-gateway]
    start: 2027-10-01T22:00
    duration: 4h
```
"""

from __future__ import annotations

from opspolicy.estate.declarations import Job
from opspolicy.record import NamedTuple
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.collisions import Collision, cause_note, movers, violation
from opspolicy.rules.wording import at, full, listing, when
from opspolicy.source.span import Note
from opspolicy.temporal import wording
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opspolicy.estate.declarations import Notice, Service, Window
    from opspolicy.timeline.cutsets import CutSet

    Due = dict[int, list[Notice]]


class _Lost(NamedTuple):
    """Notices that can't go out: what they tell of, what is to carry them, and when it is down.

    ``due`` are the notices by the instant at which each is to be sent.
    """

    entity: Job | Window
    carrier: Service
    cut_set: CutSet
    due: Due
    zone: str

    @property
    def first(self) -> int:
        """The first instant at which one is to be sent."""
        return min(self.due)

    @property
    def outage(self) -> tuple[int, int]:
        """From when to when the carrier is down, around the first of these instants."""
        instant = IntervalSet([(self.first, self.first + 1)])
        return next(iter(self.cut_set.when.touching(instant)))


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each carrier and each status page, and each cut set of these."""
    for entity in world.estate.planned():
        if entity.plan.notices and not (isinstance(entity, Job) and entity.suspended):
            yield from _of_notices(world, entity)
    for service in world.estate.services.values():
        page = world.estate.services.get(service.status_page or "")
        if page is not None:
            yield from _of_page(world, service, page)


# What is sent ------------------------------------------------------------------------------------


def _of_notices(world: World, entity: Job | Window) -> Iterator[Violation]:
    """Yield a violation for each service that is to carry notices of ``entity`` and is down."""
    estate, outages = world.estate, world.timeline.outages
    for via in dict.fromkeys(each.via for each in entity.plan.notices):
        if via is None or via not in estate.services or not outages.goes_down(via):
            continue
        notices = [each for each in entity.plan.notices if each.via == via]
        down = outages.down(via) & world.timeline.judged
        due = _due(world, entity, notices, down)
        for cut_set in outages.cut_sets(via) if due else ():
            lost = {instant: each for instant, each in due.items() if instant in cut_set.when}
            if lost:
                zone = estate.zone_of(entity.ref)
                yield _sent(world, _Lost(entity, estate.services[via], cut_set, lost, zone))


def _due(world: World, entity: Job | Window, notices: Sequence[Notice], down: IntervalSet) -> Due:
    """Return the instants of ``down`` at which notices are to be sent, in order, and which."""
    from opspolicy.rules.telling import starts  # noqa: PLC0415 - only where a carrier is down

    found: Due = {}
    for notice in notices:
        begun = IntervalSet((start - notice.at, end - notice.at) for start, end in down)
        for start in {*starts(world.timeline, entity, begun), *_later(world, entity, begun)}:
            found.setdefault(start + notice.at, []).append(notice)
    return dict(sorted(found.items()))


def _later(world: World, entity: Job | Window, begun: IntervalSet) -> Sequence[int]:
    """Return the starts of runs after the judged time, which aren't followed any more."""
    until = world.timeline.judged.end
    if not begun or begun.end <= until or not isinstance(entity, Job) or entity.schedule is None:
        return ()
    return entity.schedule.starts_during(begun.within(until, begun.end))


def _sent(world: World, lost: _Lost) -> Violation:
    """Return the violation of notices that can't go out."""
    entity, carrier = lost.entity, lost.carrier
    occurrences = IntervalSet([(instant, instant + 1) for instant in lost.due])
    first = lost.due[lost.first][0]
    shown = at(lost.first, lost.zone)
    down = wording.between(*lost.outage, lost.zone)
    times = f"on {shown}" if len(lost.due) == 1 else f"{len(lost.due):,} times, first on {shown}"
    said = (
        f"{_named(lost)} of {full(entity.ref)} can't go out {times}: `{carrier.name}`, which is to"
        f" carry it, is down from {down} ({lost.zone})"
    )
    position = first.position
    found = violation(
        world,
        Collision(carrier, lost.cut_set, occurrences, untold=True),
        said,
        _other_way(lost),
        Note(entity.node.at("notices", position, "via"), f"`{carrier.name}` is to carry it"),
        place=Note(entity.node.at("notices", position, "at"), f"to be sent on {shown}"),
    )
    # Nobody is cut off by it: who isn't told is for those rules to count that are about an outage.
    return found._replace(subjects=(carrier.ref, entity.ref), impact=None)


def _named(lost: _Lost) -> str:
    """Return which notices are lost, by their channels."""
    notices = [each for due in lost.due.values() for each in due]
    channels = dict.fromkeys(each.channel for each in notices if each.channel is not None)
    named = listing([f"`{each}`" for each in channels])
    return f"the notice by {named}" if named else "a notice"


def _other_way(lost: _Lost) -> str:
    """Return what to do: send it before, through something else, or move what is in the way."""
    before = at(lost.outage[0], lost.zone)
    ways = f"send it before {before}, or through another service than `{lost.carrier.name}`"
    if lost.cut_set.causes == (lost.entity.ref,):
        return ways
    return f"{ways}; or move {movers(lost.cut_set)}"


# Where customers look ----------------------------------------------------------------------------


def _of_page(world: World, service: Service, page: Service) -> Iterator[Violation]:
    """Yield a violation for each cut set by which a status page is down while its service is."""
    timeline, outages = world.timeline, world.timeline.outages
    if not outages.goes_down(service.name) or not outages.goes_down(page.name):
        return
    down = outages.down(service.name)
    for cut_set in outages.cut_sets(page.name):
        occurrences = timeline.in_judgement(cut_set.when & down)
        if occurrences:
            yield _fallen(world, service, page, cut_set, occurrences)


def _fallen(
    world: World, service: Service, page: Service, cut_set: CutSet, occurrences: IntervalSet
) -> Violation:
    """Return the violation of a status page that falls together with its service."""
    zone = world.estate.zone_of(service.ref)
    by = blamed(world, service, occurrences.start)
    looks = Note(service.node.at("status_page"), f"customers of `{service.name}` look here")
    others = [ref for ref in by if ref not in cut_set.causes]
    found = violation(
        world,
        Collision(page, cut_set, occurrences, service.customers, untold=True),
        f"the status page of `{service.name}` falls with it: `{page.name}` is down at the same"
        f" time, {when(occurrences, zone)}",
        _apart(service, page, cut_set, by),
        looks,
        *[cause_note(world.estate, ref, occurrences.start) for ref in others],
    )
    # Two services may each be the status page of the other.
    return found._replace(subjects=tuple(dict.fromkeys([service.ref, page.ref])), key=service.name)


def blamed(world: World, service: Service, instant: int) -> tuple[str, ...]:
    """Return by what a service is down at an instant: by the first of its cut sets, if by any."""
    for cut_set in world.timeline.outages.cut_sets(service.name):
        if instant in cut_set.when and not cut_set.truncated:
            return cut_set.causes
    return ()


def _apart(service: Service, page: Service, cut_set: CutSet, by: tuple[str, ...]) -> str:
    moved = movers(cut_set)
    if service.name == page.name:
        return f"name a status page of `{service.name}` that is up when it is down"
    if set(by) & {*cut_set.causes}:
        return f"have `{page.name}` run apart from all that {moved} takes down"
    return f"move {moved} to when `{service.name}` is up"


RULE = Rule("OPS602", "notice-channel-down", ERROR, __doc__, check)
