"""The graph as a picture: static SVG for a README, a wiki or a summary.

Nothing in it runs or is loaded. How a service fares differs in shape, pattern and words, not only
in colour.
"""

from __future__ import annotations

from opspolicy import encode
from opspolicy.estate.declarations import GROUP, HARD, SOFT
from opspolicy.graph import words
from opspolicy.graph.chosen import MOST_NODES, limited
from opspolicy.graph.drawn import DEGRADED, DOWN, STRUCK, UNKNOWN
from opspolicy.graph.layout import breadth, layout
from opspolicy.record import NamedTuple
from opspolicy.rules.wording import people

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.graph.drawn import Drawn, Edge, Node
    from opspolicy.graph.layout import Box, Layout, Line

LEAST_WIDTH, PAD, LINE = 640, 16, 20
WIDTH, ROW, INSET = 248, 16, 12
SMALL_WIDTH, SMALL_HEIGHT = 126, 26
MOST_PIXELS = 4000
"""How wide or high a picture may be that somebody looks at."""

CHARACTER, BOLD, TITLE = 6.6, 7.3, 9.2
"""How wide a character of a label is, on the average."""

STYLE = """
svg{--paper:#fff;--ink:#1f2328;--dim:#59636e;--edge:#7d8590;--box:#f6f8fa;--rim:#8c959f;
--down:#b42318;--fall:#ffe2dd;--slow:#8a5a00;--pale:#fff3cd;--warn:#8a5a00}
@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--dim:#9198a1;--edge:#7d8590;
--box:#161b22;--rim:#656c76;--down:#ff8a80;--fall:#4a1512;--slow:#e3b341;--pale:#3a2d05;
--warn:#e3b341}}
text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--ink)}
.paper{fill:var(--paper)}.dim{fill:var(--dim)}.name{font-weight:600}
.title{font-size:15px;font-weight:600}.warning{fill:var(--warn);font-weight:600}
.box{fill:var(--box);stroke:var(--rim)}.facing{stroke-width:2.5}
.unknown{stroke-dasharray:4 3;fill:none}
.box.struck{fill:var(--fall);stroke:var(--down);stroke-width:4}
.box.down{fill:url(#down);stroke:var(--down);stroke-width:2}
.box.degraded{fill:url(#degraded);stroke:var(--slow);stroke-width:2;stroke-dasharray:7 3}
.bad,.slow{font-weight:600}.bad,.mark{fill:var(--down)}.slow,.found{fill:var(--slow)}
.line{fill:none;stroke:var(--edge);stroke-width:1.3}.soft{stroke-dasharray:5 4}
.group{stroke-dasharray:1.5 3}.line.down{stroke:var(--down);stroke-width:2.6}
.line.degraded{stroke:var(--slow);stroke-width:2.2}.rest{opacity:.55}
.tip{fill:var(--edge)}.tip-down{fill:var(--down)}.tip-degraded{fill:var(--slow)}
.ground{fill:var(--fall)}.hatch{stroke:var(--down);stroke-width:1;opacity:.35}
.sand{fill:var(--pale)}.dot{fill:var(--slow);opacity:.5}
"""
TIPS = (("tip", "tip"), ("tip-down", "tip-down"), ("tip-degraded", "tip-degraded"))
PATTERNS = (
    "<defs>"
    '<pattern id="down" width="7" height="7" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="ground" width="7" height="7"/>'
    '<path class="hatch" d="M1 0V7"/></pattern>'
    '<pattern id="degraded" width="7" height="7" patternUnits="userSpaceOnUse">'
    '<rect class="sand" width="7" height="7"/><circle class="dot" cx="2" cy="2" r="1"/></pattern>'
    + "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"'
        f' markerUnits="userSpaceOnUse" orient="auto"><path class="{style}" d="M0 0L8 4L0 8z"/>'
        "</marker>"
        for name, style in TIPS
    )
    + "</defs>"
)


class Piece(NamedTuple):
    """A line of a label: how it looks, and what it says."""

    style: str
    text: str


def render(drawn: Drawn) -> str:
    """Return the graph as SVG, with a final line break; of a large one the important part."""
    part, placed = fitting(drawn)
    return "\n".join(Picture(part, placed).lines()) + "\n"


def fitting(drawn: Drawn, most: int = MOST_NODES) -> tuple[Drawn, Layout]:
    """Return as much of a graph as can be looked at, and where it goes."""
    while True:
        part = limited(drawn, most)
        sizes = {each.ref: _size(part, each) for each in part.nodes}
        edges = [(each.start, each.end) for each in part.edges]
        # What is too wide in any case takes long to lay out: a place for each line in each column.
        if most <= 1 or breadth(sizes, edges) <= MOST_PIXELS:
            placed = layout(sizes, edges)
            if most <= 1 or max(placed.width, placed.height) <= MOST_PIXELS:
                return part, placed
        most = min(most, len(part.nodes)) * 2 // 3


