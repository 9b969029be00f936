"""Plain values as YAML that people read: entries in blocks, what is short on one line."""

from __future__ import annotations

import json
import re

from opspolicy import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WIDTH = 96
STEP = 2
# Words without anything that YAML could take for more, and dates and times as they are written.
PLAIN = re.compile(
    r"[A-Za-z]([A-Za-z0-9._/@ -]*[A-Za-z0-9._/@-])?"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
    r"|[0-9]{2}:[0-9]{2}|([0-9]+[wdhms])+"
)


def document(value: Mapping[str, object]) -> str:
    """Return a mapping as a document."""
    return "\n".join(lines(value)) + "\n" if value else "{}\n"


def lines(value: Mapping[str, object], indent: int = 0) -> Iterator[str]:
    """Yield a mapping in lines that begin with so many spaces."""
    lead = " " * indent
    for key, each in value.items():
        name = f"{lead}{text(key)}:"
        short = f"{name} {flow(each)}" if each is not None else name
        holds = isinstance(each, dict | list) and bool(each)
        if not holds or (len(short) <= WIDTH and _is_flat(each)):
            yield short
        elif isinstance(each, dict):
            yield name
            yield from lines(each, indent + STEP)
        elif isinstance(each, list):
            yield name
            yield from _items(each, indent + STEP)


def _items(value: list[object], indent: int) -> Iterator[str]:
    lead = " " * indent
    for each in value:
        short = f"{lead}- {flow(each)}"
        if not isinstance(each, dict) or not each or (len(short) <= WIDTH and _is_flat(each)):
            yield short
            continue
        first, *rest = lines(each, indent + STEP)
        yield f"{lead}- {first.lstrip(' ')}"
        yield from rest


def _is_flat(value: object) -> bool:
    """Whether a collection has nothing in it that reads badly on one line."""
    if isinstance(value, dict):
        return not any(isinstance(each, dict) for each in value.values())
    return isinstance(value, list) and not any(isinstance(each, dict | list) for each in value)


def flow(value: object) -> str:
    """Return a value on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{text(key)}: {flow(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return text(str(value))


def text(value: str) -> str:
    """Return a text as YAML: as it is where that can't be taken for anything else."""
    if PLAIN.fullmatch(value) and value.lower() not in encode.WORDS_OF_YAML:
        return value
    return encode.terminal(json.dumps(value, ensure_ascii=False))
