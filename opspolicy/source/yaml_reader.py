"""YAML text to Nodes, through libyaml's events.

Events carry exact marks for keys and aliases and arrive one by one, so every cap is enforced
before anything is built. libyaml's own composer recurses in C and dies on deeply nested input;
this one keeps a stack of its own.
"""

from __future__ import annotations

import re

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined] # it is there, and not re-exported
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from opspolicy.record import NamedTuple
from opspolicy.source import limits, scalars
from opspolicy.source.node import Node
from opspolicy.source.problem import Problem
from opspolicy.source.span import Note, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from opspolicy.source.node import Mark, Scalar

    # The stubs let every event lack its marks; libyaml's always have them.
    Event = Any

# Patterns are compiled by `re` when they are first used: a clean run needs none of these.
# What YAML calls a line break; libyaml counts lines by these.
LINE_BREAK = "\r\n|[\n\r\x85\u2028\u2029]"
NEXT_LINE = "\x85"
# C0, DEL and C1 without tab and line breaks: no schedule needs them, terminals obey them.
CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
# Five fields behind a star, unquoted: the commonest mistake in a file of schedules.
UNQUOTED_CRON = (
    r"[:\-,\[{]\s+(?P<cron>\*[^\s#\]}]*?(?:[ \t]+[^\s#\]}]+?){1,5}?)[ \t]*(?=,[ \t]|[\]}#]|$)"
)
CORE_TAGS = {
    f"tag:yaml.org,2002:{name}": name
    for name in ("str", "int", "float", "bool", "null", "map", "seq")
}
# UTF-8 needs four bytes a character at most, so most texts need no encoding to be judged.
SURELY_SHORT = limits.SCALAR_BYTES // 4
CONTEXTS = {
    "while parsing a block mapping": "in the mapping that begins here",
    "while parsing a block collection": "in the list that begins here",
    "while parsing a flow mapping": "in the braces that open here",
    "while parsing a flow sequence": "in the brackets that open here",
    "while parsing a node": "in what begins here",
    "while scanning a simple key": "in the key that begins here",
    "while scanning a quoted scalar": "in the quotes that open here",
    "while scanning a double-quoted scalar": "in the quotes that open here",
    "while scanning a block scalar": "in the text that begins here",
    "while scanning a plain scalar": "in the text that begins here",
    "while scanning for the next token": "here",
}
"""What libyaml says of where it was, and how that is said here."""

SECOND_COLON = "mapping values are not allowed in this context"
BEGAN_WRONG = ("found unexpected end of stream", "could not find expected ':'")
"""What libyaml says of a place at which it gave up on something that began further up."""

PLAIN_WORDS = {
    SECOND_COLON: ("a second `: ` on one line: put a value that holds `: ` in quotes"),
    "found a tab character that violates indentation": (
        "a tab is used for indentation; YAML indents with spaces"
    ),
    "did not find expected key": (
        "this line doesn't fit what stands above it: check the indentation and closing brackets"
    ),
    "found unexpected end of stream": "this quotation mark is never closed",
    "did not find expected node content": (
        "a value is expected here: a bracket above may still be open"
    ),
    "could not find expected ':'": (
        "this is no `key: value`: a `:` with a space after it is missing"
    ),
    "did not find expected <document start>": (
        "the document has ended above: check the indentation of this line"
    ),
    "block sequence entries are not allowed in this context": (
        "a list item can't stand on this line: begin the list on a line of its own"
    ),
    "found unknown escape character": (
        "an unknown escape: in double quotes a backslash is written twice"
    ),
    "did not find expected comment or line break": (
        "nothing but a comment may stand here: begin the text on the next line"
    ),
    "did not find expected ',' or '}'": "a `,` or the closing `}` is missing",
    "did not find expected ',' or ']'": "a `,` or the closing `]` is missing",
    "did not find expected '-' indicator": (
        "a list item is expected here: check the indentation and the leading `- `"
    ),
}


class NotYaml(Exception):  # noqa: N818 - read as a sentence: "raise NotYaml"
    """Reading stopped: nothing after this place can be trusted."""

    def __init__(self, problem: Problem) -> None:
        """Stop for ``problem``."""
        super().__init__(problem.message)
        self.problem = problem


