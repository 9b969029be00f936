"""What forbids a time: hours, demand, runs, freezes, notice and support, before all is judged.

An outage is forbidden where its finding would be serious, by the policies that hold for just these
parties. What is left may still be refused when the whole estate is judged; what is left out never
would pass. So an empty rest is proof that there is no slot.
"""

from __future__ import annotations

from functools import cached_property

from opspolicy.estate.declarations import Job, Window
from opspolicy.estate.scope import of_freeze
from opspolicy.phrases import some
from opspolicy.record import NamedTuple
from opspolicy.repair.moves import SERIES
from opspolicy.rules.collisions import change_type, length
from opspolicy.rules.vendors import answers
from opspolicy.rules.wording import full, name
from opspolicy.temporal.intervals import NOTHING, IntervalSet
from opspolicy.timeline import runs
from opspolicy.timeline.causes import Cause
from opspolicy.timeline.freezes import frozen_during
from opspolicy.timeline.outages import Outages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.estate.declarations import Demand, Freeze, Service
    from opspolicy.repair.moves import Move
    from opspolicy.repair.trial import Trial
    from opspolicy.report import Finding
    from opspolicy.timeline.cutsets import CutSet

BUSINESS, DEMAND, RUN = (
    "outage-in-business-hours",
    "outage-during-induced-demand",
    "run-during-outage",
)
MAINTENANCE = "outage-outside-maintenance-hours"
FREEZE = "outage-in-freeze"
NOTICE = "short-notice"
SUPPORT = "vendor-support-gap"
MOST_BLAMED = 3


class Ban(NamedTuple):
    """When something mustn't happen, by which rule, and why.

    ``demand`` is the one of a job's that mustn't last then; ``is_run`` says that it is a run that
    mustn't. Else it is an outage.
    """

    rule: str
    when: IntervalSet
    why: str
    demand: Demand | None = None
    is_run: bool = False


