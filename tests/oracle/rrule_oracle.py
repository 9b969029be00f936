"""Recurrence rules by the letter of RFC 5545, section 3.3.10: period by period, set by set.

Slow and plain on purpose, and written from the text alone: the engine's expansion is held against
it. Nothing of the engine is used, not even its parser.

Where the text leaves a choice, this is the one taken:

- A day of week n belongs to the year that numbers the week, also where it lies in another calendar
  year; a rule with BYWEEKNO counts its years that way.
- BYMONTH limits the days of a week, not the weeks (what each implementation does).
- A time that a clock change skips is in the set.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ONE_DAY = dt.timedelta(days=1)
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


class Period(NamedTuple):
    """One interval of the rule: a year, a month … from its first to its last day, or a time."""

    days: list[dt.date]
    at: dt.datetime


def expand(rule: str, start: dt.datetime, end: dt.datetime) -> list[dt.datetime]:
    """Return the recurrence set before ``end``; ``start`` is DTSTART, and need not match."""
    parts = dict(part.split("=") for part in rule.split(";"))
    count = int(parts.get("COUNT", "1000000000"))
    until = dt.datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%S") if "UNTIL" in parts else end  # noqa: DTZ007 - a wall clock is in no zone
    found: list[dt.datetime] = []
    for period in periods(parts, start, end):
        for instance in instances(parts, period, start):
            if instance < start:
                continue
            if instance > until or len(found) == count:
                return [each for each in found if each < end]
            found.append(instance)
    return [each for each in found if each < end]


def periods(parts: dict[str, str], start: dt.datetime, end: dt.datetime) -> Iterator[Period]:
    """Yield each INTERVAL-th period from that of DTSTART on."""
    freq, interval = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    if freq in {"MINUTELY", "HOURLY"}:
        unit = dt.timedelta(minutes=1) if freq == "MINUTELY" else dt.timedelta(hours=1)
        at = start.replace(second=0, minute=start.minute if freq == "MINUTELY" else 0)
        while at < end:
            yield Period([at.date()], at)
            at += unit * interval
        return
    day, number = start.date(), 0
    days = [day]
    while days[0] <= end.date():
        days = period_of(parts, day)
        if number % interval == 0:
            yield Period(days, start)
        day, number = days[-1] + ONE_DAY, number + 1


def period_of(parts: dict[str, str], day: dt.date) -> list[dt.date]:
    """Return the days of the period in which ``day`` lies."""
    freq = parts["FREQ"]
    same: Callable[[dt.date], object] = {
        "DAILY": lambda each: each,
        "WEEKLY": lambda each: week_start(parts, each),
        "MONTHLY": lambda each: (each.year, each.month),
        "YEARLY": lambda each: (
            week_number(parts, each)[0] if "BYWEEKNO" in parts else each.year
        ),
    }[freq]  # fmt: skip
    key = same(day)
    while same(day - ONE_DAY) == key:
        day -= ONE_DAY
    days = [day]
    while same(days[-1] + ONE_DAY) == key:
        days.append(days[-1] + ONE_DAY)
    return days


def week_start(parts: dict[str, str], day: dt.date) -> dt.date:
    """Return the day on which the week around ``day`` begins."""
    while WEEKDAYS[day.weekday()] != parts.get("WKST", "MO"):
        day -= ONE_DAY
    return day


def week_number(parts: dict[str, str], day: dt.date) -> tuple[int, int]:
    """Return a day's week and the year it is of: week 1 has at least four days in its year."""
    start = week_start(parts, day)
    days = [start + at * ONE_DAY for at in range(7)]
    year = next(each.year for each in days if sum(other.year == each.year for other in days) >= 4)
    number = 0
    while sum((start + at * ONE_DAY).year == year for at in range(7)) >= 4:
        start -= 7 * ONE_DAY
        number += 1
    return year, number


