"""The `sources` of a configuration: what is read in place from which files, and how."""

from __future__ import annotations

from opspolicy.estate.entry import Defaults
from opspolicy.estate.formats import (
    AS,
    CALENDARS,
    EVERYWHERE,
    FORMATS,
    TAKES_DOWN,
    VENDOR,
    WHOLE,
)
from opspolicy.record import NamedTuple
from opspolicy.source.discovery import Glob, GlobError
from opspolicy.source.files import Written
from opspolicy.source.problem import Problem
from opspolicy.temporal import zones

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from opspolicy.source.span import Span

RULE = "schema-violation"
FIELD = r"\{([^{}]*)\}"
MARKS = frozenset("{}")


class Source(NamedTuple):
    """One source: a format, its files, and what its entries are told besides.

    ``name`` is how they are named, of fields in braces. ``into`` is the section that `as` names,
    "" where nobody says. ``place`` is where it is written, None outside of a file.
    """

    format: str
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    name: str = ""
    defaults: Defaults = Defaults()
    into: str = ""
    vendor: str = ""
    takes_down: tuple[str, ...] = ()
    place: Written | None = None

    @property
    def names(self) -> str:
        """How its entries are named."""
        # Of a whole file one calendar is made, of which there can't be several to tell apart.
        usual = WHOLE if self.into == CALENDARS else FORMATS[self.format].name
        return self.name or usual

    @property
    def stamp(self) -> str:
        """What differs wherever anything else would be read from the same text.

        Defaults are looked up as entries are built, and so change nothing that is read.
        """
        return repr((self.format, self.names, self.into, self.vendor, self.takes_down))

    @property
    def written(self) -> tuple[object, ...]:
        """What it says, wherever it is written."""
        said = self.defaults._replace(owner_node=None, timezone_node=None)
        return self._replace(defaults=said, place=None)

    def at(self, key: str) -> Span | None:
        """Return where a key of it is written."""
        return None if self.place is None else self.place.at(key)


def read(config: Written, values: list[Mapping[str, Any]]) -> tuple[list[Source], list[Problem]]:
    """Return the sources of a configuration, and what is wrong with them."""
    sources: list[Source] = []
    problems: list[Problem] = []
    for at, each in enumerate(values):
        place = Written(config.source, config.document, (*config.path, "sources", at))
        defaults = Written(place.source, place.document, (*place.path, "defaults"))
        source = Source(
            each["format"],
            _listed(each.get("paths")),
            _listed(each.get("exclude")),
            each.get("name", ""),
            Defaults.read(defaults, each.get("defaults", {})),
            each.get("as", ""),
            each.get("vendor", ""),
            _listed(each.get("takes_down")),
            place,
        )
        found = [*wrong(source)]
        problems += [
            Problem(RULE, message, place.at(*path), (), hint, f"sources:{at}:{message}")
            for path, message, hint in found
        ]
        sources.append(source)
    return sources, problems


def _listed(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())  # type: ignore[arg-type]


def wrong(source: Source) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield what is wrong with a source: where in it, what, and what to do."""
    zone = source.defaults.timezone
    if zone is not None and not zones.is_known(zone):
        message = f"`{zone}` is not a time zone of tzdata {zones.VERSION}"
        yield ("defaults", "timezone"), message, zones.hint(zone)
    for key, globs in (("paths", source.paths), ("exclude", source.exclude)):
        for pattern in globs:
            if pattern.startswith("/") or ".." in pattern.split("/"):
                message = f"`{pattern}` leads outside the root; patterns are relative to it"
                yield (key,), message, ""
            try:
                Glob((pattern,))
            except GlobError as error:
                yield (key,), str(error), ""
    known = FORMATS[source.format]
    for key, given in ((AS, source.into), (VENDOR, source.vendor), (TAKES_DOWN, source.takes_down)):
        if given and key not in known.settings:
            takes = [f"`{each}`" for each, what in FORMATS.items() if key in what.settings]
            hint = f"leave it out; it is for {', '.join(takes)}" if takes else "leave it out"
            yield (key,), f"`{key}` means nothing for `{source.format}`", hint
    if source.name:
        yield from _wrong_name(source.name, (*known.fields, *EVERYWHERE))


def _wrong_name(name: str, fields: tuple[str, ...]) -> Iterator[tuple[tuple[str], str, str]]:
    import re  # noqa: PLC0415 - only for who names entries

    shown = ", ".join(f"{{{each}}}" for each in fields)
    for found in re.findall(FIELD, name):
        if found not in fields:
            yield ("name",), f"there is no `{{{found}}}` to name entries by", f"there are {shown}"
    if not MARKS.isdisjoint(re.sub(FIELD, "", name)):
        yield ("name",), f"`{name}` has a brace without its other one", f"there are {shown}"
    elif not re.findall(FIELD, name):
        yield ("name",), f"`{name}` would name all entries alike", f"there are {shown}"
