"""The dependency graph: who needs whom, in which order to follow it, and where it is a circle."""

from __future__ import annotations

from functools import cached_property

from opspolicy.estate.declarations import GROUP, SOFT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opspolicy.estate.declarations import Dependency, Service


class DependencyGraph:
    """Services by name, with what each depends on.

    Names that aren't declared are left out of hard and soft dependencies, as nothing is known of
    them. In a redundancy group they stay: a member that can't be resolved counts as not up.
    """

    def __init__(self, services: Mapping[str, Service]) -> None:
        """Build the graph of ``services``."""
        self.services = services
        self.dependencies: dict[str, tuple[Dependency, ...]] = {
            name: tuple(
                each
                for each in service.depends_on
                if each.strength == GROUP or each.services[0] in services
            )
            for name, service in services.items()
        }

    def needs(self, name: str, *, soft: bool = False) -> list[str]:
        """Return the declared services ``name`` depends on directly, in declared order."""
        return [
            each
            for dependency in self.dependencies.get(name, ())
            if soft or dependency.strength != SOFT
            for each in dependency.services
            if each in self.services
        ]

    def below(self, names: Iterable[str]) -> DependencyGraph:
        """Return the graph of some services and all that they depend on, softly too."""
        found = dict.fromkeys(name for name in names if name in self.services)
        queue = list(found)
        for name in queue:
            for needed in self.needs(name, soft=True):
                if needed not in found:
                    found[needed] = None
                    queue.append(needed)
        return DependencyGraph({name: self.services[name] for name in found})

    def above(self, names: Iterable[str]) -> list[str]:
        """Return some services and all that depend on them in any way, the nearest first."""
        found = dict.fromkeys(names)
        queue = list(found)
        for name in queue:
            for one in self.dependants.get(name, ()):
                if one not in found:
                    found[one] = None
                    queue.append(one)
        return queue

    @cached_property
    def dependants(self) -> dict[str, list[str]]:
        """The services that depend on each one directly, softly or in a group too."""
        found: dict[str, list[str]] = {}
        for name in self.services:
            for needed in dict.fromkeys(self.needs(name, soft=True)):
                found.setdefault(needed, []).append(name)
        return found

    def order(self) -> list[str]:
        """Return all services, each after what it depends on wherever there is no cycle."""
        done: dict[str, None] = {}
        visiting: set[str] = set()
        for root in sorted(self.services):
            stack: list[tuple[str, Iterable[str]]] = [(root, iter(self.needs(root, soft=True)))]
            if root in done:
                continue
            visiting.add(root)
            while stack:
                name, rest = stack[-1]
                for needed in rest:
                    if needed not in done and needed not in visiting:
                        visiting.add(needed)
                        stack.append((needed, iter(self.needs(needed, soft=True))))
                        break
                else:
                    done[name] = None
                    stack.pop()
        return list(done)

    def has_cycle(self) -> bool:
        """Whether any service depends on itself, directly or through others."""
        position = {name: at for at, name in enumerate(self.order())}
        return any(
            position[needed] >= position[name]
            for name in position
            for needed in self.needs(name, soft=True)
        )

    def cycles(self) -> list[list[str]]:
        """Return a shortest cycle through each knot of services that depend on each other.

        Each starts at its first name in alphabetical order and isn't closed by repeating it.
        """
        if not self.has_cycle():
            return []
        edges = {name: self.needs(name, soft=True) for name in self.services}
        return knots(edges)


def knots(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return a shortest cycle through each strongly connected component that has one."""
    import networkx as nx  # noqa: PLC0415 - a quarter of a second, for the rare graph with a cycle

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted(edges))
    graph.add_edges_from(sorted((name, each) for name in edges for each in edges[name]))
    found: list[list[str]] = []
    for component in nx.strongly_connected_components(graph):
        first = min(component)
        if len(component) == 1 and not graph.has_edge(first, first):
            continue
        back = nx.shortest_path(graph.subgraph(component), target=first)
        inside = sorted(component & set(graph.successors(first)))
        step = min(inside, key=lambda name: len(back[name]))
        found.append([first] if step == first else [first, *back[step][:-1]])
    return sorted(found)
