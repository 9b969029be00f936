"""The page of the graph: who depends on whom, and what falls when any of them goes down."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.estate.declarations import GROUP, SOFT
from opspolicy.graph import as_json, as_svg, drawn, words
from opspolicy.output import html
from opspolicy.output.page import frame
from opspolicy.output.page.frame import ALONE
from opspolicy.phrases import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from opspolicy.estate.declarations import Dependency, Service
    from opspolicy.explain.scene import Scene
    from opspolicy.graph.drawn import Drawn, Edge, Node
    from opspolicy.graph.layout import Box, Layout, Line
    from opspolicy.output import Style
    from opspolicy.output.page.frame import Site

SCRIPTS = ("falls.js", "words.js", "graph.js")
BELOW = "what falls among them is listed below all the same"
PAD = 10
SIGNS = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"'
    ' markerUnits="userSpaceOnUse" orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker>'
    "</defs>"
)


def render(of: Scene, style: Style, site: Site = ALONE, asked: Drawn | None = None) -> str:
    """Return the page, on which all services can be taken down.

    Of what is ``asked`` for the services are drawn, and at first its impact is shown.
    """
    whole = drawn.whole(of.report, of.timeline)
    part, placed = as_svg.fitting(whole if asked is None else _drawn(whole, asked))
    body = [*html.head("Dependencies", of.report, style), "<main>", *_chooser(whole)]
    body += [*_canvas(part, placed), *_legend()]
    if told := _left_out(whole, part):
        body.append(f'<p class="dim">{encode.html(told)}</p>')
    body += ['<section id="falls" tabindex="0" aria-label="What falls"></section></main>']
    falls = asked.impact if asked is not None else None
    first = {
        "struck": list(falls.struck if falls is not None else ()),
        "slowed": list(falls.slowed if falls is not None else ()),
    }
    data = frame.data({**_data(of, whole), **first})
    return frame.page("Dependencies", body, SCRIPTS, data, site)


def _drawn(whole: Drawn, asked: Drawn) -> Drawn:
    """Return the services that are asked for as they are by themselves: a script shows what falls.

    Nobody misses what wasn't asked for.
    """
    if len(asked.services) == len(whole.services):
        return whole
    return whole.only(each.name for each in asked.services)._replace(left_out=0)


def _left_out(whole: Drawn, part: Drawn) -> str:
    """Return how much of all that can be taken down isn't drawn; "" where all is."""
    if told := words.left_out(part, BELOW):
        return told
    less = len(whole.services) - len(part.services)
    chosen = f"{len(part.services):,} of {count(len(whole.services), 'service')}"
    return (
        f"Drawn as chosen: {chosen}; what falls among the others is listed below." if less else ""
    )


def _chooser(whole: Drawn) -> Iterator[str]:
    yield '<noscript><p class="warning">What falls is worked out by a script, which is switched off'
    yield " here. The drawing is there all the same.</p></noscript>"
    yield '<form id="choose" role="search" aria-label="What goes down">'
    yield '<label>When this goes down <input name="service" list="services" placeholder="service"'
    yield '></label> <button type="submit">Take down</button>'
    yield '<button type="button" data-do="clear">Clear</button><datalist id="services">'
    for each in whole.services:
        yield f'<option value="{encode.html(each.name)}"></option>'
    yield "</datalist></form>"
    yield '<p id="told" role="status">Choose a service, here or in the drawing, or several at once.'
    yield "</p>"


def _canvas(part: Drawn, placed: Layout) -> Iterator[str]:
    """Yield the drawing, which moves in its frame where it is larger."""
    width, height = round(placed.width + 2 * PAD), round(placed.height + 2 * PAD)
    yield '<div class="canvas" tabindex="0" role="region" aria-label="Drawing">'
    yield f'<svg class="graph" width="{width}" height="{height}" role="group"'
    yield f' aria-label="{encode.html(words.title(part).replace("`", ""))}"'
    yield f' viewBox="-{PAD} -{PAD} {width} {height}">{SIGNS}'
    for line in placed.lines:
        yield _line(part.edges[line.at], line)
    for node, box in zip(part.nodes, placed.boxes, strict=True):
        yield from _box(part, node, box)
    yield "</svg></div>"


