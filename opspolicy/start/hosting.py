"""Where the hook and the action come from: the address of a repository, and which version."""

from __future__ import annotations

import re

from opspolicy.record import NamedTuple
from opspolicy.version import __version__

PLACEHOLDER = "https://github.com/YOUR-ORG/opspolicy"
"""Stands where nobody has said where opspolicy is hosted; no such repository can exist."""

NO_COMMIT = "0" * 40
"""Stands for a commit that nobody has named: git has none of that id."""

VERSION = f"v{__version__}"
ADDRESS = re.compile(
    r"(https?|ssh|git|file)://[A-Za-z0-9._~:/@%+-]{1,250}|[A-Za-z0-9._~/][A-Za-z0-9._~:/@%+-]{0,250}"
)
REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
ACTION = re.compile(
    r"(?:https?://|ssh://|git@)(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9.-]+(?::[0-9]+)?[/:]([A-Za-z0-9-]+/[A-Za-z0-9._-]+?)(?:\.git)?/?"
)
COMMIT = re.compile(r"[0-9a-f]{40}")


class Hosting(NamedTuple):
    """A repository by its address, and a tag or a commit of it; "" for none that was named."""

    address: str = PLACEHOLDER
    revision: str = ""

    @property
    def is_placeholder(self) -> bool:
        """Whether nobody has said where it is."""
        return self.address == PLACEHOLDER

    @property
    def tag(self) -> str:
        """What a hook is pinned to."""
        return self.revision or VERSION

    @property
    def commit(self) -> str:
        """What a workflow is pinned to: a tag can be moved, a commit can't."""
        return self.revision or NO_COMMIT

    @property
    def action(self) -> str:
        """The repository as a workflow names it, `acme/opspolicy`; "" where none can."""
        found = ACTION.fullmatch(self.address)
        return found[1] if found else ""


def hosting(text: str | None) -> Hosting:
    """Return what `URL` or `URL@REVISION` names; raises ValueError for neither."""
    if text is None:
        return Hosting()
    address, at, revision = text.rpartition("@")
    if not at or "/" in revision or not REVISION.fullmatch(revision):
        address, revision = text, ""
    if not ADDRESS.fullmatch(address):
        message = f"`{text}` is not the address of a git repository: write {PLACEHOLDER}"
        raise ValueError(message)
    return Hosting(address, revision)
