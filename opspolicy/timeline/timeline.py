"""What will happen in the judged time, worked out as far as somebody asks."""

from __future__ import annotations

from functools import cached_property

from opspolicy.temporal import daytimes
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import NOTHING, IntervalSet, union
from opspolicy.temporal.schedules import RecurringSchedule
from opspolicy.timeline import causes, horizon, runs
from opspolicy.timeline.outages import Outages
from opspolicy.timeline.paths import Failing, failing, paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opspolicy.estate.declarations import Demand, Job, Service
    from opspolicy.estate.estate import Estate
    from opspolicy.temporal.intervals import Interval
    from opspolicy.timeline.causes import Cause
    from opspolicy.timeline.cutsets import CutSet
    from opspolicy.timeline.following import Following
    from opspolicy.timeline.horizon import Horizon

    Paths = tuple[tuple[str, ...], ...]


class Timeline:
    """Outages, demand and runs of an estate from an instant on.

    Nothing is expanded before it is asked for, and then only where something else happens.
    """

    def __init__(
        self,
        estate: Estate,
        when: Horizon,
        whole: Estate | None = None,
        *,
        also: Sequence[str] = (),
    ) -> None:
        """Look at ``estate`` over the horizon ``when``.

        Of a part of an estate, what is judged is decided by the ``whole``. The runs of the jobs
        named in ``also`` are followed even where nothing that is judged depends on them.
        """
        self._also = also
        self.estate = estate
        self._whole = estate if whole is None else whole
        self.horizon = when
        self._touched: dict[tuple[str | None, str], tuple[Interval, ...]] = {}
        self._missed: dict[tuple[str | None, bool, str | None], bool] = {}
        self._near: dict[tuple[RecurringSchedule, int], bool] = {}
        # How many starts have been looked at once more, to tell why something happens.
        self.looked_back = 0
        self._failing: dict[tuple[str, ...], Failing] = {}
        self._around: dict[tuple[int, int], Outages] = {}
        self.is_cut_short = False
        """Whether there are too many runs to follow, so that nobody knows how they go."""

    def following_also(self, names: Sequence[str]) -> Timeline:
        """Return this timeline with the runs of more jobs followed."""
        return Timeline(self.estate, self.horizon, self._whole, also=names) if names else self

    @cached_property
    def judged(self) -> IntervalSet:
        """The instants that are judged: the horizon, and what one-offs touch after it."""
        return horizon.judged(self._whole, self.horizon)

    @cached_property
    def causes(self) -> dict[str, Cause]:
        """What takes services down or degrades them in the judged time, by reference."""
        moved = self.following.effects if self.following is not None else {}
        found = causes.causes(self.estate, self.judged, self.horizon.farthest, moved)
        return {cause.ref: cause for cause in found}

    @cached_property
    def following(self) -> Following | None:
        """How the runs go that have to be followed one by one; None where there are none."""
        if not self._also and not any(map(runs.is_to_follow, self.estate.jobs.values())):
            return None
        return self._followed(self.judged)

    def _followed(self, when: IntervalSet) -> Following | None:
        """Return how runs go in some time and before it, None where these are too many."""
        from opspolicy.timeline.following import Following, TooManyRuns  # noqa: PLC0415 - rare

        try:
            return Following(self.estate, when, self.horizon, self._also)
        except TooManyRuns:
            self.is_cut_short = True
            return None

    def is_moved(self, job: Job) -> bool:
        """Whether a job's runs are others than its schedule and duration say."""
        return self.following is not None and job.name in self.following.moved

    def runs(self, job: Job, when: IntervalSet) -> IntervalSet:
        """Return the time of a job's runs that reach into ``when``, each as on the slow day."""
        if self.following is not None and job.name in self.following.moved:
            return self.following.during(job).touching(when)
        return runs.runs_during(job, when)

    @cached_property
    def outages(self) -> Outages:
        """The outages of every service."""
        return Outages(self.estate.graph, list(self.causes.values()))

    def around(self, before: int, after: int = 0) -> Outages:
        """Return the outages by what happens in the judged time and around it.

        That is what reaches into the ``before`` seconds before it, or the ``after`` seconds after
        it: over already, or not judged yet, and a part of what is measured.
        """
        if (before, after) not in self._around:
            near = self.judged.grown(before, after)
            found = causes.causes(self.estate, near, self.horizon.farthest, self._moved_in(near))
            self._around[before, after] = Outages(self.estate.graph, found)
        return self._around[before, after]

    def _moved_in(self, near: IntervalSet) -> Mapping[str, Sequence[Interval]]:
        """Return when the jobs take services down whose runs are followed, by name."""
        if self.following is None or not self.following.moved:
            return {}
        return (self._followed(near) or self.following).effects

    def needed(self, service: Service, when: IntervalSet) -> IntervalSet:
        """Return the part of ``when`` in which customers need a service.

        These are its business hours less its maintenance hours.
        """
        if not when:
            return when
        open_hours = self.estate.business_hours(service).during(when)
        if not open_hours:
            return open_hours
        return open_hours - self.estate.maintenance_hours(service).during(open_hours)

    def may_be_missed(self, service: Service) -> bool:
        """Whether customers need a service while anything at all is down or degraded.

        Hundreds of services keep the same hours, so that one look spares the others theirs.
        """
        hours = (service.business_hours, service.customer_facing, service.maintenance_hours)
        if hours not in self._missed:
            self._missed[hours] = bool(self.needed(service, self.outages.anything))
        return self._missed[hours]

    def may_meet_outages(self, job: Job, reach: int) -> bool:
        """Whether anything is down at a time of day ``reach`` seconds after a job's start or less.

        That spares most jobs a look at each service: many run by day, and most outages are nightly.
        """
        if self.is_moved(job):
            return True
        schedule = job.schedule
        if not isinstance(schedule, RecurringSchedule):
            return schedule is not None
        key = (schedule, reach)
        if key not in self._near:
            self._near[key] = self._comes_near(schedule, None, reach)
        return self._near[key]

    def runs_while_down(self, job: Job, name: str) -> IntervalSet:
        """Return the time of a job's runs that reach into an outage of the service ``name``."""
        schedule = job.schedule
        if (
            isinstance(schedule, RecurringSchedule)
            and not self.is_moved(job)
            and not self._comes_near(schedule, name, job.longest)
        ):
            return NOTHING
        return self.runs(job, self.outages.down(name))

    def _comes_near(self, schedule: RecurringSchedule, name: str | None, reach: int) -> bool:
        """Whether a service (any, for None) is down at a time of day near a schedule's starts."""
        if reach > DAY:
            return True
        key = (name, schedule.zone.key)
        if key not in self._touched:
            when = self.outages.any_down if name is None else self.outages.down(name)
            self._touched[key] = daytimes.touched(when, schedule.zone)
        return schedule.comes_near(self._touched[key], reach - 1)

    def demand(self, job: Job, demands: Iterable[Demand], when: IntervalSet) -> IntervalSet:
        """Return the time at which a job's customers come, where it meets ``when``."""
        following = self.following
        if following is not None and job.name in following.moved:
            return union(following.demand(job, each).touching(when) for each in demands)
        return union(runs.demand_during(job, each, when) for each in demands)

    def in_judgement(self, when: IntervalSet) -> IntervalSet:
        """Return the intervals of ``when``, whole, that reach into the judged time."""
        return when.touching(self.judged)

    def paths(
        self,
        sources: Iterable[str],
        cut_set: CutSet,
        *,
        degraded: bool = False,
        among: Mapping[str, Cause] | None = None,
    ) -> Paths:
        """Return a path a cause, in the causes' order, from one of ``sources`` to what it hits.

        The causes are those of the judged time, or ``among`` others.
        """
        known = self.causes if among is None else among
        graph, causes = self.estate.graph, [known[ref] for ref in cut_set.causes]
        if cut_set.causes not in self._failing:
            self._failing[cut_set.causes] = failing(graph, causes)
        fails = self._failing[cut_set.causes]
        failed = fails.impaired if degraded else fails.down
        starts = [name for name in sources if name in failed]
        chains = paths(graph, starts, causes, fails, degraded=degraded)
        return tuple(tuple(f"service/{name}" for name in chain) for chain in chains)
