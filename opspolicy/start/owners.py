"""Who owns a repository, as its CODEOWNERS says."""

from __future__ import annotations

import re

from opspolicy.estate.language import NAME_LENGTH, NAME_PATTERN
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.source.reading import Root

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where GitHub and GitLab look, the first that is there counts."""

HANDLE = re.compile(r"@[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,5}")
ADDRESS = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,5}"
)
EVERYTHING = frozenset(("*", "**", "/**", "/*"))
PLACEHOLDER = "platform"


class Owner(NamedTuple):
    """A team: its name, how it is written in CODEOWNERS, and where; nowhere for a placeholder."""

    name: str
    written: str = ""
    file: str = ""

    @property
    def is_placeholder(self) -> bool:
        """Whether nobody has said who owns anything."""
        return not self.file


def owner(root: Root) -> Owner:
    """Return who owns what nobody else does: the last line for everything, else the first of all.

    A name that isn't one of GitHub's or GitLab's is left alone, whatever it holds.
    """
    for path in PLACES:
        if not root.exists(path):
            continue
        found = root.read(path)
        if found.problem is not None:
            continue
        named = _named(found.text)
        if named:
            return Owner(_team(named), named, path)
    return Owner(PLACEHOLDER)


def _named(text: str) -> str:
    """Return who is named first for everything, or at all."""
    first = of_all = ""
    for line in text.split("\n"):
        pattern, *names = line.partition("#")[0].split() or [""]
        usable = [name for name in names if _team(name)]
        if not usable:
            continue
        first = first or usable[0]
        if pattern in EVERYTHING:
            of_all = usable[0]
    return of_all or first


def _team(written: str) -> str:
    """Return the name of a team for `@acme/billing`, `@somebody` or an address; "" for no name."""
    if HANDLE.fullmatch(written):
        name = written.removeprefix("@").rpartition("/")[2]
    elif ADDRESS.fullmatch(written):
        name = written.partition("@")[0].replace("+", "-")
    else:
        return ""
    fits = len(name) <= NAME_LENGTH and re.match(NAME_PATTERN, name)
    return name if fits else ""
