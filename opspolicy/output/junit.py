"""JUnit XML, which every CI shows: a test a finding, and one for the verdict as a whole.

A test fails where its finding fails the check, is an error where that leaves the verdict unknown,
is skipped where somebody accepts it, and else passes. So the exit code is 0 where no test fails or
is an error, 1 where some fail, and 2 where any is an error.
"""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

from opspolicy import encode
from opspolicy.output import places, verdict
from opspolicy.output.facts import facts, waived
from opspolicy.phrases import count, cut
from opspolicy.temporal import zones
from opspolicy.temporal.instants import rfc3339
from opspolicy.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.output import Style
    from opspolicy.output.facts import Facts
    from opspolicy.report import Finding, Report
    from opspolicy.source.span import Note

    Case = tuple[str, ET.Element]

MOST_BYTES = 28_000_000
"""What a file may come to: GitLab reads nothing of one of 30 MB."""

IN_FULL = 10_000_000
"""Of these, what is spent on findings with all that is told of them."""

INDENTATION = 20
"""Bytes at most that a test takes for being easy to read."""

LONGEST_NAME = 200
LONGEST_LINE = 2000
MOST_PLACES = 6

PASSED, SKIPPED, FAILURE, ERROR = "passed", "skipped", "failure", "error"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SUITE = "opspolicy"
VERDICT = "the verdict is complete"


def render(report: Report, style: Style) -> str:
    """Return the findings as tests, with a final line break."""
    suite = ET.Element("testsuite", name=SUITE)
    suite.append(_properties(report))
    results: Counter[str] = Counter()
    for result, case in _cases(report, style):
        results[result] += 1
        suite.append(case)
    counts = {
        "tests": f"{results.total()}",
        "failures": f"{results[FAILURE]}",
        "errors": f"{results[ERROR]}",
    }
    # Not when it ran, which would make each file another one, but as of when it judges.
    as_of = rfc3339(report.as_of).removesuffix("Z")
    suite.attrib |= counts | {"skipped": f"{results[SKIPPED]}", "time": "0", "timestamp": as_of}
    root = ET.Element("testsuites", {"name": SUITE, **counts, "time": "0"})
    root.append(suite)
    ET.indent(root)
    return f"{HEAD}{ET.tostring(root, encoding='unicode')}\n"


def _cases(report: Report, style: Style) -> Iterator[Case]:
    """Yield a test a finding as long as there is room, and one for all the others."""
    yield _verdict(report, style)
    told = facts(report, style)
    seen: Counter[str] = Counter()
    used = 0
    for at, each in enumerate(report.findings):
        seen[each.fingerprint] += 1
        result, case = _case(told, each, seen[each.fingerprint], in_full=used < IN_FULL)
        used += len(ET.tostring(case, encoding="utf-8")) + INDENTATION
        if used > MOST_BYTES:
            yield _rest(report, at)
            return
        yield result, case


def _verdict(report: Report, style: Style) -> Case:
    """Return the test that there is a verdict, so that a clean check is a test that passes."""
    case = _test(SUITE, VERDICT)
    sentences = [sentence for sentence, _ in verdict.verdict(report)]
    if report.complete:
        lines = [*verdict.assumed(report), *sentences, *verdict.judged(report, style)]
        _tell(case, "system-out", lines)
        return PASSED, case
    lines = [*verdict.assumed(report), *sentences]
    _tell(case, ERROR, lines, "OPS000", " ".join(sentences))
    return ERROR, case


def _case(told: Facts, finding: Finding, ordinal: int, *, in_full: bool) -> Case:
    """Return the test of a finding; readers know it by its name, so that has no line or time."""
    report = told.report
    parties = (*finding.subjects, *finding.causes)
    who = ", ".join(ref.partition("/")[2] or ref for ref in parties)
    again = f" #{ordinal}" if ordinal > 1 else ""
    name = f"{cut(who, LONGEST_NAME)} ({told.prefixes[finding.fingerprint]}){again}"
    case = _test(f"{SUITE}.{cut(finding.policy, LONGEST_NAME)}", name)
    span = places.place(finding)
    if span is not None:
        case.set("file", _line(places.from_top(span.file, told.style)))
    result = _result(report, finding)
    lines = list(_lines(told, finding) if in_full else _brief(told, finding))
    if result == PASSED:
        _tell(case, "system-out", lines)
    elif result == SKIPPED:
        _tell(case, SKIPPED, lines, message=f"waived {'; '.join(waived(finding))}")
    else:
        _tell(case, result, lines, finding.code, finding.message)
    return result, case


def _rest(report: Report, shown: int) -> Case:
    """Return one test for all findings that there is no room for, as bad as the worst of them."""
    found = {_result(report, each) for each in report.findings[shown:]}
    result = next((each for each in (ERROR, FAILURE) if each in found), PASSED)
    total = len(report.findings)
    message = f"and {total - shown:,} more of {total:,} findings; the log has all"
    case = _test(SUITE, "other findings")
    element = "system-out" if result == PASSED else result
    _tell(case, element, [message], *(() if result == PASSED else ("OPS000", message)))
    return result, case


def _test(group: str, name: str) -> ET.Element:
    names = {"name": _line(name), "classname": _line(group), "time": "0"}
    return ET.Element("testcase", names)


def _tell(
    case: ET.Element, element: str, lines: list[str], kind: str = "", message: str = ""
) -> None:
    """Add how a test ended; of the attributes, those that say anything."""
    said = {"type": kind, "message": _line(message)}
    told = ET.SubElement(case, element, {name: text for name, text in said.items() if text})
    told.text = "\n".join(_line(each) for each in lines)


def _line(text: str) -> str:
    return encode.xml(encode.terminal(cut(text, LONGEST_LINE)))


def _brief(told: Facts, finding: Finding) -> Iterator[str]:
    """Yield what is found, and where."""
    yield f"{told.standing(finding)}[{finding.code}] {finding.policy}"
    yield finding.message
    if places.place(finding) is not None:
        yield f"  at {_place(finding.place, told)}"


def _lines(told: Facts, finding: Finding) -> Iterator[str]:
    """Yield what is found, where, and all that is told of it."""
    yield from _brief(told, finding)
    for note in finding.related[:MOST_PLACES]:
        at = f"  with {_place(note, told)}"
        yield f"{at}: {note.text}" if note.text else at
    rest = len(finding.related) - MOST_PLACES
    if rest > 0:
        yield f"  … and {count(rest, 'more place')}"
    for label, sentence in told.sentences(finding):
        yield f"{label}: {sentence}"


def _place(note: Note, told: Facts) -> str:
    return f"{places.line(note.span, told.style)}:{note.span.column}"


def _properties(report: Report) -> ET.Element:
    """Return what a run can be repeated by, and what it came to."""
    made = ET.Element("properties")
    assumed = {"what_if": "; ".join(_line(each.sentence) for each in report.what_if)}
    for name, value in {
        "version": __version__,
        "tzdata": zones.VERSION,
        "as_of": rfc3339(report.as_of),
        "until": rfc3339(report.until),
        "fail_on": report.fail_on,
        "findings": f"{len(report.findings)}",
        "exit_code": f"{report.exit_code}",
        **(assumed if report.what_if else {}),
    }.items():
        ET.SubElement(made, "property", name=name, value=value)
    return made


def _result(report: Report, finding: Finding) -> str:
    """Return how the test of a finding ends."""
    if finding.incomplete:
        return ERROR
    if finding.waived_by is not None:
        return SKIPPED
    return FAILURE if report.fails(finding) else PASSED
