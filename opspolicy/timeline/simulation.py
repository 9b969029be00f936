"""How runs go that wait, come after others or get in their own way, against given outages.

A run has an earliest and a latest course: without any random delay and as long as is expected, and
with all of the delay and as long as on the slow day. Both meet the same outages, so that what
happens between the two is all that can happen. docs/language.md, "Runs", says it in full.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise

from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opspolicy.estate.declarations import Job
    from opspolicy.temporal.intervals import Interval, IntervalSet

DONE = "done"
FAILED = "failed"
UNFINISHED = "unfinished"
KILLED = "killed"
SKIPPED = "skipped"
UNRELEASED = "unreleased"
"""What becomes of a run: it ends, it meets an outage or what it is after isn't done, it isn't over
when the judged time is, the next one takes its place, it isn't started as the former one still
runs, or it never starts as what it is after is never done."""

FAR = 1 << 62
"""Longer than any time between two runs."""

NOT_STARTED = frozenset((SKIPPED, UNRELEASED))


class Run(NamedTuple):
    """How a run goes; all instants are UTC epoch seconds.

    It is released between ``released`` and ``latest``, makes its first progress between ``first``
    and ``latest_first``, and ends between ``earliest_end`` and ``end``. One that never ends has its
    limit there, which is the end of the time that is followed. ``before`` are the jobs that it is
    after, each with the nominal start of the run in question.
    """

    nominal: int
    released: int
    latest: int
    first: int
    latest_first: int
    earliest_end: int
    end: int
    outcome: str
    limit: int
    before: tuple[tuple[str, int], ...] = ()

    @property
    def started(self) -> bool:
        """Whether there is such a run at all."""
        return self.outcome not in NOT_STARTED

    @property
    def ends(self) -> bool:
        """Whether it comes to an end of its own."""
        return self.outcome in {DONE, FAILED}


class Offsets(NamedTuple):
    """How long after its nominal start a run gets where, as long as nothing is in its way."""

    released: int
    latest: int
    first: int
    latest_first: int
    earliest_end: int
    end: int


class Runs:
    """The runs of a job by nominal start: most of them go like all others, and those that don't.

    Years of nights are the same night, so that only what happens in some of them is kept one by
    one. Without ``calm`` offsets each run is.
    """

    __slots__ = ("_after", "_limits", "calm", "special", "starts")

    def __init__(
        self,
        starts: Sequence[int],
        calm: Offsets | None = None,
        special: Mapping[int, Run] = {},
        after: Sequence[tuple[str, Runs]] = (),
        limits: Sequence[Interval] = (),
    ) -> None:
        """Hold the runs with these nominal ``starts``, sorted, of a job that is ``after`` others.

        ``limits`` are the stretches of the time that is followed.
        """
        self.starts = starts
        self.calm = calm
        self.special = special
        self._after = after
        self._limits = limits

    def __iter__(self) -> Iterator[Run]:
        """Yield all runs, skipped ones among them."""
        return (self.at(start) for start in self.starts)

    def at(self, nominal: int) -> Run:
        """Return the run of a nominal start; there must be one."""
        found = self.special.get(nominal)
        if found is not None:
            return found
        assert self.calm is not None  # noqa: S101 - without offsets all are special
        times = [nominal + offset for offset in self.calm]
        latest = [(name, runs.latest_start(nominal)) for name, runs in self._after]
        before = tuple((name, start) for name, start in latest if start is not None)
        return Run._make((nominal, *times, DONE, limit(self._limits, nominal), before))

    def latest(self, instant: int) -> Run | None:
        """Return the latest run, but for skipped ones, that starts at or before an instant."""
        start = self.latest_start(instant)
        return None if start is None else self.at(start)

    def latest_start(self, instant: int) -> int | None:
        """Return the nominal start of that run."""
        at = bisect_right(self.starts, instant)
        while at and self._is_skipped(self.starts[at - 1]):
            at -= 1
        return self.starts[at - 1] if at else None

    def _is_skipped(self, nominal: int) -> bool:
        run = self.special.get(nominal)
        return run is not None and run.outcome == SKIPPED

    def following(self, nominal: int) -> Run | None:
        """Return the next run after a nominal start, but no skipped one."""
        at = bisect_right(self.starts, nominal)
        while at < len(self.starts) and self._is_skipped(self.starts[at]):
            at += 1
        return self.at(self.starts[at]) if at < len(self.starts) else None

    @property
    def has_skipped(self) -> bool:
        """Whether any run is skipped."""
        return any(run.outcome == SKIPPED for run in self.special.values())


class Blocked:
    """The time at which a job can't go on, for what it requires is down."""

    def __init__(self, when: IntervalSet) -> None:
        """Take the time ``when`` anything required is down."""
        self.when = when
        self._starts = [start for start, _ in when]
        self._ends = [end for _, end in when]

    def __iter__(self) -> Iterator[Interval]:
        """Yield from when to when."""
        return iter(self.when)

    def meets(self, start: int, end: int) -> bool:
        """Whether anything required is down at any time in ``[start, end)``."""
        at = bisect_right(self._ends, start)
        return at < len(self._starts) and self._starts[at] < end

    def progress(self, start: int, need: int, limit: int) -> tuple[int | None, int | None]:
        """Return when work released at ``start`` goes on first, and when it is done.

        It takes ``need`` seconds in which all that is required is up; None for what isn't so by
        ``limit``.
        """
        at, first = start, None
        position = bisect_right(self._ends, at)
        while at < limit:
            free = position == len(self._starts)
            if not free and self._starts[position] <= at:
                at = self._ends[position]
                position += 1
                continue
            first = at if first is None else first
            until = limit if free else min(self._starts[position], limit)
            if at + need <= until:
                return first, at + need
            need -= until - at
            at = until
        return first, None


