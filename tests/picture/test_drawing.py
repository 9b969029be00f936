"""Drawings: never too wide, nothing too short to be seen, nothing where nothing is, clocks right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import encode
from opspolicy.picture import drawing
from opspolicy.picture.drawing import KINDS, Frame, Row, draw, lane
from opspolicy.temporal.instants import parse_as_of
from opspolicy.temporal.intervals import NOTHING, IntervalSet
from opspolicy.temporal.zones import zone

ZONES = (
    "UTC", "America/Toronto", "Europe/Paris", "Australia/Lord_Howe", "Asia/Beirut",
    "America/Santiago", "Pacific/Apia", "Asia/Kathmandu", "Africa/Casablanca", "America/Havana",
)  # fmt: skip
BEGIN = parse_as_of("2027-01-01")
LAWS = settings(derandomize=True, deadline=None, database=None, max_examples=300)

instants = st.integers(BEGIN, BEGIN + 400 * 86_400)
lengths = st.one_of(st.integers(1, 120), st.integers(1, 200_000), st.integers(1, 200 * 86_400))
intervals = st.builds(lambda start, length: (start, start + length), instants, lengths)
sets = st.lists(intervals, max_size=6).map(IntervalSet)
labels = st.text(max_size=40)
rows = st.lists(st.builds(Row, labels, st.sampled_from(sorted(KINDS)), sets), max_size=6)


@given(rows, intervals, st.sampled_from(ZONES), st.integers(60, 200))
@LAWS
def test_no_line_is_wider_than_asked_for(
    drawn: list[Row], stretch: tuple[int, int], place: str, width: int
) -> None:
    for plain in (False, True):
        lines = draw(drawn, stretch, zone(place), width, plain=plain)
        assert all(encode.columns(line) <= width for line in lines), lines
        assert not any(encode.terminal(line) != line for line in lines)
        assert not plain or all(line.isascii() for line in lines)


@given(rows, intervals, st.sampled_from(ZONES), st.integers(1, 60))
@LAWS
def test_narrow_and_wide_pages_break_nothing(
    drawn: list[Row], stretch: tuple[int, int], place: str, width: int
) -> None:
    for each in (width, width + 200):
        lines = draw(drawn, stretch, zone(place), each)
        most = min(max(each, drawing.LEAST_WIDTH), drawing.MOST_WIDTH)
        assert all(encode.columns(line) <= most for line in lines), lines


@given(sets, intervals, st.integers(1, 200))
@LAWS
def test_cells_are_marked_where_something_is_and_nowhere_else(
    when: IntervalSet, stretch: tuple[int, int], columns: int
) -> None:
    frame = Frame(*stretch, columns)
    cells = lane(Row("", drawing.OUTAGE, when), frame)
    assert len(cells) == columns
    start, end = stretch
    for at, cell in enumerate(cells):
        # In exact fractions: a cell is marked if and only if it shares an instant with the set.
        low, high = start * columns + at * (end - start), start * columns + (at + 1) * (end - start)
        shares = any(
            a * columns < high and b * columns > low and a < end and b > start for a, b in when
        )
        if cell != " ":
            assert shares
        elif any(a * columns < high and b * columns > low for a, b in when):
            # Less than a second of it: instants are whole seconds.
            overlaps = [min(b * columns, high) - max(a * columns, low) for a, b in when]
            assert max(overlaps) < columns
    for each in when:
        meets = each[0] < end and each[1] > start
        assert bool(len(frame.cells(*each))) == meets
        assert all(cells[at] != " " for at in frame.cells(*each))


@given(intervals, intervals, intervals, st.integers(1, 200))
@LAWS
def test_what_comes_first_is_drawn_first(
    one: tuple[int, int], other: tuple[int, int], stretch: tuple[int, int], columns: int
) -> None:
    frame = Frame(*stretch, columns)
    first, second = sorted([one, other])
    if frame.cells(*first) and frame.cells(*second):
        assert frame.cells(*first)[0] <= frame.cells(*second)[0]
        if first[1] <= second[1]:
            assert frame.cells(*first)[-1] <= frame.cells(*second)[-1]


def axis(start: str, end: str, place: str, columns: int = 78) -> list[str]:
    """Return the axis of a stretch, in ASCII."""
    frame = Frame(parse_as_of(start), parse_as_of(end), columns)
    return drawing.axis(frame, zone(place), plain=True)


def test_an_hour_that_comes_twice_stands_twice() -> None:
    dates, times = axis("2027-11-07T04:00Z", "2027-11-07T10:00Z", "America/Toronto")
    assert times.split("|")[1:7] == ["00" + " " * 10, *["01" + " " * 10] * 2, "02" + " " * 10,
                                     "03" + " " * 10, "04"]  # fmt: skip
    assert dates.strip() == "Sun 7 Nov 2027"


def test_an_hour_that_does_not_come_is_left_out() -> None:
    _, times = axis("2027-03-14T05:00Z", "2027-03-14T11:00Z", "America/Toronto")
    assert [each.strip() for each in times.split("|")[1:]] == ["00", "01", "03", "04", "05", "06"]


def test_a_day_that_begins_at_one_begins_there() -> None:
    """In Beirut clocks go forward at midnight, so that the Sunday has no 00:00."""
    dates, times = axis("2027-03-27T20:00Z", "2027-03-28T02:00Z", "Asia/Beirut")
    assert dates.index("Sun 28") == times.index("|01")
    assert [each.strip() for each in times.split("|")[1:4]] == ["22", "23", "01"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2027-10-09T09:58:30Z", "2027-10-09T10:00Z", ["Sat 9 Oct 2027", "05:58:30"]),
        ("2027-10-09T10:00Z", "2027-10-09T12:00Z", ["Sat 9 Oct 2027", "|06:00", "|06:15"]),
        ("2027-10-09T04:00Z", "2027-10-12T04:00Z", ["Sat 9 Oct 2027", "Sun 10 Oct", "|00", "|12"]),
        ("2027-10-01T04:00Z", "2027-10-21T04:00Z", ["|Mon 4", "|Thu 7", "|Sun 10"]),
        ("2027-10-01T04:00Z", "2028-03-21T04:00Z", ["|Sat 30 Oct", "|Sat 27 Nov"]),
        ("2027-01-01T05:00Z", "2047-01-01T05:00Z", ["|2 Jan 2027", "|28 Dec 2030"]),
    ],
)  # fmt: skip
def test_ticks_are_as_far_apart_as_they_need(start: str, end: str, expected: list[str]) -> None:
    shown = "\n".join(axis(start, end, "America/Toronto"))
    assert [each for each in expected if each not in shown] == [], shown


def test_the_legend_has_what_is_drawn_and_nothing_else() -> None:
    shown = [
        Row("a", drawing.OUTAGE, IntervalSet([(BEGIN, BEGIN + 60)])),
        Row("b", drawing.DEMAND, NOTHING),
        Row("c", drawing.RUN, IntervalSet([(BEGIN + 9000, BEGIN + 9060)])),
    ]
    *_, legend = draw(shown, (BEGIN, BEGIN + 3600), zone("UTC"), 80)
    assert legend == "█ down"


def test_kinds_can_be_told_apart_without_colour() -> None:
    for form in ("block", "plain"):
        characters = [getattr(kind, form) for kind in KINDS.values()]
        assert len(set(characters)) == len(characters)
        assert all(len(each) == 1 and each.strip() for each in characters)


def test_a_change_of_the_clocks_is_told() -> None:
    start = parse_as_of("2027-11-06T00:00Z")
    *_, last = draw([], (start, start + 3 * 86_400), zone("America/Toronto"), 100)
    assert last == "the clocks go back on Sun 7 Nov 2027 02:00"
