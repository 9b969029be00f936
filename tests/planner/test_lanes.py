"""Lanes show what happens: all of it, nothing else, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from opspolicy.picture import drawing
from opspolicy.picture.choice import EVERYBODY, Chosen, missing, natural
from opspolicy.picture.lanes import COLLISIONS
from opspolicy.planner.lanes import Drawer
from opspolicy.temporal.intervals import IntervalSet, union
from tests import laws, worlds
from tests.explain.scenes import scene
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World, estates
from tests.oracle.simulation import simulate

if TYPE_CHECKING:
    from opspolicy.explain.scene import Scene
    from opspolicy.planner.lanes import Lane, Planner

DAY = 86_400
LAWS = settings(REPRODUCIBLE, max_examples=20)
SHOP = """
teams: {web: {}, db: {}, post: {}, idle: {}}
defaults: {timezone: Europe/Paris, scheduler: cron}
services:
  shop-2: {owner: web, title: Shop, customer_facing: true, customers: 10, business_hours: always, depends_on: [base, {service: mail, strength: soft}]}
  shop-10: {owner: web, customer_facing: true, business_hours: never}
  base: {owner: db}
  mail: {owner: post}
  spare: {owner: idle}
jobs:
  often: {owner: web, schedule: "*/5 * * * *", duration: 1m, requires: [base]}
  letter: {owner: post, schedule: {dates: ["2027-09-10T08:00"]}, duration: 1h, induces_demand: [{service: shop-2, for: 3h}]}
  nightly: {owner: db, schedule: "0 4 * * *", duration: 30m, requires: [shop-10]}
maintenance_windows:
  patch: {owner: db, takes_down: [base], start: 2027-09-10T09:00, duration: 2h}
  queue: {owner: post, takes_down: [mail], start: 2027-09-12T00:00, duration: 1h}
  late: {owner: db, takes_down: [base], start: 2028-07-01T00:00, duration: 2h}
freezes:
  autumn: {owner: web, start: 2027-09-20T00:00, end: 2027-09-21T00:00, applies_to: {services: ["shop-*"]}}
