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


EMPTY_RUNS = 2
"""How many empty processes are measured before a command, and after it."""


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
    """Run the commands in turn, ``runs`` times after once that doesn't count.

    A machine that others use gets slower and faster by the second, so each run is held against
    the empty processes right before it and right after it.
    """
    empty = Command("empty", [sys.executable, "-c", "pass"], commands[0].directory)
    environment = {**os.environ, "OPSPOLICY_CACHE_DIR": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    rounds = [[_held(each, empty, environment) for each in commands] for _ in range(runs + 1)][1:]
    return [
        Figure(
            command.name,
            statistics.median(one[at].seconds / one[at].unit for one in rounds),
            statistics.median(
                (one[at].seconds / one[at].unit) / (one[0].seconds / one[0].unit) for one in rounds
            ),
            statistics.median(one[at].seconds for one in rounds),
            max(one[at].memory for one in rounds),
            runs,
        )
        for at, command in enumerate(commands)
    ]


class Spent(NamedTuple):
    """What one run took: seconds, those of an empty process then, and its peak in MiB."""

    seconds: float
    unit: float
    memory: float


def _held(command: Command, empty: Command, environment: dict[str, str]) -> Spent:
    """Run a command between empty ones."""
    around = [spend(empty, environment)[0] for _ in range(EMPTY_RUNS)]
    seconds, memory = spend(command, environment)
    around += [spend(empty, environment)[0] for _ in range(EMPTY_RUNS)]
    return Spent(seconds, statistics.median(around), memory)


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
