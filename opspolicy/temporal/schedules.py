"""When something starts: a cron line in one or more dialects, or a list of instants."""

from __future__ import annotations

from bisect import bisect_left

from opspolicy.record import NamedTuple
from opspolicy.temporal.cron import ANY_WALL, CYCLE_YEARS, Cron, Missing
from opspolicy.temporal.instants import years_later
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.zones import DAY, EARLIEST, LATEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.temporal.instants import Moment
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.zones import Zone


class Bounds(NamedTuple):
    """``from`` and ``until``: the nominal starts that count, half-open.

    ``start`` and ``end`` are instants; ``first_wall`` and ``last_wall`` the same on the wall clock.
    """

    start: int = EARLIEST + 3 * DAY
    end: int = LATEST - 3 * DAY
    first_wall: int = ANY_WALL[0]
    last_wall: int = ANY_WALL[1]

    @property
    def has_end(self) -> bool:
        """Whether ``until`` was given."""
        return self.last_wall < ANY_WALL[1]

    @property
    def is_closed(self) -> bool:
        """Whether both ends were given."""
        return self.first_wall > ANY_WALL[0] and self.has_end


EVER = Bounds()


class CronSchedule:
    """Cron lines in the dialects that may apply: one when it was declared, else all that fit."""

    __slots__ = ("bounds", "variants", "zone")

    is_one_off = False

    def __init__(
        self, variants: tuple[tuple[Cron, ...], ...], zone: Zone, bounds: Bounds | None = None
    ) -> None:
        """Hold, for each dialect, the lines that start the same thing."""
        self.variants = variants
        self.zone = zone
        self.bounds = bounds or EVER

    def starts(self, start: int, end: int) -> list[int]:
        """Return the starts of any dialect in ``[start, end)``, sorted, each once."""
        found = [self.variant_starts(lines, start, end) for lines in self.variants]
        return found[0] if len(found) == 1 else sorted(set().union(*found))

    def agreed_starts(self, start: int, end: int) -> list[int]:
        """Return the starts in ``[start, end)`` on which all dialects agree."""
        found = [self.variant_starts(lines, start, end) for lines in self.variants]
        return found[0] if len(found) == 1 else sorted(set(found[0]).intersection(*found[1:]))

    def starts_during(self, when: Iterable[Interval], *, agreed: bool = False) -> list[int]:
        """Return the starts in each interval of ``when``, only the ``agreed`` ones if so asked."""
        bounds = self.bounds
        if len(self.variants) == 1 and bounds is EVER:
            (lines,) = self.variants
            found = [line.starts_during(self.zone, when) for line in lines]
            return found[0] if len(found) == 1 else sorted(set().union(*found))
        starts = self.agreed_starts if agreed else self.starts
        return [at for start, end in when for at in starts(start, end)]

    def variant_starts(self, lines: tuple[Cron, ...], start: int, end: int) -> list[int]:
        """Return the starts in ``[start, end)`` of one dialect's lines."""
        bounds = self.bounds
        start, end = max(start, bounds.start), min(end, bounds.end)
        nominal = (bounds.first_wall, bounds.last_wall)
        found = [line.starts(self.zone, start, end, nominal) for line in lines]
        return found[0] if len(found) == 1 else sorted(set().union(*found))

    def never_runs(self, as_of: int) -> bool:
        """Whether no dialect ever starts it (between ``from`` and ``until``, with both given)."""
        bounds = self.bounds
        if bounds is EVER and any(line.surely_runs for line in self.variants[0]):
            return False
        start, end = bounds.start, bounds.end
        if not bounds.is_closed:
            # Dates and weekdays repeat, so one cycle shows all there is.
            if bounds.has_end:
                start = max(start, years_later(end, -CYCLE_YEARS))
            else:
                start = max(start, as_of)
                end = min(end, years_later(start, CYCLE_YEARS))
        return not any(self._first(lines, start, end) for lines in self.variants)

    def _first(self, lines: tuple[Cron, ...], start: int, end: int) -> bool:
        """Whether there is a start in ``[start, end)``, looking only at days the fields name."""
        for line in lines:
            if not line.minutes:
                continue
            # A day at each end, as the local day can begin before or end after the UTC one.
            for day in line.possible_days(start // DAY - 1, end // DAY + 2):
                low, high = max(start, (day - 1) * DAY), min(end, (day + 2) * DAY)
                if self.variant_starts((line,), low, high):
                    return True
        return False

    def clock_change_effects(self, start: int, end: int) -> list[Missing]:
        """Return what clock changes do, when one dialect is known to apply."""
        if len(self.variants) != 1:
            return []
        bounds = self.bounds
        return [
            effect
            for line in self.variants[0]
            for effect in line.clock_change_effects(self.zone, start, end)
            if bounds.first_wall <= effect.wall < bounds.last_wall
        ]

    def disagreements(self, start: int, end: int) -> list[int]:
        """Return the starts in ``[start, end)`` that some dialects have and others haven't."""
        if len(self.variants) == 1:
            return []
        when = IntervalSet([(start, end)])
        if len({tuple(line.days_rule() for line in lines) for lines in self.variants}) == 1:
            # On the same days at the same times: only clock changes can part them.
            changes = self.zone.changes(start - DAY, end + DAY)
            when &= IntervalSet([(each.start - DAY, each.start + DAY) for each in changes])
        return [
            at
            for low, high in when
            for at in sorted(set(self.starts(low, high)).difference(self.agreed_starts(low, high)))
        ]

    def normal(self) -> tuple[object, ...]:
        """Return dialects, fields, zone and bounds."""
        lines = [[line.normal() for line in lines] for lines in self.variants]
        return ("cron", lines, self.zone.key, self.bounds)


class DatedSchedule:
    """Instants that somebody wrote down one by one."""

    __slots__ = ("_entries", "zone")

    is_one_off = True

    def __init__(
        self, moments: tuple[Moment, ...], zone: Zone, bounds: Bounds | None = None
    ) -> None:
        """Hold ``moments``, wall clock in ``zone`` unless they have an offset."""
        self.zone = zone
        kept = bounds or EVER
        entries: dict[int, int] = {}
        for at, moment in enumerate(moments):
            instant = moment.instant(zone)
            wall = moment.wall if moment.offset is None else zone.wall(instant)
            if kept.start <= instant < kept.end and kept.first_wall <= wall < kept.last_wall:
                entries.setdefault(instant, at)
        self._entries = [
            (instant, at, moments[at].wall if moments[at].offset is None else None)
            for instant, at in sorted(entries.items())
        ]

    @property
    def instants(self) -> list[int]:
        """All starts, sorted, each once."""
        return [instant for instant, _, _ in self._entries]

    def position(self, instant: int) -> int | None:
        """Return which entry of the list starts at ``instant``, counted as written."""
        return next((at for start, at, _ in self._entries if start == instant), None)

    def starts(self, start: int, end: int) -> list[int]:
        """Return the starts in ``[start, end)``, sorted, each once."""
        instants = self.instants
        return instants[bisect_left(instants, start) : bisect_left(instants, end)]

    def agreed_starts(self, start: int, end: int) -> list[int]:
        """Return the same as ``starts``: an instant leaves nothing to disagree about."""
        return self.starts(start, end)

    def starts_during(self, when: Iterable[Interval], *, agreed: bool = False) -> list[int]:  # noqa: ARG002 - all are agreed
        """Return the starts in each interval of ``when``."""
        return [at for start, end in when for at in self.starts(start, end)]

    def never_runs(self, as_of: int) -> bool:  # noqa: ARG002 - past dates are no fault
        """Whether ``from`` and ``until`` leave none of the dates."""
        return not self._entries

    def clock_change_effects(self, start: int, end: int) -> list[Missing]:
        """Return the entries that name a time a clock change skips."""
        return [
            Missing("moved", wall, (instant,), instant)
            for instant, _, wall in self._entries
            if wall is not None and start <= instant < end and not self.zone.readings(wall)
        ]

    def normal(self) -> tuple[object, ...]:
        """Return the instants."""
        return ("dates", self.instants)


Schedule = CronSchedule | DatedSchedule
"""What everything that starts has: both kinds answer the same questions."""
