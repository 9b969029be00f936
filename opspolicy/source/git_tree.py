"""The files of a commit in one directory, read from git's objects as if they were checked out."""

from __future__ import annotations

import errno
import os

from opspolicy.source import limits
from opspolicy.source.git_error import GitError
from opspolicy.source.git_files import ABOVE, FILE, CommitFiles, parts
from opspolicy.source.reading import OUTSIDE, Root, Text, decode, refused, too_large

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.source.git_files import Entry, Found

LESS = "select less of it, by `include` and `exclude`"


class GitTree:
    """A directory of a commit. It is asked as a `reading.Root` is, and answers the same.

    What there is in a checkout of the commit at ``path`` is found here, but for what lies outside
    the repository, of which nothing is known. Files are as they were committed: no line ends are
    changed, and no filter is run. The directory needn't be there: then it is empty.

    Everything raises GitError where objects can't be had, or are more than anybody checks out.
    """

    enters_repositories = False
    """The files of a submodule are objects of another repository."""

    def __init__(self, files: CommitFiles, below: str) -> None:
        """Take the directory ``below`` the top of ``files``, "" for the top."""
        self.commit = files.commit
        self._files = files
        self._below = parts(below)
        self._found: dict[str, Found] = {}
        self._listed = self._bytes = 0
        self.path = _joined((*files.top, *self._below))
        """The directory on the disk that it is a state of."""
        self._real = self._follow("").names
        self.real = _joined(self._real)
        """The same, with the commit's links followed."""

    def upwards(self, name: str) -> GitTree | None:
        """Return the nearest directory with an entry of that name: this, or one above it."""
        for depth in range(len(self._below), -1, -1):
            tree = GitTree(self._files, "/".join(self._below[:depth]))
            if tree.has(name):
                return tree
        return None

    def is_directory(self, path: str) -> bool:
        """Whether ``path`` is a directory, or a link to one."""
        entry = self._follow(path).entry
        return entry is not None and entry.is_dir()

    def has(self, name: str) -> bool:
        """Whether the directory itself has an entry of that name, even a link to nowhere."""
        directory = self._follow("").entry
        return directory is not None and name in self._files.children(directory)

    def exists(self, path: str) -> bool:
        """Whether there is something at ``path``, or where a link there leads to."""
        return self._follow(path).entry is not None

    def entries(self, path: str) -> list[Entry]:
        """Return what a directory holds, by name; raises OSError where it can't be listed."""
        found = self._follow(path)
        if found.entry is ABOVE:
            raise OSError(errno.EXDEV, OUTSIDE)
        if found.entry is None or not found.entry.is_dir():
            error = found.error or errno.ENOTDIR
            raise OSError(error, os.strerror(error))
        entries = sorted(self._files.children(found.entry).values())
        self._listed += len(entries)
        if self._listed > limits.TREE_ENTRIES:
            message = f"`{self.commit[:12]}` has more than {limits.TREE_ENTRIES:,} names to look at"
            raise GitError(message, LESS)
        return entries

    def holds(self, path: str) -> bool:
        """Whether ``path``, with every link in it followed, is the root or lies below it."""
        return self._is_inside(self._follow(path).names)

    def place(self, path: str) -> str:
        """Return ``path`` with links followed; as it is where it leads out."""
        names = self._follow(path).names
        return "/".join(names[len(self._real) :]) if self._is_inside(names) else path

    def leads_away(self, path: str) -> bool:
        """Whether ``path`` leads out of the repository, so that nobody can say what is there."""
        top = self._files.top
        return self._follow(path).names[: len(top)] != top

    def find(self, name: str) -> str | None:
        """Return the path for a ``name`` as typed in the current directory; None if it's outside.

        It is the one that it has on the disk, whatever the commit has there.
        """
        return Root(self.path).find(name)

    def expect(self, paths: Iterable[str]) -> None:
        """Be told which files will be read, and in which order."""
        found = [self._follow(path) for path in paths]
        entries = [each.entry for each in found if self._is_inside(each.names)]
        self._files.objects.expect(each.id for each in entries if each and each.kind == FILE)

    def read(self, path: str) -> Text:
        """Read ``path`` as UTF-8 text; whatever is wrong with it comes back as a Problem."""
        found = self._follow(path)
        if not self._is_inside(found.names):
            return refused(path, OUTSIDE)
        if found.entry is None:
            return refused(path, os.strerror(found.error).lower())
        if found.entry.kind != FILE:
            return refused(path, "it is a directory, not a regular file")
        data = self._files.content(found.entry)
        if data is None:
            return too_large(path)
        self._bytes += len(data)
        if self._bytes > limits.TREE_FILE_BYTES:
            mib = limits.TREE_FILE_BYTES // limits.MIB
            message = f"the files of `{self.commit[:12]}` are more than {mib:,} MiB together"
            raise GitError(message, LESS)
        return decode(path, data)

    def _is_inside(self, names: tuple[str, ...]) -> bool:
        return names[: len(self._real)] == self._real

    def _follow(self, path: str) -> Found:
        found = self._found.get(path)
        if found is None:
            # The directory itself is asked for as one, as a slash at the end does.
            names = parts(path) or (os.curdir,)
            found = self._found[path] = self._files.follow((*self._below, *names))
        return found


def _joined(names: tuple[str, ...]) -> str:
    return "/" + "/".join(names) if not names or not names[0].endswith(":") else "/".join(names)
