"""The engine on real graphs and downtimes, against the oracle and against looking minute by minute."""

from __future__ import annotations

import random
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from opspolicy import judge
from opspolicy.temporal.instants import parse_as_of, years_later
from opspolicy.timeline.cutsets import MOST_SETS
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline
from tests import worlds
from tests.oracle.engine import found_by_engine, found_by_oracle, timeline_of
from tests.oracle.simulation import simulate
from tests.real import estates
from tests.shared import needs_data

if TYPE_CHECKING:
    from opspolicy.estate.estate import Estate

pytestmark = needs_data

BERLIN_WEEK = parse_as_of("2027-10-25")
DAYS = 7 * 86_400
ZERO_LENGTH = 12
"""Downtimes that were cancelled by setting their end to their start."""

FIVE_YEARS = 5 * 365 * 86_400
FIRST, SECOND = parse_as_of("2016-05-01"), parse_as_of("2018-03-01")


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("graph", [estates.otel_demo, estates.train_ticket])
def test_graph(graph: Any, seed: int) -> None:  # noqa: ANN401 - a function
    """Outages, demand and runs on real graphs, in the week the clocks change."""
    estate = estates.planned(graph(), seed)
    timeline = timeline_of(estate, BERLIN_WEEK, DAYS)
    simulated = simulate(estate, BERLIN_WEEK, DAYS)
    assert found_by_engine(timeline) == found_by_oracle(simulated)
    for name in estate["services"]:
        assert list(timeline.outages.down(name)) == simulated.down.get(name, [])


@pytest.mark.parametrize("graph", [estates.otel_demo, estates.train_ticket])
def test_every_service_of_a_graph_shows_who_falls_with_it(graph: Any) -> None:  # noqa: ANN401 - a function
    """Each service down by itself: who follows is who reaches it by hard dependencies."""
    estate = graph()
    declared = estate["services"]
    for number, name in enumerate(sorted(declared)):
        start = BERLIN_WEEK + number * 60
        window = {"takes_down": [name], "start": estates.iso(start), "duration": "1m"}
        timeline = timeline_of({**estate, "maintenance_windows": {"w": window}}, BERLIN_WEEK, DAYS)
        down = {each for each in declared if timeline.outages.goes_down(each)}
        expected = {name}
        while (
            more := {each for each in declared if expected & {*declared[each]["depends_on"]}}
            - expected
        ):
            expected |= more
        assert down == expected


@cache
def grid() -> Estate:
    """Return the Open Science Grid with all its downtimes."""
    import json  # noqa: PLC0415 - beside its only use

    return worlds.estate(osg=json.dumps(estates.osg(estates.downtimes())))


def test_the_grid_is_read() -> None:
    found = grid()
    assert len(found.services) == 1100 + 429 + len(
        {name for name in found.services if "site" in name}
    )
    assert len(found.windows) == 1833
    assert not found.problems
    assert not list(found.unknown())
    assert not found.missing_zones
    # A cancelled downtime is no downtime, and says so at its end.
    assert [each.message for each in found.invalid] == ["`end` is not after `start`"] * ZERO_LENGTH


@pytest.mark.parametrize("as_of", [FIRST, SECOND])
def test_the_grid_at_every_boundary(as_of: int) -> None:
    """Who is down at the second each downtime starts and ends, and a minute before and after."""
    timeline = Timeline(grid(), Horizon(as_of, as_of + FIVE_YEARS))
    windows = judged_from(as_of)
    assert len(windows) > 1000
    farthest = years_later(as_of, 5)
    resources, groups, sites = structure()
    instants = sorted({
        at + shift for each in windows for at in (each.start, each.end) for shift in (-60, 0, 60)
    })  # fmt: skip
    starts = sorted(windows, key=lambda each: each.start)
    active: list[estates.Downtime] = []
    for at in instants:
        while starts and starts[0].start <= at:
            active.append(starts.pop(0))
        active = [each for each in active if each.end > at and at < farthest]
        lost = {resources[each.resource] for each in active}
        down = lost | {group for group, members in groups.items() if members <= lost}
        down |= {site for site, needed in sites.items() if needed & down}
        for name in AFFECTED:
            assert (at in timeline.outages.down(name)) == (name in down), (name, at)


