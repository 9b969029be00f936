"""A second process that reads half of a large estate, while the first one reads the other half.

It is a copy of this one, made where the system can, and hands over what it has read as plain
values, as the memory of earlier runs holds them. Whatever goes wrong in it, the files are read here
after all.
"""

from __future__ import annotations

import os

from opspolicy.estate.building import Builder
from opspolicy.source import files
from opspolicy.source.memory import digest
from opspolicy.temporal.holidays import Holidays

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.estate.entry import Defaults
    from opspolicy.source.reading import Root

WORTH_IT = 4 << 20
"""Bytes of YAML below which a second process costs more than it saves."""


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Aside:
    """What the second process reads, by what the texts say."""

    def __init__(self, left: int, pid: int, results: int) -> None:
        """Expect the results of process ``pid`` in the open file ``results``.

        The first ``left`` files are not among them.
        """
        self.left = left
        self._pid = pid
        self._results = results
        self._lines: dict[bytes, bytes] | None = None

    def get(self, text: str) -> object:
        """Return what was read from ``text``, waiting for it; None when it has to be read here."""
        if self._lines is None:
            self._lines = dict(self._collect())
        line = self._lines.get(digest(text.encode()).encode())
        if line is None:
            return None
        from json import loads  # noqa: PLC0415 - only for large estates

        return loads(line)

    def _collect(self) -> Iterator[tuple[bytes, bytes]]:
        _, status = os.waitpid(self._pid, 0)
        with open(self._results, "rb") as file:
            file.seek(0)
            lines = file.read().split(b"\n") if status == 0 else []
        for line in filter(None, lines):
            key, _, body = line.partition(b" ")
            yield key, body


def read_aside(root: Root, paths: Sequence[str], defaults: Defaults) -> Aside | None:
    """Begin to read the latter half of ``paths`` in a second process; None where that can't be.

    Each of the two halves is about as many bytes.
    """
    if not (hasattr(os, "fork") and hasattr(os, "memfd_create")):
        return None
    sizes = [_size(root, path) for path in paths]
    half, at = sum(sizes) // 2, len(paths)
    while at > 0 and half > 0:
        at -= 1
        half -= sizes[at]
    try:
        results = os.memfd_create("opspolicy")
    except OSError:
        return None
    try:
        pid = os.fork()
    except OSError:
        os.close(results)
        return None
    if pid == 0:
        _second(root, paths[at:], defaults, results)
    return Aside(at, pid, results)


def is_large(root: Root, paths: Sequence[str]) -> bool:
    """Whether it is worth it to read ``paths`` in two processes."""
    return len(paths) > 1 and sum(_size(root, path) for path in paths) >= WORTH_IT


def _size(root: Root, path: str) -> int:
    try:
        return os.stat(os.path.join(root.path, path)).st_size
    except OSError:
        return 0


def _second(root: Root, paths: Sequence[str], defaults: Defaults, results: int) -> None:
    """Read, write down what is right, and end, without anything that the first process will do."""
    code = 1
    try:
        from json import dumps  # noqa: PLC0415 - only for large estates

        builder = Builder(Holidays(), defaults)
        with open(results, "wb", closefd=False) as file:
            for path in paths:
                source = files.load(root, path)
                mistakes = builder.mistakes
                contents = builder.file(source)
                if not source.problems and builder.mistakes == mistakes:
                    body = dumps(contents, separators=(",", ":"))
                    file.write(f"{digest(source.text.encode())} {body}\n".encode())
                source.forget()
        code = 0
    finally:
        os._exit(code)
