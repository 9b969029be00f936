"""Compare what the naive stack finds with what opspolicy finds: they must be equal."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.measure import Command

CODES = ("OPS301", "OPS302", "OPS303")
MOST_SHOWN = 5


class Agreement(NamedTuple):
    """What both found, and a line for each finding that only one of them has."""

    findings: int
    occurrences: int
    differences: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in a sentence, or in several lines where they differ."""
        if not self.differences and not self.findings:
            return f"neither finds anything of {', '.join(CODES)}"
        if not self.differences:
            return (
                f"both find the same {self.findings:,} findings of {', '.join(CODES)}"
                f" with the same {self.occurrences:,} occurrences"
            )
        more = len(self.differences) - MOST_SHOWN
        shown = [*self.differences[:MOST_SHOWN], *([f"and {more} more"] if more > 0 else [])]
        return "\n  ".join(["DIFFERENT findings:", *shown])


def ask(command: Command) -> list[dict[str, Any]]:
    """Run a command that prints a report as JSON; return its findings.

    Raises RuntimeError when it doesn't exit as it should, or told less than it found.
    """
    done = subprocess.run(
        command.arguments, cwd=command.directory, capture_output=True, text=True, check=False
    )
    if done.returncode != command.code:
        message = f"{command.name} exited with {done.returncode}: {done.stderr}"
        raise RuntimeError(message)
    report = json.loads(done.stdout)
    if not report.get("complete", True):
        message = f"{command.name} says that its report is incomplete"
        raise RuntimeError(message)
    findings: list[dict[str, Any]] = report["findings"]
    for each in findings:
        if each.get("occurrence_count", len(each["occurrences"])) != len(each["occurrences"]):
            message = f"{command.name} found more occurrences than it lists"
            raise RuntimeError(message)
    return findings


def compare(naive: Iterable[dict[str, Any]], ours: Iterable[dict[str, Any]]) -> Agreement:
    """Compare two lists of findings by code, subjects, causes and occurrences, order aside."""
    mine, theirs = _lines(naive), _lines(ours)
    differences = [
        *(f"only the naive stack finds {line}" for line in mine if line not in theirs),
        *(f"only opspolicy finds {line}" for line in theirs if line not in mine),
    ]
    if not differences and len(mine) != len(theirs):
        differences.append(f"the naive stack has {len(mine)}, opspolicy {len(theirs)}")
    occurrences = sum(len(line.split("Z/")) - 1 for line in mine)
    return Agreement(len(mine), occurrences, tuple(differences))


def _lines(findings: Iterable[dict[str, Any]]) -> list[str]:
    return sorted(
        f"{each['code']} on {', '.join(sorted(each['subjects']))}"
        f" because of {', '.join(sorted(each['causes']))}:"
        f" {' '.join(one['start'] + '/' + one['end'] for one in each['occurrences'])}"
        for each in findings
        if each["code"] in CODES
    )