def label(drawn: Drawn, node: Node) -> list[Piece]:
    """Return the lines in the box of a node: its name, who uses it, and how it fares.

    In that of a redundancy group: how many of it are needed, and whether so many are left.

    An impact is about what would be, and what is planned would only be in its way.
    """
    if node.kind == GROUP:
        lost = ("bad", "✕ too few") if node.state == DOWN else ("slow", "~ no spare")
        return [Piece("", node.name), *([Piece(*lost)] if node.state else [])]
    pieces = [Piece("name", node.name)]
    service = node.service
    if node.kind == UNKNOWN:
        pieces.append(Piece("dim", "nothing declares it"))
    if service is not None:
        if service.title and service.title != node.name:
            pieces.append(Piece("dim", service.title))
        if service.customer_facing:
            unsaid = service.customers is None
            told = "customers, number not declared" if unsaid else people(service.customers)
            pieces.append(Piece("", told))
    if node.state:
        style = "slow" if node.state == DEGRADED else "bad"
        pieces.append(Piece(style, f"{SIGNS[node.state]} {words.SHORT[node.state]}"))
    if drawn.impact is None:
        pieces += marks(node)
    return pieces


def marks(node: Node) -> list[Piece]:
    """Return the lines below: the first of its planned outages, and the worst that is found."""
    pieces = []
    if node.planned:
        pieces.append(Piece("mark", f"▼ {words.short_outage(node)}"))
    if node.findings:
        worst = node.findings[0]
        many = f"{len(node.findings):,} findings, " if len(node.findings) > 1 else ""
        pieces.append(Piece("found", f"◆ {many}{worst.code} {worst.policy}"))
    return pieces


SIGNS = {STRUCK: "✕", DOWN: "✕", DEGRADED: "~"}
"""What stands before the words for how a node fails."""


def _size(drawn: Drawn, node: Node) -> tuple[float, float]:
    if node.kind == GROUP:
        return SMALL_WIDTH, SMALL_HEIGHT + (ROW if node.state else 0)
    return WIDTH, len(label(drawn, node)) * ROW + INSET


def shape(node: Node, box: Box, style: str = "") -> str:
    """Return the box of a node; those of services that customers use are rounder than others."""
    round_by = box.height / 2 if node.kind == GROUP else 14 if node.is_facing else 3
    name = f' class="{style}"' if style else ""
    return (
        f'<rect{name} x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}"'
        f' height="{box.height:.1f}" rx="{round_by:g}"/>'
    )


def texts(drawn: Drawn, node: Node, box: Box) -> Iterator[str]:
    """Yield the lines in the box of a node, as far as there is room; those of a group centred."""
    x, y, anchor, room = box.x + INSET, box.y + INSET / 2 + ROW - 4, "", box.width - 2 * INSET
    if node.kind == GROUP:
        x, y, anchor = box.x + box.width / 2, box.y + 17, ' text-anchor="middle"'
        room = box.width - INSET
    for at, piece in enumerate(label(drawn, node)):
        wide = BOLD if piece.style in {"name", "bad", "slow"} else CHARACTER
        shown = encode.html(fitted(piece.text, int(room / wide)))
        style = f' class="{piece.style}"' if piece.style else ""
        yield f'<text{style} x="{x:.1f}" y="{y + at * ROW:.1f}"{anchor}>{shown}</text>'


def fitted(text: str, most: int) -> str:
    """Return at most so many columns of a text, with the escapes that it is shown with."""
    shown = encode.terminal(text)
    if encode.columns(shown) <= most:
        return shown
    while encode.columns(shown) > most - 1:
        shown = shown[:-1]
    return f"{shown}…"


