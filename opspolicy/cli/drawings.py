"""What commands that draw have in common: whom they draw, in which formats, and where it goes."""

from __future__ import annotations

from opspolicy import app
from opspolicy.cli import options
from opspolicy.cli.console import UsageError
from opspolicy.report import COMPLETE, INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.cli.publishing import Target
    from opspolicy.examine import Judged
    from opspolicy.picture.choice import Chosen, Look

    Drawn = TypeVar("Drawn")

TEXT, HTML = "text", "html"


def add(parser: Parser, formats: Sequence[str], of_team: str) -> None:
    """Add whom to draw, what to assume, and how; ``of_team`` says what belongs to a team."""
    parser.add_argument("--service", action="append", default=[], metavar="NAME",
                        help="only this service, or those like `card-*`; repeatable")  # fmt: skip
    parser.add_argument("--team", action="append", default=[], metavar="NAME",
                        help=f"only what this team {of_team}; repeatable")  # fmt: skip
    options.add_what_if(parser)
    parser.add_argument("--format", choices=formats, default=TEXT, help="how to print")
    parser.add_argument("--output", action="append", default=[], metavar="FORMAT=FILE",
                        help="also write it to a file; repeatable")  # fmt: skip
    options.add_cache(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def draw(
    given: Given,
    console: Console,
    formats: Sequence[str],
    prepare: Callable[[Given, Judged], Drawn],
    render: Callable[[str, Drawn, Look], str],
) -> int:
    """Print and write what is drawn, and return the exit code: 2 where anything is missing.

    ``prepare`` makes of what is judged what is to be drawn, once; ``render`` draws it in a format.
    """
    from opspolicy.cli import publishing  # noqa: PLC0415 - not for the help

    targets = [publishing.target(each, formats) for each in given.output]
    found = _judged(given, console, targets)
    if found is None:
        return INCOMPLETE
    drawn = prepare(given, found)
    return _publish(given, console, found, targets, lambda name, look: render(name, drawn, look))


def _judged(given: Given, console: Console, targets: Sequence[Target]) -> Judged | None:
    """Return what is judged; None, with the reason told, where nothing could be.

    Raises UsageError for what can't be assumed.
    """
    as_of, cache = options.as_of(given, console), options.cache(given, console)
    assumed = options.what_if(given)
    request = app.Request(as_of, options.horizon(given), cache=cache, what_if=assumed, slots=False)
    settings = options.settings(given, cache)
    try:
        found = app.judged(settings, (), request)
    except app.Unassumable as error:
        raise UsageError(str(error)) from error
    if found.timeline is None or found.report.nothing_matched:
        console.complain_of_report(found.report, settings.problems, "there is nothing to draw")
        return None
    # A page tells of all findings, also of those for which there is no other time.
    is_page = HTML in {given.format, *(each.format for each in targets)}
    return app.advised(found) if is_page and not assumed else found


def chosen(given: Given, found: Judged) -> Chosen:
    """Return who is wanted; raises UsageError for whom there isn't."""
    from opspolicy.picture import choice  # noqa: PLC0415 - only to draw

    wanted = choice.Chosen(tuple(given.service), tuple(given.team))
    if missing := choice.missing(found.report.estate, wanted):
        raise UsageError(missing)
    return wanted


def _publish(
    given: Given,
    console: Console,
    found: Judged,
    targets: Sequence[Target],
    render: Callable[[str, Look], str],
) -> int:
    """Print and write what ``render`` draws; how text looks depends on where it goes."""
    from opspolicy.cli import publishing  # noqa: PLC0415 - not for the help
    from opspolicy.picture.choice import Look  # noqa: PLC0415

    console.verdict = COMPLETE if found.report.complete else INCOMPLETE
    style = console.style(given.color, verbose=given.verbose)
    where = tuple(options.again(given))
    plain = Look(style.width, verbose=given.verbose, where=where)
    for each in targets:
        problem = publishing.written(each.path, render(each.format, plain))
        if problem:
            console.complain(f"--output {each.format}={each.path}: {problem}")
            console.verdict = INCOMPLETE
    look = plain._replace(color=style.color, plain=console.is_plain)
    console.write(render(given.format, look))
    return console.verdict
