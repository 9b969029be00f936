"""Which waiver of a base is which one of the head: as plain comparing of all pairs would say."""

from __future__ import annotations

import tracemalloc
from time import process_time
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.compare import extended
from opspolicy.estate.declarations import Waiver
from opspolicy.source.files import Written, parse
from tests import worlds

if TYPE_CHECKING:
    from random import Random

    import pytest

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


def about(each: Waiver) -> tuple[str, frozenset[str]]:
    return SLUGS.get(each.rule, each.rule), frozenset(each.on)


def is_covered(head: Waiver, base: list[Waiver]) -> bool:
    """Whether a base's waiver about the very same expires no earlier and accepts as much."""
    return any(
        about(each) == about(head)
        and each.expires >= head.expires
        and (not each.accepts or (bool(head.accepts) and {*head.accepts} <= {*each.accepts}))
        for each in base
    )


def one_by_one(base: list[Waiver], head: list[Waiver]) -> list[tuple[Waiver, Waiver]]:
    """Pair waivers by holding each against each: none of the same, then the likest."""
    old, new = list(base), list(head)
    for each in head:
        same = next((one for one in old if said(one) == said(each)), None)
        if same is not None:
            old.remove(same)
            new.remove(each)
    pairs: list[tuple[Waiver, Waiver]] = []
    for group in {about(each) for each in base}:
        heads = [each for each in new if about(each) == group]
        olds = [each for each in old if about(each) == group]
        longer = sorted(
            (each for each in heads if not is_covered(each, base)), key=lambda each: -each.expires
        )
        olds.sort(key=lambda each: -each.expires)
        added = longer[: max(len(heads) - len(olds), 0)]
        changed = longer[len(added) :]
        pairs += zip(olds, changed, strict=False)
        new = [each for each in new if each not in heads or each in added]
        old = [each for each in old if each not in olds[: len(heads)]]
    ranked = sorted(
        (-overlap(one, other), at, place)
        for at, one in enumerate(old)
        for place, other in enumerate(new)
        if overlap(one, other)
    )
    for _, at, place in ranked:
        if all(one is not old[at] and other is not new[place] for one, other in pairs):
            pairs.append((old[at], new[place]))
    return pairs


def refs(pairs: list[tuple[Waiver, Waiver]]) -> set[tuple[str, str]]:
    return {(one.ref, other.ref) for one, other in pairs}


@settings(max_examples=90, derandomize=True, database=None, deadline=None)
@given(waivers(), waivers())
def test_waivers_are_paired_as_if_all_were_compared(base: list[Waiver], head: list[Waiver]) -> None:
    paired = extended._paired(base, head)
    assert refs(paired.pairs) == refs(one_by_one(base, head))
    assert len(paired.pairs) == len(refs(paired.pairs))
    assert not paired.crowds


def told(base: list[Waiver], head: list[Waiver]) -> set[str]:
    """Return the head's waivers that are told as extended."""
    return {
        new.ref for old, new in extended._paired(base, head).pairs if extended._longer(old, new)
    }


@settings(max_examples=120, derandomize=True, database=None, deadline=None)
@given(waivers(), waivers())
def test_what_is_extended_is_told_and_nothing_that_is_covered(
    base: list[Waiver], head: list[Waiver]
) -> None:
    found = told(base, head)
    for each in head:
        group = [one for one in base if about(one) == about(each)]
        heads = [one for one in head if about(one) == about(each)]
        if is_covered(each, base):
            assert each.ref not in found
        elif len(heads) <= len(group):
            assert each.ref in found
        elif group:
            # As many as there are more can be new, judged on their merits: of the longer the last.
            longer = [one for one in heads if not is_covered(one, base)]
            silent = [one for one in longer if one.ref not in found]
            assert len(silent) <= len(heads) - len(group)
            loud = [one.expires for one in longer if one.ref in found]
            assert (
                not silent
                or not loud
                or overlapping(base, each)
                or (max(loud) <= min(one.expires for one in silent))
            )


def overlapping(base: list[Waiver], head: Waiver) -> bool:
    """Whether waivers of the base about other names share some with one."""
    return any(overlap(one, head) and about(one) != about(head) for one in base)


@settings(max_examples=120, derandomize=True, database=None, deadline=None)
@given(waivers(), st.randoms(use_true_random=False))
def test_nothing_hangs_on_the_order_of_a_file(base: list[Waiver], random: Random) -> None:
    """Of waivers about the very same, any of which can be the tightened one."""
    base = [each._replace(on=("a",), rule="mine") for each in base]
    head = [each._replace(expires=each.expires - 1) for each in base]
    random.shuffle(head)
    assert not told(base, head)
    assert not told(base, head[1:])
    late = [each._replace(expires=9) for each in base]
    random.shuffle(late)
    assert told(base, late) == {each.ref for each in base}


ONE = "  - {{rule: OPS301, on: [{}], reason: x, approved_by: [a], expires: {}{}}}\n"


def declared(*waivers: tuple[str, ...]) -> Estate:
    """Declare waivers: what they are about, until when, and what else they say."""
    lines = "".join(ONE.format(*each, "") for each in waivers)
    return worlds.estate(a=f"waivers:\n{lines}" if lines else "services: {}")


