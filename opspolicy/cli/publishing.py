"""Where a report goes: standard output, files, and what a CI platform shows of it by itself."""

from __future__ import annotations

import os

from opspolicy import encode, output
from opspolicy.cli.console import UsageError
from opspolicy.record import NamedTuple
from opspolicy.report import INCOMPLETE
from opspolicy.source import discovery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.console import Console
    from opspolicy.report import Report

TEXT, COMMANDS, SUMMARY = "text", "github", "markdown"
"""What a person reads, and what GitHub shows beside the lines and on the page of a run."""

LEAST_ROOM = 1024
"""Bytes without which no summary is worth writing."""


class Target(NamedTuple):
    """A format, and the file it goes to."""

    format: str
    path: str


def target(text: str) -> Target:
    """Return what `--output FORMAT=FILE` asks for; raises UsageError."""
    name, equals, path = text.partition("=")
    if not equals or not path or name not in output.formats():
        known = ", ".join(output.formats())
        message = f"--output {text}: write FORMAT=FILE, with one of {known}"
        raise UsageError(message)
    if path == "-":
        message = f"--output {text}: name a file; `--format {name}` prints it"
        raise UsageError(message)
    return Target(name, path)


def below_top(root: str) -> str:
    """Return the way from the top of a root's git repository to it, with `/`; "" for the top."""
    real = os.path.realpath(root)
    top = discovery.top_of(real)
    below = os.path.relpath(real, top).replace(os.sep, "/") if top is not None else os.curdir
    return "" if below == os.curdir else below


def publish(
    report: Report,
    chosen: str | None,
    targets: list[Target],
    style: output.Style,
    console: Console,
) -> int:
    """Write the report everywhere it goes, and return the exit code.

    ``chosen`` is the format for standard output. Without one that is text, and whatever the
    platform shows by itself.
    """
    plain = style._replace(color=False)
    for each in targets:
        report, written = _render(report, each.format, plain)
        problem = _written(each.path, written)
        if problem:
            console.complain(f"--output {each.format}={each.path}: {problem}")
            console.verdict = INCOMPLETE
    # Last, so that it can tell of a format that failed.
    report, text = _render(report, chosen or TEXT, style)
    if chosen == COMMANDS:
        console.write_commands(text)
    else:
        console.write(text)
    if chosen is None and console.on_github:
        report = _shown_by_github(report, plain, console)
    return max(console.verdict, report.exit_code)


def _shown_by_github(report: Report, style: output.Style, console: Console) -> Report:
    """Annotate the lines of the change, and append to the page of the run.

    Neither decides anything: what can't be shown leaves the exit code as it is.
    """
    report, commands = _render(report, COMMANDS, style)
    console.write_commands(commands)
    path = console.environment.get("GITHUB_STEP_SUMMARY")
    if not path:
        return report
    try:
        # What this step has written before counts too.
        room = style.room - os.path.getsize(path)
    except OSError:
        room = style.room
    if room < LEAST_ROOM:
        console.complain(f"the summary {path} has no room left; the log has all")
        return report
    report, summary = _render(report, SUMMARY, style._replace(room=room))
    problem = _written(path, summary, mode="a")
    if problem:
        console.complain(f"the summary {path} can't be written: {problem}; the log has all")
    return report


def _written(path: str, text: str, mode: str = "w") -> str:
    """Write a file, and return what went wrong, if anything did."""
    try:
        with open(path, mode, encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        return (error.strerror or "failed").lower()
    return ""


def _render(report: Report, name: str, style: output.Style) -> tuple[Report, str]:
    """Return the rendered report; a format that fails is a finding, told in plain lines."""
    try:
        text = output.renderer(name)(report, style)
    except Exception as error:  # noqa: BLE001 - whatever it is, the findings must still be told
        from opspolicy import judge  # noqa: PLC0415 - only for a defect

        failed = judge.failure(report.estate, f"the format `{name}`", error)
        report = report._replace(findings=(failed, *report.findings))
        lines = [
            f"{each.place.span.file}:{each.place.span.line}: {each.severity}[{each.code}]"
            f" {each.policy}: {each.message}{' (waived)' if each.waived_by else ''}"
            for each in report.findings
        ]
        return report, encode.log("\n".join(encode.terminal(line) for line in lines) + "\n")
    # A file may be shown in a log as well.
    return report, text if name == COMMANDS else encode.log(text)
