"""Completion in real shells, and that what is printed is what these commands are."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from opspolicy import cli, encode, rules
from opspolicy.cli.completion import SHELLS
from tests.repositories import Repository, isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_shtab_opspolicy
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = 'source "$argv[1]"; complete --do-complete "$argv[2]"'
# What zsh would offer is asked of the functions that it calls to do so.
ZSH = """
autoload -Uz compinit && compinit -u -D
eval "$(<$1)"
compadd() { shift; print -rl -- "$@" }
setopt extendedglob
_opspolicy_refs
"""
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
needs_fish = pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish here")
needs_zsh = pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh here")
HOSTILE = ("$(touch${IFS}made)", "`touch${IFS}made`", "x;touch${IFS}made", "a|b", "x&y", "q'uote")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Return a repository with files to complete, and with branches of all names."""
    repository = Repository(tmp_path)
    repository.write("ops/shop.yaml", "ops/other.yaml", "opspolicy.yaml", "a b.yaml")
    repository.commit()
    for name in ("feature/new", "feature/old", "v1.2"):
        repository.git("branch", name)
    for name in HOSTILE:
        repository.git("branch", name)
    return tmp_path


def script(shell: str) -> str:
    """Return the path of a shell's script."""
    return str(ROOT / "completions" / f"opspolicy.{shell}")


def run(directory: Path, *words: str) -> list[str]:
    """Return what a shell prints, line by line."""
    done = subprocess.run(
        words, cwd=directory, env=isolated(), capture_output=True, encoding="utf-8", check=False
    )
    assert done.stderr == ""
    assert not (directory / "made").exists()
    return [line for line in done.stdout.split("\n") if line]


def by_bash(directory: Path, line: str) -> list[str]:
    """Return what bash offers behind a line; the last word is the one to complete."""
    return run(directory, "bash", "--norc", "-c", BASH, "bash", script("bash"), *line.split(" "))


def by_fish(directory: Path, line: str) -> list[str]:
    """Return what fish offers behind a line, without descriptions."""
    found = run(directory, "fish", "--no-config", "-c", FISH, script("fish"), line)
    return [each.partition("\t")[0] for each in found]


OFFERS: tuple[tuple[str, set[str]], ...] = (
    ("opspolicy ", {*cli.commands()}),
    ("opspolicy che", {"check"}),
    ("opspolicy check --fail-on ", {"error", "warning", "info", "never"}),
    ("opspolicy check -q --color a", {"auto", "always"}),
    ("opspolicy check --stat", {"--statistics"}),
    ("opspolicy check --no", {"--no-cache", "--no-waivers"}),
    ("opspolicy check --base feature/", {"feature/new", "feature/old"}),
    ("opspolicy diff v", {"v1.2"}),
    ("opspolicy diff main feature/n", {"feature/new"}),
    ("opspolicy schema maint", {"maintenance-window"}),
    ("opspolicy rules outage-in-b", {"outage-in-business-hours"}),
    ("opspolicy rules ", {name for rule in rules.every() for name in (rule.slug, rule.code)}),
    ("opspolicy rules OPS301", {"OPS301"}),
    ("opspolicy explain OPS80", {rule.code for rule in rules.every() if "OPS80" in rule.code}),
    ("opspolicy explain sched", {"schedule", "schedule-in-dst-transition"}),
    ("opspolicy explain --scheduler k", {"kubernetes"}),
    ("opspolicy check --ignore OPS5", {rule.code for rule in rules.every() if "OPS5" in rule.code}),
    ("opspolicy completion ", {*SHELLS}),
    ("opspolicy check --horizon ", set()),
)


@needs_bash
@pytest.mark.parametrize(("line", "expected"), OFFERS, ids=[line for line, _ in OFFERS])
def test_bash(here: Path, line: str, expected: set[str]) -> None:
    # Where nothing of ours fits, bash goes on with what it knows itself.
    assert {*by_bash(here, line)} == expected


@needs_fish
@pytest.mark.parametrize(("line", "expected"), OFFERS, ids=[line for line, _ in OFFERS])
def test_fish(here: Path, line: str, expected: set[str]) -> None:
    assert {*by_fish(here, line)} == expected


@needs_bash
def test_bash_completes_files(here: Path) -> None:
    assert {*by_bash(here, "opspolicy check ops/")} == {"ops/shop.yaml", "ops/other.yaml"}
    assert {*by_bash(here, "opspolicy config --config opsp")} == {"opspolicy.yaml"}
    assert {*by_bash(here, "opspolicy check -C o")} == {"ops"}


@needs_fish
def test_fish_completes_files(here: Path) -> None:
    assert {*by_fish(here, "opspolicy check ops/")} == {"ops/shop.yaml", "ops/other.yaml"}
    assert {*by_fish(here, "opspolicy check -C o")} == {"ops/"}


@needs_bash
def test_bash_offers_no_branch_that_would_be_run(here: Path) -> None:
    assert {*by_bash(here, "opspolicy check --base ")} == {
        "main", "feature/new", "feature/old", "v1.2",
    }  # fmt: skip


@needs_fish
def test_fish_offers_no_branch_that_would_be_run(here: Path) -> None:
    assert {*by_fish(here, "opspolicy check --base ")} == {
        "main", "feature/new", "feature/old", "v1.2",
    }  # fmt: skip


@needs_zsh
def test_zsh_reads_its_script_and_lists_harmless_branches(here: Path) -> None:
    found = run(here, "zsh", "-f", "-c", ZSH, "zsh", script("zsh"))
    assert {*found} == {"main", "feature/new", "feature/old", "v1.2"}


@needs_bash
def test_the_script_is_one_for_bash(here: Path) -> None:
    assert run(here, "bash", "-n", script("bash")) == []


@pytest.mark.parametrize("shell", SHELLS)
def test_it_is_printed_as_it_is(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", shell]) == 0
    text = (ROOT / "completions" / f"opspolicy.{shell}").read_text(encoding="utf-8")
    assert capsys.readouterr().out == text
    # What goes to standard output is changed where the log of a CI would obey it.
    assert encode.log(text) == text


def test_each_shell_has_a_script() -> None:
    found = {path.name for path in (ROOT / "completions").iterdir()}
    assert found == {f"opspolicy.{shell}" for shell in SHELLS}
