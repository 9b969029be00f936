"""What a change does, in sentences: what moves, who is down when, who must agree."""

from __future__ import annotations

from opspolicy.compare.changes import ADDED, MOVED, REMOVED
from opspolicy.phrases import count, listing
from opspolicy.rules.wording import full
from opspolicy.temporal import wording
from opspolicy.temporal.durations import words
from opspolicy.temporal.zones import zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.compare.changes import Declared, Occurrences, Outage
    from opspolicy.estate.estate import Estate
    from opspolicy.temporal.intervals import IntervalSet

NOUNS = {
    "job": ("run", "runs"),
    "maintenance_window": ("occurrence", "occurrences"),
    "freeze": ("occurrence", "occurrences"),
}


def occurrences(change: Occurrences) -> str:
    """Return what becomes of a job, a window or a freeze, the first of many times named."""
    name = full(change.ref)
    if change.was:
        name += f", which was {full(change.was)},"
    if change.kind == ADDED:
        return f"{name} is added{_times(change, change.come)}"
    if change.kind == REMOVED:
        return f"{name} is removed{_times(change, change.gone)}"
    if change.kind == MOVED:
        return f"{name} {_moved(change)}"
    parts = []
    if change.gone:
        parts.append(f"loses {_first(change, change.gone)}")
    if change.come:
        parts.append(f"gains {_first(change, change.come)}")
    return f"{name} {', and '.join(parts)}"


def declared(change: Declared) -> str:
    """Return under which keys an entry says something else, or that it is gone."""
    name = full(change.ref)
    if change.was:
        name += f", which was {full(change.was)},"
    if change.keys:
        shown = listing([f"`{key}`" for key in change.keys])
        return f"{name} has another {shown}"
    return f"{name} has another name" if change.was else f"{name} is removed"


def _moved(change: Occurrences) -> str:
    was, now = change.gone[0], change.come[0]
    clock = zone(change.zone)
    shifts = {
        clock.wall(new) - clock.wall(old) for old, new in zip(change.gone, change.come, strict=True)
    }
    told = f"{wording.at(was, change.zone)} to {wording.at(now, change.zone)} ({change.zone})"
    by = ""
    if len(shifts) == 1:
        shift = shifts.pop()
        by = f" {words(abs(shift))} {'later' if shift > 0 else 'earlier'}"
    if len(change.gone) == 1:
        return f"moves{by}, from {told}"
    number = count(len(change.gone), *_noun(change))
    return f"moves {number}{by}, the first from {told}"


def _times(change: Occurrences, starts: tuple[int, ...]) -> str:
    if not starts:
        return ", and starts at no time that is judged"
    return f": {_first(change, starts)}"


def _first(change: Occurrences, starts: tuple[int, ...]) -> str:
    number = count(len(starts), *_noun(change))
    lead = "on" if len(starts) == 1 else "the first on"
    return f"{number}, {lead} {wording.at(starts[0], change.zone)} ({change.zone})"


def _noun(change: Occurrences) -> tuple[str, str]:
    return NOUNS[change.ref.partition("/")[0]]


def outage(change: Outage, estate: Estate) -> list[str]:
    """Return when a service is newly down, and when it no longer is, on its clock."""
    key = estate.zone_of(f"service/{change.service}")
    told = []
    if change.gained:
        told.append(f"`{change.service}` is newly down {_when(change.gained, key)}")
    if change.lost:
        told.append(f"`{change.service}` is no longer down {_when(change.lost, key)}")
    return told


def _when(when: IntervalSet, key: str) -> str:
    start, end = next(iter(when))
    shown = f"from {wording.between(start, end, key)} ({key})"
    if len(when) == 1:
        return f"for {words(when.total())}, {shown}"
    return f"for {words(when.total())} in all, {count(len(when), 'time')}, first {shown}"
