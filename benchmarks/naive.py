"""The obvious way to find collisions: a library for each part, and everything compared pairwise.

What somebody would write in a day who knows the libraries and doesn't look at the clock:
ruamel.yaml reads, jsonschema validates, networkx orders the services, croniter expands the
schedules, zoneinfo knows the zones. It understands what the estates of this directory are written
in, no more: hard, soft and grouped dependencies, jobs by cron as Kubernetes runs them, windows by
cron or with a start, a calendar of weekdays and closed dates. One-offs after the horizon aren't
looked at.

    python -m benchmarks.naive DIRECTORY --as-of 2027-09-01 --days 70
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
from croniter import croniter
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

Spans = list[tuple[datetime, datetime]]
CutSets = dict[str, set[frozenset[str]]]

SCHEMA = Path(__file__).parents[1] / "schemas" / "estate.schema.json"
SECTIONS = ("teams", "calendars", "services", "jobs", "maintenance_windows")
REACH = timedelta(days=3)
"""Longer than anything in these estates reaches forward."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
UNITS = {"m": MINUTE, "h": timedelta(hours=1), "d": timedelta(days=1)}

# The same time zones on every machine, and the same that opspolicy goes by.
zoneinfo.reset_tzpath(())


class Constructor(SafeConstructor):
    """Leaves dates the text that they are in JSON, as the schema has them."""


Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


