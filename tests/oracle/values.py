"""Reads the values of the declaration language: durations, instants, times of day, weekdays."""

import re
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from .wall import DAY, appointment

_UNITS = {"w": 7 * DAY, "d": DAY, "h": 3600, "m": 60, "s": 1}


@cache
def seconds(duration: str) -> int:
    """Read a duration such as `1h30m` or `PT1H30M`."""
    parts = re.findall(r"(\d+)([wdhms])", duration.lower())
    assert re.sub(r"^pt?|t", "", duration.lower()) == "".join(f"{n}{unit}" for n, unit in parts)
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


def instant(text: str, zone: ZoneInfo, *, last: bool = False) -> int:
    """Read an instant: with an offset what it says, else an appointment in the zone."""
    reading = datetime.fromisoformat(text)
    if reading.tzinfo is not None:
        return int(reading.timestamp())
    return appointment(reading, zone, last=last)


def clock(text: str) -> timedelta:
    """Read a time of day, `24:00` included, as the time since midnight."""
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def weekdays(days: str | list[str]) -> set[int]:
    """Read the days of a calendar's entry; Monday is 0."""
    if isinstance(days, list):
        return set().union(*(weekdays(item) for item in days))
    if days == "everyday":
        return set(range(7))
    first, _, last = days.partition("-")
    return set(range(_WEEK.index(first), _WEEK.index(last or first) + 1))
