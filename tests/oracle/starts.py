"""When a schedule starts something: what it names, leaves out and moves, and what clocks make of it.

A rule names readings of the clock, and a scheduler looks at a clock, which may skip or repeat
them. `from` and `until` bound its starts by their readings, `except` leaves some out, and those
that aren't on a business day are dropped, or moved to another date, at the same time of day, where
a clock may skip or repeat them in turn.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from . import on_calendar_oracle, rrule_oracle
from .calendars import SATURDAY, AnyCalendar
from .dialects import NAMED, airflow
from .values import instant, seconds
from .wall import EPOCH, appointment, calm, instants, jump, local, midnight, zone_named

APPOINTMENT, CRON, KUBERNETES, SYSTEMD, QUARTZ, AIRFLOW = (
    "appointment",
    "cron",
    "kubernetes",
    "systemd",
    "quartz",
    "airflow",
)
ANY_OF = ("cron", "kubernetes", "github-actions", "quartz", "eventbridge", "airflow")
"""What may run a cron line of which nobody says what runs it."""

ONE_DAY = timedelta(days=1)
THREE_HOURS = timedelta(hours=3)
FARTHEST = 366
"""How many days ahead or back a business day is looked for."""

SPARE = 40
"""How many days away a run may move: more than any calendar here keeps closed."""


# --- What rules name ---------------------------------------------------------------------------


@lru_cache(maxsize=256)
def named(line: str, dialect: str, first: date, last: date) -> list[datetime]:
    """Give the readings that a line names on the dates from the first to the last, sorted."""
    if dialect == AIRFLOW:
        return list(airflow.readings(line, first, last))
    days = [first + ONE_DAY * past for past in range((last - first).days + 1)]
    if dialect == SYSTEMD:
        return list(named_by_expression(line, days))
    due = NAMED[dialect](line)
    past = [
        timedelta(minutes=minute, seconds=second)
        for minute in sorted(due.times)
        for second in due.seconds
    ]
    return [midnight(day) + each for day in filter(due.matches, days) for each in past]


def named_by_expression(text: str, days: Iterable[date]) -> Iterator[datetime]:
    """Give the readings of a calendar expression of systemd's."""
    places, _ = on_calendar_oracle.parse(text)
    times = [
        time(hour, minute, second)
        for hour in sorted(places.hours)
        for minute in sorted(places.minutes)
        for second in sorted(places.seconds)
    ]
    for day in days:
        if places.holds(datetime.combine(day, times[0])):
            for each in times:
                yield datetime.combine(day, each)


