"""Options that several commands share."""

from __future__ import annotations

import os

from opspolicy.cli.console import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.config import Config
    from opspolicy.estate.assumptions import Assumption


WHAT_IF = (
    ("--delay", "job/NAME=DURATION", "every run of this job started so much later"),
    ("--extend", "maintenance_window/NAME=DURATION", "this window, or job/NAME, took longer"),
    ("--down", "service/NAME=INSTANT/DURATION", "this service were down from then on"),
)
"""The options by which something is assumed: each with its value, and what is asked."""


def add_estate(parser: Parser) -> None:
    """Add where the estate and its configuration are."""
    parser.add_argument("-C", dest="directory", metavar="DIR", help="run as if started in DIR")
    parser.add_argument("--config", metavar="FILE", help="use this file instead of opspolicy.yaml")


def add_time(parser: Parser) -> None:
    """Add from where and how far is looked."""
    parser.add_argument("--as-of", metavar="INSTANT", help="judge from here instead of from now")
    parser.add_argument("--horizon", metavar="DURATION", help="how far ahead to look, such as 180d")


def add_what_if(parser: Parser, *, hidden: bool = False) -> None:
    """Add what can be assumed beyond what is declared; ``hidden`` where it is refused."""
    for option, metavar, about in WHAT_IF:
        told = f"what if {about}; repeatable"
        if hidden:
            from argparse import SUPPRESS  # noqa: PLC0415 - which argparse knows by identity

            told = SUPPRESS
        parser.add_argument(option, action="append", default=[], metavar=metavar, help=told)


def what_if(given: Given) -> tuple[Assumption, ...]:
    """Return what is to be assumed; raises UsageError for what can't be read."""
    written = [("--delay", given.delay), ("--extend", given.extend), ("--down", given.down)]
    if not any(texts for _, texts in written):
        return ()
    from opspolicy.estate import assumptions  # noqa: PLC0415 - only where anything is assumed

    try:
        return tuple(assumptions.parse(name, text) for name, texts in written for text in texts)
    except assumptions.AssumptionError as error:
        raise UsageError(str(error)) from error


def add_cache(parser: Parser) -> None:
    """Add that nothing is kept."""
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")


def settings(given: Given, cache: str | None = None) -> Config:
    """Enter ``-C`` and return the configuration that holds there; ``cache`` may hold it."""
    where = (
        "the current directory can't be found"
        if given.directory is None
        else f"-C {given.directory}"
    )
    from opspolicy import config  # noqa: PLC0415 - not everything is checked that is asked for

    try:
        if given.directory is not None:
            os.chdir(given.directory)
        here = os.getcwd()
    except OSError as error:
        # Somebody may have deleted it.
        why = (error.strerror or "it can't be entered").lower()
        message = f"{where}: {why}"
        raise UsageError(message) from error
    if source(given, "--config") != "--config" and not os.path.lexists(given.config):
        # A file that is named on the command line is seen there; who looks for a variable?
        message = f"{source(given, '--config')}: there is no file `{given.config}`"
        raise UsageError(message)
    return config.load(here, given.config, cache)


def source(given: Given, option: str) -> str:
    """Return who has said the value of an option: itself, or the variable that stands for it."""
    return given.variables.get(option.lstrip("-").replace("-", "_"), option)


def again(given: Given) -> list[tuple[str, str | None]]:
    """Return the options by which the next command sees the same: from where, and from when."""
    # A variable holds for the next command as well.
    written = source(given, "--as-of") == "--as-of"
    return [("-C", given.directory), ("--as-of", given.as_of if written else None)]


def as_of(given: Given, console: Console) -> int:
    """Return the instant that is named, in UTC epoch seconds; else now.

    An option that is empty means something else than now to whoever wrote it.
    """
    if given.as_of is None:
        return console.now()
    from opspolicy import app  # noqa: PLC0415 - most commands judge nothing

    try:
        return app.as_of_seconds(given.as_of)
    except ValueError as error:
        message = f"{source(given, '--as-of')}: {error}"
        raise UsageError(message) from error


def local(option: str, text: str | None, default: int, zone: str) -> int:
    """Return the instant that an option names, UTC epoch seconds; raises UsageError.

    Without an offset it is an appointment on the clock of ``zone``.
    """
    if text is None:
        return default
    from opspolicy.temporal import instants, zones  # noqa: PLC0415 - few commands have such
    from opspolicy.temporal.durations import DAY  # noqa: PLC0415

    try:
        moment = (
            instants.Moment(instants.parse_date(text) * DAY)
            if instants.is_date(text)
            else instants.parse_moment(text)
        )
        return moment.instant(zones.zone(zone))
    except (ValueError, OverflowError) as error:
        message = f"{option} {text}: {error}"
        raise UsageError(message) from error


def cache(given: Given, console: Console) -> str | None:
    """Return the directory for what is worth keeping; None where nothing is to be kept."""
    return None if given.no_cache else console.cache_directory()


def horizon(given: Given) -> int | None:
    """Return the seconds of the horizon that is named; None without one."""
    if given.horizon is None:
        return None
    from opspolicy import app  # noqa: PLC0415 - most commands judge nothing

    try:
        return app.horizon_seconds(given.horizon)
    except ValueError as error:
        message = f"{source(given, '--horizon')}: {error}"
        raise UsageError(message) from error
