"""The regression test of a finding: it fails before a repair, passes after it, and says why."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import app, cli, config
from opspolicy.estate.foreign import Foreign
from opspolicy.source import as_yaml, files
from opspolicy.source.yaml_reader import read
from opspolicy.temporal.instants import parse_as_of
from opspolicy.testing import cases as testing
from opspolicy.testing import results, writing
from opspolicy.testing.bench import Bench
from tests import cases
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=300)
EXAMPLES = ROOT / "examples"
RULES = sorted((ROOT / "tests" / "rules").glob("*.md"))
MOST = 2
# What is found about a comment, a waiver, a policy or a foreign file isn't found in declarations.
NOT_BY_THEMSELVES = {
    "beyond-horizon", "empty-scope", "expired-waiver", "misleading-comment", "missing-owner",
    "not-imported", "unapproved-waiver", "unused-waiver",
}  # fmt: skip


def reads(judged: app.Judged) -> bool:
    """Say whether anything of an estate is read from files of other formats."""
    return any(isinstance(file, Foreign) for file in judged.report.estate.files)


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_of_each_finding_there_is_one_that_catches_it_and_one_that_fails(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, case in enumerate(cases.read(path)):
        directory = tmp_path / str(number)
        cases.run(case, directory)
        monkeypatch.chdir(directory)
        place = config.load(str(directory))
        request = app.Request(parse_as_of(case.as_of), config.parse_horizon(case.horizon))
        judged = app.judged(place, (), request)
        if not judged.report.complete:
            continue
        bench = Bench(place)
        for finding in judged.report.findings[:MOST]:
            written = writing.regression(judged, finding, "a_test.yaml", ".", bench)
            by_itself = finding.rule not in NOT_BY_THEMSELVES and not reads(judged)
            assert written.catches or not by_itself, (case.name, finding)
            file = testing.read(files.parse("a_test.yaml", written.text))
            assert not file.problems, (case.name, written.text)
            *first, second = [results.result(each, bench) for each in file.cases]
            assert [each.outcome for each in first] == [results.PASSED] * written.catches
            assert second.outcome == results.FAILED, (case.name, written.text)
            assert finding.fingerprint in {each.fingerprint for each in second.extra}


@pytest.mark.parametrize(
    ("example", "before", "after", "as_of", "finding"),
    [
        ("hydro-quebec", "before", "after-window", "2027-09-01", "ops-ef8e3df1"),
        ("hydro-quebec", "before", "after-mailing", "2027-09-01", "ops-ef8e3df1"),
        ("two-clocks", "before", "after", "2027-01-04", "ops-06928fe0"),
        ("pull-request", "after", "before", "2027-09-01", "ops-89a69594"),
        # It is waived, and would pass with the waiver.
        ("pull-request", "before", None, "2027-09-01", "ops-c8343257"),
    ],
)
def test_it_fails_before_and_passes_after(  # noqa: PLR0913, PLR0917 - a row of the table
    example: str,
    before: str,
    after: str | None,
    as_of: str,
    finding: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(EXAMPLES / example / before / "ops", tmp_path / "ops")
    monkeypatch.chdir(tmp_path)
    asked = ["test", "--no-cache", "--from-finding", finding, "--as-of", as_of]
    assert cli.main([*asked, "--write", "tests/new/incident_test.yaml"]) == 0
    assert capsys.readouterr().out == (
        "wrote tests/new/incident_test.yaml: its first test passes, and its second fails until"
        " this is repaired\n"
    )
    assert cli.main(["test", "--no-cache"]) == 1
    out = capsys.readouterr().out
    assert "1 passed, 1 failed" in out
    assert "failed: it doesn't happen again" in " ".join(out.split())
    if after is None:
        return
    shutil.rmtree(tmp_path / "ops")
    shutil.copytree(EXAMPLES / example / after / "ops", tmp_path / "ops")
    assert cli.main(["test", "--no-cache"]) == 0
    assert "2 passed" in capsys.readouterr().out
    # A gate that no longer catches it is noticed, whatever the estate is like by then.
    (tmp_path / "policies").mkdir()
    off = "outage-during-induced-demand, run-during-outage, outage-in-business-hours"
    rules = ", ".join(f"{each}: {{severity: 'off'}}" for each in off.split(", "))
    (tmp_path / "policies" / "off.yaml").write_text(f"policies: {{{rules}}}", encoding="utf-8")
    assert cli.main(["test", "--no-cache"]) == 2
    told = " ".join(capsys.readouterr().out.split())
    assert "failed: the gate catches it" in told
    assert "is switched off where this is judged" in told


def test_it_is_printed_as_from_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(EXAMPLES / "hydro-quebec" / "before" / "ops", tmp_path / "ops")
    (tmp_path / "opspolicy.yaml").write_text("horizon: 90d\n", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    below = tmp_path / "tests"
    below.mkdir()
    monkeypatch.chdir(below)
    asked = ["test", "--no-cache", "--from-finding", "ops-ef8e3df1", "--as-of", "2027-09-01"]
    assert cli.main(asked) == 0
    text = capsys.readouterr().out
    assert 'estate: ".."' in text
    assert "horizon: 90d" in text
    (below / "incident_test.yaml").write_text(text, encoding="utf-8")
    assert cli.main(["test", "--no-cache"]) == 1
    assert "tests/incident_test.yaml: 1 passed, 1 failed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from-finding", "ops-0000"], "there is no finding `ops-0000`"),
        (["--from-finding", "ops-ef8e", "x"], "leave out the paths"),
        (["--from-finding", "ops-ef8e", "--filter", "x"], "--filter is for running tests"),
        (["--from-finding", "ops-ef8e", "--write", "../a_test.yaml"], "outside the root"),
        (["--from-finding", "ops-ef8e", "--write", "a.yaml"], "ends with _test.yaml"),
        (["--from-finding", "ops-ef8e", "--write", "old_test.yaml"], "file exists"),
        (["--write", "a_test.yaml"], "--write says where --from-finding"),
        (["--packs"], "--packs says of what --require-tests"),
        (["--require-tests", "--filter", "a"], "leave out --filter"),
        (["--as-of", "2027-09-01"], "each test says itself when it is judged"),
        (["--output", "sarif=x"], "write FORMAT=FILE, with one of text, json, junit"),
    ],
)
def test_what_can_not_be_meant_is_refused(
    options: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(EXAMPLES / "hydro-quebec" / "before" / "ops", tmp_path / "ops")
    (tmp_path / "old_test.yaml").write_text("mine", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    if "--from-finding" in options:
        options = [*options, "--as-of", "2027-09-01"]
    assert cli.main(["test", "--no-cache", *options]) == 2
    assert message in capsys.readouterr().err
    assert (tmp_path / "old_test.yaml").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path.parent / "a_test.yaml").exists()


def test_of_what_is_not_known_there_is_no_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text("services: {shop: {depends_on: [gone]}}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["test", "--no-cache", "--from-finding", "ops-0000"]) == 2
    assert "no test can be written before this is mended" in capsys.readouterr().err


SCALARS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=30
) | st.sampled_from(["no", "on", "null", "~", "1", "08:00", "2027-10-09", "4h", "- a", "a: b", "#"])  # fmt: skip
NAMES = st.text(st.sampled_from("abc-_/.: #'\""), min_size=1, max_size=8)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@LAWS
@given(value=st.dictionaries(NAMES, VALUES, max_size=4))
def test_what_is_written_is_read_back(value: dict[str, object]) -> None:
    (node,), problems = read(as_yaml.document(value), "a.yaml")
    assert not problems
    assert node.plain() == value