class Anchor(NamedTuple):
    """A named node, with what it costs to repeat it."""

    node: Node
    nodes: int
    height: int


class Frame:
    """A collection that is still open."""

    __slots__ = ("anchor", "children", "height", "key", "keys", "merges", "nodes", "start")

    def __init__(self, event: Event, nodes: int) -> None:
        """Open the collection that ``event`` starts, after ``nodes`` values."""
        self.anchor = event.anchor
        self.start = event.start_mark
        self.nodes = nodes
        self.height = 1
        is_mapping = event.__class__ is MappingStartEvent
        self.keys: dict[str, Node] | None = {} if is_mapping else None
        self.children: dict[str, Node] | list[Node] = {} if is_mapping else []
        self.key: Node | None = None
        self.merges: list[tuple[Node, Node]] = []


def read(text: str, file: str) -> tuple[list[Node], list[Problem]]:
    """Compose every document of ``text``.

    Returns the documents' root Nodes and what is wrong with the file. When there is a problem the
    documents are not to be used: an ambiguous file must not be half believed.
    """
    if NEXT_LINE in text:
        # The one control character that libyaml lets through.
        return [], [_control_character(text, file, text.index(NEXT_LINE))]
    composer = Composer(file)
    try:
        composer.compose(CParser(text))
    except NotYaml as error:
        composer.problems.append(error.problem)
    except yaml.YAMLError as error:
        composer.problems.append(_syntax_problem(error, text, file))
    return composer.documents, composer.problems


