"""What a job's runs wait for or fail on, worked out once for all of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from opspolicy.temporal.intervals import union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.timeline.cutsets import CutSet


class Blocking:
    """When a service that a job requires is down by others than the job, and by whom.

    Thousands of late runs may ask of thousands of windows, so that neither look at all of them.
    """

    def __init__(self, cut_sets: Sequence[CutSet]) -> None:
        """Take the cut sets of the service, without those that the job has a part in."""
        self._all = union(each.when for each in cut_sets)
        self._causes = [each.causes for each in cut_sets]
        # By how long they are, to a factor of two: one that lasts for months, looked for by when it
        # starts, would have all that start since then looked at as well.
        by_length: dict[int, list[tuple[int, int, int]]] = {}
        for at, each in enumerate(cut_sets):
            for start, end in each.when:
                by_length.setdefault((end - start).bit_length(), []).append((start, end, at))
        self._known: dict[frozenset[int], frozenset[str]] = {}
        self._by_length = {length: sorted(each) for length, each in by_length.items()}

    def during(self, start: int, end: int) -> IntervalSet:
        """Return when it is down in ``[start, end)``, UTC epoch seconds."""
        return self._all.within(start, end)

    def causes(self, when: IntervalSet) -> frozenset[str]:
        """Return all that have a part in its being down at any time of ``when``."""
        sets = frozenset(at for start, end in when for at in self._meeting(start, end))
        if sets not in self._known:
            self._known[sets] = frozenset(cause for at in sets for cause in self._causes[at])
        return self._known[sets]

    def _meeting(self, start: int, end: int) -> set[int]:
        """Return which cut sets suffice at any time in ``[start, end)``."""
        found: set[int] = set()
        for length, each in self._by_length.items():
            first = bisect_right(each, (start - (1 << length),))
            last = bisect_left(each, (end,), first)
            found.update(at for _, until, at in each[first:last] if until > start)
        return found
