"""Entries with nothing but common keys are built in a short way, which must not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opspolicy.estate import building, language
from opspolicy.estate.declarations import Job, Service
from opspolicy.estate.estate import assemble
from opspolicy.source import files

if TYPE_CHECKING:
    import pytest

PLAIN = """\
calendars:
  shop: {timezone: Europe/Paris, hours: [{from: 08:00, to: 20:00}]}
services:
  portal:
    owner: web
    timezone: Europe/Paris
    customer_facing: true
    customers: 5
    business_hours: shop
    maintenance_hours: shop
    depends_on: [base]
    tags: [web]
  base: {}
jobs:
  mail:
    owner: web
    timezone: Europe/Paris
    scheduler: cron
    schedule: "0 6 * * *"
    duration: 1h
    requires: [portal]
"""


def built() -> list[tuple[object, ...]]:
    """Return the fields of the services and jobs, but for where they are written."""
    estate = assemble([files.parse("a.yaml", PLAIN)])
    assert not estate.problems
    assert not estate.invalid
    entities: list[Service | Job] = [*estate.services.values(), *estate.jobs.values()]
    return [(each.name, *each[2:]) for each in entities]


def test_the_short_way_builds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    short = built()
    monkeypatch.setattr(building, "COMMON_SERVICE_KEYS", frozenset())
    monkeypatch.setattr(building, "COMMON_JOB_KEYS", frozenset())
    assert built() == short
    assert [len(each) + 1 for each in short] == [len(Service._fields)] * 2 + [len(Job._fields)]


def test_common_keys_are_keys() -> None:
    assert language.ENTRIES["services"].keys.keys() > building.COMMON_SERVICE_KEYS
    assert language.ENTRIES["jobs"].keys.keys() > building.COMMON_JOB_KEYS
