"""What a change does to the plan: what is moved, who gains or loses an outage, who must agree."""

from __future__ import annotations

from opspolicy.estate.declarations import Freeze, Job, Service, Window
from opspolicy.estate.vocabulary import PREFIXES
from opspolicy.record import NamedTuple
from opspolicy.report import UNCHANGED
from opspolicy.temporal.intervals import NOTHING, IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opspolicy.estate.declarations import Entity
    from opspolicy.estate.estate import Estate
    from opspolicy.report import Finding
    from opspolicy.timeline.timeline import Timeline

    Planned = Job | Window | Freeze

UNAPPROVED = "unapproved-waiver"
DATED = frozenset(("jobs", "maintenance_windows", "freezes"))
ADDED, REMOVED, MOVED, CHANGED = "added", "removed", "moved", "changed"


class Occurrences(NamedTuple):
    """What becomes of one job, window or freeze: the starts that are gone and those that come.

    ``was`` is its name in the base where that was another. ``kind`` is `added`, `removed`, `moved`
    (as many come as go) or `changed`.
    """

    ref: str
    kind: str
    gone: tuple[int, ...]
    come: tuple[int, ...]
    zone: str
    was: str = ""


class Outage(NamedTuple):
    """The time at which a service is newly down, and the time at which it no longer is."""

    service: str
    gained: IntervalSet
    lost: IntervalSet


class Declared(NamedTuple):
    """An entry that says something else than before: under which ``keys``; none for one removed.

    ``was`` is its name in the base where that was another.
    """

    ref: str
    keys: tuple[str, ...]
    was: str = ""


class Changes(NamedTuple):
    """All of it, each in the order of names."""

    occurrences: tuple[Occurrences, ...]
    outages: tuple[Outage, ...]
    declared: tuple[Declared, ...] = ()


def changes(base: Timeline, head: Timeline, renamed: Mapping[str, str]) -> Changes:
    """Return what differs between the plans of two estates, at the same instant and horizon."""
    return Changes(
        tuple(_occurrences(base, head, renamed)),
        tuple(_outages(base, head, renamed)),
        tuple(_declared(base.estate, head.estate, renamed)),
    )


def _declared(base: Estate, head: Estate, renamed: Mapping[str, str]) -> Iterator[Declared]:
    for section, prefix in PREFIXES.items():
        after = head.section(section)
        for name, old in sorted(base.section(section).items()):
            was = prefix + name
            ref = renamed.get(was, was)
            new = after.get(ref.removeprefix(prefix))
            if new is None:
                if section not in DATED:  # what starts no more says so itself
                    yield Declared(ref, ())
                continue
            keys = _other_keys(old, new)
            if keys or ref != was:
                yield Declared(ref, keys, was if ref != was else "")


def _other_keys(old: Entity, new: Entity) -> tuple[str, ...]:
    """Return the keys under which two entries differ."""
    if old.node.says(new.node):
        return ()
    before, after = old.node.node.plain(), new.node.node.plain()
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ()
    return tuple(sorted(key for key in {*before, *after} if before.get(key) != after.get(key)))


def _occurrences(
    base: Timeline, head: Timeline, renamed: Mapping[str, str]
) -> Iterator[Occurrences]:
    before = {renamed.get(each.ref, each.ref): each for each in _planned(base.estate)}
    after = {each.ref: each for each in _planned(head.estate)}
    for ref in sorted({*before, *after}):
        old, new = before.get(ref), after.get(ref)
        if old is not None and new is not None and _is_alike(old, new):
            continue
        was, now = starts(old, base), starts(new, head)
        gone = tuple(sorted({*was} - {*now}))
        come = tuple(sorted({*now} - {*was}))
        if old is None or new is None:
            kind = ADDED if old is None else REMOVED
        elif not gone and not come:
            continue
        else:
            kind = MOVED if len(gone) == len(come) else CHANGED
        name = old.ref if old is not None and old.ref != ref else ""
        zones = [each.timezone for each in (new, old) if each is not None]
        yield Occurrences(ref, kind, gone, come, zones[0] or "UTC", name)


