"""When customers are first told of an outage: by the notices of what causes it."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from functools import partial

from opspolicy.estate.declarations import Job, Window
from opspolicy.record import NamedTuple
from opspolicy.rules.collisions import length, planned
from opspolicy.temporal.intervals import IntervalSet, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from opspolicy.estate.declarations import Notice
    from opspolicy.rules.base import Measure, World
    from opspolicy.timeline.cutsets import CutSet
    from opspolicy.timeline.timeline import Timeline

    Heard = tuple[IntervalSet, list["Told | None"]]

NEVER = 1 << 62
"""How long after its start customers hear of what nobody tells them: longer than any notice."""

EVER = 1 - NEVER
"""How long before its start customers have to hear of what they have to hear of at any time."""


class Told(NamedTuple):
    """The first that customers hear: when, by which notice of which cause."""

    instant: int
    ref: str
    notice: Notice


class Telling:
    """Answers for all services of one world, asking each schedule once."""

    def __init__(self, world: World, channel: str | None = None) -> None:
        """Look at the causes of ``world``, and at their notices on a ``channel``, or on any."""
        self._world = world
        self._channel = channel
        self._was = {new: old for old, new in world.renamed.items()}
        self._tellers: dict[str, Teller] = {}
        self._known: dict[str, frozenset[int]] = {}
        self._told: dict[tuple[str, tuple[str, ...]], Heard] = {}
        self._late: dict[tuple[str, tuple[str, ...], int], IntervalSet] = {}

    def teller(self, ref: str) -> Teller:
        """Return the one that knows the notices of a cause."""
        if ref not in self._tellers:
            self._tellers[ref] = Teller(self._world, ref, self._channel)
        return self._tellers[ref]

    def first(self, service: str, cut_set: CutSet, start: int) -> Told | None:
        """Return the first that a service's customers hear of the outage begun at ``start``."""
        is_new = self._is_new(service, start)
        heard = [self.teller(ref).first(start, is_new=is_new) for ref in cut_set.causes]
        return min((told for told in heard if told is not None), key=_instant, default=None)

    def unsent(self, service: str, cut_set: CutSet, start: int) -> Told | None:
        """Return the first that customers would hear, was it not due before the change."""
        if not self._is_new(service, start):
            return None
        due = [self.teller(ref).unsent(start) for ref in cut_set.causes]
        return min((told for told in due if told is not None), key=_instant, default=None)

    def _is_new(self, service: str, start: int) -> bool:
        """Whether a change makes what takes a service down at ``start``.

        What starts when it did is what was told of, under whatever name, and however long it takes.
        """
        before = self._world.before
        if before is None:
            return False
        if service not in self._known:
            known: set[int] = set()
            ref = f"service/{service}"
            name = self._was.get(ref, ref).removeprefix("service/")
            for cut_set in before.outages.cut_sets(name):
                times = [cut_set.when]
                if cut_set.truncated:
                    times += [before.causes[ref].when for ref in cut_set.causes]
                known.update(at for when in times for at, _ in when)
            self._known[service] = frozenset(known)
        return start not in self._known[service]

    def short(self, service: str, cut_set: CutSet, lead: int) -> IntervalSet:
        """Return the judged outages by a set of which nobody hears ``lead`` seconds before."""
        outages = self._world.timeline.in_judgement(cut_set.when)
        if not outages:
            return outages
        if cut_set.truncated:
            return outages.touching(self._of_crowd(service, cut_set.causes, lead))
        outages, firsts = self._heard(service, cut_set, outages)
        heard = zip(outages, firsts, strict=True)
        return IntervalSet(each for each, told in heard if _is_short(told, each[0], lead))

    def delays(self, service: str, cut_set: CutSet, short: IntervalSet) -> Measure:
        """Return how long after its start customers hear of each of the ``short`` outages.

        That is less than nothing where it is before, and NEVER where nobody tells them. Of a crowd
        it is the one of which they hear the latest.
        """
        starts = [start for start, _ in short]
        if cut_set.truncated:
            is_new = partial(self._is_new, service)
            each = [self.teller(ref).delays(short, is_new) for ref in cut_set.causes]
            return tuple(zip(starts, map(max, zip(*each, strict=True)), strict=True))
        wanted = {*starts}
        heard = zip(*self._heard(service, cut_set, short), strict=True)
        return tuple((at, _delay(told, at)) for (at, _), told in heard if at in wanted)

    def _heard(self, service: str, cut_set: CutSet, outages: IntervalSet) -> Heard:
        """Return some outages with the first that customers hear of each."""
        # Without a base, what a set is told of is the same for each service.
        key = (service if self._world.before is not None else "", cut_set.causes)
        if key not in self._told:
            first = [self.first(service, cut_set, start) for start, _ in outages]
            self._told[key] = (outages, first)
        return self._told[key]

    def _of_crowd(self, service: str, causes: tuple[str, ...], lead: int) -> IntervalSet:
        """Return when any of many causes happens of which nobody hears in time.

        Which of them take part in an outage isn't known, so that each has to tell of itself.
        """
        key = (service if self._world.before is not None else "", causes, lead)
        if key not in self._late:
            is_new = partial(self._is_new, service)
            self._late[key] = union(self.teller(ref).late(lead, is_new) for ref in causes)
        return self._late[key]


def _instant(told: Told) -> int:
    return told.instant


def _delay(told: Told | None, start: int) -> int:
    """Return how long after its start customers hear of what starts at ``start``."""
    return NEVER if told is None else told.instant - start


