"""One file from the disk to text, without trusting its name, kind, size or encoding."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8

from opspolicy.record import NamedTuple
from opspolicy.source import limits
from opspolicy.source.problem import Problem
from opspolicy.source.span import Span


class Text(NamedTuple):
    """A file's decoded text, or why there is none."""

    path: str
    text: str
    problem: Problem | None = None


class Root:
    """The directory that an estate must not lead out of, as it is while one run looks at it."""

    def __init__(self, path: str) -> None:
        """Take ``path``, with every link in it followed."""
        self.path = path
        self.real = os.path.realpath(path)
        self._directories: dict[str, bool] = {}

    def holds(self, full: str) -> bool:
        """Whether ``full``, with every link in it followed, is the root or lies below it."""
        if os.path.islink(full):
            return self._is_inside(os.path.realpath(full))
        # The files of one directory ask the same question.
        directory = os.path.dirname(full)
        if directory not in self._directories:
            self._directories[directory] = self._is_inside(os.path.realpath(directory))
        return self._directories[directory] or os.path.realpath(full) == self.real

    def place(self, path: str) -> str:
        """Return ``path``, relative to the root, with links followed; as it is where it leads out.

        The root itself is "".
        """
        real = os.path.realpath(os.path.join(self.path, path))
        if not self._is_inside(real):
            return path
        return "" if real == self.real else os.path.relpath(real, self.real).replace(os.sep, "/")

    def _is_inside(self, real: str) -> bool:
        return real == self.real or real.startswith(os.path.join(self.real, ""))


def read_file(root: Root, path: str) -> Text:
    """Read ``path`` (relative to ``root``, ``/`` between its parts) as UTF-8 text.

    Never raises: whatever is wrong comes back as an `unreadable-file` Problem.
    """
    full = os.path.join(root.path, path)
    if not root.holds(full):
        return _refused(path, "it leads outside the root of the estate")
    try:
        # Without O_NONBLOCK, opening a FIFO waits for a writer that may never come.
        handle = os.open(full, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        return _refused(path, (error.strerror or "it can't be opened").lower())
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return _refused(path, f"it is {_kind(status.st_mode)}, not a regular file")
        data = _read_at_most(handle, limits.FILE_BYTES + 1)
    except OSError as error:
        return _refused(path, (error.strerror or "it can't be read").lower())
    finally:
        os.close(handle)
    return decode(path, data)


def decode(path: str, data: bytes) -> Text:
    """Decode the bytes of a file; one leading byte order mark is allowed."""
    if len(data) > limits.FILE_BYTES:
        mib = limits.FILE_BYTES // limits.MIB
        return _refused(path, f"it is larger than {mib} MiB", "split it")
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


def _refused(path: str, why: str, hint: str = "") -> Text:
    return Text(path, "", refusal(path, why, hint))


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
