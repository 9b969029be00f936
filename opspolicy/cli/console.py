"""Streams and environment, at the edge."""

from __future__ import annotations

import os
import sys
import time

from opspolicy import encode
from opspolicy.cli.progress import Progress
from opspolicy.output import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opspolicy.report import Report
    from opspolicy.source.problem import Problem
    from opspolicy.source.span import Span

DEFAULT_WIDTH = 100
LEAST_WIDTH = 40
VARIABLES_BEGIN = "OPSPOLICY_"
CACHE_VARIABLE = f"{VARIABLES_BEGIN}CACHE_DIR"


class UsageError(Exception):
    """Something about the command line itself: said on stderr, exit 2."""


class Console:
    """Standard output and error, written as UTF-8 whatever the locale."""

    def __init__(self) -> None:
        """Use the process's own streams and environment."""
        self.environment = os.environ
        self.verdict = 0
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                # A verdict must read the same on every machine, whatever its locale.
                stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")

    def write(self, text: str) -> None:
        """Write to standard output, unless it is closed; raises UsageError where it can't be.

        Whatever it says, the log of a CI finds no command in it.
        """
        self.write_commands(encode.log(text))

    def write_commands(self, text: str) -> None:
        """Write commands for the log of a CI, as ``write`` does other text."""
        if sys.stdout is not None:
            try:
                sys.stdout.write(text)
            except OSError as error:
                raise _unwritten(error) from error

    def write_json(self, document: object) -> None:
        """Write a document to standard output, as ``write`` does."""
        self.write(encode.as_json(document) + "\n")

    def flush(self) -> None:
        """Make sure all is written, or learn that nobody reads; raises UsageError as ``write``."""
        if sys.stdout is not None:
            try:
                sys.stdout.flush()
            except OSError as error:
                raise _unwritten(error) from error

    def complain(self, text: str, prefix: str = "opspolicy: ") -> None:
        """Write a line to standard error."""
        shown = encode.log("\n".join(encode.terminal(line) for line in text.split("\n")))
        if sys.stderr is None:
            return
        try:
            sys.stderr.write(f"{prefix}{shown}\n")
        except OSError:
            # Nobody can be told. The exit code still says it.
            return

    def complain_at(self, span: Span, message: str, hint: str = "") -> None:
        """Write what is wrong at a place, and what to do, to standard error."""
        told = f"{message} ({hint})" if hint else message
        self.complain(f"{span.file}:{span.line}:{span.column}: {told}")

    def complain_of(self, problems: Iterable[Problem]) -> None:
        """Write what is wrong with the configuration, each with its place and what to do."""
        for problem in problems:
            self.complain_at(problem.span, problem.message, problem.hint)

    def complain_of_report(self, report: Report, problems: Sequence[Problem], so: str) -> None:
        """Write why a report is no ground to stand on, and what can't be done ``so``.

        That is what is wrong with the configuration, else with what it selects.
        """
        self.complain_of(problems)
        for each in report.findings:
            if each.incomplete and not problems:
                self.complain_at(each.place.span, each.message, each.hint)
        if report.nothing_matched:
            self.complain(f"no file matched: looked for {report.nothing_matched}")
        self.complain(so)

    def style(self, color: str, *, quiet: bool = False, verbose: bool = False) -> Style:
        """Return how text is to look on standard output."""
        return Style(self.width, self._wants_color(color), quiet, verbose)

    def progress(self, *, quiet: bool) -> Progress:
        """Return what tells how far a run is: on a terminal, where somebody watches."""
        watched = sys.stderr is not None and sys.stderr.isatty() and not quiet
        # What pre-commit shows, it shows at the end.
        unwatched = self.environment.get("CI") or self.environment.get("PRE_COMMIT")
        if unwatched or self.environment.get("TERM") == "dumb":
            watched = False
        return Progress(sys.stderr if watched else None)

    @property
    def on_github(self) -> bool:
        """Whether this is a step of a GitHub workflow, which annotates lines and has a summary."""
        return self.environment.get("GITHUB_ACTIONS") == "true"

    @property
    def is_plain(self) -> bool:
        """Whether standard output shows nothing but ASCII well."""
        return self.environment.get("TERM") == "dumb"

    @property
    def is_terminal(self) -> bool:
        """Whether standard output is a terminal, which obeys what it is sent."""
        return sys.stdout is not None and sys.stdout.isatty()

    def now(self) -> int:
        """Return the current instant in UTC epoch seconds: the only place the clock is read."""
        return int(time.time())

    def cache_directory(self) -> str:
        """Return where to keep what is worth keeping between runs; never inside the tree."""
        return self.cache_from()[0]

    def cache_from(self) -> tuple[str, str]:
        """Return that directory, and the variable that says where it is; "" where none does."""
        chosen = self.environment.get(CACHE_VARIABLE)
        if chosen:
            return chosen, CACHE_VARIABLE
        for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
            base = self.environment.get(name)
            if base:
                return os.path.join(base, "opspolicy"), name
        return os.path.join(os.path.expanduser("~"), ".cache", "opspolicy"), ""

    def _wants_color(self, choice: str) -> bool:
        if choice != "auto":
            return choice == "always"
        # https://no-color.org
        if self.environment.get("NO_COLOR") or self.environment.get("TERM") == "dumb":
            return False
        return self.is_terminal

    @property
    def width(self) -> int:
        """The columns of standard output; a pipe has as many as read well."""
        try:
            return max(int(self.environment["COLUMNS"]), LEAST_WIDTH)
        except (KeyError, ValueError):
            pass
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns
        except (AttributeError, OSError, ValueError):
            return DEFAULT_WIDTH
        return max(columns, LEAST_WIDTH) if columns else DEFAULT_WIDTH


def _unwritten(error: OSError) -> Exception:
    """Return what to raise where nothing can be written; that nobody reads on is no mistake."""
    if isinstance(error, BrokenPipeError):
        return error
    return UsageError(f"the output can't be written: {(error.strerror or str(error)).lower()}")
