"""Reads the day fields that Quartz and EventBridge share: `L`, `W`, `#`, and Sunday as 1."""

import calendar
import re
from collections.abc import Callable
from datetime import date

from .fields import FROM_1, numbers

Matches = Callable[[date], bool]
SATURDAY, SUNDAY = 6, 7


def days(day: str, weekday: str, *, wraps: bool) -> Matches:
    """Give what the two fields together match; exactly one of them must be `?`."""
    assert (day == "?") != (weekday == "?"), "exactly one day field is `?`"
    return weekdays(weekday, wraps=wraps) if day == "?" else monthdays(day, wraps=wraps)


def monthdays(field: str, *, wraps: bool) -> Matches:
    """Read the day of the month."""
    text = field.upper()
    if special := re.fullmatch(r"L(?:-(\d+))?(W?)", text):
        back, nearest = int(special[1] or 0), bool(special[2])

        def from_the_end(on: date) -> bool:
            aim = length(on) - back
            return aim > 0 and on.day == (nearest_weekday(on, aim) if nearest else aim)

        return from_the_end
    if special := re.fullmatch(r"(\d+)W", text):
        aim = int(special[1])
        assert 1 <= aim <= 31
        return lambda on: aim <= length(on) and on.day == nearest_weekday(on, aim)
    named = numbers(field, 1, 31, wraps=wraps)
    return lambda on: on.day in named


def weekdays(field: str, *, wraps: bool) -> Matches:
    """Read the day of the week."""
    text = field.upper()
    if text == "L":
        # "If used in the day-of-week field by itself, it simply means 7 or SAT."
        return lambda on: on.isoweekday() == SATURDAY
    if special := re.fullmatch(r"([1-7]|[A-Z]{3})(?:L|#([1-5]))", text):
        (weekday,) = numbers(special[1], 1, 7, FROM_1)
        if special[2]:
            return lambda on: number_of(on) == weekday and (on.day + 6) // 7 == int(special[2])
        return lambda on: number_of(on) == weekday and on.day + 7 > length(on)
    named = numbers(field, 1, 7, FROM_1, wraps=wraps)
    return lambda on: number_of(on) in named


def number_of(on: date) -> int:
    """Give the number of the weekday, of which Sunday has 1."""
    return on.isoweekday() % 7 + 1


def length(on: date) -> int:
    """Give the last day of the month."""
    return calendar.monthrange(on.year, on.month)[1]


def nearest_weekday(on: date, aim: int) -> int:
    """Give the day from Monday to Friday that is nearest, "not jumping over the month's end"."""
    weekday = on.replace(day=aim).isoweekday()
    if weekday == SATURDAY:
        return aim - 1 if aim > 1 else aim + 2
    if weekday == SUNDAY:
        return aim + 1 if aim < length(on) else aim - 2
    return aim
