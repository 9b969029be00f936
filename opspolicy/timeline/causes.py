"""What takes services down, and when: the occurrences of windows and of jobs that do."""

from __future__ import annotations

from functools import cache, partial

from opspolicy.record import NamedTuple
from opspolicy.temporal.intervals import NOTHING, IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from opspolicy.estate.declarations import Job, Window
    from opspolicy.estate.estate import Estate
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.schedules import Schedule

    Occurrences = Callable[[Schedule, int, int], IntervalSet]


class Cause(NamedTuple):
    """A maintenance window or a job that makes services unavailable or slow.

    ``when`` are its occurrences that reach into the judged time, whole, recovery included.
    """

    ref: str
    takes_down: tuple[str, ...]
    degrades: tuple[str, ...]
    when: IntervalSet


def causes(
    estate: Estate,
    judged: IntervalSet,
    farthest: int,
    moved: Mapping[str, Sequence[Interval]] = {},
) -> list[Cause]:
    """Return every cause that happens in the judged time, sorted by reference.

    What goes on past ``farthest``, as a window with the wrong year does, is cut off there.
    ``moved`` are the times of the jobs whose runs aren't just those of their schedule, by name.
    """
    found: list[Cause] = []
    # What starts by one schedule and lasts equally long is expanded once.
    occurrences = cache(partial(_occurrences, judged))
    for window in (*estate.windows.values(), *estate.assumed.values()):
        if window.takes_down or window.degrades:
            when = _of_window(window, judged, occurrences).before(farthest)
            if when:
                found.append(Cause(window.ref, window.takes_down, window.degrades, when))
    for job in estate.jobs.values():
        if (job.takes_down or job.degrades) and not job.suspended:
            if job.name in moved:
                when = _reaching(moved[job.name], judged)
            else:
                when = _of_job(job, occurrences)
            when = when.before(farthest)
            if when:
                found.append(Cause(job.ref, job.takes_down, job.degrades, when))
    return sorted(found, key=lambda cause: cause.ref)


def _of_window(window: Window, judged: IntervalSet, occurrences: Occurrences) -> IntervalSet:
    """Return the window's occurrences that reach into ``judged``, with recovery."""
    recovery = window.plan.recovery
    if window.start is not None and window.end is not None:
        return IntervalSet([(window.start, window.end + recovery)]).touching(judged)
    if window.schedule is None or window.duration is None:
        return NOTHING
    return occurrences(window.schedule, window.duration + window.schedule.delay + recovery, 0)


def of_window(window: Window, judged: IntervalSet) -> IntervalSet:
    """Return a window's occurrences that reach into ``judged``, whatever they do to services."""
    return _of_window(window, judged, partial(_occurrences, judged))


def _of_job(job: Job, occurrences: Occurrences) -> IntervalSet:
    """Return the job's runs that are judged, each as long as on the slow day."""
    if job.schedule is None:
        return NOTHING
    return occurrences(job.schedule, job.lasts + job.plan.recovery, job.late)


def _reaching(stretches: Sequence[Interval], judged: IntervalSet) -> IntervalSet:
    """Return those of some stretches that reach into ``judged``, before any of them are joined."""
    return IntervalSet([each for each in stretches if IntervalSet([each]).touching(judged)])


def _occurrences(judged: IntervalSet, schedule: Schedule, length: int, late: int) -> IntervalSet:
    """Return the occurrences of ``length`` seconds, each ``late``, that reach into ``judged``."""
    # An occurrence that began before the judged time counts while it lasts.
    began = judged.grown(length - 1, 0) if length > 1 else judged
    return IntervalSet.of_runs(
        [at + late for start, end in began for at in schedule.starts(start - late, end - late)],
        length,
    )
