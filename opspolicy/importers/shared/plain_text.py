"""What the formats share that are lines of plain text: the lines, and our comments between them."""

from __future__ import annotations

import re

from opspolicy.importers.shared import comments
from opspolicy.phrases import count, cut
from opspolicy.source.problem import Problem
from opspolicy.source.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.importers.shared.draft import Draft
    from opspolicy.source.node import Node

    Keys = dict[str, Node]

# The same that YAML refuses, and what would be shown as the end of a line that is none.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|\r(?!\n)")  # fmt: skip # noqa: E501
TEMPLATE = re.compile(r"\{\{|\{%|<%")
"""What Jinja, Helm and ERB fill in."""
UNFILLED = re.compile(r"\{\{|\{%|<%|\$[A-Za-z_{(]")
"""The same, and a variable: for places where no shell will ever read it."""
SHOWN = 60
MOST_STRANGE = 20


def lines(draft: Draft, text: str, what: str) -> list[str]:
    """Return the lines of a text, also of one from Windows.

    None where something is in it that no text has, which the draft is told; it is ``what``.
    """
    found = UNFIT.search(text)
    if found is None:
        return [line.removesuffix("\r") for line in text.split("\n")]
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - text.rfind("\n", 0, found.start())
    place = Span(draft.path, line, column, line, column + 1)
    message = f"{what} is plain text, and the character U+{ord(found[0]):04X} is none of it"
    hint = "take it out, or leave the file out with the source's `exclude`"
    draft.refuse(Problem("unreadable-file", message, place, (), hint, message))
    return []


def place(draft: Draft, number: int, line: str) -> Node:
    """Return the place of a line, without the space around it."""
    bare = line.strip(" \t")
    return draft.node(None, number, line.index(bare) + 1, len(bare))


class Strange:
    """What isn't understood of a file: the first is told one by one, of the rest how much it is.

    A file of another kind has a thousand lines that mean nothing here, which nobody would read.
    """

    def __init__(self, draft: Draft) -> None:
        """Begin with nothing."""
        self.draft, self.number = draft, 0
        self._rest: Span | None = None

    @property
    def is_told(self) -> bool:
        """Whether the next one is still told by itself."""
        return self.number < MOST_STRANGE

    def leave(self, number: int, line: str, why: str, hint: str = "") -> None:
        """Note a line, as a draft does."""
        if self.is_told:
            shown = f"`{cut(line.strip(), SHOWN)}`"
            self.draft.leave(place(self.draft, number, line).span, why, hint, shown)
        elif self._rest is None:
            self._rest = place(self.draft, number, line).span
        self.number += 1

    def close(self) -> None:
        """Tell how much more there was."""
        if self._rest is not None:
            what = f"the rest, {count(self.number - MOST_STRANGE, 'line')},"
            self.draft.leave(self._rest, "it isn't understood either", "", what)


def gather(draft: Draft, keys: Keys, number: int, line: str) -> None:
    """Add to the ``keys`` of a job what the comment on line ``number`` says; told first, it stays.

    What can't be made out is told to the draft.
    """
    for key, value in comments.keys(draft, "jobs", number, line).items():
        first = keys.setdefault(key, value)
        if first is not value:
            draft.leave(value.span, f"line {first.line} says it already", "", f"this `{key}`")


def taken_name(keys: Keys, text: list[str]) -> str:
    """Take the name that comments give a job out of its ``keys``; "" for none."""
    given = keys.pop(comments.NAME, None)
    if given is None:
        return ""
    # As it is written: read as YAML, 007 would be 7.
    span = given.span
    return text[span.line - 1][span.column - 1 : span.end_column - 1].strip("\"'")
