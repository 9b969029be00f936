"""Which declaration of the base is which one of the head: by name, else by what it says."""

from __future__ import annotations

from opspolicy.estate.vocabulary import PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Entity
    from opspolicy.estate.estate import Estate

ALIKE = 0.5
"""The share of equal keys from which two entries of other names are one that was renamed."""

MOST_COMPARED = 10_000
"""How many pairs are compared in all: a change that renames more is a new estate."""

MATCHED = ("services", "jobs", "maintenance_windows", "freezes", "vendors", "calendars")


def renamed(base: Estate, head: Estate) -> dict[str, str]:
    """Return the references of the base whose entries have another name in the head, by which.

    Of several that could be, the one with most in common is it; each is taken once.
    """
    found: dict[str, str] = {}
    for section in MATCHED:
        before, after = base.section(section), head.section(section)
        gone = [each for name, each in before.items() if name not in after]
        come = [each for name, each in after.items() if name not in before]
        if not gone or not come or len(gone) * len(come) > MOST_COMPARED:
            continue
        prefix = PREFIXES[section]
        for old, new in _pairs(gone, come):
            found[prefix + old] = prefix + new
    return found


def _pairs(gone: list[Entity], come: list[Entity]) -> Iterator[tuple[str, str]]:
    """Yield the names of entries that are alike, the most alike first."""
    old = {each.name: _plain(each) for each in gone}
    new = {each.name: _plain(each) for each in come}
    ranked = sorted(
        (-share, one, other)
        for one in old
        for other in new
        if (share := _share(old[one], new[other])) >= ALIKE
    )
    taken: set[str] = set()
    for _, one, other in ranked:
        if one in old and other not in taken:
            del old[one]
            taken.add(other)
            yield one, other


def _plain(entity: Entity) -> Mapping[str, object]:
    plain = entity.node.node.plain()
    return plain if isinstance(plain, dict) else {}


def _share(one: Mapping[str, object], other: Mapping[str, object]) -> float:
    """Return which share of the keys of two entries have equal values; nothing is like nothing."""
    keys = {*one, *other}
    same = sum(1 for key in keys if key in one and key in other and one[key] == other[key])
    return same / len(keys) if keys else 0.0
