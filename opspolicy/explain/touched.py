"""Whom an outage touches: services that go down with others, their hours, demand and runs."""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.estate.scope import of_freeze
from opspolicy.explain import telling
from opspolicy.explain.story import MORE, Line
from opspolicy.phrases import count
from opspolicy.record import NamedTuple
from opspolicy.rules import missing_approval
from opspolicy.rules.wording import full, name, people, words
from opspolicy.timeline.freezes import frozen_during
from opspolicy.timeline.paths import failing, paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.estate.declarations import Freeze, Job, Service, Window
    from opspolicy.explain.scene import Scene
    from opspolicy.temporal.intervals import Interval, IntervalSet

MOST_EVER = 100
"""How many services are told even where all are wanted."""


class Hit(NamedTuple):
    """A service that a cause takes down or degrades, by itself (``direct``) or through others.

    ``together`` are the causes that it takes besides.
    """

    service: Service
    direct: bool
    degraded: bool = False
    together: tuple[str, ...] = ()


def hits(scene: Scene, entity: Job | Window) -> list[Hit]:
    """Return whom a cause hits: what is surely and directly down, then whom customers meet."""
    graph = scene.estate.graph
    cause = scene.timeline.causes.get(entity.ref)
    if cause is None:
        named = [*entity.takes_down, *entity.degrades]
        known = [graph.services[each] for each in named if each in graph.services]
        return [
            Hit(each, direct=True, degraded=each.name not in entity.takes_down) for each in known
        ]
    fails = failing(graph, [cause])
    found: list[Hit] = []
    for each in sorted(fails.impaired | fails.down):
        degraded = each not in fails.down
        direct = each in (cause.degrades if degraded else cause.takes_down)
        found.append(Hit(graph.services[each], direct, degraded))
    for each in sorted({*graph.above(fails.down)} - fails.down):
        for cut_set in scene.timeline.outages.cut_sets(each):
            if entity.ref in cut_set.causes and cut_set.when & scene.timeline.judged:
                others = tuple(ref for ref in cut_set.causes if ref != entity.ref)
                found.append(Hit(graph.services[each], direct=False, together=others))
                break
    return sorted(found, key=_order)


def _order(hit: Hit) -> tuple[bool, bool, bool, bool]:
    return hit.degraded, bool(hit.together), not hit.direct, not hit.service.customer_facing


def way(scene: Scene, entity: Job | Window, hit: Hit) -> tuple[str, ...]:
    """Return the chain of services from who is hit to what the cause hits itself."""
    cause = scene.timeline.causes[entity.ref]
    graph = scene.estate.graph
    fails = failing(graph, [cause])
    ((*path,),) = paths(graph, [hit.service.name], [cause], fails, degraded=hit.degraded)
    return tuple(path)


def lines(scene: Scene, entity: Job | Window, most: int) -> Iterator[Line]:
    """Yield whom a cause hits, each with the way and the customers; the first few of many."""
    found = hits(scene, entity)
    most = MOST_EVER if scene.verbose else most
    shown = found if len(found) <= most else found[: most - 1]
    yield from (_line(scene, entity, hit) for hit in shown)
    rest = len(found) - len(shown)
    if rest:
        yield Line(f"… and {rest:,} more services" + ("" if scene.verbose else f" ({MORE})"))


def _line(scene: Scene, entity: Job | Window, hit: Hit) -> Line:
    """Return who is hit, by which way, and how many customers meet it."""
    service = hit.service
    degraded = ", only degraded" if hit.degraded else ""
    if hit.together:
        others = telling.names([ref.partition("/")[2] for ref in hit.together])
        text = f"{name(service.ref)}, but only together with {others}"
        return Line(text, service.node.place)
    who = _customers(service)
    if hit.direct:
        key = "takes_down" if service.name in entity.takes_down else "degrades"
        place = places.listed(entity, key, service.name)
        return Line(f"{name(service.ref)} itself{degraded}{who}", place)
    path = way(scene, entity, hit)
    place = places.dependency(service, path[1]) if len(path) > 1 else service.node.place
    return Line(f"{name(service.ref)} with it{degraded}: {telling.way(path)}{who}", place)


