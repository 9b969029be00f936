"""When customers are first told of an outage: by the notices of what causes it."""

from __future__ import annotations

from bisect import bisect_left

from opspolicy.estate.declarations import Job, Window
from opspolicy.record import NamedTuple
from opspolicy.rules.collisions import length, planned
from opspolicy.temporal.intervals import IntervalSet, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeGuard

    from opspolicy.estate.declarations import Entity, Notice
    from opspolicy.rules.base import World
    from opspolicy.timeline.cutsets import CutSet


class Told(NamedTuple):
    """The first that customers hear: when, by which notice of which cause."""

    instant: int
    ref: str
    notice: Notice


class Telling:
    """Answers for all services of one world, asking each schedule once."""

    def __init__(self, world: World) -> None:
        """Look at the causes of ``world``."""
        self._world = world
        self._tellers: dict[str, Teller] = {}
        self._told: dict[tuple[str, ...], tuple[IntervalSet, list[Told | None]]] = {}
        self._late: dict[tuple[tuple[str, ...], int], IntervalSet] = {}

    def teller(self, ref: str) -> Teller:
        """Return the one that knows the notices of a cause."""
        if ref not in self._tellers:
            self._tellers[ref] = Teller(self._world, ref)
        return self._tellers[ref]

    def first(self, cut_set: CutSet, start: int) -> Told | None:
        """Return the first that customers hear of the outage that a set begins at ``start``."""
        heard = [self.teller(ref).first(start) for ref in cut_set.causes]
        return min((told for told in heard if told is not None), key=_instant, default=None)

    def unsent(self, cut_set: CutSet, start: int) -> Told | None:
        """Return the first that customers would hear, was it not due before the change."""
        due = [self.teller(ref).unsent(start) for ref in cut_set.causes]
        return min((told for told in due if told is not None), key=_instant, default=None)

    def short(self, cut_set: CutSet, lead: int) -> IntervalSet:
        """Return the judged outages by a set of which nobody hears ``lead`` seconds before."""
        outages = self._world.timeline.in_judgement(cut_set.when)
        if not outages:
            return outages
        if cut_set.truncated:
            return outages.touching(self._of_crowd(cut_set.causes, lead))
        if cut_set.causes not in self._told:
            first = [self.first(cut_set, start) for start, _ in outages]
            self._told[cut_set.causes] = (outages, first)
        outages, firsts = self._told[cut_set.causes]
        heard = zip(outages, firsts, strict=True)
        return IntervalSet(each for each, told in heard if _is_short(told, each[0], lead))

    def _of_crowd(self, causes: tuple[str, ...], lead: int) -> IntervalSet:
        """Return when any of many causes happens of which nobody hears in time.

        Which of them take part in an outage isn't known, so that each has to tell of itself.
        """
        if (causes, lead) not in self._late:
            self._late[causes, lead] = union(self.teller(ref).late(lead) for ref in causes)
        return self._late[causes, lead]


def _instant(told: Told) -> int:
    return told.instant


def _is_short(told: Told | None, start: int, lead: int) -> bool:
    """Whether customers hear less than ``lead`` seconds before what starts at ``start``."""
    return told is None or told.instant > start - lead


class Teller:
    """The notices of one cause, and when each of its occurrences starts."""

    def __init__(self, world: World, ref: str) -> None:
        """Look up when the cause ``ref`` of ``world`` happens, as far as it is told at all."""
        self.ref = ref
        self._when = world.timeline.causes[ref].when
        self._as_of = world.timeline.horizon.as_of
        entity = planned(world.estate, ref)
        # Of notices at one time any tells.
        by_time = {notice.at: notice for notice in reversed(entity.plan.notices)}
        self._notices = [by_time[at] for at in sorted(by_time)]
        self._times = [notice.at for notice in self._notices]
        self._length = length(entity)
        self._starts: Sequence[int] = ()
        self._known: frozenset[int] | None = None
        if self._notices:
            reach = self._when.grown(self._length - 1, 0)
            self._starts = _starts(entity, reach)
            if world.before is not None:
                earlier = world.before.estate.entity(ref)
                self._known = frozenset(_starts(earlier, reach) if _takes_down(earlier) else ())

    def first(self, instant: int) -> Told | None:
        """Return the first that customers hear of what is under way at ``instant``."""
        start = self._under_way(instant)
        return None if start is None else self._of(start)

    def unsent(self, instant: int) -> Told | None:
        """Return what customers would have heard first of what is under way at ``instant``.

        None unless it was due when nobody had planned it yet.
        """
        start = self._under_way(instant)
        if start is None or not self._is_new(start):
            return None
        due = start + self._times[0]
        return Told(due, self.ref, self._notices[0]) if due < self._as_of else None

    def late(self, lead: int) -> IntervalSet:
        """Return the occurrences of which nobody hears ``lead`` seconds before."""
        if not self._notices:
            return self._when
        short = [at for at in self._starts if _is_short(self._of(at), at, lead)]
        return IntervalSet.of_runs(short, self._length)

    def _under_way(self, instant: int) -> int | None:
        """Return the start of what is under way: of what overlaps, that of the first."""
        at = bisect_left(self._starts, instant - self._length + 1)
        if at == len(self._starts) or self._starts[at] > instant:
            return None
        return self._starts[at]

    def _of(self, start: int) -> Told | None:
        """Return the first that customers hear of what starts at ``start``."""
        # What was due before the change that plans it can't have been sent.
        first = bisect_left(self._times, self._as_of - start) if self._is_new(start) else 0
        if first == len(self._notices):
            return None
        notice = self._notices[first]
        return Told(start + notice.at, self.ref, notice)

    def _is_new(self, start: int) -> bool:
        return self._known is not None and start not in self._known


def _takes_down(entity: Entity | None) -> TypeGuard[Job | Window]:
    """Whether something takes services down at all."""
    if isinstance(entity, Job):
        return bool(entity.takes_down) and not entity.suspended
    return isinstance(entity, Window) and bool(entity.takes_down)


def _starts(entity: Job | Window, reach: IntervalSet) -> list[int]:
    """Return the starts of a cause that lie in ``reach``."""
    if isinstance(entity, Window) and entity.start is not None:
        return [entity.start] if entity.start in reach else []
    return entity.schedule.starts_during(reach) if entity.schedule is not None else []
