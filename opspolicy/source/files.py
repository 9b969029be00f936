"""A file of declarations as it was found: its text, its documents, and what is wrong with it."""

from __future__ import annotations

import re
from functools import lru_cache

from opspolicy.record import NamedTuple
from opspolicy.source.reading import Root, read_file
from opspolicy.source.yaml_reader import LINE_BREAK, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.source.node import Node
    from opspolicy.source.problem import Problem


class SourceFile(NamedTuple):
    """One file. ``documents`` is empty when there is any problem: no file is half believed."""

    path: str
    text: str
    documents: tuple[Node, ...] = ()
    problems: tuple[Problem, ...] = ()

    def line(self, number: int) -> str:
        """Return a line by its number, counted from 1, without its line break."""
        lines = _lines(self.text)
        return lines[number - 1] if 0 < number <= len(lines) else ""


@lru_cache(maxsize=64)
def _lines(text: str) -> list[str]:
    return re.split(LINE_BREAK, text)


def load(root: Root, path: str) -> SourceFile:
    """Read and parse ``path`` (relative to ``root``); never raises."""
    found = read_file(root, path)
    if found.problem is not None:
        return SourceFile(path, found.text, (), (found.problem,))
    return parse(path, found.text)


def parse(path: str, text: str) -> SourceFile:
    """Parse text that is already at hand."""
    documents, problems = read(text, path)
    if problems:
        return SourceFile(path, text, (), tuple(problems))
    return SourceFile(path, text, tuple(documents))
