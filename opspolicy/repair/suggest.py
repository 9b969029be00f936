"""The nearest safe slots: what else could be done, each judged as a whole before it is offered."""

from __future__ import annotations

from heapq import merge
from itertools import islice, repeat

from opspolicy.estate.declarations import Job, Window
from opspolicy.record import NamedTuple
from opspolicy.repair import moves
from opspolicy.repair.bans import Bans
from opspolicy.repair.edits import applied
from opspolicy.repair.moves import Between, Move
from opspolicy.repair.trial import SERIOUS, WHENEVER
from opspolicy.rules.collisions import length
from opspolicy.temporal import instants, zones
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import Moment
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from opspolicy.estate.estate import Estate
    from opspolicy.repair.bans import Ban
    from opspolicy.repair.trial import Trial
    from opspolicy.report import Finding
    from opspolicy.source.files import SourceFile

MOST = 1
"""How many slots of each sort are offered: later and earlier, by days and by less."""

MOST_REFUSED = 12
"""How many of the nearest slots are kept with what forbids them."""

MOST_JUDGED = 60
"""How many slots of one job or window are judged before the search is given up: by whole days, and
by less."""

SORTS = {moves.ONCE: 2, moves.SERIES: 4, moves.ASIDE: 4}
"""Of how many sorts the moves of a kind are; a series can also give up one occurrence."""


class Suggestion(NamedTuple):
    """A move that removes what it is for and adds nothing serious.

    ``customers`` is how many people the moved thing touches, None when nobody said. ``after`` is
    the file with the edit made. Findings that are there already may stay, and ``moving`` says how
    many of them are at other times then. Of moves that only together are a repair, this is the
    first, and each of ``then`` is judged with those before it made.
    """

    move: Move
    customers: int | None
    after: SourceFile
    moving: int = 0
    then: tuple[Suggestion, ...] = ()

    @property
    def steps(self) -> tuple[Suggestion, ...]:
        """All the moves, in their order."""
        return (self, *self.then)


class Refusal(NamedTuple):
    """A nearer move that can't be made: a ban with the time it is run into, or what is found."""

    move: Move
    ban: Ban | None
    when: IntervalSet
    finding: Finding | None = None


class Answer(NamedTuple):
    """What there is for one job or window.

    ``bans`` are all that forbid it a time. ``is_whole`` says that every slot in reach was looked
    at, ``tried`` how many there are, ``unwritten`` how many would do and can't be written as a
    small edit.
    """

    entity: Job | Window
    suggestions: tuple[Suggestion, ...]
    refusals: tuple[Refusal, ...]
    bans: tuple[Ban, ...]
    is_whole: bool
    unwritten: int = 0
    tried: int = 0


