"""The commit or the push that a hook was started for, and which files it changes."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.source import git
from opspolicy.source.git import Command, open_repository
from opspolicy.source.git_error import GitError, failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

INDEX = "GIT_INDEX_FILE"
"""What git sets for the hooks of a commit: what will be committed, also with `git commit FILE`."""

START, END, BRANCH = "PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF", "PRE_COMMIT_LOCAL_BRANCH"
"""What pre-commit sets for a push: two commits, and for one of all there is only the branch."""

COMMITTING = ("GIT_DIR", "GIT_WORK_TREE", INDEX)
"""The variables by which a hook of a commit knows which commit that is."""

PLAIN = ("-z", "--raw", "--no-renames", "--no-relative", "--ignore-submodules=none",
         "--no-ext-diff", "--no-textconv")  # fmt: skip
"""What leaves nothing out of a difference, and runs nothing, whatever settings say."""

ABSENT, LINK = "000000", "120000"
FILES = frozenset((ABSENT, "100644", "100755"))


class UnderWay(NamedTuple):
    """What a hook was started for; all None where none was, or where nobody says for what.

    ``staged`` is the file of what is being committed, ``start`` and ``end`` are names of
    the commits between which a push lies: without a start it pushes all there is.
    """

    staged: str | None = None
    start: str | None = None
    end: str | None = None

    @property
    def is_push(self) -> bool:
        """Whether what is judged is a commit, and not the files on the disk."""
        return self.end is not None


class Change(NamedTuple):
    """A file that is changed: whether it is a plain one on both sides, and whether on which."""

    path: str
    is_plain: bool
    is_added: bool = False
    is_deleted: bool = False


class Changes:
    """All files that are changed, and all links that there are afterwards.

    To know the links takes looking at every name in the repository, so it is done once, for the
    first who asks; that raises GitError for what git can't tell.
    """

    def __init__(self, files: tuple[Change, ...], ask: Callable[[], tuple[str, ...]]) -> None:
        """Take what is changed, and how to ask for the links."""
        self.files = files
        self._ask = ask
        self._links: tuple[str, ...] | None = None

    @property
    def links(self) -> tuple[str, ...]:
        """The paths of all links, from the top of the repository."""
        if self._links is None:
            self._links = self._ask()
        return self._links


def under_way(outer: Mapping[str, str]) -> UnderWay:
    """Return what the variables of a process say that it was started for."""
    start, end = outer.get(START) or None, outer.get(END) or None
    if start is None and end is None:
        end = outer.get(BRANCH) or None
    return UnderWay(outer.get(INDEX) or None, start, end)


def is_nobody(ref: str) -> bool:
    """Whether it is the id that git, and what runs it, writes for a commit that there isn't."""
    return set(ref) == {"0"}


def changes(directory: str, outer: Mapping[str, str]) -> Changes:
    """Return what the commit or the push changes, as seen from the hook's own ``directory``.

    What can't be told without doubt is no answer: raises GitError.
    """
    found = under_way(outer)
    if found.start is not None and found.end is not None and found.staged is None:
        return _pushed(directory, outer, found.start, found.end)
    if found.staged is None or found.is_push:
        message = "nothing says what is committed or pushed"
        raise GitError(message)
    # Which repository, and which index, is said by git itself here. Only the commit that is being
    # made is asked for by these variables, and from where the hook was started.
    committing = {name: outer[name] for name in COMMITTING if name in outer}
    command = Command(directory, git.environment(outer) | committing)
    listed = _asked(command, "diff-index", "--cached", *PLAIN, git.HEAD, "--")
    # A link that isn't changed is in both, and one that is changed is told as such.
    return Changes(_files(listed), lambda: _links(command, git.HEAD))


def _pushed(directory: str, outer: Mapping[str, str], start: str, end: str) -> Changes:
    with open_repository(directory) as repository:
        before, after = repository.commit(start), repository.commit(end)
    command = Command(directory, git.environment(outer))
    # From the one to the other, and not from where they part: a push that takes commits back
    # changes what they have changed.
    listed = _asked(command, "diff-tree", "-r", *PLAIN, before, after, "--")
    return Changes(_files(listed), lambda: _links(command, after))


def _asked(command: Command, *arguments: str) -> str:
    code, out, said = command.run(*arguments)
    if code != 0:
        raise failure(said, command.directory)
    return out


def _files(listed: str) -> tuple[Change, ...]:
    """Read what `git diff --raw -z` lists: `:100644 100644 ID ID M`, and the path."""
    *parts, rest = listed.split("\0")
    found: list[Change] = []
    for told, path in zip(parts[::2], parts[1::2], strict=False):
        fields = told.removeprefix(":").split(" ")
        if not told.startswith(":") or len(fields) != 5:  # noqa: PLR2004 - modes, ids and what
            raise _unheard_of(told)
        old, new = fields[:2]
        is_plain = FILES.issuperset((old, new)) and fields[4] in {"A", "D", "M"}
        found.append(Change(path, is_plain, old == ABSENT, new == ABSENT))
    if rest or len(parts) % 2:
        raise _unheard_of(rest)
    return tuple(found)


def _links(command: Command, commit: str) -> tuple[str, ...]:
    """Return the paths of all links in a commit, from the top of the repository."""
    *listed, rest = _asked(command, "ls-tree", "-r", "-z", "--full-tree", commit).split("\0")
    if rest:
        raise _unheard_of(rest)
    return tuple(each.partition("\t")[2] for each in listed if each.startswith(LINK))


def _unheard_of(told: str) -> GitError:
    return GitError(f"git says what can't be understood: `{told[:80]}`")
