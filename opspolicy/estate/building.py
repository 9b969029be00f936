"""From Nodes to declarations: one function a section, each key read once.

A value that means nothing is noted at its place and left out; the rest of the declaration stands,
so that one mistake doesn't hide what else is wrong.
"""

from __future__ import annotations

from functools import cached_property

from opspolicy.estate import completing, nested, scheduling
from opspolicy.estate.completing import Completed, Overlaid
from opspolicy.estate.declarations import (
    Calendar,
    Duplicate,
    Freeze,
    Invalid,
    Job,
    Listed,
    Reference,
    Service,
    Team,
    Vendor,
    Waiver,
    Window,
)
from opspolicy.estate.entry import Defaults, Entry
from opspolicy.estate.foreign import Foreign, distinguish
from opspolicy.estate.formats import FORMATS
from opspolicy.estate.vocabulary import (
    MAY_BE_EMPTY,
    PREFIXES,
    SECTION_OF,
    SECTIONS,
)
from opspolicy.phrases import did_you_mean
from opspolicy.record import NamedTuple
from opspolicy.source.files import Written
from opspolicy.source.problem import Problem
from opspolicy.temporal import calendars, durations, instants, zones
from opspolicy.temporal.calendars import BusinessHours, ScheduledHours
from opspolicy.temporal.durations import DAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from opspolicy.estate.entry import Values
    from opspolicy.estate.shapes import Shape
    from opspolicy.source.files import SourceFile
    from opspolicy.source.node import Node
    from opspolicy.source.span import Span
    from opspolicy.temporal.calendars import Hours
    from opspolicy.temporal.holidays import Holidays
    from opspolicy.temporal.instants import Moment
    from opspolicy.temporal.schedules import Schedule
    from opspolicy.temporal.zones import Zone

MOST_ASKED, MOST_NEAR, MOST_LETTERS = 100, 50, 4
"""Of how many names that complete nothing the one that is meant is looked for, among how many
that differ in how many letters."""

YEAR = 366 * DAY
"""How far back and ahead of the judged time a limit may make the gate look, at most."""

BUILT_IN_CALENDARS: dict[str, Hours] = {"always": calendars.ALWAYS, "never": calendars.NEVER}


def _unsaid(defaults: dict[str, Any], first: str) -> tuple[object, ...]:
    """Return the fields from ``first`` on of a declaration that says nothing of them."""
    names = list(defaults)
    return tuple(defaults[name] for name in names[names.index(first) :])


# Most entries have a few keys; the fields of all others are looked at together, where needed.
COMMON_SERVICE_KEYS = frozenset(
    (
        "owner",
        "timezone",
        "customer_facing",
        "customers",
        "business_hours",
        "maintenance_hours",
        "depends_on",
        "tags",
    )
)
COMMON_JOB_KEYS = frozenset(("owner", "timezone", "scheduler", "schedule", "duration", "requires"))
REST_OF_SERVICE = _unsaid(Service._field_defaults, "title")
"""The fields from ``title`` on of a service that has nothing but common keys."""

NOT_LATE = 0
"""By how many seconds runs start late, as declared: nobody declares that."""

REST_OF_JOB = _unsaid(Job._field_defaults, "max_duration")
"""The fields from ``max_duration`` on of a job that has nothing but common keys."""

MOST_MISTAKES = 50
"""How many mistakes of one file are told one by one; a larger number is told as a number."""


class Contents(NamedTuple):
    """What one document says, as plain values: all that building takes, but for places.

    ``document`` is its number in the file. Entries and waivers that are Nodes are still to be read,
    those that are None are left out.
    """

    document: int
    defaults: Values
    sections: dict[str, dict[str, Values | Node | None]]
    waivers: list[Values | Node]


