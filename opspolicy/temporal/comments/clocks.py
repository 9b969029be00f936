"""The times of day a comment names, held against a schedule's in winter and in summer."""

from __future__ import annotations

from functools import lru_cache

from opspolicy.dates import date
from opspolicy.temporal import zones
from opspolicy.temporal.comments.words import MINUTES_A_DAY
from opspolicy.temporal.cron_grammar import values
from opspolicy.temporal.durations import DAY, MINUTE
from opspolicy.temporal.instants import year_of
from opspolicy.temporal.tzif import EPOCH_ORDINAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.comments.facts import Facts
    from opspolicy.temporal.comments.times import Time
    from opspolicy.temporal.comments.words import Place

# Months without a clock change in most places that have them, in both halves of the year.
CALM_MONTHS = (12, 1, 2, 5, 6, 7, 8, 11)


class Clock:
    """The clock a schedule keeps, beside those of the zones a comment names."""

    def __init__(self, facts: Facts, places: list[Place], as_of: int) -> None:
        """Compare them in the year of ``as_of`` (UTC epoch seconds)."""
        self.facts = facts
        self.places = places
        self._year = year_of(as_of)
        self.offsets = self._offsets(facts.zone)

    @property
    def abroad(self) -> bool:
        """Whether the comment names a zone that isn't the schedule's in any reading."""
        return any(
            offsets != self.offsets for place in self.places for offsets in self.readings(place)
        )

    def readings(self, place: Place) -> list[list[int]]:
        """Return what a zone's name can mean: minutes ahead of UTC, season by season."""
        found = [] if place.offset is None else [[place.offset] * len(self.offsets)]
        return found if place.key is None else [*found, self._offsets(place.key)]

    def _offsets(self, key: str) -> list[int]:
        return _offsets(key, self.facts.months, self._year)

    def _shifts(self, time: Time) -> list[list[int]]:
        """Return, for each reading, by how much the schedule's clock is ahead, by season."""
        places = [time.place] if time.place is not None else self.places
        readings = [offsets for place in places for offsets in self.readings(place)]
        if time.place is None:
            readings.append(self.offsets)
        return [
            [own - other for own, other in zip(self.offsets, offsets, strict=True)]
            for offsets in readings
        ]

    def _starts_at(self, time: Time, shift: int) -> bool:
        return any(
            (at - shift - first) % MINUTES_A_DAY <= last - first
            for first, last in time.stretches
            for at in self.facts.times
        )

    def seasons(self, time: Time) -> list[bool]:
        """Return in which seasons it starts at ``time``, by the reading that is right most."""
        found = [
            [self._starts_at(time, shift) for shift in shifts] for shifts in self._shifts(time)
        ]
        return max(found, key=sum)

    def half(self, time: Time, seasons: list[bool]) -> str:
        """Name the seasons by the clock that changes, as July is winter to some."""
        key = time.place.key if time.place is not None else None
        offsets = self._offsets(key) if key is not None else self.offsets
        if len(set(offsets)) == 1:
            offsets = self.offsets
        summer = [offset == max(offsets) for offset in offsets]
        if seasons == summer:
            return "only in summer"
        return "only in winter" if seasons == [not each for each in summer] else "not all year"

    def seasons_within(self, first: Time, last: Time) -> list[bool]:
        """Return in which seasons all starts lie between two times."""
        zoned = first if first.place is not None else last
        found = [
            [self._lies_within(first, last, shift) for shift in shifts]
            for shifts in self._shifts(zoned)
        ]
        return max(found, key=sum)

    def _lies_within(self, first: Time, last: Time, shift: int) -> bool:
        """Whether all starts lie between two times; `to 18:00` may mean until 18:59."""
        for start, _ in first.stretches:
            for _, end in last.stretches:
                span = (end - start) % MINUTES_A_DAY + 59
                inside = ((at - shift - start) % MINUTES_A_DAY for at in self.facts.times)
                if max(inside) <= span:
                    return True
        return False

    def on_another_day(self, times: list[Time]) -> bool:
        """Whether a zone in the comment can put it on another day than the schedule's."""
        if not self.abroad:
            return False
        shifts = [shift for time in times for each in self._shifts(time) for shift in each]
        return any((at - shift) // MINUTES_A_DAY for at in self.facts.times for shift in shifts)


@lru_cache(maxsize=1024)
def _offsets(key: str, months: int, year: int) -> list[int]:
    """Return the minutes a zone is ahead of UTC in those of ``months`` whose clocks are at rest."""
    named = [month for month in CALM_MONTHS if months >> month & 1] or values(months)
    zone = zones.zone(key)
    days = [date(year, month, 15).toordinal() - EPOCH_ORDINAL for month in named]
    return [zone.offset(day * DAY) // MINUTE for day in days]
