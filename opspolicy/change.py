"""The story of a change: what moves, who is down when, what is found, and who must agree."""

from __future__ import annotations

from opspolicy.compare import words
from opspolicy.explain import telling
from opspolicy.explain.story import Line, Section, Story, capped, section
from opspolicy.phrases import count, listing
from opspolicy.report import NEW, UNCHANGED, WORSE, gaps
from opspolicy.temporal.instants import day_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.against import Comparison
    from opspolicy.compare.changes import Changes
    from opspolicy.report import Finding, Report

MOST_LINES, MOST_FINDINGS = 8, 4
KIND = "change"


def story(comparison: Comparison, head: str, *, verbose: bool = False) -> Story:
    """Return what a change does, against the base that its report names."""
    report, changes = comparison.report, comparison.changes()
    base = report.base.name if report.base is not None else "nothing"
    return Story(
        KIND,
        head,
        f"{head}, compared with {base}",
        _summary(report, changes),
        tuple(each for each in _sections(report, changes, verbose=verbose) if each.lines),
        report.as_of,
        report.until,
        gaps(report),
    )


def _summary(report: Report, changes: Changes) -> str:
    """Return whether the change may be merged, and how much it does."""
    if not report.complete:
        return "Whether this change may be merged can't be told: not all could be read."
    entries = {each.ref for each in changes.occurrences}
    entries |= {each.ref for each in changes.declared}
    parts = [f"what {count(len(entries), 'entry says', 'entries say')}"] if entries else []
    if changes.outages:
        parts.append(f"when {count(len(changes.outages), 'service is', 'services are')} down")
    does = f"It changes {listing(parts)}." if parts else "It changes nothing that is declared."
    if report.exit_code:
        failing = count(len(_failing(report)), "finding")
        return f"This change would be refused, for {failing} that it adds or makes worse. {does}"
    return f"This change may be merged. {does}"


def _failing(report: Report) -> list[Finding]:
    return [each for each in report.failing if each.severity == "error"] or report.failing


def _sections(report: Report, changes: Changes, *, verbose: bool) -> Iterator[Section]:
    estate = report.estate

    def short(lines: Sequence[Line | str], most: int = MOST_LINES) -> list[Line]:
        told = [Line(each) if isinstance(each, str) else each for each in lines]
        return told if verbose else capped(told, most)

    yield section("declared", short([words.declared(each) for each in changes.declared]))
    yield section("plan", short([words.occurrences(each) for each in changes.occurrences]))
    outages = [line for each in changes.outages for line in words.outage(each, estate)]
    yield section("outages", short(outages))
    by_status: dict[str, list[Line | str]] = {}
    for each in report.active:
        by_status.setdefault(each.status, []).append(_finding(each))
    for status in (NEW, WORSE):
        yield section(status, short(by_status.get(status, []), MOST_FINDINGS))
    base = report.base
    if base is not None:
        yield section("fixed", short([_finding(each) for each in base.fixed], MOST_FINDINGS))
    unchanged = len(by_status.get(UNCHANGED, []))
    if unchanged:
        number = count(unchanged, "finding")
        yield section("unchanged", [f"{number} that the base has as well"])
    waived = [_waived(each) for each in report.findings if each.waived_by is not None]
    yield section("waived", short(waived, MOST_FINDINGS))
    if base is not None and base.reviewers:
        yield section("must agree", telling.owners(estate, base.reviewers))


def _waived(finding: Finding) -> Line:
    """Return what is accepted, by whom and until when."""
    waived = finding.waiver
    by = f"by {listing(list(waived.approved_by))} " if waived and waived.approved_by else ""
    until = f"until {day_words(waived.expires)}" if waived else ""
    told = _finding(finding)
    return told._replace(text=f"{by}{until}: {told.text}", place=waived.place if waived else None)


def _finding(finding: Finding) -> Line:
    place = None if finding.place.in_base else finding.place.span
    shown = f"{finding.severity}[{finding.code}] {finding.fingerprint[:12]}: {finding.message}"
    return Line(shown, place)
