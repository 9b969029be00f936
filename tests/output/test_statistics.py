"""Numbers by policy, owner and service, against counting second by second."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from opspolicy.output import Style, renderer, statistics
from opspolicy.report import NEW, UNCHANGED, WORSE, Base, Finding, Report, Waived, order
from opspolicy.rules.base import Impact
from opspolicy.source.span import Note, Span
from opspolicy.temporal.intervals import IntervalSet
from tests import worlds
from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.output.statistics import Row

ESTATE = worlds.estate(
    a="services: {a: {customers: 10}, b: {customers: 3}, c: {}, d: {customers: 0}}"
)
SCHEMA = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
AS_OF, UNTIL = worlds.AS_OF, worlds.AS_OF + 40
SERVICES = ("service/a", "service/b", "service/c", "service/d")


def finding(**values: object) -> Finding:
    """Return a finding of which little matters."""
    place = Note(Span("ops/a.yaml", 1, 1, 1, 2), "")
    plain = Finding(
        "ops-" + "0" * 32, "ops-" + "1" * 32, "OPS301", "outage-in-business-hours",
        "outage-in-business-hours", "error", "down", place,
    )  # fmt: skip
    return plain._replace(**values)  # type: ignore[arg-type] # as the test says


def report(findings: Iterable[Finding], *, compared: bool = False) -> Report:
    """Return the report of findings."""
    base = Base("main") if compared else None
    found = tuple(sorted(findings, key=order))
    return Report(AS_OF, UNTIL, found, (), ESTATE, base=base)


WAIVED = Waived("waiver/a.yaml#0", 30_000, "so", Span("ops/a.yaml", 1, 1, 1, 2))

times = st.lists(st.tuples(st.integers(-5, 45), st.integers(1, 9)), min_size=1, max_size=3).map(
    lambda pairs: IntervalSet((AS_OF + at, AS_OF + at + length) for at, length in pairs)
)
drawn = st.builds(
    finding,
    fingerprint=st.integers(0, 3).map(lambda number: f"ops-{number:032x}"),
    policy=st.sampled_from(["outage-in-business-hours", "ours"]),
    severity=st.sampled_from(["error", "warning"]),
    subjects=st.lists(st.sampled_from([*SERVICES, "job/x"]), unique=True).map(
        lambda names: tuple(sorted(names))
    ),
    occurrences=times,
    impact=st.one_of(
        st.none(),
        st.builds(Impact, st.one_of(st.none(), st.integers(0, 9)), st.just(1), st.booleans()),
    ),
    waiver=st.sampled_from([None, None, *(WAIVED._replace(covered=some) for some in range(4))]),
    owners=st.lists(st.sampled_from(["x", "y"]), unique=True).map(tuple),
    status=st.sampled_from([NEW, WORSE, UNCHANGED]),
    waived_by=st.sampled_from([None, None, "waiver/a.yaml#0"]),
)


def known(each: Finding) -> dict[str, int]:
    """Return how many customers of which service a finding cuts off."""
    if not cuts_off(each):
        return {}
    assert each.impact is not None
    services = services_of(each)
    if len(services) == 1:
        return {} if each.impact.customers is None else {services[0]: each.impact.customers}
    own = {"service/a": 10, "service/b": 3, "service/d": 0}
    return {name: own[name] for name in services if name in own}


def services_of(each: Finding) -> list[str]:
    """Return the services that a finding is about."""
    return [name for name in each.subjects if name.startswith("service/")]


def cuts_off(each: Finding) -> bool:
    """Whether a finding tells of customers who are cut off."""
    return each.impact is not None and not each.impact.degraded


def happens(each: Finding, at: int) -> bool:
    """Whether a finding has an occurrence at an instant that nobody has waived."""
    covered = each.waiver.covered if each.waiver is not None and each.waived_by is None else 0
    return any(start <= at < end for start, end in [*each.occurrences][covered:])


def number_unknown(findings: list[Finding], services: Iterable[str]) -> int:
    """Return how many findings cut off customers of services, of whom nobody knows how many."""
    wanted, unknown = {*services}, 0
    for each in findings:
        mine = wanted & {*services_of(each)}
        is_whole = all(name in known(each) for name in mine)
        unknown += cuts_off(each) and not (mine and is_whole)
    return unknown


def second_by_second(findings: list[Finding], services: Iterable[str]) -> int | None:
    """Return customers times seconds: for each service and second, the most that are cut off."""
    total, is_known = 0, False
    for service in services:
        own = [each for each in findings if service in known(each)]
        is_known |= bool(own)
        for at in range(AS_OF, UNTIL):
            total += max((known(each)[service] for each in own if happens(each, at)), default=0)
    return total if is_known else None


@given(st.lists(drawn, max_size=5))
@settings(derandomize=True, deadline=None, database=None, max_examples=300)
def test_numbers_are_those_of_counting(findings: list[Finding]) -> None:
    found = statistics.statistics(report(findings))
    active = [each for each in findings if each.waived_by is None]

    def hold(row: Row, mine: list[Finding], services: Iterable[str]) -> None:
        kept = [each for each in mine if each in active]
        assert row.active == len(kept)
        assert row.waived == len(mine) - len(kept)
        assert row.new == sum(each.status == NEW for each in kept)
        assert row.worse == sum(each.status == WORSE for each in kept)
        assert row.stake.customer_seconds == second_by_second(kept, services)
        assert row.stake.unknown == number_unknown(kept, services)

    for row in found.policies:
        like = (row.finding.policy, row.finding.severity)
        hold(row, [each for each in findings if (each.policy, each.severity) == like], SERVICES)
    for row in found.owners:
        mine = [
            each
            for each in findings
            if row.name in each.owners or (row.name == statistics.NOBODY and not each.owners)
        ]
        hold(row, mine, SERVICES)
    for row in found.services:
        hold(row, [each for each in findings if row.name in each.subjects], [row.name])
        own = [each for each in active if row.name in each.subjects and cuts_off(each)]
        assert row.seconds == sum(
            any(happens(each, at) for each in own) for at in range(AS_OF, UNTIL)
        )
    assert sum(row.active + row.waived for row in found.policies) == len(findings)
    assert len({row.name for row in found.services}) == len(found.services)


@given(st.lists(drawn, max_size=5), st.booleans())
@settings(derandomize=True, deadline=None, database=None, max_examples=100)
def test_json_is_as_its_schema_says(findings: list[Finding], compared: bool) -> None:  # noqa: FBT001 - drawn
    made = report(findings, compared=compared)
    with_them = json.loads(renderer("json")(made, Style(statistics=True)))
    VALIDATOR.validate(with_them)
    assert set(with_them["statistics"]) == {"policies", "owners", "services", "availability"}
    without = json.loads(renderer("json")(made, Style()))
    assert "statistics" not in without
    assert {**without, "statistics": with_them["statistics"]} == with_them


def test_the_schema_permits_nothing_else() -> None:
    found = json.loads(renderer("json")(report([finding(owners=("x",))]), Style(statistics=True)))
    found["statistics"]["owners"][0]["more"] = 1
    assert not VALIDATOR.is_valid(found)


def shown(*findings: Finding, compared: bool = False, verbose: bool = False) -> str:
    """Return the tables as text."""
    made = report(findings, compared=compared)
    page = statistics.tables(statistics.statistics(made), made, Style(verbose=verbose))
    return "\n".join(line for table in page for line in table)


@pytest.mark.parametrize(
    ("impacts", "expected"),
    [
        ([None], "-"),
        ([Impact(None, 1)], "unknown"),
        ([Impact(360, 10)], "1"),
        ([Impact(180, 10)], "0.5"),
        ([Impact(3_600_000, 10), Impact(None, 1)], "10,000 and unknown"),
        ([Impact(0, 10)], "0"),
    ],
)
def test_what_is_not_known_is_said(impacts: list[Impact | None], expected: str) -> None:
    when = IntervalSet([(AS_OF, AS_OF + 10)])
    findings = [
        finding(subjects=("service/a",), occurrences=when, impact=each, key=str(at))
        for at, each in enumerate(impacts)
    ]
    assert f"  {expected}  error[OPS301] outage-in-business-hours" in shown(*findings)


def test_one_service_that_nobody_has_counted_is_not_lost_among_others() -> None:
    when = IntervalSet([(AS_OF, AS_OF + 36)])
    freeze = finding(
        subjects=("service/b", "service/c"),
        occurrences=when,
        impact=Impact(1000, 36),
        owners=("x",),
    )
    page = shown(freeze)
    assert page.count("0.0 and unknown") == 2, page
    assert re.search(r"unknown +36 s  c$", page, re.MULTILINE), page


def test_who_is_not_cut_off_has_no_customer_hours() -> None:
    when = IntervalSet([(AS_OF, AS_OF + 10)])
    slow = finding(subjects=("service/a",), occurrences=when, impact=Impact(360, 10, degraded=True))
    spare = finding(subjects=("service/a",), occurrences=when)
    lines = shown(slow, spare).splitlines()
    assert lines[-2].split() == ["active", "waived", "customer-hours", "cut", "off"]
    assert lines[-1].split() == ["2", "0", "-", "-", "a"]


def test_what_is_waived_of_a_finding_does_not_count() -> None:
    when = IntervalSet((AS_OF + at * 10, AS_OF + at * 10 + 5) for at in range(4))
    part = finding(
        subjects=("service/a",),
        occurrences=when,
        impact=Impact(720, 20),
        waiver=WAIVED._replace(covered=3),
    )
    assert re.search(r" 1 +5 s  a$", shown(part), re.MULTILINE), shown(part)


def test_ten_are_shown_of_owners_and_services() -> None:
    when = IntervalSet([(AS_OF, AS_OF + 10)])
    many = [
        finding(subjects=(f"service/s{at:02}",), owners=(f"team{at:02}",), occurrences=when)
        for at in range(12)
    ]
    text = shown(*many)
    assert text.count("  … and 2 more (-v shows them)") == 2
    assert "team09" in text
    assert "team10" not in text
    everything = shown(*many, verbose=True)
    assert "more (" not in everything
    assert "team11" in everything
    assert "s11" in everything


def test_against_a_base_more_is_told() -> None:
    some = [finding(status=NEW), finding(status=WORSE), finding(status=UNCHANGED)]
    lines = shown(*some, compared=True).splitlines()
    assert lines[1].split() == ["active", "new", "worse", "waived", "customer-hours"]
    assert lines[2].split()[:5] == ["3", "1", "1", "0", "-"]


def test_names_reach_no_terminal() -> None:
    hostile = "x\x1b]0;y\x07\n::error::z"
    when = IntervalSet([(AS_OF, AS_OF + 10)])
    text = shown(
        finding(
            subjects=(f"service/{hostile}",), owners=(hostile,), occurrences=when, policy=hostile
        )
    )
    assert "\x1b" not in text
    assert not re.search(r"^::", text, re.MULTILINE)


def test_nothing_found_has_no_table() -> None:
    assert shown() == ""


# Availability -----------------------------------------------------------------------------------

PORTAL = """\
defaults: {owner: digital, timezone: Europe/Paris, scheduler: kubernetes}
calendars:
  days: {hours: [{days: mon-fri, from: 08:00, to: 20:00}]}
