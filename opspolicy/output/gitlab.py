"""GitLab code quality: what a merge request adds, in its widget and beside its lines.

GitLab holds the report of a branch against that of its target, by fingerprint. So each has all that
is found in its tree: what a base has as well, or a waiver accepts, would else be shown as fixed.
What is waived is `info`. What has become worse has a fingerprint of its own, as it would else be
shown as nothing new. Code Climate, whose format this is, also has a `content`; GitLab shows nothing
of that, so all there is to say is in the `description`.
"""

from __future__ import annotations

from collections import Counter

from opspolicy import encode
from opspolicy.output import acceptance, places, verdict
from opspolicy.phrases import cut
from opspolicy.report import WORSE
from opspolicy.rules.base import ERROR, INFO, WARNING
from opspolicy.source.discovery import CONFIG_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.output import Style
    from opspolicy.report import Finding, Report

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
SEVERITIES = {ERROR: "critical", WARNING: "major", INFO: "minor"}
INCOMPLETE, WAIVED = "blocker", "info"

LONGEST = 1000
"""Characters of a sentence, in a widget that has a line for each finding."""

NO_FILE, WHAT_IF = "no-file-matched", "what-if"


def render(report: Report, style: Style) -> str:
    """Return the findings as a list in JSON, with a final line break."""
    issues = [_assumed(report, style)] if report.what_if else []
    issues += [_no_verdict(report, style)] if report.nothing_matched else []
    seen: Counter[str] = Counter()
    for each in report.findings:
        identity = f"{each.fingerprint}:{WORSE}" if each.status == WORSE else each.fingerprint
        seen[identity] += 1
        # GitLab shows one of each.
        unique = identity if seen[identity] == 1 else f"{identity}:{seen[identity]}"
        issues.append(_issue(report, each, unique, style))
    return encode.as_json(issues) + "\n"


def _issue(report: Report, finding: Finding, fingerprint: str, style: Style) -> dict[str, Any]:
    severity = SEVERITIES[finding.severity]
    if finding.incomplete:
        severity = INCOMPLETE
    elif finding.waived_by is not None:
        severity = WAIVED
    span = places.somewhere(finding)
    return {
        "description": _description(report, finding),
        "check_name": encode.terminal(cut(finding.policy, LONGEST)),
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {
            "path": encode.terminal(places.from_top(span.file, style)),
            "lines": {"begin": span.line},
        },
    }


def _description(report: Report, finding: Finding) -> str:
    """Return what is wrong, how it stands, whom to ask and what to do: all that GitLab shows."""
    status = f"{finding.status}, " if report.base is not None else ""
    status += "what-if " if report.what_if else ""
    parts = [f"{finding.code} ({status}{finding.severity}): {cut(finding.message, LONGEST)}"]
    if finding.waiver is not None:
        parts[0] += f" ({cut(f'waived: {acceptance.told(finding.waiver)}', LONGEST)})"
    if finding.owners:
        parts.append(cut(f"Owners: {', '.join(finding.owners)}", LONGEST))
    if finding.hint:
        parts.append(cut(f"Fix: {finding.hint}", LONGEST))
    return encode.terminal(". ".join(parts))


def _assumed(report: Report, style: Style) -> dict[str, Any]:
    """Return what is assumed, as the first in the list: what follows isn't so as it is declared."""
    return {
        "description": encode.terminal(cut(" ".join(verdict.assumed(report)), LONGEST)),
        "check_name": WHAT_IF,
        "fingerprint": WHAT_IF,
        "severity": WAIVED,
        "location": {
            "path": encode.terminal(places.from_top(CONFIG_NAME, style)),
            "lines": {"begin": 1},
        },
    }


def _no_verdict(report: Report, style: Style) -> dict[str, Any]:
    """Return that nothing was checked, which a list without anything in it wouldn't say."""
    return {
        "description": " ".join(sentence for sentence, _ in verdict.verdict(report)),
        "check_name": NO_FILE,
        "fingerprint": NO_FILE,
        "severity": INCOMPLETE,
        "location": {
            "path": encode.terminal(places.from_top(CONFIG_NAME, style)),
            "lines": {"begin": 1},
        },
    }
