"""Sets of instants as intervals: union, intersection, difference, k of n. Exact, never sampled."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Start and end in seconds since 1970-01-01T00:00Z; the end is not part of it.
Interval = tuple[int, int]

# Below this ratio of lengths, jumping through the longer side beats walking both.
SPARSE = 8


class IntervalSet:
    """Instants as sorted, disjoint, half-open intervals in UTC epoch seconds.

    Touching intervals are merged, so two sets of the same instants are equal. Immutable.
    """

    __slots__ = ("_ends", "_starts")

    def __init__(self, pairs: Iterable[Interval] = ()) -> None:
        """Unite ``pairs``, which may overlap, touch, be empty and come in any order."""
        starts: list[int] = []
        ends: list[int] = []
        latest = None
        for start, end in sorted(pairs):
            if latest is not None and start <= latest:
                if end > latest:
                    ends[-1] = latest = end
            elif start < end:
                starts.append(start)
                ends.append(end)
                latest = end
        self._starts = starts
        self._ends = ends

    @classmethod
    def _of(cls, starts: list[int], ends: list[int]) -> IntervalSet:
        """Wrap bounds that are known to be sorted, disjoint and apart."""
        made = cls.__new__(cls)
        made._starts, made._ends = starts, ends
        return made

    @classmethod
    def of_runs(cls, starts: Sequence[int], length: int) -> IntervalSet:
        """Return what runs of ``length`` seconds cover that begin at sorted ``starts``."""
        if length <= 0 or not starts:
            return NOTHING
        apart = [0, *(at for at in range(1, len(starts)) if starts[at] > starts[at - 1] + length)]
        ends = [starts[at - 1] + length for at in apart[1:]]
        ends.append(starts[-1] + length)
        return cls._of([starts[at] for at in apart], ends)

    def __iter__(self) -> Iterator[Interval]:
        """Yield the intervals in order."""
        return zip(self._starts, self._ends, strict=True)

    def __len__(self) -> int:
        """Return the number of separate intervals."""
        return len(self._starts)

    def __eq__(self, other: object) -> bool:
        """Whether both hold the same instants."""
        if not isinstance(other, IntervalSet):
            return NotImplemented
        return self._starts == other._starts and self._ends == other._ends

    def __hash__(self) -> int:
        """Hash by the instants held."""
        return hash((tuple(self._starts), tuple(self._ends)))

    def __repr__(self) -> str:
        """Show the intervals."""
        return f"IntervalSet({list(self)})"

    def __contains__(self, instant: int) -> bool:
        """Whether ``instant`` is held."""
        at = bisect_right(self._starts, instant) - 1
        return at >= 0 and instant < self._ends[at]

    @property
    def start(self) -> int:
        """The first instant held; the set must not be empty."""
        return self._starts[0]

    @property
    def end(self) -> int:
        """The end of the last interval; the set must not be empty."""
        return self._ends[-1]

    def total(self) -> int:
        """Return how many seconds are held."""
        return sum(self._ends) - sum(self._starts)

    def __or__(self, other: IntervalSet) -> IntervalSet:
        """Return the instants held by either."""
        if not other:
            return self
        return IntervalSet([*self, *other]) if self else other

    def __and__(self, other: IntervalSet) -> IntervalSet:
        """Return the instants held by both, in time that follows the shorter of the two."""
        few, many = (self, other) if len(self) <= len(other) else (other, self)
        starts: list[int] = []
        ends: list[int] = []
        many_starts, many_ends = many._starts, many._ends
        for (start, end), (first, last) in zip(few, few._meeting(many), strict=True):
            if first == last:
                continue
            starts += many_starts[first:last]
            ends += many_ends[first:last]
            # Only the outer two can reach over the edges.
            at = first - last
            starts[at] = max(start, starts[at])
            ends[-1] = min(end, ends[-1])
        return IntervalSet._of(starts, ends)

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        """Return the instants of this set that ``other`` doesn't hold."""
        if not other or not self:
            return self
        first = bisect_right(other._ends, self.start)
        last = bisect_left(other._starts, self.end, first)
        starts = [self.start, *other._ends[first:last]]
        ends = [*other._starts[first:last], self.end]
        # Only the outer two can be empty.
        if starts[0] >= ends[0]:
            del starts[0], ends[0]
        if starts and starts[-1] >= ends[-1]:
            del starts[-1], ends[-1]
        return self & IntervalSet._of(starts, ends)

    def touching(self, other: IntervalSet) -> IntervalSet:
        """Return this set's intervals, whole, that share an instant with ``other``."""
        starts: list[int] = []
        ends: list[int] = []
        if len(self) <= len(other):
            for (start, end), (first, last) in zip(self, self._meeting(other), strict=True):
                if first < last:
                    starts.append(start)
                    ends.append(end)
            return IntervalSet._of(starts, ends)
        done = 0
        for meets, last in other._meeting(self):
            first = max(meets, done)
            starts += self._starts[first:last]
            ends += self._ends[first:last]
            done = max(done, last)
        return IntervalSet._of(starts, ends)

    def _meeting(self, many: IntervalSet) -> Iterator[tuple[int, int]]:
        """Yield, for each interval of this set, from where to where those of ``many`` meet it."""
        many_starts, many_ends = many._starts, many._ends
        size = len(many_starts)
        jump = len(self) * SPARSE < size
        first = 0
        for start, end in self:
            if jump:
                first = bisect_right(many_ends, start, first)
                last = bisect_left(many_starts, end, first)
            else:
                while first < size and many_ends[first] <= start:
                    first += 1
                last = first
                while last < size and many_starts[last] < end:
                    last += 1
            yield first, last

    def before(self, end: int) -> IntervalSet:
        """Return the instants held before ``end``."""
        if not self or self.end <= end:
            return self
        return self.within(self.start, end)

    def within(self, start: int, end: int) -> IntervalSet:
        """Return the instants held in ``[start, end)``."""
        return self & IntervalSet([(start, end)])

    def grown(self, before: int, after: int) -> IntervalSet:
        """Return the set with every interval longer by ``before`` and ``after`` seconds."""
        return IntervalSet([(start - before, end + after) for start, end in self])


NOTHING = IntervalSet()


def union(sets: Iterable[IntervalSet]) -> IntervalSet:
    """Return the instants held by any of ``sets``."""
    held = [each for each in sets if each]
    if len(held) == 1:
        return held[0]
    return IntervalSet([pair for each in held for pair in each])


def k_of_n(sets: Sequence[IntervalSet], k: int) -> IntervalSet:
    """Return the instants that at least ``k`` (one or more) of ``sets`` hold at once."""
    steps = sorted(
        [(s, 1) for each in sets for s in each._starts]
        + [(e, -1) for each in sets for e in each._ends]
    )
    starts: list[int] = []
    ends: list[int] = []
    depth = at = 0
    while at < len(steps):
        instant, before = steps[at][0], depth
        # All that happens at one instant counts together, or a hand-over would look like a gap.
        while at < len(steps) and steps[at][0] == instant:
            depth += steps[at][1]
            at += 1
        if before < k <= depth:
            starts.append(instant)
        elif depth < k <= before:
            ends.append(instant)
    return IntervalSet._of(starts, ends)


def overlaps(starts: Sequence[int], length: int) -> list[Interval]:
    """Return where stretches of ``length`` seconds, starting at sorted ``starts``, overlap."""
    pairs: list[Interval] = []
    for at, start in enumerate(starts):
        last = bisect_left(starts, start + length, at + 1)
        if last > at + 1:
            pairs.append((starts[at + 1], start + length))
    return pairs
