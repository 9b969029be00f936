"""The hooks as teams use them: the real pre-commit, real commits, merges and pushes."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from action.environment import parts
from opspolicy.cli.hooks import SKIPPED
from tests.repositories import AUTHOR, Repository, isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

pytest.importorskip("pre_commit", reason="pre-commit isn't installed: `make test` installs it")

PRE_COMMIT = [sys.executable, "-m", "pre_commit"]
PROJECT = (*parts(), ".pre-commit-hooks.yaml")
"""What an environment for the hooks is made from."""

UNREACHABLE = re.compile(
    r"Connection|Temporary failure in name resolution|Max retries exceeded|Network is unreachable"
    r"|No matching distribution found"
)
INSTALLING = 600
"""Seconds after which an installation hangs, and other commands do."""
HANGING = 60

PORTAL = """\
defaults: {owner: digital, timezone: America/Toronto}
services:
  customer-portal: {depends_on: [database]}
"""
DATABASE = """\
services:
  database: {owner: platform}
"""
MAILING = """\
jobs:
  mail-ebills:
    owner: billing
    scheduler: kubernetes
    schedule: {dates: [2027-10-09T06:00], timezone: America/Toronto}
    duration: 4h
    induces_demand: [{service: customer-portal, for: 72h}]
"""
UPGRADE = """\
maintenance_windows:
  portal-upgrade:
    owner: platform
    takes_down: [database]
    start: %s
    duration: 48h
    timezone: America/Toronto
