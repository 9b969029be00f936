"""What a check comes to, and that whatever goes wrong is no verdict and never a pass."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from action import run, verdict
from action.inputs import Inputs
from action.runner import Runner
from action.verdict import Verdict

FORMATS = frozenset({"github", "html", "json", "markdown", "sarif", "text"})
NO_FILES = {f"{name}-file": "" for name in ("sarif", "json", "markdown", "html")}


def program(path: Path, *lines: str) -> str:
    """Return a program that stands where opspolicy's Python should."""
    path.write_text("\n".join(["#!/bin/sh", "for last; do :; done", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)
    return str(path)


WRITES = 'case "$*" in *--output=json=*) echo \'{}\' > "$(echo "$*" | sed "s/.*json=//; s/ .*//")";; esac'


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["exit 0"], "opspolicy ended with exit code 0 and without a report"),
        (["exit 3"], "opspolicy ended with exit code 3 and without a report"),
        (["kill -9 $$"], "opspolicy ended with exit code -9 and without a report"),
        (["echo 'opspolicy: --base x: no' >&2", "exit 2"], "--base x: no"),
        # A report that isn't one is none, whatever the exit code says.
        ([WRITES.format("{"), "exit 0"], "exit code 0 and without a report"),
        ([WRITES.format("[]"), "exit 0"], "exit code 0 and without a report"),
        ([WRITES.format('{"version": 2}'), "exit 0"], "exit code 0 and without a report"),
    ],
)
def test_without_a_report_there_is_no_verdict(
    tmp_path: Path, lines: list[str], reason: str
) -> None:
    formats = 'if [ "$2" = -c ]; then echo json text; exit 0; fi'
    python = program(tmp_path / "python", formats, *lines)
    found, lost = verdict.check(python, Inputs(), "", str(tmp_path), os.environ)
    assert reason in found.reason
    assert lost == []
    # What there is in files isn't a report.
    assert found.outputs() == NO_FILES | {"exit-code": "2", "result": "incomplete"}


REPORT = {"version": 1, "findings": [], "required_reviewers": []}


