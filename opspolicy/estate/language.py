"""The declaration language, version 1: every section, every key, and what an editor says of it.

This is the one place that knows which keys exist. The JSON Schemas in `schemas/` are generated
from it (`make docs`), and the builder reads with it.
"""

from __future__ import annotations

from opspolicy.estate.formats import FORMATS, INTO
from opspolicy.estate.shapes import (
    Choice,
    Either,
    Flag,
    Items,
    Key,
    Named,
    Null,
    Only,
    Record,
    Shape,
    Table,
    Text,
    Unread,
    Whole,
)
from opspolicy.estate.vocabulary import FAIL_ON, MAY_BE_EMPTY, SECTIONS
from opspolicy.temporal import durations, instants

SCHEDULERS = ("cron", "kubernetes", "github-actions", "systemd", "quartz", "eventbridge", "airflow")
# `$` also matches before a final line break in Python, and not in other validators.
END = r"$(?!\n)"
_KINDS = "|".join(SECTIONS.values())
NAME_PATTERN = rf"^(?!({_KINDS})/)[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?{END}"
NAME_LENGTH = 100
REFERENCE_LENGTH = 120
POLICY_SEVERITIES = ("error", "warning", "info", "off")

_DAY = "(mon|tue|wed|thu|fri|sat|sun)"


def _named(name: str, expected: str, pattern: str | None = None, longest: int = 1000) -> Named:
    return Named(name, Text(expected, pattern, longest=longest))


TEXT = _named("text", "a text", longest=10_000)
NAME = _named("name", "a name of 1 to 100 letters, digits and ._/-", NAME_PATTERN, NAME_LENGTH)
REFERENCE = _named("reference", "the name of something declared", r"^\S", REFERENCE_LENGTH)
DURATION = _named("duration", "a duration such as 90s, 30m, 4h, 2d, 1w, 1h30m or PT4H",
                  durations.PATTERN, 40)  # fmt: skip
LEAD = _named("lead", "a duration before or after, such as -7d or 1h",
              durations.PATTERN.replace("^", "^-?", 1), 40)  # fmt: skip
INSTANT = _named("instant", "an instant such as 2027-10-09T06:00, with an offset or without",
                 rf"^{instants.INSTANT_PATTERN}{END}")  # fmt: skip
DATE = _named("date", "a date such as 2027-10-09", rf"^{instants.DATE_PATTERN}{END}")
DATE_OR_INSTANT = _named(
    "date-or-instant",
    "a date or an instant",
    rf"^({instants.DATE_PATTERN}|{instants.INSTANT_PATTERN}){END}",
)
TIME = _named("time", "a time of day such as 08:00", rf"^{instants.TIME_PATTERN}{END}")
END_TIME = _named("end-time", "a time of day such as 20:00, or 24:00",
                  rf"^({instants.TIME_PATTERN}|24:00){END}")  # fmt: skip
_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
MONTHS = Named(
    "months",
    Either(
        "months such as jun-aug or [mar, nov]",
        Text("months such as jun-aug", rf"^{_MONTH}(-{_MONTH})?{END}"),
        Items(Text("a month such as mar", rf"^{_MONTH}(-{_MONTH})?{END}"), "a list", least=1),
    ),
)


def _numbers(name: str, expected: str, whole: Whole, pattern: str) -> Named:
    """Return numbers and ranges of them, such as `1..7`, by themselves or in a list."""
    text = Text(expected, rf"^{pattern}(\.\.{pattern})?{END}", longest=20)
    each = Either(expected, whole, text)
    return Named(name, Either(expected, whole, text, Items(each, f"a list: {expected}", least=1)))


