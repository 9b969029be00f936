"""What falls: the same as an independent simulation says, and told as it is."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from opspolicy.graph import words
from opspolicy.temporal.instants import rfc3339
from tests import worlds
from tests.graph.worlds import BANK, falls, graph
from tests.laws import REPRODUCIBLE, hold
from tests.oracle.engine import timeline_of
from tests.oracle.estates import estates
from tests.oracle.simulation import simulate

if TYPE_CHECKING:
    from opspolicy.graph.impact import Impact
    from tests.oracle.estates import World

LAWS = settings(REPRODUCIBLE, max_examples=25)


def bare(world: World) -> World:
    """Return an estate in which nothing happens."""
    estate, as_of, _ = world
    services = {
        name: {key: each[key] for key in ("depends_on", "customer_facing") if key in each}
        for name, each in estate["services"].items()
    }
    return {"services": services}, as_of // 60 * 60, 3600


@LAWS
@given(world=estates())
def test_what_falls_is_what_a_simulation_says(world: World) -> None:
    """Take each service down for a minute and nothing else, and look at that minute."""
    estate, as_of, horizon = bare(world)
    timeline = timeline_of(estate, as_of, horizon)
    for name in estate["services"]:
        found = falls(timeline, f"service/{name}")
        start = rfc3339(as_of + 600)
        window = {"takes_down": [name], "start": start, "duration": "1m", "timezone": "UTC"}
        simulated = simulate({**estate, "maintenance_windows": {"w": window}}, as_of, horizon)
        down = {each for each, when in simulated.down.items() if when}
        slow = {each for each, when in simulated.degraded.items() if when}
        assert {name, *found.down} == down, json.dumps(estate)
        assert {*found.degraded} == slow, json.dumps(estate)
        assert_ways(timeline_of(estate, as_of, horizon).estate.services, found)


@LAWS
@given(world=estates())
def test_a_window_strikes_what_it_names(world: World) -> None:
    """Of all windows and jobs of an estate: each alone is as it would be simulated alone."""
    estate, as_of, horizon = world
    plain, start, hour = bare(world)
    timeline = timeline_of(estate, as_of, horizon)
    for section, kind in (("maintenance_windows", "maintenance_window"), ("jobs", "job")):
        for name, each in estate.get(section, {}).items():
            found = falls(timeline, f"{kind}/{name}")
            effects = {key: each[key] for key in ("takes_down", "degrades") if key in each}
            once = {"start": rfc3339(start + 600), "duration": "1m", "timezone": "UTC"}
            windows = {"w": {**effects, **once}} if effects else {}
            simulated = simulate({**plain, "maintenance_windows": windows}, start, hour)
            down = {each for each, when in simulated.down.items() if when}
            slow = {each for each, when in simulated.degraded.items() if when}
            assert {*found.struck, *found.down} == down
            assert {*found.slowed, *found.degraded} == slow
            assert {*found.struck} <= {*each.get("takes_down", ())}
            assert {*found.slowed} <= {*each.get("degrades", ())}
            assert_ways(timeline.estate.services, found)


def assert_ways(services: object, found: Impact) -> None:
    """Each way leads by declared dependencies, through what fails, to what fails by itself."""
    assert isinstance(services, dict)
    fails = {*found.struck, *found.slowed, *found.down, *found.degraded}
    assert {*found.ways} == {*found.down, *found.degraded}
    for name, way in found.ways.items():
        assert way[0] == name
        assert way[-1] in {*found.struck, *found.slowed}
        assert {*way} <= fails
        assert len({*way}) == len(way)
        if name in found.down:
            assert {*way} <= {*found.struck, *found.down}
        for one, needed in pairwise(way):
            named = {each for entry in services[one].depends_on for each in entry.services}
            assert needed in named


@pytest.mark.prove
def test_what_falls_is_what_a_simulation_says_of_many_estates() -> None:
    many = settings(LAWS, max_examples=400)
    hold(test_what_falls_is_what_a_simulation_says, {"world": estates()}, many)
    hold(test_a_window_strikes_what_it_names, {"world": estates()}, many)


def test_who_is_counted() -> None:
    timeline = worlds.timeline(worlds.estate(a=BANK))
    found = falls(timeline, "service/ledger")
    assert (found.down, found.degraded) == (("branch", "desk", "web"), ("access",))
    assert [each.name for each in found.facing] == ["branch", "web"]
    assert (found.customers, [each.name for each in found.uncounted]) == (600_000, ["web"])
    # One that is suspended never runs.
    assert [each.name for each in found.jobs] == ["post"]
    assert [each.name for each in found.senders] == ["tell"]
    assert [rfc3339(at) for each in found.planned for at in each] == [
        "2027-10-09T20:00:00Z",
        "2027-10-09T22:00:00Z",
    ]
    assert found.ways["branch"] == ("branch", "desk", "ledger")


LEDGER = "at least 600,000 customers are cut off, as nobody declares how many use `web`."
TOLD = {
    "service/ledger": "When `ledger` goes down, 3 services go down with it and 1 is degraded; " + LEDGER,
    "service/mail": "When `mail` goes down, no other service fails; nothing that customers use is down.",
    "service/web": "When `web` goes down, 1 service is degraded; customers of `web` are cut off, how many isn't declared.",
    "service/branch": "When `branch` goes down, no other service fails; 600,000 customers are cut off.",
    "maintenance_window/move": "During maintenance window `move`, `ledger` goes down and `phone` is degraded; with that, 3 more services go down and 1 is degraded; " + LEDGER,
    "maintenance_window/idle": "During maintenance window `idle`, `chat` is degraded; with that, 1 more service is degraded; nothing that customers use is down.",
    "maintenance_window/lost": "Maintenance window `lost` takes no service down that is declared: not `ghost`.",
    "job/post": "Job `post` takes no service down.",
}  # fmt: skip


@pytest.mark.parametrize("ref", TOLD)
def test_it_is_told_as_it_is(ref: str) -> None:
    drawn = graph(BANK, ref)
    assert drawn.impact is not None
    assert words.told(drawn.impact) == TOLD[ref]


def test_a_vendor_is_all_that_it_runs() -> None:
    text = """
