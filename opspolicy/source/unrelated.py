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
    is nothing to tell by.
    """
    ends = tuple(each.lower() for each in endings)
    # Of a link without an ending it matters whether it leads to a directory.
    moves = any(each.is_added or each.is_deleted for each in changes.files)
    return (
        bool(changes.files)
        and not any(_may_lead_there(path, ends, moves=moves) for path in changes.links)
        and all(_is_beside(each, ends) for each in changes.files)
    )


def _may_lead_there(link: str, ends: tuple[str, ...], *, moves: bool) -> bool:
    """Whether what is changed may be read by way of a link; ``moves`` if files come or go."""
    name = link.lower().rpartition("/")[2]
    return name.endswith(ends) or (moves and "." not in name)


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
