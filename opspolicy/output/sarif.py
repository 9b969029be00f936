"""SARIF 2.1.0, as GitHub's code scanning reads it: results with places, ways and fingerprints.

GitHub keeps 5,000 results and takes 10 MB, compressed. So the worst are kept, the last of them in
brief where a file would get too large, and it is said how many there are.
"""

from __future__ import annotations

import zlib
from collections import Counter

from opspolicy import encode
from opspolicy.output import places, sarif_rules, verdict
from opspolicy.output.facts import facts
from opspolicy.output.sarif_results import LONGEST_SENTENCE, TOP, Results, location
from opspolicy.phrases import cut
from opspolicy.record import NamedTuple
from opspolicy.report import COMPLETE, FAILED, INCOMPLETE
from opspolicy.source.span import Note
from opspolicy.temporal import zones
from opspolicy.temporal.instants import rfc3339
from opspolicy.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from opspolicy.output import Style
    from opspolicy.report import Finding, Report
    from opspolicy.rules.base import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

MOST_RESULTS = 5000
"""Results that GitHub keeps."""

MOST_LOCATIONS = 60_000
"""Places of a file: a chain of a thousand services has a million, and each takes its memory."""

MOST_BYTES = 9_000_000
"""What a file may come to when it is compressed: GitHub takes 10 MB, by a compressor of its own."""

IN_FULL = 6_000_000
"""Of these, what is spent on results with all that is known of them."""

MOST_READ = 100
"""Results that somebody may look at as they stand, on lines of their own."""

MOST_NOTIFICATIONS = 20

EXITS = {
    COMPLETE: "complete, and nothing that fails the check",
    FAILED: "complete, with findings that fail the check",
    INCOMPLETE: "incomplete: there is no verdict",
}


def render(report: Report, style: Style) -> str:
    """Return the report as SARIF, with a final line break."""
    findings = report.findings[:MOST_RESULTS]
    document = Document(report, style, tuple(sarif_rules.used(findings)))
    listed = {rule.slug: at for at, rule in enumerate(document.rules)}
    results = Results(facts(report, style), listed)
    ordinals = _ordinals(findings)
    text = document.text(_in_full(results, findings, ordinals))
    if _fits(text):
        return text
    return document.text(_thinned(document, results, findings, ordinals))


class Document(NamedTuple):
    """What a file says around its results; ``rules`` are those that they name, as listed."""

    report: Report
    style: Style
    rules: tuple[Rule, ...]

    def text(self, results: Sequence[dict[str, Any]]) -> str:
        """Return the file with some results."""
        indent = 2 if len(results) <= MOST_READ else None
        document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [self._run(results)]}
        return encode.as_json(document, indent=indent) + "\n"

    def _run(self, results: Sequence[dict[str, Any]]) -> dict[str, Any]:
        report = self.report
        base = report.base
        properties: dict[str, Any] = {
            "as_of": rfc3339(report.as_of),
            "until": rfc3339(report.until),
            "tzdata": zones.VERSION,
            "fail_on": report.fail_on,
            "complete": report.complete,
            "summary": report.summary,
            "findings": len(report.findings),
            "listed": len(results),
            "judged": self._judged(),
        }
        if report.what_if:
            properties["what_if"] = [self._sentence(each) for each in verdict.assumed(report)]
        if base is not None:
            properties["base"] = self._sentence(base.name)
            properties["fixed"] = len(base.fixed)
            properties["required_reviewers"] = [self._sentence(each) for each in base.reviewers]
        return {
            "tool": {
                "driver": {
                    "name": "opspolicy",
                    "version": __version__,
                    "semanticVersion": __version__,
                    "rules": [sarif_rules.descriptor(rule) for rule in self.rules],
                }
            },
            "invocations": [
                {
                    "executionSuccessful": report.complete,
                    "exitCode": report.exit_code,
                    "exitCodeDescription": EXITS[report.exit_code],
                    "toolExecutionNotifications": self._notifications(len(results)),
                }
            ],
            "originalUriBaseIds": {
                TOP: {"description": {"text": "The top of the git repository."}}
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": properties,
        }

    def _notifications(self, shown: int) -> list[dict[str, Any]]:
        """Return why there is no verdict, where there is none, and what isn't listed."""
        report = self.report
        told = [_notification("note", each) for each in verdict.assumed(report)]
        if not report.complete:
            sentences = " ".join(sentence for sentence, _ in verdict.verdict(report))
            told.append(_notification("error", sentences))
            unknown = [each for each in report.findings if each.incomplete]
            told += [self._unknown(each) for each in unknown[:MOST_NOTIFICATIONS]]
            if len(unknown) > MOST_NOTIFICATIONS:
                rest = f"and {len(unknown) - MOST_NOTIFICATIONS:,} more of {len(unknown):,}"
                told.append(_notification("error", f"{rest} that leave the verdict unknown"))
        total = len(report.findings)
        if shown < total:
            kept = f"{shown:,} of {total:,} findings are listed, the worst"
            told.append(_notification("warning", f"{kept}; the log and the exit code have all"))
        return told

    def _unknown(self, finding: Finding) -> dict[str, Any]:
        """Return that a finding leaves the verdict unknown, and where."""
        said = _notification("error", f"{finding.code}: {finding.message}")
        said["locations"] = [location(Note(places.somewhere(finding), ""), self.style)]
        return said

    def _judged(self) -> list[str]:
        return [self._sentence(each) for each in verdict.judged(self.report, self.style)]

    def _sentence(self, text: str) -> str:
        return encode.terminal(cut(text, LONGEST_SENTENCE))


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": encode.sarif(cut(text, LONGEST_SENTENCE))}}


def _ordinals(findings: Sequence[Finding]) -> list[int]:
    """Return for each finding how many have had its fingerprint up to it."""
    seen: Counter[str] = Counter()
    found: list[int] = []
    for each in findings:
        seen[each.fingerprint] += 1
        found.append(seen[each.fingerprint])
    return found


def _in_full(
    results: Results, findings: Sequence[Finding], ordinals: Sequence[int]
) -> list[dict[str, Any]]:
    """Return all results, with their ways as long as there is room for so many places."""
    made: list[dict[str, Any]] = []
    left = MOST_LOCATIONS
    for finding, ordinal in zip(findings, ordinals, strict=True):
        made.append(results.result(finding, ordinal, with_ways=left > 0))
        left -= len(finding.related) + sum(map(len, finding.paths))
    return made


def _fits(text: str) -> bool:
    """Whether a file is small enough, by the quickest compressor, which is the worst."""
    return len(text) <= MOST_BYTES or len(zlib.compress(text.encode(), 1)) <= MOST_BYTES


def _thinned(
    document: Document, results: Results, findings: Sequence[Finding], ordinals: Sequence[int]
) -> list[dict[str, Any]]:
    """Return the results there is room for: the worst in full, others in brief, the rest left out.

    Each is compressed behind those before it, so that what they have come to is known.
    """
    packer = zlib.compressobj(1)
    used = _packed(packer, document.text([]))
    kept: list[dict[str, Any]] = []
    for finding, ordinal in zip(findings, ordinals, strict=True):
        made = results.result if used < IN_FULL else results.brief
        result = made(finding, ordinal)
        used += _packed(packer, encode.as_json(result, indent=None))
        if used > MOST_BYTES:
            break
        kept.append(result)
    return kept


def _packed(packer: Any, text: str) -> int:  # noqa: ANN401 - zlib has no name for it
    """Return the bytes that a text adds to what is compressed."""
    return len(packer.compress(text.encode())) + len(packer.flush(zlib.Z_SYNC_FLUSH))
