"""What teams already have, read where it lies: a file a format, found by its name.

Each has ``read(text, path, source)``, which returns what it makes of a text (`Imported`).
"""

from __future__ import annotations

import re
from functools import partial

from opspolicy import resources
from opspolicy.estate.foreign import Reading
from opspolicy.estate.formats import FORMATS
from opspolicy.phrases import some
from opspolicy.record import NamedTuple
from opspolicy.source import discovery
from opspolicy.source.discovery import Glob, Patterns
from opspolicy.source.problem import Problem
from opspolicy.source.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.source.tree import Tree


class Found(NamedTuple):
    """The files that sources select, each with how it is read, and what is wrong with that."""

    readings: Mapping[str, tuple[Reading, ...]]
    problems: tuple[Problem, ...] = ()


MOST_NAMED = 3
ANYTHING = (discovery.EVERYTHING,)
SECTIONS_OF_OURS = "teams|calendars|services|jobs|maintenance_windows|freezes|vendors"
SECTION = re.compile(rf"^({SECTIONS_OF_OURS}):", re.MULTILINE)
ALSO = {"compose": {"services"}, "github-actions": {"jobs"}}
"""The words of our sections that other formats have too."""


def reading(source: Source) -> Reading:
    """Return how a source's files are read; the format's module is imported with the first."""
    read = partial(_read, source)
    return Reading(source.format, read, source.defaults, source.stamp, source.place)


def _read(source: Source, text: str, path: str) -> Imported:
    module = resources.module(f"{__name__}.{source.format.replace('-', '_')}")
    found: Imported = module.read(text, path, source)
    return found


def select(tree: Tree, sources: Sequence[Source]) -> Found:
    """Find the files of ``tree`` that are read in place.

    A source that selects nothing is a mistake: whoever wrote it takes it that its files are judged.
    """
    readings: dict[str, list[Reading]] = {}
    problems: list[Problem] = []
    for source in sources:
        patterns = Patterns(_patterns(tree, source), source.exclude, ())
        found = discovery.select(tree, patterns)
        problems += found.problems
        if not found.paths and not found.problems:
            problems.append(_empty(source))
        for path in found.paths:
            known = readings.setdefault(path, [])
            # Two sources that would read one file alike read it once.
            if all(each.stamp != source.stamp for each in known):
                known.append(reading(source))
    return Found(
        {path: tuple(each) for path, each in sorted(readings.items())},
        tuple(dict.fromkeys(problems)),
    )


def twice(
    tree: Tree,
    sources: Sequence[Source],
    found: Found,
    native: Sequence[str],
    patterns: Patterns,
    *,
    only_named: bool = False,
) -> list[Problem]:
    """Return a problem for each source that takes files of declarations away from the check.

    Where `include`, or a directory `ops`, says what those are, no source may select any of them.
    Where all YAML is meant, or files were named one by one (``only_named``), none that has sections
    of declarations.
    """
    both = [path for path in native if path in found.readings]
    if not both:
        return []
    if only_named or (
        not patterns.include and discovery.effective_include(tree, patterns) == ANYTHING
    ):
        both = [path for path in both if _declares(tree, path, found.readings[path])]
    problems: list[Problem] = []
    for source in sources:
        selects, leaves = Glob(_patterns(tree, source)), Glob(source.exclude)
        mine = [path for path in both if selects(path) and not leaves(path)]
        both = [path for path in both if path not in mine]
        if mine:
            named = some([f"`{path}`" for path in mine], MOST_NAMED, "more files")
            message = f"{named} {'is' if len(mine) == 1 else 'are'} declarations of opspolicy's own"
            message += ", which this source would read as something else"
            hint = "name other paths, or `exclude` them from the source, or from the configuration"
            place = source.at("paths") or Span("opspolicy.yaml", 1, 1, 1, 1)
            problems.append(Problem("schema-violation", message, place, (), hint, message))
    return problems


def _declares(tree: Tree, path: str, readings: Sequence[Reading]) -> bool:
    """Whether a file has sections of ours that none of the formats it is read as has."""
    others = {word for each in readings for word in ALSO.get(each.format, ())}
    found = set(re.findall(SECTION, tree.read(path).text))
    return bool(found - others)


def _patterns(tree: Tree, source: Source) -> tuple[str, ...]:
    """Return the patterns of a source; a directory, and a name of `*`, is whatever lies there.

    For YAML it is the YAML that lies there, as it is for declarations.
    """
    if FORMATS[source.format].is_yaml:
        return source.paths
    found: list[str] = []
    for pattern in source.paths:
        above, _, name = pattern.rstrip("/").rpartition("/")
        prefix = f"{above}/" if above else ""
        if name in {"*", "**"}:
            found.append(f"{prefix}?*" if name == "*" else f"{prefix}**/?*")
        elif tree.is_directory(pattern.strip("/")):
            found.append(f"{pattern.strip('/')}/**/?*")
        else:
            found.append(pattern)
    return tuple(found)


def _empty(source: Source) -> Problem:
    named = ", ".join(f"`{each}`" for each in source.paths)
    place = source.at("paths") or Span("opspolicy.yaml", 1, 1, 1, 1)
    message = f"no file matches {named}: this source reads nothing"
    hint = "correct the paths, or take the source out"
    return Problem("unreadable-file", message, place, (), hint, f"source:{named}")
