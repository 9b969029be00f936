"""A finding as a result of SARIF: its message, its places, the way there, and who accepts it."""

from __future__ import annotations

from itertools import islice

from opspolicy import encode
from opspolicy.envelope import spans
from opspolicy.output import acceptance, places
from opspolicy.output.json import impact
from opspolicy.output.sarif_flows import flows
from opspolicy.output.sarif_rules import LEVELS
from opspolicy.phrases import cut
from opspolicy.record import NamedTuple
from opspolicy.report import NEW, UNCHANGED, WORSE
from opspolicy.rules.base import INFO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from opspolicy.output import Style
    from opspolicy.output.facts import Facts
    from opspolicy.report import Finding, Waived
    from opspolicy.source.span import Note, Span

TOP = "%SRCROOT%"
"""The name by which readers of SARIF know the top of the repository."""

MOST_PLACES = 100
"""Places of a finding that GitHub shows."""

MOST_LINKS = 6
MOST_LISTED = 100
MOST_OCCURRENCES = 10

LONGEST_SENTENCE = 2000
LONGEST_MESSAGE = 6000
LONGEST_LABEL = 300
LONGEST_BRIEF = 300

BASELINE_STATES = {NEW: "new", WORSE: "updated", UNCHANGED: "unchanged"}


class Results(NamedTuple):
    """What turns findings into results: what is told of them, and where each rule is listed."""

    told: Facts
    rules: Mapping[str, int]

    def result(self, finding: Finding, ordinal: int, *, with_ways: bool = True) -> dict[str, Any]:
        """Return a finding with all that is known of it, but for long ways if they aren't wanted.

        ``ordinal`` counts those of the same fingerprint from 1.
        """
        style = self.told.style
        links = finding.related[: MOST_PLACES - 1 if with_ways else MOST_LINKS]
        result = self._head(finding, ordinal, self._message(finding))
        if links:
            related = [location(each, style, at) for at, each in enumerate(links, 1)]
            result["relatedLocations"] = related
        way = self._code_flows(finding) if with_ways else []
        if way:
            result["codeFlows"] = way
        result["properties"] |= self._properties(finding)
        return result

    def brief(self, finding: Finding, ordinal: int) -> dict[str, Any]:
        """Return a finding with what must be known, for a file that would get too large."""
        return self._head(finding, ordinal, encode.sarif(cut(finding.message, LONGEST_BRIEF)))

    def _head(self, finding: Finding, ordinal: int, message: str) -> dict[str, Any]:
        report = self.told.report
        span = places.somewhere(finding)
        # To GitHub a result that is accepted is one like any other, but for its level.
        severity = finding.severity if finding.waived_by is None else INFO
        result: dict[str, Any] = {
            "ruleId": finding.code,
            "ruleIndex": self.rules[finding.rule],
            "kind": "fail",
            "level": LEVELS[severity],
            # Each is shown apart from all the others.
            "message": {"text": f"What if: {message}" if report.what_if else message},
            "locations": [{"physicalLocation": _physical(span, self.told.style)}],
            "partialFingerprints": {
                # What GitHub goes by. A hash of the line, which it expects, would make one of all
                # the findings of a rule on that line.
                "primaryLocationLineHash": f"{finding.fingerprint}:{ordinal}",
                "opspolicy/v1": finding.fingerprint,
            },
        }
        if report.base is not None:
            result["baselineState"] = BASELINE_STATES[finding.status]
        if not report.unwaived:
            # By the standard all results have this, or none.
            accepted = finding.waiver if finding.waived_by is not None else None
            result["suppressions"] = (
                [_suppression(accepted, self.told.style)] if accepted is not None else []
            )
        result["properties"] = {
            "policy": _text(finding.policy),
            "severity": finding.severity,
            "fingerprint": finding.fingerprint,
            "acceptance": finding.acceptance,
        }
        return result

    def _message(self, finding: Finding) -> str:
        """Return what is wrong as a first sentence, then all that is told of it, line by line.

        GitHub shows nothing else, and related places only where the message links to them.
        """
        lines = [f"{encode.sarif(cut(finding.message, LONGEST_SENTENCE)).rstrip('.')}."]
        for label, sentence in self.told.sentences(finding):
            lines.append(encode.sarif(f"{label}: {cut(sentence, LONGEST_SENTENCE)}"))
        shown: list[str] = []
        left = LONGEST_MESSAGE
        for line in lines:
            left -= len(line)
            if left >= 0 or not shown:
                shown.append(line)
        links = [
            encode.sarif_link(cut(_label(note), LONGEST_LABEL), at)
            for at, note in enumerate(finding.related[:MOST_LINKS], 1)
        ]
        if links:
            shown.append(f"with: {'; '.join(links)}")
        return "\n".join(shown)

    def _code_flows(self, finding: Finding) -> list[dict[str, Any]]:
        """Return the ways of causes that happen together as one flow, of others as one each."""
        style = self.told.style
        threads = [
            {"locations": [{"location": location(step, style)} for step in steps]}
            for steps in flows(self.told.report.estate, finding)
        ]
        if finding.causes_truncated:
            return [{"threadFlows": [each]} for each in threads]
        return [{"threadFlows": threads}] if threads else []

    def _properties(self, finding: Finding) -> dict[str, Any]:
        """Return what has no place of its own in SARIF, under the names that JSON has for it."""
        found: dict[str, Any] = {
            "subjects": _texts(finding.subjects),
            "causes": _texts(finding.causes),
            "causes_truncated": finding.causes_truncated or len(finding.causes) > MOST_LISTED,
            "owners": _texts(finding.owners),
            "impact": impact(finding.impact),
            "occurrences": spans(islice(finding.occurrences, MOST_OCCURRENCES)),
            "occurrence_count": len(finding.occurrences),
            "drift": _text(finding.drift or ""),
            "hint": _text(finding.hint),
            "together": _texts(finding.together),
            "related_count": len(finding.related),
        }
        if finding.waiver is not None:
            found["waiver"] = _text(acceptance.told(finding.waiver))
        if self.told.report.base is not None:
            found["status"] = finding.status
        # SARIF has no empty texts, and what is empty tells nothing.
        return {name: value for name, value in found.items() if value not in ("", None, [], 0)}


