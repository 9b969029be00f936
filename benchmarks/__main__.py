"""Measure start-up and whole runs: `python -m benchmarks [--runs N] [typical|large|huge …]`.

Every figure is the processor time of a whole process, as a ratio to an empty Python process that
is measured in turn with it: absolute times mean little on a machine that others use too.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks import estates

AS_OF = "2027-09-01"
EMPTY = [sys.executable, "-c", "pass"]
PROGRAM = [sys.executable, "-m", "opspolicy", "check", "--as-of", AS_OF]
HOLIDAYS = """\
calendars:
  hours: {timezone: America/Toronto, hours: [{from: 08:00, to: 20:00}], holidays: CA-QC}
services:
  portal: {owner: digital, customer_facing: true, business_hours: hours}
"""


class Figure(NamedTuple):
    """A measurement: ratio to an empty process, its own seconds, and the peak memory in MiB."""

    name: str
    ratio: float
    seconds: float
    memory: float


def spend(command: list[str], directory: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; return the processor seconds it took and its peak memory in MiB."""
    with subprocess.Popen(
        command, cwd=directory, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        complaint = process.stderr.read().decode() if process.stderr else ""
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"{' '.join(command)} exited with {process.returncode}: {complaint}"
        raise SystemExit(message)
    kibibytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return usage.ru_utime + usage.ru_stime, kibibytes / 1024


def measure(name: str, command: list[str], directory: Path, runs: int, cache: Path) -> Figure:
    """Return the median over ``runs``, each paired with an empty process."""
    environment = {**os.environ, "OPSPOLICY_CACHE_DIR": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    spend(command, directory, environment)
    ratios, seconds, memory = [], [], 0.0
    for _ in range(runs):
        empty, _ = spend(EMPTY, directory, environment)
        mine, peak = spend(command, directory, environment)
        ratios.append(mine / empty)
        seconds.append(mine)
        memory = max(memory, peak)
    return Figure(name, statistics.median(ratios), statistics.median(seconds), memory)


def main() -> int:
    """Measure what was asked for and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sizes", nargs="*", choices=[*estates.SIZES, []], help="which estates")
    parser.add_argument("--runs", type=int, default=15, help="how many runs of each")
    given = parser.parse_args()
    sizes = [estates.SIZES[name] for name in given.sizes or ["typical"]]
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, {given.runs} runs each"
    )
    print(f"{'':34}{'ratio':>8}{'seconds':>10}{'MiB':>8}")
    with tempfile.TemporaryDirectory() as made:
        directory, cache = Path(made), Path(made) / "cache"

        def show(name: str, command: list[str], where: Path) -> None:
            figure = measure(name, command, where, given.runs, cache)
            print(f"{name:34}{figure.ratio:>8.1f}{figure.seconds:>10.3f}{figure.memory:>8.0f}")

        (directory / "holidays" / "ops").mkdir(parents=True)
        (directory / "holidays" / "ops" / "a.yaml").write_text(HOLIDAYS, encoding="utf-8")
        show("--version", [*PROGRAM[:3], "--version"], directory)
        show("a calendar with holidays, cold", [*PROGRAM, "--no-cache"], directory / "holidays")
        show("a calendar with holidays, warm", PROGRAM, directory / "holidays")
        for size in sizes:
            estates.write(size, directory / size.name)
            command = [*PROGRAM, "--no-cache", "--horizon", f"{size.days}d"]
            show(f"{size.name}, cold", command, directory / size.name)
            command[-1] = f"{2 * size.days}d"
            show(f"{size.name}, twice the horizon", command, directory / size.name)
            command[-1] = f"{size.days}d"
            command.remove("--no-cache")
            show(f"{size.name}, warm", command, directory / size.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