class Bans:
    """All that forbids ``entity`` a time within ``when``, but for what ``targets`` are about."""

    def __init__(
        self,
        trial: Trial,
        entity: Job | Window,
        targets: Sequence[Finding],
        when: IntervalSet,
        without: Sequence[str] = (),
    ) -> None:
        """Work out the bans, but for those of the rules ``without``."""
        self.trial = trial
        self.entity = entity
        self.targets = targets
        self.when = when
        self.all = [each for each in self._found() if each.rule not in without]

    @cached_property
    def starts(self) -> IntervalSet:
        """All instants at which the entity, as long as it is now, can't start."""
        reach = [(ban, *_reach(self.entity, ban)) for ban in self.all]
        return IntervalSet(
            (start - ends + 1, end - begins)
            for ban, begins, ends in reach
            for start, end in ban.when
        )

    def hits(self, move: Move) -> Iterator[tuple[Ban, IntervalSet]]:
        """Yield each ban that a move runs into, and when."""
        for ban in self.all:
            found = _part(move, ban) & ban.when
            if move.kind == SERIES:
                # What a series does after the horizon isn't judged.
                found = found & self.trial.timeline.judged
            if found:
                yield ban, found

    def _is_moved(self, ref: str) -> bool:
        """Whether something is a job whose runs depend on what else happens.

        When it does whatever it does may be another time after a move, so that it forbids nothing.
        """
        entity = self.trial.estate.entity(ref)
        return isinstance(entity, Job) and self.trial.timeline.is_moved(entity)

    def _found(self) -> Iterator[Ban]:
        if self._is_moved(self.entity.ref):
            return
        if self.entity.takes_down:
            yield from self._of_outages()
        if isinstance(self.entity, Job):
            yield from self._of_job(self.entity)

    def _ban(self, rule: str, refs: Sequence[str], when: IntervalSet, why: str) -> Iterator[Ban]:
        # What is found already may stay, at another time: whether it grows is for the judge.
        if not when or self.trial.stays(rule, refs, self.targets):
            return
        if self.trial.fails(rule, refs):
            yield Ban(rule, when, why)

    # An outage -----------------------------------------------------------------------------------

    def _of_outages(self) -> Iterator[Ban]:
        """Yield what forbids the outages that an entity makes, alone and with others."""
        estate, timeline = self.trial.estate, self.trial.timeline
        ref = self.entity.ref
        hurt = estate.graph.above(self.entity.takes_down)
        graph = estate.graph.below(hurt)
        others = [
            each
            for each in timeline.causes.values()
            if each.ref != ref
            and any(hit in graph.services for hit in each.takes_down)
            and not self._is_moved(each.ref)
        ]
        always = Cause(ref, self.entity.takes_down, (), self.when)
        outages = Outages(graph, sorted([*others, always], key=lambda cause: cause.ref))
        hit: dict[tuple[str, ...], tuple[CutSet, list[Service]]] = {}
        for service_name in hurt:
            service = estate.services.get(service_name)
            for cut_set in outages.cut_sets(service_name) if service is not None else ():
                # Of a crowd nobody knows at which time which of its sets suffices.
                if service is not None and ref in cut_set.causes and not cut_set.truncated:
                    hit.setdefault(cut_set.causes, (cut_set, []))[1].append(service)
                    yield from self._of_service(service, cut_set)
        for freeze in estate.freezes.values():
            for cut_set, services in hit.values():
                yield from self._of_freeze(freeze, cut_set, services)
        for cut_set, services in hit.values():
            yield from self._of_vendors(cut_set, services)

    def _of_freeze(
        self, freeze: Freeze, cut_set: CutSet, services: Sequence[Service]
    ) -> Iterator[Ban]:
        estate = self.trial.estate
        scope = of_freeze(freeze)
        covered = [each.ref for each in services if scope.covers_service(each)]
        if covered and not all(change_type(estate, ref) in freeze.allow for ref in cut_set.causes):
            when = frozen_during(freeze, cut_set.when) & cut_set.when
            refs = (*covered, freeze.ref, *cut_set.causes)
            yield from self._ban(FREEZE, refs, when, f"nothing may change in {full(freeze.ref)}")

    def _of_vendors(self, cut_set: CutSet, services: Sequence[Service]) -> Iterator[Ban]:
        estate = self.trial.estate
        for vendor_name in sorted({each.vendor for each in services if each.vendor}):
            vendor = estate.vendors.get(vendor_name)
            if vendor is None or vendor.support_hours is None:
                continue
            theirs = [each.ref for each in services if each.vendor == vendor_name]
            alone = cut_set.when - answers(estate, vendor).during(cut_set.when)
            why = f"nobody at {full(vendor.ref)} answers"
            yield from self._ban(SUPPORT, (*theirs, vendor.ref, *cut_set.causes), alone, why)

    def _of_service(self, service: Service, cut_set: CutSet) -> Iterator[Ban]:
        timeline, estate = self.trial.timeline, self.trial.estate
        refs, when = (service.ref, *cut_set.causes), cut_set.when
        shown = f"`{service.name}`"
        if service.customer_facing:
            why = f"customers need {shown}"
            yield from self._ban(BUSINESS, refs, timeline.needed(service, when), why)
        if service.maintenance_hours is not None:
            closed = when - estate.maintenance_hours(service).during(when)
            why = f"{shown} may be down only in its maintenance hours"
            yield from self._ban(MAINTENANCE, refs, closed, why)
        if service.min_notice is not None and len(cut_set.causes) == 1:
            why = f"the customers of {shown} can't be told in time"
            yield from self._ban(NOTICE, refs, when & self._untold(service.min_notice), why)
        for job in self.trial.needing(service.name):
            party = (service.ref, job.ref, *cut_set.causes)
            if timeline.is_moved(job):
                continue
            demands = job.demands_on({service.name})
            if demands and job.ref != self.entity.ref:
                why = f"`{job.name}` sends customers to {shown}"
                come = timeline.demand(job, demands, when) & when
                yield from self._ban(DEMAND, party, come, why)
            runs_here = service.name in job.requires and job.when_blocked == "fail"
            if runs_here and job.ref not in cut_set.causes:
                why = f"`{job.name}` runs and needs {shown}"
                under_way = runs.runs_during(job, when) & when
                yield from self._ban(RUN, party, under_way, why)

    def _untold(self, lead: int) -> IntervalSet:
        """Return when no notice that is still to come would be ``lead`` seconds before."""
        as_of = self.trial.timeline.horizon.as_of
        early = [each.at for each in self.entity.plan.notices if each.at <= -lead]
        return self.when.before(as_of - max(early)) if early else self.when

    # A run and the demand it induces -------------------------------------------------------------

    def _of_job(self, job: Job) -> Iterator[Ban]:
        outages = self.trial.timeline.outages
        for required in job.requires if job.when_blocked == "fail" else ():
            for cut_set in outages.cut_sets(required, without=job.ref):
                if not cut_set.truncated and not any(map(self._is_moved, cut_set.causes)):
                    refs = (f"service/{required}", job.ref, *cut_set.causes)
                    why = f"{_down(required, cut_set)}, and a run needs it"
                    for each in self._ban(RUN, refs, cut_set.when, why):
                        yield each._replace(is_run=True)
        for demand in job.induces_demand:
            for cut_set in outages.cut_sets(demand.service):
                if cut_set.truncated or job.ref in cut_set.causes:
                    continue
                if any(map(self._is_moved, cut_set.causes)):
                    continue
                refs = (f"service/{demand.service}", job.ref, *cut_set.causes)
                why = f"its customers come while {_down(demand.service, cut_set)}"
                for each in self._ban(DEMAND, refs, cut_set.when, why):
                    yield each._replace(demand=demand)


def _down(service: str, cut_set: CutSet) -> str:
    """Return which service is down because of what."""
    blamed = some([name(ref) for ref in cut_set.causes], MOST_BLAMED)
    return f"`{service}` is down because of {blamed}"


def _part(move: Move, ban: Ban) -> IntervalSet:
    """Return when that part of a moved entity happens which a ban is about, near the ban."""
    entity = move.entity
    if move.kind == SERIES:
        return _of_series(entity, ban)
    begins, ends = _reach(entity, ban)
    return IntervalSet([(at + begins, at + ends) for at in move.starts])


def _reach(entity: Job | Window, ban: Ban) -> tuple[int, int]:
    """Return from when to when after a start lasts what a ban is about, in seconds."""
    if ban.demand is not None and isinstance(entity, Job):
        return entity.comes(ban.demand)
    if ban.is_run and isinstance(entity, Job):
        return 0, entity.longest
    return 0, length(entity)


def _of_series(entity: Job | Window, ban: Ban) -> IntervalSet:
    if ban.demand is not None and isinstance(entity, Job):
        return runs.demand_during(entity, ban.demand, ban.when)
    if ban.is_run and isinstance(entity, Job):
        return runs.runs_during(entity, ban.when)
    if entity.schedule is None:
        return NOTHING
    lasts = length(entity)
    reach = ban.when.grown(lasts - 1, 0)
    starts = entity.schedule.starts_during(reach)
    return IntervalSet.of_runs(sorted(starts), lasts)