def _planned(estate: Estate) -> Iterator[Planned]:
    yield from estate.jobs.values()
    yield from estate.windows.values()
    yield from estate.freezes.values()


def _is_alike(old: Planned, new: Planned) -> bool:
    """Whether two entities start at the same instants, without a look at these."""
    if isinstance(old, Job) and isinstance(new, Job) and old.schedule is new.schedule:
        # Jobs by one and the same plain line share one schedule.
        return old.suspended == new.suspended
    return _normal(old) == _normal(new)


def _normal(entity: Planned) -> object:
    """Return what decides when something starts."""
    if isinstance(entity, Job):
        return (entity.schedule.normal() if entity.schedule else None, entity.suspended)
    once = (entity.start, entity.end)
    return (once, entity.schedule.normal() if entity.schedule else None)


def starts(entity: Planned | None, timeline: Timeline) -> Sequence[int]:
    """Return the starts of a job, a window or a freeze in the judged time."""
    if entity is None or (isinstance(entity, Job) and entity.suspended):
        return []
    if not isinstance(entity, Job) and entity.start is not None:
        return [entity.start]
    if entity.schedule is None:
        return []
    return [at for start, end in timeline.judged for at in entity.schedule.starts(start, end)]


def _outages(base: Timeline, head: Timeline, renamed: Mapping[str, str]) -> Iterator[Outage]:
    old_names = {
        renamed.get(f"service/{name}", f"service/{name}").partition("/")[2]: name
        for name in base.estate.services
    }
    for name in sorted({*old_names, *head.estate.services}):
        was = base.outages.down(old_names[name]) if name in old_names else NOTHING
        now = head.outages.down(name)
        gained, lost = now - was, was - now
        if gained or lost:
            yield Outage(name, gained, lost)


def reviewers(
    base: Timeline, head: Timeline, renamed: Mapping[str, str], findings: Iterable[Finding]
) -> tuple[str, ...]:
    """Return the teams that must agree to a change, worked out from the graph.

    These are the owners of each service that gains an outage and of whoever is hurt by a new or
    worse finding, those whose approval the change writes down, and those who were protected
    otherwise before: by being open, by being told, or by a freeze.
    """
    estate = head.estate
    found = {team for _, team in _approvals(estate) - _approvals(base.estate)}
    protected: list[Service | Freeze] = [*base.estate.services.values()]
    protected += base.estate.freezes.values()
    for was in protected:
        now = estate.entity(renamed.get(was.ref, was.ref))
        if not isinstance(now, Service | Freeze) or _protection(now) != _protection(was):
            owners = {was.owner, now.owner if isinstance(now, Service | Freeze) else None}
            found.update(owner for owner in owners if owner is not None)
    for each in _outages(base, head, renamed):
        owner = estate.owner_of(f"service/{each.service}")
        if each.gained and owner is not None:
            found.add(owner)
    for finding in findings:
        asks = finding.causes or finding.rule == UNAPPROVED
        if asks and finding.status != UNCHANGED:
            found.update(finding.owners)
    return tuple(sorted(found))


def _protection(entity: Service | Freeze) -> object:
    """Return what a service or a freeze says of what others may do to it."""
    if isinstance(entity, Freeze):
        scope = (entity.services, entity.tags, entity.owners, entity.allow)
        return entity.owner, _normal(entity), entity.duration, scope
    hours = (entity.business_hours, entity.maintenance_hours, entity.support_hours)
    bounds = (entity.max_outage, entity.downtime_budget, entity.min_notice)
    told = (entity.notice_channels, entity.status_page, entity.support_service)
    return entity.owner, entity.customer_facing, hours, bounds, told, entity.tags


def _approvals(estate: Estate) -> set[tuple[str, str]]:
    """Return who is said to have agreed to what."""
    of_plans = {(each.ref, team) for each in estate.planned() for team in each.plan.approved_by}
    of_waivers = {
        (repr((each.rule, sorted(each.on), each.expires)), team)
        for each in estate.waivers
        for team in each.approved_by
    }
    return of_plans | of_waivers
