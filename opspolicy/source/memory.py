"""What earlier runs have read, so that a file that hasn't changed is not read as YAML again.

One file an estate, in the cache directory: a line a text, with the text's digest, the digest of the
line and what was read, as JSON. It holds nothing but data and is keyed by everything that reading
depends on. Whatever in it isn't exactly what was written is not there.
"""

from __future__ import annotations

import os
import time
from _blake2 import blake2b  # hashlib brings OpenSSL, which takes longer than all else here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

FORMAT = 1
DIGITS = 32
KEPT_DAYS = 30
DAY = 86_400
MOST_BYTES = 1 << 28


class Memory:
    """What was read from texts, by what these say."""

    def __init__(self, directory: str, *stamps: object) -> None:
        """Keep it below ``directory``; ``stamps`` name the estate and all that reading depends on.

        Nothing is opened before it is needed.
        """
        self._directory = os.path.join(directory, "read")
        self._path = os.path.join(self._directory, digest(repr((FORMAT, *stamps)).encode()))
        self._lines: dict[bytes, bytes] | None = None
        self._used: dict[bytes, bytes] = {}
        self._is_new = False
        self._loads: Callable[[str], object] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no earlier run has left anything."""
        return not self._known()

    def get(self, text: str) -> object:
        """Return what was read from ``text`` by an earlier run, None when that isn't known."""
        key = digest(text.encode()).encode()
        line = self._known().get(key)
        if line is None or line[DIGITS : 2 * DIGITS] != _check(key, line[2 * DIGITS :]):
            return None
        if self._loads is None:
            self._loads = _reader()
        self._used[key] = line
        return self._loads(line[2 * DIGITS :].decode())

    def put(self, text: str, value: object) -> None:
        """Keep what was read from ``text``, which JSON must be able to hold."""
        from json import dumps  # noqa: PLC0415 - only where there is something new

        key = digest(text.encode()).encode()
        body = dumps(value, separators=(",", ":")).encode()
        self._used[key] = key + _check(key, body) + body
        self._is_new = True

    def save(self, *, everything: bool) -> None:
        """Write what is new; without what wasn't asked for, if ``everything`` there is was."""
        if not self._is_new:
            return
        lines = self._used if everything else {**self._known(), **self._used}
        if sum(map(len, lines.values())) > MOST_BYTES:
            lines = self._used
        try:
            os.makedirs(self._directory, mode=0o700, exist_ok=True)
            # Written aside and renamed, so that a reader never sees half a file.
            aside = f"{self._path}.{os.getpid()}"
            with open(aside, "wb") as file:
                file.writelines(line + b"\n" for line in lines.values())
            os.replace(aside, self._path)
            self._clean()
        except OSError:
            return  # a read-only or full disk is no reason to fail

    def _known(self) -> dict[bytes, bytes]:
        if self._lines is None:
            self._lines = {}
            try:
                with open(self._path, "rb") as file:
                    lines = file.read(MOST_BYTES).split(b"\n")
                    if time.time() - os.fstat(file.fileno()).st_mtime > DAY:
                        os.utime(file.fileno())
            except OSError:
                return self._lines
            self._lines = {line[:DIGITS]: line for line in lines}
        return self._lines

    def _clean(self) -> None:
        """Delete what no run has used for a month: other estates, other versions."""
        oldest = time.time() - KEPT_DAYS * DAY
        for entry in os.scandir(self._directory):
            if entry.stat().st_mtime < oldest:
                os.unlink(entry.path)


class Shared:
    """What has been read in this run, in front of what earlier runs have read, if that is kept.

    Two trees of one estate have most of their texts in common.
    """

    def __init__(self, memory: Memory | None) -> None:
        """Know nothing yet; ``memory`` is asked, and told."""
        self._memory = memory
        self._here: dict[str, object] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of any text."""
        return not self._here and (self._memory is None or self._memory.is_empty)

    def get(self, text: str) -> object:
        """Return what was read from ``text``, None when that isn't known."""
        if text not in self._here and self._memory is not None:
            known = self._memory.get(text)
            if known is None:
                return None
            self._here[text] = known
        return self._here.get(text)

    def put(self, text: str, value: object) -> None:
        """Keep what was read from ``text``."""
        self._here[text] = value
        if self._memory is not None:
            self._memory.put(text, value)

    def save(self, *, everything: bool) -> None:
        """Write what is new, as a Memory does."""
        if self._memory is not None:
            self._memory.save(everything=everything)


def digest(data: bytes) -> str:
    """Return what tells data apart, in so many digits."""
    return blake2b(data, digest_size=DIGITS // 2).hexdigest()


class _Plain:
    """How the scanner of the standard library is to read JSON: the way `json.loads` has it do."""

    strict = True
    object_hook = object_pairs_hook = array_hook = None
    parse_float = parse_constant = float
    parse_int = int


def _reader() -> Callable[[str], object]:
    """Return what reads JSON without spaces around it."""
    try:
        # What json.loads calls, without the import of all else in json, which takes longer than to
        # read an ordinary estate.
        from _json import make_scanner  # noqa: PLC0415 - only where there is something to load

        scan = make_scanner(_Plain())  # type: ignore[arg-type] # whatever has these attributes
    except (ImportError, AttributeError):
        from json import loads  # noqa: PLC0415 - a Python without C, or one that asks for more

        return loads
    return lambda text: scan(text, 0)[0]


def _check(key: bytes, body: bytes) -> bytes:
    return digest(key + body).encode()
