"""Cron lines: vectors written by others, and what the dialects do differently."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import croniter
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from opspolicy.temporal import cron, zones
from opspolicy.temporal.dialects import (
    AIRFLOW,
    APPOINTMENT,
    CRON,
    EVENTBRIDGE,
    GITHUB_ACTIONS,
    KUBERNETES,
    QUARTZ,
    Dialect,
)
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import parse_as_of, parse_moment, rfc3339
from opspolicy.temporal.recurrence import ScheduleError
from tests import shared

if TYPE_CHECKING:
    from collections.abc import Callable

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=200)
CRONSIM = shared.load("cron/vectors_cronsim.json") or {}
ROBFIG = shared.load("cron/vectors_robfig_kubernetes.json") or {}
REAL = shared.load("cron/expressions.json") or []

# cronsim is Debian cron with four things of its own, which Debian's crontab(5) doesn't have.
CRONSIM_ONLY: dict[str, Callable[[str], bool]] = {
    "L, LW and 5L": lambda expr: "L" in expr.upper().replace("JUL", ""),
    "the n-th weekday, 1#2": lambda expr: "#" in expr,
    # Debian's entry.c, get_range: "Unsupported syntax: Step specified without range".
    "a step after a single number, 5/15": lambda expr: re.search(r"(^|[ ,])\d+/", expr) is not None,
    "seconds as a sixth field": lambda expr: len(expr.split()) == 6,
}
# It also refuses what can never run; here that is `never-runs`, which says so with the line.
CRONSIM_IMPOSSIBLE = {"* * 30 2 *", "* * 31 4 *"}


def of_cronsim_only(expr: str) -> bool:
    """Whether a vector needs something that only cronsim has."""
    return any(needs(expr) for needs in CRONSIM_ONLY.values())


def wall(text: str) -> int:
    """Return the wall-clock reading of an ISO text."""
    return parse_moment(text[:16]).wall


def starts(line: str, dialect: Dialect, zone: str, start: str, end: str) -> list[str]:
    """Return the starts between two instants in UTC, on the zone's clock."""
    place = zones.zone(zone)
    found = cron.parse(line, dialect).starts(place, parse_as_of(start), parse_as_of(end))
    return [rfc3339(place.wall(at))[:16] for at in found]


@shared.needs_data
@pytest.mark.parametrize("case", CRONSIM.get("dst_next", []), ids=lambda case: case["name"])
def test_cronsim_clock_changes(case: dict[str, Any]) -> None:
    if of_cronsim_only(case["expr"]):
        with pytest.raises(ScheduleError):
            cron.parse(case["expr"], CRON)
        return
    zone = zones.zone(case["tz"])
    expected = [int(dt.datetime.fromisoformat(text).timestamp()) for text in case["expected"]]
    after = zone.instant(wall(case["from_local"])) + 1
    assert cron.parse(case["expr"], CRON).starts(zone, after, expected[-1] + 1) == expected


@shared.needs_data
@pytest.mark.parametrize("case", CRONSIM.get("next", []), ids=lambda case: case["name"])
def test_cronsim_next(case: dict[str, Any]) -> None:
    if of_cronsim_only(case["expr"]):
        with pytest.raises(ScheduleError):
            cron.parse(case["expr"], CRON)
        return
    expected = [wall(text) for text in case["expected"]]
    found = cron.parse(case["expr"], CRON).starts(
        zones.zone("UTC"), wall(case["from"]) + 1, expected[-1] + 1
    )
    assert found == expected


