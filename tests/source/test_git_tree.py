"""A commit's files, read from git, are those of a checkout of it, down to the last finding."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, assume, event, given, settings
from hypothesis import strategies as st

from opspolicy import config, examine
from opspolicy.source import files
from opspolicy.source.discovery import (
    CONFIG_NAME,
    Patterns,
    Selection,
    select,
    select_named,
    static_prefix,
)
from opspolicy.source.git import open_repository
from opspolicy.source.reading import Root
from tests.repositories import HARMLESS, Repository, isolated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from opspolicy.config import Config
    from opspolicy.source.tree import Tree

SUBMODULE = "0123456789012345678901234567890123456789"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """Return a repository for one world after the other."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
            patch.setenv(name, isolated()[name])
        # Far enough down for links to go up.
        yield Repository(tmp_path_factory.mktemp("git") / "far" / "down" / "top")


# Worlds -------------------------------------------------------------------------------------------


DIRECTORIES = ("ops", "sub", ".hidden", "policies", "x.d", "n\u00e9", "a.yaml")
LEAVES = (
    "a.yaml", "b.yml", "c_test.yaml", "opspolicy.yaml", "other.yaml", ".hidden", ".d.yaml", "x.d",
    "plain", "note.txt", "n\u00e9.yaml", "\udcff.yaml", "line\nbreak.yaml", "-rf.yaml", "ops", "sub",
)  # fmt: skip
CONTENTS = (
    b"x-a: 1\n", b"", b"\xef\xbb\xbfx-b: 1\n", b"x-c: \xff\n", b"a: [\n", b"x-d: 1\r\n",
    b"#" * (1024 * 1024), b"#" * (1024 * 1024 + 1), b"include: ops/*.yaml\n",
    b"policies: policies/*\nexclude: sub\n", b"policies: nothing.yaml\n", b"nonsense: 1\n",
    b"policies: {unknown-duration: {severity: error}}\n",
)  # fmt: skip
# What a world holds at a path: a file's bytes, a link's target, or None for a submodule.
World = dict[tuple[str, ...], bytes | str | None]


@st.composite
def worlds(draw: st.DrawFn, top: str) -> World:
    """Draw files, links and submodules that can be beside one another."""
    world: World = {}
    directories = draw(
        st.lists(st.lists(st.sampled_from(DIRECTORIES), max_size=3).map(tuple), max_size=6)
    )
    directories = [(), ("ops",), ("policies",), *directories]
    leaf = st.sampled_from(LEAVES)
    step = st.sampled_from([*DIRECTORIES, *LEAVES, "..", "..", ".", ""])
    up = st.lists(step, min_size=1, max_size=6).map("/".join).filter(bool)
    targets = up | up.map(lambda path: f"{top}/{path}") | st.sampled_from(["/", "/nowhere/x", top])
    node = st.sampled_from(CONTENTS) | targets | targets | st.just(b"x-e: 1\n")
    for directory, name, held in draw(
        st.lists(st.tuples(st.sampled_from(directories), leaf, node), max_size=14)
    ):
        _put(world, (*directory, name), held)
    if draw(st.booleans()):
        _put(world, (*draw(st.sampled_from(directories)), "module"), None)
    return world


def _put(world: World, path: tuple[str, ...], held: bytes | str | None) -> None:
    """Put something where there is room for it."""
    above = [path[:depth] for depth in range(1, len(path) + 1)]
    below = any(each[: len(path)] == path for each in world)
    if not below and not any(each in world for each in above):
        world[path] = held


