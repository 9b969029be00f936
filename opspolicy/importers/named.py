"""The files that a command names to be imported, by the names that they were given there.

A directory stands for what a source's `paths` would read of it.
"""

from __future__ import annotations

import os

from opspolicy.estate.foreign import Foreign
from opspolicy.estate.formats import FORMATS
from opspolicy.record import NamedTuple
from opspolicy.source import discovery
from opspolicy.source.discovery import Patterns
from opspolicy.source.reading import OUTSIDE, Root, Text, read_at, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.foreign import Reading
    from opspolicy.source.problem import Problem

YAML_BELOW, ALL_BELOW = "**", "**/?*"
OF_A_SOURCE = (
    ("correct the source's `paths`, or leave the file out with its `exclude`", "name another file"),
    (" with the source's `exclude`", ""),
    ("; until then, `exclude` the file", ""),
    ("give the source a `name`", "give `--name`"),
    ("give its source a `name`", "give `--name`"),
)
"""What hints say of a source's keys, and what is said where a command names the files."""


class Named(NamedTuple):
    """What one name stands for: a file, or all files of a directory.

    There are none of a file that ``is_blank``, which has no text in it.
    """

    name: str
    files: tuple[Foreign, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_blank: bool = False

    @property
    def has_entries(self) -> bool:
        """Whether anything can be imported of it."""
        return any(document.entries for each in self.files for document in each.documents)

    @property
    def is_silent(self) -> bool:
        """Whether there is no entry in it, and nothing that was left out or is wrong."""
        told = any(each.remarks or each.problems for each in self.files)
        return not (told or self.problems or self.has_entries)


def load(name: str, reading: Reading) -> Named:
    """Read what ``name`` stands for, whatever becomes of it."""
    shown = name.replace(os.sep, "/")
    if not os.path.isdir(name):
        return of_text(read_at(name, shown), reading)
    pattern = YAML_BELOW if FORMATS[reading.format].is_yaml else ALL_BELOW
    root = Root(name)
    found = discovery.select(root, Patterns((pattern,), (), ()))
    above = shown if shown.endswith("/") else f"{shown}/"
    files = tuple(_file(_within(root, path, above), reading) for path in found.paths)
    return Named(shown, files, tuple(_below(above, each) for each in found.problems))


def _within(root: Root, path: str, above: str) -> Text:
    """Return the text of a file in a directory that was named; no link leads out of that."""
    if not root.holds(path):
        return refused(f"{above}{path}", OUTSIDE)
    return read_at(os.path.join(root.path, path), f"{above}{path}")


def of_text(found: Text, reading: Reading) -> Named:
    """Return what a single text stands for, which its path names."""
    if found.problem is None and not found.text.strip():
        return Named(found.path, is_blank=True)
    return Named(found.path, (_file(found, reading),))


def _file(found: Text, reading: Reading) -> Foreign:
    problems = None if found.problem is None else (found.problem,)
    return Foreign(found.path, found.text, problems, (reading,))


def fitting(problem: Problem) -> Problem:
    """Return a problem with a hint for who has no source, and has named files instead."""
    hint = problem.hint
    for said, instead in OF_A_SOURCE:
        hint = hint.replace(said, instead)
    return problem._replace(hint=hint)


def _below(above: str, problem: Problem) -> Problem:
    """Return what couldn't be looked at in a directory, by the name that this was given."""
    path = problem.span.file
    shown = above if path == os.curdir else f"{above}{path}"
    message = problem.message.replace(f"`{path}`", f"`{shown}`", 1)
    return problem._replace(span=problem.span._replace(file=shown), message=message, hint="")
