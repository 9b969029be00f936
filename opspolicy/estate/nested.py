"""What stands inside an entry: openings, dependencies, demands, deadlines and plans."""

from __future__ import annotations

from opspolicy.estate import scheduling
from opspolicy.estate.declarations import (
    GROUP,
    HARD,
    Deadline,
    Demand,
    Dependency,
    Movable,
    Notice,
    Plan,
)
from opspolicy.estate.vocabulary import MISSING, PLAN_KEYS
from opspolicy.temporal import durations, instants
from opspolicy.temporal.calendars import Dates, Opening
from opspolicy.temporal.schedules import DatedSchedule, RecurringSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.entry import Entry
    from opspolicy.temporal.calendars import Range, Week
    from opspolicy.temporal.schedules import Schedule

NO_PLAN = Plan()
DEFAULT_STEP = 30 * durations.MINUTE


def week(entry: Entry, key: str) -> Week:
    """Return the openings listed under ``key`` for each weekday from Monday."""
    week: list[list[Opening]] = [[] for _ in range(7)]
    for each in entry.each(key):
        opening = _opening(each)
        if opening is not None:
            for day in scheduling.days(each.get("days")):
                week[day].append(opening)
    return tuple(tuple(openings) for openings in week)


def _opening(entry: Entry) -> Opening | None:
    start, end = entry.time("from"), entry.time("to")
    if start is None or end is None:
        return None
    if start == end:
        hint = "for the whole day, write from: 00:00, to: 24:00"
        entry.mistake(entry.place("to"), f"`from` and `to` are both {entry.get('to')}", hint)
        return None
    return Opening.between(start, end, _dates(entry))


ON_SOME_DATES = frozenset(("years", "months", "days_of_month"))
LONGEST_MONTH = 31


def _dates(entry: Entry) -> Dates | None:
    """Return the dates an opening is for, None for all."""
    if ON_SOME_DATES.isdisjoint(entry.values):
        return None
    months: list[Range] = []
    for part in _listed(entry.get("months")):
        names = str(part).split("-")
        first, last = (instants.MONTHS.index(each) + 1 for each in (names[0], names[-1]))
        # A range may run over the year's end: nov-feb.
        months += [(first, last)] if first <= last else [(first, 12), (1, last)]
    years = _ranges(entry, "years")
    return Dates(tuple(years), tuple(months), tuple(_ranges(entry, "days_of_month")))


def _listed(value: object) -> list[object]:
    found = value if isinstance(value, list) else [value]
    return [each for each in found if each is not MISSING and each is not None]


def _ranges(entry: Entry, key: str) -> list[Range]:
    """Return the ranges of numbers under a key; one that is nothing in any month is a mistake."""
    found: list[Range] = []
    for part in _listed(entry.get(key)):
        numbers = [int(each) for each in str(part).split("..")]
        first, last = numbers[0], numbers[-1]
        in_order = [each if each >= 0 else each + LONGEST_MONTH + 1 for each in (first, last)]
        if first == 0:
            entry.mistake(entry.place(key), "there is no day 0", "days count from 1, or from -1")
        elif in_order[0] > in_order[1]:
            hint = "write the first one before the last one"
            entry.mistake(entry.place(key), f"`{part}` runs backwards", hint)
        found.append((first, last))
    return found


def scheduled(entry: Entry) -> tuple[tuple[Schedule, int], ...]:
    """Return the openings of a calendar by schedule, each with how long it is open."""
    found: list[tuple[Schedule, int]] = []
    listed = entry.each("openings")
    if listed and "timezone" in entry and entry.zone() is not None:
        said = {"timezone": entry.get("timezone")}
        listed = [each.saying(said) for each in listed]
    for each in listed:
        schedule, _ = scheduling.of_appointment(each)
        lasts = each.duration("duration")
        adjustment = None if schedule is None else schedule.adjustment
        if adjustment is not None and (adjustment.closed or adjustment.shift):
            message = "the openings of a calendar can't depend on other calendars"
            each.mistake(each.place("schedule"), message, "leave out dates only")
        elif schedule is not None and lasts is not None:
            found.append((schedule, lasts))
    return tuple(found)


def exceptions(entry: Entry) -> dict[int, tuple[Opening, ...]]:
    """Return the openings of each excepted day; none is a closed day."""
    openings: dict[int, list[Opening]] = {}
    closed: set[int] = set()
    for each in entry.each("exceptions"):
        day = each.date("date")
        if day is None:
            continue
        of_day = openings.setdefault(day, [])
        if "closed" in each:
            closed.add(day)
        elif (opening := _opening(each)) is not None:
            of_day.append(opening)
        if day in closed and of_day:
            shown = instants.calendar_date(day).isoformat()
            each.mistake(each.place("date"), f"{shown} is both closed and open", "keep one of them")
    return {day: tuple(of_day) for day, of_day in openings.items()}


