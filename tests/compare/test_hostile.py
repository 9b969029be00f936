"""Hostile names and texts in a change, and files that aren't what they were when they are edited."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from opspolicy import cli
from opspolicy.cli.console import Console
from tests.repositories import Repository, isolated
from tests.test_hostile import CONTROL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

AS_OF = "2027-09-01"
TURN = "\u202e"
EVIL = "</code><b>x @acme #1 [a](http://e.example) `b` ![c](//d) | \\u202e \\u2066 www.e.example ``` | * _"
LINES = "a\\n# b\\n\\n- [c](//d)\\n::error::x"
NAMES = (f"x{TURN}y", "<b>", "@acme", "[a](//d)", "`b` ``` c", "$(id)", "#1", "::error::", "-x")
BRANCH = "t@acme/<b>&#1`-GH-1"

ESTATE = """\
defaults: {{owner: "{evil}", timezone: Europe/Paris}}
teams:
  "team": {{contact: "{evil}", slack: "{lines}", github: "{evil}", title: "{lines}"}}
calendars:
  "{name}": {{hours: [{{days: everyday, from: 08:00, to: 22:00}}]}}
services:
  "{name}":
    owner: team
    title: "{evil}"
    customer_facing: true
    business_hours: "{name}"
    depends_on: ["{name}db", {{any_of: ["{name}a", "{name}b"]}}]
  "{name}db": {{title: "{lines}"}}
  "{name}a": {{title: "{evil}"}}
  "{name}b":
jobs:
  "{name}":
    scheduler: kubernetes
    schedule: {{cron: "0 9 * * sat"}}
    duration: 1h
    requires: ["{name}db"]
"""
WINDOW = """\
maintenance_windows:
  "{name}":
    owner: "{evil}"
    summary: "{lines}"
    takes_down: ["{name}db", "{name}a"]
    start: 2027-10-09T%s
    timezone: Europe/Paris
    duration: 2h
    change: {{type: normal, ticket: "{evil}"}}
    approved_by: [team]
"""


def filled(text: str, name: str) -> str:
    """Put what is hostile into a text."""
    # A name as a JSON string is one of YAML's, without its quotes here.
    return text.format(evil=EVIL, lines=LINES, name=json.dumps(name)[1:-1])


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs the program here, and holds its output to what any output must be."""
    for key, value in isolated().items():
        monkeypatch.setenv(key, value)
    monkeypatch.delenv("OPSPOLICY_AS_OF", raising=False)
    monkeypatch.chdir(tmp_path)

    def runs(root: Path, *arguments: str) -> tuple[int, str, str]:
        code = cli.main([*arguments, "-C", str(root), "--as-of", AS_OF, "--no-cache"])
        done = capsys.readouterr()
        assert code in {0, 1, 2}
        assert "Traceback" not in done.out + done.err
        assert not CONTROL.search(done.out), CONTROL.search(done.out)
        assert not CONTROL.search(done.err), CONTROL.search(done.err)
        return code, done.out, done.err

    return runs


def hostile(root: Path, name: str, file: str) -> Repository:
    """Make a repository in which a window is moved into the hours, all said in hostile words."""
    repository = Repository(root)
    path = f"ops/{file}.yaml"
    repository.write("ops/estate.yaml", text=filled(ESTATE, name))
    repository.write(path, text=filled(WINDOW, name) % "05:00")
    repository.commit(f"{EVIL}\n{TURN}")
    repository.git("branch", BRANCH)
    repository.write(path, text=filled(WINDOW, name) % "09:00")
    return repository


FILES = (
    f"x{TURN}y",
    "`b` ``` c",
    *[
        pytest.param(file, marks=pytest.mark.prove)
        for file in ("-x", "a\nb", "<b>", "@acme", "[a](d)", "$(id)", "#1", "::error::")
    ],
)


