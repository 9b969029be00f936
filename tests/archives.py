"""Reads command-line cases: files, the commands that are run among them, and all they print.

An archive is a text of parts. It starts with what it shows, then a part a file and a part a command:

    -- ops/estate.yaml --
    services: {}
    -- $ opspolicy check --as-of 2027-09-01 --
    No findings.
    ...
    -- stderr --
    -- exit 0 --

`stderr` may be left out when nothing is printed there, `exit` when it is 0. With `pytest --rewrite`
the expected parts are written from what the program prints, to be read before they are believed.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PART = re.compile(r"^-- (.+) --$", re.MULTILINE)
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", ""),
    "COLUMNS": "100",
    "NO_COLOR": "1",
    # What is run is this copy of the program, whichever one is installed.
    "PYTHONPATH": str(ROOT),
}


class Result(NamedTuple):
    """What a command printed, and its exit code."""

    stdout: str
    stderr: str
    code: int


class Command(NamedTuple):
    """A command line and what is expected of it."""

    line: str
    expected: Result


class Archive(NamedTuple):
    """What a case is about, its files, and its commands in order."""

    about: str
    files: dict[str, str]
    commands: list[Command]


def read(text: str) -> Archive:
    """Parse an archive."""
    about, *rest = PART.split(text)
    archive = Archive(about, {}, [])
    for name, body in zip(rest[::2], rest[1::2], strict=True):
        content = body.removeprefix("\n")
        if name.startswith("$ "):
            archive.commands.append(Command(name[2:], Result(content, "", 0)))
        elif name == "stderr":
            last = archive.commands.pop()
            archive.commands.append(last._replace(expected=last.expected._replace(stderr=content)))
        elif name.startswith("exit "):
            last = archive.commands.pop()
            code = int(name.removeprefix("exit "))
            archive.commands.append(last._replace(expected=last.expected._replace(code=code)))
        else:
            archive.files[name] = content
    return archive


def write(archive: Archive) -> str:
    """Return the text that ``read`` parses into ``archive``."""
    parts = [archive.about]
    parts += [f"-- {name} --\n{content}" for name, content in archive.files.items()]
    for command in archive.commands:
        stdout, stderr, code = command.expected
        parts.append(f"-- $ {command.line} --\n{stdout}")
        if stderr:
            parts.append(f"-- stderr --\n{stderr}")
        if code:
            parts.append(f"-- exit {code} --\n")
    return "".join(parts)


def run(line: str, directory: Path) -> Result:
    """Run a command line of ours in ``directory``, as an own process."""
    words = shlex.split(line)
    # A case must not depend on what an earlier run has kept.
    environment = {**ENVIRONMENT, "OPSPOLICY_CACHE_DIR": str(directory / ".cache")}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    assert words[0] == "opspolicy", line
    done = subprocess.run(
        [sys.executable, "-m", "opspolicy", *words[1:]],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    stdout, stderr = (
        written.replace(str(directory), "$DIRECTORY") for written in (done.stdout, done.stderr)
    )
    return Result(stdout, stderr, done.returncode)
