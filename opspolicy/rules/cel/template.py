"""Messages with placeholders: text, and expressions in braces."""

from __future__ import annotations

from opspolicy.phrases import cut, listing
from opspolicy.record import NamedTuple
from opspolicy.rules.wording import at, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

MOST = 200
"""Characters of one value that a message shows."""
MOST_PLACEHOLDERS = 20
LONGEST = 1000
"""Characters of a whole message that are shown."""


class TemplateError(ValueError):
    """A brace without the other one, or a placeholder too many; ``offset`` is where."""

    def __init__(self, message: str, offset: int) -> None:
        """Complain about what stands at ``offset``."""
        super().__init__(message)
        self.offset = offset


class Placeholder(NamedTuple):
    """An expression in braces, and where it begins in the message."""

    expression: str
    offset: int


def parse(message: str) -> list[str | Placeholder]:
    """Return the pieces of a message; `{{` and `}}` are braces of its own.

    Raises TemplateError.
    """
    found: list[str | Placeholder] = []
    at = placeholders = 0
    while at < len(message):
        char = message[at]
        if char not in "{}":
            end = at
            while end < len(message) and message[end] not in "{}":
                end += 1
            found.append(message[at:end])
            at = end
        elif message[at : at + 2] == char * 2:
            found.append(char)
            at += 2
        else:
            end = message.find("}", at)
            if char == "}" or end < 0:
                why = "has no other one" if char == "{" else "closes nothing"
                text = f"the `{char}` {why}; a brace that is meant as one is written twice"
                raise TemplateError(text, at)
            if not message[at + 1 : end].strip():
                text = "there is nothing between the braces"
                raise TemplateError(text, at)
            placeholders += 1
            if placeholders > MOST_PLACEHOLDERS:
                text = f"there are more than {MOST_PLACEHOLDERS} placeholders"
                raise TemplateError(text, at)
            found.append(Placeholder(message[at + 1 : end], at + 1))
            at = end + 1
    return found


def expressions(message: str) -> list[str]:
    """Return the expressions of a message that can be parsed."""
    return [each.expression for each in parse(message) if isinstance(each, Placeholder)]


def render(message: str, values: Sequence[tuple[str, Any]], zone: str) -> str:
    """Return a message with its placeholders filled, on one line; times are told in ``zone``."""
    left = iter(values)
    parts = [
        cut(_shown(*next(left), zone), MOST) if isinstance(each, Placeholder) else each
        for each in parse(message)
    ]
    return cut(" ".join("".join(parts).split()), LONGEST)


def _shown(kind: str, value: Any, zone: str) -> str:  # noqa: ANN401 - of any of the types
    """Return a value as people say it."""
    if kind == "duration":
        return words(value)
    if kind == "timestamp":
        return at(value, zone)
    if kind == "bool":
        return "yes" if value else "no"
    if kind in {"int", "more"}:
        return f"{value:,} more" if kind == "more" else f"{value:,}"
    if kind == "list":
        return listing([_shown(inner, each, zone) for inner, each in value]) or "none"
    return "nothing" if value is None else str(value)
