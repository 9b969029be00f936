"""Interval sets against sets of single instants."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.temporal.intervals import NOTHING, IntervalSet, k_of_n, overlaps, union

PAIRS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=8)
FEW = PAIRS.map(lambda pairs: IntervalSet((start, start + size) for start, size in pairs))
# So many that the shorter set is followed by jumping through the longer one.
MANY = st.sets(st.integers(0, 59), min_size=20).map(
    lambda at: IntervalSet((start, start + 1) for start in at)
)
SETS = FEW | MANY
LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=300)


def instants(held: IntervalSet) -> set[int]:
    """Return every instant a set holds, one by one."""
    return {instant for start, end in held for instant in range(start, end)}


@LAWS
@given(SETS, SETS)
def test_operations_do_what_sets_do(one: IntervalSet, other: IntervalSet) -> None:
    assert instants(one | other) == instants(one) | instants(other)
    assert instants(one & other) == instants(one) & instants(other)
    assert instants(one - other) == instants(one) - instants(other)
    assert (one & other) == (other & one)
    assert one.total() == len(instants(one))
    assert [at in one for at in range(60)] == [at in instants(one) for at in range(60)]


@LAWS
@given(SETS, SETS)
def test_normal_form(one: IntervalSet, other: IntervalSet) -> None:
    """Sorted, not empty, and apart: equal sets of instants are equal objects."""
    for held in (one | other, one & other, one - other, one.touching(other)):
        pairs = list(held)
        assert all(start < end for start, end in pairs)
        assert all(before[1] < after[0] for before, after in pairwise(pairs))
    same = IntervalSet((at, at + 1) for at in instants(one))
    assert same == one
    assert hash(same) == hash(one)


@LAWS
@given(st.lists(SETS, min_size=1, max_size=5), st.integers(1, 5))
def test_k_of_n(sets: list[IntervalSet], k: int) -> None:
    expected = {at for at in range(60) if sum(at in each for each in sets) >= k}
    assert instants(k_of_n(sets, k)) == expected
    # More must never be easier to reach.
    assert not k_of_n(sets, k + 1) - k_of_n(sets, k)
    assert k_of_n(sets, 1) == union(sets)


@LAWS
@given(SETS, SETS)
def test_touching_keeps_whole_intervals(one: IntervalSet, other: IntervalSet) -> None:
    kept = list(one.touching(other))
    assert kept == [(s, e) for s, e in one if any(at in other for at in range(s, e))]


@LAWS
@given(st.sets(st.integers(0, 60), max_size=10), st.integers(1, 20))
def test_overlaps(starts: set[int], length: int) -> None:
    ordered = sorted(starts)
    covered = [sum(start <= at < start + length for start in ordered) for at in range(100)]
    assert instants(IntervalSet(overlaps(ordered, length))) == {
        at for at in range(100) if covered[at] > 1
    }


def test_a_long_and_a_short_set() -> None:
    """One short set against a long one jumps instead of walking; the result is the same."""
    long = IntervalSet((at, at + 3) for at in range(0, 10_000, 10))
    short = IntervalSet([(4_995, 5_012), (9_990, 20_000)])
    assert list(short & long) == [(5_000, 5_003), (5_010, 5_012), (9_990, 9_993)]
    assert list(long & short) == list(short & long)


def test_edges_are_half_open() -> None:
    assert IntervalSet([(0, 5), (5, 9)]) == IntervalSet([(0, 9)])
    assert not IntervalSet([(0, 5)]) & IntervalSet([(5, 9)])
    assert 5 not in IntervalSet([(0, 5)])
    assert IntervalSet([(3, 3)]) == NOTHING
    assert list(IntervalSet([(0, 9)]).within(2, 4)) == [(2, 4)]
    assert list(IntervalSet([(2, 4), (6, 7)]).grown(1, 1)) == [(1, 8)]
    assert repr(IntervalSet([(0, 1)])) == "IntervalSet([(0, 1)])"
    assert IntervalSet([(0, 1)]) != [(0, 1)]
    assert (IntervalSet([(1, 2), (5, 6)]).start, IntervalSet([(1, 2), (5, 6)]).end) == (1, 6)


@LAWS
@given(st.sets(st.integers(0, 100)), st.integers(0, 12))
def test_runs_of_one_length(starts: set[int], length: int) -> None:
    held = IntervalSet.of_runs(sorted(starts), length)
    assert held == IntervalSet((start, start + length) for start in starts)
