"""Elapsed time: `4h`, `1h30m`, `PT4H` to seconds and back into words."""

from __future__ import annotations

from functools import lru_cache

SECOND, MINUTE, HOUR = 1, 60, 3600
DAY = 24 * HOUR
WEEK = 7 * DAY

# A day is exactly 24 hours here; a local day can have 23 or 25.
SHORT_PATTERN = r"([0-9]{1,9}w)?([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?"
ISO_PATTERN = r"P([0-9]{1,9}W)?([0-9]{1,9}D)?(T([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}S)?)?"
# As JSON Schema sees it: at least one part, and for ISO 8601 no dangling `T`.
PATTERN = rf"^((?=[0-9]){SHORT_PATTERN}|(?=P.*[0-9]){ISO_PATTERN})(?<!T)$(?!\n)"
LONGEST = 5 * 366 * DAY
MOST_DIGITS = 9

_UNITS = {"w": WEEK, "d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}


class DurationError(ValueError):
    """Not a duration, or one no schedule has."""


@lru_cache(maxsize=1024)
def parse(text: str) -> int:
    """Return the seconds a duration such as `90s`, `1h30m`, `2d` or `PT4H` stands for.

    Raises DurationError, also for more than five years.
    """
    if text[-1:] in _UNITS and len(text) <= MOST_DIGITS + 1 and _is_number(text[:-1]):
        # As most are written: what compiles no regular expression costs a short run nothing.
        seconds = int(text[:-1]) * _UNITS[text[-1]]
    elif parts := _parts(text):
        seconds = sum(int(amount) * _UNITS[unit.lower()] for amount, unit in parts)
    else:
        message = f"`{text}` is not a duration: write 90s, 30m, 4h, 2d, 1w, 1h30m or PT4H"
        raise DurationError(message)
    if seconds > LONGEST:
        message = f"`{text}` is longer than five years"
        raise DurationError(message)
    return seconds


def _parts(text: str) -> list[tuple[str, str]]:
    """Return the amounts and units of a duration; none of what isn't one."""
    import re  # noqa: PLC0415 - for who writes more than a number and a unit

    return re.findall(r"([0-9]+)([a-zA-Z])", text) if re.match(PATTERN, text) else []


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def compact(seconds: int) -> str:
    """Return a duration as it is written in YAML: `180d`, `1d12h`, `90s`."""
    parts: list[str] = []
    for unit, size in (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND)):
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return "".join(parts) or "0s"


def iso8601(seconds: int) -> str:
    """Return a duration in hours, minutes and seconds of ISO 8601: `PT168H`, `-PT30M`."""
    hours, rest = divmod(abs(seconds), HOUR)
    minutes, left = divmod(rest, MINUTE)
    parts = [(hours, "H"), (minutes, "M"), (left, "S")]
    body = "".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0S"
    return f"{'-' if seconds < 0 else ''}PT{body}"


def words(seconds: int) -> str:
    """Return a duration for people: `42 h 30 min`, `3 days`, `45 s`."""
    if seconds < 0:
        return f"-{words(-seconds)}"
    # People count a weekend in hours and a fortnight in days.
    if seconds >= 5 * DAY:
        days, rest = divmod(seconds, DAY)
        return f"{days} days" + (f" {words(rest)}" if rest else "")
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    parts = [(hours, "h"), (minutes, "min"), (left, "s")]
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "0 s"
