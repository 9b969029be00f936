"""The planner in a terminal: a block of lanes for each service, under one axis."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.phrases import count
from opspolicy.picture import drawing
from opspolicy.picture.drawing import Frame, Tick
from opspolicy.picture.printer import INDENT, Printer
from opspolicy.planner.axis import ticks
from opspolicy.report import prefixes
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.picture.choice import Look
    from opspolicy.picture.drawing import Row
    from opspolicy.planner.lanes import Lane, Planner
    from opspolicy.report import Finding

MOST_LANES, MOST_FINDINGS = 25, 10
MOST_DAYS = 92
"""Over more days the axis has months; less than that is by days, or by hours."""

A_TICK = 11
"""Columns a month takes on the axis, with what is free beside it."""

COLORS = {
    "bold": "1", "dim": "2", "error": "1;31", "warning": "1;33", "info": "1;36",
    drawing.HOURS: "2", drawing.OUTAGE: "31", drawing.INHERITED: "31", drawing.DEGRADED: "33",
    drawing.DEMAND: "35", drawing.RUN: "36", drawing.FREEZE: "34",
    drawing.COLLISION: "1;31", drawing.FINDING: "1;33",
}  # fmt: skip


def render(planner: Planner, look: Look) -> str:
    """Return the planner as text, with a final line break."""
    text = Text(planner, look)
    return text.page(text.lines())


class Text(Printer):
    """One rendering of one planner."""

    def __init__(self, planner: Planner, look: Look) -> None:
        """Prepare to render ``planner``."""
        super().__init__(look, COLORS)
        self.planner = planner
        self.zone = zones.zone(planner.zone)
        self.lanes = planner.lanes if look.verbose else planner.lanes[:MOST_LANES]
        self.rows = [row for lane in self.lanes for row in lane.rows]
        width = min(max(look.width, drawing.LEAST_WIDTH), drawing.MOST_WIDTH)
        self.most = min(drawing.MOST_LABEL, width // 3)
        labels = map(self._label, self.rows)
        self.margin = max(map(encode.columns, labels), default=0) + drawing.EDGE
        self.frame = Frame(planner.start, planner.end, width - self.margin)

    def lines(self) -> Iterator[str]:
        """Yield the lines: what is shown, the axis, the lanes, what they mean, what collides."""
        for each in self.planner.warnings:
            yield from self.said(each, "warning")
        yield from self.said(self.planner.title, "bold")
        if self.lanes:
            yield ""
            yield from self._axis()
            for lane in self.lanes:
                yield from self._lane(lane)
            yield ""
            plain = self.look.plain
            yield from drawing.legend(
                self.rows, self.frame, self.zone, self.look.width, plain=plain
            )
        yield from self._left_out()
        yield from self._findings()

    def _axis(self) -> Iterator[str]:
        frame, plain = self.frame, self.look.plain
        lines: Iterable[str] = drawing.axis(frame, self.zone, plain=plain)
        if frame.end - frame.start > MOST_DAYS * DAY:
            mark = "|" if plain else "╷"
            months = ticks(frame.start, frame.end, self.zone, frame.columns // A_TICK)
            named = [Tick(frame.column(at), f"{mark}{text}") for at, text, _ in months]
            lines = [drawing.labelled(named, frame.columns)]
        for each in lines:
            yield f"{' ' * self.margin}{each}".rstrip()

    def _lane(self, lane: Lane) -> Iterator[str]:
        yield from self.said(", ".join((lane.name, *lane.about)), "bold")
        for row in lane.rows:
            label = self._label(row)
            gap = " " * (self.margin - encode.columns(label))
            cells = drawing.lane(row, self.frame, plain=self.look.plain).rstrip()
            yield f"{label}{gap}{self.paint(cells, row.kind)}".rstrip()

    def _label(self, row: Row) -> str:
        return drawing.label(f"{INDENT}{row.label}", self.most, plain=self.look.plain)

    def _left_out(self) -> Iterator[str]:
        planner = self.planner
        hidden = len(planner.lanes) - len(self.lanes)
        told = []
        if planner.empty:
            told.append(planner.empty)
        if hidden:
            told.append(f"{count(hidden, 'more lane')}: -v shows all, --service and --team some.")
        if planner.quiet:
            quiet, them = count(planner.quiet, "service"), "it" if planner.quiet == 1 else "them"
            told.append(f"Nothing happens to {quiet}: --all shows {them} too.")
        if planner.outside:
            told.append(f"{planner.outside} `opspolicy check` lists all.")
        if told:
            yield ""
        for each in told:
            yield from encode.wrap(each, self.look.width)

    def _findings(self) -> Iterator[str]:
        found = self.planner.findings
        names = prefixes(self.planner.report.findings)
        shown = found if self.look.verbose else found[:MOST_FINDINGS]
        for each in shown:
            yield ""
            yield from self._finding(each, names[each.fingerprint])
        if not found:
            return
        yield ""
        if len(found) > len(shown):
            yield f"… and {count(len(found) - len(shown), 'more finding')}: -v shows all."
        # On a line of its own whatever its length, for whoever pastes it into a shell.
        yield "The whole story of the first:"
        where = self.planner.report.again(self.look.where)
        told = f"opspolicy explain {where}{names[found[0].fingerprint]}"
        yield f"{INDENT}{encode.terminal(told)}"

    def _finding(self, finding: Finding, prefix: str) -> Iterator[str]:
        waived = "waived " if finding.waived_by is not None else ""
        head = f"{waived}{finding.severity}[{finding.code}] {finding.policy}  {prefix}"
        yield from self.said(head, finding.severity)
        yield from self.block(finding.message)
