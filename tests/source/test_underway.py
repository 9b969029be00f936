"""What a hook was started for, and that a check is left out only where it would find the same."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from opspolicy.source import discovery, git
from opspolicy.source.discovery import Patterns, select, select_named
from opspolicy.source.git import open_repository
from opspolicy.source.git_error import GitError
from opspolicy.source.underway import Changes, UnderWay, changes, under_way
from opspolicy.source.unrelated import is_unrelated
from tests.repositories import Repository, isolated
from tests.source.test_git_tree import GLOBS, PROOF, World, check_out, outcome, worlds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

INDEX = {"GIT_INDEX_FILE": ".git/index"}


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return a repository with one commit, which is the current directory."""
    for name, value in isolated().items():
        monkeypatch.setenv(name, value)
    repository = Repository(tmp_path / "made")
    repository.write("ops/a.yaml", "README.md", "docs/guide.md")
    repository.commit()
    monkeypatch.chdir(repository.root)
    return repository


def found(outer: Mapping[str, str]) -> Changes:
    """Return what is changed, as a process with these variables is told."""
    return changes(os.getcwd(), {**os.environ, **outer})


def unrelated(outer: Mapping[str, str], *patterns: str) -> bool:
    """Whether what is changed can't matter to what ``patterns`` select."""
    return is_unrelated(found(outer), discovery.endings(patterns))


# What is under way --------------------------------------------------------------------------------

RANGE = {"PRE_COMMIT_FROM_REF": "a", "PRE_COMMIT_TO_REF": "b"}


@pytest.mark.parametrize(
    ("outer", "expected"),
    [
        ({}, UnderWay()),
        ({"GIT_DIR": ".git", "PRE_COMMIT": "1"}, UnderWay()),
        ({"GIT_INDEX_FILE": ""}, UnderWay()),
        (INDEX, UnderWay(".git/index")),
        (RANGE, UnderWay(None, "a", "b")),
        ({**RANGE, "PRE_COMMIT_LOCAL_BRANCH": "c"}, UnderWay(None, "a", "b")),
        # All of a branch, of which the remote has nothing.
        ({"PRE_COMMIT_LOCAL_BRANCH": "c"}, UnderWay(None, None, "c")),
        ({"PRE_COMMIT_FROM_REF": "a", "PRE_COMMIT_TO_REF": ""}, UnderWay(None, "a")),
    ],
)
def test_variables_say_what_is_under_way(outer: dict[str, str], expected: UnderWay) -> None:
    assert under_way(outer) == expected


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    "outer",
    [
        {},
        {"PRE_COMMIT_FROM_REF": "main"},
        {"PRE_COMMIT_TO_REF": "main"},
        {"PRE_COMMIT_LOCAL_BRANCH": "main"},
        # A push out of a hook of a commit, or the other way round: nobody knows which is meant.
        {**INDEX, "PRE_COMMIT_FROM_REF": "main", "PRE_COMMIT_TO_REF": "main"},
        {**INDEX, "PRE_COMMIT_LOCAL_BRANCH": "main"},
        # A branch that is new to the remote, or that was deleted there; no names; names of more.
        {"PRE_COMMIT_FROM_REF": "0" * 40, "PRE_COMMIT_TO_REF": "main"},
        {"PRE_COMMIT_FROM_REF": "main", "PRE_COMMIT_TO_REF": "0" * 40},
        {"PRE_COMMIT_FROM_REF": "--cached", "PRE_COMMIT_TO_REF": "main"},
        {"PRE_COMMIT_FROM_REF": "main..main", "PRE_COMMIT_TO_REF": "main"},
        {"PRE_COMMIT_FROM_REF": "^main", "PRE_COMMIT_TO_REF": "main"},
        {"PRE_COMMIT_FROM_REF": "main:ops", "PRE_COMMIT_TO_REF": "main"},
        {**INDEX, "GIT_DIR": "nowhere"},
        {"GIT_INDEX_FILE": "README.md"},
    ],
)
def test_what_nobody_can_tell_is_no_answer(outer: dict[str, str]) -> None:
    with pytest.raises(GitError):
        found(outer)


def test_without_a_commit_there_is_nothing_to_tell_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Repository(tmp_path / "empty").write("README.md")
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(GitError):
        found(INDEX)


