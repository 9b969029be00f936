"""What is drawn of the graph: services, redundancy groups, who depends on whom, and what fails."""

from __future__ import annotations

from collections import Counter

from opspolicy.estate import places
from opspolicy.estate.declarations import GROUP, HARD, SOFT, Vendor
from opspolicy.record import NamedTuple
from opspolicy.report import order, warnings
from opspolicy.temporal.intervals import NOTHING, IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opspolicy.estate.declarations import Dependency, Service
    from opspolicy.graph.impact import Impact
    from opspolicy.report import Finding, Report
    from opspolicy.source.span import Span
    from opspolicy.temporal.intervals import Interval
    from opspolicy.timeline.timeline import Timeline

SERVICE, UNKNOWN = "service", "unknown"
"""Kinds of nodes beside GROUP: what is declared, and a name that nothing declares."""

STRUCK, DOWN, DEGRADED = "struck", "down", "degraded"
"""How a node fails: goes down itself, is down through others, or is degraded; "" for neither."""


class Node(NamedTuple):
    """A service, a redundancy group that one has, or a name that nothing declares.

    ``ref`` tells it from all others, ``name`` is what is shown. ``jobs`` is how many need a
    service, ``senders`` how many send customers to it. ``planned`` is when it is down in the judged
    time, ``by`` all that takes it down the first time; ``findings`` are those about it that nobody
    waives, the worst first. ``state`` is how it fails where an impact is drawn.
    """

    ref: str
    kind: str
    name: str
    service: Service | None = None
    zone: str = "UTC"
    jobs: int = 0
    senders: int = 0
    planned: IntervalSet = NOTHING
    by: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    state: str = ""

    @property
    def is_facing(self) -> bool:
        """Whether customers use it."""
        return self.service is not None and self.service.customer_facing

    @property
    def is_troubled(self) -> bool:
        """Whether an outage of it is planned, or anything is found about it."""
        return bool(self.planned or self.findings)


class Edge(NamedTuple):
    """``start`` depends on ``end``, both references of nodes.

    ``kind`` is HARD or SOFT, and GROUP from a redundancy group to a member. ``service`` says so, in
    the entry ``position`` of its list; ``needed`` is what is named there, "" for a whole group.
    ``state`` is what comes along it where an impact is drawn.
    """

    start: str
    end: str
    kind: str
    service: Service
    position: int
    needed: str = ""
    state: str = ""

    @property
    def place(self) -> Span:
        """Where it is written; reads the file again."""
        if self.needed:
            return places.dependency(self.service, self.needed)
        return self.service.node.at("depends_on", self.position)


class Drawn(NamedTuple):
    """Nodes and edges, and the impact that they show, if any.

    ``left_out`` counts the services for which there was no room, and ``cut`` are the edges of those
    that are drawn for which there was none. ``timeline`` is what is judged.
    """

    report: Report
    timeline: Timeline
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    impact: Impact | None = None
    left_out: int = 0
    cut: tuple[Edge, ...] = ()

    @property
    def services(self) -> list[Node]:
        """The nodes that are services."""
        return [each for each in self.nodes if each.kind == SERVICE]

    @property
    def zone(self) -> str:
        """The zone of the clock on which plans are told: that of what an impact is of."""
        if self.impact is None:
            return "UTC"
        target, estate = self.impact.target, self.timeline.estate
        if isinstance(target, Vendor) and self.impact.struck:
            return estate.zone_of(estate.services[self.impact.struck[0]].ref)
        return estate.zone_of(target.ref)

    @property
    def warnings(self) -> list[str]:
        """What is to be said on top: what is assumed, and what may be missing."""
        return warnings(self.report, "services and outages")

    def only(self, names: Iterable[str]) -> Drawn:
        """Return the part with some services, what else they name, and the edges in between.

        Of a redundancy group without any member in that part nothing is left.
        """
        wanted = {f"{SERVICE}/{name}" for name in names}
        edges = [each for each in self.edges if each.service.ref in wanted]
        named = {each.end for each in edges if each.needed and not _is_service(each.end)}
        kept = wanted | named
        kept |= {each.start for each in edges if each.kind == GROUP and each.end in kept}
        nodes = tuple(each for each in self.nodes if each.ref in kept)
        among = tuple(each for each in edges if each.start in kept and each.end in kept)
        less = sum(1 for each in self.services if each.ref not in wanted)
        return self._replace(nodes=nodes, edges=among, left_out=self.left_out + less)

    def within(self, most: int, lines: int) -> Drawn:
        """Return all services with at most so many nodes and edges: of the rest what comes first.

        What no edge leads to any more, a group or a name that nothing declares, goes with it.
        """
        if len(self.nodes) <= most and len(self.edges) <= lines:
            return self
        kept = {each.ref for each in self.services}
        edges: list[Edge] = []
        cut: list[Edge] = []
        for each in self.edges:
            has_room = len(edges) < lines and (each.end in kept or len(kept) < most)
            if each.start in kept and has_room:
                kept.add(each.end)
                edges.append(each)
            else:
                cut.append(each)
        nodes = tuple(each for each in self.nodes if each.ref in kept)
        return self._replace(nodes=nodes, edges=tuple(edges), cut=(*self.cut, *cut))


