"""What clock changes do to a schedule: starts that move, are lost or doubled, and pauses."""

from __future__ import annotations

from bisect import bisect_left

from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, HOUR
from opspolicy.temporal.every import Every
from opspolicy.temporal.schedules import RecurringSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.temporal.recurrence import Recurrence
    from opspolicy.temporal.schedules import Schedule
    from opspolicy.temporal.zones import Segment, Zone

LOST, MOVED, DOUBLED, ONCE, PAUSE = "lost", "moved", "doubled", "once", "pause"


class Effect(NamedTuple):
    """What a clock change does under some dialects, and how often that happens.

    `once` is for a start whose reading comes twice.

    ``wall`` is the reading at which a start was due and ``instants`` are when it runs; of a `pause`
    the last start before it and the first one after it. ``change`` is the instant of the clock
    change, ``others`` how many more such effects the horizon has.
    """

    dialects: tuple[str, ...]
    kind: str
    wall: int
    instants: tuple[int, ...]
    change: int
    others: int = 0


def effects(readings: Sequence[tuple[str, Schedule]], start: int, end: int) -> tuple[Effect, ...]:
    """Return what clock changes in ``[start, end)`` do, the first effect of each kind.

    ``readings`` are dialects, by name, with their schedules; those that fare alike stand together.
    """
    found: dict[tuple[Effect, ...], list[str]] = {}
    for name, schedule in readings:
        found.setdefault(_of(schedule, start, end), []).append(name)
    return tuple(
        sorted(
            (
                each._replace(dialects=tuple(filter(None, names)))
                for told, names in found.items()
                for each in told
            ),
            key=lambda each: (each.change, each.wall, each.dialects),
        )
    )


def _of(schedule: Schedule, start: int, end: int) -> tuple[Effect, ...]:
    """Return the first effect of each kind on one schedule."""
    firsts: dict[str, Effect] = {}
    told = [
        Effect((), each.kind, each.wall, each.instants, each.change)
        for each in schedule.clock_change_effects(start, end)
    ]
    if isinstance(schedule, RecurringSchedule):
        told += _once(schedule, start, end)
        told += _pauses(schedule, start, end)
    for each in told:
        first = firsts.get(each.kind)
        firsts[each.kind] = first._replace(others=first.others + 1) if first else each
    return tuple(firsts.values())


def _once(schedule: RecurringSchedule, start: int, end: int) -> list[Effect]:
    """Return what is due at readings that come twice, and runs at one of the two."""
    found: list[Effect] = []
    for change in schedule.zone.changes(start, end):
        repeated, back = change.start + change.offset, change.before - change.offset
        for line in schedule.lines:
            if line.fixed and not isinstance(line, Every) and back > 0:
                for wall in line.walls(repeated, repeated + back):
                    instants = tuple(line.placed(schedule.zone, wall))
                    if len(instants) == 1:
                        found.append(Effect((), ONCE, wall, instants, change.start))
    return found


def _pauses(schedule: RecurringSchedule, start: int, end: int) -> list[Effect]:
    """Return where a line that runs in every hour stands still while an hour comes again."""
    (line,) = schedule.lines
    if line.fixed or line.wild or isinstance(line, Every):
        return []
    zone = schedule.zone
    found = [_pause(line, zone, change) for change in zone.changes(start, end)]
    return [each for each in found if each is not None]


def _pause(line: Recurrence, zone: Zone, change: Segment) -> Effect | None:
    """Return the pause at one change, where the repeated time passes without its starts."""
    back = change.before - change.offset
    at = change.start
    repeated = at + change.offset
    if back <= 0 or not line.walls(repeated, repeated + back):
        return None
    around = line.starts(zone, at - back - HOUR, at + back + DAY)
    for quiet in (at, at - back):
        # Once is the first time for most, and the second one for Airflow.
        low = bisect_left(around, quiet)
        if low and low < len(around) and around[low] >= quiet + back:
            last, following = around[low - 1], around[low]
            return Effect((), PAUSE, zone.wall(last), (last, following), at)
    return None
