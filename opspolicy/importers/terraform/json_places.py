r"""JSON, each value with its place: what Terraform writes and no YAML reader takes for granted.

YAML knows neither the pairs of escapes that JSON writes a rare character with, nor every `\/`.
"""

from __future__ import annotations

import json
import re

from opspolicy.importers.shared.draft import Mark
from opspolicy.importers.terraform import hcl_blocks
from opspolicy.importers.terraform.hcl_blocks import BrokenError
from opspolicy.source import limits
from opspolicy.source.node import Node
from opspolicy.source.yaml_reader import CONTROL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

# Of what was checked before, commas and colons say nothing more.
TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]\n]|[^\s{}\[\],:"]+')
VALUES = 100_000
"""More than the longest file has of a plan: each takes some thirty letters with its name."""
OPENS, CLOSES = frozenset("{["), frozenset("}]")


class _Open:
    """An object or a list that hasn't ended; ``keys`` is None for a list."""

    __slots__ = ("children", "key", "keys", "start")

    def __init__(self, sign: str, start: Mark) -> None:
        self.children: dict[str, Node] | list[Node] = {} if sign == "{" else []
        self.keys: dict[str, Node] | None = {} if sign == "{" else None
        self.key: Node | None = None
        self.start = start


def read(text: str, file: str) -> Node:
    """Return the value of a JSON text; raises BrokenError."""
    _check(text)
    stack: list[_Open] = []
    line = line_start = values = 0
    for found in TOKEN.finditer(text):
        sign = found[0]
        if sign == "\n":
            line, line_start = line + 1, found.end()
            continue
        start = Mark._make((line, found.start() - line_start))
        end = Mark._make((line, found.end() - line_start))
        if sign in OPENS:
            stack.append(_Open(sign, start))
            if len(stack) > limits.DEPTH:
                message = f"the file nests deeper than {limits.DEPTH} levels, which is the limit"
                raise BrokenError(message, start)
            continue
        if not stack or stack[-1].key is not None or stack[-1].keys is None:
            values += 1
            if values > VALUES:
                message = f"the file has more than {VALUES:,} values, which is the limit"
                raise BrokenError(message, start)
        if sign in CLOSES:
            opened = stack.pop()
            node = Node(opened.children, file, opened.start, end, None, opened.keys)
        else:
            node = _scalar(sign, file, start, end)
        if not stack:
            return node
        _put(stack[-1], node, start)
    raise AssertionError(file)  # what was checked holds a value


def _check(text: str) -> None:
    """Refuse what isn't JSON."""
    try:
        json.loads(text, parse_constant=_no_number, parse_int=len, parse_float=len)
    except json.JSONDecodeError as error:
        message = f"this isn't JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise BrokenError(message, hcl_blocks.place(text, min(error.pos, len(text)))) from None
    except RecursionError:
        message = f"the file nests deeper than {limits.DEPTH} levels, which is the limit"
        raise BrokenError(message, Mark(0, 0)) from None


def _no_number(name: str) -> NoReturn:
    message = f"this isn't JSON: `{name}` is no number in it"
    raise BrokenError(message, Mark(0, 0))


def _put(opened: _Open, node: Node, place: Mark) -> None:
    if isinstance(opened.children, list):
        opened.children.append(node)
    elif opened.key is None:
        opened.key = node
    else:
        name, opened.key = opened.key, None
        key = str(name.value)
        if key in opened.children:
            message = f"the key `{key}` stands twice in one object"
            raise BrokenError(message, place)
        opened.children[key] = node
        if opened.keys is not None:
            opened.keys[key] = name


def _scalar(sign: str, file: str, start: Mark, end: Mark) -> Node:
    if sign[0] == '"':
        text: str = json.loads(sign) if "\\" in sign else sign[1:-1]
        if not text.isprintable() and re.search(CONTROL, text):
            message = "a control character in a text: remove the escape"
            raise BrokenError(message, start)
        return Node(text, file, start, end, text)
    if sign[0] in "-0123456789":
        long = len(sign) > limits.INTEGER_DIGITS
        return Node(sign if long else json.loads(sign), file, start, end, sign)
    return Node({"true": True, "false": False, "null": None}[sign], file, start, end, sign)
