"""The part of an estate in which a move can change what is found.

Judging two thousand services again because one window moves takes as long as judging them at all.
What a job or a window can change is found about the services above those that it hits, and about
itself; what decides it is whatever else hits these, or anything below them. So it is with what
tells customers of an outage, and who answers them meanwhile.
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
            or self._is_told(each)
        }
        made.jobs = {name: each for name, each in estate.jobs.items() if self._matters(each)}
        made.graph = DependencyGraph(made.services)
        # What is missing here is there: nobody asks for names.
        made.references, made.listed = [], []
        return made

    def _is_told(self, entity: Job | Window) -> bool:
        """Whether one of these services carries notices of a job or a window."""
        return any(each.via in self.services for each in entity.plan.notices)

    def _matters(self, job: Job) -> bool:
        if not self.touched.isdisjoint(job.requires) or self._is_told(job):
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
    told = [each.via for each in entity.plan.notices if each.via in estate.services]
    services = estate.graph.below([*touched, *told, *_beside(estate, {*touched})]).services
    return Part(frozenset(services), frozenset(touched))


def _beside(estate: Estate, touched: set[str]) -> list[str]:
    """Return the services judged together with ``touched`` ones, though none needs the other.

    These are their status pages and their support, and those whose these are.
    """
    found: list[str] = []
    for name, service in estate.services.items():
        others = [
            each
            for each in (service.status_page, service.support_service)
            if each in estate.services
        ]
        if name in touched:
            found += others
        elif not touched.isdisjoint(others):
            found.append(name)
    return found
