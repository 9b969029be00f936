"""The planner as a picture: static SVG for a README, a wiki or a summary.

Nothing in it runs or is loaded. Kinds differ in shape and pattern, not only in colour.
"""

from __future__ import annotations

from opspolicy import encode
from opspolicy.phrases import count, cut
from opspolicy.picture import drawing
from opspolicy.planner.axis import ticks
from opspolicy.record import NamedTuple
from opspolicy.temporal import wording, zones
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.picture.drawing import Row
    from opspolicy.planner.lanes import Lane, Planner

WIDTH, MARGIN, PAD = 960, 200, 16
ROW, HEAD, MARK, AXIS, LEGEND, LINE = 16, 26, 10, 44, 20, 20
BETWEEN_TICKS = 84
MOST_LANES, MOST_FINDINGS, MOST_LINES = 60, 5, 4
CHARACTER, WIDEST = 6.3, 7.2
"""How wide a character of a label is on the average, and in bold."""

MET = (drawing.COLLISION, drawing.FINDING)
STYLE = """
svg{--paper:#fff;--ink:#1f2328;--dim:#59636e;--grid:#d1d9e0;--hours:#dbe9f9;--down:#c4320a;
--slow:#b88700;--warn:#8a5a00;--sent:#8250df;--run:#0969da;--freeze:#0a7ea4;--bad:#b42318}
@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--dim:#9198a1;--grid:#3d444d;
--hours:#27456b;--down:#ff7b5c;--slow:#e3b341;--warn:#e3b341;--sent:#c297ff;--run:#58a6ff;
--freeze:#56d4dd;--bad:#ff8a80}}
text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--ink)}
.paper{fill:var(--paper)}.dim{fill:var(--dim)}.name{font-weight:600}
.title{font-size:15px;font-weight:600}.grid{stroke:var(--grid);stroke-width:1}
.error{fill:var(--bad);font-weight:600}.warning{fill:var(--warn);font-weight:600}
.info{font-weight:600}.hours{fill:var(--hours)}.outage{fill:var(--down)}
.inherited{fill:url(#inherited)}.degraded{fill:var(--slow)}.demand{fill:var(--sent)}
.run{fill:var(--run)}.freeze{fill:url(#freeze)}
.collision,.finding{fill:var(--bad)}.inherited.thin{fill:var(--down);opacity:.7}.freeze.thin{fill:var(--freeze)}
.hatch{stroke:var(--down);stroke-width:3}
.tint{fill:var(--down);opacity:.35}.cross{stroke:var(--freeze);stroke-width:1.5}
.band{fill:var(--bad);opacity:.14}
"""
PATTERNS = (
    '<defs><pattern id="inherited" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="tint" width="6" height="6"/>'
    '<path class="hatch" d="M1.5 0V6"/></pattern>'
    '<pattern id="freeze" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path class="cross" d="M0 0L6 6M6 0L0 6"/></pattern></defs>'
)
HEIGHTS = {drawing.HOURS: 1.0, drawing.DEGRADED: 0.5, drawing.RUN: 0.5}
USUAL = 0.75
"""How much of its row a bar fills."""

LEAST, THIN = 1.5, 8
"""Pixels below which a bar isn't seen, and below which its pattern isn't."""


class Bar(NamedTuple):
    """A rectangle: from which pixel to which, what it is of, and how many it stands for."""

    x: float
    width: float
    start: int
    end: int
    many: int


def render(planner: Planner, width: int = WIDTH) -> str:
    """Return the planner as SVG, with a final line break; ``width`` is in pixels."""
    return "\n".join(Picture(planner, width).lines()) + "\n"


