"""Cron lines that start earlier or later: by the instants they then name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.repair.lines import shifted
from opspolicy.temporal import cron, zones
from opspolicy.temporal.dialects import APPOINTMENT, CRON, EVENTBRIDGE, KUBERNETES, QUARTZ, Dialect
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.instants import parse_as_of

START = parse_as_of("2027-01-01")
UTC = zones.zone("UTC")


@pytest.mark.parametrize(
    ("text", "dialect", "shift", "expected"),
    [
        ("0 8 * * mon", APPOINTMENT, -HOUR, "0 7 * * mon"),
        ("0 8 * * mon", APPOINTMENT, DAY, "0 8 * * tue"),
        ("0 1 * * sun", CRON, -2 * HOUR, "0 23 * * sat"),
        ("0 1 * * 0", CRON, -2 * HOUR, "0 23 * * 6"),
        ("@daily", CRON, 30 * MINUTE, "30 0 * * *"),
        ("@weekly", CRON, DAY, "0 0 * * 1"),
        ("0 6 8 * *", KUBERNETES, 2 * DAY, "0 6 10 * *"),
        ("0 6 27 * *", KUBERNETES, 2 * DAY, None),  # February has 28 days
        ("0 6 1 * *", KUBERNETES, -DAY, None),
        ("0 6 8 * mon", KUBERNETES, DAY, None),  # either fits
        ("0 6 * * mon-fri", KUBERNETES, DAY, None),
        ("0 1 * * mon-fri", KUBERNETES, -2 * HOUR, "0 23 * * mon,tue,wed,thu,sun"),
        ("0 6 8,22 * *", KUBERNETES, DAY, None),
        ("0 */6 * * *", CRON, 30 * MINUTE, "30 */6 * * *"),
        ("0 1-3 * * *", CRON, HOUR, "0 2-4 * * *"),
        ("15,45 2 * * *", CRON, 30 * MINUTE, None),  # 02:45 and 03:15 are two lines
        ("*/5 * * * *", CRON, 30 * MINUTE, None),  # some would be on the next day
        ("*/20 * * * *", CRON, 10 * MINUTE, "10,30,50 * * * *"),
        ("cron(15 3 ? * SUN *)", EVENTBRIDGE, -4 * HOUR, "cron(15 23 ? * SAT *)"),
        ("0 0 6 1 * ?", QUARTZ, DAY, "0 0 6 2 * ?"),
        ("0 0 6 L * ?", QUARTZ, HOUR, None),
        ("0 0 6 ? * 6#3", QUARTZ, HOUR, None),
        ("0 6 31 2 *", CRON, DAY, None),
        ("nonsense", CRON, DAY, None),
        ("0 6 * * *", CRON, 30, None),  # a cron line has no seconds
        ("0 6 * jun *", CRON, -8 * HOUR, None),  # would begin in May
    ],
)
def test_a_line(text: str, dialect: Dialect, shift: int, expected: str | None) -> None:
    assert shifted(text, dialect, shift) == expected


def starts(text: str, dialect: Dialect, shift: int) -> list[int]:
    """Give the starts of a month and a half, so much later, where no edge of it can show."""
    rule = cron.parse(text, dialect)
    found = rule.starts(UTC, START - 60 * DAY, START + 105 * DAY)
    return [at + shift for at in found if START <= at + shift < START + 45 * DAY]


numbers = st.one_of(st.integers(0, 59).map(str), st.sampled_from(["0,30", "10-12", "*/20"]))
hours = st.one_of(st.integers(0, 23).map(str), st.sampled_from(["1-3", "22,23", "*/6", "0,12"]))
days = st.one_of(st.just("*"), st.integers(1, 28).map(str), st.just("8-10"))
weekdays = st.one_of(st.just("*"), st.sampled_from(["mon", "0", "7", "1-5", "sat,sun", "fri"]))
moments = st.one_of(
    st.integers(-27, 27).map(lambda at: at * DAY), st.integers(-95, 95).map(lambda at: at * 900)
)


@given(minute=numbers, hour=hours, day=days, weekday=weekdays, shift=moments)
@settings(max_examples=400, derandomize=True, database=None, deadline=None)
def test_every_start_is_so_much_later(
    minute: str, hour: str, day: str, weekday: str, shift: int
) -> None:
    text = f"{minute} {hour} {day} * {weekday}"
    found = shifted(text, CRON, shift)
    if found is not None:
        assert starts(found, CRON, 0) == starts(text, CRON, shift), found
