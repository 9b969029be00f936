"""What a change does as JSON, version 1: the shape of `schemas/diff.schema.json`."""

from __future__ import annotations

from opspolicy.envelope import MOST, envelope, spans
from opspolicy.report import NEW, UNCHANGED, WORSE
from opspolicy.temporal.instants import rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.compare.changes import Changes
    from opspolicy.report import Finding, Report


def document(report: Report, changes: Changes, head: str) -> dict[str, Any]:
    """Return the comparison of a head with the base that its report names, field by field."""
    base = report.base
    fixed = base.fixed if base is not None else ()
    active = report.active
    return {
        **envelope(report.as_of, report.until),
        "base": base.name if base is not None else None,
        "head": head,
        "complete": report.complete,
        "declarations": [
            {"entry": each.ref, "was": each.was or None, "keys": list(each.keys)}
            for each in changes.declared
        ],
        "occurrences": [
            {
                "entry": each.ref,
                "was": each.was or None,
                "change": each.kind,
                "gone": [rfc3339(at) for at in each.gone[:MOST]],
                "gone_count": len(each.gone),
                "come": [rfc3339(at) for at in each.come[:MOST]],
                "come_count": len(each.come),
            }
            for each in changes.occurrences
        ],
        "outages": [
            {
                "service": f"service/{each.service}",
                "gained": spans(each.gained),
                "gained_seconds": each.gained.total(),
                "lost": spans(each.lost),
                "lost_seconds": each.lost.total(),
            }
            for each in changes.outages
        ],
        "findings": {
            "new": [_finding(each) for each in active if each.status == NEW],
            "worse": [_finding(each) for each in active if each.status == WORSE],
            "fixed": [_finding(each) for each in fixed],
            "unchanged": [_finding(each) for each in active if each.status == UNCHANGED],
        },
        "required_reviewers": list(base.reviewers) if base is not None else [],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "code": finding.code,
        "policy": finding.policy,
        "severity": finding.severity,
        "message": finding.message,
        "owners": list(finding.owners),
    }