class Picture:
    """One picture of one graph."""

    def __init__(self, drawn: Drawn, placed: Layout) -> None:
        """Prepare to draw a graph where it has been placed."""
        self.drawn, self.placed = drawn, placed
        self.width = round(max(placed.width + 2 * PAD, LEAST_WIDTH))
        self.y = float(PAD)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the picture, from top to bottom."""
        title = words.title(self.drawn)
        head = [each for text in self.drawn.warnings for each in self._told("warning", text)]
        head += self._told("title", title)
        for each in words.heading(self.drawn):
            head += self._told("", each)
        if not self.drawn.nodes:
            head += self._told("dim", "No service is declared.")
        top = self.y + PAD
        self.y = top + self.placed.height + PAD / 2
        foot = [*self._legend(), *self._told("dim", words.left_out(self.drawn))]
        height = round(self.y + PAD)
        shown = encode.html(title.replace("`", ""))
        yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{height}"'
        yield f' viewBox="0 0 {self.width} {height}" role="img" aria-label="{shown}">'
        yield f"<title>{shown}</title><style>{STYLE}</style>{PATTERNS}"
        yield f'<rect class="paper" width="{self.width}" height="{height}" rx="6"/>'
        yield from head
        yield f'<g transform="translate({PAD} {top:.0f})">'
        for line in self.placed.lines:
            yield self._line(self.drawn.edges[line.at], line)
        for node, box in zip(self.drawn.nodes, self.placed.boxes, strict=True):
            yield from self._box(node, box)
        yield "</g>"
        yield from foot
        yield "</svg>"

    def _told(self, name: str, text: str) -> Iterator[str]:
        """Yield a text in as many lines as it takes."""
        wide = TITLE if name == "title" else CHARACTER
        shown = encode.terminal(text.replace("`", ""))
        for line in encode.wrap(shown, int((self.width - 2 * PAD) / wide)):
            self.y += LINE
            yield f'<text class="{name}" x="{PAD}" y="{self.y:.1f}">{encode.html(line)}</text>'

    # Boxes and lines ------------------------------------------------------------------------------

    def _rest(self, *, fails: bool) -> str:
        """Return the class of what an impact leaves alone."""
        return " rest" if self.drawn.impact is not None and not fails else ""

    def _box(self, node: Node, box: Box) -> Iterator[str]:
        said = encode.html("; ".join(tip(node)).replace("`", ""))
        rest = self._rest(fails=bool(node.state))
        yield f'<g class="node{rest}"><title>{said}</title>'
        names = ["box", *(["facing"] if node.is_facing else []), node.state]
        names += ["unknown"] if node.kind == UNKNOWN else []
        yield shape(node, box, " ".join(filter(None, names)))
        yield from texts(self.drawn, node, box)
        yield "</g>"

    def _line(self, edge: Edge, line: Line) -> str:
        names = ["line", *([edge.kind] if edge.kind != HARD else []), edge.state]
        rest = self._rest(fails=bool(edge.state)).strip()
        tip = f"tip-{edge.state}" if edge.state else "tip"
        shown = " ".join(filter(None, [*names, rest]))
        return f'<path class="{shown}" d="{way(line)}" marker-end="url(#{tip})"/>'

    def _legend(self) -> Iterator[str]:
        """Yield what the kinds of boxes and lines mean that are drawn."""
        x, y = float(PAD), self.y + LINE
        for key, text in self._keys():
            wide = 44 + len(text) * CHARACTER
            if x + wide > self.width - PAD and x > PAD:
                x, y = float(PAD), y + LINE
            if key in {"mark", "found"}:
                sign = "▼" if key == "mark" else "◆"
                yield f'<text class="{key}" x="{x + 6:.1f}" y="{y:.1f}">{sign}</text>'
            elif key.startswith("line"):
                yield f'<path class="{key}" d="M{x:.1f} {y - 4:.1f}h22"/>'
            else:
                corner = 5 if "facing" in key else 1
                yield (
                    f'<rect class="{key}" x="{x + 1:.1f}" y="{y - 10:.1f}" width="20" height="12"'
                    f' rx="{corner}"/>'
                )
            yield f'<text class="dim" x="{x + 28:.1f}" y="{y:.1f}">{encode.html(text)}</text>'
            x, self.y = x + wide, y

    def _keys(self) -> Iterator[tuple[str, str]]:
        nodes, edges = self.drawn.nodes, self.drawn.edges
        kinds = {each.kind for each in edges}
        states = {each.state for each in nodes}
        if any(each.is_facing for each in nodes):
            yield "box facing", "customers use it"
        for state, text in words.SHORT.items():
            if state in states:
                yield f"box {state}", text
        if HARD in kinds:
            yield "line", "needs"
        if SOFT in kinds:
            yield "line soft", "does worse without"
        if GROUP in kinds:
            yield "line group", "member of a redundancy group"
        if self.drawn.impact is None:
            if any(each.planned for each in nodes):
                yield "mark", "planned outage, on the clock of the service"
            if any(each.findings for each in nodes):
                yield "found", "finding"


def tip(node: Node) -> list[str]:
    """Return all there is to say of a node, for whoever points at it."""
    told = [words.called(node), *words.about(node)]
    told += [words.STATES[node.state]] if node.state else []
    return [each for each in (*told, words.outage(node), words.findings(node)) if each]


def way(line: Line) -> str:
    """Return the way of a line: straight up and down, else in bends from column to column."""
    (x, y), *rest = line.points
    told = [f"M{x:.1f} {y:.1f}"]
    if line.start == line.end:
        return "".join([*told, *(f"L{px:.1f} {py:.1f}" for px, py in rest)])
    for px, py in rest:
        half = (x + px) / 2
        told.append(f"C{half:.1f} {y:.1f} {half:.1f} {py:.1f} {px:.1f} {py:.1f}")
        x, y = px, py
    return "".join(told)
