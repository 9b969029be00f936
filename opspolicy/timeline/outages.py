"""Who is down or degraded, when, and by which causes: failures followed through the graph.

    down(S)     = direct(S), or a hard dependency down, or fewer than `at_least` of a group up
    degraded(S) = degraded directly, or a hard dependency degraded, or a soft one down or degraded,
                  or exactly `at_least` of a group up though it has more members; and not down

Both are least fixpoints, so a cycle of dependencies invents no failure.
"""

from __future__ import annotations

from functools import cached_property

from opspolicy.estate.declarations import GROUP, HARD, Dependency
from opspolicy.temporal.intervals import NOTHING, IntervalSet
from opspolicy.timeline.cutsets import EMPTY, CutSet, CutSets, Family, Group, Structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.estate.graph import DependencyGraph
    from opspolicy.timeline.causes import Cause


class Outages:
    """The outages of every service, worked out when asked for."""

    def __init__(self, graph: DependencyGraph, causes: Sequence[Cause]) -> None:
        """Follow ``causes`` through ``graph``."""
        self.graph = graph
        self.causes = tuple(causes)
        self._sets = CutSets(self.causes)
        self._number = {cause.ref: at for at, cause in enumerate(self.causes)}
        self._down: dict[str, IntervalSet] = {}
        self._without: dict[str, Outages] = {}
        self._order = graph.order()

    @cached_property
    def _failures(self) -> dict[str, Family]:
        """The cut sets of every service that goes down."""
        direct: dict[str, int] = {}
        for at, cause in enumerate(self.causes):
            for name in cause.takes_down:
                direct[name] = direct.get(name, 0) | 1 << at
        structure = Structure(
            {name: Family(mask) for name, mask in direct.items()},
            self._inherited(HARD),
            {
                name: [self.group(each, 0) for each in groups]
                for name, groups in self._groups.items()
            },
        )
        return self._sets.solve(self._order, structure)

    @cached_property
    def _impairments(self) -> dict[str, Family]:
        """The sets under which a service is degraded or down.

        Down is part of it so that the function stays monotone; `degraded` takes it away again.
        """
        direct: dict[str, Family] = dict(self._failures)
        for at, cause in enumerate(self.causes):
            for name in cause.degrades:
                known = direct.get(name, EMPTY)
                direct[name] = known._replace(singles=known.singles | 1 << at)
        structure = Structure(
            direct,
            self._inherited(),
            {
                name: [self.group(each, 1) for each in groups]
                for name, groups in self._groups.items()
            },
            members=self._failures,
        )
        return self._sets.solve(self._order, structure)

    @cached_property
    def _groups(self) -> dict[str, list[Dependency]]:
        return {
            name: groups
            for name, dependencies in self.graph.dependencies.items()
            if (groups := [each for each in dependencies if each.strength == GROUP])
        }

    def _inherited(self, *strengths: str) -> dict[str, list[str]]:
        """Return, for each service, the services of its plain dependencies of these strengths."""
        return {
            name: [
                each.services[0]
                for each in dependencies
                if each.strength != GROUP and (not strengths or each.strength in strengths)
            ]
            for name, dependencies in self.graph.dependencies.items()
            if dependencies
        }

    def goes_down(self, name: str) -> bool:
        """Whether a service is down at any judged time."""
        return name in self._failures

    def down(self, name: str) -> IntervalSet:
        """Return all the time a service is down."""
        if name not in self._down:
            family = self._failures.get(name)
            self._down[name] = self._sets.down(family) if family else NOTHING
        return self._down[name]

    def cut_sets(self, name: str, without: str | None = None) -> list[CutSet]:
        """Return the minimal cut sets of a service, but for those with the cause ``without``."""
        family = self._failures.get(name)
        if family is None:
            return []
        at = self._number.get(without) if without is not None else None
        own = 0 if at is None else 1 << at
        if family.rest is not None and family.rest[0] & own and without is not None:
            # Its part in the combinations that aren't told one by one can only be worked out anew.
            return self._less(without).cut_sets(name)
        return self._sets.listed(family, own)

    def _less(self, cause: str) -> Outages:
        """Return the outages without one cause."""
        if cause not in self._without:
            others = [each for each in self.causes if each.ref != cause]
            self._without[cause] = Outages(self.graph, others)
        return self._without[cause]

    def degradations(self, name: str) -> list[CutSet]:
        """Return the minimal sets under which a service is degraded, and when it is."""
        family = self._impairments.get(name)
        if family is None:
            return []
        down = self.down(name)
        sets = [each._replace(when=each.when - down) for each in self._sets.listed(family)]
        return [each for each in sets if each.when]

    def spares_lost(self, dependency: Dependency) -> list[CutSet]:
        """Return the minimal sets that leave a group exactly `at_least` members, and when."""
        family = self._sets.of_group(self.group(dependency, 1), self._failures)
        lost = self._sets.down(self._sets.of_group(self.group(dependency, 0), self._failures))
        sets = [each._replace(when=each.when - lost) for each in self._sets.listed(family)]
        return [each for each in sets if each.when]

    def group(self, dependency: Dependency, spares: int) -> Group:
        """Return what it takes for a dependency to have fewer than ``at_least + spares`` up."""
        declared = tuple(each for each in dependency.services if each in self.graph.services)
        unresolved = len(dependency.services) - len(declared)
        # With as many members as must be up, there is no spare to lose.
        if spares and dependency.at_least == len(dependency.services):
            return Group((), 0)
        needed = len(dependency.services) - dependency.at_least - spares + 1
        return Group(declared, needed - unresolved)
