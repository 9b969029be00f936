"""Availability by month: that months divide the horizon, by any clock, and what isn't known."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.temporal import zones
from opspolicy.temporal.instants import parse_as_of, rfc3339
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.timeline.availability import Availability, OfMonth, Projection, Share, months
from tests import worlds
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World, estates
from tests.oracle.simulation import simulate

if TYPE_CHECKING:
    from opspolicy.timeline.timeline import Timeline

LAWS = settings(derandomize=True, database=None, deadline=None)
DAY = 86_400
AWKWARD = [
    "UTC", "America/Toronto", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia",
    "America/Santiago", "Asia/Beirut", "America/Havana", "Africa/Cairo", "Africa/Casablanca",
    "Europe/Dublin", "Asia/Kathmandu", "America/Asuncion",
]  # fmt: skip

PORTAL = """\
defaults: {owner: digital, timezone: America/Toronto, scheduler: kubernetes}
calendars:
  days: {hours: [{days: mon-fri, from: 08:00, to: 20:00}]}
services:
  portal: {customer_facing: true, business_hours: days, depends_on: [identity]}
  journey: {customer_facing: true, depends_on: [{any_of: [portal, phone]}]}
  phone: {}
  shop: {customer_facing: true, depends_on: [{service: identity, strength: soft}]}
  identity: {}
maintenance_windows:
  upgrade:
    takes_down: [portal]
    start: 2027-10-31T22:00
    duration: 12h
