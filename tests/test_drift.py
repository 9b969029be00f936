"""Why a collision starts only later: each reason held against another judgement without it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given, seed, settings
from hypothesis import strategies as st

from opspolicy import judge
from opspolicy.estate.declarations import Freeze, Job, Window
from opspolicy.output import Style, renderer
from opspolicy.report import FileStatus, Report
from opspolicy.rules import drift
from opspolicy.temporal import zones
from opspolicy.temporal.instants import calendar_date, parse_as_of, rfc3339
from tests import worlds
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import POLICIES, timeline_of
from tests.oracle.estates import estates

if TYPE_CHECKING:
    from opspolicy.report import Finding
    from opspolicy.temporal.zones import Segment
    from opspolicy.timeline.timeline import Timeline
    from tests.oracle.estates import World

DAY = 86_400
DATE = r"[A-Z][a-z]{2} ([0-9]{1,2} [A-Z][a-z]{2} [0-9]{4})"
CHANGE = re.compile(rf"(clear until|on) {DATE}, when the clocks change in (.+)")
EXCEPTION = re.compile(rf"from {DATE}, an exception of calendar `(.+)`")
SEASON = re.compile(rf"from {DATE}, when calendar `(.+)` keeps hours that it doesn't keep all year")
DATES = ("years", "months", "days_of_month")
MOVED = re.compile(
    rf"(?:on|from) {DATE}, as (?:the run of )?`(.+)` moves there from {DATE}, which is no business day"
)
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
PLACES = ("America/Toronto", "Europe/Paris", "Europe/Berlin", "America/Santiago", "UTC")


def iso(written: str) -> str:
    """Give `2027-03-28` for `28 Mar 2027`."""
    return datetime.strptime(written, "%d %b %Y").date().isoformat()  # noqa: DTZ007 - a date


@st.composite
def recurring(draw: st.DrawFn) -> World:
    """Draw an estate in which a few things happen again and again, hours apart or less.

    Around a clock change of 2027, for some weeks.
    """
    base = draw(st.sampled_from([0, 1, 1, 2, 6, 7, 12, 23])) * 60
    days = st.sampled_from(["*", "*", "*", "sun", "sat", "mon-fri", "mon", "tue"])

    def schedule() -> dict[str, Any]:
        zone = draw(st.sampled_from(PLACES))
        place = zones.zone(zone)
        # The same time everywhere in winter, but for a little.
        winter = place.offset(parse_as_of("2027-02-01")) // 60
        minute = (base + winter + draw(st.sampled_from([0, 0, 30, -30, 60, -60, 90, 15]))) % 1440
        if draw(st.integers(0, 9)) == 0:
            start = f"2027-01-{draw(st.integers(1, 7)):02}T{base // 60:02}:00Z"
            return {"every": "1d", "start": start, "timezone": zone}
        day = draw(st.sampled_from(["*", "*", "1", "15"]))
        weekday = draw(days) if day == "*" else "*"
        found: dict[str, Any] = {
            "cron": f"{minute % 60} {minute // 60} {day} * {weekday}",
            "timezone": zone,
        }
        if draw(st.booleans()):
            shift = draw(st.sampled_from(["next", "previous", "next", "skip"]))
            found |= {"on_non_business_day": shift, "business_days": "workdays"}
        return found

    def hours() -> dict[str, Any]:
        zone = draw(st.sampled_from(PLACES))
        winter = zones.zone(zone).offset(parse_as_of("2027-02-01")) // 60
        opens = (base + winter + draw(st.sampled_from([0, 30, 60, 90]))) % 1440
        closes = (opens + draw(st.sampled_from([60, 240, 600]))) % 1440
        weekly = {"days": draw(st.sampled_from(["everyday", "everyday", "mon-fri", "sat"]))}
        times = {
            "from": f"{opens // 60:02}:{opens % 60:02}",
            "to": f"{closes // 60:02}:{closes % 60:02}",
        }
        exceptions: dict[str, dict[str, Any]] = {}
        for _ in range(draw(st.integers(0, 2))):
            date = f"2027-{draw(st.sampled_from(['03', '04', '11']))}-{draw(st.integers(1, 28)):02}"
            earlier = {"from": f"{(opens // 60 + 23) % 24:02}:{opens % 60:02}", "to": times["to"]}
            exceptions[date] = {"date": date} | draw(
                st.sampled_from([{"closed": True}, earlier, earlier])
            )
        return {"timezone": zone, "hours": [weekly | times], "exceptions": [*exceptions.values()]}

    lasting = st.sampled_from(["30m", "1h", "45m", "8h"])
    windows = {
        f"w{number}": {
            "takes_down" if draw(st.integers(0, 4)) else "degrades": [service],
            "duration": draw(lasting),
            "schedule": schedule(),
        }
        for number, service in enumerate(draw(st.sampled_from([["a"], ["a", "b"], ["a", "a"]])))
    }
    service: dict[str, Any] = {"depends_on": [draw(st.sampled_from(["a", {"any_of": ["a", "b"]}]))]}
    if draw(st.booleans()):
        service |= {"customer_facing": True, "business_hours": "hours"}
    if draw(st.integers(0, 3)) == 0:
        service["maintenance_hours"] = "quiet"
    jobs = {
        "j": {
            "duration": draw(lasting),
            "scheduler": draw(st.sampled_from(["cron", "kubernetes"])),
            "schedule": schedule(),
            "requires": ["s"],
            "induces_demand": [{"service": "s", "for": draw(lasting)}],
        }
    }
    freezes = {
        "f": {
            "duration": draw(lasting),
            "schedule": schedule(),
            "applies_to": {"services": draw(st.sampled_from([["s"], ["a"], ["*"]]))},
        }
    }
    workdays = {"timezone": "UTC", "hours": [{"days": "mon-fri", "from": "08:00", "to": "20:00"}]}
    estate = {
        "services": {"s": service, "a": {}, "b": {}},
        "calendars": {"hours": hours(), "quiet": hours(), "workdays": workdays},
        "maintenance_windows": windows,
        "jobs": jobs if draw(st.booleans()) else {},
        "freezes": freezes if draw(st.booleans()) else {},
    }
    as_of = parse_as_of(draw(st.sampled_from(["2027-02-20", "2027-03-20", "2027-10-10"])))
    return estate, as_of, draw(st.integers(20, 60)) * DAY


def judged(world: World) -> tuple[Timeline, dict[tuple[str, ...], Finding]]:
    """Judge an estate; give the findings by what they are about."""
    timeline = timeline_of(*world)
    found = judge.judge(timeline.estate, timeline, POLICIES)
    return timeline, {identity(each): each for each in found if each.causes}


def identity(finding: Finding) -> tuple[str, ...]:
    """Give what a finding is about."""
    return (finding.code, *finding.subjects, *finding.causes, *finding.paths[0])


def meets(found: dict[tuple[str, ...], Finding], finding: Finding, start: int, end: int) -> bool:
    """Say whether a finding has an occurrence in ``[start, end)``."""
    other = found.get(identity(finding))
    return other is not None and bool(other.occurrences.within(start, end))


def changes_on(key: str, date: str, around: int) -> list[Segment]:
    """Give the clock changes of a zone on a local date."""
    return [
        change
        for change in zones.zone(key).changes(around - 400 * DAY, around + 400 * DAY)
        if calendar_date((change.start + change.offset) // DAY).isoformat() == date
    ]


def anchored(estate: dict[str, Any]) -> dict[str, Any]:
    """Give an estate in which elapsed time counts from instants.

    What it counts from is a local time only once: no clock that is changed later moves it.
    """
    copy: dict[str, Any] = json.loads(json.dumps(estate))
    default = copy.get("defaults", {}).get("timezone")
    for section in ("jobs", "freezes", "maintenance_windows"):
        for entry in copy.get(section, {}).values():
            schedule = entry.get("schedule")
            if not isinstance(schedule, dict) or "every" not in schedule:
                continue
            written = schedule.get("start", "")
            key = schedule.get("timezone") or entry.get("timezone") or default
            if key and LOCAL.fullmatch(written):
                schedule["start"] = rfc3339(zones.zone(key).instant(parse_as_of(written)))
    return copy


def fixed(world: World, offsets: dict[str, int]) -> World | None:
    """Put zones without clock changes in the place of others; None where there is no such zone."""
    estate, as_of, horizon = world
    text = json.dumps(anchored(estate))
    for key, offset in offsets.items():
        if offset % 3600:
            return None
        # POSIX counts to the west.
        name = f"Etc/GMT{-offset // 3600:+d}" if offset else "Etc/GMT"
        text = text.replace(json.dumps(key), json.dumps(name))
    return json.loads(text), as_of, horizon


def assert_proven(world: World) -> None:
    """Hold every reason that is told against a judgement of the estate without it."""
    timeline, found = judged(world)
    event("a collision" if found else "no collision")
    for finding in found.values():
        if finding.drift is None:
            continue
        told = f"{finding.drift}\n{finding}\n{json.dumps(world[0])}\n{world[1:]}"
        assert_all_have_started_before(timeline, finding, told)
        if change := CHANGE.fullmatch(finding.drift):
            event(f"{finding.code} {change[1]} a change")
            assert_by_the_clocks(world, finding, change, told)
        elif exception := EXCEPTION.fullmatch(finding.drift):
            event(f"{finding.code} an exception")
            assert_by_the_exception(world, finding, iso(exception[1]), exception[2], told)
        elif season := SEASON.fullmatch(finding.drift):
            event(f"{finding.code} hours of a season")
            assert_by_the_season(world, finding, season[2], told)
        else:
            moved = MOVED.fullmatch(finding.drift)
            assert moved, told
            event(f"{finding.code} a moved run")
            assert_by_the_move(world, finding, iso(moved[3]), told)


def assert_all_have_started_before(timeline: Timeline, finding: Finding, told: str) -> None:
    start, first = timeline.horizon.as_of, finding.occurrences.start
    assert start < first < timeline.horizon.until, told
    others = [ref for ref in finding.subjects if ref.startswith(("job/", "freeze/"))]
    for ref in (*finding.causes, *others):
        entity = timeline.estate.entity(ref)
        assert isinstance(entity, Job | Window | Freeze), told
        assert entity.schedule is not None, told
        # The one it is about, and one before.
        assert len(entity.schedule.starts(start, first + 1)) > 1, told


def assert_by_the_clocks(world: World, finding: Finding, told_of: re.Match[str], told: str) -> None:
    first, end = next(iter(finding.occurrences))
    date, keys = iso(told_of[2]), re.split(", | and ", told_of[3])
    changes = {}
    for key in keys:
        on_that_day = changes_on(key, date, first)
        assert len(on_that_day) == 1, told
        changes[key] = on_that_day[0]
        local = calendar_date(zones.zone(key).wall(first) // DAY).isoformat()
        assert local >= date or key != keys[0], told
    shift = max(abs(each.offset - each.before) for each in changes.values())
    before = fixed(world, {key: each.before for key, each in changes.items()})
    after = fixed(world, {key: each.offset for key, each in changes.items()})
    if before is None or after is None:
        event("no zone to compare with")
        return
    assert not meets(judged(before)[1], finding, first - shift, end + shift), told
    by_these_clocks = judged(after)[1]
    if told_of[1] == "on":
        assert not meets(by_these_clocks, finding, first - shift, end + shift), told
    else:
        instant = next(iter(changes.values())).start
        assert meets(by_these_clocks, finding, world[1], instant), told


def assert_by_the_exception(
    world: World, finding: Finding, date: str, calendar: str, told: str
) -> None:
    estate, as_of, horizon = json.loads(json.dumps(world[0])), world[1], world[2]
    declared = estate["calendars"][calendar]
    kept = [each for each in declared["exceptions"] if each["date"] != date]
    assert len(kept) < len(declared["exceptions"]), told
    first, end = next(iter(finding.occurrences))
    declared["exceptions"] = kept
    if meets(judged((estate, as_of, horizon))[1], finding, first, end):
        # One that spans days with exceptions of their own is told by the first of them.
        declared["exceptions"] = []
        event("several exceptions")
    assert not meets(judged((estate, as_of, horizon))[1], finding, first, end), told


def assert_by_the_season(world: World, finding: Finding, calendar: str, told: str) -> None:
    estate, as_of, horizon = json.loads(json.dumps(world[0])), world[1], world[2]
    hours = estate["calendars"][calendar]["hours"]
    seasonal = [each for each in hours if not each.keys().isdisjoint(DATES)]
    assert seasonal, told
    for each in seasonal:
        each["years"] = [1990]
    first, end = next(iter(finding.occurrences))
    assert not meets(judged((estate, as_of, horizon))[1], finding, first, end), told


def assert_by_the_move(world: World, finding: Finding, date: str, told: str) -> None:
    estate, as_of, horizon = json.loads(json.dumps(world[0])), world[1], world[2]
    opened = {"date": date, "from": "08:00", "to": "20:00"}
    moved = MOVED.fullmatch(finding.drift or "")
    assert moved, told
    sections = ("jobs", "freezes", "maintenance_windows")
    section = next(each for each in sections if moved[2] in estate.get(each, {}))
    schedule = estate[section][moved[2]]["schedule"]
    # A calendar of its own, in which that day is a business day.
    week = {"hours": [{"days": "mon-fri", "from": "08:00", "to": "20:00"}]}
    calendars = estate.setdefault("calendars", {})
    workdays = calendars.get(schedule.get("business_days"), week)
    kept = [each for each in workdays.get("exceptions", []) if each["date"] != date]
    calendars["others"] = workdays | {"exceptions": [*kept, opened]}
    schedule["business_days"] = "others"
    first, end = next(iter(finding.occurrences))
    assert not meets(judged((estate, as_of, horizon))[1], finding, first, end), told


@given(world=recurring())
@settings(REPRODUCIBLE, max_examples=120)
def test_what_is_told_of_recurring_collisions_is_proven(world: World) -> None:
    assert_proven(world)


@given(world=estates())
@settings(REPRODUCIBLE, max_examples=80)
def test_what_is_told_around_clock_changes_is_proven(world: World) -> None:
    assert_proven(world)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(4))
def test_what_is_told_is_proven_on_thousands(shard: int) -> None:
    @seed(shard)
    @given(world=st.one_of(recurring(), estates()))
    @settings(REPRODUCIBLE, max_examples=1000)
    def it_is_proven(world: World) -> None:
        assert_proven(world)

    it_is_proven()


ELAPSED: World = (
    {
        "defaults": {"timezone": "America/Santiago"},
        "services": {"s": {"maintenance_hours": "late"}},
        "maintenance_windows": {
            "w": {
                "takes_down": ["s"],
                "duration": "60m",
                "schedule": {"every": "1440m", "start": "2010-04-03T23:00"},
            }
        },
        "calendars": {"late": {"hours": [{"days": "everyday", "from": "23:00", "to": "00:00"}]}},
    },
    parse_as_of("2010-04-04T02:00:00Z"),
    2 * DAY,
)
"""From the first of two equal readings of a clock, which the later clock knows only once."""


@given(world=st.just(ELAPSED))
@settings(REPRODUCIBLE, max_examples=1)
def test_elapsed_time_counts_from_an_instant(world: World) -> None:
    (finding,) = judged(world)[1].values()
    told = "clear until Sat 3 Apr 2010, when the clocks change in America/Santiago"
    assert finding.drift == told
    assert_proven(world)


WINTER_AND_SUMMER = """
defaults: {owner: retail}
calendars:
  shop-hours: {timezone: Europe/Berlin, hours: [{days: everyday, from: 08:00, to: 20:00}]}