class Composer:
    """Builds Nodes from events, iteratively, within the limits."""

    def __init__(self, file: str) -> None:
        """Start with nothing read of ``file``."""
        self.file = file
        self.documents: list[Node] = []
        self.problems: list[Problem] = []
        self._stack: list[Frame] = []
        self._anchors: dict[str, Anchor] = {}
        self._nodes = 0
        self._aliases = 0

    def compose(self, parser: CParser) -> None:
        """Read every event of ``parser``; raises NotYaml where reading can't go on."""
        get_event: Callable[[], Event] = parser.get_event
        events = 0
        event: Event
        while (event := get_event()) is not None:
            events += 1
            if events > limits.EVENTS:
                raise self._over(event, f"has more than {limits.EVENTS:,} YAML events")
            kind = event.__class__
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close(event)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                self._anchors.clear()
                if event.tags:
                    raise self._stop(event, "a %TAG directive: only %YAML is allowed")

    def _scalar(self, event: Event) -> None:
        text: str = event.value
        if len(text) > SURELY_SHORT and len(text.encode()) > limits.SCALAR_BYTES:
            raise self._over(event, f"has a text of more than {limits.SCALAR_BYTES // 1024} KiB")
        if event.style == '"' and not text.isprintable() and re.search(CONTROL, text):
            self._problem(event, "a control character in a text: remove the escape")
        frame = self._stack[-1] if self._stack else None
        is_key = frame is not None and frame.keys is not None and frame.key is None
        if is_key or (
            event.tag is None and not (event.implicit[0] and text[:1] in scalars.MAYBE_NOT_TEXT)
        ):
            value: Scalar = text
        else:
            value = self._value(event, text)
        node = Node(value, self.file, event.start_mark, event.end_mark, text)
        if event.anchor is not None:
            self._anchors[event.anchor] = Anchor(node, 1, 0)
        if is_key:
            self._key(event, node)
        else:
            self._add(node, 1, 0, event)

    def _value(self, event: Event, text: str) -> str | int | float | bool | None:
        tag = event.tag
        if tag is not None and tag != "!":
            name = CORE_TAGS.get(tag)
            if name is None:
                self._problem(event, f"the tag `{tag}` is not part of YAML's core schema")
                return text
        else:
            name = None if tag is None else "str"
        if name == "str":
            return text
        try:
            value = scalars.resolve(text)
        except scalars.ScalarError as error:
            self._problem(event, str(error))
            return text
        if name == "float" and value.__class__ is int:
            return float(value)
        if name is not None and name != _type_name(value):
            self._problem(event, f"`{text}` is not what the tag `!!{name}` promises")
        return value

    def _open(self, event: Event) -> None:
        parent = self._stack[-1] if self._stack else None
        if parent is not None and parent.keys is not None and parent.key is None:
            raise self._stop(event, "a list or mapping is used as a key: keys are plain names")
        if event.tag is not None:
            wanted = "map" if event.__class__ is MappingStartEvent else "seq"
            if CORE_TAGS.get(event.tag) != wanted:
                self._problem(event, f"the tag `{event.tag}` is not part of YAML's core schema")
        if event.anchor is not None:
            self._anchors.pop(event.anchor, None)
        self._stack.append(Frame(event, self._nodes))
        if len(self._stack) > limits.DEPTH:
            raise self._over(event, f"nests deeper than {limits.DEPTH} levels")

    def _close(self, event: Event) -> None:
        frame = self._stack.pop()
        for _, value in frame.merges:
            self._merge(frame, value, event)
        node = Node(frame.children, self.file, frame.start, event.end_mark, None, frame.keys)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = Anchor(node, self._nodes - frame.nodes + 1, frame.height)
        self._add(node, 1, frame.height, event)

    def _alias(self, event: Event) -> None:
        self._aliases += 1
        if self._aliases > limits.ALIASES:
            raise self._over(event, f"has more than {limits.ALIASES} aliases")
        if any(frame.anchor == event.anchor for frame in self._stack):
            raise self._stop(event, f"the alias `*{event.anchor}` contains itself")
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            raise self._stop(event, f"the alias `*{event.anchor}` names no anchor above it")
        if len(self._stack) + anchor.height > limits.DEPTH:
            raise self._over(event, f"nests deeper than {limits.DEPTH} levels by an alias")
        source = anchor.node
        start, end = event.start_mark, event.end_mark
        node = Node(source.value, self.file, start, end, source.text, source.keys)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.keys is not None and frame.key is None:
            if node.is_collection:
                raise self._stop(event, "a list or mapping is used as a key: keys are plain names")
            self._key(event, node)
            return
        self._add(node, anchor.nodes, anchor.height, event)

    def _key(self, event: Event, node: Node) -> None:
        frame = self._stack[-1]
        frame.key = node
        name = node.text or ""
        assert frame.keys is not None  # noqa: S101 - narrows the type; only mappings have keys
        if name != "<<" and name not in frame.keys:
            frame.keys[name] = node
            return
        is_merge = name == "<<" and isinstance(event, ScalarEvent) and event.implicit[0]
        merged_before = frame.merges[0][0] if frame.merges else None
        first = merged_before if is_merge else frame.keys.get(name)
        if first is not None:
            self.problems.append(
                Problem(
                    "invalid-yaml",
                    f"the key `{name}` stands twice in one mapping, on lines {first.line} and"
                    f" {node.line}",
                    node.span,
                    (Note(first.span, "first here"),),
                    "keep one of the two: YAML doesn't say which would win",
                    key=f"duplicate:{name}",
                )
            )
        elif not is_merge:
            frame.keys[name] = node

    def _add(self, node: Node, nodes: int, height: int, event: Event) -> None:
        self._nodes += nodes
        if self._nodes > limits.EXPANDED_NODES:
            cap = f"{limits.EXPANDED_NODES:,}"
            raise self._over(event, f"has more than {cap} values once aliases are written out")
        if not self._stack:
            self.documents.append(node)
            return
        frame = self._stack[-1]
        if height >= frame.height:
            frame.height = height + 1
        children = frame.children
        if isinstance(children, list):
            children.append(node)
            return
        key = frame.key
        frame.key = None
        if key is None:
            return
        name = key.text or ""
        if frame.keys is not None and name not in frame.keys:
            frame.merges.append((key, node))
        elif name not in children:
            children[name] = node

    def _merge(self, frame: Frame, value: Node, event: Event) -> None:
        """Add the keys of ``<<``'s mappings that the mapping doesn't have itself."""
        sources = value.items if isinstance(value.value, list) else [value]
        for source in sources:
            if not isinstance(source.value, dict) or source.keys is None:
                self._problem_at(value.span, "`<<` takes a mapping, or a list of mappings")
                return
            self._nodes += len(source.keys)
            if self._nodes > limits.EXPANDED_NODES:
                cap = f"{limits.EXPANDED_NODES:,}"
                raise self._over(
                    event, f"has more than {cap} values once merge keys are written out"
                )
            for name, child in source.value.items():
                if frame.keys is not None and name not in frame.keys:
                    assert isinstance(frame.children, dict)  # noqa: S101 - a frame with keys
                    frame.keys[name] = source.keys[name]
                    frame.children[name] = child

    def _problem(self, event: Event, message: str) -> None:
        mark, end = event.start_mark, event.end_mark
        span = Span(self.file, mark.line + 1, mark.column + 1, end.line + 1, end.column + 1)
        self._problem_at(span, message)

    def _problem_at(self, span: Span, message: str) -> None:
        self.problems.append(Problem("invalid-yaml", message, span, key=message))

    def _stop(self, event: Event, message: str) -> NotYaml:
        span = _spot(self.file, event.start_mark)
        return NotYaml(Problem("invalid-yaml", message, span, key=message))

    def _over(self, event: Event, what: str) -> NotYaml:
        message = f"the file {what}, which is the limit"
        hint = "split the file, or leave out what was generated"
        span = _spot(self.file, event.start_mark)
        return NotYaml(Problem("unreadable-file", message, span, hint=hint, key=what))


