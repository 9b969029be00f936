"""Pieces of sentences that every layer says: lists, counts, and did-you-mean."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST = 200
"""Characters of a name that are compared: nobody misspells more, and comparing is slow."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the nearest of ``known`` to a misspelt name, "" when none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(name.lower()[:LONGEST], list(by_lower), n=1, cutoff=0.7)
    return by_lower[near[0]] if near else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `did you mean …?` for the nearest of ``known``, or nothing when none is near."""
    meant = nearest(name, known)
    return f"did you mean `{meant}`?" if meant else ""


def pasted(options: Iterable[tuple[str, str | None]]) -> str:
    """Return the options of a command that somebody will paste into a shell, with a space after."""
    given = [(name, value) for name, value in options if value]
    if not given:
        return ""
    from shlex import quote  # noqa: PLC0415 - only for what is elsewhere, or at another time

    return "".join(f"{name} {quote(value)} " for name, value in given)


def listing(parts: Sequence[str], last: str = "and") -> str:
    """Return `a, b and c`."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def some(parts: Sequence[str], most: int, what: str = "more") -> str:
    """Return `a, b and c`; of more than ``most``, how many there are beyond these."""
    rest = len(parts) - most
    return listing([*parts[:most], f"{rest:,} {what}"] if rest > 0 else parts)


def with_hint(message: object, hint: str) -> str:
    """Return what is wrong, and what to do about it where anybody knows, in one sentence."""
    return f"{message}; {hint}" if hint else str(message)


def count(number: int, what: str, plural: str = "") -> str:
    """Return `1 job`, `2 jobs`."""
    return f"{number:,} {what if number == 1 else plural or what + 's'}"


def cut(text: str, most: int) -> str:
    """Return at most so many characters of a text; of a longer one the last is `…`."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