class Picture:
    """One picture of one planner; it grows downwards."""

    def __init__(self, planner: Planner, width: int) -> None:
        """Prepare to draw ``planner`` so many pixels wide."""
        self.planner, self.width = planner, width
        self.zone = zones.zone(planner.zone)
        self.left, self.right = MARGIN, width - PAD
        self.lanes = planner.lanes[:MOST_LANES]
        self.kinds = dict.fromkeys(row.kind for lane in self.lanes for row in lane.rows)
        self.stretch = IntervalSet([(planner.start, planner.end)])
        self.y = float(PAD)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the picture, from top to bottom."""
        title = encode.html(self.planner.title)
        body = [*self._told("title", self.planner.title), *self._warnings()]
        top = self.y
        self.y += AXIS
        for lane in self.lanes:
            body += self._lane(lane)
        grid = [*self._axis(top)]
        body += [*self._legend(), *self._left_out(), *self._findings()]
        height = round(self.y + PAD)
        yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{height}"'
        yield f' viewBox="0 0 {self.width} {height}" role="img" aria-label="{title}">'
        yield f"<title>{title}</title><style>{STYLE}</style>{PATTERNS}"
        yield f'<rect class="paper" width="{self.width}" height="{height}" rx="6"/>'
        yield from grid
        yield from body
        yield "</svg>"

    # Pieces of text -------------------------------------------------------------------------------

    def _told(self, name: str, text: str) -> Iterator[str]:
        """Yield a line of text, cut where there is no room."""
        self.y += LINE
        shown = encode.html(cut(text, int((self.width - 2 * PAD) / CHARACTER)))
        yield f'<text class="{name}" x="{PAD}" y="{self.y:.1f}">{shown}</text>'

    def _warnings(self) -> Iterator[str]:
        for each in self.planner.warnings:
            yield from self._told("warning", each.replace("`", ""))

    def _left_out(self) -> Iterator[str]:
        hidden = len(self.planner.lanes) - len(self.lanes)
        if hidden:
            yield from self._told("dim", f"… and {count(hidden, 'more lane')}")
        if self.planner.empty:
            yield from self._told("dim", self.planner.empty)
        if self.planner.outside:
            yield from self._told("dim", self.planner.outside)

    def _findings(self) -> Iterator[str]:
        """Yield what a few findings say, and how many there are besides."""
        found = [each for each in self.planner.findings if each.waived_by is None]
        for each in found[:MOST_FINDINGS]:
            self.y += 4
            yield from self._told(each.severity, f"{each.severity}[{each.code}] {each.policy}")
            told = encode.terminal(each.message.replace("`", ""))
            for line in encode.wrap(told, int((self.right - PAD) / CHARACTER))[:MOST_LINES]:
                yield from self._told("", line)
        if len(found) > MOST_FINDINGS:
            left = count(len(found) - MOST_FINDINGS, "more finding")
            yield from self._told("dim", f"… and {left}")

    # Lanes ----------------------------------------------------------------------------------------

    def x(self, instant: int) -> float:
        """Return the pixel of an instant."""
        share = (instant - self.planner.start) / (self.planner.end - self.planner.start)
        return self.left + share * (self.right - self.left)

    def _axis(self, top: float) -> Iterator[str]:
        """Yield the labels above the lanes, and lines down to where these end."""
        planner, y = self.planner, top + AXIS - 14
        most = int((self.right - self.left) // BETWEEN_TICKS)
        for tick in ticks(planner.start, planner.end, self.zone, most):
            x = self.x(tick.instant)
            yield f'<path class="grid" d="M{x:.1f} {y + 2:.1f}V{self.y:.1f}"/>'
            if x + 3 + len(tick.text) * WIDEST < self.right:
                name = "name" if tick.major else "dim"
                shown = encode.html(tick.text)
                yield f'<text class="{name}" x="{x + 3:.1f}" y="{y:.1f}">{shown}</text>'

    def _lane(self, lane: Lane) -> Iterator[str]:
        about = cut(", ".join(lane.about), int((self.right - PAD) / CHARACTER) - len(lane.name))
        yield f'<path class="grid" d="M{PAD} {self.y:.1f}H{self.right}"/>'
        yield (
            f'<text x="{PAD}" y="{self.y + 18:.1f}"><tspan class="name">{encode.html(lane.name)}'
            f'</tspan> <tspan class="dim">{encode.html(about)}</tspan></text>'
        )
        self.y += HEAD
        if any(row.kind in MET for row in lane.rows):
            self.y += MARK
        top, marked = self.y, list[float]()
        for row in lane.rows:
            if row.kind not in MET:
                yield from self._row(row)
        for row in lane.rows:
            if row.kind in MET:
                yield from self._met(row, top, marked)
        self.y += 6

    def _row(self, row: Row) -> Iterator[str]:
        label = encode.html(cut(row.label, int((MARGIN - PAD - 8) / CHARACTER)))
        yield f'<text class="dim" x="{PAD + 8}" y="{self.y + 12:.1f}">{label}</text>'
        height = (ROW - 2) * HEIGHTS.get(row.kind, USUAL)
        y = self.y + (ROW - height) / 2
        for bar in self._bars(row):
            # Of a pattern, little would be seen in so little room.
            thin = " thin" if bar.width < THIN else ""
            said = self._says(row, bar)
            yield (
                f'<rect class="{row.kind}{thin}" x="{bar.x:.1f}" y="{y:.1f}"'
                f' width="{bar.width:.1f}" height="{height:.1f}"><title>{said}</title></rect>'
            )
        self.y += ROW

    def _met(self, row: Row, top: float, marked: list[float]) -> Iterator[str]:
        """Yield a band over the whole lane where something is wrong, with a mark above it."""
        for bar in self._bars(row):
            middle = bar.x + bar.width / 2
            # Two marks at one place would be a blot.
            is_free = all(abs(middle - other) >= MARK for other in marked)
            mark = _mark(row.kind, middle, top - 3) if is_free else ""
            marked.append(middle)
            yield (
                f'<g><title>{self._says(row, bar)}</title><rect class="band" x="{bar.x:.1f}"'
                f' y="{top:.1f}" width="{bar.width:.1f}" height="{self.y - top:.1f}"/>{mark}</g>'
            )

    def _says(self, row: Row, bar: Bar) -> str:
        if bar.many > 1:
            return encode.html(f"{row.label}, {bar.many:,} times")
        when = wording.between(bar.start, bar.end, self.planner.zone)
        return encode.html(f"{row.label}, {when} ({self.planner.zone})")

    def _bars(self, row: Row) -> Iterator[Bar]:
        """Yield what is seen of a row: what is nearer than a pixel to the next is one bar."""
        last: Bar | None = None
        for start, end in row.when.touching(self.stretch):
            x = max(self.x(start), self.left)
            width = max(min(self.x(end), self.right) - x, LEAST)
            if last is not None and x - (last.x + last.width) < 1:
                wide = max(x + width - last.x, last.width)
                last = Bar(last.x, wide, last.start, end, last.many + 1)
                continue
            if last is not None:
                yield last
            last = Bar(x, width, start, end, 1)
        if last is not None:
            yield last

    def _legend(self) -> Iterator[str]:
        x, self.y = PAD, self.y + PAD
        for kind in self.kinds:
            text = drawing.KINDS[kind].means
            wide = round(36 + len(text) * CHARACTER)
            if x + wide > self.right and x > PAD:
                x, self.y = PAD, self.y + LEGEND
            yield _mark(kind, x + 8, self.y + 11) if kind in MET else _key(kind, x, self.y + 6)
            shown = encode.html(text)
            yield f'<text class="dim" x="{x + 22}" y="{self.y + 11:.1f}">{shown}</text>'
            x += wide
        self.y += LEGEND if self.kinds else 0


def _mark(kind: str, x: float, y: float) -> str:
    """Return what points down at a place: a triangle for a collision, else a diamond."""
    shape = "l-6 -10h12z" if kind == drawing.COLLISION else "l-5 -5l5 -5l5 5z"
    return f'<path class="{kind}" d="M{x:.1f} {y:.1f}{shape}"/>'


def _key(kind: str, x: float, middle: float) -> str:
    height = 11 * HEIGHTS.get(kind, 1)
    y = middle - height / 2
    return f'<rect class="{kind}" x="{x}" y="{y:.1f}" width="16" height="{height:.1f}"/>'
