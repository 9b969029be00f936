"""What expressions can be about: the fields of each subject, with their types and meanings.

One table, from which expressions are checked and evaluated and docs/custom-rules.md is made.
"""

from __future__ import annotations

from opspolicy.estate.declarations import GROUP, HARD, SOFT, Job, Service, Window
from opspolicy.record import NamedTuple
from opspolicy.rules.collisions import length
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import calendar_date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from opspolicy.rules.base import World
    from opspolicy.temporal.intervals import Interval

    Value = str | int | float | bool | list[str] | list[int] | list[list[str]] | None

TEXT, WHOLE, FLAG, LASTING, INSTANT = "string", "int", "bool", "duration", "timestamp"
TEXTS, WHOLES, INSTANTS, LISTS = (
    "list(string)", "list(int)", "list(timestamp)", "list(list(string))",
)  # fmt: skip
DECLARED = "declared"
"""The field that says which of the others have a value, where they may have none."""
PARAMETERS = "params"
NAMING = ("name", "owner", "tags")
"""The fields by which a `scope` can name declarations as well."""
MOST_DAYS = 400
"""How many dates of an outage are listed: it is longer than anybody asks for."""
MOST_STARTS = 1000
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Happening(NamedTuple):
    """An outage of a service or a run of a job: when, in which zone, and what causes it.

    ``planned`` is when a run would have begun.
    """

    when: Interval
    zone: str
    owner: Service | Job
    causes: tuple[str, ...] = ()
    planned: int = 0


class Field(NamedTuple):
    """One field: its type in CEL, what it means, and how to get it.

    ``get`` returns None where nobody has declared it; times and durations are in seconds. That is
    an empty text or list, and of other types, which have nothing to stand for it, no value: those
    fields are ``optional``.
    """

    kind: str
    meaning: str
    get: Callable[[World, object], Value]
    optional: bool = False


def _own(name: str, kind: str, meaning: str, *, optional: bool = False) -> Field:
    """Return a field that a declaration has under the same name."""

    def get(_world: World, entity: object) -> Value:
        value = getattr(entity, name)
        return list(value) if isinstance(value, tuple) else value

    return Field(kind, meaning, get, optional)


def _of_plan(name: str, kind: str, meaning: str) -> Field:
    """Return a field of what jobs and windows share."""

    def get(_world: World, entity: object) -> Value:
        assert isinstance(entity, Job | Window)  # noqa: S101 - the table's own
        value = getattr(entity.plan, name)
        return list(value) if isinstance(value, tuple) else value

    return Field(kind, meaning, get)


def _service(entity: object) -> Service:
    assert isinstance(entity, Service)  # noqa: S101 - the table's own
    return entity


def _planned(entity: object) -> Job | Window:
    assert isinstance(entity, Job | Window)  # noqa: S101 - the table's own
    return entity


def _happening(entity: object) -> Happening:
    assert isinstance(entity, Happening)  # noqa: S101 - the table's own
    return entity


def _needed(service: Service, *strengths: str) -> list[str]:
    return [each.services[0] for each in service.depends_on if each.strength in strengths]


def _business_hours(_world: World, entity: object) -> str:
    service = _service(entity)
    return service.business_hours or ("always" if service.customer_facing else "never")


def _zone(world: World, entity: object) -> str:
    return world.estate.zone_of(entity.ref)  # type: ignore[attr-defined] # all declarations have one


def _first_notice(_world: World, entity: object) -> int | None:
    times = [each.at for each in _planned(entity).plan.notices]
    return -min(times) if times else None


def _channels(_world: World, entity: object) -> list[str]:
    notices = _planned(entity).plan.notices
    return list(dict.fromkeys(each.channel for each in notices if each.channel))


def _starts(world: World, entity: object) -> list[int]:
    window = _planned(entity)
    if isinstance(window, Window) and window.start is not None:
        return [window.start]
    if window.schedule is None:
        return []
    found: list[int] = []
    for start, end in world.timeline.judged:
        found += window.schedule.starts(start, end)
        if len(found) > MOST_STARTS:
            break
    return found[:MOST_STARTS]


