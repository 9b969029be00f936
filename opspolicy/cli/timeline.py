"""Draw the calendar of operations: what is down when, who needs it then, and what collides."""

from __future__ import annotations

from opspolicy import app
from opspolicy.cli import options
from opspolicy.cli.console import UsageError
from opspolicy.record import NamedTuple
from opspolicy.report import COMPLETE, INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.planner.lanes import Chosen, Drawer, Planner
    from opspolicy.report import Report

TEXT, SVG, HTML, ICS = "text", "svg", "html", "ics"
FORMATS = (TEXT, SVG, HTML, ICS)


def arguments(parser: Parser) -> None:
    """Add the options of `timeline`."""
    options.add_estate(parser)
    options.add_time(parser)
    parser.add_argument("--from", dest="first", metavar="INSTANT",
                        help="draw from here on, and not from where it is judged")  # fmt: skip
    parser.add_argument("--until", dest="last", metavar="INSTANT",
                        help="draw up to here, and not the whole horizon")  # fmt: skip
    parser.add_argument("--service", action="append", default=[], metavar="NAME",
                        help="only this service, or those like `card-*`; repeatable")  # fmt: skip
    parser.add_argument("--team", action="append", default=[], metavar="NAME",
                        help="only what this team owns, or has a part in; repeatable")  # fmt: skip
    parser.add_argument("--all", dest="everything", action="store_true",
                        help="also services to which nothing happens")  # fmt: skip
    options.add_what_if(parser)
    parser.add_argument("--format", choices=FORMATS, default=TEXT, help="how to print")
    parser.add_argument("--output", action="append", default=[], metavar="FORMAT=FILE",
                        help="also write it to a file; repeatable")  # fmt: skip
    options.add_cache(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("-v", "--verbose", action="store_true", help="all lanes and findings")


def run(given: Given, console: Console) -> int:
    """Draw, whatever is found; exit 2 where not all could be read."""
    from opspolicy.cli import publishing  # noqa: PLC0415 - not for the help

    targets = [publishing.target(each, FORMATS) for each in given.output]
    found = _drawing(given, console)
    if found is None:
        return INCOMPLETE
    console.verdict = COMPLETE if found.report.complete else INCOMPLETE
    for each in targets:
        problem = publishing.written(each.path, _rendered(each.format, found, given, console))
        if problem:
            console.complain(f"--output {each.format}={each.path}: {problem}")
            console.verdict = INCOMPLETE
    console.write(_rendered(given.format, found, given, console, printed=True))
    return console.verdict


class Drawing(NamedTuple):
    """What can be drawn, and of whom."""

    drawer: Drawer
    chosen: Chosen
    everything: bool

    @property
    def report(self) -> Report:
        """What the check has found."""
        return self.drawer.report

    def planner(self, *, everything: bool = False) -> Planner:
        """Return the lanes, also of services to which nothing happens if that is wanted."""
        return self.drawer.planner(self.chosen, everything=everything or self.everything)


def _drawing(given: Given, console: Console) -> Drawing | None:
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
    from opspolicy.planner.lanes import Chosen, Drawer  # noqa: PLC0415 - only to draw

    start, end = _stretch(given, as_of, judged.report.until)
    drawer = Drawer(judged.report, judged.timeline, start, end)
    chosen = Chosen(tuple(given.service), tuple(given.team))
    if missing := drawer.missing(chosen):
        raise UsageError(missing)
    return Drawing(drawer, chosen, given.everything)


def _stretch(given: Given, as_of: int, until: int) -> tuple[int, int]:
    """Return from when to when is drawn, all of it judged; raises UsageError for anything else."""
    start = options.instant("--from", given.first, as_of)
    end = options.instant("--until", given.last, until)
    if start < as_of:
        message = (
            f"--from {given.first}: only what comes after --as-of is judged; let --as-of be earlier"
        )
        raise UsageError(message)
    if end > until:
        message = f"--until {given.last}: that is beyond the horizon; let --horizon be longer"
        raise UsageError(message)
    if start >= end:
        edges = [f"{name} {text}" for name, text in _edges(given) if text is not None]
        message = f"{' and '.join(edges)}: there is no time to draw"
        raise UsageError(message)
    return start, end


def _edges(given: Given) -> tuple[tuple[str, str | None], ...]:
    return (("--from", given.first), ("--until", given.last))


def _rendered(
    name: str, drawing: Drawing, given: Given, console: Console, *, printed: bool = False
) -> str:
    """Return what is drawn in a format; ``printed`` on the terminal, whatever that is."""
    if name == SVG:
        from opspolicy.planner import as_svg  # noqa: PLC0415 - only for this format

        return as_svg.render(drawing.planner())
    if name == HTML:
        return _page(drawing, given)
    if name == ICS:
        return _feed(drawing)
    from opspolicy.planner import as_text  # noqa: PLC0415 - only for this format

    style = console.style(given.color if printed else "never", verbose=given.verbose)
    plain, where = console.is_plain and printed, tuple(options.again(given))
    look = as_text.Look(style.width, style.color, plain, style.verbose, where)
    return as_text.render(drawing.planner(), look)


def _page(drawing: Drawing, given: Given) -> str:
    """Return the page, with all lanes: who looks at it chooses."""
    from opspolicy.explain.scene import scene  # noqa: PLC0415 - only for this format
    from opspolicy.output import Style, html  # noqa: PLC0415

    where = options.again(given)
    told = scene(drawing.report, drawing.drawer.timeline, where=where)
    style = Style(directory=dict(where)["-C"] or "", as_of=dict(where)["--as-of"] or "")
    return html.drawn(told, style, drawing.planner(everything=True))


def _feed(drawing: Drawing) -> str:
    """Return what is drawn as iCalendar; raises UsageError for more than a calendar takes."""
    from opspolicy.feeds import events, ics  # noqa: PLC0415 - only for this format

    try:
        return ics.render(drawing.planner(), drawing.chosen)
    except events.TooMany as error:
        message = f"{error}: make one for each --service or --team, or have it end --until earlier"
        raise UsageError(message) from error