services:
  portal: {customer_facing: true, business_hours: days}
  shop: {customer_facing: true, maintenance_hours: always}
  quiet: {customer_facing: true, business_hours: never}
  inside: {}
maintenance_windows:
  upgrade: {takes_down: [portal, shop, inside], start: 2027-09-30T22:00, duration: 12h}
"""


def projected(text: str, until: int = 90 * 86_400) -> Report:
    """Return the report of one file for so many seconds, with what is wrong with it left out."""
    return Report(AS_OF, AS_OF + until, (), (), worlds.estate(a=text))


def test_availability_by_month_as_json() -> None:
    made = json.loads(renderer("json")(projected(PORTAL), Style(statistics=True)))
    VALIDATOR.validate(made)
    portal, shop, quiet = made["statistics"]["availability"]
    assert (portal["service"], shop["service"]) == ("service/portal", "service/shop")
    assert portal["all_time"] == {"seconds": 90 * 86_400, "down_seconds": 43_200, "percent": 99.44}
    assert portal["business_hours"]["down_seconds"] == 2 * 3600
    # Where outages are permitted they count as anywhere.
    assert shop["business_hours"] == shop["all_time"] == portal["all_time"]
    assert quiet["business_hours"] == {"seconds": 0, "down_seconds": 0, "percent": None}
    assert quiet["all_time"]["percent"] == 100
    assert [each["month"] for each in portal["months"]] == ["2027-09", "2027-10", "2027-11"]
    assert [each["whole"] for each in portal["months"]] == [False, True, False]
    assert [each["all_time"]["down_seconds"] for each in portal["months"]] == [7_200, 36_000, 0]
    assert [each["all_time"]["percent"] for each in portal["months"]] == [99.72, 98.65, 100]


def test_availability_by_month_as_text() -> None:
    text = renderer("text")(projected(PORTAL), Style(statistics=True))
    table = text.split("rounded down:\n")[1].split("\n\n")[0].split("\n")
    assert table == [
        "  down  of all time  of business hours",
        "  12 h      99.44 %            99.73 %  portal (Europe/Paris)",
        "   2 h      99.72 %              100 %    September 2027 (from Wed 1 Sep 2027 02:00)",
        "  10 h      98.65 %            99.20 %    October 2027",
        "     -        100 %              100 %    November 2027 (until Tue 30 Nov 2027 01:00)",
        "  12 h      99.44 %            99.44 %  shop (Europe/Paris)",
        "   2 h      99.72 %            99.72 %    September 2027 (from Wed 1 Sep 2027 02:00)",
        "  10 h      98.65 %            98.65 %    October 2027",
        "     -        100 %              100 %    November 2027 (until Tue 30 Nov 2027 01:00)",
        "     -        100 %                  -  quiet (Europe/Paris)",
    ]


def test_what_happens_at_unknown_times_leaves_availability_unknown() -> None:
    patch = "  patch: {takes_down: [portal], start: 2027-02-30T00:00, duration: 1h}\n"
    report = projected(PORTAL + patch)
    made = json.loads(renderer("json")(report, Style(statistics=True)))
    VALIDATOR.validate(made)
    portal, shop, _ = made["statistics"]["availability"]
    assert portal["unknown"] == ["maintenance_window/patch"]
    assert portal["all_time"] == {"seconds": 90 * 86_400, "down_seconds": 43_200, "percent": None}
    assert {each["all_time"]["percent"] for each in portal["months"]} == {None}
    assert (shop["unknown"], shop["all_time"]["percent"]) == ([], 99.44)
    text = renderer("text")(report, Style(statistics=True))
    assert (
        "  at least 12 h      unknown            unknown  portal (Europe/Paris): what maintenance"
        " window `patch` says of times can't be told\n"
    ) in text
    assert "        unknown      unknown            unknown    November 2027 (until" in text
