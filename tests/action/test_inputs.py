"""What the workflow asks for, and the arguments that it becomes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from action import inputs
from action.stop import Stop
from opspolicy.cli import by_argparse


def test_nothing_asked_for_is_what_the_manifest_says() -> None:
    given_nothing = inputs.read({})
    assert given_nothing == inputs.Inputs()
    assert inputs.arguments(given_nothing, "", {}) == ["check", "--no-cache", "--format", "text"]
    assert given_nothing.marker == "<!-- opspolicy -->"


def test_everything_asked_for() -> None:
    asked = inputs.read(
        {
            "INPUT_WORKING_DIRECTORY": "-teams",
            "INPUT_CONFIG": "--no-waivers",
            "INPUT_PATHS": "  ops \n\n--output=json=x\r\n",
            "INPUT_NEW_ONLY": "False",
            "INPUT_FAIL_ON": "warning",
            "INPUT_AS_OF": "2027-09-01",
            "INPUT_HORIZON": "90d",
            "INPUT_REPORT": "Summary,sarif\n  posters comment",
        }
    )
    assert asked.reports == {"summary", "sarif", "comment"}
    assert asked.unknown == ("posters",)
    assert not asked.new_only
    words = inputs.arguments(asked, "1" * 40, {"json": "report.json"})
    values = by_argparse(words, 100)
    assert values.directory == "./-teams"
    assert values.config == "--no-waivers"
    assert values.paths == ["ops", "--output=json=x"]
    assert (values.base, values.fail_on, values.horizon) == ("1" * 40, "warning", "90d")
    assert values.output == ["json=report.json"]


@pytest.mark.parametrize("text", ["perhaps", "1", "true;"])
def test_what_cannot_be_meant_is_no_verdict(text: str) -> None:
    with pytest.raises(Stop, match="write `true` or `false`"):
        inputs.read({"INPUT_NEW_ONLY": text})


LINES = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=12)


@settings(derandomize=True, database=None, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4), LINES)
def test_no_value_becomes_an_option(paths: list[str], value: str) -> None:
    asked = inputs.Inputs(config=value, paths=tuple(paths), horizon=value)
    values = by_argparse(inputs.arguments(asked, "", {}), 100)
    assert (values.paths, values.config, values.horizon) == (paths, value, value)
    assert (values.base, values.fail_on, values.no_waivers, values.output) == (
        None,
        None,
        False,
        [],
    )


def test_each_estate_has_a_comment_of_its_own() -> None:
    markers = {
        inputs.Inputs().marker,
        inputs.Inputs("a").marker,
        inputs.Inputs("a --> x").marker,
        inputs.Inputs(config="a").marker,
        inputs.Inputs(paths=("a",)).marker,
    }
    assert len(markers) == 5
    written = ("teams/a", "./teams/a", "teams/a/", "teams//b/../a")
    for same in (
        {inputs.Inputs(each).marker for each in written},
        {inputs.Inputs(config=each).marker for each in written},
        {inputs.Inputs(paths=(each,)).marker for each in written},
        {inputs.Inputs(each).marker for each in (".", "./", "a/..")},
    ):
        assert len(same) == 1
    assert all(
        each.startswith("<!-- opspolicy") and each.index("-->") == len(each) - 3 for each in markers
    )
