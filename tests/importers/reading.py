"""Foreign texts read in place, in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opspolicy import importers
from opspolicy.estate.entry import Defaults
from opspolicy.estate.estate import Estate, assemble
from opspolicy.estate.foreign import Foreign
from opspolicy.estate.sources import Source
from opspolicy.source.files import parse
from opspolicy.source.yaml_reader import CONTROL

if TYPE_CHECKING:
    from opspolicy.estate.foreign import Imported
    from opspolicy.source.node import Node

UNSAFE = CONTROL


def source(name: str, into: str = "", timezone: str | None = None) -> Source:
    """Return a source of a format that says the least."""
    return Source(name, defaults=Defaults(timezone=timezone), into=into)


def imported(name: str, text: str, into: str = "") -> Imported:
    """Return what an importer makes of a text by itself."""
    return importers.reading(source(name, into)).read(text, f"a.{name}")


def estate(name: str, text: str, *native: str, into: str = "", zone: str | None = None) -> Estate:
    """Return the estate of a foreign text, and of native ones that complete it."""
    reading = importers.reading(source(name, into, zone))
    files = [parse(f"ops/{at}.yaml", each) for at, each in enumerate(native)]
    return assemble([Foreign(f"a.{name}", text, None, (reading,)), *files])


def texts(node: Node | None) -> list[str]:
    """Return all texts in a document, names included."""
    if node is None:
        return []
    below = [*node.entries.values(), *node.items]
    own = [node.value] if isinstance(node.value, str) else []
    return [*own, *node.entries, *(text for each in below for text in texts(each))]
