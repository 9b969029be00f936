"""Expectations and findings: as many pairs as there can be, whoever is written first."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.testing.matching import assign

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=400)
CHOICES = st.lists(st.lists(st.integers(0, 4), unique=True, max_size=4), max_size=5)


def most(choices: list[list[int]]) -> int:
    """Return how many can have one of their choices, by trying all ways."""
    ways = itertools.product(*[[None, *each] for each in choices])
    taken = ([each for each in way if each is not None] for way in ways)
    return max(len(way) for way in taken if len(way) == len({*way}))


@LAWS
@given(choices=CHOICES)
def test_as_many_as_there_can_be_and_none_twice(choices: list[list[int]]) -> None:
    found = assign(choices)
    assert len({*found.values()}) == len(found) == most(choices)
    assert all(what in choices[who] for who, what in found.items())


def test_one_gives_way_to_who_has_no_other_choice() -> None:
    assert assign([[0, 1], [0]]) == {0: 1, 1: 0}
    assert assign([[0, 1], [0, 2], [1], [2]]) != {}
    assert len(assign([[0, 1], [0, 2], [1], [2]])) == 3


def test_a_long_chain_is_no_recursion() -> None:
    size = 3000
    chain = [[at, at + 1] for at in range(size)] + [[0]]
    assert len(assign(chain)) == size + 1
