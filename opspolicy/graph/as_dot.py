"""The graph in DOT, for Graphviz and for whatever else reads it: all of it, however large."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.estate.declarations import GROUP, HARD, SOFT
from opspolicy.graph import words
from opspolicy.graph.as_mermaid import label
from opspolicy.graph.drawn import DEGRADED, DOWN, STRUCK, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.graph.drawn import Drawn, Edge, Node

STATES = {
    STRUCK: {"fillcolor": "#ffb3a7", "color": "#b42318", "penwidth": "4"},
    DOWN: {"fillcolor": "#ffe2dd", "color": "#b42318", "penwidth": "2"},
    DEGRADED: {"fillcolor": "#fff3cd", "color": "#8a5a00", "penwidth": "2"},
}
LINES = {HARD: "solid", SOFT: "dashed", GROUP: "dotted"}
REST = {"color": "#b6bcc2", "fontcolor": "#8c959f"}
"""How what an impact leaves alone looks."""


def render(drawn: Drawn) -> str:
    """Return the graph as DOT, with a final line break."""
    return "\n".join(_lines(drawn)) + "\n"


def _lines(drawn: Drawn) -> Iterator[str]:
    yield "digraph opspolicy {"
    title = [*drawn.warnings, words.title(drawn), *words.heading(drawn)]
    font = {"fontname": "sans-serif"}
    heading = {
        "rankdir": "LR",
        "labelloc": "t",
        "label": _text([each.replace("`", "") for each in title]),
        **font,
    }
    yield f"  graph {_attributes(heading)}"
    usual = {"shape": "box", "style": "filled", "fillcolor": "#f6f8fa", **font}
    yield f"  node {_attributes(usual)}"
    yield f"  edge {_attributes({'color': '#7d8590'})}"
    ids = {node.ref: f"n{at}" for at, node in enumerate(drawn.nodes)}
    for node in drawn.nodes:
        yield f"  {ids[node.ref]} {_attributes(_node(drawn, node))}"
    for edge in drawn.edges:
        yield f"  {ids[edge.start]} -> {ids[edge.end]} {_attributes(_edge(drawn, edge))}"
    yield "}"


def _node(drawn: Drawn, node: Node) -> dict[str, str]:
    """Return the attributes of a node: shape for what it is, style and colour for how it fails."""
    style = ["filled"]
    if node.is_facing:
        style.append("rounded")
    if node.state == DEGRADED or node.kind == UNKNOWN:
        style.append("dashed")
    if node.is_facing or node.state == STRUCK:
        style.append("bold")
    found = {"label": _text(label(drawn, node)), "tooltip": _text([node.ref])}
    if node.kind == GROUP:
        found["shape"] = "hexagon"
    if len(style) > 1:
        found["style"] = ",".join(style)
    if drawn.impact is not None:
        found |= STATES.get(node.state, REST)
    return found


def _edge(drawn: Drawn, edge: Edge) -> dict[str, str]:
    found = {"style": LINES[edge.kind]}
    if edge.state:
        found |= {"color": STATES[edge.state]["color"], "penwidth": "2"}
    elif drawn.impact is not None:
        found["color"] = REST["color"]
    return found


def _attributes(found: dict[str, str]) -> str:
    """Return a list of attributes; values are encoded already."""
    told = [f'{name}="{value}"' for name, value in found.items()]
    return f"[{', '.join(told)}]"


def _text(lines: list[str]) -> str:
    """Return lines for a quoted text of DOT, in which no escape and no entity means anything."""
    return "\\n".join(_escaped(encode.terminal(each)) for each in lines)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
