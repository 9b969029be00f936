"""Markdown: a page that fits, ends on a row, and draws what Mermaid reads."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.output import MOST_BYTES, Style, gantt, markdown
from opspolicy.picture import lanes
from opspolicy.report import Base, Report
from tests import sinks, worlds
from tests.explain.scenes import scene

COLLISION = """
teams: {billing: {}, digital: {contact: digital@example.org}}
services: {portal: {owner: digital, customer_facing: true, customers: 10}}
jobs:
  title: {owner: billing, schedule: {dates: [2027-10-09T00:00Z]}, duration: 1h, induces_demand: [{service: portal, for: 9h}]}
maintenance_windows:
  section: {owner: billing, takes_down: [portal], start: 2027-10-09T00:00Z, duration: 2h}
"""


@pytest.fixture(scope="module")
def found() -> Report:
    """Return the report of a collision."""
    return scene(COLLISION).report


def many(report: Report, number: int, message: str = "") -> Report:
    """Return a report with a number of findings."""
    findings = tuple(
        report.findings[0]._replace(fingerprint=f"ops-{at:032x}", message=message or f"number {at}")
        for at in range(number)
    )
    return report._replace(findings=findings)


def test_a_summary_of_30_000_findings_ends_on_a_row_and_says_how_many(found: Report) -> None:
    written = markdown.render(many(found, 30_000), Style())
    assert 800 * 1024 < len(written.encode()) <= MOST_BYTES == 900 * 1024
    read = sinks.markdown(written)
    assert read.total == 30_000
    rows = [line for line in written.splitlines() if line.startswith("| **error** |")]
    assert all(line.endswith(" |") and line.count(" | ") == 4 for line in rows)
    # The worst first, and none left out in between.
    assert [f"number {at} " in line for at, line in enumerate(rows)] == [True] * len(rows)
    assert f"and {30_000 - len(rows):,} more of 30,000 findings" in written
    assert "### error OPS302" in written
    assert "Checked 1 file" in written


@given(st.integers(0, 20_000), st.integers(0, 300), st.sampled_from(["", "x" * 900, "é|" * 40_000]))
@settings(derandomize=True, database=None, deadline=None, max_examples=60)
def test_a_page_is_never_longer_than_its_room(room: int, number: int, message: str) -> None:
    report = many(scene(COLLISION).report, number, message)
    report = report._replace(base=Base("main", reviewers=tuple(f"team-{at}" for at in range(500))))
    written = markdown.render(report, Style(room=room))
    heading = "\n".join(written.split("\n")[:3])
    assert "refused" in heading or not number
    # The verdict is told, whatever room there is.
    assert len(written.encode()) <= max(room, len(heading.encode()) + 1)
    sinks.markdown(written)


def test_a_comment_holds_the_worst_in_full(found: Report) -> None:
    written = markdown.render(found, Style())
    assert written.startswith("<!-- opspolicy -->\n## opspolicy: refused (2 errors)\n")
    assert written.count("```mermaid") == 2
    assert "- **fix:** move `section`, or the run of `title`" in written
    assert "digital `(digital@example.org)`" in written


def test_what_fails_nothing_is_listed_and_not_told_in_full(found: Report) -> None:
    old = tuple(each._replace(status="unchanged") for each in found.findings)
    reviewers = ("billing", "digital")
    written = markdown.render(
        found._replace(findings=old, base=Base("main", (), reviewers)), Style()
    )
    assert "opspolicy: nothing that fails the check (2 errors)" in written
    assert written.count("| **unchanged error** |") == 2
    assert "###" not in written
    assert "**Must agree:** `billing` and `digital`" in written


def test_no_verdict_is_told_as_such(found: Report) -> None:
    written = markdown.render(found._replace(findings=(), nothing_matched="*.yaml in /x"), Style())
    assert "opspolicy: no verdict" in written
    assert "No file matched, so nothing was checked." in written


LINE = re.compile(
    r"gantt|  title On the clock of [\w/+ -]+|  dateFormat YYYY-MM-DDTHH:mm|  axisFormat [%\w :]+"
    r"|  section (down by|slow by|hours,|freeze|sent by|runs of|collision|finding|.*needed).*"
    r"|  [\w ]+ :((crit|active|done), )*\d{4}-\d\d-\d\dT\d\d:\d\d, \d{4}-\d\d-\d\dT\d\d:\d\d"
    r"|---|displayMode: compact"
)


def test_a_diagram_keeps_to_what_mermaid_reads(found: Report) -> None:
    when = lanes.timeline(found)
    for each in found.findings:
        lines = gantt.diagram(when, each)
        assert [line for line in lines if not LINE.fullmatch(line)] == []
        # Names that are words of Mermaid's stand behind what they are.
        assert "  section down by section" in lines
    assert "  section sent by title" in gantt.diagram(when, found.findings[0])
    assert "  2 h :crit, 2027-10-09T00:00, 2027-10-09T02:00" in gantt.diagram(
        when, found.findings[0]
    )


def test_a_diagram_over_a_clock_change_is_on_a_clock_without_one() -> None:
    text = """
services: {shop: {owner: a, customer_facing: true, customers: 3}}
maintenance_windows:
  patch: {owner: a, takes_down: [shop], start: 2027-10-30T20:00, timezone: Europe/Berlin, duration: 20h}
"""
    report = scene(text, worlds.AS_OF).report
    lines = gantt.diagram(lanes.timeline(report), report.findings[0])
    assert "  title On the clock of UTC" in lines
    assert "  20 h :crit, 2027-10-30T18:00, 2027-10-31T14:00" in lines


def test_a_finding_without_times_has_no_diagram() -> None:
    report = scene("services: {a: {depends_on: [b]}}").report
    assert gantt.diagram(lanes.timeline(report), report.findings[0]) == []
