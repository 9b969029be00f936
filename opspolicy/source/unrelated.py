"""Whether a change can't matter to what is read, told by names alone and on the safe side.

A link can make any path part of an estate, so where a file lies says nothing. How its name ends
does, unless a link has such a name itself.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.source.underway import Change, Changes

USUAL = "ops"
"""The directory that decides, by being there, what is selected where nobody says it."""

ATTRIBUTES = ".gitattributes"
"""What decides which text a checkout makes of a file."""


def is_unrelated(changes: Changes, endings: Sequence[str]) -> bool:
    """Whether none of ``changes`` can alter what is selected, or what is read of it.

    ``endings`` are those of all names that may be selected. Where nothing is changed at all, there
    is nothing to tell by. Raises GitError where git can't tell which links there are.
    """
    ends = tuple(each.lower() for each in endings)
    # Any link may lead to a directory, whatever it is called.
    moves = any(each.is_added or each.is_deleted for each in changes.files)
    return (
        bool(changes.files)
        and all(_is_beside(each, ends) for each in changes.files)
        and not any(moves or path.lower().endswith(ends) for path in changes.links)
    )


def _is_beside(change: Change, ends: tuple[str, ...]) -> bool:
    """Whether a change is of a plain file that isn't read itself.

    Names are compared in lower case, as some systems do: that only makes more of them count.
    """
    *above, name = change.path.lower().split("/")
    if not change.is_plain or name.endswith(ends) or name == ATTRIBUTES:
        return False
    if not (change.is_added or change.is_deleted):
        return True
    # Git knows no empty directories: the first file makes one, and the last takes it away.
    return not any(each == USUAL or each.endswith(ends) for each in above)
