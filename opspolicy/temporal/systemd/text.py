"""Reads systemd's calendar expressions, and writes them in systemd's own normal form.

The grammar is that of systemd.time(7), "Calendar Events", as systemd 252 reads it
(src/shared/calendarspec.c): what systemd refuses is refused here, with the part that is wrong.
"""

from __future__ import annotations

import re

from opspolicy.record import NamedTuple
from opspolicy.temporal import zones
from opspolicy.temporal.instants import calendar_date
from opspolicy.temporal.recurrence import ScheduleError
from opspolicy.temporal.systemd.lists import (
    DAY_FROM_END,
    DAY_OF_MONTH,
    HOUR,
    LAST_YEAR,
    MINUTE,
    MONTH,
    SECOND,
    YEAR,
    ZERO,
    Chain,
    Component,
    read_list,
    shown,
)

LONGEST = 256
ALL_WEEKDAYS = 0b111_1111

SHORTHANDS = {
    "minutely": "*-*-* *:*:00",
    "hourly": "*-*-* *:00:00",
    "daily": "*-*-* 00:00:00",
    "weekly": "Mon *-*-* 00:00:00",
    "monthly": "*-*-01 00:00:00",
    "quarterly": "*-01,04,07,10-01 00:00:00",
    "semiannually": "*-01,07-01 00:00:00",
    "semi-annually": "*-01,07-01 00:00:00",
    "biannually": "*-01,07-01 00:00:00",
    "bi-annually": "*-01,07-01 00:00:00",
    "annually": "*-01-01 00:00:00",
    "yearly": "*-01-01 00:00:00",
    # A misspelling that systemd once had in its manual, and still takes.
    "anually": "*-01-01 00:00:00",
}
# Two days in a row stand as a list.
WORTH_A_RANGE = 3
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = {name.lower(): at for names in (DAYS, LONG_DAYS) for at, name in enumerate(names)}


class Expression(NamedTuple):
    """A calendar expression as it was read; the days count ``from_end`` after a `~`.

    ``weekdays`` has a bit for each, Monday first.
    """

    weekdays: int
    years: Chain
    months: Chain
    days: Chain
    from_end: bool
    hours: Chain
    minutes: Chain
    seconds: Chain
    zone_key: str | None


def read(text: str) -> Expression:
    """Return the Expression of ``text``; raises ScheduleError where systemd refuses it."""
    if len(text) > LONGEST:
        message = f"a calendar expression of {len(text)} characters: {LONGEST} is the limit"
        raise ScheduleError(message)
    try:
        return _expression(text)
    except ScheduleError as error:
        from opspolicy.temporal.systemd import hints  # noqa: PLC0415 - only when it is wrong

        raise hints.better(text, error) from None


def normal_form(read: Expression) -> str:
    """Return the expression as `systemd-analyze calendar` shows it."""
    weekdays = "" if read.weekdays == ALL_WEEKDAYS else f"{_shown_weekdays(read.weekdays)} "
    dates = f"{shown(read.years, YEAR)}-{shown(read.months, MONTH)}"
    days = f"{'~' if read.from_end else '-'}{shown(read.days, DAY_OF_MONTH)}"
    times = (shown(read.hours, HOUR), shown(read.minutes, MINUTE), shown(read.seconds, SECOND))
    zone = f" {read.zone_key}" if read.zone_key else ""
    return f"{weekdays}{dates}{days} {':'.join(times)}{zone}"


def _expression(text: str) -> Expression:
    if not text.isascii():
        foreign = next(each for each in text if not each.isascii())
        message = f"`{foreign}` can't stand in a calendar expression"
        raise ScheduleError(message, "write a range with two dots, as in `Mon..Fri`")
    rest, zone_key = part_zone(text)
    rest = SHORTHANDS.get(rest.lower(), rest)
    if not rest.strip(" "):
        message = "an empty calendar expression"
        raise ScheduleError(message, "write `daily`, or a time of day such as `02:00`")
    weekdays = ALL_WEEKDAYS
    if rest[:3].lower() in WEEKDAYS:
        names, _, rest = rest.partition(" ")
        weekdays = _weekdays(names)
        rest = rest.lstrip(" ")
    years: Chain = ()
    months: Chain = ()
    days: Chain = ()
    from_end = False
    if rest.startswith("@"):
        return _epoch(rest, weekdays)
    if next((each for each in rest if each in "-~:"), ":") != ":":
        date, _, rest = rest.partition(" ")
        rest = rest.lstrip(" ")
        years, months, days, from_end = _date(date)
    hours, minutes, seconds = _time(rest) if rest else (ZERO, ZERO, ZERO)
    return Expression(weekdays, years, months, days, from_end, hours, minutes, seconds, zone_key)


def part_zone(text: str) -> tuple[str, str | None]:
    """Part the zone at the end from an expression; only UTC may be in small letters."""
    rest, space, last = text.rpartition(" ")
    if not space or not last[:1].isalpha():
        return text, None
    if last.upper() == "UTC":
        return rest, "UTC"
    if zones.is_known(last):
        return rest, last
    if not (rest.lower() in SHORTHANDS or any(each in "0123456789*" for each in rest)):
        return text, None
    message = f"`{last}` is not a time zone of tzdata {zones.VERSION}"
    raise ScheduleError(message)


