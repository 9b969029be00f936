"""Variables of the environment: which option each stands for, and who comes before whom."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest

from opspolicy import cli, output, resources
from opspolicy.cli import variables
from opspolicy.cli.arguments import PlainParser
from opspolicy.cli.console import UsageError
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from opspolicy.cli.arguments import Given

LINES = {
    "check": "",
    "completion": "bash",
    "config": "",
    "diff": "main",
    "explain": "",
    "init": "",
    "rules": "",
    "schema": "",
    "suggest": "job/tidy",
    "test": "",
    "waivers": "",
}


def filled(command: str, *words: str, **environment: str) -> Given:
    """Return the values of a command line with variables."""
    parser = PlainParser()
    resources.module(f"opspolicy.cli.{command}").arguments(parser)
    found = parser.parse([*LINES[command].split(), *words])
    assert found is not None
    variables.fill(command, found, environment)
    return found


def values(origin: str) -> tuple[str, str]:
    """Return the horizon and where it is from, as `config` tells it."""
    return {
        "default": "180d",
        "opspolicy.yaml": "30d",
        "OPSPOLICY_HORIZON": "60d",
        "--horizon": "90d",
    }[origin], origin


@pytest.mark.parametrize("here", [*itertools.product([False, True], repeat=3)])
def test_each_comes_before_the_next(
    here: tuple[bool, bool, bool],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Option, variable, file, default: whichever of them there are."""
    option, variable, file = here
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPSPOLICY_HORIZON", "60d" if variable else "")
    if file:
        (tmp_path / "opspolicy.yaml").write_text("horizon: 30d\n", encoding="utf-8")
    words = ["--horizon", "90d"] if option else []
    assert cli.main(["config", "--format", "json", *words]) == 0
    row = json.loads(capsys.readouterr().out)["values"]["horizon"]
    order = [("--horizon", option), ("OPSPOLICY_HORIZON", variable), ("opspolicy.yaml", file)]
    first = next((name for name, is_there in order if is_there), "default")
    assert (row["value"], row["origin"]) == values(first)
    assert row["line"] == (1 if first == "opspolicy.yaml" else None)


@pytest.mark.parametrize("command", sorted(LINES))
def test_a_variable_is_for_those_that_have_its_option(command: str) -> None:
    environment = {
        "OPSPOLICY_CONFIG": "x.yaml", "OPSPOLICY_AS_OF": "2027-09-01", "OPSPOLICY_HORIZON": "9d",
        "OPSPOLICY_FAIL_ON": "info", "OPSPOLICY_BASE": "main", "OPSPOLICY_FORMAT": "json",
        "OPSPOLICY_NO_CACHE": "1",
    }  # fmt: skip
    plain, found = filled(command), filled(command, **environment)
    changed = {name for name, value in vars(plain).items() if getattr(found, name) != value} - {
        "variables"
    }
    assert set(found.variables) == changed
    assert ("base" in changed) == (command in {"check", "config"})
    assert ("fail_on" in changed) == (command in {"check", "config"})
    assert ("format" in changed) == (command == "check")
    assert ("horizon" in changed) == hasattr(plain, "horizon")
    assert ("no_cache" in changed) == hasattr(plain, "no_cache")


def test_what_finds_its_own_base_is_not_told_one() -> None:
    found = filled("check")
    found.new_only = True
    variables.fill("check", found, {"OPSPOLICY_BASE": "main"})
    assert found.base is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("true", True), ("YES", True), ("0", False), ("No", False), ("", False)],
)
def test_a_variable_without_a_value_of_its_own(text: str, *, expected: bool) -> None:
    assert filled("check", OPSPOLICY_NO_CACHE=text).no_cache is expected
    assert filled("check", "--no-cache", OPSPOLICY_NO_CACHE=text).no_cache


def test_a_format_must_be_one() -> None:
    for name in output.formats():
        assert filled("check", OPSPOLICY_FORMAT=name).format == name
    with pytest.raises(UsageError, match=r"^OPSPOLICY_FORMAT: `xml` is none of .*json"):
        filled("check", OPSPOLICY_FORMAT="xml")
    with pytest.raises(UsageError, match=r"^OPSPOLICY_FORMAT: "):
        variables.value(variables.FORMAT, {"OPSPOLICY_FORMAT": "xml"})


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("OPSPOLICY_HORIZN", "HORIZON"),
        ("OPSPOLICY_AS_OFF", "AS_OF"),
        ("OPSPOLICY_CACHEDIR", "CACHE_DIR"),
        ("OPSPOLICY_NOCACHE", "NO_CACHE"),
        ("OPSPOLICY_FAILON", "FAIL_ON"),
        ("OPSPOLICY_BASES", "BASE"),
        ("OPSPOLICY_SHARED", None),
        ("OPSPOLICY_VERSION", None),
        ("OPSPOLICY_", None),
        ("HORIZN", None),
    ],
)
def test_what_is_nearly_one_is_told(name: str, near: str | None) -> None:
    told = list(variables.misspelt({name: "x", "PATH": "y"}))
    hint = f"`{name}` is none of opspolicy's and does nothing; did you mean `OPSPOLICY_{near}`?"
    assert told == ([f"the variable {hint}"] if near else [])


def test_all_are_listed_where_they_are_described() -> None:
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert [each.name for each in variables.VARIABLES if f"| `{each.name}` |" not in text] == []


def test_an_untold_variable_reaches_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPSPOLICY_HORIZO\x1b[2J", "9d")
    cli.main(["rules"])
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert "\\x1b" in told
