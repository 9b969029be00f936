"""Cut sets against all combinations tried one by one, and what is done when there are too many."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.estate.declarations import GROUP, SOFT, Service
from opspolicy.estate.estate import assemble
from opspolicy.source.files import parse
from opspolicy.temporal.intervals import IntervalSet, union
from opspolicy.timeline import cutsets
from opspolicy.timeline.causes import Cause
from opspolicy.timeline.outages import Outages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.estate.graph import DependencyGraph

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=150)
NAMES = ["a", "b", "c", "d", "e"]
INSTANTS = range(12)


def graph(services: dict[str, list[Any]]) -> DependencyGraph:
    """Return the graph of services with these dependencies."""
    declared = {name: {"depends_on": needs} for name, needs in services.items()}
    estate = assemble([parse("a.yaml", json.dumps({"services": declared}))])
    assert not estate.problems
    return estate.graph


def cause(name: str, hits: Iterable[str], when: Iterable[tuple[int, int]]) -> Cause:
    """Return a window that takes services down."""
    return Cause(f"maintenance_window/{name}", tuple(hits), (), IntervalSet(when))


def group(members: Iterable[str], at_least: int = 1) -> dict[str, Any]:
    """Return a redundancy group as declared."""
    return {"any_of": list(members), "at_least": at_least}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[DependencyGraph, list[Cause]]:
    """Draw services that depend on each other in any way, and windows on them."""
    services: dict[str, list[Any]] = {}
    for name in NAMES:
        others = [each for each in NAMES if each != name]
        needs: list[Any] = []
        for _ in range(draw(st.integers(0, 2))):
            if draw(st.booleans()):
                members = draw(
                    st.lists(st.sampled_from(others), min_size=2, max_size=4, unique=True)
                )
                needs.append(group(members, draw(st.integers(1, len(members)))))
            elif draw(st.booleans()):
                needs.append({"service": draw(st.sampled_from(others)), "strength": "soft"})
            else:
                needs.append(draw(st.sampled_from(others)))
        services[name] = needs
    windows = [
        cause(
            f"w{number}",
            draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)),
            [(start, start + draw(st.integers(1, 6))) for start in draw(st.lists(st.sampled_from(INSTANTS), min_size=1, max_size=2))],
        )
        for number in range(draw(st.integers(1, 5)))
    ]  # fmt: skip
    return graph(services), windows


def down_at(world: DependencyGraph, hits: set[str]) -> set[str]:
    """Return who is down while ``hits`` are taken down, step by step."""
    down = set(hits)
    while True:
        more = {
            name
            for name, service in world.services.items()
            if name not in down and fails(service, down)
        }
        if not more:
            return down
        down |= more


def fails(service: Service, down: set[str]) -> bool:
    """Whether a service can't work while ``down`` are down."""
    for each in service.depends_on:
        if each.strength == GROUP:
            if sum(member not in down for member in each.services) < each.at_least:
                return True
        elif each.strength != SOFT and each.services[0] in down:
            return True
    return False


@LAWS
@given(worlds())
def test_every_minimal_set_and_only_those(world: tuple[DependencyGraph, list[Cause]]) -> None:
    services, windows = world
    outages = Outages(services, windows)
    for name in NAMES:
        expected: dict[tuple[str, ...], set[int]] = {}
        for size in range(1, len(windows) + 1):
            for chosen in combinations(windows, size):
                together = {at for at in range(20) if all(at in each.when for each in chosen)}
                hits = {hit for each in chosen for hit in each.takes_down}
                names = tuple(sorted(each.ref for each in chosen))
                smaller = any(set(known) < set(names) for known in expected)
                if together and not smaller and name in down_at(services, hits):
                    expected[names] = together
        found = {
            tuple(sorted(each.causes)): {at for start, end in each.when for at in range(start, end)}
            for each in outages.cut_sets(name)
        }
        assert found == expected
        down = {at for at in range(20) if name in down_at(services, {
            hit for each in windows if at in each.when for hit in each.takes_down
        })}  # fmt: skip
        assert {at for start, end in outages.down(name) for at in range(start, end)} == down
        assert outages.goes_down(name) == bool(down)


