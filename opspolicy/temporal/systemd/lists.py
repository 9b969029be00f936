"""One place of a calendar expression, such as its hours: values, ranges and repetitions in a list.

Read as systemd 252 reads it (src/shared/calendarspec.c): what it refuses is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opspolicy.record import NamedTuple
from opspolicy.temporal.recurrence import ScheduleError

FIRST_YEAR, LAST_YEAR = 1970, 2199
# Longer lists are rare and would make the memory of a hostile estate grow.
MEMORABLE = 24
# systemd keeps numbers in a C int.
LARGEST = (1 << 31) - 1
MICROSECONDS = 1_000_000
# `69` is 2069, `70` is 1970 and `100` is the year 100.
CENTURY_TURNS, TWO_DIGITS = 70, 100

# From the 31 days that a month may have to the 28 that each has.
DAYS_LOST = 3

DECIMAL = r"([0-9]+)(\.[0-9]+)?"
COMPONENT = re.compile(rf"{DECIMAL}(?:\.\.{DECIMAL})?(?:/{DECIMAL})?")


class Field(NamedTuple):
    """What may stand in one of the places, and how many digits it is written with."""

    name: str
    low: int
    high: int
    width: int = 2


YEAR = Field("years", FIRST_YEAR, LAST_YEAR, 4)
MONTH = Field("months", 1, 12)
DAY_OF_MONTH = Field("days", 1, 31)
# Days further from the end than the shortest month is long are forbidden.
DAY_FROM_END = Field("days from the month's end", 1, 28)
HOUR = Field("hours", 0, 23)
MINUTE = Field("minutes", 0, 59)
SECOND = Field("seconds", 0, 59)


class Component(NamedTuple):
    """One item of a list: ``start``, up to and with ``stop``, every ``step`` (0: no repetition)."""

    start: int
    stop: int | None
    step: int


Chain = tuple[Component, ...]
"""The items of a list, sorted; none stand for `*`."""
ZERO: Chain = (Component(0, None, 0),)


def read_list(text: str, field: Field, whole: str) -> Chain:
    """Return the items of ``text``, a part of ``whole``; raises ScheduleError."""
    if text == "*":
        return ()
    key = (text, field.name)
    chain = _known.get(key)
    if chain is None:
        found = {_component(part, field, whole) for part in text.split(",")}
        # systemd sorts what has no end before what has one.
        chain = tuple(sorted(found, key=lambda each: (each.start, each.stop or 0, each.step)))
        if field is DAY_FROM_END:
            _check_reach(chain, whole)
        if len(text) <= MEMORABLE and len(_known) < MOST_REMEMBERED:
            _known[key] = chain
    return chain


MOST_REMEMBERED = 20_000
_known: dict[tuple[str, str], Chain] = {}
"""Lists that were read; the same few come again in thousands of expressions."""


def _component(part: str, field: Field, whole: str) -> Component:
    found = COMPONENT.fullmatch(part)
    if not found or (field is not SECOND and any(found.group(2, 4, 6))):
        from opspolicy.temporal.systemd import hints  # noqa: PLC0415 - only when it is wrong

        raise hints.of_part(part, field, whole)
    unit = MICROSECONDS if field is SECOND else 1
    start = _number(found[1], found[2], unit)
    stop = _number(found[3], found[4], unit) if found[3] else None
    step = _number(found[5], found[6], unit) if found[5] else 0
    if max(start, stop or 0, step) > LARGEST:
        message = f"`{part}` is outside the {field.name}, {field.low} to {field.high}"
        raise ScheduleError(message)
    if found[5] and not step:
        message = f"`{part}`: the step of the {field.name} must be above zero"
        raise ScheduleError(message)
    if field is YEAR:
        start, stop = _year(start), None if stop is None else _year(stop)
    if stop is not None:
        if stop < start:
            _runs_backwards(part, start // unit, stop // unit, field)
        if field is SECOND and not step and start + unit > stop:
            message = f"`{part}` is a range of less than a second, which systemd refuses"
            raise ScheduleError(message, f"write `{start // unit:02}`")
        step = step or unit
        stop -= (stop - start) % step
        if stop == start:
            stop, step = None, 0
    if start % unit or step % unit:
        message = f"`{part}` has a fraction of a second: schedules are planned in whole seconds"
        raise ScheduleError(message, "leave the fraction out")
    component = Component(start // unit, None if stop is None else stop // unit, step // unit)
    _check(component, part, field)
    return component


def _number(whole: str, fraction: str | None, unit: int) -> int:
    """Return a number in parts of ``unit``, rounded as systemd does: at the seventh place."""
    if not fraction:
        return int(whole) * unit
    digits = fraction[1:8].ljust(7, "0")
    return int(whole) * unit + int(digits[:6]) + (digits[6] >= "5")


def _year(value: int) -> int:
    if value < CENTURY_TURNS:
        return value + 2000
    return value + 1900 if value < TWO_DIGITS else value


def _runs_backwards(part: str, start: int, stop: int, field: Field) -> None:
    message = f"`{part}` runs backwards in the {field.name}"
    if field is DAY_FROM_END:
        hint = f"the last day is 1: write it as `{stop:02}..{start:02}`"
    elif field is YEAR:
        hint = f"write it as `{stop}..{start}`"
    else:
        hint = f"write it as two ranges, `{start:02}..{field.high},{field.low:02}..{stop:02}`"
    raise ScheduleError(message, hint)


def _check_reach(chain: Chain, whole: str) -> None:
    """Refuse what systemd does for no good reason: calendarspec.c, chain_valid.

    It takes three days off for each item of the list, not once.
    """
    for at, (start, stop, _) in enumerate(chain):
        high = DAY_FROM_END.high - DAYS_LOST * at
        if max(start, stop or 0) > high:
            message = f"`{whole}`: systemd takes item {at + 1} of {DAY_FROM_END.name} up to {high}"
            raise ScheduleError(message, "declare it as two expressions")


def _check(component: Component, part: str, field: Field) -> None:
    start, stop, step = component
    for value in (start, stop):
        if value is not None and not field.low <= value <= field.high:
            shown = part if stop is None and not step else f"{value}` in `{part}"
            message = f"`{shown}` is outside the {field.name}, {field.low} to {field.high}"
            midnight = field is HOUR and value == field.high + 1
            hint = "a day ends where the next begins, at `00:00`" if midnight else ""
            raise ScheduleError(message, hint)
    if step and stop is None:
        following = start - step if field is DAY_FROM_END else start + step
        if not field.low <= following <= field.high:
            message = f"`{part}`: the {field.name} end before its first repetition"
            raise ScheduleError(message, f"write `{start:0{field.width}}`, without the step")


@lru_cache(maxsize=1024)
def bits(chain: Chain, field: Field) -> int:
    """Return the values a list names as bits, or all of ``field`` for an empty one."""
    mask = 0
    for start, stop, step in chain or (Component(field.low, field.high, 1),):
        named = range(start, (stop or start) + 1, step or 1)
        if step and stop is None:
            # Repetition goes forward in time, which from the month's end is down to the last day.
            forward = range(start, field.high + 1, step)
            named = range(start, 0, -step) if field is DAY_FROM_END else forward
        for value in named:
            mask |= 1 << value
    return mask


def shown(chain: Chain, field: Field) -> str:
    """Return a list as systemd writes it."""
    width = field.width
    items = [
        f"{start:0{width}}"
        + (f"..{stop:0{width}}" if stop is not None else "")
        # Each of a range is what a range means.
        + (f"/{step}" if step and (stop is None or step > 1) else "")
        for start, stop, step in chain
    ]
    return ",".join(items) or "*"