DAYS_OF_MONTH = _numbers(
    "days-of-month",
    "days of the month such as 1, 1..7 or [-1], the last one",
    Whole("a day of the month", -31, 31),
    "-?(0?[1-9]|[12][0-9]|3[01])",
)
YEARS = _numbers(
    "years",
    "years such as 2027 or 2027..2029",
    Whole("a year", 1900, 2199),
    "(19|2[01])[0-9]{2}",
)
TIMEZONE = _named("timezone", "an IANA time zone such as America/Toronto", r"^\S", 64)
CRON = _named("cron", 'a cron line such as "0 6 8 * *"', r"\S")
RRULE = _named("rrule", "a recurrence rule such as FREQ=MONTHLY;BYDAY=-1SU", r"\S")
ON_CALENDAR = _named("on-calendar", 'a calendar expression such as "Sun *-*-* 02:00"', r"\S")
DAYS = Named(
    "days",
    Either(
        "days such as mon-fri, [sat, sun] or everyday",
        Text("days such as mon-fri or everyday", rf"^(everyday|{_DAY}(-{_DAY})?){END}"),
        Items(Text("a day such as sat", rf"^{_DAY}(-{_DAY})?{END}"), "a list of days", least=1),
    ),
)
REASON = _named("reason", "a reason in words", r"\S", longest=10_000)
ACCEPTANCE = _named("acceptance", "an acceptance of at least eight digits, such as ops-7f3c91d2",
                    rf"^ops-[0-9a-f]{{8,32}}(…|\.\.\.)?{END}", 40)  # fmt: skip
CUSTOMERS = Whole("a number of people", 0, 10_000_000_000)


def _references(expected: str, least: int = 0) -> Items:
    return Items(REFERENCE, expected, least=least, distinct=True)


def _texts(expected: str, least: int = 0) -> Items:
    return Items(TEXT, expected, least=least)


def _or_list(expected: str, item: Shape) -> Either:
    return Either(expected, item, Items(item, f"a list: {expected}", least=1))


_SCOPED = Items(
    _named(
        "name-pattern", "a name, which may have *", rf"^[A-Za-z0-9._/*?\[\]-]+{END}", NAME_LENGTH
    ),
    "a list of names, which may have *",
)

OWNER = Key(
    REFERENCE, "The team that answers for it; a name of `teams` where there is that section."
)
ZONE = Key(TIMEZONE, "The zone its local times are in.")

TEAM = Record("a team", {
    "title": Key(TEXT, "What people call the team."),
    "contact": Key(TEXT, "An address or number at which the team is reached."),
    "github": Key(TEXT, "The team's handle on GitHub, such as @acme/billing."),
    "slack": Key(TEXT, "The team's channel."),
    "escalation": Key(TEXT, "Whom to call when the contact doesn't answer."),
})  # fmt: skip

HOURS = Record("an opening such as {days: mon-fri, from: 08:00, to: 20:00}", {
    "days": Key(DAYS, "The days it opens on: mon-fri, [sat, sun] or everyday (the default)."),
    "from": Key(TIME, "When it opens.", required=True),
    "to": Key(END_TIME, "When it closes; earlier than `from` is on the next day.", required=True),
    "months": Key(MONTHS, "In these months only."),
    "days_of_month": Key(DAYS_OF_MONTH, "On these days of the month only; -1 is the last one."),
    "years": Key(YEARS, "In these years only."),
})  # fmt: skip

EXCEPTION = Record("a dated exception", {
    "date": Key(DATE, "The day whose hours it replaces.", required=True),
    "closed": Key(Flag("true", only=True), "Closed all day."),
    "from": Key(TIME, "When it opens on that day."),
    "to": Key(END_TIME, "When it closes; earlier than `from` is on the next day."),
}, only=Only((("date", "closed"), ("date", "from", "to"))))  # fmt: skip

