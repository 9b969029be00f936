"""Simulates an estate step by step, so that the engine can be held against a second opinion.

Written from the specification alone and sharing no code with the program: time is a row of
steps (a minute each, or a second), a set of instants is an `int` with a bit for each step, local
times are asked of `zoneinfo`, rules are sets of numbers, cut sets are found by trying every set of
causes. Nothing here computes with interval ends.
"""

import itertools
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from . import chains
from .calendars import BUILT_IN, AnyCalendar, Calendar
from .starts import APPOINTMENT, Schedule
from .values import clock, instant, seconds
from .wall import DAY, appointment, local, midnight, zone_named

Steps = int
"""A set of instants: a bit for each step of a `Grid`."""

Stretch = tuple[int, int]
"""Epoch seconds, the start and the end, half-open."""

Causes = frozenset[str]
"""References to the windows and jobs of a set, such as `maintenance_window/upgrade`."""

Key = tuple[str, frozenset[str], Causes, str]
"""A finding's code, subjects, causes and, for a redundancy group, its members' names."""

Declared = Mapping[str, Any]
"""A part of an estate as YAML loads it."""


@dataclass(frozen=True)
class Simulated:
    """What a simulation found."""

    findings: dict[Key, list[Stretch]]
    down: dict[str, list[Stretch]]
    degraded: dict[str, list[Stretch]]
    judged: list[Stretch]
    fates: set[str]
    """What becomes of the runs that were followed."""


def simulate(estate: Declared, as_of: int, horizon: int, step: int = 60) -> Simulated:
    """Simulate the estate as of an instant, over a horizon in seconds, in steps of so many."""
    return _Simulation(estate, as_of, as_of + horizon, step).run()


# --- Sets of instants --------------------------------------------------------------------------


@dataclass(frozen=True)
class Grid:
    """The row of steps that a simulation covers."""

    start: int
    end: int
    step: int

    @property
    def whole(self) -> Steps:
        """Every step."""
        return self.steps(self.start, self.end)

    def steps(self, start: int, end: int) -> Steps:
        """Give the steps of `[start, end)`, as far as the row reaches."""
        assert start % self.step == end % self.step == 0, "a time between two steps"
        first = (max(start, self.start) - self.start) // self.step
        last = (min(end, self.end) - self.start) // self.step
        return ((1 << (last - first)) - 1) << first if first < last else 0

    def union(self, stretches: Iterable[Stretch]) -> Steps:
        """Give the steps of any of the stretches."""
        return union(self.steps(start, end) for start, end in stretches)

    def stretches(self, steps: Steps) -> list[Stretch]:
        """Give the maximal runs of consecutive steps."""
        found = []
        at = self.start
        while steps:
            outside = (steps & -steps).bit_length() - 1
            steps >>= outside
            inside = (~steps & (steps + 1)).bit_length() - 1
            steps >>= inside
            start = at + outside * self.step
            at = start + inside * self.step
            found.append((start, at))
        return found


def union(sets: Iterable[Steps]) -> Steps:
    """Give the instants in at least one of the sets."""
    result = 0
    for steps in sets:
        result |= steps
    return result


# --- The simulation ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Occurrence:
    """Something planned that happens once: until `end`, its effect until `recovered`."""

    start: int
    end: int
    recovered: int


@dataclass(frozen=True)
class Group:
    """A redundancy group: its declared members, how many must be up, all names as its key."""

    key: str
    members: list[str]
    at_least: int