"""


def planned(of: Scene, start: int, end: int, chosen: Chosen = EVERYBODY, *, everything: bool = False) -> Planner:  # fmt: skip
    """Return the lanes of a stretch of time."""
    drawer = Drawer(of.report, of.timeline, start, end)
    return drawer.planner(chosen, everything=everything)


def lane(planner: Planner, name: str) -> Lane:
    """Return the lane of a service."""
    return next(each for each in planner.lanes if each.name == name)


def rows(of: Lane, *kinds: str) -> IntervalSet:
    """Return when a lane has anything of some kinds."""
    return union(row.when for row in of.rows if row.kind in kinds)


@pytest.fixture(scope="module")
def shop() -> Scene:
    """Return the scene of a shop."""
    return scene(SHOP)


@pytest.fixture(scope="module")
def autumn(shop: Scene) -> Planner:
    """Return its September."""
    return planned(shop, worlds.AS_OF, worlds.AS_OF + 30 * DAY)


def test_each_thing_has_a_row_and_the_outages_of_others_one_of_their_own(autumn: Planner) -> None:
    assert [(row.label, row.kind) for row in lane(autumn, "shop-2").rows] == [
        ("down through others", drawing.INHERITED),
        ("degraded", drawing.DEGRADED),
        ("sent by letter", drawing.DEMAND),
        ("freeze autumn", drawing.FREEZE),
        ("business hours", drawing.HOURS),
        ("collision", drawing.COLLISION),
    ]
    assert [row.label for row in lane(autumn, "base").rows] == [
        "down by patch", "runs of often", "collision",
    ]  # fmt: skip
    # Whom it covers, and for how many nothing else happens, isn't known to whoever only looks.
    assert [row.label for row in lane(autumn, "freeze autumn").rows] == ["no outages"]


def test_who_is_in_trouble_comes_first_then_whom_customers_use_then_by_number(shop: Scene) -> None:
    found = planned(shop, worlds.AS_OF, worlds.AS_OF + 30 * DAY, everything=True)
    assert [each.name for each in found.lanes] == [
        "shop-2",
        "base",
        "shop-10",
        "freeze autumn",
        "mail",
        "spare",
    ]
    assert sorted(["a-10", "a-2", "a"], key=natural) == ["a", "a-2", "a-10"]


def test_a_lane_says_whose_it_is_and_how_often_what_is_only_counted(autumn: Planner) -> None:
    assert lane(autumn, "shop-2").about == ("Shop", "web", "10 customers")
    assert lane(autumn, "base").about == (
        "db",
        "1 job with 8,640 runs, drawn where these meet an outage",
    )
    assert lane(autumn, "base").teams == ("db", "web")
    assert lane(autumn, "shop-2").teams == ("db", "post", "web")


def test_what_runs_often_is_drawn_where_it_meets_an_outage(autumn: Planner) -> None:
    runs = rows(lane(autumn, "base"), drawing.RUN)
    down = rows(lane(autumn, "base"), drawing.OUTAGE)
    assert len(runs) == 2 * 60 // 5
    assert not runs - down


def test_quiet_services_are_counted_and_shown_when_asked_for(shop: Scene, autumn: Planner) -> None:
    assert autumn.quiet == 2
    assert "spare" not in [each.name for each in autumn.lanes]
    everything = planned(shop, worlds.AS_OF, worlds.AS_OF + 30 * DAY, everything=True)
    assert "spare" in [each.name for each in everything.lanes]
    assert everything.quiet == 0


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (Chosen(("shop-*",)), ["shop-2", "shop-10"]),
        (Chosen(("base", "mail")), ["base", "mail"]),
        (Chosen((), ("db",)), ["shop-2", "base"]),
        (Chosen((), ("post",)), ["shop-2", "mail"]),
        (Chosen(("spare",)), ["spare"]),
        (Chosen(("mail",), ("w*",)), []),
        (Chosen((), ("idle",)), []),
    ],
)
def test_services_and_teams_choose(shop: Scene, chosen: Chosen, names: list[str]) -> None:
    found = planned(shop, worlds.AS_OF, worlds.AS_OF + 30 * DAY, chosen)
    assert [each.name for each in found.lanes] == names


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (Chosen(("shop",)), "there is no service `shop`; did you mean"),
        (
            Chosen(("zzz*",)),
            "there is no service `zzz*`; there are base, mail, shop-2 and 2 more",
        ),
        (Chosen((), ("webb",)), "there is no team `webb`; did you mean `web`?"),
        (Chosen(("shop-*",), ("web", "id*")), ""),
    ],
)
def test_who_chooses_what_there_is_not_is_told(shop: Scene, chosen: Chosen, said: str) -> None:
    told = missing(shop.estate, chosen)
    assert told.startswith(said)
    assert bool(told) == bool(said)


def test_what_is_found_at_other_times_is_counted(shop: Scene, autumn: Planner) -> None:
    # The window of next summer is judged, as it happens but once.
    assert autumn.outside == (
        "2 findings lie outside of this time, the first on Sat 1 Jul 2028 00:00."
    )
    assert not [each for each in autumn.findings if not each.occurrences.start < autumn.end]
    later = planned(shop, worlds.AS_OF + 30 * DAY, worlds.AS_OF + 40 * DAY)
    assert later.lanes == ()
    assert len(later.drawer.elsewhere) == len(
        [each for each in shop.report.findings if each.occurrences]
    )


def test_what_is_in_trouble_without_a_service_has_a_lane() -> None:
    of = scene(
        "jobs: {report: {owner: a, schedule: {dates: [2027-09-02T00:00Z]}, duration: 3h,"
        " timezone: UTC, deadline: {by: '02:00'}}}"
    )
    (only,) = planned(of, worlds.AS_OF, worlds.AS_OF + 5 * DAY).lanes
    assert (only.name, [row.label for row in only.rows]) == ("job report", ["runs", "finding"])


@LAWS
@given(world=estates())
def test_lanes_are_what_happens_minute_by_minute(world: World) -> None:
    estate, as_of, horizon = world
    of = scene(timeline_of(estate, as_of, horizon).estate, as_of, horizon)
    end = as_of + horizon
    simulated = simulate(estate, as_of, horizon)
    whole = planned(of, as_of, end, everything=True)
    shown = {each.name: each for each in whole.lanes if each.ref.startswith("service/")}
    assert shown.keys() == of.estate.services.keys()
    for name, each in shown.items():
        down = IntervalSet(simulated.down[name]).within(as_of, end)
        slow = IntervalSet(simulated.degraded[name]).within(as_of, end)
        found = rows(each, drawing.OUTAGE, drawing.INHERITED)
        assert found.within(as_of, end) == down
        assert rows(each, drawing.DEGRADED).within(as_of, end) == slow
        about = [one for one in of.report.findings if each.ref in one.subjects]
        met = [one for one in about if one.code in COLLISIONS]
        # What begins as the time ends is of another time, however close it follows.
        meet = union(one.occurrences for one in met if one.occurrences.within(as_of, end))
        assert rows(each, drawing.COLLISION) == meet.touching(IntervalSet([(as_of, end)]))
        # Nothing that lies outside is there, and nothing that is empty.
        assert all(row.when.within(as_of, end) for row in each.rows)
    assert all(one.occurrences.within(as_of, end) for one in whole.findings)


@pytest.mark.prove
def test_lanes_are_what_happens_in_hundreds_of_estates() -> None:
    law = test_lanes_are_what_happens_minute_by_minute
    laws.hold(law, {"world": estates()}, settings(LAWS, max_examples=200))


def test_findings_about_no_time_are_counted() -> None:
    of = scene("services: {a: {customer_facing: true}, b: {owner: x}}")
    planner = planned(of, worlds.AS_OF, worlds.AS_OF + 5 * DAY)
    assert planner.drawer.undated == len(of.report.findings) > 0
    assert planner.outside.endswith(" about no time.")


def test_what_comes_after_others_is_counted_as_often_as_it_runs() -> None:
    of = scene(
        "defaults: {owner: a, timezone: UTC, scheduler: cron}\nservices: {s: {}}\njobs:\n"
        '  first: {schedule: "*/5 * * * *", duration: 1m, requires: [s]}\n'
        "  then: {after: [first], duration: 1m, requires: [s]}\n"
    )
    drawer = Drawer(of.report, of.timeline, worlds.AS_OF, worlds.AS_OF + DAY)
    found = {job.name: drawer.runs(job) for job in of.estate.jobs.values()}
    assert found["first"] == 288
    assert 286 <= found["then"] <= 288
    assert not drawer.is_drawn(of.estate.jobs["then"])


def test_an_outage_is_told_whole_where_it_begins_before() -> None:
    of = scene(SHOP)
    begin = worlds.AS_OF + 9 * DAY + 8 * 3600
    base = lane(planned(of, begin, begin + 3600), "base")
    (outage,) = rows(base, drawing.OUTAGE)
    assert outage[1] - outage[0] == 2 * 3600
    assert outage[0] < begin
