"""Follows the runs of jobs forward in time: what waits, goes on, is skipped, killed, or never starts.

From one instant at which something can change to the next, nothing does. So at each of them, job
after job, predecessors first: runs end, then runs start, and then it is seen which services are
down by what goes on at this instant, and so which jobs get ahead until the next one. Nothing is
ever taken back.

A run is followed as on its slow day; what its fast day would have been is asked afterwards.
"""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile, zip_longest

Stretch = tuple[int, int]

PENDING, GOING, DONE = "pending", "going", "done"
FAILED, KILLED, UNFINISHED, NEVER = "failed", "killed", "unfinished", "never"
SKIPPED = "skipped"
LOST = {FAILED, KILLED, UNFINISHED, NEVER}
"""What becomes of runs that are never done."""


@dataclass(eq=False)
class Run:
    """A run: of what nominal start, until when it may wait, and what has become of it."""

    job: "Job"
    start: int
    limit: int
    fate: str = PENDING
    predecessors: list["Run"] = field(default_factory=list)
    released: int | None = None
    """When it starts at the latest, its delay included."""
    end: int | None = None
    left: int = 0
    """How many seconds of progress it still needs, if it waits for what it requires."""
    progressed: int | None = None
    """When it first got ahead."""
    held: int = 0
    """Until when it has waited for a run that was skipped in the end."""
    too_early: bool = False
    """Whether it has started before a predecessor was done."""

    @property
    def last(self) -> int:
        """When it ends, or until when it is waited for if it never does."""
        return self.limit if self.end is None else self.end

    @property
    def recovered(self) -> int:
        """When its effects are over."""
        return self.last + (0 if self.fate == UNFINISHED else self.job.recovery)


@dataclass(eq=False)
class Job:
    """A job, its nominal starts (none without a schedule), and its runs by nominal start."""

    name: str
    starts: list[int] = field(default_factory=list)
    scheduled: bool = True
    waits: bool = False
    concurrency: str = "allow"
    after: list[str] = field(default_factory=list)
    requires: frozenset[str] = frozenset()
    delay: int = 0
    slow: int = 1
    fast: int = 0
    recovery: int = 0
    runs: list[Run] = field(default_factory=list)
    pending: list[Run] = field(default_factory=list)
    """Its runs of which it isn't known yet what becomes of them, by nominal start."""
    open: list[Run] = field(default_factory=list)
    """Its runs that have started and not ended."""
    recovered: int = 0
    """When the effects of its runs that have ended are over."""
    blocked: list[Stretch] = field(default_factory=list)
    """When something it requires is down by something else than its own runs."""

    @property
    def is_plain(self) -> bool:
        """Whether its runs start on time, come what may."""
        return self.scheduled and not self.waits

    @property
    def is_steady(self) -> bool:
        """Whether neither outages nor other runs change when its runs start and end."""
        return self.is_plain and self.concurrency == "allow"

    def counting(self) -> list[Run]:
        """Give its runs but those that are skipped."""
        return [run for run in self.runs if run.fate != SKIPPED]

    def latest(self, instant: int) -> Run | None:
        """Give its latest run with a nominal start up to an instant that isn't skipped."""
        at = bisect_right(self.runs, instant, key=lambda run: run.start)
        return next((run for run in reversed(self.runs[:at]) if run.fate != SKIPPED), None)


