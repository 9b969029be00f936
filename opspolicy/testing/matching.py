"""Which finding is which expectation: as many as there can be, each finding for one of them.

By augmenting paths (Kuhn, 1955): an expectation takes a finding from another one that has a second
choice. So the order in which somebody has written them decides nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def assign(choices: Sequence[Sequence[int]]) -> dict[int, int]:
    """Return for as many as possible, by position, one of their ``choices``, no two the same.

    Of what several could take, the first takes the first where that costs nobody theirs.
    """
    taken: dict[int, int] = {}
    for at in range(len(choices)):
        _place(at, choices, taken)
    return {who: what for what, who in taken.items()}


def _place(first: int, choices: Sequence[Sequence[int]], taken: dict[int, int]) -> None:
    """Find a choice for ``first``, moving others to another of theirs on the way.

    Without recursion: a chain can be as long as a test has expectations.
    """
    seen: set[int] = set()
    came: dict[int, int] = {}
    asking = [first]
    for who in asking:
        for what in choices[who]:
            if what in seen:
                continue
            seen.add(what)
            came[what] = who
            if what not in taken:
                _shift(what, first, came, taken)
                return
            asking.append(taken[what])


def _shift(what: int, first: int, came: dict[int, int], taken: dict[int, int]) -> None:
    """Give each on the way what it asked for, from the free one back to ``first``."""
    had = {who: each for each, who in taken.items()}
    while True:
        who = came[what]
        taken[what] = who
        if who == first:
            return
        what = had[who]