def _customers(service: Service) -> str:
    if not service.customer_facing:
        return ""
    if service.customers is None:
        return ", which customers meet"
    return f", which {count(service.customers, 'customer')} meet"


def needs(scene: Scene, entity: Job | Window, when: IntervalSet) -> Iterator[Line]:
    """Yield whose business hours, demand and runs the time ``when`` of a cause meets."""
    estate, timeline = scene.estate, scene.timeline
    down = [hit.service for hit in hits(scene, entity) if not hit.degraded and not hit.together]
    for service in down:
        zone = estate.zone_of(service.ref)
        if not service.customer_facing:
            continue
        hours = timeline.needed(service, when)
        if hours:
            place = service.node.at("business_hours") if service.business_hours else None
            text = f"business hours of {name(service.ref)}: {_times(hours, zone)}"
            yield Line(text, place or service.node.place)
    names = {each.name for each in down}
    for job in estate.jobs.values():
        zone = estate.zone_of(job.ref)
        demands = job.demands_on(names)
        if demands and job.ref != entity.ref:
            sent = timeline.demand(job, demands, when) & when
            if sent:
                text = f"{people(job.customers)} sent by {full(job.ref)}: {_times(sent, zone)}"
                yield Line(text, job.node.at("induces_demand", demands[0].position))
    for job in estate.jobs.values():
        required = [each for each in job.requires if each in names]
        if required and job.ref != entity.ref:
            met = timeline.runs(job, when) & when
            if met:
                zone = estate.zone_of(job.ref)
                text = f"runs of {full(job.ref)}: {_times(met, zone)}"
                yield Line(text, places.listed(job, "requires", required[0]))
    yield from _frozen(scene, entity, down, when)


def freezes(
    scene: Scene, services: Sequence[Service], when: IntervalSet
) -> Iterator[tuple[Freeze, IntervalSet]]:
    """Yield the freezes that hold for any of some services during ``when``, and when."""
    for freeze in scene.estate.freezes.values():
        scope = of_freeze(freeze)
        frozen = frozen_during(freeze, when) & when
        if frozen and any(scope.covers_service(each) for each in services):
            yield freeze, frozen


def _frozen(
    scene: Scene, entity: Job | Window, down: Sequence[Service], when: IntervalSet
) -> Iterator[Line]:
    for freeze, frozen in freezes(scene, down, when):
        text = f"{full(freeze.ref)}: {_times(frozen, scene.estate.zone_of(freeze.ref))}"
        if entity.plan.change_type in freeze.allow:
            text += ", which permits this kind of change"
        yield Line(text, freeze.node.place)


def _times(when: IntervalSet, zone: str) -> str:
    """Return how often, how long in all, and when first."""
    first: Interval = next(iter(when))
    if len(when) == 1:
        return f"{telling.span(*first, zone)}, {words(when.total())}"
    return f"{len(when):,} times, {words(when.total())} in all, first {telling.span(*first, zone)}"


def approvals(scene: Scene, entity: Job | Window) -> Iterator[Line]:
    """Yield who has approved, and which owners of what goes down have not."""
    given = entity.plan.approved_by
    if given:
        yield Line(f"approved by {', '.join(given)}", entity.node.at("approved_by"))
    if not entity.takes_down:
        if not given:
            yield Line("needed from nobody: it takes nothing down")
        return
    # Asked of the rule, so that both say the same.
    asked = missing_approval.asked(scene.estate, scene.timeline).get(entity.ref)
    if asked is None:
        yield Line("not judged: it takes nothing down in the time looked at")
    elif asked.is_permitted:
        yield Line("needed from nobody: a standard change in the maintenance hours of all that goes"
                   " down")  # fmt: skip
    elif asked.lacking:
        yield _lacking([hit.service for hit in asked.lacking])
    elif not given:
        yield Line("needed from nobody: all that goes down is its owner's own")


def _lacking(services: Sequence[Service]) -> Line:
    """Return whose owners haven't approved."""
    owners = sorted({each.owner for each in services if each.owner is not None})
    whose = telling.names(list(dict.fromkeys(each.name for each in services)))
    own = "owns" if len(owners) == 1 else "own"
    return Line(f"not approved by {', '.join(owners)}, who {own} {whose}")
