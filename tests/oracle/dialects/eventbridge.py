"""EventBridge: `cron(minutes hours day-of-month month day-of-week year)`.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html, "Cron-based schedules"
and "Daylight savings time"; https://repost.aws/knowledge-center/eventbridge-scheduler-adjust-dst:
"your schedule invocation gets skipped if the cron expression falls on a non-existent date and
time"; "your schedule runs only once and doesn't repeat its invocation".
"""

from datetime import date

from . import days
from .clock import showings
from .fields import MONTH_NAMES, Named, numbers, times


def runs(line: str, zone: str, start: int, end: int) -> list[int]:
    """Give the instants at which EventBridge invokes the target, of which it says 60 seconds."""
    due = named(line)
    return [
        shown.at
        for shown in showings(zone, start, end, due.times, due.matches)
        if not shown.is_repetition
    ]


def named(line: str) -> Named:
    """Give what the line names."""
    bare = line.removeprefix("cron(").removesuffix(")")
    minute, hour, day, month, weekday, year = bare.split()
    months = numbers(month, 1, 12, MONTH_NAMES)
    years = numbers(year, 1970, 2199)
    right_day = days.days(day, weekday, wraps=False)

    def matches(on: date) -> bool:
        return on.month in months and on.year in years and right_day(on)

    return Named(times(numbers(hour, 0, 23), numbers(minute, 0, 59)), matches)
