"""Durations, instants, dates and times of day as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.temporal import durations, instants
from opspolicy.temporal.durations import PATTERN
from opspolicy.temporal.instants import DATE_PATTERN, INSTANT_PATTERN, TIME_PATTERN
from opspolicy.temporal.wording import between

if TYPE_CHECKING:
    from collections.abc import Callable

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=300)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90), ("30m", 1800), ("4h", 14_400), ("2d", 172_800), ("1w", 604_800),
        ("1h30m", 5400), ("1w2d3h4m5s", 788_645), ("PT4H", 14_400), ("P1DT12H", 129_600),
        ("P2W", 1_209_600), ("PT0S", 0), ("0s", 0), ("PT90M", 5400),
    ],
)  # fmt: skip
def test_durations(text: str, seconds: int) -> None:
    assert durations.parse(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "4", "h", "4 h", "-4h", "4H", "1m1h", "1.5h", "P", "PT", "P1DT", "P1Y", "4h\n", " 4h",
     "pt4h", "1h30", "٤h", "5y"],
)  # fmt: skip
def test_not_durations(text: str) -> None:
    with pytest.raises(durations.DurationError, match="is not a duration"):
        durations.parse(text)


def test_too_long() -> None:
    with pytest.raises(durations.DurationError, match="longer than five years"):
        durations.parse("999999999w")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"), (45, "45 s"), (1800, "30 min"), (153_000, "42 h 30 min"), (259_200, "72 h"),
        (432_000, "5 days"), (435_660, "5 days 1 h 1 min"), (-3600, "-1 h"),
    ],
)  # fmt: skip
def test_words(seconds: int, words: str) -> None:
    assert durations.words(seconds) == words


@LAWS
@given(st.integers(0, durations.LONGEST))
def test_words_say_all_of_it(seconds: int) -> None:
    units = {"days": 86_400, "h": 3600, "min": 60, "s": 1}
    said = durations.words(seconds).split()
    assert sum(int(n) * units[u] for n, u in zip(said[::2], said[1::2], strict=True)) == seconds


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2027-10-09T06:00Z", "2027-10-09T06:00:00Z"),
        ("2027-10-09 06:00Z", "2027-10-09T06:00:00Z"),
        ("2027-10-09T06:00:30+02:00", "2027-10-09T04:00:30Z"),
        ("2027-10-09T06:00-03:30", "2027-10-09T09:30:00Z"),
    ],
)
def test_instants_with_offset(text: str, instant: str) -> None:
    assert instants.rfc3339(instants.parse_moment(text).instant(None)) == instant


@pytest.mark.parametrize(
    "text",
    [
        "2027-10-09", "2027-10-09T6:00", "2027-10-09T24:00", "2027-10-09T06:00+25:00",
        "2027-13-01T00:00", "2027-10-09T06:00z", "2027-10-09T06:00:00.5", "2027-10-09T06:00 ",
        "20271009T0600", "2027-02-30T00:00", "1899-12-31T00:00", "2200-01-01T00:00",
    ],
)  # fmt: skip
def test_not_instants(text: str) -> None:
    with pytest.raises(instants.InstantError, match=re.escape(f"`{text[:10]}")):
        instants.parse_moment(text)


def test_as_of() -> None:
    assert instants.rfc3339(instants.parse_as_of("2027-09-01")) == "2027-09-01T00:00:00Z"
    assert instants.rfc3339(instants.parse_as_of("2027-09-01T05:00")) == "2027-09-01T05:00:00Z"
    assert (
        instants.rfc3339(instants.parse_as_of("2027-09-01T05:00+01:00")) == "2027-09-01T04:00:00Z"
    )


def test_compact_reads_back() -> None:
    assert durations.compact(0) == "0s"
    for text in ("180d", "1d12h", "1h30m", "90s"):
        assert durations.parse(durations.compact(durations.parse(text))) == durations.parse(text)
    assert durations.compact(180 * 86_400) == "180d"


def test_times_of_day() -> None:
    assert [instants.parse_time(text) for text in ("00:00", "08:05", "23:59", "24:00")] == [
        0, 485, 1439, 1440,
    ]  # fmt: skip
    for text in ("8:00", "24:01", "12:60", "noon"):
        with pytest.raises(instants.InstantError):
            instants.parse_time(text)


def test_years_later() -> None:
    leap = instants.parse_as_of("2028-02-29T12:00")
    assert instants.rfc3339(instants.years_later(leap, 5)) == "2033-02-28T12:00:00Z"
    assert instants.rfc3339(instants.years_later(leap, 4)) == "2032-02-29T12:00:00Z"


def test_times_are_said_once_and_told_apart() -> None:
    start = instants.parse_as_of("2027-10-09T10:00")
    assert between(start, start + 3600, "America/Toronto") == "Sat 9 Oct 2027 06:00 to 07:00"
    assert between(start, start + 86_400, "UTC") == "Sat 9 Oct 2027 10:00 to Sun 10 Oct 2027 10:00"
    fold = instants.parse_as_of("2027-11-07T05:30")
    assert between(fold, fold + 3600, "America/New_York") == (
        "Sun 7 Nov 2027 01:30 EDT to 01:30 EST"
    )
    assert between(start, start + 30, "UTC") == "Sat 9 Oct 2027 10:00 to 10:00:30"


NEARLY = st.one_of(
    st.from_regex(re.compile(DATE_PATTERN + r"\Z")),
    st.from_regex(re.compile(TIME_PATTERN + r"\Z")),
    st.from_regex(re.compile(PATTERN)),
    st.from_regex(re.compile(INSTANT_PATTERN + r"\Z")),
    st.from_regex(
        r"2027-[01][0-9]-[0-3][0-9][T ][0-9]{1,2}:[0-9]{1,2}(:[0-9]{2})?([Z+-].{0,5})?\n?"
    ),
    st.from_regex(r"[0-9]{1,5}-[0-9]{1,3}-[0-9]{0,3}\n?"),
    st.from_regex(r"[0-9]{1,3}:?[0-9]{0,3}\n?"),
    st.from_regex(r"[0-9]{0,12}[a-zA-Z]{0,2}\n?"),
    st.text(st.sampled_from("0123456789-:٣² wdhms"), max_size=11),
)


@given(NEARLY)
@settings(LAWS, max_examples=600)
def test_what_is_read_without_a_pattern_is_what_the_pattern_matches(text: str) -> None:
    """The patterns are what the JSON Schemas say."""
    assert accepts(instants.parse_time, text) == (
        bool(re.fullmatch(TIME_PATTERN, text)) or text == "24:00"
    )
    assert refusal(instants.parse_date, text) == (
        "" if re.fullmatch(DATE_PATTERN, text) else "is not a date"
    )
    assert refusal(instants.parse_moment, text) == (
        "" if re.fullmatch(INSTANT_PATTERN, text) else "is not an instant"
    )
    assert refusal(durations.parse, text) == (
        "" if re.match(PATTERN, text) else "is not a duration"
    )


def accepts(parse: Callable[[str], object], text: str) -> bool:
    """Whether a parser takes a text."""
    try:
        parse(text)
    except ValueError:
        return False
    return True


def refusal(parse: Callable[[str], object], text: str) -> str:
    """Return whether a parser refuses the shape of a text; a date that isn't in reach is one."""
    try:
        parse(text)
    except ValueError as error:
        shapes = ("is not a date", "is not a duration", "is not an instant")
        shape = [each for each in shapes if each in str(error)]
        return shape[0] if shape else ""
    return ""
