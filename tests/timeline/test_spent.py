"""Budgets and limits against every minute tried one by one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from opspolicy.temporal.intervals import IntervalSet
from opspolicy.timeline.spent import Spent
from tests import worlds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.report import Finding

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=90)
PROOF = settings(LAWS, max_examples=1_000)
MINUTE, DAY = 60, 1440
SPAN = 2 * DAY
AS_OF = worlds.AS_OF
BEFORE = 36 * 60
PERIODS = (1, 7, 30, 60, 61, 240, 600, DAY, DAY + 1)


def stretches(most: int = 8) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Draw outages in minutes: anywhere, and often a few minutes from each other."""
    near = st.tuples(st.integers(0, 12), st.integers(1, 9)).map(lambda at: (60 * at[0], at[1]))
    anywhere = st.tuples(st.integers(0, SPAN), st.integers(1, 300))
    close = st.tuples(st.integers(500, 540), st.integers(1, 20))
    return st.lists(st.one_of(near, anywhere, close), max_size=most)


def minutes(found: Sequence[tuple[int, int]]) -> set[int]:
    """Return every minute in which anything is down."""
    return {at for start, lasts in found for at in range(start, start + lasts)}


def most_by_every_start(down: set[int], per: int) -> int:
    """Return the most downtime of any period, by trying every minute as its start."""
    last = max(down, default=0)
    held = [at in down for at in range(-per, last + per + 1)]
    now = best = sum(held[:per])
    for at in range(len(held) - per):
        now += held[at + per] - held[at]
        best = max(best, now)
    return best


def _no_start_is_worse(found: list[tuple[int, int]], per: int) -> None:
    down = minutes(found)
    outages = IntervalSet((MINUTE * at, MINUTE * (at + 1)) for at in down)
    spent = Spent(outages)
    periods = list(spent.up_to_each(outages, MINUTE * per))
    worst = max((each.seconds for each in periods), default=0)
    assert worst == MINUTE * most_by_every_start(down, per)
    for each in periods:
        within = IntervalSet([(each.start, each.end)]) & outages
        assert each.end - each.start == MINUTE * per
        assert each.seconds == within.total()


@given(found=stretches(), per=st.sampled_from(PERIODS))
@LAWS
def test_no_minute_begins_a_worse_period(found: list[tuple[int, int]], per: int) -> None:
    _no_start_is_worse(found, per)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(3))
def test_no_minute_of_thousands_begins_a_worse_period(shard: int) -> None:
    @seed(shard)
    @given(found=stretches(20), per=st.sampled_from(PERIODS))
    @PROOF
    def none_does(found: list[tuple[int, int]], per: int) -> None:
        _no_start_is_worse(found, per)

    none_does()


# On estates -----------------------------------------------------------------------------------


class World(NamedTuple):
    """A service over a database and one of three carriers, and the minutes that each is down.

    Minutes count from a day and a half before the estate is judged; ``most`` and ``per`` are its
    budget, ``longest`` its limit.
    """

    down: dict[str, list[tuple[int, int]]]
    most: int
    per: int
    longest: int

    def is_down(self, since: int = 0) -> set[int]:
        """Return every minute in which the service is down, by what isn't over ``since``."""
        own, database, *carriers = (
            minutes([(at, lasts) for at, lasts in self.down[each] if at + lasts > since])
            for each in HIT
        )
        return own | database | set.intersection(*carriers)

    def estate(self) -> str:
        """Return the estate as JSON, which is YAML."""
        windows = {
            f"{hit}-{at}": {
                "takes_down": [hit],
                "start": instant(start - BEFORE),
                "duration": f"{lasts}m",
            }
            for hit, found in self.down.items()
            for at, (start, lasts) in enumerate(found)
        }
        group = {"any_of": ["mobile", "online", "phone"], "at_least": 1}
        access = {
            "max_outage": f"{self.longest}m",
            "downtime_budget": {"max": f"{self.most}m", "per": f"{self.per}m"},
            "depends_on": ["database", group],
        }
        services = {"access": access, **{each: {} for each in HIT[1:]}}
        return json.dumps({"services": services, "maintenance_windows": windows})


HIT = ("access", "database", "mobile", "online", "phone")


def instant(minute: int) -> str:
    """Return an instant so many minutes from when the estate is judged."""
    return datetime.fromtimestamp(AS_OF + MINUTE * minute, UTC).strftime("%Y-%m-%dT%H:%MZ")


@st.composite
def estates(draw: st.DrawFn) -> World:
    """Draw outages of all services, some before the estate is judged, and limits near to them."""
    down = {each: draw(stretches(4)) for each in HIT}
    per = draw(st.sampled_from(PERIODS[1:]))
    most = draw(st.integers(0, min(per - 1, 200)))
    return World(down, most, per, draw(st.integers(1, 120)))


def runs_of(down: set[int]) -> list[tuple[int, int]]:
    """Return the maximal runs of minutes, the last one of each included."""
    starts = sorted(at for at in down if at - 1 not in down)
    ends = sorted(at for at in down if at + 1 not in down)
    return list(zip(starts, ends, strict=True))


def _limits_hold(world: World) -> None:
    found = {each.rule: each for each in _found(world)}
    down = world.is_down()
    judged = [run for run in runs_of(world.is_down(BEFORE)) if run[1] >= BEFORE]
    over: dict[int, int] = {}
    for first, last in judged:
        after = min((start for start, _ in judged if start > last), default=last + world.per)
        worst = max(
            sum(1 for at in range(begin, begin + world.per) if at in down)
            for begin in range(first - world.per + 1, after - world.per + 1)
        )
        if worst > world.most:
            over[AS_OF + MINUTE * (first - BEFORE)] = MINUTE * worst
    budget = found.get("downtime-budget-exceeded")
    assert (dict(budget.measure or ()) if budget is not None else {}) == over
    if budget is not None:
        assert sorted(start for start, _ in budget.occurrences) == sorted(over)
    long = {
        AS_OF + MINUTE * (first - BEFORE): MINUTE * (last + 1 - first)
        for first, last in runs_of(down)
        if last >= BEFORE and last + 1 - first > world.longest
    }
    told = [each for each in _found(world) if each.rule == "outage-too-long"]
    assert {start: each for one in told for start, each in one.measure or ()} == long


def _found(world: World) -> tuple[Finding, ...]:
    estate = worlds.estate(a=world.estate())
    assert not estate.problems
    assert not estate.invalid
    return worlds.findings(estate)


@given(world=estates())
@LAWS
def test_limits_are_held_to_the_minute(world: World) -> None:
    _limits_hold(world)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(3))
def test_limits_of_thousands_are_held_to_the_minute(shard: int) -> None:
    @seed(shard)
    @given(world=estates())
    @PROOF
    def they_are(world: World) -> None:
        _limits_hold(world)

    they_are()