def instances(parts: dict[str, str], period: Period, start: dt.datetime) -> list[dt.datetime]:
    """Return one period's set, in the order in which the parts are evaluated."""
    days = [day for day in period.days if is_named(parts, day, start)]
    times = dict.fromkeys(
        (hour, minute, second)
        for hour in numbers(parts, "BYHOUR") or hours(parts, period, start)
        for minute in numbers(parts, "BYMINUTE") or minutes(parts, period, start)
        for second in numbers(parts, "BYSECOND") or [start.second]
        if parts["FREQ"] not in {"HOURLY", "MINUTELY"} or hour == period.at.hour
        if parts["FREQ"] != "MINUTELY" or minute == period.at.minute
    )
    found = sorted(dt.datetime.combine(day, dt.time(*time)) for day in days for time in times)
    positions = numbers(parts, "BYSETPOS")
    if not positions:
        return found
    size = len(found)
    return [
        each for at, each in enumerate(found) if at + 1 in positions or at - size in positions
    ]  # fmt: skip


def hours(parts: dict[str, str], period: Period, start: dt.datetime) -> list[int]:
    """Return the hour that a rule without BYHOUR runs in."""
    return [period.at.hour if parts["FREQ"] in {"HOURLY", "MINUTELY"} else start.hour]


def minutes(parts: dict[str, str], period: Period, start: dt.datetime) -> list[int]:
    """Return the minute that a rule without BYMINUTE runs in."""
    return [period.at.minute if parts["FREQ"] == "MINUTELY" else start.minute]


def numbers(parts: dict[str, str], name: str) -> list[int]:
    """Return a list of numbers."""
    return [int(each) for each in parts[name].split(",")] if name in parts else []


def is_named(parts: dict[str, str], day: dt.date, start: dt.datetime) -> bool:
    """Whether the parts about dates name a day, those from DTSTART included."""
    month_length = calendar.monthrange(day.year, day.month)[1]
    year_length = 366 if calendar.isleap(day.year) else 365
    return (
        ("BYMONTH" not in parts or day.month in numbers(parts, "BYMONTH"))
        and ("BYWEEKNO" not in parts or is_counted(parts, "BYWEEKNO", *weeks_of(parts, day)))
        and is_counted(parts, "BYYEARDAY", day.timetuple().tm_yday, year_length)
        and is_counted(parts, "BYMONTHDAY", day.day, month_length)
        and (is_weekday(parts, day) if "BYDAY" in parts else is_as_at_start(parts, day, start))
    )


def is_counted(parts: dict[str, str], name: str, number: int, last: int) -> bool:
    """Whether a list names a number, counted from 1 or back from the last one, -1."""
    return name not in parts or bool({number, number - last - 1} & set(numbers(parts, name)))


def weeks_of(parts: dict[str, str], day: dt.date) -> tuple[int, int]:
    """Return a day's week, and the last week of the year that it is of."""
    year, number = week_number(parts, day)
    ends = [week_number(parts, dt.date(year, 12, at)) for at in range(20, 32)]
    return number, max(last for of_year, last in ends if of_year == year)


def is_as_at_start(parts: dict[str, str], day: dt.date, start: dt.datetime) -> bool:
    """Whether what no part tells about a day is as DTSTART has it."""
    freq = parts["FREQ"]
    if "BYYEARDAY" in parts or "BYMONTHDAY" in parts:
        return True
    if freq == "WEEKLY" or "BYWEEKNO" in parts:
        return day.weekday() == start.weekday()
    if freq == "YEARLY" and "BYMONTH" not in parts and day.month != start.month:
        return False
    return freq not in {"YEARLY", "MONTHLY"} or day.day == start.day


def is_weekday(parts: dict[str, str], day: dt.date) -> bool:
    """Whether BYDAY names a day: in every week, or as the n-th of the month or year."""
    within_month = parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts
    before = after = 1
    while is_same(day, day - 7 * before * ONE_DAY, within_month=within_month):
        before += 1
    while is_same(day, day + 7 * after * ONE_DAY, within_month=within_month):
        after += 1
    name = WEEKDAYS[day.weekday()]
    allowed = {name, f"{before}{name}", f"+{before}{name}", f"-{after}{name}"}
    return bool(allowed & set(parts["BYDAY"].split(",")))


def is_same(day: dt.date, other: dt.date, *, within_month: bool) -> bool:
    """Whether two days are in the same year, or month."""
    return day.year == other.year and (not within_month or day.month == other.month)
