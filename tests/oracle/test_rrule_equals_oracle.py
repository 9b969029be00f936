"""Holds the expansion of recurrence rules against RFC 5545 by the letter, on random rules."""

from __future__ import annotations

import datetime as dt
import warnings
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, Phase, assume, event, given, seed, settings
from hypothesis import strategies as st

from opspolicy.temporal.rrule.rule import RRule

from .rrule_oracle import WEEKDAYS, expand

if TYPE_CHECKING:
    from collections.abc import Iterable

REPRODUCIBLE = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - a clock on a wall
SHARDS = 4
EXAMPLES_A_SHARD = 1000

Drawn = tuple[str, dt.datetime, int, int]

# How many days are looked at: as much as the simulation does in a moment, and several periods.
REACH = {
    "YEARLY": 2500, "MONTHLY": 1200, "WEEKLY": 500, "DAILY": 300, "HOURLY": 12, "MINUTELY": 1,
}  # fmt: skip
NOT_ASKED = {
    "YEARLY": (),
    "MONTHLY": ("BYWEEKNO", "BYYEARDAY"),
    "WEEKLY": ("BYWEEKNO", "BYYEARDAY", "BYMONTHDAY"),
    "DAILY": ("BYWEEKNO", "BYYEARDAY"),
    "HOURLY": ("BYWEEKNO",),
    "MINUTELY": ("BYWEEKNO",),
}


def both_ways(last: int) -> st.SearchStrategy[int]:
    """Draw numbers counted from 1 or back from the end, the ends more often than others."""
    ends = st.sampled_from([1, 2, last - 1, last, -1, -2, 1 - last, -last])
    return st.one_of(ends, st.integers(1, last), st.integers(-last, -1))


VALUES: dict[str, st.SearchStrategy[int]] = {
    "BYMONTH": st.integers(1, 12),
    "BYWEEKNO": both_ways(53),
    "BYYEARDAY": both_ways(366),
    "BYMONTHDAY": both_ways(31),
    "BYHOUR": st.integers(0, 23),
    "BYMINUTE": st.integers(0, 59),
    "BYSECOND": st.integers(0, 59),
    "BYSETPOS": st.one_of(both_ways(6), both_ways(366)),
}


def some(values: Iterable[object]) -> str:
    """Return a list as a rule has it."""
    return ",".join(map(str, values))


@st.composite
def rules(draw: st.DrawFn) -> Drawn:
    """Draw a rule, its first start, and a stretch to look at in seconds."""
    freq = draw(st.sampled_from(list(REACH)))
    parts = [f"FREQ={freq}"]
    longest = {"HOURLY": 40, "MINUTELY": 200}.get(freq, 5)
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, longest))}")
    asked = [name for name in VALUES if name not in NOT_ASKED[freq]]
    names = draw(st.lists(st.sampled_from([*asked, "BYDAY"]), max_size=4, unique=True))
    for name in names:
        if name == "BYDAY":
            parts.append(f"BYDAY={draw(weekdays(freq, names))}")
        elif name != "BYSETPOS" or len(names) > 1:
            most = 12 if name == "BYMONTH" else 4
            values = st.lists(VALUES[name], min_size=1, max_size=most, unique=True)
            parts.append(f"{name}={some(draw(values))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(WEEKDAYS))}")
    # Around New Year more often than not, as there the weeks of two years meet.
    day = draw(st.one_of(st.integers(0, 40_000), st.integers(20, 60).map(new_year)))
    start = EPOCH + dt.timedelta(days=day, seconds=draw(st.integers(0, 86_399)))
    reach = REACH[freq] * 86_400
    ends = draw(st.sampled_from(["", "COUNT", "UNTIL"]))
    if ends == "COUNT":
        parts.append(f"COUNT={draw(st.integers(1, 30))}")
    elif ends == "UNTIL":
        until = start + dt.timedelta(seconds=draw(st.integers(-1, reach)))
        parts.append(f"UNTIL={until:%Y%m%dT%H%M%S}")
    first, last = sorted([draw(st.integers(-86_400, reach)), draw(st.integers(0, reach))])
    order = draw(st.permutations(parts))
    return ";".join(order), start, first, last