def _is_short(told: Told | None, start: int, lead: int) -> bool:
    """Whether customers hear less than ``lead`` seconds before what starts at ``start``."""
    return _delay(told, start) > -lead


class Teller:
    """The notices of one cause, and when each of its occurrences starts."""

    def __init__(self, world: World, ref: str, channel: str | None = None) -> None:
        """Look up when the cause ``ref`` of ``world`` happens, as far as it is told at all."""
        self.ref = ref
        self._when = world.timeline.causes[ref].when
        self._as_of = world.timeline.horizon.as_of
        entity = planned(world.estate, ref)
        # Of notices at one time any tells.
        by_time = {
            notice.at: notice
            for notice in reversed(entity.plan.notices)
            if channel in {None, notice.channel}
        }
        self._notices = [by_time[at] for at in sorted(by_time)]
        # They go out by when it was to start, however late that does.
        late = entity.late if isinstance(entity, Job) else 0
        self._times = [notice.at - late for notice in self._notices]
        spans = _as_they_go(world.timeline, entity)
        self._length = length(entity)
        self._ends: Mapping[int, int] = {}
        """When each occurrence is over, of those that don't all last equally long."""
        if spans is not None:
            self._length = max((end - start for start, end in spans), default=0)
            # Of two that start together the one that lasts longer.
            self._ends = dict(sorted(spans))
        self._starts: Sequence[int] = ()
        if self._notices:
            reach = self._when.grown(self._length - 1, 0)
            self._starts = (
                starts(world.timeline, entity, reach)
                if spans is None
                else sorted({start for start, _ in spans if start in reach})
            )

    def first(self, instant: int, *, is_new: bool) -> Told | None:
        """Return the first that customers hear of what is under way at ``instant``."""
        start = self._under_way(instant)
        return None if start is None else self._of(start, is_new=is_new)

    def unsent(self, instant: int) -> Told | None:
        """Return what customers would have heard first of what is under way at ``instant``.

        None unless it was due when nobody had planned it yet.
        """
        start = self._under_way(instant)
        if start is None:
            return None
        due = start + self._times[0]
        return Told(due, self.ref, self._notices[0]) if due < self._as_of else None

    def late(self, lead: int, is_new: Callable[[int], bool]) -> IntervalSet:
        """Return the occurrences of which nobody hears ``lead`` seconds before."""
        if not self._notices:
            return self._when
        told = ((at, self._of(at, is_new=is_new(at))) for at in self._starts)
        short = [at for at, first in told if _is_short(first, at, lead)]
        if self._ends:
            return IntervalSet([(at, self._ends[at]) for at in short])
        return IntervalSet.of_runs(short, self._length)

    def delays(self, short: IntervalSet, is_new: Callable[[int], bool]) -> list[int]:
        """Return how long after its start anybody hears of what happens in each of ``short``.

        Of several that is the latest, and of none -NEVER.
        """
        if not self._notices:
            met = {start for start, _ in short.touching(self._when)}
            return [NEVER if start in met else -NEVER for start, _ in short]
        if self._ends:
            delays = {at: _delay(self._of(at, is_new=is_new(at)), at) for at in self._starts}
            return [
                max((delays[at] for at in self._starts if at < end and self._ends[at] > start),
                    default=-NEVER)
                for start, end in short
            ]  # fmt: skip
        found: list[int] = []
        # What may be under way, earliest first, without what something later is as late as.
        under: deque[tuple[int, int]] = deque()
        first = 0
        for start, end in short:
            last = bisect_left(self._starts, end, first)
            for at in self._starts[first:last]:
                delay = _delay(self._of(at, is_new=is_new(at)), at)
                while under and under[-1][1] <= delay:
                    under.pop()
                under.append((at, delay))
            first = last
            while under and under[0][0] + self._length <= start:
                under.popleft()
            found.append(under[0][1] if under else -NEVER)
        return found

    def _under_way(self, instant: int) -> int | None:
        """Return the start of what is under way: of what overlaps, that of the first."""
        at = bisect_left(self._starts, instant - self._length + 1)
        while at < len(self._starts) and self._starts[at] <= instant:
            start = self._starts[at]
            if self._ends.get(start, instant + 1) > instant:
                return start
            at += 1
        return None

    def _of(self, start: int, *, is_new: bool) -> Told | None:
        """Return the first that customers hear of what starts at ``start``."""
        # What was due before the change that plans it can't have been sent.
        first = bisect_left(self._times, self._as_of - start) if is_new else 0
        if first == len(self._notices):
            return None
        return Told(start + self._times[first], self.ref, self._notices[first])


def _as_they_go(timeline: Timeline, entity: Job | Window) -> list[tuple[int, int]] | None:
    """Return from when to when each run of a job takes anything down, None for what is regular."""
    following = timeline.following
    if not isinstance(entity, Job) or following is None or not timeline.is_moved(entity):
        return None
    return following.effects.get(entity.name, [])


def starts(timeline: Timeline, entity: Job | Window, reach: IntervalSet) -> Sequence[int]:
    """Return the starts of a job or a window that lie in ``reach``.

    Of a job that may wait, also those for which no time is left.
    """
    if isinstance(entity, Job) and timeline.following is not None and timeline.is_moved(entity):
        runs = timeline.following.runs[entity.name]
        return sorted({run.released for run in runs if run.started and run.released in reach})
    if isinstance(entity, Window) and entity.start is not None:
        return [entity.start] if entity.start in reach else []
    if entity.schedule is None:
        return []
    late = entity.late if isinstance(entity, Job) else 0
    return [
        at + late for at in entity.schedule.starts_during([(a - late, b - late) for a, b in reach])
    ]
