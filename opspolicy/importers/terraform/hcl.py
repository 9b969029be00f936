"""The resources of some types in a text in HCL, Terraform's language, each value with its place.

Only these go through python-hcl2: it takes a second for what the scanner of blocks does in a
thousandth, and for some texts the square of that.
"""

from __future__ import annotations

import re

from opspolicy.importers.shared.draft import Mark
from opspolicy.importers.terraform import hcl_blocks
from opspolicy.importers.terraform.hcl_blocks import BrokenError
from opspolicy.phrases import cut
from opspolicy.record import NamedTuple
from opspolicy.source import limits
from opspolicy.source.node import Node
from opspolicy.source.yaml_reader import CONTROL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from typing import Any

    # Trees and tokens of lark's, whose stubs leave open what stands in a tree.
    Tree = Any

WORDS = 30_000
"""How many words, signs and line breaks are parsed: python-hcl2 takes a second for these."""
CHAIN = 32
"""How many negative digits may stand side by side."""
SHOWN = 60
"""Characters of an expression that a message shows."""

RESOURCE = re.compile(r'(\s*)(resource[ \t]+"?([\w-]+)"?[ \t]+"?([\w-]+)"?)[ \t]*')
WORD = re.compile(r"\w+|[^\w \t]")
# `FLOAT_LITERAL` of python-hcl2 8.1 takes the square of the time for `-1-1-1…`.
NEGATIVES = re.compile(rf"(?:-[0-9]){{{CHAIN}}}")
LITERALS = {"true": True, "false": False, "null": None}


class Expression(str):
    """The source of a value that only Terraform knows: `var.window`, `"${local.day}:04:00"`."""

    __slots__ = ()


class Resource(NamedTuple):
    """A resource as it is written: its two labels, the words before its brace, and its body."""

    type: str
    name: str
    header: Node
    body: Node


def resources(text: str, file: str, types: Container[str]) -> Iterator[Resource]:
    """Yield the resources whose type is one of ``types``; raises BrokenError."""
    words = line = counted = 0
    for block in hcl_blocks.blocks(text):
        found = RESOURCE.fullmatch(block.header)
        if found is None or found[3] not in types:
            continue
        start = block.start + found.end(1)
        line, counted = line + text.count("\n", counted, start), start
        place = Mark(line, start - text.rfind("\n", 0, start) - 1)
        words += len(WORD.findall(block.header)) + len(WORD.findall(block.body))
        if words > WORDS:
            what = f"more than {WORDS:,} words, signs and lines, which is the limit"
            message = f"the resources that are read here have {what}: split the file"
            raise BrokenError(message, place)
        end = Mark(line, place.column + len(found[2]))
        opens = Mark(line, place.column + block.opens - start)
        header = Node(None, file, place, end)
        yield Resource(found[3], found[4], header, _Body(file, block.body, opens).read())


