"""What is in the way of runs is what a look at each cut set by itself tells."""

from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.temporal.intervals import IntervalSet
from opspolicy.timeline.blocking import Blocking
from opspolicy.timeline.cutsets import CutSet

LENGTHS = st.one_of(st.integers(1, 9), st.sampled_from([15, 16, 17, 64, 1000]))
STRETCHES = st.lists(
    st.tuples(st.integers(-20, 1100), LENGTHS).map(lambda each: (each[0], sum(each))), max_size=6
)
SETS = st.lists(
    st.builds(
        lambda causes, when: CutSet(tuple(sorted(causes)), IntervalSet(when)),
        st.sets(st.sampled_from("abcdef"), min_size=1),
        STRETCHES,
    ),
    max_size=8,
)


@given(SETS, STRETCHES)
@settings(derandomize=True, database=None, deadline=None, max_examples=300)
def test_all_that_meets_it_is_told_and_nothing_else(
    sets: list[CutSet], asked: list[tuple[int, int]]
) -> None:
    blocking = Blocking(sets)
    for start, end in asked:
        within = {at for at in range(start, end) if any(at in each.when for each in sets)}
        assert {
            at for low, high in blocking.during(start, end) for at in range(low, high)
        } == within
    when = IntervalSet(asked)
    expected = {
        cause
        for each in sets
        if any(low < end and start < high for low, high in each.when for start, end in when)
        for cause in each.causes
    }
    assert blocking.causes(when) == expected
    assert blocking.causes(when) == expected, "and again, of what is known by now"
