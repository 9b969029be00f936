"""Calendar expressions of systemd at other times: by the instants that they then name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.repair import expressions
from opspolicy.temporal.durations import DAY, HOUR, MINUTE

from .test_clock import LATER, START, starts


@pytest.mark.parametrize(
    ("text", "shift", "expected"),
    [
        ("02:00", HOUR, "03:00"),
        ("2:0", 10 * HOUR, "12:0"),
        ("Mon..Fri *-*-* 02:00:00 Europe/Paris", HOUR, "Mon..Fri *-*-* 03:00:00 Europe/Paris"),
        ("*-*~01 23:59:30", -MINUTE, "*-*~01 23:58:30"),
        ("02:00", -2 * HOUR - MINUTE, "23:59"),
        ("*-*-* 02:00 UTC", 22 * HOUR, "*-*-* 00:00 UTC"),
        ("daily", 3 * HOUR, "*-*-* 03:00:00"),
        ("DAILY utc", HOUR // 2, "*-*-* 00:30:00 utc"),
        ("weekly", -HOUR, "Sun *-*-* 23:00:00"),
        ("monthly", HOUR, "*-*-01 01:00:00"),
        ("monthly Europe/Paris", -HOUR, None),
        ("yearly", DAY, None),
        ("Mon", HOUR, "Mon 01:00"),
        ("Mon", -HOUR, "Sun 23:00"),
        ("mon Europe/Paris", DAY, "tue 00:00 Europe/Paris"),
        ("SUNDAY 23:30", HOUR, "MONDAY 00:30"),
        ("Wed, 17:48", DAY, "Thu, 17:48"),
        ("Sat *-*-* 4:00", 2 * DAY, "Mon *-*-* 4:00"),
        ("*-*-08", HOUR, "*-*-08 01:00"),
        ("Mon..Fri 02:00", DAY, None),
        ("Mon..Fri 02:00", -3 * HOUR, None),
        ("Sat,Sun 02:00", DAY, None),
        ("Mon *-*-01..07 02:00", DAY, None),
        ("02:00", 30, None),
        ("02,14:00", HOUR, None),
        ("02..04:00", HOUR, None),
        ("02:00/20", HOUR, None),
        ("02:00,30", HOUR, None),
        ("*:00", HOUR, None),
        ("hourly", HOUR // 2, None),
        ("02:00:00.5", HOUR, None),
        ("02:00:*", HOUR, None),
        ("Noday 02:00", DAY, None),
        ("@1493187147", HOUR, None),
    ],
)
def test_an_expression(text: str, shift: int, expected: str | None) -> None:
    assert expressions.shifted(text, shift) == expected


WITHIN = ("Mon..Wed {0}:{1}", "*-*-01..07 {0}:{1}:00", "*-*~01 {0}:{1} UTC")
ANYWHERE = ("{0}:{1}", "*-*-* {0}:{1} UTC", "Fri {0}:{1}", "sunday, *-*-* {0}:{1}:30")


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(
    st.sampled_from((*WITHIN, *ANYWHERE)),
    st.integers(0, 23),
    st.integers(0, 59),
    LATER,
    st.integers(-3, 3),
)
def test_every_start_is_so_much_later(
    form: str, hour: int, minute: int, minutes: int, days: int
) -> None:
    text, shift = form.format(hour, minute), minutes + days * DAY
    found = expressions.shifted(text, shift)
    later = hour * HOUR + minute * MINUTE + shift
    assert (found is not None) == (0 <= later < DAY or form in ANYWHERE)
    if found is None:
        return
    first, end = START, START + 70 * DAY
    before = [at + shift for at in starts(f"on_calendar: '{text}'", end + 9 * DAY)]
    after = starts(f"on_calendar: '{found}'", end + 9 * DAY)
    assert [at for at in before if first <= at < end] == [at for at in after if first <= at < end]