def location(note: Note, style: Style, number: int | None = None) -> dict[str, Any]:
    """Return a place with what there is to say of it, and a ``number`` to link to it by."""
    made: dict[str, Any] = {} if number is None else {"id": number}
    made["physicalLocation"] = _physical(note.span, style)
    if note.text or note.in_base:
        made["message"] = {"text": encode.sarif(cut(_label(note), LONGEST_SENTENCE))}
    return made


def _label(note: Note) -> str:
    """Return what a place shows, or where it is; what is deleted is there no more."""
    text = note.text or f"{note.span.file}:{note.span.line}"
    return f"{text} (before this change)" if note.in_base else text


def _physical(span: Span, style: Style) -> dict[str, Any]:
    path = encode.uri(places.from_top(span.file, style))
    return {
        "artifactLocation": {"uri": path, "uriBaseId": TOP},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def _suppression(waived: Waived, style: Style) -> dict[str, Any]:
    """Return who accepts a finding: a waiver stands elsewhere, an ignore beside the line."""
    in_source = waived.ref.startswith("ignore/")
    return {
        "kind": "inSource" if in_source else "external",
        "status": "accepted",
        "justification": _text(acceptance.told(waived)),
        "location": {"physicalLocation": _physical(waived.place, style)},
    }


def _text(text: str) -> str:
    return encode.terminal(cut(text, LONGEST_SENTENCE))


def _texts(texts: Iterable[str]) -> list[str]:
    return [_text(each) for each in islice(texts, MOST_LISTED)]
