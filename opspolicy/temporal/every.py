"""Every so much elapsed time, from a first start: no clock change touches it."""

from __future__ import annotations

from opspolicy.temporal import durations
from opspolicy.temporal.dialects import APPOINTMENT
from opspolicy.temporal.durations import DAY, MINUTE
from opspolicy.temporal.recurrence import ANY_WALL, Recurrence, ScheduleError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.temporal.zones import Zone


class Every(Recurrence):
    """A start at ``first`` (UTC epoch seconds) and every ``step`` seconds after it."""

    __slots__ = ("first", "step")

    def __init__(self, step: int, first: int) -> None:
        """Raise ScheduleError for less than a minute: that is a service, not a schedule."""
        if step < MINUTE:
            message = f"`every: {durations.compact(step)}` is less than a minute"
            raise ScheduleError(message, "what never rests is a service: 1m is the least")
        self.text = f"every {durations.compact(step)}"
        self.dialect = APPOINTMENT
        self.wild = True
        self.fixed = False
        self.step = step
        self.first = first

    @property
    def busiest(self) -> int:
        """How many starts a day has at most."""
        return DAY // self.step + 1

    def walls(self, first: int, last: int) -> list[int]:
        """Return the readings of a clock that shows UTC."""
        return list(range(self._next(first), last, self.step))

    def _next(self, instant: int) -> int:
        """Return the first start from an instant on."""
        return max(self.first, instant + (self.first - instant) % self.step)

    def starts(
        self, zone: Zone, start: int, end: int, nominal: tuple[int, int] = ANY_WALL
    ) -> list[int]:
        """Return the starts in ``[start, end)`` whose readings lie within ``nominal``."""
        found = self.walls(start, end)
        if nominal != ANY_WALL:
            found = [at for at in found if nominal[0] <= zone.wall(at) < nominal[1]]
        return found

    def possible_days(self, first: int, last: int) -> Iterator[int]:
        """Yield every day from the first start on that can have one."""
        for day in range(max(first, self.first // DAY - 1), last):
            # Days as local as any zone's: one to each side.
            if self._next((day - 1) * DAY) < (day + 2) * DAY:
                yield day

    @property
    def surely_runs(self) -> bool:
        """Whether it runs in each year there is: it does, in those after its start."""
        return True

    def normal(self) -> tuple[object, ...]:
        """Return step and first start."""
        return ("every", self.step, self.first)