vendors: {acme: {}, idle: {}}
services:
  cards: {vendor: acme}
  loans: {vendor: acme, customer_facing: true, customers: 1}
  shop: {customer_facing: true, customers: 20, depends_on: [{any_of: [cards, loans]}]}
"""
    timeline = worlds.timeline(worlds.estate(a=text))
    found = falls(timeline, "vendor/acme")
    assert (found.struck, found.down, found.customers) == (("cards", "loans"), ("shop",), 21)
    assert words.told(found) == (
        "When vendor `acme` fails, `cards` and `loans` go down; with that, 1 more service goes"
        " down; 21 customers are cut off, counted service by service."
    )
    idle = falls(timeline, "vendor/idle")
    assert words.told(idle) == "Vendor `idle` runs no service that is declared."


def test_none_is_a_number() -> None:
    text = "services: {a: {customer_facing: true, customers: 0}, b: {customer_facing: true}}"
    drawn = graph(text, "service/a")
    assert drawn.impact is not None
    assert words.customers(drawn.impact) == "0 customers are cut off"
    assert [words.about(each)[0] for each in drawn.services] == [
        "0 customers",
        "customers use it, how many isn't declared",
    ]


def test_when_it_is_planned() -> None:
    (said,) = words.planned(graph(BANK, "service/ledger"))
    when = "Sat 9 Oct 2027 22:00 to Sun 10 Oct 2027 00:00 (Europe/Paris), 2 h"
    assert said == f"{when}, by maintenance window `move`"
    assert words.planned(graph(BANK, "service/desk"))[0].endswith("by maintenance window `move`")
    assert words.planned(graph(BANK, "service/mail")) == [
        "No outage of `mail` is planned before Mon 28 Feb 2028 01:00 (Europe/Paris)."
    ]
    assert words.planned(graph(BANK, "job/post")) == []
    never = BANK.replace("move: {", "move: {owner: core, ").replace(
        "2027-10-09T22:00", "2026-10-09"
    )
    assert words.planned(graph(never, "maintenance_window/move")) == [
        "It takes nothing down before Mon 28 Feb 2028 01:00 (Europe/Paris)."
    ]
    weekly = BANK.replace(
        "move: {takes_down: [ledger], degrades: [phone], start: 2027-10-09T22:00,",
        "move: {takes_down: [ledger], schedule: {cron: '0 4 * * sun'},",
    )
    first, _, _, rest = words.planned(graph(weekly, "service/ledger"))
    assert first.startswith("Sun 5 Sep 2027 04:00 to 06:00 (Europe/Paris), 2 h, by")
    assert rest == "… and 23 more before Mon 28 Feb 2028 01:00 (Europe/Paris)"