@pytest.mark.parametrize(
    "said", ["x", "x\0y\0", ":100644 100644 1 2\0a\0", ":100644 100644 1 2 M\0", "\0", "\0\0"]
)
def test_answers_that_cant_be_understood_are_none(
    made: Repository, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    def run(_: git.Command, *arguments: str) -> tuple[int, str, bytes]:
        return 0, said if arguments[0] == "diff-index" else "", b""

    made.write("README.md", text="more")
    made.git("add", ".")
    monkeypatch.setattr(git.Command, "run", run)
    with pytest.raises(GitError):
        found(INDEX)


# What is changed ----------------------------------------------------------------------------------


def test_what_is_staged_counts_and_nothing_else(made: Repository) -> None:
    made.write("README.md", "ops/a.yaml", text="x-more: 1\n")
    assert found(INDEX).files == ()
    made.git("add", "README.md")
    (change,) = found(INDEX).files
    assert change == ("README.md", True, False, False)
    made.git("add", ".")
    assert [each.path for each in found(INDEX).files] == ["README.md", "ops/a.yaml"]


@pytest.mark.parametrize("below", [".", "ops", "docs"])
def test_all_is_told_wherever_one_stands(
    made: Repository, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    made.git("config", "diff.relative", "true")
    made.link("note.txt", "README.md")
    made.commit()
    made.write("ops/a.yaml", "docs/guide.md", text="x-more: 1\n")
    made.git("add", ".")
    monkeypatch.chdir(made.root / below)
    told = found({"GIT_INDEX_FILE": str(made.root / ".git/index")})
    assert [each.path for each in told.files] == ["docs/guide.md", "ops/a.yaml"]
    assert told.links == ("note.txt",)


def test_another_index_is_another_commit(made: Repository) -> None:
    """As `git commit FILE` makes one, whatever else is staged."""
    made.write("README.md", "ops/a.yaml", text="x-more: 1\n")
    made.git("add", "ops/a.yaml")
    other = str(made.root / ".git/next-index-1.lock")
    made.git("read-tree", f"--index-output={other}", "HEAD")
    assert found({"GIT_INDEX_FILE": other}).files == ()
    assert not unrelated({"GIT_INDEX_FILE": other})
    assert [each.path for each in found(INDEX).files] == ["ops/a.yaml"]


def test_what_a_push_takes_back_is_changed(made: Repository) -> None:
    """From what the remote has to what it is to have, not from where the two parted."""
    start = made.git("rev-parse", "HEAD")
    made.write("ops/a.yaml", text="x-more: 1\n")
    there = made.commit()
    made.git("reset", "-q", "--hard", start)
    made.write("README.md", text="more\n")
    here = made.commit()
    pushed = {"PRE_COMMIT_FROM_REF": there, "PRE_COMMIT_TO_REF": here}
    assert [each.path for each in found(pushed).files] == ["README.md", "ops/a.yaml"]
    assert not unrelated(pushed)
    assert unrelated({**pushed, "PRE_COMMIT_FROM_REF": start})
    assert not unrelated({**pushed, "PRE_COMMIT_FROM_REF": here})


def test_settings_of_the_repository_hide_nothing_and_run_nothing(
    made: Repository, tmp_path: Path
) -> None:
    module = Repository(tmp_path / "module")
    module.write("a.yaml")
    module.commit()
    made.git("submodule", "--quiet", "add", str(module.root), "vendored")
    made.commit()
    ran = tmp_path / "ran"
    for name, value in {
        "diff.ignoreSubmodules": "all",
        "submodule.vendored.ignore": "all",
        "diff.external": f"touch {ran}",
        "diff.renames": "copies",
        "diff.noise.textconv": f"touch {ran}; cat",
        "core.fsmonitor": f"touch {ran}",
        "diff.orderFile": "nowhere",
    }.items():
        made.git("config", name, value)
    made.write(".gitattributes", text="* diff=noise\n")
    made.write("README.md", text="more\n")
    made.git("add", "README.md")
    ran.unlink(missing_ok=True)
    assert unrelated(INDEX)
    assert not ran.exists()
    made.git("update-index", "--cacheinfo", f"160000,{'1' * 40},vendored")
    ran.unlink(missing_ok=True)
    told = found(INDEX)
    assert {each.path: each.is_plain for each in told.files} == {
        "README.md": True,
        "vendored": False,
    }
    assert not is_unrelated(told, discovery.ENDINGS)
    assert not ran.exists()


# What can matter ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ((), (".yaml", ".yml")),
        (("ops/**/*.{yaml,yml}", "teams/*/ops.yaml"), (".yaml", ".yml", "ops.yaml")),
        (("ops/**", "ops/*"), (".yaml", ".yml")),
        (("ops/*.cfg", "x/[ab]y?.conf.txt"), (".yaml", ".yml", ".cfg", ".conf.txt")),
        (("ops/{team-a,team-b}/", "ops/c/."), (".yaml", ".yml", "team-a", "team-b", "c")),
        (("ops/x*",), (".yaml", ".yml", "")),
        ((".",), (".yaml", ".yml", "")),
        (("ops/{a,b}{c,d}{e,f}{g,h}{i,j}{k,l}{m,n}.txt",), ("",)),
    ],
)
def test_endings(patterns: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert discovery.endings(patterns) == expected


def stage(made: Repository, what: str) -> None:
    """Stage one of the changes below."""
    match what.split():
        case ["write", path]:
            made.write(path, text="more\n")
        case ["delete", path]:
            (made.root / path).unlink()
        case ["link", path, target]:
            (made.root / path).unlink(missing_ok=True)
            made.link(path, target)
        case ["move", path, other]:
            (made.root / other).parent.mkdir(exist_ok=True)
            (made.root / path).rename(made.root / other)
        case ["executable", path]:
            (made.root / path).chmod(0o755)
    made.git("add", "--all")


BESIDE = ("write README.md", "write docs/new.md", "delete docs/guide.md", "executable README.md",
          "move docs/guide.md docs/other.txt", "write ops/notes/todo.md")  # fmt: skip
RELATED = (
    "write ops/a.yaml", "write docs/x.yml", "delete ops/a.yaml", "move ops/a.yaml ops/a.txt",
    "move README.md ops/b.yaml", "write OPS.YAML", "write .gitattributes", "write docs/.gitattributes",
    "link docs/x ../ops", "link README.md ops/a.yaml", "write new/ops/todo.md", "write x.yaml/todo.md",
)  # fmt: skip


@pytest.mark.parametrize("what", BESIDE[:-1])
def test_beside(made: Repository, what: str) -> None:
    stage(made, what)
    assert unrelated(INDEX)
    # With anything that matters beside it, it isn't.
    made.write("docs/b.yaml")
    made.git("add", ".")
    assert not unrelated(INDEX)


@pytest.mark.parametrize("what", RELATED)
def test_related(made: Repository, what: str) -> None:
    stage(made, what)
    assert not unrelated(INDEX)


def test_nothing_at_all_is_not_unrelated(made: Repository) -> None:
    assert not unrelated(INDEX)
    made.write("README.md", text="more\n")
    assert not unrelated(INDEX)


def test_links_make_other_files_matter(made: Repository) -> None:
    made.write("data/estate.txt", "data/only.txt")
    made.link("ops/b.yaml", "../data/estate.txt")
    made.commit()
    made.write("data/estate.txt", text="x-more: 1\n")
    made.git("add", ".")
    assert not unrelated(INDEX)
    made.git("rm", "-q", "--cached", "ops/b.yaml")
    made.git("commit", "-q", "-m", "no link")
    made.write("data/estate.txt", text="x-more: 2\n")
    made.git("add", "data")
    assert unrelated(INDEX)
    # A link to a directory: the directory may go away.
    (made.root / "ops/b.yaml").unlink()
    made.link("ops/team", "../data")
    made.commit()
    made.write("data/estate.txt", text="x-more: 3\n")
    made.git("add", "data")
    assert unrelated(INDEX)
    made.git("rm", "-q", "data/only.txt")
    assert not unrelated(INDEX)


@pytest.mark.parametrize("name", ["team", "v1.2", "team.d"])
def test_a_link_to_a_directory_may_be_called_anything(made: Repository, name: str) -> None:
    """What it led to is gone with the last file, and what names it is told so."""
    made.write("data/only.txt")
    made.link(f"ops/{name}", "../data")
    made.commit()
    made.git("rm", "-q", "data/only.txt")
    assert not unrelated(INDEX)


def test_links_are_asked_for_only_where_they_can_matter(
    made: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    plain = git.Command.run

    def run(command: git.Command, *arguments: str) -> tuple[int, str, bytes]:
        asked.append(arguments[0])
        return plain(command, *arguments)

    monkeypatch.setattr(git.Command, "run", run)
    made.write("ops/a.yaml", text="x-more: 1\n")
    made.git("add", ".")
    assert not unrelated(INDEX)
    assert asked == ["diff-index"]
    made.git("reset", "-q", "--hard")
    made.write("README.md", text="more\n")
    made.git("add", ".")
    told = found(INDEX)
    assert is_unrelated(told, discovery.ENDINGS)
    assert is_unrelated(told, (*discovery.ENDINGS, ".cfg"))
    assert asked == ["diff-index", "diff-index", "ls-tree"]


# The law ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """Return a repository for one world after the other."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
            patch.setenv(name, isolated()[name])
        yield Repository(tmp_path_factory.mktemp("git") / "far" / "down" / "top")


PLAIN_LEAVES = ("note.txt", "note.txt", "plain", "x.d", "README", ".hidden", "ops", "sub")
SOMEWHERE = ((), ("ops",), ("sub",), ("x.d",), ("policies",), ("sub", "ops"), ("new",))


@st.composite
def beside(draw: st.DrawFn, top: str) -> World:
    """Draw a world, with few links that make everything matter."""
    world = draw(worlds(top))
    if draw(st.integers(0, 5)) > 0:
        world = {
            path: held
            for path, held in world.items()
            if isinstance(held, bytes) or not path[-1].endswith(discovery.ENDINGS)
        }
    # A link to a directory may be called anything.
    link = ("ops", draw(st.sampled_from(("v1.2", "team", "x.d"))))
    is_free = ("ops",) not in world and not any(path[:2] == link for path in world)
    if is_free and draw(st.integers(0, 3)) == 0:
        world[link] = draw(st.sampled_from(("../new", "../sub", "../policies")))
    return world


@st.composite
def changed(draw: st.DrawFn, world: World) -> World:
    """Draw what a world is after a change that is mostly beside it."""
    after = dict(world)
    plain = [path for path in sorted(world) if not path[-1].endswith(discovery.ENDINGS)]
    for _ in range(draw(st.integers(1, 2))):
        path = (*draw(st.sampled_from(SOMEWHERE)), draw(st.sampled_from(PLAIN_LEAVES)))
        if draw(st.booleans()) and plain:
            path = draw(st.sampled_from(plain))
        if path in after and draw(st.booleans()):
            del after[path]
            continue
        inside = any(each[: len(path)] == path and each != path for each in after)
        if not inside and not any(path[:depth] in after for depth in range(len(path))):
            after[path] = draw(st.sampled_from([b"x-a: 1\n", b"x-b: 2\n", b"a: [\n"]))
    return after


NOT_THERE = ("not a directory", "no such file or directory")
MORE_GLOBS = (*GLOBS, "sub", "x.d", "ops/note.txt", "sub/.", "{ops,sub}/plain", "**/[nr]o*.t?t")


def holds(repository: Repository, data: st.DataObject) -> None:
    """Hold a change that is told to be unrelated to its word."""
    world = data.draw(beside(str(repository.root)))
    before = check_out(repository, world)
    after = check_out(repository, data.draw(changed(world)))
    globs = st.lists(st.sampled_from(MORE_GLOBS), max_size=2).map(tuple)
    patterns = Patterns(data.draw(globs), (), data.draw(globs))
    outer = {"PRE_COMMIT_FROM_REF": before, "PRE_COMMIT_TO_REF": after}
    told = changes(str(repository.root), outer)
    ends = discovery.endings((*patterns.include, *patterns.policies))
    if not is_unrelated(told, ends):
        return
    event("unrelated")
    with open_repository(str(repository.root)) as opened:
        seen: list[Any] = []
        for commit in (before, after):
            tree = opened.tree(commit)
            own = [select(tree, Patterns((each,), (), ())) for each in patterns.policies]
            seen.append([outcome(tree, each) for each in (select(tree, patterns), *own)])
            seen[-1].append(select_named(tree, (str(repository.root),), patterns))
        # What isn't there may be missing for another reason.
        assert str(seen[0]).replace(*NOT_THERE) == str(seen[1]).replace(*NOT_THERE)


LAW = settings(PROOF, max_examples=60)


@given(data=st.data())
@LAW
def test_what_is_unrelated_changes_nothing_that_is_seen(
    repository: Repository, data: st.DataObject
) -> None:
    """Neither what is selected, nor what is read of it, nor what is complained of."""
    holds(repository, data)


@pytest.mark.prove
@given(data=st.data())
@settings(LAW, max_examples=1_000)
def test_it_never_does(repository: Repository, data: st.DataObject) -> None:
    holds(repository, data)
