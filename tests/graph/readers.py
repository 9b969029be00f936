"""What reads our drawings: each by a grammar of its own, strictly, sharing nothing with writers.

A reader fails for a line that it doesn't know, and returns the nodes and edges that it has seen.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, NamedTuple

from tests.sinks import assert_harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HARD, SOFT, GROUP = "hard", "soft", "group"


class Read(NamedTuple):
    """The labels of nodes by their ids, edges by these ids, and all that was said."""

    nodes: dict[str, str]
    edges: list[tuple[str, str, str]]
    said: str


# Mermaid ------------------------------------------------------------------------------------------

# What stands in quotes: no quote, no bracket, no backtick; a number behind `#` is a character.
QUOTED = r'"((?:[\w ./,()\u0080-\U0010ffff-]|#\d+;|<br/>)*)"'
SHAPES = (r"\[%s\]", r"\(%s\)", r"\{\{%s\}\}", r">%s\]")
NODE = re.compile(
    rf"(n\d+|left_out|told|warning\d)(?:{'|'.join(each % QUOTED for each in SHAPES)})(:::rest|:::warning)?"
)
ARROW = re.compile(r"(n\d+) (-->|-\.->|---) (n\d+)")
STYLE = r"[a-z-]+:[#\w. ]+"
OTHERS = (
    re.compile(r"accTitle: [\w ,]+"),
    re.compile(r"%% (?:[^`{}<>&#%]|#\d+;)*"),
    re.compile(rf"classDef (?:struck|down|degraded|unknown|rest|warning) {STYLE}(?:,{STYLE})*"),
    re.compile(r"class n\d+(?:,n\d+)* (?:struck|down|degraded|unknown|rest)"),
    re.compile(rf"linkStyle \d+(?:,\d+)* {STYLE}(?:,{STYLE})*"),
)
ARROWS = {"-->": HARD, "-.->": SOFT, "---": GROUP}


def mermaid(written: str) -> Read:
    """Read a flowchart, a statement a line."""
    assert_harmless(written)
    first, *lines = written.removesuffix("\n").split("\n")
    assert first == "flowchart LR"
    nodes: dict[str, str] = {}
    edges = []
    for line in lines:
        assert line.startswith("  "), line
        statement = line[2:]
        if found := NODE.fullmatch(statement):
            if found[1].startswith("n"):
                assert found[1] not in nodes
                label = next(each for each in found.groups()[1:5] if each is not None)
                assert label
                assert not re.match(r"\d*[-.]", label), "a list of Markdown"
                nodes[found[1]] = _decoded(label.partition("<br/>")[0])
        elif found := ARROW.fullmatch(statement):
            edges.append((found[1], found[3], ARROWS[found[2]]))
        else:
            assert any(each.fullmatch(statement) for each in OTHERS), line
    assert {each for start, end, _ in edges for each in (start, end)} <= nodes.keys()
    return Read(nodes, edges, _decoded(written))


def _decoded(label: str) -> str:
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label)


# DOT ----------------------------------------------------------------------------------------------

TEXT = r'"((?:[^"\\&]|\\["\\n]|&amp;)*)"'
LIST = rf"\[\w+={TEXT}(?:, \w+={TEXT})*\]"
ATTRIBUTE = re.compile(rf"(\w+)={TEXT}")
LINES = {"solid": HARD, "dashed": SOFT, "dotted": GROUP}


def dot(written: str) -> Read:
    """Read a graph of Graphviz, a statement a line."""
    assert_harmless(written)
    first, *lines, last, end = written.split("\n")
    assert (first, last, end) == ("digraph opspolicy {", "}", "")
    nodes: dict[str, str] = {}
    edges = []
    said = []
    for line in lines:
        found = re.fullmatch(rf"  (graph|node|edge|n\d+(?: -> n\d+)?) ({LIST})", line)
        assert found, line
        values = dict(ATTRIBUTE.findall(found[2]))
        said += [_plain(each) for each in values.values()]
        if " -> " in found[1]:
            start, _, target = found[1].partition(" -> ")
            edges.append((start, target, LINES[values["style"]]))
        elif found[1].startswith("n") and found[1] != "node":
            assert found[1] not in nodes
            nodes[found[1]] = _plain(values["label"].partition("\\n")[0])
    return Read(nodes, edges, "\n".join(said))


def _plain(text: str) -> str:
    shown = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)
    return shown.replace("&amp;", "&")


# SVG ----------------------------------------------------------------------------------------------

SPACE = "{http://www.w3.org/2000/svg}"
ATTRIBUTES = {
    "svg": {"width", "height", "viewBox", "role", "aria-label"},
    "title": set(), "style": set(), "defs": set(), "g": {"class", "transform"},
    "pattern": {"id", "width", "height", "patternUnits", "patternTransform"},
    "marker": {"id", "viewBox", "refX", "refY", "markerWidth", "markerHeight", "markerUnits", "orient"},
    "rect": {"class", "x", "y", "width", "height", "rx"}, "circle": {"class", "cx", "cy", "r"},
    "path": {"class", "d", "marker-end"}, "text": {"class", "x", "y", "text-anchor"},
}  # fmt: skip


def svg(written: str) -> Read:
    """Read a picture: our own elements alone, in which nothing runs and nothing is loaded.

    Nodes are told by their tooltips, in order; of edges only their kinds.
    """
    assert_harmless(written)
    root = ET.fromstring(written)  # noqa: S314 - what we have written ourselves
    for each in root.iter():
        name = each.tag.removeprefix(SPACE)
        assert {*each.attrib} <= ATTRIBUTES[name], (name, each.attrib)
        for key, value in each.attrib.items():
            assert key == "aria-label" or re.fullmatch(r"[\w .()#-]*", value), (key, value)
            assert "url(" not in value or re.fullmatch(r"url\(#tip(-\w+)?\)", value)
    style = "".join(each.text or "" for each in root.iter(f"{SPACE}style"))
    assert "@import" not in style
    assert {*re.findall(r"url\(([^)]*)\)", style)} <= {"#down", "#degraded"}
    groups = [each for each in root.iter(f"{SPACE}g") if "node" in each.get("class", "").split()]
    nodes = {f"n{at}": next(each.iter(f"{SPACE}text")).text or "" for at, each in enumerate(groups)}
    lines = [
        each.get("class", "").split()
        for each in root.iter(f"{SPACE}path")
        if each.get("marker-end") is not None
    ]
    kinds = [SOFT if SOFT in each else GROUP if GROUP in each else HARD for each in lines]
    return Read(nodes, [("", "", each) for each in kinds], "".join(root.itertext()))


# Text ---------------------------------------------------------------------------------------------

BRANCH = re.compile(r"((?:│  |   )*)([├└]─ )?(\S.*)")


def tree(written: str, names: set[str]) -> set[tuple[str, str]]:
    """Return who stands below whom in a tree, by what is shown of their ``names``.

    A line that is no node's goes on with the one above it.
    """
    edges: set[tuple[str, str]] = set()
    above: list[str] = []
    for line, found in _branches(written):
        depth = len(found[1]) // 3 + (1 if found[2] else 0)
        name = found[3].partition("  ")[0]
        is_node = bool(found[2]) or (depth == 0 and name in names)
        if not is_node:
            continue
        assert name in names, line
        del above[depth:]
        if above:
            edges.add((above[-1], name))
        above.append(name)
    return edges


def _branches(written: str) -> Iterator[tuple[str, re.Match[str]]]:
    for line in written.split("\n"):
        if found := BRANCH.fullmatch(line):
            yield line, found


READERS: dict[str, Callable[[str], Read]] = {"mermaid": mermaid, "dot": dot, "svg": svg}
