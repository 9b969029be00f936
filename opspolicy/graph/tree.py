"""A graph as a tree in a terminal: each node once with what is below it, and else by name."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.estate.declarations import GROUP
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ABOVE, BELOW = "(above)", "(below)"
"""What is said of a node whose own branches stand elsewhere."""

LEAST_ROOM = 28
"""Columns that are left for what is said, however deep it stands."""


class Branch(NamedTuple):
    """What is said of a node: its name, the rest of the line, lines below it, and a colour's name.

    ``how`` is said wherever it stands, the rest only where it is drawn.
    """

    name: str
    how: str
    told: str
    marks: tuple[tuple[str, str], ...] = ()
    look: str = "bold"


class Style(NamedTuple):
    """What a tree is drawn with: beside one of several, beside the last, past, and under it."""

    fork: str
    last: str
    past: str
    under: str = "   "


BLOCKS = Style("├─ ", "└─ ", "│  ")
PLAIN = Style("|- ", "`- ", "|  ")


class Tree:
    """A graph on its way into lines; what has been drawn isn't drawn again."""

    def __init__(
        self,
        below: Mapping[str, list[tuple[str, str]]],
        branch: Callable[[str, str], Branch],
        width: int,
        paint: Callable[[str, str], str],
        *,
        plain: bool = False,
    ) -> None:
        """Draw what is ``below`` each node, in so many columns; ``branch`` says what is said.

        Below a node are others, each with a word that ``branch`` is asked with. ``paint`` colours.
        """
        self.below, self.branch, self.width, self.paint = below, branch, width, paint
        self.plain = plain
        self.style = PLAIN if plain else BLOCKS
        self._done: set[str] = set()

    def lines(self, root: str) -> Iterator[str]:
        """Yield the lines of a node and all below it, unless they have been drawn already.

        What stands too deep for the width begins again at the left, after the rest.
        """
        later = [root]
        for begin in later:
            if begin in self._done:
                continue
            # The end of the list is next: a node, its word, and what stands before its lines.
            stack = [(begin, "", "", "")]
            while stack:
                ref, word, first, rest = stack.pop()
                children = self.below.get(ref, [])
                note, inside = "", children
                if ref in self._done:
                    note, inside = ABOVE, []
                elif children and self._is_deep(ref, rest):
                    note, inside = BELOW, []
                    later.append(ref)
                else:
                    self._done.add(ref)
                yield from self._node(self.branch(ref, word), note, first, rest, bool(inside))
                for at, (child, how) in reversed(list(enumerate(inside))):
                    last = at == len(inside) - 1
                    fork = self.style.last if last else self.style.fork
                    past = self.style.under if last else self.style.past
                    stack.append((child, how, f"{rest}{fork}", f"{rest}{past}"))

    def _is_deep(self, ref: str, rest: str) -> bool:
        """Whether there is no room for what is below a service and a group of its own."""
        # A group says whose it is by where it stands, and so it can't begin again elsewhere.
        is_group = ref.startswith(f"{GROUP}/")
        return not is_group and len(rest) + 3 * len(self.style.fork) > self.width - LEAST_ROOM

    def _node(self, node: Branch, note: str, first: str, rest: str, goes_on: bool) -> Iterator[str]:  # noqa: FBT001 - of its own
        """Yield the lines of one node, behind what is drawn of the tree."""
        name = encode.terminal(node.name)
        hang = f"{rest}{self.style.past if goes_on else self.style.under}"
        parts = [note, node.how, "" if note == ABOVE else node.told]
        shown = encode.terminal(", ".join(filter(None, parts)))
        text = f"{name}  {shown}" if shown else name
        room = max(self.width - encode.columns(hang), LEAST_ROOM)
        for at, line in enumerate(encode.wrap(text, room)):
            if at:
                yield f"{hang}{line}"
            elif line.startswith(name):
                yield f"{first}{self.paint(name, node.look)}{line[len(name) :]}"
            else:
                yield f"{first}{line}"
        if note == ABOVE:
            return
        for mark, look in node.marks:
            for line in encode.wrap(encode.terminal(mark), room):
                yield f"{hang}{self.paint(line, look)}"
