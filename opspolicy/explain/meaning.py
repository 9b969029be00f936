"""What a rule means, whatever it was written in: its days and its times of day, to be put in words.

Made from what the dialect has read, never from the text, so that words can't know better.
"""

from __future__ import annotations

from itertools import pairwise

from opspolicy.record import NamedTuple
from opspolicy.temporal.cron_grammar import (
    ALL_DAYS,
    ALL_HOURS,
    ALL_MONTHS,
    ALL_WEEKDAYS,
    LastDay,
    values,
)
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.systemd.on_calendar import EVERY_DAY, EVERY_YEAR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.temporal.cron import Cron
    from opspolicy.temporal.systemd.on_calendar import OnCalendar

ALL_SIXTY = (1 << 60) - 1
LAST = -1


class Dates(NamedTuple):
    """Days of the month by number, as bits."""

    mask: int


class FromEnd(NamedTuple):
    """Days counted from the month's end, where the last one is 1, as bits."""

    mask: int


class Nearest(NamedTuple):
    """The day from Monday to Friday that is nearest to a day, counted ``from_end`` or from 1."""

    day: int
    from_end: bool = False


class Weekdays(NamedTuple):
    """Weekdays as bits, from Sunday."""

    mask: int


class Nth(NamedTuple):
    """The so-manieth of a weekday (Sunday is 0), from the end below zero, in a month or a year."""

    weekday: int
    number: int
    of_year: bool = False


class Days(NamedTuple):
    """The days of a rule: ``dates`` and ``weekdays`` both fit, or with ``either`` one of them.

    Nothing under one of them leaves the choice to the other. ``years`` are all when empty.
    """

    dates: tuple[Dates | FromEnd | Nearest, ...] = ()
    weekdays: tuple[Weekdays | Nth, ...] = ()
    either: bool = False
    months: int = ALL_MONTHS
    years: tuple[int, ...] = ()

    @property
    def are_all(self) -> bool:
        """Whether it is every day."""
        return self == EVERY_DAY_THERE_IS


EVERY_DAY_THERE_IS = Days()


class Clock(NamedTuple):
    """The times of day of a rule: each second of each minute of each hour named, as bits."""

    hours: int
    minutes: int
    seconds: int = 1


class Span(NamedTuple):
    """Numbers from ``first`` to ``last``, so far apart."""

    first: int
    last: int
    step: int = 1


class Stretches(NamedTuple):
    """The same step between two stretches of the day, each from its first start to its last one.

    ``whole`` says that it goes on over midnight as it does all day.
    """

    step: int
    spans: tuple[tuple[int, int], ...]
    whole: bool = False


MANY_TIMES = 4
"""More are told as a rhythm, where there is one."""
MANY_LISTED = 12
MANY_STRETCHES = 3
IN_A_ROW = 3


def of_cron(line: Cron) -> tuple[Days, Clock]:
    """Return the days and times of a cron line in its dialect."""
    read = line.line
    dates: list[Dates | FromEnd | Nearest] = [Dates(read.days)] if read.days else []
    for special in read.special_days:
        if not isinstance(special, LastDay):
            dates.append(Nearest(special.day))
        elif special.on_weekday:
            dates.append(Nearest(special.back + 1, from_end=True))
        else:
            dates.append(FromEnd(1 << special.back + 1))
    weekdays: list[Weekdays | Nth] = [Weekdays(read.weekdays)] if read.weekdays else []
    weekdays += [Nth(each.weekday, each.nth or LAST) for each in read.special_weekdays]
    days = days_of(dates, weekdays, either=line.either_day)
    years = tuple(sorted(read.years)) if read.years is not None else ()
    clock = Clock(read.hours, read.minutes, read.seconds)
    return days._replace(months=read.months, years=years), clock