class _Body:
    """One block on its way through python-hcl2: ``text`` is its braces and what they hold."""

    def __init__(self, file: str, text: str, at: Mark) -> None:
        """Hold the text of a block whose brace opens ``at`` a place of the file."""
        self.file, self.text, self.at = file, f"_{text}", at

    def read(self) -> Node:
        """Return what it holds; raises BrokenError."""
        import hcl2  # noqa: PLC0415 - for the few files that hold such a resource
        from lark.exceptions import UnexpectedInput  # noqa: PLC0415 - comes with hcl2

        if NEGATIVES.search(self.text):
            message = f"{CHAIN} numbers are taken from each other here, which is over the limit"
            raise BrokenError(message, self.at)
        try:
            tree = hcl2.parses_to_tree(self.text)
        except UnexpectedInput as error:
            raise BrokenError(_unexpected(error), self._mark(error.line, error.column)) from None
        block = _trees(_trees(tree)[0])[0]
        return self._body(_trees(block)[-1])

    def _body(self, body: Tree) -> Node:
        """Return the attributes and blocks of a body, of several blocks of one name a list."""
        found: dict[str, Node] = {}
        keys: dict[str, Node] = {}
        blocks: dict[str, list[Node]] = {}
        for each in _trees(body):
            if each.data not in {"attribute", "block"}:
                continue
            parts = _trees(each)
            name = str(parts[0].children[0])
            value = self._value(parts[-1]) if each.data == "attribute" else self._body(parts[-1])
            keys.setdefault(name, self._node(name, parts[0]))
            if each.data == "block":
                blocks.setdefault(name, []).append(value)
                value = self._node(blocks[name], each)
            found[name] = value
        return self._node(found, body, keys)

    def _value(self, tree: Tree) -> Node:
        """Return a value; what only Terraform can work out is an Expression."""
        inner = _trees(tree)
        while tree.data == "expr_term" and len(inner) == 1:
            tree, inner = inner[0], _trees(inner[0])
        kind = tree.data
        if kind == "string":
            text = self._text(tree, inner)
            if text is not None:
                return self._node(text, tree)
        elif kind in {"int_lit", "float_lit"}:
            return self._node(_number(str(tree.children[0])), tree)
        elif kind == "literal_value":
            return self._node(LITERALS[str(tree.children[0])], tree)
        elif kind == "tuple":
            return self._node([self._value(each) for each in inner], tree)
        elif kind == "object":
            return self._object(tree, inner)
        source = self.text[tree.meta.start_pos : tree.meta.end_pos]
        shown = "<<…" if source == hcl_blocks.HEREDOC else cut(" ".join(source.split()), SHOWN)
        return self._node(Expression(shown), tree)

    def _object(self, tree: Tree, inner: list[Tree]) -> Node:
        found: dict[str, Node] = {}
        keys: dict[str, Node] = {}
        for each in inner:
            if each.data == "object_elem":
                key, value = _trees(each)
                term = _trees(key)[0]
                named = term if term.data == "identifier" else (_trees(term) or [term])[0]
                name = named.children[0] if named.data == "identifier" else self._value(term).value
                if isinstance(name, str) and not isinstance(name, Expression):
                    found[str(name)] = self._value(value)
                    keys[str(name)] = self._node(str(name), key)
        return self._node(found, tree, keys)

    def _text(self, tree: Tree, parts: list[Tree]) -> str | None:
        """Return a text; None for one that Terraform fills in."""
        from hcl2.utils import process_escape_sequences  # noqa: PLC0415 - see `read`

        pieces: list[str] = []
        for part in parts:
            token = part.children[0]
            kind = getattr(token, "type", "")
            if kind not in {"STRING_CHARS", "ESCAPED_INTERPOLATION", "ESCAPED_DIRECTIVE"}:
                return None
            pieces.append(str(token)[kind != "STRING_CHARS" :])
        text: str = process_escape_sequences("".join(pieces))
        if not text.isprintable() and re.search(CONTROL, text):
            place = self._node(None, tree)
            message = "a control character in a text: remove the escape"
            raise BrokenError(message, Mark(place.line - 1, place.span.column - 1))
        return text

    def _node(self, value: Any, tree: Tree, keys: dict[str, Node] | None = None) -> Node:  # noqa: ANN401
        meta = tree.meta
        if meta.empty:
            return Node(value, self.file, self.at, self.at, None, keys)
        start = self._mark(meta.line, meta.column)
        end = self._mark(meta.end_line, meta.end_column)
        text = value if isinstance(value, str) else None
        return Node(value, self.file, start, end, text, keys)

    def _mark(self, line: object, column: object) -> Mark:
        """Return the place in the file of one in the block, counted from 1."""
        if not (isinstance(line, int) and isinstance(column, int) and line > 0):
            return self.at
        # One to the left, as a word stands before the brace.
        before = self.at.column - 1 if line == 1 else 0
        return Mark(self.at.line + line - 1, max(before + column - 1, 0))


def _trees(tree: Tree) -> list[Tree]:
    """Return the parts of a tree that are trees, less line breaks."""
    return [
        each
        for each in tree.children
        if hasattr(each, "data") and each.data != "new_line_or_comment"
    ]


def _number(text: str) -> int | float | str:
    """Return a number; one that nobody counts with stays a text."""
    if len(text) > limits.INTEGER_DIGITS:
        return text
    return int(text) if text.isdecimal() else float(text)


def _unexpected(error: Any) -> str:  # noqa: ANN401 - lark's
    """Say in plain words what python-hcl2 stumbled over."""
    found = str(getattr(error, "token", "") or getattr(error, "char", ""))
    shown = found.split("\n", 1)[0].strip()
    if not shown:
        return "a value is missing here: the line ends too early"
    return f"`{cut(shown, SHOWN)}` isn't expected here"
