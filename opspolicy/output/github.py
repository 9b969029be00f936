"""GitHub annotations: workflow commands that show findings beside the lines of a change.

A step shows ten of each level and the others nowhere, so the tenth says how many there are.
"""

from __future__ import annotations

from opspolicy import encode
from opspolicy.output import places, verdict
from opspolicy.output.facts import facts
from opspolicy.phrases import cut
from opspolicy.report import NEVER, UNCHANGED
from opspolicy.rules.base import ERROR, INFO, WARNING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.output import Style
    from opspolicy.output.facts import Facts
    from opspolicy.report import Finding, Report

# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
LEVELS = {ERROR: "error", WARNING: "warning", INFO: "notice"}
MOST = 10
"""Annotations of one level that a step may have."""

LONGEST = 4000
"""Characters of a message: GitHub cuts at 4,096, in the midst of whatever is there."""

MOST_PLACES = 3


def render(report: Report, style: Style) -> str:
    """Return a command for each of the worst findings that nobody has waived, and the number."""
    by_level: dict[str, list[Finding]] = {level: [] for level in LEVELS.values()}
    for each in report.active:
        # What the base has as well, or what nobody is to be stopped by, is told and no more.
        is_told = each.status == UNCHANGED or report.fail_on == NEVER
        level = LEVELS[INFO] if is_told and not each.incomplete else LEVELS[each.severity]
        by_level[level].append(each)
    told = facts(report, style)
    lines = [_assumed(report)] if report.what_if else []
    lines += [_no_verdict(report)] if report.nothing_matched else []
    for level, findings in by_level.items():
        # What is assumed is one of them.
        most = MOST - 1 if report.what_if and level == LEVELS[INFO] else MOST
        shown = findings if len(findings) <= most else findings[: most - 1]
        lines += [_annotation(level, each, told) for each in shown]
        if len(shown) < len(findings):
            rest = f"and {len(findings) - len(shown):,} more"
            message = f"{rest} of {len(findings):,} on this level; the log and the summary have all"
            lines.append(f"::{level} title=opspolicy::{encode.workflow(message)}")
    return "".join(f"{line}\n" for line in lines)


def _assumed(report: Report) -> str:
    """Return what is assumed: an annotation more, without which the others would be believed."""
    message = cut(" ".join(verdict.assumed(report)), LONGEST)
    return f"::notice title=opspolicy::{encode.workflow(message)}"


def _no_verdict(report: Report) -> str:
    sentences = " ".join(sentence for sentence, _ in verdict.verdict(report))
    return f"::error title=opspolicy::{encode.workflow(sentences)}"


def _annotation(level: str, finding: Finding, told: Facts) -> str:
    span = places.place(finding)
    where: dict[str, str] = {}
    if span is not None:
        where["file"] = places.from_top(span.file, told.style)
        where["line"] = str(span.line)
        where["endLine"] = str(span.end_line)
        if span.line == span.end_line:
            where["col"] = str(span.column)
            where["endColumn"] = str(span.end_column)
    where["title"] = f"{finding.code} {finding.policy} ({told.standing(finding)})"
    shown = ",".join(f"{key}={encode.workflow_property(value)}" for key, value in where.items())
    message = cut("\n".join(_message(finding, told)), LONGEST)
    return f"::{level} {shown}::{encode.workflow(message)}"


def _message(finding: Finding, told: Facts) -> Iterator[str]:
    yield encode.terminal(finding.message)
    for note in finding.related[:MOST_PLACES]:
        place = places.line(note.span, told.style)
        yield encode.terminal(f"with {place}: {note.text}" if note.text else f"with {place}")
    for label, sentence in told.sentences(finding):
        if label != "when":
            # The message has said it.
            yield f"{label}: {sentence}"
