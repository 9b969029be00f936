"""Kubernetes: robfig/cron v3.0.1, ParseStandard.

https://github.com/robfig/cron/blob/v3.0.1/parser.go (getField, getRange, parseDescriptor) and
spec.go (bounds, dayMatches). A line runs whenever the clock shows what it names; what `Next` loses
around changes that aren't whole hours is not held against it.
"""

from datetime import date

from .clock import showings
from .fields import FROM_0, MONTH_NAMES, Named, numbers, times

DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


def runs(line: str, zone: str, start: int, end: int) -> list[int]:
    """Give the instants at which Kubernetes starts the line."""
    due = named(line)
    return [shown.at for shown in showings(zone, start, end, due.times, due.matches)]


def named(line: str) -> Named:
    """Give what the line names."""
    # To getRange, the two are one.
    plain = DESCRIPTORS.get(line, line).replace("?", "*")
    minute, hour, day, month, weekday = plain.split()
    has_star_bit = star_bit(day) or star_bit(weekday)
    days, months = numbers(day, 1, 31), numbers(month, 1, 12, MONTH_NAMES)
    weekdays = numbers(weekday, 0, 6, FROM_0)

    def matches(on: date) -> bool:
        by_day, by_weekday = on.day in days, on.isoweekday() % 7 in weekdays
        both = by_day and by_weekday if has_star_bit else by_day or by_weekday
        return on.month in months and both

    return Named(times(numbers(hour, 0, 23), numbers(minute, 0, 59)), matches)


def star_bit(field: str) -> bool:
    """Say whether the field has robfig's star bit: of any item, unless its step is above 1."""
    return any(item in {"*", "*/1"} for item in field.split(","))