class Search:
    """The search for slots of one entity that are rid of some findings."""

    def __init__(
        self,
        trial: Trial,
        entity: Job | Window,
        targets: Sequence[Finding],
        without: Sequence[str] = (),
    ) -> None:
        """Work out what forbids the entity a time, but for the rules ``without``."""
        self.trial = trial
        self.entity = entity
        self.targets = targets
        self.within = _within(trial, entity)
        around = IntervalSet([(self.within.first, self.within.last + length(entity) + DAY)])
        self.bans = Bans(trial, entity, targets, around, without)
        self.customers = customers(trial.estate, entity)
        self.refused: list[Refusal] = []
        self.unwritten = 0
        self.tried = 0

    def candidates(self) -> Iterator[Move]:
        """Yield the moves that nothing forbids, the best first; what is refused is noted."""
        starts = sorted({at for each in self.targets for at in colliding(self.entity, each)})
        permitted = Permitted(self.trial.estate, self.entity)
        # One with an `end` of its own is longer or shorter elsewhere, where clocks change.
        is_steady = self.entity.node.find("end") is None
        is_hopeless = is_steady and not IntervalSet([self.within]) - self.bans.starts
        for move in moves.moves(self.trial.whole, self.entity, starts, self.within):
            self.tried += 1
            has_enough = len(self.refused) == MOST_REFUSED and move.kind != moves.SERIES
            if has_enough and is_hopeless and move.kind == moves.ONCE:
                return
            if has_enough and is_steady and any(at in self.bans.starts for at in move.starts):
                continue
            if not permitted(move):
                continue
            hit = next(self.bans.hits(move), None)
            if hit is None:
                yield move
            else:
                self._refuse(Refusal(move, *hit))

    def has_slot(self) -> bool:
        """Whether an occurrence as long as these is forbidden at not every time in reach."""
        entity = self.entity
        if isinstance(entity, Window) and entity.start is not None:
            return next(self.candidates(), None) is not None
        first, last = self.within
        permitted = Permitted(self.trial.estate, entity)
        lasts = _lasts(entity)
        if permitted.first is not None:
            first = max(first, permitted.first)
        if permitted.last is not None:
            last = min(last, permitted.last - lasts + 1)
        free = IntervalSet([(first, last)]) - self.bans.starts
        if permitted.hours is not None and free:
            around = free.grown(0, lasts)
            free = free - (around - permitted.hours.during(around)).grown(lasts - 1, 0)
        return bool(free)

    def judged(self, move: Move) -> Suggestion | None:
        """Return a move as a suggestion where the whole estate is the better for it."""
        after = applied(move.rewrite())
        if after is None:
            self.unwritten += 1
            return None
        outcome = self.trial.outcome(after, self.targets)
        if outcome.is_clean:
            return Suggestion(move, self.customers, after, len(outcome.moves))
        (first, *_) = (*outcome.left, *outcome.added)
        self._refuse(Refusal(move, None, first.occurrences, first))
        return None

    def answer(self, most: int = MOST) -> Answer:
        """Return the nearest slots, ``most`` of each sort."""
        found: list[Suggestion] = []
        taken: dict[tuple[object, ...], int] = {}
        tried = {True: 0, False: 0}
        is_whole = True
        for move in self.candidates():
            sort = _sort(move)
            if taken.get(sort, 0) == most:
                continue
            by_days = not move.shift % DAY
            if tried[by_days] == MOST_JUDGED:
                is_whole = False
                if min(tried.values()) == MOST_JUDGED:
                    break
                continue
            tried[by_days] += 1
            suggestion = self.judged(move)
            if suggestion is not None:
                found.append(suggestion)
                taken[sort] = taken.get(sort, 0) + 1
                if len(taken) == SORTS[move.kind] and min(taken.values()) == most:
                    break
        return Answer(
            self.entity,
            tuple(found),
            tuple(self.refused),
            tuple(self.bans.all),
            is_whole,
            self.unwritten,
            self.tried,
        )

    def _refuse(self, refusal: Refusal) -> None:
        if len(self.refused) < MOST_REFUSED:
            self.refused.append(refusal)


def of_findings(trial: Trial, targets: Sequence[Finding], most: int = MOST) -> list[Answer]:
    """Return what there is for each party of some findings that could move."""
    return [each.answer(most) for each in _searches(trial, targets)]


def of_entity(trial: Trial, ref: str, targets: Sequence[Finding], most: int = MOST) -> list[Answer]:
    """Return what there is for one job or window to be rid of all findings it is part of."""
    entity = trial.estate.entity(ref)
    if not isinstance(entity, Job | Window):
        return []
    return [Search(trial, entity, targets).answer(most)]


def nearest(searches: Sequence[Search], most: int) -> Suggestion | None:
    """Return the best slot that any of some searches finds, judging ``most`` moves at most."""
    candidates = [zip(repeat(each), each.candidates()) for each in searches]
    ranked = merge(*candidates, key=lambda pair: _rank(pair[1], pair[0].customers))
    for search, move in islice(ranked, most):
        found = search.judged(move)
        if found is not None:
            return found
    return None


def parties(finding: Finding) -> list[str]:
    """Return who could move to be rid of a finding: its causes, and what is hurt and is planned."""
    if finding.rule in WHENEVER or not finding.causes:
        return []
    hurt = [ref for ref in finding.subjects if ref.startswith(("job/", "maintenance_window/"))]
    return list(dict.fromkeys([*finding.causes, *hurt]))


def about(trial: Trial, ref: str) -> list[Finding]:
    """Return the serious findings, but for waived ones, that moving ``ref`` could be rid of."""
    serious = [each for each in trial.findings if each.severity in SERIOUS]
    return [each for each in serious if each.waived_by is None and ref in parties(each)]


def _searches(trial: Trial, targets: Sequence[Finding]) -> list[Search]:
    return [Search(trial, each, targets) for each in movable(trial, targets)]


