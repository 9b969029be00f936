"""What a change does as JSON, version 1: the shape of `schemas/diff.schema.json`."""

from __future__ import annotations

from opspolicy.report import NEW, UNCHANGED, WORSE
from opspolicy.temporal import zones
from opspolicy.temporal.instants import rfc3339
from opspolicy.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.compare.changes import Changes
    from opspolicy.report import Finding, Report
    from opspolicy.temporal.intervals import IntervalSet

MOST_TIMES = 1000
"""How many starts or intervals of one kind are listed; a number says how many there are."""


def document(report: Report, changes: Changes, head: str) -> dict[str, Any]:
    """Return the comparison of a head with the base that its report names, field by field."""
    base = report.base
    fixed = base.fixed if base is not None else ()
    active = report.active
    return {
        "version": 1,
        "tool": {"name": "opspolicy", "version": __version__, "tzdata": zones.VERSION},
        "as_of": rfc3339(report.as_of),
        "until": rfc3339(report.until),
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
                "gone": [rfc3339(at) for at in each.gone[:MOST_TIMES]],
                "gone_count": len(each.gone),
                "come": [rfc3339(at) for at in each.come[:MOST_TIMES]],
                "come_count": len(each.come),
            }
            for each in changes.occurrences
        ],
        "outages": [
            {
                "service": f"service/{each.service}",
                "gained": _times(each.gained),
                "gained_seconds": each.gained.total(),
                "lost": _times(each.lost),
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


def _times(when: IntervalSet) -> list[dict[str, str]]:
    pairs = [*when][:MOST_TIMES]
    return [{"start": rfc3339(start), "end": rfc3339(end)} for start, end in pairs]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "code": finding.code,
        "policy": finding.policy,
        "severity": finding.severity,
        "message": finding.message,
        "owners": list(finding.owners),
    }
