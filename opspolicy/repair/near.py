"""The part of an estate in which a move can change what is found.

Judging two thousand services again because one window moves takes as long as judging them at all.
What a job or a window can change is found about the services above those that it hits, and about
itself; what decides it is whatever else hits these, or anything below them.
"""

from __future__ import annotations

from opspolicy.estate.declarations import Job
from opspolicy.estate.graph import DependencyGraph
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Window
    from opspolicy.estate.estate import Estate


class Part(NamedTuple):
    """The services that decide what is found about the ``touched`` ones, these included."""

    services: frozenset[str]
    touched: frozenset[str]

    def of(self, estate: Estate) -> Estate:
        """Return just this part of an estate, with every job and window that matters to it."""
        made = estate.copied()
        made.services = {
            name: each for name, each in estate.services.items() if name in self.services
        }
        made.windows = {
            name: each
            for name, each in estate.windows.items()
            if not self.services.isdisjoint((*each.takes_down, *each.degrades))
        }
        made.jobs = {name: each for name, each in estate.jobs.items() if self._matters(each)}
        made.graph = DependencyGraph(made.services)
        # What is missing here is there: nobody asks for names.
        made.references, made.listed = [], []
        return made

    def _matters(self, job: Job) -> bool:
        if not self.touched.isdisjoint(job.requires):
            return True
        if job.takes_down or job.degrades:
            return not self.services.isdisjoint((*job.takes_down, *job.degrades))
        return any(each.service in self.touched for each in job.induces_demand)


def around(estate: Estate, entity: Job | Window) -> Part:
    """Return the part in which a move of ``entity`` matters."""
    touched = estate.graph.above((*entity.takes_down, *entity.degrades))
    if isinstance(entity, Job):
        own = [*entity.requires, *(each.service for each in entity.induces_demand)]
        touched = list(dict.fromkeys([*touched, *own]))
    services = estate.graph.below(touched).services
    return Part(frozenset(services), frozenset(touched))
