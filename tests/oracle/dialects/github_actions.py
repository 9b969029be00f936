"""GitHub Actions: `on.schedule`, five fields, in UTC or the workflow's `timezone`.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows,
"schedule": POSIX cron with `* , - /`, JAN-DEC, SUN-SAT, weekdays 0 to 6; `20/15` is 20, 35 and 50;
no `@daily` and the like. Of daylight saving time: "scheduled workflows in skipped hours advance to
the next valid time"; a repeated time runs once. POSIX crontab: when neither day field is `*`,
either of them is enough.
"""

from datetime import date

from .clock import showings, timeline
from .fields import FROM_0, MONTH_NAMES, Named, numbers, times


def runs(line: str, zone: str, start: int, end: int) -> list[int]:
    """Give the instants at which GitHub means to start the line, however late it then is."""
    due = named(line)
    found = {
        shown.at
        for shown in showings(zone, start, end, due.times, due.matches)
        if not shown.is_repetition
    }
    for gap in timeline(zone, start, end).gaps:
        is_due = any(at in due.times and due.matches(on) for on, at in gap.readings)
        if start <= gap.at < end and is_due:
            found.add(gap.at)
    return sorted(found)


def named(line: str) -> Named:
    """Give what the line names."""
    minute, hour, day, month, weekday = line.split()
    days, months = numbers(day, 1, 31), numbers(month, 1, 12, MONTH_NAMES)
    weekdays = numbers(weekday, 0, 6, FROM_0)

    def matches(on: date) -> bool:
        by_day, by_weekday = on.day in days, on.isoweekday() % 7 in weekdays
        either = day != "*" and weekday != "*"
        both = by_day or by_weekday if either else by_day and by_weekday
        return on.month in months and both

    return Named(times(numbers(hour, 0, 23), numbers(minute, 0, 59)), matches)
