"""Recurrence rules as text: the grammar of RFC 5545, section 3.3.10, checked part by part.

Whatever is wrong is told here, before anything is expanded.
"""

from __future__ import annotations

import re

from opspolicy.dates import date
from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.instants import calendar_date, rfc3339, weekday
from opspolicy.temporal.recurrence import ScheduleError
from opspolicy.temporal.tzif import EPOCH_ORDINAL
from opspolicy.temporal.zones import EARLIEST, LATEST, WIDEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.zones import Zone

LONGEST = 256
MOST_INSTANCES = 10_000
LONGEST_INTERVAL = 100_000
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST_SECOND = 59
HOURS_A_DAY = DAY // HOUR

_NUMBER = re.compile(r"[+-]?[0-9]{1,6}")
_WEEKDAY = re.compile(rf"([+-]?[0-9]{{1,2}})?({'|'.join(WEEKDAYS)})")
_UNTIL = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?")


class Until(NamedTuple):
    """Where a rule ends, as written: seconds on a clock, and whose clock that is.

    ``form`` is `date` (``wall`` is the day's midnight), `utc`, or `floating` for neither.
    """

    wall: int
    form: str


class Parts(NamedTuple):
    """The parts of a rule; a list that isn't given is empty.

    Weekdays count from Monday, 0; ``weekdays`` are pairs of ordinal and weekday, with the ordinal
    0 for all of them. Numbers below zero count from the end.
    """

    freq: str
    interval: int = 1
    instances: int | None = None
    until: Until | None = None
    week_start: int = 0
    months: tuple[int, ...] = ()
    weeknos: tuple[int, ...] = ()
    yeardays: tuple[int, ...] = ()
    monthdays: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()


class List(NamedTuple):
    """What may stand in a list of numbers: from, to, and whether also counted from the end."""

    field: str
    low: int
    high: int
    signed: bool = False


LISTS = {
    "BYMONTH": List("months", 1, 12),
    "BYWEEKNO": List("weeknos", 1, 53, signed=True),
    "BYYEARDAY": List("yeardays", 1, 366, signed=True),
    "BYMONTHDAY": List("monthdays", 1, 31, signed=True),
    "BYHOUR": List("hours", 0, 23),
    "BYMINUTE": List("minutes", 0, 59),
    "BYSECOND": List("seconds", 0, LAST_SECOND),
    "BYSETPOS": List("positions", 1, 366, signed=True),
}
NAMES = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *LISTS)

# The table of section 3.3.10, "N/A".
NOT_WITH = {
    "BYWEEKNO": dict.fromkeys(FREQUENCIES[1:], "weeks of the year belong to `FREQ=YEARLY`"),
    "BYYEARDAY": dict.fromkeys(
        ("MONTHLY", "WEEKLY", "DAILY"), "days of the year belong to `FREQ=YEARLY`"
    ),
    "BYMONTHDAY": {
        "WEEKLY": "days of the month belong to `FREQ=MONTHLY`; with `FREQ=DAILY` they can be "
        "combined with `BYDAY`"
    },
}  # fmt: skip
FOREIGN = {
    "BYEASTER": "`BYEASTER` is python-dateutil's own: list the dates as `dates`",
    "BYWEEKDAY": "`BYWEEKDAY` is python-dateutil's own name: write `BYDAY`",
    "DTSTART": "the first start stands in the schedule's `start` key",
    "TZID": "the zone stands in the schedule's `timezone` key",
    "EXDATE": "dates to leave out stand in the schedule's `except` key",
    "EXRULE": "dates to leave out stand in the schedule's `except` key",
    "RDATE": "dates stand in a schedule of `dates`",
    "RRULE": "write one rule, with `RRULE:` in front or without",
    "RSCALE": "only the Gregorian calendar can be planned with",
    "SKIP": "a date that a month doesn't have is left out; `BYMONTHDAY=-1` is a month's last day",
}


def read(text: str) -> Parts:
    """Return the parts of a rule such as `FREQ=WEEKLY;BYDAY=MO`, or with `RRULE:` in front.

    Raises ScheduleError for what RFC 5545 doesn't allow, and for what can't be planned with.
    """
    given = _split(text)
    freq = _freq(given)
    found: dict[str, object] = {}
    for name, value in given.items():
        refusal = NOT_WITH.get(name, {}).get(freq)
        if refusal is not None:
            message = f"`{name}` can't stand in a rule with `FREQ={freq}`"
            raise ScheduleError(message, refusal)
        if name in LISTS:
            rule = LISTS[name]
            numbers = {_number(each, name, rule) for each in value.split(",")}
            found[rule.field] = tuple(sorted(numbers))
        elif name == "BYDAY":
            found["weekdays"] = tuple(sorted({_weekday(each, given) for each in value.split(",")}))
        elif name == "WKST":
            found["week_start"] = _week_start(value)
        elif name == "UNTIL":
            found["until"] = _until(value)
    if "INTERVAL" in given:
        found["interval"] = _amount("INTERVAL", given["INTERVAL"], LONGEST_INTERVAL)
    if "COUNT" in given:
        found["instances"] = _amount("COUNT", given["COUNT"], MOST_INSTANCES)
    _check_together(given)
    return Parts(freq, **found)  # type: ignore[arg-type] # each from the part of its name


