"""What foreign files declare, as YAML of our own, each entry with the place it is from."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.estate.foreign import distinguish
from opspolicy.estate.vocabulary import SECTIONS
from opspolicy.source import as_yaml
from opspolicy.source.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opspolicy.estate.entry import Defaults
    from opspolicy.estate.foreign import Foreign
    from opspolicy.source.span import Span

SCHEDULER = "scheduler"
NOTHING = "# There is nothing here to import."


def document(files: Sequence[Foreign], defaults: Defaults) -> str:
    """Return what ``files`` declare as one document; ``defaults`` hold for all of it."""
    found = "\n".join(_lines(files, defaults)).strip("\n")
    return f"{found or NOTHING}\n"


def _lines(files: Sequence[Foreign], defaults: Defaults) -> Iterator[str]:
    sections = _sections(files)
    said = {
        "owner": defaults.owner,
        "timezone": defaults.timezone,
        SCHEDULER: defaults.scheduler or _common(sections.get("jobs", {})),
    }
    said = {key: each for key, each in said.items() if each is not None}
    if said:
        yield from as_yaml.lines({"defaults": said})
    for section in SECTIONS:
        if section not in sections:
            continue
        yield from ["", f"{section}:"]
        for name, (place, entry) in sections[section].items():
            if entry.get(SCHEDULER) == said.get(SCHEDULER):
                entry.pop(SCHEDULER, None)
            yield f"  # {_at(place)}"
            yield from as_yaml.lines({name: entry or None}, 2)
    left = [each for file in files for each in file.remarks]
    if left:
        yield from ["", "# Not imported:"]
        yield from (f"# {_at(each.span)}: {encode.terminal(each.message)}" for each in left)


def twice(files: Sequence[Foreign]) -> list[Problem]:
    """Return which entries of later files have the name of one before, and so aren't written."""
    found: dict[tuple[str, str], Span] = {}
    problems: list[Problem] = []
    for file in files:
        for root in file.documents:
            for section, table in root.entries.items():
                for name in table.entries:
                    place = table.key(name)
                    first = found.setdefault((section, name.lower()), place)
                    if first is not place:
                        what = SECTIONS[section].replace("_", " ")
                        message = f"{what} `{name}` is already declared, at {_at(first)}"
                        hint = distinguish(file.readings[0].format)
                        problems.append(Problem("duplicate-name", message, place, (), hint, name))
    return problems


def _sections(files: Sequence[Foreign]) -> dict[str, dict[str, tuple[Span, dict[str, object]]]]:
    """Return the entries of all files by section and name, each with its place."""
    found: dict[str, dict[str, tuple[Span, dict[str, object]]]] = {}
    for file in files:
        for root in file.documents:
            for section, table in root.entries.items():
                entries = found.setdefault(section, {})
                for name, node in table.entries.items():
                    plain = node.plain()
                    if name not in entries and isinstance(plain, dict):
                        entries[name] = (table.key(name), plain)
    return found


def _common(jobs: Mapping[str, tuple[Span, Mapping[str, object]]]) -> str | None:
    """Return the scheduler that all jobs have, if there is such a one."""
    named = {str(entry.get(SCHEDULER)) for _, entry in jobs.values()}
    return named.pop() if len(named) == 1 else None


def _at(place: Span) -> str:
    return encode.terminal(f"{place.file}:{place.line}")
