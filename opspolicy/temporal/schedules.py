"""When something starts: rules in one or more dialects, or a list of instants."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, HOUR
from opspolicy.temporal.instants import years_later
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.recurrence import ANY_WALL, CYCLE_YEARS, ClockChangeEffect
from opspolicy.temporal.zones import EARLIEST, LATEST

SPARE = 2 * DAY
LOOKED_BACK = (8, 64, 366)
"""How many days to look back for the latest start: mostly it was a few days ago."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opspolicy.temporal.adjustments import Adjustment
    from opspolicy.temporal.instants import Moment
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.recurrence import Recurrence
    from opspolicy.temporal.zones import Segment, Zone


class Bounds(NamedTuple):
    """``from`` and ``until``: the nominal starts that count, half-open.

    A bound on the wall clock is held against the reading at which a start is due, whatever a clock
    change makes of it: ``first_wall`` and ``last_wall``. A bound with an offset is an instant. For
    looking around, ``start`` and ``end`` enclose either, with two days to spare for a wall clock.
    """

    start: int = EARLIEST + 3 * DAY
    end: int = LATEST - 3 * DAY
    first_wall: int = ANY_WALL[0]
    last_wall: int = ANY_WALL[1]
    has_start: bool = False
    has_end: bool = False

    def begun(self, moment: Moment, zone: Zone) -> Bounds:
        """Return these bounds with ``from`` at ``moment``."""
        if moment.offset is not None:
            return self._replace(start=moment.instant(zone), has_start=True)
        hull = moment.instant(zone) - SPARE
        return self._replace(start=hull, first_wall=moment.wall, has_start=True)

    def ended(self, moment: Moment, zone: Zone) -> Bounds:
        """Return these bounds with ``until`` at ``moment``."""
        if moment.offset is not None:
            return self._replace(end=moment.instant(zone), has_end=True)
        hull = moment.instant(zone, last=True) + SPARE
        return self._replace(end=hull, last_wall=moment.wall, has_end=True)

    def holds(self, due: int, instant: int) -> bool:
        """Whether a start that was due at a reading, and is at an instant, lies within."""
        return self.first_wall <= due < self.last_wall and self.start <= instant < self.end

    @property
    def is_empty(self) -> bool:
        """Whether ``until`` is not after ``from``."""
        return self.start >= self.end or self.first_wall >= self.last_wall


EVER = Bounds()
CRON, ON_CALENDAR, EVERY, RRULE, DATES = "cron", "on_calendar", "every", "rrule", "dates"
"""The keys under which starts are written."""


class Written(NamedTuple):
    """How rules are written: under which key, and which entry of the list there each one is.

    ``delay`` says by how many seconds a start may be late.
    """

    kind: str = CRON
    positions: tuple[int, ...] = (0,)
    delay: int = 0