def _spot(file: str, mark: Mark) -> Span:
    """Return the one character at a mark of libyaml's."""
    return Span(file, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


def _type_name(value: object) -> str:
    names = {bool: "bool", int: "int", float: "float", str: "str"}
    return names.get(type(value), "null")


def _control_character(text: str, file: str, position: int) -> Problem:
    return Problem(
        "invalid-yaml",
        f"the control character U+{ord(text[position]):04X} stands in the file",
        _place(text, file, position),
        hint="remove it: nothing that is declared needs it, and terminals obey it",
        key="control",
    )


def _place(text: str, file: str, position: int) -> Span:
    breaks = [found.end() for found in re.finditer(LINE_BREAK, text[:position])]
    line, start = len(breaks) + 1, breaks[-1] if breaks else 0
    column = position - start + 1
    return Span(file, line, column, line, column + 1)


def _syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """Say in plain words what libyaml stumbled over."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        # A ReaderError: a character YAML doesn't allow, counted in bytes from the file's start.
        before = text.encode()[: int(getattr(error, "position", 0))].decode("utf-8", "ignore")
        return _control_character(text, file, min(len(before), len(text) - 1))
    span = _spot(file, mark)
    lines = re.split(LINE_BREAK, text)
    written = lines[mark.line] if mark.line < len(lines) else ""
    if found := re.search(UNQUOTED_CRON, written):
        cron = found["cron"].strip()
        line, start = span.line, found.start("cron") + 1
        return Problem(
            "invalid-yaml",
            f"the schedule `{cron}` starts with `*`, which YAML takes for an alias",
            Span(file, line, start, line, start + len(cron)),
            hint=f'put it in quotes: "{cron}"',
            key="unquoted-cron",
        )
    said = getattr(error, "problem", None) or "not YAML"
    opened = getattr(error, "context_mark", None)
    if said in BEGAN_WRONG and opened is not None:
        # The quotation mark that isn't closed is what to look at, not the end of the file.
        span = _spot(file, opened)
    message = PLAIN_WORDS.get(said, said)
    if said == SECOND_COLON and ": " not in written[: mark.column]:
        message = (
            "this line is indented further than the one above it, which has a value already:"
            " check the indentation"
        )
    elif said == "found character that cannot start any token":
        message = _no_start(written[mark.column : mark.column + 1])
    elif getattr(error, "context", None) == "while scanning an alias":
        message = "this starts with `*`, which YAML takes for an alias: put it in quotes"
    return Problem("invalid-yaml", message, span, _context(error, span), key=message)


def _no_start(character: str) -> str:
    if character == "\t":
        return "a tab is used for indentation; YAML indents with spaces"
    return f"YAML lets no text start with `{character}`: put it in quotes"


def _context(error: yaml.YAMLError, place: Span) -> tuple[Note, ...]:
    """Return what libyaml was reading, where that began on another line."""
    mark = getattr(error, "context_mark", None)
    said = getattr(error, "context", None)
    if mark is None or said is None or mark.line + 1 == place.line:
        return ()
    return (Note(_spot(place.file, mark), CONTEXTS.get(str(said), str(said))),)
