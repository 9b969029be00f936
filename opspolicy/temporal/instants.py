"""Dates, times of day and instants as text: read strictly, written for people and for machines."""

from __future__ import annotations

from functools import lru_cache

from opspolicy.dates import UTC, date, datetime
from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.tzif import EPOCH_ORDINAL
from opspolicy.temporal.zones import EARLIEST, LATEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.zones import Zone

DATE_PATTERN = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
TIME_PATTERN = r"([01][0-9]|2[0-3]):[0-5][0-9]"
OFFSET_PATTERN = r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
INSTANT_PATTERN = rf"{DATE_PATTERN}[T ]{TIME_PATTERN}(:[0-5][0-9])?{OFFSET_PATTERN}?"
MINUTES_A_DAY = 1440
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class InstantError(ValueError):
    """Not an instant, a date or a time of day."""


class Moment(NamedTuple):
    """An instant as it was written: a wall-clock reading, with an offset where one was given."""

    wall: int
    offset: int | None = None

    def instant(self, zone: Zone | None, *, last: bool = False) -> int:
        """Return the UTC epoch seconds, reading the wall clock in ``zone`` unless it has an offset.

        ``last`` takes the second reading of a repeated hour, as the end of something does.
        """
        if self.offset is not None:
            return self.wall - self.offset
        if zone is None:
            raise AssertionError(self)  # callers report the missing zone first
        return zone.instant(self.wall, last=last)


@lru_cache(maxsize=1024)
def parse_moment(text: str) -> Moment:
    """Read `2027-10-09T06:00`, with optional seconds and offset; raises InstantError."""
    if not _is_instant(text):
        message = f"`{text}` is not an instant: write 2027-10-09T06:00, with an offset or without"
        raise InstantError(message)
    day = parse_date(text[:10])
    time, offset = text[11:], None
    if time.endswith("Z"):
        time, offset = time[:-1], 0
    elif len(time) > len("00:00:00") or time[-6:-5] in {"+", "-"}:
        sign = -1 if time[-6] == "-" else 1
        offset = sign * (int(time[-5:-3]) * HOUR + int(time[-2:]) * MINUTE)
        time = time[:-6]
    hours, minutes, *seconds = (int(part) for part in time.split(":"))
    second = seconds[0] if seconds else 0
    return Moment(day * DAY + hours * HOUR + minutes * MINUTE + second, offset)


def parse_date(text: str) -> int:
    """Return the days since 1970-01-01 of `2027-10-09`; raises InstantError."""
    if not is_date(text):
        message = f"`{text}` is not a date: write 2027-10-09"
        raise InstantError(message)
    try:
        day = date.fromisoformat(text).toordinal() - EPOCH_ORDINAL
    except ValueError:
        message = f"`{text}` is not in the calendar"
        raise InstantError(message) from None
    if not EARLIEST + 3 * DAY <= day * DAY <= LATEST - 3 * DAY:
        message = f"`{text}` is out of reach: years from 1900 to 2199 can be planned"
        raise InstantError(message)
    return day


def _is_instant(text: str) -> bool:
    """Whether text is what INSTANT_PATTERN matches."""
    if is_date(text[:10]) and text[10:11] in {"T", " "} and _is_time(text[11:16]):
        if len(text) == len("2027-10-09T06:00"):
            return True
        import re  # noqa: PLC0415 - for who writes seconds or an offset

        return re.fullmatch(INSTANT_PATTERN, text) is not None
    return False


def is_date(text: str) -> bool:
    """Whether text is what DATE_PATTERN matches, which isn't compiled for a few dates."""
    year, month, day = text[:4], text[5:7], text[8:]
    numbers = year.isascii() and year.isdigit() and text[4:5] == text[7:8] == "-"
    return numbers and _is_two_digits(month, 12, 1) and _is_two_digits(day, 31, 1)


def _is_time(text: str) -> bool:
    """Whether text is what TIME_PATTERN matches."""
    return text[2:3] == ":" and _is_two_digits(text[:2], 23) and _is_two_digits(text[3:], 59)


def _is_two_digits(text: str, most: int, least: int = 0) -> bool:
    return len(text) == 2 and text.isascii() and text.isdigit() and least <= int(text) <= most  # noqa: PLR2004


def parse_time(text: str) -> int:
    """Return the minutes since midnight of `08:00`; `24:00` is the day's end."""
    if text == "24:00":
        return MINUTES_A_DAY
    if not _is_time(text):
        message = f"`{text}` is not a time of day: write 08:00"
        raise InstantError(message)
    return int(text[:2]) * 60 + int(text[3:])


def parse_as_of(text: str) -> int:
    """Return the UTC epoch seconds of an instant (UTC when it has no offset) or a date (00:00 UTC).

    Raises InstantError.
    """
    if is_date(text):
        return parse_date(text) * DAY
    moment = parse_moment(text)
    return moment.wall - (moment.offset or 0)


def weekday(day: int) -> int:
    """Return the weekday of a day counted from 1970-01-01, Monday being 0."""
    return (day + 3) % 7


def calendar_date(day: int) -> date:
    """Return the date of a day counted from 1970-01-01."""
    return date.fromordinal(day + EPOCH_ORDINAL)


def days_in_month(year: int, month: int) -> int:
    """Return how many days a month has."""
    # Four days after the 28th lie in the next month, by as many days as this one lacks of 32.
    return 32 - date.fromordinal(date(year, month, 28).toordinal() + 4).day


def year_of(wall: int) -> int:
    """Return the calendar year of a wall-clock reading."""
    return calendar_date(wall // DAY).year


def years_later(instant: int, years: int) -> int:
    """Return the same UTC date and time ``years`` later; 29 February becomes the 28th."""
    then = datetime.fromtimestamp(instant, UTC)
    try:
        later = then.replace(year=then.year + years)
    except ValueError:
        later = then.replace(year=then.year + years, day=28)
    return int(later.timestamp())


def rfc3339(instant: int) -> str:
    """Return ``instant`` as `2027-10-09T10:00:00Z`."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_rfc3339(instant: int, zone: Zone) -> str:
    """Return ``instant`` on the zone's clock: `2027-10-09T06:00:00-04:00`."""
    offset = zone.offset(instant)
    hours, minutes = divmod(abs(offset) // MINUTE, HOUR // MINUTE)
    shown = rfc3339(instant + offset).removesuffix("Z")
    return f"{shown}{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"


def clock(wall: int, *, with_date: bool = True) -> str:
    """Return a wall-clock reading for people: `Sat 9 Oct 2027 06:00`."""
    read = datetime.fromtimestamp(wall, UTC)
    time = f"{read:%H:%M:%S}" if wall % 60 else f"{read:%H:%M}"
    if not with_date:
        return time
    return f"{day_words(wall // DAY)} {time}"


def day_words(day: int) -> str:
    """Return a day since 1970-01-01 for people: `Sat 9 Oct 2027`."""
    read = calendar_date(day)
    # %d pads with a zero, %-d is not everywhere.
    return f"{_DAY_NAMES[read.weekday()]} {read.day} {_MONTH_NAMES[read.month - 1]} {read.year}"


# Not strftime's %a and %b: they follow the machine's locale, and output must not.
_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_NAMES = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
