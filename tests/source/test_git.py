"""What is had from a git repository, and what is said where nothing can be had."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from opspolicy.source import child, git, git_files, limits
from opspolicy.source.discovery import Patterns, select
from opspolicy.source.git import open_repository
from opspolicy.source.git_error import GitError
from opspolicy.source.reading import Root
from tests.repositories import HARMLESS, Repository, isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from opspolicy.source.git_tree import GitTree


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run git with no settings but those of the repositories."""
    for name in [*os.environ]:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, isolated()[name])


@pytest.fixture
def made(tmp_path: Path) -> Repository:
    """Return a repository without a commit."""
    return Repository(tmp_path / "made")


@pytest.fixture(params=["posix_spawn", "subprocess"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Start programs as POSIX systems do, and as all others."""
    if request.param == "subprocess":
        monkeypatch.delattr(os, "posix_spawn")
    return str(request.param)


def refused(directory: Path, ref: str = "HEAD") -> GitError:
    """Return why there is no commit ``ref``."""
    with pytest.raises(GitError) as caught, open_repository(str(directory)) as repository:
        repository.commit(ref)
    assert "\n" not in str(caught.value)
    return caught.value


def texts(tree: GitTree) -> dict[str, str]:
    """Return all that is selected and right."""
    paths = select(tree, Patterns()).paths
    tree.expect(paths)
    return {path: tree.read(path).text for path in paths}


def of(directory: Path, ref: str = "HEAD", below: str = "") -> dict[str, str]:
    """Return all that a commit holds."""
    with open_repository(str(directory)) as repository:
        return texts(repository.tree(repository.commit(ref), below))


# What is there ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])
@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_files_of_commits(tmp_path: Path, options: tuple[str, ...], *, packed: bool) -> None:
    made = Repository(tmp_path / "made", *options)
    made.write("ops/a.yaml", text="x-a: 1\n")
    first = made.commit("first")
    made.write("ops/a.yaml", text="x-a: 2\n")
    made.write("ops/deep/er/b.yaml")
    second = made.commit("second")
    made.git("branch", "side", first)
    made.git("tag", "-a", "-m", "annotated", "v1", first)
    if packed:
        made.git("repack", "-a", "-d", "--quiet")
        made.git("pack-refs", "--all")
    # What isn't committed is nowhere to be seen.
    made.write("ops/a.yaml", text="x-a: 3\n")
    made.write("ops/c.yaml")
    with open_repository(str(made.root)) as repository:
        assert (repository.top, repository.prefix) == (str(made.root), "")
        assert (repository.head, repository.is_shallow) == (second, False)
        for ref in ("side", "v1", "HEAD~1", first, first[:12], "main^", "HEAD^{/first}"):
            assert repository.commit(ref) == first
        for ref in ("HEAD", "main", "@", second):
            assert repository.commit(ref) == second
        assert texts(repository.tree(first)) == {"ops/a.yaml": "x-a: 1\n"}
        assert texts(repository.tree(second)) == {
            "ops/a.yaml": "x-a: 2\n",
            "ops/deep/er/b.yaml": HARMLESS,
        }
        assert texts(repository.tree(second, "ops/deep")) == {"er/b.yaml": HARMLESS}
        assert texts(repository.tree(second, "nowhere/at/all")) == {}
        assert texts(repository.tree(second, "ops/a.yaml")) == {}


@pytest.mark.usefixtures("way")
def test_many_files_of_all_sizes(made: Repository) -> None:
    """Neither side ever waits for the other, whatever the pipes hold."""
    for at in range(300):
        made.write(f"ops/{at:03}.yaml", text=f"x-{at}: {'long ' * (at % 7) * 5_000}\n")
    made.commit()
    found = of(made.root)
    assert len(found) == 300
    assert all(text.startswith(f"x-{int(path[4:7])}: ") for path, text in found.items())
    assert sum(map(len, found.values())) > 10 * limits.MIB


def test_files_that_say_the_same_and_in_any_order(made: Repository) -> None:
    names = [f"ops/{at:02}.yaml" for at in range(80)]
    made.write(*names)
    made.write(*names[::3], text="x-other: 1\n")
    made.commit()
    with open_repository(str(made.root)) as repository:
        tree = repository.tree(repository.commit("HEAD"))
        tree.expect(names)
        for name in [*reversed(names), *names]:
            assert tree.read(name).text == (made.root / name).read_text(encoding="utf-8")


def test_a_subdirectory_is_found_with_its_prefix(made: Repository) -> None:
    made.write("teams/a/ops/x.yaml", "ops/y.yaml")
    commit = made.commit()
    for directory, prefix in (("teams/a", "teams/a"), ("teams/a/../../ops", "ops"), (".", "")):
        with open_repository(str(made.root / directory)) as repository:
            assert (repository.top, repository.prefix) == (str(made.root), prefix)
            tree = repository.tree(commit, repository.prefix)
            assert tree.path == os.path.normpath(made.root / directory)
            assert list(texts(tree)) == (
                ["y.yaml"] if prefix == "ops" else ["ops/" + "yx"[prefix != ""] + ".yaml"]
            )


def test_what_is_ignored(made: Repository) -> None:
    made.write(".gitignore", text="/out\n*.local\n!kept.local\n")
    made.write("out/a", "out/sub/b", "x/c.local", "x/kept.local", "committed.local", "plain")
    made.git("add", "--force", "committed.local")
    made.write("x/.gitignore", text="c d\n")
    made.write("x/c d")
    for directory in (made.root, made.root / "x"):
        with open_repository(str(directory)) as repository:
            assert repository.ignored() == {"out", "x/c.local", "x/c d"}


def test_a_directory_reached_by_a_link(made: Repository, tmp_path: Path) -> None:
    made.write("teams/ops/x.yaml")
    made.commit()
    (tmp_path / "short").symlink_to(made.root / "teams")
    with open_repository(str(tmp_path / "short")) as repository:
        assert (repository.top, repository.prefix) == (str(made.root), "teams")


def test_linked_worktree(made: Repository, tmp_path: Path) -> None:
    made.write("ops/a.yaml")
    first = made.commit()
    made.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    linked = tmp_path / "linked"
    assert (linked / ".git").is_file()
    with open_repository(str(linked / "ops")) as repository:
        assert (repository.top, repository.prefix) == (str(linked), "ops")
        assert repository.commit("HEAD") == repository.merge_base(first, repository.commit("main"))
        assert texts(repository.tree(first)) == {"ops/a.yaml": HARMLESS}


def test_worktree_of_a_bare_repository(made: Repository, tmp_path: Path) -> None:
    made.write("ops/a.yaml")
    made.commit()
    made.git("clone", "--quiet", "--bare", str(made.root), str(tmp_path / "bare.git"))
    bare = Repository.__new__(Repository)
    bare.root = tmp_path / "bare.git"
    bare.git("worktree", "add", "--quiet", str(tmp_path / "linked"), "main")
    assert of(tmp_path / "linked") == {"ops/a.yaml": HARMLESS}


def test_a_name_with_every_character(tmp_path: Path) -> None:
    made = Repository(tmp_path / "two\nlines and ü")
    made.write("sub dir/ops/a.yaml")
    made.commit()
    with open_repository(str(made.root / "sub dir")) as repository:
        assert (repository.top, repository.prefix) == (str(made.root), "sub dir")


# Where two commits part ---------------------------------------------------------------------------


def test_merge_base(made: Repository) -> None:
    base = made.commit("base")
    made.git("checkout", "--quiet", "-b", "side")
    side = made.commit("side")
    made.git("checkout", "--quiet", "main")
    main = made.commit("main")
    with open_repository(str(made.root)) as repository:
        assert repository.merge_base(side, main) == base
        assert repository.merge_base(main, side) == base
        assert repository.merge_base(base, main) == base
        assert repository.merge_base(main, main) == main
        with pytest.raises(ValueError, match="by their ids"):
            repository.merge_base("main", "--all")


def test_of_several_merge_bases_it_is_always_the_same(made: Repository) -> None:
    tree = made.tree([])
    root = made.commit_of(tree)
    one = made.commit_of(made.tree([("100644", b"a", made.blob(b"a"))]), root)
    two = made.commit_of(made.tree([("100644", b"b", made.blob(b"b"))]), root)
    left, right = made.commit_of(tree, one, two), made.commit_of(tree, two, one)
    made.git("update-ref", "refs/heads/main", left)
    made.git("update-ref", "refs/heads/side", right)
    with open_repository(str(made.root)) as repository:
        found = repository.merge_base(left, right)
        assert found in {one, two}
        assert found == made.git("merge-base", left, right)
        assert {repository.merge_base(left, right) for _ in range(3)} == {found}


def test_unrelated_histories(made: Repository) -> None:
    tree = made.tree([])
    main = made.commit("main")
    other = made.git("commit-tree", tree, "-m", "unrelated")
    with open_repository(str(made.root)) as repository, pytest.raises(GitError) as caught:
        repository.merge_base(main, other)
    assert str(caught.value).endswith("have no commit in common: their histories are unrelated")


def test_shallow_clone(made: Repository, tmp_path: Path) -> None:
    base = made.commit("base")
    made.git("checkout", "--quiet", "-b", "side")
    made.commit("side")
    made.git("checkout", "--quiet", "main")
    made.write("ops/a.yaml")
    made.commit("main")
    clone = tmp_path / "clone"
    made.git(
        "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{made.root}", str(clone)
    )
    with open_repository(str(clone)) as repository:
        assert repository.is_shallow
        one, two = repository.commit("HEAD"), repository.commit("origin/side")
        assert texts(repository.tree(one)) == {"ops/a.yaml": HARMLESS}
        with pytest.raises(GitError) as caught:
            repository.merge_base(one, two)
        assert "in this shallow clone" in str(caught.value)
        assert "`git fetch --unshallow`" in caught.value.hint
        assert "`git fetch --deepen=" in caught.value.hint
        assert "fetch-depth: 0" in caught.value.hint
    assert "fetch-depth: 0" in refused(clone, base).hint
    subprocess.run(
        ["git", "fetch", "--quiet", "--unshallow"], cwd=clone, env=isolated(), check=True
    )
    with open_repository(str(clone)) as repository:
        assert not repository.is_shallow
        assert repository.merge_base(one, two) == base


def test_a_better_merge_base_may_be_hidden(made: Repository, tmp_path: Path) -> None:
    """What is in common on this side of the boundary needn't be where the two parted."""
    root = made.commit("root")
    nearer = made.commit("nearer")
    one = made.commit("one")
    made.git("checkout", "--quiet", "-b", "side", nearer)
    made.commit("hidden")
    tree = made.git("rev-parse", "HEAD^{tree}")
    side = made.commit_of(tree, made.git("rev-parse", "HEAD"), root)
    made.git("update-ref", "refs/heads/side", side)
    clone = tmp_path / "clone"
    made.git("clone", "--quiet", "--no-single-branch", f"file://{made.root}", str(clone))
    hidden = made.git("rev-parse", "HEAD~1")
    (clone / ".git/shallow").write_text(f"{hidden}\n", encoding="utf-8")
    with open_repository(str(clone)) as repository:
        assert repository.is_shallow
        with pytest.raises(GitError) as caught:
            repository.merge_base(one, side)
        assert "can't be told in this shallow clone" in str(caught.value)
        assert "`git fetch --unshallow`" in caught.value.hint
        assert repository.merge_base(one, one) == one
        assert repository.merge_base(root, one) == root
    with open_repository(str(made.root)) as repository:
        assert repository.merge_base(one, side) == nearer


# What can't be had --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ref",
    ["", "-x", "--upload-pack=touch owned", "--all", "a\nb", "a\0b", "a\x1bb", "a\u202eb", "x" * 1001, "a\rb"],
)  # fmt: skip
def test_hostile_refs_are_refused_before_git_sees_them(
    made: Repository, monkeypatch: pytest.MonkeyPatch, ref: str
) -> None:
    made.commit()
    with open_repository(str(made.root)) as repository:
        monkeypatch.setattr(repository._command, "run", None)
        monkeypatch.setattr(repository._objects, "find", None)
        with pytest.raises(GitError, match="can't be the name of a commit"):
            repository.commit(ref)


@pytest.mark.parametrize("ref", ["^HEAD", "HEAD^@", "a b", "*", "$(touch owned)", "HEAD^{/nothing}"])  # fmt: skip
def test_refs_that_mean_something_else(made: Repository, ref: str) -> None:
    made.commit()
    assert str(refused(made.root, ref)) == f"git knows no commit `{ref}`"
    assert not (made.root / "owned").exists()


@pytest.mark.parametrize(
    ("ref", "hint"),
    [
        ("main..fine", "name `main` and `fine`, each by itself"),
        ("HEAD...HEAD", "name `HEAD` and `HEAD`, each by itself"),
        ("main..", "name `main` and `HEAD`, each by itself"),
    ],
)
def test_a_range_is_no_commit(made: Repository, ref: str, hint: str) -> None:
    made.commit()
    error = refused(made.root, ref)
    assert str(error) == f"`{ref}` is a range, and not one commit"
    assert error.hint == hint


def test_a_branch_without_upstream(made: Repository) -> None:
    made.commit()
    error = refused(made.root, "@{upstream}")
    assert str(error).startswith("there is no upstream here: no upstream configured for branch")
    assert "`origin/main`" in error.hint


def test_longer_ago_than_git_remembers(made: Repository) -> None:
    made.commit()
    error = refused(made.root, "main@{99}")
    assert str(error).startswith("git doesn't remember that long: ")


def test_a_branch_whose_commit_is_missing(made: Repository) -> None:
    made.commit()
    gone = made.commit_of(made.tree([("100644", b"a", made.blob(b"a"))]))
    made.git("update-ref", "refs/heads/gone", gone)
    (made.root / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
    assert str(refused(made.root, "gone")) == (
        "git has the name `gone`, and not the commit that it is of"
    )


def test_unknown_ref(made: Repository) -> None:
    made.commit()
    made.git("branch", "release")
    # Nothing can be fetched yet.
    assert refused(made.root, "relaese").hint == "did you mean `release`?"
    assert refused(made.root, "nothing-like-it").hint == "name a branch, a tag or an id"
    made.git("remote", "add", "origin", "https://example.org/ops.git")
    error = refused(made.root, "relaese")
    assert str(error) == "git knows no commit `relaese`"
    assert error.hint.startswith("did you mean `release`? Or fetch it: `git fetch origin relaese`;")
    assert "`git fetch origin production`" in refused(made.root, "origin/production").hint
    # Nothing that a shell would run is recommended.
    assert "`git fetch origin REF`" in refused(made.root, "a;reboot").hint
    assert str(refused(made.root, "0" * 40)) == f"git knows no commit `{'0' * 40}`"


def test_what_is_no_commit(made: Repository) -> None:
    made.write("ops/a.yaml")
    made.commit()
    tree = made.git("rev-parse", "HEAD^{tree}")
    assert str(refused(made.root, tree)) == f"`{tree}` is not a commit but a directory"
    blob = made.git("rev-parse", "HEAD:ops/a.yaml")
    assert str(refused(made.root, blob)) == f"`{blob}` is not a commit but a file"


def test_ambiguous_id(made: Repository) -> None:
    """Of a few hundred commits, two begin with the same four digits."""
    given = "".join(
        f"commit refs/heads/side\ncommitter a <a> {at} +0000\ndata 1\nx\n" for at in range(700)
    )
    made.git("fast-import", "--quiet", given=given.encode())
    ids = sorted(made.git("rev-list", "side").splitlines())
    beginning = next(one[:4] for one, two in pairwise(ids) if one[:4] == two[:4])
    error = refused(made.root, beginning)
    assert str(error) == f"`{beginning}` begins more than one id"
    assert error.hint


def test_no_commit_yet(made: Repository) -> None:
    for ref in ("HEAD", "main"):
        error = refused(made.root, ref)
        assert str(error) == "there is no commit yet in this repository"
        assert error.hint
    made.commit()
    made.git("checkout", "--quiet", "--orphan", "fresh")
    assert str(refused(made.root, "HEAD")) == "git knows no commit `HEAD`"
    with open_repository(str(made.root)) as repository:
        assert repository.head is None
        assert repository.commit("main")


def test_no_repository(tmp_path: Path) -> None:
    assert str(refused(tmp_path)) == f"`{tmp_path}` is in no git repository"
    assert "No such file" in str(refused(tmp_path / "nowhere"))


def test_bare_repository(tmp_path: Path) -> None:
    bare = Repository(tmp_path / "bare.git", "--bare")
    assert "is in a bare git repository" in str(refused(bare.root))
    inside = Repository(tmp_path / "made")
    inside.commit()
    assert "is in a bare git repository" in str(refused(inside.root / ".git"))


def test_no_git(made: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made.commit()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert str(refused(made.root)) == "there is no program `git` in PATH"
    monkeypatch.delenv("PATH")
    with open_repository(str(made.root)) as repository:
        assert repository.head


def test_a_git_in_the_current_directory_is_not_run(
    made: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.commit()
    planted = made.root / "git"
    planted.write_text("#!/bin/sh\ntouch owned\n", encoding="utf-8")
    planted.chmod(0o755)
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("PATH", f":.:{os.environ['PATH']}")
    with open_repository(str(made.root)) as repository:
        assert repository.head
    assert not (made.root / "owned").exists()


def program(directory: Path, script: str) -> str:
    """Plant a program in place of git, and return a PATH that has it first."""
    directory.mkdir(exist_ok=True)
    (directory / "git").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (directory / "git").chmod(0o755)
    return f"{directory}:{os.environ['PATH']}"


def test_git_that_cannot_be_started(
    made: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_bytes(b"\x7fELF and no more")
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert str(refused(made.root)) == "git can't be started: exec format error"


@pytest.mark.usefixtures("way")
def test_silent_git_is_stopped(
    made: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(child, "SILENCE", 1)
    monkeypatch.setenv("PATH", program(tmp_path / "bin", "exec sleep 60"))
    start = time.monotonic()
    assert str(refused(made.root)) == "git gave no answer for 1 seconds, and was stopped"
    assert time.monotonic() - start < 20


@pytest.mark.usefixtures("way")
def test_git_that_falls_silent_among_objects(
    made: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made.write("ops/a.yaml")
    commit = made.commit()
    real = shutil.which("git")
    monkeypatch.setattr(child, "SILENCE", 1)
    script = f'case "$*" in *cat-file*) exec sleep 60;; *) exec {real} "$@";; esac'
    monkeypatch.setenv("PATH", program(tmp_path / "bin", script))
    with open_repository(str(made.root)) as repository, pytest.raises(GitError, match="no answer"):
        repository.tree(commit)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    "answer", ["", "garbage", "x blob -1", "x blob 12", "abc tree 999999999999"]
)
def test_git_that_talks_nonsense(
    made: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str
) -> None:
    commit = made.commit()
    real = shutil.which("git")
    script = f'case "$*" in *cat-file*) echo "{answer}";; *) exec {real} "$@";; esac'
    monkeypatch.setenv("PATH", program(tmp_path / "bin", script))
    with open_repository(str(made.root)) as repository, pytest.raises(GitError):
        repository.tree(commit)


def test_much_complaint_is_read_and_cut(
    made: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = "head -c 1000000 /dev/zero | tr '\\0' 'x' >&2; exit 3"
    monkeypatch.setenv("PATH", program(tmp_path / "bin", script))
    with pytest.raises(GitError) as caught:
        open_repository(str(made.root))
    assert str(caught.value).startswith("git failed: xxx")
    assert len(str(caught.value)) < 2 * child.MOST_COMPLAINT


def test_old_git(made: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made.commit()
    real = shutil.which("git")
    script = f'case "$*" in *version) echo git version 2.25.1;; *) exec {real} "$@";; esac'
    monkeypatch.setenv("PATH", program(tmp_path / "bin", script))
    error = refused(made.root, "nothing")
    assert str(error) == "git version 2.25.1 is too old to be asked: it takes 2.30 or later"


def test_a_repository_of_somebody_else(made: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    made.commit()
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with open_repository(str(made.root)) as repository:
        assert repository.head  # a variable for git's own tests changes nothing
    monkeypatch.setattr(git, "KEPT", (*git.KEPT, "GIT_TEST_"))
    error = refused(made.root)
    assert str(error) == (
        f"git doesn't trust the repository of `{made.root}`: it belongs to another user"
    )
    assert f"git config --global --add safe.directory {made.root}" in error.hint
    # A hook's own variables, with which git would ask nothing, change nothing.
    monkeypatch.setenv("GIT_DIR", str(made.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(made.root))
    assert str(refused(made.root)) == str(error)
    # What the user has trusted is trusted.
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(made.root))
    with open_repository(str(made.root)) as repository:
        assert repository.head


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("lacking", ["blob:none", "tree:0"])
def test_partial_clone_is_told_and_nothing_is_fetched(
    made: Repository, tmp_path: Path, lacking: str
) -> None:
    made.git("config", "uploadpack.allowFilter", "true")
    made.git("config", "uploadpack.allowAnySHA1InWant", "true")
    made.write("ops/a.yaml")
    commit = made.commit()
    clone = tmp_path / "clone"
    made.git(
        "clone",
        "--quiet",
        "--no-checkout",
        f"--filter={lacking}",
        f"file://{made.root}",
        str(clone),
    )
    before = sorted((clone / ".git/objects").rglob("*"))
    with open_repository(str(clone)) as repository, pytest.raises(GitError) as caught:
        texts(repository.tree(commit))
    assert "it is a partial clone" in str(caught.value)
    assert "`git fetch --refetch --no-filter`" in caught.value.hint
    assert sorted((clone / ".git/objects").rglob("*")) == before


def loose(made: Repository, oid: str) -> Path:
    """Return the file of an object."""
    return made.root / ".git/objects" / oid[:2] / oid[2:]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("what", ["HEAD^{tree}", "HEAD:ops", "HEAD:ops/b.yaml"])
@pytest.mark.parametrize("how", ["lost", "garbage", "empty", "cut"])
def test_objects_that_are_lost_or_damaged(made: Repository, what: str, how: str) -> None:
    made.write("ops/a.yaml", text="x-a: 1\n")
    made.write("ops/b.yaml", text="".join(f"x-{at}: {at * at}\n" for at in range(3_000)))
    commit = made.commit()
    path = loose(made, made.git("rev-parse", what))
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    data = path.read_bytes()
    path.unlink()
    if how != "lost":
        path.write_bytes({"garbage": b"nonsense", "empty": b"", "cut": data[: len(data) // 2]}[how])
    with open_repository(str(made.root)) as repository, pytest.raises(GitError) as caught:
        texts(repository.tree(commit))
    assert caught.value.hint
    assert ("damaged" in str(caught.value)) == (how != "lost"), str(caught.value)


@pytest.mark.parametrize(
    ("mode", "name", "why"),
    [
        ("100644", b"..", "names that can't be"),
        ("100644", b".", "names that can't be"),
        ("100644", b"../../etc/passwd", "names that can't be"),
        ("100644", b"a/b", "names that can't be"),
        ("20644", b"device.yaml", "what git doesn't keep"),
        ("40000", b"dir", "it is not a directory but a blob"),
        ("999999", b"a.yaml", "what git doesn't keep"),
        ("", b"a.yaml", "what git doesn't keep"),
    ],
)
def test_directories_that_cannot_be(made: Repository, mode: str, name: bytes, why: str) -> None:
    commit = made.commit_of(made.tree([(mode, name, made.blob(b"x"))]))
    made.git("update-ref", "refs/heads/main", commit)
    with (
        open_repository(str(made.root)) as repository,
        pytest.raises(GitError, match="damaged") as caught,
    ):
        texts(repository.tree(commit))
    assert why in str(caught.value)


def test_a_name_twice_in_a_directory(made: Repository) -> None:
    blob = made.blob(b"x")
    commit = made.commit_of(made.tree([("100644", b"a.yaml", blob), ("120000", b"a.yaml", blob)]))
    with (
        open_repository(str(made.root)) as repository,
        pytest.raises(GitError, match="names that can't"),
    ):
        repository.tree(commit)


def test_a_directory_that_is_cut_off(made: Repository) -> None:
    whole = b"100644 a.yaml\0" + bytes.fromhex(made.blob(b"x"))
    for size in range(1, len(whole)):
        tree = made.git(
            "hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=whole[:size]
        )
        commit = made.commit_of(tree)
        with (
            open_repository(str(made.root)) as repository,
            pytest.raises(GitError, match="damaged"),
        ):
            repository.tree(commit)


# What a commit may cost ---------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
def test_large_files_are_not_read(made: Repository) -> None:
    """Not even to be thrown away, and those around them are read all the same."""
    made.write(*[f"ops/{at}.yaml" for at in range(0, 60, 2)])
    for at in range(1, 60, 10):
        made.write(f"ops/{at}.yaml", text="#" * (limits.FILE_BYTES + at))
    made.write("ops/9.yaml", text="#" * limits.FILE_BYTES)
    made.write("ops/zeros.yaml", text="\0" * (32 * limits.MIB))
    commit = made.commit()
    with open_repository(str(made.root)) as repository:
        tree = repository.tree(commit)
        paths = select(tree, Patterns()).paths
        tree.expect(paths)
        read = {path: tree.read(path) for path in paths}
    refused = {path: each.problem.message for path, each in read.items() if each.problem}
    assert len(read) == 38
    large = [f"ops/{at}.yaml" for at in range(1, 60, 10)]
    assert sorted(refused) == sorted([*large, "ops/zeros.yaml"])
    assert refused["ops/zeros.yaml"] == "`ops/zeros.yaml` can't be read: it is larger than 1 MiB"
    assert all(each.text for path, each in read.items() if path not in refused)


def test_one_directory_again_and_again(made: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few hundred bytes of a commit can be any number of files."""
    tree = made.tree([("100644", b"a.yaml", made.blob(b"x-a: 1\n"))])
    for _ in range(5):
        tree = made.tree([("40000", b"%d" % at, tree) for at in range(10)])
    commit = made.commit_of(tree)
    monkeypatch.setattr(limits, "TREE_ENTRIES", 20_000)
    with open_repository(str(made.root)) as repository, pytest.raises(GitError) as caught:
        texts(repository.tree(commit))
    assert str(caught.value) == f"`{commit[:12]}` has more than 20,000 names to look at"


def test_one_file_again_and_again(made: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = made.blob(b"#" * limits.MIB)
    commit = made.commit_of(made.tree([("100644", b"%02d.yaml" % at, blob) for at in range(20)]))
    monkeypatch.setattr(limits, "TREE_FILE_BYTES", 10 * limits.MIB)
    with (
        open_repository(str(made.root)) as repository,
        pytest.raises(GitError, match="more than 10 MiB"),
    ):
        texts(repository.tree(commit))


def test_links_through_links(made: Repository) -> None:
    """Each leads twice through the one before: 2 ** 30 ways, which no system goes."""
    made.write("a.yaml")
    made.link("0", ".")
    for at in range(1, 31):
        made.link(str(at), f"{at - 1}/{at - 1}")
    commit = made.commit()
    with open_repository(str(made.root)) as repository:
        found = select(repository.tree(commit), Patterns())
    assert found == select(Root(str(made.root)), Patterns())
    assert found.paths == ("a.yaml",)
    assert len(found.problems) > 20


def test_links_that_cost_too_much(made: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(30):
        made.link(f"{at}", "a/../" * 40 + f"{at + 1}")
    made.write("a/b.yaml")
    commit = made.commit()
    monkeypatch.setattr(git_files, "MOST_FOLLOWED", 10_000)
    with (
        open_repository(str(made.root)) as repository,
        pytest.raises(GitError, match="without end"),
    ):
        texts(repository.tree(commit))


# What a repository would have run -----------------------------------------------------------------


@pytest.fixture
def hostile(made: Repository, tmp_path: Path) -> Iterator[Repository]:
    """Return a repository whose settings run a program wherever they can; it must never run."""
    owned = tmp_path / "owned"
    evil = tmp_path / "evil"
    evil.write_text(f'#!/bin/sh\necho "$0 $*" >> "{owned}"\n', encoding="utf-8")
    evil.chmod(0o755)
    made.write("ops/a.yaml")
    made.write(".gitattributes", text="* diff=evil filter=evil merge=evil\n")
    made.commit("first")
    made.write("ops/a.yaml", text="x-b: 1\n")
    made.commit("second")
    for key in (
        "core.fsmonitor", "core.sshCommand", "core.gitProxy", "core.pager", "core.editor",
        "core.askPass", "core.alternateRefsCommand", "diff.external", "diff.evil.textconv",
        "diff.evil.command", "filter.evil.smudge", "filter.evil.clean", "filter.evil.process",
        "merge.evil.driver", "gpg.program", "credential.helper", "pager.rev-parse",
        "pager.cat-file", "pager.merge-base", "uploadpack.packObjectsHook", "sequence.editor",
        "remote.origin.uploadpack", "alias.rev-parse", "alias.cat-file",
    ):  # fmt: skip
        made.git("config", key, f"!{evil}" if key.startswith("alias") else str(evil))
    for key, value in (
        ("core.hooksPath", str(tmp_path / "hooks")),
        ("remote.origin.url", f"ext::{evil} %S"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.partialclonefilter", "blob:none"),
        ("protocol.ext.allow", "always"),
        ("protocol.file.allow", "always"),
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("log.showSignature", "true"),
    ):
        made.git("config", key, value)
    (tmp_path / "hooks").mkdir()
    for place in (tmp_path / "hooks", made.root / ".git/hooks"):
        for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):  # fmt: skip
            place.mkdir(exist_ok=True)
            shutil.copy(evil, place / hook)
    yield made
    assert not owned.exists(), owned.read_text(encoding="utf-8")


def test_nothing_that_a_repository_names_is_run(hostile: Repository) -> None:
    with open_repository(str(hostile.root)) as repository:
        head, before = repository.commit("HEAD"), repository.commit("HEAD~1")
        assert repository.merge_base(head, before) == before
        assert texts(repository.tree(before)) == {"ops/a.yaml": HARMLESS}
        assert texts(repository.tree(head)) == {"ops/a.yaml": "x-b: 1\n"}
        with pytest.raises(GitError):
            repository.commit("nothing")


def test_nothing_is_run_for_what_is_missing(hostile: Repository) -> None:
    head = hostile.git("rev-parse", "HEAD")
    loose(hostile, hostile.git("rev-parse", "HEAD:ops/a.yaml")).unlink()
    with open_repository(str(hostile.root)) as repository, pytest.raises(GitError):
        texts(repository.tree(head))
    loose(hostile, hostile.git("rev-parse", "HEAD:ops")).unlink()
    with open_repository(str(hostile.root)) as repository, pytest.raises(GitError):
        texts(repository.tree(head))


def test_replacements_and_grafts_are_not_believed(made: Repository) -> None:
    made.write("ops/a.yaml", text="x-true: 1\n")
    first = made.commit("first")
    second = made.commit("second")
    lie = made.blob(b"x-lie: 1\n")
    made.git("replace", made.git("rev-parse", "HEAD:ops/a.yaml"), lie)
    made.git("replace", "--graft", second)
    (made.root / ".git/info").mkdir(exist_ok=True)
    (made.root / ".git/info/grafts").write_text(f"{second}\n", encoding="utf-8")
    assert made.git("show", "HEAD:ops/a.yaml") == "x-lie: 1"
    with open_repository(str(made.root)) as repository:
        assert repository.merge_base(second, first) == first
        assert texts(repository.tree(second)) == {"ops/a.yaml": "x-true: 1\n"}


def test_a_bare_repository_among_the_files_is_not_entered(made: Repository) -> None:
    """One can be committed, with settings of its own."""
    planted = made.root / "ops/planted"
    Repository(planted, "--bare")
    made.write("ops/a.yaml")
    made.commit()
    assert "is in a bare git repository" in str(refused(planted))


# Variables ----------------------------------------------------------------------------------------


HOOK = """#!/bin/sh
unset PYTHONHOME
cd "{directory}" && exec "{python}" -c '
import os, sys
from opspolicy.source.git import open_repository
with open_repository(os.getcwd()) as repository:
    tree = repository.tree(repository.commit("HEAD"), repository.prefix)
    print("found", repository.top, repository.prefix, tree.read("a.yaml").text.strip())
    print("set", *sorted(name for name in os.environ if name.startswith("GIT_")))
' > "{out}" 2>&1
"""


@pytest.mark.parametrize("linked", [False, True], ids=["main", "linked"])
@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
def test_in_a_hook(
    made: Repository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    linked: bool,
    elsewhere: bool,
) -> None:
    """A hook of one repository runs with variables that name it, also for others."""
    made.write("ops/a.yaml", text="x-hooked: 1\n")
    made.commit()
    other = Repository(tmp_path / "other")
    other.write("ops/a.yaml", text="x-other: 1\n")
    other.commit()
    root = made.root
    if linked:
        root = tmp_path / "linked"
        made.git("worktree", "add", "--quiet", "-b", "linked", str(root))
    asked = other.root if elsewhere else root
    out = tmp_path / "out"
    hook = made.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        HOOK.format(directory=asked / "ops", python=sys.executable, out=out), encoding="utf-8"
    )
    hook.chmod(0o755)
    (root / "ops/a.yaml").write_text("x-new: 1\n", encoding="utf-8")
    here = Repository.__new__(Repository)
    here.root = root
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    here.git("commit", "--quiet", "--all", "-m", "with a hook")
    said, variables = out.read_text(encoding="utf-8").splitlines()
    text = "x-other: 1" if elsewhere else "x-hooked: 1"
    assert said == f"found {asked} ops {text}"
    assert "GIT_INDEX_FILE" in variables
    assert ("GIT_DIR" in variables.split()) == linked


def test_variables_that_name_another_repository(
    made: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.write("ops/a.yaml")
    made.commit()
    other = Repository(tmp_path / "other")
    for name, value in {
        "GIT_DIR": str(other.root / ".git"),
        "GIT_WORK_TREE": str(other.root),
        "GIT_INDEX_FILE": "/nowhere/index",
        "GIT_OBJECT_DIRECTORY": "/nowhere/objects",
        "GIT_COMMON_DIR": "/nowhere",
        "GIT_NAMESPACE": "nothing",
        "GIT_PREFIX": "nothing/",
        "GIT_TRACE": "2",
        "GIT_CEILING_DIRECTORIES": str(tmp_path),
        "GIT_CONFIG_PARAMETERS": "'core.fsmonitor=true'",
    }.items():
        monkeypatch.setenv(name, value)
    assert of(made.root) == {"ops/a.yaml": HARMLESS}


def test_files_kept_apart_from_their_history(
    made: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.write("ops/a.yaml")
    made.commit()
    (made.root / ".git").rename(tmp_path / "history")
    assert "is in no git repository" in str(refused(made.root))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "history"))
    monkeypatch.setenv("GIT_WORK_TREE", str(made.root))
    with open_repository(str(made.root / "ops")) as repository:
        assert (repository.top, repository.prefix) == (str(made.root), "ops")
    assert of(made.root) == {"ops/a.yaml": HARMLESS}


def test_objects_that_a_server_has_not_taken_in_yet(
    made: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made.commit()
    pushed = tmp_path / "quarantine"
    shutil.copytree(made.root / ".git/objects", pushed)
    made.write("ops/a.yaml")
    second = made.commit()
    objects = made.root / ".git/objects"
    objects.rename(tmp_path / "new")
    pushed.rename(objects)
    made.git("update-ref", "--no-deref", "HEAD", first)
    assert str(refused(made.root, second)) == f"git knows no commit `{second}`"
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "new"))
    assert str(refused(made.root, second)) == f"git knows no commit `{second}`"
    monkeypatch.setenv("GIT_QUARANTINE_PATH", str(tmp_path / "new"))
    assert of(made.root, second) == {"ops/a.yaml": HARMLESS}


# Processes ----------------------------------------------------------------------------------------


def test_git_is_started_few_times(made: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(120):
        made.write(f"ops/{at % 9}/{at}.yaml", text=f"x-{at}: 1\n")
    made.link("ops/link.yaml", "0/0.yaml")
    base = made.commit()
    made.commit()
    started: list[str] = []
    start = child.start

    def counted(command: list[str], environment: dict[str, str]) -> child.Child:
        started.append(command[command.index("advice.graftFileDeprecated=false") + 1])
        return start(command, environment)

    monkeypatch.setattr(child, "start", counted)
    with open_repository(str(made.root)) as repository:
        before = repository.merge_base(repository.commit("HEAD"), repository.commit("HEAD~1"))
        assert before == base
        assert len(texts(repository.tree(before))) == 120
        assert len(texts(repository.tree(repository.commit("HEAD"), "ops"))) == 120
    assert started == ["rev-parse", "cat-file", "merge-base"]


def children() -> set[str]:
    """Return the processes that this one has started, ended or not, where that can be seen."""
    found: set[str] = set()
    for each in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        try:
            with open(f"/proc/{each}/stat", encoding="utf-8") as file:
                stat = file.read()
        except OSError:
            continue
        if each.isdigit() and stat.rpartition(")")[2].split()[1] == str(os.getpid()):
            found.add(each)
    return found


def test_no_process_is_left(made: Repository) -> None:
    made.write("ops/a.yaml")
    made.commit()
    # Another test of this worker may have a browser open.
    others = children()
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    repository = open_repository(str(made.root))
    tree = repository.tree(repository.commit("HEAD"))
    repository.close()
    repository.close()
    assert texts(tree) == {"ops/a.yaml": HARMLESS}  # another one is started when it is needed
    repository.close()
    assert children() == others
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert after == before
