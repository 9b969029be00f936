"""Measure start-up and whole runs: `python -m benchmarks [options] [small|typical|large|huge …]`.

Every figure is the processor time of a whole process, as a ratio to an empty Python process, or to
opspolicy, that is measured in turn with it: absolute times mean little on a machine that others use
too. `--naive` also compares what is found, and fails when it isn't the same.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import sys
import tempfile
from pathlib import Path

from benchmarks import agree, commands, cron_jobs, estates, measure, peers, tables

HELD_AGAINST = ("small", "typical")
"""Where the naive stack is done within minutes."""

RUNS_TIMES_JOBS = 140_000
LEAST_RUNS = 3
LIBRARIES = ("opspolicy", "PyYAML", "tzdata")
NAIVE_LIBRARIES = ("ruamel.yaml", "jsonschema", "networkx", "croniter")


class Bench:
    """One run of everything that was asked for: prints as it goes, and keeps what it printed."""

    def __init__(self, directory: Path, runs: int) -> None:
        """Write estates below ``directory``, and run small ones ``runs`` times."""
        self.directory = directory
        self.runs = runs
        self.failed = False
        self._printed: list[str] = []
        self._written: dict[str, Path] = {}

    def say(self, text: str) -> None:
        """Print a paragraph."""
        self._printed.append(text.rstrip("\n") + "\n")
        print(self._printed[-1], flush=True)

    def text(self) -> str:
        """Return all that was printed."""
        return "\n".join(self._printed)

    def alone(self, names: list[str]) -> None:
        """Measure starting, and whole runs of some estates."""
        figures = self._measure(commands.starting(self.directory))
        for size in map(estates.SIZES.__getitem__, names):
            wanted = commands.whole(size, self._estate(size))
            figures += self._measure(wanted, max(LEAST_RUNS, RUNS_TIMES_JOBS // size.jobs))
        self.say(tables.alone(figures))
        self.say("\n".join(f"- {_described(estates.SIZES[name])}." for name in names))

    def beside_base(self, names: list[str]) -> None:
        """Measure comparing with a base that differs by a line, beside a plain check."""
        for size in map(estates.SIZES.__getitem__, names):
            where = self.directory / f"{size.name}-changed"
            estates.write(size, where)
            estates.commit_and_change(where)
            most = max(LEAST_RUNS, RUNS_TIMES_JOBS // size.jobs)
            self.say(f"Compared with a base that differs by a line, on {_described(size)}:")
            for pair in commands.compared(size, where):
                self.say(tables.beside(self._measure(pair, most)))

    def in_place(self) -> None:
        """Measure reading CronJobs in place, beside the same jobs in YAML of our own."""
        self.say(f"{cron_jobs.JOBS:,} jobs in as many files, read in place and written natively:")
        for pair in cron_jobs.compared(self.directory):
            self.say(tables.beside(self._measure(pair)))

    def beside_naive(self, names: list[str]) -> None:
        """Hold what the naive stack finds against what opspolicy finds, and measure both."""
        for size in map(estates.SIZES.__getitem__, names):
            where, code = self._estate(size), int(size.collides)
            options = ("--no-cache", "--format", "json")
            ours = commands.check("opspolicy", where, size.days, *options, code=code)
            naive = commands.naive(size, where)
            agreement = agree.compare(agree.ask(naive), agree.ask(ours))
            self.failed |= bool(agreement.differences)
            self.say(f"Beside the naive stack, on {_described(size)}: {agreement}.")
            most = self.runs if size.collides else 3
            self.say(tables.beside(self._measure([ours, naive], most)))

    def beside_peers(self, environment: Path) -> None:
        """Measure other programs on the same bytes."""
        size = estates.TYPICAL
        where = self._estate(size)
        there = peers.commands(environment, where, self.directory)
        ours = commands.check("opspolicy", where, size.days, "--no-cache")
        count, less = (
            sum(path.stat().st_size for path in directory.iterdir())
            for directory in (where / "ops", self.directory / "cloudformation")
        )
        self.say(
            f"Beside other programs, on {_described(size)}: {count:,} bytes, for cfn-lint {less:,}."
        )
        self.say(tables.beside(self._measure([ours, *there])))

    def _measure(
        self, wanted: list[measure.Command], most: int | None = None
    ) -> list[measure.Figure]:
        runs = self.runs if most is None else min(self.runs, most)
        return measure.measure(wanted, runs, self.directory / "cache")

    def _estate(self, size: estates.Size) -> Path:
        if size.name not in self._written:
            self._written[size.name] = self.directory / size.name
            estates.write(size, self._written[size.name])
        return self._written[size.name]


def _described(size: estates.Size) -> str:
    kind = "in which much collides" if size.collides else "in which nothing collides"
    return (
        f"`{size.name}` ({size.files:,} files, {size.services:,} services, {size.jobs:,} jobs,"
        f" {size.windows:,} windows, {size.days} days), {kind}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sizes", nargs="*", help="which estates, typical when left out")
    parser.add_argument("--runs", type=int, default=15, help="how many runs of each, at most")
    parser.add_argument(
        "--naive",
        default="",
        metavar="SIZE,…",
        help="hold findings and time against the naive stack on these: small, typical or both",
    )
    parser.add_argument(
        "--peers", type=Path, metavar="VENV", help="where `make bench-peers` put them"
    )
    parser.add_argument("--write", action="store_true", help="write into docs/performance.md")
    parser.add_argument("--date", help="with --write: the day of the measurement")
    parser.add_argument("--machine", help="with --write: what it was measured on")
    given = parser.parse_args()
    given.sizes = given.sizes or ["typical"]
    given.naive = [name for name in given.naive.split(",") if name]
    for name in given.sizes:
        if name not in estates.SIZES:
            parser.error(f"there is no estate `{name}`: {', '.join(estates.SIZES)}")
    for name in given.naive:
        if name not in HELD_AGAINST:
            parser.error(f"--naive runs on {' and '.join(HELD_AGAINST)}, not on `{name}`")
    if given.runs < 1:
        parser.error("--runs is at least 1")
    if given.peers and not (given.peers / "bin").is_dir():
        parser.error(
            f"there is no environment `{given.peers}`: `make bench-peers` makes .venv/peers"
        )
    if given.write and not (given.date and given.machine):
        parser.error("--write needs --date and --machine, to say what the figures are worth")
    return given


def main() -> int:
    """Measure what was asked for, print it and keep it; return 1 when findings differ."""
    given = _arguments()
    libraries = [*LIBRARIES, *(NAIVE_LIBRARIES if given.naive else ())]
    known = [f"{name} {importlib.metadata.version(name)}" for name in libraries]
    known += peers.versions(given.peers) if given.peers else []
    about = f"Python {platform.python_version()}, {', '.join(known)}."
    if given.date or given.machine:
        about = (
            f"{given.date or 'Undated'}, {given.machine or f'{os.cpu_count()} processors'}. {about}"
        )
    with tempfile.TemporaryDirectory() as made:
        bench = Bench(Path(made), given.runs)
        bench.say(about)
        bench.alone(given.sizes)
        bench.beside_base(given.sizes)
        bench.in_place()
        bench.beside_naive(given.naive)
        if given.peers:
            bench.beside_peers(given.peers)
    if given.write and not bench.failed:
        tables.write(bench.text())
    return int(bench.failed)


if __name__ == "__main__":
    sys.exit(main())
