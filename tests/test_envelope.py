"""What stands in every document: laws about lists of times that are cut off."""

from __future__ import annotations

from opspolicy.envelope import MOST, spans
from opspolicy.temporal.intervals import NOTHING, IntervalSet


def test_as_many_times_are_listed_as_anybody_reads() -> None:
    assert MOST == 1000
    assert spans(NOTHING) == []
    for count in (1, MOST - 1, MOST, MOST + 1):
        shown = spans(IntervalSet([(at * 60, at * 60 + 30) for at in range(count)]))
        assert len(shown) == min(count, MOST)
        assert shown[0] == {"start": "1970-01-01T00:00:00Z", "end": "1970-01-01T00:00:30Z"}