def completed(parts: Parts, start: int) -> Parts:
    """Return the parts with what the rule leaves open taken from the first start, a reading.

    As section 3.3.10 has it: "Information, not contained in the rule, necessary to determine the
    various recurrence instance start time and dates are derived from the Start Time".
    """
    day, time = divmod(start, DAY)
    freq = parts.freq
    minutely, by_time = freq == "MINUTELY", freq in {"MINUTELY", "HOURLY"}
    parts = parts._replace(
        hours=parts.hours or (tuple(range(HOURS_A_DAY)) if by_time else (time // HOUR,)),
        minutes=parts.minutes or (tuple(range(60)) if minutely else (time % HOUR // MINUTE,)),
        seconds=parts.seconds or (time % MINUTE,),
    )
    if parts.yeardays or parts.monthdays or parts.weekdays:
        return parts
    if freq == "WEEKLY" or parts.weeknos:
        return parts._replace(weekdays=((0, weekday(day)),))
    on = calendar_date(day)
    if freq == "YEARLY" and not parts.months:
        parts = parts._replace(months=(on.month,))
    return parts._replace(monthdays=(on.day,)) if freq in {"YEARLY", "MONTHLY"} else parts


def ends_before(until: Until, zone: Zone | None) -> int:
    """Return the reading before which the last one is that `UNTIL` allows a start in ``zone``.

    A date is the whole day there. Raises ScheduleError for an end that is told on another clock:
    section 3.3.10 wants UTC for a start in a zone, and a floating time for a floating start.
    """
    wall, form = until
    if form == "date":
        return min(wall + DAY, LATEST)
    if zone is None:
        if form == "utc":
            message = "`UNTIL` is in UTC, but the start belongs to no zone"
            raise ScheduleError(message, "give the schedule's `timezone`")
        return min(wall + 1, LATEST)
    in_reach = EARLIEST + WIDEST <= wall < LATEST - WIDEST
    if form == "floating":
        hint = "write it in UTC, with a `Z` at its end, or as a date"
        if in_reach:
            written = _basic(zone.instant(wall))
            hint = f"in {zone.key} it is `UNTIL={written}Z`"
        message = f"`UNTIL={_basic(wall)}` is in no zone, but the schedule's start is in {zone.key}"
        raise ScheduleError(message, hint)
    if not in_reach:
        return LATEST if wall > 0 else EARLIEST
    (segment,) = zone.segments(wall, wall + 1)
    first_time_until = segment.start + segment.before
    # In the second pass through a repeated hour, the whole hour has already been.
    return max(wall + segment.offset + 1, min(first_time_until, wall + segment.before + 1))


def _split(text: str) -> dict[str, str]:
    """Return the values by name, both in capitals."""
    if len(text) > LONGEST:
        message = f"a rule of {len(text)} characters: {LONGEST} is the limit"
        raise ScheduleError(message)
    if "\n" in text or "\r" in text:
        message = "a rule can't hold a line break"
        raise ScheduleError(message, "give one rule, and its first start as `start`")
    # Capitals of letters beyond ASCII can be ASCII letters, as those of a dotless i are.
    if not text.isascii():
        message = f"`{text}` has letters that no rule has"
        raise ScheduleError(message, "write it like `FREQ=WEEKLY;BYDAY=MO`")
    rule = text.upper().removeprefix("RRULE:")
    given: dict[str, str] = {}
    for part in rule.split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            what = f"`{part}`" if part else "an empty part"
            message = f"{what} is not a part of a rule, `NAME=value`"
            hint = "parts are parted by one `;`, without blanks, as in `FREQ=WEEKLY;BYDAY=MO`"
            raise ScheduleError(message, FOREIGN.get(re.split("[:;]", part)[0], hint))
        if name not in NAMES:
            message = f"`{name}` is no part of a rule in RFC 5545"
            raise ScheduleError(message, FOREIGN.get(name, f"it knows {', '.join(NAMES)}"))
        if name in given:
            message = f"`{name}` stands in the rule twice"
            raise ScheduleError(message, "write its values as one list, as in `BYDAY=MO,TU`")
        given[name] = value
    return given


def _freq(given: dict[str, str]) -> str:
    allowed = ", ".join(FREQUENCIES)
    freq = given.get("FREQ")
    if freq is None:
        message = "a rule needs `FREQ`"
        raise ScheduleError(message, f"one of {allowed}")
    if freq == "SECONDLY":
        message = "`FREQ=SECONDLY` is more often than can be planned with"
        raise ScheduleError(message, f"use one of {allowed}")
    if freq not in FREQUENCIES:
        message = f"`FREQ={freq}` is not a frequency"
        raise ScheduleError(message, f"use one of {allowed}")
    return freq


def _check_together(given: dict[str, str]) -> None:
    if "COUNT" in given and "UNTIL" in given:
        message = "`COUNT` and `UNTIL` can't stand in one rule"
        raise ScheduleError(message, "leave one of them out")
    if "BYSETPOS" in given and not any(
        name.startswith("BY") and name != "BYSETPOS" for name in given
    ):
        message = "`BYSETPOS` picks from what another part such as `BYDAY` lists, and none is there"
        raise ScheduleError(message, "the last working day is `BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1`")


def _amount(name: str, value: str, most: int) -> int:
    if not value.isdecimal() or len(value) > len(str(most)) or not 1 <= int(value) <= most:
        message = f"`{name}={value}` is not a number from 1 to {most}"
        raise ScheduleError(message)
    return int(value)


def _number(text: str, name: str, rule: List) -> int:
    low, high = rule.low, rule.high
    allowed = f"{low} to {high}" + (f" or -{high} to -{low}" if rule.signed else "")
    if not _NUMBER.fullmatch(text):
        what = f"`{text}`" if text else "an empty value"
        message = f"{what} in `{name}` is not a number, {allowed}"
        raise ScheduleError(message)
    number = int(text)
    if rule.signed:
        fits = low <= abs(number) <= high
    else:
        fits = low <= number <= high and text[0] not in "+-"
    if not fits:
        hint = ""
        if name == "BYSECOND" and number == LAST_SECOND + 1:
            hint = "leap seconds can't be planned with: write 59"
        elif name == "BYHOUR" and number == HOURS_A_DAY:
            hint = "midnight is hour 0 of the day that begins"
        message = f"`{text}` is outside `{name}`, {allowed}"
        raise ScheduleError(message, hint)
    return number


def _weekday(text: str, given: dict[str, str]) -> tuple[int, int]:
    match = _WEEKDAY.fullmatch(text)
    if match is None:
        what = f"`{text}`" if text else "an empty value"
        message = f"{what} in `BYDAY` is not a weekday"
        raise ScheduleError(message, f"one of {', '.join(WEEKDAYS)}; `-1FR` is the last Friday")
    ordinal, name = match.groups()
    if ordinal is None:
        return 0, WEEKDAYS.index(name)
    number, most = int(ordinal), LISTS["BYWEEKNO"].high
    if not 1 <= abs(number) <= most:
        message = f"`{text}` in `BYDAY`: a weekday is counted from 1 to {most} or -{most} to -1"
        raise ScheduleError(message, f"every one of them is `{name}`")
    if given["FREQ"] not in {"MONTHLY", "YEARLY"}:
        message = f"`{text}`: with `FREQ={given['FREQ']}` a weekday in `BYDAY` has no number"
        raise ScheduleError(message, f"write `{name}`, or `FREQ=MONTHLY` to count in the month")
    if "BYWEEKNO" in given:
        message = f"`{text}`: with `BYWEEKNO` a weekday in `BYDAY` has no number"
        raise ScheduleError(message, f"a week has one of each: write `{name}`")
    return number, WEEKDAYS.index(name)


def _week_start(value: str) -> int:
    if value not in WEEKDAYS:
        message = f"`WKST={value}` is not a weekday"
        raise ScheduleError(message, f"one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(value)


def _until(value: str) -> Until:
    match = _UNTIL.fullmatch(value)
    if match is None:
        message = f"`UNTIL={value}` is neither an instant in UTC nor a date"
        raise ScheduleError(message, "write `UNTIL=20271009T060000Z` or `UNTIL=20271009`")
    year, month, day, hours, minutes, seconds, utc = match.groups()
    try:
        midnight = (date(int(year), int(month), int(day)).toordinal() - EPOCH_ORDINAL) * DAY
    except ValueError:
        message = f"`UNTIL={value}` is not in the calendar"
        raise ScheduleError(message) from None
    if hours is None:
        return Until(midnight, "date")
    time = int(hours) * HOUR + int(minutes) * MINUTE + int(seconds)
    if int(minutes) * MINUTE >= HOUR or int(seconds) >= MINUTE or time >= DAY:
        message = f"`UNTIL={value}` is not a time of day"
        raise ScheduleError(message, "hours to 23, minutes and seconds to 59")
    return Until(midnight + time, "utc" if utc else "floating")


def _basic(wall: int) -> str:
    """Return a reading as RFC 5545 writes it: `20271009T060000`."""
    return rfc3339(wall).removesuffix("Z").replace("-", "").replace(":", "")
