"""The line that says how far a long run is."""

from __future__ import annotations

import io
import sys

import pytest

from opspolicy.cli import progress
from opspolicy.cli.console import Console
from opspolicy.cli.progress import ERASE, Progress


class Terminal(io.StringIO):
    """Somebody who watches."""

    def isatty(self) -> bool:
        """Say so."""
        return True


class Gone(io.StringIO):
    """A terminal that was closed."""

    def write(self, _text: str) -> int:
        """Fail."""
        raise BrokenPipeError


def test_a_short_run_says_nothing() -> None:
    stream = Terminal()
    told = Progress(stream)
    told("reading")
    told.end()
    assert stream.getvalue() == ""


def test_a_long_run_says_what_it_does_and_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0)
    stream = Terminal()
    told = Progress(stream)
    for at in range(1000):
        told(f"reading {at}")
    told.end()
    told.end()
    assert stream.getvalue() == f"{ERASE}reading 0{ERASE}"


def test_a_terminal_that_was_closed_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0)
    told = Progress(Gone())
    told("reading")
    told.end()


@pytest.mark.parametrize(
    ("terminal", "quiet", "environment", "expected"),
    [
        (True, False, {}, True),
        (False, False, {}, False),
        (True, True, {}, False),
        (True, False, {"CI": "true"}, False),
        (True, False, {"TERM": "dumb"}, False),
    ],
)
def test_it_is_for_somebody_who_watches(
    monkeypatch: pytest.MonkeyPatch,
    *,
    terminal: bool,
    quiet: bool,
    environment: dict[str, str],
    expected: bool,
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0)
    stream = Terminal() if terminal else io.StringIO()
    console = Console()
    monkeypatch.setattr(console, "environment", environment)
    monkeypatch.setattr(sys, "stderr", stream)
    console.progress(quiet=quiet)("reading")
    assert bool(stream.getvalue()) == expected
