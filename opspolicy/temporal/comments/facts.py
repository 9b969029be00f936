"""What a schedule comes to: when it starts, in numbers that can be compared, and in words."""

from __future__ import annotations

import re
from functools import lru_cache

from opspolicy.phrases import listing
from opspolicy.record import NamedTuple
from opspolicy.temporal.comments.words import MINUTES_A_DAY, MONTH, QUARTER, WEEK, YEAR
from opspolicy.temporal.cron_grammar import ALL_DAYS, ALL_MONTHS, ALL_WEEKDAYS, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MONDAY_TO_FRIDAY = 0b011_1110
# February's mean, near enough to count days by.
DAYS_IN_MONTH = (0, 31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
DAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTH_NAMES = (
    "", "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
# More are counted instead of listed.
MANY_TIMES = 4
MANY_DATES = 6
MANY_IN_A_ROW = 3


class Facts(NamedTuple):
    """When something starts: minutes of the day on the clock of ``zone``, on the days named.

    Bit masks count as cron does: Sunday is 0, days and months are from 1. With ``either_day`` a
    day that one of both masks names is enough.
    """

    times: tuple[int, ...]
    zone: str
    weekdays: int = ALL_WEEKDAYS
    days: int = ALL_DAYS
    months: int = ALL_MONTHS
    either_day: bool = False

    @property
    def gaps(self) -> list[int]:
        """The minutes from each start to the next one, the last one's over midnight."""
        following = (*self.times[1:], self.times[0] + MINUTES_A_DAY)
        return [after - at for at, after in zip(self.times, following, strict=True)]

    @property
    def on_weekdays(self) -> int:
        """The weekdays on which it can start."""
        return ALL_WEEKDAYS if self.either_day else self.weekdays

    @property
    def days_a_year(self) -> float:
        """On how many days a year it starts, on average."""
        return _days_a_year(self.weekdays, self.days, self.months, self.either_day)


@lru_cache(maxsize=256)
def _days_a_year(weekdays: int, days: int, months: int, either_day: bool) -> float:  # noqa: FBT001 - a key of the cache
    share = weekdays.bit_count() / 7
    total = 0.0
    for month in values(months):
        named = sum(1 for day in values(days) if day <= DAYS_IN_MONTH[month])
        other = DAYS_IN_MONTH[month] - named
        total += named + other * share if either_day else named * share
    return total


def together(facts: Iterable[Facts]) -> Facts:
    """Return what several lines come to that start one thing, all in one zone."""
    first, *rest = facts
    for each in rest:
        first = Facts(
            tuple(sorted({*first.times, *each.times})),
            first.zone,
            first.weekdays | each.weekdays,
            first.days | each.days,
            first.months | each.months,
            first.either_day or each.either_day,
        )
    return first


def described(facts: Facts) -> str:
    """Return when it starts, in words fit for a comment: `at 02:00 Europe/Berlin on Mondays`."""
    on = days(facts)
    return f"{starts(facts)}{f' {on}' if on else ''}"


def ordinal(number: int) -> str:
    """Return `1st`, `22nd`."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number in (11, 12, 13) else ending}"


def clock(minute: int) -> str:
    """Return a minute of the day as `03:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def every(step: int) -> str:
    """Return so many minutes as `every 15 minutes`, `every 6 hours`, `every month`."""
    longer = {MONTH: "month", QUARTER: "quarter", YEAR: "year"}
    if step in longer:
        return f"every {longer[step]}"
    for unit, size in (("week", WEEK), ("day", MINUTES_A_DAY), ("hour", 60)):
        if step % size == 0:
            return f"every {unit}" if step == size else f"every {step // size} {unit}s"
    return "every minute" if step == 1 else f"every {step} minutes"


def starts(facts: Facts) -> str:
    """Return the times of day, `at 02:00 Europe/Berlin` or `every 15 minutes`."""
    times, gaps = facts.times, facts.gaps
    if len(times) <= MANY_TIMES:
        return f"at {listing([clock(at) for at in times])} {facts.zone}"
    if len(set(gaps[:-1])) == 1:
        step = every(gaps[0])
        if gaps[-1] <= gaps[0]:
            return step
        return f"{step} from {clock(times[0])} to {clock(times[-1])} {facts.zone}"
    return f"{len(times)} times a day, first at {clock(times[0])} {facts.zone}"


def days(facts: Facts) -> str:
    """Return the days it starts on; nothing for every day."""
    parts = []
    if facts.days != ALL_DAYS:
        parts.append(f"on {_dates(values(facts.days))} of the month")
    if facts.weekdays != ALL_WEEKDAYS:
        parts.append(on_weekdays(facts.weekdays))
    months = ""
    if facts.months != ALL_MONTHS:
        months = f" in {listing([MONTH_NAMES[month] for month in values(facts.months)])}"
    joint = " and " if facts.either_day else " if that is "
    found = re.sub(" if that is (on|from) ", " if that is ", joint.join(parts))
    return found + months if found else months.strip()


def _dates(dates: list[int]) -> str:
    if MANY_IN_A_ROW <= len(dates) == dates[-1] - dates[0] + 1:
        return f"the {ordinal(dates[0])} to {ordinal(dates[-1])}"
    if len(dates) > MANY_DATES:
        return f"{len(dates)} days"
    return f"the {listing([ordinal(day) for day in dates])}"


def on_weekdays(mask: int) -> str:
    """Return `on Mondays and Thursdays`; `from Monday to Friday`."""
    return f"{'from' if mask == MONDAY_TO_FRIDAY else 'on'} {weekday_names(mask)}"


def weekday_names(mask: int) -> str:
    """Return `Mondays and Thursdays`; the working week as what it is called."""
    if mask == MONDAY_TO_FRIDAY:
        return "Monday to Friday"
    # Sunday ends the week that people count.
    days = sorted(values(mask), key=lambda at: (at - 1) % 7)
    return listing([f"{DAY_NAMES[at]}s" for at in days])
