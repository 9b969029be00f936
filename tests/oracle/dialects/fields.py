"""Reads a plain cron field as the set of numbers it names."""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

MONTH_NAMES = {name: number for number, name in enumerate(MONTHS, 1)}
FROM_0 = {name: number for number, name in enumerate(WEEKDAYS)}
FROM_1 = {name: number for number, name in enumerate(WEEKDAYS, 1)}


class Named(NamedTuple):
    """What a line names: times of day in minutes since midnight, on dates that it ``matches``.

    In each of these minutes it names the ``seconds``. What is ``wild`` follows the real clock where
    its scheduler has that.
    """

    times: set[int]
    matches: Callable[[date], bool]
    seconds: tuple[int, ...] = (0,)
    wild: bool = False


def numbers(
    field: str, low: int, high: int, names: dict[str, int] | None = None, *, wraps: bool = False
) -> set[int]:
    """Give what a list of `*`, `5`, `1-5`, `*/2`, `5/2` and `1-5/2` names.

    A step after a single number runs to the field's end, as everywhere but in Debian's cron. A
    range may run over the field's end only where it ``wraps``.
    """
    found: set[int] = set()
    for item in field.lower().split(","):
        match = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?", item)
        assert match, f"not an item of a field: {item}"
        first, last, step = match.groups()
        if first == "*":
            assert last is None
            start, stop = low, high
        else:
            start = number(first, names)
            stop = number(last, names) if last else high if step else start
        assert low <= start <= high, item
        assert low <= stop <= high, item
        if stop < start:
            assert wraps, item
            stop += high - low + 1
        assert int(step or 1) > 0, item
        for each in range(start, stop + 1, int(step or 1)):
            found.add(each if each <= high else each - (high - low + 1))
    return found


def number(text: str, names: dict[str, int] | None) -> int:
    """Read a number or a name."""
    return names[text] if names and text in names else int(text)


def times(hours: set[int], minutes: set[int]) -> set[int]:
    """Give the times of day, as minutes since midnight."""
    return {hour * 60 + minute for hour in hours for minute in minutes}