DEPENDENCY = Either(
    "a service, {service, strength} or {any_of, at_least}",
    REFERENCE,
    Record("a dependency", {
        "service": Key(REFERENCE, "The service depended upon."),
        "strength": Key(
            Choice("hard", "soft"),
            "hard (the default): down when it is down; soft: degraded, not down.",
        ),
        "any_of": Key(
            _references("a list of services", least=1),
            "A redundancy group: down when fewer than `at_least` of these are up.",
        ),
        "at_least": Key(Whole("a number of members", 1, 1000), "How many must be up (1)."),
    }, only=Only((("service",), ("any_of",)), (("strength",), ("at_least",)))),
)  # fmt: skip

SERVICE = Record("a service", {
    "title": Key(TEXT, "What people call the service."),
    "owner": OWNER,
    "timezone": ZONE,
    "customer_facing": Key(Flag(), "Whether customers use it themselves."),
    "customers": Key(CUSTOMERS, "How many people an outage touches."),
    "business_hours": Key(
        REFERENCE,
        "The calendar of when customers need it; `always` for a customer-facing service.",
    ),
    "maintenance_hours": Key(REFERENCE, "The calendar of when outages are permitted at all."),
    "depends_on": Key(Items(DEPENDENCY, "a list of dependencies"), "What it needs to work."),
    "max_outage": Key(DURATION, "The longest tolerable continuous planned outage."),
    "downtime_budget": Key(Record("a downtime budget", {
        "max": Key(DURATION, "How long it may be down.", required=True),
        "per": Key(DURATION, "In any period this long.", required=True),
        "counts": Key(Choice("all", "business_hours"), "Which downtime counts; all."),
    }), "How much planned downtime is tolerable in any period."),
    "min_notice": Key(
        DURATION,
        "How long before an outage customers must be told.",
    ),
    "notice_channels": Key(
        _texts("a list of channels"),
        "The channels customers are told on.",
    ),
    "status_page": Key(
        REFERENCE,
        "The service that must not go down together with this one.",
    ),
    "support": Key(Record("support", {
        "service": Key(REFERENCE, "The service that answers customers."),
        "hours": Key(REFERENCE, "The calendar of when somebody answers."),
    }), "Who answers customers during an outage."),
    "continuity_plan": Key(TEXT, "Where the plan for working without it stands."),
    "compensation": Key(TEXT, "What customers get for an outage."),
    "help": Key(TEXT, "Where customers find help."),
    "fallback": Key(TEXT, "What customers can do instead."),
    "vendor": Key(REFERENCE, "The vendor that runs it."),
    "tags": Key(_texts("a list of tags"), "Labels that policies and freezes can name."),
})  # fmt: skip

SCHEDULE = Either(
    "a cron line, or a mapping with one of cron, on_calendar, every, rrule and dates",
    CRON,
    Record("a schedule", {
        "cron": Key(_or_list("a cron line", CRON), "One cron line or several."),
        "on_calendar": Key(
            _or_list("a calendar expression", ON_CALENDAR),
            "systemd's OnCalendar.",
        ),
        "randomized_delay": Key(DURATION, "systemd's RandomizedDelaySec."),
        "accuracy": Key(DURATION, "systemd's AccuracySec."),
        "every": Key(DURATION, "Elapsed time from one start to the next."),
        "rrule": Key(RRULE, "A recurrence rule of RFC 5545."),
        "start": Key(INSTANT, "The first start, for `every` and `rrule`."),
        "dates": Key(Items(INSTANT, "a list of instants", least=1), "Each start by itself."),
        "timezone": ZONE,
        "from": Key(DATE_OR_INSTANT, "No start before this."),
        "until": Key(DATE_OR_INSTANT, "No start at or after this instant, or after this date."),
        "except": Key(
            _texts("a list of dates and calendars"),
            "Dates, and calendars in whose open hours nothing starts.",
        ),
        "on_non_business_day": Key(
            Choice("run", "skip", "previous", "next"), "What happens to a run on a closed day."
        ),
        "business_days": Key(REFERENCE, "The calendar that says which days are business days."),
    }, only=Only(
        (("cron",), ("on_calendar",), ("every", "start"), ("rrule", "start"), ("dates",)),
        ((), ("randomized_delay", "accuracy"), (), (), ()),
    )),
)  # fmt: skip

