"""Quartz: CronTrigger, six fields or seven, to the second.

Javadoc and source of CronExpression.java:
https://github.com/quartz-scheduler/quartz/blob/main/quartz/src/main/java/org/quartz/CronExpression.java
Seconds come first, the year last or not at all; ranges may run over the end of a field ("22-2",
"NOV-FEB"); exactly one day field is `?`.
"""

from datetime import date

from . import days
from .clock import showings
from .fields import MONTH_NAMES, Named, numbers, times

# Quartz 2.3.2 on Java 17 skips the first reading and runs at the second one, because a
# GregorianCalendar takes a repeated time for standard time. The contract says "once", the first.
RUNS_AT_FIRST = False


def runs(line: str, zone: str, start: int, end: int) -> list[int]:
    """Give the instants at which Quartz fires the line."""
    due = named(line)
    return [
        shown.at + past
        for shown in showings(zone, start, end, due.times, due.matches)
        if not (shown.is_repetition if RUNS_AT_FIRST else shown.is_repeated)
        for past in due.seconds
    ]


def named(line: str) -> Named:
    """Give what the line names."""
    second, minute, hour, day, month, weekday, *rest = line.split()
    (year,) = rest or ["*"]
    months = numbers(month, 1, 12, MONTH_NAMES, wraps=True)
    years = numbers(year, 1970, 2199)
    right_day = days.days(day, weekday, wraps=True)

    def matches(on: date) -> bool:
        return on.month in months and on.year in years and right_day(on)

    hours, minutes = numbers(from_0(hour), 0, 23, wraps=True), from_0(minute)
    seconds = sorted(numbers(from_0(second), 0, 59, wraps=True))
    return Named(times(hours, numbers(minutes, 0, 59, wraps=True)), matches, tuple(seconds))


def from_0(field: str) -> str:
    """Write `/5` as `*/5`, which is the same in Quartz."""
    return ",".join(f"*{item}" if item.startswith("/") else item for item in field.split(","))