@pytest.mark.parametrize("code", [0, 1])
@pytest.mark.parametrize("broken", ["sarif", "html", "markdown", "github", "text", "json"])
def test_a_report_that_cannot_be_made_is_left_out(
    tmp_path: Path, broken: str, code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """However it fails, before or after the others are written: only JSON has to be."""
    says = json.dumps(REPORT | {"exit_code": code})
    lines = [
        f'if [ "$2" = -c ]; then echo {" ".join(FORMATS)}; exit 0; fi',
        "echo told",
        f"case {broken} in text) broken=1;; esac",
        "for each; do case $each in --output=*)",
        "  each=${each#--output=}; name=${each%%=*}; file=${each#*=}",
        f"  if [ $name = {broken} ]; then broken=1; echo partly > $file; else echo '{says}' > $file; fi;;",
        "esac; done",
        f'if [ "$broken" ]; then echo "opspolicy: no {broken}: full" >&2; exit 2; fi',
        f"exit {code}",
    ]
    reports = frozenset({"annotations", "summary", "sarif", "html"})
    python = program(tmp_path / "python", *lines)
    found, lost = verdict.check(python, Inputs(reports=reports), "", str(tmp_path), os.environ)
    assert capfd.readouterr().out.count("told\n") == 1
    if broken in {"json", "text"}:
        assert found.reason == f"no {broken}: full"
        assert found.outputs() == NO_FILES | {"exit-code": "2", "result": "incomplete"}
        return
    assert (found.code, found.reason) == (code, "")
    assert broken not in found.files
    assert all(Path(path).read_text() == f"{says}\n" for path in found.files.values())
    gone = {"sarif": "sarif", "html": "html", "markdown": "summary", "github": "annotations"}
    assert f"the report `{gone[broken]}` can't be made: no {broken}: full" in lost


@pytest.mark.parametrize("code", [0, 1])
def test_an_exit_code_that_the_report_does_not_have_is_no_verdict(
    tmp_path: Path, code: int
) -> None:
    says = json.dumps(REPORT | {"exit_code": 1 - code})
    writes = WRITES.replace("{}", says)
    formats = 'if [ "$2" = -c ]; then echo json text; exit 0; fi'
    python = program(tmp_path / "python", formats, writes, f"exit {code}")
    found, _ = verdict.check(python, Inputs(), "", str(tmp_path), os.environ)
    assert found.reason == f"opspolicy ended with exit code {code}, and its report says otherwise"
    assert found.outputs()["exit-code"] == "2"


def test_a_report_that_there_is_no_format_for_is_left_out() -> None:
    every = ("annotations", "summary", "sarif", "html", "comment")
    assert verdict.wanted(every, FORMATS) == (["github", "json", "markdown", "sarif", "html"], [])
    assert verdict.wanted(every, FORMATS - {"html"})[1] == ["html"]
    assert verdict.wanted(every, frozenset({"json"})) == (["json"], list(every))
    assert verdict.wanted((), FORMATS) == (["json", "markdown"], [])


def test_what_is_waived_does_not_count() -> None:
    findings = [
        {"status": "new", "waived_by": None},
        {"status": "worse", "waived_by": None},
        {"status": "unchanged", "waived_by": None},
        {"status": "new", "waived_by": "x"},
    ]
    report = {"findings": findings, "required_reviewers": ["a\nb", "\u2028é", "##[error]x"]}
    outputs = Verdict(1, report, {"json": "/x"}).outputs()
    assert (outputs["new-findings"], outputs["total-findings"]) == ("2", "3")
    assert json.loads(outputs["required-reviewers"]) == report["required_reviewers"]
    assert "##[" not in outputs["required-reviewers"]
    assert outputs["required-reviewers"].isascii()
    assert (outputs["json-file"], outputs["sarif-file"]) == ("/x", "")


def step(directory: Path, **more: str) -> tuple[int, dict[str, str], str]:
    """Run the action in a step of its own; return its code, its outputs and its summary."""
    files = {name: directory / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    given = {"INPUT_REPORT": "annotations, summary"} | {k: str(v) for k, v in files.items()}
    code = run.main(given | more)
    texts = [path.read_text(encoding="utf-8") if path.exists() else "" for path in files.values()]
    lines = [line.partition("=") for line in texts[0].splitlines()]
    return code, {name: value for name, _, value in lines}, texts[1]


def test_a_runner_without_a_place_to_write_gets_no_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = {"INPUT_NEW_ONLY": "false", "RUNNER_TEMP": str(tmp_path / "missing")}
    code, outputs, summary = step(tmp_path, **more)
    assert (code, outputs["exit-code"], outputs["result"]) == (2, "2", "incomplete")
    assert "no verdict" in summary
    assert "::error title=opspolicy::no verdict" in capsys.readouterr().out


def test_a_mistake_in_an_input_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, outputs, _ = step(tmp_path, INPUT_NEW_ONLY="x\n::error::forged")
    assert (code, outputs["result"]) == (2, "incomplete")
    assert "\n::error::forged" not in capsys.readouterr().out


def test_a_summary_that_is_full_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_bytes(b"x" * 1024 * 1024)
    runner = Runner({"GITHUB_STEP_SUMMARY": str(path)})
    assert runner.summarize("more") == "it has no room left"
    assert path.stat().st_size == 1024 * 1024
    assert Runner({}).summarize("more") == "there is no GITHUB_STEP_SUMMARY"


def test_findings_have_all_annotations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """GitHub shows ten of a level; what the action remarks stands where there is room."""
    more = {"RUNNER_TEMP": str(tmp_path / "missing"), "INPUT_NEW_ONLY": "false"}
    for reports in ("summary", "annotations, summary"):
        given = {"INPUT_BASE": "x", "INPUT_REPORT": f"{reports}, x\u2028::error::forged"}
        *_, summary = step(tmp_path, **more, **given)
        told = capsys.readouterr().out.splitlines()
        own = [line for line in told if line.startswith(("::notice", "::warning"))]
        assert len(own) == (0 if "annotations" in reports else 2)
        assert [line for line in told if "`base` is ignored" in line]
        assert ("`base` is ignored" in summary) == ("annotations" in reports)


def test_an_output_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "output"
    runner = Runner({"GITHUB_OUTPUT": str(path)})
    runner.output({"a": "1", "b": "x\nexit-code=0", "c": "2"})
    assert path.read_text(encoding="utf-8") == "a=1\nc=2\n"


def test_no_command_is_taken_while_opspolicy_talks(capsys: pytest.CaptureFixture[str]) -> None:
    again = [Runner({}).quiet().strip() for _ in range(3)]
    assert len(set(again)) == 3
    told = capsys.readouterr().out.split()
    assert told == [f"::stop-commands::{each.strip(':')}" for each in again]