"""
COLLIDING, CLEAN = UPGRADE % "2027-10-09T00:00", UPGRADE % "2027-10-16T00:00"
# What a refusal has to tell: the finding, and both parties with the places where they stand.
REFUSED = ("error[OPS302]", "mail-ebills", "portal-upgrade", "ops/billing.yaml", "ops/upgrade.yaml")
CHECKED = "Looked from Wed 1 Sep 2027 00:00"


class Shared(NamedTuple):
    """What all tests share: the project as a repository, and an environment with its hooks."""

    project: Path
    rev: str
    variables: dict[str, str]


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str

    @property
    def was_skipped(self) -> bool:
        """Whether the hook has run, and left at once."""
        assert (SKIPPED in self.out) != (CHECKED in self.out), self.out
        return SKIPPED in self.out


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes of the same run out."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run(
    words: Sequence[str], where: Path, variables: dict[str, str], limit: float = HANGING
) -> Done:
    """Run a command."""
    done = subprocess.run(
        words, cwd=where, env=variables, check=False, timeout=limit, encoding="utf-8",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return Done(done.returncode, done.stdout)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Install the hooks once, whichever worker comes first."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = base / "pre-commit"
    variables = {
        name: value
        for name, value in isolated().items()
        # The hooks are to run what was installed for them.
        if not name.startswith(("OPSPOLICY_", "PRE_COMMIT")) and name not in {"PYTHONPATH", "SKIP"}
    }
    variables |= {
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(home / "kept"),
        "OPSPOLICY_CACHE_DIR": str(home / "cache"),
        "OPSPOLICY_AS_OF": "2027-09-01",
        "PRE_COMMIT_COLOR": "never",
        "PIP_NO_COMPILE": "1",
        "PIP_CACHE_DIR": str(home / "pip"),
        "COLUMNS": "100",
    }
    variables.pop("GITHUB_ACTIONS", None)
    with locked(base / "pre-commit.lock"):
        project = home / "project"
        if not project.exists():
            made = Repository(project)
            for name in PROJECT:
                source = ROOT / name
                if source.is_dir():
                    ignored = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(source, project / name, ignore=ignored)
                else:
                    shutil.copy(source, project)
            made.commit()
        rev = run(["git", "rev-parse", "HEAD"], project, variables).out.strip()
        shared = Shared(project, rev, variables)
        if not (home / "installed").exists():
            team = Team(home / "first", shared)
            team.configure("opspolicy", "opspolicy-new")
            done = run([*PRE_COMMIT, "install-hooks"], team.root, variables, INSTALLING)
            (home / "installed").write_text(f"{done.code}\n{done.out}", encoding="utf-8")
    told = (home / "installed").read_text(encoding="utf-8")
    if not told.startswith("0\n"):
        if UNREACHABLE.search(told) and not os.environ.get("CI"):
            pytest.skip("the package registry can't be reached to install the hooks")
        pytest.fail(told)
    return shared


class Team(Repository):
    """A repository with an estate and, once they are installed, the hooks."""

    def __init__(self, root: Path, shared: Shared, *options: str) -> None:
        """Make it in ``root``, by ``git init`` with ``options``."""
        super().__init__(root, *options)
        self.shared = shared

    def configure(self, *hooks: str, args: Sequence[str] = ()) -> None:
        """Write which hooks are wanted; they show what they say also where they pass."""
        entries = "".join(
            f"  - {{id: {each}, verbose: true, args: [{', '.join(args)}]}}\n" for each in hooks
        )
        project, rev = self.shared.project, self.shared.rev
        text = f"repos:\n- repo: {project}\n  rev: {rev}\n  hooks:\n{entries}"
        self.write(".pre-commit-config.yaml", text=text)

    def install(self, *hooks: str, args: Sequence[str] = ()) -> None:
        """Configure hooks, and install them for commits, merges and pushes."""
        self.configure(*(hooks or ("opspolicy",)), args=args)
        kinds = ("pre-commit", "pre-merge-commit", "pre-push")
        words = [word for kind in kinds for word in ("--hook-type", kind)]
        done = run([*PRE_COMMIT, "install", *words], self.root, self.shared.variables)
        assert done.code == 0, done.out

    def start(self) -> None:
        """Commit an estate in which all is well, and no hook is asked."""
        self.write("ops/portal.yaml", text=PORTAL)
        self.write("ops/database.yaml", text=DATABASE)
        self.write("ops/billing.yaml", text=MAILING)
        self.write("README.md", "docs/guide.md")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", "start")

    def do(self, *arguments: str, limit: float = HANGING, **variables: str) -> Done:
        """Run git as somebody at work does, with all hooks."""
        words = ["git", *AUTHOR, *arguments]
        return run(words, self.root, {**self.shared.variables, **variables}, limit)

    def hand(self, *arguments: str) -> Done:
        """Run pre-commit by hand."""
        return run([*PRE_COMMIT, *arguments], self.root, self.shared.variables)

    def change(self, *paths: str, text: str = "x-more: true\n") -> None:
        """Write files, and stage them."""
        self.write(*paths, text=text)
        self.git("add", *paths)

    @property
    def head(self) -> str:
        """The commit that is checked out, and nothing where there is none."""
        done = self.do("rev-parse", "--quiet", "--verify", "HEAD")
        return done.out.strip()


@pytest.fixture
def team(tmp_path: Path, shared: Shared) -> Team:
    """Return a repository with an estate that is fine, and with the hook installed."""
    made = Team(tmp_path / "team", shared)
    made.install()
    made.start()
    return made


def refused(team: Team, *arguments: str, told: Sequence[str] = REFUSED) -> Done:
    """Fail to commit, or to push, and be told why."""
    before = team.head
    done = team.do(*arguments)
    assert done.code != 0, done.out
    assert team.head == before
    assert [each for each in told if each not in done.out] == [], done.out
    return done


def accepted(team: Team, *arguments: str) -> Done:
    """Commit, or push."""
    done = team.do(*arguments)
    assert done.code == 0, done.out
    return done


# The manifest -------------------------------------------------------------------------------------


def test_the_manifest_is_valid() -> None:
    path = str(ROOT / ".pre-commit-hooks.yaml")
    done = run([*PRE_COMMIT, "validate-manifest", path], ROOT, {**os.environ})
    assert (done.code, done.out) == (0, "")


@pytest.mark.prove  # it installs all of it once more
def test_both_can_be_tried_without_being_installed(tmp_path: Path, shared: Shared) -> None:
    team = Team(tmp_path / "team", shared)
    team.start()
    done = run(
        [*PRE_COMMIT, "try-repo", str(shared.project), "--all-files", "--verbose"],
        team.root, shared.variables, INSTALLING,
    )  # fmt: skip
    assert done.code == 0, done.out
    assert done.out.count("Passed") == done.out.count("No findings.") == 2
    assert "Compared with main" in done.out


# Commits ------------------------------------------------------------------------------------------


def test_a_collision_is_refused_and_what_is_clean_is_not(team: Team) -> None:
    team.change("ops/upgrade.yaml", text=COLLIDING)
    done = refused(team, "commit", "-m", "upgrade")
    assert "nearest slot" in done.out or "move" in done.out
    # Nothing is lost, and it can be mended.
    team.change("ops/upgrade.yaml", text=CLEAN)
    assert not accepted(team, "commit", "-m", "upgrade").was_skipped
    team.change("ops/upgrade.yaml", text=COLLIDING)
    refused(team, "commit", "-am", "earlier")
    refused(team, "commit", "--amend", "--no-edit")
    # Whoever has to can leave it out, which is why it runs in CI too.
    assert "Skipped" in team.do("commit", "-m", "earlier", SKIP="opspolicy").out
    team.git("reset", "-q", "--soft", "HEAD~1")
    assert team.do("commit", "-m", "earlier", "--no-verify").code == 0


def test_a_deletion_that_breaks_a_reference_is_refused(team: Team) -> None:
    team.git("rm", "-q", "ops/database.yaml")
    refused(team, "commit", "-m", "less", told=("OPS101", "database", "ops/portal.yaml"))


def test_a_file_may_get_another_name(team: Team) -> None:
    team.git("mv", "ops/database.yaml", "ops/db.yaml")
    assert not accepted(team, "commit", "-m", "rename").was_skipped
    # Unless that is one that isn't read.
    team.git("mv", "ops/db.yaml", "ops/db.txt")
    refused(team, "commit", "-m", "rename", told=("OPS101", "database"))


def test_an_unrelated_commit_is_over_in_a_moment(team: Team) -> None:
    start = time.monotonic()
    team.change("ops/database.yaml", text=DATABASE + "# more\n")
    assert not accepted(team, "commit", "-m", "more").was_skipped
    usual = time.monotonic() - start
    team.change("README.md")
    team.git("rm", "-q", "docs/guide.md")
    assert team.do("commit", "-m", "words", limit=5 * usual).was_skipped
    # Where nothing at all is changed, nobody can say that it is unrelated.
    assert not accepted(team, "commit", "--allow-empty", "-m", "nothing").was_skipped
    assert not accepted(team, "commit", "--amend", "--allow-empty", "-m", "no").was_skipped
    team.change("README.md", text="x-amended: true\n")
    assert accepted(team, "commit", "--amend", "--no-edit").was_skipped


def test_whoever_asks_by_hand_gets_an_answer(team: Team) -> None:
    """What is staged is then no commit under way, and what was left out before is found."""
    team.change("ops/upgrade.yaml", text=COLLIDING)
    team.do("commit", "--no-verify", "-m", "upgrade")
    team.change("README.md")
    for arguments in (["run"], ["run", "--all-files"], ["run", "opspolicy", "--files", "README.md"],
                      ["run", "--hook-stage", "manual"]):  # fmt: skip
        done = team.hand(*arguments)
        assert done.code == 1
        assert not done.was_skipped
    assert accepted(team, "commit", "-m", "words").was_skipped


def test_part_of_what_is_changed_is_committed(team: Team) -> None:
    """`git commit FILE` commits another index than the one that all else is staged in."""
    team.change("ops/database.yaml", text=DATABASE + COLLIDING)
    team.write("README.md", text="more\n")
    before = team.head
    assert accepted(team, "commit", "README.md", "-m", "words").was_skipped
    assert team.git("diff", "--name-only", before, "HEAD") == "README.md"
    team.write("README.md", text="still more\n")
    refused(team, "commit", "ops/database.yaml", "-m", "upgrade", told=REFUSED[:3])
    refused(team, "commit", "-a", "-m", "all", told=REFUSED[:3])
    # What isn't committed isn't judged either: pre-commit takes it aside.
    team.git("reset", "-q")
    team.write("ops/billing.yaml", text=MAILING + "# more\n")
    assert not accepted(team, "commit", "ops/billing.yaml", "-m", "more").was_skipped
    # But for files that git doesn't know yet.
    team.git("checkout", "-q", ".")
    team.write("ops/upgrade.yaml", text=COLLIDING)
    team.write("ops/billing.yaml", text=MAILING)
    refused(team, "commit", "ops/billing.yaml", "-m", "less")


def test_a_first_commit_is_checked_whole(tmp_path: Path, shared: Shared) -> None:
    team = Team(tmp_path / "team", shared)
    team.install("opspolicy", "opspolicy-new")
    team.write("ops/portal.yaml", text=PORTAL)
    team.write("ops/billing.yaml", text=MAILING)
    team.write("ops/upgrade.yaml", text=DATABASE + COLLIDING)
    team.git("add", "--all")
    done = refused(team, "commit", "-m", "start")
    assert done.out.count("error[OPS302]") == 2
    assert "there is no commit yet, so all of it is new" in done.out
    team.change("ops/upgrade.yaml", text=DATABASE + CLEAN)
    accepted(team, "commit", "-m", "start")


def test_two_branches_collide_once_they_are_merged(team: Team) -> None:
    (team.root / "ops/billing.yaml").unlink()
    team.do("commit", "-qam", "no mailing")
    team.git("switch", "-q", "-c", "feature")
    team.change("ops/upgrade.yaml", text=COLLIDING)
    accepted(team, "commit", "-m", "upgrade")
    team.git("switch", "-q", "main")
    team.change("ops/billing.yaml", text=MAILING)
    accepted(team, "commit", "-m", "mailing")
    refused(team, "merge", "-m", "both", "feature")
    team.git("merge", "--abort")
    # Nor can it be got round by merging the other way.
    team.git("switch", "-q", "feature")
    refused(team, "merge", "-m", "both", "main")
    team.git("merge", "--abort")
    team.git("switch", "-q", "-c", "words", "main")
    team.change("README.md")
    assert accepted(team, "commit", "-m", "words").was_skipped
    team.git("switch", "-q", "main")
    assert accepted(team, "merge", "--no-ff", "-m", "words", "words").was_skipped


@pytest.mark.prove
def test_a_work_tree_beside_the_first(team: Team, tmp_path: Path) -> None:
    """There `.git` is a file, and git tells hooks by its variables where all else is."""
    team.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
    beside = Team(tmp_path / "beside", team.shared)
    beside.change("README.md")
    assert accepted(beside, "commit", "-m", "words").was_skipped
    beside.change("ops/upgrade.yaml", text=COLLIDING)
    refused(beside, "commit", "-m", "upgrade")


@pytest.mark.prove
def test_an_estate_in_a_submodule(team: Team, tmp_path: Path) -> None:
    above = Team(tmp_path / "above", team.shared)
    above.git("submodule", "--quiet", "add", str(team.root), "estate")
    above.install(args=["-C", "estate"])
    above.git("add", "--all")
    assert not accepted(above, "commit", "-m", "with an estate").was_skipped
    above.change("README.md")
    assert accepted(above, "commit", "-m", "words").was_skipped
    inside = Team(above.root / "estate", team.shared)
    inside.install()
    inside.change("README.md")
    assert accepted(inside, "commit", "-m", "words").was_skipped
    inside.change("ops/upgrade.yaml", text=COLLIDING)
    refused(inside, "commit", "-m", "upgrade")
    inside.do("commit", "--no-verify", "-m", "upgrade")
    # Another commit of it is a change of all that it holds.
    above.git("add", "estate")
    refused(above, "commit", "-m", "upgrade")


def test_an_estate_below_the_top(tmp_path: Path, shared: Shared) -> None:
    team = Team(tmp_path / "team", shared)
    team.install("opspolicy", "opspolicy-new", args=["-C", "teams/portal"])
    team.write("teams/portal/opspolicy.yaml", text="include: [estate/*.cfg]\n")
    team.write("teams/portal/estate/portal.cfg", text=PORTAL + MAILING)
    team.write("teams/portal/estate/database.cfg", text=DATABASE)
    team.write("app/main.py", text="pass\n")
    team.git("add", "--all")
    accepted(team, "commit", "-m", "start")
    team.change("app/main.py", text="print()\n")
    assert accepted(team, "commit", "-m", "code").was_skipped
    team.change("teams/portal/estate/upgrade.cfg", text=COLLIDING)
    told = ("error[OPS302]", "estate/upgrade.cfg", "estate/portal.cfg")
    assert refused(team, "commit", "-m", "upgrade", told=told).out.count("error[OPS302]") == 2
    team.git("rm", "-q", "--cached", "teams/portal/estate/upgrade.cfg")
    (team.root / "teams/portal/estate/upgrade.cfg").unlink()
    team.git("rm", "-q", "teams/portal/estate/database.cfg")
    refused(team, "commit", "-m", "less", told=("OPS101", "database"))


# What is new --------------------------------------------------------------------------------------


def test_what_the_main_branch_has_already_may_stay(team: Team) -> None:
    team.install("opspolicy-new")
    team.change("ops/upgrade.yaml", text=COLLIDING)
    team.do("commit", "--no-verify", "-am", "upgrade")
    team.git("switch", "-q", "-c", "feature")
    team.change("ops/database.yaml", text=DATABASE + "  cache: {owner: platform}\n")
    assert "1 unchanged" in accepted(team, "commit", "-m", "more").out
    again = (UPGRADE % "2027-10-10T00:00").replace("portal-upgrade", "again")
    team.change("ops/again.yaml", text=again)
    told = ("new error[OPS302]", "ops/again.yaml", "1 new, 1 unchanged")
    refused(team, "commit", "-m", "again", told=told)
    # Also when it has been committed some time ago, without being asked.
    team.do("commit", "--no-verify", "-m", "again")
    team.change("ops/database.yaml", text=DATABASE)
    refused(team, "commit", "-m", "less", told=told)


@pytest.mark.prove
def test_what_is_merged_from_the_main_branch_is_nobodys_change(team: Team) -> None:
    team.install("opspolicy-new")
    team.do("commit", "--no-verify", "-am", "hook")
    team.git("switch", "-q", "-c", "feature")
    team.change("ops/database.yaml", text=DATABASE + "# more\n")
    accepted(team, "commit", "-m", "more")
    team.git("switch", "-q", "main")
    team.change("ops/upgrade.yaml", text=COLLIDING)
    team.do("commit", "--no-verify", "-m", "upgrade")
    team.git("switch", "-q", "feature")
    assert "1 unchanged" in accepted(team, "merge", "-m", "main", "main").out
    # Nor after a conflict, when another hook is asked.
    team.git("reset", "-q", "--hard", "HEAD~1")
    team.change("ops/database.yaml", text=DATABASE + "# of the feature\n")
    accepted(team, "commit", "-m", "more")
    team.git("switch", "-q", "main")
    team.change("ops/database.yaml", text=DATABASE + "# of the main branch\n")
    team.do("commit", "--no-verify", "-m", "more")
    team.git("switch", "-q", "feature")
    assert team.do("merge", "main").code == 1
    team.change("ops/database.yaml", text=DATABASE + "# of both\n")
    assert "1 unchanged" in accepted(team, "commit", "-m", "main").out


# Pushes -------------------------------------------------------------------------------------------


@pytest.fixture
def remote(team: Team, tmp_path: Path) -> Repository:
    """Return a repository to push to, which has what the team has."""
    made = Repository(tmp_path / "remote", "--bare")
    team.git("remote", "add", "origin", str(made.root))
    team.git("push", "-q", "--no-verify", "origin", "main")
    return made


def branches(remote: Repository) -> list[str]:
    """Return the branches that have been pushed."""
    return remote.git("for-each-ref", "--format=%(refname:short)").split()


@pytest.mark.parametrize(
    "hook", [pytest.param("opspolicy", marks=pytest.mark.prove), "opspolicy-new"]
)
def test_another_branch_than_the_one_checked_out_is_pushed(
    team: Team, remote: Repository, hook: str
) -> None:
    team.install(hook)
    team.do("commit", "--no-verify", "-am", "hook")
    team.git("switch", "-q", "-c", "bad")
    team.change("ops/upgrade.yaml", text=COLLIDING)
    team.do("commit", "--no-verify", "-m", "upgrade")
    team.git("switch", "-q", "-c", "good", "main")
    team.change("ops/upgrade.yaml", text=CLEAN)
    team.do("commit", "--no-verify", "-m", "upgrade")
    done = refused(team, "push", "origin", "bad")
    assert "as git has it, and not the files on the disk" in done.out
    team.git("switch", "-q", "bad")
    accepted(team, "push", "origin", "good")
    assert branches(remote) == ["good", "main"]
    # What isn't committed is not pushed either, so it can't help.
    team.change("ops/upgrade.yaml", text=CLEAN)
    refused(team, "push", "origin", "bad")
    # A remote that has nothing at all yet: everything is new to it.
    empty = Repository(remote.root.parent / "empty", "--bare")
    team.git("remote", "add", "empty", str(empty.root))
    team.git("remote", "remove", "origin")
    team.git("switch", "-q", "-f", "good")
    done = refused(team, "push", "empty", "bad")
    assert ("the remote has nothing to compare with" in done.out) == (hook == "opspolicy-new")
    accepted(team, "push", "empty", "good")
    assert branches(empty) == ["good"]


@pytest.mark.prove
def test_a_push_of_what_is_unrelated(team: Team, remote: Repository) -> None:
    team.change("README.md")
    team.do("commit", "--no-verify", "-m", "words")
    assert accepted(team, "push", "origin", "main").was_skipped
    # To take a change back is a change.
    team.change("ops/database.yaml", text=DATABASE + "# more\n")
    team.do("commit", "--no-verify", "-m", "more")
    assert not accepted(team, "push", "origin", "main").was_skipped
    team.git("reset", "-q", "--hard", "HEAD~1")
    team.change("README.md", text="x-other: true\n")
    team.do("commit", "--no-verify", "-m", "words")
    assert not accepted(team, "push", "--force", "origin", "main").was_skipped
    # A branch that is deleted holds nothing to judge, and pre-commit asks nobody.
    team.git("push", "-q", "--no-verify", "origin", "main:other")
    assert "opspolicy" not in accepted(team, "push", "origin", "--delete", "other").out
    assert branches(remote) == ["main"]


def test_a_push_that_began_where_nobody_knows(team: Team, remote: Repository) -> None:
    """As a script in CI may say it, for a branch that is new or was cut off."""
    assert branches(remote) == ["main"]
    team.git("fetch", "-q")
    team.git("switch", "-q", "-c", "feature")
    team.change("ops/upgrade.yaml", text=COLLIDING)
    team.do("commit", "--no-verify", "-m", "upgrade")
    words = [sys.executable, "-m", "opspolicy", "check", "--skip-unrelated", "--new-only"]
    variables = {**team.shared.variables, "PYTHONPATH": str(ROOT), "PRE_COMMIT_TO_REF": "feature"}

    def from_ref(ref: str) -> Done:
        return run(words, team.root, {**variables, "PRE_COMMIT_FROM_REF": ref})

    done = from_ref("0" * 40)
    assert done.code == 1
    assert "Compared with origin/main" in done.out
    assert "1 new" in done.out
    done = from_ref("1" * 40)
    assert done.code == 2
    assert f"git knows no commit `{'1' * 40}`" in done.out
    assert from_ref("feature").code == 0
