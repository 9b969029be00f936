"""Tests for programs, version 1: the shape of `schemas/test-results.schema.json`."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.envelope import located
from opspolicy.temporal import zones
from opspolicy.temporal.instants import rfc3339
from opspolicy.testing.results import BROKEN, FAILED, PASSED
from opspolicy.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.report import Finding
    from opspolicy.source.problem import Problem
    from opspolicy.testing.results import FileResult, Missed, Result
    from opspolicy.testing.telling import Outcome


def render(outcome: Outcome) -> str:
    """Return the document, indented, with a final line break."""
    return encode.as_json(document(outcome)) + "\n"


def document(outcome: Outcome) -> dict[str, Any]:
    """Return what has become of each test."""
    made: dict[str, Any] = {
        "version": 1,
        "tool": {"name": "opspolicy", "version": __version__, "tzdata": zones.VERSION},
        "exit_code": outcome.exit_code,
        "summary": {each: outcome.total(each) for each in (PASSED, FAILED, BROKEN)},
        "problems": list(outcome.problems),
        "files": [_file(each) for each in outcome.files],
        "policies": None,
    }
    if outcome.held is not None:
        made["policies"] = [
            {"policy": each.policy.name, "fires": each.fires, "rests": each.rests}
            for each in outcome.held
        ]
    return made


def _file(file: FileResult) -> dict[str, Any]:
    return {
        "path": file.path,
        "problems": [_problem(each) for each in file.problems],
        "tests": [_test(each) for each in file.results],
    }


def _test(result: Result) -> dict[str, Any]:
    report = result.judged.report if result.judged is not None else None
    return {
        "name": result.case.name,
        "line": result.case.place.line,
        "outcome": result.outcome,
        "as_of": rfc3339(report.as_of) if report is not None else None,
        "until": rfc3339(report.until) if report is not None else None,
        "problems": [_problem(each) for each in result.problems],
        "missed": [_missed(each) for each in result.missed],
        "extra": [_finding(each) for each in result.extra],
        "met": [_finding(each) for each in result.met],
        "exit_code": None
        if result.exit_code is None
        else {"expected": result.exit_code[0], "found": result.exit_code[1]},
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {"message": problem.message, "hint": problem.hint, **located(problem.span)}


def _missed(missed: Missed) -> dict[str, Any]:
    nearest = missed.nearest
    return {
        "expected": dict(missed.entry),
        "nearest": _finding(nearest) if nearest is not None else None,
        "differences": [
            {"key": each.key, "expected": each.expected, "found": each.found}
            for each in missed.differences
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    span = finding.place.span
    return {
        "fingerprint": finding.fingerprint,
        "code": finding.code,
        "rule": finding.rule,
        "policy": finding.policy,
        "severity": finding.severity,
        "message": finding.message,
        "subjects": list(finding.subjects),
        "causes": list(finding.causes),
        "file": span.file,
        "line": span.line,
        "waived": finding.waived_by is not None,
    }
