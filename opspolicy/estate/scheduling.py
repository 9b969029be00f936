"""From a declared `schedule` to one that can be expanded, or to what is wrong with it."""

from __future__ import annotations

from opspolicy.estate.shapes import MISSING
from opspolicy.record import NamedTuple
from opspolicy.temporal import cron, instants, zones
from opspolicy.temporal.dialects import APPOINTMENT, DIALECTS, UNSUPPORTED, Dialect
from opspolicy.temporal.schedules import Bounds, CronSchedule, DatedSchedule, Schedule
from opspolicy.temporal.zones import DAY

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


def schedule(entry: Entry, dialects: tuple[Dialect, ...]) -> Scheduled:
    """Return the schedule of an entry in the first of ``dialects`` that fits, or in all that do."""
    if "schedule" not in entry:
        return Scheduled(None, entry.zone())
    text = entry.get("schedule")
    if isinstance(text, str):
        zone = entry.zone()
        lines: Lines = [(text, ("schedule",))]
        return Scheduled(_cron(entry, lines, zone, dialects, None), zone)
    nested, zone = entry.nested("schedule"), entry.zone("schedule")
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
        needs = "schedule" in entry and "dates" not in entry.nested("schedule")
        if needs:
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
    for key in ("randomized_delay", "accuracy"):
        if key in nested and "on_calendar" not in nested:
            nested.fault(nested.place(key), f"`{key}` belongs to `on_calendar`", "remove it")
            refused.append(key)
    if "start" in nested and not {"every", "rrule"} & set(nested.values):
        nested.fault(nested.place("start"), "`start` belongs to `every` and `rrule`",
                     "to leave out earlier runs, write `from`")  # fmt: skip
        refused.append("start")
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
    if zone is None:
        if entry.lacks_zone("schedule"):
            entry.no_zone(entry.place(*lines[0][1]), "a cron schedule")
        return None
    variants: list[tuple[Cron, ...]] = []
    first_error: tuple[cron.CronError, tuple[str | int, ...]] | None = None
    for dialect in dialects:
        parsed: list[Cron] = []
        for text, path in lines:
            try:
                parsed.append(cron.parse(text, dialect))
            except cron.CronError as error:
                first_error = first_error or (error, path)
        if len(parsed) == len(lines):
            variants.append(tuple(parsed))
    if variants:
        return CronSchedule(tuple(variants), zone, bounds)
    if first_error is not None:
        refusal, path = first_error
        entry.fault(entry.place(*path), str(refusal), refusal.hint)
    return None


def _dates(entry: Entry, nested: Entry, zone: Zone | None, bounds: Bounds | None
           ) -> Schedule | None:  # fmt: skip
    moments: list[Moment] = []
    for at, text in enumerate(nested.get("dates")):
        if text is MISSING:
            return None
        try:
            moment = instants.parse_moment(text)
        except instants.InstantError as error:
            nested.fault(nested.place("dates", at), str(error))
            return None
        if moment.offset is None and zone is None:
            if entry.lacks_zone("schedule"):
                entry.no_zone(nested.place("dates", at), f"`{text}`")
            return None
        moments.append(moment)
    # When each has an offset, the zone only decides how times are shown.
    return DatedSchedule(tuple(moments), zone or zones.zone("UTC"), bounds)


def _bounds(nested: Entry, zone: Zone | None) -> Bounds | None:
    """Return ``from`` and ``until``; a date stands for its whole day."""
    start, end = nested.get("from"), nested.get("until")
    if start is None and end is None:
        return None
    bounds = Bounds()
    for key, text in (("from", start), ("until", end)):
        if text is None:
            continue
        try:
            moment = _edge(text, last=key == "until")
        except instants.InstantError as error:
            nested.fault(nested.place(key), str(error))
            continue
        if zone is None and moment.offset is None:
            nested.no_zone(nested.place(key), f"`{key}`")
            continue
        instant = moment.instant(zone, last=key == "until")
        wall = moment.wall
        if moment.offset is not None:
            wall = (zone or zones.zone("UTC")).wall(instant)
        if key == "from":
            bounds = bounds._replace(start=instant, first_wall=wall)
        else:
            bounds = bounds._replace(end=instant, last_wall=wall)
    if bounds.start >= bounds.end:
        nested.fault(nested.place("until"), f"`until` ({end}) is not after `from` ({start})")
        return None
    return bounds


def _edge(text: str, *, last: bool) -> Moment:
    if len(text) > len("2027-10-09"):
        return instants.parse_moment(text)
    day = instants.parse_date(text) + (1 if last else 0)
    return instants.Moment(day * DAY)


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
