"""Everything that is declared, in one object that nothing changes once it is built."""

from __future__ import annotations

from opspolicy.estate import saying
from opspolicy.estate.building import BUILT_IN_CALENDARS, Builder, Contents
from opspolicy.estate.completing import Completed
from opspolicy.estate.declarations import ASSUMED, Service, Vendor
from opspolicy.estate.entry import Defaults
from opspolicy.estate.foreign import LEFT_OUT, Foreign, fruitless
from opspolicy.estate.graph import DependencyGraph, knots
from opspolicy.estate.meanings import misread
from opspolicy.estate.vocabulary import SECTION_OF, SECTIONS
from opspolicy.source.memory import Shared
from opspolicy.temporal.calendars import ALWAYS, NEVER
from opspolicy.temporal.holidays import Holidays

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opspolicy.estate.aside import Aside
    from opspolicy.estate.declarations import (
        Entity,
        Freeze,
        Invalid,
        Job,
        Listed,
        Reference,
        Waiver,
        Window,
    )
    from opspolicy.source.files import SourceFile, Written
    from opspolicy.source.memory import Memory
    from opspolicy.source.node import Node
    from opspolicy.source.problem import Problem
    from opspolicy.source.span import Span
    from opspolicy.temporal.calendars import Hours
    from opspolicy.temporal.schedules import Schedule


TABLES = {section: section for section in SECTIONS} | {"maintenance_windows": "windows"}
"""By section, the attribute of an estate that holds its entries by name."""