class Course(NamedTuple):
    """What decides how a job's runs go.

    ``after`` are the runs of each job that it is after, in their order. ``limits`` are the
    stretches of the time that is followed.
    """

    job: Job
    blocked: Blocked
    after: Sequence[tuple[str, Runs]]
    limits: Sequence[Interval]


NO_RUNS = Runs(())
"""Those of a job that isn't followed, or doesn't run."""


def limit(limits: Sequence[Interval], instant: int) -> int:
    """Return the end of the stretch that an instant is in."""
    return limits[bisect_right(limits, instant, key=_begin) - 1][1]


def _begin(stretch: Interval) -> int:
    return stretch[0]


def _before(after: Sequence[tuple[str, Runs]], nominal: int) -> list[tuple[str, Run]]:
    """Return the runs that the one of a nominal start is after."""
    found = [(name, runs.latest(nominal)) for name, runs in after]
    return [(name, run) for name, run in found if run is not None]


def _names(before: Sequence[tuple[str, Run]]) -> tuple[tuple[str, int], ...]:
    return tuple((name, run.nominal) for name, run in before)


def follow(course: Course, starts: Sequence[int], gaps: Gaps) -> Runs:
    """Return how the runs of a job go that has these nominal ``starts``."""
    calm = _calm(course, starts)
    special = starts if calm is None else _special(course, starts, calm, gaps)
    found = {start: _run(course, start) for start in special}
    runs = Runs(starts, calm, found, course.after, course.limits)
    if course.job.concurrency == "allow" or not _may_overlap(course, runs, gaps):
        return runs
    return Runs(starts, None, _one_at_a_time(course, runs), course.after, course.limits)


def _calm(course: Course, starts: Sequence[int]) -> Offsets | None:
    """Return how runs go with nothing in their way; None where each is another matter."""
    job = course.job
    released, latest = job.late, job.late + job.delay
    if job.schedule is None:
        # What starts by one schedule is the same list of starts.
        offsets = [runs.calm for _, runs in course.after if runs.starts is starts]
        if not offsets or len(offsets) < len(course.after) or None in offsets:
            return None
        known = [each for each in offsets if each is not None]
        released = max(each.earliest_end for each in known)
        latest = max(each.end for each in known)
    earliest_end, end = released + (job.duration or 0), latest + job.slow_day
    return Offsets(released, latest, released, latest, earliest_end, end)


