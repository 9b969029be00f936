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

from opspolicy.record import NamedTuple
from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.collisions import MOST_HIT, MOST_NAMED, cause_note, hop_notes, planned
from opspolicy.rules.wording import full, listing, name, when
from opspolicy.source.span import Note
from opspolicy.temporal.intervals import IntervalSet, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Job, Service, Window
    from opspolicy.estate.estate import Estate
    from opspolicy.timeline.cutsets import CutSet

STANDARD = "standard"

MOST_WRITTEN = 12
"""How many names of a list to write are shown."""


class _Hit(NamedTuple):
    """A service that goes down by a cut set, and when."""

    service: Service
    cut_set: CutSet
    when: IntervalSet


class _Asked:
    """What is known of a window or a job: who has agreed to it, and whom else it hits."""

    def __init__(self, entity: Job | Window) -> None:
        self.entity = entity
        # A service that nobody owns has nobody to ask.
        self.agreed = {*entity.plan.approved_by, entity.owner, None}
        self.is_standard = entity.plan.change_type == STANDARD
        self.calendars: dict[str | None, Service] = {}
        self.hits: list[_Hit] = []

    def add(self, hit: _Hit) -> None:
        """Note a service that goes down with it."""
        self.calendars.setdefault(hit.service.maintenance_hours, hit.service)
        if hit.service.owner not in self.agreed:
            self.hits.append(hit)


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each window and each job that an owner hasn't agreed to."""
    asked: dict[str, _Asked] = {}
    timeline, outages = world.timeline, world.timeline.outages
    times: dict[tuple[bool, tuple[str, ...]], IntervalSet] = {}
    for service_name, service in sorted(world.estate.services.items()):
        if not outages.goes_down(service_name):
            continue
        for cut_set in outages.cut_sets(service_name):
            key = (cut_set.truncated, cut_set.causes)
            # Of a crowd, each service has a part of its own. Others fail with their causes.
            if cut_set.truncated or key not in times:
                times[key] = timeline.in_judgement(cut_set.when)
            hit = _Hit(service, cut_set, times[key])
            if not hit.when:
                continue
            for ref in cut_set.causes:
                if ref not in asked:
                    asked[ref] = _Asked(planned(world.estate, ref))
                asked[ref].add(hit)
    for ref in sorted(asked):
        if asked[ref].hits and not _is_permitted(world, asked[ref]):
            yield _violation(world, asked[ref].entity, asked[ref].hits)


def _is_permitted(world: World, asked: _Asked) -> bool:
    """Whether a standard change lies in the maintenance hours of all that goes down with it."""
    if not asked.is_standard:
        return False
    happens = world.timeline.causes[asked.entity.ref].when
    return not any(
        happens - world.estate.maintenance_hours(service).during(happens)
        for service in asked.calendars.values()
    )


def _violation(world: World, entity: Job | Window, hits: list[_Hit]) -> Violation:
    estate = world.estate
    # The first service of each owner stands for the others.
    by_owner = {hit.service.owner: hit for hit in reversed(hits)}
    owners = sorted(owner for owner in by_owner if owner is not None)
    services = {hit.service.name: hit.service for hit in hits}
    occurrences = union({id(hit.when): hit.when for hit in hits}.values())
    paths = _paths(world, entity.ref, hits[0])
    verb = "hasn't" if len(owners) == 1 else "haven't"
    zone = estate.zone_of(entity.ref)
    shown = [
        name(each.ref) + (f" (`{each.owner}`)" if len(owners) > 1 else "")
        for each in list(services.values())[:MOST_HIT]
    ]
    if len(services) > MOST_HIT:
        shown.append(f"{len(services) - MOST_HIT:,} more")
    answers = [
        Note(
            estate.owner_place(by_owner[owner].service),
            f"`{owner}` answers for `{by_owner[owner].service.name}`",
        )
        for owner in owners[:MOST_NAMED]
    ]
    starts = cause_note(estate, entity.ref, occurrences.start)
    hops = [note for path in paths for note in hop_notes(estate, path)]
    return Violation(
        f"{_named(owners)} {verb} agreed that {full(entity.ref)} takes down {listing(shown)},"
        f" {when(occurrences, zone)}",
        _place(entity, owners),
        tuple(dict.fromkeys([*answers, starts, *hops])),
        subjects=tuple(each.ref for each in services.values()),
        causes=(entity.ref,),
        paths=paths,
        occurrences=occurrences,
        hint=_hint(estate, entity, owners),
    )


def _paths(world: World, ref: str, hit: _Hit) -> tuple[tuple[str, ...], ...]:
    """Return the way from a service that goes down to what a cause of it takes down itself."""
    paths = world.timeline.paths([hit.service.name], hit.cut_set)
    return (paths[hit.cut_set.causes.index(ref)],)


def _place(entity: Job | Window, owners: list[str]) -> Note:
    """Point at the list of those who have agreed, or at what has none."""
    if entity.node.find("approved_by") is None:
        return Note(entity.node.place, "nobody else is said to have agreed")
    return Note(entity.node.at("approved_by"), f"without {_named(owners)}")


def _named(owners: list[str]) -> str:
    shown = [f"`{each}`" for each in owners[:MOST_NAMED]]
    if len(owners) > MOST_NAMED:
        shown.append(f"{len(owners) - MOST_NAMED:,} more")
    return listing(shown)


def _hint(estate: Estate, entity: Job | Window, owners: list[str]) -> str:
    """Return whom to ask, how to reach them, and what to write when they agree."""
    asked: list[str] = []
    for owner in owners[:MOST_NAMED]:
        team = estate.teams.get(owner)
        contact = team.contact or team.slack or team.github if team is not None else None
        asked.append(f"`{owner}` ({contact})" if contact else f"`{owner}`")
    if len(owners) > MOST_NAMED:
        asked.append(f"{len(owners) - MOST_NAMED:,} more")
    # A name that is no team's is reported as that.
    known = [each for each in entity.plan.approved_by if each in estate.teams or not estate.teams]
    agreed = [*known, *owners]
    written = ", ".join([*agreed[:MOST_WRITTEN], *["…" for _ in agreed[MOST_WRITTEN:][:1]]])
    return f"ask {listing(asked)}, and write `approved_by: [{written}]`"


RULE = Rule("OPS504", "missing-approval", ERROR, __doc__, check)