@dataclass
class _Simulation:
    estate: Declared
    as_of: int
    end: int
    step: int
    findings: dict[Key, list[Stretch]] = field(default_factory=dict)

    def run(self) -> Simulated:
        """Look for every kind of finding."""
        for name in self.services:
            self.judge_outages(name)
            self.judge_redundancy(name)
            self.judge_degradation(name)
            self.judge_permission(name)
            self.judge_notice(name)
            self.judge_length(name)
            self.judge_budget(name)
            self.judge_channels(name)
            self.judge_status_page(name)
            self.judge_support(name)
        for name, freeze in self.freezes.items():
            self.judge_overlaps(f"freeze/{name}", freeze)
            self.judge_freeze(name)
        for name in self.jobs:
            self.judge_demand(name)
            self.judge_runs(name)
            self.judge_deadline(name)
            self.judge_order(name)
        for name in self.windows:
            self.judge_overlaps(f"maintenance_window/{name}", self.windows[name])
            self.judge_carriers(f"maintenance_window/{name}")
        for name in self.jobs:
            self.judge_carriers(f"job/{name}")
        return Simulated(
            findings=self.findings,
            down={name: self.grid.stretches(self.down(name)) for name in self.services},
            degraded={
                name: self.grid.stretches(self.degraded[self.everything][name])
                for name in self.services
            },
            judged=self.grid.stretches(self.judged),
            fates={run.fate for job in self.runs.values() for run in job.runs}
            if self.is_chained
            else set(),
        )

    # What is declared.

    @cached_property
    def services(self) -> dict[str, Declared]:
        return {name: entry or {} for name, entry in self.estate.get("services", {}).items()}

    @cached_property
    def windows(self) -> dict[str, Declared]:
        return dict(self.estate.get("maintenance_windows", {}))

    @cached_property
    def freezes(self) -> dict[str, Declared]:
        return dict(self.estate.get("freezes", {}))

    def cause(self, ref: str) -> Declared:
        """Give the window or job that a cause is."""
        section, _, name = ref.partition("/")
        return (self.jobs if section == "job" else self.windows)[name]

    @cached_property
    def jobs(self) -> dict[str, Declared]:
        """The jobs that aren't suspended; the others do nothing at all."""
        declared = self.estate.get("jobs", {})
        return {name: entry for name, entry in declared.items() if not entry.get("suspended")}

    @cached_property
    def defaults(self) -> Declared:
        return dict(self.estate.get("defaults", {}))

    def zone(self, entry: Declared) -> ZoneInfo:
        """Give the zone of an entry: its schedule's, else its own, else the file's."""
        schedule = entry.get("schedule")
        own = schedule.get("timezone") if isinstance(schedule, dict) else None
        named = own or entry.get("timezone") or self.defaults.get("timezone")
        if not named:
            assert self.scheduler(entry) == "github-actions", "a local time without a zone"
        return zone_named(named or "UTC")

    def scheduler(self, job: Declared) -> str | None:
        """Give what runs a job, where somebody says so."""
        declared: str | None = job.get("scheduler", self.defaults.get("scheduler"))
        return declared

    def schedule(self, entry: Declared) -> Schedule:
        """Give the schedule of a window or job."""
        known = self.schedules.get(id(entry))
        if known is None:
            declared = entry["schedule"]
            if isinstance(declared, str):
                declared = {"cron": declared}
            known = Schedule(declared, self.zone(entry), self.calendars)
            self.schedules[id(entry)] = known
        return known

    @cached_property
    def schedules(self) -> dict[int, Schedule]:
        """The schedules by the identity of the entry they are of."""
        return {}

    def is_recurring(self, entry: Declared) -> bool:
        """Say whether a window or job has a rule, no dates of its own."""
        return "schedule" in entry and self.schedule(entry).is_recurring

    def delay(self, entry: Declared) -> int:
        """Give by how much a window or a run may be late."""
        return self.schedule(entry).delay if "schedule" in entry else 0

    @cached_property
    def calendars(self) -> dict[str, AnyCalendar]:
        """The calendars by name."""
        declared = self.estate.get("calendars", {})
        return {
            **BUILT_IN,
            **{name: Calendar(each, self.zone(each)) for name, each in declared.items()},
        }

    # The time that is simulated, and the part of it that is judged.

    @cached_property
    def touched(self) -> list[Stretch]:
        """What each one-off touches past the horizon, as far as five years ahead."""
        touched = []
        for window in self.windows.values():
            if not self.is_recurring(window):
                tail = self.tail if window.get("takes_down") else 0
                touched += [(each.start, each.recovered + tail) for each in self.one_offs(window)]
        for name, job in self.jobs.items():
            if not self.is_recurring(job):
                for run in self.one_offs(job):
                    ends = [end for _, _, end in self.demands_of(job, run.start)]
                    if "deadline" in job:
                        ends.append(self.deadline(job, run.start))
                    if self.held_up_by(name) or _waits(job):
                        ends.append(run.start + self.consequences(name))
                    tail = self.tail if job.get("takes_down") else 0
                    touched.append((run.start, max([run.recovered, *ends]) + tail))
        limit = _years_later(self.as_of, 5)
        past = [(start, min(end, limit)) for start, end in touched]
        return [(start, end) for start, end in past if end > self.end and start < end]

    @cached_property
    def tail(self) -> int:
        """How long after an outage what has waited for its end may be late."""
        waiting = (name for name, job in self.jobs.items() if _waits(job) or "schedule" not in job)
        return max((self.consequences(name) for name in waiting), default=0)

    def consequences(self, name: str) -> int:
        """How long after its release a run may matter, by itself or by what comes after it."""
        job = self.jobs[name]
        later = [_recovery(job)]
        later += [seconds(demand["for"]) for demand in job.get("induces_demand", [])]
        later += [self.consequences(other) for other in self.held_up_by(name)]
        deadline = job.get("deadline", {})
        due = (deadline.get("day", 0) + 1) * DAY if "by" in deadline else 0
        if "within" in deadline:
            due = seconds(deadline["within"])
        return max(_longest(job) + self.delay(job) + max(later), due)

    def held_up_by(self, name: str) -> list[str]:
        """Give the jobs that start only once a job has ended."""
        return [
            other
            for other, job in self.jobs.items()
            if name in job.get("after", []) and (_waits(job) or "schedule" not in job)
        ]

    @cached_property
    def reach(self) -> int:
        """More than anything planned lasts, from its start to its last consequence."""
        longest = 0
        for window in [*self.windows.values(), *self.freezes.values()]:
            lasts = [each.recovered - each.start for each in self.one_offs(window)]
            own = seconds(window.get("duration", "0s")) + self.delay(window)
            lasts.append(own + _recovery(window))
            longest = max(longest, *lasts)
        for job in self.jobs.values():
            lasts = [end for _, _, end in self.demands_of(job, 0)]
            longest = max(longest, _longest(job) + self.delay(job) + _recovery(job), *lasts)
        return longest + self.farthest_limit + 2 * DAY

    @cached_property
    def farthest_limit(self) -> int:
        """How far from the judged time something may count that is held against a limit."""
        limits = [0]
        for service in self.services.values():
            limits.append(seconds(service.get("downtime_budget", {}).get("per", "0s")))
            if "max_outage" in service:
                limits.append(_far(seconds(service["max_outage"])))
        return max(limits)

    @cached_property
    def grid(self) -> Grid:
        """All that can matter: whatever meets the judged time, whole."""
        latest = max([self.end, *(end for _, end in self.touched)])
        first, reach = self.as_of, self.reach
        if self.is_chained:
            first -= self.lookback
            # One run after the other may end later than any of them lasts.
            reach += sum(_longest(job) + self.delay(job) for job in self.jobs.values())
        start = (first - reach) // self.step * self.step
        return Grid(start, latest + reach // self.step * self.step, self.step)

    @cached_property
    def days(self) -> list[date]:
        """Every date, in any zone, on which something may start that reaches the grid."""
        first = datetime.fromtimestamp(self.grid.start - self.reach, UTC).date()
        count = (self.grid.end - self.grid.start + self.reach) // DAY + 3
        return [first + timedelta(days=number) for number in range(count)]

    @cached_property
    def judged(self) -> Steps:
        """The horizon, and beyond it what one-offs touch."""
        beyond = self.grid.steps(self.end, self.grid.end)
        return self.grid.steps(self.as_of, self.end) | self.grid.union(self.touched) & beyond

    # When what is planned starts, and how long it lasts.

    def one_offs(self, entry: Declared) -> list[Occurrence]:
        """Give the occurrences of a window with a `start`, of a schedule of `dates`."""
        zone = self.zone(entry)
        if "start" in entry:
            start = instant(entry["start"], zone)
            if "end" in entry:
                end = instant(entry["end"], zone, last=True)
            else:
                end = start + seconds(entry["duration"])
            return [Occurrence(start, end, end + _recovery(entry))]
        if "schedule" not in entry or self.is_recurring(entry):
            return []
        today = datetime.fromtimestamp(self.as_of, UTC).date()
        starts = self.schedule(entry).starts(APPOINTMENT, today, today)
        return [self.lasting(entry, start) for start in starts]

    def lasting(self, entry: Declared, start: int) -> Occurrence:
        """Give the occurrence of a window or job that starts at an instant, or somewhat later."""
        end = start + _longest(entry) + self.delay(entry)
        return Occurrence(start, end, end + _recovery(entry))

    def occurrences(self, window: Declared) -> list[Occurrence]:
        """Give all occurrences of a window."""
        if not self.is_recurring(window):
            return self.one_offs(window)
        starts = self.schedule(window).starts(APPOINTMENT, self.days[0], self.days[-1])
        return [self.lasting(window, start) for start in starts]

    def job_starts(self, job: Declared) -> tuple[set[int], set[int]]:
        """Give a job's possible starts and its certain ones.

        They differ only where no scheduler is declared: it may be any that accepts its lines.
        """
        if id(job) not in self.known_starts:
            self.known_starts[id(job)] = self.find_starts(job)
        return self.known_starts[id(job)]

    @cached_property
    def known_starts(self) -> dict[int, tuple[set[int], set[int]]]:
        """The starts that have been found, by the identity of the job."""
        return {}

    def find_starts(self, job: Declared) -> tuple[set[int], set[int]]:
        """Find the starts of a job."""
        if "schedule" not in job:
            return set(), set()
        schedule = self.schedule(job)
        by_dialect = [
            set(schedule.starts(dialect, self.days[0], self.days[-1]))
            for dialect in schedule.dialects(self.scheduler(job))
        ]
        return set.union(*by_dialect), set.intersection(*by_dialect)

    def demands_of(self, job: Declared, start: int) -> list[tuple[str, int, int]]:
        """Give the demand that a run induces: on which service, from when, until when."""
        found = []
        delay = self.delay(job)
        for demand in job.get("induces_demand", []):
            lasts = seconds(demand["for"])
            if demand.get("starting", "at_start") == "at_start":
                found.append((demand["service"], start, start + delay + lasts))
            else:
                shortest = job.get("duration", "0s")
                longest = job.get("max_duration", shortest)
                ends = start + seconds(shortest), start + seconds(longest)
                found.append((demand["service"], ends[0], ends[1] + delay + lasts))
        return found

    # The runs that depend on what else happens.

    @cached_property
    def is_chained(self) -> bool:
        """Whether some job waits for something, or has a deadline."""
        return any(
            _waits(job)
            or job.get("concurrency", "allow") != "allow"
            or {"after", "deadline"} & {*job}
            for job in self.jobs.values()
        )

    def is_steady(self, job: Declared) -> bool:
        """Say whether each run of a job may start and end when its schedule alone says.

        Which of its runs are skipped or killed depends on runs long ago, so that for what it takes
        down and whom it sends all of them count.
        """
        return "schedule" in job and not _waits(job)

    @cached_property
    def lookback(self) -> int:
        """How long before what is judged runs are followed."""
        longest = max(_longest(job) + self.delay(job) for job in self.jobs.values())
        return 35 * DAY + 2 * longest

    @cached_property
    def followed(self) -> list[Stretch]:
        """What is judged, and some time before each stretch of that."""
        judged = self.grid.stretches(self.judged)
        return self.grid.stretches(
            self.grid.union((start - self.lookback, end) for start, end in judged)
        )

    @cached_property
    def runs(self) -> dict[str, chains.Job]:
        """The jobs and their possible runs, of which effects and demand are made."""
        planned = {
            cause: [(each.start, each.recovered) for each in occurrences if self.matters(each)]
            for cause, occurrences in self.planned.items()
        }
        jobs = self.jobs_in_order(0)
        chains.Chains(jobs, self.followed, planned, self.down_by).follow()
        return jobs

    @cached_property
    def certain_runs(self) -> dict[str, chains.Job]:
        """The jobs and their certain runs, among the outages that there may be."""
        jobs = self.jobs_in_order(1)
        if all(jobs[name].starts == job.starts for name, job in self.runs.items()):
            return self.runs
        blocked = {name: job.blocked for name, job in self.runs.items()}
        chains.Chains(jobs, self.followed, {}, self.down_by, blocked).follow()
        return jobs

    def matters(self, occurrence: Occurrence) -> bool:
        """Say whether what happens shares an instant with the time in which runs are followed."""
        return any(
            start < occurrence.recovered and occurrence.start < end for start, end in self.followed
        )

    def jobs_in_order(self, certain: int) -> dict[str, chains.Job]:
        """Give the jobs for a simulation, each after those it comes after."""
        declared = self.estate.get("jobs", {})
        found: dict[str, chains.Job] = {}
        while len(found) < len(declared):
            ready = [
                name
                for name, job in declared.items()
                if name not in found and found.keys() >= {*job.get("after", [])}
            ]
            assert ready, "a loop of jobs"
            found |= {name: self.followed_job(name, declared[name], certain) for name in ready}
        return found

    def followed_job(self, name: str, job: Declared, certain: int) -> chains.Job:
        """Give a job for a simulation; one that is suspended has no runs."""
        starts = () if job.get("suspended") else self.job_starts(job)[certain]
        return chains.Job(
            name,
            starts=[at for at in sorted(starts) if chains.holds(self.followed, at)],
            scheduled="schedule" in job or bool(job.get("suspended")),
            waits=_waits(job),
            concurrency=job.get("concurrency", "allow"),
            after=job.get("after", []),
            requires=frozenset(job.get("requires", [])),
            delay=self.delay(job),
            slow=_longest(job),
            fast=seconds(job.get("duration", "0s")),
            recovery=_recovery(job),
        )

    def down_by(self, causes: Causes) -> frozenset[str]:
        """Give the services that are down at an instant at which these causes have effects."""
        if causes not in self.known_downs:
            down: set[str] = set()
            before = None
            while down != before:
                before = down
                down = {name for name in self.services if self.falls(name, causes, before)}
            self.known_downs[causes] = frozenset(down)
        return self.known_downs[causes]

    @cached_property
    def known_downs(self) -> dict[Causes, frozenset[str]]:
        """The services that have been found to be down, by what has effects."""
        return {}

    def falls(self, name: str, causes: Causes, down: set[str]) -> bool:
        """Say whether a service is down, given which others are."""
        return (
            any(name in self.cause(cause).get("takes_down", []) for cause in causes)
            or bool(down & {*self.dependencies(name, "hard")})
            or any(
                sum(member not in down for member in group.members) < group.at_least
                for group in self.groups(name)
            )
        )

    def deadline(self, job: Declared, start: int) -> int:
        """Give by when a run must have ended that starts at an instant, nominally."""
        declared = job["deadline"]
        if "within" in declared:
            return start + seconds(declared["within"])
        zone = self.schedule(job).zone if "schedule" in job else self.zone(job)
        day = local(start, zone).date() + timedelta(days=declared.get("day", 0))
        return appointment(midnight(day) + clock(declared["by"]), zone)

    # When customers come.

    def hours(self, name: str) -> Steps:
        """Give the instants at which customers need a service."""
        service = self.services[name]
        missing = "always" if service.get("customer_facing") else "never"
        needed = self.open[service.get("business_hours", missing)]
        return needed & ~self.open[service.get("maintenance_hours", "never")]

    @cached_property
    def open(self) -> dict[str, Steps]:
        """The instants at which each calendar is open."""
        found = {"always": self.grid.whole, "never": 0}
        for name, calendar in self.calendars.items():
            if isinstance(calendar, Calendar):
                found[name] = union(self.grid.union(calendar.stretches(day)) for day in self.days)
        return found

    # What happens to the services.

    @cached_property
    def happening(self) -> dict[str, Steps]:
        """When each cause happens: its occurrences that share an instant with the judged time."""
        happening = {}
        for cause, occurrences in self.occurrences_of.items():
            each = [self.grid.steps(one.start, one.recovered) for one in occurrences]
            happening[cause] = union(steps for steps in each if steps & self.judged)
        return happening

    @cached_property
    def occurrences_of(self) -> dict[str, list[Occurrence]]:
        """The occurrences of each cause."""
        return self.planned | {
            f"job/{name}": [Occurrence(*effects) for effects in chains.effects(self.runs[name])]
            for name, job in self.jobs.items()
            if (job.get("takes_down") or job.get("degrades")) and not self.is_steady(job)
        }

    @cached_property
    def planned(self) -> dict[str, list[Occurrence]]:
        """The occurrences of each cause that has them whatever else happens."""
        causes: dict[str, list[Occurrence]] = {}
        for name, window in self.windows.items():
            causes[f"maintenance_window/{name}"] = self.occurrences(window)
        for name, job in self.jobs.items():
            if (job.get("takes_down") or job.get("degrades")) and self.is_steady(job):
                starts, _ = self.job_starts(job)
                causes[f"job/{name}"] = [self.lasting(job, start) for start in starts]
        return causes

    @cached_property
    def everything(self) -> Causes:
        return frozenset(self.happening)

    @cached_property
    def sets_of_causes(self) -> list[Causes]:
        """Every set of causes, the empty one too."""
        return [
            frozenset(chosen)
            for size in range(len(self.happening) + 1)
            for chosen in itertools.combinations(sorted(self.happening), size)
        ]

    def direct(self, effect: str, name: str, causes: Causes) -> Steps:
        """When only these causes happen and one of them names the service under its effect."""
        found = 0
        for cause in causes:
            if name in self.cause(cause).get(effect, []):
                found |= self.happening[cause]
        return found

    @cached_property
    def downs(self) -> dict[Causes, dict[str, Steps]]:
        """When each service is down, were there only these causes: passes until nothing moves."""
        downs = {}
        for causes in self.sets_of_causes:
            now = dict.fromkeys(self.services, 0)
            before = None
            while now != before:
                before = now
                now = {name: self.down_once(name, causes, before) for name in self.services}
            downs[causes] = now
        return downs

    def down_once(self, name: str, causes: Causes, down: Mapping[str, Steps]) -> Steps:
        """When a service is down, given when each of the others is."""
        found = self.direct("takes_down", name, causes)
        for target in self.dependencies(name, "hard"):
            found |= down[target]
        for group in self.groups(name):
            found |= self.grid.whole & ~self.up_at_least(group.at_least, group, down)
        return found

    @cached_property
    def degraded(self) -> dict[Causes, dict[str, Steps]]:
        """When each service is degraded, were there only these causes."""
        result = {}
        for causes in self.sets_of_causes:
            now = dict.fromkeys(self.services, 0)
            before = None
            while now != before:
                before = now
                now = {name: self.degraded_once(name, causes, before) for name in self.services}
            result[causes] = now
        return result

    def degraded_once(self, name: str, causes: Causes, degraded: Mapping[str, Steps]) -> Steps:
        """When a service is degraded, given when each of the others is."""
        down = self.downs[causes]
        found = self.direct("degrades", name, causes)
        for target in self.dependencies(name, "hard"):
            found |= degraded[target]
        for target in self.dependencies(name, "soft"):
            found |= down[target] | degraded[target]
        for group in self.groups(name):
            if group.at_least < len(group.members):
                found |= self.exactly_enough(group, down)
        return found & ~down[name]

    def dependencies(self, name: str, strength: str) -> list[str]:
        """Give the declared services that a service depends on with this strength."""
        targets = []
        for item in self.services[name].get("depends_on", []):
            declared = {"service": item} if isinstance(item, str) else item
            if "service" in declared and declared.get("strength", "hard") == strength:
                targets.append(declared["service"])
        return [target for target in targets if target in self.services]

    def groups(self, name: str) -> list[Group]:
        """Give the redundancy groups of a service.

        A member that isn't declared is never up, so that a group is what remains without it. Where
        too few remain the group is left out: nothing that is planned makes the difference.
        """
        groups = []
        for item in self.services[name].get("depends_on", []):
            if isinstance(item, dict) and "any_of" in item:
                members = [member for member in item["any_of"] if member in self.services]
                at_least = item.get("at_least", 1)
                if len(members) >= at_least:
                    groups.append(Group("/".join(item["any_of"]), members, at_least))
        return groups

    def up_at_least(self, count: int, group: Group, down: Mapping[str, Steps]) -> Steps:
        """When so many members of a group are up."""
        found = 0
        for chosen in itertools.combinations(group.members, count):
            found |= self.grid.whole & ~union(down[member] for member in chosen)
        return found

    def exactly_enough(self, group: Group, down: Mapping[str, Steps]) -> Steps:
        """When just as many members of a group are up as it needs."""
        enough = self.up_at_least(group.at_least, group, down)
        return enough & ~self.up_at_least(group.at_least + 1, group, down)

    def down(self, name: str) -> Steps:
        """When a service is down, with everything that happens."""
        return self.downs[self.everything][name]

    def cut_sets(self, name: str) -> dict[Causes, Steps]:
        """Give the cut sets of a service, and when each of them suffices."""
        if name not in self.known_sets:
            suffices = {causes: self.downs[causes][name] for causes in self.sets_of_causes}
            self.known_sets[name] = _minimal(suffices)
        return self.known_sets[name]

    @cached_property
    def known_sets(self) -> dict[str, dict[Causes, Steps]]:
        """The cut sets that have been found, by service."""
        return {}

    # The findings.

    def record(self, key: Key, steps: Steps) -> None:
        """Keep a finding's occurrences that share an instant with the judged time, whole."""
        stretches = self.grid.stretches(steps)
        kept = [each for each in stretches if self.grid.steps(*each) & self.judged]
        if kept:
            assert key not in self.findings, "two findings with one key"
            self.findings[key] = kept

    def judge_outages(self, name: str) -> None:
        """OPS301: a customer-facing service is down in its hours."""
        if self.services[name].get("customer_facing"):
            for causes, steps in self.cut_sets(name).items():
                key = ("OPS301", frozenset({f"service/{name}"}), causes, "")
                self.record(key, steps & self.hours(name))

    def judge_redundancy(self, name: str) -> None:
        """OPS305: a group that has spare members is left without one in the service's hours."""
        for group in self.groups(name):
            needed = group.at_least
            if needed < len(group.members):
                no_spare = {
                    causes: self.grid.whole
                    & ~self.up_at_least(needed + 1, group, self.downs[causes])
                    for causes in self.sets_of_causes
                }
                broken = ~self.up_at_least(needed, group, self.downs[self.everything])
                for causes, steps in _minimal(no_spare).items():
                    key = ("OPS305", frozenset({f"service/{name}"}), causes, group.key)
                    self.record(key, steps & ~broken & self.hours(name))

    def judge_degradation(self, name: str) -> None:
        """OPS307: a customer-facing service is degraded in its hours."""
        if self.services[name].get("customer_facing"):
            impaired = {
                causes: self.downs[causes][name] | self.degraded[causes][name]
                for causes in self.sets_of_causes
            }
            for causes, steps in _minimal(impaired).items():
                key = ("OPS307", frozenset({f"service/{name}"}), causes, "")
                self.record(key, steps & ~self.down(name) & self.hours(name))

    def judge_permission(self, name: str) -> None:
        """OPS502: a service is down outside the hours in which it may be."""
        if "maintenance_hours" in self.services[name]:
            permitted = self.open[self.services[name]["maintenance_hours"]]
            for causes, steps in self.cut_sets(name).items():
                key = ("OPS502", frozenset({f"service/{name}"}), causes, "")
                self.record(key, steps & ~permitted)

    def judge_notice(self, name: str) -> None:
        """OPS503: customers hear of an outage of a service later than they should."""
        if "min_notice" not in self.services[name]:
            return
        lead = seconds(self.services[name]["min_notice"])
        for causes, steps in self.cut_sets(name).items():
            untold = 0
            for start, end in self.grid.stretches(steps):
                heard = [at for cause in causes for at in self.told(cause, start)]
                if not any(at <= start - lead for at in heard):
                    untold |= self.grid.steps(start, end)
            self.record(("OPS503", frozenset({f"service/{name}"}), causes, ""), untold)

    def judge_length(self, name: str) -> None:
        """OPS304: a service is down for longer at a time than it may be."""
        if "max_outage" not in self.services[name]:
            return
        most = seconds(self.services[name]["max_outage"])
        far = _far(most)
        around = self.around(far, far)
        long: dict[Causes, Steps] = {}
        for start, end in self.grid.stretches(around.down(name)):
            steps = self.grid.steps(start, end)
            # One instant after another, and one more than it may be.
            if steps.bit_count() * self.step > most:
                parts = [each for each, when in around.cut_sets(name).items() if when & steps]
                who = frozenset().union(*parts)
                long[who] = long.get(who, 0) | steps
        for causes, steps in long.items():
            self.record(("OPS304", frozenset({f"service/{name}"}), causes, ""), steps)

    def judge_budget(self, name: str) -> None:
        """OPS306: some period has more downtime of a service than its budget.

        Every step is tried as the start of a period. A period is judged with the last outage in it.
        """
        budget = self.services[name].get("downtime_budget")
        if budget is None:
            return
        most, per = seconds(budget["max"]), seconds(budget["per"])
        around: _Simulation = self.around(per, 0)
        if self.down(name) & ~around.down(name):
            # Farther back runs took other turns: what is judged stands, by itself.
            around = self
        own = self.services[name]
        has_hours = own.get("customer_facing") or "business_hours" in own
        in_hours = budget.get("counts") == "business_hours" and has_hours
        counts = self.hours(name) if in_hours else self.grid.whole
        downtime, judged = around.down(name) & counts, self.down(name) & counts
        exceeded, spent = 0, 0
        lasts = per // self.step
        size = downtime.bit_length()
        bits = map(int, reversed(f"{downtime:0{size}b}"))
        # How much there has been before each step, from one period before the first.
        so_far = [*itertools.repeat(0, lasts + 1), *itertools.accumulate(bits)]
        for start, end in self.grid.stretches(judged):
            outage = self.grid.steps(start, end)
            if not outage & self.judged:
                continue
            over = (end - self.grid.start) // self.step
            # What comes after this outage has a period of its own.
            before = downtime & ((1 << over) - 1)
            length = outage.bit_count()
            first = max(over - length - lasts + 1, 1 - lasts) + lasts
            begins = so_far[first : over + lasts]
            ends = so_far[first + lasts : over + lasts]
            ends += [so_far[over + lasts]] * (len(begins) - len(ends))
            if max(map(operator.sub, ends, begins)) * self.step > most:
                exceeded |= outage
                spent |= _part(before, over - lasts, lasts) << max(over - lasts, 0)
        who = frozenset().union(
            *(each for each, when in around.cut_sets(name).items() if when & spent)
        )
        self.record(("OPS306", frozenset({f"service/{name}"}), who, ""), exceeded)

    def around(self, before: int, after: int) -> "_Around":
        """Give what happens in the judged time and so many seconds before and after it."""
        if (before, after) not in self.known_around:
            made = _Around(self.estate, self.as_of, self.end, self.step, {}, before, after)
            self.known_around[before, after] = made
        return self.known_around[before, after]

    @cached_property
    def known_around(self) -> "dict[tuple[int, int], _Around]":
        """What has been simulated around the judged time, by how far."""
        return {}

    def told(self, cause: str, instant: int) -> list[int]:
        """Give when customers hear of what a cause has under way at an instant."""
        return [
            each.start + _lead(notice)
            for each in self.occurrences_of[cause]
            if each.start <= instant < each.recovered
            for notice in self.cause(cause).get("notices", [])
        ]

    def judge_channels(self, name: str) -> None:
        """OPS601: customers don't hear of an outage on one of the channels."""
        service = self.services[name]
        wanted = {*service.get("notice_channels", [])}
        if not wanted or not service.get("customer_facing"):
            return
        for causes, steps in self.cut_sets(name).items():
            used = {
                notice.get("channel")
                for cause in causes
                for notice in self.cause(cause).get("notices", [])
            }
            key = ("OPS601", frozenset({f"service/{name}"}), causes, "")
            # Whoever takes part has an occurrence under way, and tells of that.
            self.record(key, 0 if wanted <= used else steps)

    def judge_carriers(self, ref: str) -> None:
        """OPS602: what is to carry a notice is down at the instant at which it is to be sent."""
        entry = self.cause(ref)
        due: dict[str, Steps] = {}
        for notice in entry.get("notices", []):
            if "via" in notice:
                for start in self.starts_of(ref):
                    at = start + _lead(notice)
                    sent = self.grid.steps(at, at + self.step) & self.judged
                    due[notice["via"]] = due.get(notice["via"], 0) | sent
        for via, sent in due.items():
            for causes, steps in self.cut_sets(via).items():
                lost = self.instants(steps & sent)
                if lost:
                    subjects = frozenset({f"service/{via}", ref})
                    self.findings["OPS602", subjects, causes, ""] = lost

    def instants(self, steps: Steps) -> list[Stretch]:
        """Give the first second of each step, as what happens at an instant."""
        stretches = self.grid.stretches(steps)
        if self.step == 1:
            return stretches
        return [(at, at + 1) for each in stretches for at in range(*each, self.step)]

    def starts_of(self, ref: str) -> list[int]:
        """Give every instant at which a window or a job may start."""
        entry = self.cause(ref)
        if ref.startswith("job/"):
            starts, _ = self.job_starts(entry)
            if self.is_steady(entry):
                return sorted(starts)
            runs = self.runs[ref.removeprefix("job/")].runs
            begun = {chains.fast_release(run) for run in runs if chains.is_let(run)}
            # Runs after the judged time aren't followed any more.
            return sorted(begun | {at for at in starts if at >= self.followed[-1][1]})
        return [each.start for each in self.occurrences(entry)]

    def judge_status_page(self, name: str) -> None:
        """OPS602: the page on which customers look is down while their service is."""
        page = self.services[name].get("status_page")
        if page in self.services:
            for causes, steps in self.cut_sets(page).items():
                # Two services may each be the page of the other.
                key = ("OPS602", frozenset({f"service/{name}", f"service/{page}"}), causes, name)
                self.record(key, steps & self.down(name))

    def judge_support(self, name: str) -> None:
        """OPS603: a service is down when nobody answers, or while what they answer by is."""
        support = self.services[name].get("support", {})
        answered = self.open[support["hours"]] if "hours" in support else self.grid.whole
        for causes, steps in self.cut_sets(name).items():
            key = ("OPS603", frozenset({f"service/{name}"}), causes, "")
            if support:
                self.record(key, steps & ~answered)
        other = support.get("service")
        if other in self.services:
            for causes, steps in self.cut_sets(other).items():
                subjects = frozenset({f"service/{name}", f"service/{other}"})
                # Two services may each be the support of the other.
                key = ("OPS603", subjects, causes, name)
                self.record(key, steps & self.down(name) & answered)

    def judge_freeze(self, name: str) -> None:
        """OPS501: services are down in a freeze, by what it doesn't allow."""
        freeze = self.freezes[name]
        frozen = self.grid.union((each.start, each.end) for each in self.occurrences(freeze))
        hit: dict[Causes, set[str]] = {}
        when: dict[Causes, Steps] = {}
        for service in self.services:
            if self.is_frozen(service, freeze):
                for causes, steps in self.cut_sets(service).items():
                    hit.setdefault(causes, set()).add(f"service/{service}")
                    when[causes] = steps
        for causes, subjects in hit.items():
            kinds = [self.cause(cause).get("change", {}).get("type") for cause in causes]
            if not all(kind in freeze.get("allow", []) for kind in kinds):
                key = ("OPS501", frozenset({*subjects, f"freeze/{name}"}), causes, "")
                self.record(key, when[causes] & frozen)

    def is_frozen(self, name: str, freeze: Declared) -> bool:
        """Say whether a freeze applies to a service; what is drawn has no patterns but `*`."""
        service, scope = self.services[name], freeze.get("applies_to", {})
        having = {
            "services": {name},
            "tags": {*service.get("tags", [])},
            "owners": {service["owner"]} if "owner" in service else set(),
        }
        return all(
            having[key] & {*scope[key]} or ("*" in scope[key] and having[key]) for key in scope
        )

    def judge_demand(self, name: str) -> None:
        """OPS302: a service is down while a job has sent customers to it."""
        demand: dict[str, Steps] = {}
        for service, begins, ends in self.demands(self.jobs[name], name):
            demand[service] = demand.get(service, 0) | self.grid.steps(begins, ends)
        for service, wanted in demand.items():
            for causes, steps in self.cut_sets(service).items():
                subjects = frozenset({f"service/{service}", f"job/{name}"})
                self.record(("OPS302", subjects, causes, ""), steps & wanted)

    def demands(self, job: Declared, name: str) -> Iterable[tuple[str, int, int]]:
        """Give all demand that a job induces: on which service, from when, until when."""
        if self.is_steady(job):
            for start in self.job_starts(job)[0]:
                yield from self.demands_of(job, start)
            return
        for each in job.get("induces_demand", []):
            found = chains.demand(
                self.runs[name],
                seconds(each["for"]),
                at_end=each.get("starting") == "at_end",
                has_length=bool({"duration", "max_duration"} & {*job}),
            )
            yield from ((each["service"], start, end) for start, end in found)

    def judge_runs(self, name: str) -> None:
        """OPS303: a run needs a service that is down by something else than its own job."""
        job = self.jobs[name]
        if _waits(job):
            return
        if self.is_steady(job):
            _, starts = self.job_starts(job)
            lasts = _longest(job) + self.delay(job)
            running = self.grid.union((start, start + lasts) for start in starts)
        else:
            running = self.grid.union(chains.running(self.certain_runs[name]))
        for service in job.get("requires", []):
            for causes, steps in self.cut_sets(service).items():
                if f"job/{name}" not in causes:
                    subjects = frozenset({f"service/{service}", f"job/{name}"})
                    begun = steps & ~self.not_begun(causes, name)
                    self.record(("OPS303", subjects, causes, ""), begun & running)

    def not_begun(self, causes: Causes, former: str) -> Steps:
        """Give when what comes after a job may have begun only if that one has ended."""
        found = 0
        for name in self.jobs:
            if f"job/{name}" in causes and former in self.all_before(name):
                if self.is_steady(self.jobs[name]):
                    continue
                certain = [
                    (run.released, run.recovered)
                    for run in self.runs[name].runs
                    if run.released is not None and run.released < run.last
                ]
                may = [(start, over) for start, _, over in chains.effects(self.runs[name])]
                found |= self.grid.union(may) & ~self.grid.union(certain)
        return found

    def all_before(self, name: str) -> set[str]:
        """Give all jobs that one comes after, the nearest and those before them."""
        found: set[str] = set()
        left = [*self.jobs[name].get("after", [])]
        while left:
            one = left.pop()
            if one not in found and one in self.jobs:
                found.add(one)
                left += self.jobs[one].get("after", [])
        return found

    def judge_deadline(self, name: str) -> None:
        """OPS401: a run ends after its deadline, or never; causes are the engine's to find."""
        job = self.jobs[name]
        if "deadline" in job:
            late = chains.missed(self.certain_runs[name], lambda start: self.deadline(job, start))
            self.record_runs(("OPS401", frozenset({f"job/{name}"}), frozenset(), ""), late)

    def judge_order(self, name: str) -> None:
        """OPS402: a run that waits for nothing starts before a predecessor's has ended."""
        job = self.jobs[name]
        if "after" in job and "schedule" in job and not _waits(job):
            for other, early in chains.too_early(self.certain_runs[name]).items():
                subjects = frozenset({f"job/{name}", f"job/{other}"})
                self.record_runs(("OPS402", subjects, frozenset(), ""), early)

    def record_runs(self, key: Key, stretches: list[Stretch]) -> None:
        """Keep those that share an instant with the judged time; they may lie between steps."""
        judged = self.grid.stretches(self.judged)
        kept = [
            (start, end)
            for start, end in stretches
            if any(start < last and first < end for first, last in judged)
        ]
        if kept:
            self.findings[key] = chains.merged(kept)

    def judge_overlaps(self, ref: str, planned: Declared) -> None:
        """OPS205: a recurring window or freeze starts again before it has ended."""
        if "schedule" not in planned:
            return
        twice = 0
        late = self.delay(planned)
        for former, latter in itertools.pairwise(self.occurrences(planned)):
            both = self.grid.steps(former.start, former.end - late)
            both &= self.grid.steps(latter.start, latter.end - late)
            if both & self.judged:
                twice |= both
        self.record(("OPS205", frozenset({ref}), frozenset(), ""), twice)


@dataclass
class _Around(_Simulation):
    """The same estate, with what happens before and after the judged time as well."""

    before: int = 0
    after: int = 0

    @cached_property
    def happening(self) -> dict[str, Steps]:
        """When each cause happens: its occurrences in the judged time and around it."""
        happening = {}
        for cause, occurrences in self.occurrences_of.items():
            each = [self.grid.steps(one.start, one.recovered) for one in occurrences]
            happening[cause] = union(steps for steps in each if steps & self.near)
        return happening

    @cached_property
    def near(self) -> Steps:
        """The judged time and what is around it."""
        judged = self.grid.stretches(self.judged)
        return self.grid.union((start - self.before, end + self.after) for start, end in judged)

    @cached_property
    def followed(self) -> list[Stretch]:
        """All of that, and some time before each stretch of it."""
        near = self.grid.stretches(self.near)
        return self.grid.stretches(
            self.grid.union((start - self.lookback, end) for start, end in near)
        )


def _far(most: int) -> int:
    """Give how far an outage is followed: a week, doubled until its limit fits."""
    weeks = 1
    while weeks * 7 * DAY < most:
        weeks *= 2
    return weeks * 7 * DAY


def _part(steps: Steps, begin: int, count: int) -> Steps:
    """Give so many steps from one on, as the first ones; there are none before the row begins."""
    return (steps >> max(begin, 0)) & ((1 << max(min(begin, 0) + count, 0)) - 1)


def _minimal(suffices: Mapping[Causes, Steps]) -> dict[Causes, Steps]:
    """Keep the sets that suffice at some instant at which no part of them does.

    The empty set is no cause: what it suffices for is not planned.
    """
    kept = {}
    for causes, steps in suffices.items():
        by_less = union(other for fewer, other in suffices.items() if fewer < causes)
        if causes and steps & ~by_less:
            kept[causes] = steps
    return kept


def _years_later(at: int, years: int) -> int:
    """Give the same date and time in a later year, 28 February for a 29th that it lacks."""
    then = datetime.fromtimestamp(at, UTC)
    if (then.month, then.day) == (2, 29):
        then = then.replace(day=28)
    return int(then.replace(year=then.year + years).timestamp())


def _lead(notice: Declared) -> int:
    """Give how long after the start a notice is sent, before it when less than nothing."""
    lead: str = notice["at"]
    return -seconds(lead[1:]) if lead.startswith("-") else seconds(lead)


def _waits(job: Declared) -> bool:
    """Say whether a job's runs wait for anything, be it services or other runs."""
    return job.get("when_blocked", "fail") == "wait" and bool({"requires", "after"} & {*job})


def _longest(entry: Declared) -> int:
    """Give the longest that a run or an occurrence may last, without recovery."""
    duration = entry.get("max_duration") or entry.get("duration")
    return seconds(duration) if duration else 1


def _recovery(entry: Declared) -> int:
    """Give how long a service stays down after the end."""
    return seconds(entry.get("recovery", "0s"))
