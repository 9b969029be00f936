"""HTML: one page that runs nothing of a stranger's, loads nothing, and stays small."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from opspolicy import encode
from opspolicy.output import Style, html
from opspolicy.output.page import findings, frame
from tests import sinks
from tests.explain.scenes import scene
from tests.output.test_markdown import COLLISION, many

if TYPE_CHECKING:
    from opspolicy.report import Report


@pytest.fixture(scope="module")
def found() -> Report:
    """Return the report of a collision."""
    return scene(COLLISION).report


def test_nothing_is_loaded_and_a_log_leaves_it_as_it_is(found: Report) -> None:
    written = html.render(found, Style())
    # No fetching element or function; that its own script alone may run, the reader sees to.
    assert not re.search(
        "<link|<img|<iframe|url\\((?!#)|@import|https?:(?!//www.w3.org/2000/svg)", written
    )
    assert not re.search("fetch\\(|XMLHttpRequest|WebSocket|sendBeacon|innerHTML|eval\\(", written)
    # The log of a CI changes what it would obey, and with a letter more the script wouldn't run.
    assert encode.log(written) == written


def test_a_finding_is_told_with_its_lines_and_a_drawing(found: Report) -> None:
    written = html.render(found, Style())
    read = sinks.html(written)
    assert read.findings == [each.fingerprint for each in found.findings]
    assert "<title>opspolicy: refused</title>" in written
    assert "on the clock of UTC" in written
    assert "takes_down: [portal], start: 2027-10-09T00:00Z" in read.said
    assert "<dt>fix</dt><dd>move <code>section</code>, or the run of <code>title</code>" in written
    # The story of `explain`, with what to write to accept it.
    assert "approved_by:" in read.said


def test_many_findings_are_told_in_short_and_counted(found: Report) -> None:
    written = html.render(many(found, 30_000), Style())
    assert len(written) < 5 * 1024 * 1024
    told = written.count("<article")
    assert 0 < told <= findings.MOST_IN_FULL
    assert written.count("<tr ") == findings.MOST_ROWS
    assert sinks.html(written).total == 30_000
    left = 30_000 - told - findings.MOST_ROWS
    assert f"and {left:,} more of 30,000 findings" in written


def test_nothing_that_scripts_read_ends_a_script() -> None:
    hurt = {"name": "</script><script>alert(1)</script><!-- & ##[error]"}
    written = frame.page("x", ["<p>body</p>"], ("clock.js",), frame.data(hurt))
    assert written.count("<script") == written.count("</script>") == 2
    (found,) = re.findall(r'id="data">(.*?)</script>', written)
    assert json.loads(found) == hurt
    assert not set("<>&#") & set(found)


def test_a_clean_run_says_so(found: Report) -> None:
    written = html.render(found._replace(findings=()), Style())
    assert '<span class="good">nothing that fails the check</span>' in written
    assert "No findings." in written
