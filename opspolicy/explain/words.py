"""A schedule in words: the order of a sentence, whatever the language.

Two rules of different meaning never get the same words: nothing is rounded, counted or left out.
"""

from __future__ import annotations

from opspolicy.explain import meaning
from opspolicy.explain.meaning import (
    ALL_SIXTY,
    Clock,
    Dates,
    Days,
    FromEnd,
    Nearest,
    Nth,
    Span,
    Weekdays,
    spans,
)
from opspolicy.temporal.cron_grammar import ALL_HOURS, ALL_MONTHS, values
from opspolicy.temporal.durations import MINUTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.explain.meaning import Stretches

CALENDAR_WEEK = 7


class Language:
    """How one language says the parts of a schedule."""

    name: str
    and_: str
    or_: str

    def sentence(self, days: Days, clock: Clock) -> str:
        """Return when it is, such as `on Mondays at 02:00`."""
        listed = meaning.listed(clock)
        if listed:
            on = self.days(days)
            return f"{on}{',' * (',' in on)} {self.at([time(at) for at in listed])}"
        found, needs_days = self.rhythm(clock)
        if days.are_all and not needs_days:
            return found
        return f"{found}, {self.days(days)}"

    def rhythm(self, clock: Clock) -> tuple[str, bool]:
        """Return times too many to list, and whether they leave out a part of the day."""
        stretches = meaning.rhythm(clock)
        if stretches is not None:
            if stretches.whole:
                return self.every(stretches.step), False
            return self.between(stretches), True
        return self.within(clock), clock.hours != ALL_HOURS

    def days(self, days: Days) -> str:
        """Return the days, with their months and years."""
        alone = len(days.dates) + len(days.weekdays) == 1
        of = days.months if alone and _of_month(*days.dates, *days.weekdays) else ALL_MONTHS
        dates = [self.date(each, of) for each in days.dates]
        weekdays = [self.weekday(each, of) for each in days.weekdays]
        both = bool(dates and weekdays)
        if not (dates or weekdays):
            found = self.every_day()
        elif both and not days.either:
            found = self.only_if(self.listing(dates), days.weekdays)
        elif both:
            found = self.besides(self.listing(dates), self.listing(weekdays))
        else:
            found = self.listing([*dates, *weekdays])
        if days.months not in {ALL_MONTHS, of}:
            found += self.in_months(values(days.months), apart=both)
        a_date = alone and of != ALL_MONTHS and of.bit_count() == 1 and bool(days.dates)
        if a_date and len(days.years) == 1:
            found += f" {days.years[0]}"
        elif days.years:
            found += self.in_years(days.years, apart=both)
        return found

    def date(self, part: Dates | FromEnd | Nearest, of: int) -> str:
        """Return days of the month ``of``, months as bits."""
        if isinstance(part, Dates):
            return self.on_dates(spans(values(part.mask)), of)
        if isinstance(part, FromEnd):
            return self.from_end(spans(values(part.mask)), of)
        return self.nearest(part.day, of, from_end=part.from_end)

    def weekday(self, part: Weekdays | Nth, of: int) -> str:
        """Return weekdays, or the so-manieth of one in the month ``of``."""
        if isinstance(part, Weekdays):
            return self.on_weekdays(week(part.mask))
        return self.nth(part, of)

    def within(self, clock: Clock) -> str:
        """Return times that have no rhythm over the day, by their hours and minutes."""
        hours = "" if clock.hours == ALL_HOURS else self.numbers(values(clock.hours))
        minutes = values(clock.minutes)
        if clock.seconds == 1:
            step = minutes[1] - minutes[0] if len(minutes) > 1 else 0
            if minutes == list(range(0, 60, step or 60)) and step and 60 % step == 0:
                return self.each_of_hours(self.every(step * MINUTE), hours)
            return self.of_hours(self.minutes(self.numbers(minutes), len(minutes)), hours)
        shown = "" if clock.minutes == ALL_SIXTY else self.numbers(minutes)
        seconds = self.numbers(values(clock.seconds))
        inner = self.seconds(seconds, clock.seconds.bit_count(), shown, len(minutes))
        return self.of_hours(inner, hours)

    def numbers(self, named: Sequence[int]) -> str:
        """Return numbers as ranges and single ones."""
        return self.listing([self.span(each) for each in spans(named)])

    def listing(self, parts: Sequence[str], last: str = "") -> str:
        """Return `a, b and c`."""
        if len(parts) <= 1:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {last or self.and_} {parts[-1]}"

    # What each language says in its own way ----------------------------------------------------

    def every_day(self) -> str:
        """Return `every day`."""
        raise NotImplementedError

    def at(self, times: Sequence[str]) -> str:
        """Return `at 02:00 and 14:00`."""
        raise NotImplementedError

    def every(self, step: int) -> str:
        """Return `every 15 minutes` for as many seconds."""
        raise NotImplementedError

    def between(self, stretches: Stretches) -> str:
        """Return `every 15 minutes from 08:00 to 18:45`."""
        raise NotImplementedError

    def span(self, span: Span) -> str:
        """Return `5`, `5 to 9`, or `0 to 56 in steps of 7`."""
        raise NotImplementedError

    def minutes(self, shown: str, count: int) -> str:
        """Return `at minutes 5 and 10`."""
        raise NotImplementedError

    def seconds(self, shown: str, count: int, minutes: str, minute_count: int) -> str:
        """Return `at second 30 of minutes 5 and 10`; of every minute where none are named."""
        raise NotImplementedError

    def of_hours(self, inner: str, hours: str) -> str:
        """Return ``inner`` of those hours, or of every hour where none are named."""
        raise NotImplementedError

    def each_of_hours(self, inner: str, hours: str) -> str:
        """Return `every 15 minutes of the hours 0 and 2`."""
        raise NotImplementedError

    def only_if(self, dates: str, weekdays: Sequence[Weekdays | Nth]) -> str:
        """Return dates that count only where they fall on such a weekday."""
        raise NotImplementedError

    def besides(self, dates: str, weekdays: str) -> str:
        """Return dates, and weekdays whatever the date."""
        raise NotImplementedError

    def in_months(self, months: Sequence[int], *, apart: bool) -> str:
        """Return ` in January`; ``apart`` from a sentence that has parts itself."""
        raise NotImplementedError

    def in_years(self, years: Sequence[int], *, apart: bool) -> str:
        """Return ` in 2027`."""
        raise NotImplementedError

    def on_dates(self, days: Sequence[Span], of: int) -> str:
        """Return `on the 1st of the month`."""
        raise NotImplementedError

    def from_end(self, days: Sequence[Span], of: int) -> str:
        """Return `on the last day of the month`."""
        raise NotImplementedError

    def nearest(self, day: int, of: int, *, from_end: bool) -> str:
        """Return what `15W` names, which never leaves its month."""
        raise NotImplementedError

    def on_weekdays(self, days: Sequence[int]) -> str:
        """Return `on Mondays and Thursdays`, from the weekdays in the week's order."""
        raise NotImplementedError

    def nth(self, part: Nth, of: int) -> str:
        """Return `on the 3rd Friday of the month`."""
        raise NotImplementedError


def _of_month(part: object) -> bool:
    """Whether a part says of which months it is."""
    return not isinstance(part, Weekdays) and not (isinstance(part, Nth) and part.of_year)


def week(mask: int) -> list[int]:
    """Return weekdays, Sunday being 0, in the order of a week that begins on Monday."""
    return sorted(values(mask), key=lambda at: (at - 1) % CALENDAR_WEEK)


def week_run(days: Sequence[int]) -> bool:
    """Whether weekdays are three or more in a row, in a week that begins on Monday."""
    return meaning.run_of([(at - 1) % CALENDAR_WEEK for at in days])


def time(seconds: int) -> str:
    """Return a time of day as `02:00`, or `02:00:30`."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{left:02}" if left else "")
