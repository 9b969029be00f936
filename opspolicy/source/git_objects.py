"""The objects of a git repository, as one process of git's hands them out."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.source import child, limits
from opspolicy.source.git_error import GitError, failure, silent, unavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BLOB, TREE, COMMIT = "blob", "tree", "commit"
IN_FLIGHT = 24
"""How many objects are asked for ahead. So many names fit into any pipe, so that git can never wait
for us to read while we wait for it."""


class Object(NamedTuple):
    """An object's id and kind, and what it holds: None where that is too large to be read."""

    id: str
    kind: str
    data: bytes | None


class Objects:
    """What one process hands out, in the order in which it is asked."""

    def __init__(self, start: Callable[[], child.Child]) -> None:
        """Ask the `git cat-file --batch` that ``start`` starts, when there is something to ask."""
        self._start = start
        self._child: child.Child | None = None
        self._asked: list[str] = []
        self._ahead: list[str] = []
        self._wanted: set[str] = set()
        self._read: dict[str, Object] = {}

    def close(self) -> None:
        """Stop the process, if there is any."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        self._asked.clear()

    def expect(self, names: Iterable[str]) -> None:
        """Be told what will be asked for, and in which order, so that git need not wait for it."""
        new = [name for name in dict.fromkeys(names) if name not in self._read]
        self._ahead = new[::-1]
        self._wanted = set(new)

    def get(self, name: str) -> Object:
        """Return the object of an id, or of `COMMIT^{tree}`; raises GitError without it."""
        self._wanted.discard(name)
        if name not in self._read and name not in self._asked:
            self._ask(name)
        while name not in self._read:
            self._ask_ahead()
            try:
                self._answer()
            except child.SilentError:
                self.close()
                raise silent(child.SILENCE) from None
        return self._read.pop(name)

    def find(self, name: str) -> Object | None:
        """Return the object of any name git knows, None where it hands out none, whyever."""
        try:
            return self.get(name)
        except GitError:
            self.close()
            return None

    def _ask_ahead(self) -> None:
        while self._ahead and len(self._asked) < IN_FLIGHT:
            name = self._ahead.pop()
            if name in self._wanted:
                self._wanted.discard(name)
                if name not in self._asked:
                    self._ask(name)

    def _ask(self, name: str) -> None:
        if self._child is None:
            self._child = self._start()
        self._asked.append(name)
        self._child.tell(name.encode() + b"\n")

    def _answer(self) -> None:
        """Take in one answer, to the first of the questions."""
        git, name = self._child, self._asked[0]
        assert git is not None  # noqa: S101 - it was asked
        header = git.line()
        fields = header.decode("ascii", "replace").split()
        if not header.endswith(b"\n"):
            self._child = None
            raise failure(git.finish()[1])
        if len(fields) != 3 or not fields[2].isdigit():  # noqa: PLR2004 - id, kind and size
            self._child = None
            raise unavailable(name, git.stop())
        oid, kind, size = fields[0], fields[1], int(fields[2])
        if size > (limits.TREE_BYTES if kind == TREE else limits.FILE_BYTES):
            # Not even to be thrown away: what is packed small can be as large as anybody likes.
            self._read[name] = Object(oid, kind, None)
            self._again()
            return
        data = git.exactly(size + 1)
        if len(data) <= size:
            self._child = None
            raise failure(git.finish()[1])
        del self._asked[0]
        self._read[name] = Object(oid, kind, data[:-1])

    def _again(self) -> None:
        """Stop git in the midst of an answer, and ask another one what is still to be asked."""
        _, *left = self._asked
        self.close()
        for name in left:
            self._ask(name)
