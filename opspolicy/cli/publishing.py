"""Where a report goes: standard output, files, and what a CI platform shows of it by itself."""

from __future__ import annotations

import os
from stat import S_IMODE, S_ISBLK, S_ISREG

from opspolicy import encode, output
from opspolicy.cli.console import UsageError
from opspolicy.record import NamedTuple
from opspolicy.report import INCOMPLETE
from opspolicy.source import discovery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.cli.console import Console
    from opspolicy.report import Report

TEXT, COMMANDS, SUMMARY = "text", "github", "markdown"
"""What a person reads, and what GitHub shows beside the lines and on the page of a run."""

SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
LEAST_ROOM = 1024
"""Bytes without which no summary is worth writing."""


OF_THE_SYSTEM = ("/dev/", "/proc/")
"""Where links stand for open files: nothing there is to be replaced."""

ENOUGH = 8
"""Bytes of a name that nobody guesses."""


class Target(NamedTuple):
    """A format, and the file it goes to."""

    format: str
    path: str


def target(text: str, formats: Sequence[str] = ()) -> Target:
    """Return what `--output FORMAT=FILE` asks for; raises UsageError.

    ``formats`` are those there are, all of a report's without any.
    """
    name, equals, path = text.partition("=")
    known = formats or output.formats()
    if not equals or not path or name not in known:
        message = f"--output {text}: write FORMAT=FILE, with one of {', '.join(known)}"
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
    on_github = chosen is None and console.on_github
    room = _room(console, style) if on_github else 0
    asked = [(chosen or TEXT, style), *((each.format, plain) for each in targets)]
    if on_github:
        asked += [(COMMANDS, plain), (SUMMARY, plain._replace(room=room))]
    report, texts = _rendered(report, asked)
    for each, text in zip(targets, texts[1:], strict=False):
        problem = written(each.path, text)
        if problem:
            console.complain(f"--output {each.format}={each.path}: {problem}")
            console.verdict = INCOMPLETE
    if chosen == COMMANDS:
        console.write_commands(texts[0])
    else:
        console.write(texts[0])
    if on_github:
        commands, summary = texts[-2:]
        console.write_commands(commands)
        _summarize(summary, room, console)
    return max(console.verdict, report.exit_code)


def _room(console: Console, style: output.Style) -> int:
    """Return how many bytes of a step's summary are left: what it has written before counts too."""
    try:
        return style.room - os.path.getsize(console.environment.get(SUMMARY_VARIABLE, ""))
    except OSError:
        return style.room


def _summarize(summary: str, room: int, console: Console) -> None:
    """Append to the page of the run.

    It decides nothing: what can't be shown leaves the exit code as it is.
    """
    path = console.environment.get(SUMMARY_VARIABLE)
    if not path:
        return
    if room < LEAST_ROOM:
        console.complain(f"the summary {path} has no room left; the log has all")
        return
    problem = _wrote(path, summary, "a")
    if problem:
        console.complain(f"the summary {path} can't be written: {problem}; the log has all")


def written(path: str, text: str) -> str:
    """Write a file in place of what is there, and return what went wrong; "" where nothing did.

    A link to a file is replaced and not followed: a change could have it lead to any file. A
    device, a pipe and what stands for an open file are written to as they are.
    """
    if _is_passed_on(path):
        return _wrote(path, text, "w")
    problem = _replaced(path, text)
    if problem and os.path.isfile(path) and not os.path.islink(path):
        # A file may be written to where its directory may not.
        return _wrote(path, text, "w")
    return problem


def _is_passed_on(path: str) -> bool:
    """Whether what is written to a path goes elsewhere, as to a terminal or to another program."""
    if os.path.abspath(path).startswith(OF_THE_SYSTEM):
        # `/dev/stdout` is a link, and may be one to a regular file.
        return True
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    if os.path.islink(path) and S_ISBLK(mode):
        return False
    return not S_ISREG(mode) or not (os.path.islink(path) or os.access(path, os.W_OK))


def _replaced(path: str, text: str) -> str:
    """Write a new file and give it the name of another; return what went wrong."""
    name = f".opspolicy-{os.getpid()}-{os.urandom(ENOUGH).hex()}"
    aside = os.path.join(os.path.dirname(path), name)
    problem = _wrote(aside, text, "x")
    if problem:
        return _cleared(aside, problem)
    try:
        if os.path.isfile(path) and not os.path.islink(path):
            os.chmod(aside, S_IMODE(os.stat(path).st_mode))
        os.replace(aside, path)
    except OSError as error:
        return _cleared(aside, _why(error))
    return ""


def _cleared(aside: str, problem: str) -> str:
    """Take away what is left of a file that couldn't be written, and return why."""
    try:
        os.unlink(aside)
    except OSError:
        return problem
    return problem


def _wrote(path: str, text: str, mode: str) -> str:
    """Write to a file, and return what went wrong."""
    try:
        with open(path, mode, encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        return _why(error)
    return ""


def _why(error: OSError) -> str:
    return (error.strerror or "failed").lower()


def _rendered(
    report: Report, asked: Sequence[tuple[str, output.Style]]
) -> tuple[Report, list[str]]:
    """Return the report in each format, and with what has gone wrong in any of them.

    A format that fails is a finding that all others tell of. In its own place there are plain
    lines, which nobody takes for what was asked for.
    """
    broken: set[str] = set()
    while True:
        texts: list[str] = []
        for name, style in asked:
            try:
                text = _lines(report) if name in broken else output.renderer(name)(report, style)
            except Exception as error:  # noqa: BLE001 - whatever it is, the findings must be told
                from opspolicy import judge  # noqa: PLC0415 - only for a defect

                broken.add(name)
                failed = judge.failure(report.estate, f"the format `{name}`", error)
                report = report._replace(findings=(failed, *report.findings))
                break
            # A file may be shown in a log as well.
            is_log = name == COMMANDS and name not in broken
            texts.append(text if is_log else encode.log(text))
        else:
            return report, texts


def _lines(report: Report) -> str:
    """Return the findings as plain lines."""
    lines = [
        f"{each.place.span.file}:{each.place.span.line}: {each.severity}[{each.code}]"
        f" {each.policy}: {each.message}{' (waived)' if each.waived_by else ''}"
        for each in report.findings
    ]
    lines = [*(f"What if: {each.sentence}." for each in report.what_if), *lines]
    return "\n".join(encode.terminal(line) for line in lines) + "\n"
