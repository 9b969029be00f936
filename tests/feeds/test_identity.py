"""An occurrence keeps its UID: as time goes by, as it is moved, as others come and go."""

from __future__ import annotations

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from opspolicy.estate import assumptions
from opspolicy.estate.assumptions import Looked
from opspolicy.feeds import ics
from opspolicy.feeds.events import events
from opspolicy.picture.choice import Chosen
from opspolicy.planner.lanes import Drawer
from opspolicy.temporal.durations import DAY
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline
from tests import worlds
from tests.feeds.feeds import Seen, at, feed, of_kind, planner, read, report_of
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World, estates

FOUND = {"collision", "finding"}
"""What is put together of all that is found on a day, and of a message about all days."""
KINDS = {
    *FOUND, "outage", "inherited", "degraded", "freeze", "run", "demand", "maintenance", "notice",
}  # fmt: skip

ONCE = """
teams: {{a: {{title: Team A, contact: a@example.org}}}}
defaults: {{timezone: Europe/Paris, owner: a}}
services:
  shop: {{customer_facing: true, depends_on: [database]}}
  database: {{}}
jobs: {{bill: {{schedule: {{cron: "0 9 1 * *"}}, duration: 10m, requires: [shop]}}}}
maintenance_windows:
  move: {{takes_down: [database], start: {start}, duration: 6h, notices: [{{at: -3d, channel: email}}]}}
"""
NIGHTLY = """
defaults: {{timezone: Europe/Paris, owner: a, scheduler: cron}}
services: {{shop: {{customer_facing: true}}}}
maintenance_windows: {{patch: {{takes_down: [shop], schedule: {schedule}, duration: 1h}}}}
"""


def uids(seen: dict[str, Seen], kind: str) -> list[str]:
    """Return the UIDs of a category, by time."""
    return [each.uid for each in of_kind(seen, kind)]


def still_to_come(world: World, later: int, seen: set[str]) -> None:
    """Hold what lies ahead in a feed against what is there later; ``seen`` are its kinds."""
    estate, as_of, horizon = world
    assume(later < horizon)
    first = {ics.uid(each): each for each in events(planner(timeline_of(*world)))}
    moved = planner(timeline_of(estate, as_of + later, horizon))
    second = {ics.uid(each): each for each in events(moved)}
    for uid, each in first.items():
        if each.start < as_of + later:
            continue
        assert uid in second, each
        found = second[uid]
        if each.kind not in FOUND:
            assert found[2:5] == each[2:5]
        # What is found on the day on which the horizon ended may go on, now that more is judged.
        elif each.end < as_of + horizon - DAY:
            assert (found.start, found.end) == (each.start, each.end)
        seen.add(each.kind)


def test_what_is_still_to_come_is_the_same_later() -> None:
    seen: set[str] = set()

    @given(world=estates(), later=st.integers(1, 3 * DAY))
    @settings(REPRODUCIBLE, max_examples=40, phases=[Phase.generate])
    def held(world: World, later: int) -> None:
        still_to_come(world, later, seen)

    held()
    # Of each kind there were some.
    assert seen >= KINDS


def test_a_window_of_one_time_keeps_its_events_wherever_it_is_moved() -> None:
    first = feed(ONCE.format(start="2027-10-01T06:00"))
    second = feed(ONCE.format(start="2027-11-01T08:30"), worlds.AS_OF + DAY)
    for kind in ("outage", "inherited", "notice"):
        assert uids(first, kind) == uids(second, kind) != []
    moved = [(first[each.uid], each) for each in second.values() if each.categories == ("outage",)]
    assert [(one.start, other.start) for one, other in moved] == [
        (at("2027-10-01T04:00Z"), at("2027-11-01T07:30Z"))
    ]
    assert all(one.sequence < other.sequence for one, other in moved)
    # So does the collision, as long as it is one with the same run: with what it takes down.
    assert uids(first, "collision") == uids(second, "collision") != []


