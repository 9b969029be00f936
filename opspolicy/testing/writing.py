"""The regression test of a finding: that the gate catches it, and that it doesn't happen again."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.phrases import cut, listing
from opspolicy.record import NamedTuple
from opspolicy.report import LEAST_DIGITS, PREFIX
from opspolicy.source import as_yaml, files
from opspolicy.temporal import durations
from opspolicy.temporal.instants import rfc3339
from opspolicy.testing import cases, results, sides
from opspolicy.testing.distil import Distiller, is_same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.examine import Judged
    from opspolicy.report import Finding, Report
    from opspolicy.testing.bench import Bench

MOST_TIMES = 20
"""How many occurrences are written one by one; of more, their number."""

CATCHES = "What was found, by itself: it passes as long as the gate catches it."
NOT_CAUGHT = (
    "The declarations behind it can't be had by themselves, so there is no test that the gate"
    " catches it."
)
GUARDS = "It fails until this is repaired, and holds from then on that it stays so"
STRICTLY = "; what is waived isn't repaired"
ABOUT_WAIVERS = frozenset(("expired-waiver", "unapproved-waiver", "unused-waiver"))
LONGEST_WHO = 120
SHOWN = len(PREFIX) + LEAST_DIGITS


class Written(NamedTuple):
    """The text of a test file. ``catches`` says whether it has the first of the two tests."""

    text: str
    catches: bool


def regression(judged: Judged, finding: Finding, path: str, estate: str, bench: Bench) -> Written:
    """Return the tests of a finding, for a file at ``path`` from which ``estate`` is the way.

    There are two where the finding can be had by itself: one that passes as long as the gate
    catches it, and one that fails until it is repaired. Else there is only the second.
    """
    found = Distiller(judged, finding).sections()
    if found is not None:
        text = _text(judged, finding, estate, found)
        if _holds(text, path, finding, bench):
            return Written(text, catches=True)
    return Written(_text(judged, finding, estate, None), catches=False)


def _holds(text: str, path: str, finding: Finding, bench: Bench) -> bool:
    """Whether the first test passes, for this very finding."""
    file = cases.read(files.parse(path, text))
    if file.problems or not file.cases:
        return False
    result = results.result(file.cases[0], bench)
    return result.outcome == results.PASSED and any(is_same(each, finding) for each in result.met)


def _text(
    judged: Judged, finding: Finding, estate: str, found: tuple[dict[str, Any], bool] | None
) -> str:
    report = judged.report
    when = {
        "as_of": rfc3339(report.as_of),
        "horizon": durations.compact(report.until - report.as_of),
    }
    who = cut(listing([_bare(each) for each in finding.subjects]), LONGEST_WHO)
    named = f"{finding.policy}: {who}"
    name, as_of = finding.fingerprint[:SHOWN], when["as_of"]
    lines = [
        f"# The regression test of {name} ({finding.policy}), as of {as_of}:",
        *_comment(finding.message),
        "version: 1",
        "tests:",
    ]
    if found is None:
        lines += _comment(NOT_CAUGHT, 2)
    else:
        sections, alone = found
        lines += _comment(CATCHES, 2)
        lines += _test(
            {
                "name": f"the gate catches it: {named}",
                "estate": sections,
                **when,
                "expect": {"exactly" if alone else "at_least": [_entry(finding, report)]},
            }
        )
    # What is found about a waiver isn't there where none holds.
    strict = {} if finding.rule in ABOUT_WAIVERS else {"waivers": False}
    lines += _comment(f"{GUARDS}{STRICTLY if strict else ''}.", 2)
    lines += _test(
        {
            "name": f"it doesn't happen again: {named}",
            "estate": estate,
            **when,
            **strict,
            "expect": {"none": [_again(finding, report)]},
        }
    )
    return "\n".join(lines) + "\n"


def _test(values: dict[str, Any]) -> list[str]:
    first, *rest = as_yaml.lines(values, 4)
    return [f"  - {first.lstrip()}", *rest]


def _comment(text: str, indent: int = 0) -> list[str]:
    lead = f"{' ' * indent}# "
    return [f"{lead}{row}" for row in encode.wrap(encode.terminal(text), 96 - len(lead))]


def _bare(ref: str) -> str:
    return ref.partition("/")[2] or ref


def _who(finding: Finding) -> dict[str, Any]:
    named = {"rule": finding.rule}
    return named if finding.policy == finding.rule else {**named, "policy": finding.policy}


def _entry(finding: Finding, report: Report) -> dict[str, Any]:
    """Return a finding as it is expected, by all that doesn't change with lines and words."""
    entry = {
        **_who(finding),
        "severity": finding.severity,
        "subjects": [*finding.subjects],
        "causes": [*finding.causes],
    }
    hours = sides.customer_hours(finding)
    if hours is not None:
        entry["customer_hours"] = hours
    times = [*finding.occurrences]
    if len(times) > MOST_TIMES:
        entry["occurrence_count"] = len(times)
    else:
        entry["occurrences"] = [
            {"start": rfc3339(start), "end": rfc3339(end)} for start, end in times
        ]
    if _twins(finding, report):
        entry["fingerprint"] = finding.fingerprint
    return entry


def _again(finding: Finding, report: Report) -> dict[str, Any]:
    """Return what must not be found again: who is hurt, and by what where that isn't all there is.

    Somebody else may move into the same time, and the same customers stand there again.
    """
    entry: dict[str, Any] = {**_who(finding), "subjects": [*finding.subjects]}
    if _alike(finding, report) and finding.causes:
        entry["causes"] = [*finding.causes]
    if _twins(finding, report):
        entry["fingerprint"] = finding.fingerprint
    return entry


def _twins(finding: Finding, report: Report) -> list[Finding]:
    """Return the others that only a fingerprint tells apart from a finding."""
    return [each for each in _alike(finding, report) if {*each.causes} == {*finding.causes}]


def _alike(finding: Finding, report: Report) -> list[Finding]:
    """Return the others of the same policy that hurt the same."""
    return [
        each
        for each in report.findings
        if each.fingerprint != finding.fingerprint
        and each.policy == finding.policy
        and {*each.subjects} == {*finding.subjects}
    ]
