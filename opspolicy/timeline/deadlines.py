"""When a run must have ended, by its job's deadline."""

from __future__ import annotations

from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY, MINUTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Job
    from opspolicy.estate.estate import Estate
    from opspolicy.temporal.zones import Zone


def due(job: Job, nominal: int, zone: Zone) -> int:
    """Return the instant by which the run of a ``nominal`` start must have ended.

    A time of day is one of the start's local date, or of so many days later; a clock that skips it
    has reached it once it goes on, and one that shows it twice shows it first.
    """
    deadline = job.deadline
    assert deadline is not None  # noqa: S101 - asked of jobs with a deadline only
    if deadline.by is None:
        return nominal + (deadline.within or 0)
    wall = zone.wall(nominal)
    midnight = wall - wall % DAY + deadline.day * DAY
    return zone.instant(midnight + deadline.by * MINUTE)


def zone_of(estate: Estate, job: Job) -> Zone:
    """Return the zone whose dates and times a job's deadline is in.

    That is its schedule's. A job without one has that of the first job it is after, unless it says
    another one.
    """
    seen = {job.name}
    while job.timezone is None and job.schedule is None and job.after:
        first = estate.jobs.get(job.after[0])
        if first is None or first.name in seen:
            break
        seen.add(first.name)
        job = first
    return job.schedule.zone if job.schedule is not None else zones.zone(job.timezone or "UTC")