class Naive:
    """An estate, its cut sets and its outages in ``[as_of, until)``."""

    def __init__(self, directory: Path, as_of: datetime, until: datetime) -> None:
        """Read the files below ``directory``/ops, and work out what goes down when."""
        self.as_of, self.until = as_of, until
        self.entries = read(directory)
        self.windows = {
            f"maintenance_window/{name}": self.expand_window(window)
            for name, window in self.entries["maintenance_windows"].items()
        }
        self.cut_sets = self.find_cut_sets()

    def findings(self) -> list[dict[str, Any]]:
        """Return the findings of OPS301, OPS302 and OPS303."""
        found: list[dict[str, Any]] = []
        for name, service in self.entries["services"].items():
            if service.get("customer_facing"):
                hours = self.expand_calendar(self.entries["calendars"][service["business_hours"]])
                found += self.collide("OPS301", name, (), hours)
        for name, job in self.entries["jobs"].items():
            zone = zoneinfo.ZoneInfo(job["timezone"])
            starts = list(self.expand(job["schedule"], zone))
            for demand in job.get("induces_demand", ()):
                needed = merge((start, start + lasting(demand["for"])) for start in starts)
                found += self.collide("OPS302", demand["service"], (f"job/{name}",), needed)
            runs = merge((start, start + lasting(job["duration"])) for start in starts)
            for required in job.get("requires", ()):
                found += self.collide("OPS303", required, (f"job/{name}",), runs)
        return found

    def collide(
        self, code: str, service: str, job: tuple[str, ...], needed: Spans
    ) -> Iterator[dict[str, Any]]:
        """Yield a finding for each cut set of a service that takes it down when it is needed."""
        for causes in self.cut_sets[service]:
            met = needed
            for cause in causes:
                met = overlaps(met, self.windows[cause])
            occurrences = [
                (start, end) for start, end in merge(met) if start < self.until and end > self.as_of
            ]
            if occurrences:
                yield {
                    "code": code,
                    "subjects": sorted([f"service/{service}", *job]),
                    "causes": sorted(causes),
                    "occurrences": [
                        {"start": rfc3339(start), "end": rfc3339(end)} for start, end in occurrences
                    ],
                }

    def find_cut_sets(self) -> CutSets:
        """Return, for each service, the minimal sets of windows that take it down."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        for name, service in self.entries["services"].items():
            graph.add_node(name)
            for dependency in service.get("depends_on", ()):
                for other in members(dependency):
                    graph.add_edge(name, other)
        found: CutSets = {}
        for name in reversed(list(nx.topological_sort(graph))):
            mine = {
                frozenset([f"maintenance_window/{window}"])
                for window, declared in self.entries["maintenance_windows"].items()
                if name in declared["takes_down"]
            }
            for dependency in self.entries["services"][name].get("depends_on", ()):
                if isinstance(dependency, dict) and dependency.get("strength") == "soft":
                    continue
                others = members(dependency)
                at_least = dependency.get("at_least", 1) if isinstance(dependency, dict) else 1
                for lost in itertools.combinations(others, len(others) - at_least + 1):
                    for sets in itertools.product(*(found[other] for other in lost)):
                        mine.add(frozenset().union(*sets))
            found[name] = {each for each in mine if not any(other < each for other in mine)}
        return found

    def expand_window(self, window: dict[str, Any]) -> Spans:
        """Return the outages of a window, recovery included."""
        zone = zoneinfo.ZoneInfo(window["timezone"])
        length = lasting(window["duration"]) + lasting(window.get("recovery", "0m"))
        if "start" in window:
            starts = [appointment(datetime.fromisoformat(window["start"]), zone)]
        else:
            readings = self.readings(window["schedule"]["cron"], zone)
            starts = [appointment(reading, zone) for reading in readings]
        return merge((start, start + length) for start in starts)

    def expand_calendar(self, calendar: dict[str, Any]) -> Spans:
        """Return when a calendar is open."""
        zone = zoneinfo.ZoneInfo(calendar["timezone"])
        closed = {date.fromisoformat(each["date"]) for each in calendar.get("exceptions", ())}
        day, last = (self.as_of - REACH).date(), (self.until + REACH).date()
        found: Spans = []
        while day <= last:
            for hours in calendar["hours"] if day not in closed else ():
                if day.weekday() in weekdays(hours["days"]):
                    first, end = (
                        appointment(datetime.fromisoformat(f"{day}T{hours[key]}"), zone)
                        for key in ("from", "to")
                    )
                    found.append((first, end))
            day += timedelta(days=1)
        return merge(found)

    def expand(self, cron: str, zone: ZoneInfo) -> Iterator[datetime]:
        """Yield the starts of a job as Kubernetes has them: by the clock on the wall."""
        for reading in self.readings(cron, zone):
            yield from instants(reading, zone)

    def readings(self, cron: str, zone: ZoneInfo) -> Iterator[datetime]:
        """Yield what the clock on the wall shows at each start."""
        first, last = (
            each.astimezone(zone).replace(tzinfo=None)
            for each in (self.as_of - REACH, self.until + REACH)
        )
        found = croniter(cron, first)
        while (reading := found.get_next(datetime)) < last:
            yield reading


def read(directory: Path) -> dict[str, dict[str, Any]]:
    """Return the entries of all files by section, each with the defaults of its file."""
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    sections: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = Constructor
    for path in sorted((directory / "ops").glob("*.yaml")):
        document = yaml.load(path.read_text(encoding="utf-8"))
        validator.validate(document)
        for section, entries in sections.items():
            for name, entry in document.get(section, {}).items():
                entries[name] = {**document.get("defaults", {}), **entry}
    return sections


def members(dependency: str | dict[str, Any]) -> list[str]:
    """Return the services that a dependency names."""
    if isinstance(dependency, str):
        return [dependency]
    return list(dependency["any_of"]) if "any_of" in dependency else [dependency["service"]]


def overlaps(ours: Spans, theirs: Spans) -> Spans:
    """Return the time that is in both, by comparing each with each."""
    return [
        (max(start, other), min(end, until))
        for start, end in ours
        for other, until in theirs
        if start < until and other < end
    ]


def merge(spans: Iterable[tuple[datetime, datetime]]) -> Spans:
    """Return the same time in order, touching spans as one."""
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def instants(reading: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return when the clock of a zone shows a reading: never, once or twice."""
    found = {reading.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(at for at in found if at.astimezone(zone).replace(tzinfo=None) == reading)


def appointment(reading: datetime, zone: ZoneInfo) -> datetime:
    """Return the first time a clock shows a reading, or the first one that it shows after it."""
    while not (found := instants(reading, zone)):
        reading += MINUTE
    return found[0]


@cache
def lasting(text: str) -> timedelta:
    """Read a duration such as `90m`."""
    return int(text[:-1]) * UNITS[text[-1]]


@cache
def weekdays(text: str) -> set[int]:
    """Read weekdays such as `mon-sat` or `sun`."""
    first, _, last = text.partition("-")
    return set(range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1))


def rfc3339(at: datetime) -> str:
    """Write an instant as opspolicy does."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def check(directory: Path, as_of: str, days: int) -> list[dict[str, Any]]:
    """Return the findings of the estate in a directory, over ``days`` from a date on, in UTC."""
    start = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    return Naive(directory, start, start + timedelta(days=days)).findings()


def main() -> int:
    """Print the findings of an estate as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.naive")
    parser.add_argument("directory", type=Path, help="the estate, with its files in ops/")
    parser.add_argument("--as-of", required=True, help="a date, from 00:00 UTC on")
    parser.add_argument("--days", type=int, required=True, help="the horizon")
    given = parser.parse_args()
    print(json.dumps({"findings": check(given.directory, given.as_of, given.days)}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
