"""Durations as programs in Go read them: `1h30m`, `1.5h`, `90s`; no days, and nothing of ISO 8601.

https://pkg.go.dev/time#ParseDuration, and Go's src/time/format.go where that is silent.
"""

from __future__ import annotations

import re

from opspolicy.temporal import durations
from opspolicy.temporal.durations import HOUR, MINUTE, DurationError

NANOSECONDS = 1_000_000_000
"""In a second."""

UNITS = {
    "ns": 1,
    "us": 1000,
    "\N{MICRO SIGN}s": 1000,
    "\N{GREEK SMALL LETTER MU}s": 1000,
    "ms": 1_000_000,
    "s": NANOSECONDS,
    "m": 60 * NANOSECONDS,
    "h": 3600 * NANOSECONDS,
}
PART = re.compile(r"([0-9]*+)(?:\.([0-9]*+))?+([^0-9.]++)")
LONGEST = 100
"""Characters that are read: nobody writes more, and numbers of thousands of digits take long."""

MOST = (1 << 63) - 1
"""Nanoseconds that Go can count to, about 292 years."""


def parse(text: str) -> int | None:
    """Return the nanoseconds that a duration stands for; None for what Go refuses."""
    sign = -1 if text.startswith("-") else 1
    bare = text[1:] if text[:1] in {"-", "+"} else text
    if bare == "0":
        return 0
    if not bare or len(bare) > LONGEST:
        return None
    at = total = 0
    while at < len(bare):
        found = PART.match(bare, at)
        if found is None or found[3] not in UNITS or not (found[1] or found[2]):
            return None
        unit, part = UNITS[found[3]], found[2] or ""
        total += int(found[1] or "0") * unit + int(part or "0") * unit // 10 ** len(part)
        at = found.end()
    return sign * total if total <= MOST else None


def hint(text: str) -> str:
    """Return how to write what Go refuses, as far as it can be told what is meant."""
    try:
        meant = durations.parse(text)
    except DurationError:
        return "write hours, minutes and seconds, such as `4h`, `1h30m` or `90s`"
    return f"write `{_written(meant)}`"


def _written(seconds: int) -> str:
    """Return a duration as Go takes it."""
    parts: list[str] = []
    for unit, size in (("h", HOUR), ("m", MINUTE), ("s", 1)):
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return "".join(parts) or "0s"