def messages(base: Estate, head: Estate) -> list[str]:
    return [each.message for each in extended.extended(base, head)]


W1, BOTH = "maintenance_window/w1", "maintenance_window/w1, service/s"


def test_a_shorter_one_instead_of_two_is_no_longer() -> None:
    base = declared((W1, "2027-10-15"), (W1, "2027-12-15"))
    assert not messages(base, declared((W1, "2027-11-15")))
    # Nor is it what another one was that is gone.
    base = declared((W1, "2027-12-15"), (BOTH, "2027-10-15"))
    assert not messages(base, declared((W1, "2027-12-15"), (W1, "2027-11-15")))
    (said,) = messages(base, declared((W1, "2027-12-16")))
    assert said.endswith("is extended from 2027-12-15 to 2027-12-16")


def test_what_is_added_beside_is_judged_on_its_merits() -> None:
    base = declared((W1, "2027-10-15"))
    for head in (
        ((W1, "2027-10-15"), (W1, "2028-10-15")),
        ((W1, "2027-10-14"), (W1, "2028-10-15")),
    ):
        assert not messages(base, declared(*head))
        assert not messages(base, declared(*reversed(head)))
    (said,) = messages(base, declared((W1, "2028-10-15"), (W1, "2027-10-16")))
    assert said.endswith("is extended from 2027-10-15 to 2027-10-16")


# Many ---------------------------------------------------------------------------------------------


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
    before = process_time()
    found = list(extended.extended(base, head))
    assert len(found) == len(head.waivers) == 1_000
    assert process_time() - before < 3


def crowd(
    side: str, expires: int, number: int = 4_000, accepts: tuple[str, ...] = ()
) -> list[Waiver]:
    """Give many waivers about one service and a job each."""
    return [
        Waiver(f"waiver/{side}{at}", NODE, "mine", on, "x", ("o",), expires, None, accepts)
        for at in range(number)
        for on in [("service/s", f"job/{side}{at}")]
    ]


def looser(base: list[Waiver], head: list[Waiver]) -> list[Waiver]:
    return [each for made in extended._paired(base, head).crowds for each in extended._looser(made)]


def test_many_waivers_that_share_a_name_are_not_all_compared_with_all() -> None:
    """It took 8 seconds and 1.7 GB."""
    base, head = crowd("a", 3), crowd("b", 4)
    before = process_time()
    assert len(looser(base, head)) == 4_000
    assert process_time() - before < 3
    tracemalloc.start()
    assert not looser(base, crowd("b", 3))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 << 20


def test_of_a_crowd_nothing_is_extended_silently() -> None:
    base = crowd("a", 3)
    (late,) = crowd("c", 4, 1)
    assert looser(base, [*crowd("b", 3, 3_999), late]) == [late]
    # One of the base that lasts long excuses one, and no other.
    long = [*crowd("d", 9, 1), *base[1:]]
    assert not looser(long, [*crowd("b", 3, 3_999), late])
    assert looser(long, [*crowd("b", 3, 3_998), late, late._replace(ref="waiver/e")])
    # Fewer names cover more.
    wide = late._replace(on=("service/s",), expires=1)
    assert looser(base, [*crowd("b", 3, 3_999), wide]) == [wide]
    # Accepting others, or any, is more.
    some = crowd("a", 3, accepts=("ops-1",))
    for accepts in ((), ("ops-2",), ("ops-1", "ops-2")):
        assert len(looser(some, crowd("b", 3, accepts=accepts))) == 4_000
    assert not looser(some, crowd("b", 3, accepts=("ops-1",)))
    assert not looser(base, crowd("b", 3, accepts=("ops-1",)))


def test_of_a_crowd_what_shares_a_rarer_name_is_paired() -> None:
    base, head = crowd("a", 3), crowd("a", 3)
    head = [each._replace(on=(*each.on, "job/x")) for each in head]
    head[7] = head[7]._replace(expires=4)
    paired = extended._paired(base, head)
    assert len(paired.pairs) == 4_000
    assert [new for old, new in paired.pairs if extended._longer(old, new)] == [head[7]]
    assert not looser(base, head)


def test_a_crowd_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    base = declared(*((f"service/s, job/a{at}", "2027-10-11") for at in range(9)))
    head = declared(*((f"service/s, job/b{at}", "2027-10-12") for at in range(9)))
    assert len(messages(base, head)) == 9
    monkeypatch.setattr(extended, "MOST_COMPARED", 80)
    (said,) = messages(base, head)
    assert said == (
        "more waivers change at once than can be paired, and one of `OPS301` until 2027-10-12"
        " allows more than those that it can have been"
    )
    assert not messages(head, base)


def test_many_about_the_very_same_are_paired_at_once() -> None:
    """Also where each accepts something else besides what all accept."""
    base, head = (
        [
            each._replace(on=("service/s",), accepts=("ops-1", f"ops-{side}{at}"), expires=at)
            for at, each in enumerate(crowd(side, 3))
        ]
        for side in "ab"
    )
    before = process_time()
    assert len(told(base, head)) == 4_000
    assert process_time() - before < 3
