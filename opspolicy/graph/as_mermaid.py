"""The graph as a Mermaid flowchart, which GitHub, GitLab and wikis draw where it stands."""

from __future__ import annotations

import re

from opspolicy import encode
from opspolicy.estate.declarations import GROUP, HARD, SOFT
from opspolicy.graph import words
from opspolicy.graph.chosen import MOST_NODES, limited
from opspolicy.graph.drawn import DEGRADED, DOWN, STRUCK, UNKNOWN
from opspolicy.phrases import count, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.graph.drawn import Drawn, Node

MOST_EDGES, MOST_CHARACTERS = 500, 50_000
"""What Mermaid draws unless it is told otherwise, which GitHub doesn't permit."""

MOST_LABEL = 80
ARROWS = {HARD: "-->", SOFT: "-.->", GROUP: "---"}
SHAPES = {"facing": ('("', '")'), GROUP: ('{{"', '"}}'), UNKNOWN: ('>"', '"]')}
BOX = ('["', '"]')
CLASSES = {
    STRUCK: "fill:#ffb3a7,stroke:#b42318,stroke-width:4px,color:#1f2328",
    DOWN: "fill:#ffe2dd,stroke:#b42318,stroke-width:2px,color:#1f2328",
    DEGRADED: "fill:#fff3cd,stroke:#8a5a00,stroke-width:2px,stroke-dasharray:7 3,color:#1f2328",
    UNKNOWN: "stroke-dasharray:4 3",
    "rest": "opacity:0.45",
    "warning": "fill:#fff3cd,stroke:#8a5a00,stroke-width:3px,color:#1f2328",
}
LINES = {
    DOWN: "stroke:#b42318,stroke-width:3px",
    DEGRADED: "stroke:#8a5a00,stroke-width:3px",
}


def render(drawn: Drawn) -> str:
    """Return the graph as a Mermaid diagram, with a final line break.

    Of what is too much for Mermaid the important part, and how much is left out.
    """
    most = MOST_NODES
    while True:
        part = limited(drawn, most, MOST_EDGES)
        text = "\n".join(_lines(part)) + "\n"
        if most <= 1 or len(text) <= MOST_CHARACTERS:
            return text
        most = min(most, len(part.nodes)) * 2 // 3


def _lines(drawn: Drawn) -> Iterator[str]:
    yield "flowchart LR"
    # Mermaid shows no comment. What it reads to those who can't see gets no names: it decodes none.
    fall = "What falls of " if drawn.impact is not None else ""
    yield f"  accTitle: {fall}{count(len(drawn.services), 'service')}, and what they depend on"
    left = words.left_out(drawn)
    for each in [*drawn.warnings, words.title(drawn), *words.heading(drawn), left]:
        if each:
            yield f"  %% {_noted(each)}"
    # Nobody sees a comment in the picture, and without this it would look whole.
    for at, each in enumerate(drawn.warnings):
        yield f'  warning{at}["{_said(cut(each.replace("`", ""), MOST_LABEL))}"]:::warning'
    if drawn.impact is not None:
        yield f'  told["{_said(words.title(drawn).replace("`", ""))}"]:::rest'
    if left:
        yield f'  left_out["{_said(left)}"]:::rest'
    ids = {node.ref: f"n{at}" for at, node in enumerate(drawn.nodes)}
    for node in drawn.nodes:
        before, after = SHAPES.get("facing" if node.is_facing else node.kind, BOX)
        shown = "<br/>".join(_said(cut(each, MOST_LABEL)) for each in label(drawn, node))
        yield f"  {ids[node.ref]}{before}{shown}{after}"
    for edge in drawn.edges:
        yield f"  {ids[edge.start]} {ARROWS[edge.kind]} {ids[edge.end]}"
    yield from _styles(drawn, ids)


def _styles(drawn: Drawn, ids: dict[str, str]) -> Iterator[str]:
    """Yield the classes, and what is of each: those that nothing has are left out."""
    of: dict[str, list[str]] = {}
    for node in drawn.nodes:
        if node.kind == UNKNOWN:
            of.setdefault(UNKNOWN, []).append(ids[node.ref])
        if node.state:
            of.setdefault(node.state, []).append(ids[node.ref])
        elif drawn.impact is not None:
            of.setdefault("rest", []).append(ids[node.ref])
    for name, style in CLASSES.items():
        is_beside = {
            "rest": bool(drawn.left_out or drawn.impact),
            "warning": bool(drawn.warnings),
        }
        if name in of or is_beside.get(name):
            yield f"  classDef {name} {style}"
        if name in of:
            yield f"  class {','.join(of[name])} {name}"
    for state, style in LINES.items():
        if marked := [str(at) for at, edge in enumerate(drawn.edges) if edge.state == state]:
            yield f"  linkStyle {','.join(marked)} {style}"


def label(drawn: Drawn, node: Node) -> list[str]:
    """Return the lines of a node: its name, who uses it, whose it is, and how it fares."""
    told = [node.name, *words.about(node)]
    if node.kind == GROUP:
        lost = {DOWN: "too few are left", DEGRADED: "no spare is left"}
        return [node.name, lost[node.state]] if node.state else [node.name]
    if node.state:
        told.append(words.SHORT[node.state].upper())
    if drawn.impact is None:
        told += [each for each in (words.short_outage(node), words.findings(node)) if each]
    return told


def _noted(text: str) -> str:
    """Return a text for a comment, in which Mermaid looks for directives and a page for tags."""
    shown = encode.terminal(text.replace("`", ""))
    return re.sub(r"[{}<>&#%]", lambda found: f"#{ord(found[0])};", shown)


def _said(text: str) -> str:
    """Return a text as Mermaid shows it: what would begin a list of Markdown doesn't."""
    shown = encode.mermaid(text)
    found = re.match(r"(\d*)([-.])", shown)
    return f"{found[1]}#{ord(found[2])};{shown[found.end() :]}" if found else shown