@lru_cache(maxsize=256)
def recurring(rule: str, start: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """Give the readings of a recurrence rule before an end."""
    parts = rule.split(";")
    untils = [part.removeprefix("UNTIL=") for part in parts if part.startswith("UNTIL=")]
    others = ";".join(part for part in parts if not part.startswith("UNTIL="))
    found = rrule_oracle.expand(others, start, end)
    for until in untils:
        if until.endswith("Z"):
            last = int(datetime.fromisoformat(until).timestamp())
            found = [each for each in found if appointment(each, zone) <= last]
        else:
            found = [each for each in found if each.date() <= date.fromisoformat(until)]
    return found


@lru_cache(maxsize=256)
def accepts(line: str, dialect: str) -> bool:
    """Say whether a dialect has a meaning for the line."""
    try:
        airflow.follows_elapsed_time(line) if dialect == AIRFLOW else NAMED[dialect](line)
    except (AssertionError, ValueError, KeyError):
        return False
    return True


# --- What clocks make of it --------------------------------------------------------------------


def placed(
    due: list[datetime], zone: ZoneInfo, dialect: str, line: str
) -> Iterator[tuple[datetime, int]]:
    """Give when a scheduler starts what is due, which is sorted, beside the reading it was due at.

    A scheduler may start one twice, or not at all.
    """
    if dialect == AIRFLOW:
        elapsed = airflow.follows_elapsed_time(line)
        yield from airflow.follow(due, zone.key, elapsed=elapsed)
        return
    wild = dialect == CRON and NAMED[CRON](line).wild
    for reading in due:
        offset = calm(reading.date(), zone)
        if offset is not None:
            yield reading, int((reading - EPOCH).total_seconds()) - offset
        else:
            for at in around_a_change(reading, zone, dialect, wild=wild):
                yield reading, at


def around_a_change(reading: datetime, zone: ZoneInfo, dialect: str, *, wild: bool) -> list[int]:
    """Give the instants at which a scheduler starts what is due at a reading."""
    shown = instants(reading, zone)
    if dialect == KUBERNETES or wild:
        return shown
    if dialect == CRON and not is_caught_up(reading, zone, shown):
        return shown
    if dialect in {CRON, APPOINTMENT, "github-actions"}:
        return [appointment(reading, zone)]
    return shown[-1:] if dialect == QUARTZ else shown[:1]


def is_caught_up(reading: datetime, zone: ZoneInfo, shown: list[int]) -> bool:
    """Say whether Debian's cron makes good for a change of the clock.

    By cron.c, of less than three hours forward, or up to three hours back.
    """
    width = jump(reading, zone)
    return width < THREE_HOURS or (width == THREE_HOURS and bool(shown))


# --- Schedules ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Schedule:
    """A declared `schedule` as a mapping, in its zone, among the calendars of its estate."""

    declared: Mapping[str, Any]
    declared_zone: ZoneInfo
    calendars: Mapping[str, AnyCalendar]

    @cached_property
    def zone(self) -> ZoneInfo:
        """Whose clock it goes by: an expression of systemd's may say so itself."""
        own = {on_calendar_oracle.parse(text)[1] for text in self.texts("on_calendar")} - {None}
        return zone_named(own.pop() or "") if own else self.declared_zone

    @property
    def is_recurring(self) -> bool:
        """Whether it has a rule rather than dates."""
        return "dates" not in self.declared

    @cached_property
    def delay(self) -> int:
        """By how many seconds a start may be late."""
        return sum(
            seconds(self.declared.get(key, "0s")) for key in ("randomized_delay", "accuracy")
        )

    def texts(self, key: str) -> list[str]:
        """Give what is written under a key that takes a list."""
        value = self.declared.get(key, [])
        return [value] if isinstance(value, str) else value

    def dialects(self, scheduler: str | None) -> list[str]:
        """Give the dialects that a job's schedule may be in; lines in one are all in it."""
        if "on_calendar" in self.declared:
            return [SYSTEMD]
        if "cron" not in self.declared:
            return [APPOINTMENT]
        lines = self.texts("cron")
        if scheduler:
            return [scheduler]
        return [each for each in ANY_OF if all(accepts(line, each) for line in lines)]

    def starts(self, dialect: str, first: date, last: date) -> list[int]:
        """Give every start on the dates from the first to the last, sorted; dates, all of them."""
        if "dates" in self.declared:
            return sorted(self.single(map(self.reading_and_instant, self.declared["dates"])))
        if self.shift in {"previous", "next"}:
            first, last = first - ONE_DAY * SPARE, last + ONE_DAY * SPARE
        if "every" in self.declared:
            return sorted(self.single(self.elapsing(first, last)))
        found: set[int] = set()
        if "rrule" in self.declared:
            start, _ = self.reading_and_instant(self.declared["start"])
            due = recurring(self.declared["rrule"], start, midnight(last + ONE_DAY), self.zone)
            found |= self.started(due, dialect, "")
        for key in ("cron", "on_calendar"):
            kind = SYSTEMD if key == "on_calendar" else dialect
            for line in self.texts(key):
                found |= self.started(named(line, kind, first, last), dialect, line)
        return sorted(found)

    def started(self, due: list[datetime], dialect: str, line: str) -> set[int]:
        """Give the starts that are left of what is due, and those that move, placed anew."""
        found = {
            at
            for reading, at in placed(due, self.zone, dialect, line)
            if self.counts(reading, at) and self.moved(reading.date()) == reading.date()
        }
        for reading in self.moving(due):
            found |= {at for _, at in placed([reading], self.zone, dialect, line)}
        return found

    def elapsing(self, first: date, last: date) -> Iterator[tuple[datetime, int]]:
        """Give each start of an `every`, and what the clock shows then."""
        _, start = self.reading_and_instant(self.declared["start"])
        step = seconds(self.declared["every"])
        low = appointment(midnight(first), self.zone)
        start += max(0, low - start) // step * step
        for at in range(start, appointment(midnight(last + ONE_DAY), self.zone), step):
            yield local(at, self.zone), at

    def reading_and_instant(self, text: str) -> tuple[datetime, int]:
        """Read an instant; with an offset, its reading is what the clock shows then."""
        at = instant(text, self.zone)
        reading = datetime.fromisoformat(text)
        return (local(at, self.zone) if reading.tzinfo else reading), at

    def single(self, due: Iterable[tuple[datetime, int]]) -> set[int]:
        """Give the instants of starts that are instants, and stay so unless they move."""
        found: set[int] = set()
        for reading, at in due:
            if self.counts(reading, at):
                day = self.moved(reading.date())
                if day == reading.date():
                    found.add(at)
                elif day:
                    found.add(appointment(datetime.combine(day, reading.time()), self.zone))
        return found

    def moving(self, due: Iterable[datetime]) -> Iterator[datetime]:
        """Give the readings to which those move that are due on other dates, and aren't left out.

        Whether one is left out is asked of it as of an appointment: nothing starts then after all.
        """
        for reading in due:
            day = self.moved(reading.date())
            if day is None or day == reading.date():
                continue
            if self.counts(reading, appointment(reading, self.zone)):
                yield datetime.combine(day, reading.time())

    def counts(self, reading: datetime, at: int) -> bool:
        """Say whether a nominal start is within the bounds, and not an exception."""
        if not is_within_bounds(self.declared, reading):
            return False
        for text in self.declared.get("except", []):
            if text in self.calendars:
                if self.calendars[text].is_open(at):
                    return False
            elif text == reading.date().isoformat():
                return False
        return True

    @property
    def shift(self) -> str:
        """What happens to a run on a date that is no business day."""
        return str(self.declared.get("on_non_business_day", "run"))

    def moved(self, day: date) -> date | None:
        """Give the date on which a run of another date takes place; None where it doesn't."""
        if self.shift == "run" or self.is_business_day(day):
            return day
        if self.shift == "skip":
            return None
        step = ONE_DAY if self.shift == "next" else -ONE_DAY
        for _ in range(FARTHEST):
            day += step
            if self.is_business_day(day):
                return day
        return None

    @cached_property
    def business_days(self) -> dict[date, bool]:
        """What has been asked for."""
        return {}

    def is_business_day(self, day: date) -> bool:
        """Say whether a date is a business day: from Monday to Friday, where no calendar says."""
        name = self.declared.get("business_days")
        if name is None:
            return day.weekday() < SATURDAY
        if day not in self.business_days:
            self.business_days[day] = self.calendars[name].is_business_day(day)
        return self.business_days[day]


def is_within_bounds(declared: Mapping[str, Any], reading: datetime) -> bool:
    """Say whether `from` and `until` let a reading through; a date lets its whole day through."""
    if "from" in declared and reading < bound(declared["from"]):
        return False
    if "until" in declared:
        text = declared["until"]
        whole_day = ONE_DAY if len(text) == len("2027-10-09") else timedelta()
        return reading < bound(text) + whole_day
    return True


@cache
def bound(text: str) -> datetime:
    """Read a bound."""
    return datetime.fromisoformat(text)
