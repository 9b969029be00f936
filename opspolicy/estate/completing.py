"""Entries that stand in more than one place: a foreign one and what completes or overlays it."""

from __future__ import annotations

from opspolicy.source.files import Written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.source.node import Node
    from opspolicy.source.span import Span

DISPLACED = {
    "duration": ("end",),
    "end": ("duration",),
    "schedule": ("start", "end"),
    "start": ("schedule",),
    "hours": ("openings",),
    "openings": ("hours",),
}
"""What else of an entry a key of who completes it stands for: nothing ends in two ways."""


TIMES = frozenset(("schedule", "start", "end", "hours", "openings", "exceptions"))
"""The keys whose times are those of a clock."""

ZONED = r"T.*(Z|[+-]\d\d:?\d\d)$"


class Completed(Written):
    """An entry of a foreign file, and the native one of the same name that completes it.

    It stands where the foreign one does; each key is where it was written, and native ones win.
    """

    __slots__ = ("foreign", "own")

    def __init__(self, foreign: Written, own: Written) -> None:
        """Complete the entry ``foreign`` with what ``own`` says."""
        super().__init__(foreign.source, foreign.document, foreign.path)
        self.foreign = foreign
        self.own = own

    @property
    def node(self) -> Node:
        """The keys of both."""
        foreign, own = self.foreign.node, self.own.node
        if not isinstance(own.value, dict):
            return foreign if own.value is None else own
        displaced = {each for key in own.entries for each in DISPLACED.get(key, ())}
        kept = {key: each for key, each in foreign.entries.items() if key not in displaced}
        entries = {**kept, **own.entries}
        return foreign.holding(entries, {**(foreign.keys or {}), **(own.keys or {})})

    @property
    def has_local_times(self) -> bool:
        """Whether times of the foreign part are left that go by the clock of its source."""
        import re  # noqa: PLC0415 - only where times stand in both

        entries, own = self.node.entries, self.own.node.entries
        left = [entries[key] for key in TIMES & entries.keys() if key not in own]
        return "timezone" not in entries and not all(
            re.search(ZONED, str(each.value)) or each.find("timezone") is not None for each in left
        )

    @property
    def place(self) -> Span:
        """Where its name stands in the foreign file."""
        return self.foreign.place

    @property
    def to_mend(self) -> Written:
        """The native part: it is for who completes another to say all of it rightly."""
        return self.own

    def holder(self, key: str) -> Written:
        """Return the part in which a key is written."""
        own = self.own
        return own if key in own.node.entries else self.foreign.holder(key)

    def says(self, other: Written) -> bool:
        """Whether it says the same as another entry, wherever the two stand."""
        return self.node.plain() == other.node.plain()


class Overlaid(Completed):
    """An entry that several files of one format say together, as an override does for Compose.

    Lists are united. Of two that name one service, a hard dependency is the one that counts.
    """

    __slots__ = ()

    @property
    def node(self) -> Node:
        """The keys of both; those of the first file where they differ."""
        first, other = self.foreign.node, self.own.node
        entries = {**other.entries, **first.entries}
        for key in first.entries.keys() & other.entries.keys():
            if isinstance(first.entries[key].value, list):
                listed = [*first.entries[key].items, *other.entries[key].items]
                entries[key] = first.entries[key].saying(_united(listed))
        return first.holding(entries, {**(other.keys or {}), **(first.keys or {})})

    @property
    def to_mend(self) -> Written:
        """The first of the files."""
        return self.foreign

    def holder(self, key: str) -> Written:
        """Return the part in which a key is written."""
        has_it = key in self.foreign.node.entries
        return self.foreign.holder(key) if has_it else self.own


def _united(listed: list[Node]) -> list[Node]:
    """Return each of a list once, by the service it names."""
    found: dict[object, Node] = {}
    for each in listed:
        service = each.find("service")
        name = repr(each.plain()) if each.is_collection and service is None else (
            each.value if service is None else service.value
        )  # fmt: skip
        if name not in found or not each.is_collection:
            found[name] = each
    return list(found.values())
