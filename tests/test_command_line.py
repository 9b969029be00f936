"""Every archive in `tests/cli/`: the command line from outside, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import archives

FILES = sorted((Path(__file__).parent / "cli").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_archive(path: Path, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    archive = archives.read(path.read_text(encoding="utf-8"))
    for name, content in archive.files.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    found = [
        archives.Command(command.line, archives.run(command.line, tmp_path))
        for command in archive.commands
    ]
    assert found, "no command"
    if pytestconfig.getoption("--rewrite"):
        path.write_text(archives.write(archive._replace(commands=found)), encoding="utf-8")
        return
    for command, actual in zip(archive.commands, found, strict=True):
        assert actual.expected == command.expected, command.line
