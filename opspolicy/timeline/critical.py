"""The critical path of a run: which run it waited for, which that one waited for, and for what."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.intervals import NOTHING, IntervalSet, union
from opspolicy.timeline import simulation
from opspolicy.timeline.blocking import Blocking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Job
    from opspolicy.timeline.simulation import Run
    from opspolicy.timeline.timeline import Timeline


class Step(NamedTuple):
    """A run on the way, and for what it couldn't go on: ``services``, during ``blocked``.

    A run that fails meets an outage in that time instead.
    """

    job: Job
    run: Run
    services: tuple[str, ...] = ()
    blocked: IntervalSet = NOTHING


NOBODY: frozenset[str] = frozenset()

DEEPEST = 3
"""How many times what a run waits for is asked what it waits for itself."""

MOST_BLAMED = 16
"""Of how many windows and jobs that hold a run up it isn't asked any more what holds up them."""

MOST_STEPS = 24
"""How many runs of a critical path are gone back through to tell of it."""


def path(timeline: Timeline, job: Job, run: Run) -> list[Step]:
    """Return the runs that decide when one ends, the first of them first, itself last.

    Of a longer path it is the last MOST_STEPS.
    """
    steps: list[Step] = []
    here: tuple[Job, Run] | None = (job, run)
    while here is not None and len(steps) < MOST_STEPS:
        steps.append(_step(timeline, *here))
        here = _awaited(timeline, *here)
    return steps[::-1]


def _awaited(timeline: Timeline, job: Job, run: Run) -> tuple[Job, Run] | None:
    """Return the run that a run is released by, or would be; None where that is its schedule."""
    following = timeline.following
    if following is None or not run.before or not job.may_wait:
        return None
    found = [
        (timeline.estate.jobs[name], following.of(name).at(nominal)) for name, nominal in run.before
    ]
    never = [each for each in found if each[1].outcome != simulation.DONE]
    if never:
        return never[0]
    latest = max(found, key=lambda each: each[1].end, default=None)
    return latest if latest is not None and latest[1].end == run.latest else None


def _step(timeline: Timeline, job: Job, run: Run) -> Step:
    at_work = run.outcome == simulation.DONE and run.end - run.latest == job.slow_day
    if not run.started or at_work:
        return Step(job, run)
    start = run.latest if job.waits else run.released
    down = {
        name: met
        for name in job.requires
        if timeline.outages.goes_down(name)
        and (met := _blocking(timeline, job, name).during(start, run.end))
    }
    return Step(job, run, tuple(down), union(down.values()))


def _blocking(timeline: Timeline, job: Job, name: str) -> Blocking:
    """Return when and by whom a service is down that a job requires."""
    following = timeline.following
    known = following.blocking if following is not None else {}
    if (job.name, name) not in known:
        known[job.name, name] = Blocking(timeline.outages.cut_sets(name, without=job.ref))
    return known[job.name, name]


def blame(timeline: Timeline, job: Job, run: Run) -> tuple[str, ...]:
    """Return the windows and jobs that any run on a critical path waits for or fails on, sorted.

    Where that is a run that waits itself, what that one waits for is named too.
    """
    following = timeline.following
    assert following is not None  # noqa: S101 - there are runs only where any are followed
    found = _blame(timeline, job, run, DEEPEST)
    # Many runs have the same to blame, and it may be hundreds.
    if found not in following.in_order:
        following.in_order[found] = tuple(sorted(found))
    return following.in_order[found]


def _blame(timeline: Timeline, job: Job, run: Run, depth: int) -> frozenset[str]:
    following = timeline.following
    assert following is not None  # noqa: S101 - there are runs only where any are followed
    way: list[tuple[Job, Run]] = []
    here: tuple[Job, Run] | None = (job, run)
    while here is not None and (here[0].name, here[1].nominal) not in following.blamed:
        way.append(here)
        here = _awaited(timeline, *here)
    found = following.blamed[here[0].name, here[1].nominal] if here is not None else frozenset()
    # Two runs may wait for each other's outages, one after the other.
    following.blamed.update({(each.name, going.nominal): NOBODY for each, going in way})
    for each, going in reversed(way):
        step = _step(timeline, each, going)
        own = causes_of(timeline, step)
        is_asked = depth and len(found) < MOST_BLAMED
        for cause, held in _held_up(timeline, step, own) if is_asked else ():
            own |= _blame(timeline, cause, held, depth - 1)
        found = found | own if found and not own <= found else found or own
        # Thousands of runs may have the same hundreds to blame: that is kept once.
        found = following.blamed_once.setdefault(found, found)
        following.blamed[each.name, going.nominal] = found
    return found


def in_the_way(timeline: Timeline, step: Step) -> list[tuple[Job, Run]]:
    """Return the runs that take down what a run waits for, of those that are held up themselves."""
    return _held_up(timeline, step, causes_of(timeline, step))


def _held_up(timeline: Timeline, step: Step, causes: frozenset[str]) -> list[tuple[Job, Run]]:
    following = timeline.following
    if following is None or not step.blocked:
        return []
    moved = sorted(causes & following.moved_refs)
    if not moved:
        return []
    found = [timeline.estate.jobs[ref.removeprefix("job/")] for ref in moved]
    # Of many runs, the one that holds this one up first and the one that does so last.
    edges = (step.blocked.start, step.blocked.end - 1)
    near = dict.fromkeys(
        (job, run)
        for job in found
        for edge in edges
        if (run := following.of(job.name).latest(edge)) is not None
    )
    return [
        (job, run)
        for job, run in near
        if run.started
        and run.released < run.end
        and step.blocked.touching(IntervalSet([(run.released, run.end + job.plan.recovery)]))
    ]


def causes_of(timeline: Timeline, step: Step) -> frozenset[str]:
    """Return the windows and jobs that a run itself waits for or fails on."""
    found = {_blocking(timeline, step.job, name).causes(step.blocked) for name in step.services}
    return NOBODY.union(*found) if len(found) > 1 else next(iter(found), NOBODY)
