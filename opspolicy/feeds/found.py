"""When findings happen, as events of a calendar: what one does in a day is one event."""

from __future__ import annotations

from opspolicy.feeds.occurrences import Occurrences
from opspolicy.picture.lanes import COLLISIONS
from opspolicy.record import NamedTuple
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY, HOUR
from opspolicy.temporal.instants import calendar_date
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.feeds.occurrences import Occurrence
    from opspolicy.report import Finding
    from opspolicy.temporal.intervals import Interval

A_DAY = DAY + 2 * HOUR
"""How many seconds a local date has at most."""


class Times(NamedTuple):
    """When a finding happens on one local date, within one occurrence of its cause.

    ``key`` is what that is known by. A job that runs every ten minutes into an outage of a night
    is one event, and not forty.
    """

    finding: Finding
    key: tuple[str, ...]
    pieces: tuple[Interval, ...]


def is_collision(finding: Finding) -> bool:
    """Whether a finding is an outage that meets a need."""
    return finding.code in COLLISIONS


def times(occurrences: Occurrences, findings: Iterable[Finding]) -> Iterator[Times]:
    """Yield when each finding happens in the stretch of time in question, day by day.

    A day is whole, also where it begins before that stretch or goes on after it.

    A day is known by the occurrence of the cause that is under way when it begins, and by how many
    days after that one's local date it lies: so it moves with what causes it. Without any such
    cause it is known by its own date.
    """
    listed, when = [*findings], occurrences.when
    around = _around(occurrences, listed)
    seen: dict[str, int] = {}
    for finding in listed:
        again = seen.setdefault(finding.fingerprint, 0)
        seen[finding.fingerprint] += 1
        found: dict[tuple[str, ...], list[Interval]] = {}
        for piece in finding.occurrences.touching(around.when):
            key = (*_which(around, finding, piece[0]), *([str(again)] if again else []))
            found.setdefault(key, []).append(piece)
        for key, pieces in found.items():
            if IntervalSet(pieces) & when:
                yield Times(finding, (finding.fingerprint, *key), tuple(pieces))


def _around(occurrences: Occurrences, findings: Iterable[Finding]) -> Occurrences:
    """Return what happens on all days that reach into the stretch of time in question."""
    when = occurrences.when
    met = (each.occurrences.touching(when) for each in findings)
    first = min((when.start, *(each.start for each in met if each)))
    return Occurrences(occurrences.timeline, first - A_DAY, when.end + A_DAY)


def _which(occurrences: Occurrences, finding: Finding, instant: int) -> tuple[str, ...]:
    """Return what a day of a finding is known by, from the first instant of it."""
    estate = occurrences.timeline.estate
    known = [ref for ref in finding.subjects if estate.entity(ref) is not None]
    zone = zones.zone(estate.zone_of(known[0]) if known else "UTC")
    day = zone.wall(instant) // DAY
    cause = _under_way(occurrences, finding, instant)
    if cause is None:
        return (str(calendar_date(day)),)
    later = day - zone.wall(cause.start) // DAY
    return (cause.key, *([str(later)] if later else []))


def _under_way(occurrences: Occurrences, finding: Finding, instant: int) -> Occurrence | None:
    """Return the occurrence of the first cause that is under way, the latest where there are two.

    Each finding has its causes in an order that stays.
    """
    for ref in finding.causes:
        if ref in occurrences.timeline.causes:
            met = [each for each in occurrences.effects(ref) if each.start <= instant < each.end]
            if met:
                return met[-1]
    return None
