"""From Nodes to declarations: one function a section, each key read once.

A value that means nothing is noted at its place and left out; the rest of the declaration stands,
so that one mistake doesn't hide what else is wrong.
"""

from __future__ import annotations

from opspolicy.estate import scheduling
from opspolicy.estate.declarations import (
    GROUP,
    HARD,
    Calendar,
    Deadline,
    Demand,
    Dependency,
    Duplicate,
    Freeze,
    Invalid,
    Job,
    Movable,
    Notice,
    Plan,
    Reference,
    Service,
    Team,
    Vendor,
    Waiver,
    Window,
)
from opspolicy.estate.entry import Defaults, Entry
from opspolicy.estate.language import ENTRIES, FILE_ITSELF, PLANNED, SECTIONS, WAIVER
from opspolicy.source.problem import Problem
from opspolicy.temporal import calendars, durations, instants
from opspolicy.temporal.calendars import BusinessHours, Opening
from opspolicy.temporal.schedules import CronSchedule, DatedSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from opspolicy.estate.entry import Values
    from opspolicy.estate.shapes import Record
    from opspolicy.source.node import Node
    from opspolicy.source.span import Span
    from opspolicy.temporal.calendars import Hours
    from opspolicy.temporal.holidays import Holidays
    from opspolicy.temporal.schedules import Schedule
    from opspolicy.temporal.zones import Zone

BUILT_IN_CALENDARS: dict[str, Hours] = {"always": calendars.ALWAYS, "never": calendars.NEVER}
NO_PLAN = Plan()
DEFAULT_STEP = 30 * durations.MINUTE
MOST_MISTAKES = 50
"""How many mistakes of one file are told one by one; a larger number is told as a number."""


