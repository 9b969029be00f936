"""A schedule in English words."""

from __future__ import annotations

from opspolicy.explain import meaning
from opspolicy.explain.meaning import LAST, Nth, Span, Weekdays
from opspolicy.explain.words import Language, time, week, week_run
from opspolicy.temporal.comments.facts import DAY_NAMES, MONTH_NAMES, ordinal
from opspolicy.temporal.cron_grammar import ALL_MONTHS, values
from opspolicy.temporal.durations import HOUR, MINUTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.explain.meaning import Stretches


class English(Language):
    """English, as said and not as abbreviated."""

    name = "en"
    and_ = "and"
    or_ = "or"

    def every_day(self) -> str:
        """Return `every day`."""
        return "every day"

    def at(self, times: Sequence[str]) -> str:
        """Return `at 02:00 and 14:00`."""
        return f"at {self.listing(times)}"

    def every(self, step: int) -> str:
        """Return `every 15 minutes` for as many seconds."""
        size, unit = next(
            (size, unit)
            for size, unit in ((HOUR, "hour"), (MINUTE, "minute"), (1, "second"))
            if step % size == 0
        )
        return f"every {unit}" if step == size else f"every {step // size} {unit}s"

    def between(self, stretches: Stretches) -> str:
        """Return `every 15 minutes from 08:00 to 18:45`."""
        shown = [f"from {time(first)} to {time(last)}" for first, last in stretches.spans]
        return f"{self.every(stretches.step)} {self.listing(shown)}"

    def span(self, span: Span) -> str:
        """Return `5`, `5 to 9`, or `0 to 56 in steps of 7`."""
        first, last, step = span
        if first == last:
            return f"{first}"
        return f"{first} to {last}" + (f" in steps of {step}" if step > 1 else "")

    def minutes(self, shown: str, count: int) -> str:
        """Return `at minutes 5 and 10`."""
        return f"at minute{'s' * (count > 1)} {shown}"

    def seconds(self, shown: str, count: int, minutes: str, minute_count: int) -> str:
        """Return `at second 30 of minutes 5 and 10`; of every minute where none are named."""
        of = f"minute{'s' * (minute_count > 1)} {minutes}" if minutes else "every minute"
        return f"at second{'s' * (count > 1)} {shown} of {of}"

    def of_hours(self, inner: str, hours: str) -> str:
        """Return ``inner`` of those hours, or of every hour where none are named."""
        return f"{inner} of {_hours(hours)}"

    def each_of_hours(self, inner: str, hours: str) -> str:
        """Return `every 15 minutes of the hours 0 and 2`."""
        return f"{inner} of {_hours(hours)}"

    def only_if(self, dates: str, weekdays: Sequence[Weekdays | Nth]) -> str:
        """Return dates that count only where they fall on such a weekday."""
        fitting: list[str] = []
        for part in weekdays:
            if isinstance(part, Nth):
                fitting.append(self.nth(part, ALL_MONTHS).removeprefix("on "))
            elif week_run(week(part.mask)):
                fitting.append(f"a day from {_week(week(part.mask))}")
            else:
                fitting += [f"a {DAY_NAMES[at]}" for at in week(part.mask)]
        return f"{dates}, only if that is {self.listing(fitting, self.or_)}"

    def besides(self, dates: str, weekdays: str) -> str:
        """Return dates, and weekdays whatever the date."""
        return f"{dates}, and also {weekdays}"

    def in_months(self, months: Sequence[int], *, apart: bool) -> str:
        """Return ` in January`; ``apart`` from a sentence that has parts itself."""
        word = "from" if meaning.run_of(months) else "in"
        return f"{', only' if apart else ''} {word} {self._months(months)}"

    def in_years(self, years: Sequence[int], *, apart: bool) -> str:
        """Return ` in 2027`."""
        if meaning.run_of(years):
            return f",{' only' if apart else ''} from {self.numbers(years)}"
        return f"{', only' if apart else ''} in {self.numbers(years)}"

    def on_dates(self, days: Sequence[Span], of: int) -> str:
        """Return `on the 1st of the month`."""
        shown = [
            f"every {ordinal(step)} day from the {ordinal(first)} to the {ordinal(last)}"
            if step > 1
            else f"the {ordinal(first)}" + (f" to the {ordinal(last)}" if last > first else "")
            for first, last, step in days
        ]
        return f"on {self.listing(shown)} of {self._of(of)}"

    def from_end(self, days: Sequence[Span], of: int) -> str:
        """Return `on the last day of the month`."""
        first, last, step = days[0]
        if len(days) == first == step == 1 and last > 1:
            return f"on the last {last} days of {self._of(of)}"
        each = [at for first, last, step in days for at in range(first, last + 1, step)]
        return f"on {self.listing([_last(at) for at in each])} of {self._of(of)}"

    def nearest(self, day: int, of: int, *, from_end: bool) -> str:
        """Return what `15W` names, which never leaves its month."""
        to = _last(day) if from_end else f"the {ordinal(day)}"
        return (
            f"on the day from Monday to Friday, within the month, nearest to {to} of {self._of(of)}"
        )

    def on_weekdays(self, days: Sequence[int]) -> str:
        """Return `on Mondays and Thursdays`, from the weekdays in the week's order."""
        if week_run(days):
            return _week(days)
        return f"on {self.listing([f'{DAY_NAMES[at]}s' for at in days])}"

    def nth(self, part: Nth, of: int) -> str:
        """Return `on the 3rd Friday of the month`."""
        number = abs(part.number)
        which = ordinal(number)
        if part.number < 0:
            which = "last" if part.number == LAST else f"{ordinal(number)} last"
        unit = "the year" if part.of_year else self._of(of)
        return f"on the {which} {DAY_NAMES[part.weekday]} of {unit}"

    def _of(self, months: int) -> str:
        return "the month" if months == ALL_MONTHS else self._months(values(months))

    def _months(self, months: Sequence[int]) -> str:
        if meaning.run_of(months):
            return f"{MONTH_NAMES[months[0]]} to {MONTH_NAMES[months[-1]]}"
        return self.listing([MONTH_NAMES[at] for at in months])


def _hours(hours: str) -> str:
    if not hours:
        return "every hour"
    return f"the hour {hours}" if hours.isdecimal() else f"the hours {hours}"


def _week(days: Sequence[int]) -> str:
    return f"{DAY_NAMES[days[0]]} to {DAY_NAMES[days[-1]]}"


def _last(day: int) -> str:
    return "the last day" if day == 1 else f"the last day but {day - 1}"
