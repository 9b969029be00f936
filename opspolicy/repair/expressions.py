"""A calendar expression of systemd that starts earlier or later, and all else of it as it was."""

from __future__ import annotations

import re

from opspolicy.repair.clock import like, time_of
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.systemd.text import DAYS, LONG_DAYS, SHORTHANDS, WEEKDAYS, part_zone

# No part of a list, a range, a step or a fraction.
TIME_OF_DAY = re.compile(r"(?<!\S)([0-9]{1,2}):([0-9]{1,2})(:[0-9]{1,2})?(?!\S)")
# At most one weekday, of all dates.
OF_ALL_DATES = re.compile(r"(?:([A-Za-z]+)(?=,?\s))?,?\s*(?:\*-\*-\*\s+)?")
MIDNIGHT = "00:00"


def shifted(text: str, shift: int) -> str | None:
    """Return a calendar expression whose every start is ``shift`` seconds later on the clock.

    None where it names several times of day, or days that a shift over midnight can't move: dates,
    or several days of the week.
    """
    whole = _written_out(text)
    found = TIME_OF_DAY.search(whole)
    if found is None or shift % MINUTE:
        return None
    hour, minute, second = found.groups()
    days, at = divmod(int(hour) * HOUR + int(minute) * MINUTE + shift, DAY)
    begins = _on_days(whole[: found.start()], days)
    if begins is None:
        return None
    hours, minutes, _ = time_of(at)
    time = f"{like(hour, hours)}:{like(minute, minutes)}{second or ''}"
    return f"{begins}{time}{whole[found.end() :]}"


def _written_out(text: str) -> str:
    """Return an expression with its time of day, which `daily` and `Mon` leave out."""
    rest, zone = part_zone(text)
    rest = SHORTHANDS.get(rest.lower(), rest)
    if ":" not in rest and not rest.startswith("@"):
        rest = f"{rest} {MIDNIGHT}"
    return rest if zone is None else f"{rest} {text.rpartition(' ')[2]}"


def _on_days(text: str, days: int) -> str | None:
    """Return what stands before the time so many days later; None where that can't be said."""
    if not days:
        return text
    found = OF_ALL_DATES.fullmatch(text)
    if found is None:
        return None
    name = found[1]
    if not name:
        return text
    was = WEEKDAYS.get(name.lower())
    if was is None:
        return None
    names = DAYS if len(name) == len(DAYS[0]) else LONG_DAYS
    now = names[(was + days) % len(names)]
    said = now.upper() if name.isupper() else now.lower() if name.islower() else now.capitalize()
    return f"{said}{text[len(name) :]}"