class Estate:
    """All declarations by section and name, what they refer to, and what is wrong with them.

    ``problems`` are mistakes of shape and of whole files; ``invalid`` are values that mean nothing;
    ``missing_zones`` local times without a zone; ``duplicates`` second declarations of a name.
    ``left_out`` are entries of foreign files that weren't imported, each with the reason;
    ``assumed`` are outages that nobody declares, by name (`assumptions.py`).
    """

    __slots__ = (
        "_keeping",
        "_shared",
        "assumed",
        "calendars",
        "configured",
        "declares_teams",
        "default_owners",
        "duplicates",
        "files",
        "freezes",
        "graph",
        "holidays",
        "invalid",
        "jobs",
        "left_out",
        "listed",
        "missing_zones",
        "problems",
        "references",
        "services",
        "teams",
        "vendors",
        "waivers",
        "windows",
    )

    def __init__(self, builder: Builder, files: tuple[SourceFile, ...]) -> None:
        """Take over what ``builder`` has collected from ``files``."""
        self.files = files
        self.configured = builder.configured
        self.teams = builder.teams
        self.calendars = builder.calendars
        self.services = builder.services
        self.jobs = builder.jobs
        self.windows = builder.windows
        self.assumed: Mapping[str, Window] = {}
        self.freezes = builder.freezes
        self.vendors = builder.vendors
        self.waivers: tuple[Waiver, ...] = tuple(builder.waivers)
        self.references: Sequence[Reference] = builder.references
        self.listed: Sequence[Listed] = builder.listed
        self.duplicates = tuple(builder.duplicates)
        self.invalid: tuple[Invalid, ...] = saying.worded(builder.invalid, files)
        self.missing_zones: tuple[Invalid, ...] = tuple(builder.missing_zones)
        self.default_owners: Mapping[tuple[str, int], Node | Written] = builder.default_owners
        self.declares_teams = builder.declares_teams
        self.holidays = builder.holidays
        self._keeping: dict[Schedule, list[Job | Window | Freeze]] = {}
        # What has been read of these files, where they are read again and again.
        self._shared: Shared | None = None
        remarks = [each for file in files for each in file.remarks]
        # What was left out of foreign files is a rule's to tell of, and fails nobody by itself.
        left_out = [each for each in remarks if each.rule == LEFT_OUT]
        self.left_out = (*left_out, *fruitless(files))
        self.problems: tuple[Problem, ...] = (
            *(problem for file in files for problem in file.problems),
            *(each for each in remarks if each.rule != LEFT_OUT),
            *saying.worded(builder.problems, files),
            *misread((each for each in files if isinstance(each, Foreign)), self.references),
        )
        self.graph = DependencyGraph(self.services)

    def copied(self) -> Estate:
        """Return a copy in which sections can be put in place of others."""
        made = object.__new__(Estate)
        for name in Estate.__slots__:
            setattr(made, name, getattr(self, name))
        made._keeping = {}
        return made

    def reread(self, source: SourceFile) -> Estate:
        """Return the estate as it is with another text of one of its files.

        It is what reading all files again would give, but that what is new stands last.
        """
        path = source.path
        files = tuple(source if each.path == path else each for each in self.files)
        if any(isinstance(each, Foreign) for each in files):
            return self._gathered(files)
        builder = Builder(self.holidays, self.configured, self.calendars)
        calendars = self.calendars.items()
        builder.calendars = {name: each for name, each in calendars if each.node.file != path}
        builder.file(source)
        made = Estate(builder, files)
        if self._is_felt_elsewhere(made, path):
            return gather(files, self.configured, self.holidays)
        for name in TABLES.values():
            now = getattr(made, name)
            kept = {
                key: now.get(key, each)
                for key, each in getattr(self, name).items()
                if each.node.file != path or key in now
            }
            setattr(made, name, kept | now)
        for name in ("references", "listed"):
            others = [each for each in getattr(self, name) if each.node.file != path]
            setattr(made, name, [*others, *getattr(made, name)])
        for name in ("duplicates", "invalid", "missing_zones", "problems"):
            others = [each for each in getattr(self, name) if each.span.file != path]
            here = [each for each in getattr(made, name) if each.span.file == path]
            setattr(made, name, (*others, *here))
        waivers = [each for each in self.waivers if each.node.file != path]
        made.waivers = (*waivers, *made.waivers)
        owners = {at: each for at, each in self.default_owners.items() if at[0] != path}
        made.default_owners = {**owners, **made.default_owners}
        made.declares_teams = made.declares_teams or self.declares_teams
        made.graph = DependencyGraph(made.services)
        return made

    def _gathered(self, files: tuple[SourceFile, ...]) -> Estate:
        """Return the estate of other files, of which most were read before."""
        if self._shared is None:
            self._shared = Shared(None)
        made = gather(sorted(files, key=turn), self.configured, self.holidays, self._shared)
        made._shared = self._shared  # noqa: SLF001 - of the same kind
        return made

    def _is_felt_elsewhere(self, made: Estate, path: str) -> bool:
        """Whether a file, read again, changes what others mean: by its calendars, teams or names.

        Schedules keep to the calendars there were, and of two entries of a name the first counts.
        """
        if self.duplicates or made.duplicates:
            return True
        for name in TABLES.values():
            table: Mapping[str, Entity] = getattr(self, name)
            now: Mapping[str, Entity] = getattr(made, name)
            others = {key.lower() for key, each in table.items() if each.node.file != path}
            if any(key.lower() in others for key, each in now.items() if each.node.file == path):
                return True
        for before, after in ((self.calendars, made.calendars), (self.teams, made.teams)):
            old = {key: each for key, each in before.items() if each.node.file == path}
            new = {key: each for key, each in after.items() if each.node.file == path}
            if old.keys() != new.keys() or not all(
                old[key].node.says(new[key].node)
                and getattr(old[key], "timezone", None) == getattr(new[key], "timezone", None)
                for key in old
            ):
                return True
        return False

    def section(self, name: str) -> Mapping[str, Entity]:
        """Return the entries of a section by its name in YAML."""
        entries: Mapping[str, Entity] = getattr(self, TABLES[name])
        return entries

    def planned(self) -> list[Job | Window]:
        """Return all jobs and maintenance windows."""
        return [*self.jobs.values(), *self.windows.values()]

    def owned(self) -> list[Service | Job | Window | Freeze]:
        """Return everything that may have an owner."""
        return [*self.services.values(), *self.scheduled()]

    def scheduled(self) -> list[Job | Window | Freeze]:
        """Return everything that has, or may have, a schedule."""
        return [*self.planned(), *self.freezes.values()]

    def keeping(self) -> Mapping[Schedule, Sequence[Job | Window | Freeze]]:
        """Return what keeps to each schedule, but for suspended jobs.

        Thousands of jobs keep to a few schedules, so that what is asked of these is asked once.
        """
        if not self._keeping:
            keepers: list[Job | Window | Freeze] = [
                job for job in self.jobs.values() if not job.suspended
            ]
            keepers += self.windows.values()
            keepers += self.freezes.values()
            for entity in keepers:
                if entity.schedule is not None:
                    self._keeping.setdefault(entity.schedule, []).append(entity)
        return self._keeping

    def is_imported(self, entity: Entity) -> bool:
        """Whether a declaration is read from a file of another format, completed here or not."""
        return isinstance(entity.node.source, Foreign)

    def entity(self, ref: str) -> Entity | None:
        """Return the declaration a reference such as `service/portal` stands for."""
        prefix, _, name = ref.partition("/")
        if prefix == ASSUMED:
            return self.assumed.get(name)
        section = SECTION_OF.get(prefix)
        return self.section(section).get(name) if section is not None else None

    def used(self, section: str) -> set[str]:
        """Return the names of a section that anything refers to, declared or not.

        What a waiver is on isn't used by it: a waiver changes no finding.
        """
        found = {
            each.name
            for each in self.references
            if each.section == section and not each.is_of_waiver
        }
        found.update(*[each.names for each in self.listed if each.section == section])
        if section == "teams":
            found.update({each.owner for each in self.owned() if each.owner is not None})
        return found

    def unknown(self) -> Iterator[Reference]:
        """Yield the references to what isn't declared; owners have a rule of their own."""
        declared = {section: self.section(section).keys() for section in SECTIONS}
        dangling = [each for each in self.references if each.name not in declared[each.section]]
        names = {section: set(known) for section, known in declared.items()}
        for listed in self.listed:
            known = names[listed.section]
            if known.issuperset(listed.names):
                continue
            dangling += [
                listed.one(at) for at, name in enumerate(listed.names) if name not in known
            ]
        for reference in dangling:
            if reference.section == "teams" and not (
                self.declares_teams and "approved_by" in reference.path
            ):
                continue
            if reference.section == "calendars" and reference.name in BUILT_IN_CALENDARS:
                continue
            yield reference

    def hours(self, calendar: str | None) -> Hours | None:
        """Return the hours of a calendar; None when it isn't declared or couldn't be read."""
        if not calendar or calendar in BUILT_IN_CALENDARS:
            return BUILT_IN_CALENDARS.get(calendar or "")
        found = self.calendars.get(calendar)
        return found.hours if found is not None else None

    def business_hours(self, service: Service) -> Hours:
        """Return when customers need a service; what can't be read counts as always."""
        if service.business_hours is None:
            return ALWAYS if service.customer_facing else NEVER
        # Unknown is never "fine": the calendar is reported, and the gate stays on the safe side.
        return self.hours(service.business_hours) or ALWAYS

    def maintenance_hours(self, service: Service) -> Hours:
        """Return when a service may be down; what isn't declared or can't be read is never."""
        return self.hours(service.maintenance_hours) or NEVER

    def zone_of(self, ref: str) -> str:
        """Return the zone in which the times of a declaration are shown; UTC when it has none."""
        entity = self.entity(ref)
        zone = getattr(entity, "timezone", None)
        if zone is None and isinstance(entity, Service):
            calendar = self.calendars.get(entity.business_hours or "")
            zone = (calendar.timezone if calendar else None) or entity.default_timezone
        elif isinstance(entity, Vendor):
            calendar = self.calendars.get(entity.support_hours or "")
            zone = calendar.timezone if calendar else None
        return zone or "UTC"

    def owner_of(self, ref: str) -> str | None:
        """Return the team that owns a declaration, if it says."""
        return getattr(self.entity(ref), "owner", None)

    def owner_place(self, entity: Service | Job | Window | Freeze) -> Span:
        """Return where the owner of an entity is written: with it, or in the defaults."""
        node = entity.node
        if node.find("owner") is not None:
            return node.at("owner")
        found = self.default_owners.get((node.file, node.document))
        if found is None and isinstance(node, Completed):
            found = self.default_owners.get((node.own.file, node.own.document))
        return (found or node).at("owner")

    def job_cycles(self) -> list[list[str]]:
        """Return a shortest loop of `after` through each knot of jobs that wait for each other."""
        edges = {
            name: [each for each in job.after if each in self.jobs]
            for name, job in self.jobs.items()
            if job.after
        }
        if not any(each in edges for after in edges.values() for each in after):
            return []
        return knots({name: edges.get(name, []) for name in self.jobs})


