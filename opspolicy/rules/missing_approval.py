"""The owner of a service that goes down hasn't agreed.

## What it does
Follows each maintenance window and each job that takes something down through the dependency graph,
and reports those whose `approved_by` lacks an owner of a service that goes down with it. The owner
of the window or the job itself has agreed by declaring it. A `change: {type: standard}` needs no
approval as long as all of it lies in the `maintenance_hours` of every service that goes down.

## Why
Who plans a maintenance asks those it is done on. Those who depend on them, two hops away, hear of
it when their service is down.

## Example
```yaml
teams:
  retail: {contact: retail@example.org}
  platform: {contact: platform@example.org}
defaults: {timezone: Europe/Paris}
services:
  shop: {owner: retail, depends_on: [identity]}
  identity: {owner: platform}
maintenance_windows:
  identity-patch:
    owner: platform
    takes_down: [identity]
    start: 2027-10-10T02:00
    duration: 2h
```

## Use instead
```yaml
teams:
  retail: {contact: retail@example.org}
  platform: {contact: platform@example.org}
defaults: {timezone: Europe/Paris}
services:
  shop: {owner: retail, depends_on: [identity]}
  identity: {owner: platform}
maintenance_windows:
  identity-patch:
    owner: platform
    takes_down: [identity]
    start: 2027-10-10T02:00
    duration: 2h
    approved_by: [retail]
```
"""

from __future__ import annotations

from opspolicy.phrases import some
from opspolicy.record import NamedTuple
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.collisions import MOST_HIT, MOST_NAMED, cause_note, hop_notes, planned
from opspolicy.rules.wording import full, name, reached, when
from opspolicy.source.span import Note
from opspolicy.temporal.intervals import IntervalSet, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Job, Service, Window
    from opspolicy.estate.estate import Estate
    from opspolicy.timeline.cutsets import CutSet
    from opspolicy.timeline.timeline import Timeline

    Ways = dict[tuple[str, tuple[str, ...]], dict[str, tuple[str, ...]]]

STANDARD = "standard"

MOST_WRITTEN = 12
"""How many names of a list to write are shown."""


class Hit(NamedTuple):
    """A service that goes down by a cut set, and when."""

    service: Service
    cut_set: CutSet
    when: IntervalSet


class Asked(NamedTuple):
    """A window or a job that takes services down, and those whose owner hasn't agreed to that.

    A standard change that ``is_permitted``, as all of it lies in maintenance hours, may lack them.
    """

    entity: Job | Window
    lacking: list[Hit]
    is_permitted: bool = False


class _Party:
    """What is known of a window or a job: who has agreed to it, and whom else it hits."""

    def __init__(self, entity: Job | Window) -> None:
        self.entity = entity
        # A service that nobody owns has nobody to ask.
        self.agreed = {*entity.plan.approved_by, entity.owner, None}
        self.is_standard = entity.plan.change_type == STANDARD
        self.calendars: dict[str | None, Service] = {}
        self.lacking: list[Hit] = []

    def add(self, hit: Hit) -> None:
        """Note a service that goes down with it."""
        self.calendars.setdefault(hit.service.maintenance_hours, hit.service)
        if hit.service.owner not in self.agreed:
            self.lacking.append(hit)


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each window and each job that an owner hasn't agreed to."""
    ways: Ways = {}
    for _, each in sorted(asked(world.estate, world.timeline).items()):
        if each.lacking and not each.is_permitted:
            yield _violation(world, each.entity, each.lacking, ways)


def asked(estate: Estate, timeline: Timeline) -> dict[str, Asked]:
    """Return each window and each job that takes anything down in the judged time, by reference."""
    parties: dict[str, _Party] = {}
    outages = timeline.outages
    times: dict[tuple[bool, tuple[str, ...]], IntervalSet] = {}
    for service_name, service in sorted(estate.services.items()):
        if not outages.goes_down(service_name):
            continue
        for cut_set in outages.cut_sets(service_name):
            key = (cut_set.truncated, cut_set.causes)
            # Of a crowd, each service has a part of its own. Others fail with their causes.
            if cut_set.truncated or key not in times:
                times[key] = timeline.in_judgement(cut_set.when)
            hit = Hit(service, cut_set, times[key])
            if not hit.when:
                continue
            for ref in cut_set.causes:
                if ref not in parties:
                    parties[ref] = _Party(planned(estate, ref))
                parties[ref].add(hit)
    return {
        ref: Asked(
            each.entity, each.lacking, bool(each.lacking) and _is_permitted(estate, timeline, each)
        )
        for ref, each in parties.items()
    }