def _announced(world: World, entity: object) -> int | None:
    window = _planned(entity)
    if not isinstance(window, Window) or window.announced is None:
        return None
    return zones.zone(world.estate.zone_of(window.ref)).instant(window.announced * DAY)


def _caused(world: World, entity: object) -> list[Job | Window]:
    found = [world.estate.entity(ref) for ref in _happening(entity).causes]
    return [each for each in found if isinstance(each, Job | Window)]


def _distinct(names: Iterable[str | None]) -> list[str]:
    return sorted({name for name in names if name})


def _days(_world: World, entity: object) -> list[str]:
    return [calendar_date(day).isoformat() for day in _local_days(_happening(entity))]


def _weekdays(_world: World, entity: object) -> list[str]:
    days = {calendar_date(day).weekday() for day in _local_days(_happening(entity))}
    return [WEEKDAYS[day] for day in sorted(days)]


def _local_days(happening: Happening) -> range:
    place = zones.zone(happening.zone)
    start, end = happening.when
    first, last = place.wall(start) // DAY, place.wall(end - 1) // DAY
    return range(first, min(last + 1, first + MOST_DAYS))


def _while_needed(world: World, entity: object) -> int:
    from opspolicy.temporal.intervals import IntervalSet  # noqa: PLC0415 - for who asks

    happening = _happening(entity)
    return world.timeline.needed(_service(happening.owner), IntervalSet([happening.when])).total()


def _while_permitted(world: World, entity: object) -> int:
    from opspolicy.temporal.intervals import IntervalSet  # noqa: PLC0415 - for who asks

    happening = _happening(entity)
    hours = world.estate.maintenance_hours(_service(happening.owner))
    return hours.during(IntervalSet([happening.when])).total()


def _lasts(_world: World, entity: object) -> int:
    start, end = _happening(entity).when
    return end - start


_NAME = _own("name", TEXT, "Its name.")
_OWNER = _own("owner", TEXT, "The team that owns it.")
_ZONE = Field(TEXT, "The zone on whose clock its times are told; `UTC` without one.", _zone)
_TAKES_DOWN = _own("takes_down", TEXTS, "The services that it takes down.")
_DEGRADES = _own("degrades", TEXTS, "The services that it slows down.")
_VENDOR = _own("vendor", TEXT, "The vendor it belongs to.")
_HAPPENS = {
    "start": Field(INSTANT, "When it begins.", lambda _, each: _happening(each).when[0]),
    "end": Field(INSTANT, "When it is over.", lambda _, each: _happening(each).when[1]),
    "duration": Field(LASTING, "How long it lasts, elapsed.", _lasts),
    "days": Field(
        TEXTS, "The local dates that it touches, such as `2027-10-09`; 400 at most.", _days
    ),
    "weekdays": Field(TEXTS, "The local weekdays that it touches, such as `sat`.", _weekdays),
}
_PLANNED = {
    "recovery": _of_plan("recovery", LASTING, "How long recovery takes after its end."),
    "change": _of_plan("change_type", TEXT, "The type of the change, such as `emergency`."),
    "ticket": _of_plan("change_ticket", TEXT, "The ticket of the change."),
    "approved_by": _of_plan("approved_by", TEXTS, "The teams that have approved it."),
    "notice_channels": Field(TEXTS, "The channels of its notices.", _channels),
    "first_notice": Field(
        LASTING,
        "How long before its start the first of its notices is sent.",
        _first_notice,
        optional=True,
    ),
}

