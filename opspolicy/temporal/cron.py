"""Cron lines: a strict grammar, and exact expansion in a dialect.

A line is parsed once into bit masks; expansion walks local days and never searches. Only the
stretch asked for is expanded, so testing a line against a two-hour outage costs two hours.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, MINUTE
from opspolicy.temporal.instants import calendar_date, weekday
from opspolicy.temporal.recurrence import ANY_WALL, Recurrence, ScheduleError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.temporal.dialects import Dialect
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.zones import Zone

LONGEST = 256
FIELDS = 5
ALL_MONTHS = 0b1_1111_1111_1110
ALL_DAYS = 0xFFFF_FFFE
DAYS_OF_EVERY_MONTH = 0x1FFF_FFFE
ALL_WEEKDAYS = 0b111_1111
ALL_HOURS = (1 << 24) - 1
# Longer fields are rare and would make the memory of a hostile estate grow.
MEMORABLE = 24

NUMBER = re.compile(r"[0-9]{1,4}")
NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    # entry.c sets HR_STAR for @hourly, as the star does here.
    "@hourly": "0 * * * *",
}
MONTHS = {
    name: at
    for at, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
WEEKDAYS = {name: at for at, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}


class Field(NamedTuple):
    """What may stand in one of the five fields."""

    name: str
    low: int
    high: int
    names: dict[str, int]


MINUTE_FIELD = Field("minute", 0, 59, {})
HOUR_FIELD = Field("hour", 0, 23, {})
DAY_FIELD = Field("day of month", 1, 31, {})
MONTH_FIELD = Field("month", 1, 12, MONTHS)
WEEKDAY_FIELD = Field("day of week", 0, 6, WEEKDAYS)
WEEKDAY_FIELD_TO_7 = WEEKDAY_FIELD._replace(high=7)


_dates: dict[int, tuple[int, int, int]] = {}
"""Month, day and weekday (Sunday is 0) of days; thousands of lines ask for the same few."""

_long: dict[tuple[int, int, int, bool, int, int], list[int]] = {}
"""The days on which lines run over a long time: most lines share theirs with many others."""

LONG, MOST_LONG = 31, 256


class Cron(Recurrence):
    """One cron line in one dialect.

    Days are counted from 1970-01-01, weekdays from Sunday as cron does.
    """

    __slots__ = (
        "days",
        "either_day",
        "every_day",
        "minutes",
        "months",
        "weekdays",
    )

    def __init__(self, text: str, dialect: Dialect) -> None:
        """Parse ``text``; raises ScheduleError when the dialect doesn't accept it."""
        self.text = text
        self.dialect = dialect
        fields = _split(text, dialect)
        minute, hour, day, month, day_of_week = fields
        past = _mask(minute, MINUTE_FIELD, dialect)
        hours = _mask(hour, HOUR_FIELD, dialect)
        self.minutes = _times(past, hours)
        self.days = _mask(day, DAY_FIELD, dialect)
        self.months = _mask(month, MONTH_FIELD, dialect)
        field = WEEKDAY_FIELD_TO_7 if dialect.sunday_is_7 else WEEKDAY_FIELD
        weekdays = _mask(day_of_week, field, dialect)
        self.weekdays = (weekdays | weekdays >> 7) & ALL_WEEKDAYS
        # cron.c, find_jobs: OR unless a star says that one of the fields doesn't matter.
        self.either_day = not (_is_star(day, dialect) or _is_star(day_of_week, dialect))
        follows_clock = minute.startswith("*") or hour.startswith("*")
        self.wild = dialect.wildcards_follow_clock and follows_clock
        self.fixed = hours != ALL_HOURS
        days = (self.days == ALL_DAYS, self.weekdays == ALL_WEEKDAYS)
        self.every_day = self.months == ALL_MONTHS and (any(days) if self.either_day else all(days))

    def normal(self) -> tuple[object, ...]:
        """Return what decides when this line runs, so that two spellings of one line are equal."""
        return (self.dialect.name, *self.days_rule(), self.wild)

    def days_rule(self) -> tuple[object, ...]:
        """Return on which days and at which wall-clock times it runs, clock changes aside."""
        return (self.minutes, self.days, self.months, self.weekdays, self.either_day)

    def runs_on(self, day: int) -> bool:
        """Whether it runs on a local day, counted from 1970-01-01."""
        known = _dates.get(day)
        if known is None:
            date = calendar_date(day)
            known = _dates[day] = (date.month, date.day, (weekday(day) + 1) % 7)
        month, day_of_month, day_of_week = known
        if not self.months >> month & 1:
            return False
        by_day = self.days >> day_of_month & 1
        by_weekday = self.weekdays >> day_of_week & 1
        return bool(by_day or by_weekday) if self.either_day else bool(by_day and by_weekday)

    def days_on(self, first: int, last: int) -> Iterable[int]:
        """Return the local days in ``[first, last)`` on which it runs."""
        if self.every_day:
            return range(first, last)
        if last - first < LONG:
            return [day for day in range(first, last) if self.runs_on(day)]
        rule = (self.months, self.days, self.weekdays, self.either_day, first, last)
        if rule not in _long:
            if len(_long) >= MOST_LONG:
                _long.clear()
            _long[rule] = [day for day in range(first, last) if self.runs_on(day)]
        return _long[rule]

    def starts_during(self, zone: Zone, when: Iterable[Interval]) -> list[int]:
        """Return the starts in each interval of ``when``, as ``starts`` does.

        This is where a large estate spends its time: thousands of lines, each held against the
        same few outages. Away from clock changes it is two comparisons an outage.
        """
        found: list[int] = []
        calm_from = calm_until = offset = 0
        minutes, count = self.minutes, len(self.minutes)
        for start, end in when:
            if not calm_from <= start < end <= calm_until:
                segments = zone.segments(start, end)
                # What a change repeats lies behind it, never further than it goes.
                last = segments[-1]
                calm_from = last.start + abs(last.offset - last.before)
                calm_until, offset = last.end, last.offset
                if start < calm_from:
                    for segment in segments:
                        self._starts_in(segment, start, end, ANY_WALL, found)
                    continue
            # Most outages are at other times of day than the line, which two looks can tell.
            into_day = (start + offset) % DAY
            until = into_day + end - start
            if until <= DAY:
                low = bisect_left(minutes, (into_day + MINUTE - 1) // MINUTE)
                if low == count or minutes[low] * MINUTE >= until:
                    continue
            elif minutes[-1] * MINUTE < into_day and minutes[0] * MINUTE >= until - DAY:
                continue
            found += [wall - offset for wall in self.walls(start + offset, end + offset)]
        return found

    def comes_near(self, touched: Iterable[Interval], before: int) -> bool:
        """Whether a start's time of day lies in ``touched``, or up to ``before`` seconds ahead."""
        minutes = self.minutes
        for start, end in touched:
            first = start - before
            if end - first >= DAY:
                return True
            at = bisect_left(minutes, (first + MINUTE - 1) // MINUTE)
            if at < len(minutes) and minutes[at] * MINUTE < end:
                return True
            # Ahead of midnight is the evening before.
            if first < 0 and minutes and minutes[-1] * MINUTE >= first + DAY:
                return True
        return False

    def walls(self, first: int, last: int) -> list[int]:
        """Return the wall-clock readings in ``[first, last)`` that the fields name, sorted."""
        if first >= last:
            return []
        minutes = self.minutes
        day, last_day = first // DAY, (last - 1) // DAY
        midnight = day * DAY
        low = bisect_left(minutes, (first - midnight + MINUTE - 1) // MINUTE)
        if day == last_day:
            high = bisect_left(minutes, (last - midnight + MINUTE - 1) // MINUTE, low)
            # The time of day is compared first: it rules out more, and costs less, than the date.
            if low == high or not (self.every_day or self.runs_on(day)):
                return []
            return [midnight + minute * MINUTE for minute in minutes[low:high]]
        found: list[int] = []
        if low and self.runs_on(day):
            found += [midnight + minute * MINUTE for minute in minutes[low:]]
        for each in self.days_on(day + bool(low), last_day):
            found += [each * DAY + minute * MINUTE for minute in minutes]
        day, midnight = last_day, last_day * DAY
        high = bisect_left(minutes, (last - midnight + MINUTE - 1) // MINUTE)
        if high and (self.every_day or self.runs_on(day)):
            found += [midnight + minute * MINUTE for minute in minutes[:high]]
        return found

    @property
    def surely_runs(self) -> bool:
        """Whether it runs in each year there is, which for most lines a look at the masks shows."""
        # Every month has 28 days and every weekday; a gap swallows one day's run at most.
        by_day = bool(self.days & DAYS_OF_EVERY_MONTH)
        return by_day and (self.either_day or self.weekdays == ALL_WEEKDAYS)

    def possible_days(self, first: int, last: int) -> Iterator[int]:
        """Yield the local days in ``[first, last)`` on which it runs, whole months left out."""
        day = first
        while day < last:
            date = calendar_date(day)
            if not self.months >> date.month & 1:
                next_month = day + 32 - date.day
                day = next_month - calendar_date(next_month).day + 1
                continue
            if self.runs_on(day):
                yield day
            day += 1


@lru_cache(maxsize=1 << 16)
def parse(text: str, dialect: Dialect) -> Cron:
    """Return the Cron of ``text`` in ``dialect``, one for equal lines; raises ScheduleError."""
    return Cron(text, dialect)


def _split(text: str, dialect: Dialect) -> list[str]:
    if len(text) > LONGEST:
        message = f"a cron line of {len(text)} characters: {LONGEST} is the limit"
        raise ScheduleError(message)
    if "\n" in text or "\r" in text:
        message = "a cron line can't hold a line break"
        raise ScheduleError(message, "list several lines as `cron: [first, second]`")
    if text.startswith(("TZ=", "CRON_TZ=")):
        message = "a time zone inside a cron line: Kubernetes refuses it, cron never knew it"
        raise ScheduleError(message, "put the zone into the schedule's `timezone` key")
    if text.startswith("@"):
        return _nickname(text, dialect).split()
    fields = text.split()
    if len(fields) != FIELDS:
        hint = "minute, hour, day of month, month, day of week"
        if len(fields) == FIELDS + 1:
            hint += "; a seconds or year field belongs to other schedulers"
        message = f"`{text}` has {len(fields)} field{'s' * (len(fields) != 1)}, not {FIELDS}"
        raise ScheduleError(message, hint)
    return fields


def _nickname(text: str, dialect: Dialect) -> str:
    # Both schedulers compare to the letter.
    name = text.strip()
    if name in NICKNAMES:
        return NICKNAMES[name]
    if name == "@reboot" and name not in dialect.refused_nicknames:
        message = "`@reboot` runs when a machine starts, which no calendar knows"
        raise ScheduleError(message, "leave the job out, or give the times it is expected at")
    if name.startswith("@every"):
        message = f"`{text}` is not supported yet"
        raise ScheduleError(message, "name the times of day it runs at")
    known = ", ".join(sorted(NICKNAMES))
    message = f"`{text}` is no nickname of {dialect.title}"
    raise ScheduleError(message, f"it knows {known}")


def _is_star(field: str, dialect: Dialect) -> bool:
    """Whether a day field leaves the choice of days to the other one."""
    if dialect.star_with_step_is_star:
        return field.startswith("*")
    return any(part in {"*", "?", "*/1", "?/1"} for part in field.split(","))


def _mask(text: str, field: Field, dialect: Dialect) -> int:
    """Return a field as a bit mask; the same few fields come again in thousands of lines."""
    key = (text, field.name, field.high, dialect.name)
    mask = _masks.get(key, 0)
    if not mask:
        for part in text.split(","):
            mask |= _range(part, field, dialect)
        if len(text) <= MEMORABLE:
            _masks[key] = mask
    return mask


_masks: dict[tuple[str, str, int, str], int] = {}


@lru_cache(maxsize=4096)
def _times(past: int, hours: int) -> tuple[int, ...]:
    """Return the minutes of a day that two masks name; lines of equal times share one tuple."""
    minutes = _values(past)
    return tuple([at * 60 + each for at in _values(hours) for each in minutes])


def _values(mask: int) -> list[int]:
    return [at for at in range(mask.bit_length()) if mask >> at & 1]


def _range(part: str, field: Field, dialect: Dialect) -> int:
    """Parse one item of a list: `*`, `5`, `1-5`, each with an optional `/step`."""
    bounds, slash, step_text = part.partition("/")
    step = 1
    if slash:
        if not NUMBER.fullmatch(step_text) or int(step_text) == 0:
            message = f"`{part}`: the step in the {field.name} field must be a number above zero"
            raise ScheduleError(message)
        step = int(step_text)
    if bounds == "*" or (bounds == "?" and dialect.question_mark):
        # `*/2` in the weekday field counts from Sunday and ends on Saturday, not on Sunday again.
        first, last = field.low, min(field.high, 6) if field.names is WEEKDAYS else field.high
    else:
        low_text, dash, high_text = bounds.partition("-")
        first = _value(low_text, part, field, dialect)
        last = field.high if slash else first
        if slash and not dash and dialect.step_needs_range:
            message = f"`{part}`: {dialect.title} takes a step only after a range or `*`"
            raise ScheduleError(message, f"write it as `{first}-{field.high}/{step}`")
        if dash:
            last = _value(high_text, part, field, dialect)
    if last < first:
        message = f"`{part}` runs backwards in the {field.name} field"
        raise ScheduleError(message, "write it as two ranges, such as 22-23,0-2")
    mask = 0
    for value in range(first, last + 1, step):
        mask |= 1 << value
    return mask


def _value(text: str, part: str, field: Field, dialect: Dialect) -> int:
    if NUMBER.fullmatch(text):
        value = int(text)
        if field.low <= value <= field.high:
            return value
        hint = ""
        if field.names is WEEKDAYS and value == field.high + 1:
            hint = f"{dialect.title} counts Sunday as 0"
        message = f"`{text}` is outside the {field.name} field, {field.low} to {field.high}"
        raise ScheduleError(message, hint)
    value_by_name = field.names.get(text.lower())
    if value_by_name is not None:
        return value_by_name
    what = f"`{text}`" if text else "an empty value"
    shown = f" (in `{part}`)" if part != text else ""
    message = f"{dialect.title} doesn't know {what} in the {field.name} field{shown}"
    raise ScheduleError(message, _dialect_hint(part))


def _dialect_hint(part: str) -> str:
    if "#" in part or re.fullmatch(r"[0-9]*[LW]+[0-9-]*", part, re.IGNORECASE):
        return "`L`, `W` and `#` belong to Quartz and EventBridge"
    if part in {"R", "H"} or part.startswith("H("):
        return "random or hashed times can't be planned with: give the real one"
    if part == "?":
        return "`?` belongs to Kubernetes and Quartz: write `*`"
    return ""
