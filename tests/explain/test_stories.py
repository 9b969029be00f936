"""Stories: they derive what a check has found, say it to whoever asks, and fit the page."""

from __future__ import annotations

import itertools
import json
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from opspolicy import encode
from opspolicy.explain import as_json, as_markdown, as_text, ask, finding, targets
from opspolicy.explain import scene as scenes
from opspolicy.explain.as_text import Look
from opspolicy.explain.finding import Repair
from opspolicy.explain.targets import TargetError
from opspolicy.picture import happening, lanes
from opspolicy.report import FileStatus, Report
from opspolicy.temporal.instants import parse_as_of
from opspolicy.temporal.intervals import IntervalSet
from tests import worlds
from tests.explain.scenes import said, scene, section
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World, estates
from tests.shared import ROOT
from tests.test_encode import read as markdown_of

if TYPE_CHECKING:
    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Story

VALIDATOR = Draft202012Validator(
    json.loads((ROOT / "schemas" / "explanation.schema.json").read_text(encoding="utf-8"))
)
CAUSED = {"OPS301", "OPS302", "OPS303"}
"""The rules about what is down, not slow."""

SHOP = """\
defaults: {owner: platform, timezone: Europe/Paris, scheduler: kubernetes}
teams:
  platform: {title: The platform, contact: platform@example.org, slack: "#platform", escalation: +33 1}
  retail: {github: "@acme/retail"}
services:
  shop:
    title: The shop
    owner: retail
    customer_facing: true
    customers: 200000
    business_hours: shop-hours
    depends_on: [identity, {any_of: [pay-a, pay-b]}, {service: search, strength: soft}]
  identity: {depends_on: [directory]}
  directory: {vendor: acme}
  pay-a: {}
  pay-b: {}
  search: {}
calendars:
  shop-hours: {hours: [{days: everyday, from: 08:00, to: 22:00}]}
vendors:
  acme: {title: Acme, support: {hours: shop-hours, escalation: 2h}}
jobs:
  mailing:
    owner: retail
    schedule: {dates: [2027-10-09T06:00]}
    duration: 1h
    customers: 1000
    requires: [search]
    induces_demand: [{service: shop, for: 72h}]
maintenance_windows:
  directory-patch:
    summary: Patches
    takes_down: [directory]
    start: 2027-10-09T20:00
    duration: 4h
    recovery: 30m
    approved_by: [platform]
  pay-a-upgrade: {takes_down: [pay-a], start: 2027-10-12T10:00, duration: 4h}
  pay-b-upgrade: {takes_down: [pay-b], start: 2027-10-12T12:00, duration: 4h}
  reindex: {takes_down: [search], schedule: {cron: "0 3 * * sun"}, duration: 1h}
"""


def told(of: Scene, target: str, at: str | None = None) -> Story:
    """Return a story, as the command line asks for it."""
    return ask.story(of, target, at, "UTC")


def all_forms(story: Story, width: int = 100) -> str:
    """Render a story in every format, hold each to its rules, and return the text."""
    VALIDATOR.validate(as_json.document(story))
    markdown = as_markdown.render(story)
    text = as_text.render(story, Look(width))
    for shown in (markdown, text):
        assert all(encode.terminal(line) == line for line in shown.split("\n"))
    longest = max(encode.columns(word) for word in text.split()) + 20
    assert all(encode.columns(line) <= max(width, longest) for line in text.split("\n")), text
    plain = as_text.render(story, Look(width, plain=True))
    assert not set("█▓▒░▬▲▄▞╷") & set(plain)
    assert re.sub("\x1b\\[[0-9;]*m", "", as_text.render(story, Look(width, color=True))) == text
    return text


