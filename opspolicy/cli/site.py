"""Write calendar, graph, findings, rules and feeds as a directory of static files."""

from __future__ import annotations

from opspolicy import app
from opspolicy.cli import options
from opspolicy.cli.console import UsageError
from opspolicy.phrases import count
from opspolicy.report import COMPLETE, INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.report import Report


def arguments(parser: Parser) -> None:
    """Add the options of `site`."""
    parser.add_argument(
        "target",
        metavar="DIR",
        help="a new directory, or that of an earlier run; as seen from here",
    )
    options.add_estate(parser)
    options.add_time(parser)
    options.add_cache(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what is wrong")


def run(given: Given, console: Console) -> int:
    """Write it, whatever is found; exit 2 where not all could be read, or written."""
    import os  # noqa: PLC0415 - not for the help

    # Where it goes is seen from here, wherever the estate is.
    target = os.path.abspath(given.target)
    as_of, cache = options.as_of(given, console), options.cache(given, console)
    settings = options.settings(given, cache)
    progress = console.progress(quiet=given.quiet)
    try:
        report = app.run(
            settings, (), app.Request(as_of, options.horizon(given), cache=cache), progress
        )
        if report.unconfigured or report.nothing_matched:
            console.complain_of_report(report, settings.problems, "there is nothing to show")
            return INCOMPLETE
        many = _written(given, target, report, progress)
    finally:
        progress.end()
    console.verdict = COMPLETE if report.complete else INCOMPLETE
    if not report.complete:
        so = "not everything could be read: the pages say so on top, and lack what that would add"
        console.complain_of_report(report, settings.problems, so)
    if not given.quiet:
        console.write(f"Wrote {count(many, 'file')} to {given.target}; index.html is the first.\n")
    return console.verdict


def _written(given: Given, target: str, report: Report, progress: Callable[[str], None]) -> int:
    """Write all files and return how many; raises UsageError where that can't be."""
    from opspolicy.explain.scene import scene  # noqa: PLC0415 - only where there is anything
    from opspolicy.output import Style  # noqa: PLC0415
    from opspolicy.site import writing  # noqa: PLC0415
    from opspolicy.site.pages import Pages  # noqa: PLC0415

    # Where it lies on this machine is nothing to the readers of the pages.
    as_of = dict(options.again(given))["--as-of"]
    of = scene(report, where=[("--as-of", as_of)])
    pages = Pages(of, Style(as_of=as_of or ""), progress)
    try:
        before = writing.written(target)
        return writing.write(target, pages.files(), before)
    except writing.ForeignError as error:
        message = f"{given.target}: {error}"
        raise UsageError(message) from error
    except OSError as error:
        message = f"{given.target}: {(error.strerror or str(error)).lower()}"
        raise UsageError(message) from error
