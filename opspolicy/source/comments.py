"""The comment beside a value, from the text of its file: the reader of YAML drops comments."""

from __future__ import annotations

from opspolicy.source.files import RARE_BREAKS
from opspolicy.source.span import Note, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.source.files import SourceFile

# More lines above a value are a text about the whole file or section.
LINES_ABOVE = 8
# Further behind a value stands a comment about the rest of the line; and a line can be the file.
TAIL = 200
LONGEST = 1000
BEFORE_A_QUOTE = " \t,[{:"


def remarked_lines(text: str, near: tuple[str, ...]) -> frozenset[int] | None:
    """Return the lines of ``text`` that hold a `#`, on or above a line with one of ``near``.

    Few lines do, so most files and values needn't be looked at. None when the text has rarer line
    breaks.
    """
    if any(rare in text for rare in RARE_BREAKS):
        return None
    lines = [*text.split("\n"), ""]
    return frozenset(
        number
        for number, line in enumerate(lines, 1)
        if "#" in line and any(each in line or each in lines[number] for each in near)
    )


def beside(file: SourceFile, span: Span) -> Note | None:
    """Return the comment on the line of ``span``, or else directly above that line.

    Its text stands without `#` and ends where a second `#` begins another remark. Above a line
    counts what is indented as the line is; of several lines the last one is pointed at.
    """
    if span.line != span.end_line:
        return None
    line = file.line(span.line)
    start = _start(line, span.end_column - 1)
    if start is not None:
        place = Span(file.path, span.line, start + 1, span.line, len(line) + 1)
        return Note(place, _remark(line[start : start + LONGEST]))
    return _above(file, span.line)


def _start(line: str, column: int) -> int | None:
    """Return where the comment behind ``column`` (from 0) begins, past what stands in quotes."""
    quote = ""
    if line.find("#", column, column + TAIL) < 0:
        return None
    for at in range(column, min(len(line), column + TAIL)):
        char, before = line[at], line[at - 1 : at]
        if quote:
            quote = "" if char == quote and before != "\\" else quote
        elif char in "\"'" and (before in BEFORE_A_QUOTE or before == char == "'"):
            quote = char
        elif char == "#" and before in " \t":
            return at
    return None


def _above(file: SourceFile, number: int) -> Note | None:
    line = file.line(number)
    indent = line[: len(line) - len(line.lstrip())]
    found: list[str] = []
    for at in range(number - 1, max(0, number - 2 - LINES_ABOVE), -1):
        above = file.line(at)
        if not above.startswith(f"{indent}#"):
            break
        found.append(_remark(above.strip()[:LONGEST]))
    if not found or len(found) > LINES_ABOVE:
        return None
    place = Span(file.path, number - 1, len(indent) + 1, number - 1, len(file.line(number - 1)) + 1)
    return Note(place, " ".join(reversed(found)))


def _remark(comment: str) -> str:
    return comment.lstrip("#").partition(" #")[0].strip()
