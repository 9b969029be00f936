"""Where a report goes: on GitHub also to the lines and to the page of the run, without a flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opspolicy import cli
from tests import sinks
from tests.repositories import Repository
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CHECK = ["check", "--as-of", "2027-09-01", "--no-cache"]


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter the founding incident, in a directory of a repository, in a step of a workflow."""
    Repository(tmp_path)
    for path in (ROOT / "examples" / "hydro-quebec" / "before" / "ops").glob("*.yaml"):
        target = tmp_path / "estate" / "ops" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path / "estate")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path


def test_github_is_told_without_a_flag(step: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(CHECK) == 1
    printed = capsys.readouterr().out
    (command,) = sinks.commands(printed)
    # From the top of the repository, where GitHub looks.
    assert command.properties["file"] == "estate/ops/platform.yaml"
    assert command.properties["line"] == "8"
    assert printed.startswith("error[OPS302]")
    read = sinks.markdown((step / "summary.md").read_text(encoding="utf-8"))
    assert read.total == 1
    assert "estate/ops/platform.yaml:8" in read.said


def test_a_format_is_all_that_is_printed(step: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("text", "json"):
        assert cli.main([*CHECK, "--format", name]) == 1
        assert not sinks.commands(capsys.readouterr().out)
    assert not (step / "summary.md").exists()


def test_elsewhere_there_is_only_the_text(
    step: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "false")
    assert cli.main(CHECK) == 1
    assert not sinks.commands(capsys.readouterr().out)
    assert not (step / "summary.md").exists()


def test_a_summary_is_added_to_what_there_is(step: Path) -> None:
    summary = step / "summary.md"
    summary.write_text("# Before\n", encoding="utf-8")
    assert cli.main(CHECK) == 1
    written = summary.read_text(encoding="utf-8")
    assert written.startswith("# Before\n<!-- opspolicy -->\n## opspolicy: refused")


@pytest.mark.parametrize("written", [900 * 1024 - 2000, 900 * 1024, 1024 * 1024])
def test_a_step_that_has_written_much_is_not_made_to_lose_it(
    written: int, step: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = step / "summary.md"
    summary.write_text("x" * (written - 1) + "\n", encoding="utf-8")
    assert cli.main(CHECK) == 1
    assert summary.stat().st_size <= max(900 * 1024, written)
    full = "has no room left" in capsys.readouterr().err
    assert full == (written >= 900 * 1024)


def test_what_cannot_be_shown_decides_nothing(
    step: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step / "nowhere" / "summary.md"))
    assert cli.main(CHECK) == 1
    told = capsys.readouterr()
    assert "can't be written: no such file or directory; the log has all" in told.err
    assert len(sinks.commands(told.out)) == 1
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "")
    assert cli.main(CHECK) == 1
    assert capsys.readouterr().err == ""
