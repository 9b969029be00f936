"""The scripts of the page agree with the program: on clocks, on ticks and on sets of intervals."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.output.page import frame
from opspolicy.output.page.data import Data, _written, changes
from opspolicy.planner.axis import ticks
from opspolicy.planner.lanes import Drawer
from opspolicy.temporal import wording
from opspolicy.temporal.instants import parse_as_of
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.zones import zone
from tests.explain.scenes import scene
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World, estates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

ZONES = (
    "UTC", "America/Toronto", "Europe/Paris", "Australia/Lord_Howe", "Asia/Beirut",
    "America/Santiago", "Pacific/Apia", "Asia/Kathmandu", "Africa/Casablanca", "Africa/Cairo",
)  # fmt: skip
BEGIN, END = parse_as_of("2027-01-01"), parse_as_of("2029-01-01")
LAWS = settings(REPRODUCIBLE, max_examples=40)
instants = st.integers(BEGIN, END - 1)


@pytest.fixture(scope="module")
def asked(browser: Browser) -> Iterator[Callable[[str, Any], Any]]:
    """Return what works out an expression of the scripts, in which `given` is some JSON."""
    page = browser.new_page()
    code = "\n".join(frame.asset(name) for name in ("clock.js", "spans.js"))

    def ask(expression: str, value: Any) -> Any:  # noqa: ANN401 - JSON
        return page.evaluate(f"(given) => {{\n{code}\nreturn {expression};\n}}", value)

    yield ask
    page.close()


@st.composite
def stretches(draw: st.DrawFn) -> tuple[str, int, int, list[tuple[int, int]]]:
    """Draw a zone, a stretch of time whose edges often lie beside a clock change, and spans in it."""
    name = draw(st.sampled_from(ZONES))
    edges = [each.start for each in zone(name).segments(BEGIN, END)][1:]
    beside = [edge + by for edge in edges for by in (-3600, -1800, 0, 1800, 3600)]
    edge = st.one_of(instants, st.sampled_from(beside)) if beside else instants
    start, end = sorted(draw(st.tuples(edge, edge)))
    end = max(end, start + 60)
    inner = st.integers(start, end)
    spans = [tuple(sorted(draw(st.tuples(inner, inner)))) for _ in range(10)]
    spans += [(start, end), *((at, min(at + 1800, end)) for at in beside if start <= at <= end)]
    return name, start, end, [(low, high) for low, high in spans]


@LAWS
@given(stretches())
def test_instants_are_told_as_the_program_tells_them(
    asked: Callable[[str, Any], Any], drawn: tuple[str, int, int, list[tuple[int, int]]]
) -> None:
    name, begin, end, spans = drawn
    given_ = {"changes": changes(name, begin, end), "spans": spans}
    told = asked("given.spans.map(([a, b]) => betweenWords(given.changes, a, b))", given_)
    for text, (low, high) in zip(told, spans, strict=True):
        assert text == wording.between(low, high, name)


@LAWS
@given(st.sampled_from(ZONES), instants, st.integers(60, 2 * 366 * 86_400), st.integers(1, 20))
def test_ticks_are_those_of_the_program(
    asked: Callable[[str, Any], Any], name: str, start: int, length: int, most: int
) -> None:
    end = min(start + length, END)
    given_ = {"changes": changes(name, BEGIN, END), "start": start, "end": end, "most": most}
    told = asked("ticks(given.changes, given.start, given.end, given.most)", given_)
    wanted = ticks(start, end, zone(name), most)
    assert [(each["instant"], each["text"], each["major"]) for each in told] == [
        (each.instant, each.text, each.major) for each in wanted
    ]


def intervals(draw: st.DrawFn) -> IntervalSet:
    """Draw a set, often one that repeats."""
    start, step, length = draw(instants), draw(st.integers(2, 90_000)), draw(st.integers(1, 90_000))
    many = draw(st.integers(0, 30))
    regular = [(start + at * step, start + at * step + min(length, step - 1)) for at in range(many)]
    others = draw(st.lists(st.tuples(instants, st.integers(1, 10**6)), max_size=5))
    return IntervalSet([*regular, *((low, low + long) for low, long in others)])


sets = st.composite(intervals)()


@LAWS
@given(sets, instants, st.integers(1, 10**7))
def test_sets_are_written_read_and_looked_at_without_loss(
    asked: Callable[[str, Any], Any], when: IntervalSet, start: int, length: int
) -> None:
    written = _written(when, BEGIN)
    given_ = {"set": written, "from": BEGIN, "start": start, "end": start + length}
    read = asked("decoded(given.set, given.from)", given_)
    assert [*zip(read["starts"], read["ends"], strict=True)] == [*when]
    seen = asked("seen(decoded(given.set, given.from), given.start, given.end, 0)", given_)
    assert [(low, high) for low, high, _ in seen] == [
        each for each in when if each[1] > start and each[0] < start + length
    ]
    near = asked("seen(decoded(given.set, given.from), given.start, given.end, 5000)", given_)
    assert sum(many for *_, many in near) == len(seen)
    assert all(later[0] - one[1] >= 5000 for one, later in itertools.pairwise(near))


@settings(LAWS, max_examples=10)
@given(estates())
def test_a_page_has_all_that_is_planned(asked: Callable[[str, Any], Any], world: World) -> None:
    estate, as_of, horizon = world
    of = scene(timeline_of(estate, as_of, horizon).estate, as_of, horizon)
    planner = Drawer(of.report, of.timeline, as_of, as_of + horizon).planner(everything=True)
    document = Data(planner, of.report.findings).document()
    read = asked("given.sets.map((each) => decoded(each, given.base))", document)
    for lane, written in zip(planner.lanes, document["lanes"], strict=True):
        for row, (_, kind, number) in zip(lane.rows, written["rows"], strict=True):
            found = [*zip(read[number]["starts"], read[number]["ends"], strict=True)]
            assert (kind, found) == (row.kind, [*row.when])