def _line(edge: Edge, line: Line) -> str:
    start, end = encode.html(edge.start), encode.html(edge.end)
    shown = f'class="line {edge.kind}" data-start="{start}" data-end="{end}"'
    return f'<path {shown} d="{as_svg.way(line)}" marker-end="url(#tip)"/>'


def _box(part: Drawn, node: Node, box: Box) -> Iterator[str]:
    said = encode.html("; ".join(as_svg.tip(node)).replace("`", ""))
    names = ["node", node.kind, *(["facing"] if node.is_facing else [])]
    does = (
        f' tabindex="0" role="button" aria-pressed="false" aria-label="{said}"'
        if node.service is not None
        else ""
    )
    yield f'<g class="{" ".join(names)}" data-ref="{encode.html(node.ref)}"{does}>'
    yield f"<title>{said}</title>"
    yield as_svg.shape(node, box)
    yield from as_svg.texts(part, node, box)
    if node.kind != GROUP:
        # What becomes of it stands here, so that it isn't told by colour alone.
        right, y = box.x + box.width - as_svg.INSET, box.y + 16
        yield f'<text class="state" x="{right:.1f}" y="{y:.1f}" text-anchor="end"></text>'
    yield "</g>"


def _legend() -> Iterator[str]:
    yield '<ul class="legend" aria-label="What is drawn">'
    for text in (
        "an arrow leads to what is needed; dashed: does worse without; dotted: one of a group",
        "a thick rim: customers use it",
        "▼ a planned outage, on the clock of the service",
        "◆ a finding",
    ):
        yield f"<li>{text}</li>"
    yield "</ul>"


# What the scripts reckon with ---------------------------------------------------------------------


def _data(of: Scene, whole: Drawn) -> dict[str, Any]:
    """Return all services, told by their numbers, with what each needs and what is said of it."""
    numbers = {name: at for at, name in enumerate(of.estate.services)}
    jobs = _jobs(of, numbers)
    services: list[dict[str, Any]] = [{} for _ in numbers]
    for node in whole.services:
        if node.service is not None:
            at = numbers[node.name]
            services[at] = {**_service(node, node.service, numbers), **jobs[at]}
    return {"services": services}


def _service(node: Node, service: Service, numbers: Mapping[str, int]) -> dict[str, Any]:
    needs = service.depends_on
    return {
        "ref": node.ref,
        "name": encode.terminal(node.name),
        "about": encode.terminal("; ".join(words.about(node))),
        "facing": node.is_facing,
        "customers": service.customers,
        "planned": encode.terminal(words.outage(node).replace("`", "")),
        "hard": _plain(needs, numbers, soft=False),
        "soft": _plain(needs, numbers, soft=True),
        "groups": [
            {
                "ref": drawn.group_ref(service, each),
                "members": [numbers[name] for name in each.services if name in numbers],
                "least": each.at_least,
                "size": len(each.services),
            }
            for each in needs
            if each.strength == GROUP
        ],
    }


def _plain(needs: Iterable[Dependency], numbers: Mapping[str, int], *, soft: bool) -> list[int]:
    """Return the services that are needed by themselves, and declared."""
    return [
        numbers[each.services[0]]
        for each in needs
        if each.strength != GROUP
        and (each.strength == SOFT) == soft
        and each.services[0] in numbers
    ]


def _jobs(of: Scene, numbers: Mapping[str, int]) -> list[dict[str, list[str]]]:
    """Return for each service the names of jobs that need it, and of those that send there."""
    found: list[dict[str, list[str]]] = [{"jobs": [], "senders": []} for _ in numbers]
    for job in of.estate.jobs.values():
        sent = {each.service for each in job.induces_demand}
        for key, names in (("jobs", {*job.requires}), ("senders", sent)):
            for name in () if job.suspended else names & numbers.keys():
                found[numbers[name]][key].append(encode.terminal(job.name))
    return found


def files(of: Scene, style: Style, site: Site) -> Iterator[tuple[str, str]]:
    """Yield the page, and the same as a picture and as JSON, each with its name."""
    whole = drawn.whole(of.report, of.timeline)
    yield "graph.html", render(of, style, site)
    yield "graph.svg", as_svg.render(whole)
    yield "graph.json", encode.as_json(as_json.document(whole)) + "\n"
