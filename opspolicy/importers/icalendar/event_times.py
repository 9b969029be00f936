"""When events of iCalendar are: dates, local times and UTC, in the zone that each one's place says.

https://www.rfc-editor.org/rfc/rfc5545#section-3.3.5. Zones are those of tzdata by their names, and
not what a VTIMEZONE says that they are.
"""

from __future__ import annotations

import re

from opspolicy.importers.icalendar.content_lines import ZONE
from opspolicy.importers.shared.texts import shown
from opspolicy.record import NamedTuple
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import InstantError, parse_moment, rfc3339
from opspolicy.temporal.zones import EARLIEST, LATEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.importers.icalendar.content_lines import Component, Property
    from opspolicy.source.node import Node

WRITTEN = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?")
LENGTH = re.compile(
    r"\+?P(?:([0-9]{1,4})W|(?:([0-9]{1,4})D)?(T)?(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,9})S)?)"
)
UTC = "UTC"
MOST_PARTS = 3
"""Parts that names of tzdata have, as `America/Argentina/Salta` does."""

FIRST, LAST = EARLIEST + 3 * DAY, LATEST - 3 * DAY


class Unplaced(Exception):  # noqa: N818 - read as a sentence: "raise Unplaced"
    """Something that can't be placed in time, and what to do about it."""

    def __init__(self, at: Node, why: str, hint: str = "") -> None:
        """Say why what stands ``at`` a place can't be."""
        super().__init__(why)
        self.at, self.why, self.hint = at, why, hint


class Malformed(Exception):  # noqa: N818 - read as a sentence: "raise Malformed"
    """Text that is no time at all."""


class When(NamedTuple):
    """One time: a reading of the wall clock in seconds, in ``zone``.

    ``is_date`` is for all of a day. The zone is "" where the file names none, and nobody can say
    here which instant it is. ``named`` is the zone's name at its place; ``is_floating`` is whether
    that is the calendar's, as the time itself names none.
    """

    wall: int
    zone: str = ""
    is_date: bool = False
    named: Node | None = None
    is_floating: bool = False

    @property
    def is_known(self) -> bool:
        """Whether its zone is one of tzdata, and knows of its year."""
        return zones.is_known(self.zone) and FIRST <= self.wall < LAST

    def instant(self) -> int:
        """Return the UTC epoch seconds of a time whose zone is known.

        Of two equal readings it is the first; what a clock change skips is told by the clock
        before it (section 3.3.5). A day begins where the clock first shows it.
        """
        zone = zones.zone(self.zone)
        found = zone.readings(self.wall)
        if found or self.is_date:
            return found[0] if found else zone.instant(self.wall)
        return self.wall - zone.offset(zone.instant(self.wall) - 1)

    def written(self) -> str:
        """Return it as our own language has it: with `Z` where a local time could mean another."""
        if self.zone == UTC:
            return _iso(self.wall) + "Z"
        if self.is_known and len(zones.zone(self.zone).readings(self.wall)) != 1:
            return _iso(self.instant()) + "Z"
        return _iso(self.wall)

    def local(self) -> str:
        """Return the reading alone, for what says its zone besides."""
        return _iso(self.wall)

    def reading_in(self, other: When) -> int | None:
        """Return the reading where and when the clock is that of another; None for nobody knows."""
        if self.is_date != other.is_date:
            return None
        if self.zone == other.zone or self.is_date:
            return self.wall
        if self.is_known and other.is_known:
            return zones.zone(other.zone).wall(self.instant())
        return None


class Clock:
    """What one calendar's local times mean: the zones that it names, and its own."""

    def __init__(self, calendar: Component) -> None:
        """Take the zones of ``calendar``."""
        self._defined = {
            each.text("TZID"): each.text("X-LIC-LOCATION")
            for each in calendar.components
            if each.kind == ZONE
        }
        self._known: dict[str, str] = {}
        found = calendar.first("X-WR-TIMEZONE")
        self.own: Node | None = None
        """The zone of times that name none, at its place; None where the calendar has none."""
        if found is not None and found.value:
            self.own = found.node(self._iana(found.value) or found.value)

    def when(self, of: Property, text: str | None = None) -> When:
        """Return the time of a property, or of one of several that it lists.

        Raises Malformed, and Unplaced for a zone that only the file knows.
        """
        found = WRITTEN.fullmatch(of.raw if text is None else text)
        if found is None or of.is_broken:
            raise Malformed
        year, month, day, hours, minutes, seconds, utc = found.groups()
        time = f"{hours}:{minutes}:{seconds}" if hours else "00:00"
        try:
            wall = parse_moment(f"{year}-{month}-{day}T{time}").wall
        except InstantError as error:
            raise Malformed from error
        if utc:
            return When(wall, UTC)
        tzid = of.parameter("TZID")
        # A date has no zone of its own (section 3.2.19).
        if hours and tzid:
            named = of.node(self._zone(of, tzid), tzid)
            return When(wall, str(named.value), named=named)
        own = self.own
        return When(wall, "" if own is None else str(own.value), not hours, own, is_floating=True)

    def _zone(self, of: Property, tzid: str) -> str:
        if tzid not in self._known:
            self._known[tzid] = self._iana(tzid)
        found = self._known[tzid]
        if not found and tzid in self._defined:
            why = (
                f"its time zone `{shown(tzid)}` is not one of tzdata, and the file's own isn't read"
            )
            hint = "name a zone of tzdata, such as `Europe/Berlin`"
            raise Unplaced(of.node(None, tzid), why, hint)
        # What nobody defines is wrong, and is told where it is read.
        return found or tzid

    def _iana(self, tzid: str) -> str:
        """Return the name that tzdata has for a zone; "" where it has none."""
        if zones.is_known(tzid):
            return tzid
        location = self._defined.get(tzid, "")
        if zones.is_known(location):
            return location
        # A name that begins with `/` is unique in the world by what stands before tzdata's own.
        parts = tzid.rsplit("/", MOST_PARTS)[1:] if tzid.startswith("/") else []
        for at in range(len(parts)):
            if zones.is_known("/".join(parts[at:])):
                return "/".join(parts[at:])
        from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # noqa: PLC0415 - for few

        found: str = WINDOWS_TO_OLSON.get(tzid, "")
        return found if zones.is_known(found) else ""


def length(text: str) -> tuple[int, int]:
    """Return the days and the seconds of a DURATION such as `P1D` or `PT4H`; raises Malformed.

    Its days are of the calendar, its seconds elapse (section 3.3.6).
    """
    found = LENGTH.fullmatch(text)
    if (
        found is None
        or not any(found.group(1, 2, 4, 5, 6))
        or bool(found[3]) != any(found.group(4, 5, 6))
    ):
        raise Malformed
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in found.group(1, 2, 4, 5, 6))
    return weeks * 7 + days, hours * 3600 + minutes * 60 + seconds


def day_of(wall: int) -> str:
    """Return the date of a reading."""
    return rfc3339(wall // DAY * DAY)[:10]


def _iso(wall: int) -> str:
    return rfc3339(wall).removesuffix("Z").removesuffix(":00")
