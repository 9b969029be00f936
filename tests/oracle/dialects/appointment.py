"""The cron lines of maintenance windows, which people keep and no scheduler runs.

They are written as Debian's cron has them, 7 and names included; two restricted day fields are OR.
"""

from datetime import date

from . import cron
from .fields import FROM_0, MONTH_NAMES, Named, numbers, times


def named(line: str) -> Named:
    """Give what the line names."""
    cron.read(line)  # refuses what it refuses
    minute, hour, day, month, weekday = cron.NICKNAMES.get(line, line).split()
    days, months = numbers(day, 1, 31), numbers(month, 1, 12, MONTH_NAMES)
    weekdays = {number % 7 for number in numbers(weekday, 0, 7, FROM_0)}
    has_star = {"*", "*/1"} & {*day.split(","), *weekday.split(",")}

    def matches(on: date) -> bool:
        by_day, by_weekday = on.day in days, on.isoweekday() % 7 in weekdays
        both = by_day and by_weekday if has_star else by_day or by_weekday
        return on.month in months and both

    return Named(times(numbers(hour, 0, 23), numbers(minute, 0, 59)), matches)
