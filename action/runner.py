"""What GitHub's runner takes from a step: outputs, annotations, and a page of the run's summary."""

from __future__ import annotations

import os
import secrets
import sys

from opspolicy import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

NOTICE, WARNING, ERROR = "notice", "warning", "error"

MOST_SUMMARY = 1024 * 1024
"""Bytes of a step's summary; of more GitHub shows nothing at all."""


class Runner:
    """What a runner gives to a step, and what is left to say at the end of its summary.

    With ``is_annotated``, what is said on the way stands there and in the log alone: GitHub shows
    ten annotations of a level for a step, and findings need them all.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take the variables of the step."""
        self.environment = environment
        self.is_annotated = False
        self.notes: list[str] = []

    def tell(self, level: str, message: str) -> None:
        """Annotate the run with a sentence, or note it, whatever names are in it."""
        if self.is_annotated and level != ERROR:
            self.notes.append(message)
            self.say(encode.log(f"{level}: {encode.terminal(message)}\n"))
            return
        self.say(f"::{level} title=opspolicy::{encode.workflow(message)}\n")

    def say(self, text: str) -> None:
        """Write to the log, commands and all."""
        if sys.stdout is not None:
            sys.stdout.write(text)
            # What else writes there doesn't wait.
            sys.stdout.flush()

    def quiet(self) -> str:
        """Have the log take nothing for a command any more, until what this returns is written."""
        word = secrets.token_hex(16)
        self.say(f"::stop-commands::{word}\n")
        return f"::{word}::\n"

    def output(self, values: Mapping[str, str]) -> None:
        """Set outputs of the step, each of one line; a later value counts."""
        lines = [f"{name}={value}\n" for name, value in values.items() if value.isprintable()]
        self._append("GITHUB_OUTPUT", "".join(lines))

    def summarize(self, text: str) -> str:
        """Append to the page of the run; return what went wrong, "" if nothing did."""
        path = self.environment.get("GITHUB_STEP_SUMMARY", "")
        try:
            taken = os.path.getsize(path)
        except OSError:
            taken = 0
        if taken + len(text.encode("utf-8", "replace")) > MOST_SUMMARY:
            return "it has no room left"
        return self._append("GITHUB_STEP_SUMMARY", text)

    def _append(self, variable: str, text: str) -> str:
        path = self.environment.get(variable)
        if not path:
            return f"there is no {variable}"
        try:
            with open(path, "a", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except (OSError, UnicodeError) as error:
            return str(error)
        return ""
