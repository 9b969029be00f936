"""Several open branches as one estate: what each changes, put on top of the others.

Declarations are combined, not lines of text: each branch gives the entries that it adds, changes or
deletes, compared with where it left the common base. So what two of them do to one file is
combined as git would, and what two of them do to one entry is a conflict that is said.
"""

from __future__ import annotations

from opspolicy.estate.estate import TABLES
from opspolicy.estate.graph import DependencyGraph
from opspolicy.estate.vocabulary import PREFIXES, SECTIONS
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opspolicy.estate.declarations import Entity, Waiver
    from opspolicy.estate.estate import Estate
    from opspolicy.source.files import SourceFile


class Branch(NamedTuple):
    """An open branch: its name, its estate, and the estate from which it started."""

    name: str
    estate: Estate
    start: Estate


class Conflict(NamedTuple):
    """An entry that a branch and something before it both change: the branch's isn't combined."""

    branch: str
    ref: str


class Combined(NamedTuple):
    """The estate of all branches together, and what couldn't be combined."""

    estate: Estate
    conflicts: tuple[Conflict, ...]


def named(files: Iterable[SourceFile], branch: str) -> list[SourceFile]:
    """Return the files of a branch under names that tell them from the head's: `REF:PATH`."""
    return [each.at_path(f"{branch}:{each.path}") for each in files]


def combined(head: Estate, branches: Sequence[Branch]) -> Combined:
    """Return the head's estate with what each branch changes."""
    estate, conflicts = head, list[Conflict]()
    for branch in branches:
        estate, found = _with(estate, branch)
        conflicts += found
    return Combined(estate, tuple(conflicts))


def _with(estate: Estate, branch: Branch) -> tuple[Estate, list[Conflict]]:
    conflicts: list[Conflict] = []
    tables: dict[str, dict[str, Entity]] = {}
    taken: set[str] = set()
    deleted: set[str] = set()
    for section in SECTIONS:
        prefix = PREFIXES[section]
        table = dict(estate.section(section))
        before, after = branch.start.section(section), branch.estate.section(section)
        for name in sorted({*before, *after}):
            old, new, now = before.get(name), after.get(name), table.get(name)
            if alike(old, new):
                continue
            if not (alike(now, old) or alike(now, new)):
                conflicts.append(Conflict(branch.name, prefix + name))
            elif new is None:
                table.pop(name, None)
                deleted.add(prefix + name)
            elif not alike(now, new):
                table[name] = new
                taken.add(prefix + name)
        tables[section] = table
    made = estate.copied()
    for section, table in tables.items():
        setattr(made, TABLES[section], table)
    out = taken | deleted
    for kind in ("references", "listed"):
        kept = [each for each in getattr(estate, kind) if each.by not in out]
        kept += [each for each in getattr(branch.estate, kind) if each.by in taken]
        setattr(made, kind, kept)
    made.waivers = _waivers(estate, branch)
    made.files = (*estate.files, *branch.estate.files)
    made.graph = DependencyGraph(made.services)
    return made, conflicts


def _waivers(estate: Estate, branch: Branch) -> tuple[Waiver, ...]:
    """Return the waivers without those that a branch deletes, and with those that it adds."""
    before = {_said(each) for each in branch.start.waivers}
    after = {_said(each) for each in branch.estate.waivers}
    kept = [each for each in estate.waivers if _said(each) not in before - after]
    known = before | {_said(each) for each in kept}
    return (*kept, *(each for each in branch.estate.waivers if _said(each) not in known))


def _said(waiver: Waiver) -> tuple[object, ...]:
    return waiver._replace(ref="", node=None)  # type: ignore[arg-type] # whatever it is written in


def alike(one: Entity | None, other: Entity | None) -> bool:
    """Whether two entries say the same, wherever they stand."""
    if one is None or other is None:
        return one is other
    return _inherited(one) == _inherited(other) and one.node.says(other.node)


def _inherited(entity: Entity) -> list[object]:
    """Return what an entry may have from the defaults of its file or of the configuration."""
    return [
        getattr(entity, key, None) for key in ("owner", "timezone", "scheduler", "default_timezone")
    ]
