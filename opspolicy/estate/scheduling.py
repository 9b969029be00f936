"""From a declared `schedule` to one that can be expanded, or to what is wrong with it."""

from __future__ import annotations

from functools import cached_property, lru_cache

from opspolicy.estate.vocabulary import MISSING
from opspolicy.record import NamedTuple
from opspolicy.temporal import cron, instants, zones
from opspolicy.temporal.dialects import APPOINTMENT, CRON_DIALECTS, DIALECTS, SYSTEMD, Dialect
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.recurrence import ScheduleError, check_busiest
from opspolicy.temporal.schedules import (
    CRON,
    DATES,
    EVERY,
    ON_CALENDAR,
    RRULE,
    Bounds,
    DatedSchedule,
    RecurringSchedule,
    Schedule,
    Written,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from opspolicy.estate.entry import Entry
    from opspolicy.temporal.adjustments import Adjustment
    from opspolicy.temporal.instants import Moment
    from opspolicy.temporal.recurrence import Recurrence
    from opspolicy.temporal.zones import Zone

    # Each rule as written, with where in the entry it stands.
    Lines = list[tuple[str, tuple[str | int, ...]]]


ONLY = {name: (dialect,) for name, dialect in DIALECTS.items()}
BY_THE_CLOCK = (APPOINTMENT,)
LINE_ALONE = frozenset((CRON, "timezone"))
ALONE = Written()


class Scheduled(NamedTuple):
    """A schedule with the zone it is in; both None when they couldn't be made out."""

    schedule: Schedule | None = None
    zone: Zone | None = None


def of_job(entry: Entry, scheduler: str | None) -> Scheduled:
    """Return the schedule of a job, in the dialect of its ``scheduler`` or in all that fit."""
    dialects = CRON_DIALECTS if scheduler is None else ONLY[scheduler]
    zone = entry.zone("schedule")
    if scheduler != SYSTEMD.name and (plain := _plain(entry, zone, dialects)):
        return plain
    nested = entry.nested("schedule")
    is_cron = isinstance(entry.get("schedule"), str) or CRON in nested
    if scheduler == SYSTEMD.name and is_cron:
        place = entry.place("scheduler" if "scheduler" in entry else "schedule")
        entry.fault(place, "systemd has no cron lines", _as_calendar(entry.get("schedule")))
        return Scheduled(None, zone)
    if ON_CALENDAR in nested and "scheduler" in entry and scheduler != SYSTEMD.name:
        message = f"`on_calendar` belongs to systemd, and this says `scheduler: {scheduler}`"
        entry.fault(entry.place("scheduler"), message, "correct one of the two")
    return _Reader(entry, zone, scheduler).read(dialects, SYSTEMD)


def _plain(entry: Entry, zone: Zone | None, dialects: tuple[Dialect, ...]) -> Scheduled | None:
    """Return what most schedules are: one right line in a right zone, with nothing to note."""
    line = entry.get("schedule")
    if isinstance(line, dict) and LINE_ALONE.issuperset(line):
        line = line.get(CRON)
    if zone is None or not isinstance(line, str):
        return None
    known = _accepted(line, zone, dialects)
    return None if known is None else Scheduled._make((known, zone))


def _as_calendar(text: object) -> str:
    """Return how to write what stands where a cron line would, if systemd knows it."""
    from opspolicy.temporal.systemd import on_calendar  # noqa: PLC0415 - only for a mistake

    if isinstance(text, str):
        try:
            on_calendar.parse(text)
        except ScheduleError:
            pass
        else:
            return f'write `on_calendar: "{text}"`, or correct the scheduler'
    return 'correct the scheduler, or write a calendar, such as `on_calendar: "Mon..Fri 04:10"`'


def of_appointment(entry: Entry) -> Scheduled:
    """Return the schedule of a window or a freeze: these belong to no scheduler."""
    zone = entry.zone("schedule")
    if "schedule" not in entry:
        return Scheduled._make((None, zone))
    if plain := _plain(entry, zone, BY_THE_CLOCK):
        return plain
    return _Reader(entry, zone, None).read(BY_THE_CLOCK, APPOINTMENT)


class _Reader:
    """One schedule being read: what it is part of, its zone, and what bounds and adjusts it."""

    def __init__(self, entry: Entry, zone: Zone | None, scheduler: str | None) -> None:
        self.entry = entry
        self.nested = entry.nested("schedule")
        self.zone = zone
        # GitHub Actions is the one scheduler whose times are UTC where nobody says otherwise.
        if self.zone is None and scheduler == "github-actions" and entry.lacks_zone("schedule"):
            self.zone = zones.zone("UTC")
        self.adjustment = _adjustment(self.nested)

    @cached_property
    def bounds(self) -> Bounds | None:
        """`from` and `until`, once the zone is known."""
        return _bounds(self.nested, self.zone)

    @property
    def is_plain(self) -> bool:
        """Whether nothing bounds or adjusts the rules."""
        return self.adjustment is None and self.bounds is None

    def read(self, dialects: tuple[Dialect, ...], of_calendar: Dialect) -> Scheduled:
        """Return the schedule, cron lines in those of ``dialects`` that accept them."""
        text = self.entry.get("schedule")
        found: Schedule | None = None
        if isinstance(text, str):
            found = self._cron([(text, ("schedule",))], dialects)
        elif CRON in self.nested:
            found = self._cron(self._lines(CRON), dialects)
        elif ON_CALENDAR in self.nested:
            found = self._on_calendar(of_calendar)
        elif DATES in self.nested:
            found = self._dates()
        elif EVERY in self.nested:
            found = self._from_start(EVERY, self._every)
        elif RRULE in self.nested:
            found = self._from_start(RRULE, self._rrule)
        return Scheduled(found, self.zone)

    def _lines(self, key: str) -> Lines:
        value = self.nested.get(key)
        if isinstance(value, str):
            return [(value, ("schedule", key))]
        return [
            (line, ("schedule", key, at)) for at, line in enumerate(value) if line is not MISSING
        ]

    def _lacks_zone(self, path: tuple[str | int, ...], what: str) -> bool:
        """Whether there is no zone to read a local time in; said, unless a wrong one was."""
        if self.zone is None and self.entry.lacks_zone("schedule"):
            self.entry.no_zone(self.entry.place(*path), what)
        return self.zone is None

    def _cron(self, lines: Lines, dialects: tuple[Dialect, ...]) -> Schedule | None:
        readings = [_read(lines, cron.parse, dialect) for dialect in dialects]
        # A dialect that accepts all lines is one the job may be written in. Where there is none,
        # the right lines still count, so that one mistake doesn't hide what others collide with.
        whole = [each for each in readings if not each.refused]
        if not whole:
            likely = readings[_likely(lines, dialects)]
            self._refuse(likely)
            whole = [likely] if likely.rules else []
        if not lines or self._lacks_zone(lines[0][1], "its schedule is") or not whole:
            return None
        variants = tuple(each.rules for each in whole)
        return self._recurring(variants, Written(CRON, whole[0].positions))

    def _on_calendar(self, dialect: Dialect) -> Schedule | None:
        from opspolicy.temporal.systemd import on_calendar  # noqa: PLC0415 - only for those who use it

        lines = self._lines(ON_CALENDAR)
        reading = _read(lines, on_calendar.parse, dialect)
        self._refuse(reading)
        # What stands in the expression is what systemd goes by.
        named = {rule.zone_key or (self.zone.key if self.zone else "") for rule in reading.rules}
        if len(named) > 1:
            message = "the expressions of one schedule are in different zones"
            self.entry.fault(self.entry.place(*lines[0][1]), message, "make a job of each")
            return None
        if named and "" not in named:
            self.zone = zones.zone(named.pop())
        if not lines or self._lacks_zone(lines[0][1], "its schedule is") or not reading.rules:
            return None
        late = [self.nested.duration(key, zero=True) for key in ("randomized_delay", "accuracy")]
        delay = sum(filter(None, late))
        written = Written(ON_CALENDAR, reading.positions, delay)
        return self._recurring((reading.rules,), written)

    def _recurring(
        self, variants: tuple[tuple[Recurrence, ...], ...], written: Written
    ) -> Schedule | None:
        if self.zone is None:
            return None
        if self.is_plain:
            return _shared(variants, self.zone, written)
        return RecurringSchedule(variants, self.zone, self.bounds, self.adjustment, written)

    def _refuse(self, reading: Reading) -> None:
        for path, refusal in reading.refused:
            self.entry.fault(self.entry.place(*path), str(refusal), refusal.hint)

    def _from_start(
        self, kind: str, read: Callable[[Moment, Zone], Recurrence | None]
    ) -> Schedule | None:
        """Return what goes on from its `start`."""
        start = self.nested.moment("start")
        if start is None:
            return None
        zone = self.zone
        if zone is None and start.offset is not None and kind == EVERY:
            zone = self.zone = zones.zone("UTC")
        if zone is None:
            self._lacks_zone(("schedule", "start"), f"`{self.nested.get('start')}` is")
            return None
        try:
            rule = read(start, zone)
        except ScheduleError as error:
            self.nested.fault(self.nested.place(kind), str(error), error.hint)
            return None
        return None if rule is None else self._recurring(((rule,),), Written(kind))

    def _every(self, start: Moment, zone: Zone) -> Recurrence | None:
        from opspolicy.temporal.every import Every  # noqa: PLC0415 - only for those who use it

        step = self.nested.duration(EVERY)
        return None if step is None else Every(step, start.instant(zone))

    def _rrule(self, start: Moment, zone: Zone) -> Recurrence:
        from opspolicy.temporal.rrule import rule as rrule  # noqa: PLC0415 - only for those who use it

        return rrule.parse(self.nested.get(RRULE), start, zone)

    def _dates(self) -> Schedule | None:
        """Return the dates that are right; each that isn't is noted."""
        nested = self.nested
        moments: dict[int, Moment] = {}
        for at, text in enumerate(nested.get(DATES)):
            if text is MISSING:
                continue
            try:
                moments[at] = instants.parse_moment(text)
            except instants.InstantError as error:
                nested.fault(nested.place(DATES, at), str(error))
        floating = [at for at, moment in moments.items() if moment.offset is None]
        if floating:
            first = floating[0]
            path = ("schedule", DATES, first)
            if self._lacks_zone(path, f"`{nested.get(DATES)[first]}` is"):
                return None
        # When each has an offset, the zone only decides how times are shown.
        zone = self.zone or zones.zone("UTC")
        return DatedSchedule(moments, zone, self.bounds, self.adjustment) if moments else None


# Thousands of jobs keep to a few schedules. Equal ones are one object, of which a rule asks once.
@lru_cache(maxsize=1 << 16)
def _shared(
    variants: tuple[tuple[Recurrence, ...], ...], zone: Zone, written: Written
) -> RecurringSchedule:
    return RecurringSchedule(variants, zone, None, None, written)


@lru_cache(maxsize=1 << 16)
def _accepted(text: str, zone: Zone, dialects: tuple[Dialect, ...]) -> RecurringSchedule | None:
    """Return the schedule of one cron line, None when no dialect accepts it."""
    variants: list[tuple[Recurrence, ...]] = []
    for dialect in dialects:
        try:
            rule = cron.parse(text, dialect)
            check_busiest(rule)
        except ScheduleError:
            continue
        variants.append((rule,))
    return _shared(tuple(variants), zone, ALONE) if variants else None


def _position(path: tuple[str | int, ...]) -> int:
    return path[-1] if path and isinstance(path[-1], int) else 0


class Reading(NamedTuple):
    """What one dialect makes of some rules: those it accepts, and what it refuses."""

    rules: tuple[Any, ...]
    positions: tuple[int, ...]
    refused: tuple[tuple[tuple[str | int, ...], ScheduleError], ...]


def _read(lines: Lines, parse: Callable[[str, Dialect], Recurrence], dialect: Dialect) -> Reading:
    accepted: list[Recurrence] = []
    positions: list[int] = []
    refused: list[tuple[tuple[str | int, ...], ScheduleError]] = []
    for text, path in lines:
        try:
            rule = parse(text, dialect)
            check_busiest(rule)
        except ScheduleError as error:
            refused.append((path, error))
        else:
            accepted.append(rule)
            positions.append(_position(path))
    return Reading(tuple(accepted), tuple(positions), tuple(refused))


def _likely(lines: Lines, dialects: tuple[Dialect, ...]) -> int:
    """Return which dialect to explain a mistake in: the first whose number of fields fits."""
    fields = {len(text.split()) for text, _ in lines}
    return next((at for at, dialect in enumerate(dialects) if len(dialect.fields) in fields), 0)


def _adjustment(nested: Entry) -> Adjustment | None:
    """Return what `except` and `on_non_business_day` leave out and move."""
    days: set[int] = set()
    closed: list[str] = []
    for at, text in enumerate(nested.get("except") or ()):
        if not isinstance(text, str):
            continue
        if not instants.is_date(text):
            closed.append(nested.refer("calendars", text, "except", at))
            continue
        try:
            days.add(instants.parse_date(text))
        except instants.InstantError as error:
            nested.fault(nested.place("except", at), str(error))
    business = nested.ref("business_days", "calendars")
    shift = (nested.get("on_non_business_day") or "run").removeprefix("run")
    unsaid = business is not None and "on_non_business_day" not in nested
    if unsaid and nested.node.find(*nested.path, "on_non_business_day") is None:
        message = "`business_days` alone moves and drops nothing"
        hint = "add `on_non_business_day: skip`, `previous` or `next`, or take it out"
        nested.fault(nested.place("business_days"), message, hint)
    if not (days or closed or shift):
        return None
    from opspolicy.temporal.adjustments import Adjustment  # noqa: PLC0415 - only for those who use it

    return Adjustment(nested.notes.hours, frozenset(days), tuple(closed), shift, business)


def _bounds(nested: Entry, zone: Zone | None) -> Bounds | None:
    """Return ``from`` and ``until``; a date stands for its whole day."""
    start, end = nested.get("from"), nested.get("until")
    if start is None and end is None:
        return None
    bounds = Bounds()
    for key in ("from", "until"):
        moment = edge(nested, key, last=key == "until")
        if moment is None:
            continue
        if zone is None and moment.offset is None:
            nested.no_zone(nested.place(key), f"its `{key}` is")
            continue
        place = zone or zones.zone("UTC")
        bounds = bounds.begun(moment, place) if key == "from" else bounds.ended(moment, place)
    if bounds.is_empty:
        nested.fault(nested.place("until"), f"`until` ({end}) is not after `from` ({start})")
        return None
    return bounds


def edge(entry: Entry, key: str, *, last: bool) -> Moment | None:
    """Return an instant, or the beginning of a date, or with ``last`` the end of it."""
    text = entry.get(key)
    if text is None:
        return None
    try:
        if len(text) > len("2027-10-09"):
            return instants.parse_moment(text)
        return instants.Moment((instants.parse_date(text) + last) * DAY)
    except instants.InstantError as error:
        entry.fault(entry.place(key), str(error))
        return None


def days(value: object) -> list[int]:
    """Return the weekdays (Monday is 0) that `mon-fri`, `[sat, sun]` or `everyday` stand for."""
    if value is None or value == "everyday":
        return list(range(7))
    found: list[int] = []
    for part in value if isinstance(value, list) else [value]:
        if part is MISSING:
            continue
        first, _, last = str(part).partition("-")
        at, end = (instants.WEEKDAYS.index(each) for each in (first, last or first))
        # A range may run over the weekend: fri-mon.
        found += [(at + step) % 7 for step in range((end - at) % 7 + 1)]
    return sorted(set(found))
