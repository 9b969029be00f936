"""The way a failure takes: from what is hurt, hop by hop, to what a cause takes down itself."""

from __future__ import annotations

from opspolicy.estate.declarations import GROUP, SOFT
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from opspolicy.estate.declarations import Dependency
    from opspolicy.estate.graph import DependencyGraph
    from opspolicy.timeline.causes import Cause


class Failing(NamedTuple):
    """What fails while some causes all happen: services down, and services at least degraded."""

    down: frozenset[str]
    impaired: frozenset[str]


def failing(graph: DependencyGraph, causes: Sequence[Cause]) -> Failing:
    """Return what fails while all of ``causes`` happen and nothing else does."""
    down = _closure(graph, {name for cause in causes for name in cause.takes_down}, None)
    hit = down | {name for cause in causes for name in cause.degrades}
    return Failing(frozenset(down), frozenset(_closure(graph, hit, down)))


def paths(
    graph: DependencyGraph,
    sources: Iterable[str],
    causes: Sequence[Cause],
    fails: Failing,
    *,
    degraded: bool = False,
) -> list[list[str]]:
    """Return, for each cause, a shortest chain of services from a source to one that it hits.

    Only services that fail are on the way, so the chain is an explanation and not just a
    connection. ``degraded`` follows slow and soft failures too. Ties go to the declared order.
    """
    came_from: dict[str, str | None] = dict.fromkeys(sources)
    queue = list(came_from)
    for name in queue:
        for needed in _next_hops(graph, name, fails, degraded=degraded):
            if needed not in came_from:
                came_from[needed] = name
                queue.append(needed)
    # The earlier in the queue, the shorter the way.
    rank = {name: at for at, name in enumerate(queue)}
    chains: list[list[str]] = []
    for cause in causes:
        hits = (*cause.takes_down, *cause.degrades) if degraded else cause.takes_down
        nearest = min((rank[each] for each in hits if each in rank), default=None)
        chains.append(queue[:1] if nearest is None else _chain(came_from, queue[nearest]))
    return chains


def ways(graph: DependencyGraph, cause: Cause, fails: Failing) -> dict[str, tuple[str, ...]]:
    """Return a shortest chain to what ``cause`` hits, for each service that fails through others.

    What is down is so through services that are down, what is degraded through any that fail. Ties
    go to the declared order.
    """
    chains: dict[str, tuple[str, ...]] = {}
    chains.update((each, (each,)) for each in cause.takes_down if each in fails.down)
    _follow(graph, fails, chains, degraded=False)
    slow = fails.impaired - fails.down
    chains.update((each, (each,)) for each in cause.degrades if each in slow)
    _follow(graph, fails, chains, degraded=True)
    return {name: chain for name, chain in chains.items() if len(chain) > 1}


def _follow(
    graph: DependencyGraph,
    fails: Failing,
    chains: dict[str, tuple[str, ...]],
    *,
    degraded: bool,
) -> None:
    """Add to ``chains`` those who fail through the services that are in it, the shortest first."""
    reached: dict[int, list[str]] = {}
    for name, chain in chains.items():
        reached.setdefault(len(chain), []).append(name)
    failed = fails.impaired if degraded else fails.down
    length = 1
    while reached and length <= max(reached):
        above = {one for name in reached.get(length, ()) for one in graph.dependants.get(name, ())}
        for one in sorted(above & failed - chains.keys()):
            hops = _next_hops(graph, one, fails, degraded=degraded)
            near = next((hop for hop in hops if len(chains.get(hop, ())) == length), None)
            if near is not None:
                chains[one] = (one, *chains[near])
                reached.setdefault(length + 1, []).append(one)
        length += 1


def _closure(graph: DependencyGraph, hit: set[str], down: set[str] | None) -> set[str]:
    """Add services until each that depends on a failing one in a way that matters is in.

    With ``down`` given, what is sought is who is at least degraded while those are down.
    """
    found = {name for name in hit if name in graph.services}
    newest = found
    while newest:
        # Each service above is looked at once a step, however many of a group have failed in it.
        above = {each for name in newest for each in graph.dependants.get(name, ())} - found
        newest = {
            name
            for name in above
            if any(_fails(graph, each, found, down) for each in graph.dependencies[name])
        }
        found = found | newest
    return found


def _fails(
    graph: DependencyGraph,
    dependency: Dependency,
    failing_now: AbstractSet[str],
    down: AbstractSet[str] | None,
) -> bool:
    """Whether a dependency is lost while some services fail; with ``down``, at least impaired."""
    if dependency.strength != GROUP:
        matters = down is not None or dependency.strength != SOFT
        return matters and dependency.services[0] in failing_now
    lost = failing_now if down is None else down
    size = len(dependency.services)
    least = dependency.at_least + (1 if down is not None and dependency.at_least < size else 0)
    known = [each for each in dependency.services if each in graph.services]
    # One that lacks members that nothing declares was lost before anything failed.
    return len(known) >= least > sum(1 for each in known if each not in lost)


def _next_hops(
    graph: DependencyGraph, name: str, fails: Failing, *, degraded: bool
) -> Iterator[str]:
    for dependency in graph.dependencies.get(name, ()):
        # A dependency that holds, such as a group with a member left, explains nothing.
        if degraded:
            matters = _fails(graph, dependency, fails.impaired, fails.down)
        else:
            matters = _fails(graph, dependency, fails.down, None)
        # A degraded member is up, so only a member that is down explains a group.
        is_group = dependency.strength == GROUP
        through = fails.impaired if degraded and not is_group else fails.down
        if matters:
            yield from (each for each in dependency.services if each in through)


def _chain(came_from: dict[str, str | None], last: str) -> list[str]:
    chain: list[str] = []
    at: str | None = last
    while at is not None:
        chain.append(at)
        at = came_from[at]
    return chain[::-1]
