"""Recurrence rules at other times of their day: by the instants they then name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.repair import clock, moves
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.instants import parse_as_of
from tests import worlds

START = parse_as_of("2027-09-01")


@pytest.mark.parametrize(
    ("text", "shift", "expected"),
    [
        ("FREQ=DAILY;BYHOUR=2", HOUR, "FREQ=DAILY;BYHOUR=3"),
        ("byhour=02;freq=daily", HOUR, "byhour=03;freq=daily"),
        ("FREQ=DAILY;BYHOUR=02;BYMINUTE=00", HOUR, "FREQ=DAILY;BYHOUR=03;BYMINUTE=00"),
        ("FREQ=WEEKLY;BYMINUTE=0;COUNT=3", HOUR // 2, "FREQ=WEEKLY;BYMINUTE=30;COUNT=3"),
        ("FREQ=YEARLY;BYSECOND=0;BYHOUR=2", HOUR, "FREQ=YEARLY;BYSECOND=0;BYHOUR=3"),
        ("FREQ=DAILY;BYHOUR=2", 30, None),
        ("FREQ=DAILY;BYHOUR=2", 22 * HOUR, None),
        ("FREQ=DAILY;BYHOUR=2,14", HOUR, None),
        ("FREQ=DAILY;BYHOUR=2;UNTIL=20270930T020000", HOUR, None),
        ("FREQ=HOURLY;BYMINUTE=0", HOUR, None),
        ("FREQ=DAILY", HOUR, None),  # `start` says it
        ("nonsense", HOUR, None),
        ("", HOUR, None),
    ],
)
def test_a_rule(text: str, shift: int, expected: str | None) -> None:
    assert clock.of_rule(text, "2027-09-01T02:00", shift) == expected


@pytest.mark.parametrize("start", ["2027-09-01T02:00Z", "2027-09-01", "x"])
def test_a_rule_whose_first_start_is_on_another_clock(start: str) -> None:
    assert clock.of_rule("FREQ=DAILY;BYHOUR=2", start, HOUR) is None


def starts(schedule: str, until: int) -> list[int]:
    """Give the starts of some weeks, where no change of clocks can show."""
    text = f"jobs:\n  j:\n    timezone: UTC\n    schedule: {{{schedule}}}\n"
    estate = worlds.estate(a=text)
    assert not estate.problems
    assert not estate.invalid
    found = estate.jobs["j"].schedule
    assert found is not None
    return found.starts(START - 30 * DAY, until)


RULES = (
    "FREQ=DAILY;BYHOUR={0};BYMINUTE={1}",
    "FREQ=WEEKLY;BYMINUTE={1};INTERVAL=2;BYHOUR={0}",
    "FREQ=MONTHLY;BYDAY=WE;BYSETPOS=1;BYHOUR={0}",
    "FREQ=DAILY;COUNT=9;BYMINUTE={1}",
)
LATER = st.integers(-24 * 60, 24 * 60).map(lambda minutes: minutes * MINUTE)


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(st.sampled_from(RULES), st.integers(0, 23), st.integers(0, 59), LATER)
def test_every_start_is_so_much_later(form: str, hour: int, minute: int, shift: int) -> None:
    text, start = form.format(hour, minute), f"2027-09-01T{hour:02}:{minute:02}"
    found = clock.of_rule(text, start, shift)
    later = hour * HOUR + minute * MINUTE + shift
    assert (found is not None) == (0 <= later < DAY)
    if found is None:
        return
    end = START + 70 * DAY
    before = starts(f"rrule: '{text}', start: {start}", end)
    after = starts(f"rrule: '{found}', start: {moves.written(start, shift)}", end)
    assert [at + shift for at in before] == after