@shared.needs_data
@pytest.mark.parametrize("case", CRONSIM.get("field_sets", []), ids=lambda case: case["expr"])
def test_cronsim_fields(case: dict[str, Any]) -> None:
    if of_cronsim_only(case["expr"]):
        with pytest.raises(ScheduleError):
            cron.parse(case["expr"], CRON)
        return
    line = cron.parse(case["expr"], CRON)
    values = set(case["values"])
    found = {
        "minutes": {time // 60 % 60 for time in line.times},
        "hours": {time // 3600 for time in line.times},
        "days": {at for at in range(1, 32) if line.line.days >> at & 1},
        "months": {at for at in range(1, 13) if line.line.months >> at & 1},
        # Sunday is 0 and 7; here it is kept as 0.
        "weekdays": {at for at in range(7) if line.line.weekdays >> at & 1},
    }[case["field"]]
    assert found == ({at % 7 for at in values} if case["field"] == "weekdays" else values)


@shared.needs_data
def test_cronsim_invalid() -> None:
    accepted = []
    for case in CRONSIM["invalid"]:
        expr = case if isinstance(case, str) else case["expr"]
        try:
            cron.parse(expr, CRON)
        except ScheduleError:
            continue
        accepted.append(expr)
    assert set(accepted) == CRONSIM_IMPOSSIBLE


@shared.needs_data
@pytest.mark.parametrize(
    "case", ROBFIG.get("activation", []), ids=lambda c: f"{c['at']} {c['expr']}"
)
def test_robfig_activation(case: dict[str, Any]) -> None:
    at = wall(case["at"])
    line = cron.parse(case["expr"], KUBERNETES)
    assert line.starts(zones.zone("UTC"), at, at + 1) == ([at] if case["fires"] else [])


def five_fields(expr: str) -> str | None:
    """Return a six-field vector without its seconds, where those are 0."""
    seconds, _, rest = expr.partition(" ")
    return rest if seconds == "0" else None


@shared.needs_data
@pytest.mark.parametrize("case", ROBFIG.get("next", []), ids=lambda case: case["expr"])
def test_robfig_next(case: dict[str, Any]) -> None:
    line = five_fields(case["expr"])
    if line is None or line.count(" ") != 4:
        # Kubernetes parses with ParseStandard: five fields, so these can't stand in a CronJob.
        with pytest.raises(ScheduleError):
            cron.parse(case["expr"], KUBERNETES)
        return
    after = wall(case["from"]) + 1
    until = wall(case["expected"]) + 1 if case["expected"] else after + 5 * 366 * DAY
    found = cron.parse(line, KUBERNETES).starts(zones.zone("UTC"), after, until)
    assert found[:1] == ([wall(case["expected"])] if case["expected"] else [])


@shared.needs_data
@pytest.mark.parametrize("case", ROBFIG.get("dst_next", []), ids=lambda case: " ".join(case[:2]))
def test_robfig_clock_changes(case: list[str]) -> None:
    start, expr, expected = case
    zone = "UTC"
    for text in (start, expr):
        if "TZ=" in text:
            zone = text.partition("TZ=")[2].partition(" ")[0]
    start, expr = start.rpartition(" ")[2], expr.partition("TZ=")[2].partition(" ")[2] or expr
    line = five_fields(expr)
    assert line is not None
    after = int(dt.datetime.fromisoformat(start).timestamp()) + 1
    until = int(dt.datetime.fromisoformat(expected).timestamp())
    found = cron.parse(line, KUBERNETES).starts(zones.zone(zone), after, until + 1)
    assert found == [until]


REAL_DIALECTS = {
    "prow (robfig v2 standard, UTC)": KUBERNETES,
    "k8s CronJob": KUBERNETES,
    "airflow": AIRFLOW,
}


@shared.needs_data
def test_every_real_line_is_read_in_its_own_dialect() -> None:
    refused = []
    for case in REAL:
        try:
            cron.parse(case["expr"], REAL_DIALECTS[case["dialect"]])
        except ScheduleError as error:
            refused.append((case["expr"], str(error)))
    assert len(REAL) == 4829
    assert not refused


@shared.needs_data
def test_what_other_dialects_refuse_of_the_real_lines() -> None:
    """A step without a range is nothing to Debian's cron, and 7 no Sunday to most."""
    refused: dict[str, set[str]] = {}
    for case in REAL:
        for dialect in (CRON, KUBERNETES, GITHUB_ACTIONS, AIRFLOW):
            try:
                cron.parse(case["expr"], dialect)
            except ScheduleError as error:
                # Without the value, what is wrong with it.
                kind = " ".join(str(error).split("`")[2:])
                refused.setdefault(dialect.name, set()).add(kind)
    assert refused == {
        "cron": {": Debian cron takes a step only after a range or  * "},
        "kubernetes": {" is outside the day of week field, 0 to 6"},
        "github-actions": {" is outside the day of week field, 0 to 6"},
    }


FIELD = {
    "minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 6),
}  # fmt: skip


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Draw a line that croniter and robfig both accept."""
    fields = []
    for low, high in FIELD.values():
        one = st.integers(low, high).map(str)
        # croniter takes `0-0` for a full circle, as nobody else does.
        two = st.lists(st.integers(low, high), min_size=2, max_size=2, unique=True).map(sorted)
        some = st.one_of(
            st.just("*"),
            one,
            two.map(lambda pair: f"{pair[0]}-{pair[1]}"),
            st.lists(one, min_size=2, max_size=3).map(",".join),
        )
        fields.append(draw(some))
    return " ".join(fields)


@LAWS
@given(lines(), st.integers(0, 60 * 366))
def test_croniter_agrees_where_nothing_is_in_doubt(line: str, offset: int) -> None:
    """In UTC and with five plain fields, the dialects and croniter have one meaning."""
    parsed = cron.parse(line, KUBERNETES)
    start = parse_as_of("2027-01-01") + offset * 60
    found = parsed.starts(zones.zone("UTC"), start + 1, start + 100 * DAY)
    assume(found)
    schedule = croniter.croniter(line, dt.datetime.fromtimestamp(start, dt.UTC))
    for at in found[:5]:
        assert schedule.get_next(float) == at
    by_cron = cron.parse(line, CRON)
    assert by_cron.starts(zones.zone("UTC"), start + 1, start + 100 * DAY) == found


@LAWS
@given(
    st.sampled_from(["30 2 * * *", "*/20 * * * *", "0 0 * * *", "15,45 1-3 * * sun"]),
    st.sampled_from([CRON, KUBERNETES, APPOINTMENT]),
    st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana"]),
    st.integers(0, 800), st.integers(1, 400), st.integers(1, 400),
)  # fmt: skip
def test_windows_join(
    line: str, dialect: Dialect, zone: str, day: int, hours: int, more: int
) -> None:
    """The starts of two stretches are those of both together, strictly increasing."""
    parsed, place = cron.parse(line, dialect), zones.zone(zone)
    first = parse_as_of("2010-12-01") + day * DAY
    middle, last = first + hours * 3600, first + (hours + more) * 3600
    whole = parsed.starts(place, first, last)
    assert whole == parsed.starts(place, first, middle) + parsed.starts(place, middle, last)
    assert whole == sorted(set(whole))
    pieces = [(at, min(at + 5000, last)) for at in range(first, last, 5000)]
    assert parsed.starts_during(place, pieces) == whole


SPRING = ("2027-03-27T12:00", "2027-03-29T00:00")  # Berlin: 02:00 becomes 03:00 on the 28th
AUTUMN = ("2027-10-30T12:00", "2027-11-01T00:00")  # Berlin: 03:00 becomes 02:00 on the 31st


@pytest.mark.parametrize(
    ("line", "dialect", "days", "expected"),
    [
        ("30 2 * * *", CRON, SPRING, ["2027-03-28T03:00"]),
        ("30 2 * * *", KUBERNETES, SPRING, []),
        ("30 2 * * *", APPOINTMENT, SPRING, ["2027-03-28T03:00"]),
        # Two missed starts are one start after the gap, also when one is due right then.
        ("0,30 2,3 * * *", CRON, SPRING, ["2027-03-28T03:00", "2027-03-28T03:30"]),
        ("30 2 * * *", CRON, AUTUMN, ["2027-10-31T02:30"]),
        ("30 2 * * *", KUBERNETES, AUTUMN, ["2027-10-31T02:30", "2027-10-31T02:30"]),
        ("30 2 * * *", APPOINTMENT, AUTUMN, ["2027-10-31T02:30"]),
        # A minute field with a star follows the real clock under cron, also in one hour only.
        ("*/30 2 * * *", CRON, SPRING, []),
        ("*/30 2 * * *", CRON, AUTUMN, ["2027-10-31T02:00", "2027-10-31T02:30"] * 2),
    ],
)
def test_clock_changes(
    line: str, dialect: Dialect, days: tuple[str, str], expected: list[str]
) -> None:
    assert starts(line, dialect, "Europe/Berlin", *days) == expected


def test_a_day_that_was_left_out_is_not_caught_up() -> None:
    """Debian's cron takes a jump of over three hours for a corrected clock (cron.c)."""
    around = ("2011-12-29T12:00", "2011-12-31T12:00")
    assert starts("0 12 * * *", CRON, "Pacific/Apia", *around) == [
        "2011-12-29T12:00", "2011-12-31T12:00", "2012-01-01T00:00",
    ][:2]  # fmt: skip
    assert "2011-12-31T00:00" in starts("0 12 * * *", APPOINTMENT, "Pacific/Apia", *around)


def test_day_fields() -> None:
    """The 1st and the 15th, or Sundays; with a star in front cron reads `and`, Kubernetes not."""
    january = ("2027-01-01", "2027-01-16")
    sundays = ["2027-01-03T00:00", "2027-01-10T00:00"]
    both = ["2027-01-01T00:00", *sundays, "2027-01-15T00:00"]
    assert starts("0 0 1,15 * 0", CRON, "UTC", *january) == both
    assert starts("0 0 1,15 * 0", KUBERNETES, "UTC", *january) == both
    odd = [f"2027-01-{day:02}T00:00" for day in (1, 3, 5, 7, 9, 10, 11, 13, 15)]
    assert starts("0 0 */2 * 0", CRON, "UTC", *january) == ["2027-01-03T00:00"]
    assert starts("0 0 */2 * 0", KUBERNETES, "UTC", *january) == odd
    assert starts("0 0 */2 * 0", APPOINTMENT, "UTC", *january) == odd


@pytest.mark.parametrize(
    ("line", "dialect", "message"),
    [
        ("* * * *", CRON, "has 4 fields, not 5"),
        ("* * * * * *", KUBERNETES, "has 6 fields, not 5"),
        ("", CRON, "has 0 fields, not 5"),
        ("60 * * * *", CRON, "`60` is outside the minute field, 0 to 59"),
        ("* * * * 7", KUBERNETES, "`7` is outside the day of week field, 0 to 6"),
        ("* * * * 8", CRON, "`8` is outside the day of week field, 0 to 7"),
        ("5-1 * * * *", CRON, "`5-1` runs backwards in the minute field"),
        ("*/0 * * * *", CRON, "the step in the minute field must be a number above zero"),
        ("1,,2 * * * *", CRON, "Debian cron doesn't know an empty value in the minute field"),
        ("R R * * *", CRON, "Debian cron doesn't know `R` in the hour field"),
        ("? * * * *", CRON, "Debian cron doesn't know `?` in the minute field"),
        ("* * L * *", KUBERNETES, "Kubernetes doesn't know `L` in the day of month field"),
        ("@reboot", CRON, "`@reboot` runs when a machine starts"),
        ("@never", KUBERNETES, "`@never` is no nickname of Kubernetes"),
        ("@every 5m", KUBERNETES, "`@every 5m` counts from when its scheduler starts"),
        ("@daily", GITHUB_ACTIONS, "GitHub Actions has no nicknames"),
        ("@once", AIRFLOW, "`@once` runs when Airflow gets to it"),
        ("0 0 * * 7", GITHUB_ACTIONS, "`7` is outside the day of week field, 0 to 6"),
        ("0 0 ? * *", GITHUB_ACTIONS, "GitHub Actions doesn't know `?`"),
        ("0 0 12 * * 1", QUARTZ, "neither of them has one"),
        ("0 0 12 ? * ?", QUARTZ, "here both have one"),
        ("? 0 12 1 * *", QUARTZ, "here it stands elsewhere"),
        ("0 0 12 ? * 0", QUARTZ, "`0` is outside the day of week field, 1 to 7"),
        ("0 0 12 L-31 * ?", QUARTZ, "no month has a day 31 days before its last"),
        ("0 0 12 32W * ?", QUARTZ, "`32` is outside the day of month field"),
        ("0 0 12 1,L * ?", QUARTZ, "Quartz doesn't know `L` in the day of month field"),
        ("0 0 12 ? * 2#0", QUARTZ, "a month has the first to the fifth of a weekday"),
        ("0 0 12 1 1 ? 2031-2030", QUARTZ, "`2031-2030` runs backwards in the year field"),
        ("0 12 LW * ? *", EVENTBRIDGE, "EventBridge doesn't know `LW`"),
        ("at(2027-10-09T06:00:00)", EVENTBRIDGE, "happens once"),
        ("cron(0 12 * * ?)", EVENTBRIDGE, "has 5 fields, not 6"),
        ("0 12 15W * *", AIRFLOW, "isn't documented"),
        ("H 12 * * *", AIRFLOW, "a random or hashed time"),
        ("0 12 * * 8", AIRFLOW, "outside the day of week field"),
        ("TZ=UTC 0 0 * * *", KUBERNETES, "a time zone inside a cron line"),
        ("0 0\n* * *", CRON, "can't hold a line break"),
        ("0 " * 200, CRON, "a cron line of 400 characters: 256 is the limit"),
    ],
)
def test_refused(line: str, dialect: Dialect, message: str) -> None:
    with pytest.raises(ScheduleError) as raised:
        cron.parse(line, dialect)
    assert message in str(raised.value)


def test_length_at_the_limit() -> None:
    line = "0" + ",0" * 122 + " * * * *"
    assert len(line) == 253
    assert cron.parse(line + "   ", CRON).times[0] == 0
    with pytest.raises(ScheduleError, match="257 characters"):
        cron.parse(line + "    ", CRON)


def test_sunday_is_seven_too() -> None:
    week = ("2027-01-01", "2027-01-08")
    assert starts("0 0 * * 7", CRON, "UTC", *week) == ["2027-01-03T00:00"]
    assert starts("0 0 * * sun", KUBERNETES, "UTC", *week) == ["2027-01-03T00:00"]
    assert starts("0 0 * * 5-7", CRON, "UTC", *week) == [
        "2027-01-01T00:00", "2027-01-02T00:00", "2027-01-03T00:00",
    ]  # fmt: skip


def test_leap_days_are_kept_and_impossible_ones_skipped() -> None:
    years = ("2027-01-01", "2033-01-01")
    assert starts("0 0 29 2 *", CRON, "UTC", *years) == ["2028-02-29T00:00", "2032-02-29T00:00"]
    assert len(starts("0 0 31 * *", CRON, "UTC", "2027-01-01", "2028-01-01")) == 7


MONTHS = ("2027-01-01", "2027-06-01")


@pytest.mark.parametrize(
    ("line", "dialect", "expected"),
    [
        ("0 0 6 L * ?", QUARTZ, ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        ("0 0 6 L-2 * ?", QUARTZ, ["01-29", "02-26", "03-29", "04-28", "05-29"]),
        # The last of January, of February and of May are at a weekend.
        ("0 0 6 LW * ?", QUARTZ, ["01-29", "02-26", "03-31", "04-30", "05-31"]),
        # The 1st of May is a Saturday: the nearest weekday in May is the 3rd, not 30 April.
        ("0 0 6 1W * ?", QUARTZ, ["01-01", "02-01", "03-01", "04-01", "05-03"]),
        ("0 0 6 31W * ?", QUARTZ, ["01-29", "03-31", "05-31"]),
        ("0 0 6 ? * 6L", QUARTZ, ["01-29", "02-26", "03-26", "04-30", "05-28"]),
        ("0 0 6 ? * FRIL", QUARTZ, ["01-29", "02-26", "03-26", "04-30", "05-28"]),
        ("0 0 6 ? * MON#5", QUARTZ, ["03-29", "05-31"]),
        ("0 0 6 ? 1 L", QUARTZ, ["01-02", "01-09", "01-16", "01-23", "01-30"]),
        ("0 0 6 1 11-2 ?", QUARTZ, ["01-01", "02-01"]),
        ("0 0 6 1 * ? 2026,2028", QUARTZ, []),
        ("0 0 6 1 1,3 ? 2027", QUARTZ, ["01-01", "03-01"]),
        ("0 6 ? * 2#1 *", EVENTBRIDGE, ["01-04", "02-01", "03-01", "04-05", "05-03"]),
        ("cron(0 6 3W * ? 2027)", EVENTBRIDGE, ["01-04", "02-03", "03-03", "04-02", "05-03"]),
        ("0 6 L * *", AIRFLOW, ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        ("0 6 * * L5", AIRFLOW, ["01-29", "02-26", "03-26", "04-30", "05-28"]),
        ("0 6 * * 1#5", AIRFLOW, ["03-29", "05-31"]),
        ("0 6 1 2-3 7", AIRFLOW, [
            "02-01", "02-07", "02-14", "02-21", "02-28", "03-01", "03-07", "03-14", "03-21", "03-28",
        ]),
        ("@quarterly", AIRFLOW, ["01-01", "04-01"]),
    ],
)  # fmt: skip
def test_last_nearest_and_nth(line: str, dialect: Dialect, expected: list[str]) -> None:
    assert [at[5:10] for at in starts(line, dialect, "UTC", *MONTHS)] == expected


def test_seconds_come_first_in_quartz() -> None:
    noon = parse_as_of("2027-01-01T12:00")
    line = cron.parse("/20 0 12 * * ?", QUARTZ)
    assert line.starts(zones.zone("UTC"), noon - 60, noon + 120) == [noon, noon + 20, noon + 40]


def test_many_times_a_day_are_kept_for_a_few_lines_only() -> None:
    """Each of these has 86,400 times a day; kept by every line they would fill the memory."""
    for year in range(1970, 2170):
        line = cron.parse(f"* * * * * ? {year}", QUARTZ)
        assert line.busiest == DAY
        assert len(line.times) == DAY
    assert cron._many_times.cache_info().currsize <= 8


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("0 5-5 * * *", 24),
        ("0 5 1-1 * *", 1),
        ("0 5 * * 3-3", 1),
        ("0 5,7-7 * * *", 24),
        ("0 5-6 * * *", 2),
    ],
)
def test_airflow_goes_all_the_way_around_from_a_value_to_itself(line: str, count: int) -> None:
    # croniter 6, _expand: a range whose ends are equal names every value of its field.
    found = starts(line, AIRFLOW, "UTC", "2027-06-02T00:00Z", "2027-06-03T00:00Z")
    assert len(found) == count


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "Africa/Casablanca"])
@pytest.mark.parametrize("line", ["* * 30 2 *", "0 * 31 4 *"])
def test_airflow_soon_finds_that_a_line_never_runs(line: str, zone: str) -> None:
    """However far it looks back for the last run, from which elapsed time would count."""
    assert starts(line, AIRFLOW, zone, "2027-03-27T00:00Z", "2027-11-30T00:00Z") == []
