"""The lines of a file that a finding is about, underlined and labelled as a compiler does."""

from __future__ import annotations

from itertools import accumulate

from opspolicy import encode
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from opspolicy.source.files import SourceFile
    from opspolicy.source.span import Note

LEAST_LABEL = 24
"""Columns a label needs beside its underline; with fewer it goes below."""


class Marked(NamedTuple):
    """A note, and whether it is the place to look at first."""

    note: Note
    primary: bool


def render(
    notes: Sequence[Marked],
    files: dict[str, SourceFile],
    width: int,
    paint: Callable[[str, str], str],
) -> Iterator[str]:
    """Yield the lines of all snippets, those of one file under one heading."""
    gutter = max(len(str(each.note.span.line)) for each in notes)
    edge = " " * (gutter + 1) + paint("|", "line")
    for position, group in enumerate(_by_file(notes)):
        # The place to look at first is the one an editor should jump to.
        span = max(group, key=lambda each: each.primary).note.span
        arrow = "-->" if position == 0 else ":::"
        place = encode.terminal(f"{span.file}:{span.line}:{span.column}")
        yield f"{' ' * gutter}{paint(arrow, 'line')} {place}"
        file = files.get(span.file)
        if file is None or not file.text:
            continue
        yield edge
        before = 0
        for marked in group:
            line = marked.note.span.line
            if before and line > before + 1:
                yield paint("...", "line")
            snippet = _snippet(marked, file, gutter, width, paint)
            source = next(snippet)
            if line != before or len(file.line(line)) > width - gutter - 3:
                yield source
            before = line
            yield from snippet
        yield edge


def _by_file(notes: Iterable[Marked]) -> list[list[Marked]]:
    """Group notes of one file, the first note's file first, in the order of lines."""
    groups: dict[str, list[Marked]] = {}
    for each in notes:
        groups.setdefault(each.note.span.file, []).append(each)
    for group in groups.values():
        group.sort(key=lambda each: each.note.span)
    return list(groups.values())


def _snippet(
    marked: Marked,
    file: SourceFile,
    gutter: int,
    width: int,
    paint: Callable[[str, str], str],
) -> Iterator[str]:
    """Yield the line of source, then the underline with its label."""
    span, label = marked.note.span, encode.terminal(marked.note.text)
    written = file.line(span.line)
    end = span.end_column if span.end_line == span.line else len(written) + 1
    room = max(width - gutter - 3, LEAST_LABEL)
    shown, before, length = _cut(written, span.column - 1, end - 1, room)
    style = "primary" if marked.primary else "secondary"
    underline = ("^" if marked.primary else "-") * length
    number = paint(f"{span.line:>{gutter}} |", "line")
    edge = " " * (gutter + 1) + paint("|", "line")
    yield f"{number} {shown}".rstrip()
    left = room - before - length - 1
    if encode.columns(label) <= left or left >= 2 * LEAST_LABEL:
        first, *rest = encode.wrap(label, left) or [""]
        yield f"{edge} {' ' * before}{paint(f'{underline} {first}'.rstrip(), style)}"
        indent = " " * (before + length + 1)
    else:
        yield f"{edge} {' ' * before}{paint(underline, style)}"
        # Below the underline, as far to the right as leaves the label on one line.
        indent = " " * max(min(before, room - encode.columns(label)), 0)
        rest = encode.wrap(label, room - len(indent))
    for line in rest:
        yield f"{edge} {indent}{paint(line, style)}"


def _cut(written: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """Return the part of a line to show, and where in it the characters from start to end are.

    Both in columns: characters can take two of them, none, or be shown as an escape.
    """
    # No more than could be shown: a line can be as long as its file.
    skipped = max(start - room, 0)
    piece = written[skipped : start + 2 * room]
    cells: Sequence[str] = piece
    reach: Sequence[int] = range(len(piece) + 1)
    if not (piece.isascii() and piece.isprintable()):
        cells = [encode.terminal(character) for character in piece.expandtabs(1)]
        reach = [0, *accumulate(encode.columns(cell) for cell in cells)]
    start = min(start - skipped, len(cells))
    end = max(min(end - skipped, len(cells)), start)
    # From the line's beginning where that shows all that is marked, else from a little before it.
    first = 0
    if skipped or (reach[end] > room - 1 and reach[-1] > room):
        while first < start and reach[start] - reach[first] > room // 3:
            first += 1
    left = "…" if skipped or first else ""
    last = first
    more = skipped + len(cells) < len(written)
    while last < len(cells) and len(left) + reach[last + 1] - reach[first] <= room:
        last += 1
    if last < len(cells) or more:
        while last > first and len(left) + reach[last] - reach[first] > room - 1:
            last -= 1
    right = "…" if last < len(cells) or more else ""
    before = len(left) + reach[start] - reach[first]
    length = min(max(reach[end] - reach[start], 1), max(room - before, 1))
    return left + "".join(cells[first:last]) + right, before, length
