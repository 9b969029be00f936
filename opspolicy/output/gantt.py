"""A collision as a Mermaid diagram, which GitHub and GitLab draw: a section a lane."""

from __future__ import annotations

from itertools import islice

from opspolicy import encode
from opspolicy.picture import drawing, lanes
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY, words
from opspolicy.temporal.instants import local_rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.picture.drawing import Chart
    from opspolicy.report import Finding
    from opspolicy.timeline.timeline import Timeline

MOST_BARS = 12
"""Bars of one lane: more of them nobody can tell apart."""

BEYOND = "goes beyond"
MINUTES = len("2027-10-09T06:00")

# Mermaid's own colours: red, blue, grey, and what it does by itself.
TAGS = {
    drawing.OUTAGE: "crit, ",
    drawing.INHERITED: "crit, ",
    drawing.DEGRADED: "",
    drawing.DEMAND: "active, ",
    drawing.HOURS: "active, ",
    drawing.RUN: "active, ",
    drawing.FREEZE: "done, ",
    drawing.SUPPORT: "active, ",
    drawing.COLLISION: "crit, done, ",
    drawing.FINDING: "crit, done, ",
}
# A lane is named after who it is of; what it shows stands before that, as a name alone could be a
# word of Mermaid's.
LEADS = {
    drawing.OUTAGE: "down by",
    drawing.INHERITED: "down by",
    drawing.DEGRADED: "slow by",
    drawing.HOURS: "hours,",
    drawing.FREEZE: "freeze",
    drawing.SUPPORT: "support,",
}


def diagram(when: Timeline, finding: Finding) -> list[str]:
    """Return the first occurrence of a finding as lines of Mermaid; none where nothing is drawn."""
    chart = lanes.first(when, finding) if finding.causes else None
    return list(_lines(chart)) if chart is not None else []


def _lines(chart: Chart) -> Iterator[str]:
    zone = _clock(chart)
    yield "---"
    yield "displayMode: compact"
    yield "---"
    yield "gantt"
    yield f"  title On the clock of {encode.mermaid(zone)}"
    yield "  dateFormat YYYY-MM-DDTHH:mm"
    yield f"  axisFormat {'%a %d %b' if chart.end - chart.start > 2 * DAY else '%d %b %H:%M'}"
    for row in chart.rows:
        label = row.label.replace("`", "")
        lead = f"{LEADS[row.kind]} " if row.label.startswith("`") and row.kind in LEADS else ""
        yield f"  section {lead}{encode.mermaid(label)}"
        for start, end in islice(row.when.within(chart.start, chart.end), MOST_BARS):
            low, high = _at(start, zone), _at(end, zone)
            # Of what is cut off at an edge nobody sees here how long it is.
            is_whole = chart.start < start and end < chart.end
            label = words(end - start) if is_whole else BEYOND
            yield f"  {label} :{TAGS[row.kind]}{low}, {high}"


def _clock(chart: Chart) -> str:
    """Return the zone whose clock a chart is drawn on: UTC where its own jumps in between.

    Mermaid takes what it is given for a clock that never does.
    """
    return "UTC" if zones.zone(chart.zone).changes(chart.start, chart.end) else chart.zone


def _at(instant: int, zone: str) -> str:
    return local_rfc3339(instant, zones.zone(zone))[:MINUTES]
