"""Debian's cron: its main loop, minute by minute, with the virtual time it keeps.

cron 3.0pl1-162: `main` and `find_jobs` in cron.c, `load_entry` and `get_range` in entry.c, after
the patches of Debian. https://sources.debian.org/src/cron/3.0pl1-162/
"""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from .clock import MINUTE, MINUTES_A_DAY, date_of, timeline
from .fields import FROM_0, MONTH_NAMES, Named, numbers, times

THREE_HOURS = 3 * 60
# crontab(5) and `load_entry`. That only @hourly sets HR_STAR is what the star does here.
NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class Call(NamedTuple):
    """A call of `find_jobs`: when it happens, the time it looks for, and which jobs it looks at.

    That time is the virtual one, in minutes since 1970 on the clock.
    """

    at: int
    virtual: int
    wild: bool
    fixed: bool


class Entry(NamedTuple):
    """A line of a crontab."""

    times: set[int]
    days: set[int]
    months: set[int]
    weekdays: set[int]
    # MIN_STAR or HR_STAR; DOM_STAR or DOW_STAR.
    is_wild: bool
    has_day_star: bool

    def runs_on(self, day: date) -> bool:
        """Say whether the line names a date."""
        by_day = day.day in self.days
        by_weekday = day.isoweekday() in self.weekdays
        both = by_day and by_weekday if self.has_day_star else by_day or by_weekday
        return day.month in self.months and both


def runs(line: str, zone: str, start: int, end: int) -> list[int]:
    """Give the instants at which a cron daemon in the zone starts the line."""
    entry = read(line)
    found = {
        at
        for at, virtual, wild, fixed in calls(zone, start, end)
        if virtual % MINUTES_A_DAY in entry.times
        and (wild if entry.is_wild else fixed)
        and entry.runs_on(date_of(virtual))
    }
    return sorted(found)


def named(line: str) -> Named:
    """Give what the line names."""
    entry = read(line)
    return Named(entry.times, entry.runs_on, wild=entry.is_wild)


def read(line: str) -> Entry:
    """Read a line, as `load_entry` does."""
    minute, hour, day, month, weekday = NICKNAMES.get(line, line).split()
    for item in f"{minute},{hour},{day},{month},{weekday}".split(","):
        # As entry.c says: "Unsupported syntax: Step specified without range".
        assert "/" not in item or item[0] == "*" or "-" in item, item
    weekdays = numbers(weekday, 0, 7, FROM_0)
    # As entry.c says: "make sundays equivalent".
    if weekdays & {0, 7}:
        weekdays |= {0, 7}
    return Entry(
        times(numbers(hour, 0, 23), numbers(minute, 0, 59)),
        numbers(day, 1, 31),
        numbers(month, 1, 12, MONTH_NAMES),
        weekdays,
        minute[0] == "*" or hour[0] == "*",
        day[0] == "*" or weekday[0] == "*",
    )


@lru_cache(maxsize=2)
def calls(zone: str, start: int, end: int) -> list[Call]:
    """Let a daemon run from a day before the stretch, and give its calls within it.

    It wakes up on time, and jobs take none.
    """
    virtual = None
    found: list[Call] = []
    for piece in timeline(zone, start, end).pieces:
        midnight = (piece.date.toordinal() - date(1970, 1, 1).toordinal()) * MINUTES_A_DAY
        for minute in piece.minutes:
            at = piece.start + (minute - piece.minutes.start) * MINUTE
            running = midnight + minute
            calls_now, virtual = wake_up(at, running, running - 1 if virtual is None else virtual)
            if start <= at < end:
                found += calls_now
    return found


def wake_up(at: int, running: int, virtual: int) -> tuple[list[Call], int]:
    """Go through the main loop once; give the calls it makes and the virtual time after it."""
    behind = running - virtual
    if behind == 1:
        return [Call(at, running, wild=True, fixed=True)], running
    if behind > THREE_HOURS or behind <= -THREE_HOURS:
        # As cron.c says, "time has changed a *lot*, jump virtual time, and run everything".
        return [Call(at, running, wild=True, fixed=True)], running
    missed = range(virtual + 1, running + 1)
    if behind > 5:
        # Wildcard jobs for the current minute, then fixed-time jobs for each minute missed.
        wild = Call(at, running, wild=True, fixed=False)
        return [wild, *(Call(at, one, wild=False, fixed=True) for one in missed)], running
    if behind > 0:
        # The daemon woke up late: all jobs, for each minute until it has caught up.
        return [Call(at, one, wild=True, fixed=True) for one in missed], running
    # As cron.c says: "just run the wildcard jobs. [...] virtual time does not change until we are
    # caught up".
    return [Call(at, running, wild=True, fixed=False)], virtual
