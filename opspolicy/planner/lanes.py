"""The calendar of operations: all that happens to each service in a stretch of time, in lanes."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from functools import cached_property

from opspolicy.estate.declarations import Freeze, Job, Service, Window
from opspolicy.estate.scope import of_freeze
from opspolicy.phrases import count
from opspolicy.picture import drawing
from opspolicy.picture.choice import EVERYBODY, Chosen, natural
from opspolicy.picture.drawing import Row
from opspolicy.picture.happening import happening
from opspolicy.picture.lanes import COLLISIONS
from opspolicy.record import NamedTuple
from opspolicy.report import order, warnings
from opspolicy.rules.collisions import is_assumed
from opspolicy.rules.wording import full, people
from opspolicy.temporal import wording
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import IntervalSet, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from opspolicy.estate.declarations import Entity
    from opspolicy.estate.estate import Estate
    from opspolicy.report import Finding, Report
    from opspolicy.temporal.schedules import Schedule
    from opspolicy.timeline.timeline import Timeline

OFTEN = 2
"""A job that runs more often a day is drawn only where it meets an outage, else counted."""

MOST_RUNS = 20_000
"""With more runs of all jobs together, none is drawn that meets no outage: nobody could see it."""

MOST_NAMED = 3
"""How many jobs of a lane have a row of their own; those of more share one."""


class Lane(NamedTuple):
    """What happens to one service, or to a job or window that is in trouble without any.

    ``name`` and ``about`` say who that is: whose it is, who uses it, what is only counted.
    ``teams`` own it, hit it, or have a part in a finding of it. ``rows`` are drawn, ``findings``
    are about it, the worst first.
    """

    ref: str
    name: str
    about: tuple[str, ...]
    teams: tuple[str, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


class Planner(NamedTuple):
    """The lanes that ``drawer`` has drawn, on the clock of ``zone``.

    ``quiet`` counts the services that were asked for, to which nothing happens in its time.
    """

    drawer: Drawer
    lanes: tuple[Lane, ...]
    zone: str
    quiet: int = 0

    @property
    def report(self) -> Report:
        """What has been found, drawn or not."""
        return self.drawer.report

    @property
    def start(self) -> int:
        """The first instant that is drawn, UTC epoch seconds."""
        return self.drawer.start

    @property
    def end(self) -> int:
        """The end of what is drawn, UTC epoch seconds; not part of it."""
        return self.drawer.end

    @property
    def warnings(self) -> list[str]:
        """What is to be said on top: what is assumed, and what the lanes may lack."""
        return warnings(self.report, "outages and runs")

    @property
    def empty(self) -> str:
        """What is to be said where there are no lanes; "" where there are."""
        if self.lanes:
            return ""
        lead = "" if self.report.complete else "Of what could be read, "
        said = f"{lead}nothing is planned in this time: no outage, and nobody is sent anywhere."
        return said[0].upper() + said[1:]

    @property
    def outside(self) -> str:
        """What is found at other times, and at none, in sentences; "" for nothing."""
        found, undated, told = self.drawer.elsewhere, self.drawer.undated, []
        if found:
            when = wording.at(min(each.occurrences.start for each in found), self.zone)
            verb = "lies" if len(found) == 1 else "lie"
            first = f"on {when}" if len(found) == 1 else f"the first on {when}"
            told.append(f"{count(len(found), 'finding')} {verb} outside of this time, {first}.")
        if undated:
            verb = "is" if undated == 1 else "are"
            told.append(f"{count(undated, 'finding')} {verb} about no time.")
        return " ".join(told)

    @property
    def title(self) -> str:
        """What it shows, from when to when on whose clock."""
        when = wording.between(self.start, self.end, self.zone)
        return f"Operations calendar, {when} ({self.zone})"

    @property
    def findings(self) -> list[Finding]:
        """The findings of all lanes, each once, the worst first."""
        found = {id(each): each for lane in self.lanes for each in lane.findings}
        return sorted(found.values(), key=order)


class Drawer:
    """Draws the lanes of a report in one stretch of time; what several lanes need is asked once.

    ``elsewhere`` are the findings that lie before it or after it, ``undated`` counts those that are
    about no time at all.
    """

    def __init__(
        self, report: Report, timeline: Timeline, start: int, end: int, zone: str = ""
    ) -> None:
        """Look at ``[start, end)``, which lies in the judged time of ``timeline``.

        It is drawn on the clock of ``zone``, or of most services that are drawn.
        """
        self.report = report
        self.timeline = timeline
        self.estate = timeline.estate
        self.start, self.end, self.zone = start, end, zone
        self.when = IntervalSet([(start, end)])
        self._runs_of: dict[Schedule, int] = {}
        self._needed: dict[tuple[object, ...], IntervalSet] = {}
        dated = [each for each in report.findings if each.occurrences]
        met = [each for each in dated if each.occurrences & self.when]
        self.elsewhere = [each for each in dated if not each.occurrences & self.when]
        self.undated = len(report.findings) - len(dated)
        self._of = _by_lane(self.estate, met)
        self._owners: dict[str, str | None] = {}
        self._jobs = _by_service(self.estate)
        self._own = _own(timeline)

    def planner(self, chosen: Chosen = EVERYBODY, *, everything: bool = False) -> Planner:
        """Return the lanes that are wanted, those in trouble first.

        ``everything`` has also those in which nothing happens, as has a choice of services.
        """
        everything = everything or bool(chosen.services)
        drawn = [self.lane(ref) for ref in self._refs() if self.is_wanted(ref, chosen)]
        shown = [each for each in drawn if everything or self.is_busy(each)]
        shown.sort(key=self._rank)
        zone = self.zone or clock(self.estate, chosen)
        return Planner(self, tuple(shown), zone, len(drawn) - len(shown))

    def _refs(self) -> list[str]:
        services = [each.ref for each in self.estate.services.values()]
        freezes = [each.ref for each in self.estate.freezes.values() if self._frozen(each)]
        others = [ref for ref in self._of if not ref.startswith("service/")]
        return [*services, *dict.fromkeys([*others, *freezes])]

    def _frozen(self, freeze: Freeze) -> IntervalSet:
        return happening(freeze, self.start, self.end)

    def is_wanted(self, ref: str, chosen: Chosen) -> bool:
        """Whether a lane is one of those chosen: by its name, and by a team that it concerns."""
        if not chosen.names(bare(ref)):
            return False
        return not chosen.teams or chosen.holds(*self.teams(ref))

    def teams(self, ref: str) -> list[str]:
        """Return the teams that a lane concerns: who owns it, hits it, or has a finding in it."""
        hits = self.timeline.outages.involved(bare(ref)) if ref.startswith("service/") else ()
        owners = {owner for each in (ref, *hits) if (owner := self.owner(each)) is not None}
        return sorted(owners.union(*(each.owners for each in self._of.get(ref, ()))), key=natural)

    def owner(self, ref: str) -> str | None:
        """Return who owns something; thousands of lanes ask it of the same thousands."""
        if ref not in self._owners:
            self._owners[ref] = self.estate.owner_of(ref)
        return self._owners[ref]

    def lane(self, ref: str) -> Lane:
        """Return what happens to a service, or how a job or a window goes that is in trouble."""
        entity, findings = self.estate.entity(ref), tuple(self._of.get(ref, ()))
        told = [self.owner(ref) or ""]
        if isinstance(entity, Service):
            rows, more = self._of_service(entity)
            shown = entity.name
            told = [entity.title or "", *told, *more]
        else:
            rows = list(self._of_other(entity))
            shown = full(ref).replace("`", "")
        about = tuple(each for each in told if each)
        drawn = self._drawn([*rows, *self._found(findings)])
        return Lane(ref, shown, about, tuple(self.teams(ref)), drawn, findings)

    def _of_service(self, service: Service) -> tuple[list[Row], list[str]]:
        """Return what happens to a service, and what is to be said of it besides."""
        jobs = self.jobs(service)
        rows = [
            *self._outages(service.name),
            *self._demand(service, jobs),
            *self._runs(service, jobs),
            *self._freezes(service),
            Row("business hours", drawing.HOURS, self.needed(service)),
        ]
        unsaid = "customers, how many isn't declared"
        told = []
        if service.customer_facing:
            told.append(unsaid if service.customers is None else people(service.customers))
        counted = [job for job in jobs if not self.is_drawn(job)]
        if many := sum(map(self.runs, counted)):
            who = count(len(counted), "job")
            told.append(f"{who} with {count(many, 'run')}, drawn where these meet an outage")
        return rows, told

    def _of_other(self, entity: Entity | None) -> Iterator[Row]:
        """Yield when a job runs, or when a window or a freeze is."""
        if isinstance(entity, Job):
            found = union(each.occurrences for each in self._of.get(entity.ref, ()))
            looked = self.when if self.is_drawn(entity) else found & self.when
            yield Row("runs", drawing.RUN, self.timeline.runs(entity, looked))
        elif isinstance(entity, Window):
            kind = drawing.OUTAGE if entity.takes_down else drawing.RUN
            yield Row("happens", kind, happening(entity, self.start, self.end))
        elif isinstance(entity, Freeze):
            yield Row("no outages", drawing.FREEZE, self._frozen(entity))

    def _drawn(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Return the rows that have something in this stretch of time, each time whole."""
        whole = (row._replace(when=row.when.touching(self.when)) for row in rows)
        return tuple(row for row in whole if row.when)

    def needed(self, service: Service) -> IntervalSet:
        """Return when customers need a service; hundreds keep the same hours."""
        hours = (service.business_hours, service.customer_facing, service.maintenance_hours)
        if hours not in self._needed:
            self._needed[hours] = self.timeline.needed(service, self.when)
        return self._needed[hours]

    def jobs(self, service: Service) -> Sequence[Job]:
        """Return the jobs that need a service, or send customers to it."""
        return self._jobs.get(service.name, ())

    def own(self, name: str) -> IntervalSet:
        """Return when a service is down by what takes itself down."""
        return union(when for _, when in self._own.get(name, ()))

    def _outages(self, name: str) -> Iterator[Row]:
        down, own = self.timeline.outages.down(name), self.own(name)
        causes = self._own.get(name, [])
        if 0 < len(causes) <= MOST_NAMED:
            for ref, when in causes:
                by = "down, as assumed" if is_assumed(ref) else f"down by {bare(ref)}"
                yield Row(by, drawing.OUTAGE, when)
        else:
            yield Row("down", drawing.OUTAGE, own)
        yield Row("down through others", drawing.INHERITED, down - own)
        yield Row("degraded", drawing.DEGRADED, self.timeline.outages.degraded(name))

    def _demand(self, service: Service, jobs: Sequence[Job]) -> Iterator[Row]:
        sending = [(job, demands) for job in jobs if (demands := job.demands_on({service.name}))]
        whens = [
            (job, self.timeline.demand(job, demands, self.looked(job, service.name)))
            for job, demands in sending
        ]
        yield from _named(whens, "sent by", drawing.DEMAND)

    def _runs(self, service: Service, jobs: Sequence[Job]) -> Iterator[Row]:
        whens = [
            (job, self.timeline.runs(job, self.looked(job, service.name)))
            for job in jobs
            if service.name in job.requires
        ]
        yield from _named(whens, "runs of", drawing.RUN)

    def looked(self, job: Job, name: str) -> IntervalSet:
        """Return the time in which a job's runs are drawn: all, or the outages of a service."""
        return self.when if self.is_drawn(job) else self.timeline.outages.down(name) & self.when

    def is_drawn(self, job: Job) -> bool:
        """Whether all of a job's runs are drawn: too many of them would hide all else."""
        return not (self._is_crowded or self.is_often(job))

    def is_often(self, job: Job) -> bool:
        """Whether a job runs so often that its runs can't be told apart."""
        return self.runs(job) > OFTEN * max((self.end - self.start) // DAY, 1)

    @cached_property
    def _is_crowded(self) -> bool:
        jobs = (job for job in self.estate.jobs.values() if not self.is_often(job))
        return sum(map(self.runs, jobs)) > MOST_RUNS

    def runs(self, job: Job) -> int:
        """Return how many runs of a job start, by its schedule or after others."""
        schedule = job.schedule
        following = self.timeline.following
        if following is not None and self.timeline.is_moved(job):
            starts = following.runs[job.name].starts
            return bisect_left(starts, self.end) - bisect_left(starts, self.start)
        if schedule is None or job.suspended:
            return 0
        if schedule not in self._runs_of:
            self._runs_of[schedule] = len(schedule.starts(self.start, self.end))
        return self._runs_of[schedule]

    def _freezes(self, service: Service) -> Iterator[Row]:
        for freeze in self.freezes(service):
            yield Row(f"freeze {freeze.name}", drawing.FREEZE, self._frozen(freeze))

    def freezes(self, service: Service) -> Iterator[Freeze]:
        """Yield the freezes that hold for a service."""
        for freeze in self.estate.freezes.values():
            if of_freeze(freeze).covers_service(service):
                yield freeze

    def _found(self, findings: Sequence[Finding]) -> Iterator[Row]:
        active = [each for each in findings if each.waived_by is None]
        for kind, what in ((drawing.COLLISION, "collision"), (drawing.FINDING, "finding")):
            met = kind == drawing.COLLISION
            when = union(each.occurrences for each in active if (each.code in COLLISIONS) == met)
            yield Row(what, kind, when)

    def is_busy(self, lane: Lane) -> bool:
        """Whether anything happens in a lane: that a service has hours, or is used, is nothing.

        A freeze has a lane of its own: it may cover thousands of services.
        """
        idle = {drawing.HOURS, drawing.RUN, drawing.FREEZE}
        if lane.findings or not lane.ref.startswith("service/"):
            return True
        return any(row.kind not in idle for row in lane.rows)

    def _rank(self, lane: Lane) -> tuple[object, ...]:
        """Return the sort key: the worst finding, then whom customers use, then the name."""
        service = self.estate.entity(lane.ref)
        faces = isinstance(service, Service) and service.customer_facing
        active = [order(each)[:5] for each in lane.findings if each.waived_by is None]
        return (not active, min(active, default=()), not faces, natural(lane.ref))


def clock(estate: Estate, chosen: Chosen = EVERYBODY) -> str:
    """Return the zone of most services of those that are chosen, whatever happens to them."""
    services = [each for each in estate.services.values() if chosen.names(each.name)]
    owned = [each for each in services if chosen.holds(each.owner)]
    found = Counter(estate.zone_of(each.ref) for each in owned or services)
    return min(found, key=lambda zone: (-found[zone], zone), default="UTC")


def bare(ref: str) -> str:
    """Return the bare name of a reference."""
    return ref.partition("/")[2]


def _named(whens: Sequence[tuple[Job, IntervalSet]], what: str, kind: str) -> Iterator[Row]:
    """Yield a row for each of a few jobs, or one for many."""
    held = [(job, when) for job, when in whens if when]
    if len(held) <= MOST_NAMED:
        for job, when in held:
            yield Row(f"{what} {job.name}", kind, when)
    elif held:
        yield Row(f"{what} {len(held):,} jobs", kind, union(when for _, when in held))


def _own(timeline: Timeline) -> dict[str, list[tuple[str, IntervalSet]]]:
    """Return what takes each service down by itself, and when."""
    found: dict[str, list[tuple[str, IntervalSet]]] = {}
    for cause in timeline.causes.values():
        for service in cause.takes_down:
            found.setdefault(service, []).append((cause.ref, cause.when))
    return found


def _by_service(estate: Estate) -> dict[str, list[Job]]:
    """Return the jobs that need each service, or send customers to it."""
    found: dict[str, dict[str, Job]] = {}
    for job in estate.jobs.values():
        if not job.suspended:
            for name in (*job.requires, *(each.service for each in job.induces_demand)):
                found.setdefault(name, {})[job.name] = job
    return {name: list(jobs.values()) for name, jobs in found.items()}


def _by_lane(estate: Estate, findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return the findings of each lane: of the services they are about, else of what else it is."""
    found: dict[str, list[Finding]] = {}
    for each in findings:
        declared = [ref for ref in each.subjects if estate.entity(ref) is not None]
        services = [ref for ref in declared if ref.startswith("service/")]
        for ref in services or declared[:1]:
            found.setdefault(ref, []).append(each)
    return found
