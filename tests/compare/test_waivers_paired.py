"""Which waiver of a base is which one of the head: as plain comparing of all pairs would say."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.compare import gate
from opspolicy.estate.declarations import Waiver
from opspolicy.source.files import Written, parse
from tests import worlds

if TYPE_CHECKING:
    from opspolicy.estate.estate import Estate

NODE = Written(parse("ops/a.yaml", ""), 0, ())
SLUGS = {"OPS301": "outage-in-business-hours", "ops301": "outage-in-business-hours"}


@st.composite
def waivers(draw: st.DrawFn) -> list[Waiver]:
    """Draw a few waivers, often alike, some about a name twice."""
    rule = st.sampled_from([*SLUGS, "outage-in-business-hours", "mine", "OPS303"])
    on = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=4)
    accepts = st.lists(st.sampled_from(["ops-1", "ops-2"]), max_size=2)
    parts = draw(st.lists(st.tuples(rule, on, st.integers(1, 3), accepts), max_size=7))
    return [
        Waiver(f"waiver/{at}", NODE, name, tuple(refs), "x", ("o",), expires, None, tuple(accepted))
        for at, (name, refs, expires, accepted) in enumerate(parts)
    ]


def said(each: Waiver) -> tuple[object, ...]:
    rule = SLUGS.get(each.rule, each.rule)
    return rule, sorted(each.on), each.expires, sorted(each.accepts)


def overlap(one: Waiver, other: Waiver) -> float:
    if SLUGS.get(one.rule, one.rule) != SLUGS.get(other.rule, other.rule):
        return 0.0
    return len({*one.on} & {*other.on}) / len({*one.on} | {*other.on})


def one_by_one(base: list[Waiver], head: list[Waiver]) -> list[tuple[Waiver, Waiver]]:
    """Pair waivers by holding each against each: the same first, then the likest."""
    old, new = list(base), list(head)
    for each in head:
        same = next((one for one in old if said(one) == said(each)), None)
        if same is not None:
            old.remove(same)
            new.remove(each)
    ranked = sorted(
        (-overlap(one, other), at, place)
        for at, one in enumerate(old)
        for place, other in enumerate(new)
        if overlap(one, other)
    )
    pairs: list[tuple[Waiver, Waiver]] = []
    for _, at, place in ranked:
        if all(one is not old[at] and other is not new[place] for one, other in pairs):
            pairs.append((old[at], new[place]))
    return pairs


@settings(max_examples=400, derandomize=True, database=None, deadline=None)
@given(waivers(), waivers())
def test_waivers_are_paired_as_if_all_were_compared(base: list[Waiver], head: list[Waiver]) -> None:
    assert list(gate._paired(base, head)) == one_by_one(base, head)


def many(expires: str) -> Estate:
    """Declare 1,000 waivers until a day."""
    lines = (
        f"  - {{rule: OPS301, on: [service/s{each}], reason: x, approved_by: [a],"
        f" expires: {expires}}}\n"
        for each in range(1_000)
    )
    return worlds.estate(a=f"waivers:\n{''.join(lines)}")


def test_many_waivers_are_not_all_compared_with_all() -> None:
    """Each pair by itself took 35 seconds; this leaves room for a slow machine."""
    base, head = many("2027-10-11"), many("2027-10-12")
    before = perf_counter()
    found = list(gate.extended(base, head))
    assert len(found) == len(head.waivers) == 1_000
    assert perf_counter() - before < 3
