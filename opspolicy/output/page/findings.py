"""The findings of a page: the story of each with the lines it is about, and of many a line each."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.explain import as_html, repairs
from opspolicy.explain import finding as stories
from opspolicy.output import comparison, places, snippets
from opspolicy.output.facts import facts, named
from opspolicy.phrases import cut
from opspolicy.picture import lanes
from opspolicy.rules.base import CUSTOM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.explain.scene import Scene
    from opspolicy.output import Style
    from opspolicy.report import Finding

MOST_IN_FULL, MOST_ROWS = 300, 5000
"""Findings told in full, and in a line: with more a browser takes its time."""

MOST_BYTES = 2 * 1024 * 1024
"""What all that are told in full may have together: a page is to stay under five megabytes."""

MOST_PLACES = 6
LONGEST = 4000
WIDTH = 100
OF_FACTS = frozenset(("worse", "waived", "fix", "slot", "more"))
"""What is told as every format tells it; all else as the story of the finding has it."""


class Findings:
    """Findings to be told one below the other, the worst first."""

    def __init__(
        self,
        scene: Scene,
        style: Style,
        findings: Sequence[Finding],
        repaired: int = 0,
        rules: str = "",
    ) -> None:
        """Prepare to tell; of ``style``, colours and columns don't matter.

        Of so many the repairs are told: to find them, each is judged with the whole estate.
        ``rules`` is what leads to the pages of rules, if there are any.
        """
        self.scene, self.style, self.findings = scene, style, findings
        self._repaired, self._rules = repaired, rules
        report = scene.report
        self.files = report.texts
        if report.base is not None:
            self.files |= comparison.files(report.base)
        self.facts = facts(report, style)
        self._full = self._articles()

    @property
    def shown(self) -> Sequence[Finding]:
        """Those that the page has anything of."""
        return self.findings[: len(self._full) + MOST_ROWS]

    def lines(self) -> Iterator[str]:
        """Yield the page's lines."""
        yield from self._full
        yield from self._rest()

    def _articles(self) -> list[str]:
        """Return an article each, as long as there is room."""
        found: list[str] = []
        room = MOST_BYTES
        for at, each in enumerate(self.findings[:MOST_IN_FULL]):
            article = "\n".join(self._article(each, is_repaired=at < self._repaired))
            room -= len(article)
            if room < 0 and found:
                break
            found.append(article)
        return found

    def _article(self, finding: Finding, *, is_repaired: bool) -> Iterator[str]:
        severity = encode.html(finding.severity)
        yield f'<article id="{encode.html(finding.fingerprint)}"><h2>'
        yield f'<span class="{severity}">{encode.html(self.facts.standing(finding))}</span>'
        name = encode.html(f"{finding.code} {named(finding)}")
        if self._rules and finding.rule != CUSTOM:
            name = f'<a href="{self._rules}{encode.html(finding.rule)}.html">{name}</a>'
        yield name
        prefix = encode.html(self.facts.prefixes[finding.fingerprint])
        yield f'<code class="dim">{prefix}</code></h2><p>{_prose(finding.message)}</p><dl>'
        if finding.together:
            # What its story is told from is this tree alone, which doesn't have it.
            yield from self._facts(finding)
            chart = lanes.first(self.scene.timeline, finding) if finding.causes else None
            yield from as_html.chart(chart) if chart is not None else ()
        else:
            offered = repairs.of_finding(self.scene, finding) if is_repaired else ()
            story = stories.story(self.scene, finding, offered)
            yield from as_html.sections(story, without=OF_FACTS)
            yield from self._facts(finding, OF_FACTS)
        yield "</dl>"
        yield from self._places(finding)
        yield "</article>"

    def _facts(self, finding: Finding, only: frozenset[str] | None = None) -> Iterator[str]:
        for label, told in self.facts.of(finding):
            if only is None or label in only:
                shown = "<br>".join(_prose(line.replace("\xa0", " ")) for line in told)
                yield f"<dt>{encode.html(label)}</dt><dd>{shown}</dd>"

    def _places(self, finding: Finding) -> Iterator[str]:
        """Yield the lines of both parties, as a terminal shows them."""
        if places.place(finding) is None:
            return
        notes = [snippets.Marked(comparison.shown(finding.place), primary=True)]
        related = finding.related[: MOST_PLACES - 1]
        notes += [snippets.Marked(comparison.shown(note), primary=False) for note in related]
        yield '<pre tabindex="0">'
        yield encode.html(
            "\n".join(snippets.render(notes, self.files, WIDTH, lambda text, _: text))
        )
        yield "</pre>"

    def _rest(self) -> Iterator[str]:
        """Yield a line each for what isn't told in full."""
        begin = len(self._full)
        rest = self.findings[begin : begin + MOST_ROWS]
        if not rest:
            return
        yield "<h2>In short</h2><table>"
        for each in rest:
            span = places.place(each)
            where = places.line(span, self.style) if span is not None else ""
            severity = encode.html(each.severity)
            yield f'<tr id="{encode.html(each.fingerprint)}"><td class="{severity}">{severity}</td>'
            yield f"<td>{encode.html(each.code)}</td><td>{_prose(each.message)}</td>"
            yield f"<td><code>{encode.html(where)}</code></td>"
            yield f"<td><code>{encode.html(self.facts.prefixes[each.fingerprint])}</code></td></tr>"
        yield "</table>"
        many, left = len(self.findings), len(self.findings) - begin - len(rest)
        if left:
            check = "<code>opspolicy check --format json</code>"
            yield f"<p>… and {left:,} more of {many:,} findings; {check} has all.</p>"


def _prose(text: str) -> str:
    return as_html.prose(cut(text, LONGEST))
