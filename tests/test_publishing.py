"""Where a report goes: on GitHub also to the lines and to the page of the run, without a flag."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from opspolicy import cli
from opspolicy.cli import publishing
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


@pytest.mark.parametrize("there", ["file", "nothing", "beside"])
def test_a_link_is_replaced_and_leads_nowhere(there: str, step: Path) -> None:
    """A change may have committed it, and have it lead to what nobody is to write."""
    victim = step / "victim"
    if there != "nothing":
        victim.write_text("mine", encoding="utf-8")
    name = step / "estate" / "report.json"
    name.symlink_to("middle" if there == "beside" else "../victim")
    if there == "beside":
        (step / "estate" / "middle").symlink_to(victim)
    assert cli.main([*CHECK, "--output", "json=report.json"]) == 1
    assert not name.is_symlink()
    assert name.read_text(encoding="utf-8").startswith("{")
    assert victim.exists() == (there != "nothing")
    assert not victim.exists() or victim.read_text(encoding="utf-8") == "mine"
    assert not [*(step / "estate").glob(".opspolicy-*")]


def test_a_link_of_tests_is_replaced_too(step: Path) -> None:
    victim = step / "victim"
    victim.write_text("mine", encoding="utf-8")
    (step / "estate" / "o.xml").symlink_to(victim)
    assert cli.main(["test", "--output", "junit=o.xml"]) == 2
    assert victim.read_text(encoding="utf-8") == "mine"
    assert "<testsuites" in (step / "estate" / "o.xml").read_text(encoding="utf-8")


def test_a_report_may_be_read_by_whom_it_was_before(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        new, old, link = tmp_path / "new", tmp_path / "old", tmp_path / "link"
        old.write_text("old", encoding="utf-8")
        old.chmod(0o606)
        link.symlink_to(old)
        for path in (new, link, old):
            assert not publishing.written(str(path), "new")
        assert [each.stat().st_mode & 0o777 for each in (new, old, link)] == [0o640, 0o606, 0o640]
        assert {each.read_text(encoding="utf-8") for each in (new, old, link)} == {"new"}
    finally:
        os.umask(before)


def test_a_name_may_be_as_long_as_a_name_can_be(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    assert not publishing.written(str(path), "text")
    assert path.read_text(encoding="utf-8") == "text"


def test_what_is_passed_on_stays_what_it_is(tmp_path: Path) -> None:
    fifo, link = tmp_path / "fifo", tmp_path / "link"
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    for path in (fifo, link):
        read: list[str] = []
        reader = threading.Thread(target=lambda: read.append(fifo.read_text(encoding="utf-8")))  # noqa: B023 - it ends in here
        reader.start()
        assert not publishing.written(str(path), "text")
        reader.join()
        assert read == ["text"]
    assert fifo.is_fifo()
    assert link.is_symlink()
    assert not publishing.written(os.devnull, "text")
    assert not os.path.isfile(os.devnull)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
@pytest.mark.parametrize("to_file", [False, True])
def test_standard_output_has_a_name_too(name: str, to_file: bool, tmp_path: Path) -> None:  # noqa: FBT001 - of a row
    (tmp_path / "link").symlink_to("/dev/stdout")
    program = (
        "import sys; from opspolicy.cli import publishing;"
        " sys.exit(publishing.written(sys.argv[1], 'text') or 0)"
    )
    out = tmp_path / "out"
    with out.open("wb") as file:
        ran = subprocess.run(
            [sys.executable, "-c", program, name],
            cwd=tmp_path,
            stdout=file if to_file else subprocess.PIPE,
            check=False,
        )
    assert ran.returncode == 0
    assert os.path.islink("/dev/stdout")
    if to_file and name == "link":
        # What it leads to is a file by now: nobody knows that it was asked for.
        assert (tmp_path / "link").read_text(encoding="utf-8") == "text"
    elif to_file:
        assert out.read_text(encoding="utf-8") == "text"
    else:
        assert ran.stdout == b"text"


def test_what_can_not_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert publishing.written(str(tmp_path), "text") == "is a directory"
    assert publishing.written(str(tmp_path / "no" / "o"), "text") == "no such file or directory"
    (tmp_path / "file").write_text("old", encoding="utf-8")
    inside = str(tmp_path / "file" / "o")
    assert publishing.written(inside, "text") == "not a directory"

    def busy(*_: object) -> None:
        raise OSError(16, "Device or resource busy")

    # So a single file is mounted into a container: it can be written to, and not replaced.
    monkeypatch.setattr(os, "replace", busy)
    assert not publishing.written(str(tmp_path / "file"), "text")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "text"
    (tmp_path / "link").symlink_to("file")
    assert publishing.written(str(tmp_path / "link"), "other") == "device or resource busy"
    assert (tmp_path / "file").read_text(encoding="utf-8") == "text"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "link"]