@pytest.mark.parametrize("file", FILES)
def test_what_a_change_says_is_shown_and_never_obeyed(
    tmp_path: Path, run: Run, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = hostile(tmp_path / "repository", "n", file)
    root = repository.root
    monkeypatch = pytest.MonkeyPatch()
    code, out, err = run(root, "check", "--base", BRANCH, "--format", "json")
    assert out, err
    report = json.loads(out)
    new = {each["code"] for each in report["findings"] if each["status"] == "new"}
    assert (code, report["complete"]) == (1, True), [each["message"] for each in report["findings"]]
    assert {"OPS301", "OPS303"} <= new
    _, out, _ = run(root, "check", "--base", BRANCH, "-v")
    assert "\\u202e" in out
    run(root, "check", "--with", BRANCH)
    run(root, "diff", BRANCH, "-v")
    json.loads(run(root, "diff", BRANCH, "--format", "json")[1])
    assert_inert(run(root, "diff", BRANCH, "--format", "markdown")[1])
    for target in ("maintenance_window/n", "job/n", report["findings"][0]["fingerprint"]):
        run(root, "suggest", target, "-v")
        json.loads(run(root, "suggest", target, "--format", "json")[1])
        monkeypatch.setattr(Console, "is_terminal", property(lambda _: True))
        code, out, _ = run(root, "suggest", target, "--diff")
        assert code == 0, out
        monkeypatch.undo()
    # Not on a terminal it is what `git apply` takes, whatever the file is called.
    diff = ["suggest", "maintenance_window/n", "--diff", "--no-cache", "--as-of", AS_OF]
    assert cli.main([*diff, "-C", str(root)]) == 0
    text = capsys.readouterr().out
    assert sum(line.startswith("+++ ") for line in text.split("\n")) == 1
    repository.git("apply", "--check", given=text.encode())
    assert run(root, "suggest", "maintenance_window/n", "--apply")[0] == 0
    assert run(root, "check", "--base", BRANCH)[0] == 0


@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_none_are_shown_and_never_obeyed(
    tmp_path: Path, run: Run, name: str
) -> None:
    root = hostile(tmp_path / "repository", name, "w").root
    for arguments in (("-v",), ("--format", "json")):
        assert run(root, "check", "--base", BRANCH, *arguments)[0] == 2
        assert run(root, "check", "--with", BRANCH, *arguments)[0] == 2
        assert run(root, "diff", BRANCH, *arguments)[0] == 2
        target = f"maintenance_window/{name}"
        assert run(root, "suggest", target, *arguments)[0] == 2
        assert run(root, "suggest", target, "--apply")[0] == 2
    code, page, _ = run(root, "diff", BRANCH, "--format", "markdown")
    assert code == 2
    assert_inert(page)


def assert_inert(page: str) -> None:
    """Look for anything in a page that Markdown would make more than text of."""
    fence = ""
    for line in page.split("\n"):
        if fence or line.startswith("```"):
            opened = re.match("`*", line)
            assert opened is not None
            fence = "" if fence and line == fence else fence or opened[0]
            continue
        ours = re.sub(r"^(### |\*\*[A-Z][a-z ]+\*\*(: |:$)| *- |\*\*The estate .*)", "", line)
        outside = re.sub(r"`[^`]*`", "", ours)
        assert "`" not in outside, line
        assert not re.search(r"@|(?<!\\)#|://|www\.", outside), line
        assert not re.search(r"(?<!\\)[<\[*]", outside), line
    assert not fence


# Files that aren't what they were -----------------------------------------------------------------

SHOP = """\
services:
  shop: {owner: o, customer_facing: true}
maintenance_windows:
  w: {owner: o, takes_down: [shop], start: 2027-10-09T09:00Z, duration: 1h}
calendars:
  day: {timezone: UTC, hours: [{days: everyday, from: 08:00, to: 20:00}]}
""".replace("facing: true", "facing: true, business_hours: day")
APPLY = ("suggest", "maintenance_window/w", "--apply")


def test_a_file_that_changes_meanwhile_is_left_alone(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opspolicy.explain import repairs  # noqa: PLC0415 - only here

    (tmp_path / "ops").mkdir()
    path = tmp_path / "ops/a.yaml"
    path.write_text(SHOP, encoding="utf-8")
    theirs = SHOP + "# somebody else\n"
    advise = repairs.advise

    def meanwhile(*arguments: object) -> object:
        path.write_text(theirs, encoding="utf-8")
        return advise(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(repairs, "advise", meanwhile)
    code, _, err = run(tmp_path, *APPLY)
    assert (code, "has changed meanwhile" in err) == (2, True)
    assert path.read_text(encoding="utf-8") == theirs


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_file_that_can_not_be_written(tmp_path: Path, run: Run) -> None:
    (tmp_path / "ops").mkdir()
    path = tmp_path / "ops/a.yaml"
    path.write_text(SHOP, encoding="utf-8")
    path.chmod(0o444)
    code, _, err = run(tmp_path, *APPLY)
    assert (code, "can't be edited" in err) == (2, True)
    assert path.read_text(encoding="utf-8") == SHOP


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(28, "No space left")]
)
def test_what_the_system_refuses_is_said(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    from opspolicy.repair import edits  # noqa: PLC0415 - only here

    (tmp_path / "ops").mkdir()
    (tmp_path / "ops/a.yaml").write_text(SHOP, encoding="utf-8")

    def refused(*_: object) -> None:
        raise error

    monkeypatch.setattr(edits, "open", refused, raising=False)
    code, _, err = run(tmp_path, *APPLY)
    assert code == 2
    assert f"ops/a.yaml can't be edited: {error.strerror}" in err
    assert (tmp_path / "ops/a.yaml").read_text(encoding="utf-8") == SHOP


def test_a_link_within_the_estate_is_written_through(tmp_path: Path, run: Run) -> None:
    (tmp_path / "ops").mkdir()
    (tmp_path / "x").mkdir()
    real, link = tmp_path / "x/real.txt", tmp_path / "ops/a.yaml"
    real.write_text(SHOP, encoding="utf-8")
    link.symlink_to("../x/real.txt")
    code, _, _ = run(tmp_path, *APPLY)
    assert code == 0
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") != SHOP
    assert run(tmp_path, "check")[0] == 0


def test_what_lies_outside_is_neither_read_nor_written(tmp_path: Path, run: Run) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside.yaml"
    (root / "ops").mkdir(parents=True)
    outside.write_text(SHOP, encoding="utf-8")
    (root / "ops/a.yaml").symlink_to(outside)
    code, _, err = run(root, *APPLY)
    assert (code, "it leads outside" in err) == (2, True)
    assert outside.read_text(encoding="utf-8") == SHOP


def test_a_link_that_leads_outside_meanwhile_is_not_followed(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opspolicy.explain import repairs  # noqa: PLC0415 - only here

    root, outside = tmp_path / "root", tmp_path / "outside.yaml"
    (root / "ops").mkdir(parents=True)
    outside.write_text(SHOP, encoding="utf-8")
    (root / "ops/a.yaml").write_text(SHOP, encoding="utf-8")
    advise = repairs.advise

    def meanwhile(*arguments: object) -> object:
        (root / "ops/a.yaml").unlink()
        (root / "ops/a.yaml").symlink_to(outside)
        return advise(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(repairs, "advise", meanwhile)
    code, _, _ = run(root, *APPLY)
    assert code == 2
    assert outside.read_text(encoding="utf-8") == SHOP
