"""The history that a comparison needs, fetched where the checkout is too shallow to have it.

What is fetched are commits and nothing else, from `origin`, where the checkout came from, with
whatever credentials it has left. No hook is run and nobody is asked; git's own settings, where the
credentials are, hold.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess

from action.event import BRANCH, ID
from action.stop import Stop
from opspolicy import encode
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from action.event import Comparison

HARDENED = (
    "--no-pager",
    "--no-replace-objects",
    "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "gc.auto=0",
    "-c", "maintenance.auto=false",
)  # fmt: skip
FETCH = (
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-recurse-submodules",
    "--no-write-fetch-head",
    "--upload-pack=git-upload-pack",
)
SETTINGS = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "SSH_ASKPASS": "true",
    "GIT_ALLOW_PROTOCOL": "https:http:ssh:file",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}
KEPT = ("GIT_CONFIG", "GIT_EXEC_PATH", "GIT_SSH", "GIT_SSL", "GIT_PROXY")
"""How the variables begin that say how git gets anywhere, and not which repository it is in."""
LOCAL, REMOTE = 60, 180
"""Seconds after which git is stopped."""
DEPTHS = ("--deepen=100", "--deepen=2000", "--depth=2147483647")
"""How much history is fetched until there is enough; the last is all of it."""
DEEPEN = "with actions/checkout, set `fetch-depth: 0`"


class Answer(NamedTuple):
    """What git said, and whether it did what it was asked."""

    out: str
    complaint: str
    ok: bool


class Began(NamedTuple):
    """The commit that a change began from; with none everything is checked, and ``why``."""

    commit: str = ""
    why: str = ""


class History:
    """The repository of a directory."""

    def __init__(self, directory: str, environment: Mapping[str, str]) -> None:
        """Look at the commit that is checked out; raises Stop where there is none."""
        program = shutil.which("git", path=environment.get("PATH"))
        if program is None:
            message = "there is no program `git` on this runner"
            raise Stop(message, "without it, set `new-only: false`")
        plain = {
            name: value
            for name, value in environment.items()
            if not name.startswith("GIT_") or name.startswith(KEPT)
        }
        self._command = (program, "-C", directory, *HARDENED)
        self._environment = plain | SETTINGS
        head = self._ask("rev-parse", "--verify", "HEAD^{commit}")
        if not head.ok:
            message = f"no commit is checked out in `{directory}` ({head.complaint})"
            raise Stop(message, "the job needs actions/checkout before this step")
        self.head = head.out

    def holds(self, comparison: Comparison, checked_out: str) -> None:
        """Raise Stop unless what is checked out is the change of an event, or has it in it.

        ``checked_out`` is the id of the commit that GitHub runs the workflow for.
        """
        change = comparison.head or checked_out
        if change in {"", self.head, *self._parents()}:
            return
        if self._common(change) != change:
            it = f"what is checked out, {self.head[:12]},"
            message = f"{it} doesn't hold the change, {change[:12]}"
            raise Stop(message, "leave `ref` out of actions/checkout")

    def began(self, comparison: Comparison, checked_out: str) -> Began:
        """Return the commit that a change began from.

        ``checked_out`` is the id of the commit that GitHub runs the workflow for. Raises Stop where
        the commit can't be had: what a change adds can't be told without it.
        """
        base = comparison.commit or self._tip(comparison.branch)
        parents = self._parents()
        # GitHub's own merge of a pull request has two parents; only then is the first what it would
        # be merged into now, and newer than the event's.
        merged = [self.head, *parents[1:]] == [checked_out, comparison.head]
        base = parents[0] if merged else base
        try:
            commit = self._merge_base(base)
        except Stop as stop:
            if comparison.is_forced:
                return Began(why=f"history was replaced, and {comparison.about} is gone: {stop}")
            raise
        return self._added(commit, commit, comparison.about)

    def named(self, ref: str) -> Began:
        """Return the id of the commit that somebody has named, with its history; raises Stop."""
        found = self._ask("rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")
        commit = found.out if found.ok else ""
        if not commit:
            commit = ref if ID.fullmatch(ref) else self._tip(ref)
        return self._added(commit, self._merge_base(commit), f"`{ref}`")

    def _added(self, commit: str, common: str, about: str) -> Began:
        """Return what to compare with, which is nothing where HEAD adds nothing to it.

        Nothing would be new, so a job that checks out the wrong commit would always pass.
        """
        if common == self.head:
            return Began(why=f"what is checked out adds nothing to {about}")
        return Began(commit)

    def _tip(self, branch: str) -> str:
        """Return the id of the last commit of one of origin's branches."""
        name = branch.removeprefix(BRANCH).removeprefix("origin/")
        local = self._ask("rev-parse", "--verify", f"refs/remotes/origin/{name}^{{commit}}")
        if local.ok:
            return local.out
        told = self._ask("ls-remote", "origin", f"{BRANCH}{name}", limit=REMOTE)
        for line in told.out.split("\n"):
            commit, _, ref = line.partition("\t")
            # It also lists the branches whose names only end so.
            if ref == f"{BRANCH}{name}" and ID.fullmatch(commit):
                return commit
        why = f" ({told.complaint})" if told.complaint else ""
        message = f"`origin` has no branch `{name}` to compare with{why}"
        raise Stop(message, f"name a branch or a commit in `base`, or {DEEPEN}")

    def _merge_base(self, base: str) -> str:
        """Return where HEAD and a commit part, after fetching what it takes to know."""
        found = self._common(base)
        if not found:
            pair = f"{self.head[:12]} and {base[:12]}, which it is to be compared with,"
            message = f"{pair} have no commit in common"
            raise Stop(message, f"name what the change was made from in `base`, or {DEEPEN}")
        return found

    def _common(self, other: str) -> str:
        """Return where HEAD and a commit part, "" for nowhere; raises Stop where nobody knows.

        Where history is cut off, a newer commit that they share may be behind the cut, on another
        way than the one that shows. Only that one holds the other is certain however much is cut.
        """
        why = ""
        for fetch in self._fetches(other):
            if fetch:
                why = self._ask(*FETCH, *fetch, limit=REMOTE).complaint or why
            found = self._ask("merge-base", other, self.head)
            if found.ok and found.out in {other, self.head}:
                return found.out
        is_here = self._ask("cat-file", "-e", f"{other}^{{commit}}").ok
        if is_here and not self._is_shallow():
            return found.out if found.ok else ""
        pair = f"{self.head[:12]} and {other[:12]}"
        lack = f"the history of {pair} is cut off" if is_here else f"{pair} aren't both"
        because = why or "`origin` doesn't have it either"
        message = f"{lack} in this checkout, and the rest can't be fetched ({because})"
        raise Stop(message, DEEPEN)

    def _fetches(self, other: str) -> Iterator[tuple[str, ...]]:
        """Yield what to fetch, the least first; nothing at all to begin with."""
        yield ()
        shallow = self._is_shallow()
        if shallow:
            # The parents of a merge, which is all that a pull request needs.
            yield "--deepen=1", "origin", self.head
        if not self._ask("cat-file", "-e", f"{other}^{{commit}}").ok:
            yield (*(("--depth=1",) if shallow else ()), "origin", other)
        if shallow:
            for depth in DEPTHS:
                yield depth, "origin", self.head, other

    def _is_shallow(self) -> bool:
        return self._ask("rev-parse", "--is-shallow-repository").out != "false"

    def _parents(self) -> list[str]:
        """Return the ids of what HEAD was made from, which it says where they are missing too."""
        raw = self._ask("cat-file", "commit", self.head).out
        header = raw.partition("\n\n")[0].split("\n")
        return [line.removeprefix("parent ") for line in header if line.startswith("parent ")]

    def _ask(self, *arguments: str, limit: int = LOCAL) -> Answer:
        """Run git, and everything that it starts, for ``limit`` seconds at most."""
        try:
            process = subprocess.Popen(
                [*self._command, *arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return Answer("", f"git can't be started: {error}", ok=False)
        try:
            out, said = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            _stop(process)
            return Answer("", f"git gave no answer for {limit} seconds", ok=False)
        ok = process.returncode == 0
        lines = said.decode("utf-8", "replace").strip().split("\n")
        # The last words are the reason: what comes before are warnings.
        reason = next((line for line in lines if line.startswith("fatal: ")), lines[-1])
        complaint = "" if ok else encode.terminal(reason.removeprefix("fatal: "))
        return Answer(os.fsdecode(out).removesuffix("\n"), complaint, ok)


def trusting(environment: Mapping[str, str], workspace: str, directory: str) -> dict[str, str]:
    """Return variables with which git reads a repository that belongs to somebody else.

    Its top may be any directory from where the check is up to the workspace.

    In a container the checkout is somebody else's. Git is wary of the programs that such a
    repository could name, and none of them is run here.
    """
    told = environment.get("GIT_CONFIG_COUNT", "")
    count = int(told) if told.isdecimal() else 0
    found = dict(environment)
    for at, each in enumerate(_between(os.path.realpath(workspace), directory), count):
        found |= {f"GIT_CONFIG_KEY_{at}": "safe.directory", f"GIT_CONFIG_VALUE_{at}": each}
        found["GIT_CONFIG_COUNT"] = str(at + 1)
    return found


def _between(top: str, directory: str) -> Iterator[str]:
    """Yield a directory and those that hold it, up to ``top`` and never above."""
    entered = os.path.realpath(directory)
    while entered.startswith(os.path.join(top, "")):
        yield entered
        entered = os.path.dirname(entered)
    if entered != top:
        yield entered
    yield top


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop git with what it has started, which may be what it waits for."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.communicate()
