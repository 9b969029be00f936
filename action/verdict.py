"""What a check came to: its exit code, its reports, and the outputs of the action."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile

from action import inputs as asked
from action.stop import INCOMPLETE
from opspolicy import encode
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from action.inputs import Inputs

RESULTS = ("clean", "findings", "incomplete")
"""The result of each exit code."""

COMMANDS, JSON, MARKDOWN, SARIF, HTML = "github", "json", "markdown", "sarif", "html"
FILES = {
    COMMANDS: "annotations.txt",
    JSON: "report.json",
    MARKDOWN: "report.md",
    SARIF: "report.sarif",
    HTML: "report.html",
}
"""The formats of opspolicy that go to files, and their names."""
NEEDS = {
    asked.ANNOTATIONS: COMMANDS,
    asked.SUMMARY: MARKDOWN,
    asked.SARIF: SARIF,
    asked.HTML: HTML,
    asked.COMMENT: MARKDOWN,
}
"""The format behind each report."""
ALWAYS = (JSON, MARKDOWN)
PLAIN = (frozenset({COMMANDS, JSON, MARKDOWN}), frozenset({JSON}))
"""What is left to write where all of it, and then less, comes to no verdict."""
PUBLIC = (SARIF, JSON, MARKDOWN, HTML)
"""The formats whose files are outputs."""


class Verdict(NamedTuple):
    """An exit code, the JSON report behind it, and a file for each format that was written.

    ``reason`` says why there is no verdict.
    """

    code: int = INCOMPLETE
    report: Mapping[str, Any] | None = None
    files: Mapping[str, str] = {}
    reason: str = ""

    def outputs(self) -> dict[str, str]:
        """Return the outputs of the action; what isn't known is empty, and never zero."""
        found = {"exit-code": str(self.code), "result": RESULTS[self.code]}
        if self.report is not None:
            active = [each for each in self.report["findings"] if each["waived_by"] is None]
            added = [each for each in active if each["status"] != "unchanged"]
            found["new-findings"] = str(len(added))
            found["total-findings"] = str(len(active))
            # One line in ASCII without a command, whatever teams call themselves.
            found["required-reviewers"] = encode.as_json(
                self.report["required_reviewers"], indent=None
            )
        return found | {f"{name}-file": self.files.get(name, "") for name in PUBLIC}


def formats(python: str, environment: Mapping[str, str]) -> frozenset[str]:
    """Return the formats that opspolicy has."""
    program = "from opspolicy import output; print(*output.formats())"
    command = [python, "-I", "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    return frozenset(done.stdout.decode("utf-8", "replace").split())


def wanted(reports: Iterable[str], known: frozenset[str]) -> tuple[list[str], list[str]]:
    """Return the formats to write, and the reports that there is no format for."""
    missing = [name for name in asked.REPORTS if name in reports and NEEDS[name] not in known]
    needed = {*ALWAYS, *(NEEDS[name] for name in reports)}
    return [name for name in FILES if name in needed & known], missing


def check(
    python: str, given: Inputs, base: str, directory: str, environment: Mapping[str, str]
) -> tuple[Verdict, list[str]]:
    """Run opspolicy; return its verdict, and sentences about the reports that there aren't.

    Its text goes to the log as it comes. Its reports go to files in ``directory``. Where one of
    them may be what there is no verdict for, it is left out.
    """
    names, missing = wanted(given.reports, formats(python, environment))
    lost = [f"this version of opspolicy has no report `{name}`" for name in missing]

    def run(formats: Iterable[str], *, is_first: bool) -> tuple[Verdict, str]:
        own = tempfile.mkdtemp(dir=directory)
        files = {name: os.path.join(own, FILES[name]) for name in formats}
        # Isolated: what is in the current directory is what is judged, and nothing to import.
        command = [python, "-I", "-m", "opspolicy", *asked.arguments(given, base, files)]
        return _ran(command, files, environment, is_first=is_first)

    first, said = run(names, is_first=True)
    if first.code != INCOMPLETE:
        return first, lost
    left = names
    for fewer in PLAIN:
        kept = [name for name in left if name in fewer]
        if kept == left:
            continue
        left = kept
        found, _ = run(left, is_first=False)
        if found.code != INCOMPLETE:
            why = f": {said}" if said else ""
            gone = [each for each in asked.REPORTS if each in given.reports]
            lost += [
                f"the report `{each}` can't be made{why}"
                for each in gone
                if NEEDS[each] in names and NEEDS[each] not in left
            ]
            return found, lost
    return first, lost


def _ran(
    command: list[str], files: Mapping[str, str], environment: Mapping[str, str], *, is_first: bool
) -> tuple[Verdict, str]:
    """Return the verdict of a command, and the last that it has complained of.

    What isn't the first has nothing to tell that the first hasn't told.
    """
    out = None if is_first else subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, env=environment, stdout=out, stderr=subprocess.PIPE, check=False
        )
    except (OSError, ValueError) as error:
        return Verdict(reason=f"opspolicy can't be started: {error}"), ""
    said = done.stderr.decode("utf-8", "replace").strip()
    if said and is_first:
        print(encode.log(encode.lines(said)), flush=True)
    last = said.rpartition("\n")[2].removeprefix("opspolicy: ")
    report = _report(files.get(JSON, ""))
    if report is None:
        about = f"opspolicy ended with exit code {done.returncode} and without a report"
        return Verdict(reason=last or about), last
    if report.get("exit_code") != done.returncode or done.returncode not in range(len(RESULTS)):
        about = f"opspolicy ended with exit code {done.returncode}, and its report says otherwise"
        return Verdict(reason=last or about), last
    written = {name: path for name, path in files.items() if os.path.isfile(path)}
    return Verdict(done.returncode, report, written), last


def _report(path: str) -> Mapping[str, Any] | None:
    """Return the report in a file, None where there is none in the shape of version 1."""
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.get("version") == 1 else None