def check_out(repository: Repository, world: World) -> str:
    """Lay a world out on the disk, commit the same and return the commit's id."""
    root = os.fsencode(repository.root)
    for name in os.listdir(root):
        if name != b".git":
            place = os.path.join(root, name)
            if os.path.isdir(place) and not os.path.islink(place):
                shutil.rmtree(place)
            else:
                os.unlink(place)
    stream = b"commit refs/heads/world\ncommitter a <a> 0 +0000\ndata 1\nx\ndeleteall\n"
    for path, held in world.items():
        name = os.fsencode("/".join(path))
        place = os.path.join(root, name)
        quoted = b'"' + b"".join(b"\\%03o" % byte for byte in name) + b'"'
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if held is None:
            os.mkdir(place)
            with open(os.path.join(place, b".git"), "wb") as file:
                file.write(b"gitdir: elsewhere\n")
            stream += b"M 160000 %s %s\n" % (SUBMODULE.encode(), quoted)
            continue
        if isinstance(held, str):
            os.symlink(os.fsencode(held), place)
        else:
            with open(place, "wb") as file:
                file.write(held)
        data = os.fsencode(held) if isinstance(held, str) else held
        mode = b"120000" if isinstance(held, str) else b"100644"
        stream += b"M %s inline %s\ndata %d\n%s\n" % (mode, quoted, len(data), data)
    repository.git("fast-import", "--quiet", "--force", given=stream)
    return repository.git("rev-parse", "refs/heads/world")


# Laws ---------------------------------------------------------------------------------------------


def outcome(tree: Tree, selection: Selection) -> list[Any]:
    """Return all that anybody could see of a selection."""
    tree.expect(selection.paths)
    loaded = [files.load(tree, path) for path in selection.paths]
    return [selection, [(each.path, each.text, each.problems) for each in loaded]]


GLOBS = (
    "**/*.yaml", "ops/**/*.{yaml,yml}", "ops", "sub/*", "ops/a.yaml", "a.yaml", "*_test.yaml",
    "sub/**", "**/.hidden/*", "x.d/**", "**/x.d", "*.d", "other.yaml", "policies/*.yaml", "*",
    "a.yaml/**", ".hidden", "**/*.txt",
)  # fmt: skip


def assume_inside(repository: Repository, directory: str) -> None:
    """Leave out what begins outside the repository: there the disk has more than git."""
    for start in ("", *GLOBS):
        real = os.path.realpath(os.path.join(directory, static_prefix(start)))
        assume(os.path.commonpath([real, repository.root]) == str(repository.root))


PATTERNS = st.builds(
    Patterns,
    st.lists(st.sampled_from(GLOBS), max_size=3).map(tuple),
    st.lists(st.sampled_from(GLOBS), max_size=1).map(tuple),
    st.lists(st.sampled_from(GLOBS), max_size=1).map(tuple),
)
# What fails is small enough as it is drawn; to make it smaller takes minutes.
PHASES = (Phase.explicit, Phase.generate)
PROOF = settings(derandomize=True, database=None, deadline=None, max_examples=50, phases=PHASES)


@given(data=st.data())
@PROOF
def test_a_commit_is_what_its_checkout_is(repository: Repository, data: st.DataObject) -> None:
    world = data.draw(worlds(str(repository.root)))
    commit = check_out(repository, world)
    places = {path[:depth] for path in world for depth in range(len(path) + 1)}
    below = "/".join(data.draw(st.sampled_from(sorted(places | {(), ("nowhere",)}))))
    if "module" in below:
        below = ""
    patterns = data.draw(PATTERNS)
    directory = os.path.join(repository.root, below) if below else str(repository.root)
    assume_inside(repository, directory)
    disk = Root(directory)
    with open_repository(str(repository.root)) as opened:
        tree = opened.tree(commit, below)
        assert (tree.path, tree.real) == (disk.path, disk.real)
        expected = outcome(disk, select(disk, patterns))
        assert outcome(tree, select(tree, patterns)) == expected
        names = data.draw(st.lists(st.sampled_from([*sorted(places), ("nowhere",)]), max_size=4))
        named = tuple(
            os.path.join(repository.root, *each) for each in names if "module" not in each
        )
        by_name = outcome(disk, select_named(disk, named, patterns))
        assert outcome(tree, select_named(tree, named, patterns)) == by_name
        if any(isinstance(held, str) for held in world.values()):
            event("with links")
        event(f"{len(expected[0].paths)} files, {len(expected[0].problems)} problems")


def visible(settings_: Config) -> list[Any]:
    """Return what a configuration comes to."""
    shown = settings_._replace(policies={}, files=())
    policies = {name: policy._replace(place=None) for name, policy in settings_.policies.items()}
    read = [(each.path, each.text, each.problems) for each in settings_.files]
    return [shown, policies, read]


