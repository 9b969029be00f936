"""What a hook asks of a check: to be left out where nothing matters, and to know the base by itself."""

from __future__ import annotations

import itertools
import json
import os
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from opspolicy import cli
from opspolicy.cli.hooks import SKIPPED
from tests.repositories import HARMLESS, Repository, isolated

if TYPE_CHECKING:
    from pathlib import Path

ORPHAN = "jobs: {orphan: {requires: [nobody]}}\n"
UNKNOWN = "OPS101"
BROKEN = "services: {one: {customer_facing: true}}\n"


class Ran(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def was_skipped(self) -> bool:
        """Whether nothing was checked."""
        assert (self.out == SKIPPED) == (SKIPPED in self.out)
        assert self.out == SKIPPED or "Checked " in self.out or self.code == 2, self
        return self.out == SKIPPED


class Here:
    """A repository with one commit, which is the current directory, while another is made."""

    def __init__(
        self, root: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
    ) -> None:
        """Make it in ``root``."""
        self.root = root
        self.repository = Repository(root)
        self.repository.write("ops/a.yaml", "README.md", "data/b.cfg", "data/c.txt")
        self.repository.commit()
        self._capsys = capsys
        self.set = patch.setenv

    def stage(self, *paths: str, text: str = "x-more: true\n") -> None:
        """Write files, and stage all there is."""
        self.repository.write(*paths, text=text)
        self.repository.git("add", "--all")

    def read(self) -> str:
        """Return what was written."""
        return self._capsys.readouterr().out

    def check(self, *words: str) -> Ran:
        """Run a check, as if in a hook: from the top."""
        os.chdir(self.root)
        code = cli.main(["check", "--skip-unrelated", "--as-of", "2027-09-01", *words])
        done = self._capsys.readouterr()
        assert "internal error" not in done.err
        return Ran(code, done.out, done.err)


@pytest.fixture
def here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Here:
    """Return a repository in which a commit is being made."""
    for name, value in isolated().items():
        monkeypatch.setenv(name, value)
    for name in [*os.environ]:
        if name.startswith(("PRE_COMMIT", "GITHEAD_")) or name == "OPSPOLICY_AS_OF":
            monkeypatch.delenv(name)
    monkeypatch.setenv("OPSPOLICY_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    made = Here(tmp_path / "here", capsys, monkeypatch)
    monkeypatch.chdir(made.root)
    return made


# What is left out ---------------------------------------------------------------------------------


def test_what_is_asked_for_besides_is_done(here: Here, tmp_path: Path) -> None:
    here.stage("README.md")
    assert here.check() == Ran(0, SKIPPED, "")
    assert here.check("--format", "text", "-v", "--base", "HEAD").was_skipped
    # A report is wanted, or what other branches bring is to be looked at.
    assert json.loads(here.check("--format", "json").out)["complete"]
    assert not here.check("--output", f"json={tmp_path / 'report.json'}").was_skipped
    assert (tmp_path / "report.json").exists()
    assert not here.check("--with", "HEAD").was_skipped
    # What is wrong is told first.
    assert here.check("--new-only", "--base", "HEAD").code == 2


def test_no_commit_is_under_way(here: Here) -> None:
    here.stage("README.md")
    here.set("GIT_INDEX_FILE", "")
    assert not here.check().was_skipped


@pytest.mark.parametrize(
    ("settings", "path", "is_skipped"),
    [
        ("horizon: 30d\n", "data/b.cfg", True),
        ("include: [ops, data/*.cfg]\n", "data/b.cfg", False),
        ("include: [ops, data/*.cfg]\n", "data/c.txt", True),
        ("include: [ops, data/c*]\n", "README.md", False),
        ('"inclu\\x64e": [data/c.txt]\n', "data/c.txt", False),
        ("policies: [data/b.cfg]\n", "data/b.cfg", False),
        ("exclude: [ops]\n", "data/b.cfg", True),
        # What can't be read may mean anything.
        ("include: [ops, ../data/c.txt]\n", "README.md", False),
        ("include: [\n", "README.md", False),
        ("# \xff include\n", "README.md", True),
    ],
)
def test_a_configuration_may_select_anything(
    here: Here, settings: str, path: str, *, is_skipped: bool
) -> None:
    (here.root / "opspolicy.yaml").write_text(settings, encoding="utf-8")
    here.repository.commit()
    here.stage(path)
    for _ in range(2):  # also by what was kept of the first time
        assert here.check().was_skipped == is_skipped


def test_a_configuration_that_cant_be_read(here: Here) -> None:
    here.stage("README.md")
    os.mkfifo(here.root / "opspolicy.yaml")
    assert not here.check().was_skipped
    (here.root / "opspolicy.yaml").unlink()
    (here.root / "opspolicy.yaml").write_bytes(b"horizon: \xff\n")
    assert not here.check().was_skipped


def test_what_is_named_is_read(here: Here) -> None:
    (here.root / "data/settings.cfg").write_text("include: [data/c.txt]\n", encoding="utf-8")
    here.repository.commit()
    here.stage("data/c.txt")
    assert here.check().was_skipped
    assert here.check("ops", ".").was_skipped
    assert not here.check("data/c.txt").was_skipped
    assert not here.check("-C", "data", "c.txt").was_skipped
    assert not here.check("--config", "data/settings.cfg").was_skipped
    assert not here.check("-C", "data", "--config", "settings.cfg").was_skipped
    here.repository.commit()
    here.stage("data/settings.cfg", text="include: [data/b.cfg]\n")
    assert here.check().was_skipped
    assert not here.check("--config", "data/settings.cfg").was_skipped


def test_another_directory(here: Here) -> None:
    here.repository.write("data/opspolicy.yaml", text="include: ['*.cfg']\n")
    here.repository.commit()
    here.stage("data/b.cfg")
    assert here.check().was_skipped
    assert not here.check("-C", "data").was_skipped
    done = here.check("-C", "nowhere")
    assert (done.code, done.out) == (2, "")


def test_files_that_are_kept_apart_from_their_history(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `git --git-dir=… --work-tree=… commit` has it, from whatever directory."""
    here.stage("README.md")
    (here.root / ".git").rename(tmp_path / "apart")
    assert not here.check().was_skipped
    here.set("GIT_DIR", str(tmp_path / "apart"))
    here.set("GIT_WORK_TREE", str(here.root))
    here.set("GIT_INDEX_FILE", str(tmp_path / "apart/index"))
    assert here.check().was_skipped
    # And what is checked is something else than what is committed: it isn't changed by that.
    other = Repository(tmp_path / "other")
    other.write("ops/a.yaml", text=ORPHAN)
    assert here.check("-C", str(other.root)).was_skipped
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert UNKNOWN in here.check("-C", str(other.root)).out


MORE = "include: [ops, data/*.cfg]\n"
CONFIGURATIONS = (None, "include: [ops]\n", MORE)


def configure(here: Here, settings: str | None) -> None:
    """Have a configuration on the disk, or none."""
    path = here.root / "opspolicy.yaml"
    path.unlink(missing_ok=True)
    if settings is not None:
        path.write_text(settings, encoding="utf-8")


@pytest.mark.parametrize(
    ("of_base", "of_head"),
    [
        # Three of the nine in each run: each pushes eighteen times.
        pytest.param(base, head, marks=[] if at % 4 == 1 else [pytest.mark.prove])
        for at, (base, head) in enumerate(itertools.product(CONFIGURATIONS, CONFIGURATIONS))
    ],
)
def test_what_is_skipped_would_be_judged_as_before(
    here: Here, of_base: str | None, of_head: str | None
) -> None:
    """By whichever configurations the base, what is pushed and the disk have."""
    configure(here, of_base)
    base = here.repository.commit()
    here.repository.git("update-ref", "refs/remotes/origin/main", base)
    configure(here, of_head)
    start = here.repository.commit()
    skipped: set[str] = set()
    for path in ("data/b.cfg", "README.md"):
        configure(here, of_head)
        here.repository.write(path, text=BROKEN)
        end = here.repository.commit()
        for on_disk in CONFIGURATIONS:
            configure(here, on_disk)
            for options in [], ["--new-only"], ["--base", base]:
                push(here, start, end)
                if not here.check(*options).was_skipped:
                    continue
                skipped.add(path)
                after = judged(here, *options)
                push(here, start, start)
                assert judged(here, *options) == after
        here.repository.git("reset", "-q", "--hard", start)
    # What is in nobody's estate is skipped, and what is in that of the head never.
    assert "README.md" in skipped
    assert ("data/b.cfg" in skipped) == (of_head != MORE)


def judged(here: Here, *options: str) -> tuple[int, object]:
    """Return what is found, skipped or not."""
    done = here.check("--format", "json", *options)
    return done.code, json.loads(done.out)["findings"]


@pytest.mark.parametrize("new", [[], ["--new-only"]])
def test_a_push_goes_by_the_configuration_that_it_is_judged_by(here: Here, new: list[str]) -> None:
    """It isn't that of the branch that is checked out."""
    here.repository.git("checkout", "-q", "-b", "side")
    here.repository.write("opspolicy.yaml", text=MORE)
    start = here.repository.commit()
    here.stage("data/b.cfg", text=ORPHAN)
    end = here.repository.commit()
    here.repository.git("checkout", "-q", "main")
    push(here, start, end)
    done = here.check(*new)
    assert done.code == 2
    assert "data/b.cfg:" in done.out
    assert not here.check(*new, "-C", "data").was_skipped
    # And what a checkout has that isn't pushed needn't be known, but may.
    here.stage("README.md", text="more\n")
    push(here, "HEAD~1", here.repository.commit())
    assert here.check(*new).was_skipped
    assert not here.check(*new, "--config", "nowhere.yaml").was_skipped


def test_what_was_selected_matters_to_a_comparison(here: Here) -> None:
    """The base is read by its own configuration, whatever this branch has made of it."""
    here.repository.write("opspolicy.yaml", text=MORE)
    here.repository.commit()
    here.repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    here.repository.git("checkout", "-q", "-b", "side")
    here.repository.write("opspolicy.yaml", text="include: [ops]\n")
    start = here.repository.commit()
    here.stage("data/b.cfg", text="x-more: 1\n")
    assert here.check().was_skipped
    assert not here.check("--new-only").was_skipped
    assert not here.check("--base", "main").was_skipped
    assert here.check("--base", "HEAD").was_skipped
    assert not here.check("--base", "nowhere").was_skipped
    end = here.repository.commit()
    here.stage("README.md", text="more\n")
    assert here.check("--new-only").was_skipped
    push(here, start, end)
    assert here.check("--new-only").was_skipped
    assert not here.check("--base", "main").was_skipped
    # As the directory of a configuration may be gone as well.
    here.repository.git("rm", "-q", "opspolicy.yaml")
    here.stage("sub/opspolicy.yaml", text="include: [ops]\n")
    here.repository.commit()
    here.set("PRE_COMMIT_FROM_REF", "")
    here.set("PRE_COMMIT_TO_REF", "")
    here.set("GIT_INDEX_FILE", ".git/index")
    here.stage("data/b.cfg", text="x-more: 2\n")
    assert not here.check("--new-only", "-C", "sub").was_skipped


def test_a_directory_is_entered_and_not_spelled(here: Here) -> None:
    """`..` behind a link is above where the link leads to."""
    here.repository.write("far/down/opspolicy.yaml", text="horizon: 30d\n")
    here.repository.write("far/opspolicy.yaml", text="include: ['*.cfg']\n")
    here.repository.write("far/x.cfg", "far/settings.cfg", text="include: ['*.txt']\n")
    here.repository.link("short", "far/down")
    here.repository.commit()
    here.stage("far/x.cfg", text="x-more: 1\n")
    assert here.check().was_skipped
    assert here.check("-C", "short").was_skipped
    os.chdir(here.root)
    here.set("GIT_INDEX_FILE", str(here.root / ".git/index"))
    assert not here.check("-C", "short/..").was_skipped
    os.chdir(here.root)
    here.repository.commit()
    here.stage("data/c.txt", text="x-more: 1\n")
    assert not here.check("-C", "short", "--config", "../settings.cfg").was_skipped


# What is judged -----------------------------------------------------------------------------------


def push(here: Here, start: str, end: str) -> None:
    """Be in the hook of a push."""
    here.set("GIT_INDEX_FILE", "")
    here.set("PRE_COMMIT_FROM_REF", start)
    here.set("PRE_COMMIT_TO_REF", end)


@pytest.mark.parametrize("new", [[], ["--new-only"]])
def test_a_commit_is_judged_and_not_the_disk(here: Here, new: list[str]) -> None:
    here.stage("ops/b.yaml", text=ORPHAN)
    end = here.repository.commit()
    (here.root / "ops/b.yaml").unlink()
    push(here, "HEAD~1", end)
    done = here.check(*new)
    assert done.code == 2
    assert UNKNOWN in done.out
    assert "nobody" in done.out
    assert f"judged is `{end}` as git has it" in done.err
    push(here, end, "HEAD~1")
    here.repository.write("ops/c.yaml", text=ORPHAN)
    assert here.check(*new).code == 0
    # Nothing of this is asked without an option that is for hooks.
    assert cli.main(["check", "--as-of", "2027-09-01", "--no-cache"]) == 2


def test_a_commit_goes_by_its_own_configuration(here: Here) -> None:
    """Wherever it has one: what counts is where a checkout of it would find it."""
    here.stage("sub/ops/b.yaml", text=HARMLESS)
    start = here.repository.commit()
    here.stage("sub/opspolicy.yaml", text="include: [ops]\n")
    below = here.repository.commit()
    here.repository.git("rm", "-q", "sub/opspolicy.yaml")
    here.stage("opspolicy.yaml", text="include: [ops, sub/rare/*.cfg]\n")
    here.stage("sub/rare/d.cfg", text=ORPHAN)
    above = here.repository.commit()
    for checked_out in (start, below, above):
        here.repository.git("checkout", "-q", checked_out)
        push(here, start, above)
        found = here.check("-C", "sub")
        assert UNKNOWN in found.out
        assert "sub/rare/d.cfg:" in found.out
        os.chdir(here.root)
        push(here, start, below)
        assert here.check("-C", "sub").code == 0
        os.chdir(here.root)


@pytest.mark.parametrize("start", ["0" * 40, ""])
def test_a_branch_that_is_new_began_where_the_main_one_is(here: Here, start: str) -> None:
    here.stage("ops/b.yaml", text="services: {one: {customer_facing: true}}\n")
    here.repository.commit()
    here.stage("ops/c.yaml", text="services: {other: {customer_facing: true}}\n")
    here.repository.commit()
    push(here, start, "HEAD")
    done = here.check("--new-only")
    assert "the remote has nothing to compare with, so all of it is new" in done.err
    assert "Compared with" not in done.out
    here.repository.git("update-ref", "refs/remotes/origin/main", "HEAD~1")
    done = here.check("--new-only")
    assert re.search(r"Compared with origin/main \(\w+\): . new, . unchanged", done.out)
    assert done.out.count("new error[OPS104]") == 1
    assert "so all of it is new" not in done.err


def test_a_start_that_nobody_knows_is_no_excuse(here: Here) -> None:
    push(here, "1" * 40, "HEAD")
    done = here.check("--new-only")
    assert (done.code, done.out) == (2, "")
    assert f"git knows no commit `{'1' * 40}`" in done.err
    push(here, "--all", "HEAD")
    assert here.check("--new-only").code == 2
    push(here, "HEAD", "0" * 40)
    assert here.check("--new-only").code == 2
    assert here.check().code == 2


def test_other_branches_are_laid_over_what_is_judged(here: Here) -> None:
    here.stage("ops/b.yaml", text=ORPHAN)
    end = here.repository.commit()
    here.repository.git("branch", "other")
    here.repository.git("checkout", "-q", "HEAD~1")
    push(here, "HEAD", end)
    assert UNKNOWN in here.check("--with", "other").out


@pytest.mark.parametrize("new", [[], ["--new-only"]])
def test_other_branches_are_judged_by_the_settings_of_what_is(here: Here, new: list[str]) -> None:
    """What is wrong in another branch alone isn't taken for what is wrong only together."""
    start = here.repository.git("rev-parse", "HEAD")
    here.repository.write("ops/b.yaml")
    end = here.repository.commit()
    here.repository.git("checkout", "-q", "-b", "other")
    here.repository.write("ops/c.yaml", text=BROKEN)
    here.repository.commit()
    here.repository.git("checkout", "-q", "-f", start)
    # As the branch has it that is checked out.
    here.repository.write(
        "policies/own.yaml", text="version: 1\npolicies: {missing-owner: {severity: off}}\n"
    )
    push(here, start, end)
    done = here.check(*new, "--with", "other")
    assert (done.code, done.out.count("OPS104")) == (0, 0), done


@pytest.mark.parametrize("options", [[], ["--new-only"], ["--base", "HEAD"], ["ops"]])
def test_what_a_sparse_checkout_lacks_is_missed(here: Here, options: list[str]) -> None:
    here.repository.write("ops/far/z.yaml", text=ORPHAN)
    here.repository.write("docs/x.yaml")
    here.repository.commit()
    here.repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/docs/")
    assert not (here.root / "docs").exists()
    here.stage("ops/a.yaml")
    # What isn't selected may be anywhere.
    done = here.check(*options)
    assert (done.code, UNKNOWN in done.out) == (2, True)
    here.repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/ops/far/")
    assert not (here.root / "ops/far").exists()
    done = here.check(*options)
    assert (done.code, done.out) == (2, "")
    assert "1 file of the estate, such as `ops/far/z.yaml`, can't be judged" in done.err
    assert "`git sparse-checkout add ops/far`" in done.err
    # A commit is judged as git has it, and a check by hand is of what there is.
    push(here, "HEAD", "HEAD")
    assert UNKNOWN in here.check().out
    here.set("PRE_COMMIT_FROM_REF", "")
    here.set("PRE_COMMIT_TO_REF", "")
    assert here.check().code == 0


def test_what_is_merged_and_not_checked_out_is_missed(here: Here) -> None:
    here.repository.git("checkout", "-q", "-b", "other")
    here.repository.write("ops/far/z.yaml", text=ORPHAN)
    here.repository.commit()
    here.repository.git("checkout", "-q", "main")
    here.repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/ops/far/")
    here.repository.write("ops/b.yaml")
    here.repository.commit()
    here.repository.git("merge", "-q", "--no-commit", "other")
    assert not (here.root / "ops/far").exists()
    for options in [], ["--new-only"]:
        done = here.check(*options)
        assert (done.code, "`ops/far/z.yaml`" in done.err) == (2, True)


@pytest.mark.parametrize("path", ["opspolicy.yaml", "policies/own.yaml"])
def test_what_decides_is_missed_too(here: Here, path: str) -> None:
    (here.root / "policies").mkdir()
    (here.root / path).write_text("", encoding="utf-8")
    here.repository.commit()
    here.repository.git("sparse-checkout", "set", "--no-cone", "/*", f"!/{path}")
    here.stage("ops/a.yaml")
    done = here.check()
    assert (done.code, f"`{path}`" in done.err) == (2, True)


# What a change is compared with -------------------------------------------------------------------


@pytest.mark.parametrize("diverged", [False, True])
def test_a_push_that_takes_a_fix_back_is_refused(here: Here, *, diverged: bool) -> None:
    """What the remote has is what it is compared with, and not where the two parted."""
    here.stage("ops/b.yaml", text=BROKEN)
    broken = here.repository.commit()
    here.stage("ops/b.yaml", text="services: {one: {customer_facing: true, owner: us}}\n")
    fixed = here.repository.commit()
    here.repository.git("update-ref", "refs/remotes/origin/main", fixed)
    end = broken
    if diverged:
        here.repository.git("reset", "-q", "--hard", broken)
        here.stage("README.md", text="more\n")
        end = here.repository.commit()
    push(here, fixed, end)
    done = here.check("--new-only")
    assert (done.code, done.out.count("new error[OPS104]")) == (1, 1)
    assert f"Compared with {fixed} ({fixed[:12]})" in done.out


@pytest.mark.parametrize("name", ["origin/HEAD", "origin/main", "main", "refs/remotes/origin/HEAD"])
def test_a_tag_is_no_base(here: Here, name: str) -> None:
    """Git takes a tag for what is meant by a short name, and anybody can push one."""
    start = here.repository.git("rev-parse", "HEAD")
    here.repository.git("update-ref", "refs/remotes/origin/main", start)
    here.stage("ops/b.yaml", text=BROKEN)
    here.repository.git("checkout", "-q", "-b", "side")
    end = here.repository.commit()
    here.repository.git("update-ref", f"refs/tags/{name}", end)
    done = here.check("--new-only")
    assert f"Compared with origin/main ({start[:12]})" in done.out
    assert done.code == 1
    push(here, "", end)
    assert here.check("--new-only").code == 1
    cli.main(["explain", "--as-of", "2027-09-01"])
    assert f"origin/main ({start[:12]})" in here.read()


def test_a_first_push_is_told_how_to_begin(here: Here) -> None:
    push(here, "", "HEAD")
    assert "`SKIP=opspolicy-new git push`" in here.check("--new-only").err
