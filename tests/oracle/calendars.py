"""When a calendar of an estate is open, and which of its days are business days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from .values import clock, weekdays
from .wall import appointment, local, midnight

SATURDAY = 5


MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def on(opening: Mapping[str, Any], day: date) -> bool:
    """Say whether an opening is for a date, by its years, months and days of the month."""
    until = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - day
    from_start, from_end = day.day, -until.days
    return (
        any(year_holds(each, day.year) for each in listed(opening, "years"))
        and any(month_holds(each, day.month - 1) for each in listed(opening, "months"))
        and any(day_holds(each, from_start, from_end) for each in listed(opening, "days_of_month"))
    )


def listed(opening: Mapping[str, Any], key: str) -> list[Any]:
    """Give what stands under a key, as a list; one None where nothing does."""
    found = opening.get(key)
    return found if isinstance(found, list) else [found]


def year_holds(said: object, year: int) -> bool:
    """Say whether a year lies in a range."""
    first, _, last = str(said).partition("..")
    return said is None or int(first) <= year <= int(last or first)


def month_holds(said: str | None, at: int) -> bool:
    """Say whether a month, January being 0, lies in a range, which may go over the year's end."""
    if said is None:
        return True
    first, _, last = said.partition("-")
    length = (MONTHS.index(last or first) - MONTHS.index(first)) % 12
    return (at - MONTHS.index(first)) % 12 <= length


def day_holds(said: object, from_start: int, from_end: int) -> bool:
    """Say whether a day of a month lies in a range; the last day of a month is its day -1."""
    if said is None:
        return True
    first, _, last = str(said).partition("..")
    low, high = int(first), int(last or first)
    begun = (from_start if low > 0 else from_end) >= low
    return begun and (from_start if high > 0 else from_end) <= high


@dataclass(frozen=True)
class Always:
    """Open at every instant; or, with no hours at all, at none."""

    is_open_at_all: bool = True

    def is_open(self, _at: int) -> bool:
        """Say whether it is open at an instant."""
        return self.is_open_at_all

    def is_business_day(self, _day: date) -> bool:
        """Say whether it opens on a date."""
        return self.is_open_at_all


@dataclass(frozen=True)
class Calendar:
    """A declared calendar, without holidays, in its zone."""

    declared: Mapping[str, Any]
    zone: ZoneInfo

    @cached_property
    def known(self) -> dict[date, list[tuple[int, int]]]:
        """What has been asked for."""
        return {}

    def stretches(self, day: date) -> list[tuple[int, int]]:
        """Give from when until when it is open by the openings of a date."""
        if day not in self.known:
            found = self.known[day] = []
            for opening in self.openings(day):
                opens, closes = clock(opening["from"]), clock(opening["to"])
                if closes <= opens:
                    closes += timedelta(days=1)
                start = appointment(midnight(day) + opens, self.zone)
                end = appointment(midnight(day) + closes, self.zone, last=True)
                found.append((start, end))
        return self.known[day]

    def openings(self, day: date) -> list[Mapping[str, Any]]:
        """Give the openings of a date: its exceptions, where there are any, else its weekday's."""
        exceptions = self.exceptions(day)
        if exceptions:
            return [each for each in exceptions if not each.get("closed")]
        hours = self.declared["hours"]
        return [each for each in hours if day.weekday() in weekdays(each["days"]) and on(each, day)]

    def exceptions(self, day: date) -> list[Mapping[str, Any]]:
        """Give what is said of a date alone."""
        declared = self.declared.get("exceptions", [])
        return [each for each in declared if each["date"] == day.isoformat()]

    def is_open(self, at: int) -> bool:
        """Say whether it is open at an instant."""
        today = local(at, self.zone).date()
        # A night reaches into the next day, and Samoa once left a whole day out.
        days = [today + timedelta(days=past) for past in (-3, -2, -1, 0, 1)]
        return any(start <= at < end for day in days for start, end in self.stretches(day))

    def is_business_day(self, day: date) -> bool:
        """Say whether it opens on a date.

        One without any hours tells only when work rests: all other days from Monday to Friday are
        business days.
        """
        if not self.declared["hours"] and not self.exceptions(day):
            return day.weekday() < SATURDAY
        return bool(self.openings(day))


AnyCalendar = Calendar | Always
BUILT_IN = {"always": Always(), "never": Always(is_open_at_all=False)}
