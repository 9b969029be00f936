"""One entry being built: its values by key, each with its place and a way to complain about it."""

from __future__ import annotations

from opspolicy.estate.declarations import Invalid, Listed, Reference
from opspolicy.estate.vocabulary import MISSING, PREFIXES
from opspolicy.record import NamedTuple
from opspolicy.source.problem import Problem
from opspolicy.temporal import durations, instants, zones

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol, TypeVar

    from opspolicy.source.files import Written
    from opspolicy.source.node import Node
    from opspolicy.source.span import Span
    from opspolicy.temporal.calendars import Hours
    from opspolicy.temporal.instants import Moment
    from opspolicy.temporal.zones import Zone

    Parsed = TypeVar("Parsed")
    Values = dict[str, Any]

    class Notes(Protocol):
        """Where an entry leaves what it refers to and what is wrong with it."""

        defaults: Defaults
        problems: list[Problem]
        references: list[Reference]
        listed: list[Listed]
        invalid: list[Invalid]
        missing_zones: list[Invalid]
        bad_defaults: set[str]

        def hours(self, calendar: str) -> Hours | None:
            """Return the hours of a calendar once all are built; None for an unknown one."""


class Defaults(NamedTuple):
    """What an entry that doesn't say takes, and the mappings it was written in."""

    owner: str | None = None
    timezone: str | None = None
    scheduler: str | None = None
    owner_node: Node | Written | None = None
    timezone_node: Node | Written | None = None

    @classmethod
    def read(cls, node: Node | Written | None, values: Values) -> Defaults:
        """Return the defaults of a `defaults` mapping that has been read into ``values``."""
        return cls(
            values.get("owner"),
            values.get("timezone"),
            values.get("scheduler"),
            node if "owner" in values else None,
            node if "timezone" in values else None,
        )

    def over(self, other: Defaults) -> Defaults:
        """Return these defaults, filled up from ``other``."""
        return Defaults(
            self.owner or other.owner,
            self.timezone or other.timezone,
            self.scheduler or other.scheduler,
            self.owner_node or other.owner_node,
            self.timezone_node or other.timezone_node,
        )


