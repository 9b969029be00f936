"""The plain forms of arguments, against argparse, which has the last word."""

from __future__ import annotations

import contextlib
import importlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import cli
from opspolicy.cli.arguments import PlainParser
from opspolicy.cli.console import UsageError

VALUES = (
    "ops", "a.yaml", "2027-09-01", "90d", "json", "text", "always", "warning", "OPS3,OPS204", "3",
    "0", "-1", "x=y", "json=out.json", "", " ", "-", "--", "fr", "cron", "schedule", "5 4 * * *",
    "report", "maintenance_windows",
)  # fmt: skip
OPTIONS = (
    "-C", "-Cops", "--config", "--as-of", "--horizon", "--select", "--ignore", "--fail-on",
    "--allow-empty", "--no-cache", "--jobs", "--format", "--output", "--color", "-q", "--quiet",
    "-v", "-qv", "--verbose", "--timezone", "--scheduler", "--start", "--count", "--language", "-h",
    "--form", "--nothing",
)  # fmt: skip

words = st.one_of(
    st.sampled_from(VALUES),
    st.sampled_from(OPTIONS),
    st.builds("{}={}".format, st.sampled_from(OPTIONS), st.sampled_from(VALUES)),
)


def plainly(written: list[str]) -> dict[str, object] | None:
    """Return what the plain parser makes of a command with arguments."""
    parser = PlainParser()
    importlib.import_module(f"opspolicy.cli.{written[0]}").arguments(parser)
    try:
        found = parser.parse(written[1:])
    except UsageError as error:
        return {"refused": str(error)}
    return None if found is None else vars(found)


def by_argparse(written: list[str]) -> dict[str, object] | None:
    """Return what argparse makes of it, None where it prints help or an error."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            return vars(cli.by_argparse(written, 80))
        except SystemExit:
            return None
        except UsageError as error:
            return {"refused": str(error)}


@given(st.sampled_from(cli.commands()), st.lists(words, max_size=6))
@settings(derandomize=True, deadline=None, max_examples=800, database=None)
def test_what_is_read_plainly_is_what_argparse_reads(command: str, arguments: list[str]) -> None:
    written = [command, *arguments]
    found = plainly(written)
    if found is not None:
        assert found == by_argparse(written)


@pytest.mark.parametrize(
    "line",
    [
        "check",
        "check ops",
        "check --no-cache ops services.yaml",
        "check ops -q -v --format json",
        "check -C before --as-of 2027-09-01 --horizon=90d --select OPS3 --select OPS204 --jobs 2",
        "check --output json=report.json --output=text=report.txt --color never",
        "explain OPS301",
        "explain schedule x --scheduler cron --count 3",
        "rules",
        "rules OPS301 --format json",
        "schema report",
        "config --config other.yaml",
        "diff main",
        "diff -v main feature --format json",
        "suggest job/tidy --pick 2 --diff",
    ],
)
def test_what_people_mostly_write_is_plain(line: str) -> None:
    written = line.split()
    found = plainly(written)
    assert found is not None
    assert found == by_argparse(written)


@pytest.mark.parametrize(
    "line",
    [
        *("check -h", "check --form json", "check a -q b", "check --jobs", "check --config=--"),
        *("diff", "diff -v", "diff main feature other", "diff main -v feature"),
    ],
)
def test_everything_else_is_left_to_argparse(line: str) -> None:
    assert plainly(line.split()) is None


def test_only_the_last_of_several_may_be_left_out() -> None:
    parser = PlainParser()
    parser.add_argument("first", nargs="?")
    parser.add_argument("second")
    assert parser.parse(["a", "b"]) is None


@pytest.mark.parametrize(
    "spec", [{"action": "count"}, {"required": True}, {"nargs": 2}, {"const": "x", "nargs": "?"}]
)
def test_what_it_does_not_know_it_leaves_alone(spec: dict[str, object]) -> None:
    parser = PlainParser()
    parser.add_argument("-q", action="store_true")
    assert parser.parse(["-q"]) is not None
    parser.add_argument("--other", **spec)
    assert parser.parse(["-q"]) is None
