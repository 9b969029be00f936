"""Entries with nothing but common keys are built in a short way, which must not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opspolicy.estate import building, language
from opspolicy.estate.declarations import Deadline, Demand, Job, Plan, Service
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


FULL = """\
calendars:
  shop: {timezone: Europe/Paris, hours: [{from: 08:00, to: 20:00}]}
  desk: {timezone: Europe/Paris, hours: [{from: 09:00, to: 17:00}]}
vendors: {acme: {}}
services:
  portal:
    title: The portal
    owner: web
    max_outage: 2h
    downtime_budget: {max: 12h, per: 30d, counts: business_hours}
    min_notice: 10d
    notice_channels: [mail]
    status_page: status
    support: {service: phone, hours: desk}
    continuity_plan: a plan
    compensation: a refund
    help: a guide
    fallback: paper
    vendor: acme
  status: {}
  phone: {}
jobs:
  mail:
    owner: web
    schedule: {cron: "0 6 * * *", timezone: Europe/Paris}
    scheduler: cron
    duration: 1h
    max_duration: 90m
    requires: [portal]
    induces_demand: [{service: portal, for: 3h}]
    takes_down: [status]
    degrades: [phone]
    deadline: {by: 12:00}
    concurrency: allow
    customers: 7
    suspended: true
    recovery: 15m
"""


def test_what_is_rare_is_put_where_it_belongs() -> None:
    estate = assemble([files.parse("a.yaml", FULL)])
    assert not estate.problems
    assert not estate.invalid
    portal, mail = estate.services["portal"], estate.jobs["mail"]
    assert portal == Service(
        "portal",
        portal.node,
        owner="web",
        title="The portal",
        max_outage=7200,
        downtime_budget=(43_200, 30 * 86_400, "business_hours"),
        min_notice=10 * 86_400,
        notice_channels=("mail",),
        status_page="status",
        support_service="phone",
        support_hours="desk",
        continuity_plan="a plan",
        compensation="a refund",
        help="a guide",
        fallback="paper",
        vendor="acme",
    )
    assert mail == Job(
        "mail",
        mail.node,
        owner="web",
        timezone="Europe/Paris",
        scheduler="cron",
        schedule=mail.schedule,
        duration=3600,
        max_duration=5400,
        requires=("portal",),
        induces_demand=(Demand("portal", 10_800, at_end=False, position=0),),
        takes_down=("status",),
        degrades=("phone",),
        deadline=Deadline(720, 0, None),
        customers=7,
        suspended=True,
        plan=Plan(recovery=900),
    )


def test_common_keys_are_those_of_the_plain_entries() -> None:
    """Any other key would be dropped."""
    (root,) = files.parse("a.yaml", PLAIN).documents
    service = root.entries["services"].entries["portal"].entries
    job = root.entries["jobs"].entries["mail"].entries
    assert service.keys() == building.COMMON_SERVICE_KEYS < language.ENTRIES["services"].keys.keys()
    assert job.keys() == building.COMMON_JOB_KEYS < language.ENTRIES["jobs"].keys.keys()
