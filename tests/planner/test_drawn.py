"""The calendar in a terminal and as a picture: in its width, of plain characters, and harmless."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import encode
from opspolicy.cli.console import LEAST_WIDTH
from opspolicy.estate.assumptions import Assumed
from opspolicy.output.page import calendar
from opspolicy.output.page.data import Data
from opspolicy.picture.choice import Look
from opspolicy.picture.drawing import Frame, axis
from opspolicy.planner import as_svg, as_text
from opspolicy.planner.axis import ticks
from opspolicy.planner.lanes import Drawer, Lane, Planner
from opspolicy.temporal.instants import parse_as_of
from opspolicy.temporal.zones import zone
from tests import sinks, worlds
from tests.explain.scenes import scene
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World, estates
from tests.payloads import PAYLOADS, mostly_proved
from tests.planner.test_lanes import DAY, SHOP, planned

LAWS = settings(REPRODUCIBLE, max_examples=8)
NAMESPACE = "{http://www.w3.org/2000/svg}"
ELEMENTS = {
    "svg": {"width", "height", "viewBox", "role", "aria-label"}, "title": set(), "style": set(),
    "defs": set(), "pattern": {"id", "width", "height", "patternUnits", "patternTransform"},
    "path": {"class", "d"}, "g": set(), "tspan": {"class"}, "text": {"class", "x", "y"},
    "rect": {"class", "x", "y", "width", "height", "rx"},
}  # fmt: skip


def read(written: str) -> str:
    """Return what a picture says; fails for an element or an attribute that isn't ours."""
    sinks.assert_harmless(written)
    said = []
    for each in ET.fromstring(written).iter():  # noqa: S314 - our own
        name = each.tag.removeprefix(NAMESPACE)
        assert set(each.attrib) <= ELEMENTS[name], each.attrib
        if name == "style":
            assert not re.search(r"url\((?!#)|@import|https?:", each.text or "")
        else:
            said += [each.text or "", each.tail or "", *each.attrib.values()]
    return "".join(said)