SERVICE: dict[str, Field] = {
    "name": _NAME,
    "title": _own("title", TEXT, "Its title."),
    "owner": _OWNER,
    "timezone": _ZONE,
    "tags": _own("tags", TEXTS, "Its tags."),
    "customer_facing": _own("customer_facing", FLAG, "Whether customers use it themselves."),
    "customers": _own("customers", WHOLE, "How many people an outage touches.", optional=True),
    "business_hours": Field(
        TEXT, "The calendar of when customers need it; `always` or `never` without one.",
        _business_hours,
    ),
    "maintenance_hours": _own(
        "maintenance_hours", TEXT, "The calendar of when it may be down."
    ),
    "depends_on": Field(
        TEXTS, "The services without which it is down.",
        lambda _, each: _needed(_service(each), HARD),
    ),
    "soft_dependencies": Field(
        TEXTS, "The services without which it is degraded.",
        lambda _, each: _needed(_service(each), SOFT),
    ),
    "groups": Field(
        LISTS, "The members of each of its redundancy groups.",
        lambda _, each: [
            list(group.services) for group in _service(each).depends_on if group.strength == GROUP
        ],
    ),
    "spares": Field(
        WHOLES, "How many members each of its redundancy groups can lose, in the same order.",
        lambda _, each: [
            len(group.services) - group.at_least
            for group in _service(each).depends_on if group.strength == GROUP
        ],
    ),
    "max_outage": _own("max_outage", LASTING, "The longest tolerable outage.", optional=True),
    "downtime_budget": Field(
        LASTING, "How long it may be down in a period.",
        lambda _, each: (_service(each).downtime_budget or (None,))[0],
        optional=True,
    ),
    "downtime_period": Field(
        LASTING, "The period of its downtime budget.",
        lambda _, each: budget[1] if (budget := _service(each).downtime_budget) else None,
        optional=True,
    ),
    "min_notice": _own(
        "min_notice", LASTING, "How long before an outage customers are told.", optional=True
    ),
    "notice_channels": _own("notice_channels", TEXTS, "The channels customers are told on."),
    "status_page": _own("status_page", TEXT, "The service that is its status page."),
    "support": _own("support_service", TEXT, "The service that answers its customers."),
    "support_hours": _own("support_hours", TEXT, "The calendar of when customers are answered."),
    "continuity_plan": _own("continuity_plan", TEXT, "Where its continuity plan is."),
    "compensation": _own("compensation", TEXT, "What customers get for an outage."),
    "help": _own("help", TEXT, "Where customers find help."),
    "fallback": _own("fallback", TEXT, "What customers can do instead."),
    "vendor": _VENDOR,
}  # fmt: skip

JOB: dict[str, Field] = {
    "name": _NAME,
    "owner": _OWNER,
    "timezone": _ZONE,
    "scheduler": _own("scheduler", TEXT, "What runs it, such as `kubernetes`."),
    "requires": _own("requires", TEXTS, "The services that it needs."),
    "after": _own("after", TEXTS, "The jobs that it comes after."),
    "takes_down": _TAKES_DOWN,
    "degrades": _DEGRADES,
    "induces_demand": Field(
        TEXTS, "The services customers come to because of a run.",
        lambda _, each: [demand.service for demand in each.induces_demand],  # type: ignore[attr-defined]
    ),
    "duration": _own("duration", LASTING, "How long a run is expected to take.", optional=True),
    "max_duration": _own(
        "max_duration", LASTING, "How long a run takes on the slow day.", optional=True
    ),
    "customers": _own("customers", WHOLE, "How many people a run concerns.", optional=True),
    "suspended": _own("suspended", FLAG, "Whether it is suspended."),
    "when_blocked": _own("when_blocked", TEXT, "`fail` or `wait`."),
    "concurrency": _own("concurrency", TEXT, "`allow`, `forbid` or `replace`."),
    **_PLANNED,
}  # fmt: skip

