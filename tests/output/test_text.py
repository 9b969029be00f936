"""Text for people: widths, colours, long lines, wide characters, and nothing that is obeyed."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import encode
from opspolicy import report as reports
from opspolicy.judge import from_problems
from opspolicy.output import Style, formats, renderer
from opspolicy.report import FileStatus, Report
from opspolicy.source.files import SourceFile
from opspolicy.source.problem import Problem
from opspolicy.source.span import Note, Span
from tests import worlds

ANSI = re.compile("\x1b\\[[0-9;]*m")
COLLISION = """
services:
  portal: {title: 客户门户, owner: digital, customer_facing: true, customers: 100}
jobs:
  mail: {owner: 客, schedule: {dates: [2027-10-09T00:00Z]}, duration: 1h, induces_demand: [{service: portal, for: 9h}]}
maintenance_windows:
  upgrade: {summary: "A long text in front of what matters, so that the line is much longer than any terminal is wide", owner: platform, takes_down: [portal], start: 2027-10-09T00:00Z, duration: 100m}
"""


def page(text: str, style: Style) -> str:
    """Return the findings of an estate as text."""
    estate = worlds.estate(a=text)
    found = worlds.findings(estate)
    statuses = (FileStatus("ops/a.yaml", "parsed"),)
    until = worlds.AS_OF + worlds.HALF_A_YEAR
    return renderer("text")(Report(worlds.AS_OF, until, found, statuses, estate), style)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_nothing_is_wider_than_the_terminal(width: int) -> None:
    for line in page(COLLISION, Style(width)).split("\n"):
        # Places and names are kept whole, for whoever copies them.
        is_whole = "-->" in line or ":::" in line or line.startswith(("error[", "info["))
        assert encode.columns(line) <= width or is_whole, line


def test_underlines_stand_below_what_they_mean() -> None:
    """Also behind characters two columns wide, and in a line that had to be cut."""
    lines = page(COLLISION, Style(100)).split("\n")
    for marker, word in (("^", "2027-10-09T00:00Z"), ("-", "2027-10-09T00:00Z")):
        at = next(
            number
            for number, line in enumerate(lines)
            if re.search(rf"\| +{re.escape(marker)}{{17}}", line)
        )
        start = encode.columns(lines[at][: lines[at].index(marker * 17)])
        source = next(line for line in reversed(lines[:at]) if re.match(r" *\d+ \|", line))
        cut = ""
        for character in source:
            if encode.columns(cut) >= start:
                break
            cut += character
        assert source[len(cut) :].startswith(word), (source, lines[at])


def test_colours_change_nothing_else() -> None:
    plain, colored = page(COLLISION, Style(100)), page(COLLISION, Style(100, color=True))
    assert ANSI.search(colored)
    assert ANSI.sub("", colored) == plain
    assert not ANSI.search(plain)


def test_many_occurrences_and_places_are_cut_and_told() -> None:
    services = "".join(f"  s{at}: {{depends_on: [s{at + 1}]}}\n" for at in range(12))
    text = f"""
services:
  shop: {{owner: a, customer_facing: true, depends_on: [s0]}}
{services}  s12: {{}}
maintenance_windows:
  nightly: {{owner: a, takes_down: [s12], schedule: {{cron: "0 2 * * *", timezone: UTC}}, duration: 1h}}
"""
    short, long = page(text, Style(100)), page(text, Style(100, verbose=True))
    assert "180 times, first from Wed 1 Sep 2027 02:00 to 03:00 (UTC)" in short
    assert "… and 177 more, the last on Sun 27 Feb 2028 02:00 (UTC) (-v shows them)" in short
    assert "… and 9 more places (-v shows them)" in short
    assert "more places" not in long
    assert long.count("(UTC), 1 h") == 180


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(st.text(max_size=60))
def test_terminals_are_given_nothing_to_obey(text: str) -> None:
    shown = encode.terminal(text)
    for character in shown:
        assert unicodedata.category(character) not in {"Cc", "Cs"} or character == "\xa0"
        assert (
            character
            not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
        )
    # Nothing that can be seen is lost.
    assert [c for c in text if c.isalnum()] == [c for c in shown if c.isalnum()] or shown != text


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(["a", "客", "\t", " ", "'", "é", "\u202e", "…"]), min_size=1, max_size=200),
    st.integers(0, 200), st.integers(0, 60), st.integers(40, 120),
)  # fmt: skip
def test_any_line_can_be_pointed_into(
    characters: list[str], start: int, length: int, width: int
) -> None:
    """Whatever the line and wherever the span: one line of source, one that points, none too wide."""
    source = "".join(characters).rstrip() or "a"
    first = min(start, len(source) - 1)
    span = Span("a.yaml", 1, first + 1, 1, min(first + 1 + length, len(source) + 1))
    problem = Problem(
        "invalid-yaml", "said", span, (Note(span, "a label of some length, to be wrapped"),)
    )
    estate = worlds.estate()
    estate.files = (SourceFile("a.yaml", source),)
    found = tuple(from_problems(estate, [problem]))
    text = renderer("text")(Report(0, 1, found, (), estate), Style(width))
    assert all(encode.columns(line) <= width for line in text.split("\n"))
    assert "^" in text


def test_formats_are_the_modules() -> None:
    assert formats() == (
        "github", "gitlab", "html", "json", "junit", "markdown", "sarif", "text",
    )  # fmt: skip


def test_json_lists_a_thousand_occurrences_and_counts_the_rest() -> None:
    import json  # noqa: PLC0415 - beside its only use

    text = """
services: {shop: {owner: a, customer_facing: true, customers: 3}}
maintenance_windows:
  often: {owner: a, takes_down: [shop], schedule: {cron: "0 * * * *", timezone: UTC}, duration: 20m}
"""
    estate = worlds.estate(a=text)
    found = worlds.findings(estate)
    rendered = json.loads(renderer("json")(reports.Report(0, 1, found, (), estate), Style()))
    (finding,) = rendered["findings"]
    assert len(finding["occurrences"]) == 1000
    assert finding["occurrence_count"] == 180 * 24
    assert finding["impact"] == {"customers": 3, "customer_hours": 180 * 24}
