"""Draw who depends on whom, or what falls when something goes down, when, and for how many."""

from __future__ import annotations

from opspolicy import app
from opspolicy.cli import options
from opspolicy.cli.console import UsageError
from opspolicy.report import COMPLETE, INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.estate.estate import Estate
    from opspolicy.graph.drawn import Drawn
    from opspolicy.graph.impact import Target

TEXT, MERMAID, DOT, JSON, SVG, HTML = "text", "mermaid", "dot", "json", "svg", "html"
FORMATS = (TEXT, MERMAID, DOT, JSON, SVG, HTML)


def arguments(parser: Parser) -> None:
    """Add the options of `graph`."""
    options.add_estate(parser)
    options.add_time(parser)
    parser.add_argument("--impact", metavar="NAME",
                        help="what falls with this service, vendor, window or job")  # fmt: skip
    parser.add_argument("--service", action="append", default=[], metavar="NAME",
                        help="only this service, or those like `card-*`; repeatable")  # fmt: skip
    parser.add_argument("--team", action="append", default=[], metavar="NAME",
                        help="only what this team owns; repeatable")  # fmt: skip
    options.add_what_if(parser)
    parser.add_argument("--format", choices=FORMATS, default=TEXT, help="how to print")
    parser.add_argument("--output", action="append", default=[], metavar="FORMAT=FILE",
                        help="also write it to a file; repeatable")  # fmt: skip
    options.add_cache(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("-v", "--verbose", action="store_true", help="all services and jobs")


def run(given: Given, console: Console) -> int:
    """Draw, whatever falls; exit 2 where not all could be read."""
    from opspolicy.cli import publishing  # noqa: PLC0415 - not for the help

    targets = [publishing.target(each, FORMATS) for each in given.output]
    drawn = _drawn(given, console)
    if drawn is None:
        return INCOMPLETE
    console.verdict = COMPLETE if drawn.report.complete else INCOMPLETE
    for each in targets:
        problem = publishing.written(each.path, _rendered(each.format, drawn, given, console))
        if problem:
            console.complain(f"--output {each.format}={each.path}: {problem}")
            console.verdict = INCOMPLETE
    console.write(_rendered(given.format, drawn, given, console, printed=True))
    return console.verdict


def _drawn(given: Given, console: Console) -> Drawn | None:
    """Return what is to be drawn; None, with the reason told, where nothing could be judged."""
    as_of, cache = options.as_of(given, console), options.cache(given, console)
    assumed = options.what_if(given)
    request = app.Request(as_of, options.horizon(given), cache=cache, what_if=assumed, slots=False)
    settings = options.settings(given, cache)
    try:
        judged = app.judged(settings, (), request)
    except app.Unassumable as error:
        raise UsageError(str(error)) from error
    if judged.timeline is None or judged.report.nothing_matched:
        console.complain_of_report(judged.report, settings.problems, "there is nothing to draw")
        return None
    from opspolicy.graph import chosen, drawn  # noqa: PLC0415 - only to draw
    from opspolicy.graph.impact import impact  # noqa: PLC0415

    timeline = judged.timeline
    wanted = chosen.Chosen(tuple(given.service), tuple(given.team))
    if missing := chosen.missing(timeline.estate, wanted):
        raise UsageError(missing)
    falls = None
    if given.impact is not None:
        falls = impact(timeline, _target(timeline.estate, given.impact))
    return chosen.part(drawn.whole(judged.report, timeline, falls), wanted)


def _target(estate: Estate, text: str) -> Target:
    """Return what is named; raises UsageError. A service comes before all else of its name."""
    from opspolicy.estate.declarations import Job, Service, Vendor, Window  # noqa: PLC0415
    from opspolicy.explain import targets  # noqa: PLC0415 - only to look for a name
    from opspolicy.graph.impact import KINDS  # noqa: PLC0415

    if text in estate.services:
        return estate.services[text]
    try:
        found = estate.entity(targets.reference(estate, text, KINDS, findings=False))
    except targets.TargetError as error:
        message = f"--impact: {error}"
        raise UsageError(message) from error
    assert isinstance(found, Job | Service | Vendor | Window)  # noqa: S101 - by its kind
    return found


def _rendered(
    name: str, drawn: Drawn, given: Given, console: Console, *, printed: bool = False
) -> str:
    """Return what is drawn in a format; ``printed`` on the terminal, whatever that is."""
    if name == JSON:
        from opspolicy import encode  # noqa: PLC0415 - only for this format
        from opspolicy.graph import as_json  # noqa: PLC0415

        return encode.as_json(as_json.document(drawn)) + "\n"
    if name == MERMAID:
        from opspolicy.graph import as_mermaid  # noqa: PLC0415 - only for this format

        return as_mermaid.render(drawn)
    if name == DOT:
        from opspolicy.graph import as_dot  # noqa: PLC0415 - only for this format

        return as_dot.render(drawn)
    if name == SVG:
        from opspolicy.graph import as_svg  # noqa: PLC0415 - only for this format

        return as_svg.render(drawn)
    if name == HTML:
        return _page(drawn, given)
    from opspolicy.graph import as_text  # noqa: PLC0415 - only for this format

    style = console.style(given.color if printed else "never", verbose=given.verbose)
    plain, where = console.is_plain and printed, tuple(options.again(given))
    look = as_text.Look(style.width, style.color, plain, style.verbose, where)
    return as_text.render(drawn, look)


def _page(drawn: Drawn, given: Given) -> str:
    """Return the page, on which all can be taken down; at first, what is asked for is."""
    from opspolicy.explain.scene import scene  # noqa: PLC0415 - only for this format
    from opspolicy.output import Style  # noqa: PLC0415
    from opspolicy.output.page import graph  # noqa: PLC0415

    where = dict(options.again(given))
    style = Style(directory=where["-C"] or "", as_of=where["--as-of"] or "")
    struck = drawn.impact.struck if drawn.impact is not None else ()
    return graph.render(scene(drawn.report, drawn.timeline), style, struck=struck)
