"""A place within a text that a file holds as a value: what stands at an offset of it."""

from __future__ import annotations

from opspolicy.source.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.source.files import Written

QUOTES = "\"'"
PLAIN = '"\\/'
"""What a backslash in double quotes leaves as it is."""


def within(written: Written, path: tuple[str, ...], start: int, end: int) -> Span:
    """Return the place of a part of the value at ``path``; all of the value where it is folded.

    ``start`` and ``end`` count the characters of the value.
    """
    whole = written.at(*path)
    node = written.find(*path)
    if node is None or not isinstance(node.value, str) or node.value == "":
        return whole
    lines = node.value.split("\n")
    at = node.value.count("\n", 0, start)
    begins = start - sum(len(each) + 1 for each in lines[:at])
    ends = min(begins + max(end - start, 1), max(len(lines[at]), begins + 1))
    first = whole.line
    text = written.source.line(first)
    if whole.line == whole.end_line:
        shown = text[whole.column - 1 : whole.end_column - 1]
        places = _places(shown, node.value)
        if places is None:
            return whole
        column = whole.column + places[start]
        end_column = whole.column + places[min(max(end, start + 1), len(places) - 1)]
        return Span(whole.file, first, column, first, max(end_column, column + 1))
    if text[whole.column - 1 : whole.column] != "|":
        return whole
    number = first + 1 + at
    line = written.source.line(number)
    indent = len(line) - len(line.lstrip(" "))
    if line[indent:] != lines[at].lstrip(" "):
        return whole
    column = len(line) - len(lines[at]) + begins + 1
    return Span(whole.file, number, column, number, column + ends - begins)


def _places(shown: str, value: str) -> list[int] | None:
    """Return where each character of a value is in what is written on one line, and where it ends.

    None where that can't be told, as for most escapes.
    """
    quote = shown[:1] if shown[:1] in QUOTES else ""
    escape = "\\" if quote == '"' else quote
    places: list[int] = []
    at = len(quote)
    while at < len(shown) - len(quote):
        places.append(at)
        at += 2 if quote and shown[at] == escape else 1
    if any(shown[each] == "\\" and shown[each + 1] not in PLAIN for each in places if quote == '"'):
        return None
    said = "".join(shown[each + 1 if quote and shown[each] == escape else each] for each in places)
    return [*places, at] if said == value else None