class Builder:
    """Collects the declarations of one document after the other."""

    def __init__(self, holidays: Holidays, defaults: Defaults) -> None:
        """Start with nothing declared; ``defaults`` are those of the configuration."""
        self.holidays = holidays
        self.configured = self.defaults = defaults
        self.teams: dict[str, Team] = {}
        self.calendars: dict[str, Calendar] = {}
        self.services: dict[str, Service] = {}
        self.jobs: dict[str, Job] = {}
        self.windows: dict[str, Window] = {}
        self.freezes: dict[str, Freeze] = {}
        self.vendors: dict[str, Vendor] = {}
        self.waivers: list[Waiver] = []
        self.references: list[Reference] = []
        self.duplicates: list[Duplicate] = []
        self.invalid: list[Invalid] = []
        self.missing_zones: list[Invalid] = []
        self.problems: list[Problem] = []
        self.bad_defaults: set[str] = set()
        self.declares_teams = False
        self._places: dict[tuple[str, str], tuple[str, Span]] = {}
        self._mistakes: dict[str, int] = {}

    def document(self, root: Node) -> None:
        """Add what one document declares."""
        if root.value is None:
            return
        top = self._read(FILE_ITSELF, root, "")
        self.defaults = Defaults.read(root.find("defaults"), top.get("defaults", {}))
        self.defaults = self.defaults.over(self.configured)
        for section, record in ENTRIES.items():
            if section not in top:
                continue
            table = root.entries[section]
            self.declares_teams |= section == "teams"
            for name, node in table.entries.items():
                if name in (top[section] or ()):
                    self._entry(section, record, name, node, table.key(name))
        for position, node in enumerate(root.entries["waivers"].items if "waivers" in top else ()):
            self._waiver(node, position)

    def _read(self, record: Record, node: Node, by: str) -> Values:
        wrong: list[Node] = []
        found = record.read(node, wrong)
        if wrong:
            self._explain(record, node, wrong, by)
        return found if isinstance(found, dict) else {}

    def _explain(self, record: Record, node: Node, wrong: list[Node], by: str) -> None:
        """Tell what is wrong with an entry, until the file has been told enough of."""
        told = self._mistakes.get(node.file, 0)
        if told < MOST_MISTAKES:
            from opspolicy.estate import mistakes  # noqa: PLC0415 - jsonschema, for a mistake

            found = mistakes.explain(record, node, wrong)
            self.problems += [each._replace(by=by) for each in found]
            told += len(found)
            if told >= MOST_MISTAKES:
                message = f"`{node.file}` has more mistakes than are listed here"
                hint = "mend these first, then check again"
                more = Problem("schema-violation", message, node.at(), (), hint, "more")
                self.problems.append(more)
            self._mistakes[node.file] = told

    def _entry(self, section: str, record: Record, name: str, node: Node, place: Span) -> None:
        prefix = SECTIONS[section]
        ref = f"{prefix}/{name}"
        if (section, name.lower()) in self._places:
            first_name, first = self._places[section, name.lower()]
            self.duplicates.append(Duplicate(section, name, first_name, place, first))
            return
        if section == "calendars" and name in BUILT_IN_CALENDARS:
            message = f"the calendar `{name}` is built in"
            self.invalid.append(Invalid(ref, place, message, "give yours another name", message))
            return
        self._places[section, name.lower()] = (name, place)
        entry = Entry(self, ref, node, self._read(record, node, ref))
        add: Callable[[str, Span, Entry], None] = getattr(self, f"_{prefix}")
        add(name, place, entry)

    # A function a section ------------------------------------------------------------------------

    def _team(self, name: str, place: Span, entry: Entry) -> None:
        keys = ("title", "contact", "github", "slack", "escalation")
        self.teams[name] = Team(name, entry.node, place, *(entry.get(key) for key in keys))

    def _calendar(self, name: str, place: Span, entry: Entry) -> None:
        zone = entry.zone()
        listed = entry.get("holidays")
        regions = (listed,) if isinstance(listed, str) else entry.texts("holidays")
        weekly = _week(entry, "hours")
        holiday_hours = _week(entry, "holiday_hours")
        exceptions = _exceptions(entry)
        if zone is None:
            if entry.lacks_zone():
                entry.no_zone(entry.place("hours"), "opening hours")
            self.calendars[name] = Calendar(name, entry.node, place, None, regions)
            return
        hours = BusinessHours(
            zone,
            weekly,
            regions=regions,
            holiday_hours=holiday_hours,
            exceptions=exceptions,
            holidays=self.holidays,
        )
        self.calendars[name] = Calendar(name, entry.node, place, hours, regions, zone.key)

    def _service(self, name: str, place: Span, entry: Entry) -> None:
        zone = entry.zone() if "timezone" in entry else None
        budget, support = entry.nested("downtime_budget"), entry.nested("support")
        most, per = budget.duration("max", zero=True), budget.duration("per")
        counts = budget.get("counts") or "all"
        self.services[name] = Service(
            name,
            entry.node,
            place,
            title=entry.get("title"),
            owner=self._owner(entry),
            timezone=zone.key if zone else None,
            customer_facing=bool(entry.get("customer_facing")),
            customers=entry.get("customers"),
            business_hours=entry.ref("business_hours", "calendars"),
            maintenance_hours=entry.ref("maintenance_hours", "calendars"),
            depends_on=_dependencies(entry),
            max_outage=entry.duration("max_outage"),
            downtime_budget=None if most is None or per is None else (most, per, counts),
            min_notice=entry.duration("min_notice", zero=True),
            notice_channels=entry.texts("notice_channels"),
            status_page=entry.ref("status_page", "services"),
            support_service=support.ref("service", "services"),
            support_hours=support.ref("hours", "calendars"),
            continuity_plan=entry.get("continuity_plan"),
            compensation=entry.get("compensation"),
            help=entry.get("help"),
            fallback=entry.get("fallback"),
            vendor=entry.ref("vendor", "vendors"),
            tags=entry.texts("tags"),
        )

    def _job(self, name: str, place: Span, entry: Entry) -> None:
        scheduler = entry.get("scheduler") or self.defaults.scheduler
        dialects = scheduling.job_dialects(entry, scheduler)
        schedule, zone = scheduling.schedule(entry, dialects)
        duration, longest = entry.duration("duration"), entry.duration("max_duration")
        if duration is not None and longest is not None and longest < duration:
            expected = durations.words(duration)
            message = f"`max_duration` is shorter than `duration` ({expected})"
            entry.fault(entry.place("max_duration"), message, "the slow day takes longer")
            longest = None
        self._not_yet(entry)
        self.jobs[name] = Job(
            name,
            entry.node,
            place,
            owner=self._owner(entry),
            timezone=zone.key if zone else None,
            scheduler=scheduler,
            schedule=schedule,
            duration=duration,
            max_duration=longest,
            requires=entry.refs("requires", "services"),
            induces_demand=_demands(entry),
            takes_down=entry.refs("takes_down", "services"),
            degrades=entry.refs("degrades", "services"),
            after=entry.refs("after", "jobs"),
            deadline=_deadline(entry, schedule),
            when_blocked=entry.get("when_blocked") or "fail",
            concurrency=entry.get("concurrency") or "allow",
            customers=entry.get("customers"),
            suspended=bool(entry.get("suspended")),
            plan=_plan(entry),
        )

    def _not_yet(self, entry: Entry) -> None:
        """Note what moves or stops runs and can't be simulated yet."""
        refused = ["after"] if "after" in entry else []
        if entry.get("when_blocked") == "wait":
            refused.append("when_blocked")
        if entry.get("concurrency") in {"forbid", "replace"}:
            refused.append("concurrency")
        for key in refused:
            value = entry.get(key)
            shown = f"{key}: {value}" if isinstance(value, str) else key
            entry.fault(entry.place(key), f"`{shown}` {scheduling.NOT_YET}", "leave it out")

    def _maintenance_window(self, name: str, place: Span, entry: Entry) -> None:
        schedule, zone = scheduling.schedule(entry, scheduling.BY_THE_CLOCK)
        start, end = self._once(entry, zone)
        self.windows[name] = Window(
            name,
            entry.node,
            place,
            owner=self._owner(entry),
            timezone=zone.key if zone else None,
            summary=entry.get("summary"),
            takes_down=entry.refs("takes_down", "services"),
            degrades=entry.refs("degrades", "services"),
            start=start,
            end=end,
            schedule=schedule,
            duration=entry.duration("duration") if "schedule" in entry else None,
            vendor=entry.ref("vendor", "vendors"),
            announced=entry.date("announced"),
            plan=_plan(entry),
        )

    def _freeze(self, name: str, place: Span, entry: Entry) -> None:
        schedule, zone = scheduling.schedule(entry, scheduling.BY_THE_CLOCK)
        start, end = self._once(entry, zone)
        scope = entry.nested("applies_to")
        self.freezes[name] = Freeze(
            name,
            entry.node,
            place,
            owner=self._owner(entry),
            timezone=zone.key if zone else None,
            start=start,
            end=end,
            schedule=schedule,
            duration=entry.duration("duration") if "schedule" in entry else None,
            services=scope.texts("services"),
            tags=scope.texts("tags"),
            owners=scope.texts("owners"),
            scoped="applies_to" in entry,
            reason=entry.get("reason"),
            allow=entry.texts("allow"),
        )

    def _vendor(self, name: str, place: Span, entry: Entry) -> None:
        support, agreed = entry.nested("support"), entry.nested("obligations")
        self.vendors[name] = Vendor(
            name,
            entry.node,
            place,
            title=entry.get("title"),
            contact=entry.get("contact"),
            support_hours=support.ref("hours", "calendars"),
            escalation=support.duration("escalation", zero=True),
            guide=support.get("guide"),
            diagnostic_protocol=agreed.get("diagnostic_protocol"),
            root_cause_report=agreed.duration("root_cause_report"),
            prevention_review=agreed.duration("prevention_review"),
            drill=agreed.duration("drill"),
            maintenance_notice=entry.duration("maintenance_notice", zero=True),
        )

    def _waiver(self, node: Node, position: int) -> None:
        by = f"waiver/{node.file}#{position}"
        entry = Entry(self, by, node, self._read(WAIVER, node, by))
        expires = entry.date("expires")
        if expires is None or not all(key in entry for key in ("rule", "on", "reason")):
            return  # a waiver that can't be read waives nothing
        on: list[str] = []
        for at, name in enumerate(entry.get("on")):
            if not isinstance(name, str):
                continue
            section = next((key for key, one in SECTIONS.items() if name.startswith(f"{one}/")), "")
            if section:
                entry.refer(section, name, "on", at)
                on.append(name)
            else:
                hint = "write maintenance_window/NAME, job/NAME or service/NAME"
                entry.fault(entry.place("on", at), f"`{name}` doesn't say what it names", hint)
        self.waivers.append(
            Waiver(
                node,
                rule=entry.get("rule"),
                on=tuple(on),
                reason=entry.get("reason"),
                approved_by=entry.refs("approved_by", "teams"),
                expires=expires,
                ticket=entry.get("ticket"),
                accepts=entry.texts("accepts"),
            )
        )

    # What entries have in common -----------------------------------------------------------------

    def _owner(self, entry: Entry) -> str | None:
        if "owner" in entry or "owner" in entry.node.entries:
            return entry.ref("owner", "teams")
        if self.defaults.owner is None:
            return None
        node = self.defaults.owner_node or entry.node
        self.references.append(Reference(entry.by, "teams", self.defaults.owner, node, ("owner",)))
        return self.defaults.owner

    def _once(self, entry: Entry, zone: Zone | None) -> tuple[int | None, int | None]:
        """Return start and end of something that happens once, both None where it can't be told."""
        start, end = entry.moment("start"), entry.moment("end")
        length = entry.duration("duration")
        for key, moment in (("start", start), ("end", end)):
            if moment is not None and moment.offset is None and zone is None:
                if entry.lacks_zone("schedule"):
                    entry.no_zone(entry.place(key), f"`{key}`")
                return None, None
        if start is None:
            return None, None
        begins = start.instant(zone)
        if end is not None:
            ends = end.instant(zone, last=True)
            if ends <= begins:
                message = "`end` is not after `start`"
                entry.fault(entry.place("end"), message, "check the dates, and any offset")
                return None, None
            return begins, ends
        return (begins, begins + length) if length is not None else (None, None)


