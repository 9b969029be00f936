"""File names for what has a name of its own, which may be anything."""

from __future__ import annotations

import re
from hashlib import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
# Names that mean a device on Windows, whatever the ending.
TAKEN = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


def files(names: Iterable[str]) -> dict[str, str]:
    """Return for each name one that every file system takes for its own, without an ending.

    A plain name stays as it is. Any other, and one that differs from another only in upper and
    lower case, is told by a digest.
    """
    return {name: name if _is_plain(name) else _digest(name) for name in names}


def _is_plain(name: str) -> bool:
    return bool(PLAIN.fullmatch(name)) and not TAKEN.fullmatch(name) and not name.endswith(".")


def _digest(name: str) -> str:
    """Return a name that is told from plain ones by its upper case letter."""
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{readable}-X{digest}" if readable else f"X{digest}"
