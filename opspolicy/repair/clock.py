"""A recurrence rule at another time of its day, and all else of it as it was."""

from __future__ import annotations

from opspolicy.temporal import instants
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.instants import InstantError

DAYS_ON = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
"""The frequencies that name days: each has one time of day, or says which."""

OF_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")


def of_rule(text: str, start: str, shift: int) -> str | None:
    """Return a rule whose every start is ``shift`` seconds later on the clock, as ``start`` is.

    None where it names no time of day or several, ends at one, or would be on another day.
    """
    parts = [each.partition("=") for each in text.split(";")]
    values = {name.strip().upper(): value.strip() for name, _, value in parts}
    names = values.keys() & {*OF_A_DAY}
    frequency = values.get("FREQ", values.get("RRULE:FREQ", "")).upper()
    if not names or "UNTIL" in values or frequency not in DAYS_ON:
        return None
    try:
        moment = instants.parse_moment(start)
    except InstantError:
        return None
    clock = _moved(moment.wall % DAY, shift)
    if clock is None or moment.offset is not None:
        return None
    if not all(values[each].isdecimal() for each in names):
        return None
    numbers = dict(zip(OF_A_DAY, clock, strict=True))
    for at, (name, mark, value) in enumerate(parts):
        key, digits = name.strip().upper(), value.strip()
        if key in numbers:
            number = like(digits if digits[0] == "0" else "", numbers[key])
            parts[at] = (name, mark, value.replace(digits, number))
    return ";".join(map("".join, parts))


def _moved(at: int, shift: int) -> tuple[int, int, int] | None:
    """Return the hour, minute and second after a shift by minutes; None on another day."""
    later = at + shift
    if shift % MINUTE or not 0 <= later < DAY:
        return None
    return time_of(later)


def time_of(at: int) -> tuple[int, int, int]:
    """Return the hour, minute and second of a second of the day."""
    return at // HOUR, at % HOUR // MINUTE, at % MINUTE


def like(text: str, number: int) -> str:
    """Return a number with as many digits as a text has, or more."""
    return f"{number:0{len(text)}}"
