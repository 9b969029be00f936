"""What a commit holds where, and where the links in it lead."""

from __future__ import annotations

import errno
import os
import stat

from opspolicy.record import NamedTuple
from opspolicy.source import limits
from opspolicy.source.git_error import GitError, damaged
from opspolicy.source.git_objects import BLOB, TREE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.source.git_objects import Object, Objects

SUBMODULE = 0o160000
FILE, DIRECTORY, LINK = stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK
KINDS = (FILE, DIRECTORY, LINK, SUBMODULE)
OCTAL = frozenset(b"01234567")
LONGEST_MODE = 7
MOST_LINKS = 40
"""How many links one path may lead through, as Linux has it."""
LONGEST_TARGET = 4095
"""Bytes of a path that Linux takes."""
MOST_FOLLOWED = 1_000_000
"""Names that are gone through for links, of one commit: links through links can make any number."""


class Entry(NamedTuple):
    """What a directory of a commit holds under one name, asked as an `os.DirEntry` is."""

    name: str
    kind: int
    id: str = ""

    def is_symlink(self) -> bool:
        """Whether it is a link."""
        return self.kind == LINK

    def is_dir(self, *, follow_symlinks: bool = False) -> bool:  # noqa: ARG002 - as os.DirEntry has it
        """Whether it is a directory itself; it doesn't know where a link leads."""
        return self.kind in (DIRECTORY, SUBMODULE)


# A directory on the way to the top of the repository, of which no more is known.
ABOVE = Entry("", DIRECTORY)
# What shows that a directory is a repository of its own.
GIT = Entry(".git", FILE)


class Found(NamedTuple):
    """Where a path leads with every link in it followed, by names from the root of the disk.

    ``entry`` is what is there, None for nothing that git knows; ``error`` then says why, as the
    system has it where the commit is checked out.
    """

    names: tuple[str, ...]
    entry: Entry | None
    error: int = 0


class CommitFiles:
    """The files of one commit, by their names from the top of the repository."""

    def __init__(self, objects: Objects, commit: str, top: str) -> None:
        """Take the files of ``commit``, whose top belongs into the directory ``top``."""
        self.commit = commit
        self.top = parts(top)
        self.objects = objects
        self._directories: dict[str, dict[str, Entry]] = {}
        self._targets: dict[str, tuple[str, ...]] = {}
        self._followed = 0
        root = objects.get(f"{commit}^{{tree}}")
        self._directories[root.id] = dict(_parsed(root))
        self.root = Entry("", DIRECTORY, root.id)

    def children(self, directory: Entry) -> dict[str, Entry]:
        """Return what is in a directory, by name."""
        if directory.kind == SUBMODULE:
            return {GIT.name: GIT}
        if directory.kind != DIRECTORY:
            return {}
        if directory.id not in self._directories:
            self._directories[directory.id] = dict(_parsed(self.objects.get(directory.id)))
        return self._directories[directory.id]

    def content(self, file: Entry) -> bytes | None:
        """Return what is in a file, or where a link leads; None where that is too large."""
        found = self.objects.get(file.id)
        if found.kind != BLOB:
            raise damaged(file.id, f"it is not a file but a {found.kind}")
        return found.data

    def follow(self, path: Sequence[str]) -> Found:
        """Return where a path leads, given by its names from the top."""
        return _Way(self, path).end()

    def target(self, link: Entry) -> tuple[str, ...]:
        """Return the names a link goes by, the first one "" where it begins at the disk's root.

        It has none where no system takes it.
        """
        if link.id not in self._targets:
            self._targets[link.id] = _target(self.content(link))
        names = self._targets[link.id]
        self._followed += len(names)
        if self._followed > MOST_FOLLOWED:
            message = f"the links of `{self.commit[:12]}` lead through one another without end"
            raise GitError(message, "remove links to links")
        return names