@dataclass
class Chains:
    """All jobs, predecessors first, and what is planned whatever they do.

    `planned` has the stretches in which each other cause has effects, `down` gives the services
    that are down by some causes. With `given`, outages are what they are: for each job when
    something it requires is down.
    """

    jobs: dict[str, Job]
    followed: list[Stretch]
    planned: Mapping[str, list[Stretch]]
    down: Callable[[frozenset[str]], frozenset[str]]
    given: Mapping[str, list[Stretch]] | None = None

    def follow(self) -> None:
        """Step from each instant at which something may change to the next."""
        planned = {cause: merged(stretches) for cause, stretches in self.planned.items()}
        self.agenda = sorted(
            {
                *(edge for stretch in self.followed for edge in stretch),
                *(edge for each in planned.values() for stretch in each for edge in stretch),
                *(start for job in self.jobs.values() for start in job.starts),
                *(start + job.delay for job in self.jobs.values() for start in job.starts),
                *(edge for each in (self.given or {}).values() for span in each for edge in span),
            }
        )
        for job in self.jobs.values():
            self.expect_runs(job)
        before: int | None = None
        blocked: set[str] = set()
        while self.agenda:
            now = heapq.heappop(self.agenda)
            if before is not None:
                if now == before:
                    continue
                self.get_ahead(before, now, blocked)
            self.turn(now)
            blocked = self.blocked_at(now, planned)
            for job in self.jobs.values():
                if job.waits and job.name not in blocked:
                    for run in job.open:
                        heapq.heappush(self.agenda, now + run.left)
            before = now

    # Which runs there are.

    def expect_runs(self, job: Job) -> None:
        """Expect the runs that a job has, as far as anybody knows by now; what has run stays."""
        known = {run.start: run for run in job.runs}
        kept = [run for run in job.runs if run.released is not None or run.fate == SKIPPED]
        due = {*(job.starts if job.scheduled else self.nominal_starts(job))}
        due -= {run.start for run in kept}
        job.pending = [
            known.get(start) or Run(job, start, self.limit(start)) for start in sorted(due)
        ]
        for run in job.pending:
            run.fate, run.end = PENDING, None
        job.runs = sorted(kept + job.pending, key=lambda run: run.start)

    def nominal_starts(self, job: Job) -> list[int]:
        """Give when a job without a schedule runs, by the runs of its predecessors.

        One run for each of the first one's, together with those of the others nearest to it, of
        those before the next of the first one's.
        """
        first, *others = ([run.start for run in self.jobs[name].counting()] for name in job.after)
        if not others:
            return first
        found = []
        for at, following in zip(first, [*first[1:], None], strict=False):
            before = [
                [each for each in other if following is None or each < following]
                for other in others
            ]
            found.append(max([at, *(nearest(each, at) for each in before if each)]))
        return found

    def limit(self, start: int) -> int:
        """Give the end of the followed stretch in which something starts."""
        return next(end for begin, end in self.followed if begin <= start < end)

    def predecessors(self, job: Job, start: int) -> list[Run]:
        """Give the runs that a run comes after."""
        found = (self.jobs[name].latest(start) for name in job.after)
        return [run for run in found if run is not None]

    # What happens at an instant.

    def turn(self, now: int) -> None:
        """End and start what ends and starts at an instant."""
        reconsidered: set[str] = set()
        for job in self.jobs.values():
            for run in list(job.open):
                self.end_if_due(job, run, now)
            if not job.scheduled and reconsidered & {*job.after}:
                self.expect_runs(job)
                reconsidered.add(job.name)
            for run in list(takewhile(lambda run: run.start <= now, job.pending)):
                self.start_if_due(job, run, now)
                if run.fate != PENDING:
                    job.pending.remove(run)
                if run.fate == SKIPPED:
                    reconsidered.add(job.name)

    def end_if_due(self, job: Job, run: Run, now: int) -> None:
        """End a run that has done its work, or has no time left for it."""
        assert run.released is not None
        if job.waits:
            if run.left == 0:
                self.finish(job, run, now, DONE)
            elif now >= run.limit:
                self.finish(job, run, run.limit, UNFINISHED)
        elif now == run.released + job.slow:
            cut_off = next(ups(job, fast_release(run), now), None) != (fast_release(run), now)
            self.finish(job, run, now, FAILED if cut_off or run.too_early else DONE)

    def finish(self, job: Job, run: Run, end: int, fate: str) -> None:
        """Put down how a run has ended, and that its effects last a while longer."""
        run.end, run.fate = end, fate
        if run in job.open:
            job.open.remove(run)
            if job.is_plain or (run.released or 0) < end:
                job.recovered = max(job.recovered, run.recovered)
                heapq.heappush(self.agenda, run.recovered)

    def start_if_due(self, job: Job, run: Run, now: int) -> None:
        """Start a run, or give it up, once that is known."""
        before = self.predecessors(job, run.start)
        if job.is_plain:
            run.predecessors = before
            run.too_early = any(each.fate != DONE for each in before)
            self.start(job, run, now, now + job.delay)
        elif any(each.fate in LOST for each in before):
            run.fate = NEVER
        elif job.waits and now >= run.limit:
            run.predecessors = before
            self.finish(job, run, run.limit, UNFINISHED)
        elif now >= run.start + job.delay and all(each.fate == DONE for each in before):
            run.predecessors = before
            due = [each.end or 0 for each in before] + [run.start + job.delay] * job.scheduled
            if now > max(due):
                run.held = now
            self.start(job, run, now, now)

    def start(self, job: Job, run: Run, now: int, released: int) -> None:
        """Start a run, unless another one goes on that it mustn't meet."""
        if job.concurrency == "forbid" and job.open:
            run.fate = SKIPPED
            run.end = now
            return
        if job.concurrency == "replace":
            for other in list(job.open):
                self.finish(job, other, now, KILLED)
        run.fate, run.released, run.left = GOING, released, job.slow
        job.open.append(run)
        if not job.waits:
            heapq.heappush(self.agenda, released + job.slow)

    def blocked_at(self, now: int, planned: Mapping[str, list[Stretch]]) -> set[str]:
        """Give the jobs that lack something they require, their own doing left aside."""
        if self.given is not None:
            return {name for name, stretches in self.given.items() if holds(stretches, now)}
        causes = frozenset(
            {cause for cause, stretches in planned.items() if holds(stretches, now)}
            | {f"job/{job.name}" for job in self.jobs.values() if self.has_effects(job, now)}
        )
        return {
            job.name
            for job in self.jobs.values()
            if job.requires & self.down(causes - {f"job/{job.name}"})
        }

    def has_effects(self, job: Job, now: int) -> bool:
        """Say whether a run of the job has effects; what is steady is planned already."""
        return not job.is_steady and (bool(job.open) or now < job.recovered)

    def get_ahead(self, before: int, now: int, blocked: set[str]) -> None:
        """Let time pass in which nothing changes."""
        for job in self.jobs.values():
            if job.name in blocked:
                latest = [job.blocked.pop()] if job.blocked else []
                job.blocked += merged([*latest, (before, now)])
            elif job.waits:
                for run in job.open:
                    run.left -= now - before
                    assert run.left >= 0, "a step past the end of a run"
                    if run.progressed is None:
                        run.progressed = before