def _weekdays(text: str) -> int:
    items = text.split(",")
    if len(items) > 1 and not items[-1]:
        # systemd.time(7) has `Wed, 17:48`.
        del items[-1]
    mask = 0
    for item in items:
        begin, dots, end = item.replace("-", "..").partition("..")
        if not begin or (dots and not end):
            what = f"`{item}`" if item else "an empty place"
            message = f"{what} can't stand among the weekdays (in `{text}`)"
            raise ScheduleError(message, "write a list and ranges, as in `Mon..Wed,Sat`")
        first = _weekday(begin, text)
        last = _weekday(end, text) if dots else first
        if last < first:
            message = f"`{item}` runs backwards: systemd's week begins on Monday"
            ends = _shown_weekdays((2 << last) - 1 | ALL_WEEKDAYS >> first << first)
            raise ScheduleError(message, f"write it as `{ends}`")
        mask |= (2 << last) - (1 << first)
    return mask


def _weekday(name: str, whole: str) -> int:
    at = WEEKDAYS.get(name.lower())
    if at is None:
        where = f" (in `{whole}`)" if name != whole else ""
        message = f"`{name}` is not a weekday{where}"
        raise ScheduleError(message, f"it is one of {', '.join(DAYS)}, or the whole name")
    return at


def _epoch(text: str, weekdays: int) -> Expression:
    found = re.fullmatch(r"@ *\+?([0-9]+)", text)
    if not found:
        message = f"`{text}` is not `@` and the seconds since 1970"
        raise ScheduleError(message, "`@` is followed by a number alone, as in `@1493187147`")
    digits = found[1].lstrip("0") or "0"
    day, second = divmod(int(digits), 86400)
    if len(digits) > len("7258118399") or calendar_date(day).year > LAST_YEAR:
        message = f"`{text}` is after {LAST_YEAR}, which is as far as systemd counts"
        raise ScheduleError(message)
    date = calendar_date(day)
    clock = f"{second // 3600}:{second // 60 % 60}:{second % 60}"
    return _expression(f"{date.isoformat()} {clock} UTC")._replace(weekdays=weekdays)


def _date(text: str) -> tuple[Chain, Chain, Chain, bool]:
    if ":" in text:
        message = f"`{text}` mixes the marks of a date with those of a time"
        raise ScheduleError(message, "write ranges with two dots, as in `09..17:00`")
    head, tilde, last = text.rpartition("~")
    if not tilde:
        head, _, last = text.rpartition("-")
    year, dash, month = head.rpartition("-")
    if "~" in head or "-" in year or "-" in last:
        message = f"`{text}` is not a date: year, month and day, or month and day"
        raise ScheduleError(message, "as in `2027-01-31`, `*-*-01` or `*-02~01`; ranges have `..`")
    if not dash and last and month.isdigit() and len(month) == len("2027"):
        message = f"`{text}` is a year and a month, and systemd reads two numbers as month and day"
        raise ScheduleError(message, "write a day too, as in `2027-01-01`, or `2027-01-*` for each")
    year = year if dash else "*"
    days = read_list(last, DAY_FROM_END if tilde else DAY_OF_MONTH, text)
    return read_list(year, YEAR, text), read_list(month, MONTH, text), days, bool(tilde and days)


def _time(text: str) -> tuple[Chain, Chain, Chain]:
    time, space, after = text.partition(" ")
    parts = time.split(":")
    if len(parts) == 1:
        message = f"`{time or text}` is neither a date nor a time of day"
        hint = "write `02:00` for a time, `*-*-02` for a day of the month"
        if time[:3].lower() in WEEKDAYS:
            hint = "weekdays are a list without spaces, as in `Mon,Tue`"
        raise ScheduleError(message, hint)
    if space:
        what = f"`{after}`" if after.strip() else "a space"
        message = f"{what} after the time `{time}`, where only a time zone may stand"
        raise ScheduleError(message)
    if len(parts) > len("hms"):
        message = f"`{text}` is not a time of day: hour, minute and second, or hour and minute"
        raise ScheduleError(message)
    hours, minutes = read_list(parts[0], HOUR, text), read_list(parts[1], MINUTE, text)
    seconds = read_list(parts[2], SECOND, text) if parts[2:] else ZERO
    if Component(0, None, 1) in seconds:
        return hours, minutes, ()
    return hours, minutes, seconds


def _shown_weekdays(mask: int) -> str:
    items: list[str] = []
    at = 0
    while mask >> at:
        if mask >> at & 1:
            first = at
            while mask >> (at + 1) & 1:
                at += 1
            names = DAYS[first : at + 1]
            items += [f"{names[0]}..{names[-1]}"] if len(names) >= WORTH_A_RANGE else names
        at += 1
    return ",".join(items)
