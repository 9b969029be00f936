"""The occurrences of windows, jobs and freezes, one by one, each with what it is known by again.

An occurrence must be known again in the next run: when `as_of` has moved on, when its time of day
was changed, when others were added on other days. So it is named by its local date and its number
on that date, both counted from what is declared and never from what is looked at. A window or a
freeze that happens once has no date in its name: moved by a week it is still the same. One of
`dates` is named by its date, as its place in the list is nobody's promise.
"""

from __future__ import annotations

from bisect import bisect_left

from opspolicy.estate.declarations import Job, Window
from opspolicy.record import NamedTuple
from opspolicy.rules.collisions import length
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY, HOUR
from opspolicy.temporal.instants import calendar_date
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.timeline import simulation
from opspolicy.timeline.freezes import lasting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from opspolicy.estate.declarations import Demand, Freeze
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.zones import Zone
    from opspolicy.timeline.timeline import Timeline

    Starts = Callable[[int, int], Sequence[int]]


class Occurrence(NamedTuple):
    """One time that something happens, in ``[start, end)`` (UTC epoch seconds).

    ``ref`` is what happens, ``which`` tells its occurrences apart: `2027-10-09`, `2027-10-09/1` for
    the second on that date, "" for what happens once. Its notices count from ``begins``.
    """

    ref: str
    which: str
    begins: int
    start: int
    end: int

    @property
    def key(self) -> str:
        """What it is known by, now and in the next run."""
        return f"{self.ref}@{self.which}"


