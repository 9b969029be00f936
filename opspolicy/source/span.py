"""Where something stands in a file."""

from __future__ import annotations

from opspolicy.record import NamedTuple


class Span(NamedTuple):
    """A stretch of one file, as an editor counts it.

    Lines and columns start at 1 and count characters, not bytes; ``end_column`` is the column
    after the last character, so a span on one line is ``end_column - column`` wide.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Note(NamedTuple):
    """A place with what there is to say about it; ``in_base`` is one that a change has deleted."""

    span: Span
    text: str
    in_base: bool = False
