"""The few declarations that a finding needs: who is hurt, by what, and in which hours."""

from __future__ import annotations

from copy import deepcopy

from opspolicy import app, examine
from opspolicy.estate.declarations import Calendar, Freeze, Job, Service, Window
from opspolicy.estate.vocabulary import PREFIXES, SECTION_OF, SECTIONS
from opspolicy.source import as_yaml, files
from opspolicy.source.discovery import Selection
from opspolicy.source.reading import Root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from opspolicy.config import Config
    from opspolicy.estate.declarations import Entity
    from opspolicy.estate.estate import Estate
    from opspolicy.examine import Judged
    from opspolicy.report import Finding, Report

    Values = dict[str, Any]
    Sections = dict[str, dict[str, Values | None]]

MOST_TRIES = 60
MOST_PARTIES = 200
"""Of more than that a test is no longer small."""


class Distiller:
    """Looks for the declarations of an estate by which a finding is found again."""

    def __init__(self, judged: Judged, finding: Finding) -> None:
        """Look for those of ``finding``, which was found in what was judged."""
        self.finding = finding
        self.report: Report = judged.report
        self.estate: Estate = judged.report.estate
        self.settings: Config = judged.settings
        self._uses: dict[str, list[tuple[str, tuple[str | int, ...]]]] = {}
        for each in self.estate.references:
            self._note(each.by, each.section, each.name, each.path)
        for listed in self.estate.listed:
            for at, name in enumerate(listed.names):
                self._note(listed.by, listed.section, name, (*listed.path, at))

    def _note(self, by: str, section: str, name: str, path: tuple[str | int, ...]) -> None:
        self._uses.setdefault(by, []).append((PREFIXES[section] + name, path))

    def sections(self) -> tuple[Sections, bool] | None:
        """Return declarations by section and name, and whether they have no other finding.

        None where the finding isn't found by any few of them.
        """
        parties = self._parties()
        if not parties or len(parties) > MOST_PARTIES:
            return None
        needed = self._needed(parties)
        # Most findings need the parties and their hours. Some need all that these refer to, or what
        # else hits it: what is down isn't degraded as well.
        hours = {ref for ref in needed if ref.startswith(("calendar/", "freeze/"))}
        for kept in (parties | hours, needed, self._needed(needed | self._hitting(needed))):
            if len(kept) > MOST_PARTIES:
                break
            found = self._found(kept)
            if found is not None:
                return self._least(kept, parties, found)
        return None

    def _parties(self) -> set[str]:
        """Return whom the finding names: who is hurt, by what, and what lies between."""
        finding = self.finding
        named = [
            *finding.subjects,
            *finding.causes,
            *(ref for path in finding.paths for ref in path),
        ]
        return {ref for ref in named if self.estate.entity(ref) is not None}

    def _needed(self, parties: set[str]) -> set[str]:
        """Return the parties and all that they refer to, and so on."""
        found = set(parties)
        asking = sorted(parties)
        for ref in asking:
            for other, _ in self._uses.get(ref, ()):
                if other not in found and self.estate.entity(other) is not None:
                    found.add(other)
                    asking.append(other)
        found |= {
            f"team/{owner}"
            for ref in found
            if (owner := self.estate.owner_of(ref)) is not None and owner in self.estate.teams
        }
        # What is frozen doesn't say so; the freeze does.
        return found | {each.ref for each in self.estate.freezes.values()}

    def _hitting(self, refs: set[str]) -> set[str]:
        """Return all that takes down or degrades any of some services, and the teams.

        And what names a vendor: of one for whom nobody needs anything, nothing is asked.
        """
        hit = {
            each.ref
            for each in self.estate.planned()
            if any(f"service/{name}" in refs for name in (*each.takes_down, *each.degrades))
        }
        served = {
            by
            for by, uses in self._uses.items()
            if any(ref in refs for ref, _ in uses if ref.startswith("vendor/"))
        }
        return hit | served | {each.ref for each in self.estate.teams.values()}

    def _least(
        self, kept: set[str], parties: set[str], found: frozenset[str]
    ) -> tuple[Sections, bool]:
        """Leave out one after the other what isn't needed, as long as nothing else is found."""
        for ref in sorted(kept - parties)[:MOST_TRIES]:
            fewer = self._found(kept - {ref})
            if fewer is not None and fewer <= found:
                kept, found = kept - {ref}, fewer
        return self._cut(kept), len(found) == 1

    def _found(self, kept: set[str]) -> frozenset[str] | None:
        """Return what is found in just these declarations; None where it isn't what it was."""
        source = files.parse("finding.yaml", as_yaml.document(self._cut(kept)))
        report = self.report
        request = app.Request(report.as_of, report.until - report.as_of, slots=False, unwaived=True)
        judged = examine.judged(
            Root(self.settings.root),
            self.settings,
            (),
            request,
            given=(Selection((), ()), [source]),
        )
        again = [each for each in judged.report.findings if is_same(each, self.finding)]
        if not again or not judged.report.complete:
            return None
        return frozenset(each.fingerprint for each in judged.report.findings)

    def _cut(self, kept: Iterable[str]) -> Sections:
        """Return declarations that refer to none but each other, in the order of the language."""
        wanted = {*kept}
        made: Sections = {}
        for section in SECTIONS:
            entries = self.estate.section(section)
            names = [name for name in entries if PREFIXES[section] + name in wanted]
            for name in sorted(names):
                made.setdefault(section, {})[name] = self._values(entries[name], wanted)
        return made

    def _values(self, entity: Entity, kept: set[str]) -> Values | None:
        """Return what is written of a declaration, but for names that aren't kept."""
        written = deepcopy(entity.node.node.plain())
        values: Values = written if isinstance(written, dict) else {}
        gone = [path for other, path in self._uses.get(entity.ref, ()) if _is_gone(other, kept)]
        for path in sorted(gone, key=_positions, reverse=True):
            _remove(values, path)
        for key, value in self._taken(entity).items():
            values.setdefault(key, value)
        return values or None

    def _taken(self, entity: Entity) -> Values:
        """Return what a declaration takes from the defaults of its file and of all files."""
        taken: Values = {}
        if isinstance(entity, Service | Job | Window | Freeze) and entity.owner is not None:
            taken["owner"] = entity.owner
        if isinstance(entity, Job | Window | Freeze | Calendar) and entity.timezone is not None:
            taken["timezone"] = entity.timezone
        if isinstance(entity, Service):
            calendar = self.estate.calendars.get(entity.business_hours or "")
            if entity.default_timezone is not None and (calendar is None or not calendar.timezone):
                taken["timezone"] = entity.default_timezone
        if isinstance(entity, Job) and entity.scheduler is not None:
            taken["scheduler"] = entity.scheduler
        return taken


def is_same(one: Finding, other: Finding) -> bool:
    """Whether two findings are the same in all that a test holds them to."""
    return (one.fingerprint, one.severity, one.occurrences, one.impact) == (
        other.fingerprint,
        other.severity,
        other.occurrences,
        other.impact,
    )


def _is_gone(ref: str, kept: set[str]) -> bool:
    prefix, _, name = ref.partition("/")
    built_in = SECTION_OF[prefix] == "calendars" and name in {"always", "never"}
    # Owners and approvals are names of teams, whether or not these are declared.
    return ref not in kept and not built_in and prefix != "team"


def _positions(path: tuple[str | int, ...]) -> tuple[tuple[int, str], ...]:
    """Return a key by which what stands later in a list comes later."""
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)


def _remove(values: Values, path: tuple[str | int, ...]) -> None:
    """Take out what stands at a path, and what is left empty by that."""
    steps = [*path]
    if len(path) > 1 and path[-1] == "service" and isinstance(path[-2], int):
        # A dependency or a demand is nothing without its service.
        steps.pop()
    while steps:
        *above, last = steps
        holder: Any = values
        for step in above:
            holder = holder[step]
        del holder[last]
        if holder or not above:
            return
        steps = above