@given(estates())
@settings(REPRODUCIBLE, max_examples=12)
def test_a_story_derives_the_interval_that_a_check_has_found(world: World) -> None:
    estate, as_of, horizon = world
    found = scene(timeline_of(estate, as_of, horizon).estate, as_of, horizon)
    for each in found.report.findings:
        all_forms(finding.story(found, each), 60)
        if each.code not in lanes.COLLISIONS:
            continue
        assert lanes.collision(found.timeline, each) == each.occurrences, each.message
        service = lanes.hurt(found.timeline, each)
        assert service is not None
        for start, end in list(each.occurrences)[:3] if each.code in CAUSED else ():
            for at in (start, end - 1):
                around = happening.around(found.estate, at, found.report.until)
                assert happening.state(around, service.name, at).name == happening.DOWN
                sets = happening.sufficient(around, service.name, at)
                assert any(set(one.causes) <= set(each.causes) for one in sets)
    for name in found.estate.services:
        all_forms(told(found, f"service/{name}"))
        all_forms(told(found, f"service/{name}", f"{_written(as_of + horizon // 2)}"))
    for ref in [each.ref for each in found.estate.planned()]:
        all_forms(told(found, ref), 72)
        all_forms(told(found, ref, _written(as_of + horizon // 2)))
    all_forms(told(found, "", _written(as_of + horizon // 3)))


def _written(instant: int) -> str:
    from opspolicy.temporal.instants import rfc3339  # noqa: PLC0415 - only here

    return rfc3339(instant)


@given(estates())
@settings(REPRODUCIBLE, max_examples=15)
def test_a_state_changes_when_it_says(world: World) -> None:
    estate, as_of, horizon = world
    timeline = timeline_of(estate, as_of, horizon)
    for name in timeline.estate.services:
        for at in range(as_of, as_of + horizon, horizon // 7):
            around = happening.around(timeline.estate, at, as_of + horizon)
            found = happening.state(around, name, at)
            down = timeline.outages.down(name)
            # Where both have looked they see the same.
            assert (found.name == happening.DOWN) == (at in down)
            if found.until is not None:
                assert found.until > at
                assert happening.state(around, name, found.until - 1).name == found.name
                after = happening.state(around, name, found.until).name
                assert after != found.name
            if found.since is not None:
                assert found.since <= at
                assert happening.state(around, name, found.since).name == found.name
                assert happening.state(around, name, found.since - 1).name != found.name


def one(of: Scene, code: str) -> Story:
    """Return the story of the only finding with a code."""
    (found,) = [each for each in of.report.findings if each.code == code]
    return told(of, found.fingerprint)


def test_an_inherited_outage_tells_each_hop() -> None:
    of = scene(SHOP)
    (found,) = [each for each in of.report.findings if each.code == "OPS301"
                and len(each.causes) == 1]  # fmt: skip
    story = told(of, found.fingerprint)
    because = section(story, "because").lines
    assert [(line.text, line.place and line.place.line, line.depth) for line in because] == [
        (
            "maintenance window `directory-patch` (Patches) takes down `directory`, Sat 9 Oct 2027 20:00 to Sun 10 Oct 2027 00:30 (Europe/Paris), the last 30 min of it recovery",
            34,
            0,
        ),
        ("`shop` depends on `identity`", 12, 1),
        ("`identity` depends on `directory`", 13, 1),
    ]
    assert said(story, "needed") == (
        "200,000 customers need `shop` in `shop-hours`: every day 08:00 to 22:00 (Europe/Paris)"
    )
    assert said(story, "impact") == "200,000 customers for 2 h: 400,000 customer-hours"
    assert said(story, "owners").split("; ") == [
        "platform (The platform): platform@example.org, #platform, in an emergency +33 1",
        "retail: @acme/retail",
    ]


def test_causes_that_have_to_meet_are_told_together() -> None:
    of = scene(SHOP)
    (found,) = [each for each in of.report.findings if each.code == "OPS301"
                and len(each.causes) == 2]  # fmt: skip
    story = told(of, found.fingerprint)
    assert section(story, "because").lines[0].text == (
        "these have to happen together, none of them suffices alone:"
    )
    assert "`shop` needs 1 of `pay-a` and `pay-b`" in said(story, "because")
    chart = section(story, "timeline").chart
    assert chart is not None
    assert [(row.label, row.kind) for row in chart.rows] == [
        ("`pay-a-upgrade`", "inherited"),
        ("`pay-b-upgrade`", "inherited"),
        ("`shop`, together", "inherited"),
        ("`shop` needed", "hours"),
        ("collision", "collision"),
    ]
    overlap = IntervalSet([(parse_as_of("2027-10-12T10:00Z"), parse_as_of("2027-10-12T12:00Z"))])
    assert chart.rows[2].when == chart.rows[4].when == overlap


def test_a_finding_about_a_group_names_it() -> None:
    of = scene(SHOP)
    found = next(each for each in of.report.findings if each.code == "OPS305")
    service = of.estate.services["shop"]
    group = lanes.group(service, found)
    assert group is not None
    assert group.services == ("pay-a", "pay-b")
    # By what the finding says of it, and by nothing that has to be worked out again.
    assert lanes.group(service, found._replace(fingerprint="ops-0")) == group
    assert lanes.group(service, found._replace(key="search")) is None


def test_demand_says_when_it_would_have_to_end() -> None:
    of = scene(SHOP)
    story = one(of, "OPS302")
    assert "if demand ends by Sat 9 Oct 2027 20:00 (Europe/Paris): `for` is 14h at most" in said(
        story, "acceptable"
    )
    # And that is so.
    shorter = SHOP.replace("for: 72h", "for: 14h")
    assert not [each for each in scene(shorter).report.findings if each.code == "OPS302"]
    longer = SHOP.replace("for: 72h", "for: 14h1s")
    assert [each for each in scene(longer).report.findings if each.code == "OPS302"]


@pytest.mark.parametrize("width", [60, 100, 200])
def test_the_waiver_can_be_pasted(width: int) -> None:
    of = scene(SHOP)
    for each in of.report.findings:
        if each.incomplete:
            continue
        text = as_text.render(finding.story(of, each), Look(width))
        pasted = "    waivers:" + text.partition("    waivers:")[2].partition("  more:")[0]
        assert all(encode.columns(line) <= width for line in pasted.split("\n")), pasted
        assert pasted.count('reason: ""  # say why') == 1, "a waiver that nobody wrote is none"
        written = pasted.replace('""  # say why', "nobody is there")
        dedented = re.sub("^    ", "", written, flags=re.MULTILINE)
        estate = worlds.estate(a=SHOP, waivers=dedented)
        assert not estate.problems, estate.problems
        (waiver,) = estate.waivers
        assert waiver.rule == each.policy
        assert set(waiver.on) <= {*each.subjects, *each.causes}
        assert list(waiver.approved_by) == list(each.owners) or not each.owners
        assert waiver.accepts == (each.acceptance,)
        if each.occurrences:
            *_, (last, _) = each.occurrences
            assert waiver.expires * 86_400 <= last + 86_400
            assert (waiver.expires + 1) * 86_400 > last


def test_what_leaves_the_verdict_open_can_not_be_waived() -> None:
    of = scene(SHOP.replace("[identity,", "[identty,"))
    (found,) = [each for each in of.report.findings if each.incomplete]
    story = told(of, found.fingerprint)
    assert not said(story, "waiver")
    assert not [each for each in story.sections if each.code]
    text = all_forms(story)
    assert text.startswith("The estate is incomplete, and this story may be too.")
    assert told(of, "shop").gaps == story.gaps


def test_repairs_are_told_instead_of_a_hint() -> None:
    of = scene(SHOP)
    proof = "re-judged as a whole: this finding is gone, none is added"
    repairs = [
        Repair(f"move `mailing` {at} h later", f"ops/a.yaml:{at}: before → after", proof)
        for at in (72, 96, 120)
    ]
    (found,) = [each for each in of.report.findings if each.code == "OPS302"]
    story = finding.story(of, found, repairs)
    assert [line.text for line in section(story, "repairs").lines] == [
        "1. move `mailing` 72 h later", "ops/a.yaml:72: before → after",
        "2. move `mailing` 96 h later", "ops/a.yaml:96: before → after", proof,
    ]  # fmt: skip
    assert not said(story, "fix")
    assert "repairs" not in [each.name for each in finding.story(of, found).sections]


# Services, jobs, windows, vendors, instants -----------------------------------------------------


def test_a_service_is_down_and_says_why() -> None:
    story = told(scene(SHOP), "shop", "2027-10-09T21:00")
    assert story.summary == (
        "`shop` is down on Sat 9 Oct 2027 21:00, since Sat 9 Oct 2027 20:00, until"
        " Sun 10 Oct 2027 00:30 (Europe/Paris)."
    )
    assert "`identity` depends on `directory`" in said(story, "because")
    assert said(story, "needed").split("\n") == [
        "yes: 200,000 customers need it in `shop-hours`: every day 08:00 to 22:00 (Europe/Paris)",
        "yes: job `mailing` has sent 1,000 customers to it, Sat 9 Oct 2027 06:00 to Tue 12 Oct 2027 06:00 (Europe/Paris)",
    ]
    assert said(story, "next") == "up from Sun 10 Oct 2027 00:30 (Europe/Paris)"


@pytest.mark.parametrize(
    ("service", "at", "met"),
    [
        ("directory", "2027-10-09T21:00", "they meet it in `shop`, which is down then, while they need it"),
        # Customers were sent there, at whatever hour.
        ("directory", "2027-10-09T23:00", "they meet it in `shop`, which is down then, while they need it"),
        ("directory", "2027-10-09T19:00", ""),
        ("search", "2027-10-17T03:30", "they meet it in `shop`, which is degraded then"),
        ("pay-a", "2027-10-12T11:00", "they meet it in `shop`, which is degraded then, while they need it"),
        ("pay-a", "2027-10-12T13:00", "they meet it in `shop`, which is down then, while they need it"),
        ("shop", "2027-10-09T21:00", ""),
    ],
)  # fmt: skip
def test_who_meets_the_outage_of_what_they_never_see(service: str, at: str, met: str) -> None:
    story = told(scene(SHOP), service, at)
    assert said(story, "customers") == met
    no = "not by itself: not in its hours, and no job has sent anybody to it"
    if service != "shop":
        assert (said(story, "needed") == no) == bool(met)
    all_forms(story)


BESIDES = """\
defaults: {owner: it, timezone: UTC}
services:
  identity: {}
  spare: {}
  search: {}
  shop: {customer_facing: true, depends_on: [{any_of: [identity, spare], at_least: 1}]}
  kiosk: {customer_facing: true, depends_on: [{service: identity, strength: soft}, {service: search, strength: soft}]}
  till: {customer_facing: true, depends_on: [identity]}
maintenance_windows:
  identity-patch: {takes_down: [identity], start: 2027-10-09T01:00, duration: 8h}
  shop-patch: {takes_down: [shop], start: 2027-10-09T02:00, duration: 1h}
  spare-patch: {takes_down: [spare], start: 2027-10-09T04:00, duration: 1h}
  search-patch: {takes_down: [search], start: 2027-10-09T06:00, duration: 1h}
"""


@pytest.mark.parametrize(
    ("hour", "down", "slow"),
    [
        ("01:30", "`till`, which is", "`kiosk` and `shop`, which are"),
        # The shop is down by itself, and its group still has a member up.
        ("02:30", "`till`, which is", "`kiosk`, which is"),
        # Neither alone takes the group down; without either it would be up.
        ("04:30", "`shop` and `till`, which are", "`kiosk`, which is"),
        # The kiosk is as slow without this.
        ("06:30", "`till`, which is", "`shop`, which is"),
    ],
)
def test_who_is_down_for_another_reason_does_not_meet_this_outage(
    hour: str, down: str, slow: str
) -> None:
    story = told(scene(BESIDES), "identity", f"2027-10-09T{hour}")
    lines = [line.partition(" then")[0] for line in said(story, "customers").split("\n")]
    assert lines == [f"they meet it in {down} down", f"they meet it in {slow} degraded"]


def test_who_is_slow_for_another_reason_does_not_meet_this_slowness() -> None:
    text = BESIDES.replace("takes_down: [identity]", "degrades: [identity]")
    for hour, met in (("01:30", "`kiosk` and `till`, which are"), ("06:30", "`till`, which is")):
        story = told(scene(text), "identity", f"2027-10-09T{hour}")
        found = said(story, "customers").partition(" then")[0]
        assert found == f"they meet it in {met} degraded"


def test_of_many_who_meet_it_some_are_named() -> None:
    shops = "".join(f"  shop-{at:02}: {{customer_facing: true, depends_on: [db]{hours}}}\n"
                    for at in range(12)
                    for hours in ("" if at < 2 else ", business_hours: never",))  # fmt: skip
    text = f"""\
defaults: {{owner: it, timezone: UTC}}
services:
  db: {{depends_on: [shop-00]}}
{shops}maintenance_windows:
  w: {{takes_down: [db], start: 2027-10-09T00:00, duration: 1h}}
"""
    names = "`shop-00`, `shop-01`, `shop-02`, `shop-03`, `shop-04` and 7 more"
    at = "2027-10-09T00:30"
    assert said(told(scene(text), "db", at), "customers") == (
        f"they meet it in {names}, which are down then, while they need `shop-00` and `shop-01`"
    )
    assert "`shop-11`" in said(told(scene(text, verbose=True), "db", at), "customers")
    assert said(told(scene(text), "", at), "down").split("\n")[-1] == (
        "… and 5 more, of which customers meet `shop-08`, `shop-09`, `shop-10` and `shop-11`"
        " (-v shows them)"
    )


@pytest.mark.parametrize(
    ("at", "state", "following"),
    [
        ("2027-10-09T19:59:59", "up", "down from Sat 9 Oct 2027 20:00"),
        ("2027-10-09T20:00", "down", "up from Sun 10 Oct 2027 00:30"),
        ("2027-10-09T18:00Z", "down", "up from Sun 10 Oct 2027 00:30"),
        ("2027-10-10T00:30", "up", "degraded from Sun 10 Oct 2027 03:00"),
        ("2027-10-10", "down", "up from Sun 10 Oct 2027 00:30"),
        ("2027-10-12T11:00", "degraded", "down from Tue 12 Oct 2027 12:00"),
        ("2027-10-12T12:00", "down", "degraded from Tue 12 Oct 2027 14:00"),
    ],
)
def test_states_at_instants(at: str, state: str, following: str) -> None:
    story = told(scene(SHOP), "service/shop", at)
    assert f"`shop` is {state} on" in story.summary
    assert said(story, "next") == f"{following} (Europe/Paris)"


def test_a_service_in_all() -> None:
    story = told(scene(SHOP), "identity")
    assert story.summary.startswith("1 planned outage of `identity` before")
    assert said(story, "needed by") == "1 service: `shop`; customers meet it in `shop`"
    assert said(story, "needs").split("\n")[0] == "depends on `directory`, owned by platform"
    assert said(story, "outages") == (
        "Sat 9 Oct 2027 20:00 to Sun 10 Oct 2027 00:30 (Europe/Paris), 4 h 30 min: maintenance"
        " window `directory-patch`, through `directory`"
    )
    assert said(story, "findings") == "none"


def test_a_job_and_whether_it_runs() -> None:
    of = scene(SHOP)
    story = told(of, "job/mailing")
    assert said(story, "demand") == "sends 1,000 customers to `shop` for 72 h from its start"
    assert said(story, "next").split("\n") == [
        "Sat 9 Oct 2027 06:00 to 07:00 (Europe/Paris); 04:00 to 05:00 (UTC)"
    ]
    assert told(of, "mailing", "2027-10-09T06:59:59").summary.startswith("Yes: a run of `mailing`")
    assert told(of, "mailing", "2027-10-09T07:00").summary.startswith("No run of `mailing`")
    assert said(told(of, "mailing", "2027-10-09T07:00"), "next") == "never again"


def test_a_window_with_all_that_goes_down() -> None:
    story = told(scene(SHOP), "directory-patch")
    assert (
        story.summary
        == "`directory-patch` takes down `directory`, and 2 services with it; 3 findings."
    )
    assert said(story, "takes down").split("\n") == [
        "`directory` itself",
        "`shop` with it: `shop` → `identity` → `directory`, which 200,000 customers meet",
        "`identity` with it: `identity` → `directory`",
    ]
    assert said(story, "meets").split("\n") == [
        "business hours of `shop`: Sat 9 Oct 2027 20:00 to 22:00 (Europe/Paris), 2 h",
        "1,000 customers sent by job `mailing`: Sat 9 Oct 2027 20:00 to Sun 10 Oct 2027 00:30 (Europe/Paris), 4 h 30 min",
    ]
    assert said(story, "approval").split("\n") == [
        "approved by platform", "not approved by retail, who owns `shop`",
    ]  # fmt: skip
    assert said(told(scene(SHOP), "pay-a-upgrade"), "takes down").split("\n")[:2] == [
        "`pay-a` itself", "`shop`, but only together with `pay-b-upgrade`",
    ]  # fmt: skip


def test_how_available_a_service_is_that_customers_meet() -> None:
    assert said(told(scene(SHOP), "shop"), "available").split("\n") == [
        (
            "99.84 % of the time, 99.84 % of its business hours; 6 h 30 min down, 4 h of it in these"
            " hours, in 1 of 6 months"
        ),
        (
            "October 2027: 99.12 % of the time, 99.07 % of its business hours; 6 h 30 min down, 4 h of"
            " it in these hours"
        ),
    ]
    months = said(told(scene(SHOP, verbose=True), "shop"), "available").split("\n")[1:]
    assert months[0] == "September 2027 (from Wed 1 Sep 2027 02:00): 100 %"
    assert months[5] == "February 2028 (until Mon 28 Feb 2028 01:00): 100 %"
    assert len(months) == 6
    assert said(told(scene(SHOP), "identity"), "available") == ""
    broken = SHOP.replace("  directory: {vendor", "  directory: {depends_on: [disk], vendor")
    assert said(told(scene(broken), "shop"), "available").split("\n")[0] == (
        "unknown, at least 6 h 30 min down, in 1 of 6 months: what service `directory` says of"
        " times can't be told"
    )


def test_a_vendor_with_what_it_owes() -> None:
    story = told(scene(SHOP), "acme")
    assert story.summary.endswith("; 2 of 7 obligations met, 1 partly, 4 open.")
    assert said(story, "owes").split("\n")[:4] == [
        "1. support our business, met: it answers in 100 % of the business hours of `shop`",
        "200,000 customers meet what it runs, in `shop`",
        "2. deliver consistently, partly: for 2 h 30 min of 4 h 30 min of the planned outages and changes of what it runs nobody there answers",
        "ask: whom do we call?",
    ]
    assert said(story, "runs") == "`directory`, owned by platform, needed by 1 service"
    assert "2 h 30 min of it outside the support hours" in said(story, "windows")


def scores(text: str) -> dict[str, str]:
    """Return how the vendor `acme` keeps each of its obligations."""
    return {each.obligation: each.score for each in told(scene(text), "vendor/acme").marks}


GOOD = SHOP.replace(
    "  acme: {title: Acme, support: {hours: shop-hours, escalation: 2h}}\n",
    """\
  acme:
    contact: help@acme.example
    support: {hours: shop-hours, escalation: 2h, guide: https://acme.example/guide}
    obligations:
      {diagnostic_protocol: https://acme.example, root_cause_report: 5d, prevention_review: 90d, drill: 180d}
    maintenance_notice: 10d
""",
).replace("start: 2027-10-09T20:00", "start: 2027-10-09T08:00")
BUSINESS, CONSISTENT, AHEAD = "support our business", "deliver consistently", "get ahead"


def test_a_vendor_that_keeps_all_seven() -> None:
    story = told(scene(GOOD), "vendor/acme")
    assert {each.score for each in story.marks} == {"met"}, story.marks
    assert len(story.marks) == 7
    # Each by what is declared, somewhere, and none without a question that no file answers.
    assert all(each.evidence and each.questions for each in story.marks)
    assert all(any(line.place for line in each.evidence) for each in story.marks)
    assert "ask: " not in said(story, "owes")
    assert "ask: " in said(told(scene(GOOD, verbose=True), "vendor/acme"), "owes")


@pytest.mark.parametrize(
    ("was", "becomes", "obligation", "score"),
    [
        ("hours: shop-hours, escalation", "hours: never, escalation", BUSINESS, "open"),
        ("hours: shop-hours, escalation", "hours: days, escalation", BUSINESS, "partly"),
        ("hours: shop-hours, escalation", "escalation", BUSINESS, "open"),
        ("hours: shop-hours, escalation", "hours: nowhere, escalation", BUSINESS, "open"),
        ("hours: shop-hours, escalation", "hours: nowhere, escalation", CONSISTENT, "partly"),
        ("hours: shop-hours, escalation", "hours: odd, escalation", BUSINESS, "open"),
        ("hours: shop-hours, escalation", "hours: odd, escalation", CONSISTENT, "partly"),
        ("    contact: help@acme.example\n", "", CONSISTENT, "partly"),
        ("start: 2027-10-09T08:00", "start: 2027-10-09T21:00", CONSISTENT, "partly"),
        ("start: 2027-10-09T08:00", "start: 2027-02-30T08:00", CONSISTENT, "partly"),
        (", guide: https://acme.example/guide", "", "guide us", "open"),
        ("diagnostic_protocol: https://acme.example, ", "", "troubleshoot incisively", "open"),
        ("escalation: 2h", "escalation: 7201s", "be fast", "partly"),
        ("escalation: 2h, ", "", "be fast", "open"),
        ("root_cause_report: 5d, ", "", "prove it", "open"),
        (", drill: 180d", "", AHEAD, "partly"),
        ("    maintenance_notice: 10d\n", "", AHEAD, "partly"),
    ],
)
def test_what_lacks_evidence_is_never_met(
    was: str, becomes: str, obligation: str, score: str
) -> None:
    assert was in GOOD
    days = "  days: {hours: [{days: mon-fri, from: 08:00, to: 18:00}]}\n"
    # Of holidays that nobody knows.
    days += "  odd: {holidays: XX, hours: [{days: everyday, from: 00:00, to: 24:00}]}\n"
    text = GOOD.replace("calendars:\n", f"calendars:\n{days}").replace(was, becomes)
    assert scores(text)[obligation] == score


def test_announcements_are_held_against_the_notice() -> None:
    window = """\
  theirs:
    vendor: acme
    announced: 2027-11-01
    start: 2027-11-12T10:00
    duration: 1h
"""
    text = GOOD.replace("maintenance_windows:\n", f"maintenance_windows:\n{window}")
    assert scores(text)[AHEAD] == "met"
    late = text.replace("announced: 2027-11-01", "announced: 2027-11-03")
    assert scores(late)[AHEAD] == "partly"
    lines = said(told(scene(late), "vendor/acme"), "owes")
    assert "0 of 1 window announced in time, not `theirs`" in lines
    assert "ask: why was `theirs` announced so late, or when was it?" in lines
    assert scores(text.replace("    announced: 2027-11-01\n", ""))[AHEAD] == "partly"
    assert scores(text.replace("start: 2027-11-12", "start: 2027-11-31"))[AHEAD] == "partly"


def test_a_file_that_was_not_read_leaves_nothing_met_that_hangs_on_plans() -> None:
    of = scene(GOOD)
    lost = (*of.report.files, FileStatus("ops/b.yaml", "failed", "why"))
    marks = told(of._replace(report=of.report._replace(files=lost)), "vendor/acme").marks
    assert {each.obligation for each in marks if each.score == "partly"} >= {CONSISTENT, AHEAD}


def test_who_runs_nothing_owes_it_all_the_same() -> None:
    text = GOOD.replace("  directory: {vendor: acme}", "  directory: {}")
    assert scores(text) | {BUSINESS: "open", CONSISTENT: "partly"} == scores(text)


def test_an_instant() -> None:
    story = told(scene(SHOP), "", "2027-10-09T19:00Z")
    assert story.summary.startswith("3 services of 6 are down on Sat 9 Oct 2027 19:00 (UTC)")
    assert said(story, "down").split("\n")[0] == (
        "`shop`, while customers need it, until Sun 10 Oct 2027 00:30 (Europe/Paris): maintenance"
        " window `directory-patch`, by `shop` → `identity` → `directory`"
    )
    assert "Nothing is down" in told(scene(SHOP), "", "2027-10-11").summary


def test_thousands_of_findings_are_told_at_once() -> None:
    of = scene(SHOP)
    one = next(each for each in of.report.findings if "service/shop" in each.subjects)
    many = tuple(one._replace(fingerprint=f"ops-{at:032x}") for at in range(6000))
    crowd = scenes.scene(of.report._replace(findings=many))
    began = time.process_time()
    for asked in ("shop", "directory-patch"):
        lines = section(told(crowd, asked), "findings").lines
        assert len(lines) == 3
        assert "`ops-00000000000000000000000000000000`" in lines[0].text
        assert lines[2].text == "… and 5,998 more findings (-v shows them)"
    assert time.process_time() - began < 1


def test_a_vendor_of_thousands_of_services_is_told_at_once() -> None:
    services = "".join(f"  s{at}: {{vendor: acme}}\n" for at in range(4000))
    windows = "".join(
        f'  w{at}: {{takes_down: [s{at}], schedule: {{cron: "0 3 * * sun"}}, duration: 1h}}\n'
        for at in range(4000)
    )
    text = f"""\
defaults: {{owner: it, timezone: UTC, scheduler: kubernetes}}
vendors: {{acme: {{}}}}
services:
{services}maintenance_windows:
{windows}"""
    estate = worlds.estate(a=text)
    report = Report(worlds.AS_OF, worlds.AS_OF + worlds.HALF_A_YEAR, (), (), estate)
    of = scenes.scene(report)
    began = time.process_time()
    story = told(of, "acme")
    # Usually 0.4 s.
    assert time.process_time() - began < 2
    assert said(story, "runs").endswith("… and 3,996 more services (-v shows them)")
    assert said(story, "windows").endswith("… and 3,997 more windows (-v shows them)")


# Who is meant -----------------------------------------------------------------------------------


def test_fingerprints_by_their_beginning() -> None:
    of = scene(SHOP)
    for each in of.report.findings:
        digits = 4
        while sum(other.fingerprint[: 4 + digits] == each.fingerprint[: 4 + digits]
                  for other in of.report.findings) > 1:  # fmt: skip
            digits += 1
        short = each.fingerprint[: 4 + digits]
        assert targets.finding(of.report.findings, short) is each
        assert targets.finding(of.report.findings, short.upper().replace("OPS-", "ops-")) is each


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("ops-12", "has 2 digits"),
        ("ops-00000000", "there is no finding `ops-00000000`. Findings are those of this estate"),
        ("shp", "did you mean `shop`"),
        ("service/shp", "did you mean `shop`"),
        ("service/x", "this estate declares no service but `shop`, `identity`"),
        ("team/retail", "`team/retail` is a team; name a service, a job,"),
        ("freeze/x", "`freeze/x` is a freeze; name a service, a job,"),
        ("what ever", "name a finding, a rule"),
        (
            "outage-in-freeze",
            "`outage-in-freeze` is a rule; name a service, a job,",
        ),
    ],
)
def test_what_there_is_not(target: str, message: str) -> None:
    with pytest.raises(TargetError, match=re.escape(message)):
        told(scene(SHOP), target)


def test_names_and_fingerprints_that_are_not_one() -> None:
    both = SHOP.replace("  mailing:\n", "  shop:\n")
    with pytest.raises(TargetError, match="write `service/shop` or `job/shop`"):
        told(scene(both), "shop")
    of = scene(SHOP)
    one, *_ = of.report.findings
    alike = one._replace(fingerprint=one.fingerprint[:-1] + "x")
    twice = of._replace(report=of.report._replace(findings=(*of.report.findings, alike)))
    with pytest.raises(TargetError, match="is the beginning of 2 findings:\n  ops-"):
        told(twice, one.fingerprint[:10])
    none = of._replace(report=of.report._replace(findings=()))
    with pytest.raises(TargetError, match="this estate has none at all in the time looked at"):
        told(none, "ops-1234")


def test_names_that_look_like_fingerprints() -> None:
    of = scene(SHOP.replace("  mailing:\n", "  ops-cafe:\n"))
    assert told(of, "ops-cafe").target == "job/ops-cafe"
    assert told(of, "ops-cafe", "2027-10-09T06:30").summary.startswith("Yes: a run of `ops-cafe`")
    with pytest.raises(TargetError, match="there is no finding `ops-caff`"):
        told(of, "ops-caff")
    # A finding that there is comes first, and the reference is always that of the job.
    one, *_ = of.report.findings
    found = one._replace(fingerprint="ops-cafe" + one.fingerprint[8:])
    both = of._replace(report=of.report._replace(findings=(found,)))
    assert told(both, "ops-cafe").kind == "finding"
    assert told(both, "job/ops-cafe").kind == "job"
    assert told(both, "ops-cafe", "2027-10-09T06:30").kind == "job"
    # Too short to be a finding's.
    assert told(scene(SHOP.replace("  mailing:\n", "  ops-c:\n")), "ops-c").kind == "job"


@pytest.mark.parametrize("rule", ["outage-in-freeze", "OPS501", "ops501"])
def test_a_rule_has_no_instant(rule: str) -> None:
    with pytest.raises(TargetError, match=f"`{rule}` is a rule, and a rule has no instant"):
        told(scene(SHOP), rule, "2027-10-10T02:30")
    named = scene(SHOP.replace("  mailing:\n", f"  {rule}:\n"))
    assert told(named, rule, "2027-10-10T02:30").kind == "job"


@pytest.mark.parametrize(
    ("target", "at"),
    [("shop", "yesterday"), ("shop", "2027-02-30"), ("shop", "2099-01-01"), ("acme", "2027-10-09"),
     ("ops-1234", "2027-10-09"), ("", "")],
)  # fmt: skip
def test_instants_that_can_not_be_told_of(target: str, at: str) -> None:
    with pytest.raises(TargetError, match="--at"):
        told(scene(SHOP), target, at)


# The page -----------------------------------------------------------------------------------------


def test_every_story_fits_its_page() -> None:
    of = scene(SHOP)
    asked = ["shop", "identity", "mailing", "directory-patch", "reindex", "acme"]
    stories = [told(of, each) for each in asked]
    stories += [told(of, each.fingerprint) for each in of.report.findings]
    stories += [told(of, "shop", "2027-10-09T21:00"), told(of, "", "2027-10-09T21:00")]
    widths = itertools.cycle(((60, 160), (72, 100)))
    for story, width in ((each, width) for each in stories for width in next(widths)):
        text = all_forms(story, width)
        assert all(encode.columns(line) <= width for line in text.split("\n")), text
        if width >= 100:
            assert text.count("\n") <= 42, text


def test_verbose_says_all() -> None:
    short, long = (told(scene(SHOP, verbose=each), "search") for each in (False, True))
    assert "more (-v shows them)" in said(short, "outages")
    assert len(section(long, "outages").lines) == 26


# Hostile names ----------------------------------------------------------------------------------

EVIL = "</code><b>x @acme #1 [a](http://e.example) `b` ![c](//d) | \\u202e \\u2066 www.e.example ``` | * _"


def hostile() -> str:
    """Return the shop with something evil in each free text."""
    text = SHOP
    for field in ("title: The platform", "contact: platform@example.org", 'slack: "#platform"',
                  "escalation: +33 1", 'github: "@acme/retail"', "title: The shop", "title: Acme",
                  "summary: Patches"):  # fmt: skip
        assert field in text
        text = text.replace(field, f'{field.partition(":")[0]}: "{EVIL}"')
    text = text.replace(
        "customers: 200000", f'customers: 200000\n    fallback: "{EVIL}"\n    help: "{EVIL}"'
    )
    text = text.replace("acme: {title", f'acme: {{contact: "{EVIL}", title')
    ticket = f'    change: {{type: normal, ticket: "{EVIL}"}}\n    recovery: 30m'
    text = text.replace("    recovery: 30m", ticket)
    return text.replace("takes_down: [search]", f'owner: "{EVIL}", takes_down: [search]')


def test_hostile_texts_are_shown_and_never_obeyed() -> None:
    of = scene(hostile())
    assert len(of.report.findings) >= 4
    stories = [told(of, each) for each in ("shop", "mailing", "directory-patch", "reindex", "acme")]
    stories += [told(of, each.fingerprint) for each in of.report.findings]
    stories += [told(of, "", "2027-10-09T21:00"), told(of, "", "2027-10-10T03:30")]
    stories += [told(of, "shop", "2027-10-09T21:00"), told(of, "reindex", "2027-10-10T03:30")]
    seen = 0
    for story, width in zip(stories, itertools.cycle((60, 100))):
        text = all_forms(story, width)
        seen += "\\u202e" in text
        fence = ""
        for line in as_markdown.render(story).split("\n"):
            if fence or line.startswith("```"):
                opened = re.match("`*", line)
                assert opened is not None
                fence = "" if fence and line == fence else fence or opened[0]
                continue
            # What we write ourselves: headings, labels and lists.
            ours = re.sub(
                r"^(### |\*\*[A-Z][a-z ]+\*\*(: |:$|, on the clock of )| *- |\*\*The estate .*)",
                "",
                line,
            )
            outside, _ = markdown_of(ours)
            assert not re.search(r"@|#|://|www\.", outside), line
        assert not fence
    assert seen >= 3


@given(st.text(max_size=30), st.text(max_size=30))
@settings(derandomize=True, deadline=None, database=None, max_examples=60)
def test_any_title_goes_through_every_format(title: str, reason: str) -> None:
    told_of = {"title": title, "fallback": reason}
    declared = {
        "services": {"s": {"customer_facing": True, "owner": "o", **told_of}},
        "maintenance_windows": {
            "w": {
                "takes_down": ["s"],
                "start": "2027-10-09T00:00Z",
                "duration": "1h",
                "summary": title,
            }
        },
    }
    of = scene(json.dumps(declared))
    for each in of.report.findings:
        all_forms(told(of, each.fingerprint), 60)
    for target in ("s", "w"):
        if target in {**of.estate.services, **of.estate.windows}:
            all_forms(told(of, target), 60)


def test_long_ways_and_long_times_are_told_in_short() -> None:
    chain = "".join(f"  s{at}: {{depends_on: [s{at - 1}]}}\n" for at in range(1, 3000))
    text = f"""\
defaults: {{owner: o, timezone: UTC}}
services:
  s0: {{}}
{chain}  top: {{customer_facing: true, depends_on: [s2999]}}
maintenance_windows:
  w: {{takes_down: [s0], start: 2027-10-09T00:00, end: 2198-10-09T00:00}}
"""
    of = scene(text)
    asked = [("w", None), ("top", None), ("top", "2027-10-10"), ("", "2027-10-10"), ("s0", None)]
    stories = [told(of, *each) for each in asked]
    stories += [told(of, each.fingerprint) for each in of.report.findings]
    for story in stories:
        assert all_forms(story).count("\n") <= 45
    assert said(stories[0], "takes down").split("\n")[1] == (
        "`top` with it: `top` → `s2999` → `s2998` → 2,995 more → `s2` → `s1` → `s0`, which"
        " customers meet"
    )


def test_what_has_no_time_of_its_own() -> None:
    after = "  report: {owner: retail, after: [mailing], duration: 1h}\nmaintenance_windows:\n"
    of = scene(SHOP.replace("maintenance_windows:\n", after))
    assert "`report` starts when `mailing` has ended" in told(of, "report").summary
    all_forms(told(of, "report"))
    all_forms(told(of, "report", "2027-10-09"))
    suspended = scene(
        SHOP.replace(
            "    duration: 1h\n    customers",
            "    suspended: true\n    duration: 1h\n    customers",
        )
    )
    assert "is suspended and never runs" in told(suspended, "mailing").summary
    assert told(suspended, "mailing", "2027-10-09T06:30").summary.startswith("No run")


def test_years_ago_and_years_ahead() -> None:
    of = scene(SHOP)
    for at in ("2023-01-01", "2027-08-01", "2032-08-01"):
        story = told(of, "search", at)
        assert "`search` is up" in story.summary
        all_forms(story)
    # A window that recurs has been before, and will be.
    assert "`search` is down" in told(of, "search", "2023-01-01T03:30").summary
    assert "`search` is down" in told(of, "search", "2032-08-01T03:30").summary