class _Way:
    """One path as it is followed, to where `os.path.realpath` leads in a checkout.

    That goes on by the names alone behind what isn't there; the system doesn't, hence the error.
    """

    def __init__(self, files: CommitFiles, path: Sequence[str]) -> None:
        """Begin at the top of the repository."""
        self._files = files
        self._names = list(files.top)
        # What is at the root of the disk, and at each of the names.
        self._here: list[Entry | None] = [*([ABOVE] * len(files.top)), files.root]
        # The names still to go, the last one first. A whole path is the end of the link there.
        self._left: list[str | tuple[str, ...]] = list(reversed(path))
        # How many links there were at each link that is being followed, and where others led to.
        self._inside: dict[tuple[str, ...], int] = {}
        self._behind: dict[tuple[str, ...], tuple[list[str], list[Entry | None], int]] = {}
        self._links = self._error = 0

    def end(self) -> Found:
        """Go all the way."""
        while self._left:
            name = self._left.pop()
            if isinstance(name, tuple):
                links = self._links - self._inside.pop(name)
                self._behind[name] = [*self._names], [*self._here], links
                continue
            directory = self._here[-1]
            if directory is not None and not directory.is_dir():
                self._fail(errno.ENOTDIR)
            if name == os.pardir:
                self._up()
            elif name != os.curdir:
                self._down(name, directory)
        return Found(tuple(self._names), None if self._error else self._here[-1], self._error)

    def _fail(self, error: int) -> None:
        self._error = self._error or error

    def _up(self) -> None:
        if self._names:
            del self._names[-1], self._here[-1]

    def _down(self, name: str, directory: Entry | None) -> None:
        entry = self._child(name, directory)
        if entry is None:
            self._fail(errno.ENOENT)
        if entry is not None and entry.kind == LINK:
            self._through((*self._names, name), entry)
        else:
            self._names.append(name)
            self._here.append(entry)

    def _child(self, name: str, directory: Entry | None) -> Entry | None:
        if directory is None:
            return None
        if directory is not ABOVE:
            return self._files.children(directory).get(name)
        at, top = len(self._names), self._files.top
        if top[at] != name:
            return None
        return self._files.root if at + 1 == len(top) else ABOVE

    def _through(self, link: tuple[str, ...], entry: Entry) -> None:
        self._links += 1
        if link in self._behind:
            names, here, links = self._behind[link]
            self._names, self._here, self._links = [*names], [*here], self._links + links
        if link in self._inside or self._links > MOST_LINKS:
            self._fail(errno.ELOOP)
        if link in self._behind:
            return
        target = self._files.target(entry) if link not in self._inside else ()
        if not target:
            # Nothing behind it is known: all that is left are names.
            self._fail(errno.ENOENT)
            self._names = list(link)
            self._here = [None] * (len(link) + 1)
            return
        self._inside[link] = self._links
        self._left += [link, *reversed(target[1:])]
        if target[0]:
            self._left.append(target[0])
        else:
            self._names.clear()
            del self._here[1:]


def parts(path: str) -> tuple[str, ...]:
    """Return the names that a path goes through."""
    return tuple(name for name in path.split("/") if name)


def _target(data: bytes | None) -> tuple[str, ...]:
    if not data or len(data) > LONGEST_TARGET or b"\0" in data:
        return ()
    names = _text(data).split("/")
    # A slash at the end asks for a directory.
    names[-1] = names[-1] or os.curdir
    return (names[0], *filter(None, names[1:]))


def _parsed(found: Object) -> Iterator[tuple[str, Entry]]:
    """Read a directory: mode, space, name, NUL and the bytes of an id, again and again."""
    if found.kind != TREE:
        raise damaged(found.id, f"it is not a directory but a {found.kind}")
    if found.data is None:
        raise damaged(found.id, f"it is a directory of more than {limits.TREE_BYTES:,} bytes")
    data, at, digits = found.data, 0, len(found.id) // 2
    seen: set[str] = set()
    while at < len(data):
        space = data.find(b" ", at)
        nul = data.find(b"\0", space)
        mode, name = data[at:space], _text(data[space + 1 : nul])
        at = nul + 1 + digits
        is_whole = 0 <= space < nul and at <= len(data)
        if not is_whole or name in seen or "/" in name or name in {"", os.curdir, os.pardir}:
            raise damaged(found.id, "it is a directory with names that can't be")
        seen.add(name)
        yield name, Entry(name, _kind(mode, found.id), data[nul + 1 : at].hex())


def _kind(mode: bytes, directory: str) -> int:
    is_number = 0 < len(mode) <= LONGEST_MODE and OCTAL.issuperset(mode)
    kind = stat.S_IFMT(int(mode, 8)) if is_number else 0
    if kind not in KINDS:
        raise damaged(directory, "it is a directory with what git doesn't keep")
    return kind


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
