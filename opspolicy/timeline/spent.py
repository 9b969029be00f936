"""How much downtime lies in a period: the sums that budgets are held against, to the second."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.temporal.intervals import IntervalSet


class Period(NamedTuple):
    """A period ``[start, end)``, and how many seconds of it are downtime."""

    start: int
    end: int
    seconds: int


class Spent:
    """Sums over downtime: what each period has of it."""

    def __init__(self, downtime: IntervalSet) -> None:
        """Add up ``downtime``."""
        self._starts = [start for start, _ in downtime]
        self._ends = [end for _, end in downtime]
        lengths = (end - start for start, end in downtime)
        self._sums = [0, *accumulate(lengths)]

    def until(self, instant: int) -> int:
        """Return the seconds of downtime before ``instant``."""
        begun = bisect_left(self._starts, instant)
        if not begun:
            return 0
        return self._sums[begun] - max(self._ends[begun - 1] - instant, 0)

    def within(self, start: int, end: int) -> Period:
        """Return the period from ``start`` to ``end``."""
        return Period(start, end, self.until(end) - self.until(start))

    def up_to_each(self, outages: IntervalSet, lasts: int) -> Iterator[Period]:
        """Yield, for each of some outages, the period of ``lasts`` seconds that ends with it.

        Of all periods in which that outage is the last, none has more downtime: one that ends
        within it has more the later it ends, and after it none is added.
        """
        for _, end in outages:
            yield self.within(end - lasts, end)