CALENDAR = Record("a calendar", {
    "timezone": ZONE,
    "hours": Key(Items(HOURS, "a list of openings"), "The weekly hours."),
    "openings": Key(Items(Record("an opening by schedule", {
        "schedule": Key(SCHEDULE, "When it opens.", required=True),
        "duration": Key(DURATION, "How long it is open.", required=True),
    }), "a list of openings by schedule", least=1), "Openings by schedule, instead of hours."),
    "holidays": Key(
        _or_list("a region such as CA-QC", _named("region", "a region such as CA-QC", r"^\S", 20)),
        "Country, or country and subdivision, whose public holidays (as observed) are closed.",
    ),
    "holiday_hours": Key(Items(HOURS, "a list of openings"), "Hours kept on holidays."),
    "exceptions": Key(
        Items(EXCEPTION, "a list of dated exceptions"),
        "Days with other hours; a dated exception beats a holiday, a holiday beats a weekday.",
    ),
}, only=Only(
    (("hours",), ("openings",)), (("holidays", "holiday_hours", "exceptions"), ()),
))  # fmt: skip

NOTICE = Record("a notice", {
    "at": Key(LEAD, "When it is sent, from the start: -7d is a week before.", required=True),
    "channel": Key(TEXT, "How customers get it."),
    "via": Key(REFERENCE, "The service that carries it."),
    "languages": Key(_texts("a list of languages"), "The languages it is written in."),
    "audience": Key(TEXT, "Whom it is for."),
})  # fmt: skip

PLANNED: dict[str, Key] = {
    "recovery": Key(DURATION, "What follows the end until all works again; counted as outage."),
    "change": Key(Record("a change", {
        "type": Key(Choice("standard", "normal", "emergency"), "The kind of change."),
        "ticket": Key(TEXT, "Where the change is recorded."),
    }), "The change it belongs to."),
    "approved_by": Key(_references("a list of teams"), "The teams that agreed."),
    "notices": Key(
        Items(NOTICE, "a list of notices"),
        "What customers are told, and when.",
    ),
    "movable": Key(Record("how far it can be moved", {
        "earliest": Key(DATE_OR_INSTANT, "Not before this; a date is from its midnight on."),
        "latest": Key(DATE_OR_INSTANT, "Not after this; a date is to the end of its day."),
        "only_in": Key(REFERENCE, "Only while this calendar is open, all through."),
        "step": Key(DURATION, "Less than whole days, by multiples of this; 30m."),
    }), "How far it can be moved."),
}  # fmt: skip
"""The keys that jobs and maintenance windows share."""

TAKES_DOWN = Key(_references("a list of services"), "The services it makes unavailable.")
DEGRADES = Key(_references("a list of services"), "The services it makes slow or incomplete.")

JOB = Record("a job", {
    "owner": OWNER,
    "timezone": ZONE,
    "scheduler": Key(Choice(*SCHEDULERS), "What runs it: the same line runs differently in each."),
    "schedule": Key(SCHEDULE, "When it starts."),
    "duration": Key(DURATION, "How long a run is expected to take."),
    "max_duration": Key(DURATION, "How long a run takes on the slow day."),
    "requires": Key(_references("a list of services"), "The services a run needs all along."),
    "induces_demand": Key(Items(Record("induced demand", {
        "service": Key(REFERENCE, "The service customers come to because of a run.", required=True),
        "for": Key(DURATION, "How long they keep coming.", required=True),
        "starting": Key(Choice("at_start", "at_end"), "From the run's start (default) or its end."),
    }), "a list of induced demands"), "The services customers come to because of a run."),
    "takes_down": TAKES_DOWN,
    "degrades": DEGRADES,
    "after": Key(_references("a list of jobs"), "The jobs that must have ended."),
    "deadline": Key(Record("a deadline", {
        "by": Key(TIME, "The time of day by which a run must have ended."),
        "day": Key(Whole("a number of days, such as +1", 0, 31), "Days after the run's own date."),
        "within": Key(DURATION, "How long after its start a run must have ended."),
    }, only=Only((("by",), ("within",)), (("day",), ()))),
        "When a run must have ended."),
    "when_blocked": Key(Choice("fail", "wait"), "What a run does when something it needs is down."),
    "concurrency": Key(
        Choice("allow", "forbid", "replace"), "What happens when the previous run still goes on."
    ),
    "customers": Key(CUSTOMERS, "How many people a run concerns."),
    "suspended": Key(Flag(), "Whether it is switched off."),
    **PLANNED,
}, some_of=("schedule", "after"))  # fmt: skip