def dependencies(entry: Entry) -> tuple[Dependency, ...]:
    """Return what a service depends on; a group keeps the members that are right."""
    found: list[Dependency] = []
    nested = {each.position: each for each in entry.each("depends_on")}
    for position, value in enumerate(entry.get("depends_on") or ()):
        if isinstance(value, str):
            name = entry.refer("services", value, "depends_on", position)
            found.append(Dependency((name,), HARD, position))
            continue
        each = nested.get(position)
        if each is None:
            continue
        if "service" in each:
            name = each.ref("service", "services") or ""
            found.append(Dependency((name,), each.get("strength") or HARD, position))
        elif members := each.refs("any_of", "services"):
            at_least = each.get("at_least") or 1
            if at_least > len(members):
                message = f"of {len(members)} members, `at_least: {at_least}` can never be up"
                each.mistake(each.place("at_least"), message, "lower it, or add members")
            # Read as "all of them", so that no outage is hidden meanwhile.
            found.append(Dependency(members, GROUP, position, min(at_least, len(members))))
    return tuple(found)


def demands(entry: Entry) -> tuple[Demand, ...]:
    """Return the demand that a job's runs induce."""
    found: list[Demand] = []
    for each in entry.each("induces_demand"):
        service, lasting = each.ref("service", "services"), each.duration("for")
        if service is not None and lasting is not None:
            at_end = each.get("starting") == "at_end"
            found.append(Demand(service, lasting, at_end, each.position))
    return tuple(found)


def deadline(entry: Entry, schedule: Schedule | None) -> Deadline | None:
    """Return when a job must have ended; a time of day before its start is noted."""
    if "deadline" not in entry:
        return None
    nested = entry.nested("deadline")
    by, within = nested.time("by"), nested.duration("within")
    if by is None:
        return None if within is None else Deadline(None, 0, within)
    if "day" not in nested:
        late = [start for start in _times_of_day(schedule) if start >= by]
        if late:
            shown = f"{late[0] // 60:02}:{late[0] % 60:02}"
            message = f"the deadline {nested.get('by')} is not later than the start at {shown}"
            hint = "for the next day's, write {by: \"" + nested.get("by") + '", day: +1}'
            nested.fault(nested.place("by"), message, hint)
            return None
    return Deadline(by, nested.get("day") or 0, None)


def _times_of_day(schedule: Schedule | None) -> list[int]:
    """Return the minutes after local midnight at which something starts, where that is known."""
    if isinstance(schedule, RecurringSchedule):
        rules = {rule for rules in schedule.variants for rule in rules}
        return sorted({at // durations.MINUTE for rule in rules for at in rule.times})
    if isinstance(schedule, DatedSchedule):
        walls = [schedule.zone.wall(at) for at in schedule.instants]
        return sorted({wall % durations.DAY // durations.MINUTE for wall in walls})
    return []


def plan(entry: Entry) -> Plan:
    """Return what jobs and windows alike say of themselves: recovery, change, notices and so on."""
    written = PLAN_KEYS & entry.values.keys()
    if not written:
        return NO_PLAN
    recovery = entry.duration("recovery", zero=True) or 0
    if len(written) == 1 and recovery:
        return Plan(recovery)
    change, movable = entry.nested("change"), entry.nested("movable")
    return Plan(
        recovery=recovery,
        change_type=change.get("type"),
        change_ticket=change.get("ticket"),
        approved_by=entry.refs("approved_by", "teams"),
        notices=tuple(_notices(entry)),
        movable=_movable(movable) if "movable" in entry else None,
    )


def _movable(entry: Entry) -> Movable:
    edges = [scheduling.edge(entry, key, last=key == "latest") for key in ("earliest", "latest")]
    if None not in edges and edges[0].wall > edges[1].wall:  # type: ignore[union-attr]
        entry.fault(entry.place("latest"), "`latest` is before `earliest`", "check the dates")
    return Movable(
        entry.get("earliest"),
        entry.get("latest"),
        entry.ref("only_in", "calendars"),
        entry.duration("step") or DEFAULT_STEP,
    )


def _notices(entry: Entry) -> list[Notice]:
    found: list[Notice] = []
    for each in entry.each("notices"):
        lead = each.lead("at")
        via = each.ref("via", "services")
        if lead is not None:
            found.append(
                Notice(
                    lead,
                    each.get("channel"),
                    via,
                    each.texts("languages"),
                    each.get("audience"),
                    each.position,
                )
            )
    return found
