"""The words rules share: names, times and causes, said the same way everywhere."""

from __future__ import annotations

from opspolicy.estate.declarations import ASSUMED
from opspolicy.phrases import count, listing
from opspolicy.temporal import wording
from opspolicy.temporal.durations import HOUR, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Demand
    from opspolicy.estate.estate import Estate
    from opspolicy.rules.base import Impact
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
    ASSUMED: "assumed outage",
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


def here(late: int = 0) -> str:
    """Return when something starts whose start is pointed at, and which is assumed to be late."""
    return f"{words(late)} after here" if late else "here"


def people(customers: int | None) -> str:
    """Return `350,000 customers`, or just `customers` where nobody said how many."""
    return "customers" if customers is None else count(customers, "customer")


def lasting(demand: Demand) -> str:
    """Return how long, and from when of a run, the customers come that it sends."""
    return f"for {words(demand.lasting)} from its {'end' if demand.at_end else 'start'}"


def impact(hit: Impact) -> str:
    """Return how many are hit for how long, as far as that is known."""
    if hit.customer_seconds is None:
        return f"{words(hit.seconds)}; how many customers isn't declared"
    hours = hit.customer_seconds / HOUR
    shown = f"{hours:,.0f}" if hours == int(hours) else f"{hours:,.1f}"
    who = count(hit.customers or 0, "customer")
    return f"{who} for {words(hit.seconds)}: {shown} customer-hours"


def reached(estate: Estate, owner: str) -> str:
    """Return a team by name, and how to reach it where that is known."""
    team = estate.teams.get(owner)
    nearest = team.nearest if team is not None else None
    return f"`{owner}` ({nearest})" if nearest else f"`{owner}`"


__all__ = ["at", "count", "full", "kind", "listing", "name", "when", "words"]
