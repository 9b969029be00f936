"""The short look against the long one: it may only ever spare what finds nothing."""

from __future__ import annotations

from hypothesis import event, given, settings
from hypothesis import strategies as st

from opspolicy.temporal import cron, daytimes, zones
from opspolicy.temporal.dialects import CRON, KUBERNETES, Dialect
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import parse_as_of
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.schedules import RecurringSchedule

START = parse_as_of("2027-03-20")
LINES = st.builds(
    "{} {} * * {}".format,
    st.sampled_from(["0", "59", "30", "*/20", "*"]),
    st.sampled_from(["0", "1", "2", "3", "23", "12", "0-4", "*/6", "*"]),
    st.sampled_from(["*", "sun", "1-5"]),
)
INTERVALS = st.lists(
    st.tuples(st.integers(0, 20 * DAY), st.sampled_from([1, 60, 3600, 9000, DAY, 2 * DAY])),
    max_size=6,
)


@settings(derandomize=True, database=None, deadline=None, max_examples=500)
@given(
    LINES,
    INTERVALS,
    st.sampled_from([0, 59, 3600, 20 * 3600, DAY]),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"]),
    st.sampled_from([CRON, KUBERNETES]),
)
def test_what_does_not_come_near_starts_nothing(
    line: str, pairs: list[tuple[int, int]], before: int, key: str, dialect: Dialect
) -> None:
    zone = zones.zone(key)
    schedule = RecurringSchedule(((cron.parse(line, dialect),),), zone)
    when = IntervalSet((START + start, START + start + length) for start, length in pairs)
    touched = daytimes.touched(when, zone)
    near = schedule.comes_near(touched, before)
    event(f"near: {near}")
    if any(schedule.starts(start - before, end) for start, end in when):
        assert near
    assert touched == tuple(sorted(touched))
    assert all(0 <= start < end <= DAY for start, end in touched)


def test_times_of_day() -> None:
    zone = zones.zone("Europe/Berlin")
    at = parse_as_of
    when = IntervalSet([
        (at("2027-03-01T22:00+01:00"), at("2027-03-02T02:00+01:00")),
        (at("2027-03-09T01:00+01:00"), at("2027-03-09T03:00+01:00")),
        (at("2027-03-28T01:00+01:00"), at("2027-03-28T01:30+01:00")),
    ])  # fmt: skip
    # Half past one is a nominal time that an hour's change can move to or from.
    assert daytimes.touched(when, zone) == ((0, 3 * 3600), (22 * 3600, DAY))
    night = IntervalSet([(at("2027-03-28T01:00+01:00"), at("2027-03-28T01:30+01:00"))])
    assert daytimes.touched(night, zone) == ((0, 5 * 1800),)
    touched = ((0, 3 * 3600), (22 * 3600, DAY))
    line = cron.parse("0 4 * * *", CRON)
    assert not line.comes_near(touched, 3600)
    assert not line.comes_near(((5 * 3600, 6 * 3600),), 3599)
    assert line.comes_near(((5 * 3600, 6 * 3600),), 3600)
    assert line.comes_near(((0, 60),), 20 * 3600)
    assert not line.comes_near(((0, 60),), 20 * 3600 - 1)
