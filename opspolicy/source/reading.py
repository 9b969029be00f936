"""The files of a directory on the disk, without trusting their names, kinds, sizes or encodings."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8

from opspolicy.record import NamedTuple
from opspolicy.source import limits
from opspolicy.source.problem import Problem
from opspolicy.source.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

OUTSIDE = "it leads outside the root of the estate"


class Text(NamedTuple):
    """A file's decoded text, or why there is none."""

    path: str
    text: str
    problem: Problem | None = None


class Root:
    """The directory that an estate must not lead out of, as it is while one run looks at it.

    Paths are relative to it, with ``/`` between their parts; the directory itself is "". What is
    asked of it can be asked of a commit's files too (`git_tree.GitTree`).
    """

    enters_repositories = True
    """Whether what lies in a repository of its own can be read, where somebody names it."""

    def __init__(self, path: str) -> None:
        """Take ``path``, with every link in it followed."""
        self.path = path
        self.real = _real(path)
        self._directories: dict[str, bool] = {}

    def is_directory(self, path: str) -> bool:
        """Whether ``path`` is a directory, or a link to one."""
        return os.path.isdir(os.path.join(self.path, path))

    def has(self, name: str) -> bool:
        """Whether the directory itself has an entry of that name, even a link to nowhere."""
        return os.path.lexists(os.path.join(self.path, name))

    def exists(self, path: str) -> bool:
        """Whether there is something at ``path``, or where a link there leads to."""
        return os.path.exists(os.path.join(self.path, path))

    def entries(self, path: str) -> list[os.DirEntry[str]]:
        """Return what a directory holds, by name; raises OSError where it can't be listed."""
        return sorted(os.scandir(os.path.join(self.path, path)), key=_name)

    def holds(self, path: str) -> bool:
        """Whether ``path``, with every link in it followed, is the root or lies below it.

        It may also be absolute.
        """
        full = os.path.join(self.path, path)
        if os.path.islink(full):
            return self._is_inside(_real(full))
        # The files of one directory ask the same question.
        directory = os.path.dirname(full)
        if directory not in self._directories:
            self._directories[directory] = self._is_inside(_real(directory))
        return self._directories[directory] or _real(full) == self.real

    def place(self, path: str) -> str:
        """Return ``path``, relative to the root, with links followed; as it is where it leads out.

        The root itself is "".
        """
        real = _real(os.path.join(self.path, path))
        if not self._is_inside(real):
            return path
        return "" if real == self.real else os.path.relpath(real, self.real).replace(os.sep, "/")

    def leads_away(self, path: str) -> bool:  # noqa: ARG002 - what a commit's files must ask
        """Whether nobody can say what is at ``path``. On the disk whatever is there can be seen."""
        return False

    def find(self, name: str) -> str | None:
        """Return the path for a ``name`` as typed in the current directory; None if it's outside.

        The root itself is "".
        """
        full = os.path.abspath(name)
        if not self.holds(full):
            return None
        path = os.path.relpath(full, self.path)
        if is_above(path):  # reached by a link: name it by its real place
            path = self.place(full)
        return "" if path == os.curdir else path.replace(os.sep, "/")

    def expect(self, paths: Iterable[str]) -> None:
        """Be told which files will be read, and in which order. The disk needs no notice."""

    def read(self, path: str) -> Text:
        """Read a file, as ``read_file`` does."""
        return read_file(self, path)

    def _is_inside(self, real: str) -> bool:
        return real == self.real or real.startswith(os.path.join(self.real, ""))


def is_above(path: str) -> bool:
    """Whether a ``path`` that `os.path.relpath` made leads up; a name may begin with two dots."""
    return path.replace(os.sep, "/").partition("/")[0] == os.pardir


def read_file(root: Root, path: str) -> Text:
    """Read ``path`` (relative to ``root``, ``/`` between its parts) as UTF-8 text.

    Never raises: whatever is wrong comes back as an `unreadable-file` Problem.
    """
    if not root.holds(path):
        return refused(path, OUTSIDE)
    return read_at(os.path.join(root.path, path), path)


def read_at(place: str, path: str) -> Text:
    """Read the file at ``place``, wherever that is, as ``read_file`` does; ``path`` is its name."""
    try:
        # Without O_NONBLOCK, opening a FIFO waits for a writer that may never come.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(place, flags)
    except OSError as error:
        return refused(path, (error.strerror or "it can't be opened").lower())
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return refused(path, f"it is {_kind(status.st_mode)}, not a regular file")
        data = _read_at_most(handle, limits.FILE_BYTES + 1)
    except OSError as error:
        return refused(path, (error.strerror or "it can't be read").lower())
    finally:
        os.close(handle)
    return decode(path, data)


def decode(path: str, data: bytes) -> Text:
    """Decode the bytes of a file; one leading byte order mark is allowed."""
    if len(data) > limits.FILE_BYTES:
        return too_large(path)
    body = data.removeprefix(BOM_UTF8)
    try:
        return Text(path, body.decode())
    except UnicodeDecodeError as error:
        before = body[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = f"byte 0x{body[error.start]:02x} on line {line} is not UTF-8"
        hint = "save the file as UTF-8"
        span = Span(path, line, column, line, column + 1)
        problem = Problem("unreadable-file", message, span, hint=hint, key="encoding")
        return Text(path, "", problem)


def refusal(path: str, why: str, hint: str = "") -> Problem:
    """Return the finding for a path that can't be read at all."""
    message = f"`{path}` can't be read: {why}"
    return Problem("unreadable-file", message, Span(path, 1, 1, 1, 1), hint=hint, key="unreadable")


def refused(path: str, why: str, hint: str = "") -> Text:
    """Return what there is of a file that can't be read at all."""
    return Text(path, "", refusal(path, why, hint))


def too_large(path: str) -> Text:
    """Return what there is of a file over the limit."""
    mib = limits.FILE_BYTES // limits.MIB
    return refused(path, f"it is larger than {mib} MiB", "split it")


def _real(path: str) -> str:
    """Return ``path`` with every link in it followed; as it is where no system follows them all."""
    try:
        return os.path.realpath(path)
    except RecursionError:
        return os.path.abspath(path)


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _read_at_most(handle: int, size: int) -> bytes:
    chunks: list[bytes] = []
    while size > 0:
        chunk = os.read(handle, size)
        if not chunk:
            break
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def _kind(mode: int) -> str:
    for test, name in (
        (stat.S_ISDIR, "a directory"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    ):
        if test(mode):
            return name
    return "something else"
