"""JUnit: read by other readers, it says what was found and comes to the exit code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import encode, judge
from opspolicy.output import Style, junit, renderer
from opspolicy.report import COMPLETE, FAILED, INCOMPLETE
from tests.output import samples

if TYPE_CHECKING:
    from opspolicy.report import Report

LAWS = settings(derandomize=True, deadline=None, database=None, max_examples=300)
ENDINGS = ("failure", "error", "skipped")
# What readers allow: https://github.com/jenkinsci/xunit-plugin (junit-10.xsd), and `file`, which
# GitLab reads besides.
ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "properties": set[str](),
    "property": {"name", "value"},
    "testcase": {"name", "classname", "time", "file"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"message"},
    "system-out": set[str](),
}


class Told(NamedTuple):
    """A test as it was read: how it ended, and what it says."""

    group: str
    name: str
    ending: str
    message: str
    text: str
    file: str | None


def read(report: Report, style: Style = Style()) -> list[Told]:  # noqa: B008 - never changed
    """Return the tests that are written for a report, read back, and see that they add up."""
    text = renderer("junit")(report, style)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    # As bytes, so that the reader goes by what the file says of itself.
    root = ET.fromstring(text.encode("utf-8"))  # noqa: S314 - it is our own
    (suite,) = root
    for each in root.iter():
        assert set(each.attrib) <= ATTRIBUTES[each.tag], each.tag
    found: list[Told] = []
    for case in suite.iter("testcase"):
        (told,) = case
        ending = told.tag if told.tag in ENDINGS else "passed"
        found.append(
            Told(
                case.attrib["classname"],
                case.attrib["name"],
                ending,
                told.attrib.get("message", ""),
                told.text or "",
                case.attrib.get("file"),
            )
        )
    for each in (root, suite):
        assert each.attrib["tests"] == f"{len(found)}"
        assert each.attrib["failures"] == f"{sum(1 for each in found if each.ending == 'failure')}"
        assert each.attrib["errors"] == f"{sum(1 for each in found if each.ending == 'error')}"
    assert suite.attrib["skipped"] == f"{sum(1 for each in found if each.ending == 'skipped')}"
    # GitLab knows a test by both, and forgets the second of two alike.
    assert len({(each.group, each.name) for each in found}) == len(found)
    return found


def exit_code(found: list[Told]) -> int:
    """Return the exit code that tests come to."""
    endings = {each.ending for each in found}
    if "error" in endings:
        return INCOMPLETE
    return FAILED if "failure" in endings else COMPLETE


@pytest.mark.parametrize("kind", samples.KINDS)
@pytest.mark.parametrize("fail_on", ["error", "warning", "info", "never"])
def test_tests_come_to_the_exit_code(kind: str, fail_on: str, reports: dict[str, Report]) -> None:
    report = reports[kind]._replace(fail_on=fail_on)
    found = read(report, Style(below="a b/c"))
    assert exit_code(found) == report.exit_code
    verdict, *rest = found
    assert (verdict.group, verdict.name) == ("opspolicy", "the verdict is complete")
    assert (verdict.ending == "passed") is report.complete
    assert len(rest) == len(report.findings)
    for test, finding in zip(rest, report.findings, strict=True):
        assert test.group == f"opspolicy.{finding.policy}"
        assert finding.fingerprint.startswith(re.findall(r"\((ops-[0-9a-f]+)\)$", test.name)[0])
        assert encode.terminal(finding.message) in test.text
        assert test.file == encode.terminal(f"a b/c/{finding.place.span.file}")


SEVERITIES = st.sampled_from(["error", "warning", "info"])
STATES = st.sampled_from(["new", "worse", "unchanged"])


@given(
    st.lists(st.tuples(SEVERITIES, STATES, st.booleans(), st.booleans()), max_size=5),
    st.sampled_from(["error", "warning", "info", "never"]),
    st.sampled_from(["", "`ops`"]),
)
@LAWS
def test_any_tests_come_to_the_exit_code(
    kinds: list[tuple[str, str, bool, bool]], fail_on: str, nothing: str
) -> None:
    sample = samples.example("hydro-quebec/before")
    (finding,) = sample.findings
    findings = tuple(
        finding._replace(
            fingerprint=f"ops-{at:032x}",
            severity=severity,
            status=status,
            waived_by="waiver/a.yaml#0" if waived and not incomplete else None,
            incomplete=incomplete,
        )
        for at, (severity, status, waived, incomplete) in enumerate(kinds)
    )
    report = sample._replace(findings=findings, fail_on=fail_on, nothing_matched=nothing)
    assert exit_code(read(report)) == report.exit_code


@pytest.mark.parametrize(
    ("kind", "endings"),
    [
        ("clean", ["passed"]),
        ("found", ["passed", "failure"]),
        ("group", ["passed", "failure", "passed", "passed", "passed", "passed"]),
        ("waived", ["passed", "skipped"]),
        ("ignored", ["passed", "skipped"]),
        ("incomplete", ["error", "error"]),
        ("nothing", ["error"]),
        ("base", ["passed", "failure", "passed", "skipped"]),
        ("worse", ["passed", "failure"]),
    ],
)
def test_how_each_ends(kind: str, endings: list[str], reports: dict[str, Report]) -> None:
    assert [each.ending for each in read(reports[kind])] == endings


def test_a_failure_says_all_that_is_known(reports: dict[str, Report]) -> None:
    _, test = read(reports["found"])
    assert test.name == "customer-portal, mail-ebills, portal-upgrade (ops-ef8e3df1)"
    assert test.message.startswith("`customer-portal` is down while `mail-ebills` has sent")
    for said in (
        "error[OPS302] outage-during-induced-demand\n",
        "\n  at ops/platform.yaml:8:12\n",
        "\n  with ops/billing.yaml:17:11: `mail-ebills` sends 350,000 customers",
        "\nwhen: Sat 9 Oct 2027 06:00 to Mon 11 Oct 2027 00:30 (America/Toronto), 42 h 30 min; ",
        "\nimpact: 350,000 customers for 42 h 30 min: 14,875,000 customer-hours\n",
        "\nmore: opspolicy explain ops-ef8e3df1",
    ):
        assert said in test.text


def test_what_is_skipped_says_why(reports: dict[str, Report]) -> None:
    _, test = read(reports["waived"])
    assert test.message.startswith("waived by digital and platform until Fri 31 Dec 2027: Regu")
    _, test = read(reports["ignored"])
    assert test.message.startswith("waived until Mon 11 Oct 2027: measured in October")


def test_no_verdict_is_an_error_that_says_why(reports: dict[str, Report]) -> None:
    (test,) = read(reports["nothing"])
    assert test.message.startswith("No file matched, so nothing was checked. Looked for")
    test, *_ = read(reports["unreadable"])
    assert "The verdict is incomplete." in test.message


def test_a_clean_check_says_what_was_judged(reports: dict[str, Report]) -> None:
    (test,) = read(reports["clean"])
    assert test.text.startswith("No findings.\nChecked 4 files: 3 services, 1 job, 1 maint")


def test_what_is_in_no_file_names_none(reports: dict[str, Report]) -> None:
    report = reports["clean"]
    failed = judge.failure(report.estate, "the rule `x`", ValueError("no"))
    _, test = read(report._replace(findings=(failed,)))
    assert (test.ending, test.file) == ("error", None)
    assert "\n  at " not in test.text


def test_many_places_are_counted(reports: dict[str, Report]) -> None:
    (finding,) = reports["found"].findings
    report = reports["found"]._replace(findings=(finding._replace(related=finding.related * 9),))
    _, test = read(report)
    assert test.text.count("  with ops/billing.yaml") == 6
    assert "\n  … and 3 more places\n" in test.text


def test_a_fingerprint_that_comes_twice_is_two_tests(reports: dict[str, Report]) -> None:
    (finding,) = reports["found"].findings
    _, one, other = read(reports["found"]._replace(findings=(finding, finding)))
    assert other.name == f"{one.name} #2"


# What a policy may be called, and what Rails makes of a failure of that type.
@pytest.mark.parametrize("policy", ["yaml", "symbol", "file", "integer"])
def test_a_type_is_never_what_a_reader_takes_for_a_format(
    policy: str, reports: dict[str, Report]
) -> None:
    (finding,) = reports["found"].findings
    changed = reports["found"]._replace(findings=(finding._replace(policy=policy),))
    text = renderer("junit")(changed, Style())
    assert set(re.findall(r' type="([^"]*)"', text)) == {"OPS302"}


characters = st.sampled_from(
    ["\x00", "\x08", "\t", "\n", "\r", "\x0b", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u202e", "\ud800",
     "\udcff", "\ufffe", "\uffff", "\U0001f512", "<", ">", "&", '"', "'", "]]>", "<!--", "<?", "&#0;", "a", " ",
     "[[ATTACHMENT|", "/etc/passwd]]", "::error::", "##[error]", "##teamcity[", "é", "客"]
)  # fmt: skip


@given(st.lists(characters, max_size=12).map("".join))
@LAWS
def test_any_text_is_read_as_it_is_shown(text: str) -> None:
    sample = samples.example("hydro-quebec/before")
    (finding,) = sample.findings
    place = finding.place._replace(span=finding.place.span._replace(file=f"ops/{text}"))
    hostile = finding._replace(
        message=text, policy=f"p{text}", place=place, subjects=(f"service/{text}",), hint=text
    )
    report = sample._replace(findings=(hostile,))
    written = renderer("junit")(report, Style())
    assert encode.log(written) == written
    assert "[[ATTACHMENT|" not in written
    _, test = read(report)
    shown = encode.xml(encode.terminal(text))
    assert test.message == shown
    assert test.group == encode.xml(encode.terminal(f"opspolicy.p{text}"))
    assert test.file == encode.xml(encode.terminal(f"ops/{text}"))
    assert test.text.split("\n")[1] == shown
    # A text can't add a line of its own.
    labels = [each.partition(":")[0] for each in test.text.split("\n")[4:]]
    assert labels == ["when", "impact", "owners", *(["fix"] if text else []), "slot", "more"]


@pytest.mark.prove
def test_thirty_thousand_findings_are_all_there(reports: dict[str, Report]) -> None:
    report = samples.many(reports["found"], 30_000)
    text = renderer("junit")(report, Style())
    assert len(text.encode()) < 30_000_000
    assert text.count("<failure ") == 30_000
    # The worst with all that is told of them.
    assert text.count("\nimpact: ") > 5000


def test_more_than_there_is_room_for_are_counted(
    reports: dict[str, Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(junit, "MOST_BYTES", 20_000)
    monkeypatch.setattr(junit, "IN_FULL", 5000)
    report = samples.many(reports["found"], 100)
    assert len(renderer("junit")(report, Style())) < 23_000
    *_, last = found = read(report)
    left = 100 - (len(found) - 2)
    assert last.message == f"and {left} more of 100 findings; the log has all"
    assert last.ending == "failure"
    assert "\nimpact: " in found[1].text
    assert "\nimpact: " not in found[-2].text


@pytest.mark.parametrize(
    ("change", "code"),
    [(("info", False), 0), (("error", False), 1), (("error", True), 2)],
)
def test_what_there_is_no_room_for_counts(
    change: tuple[str, bool],
    code: int,
    reports: dict[str, Report],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(junit, "MOST_BYTES", 0)
    (finding,) = reports["found"].findings
    severity, incomplete = change
    changed = finding._replace(severity=severity, incomplete=incomplete)
    report = reports["found"]._replace(findings=(changed,))
    found = read(report)
    assert [each.name for each in found] == ["the verdict is complete", "other findings"]
    assert exit_code(found) == report.exit_code == code


def test_the_same_report_is_the_same_text(reports: dict[str, Report]) -> None:
    """There is no clock in it."""
    for report in reports.values():
        one, other = (renderer("junit")(report, Style()) for _ in range(2))
        assert one == other
        assert re.findall(r'timestamp="([^"]*)"', one) == ["2027-09-01T00:00:00"]
