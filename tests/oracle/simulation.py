"""Simulates an estate step by step, so that the engine can be held against a second opinion.

Written from the specification alone and sharing no code with the program: time is a row of
steps (a minute each, or a second), a set of instants is an `int` with a bit for each step, local
times are asked of `zoneinfo`, rules are sets of numbers, cut sets are found by trying every set of
causes. Nothing here computes with interval ends.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from .calendars import BUILT_IN, AnyCalendar, Calendar
from .starts import APPOINTMENT, Schedule
from .values import instant, seconds
from .wall import DAY, zone_named

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
        for name in self.freezes:
            self.judge_freeze(name)
        for name in self.jobs:
            self.judge_demand(name)
            self.judge_runs(name)
        for name in self.windows:
            self.judge_overlaps(name)
        return Simulated(
            findings=self.findings,
            down={name: self.grid.stretches(self.down(name)) for name in self.services},
            degraded={
                name: self.grid.stretches(self.degraded[self.everything][name])
                for name in self.services
            },
            judged=self.grid.stretches(self.judged),
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
                touched += [(each.start, each.recovered) for each in self.one_offs(window)]
        for job in self.jobs.values():
            if not self.is_recurring(job):
                for run in self.one_offs(job):
                    ends = [end for _, _, end in self.demands_of(job, run.start)]
                    touched.append((run.start, max([run.recovered, *ends])))
        limit = _years_later(self.as_of, 5)
        past = [(start, min(end, limit)) for start, end in touched]
        return [(start, end) for start, end in past if end > self.end and start < end]

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
        return longest + 2 * DAY

    @cached_property
    def grid(self) -> Grid:
        """All that can matter: whatever meets the judged time, whole."""
        latest = max([self.end, *(end for _, end in self.touched)])
        start = (self.as_of - self.reach) // self.step * self.step
        return Grid(start, latest + self.reach // self.step * self.step, self.step)

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
        if self.is_recurring(entry):
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
        causes: dict[str, list[Occurrence]] = {}
        for name, window in self.windows.items():
            causes[f"maintenance_window/{name}"] = self.occurrences(window)
        for name, job in self.jobs.items():
            if job.get("takes_down") or job.get("degrades"):
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

    def told(self, cause: str, instant: int) -> list[int]:
        """Give when customers hear of what a cause has under way at an instant."""
        leads = [notice["at"] for notice in self.cause(cause).get("notices", [])]
        return [
            each.start + (-seconds(lead[1:]) if lead.startswith("-") else seconds(lead))
            for each in self.occurrences_of[cause]
            if each.start <= instant < each.recovered
            for lead in leads
        ]

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
        starts, _ = self.job_starts(self.jobs[name])
        demand: dict[str, Steps] = {}
        for start in starts:
            for service, begins, ends in self.demands_of(self.jobs[name], start):
                demand[service] = demand.get(service, 0) | self.grid.steps(begins, ends)
        for service, wanted in demand.items():
            for causes, steps in self.cut_sets(service).items():
                subjects = frozenset({f"service/{service}", f"job/{name}"})
                self.record(("OPS302", subjects, causes, ""), steps & wanted)

    def judge_runs(self, name: str) -> None:
        """OPS303: a run needs a service that is down by something else than its own job."""
        job = self.jobs[name]
        if job.get("when_blocked", "fail") != "fail":
            return
        _, starts = self.job_starts(job)
        lasts = _longest(job) + self.delay(job)
        running = self.grid.union((start, start + lasts) for start in starts)
        for service in job.get("requires", []):
            for causes, steps in self.cut_sets(service).items():
                if f"job/{name}" not in causes:
                    subjects = frozenset({f"service/{service}", f"job/{name}"})
                    self.record(("OPS303", subjects, causes, ""), steps & running)

    def judge_overlaps(self, name: str) -> None:
        """OPS205: a recurring window starts again before it has ended."""
        if "schedule" not in self.windows[name]:
            return
        twice = 0
        late = self.delay(self.windows[name])
        for former, latter in itertools.pairwise(self.occurrences(self.windows[name])):
            both = self.grid.steps(former.start, former.end - late)
            both &= self.grid.steps(latter.start, latter.end - late)
            if both & self.judged:
                twice |= both
        itself = frozenset({f"maintenance_window/{name}"})
        self.record(("OPS205", itself, frozenset(), ""), twice)


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


def _longest(entry: Declared) -> int:
    """Give the longest that a run or an occurrence may last, without recovery."""
    duration = entry.get("max_duration") or entry.get("duration")
    return seconds(duration) if duration else 1


def _recovery(entry: Declared) -> int:
    """Give how long a service stays down after the end."""
    return seconds(entry.get("recovery", "0s"))
