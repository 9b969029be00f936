"""One page of HTML that needs nothing else: the verdict, the calendar, and what is found.

Its policy lets nothing run but its own script, and lets nothing be loaded, whatever gets in.
"""

from __future__ import annotations

from opspolicy import encode
from opspolicy.explain import as_html
from opspolicy.explain.scene import scene
from opspolicy.output import verdict
from opspolicy.output.page import calendar, frame
from opspolicy.output.page.findings import Findings
from opspolicy.output.page.frame import ALONE
from opspolicy.phrases import cut
from opspolicy.planner.lanes import Drawer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.explain.scene import Scene
    from opspolicy.output import Style
    from opspolicy.output.page.frame import Site
    from opspolicy.planner.lanes import Planner
    from opspolicy.report import Report

LONGEST = 4000
MOST_PLANS = 1000
MOST_REPAIRED = 5
"""Of so many findings of a calendar the repairs are told, as a check tells their nearest slots."""


def render(report: Report, style: Style) -> str:
    """Return the page of a check: its findings, and the calendar of all that was judged."""
    if report.nothing_matched or report.unconfigured:
        return frame.page(_title(report), head("opspolicy", report, style, decides=True))
    where = [("-C", style.directory), ("--as-of", style.as_of)]
    of = scene(report, where=where)
    planner = Drawer(report, of.timeline, report.as_of, report.until).planner(everything=True)
    return checked(of, style, planner)


def checked(of: Scene, style: Style, planner: Planner, site: Site = ALONE) -> str:
    """Return the page of a check, with ``planner`` as its calendar."""
    findings = Findings(of, style, of.report.findings, rules=site.rules)
    return _page("", of, style, planner, findings, site)


def drawn(
    of: Scene, style: Style, planner: Planner, site: Site = ALONE, *, is_whole: bool = True
) -> str:
    """Return the page of a calendar, with what is found in it; all there is where it ``is_whole``.

    On a large estate no repairs are worked out: each would be judged with all of it.
    """
    estate = of.estate
    repaired = MOST_REPAIRED if len(estate.jobs) + len(estate.windows) <= MOST_PLANS else 0
    told = of.report.findings if is_whole else planner.findings
    findings = Findings(of, style, told, repaired, rules=site.rules)
    return _page("Operations calendar", of, style, planner, findings, site)


def _page(
    heading: str, of: Scene, style: Style, planner: Planner, findings: Findings, site: Site
) -> str:
    body = [*head(heading or "opspolicy", of.report, style, decides=not heading)]
    data = calendar.data(planner, findings.shown)
    body += ["<main>", *calendar.lines(planner)]
    body += ['<section id="findings" aria-label="Findings">', *findings.lines(), "</section>"]
    body += ["</main>", calendar.PATTERNS]
    return frame.page(heading or _title(of.report), body, calendar.SCRIPTS, data, site)


def _title(report: Report) -> str:
    return f"opspolicy: {verdict.TITLES[report.exit_code]}"


def head(heading: str, report: Report, style: Style, *, decides: bool = False) -> Iterator[str]:
    """Yield what it is, what the check comes to, and what was judged.

    Only a page that ``decides`` has the verdict for its title: a calendar refuses nothing.
    """
    tone = verdict.BAD if report.exit_code else verdict.GOOD
    title = f'<span class="{tone}">{encode.html(verdict.TITLES[report.exit_code])}</span>'
    yield f"<header><h1>{heading}{f': {title}' if decides else ''}</h1>"
    if not decides:
        yield f"<p>The check of these plans: {title}.</p>"
    for sentence in verdict.assumed(report):
        yield f'<p class="warning">{as_html.prose(sentence)}</p>'
    for sentence, _ in verdict.verdict(report):
        yield f"<p>{encode.html(sentence)}</p>"
    yield '<p class="dim">'
    for sentence in verdict.judged(report, style):
        yield f"{as_html.prose(cut(sentence, LONGEST))}<br>"
    yield "</p></header>"
