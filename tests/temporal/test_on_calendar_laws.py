"""Laws of calendar expressions: random ones, held against a look at each minute."""

from __future__ import annotations

import contextlib
import datetime as dt
import time

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from opspolicy.temporal import zones
from opspolicy.temporal.dialects import APPOINTMENT, SYSTEMD
from opspolicy.temporal.durations import DAY, HOUR
from opspolicy.temporal.recurrence import ScheduleError
from opspolicy.temporal.systemd.on_calendar import parse
from tests.oracle import on_calendar_oracle as oracle

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=120)
ZONES = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia",
    "America/Santiago", "Asia/Beirut", "America/Havana", "Africa/Cairo", "Africa/Casablanca",
    "Europe/Dublin", "Asia/Kathmandu", "Pacific/Auckland",
]  # fmt: skip


@st.composite
def chains(draw: st.DrawFn, low: int, high: int, width: int = 2) -> str:
    """Draw a list of values, ranges and repetitions, each of which systemd accepts."""
    items = []
    for _ in range(draw(st.integers(1, 3))):
        first = draw(st.integers(low, high))
        item = f"{first:0{draw(st.sampled_from([1, width]))}}"
        kind = draw(st.sampled_from(["one", "range", "repeated", "range repeated"]))
        if kind.startswith("range") and first < high:
            item += f"..{draw(st.integers(first + 1, high))}"
            if kind == "range repeated":
                item += f"/{draw(st.integers(1, high))}"
        elif kind == "repeated" and first < high:
            item += f"/{draw(st.integers(1, high - first))}"
        items.append(item)
    return ",".join(items)


@st.composite
def days_from_the_end(draw: st.DrawFn) -> str:
    """Draw a day, a range or a repetition counted from the month's end."""
    day = draw(st.integers(1, 28))
    if day < 28 and draw(st.booleans()):
        return f"{day}..{draw(st.integers(day + 1, 28))}"
    if day > 1 and draw(st.booleans()):
        return f"{day}/{draw(st.integers(1, day - 1))}"
    return str(day)


@st.composite
def weekday_lists(draw: st.DrawFn) -> str:
    """Draw weekdays as systemd takes them, in capitals and with a comma at the end too."""
    names = ["Mon", "tuesday", "WED", "Thu", "Friday", "sat", "Sun"]
    items = []
    for _ in range(draw(st.integers(1, 3))):
        first = draw(st.integers(0, 6))
        last = draw(st.integers(first, 6))
        mark = draw(st.sampled_from(["..", "-"]))
        items.append(names[first] + (mark + names[last] if draw(st.booleans()) else ""))
    return ",".join(items) + draw(st.sampled_from(["", "", ","]))


@st.composite
def expressions(draw: st.DrawFn, near: dt.date | None = None, *, hours: bool = True) -> str:
    """Draw an expression of systemd's grammar, often one that runs around a date."""

    def place(strategy: st.SearchStrategy[str], *likely: str) -> str:
        return draw(strategy) if draw(st.integers(0, 3)) == 0 else draw(st.sampled_from(likely))

    if draw(st.integers(0, 11)) == 0:
        return draw(st.sampled_from(sorted(oracle.SHORTHANDS)))
    words = []
    if draw(st.integers(0, 2)) == 0:
        words.append(draw(weekday_lists()))
    year, month, day = (near.year, near.month, near.day) if near else (2027, 3, 28)
    if draw(st.integers(0, 2)):
        months = place(chains(1, 12), "*", "*", str(month))
        if draw(st.integers(0, 2)):
            days = "-" + place(chains(1, 31), "*", "*", f"{day}", "1/2")
        else:
            days = "~" + draw(days_from_the_end())
        years = f"{year % 100:02}..{year % 100 + 2:02}"
        full = f"{year - 1}/2,{year}" if year % 2 else f"{year}"
        date = place(chains(year - 2, year + 2, 4), "*", "*", years, full) + "-" + months + days
        words.append(date if draw(st.integers(0, 2)) else months + days)
    if hours or draw(st.booleans()):
        text = place(chains(0, 23), "*", "0..4", "0/2", "2") + ":" + place(chains(0, 59), "*", "30")
        if draw(st.booleans()):
            text += ":" + place(chains(0, 59), "*", "0", "0/10")
        words.append(text)
    if draw(st.integers(0, 5)) == 0 and words:
        words.append(draw(st.sampled_from(["UTC", *ZONES[:3]])))
    return " ".join(words) or "daily"


@st.composite
def weeks_of_clock_changes(draw: st.DrawFn) -> tuple[str, int, int]:
    """Draw a zone and up to three days, mostly around a change of its clocks."""
    zone = draw(st.sampled_from(ZONES))
    year = 2011 if zone == "Pacific/Apia" else draw(st.integers(2010, 2035))
    changes = oracle.changes(zone, year)
    summer = int(dt.datetime(year, 6, 1, tzinfo=dt.UTC).timestamp())
    middle = draw(st.sampled_from(changes or [summer]))
    start = middle - draw(st.integers(0, 30)) * HOUR - draw(st.integers(0, 5000))
    return zone, start, start + draw(st.integers(1, 60)) * HOUR + draw(st.integers(0, 5000))