@LAWS
@given(estates(), st.integers(LEAST_WIDTH, 220))
def test_lines_fit_and_mean_the_same_in_every_look(world: World, width: int) -> None:
    estate, as_of, horizon = world
    of = scene(timeline_of(estate, as_of, horizon).estate, as_of, horizon)
    planner = planned(of, as_of, as_of + horizon, everything=True)
    text = as_text.render(planner, Look(width))
    command = "  opspolicy explain "
    assert all(
        encode.columns(line) <= width or line.startswith(command) for line in text.split("\n")
    )
    colored = as_text.render(planner, Look(width, color=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == text
    plain = as_text.render(planner, Look(width, plain=True))
    assert plain.isascii()
    everything = as_text.render(planner, Look(width, verbose=True))
    for each in planner.findings:
        assert each.fingerprint[:12] in everything
    said = read(as_svg.render(planner))
    for lane in planner.lanes:
        assert lane.name in said


@LAWS
@given(
    st.sampled_from(
        ["UTC", "America/Toronto", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Beirut"]
    ),
    st.integers(parse_as_of("2027-01-01"), parse_as_of("2028-06-01")),
    st.one_of(st.integers(60, 4 * DAY), st.integers(60, 5 * 366 * DAY)),
    st.integers(1, 30),
)
def test_ticks_are_few_in_order_and_where_the_clock_says(
    name: str, start: int, length: int, most: int
) -> None:
    place = zone(name)
    found = ticks(start, start + length, place, most)
    # An hour that comes twice has its ticks twice.
    assert len(found) <= most + 24
    assert [each.instant for each in found] == sorted({each.instant for each in found})
    for each in found:
        assert start <= each.instant < start + length
        wall = place.wall(each.instant)
        if re.fullmatch(r"\d\d:\d\d", each.text):
            assert each.text == f"{wall % DAY // 3600:02}:{wall % 3600 // 60:02}"


def drawn(*lanes: Lane) -> Planner:
    """Return a planner of some lanes."""
    of = scene(SHOP)
    drawer = Drawer(of.report, of.timeline, worlds.AS_OF, worlds.AS_OF + 30 * DAY)
    return Planner(drawer, lanes, "UTC")


@pytest.mark.parametrize("payload", mostly_proved(PAYLOADS))
def test_nothing_that_anybody_writes_is_obeyed(payload: str) -> None:
    (first, *_) = planned(scene(SHOP), worlds.AS_OF, worlds.AS_OF + 30 * DAY).lanes
    hurt = first._replace(
        name=payload,
        about=(payload, payload),
        rows=tuple(row._replace(label=f"down by {payload}") for row in first.rows),
        findings=tuple(each._replace(message=payload, policy=payload) for each in first.findings),
    )
    planner = drawn(hurt)
    assert sinks.visible(payload) in sinks.visible(read(as_svg.render(planner)))
    written = encode.log(as_text.render(planner, Look(200)))
    sinks.READERS["text"](written)
    assert not sinks.commands(written)


def test_many_lanes_and_findings_are_counted() -> None:
    (first, *_) = planned(scene(SHOP), worlds.AS_OF, worlds.AS_OF + 30 * DAY).lanes
    finding = first.findings[0]
    many = [
        first._replace(name=f"s{at}", findings=(finding._replace(severity="warning"),))
        for at in range(100)
    ]
    text = as_text.render(drawn(*many), Look(100))
    assert "75 more lanes: -v shows all, --service and --team some." in text
    assert "90 more findings: -v shows all." in text
    assert "s99" in as_text.render(drawn(*many), Look(100, verbose=True))
    said = read(as_svg.render(drawn(*many)))
    assert "… and 40 more lanes" in said
    assert "… and 95 more findings" in said


def test_what_is_unknown_and_what_is_assumed_stands_on_top() -> None:
    of = scene(SHOP.replace("takes_down: [mail]", "takes_down: [mial]"))
    assert not of.report.complete
    report = of.report._replace(
        what_if=(Assumed("--down", "x", "service/base", 3600, None, "`base` is down for 1 h"),)
    )
    planner = Drawer(report, of.timeline, worlds.AS_OF, worlds.AS_OF + DAY).planner()
    text = as_text.render(planner, Look(100))
    assert text.startswith("What if: `base` is down for 1 h.\nNot everything could be read, so")
    assert "`mial`" in text.split("Operations calendar")[0]
    assert "What if: base is down for 1 h." in read(as_svg.render(planner))


def test_a_time_in_which_nothing_is_planned_says_so() -> None:
    planner = planned(scene(SHOP), worlds.AS_OF + 15 * DAY, worlds.AS_OF + 16 * DAY)
    said = "Nothing is planned in this time: no outage, and nobody is sent anywhere."
    assert said in as_text.render(planner, Look(100))
    assert said in read(as_svg.render(planner))


def test_a_day_that_never_was_has_no_label() -> None:
    """Samoa went over the date line, and left out 30 December 2011."""
    start, end = parse_as_of("2011-12-27T00:00Z"), parse_as_of("2012-01-03T00:00Z")
    told = [each.text for each in ticks(start, end, zone("Pacific/Apia"), 10)]
    assert "Thu 29 Dec" in told
    assert "Sat 31 Dec" in told
    assert "Fri 30 Dec" not in told
    drawn_axis = "\n".join(axis(Frame(start, end, 120), zone("Pacific/Apia")))
    assert "Fri 30" not in drawn_axis
    assert "Sat 31" in drawn_axis


def test_what_a_page_has_no_room_for_is_chosen_and_counted_all_the_same() -> None:
    of = scene(SHOP)
    planner = planned(of, worlds.AS_OF, worlds.AS_OF + 30 * DAY)
    document = Data(planner, ()).document()
    assert document["findings"] == []
    assert document["untold"] == len(planner.findings) > 0
    assert {*document["lanes"][0]["severities"]} == {
        each.severity for each in planner.lanes[0].findings
    }


def test_one_name_is_one_text_wherever_it_stands_on_a_page() -> None:
    of = scene(SHOP.replace("owner: web", "owner: '##[error] web'"))
    planner = planned(of, worlds.AS_OF, worlds.AS_OF + 30 * DAY)
    teams = {team for lane in Data(planner, ()).document()["lanes"] for team in lane["teams"]}
    written = "".join(calendar.lines(planner))
    assert any("error" in each for each in teams)
    for each in teams:
        assert f'<option value="{encode.html(each)}">' in written