def new_year(year: int) -> int:
    """Return a day at the turn of a year since 1970, one or two days off."""
    return (dt.date(1970 + year, 1, 1) - EPOCH.date()).days + year % 7 - 3


@st.composite
def weekdays(draw: st.DrawFn, freq: str, names: list[str]) -> str:
    """Draw weekdays, counted where the rule lets them be."""
    found = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4, unique=True))
    if freq not in {"MONTHLY", "YEARLY"} or "BYWEEKNO" in names:
        return some(found)
    last = 5 if freq == "MONTHLY" or "BYMONTH" in names else 53
    ordinals = st.one_of(st.just(""), both_ways(last).map(str), st.integers(1, 5).map("+{}".format))
    return some(draw(ordinals) + day for day in found)


def seconds(at: dt.datetime) -> int:
    """Return a reading as the engine counts it."""
    return int((at - EPOCH).total_seconds())


def assert_same(drawn: Drawn) -> None:
    """Compare what the rule names, in a stretch and in its two halves."""
    text, start, first, last = drawn
    base = seconds(start)
    whole = [seconds(at) for at in expand(text, start, start + dt.timedelta(seconds=last))]
    expected = [at for at in whole if at >= base + first]
    rule = RRule(text, base)
    assert rule.walls(base + first, base + last) == expected
    middle = base + (first + last) // 2
    halves = rule.walls(base + first, middle) + rule.walls(middle, base + last)
    assert halves == expected
    days = list(rule.possible_days((base + first) // 86_400, (base + last) // 86_400 + 1))
    assert {at // 86_400 for at in expected} <= set(days)
    assert days == sorted(set(days))
    times = {at % 86_400 for at in expected}
    assert all(rule.comes_near([(time, time + 1)], 0) for time in times)
    if rule.surely_runs:
        for year in range(start.year + 1, start.year + 4):
            first_day, next_year = (
                (dt.date(each, 1, 1) - EPOCH.date()).days for each in (year, year + 1)
            )
            assert any(rule.possible_days(first_day, next_year))
        event("surely runs")
    event("something" if expected else "nothing")
    event(text.partition("FREQ=")[2].partition(";")[0])


@settings(REPRODUCIBLE, max_examples=120)
@given(rules())
def test_the_engine_names_what_the_rfc_does(drawn: Drawn) -> None:
    assert_same(drawn)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_engine_names_what_the_rfc_does_on_many_rules(shard: int) -> None:
    seed(shard)(
        settings(REPRODUCIBLE, max_examples=EXAMPLES_A_SHARD)(given(rules())(assert_same))
    )()


def has_another_meaning(text: str) -> bool:
    """Whether python-dateutil reads a rule otherwise than RFC 5545, by its parts.

    Without BYDAY it takes all days of the weeks that BYWEEKNO names, where the RFC takes the
    weekday of the start. It counts a day of week 1 that lies in December to the old year, which
    matters where years are left out or a set is picked from. And of weekdays with numbers and
    without in one BYDAY it takes those that are both, where the RFC takes each that is listed.
    """
    parts = dict(part.split("=") for part in text.split(";"))
    numbered = {len(day) > len("MO") for day in parts.get("BYDAY", "MO").split(",")}
    weeks = "BYWEEKNO" in parts
    # In the week of the start it takes the positions from the start on; the set of the RFC is that
    # of the whole period.
    first_week = parts["FREQ"] == "WEEKLY" and "BYSETPOS" in parts
    return len(numbered) > 1 or first_week or (
        weeks and ("BYDAY" not in parts or "INTERVAL" in parts or "BYSETPOS" in parts)
    )  # fmt: skip


# Not shrunk: where it disagrees it searches to the year 9999, each time.
@settings(REPRODUCIBLE, max_examples=200, phases=[Phase.generate])
@given(rules())
def test_dateutil_agrees_where_it_follows_the_rfc(drawn: Drawn) -> None:
    text, start, _, last = drawn
    assume(not has_another_meaning(text))
    found = RRule(text, seconds(start)).walls(seconds(start), seconds(start) + last)
    # It searches to the year 9999 for what doesn't come.
    assume(found)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        voter = rrulestr(text, dtstart=start)
    assert [seconds(at) for at in islice(voter, min(len(found), 50))] == found[:50]