@given(data=st.data())
@settings(PROOF, max_examples=30)
def test_its_configuration_is_that_of_its_checkout(
    repository: Repository, data: st.DataObject
) -> None:
    world = data.draw(worlds(str(repository.root)))
    for place in data.draw(st.sets(st.sampled_from([(), ("ops",), ("sub",)]))):
        _put(world, (*place, CONFIG_NAME), data.draw(st.sampled_from(CONTENTS)))
    commit = check_out(repository, world)
    directories = {path[:depth] for path in world for depth in range(len(path))} | {()}
    below = "/".join(data.draw(st.sampled_from(sorted(directories))))
    directory = os.path.join(repository.root, below) if below else str(repository.root)
    assume_inside(repository, directory)
    with open_repository(str(repository.root)) as opened:
        start = opened.tree(commit, below)
        tree = start.upwards(CONFIG_NAME) or start
        expected = config.load(directory)
        found = config.load_tree(tree)
        assert visible(found) == visible(expected)
        if expected.problems:
            event("with problems")
            return
        root = Root(expected.root)
        disk = examine.read(root, expected)
        git = examine.read(tree, found)
        assert git[0] == disk[0]
        assert [(each.path, each.text) for each in git[1]] == [
            (each.path, each.text) for each in disk[1]
        ]


# What is special about commits --------------------------------------------------------------------


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return a repository of its own."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, isolated()[name])
    return Repository(tmp_path / "made")


def seen(made: Repository, *include: str, below: str = "") -> tuple[list[str], dict[str, str]]:
    """Return what is selected, and why what isn't can't be."""
    with open_repository(str(made.root)) as opened:
        tree = opened.tree(opened.commit("HEAD"), below)
        found = select(tree, Patterns(include))
        problems = [*found.problems]
        problems += [each for path in found.paths for each in files.load(tree, path).problems]
        prefix = "can't be read: "
        return list(found.paths), {
            each.span.file: each.message.partition(prefix)[2] for each in problems
        }


ITS_OWN = "it is a git repository of its own (a submodule?)"
OUTSIDE = "it leads outside the root of the estate"


def test_submodules_are_reported_however_they_are_come_to(made: Repository) -> None:
    """Their files are nowhere to be seen, whether or not somebody has checked them out."""
    made.write("ops/a.yaml")
    made.link("ops/vendored", "../module")
    made.link("ops/b.yaml", "../module/b.yaml")
    made.commit()
    made.git("update-index", "--add", "--cacheinfo", f"160000,{SUBMODULE},module")
    made.git("commit", "--quiet", "-m", "with a submodule")
    assert seen(made) == (
        ["ops/a.yaml", "ops/b.yaml"],
        {"ops/vendored": ITS_OWN, "ops/b.yaml": "no such file or directory"},
    )
    for include in ("module", "module/**", "module/**/*.yaml"):
        assert seen(made, include) == ([], {"module": ITS_OWN})
    assert seen(made, "module/b.yaml") == (
        ["module/b.yaml"], {"module/b.yaml": "no such file or directory"},
    )  # fmt: skip
    assert seen(made, "**", below="module") == ([], {".": ITS_OWN})


def test_what_lies_outside_the_repository_is_never_looked_at(
    made: Repository, tmp_path: Path
) -> None:
    (tmp_path / "away").mkdir()
    (tmp_path / "away/secret.yaml").write_text("x-secret: hunter2\n", encoding="utf-8")
    made.write("sub/a.yaml")
    made.link("ops", str(tmp_path / "away"))
    made.link("sub/b.yaml", str(tmp_path / "away/secret.yaml"))
    made.link("sub/c.yaml", "../../away/secret.yaml")
    made.link("sub/away", "../../away")
    made.commit()
    assert seen(made, "ops/**", "sub/**") == (
        ["sub/a.yaml", "sub/b.yaml", "sub/c.yaml"],
        {"ops": OUTSIDE, "sub/away": "it is a link that leads nowhere",
         "sub/b.yaml": OUTSIDE, "sub/c.yaml": OUTSIDE},
    )  # fmt: skip
    # Nor the directory that the repository lies in, of which no more is known.
    made.link("up", "..")
    made.commit()
    assert seen(made, "up/**") == ([], {"up": OUTSIDE})
    # What leads out and in again by the directory's name is inside, as it is on the disk.
    made.link("sub/d.yaml", "../../made/sub/a.yaml")
    made.commit()
    assert "sub/d.yaml" not in seen(made, "sub/**")[1]


