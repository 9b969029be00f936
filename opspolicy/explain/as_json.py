"""A story as JSON, version 1: the shape of `schemas/explanation.schema.json`, field by field."""

from __future__ import annotations

from opspolicy.envelope import envelope, spans
from opspolicy.temporal.instants import rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.explain.story import Line, Section, Story
    from opspolicy.picture.drawing import Chart


def document(story: Story) -> dict[str, Any]:
    """Return the document of a story."""
    return {
        **envelope(story.as_of, story.until),
        "complete": not story.gaps,
        "gaps": list(story.gaps),
        "kind": story.kind,
        "target": story.target,
        "title": story.title,
        "summary": story.summary,
        "sections": [_section(each) for each in story.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "lines": [_line(each) for each in section.lines],
        "timeline": _chart(section.chart) if section.chart is not None else None,
        "yaml": section.code or None,
    }


def _line(line: Line) -> dict[str, Any]:
    place = line.place
    return {
        "text": line.text,
        "depth": line.depth,
        "place": None
        if place is None
        else {"file": place.file, "line": place.line, "column": place.column},
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "start": rfc3339(chart.start),
        "end": rfc3339(chart.end),
        "timezone": chart.zone,
        "lanes": [
            {
                "label": row.label,
                "kind": row.kind,
                "intervals": spans(row.when.within(chart.start, chart.end)),
            }
            for row in chart.rows
        ],
    }
