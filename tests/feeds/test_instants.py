"""Events are at the instants of the timeline: in every example, on random estates, over changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import app
from opspolicy import config as configuration
from opspolicy.feeds import ics
from opspolicy.picture.choice import EVERYBODY
from opspolicy.planner.lanes import Drawer
from opspolicy.temporal.intervals import IntervalSet
from tests import laws, worlds
from tests.feeds.feeds import Seen, at, feed, of_kind, planner, read
from tests.laws import REPRODUCIBLE
from tests.oracle.chain_estates import chain_estates
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World, estates
from tests.oracle.simulation import simulate
from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from opspolicy.estate.declarations import Job
    from opspolicy.planner.lanes import Planner
    from opspolicy.report import Finding
    from opspolicy.timeline.timeline import Timeline

EXAMPLES = sorted(
    {path.parent.parent for path in (ROOT / "examples").glob("*/*/ops/*.yaml")}
    | {path.parent for path in (ROOT / "examples").glob("*/*/*.yaml")} - {
        path.parent for path in (ROOT / "examples").glob("*/*/ops/*.yaml")
    }
)  # fmt: skip


def when(found: Iterable[Seen]) -> IntervalSet:
    """Return the time of some events."""
    return IntervalSet([(each.start, each.end) for each in found])


def called(seen: dict[str, Seen], kind: str, line: str) -> list[Seen]:
    """Return the events of a category whose line on top begins so."""
    return [each for each in of_kind(seen, kind) if each.summary.startswith(line)]


class Held:
    """Holds the events of a feed against what its timeline says by itself."""

    def __init__(self, drawn: Planner, seen: dict[str, Seen]) -> None:
        """Hold ``seen``, which is all of it, against ``drawn``."""
        self.drawn, self.seen, self.timeline = drawn, seen, drawn.drawer.timeline
        self.looked = IntervalSet([(drawn.start, drawn.end)])
        self.drawer = drawn.drawer
        self.left = set(seen)

    def hold(self) -> None:
        """Hold all."""
        services = self.timeline.estate.services
        for lane in self.drawn.lanes:
            name = lane.ref.removeprefix("service/")
            if name in services:
                self.outages(name)
                for job in self.drawer.jobs(services[name]):
                    self.job(job, name)
        for finding in self.drawn.findings:
            self.finding(finding)
        rest = {kind for uid in self.left for kind in self.seen[uid].categories}
        assert rest <= {"freeze", "notice", "run", "maintenance", "incomplete"}

    def same(
        self, found: list[Seen], expected: IntervalSet, among: IntervalSet | None = None
    ) -> None:
        """Hold some events to a time, in all that is looked at or in a part of it."""
        looked = self.looked if among is None else among
        assert when(found) & looked == expected & looked
        self.left -= {each.uid for each in found}

    def outages(self, name: str) -> None:
        """Hold the outages of a service."""
        outages, seen = self.timeline.outages, self.seen
        own = called(seen, "outage", f"{name} down (")
        degraded = called(seen, "degraded", f"{name} degraded (")
        self.same([*own, *called(seen, "inherited", f"{name} down (")], outages.down(name))
        self.same(own, self.drawer.own(name))
        slower = when(degraded) - outages.down(name)
        assert slower & self.looked == outages.degraded(name) & self.looked
        self.left -= {each.uid for each in degraded}
        for ref, cause in self.timeline.causes.items():
            if name in cause.takes_down:
                line = f"{name} down ({ref.partition('/')[2]})"
                self.same(called(seen, "outage", line), cause.when)

    def job(self, job: Job, name: str) -> None:
        """Hold the runs of a job, and the customers that it sends to a service."""
        timeline, looked = self.timeline, self.drawer.looked(job, name)
        if demands := job.demands_on({name}):
            sent = called(self.seen, "demand", f"Customers sent to {name} ({job.name})")
            self.same(sent, timeline.demand(job, demands, looked), looked)
        if name in job.requires:
            runs = called(self.seen, "run", f"{job.name} runs")
            self.same(runs, timeline.runs(job, looked), looked)

    def finding(self, finding: Finding) -> None:
        """Hold a finding: each event is from the first time of a day to the last."""
        found = [each for each in self.seen.values() if finding.message in each.told]
        pieces = finding.occurrences.touching(self.looked)
        if finding.waived_by is not None:
            assert not found
            return
        assert not pieces - when(found)
        for each in found:
            # Of a day that goes on after what is looked at, all of it.
            inside = finding.occurrences.within(each.start, each.end)
            assert inside & self.looked
            assert (inside.start, inside.end) == (each.start, each.end)
        self.left -= {each.uid for each in found}


@pytest.mark.parametrize(
    "path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT / "examples"))
)
def test_every_example(path: Path) -> None:
    config = configuration.load(str(path), None)
    judged = app.judged(config, (), app.Request(worlds.AS_OF, None, cache=None, slots=False))
    assert judged.timeline is not None
    report = judged.report
    for everything in (False, True):
        drawn = Drawer(report, judged.timeline, report.as_of, report.until).planner(
            everything=everything
        )
        seen = read(ics.render(drawn, EVERYBODY))
        assert seen
        Held(drawn, seen).hold()


def test_the_examples_are_there() -> None:
    assert len(EXAMPLES) >= 18, EXAMPLES


LAWS = settings(REPRODUCIBLE, max_examples=8)


@given(world=estates())
@LAWS
def test_random_estates(world: World) -> None:
    timeline = timeline_of(*world)
    drawn = planner(timeline)
    seen = read(ics.render(drawn, EVERYBODY))
    Held(drawn, seen).hold()
    hold_to_the_oracle(world, timeline, seen)


@given(world=chain_estates())
@settings(LAWS, max_examples=7)
def test_random_chains(world: World) -> None:
    """Runs that wait are where they go, and not where their schedule has them."""
    drawn = planner(timeline_of(*world))
    Held(drawn, read(ics.render(drawn, EVERYBODY))).hold()


@pytest.mark.prove
@pytest.mark.parametrize(
    ("law", "drawn"), [(test_random_estates, estates()), (test_random_chains, chain_estates())]
)
def test_they_hold_for_dozens(law: Callable[..., None], drawn: st.SearchStrategy[World]) -> None:
    laws.hold(law, {"world": drawn}, settings(LAWS, max_examples=60))


def hold_to_the_oracle(world: World, timeline: Timeline, seen: dict[str, Seen]) -> None:
    """Hold the outages in a feed against those of the simulation, which shares no code with us."""
    looked = IntervalSet([(timeline.horizon.as_of, timeline.horizon.until)])
    for name, down in simulate(*world, 60).down.items():
        found = [
            each
            for each in (*of_kind(seen, "outage"), *of_kind(seen, "inherited"))
            if each.summary.startswith(f"{name} down ")
        ]
        assert when(found) & looked == IntervalSet(down) & looked, name


NIGHTLY = """
defaults: {{timezone: {zone}, owner: a}}
services: {{shop: {{customer_facing: true, business_hours: never}}}}
maintenance_windows:
  patch: {{takes_down: [shop], schedule: {{cron: "30 {hour} * * *"}}, duration: 3h, recovery: 10m}}
