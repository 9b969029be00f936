"""What happens at an instant, and around it: occurrences, and how a service fares."""

from __future__ import annotations

from opspolicy.estate.declarations import Freeze, Job
from opspolicy.record import NamedTuple
from opspolicy.rules.collisions import length
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.schedules import upcoming
from opspolicy.timeline.freezes import frozen_during
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Window
    from opspolicy.estate.estate import Estate
    from opspolicy.temporal.intervals import Interval
    from opspolicy.timeline.cutsets import CutSet

LOOKS_AROUND = 31 * DAY
"""How far around an instant to look for when something began and when it ends."""

UP, DOWN, DEGRADED = "up", "down", "degraded"


class State(NamedTuple):
    """How a service fares at an instant, since when and until when.

    UTC epoch seconds; None where that lies beyond what was looked at.
    """

    name: str
    since: int | None
    until: int | None


def around(estate: Estate, at: int, until: int) -> Timeline:
    """Return the timeline of an estate around an instant, and as far ahead as ``until``.

    At most as far as anything is judged that is looked at from there.
    """
    horizon = Horizon(at - LOOKS_AROUND, max(until, at + LOOKS_AROUND))
    return Timeline(estate, horizon._replace(until=min(horizon.until, horizon.farthest)))


def state(timeline: Timeline, name: str, at: int) -> State:
    """Return how the service ``name`` fares at an instant of the timeline."""
    down, degraded = timeline.outages.down(name), timeline.outages.degraded(name)
    horizon = timeline.horizon
    for word, when in ((DOWN, down), (DEGRADED, degraded)):
        if at in when:
            start, end = covering(when, at)
            return State(word, start if start > horizon.as_of else None, end)
    failing = down | degraded
    before = failing.before(at)
    after = failing.within(at, horizon.until)
    return State(UP, before.end if before else None, after.start if after else None)


def covering(when: IntervalSet, at: int) -> Interval:
    """Return the interval of ``when``, whole, that holds ``at``; there must be one."""
    return next(iter(when.touching(IntervalSet([(at, at + 1)]))))


def sufficient(timeline: Timeline, name: str, at: int) -> list[CutSet]:
    """Return the cut sets by which a service is down at an instant."""
    return [each for each in timeline.outages.cut_sets(name) if at in each.when]


def degrading(timeline: Timeline, name: str, at: int) -> list[CutSet]:
    """Return the cut sets by which a service is degraded at an instant."""
    return [each for each in timeline.outages.degradations(name) if at in each.when]


def lasting(entity: Job | Window) -> int:
    """Return how many seconds an occurrence lasts: a run as on the slow day, else with recovery."""
    return entity.lasts if isinstance(entity, Job) else length(entity)


def _late(entity: Job | Window) -> int:
    """Return by how many seconds each occurrence is assumed to start late."""
    return entity.late if isinstance(entity, Job) else 0


def occurrences(entity: Job | Window, start: int, end: int) -> list[Interval]:
    """Return each occurrence that reaches into ``[start, end)``, whole and by itself."""
    lasts = lasting(entity)
    if isinstance(entity, Job) and entity.suspended:
        return []
    if not isinstance(entity, Job) and entity.start is not None:
        begins = entity.start
        return [(begins, begins + lasts)] if begins < end and begins + lasts > start else []
    if entity.schedule is None or lasts <= 0:
        return []
    late = _late(entity)
    starts = entity.schedule.starts(start - late - lasts + 1, end - late)
    return [(at + late, at + late + lasts) for at in starts]


def happening(entity: Job | Window | Freeze, start: int, end: int) -> IntervalSet:
    """Return the time of all occurrences that reach into ``[start, end)``."""
    if isinstance(entity, Freeze):
        return frozen_during(entity, IntervalSet([(start, end)]))
    return IntervalSet(occurrences(entity, start, end))


def next_occurrences(entity: Job | Window, at: int, count: int) -> list[Interval]:
    """Return the first occurrences that aren't over at an instant, however far ahead."""
    lasts = lasting(entity)
    if isinstance(entity, Job) and entity.suspended:
        return []
    if not isinstance(entity, Job) and entity.start is not None:
        begins = entity.start
        return [(begins, begins + lasts)] if begins + lasts > at else []
    if entity.schedule is None or lasts <= 0:
        return []
    late = _late(entity)
    starts = upcoming(entity.schedule, at - late - lasts + 1, count)
    return [(each + late, each + late + lasts) for each in starts]


def last_occurrence(entity: Job | Window, at: int) -> Interval | None:
    """Return the last occurrence that was over by an instant, as far back as a year."""
    found = [each for each in occurrences(entity, at - 366 * DAY, at) if each[1] <= at]
    return found[-1] if found else None
