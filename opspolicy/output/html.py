"""One page of HTML that needs nothing else: the verdict, and what is found, worst first.

It has no script and loads nothing, and its policy forbids both to whatever might get in.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from opspolicy import encode
from opspolicy.output import comparison, places, snippets, verdict
from opspolicy.output.facts import facts, named
from opspolicy.phrases import cut
from opspolicy.picture import drawing, lanes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.output import Style
    from opspolicy.output.facts import Facts
    from opspolicy.report import Finding, Report
    from opspolicy.timeline.timeline import Timeline

MOST_IN_FULL, MOST_ROWS = 300, 5000
"""Findings told in full, and in a line: with more a browser takes its time."""

MOST_PLACES = 6
LONGEST = 4000
WIDTH = 100

STYLE = """
:root{color-scheme:light dark;--bad:#b42318;--warn:#8a5a00;--info:#175cd3;--good:#067647;
--line:#8886;--dim:#666}
@media(prefers-color-scheme:dark){:root{--bad:#ff8a80;--warn:#f5c04a;--info:#84b6ff;--good:#7bd8a0;
--dim:#aaa}}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin:0}
article{border:1px solid var(--line);border-radius:.4rem;padding:.8rem 1rem;margin:1rem 0}
.error{color:var(--bad)}.warning{color:var(--warn)}.info{color:var(--info)}.good{color:var(--good)}
.dim{color:var(--dim)}code,pre{font:.85rem/1.35 ui-monospace,monospace}
pre{overflow-x:auto;padding:.5rem 0;margin:.5rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.5rem 0 0}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
p,h2,td{overflow-wrap:anywhere}td{vertical-align:top;padding:.2rem .6rem .2rem 0}
@media(max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
@media print{article{break-inside:avoid}}
"""


def render(report: Report, style: Style) -> str:
    """Return the page."""
    return "".join(f"{line}\n" for line in Page(report, style).lines())


class Page:
    """One page of one report."""

    def __init__(self, report: Report, style: Style) -> None:
        """Prepare to render ``report``; of ``style``, colours and columns don't matter."""
        self.report = report
        self.style = style
        self.files = {file.path: file for file in report.estate.files}
        if report.base is not None:
            self.files |= comparison.files(report.base)

    def lines(self) -> Iterator[str]:
        """Yield the page's lines."""
        report = self.report
        title = verdict.TITLES[report.exit_code]
        trusted = b64encode(sha256(STYLE.encode()).digest()).decode()
        yield "<!doctype html>"
        yield '<html lang="en"><head><meta charset="utf-8">'
        yield '<meta http-equiv="Content-Security-Policy"'
        yield f" content=\"default-src 'none'; style-src 'sha256-{trusted}'; base-uri 'none';"
        yield " form-action 'none'\">"
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>opspolicy: {encode.html(title)}</title>"
        yield f"<style>{STYLE}</style></head><body><main>"
        yield from self._verdict(title)
        if report.findings:
            told = facts(report, self.style)
            when = lanes.timeline(report)
            for each in report.findings[:MOST_IN_FULL]:
                yield from self._finding(each, told, when)
            yield from self._rest(told)
        yield "</main></body></html>"

    def _verdict(self, title: str) -> Iterator[str]:
        report = self.report
        tone = verdict.BAD if report.exit_code else verdict.GOOD
        yield f'<h1>opspolicy: <span class="{tone}">{encode.html(title)}</span></h1>'
        for sentence in verdict.assumed(report):
            yield f'<p class="warning">{_prose(sentence)}</p>'
        for sentence, _ in verdict.verdict(report):
            yield f"<p>{encode.html(sentence)}</p>"
        yield '<p class="dim">'
        for sentence in verdict.judged(report, self.style):
            yield f"{encode.html(cut(sentence, LONGEST))}<br>"
        yield "</p>"

    def _finding(self, finding: Finding, told: Facts, when: Timeline) -> Iterator[str]:
        yield f'<article id="{encode.html(finding.fingerprint)}"><h2>'
        standing = encode.html(told.standing(finding))
        yield f'<span class="{encode.html(finding.severity)}">{standing}</span>'
        yield f"{encode.html(f'{finding.code} {named(finding)}')}"
        yield f'<code class="dim">{encode.html(told.prefixes[finding.fingerprint])}</code></h2>'
        yield f"<p>{_prose(finding.message)}</p>"
        yield from self._drawing(finding, when)
        yield from self._places(finding)
        yield "<dl>"
        for label, lines in told.of(finding):
            shown = "<br>".join(_prose(line.replace("\xa0", " ")) for line in lines)
            yield f"<dt>{encode.html(label)}</dt><dd>{shown}</dd>"
        yield "</dl></article>"

    def _drawing(self, finding: Finding, when: Timeline) -> Iterator[str]:
        """Yield the first occurrence as lanes over a time axis."""
        chart = lanes.first(when, finding) if finding.causes else None
        if chart is not None:
            label = f"What happens when, on the clock of {chart.zone}"
            yield f'<pre role="img" aria-label="{encode.html(label)}">'
            yield encode.html("\n".join(drawing.drawn(chart, WIDTH)))
            yield "</pre>"

    def _places(self, finding: Finding) -> Iterator[str]:
        """Yield the lines of both parties, as a terminal shows them."""
        if places.place(finding) is None:
            return
        notes = [snippets.Marked(comparison.shown(finding.place), primary=True)]
        related = finding.related[: MOST_PLACES - 1]
        notes += [snippets.Marked(comparison.shown(note), primary=False) for note in related]
        yield "<pre>"
        yield encode.html(
            "\n".join(snippets.render(notes, self.files, WIDTH, lambda text, _: text))
        )
        yield "</pre>"

    def _rest(self, told: Facts) -> Iterator[str]:
        """Yield a line each for what isn't told in full."""
        findings = self.report.findings
        rest = findings[MOST_IN_FULL : MOST_IN_FULL + MOST_ROWS]
        if not rest:
            return
        yield "<h2>In short</h2><table>"
        for each in rest:
            span = places.place(each)
            where = places.line(span, self.style) if span is not None else ""
            yield f'<tr><td class="{encode.html(each.severity)}">{encode.html(each.severity)}</td>'
            yield f"<td>{encode.html(each.code)}</td><td>{_prose(each.message)}</td>"
            yield f"<td><code>{encode.html(where)}</code></td>"
            yield f"<td><code>{encode.html(told.prefixes[each.fingerprint])}</code></td></tr>"
        yield "</table>"
        if len(findings) > MOST_IN_FULL + MOST_ROWS:
            left = len(findings) - MOST_IN_FULL - MOST_ROWS
            yield f"<p>… and {left:,} more of {len(findings):,} findings; the JSON has all.</p>"


def _prose(text: str) -> str:
    """Return a sentence with its names, which stand in backticks, as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", encode.html(cut(text, LONGEST)))
