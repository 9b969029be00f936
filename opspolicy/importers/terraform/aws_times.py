"""What AWS writes times in, as schedules of ours: weekly windows, and expressions in parentheses.

`cron(…)`: https://docs.aws.amazon.com/systems-manager/latest/userguide/
reference-cron-and-rate-expressions.html.
"""

from __future__ import annotations

import re
from calendar import monthrange

from opspolicy.dates import date
from opspolicy.phrases import cut
from opspolicy.record import NamedTuple
from opspolicy.temporal import cron_grammar, durations
from opspolicy.temporal.dialects import APPOINTMENT
from opspolicy.temporal.durations import DAY, HOUR, MINUTE, WEEK
from opspolicy.temporal.recurrence import ScheduleError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.source.node import Node

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
"""AWS counts them from 1."""
LENGTH = len(DAYS)
WEEKDAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")

_TIME = r"([01][0-9]|2[0-3]):([0-5][0-9])"
WEEKLY = re.compile(rf"([a-z]{{3}}):{_TIME}-([a-z]{{3}}):{_TIME}")
DAILY = re.compile(rf"{_TIME}-{_TIME}")
EXPRESSION = re.compile(r"\s*(cron|rate|at)\((.*)\)\s*")
RATE = re.compile(r"\s*([1-9][0-9]{0,5})\s+(minute|hour|day)s?\s*")

FIELDS = ("minutes", "hours", "day of month", "month", "day of week", "year")
SECONDS = len(FIELDS) + 1
NUMBER = re.compile(r"[0-9]{1,2}")
# The last number of each field that a step can run to, by its place.
HIGHEST = (59, 23, 31, 12, 7)
STEP = re.compile(r"([0-9A-Za-z]{1,3})/([0-9]{1,2})")
NTH = re.compile(r"([1-7]|[A-Z]{3})(?:#([1-5])|L)")
LAST_DAY = "L"
SHOWN = 60
"""Characters that a message shows of what can't be read."""
FIRST_YEAR = 2020
"""The rules of RFC 5545 count from a start. What they say here is the same from any year on."""
YEARS = 29
"""In so many years, 29 February falls on each weekday."""


class Spoken(NamedTuple):
    """An expression such as `rate(5 minutes)`: which of the three it is, and what it holds."""

    kind: str
    inside: str


class UnsaidError(ValueError):
    """Why something can't be said as a schedule of ours, what to do, and where, if not there."""

    def __init__(self, message: str, hint: str = "", node: Node | None = None) -> None:
        """Say ``message`` of a schedule, or of ``node``."""
        super().__init__(message)
        self.hint = hint
        self.node = node


class MalformedError(UnsaidError):
    """Why something is no schedule at all, which AWS refuses as well."""


def weekly(text: str) -> tuple[str, str]:
    """Return cron line and duration of a window such as `Mon:04:00-Mon:06:00`.

    Raises UnsaidError.
    """
    found = WEEKLY.fullmatch(text.strip().lower())
    if found is None or found[1] not in DAYS or found[4] not in DAYS:
        message = f"`{shown(text)}` is no weekly window such as `Mon:04:00-Mon:06:00`"
        raise MalformedError(message)
    start, end = (
        DAYS.index(found[at]) * DAY + int(found[at + 1]) * HOUR + int(found[at + 2]) * MINUTE
        for at in (1, 4)
    )
    return f"{int(found[3])} {int(found[2])} * * {found[1]}", _lasting(end - start, WEEK, text)


def at(day: str, time: str) -> str:
    """Return the cron line of a day such as `MONDAY` at a time; raises UnsaidError."""
    found = re.fullmatch(_TIME, time)
    if found is None or day.upper() not in WEEKDAYS:
        message = f"`{shown(day)} {shown(time)}` is no start such as `MONDAY 03:00`"
        raise MalformedError(message)
    return f"{int(found[2])} {int(found[1])} * * {day[:3].lower()}"


def daily(text: str) -> tuple[str, str]:
    """Return cron line and duration of a window such as `03:00-03:30`; raises UnsaidError."""
    found = DAILY.fullmatch(text.strip())
    if found is None:
        message = f"`{shown(text)}` is no daily window such as `03:00-03:30`"
        raise MalformedError(message)
    start, end = (int(found[at]) * HOUR + int(found[at + 1]) * MINUTE for at in (1, 3))
    return f"{int(found[2])} {int(found[1])} * * *", _lasting(end - start, DAY, text)


def _lasting(seconds: int, period: int, text: str) -> str:
    if seconds == 0:
        message = f"`{text}` ends when it starts"
        raise MalformedError(message)
    return durations.compact(seconds % period)


def shown(text: str) -> str:
    """Return as much of a text as a message shows."""
    return cut(text, SHOWN)


def spoken(text: str) -> Spoken:
    """Return the parts of a schedule expression; raises UnsaidError."""
    found = EXPRESSION.fullmatch(text)
    if found is None:
        message = f"`{shown(text)}` is none of `cron(…)`, `rate(…)` and `at(…)`"
        raise MalformedError(message)
    return Spoken(found[1], found[2].strip())


