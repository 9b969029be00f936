"""Which files are the estate's, and that nothing which looks like one is left out in silence."""

from __future__ import annotations

import fnmatch
import inspect
import json
import os
import random
import re
import socket
import stat
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.cli import main
from opspolicy.source import discovery
from opspolicy.source.discovery import Glob, GlobError, Patterns, select, select_named
from opspolicy.source.reading import Root, is_above, read_file

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = "2027-09-01"
# It is read without a finding, whatever stands beside it.
HARMLESS = "x-harmless: true\n"


class Ran(NamedTuple):
    """What a check came to."""

    code: int
    report: dict[str, Any]

    @property
    def files(self) -> dict[str, str]:
        """Each file of the manifest with what became of it."""
        listed = [(each["path"], each["status"]) for each in self.report["files"]]
        assert len(dict(listed)) == len(listed), listed
        return dict(listed)

    @property
    def failures(self) -> dict[str, str]:
        """Why each file failed."""
        return {each["path"]: each["reason"] for each in self.report["files"] if "reason" in each}


class Tree:
    """A directory to find files in."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Start with nothing below ``root``."""
        self.root = root
        self._capsys = capsys

    def write(self, *paths: str, text: str = HARMLESS) -> None:
        """Write ``text`` to files, and make the directories on the way."""
        for path in paths:
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def link(self, path: str, target: str | Path) -> None:
        """Make a symbolic link."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)

    def selected(self, **patterns: tuple[str, ...]) -> list[str]:
        """Return the files selected without paths, none of which may be a problem."""
        found = select(Root(str(self.root)), Patterns(**patterns))
        assert found.problems == ()
        return list(found.paths)

    def named(self, *names: str, **patterns: tuple[str, ...]) -> list[str]:
        """Return the files that ``names`` stand for, none of which may be a problem."""
        found = select_named(Root(str(self.root)), names, Patterns(**patterns))
        assert found.problems == ()
        return list(found.paths)

    def check(self, *arguments: str) -> Ran:
        """Run `opspolicy check` here."""
        code = main(["check", "-C", str(self.root), "--as-of", AS_OF, "--format", "json",
                     "--no-cache", *arguments])  # fmt: skip
        written = self._capsys.readouterr()
        assert "Traceback" not in written.err
        return Ran(code, json.loads(written.out) if written.out else {})


@pytest.fixture
def tree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Tree:
    """Return an empty tree, which is the current directory."""
    root = tmp_path / "root"
    root.mkdir()
    # A marker, so that no configuration above is found.
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(root)
    monkeypatch.delenv("OPSPOLICY_AS_OF", raising=False)
    return Tree(root, capsys)


# The default --------------------------------------------------------------------------------------


def test_default_is_all_yaml_below_ops(tree: Tree) -> None:
    tree.write("ops/a.yaml", "ops/b.yml", "ops/team/sub/c.yaml", "ops/x.yaml/d.yml")
    tree.write("a.yaml", "deploy/b.yaml", "opsx/c.yaml", "sub/ops/d.yaml")
    tree.write("ops/e.json", "ops/yaml", "ops/f.yaml.bak", "ops/g.yamlx", "ops/README.md")
    assert tree.selected() == ["ops/a.yaml", "ops/b.yml", "ops/team/sub/c.yaml", "ops/x.yaml/d.yml"]


def test_root_without_ops_is_taken_whole(tree: Tree) -> None:
    tree.write("a.yaml", "deploy/b.yml", "deploy/sub/c.yaml", "d.json")
    assert tree.selected() == ["a.yaml", "deploy/b.yml", "deploy/sub/c.yaml"]


def test_file_called_ops_is_no_directory(tree: Tree) -> None:
    tree.write("ops", "a.yaml")
    assert tree.selected() == ["a.yaml"]


def test_what_is_ours_and_no_declaration_is_left_out(tree: Tree) -> None:
    tree.write("ops/a.yaml", "ops/a_test.yaml", "ops/b_test.yml", "ops/test.yaml")
    tree.write("ops/opspolicy.yaml", "ops/sub/opspolicy.yaml", "ops/opspolicy.yml")
    tree.write("ops/policies/p.yaml", "ops/policies/sub/q.yaml")
    assert tree.selected(policies=("ops/policies/*.yaml",)) == [
        "ops/a.yaml", "ops/opspolicy.yml", "ops/policies/sub/q.yaml", "ops/test.yaml",
    ]  # fmt: skip
    assert "ops/policies/p.yaml" in tree.selected()


def test_directories_that_begin_with_a_dot_are_left_out(tree: Tree) -> None:
    tree.write("ops/a.yaml", "ops/.b.yaml", "ops/.cache/c.yaml", "ops/sub/.d/e/f.yaml")
    assert tree.selected() == ["ops/.b.yaml", "ops/a.yaml"]


def test_at_the_root_other_tools_keep_their_settings(tree: Tree) -> None:
    tree.write(
        "a.yaml", ".pre-commit-config.yaml", ".gitlab-ci.yml", "sub/.b.yaml", ".github/c.yaml"
    )
    assert tree.selected() == ["a.yaml", "sub/.b.yaml"]
    assert tree.named(".") == ["a.yaml", "sub/.b.yaml"]
    assert tree.named(".gitlab-ci.yml") == [".gitlab-ci.yml"]


# Globs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        (("ops/*.yaml",), ["ops/a.yaml"]),
        (("ops/*.{yaml,yml}",), ["ops/a.yaml", "ops/b.yml"]),
        (("**/*.yml",), ["ops/b.yml", "ops/team/d.yml"]),
        (("ops/**",), ["ops/a.yaml", "ops/b.yml", "ops/team/c.yaml",
                       "ops/team/d.yml", "ops/team/deep/e.yaml"]),
        (("ops/*",), ["ops/a.yaml", "ops/b.yml"]),
        (("ops/*.txt",), ["ops/note.txt"]),
        (("ops/team",), ["ops/team/c.yaml", "ops/team/d.yml", "ops/team/deep/e.yaml"]),
        (("ops/team/", "other"), ["ops/team/c.yaml", "ops/team/d.yml", "ops/team/deep/e.yaml", "other/f.yaml"]),
        (("ops/**/*.yaml",), ["ops/a.yaml", "ops/team/c.yaml", "ops/team/deep/e.yaml"]),
        (("ops/**/deep/**/*.yaml",), ["ops/team/deep/e.yaml"]),
        (("**/**/**/e.yaml",), ["ops/team/deep/e.yaml"]),
        (("ops/*/c.yaml",), ["ops/team/c.yaml"]),
        (("ops/?.yaml",), ["ops/a.yaml"]),
        (("ops/[ab].y*",), ["ops/a.yaml", "ops/b.yml"]),
        (("ops/[!a].y*",), ["ops/b.yml"]),
        (("ops/{a.yaml,team/{c.yaml,deep/*.yaml}}",),
         ["ops/a.yaml", "ops/team/c.yaml", "ops/team/deep/e.yaml"]),
        (("{ops/team,other}",), ["ops/team/c.yaml", "ops/team/d.yml", "ops/team/deep/e.yaml", "other/f.yaml"]),
        (("{other,}",), ["other/f.yaml"]),
        (("{,/}",), []),
        (("ops/{team,*.yaml}",), ["ops/a.yaml", "ops/team/c.yaml", "ops/team/d.yml", "ops/team/deep/e.yaml"]),
        (("ops/{*.txt,team/*}",), ["ops/note.txt", "ops/team/c.yaml", "ops/team/d.yml"]),
        (("ops/{team/*,*.txt}",), ["ops/note.txt", "ops/team/c.yaml", "ops/team/d.yml"]),
        (("ops/{*,*.txt}",), ["ops/a.yaml", "ops/b.yml", "ops/note.txt"]),
        (("ops/{*.txt,**}",), ["ops/a.yaml", "ops/b.yml", "ops/note.txt", "ops/team/c.yaml",
                               "ops/team/d.yml", "ops/team/deep/e.yaml"]),
        (("ops/a.yaml", "other/f.yaml"), ["ops/a.yaml", "other/f.yaml"]),
        (("./other/*.yaml",), ["other/f.yaml"]),
        (("ops/a.yaml", "ops/*.yaml", "**/a.yaml"), ["ops/a.yaml"]),
        (("ops/note.txt",), ["ops/note.txt"]),
        (("ops/A*.yaml",), []),
        (("nothing/**/*.yaml",), []),
        (("ops/{a.yaml",), []),
        (("ops/*}.yaml",), []),
    ],
)  # fmt: skip
def test_include(tree: Tree, include: tuple[str, ...], expected: list[str]) -> None:
    tree.write("ops/a.yaml", "ops/b.yml", "ops/team/c.yaml", "ops/team/d.yml", "ops/note.txt")
    tree.write("ops/team/deep/e.yaml", "other/f.yaml")
    assert tree.selected(include=include) == expected


def test_one_of_several_names_is_left_out_as_any_other(tree: Tree) -> None:
    tree.write("ops/a.yaml", "ops/b.yaml", "policies/a.yaml")
    names = ("{ops,policies}/{a,b}.yaml",)
    assert tree.selected(include=names, exclude=("ops/b.yaml", "policies/b.yaml")) == ["ops/a.yaml"]
    # By itself it is meant.
    assert tree.selected(include=("ops/b.yaml",), exclude=("ops/b.yaml",)) == ["ops/b.yaml"]


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        (("ops/team",), ["ops/a.yaml", "ops/b.yml"]),
        (("ops/team/",), ["ops/a.yaml", "ops/b.yml"]),
        (("ops/team/**",), ["ops/a.yaml", "ops/b.yml"]),
        (("**/team",), ["ops/a.yaml", "ops/b.yml"]),
        (("**/*.yml", "ops/a.yaml"), ["ops/team/c.yaml", "ops/team/deep/e.yaml"]),
        (("**/deep",), ["ops/a.yaml", "ops/b.yml", "ops/team/c.yaml"]),
        (("ops/{team,a.yaml}",), ["ops/b.yml"]),
        (
            ("team", "c.yaml"),
            ["ops/a.yaml", "ops/b.yml", "ops/team/c.yaml", "ops/team/deep/e.yaml"],
        ),
        (("ops",), []),
    ],
)
def test_exclude(tree: Tree, exclude: tuple[str, ...], left: list[str]) -> None:
    tree.write("ops/a.yaml", "ops/b.yml", "ops/team/c.yaml", "ops/team/deep/e.yaml")
    assert tree.selected(exclude=exclude) == left
    assert tree.named("ops", exclude=exclude) == left


def test_an_excluded_submodule_or_link_is_no_problem(tree: Tree, tmp_path: Path) -> None:
    tree.write("ops/a.yaml", "ops/vendored/b.yaml", "ops/vendored/.git")
    tree.link("ops/away", tmp_path)
    assert tree.selected(exclude=("ops/vendored", "ops/away")) == ["ops/a.yaml"]


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("**", "a/b/c", True),
        ("a/**", "a/b", True),
        ("a/**", "ab/c", False),
        ("**/c", "c", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/b/b/c", True),
        ("a/**/b/**/c", "a/b/x/b/y/c", True),
        ("a/**/b/c", "a/b/x/b/c", True),
        ("a/*/c", "a/b/b/c", False),
        ("*", "a/b", False),
        ("a*c", "a/c", False),
        ("a.c", "abc", False),
        ("{a,b}/{c,d}", "b/c", True),
        ("{a,}b", "b", True),
        ("[a-c]x", "bx", True),
        ("[]x]", "]", True),
        ("[z-a]", "m", False),
        ("a\nb", "a\nb", True),
        ("a", "a\n", False),
        ("(a|b)+", "(a|b)+", True),
    ],
)
def test_glob(pattern: str, path: str, matches: bool) -> None:  # noqa: FBT001 - one row of a table
    assert Glob((pattern,))(path) is matches


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 100 + "b", "a" * 255),
        ("*" * 250 + "b", "a" * 255),
        ("*?" * 100 + "b", "a" * 255),
        ("[a]*" * 60 + "b", "a" * 255),
        ("**/" * 80 + "b", "/".join("a" * 2000)),
        ("**/a/" * 50 + "b", "/".join("a" * 2000)),
        ("**/*a*a*a*a*b/" * 10 + "b", "/".join(["a" * 50] * 100)),
    ],
)
def test_hostile_glob_takes_linear_time(pattern: str, path: str) -> None:
    """With backtracking the first of these outlives the universe."""
    glob = Glob((pattern,))
    start = time.process_time()
    assert not glob(path)
    # Each takes a few milliseconds.
    assert time.process_time() - start < 1


def test_alternatives_at_the_cap() -> None:
    assert discovery.MOST_ALTERNATIVES == 64
    assert Glob(("{a,b}" * 6,))("ababab")
    with pytest.raises(GlobError, match=r"^`\{a,b\}.*` stands for more than 64 patterns$"):
        Glob(("{a,b}" * 7,))
    with pytest.raises(GlobError):
        Glob(("{" + "a," * 64 + "b}",))
    start = time.process_time()
    with pytest.raises(GlobError):
        Glob(("{a,b}" * 50,))
    assert time.process_time() - start < 1


@pytest.mark.parametrize("key", ["include", "exclude", "policies"])
def test_too_many_alternatives_are_a_finding_in_the_configuration(tree: Tree, key: str) -> None:
    tree.write("ops/a.yaml")
    pattern = "{a,b}" * 7
    tree.write("opspolicy.yaml", text=f"horizon: 30d\n{key}:\n  - ok/*.yaml\n  - '{pattern}'\n")
    ran = tree.check()
    (finding,) = ran.report["findings"]
    assert ran.code == 2
    assert finding["rule"] == "schema-violation"
    assert finding["message"] == f"`{pattern}` stands for more than 64 patterns"
    assert finding["location"]["file"] == "opspolicy.yaml"
    assert (finding["location"]["line"], finding["location"]["column"]) == (4, 5)


@pytest.mark.parametrize("pattern", ["/etc/*.yaml", "../*.yaml", "ops/../../*.yaml", "..", "a/.."])
@pytest.mark.parametrize("key", ["include", "exclude", "policies"])
def test_pattern_that_leads_outside_is_a_finding(tree: Tree, key: str, pattern: str) -> None:
    tree.write("ops/a.yaml")
    tree.write("opspolicy.yaml", text=f"{key}: {pattern}\n")
    ran = tree.check()
    assert ran.code == 2
    assert [each["message"] for each in ran.report["findings"]] == [
        f"`{pattern}` leads outside the root; patterns are relative to it"
    ]


# Names on the command line ------------------------------------------------------------------------


def test_directory_stands_for_all_yaml_below_it(tree: Tree) -> None:
    tree.write("ops/a.yaml", "extra/b.yml", "extra/sub/c.yaml", "extra/d.txt", "extra/e_test.yaml")
    tree.write("extra/opspolicy.yaml", "extra/.git2/f.yaml")
    expected = ["extra/b.yml", "extra/sub/c.yaml"]
    for name in ("extra", "extra/", "./extra", "ops/../extra", str(tree.root / "extra")):
        assert tree.named(name) == expected
    assert tree.named(".") == [*expected, "ops/a.yaml"]
    # A pattern's own characters in a directory's name are no pattern.
    tree.write("[x]*/g.yaml")
    assert tree.named("[x]*") == ["[x]*/g.yaml"]


@pytest.mark.parametrize(
    ("path", "above"),
    [("..", True), ("../a.yaml", True), ("../..data", True), ("..data", False),
     ("..data/a.yaml", False), ("...", False), (".", False), ("a/..", False)],
)  # fmt: skip
def test_what_is_above(path: str, *, above: bool) -> None:
    assert is_above(path.replace("/", os.sep)) is above
    assert is_above(path) is above


def test_a_name_that_begins_with_dots_stays_what_it_is(tree: Tree) -> None:
    """Kubernetes mounts a volume as a link `..data` to a directory with a date for a name."""
    tree.write("..2027/a.yaml")
    tree.link("..data", "..2027")
    assert Root(str(tree.root)).find("..data/a.yaml") == "..data/a.yaml"


def test_file_is_taken_as_it_is(tree: Tree) -> None:
    tree.write("a.txt", "ops/b_test.yaml", "ops/.c.yaml", "opspolicy.yaml")
    names = ("a.txt", "ops/b_test.yaml", "./ops/.c.yaml", "opspolicy.yaml")
    assert tree.named(*names) == ["a.txt", "ops/.c.yaml", "ops/b_test.yaml", "opspolicy.yaml"]


def test_one_file_by_many_names_is_one_file(tree: Tree) -> None:
    tree.write("ops/a.yaml", "ops/b.yaml")
    names = ("ops/a.yaml", "./ops/a.yaml", "ops//a.yaml", "ops", str(tree.root / "ops/a.yaml"))
    assert tree.named(*names) == ["ops/a.yaml", "ops/b.yaml"]
    assert tree.check(*names).files == {"ops/a.yaml": "parsed", "ops/b.yaml": "parsed"}


def test_names_are_relative_to_dash_c_and_reported_relative_to_the_configuration(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tree.write("opspolicy.yaml", "ops/a.yaml", "ops/sub/b.yaml", "c.yaml")
    monkeypatch.chdir(tmp_path)
    assert tree.check("-C", "root").files == {"ops/a.yaml": "parsed", "ops/sub/b.yaml": "parsed"}
    assert tree.check("-C", str(tree.root / "ops/sub"), "b.yaml", "../../c.yaml").files == {
        "ops/sub/b.yaml": "parsed",
        "c.yaml": "parsed",
    }
    # The selection is the root's, from wherever it is run.
    assert set(tree.check("-C", str(tree.root / "ops/sub")).files) == {
        "ops/a.yaml",
        "ops/sub/b.yaml",
    }
    assert set(tree.check("-C", str(tree.root / "ops"), ".").files) == {
        "ops/a.yaml",
        "ops/sub/b.yaml",
    }


def test_directory_of_the_named_configuration_is_the_root(tree: Tree) -> None:
    tree.write("ops/a.yaml", "teams/x/ops/b.yaml", "teams/x/c.yaml", "teams/x/opspolicy.yaml")
    tree.write("teams/x/other.yaml")
    assert set(tree.check("--config", "teams/x/opspolicy.yaml").files) == {"ops/b.yaml"}
    assert set(tree.check("--config", "teams/x/other.yaml").files) == {"ops/b.yaml"}
    assert set(tree.check("--config", "teams/x/opspolicy.yaml", "teams/x").files) == {
        "c.yaml",
        "ops/b.yaml",
        "other.yaml",
    }
    # What lies beside that root is outside.
    assert tree.check("--config", "teams/x/opspolicy.yaml", "ops").code == 2


def test_without_a_configuration_the_current_directory_is_the_root(tree: Tree) -> None:
    tree.write("ops/a.yaml", "ops/sub/b.yaml")
    assert set(tree.check("-C", str(tree.root / "ops/sub")).files) == {"b.yaml"}


def test_configuration_is_looked_for_up_to_the_git_root(tree: Tree, tmp_path: Path) -> None:
    (tmp_path.parent / "opspolicy.yaml").write_text("no-such-key: 1\n", encoding="utf-8")
    try:
        tree.write("ops/a.yaml")
        assert tree.check().code == 0
        (tmp_path / "opspolicy.yaml").write_text("include: root/ops/*.yaml\n", encoding="utf-8")
        assert tree.check().files == {"root/ops/a.yaml": "parsed"}
    finally:
        (tmp_path.parent / "opspolicy.yaml").unlink()


# What is reported rather than read ----------------------------------------------------------------


def failure(ran: Ran, path: str) -> str:
    """Return why ``path`` failed, after making sure that the run says so in every way."""
    assert ran.code == 2
    assert ran.report["complete"] is False
    assert ran.files[path] == "failed"
    (finding,) = (each for each in ran.report["findings"] if each["location"]["file"] == path)
    assert finding["rule"] == "unreadable-file"
    assert finding["severity"] == "error"
    assert finding["message"] == ran.failures[path]
    return ran.failures[path].removeprefix(f"`{path}` can't be read: ")


def test_missing_file(tree: Tree) -> None:
    tree.write("ops/a.yaml")
    assert failure(tree.check("ops/b.yaml"), "ops/b.yaml") == "no such file or directory"
    assert failure(tree.check("nowhere", "ops"), "nowhere") == "no such file or directory"
    tree.write("opspolicy.yaml", text="include: ['ops/{a,z}.yaml']\n")
    assert failure(tree.check(), "ops/z.yaml") == "no such file or directory"


@pytest.mark.parametrize("name", ["..", "../other/a.yaml", "ops/../../other/a.yaml", "/"])
def test_outside_the_root(tree: Tree, tmp_path: Path, name: str) -> None:
    tree.write("ops/a.yaml")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/a.yaml").write_text("x-secret: hunter2\n", encoding="utf-8")
    ran = tree.check(name, "ops")
    assert failure(ran, name) == "it is outside the root of the estate"
    assert ran.files["ops/a.yaml"] == "parsed"
    assert "hunter2" not in json.dumps(ran.report)


def test_no_file_matched(tree: Tree) -> None:
    ran = tree.check()
    assert (ran.code, ran.report["complete"], ran.report["files"]) == (2, False, [])
    ran = tree.check("--allow-empty")
    assert (ran.code, ran.report["complete"], ran.report["files"]) == (0, True, [])
    tree.write("ops/a.txt")
    assert tree.check().code == 2
    assert tree.check("ops").code == 2
    assert tree.check("ops", "--allow-empty").code == 0
    tree.write("opspolicy.yaml", text="include: nothing/*.yaml\n")
    assert tree.check().code == 2
    # Empty is no excuse for what couldn't be read.
    assert tree.check("nowhere", "--allow-empty").code == 2


def test_link_to_a_file_inside(tree: Tree) -> None:
    tree.write("shared/a.yaml")
    tree.link("ops/a.yaml", "../shared/a.yaml")
    assert tree.check().files == {"ops/a.yaml": "parsed"}


def test_link_to_a_file_outside(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("x-secret: hunter2\n", encoding="utf-8")
    tree.write("ops/a.yaml")
    tree.link("ops/b.yaml", tmp_path / "secret.yaml")
    tree.link("ops/c.yaml", "../../secret.yaml")
    ran = tree.check()
    assert failure(ran, "ops/b.yaml") == "it leads outside the root of the estate"
    assert failure(ran, "ops/c.yaml") == "it leads outside the root of the estate"
    assert "hunter2" not in json.dumps(ran.report)
    assert failure(tree.check("ops/b.yaml"), "ops/b.yaml") == "it is outside the root of the estate"


def test_link_to_a_directory_inside(tree: Tree) -> None:
    tree.write("ops/a.yaml", "shared/b.yaml", "shared/sub/c.yaml", ".gen/d.yaml", "shared/e.txt")
    tree.link("ops/shared", "../shared")
    tree.link("ops/gen", "../.gen")
    found = ["ops/a.yaml", "ops/gen/d.yaml", "ops/shared/b.yaml", "ops/shared/sub/c.yaml"]
    assert tree.selected() == found
    assert tree.named("ops") == found
    assert tree.selected(exclude=("shared",)) == ["ops/a.yaml", "ops/gen/d.yaml"]
    assert tree.selected(exclude=("ops/shared",)) == ["ops/a.yaml", "ops/gen/d.yaml"]


def test_what_links_lead_to_is_taken_once(tree: Tree) -> None:
    tree.write("ops/v2/a.yaml", "shared/b.yaml")
    tree.link("ops/current", "v2")
    tree.link("ops/one", "../shared")
    tree.link("ops/two", "../shared")
    tree.link("ops/b.yaml", "../shared/b.yaml")
    tree.link("ops/c.yaml", "v2/a.yaml")
    assert tree.selected() == ["ops/b.yaml", "ops/v2/a.yaml"]


def test_links_to_one_place_that_different_patterns_select(tree: Tree) -> None:
    tree.write("shared/a.yaml", "shared/b.yaml")
    tree.link("one/s", "../shared")
    tree.link("two/s", "../shared")
    include = ("one/**/a.yaml", "two/**/b.yaml")
    assert tree.selected(include=include) == ["one/s/a.yaml", "two/s/b.yaml"]


def test_many_links_to_one_another_end(tree: Tree) -> None:
    for at in range(12):
        tree.write(f"d{at}/a.yaml")
        for link in ("x", "y", "z"):
            tree.link(f"d{at}/{link}", f"../d{at + 1}")
    tree.write("d12/a.yaml")
    tree.link("ops/s", "../d0")
    assert len(tree.selected()) == 13


def test_links_to_one_another_where_the_way_decides_have_an_end(tree: Tree) -> None:
    for at in range(12):
        for link in ("x", "y", "z"):
            tree.link(f"d{at}/{link}", f"../d{at + 1}")
    tree.write("d12/a.yaml", "ops/b.yaml")
    tree.link("ops/s", "../d0")
    (tree.root / "opspolicy.yaml").write_text("include: ops/**/a.yaml\n", encoding="utf-8")
    ran = tree.check()
    assert ran.code == 2
    assert "more than 5,000 directories are reached by links" in str(ran.report)


@pytest.mark.parametrize(
    ("links", "include", "exclude", "found"),
    [
        # An unrelated link to the same place takes nothing away.
        ({"ops/b/x": "../../shared", "ops/a/live": "../../shared"}, ("ops/*/live/*.yaml",), (),
         ["ops/a/live/f.yaml"]),
        ({"ops/b/x": "../../shared", "ops/a/live": "../../shared"}, (), ("ops/b/x",),
         ["ops/a/live/f.yaml", "ops/a/live/gen/g.yaml"]),
        # A link to a directory above shows what lies beside.
        ({"ops/all": ".."}, (), (), ["ops/all/shared/f.yaml", "ops/all/shared/gen/g.yaml"]),
        ({"ops/gen": "../shared/gen", "shared/gen/up": ".."}, (), (),
         ["ops/gen/g.yaml", "ops/gen/up/f.yaml"]),
        # A start that is a link, and what is named outright.
        ({"ops": "shared"}, (), (), ["ops/f.yaml", "ops/gen/g.yaml"]),
        ({"ops2": "shared"}, ("shared/**/*.yaml", "ops2/**/*.yaml"), (),
         ["shared/f.yaml", "shared/gen/g.yaml"]),
        ({"a.yaml": "shared/f.yaml"}, ("a.yaml", "shared/f.yaml"), (), ["shared/f.yaml"]),
        ({}, (".",), ("shared/gen",), ["shared/f.yaml"]),
        ({}, ("./shared",), (), ["shared/f.yaml", "shared/gen/g.yaml"]),
        # The policies by another way are policies.
        ({"ops/rules": "../policies", "ops/f.yaml": "../shared/f.yaml"}, (), (), ["ops/f.yaml"]),
    ],
)  # fmt: skip
def test_every_way_by_links(
    tree: Tree,
    links: dict[str, str],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    found: list[str],
) -> None:
    tree.write("shared/f.yaml", "shared/gen/g.yaml", "policies/p.yaml")
    for path, target in links.items():
        tree.link(path, target)
    assert tree.selected(include=include, exclude=exclude) == found


@pytest.mark.parametrize(
    ("include", "found"),
    [
        ("teams/*/.ops/*.yaml", ["teams/a/.ops/f.yaml"]),
        ("**/.ops/*.yaml", ["teams/a/.ops/f.yaml"]),
        (".ops-*.yaml", [".ops-a.yaml"]),
        ("*_test.yaml", ["a_test.yaml"]),
        ("**/*.yaml", []),
    ],
)
def test_what_a_pattern_names_is_not_left_out(tree: Tree, include: str, found: list[str]) -> None:
    tree.write("teams/a/.ops/f.yaml", ".ops-a.yaml", "a_test.yaml", ".git/x.yaml")
    assert tree.selected(include=(include,)) == found


def test_a_link_that_leads_nowhere_may_have_been_a_directory(tree: Tree) -> None:
    tree.write("ops/a.yaml")
    tree.link("ops/shared", "../../nowhere/shared")
    tree.link("ops/latest.log", "nowhere")
    ran = tree.check()
    assert ran.code == 2
    assert failure(ran, "ops/shared") == "it is a link that leads nowhere"


def test_link_to_a_directory_outside(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    (tmp_path / "away/secret.yaml").write_text("x-secret: hunter2\n", encoding="utf-8")
    tree.write("ops/a.yaml")
    tree.link("ops/b", tmp_path / "away")
    ran = tree.check()
    assert failure(ran, "ops/b") == "it is a link to a directory outside the root of the estate"
    assert set(ran.files) == {"ops/a.yaml", "ops/b"}
    assert failure(tree.check("ops/b"), "ops/b") == "it is outside the root of the estate"


def test_link_to_a_neighbour_with_a_longer_name_is_outside(tree: Tree, tmp_path: Path) -> None:
    """`/x/root-2` begins like `/x/root` and is not below it."""
    (tmp_path / "root-2").mkdir()
    (tmp_path / "root-2/a.yaml").write_text(HARMLESS, encoding="utf-8")
    tree.write("ops/a.yaml")
    tree.link("ops/b.yaml", tmp_path / "root-2/a.yaml")
    assert failure(tree.check(), "ops/b.yaml") == "it leads outside the root of the estate"


def test_ops_that_is_a_link_to_the_outside(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    (tmp_path / "away/a.yaml").write_text(HARMLESS, encoding="utf-8")
    tree.link("ops", tmp_path / "away")
    assert failure(tree.check(), "ops/a.yaml") == "it leads outside the root of the estate"


def test_link_to_a_directory_above_it_is_walked_once(tree: Tree) -> None:
    tree.write("ops/a.yaml")
    tree.link("ops/self", ".")
    tree.link("ops/up", "..")
    assert tree.selected() == ["ops/a.yaml"]


def test_links_that_lead_nowhere(tree: Tree) -> None:
    tree.write("ops/a.yaml")
    tree.link("ops/b.yaml", "nothing")
    tree.link("ops/c.yaml", "c.yaml")
    ran = tree.check()
    assert failure(ran, "ops/b.yaml") == "no such file or directory"
    assert "links" in failure(ran, "ops/c.yaml")
    assert ran.files["ops/a.yaml"] == "parsed"


def test_a_chain_of_more_links_than_anybody_follows(tree: Tree) -> None:
    tree.write("ops/a.yaml")
    for at in range(2_000):
        tree.link(f"links/{at}", f"{at + 1}")
    tree.link("ops/b.yaml", "../links/0")
    tree.link("ops/c", "../links/0")
    ran = tree.check()
    assert "links" in failure(ran, "ops/b.yaml")
    assert failure(ran, "ops/c") == "it is a link that leads nowhere"


def test_pipes_and_sockets_are_not_waited_for(tree: Tree) -> None:
    tree.write("ops/a.yaml")
    os.mkfifo(tree.root / "ops/pipe.yaml")
    ran = tree.check()
    assert failure(ran, "ops/pipe.yaml") == "it is a named pipe, not a regular file"
    assert failure(tree.check("ops/pipe.yaml"), "ops/pipe.yaml").startswith("it is a named pipe")
    os.mkfifo(tree.root / "opspolicy.yaml")
    assert failure(tree.check(), "opspolicy.yaml") == "it is a named pipe, not a regular file"
    (tree.root / "opspolicy.yaml").unlink()
    (tree.root / "ops/pipe.yaml").unlink()
    # A socket's path must be short.
    os.chdir(tree.root / "ops")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.yaml")
        assert failure(tree.check(), "ops/s.yaml")


def test_link_to_a_device_is_outside(tree: Tree) -> None:
    tree.write("ops/a.yaml")
    tree.link("ops/zero.yaml", "/dev/zero")
    assert failure(tree.check(), "ops/zero.yaml") == "it leads outside the root of the estate"


def test_device(tree: Tree) -> None:
    tree.write("ops/a.yaml")
    try:
        os.mknod(tree.root / "ops/zero.yaml", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")
    found = read_file(Root(str(tree.root)), "ops/zero.yaml").problem
    assert found is not None
    # Where devices are switched off, opening it fails already.
    assert "it is a device, not a regular file" in found.message or "permi" in found.message


def test_directory_named_like_a_file(tree: Tree) -> None:
    tree.write("ops/a.yaml/b.yaml")
    found = read_file(Root(str(tree.root)), "ops/a.yaml").problem
    assert found is not None
    assert found.message == "`ops/a.yaml` can't be read: it is a directory, not a regular file"


@pytest.mark.parametrize("is_file", [True, False], ids=["submodule", "clone"])
def test_repository_within_is_reported_and_not_entered(
    tree: Tree,
    is_file: bool,  # noqa: FBT001 - one row of a table
) -> None:
    tree.write("ops/a.yaml", "ops/vendored/sub/b.yaml")
    if is_file:
        tree.write("ops/vendored/.git", text="gitdir: ../../.git/modules/vendored\n")
    else:
        tree.write("ops/vendored/.git/HEAD")
    ran = tree.check()
    assert failure(ran, "ops/vendored") == "it is a git repository of its own (a submodule?)"
    assert set(ran.files) == {"ops/a.yaml", "ops/vendored"}
    # Named outright, it is meant.
    assert tree.check("ops/vendored").files == {"ops/vendored/sub/b.yaml": "parsed"}


def test_no_permission(tree: Tree) -> None:
    tree.write("ops/a.yaml", "ops/b.yaml", "ops/sub/c.yaml")
    (tree.root / "ops/b.yaml").chmod(0)
    (tree.root / "ops/sub").chmod(0)
    try:
        if os.access("ops/b.yaml", os.R_OK):
            pytest.skip("root may read all")
        ran = tree.check()
    finally:
        (tree.root / "ops/sub").chmod(0o700)
    assert failure(ran, "ops/b.yaml") == "permission denied"
    assert failure(ran, "ops/sub") == "permission denied"


@pytest.mark.parametrize(
    "name",
    ["x\x1b[31mred.yaml", "x\u202etxt.yaml", "a\nb.yaml", "::error::x.yaml", "-rf.yaml", "x y.yaml",
     "\udcff.yaml", "日本.yaml", "'\"<&>.yaml", "a:1:2.yaml", "%0a.yaml", "*.yaml", "{a,b}.yaml"],
)  # fmt: skip
def test_strange_names_are_found_and_reported(tree: Tree, name: str) -> None:
    try:
        tree.write(f"ops/{name}", text="a: [\n")
    except (OSError, UnicodeError):
        pytest.skip("the file system has no such names")
    ran = tree.check()
    assert ran.code == 2
    assert ran.files == {f"ops/{name}": "failed"}
    assert ran.report["findings"][0]["location"]["file"] == f"ops/{name}"


# Order --------------------------------------------------------------------------------------------


def test_order_does_not_depend_on_the_file_system(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = [
        f"ops/{directory}{number}.yaml" for directory in ("", "b/", "a/") for number in range(9)
    ]
    tree.write(*names)
    for name in ("ops/y", "ops/x"):
        tree.link(name, tmp_path)
    expected = select(Root(str(tree.root)), Patterns())
    assert list(expected.paths) == sorted(names)
    assert [each.span.file for each in expected.problems] == ["ops/x", "ops/y"]
    real = os.scandir
    shuffler = random.Random(0)  # noqa: S311 - an order, not a secret

    def shuffled(path: str) -> list[os.DirEntry[str]]:
        entries = list(real(path))
        shuffler.shuffle(entries)
        return entries

    monkeypatch.setattr(os, "scandir", shuffled)
    for _ in range(10):
        assert select(Root(str(tree.root)), Patterns()) == expected
        shuffler.shuffle(names)
        assert select_named(Root(str(tree.root)), (*names, "ops"), Patterns()) == expected


def test_deep_tree_is_walked_without_recursion(tree: Tree) -> None:
    depth = 200
    tree.write("ops/" + "d/" * depth + "a.yaml")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + depth // 2)
    try:
        selected = tree.selected()
    finally:
        sys.setrecursionlimit(limit)
    assert selected == ["ops/" + "d/" * depth + "a.yaml"]


NAMES = st.text(st.sampled_from("ab.y*?[]!{},-\n"), max_size=7)


@given(NAMES, NAMES)
@settings(derandomize=True, database=None, deadline=None, max_examples=1200)
def test_one_name_fits_as_the_standard_library_has_it(pattern: str, name: str) -> None:
    expected = re.match(fnmatch.translate(pattern), name) is not None
    assert bool(discovery._fits(pattern)(name)) == expected


@given(st.text(st.sampled_from("a,{}"), max_size=12))
@settings(derandomize=True, database=None, deadline=None, max_examples=1200)
def test_the_innermost_braces_are_those_with_none_between(pattern: str) -> None:
    found = re.search(r"\{([^{}]*)\}", pattern)
    expected = (found.start(), found.end() - 1) if found else None
    assert discovery._innermost(pattern) == expected
