"""Real dependency graphs and downtimes as estates."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, NamedTuple

from tests import shared

Estate = dict[str, Any]
WEEK = 7 * 86_400


class Downtime(NamedTuple):
    """A downtime of one resource, in UTC epoch seconds."""

    name: str
    resource: str
    start: int
    end: int


def otel_demo() -> Estate:
    """Return the OpenTelemetry demo: a shop behind a proxy, on 28 services."""
    data = shared.load("graphs/otel_demo.json")
    return _graph(data["services"], data["edges"], {"frontend-proxy", "frontend"})


def train_ticket() -> Estate:
    """Return the train-ticket benchmark: 68 services behind one dashboard."""
    data = shared.load("graphs/train_ticket.json")
    return _graph(data["services"], data["edges"], set(data["customer_facing"]))


def _graph(services: Any, edges: list[dict[str, Any]], facing: set[str]) -> Estate:  # noqa: ANN401 - a list or a mapping
    needs: dict[str, list[str]] = {name: [] for name in services}
    for edge in edges:
        if edge["to"] not in needs[edge["from"]]:
            needs[edge["from"]].append(edge["to"])
    declared: Estate = {}
    for name in sorted(needs):
        declared[name] = {"depends_on": needs[name]}
        if name in facing:
            declared[name] |= {
                "customer_facing": True,
                "business_hours": "shop-hours",
                "owner": "web",
            }
    return {
        "defaults": {"timezone": "Europe/Berlin", "scheduler": "kubernetes", "owner": "platform"},
        "calendars": {
            "shop-hours": {
                "timezone": "Europe/Berlin",
                "hours": [{"days": "everyday", "from": "07:00", "to": "23:30"}],
            }
        },
        "services": declared,
    }


def planned(estate: Estate, seed: int) -> Estate:
    """Return the estate with a few windows and jobs in the week the clocks change, from a seed."""
    dice = random.Random(seed)  # noqa: S311 - a fixed seed is the point
    names = sorted(estate["services"])
    monday = dt.datetime(2027, 10, 25)  # noqa: DTZ001 - the clock in Berlin; it changes on Sunday

    def moment() -> str:
        return (monday + dt.timedelta(minutes=dice.randrange(7 * 24 * 60))).isoformat()[:16]

    windows: Estate = {
        f"window-{number}": {
            "takes_down": sorted(dice.sample(names, dice.randint(1, 2))),
            "start": moment(),
            "duration": f"{dice.randint(10, 900)}m",
        }
        for number in range(3)
    }
    windows["nightly"] = {
        "takes_down": [dice.choice(names)],
        "schedule": {"cron": f"{dice.randrange(60)} {dice.randrange(24)} * * *"},
        "duration": f"{dice.randint(10, 300)}m",
    }
    jobs = {
        f"job-{number}": {
            "schedule": f"{dice.randrange(60)} {dice.choice(['*/3', '1-4', '2'])} * * *",
            "duration": f"{dice.randint(1, 200)}m",
            "requires": sorted(dice.sample(names, 2)),
            "induces_demand": [{"service": dice.choice(names), "for": f"{dice.randint(1, 40)}h"}],
        }
        for number in range(3)
    }
    return {**estate, "maintenance_windows": windows, "jobs": jobs}


def downtimes() -> list[Downtime]:
    """Return the Open Science Grid's 1,833 announced and unannounced downtimes."""
    data = shared.load("windows/osg_downtimes_to_2022.json")
    return [
        Downtime(
            f"downtime-{each['id']}",
            each["resource"],
            int(dt.datetime.fromisoformat(each["start"]).timestamp()),
            int(dt.datetime.fromisoformat(each["end"]).timestamp()),
        )
        for each in data["windows"]
    ]


def osg(windows: list[Downtime], sites: set[str] | None = None) -> Estate:
    """Return the grid: a site needs each of its groups, and a group any of its resources.

    Only ``sites``, where given. A site is what a physicist submits work to.
    """
    data = shared.load("graphs/osg_resources.json")
    services: Estate = {}
    groups: dict[str, set[str]] = {}
    members: dict[str, list[str]] = {}
    for name, resource in sorted(data["resources"].items()):
        site, group = resource["site"], f"{resource['site']}/{resource['group']}"
        if sites is not None and site not in sites:
            continue
        services[f"resource/{name}"] = {}
        members.setdefault(group, []).append(f"resource/{name}")
        groups.setdefault(site, set()).add(group)
    for group, names in members.items():
        services[f"group/{group}"] = {"depends_on": [{"any_of": names}]}
    for site, needed in groups.items():
        services[f"site/{site}"] = {
            "customer_facing": True,
            "owner": "site",
            "depends_on": sorted(f"group/{name}" for name in needed),
        }
    listed = {
        each.name: {
            "takes_down": [f"resource/{each.resource}"],
            "start": iso(each.start),
            "end": iso(each.end),
        }
        for each in windows
        if f"resource/{each.resource}" in services
    }
    renamed = {_name(key): _renamed(value) for key, value in services.items()}
    for entry in listed.values():
        entry["takes_down"] = [_name(each) for each in entry["takes_down"]]
    return {
        "defaults": {"owner": "grid", "timezone": "UTC"},
        "services": renamed,
        "maintenance_windows": listed,
    }


def site_of(resource: str) -> str:
    """Return the site a resource belongs to."""
    site: str = shared.load("graphs/osg_resources.json")["resources"][resource]["site"]
    return site


def iso(instant: int) -> str:
    """Return an instant as it is declared."""
    return dt.datetime.fromtimestamp(instant, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _renamed(entry: Estate) -> Estate:
    needs = [
        {"any_of": [_name(member) for member in each["any_of"]]}
        if isinstance(each, dict)
        else _name(each)
        for each in entry.get("depends_on", [])
    ]
    return {**entry, "depends_on": needs}


def _name(text: str) -> str:
    """Return a name the language allows, still told apart from all others."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text)
    return f"{kept.strip('-')[:80]}.{sum(map(ord, text)) % 997}"