@LAWS
@given(worlds(), st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_another_dependency_never_takes_an_outage_away(
    world: tuple[DependencyGraph, list[Cause]], above: str, below: str
) -> None:
    services, windows = world
    before = Outages(services, windows)
    declared: dict[str, list[Any]] = {
        name: [
            group(each.services, each.at_least)
            if each.strength == GROUP
            else {"service": each.services[0], "strength": each.strength}
            for each in service.depends_on
        ]
        for name, service in services.services.items()
    }
    declared[above].append(below)
    after = Outages(graph(declared), windows)
    for name in NAMES:
        assert not before.down(name) - after.down(name)


def test_more_windows_than_can_be_told_one_by_one() -> None:
    """The first 64 are named; the rest are one set, which is marked and loses no instant."""
    windows = [cause(f"w{at:03}", ["db"], [(at * 10, at * 10 + 5)]) for at in range(100)]
    found = Outages(graph({"portal": ["db"], "db": []}), windows).cut_sets("portal")
    assert len(found) == cutsets.MOST_SETS + 1
    assert [each.truncated for each in found] == [False] * cutsets.MOST_SETS + [True]
    assert len(found[-1].causes) == 36
    assert found[-1].when == IntervalSet((at * 10, at * 10 + 5) for at in range(64, 100))


def test_exactly_as_many_as_can_be_told() -> None:
    windows = [cause(f"w{at:03}", ["db"], [(at * 10, at * 10 + 5)]) for at in range(64)]
    found = Outages(graph({"db": []}), windows).cut_sets("db")
    assert len(found) == 64
    assert not any(each.truncated for each in found)


@LAWS
@given(worlds())
def test_what_is_told_as_one_leaves_out_no_instant(
    world: tuple[DependencyGraph, list[Cause]],
) -> None:
    """With next to no room for combinations: the same times, in cycles and without a cause too."""
    wired, causes = world
    exact = Outages(wired, causes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutsets, "MOST_COMBINATIONS", 1)
        crowded = Outages(wired, causes)
        for name in NAMES:
            assert crowded.down(name) == exact.down(name)
            assert union(each.when for each in crowded.cut_sets(name)) == exact.down(name)
            for own in causes:
                left = Outages(wired, [each for each in causes if each is not own])
                told = crowded.cut_sets(name, own.ref)
                assert union(each.when for each in told) == left.down(name)
                assert all(own.ref not in each.causes for each in told)


@LAWS
@given(worlds(), st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
def test_the_time_of_all_sets_is_what_is_told_before_the_sets(
    world: tuple[DependencyGraph, list[Cause]], slowed: list[str]
) -> None:
    """What rules look at first, to spare themselves the sets, is the time of the sets together."""
    wired, windows = world
    slow = Cause("maintenance_window/slow", (), tuple(slowed), IntervalSet([(2, 7)]))
    outages = Outages(wired, [*windows, slow])
    for name, service in wired.services.items():
        sets = outages.degradations(name)
        assert union(each.when for each in sets) == outages.degraded(name)
        for each in service.depends_on:
            if each.strength == GROUP:
                lost = union(found.when for found in outages.spares_lost(each))
                assert lost == outages.without_spare(each)


def test_more_combinations_than_anybody_would_read() -> None:
    """Twenty members, ten of which must be up, all upgraded in one night: no instant is lost."""
    members = [f"node-{at}" for at in range(20)]
    services: dict[str, list[Any]] = {"cluster": [group(members, 10)], "portal": ["cluster"]}
    services |= {name: [] for name in members}
    windows = [cause(f"w{at:02}", [name], [(at, 100 - at)]) for at, name in enumerate(members)]
    outages = Outages(graph(services), windows)
    # Of 167,960 ways to lose eleven, no few are better to know than the others.
    (rest,) = outages.cut_sets("portal")
    assert rest.truncated
    assert len(rest.causes) == 20
    # Eleven are down from the start of the eleventh to the end of the eleventh-last.
    assert list(rest.when) == list(outages.down("portal")) == [(10, 90)]


def test_a_group_that_gets_crowded_in_a_cycle() -> None:
    """It is told as one from the start, so that the others settle."""
    services: dict[str, list[Any]] = {
        "s0": [group(["s6", "s4", "s1", "s5"], 2)],
        "s4": [group(["s0", "s4", "s1", "s7", "s2"], 2)],
        "s7": [group(["s3", "s7", "s2"], 3)],
        "s2": ["s7"],
        **{name: [] for name in ("s1", "s3", "s5", "s6")},
    }
    windows = [
        cause("w12", ["s3", "s1"], [(5, 8)]), cause("w13", ["s5"], [(5, 8)]),
        cause("w29", ["s5", "s1"], [(5, 8)]), cause("w36", ["s3"], [(4, 8)]),
        cause("w39", ["s6", "s1"], [(5, 8)]), cause("w45", ["s3"], [(3, 6)]),
        cause("w48", ["s3", "s6"], [(5, 7)]), cause("w50", ["s5"], [(5, 8)]),
    ]  # fmt: skip
    outages = Outages(graph(services), windows)
    for name in services:
        down = {at for at in range(10) if name in down_at(outages.graph, {
            hit for each in windows if at in each.when for hit in each.takes_down
        })}  # fmt: skip
        assert {at for start, end in outages.down(name) for at in range(start, end)} == down
    assert any(each.truncated for each in outages.cut_sets("s0"))


def test_a_job_is_not_held_against_its_own_outage_among_too_many_to_tell() -> None:
    services: dict[str, list[Any]] = {"s": [group(["m0", "m1"])], "m0": [], "m1": []}
    windows = [cause(f"w{at:02}", [f"m{at % 2}"], [(0, 1)]) for at in range(46)]
    windows += [cause("own", ["m0"], [(5, 6)]), cause("other", ["m1"], [(5, 6)])]
    outages = Outages(graph(services), windows)
    (crowd,) = outages.cut_sets("s")
    assert list(crowd.when) == [(0, 1), (5, 6)]
    (rest,) = outages.cut_sets("s", "maintenance_window/own")
    assert list(rest.when) == [(0, 1)]
    assert "maintenance_window/own" not in rest.causes


def test_one_window_more_blames_nobody_anew() -> None:
    """Without the one that takes `a` down as well, no other windows suffice, however many."""
    services: dict[str, list[Any]] = {"portal": [group(["a", "b", "c"])], "a": [], "b": [], "c": []}
    for pairs in (22, 23, 30):
        windows = [cause("all", ["portal", "a"], [(0, 99)])]
        windows += [cause(f"x{at}", ["b"], [(0, 1 + at)]) for at in range(pairs)]
        windows += [cause(f"y{at}", ["c"], [(0, 1 + at)]) for at in range(pairs)]
        found = Outages(graph(services), windows).cut_sets("portal")
        assert [each.causes for each in found] == [("maintenance_window/all",)]


def test_what_suffices_alone_is_told_however_many_combinations_there_are() -> None:
    members = [f"node-{at}" for at in range(20)]
    services: dict[str, list[Any]] = {"cluster": [group(members, 10)], "portal": ["cluster"]}
    services |= {name: [] for name in members}
    windows = [cause(f"w{at:02}", [name], [(0, 100)]) for at, name in enumerate(members)]
    hall = cause("zz-hall", members[4:15], [(40, 50)])
    found = Outages(graph(services), [*windows, hall]).cut_sets("portal")
    assert [(each.causes, each.truncated) for each in found] == [
        (("maintenance_window/zz-hall",), False),
        (tuple(window.ref for window in windows), True),
    ]


def test_more_sets_than_are_told_one_by_one() -> None:
    members = [f"m{at:02}" for at in range(13)]
    services: dict[str, list[Any]] = {"s": [group(members, 12)], **{name: [] for name in members}}
    windows = [cause(name, [name], [(0, 9)]) for name in members]
    *named, rest = Outages(graph(services), windows).cut_sets("s")
    assert len(named) == cutsets.MOST_SETS
    assert all(len(each.causes) == 2 and not each.truncated for each in named)
    assert rest.truncated
    # Of 78 pairs, 14 are left over.
    assert list(rest.when) == [(0, 9)]


def test_a_set_of_a_thousand() -> None:
    """So many members as `at_least` can ask for, each with a window of its own."""
    members = [f"m{at:04}" for at in range(1001)]
    services: dict[str, list[Any]] = {"s": [group(members)], **{name: [] for name in members}}
    windows = [cause(name, [name], [(at, 5000)]) for at, name in enumerate(members)]
    (found,) = Outages(graph(services), windows).cut_sets("s")
    assert len(found.causes) == 1001
    assert list(found.when) == [(1000, 5000)]


@pytest.mark.parametrize("size", [2, 3, 4])
def test_a_window_on_several_members_suffices_alone(size: int) -> None:
    members = [f"m{at}" for at in range(size)]
    services: dict[str, list[Any]] = {"s": [group(members)], **{name: [] for name in members}}
    windows = [cause("all", members, [(0, 9)]), cause("one", members[:1], [(3, 12)])]
    found = Outages(graph(services), windows).cut_sets("s")
    assert [each.causes for each in found] == [("maintenance_window/all",)]


def test_handing_over_at_an_instant_leaves_no_gap_and_no_overlap() -> None:
    services: dict[str, list[Any]] = {"s": [group(["a", "b"])], "a": [], "b": []}
    windows = [cause("first", ["a"], [(0, 10)]), cause("then", ["b"], [(10, 20)])]
    outages = Outages(graph(services), windows)
    assert outages.cut_sets("s") == []
    assert not outages.down("s")
    lost = outages.spares_lost(services_of(outages)["s"].depends_on[0])
    assert [list(each.when) for each in lost] == [[(0, 10)], [(10, 20)]]


def services_of(outages: Outages) -> dict[str, Service]:
    """Return the services behind some outages."""
    return dict(outages.graph.services)


def test_a_cycle_invents_no_failure_and_passes_every_failure_on() -> None:
    services: dict[str, list[Any]] = {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}
    assert not Outages(graph(services), []).goes_down("a")
    outages = Outages(graph(services), [cause("w", ["c"], [(0, 5)])])
    assert all(list(outages.down(name)) == [(0, 5)] for name in "abcd")


def test_a_chain_of_thousands_is_no_recursion() -> None:
    services: dict[str, list[Any]] = {f"s{at}": [f"s{at + 1}"] for at in range(5000)}
    services["s5000"] = []
    outages = Outages(graph(services), [cause("w", ["s5000"], [(0, 5)])])
    assert list(outages.down("s0")) == [(0, 5)]