WINDOW: dict[str, Field] = {
    "name": _NAME,
    "owner": _OWNER,
    "timezone": _ZONE,
    "summary": _own("summary", TEXT, "What is done."),
    "takes_down": _TAKES_DOWN,
    "degrades": _DEGRADES,
    "duration": Field(
        LASTING, "How long it lasts, recovery included.", lambda _, each: length(_planned(each))
    ),
    "starts": Field(
        INSTANTS, "When it starts in the judged time; the first 1,000 of these.", _starts
    ),
    "vendor": _VENDOR,
    "announced": Field(
        INSTANT,
        "The local midnight at which the day begins that the vendor announced it on.",
        _announced,
        optional=True,
    ),
    **_PLANNED,
}

OUTAGE: dict[str, Field] = {
    **_HAPPENS,
    "while_needed": Field(
        LASTING, "How much of it lies in the business hours, less the maintenance hours.",
        _while_needed,
    ),
    "while_permitted": Field(
        LASTING, "How much of it lies in the maintenance hours.", _while_permitted
    ),
    "causes": Field(
        TEXTS, "What causes it, such as `maintenance_window/portal-upgrade`.",
        lambda _, each: list(_happening(each).causes),
    ),
    "owners": Field(
        TEXTS, "The teams that own what causes it.",
        lambda world, each: _distinct(cause.owner for cause in _caused(world, each)),
    ),
    "vendors": Field(
        TEXTS, "The vendors whose windows cause it.",
        lambda world, each: _distinct(
            cause.vendor for cause in _caused(world, each) if isinstance(cause, Window)
        ),
    ),
    "changes": Field(
        TEXTS, "The types of the changes that cause it, such as `standard`.",
        lambda world, each: _distinct(cause.plan.change_type for cause in _caused(world, each)),
    ),
}  # fmt: skip

RUN: dict[str, Field] = {
    **_HAPPENS,
    "planned": Field(
        INSTANT, "When it would begin, if it didn't wait for others.",
        lambda _, each: _happening(each).planned,
    ),
}  # fmt: skip

TABLES: dict[str, dict[str, Field]] = {
    "outage": OUTAGE, "run": RUN, "service": SERVICE, "job": JOB, "window": WINDOW,
}  # fmt: skip
SUBJECTS: dict[str, tuple[str, ...]] = {
    "outage": ("outage", "service"),
    "run": ("run", "job"),
    "service": ("service",),
    "job": ("job",),
    "maintenance_window": ("window",),
}
"""What each kind of subject has fields of; the last is a declaration."""

MEANINGS = {
    "outage": "A continuous outage of a service, whatever causes it",
    "run": "A run of a job, as long as on the slow day, with all that it waits for",
    "service": "A service",
    "job": "A job",
    "window": "A maintenance window",
}


def naming(table: str) -> dict[str, str]:
    """Return the types of the fields of a table by which its subjects are named."""
    found = TABLES[table].items()
    return {f"{table}.{name}": field.kind for name, field in found if name in NAMING}


def types(tables: Iterable[str]) -> dict[str, str]:
    """Return the type of each field of some tables, by its whole name, such as `service.tags`."""
    found: dict[str, str] = {}
    for table in tables:
        found |= {f"{table}.{name}": field.kind for name, field in TABLES[table].items()}
        if any(field.optional for field in TABLES[table].values()):
            found[f"{table}.{DECLARED}"] = TEXTS
    return found


def values(world: World, table: str, subject: object, text: str) -> dict[str, Value]:
    """Return the values of a subject's fields, but for those that ``text`` can't be about.

    What nobody has declared isn't there, or is an empty text or list.
    """
    found: dict[str, Value] = {}
    asks = DECLARED in text
    declared: list[str] = []
    for name, field in TABLES[table].items():
        # Whatever stands between the parts of a name in CEL, the last of them is in the text.
        if name not in text and not (asks and field.optional):
            continue
        value = field.get(world, subject)
        if value is not None:
            found[f"{table}.{name}"] = value
            if field.optional:
                declared.append(name)
        elif not field.optional:
            found[f"{table}.{name}"] = "" if field.kind == TEXT else []
    if asks and f"{table}.{DECLARED}" in types([table]):
        found[f"{table}.{DECLARED}"] = sorted(declared)
    return found
