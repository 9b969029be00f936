"""The nearest name to a misspelt one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 200
"""Characters of a name that are compared: nobody misspells more, and comparing is slow."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `did you mean …?` for the nearest of ``known``, or nothing when none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(name.lower()[:LONGEST], list(by_lower), n=1, cutoff=0.7)
    return f"did you mean `{by_lower[near[0]]}`?" if near else ""
