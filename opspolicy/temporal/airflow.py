"""Airflow's cron: its grammar is croniter's, and each run is worked out from the one before.

Where the fields leave no doubt they are read here, and mean the same; croniter, slow to import, is
asked about everything else. What clock changes do follows from `CronMixin._get_next`: the next
reading of the clock after the last run's, placed anew, or, where the hour is `*`, as much elapsed
time later as the two readings are apart.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opspolicy.temporal import cron_grammar
from opspolicy.temporal.cron_grammar import (
    ALL_DAYS,
    ALL_HOURS,
    ALL_MONTHS,
    ALL_WEEKDAYS,
    LastDay,
    Line,
    NthWeekday,
)
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.recurrence import ANY_WALL, ScheduleError
from opspolicy.temporal.zones import EARLIEST, LATEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.dialects import Dialect
    from opspolicy.temporal.recurrence import Recurrence
    from opspolicy.temporal.zones import Segment, Zone

ALL_MINUTES = (1 << 60) - 1
# Croniter turns a field that names every value into `*`, which changes what the field means, takes
# 7 and names in its own way, lets ranges run over the end, and `5-5` all the way around to every
# value. All that is left to it.
_PLAIN_ITEM = r"[0-9]{1,2}(-[0-9]{1,2})?"
_PLAIN = rf"(\*|\*/[0-9]{{1,2}}|{_PLAIN_ITEM}(,{_PLAIN_ITEM})*)"
_RANDOM = r"(?i)(^|[\s,])[RH](\(|[\s,/]|$)"
# How far back or ahead the run before or after is looked for: 29 February comes after eight years.
REACHES = (2 * DAY, 32 * DAY, 367 * DAY, 9 * 366 * DAY)
MOST_CHANGES_BACK = 24


def read(text: str, dialect: Dialect) -> Line:
    """Return what ``text`` says to Airflow; raises ScheduleError when it isn't accepted."""
    cron_grammar.check_text(text)
    if text.startswith("@"):
        text = cron_grammar.nickname(text, dialect)
    fields = text.split()
    is_plain = all(re.fullmatch(_PLAIN, field) for field in fields)
    if is_plain and len(fields) == len(dialect.fields):
        try:
            line = cron_grammar.read(text, dialect)
        except ScheduleError:
            return _by_croniter(text, dialect)
        if _leaves_no_doubt(fields, line):
            return line._replace(wild=line.hours == ALL_HOURS)
    return _by_croniter(text, dialect)


def _leaves_no_doubt(fields: list[str], line: Line) -> bool:
    """Whether no field names every value in a way of its own, nor one by a range, nor 7."""
    masks = (line.minutes, line.hours, line.days, line.months, line.weekdays)
    every = (ALL_MINUTES, ALL_HOURS, ALL_DAYS, ALL_MONTHS, ALL_WEEKDAYS)
    spelt_out = any(
        mask == whole and field != "*"
        for field, mask, whole in zip(fields, masks, every, strict=True)
    )
    return not spelt_out and "7" not in fields[-1] and not any(map(_goes_around, fields))


def _goes_around(field: str) -> bool:
    """Whether a range ends where it starts, as `5-5` does."""
    ranges = [item.split("-") for item in field.split(",") if "-" in item]
    return any(int(first) == int(last) for first, last in ranges)


def _by_croniter(text: str, dialect: Dialect) -> Line:
    """Return what croniter makes of a line of five fields."""
    if len(text.split()) != len(dialect.fields):
        cron_grammar.read(text, dialect)  # which says what is wrong with that
    if re.search(_RANDOM, text):
        message = f"`{text}` has a random or hashed time, which can't be planned with"
        raise ScheduleError(message, "give the real one")
    if _is_murky(text.lower().split()):
        message = f"`{text}`: what Airflow's cron library makes of this isn't documented"
        raise ScheduleError(message, "write the days out, or `*` alone")
    expanded = _expanded(text)
    if isinstance(expanded, str):
        raise _refusal(text, dialect, expanded)
    (minutes, hours, days, months, weekdays), special_weekdays = expanded
    any_day = days[0] == "*"
    return Line(
        1,
        _mask(minutes, ALL_MINUTES),
        _mask(hours, ALL_HOURS),
        ALL_DAYS if any_day else _mask(days, ALL_DAYS),
        _mask(months, ALL_MONTHS),
        0 if special_weekdays else _mask(weekdays, ALL_WEEKDAYS),
        any_day,
        weekdays[0] == "*",
        wild=hours == ["*"],
        special_days=(LastDay(),) if "l" in days and not any_day else (),
        special_weekdays=special_weekdays,
    )


def _expanded(text: str) -> tuple[list[list[int | str]], tuple[NthWeekday, ...]] | str:
    """Return croniter's lists of values and its `#` and `L`, or why it refuses the line."""
    from croniter import CroniterError, croniter  # noqa: PLC0415 - slow, and seldom needed

    try:
        listed, nth = croniter.expand(text)
        special_weekdays = tuple(
            NthWeekday(int(day), 0 if which == "l" else int(which))
            for day, several in sorted(nth.items())
            for which in sorted(several, key=str)
        )
    except (CroniterError, ValueError, KeyError, TypeError, AttributeError) as error:
        return str(error)
    return listed, special_weekdays


