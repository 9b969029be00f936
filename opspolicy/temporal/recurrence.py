"""What starts again and again: readings on the wall clock, and what clock changes make of them.

A recurrence names readings of the wall clock; the dialect it is in says what becomes of a reading
that a change of the clocks skips or repeats. Only the stretch asked for is expanded.
"""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, MINUTE
from opspolicy.temporal.zones import LATEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.temporal.dialects import Dialect
    from opspolicy.temporal.intervals import Interval
    from opspolicy.temporal.zones import Segment, Zone

# Weekdays and dates come round together every 28 years (but for 2100), so what doesn't happen in
# 28 years doesn't happen.
CYCLE_YEARS = 28
MOST_A_DAY = DAY // MINUTE
"""How often something may start in a day: what never rests is a service, not a schedule."""

ANY_WALL = (-(1 << 62), 1 << 62)


class ScheduleError(ValueError):
    """A schedule that can't be; ``hint`` says what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Say what is wrong, and what to write instead."""
        super().__init__(message)
        self.hint = hint


def check_busiest(rule: Recurrence) -> None:
    """Raise ScheduleError for what starts more often than can be planned with."""
    count = rule.busiest
    if count > MOST_A_DAY:
        limit = f"{MOST_A_DAY:,}, once a minute, is the limit"
        message = f"`{rule.text}` starts {count:,} times a day: {limit}"
        hint = "what never rests is a service: declare it as one, or start it once a minute"
        raise ScheduleError(message, hint)


class ClockChangeEffect(NamedTuple):
    """A start that a clock change moves, loses or doubles.

    ``wall`` is the nominal wall-clock reading, ``instants`` when it runs (none, one or two) and
    ``change`` the instant of the clock change. ``kind`` is `moved`, `lost` or `doubled`.
    """

    kind: str
    wall: int
    instants: tuple[int, ...]
    change: int