# --- What follows from it ----------------------------------------------------------------------


def effects(job: Job) -> list[tuple[int, int, int]]:
    """Give the effects there may be: from when, until when a run ends and until when they last.

    They may begin as early as a run may, although other runs aren't held against that.
    """
    return [(fast_release(run), run.last, run.recovered) for run in job.runs if may_start(run)]


def running(job: Job) -> list[Stretch]:
    """Give when runs that don't wait need what they require: from the earliest on."""
    return [(fast_release(run), run.last) for run in job.runs if run.released is not None]


def demand(job: Job, lasts: int, *, at_end: bool, has_length: bool) -> list[Stretch]:
    """Give the demand that each run induces for so long from its start or its end."""
    found = []
    for run in filter(may_start, job.runs):
        if at_end:
            found.append((fast_end(run), run.last - (0 if has_length else 1) + lasts))
        elif job.waits:
            ahead = next(ups(job, fast_release(run), run.last), None)
            latest = run.last if run.progressed is None else run.progressed
            found += [(ahead[0], latest + lasts)] if ahead else []
        else:
            assert run.released is not None
            found.append((fast_release(run), min(run.released, run.last) + lasts))
    return found


def missed(job: Job, deadline: Callable[[int], int]) -> list[Stretch]:
    """Give from when until when runs are late for their deadline, by their nominal start."""
    found = []
    counting = job.counting()
    for run, later in zip_longest(counting, counting[1:]):
        due = deadline(run.start)
        if run.fate in {DONE, FAILED}:
            if run.last > due:
                found.append((due, run.last))
        elif due < run.limit:
            end = min(run.limit, later.start) if later else run.limit
            found.append((due, max(end, due + 1)))
    return found


def too_early(job: Job) -> dict[str, list[Stretch]]:
    """Give when runs go on that have started before a predecessor's had ended, by predecessor."""
    found: dict[str, list[Stretch]] = {}
    for run in job.counting():
        for expected in run.predecessors:
            # One that was still expected may have been skipped since.
            each = expected.job.latest(run.start)
            if each is not None and each.last > run.start:
                found.setdefault(each.job.name, []).append((run.start, min(each.last, run.last)))
    return found


# The fast lane.


def may_start(run: Run) -> bool:
    """Say whether a run, which may have no time to start at the latest, starts at the earliest."""
    return is_let(run) and (run.job.is_plain or fast_release(run) < run.last)


def is_let(run: Run) -> bool:
    """Say whether nothing but time keeps a run from starting."""
    if run.fate in {NEVER, SKIPPED}:
        return False
    return run.job.is_plain or all(each.fate == DONE for each in run.predecessors)


def fast_release(run: Run) -> int:
    """Give when a run starts at the earliest."""
    if run.job.is_plain:
        return run.start
    own = [run.start] if run.job.scheduled else []
    return max([*own, run.held, *(fast_end(each) for each in run.predecessors)])


def fast_end(run: Run) -> int:
    """Give when a run that has ended could have ended at the earliest."""
    release, left = fast_release(run), run.job.fast
    if not run.job.waits:
        return min(release + left, run.last)
    for start, end in ups(run.job, release, run.last):
        if left <= end - start:
            return start + left
        left -= end - start
    return run.last


def ups(job: Job, start: int, end: int) -> Iterator[Stretch]:
    """Give the stretches from a start to an end in which the job has all that it requires."""
    for lost, back in job.blocked[bisect_left(job.blocked, start, key=lambda each: each[1]) :]:
        if lost >= end:
            break
        if start < lost:
            yield start, lost
        start = max(start, back)
    if start < end:
        yield start, end


# Stretches.


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Give the stretches without overlaps, those that touch as one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif start < end:
            found.append((start, end))
    return found


def holds(stretches: list[Stretch], instant: int) -> bool:
    """Say whether an instant is in one of the stretches, which are in order and apart."""
    at = bisect_right(stretches, instant, key=lambda each: each[0])
    return at > 0 and instant < stretches[at - 1][1]


def nearest(starts: list[int], instant: int) -> int:
    """Give the start nearest to an instant, the earlier of two."""
    at = bisect_left(starts, instant)
    return min(starts[max(at - 1, 0) : at + 1], key=lambda start: (abs(start - instant), start))
