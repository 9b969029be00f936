"""One value of a document and where it stands."""

from __future__ import annotations

from opspolicy.source.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Mark(Protocol):
        """A place in a file as libyaml counts it: lines and columns from 0."""

        @property
        def line(self) -> int:
            """The line."""

        @property
        def column(self) -> int:
            """The column, in characters."""


Scalar = str | int | float | bool | None


class Node:
    """A YAML value with its place.

    ``value`` is a plain scalar, a list of Nodes, or a dict from key text to Node. For a mapping,
    ``keys`` holds a Node a key, so that a key can be pointed at too. An alias is a Node of its own
    (its place is where the alias stands) that shares the anchor's value.
    """

    __slots__ = ("_end", "_start", "file", "keys", "text", "value")

    def __init__(
        self,
        value: Scalar | list[Node] | dict[str, Node],
        file: str,
        start: Mark,
        end: Mark,
        text: str | None = None,
        keys: dict[str, Node] | None = None,
    ) -> None:
        """Hold ``value``, which begins at ``start`` and has ended at ``end``."""
        self.value = value
        self.file = file
        # Most places are never asked for, so what libyaml gave is kept as it is.
        self._start = start
        self._end = end
        self.text = text
        self.keys = keys

    @property
    def span(self) -> Span:
        """The place of the whole value."""
        start, end = self._start, self._end
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    @property
    def line(self) -> int:
        """The line it starts on."""
        return self._start.line + 1

    @property
    def entries(self) -> dict[str, Node]:
        """The children of a mapping, none for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The children of a sequence, none for anything else."""
        return self.value if isinstance(self.value, list) else []

    def find(self, *path: str | int) -> Node | None:
        """Return the Node at ``path`` (keys and positions), or None where nothing stands."""
        node: Node | None = self
        for step in path:
            if node is None:
                return None
            if isinstance(step, int):
                node = node.items[step] if -1 <= step < len(node.items) else None
            else:
                node = node.entries.get(step)
        return node

    def at(self, *path: str | int) -> Span:
        """Return the narrowest place that shows ``path``, falling back to the nearest parent.

        A scalar is shown itself. A mapping or sequence can be many lines long, so it is shown by
        its key.
        """
        node, shown = self, self.headline()
        for step in path:
            if isinstance(step, int):
                child = node.items[step] if -1 <= step < len(node.items) else None
                key = None
            else:
                child = node.entries.get(step)
                key = (node.keys or {}).get(step)
            if child is None:
                break
            node = child
            shown = child.span if key is None or not child.is_collection else key.span
            if key is None and child.is_collection:
                shown = child.headline()
        return shown

    def key(self, name: str) -> Span:
        """Return the place of the key ``name`` itself, or of the mapping where it is missing."""
        node = (self.keys or {}).get(name)
        return node.span if node is not None else self.headline()

    def holding(self, entries: dict[str, Node], keys: dict[str, Node]) -> Node:
        """Return a mapping with other ``entries`` and their ``keys`` at the same place."""
        return Node(entries, self.file, self._start, self._end, None, keys)

    def saying(self, value: object) -> Node:
        """Return a value, lists and mappings as well, as if all of it stood at this place.

        What in it is a Node already stays where it is, with the key that it is under.
        """
        if isinstance(value, dict):
            found = {key: self._as(each) for key, each in value.items()}
            return self.holding(found, {key: each.saying(key) for key, each in found.items()})
        if isinstance(value, list):
            value = [self._as(each) for each in value]
        text = value if isinstance(value, str) else None
        return Node(value, self.file, self._start, self._end, text)  # type: ignore[arg-type]

    def _as(self, value: object) -> Node:
        return value if isinstance(value, Node) else self.saying(value)

    @property
    def is_collection(self) -> bool:
        """Whether this is a mapping or a sequence."""
        return isinstance(self.value, dict | list)

    def headline(self) -> Span:
        """Return one line of it at most: a collection is shown by its first key or item."""
        if self._start.line == self._end.line or not self.is_collection:
            return self.span
        if self.keys:
            return next(iter(self.keys.values())).span
        return self.items[0].headline() if self.items else self.span

    def plain(self) -> object:
        """Return the value without places, as a JSON reader would have given it."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value