"""


@pytest.mark.parametrize(
    ("zone", "hour", "date", "nights"),
    [
        # Worked out by hand: the clocks go forward at 01:00 UTC, and back at 01:00 UTC.
        ("Europe/Paris", 2, "2027-03-26", [
            ("2027-03-27T01:30Z", "2027-03-27T04:40Z"),
            # There is no 02:30, and it starts when the clock shows 03:00.
            ("2027-03-28T01:00Z", "2027-03-28T04:10Z"),
            ("2027-03-29T00:30Z", "2027-03-29T03:40Z"),
        ]),
        ("Europe/Paris", 1, "2027-10-29", [
            ("2027-10-29T23:30Z", "2027-10-30T02:40Z"),
            # An hour longer by the clock, and not by the second.
            ("2027-10-30T23:30Z", "2027-10-31T02:40Z"),
            ("2027-11-01T00:30Z", "2027-11-01T03:40Z"),
        ]),
        # At 07:00 UTC forward, at 06:00 UTC back.
        ("America/Toronto", 1, "2027-03-12", [
            ("2027-03-13T06:30Z", "2027-03-13T09:40Z"),
            ("2027-03-14T06:30Z", "2027-03-14T09:40Z"),
            ("2027-03-15T05:30Z", "2027-03-15T08:40Z"),
        ]),
        ("America/Toronto", 1, "2027-11-05", [
            ("2027-11-06T05:30Z", "2027-11-06T08:40Z"),
            # Of the two 01:30 the first.
            ("2027-11-07T05:30Z", "2027-11-07T08:40Z"),
            ("2027-11-08T06:30Z", "2027-11-08T09:40Z"),
        ]),
    ],
)  # fmt: skip
def test_over_clock_changes(zone: str, hour: int, date: str, nights: list[tuple[str, str]]) -> None:
    seen = feed(NIGHTLY.format(zone=zone, hour=hour), at(f"{date}T12:00Z"), 3)
    found = [(each.start, each.end) for each in of_kind(seen, "outage")]
    assert found == [(at(start), at(end)) for start, end in nights]