class Occurrences:
    """What happens in a stretch of a timeline: all that reaches into it, each whole."""

    def __init__(self, timeline: Timeline, start: int, end: int) -> None:
        """Look at ``[start, end)``, which lies in the judged time of ``timeline``."""
        self.timeline = timeline
        self.when = IntervalSet([(start, end)])
        self._effects: dict[str, list[Occurrence]] = {}
        self._days: dict[tuple[str, int], Sequence[int]] = {}

    def effects(self, ref: str) -> list[Occurrence]:
        """Return when a cause does what it does to services, recovery included, in order."""
        if ref not in self._effects:
            entity = self.timeline.estate.entity(ref)
            found: list[Occurrence] = []
            if isinstance(entity, Job) and self.timeline.is_moved(entity):
                found = self._moved(entity)
            elif isinstance(entity, Job | Window):
                found = self.of(entity)
            # What goes on past that is judged up to there.
            farthest = self.timeline.horizon.farthest
            cut = (each._replace(end=min(each.end, farthest)) for each in found)
            self._effects[ref] = [each for each in cut if each.start < each.end]
        return self._effects[ref]

    def _moved(self, job: Job) -> list[Occurrence]:
        """Return the effects of a job whose runs wait, or come after others."""
        following = self.timeline.following
        assert following is not None  # noqa: S101 - it is moved
        begins: dict[int, int] = {}
        times: dict[int, Interval] = {}
        for run in following.runs[job.name]:
            for each in simulation.effects(job, [run], at_the_earliest=True):
                begins[run.nominal], times[run.nominal] = run.released, each
        return self._occurrences(job, times, self.when, begins)

    def of(self, entity: Job | Window | Freeze) -> list[Occurrence]:
        """Return the occurrences as they are declared, with recovery, whatever they do."""
        if not isinstance(entity, Job) and entity.start is not None:
            end = entity.start + (length(entity) if isinstance(entity, Window) else lasting(entity))
            once = Occurrence(entity.ref, "", entity.start, entity.start, end)
            return [once] if IntervalSet([(once.start, once.end)]) & self.when else []
        lasts = length(entity) if isinstance(entity, Job | Window) else lasting(entity)
        if entity.schedule is None or lasts <= 0:
            return []
        late = entity.late if isinstance(entity, Job) else 0
        reach = [(low - late - lasts + 1, high - late) for low, high in self.when]
        starts = entity.schedule.starts_during(reach)
        times = {at: (at + late, at + late + lasts) for at in starts}
        return self._occurrences(entity, times, self.when)

    def runs(self, job: Job, when: IntervalSet) -> list[Occurrence]:
        """Return the runs that ``Timeline.runs`` has in ``when``, one by one."""
        if self.timeline.following is not None and self.timeline.is_moved(job):
            return self._occurrences(job, self.timeline.following.each_run(job), when)
        if job.schedule is None or job.suspended:
            return []
        longest = job.longest
        reach = [(low - longest + 1, high) for low, high in when]
        starts = job.schedule.starts_during(reach, agreed=True)
        times = {at: (at + job.late, at + longest) for at in starts}
        return self._occurrences(job, times, when)

    def demands(self, job: Job, demand: Demand, when: IntervalSet) -> list[Occurrence]:
        """Return when customers come that ``Timeline.demand`` has in ``when``, run by run."""
        if self.timeline.following is not None and self.timeline.is_moved(job):
            return self._occurrences(job, self.timeline.following.each_demand(job, demand), when)
        if job.schedule is None or job.suspended:
            return []
        begins, ends = job.comes(demand)
        reach = [(low - ends + 1, high - begins) for low, high in when]
        starts = job.schedule.starts_during(reach)
        times = {at: (at + begins, at + ends) for at in starts}
        return self._occurrences(job, times, when)

    def _occurrences(
        self,
        entity: Job | Window | Freeze,
        times: dict[int, Interval],
        when: IntervalSet,
        begins: dict[int, int] | None = None,
    ) -> list[Occurrence]:
        """Return what happens at some ``times``, by nominal start, as far as it meets ``when``."""
        whole = IntervalSet(times.values()).touching(when)
        meet = [
            (at, start, end)
            for at, (start, end) in sorted(times.items())
            if start < end and start in whole and IntervalSet([(start, end)]) & when
        ]
        names = self._named(entity, [at for at, _, _ in meet])
        late = entity.late if isinstance(entity, Job) else 0
        found = [
            Occurrence(
                entity.ref, names[at], at + late if begins is None else begins[at], start, end
            )
            for at, start, end in meet
        ]
        return sorted(found, key=lambda each: (each.start, each.end, each.which))

    def _named(self, entity: Job | Window | Freeze, instants: Iterable[int]) -> dict[int, str]:
        """Return the name of each of some nominal starts: its local date, and its number on it."""
        starts, zone = self._starts(entity)
        found: dict[int, str] = {}
        for at in instants:
            day = zone.wall(at) // DAY
            if (entity.ref, day) not in self._days:
                first = zone.instant(day * DAY)
                # A day has up to 25 hours, and hardly anywhere more.
                around = starts(first, first + DAY + 2 * HOUR)
                self._days[entity.ref, day] = [
                    each for each in around if zone.wall(each) // DAY == day
                ]
            number = bisect_left(self._days[entity.ref, day], at)
            found[at] = f"{calendar_date(day)}{f'/{number}' if number else ''}"
        return found

    def _starts(self, entity: Job | Window | Freeze) -> tuple[Starts, Zone]:
        """Return what knows all nominal starts, and the zone whose dates they have."""
        if entity.schedule is not None:
            return entity.schedule.starts, entity.schedule.zone
        # A job without a schedule starts when those have that it is after.
        following = self.timeline.following
        assert isinstance(entity, Job)  # noqa: S101 - nothing else is after anything
        assert following is not None  # noqa: S101 - or it wouldn't run
        nominal = following.runs[entity.name].starts
        return (
            lambda low, high: nominal[bisect_left(nominal, low) : bisect_left(nominal, high)],
            zones.zone(self.timeline.estate.zone_of(entity.ref)),
        )


def together(sets: Sequence[Sequence[Occurrence]]) -> list[tuple[tuple[Occurrence, ...], int, int]]:
    """Return when occurrences of all of several causes happen at once, and which these are."""
    first, *rest = sets
    met: list[tuple[tuple[Occurrence, ...], int, int]] = [
        ((each,), each.start, each.end) for each in first
    ]
    for others in rest:
        ordered = sorted(others, key=lambda each: each.start)
        starts = [each.start for each in ordered]
        longest = max((each.end - each.start for each in ordered), default=0)
        met = [
            ((*parts, each), max(start, each.start), min(end, each.end))
            for parts, start, end in met
            for each in ordered[bisect_left(starts, start - longest) : bisect_left(starts, end)]
            if each.end > start
        ]
    return met