def movable(trial: Trial, targets: Sequence[Finding]) -> list[Job | Window]:
    """Return all that could move to be rid of some findings."""
    refs = dict.fromkeys(ref for each in targets for ref in parties(each))
    found = [trial.estate.entity(ref) for ref in refs]
    return [each for each in found if isinstance(each, Job | Window)]


def _sort(move: Move) -> tuple[object, ...]:
    """Return what tells moves of one sort from others: once there is one, the next says little."""
    by_days = bool(move.shift % DAY) if move.kind == moves.SERIES else None
    return move.kind, move.shift > 0, by_days


def rank(suggestion: Suggestion) -> tuple[object, ...]:
    """Return what suggestions are ranked by: shift, then customers, unknown ones last."""
    return _rank(suggestion.move, suggestion.customers)


def _rank(move: Move, touched: int | None) -> tuple[object, ...]:
    return (moves.rank(move), touched is None, touched or 0, move.shift < 0, move.ref)


def best(answers: Iterable[Answer]) -> list[Suggestion]:
    """Return the suggestions of all answers, the best first."""
    return sorted((each for answer in answers for each in answer.suggestions), key=rank)


def colliding(entity: Job | Window, finding: Finding) -> Iterator[int]:
    """Yield the starts of an entity that have a part in a finding."""
    if isinstance(entity, Window) and entity.start is not None:
        yield entity.start
        return
    if entity.schedule is None:
        return
    spans = [(0, length(entity))] if entity.ref in finding.causes else _spans(entity, finding)
    for begins, ends in spans:
        for start, end in finding.occurrences:
            yield from entity.schedule.starts(start - ends + 1, end - begins)


def _spans(entity: Job | Window, finding: Finding) -> list[tuple[int, int]]:
    """Return from when to when after a job's start a finding is about it."""
    if not isinstance(entity, Job):
        return []
    if finding.rule != "outage-during-induced-demand":
        return [(0, entity.longest)]
    return [
        entity.comes(each)
        for each in entity.induces_demand
        if f"service/{each.service}" in finding.subjects
    ]


def customers(estate: Estate, entity: Job | Window) -> int | None:
    """Return how many people a job or window touches: its own, else those of what it takes down."""
    if isinstance(entity, Job) and entity.customers is not None:
        return entity.customers
    known = [
        service.customers
        for each in estate.graph.above(entity.takes_down)
        if (service := estate.services.get(each)) is not None and service.customers is not None
    ]
    return max(known, default=None)


def _within(trial: Trial, entity: Job | Window) -> Between:
    """Return the starts to look at: from now to the horizon's end, or as far as it is now."""
    horizon = trial.timeline.horizon
    last = horizon.until
    if isinstance(entity, Window) and entity.start is not None and entity.start >= last:
        last = min(entity.start + 8 * DAY, horizon.farthest)
    return Between(horizon.as_of, last)


class Permitted:
    """Whether `movable` permits a move: not before, not after, only while a calendar is open."""

    def __init__(self, estate: Estate, entity: Job | Window) -> None:
        """Read the bounds of ``entity``, dates and readings in its own zone."""
        movable = entity.plan.movable
        zone = zones.zone(entity.timezone or "UTC")
        self.hours = None
        self.first = self.last = None
        if movable is not None:
            self.first = _edge(movable.earliest, zone, last=False)
            self.last = _edge(movable.latest, zone, last=True)
            self.hours = estate.hours(movable.only_in)

    def __call__(self, move: Move) -> bool:
        """Whether all that moves lies within the bounds."""
        lasts = _lasts(move.entity)
        when = IntervalSet([(at, at + lasts) for at in move.starts])
        if self.first is not None and when.start < self.first:
            return False
        if self.last is not None and when.end > self.last:
            return False
        return self.hours is None or not when - self.hours.during(when)


def _lasts(entity: Job | Window) -> int:
    """Return how long something takes, without recovery, in seconds."""
    return max(length(entity) - entity.plan.recovery, 1)


def _edge(text: str | None, zone: zones.Zone, *, last: bool) -> int | None:
    if text is None:
        return None
    if len(text) > len("2027-10-09"):
        return instants.parse_moment(text).instant(zone)
    return Moment((instants.parse_date(text) + last) * DAY).instant(zone)
