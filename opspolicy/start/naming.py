"""How the entries of a source are named, so that no two have one name."""

from __future__ import annotations

from opspolicy import importers
from opspolicy.estate.foreign import load
from opspolicy.estate.formats import FORMATS
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from opspolicy.estate.foreign import Reading
    from opspolicy.estate.sources import Source
    from opspolicy.source.reading import Root

    Names = AbstractSet[tuple[str, str]]

DUPLICATE = "duplicate-name"


class Named(NamedTuple):
    """How a source names its entries, "" for as usual: which these are, and how many clash.

    ``names`` are pairs of a section and a name, in lower case.
    """

    name: str
    names: frozenset[tuple[str, str]]
    clashes: int = 0


def named(root: Root, source: Source, paths: Iterable[str], taken: Names) -> Named:
    """Return the shortest names that tell the entries of ``paths`` from each other and others.

    ``taken`` are those of the others. Where no names do, these are the ones that clash least.
    """
    paths = [*paths]
    tried: list[Named] = []
    for name in _ways(source):
        tried.append(_named(root, source._replace(name=name), paths, taken))
        if not tried[-1].clashes:
            return tried[-1]
    return min(tried, key=lambda each: each.clashes)


def _ways(source: Source) -> Iterable[str]:
    known = FORMATS[source.format]
    longer = (known.distinguish,) if known.distinguish else ()
    usual = source.names
    return ("", *longer, *(f"{{directory}}/{each}" for each in (usual, *longer)))


def _named(root: Root, source: Source, paths: Iterable[str], taken: Names) -> Named:
    reading, clashes = importers.reading(source), 0
    seen: dict[tuple[str, str], str] = {}
    for path in paths:
        found, twice = _entries(root, path, reading)
        clashes += twice
        for each in found:
            directory = path.rpartition("/")[0]
            # Several files of one directory say more of one entry, where the format has overlays.
            is_more = FORMATS[source.format].overlays and seen.get(each) == directory
            clashes += each in taken or (each in seen and not is_more)
            seen[each] = directory
    return Named(source.name, frozenset(seen), clashes)


def _entries(root: Root, path: str, reading: Reading) -> tuple[list[tuple[str, str]], int]:
    """Return the entries of a file, and how many more have the name of one of these."""
    file = load(root, path, (reading,))
    found = [
        (section, name.lower())
        for document in file.documents
        for section, table in document.entries.items()
        for name in table.entries
    ]
    return found, sum(each.rule == DUPLICATE for each in file.remarks)


def names(root: Root, readings: Iterable[tuple[str, tuple[Reading, ...]]]) -> Names:
    """Return the names of all entries of files that are read in place already."""
    return {
        each for path, some in readings for one in some for each in _entries(root, path, one)[0]
    }
