"""Time spans of systemd: `5min 20s`, `1.5h`, `90`, which is seconds; nothing of ISO 8601.

https://www.freedesktop.org/software/systemd/man/latest/systemd.time.html, "Parsing Time Spans";
where that is silent, systemd's src/basic/time-util.c, parse_time.
"""

from __future__ import annotations

import re

from opspolicy.temporal import durations
from opspolicy.temporal.durations import DurationError

SECOND = 1_000_000
"""In microseconds, as all here."""

# In the order in which they are tried: `min` before `m`, so that `5mins` ends in an `s` too many.
UNITS = {
    name: size
    for names, size in (
        ("seconds second sec s", SECOND),
        ("minutes minute min", 60 * SECOND),
        ("months month M", 2_629_800 * SECOND),
        ("msec ms", SECOND // 1000),
        ("m", 60 * SECOND),
        ("hours hour hr h", 3600 * SECOND),
        ("days day d", 86_400 * SECOND),
        ("weeks week w", 7 * 86_400 * SECOND),
        ("years year y", 31_557_600 * SECOND),
        ("usec us \N{GREEK SMALL LETTER MU}s \N{MICRO SIGN}s", 1),
    )
    for name in names.split()
}
SPACE = r"[ \t\r\n]"
PART = re.compile(
    rf"{SPACE}*+(?:\+?([0-9]++)(?:\.([0-9]++))?+|\.([0-9]++))(?![.0-9])({SPACE}*+)({'|'.join(UNITS)})?+"
)
FOREVER = (1 << 64) - 1
"""`infinity`, and how far it is counted: no span is as long."""

MOST_DIGITS = 19


def parse(text: str) -> int | None:
    """Return the microseconds that a time span stands for; None for what systemd refuses."""
    bare = text.strip(" \t\r\n")
    if bare == "infinity":
        return FOREVER
    at = total = 0
    while at < len(bare):
        found = PART.match(bare, at)
        if found is None or (not found[4] and not found[5] and found.end() < len(bare)):
            return None
        whole, unit = (found[1] or "0").lstrip("0"), UNITS[found[5]] if found[5] else SECOND
        if len(whole) > MOST_DIGITS:
            return None
        total += int(whole or "0") * unit + _part(found[2] or found[3] or "", unit)
        if total >= FOREVER:
            return None
        at = found.end()
    return total if bare else None


def _part(digits: str, unit: int) -> int:
    """Return what stands behind the point.

    systemd drops what is less than a microsecond of each digit.
    """
    total = 0
    for digit in digits:
        unit //= 10
        total += int(digit) * unit
        if not unit:
            break
    return total


def hint(text: str) -> str:
    """Return how to write what systemd refuses, as far as it can be told what is meant."""
    try:
        meant = durations.parse(text)
    except DurationError:
        return "write such as `90`, `5min 20s` or `1.5h`"
    return f"write `{durations.compact(meant)}`"