class Recurrence:
    """Readings of the wall clock, named by a rule, in one dialect.

    ``wild`` exempts it from what its dialect does at clock changes: it follows the real clock.
    ``fixed`` says that it keeps to certain hours of the day, so that a clock change is news.
    """

    __slots__ = ("dialect", "fixed", "text", "wild")

    text: str
    dialect: Dialect
    wild: bool
    fixed: bool

    def walls(self, first: int, last: int) -> list[int]:
        """Return the readings in ``[first, last)`` that the rule names, in seconds, sorted."""
        raise NotImplementedError

    @property
    def times(self) -> tuple[int, ...]:
        """The seconds of the day at which it starts; none where they aren't the same each day."""
        return ()

    def possible_days(self, first: int, last: int) -> Iterator[int]:
        """Yield the local days (since 1970-01-01) in ``[first, last)`` that may have a reading.

        Whole months and years without any are left out, so that 28 years are soon looked through.
        """
        raise NotImplementedError

    def normal(self) -> tuple[object, ...]:
        """Return what decides when it runs, so that two spellings of one rule are equal."""
        raise NotImplementedError

    @property
    def busiest(self) -> int:
        """How many readings a day has at most."""
        return len(self.times)

    def readings(self) -> tuple[object, ...]:
        """Return what decides the readings, whatever the dialect makes of them."""
        return self.normal()

    @property
    def carries_changes(self) -> bool:
        """Whether a clock change can move a start that is days away from it."""
        return False

    @property
    def has_ended(self) -> bool:
        """Whether it names a last reading, so that it may lie in the past."""
        return False

    @property
    def surely_runs(self) -> bool:
        """Whether a look at the rule shows that it runs in each year there is."""
        return False

    def comes_near(self, touched: Iterable[Interval], before: int) -> bool:  # noqa: ARG002 - what isn't known is possible
        """Whether a start's time of day may lie in ``touched``, or up to ``before`` seconds ahead.

        ``touched`` are stretches of a local day, in seconds.
        """
        return True

    def starts(
        self, zone: Zone, start: int, end: int, nominal: tuple[int, int] = ANY_WALL
    ) -> list[int]:
        """Return the instants in ``[start, end)`` at which it runs, sorted, each once.

        ``nominal`` bounds the wall-clock readings at which runs are due, half-open; one that a gap
        moves counts by when it was due.
        """
        if self.dialect.at_gap == "shifted":
            from opspolicy.temporal import airflow  # noqa: PLC0415 - which reads recurrences

            return airflow.starts(self, zone, start, end, nominal)
        found: list[int] = []
        if start < end:
            for segment in zone.segments(start, end):
                stop = end
                if self.dialect.in_fold == "last" and segment.end < LATEST:
                    # Of two equal readings the second counts, so the first ones are nothing.
                    repeated = max(0, segment.offset - zone.offset(segment.end))
                    stop = min(end, segment.end - repeated)
                self._starts_in(segment, start, stop, nominal, found)
        return found

    def runs(self, zone: Zone, start: int, end: int) -> list[tuple[int, int]]:
        """Return the starts in ``[start, end)``, each with the reading at which it was due."""
        if self.dialect.at_gap == "shifted":
            from opspolicy.temporal import airflow  # noqa: PLC0415 - which reads recurrences

            return airflow.runs(self, zone, start, end)
        found = [(zone.wall(at), at) for at in self.starts(zone, start, end)]
        if not found or not zone.changes(start - DAY, end):
            return found
        return [(due, at) for wall, at in found for due in self._dues(zone, wall, at)]

    def _dues(self, zone: Zone, wall: int, at: int) -> list[int]:
        """Return the readings at which a start was due that a gap may have moved to ``wall``."""
        for change in zone.changes(at - DAY, at + 1):
            shift = change.offset - change.before
            if shift <= 0 or at >= change.start + shift or not self._caught_up(shift):
                continue
            begins = change.start + change.before
            moved = self.walls(begins, begins + shift) if at == change.start else []
            named = self.walls(wall, wall + 1)
            if moved and self.dialect.at_gap != "lost" and not self.wild:
                return [*moved, *named]
        return [wall]

    def placed(self, zone: Zone, wall: int) -> list[int]:
        """Return when something runs that is due at one reading, as the dialect has it."""
        readings = zone.readings(wall)
        if len(readings) == 1:
            return readings
        at = zone.instant(wall)
        change = next(
            each
            for each in zone.changes(at - 2 * DAY, at + 2 * DAY)
            if each.start + min(each.offset, each.before)
            <= wall
            < each.start + max(each.offset, each.before)
        )
        exempt = self.wild or not self._caught_up(change.offset - change.before)
        if readings:
            if exempt or self.dialect.in_fold == "both":
                return readings
            return readings[-1:] if self.dialect.in_fold == "last" else readings[:1]
        if self.dialect.at_gap == "shifted":
            return [wall - change.before]
        return [at] if self.dialect.at_gap == "gap_end" and not exempt else []

    def starts_during(self, zone: Zone, when: Iterable[Interval]) -> list[int]:
        """Return the starts in each interval of ``when``, as ``starts`` does."""
        return [at for start, end in when for at in self.starts(zone, start, end)]

    def _starts_in(
        self, segment: Segment, start: int, end: int, nominal: tuple[int, int], found: list[int]
    ) -> None:
        """Add the runs in one stretch of constant offset."""
        shift = segment.offset - segment.before
        low, high = max(start, segment.start), min(end, segment.end)
        if shift and not self.wild and self._caught_up(shift):
            if shift > 0 and self.dialect.at_gap == "gap_end" and segment.start >= start:
                skipped = segment.start + segment.before
                due, until = max(skipped, nominal[0]), min(skipped + shift, nominal[1])
                if self.walls(due, until):
                    found.append(segment.start)
            elif shift < 0 and self.dialect.in_fold == "first":
                # Until the old offset's last reading comes round again, everything has run.
                low = max(low, segment.start - shift)
        if low >= high:
            return
        offset = segment.offset
        walls = self.walls(max(low + offset, nominal[0]), min(high + offset, nominal[1]))
        if walls and found and walls[0] - offset == found[-1]:
            del walls[0]
        found += [wall - offset for wall in walls]

    def _caught_up(self, shift: int) -> bool:
        # cron.c: the minute in which it notices counts too, so three hours forward are too many.
        most = self.dialect.catch_up
        return most is None or -most <= shift < most

    def clock_change_effects(self, zone: Zone, start: int, end: int) -> list[ClockChangeEffect]:
        """Return the starts that clock changes in ``[start, end)`` move, lose or double.

        What runs in every hour of the day follows the clock and surprises nobody.
        """
        if not self.fixed:
            return []
        found: list[ClockChangeEffect] = []
        for change in zone.changes(start, end):
            shift = change.offset - change.before
            at = change.start
            exempt = self.wild or not self._caught_up(shift)
            if shift > 0:
                skipped = self.walls(at + change.before, at + change.before + shift)
                for wall in skipped:
                    instants: tuple[int, ...] = ()
                    if self.dialect.at_gap == "gap_end" and not exempt:
                        instants = (at,)
                    elif self.dialect.at_gap == "shifted" and wall == skipped[0]:
                        instants = (wall - change.before,)
                    kind = "moved" if instants else "lost"
                    found.append(ClockChangeEffect(kind, wall, instants, at))
            elif self.dialect.in_fold == "both" or exempt:
                repeated = at + change.offset
                found += [
                    ClockChangeEffect(
                        "doubled", wall, (wall - change.before, wall - change.offset), at
                    )
                    for wall in self.walls(repeated, repeated - shift)
                ]
        return found