"""


def of(text: str, name: str = "portal", *, lost: tuple[str, ...] = ()) -> Availability:
    """Return the availability of a service of one file."""
    timeline = worlds.timeline(worlds.estate(a=text))
    return Projection(timeline, lost).of(timeline.estate.services[name])


# The arithmetic ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "down", "hundredths"),
    [
        (100, 0, 10_000),
        (100, 1, 9_900),
        (3, 1, 6_666),
        (180 * DAY, 1, 9_999),
        (10_000, 1, 9_999),
        (10_001, 1, 9_999),
        (9_999, 1, 9_998),
        (100, 100, 0),
        (30 * DAY, 30 * DAY - 1, 0),
        (0, 0, None),
    ],
)
def test_a_share_is_rounded_down(seconds: int, down: int, hundredths: int | None) -> None:
    assert Share(seconds, down).hundredths == hundredths


@LAWS
@given(st.integers(1, 10**9), st.data())
def test_a_share_is_the_most_that_is_no_more_than_the_truth(
    seconds: int, data: st.DataObject
) -> None:
    down = data.draw(st.integers(0, seconds))
    found = Share(seconds, down).hundredths
    truth = Fraction(seconds - down, seconds) * 10_000
    assert found is not None
    assert found <= truth < found + 1
    assert (found == 10_000) == (down == 0)


def test_an_outage_over_the_end_of_a_month_counts_in_both() -> None:
    found = of(PORTAL)
    by_month = {(each.month.year, each.month.number): each for each in found.months}
    october, november = by_month[2027, 10], by_month[2027, 11]
    assert (october.time.down, november.time.down) == (2 * 3600, 10 * 3600)
    # The clock of Toronto is turned back on 7 November.
    assert (october.time.seconds, november.time.seconds) == (31 * DAY, 30 * DAY + 3600)
    # Sunday night, and Monday from 08:00 to 10:00.
    assert (october.open.down, november.open.down) == (0, 2 * 3600)
    assert (found.time.down, found.of_time) == (12 * 3600, 9_972)
    assert found.of_hours is not None
    assert found.of_hours < 10_000


def test_the_first_and_the_last_month_are_partial() -> None:
    first, *between, last = of(PORTAL).months
    # 1 September 00:00 UTC is still August in Toronto.
    assert (first.month.number, rfc3339(first.month.start)) == (8, "2027-09-01T00:00:00Z")
    assert rfc3339(first.month.end) == "2027-09-01T04:00:00Z"
    assert not first.month.is_whole
    assert all(each.month.is_whole for each in between)
    assert (last.month.number, rfc3339(last.month.end)) == (2, "2028-02-28T00:00:00Z")
    assert not last.month.is_whole


# Months, by any clock ---------------------------------------------------------------------------


@LAWS
@given(
    st.sampled_from(AWKWARD),
    st.integers(parse_as_of("2025-01-01"), parse_as_of("2029-01-01")),
    st.integers(1, 800 * DAY),
    st.data(),
)
def test_months_divide_the_time_and_are_those_of_the_clock(
    key: str, start: int, length: int, data: st.DataObject
) -> None:
    found = list(months(start, start + length, zones.zone(key)))
    assert found[0].start == start
    assert found[-1].end == start + length
    assert all(one.end == other.start for one, other in pairwise(found))
    assert all(each.begins <= each.start < each.end <= each.ends for each in found)
    for each in found:
        for at in (each.start, each.end - 1, data.draw(st.integers(each.start, each.end - 1))):
            read = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(key))
            assert (read.year, read.month) == (each.year, each.number)


def test_a_month_that_begins_in_a_gap_begins_at_its_end() -> None:
    # On 1 October 1995, in Asunción, 00:00 was skipped.
    zone = zones.zone("America/Asuncion")
    september, october = months(parse_as_of("1995-09-15"), parse_as_of("1995-10-15"), zone)
    assert rfc3339(october.begins) == rfc3339(september.end) == "1995-10-01T04:00:00Z"
    assert october.ends - october.begins == 31 * DAY - 3600


def test_a_month_whose_first_midnight_comes_twice_begins_with_the_first() -> None:
    # On 1 November 2020, in Havana, 01:00 is followed by 00:00.
    zone = zones.zone("America/Havana")
    _, november, _ = months(parse_as_of("2020-10-15"), parse_as_of("2020-12-15"), zone)
    assert rfc3339(november.begins) == "2020-11-01T04:00:00Z"
    assert november.ends - november.begins == 30 * DAY + 3600


def test_a_month_that_shows_again_is_no_month_of_its_own() -> None:
    # On 1 November 1987 00:01, in St John's, the clock went back to 23:01 of October.
    zone = zones.zone("America/St_Johns")
    start, end = parse_as_of("1987-10-01"), parse_as_of("1987-12-01")
    for first in (start, parse_as_of("1987-11-01T02:45")):
        found = list(months(first, end, zone))
        assert found[0].start == first
        assert found[-1].end == end
        assert all(one.end == other.start for one, other in pairwise(found))


# Against the oracle -----------------------------------------------------------------------------


def within(stretches: list[tuple[int, int]], start: int, end: int) -> int:
    """Return how many seconds of some stretches lie between two instants."""
    return sum(max(min(high, end) - max(low, start), 0) for low, high in stretches)


@settings(LAWS, max_examples=35)
@given(estates())
def test_months_add_up_to_the_horizon_and_to_what_the_oracle_steps_through(world: World) -> None:
    estate, as_of, horizon = world
    simulated = simulate(estate, as_of, horizon)
    timeline: Timeline = timeline_of(estate, as_of, horizon)
    projection = Projection(timeline)
    for name, service in timeline.estate.services.items():
        found = projection.of(service)
        steps = simulated.down.get(name, [])
        assert found.time == Share(horizon, within(steps, as_of, as_of + horizon))
        for each in found.months:
            assert each.time.down == within(steps, each.month.start, each.month.end)
        assert summed(found.months, "time") == found.time
        assert summed(found.months, "open") == found.open
        opened = timeline.estate.business_hours(service).during(
            IntervalSet([(as_of, as_of + horizon)])
        )
        missed = [(max(low, as_of), min(high, as_of + horizon)) for low, high in steps]
        assert found.open.down == sum(within(missed, *each) for each in opened)


def summed(parts: tuple[OfMonth, ...], name: str) -> Share:
    """Return what the shares of months come to."""
    shares = [getattr(each, name) for each in parts]
    return Share(sum(each.seconds for each in shares), sum(each.down for each in shares))


# What isn't known -------------------------------------------------------------------------------


def test_all_is_known_of_an_estate_that_is_right() -> None:
    for name in ("portal", "journey", "shop", "identity"):
        assert of(PORTAL, name).unknown == of(PORTAL, name).hours == ()


@pytest.mark.parametrize(
    ("more", "unknown"),
    [
        # A start that can't be read: who depends on it firmly, and in a group.
        (
            "  patch: {takes_down: [identity], start: 2027-02-30T00:00, duration: 1h}\n",
            {"portal": "maintenance_window/patch", "journey": "maintenance_window/patch"},
        ),
        # A window that can't be read at all may take down anything, and so may a misspelt name.
        (
            "  patch: {takes_down: identity, schedule: 1}\n",
            dict.fromkeys(("portal", "journey", "shop"), "maintenance_window/patch"),
        ),
        (
            "  patch: {takes_down: [identiti], start: 2027-10-09T00:00, duration: 1h}\n",
            dict.fromkeys(("portal", "journey", "shop"), "maintenance_window/patch"),
        ),
        # Nobody said for how long.
        (
            "jobs:\n  tidy: {takes_down: [identity], schedule: '0 3 * * *'}\n",
            {"portal": "job/tidy", "journey": "job/tidy"},
        ),
        ("jobs:\n  tidy: {takes_down: [identity], schedule: '0 3 * * *', suspended: true}\n", {}),
        # What comes after, or waits for, something whose end nobody knows.
        (
            (
                "jobs:\n  first: {schedule: '0 3 * * *'}\n"
                "  second: {after: [first], takes_down: [identity], duration: 1h}\n"
            ),
            {"portal": "job/second", "journey": "job/second"},
        ),
        (
            (
                "  patch: {takes_down: [phone], start: 2027-02-30T00:00, duration: 1h}\n"
                "jobs:\n  second:\n    schedule: '0 3 * * *'\n    duration: 1h\n    requires: [phone]\n"
                "    when_blocked: wait\n    takes_down: [shop]\n"
            ),
            {"shop": "job/second", "journey": "maintenance_window/patch"},
        ),
        (
            (
                "jobs:\n  one: {after: [two], takes_down: [identity], duration: 1h}\n"
                "  two: {after: [one], duration: 1h}\n"
            ),
            {"portal": "job/one", "journey": "job/one"},
        ),
        ("vendors:\n  acme: {support: {hours: nowhere}}\n", {}),
        ("teams:\n  digital: {contact: 5}\n", {}),
    ],
)
def test_what_happens_at_unknown_times_is_told(more: str, unknown: dict[str, str]) -> None:
    for name in ("portal", "journey", "shop"):
        found = of(PORTAL + more, name)
        assert found.unknown == ((unknown[name],) if name in unknown else ()), name
        assert (found.of_time is None) == (name in unknown)
        assert (found.of_hours is None) == (name in unknown)


def test_a_duplicate_in_another_file_may_be_anything() -> None:
    timeline = worlds.timeline(
        worlds.estate(
            a=PORTAL,
            b="maintenance_windows:\n  upgrade: {timezone: UTC, takes_down: [shop],"
            " start: 2027-10-09T00:00, duration: 1h}\n",
        )
    )
    found = Projection(timeline).of(timeline.estate.services["shop"])
    assert found.unknown == ("maintenance_window/upgrade",)


def test_unknown_holidays_leave_hours_and_what_keeps_to_them_open() -> None:
    text = PORTAL.replace("  days: {hours", "  days: {holidays: XX, hours")
    found = of(text)
    assert (found.unknown, found.hours) == ((), ("calendar/days",))
    assert found.of_time == 9_972
    assert found.of_hours is None
    moved = text + (
        "  patch:\n    takes_down: [identity]\n    duration: 1h\n"
        "    schedule: {cron: '0 3 * * *', except: [days]}\n"
    )
    assert of(moved).unknown == ("maintenance_window/patch",)


def test_a_file_that_was_not_read_may_declare_anything() -> None:
    assert of(PORTAL, "shop", lost=("file/ops/b.yaml",)).unknown == ("file/ops/b.yaml",)
