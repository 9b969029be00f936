"""All runs that have to be followed one by one, and the outages that they make as they go.

Runs make outages and outages move runs. What happens at an instant depends only on what has
happened before it, so going through all runs again with the outages that they made the last time
comes to rest, and what it rests at is what happens.
"""

from __future__ import annotations

from collections import deque
from functools import cached_property

from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import NOTHING, IntervalSet, union
from opspolicy.timeline import causes, deadlines, runs, simulation
from opspolicy.timeline.causes import Cause
from opspolicy.timeline.outages import Outages
from opspolicy.timeline.simulation import NO_RUNS, Blocked, Course, Gaps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opspolicy.estate.declarations import Deadline, Demand, Job
    from opspolicy.estate.estate import Estate
    from opspolicy.estate.graph import DependencyGraph
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.schedules import Schedule
    from opspolicy.timeline.blocking import Blocking
    from opspolicy.timeline.horizon import Horizon
    from opspolicy.timeline.simulation import Run, Runs

A_PASS, SHARE = 100, 4
"""What going through all jobs once more costs, and how many outages or predecessors one start."""

LOOK_BACK = 35 * DAY
"""From how long before the judged time on runs are followed, besides twice the longest of them."""

MOST_STARTS = 4_000_000
"""How many starts are looked at, each list of them once; a run that is followed counts as many."""

A_RUN = 20
"""What following a run by itself costs, in starts."""


class TooManyRuns(Exception):  # noqa: N818 - read as a sentence: "raises TooManyRuns"
    """There is more to follow than is followed: nobody knows how the rest goes."""


