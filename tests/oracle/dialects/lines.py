"""Draws cron lines of each dialect, from its grammar and likely around a clock change."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from hypothesis import strategies as st

from .fields import MONTHS, WEEKDAYS

T = TypeVar("T")
EITHER_DAY = ("cron", "kubernetes", "github-actions", "airflow")
"""The dialects with five fields; the others have more, and `?` in one of the day fields."""

MINUTES = (0, 30, 15, 45, 59, 1, 29, 31, 20, 50)
HOURS = (2, 1, 0, 3, 23, 22, 4, 12)


def telling(dialect: str, reading: datetime, width: int) -> list[str]:
    """Give the lines that tell dialects apart where a clock change skips or repeats readings.

    ``reading`` is the first of them, ``width`` how many minutes there are.
    """
    middle, end = reading + timedelta(minutes=width // 2), reading + timedelta(minutes=width)
    ahead = reading - timedelta(minutes=1)
    day, month, weekday = str(middle.day), str(middle.month), middle.isoweekday() % 7
    hours, inside = f"{reading.hour},{end.hour}", f"{middle.minute} {middle.hour}"
    rows: list[tuple[str, str, int | None]] = [
        (f"{each.minute} {each.hour}", f"* {month}", None) for each in (ahead, reading, middle, end)
    ]
    rows += [
        (inside, f"{day} {month}", None),
        (inside, "* *", weekday),
        ("0,15,30,45 " + hours, "* *", None),
        (f"*/15 {hours}", "* *", None),
        (f"*/20 {middle.hour}", "* *", None),
        (f"{middle.minute} */2", "* *", None),
        (f"{middle.minute} *", "* *", None),
        ("0 *", f"{day} *", None),
        ("10,50 0-23", "* *", None),
        ("*/30 *", "* *", None),
        ("0 0", "* *", None),
    ]
    if dialect in EITHER_DAY:
        rows += [(inside, f"{day} *", (weekday + 2) % 7), (inside, "*/2 *", weekday)]
    return [written(dialect, *row) for row in rows]


def written(dialect: str, time: str, date: str, weekday: int | None) -> str:
    """Write a line as the dialect has it."""
    day, month = date.split()
    if dialect in EITHER_DAY:
        return f"{time} {day} {month} {'*' if weekday is None else weekday}"
    days = (day, month, "?") if weekday is None else ("?", month, str(weekday + 1))
    plain = " ".join((time, *days))
    return f"0 {plain}" if dialect == "quartz" else f"cron({plain} *)"


@st.composite
def lines(draw: st.DrawFn, dialect: str, near: datetime) -> str:
    """Draw a line that the dialect accepts, likely with runs around a reading of the clock."""
    drawing = _Drawing(draw, dialect, near)
    if dialect in EITHER_DAY:
        return drawing.five_fields()
    if dialect == "quartz":
        year = drawing.one_of(["", "", f" {drawing.year()}"])
        return f"{drawing.seconds()} {drawing.with_question_mark()}{year}"
    bare = f"{drawing.with_question_mark()} {drawing.one_of(['*', '*', drawing.year()])}"
    return drawing.one_of([f"cron({bare})", bare])


class _Drawing:
    """One line in the drawing."""

    def __init__(self, draw: st.DrawFn, dialect: str, near: datetime) -> None:
        self.draw = draw
        self.dialect = dialect
        self.near = near

    def one_of(self, items: Sequence[T]) -> T:
        """Draw an item."""
        return self.draw(st.sampled_from(items))

    def integer(self, low: int, high: int) -> int:
        """Draw a number, both ends included."""
        return self.draw(st.integers(low, high))

    # Fields.

    def five_fields(self) -> str:
        """Draw a line of five fields."""
        day, weekday = self.one_of(
            [("*", "*"), (self.day(), "*"), ("*", self.weekday()), None]
        ) or (
            self.day(),
            self.weekday(),
        )
        if self.dialect == "airflow" and self.integer(0, 5) == 5:
            which = self.one_of([("L", "*"), ("*", "5#2"), ("*", "L5"), ("*", "sun#1"), ("?", "*")])
            # Where no such weekday falls on such a day croniter gives up, so none has both.
            day, weekday = self.one_of([which, (self.day(), "*")])
        fields = [self.minute(), self.hour(), day, self.month(), weekday]
        if self.dialect == "kubernetes" and self.integer(0, 3) == 3:
            fields = [field.replace("*", "?") for field in fields]
        return " ".join(fields)

    def with_question_mark(self) -> str:
        """Draw the five fields that Quartz and EventBridge have between seconds and year."""
        if self.one_of([True, False]):
            day, weekday = self.one_of(["*", self.day(), self.special_day()]), "?"
        else:
            day, weekday = "?", self.one_of(["*", self.weekday(), self.special_weekday()])
        return f"{self.minute()} {self.hour()} {day} {self.month()} {weekday}"

    def seconds(self) -> str:
        """Draw the seconds, so few that a line for every minute doesn't run all the time."""
        return self.one_of(["0", "0", "30", "0,59", "5/25", "10-20/5", "58-1"])

    def minute(self) -> str:
        """Draw the minutes."""
        around = [*MINUTES, self.near.minute]
        return self.one_of(["*/15", self.listed(0, 59, around), self.listed(0, 59, around)])

    def hour(self) -> str:
        """Draw the hours."""
        around = [*(self.near + timedelta(hours=past) for past in (0, 0, 1, -1))]
        favourites = [*(each.hour for each in around), *HOURS]
        return self.one_of(["*", self.listed(0, 23, favourites), self.listed(0, 23, favourites)])

    def day(self) -> str:
        """Draw the day of the month, without the letters of some dialects."""
        around = [(self.near + timedelta(days=past)).day for past in (0, 0, 1, -1)]
        return self.listed(1, 31, [*around, 29, 30, 31])

    def month(self) -> str:
        """Draw the month, likely the one in question."""
        names = dict(enumerate(MONTHS, 1))
        favourites = [self.near.month, self.near.month, self.near.month % 12 + 1]
        return self.one_of(["*", "*", "*", self.listed(1, 12, favourites, names)])

    def weekday(self) -> str:
        """Draw the day of the week, as the dialect counts."""
        first = 0 if self.dialect in EITHER_DAY else 1
        last = 7 if self.dialect in {"cron", "airflow"} else first + 6
        today = self.near.isoweekday() % 7 + first
        names = {number + first: name for number, name in enumerate(WEEKDAYS)}
        steps = self.dialect != "eventbridge"
        return self.listed(first, last, [today, today, first, last], names, steps=steps)

    def special_day(self) -> str:
        """Draw one of the days of the month that only letters can name."""
        nearest = f"{(self.near + timedelta(days=self.integer(-1, 1))).day}W"
        if self.dialect == "eventbridge":
            return self.one_of(["L", nearest, f"{self.integer(1, 31)}W"])
        back = f"L-{self.integer(1, 30)}"
        return self.one_of(["L", "LW", nearest, back, f"{back}W", f"{self.integer(1, 31)}W"])

    def special_weekday(self) -> str:
        """Draw one of the days of the week that only letters can name."""
        number = self.one_of([self.near.isoweekday() % 7 + 1, self.integer(1, 7)])
        which = (self.near.day + 6) // 7
        nth = [f"{number}#{which}", f"{number}#{self.integer(1, 5)}", f"{number}L"]
        if self.dialect == "eventbridge":
            return self.one_of(nth)
        name = WEEKDAYS[number - 1].upper()
        return self.one_of([*nth, "L", f"{name}L", f"{name}#{which}"])

    def year(self) -> str:
        """Draw the year, likely the one in question."""
        year = self.near.year
        return self.one_of([str(year), f"{year - 1}-{year + 1}", f"2011,{year}", f"{year - 4}/2"])

    # What stands in a field.

    def listed(
        self,
        low: int,
        high: int,
        favourites: Sequence[int],
        names: dict[int, str] | None = None,
        *,
        steps: bool = True,
    ) -> str:
        """Draw a list of numbers, ranges and steps."""
        forms: list[Callable[[], str]] = [self._number, self._number, self._range]
        if steps:
            forms += [self._every, self._range_with_step]
        if steps and self.dialect != "cron":
            forms.append(self._number_with_step)
        self._bounds = low, high, [*favourites, self.integer(low, high)], names or {}
        count = self.one_of([1, 1, 1, 2, 3])
        if count > 1 and self.dialect == "airflow" and steps:
            # What croniter makes of a `*` among others changed from version to version.
            forms.remove(self._every)
        return ",".join(self.one_of(forms)() for _ in range(count))

    def _value(self) -> int:
        return self.one_of(self._bounds[2])

    def _named(self, value: int) -> str:
        name = self._bounds[3].get(value)
        return self.one_of([str(value), name, name.upper()]) if name else str(value)

    def _number(self) -> str:
        return self._named(self._value())

    def _ends(self) -> tuple[int, int]:
        low, high, *_ = self._bounds
        ends = self._value(), self.integer(low, high)
        # Only Quartz has ranges that run over the end of a field.
        return (
            ends if self.dialect == "quartz" and self.integer(0, 3) == 3 else (min(ends), max(ends))
        )

    def _range(self) -> str:
        first, last = self._ends()
        if self._bounds[3].get(first) and self._bounds[3].get(last) and self.one_of([True, False]):
            return f"{self._bounds[3][first]}-{self._bounds[3][last]}"
        return f"{first}-{last}"

    def _range_with_step(self) -> str:
        first, last = self._ends()
        return f"{first}-{last}/{self._step()}"

    def _number_with_step(self) -> str:
        return f"{self._value()}/{self._step()}"

    def _every(self) -> str:
        return f"*/{self._step()}"

    def _step(self) -> int:
        # Whether `*/1` is as good as `*` for GitHub has a test of its own.
        least = 2 if self.dialect == "github-actions" else 1
        return self.integer(least, max(2, (self._bounds[1] - self._bounds[0]) // 2))