MAINTENANCE_WINDOW = Record("a maintenance window", {
    "owner": OWNER,
    "timezone": ZONE,
    "summary": Key(TEXT, "What is done."),
    "takes_down": TAKES_DOWN,
    "degrades": DEGRADES,
    "start": Key(INSTANT, "When it starts, once."),
    "end": Key(INSTANT, "When it ends."),
    "duration": Key(DURATION, "How long it takes."),
    "schedule": Key(SCHEDULE, "When it starts, again and again."),
    "vendor": Key(REFERENCE, "The vendor that announced it."),
    "announced": Key(DATE, "When the vendor announced it."),
    **PLANNED,
}, only=Only((("start", "duration"), ("start", "end"), ("schedule", "duration"))))  # fmt: skip

FREEZE = Record("a freeze", {
    "owner": OWNER,
    "timezone": ZONE,
    "start": Key(INSTANT, "When it starts, once."),
    "end": Key(INSTANT, "When it ends."),
    "duration": Key(DURATION, "How long it lasts."),
    "schedule": Key(SCHEDULE, "When it starts, again and again."),
    "applies_to": Key(Record("what a freeze covers", {
        "services": Key(_SCOPED, "Services by name."),
        "tags": Key(_texts("a list of tags, which may have *"), "Services by tag."),
        "owners": Key(_SCOPED, "Services by owner."),
    }), "What it covers; everything when left out."),
    "reason": Key(TEXT, "Why nothing may change."),
    "allow": Key(
        Items(Choice("standard", "normal", "emergency"), "a list of kinds of change"),
        "The kinds of change that may happen all the same.",
    ),
}, only=Only((("start", "duration"), ("start", "end"), ("schedule", "duration"))))  # fmt: skip

VENDOR = Record("a vendor", {
    "title": Key(TEXT, "What people call the vendor."),
    "contact": Key(TEXT, "An address or number at which the vendor is reached."),
    "support": Key(Record("a vendor's support", {
        "hours": Key(REFERENCE, "The calendar of when it answers."),
        "escalation": Key(DURATION, "After how long a critical problem goes to its best people."),
        "guide": Key(TEXT, "Where it says what it asks for and what happens next."),
    }), "How the vendor supports."),
    "obligations": Key(Record("a vendor's obligations", {
        "diagnostic_protocol": Key(TEXT, "The standard set of information for a problem."),
        "root_cause_report": Key(DURATION, "Within how long the cause is proven and told."),
        "prevention_review": Key(DURATION, "How often prevention is reviewed."),
        "drill": Key(DURATION, "How often a failure is rehearsed."),
    }), "What the vendor has agreed to."),
    "maintenance_notice": Key(DURATION, "How long before its maintenance it tells us."),
})  # fmt: skip