def _special(course: Course, starts: Sequence[int], calm: Offsets, gaps: Gaps) -> Iterable[int]:
    """Return the nominal starts of runs that may have anything in their way."""
    job = course.job
    found: set[int] = set()

    def between(low: int, high: int) -> Sequence[int]:
        return starts[bisect_left(starts, low) : bisect_left(starts, high)]

    for start, end in course.blocked:
        found.update(between(start - calm.end + 1, end - calm.released))
    if job.waits:
        for begin, end in course.limits:
            found.update(between(max(begin, end - calm.end + 1), end))
    for _, runs in course.after:
        if job.schedule is None:
            found.update(runs.special)
            continue
        for nominal in runs.special:
            at = bisect_right(runs.starts, nominal)
            end = runs.starts[at] if at < len(runs.starts) else course.limits[-1][1]
            found.update(between(nominal, end))
        if runs.calm is not None:
            # It has to have ended when this one starts, in the earliest course and in the latest.
            need = runs.calm.end - calm.released
            if job.may_wait:
                need = max(runs.calm.earliest_end - calm.released, runs.calm.end - calm.latest)
            found.update(gaps.shorter(runs.starts, starts, need))
    return sorted(found)


class Gaps:
    """How long before each start of one list the latest one of another is, worked out once."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[tuple[int, int], tuple[list[int], Sequence[int], Sequence[int]]] = {}
        self._shortest: dict[int, tuple[int, Sequence[int]]] = {}

    def shorter(self, before: Sequence[int], starts: Sequence[int], need: int) -> Iterable[int]:
        """Return the ``starts`` to which the latest one ``before`` is nearer than ``need``."""
        key = (id(before), id(starts))
        if key not in self._known:
            gaps = []
            for start in starts:
                at = bisect_right(before, start)
                gaps.append(start - before[at - 1] if at else FAR)
            # Kept with the lists, so that what they are known by stays theirs.
            self._known[key] = (gaps, before, starts)
        gaps = self._known[key][0]
        if not gaps or min(gaps) >= need:
            return ()
        return [start for start, gap in zip(starts, gaps, strict=True) if gap < need]

    def shortest(self, starts: Sequence[int]) -> int:
        """Return the shortest time between two starts that follow each other."""
        if id(starts) not in self._shortest:
            shortest = min((b - a for a, b in pairwise(starts)), default=FAR)
            self._shortest[id(starts)] = (shortest, starts)
        return self._shortest[id(starts)][0]


def _run(course: Course, nominal: int) -> Run:
    """Return how the run of a nominal start goes, as if there was no other of its job."""
    job = course.job
    until = limit(course.limits, nominal)
    preceding = _before(course.after, nominal)
    names = _names(preceding)
    # Most runs are neither late nor delayed; then both courses share one number.
    released = nominal + job.late if job.late else nominal
    latest = released + job.delay if job.delay else released
    start = released
    failed = False
    if not job.may_wait:
        failed = any(run.outcome != DONE or run.end > start for _, run in preceding)
    elif preceding:
        if any(run.outcome != DONE for _, run in preceding):
            never = (until,) * 6
            return Run._make((nominal, *never, UNRELEASED, until, names))
        earliest = max(run.earliest_end for _, run in preceding)
        last = max(run.end for _, run in preceding)
        released = earliest if job.schedule is None else max(released, earliest)
        latest = last if job.schedule is None else max(latest, last)
    if not job.waits:
        end = latest + job.slow_day
        failed = failed or course.blocked.meets(released, end)
        outcome = FAILED if failed else DONE
        earliest_end = released + (job.duration or 0)
        return Run(
            nominal, released, latest, released, latest, earliest_end, end, outcome, until, names
        )
    first, _ = course.blocked.progress(released, 1, until)
    _, earliest_done = course.blocked.progress(released, job.duration or 0, until)
    latest_first, done = course.blocked.progress(latest, job.slow_day, until)
    outcome = DONE if done is not None else UNFINISHED
    return Run(
        nominal, released, latest,
        _or(first, until), _or(latest_first, until),
        _or(earliest_done, until), _or(done, until),
        outcome, until, names,
    )  # fmt: skip


def _or(instant: int | None, until: int) -> int:
    return until if instant is None else instant


def _begins(job: Job, run: Run) -> int:
    """Return when a run counts as begun to the others of its job, at the latest if it may wait."""
    return run.latest if job.may_wait else run.released


def _may_overlap(course: Course, runs: Runs, gaps: Gaps) -> bool:
    """Whether any run may not have ended when the next one starts."""
    calm = runs.calm
    if calm is None:
        return True
    begin = calm.latest if course.job.may_wait else calm.released
    if gaps.shortest(runs.starts) < calm.end - begin:
        return True
    for nominal, run in runs.special.items():
        if run.outcome == UNRELEASED:
            return True
        at = bisect_left(runs.starts, nominal)
        begins = _begins(course.job, run)
        if at and runs.starts[at - 1] + calm.end > begins:
            return True
        # Of two special runs in a row, the latter one is held against the former here.
        if at + 1 < len(runs.starts):
            after = runs.starts[at + 1]
            next_run = runs.special.get(after)
            next_begins = after + begin if next_run is None else _begins(course.job, next_run)
            if max(run.end, begins) > next_begins:
                return True
    return False


def _one_at_a_time(course: Course, runs: Runs) -> dict[int, Run]:
    """Return runs with those marked that their job skips, and those cut short that it kills."""
    job = course.job
    found = {run.nominal: run for run in runs}
    begun = sorted(
        (_begins(job, run), nominal) for nominal, run in found.items() if run.outcome != UNRELEASED
    )
    former: int | None = None
    for begins, nominal in begun:
        if former is not None and found[former].end > begins:
            if job.concurrency == "forbid":
                found[nominal] = found[nominal]._replace(outcome=SKIPPED)
                continue
            found[former] = _killed(found[former], begins)
        former = nominal
    return found


def _killed(run: Run, instant: int) -> Run:
    """Return a run that the next one takes the place of."""
    return run._replace(
        earliest_end=min(run.earliest_end, instant),
        first=min(run.first, instant),
        latest_first=min(run.latest_first, instant),
        end=instant,
        outcome=KILLED,
    )


def nominal_starts(after: Sequence[tuple[str, Runs]]) -> Sequence[int]:
    """Return the nominal starts of a job without a schedule, by the runs that it is after.

    One for each run of the first job, with the nearest run of each other, of those before the next
    run of the first: the latest of theirs. So each run of the first is followed by one.
    """
    if not after:
        return []
    (_, first), *_ = after
    if all(runs.starts is first.starts for _, runs in after) and not first.has_skipped:
        return first.starts
    known = [
        [start for start in runs.starts if runs.latest_start(start) == start] for _, runs in after
    ]
    own, *others = known
    return [
        max(start, *(_nearest(starts, start, end) for starts in others)) if others else start
        for start, end in zip(own, [*own[1:], FAR], strict=False)
    ]


def _nearest(starts: Sequence[int], instant: int, end: int) -> int:
    """Return the one of sorted ``starts`` before ``end`` nearest to an instant, else that itself.

    Of two that are equally near it is the earlier one.
    """
    at = bisect_right(starts, instant)
    near = [start for start in starts[max(at - 1, 0) : at + 1] if start < end]
    return min(near, key=lambda start: (abs(start - instant), start), default=instant)


def effects(job: Job, runs: Iterable[Run], *, at_the_earliest: bool) -> list[Interval]:
    """Return from when to when each run of a job that may wait has its effects, with recovery.

    It is certain only from their latest release on that they have any, and that is what other runs
    meet. What is told of is what may happen ``at_the_earliest``.
    """
    recovery = job.plan.recovery
    return [
        (begins, run.end + (0 if run.outcome == UNFINISHED else recovery))
        for run in runs
        if run.started and (begins := run.released if at_the_earliest else run.latest) < run.end
    ]
