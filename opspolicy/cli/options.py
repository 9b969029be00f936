"""Options that several commands share."""

from __future__ import annotations

import os

from opspolicy import config
from opspolicy.cli.console import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.config import Config


def add_estate(parser: Parser) -> None:
    """Add where the estate and its configuration are."""
    parser.add_argument("-C", dest="directory", metavar="DIR", help="run as if started in DIR")
    parser.add_argument("--config", metavar="FILE", help="use this file instead of opspolicy.yaml")


def settings(arguments: Given, cache: str | None = None) -> Config:
    """Enter ``-C`` and return the configuration that holds there; ``cache`` may hold it."""
    if arguments.directory is not None:
        try:
            os.chdir(arguments.directory)
        except OSError as error:
            why = (error.strerror or "it can't be entered").lower()
            message = f"-C {arguments.directory}: {why}"
            raise UsageError(message) from error
    return config.load(os.getcwd(), arguments.config, cache)


def as_of(text: str | None, console: Console) -> int:
    """Return the instant an option or the environment names, in UTC epoch seconds; else now."""
    if text is None:
        return console.now()
    from opspolicy import app  # noqa: PLC0415 - most commands judge nothing

    try:
        return app.as_of_seconds(text)
    except ValueError as error:
        message = f"--as-of: {error}"
        raise UsageError(message) from error


def horizon(text: str | None) -> int | None:
    """Return the seconds of `--horizon`; None without it."""
    if text is None:
        return None
    from opspolicy import app  # noqa: PLC0415 - most commands judge nothing

    try:
        return app.horizon_seconds(text)
    except ValueError as error:
        message = f"--horizon: {error}"
        raise UsageError(message) from error
