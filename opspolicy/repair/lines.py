"""A cron line that starts earlier or later, by days or by minutes, and all else as it was."""

from __future__ import annotations

from opspolicy.temporal import cron_grammar
from opspolicy.temporal.cron_grammar import (
    ALL_DAYS,
    ALL_MONTHS,
    ALL_WEEKDAYS,
    WEEKDAYS,
    values,
)
from opspolicy.temporal.durations import DAY, MINUTE
from opspolicy.temporal.instants import MINUTES_A_DAY
from opspolicy.temporal.recurrence import ScheduleError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opspolicy.temporal.cron_grammar import Line
    from opspolicy.temporal.dialects import Dialect

SHORTEST_MONTH = 28
A_WEEK = 7
# `5-7` says three numbers; two are as long as a list.
WORTH_A_RANGE = 3


def shifted(text: str, dialect: Dialect, shift: int) -> str | None:
    """Return a line whose every start is ``shift`` seconds later on the clock.

    None where there is none in the same words: what starts all day long, on the last of a month, or
    on days that a shift would move over a month's end.
    """
    try:
        line = cron_grammar.read(text, dialect)
    except ScheduleError:
        return None
    days, seconds = divmod(shift, DAY)
    if seconds % MINUTE or line.special_days or line.special_weekdays:
        return None
    clock = _clock(line, seconds // MINUTE)
    if clock is None:
        return None
    over, hours, minutes = clock
    fields = _fields(text, dialect)
    if not seconds and _several_days(line):
        return None  # from Tuesday to Saturday is not what Monday to Friday was meant for
    if days + over and not _move_days(fields, line, days + over, dialect):
        return None
    for name, now, before in (
        ("minute", minutes, values(line.minutes)),
        ("hour", hours, values(line.hours)),
    ):
        if now != before:
            fields[name] = _listed(now)
    return _joined(text, fields)


def _clock(line: Line, minutes: int) -> tuple[int, Sequence[int], Sequence[int]] | None:
    """Return by how many days later, at which hours and minutes what starts ``minutes`` later."""
    hours_of, minutes_of = values(line.hours), values(line.minutes)
    if not minutes:
        return 0, hours_of, minutes_of
    later = [hour * 60 + minute + minutes for hour in hours_of for minute in minutes_of]
    over = {at // MINUTES_A_DAY for at in later}
    wrapped = {at % MINUTES_A_DAY for at in later}
    hours = sorted({at // 60 for at in wrapped})
    past = sorted({at % 60 for at in wrapped})
    # Some times of day would start on another day than others, or not be hours times minutes.
    if len(over) > 1 or len(hours) * len(past) != len(wrapped):
        return None
    return over.pop(), hours, past


def _several_days(line: Line) -> bool:
    """Whether a line names more than one day of the week or the month."""
    masks = (line.days, ALL_DAYS), (line.weekdays, ALL_WEEKDAYS)
    return any(mask != every and mask.bit_count() > 1 for mask, every in masks)


def _move_days(fields: dict[str, str], line: Line, days: int, dialect: Dialect) -> bool:
    """Move the day fields by ``days``; False where that can't be said."""
    by_day = not line.any_day and line.days != ALL_DAYS
    by_weekday = not line.any_weekday and line.weekdays != ALL_WEEKDAYS
    if by_day and by_weekday:
        return False
    if by_weekday:
        later = {(at + days) % A_WEEK for at in values(line.weekdays)}
        named = any(each.isalpha() for each in fields["weekday"])
        fields["weekday"] = _weekdays(later, dialect, named=named)
    elif by_day:
        moved = [at + days for at in values(line.days)]
        if min(moved) < 1 or max(moved) > SHORTEST_MONTH:
            return False
        fields["day"] = _listed(moved)
    # A line of every day of some months would have to begin and end on other days.
    return by_weekday or by_day or line.months == ALL_MONTHS


def _weekdays(days: Iterable[int], dialect: Dialect, *, named: bool) -> str:
    """Return weekdays (Sunday is 0), from Monday on, by name or by the dialect's number."""
    ordered = sorted(days, key=lambda at: (at - 1) % A_WEEK)
    names = {at: name for name, at in WEEKDAYS.items()}
    if named:
        upper = dialect.sunday == 1
        return ",".join(names[at].upper() if upper else names[at] for at in ordered)
    return _listed(sorted(at + dialect.sunday for at in ordered))


def _listed(numbers: Sequence[int]) -> str:
    """Return numbers as a field: `1`, `1,3`, `1-5`."""
    if len(numbers) >= WORTH_A_RANGE and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}-{numbers[-1]}"
    return ",".join(str(each) for each in numbers)


def _fields(text: str, dialect: Dialect) -> dict[str, str]:
    """Return the fields of a line by name, a nickname written out."""
    written = cron_grammar.nickname(text, dialect) if text.startswith("@") else text.strip()
    if "(" in written:
        written = written.partition("(")[2].removesuffix(")")
    return dict(zip(dialect.fields, written.split(), strict=False))


def _joined(text: str, fields: dict[str, str]) -> str:
    line = " ".join(fields.values())
    return f"{text.strip().partition('(')[0]}({line})" if "(" in text else line
