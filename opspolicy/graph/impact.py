"""What falls when something goes down: services, jobs and customers, and when that is planned."""

from __future__ import annotations

from opspolicy.estate.declarations import Job, Service, Vendor, Window
from opspolicy.record import NamedTuple
from opspolicy.temporal.intervals import NOTHING, IntervalSet, union
from opspolicy.timeline.causes import Cause
from opspolicy.timeline.paths import Failing, failing, ways

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.estate import Estate
    from opspolicy.timeline.timeline import Timeline

Target = Service | Vendor | Window | Job
"""What can go down, or take down what it is declared to."""

KINDS = ("service", "vendor", "maintenance_window", "job")
"""What a reference to one of these begins with."""


class Impact(NamedTuple):
    """What the failure of ``target`` alone does, by the dependencies that are declared.

    That of a service is its own, of a vendor that of all services it runs, of a window or a job
    what it takes down or slows down. ``struck`` and ``slowed`` are the services that fail by
    themselves, ``down`` and ``degraded`` the others that these take along, all by name. ``unknown``
    are services that it names and nothing declares.

    ``facing`` is all that customers use among what is down. ``customers`` counts them, service by
    service, None where nobody said how many any of these has; ``uncounted`` are those of which
    nobody said. ``jobs`` need something that is down, ``senders`` send customers to it. ``planned``
    is when the target itself is down, or happens, in the judged time. ``ways`` has, for each of
    ``down`` and ``degraded``, the chain from it to one that fails by itself.
    """

    target: Target
    struck: tuple[str, ...]
    slowed: tuple[str, ...]
    down: tuple[str, ...]
    degraded: tuple[str, ...]
    unknown: tuple[str, ...]
    facing: tuple[Service, ...]
    customers: int | None
    uncounted: tuple[Service, ...]
    jobs: tuple[Job, ...]
    senders: tuple[Job, ...]
    planned: IntervalSet
    ways: dict[str, tuple[str, ...]]

    @property
    def fails(self) -> Failing:
        """All that fails, by itself or through others."""
        down = frozenset((*self.struck, *self.down))
        return Failing(down, down.union(self.slowed, self.degraded))


def impact(timeline: Timeline, target: Target) -> Impact:
    """Return what falls when ``target`` goes down, or happens, and nothing else does."""
    estate = timeline.estate
    cause = _cause(estate, target)
    fails = failing(estate.graph, [cause])
    struck = sorted({*cause.takes_down} & fails.down)
    slowed = sorted({*cause.degrades} & fails.impaired - fails.down)
    down = sorted(fails.down - {*struck})
    degraded = sorted(fails.impaired - fails.down - {*slowed})
    named = dict.fromkeys((*cause.takes_down, *cause.degrades))
    among = [estate.services[name] for name in (*struck, *down)]
    facing = tuple(each for each in among if each.customer_facing)
    told = [each.customers for each in facing if each.customers is not None]
    # A job that is suspended has no run that could fail.
    jobs = [job for job in estate.jobs.values() if not job.suspended]
    return Impact(
        target,
        tuple(struck),
        tuple(slowed),
        tuple(down),
        tuple(degraded),
        tuple(name for name in named if name not in estate.services),
        facing,
        # Whether the same person uses two of them nobody declares.
        sum(told) if told else None,
        tuple(each for each in facing if each.customers is None),
        tuple(job for job in jobs if not fails.down.isdisjoint(job.requires)),
        tuple(job for job in jobs if job.demands_on(fails.down)),
        _planned(timeline, target, cause),
        ways(estate.graph, cause, fails),
    )


def _cause(estate: Estate, target: Target) -> Cause:
    """Return the failure of a target as the engine knows causes: what it hits, at no known time."""
    if isinstance(target, Service):
        return Cause(target.ref, (target.name,), (), NOTHING)
    if isinstance(target, Vendor):
        services = estate.services.values()
        run = tuple(each.name for each in services if each.vendor == target.name)
        return Cause(target.ref, run, (), NOTHING)
    return Cause(target.ref, target.takes_down, target.degrades, NOTHING)


def _planned(timeline: Timeline, target: Target, cause: Cause) -> IntervalSet:
    """Return when a target is down in the judged time, or happens."""
    if isinstance(target, Service | Vendor):
        when = union(timeline.outages.down(name) for name in cause.takes_down)
        return timeline.in_judgement(when)
    known = timeline.causes.get(target.ref)
    return timeline.in_judgement(known.when) if known is not None else NOTHING
