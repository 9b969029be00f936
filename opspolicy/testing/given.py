"""Declarations that stand in a test file, or are changed by one, as a file of declarations."""

from __future__ import annotations

from opspolicy.source.files import RARE_BREAKS, SourceFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.source.node import Node


class Given(SourceFile):
    """A file whose documents are at hand, and say something else than its text does."""

    __slots__ = ()

    def __init__(self, path: str, text: str, documents: Iterable[Node]) -> None:
        """Hold ``documents``; of ``text`` only the comments count."""
        super().__init__(path, text, ())
        self._documents = tuple(documents)

    def forget(self) -> None:
        """Keep the documents: they can't be read again."""


def inline(source: SourceFile, estate: Node | None, added: Iterable[Node]) -> Given:
    """Return the declarations that a test of ``source`` has, in place.

    Comments count in its ``estate``: those elsewhere are about something else.
    """
    documents = [*([estate] if estate is not None else []), *added]
    text = _only(source.text, estate) if estate is not None else ""
    return Given(source.path, text, documents)


def _only(text: str, node: Node) -> str:
    """Return a text in which nothing but a mapping is left, at its place."""
    if "#" not in text or any(rare in text for rare in RARE_BREAKS):
        return ""
    span = node.span
    lines = text.split("\n")[: span.end_line]
    lines[: span.line - 1] = [""] * (span.line - 1)
    last = lines[-1]
    rest = last[span.end_column - 1 :]
    # Behind a closing brace there can be a comment about what stands before it.
    lines[-1] = last if rest.lstrip().startswith("#") else last[: span.end_column - 1]
    first = span.line - 1
    lines[first] = " " * (span.column - 1) + lines[first][span.column - 1 :]
    return "\n".join(lines) + "\n"