services:
  shop: {customer_facing: true, business_hours: shop-hours}
maintenance_windows:
  reindex: {takes_down: [shop], schedule: {cron: "0 6 * * *", timezone: UTC}, duration: 1h}
"""


def test_json_says_why_and_null_where_nothing_is_said() -> None:
    def told(as_of: str) -> object:
        start = parse_as_of(as_of)
        estate = worlds.estate(a=WINTER_AND_SUMMER)
        found = worlds.findings(estate, as_of=start)
        statuses = (FileStatus("ops/a.yaml", "parsed"),)
        report = Report(start, start + worlds.HALF_A_YEAR, found, statuses, estate)
        (finding,) = json.loads(renderer("json")(report, Style(100)))["findings"]
        return finding["drift"]

    assert told("2027-03-01") == (
        "clear until Sun 28 Mar 2027, when the clocks change in Europe/Berlin"
    )
    assert told("2027-04-01") is None


def test_a_run_with_too_many_collisions_says_less_and_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def told() -> str | None:
        found = worlds.findings(worlds.estate(a=WINTER_AND_SUMMER), as_of=parse_as_of("2027-03-01"))
        (finding,) = [each for each in found if each.code == "OPS301"]
        return finding.drift

    assert told() == "clear until Sun 28 Mar 2027, when the clocks change in Europe/Berlin"
    monkeypatch.setattr(drift, "MOST_WORK", 100)
    assert told() is None
