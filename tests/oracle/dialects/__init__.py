"""What each scheduler makes of a cron line, worked out from its sources and in no clever way.

Each module is one scheduler, and each has the same function: ``runs(line, zone, start, end)``
gives the epoch seconds in ``[start, end)`` at which the scheduler starts the line, whose fields it
reads in the zone of that name. ``start`` and ``end`` are whole minutes. A line that the scheduler
refuses raises some error, of no particular kind: these are for lines that it accepts.
"""

from collections.abc import Callable

from . import airflow, appointment, cron, eventbridge, github_actions, kubernetes, quartz
from .fields import Named

ORACLES: dict[str, Callable[[str, str, int, int], list[int]]] = {
    "cron": cron.runs,
    "kubernetes": kubernetes.runs,
    "github-actions": github_actions.runs,
    "quartz": quartz.runs,
    "eventbridge": eventbridge.runs,
    "airflow": airflow.runs,
}
"""By the name that a job's `scheduler` has for it."""

NAMED: dict[str, Callable[[str], Named]] = {
    "cron": cron.named,
    "kubernetes": kubernetes.named,
    "github-actions": github_actions.named,
    "quartz": quartz.named,
    "eventbridge": eventbridge.named,
    "appointment": appointment.named,
}
"""What a line names on the wall clock, before clock changes; Airflow's is croniter's to say."""
