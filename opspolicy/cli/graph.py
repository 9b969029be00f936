"""Draw who depends on whom, or what falls when something goes down, when, and for how many."""

from __future__ import annotations

from opspolicy.cli import drawings, options
from opspolicy.cli.console import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.estate.estate import Estate
    from opspolicy.examine import Judged
    from opspolicy.graph.drawn import Drawn
    from opspolicy.graph.impact import Target
    from opspolicy.picture.choice import Look

MERMAID, DOT, JSON, SVG = "mermaid", "dot", "json", "svg"
FORMATS = (drawings.TEXT, MERMAID, DOT, JSON, SVG, drawings.HTML)


def arguments(parser: Parser) -> None:
    """Add the options of `graph`."""
    options.add_estate(parser)
    options.add_time(parser)
    parser.add_argument("--impact", metavar="NAME",
                        help="what falls with this service, vendor, window or job")  # fmt: skip
    drawings.add(parser, FORMATS, "owns")
    parser.add_argument("-v", "--verbose", action="store_true", help="all services and jobs")


def run(given: Given, console: Console) -> int:
    """Draw, whatever falls; exit 2 where not all could be read."""
    return drawings.draw(given, console, FORMATS, _drawn, _rendered)


def _drawn(given: Given, found: Judged) -> Drawn:
    """Return what is to be drawn; raises UsageError for a name that nothing goes by."""
    from opspolicy.graph import chosen, drawn  # noqa: PLC0415 - only to draw
    from opspolicy.graph.impact import impact  # noqa: PLC0415

    timeline = found.timeline
    assert timeline is not None  # noqa: S101 - or there would be nothing to draw
    wanted = drawings.chosen(given, found)
    falls = None
    if given.impact is not None:
        falls = impact(timeline, _target(timeline.estate, given.impact))
    return chosen.part(drawn.whole(found.report, timeline, falls), wanted)


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


def _rendered(name: str, drawn: Drawn, look: Look) -> str:
    """Return what is drawn in a format."""
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
    if name == drawings.HTML:
        return _page(drawn, look)
    from opspolicy.graph import as_text  # noqa: PLC0415 - only for this format

    return as_text.render(drawn, look)


def _page(drawn: Drawn, look: Look) -> str:
    """Return the page, which shows what is asked for, and on which all can be taken down."""
    from opspolicy.explain.scene import scene  # noqa: PLC0415 - only for this format
    from opspolicy.output import Style  # noqa: PLC0415
    from opspolicy.output.page import graph  # noqa: PLC0415

    style = Style().of(look.where)
    return graph.render(scene(drawn.report, drawn.timeline), style, asked=drawn)
