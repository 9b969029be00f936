"""Who is down or degraded, when, and by which causes: failures followed through the graph.

    down(S)     = direct(S), or a hard dependency down, or fewer than `at_least` of a group up
    degraded(S) = degraded directly, or a hard dependency degraded, or a soft one down or degraded,
                  or exactly `at_least` of a group up though it has more members; and not down

Both are least fixpoints, so a cycle of dependencies invents no failure.
"""

from __future__ import annotations

from functools import cached_property

from opspolicy.estate.declarations import GROUP, HARD, Dependency
from opspolicy.temporal.intervals import NOTHING, IntervalSet, union
from opspolicy.timeline.cutsets import (
    EMPTY,
    CutSet,
    CutSets,
    Family,
    Group,
    Structure,
    bits,
    together,
)
from opspolicy.timeline.spread import failed, spread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opspolicy.estate.graph import DependencyGraph
    from opspolicy.timeline.causes import Cause


MOST_AGAIN = 20_000
"""How many services and causes may be gone through again for the sake of crowded groups."""


class Outages:
    """The outages of every service, worked out when asked for."""

    def __init__(self, graph: DependencyGraph, causes: Sequence[Cause]) -> None:
        """Follow ``causes`` through ``graph``."""
        self.graph = graph
        self.causes = tuple(causes)
        self._sets = CutSets(self.causes)
        self._number = {cause.ref: at for at, cause in enumerate(self.causes)}
        self._without: dict[tuple[int, tuple[str, ...]], Outages] = {}
        self._worked_out = 0

    @cached_property
    def _order(self) -> list[str]:
        return self.graph.order()

    @cached_property
    def _down(self) -> dict[str, IntervalSet]:
        """The time at which each service is down that ever is."""
        direct: dict[str, list[IntervalSet]] = {}
        for cause in self.causes:
            for name in cause.takes_down:
                direct.setdefault(name, []).append(cause.when)
        return spread(self._order, direct, self._inherited(HARD), self._failing_groups(0))

    @cached_property
    def _impaired(self) -> dict[str, IntervalSet]:
        """The time at which each service is degraded or down."""
        direct = {name: [when] for name, when in self._down.items()}
        for cause in self.causes:
            for name in cause.degrades:
                direct.setdefault(name, []).append(cause.when)
        groups = self._failing_groups(1)
        return spread(self._order, direct, self._inherited(), groups, self._down)

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
            self._failing_groups(0),
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
            self._failing_groups(1),
            members=self._failures,
        )
        return self._sets.solve(self._order, structure)

    def _failing_groups(self, spares: int) -> dict[str, list[Group]]:
        """Return what it takes, for each service, for its groups to be short of ``spares``."""
        return {
            name: groups
            for name, dependencies in self.graph.dependencies.items()
            if (groups := [self.group(each, spares) for each in dependencies
                           if each.strength == GROUP])
        }  # fmt: skip

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

    @cached_property
    def any_down(self) -> IntervalSet:
        """All the time at which any service is down."""
        # Causes by one schedule share one set.
        sets = {id(cause.when): cause.when for cause in self.causes if cause.takes_down}
        return union(sets.values())

    @cached_property
    def anything(self) -> IntervalSet:
        """All the time at which anything is down or degraded."""
        return union({id(cause.when): cause.when for cause in self.causes}.values())

    def goes_down(self, name: str) -> bool:
        """Whether a service is down at any judged time."""
        return name in self._down

    def down(self, name: str) -> IntervalSet:
        """Return all the time a service is down."""
        return self._down.get(name, NOTHING)

    def degraded(self, name: str) -> IntervalSet:
        """Return all the time a service is degraded."""
        return self._impaired.get(name, NOTHING) - self.down(name)

    def without_spare(self, dependency: Dependency) -> IntervalSet:
        """Return all the time at which exactly `at_least` members of a group are up."""
        fails, short = (failed(self.group(dependency, spares), self._down) for spares in (0, 1))
        return short - fails

    def cut_sets(self, name: str, without: str | None = None) -> list[CutSet]:
        """Return the minimal cut sets of a service, but for those with the cause ``without``."""
        family = self._failures.get(name)
        if family is None:
            return []
        at = self._number.get(without) if without is not None else None
        own = 0 if at is None else 1 << at
        return self._listed(family, own, (name,), lambda less: less.cut_sets(name))

    def degradations(self, name: str) -> list[CutSet]:
        """Return the minimal sets under which a service is degraded, and when it is."""
        family = self._impairments.get(name)
        if family is None:
            return []
        sets = self._listed(family, 0, (name,), lambda less: less.degradations(name))
        return _outside(sets, self.down(name))

    def involved(self, name: str) -> list[str]:
        """Return the references of all causes by which a service is down or degraded."""
        family = self._impairments.get(name, EMPTY)
        return [self.causes[at].ref for at in bits(family.causes)]

    def spares_lost(self, dependency: Dependency) -> list[CutSet]:
        """Return the minimal sets that leave a group exactly `at_least` members, and when."""
        family = self._sets.of_group(self.group(dependency, 1), self._failures)
        lost = failed(self.group(dependency, 0), self._down)
        sets = self._listed(
            family, 0, dependency.services, lambda less: less.spares_lost(dependency)
        )
        return _outside(sets, lost)

    def _listed(
        self,
        family: Family,
        own: int,
        names: tuple[str, ...],
        again: Callable[[Outages], list[CutSet]],
    ) -> list[CutSet]:
        """Return a family's sets less those with a cause in ``own``.

        Which part a cause has in the combinations that aren't told one by one can only be worked
        out ``again`` without it: so for what is left out, and for what suffices alone.
        """
        out = own | family.singles
        less = None
        if family.rest is not None and family.rest[0] & out:
            less = self._less(out, names)
        if less is None:
            return self._sets.listed(family, own)
        alone = family._replace(compounds={}, rest=None)
        return together([*self._sets.listed(alone, own), *again(less)])

    def _less(self, out: int, names: tuple[str, ...]) -> Outages | None:
        """Return the outages of some services without some causes.

        None when too much has been worked out so already: then more is told than need be, never
        less.
        """
        if (out, names) not in self._without:
            if self._worked_out > MOST_AGAIN:
                return None
            below = self.graph.below(names)
            causes = [
                cause
                for at, cause in enumerate(self.causes)
                if not out >> at & 1
                and any(hit in below.services for hit in (*cause.takes_down, *cause.degrades))
            ]
            self._worked_out += len(below.services) + len(causes)
            self._without[out, names] = Outages(below, causes)
        return self._without[out, names]

    def group(self, dependency: Dependency, spares: int) -> Group:
        """Return what it takes for a dependency to have fewer than ``at_least + spares`` up."""
        declared = tuple(each for each in dependency.services if each in self.graph.services)
        unresolved = len(dependency.services) - len(declared)
        # With as many members as must be up, there is no spare to lose.
        if spares and dependency.at_least == len(dependency.services):
            return Group((), 0)
        needed = len(dependency.services) - dependency.at_least - spares + 1
        return Group(declared, needed - unresolved)


def _outside(sets: list[CutSet], when: IntervalSet) -> list[CutSet]:
    """Return the sets with their time less ``when``, without those that have none left."""
    left = [each._replace(when=each.when - when) for each in sets]
    return [each for each in left if each.when]
