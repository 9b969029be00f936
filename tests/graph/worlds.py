"""Small estates, drawn."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from opspolicy.graph import drawn
from opspolicy.graph.impact import Impact, impact
from opspolicy.report import FileStatus, Report, order
from tests import worlds
from tests.oracle.engine import timeline_of

if TYPE_CHECKING:
    from opspolicy.graph.drawn import Drawn
    from opspolicy.timeline.timeline import Timeline
    from tests.oracle.estates import World

BANK = """
defaults: {owner: core, timezone: Europe/Paris}
services:
  ledger: {title: Ledger}
  desk: {depends_on: [ledger]}
  branch: {owner: retail, customer_facing: true, customers: 600000, depends_on: [desk]}
  web: {owner: retail, customer_facing: true, depends_on: [ledger, {service: chat, strength: soft}]}
  chat: {}
  phone: {}
  access: {owner: retail, customer_facing: true, customers: 100, depends_on: [{any_of: [web, phone]}]}
  mail: {depends_on: [ghost]}
jobs:
  close: {schedule: {cron: "0 22 * * *"}, scheduler: cron, duration: 1h, requires: [ledger], suspended: true}
  post: {owner: night, schedule: {cron: "0 23 * * *"}, scheduler: cron, duration: 1h, requires: [desk]}
  tell:
    schedule: {dates: [2027-10-09T06:00]}
    duration: 1h
    induces_demand: [{service: branch, for: 3h}]
    customers: 5000
maintenance_windows:
  move: {takes_down: [ledger], degrades: [phone], start: 2027-10-09T22:00, duration: 2h}
  idle: {degrades: [chat], start: 2027-10-10T22:00, duration: 2h}
  lost: {takes_down: [ghost], start: 2027-10-10T22:00, duration: 2h}
"""


def report(timeline: Timeline, *, judged: bool = False) -> Report:
    """Return a report of a timeline; with the findings of the recommended pack if ``judged``."""
    estate, horizon = timeline.estate, timeline.horizon
    found = worlds.findings(estate) if judged else ()
    files = tuple(FileStatus(each.path, "parsed") for each in estate.files)
    return Report(horizon.as_of, horizon.until, tuple(sorted(found, key=order)), files, estate)


def falls(timeline: Timeline, ref: str) -> Impact:
    """Return the impact of what has a reference."""
    target: Any = timeline.estate.entity(ref)
    assert target is not None, ref
    return impact(timeline, target)


def graph(text: str, ref: str | None = None) -> Drawn:
    """Return the graph of a file's text, judged, with the impact of what has a reference."""
    return of_timeline(worlds.timeline(worlds.estate(a=text)), ref)


def of_timeline(timeline: Timeline, ref: str | None = None) -> Drawn:
    """Return the graph of a timeline, judged."""
    found = falls(timeline, ref) if ref is not None else None
    return drawn.whole(report(timeline, judged=True), timeline, found)


def of_world(world: World, ref: str | None = None) -> Drawn:
    """Return the graph of a random estate."""
    estate, as_of, horizon = world
    timeline = timeline_of(json.loads(json.dumps(estate)), as_of, horizon)
    found = falls(timeline, ref) if ref is not None else None
    return drawn.whole(report(timeline), timeline, found)