def _alike(one: str, other: str) -> int:
    """Return how many letters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _is_near(one: str, other: str) -> bool:
    """Whether two names are alike but for a few letters in one place."""
    before = _alike(one, other)
    after = _alike(one[before:][::-1], other[before:][::-1])
    return before + after + MOST_LETTERS >= max(len(one), len(other))


class Waiting(NamedTuple):
    """An entry of a foreign file, which a native one of the same name may complete.

    What it says is kept in ``table``, by its name, for the next run. ``files`` are those that it
    stands in. One that nobody named (``is_named``) counts only where it is completed.
    """

    written: Written
    table: dict[str, Values | Node | None]
    defaults: Defaults
    files: tuple[str, ...] = ()
    is_named: bool = True

    def is_completed_by(self, other: Written) -> bool:
        """Whether it is another entry of the very same name."""
        return self.written is not other and self.written.path == other.path

    def is_overlaid_by(self, other: Written) -> bool:
        """Whether another entry of the very same name says more of it, in a format of overlays."""
        formats = {_format(self.written), _format(other)}
        one, two = self.written.file, other.file
        # An override lies beside what it overrides; elsewhere lies somebody else's project.
        beside = one != two and one.rpartition("/")[0] == two.rpartition("/")[0]
        same_name = self.written.path == other.path and beside
        return same_name and len(formats) == 1 and FORMATS[formats.pop()].overlays


def _format(written: Written) -> str:
    source = written.source
    return source.readings[written.document].format if isinstance(source, Foreign) else ""


class Builder:
    """Collects the declarations of one document after the other."""

    def __init__(
        self,
        holidays: Holidays,
        defaults: Defaults,
        before: Mapping[str, Calendar] | None = None,
    ) -> None:
        """Start with nothing declared; ``defaults`` are those of the configuration.

        ``before`` are the calendars, with these ``holidays``, of an earlier reading.
        """
        self.holidays = holidays
        self._before = before or {}
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
        self.listed: list[Listed] = []
        self.duplicates: list[Duplicate] = []
        self.invalid: list[Invalid] = []
        self.missing_zones: list[Invalid] = []
        self.problems: list[Problem] = []
        self.bad_defaults: set[str] = set()
        self.default_owners: dict[tuple[str, int], Node | Written] = {}
        self.declares_teams = False
        self.completed: set[str] = set()
        self._imported: dict[str, set[str]] = {}
        self._asked: dict[str, str] = {}
        self._places: dict[str, dict[str, Written]] = {section: {} for section in SECTIONS}
        self._waiting: dict[str, dict[str, Waiting]] = {}
        self._mistakes: dict[str, int] = {}
        self._add: dict[str, Callable[[str, Entry], None]] = {
            "teams": self._team,
            "calendars": self._calendar,
            "services": self._service,
            "jobs": self._job,
            "maintenance_windows": self._window,
            "freezes": self._freeze,
            "vendors": self._vendor,
        }

    def hours(self, calendar: str) -> Hours | None:
        """Return the hours of a calendar; None when it isn't declared or couldn't be read."""
        if calendar in BUILT_IN_CALENDARS:
            return BUILT_IN_CALENDARS[calendar]
        found = self.calendars.get(calendar)
        return found.hours if found is not None else None

    def file(self, source: SourceFile, known: list[Contents] | None = None) -> list[Contents]:
        """Add what one file declares; return its contents, or those ``known`` from before.

        `defaults` hold for the whole file; a document's own come first, then those of the others.
        """
        if not source.is_named:
            known = self._completing(source, known)
        read = self._documents(source) if known is None else known
        own: list[Defaults] = []
        shared = Defaults()
        for contents in read:
            written = Written(source, contents.document, ("defaults",))
            own.append(Defaults.read(written, contents.defaults))
            self._check_zone(own[-1], written)
            shared = shared.over(own[-1])
        waivers = 0
        for contents, defaults in zip(read, own, strict=True):
            self.defaults = defaults.over(shared).over(self.configured)
            self._document(source, contents, waivers)
            waivers += len(contents.waivers)
        return read

    def _completing(self, source: SourceFile, known: list[Contents] | None) -> list[Contents]:
        """Return what completes named entries of foreign files, in a file that nobody named."""
        teams, mistakes = self.declares_teams, self.mistakes
        read = self._documents(source) if known is None else known
        self.declares_teams = teams
        found = []
        for each in read:
            sections = {
                section: {
                    name: values for name, values in table.items() if self._awaits(section, name)
                }
                for section, table in each.sections.items()
            }
            sections = {section: table for section, table in sections.items() if table}
            if sections:
                found.append(each._replace(sections=sections, waivers=[]))
        if found or self.mistakes != mistakes:
            self.completed.add(source.path)
        return found

    def _awaits(self, section: str, name: str) -> bool:
        """Whether a named entry of a foreign file has this name, and nothing has completed it."""
        waiting = self._waiting.get(section, {}).get(name.lower())
        return waiting is not None and waiting.is_named and waiting.written.path[-1] == name

    def foreign(self, source: Foreign, known: list[Contents] | None = None) -> list[Contents]:
        """Take what a file of another format declares, as `file` does, to be added at the end.

        All of these come before the first native file, which may complete what they declare.
        """
        read = self._documents(source) if known is None else known
        for contents in read:
            number = contents.document
            defaults = source.readings[number].defaults
            owner = defaults.over(self.configured).owner_node
            if owner is not None:
                self.default_owners[source.path, number] = owner
            for section, table in contents.sections.items():
                waiting = self._waiting.setdefault(section, {})
                self._imported.setdefault(section, set()).update(table)
                for name in table:
                    written = Written(source, number, (section, name))
                    first = waiting.get(name.lower())
                    if first is not None and first.is_overlaid_by(written):
                        both = first._replace(
                            written=Overlaid(first.written, written),
                            table=table,
                            files=(*first.files, source.path),
                            is_named=first.is_named or source.is_named,
                        )
                        waiting[name.lower()] = both
                        first.table[name] = table[name] = None
                    elif first is None:
                        waiting[name.lower()] = Waiting(
                            written, table, defaults, (source.path,), source.is_named
                        )
                        table[name] = self._right(section, table[name])
                    else:
                        if source.is_named or first.is_named:
                            self._twice(section, name, written, first.written)
                        table[name] = None
        return read

    def _right(self, section: str, values: Values | Node | None) -> Values | None:
        """Return the values of an entry without its Node; None where not all of it is right."""
        if values is None or isinstance(values, dict):
            return values
        wrong: list[Node] = []
        found = self._shapes[section].read(values, wrong)
        return found if isinstance(found, dict) and not wrong else None

    def finish(self) -> None:
        """Add what foreign files declare and nothing native has completed."""
        for section, waiting in self._waiting.items():
            for each in waiting.values():
                if not each.is_named:
                    continue
                self.completed.update(each.files)
                name = str(each.written.path[-1])
                self.defaults = each.defaults.over(self.configured)
                self.declares_teams |= section == "teams"
                mistakes = self.mistakes
                self._entry(section, name, each.written, each.table[name])
                if self.mistakes != mistakes:
                    # To be told again in the next run.
                    each.table[name] = None
            waiting.clear()

    def _twice(self, section: str, name: str, written: Written, first: Written) -> None:
        """Note the second declaration of a name."""
        first_name = str(first.path[-1])
        if isinstance(first, Completed) and not _format(written):
            # What comes first is the declaration of ours that completes the same entry.
            first = first.own
        found = Duplicate(section, name, first_name, written.place, first.place)
        if _format(written) and _format(first):
            found = found._replace(hint=distinguish(_format(written)))
        self.duplicates.append(found)

    @cached_property
    def _shapes(self) -> Mapping[str, Shape]:
        """The shapes of entries, for what no earlier run has read."""
        from opspolicy.estate import language  # noqa: PLC0415 - for what no earlier run has read

        return language.ENTRIES

    def _documents(self, source: SourceFile) -> list[Contents]:
        """Return the contents of each document, whose entries are still to be read."""
        from opspolicy.estate import language  # noqa: PLC0415 - for what no earlier run has read

        found: list[Contents] = []
        for number, root in enumerate(source.documents):
            if root.value is None:
                continue
            top, _ = self._read(language.FILE_ITSELF, root, "")
            entries = root.entries
            sections: dict[str, dict[str, Values | Node | None]] = {
                section: {name: entries[section].entries[name] for name in top[section] or ()}
                for section in SECTIONS
                if section in top
            }
            # An empty section, its entries all commented out, declares no teams.
            self.declares_teams |= "teams" in top and bool(entries["teams"].entries)
            waivers = entries["waivers"].items if "waivers" in top else []
            found.append(Contents(number, top.get("defaults", {}), sections, [*waivers]))
        return found

    @property
    def mistakes(self) -> int:
        """How many things were wrong so far, of whatever kind."""
        of_shape = len(self.problems) + len(self.invalid) + len(self.duplicates)
        return of_shape + len(self.missing_zones) + len(self.bad_defaults)

    def _check_zone(self, defaults: Defaults, written: Written) -> None:
        """Note a default time zone that isn't one, whether or not an entry takes it."""
        key = defaults.timezone
        if key is not None and not zones.is_known(key):
            self.bad_defaults.add(key)
            Entry(self, f"file/{written.file}", written, {"timezone": key}).zone()

    def _document(self, source: SourceFile, contents: Contents, waivers: int) -> None:
        """Add what one document declares; so many ``waivers`` stand in those before it."""
        number = contents.document
        if self.defaults.owner_node is not None:
            self.default_owners[source.path, number] = self.defaults.owner_node
        for section, table in contents.sections.items():
            self.declares_teams |= section == "teams" and bool(table)
            for name, values in table.items():
                written = Written(source, number, (section, name))
                table[name] = self._entry(section, name, written, values)
        for position, values in enumerate(contents.waivers):
            written = Written(source, number, ("waivers", position))
            contents.waivers[position] = self._waiver(written, values, waivers + position)

    def _read(
        self, record: Shape, node: Node, by: str, written: Written | None = None, name: str = ""
    ) -> tuple[Values, bool]:
        """Return the right values of an entry, ``written`` under ``name``, and whether all are."""
        wrong: list[Node] = []
        found = record.read(node, wrong)
        if wrong:
            self._explain(record, node, wrong, by, written.place if written else None, name)
        return found if isinstance(found, dict) else {}, not wrong

    def _explain(
        self, record: Shape, node: Node, wrong: list[Node], by: str, place: Span | None, name: str
    ) -> None:
        """Tell what is wrong with an entry, until the file has been told enough of."""
        told = self._mistakes.get(node.file, 0)
        if told < MOST_MISTAKES:
            from opspolicy.estate import mistakes  # noqa: PLC0415 - jsonschema, for a mistake

            found = mistakes.explain(record, node, wrong, place, name)
            self.problems += [self._of_what(each, by, name)._replace(by=by) for each in found]
            told += len(found)
            if told >= MOST_MISTAKES:
                message = f"`{node.file}` has more mistakes than are listed here"
                hint = "mend these first, then check again"
                more = Problem("schema-violation", message, node.at(), (), hint, "more")
                self.problems.append(more)
            self._mistakes[node.file] = told

    def _of_what(self, problem: Problem, by: str, name: str) -> Problem:
        """Tell of an entry that isn't whole that it completes nothing, which it may be meant to."""
        prefix = by.partition("/")[0]
        imported = self._imported.get(SECTION_OF.get(prefix, ""), set())
        is_lacking = problem.key == "#anyOf" or problem.key.startswith("#required:")
        if not imported or name in imported or not is_lacking or problem.hint:
            return problem
        meant = self._meant(name, imported) or "so it has to say all of it itself"
        what = prefix.replace("_", " ")
        return problem._replace(hint=f"no source has a {what} `{name}` for it to complete; {meant}")

    def _meant(self, name: str, imported: set[str]) -> str:
        """Return which entry of a source may be meant, asked for the first few misspelt names."""
        if name not in self._asked and len(self._asked) == MOST_ASKED:
            return ""
        if name not in self._asked:
            near = [each for each in imported if _is_near(each.lower(), name.lower())]
            self._asked[name] = did_you_mean(name, sorted(near)[:MOST_NEAR])
        return self._asked[name]

    def _entry(
        self, section: str, name: str, written: Written, values: Values | Node | None
    ) -> Values | None:
        """Add an entry, whose values are known or to be read from its Node; return them."""
        ref = PREFIXES[section] + name
        places, folded = self._places[section], name.lower()
        first = places.get(folded)
        if first is not None:
            self._twice(section, name, written, first)
            return None
        waiting = self._waiting.get(section, {}).get(folded)
        # A name that differs in case is another, and told of when its turn comes.
        if waiting is not None and waiting.is_completed_by(written):
            self._completed(section, name, written, waiting)
            return None
        if section == "calendars" and name in BUILT_IN_CALENDARS:
            message = "this name is built in"
            hint = "give yours another name"
            self.invalid.append(Invalid(ref, written.place, message, hint, message))
            return None
        places[folded] = written
        is_right = True
        if not isinstance(values, dict):
            node = values or written.node
            # `shop:` with nothing below it is a service of which nothing more is known.
            if node.value is None and section in MAY_BE_EMPTY:
                values = {}
            else:
                values, is_right = self._read(
                    self._shapes[section], node, ref, written.to_mend, name
                )
        entry = Entry(self, ref, written, values)
        entry.is_right = is_right
        self._add[section](name, entry)
        return values

    def _completed(self, section: str, name: str, written: Written, waiting: Waiting) -> None:
        """Add the entry of a foreign file that a native one completes.

        Neither is known by itself to the next run: what they say together can be right where either
        isn't, and the other way round.
        """
        del self._waiting[section][name.lower()]
        waiting.table[name] = None
        self.completed.update(waiting.files)
        before = self.defaults
        # Times are read by the clock of the file that they stand in.
        theirs = waiting.defaults.over(self.configured)
        completed = Completed(waiting.written, written)
        own_times = completing.TIMES & written.node.entries.keys()
        clock = before.over(theirs) if own_times else theirs
        self.defaults = waiting.defaults.over(before)._replace(
            timezone=clock.timezone, timezone_node=clock.timezone_node, scheduler=clock.scheduler
        )
        self._entry(section, name, completed, None)
        if own_times and clock.timezone != theirs.timezone and completed.has_local_times:
            message = (
                f"`{name}` has times by two clocks: `{clock.timezone}` holds here, and"
                f" `{theirs.timezone}` in {waiting.written.file}"
            )
            hint = "give it a `timezone`, or write all of its times here"
            place = written.at(min(own_times))
            self.invalid.append(Invalid(PREFIXES[section] + name, place, message, hint, message))
        self.defaults = before

    # A function a section ------------------------------------------------------------------------

    def _team(self, name: str, entry: Entry) -> None:
        keys = ("title", "contact", "github", "slack", "escalation")
        self.teams[name] = Team(name, entry.node, *(entry.get(key) for key in keys))

    def _calendar(self, name: str, entry: Entry) -> None:
        zone = entry.zone()
        listed = entry.get("holidays")
        regions = (listed,) if isinstance(listed, str) else entry.texts("holidays")
        weekly = nested.week(entry, "hours")
        holiday_hours = nested.week(entry, "holiday_hours")
        exceptions = nested.exceptions(entry)
        by_schedule = nested.scheduled(entry)
        if zone is None and by_schedule:
            zone = by_schedule[0][0].zone
        if zone is None and entry.lacks_zone() and "openings" not in entry:
            entry.no_zone(entry.place("hours"), "its opening hours are")
        if zone is None or self._mistakes_in(entry):
            # Half of the hours would be a guess; unknown hours count on the safe side.
            self.calendars[name] = Calendar(name, entry.node, None, regions)
            return
        hours: Hours = ScheduledHours(zone, by_schedule) if by_schedule else BusinessHours(
            zone,
            weekly,
            regions=regions,
            holiday_hours=holiday_hours,
            exceptions=exceptions,
            holidays=self.holidays,
        )  # fmt: skip
        was = self._before.get(name)
        if was is not None and was.hours is not None and was.hours.normal() == hours.normal():
            # These know already what has been asked of them, which takes long over decades.
            hours = was.hours
        self.calendars[name] = Calendar(name, entry.node, hours, regions, zone.key)

    def _mistakes_in(self, entry: Entry) -> bool:
        """Whether anything was wrong with the entry that is being built."""
        of_shape = any(each.by == entry.by for each in self.problems)
        return of_shape or any(each.by == entry.by for each in self.invalid)

    def _service(self, name: str, entry: Entry) -> None:
        zone = entry.zone()
        own = "timezone" in entry
        common = (
            name,
            entry.node,
            self._owner(entry),
            zone.key if zone and own else None,
            zone.key if zone and not own else None,
            bool(entry.get("customer_facing")),
            entry.get("customers"),
            entry.ref("business_hours", "calendars"),
            entry.ref("maintenance_hours", "calendars"),
            nested.dependencies(entry),
            entry.texts("tags"),
        )
        plain = COMMON_SERVICE_KEYS.issuperset(entry.values)
        rest = REST_OF_SERVICE if plain else self._rest_of_service(entry)
        self.services[name] = Service._make((*common, *rest))

    def _rest_of_service(self, entry: Entry) -> tuple[object, ...]:
        """Return the fields of a service from ``title`` on."""
        budget, support = entry.nested("downtime_budget"), entry.nested("support")
        most, per = budget.duration("max", zero=True), budget.duration("per", most=YEAR)
        if most is not None and per is not None and most >= per:
            told = "`max` must be shorter than `per`: no period has more downtime than it lasts"
            budget.fault(budget.place("max"), told)
            most = None
        counts = budget.get("counts") or "all"
        return (
            entry.get("title"),
            entry.duration("max_outage", most=YEAR),
            None if most is None or per is None else (most, per, counts),
            entry.duration("min_notice", zero=True),
            entry.texts("notice_channels"),
            entry.ref("status_page", "services"),
            support.ref("service", "services"),
            support.ref("hours", "calendars"),
            entry.get("continuity_plan"),
            entry.get("compensation"),
            entry.get("help"),
            entry.get("fallback"),
            entry.ref("vendor", "vendors"),
        )

    def _job(self, name: str, entry: Entry) -> None:
        scheduler = entry.get("scheduler") or self.defaults.scheduler
        schedule, zone = scheduling.of_job(entry, scheduler)
        duration = entry.duration("duration")
        common = (
            name,
            entry.node,
            self._owner(entry),
            zone.key if zone else None,
            scheduler,
            schedule,
            duration,
            entry.refs("requires", "services"),
        )
        plain = COMMON_JOB_KEYS.issuperset(entry.values)
        rest = REST_OF_JOB if plain else self._rest_of_job(entry, schedule, duration)
        self.jobs[name] = Job._make((*common, *rest))

    def _rest_of_job(
        self, entry: Entry, schedule: Schedule | None, duration: int | None
    ) -> tuple[object, ...]:
        """Return the fields of a job from ``max_duration`` on."""
        longest = entry.duration("max_duration")
        if duration is not None and longest is not None and longest < duration:
            expected = durations.words(duration)
            message = f"`max_duration` is shorter than `duration` ({expected})"
            entry.fault(entry.place("max_duration"), message, "the slow day takes longer")
            longest = None
        return (
            longest,
            nested.demands(entry),
            entry.refs("takes_down", "services"),
            entry.refs("degrades", "services"),
            entry.refs("after", "jobs"),
            nested.deadline(entry, schedule),
            entry.get("when_blocked") or "fail",
            entry.get("concurrency") or "allow",
            entry.get("customers"),
            bool(entry.get("suspended")),
            nested.plan(entry),
            NOT_LATE,
        )

    def _window(self, name: str, entry: Entry) -> None:
        schedule, zone = scheduling.of_appointment(entry)
        start, end = self._once(entry, zone)
        self.windows[name] = Window(
            name,
            entry.node,
            owner=self._owner(entry),
            timezone=zone.key if zone else None,
            summary=entry.get("summary"),
            takes_down=entry.refs("takes_down", "services"),
            degrades=entry.refs("degrades", "services"),
            start=start,
            end=end,
            start_wall=_wall(entry, zone),
            schedule=schedule,
            duration=entry.duration("duration") if "schedule" in entry else None,
            vendor=entry.ref("vendor", "vendors"),
            announced=entry.date("announced"),
            plan=nested.plan(entry),
        )

    def _freeze(self, name: str, entry: Entry) -> None:
        schedule, zone = scheduling.of_appointment(entry)
        start, end = self._once(entry, zone)
        scope = entry.nested("applies_to")
        self.freezes[name] = Freeze(
            name,
            entry.node,
            owner=self._owner(entry),
            timezone=zone.key if zone else None,
            start=start,
            end=end,
            schedule=schedule,
            duration=entry.duration("duration") if "schedule" in entry else None,
            services=scope.texts("services") if "services" in scope else None,
            tags=scope.texts("tags") if "tags" in scope else None,
            owners=scope.texts("owners") if "owners" in scope else None,
            reason=entry.get("reason"),
            allow=entry.texts("allow"),
        )

    def _vendor(self, name: str, entry: Entry) -> None:
        support, agreed = entry.nested("support"), entry.nested("obligations")
        self.vendors[name] = Vendor(
            name,
            entry.node,
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
            is_bound="support" in entry or "obligations" in entry,
        )

    def _waiver(self, written: Written, values: Values | Node, position: int) -> Values:
        by = f"waiver/{written.file}#{position}"
        is_right = True
        if not isinstance(values, dict):
            from opspolicy.estate import language  # noqa: PLC0415 - for what no earlier run has read

            values, is_right = self._read(language.WAIVER, values, by)
        entry = Entry(self, by, written, values)
        expires = entry.date("expires")
        if expires is None or not is_right:
            return values  # half a waiver might waive more than was meant: it waives nothing
        on: list[str] = []
        for at, name in enumerate(entry.get("on")):
            prefix, slash, _ = name.partition("/")
            section = SECTION_OF.get(prefix) if slash else None
            if section is not None:
                entry.refer(section, name, "on", at)
                on.append(name)
            else:
                hint = f"write maintenance_window/{name}, job/{name} or service/{name}"
                entry.mistake(entry.place("on", at), f"`{name}` doesn't say what it names", hint)
                is_right = False
        if not is_right:
            return values
        self.waivers.append(
            Waiver(
                by,
                written,
                rule=entry.get("rule"),
                on=tuple(on),
                reason=entry.get("reason"),
                approved_by=entry.refs("approved_by", "teams"),
                expires=expires,
                ticket=entry.get("ticket"),
                accepts=entry.texts("accepts"),
            )
        )
        return values

    # What entries have in common -----------------------------------------------------------------

    def _owner(self, entry: Entry) -> str | None:
        if "owner" in entry.values or not (entry.is_right or entry.node.find("owner") is None):
            return entry.ref("owner", "teams")
        # Not noted as a reference: that it is the default says where it is written.
        return self.defaults.owner

    def _once(self, entry: Entry, zone: Zone | None) -> tuple[int | None, int | None]:
        """Return start and end of what happens once, both None where they can't be told."""
        start, end = entry.moment("start"), entry.moment("end")
        length = entry.duration("duration")
        for key, moment in (("start", start), ("end", end)):
            if moment is not None and moment.offset is None and zone is None:
                if entry.lacks_zone("schedule"):
                    entry.no_zone(entry.place(key), f"its `{key}` is")
                return None, None
        if start is None:
            return None, None
        begins = start.instant(zone)
        if end is not None:
            ends = end.instant(zone, last=True)
            if ends <= begins:
                message, hint = "`end` is not after `start`", "check the dates, and any offset"
                if start.wall // DAY == end.wall // DAY and end.wall < start.wall:
                    next_day = instants.calendar_date(end.wall // DAY + 1).isoformat()
                    time = instants.clock(end.wall, with_date=False)
                    hint = f"for the next day, write {next_day}T{time}"
                if zone is not None and skipped(start, zone) and skipped(end, zone):
                    hint = "the clocks skip both times on that day"
                entry.fault(entry.place("end"), message, hint)
                return None, None
            return begins, ends
        return (begins, begins + length) if length is not None else (None, None)


def skipped(moment: Moment, zone: Zone) -> bool:
    """Whether a clock change skips the wall-clock time of a moment."""
    return moment.offset is None and not zone.readings(moment.wall)


def _wall(entry: Entry, zone: Zone | None) -> int | None:
    """Return the wall-clock reading of a `start` that a clock change moves, else None."""
    text = entry.get("start")
    if text is None or zone is None:
        return None
    try:
        moment = instants.parse_moment(text)
    except instants.InstantError:
        return None  # reported where it is read
    return moment.wall if skipped(moment, zone) else None
