"""What falls when a service goes down: services, jobs and customers, and when that is planned."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.intervals import NOTHING, IntervalSet
from opspolicy.timeline.causes import Cause
from opspolicy.timeline.paths import failing, paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Job, Service
    from opspolicy.timeline.timeline import Timeline


class Impact(NamedTuple):
    """What the failure of ``service`` alone does, by the dependencies that are declared.

    ``down`` and ``degraded`` are the others that it takes along, ``facing`` all that customers use
    among it and those down. ``customers`` counts them, None where nobody said how many any of these
    has. ``jobs`` need something that is down, ``senders`` send customers to it. ``planned`` is when
    the service itself is down in the judged time. ``ways`` has, for each service that fails, the
    chain from it to the one that went down.
    """

    service: Service
    down: tuple[str, ...]
    degraded: tuple[str, ...]
    facing: tuple[Service, ...]
    customers: int | None
    jobs: tuple[Job, ...]
    senders: tuple[Job, ...]
    planned: IntervalSet
    ways: dict[str, tuple[str, ...]]


def impact(timeline: Timeline, service: Service) -> Impact:
    """Return what falls when ``service`` goes down and nothing else does."""
    estate = timeline.estate
    cause = Cause(service.ref, (service.name,), (), NOTHING)
    fails = failing(estate.graph, [cause])
    down = sorted(fails.down - {service.name})
    degraded = sorted(fails.impaired - fails.down)
    facing = tuple(
        found for name in [service.name, *down] if (found := estate.services[name]).customer_facing
    )
    told = [each.customers for each in facing if each.customers is not None]
    ways: dict[str, tuple[str, ...]] = {}
    for name in (*down, *degraded):
        slow = name not in fails.down
        (chain,) = paths(estate.graph, [name], [cause], fails, degraded=slow)
        ways[name] = tuple(chain)
    jobs = tuple(job for job in estate.jobs.values() if not fails.down.isdisjoint(job.requires))
    senders = tuple(job for job in estate.jobs.values() if job.demands_on(fails.down))
    planned = timeline.in_judgement(timeline.outages.down(service.name))
    # Whether the same person uses two of them nobody declares.
    many = sum(told) if told else None
    return Impact(service, tuple(down), tuple(degraded), facing, many, jobs, senders, planned, ways)
