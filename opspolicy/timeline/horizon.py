"""Which instants are judged: the horizon, and beyond it what one-offs touch."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.instants import years_later
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.schedules import DatedSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.estate.declarations import Job, Window
    from opspolicy.estate.estate import Estate

FARTHEST_YEARS = 5
"""How far ahead a one-off is judged: holidays and clock changes beyond are guesses."""


class Horizon(NamedTuple):
    """From ``as_of`` to ``until``, in UTC epoch seconds."""

    as_of: int
    until: int

    @property
    def farthest(self) -> int:
        """The end of what can be judged at all."""
        return years_later(self.as_of, FARTHEST_YEARS)


def judged(estate: Estate, horizon: Horizon) -> IntervalSet:
    """Return the instants that are judged.

    That is the horizon, and after it, for five years, whatever a one-off touches: so no declared
    window is merged unjudged because it lies far ahead.
    """
    # Each one-off by itself: that two of them touch doesn't bring the second one closer. Within the
    # horizon all is judged already; one that crosses its end is judged up to five years ahead.
    beyond = [
        (max(start, horizon.until), min(end, horizon.farthest))
        for start, end in one_offs(estate)
        if start < horizon.farthest and end > horizon.until
    ]
    return IntervalSet([(horizon.as_of, horizon.until), *beyond])


def one_offs(estate: Estate) -> Iterator[tuple[int, int]]:
    """Yield what each window that happens once, and each dated run, touches."""
    for window in estate.windows.values():
        yield from touched_by_window(window)
    for job in estate.jobs.values():
        yield from touched_by_job(job)


def touched_by_window(window: Window) -> Iterator[tuple[int, int]]:
    """Yield from start to the end of recovery, for each dated occurrence."""
    recovery = window.plan.recovery
    if window.start is not None and window.end is not None:
        yield (window.start, window.end + recovery)
    elif isinstance(window.schedule, DatedSchedule) and window.duration is not None:
        for start in window.schedule.instants:
            yield (start, start + window.duration + recovery)


def touched_by_job(job: Job) -> Iterator[tuple[int, int]]:
    """Yield from start to the end of the demand it induces, for each dated run."""
    if isinstance(job.schedule, DatedSchedule) and not job.suspended:
        demands = [job.comes(each)[1] for each in job.induces_demand]
        reach = max([job.longest + job.plan.recovery, *demands])
        for start in job.schedule.instants:
            yield (start, start + reach)
