"""Holds the engine's expansion of cron lines against the oracle of each dialect.

A difference names the dialect, the line, the zone and the stretch, and the instants that only one
of the two has.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from opspolicy.temporal import cron, zones
from opspolicy.temporal.dialects import DIALECTS

from .dialects import ORACLES
from .dialects.clock import changes, offset
from .dialects.lines import lines, telling, written
from .drawing import ZONES as DRAWN_ZONES
from .wall import DAY

NAMES = [name for name in ORACLES if name in DIALECTS]
# croniter, which Airflow's lines are read by, takes as long as all other dialects together.
MOSTLY = [
    pytest.param(each, marks=pytest.mark.prove) if each == "airflow" else each for each in NAMES
]
ZONES = (*DRAWN_ZONES, "America/Toronto", "Europe/London")
MORE_ZONES = (
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "America/Anchorage",
    "America/Argentina/Buenos_Aires",
    "America/Asuncion",
    "America/Bogota",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Nuuk",
    "America/Sao_Paulo",
    "America/Scoresbysund",
    "America/St_Johns",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Sydney",
)
"""With those above, the 40 zones and all continents of which whole years are compared."""

FIRST_YEAR, LAST_YEAR = 2020, 2037
AROUND = 2 * DAY
# A difference says all there is to say; to make a line shorter takes minutes.
REPRODUCIBLE = settings(
    derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate]
)
WHERE_NOTHING_CHANGES = (int(datetime(2027, 3, 28, 1, tzinfo=UTC).timestamp()),)
SHARDS, EXAMPLES_A_SHARD = 4, 500


def instants(zone: str) -> tuple[int, ...]:
    """Give the clock changes to look at: all of some years, and of the year Samoa lost a day."""
    found = changes(zone, FIRST_YEAR, LAST_YEAR)
    if zone == "Pacific/Apia":
        found = changes(zone, 2011, 2012) + found
    return found or WHERE_NOTHING_CHANGES


def first_reading(zone: str, change: int) -> tuple[datetime, int]:
    """Give the first reading that a change skips or repeats, and how many minutes it does so."""
    before, after = offset(zone, change - 60), offset(zone, change)
    reading = datetime.fromtimestamp(change + min(before, after), UTC).replace(tzinfo=None)
    return reading, abs(after - before) // 60


def differences(name: str, line: str, zone: str, start: int, end: int) -> list[str]:
    """Compare the two on a line and a stretch of time."""
    expected = ORACLES[name](line, zone, start, end)
    found = cron.parse(line, DIALECTS[name]).starts(zones.zone(zone), start, end)
    if found == expected:
        return []
    what = f"{name} `{line}` in {zone}, {shown([start])} to {shown([end])}:"
    more = shown(at for at in found if at not in expected)
    less = shown(at for at in expected if at not in found)
    return [f"{what}\n  only the engine: {more}\n  only the oracle: {less}"]


def shown(found: Iterable[int]) -> str:
    """Write instants down, the first few of them."""
    texts = [datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for at in found]
    return " ".join(texts[:6]) + (" …" if len(texts) > 6 else "")


def assert_same_around(name: str, zone: str, which: Iterable[int]) -> None:
    """Compare the telling lines on two days before and after each change."""
    found: list[str] = []
    for change in which:
        for line in telling(name, *first_reading(zone, change)):
            found += differences(name, line, zone, change - AROUND, change + AROUND)
    assert not found, f"{len(found)} differences\n" + "\n".join(found[:10])


def drawn(name: str) -> st.SearchStrategy[tuple[str, str, int]]:
    """Draw a line, a zone, and the change of its clocks that the line is likely about."""
    places = st.sampled_from(ZONES).flatmap(
        lambda zone: st.tuples(st.just(zone), st.sampled_from(instants(zone)))
    )
    return places.flatmap(
        lambda place: st.tuples(
            lines(name, first_reading(*place)[0]), st.just(place[0]), st.just(place[1])
        )
    )


@pytest.mark.parametrize("name", NAMES)
def test_they_agree_around_a_few_changes(name: str) -> None:
    for zone in ZONES:
        every = instants(zone)
        some = every[:2] if zone == "Pacific/Apia" else every[:1]
        assert_same_around(name, zone, {*some, *Random(zone).sample(every, 1)})  # noqa: S311


@pytest.mark.parametrize("name", NAMES)
def test_they_agree_on_jumps_of_three_hours(name: str) -> None:
    assert_same_around(name, "Antarctica/Casey", instants("Antarctica/Casey"))


@pytest.mark.parametrize("line", ["0 0 */1 * FRI", "0 0 13 * */1", "0 0 *,13 * FRI"])
def test_they_agree_on_what_leaves_the_days_open_on_github(line: str) -> None:
    start = int(datetime(2027, 11, 1, tzinfo=UTC).timestamp())
    assert not differences("github-actions", line, "UTC", start, start + 30 * DAY)


@pytest.mark.parametrize("name", MOSTLY)
def test_they_agree_on_random_lines(name: str) -> None:
    @given(case=drawn(name))
    @settings(REPRODUCIBLE, max_examples=100)
    def they_agree(case: tuple[str, str, int]) -> None:
        line, zone, change = case
        found = differences(name, line, zone, change - AROUND, change + AROUND)
        assert not found, found[0]

    they_agree()


@pytest.mark.prove
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("zone", ZONES)
def test_they_agree_around_every_change(zone: str, name: str) -> None:
    assert_same_around(name, zone, instants(zone))


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("name", NAMES)
def test_they_agree_on_thousands_of_random_lines(name: str, shard: int) -> None:
    @seed(shard)
    @given(case=drawn(name))
    @settings(REPRODUCIBLE, derandomize=False, max_examples=EXAMPLES_A_SHARD)
    def they_agree(case: tuple[str, str, int]) -> None:
        line, zone, change = case
        found = differences(name, line, zone, change - AROUND, change + AROUND)
        assert not found, found[0]

    they_agree()


# What may go wrong in a year: jumps, ends of months, Sundays, hours, leap days.
YEARLY: list[tuple[str, str, int | None]] = [
    ("30 2", "* *", None),
    ("0,30 0-3", "* *", None),
    ("45 23", "1,15,31 *", None),
    ("15 1", "* *", 0),
    ("0 *", "29-31 *", None),
    ("*/20 */6", "* 3,4,9,10,11", None),
    ("0 12", "29 2", None),
]
YEARLY_IN_LETTERS = {
    "quartz": [
        "30 30 1 L * ?",
        "0 0 0 LW * ?",
        "0 0 2 L-3W * ?",
        "0 30 2 15W 3,10 ?",
        "0 0 3 ? * MON#5",
        "0 0/30 22-2 ? * 1L",
        "0 30 1 ? NOV-MAR SAT-MON",
    ],
    "eventbridge": [
        "cron(30 1 L * ? *)",
        "cron(0 2 1W * ? *)",
        "cron(30 2 ? * 1L *)",
        "cron(0 3 ? * MON#5 *)",
        "cron(15 0 31W * ? *)",
    ],
}


@pytest.mark.prove
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("zone", ZONES + MORE_ZONES)
def test_they_agree_on_a_whole_year(zone: str, name: str) -> None:
    which = [*(written(name, *row) for row in YEARLY), *YEARLY_IN_LETTERS.get(name, [])]
    year = Random(zone).randint(FIRST_YEAR, LAST_YEAR)  # noqa: S311
    months = [(year, 1), (year, 4), (year, 7), (year, 10), (year + 1, 1)]
    quarters = [int(datetime(*month, 1, tzinfo=UTC).timestamp()) for month in months]
    found: list[str] = []
    for start, end in pairwise(quarters):
        for line in which:
            found += differences(name, line, zone, start, end)
    assert not found, f"{len(found)} differences\n" + "\n".join(found[:10])