class Entry:
    """A mapping of the estate, or one nested in it, of which only the right values are left."""

    __slots__ = ("by", "get", "is_right", "node", "notes", "path", "values")

    def __init__(
        self, notes: Notes, by: str, node: Written, values: Values, path: tuple[str | int, ...] = ()
    ) -> None:
        """Stand for what ``path`` leads to in ``node``; ``by`` is the reference of the entry."""
        self.notes = notes
        self.by = by
        self.node = node
        self.values = values
        self.path = path
        # Whether all that is written was accepted; else some keys have no value here.
        self.is_right = True
        # The value of a key as it was read, or None: asked for every key the language has.
        self.get: Callable[[str], Any] = values.get

    def __contains__(self, key: str) -> bool:
        """Whether the key has a right value."""
        return key in self.values

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts listed under a key, each once."""
        listed = self.get(key)
        if not listed:
            return ()
        return tuple(dict.fromkeys(each for each in listed if each is not MISSING))

    def nested(self, key: str) -> Entry:
        """Return the mapping under a key, an empty one where there is none."""
        values = self.get(key)
        return self._at(values if isinstance(values, dict) else {}, key)

    def each(self, key: str) -> list[Entry]:
        """Return the mappings listed under a key."""
        listed = self.get(key)
        if not listed:
            return []
        return [
            self._at(values, key, position)
            for position, values in enumerate(listed)
            if isinstance(values, dict)
        ]

    def saying(self, values: Values) -> Entry:
        """Return this mapping with ``values`` for what it says nothing of."""
        return self._at({**values, **self.values})

    @property
    def position(self) -> int:
        """Where this entry stands in the list it is from."""
        step = self.path[-1]
        return step if isinstance(step, int) else 0

    def place(self, *path: str | int) -> Span:
        """Return the place of a value below this entry."""
        return self.node.at(*self.path, *path)

    def fault(self, place: Span, message: str, hint: str = "") -> None:
        """Note a time, a schedule or the like that can't be: `invalid-schedule`."""
        pointer = "/".join(str(step) for step in self.path)
        self.notes.invalid.append(Invalid(self.by, place, message, hint, f"{pointer}#{message}"))

    def mistake(self, place: Span, message: str, hint: str = "") -> None:
        """Note a value that the schema accepts and that can't be meant: `schema-violation`."""
        pointer = "/".join(str(step) for step in self.path)
        key = f"{pointer}#{message}"
        problem = Problem("schema-violation", message, place, (), hint, key, self.by)
        self.notes.problems.append(problem)

    def refer(self, section: str, name: str, *path: str | int) -> str:
        """Note that ``name`` of ``section`` is used at ``path``; return it without its prefix."""
        name = name.removeprefix(PREFIXES[section])
        place = (*self.path, *path)
        self.notes.references.append(Reference._make((self.by, section, name, self.node, place)))
        return name

    def ref(self, key: str, section: str) -> str | None:
        """Return the entry of ``section`` that a key names."""
        name = self.get(key)
        return None if name is None else self.refer(section, name, key)

    def refs(self, key: str, section: str) -> tuple[str, ...]:
        """Return the entries of ``section`` that a key lists, each once."""
        listed = self.get(key)
        if not listed:
            return ()
        if MISSING in listed:
            names = [
                self.refer(section, name, key, position)
                for position, name in enumerate(listed)
                if name is not MISSING
            ]
        else:
            prefix = PREFIXES[section]
            names = [name.removeprefix(prefix) for name in listed]
            place = (*self.path, key)
            self.notes.listed.append(Listed._make((self.by, section, names, self.node, place)))
        return tuple(dict.fromkeys(names))

    def duration(self, key: str, *, zero: bool = False, most: int | None = None) -> int | None:
        """Return the seconds of a duration; none at all only where ``zero`` is allowed.

        One that is longer than ``most`` seconds is a mistake.
        """
        text = self.get(key)
        if text is None:
            return None
        try:
            seconds = durations.parse(text)
        except durations.DurationError as error:
            self.fault(self.place(key), str(error))
            return None
        if seconds == 0 and not zero:
            self.fault(self.place(key), f"`{key}` must be longer than zero")
            return None
        if most is not None and seconds > most:
            self.fault(self.place(key), f"`{key}` must be {durations.words(most)} at most")
            return None
        return seconds

    def lead(self, key: str) -> int | None:
        """Return the seconds of a duration that may count backwards, such as `-7d`."""

        def parse(text: str) -> int:
            sign = -1 if text.startswith("-") else 1
            return sign * durations.parse(text.removeprefix("-"))

        return self._parsed(key, parse)

    def date(self, key: str) -> int | None:
        """Return a date in days since 1970-01-01."""
        return self._parsed(key, instants.parse_date)

    def time(self, key: str) -> int | None:
        """Return a time of day in minutes since midnight."""
        return self._parsed(key, instants.parse_time)

    def moment(self, key: str) -> Moment | None:
        """Return an instant as it was written."""
        return self._parsed(key, instants.parse_moment)

    def zone(self, *keys: str) -> Zone | None:
        """Return the entry's time zone: from the nested mapping ``keys``, itself, or the defaults.

        None when there is none, or when it isn't known; the latter is noted.
        """
        for key in keys:
            nested = self.get(key)
            if isinstance(nested, dict) and "timezone" in nested:
                return self._zone(nested["timezone"], self.node, *self.path, key, "timezone")
        if "timezone" in self.values:
            return self._zone(self.get("timezone"), self.node, *self.path, "timezone")
        defaults = self.notes.defaults
        name = defaults.timezone
        if name is None or name in self.notes.bad_defaults:
            return None
        node = defaults.timezone_node
        found = self._zone(name, self.node) if node is None else self._zone(name, node, "timezone")
        if found is None:
            # A default is used by many entries and wrong once.
            self.notes.bad_defaults.add(name)
        return found

    def lacks_zone(self, *keys: str) -> bool:
        """Whether nobody named a zone, right or wrong."""
        named = any("timezone" in self.nested(key) for key in keys) or "timezone" in self
        return not named and self.notes.defaults.timezone is None

    def no_zone(self, place: Span, what: str) -> None:
        """Note that ``what`` is a local time without a zone."""
        self.notes.missing_zones.append(Invalid(self.by, place, what, key=what))

    def _zone(self, key: str, node: Node | Written, *path: str | int) -> Zone | None:
        try:
            return zones.zone(key)
        except zones.ZoneError as error:
            self.fault(node.at(*path), str(error), zones.hint(key))
            return None

    def _parsed(self, key: str, parse: Callable[[str], Parsed]) -> Parsed | None:
        text = self.get(key)
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.fault(self.place(key), str(error))
            return None

    def _at(self, values: Values, *path: str | int) -> Entry:
        return Entry(self.notes, self.by, self.node, values, (*self.path, *path))
