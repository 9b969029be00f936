"""Where a change began, in whole, shallow and damaged checkouts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from action.event import Comparison
from action.history import History, trusting
from action.stop import Stop
from tests.repositories import Repository, isolated

if TYPE_CHECKING:
    from pathlib import Path


class World:
    """An origin with a main branch, a pull request, and GitHub's merge of it."""

    def __init__(self, root: Path) -> None:
        """Make the origin."""
        self.root = root
        self.origin = Repository(root / "origin", "--initial-branch", "main")
        self.old = [self.commit(f"old-{each}") for each in range(4)]
        self.began = self.old[-1]
        self.origin.git("checkout", "--quiet", "-b", "change")
        self.head = [self.commit(f"change-{each}") for each in range(3)][-1]
        self.origin.git("checkout", "--quiet", "main")
        self.main = self.commit("meanwhile")
        self.origin.git("checkout", "--quiet", "--detach", "main")
        self.origin.git("merge", "--quiet", "--no-ff", "--message", "merge", "change")
        self.merge = self.origin.git("rev-parse", "HEAD")
        self.origin.git("update-ref", "refs/pull/3/merge", self.merge)
        self.origin.git("checkout", "--quiet", "main")

    def commit(self, name: str) -> str:
        self.origin.write(f"{name}.yaml")
        return self.origin.commit(name)

    def checkout(self, commit: str, depth: int = 1) -> Repository:
        """Return what actions/checkout makes."""
        found = Repository(self.root / f"checkout-{len(list(self.root.iterdir()))}")
        found.git("remote", "add", "origin", f"file://{self.origin.root}")
        shallow = ["--depth", str(depth)] if depth else []
        found.git(
            "fetch",
            "--quiet",
            "--no-tags",
            *shallow,
            "origin",
            f"+{commit}:refs/remotes/pull/3/merge",
        )
        found.git("checkout", "--quiet", "--detach", commit)
        return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def history(repository: Repository) -> History:
    return History(str(repository.root), isolated())


def change(world: World, base: str = "") -> Comparison:
    return Comparison("the base", base or world.main, head=world.head)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_the_merge_of_a_pull_request_began_at_its_first_parent(world: World, depth: int) -> None:
    checkout = world.checkout(world.merge, depth)
    # The event's own base may be older than what it is merged into.
    for base in (world.main, world.began, "1" * 40):
        assert history(checkout).began(change(world, base), world.merge).commit == world.main
    # No more was fetched than the parents.
    count = int(checkout.git("rev-list", "--count", "HEAD"))
    assert count == (3 if depth else 9)


@pytest.mark.parametrize("depth", [0, 1, 2, 50])
def test_the_last_commit_of_a_pull_request_began_where_it_left(world: World, depth: int) -> None:
    checkout = world.checkout(world.head, depth)
    assert history(checkout).began(change(world), world.merge).commit == world.began


def test_a_merge_that_somebody_else_has_made_decides_nothing(world: World) -> None:
    """Its first parent is whatever they like, such as what they want to have taken for old."""
    world.origin.git("checkout", "--quiet", "-b", "evil", world.main)
    evil = world.commit("evil")
    world.origin.git("merge", "--quiet", "--no-ff", "--message", "merge", "change")
    forged = world.origin.git("rev-parse", "HEAD")
    checkout = world.checkout(forged, 0)
    assert history(checkout).began(change(world), world.merge).commit == world.main
    # Nor does one whose own last commit is a merge.
    world.head = forged
    assert history(checkout).began(change(world), world.merge).commit == world.main
    assert evil != world.main


