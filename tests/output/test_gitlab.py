"""GitLab code quality: each finding once, in the shape that GitLab's own schema asks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from opspolicy import encode, judge
from opspolicy.output import Style, renderer
from tests.output import samples

if TYPE_CHECKING:
    from opspolicy.report import Report

# What https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format asks for. One
# issue that isn't so, and GitLab reads none of those behind it.
SHAPE = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/.]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def issues(report: Report, style: Style = Style()) -> list[dict[str, Any]]:  # noqa: B008 - never changed
    """Return the issues that are written for a report, read back."""
    found: list[dict[str, Any]] = json.loads(renderer("gitlab")(report, style))
    Draft202012Validator(SHAPE).validate(found)
    assert len({each["fingerprint"] for each in found}) == len(found)
    return found


@pytest.mark.parametrize("kind", samples.KINDS)
def test_issues_are_the_findings(kind: str, reports: dict[str, Report]) -> None:
    report = reports[kind]
    found = issues(report, Style(below="a b/c"))
    if kind == "nothing":
        return
    if kind == "assumed":
        # A list has no other place for what holds for all of it.
        first = found.pop(0)
        assert first["severity"] == "info"
        assert first["description"].startswith("What if: `upgrade` takes 2 h longer")
    assert [each["fingerprint"].partition(":")[0] for each in found] == [
        each.fingerprint for each in report.findings
    ]
    for issue, finding in zip(found, report.findings, strict=True):
        path = encode.terminal(f"a b/c/{finding.place.span.file}")
        assert issue["location"] == {"path": path, "lines": {"begin": finding.place.span.line}}
        assert issue["check_name"] == finding.policy
        assert encode.terminal(finding.message) in issue["description"]


def test_an_issue_says_whom_to_ask_and_what_to_do(reports: dict[str, Report]) -> None:
    (issue,) = issues(reports["found"])
    told = issue["description"]
    assert told.startswith("OPS302 (error): `customer-portal` is down while")
    assert ". Owners: billing, digital, platform. Fix: move `portal-upgrade`, or" in told
    assert issue["severity"] == "critical"


@pytest.mark.parametrize(
    ("kind", "severities"),
    [
        ("clean", []),
        ("group", ["critical", "major", "major", "minor", "minor"]),
        ("waived", ["info"]),
        ("ignored", ["info"]),
        ("incomplete", ["blocker"]),
        ("unreadable", ["blocker"]),
        ("base", ["critical", "critical", "info"]),
    ],
)
def test_how_severe_it_is(kind: str, severities: list[str], reports: dict[str, Report]) -> None:
    assert [each["severity"] for each in issues(reports[kind])] == severities


def test_what_is_accepted_is_there_and_says_by_whom(reports: dict[str, Report]) -> None:
    """Left out, it would be shown as fixed."""
    (issue,) = issues(reports["waived"])
    assert "(waived: by digital and platform until Fri 31 Dec 2027: " in issue["description"]
    (issue,) = issues(reports["ignored"])
    assert "(waived: until Mon 11 Oct 2027: measured in October" in issue["description"]


def test_how_it_stands_against_a_base(reports: dict[str, Report]) -> None:
    told = [each["description"].partition(":")[0] for each in issues(reports["base"])]
    assert told == [
        "OPS301 (new, error)", "OPS303 (unchanged, error)", "OPS301 (unchanged, error)",
    ]  # fmt: skip


def test_what_has_become_worse_is_shown_as_new(reports: dict[str, Report]) -> None:
    """GitLab knows of two branches only what has which fingerprint."""
    report = reports["worse"]
    (issue,), (finding,) = issues(report), report.findings
    assert issue["fingerprint"] == f"{finding.fingerprint}:worse"
    # As the target branch has it afterwards, nothing is left to be told.
    (after,) = issues(samples.many(report, 0)._replace(findings=(finding._replace(status="new"),)))
    assert after["fingerprint"] == finding.fingerprint


def test_an_empty_list_would_say_that_all_is_well(reports: dict[str, Report]) -> None:
    (issue,) = issues(reports["nothing"], Style(below="estate"))
    assert issue["severity"] == "blocker"
    assert issue["description"].startswith("No file matched, so nothing was checked. Looked for ")
    assert issue["location"]["path"] == "estate/opspolicy.yaml"


def test_what_is_in_no_file_has_a_place_all_the_same(reports: dict[str, Report]) -> None:
    report = reports["clean"]
    failed = judge.failure(report.estate, "the rule `x`", ValueError("no"))
    (issue,) = issues(report._replace(findings=(failed,)))
    assert issue["location"]["path"] == "opspolicy.yaml"


def test_a_fingerprint_that_comes_twice_is_two_issues(reports: dict[str, Report]) -> None:
    (finding,) = reports["found"].findings
    found = issues(reports["found"]._replace(findings=(finding, finding, finding)))
    assert [each["fingerprint"] for each in found] == [
        finding.fingerprint, f"{finding.fingerprint}:2", f"{finding.fingerprint}:3",
    ]  # fmt: skip


def test_all_of_thirty_thousand_are_there(reports: dict[str, Report]) -> None:
    report = samples.many(reports["found"], 30_000)
    text = renderer("gitlab")(report, Style())
    assert len(json.loads(text)) == 30_000
    assert len(text) < 50_000_000


def test_texts_are_shown_and_not_obeyed(reports: dict[str, Report]) -> None:
    (finding,) = reports["found"].findings
    hostile = finding._replace(
        message="a\n::error::b \x1b[31m\u202e##[error]", hint="c" * 70_000, owners=("d\x07",)
    )
    text = renderer("gitlab")(reports["found"]._replace(findings=(hostile,)), Style())
    (issue,) = json.loads(text)
    told = issue["description"]
    assert r"a\x0a::error::b \x1b[31m\u202e##[error]. Owners: d\x07. Fix: ccc" in told
    assert len(told) < 3000
    assert encode.log(text) == text
    assert text.isascii()