def rate(inside: str) -> str:
    """Return what stands inside of `rate(…)` as a duration; raises UnsaidError."""
    found = RATE.fullmatch(inside)
    if found is None:
        message = f"`rate({shown(inside)})` is no rate such as `rate(5 minutes)`"
        raise MalformedError(message)
    return f"{found[1]}{found[2][0]}"


def appointment(inside: str) -> dict[str, str]:
    """Return what stands inside of `cron(…)` as an appointment: `cron`, or `rrule` and `start`.

    Raises UnsaidError for what neither of the two can say.
    """
    fields = inside.split()
    if len(fields) == SECONDS:
        if fields[0] != "0":
            seconds = shown(fields[0])
            message = f"its first field, the seconds, is `{seconds}`; windows start on the minute"
            raise UnsaidError(message)
        fields = fields[1:]
    if len(fields) != len(FIELDS):
        names = ", ".join(FIELDS)
        message = f"`cron({shown(inside)})` has {len(fields)} fields, not {len(FIELDS)}: {names}"
        raise MalformedError(message)
    *times, year = (each.upper() for each in fields)
    if (times[2] == "?") == (times[4] == "?"):
        message = f"`cron({shown(inside)})` needs `?` in exactly one of its two day fields"
        raise MalformedError(message)
    if year != "*":
        message = f"it names a year, `{shown(year)}`, and cron lines of windows have none"
        raise UnsaidError(message)
    return _by_rule(times) or {"cron": " ".join(map(_field, range(len(times)), times))}


def _field(at: int, text: str) -> str:
    """Return a field as cron has it; what isn't right in it stays, and is refused where it is."""
    if text == "?":
        return "*"
    return ",".join(_item(at, each) for each in text.split(","))


def _item(at: int, text: str) -> str:
    step = STEP.fullmatch(text)
    if step is not None:
        # To AWS a step without a range runs to the field's end.
        text = f"{step[1]}-{HIGHEST[at]}/{step[2]}"
    if at < len(HIGHEST) - 1:
        return text.lower()
    if text == LAST_DAY:
        # As Quartz has it: "by itself, it simply means 7 or SAT".
        return DAYS[-1]
    bounds, slash, rest = text.partition("/")
    return "-".join(_day(each) for each in bounds.split("-")) + slash + rest


def _day(text: str) -> str:
    """Return a weekday by its name."""
    is_number = NUMBER.fullmatch(text) is not None and 1 <= int(text) <= len(DAYS)
    return DAYS[int(text) - 1] if is_number else text.lower()


def _by_rule(times: list[str]) -> dict[str, str]:
    """Return the rule for a day that cron can't name, such as `TUE#2` or `L`; {} for others."""
    minute, hour, day, month, weekday = times
    found = NTH.fullmatch(weekday)
    if found is not None and _day(found[1]) in DAYS:
        name, nth = _day(found[1]), int(found[2] or -1)
        part = f"BYDAY={nth}{name[:2].upper()}"
    elif day == LAST_DAY:
        name, nth, part = "", -1, "BYMONTHDAY=-1"
    elif LAST_DAY in day or "W" in day:
        message = f"`{shown(day)}` is a day of the month that neither cron lines nor RFC 5545 name"
        raise UnsaidError(message)
    else:
        return {}
    minutes, hours, months = _values(
        f"{_field(0, minute)} {_field(1, hour)} 1 {_field(3, month)} *"
    )
    parts = ["FREQ=MONTHLY", part]
    for key, chosen, all_of_them in (
        ("BYMONTH", months, 12),
        ("BYHOUR", hours, 1),
        ("BYMINUTE", minutes, 1),
    ):
        if len(chosen) != all_of_them:
            parts.append(f"{key}={','.join(map(str, chosen))}")
    start = next((each for each in _days(months) if _is_it(each, name, nth)), None)
    if start is None:
        message = f"no month it names has a `{weekday}`"
        raise UnsaidError(message)
    rule = ";".join(parts)
    if len(rule) > cron_grammar.LONGEST:
        message = "it starts at more times of a day than one rule can list"
        raise UnsaidError(message)
    return {"rrule": rule, "start": f"{start}T{hours[0]:02}:{minutes[0]:02}"}


def _values(line: str) -> tuple[list[int], list[int], list[int]]:
    """Return the minutes, hours and months of a cron line."""
    try:
        read = cron_grammar.read(line, APPOINTMENT)
    except ScheduleError as error:
        raise UnsaidError(str(error)) from None
    minutes, hours, months = map(cron_grammar.values, (read.minutes, read.hours, read.months))
    return minutes, hours, months


def _days(months: list[int]) -> Iterator[date]:
    """Yield the days of some months from the first year on."""
    for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
        for month in months:
            for day in range(1, monthrange(year, month)[1] + 1):
                yield date(year, month, day)


def _is_it(day: date, name: str, nth: int) -> bool:
    """Whether a day is the ``nth`` weekday ``name`` of its month, of any name where it is ""."""
    left = monthrange(day.year, day.month)[1] - day.day
    if not name:
        return left == 0
    in_month = left < LENGTH if nth < 0 else (day.day - 1) // LENGTH == nth - 1
    return in_month and DAYS[day.isoweekday() % LENGTH] == name
