"""JSON, version 1: the shape of `schemas/report.schema.json`, written field by field."""

from __future__ import annotations

from typing import Any

from opspolicy import encode
from opspolicy.envelope import assumed, envelope, located, spans
from opspolicy.source.span import Note
from opspolicy.temporal import zones
from opspolicy.temporal.durations import HOUR, iso8601
from opspolicy.temporal.instants import calendar_date, local_rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.output import Style
    from opspolicy.report import Finding, Report, Slot, Waived
    from opspolicy.rules.base import Impact


MOST_RELATED = 100
"""Related places of a finding that are listed: on a long way there is one a hop."""


def render(report: Report, style: Style) -> str:
    """Return the report as JSON, indented, with a final line break."""
    document = {
        **envelope(report.as_of, report.until),
        **assumed(report.what_if),
        "complete": report.complete,
        "exit_code": report.exit_code,
        "summary": report.summary,
        "findings": [_finding(each) for each in report.findings],
        **(
            {"together": list(report.together), "conflicts": list(report.conflicts)}
            if report.together
            else {}
        ),
        "required_reviewers": list(report.base.reviewers) if report.base is not None else [],
        "files": [
            {"path": each.path, "status": each.status}
            | ({"reason": each.reason} if each.reason else {})
            for each in report.files
        ],
        **_statistics(report, style),
    }
    return encode.as_json(document) + "\n"


def _statistics(report: Report, style: Style) -> dict[str, Any]:
    if not style.statistics:
        return {}
    from opspolicy.output import statistics as numbers  # noqa: PLC0415 - where asked for

    return {"statistics": numbers.document(numbers.statistics(report))}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "acceptance": finding.acceptance,
        "code": finding.code,
        "rule": finding.rule,
        "policy": finding.policy,
        "severity": finding.severity,
        "message": finding.message,
        "subjects": list(finding.subjects),
        "causes": list(finding.causes),
        "causes_truncated": finding.causes_truncated,
        "paths": [list(path) for path in finding.paths],
        "occurrences": spans(finding.occurrences),
        "occurrence_count": len(finding.occurrences),
        "drift": finding.drift,
        "owners": list(finding.owners),
        "impact": impact(finding.impact),
        "location": _location(finding.place),
        "related": [_location(each) for each in finding.related[:MOST_RELATED]],
        "related_count": len(finding.related),
        "hint": finding.hint,
        "suggestions": [_slot(each) for each in finding.suggestions],
        "status": finding.status,
        "waived_by": finding.waived_by,
        "waiver": _waiver(finding.waiver) if finding.waiver is not None else None,
    }


def _waiver(waived: Waived) -> dict[str, Any]:
    return {
        "ref": waived.ref,
        "approved_by": list(waived.approved_by),
        "expires": calendar_date(waived.expires).isoformat(),
        "reason": waived.reason,
        "ticket": waived.ticket,
        "location": _location(Note(waived.place, "")),
        "covered": waived.covered,
        "note": waived.note or None,
    }


def _location(note: Note) -> dict[str, Any]:
    span = note.span
    return {
        **located(span),
        "end_line": span.end_line,
        "end_column": span.end_column,
        "message": note.text,
        **({"deleted": True} if note.in_base else {}),
    }


def _slot(slot: Slot) -> dict[str, Any]:
    return {
        "target": slot.target,
        "start": local_rfc3339(slot.start, zones.zone(slot.zone)),
        "shift": iso8601(slot.shift),
    }


def impact(hit: Impact | None) -> dict[str, Any] | None:
    """Return customers and customer-hours; whole hours as whole numbers."""
    if hit is None:
        return None
    if hit.customer_seconds is None:
        return {"customers": None, "customer_hours": None}
    hours, rest = divmod(hit.customer_seconds, HOUR)
    exact = hours if not rest else round(hit.customer_seconds / HOUR, 2)
    return {"customers": hit.customers, "customer_hours": exact}