class Following:
    """How the runs of an estate go, of the jobs that have to be followed one by one.

    All instants are UTC epoch seconds. ``runs`` counts every start, and is what outages and demand
    are made of; ``agreed`` only those on which all dialects in question agree.
    """

    def __init__(
        self, estate: Estate, judged: IntervalSet, horizon: Horizon, also: Sequence[str] = ()
    ) -> None:
        """Follow what has to be followed of ``estate``, from before ``judged`` to its end.

        And the jobs named in ``also``. Raises TooManyRuns.
        """
        self._estate = estate
        self._horizon = horizon
        jobs = [job for job in estate.jobs.values() if not job.suspended]
        longest = max((job.longest for job in jobs), default=0)
        self._followed = judged.grown(LOOK_BACK + 2 * longest, 0)
        self._left = MOST_STARTS
        self._starts: dict[tuple[Schedule, bool], list[int]] = {}
        self._gaps = Gaps()
        self._least: dict[tuple[int, Deadline | None, str], tuple[int, Sequence[int]]] = {}
        self._jobs = self._in_order(jobs, also)
        self._fixed: list[Cause] = []
        self._made: dict[str, IntervalSet] = {}
        self._met_by: dict[str, list[str]] = {}
        self._graphs: dict[tuple[str, ...], DependencyGraph] = {}
        self.runs: dict[str, Runs] = {}
        self.blamed: dict[tuple[str, int], frozenset[str]] = {}
        """What is known of why runs end when they do, by job and nominal start (critical.py)."""
        self.blamed_once: dict[frozenset[str], frozenset[str]] = {}
        self.in_order: dict[frozenset[str], tuple[str, ...]] = {}
        """All that is blamed together, and what that is by name."""
        self.blocking: dict[tuple[str, str], Blocking] = {}
        """What is known of what is in their way, by job and service (critical.py)."""

        self.moved = frozenset(name for name, job in self._jobs.items() if job.may_wait)
        if self._jobs:
            self._settle()

    def _in_order(self, jobs: Iterable[Job], also: Sequence[str]) -> dict[str, Job]:
        """Return the jobs to follow, each after those that it is after.

        Loops are reported (`job-cycle`), and leave no order: what is in one isn't followed.
        """
        known = {job.name: job for job in jobs}
        wanted = dict.fromkeys(job.name for job in known.values() if runs.is_to_follow(job))
        wanted.update(dict.fromkeys(name for name in also if name in known))
        queue = list(wanted)
        for name in queue:
            for each in known[name].after:
                if each in known and each not in wanted:
                    wanted[each] = None
                    queue.append(each)
        return _sorted({name: known[name] for name in wanted}, {})

    @cached_property
    def moved_refs(self) -> frozenset[str]:
        """The references of the jobs whose runs may wait."""
        return frozenset(f"job/{name}" for name in self.moved)

    @cached_property
    def _limits(self) -> list[Interval]:
        return list(self._followed)

    def _settle(self) -> None:
        """Go through all runs until the outages that they make are those that they met."""
        hurting = [self._jobs[name] for name in sorted(self.moved) if self._jobs[name].takes_down]
        own = {job.ref for job in hurting}
        judged = causes.causes(self._estate, self._followed, self._horizon.farthest)
        self._fixed = [cause for cause in judged if cause.ref not in own]
        self._met_by = {name: self._meets(job, hurting) for name, job in self._jobs.items()}
        self._jobs = _sorted(self._jobs, self._met_by)
        before: dict[str, IntervalSet] | None = None
        while before != self._made:
            before = dict(self._made)
            self._spend(A_PASS)
            self.runs = self._through(agreed=False)

    def _meets(self, job: Job, hurting: Sequence[Job]) -> list[str]:
        """Return the other jobs whose runs decide when this one goes on, as they take down."""
        if not job.requires or not hurting:
            return []
        below = self._below(job.requires).services
        return [
            each.name
            for each in hurting
            if each.name != job.name and any(name in below for name in each.takes_down)
        ]

    def _below(self, names: tuple[str, ...]) -> DependencyGraph:
        if names not in self._graphs:
            self._graphs[names] = self._estate.graph.below(names)
        return self._graphs[names]

    @cached_property
    def agreed(self) -> Mapping[str, Runs]:
        """How the runs go that all dialects agree on, against the outages of all of them."""
        if all(
            self._nominal(job, agreed=True) is self._nominal(job, agreed=False)
            for job in self._jobs.values()
            if job.schedule is not None
        ):
            return self.runs
        return self._through(agreed=True)

    def _through(self, *, agreed: bool) -> dict[str, Runs]:
        """Return how all runs go against the outages that are known so far.

        Each job that takes anything down is known anew to those that come after it.
        """
        found: dict[str, Runs] = {}
        for name, job in self._jobs.items():
            after = [(each, found.get(each, NO_RUNS)) for each in dict.fromkeys(job.after)]
            starts: Sequence[int] = (
                simulation.nominal_starts(after)
                if job.schedule is None
                else self._nominal(job, agreed=agreed)
            )
            course = Course(job, Blocked(self._blocked(job)), after, self._limits)
            found[name] = simulation.follow(course, starts, self._gaps)
            troubled = len(found[name].special) * (1 + len(after) // SHARE)
            self._spend(1 + len(after) // SHARE + A_RUN * troubled)
            if not agreed and name in self.moved and job.takes_down:
                stretches = simulation.effects(job, found[name], at_the_earliest=False)
                self._made[name] = IntervalSet(stretches)
        return found

    def _spend(self, work: int) -> None:
        self._left -= work
        if self._left < 0:
            raise TooManyRuns

    def _nominal(self, job: Job, *, agreed: bool) -> list[int]:
        """Return the nominal starts of a job's schedule, one list for all that keep to it."""
        if job.schedule is None:
            return []
        key = (job.schedule, agreed)
        if key not in self._starts:
            starts = job.schedule.starts_during(self._followed, agreed=agreed)
            same = self._starts.get((job.schedule, False))
            self._starts[key] = same if same == starts and same is not None else starts
            self._spend(len(starts))
        return self._starts[key]

    @cached_property
    def _outages(self) -> Outages:
        """The outages by all that isn't moved itself."""
        return Outages(self._estate.graph, self._fixed)

    def _blocked(self, job: Job) -> IntervalSet:
        """Return when anything is down that a job requires, its own doing left out."""
        if not job.requires:
            return NOTHING
        met = self._met_by[job.name]
        below = self._below(job.requires) if met or job.takes_down else None
        if below is None or not (met or any(name in below.services for name in job.takes_down)):
            return union(self._outages.down(name) for name in job.requires)
        others = [each for each in self._fixed if each.ref != job.ref]
        for name in met:
            made, each = self._made.get(name, NOTHING), self._jobs[name]
            others.append(Cause(each.ref, each.takes_down, each.degrades, made))
        self._spend(len(below.services) + sum(len(each.when) for each in others) // SHARE)
        outages = Outages(below, [
            each for each in others
            if each.when and any(name in below.services for name in each.takes_down)
        ])  # fmt: skip
        return union(outages.down(name) for name in job.requires)

    @cached_property
    def effects(self) -> Mapping[str, list[Interval]]:
        """When each job that is moved takes down or degrades what it does, run by run."""
        return {
            name: simulation.effects(job, self.runs[name], at_the_earliest=True)
            for name, job in self._jobs.items()
            if name in self.moved and (job.takes_down or job.degrades)
        }

    def uncertain(self, job: Job, former: Job) -> IntervalSet:
        """Return when a job may take down what it does, but only once ``former`` has ended.

        That is from the earliest release of its runs to the latest, for one that comes after it: as
        long as a run of ``former`` goes on, what waits for that one's end hasn't begun.
        """
        if job.name not in self.moved or not self._comes_after(job, former.name):
            return NOTHING
        runs = self.runs[job.name]
        earliest = simulation.effects(job, runs, at_the_earliest=True)
        certain = simulation.effects(job, runs, at_the_earliest=False)
        return IntervalSet(earliest) - IntervalSet(certain)

    def _comes_after(self, job: Job, former: str) -> bool:
        """Whether a job comes after another, or after one that does."""
        found, queue = {*job.after}, [*job.after]
        for name in queue:
            before = self._jobs[name].after if name in self._jobs else ()
            queue += [each for each in dict.fromkeys(before) if each not in found]
            found.update(before)
        return former in found

    @property
    def one_by_one(self) -> int:
        """How many runs don't go as all others of their job do."""
        return sum(len(runs.special) for runs in self.runs.values())

    def of(self, name: str) -> Runs:
        """Return the runs of a job that count against it, none where it isn't followed."""
        return self.agreed.get(name, NO_RUNS)

    def least_time(self, job: Job) -> int:
        """Return the shortest time between a nominal start of a job and when it must have ended."""
        deadline, zone = job.deadline, deadlines.zone_of(self._estate, job)
        if deadline is not None and deadline.within is not None:
            return deadline.within
        starts = self.of(job.name).starts
        key = (id(starts), deadline, zone.key)
        if key not in self._least:
            least = min((deadlines.due(job, at, zone) - at for at in starts), default=0)
            # Kept with the starts, so that what they are known by stays theirs.
            self._least[key] = (least, starts)
        return self._least[key][0]

    def during(self, job: Job) -> IntervalSet:
        """Return the time of a job's runs, each as long as on the slow day."""
        return IntervalSet([(run.released, run.end) for run in _going(self.of(job.name))])

    def each_run(self, job: Job) -> dict[int, Interval]:
        """Return the same, run by run, by their nominal starts."""
        return {run.nominal: (run.released, run.end) for run in _going(self.of(job.name))}

    def demand(self, job: Job, demand: Demand) -> IntervalSet:
        """Return the time at which customers come because of a job's runs."""
        return IntervalSet(self.each_demand(job, demand).values())

    def each_demand(self, job: Job, demand: Demand) -> dict[int, Interval]:
        """Return the same, run by run, by their nominal starts."""
        runs = _going(self.runs.get(job.name, NO_RUNS))
        if not demand.at_end:
            return {
                run.nominal: (run.first, run.latest_first + demand.lasting)
                for run in runs
                # One that never goes on sends nobody.
                if run.first < run.end
            }
        # Of a job whose duration nobody declared a run ends when it starts.
        spare = 0 if job.latest_end > job.late else 1
        return {run.nominal: (run.earliest_end, run.end - spare + demand.lasting) for run in runs}


def _going(runs: Runs) -> list[Run]:
    """Return the runs that start, and last."""
    return [run for run in runs if run.started and run.released < run.end]


def _sorted(jobs: Mapping[str, Job], met_by: Mapping[str, Sequence[str]]) -> dict[str, Job]:
    """Return jobs, each after those that it is after; none of a loop, or after one.

    As far as that leaves a choice, each comes after those whose outages it is ``met_by`` too.
    """
    hard = {name: {each for each in job.after if each in jobs} for name, job in jobs.items()}
    soft = {name: set(met_by.get(name, ())) & jobs.keys() for name in jobs}
    next_ones: dict[str, list[str]] = {}
    for name in jobs:
        for each in sorted(hard[name] | soft[name]):
            next_ones.setdefault(each, []).append(name)
    found: dict[str, Job] = {}
    ready = deque(name for name in jobs if not hard[name] and not soft[name])
    # Those that only outages hold back, by name, as circles of these are possible.
    held = deque(name for name in jobs if not hard[name] and soft[name])
    while ready or held:
        name = ready.popleft() if ready else held.popleft()
        if name in found:
            continue
        found[name] = jobs[name]
        for each in next_ones.get(name, ()):
            was_held = bool(hard[each])
            hard[each].discard(name)
            soft[each].discard(name)
            if not hard[each] and not soft[each]:
                ready.append(each)
            elif was_held and not hard[each]:
                held.append(each)
    return found
