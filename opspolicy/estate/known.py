"""What earlier runs have read, known again by this very version of all that reads."""

from __future__ import annotations

import os

from opspolicy.record import NamedTuple
from opspolicy.source.files import Written
from opspolicy.temporal import zones
from opspolicy.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.source.files import SourceFile
    from opspolicy.source.memory import Memory
    from opspolicy.source.node import Node

READERS = (
    "estate/building.py",
    "estate/completing.py",
    "estate/foreign.py",
    "estate/formats.py",
    "estate/language.py",
    "estate/meanings.py",
    "estate/shapes.py",
    "estate/sources.py",
    "estate/vocabulary.py",
    "phrases.py",
    "source/limits.py",
    "source/scalars.py",
    "source/yaml_reader.py",
    "temporal/durations.py",
    "temporal/instants.py",
)
"""What decides what is read from a text; an editable installation changes without a version."""


def memory(cache: str, purpose: str, root: str) -> Memory:
    """Return what ``cache`` holds for a ``purpose`` of the estate in the directory ``root``."""
    from opspolicy.source.memory import Memory  # noqa: PLC0415 - not for a run without a cache

    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    # PyYAML is asked for its version by neither name nor import, which would cost what this spares.
    parser = os.path.join(os.path.dirname(os.path.dirname(zones.DATA)), "yaml", "__init__.py")
    paths = [*(os.path.join(package, each) for each in READERS), parser]
    changed = [os.stat(path).st_mtime_ns if os.path.exists(path) else None for path in paths]
    return Memory(cache, purpose, root, __version__, zones.VERSION, *changed)


class Document(NamedTuple):
    """One document as a shape reads it: where it is, its right values, and what is ``wrong``."""

    written: Written
    values: dict[str, Any]
    wrong: tuple[Node, ...] = ()
    is_empty: bool = False


def documents(file: SourceFile, kind: str, memory: Memory | None) -> list[Document]:
    """Read each document of a file, of the `config` or the `policies` kind.

    What an earlier run has read isn't read again.
    """
    key = f"{kind}\n{file.text}"
    known = None if memory is None or file.is_unreadable else memory.get(key)
    if isinstance(known, list):
        file.is_known_good()
        return [Document(Written(file, at, ()), values) for at, values in enumerate(known)]
    from opspolicy.estate import language  # noqa: PLC0415 - for what no earlier run has read

    shape = language.DOCUMENTS[kind]
    found: list[Document] = []
    for at, root in enumerate(file.documents):
        wrong: list[Node] = []
        values = shape.read(root, wrong)
        values = values if isinstance(values, dict) else {}
        found.append(Document(Written(file, at, ()), values, tuple(wrong), root.value is None))
    if memory is not None and not file.problems and not any(each.wrong for each in found):
        memory.put(key, [each.values for each in found])
    return found
