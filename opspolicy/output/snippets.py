"""The lines of a file that a finding is about, underlined and labelled as a compiler does."""

from __future__ import annotations

from opspolicy.output import encode
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
    span, label = marked.note.span, encode.terminal(marked.note.text)
    written = file.line(span.line).expandtabs(1)
    end = span.end_column if span.end_line == span.line else len(written) + 1
    room = max(width - gutter - 3, LEAST_LABEL)
    shown, offset = _cut(written, span.column - 1, end - 1, room)
    before = encode.columns(encode.terminal(shown[: max(span.column - 1 - offset, 0)]))
    marked_text = shown[max(span.column - 1 - offset, 0) : max(end - 1 - offset, 0)]
    length = max(encode.columns(encode.terminal(marked_text)), 1)
    style = "primary" if marked.primary else "secondary"
    underline = ("^" if marked.primary else "-") * min(length, max(room - before, 1))
    number = paint(f"{span.line:>{gutter}} |", "line")
    edge = " " * (gutter + 1) + paint("|", "line")
    yield f"{number} {encode.terminal(shown)}".rstrip()
    left = room - before - len(underline) - 1
    if len(label) <= left or left >= 2 * LEAST_LABEL:
        first, *rest = encode.wrap(label, max(left, 1)) or [""]
        yield f"{edge} {' ' * before}{paint(f'{underline} {first}'.rstrip(), style)}"
        indent = " " * (before + len(underline) + 1)
    else:
        yield f"{edge} {' ' * before}{paint(underline, style)}"
        # Below the underline, from where the longest line of it still fits.
        indent = " " * min(before, max(room - max(len(label), 1), 0) if len(label) < room else 0)
        rest = encode.wrap(label, max(room - len(indent), LEAST_LABEL))
    for line in rest:
        yield f"{edge} {indent}{paint(line, style)}"


def _cut(written: str, start: int, end: int, room: int) -> tuple[str, int]:
    """Return the part of a long line that shows columns ``start`` to ``end``, and its offset."""
    if encode.columns(encode.terminal(written)) <= room:
        return written, 0
    first = max(min(start - room // 3, len(written) - room + 1), 0)
    if end <= room - 1:
        first = 0
    shown = written[first : first + room - 2]
    shown = ("…" + shown[1:]) if first else shown
    return (shown + "…" if first + room - 2 < len(written) else shown), first
