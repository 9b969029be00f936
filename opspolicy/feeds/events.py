"""What is in a feed: an event for each occurrence of what the planner draws in lanes."""

from __future__ import annotations

from opspolicy.estate.declarations import Freeze, Job, Service, Window
from opspolicy.feeds import deadlines, found, telling
from opspolicy.feeds.occurrences import Occurrence, Occurrences, together
from opspolicy.notices import plan
from opspolicy.picture.choice import EVERYBODY, Chosen
from opspolicy.planner.lanes import bare
from opspolicy.record import NamedTuple
from opspolicy.report import prefixes
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.estate.declarations import Demand
    from opspolicy.feeds.deadlines import Due
    from opspolicy.planner.lanes import Lane, Planner
    from opspolicy.timeline.cutsets import CutSet

OUTAGE, INHERITED, DEGRADED, FREEZE = "outage", "inherited", "degraded", "freeze"
RUN, DEMAND, MAINTENANCE, NOTICE = "run", "demand", "maintenance", "notice"
COLLISION, FINDING, GAP = "collision", "finding", "incomplete"
"""The kinds of events, which calendars show as categories."""

MOST_EVENTS = 20_000
"""With more, no calendar would be read, and hardly any client would take them."""

A_REMINDER = 900
"""Seconds that a deadline takes in a calendar, which hides what takes no time."""

SEVERAL = "several"
"""What stands for causes that are too many to be told one by one."""


class TooMany(ValueError):  # noqa: N818 - nothing is wrong with any of them
    """More events than a calendar takes."""


class Alarm(NamedTuple):
    """Something to be reminded of ``at`` an instant, UTC epoch seconds."""

    at: int
    text: str


