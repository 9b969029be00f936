"""What is wrong with the notices of an outage, by the findings of a check."""

from __future__ import annotations

from opspolicy.rules.base import ERROR
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.notices.plan import Outage
    from opspolicy.report import Finding

CARRIER = "notice-channel-down"
RULES = frozenset(("short-notice", "missing-notice", CARRIER, "support-unstaffed"))
"""The rules about what customers are told, and about who answers them."""


def about(outage: Outage, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that concern the notices of an outage, but for waived ones."""
    return [
        each
        for each in findings
        if each.rule in RULES and each.waived_by is None and _concerns(each, outage)
    ]


def refused(findings: Iterable[Finding]) -> bool:
    """Whether nothing may be drafted, as there is an error."""
    return any(each.severity == ERROR for each in findings)


def _concerns(finding: Finding, outage: Outage) -> bool:
    """Whether a finding is about an outage: about its service then, or about what is sent of it."""
    planned = [ref for ref in finding.subjects if not ref.startswith("service/")]
    if finding.rule == CARRIER and planned:
        due = [
            (party.start + notice.at, party.start + notice.at + 1)
            for party in outage.parties
            if party.entity.ref in planned
            for notice in party.entity.plan.notices
            if notice.via is not None and f"service/{notice.via}" in finding.subjects
        ]
        return bool(IntervalSet(due) & finding.occurrences)
    if outage.service.ref not in finding.subjects[:1]:
        return False
    return bool(outage.when & finding.occurrences)
