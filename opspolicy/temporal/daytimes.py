"""The times of day at which something happens: a short look that mostly spares a long one.

Outages come at night and most jobs don't, or the other way round. Whether a line of times of day
can meet them at all is a question of one day, however many there are.
"""

from __future__ import annotations

from bisect import bisect_left

from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import Interval, IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opspolicy.temporal.zones import Zone


def touched(when: IntervalSet, zone: Zone) -> tuple[Interval, ...]:
    """Return the seconds of a local day that ``when`` touches, sorted and half-open.

    Where the clocks change nearby, as much more to each side as they change by, so that a start up
    to a day before an interval is found by its nominal time, whatever a change makes of it.
    """
    pieces: list[Interval] = []
    changes = zone.changes(when.start - 2 * DAY, when.end + 2 * DAY) if when else []
    for start, end in when:
        near = [each for each in changes if start - 3 * DAY // 2 <= each.start <= end + DAY // 2]
        slack = max((abs(each.offset - each.before) for each in near), default=0)
        into_day = (zone.wall(start) - slack) % DAY
        until = into_day + end - start + 2 * slack
        pieces.append((into_day, min(until, DAY)))
        if until > DAY:
            pieces.append((0, min(until - DAY, DAY)))
    return tuple(IntervalSet(pieces))


def any_near(times: Sequence[int], touched: Iterable[Interval], before: int) -> bool:
    """Whether any of ``times`` lies in ``touched``, or up to ``before`` seconds ahead of it.

    ``times`` are sorted; all are seconds of a local day.
    """
    for start, end in touched:
        first = start - before
        if times and end - first >= DAY:
            return True
        at = bisect_left(times, first)
        if at < len(times) and times[at] < end:
            return True
        # Ahead of midnight is the evening before.
        if first < 0 and times and times[-1] >= first + DAY:
            return True
    return False
