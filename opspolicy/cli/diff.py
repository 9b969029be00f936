"""Show what a change does: what is moved, outages and findings gained and lost, who must agree."""

from __future__ import annotations

from opspolicy import app
from opspolicy.cli import options
from opspolicy.cli.console import AS_OF_VARIABLE, UsageError
from opspolicy.report import COMPLETE, INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.against import Comparison
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console

WORKING_TREE = "the working tree"


def arguments(parser: Parser) -> None:
    """Add the options of `diff`."""
    parser.add_argument("commits", nargs="+", metavar="BASE [HEAD]",
                        help="what to compare with, and what to compare")  # fmt: skip
    options.add_estate(parser)
    parser.add_argument("--as-of", metavar="INSTANT", help="judge from here instead of from now")
    parser.add_argument("--horizon", metavar="DURATION", help="how far ahead to look, such as 180d")
    parser.add_argument("--format", choices=("text", "markdown", "json"), default="text",
                        help="how to print")  # fmt: skip
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("-v", "--verbose", action="store_true", help="all there is to say")


def run(given: Given, console: Console) -> int:
    """Print the story of a change; exit 2 where not all of it could be read."""
    base, *rest = given.commits
    if len(rest) > 1:
        message = f"`{rest[1]}`: name a BASE, and a HEAD or none"
        raise UsageError(message)
    head = rest[0] if rest else None
    found = comparison(given, console, base, head)
    show(given, console, found, head or WORKING_TREE)
    return COMPLETE if found.report.complete else INCOMPLETE


def comparison(given: Given, console: Console, base: str | None, head: str | None) -> Comparison:
    """Judge a head against a base, the usual one for None; raises UsageError as git does."""
    from opspolicy import against  # noqa: PLC0415 - only to compare
    from opspolicy.source.git_error import GitError  # noqa: PLC0415

    as_of = options.as_of(given.as_of or console.environment.get(AS_OF_VARIABLE), console)
    cache = None if given.no_cache else console.cache_directory()
    request = app.Request(as_of, options.horizon(given.horizon), cache=cache)
    settings = options.settings(given, cache)
    try:
        base = against.usual_base(settings.root) if base is None else base
        return against.compared(settings, (), request, base, head)
    except GitError as error:
        told = f"{error}; {error.hint}" if error.hint else str(error)
        raise UsageError(told) from error


def show(given: Given, console: Console, found: Comparison, head: str) -> None:
    """Print what a change does, in the format asked for."""
    from opspolicy import change  # noqa: PLC0415 - only to compare

    if given.format == "json":
        import json  # noqa: PLC0415 - only for this format

        from opspolicy.compare.document import document  # noqa: PLC0415

        console.write(json.dumps(document(found.report, found.changes(), head), indent=2) + "\n")
        return
    story = change.story(found, head, verbose=given.verbose)
    if given.format == "markdown":
        from opspolicy.explain import as_markdown  # noqa: PLC0415 - only for this format

        console.write(as_markdown.render(story))
        return
    from opspolicy.explain import as_text  # noqa: PLC0415 - only for this format

    style = console.style(given.color)
    look = as_text.Look(style.width, style.color, console.is_plain)
    console.write(as_text.render(story, look))