def _refusal(text: str, dialect: Dialect, said: str) -> ScheduleError:
    """Return why croniter doesn't accept a line.

    ``said`` are its own words, which name the line and rarely the part. So each field is tried by
    itself, and what is wrong with the first that it refuses is said as elsewhere.
    """
    for at, field in enumerate(text.split()):
        alone = ["*"] * len(dialect.fields)
        alone[at] = field
        line = " ".join(alone)
        if isinstance(_expanded(line), str):
            last = re.fullmatch("([0-7])L", field.upper()) if at == len(alone) - 1 else None
            hint = (
                f"Airflow writes the last such weekday of a month as `L{last[1]}`" if last else ""
            )
            try:
                cron_grammar.read(line, dialect)
            except ScheduleError as error:
                return ScheduleError(str(error), hint or error.hint)
            break
    reason = said.removeprefix(f"[{text.lower()}] ")
    message = f"Airflow's cron library says of `{text}`: {reason}"
    return ScheduleError(message, "minute, hour, day of month, month, day of week")


def _is_murky(fields: list[str]) -> bool:
    """Whether croniter reads it by accident: `15W` as 15, a `*` in a list, `#` beside a day."""
    starred = any("," in field and {"*", "?"} & {*field.split(",")} for field in fields)
    day, weekday = fields[2], fields[4]
    # Where no such weekday falls on such a day, croniter gives up instead of passing it over.
    both = ("#" in weekday or "l" in weekday) and day not in {"*", "?"}
    return starred or "w" in day or both


def _mask(listed: list[int | str], every: int) -> int:
    if listed[0] == "*":
        return every
    return sum(1 << at for at in {at for at in listed if isinstance(at, int)})


def starts(
    line: Recurrence, zone: Zone, start: int, end: int, nominal: tuple[int, int]
) -> list[int]:
    """Return when Airflow runs a line in ``[start, end)``, sorted.

    ``nominal`` bounds the readings at which runs are due, half-open.
    """
    return [at for _, at in runs(line, zone, start, end, nominal)]


def runs(
    line: Recurrence, zone: Zone, start: int, end: int, nominal: tuple[int, int] = ANY_WALL
) -> list[tuple[int, int]]:
    """Return the same with the reading at which each run was due, which the clock may not show."""
    found: list[tuple[int, int]] = []
    for segment in zone.segments(start, end) if start < end else ():
        first, others_from = _first_of(line, zone, segment)
        if first is not None and start <= first[0] < min(end, segment.end):
            at, due = first
            found += [(due, at)] if nominal[0] <= due < nominal[1] else []
        stop = min(end, segment.end)
        if not line.wild and segment.end < LATEST:
            # make_aware takes the second of two equal readings, so the first ones are nothing.
            repeated = max(0, segment.offset - zone.offset(segment.end))
            stop = min(end, segment.end - repeated)
        low = max(start + segment.offset, others_from, nominal[0])
        walls = line.walls(low, min(stop + segment.offset, nominal[1]))
        found += [(wall, wall - segment.offset) for wall in walls]
    return found


@lru_cache(maxsize=4096)
def _first_of(
    line: Recurrence, zone: Zone, segment: Segment, depth: int = MOST_CHANGES_BACK
) -> tuple[tuple[int, int] | None, int]:
    """Return the run that a clock change misplaces, and from which reading on all is as it was.

    The run is told as its instant and the reading at which it was due.
    """
    shift = segment.offset - segment.before
    begins = segment.start + segment.offset
    if not shift or depth == 0:
        return None, begins
    if not line.wild:
        skipped = line.walls(begins - shift, begins)[:1] if shift > 0 else []
        if not skipped:
            return None, begins
        # Pendulum moves it by the gap, and the next reading is looked for behind that.
        return (skipped[0] + shift - segment.offset, skipped[0]), skipped[0] + shift + 1
    return _carried(line, zone, segment, _last_before(line, zone, segment.start, depth - 1))


def _carried(
    line: Recurrence, zone: Zone, segment: Segment, last: int | None
) -> tuple[tuple[int, int] | None, int]:
    """Return the same as ``_first_of``, from the ``last`` run before the clock change."""
    begins = segment.start + segment.offset
    if last is None:
        return None, begins
    read = zone.wall(last)
    due = _next_reading(line, read)
    if due is None:
        return None, begins
    instant = last + due - read
    return (instant, due), instant + segment.offset + 1


def _last_before(line: Recurrence, zone: Zone, instant: int, depth: int) -> int | None:
    """Return the last run before ``instant``, the instant of a clock change."""
    segment = zone.segments(instant - 1, instant)[0]
    begins, until = segment.start + segment.offset, instant + segment.offset
    shift = abs(segment.offset - segment.before)
    reading = _last_reading(line, begins, until)
    if reading is not None:
        # What the change before misplaced is the first run after it. With another one in between,
        # this one is where it should be.
        following = _next_reading(line, begins - shift - 1)
        if following is not None and following < reading - shift:
            return reading - segment.offset
    first, others_from, earlier = None, begins, None
    # Asked for once: twice at each change would be twice as long with every year looked back.
    if depth > 0 and segment.start > EARLIEST:
        earlier = _last_before(line, zone, segment.start, depth - 1)
        first, others_from = _carried(line, zone, segment, earlier)
    reading = _last_reading(line, others_from, until)
    if reading is not None:
        return reading - segment.offset
    return first[0] if first is not None and first[0] < instant else earlier


def _last_reading(line: Recurrence, first: int, last: int) -> int | None:
    """Return the last reading in ``[first, last)``, no farther back than dates take to repeat."""
    for reach in REACHES:
        low = max(first, last - reach)
        for day in reversed([*line.possible_days(low // DAY, (last - 1) // DAY + 1)]):
            walls = line.walls(max(low, day * DAY), min(last, (day + 1) * DAY))
            if walls:
                return walls[-1]
        if low == first:
            break
    return None


def _next_reading(line: Recurrence, read: int) -> int | None:
    for day in line.possible_days(read // DAY, (read + REACHES[-1]) // DAY):
        walls = line.walls(max(read + 1, day * DAY), (day + 1) * DAY)
        if walls:
            return walls[0]
    return None
