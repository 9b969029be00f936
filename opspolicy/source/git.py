"""A git repository, asked for commits without running, fetching or believing anything in it.

A repository's own settings can name programs. None of what is asked here runs a hook, a monitor, a
filter or a transport, and what could is switched off besides. What git is asked names commits by
their whole ids; whatever a user typed goes to `cat-file --batch`, which takes a line for a name and
nothing else, and where that knows none, through `rev-parse --verify`.
"""

from __future__ import annotations

import os

from opspolicy.phrases import did_you_mean
from opspolicy.source import child
from opspolicy.source.git_error import (
    CI,
    REFETCH,
    GitError,
    NowhereError,
    cant_start,
    failure,
    no_program,
    silent,
)
from opspolicy.source.git_files import CommitFiles
from opspolicy.source.git_objects import COMMIT, Objects
from opspolicy.source.git_tree import GitTree
from opspolicy.source.reading import is_above

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Self

HARDENED = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", f"core.attributesFile={os.devnull}",
    "-c", "protocol.allow=never",
    "-c", "safe.bareRepository=explicit",
    "-c", "advice.graftFileDeprecated=false",
)  # fmt: skip
SETTINGS = {
    # Nothing is written, asked or fetched, and what it says can be recognised.
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    # Unlike protocol.allow, this one beats what the repository's own settings allow.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_GRAFT_FILE": os.devnull,
    "LC_ALL": "C",
}
KEPT = ("GIT_CONFIG", "GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
"""How the variables begin that say where git and its settings are, not which repository it is."""
QUARANTINE = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE")
"""Where the objects are that a server's hook is to judge, before the repository has them."""
OLDEST = (2, 30)
"""The first git that knows `--end-of-options` everywhere."""
LONGEST = 1_000
"""Characters of a name that can be meant."""
NAMES_LISTED = 5_000
"""Among how many names the nearest one is looked for."""
HEAD, MERGE_HEAD = "HEAD", "MERGE_HEAD"
MERGED = "GITHEAD_"
"""How the variables begin whose names end in the id of what `git merge` is merging."""
ID_LENGTHS = (40, 64)


class Repository:
    """A repository with its files checked out. Close it, or use it in a `with`.

    ``top`` is the directory of its files, ``prefix`` the way from there to the directory in which
    it was found ("" for the top, `/` between its parts), ``is_shallow`` whether its history was cut
    off when it was cloned, ``head`` the id of the commit that is checked out, None where there is
    none yet. All objects come from one process of git's, started for the first one.
    """

    def __init__(self, top: str, prefix: str, *, is_shallow: bool, command: Command) -> None:
        """Take what ``open_repository`` has found."""
        self.top = top
        self.prefix = prefix
        self.is_shallow = is_shallow
        self._command = command
        self.head: str | None = None
        self._objects = Objects(lambda: command.start("cat-file", "--batch"))

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Stop the process that hands out objects, if there is any."""
        self._objects.close()

    def commit(self, ref: str) -> str:
        """Return the id of the commit that ``ref`` names: a branch, a tag, an id, `HEAD~3`.

        Raises GitError where it names none, with a hint how to come by it.
        """
        if not ref or ref.startswith("-") or len(ref) > LONGEST or not ref.isprintable():
            message = f"`{ref[:LONGEST]}` can't be the name of a commit"
            raise GitError(message, "name a branch, a tag or the id of a commit")
        if ref == HEAD and self.head is not None:
            return self.head
        # The process that hands out objects knows names too; one less is felt on every commit.
        found = self._objects.find(f"{ref}^{{commit}}")
        if found is not None and found.kind == COMMIT:
            return found.id
        code, out, said = self._command.run(*_verify(ref))
        if code == 0 and _is_id(out):
            return out
        raise self._unknown(ref, code, said)

    def refs(self, names: Iterable[str]) -> dict[str, str]:
        """Return the ids of the commits of those ``names``, in full, that there are.

        Raises GitError for what git can't tell.
        """
        wanted = (*names,)
        form = "--format=%(objecttype) %(objectname) %(refname)"
        code, out, said = self._command.run("for-each-ref", form, *wanted)
        if code != 0:
            raise failure(said, self.top)
        told = [line.split(" ", 2) for line in out.splitlines()]
        # Git also lists what lies below a name.
        return {name: found for kind, found, name in told if name in wanted and kind == COMMIT}

    def left_out(self) -> frozenset[str]:
        """Return the paths, from the top, that a sparse checkout has left out of the disk.

        Raises GitError for what git can't tell.
        """
        code, out, said = self._command.run("-C", self.top, "ls-files", "-t", "-z")
        if code != 0:
            raise failure(said, self.top)
        paths = [each[2:] for each in out.split("\0") if each.startswith("S ")]
        return frozenset(
            each for each in paths if not os.path.lexists(os.path.join(self.top, each))
        )

    def ignored(self) -> frozenset[str]:
        """Return what git ignores, by the path from the top: files, and directories as a whole.

        What is committed all the same isn't ignored. Raises GitError for what git can't tell.
        """
        asked = ("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
        code, out, said = self._command.run("-C", self.top, *asked)
        if code != 0:
            raise failure(said, self.top)
        return frozenset(each.rstrip("/") for each in out.split("\0") if each)

    def merging(self, outer: Mapping[str, str]) -> tuple[str, ...]:
        """Return the ids of what is being merged into HEAD; none where no merge is under way.

        A merge without conflicts tells its hook by the variables in ``outer``, one that was
        interrupted whoever asks.
        """
        names = [name for name in outer if name.startswith(MERGED)]
        own = os.path.join(self.top, ".git")
        if not names and os.path.isdir(own) and not os.path.lexists(f"{own}/{MERGE_HEAD}"):
            # To be asked for a name that there isn't takes git another process.
            return ()
        refs = [name.removeprefix(MERGED) for name in names] or [MERGE_HEAD]
        found = [self._objects.find(f"{ref}^{{commit}}") for ref in refs if ref.isprintable()]
        return tuple(each.id for each in found if each is not None and each.kind == COMMIT)

    def merge_base(self, one: str, other: str, *merged: str) -> str:
        """Return where two commits part, by their ids: of several such places, the one git prefers.

        With more of them, it is where ``one`` parts from what merges ``other`` with all others.
        Raises GitError where there is none, and says how to deepen a shallow clone.
        """
        if not all(map(_is_id, (one, other, *merged))):
            message = "a merge base is of commits, by their ids"
            raise ValueError(message)
        if one in {other, *merged}:
            # What a hook that compares with HEAD asks on every commit.
            return one
        code, out, said = self._command.run("merge-base", one, other, *merged)
        # Behind the boundary of a shallow clone there may be a nearer one, but none than itself.
        if code == 0 and _is_id(out) and (out == one or not self.is_shallow):
            return out
        if code not in (0, 1) or said:
            raise failure(said, self.top)
        pair = f"`{one[:12]}` and `{other[:12]}`"
        if self.is_shallow:
            message = f"{pair} have no commit in common in this shallow clone"
            if out:
                message = f"where {pair} part can't be told in this shallow clone"
            hint = f"get the history: `git fetch --unshallow` or `git fetch --deepen=100`; {CI}"
            raise GitError(message, hint)
        message = f"{pair} have no commit in common: their histories are unrelated"
        raise GitError(message, "name a commit that the change was made from")

    def tree(self, commit: str, below: str = "") -> GitTree:
        """Return the files of a commit, by its id, in the directory ``below`` of the top.

        It is empty where the commit has no such directory. Raises GitError where the commit, or
        the directory, can't be had.
        """
        if not _is_id(commit):
            message = "a tree is of one commit, by its id"
            raise ValueError(message)
        return GitTree(CommitFiles(self._objects, commit, self.top), below)

    def _unknown(self, ref: str, code: int, said: bytes) -> GitError:
        """Return why ``ref`` names no commit."""
        text = said.decode("utf-8", "replace")
        if code not in (0, 128) or ("Needed a single revision" not in text and text.strip()):
            return failure(said, self.top)
        if "expected commit type" in text:
            kind = text.partition("dereferences to ")[2].partition(" ")[0]
            kind = {"blob": "a file", "tree": "a directory"}.get(kind, "something else")
            return GitError(f"`{ref}` is not a commit but {kind}", "name a branch, a tag or an id")
        if "is ambiguous" in text:
            return GitError(f"`{ref}` begins more than one id", "write more of it")
        self._command.check_version()
        names = self._names()
        if not names and self._command.run(*_verify(HEAD))[0] != 0:
            return GitError("there is no commit yet in this repository", "commit something first")
        return self._unheard_of(ref, names)

    def _unheard_of(self, ref: str, names: Sequence[str]) -> GitError:
        """Return what is the matter with a name, and which of ``names`` could be meant."""
        one, dots, other = ref.partition("...") if "..." in ref else ref.partition("..")
        if dots:
            ends = " and ".join(f"`{each or HEAD}`" for each in (one, other))
            message = f"`{ref}` is a range, and not one commit"
            return GitError(message, f"name {ends}, each by itself")
        if ref in names:
            return GitError(f"git has the name `{ref}`, and not the commit that it is of", REFETCH)
        message = f"git knows no commit `{ref}`"
        near = did_you_mean(ref, names)
        if not self._command.run("remote")[1]:
            return GitError(message, near or "name a branch, a tag or an id")
        remote, _, branch = ref.rpartition("origin/")
        branch = branch if not remote and _is_plain(branch) else "REF"
        fetch = f"fetch it: `git fetch origin {branch}`; {CI}"
        return GitError(message, f"{near} Or {fetch}" if near else fetch)

    def _names(self) -> list[str]:
        """Return the names of branches and tags, as many as are worth comparing."""
        most = f"--count={NAMES_LISTED}"
        _, out, _ = self._command.run("for-each-ref", most, "--format=%(refname:short)")
        return out.splitlines()


class Command:
    """How git is run in one directory."""

    def __init__(self, directory: str, environment: Mapping[str, str]) -> None:
        """Find git, to be run in ``directory`` with what ``environment`` may say to it.

        Raises GitError where there is no git.
        """
        self.directory = directory
        self.environment = environment
        program = _program(os.environ.get("PATH", os.defpath))
        if program is None:
            raise no_program()
        self._command = (program, "-C", directory, *HARDENED)

    def start(self, *arguments: str) -> child.Child:
        """Run git with ``arguments``; raises GitError where that can't be."""
        try:
            return child.start([*self._command, *arguments], self.environment)
        except OSError as error:
            raise cant_start(error) from error

    def run(self, *arguments: str) -> tuple[int, str, bytes]:
        """Return git's exit code, what it answered, and what it complained of."""
        process = self.start(*arguments)
        try:
            out = process.rest()
            code, said = process.finish()
        except child.SilentError:
            raise silent(child.SILENCE) from None
        return code, os.fsdecode(out).removesuffix("\n"), said

    def check_version(self) -> None:
        """Raise GitError for a git that is too old."""
        _, out, _ = self.run("version")
        numbers = out.removeprefix("git version ").split(".")[:2]
        if all(map(str.isdigit, numbers)) and tuple(map(int, numbers)) < OLDEST:
            needed = ".".join(map(str, OLDEST))
            message = f"{out} is too old to be asked: it takes {needed} or later"
            raise GitError(message, "install a newer git")


def open_repository(directory: str) -> Repository:
    """Return the repository that ``directory`` lies in.

    It is found from the directory alone. In a hook, git's own variables name the repository that
    the hook is of, and take whatever directory is current for its top, which `-C` makes wrong; so
    they count only for a directory in no repository, whose files are kept apart from their history.

    Raises GitError where there is no git or no repository, and where it has no files.
    """
    command = Command(directory, environment(os.environ))
    try:
        return _found(command)
    except NowhereError:
        apart = {name: os.environ.get(name, "") for name in ("GIT_DIR", "GIT_WORK_TREE")}
        if not all(map(os.path.isabs, apart.values())):
            raise
        return _found(Command(directory, {**command.environment, **apart}))


def _found(command: Command) -> Repository:
    # One process for all that every comparison asks. What comes before HEAD is also told without.
    asked = ("--show-toplevel", "--is-shallow-repository", *_verify(HEAD)[1:])
    code, out, said = command.run("rev-parse", *asked)
    told, _, head = out.rpartition("\n") if code == 0 else (out, "", "")
    top, _, shallow = told.rpartition("\n")
    if not top:
        raise failure(said, command.directory)
    # As git has it, with links followed.
    prefix = os.path.relpath(os.path.realpath(command.directory), top).replace(os.sep, "/")
    if is_above(prefix):
        message = f"`{command.directory}` is outside the files of the git repository `{top}`"
        raise GitError(message)
    prefix = "" if prefix == os.curdir else prefix
    found = Repository(top, prefix, is_shallow=shallow == "true", command=command)
    found.head = head if _is_id(head) else None
    return found


def environment(outer: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for git: none of what names a repository, and nothing that traces."""
    kept = (*KEPT, *(QUARANTINE if "GIT_QUARANTINE_PATH" in outer else ()))
    plain = {
        name: value
        for name, value in outer.items()
        if not name.startswith("GIT_") or name.startswith(kept)
    }
    return plain | SETTINGS


def _program(path: str) -> str | None:
    """Return git's own path; what lies in the current directory is not what is meant."""
    name = "git.exe" if os.name == "nt" else "git"
    for directory in path.split(os.pathsep):
        program = os.path.join(directory, name)
        if os.path.isabs(directory) and os.path.isfile(program) and os.access(program, os.X_OK):
            return program
    return None


def _verify(ref: str) -> tuple[str, ...]:
    return "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}"


def _is_id(text: str) -> bool:
    return len(text) in ID_LENGTHS and set(text) <= set("0123456789abcdef")


def _is_plain(name: str) -> bool:
    """Whether a name can be typed into a shell as it is."""
    return bool(name) and name.isascii() and all(each.isalnum() or each in "._/-" for each in name)