def _week(entry: Entry, key: str) -> tuple[tuple[Opening, ...], ...]:
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
        entry.fault(entry.place("to"), f"`from` and `to` are both {entry.get('to')}", hint)
        return None
    return Opening.between(start, end)


def _exceptions(entry: Entry) -> dict[int, tuple[Opening, ...]]:
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
            each.fault(each.place("date"), f"{shown} is both closed and open", "keep one of them")
    return {day: tuple(of_day) for day, of_day in openings.items()}


def _dependencies(entry: Entry) -> tuple[Dependency, ...]:
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
            for key in ("at_least",):
                if key in each:
                    each.fault(each.place(key), f"`{key}` belongs to `any_of`", "remove it")
        elif "any_of" in each:
            members = each.refs("any_of", "services")
            at_least = each.get("at_least") or 1
            if "strength" in each:
                each.fault(each.place("strength"), "`strength` belongs to `service`", "remove it")
            if at_least > len(members):
                message = f"`at_least: {at_least}` of {len(members)} can never be up"
                each.fault(each.place("at_least"), message, "lower it, or add members")
                continue
            found.append(Dependency(members, GROUP, position, at_least))
    return tuple(found)


def _demands(entry: Entry) -> tuple[Demand, ...]:
    found: list[Demand] = []
    for each in entry.each("induces_demand"):
        service, lasting = each.ref("service", "services"), each.duration("for")
        if service is not None and lasting is not None:
            at_end = each.get("starting") == "at_end"
            found.append(Demand(service, lasting, at_end, each.position))
    return tuple(found)


