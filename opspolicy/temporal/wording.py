"""Instants for people: on the clock of the place they concern."""

from __future__ import annotations

from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import clock
from opspolicy.temporal.zones import VERSION, zone


def at(instant: int, zone_key: str) -> str:
    """Return `Sat 9 Oct 2027 06:00`; in a repeated hour with the zone's short name."""
    place = zone(zone_key)
    wall = place.wall(instant)
    return clock(wall) + _which(instant, wall, zone_key)


def between(start: int, end: int, zone_key: str) -> str:
    """Return `Sat 9 Oct 2027 06:00 to Mon 11 Oct 2027 00:30`; a date that repeats stands once."""
    place = zone(zone_key)
    first, last = place.wall(start), place.wall(end)
    same_day = first // DAY == last // DAY
    ends = clock(last, with_date=not same_day) + _which(end, last, zone_key)
    return f"{at(start, zone_key)} to {ends}"


def looked(start: int, end: int) -> str:
    """Return from when to when was looked, by which rules of clocks."""
    return f"Looked from {clock(start)} to {clock(end)} UTC, with tzdata {VERSION}."


def _which(instant: int, wall: int, zone_key: str) -> str:
    """Tell the two readings of a repeated hour apart."""
    place = zone(zone_key)
    return f" {place.abbreviation(instant)}" if len(place.readings(wall)) > 1 else ""
