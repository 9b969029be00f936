"""Comments addressed to this program, told apart from text that only looks like one."""

from __future__ import annotations

import re
from bisect import bisect_right

from yaml.cyaml import CParser  # type: ignore[attr-defined] # it is there, and not re-exported

from opspolicy.record import NamedTuple
from opspolicy.source.files import MARK
from opspolicy.source.span import Span
from opspolicy.source.yaml_reader import LINE_BREAK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from opspolicy.source.files import SourceFile

QUOTED = frozenset("'\"")
BLOCK = frozenset("|>")
# A second remark in one comment begins like this; `see #123` is none.
NEXT_REMARK = rf"[ \t](?=#[ \t]|#{MARK})"

Position = tuple[int, int]
"""A line and a column, from 0."""


class Directive(NamedTuple):
    """What a comment says behind the mark, and where it stands, from its `#` on.

    ``about`` is the line it is about, counted from 1: its own, or where it has a line to itself
    the next one below that is more than a comment.
    """

    said: str
    span: Span
    about: int


def directives(file: SourceFile) -> Iterator[Directive]:
    """Yield what the comments of a file say to this program, in order, in linear time.

    The file must be one that can be parsed.
    """
    lines = re.split(LINE_BREAK, file.text)
    marked = [at for at, line in enumerate(lines) if MARK in line]
    if not marked:
        return
    starts, ends = _texts(file.text)
    about = _below(lines)
    for at in marked:
        line = lines[at]
        start = _comment(line, at, starts, ends)
        if start is None:
            continue
        alone = not line[:start].strip()
        column = start
        for remark in re.split(NEXT_REMARK, line[start:]):
            body = remark.lstrip("#").strip()
            if body.startswith(MARK):
                end = column + len(remark.rstrip())
                span = Span(file.path, at + 1, column + 1, at + 1, end + 1)
                target = about[at] if alone else at
                yield Directive(body.removeprefix(MARK).strip(), span, target + 1)
            column += len(remark) + 1


def _texts(text: str) -> tuple[list[Position], list[Position]]:
    """Return where each text begins and ends that can hold a `#` without being a comment."""
    starts: list[Position] = []
    ends: list[Position] = []
    # The stubs let every event lack its marks; libyaml's always have them.
    get_event: Callable[[], Any] = CParser(text).get_event
    # The events rather than what was read: a key that another one overrides is text as well.
    while (event := get_event()) is not None:
        # Only scalars have a style.
        style, start, end = getattr(event, "style", None), event.start_mark, event.end_mark
        if style in QUOTED:
            starts.append((start.line, start.column))
        elif style in BLOCK:
            # Behind `|` itself a comment may stand.
            starts.append((start.line + 1, 0))
        else:
            continue
        ends.append((end.line, end.column))
    return starts, ends


def _comment(
    line: str, number: int, starts: Sequence[Position], ends: Sequence[Position]
) -> int | None:
    """Return where the comment of a line begins, None where it has none."""
    at = line.find("#")
    while at >= 0:
        if at == 0 or line[at - 1] in " \t":
            inside = bisect_right(starts, (number, at)) - 1
            if inside < 0 or (number, at) >= ends[inside]:
                return at
        at = line.find("#", at + 1)
    return None


def _below(lines: Sequence[str]) -> list[int]:
    """Return for each line the next one below it that is more than a comment."""
    found = [0] * len(lines)
    following = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        found[at] = following
        if not lines[at].lstrip().startswith("#"):
            following = at
    return found
