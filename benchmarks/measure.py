"""Measure whole processes, in turn with an empty Python process and with each other."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Linux counts the memory of whoever starts a process as its own until it executes, so that a small
# one is in between; it also says what was used.
LAUNCHER = """
import os, sys
child = os.fork()
if child == 0:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


class Command(NamedTuple):
    """What is run where, and the exit code that says it did its work."""

    name: str
    arguments: Sequence[str | Path]
    directory: Path
    code: int = 0


class Figure(NamedTuple):
    """What a command came to, as medians over ``runs``.

    ``ratio`` is its processor time over that of an empty process, ``beside`` over that of the first
    command measured with it; ``seconds`` are of processor time, ``memory`` is the peak in MiB.
    """

    name: str
    ratio: float
    beside: float
    seconds: float
    memory: float
    runs: int


def measure(commands: Sequence[Command], runs: int, cache: Path) -> list[Figure]:
    """Run the commands in turn, ``runs`` times after once that doesn't count."""
    empty = Command("empty", [sys.executable, "-c", "pass"], commands[0].directory)
    environment = {**os.environ, "OPSPOLICY_CACHE_DIR": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    rounds = [
        [spend(command, environment) for command in (empty, *commands)] for _ in range(runs + 1)
    ][1:]
    figures = []
    for at, command in enumerate(commands, 1):
        spent = [one[at][0] for one in rounds]
        figures.append(
            Figure(
                command.name,
                statistics.median(
                    mine / one[0][0] for mine, one in zip(spent, rounds, strict=True)
                ),
                statistics.median(
                    mine / one[1][0] for mine, one in zip(spent, rounds, strict=True)
                ),
                statistics.median(spent),
                max(one[at][1] for one in rounds),
                runs,
            )
        )
    return figures


def spend(command: Command, environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; return the processor seconds it took and its peak memory in MiB.

    Ends the program when the command does something else than its work.
    """
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LAUNCHER, *command.arguments],
        cwd=command.directory,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    code, seconds, largest = done.stdout.split()
    if int(code) != command.code:
        shown = " ".join(str(each) for each in command.arguments[:8])
        message = f"{shown} … exited with {code}, not {command.code}: {done.stderr}"
        raise SystemExit(message)
    kibibytes = int(largest) / (1024 if sys.platform == "darwin" else 1)
    return float(seconds), kibibytes / 1024