class Event(NamedTuple):
    """One entry of a calendar, in ``[start, end)`` (UTC epoch seconds).

    ``key`` is what it is known by in the next run, whatever becomes of its time. ``told`` are the
    lines of its description, ``contacts`` whom to ask. ``parts`` are the occurrences that it is
    made of. One of ``all_day`` is about a date, with both times at midnight UTC.
    """

    kind: str
    key: tuple[str, ...]
    start: int
    end: int
    summary: str
    told: tuple[str, ...]
    contacts: tuple[str, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    parts: tuple[Occurrence, ...] = ()
    all_day: bool = False


def events(planner: Planner, chosen: Chosen = EVERYBODY) -> list[Event]:
    """Return the events of what a planner shows, in order; raises TooMany.

    ``chosen`` is what it was made for. With teams, only what they own, what they do to others, and
    what is wrong in which they have a part. A lane shows all that happens to somebody else's
    service.
    """
    try:
        return Feed(planner, chosen).events()
    except plan.TooMany as error:
        raise TooMany(str(error)) from error


class Feed:
    """The events of one planner, each once, however many lanes it is in."""

    def __init__(self, planner: Planner, chosen: Chosen) -> None:
        """Prepare to list the events of ``planner``, which was made for those ``chosen``."""
        self.planner, self.chosen = planner, chosen
        self.drawer = planner.drawer
        self.report, self.timeline = planner.report, self.drawer.timeline
        self.estate = self.timeline.estate
        self.when = self.drawer.when
        self.occurrences = Occurrences(self.timeline, planner.start, planner.end)
        self.words = telling.Words(self.estate)
        self._found: dict[tuple[str, ...], Event] = {}
        # Most freezes hold for many services, and each is listed once.
        self._frozen: set[str] = set()

    def events(self) -> list[Event]:
        """Return all events, in order; raises TooMany."""
        self._take(self._gap())
        for lane in self.planner.lanes:
            self._take(self._of_lane(lane))
        self._take(self._findings())
        self._remind()
        return sorted(self._found.values(), key=lambda each: (each.start, each.end, each.key))

    def _take(self, listed: Iterable[Event]) -> None:
        for each in listed:
            self._found.setdefault((each.kind, *each.key), each)
            if len(self._found) > MOST_EVENTS:
                message = f"there are more than {MOST_EVENTS:,} events, too many for one calendar"
                raise TooMany(message)

    def _gap(self) -> Iterator[Event]:
        """Yield the warning of a calendar that may lack something."""
        if self.report.complete:
            return
        start = zones.zone(self.planner.zone).wall(self.planner.start) // DAY * DAY
        told = (*self.planner.warnings, "", "opspolicy check")
        summary = "INCOMPLETE: not everything could be read, so events may be missing"
        yield Event(GAP, (), start, start + DAY, summary, told, all_day=True)

    def _of_lane(self, lane: Lane) -> Iterator[Event]:
        entity = self.estate.entity(lane.ref)
        if isinstance(entity, Service):
            yield from self._outages(entity)
            yield from self._degradations(entity)
            for job in self.drawer.jobs(entity):
                yield from self._job(job, entity)
            for freeze in self.drawer.freezes(entity):
                yield from self._freeze(freeze)
        elif isinstance(entity, Job):
            # Of one that runs often, what is found says when: each run would hide all else.
            if self.drawer.is_drawn(entity):
                yield from self._runs(entity, self.when)
        elif isinstance(entity, Freeze):
            yield from self._freeze(entity)
        elif isinstance(entity, Window):
            for each in self.occurrences.of(entity):
                summary, told = self.words.maintenance(entity, each)
                yield self._event(MAINTENANCE, (each.key,), summary, told, (each,))

    def _is_ours(self, *refs: str) -> bool:
        """Whether one of the teams owns any of some things, or all are asked for."""
        return self.chosen.holds(*map(self.drawer.owner, refs))

    # Outages -----------------------------------------------------------------------------------

    def _outages(self, service: Service) -> Iterator[Event]:
        for at, cut_set in enumerate(self.timeline.outages.cut_sets(service.name)):
            first = self.timeline.causes.get(cut_set.causes[0])
            is_own = first is not None and service.name in first.takes_down
            kind = OUTAGE if is_own and len(cut_set.causes) == 1 else INHERITED
            yield from self._of_set(kind, service, cut_set, at)

    def _degradations(self, service: Service) -> Iterator[Event]:
        """Yield when a service is slower, each whole, also where it is down for some of it.

        So the time of an event hangs on nothing but its own causes.
        """
        down = self.timeline.outages.down(service.name)
        for at, cut_set in enumerate(self.timeline.outages.degradations(service.name)):
            for each in self._of_set(DEGRADED, service, cut_set, at):
                if IntervalSet([(each.start, each.end)]) - down:
                    yield each

    def _of_set(self, kind: str, service: Service, cut_set: CutSet, at: int) -> Iterator[Event]:
        """Yield what a cut set does to a service, an event for each time that all of it happens."""
        if not self._is_ours(service.ref, *cut_set.causes):
            return
        hit = telling.Hit(service, cut_set, self._chain(kind, service, cut_set))
        if cut_set.truncated:
            for start, end in cut_set.when.touching(self.when):
                yield self._hit(kind, hit, (f"{SEVERAL}/{at}", str(start)), start, end)
            return
        causes = [self.occurrences.effects(ref) for ref in cut_set.causes]
        for parts, start, end in together(causes):
            if start < self.planner.end and end > self.planner.start:
                key = tuple(each.key for each in parts)
                yield self._hit(kind, hit, key, start, end)._replace(parts=parts)

    def _hit(
        self, kind: str, hit: telling.Hit, key: tuple[str, ...], start: int, end: int
    ) -> Event:
        summary, told = self.words.hit(kind, hit, start, end)
        contacts = self.words.whom(hit.refs)
        return Event(kind, (hit.service.ref, *key), start, end, summary, told, contacts)

    def _chain(self, kind: str, service: Service, cut_set: CutSet) -> tuple[str, ...]:
        """Return through which services one is hit, by its first cause; () for no other one."""
        if kind == OUTAGE or cut_set.truncated:
            return ()
        paths = self.timeline.paths([service.name], cut_set, degraded=kind == DEGRADED)
        return tuple(bare(ref) for ref in paths[0][1:]) if paths else ()

    # Jobs and freezes --------------------------------------------------------------------------

    def _job(self, job: Job, service: Service) -> Iterator[Event]:
        if not self._is_ours(job.ref, service.ref):
            return
        looked = self.drawer.looked(job, service.name)
        if service.name in job.requires:
            yield from self._runs(job, looked)
        for number, demand in enumerate(job.demands_on({service.name})):
            for each in self.occurrences.demands(job, demand, looked):
                yield self._sent(job, service, demand, number, each)

    def _sent(
        self, job: Job, service: Service, demand: Demand, number: int, each: Occurrence
    ) -> Event:
        key = (service.ref, each.key, *([str(number)] if number else []))
        summary, told = self.words.sent(job, service, demand, each)
        return self._event(DEMAND, key, summary, told, (each,), service.ref)

    def _runs(self, job: Job, looked: IntervalSet) -> Iterator[Event]:
        for each in self.occurrences.runs(job, looked):
            summary, told = self.words.run(job, each)
            yield self._event(RUN, (each.key,), summary, told, (each,))

    def _freeze(self, freeze: Freeze) -> Iterator[Event]:
        if freeze.ref in self._frozen:
            return
        self._frozen.add(freeze.ref)
        for each in self.occurrences.of(freeze):
            summary, told = self.words.freeze(freeze, each)
            yield self._event(FREEZE, (each.key,), summary, told, (each,))

    def _event(
        self,
        kind: str,
        key: tuple[str, ...],
        summary: str,
        told: tuple[str, ...],
        parts: tuple[Occurrence],
        *more: str,
    ) -> Event:
        """Return the event of one occurrence, with those who answer for it, and for ``more``."""
        (each,) = parts
        contacts = self.words.whom((*more, each.ref))
        return Event(kind, key, each.start, each.end, summary, told, contacts, parts=parts)

    # What is wrong -----------------------------------------------------------------------------

    def _findings(self) -> Iterator[Event]:
        active = [each for each in self.planner.findings if each.waived_by is None]
        ours = [each for each in active if self.chosen.holds(*each.owners)]
        shown = prefixes(self.report.findings)
        for times in found.times(self.occurrences, ours):
            finding = times.finding
            kind = COLLISION if found.is_collision(finding) else FINDING
            summary, told = self.words.finding(times, shown[finding.fingerprint])
            start, end = times.pieces[0][0], times.pieces[-1][1]
            contacts = self.words.reach(finding.owners)
            yield Event(kind, times.key, start, end, summary, told, contacts)

    # Deadlines ---------------------------------------------------------------------------------

    def _remind(self) -> None:
        """Add what is to be sent, as events and as alarms of the outages that it is about."""
        # Also of services without a lane: what customers are told of now may happen later.
        services = (each for each in self.estate.services.values() if each.customer_facing)
        refs = [each.ref for each in services if self.drawer.is_wanted(each.ref, self.chosen)]
        outages = [each for each in self._found.values() if each.kind in {OUTAGE, INHERITED}]
        of = {(each.key[0], part.ref, part.begins): each for each in outages[::-1]
              for part in each.parts}  # fmt: skip
        alarms: dict[tuple[str, ...], list[Alarm]] = {}
        reminders: list[Event] = []
        for due in deadlines.due(self.occurrences, refs):
            if not self._is_ours(due.ref, *(ref for ref, _, _ in due.outages)):
                continue
            if due.at < self.planner.start:
                # Calendars ring at once for what is over, and all who subscribe would hear it.
                continue
            text, told = self.words.due(due)
            about = next((of[each] for each in due.outages if each in of), None)
            if about is not None:
                alarms.setdefault((about.kind, *about.key), []).append(Alarm(due.at, text))
            if due.at < self.planner.end:
                reminders.append(self._reminder(due, told))
        for key, rung in alarms.items():
            self._found[key] = self._found[key]._replace(alarms=tuple(sorted(rung)))
        self._take(reminders)

    def _reminder(self, due: Due, told: tuple[str, ...]) -> Event:
        summary = f"Notice due: {self.words.notice(due)}"
        contacts = self.words.whom((due.ref,))
        return Event(NOTICE, due.key, due.at, due.at + A_REMINDER, summary, told, contacts)