@st.composite
def around_changes(draw: st.DrawFn) -> tuple[str, str, int, int]:
    """Draw an expression, a zone and a stretch of time."""
    zone, start, end = draw(weeks_of_clock_changes())
    near = dt.datetime.fromtimestamp((start + end) // 2, dt.UTC).date()
    return draw(expressions(near)), zone, start, end


def assert_same(text: str, zone: str, start: int, end: int) -> None:
    """Compare the starts in a stretch of time."""
    parsed = parse(text)
    place = zones.zone(parsed.zone_key or zone)
    assert parsed.starts(place, start, end) == oracle.starts(text, zone, start, end)


@LAWS
@given(around_changes())
def test_the_engine_and_a_look_at_each_minute_agree(case: tuple[str, str, int, int]) -> None:
    assert_same(*case)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(4))
def test_the_engine_and_a_look_at_each_minute_agree_on_thousands(shard: int) -> None:
    @seed(shard)
    @given(around_changes())
    @settings(LAWS, max_examples=1000)
    def they_agree(case: tuple[str, str, int, int]) -> None:
        assert_same(*case)

    they_agree()


@LAWS
@given(around_changes(), st.lists(st.integers(0, 200_000), max_size=20))
def test_the_engine_and_a_look_at_single_seconds_agree(
    case: tuple[str, str, int, int], seconds: list[int]
) -> None:
    text, zone, start, _ = case
    parsed = parse(text)
    place = zones.zone(parsed.zone_key or zone)
    for second in seconds:
        at = start + second
        assert bool(parsed.starts(place, at, at + 1)) == oracle.runs_at(text, zone, at)


@LAWS
@given(around_changes(), st.integers(0, 100), st.integers(900, 40_000))
def test_stretches_join(case: tuple[str, str, int, int], share: int, length: int) -> None:
    """The starts of two stretches are those of both together, strictly increasing."""
    text, zone, first, last = case
    for dialect in (SYSTEMD, APPOINTMENT):
        parsed = parse(text, dialect)
        place = zones.zone(parsed.zone_key or zone)
        middle = first + (last - first) * share // 100
        whole = parsed.starts(place, first, last)
        assert whole == parsed.starts(place, first, middle) + parsed.starts(place, middle, last)
        assert whole == sorted(set(whole))
        pieces = [(first, first)] + [
            (at, min(at + length, last)) for at in range(first, last, length)
        ]
        assert parsed.starts_during(place, pieces) == whole


@LAWS
@given(expressions(hours=False))
def test_an_expression_is_what_its_normal_form_says(text: str) -> None:
    parsed = parse(text)
    again = parse(parsed.normalised())
    assert again.normalised() == parsed.normalised()
    assert again.normal() == parsed.normal()
    assert again.zone_key == parsed.zone_key


@LAWS
@given(expressions(), st.integers(13_000, 22_000), st.integers(3, 900))
def test_the_possible_days_are_those_it_runs_on(text: str, first: int, length: int) -> None:
    parsed = parse(text)
    days = [day for day in range(first, first + length) if parsed.runs_on(day)]
    assert list(parsed.possible_days(first, first + length)) == days
    assert {wall // DAY for wall in parsed.walls(first * DAY, (first + 3) * DAY)} == {
        day for day in days if day < first + 3
    }


@LAWS
@given(expressions(), st.integers(0, DAY - 1), st.integers(0, DAY), st.integers(0, 2 * DAY))
def test_a_time_of_day_comes_near_when_it_lies_in_a_stretch_or_shortly_before(
    text: str, start: int, length: int, before: int
) -> None:
    parsed = parse(text)
    times = parsed._times(0, 0, DAY)
    assert times[:1] == [parsed.next_time(0)]
    assert parsed.next_time(start) == next((at for at in times if at >= start), DAY)
    end = min(start + length, DAY)
    reach = range(start - before, end)
    near = any(at in reach or at - DAY in reach or at - 2 * DAY in reach for at in times)
    assert parsed.comes_near([(start, end)], before) == near


@LAWS
@given(st.one_of(
    st.text(max_size=256),
    st.text("0123456789*/.,:-~ @MonTueUTCdaily", max_size=256),
    st.sampled_from(["*", "0,", "1/1,", "Mon,", ": ", "..", "- ", "9", "9 h", "@", "a "]).map(lambda each: each * 64),
))  # fmt: skip
def test_any_text_parses_or_is_refused_at_once(text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(ScheduleError):
        parsed = parse(text)
        assert parse(parsed.normalised()).normal() == parsed.normal()
    assert time.process_time() - began < 0.25
