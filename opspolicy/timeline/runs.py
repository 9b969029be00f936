"""Runs and the demand they induce, expanded only where something else happens."""

from __future__ import annotations

from opspolicy.temporal.intervals import NOTHING, IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Demand, Job


def is_to_follow(job: Job) -> bool:
    """Whether how a job's runs go can't be told from its schedule, and anybody wants to know."""
    if job.suspended:
        return False
    if job.deadline is not None:
        return True
    if not job.may_wait:
        return bool(job.after)
    if job.takes_down or job.degrades or job.induces_demand or job.concurrency != "allow":
        return True
    return (bool(job.requires) and not job.waits) or any(each.via for each in job.plan.notices)


def runs_during(job: Job, when: IntervalSet) -> IntervalSet:
    """Return the time of the job's runs that reach into ``when``, each as long as on the slow day.

    Only starts on which all dialects in question agree: a job whose scheduler nobody named is not
    accused of running into an outage at a time it may never run.
    """
    if job.schedule is None or job.suspended:
        return NOTHING
    length = job.longest
    reach = [(start - length + 1, end) for start, end in when]
    starts = job.schedule.starts_during(reach, agreed=True)
    return IntervalSet([(at + job.late, at + length) for at in starts])


def demand_during(job: Job, demand: Demand, when: IntervalSet) -> IntervalSet:
    """Return the time of customers who come because of the job's runs, where it meets ``when``."""
    if job.schedule is None or job.suspended:
        return NOTHING
    begins, ends = job.comes(demand)
    reach = [(start - ends + 1, end - begins) for start, end in when]
    starts = job.schedule.starts_during(reach)
    return IntervalSet([(at + begins, at + ends) for at in starts])
