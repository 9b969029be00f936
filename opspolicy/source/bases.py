"""What a change is compared with where nobody names it: where it began, or the usual branch."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.source import git, underway

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.source.git import Repository
    from opspolicy.source.underway import UnderWay

REMOTE = {
    "refs/remotes/origin/HEAD": "origin/HEAD",
    "refs/remotes/origin/main": "origin/main",
    "refs/remotes/origin/master": "origin/master",
}
"""What a remote has of what changes are mostly made for: names in full, and how they are shown.

In short, git would take a tag of that name for it, and anybody can push a tag.
"""
USUAL = REMOTE | {"refs/heads/main": "main", "refs/heads/master": "master"}


class Base(NamedTuple):
    """A commit to compare with, by its id, and how to call it.

    ``is_start`` says that the change began there itself, and not where it left that commit.
    """

    name: str
    commit: str
    is_start: bool = False


def usual(repository: Repository) -> Base | None:
    """Return what a change is mostly made for; HEAD without, and None before the first commit."""
    if repository.head is None:
        return None
    return _first(repository, USUAL) or Base(git.HEAD, repository.head)


def began(repository: Repository, found: UnderWay) -> Base | None:
    """Return what the change under way is to be compared with; None where all of it is new.

    That is where a push begins, and what changes are mostly made for where nobody says it. A push
    of what a remote hasn't got is compared with what else that has. Raises GitError for what git
    can't tell, and for a start that it doesn't know.
    """
    if found.start is not None and not underway.is_nobody(found.start):
        # A push may take back what the remote has, so it isn't where the two parted.
        return Base(found.start, repository.commit(found.start), is_start=True)
    if found.is_push:
        return _first(repository, REMOTE)
    return usual(repository)


def _first(repository: Repository, names: dict[str, str]) -> Base | None:
    """Return the first of ``names`` that there is."""
    there = repository.refs(names)
    found = [Base(shown, there[name]) for name, shown in names.items() if name in there]
    return found[0] if found else None
