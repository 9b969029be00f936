"""HTML: one page that runs nothing, loads nothing, and stays small."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from opspolicy.output import Style, html
from tests import sinks
from tests.explain.scenes import scene
from tests.output.test_markdown import COLLISION, many

if TYPE_CHECKING:
    from opspolicy.report import Report


@pytest.fixture(scope="module")
def found() -> Report:
    """Return the report of a collision."""
    return scene(COLLISION).report


def test_the_policy_allows_the_style_and_nothing_else(found: Report) -> None:
    written = html.render(found, Style())
    (policy,) = re.findall(r'content="(default-src[^"]*)"', written.replace("\n", ""))
    (style,) = re.findall("<style>(.*?)</style>", written, re.DOTALL)
    trusted = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{trusted}'; base-uri 'none'; form-action 'none'"
    )
    assert not re.search("<script|<link|<img|<iframe|url\\(|@import|https?:", written)


def test_a_finding_is_told_with_its_lines_and_a_drawing(found: Report) -> None:
    written = html.render(found, Style())
    read = sinks.html(written)
    assert read.findings == [each.fingerprint for each in found.findings]
    assert "<title>opspolicy: refused</title>" in written
    assert "on the clock of UTC" in written
    assert "takes_down: [portal], start: 2027-10-09T00:00Z" in read.said
    assert "<dt>fix</dt><dd>move <code>section</code>, or the run of <code>title</code>" in written


def test_many_findings_are_told_in_short_and_counted(found: Report) -> None:
    written = html.render(many(found, 30_000), Style())
    assert len(written) < 5 * 1024 * 1024
    assert written.count("<article") == html.MOST_IN_FULL
    assert written.count("<tr>") == html.MOST_ROWS
    assert sinks.html(written).total == 30_000
    left = 30_000 - html.MOST_IN_FULL - html.MOST_ROWS
    assert f"and {left:,} more of 30,000 findings" in written


def test_a_clean_run_says_so(found: Report) -> None:
    written = html.render(found._replace(findings=()), Style())
    assert '<span class="good">nothing that fails the check</span>' in written
    assert "No findings." in written