def _deadline(entry: Entry, schedule: Schedule | None) -> Deadline | None:
    if "deadline" not in entry:
        return None
    nested = entry.nested("deadline")
    by, within = nested.time("by"), nested.duration("within")
    if by is None:
        if "day" in nested:
            nested.fault(nested.place("day"), "`day` belongs to `by`", "remove it")
        return None if within is None else Deadline(None, 0, within)
    if "day" not in nested:
        late = [start for start in _times_of_day(schedule) if start >= by]
        if late:
            shown = f"{late[0] // 60:02}:{late[0] % 60:02}"
            message = f"the deadline {nested.get('by')} is not later than the start at {shown}"
            hint = "for the next day's, write {by: \"" + nested.get("by") + '", day: +1}'
            nested.fault(nested.place("by"), message, hint)
    return Deadline(by, nested.get("day") or 0, None)


def _times_of_day(schedule: Schedule | None) -> list[int]:
    """Return the minutes after local midnight at which something starts."""
    if isinstance(schedule, CronSchedule):
        return sorted({at for lines in schedule.variants for line in lines for at in line.minutes})
    if isinstance(schedule, DatedSchedule):
        return sorted({schedule.zone.wall(at) % 86_400 // 60 for at in schedule.instants})
    return []


def _plan(entry: Entry) -> Plan:
    if not any(key in entry for key in PLANNED):
        return NO_PLAN
    change, movable = entry.nested("change"), entry.nested("movable")
    return Plan(
        recovery=entry.duration("recovery", zero=True) or 0,
        change_type=change.get("type"),
        change_ticket=change.get("ticket"),
        approved_by=entry.refs("approved_by", "teams"),
        notices=tuple(_notices(entry)),
        movable=Movable(
            movable.get("earliest"),
            movable.get("latest"),
            movable.ref("only_in", "calendars"),
            movable.duration("step") or DEFAULT_STEP,
        )
        if "movable" in entry
        else None,
    )


def _notices(entry: Entry) -> list[Notice]:
    found: list[Notice] = []
    for each in entry.each("notices"):
        lead = each.lead("at")
        via = each.ref("via", "services")
        if lead is not None:
            found.append(
                Notice(
                    lead, each.get("channel"), via, each.texts("languages"), each.get("audience")
                )
            )
    return found
