"""The story of a service: what it is, what it hangs on, when it is down, and who needs it."""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.explain import opening, telling
from opspolicy.explain.story import Line, Section, section
from opspolicy.phrases import count, listing
from opspolicy.picture import happening, lanes, projected
from opspolicy.picture.happening import DEGRADED, DOWN, UP
from opspolicy.rules.wording import full, lasting, name, people, words
from opspolicy.temporal import wording
from opspolicy.temporal.durations import HOUR
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.timeline.paths import failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.estate.declarations import Demand, Job, Service
    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Story
    from opspolicy.picture.happening import State
    from opspolicy.temporal.intervals import Interval
    from opspolicy.timeline.cutsets import CutSet

MOST_OUTAGES, MOST_DEMANDS, MOST_NEEDS, MOST_BECAUSE, MOST_MONTHS = 3, 3, 4, 10, 4


def story(scene: Scene, service: Service, at: int | None = None) -> Story:
    """Return the story of a service; with ``at`` (UTC epoch seconds), of how it fares then."""
    summary, *sections = _at(scene, service, at) if at is not None else _in_all(scene, service)
    assert isinstance(summary, str)  # noqa: S101 - it is told first
    return scene.story(
        "service",
        service.ref,
        telling.titled(scene.estate, service.ref),
        summary,
        (each for each in sections if isinstance(each, Section)),
    )


# At an instant ----------------------------------------------------------------------------------


def _at(scene: Scene, service: Service, at: int) -> Iterator[str | Section]:
    """Yield how a service fares at an instant, and why; whether it is missed; what comes next."""
    estate = scene.estate
    zone = estate.zone_of(service.ref)
    scene = scene._replace(timeline=happening.around(estate, at, scene.report.until))
    timeline = scene.timeline
    found = happening.state(timeline, service.name, at)
    yield f"{name(service.ref)} is {found.name} on {_lasting(found, at, zone)}."
    sets: list[CutSet] = []
    if found.name == DOWN:
        sets = happening.sufficient(timeline, service.name, at)
        because = telling.cut_sets(scene, service, sets, at)
        yield section("because", scene.capped([*because], MOST_BECAUSE, "lines"))
    elif found.name == DEGRADED:
        sets = happening.degrading(timeline, service.name, at)
        because = telling.cut_sets(scene, service, sets, at, degraded=True)
        yield section("because", scene.capped([*because], MOST_BECAUSE, "lines"))
    moment = IntervalSet([(at, at + 1)])
    above = [] if found.name == UP else [*_above(scene, service, found, sets, moment)]
    needed = [*_needed_at(scene, service, moment)]
    no = "not by itself" if above else "no"
    why = "not in its hours, and no job has sent anybody to it"
    yield section("needed", needed or [f"{no}: {why}"])
    yield section("customers", above)
    yield section("next", [_next(scene, service, found, zone)])
    low, high = (found.since or at, found.until or at) if found.name != UP else (at, at)
    stretch = lanes.widened(low - 6 * HOUR, high + 6 * HOUR, low, high + HOUR)
    drawn = lanes.of_service(scene.timeline, service, *stretch)
    if found.name != UP or drawn is not None:
        yield Section("timeline", chart=drawn)
    yield section("owner", [telling.owned(estate, service.ref)])
    yield section("more", [scene.explained(service.ref)])


def _lasting(state: State, at: int, zone: str) -> str:
    """Return an instant, since when and until when a state lasts, as far as that is known."""
    since = f", since {wording.at(state.since, zone)}" if state.since is not None else ""
    until = f", until {wording.at(state.until, zone)}" if state.until is not None else ""
    return f"{wording.at(at, zone)}{since}{until} ({zone})"


def _needed_at(scene: Scene, service: Service, moment: IntervalSet) -> Iterator[Line]:
    estate, timeline = scene.estate, scene.timeline
    who = people(service.customers)
    if timeline.needed(service, moment):
        place = service.node.at("business_hours") if service.business_hours else None
        said = opening.of_service(estate, service)
        yield Line(f"yes: {who} need it {said}", place or service.node.place)
    for job in estate.jobs.values():
        demands = job.demands_on({service.name})
        sent = timeline.demand(job, demands, moment)
        if sent and moment.start in sent:
            span = happening.covering(sent, moment.start)
            zone = estate.zone_of(service.ref)
            some = who if job.customers is None else people(job.customers)
            text = f"yes: {full(job.ref)} has sent {some} to it, {telling.span(*span, zone)}"
            yield Line(text, places.start_of(job, moment.start))
    for job in estate.jobs.values():
        if service.name in job.requires and happening.happening(job, moment.start, moment.end):
            text = f"yes: {full(job.ref)} is running and requires it"
            yield Line(text, places.listed(job, "requires", service.name))


