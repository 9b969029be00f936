"""When nothing may change: the time of a freeze, expanded only where something is down."""

from __future__ import annotations

from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import NOTHING, IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Freeze
    from opspolicy.temporal.schedules import Schedule

MOST_JOINED = 31
"""How many occurrences that run into each other are followed to tell when a freeze ends."""


def lasting(freeze: Freeze) -> int:
    """Return how long an occurrence of a freeze lasts, in seconds; 0 when that isn't known."""
    if freeze.start is not None and freeze.end is not None:
        return freeze.end - freeze.start
    if freeze.schedule is None or freeze.duration is None:
        return 0
    return freeze.duration + freeze.schedule.delay


def frozen_during(freeze: Freeze, when: IntervalSet) -> IntervalSet:
    """Return the occurrences of a freeze, whole, that reach into ``when``."""
    if freeze.start is not None and freeze.end is not None:
        return IntervalSet([(freeze.start, freeze.end)]).touching(when)
    length = lasting(freeze)
    if freeze.schedule is None or not length:
        return NOTHING
    # What began before an outage counts while it lasts.
    reach = when.grown(length - 1, 0)
    return IntervalSet.of_runs(freeze.schedule.starts_during(reach), length)


def thaws(freeze: Freeze, instant: int) -> int | None:
    """Return when a freeze ends that holds at ``instant``; None for one with no end in sight."""
    if freeze.schedule is None:
        return freeze.end
    length, end = lasting(freeze), instant
    for _ in range(MOST_JOINED):
        # Whatever starts up to the end goes on from there.
        latest = _latest(freeze.schedule, end, length)
        if latest is None or latest + length <= end:
            return end
        end = latest + length
    return None


def _latest(schedule: Schedule, instant: int, back: int) -> int | None:
    """Return the last start up to ``instant``, less than ``back`` seconds before it."""
    look = min(DAY, back)
    while True:
        # What starts every minute is found at once, without all the years it may have done so.
        starts = schedule.starts(instant - look + 1, instant + 1)
        if starts or look == back:
            return starts[-1] if starts else None
        look = min(8 * look, back)
