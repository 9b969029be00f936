"""The calendar on a page: what chooses and what is drawn; the scripts fill it with life."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.output.page import frame
from opspolicy.output.page.data import Data, shown
from opspolicy.picture import drawing
from opspolicy.rules.base import SEVERITIES
from opspolicy.temporal.durations import DAY, HOUR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from opspolicy.planner.lanes import Planner
    from opspolicy.report import Finding

SCRIPTS = ("clock.js", "spans.js", "planner.js", "main.js")
SPANS = (
    ("Year", 366 * DAY), ("Quarter", 92 * DAY), ("Month", 31 * DAY), ("Week", 7 * DAY),
    ("Day", DAY), ("Hour", HOUR),
)  # fmt: skip
ACTIONS = (
    ("earlier", "Earlier", "←"), ("later", "Later", "→"), ("out", "Zoom out", "\u2212"),
    ("in", "Zoom in", "+"), ("all", "All there is", "All"),
)  # fmt: skip
OF_PANEL = (
    ("previous", "Previous finding", "↑"), ("next", "Next finding", "↓"), ("close", "Close", "✕"),
)  # fmt: skip
KEYS = (
    ("← →", "earlier, later"), ("+ -", "nearer, farther"), ("0", "all there is"),
    ("n p", "next and previous finding"), ("/", "search"), ("Esc", "close"),
)  # fmt: skip
PATTERNS = (
    '<svg width="0" height="0" aria-hidden="true" class="patterns"><defs>'
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="6" height="6"/><path d="M1.5 0V6"/></pattern>'
    '<pattern id="cross" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path d="M0 0L6 6M6 0L0 6"/></pattern></defs></svg>'
)
MET = (drawing.COLLISION, drawing.FINDING)


def data(planner: Planner, findings: Sequence[Finding]) -> str:
    """Return what the scripts draw, as JSON.

    ``findings`` are those that the page tells of, in its order.
    """
    return frame.data(Data(planner, findings).document())


def lines(planner: Planner) -> Iterator[str]:
    """Yield the lines of the calendar."""
    yield '<noscript><p class="warning">The calendar is drawn by a script, which is switched off'
    yield " here. What is found stands below all the same.</p></noscript>"
    yield '<section id="calendar" aria-label="Calendar" hidden>'
    yield from _filters(planner)
    yield from _tools()
    yield '<div id="planner"><div class="axis" aria-hidden="true"></div>'
    yield '<div class="lanes" id="lanes" tabindex="0" role="region" aria-label="Lanes">'
    yield '<div class="sizer" role="list"></div></div>'
    yield '<p id="none" hidden>No lane fits what is chosen.'
    yield ' <button type="button" data-do="reset">Show all</button></p></div>'
    yield from _legend(planner)
    if planner.outside:
        yield f'<p class="dim">{encode.html(planner.outside)}</p>'
    yield "</section>"
    yield '<aside id="panel" role="dialog" aria-labelledby="panel-title" hidden><div class="bar">'
    yield '<h2 id="panel-title" tabindex="-1"></h2><div>'
    yield from _buttons(OF_PANEL)
    yield '</div></div><div id="story"></div></aside>'


def _filters(planner: Planner) -> Iterator[str]:
    """Yield what chooses lanes and findings, and the clock that they are shown on."""
    yield '<form id="filters" role="search" aria-label="Choose what is shown">'
    yield '<label>Search <input type="search" name="q" placeholder="service, window, rule"></label>'
    teams = {shown(team) for lane in planner.lanes for team in lane.teams}
    yield from _select("Team", "team", "all teams", sorted(teams))
    yield '<label>Service <input name="service" list="services" placeholder="any"></label>'
    yield '<datalist id="services">'
    for lane in planner.lanes:
        if lane.ref.startswith("service/"):
            yield f'<option value="{encode.html(shown(lane.name))}"></option>'
    yield "</datalist>"
    yield from _select("With findings", "severity", "or without", SEVERITIES)
    zone_of = planner.report.estate.zone_of
    zones = {zone_of(lane.ref) for lane in planner.lanes} | {planner.zone, "UTC"}
    yield from _select("Clock", "zone", "", sorted(zones))
    yield "</form>"


def _select(label: str, name: str, every: str, values: Sequence[str]) -> Iterator[str]:
    yield f'<label>{label} <select name="{name}">'
    if every:
        yield f'<option value="">{every}</option>'
    for each in values:
        written = encode.html(each)
        yield f'<option value="{written}">{written}</option>'
    yield "</select></label>"


def _tools() -> Iterator[str]:
    """Yield what chooses the stretch of time."""
    yield '<div class="tools" role="toolbar" aria-label="Time"><strong id="when"></strong><div>'
    for label, seconds in SPANS:
        yield f'<button type="button" data-span="{seconds}">{label}</button>'
    yield from _buttons(ACTIONS)
    yield '</div><span id="status" role="status"></span></div>'


def _buttons(actions: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    for action, label, sign in actions:
        named = f' aria-label="{label}" title="{label}"'
        yield f'<button type="button" data-do="{action}"{named}>{sign}</button>'


def _legend(planner: Planner) -> Iterator[str]:
    yield '<ul class="legend" aria-label="What is drawn">'
    kinds = dict.fromkeys(row.kind for lane in planner.lanes for row in lane.rows)
    for kind in kinds:
        if kind not in MET:
            means = encode.html(drawing.KINDS[kind].means)
            yield f'<li><svg width="16" height="12" class="{kind}" aria-hidden="true">'
            yield f'<rect width="16" height="12"/></svg>{means}</li>'
    if not kinds.keys().isdisjoint(MET):
        yield '<li><svg width="16" height="12" class="finding" aria-hidden="true">'
        yield '<path d="M2 1h12l-6 10z"/></svg>something is wrong: choose it to read why</li>'
    yield "</ul>"
    told = ", ".join(f"<kbd>{keys}</kbd> {does}" for keys, does in KEYS)
    yield f'<p class="keys dim">Keys: {told}. Drag to move in time, Ctrl and wheel to zoom.</p>'
