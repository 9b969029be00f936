"""Why nothing can be had from git, in plain words and with what to do about it."""

from __future__ import annotations

CI = "with actions/checkout, set `fetch-depth: 0`"
REFETCH = "fetch what is missing: `git fetch --refetch --no-filter`, or clone it again whole"
DAMAGED = "`git fsck` says how badly; clone it again"

NOWHERE = "not a git repository"
# What git says when it gives up, what that means, and what helps. The first that fits holds.
KNOWN = (
    (
        ("dubious ownership", "unsafe repository"),
        "git doesn't trust the repository of `{directory}`: it belongs to another user",
        "if you do: `git config --global --add safe.directory {directory}`",
    ),
    (
        ("no upstream configured", "HEAD does not point to a branch"),
        "there is no upstream here: {reason}",
        "name what the branch was made from, such as `origin/main`",
    ),
    (
        ("only has", "only goes back to"),
        "git doesn't remember that long: {reason}",
        "name a branch, a tag or an id",
    ),
    (
        (NOWHERE,),
        "`{directory}` is in no git repository",
        "run it in a clone",
    ),
    (
        ("must be run in a work tree", "cannot use bare repository"),
        "`{directory}` is in a bare git repository: no files are checked out there",
        "run it where they are",
    ),
    (
        ("promisor", "lazy fetching"),
        "the git repository lacks some of its objects: it is a partial clone",
        REFETCH,
    ),
    (
        ("inflate", "unpack", "corrupt", "mismatch", "object", "stream", "pack"),
        "the git repository is damaged: {reason}",
        DAMAGED,
    ),
)


class GitError(Exception):
    """What can't be had from git; ``hint`` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Complain with a sentence, and help with another."""
        super().__init__(message)
        self.hint = hint


class NowhereError(GitError):
    """A directory is in no repository."""


def failure(said: bytes, directory: str = "") -> GitError:
    """Return the error for what git wrote to stderr when it gave up, asked in ``directory``."""
    text = said.decode("utf-8", "replace").strip()
    reason = text.partition("\n")[0].removeprefix("fatal: ").removeprefix("error: ")
    for signs, message, hint in KNOWN:
        if any(sign in text for sign in signs):
            filled = {"directory": directory, "reason": reason}
            kind = NowhereError if NOWHERE in signs else GitError
            return kind(message.format(**filled), hint.format(**filled))
    return GitError(f"git failed: {reason or 'it says nothing'}")


def unavailable(name: str, said: bytes) -> GitError:
    """Return the error for an object that isn't there, with what git has ``said`` of it."""
    if said:
        return failure(said)
    return GitError(f"the git repository has no object `{name}`", REFETCH)


def damaged(name: str, why: str) -> GitError:
    """Return the error for an object that can't be what it should be."""
    return GitError(f"the git repository is damaged: object `{name}`: {why}", DAMAGED)


def no_program() -> GitError:
    """Return the error for a machine without git."""
    return GitError("there is no program `git` in PATH", "install git")


def cant_start(error: OSError) -> GitError:
    """Return the error for a git that can't be run."""
    return GitError(f"git can't be started: {(error.strerror or 'it fails').lower()}")


def silent(seconds: int) -> GitError:
    """Return the error for a git that was stopped."""
    return GitError(f"git gave no answer for {seconds} seconds, and was stopped")