WAIVER = Record("a waiver", {
    "rule": Key(REFERENCE, "The rule or policy that is waived.", required=True),
    "on": Key(
        _references("a list such as [maintenance_window/x, service/y]", least=1),
        "All of these must be among the finding's subjects and causes.", required=True,
    ),
    "reason": Key(REASON, "Why this is acceptable.", required=True),
    "approved_by": Key(
        _references("a list of teams", least=1),
        "Every owner of the finding's subjects and causes.", required=True,
    ),
    "ticket": Key(TEXT, "Where the decision is recorded."),
    "expires": Key(DATE, "The last day it covers.", required=True),
    "accepts": Key(
        Items(ACCEPTANCE, "a list of acceptances such as ops-7f3c91d2", least=1),
        "These findings only, for as long as no schedule behind them changes.",
    ),
})  # fmt: skip

DEFAULTS = Record("defaults", {
    "owner": OWNER,
    "timezone": ZONE,
    "scheduler": Key(Choice(*SCHEDULERS), "What runs jobs that don't say."),
})  # fmt: skip

ENTRIES: dict[str, Record] = {
    "teams": TEAM,
    "calendars": CALENDAR,
    "services": SERVICE,
    "jobs": JOB,
    "maintenance_windows": MAINTENANCE_WINDOW,
    "freezes": FREEZE,
    "vendors": VENDOR,
}

_ABOUT = {
    "teams": "Who answers for what. When present, an owner that is not in it is an error.",
    "calendars": "Opening hours, with holidays and exceptions. `always` and `never` are built in.",
    "services": "What customers and jobs depend on.",
    "jobs": "What runs by a schedule.",
    "maintenance_windows": "Planned events that make services unavailable.",
    "freezes": "Times in which nothing may change.",
    "vendors": "Who runs things for us, and what they have agreed to.",
}


def _file(entries: dict[str, Shape], waiver: Shape) -> Record:
    """Return the shape of a document whose entries have these shapes."""

    def section(name: str) -> Key:
        entry = entries[name]
        if name in MAY_BE_EMPTY and not isinstance(entry, Unread):
            entry = Either(entry.expected, entry, Null())
        table = Table(f"{name.replace('_', ' ')} by name", entry, NAME_PATTERN, NAME_LENGTH)
        # A section whose entries are all commented out is left empty, not deleted.
        return Key(Either(table.expected, table, Null()), _ABOUT[name])

    return Record("an opspolicy file", {
        "version": Key(Whole("1", 1, 1), "The version of the language; 1."),
        "defaults": Key(DEFAULTS, "Values for the entries of this file that don't say."),
        **{name: section(name) for name in SECTIONS},
        "waivers": Key(
            Either("a list of waivers", Items(waiver, "a list of waivers"), Null()),
            "Findings that are accepted, by whom and until when.",
        ),
    }, extensions=True)  # fmt: skip


FILE = _file(
    {name: Named(SECTIONS[name].replace("_", "-"), ENTRIES[name]) for name in SECTIONS},
    Named("waiver", WAIVER),
)
"""One document of declarations."""

FILE_ITSELF = _file(dict.fromkeys(SECTIONS, Unread()), Unread())
"""One document without a look at its entries, which are read and explained one by one."""

_GLOB = _named("glob", "a glob", r"^\S", 256)
_PATTERNS = _or_list("a glob such as ops/**/*.yaml", _GLOB)
_MAYBE_PATTERNS = Either(
    "a glob, or a list that may be empty", _GLOB, Items(_GLOB, "a list of globs")
)
_PACKS = Items(REFERENCE, "a list of policy packs")