def test_what_adds_nothing_is_compared_with_nothing(world: World) -> None:
    checkout = world.checkout(world.main, 0)
    began = history(checkout).began(change(world), world.merge)
    assert began.commit == ""
    assert began.why == "what is checked out adds nothing to the base"
    for ref in (world.main, world.began, "main"):
        found = history(checkout).named(ref)
        assert (found.commit, found.why) == {world.began: (world.began, "")}.get(
            ref, ("", f"what is checked out adds nothing to `{ref}`")
        )


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_what_is_checked_out_holds_the_change(world: World, depth: int) -> None:
    checkout = world.checkout(world.merge, depth)
    # By the merge itself, without a look into history.
    held = [change(world), Comparison("a push", world.main)]
    for comparison in held:
        history(checkout).holds(comparison, world.merge)
    assert int(checkout.git("rev-list", "--count", "HEAD")) == {0: 9, 1: 1, 2: 3}[depth]
    # Somebody has added to it.
    history(world.checkout(world.head, depth)).holds(
        change(world)._replace(head=world.began), world.merge
    )


@pytest.mark.parametrize("depth", [0, 1])
def test_another_commit_than_the_change_is_no_verdict(world: World, depth: int) -> None:
    for commit in (world.main, world.began):
        checkout = world.checkout(commit, depth)
        for comparison in (change(world), Comparison("a push", world.old[0])):
            with pytest.raises(
                Stop, match=r"doesn't hold the change.*leave `ref` out of"
            ) as raised:
                history(checkout).holds(comparison, world.merge)
            held = comparison.head or world.merge
            assert f"{commit[:12]}, doesn't hold the change, {held[:12]}" in str(raised.value)


@pytest.mark.parametrize(
    "depth", [0, 3, *(pytest.param(each, marks=pytest.mark.prove) for each in (1, 50))]
)
def test_what_is_cut_off_is_not_guessed(world: World, depth: int) -> None:
    """The first commit in common that shows may be an old one, and a newer one behind the cut."""
    world.origin.git("checkout", "--quiet", "-b", "both", world.began)
    shared = world.commit("shared")
    world.origin.git("checkout", "--quiet", "main")
    world.origin.git("merge", "--quiet", "--no-ff", "--message", "shared", "both")
    base = world.commit("main-goes-on")
    world.origin.git("checkout", "--quiet", "both")
    for each in range(130):
        world.commit(f"both-{each}")
    world.origin.git("checkout", "--quiet", "-b", "side", world.old[0])
    side = world.commit("side")
    world.origin.git("checkout", "--quiet", "both")
    world.origin.git("merge", "--quiet", "--no-ff", "--message", "old", side)
    head = world.commit("last")
    comparison = Comparison("the base", base, head=head)
    checkout = world.checkout(head, depth)
    assert history(checkout).began(comparison, world.merge).commit == shared
    if not depth:
        return
    cut = world.checkout(head, depth)
    cut.git("fetch", "--quiet", "--depth=8", "origin", base, head)
    assert cut.git("merge-base", base, head) == world.old[0]
    cut.git("remote", "set-url", "origin", "file:///nowhere")
    with pytest.raises(Stop, match=r"is cut off in this checkout, .*; with actions/checkout, set"):
        history(cut).began(comparison, world.merge)


@pytest.mark.parametrize("commit", ["merge", "head"])
def test_what_cannot_be_fetched_is_no_verdict(world: World, commit: str) -> None:
    checkout = world.checkout(getattr(world, commit))
    checkout.git("remote", "set-url", "origin", "file:///nowhere")
    with pytest.raises(
        Stop, match=r"can't be fetched \(.*\); with actions/checkout, set `fetch-dep"
    ):
        history(checkout).began(change(world), world.merge)
    checkout.git("remote", "remove", "origin")
    with pytest.raises(Stop, match="with actions/checkout, set `fetch-depth: 0`"):
        history(checkout).began(change(world), world.merge)


def test_a_remote_that_is_a_program_is_not_run(world: World, tmp_path: Path) -> None:
    checkout = world.checkout(world.merge)
    checkout.git("config", "protocol.allow", "always")
    checkout.git("remote", "set-url", "origin", f"ext::touch {tmp_path}/pwned")
    with pytest.raises(Stop, match="can't be fetched"):
        history(checkout).began(change(world), world.merge)
    assert not (tmp_path / "pwned").exists()


