"""Draws what estates are made of: numbers, durations, and times of which most are around changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TypeVar

from hypothesis import strategies as st

from .wall import DAY, appointment, instants, local, zone_named

T = TypeVar("T")

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "America/Santiago",
    "Asia/Beirut",
    "America/Havana",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Europe/Dublin",
    "Asia/Kathmandu",
)
"""Half-hour and day-long jumps, jumps at midnight and on Fridays, negative summer time, quarter
hours, zones without any change."""

FIRST_YEAR, LAST_YEAR = 2010, 2032
ENDS_OF_MONTHS = (
    datetime(2012, 2, 29, 12, tzinfo=UTC),
    datetime(2027, 2, 28, 12, tzinfo=UTC),
    datetime(2028, 2, 29, 12, tzinfo=UTC),
    datetime(2015, 12, 31, 12, tzinfo=UTC),
    datetime(2030, 4, 30, 12, tzinfo=UTC),
)
BEYOND = 10 * DAY
"""How far past the horizon something may be planned, so that a simulation stays short."""

MINUTES_AROUND_A_CHANGE = (0, -1, 1, 15, -15, 29, 30, 31, 45, 59, 60, 61, -30, -60, -120, 90, 150)
MINUTES_AROUND_AN_EDGE = (0, -1, 1, 30, -30, 60, -60, -180, 180, -600, 600)


@dataclass(frozen=True)
class Change:
    """A clock change: its instant and the offsets from UTC before and after, in seconds."""

    at: int
    before: int
    after: int

    @property
    def reading(self) -> datetime:
        """The first reading of the clock that is skipped or repeated."""
        return naive(self.at + min(self.before, self.after))

    @property
    def width(self) -> int:
        """How many minutes are skipped or repeated."""
        return abs(self.after - self.before) // 60


def naive(at: int) -> datetime:
    """Give the UTC reading of an instant."""
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None)


@cache
def changes(name: str) -> tuple[Change, ...]:
    """Find every clock change of a zone, by asking for its offset every day and then closer."""
    zone = zone_named(name)

    def offset(at: int) -> int:
        ahead = datetime.fromtimestamp(at, zone).utcoffset()
        assert ahead is not None
        return int(ahead.total_seconds())

    found = []
    start = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(LAST_YEAR, 12, 1, tzinfo=UTC).timestamp())
    daily = [(day, offset(day)) for day in range(start, end + DAY, DAY)]
    for (day, before), (_, after) in pairwise(daily):
        if before != after:
            hour = next(at for at in range(day, day + DAY, 3600) if offset(at + 3600) != offset(at))
            at = next(at for at in range(hour, hour + 3600, 60) if offset(at + 60) != offset(at))
            found.append(Change(at + 60, offset(at), offset(at + 60)))
    return tuple(found)


class Drawing:
    """The time and the zones of one estate, and what is drawn of them."""

    together = False
    """Whether much is planned for one moment."""

    def __init__(self, draw: st.DrawFn, step: int) -> None:
        """Draw when and where."""
        self.draw = draw
        self.step = step
        zone = self.one_of((*ZONES, "Pacific/Apia"))
        # An anchor: mostly a change in this zone, else in some other, now and then a month's end.
        near = self.one_of(changes(zone) or changes(self.one_of(ZONES[1:-1]))).at
        if zone == "Pacific/Apia" and self.chance(65):
            near = next(change.at for change in changes(zone) if change.width == DAY // 60)
        elif self.chance(6):
            near = int(self.one_of(ENDS_OF_MONTHS).timestamp())
        self.horizon = self.integer(2, 8) * DAY
        # The anchor is mostly inside the horizon, now and then up to a day outside.
        hours = self.integer(0, self.horizon // 3600)
        if self.chance(15):
            hours = self.one_of([-1, -2, -24, self.horizon // 3600 + 12])
        self.as_of = near - hours * 3600
        if self.chance(50):
            self.as_of += self.integer(0, 3600 // step) * step
            self.horizon += self.integer(0, DAY // step) * step
        self.end = self.as_of + self.horizon
        changing = [name for name in ZONES if self.changes_of(name)]
        others = [self.one_of(changing or ZONES), self.one_of(ZONES)]
        self.zones = [zone, zone, *others[: self.one_of([1, 2, 2, 0])]]
        self.busy = near if self.chance(60) else self.instant_of(zone)

    # Small draws.

    def one_of(self, items: Sequence[T]) -> T:
        """Draw an item; the first is the simplest."""
        return self.draw(st.sampled_from(items))

    def integer(self, low: int, high: int) -> int:
        """Draw a number, both ends included."""
        return self.draw(st.integers(low, high))

    def chance(self, percent: int) -> bool:
        """Draw whether something unusual is the case."""
        return self.integer(0, 99) >= 100 - percent

    def some(self, items: Sequence[T], least: int, most: int) -> list[T]:
        """Draw different items, as many as there are at most."""
        count = self.integer(min(least, len(items)), min(most, len(items)))
        found: list[T] = []
        for _ in range(count):
            found.append(self.one_of([item for item in items if item not in found]))
        return found

    def duration(self, minutes: Sequence[int]) -> str:
        """Draw a duration, written in one of the ways to write it."""
        amount = self.one_of(minutes)
        hours, rest = divmod(amount, 60)
        forms = [f"{amount}m"]
        if not hours:
            forms.append(f"PT{amount}M")
        elif rest:
            forms += [f"{hours}h{rest}m", f"PT{hours}H{rest}M"]
        elif hours % 24:
            forms += [f"{hours}h", f"PT{hours}H"]
        else:
            forms += [f"{hours}h", f"{hours // 24}d", f"P{hours // 24}D"]
        if self.step == 1 and self.chance(50):
            return f"{amount * 60 + self.integer(0, 59)}s"
        return self.one_of(forms)

    # Times.

    def changes_of(self, zone: str) -> list[Change]:
        """Give the clock changes of a zone within the time that is simulated."""
        first, last = self.as_of - 3 * DAY, self.end + BEYOND
        return [change for change in changes(zone) if first <= change.at < last]

    def reading(self, zone: str) -> datetime:
        """Draw what a clock in the zone shows at some moment, likely around a clock change."""
        nearby = self.changes_of(zone)
        kind = self.one_of(["any", "any", "edge", "beyond", "change", "change", "change"])
        if kind == "change" and nearby:
            change = self.one_of(nearby)
            inside = (change.width, change.width - 1, change.width // 2)
            minutes = self.one_of((*MINUTES_AROUND_A_CHANGE, *inside))
            reading = change.reading + timedelta(minutes=minutes)
        elif kind == "edge":
            edge = self.one_of([self.as_of, self.end])
            minutes = self.one_of(MINUTES_AROUND_AN_EDGE)
            reading = local(edge, zone_named(zone)) + timedelta(minutes=minutes)
        else:
            hours = self.horizon // 3600
            low, high = (hours, hours + BEYOND // 3600) if kind == "beyond" else (-24, hours)
            at = self.as_of + self.integer(low, high) * 3600
            reading = local(at, zone_named(zone))
        if self.step == 1 and self.chance(50):
            return reading + timedelta(seconds=self.integer(-59, 59))
        return reading.replace(second=0) if self.step == 60 else reading

    def instant_of(self, zone: str) -> int:
        """Draw an instant, likely around a clock change of the zone."""
        return appointment(self.reading(zone), zone_named(zone))

    def near_busy(self, zone: str) -> datetime:
        """Draw a reading, likely within hours of the moment when much else is planned."""
        if self.chance(5 if self.together else 25):
            return self.reading(zone)
        minutes = self.integer(-4, 4) * 60 + self.one_of([0, 0, 30, -15])
        return local(self.busy + minutes * 60, zone_named(zone))

    def time_of_day(self, zone: str) -> datetime:
        """Draw a reading of which only the time of day counts, likely one skipped or repeated."""
        nearby = self.changes_of(zone)
        if nearby and self.chance(40):
            change = self.one_of(nearby)
            return change.reading + timedelta(minutes=self.integer(0, change.width - 1))
        if self.chance(50):
            return self.reading(zone)
        hour = self.integer(0, 23)
        return naive(self.as_of).replace(hour=hour, minute=0, second=0)

    def date(self, zone: str) -> date:
        """Draw a date."""
        return self.reading(zone).date()

    def written(self, reading: datetime, zone: str) -> str:
        """Write an instant down, sometimes with its offset."""
        if self.chance(15):
            shown = instants(reading, zone_named(zone))
            if shown:
                shown_in = self.one_of([UTC, zone_named(zone)])
                at = datetime.fromtimestamp(self.one_of(shown), shown_in)
                return at.isoformat().replace("+00:00", "Z")
        if reading.second:
            return reading.strftime("%Y-%m-%dT%H:%M:%S")
        return reading.strftime(self.one_of(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]))
