"""Whatever stands in a test file: an exit code, results, and never a traceback."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from opspolicy import cli
from opspolicy.estate.proofs import TEST_FILE
from opspolicy.testing import bench, results
from tests.estate.test_language import mutated, valid
from tests.shared import ROOT
from tests.test_hostile import CONTROL
from tests.testing import runs

if TYPE_CHECKING:
    from pathlib import Path

LAWS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=90,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas/test-results.schema.json").read_text()))
NASTY = "x\u202ey ::error::no ##[error] `a` <script> | [[ATTACHMENT|/etc/passwd]] ]]>"


@pytest.mark.parametrize("times", [0, 1, 3])
@LAWS
@given(seed=st.integers(0, 2**32))
def test_drawn_test_files_end_in_results(
    seed: int,
    times: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    dice = random.Random(seed)  # noqa: S311 - a fixed seed
    document = valid(TEST_FILE, dice)
    for _ in range(times):
        document = mutated(document, dice)
    runs.bench(tmp_path)
    (tmp_path / "a_test.yaml").write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code = cli.main(["test", "--no-cache", "--format", "json"])
    out, err = capsys.readouterr()
    assert "internal error" not in err
    found = json.loads(out)
    SCHEMA.validate(found)
    assert found["exit_code"] == code
    tests = [test for file in found["files"] for test in file["tests"]]
    outcomes = {test["outcome"] for test in tests}
    unread = any(file["problems"] for file in found["files"])
    worst = 2 if unread or not tests or "broken" in outcomes else int("failed" in outcomes)
    assert code == worst
    for test in tests:
        wrong = test["missed"] or test["extra"] or test["exit_code"] or test["problems"]
        assert bool(wrong) == (test["outcome"] != "passed")
    for how in ("text", "junit"):
        assert cli.main(["test", "--no-cache", "--format", how]) == code
    assert "internal error" not in capsys.readouterr().err


@pytest.mark.parametrize("how", ["text", "json", "junit"])
def test_names_are_harmless(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    test = {
        "name": f"::error::{NASTY}",
        "estate": f"ops/{NASTY}",
        "as_of": "2027-09-01",
        "expect": {"none": [NASTY]},
    }
    other = {**test, "name": f"##[error]{NASTY}", "estate": "ops"}
    third = {**other, "name": NASTY, "expect": {"at_least": [{"message": NASTY}]}}
    runs.bench(tmp_path)
    text = json.dumps({"tests": [test, other, third]})
    (tmp_path / "a_test.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["test", "--no-cache", "--format", how]) == 2
    out = capsys.readouterr().out
    assert not CONTROL.search(out)
    assert "##[" not in out
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())
    if how == "junit":
        assert "<script>" not in out
        assert "[[ATTACHMENT|" not in out


@pytest.mark.parametrize(
    "text",
    [
        "tests: " + "[" * 100,
        "tests: &a [*a]",
        "a: &a [x, x]\nb: &b [*a, *a]\ntests: *b",
        "tests:\n- {name: a, estate: {<<: [1]}, as_of: 2027-09-01, expect: {none: true}}",
        "tests:\n- {name: a, estate: ops, as_of: 9999-12-31, expect: {none: true}}",
        "tests:\n- {name: a, estate: ops, as_of: 0001-01-01, expect: {none: true}}",
        "tests:\n- {name: a, estate: ops, as_of: 2027-09-01, horizon: 0s, expect: {none: true}}",
        "tests:\n- {name: a, estate: a_test.yaml, as_of: 2027-09-01, expect: {none: true}}",
        "tests:\n- {name: a, estate: ops, config: ops, as_of: 2027-09-01, expect: {none: true}}",
        "tests:\n- {name: a, estate: ops, config: ops/plan.yaml, as_of: 2027-09-01, expect: {none: true}}",
        "\x00",
        "tests:\n- {name: a, estate: ops, as_of: 2027-09-01, changes: [{set: team/a, to: {}}], expect: {none: true}}",
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runs.bench(tmp_path)
    (tmp_path / "a_test.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code = cli.main(["test", "--no-cache"])
    out, err = capsys.readouterr()
    assert "internal error" not in err
    assert code == 2
    assert "a_test.yaml" in out


def test_comparing_has_an_end_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "MOST_COMPARISONS", 5)
    monkeypatch.setattr(results, "MOST_COMPARISONS", 5)
    runs.bench(tmp_path)
    case = "- {{name: t{}, estate: ops, as_of: 2027-09-01, expect: {{at_least: [{{rule: OPS301}}]}}}}\n"
    text = "tests:\n" + "".join(case.format(at) for at in range(3))
    (tmp_path / "a_test.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["test", "--no-cache"]) == 2
    out = " ".join(capsys.readouterr().out.split())
    assert "2 passed, 1 broken" in out
    assert "the tests before it have compared findings 5 times already" in out
