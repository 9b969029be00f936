"""Annotations: on the lines of the repository, the worst first, and none lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opspolicy.judge import failure
from opspolicy.output import Style, github
from opspolicy.report import UNCHANGED, Base
from tests import sinks
from tests.explain.scenes import scene
from tests.output.test_markdown import COLLISION, many

if TYPE_CHECKING:
    from opspolicy.report import Report


@pytest.fixture(scope="module")
def found() -> Report:
    """Return the report of a collision."""
    return scene(COLLISION).report


def test_an_annotation_says_where_what_and_whom(found: Report) -> None:
    first = sinks.commands(github.render(found, Style(below="teams/a")))[0]
    assert first.name == "error"
    assert first.properties == {
        "file": "teams/a/ops/a.yaml",
        "line": "7",
        "endLine": "7",
        "col": "58",
        "endColumn": "75",
        "title": "OPS302 outage-during-induced-demand (error)",
    }
    said = first.message.splitlines()
    assert said[0].startswith(
        "`portal` is down while `title` has sent 10 customers to it, from Sat"
    )
    assert said[1].startswith("with teams/a/ops/a.yaml:5: `title` sends")
    assert "owners: billing, digital (digital@example.org)" in said
    assert said[-1].startswith("more: opspolicy explain ops-")


def test_the_tenth_says_how_many_more_there_are(found: Report) -> None:
    read = sinks.commands(github.render(many(found, 31), Style()))
    assert len(read) == 10
    assert [each.message.partition("\n")[0] for each in read[:9]] == [
        f"number {at}" for at in range(9)
    ]
    assert read[9].message == "and 22 more of 31 on this level; the log and the summary have all"
    assert read[9].properties == {"title": "opspolicy"}
    assert len(sinks.commands(github.render(many(found, 10), Style()))) == 10


def test_levels_do_not_crowd_each_other_out(found: Report) -> None:
    report = many(found, 40)
    severities = ("error", "warning", "info", "error")
    mixed = tuple(
        each._replace(severity=severities[at % 4], status=UNCHANGED if at % 4 == 3 else "new")
        for at, each in enumerate(report.findings)
    )
    read = sinks.commands(
        github.render(report._replace(findings=mixed, base=Base("main")), Style())
    )
    names = [each.name for each in read]
    assert {name: names.count(name) for name in names} == {"error": 10, "warning": 10, "notice": 10}
    # What the base has as well fails nothing, so it is no error.
    assert read[-1].message.startswith("and 11 more of 20")


def test_a_long_message_is_cut_by_us(found: Report) -> None:
    (read,) = sinks.commands(github.render(many(found, 1, "x, y: " * 4000), Style()))
    assert len(read.message) == github.LONGEST
    assert read.message.endswith("…")


def test_a_finding_in_no_file_has_no_place(found: Report) -> None:
    broken = failure(found.estate, "the rule `x`", ValueError("y"))
    (read,) = sinks.commands(github.render(found._replace(findings=(broken,)), Style()))
    assert read.properties == {"title": "OPS000 internal-error (error)"}


def test_nothing_matched_is_an_error(found: Report) -> None:
    report = found._replace(findings=(), nothing_matched="*.yaml in /x")
    (read,) = sinks.commands(github.render(report, Style()))
    assert (read.name, read.message.partition(".")[0]) == (
        "error",
        "No file matched, so nothing was checked",
    )
    assert github.render(found._replace(findings=()), Style()) == ""
