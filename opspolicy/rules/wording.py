"""The words rules share: names, times and causes, said the same way everywhere."""

from __future__ import annotations

from opspolicy.phrases import count, listing
from opspolicy.temporal import wording
from opspolicy.temporal.durations import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.intervals import IntervalSet

KINDS = {
    "maintenance_window": "maintenance window",
    "job": "job",
    "service": "service",
    "calendar": "calendar",
    "team": "team",
    "freeze": "freeze",
    "vendor": "vendor",
    "waiver": "waiver",
    "file": "file",
}


def name(ref: str) -> str:
    """Return "`portal`" for `service/portal`."""
    return f"`{ref.partition('/')[2]}`"


def kind(ref: str) -> str:
    """Return `maintenance window` for `maintenance_window/portal-upgrade`."""
    return KINDS.get(ref.partition("/")[0], "entry")


def full(ref: str) -> str:
    """Return "maintenance window `portal-upgrade`"; a waiver is counted, as it has no name."""
    if ref.startswith("waiver/"):
        file, _, position = ref.removeprefix("waiver/").rpartition("#")
        return f"waiver {int(position) + 1} of `{file}`"
    if ref.startswith("ignore/"):
        file, _, line = ref.removeprefix("ignore/").rpartition(":")
        return f"the ignore on line {line} of `{file}`"
    return f"{kind(ref)} {name(ref)}"


def when(occurrences: IntervalSet, zone: str) -> str:
    """Return from when to when, in the zone: all of it for one occurrence, else the first."""
    start, end = next(iter(occurrences))
    shown = f"from {wording.between(start, end, zone)} ({zone})"
    if len(occurrences) == 1:
        return shown
    return f"{len(occurrences):,} times, first {shown}"


def at(instant: int, zone: str) -> str:
    """Return an instant on the zone's clock."""
    return f"{wording.at(instant, zone)} ({zone})"


__all__ = ["at", "count", "full", "kind", "listing", "name", "when", "words"]