def of_on_calendar(rule: OnCalendar) -> tuple[Days, Clock]:
    """Return the days and times of a calendar expression."""
    dates: list[Dates | FromEnd | Nearest] = []
    if rule.days != EVERY_DAY or rule.from_end:
        dates = [FromEnd(rule.days) if rule.from_end else Dates(rule.days)]
    # systemd's week begins on Monday.
    mask = (rule.weekdays << 1 | rule.weekdays >> 6) & ALL_WEEKDAYS
    days = days_of(dates, [Weekdays(mask)])
    years = () if rule.years == EVERY_YEAR else tuple(values(rule.years))
    masks = [sum(1 << at for at in each) for each in (rule.hours, rule.minutes, rule.seconds)]
    return days._replace(months=rule.months, years=years), Clock(*masks)


def days_of(
    dates: Sequence[Dates | FromEnd | Nearest],
    weekdays: Sequence[Weekdays | Nth],
    *,
    either: bool = False,
) -> Days:
    """Return the days, where a field that names every day leaves the choice to the other one."""
    any_date, any_weekday = Dates(ALL_DAYS) in dates, Weekdays(ALL_WEEKDAYS) in weekdays
    if either and (any_date or any_weekday):
        return EVERY_DAY_THERE_IS
    return Days(
        () if any_date else tuple(dates), () if any_weekday else tuple(weekdays), either=either
    )


def spans(values: Sequence[int]) -> list[Span]:
    """Return sorted numbers as few spans: one with a step, or ranges and single numbers."""
    steps = {after - at for at, after in pairwise(values)}
    if len(steps) == 1 and len(values) > MANY_TIMES:
        return [Span(values[0], values[-1], steps.pop())]
    found: list[Span] = []
    at = 0
    while at < len(values):
        end = at
        while end + 1 < len(values) and values[end + 1] == values[end] + 1:
            end += 1
        if end - at + 1 < IN_A_ROW:
            end = at
        found.append(Span(values[at], values[end]))
        at = end + 1
    return found


def run_of(values: Sequence[int]) -> bool:
    """Whether sorted numbers are three or more in a row, which a range tells better."""
    return len(values) >= IN_A_ROW and values[-1] - values[0] == len(values) - 1


def times(clock: Clock) -> list[int]:
    """Return the times of day in seconds, sorted."""
    return [
        hour * HOUR + minute * MINUTE + second
        for hour in values(clock.hours)
        for minute in values(clock.minutes)
        for second in values(clock.seconds)
    ]


def listed(clock: Clock) -> list[int]:
    """Return the times of day that are better listed than told as a rhythm, in seconds."""
    count = clock.hours.bit_count() * clock.minutes.bit_count() * clock.seconds.bit_count()
    if count <= MANY_TIMES or (count <= MANY_LISTED and rhythm(clock) is None):
        return times(clock)
    return []


def rhythm(clock: Clock) -> Stretches | None:
    """Return the one step that parts all times in a few stretches of the day, if there is one."""
    hours = values(clock.hours)
    within = [at * MINUTE + each for at in values(clock.minutes) for each in values(clock.seconds)]
    steps = {after - at for at, after in pairwise(within)}
    over = within[0] + HOUR - within[-1]
    if len(within) == 1:
        gaps = {after - at for at, after in pairwise(hours)}
        if len(gaps) == 1:
            step = gaps.pop() * HOUR
            first, last = hours[0] * HOUR + within[0], hours[-1] * HOUR + within[0]
            return Stretches(step, ((first, last),), first == 0 and last + step == DAY)
        steps = {HOUR}
    if len(hours) == 1 and len(steps) == 1:
        start = hours[0] * HOUR
        return Stretches(steps.pop(), ((start + within[0], start + within[-1]),))
    if steps != {over} and len(within) > 1:
        return None
    step = steps.pop()
    blocks = _blocks(hours)
    if len(blocks) > MANY_STRETCHES or (len(within) == 1 and any(a == b for a, b in blocks)):
        return None
    found = tuple((a * HOUR + within[0], b * HOUR + within[-1]) for a, b in blocks)
    whole = clock.hours == ALL_HOURS and within[0] == 0
    return Stretches(step, found, whole)


def _blocks(values: list[int]) -> list[tuple[int, int]]:
    """Return where numbers in a row begin and end."""
    found: list[tuple[int, int]] = []
    for value in values:
        if found and found[-1][1] == value - 1:
            found[-1] = (found[-1][0], value)
        else:
            found.append((value, value))
    return found
