"""A second opinion on systemd's calendar expressions: each minute is looked at.

Written from systemd.time(7), "Calendar Events", alone and sharing no code with the program: every
place of an expression is a set of numbers, and a minute runs when what the clock on the wall shows
is in all of them. It trusts the expression to be valid.
"""

import calendar
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

# The pinned `tzdata` package is the only source of zones; the machine's own may differ.
zoneinfo.reset_tzpath(())

MINUTE = 60
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# The table of shorthands in systemd.time(7).
SHORTHANDS = {
    "minutely": "*-*-* *:*:00",
    "hourly": "*-*-* *:00:00",
    "daily": "*-*-* 00:00:00",
    "monthly": "*-*-01 00:00:00",
    "weekly": "Mon *-*-* 00:00:00",
    "yearly": "*-01-01 00:00:00",
    "quarterly": "*-01,04,07,10-01 00:00:00",
    "semiannually": "*-01,07-01 00:00:00",
}


@dataclass(frozen=True)
class Places:
    """What may stand in each place of a reading; an offset is how far before the month's end."""

    weekdays: set[int]
    years: set[int]
    months: set[int]
    days: set[int]
    offsets: set[int]
    hours: set[int]
    minutes: set[int]
    seconds: set[int]

    def holds(self, reading: datetime) -> bool:
        """Whether the minute of a reading is among them."""
        length = calendar.monthrange(reading.year, reading.month)[1]
        return (
            reading.weekday() in self.weekdays
            and reading.year in self.years
            and reading.month in self.months
            and (reading.day in self.days or length - reading.day + 1 in self.offsets)
            and reading.hour in self.hours
            and reading.minute in self.minutes
        )


def starts(text: str, zone: str, start: int, end: int) -> list[int]:
    """Give the epoch seconds in `[start, end)` at which the expression runs."""
    places, own = parse(text)
    place = zone_named(own or zone)
    found = []
    for at in range(start // MINUTE * MINUTE, end, MINUTE):
        reading = datetime.fromtimestamp(at, place)
        # The second time that a clock shows a reading, the job has run.
        if reading.fold == 0 and places.holds(reading):
            found += [
                at + second for second in sorted(places.seconds) if start <= at + second < end
            ]
    return found


def runs_at(text: str, zone: str, at: int) -> bool:
    """Whether the expression runs in a second, found without looking at its minute."""
    places, own = parse(text)
    reading = datetime.fromtimestamp(at, zone_named(own or zone))
    return reading.fold == 0 and reading.second in places.seconds and places.holds(reading)


@cache
def zone_named(name: str) -> ZoneInfo:
    """Read a zone from the pinned package, whatever this process has loaded before."""
    return ZoneInfo.no_cache(name)


@cache
def changes(zone: str, year: int) -> list[int]:
    """Give the hours of a year, as epoch seconds, after which the zone's offset is another."""
    place = zone_named(zone)
    first, found = datetime(year, 1, 1, tzinfo=UTC), []
    for hour in range(366 * 24):
        at = first + timedelta(hours=hour)
        if (
            at.astimezone(place).utcoffset()
            != (at + timedelta(hours=1)).astimezone(place).utcoffset()
        ):
            found.append(int(at.timestamp()))
    return found


@cache
def parse(text: str) -> tuple[Places, str | None]:
    """Give the sets of an expression, and the zone that stands at its end."""
    words = text.split()
    zone = None
    if len(words) > 1 and not words[-1][0].isdigit() and words[-1][0] != "*":
        zone = words.pop()
    words = SHORTHANDS.get(words[0].lower(), " ".join(words)).split()
    weekdays, date, time = "Mon..Sun", "*-*-*", "00:00:00"
    for word in words:
        if word[0].isalpha():
            weekdays = word
        elif ":" in word:
            time = word
        else:
            date = word
    date, tilde, offset = date.partition("~")
    *year, month, day = date.split("-") + ([offset] if tilde else [])
    hour, minute, *second = time.split(":")
    places = Places(
        weekdays=weekday_set(weekdays),
        years=numbers(two_digits(year[0] if year else "*"), 1970, 2199),
        months=numbers(month, 1, 12),
        days=set() if tilde else numbers(day, 1, 31),
        offsets=offset_set(day) if tilde else set(),
        hours=numbers(hour, 0, 23),
        minutes=numbers(minute, 0, 59),
        seconds=numbers(second[0] if second else "0", 0, 59),
    )
    return places, zone


def numbers(text: str, low: int, high: int) -> set[int]:
    """Give the numbers from `low` to `high` that a list of values, ranges and repetitions names."""
    if text == "*":
        return set(range(low, high + 1))
    found = set()
    for item in text.split(","):
        span, slash, step = item.partition("/")
        first, dots, last = span.partition("..")
        for number in range(int(first), high + 1):
            in_range = number <= int(last) if dots else slash or number == int(first)
            if in_range and (number - int(first)) % int(step or 1) == 0:
                found.add(number)
    return found


def offset_set(text: str) -> set[int]:
    """Give the offsets from the month's end: repeating from one goes on to the last day."""
    if text == "*":
        return set(range(1, 32))
    found = set()
    for item in text.split(","):
        span, slash, step = item.partition("/")
        if slash and ".." not in span:
            found |= {
                each for each in range(1, int(span) + 1) if (int(span) - each) % int(step) == 0
            }
        else:
            found |= numbers(item, 1, 31)
    return found


def weekday_set(text: str) -> set[int]:
    """Give the weekdays of a list, Monday being 0."""
    found = set()
    for item in text.lower().replace("-", "..").strip(",").split(","):
        first, _, last = item.partition("..")
        at = WEEKDAYS.index(first[:3])
        found |= set(range(at, WEEKDAYS.index((last or first)[:3]) + 1))
    return found


def two_digits(text: str) -> str:
    """Write years of two digits in full: those from 70 on are of the century before."""
    items = []
    for item in text.split(","):
        span, slash, step = item.partition("/")
        years = [
            year if len(year) != 2 else f"{'19' if int(year) >= 70 else '20'}{year}"
            for year in span.split("..")
        ]
        items.append("..".join(years) + slash + step)
    return ",".join(items)
