"""From a declared `schedule` to one that can be expanded, or to what is wrong with it."""

from __future__ import annotations

import re
from functools import lru_cache

from opspolicy.estate.shapes import MISSING
from opspolicy.record import NamedTuple
from opspolicy.temporal import cron, instants, zones
from opspolicy.temporal.dialects import APPOINTMENT, DIALECTS, UNSUPPORTED, Dialect
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.recurrence import ScheduleError
from opspolicy.temporal.schedules import Bounds, CronSchedule, DatedSchedule, Schedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.entry import Entry
    from opspolicy.temporal.cron import Cron
    from opspolicy.temporal.instants import Moment
    from opspolicy.temporal.zones import Zone

    # Each cron line with where in the entry it stands.
    Lines = list[tuple[str, tuple[str | int, ...]]]

NOT_YET = "is not supported yet"
WITHOUT_IT = "leave it out, or declare the starts under `dates`"


class Scheduled(NamedTuple):
    """A schedule with the zone it is in; both None when they couldn't be made out."""

    schedule: Schedule | None = None
    zone: Zone | None = None


def schedule(
    entry: Entry, dialects: tuple[Dialect, ...], scheduler: str | None = None
) -> Scheduled:
    """Return the schedule of an entry in those of ``dialects`` that accept it.

    GitHub Actions is the one ``scheduler`` whose times are UTC where nobody says otherwise.
    """
    if "schedule" not in entry:
        return Scheduled(None, entry.zone())
    text = entry.get("schedule")
    if isinstance(text, str):
        zone = entry.zone()
        lines: Lines = [(text, ("schedule",))]
        return Scheduled(_cron(entry, lines, zone, dialects, None), zone)
    nested, zone = entry.nested("schedule"), entry.zone("schedule")
    if zone is None and scheduler == "github-actions" and entry.lacks_zone("schedule"):
        zone = zones.zone("UTC")
    if _unsupported(nested):
        return Scheduled(None, zone)
    bounds = _bounds(nested, zone)
    if "dates" in nested:
        return Scheduled(_dates(entry, nested, zone, bounds), zone)
    if "cron" not in nested:
        return Scheduled(None, zone)
    value = nested.get("cron")
    if isinstance(value, str):
        lines = [(value, ("schedule", "cron"))]
    else:
        lines = [
            (line, ("schedule", "cron", at)) for at, line in enumerate(value) if line is not MISSING
        ]
    return Scheduled(_cron(entry, lines, zone, dialects, bounds), zone)


def job_dialects(entry: Entry, scheduler: str | None) -> tuple[Dialect, ...]:
    """Return the dialects a job's cron line may be in: none when that isn't supported yet."""
    if scheduler is None:
        return tuple(DIALECTS.values())
    if scheduler in UNSUPPORTED:
        nested = entry.nested("schedule")
        if isinstance(entry.get("schedule"), str) or "cron" in nested:
            place = entry.place("scheduler" if "scheduler" in entry else "schedule")
            message = f"the dialect of `scheduler: {scheduler}` {NOT_YET}"
            entry.fault(place, message, "declare the starts under `dates`")
        return ()
    return (DIALECTS[scheduler],)


def _unsupported(nested: Entry) -> bool:
    """Note what would change the starts and can't be expanded yet."""
    refused = [key for key in ("on_calendar", "every", "rrule", "except") if key in nested]
    if nested.get("on_non_business_day") not in {None, "run"}:
        refused.append("on_non_business_day")
    for key in refused:
        nested.fault(nested.place(key), f"`{key}` {NOT_YET}", WITHOUT_IT)
    for at, name in enumerate(nested.get("except") or ()):
        if isinstance(name, str) and not re.fullmatch(instants.DATE_PATTERN, name):
            nested.refer("calendars", name, "except", at)
    nested.ref("business_days", "calendars")
    return bool(refused)


def _cron(
    entry: Entry,
    lines: Lines,
    zone: Zone | None,
    dialects: tuple[Dialect, ...],
    bounds: Bounds | None,
) -> Schedule | None:
    if not dialects:
        return None
    if zone is not None and bounds is None and len(lines) == 1:
        text, path = lines[0]
        known = _accepted(text, _position(path), zone, dialects)
        if known is not None:
            return known
    if zone is None and entry.lacks_zone("schedule"):
        entry.no_zone(entry.place(*lines[0][1]), "its schedule is")
    readings = [_in_dialect(lines, dialect) for dialect in dialects]
    # A dialect that accepts all lines is one the job may be written in. Where there is none, the
    # right lines still count, so that one mistake doesn't hide what the others collide with.
    whole = [each for each in readings if not each.refused]
    if not whole:
        for path, refusal in readings[0].refused:
            entry.fault(entry.place(*path), str(refusal), refusal.hint)
        whole = [each for each in readings[:1] if each.lines]
    if zone is None or not whole:
        return None
    return _shared(tuple(each.lines for each in whole), zone, bounds, whole[0].positions)


# Thousands of jobs keep to a few schedules. Equal ones are one object, of which a rule asks once.
_shared = lru_cache(maxsize=1 << 16)(CronSchedule)


@lru_cache(maxsize=1 << 16)
def _accepted(
    text: str, position: int, zone: Zone, dialects: tuple[Dialect, ...]
) -> CronSchedule | None:
    """Return the schedule of one line, None when no dialect accepts it."""
    readings = [_in_dialect([(text, ())], dialect) for dialect in dialects]
    whole = tuple([each.lines for each in readings if each.lines])
    return _shared(whole, zone, None, (position,)) if whole else None


def _position(path: tuple[str | int, ...]) -> int:
    return path[-1] if path and isinstance(path[-1], int) else 0


class Reading(NamedTuple):
    """What one dialect makes of some cron lines: those it accepts, and what it refuses."""

    lines: tuple[Cron, ...]
    positions: tuple[int, ...]
    refused: tuple[tuple[tuple[str | int, ...], ScheduleError], ...]


def _in_dialect(lines: Lines, dialect: Dialect) -> Reading:
    accepted: list[Cron] = []
    positions: list[int] = []
    refused: list[tuple[tuple[str | int, ...], ScheduleError]] = []
    for text, path in lines:
        try:
            accepted.append(cron.parse(text, dialect))
        except ScheduleError as error:
            refused.append((path, error))
        else:
            positions.append(_position(path))
    return Reading(tuple(accepted), tuple(positions), tuple(refused))


def _dates(
    entry: Entry, nested: Entry, zone: Zone | None, bounds: Bounds | None
) -> Schedule | None:
    """Return the dates that are right; each that isn't is noted."""
    moments: dict[int, Moment] = {}
    for at, text in enumerate(nested.get("dates")):
        if text is MISSING:
            continue
        try:
            moment = instants.parse_moment(text)
        except instants.InstantError as error:
            nested.fault(nested.place("dates", at), str(error))
            continue
        moments[at] = moment
    floating = [at for at, moment in moments.items() if moment.offset is None]
    if zone is None and floating:
        if entry.lacks_zone("schedule"):
            first = floating[0]
            entry.no_zone(nested.place("dates", first), f"`{nested.get('dates')[first]}` is")
        return None
    # When each has an offset, the zone only decides how times are shown.
    return DatedSchedule(moments, zone or zones.zone("UTC"), bounds) if moments else None


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


BY_THE_CLOCK = (APPOINTMENT,)
"""Windows and freezes belong to no scheduler."""