class RecurringSchedule:
    """Rules in the dialects that may apply: one when it was declared, else all that fit."""

    __slots__ = (
        "_agree_when_calm",
        "_kept",
        "adjustment",
        "bounds",
        "delay",
        "kind",
        "positions",
        "rules",
        "variants",
        "zone",
    )

    def __init__(
        self,
        variants: tuple[tuple[Recurrence, ...], ...],
        zone: Zone,
        bounds: Bounds | None = None,
        adjustment: Adjustment | None = None,
        written: Written | None = None,
    ) -> None:
        """Hold, for each dialect, the lines that start the same thing."""
        self.kind, positions, self.delay = written or Written()
        self.zone = zone
        self.bounds = self._kept = bounds or EVER
        self.positions = positions
        self.adjustment = adjustment
        # The rules of each dialect as they are written, before anything is left out or moved.
        self.rules = variants
        if adjustment is not None:
            from opspolicy.temporal.adjustments import Adjusted  # noqa: PLC0415 - for who has any

            # Bounds judge a start by when it was due, before it is moved.
            variants = tuple(
                tuple(Adjusted(line, zone, self.bounds, adjustment) for line in lines)
                for lines in variants
            )
            self._kept = EVER
        self.variants = variants
        self._agree_when_calm = len(variants) > 1 and _alike(variants)

    @property
    def lines(self) -> tuple[Recurrence, ...]:
        """The rules as the first dialect that fits reads them."""
        return self.variants[0]

    def starts(self, start: int, end: int) -> list[int]:
        """Return the starts of any dialect in ``[start, end)``, sorted, each once."""
        variants = self._differing(start, end)
        found = [self.variant_starts(lines, start, end) for lines in variants]
        return found[0] if len(found) == 1 else sorted(set().union(*found))

    def agreed_starts(self, start: int, end: int) -> list[int]:
        """Return the starts in ``[start, end)`` on which all dialects agree."""
        variants = self._differing(start, end)
        found = [self.variant_starts(lines, start, end) for lines in variants]
        return found[0] if len(found) == 1 else sorted(set(found[0]).intersection(*found[1:]))

    def _differing(self, start: int, end: int) -> tuple[tuple[Recurrence, ...], ...]:
        """Return the variants to ask for ``[start, end)``: one where they can't differ."""
        if self._agree_when_calm and start < end and not self._unquiet(start, end):
            return self.variants[:1]
        return self.variants

    def _unquiet(self, start: int, end: int) -> list[Segment]:
        """Return the clock changes that can part dialects within ``[start, end)``."""
        return self.zone.changes(start - DAY, end + DAY)

    def starts_during(self, when: Iterable[Interval], *, agreed: bool = False) -> list[int]:
        """Return the starts in each interval of ``when``, only the ``agreed`` ones if so asked."""
        if len(self.variants) == 1 and self._kept is EVER:
            (lines,) = self.variants
            found = [line.starts_during(self.zone, when) for line in lines]
            return found[0] if len(found) == 1 else sorted(set().union(*found))
        starts = self.agreed_starts if agreed else self.starts
        return [at for start, end in when for at in starts(start, end)]

    def comes_near(self, touched: Iterable[Interval], before: int) -> bool:
        """Whether any line's time of day lies in ``touched``, or up to ``before`` seconds ahead."""
        for lines in self.variants:
            for line in lines:
                if line.comes_near(touched, before):
                    return True
        return False

    def variant_starts(self, lines: tuple[Recurrence, ...], start: int, end: int) -> list[int]:
        """Return the starts in ``[start, end)`` of one dialect's lines."""
        bounds = self._kept
        start, end = max(start, bounds.start), min(end, bounds.end)
        nominal = (bounds.first_wall, bounds.last_wall)
        found = [line.starts(self.zone, start, end, nominal) for line in lines]
        return found[0] if len(found) == 1 else sorted(set().union(*found))

    def latest_line(self, instant: int) -> int:
        """Return which of the lines, as written, starts last at or before ``instant``.

        Lines are looked back over for a year; none that ran in it is the first one.
        """
        best, latest = 0, None
        for back in LOOKED_BACK:
            for lines in self.variants:
                for position, line in zip(self.positions, lines, strict=False):
                    found = line.starts(self.zone, instant - back * DAY, instant + 1)
                    if found and (latest is None or found[-1] > latest):
                        best, latest = position, found[-1]
            if latest is not None:
                break
        return best

    def never_runs(self, as_of: int) -> bool:
        """Whether no dialect ever starts it (between ``from`` and ``until``, with both given)."""
        bounds = self.bounds
        if bounds is EVER and any(line.surely_runs for line in self.lines):
            return False
        start, end = bounds.start, bounds.end
        if not (bounds.has_start and bounds.has_end):
            # Dates and weekdays repeat, so one cycle shows all there is.
            if bounds.has_end:
                start = max(start, years_later(end, -CYCLE_YEARS))
            else:
                start = max(start, as_of)
                end = min(end, years_later(start, CYCLE_YEARS))
        if self.adjustment is not None and self.adjustment.shift in {"previous", "next"}:
            from opspolicy.temporal.adjustments import FARTHEST  # noqa: PLC0415 - for who has any

            # What was due within the bounds may have moved out of them.
            start, end = (
                max(start - FARTHEST * DAY, EVER.start),
                min(end + FARTHEST * DAY, EVER.end),
            )
        if any(self._first(lines, start, end) for lines in self.variants):
            return False
        # What is over is no fault: a rule that was counted out, a year that has passed.
        earliest = bounds.start if bounds.has_start else EVER.start
        return not any(
            line.has_ended and self._first((line,), earliest, start)
            for lines in self.variants
            for line in lines
        )

    def _first(self, lines: tuple[Recurrence, ...], start: int, end: int) -> bool:
        """Whether there is a start in ``[start, end)``, looking only at days the rules name."""
        for line in lines:
            width = 3 * DAY if line.busiest <= MANY_A_DAY else HOUR
            # A day at each end, as the local day can begin before or end after the UTC one.
            for day in line.possible_days(start // DAY - 1, end // DAY + 2):
                low, high = max(start, self.zone.instant(day * DAY)), min(end, (day + 2) * DAY)
                for at in range(low, high, width):
                    if self.variant_starts((line,), at, min(at + width, high)):
                        return True
        return False

    def clock_change_effects(self, start: int, end: int) -> list[ClockChangeEffect]:
        """Return what clock changes do, when one dialect is known to apply."""
        if len(self.variants) != 1:
            return []
        bounds = self._kept
        return [
            effect
            for line in self.lines
            for effect in line.clock_change_effects(self.zone, start, end)
            if bounds.holds(effect.wall, effect.change)
        ]

    def disagreements(self, start: int, end: int) -> list[int]:
        """Return the starts in ``[start, end)`` that some dialects have and others haven't."""
        if len(self.variants) == 1:
            return []
        when = IntervalSet([(start, end)])
        if self._agree_when_calm:
            # On the same days at the same times: only clock changes can part them.
            changes = self._unquiet(start, end)
            when &= IntervalSet([(each.start - DAY, each.start + DAY) for each in changes])
        return [
            at
            for low, high in when
            for at in sorted(set(self.starts(low, high)).difference(self.agreed_starts(low, high)))
        ]

    def normal(self) -> tuple[object, ...]:
        """Return dialects, rules, zone and bounds."""
        lines = [[line.normal() for line in lines] for lines in self.variants]
        return (self.kind, lines, self.zone.key, self.bounds, self.delay)


def _alike(variants: tuple[tuple[Recurrence, ...], ...]) -> bool:
    """Whether all dialects name the same readings, so that only clock changes can part them."""
    rules = {tuple(line.readings() for line in lines) for lines in variants}
    return len(rules) == 1 and not any(line.carries_changes for lines in variants for line in lines)


class DatedSchedule:
    """Instants that somebody wrote down one by one."""

    kind = DATES
    delay = 0

    def __init__(
        self,
        moments: Mapping[int, Moment],
        zone: Zone,
        bounds: Bounds | None = None,
        adjustment: Adjustment | None = None,
    ) -> None:
        """Hold ``moments`` by their places in the list, read in ``zone`` unless with an offset."""
        self.zone = zone
        self.moments = moments
        self.bounds = bounds or EVER
        self.adjustment = adjustment

    @cached_property
    def _entries(self) -> list[tuple[int, int, int | None]]:
        """Instant, place in the list and reading (None with an offset) of each, in order.

        Worked out when first asked for, as the calendars it may need are built after it.
        """
        zone = self.zone
        entries: dict[int, tuple[int, int | None]] = {}
        for at, moment in self.moments.items():
            instant = moment.instant(zone)
            wall = moment.wall if moment.offset is None else zone.wall(instant)
            if not self.bounds.holds(wall, instant):
                continue
            reading = wall if moment.offset is None else None
            if self.adjustment is not None:
                moved = self.adjustment.moved_date(wall, instant)
                if moved is None:
                    continue
                if moved != wall:
                    instant, reading = zone.instant(moved), moved
            entries.setdefault(instant, (at, reading))
        return [(instant, *entries[instant]) for instant in sorted(entries)]

    @cached_property
    def instants(self) -> list[int]:
        """All starts, sorted, each once."""
        return [instant for instant, _, _ in self._entries]

    def position(self, instant: int) -> int | None:
        """Return which entry of the list starts at ``instant``, counted as written."""
        found = bisect_left(self.instants, instant)
        if found == len(self.instants) or self.instants[found] != instant:
            return None
        return self._entries[found][1]

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

    def clock_change_effects(self, start: int, end: int) -> list[ClockChangeEffect]:
        """Return the entries that name a time a clock change skips."""
        return [
            ClockChangeEffect("moved", wall, (instant,), instant)
            for instant, _, wall in self._entries
            if wall is not None and start <= instant < end and not self.zone.readings(wall)
        ]

    def normal(self) -> tuple[object, ...]:
        """Return the instants."""
        return ("dates", self.instants)


Schedule = RecurringSchedule | DatedSchedule
"""What everything that starts has: both kinds answer the same questions."""


def upcoming(
    schedule: Schedule, start: int, count: int, *, days: bool = False, until: int | None = None
) -> list[int]:
    """Return the first ``count`` starts from ``start`` on, fewer where there are no more.

    With ``days``, the first start of each of so many local days. Looked for in stretches that
    grow, up to ``until``, or for as long as dates and weekdays take to come round.
    """
    found: dict[int, int] = {}
    end = years_later(start, CYCLE_YEARS) if until is None else until
    for starts in stretches(schedule, start, min(end, EVER.end)):
        for at in starts:
            found.setdefault(schedule.zone.wall(at) // DAY if days else at, at)
        if len(found) >= count:
            break
    return sorted(found.values())[:count]


MANY_A_DAY = 24

# What starts each second of the day fills its memory by the day.
MANY_AT_ONCE = 10_000


def stretches(schedule: Schedule, start: int, end: int) -> Iterator[list[int]]:
    """Yield all starts in ``[start, end)``, in stretches that grow while there are few of them."""
    low, width = start, DAY
    while low < end:
        high = min(low + width, end)
        found = schedule.starts(low, high)
        yield found
        low = high
        width = 2 * width if len(found) < MANY_AT_ONCE else max(width // 2, DAY)
