"""The overview of a site, and the lists of its feeds and rules."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.explain.as_html import prose
from opspolicy.output import html
from opspolicy.output.page import frame
from opspolicy.phrases import count, cut
from opspolicy.rules.wording import people
from opspolicy.temporal import wording
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.zones import LATEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opspolicy.explain.scene import Scene
    from opspolicy.output import Style
    from opspolicy.output.page.frame import Site
    from opspolicy.planner.lanes import Planner
    from opspolicy.rules.base import Rule

    Cells = Sequence[str]

MOST_NEXT, MOST_WORST, LONGEST = 25, 10, 1000


def overview(of: Scene, style: Style, soon: Planner, site: Site) -> str:
    """Return the first page: the verdict, what happens soon, and what is planned next."""
    body = ["<main><section><h2>Next</h2>"]
    alt = encode.html(f"{soon.title}: {count(len(soon.lanes), 'lane')}, also told below")
    picture = f'<a href="calendar.html"><img src="calendar.svg" alt="{alt}"></a>'
    body.append(
        f'<div class="picture" tabindex="0" role="region" aria-label="Next">{picture}</div>'
    )
    body += ["</section>", *_worst(of), "<section><h2>Planned next</h2>"]
    rows = list(_next(of))
    if rows:
        heads = ("service", "what", "when", "customers")
        body += _table(heads, rows[:MOST_NEXT])
    else:
        lead = "" if of.report.complete else "Of what could be read: "
        body.append(f"<p>{lead}No outage is planned.</p>")
    if len(rows) > MOST_NEXT:
        left = count(len(rows) - MOST_NEXT, "more service")
        body.append(f'<p>… and <a href="calendar.html">{left}</a>.</p>')
    body.append("</section></main>")
    lines = [*html.head("Operations", of.report, style), *body]
    return frame.page("Operations", lines, site=site)


def _worst(of: Scene) -> Iterator[str]:
    """Yield the worst findings that nobody waives, each with the way to its story."""
    found = of.report.active
    if not found:
        return
    yield "<section><h2>Findings</h2>"
    for each in found[:MOST_WORST]:
        link = f'<a href="findings.html#{encode.html(each.fingerprint)}">{each.code}</a>'
        tone = encode.html(each.severity)
        said = prose(cut(each.message, LONGEST))
        span = each.place.span
        where = f" <code>{encode.html(f'{span.file}:{span.line}')}</code>"
        yield f'<p><span class="{tone}">{tone}</span> {link} {said}{where}</p>'
    if len(found) > MOST_WORST:
        left = count(len(found) - MOST_WORST, "more finding")
        yield f'<p>… and <a href="findings.html">{left}</a>.</p>'
    yield "</section>"


def _next(of: Scene) -> Iterator[Cells]:
    """Yield the next outage of each service that has one, the first of them first.

    Also of those beyond the horizon: what happens once is judged however far ahead.
    """
    found: list[tuple[int, str, Cells]] = []
    outages, since = of.timeline.outages, IntervalSet([(of.report.as_of, LATEST)])
    for service in of.estate.services.values():
        down = of.timeline.in_judgement(outages.down(service.name)).touching(since)
        slow = of.timeline.in_judgement(outages.degraded(service.name)).touching(since)
        if not (down or slow):
            continue
        start, end = next(iter(down or slow))
        zone = of.estate.zone_of(service.ref)
        when = encode.html(f"{wording.between(start, end, zone)} ({zone})")
        link = f"calendar.html#service={encode.uri(service.name)}"
        name = f'<a href="{encode.html(link)}">{encode.html(service.name)}</a>'
        unsaid = "how many isn't declared" if service.customers is None else ""
        used = unsaid or people(service.customers) if service.customer_facing else ""
        what = "down" if down else "degraded"
        found.append((start, service.ref, (name, what, when, encode.html(used))))
    found.sort(key=lambda each: each[:2])
    return (cells for _, _, cells in found)


def feeds(
    listed: Iterable[tuple[str, str, str, int]], left: Sequence[str], site: Site, *, complete: bool
) -> str:
    """Return the list of feeds: whose each is, its address, and how many events it has.

    ``left`` says which there are none of, and why; ``complete`` whether all could be read.
    """
    rows = [
        (
            encode.html(kind),
            f'<a href="{encode.html(path)}">{encode.html(name)}</a>',
            f"{many:,}",
        )
        for kind, name, path, many in listed
    ]
    body = ["<main><h1>Feeds</h1>"]
    if not complete:
        body.append(
            '<p class="warning">Not everything could be read, so events may be missing.</p>'
        )
    body.append(
        "<p>Subscribe to one of these addresses in a calendar program. It fetches the plans"
    )
    body.append(" again and again, and shows them as they change.</p>")
    body += _table(("whose", "feed", "events"), rows)
    body += [f'<p class="warning">{encode.html(each)}</p>' for each in left]
    body.append("</main>")
    return frame.page("Feeds", body, site=site)


def rules(listed: Iterable[Rule], own: Mapping[str, str], site: Site) -> str:
    """Return the list of rules; ``own`` has the pages of the team's own policies, by name."""
    rows = [
        (each.code, f'<a href="{each.slug}.html">{each.slug}</a>', prose(each.summary))
        for each in listed
    ]
    body = ["<main><h1>Rules</h1>", *_table(("code", "rule", "what it finds"), rows)]
    if own:
        body.append("<h2>Of this estate's own</h2>")
        body += _table(
            ("policy",),
            [
                (f'<a href="{encode.html(path)}">{encode.html(name)}</a>',)
                for name, path in own.items()
            ],
        )
    body.append("</main>")
    return frame.page("Rules", body, site=site)


def _table(heads: Sequence[str], rows: Iterable[Cells]) -> Iterator[str]:
    """Yield a table; cells are HTML."""
    yield f"<table><thead><tr>{''.join(f'<th>{each}</th>' for each in heads)}</tr></thead><tbody>"
    for cells in rows:
        yield f"<tr>{''.join(f'<td>{each}</td>' for each in cells)}</tr>"
    yield "</tbody></table>"
