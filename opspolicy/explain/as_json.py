"""A story as JSON, version 1: the shape of `schemas/explanation.schema.json`, field by field."""

from __future__ import annotations

from opspolicy.envelope import assumed, envelope, located, spans
from opspolicy.temporal.instants import rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.explain.story import Line, Mark, Section, Story
    from opspolicy.picture.drawing import Chart
    from opspolicy.source.span import Span


def document(story: Story) -> dict[str, Any]:
    """Return the document of a story."""
    return {
        **envelope(story.as_of, story.until),
        **assumed(story.what_if),
        "complete": not story.gaps,
        "gaps": list(story.gaps),
        "kind": story.kind,
        "target": story.target,
        "title": story.title,
        "summary": story.summary,
        "sections": [_section(each) for each in story.sections],
        **({"obligations": [_mark(each) for each in story.marks]} if story.marks else {}),
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "obligation": mark.obligation,
        "score": mark.score,
        "evidence": [{"text": each.text, "place": _place(each.place)} for each in mark.evidence],
        "questions": list(mark.questions),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "lines": [_line(each) for each in section.lines],
        "timeline": _chart(section.chart) if section.chart is not None else None,
        "yaml": section.code or None,
    }


def _line(line: Line) -> dict[str, Any]:
    return {"text": line.text, "depth": line.depth, "place": _place(line.place)}


def _place(place: Span | None) -> dict[str, Any] | None:
    return None if place is None else located(place)


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
