"""Draw the calendar of operations: what is down when, who needs it then, and what collides."""

from __future__ import annotations

from opspolicy.cli import drawings, options
from opspolicy.cli.console import UsageError
from opspolicy.record import NamedTuple
from opspolicy.temporal import wording, zones
from opspolicy.temporal.durations import DAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.examine import Judged
    from opspolicy.picture.choice import Chosen, Look
    from opspolicy.planner.lanes import Drawer, Planner

SVG, ICS = "svg", "ics"
FORMATS = (drawings.TEXT, SVG, drawings.HTML, ICS)


def arguments(parser: Parser) -> None:
    """Add the options of `timeline`."""
    options.add_estate(parser)
    options.add_time(parser)
    parser.add_argument("--from", dest="first", metavar="INSTANT",
                        help="draw from here on, and not from where it is judged")  # fmt: skip
    parser.add_argument("--until", dest="last", metavar="INSTANT",
                        help="draw up to here, and not the whole horizon")  # fmt: skip
    parser.add_argument("--timezone", metavar="ZONE",
                        help="whose clock to draw on, and not that of most services")  # fmt: skip
    parser.add_argument("--all", dest="everything", action="store_true",
                        help="also services to which nothing happens")  # fmt: skip
    drawings.add(parser, FORMATS, "owns, or has a part in")
    parser.add_argument("-v", "--verbose", action="store_true", help="all lanes and findings")


def run(given: Given, console: Console) -> int:
    """Draw, whatever is found; exit 2 where not all could be read."""
    return drawings.draw(given, console, FORMATS, _drawing, _rendered)


class Drawing(NamedTuple):
    """What can be drawn, and of whom."""

    drawer: Drawer
    chosen: Chosen
    everything: bool

    def planner(self, *, everything: bool = False) -> Planner:
        """Return the lanes, also of services to which nothing happens if that is wanted."""
        return self.drawer.planner(self.chosen, everything=everything or self.everything)


def _drawing(given: Given, found: Judged) -> Drawing:
    """Return what is to be drawn; raises UsageError for whom or when there isn't."""
    from opspolicy.planner.lanes import Drawer, clock  # noqa: PLC0415 - only to draw

    timeline, report = found.timeline, found.report
    assert timeline is not None  # noqa: S101 - or there would be nothing to draw
    chosen = drawings.chosen(given, found)
    zone = given.timezone or clock(report.estate, chosen)
    if not zones.is_known(zone):
        message = f"--timezone {zone}: there is no such zone; write one such as Europe/Paris"
        raise UsageError(message)
    start, end = _stretch(given, report.as_of, report.until, zone)
    return Drawing(Drawer(report, timeline, start, end, zone), chosen, given.everything)


def _stretch(given: Given, as_of: int, until: int, zone: str) -> tuple[int, int]:
    """Return from when to when is drawn, all of it judged; raises UsageError for anything else.

    What has no offset is read on the clock of ``zone``, which it is drawn on.
    """
    start = options.local("--from", given.first, as_of, zone)
    end = options.local("--until", given.last, until, zone)
    # A date begins earlier or later here than where it was judged from.
    start = as_of if as_of - DAY < start < as_of else start
    end = until if until < end < until + DAY else end
    if start < as_of:
        message = (
            f"--from {given.first}: only what comes after --as-of is judged; let --as-of be earlier"
        )
        raise UsageError(message)
    if end > until:
        last = wording.at(until, zone)
        message = (
            f"--until {given.last}: the horizon ends on {last} ({zone}); let --horizon be longer,"
            " or --as-of later"
        )
        raise UsageError(message)
    if start >= end:
        edges = [f"{name} {text}" for name, text in _edges(given) if text is not None]
        message = f"{' and '.join(edges)}: there is no time to draw"
        raise UsageError(message)
    return start, end


def _edges(given: Given) -> tuple[tuple[str, str | None], ...]:
    return (("--from", given.first), ("--until", given.last))


def _rendered(name: str, drawing: Drawing, look: Look) -> str:
    """Return what is drawn in a format."""
    if name == SVG:
        from opspolicy.planner import as_svg  # noqa: PLC0415 - only for this format

        return as_svg.render(drawing.planner())
    if name == drawings.HTML:
        return _page(drawing, look)
    if name == ICS:
        return _feed(drawing)
    from opspolicy.planner import as_text  # noqa: PLC0415 - only for this format

    return as_text.render(drawing.planner(), look)


def _page(drawing: Drawing, look: Look) -> str:
    """Return the page, with all lanes: who looks at it chooses."""
    from opspolicy.explain.scene import scene  # noqa: PLC0415 - only for this format
    from opspolicy.output import Style, html  # noqa: PLC0415

    told = scene(drawing.drawer.report, drawing.drawer.timeline, where=look.where)
    drawer, chosen = drawing.drawer, drawing.chosen
    whole = (drawer.report.as_of, drawer.report.until)
    is_whole = (drawer.start, drawer.end) == whole and not (chosen.services or chosen.teams)
    planner, style = drawing.planner(everything=True), Style().of(look.where)
    return html.drawn(told, style, planner, is_whole=is_whole)


def _feed(drawing: Drawing) -> str:
    """Return what is drawn as iCalendar; raises UsageError for more than a calendar takes."""
    from opspolicy.feeds import events, ics  # noqa: PLC0415 - only for this format

    try:
        return ics.render(drawing.planner(), drawing.chosen)
    except events.TooMany as error:
        message = f"{error}: make one for each --service or --team, or have it end --until earlier"
        raise UsageError(message) from error
