"""Markdown for the summary of a run or a comment: the verdict, a table, and the worst in full.

What a page can hold is bounded, and what is over the bound is lost as a whole. So a page stays
below ``Style.room`` bytes, ends on a whole row, and says how many findings there are.
"""

from __future__ import annotations

from opspolicy import encode
from opspolicy.output import comparison, gantt, places, verdict
from opspolicy.output.facts import facts
from opspolicy.phrases import count, cut, listing
from opspolicy.picture import lanes
from opspolicy.rules import wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.output import Style
    from opspolicy.output.facts import Facts
    from opspolicy.report import Finding, Report

MARKER = "<!-- opspolicy -->"
"""By which a comment is found again, to be written anew instead of a second time."""

MOST_IN_FULL = 5
MOST_PLACES = 6
LONGEST_CELL = 1000
LONGEST_FACT = 2000
LONGEST_TITLE = 300
MUCH_ROOM = 10_000
"""Bytes from which on a page has room for all that stands on its top."""

HEAD = "| severity | finding | impact | owners | where |\n|---|---|---|---|---|\n"


def render(report: Report, style: Style) -> str:
    """Return the page: as much of it as there is room for, the worst first."""
    told = facts(report, style)
    heading = _lines(_heading(report, LONGEST_FACT if style.room > MUCH_ROOM else LONGEST_TITLE))
    room = style.room - _size(heading)
    # In the order of how much they are missed: the verdict, then what was judged, then findings.
    opening, room = _fitting([_lines(_opening(report))], room)
    closing, room = _fitting([_lines(_closing(report, style))], room)
    room -= _size(HEAD) + _size(_rest(report, 0)) + 1
    in_full, left = _fitting(_in_full(report, told), room // 2)
    rows, _ = _fitting((_row(each, told) for each in report.findings), room - room // 2 + left)
    table = [HEAD, *rows, _rest(report, len(rows)), "\n"] if report.findings and room > 0 else []
    return "".join([heading, *opening, *table, *in_full, *closing])


def _fitting(parts: Iterable[str], room: int) -> tuple[list[str], int]:
    """Return the first parts that fit, each whole, and the bytes that are left."""
    taken: list[str] = []
    for each in parts:
        size = _size(each)
        if size > room:
            break
        taken.append(each)
        room -= size
    return taken, room


def _heading(report: Report, most: int) -> Iterator[str]:
    yield MARKER
    found = verdict.counts(report)
    yield f"## opspolicy: {verdict.TITLES[report.exit_code]}{f' ({found})' if found else ''}"
    yield ""
    if report.what_if:
        yield f"**{encode.markdown(cut(' '.join(verdict.assumed(report)), most))}**"
        yield ""


def _opening(report: Report) -> Iterator[str]:
    found = verdict.counts(report)
    said = {f"{found}.", f"{verdict.TITLES[report.exit_code].capitalize()}."}
    sentences = [sentence for sentence, _ in verdict.verdict(report) if sentence not in said]
    if sentences:
        yield encode.markdown(cut(" ".join(sentences), LONGEST_FACT))
        yield ""
    reviewers = report.base.reviewers if report.base is not None else ()
    if reviewers:
        teams = listing([f"`{each}`" for each in reviewers])
        yield f"**Must agree:** {encode.markdown(cut(teams, LONGEST_FACT))}"
        yield ""


def _closing(report: Report, style: Style) -> Iterator[str]:
    for sentence in verdict.judged(report, style):
        if sentence.startswith(comparison.AGREE):
            continue  # on top
        yield f"{encode.markdown(cut(sentence, LONGEST_FACT))}  "


def _row(finding: Finding, told: Facts) -> str:
    span = places.place(finding)
    where = f"`{places.line(span, told.style)}`" if span is not None else ""
    name = f"{finding.code} `{finding.policy}` `{told.prefixes[finding.fingerprint]}`"
    cells = (
        f"**{told.standing(finding)}**",
        f"{encode.cell(name)}: {encode.cell(cut(finding.message, LONGEST_CELL))}",
        encode.cell(wording.impact(finding.impact)) if finding.impact is not None else "",
        encode.cell(", ".join(f"`{each}`" for each in finding.owners)),
        encode.cell(cut(where, LONGEST_CELL)),
    )
    return f"| {' | '.join(cells)} |\n"


def _rest(report: Report, shown: int) -> str:
    total = len(report.findings)
    if shown == total:
        return ""
    return f"| | … and {total - shown:,} more of {total:,} findings; the log has all | | | |\n"


def _in_full(report: Report, told: Facts) -> Iterator[str]:
    """Yield the worst findings with all that is known of them."""
    drawn = None
    for each in report.failing[:MOST_IN_FULL]:
        if each.causes and drawn is None:
            drawn = lanes.timeline(report)
        diagram = gantt.diagram(drawn, each) if drawn is not None else []
        yield _lines(_details(each, told, diagram))


def _details(finding: Finding, told: Facts, diagram: list[str]) -> Iterator[str]:
    name = f"{finding.severity} {finding.code} `{finding.policy}` "
    yield f"### {encode.markdown(name)} {encode.markdown(f'`{finding.fingerprint}`')}"
    yield ""
    yield encode.markdown(cut(finding.message, LONGEST_FACT))
    yield ""
    if diagram:
        yield from encode.fenced("\n".join(diagram), "mermaid")
        yield ""
    for label, sentence in told.sentences(finding):
        shown = f"`{sentence}`" if label == "more" else sentence
        yield f"- **{label}:** {encode.markdown(cut(shown, LONGEST_FACT))}"
    for note in finding.related[:MOST_PLACES]:
        place = f"`{places.line(note.span, told.style)}`"
        text = f"{place}: {note.text}" if note.text else place
        yield f"- **with:** {encode.markdown(cut(text, LONGEST_FACT))}"
    rest = len(finding.related) - MOST_PLACES
    if rest > 0:
        yield f"- … and {count(rest, 'more place')}"
    yield ""


def _lines(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _size(text: str) -> int:
    return len(text.encode("utf-8"))