POLICY = Record("a policy", {
    "rule": Key(REFERENCE, "The rule it sets, when its name is not a rule's."),
    "severity": Key(
        Choice(*POLICY_SEVERITIES), "How severe its findings are; `off` switches it off."
    ),
    "locked": Key(Flag(), "Whether it can't be waived, ignored, weakened or switched off."),
    "scope": Key(Record("a scope", {
        "services": Key(_SCOPED, "Findings about these services."),
        "jobs": Key(_SCOPED, "Findings about these jobs."),
        "maintenance_windows": Key(_SCOPED, "Findings about these."),
        "tags": Key(_texts("a list of tags, which may have *"), "Findings about these services."),
        "owners": Key(_SCOPED, "Findings these teams own."),
    }), "Where it applies: every key must match, by any of its names."),
    "options": Key(
        Table("options by name", Either(
            "an option's value", TEXT, Whole("a number"), Flag(), _texts("a list"),
        ), r"^[a-z_]+$(?!\n)", NAME_LENGTH),
        "The rule's options.",
    ),
    "for_each": Key(
        Choice("outage", "run", "service", "job", "maintenance_window"),
        "What a custom assertion is evaluated for.",
    ),
    "where": Key(TEXT, "Which of them a custom assertion is about."),
    "assert": Key(TEXT, "What must hold for each."),
    "message": Key(TEXT, "What to say when it doesn't; `{…}` is a value, as CEL has it."),
    "hint": Key(TEXT, "What to do when it doesn't."),
    "parameters": Key(
        Table("parameters by name", Either(
            "a text, a number, true or false, or a list of texts",
            TEXT, Whole("a number"), Flag(), _texts("a list of texts"),
        ), r"^[a-z][a-z0-9_]*$(?!\n)", NAME_LENGTH),
        "Values that the expressions use, as `params.NAME`.",
    ),
})  # fmt: skip

POLICY_FILE = Record("a policy file", {
    "version": Key(Whole("1", 1, 1), "The version of the language; 1."),
    "policies": Key(
        Table("policies by name", Named("policy", POLICY), NAME_PATTERN, NAME_LENGTH),
        "Which rules run, how severe they are, with which options, where.", required=True,
    ),
}, extensions=True)  # fmt: skip
"""A file of policies, the built-in packs included."""

CONFIG = Record("the configuration", {
    "include": Key(_PATTERNS, "The estate's files; ops/**/*.{yaml,yml} when left out."),
    "exclude": Key(_MAYBE_PATTERNS, "Files to leave out."),
    "extends": Key(
        Either("a policy pack, or a list", REFERENCE, _PACKS), "Built-in policy packs; recommended."
    ),
    "policies": Key(_MAYBE_PATTERNS, "The team's own policy files; policies/*.yaml."),
    "horizon": Key(DURATION, "How far ahead is looked; 180d."),
    "defaults": Key(DEFAULTS, "Values for all entries that don't say."),
    "fail_on": Key(Choice(*FAIL_ON), "The least severity that fails a check; error."),
    "sources": Key(
        Items(Record("a source", {
            "format": Key(Choice(*FORMATS), "The foreign format.", required=True),
            "paths": Key(_PATTERNS, "The files to read.", required=True),
            "exclude": Key(_MAYBE_PATTERNS, "Files to leave out."),
            "name": Key(TEXT, "How entries are named, of fields such as `{name}`."),
            "defaults": Key(DEFAULTS, "Values for its entries that don't say."),
            "as": Key(Choice(*INTO), "What its entries become."),
            "vendor": Key(REFERENCE, "The vendor its maintenance windows belong to."),
            "takes_down": TAKES_DOWN,
        }), "a list of sources"),
        "Foreign formats read in place.",
    ),
}, extensions=True)  # fmt: skip
"""`opspolicy.yaml`."""

DOCUMENTS: dict[str, Record] = {"estate": FILE, "config": CONFIG, "policies": POLICY_FILE}
"""What a whole YAML file can be, by the name of its schema."""


def section_schemas() -> dict[str, Shape]:
    """Return every shape that has a schema file of its own, by the file's name."""
    from opspolicy.estate.proofs import TEST_FILE  # noqa: PLC0415 - made of what stands here

    shapes: dict[str, Shape] = {**DOCUMENTS, "test": TEST_FILE}
    shapes.update({SECTIONS[name].replace("_", "-"): shape for name, shape in ENTRIES.items()})
    shapes["waiver"] = WAIVER
    return shapes
