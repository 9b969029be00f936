"""Every command the documents show is run here, and prints what they say it prints."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests import archives
from tests.repositories import AUTHOR, isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"^# (\S+\.yaml)\n")
LINK = re.compile(r"\[[^\]]+\]\(([^)#\s]+)[^)]*\)")
PAGES = [
    path
    for path in sorted(
        [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
    )
    if ".venv" not in path.parts
]
SOURCES = [path for path in PAGES if path.parent.name == "sources"]
ONE_PLACE = [path for path in PAGES if path not in SOURCES]
"""Those that are about one project, the examples."""
FILE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The targets of make are looked at with `make -n`, and `.ci/run` installs into a clean environment.
NOT_RUN = {"pip"}
# What makes the repository that others are about is run once, in order, before any of them.
SET_UP = {"cp", "git"}
# Whose commit it is and when it was made is part of its id.
COMMIT = re.compile(r"\([0-9a-f]{12}\)")


class Shown(NamedTuple):
    """A command in a document, and the output below it, if any is shown."""

    page: Path
    line: str
    output: str


def shown(pages: list[Path]) -> list[Shown]:
    """Return every command of some documents."""
    found: list[Shown] = []
    for page in pages:
        for language, body in BLOCK.findall(page.read_text(encoding="utf-8")):
            if language != "console":
                continue
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                line, _, output = part.partition("\n")
                found.append(Shown(page, line, output))
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with the examples, and with what the documents say to make there."""
    directory = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "examples", directory / "examples")
    pages = (ROOT / "README.md", ROOT / "docs" / "usage.md")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    for language, body in BLOCK.findall(text):
        named = FILE_NAME.match(body)
        if language == "yaml" and named:
            target = directory / named[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(body, encoding="utf-8")
    for each in shown(ONE_PLACE):
        program, *arguments = shlex.split(each.line)
        if program in SET_UP:
            words = ["git", *AUTHOR, *arguments] if program == "git" else [program, *arguments]
            subprocess.run(words, cwd=directory, env=isolated(), check=True)
    return directory


@pytest.mark.parametrize(
    "command", shown(ONE_PLACE), ids=lambda each: f"{each.page.name}: {each.line}"
)
def test_command(command: Shown, project: Path, request: pytest.FixtureRequest) -> None:
    program, *arguments = shlex.split(command.line)
    if program == "make":
        subprocess.run(["make", "--dry-run", *arguments], cwd=ROOT, check=True, capture_output=True)
        return
    if program in NOT_RUN | SET_UP:
        assert not command.output, "what isn't run can't be shown to print something"
        return
    if program.endswith("opspolicy"):
        line = command.line.replace(program, "opspolicy", 1)
        result = archives.run(f"OPSPOLICY_AS_OF=2027-09-01 {line}", project)
        printed = result.stdout + result.stderr
        if command.output and request.config.getoption("--rewrite"):
            rewrite(command, printed)
        elif command.output:
            assert COMMIT.sub("()", printed) == COMMIT.sub("()", command.output)
        else:
            # Shown without output it has to work: a finding is no failure, a misspelt option is.
            assert "usage:" not in printed
            assert result.code in {0, 1}, printed
        return
    pytest.fail(f"{command.line}: nobody runs this")


def rewrite(command: Shown, printed: str) -> None:
    """Show what a command prints by now."""
    if COMMIT.sub("()", printed) != COMMIT.sub("()", command.output):
        text = command.page.read_text(encoding="utf-8")
        head = f"$ {command.line}\n"
        assert text.count(head + command.output) == 1
        text = text.replace(head + command.output, head + printed)
        command.page.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("page", SOURCES, ids=lambda page: page.stem)
def test_how_to(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Pages on foreign formats are worlds of their own, of the files they show."""
    for name, body in FILE.findall(page.read_text(encoding="utf-8")):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(body, encoding="utf-8")
    for each in shown([page]):
        result = archives.run(f"OPSPOLICY_AS_OF=2027-09-01 {each.line}", tmp_path)
        printed = result.stdout + result.stderr
        if request.config.getoption("--rewrite"):
            rewrite(each, printed)
        else:
            assert printed == each.output


def test_what_the_readme_says_to_write_passes(project: Path) -> None:
    result = archives.run("opspolicy check --as-of 2027-09-01", project)
    assert (result.code, result.stdout.split("\n")[0]) == (0, "No findings."), result.stdout
    # And what it says that would go wrong does.
    estate = next(
        each for each in project.glob("ops/*.yaml") if "identity-patch" in each.read_text()
    )
    estate.write_text(estate.read_text().replace("0 5 * * sun", "0 3 * * sun"))
    result = archives.run("opspolicy check --as-of 2027-09-01 -q", project)
    assert "[OPS303] run-during-outage: job `nightly-invoices` runs" in result.stdout
    assert result.code == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_yaml_in_documents_is_yaml(page: Path) -> None:
    from opspolicy.source.yaml_reader import read  # noqa: PLC0415 - only here

    if page.parent.name == "rules":
        return  # their examples are held by tests/test_rule_cases.py, some of them broken on purpose
    for language, body in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "yaml":
            assert not read(body, page.name)[1], body


def test_messages_that_are_explained_are_printed() -> None:
    """Whoever looks for what is on the screen must find it."""
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "opspolicy").rglob("*.py"))
    # As if each sentence stood on one line.
    source = re.sub(r'"\s*\n\s*f?"', "", "\n".join(texts))
    quoted = re.findall(r"`([a-zA-Z][a-z]* (?:[a-z]+ ){2,}[a-z]+)`", page)
    headings = re.findall(r"^## (No file matched.*|Only this directory.*)$", page, re.MULTILINE)
    assert len(quoted) >= 4
    assert [each for each in [*quoted, *headings] if each not in source] == []