def assemble(
    files: Iterable[SourceFile],
    defaults: Defaults | None = None,
    holidays: Holidays | None = None,
) -> Estate:
    """Build the estate that ``files`` declare.

    Files are taken in the order of their paths, so the order in which they were found is nothing
    to depend on. ``holidays`` answers for calendars; without it nothing is cached.
    """
    return gather(sorted(files, key=turn), defaults, holidays)


def gather(
    files: Iterable[SourceFile],
    defaults: Defaults | None = None,
    holidays: Holidays | None = None,
    memory: Memory | Shared | None = None,
    aside: Aside | None = None,
) -> Estate:
    """Build the estate of files that come in their turns: foreign ones first, then by path.

    Each is forgotten, but for its text, before the next one is asked for: what is declared takes a
    tenth of the memory of the documents. What ``memory`` holds of a file isn't read again; files
    with which anything is wrong are not kept there. What a process ``aside`` has read isn't either.
    """
    builder = Builder(holidays or Holidays(), defaults or Defaults())
    imported: list[tuple[Foreign, list[Contents]]] = []
    seen: list[SourceFile] = []
    native = 0
    for file in files:
        seen.append(file)
        if isinstance(file, Foreign):
            imported += _imported(builder, file, memory)
            continue
        native += 1
        known = None if memory is None or file.is_unreadable else memory.get(file.text)
        if known is None and aside is not None and not file.is_unreadable:
            known = aside.get(file.text) if native > aside.left else None
            if memory is not None and known is not None:
                memory.put(file.text, known)
        if isinstance(known, list):
            file.is_known_good()
            builder.file(file, [Contents(*each) for each in known])
            continue
        mistakes = builder.mistakes
        contents = builder.file(file)
        is_right = not file.problems and builder.mistakes == mistakes
        if memory is not None and is_right and file.is_named:
            memory.put(file.text, contents)
        file.forget()
    builder.finish()
    if memory is not None:
        for foreign, read in imported:
            memory.put(foreign.stamped, {"contents": read, **foreign.kept()})
    if len(seen) > native:
        seen = [file for file in seen if _counts(file, builder)]
        seen.sort(key=lambda file: file.path)
    return Estate(builder, tuple(seen))


def _counts(file: SourceFile, builder: Builder) -> bool:
    """Whether a file is a part of the estate: named, or needed for what is.

    What can't be read may have been needed.
    """
    return file.is_named or bool(file.problems) or file.path in builder.completed


def turn(file: SourceFile) -> tuple[bool, str]:
    """Return the sort key of files to be gathered: what is completed comes before what completes.

    The order in which files were found is nothing to depend on.
    """
    return (not isinstance(file, Foreign), file.path)


def _imported(
    builder: Builder, file: Foreign, memory: Memory | Shared | None
) -> Iterator[tuple[Foreign, list[Contents]]]:
    """Have a builder take a file of another format; yield what has been read anew, if anything."""
    known = None if memory is None or file.is_unreadable else memory.get(file.stamped)
    if isinstance(known, dict):
        file.recalled(known)
        builder.foreign(file, [Contents(*each) for each in known["contents"]])
        return
    contents = builder.foreign(file)
    if not file.problems:
        yield file, contents
    file.forget()
