"""Every example keeps what it promises, by its own test file and the command that runs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from opspolicy import cli
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

INCIDENTS = sorted(path.parent for path in ROOT.glob("examples/*/README.md"))


@pytest.fixture(autouse=True)
def _stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_examples_hold(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["test", "examples", "--no-cache", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    schema = json.loads((ROOT / "schemas/test-results.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(document)
    wrong = [
        (file["path"], test["name"], test["missed"], test["extra"], test["problems"])
        for file in document["files"]
        for test in file["tests"]
        if test["outcome"] != "passed"
    ]
    assert wrong == []
    assert [file for file in document["files"] if file["problems"] or not file["tests"]] == []
    assert (code, document["problems"]) == (0, [])


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda path: path.name)
def test_each_example_has_tests_of_what_is_refused_and_of_what_is_clean(
    incident: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = incident.glob("*_test.yaml")
    assert cli.main(["test", str(path), "--no-cache", "--format", "json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert any(test["met"] for test in file["tests"]), "nothing is refused"
    assert any(not test["met"] for test in file["tests"]) or incident.name == "pull-request"