def test_no_hook_is_run(world: World, tmp_path: Path) -> None:
    checkout = world.checkout(world.merge)
    for name in ("reference-transaction", "post-merge", "pre-auto-gc"):
        hook = checkout.root / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n", encoding="utf-8")
        hook.chmod(0o755)
    assert history(checkout).began(change(world), world.merge).commit == world.main
    assert not (tmp_path / "pwned").exists()


def test_what_was_pushed_over_is_compared_with_nothing(world: World) -> None:
    checkout = world.checkout(world.main, 0)
    forced = Comparison("what was there before", "1" * 40, is_forced=True)
    began = history(checkout).began(forced, world.main)
    assert began.commit == ""
    assert "history was replaced" in began.why
    # Where it can be had it is compared with where they part.
    assert (
        history(checkout).began(forced._replace(commit=world.head), world.main).commit
        == world.began
    )
    with pytest.raises(Stop):
        history(checkout).began(forced._replace(is_forced=False), world.main)


@pytest.mark.parametrize("depth", [0, 1])
def test_a_branch_is_compared_with_where_it_left_the_default_branch(
    world: World, depth: int
) -> None:
    checkout = world.checkout(world.head, depth)
    left = Comparison("where it left `main`", branch="main")
    # A branch that ends like another one is not the other one.
    world.origin.git("branch", "a/refs/heads/main", world.old[0])
    assert history(checkout).began(left, world.head).commit == world.began
    with pytest.raises(Stop, match="`origin` has no branch `nowhere`"):
        history(checkout).began(left._replace(branch="nowhere"), world.head)


@pytest.mark.parametrize("depth", [0, 1])
@pytest.mark.parametrize("ref", ["main", "origin/main", "refs/heads/main", "an id"])
def test_a_base_may_be_named(world: World, ref: str, depth: int) -> None:
    checkout = world.checkout(world.merge, depth)
    named = history(checkout).named(world.main if ref == "an id" else ref)
    assert named.commit == world.main


@pytest.mark.parametrize(
    "ref", ["-x", "--upload-pack=touch pwned", "no such", "a\nb", "x" * 5000, "main..HEAD"]
)
def test_what_names_no_commit_is_no_verdict(world: World, ref: str) -> None:
    checkout = world.checkout(world.merge)
    with pytest.raises(Stop, match="to compare with"):
        history(checkout).named(ref)
    assert not (checkout.root / "pwned").exists()


def test_unrelated_histories_have_no_base(world: World) -> None:
    world.origin.git("checkout", "--quiet", "--orphan", "other")
    other = world.commit("other")
    checkout = world.checkout(world.main)
    with pytest.raises(Stop, match="have no commit in common"):
        history(checkout).named(other)


def test_nothing_is_checked_out(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="the job needs actions/checkout"):
        History(str(tmp_path), isolated())
    with pytest.raises(Stop, match="the job needs actions/checkout"):
        History(str(tmp_path / "nowhere"), isolated())
    with pytest.raises(Stop, match="no program `git`"):
        History(str(tmp_path), {**os.environ, "PATH": str(tmp_path)})


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give away")
def test_a_checkout_of_somebody_else_is_read(world: World) -> None:
    """As in a container, where the runner has made it."""
    checkout = world.checkout(world.merge, 0)
    for directory, _, names in os.walk(checkout.root):
        for each in (directory, *(os.path.join(directory, name) for name in names)):
            os.chown(each, 12345, 12345, follow_symlinks=False)
    with pytest.raises(Stop, match="dubious ownership"):
        history(checkout)
    variables = isolated() | {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "x.y",
        "GIT_CONFIG_VALUE_0": "z",
    }
    for told in (isolated(), variables):
        for below in (".", "teams/a"):
            # With `path:` the checkout is somewhere between the workspace and the directory.
            inner = checkout.root / below
            inner.mkdir(parents=True, exist_ok=True)
            for workspace in (checkout.root, world.root, world.root.parent, inner):
                trusted = trusting(told, str(workspace), str(inner))
                if workspace == inner != checkout.root:
                    with pytest.raises(Stop, match="dubious ownership"):
                        History(str(inner), trusted)
                    continue
                assert History(str(inner), trusted).head == world.merge
