"""The days a comment names, and how often, held against a schedule's."""

from __future__ import annotations

from opspolicy.phrases import listing
from opspolicy.temporal.comments import claims as said
from opspolicy.temporal.comments.facts import (
    DAY_NAMES,
    MONTH_NAMES,
    every,
    on_weekdays,
    ordinal,
)
from opspolicy.temporal.comments.words import MINUTES_A_DAY, MONTH, QUARTER, WEEK, YEAR
from opspolicy.temporal.cron_grammar import ALL_DAYS, ALL_WEEKDAYS, DAYS_OF_EVERY_MONTH, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.comments.claims import Reading
    from opspolicy.temporal.comments.clocks import Clock
    from opspolicy.temporal.comments.facts import Facts

HOUR = 60
# How many days a year it runs on that can be called so: `daily` may spare weekends, `weekly` may be
# twice a week, `monthly` may pause for a season.
DAYS_A_YEAR: dict[int, tuple[float, float]] = {
    MINUTES_A_DAY: (250, 366),
    WEEK: (40, 110),
    MONTH: (5, 26),
    QUARTER: (3, 8),
    YEAR: (0, 3),
}
EVEN = 0x5555_5555


def how_often(facts: Facts, unit: int) -> set[int] | None:
    """Return how many starts so many minutes can have; None when that takes more to tell."""
    times = len(facts.times)
    if unit == HOUR:
        hours = [at // HOUR for at in facts.times]
        return {hours.count(hour) for hour in set(hours)}
    if unit == MINUTES_A_DAY:
        return {times}
    if facts.either_day:
        return None
    if unit == WEEK and facts.days == ALL_DAYS:
        days = facts.weekdays.bit_count()
    elif unit == MONTH and facts.weekdays == ALL_WEEKDAYS and facts.days != ALL_DAYS:
        days = facts.days.bit_count()
        if days >= DAYS_OF_EVERY_MONTH.bit_count():
            return None
    else:
        return None
    return {days, days * times}


def wrong(reading: Reading, facts: Facts, clock: Clock) -> str | None:
    """Return what a comment wrongly says of the days; None when it can be right."""
    found = _rate(reading, facts) or _weekdays(reading, facts, abroad=clock.abroad)
    if found is not None or clock.on_another_day(reading.times):
        return found
    return _nth(reading, facts) or _dates(reading, facts) or _parity(reading, facts)


def _rate(reading: Reading, facts: Facts) -> str | None:
    """Judge `daily`, `weekly`, `every other day` by the days it starts on in a year."""
    steps = {claim.number for claim in reading.of(said.EVERY) if claim.number >= MINUTES_A_DAY}
    if len(steps) != 1:
        return None
    (step,) = steps
    low, high = 0.6 * YEAR / step, 1.6 * YEAR / step
    low, high = DAYS_A_YEAR.get(step, (low, high))
    days = facts.days_a_year
    if step < MONTH:
        # As often as in the months it has.
        days *= 12 / facts.months.bit_count()
    named = bool(reading.of(said.WEEKDAYS, said.DAYS, said.DATE, said.NTH))
    return every(step) if days < low or (days > high and not named) else None


def _weekdays(reading: Reading, facts: Facts, *, abroad: bool) -> str | None:
    """Judge the weekdays a sentence names; a zone elsewhere can put them a day off."""
    claims = reading.of(said.WEEKDAYS)
    if reading.of(said.NTH, said.DAYS, said.DATE) or not all(claim.whole for claim in claims):
        return None
    named: dict[int, int] = {}
    for claim in claims:
        named[claim.sentence] = named.get(claim.sentence, 0) | claim.number
    for mask in named.values():
        # 01:00 on Monday is Sunday night to most.
        around = {0, 1} if reading.nightly else {0}
        turned = {_turned(mask, by) for by in around | ({-1, 1} if abroad else set())}
        if facts.on_weekdays not in turned:
            return on_weekdays(mask)
    return None


def _turned(weekdays: int, by: int) -> int:
    """Return the weekdays ``by`` days later."""
    return sum(1 << (at + by) % 7 for at in values(weekdays))


def _nth(reading: Reading, facts: Facts) -> str | None:
    """Judge `first Monday`: cron has two fields for it, and takes either."""
    for claim in reading.of(said.NTH):
        week = sum(1 << day for day in range(7 * claim.number - 6, 7 * claim.number + 1))
        fits = not (facts.either_day or facts.days & ~week or facts.weekdays & ~claim.per)
        if claim.whole and not fits:
            name = DAY_NAMES[claim.per.bit_length() - 1]
            return f"on the {ordinal(claim.number)} {name} of the month"
    return None


def _dates(reading: Reading, facts: Facts) -> str | None:
    dates = reading.of(said.DATE)
    for claim in dates:
        fits = facts.days >> claim.number & 1 and facts.months >> claim.per & 1
        if not fits and not facts.either_day:
            return f"on {claim.number} {MONTH_NAMES[claim.per]}"
    for claim in reading.of(said.DAYS):
        fits = not claim.number & ~facts.days and facts.days != ALL_DAYS
        if claim.whole and not fits and not dates:
            return f"on {listing([f'the {ordinal(day)}' for day in values(claim.number)])}"
    return None


def _parity(reading: Reading, facts: Facts) -> str | None:
    """Judge `odd days`, which some count by weekdays: Monday, Wednesday, Friday."""
    for claim in reading.of(said.PARITY):
        other = EVEN if claim.number else ~EVEN
        if claim.whole and facts.days & other and facts.weekdays & other:
            return "on odd days" if claim.number else "on even days"
    return None
