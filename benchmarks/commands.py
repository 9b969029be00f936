"""The commands that are measured, and the estates that they read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Command

if TYPE_CHECKING:
    from benchmarks.estates import Size

AS_OF = "2027-09-01"
HERE = Path(__file__).parent
HOLIDAYS = """\
calendars:
  hours: {timezone: America/Toronto, hours: [{from: 08:00, to: 20:00}], holidays: CA-QC}
services:
  portal: {owner: digital, customer_facing: true, business_hours: hours}
"""


def check(name: str, directory: Path, days: int, *options: str, code: int = 0) -> Command:
    """Return a whole check of an estate."""
    arguments = ["check", "--as-of", AS_OF, "--horizon", f"{days}d", *options]
    return Command(name, [sys.executable, "-m", "opspolicy", *arguments], directory, code)


def naive(size: Size, directory: Path) -> Command:
    """Return the same check by the naive stack."""
    program = [sys.executable, "-P", str(HERE / "naive.py"), "."]
    return Command("naive stack", [*program, "--as-of", AS_OF, "--days", str(size.days)], directory)


def starting(directory: Path) -> list[Command]:
    """Return what shows the cost of starting, and of holidays."""
    target = directory / "holidays"
    (target / "ops").mkdir(parents=True)
    (target / "ops" / "a.yaml").write_text(HOLIDAYS, encoding="utf-8")
    version = [sys.executable, "-m", "opspolicy", "--version"]
    return [
        Command("`opspolicy --version`", version, directory),
        check("a calendar with holidays, cold", target, 180, "--no-cache"),
        check("a calendar with holidays, warm", target, 180),
    ]


def whole(size: Size, directory: Path) -> list[Command]:
    """Return the checks of an estate: without a cache, over twice the time, and with a cache."""
    code = int(size.collides)
    return [
        check(f"{size.name}, cold", directory, size.days, "--no-cache", code=code),
        check(
            f"{size.name}, cold, twice the horizon",
            directory,
            2 * size.days,
            "--no-cache",
            code=code,
        ),
        check(f"{size.name}, warm", directory, size.days, code=code),
    ]


def compared(size: Size, directory: Path) -> list[list[Command]]:
    """Return plain checks of a branch that differs from `main`, each with one beside it."""
    code = int(size.collides)
    pairs = []
    for name, options in (("cold", ("--no-cache",)), ("warm", ())):
        plain = check(f"{size.name}, {name}", directory, size.days, *options, code=code)
        base = ("--base", "main", *options)
        beside = check(f"{size.name}, {name}, `--base`", directory, size.days, *base, code=code)
        pairs.append([plain, beside])
    return pairs