def _above(
    scene: Scene,
    service: Service,
    state: State,
    sets: Sequence[CutSet],
    moment: IntervalSet,
) -> Iterator[Line]:
    """Yield in which services above customers meet it, as an outage or a slowness, at an instant.

    Only in those that would fare better without what makes this service fail.
    """
    graph, services = scene.estate.graph, scene.estate.services
    by = {ref for each in sets for ref in each.causes}
    under_way = [each for each in scene.timeline.causes.values() if moment.start in each.when]
    now = failing(graph, under_way)
    without = failing(graph, [each for each in under_way if each.ref not in by])
    above = sorted(_dependants_of(scene, service))
    facing = [each for each in above if services[each].customer_facing]
    down = [each for each in facing if each in now.down - without.down]
    slow = [each for each in facing if each in now.impaired - now.down - without.impaired]
    if down and state.name == DOWN:
        yield Line(_met(scene, down, "down", moment))
    if slow:
        yield Line(_met(scene, slow, "degraded", moment))


def _met(scene: Scene, found: Sequence[str], state: str, moment: IntervalSet) -> str:
    """Return in which services customers meet it, and which of these they need at an instant."""
    timeline, services = scene.timeline, scene.estate.services
    wanted = {each for each in found if timeline.needed(services[each], moment)}
    for job in scene.estate.jobs.values():
        for each in job.induces_demand:
            if moment.start in timeline.demand(job, [each], moment):
                wanted.add(each.service)
    missed = [each for each in found if each in wanted]
    most = len(found) if scene.verbose else telling.MOST_NAMES
    which = f"which {'is' if len(found) == 1 else 'are'} {state} then"
    told = f"they meet it in {telling.names(found, most)}, {which}"
    if not missed:
        return told
    these = "it" if len(found) == 1 else "these" if missed == found else telling.names(missed, most)
    return f"{told}, while they need {these}"


def _next(scene: Scene, service: Service, state: State, zone: str) -> str:
    if state.until is None:
        until = telling.at(scene.timeline.horizon.until, zone)
        return f"no planned outage before {until}" if state.name == UP else (
            f"nothing changes before {until}"
        )  # fmt: skip
    after = happening.state(scene.timeline, service.name, state.until)
    return f"{after.name} from {telling.at(state.until, zone)}"


# In all -----------------------------------------------------------------------------------------


def _in_all(scene: Scene, service: Service) -> Iterator[str | Section]:
    estate, timeline = scene.estate, scene.timeline
    zone = estate.zone_of(service.ref)
    down = timeline.outages.down(service.name) & timeline.judged
    yield _summary(scene, service, down, zone)
    yield section("what", [Line(_what(service), service.node.place), *telling.completed(service)])
    yield section("owner", [telling.owned(estate, service.ref)])
    hours = service.node.at("business_hours") if service.business_hours else None
    yield section("hours", [Line(opening.of_service(estate, service), hours)])
    yield section("needs", scene.capped([*_needs(scene, service)], MOST_NEEDS, "dependencies"))
    yield section("needed by", [*_dependants(scene, service)])
    yield section("outages", [*_outages(scene, service, down, zone)])
    yield section("available", scene.capped([*_available(scene, service)], MOST_MONTHS, "months"))
    yield section("degraded", [*_degraded(scene, service, zone)])
    yield section("demand", scene.capped([*_demand(scene, service)], MOST_DEMANDS, "jobs"))
    nearest = lanes.first_of(down, scene.report.as_of)
    if nearest is not None:
        stretch = lanes.widened(nearest[0] - 6 * HOUR, nearest[1] + 6 * HOUR, *nearest)
        yield Section("timeline", chart=lanes.of_service(scene.timeline, service, *stretch))
    yield telling.findings(scene, scene.about(service.ref))
    if nearest is not None:
        instant = _written(nearest[0], zone)
        yield section("more", [scene.explained(f"{service.ref} --at {instant}")])


def _written(instant: int, zone: str) -> str:
    """Return an instant as it is written on the command line: on the clock of the zone."""
    from opspolicy.temporal.instants import rfc3339  # noqa: PLC0415 - only here
    from opspolicy.temporal.zones import zone as zone_of  # noqa: PLC0415

    wall = rfc3339(zone_of(zone).wall(instant)).removesuffix("Z")
    return wall.removesuffix(":00")


def _summary(scene: Scene, service: Service, down: IntervalSet, zone: str) -> str:
    """Return the one sentence to remember."""
    until = telling.at(scene.report.until, zone)
    found = len(scene.about(service.ref))
    told = f"{count(found, 'finding')}." if found else "no findings."
    if not down:
        return f"No planned outage of {name(service.ref)} before {until}; {told}"
    many = count(len(down), "planned outage")
    return f"{many} of {name(service.ref)} before {until}, {words(down.total())} in all; {told}"


def _what(service: Service) -> str:
    """Return what kind of service it is, and how many people it concerns."""
    said = "customer-facing" if service.customer_facing else "not customer-facing"
    if service.customers is not None:
        said += f", for {count(service.customers, 'customer')}"
    elif service.customer_facing:
        said += "; how many customers isn't declared"
    if service.tags:
        said += f"; tags {listing([f'`{each}`' for each in service.tags])}"
    if service.vendor:
        said += f"; run by vendor `{service.vendor}`"
    for key, text in (("fallback", service.fallback), ("help", service.help)):
        said += f"; {key}: {text}" if text else ""
    return said


