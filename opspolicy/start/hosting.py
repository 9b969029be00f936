"""Where the hook and the action come from: the address of a repository, and which version."""

from __future__ import annotations

import re

from opspolicy.record import NamedTuple
from opspolicy.version import __version__

PLACEHOLDER = "https://opspolicy.invalid/opspolicy"
"""Stands where nobody has said where opspolicy is hosted: `.invalid` is a domain nobody can own."""

PLACEHOLDER_ACTION = "YOUR-ORG/opspolicy"
"""Stands there in a workflow, whose `uses:` has no host; only with NO_COMMIT, which nobody has."""

NO_COMMIT = "0" * 40
"""Stands for a commit that nobody has named: git has none of that id."""

VERSION = f"v{__version__}"
LONGEST_ADDRESS = 256
NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
PATH = r"[A-Za-z0-9._~:/%+-]"
# An `@` behind the host would be a revision that was meant and isn't understood.
ADDRESS = re.compile(
    rf"(?:https?|ssh|git)://(?:{NAME}(?::[A-Za-z0-9._~%+-]*)?@)?{NAME}(?::[0-9]+)?/{PATH}+"
    rf"|file:///{PATH}+"
    rf"|{NAME}@{NAME}:{PATH}+"
    rf"|(?!.*(?:://|::))[A-Za-z0-9._~/]{PATH}*"
)
REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
ACTION = re.compile(
    rf"(?:(?:https?|ssh)://(?:{NAME}@)?(?i:github\.com)(?::[0-9]+)?/|git@(?i:github\.com):)"
    r"([A-Za-z0-9-]+/[A-Za-z0-9._-]+?)(?:\.git)?/?"
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
    def pinned(self) -> str:
        """What a hook is pinned to, a tag or a commit; without one, what nobody can have."""
        return self.revision or NO_COMMIT

    @property
    def commit(self) -> str:
        """What a workflow is pinned to: a tag can be moved, a commit can't."""
        is_commit = COMMIT.fullmatch(self.revision) and not self.is_placeholder
        return self.revision if is_commit else NO_COMMIT

    @property
    def action(self) -> str:
        """The repository as a workflow names it, `acme/opspolicy`; "" where none can.

        It has no host: whoever has the name on github.com would be run.
        """
        if self.is_placeholder:
            return PLACEHOLDER_ACTION
        found = ACTION.fullmatch(self.address)
        return found[1] if found else ""


def hosting(text: str | None) -> Hosting:
    """Return what `URL` or `URL@REVISION` names; raises ValueError for neither."""
    if text is None:
        return Hosting()
    address, at, revision = text.rpartition("@")
    if not at or "/" in revision or not REVISION.fullmatch(revision):
        address, revision = text, ""
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        message = (
            f"`{text}` is not the address of a git repository: write https://HOST/OWNER/NAME,"
            " and behind it @ and a tag or the id of a commit"
        )
        raise ValueError(message)
    return Hosting(address, revision)
