"""Directories of templates that nobody would write: refused with a place, and never a traceback."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from opspolicy import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ESTATE = """
defaults: {timezone: UTC, owner: bank}
services: {web: {customer_facing: true, business_hours: never}}
maintenance_windows:
  w: {takes_down: [web], start: 2027-10-09T00:00, duration: 1h, notices: [{at: -1d, channel: sms}]}
"""
KINDS: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a directory": os.mkdir,
    "a link that leads out": lambda path: path.symlink_to("/etc/hostname"),
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "a mebibyte and more": lambda path: path.write_bytes(b"x" * (1 << 20 | 1)),
    "a book": lambda path: path.write_text("x" * 20_000),
    "a brace": lambda path: path.write_text("{service"),
    "nothing": lambda path: path.write_text(""),
    "nothing but what isn't declared": lambda path: path.write_text("{compensation}\n"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_refused(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(ESTATE, encoding="utf-8")
    own = tmp_path / "own"
    own.mkdir()
    KINDS[kind](own / "sms.en.txt")
    assert cli.main(["notices", "--as-of", "2027-09-01", "--templates", "own"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "own/sms.en.txt" in printed.err
    assert "internal error" not in printed.err


@pytest.mark.parametrize("where", ["file", "used", "file/below"])
def test_nothing_is_overwritten(
    where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(ESTATE, encoding="utf-8")
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "schedule.json").write_text("kept", encoding="utf-8")
    assert cli.main(["notices", "--as-of", "2027-09-01", "--output", where]) == 2
    assert f"--output {where}: " in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == "kept"
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["schedule.json"]


@pytest.mark.parametrize("leads_to", ["elsewhere", "nowhere"])
@pytest.mark.parametrize("where", ["../link", "../link/"])
def test_a_link_is_no_directory_to_write_to(
    where: str,
    leads_to: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops" / "a.yaml").write_text(ESTATE, encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(leads_to)
    assert cli.main(["notices", "-C", "ops", "--as-of", "2027-09-01", "--output", where]) == 2
    assert f"--output {where}: it is a link" in capsys.readouterr().err
    assert not [*(tmp_path / "elsewhere").iterdir()]
    assert not (tmp_path / "nowhere").exists()