def test_a_root_below_the_top_ends_there(made: Repository) -> None:
    made.write("teams/a/ops/a.yaml", "shared/b.yaml", "shared/dir/c.yaml")
    made.link("teams/a/ops/b.yaml", "../../../shared/b.yaml")
    made.link("teams/a/ops/dir", "../../../shared/dir")
    made.commit()
    assert seen(made, below="teams/a") == (
        ["ops/a.yaml", "ops/b.yaml"],
        {"ops/b.yaml": OUTSIDE,
         "ops/dir": "it is a link to a directory outside the root of the estate"},
    )  # fmt: skip
    assert seen(made)[1] == {}


def test_files_are_as_they_were_committed(made: Repository) -> None:
    """Whatever a checkout would make of them."""
    made.write(".gitattributes", text="*.yaml text eol=crlf ident filter=lfs\n")
    made.write("ops/a.yaml", text="x-a: $Id$\n")
    made.commit()
    with open_repository(str(made.root)) as opened:
        tree = opened.tree(opened.commit("HEAD"))
        assert tree.read("ops/a.yaml").text == "x-a: $Id$\n"


def test_modes_of_old(made: Repository) -> None:
    """Some of what is found in old repositories is what git itself wouldn't write today."""
    blob = made.blob(HARMLESS.encode())
    inner = made.tree([("100664", b"a.yaml", blob), ("100755", b"b.yaml", blob)])
    commit = made.commit_of(made.tree([("040000", b"ops", inner)]))
    made.git("update-ref", "refs/heads/main", commit)
    assert seen(made) == (["ops/a.yaml", "ops/b.yaml"], {})


def test_links_that_no_system_takes(made: Repository) -> None:
    targets = [b"", b"a\0b", b"x" * 5_000, b"/".join([b"x" * 200] * 30), b"\xff"]
    entries = [("120000", b"%d.yaml" % at, made.blob(each)) for at, each in enumerate(targets)]
    made.git("update-ref", "refs/heads/main", made.commit_of(made.tree(entries)))
    paths, problems = seen(made)
    assert len(paths) == len(targets)
    assert set(problems.values()) == {"no such file or directory"}


def test_a_configuration_by_another_name_and_one_that_isnt_there(made: Repository) -> None:
    made.write("other.yaml", text="horizon: 30d\n")
    made.write("sub/opspolicy.yaml", text="horizon: 60d\n")
    made.commit()
    with open_repository(str(made.root)) as opened:
        tree = opened.tree(opened.commit("HEAD"))
        assert config.load_tree(tree, "other.yaml").horizon == 30 * 86_400
        assert config.load_tree(tree, "missing.yaml").path is None
        found = config.load_tree(tree)
        assert (found.path, found.root, found.problems) == (None, str(made.root), ())
        sub = opened.tree(tree.commit, "sub/deeper/still").upwards(CONFIG_NAME)
        assert sub is not None
        found = config.load_tree(sub)
        assert (found.root, found.horizon) == (str(made.root / "sub"), 60 * 86_400)
        assert tree.upwards(CONFIG_NAME) is None


def test_what_is_read_of_a_commit_is_kept_beside_the_rest(made: Repository, tmp_path: Path) -> None:
    """Comparing two states doesn't make either forget the other."""
    cache = str(tmp_path / "cache")
    made.write("opspolicy.yaml", text="horizon: 30d\n")
    commit = made.commit()
    made.write("opspolicy.yaml", text="horizon: 60d\n")

    def kept() -> int:
        (file,) = (tmp_path / "cache/read").iterdir()
        return len(file.read_bytes().split())

    config.load(str(made.root), cache=cache)
    before = kept()
    with open_repository(str(made.root)) as opened:
        for _ in range(2):
            config.load_tree(opened.tree(commit), cache=cache)
            assert kept() == before + 1
            config.load(str(made.root), cache=cache)
            assert kept() == before + 1
