"""What happens at a time that nobody knows, and which services it may take down."""

from __future__ import annotations

from functools import cached_property

from opspolicy.estate.declarations import SOFT, Job, Window
from opspolicy.estate.vocabulary import SECTIONS
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import year_of
from opspolicy.timeline.runs import is_to_follow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.estate.declarations import Reference, Service
    from opspolicy.timeline.timeline import Timeline

PLAN_CALENDARS = frozenset(("business_days", "except"))
"""The keys of a schedule under which calendars move its starts."""

AROUND = 31 * DAY
"""How far off a closed day can be that moves a start into the judged time."""

NOTHING_DOWN = frozenset(("team", "freeze", "vendor", "waiver", "ignore", "policy"))
"""The kinds of entries by which no service goes down, whatever is wrong with them."""

DECIDING = frozenset(("services", "jobs", "maintenance_windows", "calendars"))
"""The sections that decide when services are down."""


class Unknown:
    """What an incomplete estate leaves open.

    Where it can't be told which services something takes down, it is held against all of them.
    """

    def __init__(self, timeline: Timeline, lost: Iterable[str] = ()) -> None:
        """Look at the estate of ``timeline``; ``lost`` refers to what wasn't read at all."""
        self._lost = frozenset(lost)
        self._timeline = timeline
        self._estate = timeline.estate
        self._horizon = timeline.horizon

    def outages(self, service: str) -> tuple[str, ...]:
        """Return what may take a service down at a time nobody knows, as references, sorted."""
        return tuple(sorted({*self._everybody, *self._hit.get(service, ())}))

    def hours(self, service: Service) -> tuple[str, ...]:
        """Return what leaves the business hours of a service open, as references."""
        name = service.business_hours
        return (f"calendar/{name}",) if name in self.calendars else ()

    @cached_property
    def _found(self) -> tuple[set[str], set[str]]:
        """What may take anything down, and what takes down that which it says."""
        everybody: set[str] = set(self._lost)
        own: set[str] = set()
        estate = self._estate
        for problem in estate.problems:
            kind = problem.by.partition("/")[0]
            if kind == "service":
                own.add(problem.by)
            elif kind not in NOTHING_DOWN and kind != "calendar":
                everybody.add(problem.by or f"file/{problem.span.file}")
        # Of two of a name the first counts: nobody knows what the other would do.
        for twin in estate.duplicates:
            if twin.section in DECIDING:
                everybody.add(f"{SECTIONS[twin.section]}/{twin.name}")
        for each in (*estate.invalid, *estate.missing_zones):
            kind = each.by.partition("/")[0]
            if kind in {"service", "job", "maintenance_window"}:
                (own if estate.entity(each.by) is not None else everybody).add(each.by)
        for reference in self._dangling:
            self._add(reference, everybody, own)
        own.update(each.ref for each in estate.planned() if _is_open(each))
        return everybody, own

    def _add(self, reference: Reference, everybody: set[str], own: set[str]) -> None:
        """Take in what hangs on a name that nothing declares."""
        key = reference.path[0] if reference.path else ""
        if reference.section == "services" and key == "takes_down":
            # It may be any of them, misspelt.
            everybody.add(reference.by)
        elif (reference.section, key) in {
            ("services", "depends_on"),
            ("services", "requires"),
            ("jobs", "after"),
        }:
            own.add(reference.by)

    @cached_property
    def _dangling(self) -> list[Reference]:
        return list(self._estate.unknown())

    @cached_property
    def _everybody(self) -> frozenset[str]:
        return frozenset(self._found[0])

    @cached_property
    def calendars(self) -> frozenset[str]:
        """The calendars of which it isn't known when they are open."""
        estate = self._estate
        by = [each.by for each in estate.problems]
        by += [each.by for each in (*estate.invalid, *estate.missing_zones)]
        wrong = {each.partition("/")[2] for each in by if each.startswith("calendar/")}
        wrong.update(each.name for each in self._dangling if each.section == "calendars")
        years = range(
            year_of(self._horizon.as_of - AROUND), year_of(self._horizon.until + AROUND) + 1
        )
        for calendar in estate.calendars.values():
            known = (
                estate.holidays.year(region, year) for region in calendar.regions for year in years
            )
            if any(each.unknown for each in known):
                wrong.add(calendar.name)
        return frozenset(wrong)

    @cached_property
    def _hit(self) -> dict[str, set[str]]:
        """By service, what may take it down, itself or through what it needs."""
        found: dict[str, set[str]] = {}
        moved = {
            each.by
            for each in self._estate.references
            if each.section == "calendars"
            and each.name in self.calendars
            and not PLAN_CALENDARS.isdisjoint(each.path)
        }
        left = {*self._found[1], *moved, *self._unfollowed}
        done: set[str] = set()
        while left:
            for ref in sorted(left):
                for name in self._above(self._hits(ref)):
                    found.setdefault(name, set()).add(ref)
            done |= left
            # When a run goes on is open where that is open which it comes after, or waits for.
            left = {
                job.ref
                for job in self._estate.jobs.values()
                if any(f"job/{each}" in done for each in job.after)
                or (job.when_blocked == "wait" and not found.keys().isdisjoint(job.requires))
            } - done
        return found

    @cached_property
    def _unfollowed(self) -> set[str]:
        """The jobs of whose runs nobody knows how they go: too many, or after one another."""
        estate = self._estate
        found = {f"job/{each}" for loop in estate.job_cycles() for each in loop}
        # Whether there are too many is known once somebody has tried.
        if self._timeline.following is None and self._timeline.is_cut_short:
            found.update(each.ref for each in estate.jobs.values() if is_to_follow(each))
        return found

    def _hits(self, ref: str) -> Iterable[str]:
        """Return the services that an entry is, or takes down."""
        entity = self._estate.entity(ref)
        if isinstance(entity, Job | Window):
            suspended = isinstance(entity, Job) and entity.suspended
            return () if suspended else entity.takes_down
        return (ref.partition("/")[2],) if ref.startswith("service/") else ()

    def _above(self, names: Iterable[str]) -> Iterator[str]:
        """Yield services and all that may go down with them: what depends on them, but softly."""
        graph = self._estate.graph
        queue = list(dict.fromkeys(names))
        seen = set(queue)
        for name in queue:
            yield name
            for above in graph.dependants.get(name, ()):
                firmly = any(
                    name in each.services and each.strength != SOFT
                    for each in graph.dependencies.get(above, ())
                )
                if firmly and above not in seen:
                    seen.add(above)
                    queue.append(above)


def _is_open(entity: Job | Window) -> bool:
    """Whether nobody knows when something happens, or for how long."""
    if isinstance(entity, Job):
        timed = entity.schedule is not None or bool(entity.after)
        return not entity.suspended and not (timed and (entity.duration or entity.max_duration))
    once = entity.start is not None and entity.end is not None
    return not once and (entity.schedule is None or entity.duration is None)
