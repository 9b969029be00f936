"""Airflow's cron: its grammar is croniter's, and each run is worked out from the one before.

Where the fields leave no doubt they are read here, and mean the same; croniter, slow to import, is
asked about everything else. What clock changes do follows from `CronMixin._get_next`: the next
reading of the clock after the last run's, placed anew, or, where the hour is `*`, as much elapsed
time later as the two readings are apart.
"""

from __future__ import annotations

import re

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
from opspolicy.temporal.recurrence import ScheduleError
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
_PLAIN = re.compile(rf"(\*|\*/[0-9]{{1,2}}|{_PLAIN_ITEM}(,{_PLAIN_ITEM})*)")
_RANDOM = re.compile(r"(^|[\s,])[RH](\(|[\s,/]|$)", re.IGNORECASE)
# How far back or ahead the run before or after is looked for: 29 February comes after eight years.
REACHES = (2 * DAY, 32 * DAY, 367 * DAY, 9 * 366 * DAY)
MOST_CHANGES_BACK = 24


def read(text: str, dialect: Dialect) -> Line:
    """Return what ``text`` says to Airflow; raises ScheduleError when it isn't accepted."""
    cron_grammar.check_text(text)
    if text.startswith("@"):
        text = cron_grammar.nickname(text, dialect)
    fields = text.split()
    if len(fields) == len(dialect.fields) and all(map(_PLAIN.fullmatch, fields)):
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
    if _RANDOM.search(text):
        message = f"`{text}` has a random or hashed time, which can't be planned with"
        raise ScheduleError(message, "give the real one")
    if "w" in text.lower().split()[2] or "*," in text or ",*" in text:
        message = f"`{text}`: what Airflow's cron library makes of this isn't documented"
        raise ScheduleError(message, "write the days out, or `*` alone")
    from croniter import CroniterError, croniter  # noqa: PLC0415 - slow, and seldom needed

    try:
        (minutes, hours, days, months, weekdays), nth = croniter.expand(text)
        special_weekdays = tuple(
            NthWeekday(int(day), 0 if which == "l" else int(which))
            for day, several in sorted(nth.items())
            for which in sorted(several, key=str)
        )
    except (CroniterError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"Airflow's cron library refuses `{text}`: {error}"
        raise ScheduleError(message, "minute, hour, day of month, month, day of week") from error
    # croniter's _calc_next: where both day fields are restricted, either will do; with `#` and `L5`
    # it holds both halves to the weekday, so that only the weekday counts.
    any_day = days[0] == "*" or (bool(nth) and weekdays[0] != "*")
    return Line(
        1,
        _mask(minutes, ALL_MINUTES),
        _mask(hours, ALL_HOURS),
        ALL_DAYS if any_day else _mask(days, ALL_DAYS),
        _mask(months, ALL_MONTHS),
        0 if nth else _mask(weekdays, ALL_WEEKDAYS),
        any_day,
        weekdays[0] == "*",
        wild=hours == ["*"],
        special_days=(LastDay(),) if "l" in days and not any_day else (),
        special_weekdays=special_weekdays,
    )


def _mask(listed: list[int | str], every: int) -> int:
    if listed[0] == "*":
        return every
    return sum(1 << at for at in {at for at in listed if isinstance(at, int)})


def starts(
    line: Recurrence, zone: Zone, start: int, end: int, nominal: tuple[int, int]
) -> list[int]:
    """Return the instants in ``[start, end)`` at which Airflow runs ``line``.

    ``nominal`` bounds the readings at which runs are due, half-open.
    """
    found: list[int] = []
    for segment in zone.segments(start, end) if start < end else ():
        first, others_from = _first_of(line, zone, segment)
        if first is not None and start <= first[0] < min(end, segment.end):
            found += [first[0]] if nominal[0] <= first[1] < nominal[1] else []
        stop = min(end, segment.end)
        if not line.wild and segment.end < LATEST:
            # make_aware takes the second of two equal readings, so the first ones are nothing.
            repeated = max(0, segment.offset - zone.offset(segment.end))
            stop = min(end, segment.end - repeated)
        low = max(start + segment.offset, others_from, nominal[0])
        walls = line.walls(low, min(stop + segment.offset, nominal[1]))
        found += [wall - segment.offset for wall in walls]
    return found


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
    first, others_from = None, segment.start + segment.offset
    # Asked for once: twice at each change would be twice as long with every year looked back.
    earlier = None
    if depth > 0 and segment.start > EARLIEST:
        earlier = _last_before(line, zone, segment.start, depth - 1)
        first, others_from = _carried(line, zone, segment, earlier)
    until = instant + segment.offset
    for reach in REACHES:
        walls = line.walls(max(others_from, until - reach), until)
        if walls:
            return walls[-1] - segment.offset
        if until - reach <= others_from:
            break
    return first[0] if first is not None and first[0] < instant else earlier


def _next_reading(line: Recurrence, read: int) -> int | None:
    for reach in REACHES:
        walls = line.walls(read + 1, read + reach)
        if walls:
            return walls[0]
    return None
