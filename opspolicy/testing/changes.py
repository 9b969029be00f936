"""What a test changes in its estate: keys set, declarations taken out and added, in place."""

from __future__ import annotations

from opspolicy.estate.vocabulary import SECTION_OF, SECTIONS
from opspolicy.phrases import did_you_mean, listing
from opspolicy.record import NamedTuple
from opspolicy.testing.given import Given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from opspolicy.source.files import SourceFile
    from opspolicy.source.node import Node
    from opspolicy.source.problem import Problem
    from opspolicy.testing.cases import Case


class Changed(NamedTuple):
    """The files of an estate after the changes of a test, what these add, and what is wrong."""

    sources: list[SourceFile]
    added: list[Node]
    problems: list[Problem]


class Place(NamedTuple):
    """Where a declaration is: in which file, in which document of it."""

    source: int
    document: int


def apply(case: Case, sources: Iterable[SourceFile]) -> Changed:
    """Return the files of an estate with the changes of a test made, one after the other."""
    made = Changed([*sources], [], [])
    for at, change in enumerate(case.values.get("changes", ())):
        node = case.written.node.find("changes", at)
        if node is None:
            raise AssertionError(at)  # it was read from there
        if "add" in change:
            made.added.append(node.entries["add"])
            continue
        key = "set" if "set" in change else "remove"
        problem = _edit(case, at, key, change[key], made)
        if problem is not None:
            made.problems.append(problem)
    return made


def _edit(case: Case, at: int, key: str, ref: str, made: Changed) -> Problem | None:
    """Set keys of a declaration, or take it out; return why that can't be."""
    prefix, _, name = ref.partition("/")
    section = SECTION_OF.get(prefix)
    if section is None:
        hint = did_you_mean(prefix, SECTION_OF) or f"there are {listing([*SECTION_OF])}"
        message = f"`{prefix}/` is no kind of declaration"
        return case.problem(message, "changes", at, key, hint=hint)
    found = _place(made.sources, section, name)
    if found is None:
        known = [f"{SECTIONS[section]}/{each}" for each in _names(made.sources, section)]
        message = f"the estate declares no `{ref}` to {'change' if key == 'set' else 'take out'}"
        hint = did_you_mean(ref, known) or "`add` declares what isn't there yet"
        return case.problem(message, "changes", at, key, hint=hint)
    source = made.sources[found.source]
    documents = [*source.documents]
    root = documents[found.document]
    table = root.entries[section]
    entries, keys = dict(table.entries), dict(table.keys or {})
    if key == "remove":
        del entries[name]
        keys.pop(name, None)
    else:
        to = case.written.node.find("changes", at, "to")
        if to is None:
            raise AssertionError(ref)  # the shape asks for it
        entries[name] = _merged(entries[name], to)
    changed = table.holding(entries, keys)
    documents[found.document] = root.holding({**root.entries, section: changed}, root.keys or {})
    made.sources[found.source] = Given(source.path, source.text, documents)
    return None


def _merged(node: Node, to: Node) -> Node:
    """Return a declaration with other values of some keys; without those that have none."""
    entries = {**node.entries, **to.entries}
    keys = {**(node.keys or {}), **(to.keys or {})}
    kept = {
        key: each
        for key, each in entries.items()
        if key not in to.entries or each.value is not None
    }
    base = node if node.is_collection else to
    return base.holding(kept, {key: each for key, each in keys.items() if key in kept})


def _place(sources: Sequence[SourceFile], section: str, name: str) -> Place | None:
    for at, source in enumerate(sources):
        for number, root in enumerate(source.documents):
            table = root.entries.get(section)
            if table is not None and name in table.entries:
                return Place(at, number)
    return None


def _names(sources: Sequence[SourceFile], section: str) -> Iterator[str]:
    for source in sources:
        for root in source.documents:
            table = root.entries.get(section)
            if table is not None:
                yield from table.entries