def judged_from(as_of: int) -> list[estates.Downtime]:
    """Return the downtimes that meet the judged time: the horizon, and what one-offs touch after it.

    A one-off counts for five years, and is cut off there; another one that meets what it touches is judged with it.
    """
    until, farthest = as_of + FIVE_YEARS, years_later(as_of, 5)
    real = [each for each in estates.downtimes() if each.end > each.start]
    touched = [(as_of, until)] + [
        (max(each.start, until), min(each.end, farthest))
        for each in real
        if each.start < farthest and each.end > until
    ]
    return [
        each
        for each in real
        if any(each.start < end and each.end > start for start, end in touched)
    ]


@cache
def structure() -> tuple[dict[str, str], dict[str, set[str]], dict[str, set[str]]]:
    """Return the grid's resources by their own names, its groups' members and its sites' groups."""
    found = grid().services
    groups = {
        name: set(service.depends_on[0].services)
        for name, service in found.items()
        if name.startswith("group-")
    }
    sites = {
        name: {each.services[0] for each in service.depends_on}
        for name, service in found.items()
        if name.startswith("site-")
    }
    hit = {each.name: each.takes_down[0] for each in grid().windows.values()}
    resources = {each.resource: hit[each.name] for each in estates.downtimes()}
    AFFECTED.update(resources.values())
    AFFECTED.update(group for group, members in groups.items() if members & AFFECTED)
    AFFECTED.update(site for site, needed in sites.items() if needed & AFFECTED)
    return resources, groups, sites


AFFECTED: set[str] = set()
"""The services a downtime can reach; the others are never down, which one look shows."""


def test_the_grid_s_cut_sets() -> None:
    """For each group that falls: the downtimes of its members that coincide, one a member."""
    timeline = Timeline(grid(), Horizon(FIRST, FIRST + FIVE_YEARS))
    farthest = years_later(FIRST, 5)
    resources, groups, _ = structure()
    by_resource: dict[str, list[estates.Downtime]] = {}
    for each in judged_from(FIRST):
        by_resource.setdefault(resources[each.resource], []).append(each)
    several = 0
    of_group: dict[str, dict[frozenset[str], tuple[int, int]]] = {}
    for group, members in groups.items():
        listed = [by_resource.get(member, []) for member in sorted(members)]
        expected = of_group.setdefault(group, {})
        for chosen in product(*listed):
            start = max(each.start for each in chosen)
            end = min(farthest, *(each.end for each in chosen))
            if start < end:
                causes = frozenset(f"maintenance_window/{each.name}" for each in chosen)
                expected[causes] = (start, end)
        found = {
            frozenset(each.causes): next(iter(each.when))
            for each in timeline.outages.cut_sets(group)
            if not each.truncated
        }
        assert found.items() <= expected.items(), group
        if len(expected) <= MOST_SETS:
            assert found == expected, group
        several += any(len(causes) > 1 for causes in found)
    assert several > 10, "too few groups of several resources that fell together"
    # A site is open at all hours, so each set that takes a group of it down is a finding.
    by_site: dict[str, dict[frozenset[str], tuple[int, int]]] = {}
    for finding in judge.judge(grid(), timeline, worlds.RECOMMENDED):
        if finding.code == "OPS301" and not finding.causes_truncated:
            name = finding.subjects[0].removeprefix("service/")
            by_site.setdefault(name, {})[frozenset(finding.causes)] = next(
                iter(finding.occurrences)
            )
    for site, needed in structure()[2].items():
        expected = {key: value for group in needed for key, value in of_group[group].items()}
        assert by_site.get(site, {}).items() <= expected.items(), site
        if len(expected) <= MOST_SETS:
            assert by_site.get(site, {}) == expected, site


def test_the_grid_in_sampled_weeks() -> None:
    """Fifty weeks of single sites, every finding against the oracle's."""
    dice = random.Random(20160501)  # noqa: S311 - a fixed seed is the point
    downtimes = [each for each in estates.downtimes() if each.end > each.start]
    compared = with_findings = 0
    while compared < 50:
        picked = dice.choice(downtimes)
        monday = picked.start - picked.start % 60 - dice.randrange(6) * 86_400
        site = estates.site_of(picked.resource)
        touching = [
            each for each in downtimes
            if each.start < monday + DAYS and each.end > monday and estates.site_of(each.resource) == site
        ]  # fmt: skip
        if len(touching) > 6 or any(each.end - each.start > 8 * 86_400 for each in touching):
            continue  # the oracle tries every set of downtimes, minute by minute
        estate = estates.osg(touching, {site})
        found = found_by_engine(timeline_of(estate, monday, DAYS))
        assert found == found_by_oracle(simulate(estate, monday, DAYS))
        compared += 1
        with_findings += bool(found)
    assert with_findings > 5
