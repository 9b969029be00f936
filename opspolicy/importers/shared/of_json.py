"""JSON as Nodes, each value with its place: checked by `json`, and then gone through by its tokens.

YAML doesn't read all of JSON: characters beyond the first plane are two escapes there, which YAML
refuses.
"""

from __future__ import annotations

import json
import re
from json import JSONDecodeError
from math import isfinite

from opspolicy.importers.shared.draft import BEGIN, Mark
from opspolicy.importers.shared.of_yaml import TEMPLATE
from opspolicy.importers.shared.texts import shown
from opspolicy.source import limits
from opspolicy.source.node import Node
from opspolicy.source.problem import Problem
from opspolicy.source.span import Note, Span
from opspolicy.source.yaml_reader import CONTROL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.importers.shared.draft import Draft

# A string is taken whole, so that no bracket in it counts; nothing is given back.
TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\],:]|[^\s{}\[\],:"]++|\n', re.DOTALL)
CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
MOST_TOKENS = 2 * limits.EVENTS
"""Words, marks and line breaks: in JSON about two for each event that YAML would have."""

TRAILING_COMMA = "Illegal trailing comma"
PLAIN = (
    ("Expecting value", "a value is expected"),
    ("Expecting property name", "a key in double quotes is expected"),
    ("Expecting ':' delimiter", "a `:` is expected"),
    ("Expecting ',' delimiter", "a `,` or a closing bracket is expected"),
    (TRAILING_COMMA, "a `,` stands behind the last value"),
    ("Extra data", "something stands behind its end"),
    ("Unterminated string", "a text begins that has no end"),
    ("Invalid control character", "a text has a control character, such as a line break"),
    ("Invalid \\escape", "a text has a `\\` that means nothing"),
    ("Invalid \\u", "a text has a `\\u` without its four digits"),
)
"""What `json` says of a broken text, by how that begins, and how it is said here."""

TEMPLATED = f"this is a template (`{TEMPLATE} … }}}}`), not JSON yet"


def document(draft: Draft, text: str, cut_off: str, *, plain: bool = False) -> Node | None:
    """Return what a text of JSON says; None where the draft is told why not.

    ``cut_off`` is what to do about a text that is no JSON. ``plain`` refuses what no text of ours
    can hold, such as an escape that stands for a control character.
    """
    try:
        _check_size(text)
        # Numbers are made later: those of thousands of digits would take their time.
        json.loads(text, parse_constant=_refuse_constant, parse_int=len, parse_float=len)
    except JSONDecodeError as error:
        at, said = _placed(text, error)
        if not text.strip():
            _refuse_empty(draft, cut_off)
        elif TEMPLATE in text:
            _refuse(draft, text, TEMPLATED, at, "leave it out with the source's `exclude`")
        else:
            _refuse(draft, text, _broken(text, at, said), at, cut_off)
        return None
    except _TooLarge as error:
        _refuse(draft, text, str(error), error.at, "split it, or correct what has written it")
        return None
    except _NoNumber as error:
        begun = (each.start() for each in TOKEN.finditer(text) if each[0].startswith(str(error)))
        at = next(begun, 0)
        _refuse(draft, text, f"`{error}` is no number of JSON", at, "write `null`, or a number")
        return None
    return _Composer(draft, text, plain=plain).composed()


def _placed(text: str, error: JSONDecodeError) -> tuple[int, str]:
    """Return where a text stops being JSON, and why, alike for all versions of Python."""
    before = text[: error.pos].rstrip()
    # Since Python 3.13 the comma is what is wrong, and no longer what stands behind it.
    if before.endswith(",") and text[error.pos : error.pos + 1] in {"}", "]"}:
        return len(before) - 1, TRAILING_COMMA
    return min(error.pos, len(text.rstrip())), error.msg


def _broken(text: str, at: int, said: str) -> str:
    """Return where a text stops being JSON, and what `json` says of it, in plain words."""
    line, column = _counted(text, at)
    what = next((words for begins, words in PLAIN if said.startswith(begins)), "")
    why = what or said[:1].lower() + said[1:]
    if at >= len(text.rstrip()):
        return f"it ends too early, on line {line}: {why}"
    return f"on line {line}, column {column}, {why}"


class _NoNumber(Exception):  # noqa: N818 - read as a sentence: "raise _NoNumber"
    """`NaN` or `Infinity`, which Python reads and JSON doesn't have."""


def _refuse_constant(name: str) -> object:
    raise _NoNumber(name)


def _number(text: str) -> int | float | str:
    """Return a number; one of too many digits stays a text."""
    if text.removeprefix("-").isdigit():
        return int(text) if len(text) <= limits.INTEGER_DIGITS else text
    return float(text) if isfinite(float(text)) else text


class _TooLarge(Exception):  # noqa: N818 - read as a sentence: "raise _TooLarge"
    """A text that nests too deeply, or says too much, from a place on."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def _check_size(text: str) -> None:
    """Raise _TooLarge for what would take long, before anything recurses into it."""
    depth = 0
    for count, token in enumerate(TOKEN.finditer(text)):
        if token[0] in "{[":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        if depth > limits.DEPTH:
            message = f"it nests deeper than {limits.DEPTH} levels"
            raise _TooLarge(message, token.start())
        if count > MOST_TOKENS:
            message = f"it has more than {MOST_TOKENS:,} values, brackets and commas"
            raise _TooLarge(message, token.start())


def _counted(text: str, at: int) -> tuple[int, int]:
    """Return the line and the column of a place, both from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _refuse_empty(draft: Draft, hint: str) -> None:
    message = f"`{draft.path}` is empty"
    place = Span(draft.path, 1, 1, 1, 1)
    draft.refuse(Problem("unreadable-file", message, place, (), hint, "empty"))


def _refuse(draft: Draft, text: str, why: str, at: int, hint: str) -> None:
    line, column = _counted(text, at)
    place = Span(draft.path, line, column, line, column + 1)
    message = f"`{draft.path}` can't be read as JSON: {why}"
    draft.refuse(Problem("unreadable-file", message, place, (), hint, why))


class _Composer:
    """Makes Nodes of the tokens of a text that is known to be JSON."""

    def __init__(self, draft: Draft, text: str, *, plain: bool) -> None:
        self.draft, self.text, self.plain = draft, text, plain
        self.line, self.began = 0, 0

    def composed(self) -> Node | None:
        """Return the whole; None where the draft is told of a key that stands twice."""
        opened: list[Node] = []
        names: list[Node | None] = []
        name: Node | None = None
        node = Node(None, self.draft.path, BEGIN, BEGIN)
        for token in TOKEN.finditer(self.text):
            said = token[0]
            if said == "\n":
                self.line, self.began = self.line + 1, token.end()
                continue
            if said in ",:":
                continue
            if said in "]}":
                node, name = self._closed(opened.pop(), token), names.pop()
            else:
                node = self._opened(token)
                if self.plain and self._is_control(node):
                    return None
                if said in "[{":
                    opened.append(node)
                    names.append(name)
                    name = None
                    continue
                if opened and opened[-1].keys is not None and name is None:
                    first = opened[-1].keys.get(str(node.value))
                    if first is not None:
                        self._twice(node, first)
                        return None
                    name = node
                    continue
            if not opened:
                return node
            self._put(opened[-1], name, node)
            name = None
        return node

    def _opened(self, token: re.Match[str]) -> Node:
        """Return a value as its first token has it, collections still empty."""
        start, end = self._mark(token.start()), self._mark(token.end())
        if token[0] == "{":
            return Node({}, self.draft.path, start, end, None, {})
        if token[0] == "[":
            return Node([], self.draft.path, start, end)
        said = token[0]
        if said[0] == '"':
            said = json.loads(said)
            return Node(said, self.draft.path, start, end, said)
        value = CONSTANTS[said] if said in CONSTANTS else _number(said)
        return Node(value, self.draft.path, start, end, said)

    def _is_control(self, node: Node) -> bool:
        """Whether a text holds a control character, of which the draft is told then."""
        text = node.value
        if not isinstance(text, str) or text.isprintable() or not re.search(CONTROL, text):
            return False
        message = f"`{shown(text)}` holds a control character"
        hint = "remove the escape"
        self.draft.refuse(Problem("unreadable-file", message, node.span, (), hint, message))
        return True

    def _closed(self, node: Node, token: re.Match[str]) -> Node:
        begins = node.span
        start = Mark(begins.line - 1, begins.column - 1)
        return Node(node.value, node.file, start, self._mark(token.end()), None, node.keys)

    def _mark(self, at: int) -> Mark:
        return Mark(self.line, at - self.began)

    def _put(self, into: Node, name: Node | None, node: Node) -> None:
        if isinstance(into.value, list):
            into.value.append(node)
        elif name is not None and into.keys is not None:
            key = str(name.value)
            into.entries[key] = node
            into.keys[key] = name

    def _twice(self, name: Node, first: Node) -> None:
        lines = f"{first.line} and {name.line}"
        message = f"the key `{shown(str(name.value))}` stands twice, on lines {lines}"
        notes = (Note(first.span, "first here"),)
        hint = "keep one of the two"
        self.draft.refuse(Problem("unreadable-file", message, name.span, notes, hint, message))