def test_a_series_keeps_its_days_when_its_time_of_day_changes() -> None:
    midnight = at("2027-09-01T00:00+02:00")
    first = feed(NIGHTLY.format(schedule='{cron: "0 1 * * *"}'), midnight, 9)
    second = feed(NIGHTLY.format(schedule='{cron: "30 3 * * *"}'), midnight, 9)
    assert uids(first, "outage") == uids(second, "outage")
    assert len(uids(first, "outage")) == 9
    assert all(each.start != first[each.uid].start for each in of_kind(second, "outage"))
    # And what is no longer on a day takes none of the other days with it.
    weekly = feed(NIGHTLY.format(schedule='{cron: "0 1 * * sun"}'), midnight, 9)
    assert {*uids(weekly, "outage")} < {*uids(first, "outage")}


def test_several_on_one_day_are_counted_from_its_beginning() -> None:
    text = NIGHTLY.format(schedule='{cron: "0 1,7,13 * * *"}')
    whole = feed(text, at("2027-09-01T00:00Z"), 2)
    assert len(whole) == len({*whole}) == len(of_kind(whole, "outage")) * 2
    part = feed(text, at("2027-09-01T09:00Z"), 2)
    for each in of_kind(part, "outage"):
        if each.uid in whole:
            assert (each.start, each.end) == (whole[each.uid].start, whole[each.uid].end)
    assert len({*uids(part, "outage")} & {*uids(whole, "outage")}) == 5


def test_an_entry_of_dates_is_known_by_its_date_and_not_by_its_place() -> None:
    first = feed(NIGHTLY.format(schedule="{dates: [2027-10-03T01:00, 2027-11-07T01:00]}"))
    second = feed(NIGHTLY.format(schedule="{dates: [2027-09-19T01:00, 2027-11-07T02:00]}"))
    (common,) = {*uids(first, "outage")} & {*uids(second, "outage")}
    assert second[common].start == at("2027-11-07T01:00Z")
    assert first[common].start == at("2027-11-07T00:00Z")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("1999-01-01", 0), ("2020-01-01", 0), ("2020-01-02", 1440), ("2150-01-01", 68_374_080)],
)
def test_sequence_counts_minutes_and_is_an_integer_of_31_bits(as_of: str, expected: int) -> None:
    found = ics.sequence(at(f"{as_of}T00:00Z"))
    assert found == expected < 1 << 31


def test_what_would_be_never_overwrites_what_is() -> None:
    text = ONCE.format(start="2027-10-01T06:00")
    timeline = worlds.timeline(worlds.estate(a=text))
    wanted = assumptions.parse("--extend", "maintenance_window/move=2h")
    looked = Looked(worlds.AS_OF, timeline.horizon.until, timeline.horizon.farthest)
    made, told = assumptions.applied(timeline.estate, [wanted], looked)
    assumed = Timeline(made, timeline.horizon)
    report = report_of(assumed)._replace(what_if=told)
    start, end = timeline.horizon
    drawn = Drawer(report, assumed, start, end).planner()
    written = ics.render(drawn, Chosen(("shop",), ("a",)))
    would_be, is_so = read(written), feed(text)
    assert not {*would_be} & {*is_so}
    assert all(each.told.startswith("What if: ") for each in would_be.values())
    assert "\r\nX-WR-CALNAME:What if: Operations: shop and team a\r\n" in written
    assert "X-WR-CALDESC:" in written
    assert "`move` takes 2 h longer" in written.replace("\r\n ", "")


def test_the_same_run_in_two_feeds_is_the_same_event() -> None:
    text = ONCE.format(start="2027-10-01T06:00")
    timeline = worlds.timeline(worlds.estate(a=text))
    one, other = (
        read(ics.render(planner(timeline, chosen), chosen))
        for chosen in (Chosen(("shop",)), Chosen((), ("a",)))
    )
    assert {*one} < {*other}
    assert all(other[uid] == each for uid, each in one.items() if not each.alarms)


def test_what_happens_later_than_can_be_judged_is_cut_off_there() -> None:
    text = "services: {shop: {owner: a}}\nmaintenance_windows: {gone: {owner: a, takes_down: [shop], start: 2027-10-01T06:00Z, end: 2127-10-01T06:00Z}}"
    (event,) = of_kind(feed(text), "outage")
    assert event.end == Horizon(worlds.AS_OF, worlds.AS_OF).farthest