def _needs(scene: Scene, service: Service) -> Iterator[Line]:
    graph = scene.estate.graph
    for each in service.depends_on:
        place = places.dependency(service, each.services[0])
        told = telling.dependence(service, each.services[0])
        missing = [one for one in each.services if one not in graph.services]
        unknown = f", of which nothing declares {telling.names(missing)}" if missing else ""
        if missing and len(each.services) == 1:
            unknown = ", which nothing declares"
        owner = scene.estate.owner_of(f"service/{each.services[0]}")
        by = f", owned by {owner}" if owner and len(each.services) == 1 else ""
        yield Line(f"{told}{by}{unknown}", place)
    below = len(graph.below([service.name]).services) - 1
    if below > len(graph.needs(service.name, soft=True)):
        yield Line(f"{count(below, 'service')} in all, through these")
    if not service.depends_on:
        yield Line("no other service")


def _dependants(scene: Scene, service: Service) -> Iterator[Line]:
    estate = scene.estate
    above = estate.graph.dependants.get(service.name, [])
    direct = [each for each in above if each != service.name]
    everybody = _dependants_of(scene, service)
    if direct:
        facing = [each for each in everybody if estate.services[each].customer_facing]
        said = f"{count(len(direct), 'service')}: {telling.names(direct)}"
        if len(everybody) > len(direct):
            said += f"; {count(len(everybody), 'service')} with those that need these"
        if facing:
            said += f"; customers meet it in {telling.names(facing)}"
        yield Line(said)
    jobs = [job.name for job in estate.jobs.values() if service.name in job.requires]
    if jobs:
        yield Line(f"{count(len(jobs), 'job')}: {telling.names(jobs)}")
    if not direct and not jobs:
        yield Line("no service and no job")


def _dependants_of(scene: Scene, service: Service) -> list[str]:
    """Return all that depends on a service, the nearest first."""
    return scene.estate.graph.above([service.name])[1:]


def _outages(scene: Scene, service: Service, down: IntervalSet, zone: str) -> Iterator[Line]:
    """Yield each planned outage with what causes it: by itself, or through what it needs."""
    if not down:
        yield Line("none is planned")
        return
    sets = scene.timeline.outages.cut_sets(service.name)
    shown = list(down) if scene.verbose else list(down)[:MOST_OUTAGES]
    for start, end in shown:
        moment = IntervalSet([(start, end)])
        causes = [each for each in sets if each.when & moment]
        told = listing([_cause(scene, service, each.causes) for each in causes[:MOST_OUTAGES]])
        if len(causes) > MOST_OUTAGES:
            told += " and others"
        yield Line(f"{telling.span(start, end, zone)}, {words(end - start)}: {told}")
    rest = len(down) - len(shown)
    if rest:
        yield Line(f"… and {rest:,} more (-v shows them)")


def _cause(scene: Scene, service: Service, causes: tuple[str, ...]) -> str:
    """Return who takes a service down, and through what."""
    if len(causes) > 1:
        shown = telling.names([each.partition("/")[2] for each in causes])
        return f"{shown} together"
    hits = scene.timeline.causes[causes[0]].takes_down
    if service.name in hits:
        return full(causes[0])
    return f"{full(causes[0])}, through {telling.names(hits)}"


def _available(scene: Scene, service: Service) -> Iterator[Line]:
    """Yield how available a service is that customers meet: in all, and in the months it isn't."""
    if not service.customer_facing:
        return
    found = projected.projection(scene.report, scene.timeline).of(service)
    said, why = projected.shares(found, found), projected.why(found)
    hit = [each for each in found.months if each.time.down]
    if hit:
        said += f", in {len(hit)} of {count(len(found.months), 'month')}"
    yield Line(f"{said}: {why}" if why else said)
    for each in found.months if scene.verbose else hit:
        told = projected.shares(found, each)
        yield Line(f"{projected.month(each.month, found.zone)}: {told}", depth=1)


def _degraded(scene: Scene, service: Service, zone: str) -> Iterator[Line]:
    degraded = scene.timeline.outages.degraded(service.name) & scene.timeline.judged
    if degraded:
        first: Interval = next(iter(degraded))
        times = count(len(degraded), "time")
        yield Line(f"{times}, {words(degraded.total())} in all; first {telling.span(*first, zone)}")


def _demand(scene: Scene, service: Service) -> Iterator[Line]:
    estate = scene.estate
    for job in estate.jobs.values():
        for demand in job.induces_demand:
            if demand.service != service.name:
                continue
            yield Line(_sent(job, service, demand),
                       job.node.at("induces_demand", demand.position))  # fmt: skip


def _sent(job: Job, service: Service, demand: Demand) -> str:
    customers = job.customers if job.customers is not None else service.customers
    when = opening.schedule(job)
    runs = f", {when}" if when else ""
    return f"{full(job.ref)} sends {people(customers)} {lasting(demand)}{runs}"
