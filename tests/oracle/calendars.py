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
        return [each for each in hours if day.weekday() in weekdays(each["days"])]

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