def _is_permitted(estate: Estate, timeline: Timeline, party: _Party) -> bool:
    """Whether a standard change lies in the maintenance hours of all that goes down with it."""
    if not party.is_standard:
        return False
    happens = timeline.causes[party.entity.ref].when
    return not any(
        happens - estate.maintenance_hours(service).during(happens)
        for service in party.calendars.values()
    )


def _violation(world: World, entity: Job | Window, hits: list[Hit], ways: Ways) -> Violation:
    estate = world.estate
    # The first service of each owner stands for the others.
    by_owner = {hit.service.owner: hit for hit in reversed(hits)}
    owners = sorted(owner for owner in by_owner if owner is not None)
    services = {hit.service.name: hit.service for hit in hits}
    occurrences = union({id(hit.when): hit.when for hit in hits}.values())
    path = _path(world, entity.ref, hits[0], ways)
    verb = "hasn't" if len(owners) == 1 else "haven't"
    zone = estate.zone_of(entity.ref)
    hurt = [
        name(each.ref) + (f" (`{each.owner}`)" if len(owners) > 1 else "")
        for each in services.values()
    ]
    shown = some(hurt, MOST_HIT)
    answers = [
        Note(
            estate.owner_place(by_owner[owner].service),
            f"`{owner}` answers for `{by_owner[owner].service.name}`",
        )
        for owner in owners[:MOST_NAMED]
    ]
    starts = cause_note(estate, entity.ref, occurrences.start)
    hops = hop_notes(estate, path)
    return Violation(
        f"{_named(owners)} {verb} agreed that {full(entity.ref)} takes down {shown},"
        f" {when(occurrences, zone)}",
        _place(entity, owners),
        tuple(dict.fromkeys([*answers, starts, *hops])),
        subjects=tuple(each.ref for each in services.values()),
        causes=(entity.ref,),
        paths=(path,),
        occurrences=occurrences,
        hint=_hint(estate, entity, owners),
    )


def _path(world: World, ref: str, hit: Hit, ways: Ways) -> tuple[str, ...]:
    """Return the way from a service that goes down to what a cause of it takes down itself."""
    service, causes = hit.service.name, hit.cut_set.causes
    if (service, causes) not in ways:
        # Those of all the causes are found together, and most of these ask in turn.
        found = world.timeline.paths([service], hit.cut_set)
        ways[service, causes] = dict(zip(causes, found, strict=True))
    return ways[service, causes][ref]


def _place(entity: Job | Window, owners: list[str]) -> Note:
    """Point at the list of those who have agreed, or at what has none."""
    if entity.node.find("approved_by") is None:
        return Note(entity.node.place, "nobody else is said to have agreed")
    return Note(entity.node.at("approved_by"), f"without {_named(owners)}")


def _named(owners: list[str]) -> str:
    return some([f"`{each}`" for each in owners], MOST_NAMED)


def _hint(estate: Estate, entity: Job | Window, owners: list[str]) -> str:
    """Return whom to ask, how to reach them, and what to write when they agree."""
    asked = some([reached(estate, each) for each in owners], MOST_NAMED)
    # A name that is no team's is reported as that.
    known = [each for each in entity.plan.approved_by if each in estate.teams or not estate.teams]
    agreed = [*known, *owners]
    written = ", ".join([*agreed[:MOST_WRITTEN], *["…" for _ in agreed[MOST_WRITTEN:][:1]]])
    return f"ask {asked}, and write `approved_by: [{written}]`"


RULE = Rule("OPS504", "missing-approval", ERROR, __doc__, check)
