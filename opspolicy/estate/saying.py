"""How a key of ours is said of an entry: in our language, or in the file of another format."""

from __future__ import annotations

from opspolicy.estate.foreign import Foreign
from opspolicy.estate.formats import FORMATS
from opspolicy.estate.vocabulary import SECTION_OF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    from opspolicy.estate.declarations import Entity, Invalid
    from opspolicy.estate.formats import Format
    from opspolicy.source.files import SourceFile
    from opspolicy.source.problem import Problem

    Told = TypeVar("Told", Problem, Invalid)

STANDS_BY = {"timezone": "schedule"}
"""The key beside which another one is said: a zone belongs to the times that it is for."""


def format_of(entity: Entity, key: str) -> Format | None:
    """Return the format of the file that says ``key`` of an entity, or would; None for ours."""
    part = entity.node.holder(STANDS_BY.get(key, key))
    source = part.source
    return FORMATS[source.readings[part.document].format] if isinstance(source, Foreign) else None


def how_to_say(entity: Entity, key: str, value: str, *, one_way: bool = False) -> str:
    """Return what says ``key`` of an entity, as it goes on behind "add": "`duration: 20m`".

    In a foreign file there may be two ways, of which the first is enough for ``one_way``.
    """
    known = format_of(entity, key)
    said = f"`{key}: {value}`"
    if known is None:
        return said
    if key in known.says:
        return known.says[key].format(value=value)
    own = entity.node.to_mend
    if not isinstance(own.source, Foreign):
        return f"{said} to `{entity.name}` at {own.file}:{own.place.line}"
    section = SECTION_OF[entity.ref.partition("/")[0]]
    ours = f"`{section}: {{{entity.name}: {{{key}: {value}}}}}` to a file of your own"
    if not known.says_ours:
        return ours
    there = known.says_ours.format(key=key, value=value)
    return there if one_way else f"{there}, or {ours}"


def in_its_words(entity: Entity, key: str, value: str) -> str:
    """Return what says ``key`` to the program that a file is for; "" where that has no such key."""
    known = format_of(entity, key)
    if known is None:
        return f"`{key}: {value}`"
    return known.says[key].format(value=value) if key in known.says else ""


def defaults_of(entity: Entity, key: str) -> str:
    """Return which `defaults` are those of an entity that doesn't say ``key``."""
    if format_of(entity, key) is None:
        return "the file's `defaults`"
    return "the `defaults` of the source that reads this, in `opspolicy.yaml`"


def worded(told: Sequence[Told], files: Sequence[SourceFile]) -> tuple[Told, ...]:
    """Return what is wrong in ``files``, each with the keys that stand where it points."""
    by_path = {each.path: each for each in files if isinstance(each, Foreign)} if told else {}
    return tuple(
        _worded(each, by_path[each.span.file]) if each.span.file in by_path else each
        for each in told
    )


def _worded(told: Told, source: Foreign) -> Told:
    """Return what is wrong with a line of ``source`` in the words of its format.

    A key of ours that was written as such, in a comment or an annotation, keeps its name.
    """
    import re  # noqa: PLC0415 - only for what is wrong in a foreign file

    on_line = set(re.findall(r"\w+", source.line(told.span.line)))
    words = [
        (ours, theirs)
        for each in source.readings
        for ours, theirs in FORMATS[each.format].words.items()
        if theirs in on_line
    ]
    message, hint = told.message, told.hint
    for ours, theirs in words:
        message = message.replace(f"`{ours}`", f"`{theirs}`")
        hint = hint.replace(f"`{ours}`", f"`{theirs}`")
    return told._replace(message=message, hint=hint)
