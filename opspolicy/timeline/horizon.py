"""Which instants are judged: the horizon, and beyond it what one-offs touch."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import years_later
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.schedules import DatedSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.estate.declarations import Job, Window
    from opspolicy.estate.estate import Estate
    from opspolicy.temporal.zones import Zone

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
    waiting = [each for each in estate.jobs.values() if each.may_wait and not each.suspended]
    consequences = _consequences(estate, waiting)
    held_up = max((consequences[each.name] for each in waiting), default=0)
    for window in (*estate.windows.values(), *estate.assumed.values()):
        for start, end in touched_by_window(window):
            yield start, end + (held_up if window.takes_down else 0)
    for job in estate.jobs.values():
        for start, end in touched_by_job(job):
            until = max(end, start + consequences.get(job.name, 0))
            yield start, until + (held_up if job.takes_down else 0)


def _consequences(estate: Estate, waiting: Sequence[Job]) -> dict[str, int]:
    """Return how long after its release a run may have consequences: its own, and of what follows.

    Of the jobs that are ``waiting``, and of those that they come after.
    """
    followers: dict[str, list[str]] = {}
    for job in waiting:
        for name in job.after:
            followers.setdefault(name, []).append(job.name)
    found: dict[str, int] = {}
    for root in dict.fromkeys([*followers, *(job.name for job in waiting)]):
        stack, open_now = [root], set[str]()
        while stack:
            name = stack[-1]
            # One of a loop of `after`, which is reported, counts for itself.
            left = [each for each in followers.get(name, ())
                    if each not in found and each not in open_now]  # fmt: skip
            if name not in found and left and name not in open_now:
                open_now.add(name)
                stack += left
                continue
            stack.pop()
            if name not in found and name in estate.jobs:
                later = max((found.get(each, 0) for each in followers.get(name, ())), default=0)
                found[name] = _reach(estate.jobs[name], later)
    return {name: found.get(name, 0) for name in {*found, *followers}}


def _reach(job: Job, later: int) -> int:
    """Return how long after its release a run of a job has consequences.

    They are its outage with recovery, its customers, its deadline and what is released ``later``.
    """
    deadline = job.deadline
    due = 0 if deadline is None else deadline.within or (deadline.day + 1) * DAY
    lasting = max((each.lasting for each in job.induces_demand), default=0)
    return max(job.longest + max(job.plan.recovery, lasting, later), due)


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
            yield (start + job.late, max(start + reach, _due(job, start, job.schedule.zone)))


def _due(job: Job, start: int, zone: Zone) -> int:
    if job.deadline is None:
        return start
    from opspolicy.timeline import deadlines  # noqa: PLC0415 - for who has any

    return deadlines.due(job, start, zone)
