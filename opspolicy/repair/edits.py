"""The smallest edit of a file: text at known places, believed only after reading it again."""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF8

from opspolicy.estate.foreign import Foreign
from opspolicy.record import NamedTuple
from opspolicy.source.reading import read_file
from opspolicy.source.yaml_reader import LINE_BREAK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.source.files import SourceFile
    from opspolicy.source.reading import Root
    from opspolicy.source.span import Span

    Path = tuple[str | int, ...]

QUOTES = ("'", '"')
# Inside [] and {} the first ones end a plain text; behind a space `#` does anywhere.
NEEDS_QUOTES = re.compile(r"[,\[\]{}]|: | #|^[*&!|>%@`\"'#?-]")


class Edit(NamedTuple):
    """What is to stand in place of the text at ``span``, which may be empty.

    A ``scalar`` keeps the quotes it had, and in YAML is given some where it must have them.
    """

    span: Span
    text: str
    scalar: bool = True


class Value(NamedTuple):
    """What a document says at ``path`` afterwards, and only there."""

    document: int
    path: Path
    value: object


class Rewrite(NamedTuple):
    """Edits of one file, and what they mean."""

    source: SourceFile
    edits: tuple[Edit, ...]
    values: tuple[Value, ...]


def applied(rewrite: Rewrite) -> SourceFile | None:
    """Return the file after a rewrite; None where it wouldn't say exactly what was meant.

    So it is where a value is shared by an anchor or a merge key, or written in a way that no small
    edit can follow; and in a copy of what somebody else has decided.
    """
    source = rewrite.source
    if isinstance(source, Foreign) and source.is_copy:
        return None
    wanted = [document.plain() for document in source.documents]
    for document, path, value in rewrite.values:
        if not _put(wanted[document], path, value):
            return None
    made = source.with_text(text_after(source.text, rewrite.edits, quotes=is_yaml(source)))
    if made.problems or [document.plain() for document in made.documents] != wanted:
        return None
    return made


def is_yaml(source: SourceFile) -> bool:
    """Whether a file is YAML, ours or another's, which is edited with everything else kept."""
    return not isinstance(source, Foreign) or source.is_yaml


def text_after(text: str, edits: Sequence[Edit], *, quotes: bool = True) -> str:
    """Return a text with edits made; it is YAML if ``quotes`` are given to what must have some."""
    starts = [0, *(found.end() for found in re.finditer(LINE_BREAK, text))]
    # The last one in the text first, so that the places of the others stay.
    for span, new, scalar in sorted(edits, key=lambda edit: edit.span, reverse=True):
        first = starts[span.line - 1] + span.column - 1
        last = starts[span.end_line - 1] + span.end_column - 1
        quote = ""
        if scalar:
            quote = text[first] if text[first : first + 1] in QUOTES else ""
            quote = quote or ('"' if quotes and NEEDS_QUOTES.search(new) else "")
        text = f"{text[:first]}{quote}{new}{quote}{text[last:]}"
    return text


def _put(document: object, path: Path, value: object) -> bool:
    """Set, or add, what is at ``path`` of plain values; False where there is no such place."""
    for step in path[:-1]:
        is_there = (
            step in document
            if isinstance(document, dict)
            else isinstance(document, list) and isinstance(step, int) and step < len(document)
        )
        if not is_there:
            return False
        document = document[step]  # type: ignore[index]
    last = path[-1]
    if isinstance(document, list) and isinstance(last, int) and last <= len(document):
        document[last : last + 1] = [value]
        return True
    if isinstance(document, dict) and isinstance(last, str):
        document[last] = value
        return True
    return False


def diff(before: SourceFile, after: SourceFile) -> str:
    """Return what an edit changes, as `git diff` and `patch` understand it."""
    from difflib import unified_diff  # noqa: PLC0415 - only to show an edit

    lines = unified_diff(
        before.text.splitlines(keepends=True),
        after.text.splitlines(keepends=True),
        _quoted(f"a/{before.path}"),
        _quoted(f"b/{after.path}"),
    )
    missing = "\n\\ No newline at end of file\n"
    return "".join(line if line.endswith("\n") else f"{line}{missing}" for line in lines)


def _quoted(name: str) -> str:
    """Return the name of a file as git writes it, in quotes where it could end its line."""
    shown = "".join(
        f"\\{ord(each):03o}" if each < " " or each in '"\\\x7f' else each for each in name
    )
    return name if shown == name else f'"{shown}"'


def save(root: Root, before: SourceFile, after: SourceFile) -> None:
    """Write a file's new text, and read it back.

    Raises OSError where it can't be written, and where it isn't what it was when it was read.
    """
    if read_file(root, before.path).text != before.text:
        message = f"{before.path} has changed meanwhile"
        raise OSError(message)
    with open(os.path.join(root.path, before.path), "r+b") as file:
        mark = BOM_UTF8 if file.read(len(BOM_UTF8)) == BOM_UTF8 else b""
        file.seek(0)
        file.write(mark + after.text.encode())
        file.truncate()
    if read_file(root, before.path).text != after.text:
        message = f"{before.path} doesn't say what was written"
        raise OSError(message)
