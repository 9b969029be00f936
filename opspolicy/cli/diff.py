"""Show what a change does: what is moved, outages and findings gained and lost, who must agree."""

from __future__ import annotations

from opspolicy import app
from opspolicy.cli import options, stories
from opspolicy.cli.console import UsageError
from opspolicy.phrases import with_hint
from opspolicy.report import COMPLETE, INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.against import Comparison
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console


def arguments(parser: Parser) -> None:
    """Add the options of `diff`."""
    parser.add_argument("base", metavar="BASE", help="what to compare with")
    parser.add_argument("head", nargs="?", metavar="HEAD",
                        help="what to compare; the working tree when left out")  # fmt: skip
    options.add_estate(parser)
    options.add_time(parser)
    parser.add_argument("--format", choices=stories.FORMATS, default="text",
                        help="how to print")  # fmt: skip
    options.add_cache(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("-v", "--verbose", action="store_true", help="all there is to say")


def run(given: Given, console: Console) -> int:
    """Print the story of a change; exit 2 where not all of it could be read."""
    found = comparison(given, console, given.base, given.head)
    show(given, console, found, given.head)
    return COMPLETE if found.report.complete else INCOMPLETE


def comparison(given: Given, console: Console, base: str | None, head: str | None) -> Comparison:
    """Judge a head against a base, the usual one for None; raises UsageError as git does."""
    from opspolicy import against  # noqa: PLC0415 - only to compare
    from opspolicy.source.git_error import GitError  # noqa: PLC0415

    as_of = options.as_of(given, console)
    cache = options.cache(given, console)
    request = app.Request(as_of, options.horizon(given), cache=cache)
    settings = options.settings(given, cache)
    try:
        start = against.usual_base(settings.root) if base is None else base
        return against.compared(settings, (), request, start, head)
    except GitError as error:
        told = with_hint(error, error.hint)
        raise UsageError(told) from error


def show(given: Given, console: Console, found: Comparison, head: str | None) -> None:
    """Print what a change does, in the format asked for; ``head`` as for ``comparison``."""
    from opspolicy import change  # noqa: PLC0415 - only to compare
    from opspolicy.against import WORKING_TREE  # noqa: PLC0415

    head = WORKING_TREE if head is None else head
    if given.format == "json":
        from opspolicy.compare.document import document  # noqa: PLC0415 - only for this format

        console.write_json(document(found.report, found.changes(), head))
        return
    story = change.story(found, head, verbose=given.verbose)
    stories.show(story, given, console)
