"""Which part of a graph is drawn: what is chosen, and as much of it as there is room for."""

from __future__ import annotations

from opspolicy.graph.drawn import DEGRADED, UNKNOWN
from opspolicy.picture.choice import natural
from opspolicy.report import order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from opspolicy.graph.drawn import Drawn, Node
    from opspolicy.picture.choice import Chosen

MOST_NODES, MOST_LINES = 150, 1000
"""How many nodes and lines somebody can look at; of more the most important are drawn."""

MOST_BESIDE = 8
"""How many neighbours of one service are drawn on either side where not all are."""


def part(drawn: Drawn, chosen: Chosen) -> Drawn:
    """Return what is chosen of a graph, with its neighbours; all of it where nothing is.

    Of an impact that is what falls of the chosen services, with the ways it takes to them. Nobody
    misses what wasn't chosen, so nothing counts as left out.
    """
    if not (chosen.services or chosen.teams):
        return drawn
    held = [
        each
        for each in drawn.services
        if each.service and chosen.names(each.name) and chosen.holds(each.service.owner)
    ]
    impact = drawn.impact
    if impact is None:
        around = _Around(drawn)
        wanted = {name for each in held for name in (each.name, *around.beside(each.name))}
        return drawn.only(wanted)._replace(left_out=0)
    fallen = [each.name for each in held if each.state]
    ways = {name for each in fallen for name in impact.ways.get(each, ())}
    return drawn.only({*impact.struck, *impact.slowed, *fallen, *ways})._replace(left_out=0)


def limited(drawn: Drawn, most: int = MOST_NODES, lines: int = MOST_LINES) -> Drawn:
    """Return a graph of at most so many nodes and lines: what falls first, else what is in trouble.

    Each with the services next to it. The one that comes first is drawn in any case, if need be
    without some of what it names.
    """
    if len(drawn.nodes) <= most and len(drawn.edges) <= lines:
        return drawn
    around = _Around(drawn)
    kept: dict[str, None] = {}
    left, free = most, lines
    for name in _ranked(drawn, around):
        if name in kept:
            continue
        own = around.own[name]
        left -= 1 + own
        free -= own + around.joined(name, kept)
        if kept and (left < 0 or free < 0):
            break
        kept[name] = None
    return drawn.only(kept).within(most, lines)


def _ranked(drawn: Drawn, around: _Around) -> Iterator[str]:
    """Yield the names of services in the order in which they are worth drawing, some again."""
    nodes = drawn.services
    impact = drawn.impact
    if impact is None:
        for each in sorted((one for one in nodes if one.is_troubled), key=_worst):
            yield each.name
            yield from around.few(each.name)
        yield from (each.name for each in sorted(nodes, key=_worst))
        return
    # Nearer ones first, so that none is drawn without its way; what is down is so by what is down.
    fallen = [each for each in nodes if each.state]
    fallen.sort(
        key=lambda each: (
            each.state == DEGRADED,
            len(impact.ways.get(each.name, ())),
            *_used(each),
        )
    )
    yield from (each.name for each in fallen)
    for each in fallen:
        yield from around.needs.get(each.name, ())


def _worst(node: Node) -> tuple[object, ...]:
    """Return the sort key of what is in trouble: its worst finding, and who uses it."""
    found = min((order(each)[:6] for each in node.findings), default=())
    return (not node.findings, found, not node.planned, *_used(node))


def _used(node: Node) -> tuple[object, ...]:
    """Return the sort key of who uses a service: first whom most customers do."""
    customers = (node.service.customers if node.service is not None else None) or 0
    return (not node.is_facing, -customers, natural(node.name))


class _Around:
    """Who is next to whom, groups left out.

    ``own`` counts for each service the groups that it has and the names that nothing declares.
    """

    def __init__(self, drawn: Drawn) -> None:
        self.needs: dict[str, list[str]] = {}
        self.needed: dict[str, list[str]] = {}
        known = {each.name for each in drawn.services}
        self.own = dict.fromkeys(known, 0)
        for edge in drawn.edges:
            if not edge.needed or edge.end.startswith(f"{UNKNOWN}/"):
                self.own[edge.service.name] += 1
            elif edge.needed in known:
                self.needs.setdefault(edge.service.name, []).append(edge.needed)
                self.needed.setdefault(edge.needed, []).append(edge.service.name)

    def beside(self, name: str) -> Iterable[str]:
        """Return all that a service needs, and all that need it."""
        return (*self.needs.get(name, ()), *self.needed.get(name, ()))

    def joined(self, name: str, kept: Container[str]) -> int:
        """Return how many lines join a service to itself and to those that are ``kept``."""
        needs = sum(1 for each in self.needs.get(name, ()) if each == name or each in kept)
        return needs + sum(1 for each in self.needed.get(name, ()) if each in kept)

    def few(self, name: str) -> Sequence[str]:
        """Return some of these, in declared order."""
        both = self.needs.get(name, []), self.needed.get(name, [])
        return [each for side in both for each in side[:MOST_BESIDE]]