def whole(report: Report, timeline: Timeline, impact: Impact | None = None) -> Drawn:
    """Return the graph of all services of a report, with ``impact`` on it where there is one."""
    services = timeline.estate.services
    states = _states(impact) if impact is not None else {}
    nodes: list[Node] = []
    edges: dict[tuple[str, int, str], Edge] = {}
    unknown: dict[str, Node] = {}
    told = _Told(report, timeline)
    for name in sorted(services):
        service = services[name]
        nodes.append(told.node(service)._replace(state=states.get(name, "")))
        nodes += _groups(service, services, impact)
        for edge in _edges(service, services):
            # By what tells them apart: each has the whole service in it, too much to compare.
            edges[edge.start, edge.position, edge.end] = edge
            if edge.end.startswith(f"{UNKNOWN}/"):
                unknown[edge.end] = Node(edge.end, UNKNOWN, edge.needed)
    nodes += [node for _, node in sorted(unknown.items())]
    every = edges.values()
    drawn = tuple(every) if impact is None else _carried(every, nodes)
    return Drawn(report, timeline, tuple(nodes), drawn, impact)


def _is_service(ref: str) -> bool:
    return ref.startswith(f"{SERVICE}/")


def _states(impact: Impact) -> dict[str, str]:
    """Return how each service fails, by name."""
    return {
        **dict.fromkeys((*impact.slowed, *impact.degraded), DEGRADED),
        **dict.fromkeys(impact.down, DOWN),
        **dict.fromkeys(impact.struck, STRUCK),
    }


def group_ref(service: Service, dependency: Dependency) -> str:
    """Return the reference of a redundancy group."""
    return f"{GROUP}/{service.name}/{dependency.position}"


def _groups(
    service: Service, services: Mapping[str, Service], impact: Impact | None
) -> Iterator[Node]:
    """Yield the redundancy groups of a service: failed, or without a spare, by an impact."""
    down = impact.fails.down if impact is not None else frozenset[str]()
    for each in service.depends_on:
        if each.strength != GROUP:
            continue
        size, lead = len(each.services), "at least " if each.at_least > 1 else ""
        known = [name for name in each.services if name in services]
        left = sum(1 for name in known if name not in down)
        state = ""
        # One that lacks members that nothing declares was lost before anything failed.
        if len(known) >= each.at_least and left < len(known):
            spent = DEGRADED if left == each.at_least < size else ""
            state = DOWN if left < each.at_least else spent
        name = f"{lead}{each.at_least} of {size}"
        yield Node(group_ref(service, each), GROUP, name, state=state)


def _edges(service: Service, services: Mapping[str, Service]) -> Iterator[Edge]:
    """Yield what a service depends on; through a node of its own where that is a group."""
    for each in service.depends_on:
        start, kind = service.ref, SOFT if each.strength == SOFT else HARD
        if each.strength == GROUP:
            start, kind = group_ref(service, each), GROUP
            yield Edge(service.ref, start, HARD, service, each.position)
        for name in each.services:
            end = f"{SERVICE if name in services else UNKNOWN}/{name}"
            yield Edge(start, end, kind, service, each.position, name)


def _carried(edges: Iterable[Edge], nodes: Iterable[Node]) -> tuple[Edge, ...]:
    """Return the edges with what comes along each: nothing where the one who depends is well."""
    states = {each.ref: DOWN if each.state == STRUCK else each.state for each in nodes}
    found: list[Edge] = []
    for each in edges:
        state = states[each.end]
        if each.kind == SOFT and state:
            state = DEGRADED
        elif each.kind == GROUP and state != DOWN:
            # A degraded member is up.
            state = ""
        found.append(each._replace(state=state if states[each.start] else ""))
    return tuple(found)


class _Told:
    """What is told of each service, with what several ask looked up once."""

    def __init__(self, report: Report, timeline: Timeline) -> None:
        self.timeline = timeline
        self.jobs: Counter[str] = Counter()
        self.senders: Counter[str] = Counter()
        for job in timeline.estate.jobs.values():
            # One that is suspended has no runs.
            if not job.suspended:
                self.jobs.update({*job.requires})
                self.senders.update({each.service for each in job.induces_demand})
        self.findings: dict[str, list[Finding]] = {}
        for finding in report.active:
            for ref in finding.subjects:
                self.findings.setdefault(ref, []).append(finding)

    def node(self, service: Service) -> Node:
        """Return the node of a service."""
        timeline, name = self.timeline, service.name
        planned = timeline.in_judgement(timeline.outages.down(name))
        return Node(
            service.ref,
            SERVICE,
            name,
            service,
            timeline.estate.zone_of(service.ref),
            self.jobs[name],
            self.senders[name],
            planned,
            blamed(timeline, name, next(iter(planned))) if planned else (),
            tuple(sorted(self.findings.get(service.ref, ()), key=order)),
        )


def blamed(timeline: Timeline, name: str, span: Interval) -> tuple[str, ...]:
    """Return the references of all that takes a service down in a span, the earliest first."""
    moment = IntervalSet([span])
    sets = ((each.when & moment, each.causes) for each in timeline.outages.cut_sets(name))
    met = sorted((when.start, at, causes) for at, (when, causes) in enumerate(sets) if when)
    return tuple(dict.fromkeys(ref for _, _, causes in met for ref in causes))
