"""A file of declarations as it was found: its text, its documents, and what is wrong with it."""

from __future__ import annotations

from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.source.node import Node
    from opspolicy.source.problem import Problem
    from opspolicy.source.span import Span
    from opspolicy.source.tree import Tree


MARK = "opspolicy:"
"""How a comment begins that is addressed to this program."""


RARE_BREAKS = ("\r", "\x85", "\u2028", "\u2029")
"""What ends a line for YAML, beside a line feed."""


class SourceFile:
    """One file. ``documents`` is empty when there is any problem: no file is half believed.

    It is parsed when somebody asks for the documents. They take much more memory than what they
    declare, so they can be forgotten, and are read again where somebody points at them. One that
    nobody named, ``is_named``, is there only for what others complete of it, or it of others.
    """

    __slots__ = ("_documents", "_problems", "is_named", "path", "text")

    def __init__(self, path: str, text: str, problems: tuple[Problem, ...] | None = None) -> None:
        """Hold the text of ``path``; ``problems`` are those of a file that isn't to be parsed."""
        self.path = path
        self.text = text
        self.is_named = True
        self._problems = problems
        self._documents: tuple[Node, ...] | None = () if problems else None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file itself."""
        if self._problems is None:
            self._parse()
        return self._problems or ()

    @property
    def documents(self) -> tuple[Node, ...]:
        """The root of each document."""
        if self._documents is None:
            self._parse()
        return self._documents or ()

    def _parse(self) -> None:
        # A run that knows all files from before reads no YAML.
        from opspolicy.source.yaml_reader import read  # noqa: PLC0415

        documents, problems = read(self.text, self.path)
        self._documents = () if problems else tuple(documents)
        self._problems = tuple(problems)

    def forget(self) -> None:
        """Keep the text alone."""
        if not self._problems:
            self._documents = None

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What was left out of it, with the reasons; nothing of a file in our own language."""
        return ()

    def with_text(self, text: str) -> SourceFile:
        """Return the file with another text, to be read as this one is."""
        again = SourceFile(self.path, text)
        again.is_named = self.is_named
        return again

    def at_path(self, path: str) -> SourceFile:
        """Return the same file by another path."""
        again = SourceFile(path, self.text, self._problems or None)
        again.is_named = self.is_named
        return again

    @property
    def is_unreadable(self) -> bool:
        """Whether there is no text to parse, or none worth parsing."""
        return bool(self._problems)

    @property
    def may_address_us(self) -> bool:
        """Whether a comment can be addressed to this program; most files have none."""
        return MARK in self.text

    def is_known_good(self) -> None:
        """Take it that the same text was parsed before, without a problem."""
        self._problems = ()

    def lines(self) -> list[str]:
        """Return all lines, without their line breaks."""
        return _lines(self.text)

    def line(self, number: int) -> str:
        """Return a line by its number, counted from 1, without its line break."""
        lines = _lines(self.text)
        return lines[number - 1] if 0 < number <= len(lines) else ""


class Written:
    """A part of a file, by the way to it: looked up when somebody points at it."""

    __slots__ = ("document", "path", "source")

    def __init__(self, source: SourceFile, document: int, path: tuple[str | int, ...]) -> None:
        """Stand for what ``path`` leads to in a document of ``source``, counted from 0."""
        self.source = source
        self.document = document
        self.path = path

    @property
    def node(self) -> Node:
        """The part itself; it must be there."""
        found = self.source.documents[self.document].find(*self.path)
        assert found is not None  # noqa: S101 - it was read from there
        return found

    @property
    def place(self) -> Span:
        """Where its name stands, or where it begins when it has none."""
        *above, name = self.path
        table = self.source.documents[self.document].find(*above)
        return table.key(name) if table is not None and isinstance(name, str) else self.node.at()

    @property
    def value(self) -> object:
        """The value of the part: a plain scalar, a list or a mapping of Nodes."""
        return self.node.value

    @property
    def file(self) -> str:
        """The path of the file."""
        return self.source.path

    @property
    def to_mend(self) -> Written:
        """The part to be changed where the whole isn't right, where that is more than one."""
        return self

    def holder(self, key: str) -> Written:  # noqa: ARG002 - what an entry of two files must ask
        """Return the part in which a key is written, where that is more than one."""
        return self

    def says(self, other: Written) -> bool:
        """Whether it says the same as another part, wherever the two stand."""
        # A text that is known from an earlier run is not read as YAML for this.
        if self.path == other.path and self.source.text == other.source.text:
            return True
        return self.node.plain() == other.node.plain()

    def at(self, *path: str | int) -> Span:
        """Return the narrowest place that shows ``path``, as a Node does."""
        return self.node.at(*path)

    def find(self, *path: str | int) -> Node | None:
        """Return the Node at ``path``, or None where nothing stands."""
        return self.node.find(*path)


@lru_cache(maxsize=64)
def _lines(text: str) -> list[str]:
    if not any(rare in text for rare in RARE_BREAKS):
        return text.split("\n")
    import re  # noqa: PLC0415 - only for rarer line breaks

    from opspolicy.source.yaml_reader import LINE_BREAK  # noqa: PLC0415

    return re.split(LINE_BREAK, text)


def load(tree: Tree, path: str) -> SourceFile:
    """Read ``path`` of ``tree``, to be parsed when it is needed.

    Never raises for what is there; GitError where a commit's files can't be had at all.
    """
    found = tree.read(path)
    if found.problem is not None:
        return SourceFile(path, found.text, (found.problem,))
    return SourceFile(path, found.text)


def parse(path: str, text: str) -> SourceFile:
    """Take text that is already at hand."""
    return SourceFile(path, text)
