"""Vendors: when nobody answers, day by day and second by second, and what a change makes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.compare import standing
from opspolicy.report import NEW, UNCHANGED, WORSE
from opspolicy.rules import vendor_support_gap, vendors
from opspolicy.rules.base import World as Seen
from opspolicy.temporal.intervals import IntervalSet, union
from opspolicy.timeline import causes
from tests import worlds
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World, estates
from tests.oracle.simulation import simulate

if TYPE_CHECKING:
    from opspolicy.report import Finding

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=50)
DESK = {
    "timezone": "Europe/Paris",
    "hours": [
        {"days": "mon-fri", "from": "08:00", "to": "18:00"},
        {"days": "sat", "from": "22:00", "to": "02:00"},
    ],
}


@LAWS
@given(estates(), st.sampled_from(["desk", "always", "never", "nowhere"]), st.data())
def test_the_gap_is_all_that_is_done_while_nobody_answers(
    world: World, hours: str, data: st.DataObject
) -> None:
    """By all findings together: the outages that the oracle steps through, and other changes."""
    estate, as_of, horizon = world
    names = sorted(estate["services"])
    theirs = set(data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))
    announced = {
        each
        for each in sorted(estate.get("maintenance_windows", {}))
        if data.draw(st.booleans(), label=each)
    }
    declared = _with_vendor(estate, theirs, announced, hours)
    timeline = timeline_of(declared, as_of, horizon)
    judged = timeline.judged
    found = union(
        each.occurrences for each in vendor_support_gap.check(Seen(timeline.estate, timeline), {})
    )
    down = simulate(estate, as_of, horizon).down
    outages = IntervalSet(pair for each in theirs for pair in down.get(each, []))
    changed = union(
        causes.of_window(window, judged)
        for name, window in timeline.estate.windows.items()
        if name in announced or not theirs.isdisjoint(window.degrades)
    )
    done = (outages | changed) & judged
    answers = vendors.answers(timeline.estate, timeline.estate.vendors["acme"])
    assert found & judged == done - answers.during(done), json.dumps(declared)


def _with_vendor(
    estate: dict[str, Any], theirs: set[str], announced: set[str], hours: str
) -> dict[str, Any]:
    """Return an estate in which a vendor runs some services and has announced some windows."""
    by = {"vendor": "acme"}
    windows = estate.get("maintenance_windows", {})
    return {
        **estate,
        "calendars": {**estate.get("calendars", {}), "desk": DESK},
        "services": {
            name: {**(each or {}), **(by if name in theirs else {})}
            for name, each in estate["services"].items()
        },
        "maintenance_windows": {
            name: {**each, **(by if name in announced else {})} for name, each in windows.items()
        },
        "vendors": {"acme": {"support": {"hours": hours}}},
    }


# What a change makes of it ----------------------------------------------------------------------

OWING = """\
vendors:
  acme: {support: {escalation: 2h}, obligations: {diagnostic_protocol: p, root_cause_report: 5d}}
services: {payments: {vendor: acme, owner: shop}}
"""
ANNOUNCED = """\
defaults: {owner: shop, timezone: UTC}
vendors: {acme: {maintenance_notice: 10d}}
maintenance_windows:
  upgrade: {vendor: acme, announced: 2027-10-03, start: 2027-10-09T02:00, duration: 1h}
services: {payments: {vendor: acme, owner: shop}}
"""


def found_in(text: str, rule: str) -> list[Finding]:
    """Return the findings of a rule in one file."""
    return [each for each in worlds.findings(worlds.estate(a=text)) if each.rule == rule]


@pytest.mark.parametrize(
    ("was", "becomes", "status"),
    [
        ("root_cause_report: 5d", "root_cause_report: 9d", UNCHANGED),
        ("root_cause_report: 5d", "root_cause_report: 5d, drill: 30d", UNCHANGED),
        ("root_cause_report: 5d", "drill: 30d", WORSE),
        (", root_cause_report: 5d", "", WORSE),
        ("escalation: 2h", "escalation: 4h", WORSE),
    ],
)
def test_one_obligation_less_is_worse_and_one_more_is_not(
    was: str, becomes: str, status: str
) -> None:
    rule = "vendor-obligation-missing"
    before, after = found_in(OWING, rule), found_in(OWING.replace(was, becomes), rule)
    (one,) = standing.against(after, before, {}).findings
    assert one.status == status
    assert one.fingerprint == before[0].fingerprint


def test_an_escalation_that_is_later_still_is_worse() -> None:
    rule = "vendor-obligation-missing"
    four, six = (found_in(OWING.replace("escalation: 2h", f"escalation: {each}"), rule) for each in ("4h", "6h"))  # fmt: skip
    none = found_in(OWING.replace("escalation: 2h", "guide: here"), rule)
    for before, after, status in ((four, six, WORSE), (six, four, UNCHANGED), (six, none, WORSE), (none, six, UNCHANGED)):  # fmt: skip
        assert standing.against(after, before, {}).findings[0].status == status


@pytest.mark.parametrize(
    ("was", "becomes", "status"),
    [
        ("announced: 2027-10-03", "announced: 2027-10-02", UNCHANGED),
        ("announced: 2027-10-03", "announced: 2027-10-04", WORSE),
        ("announced: 2027-10-03, ", "", WORSE),
        ("start: 2027-10-09", "start: 2027-10-08", WORSE),
        ("acme: {maintenance_notice: 10d}", "acme: {maintenance_notice: 12d}", UNCHANGED),
    ],
)
def test_a_later_announcement_is_worse(was: str, becomes: str, status: str) -> None:
    rule = "vendor-notice-short"
    before, after = found_in(ANNOUNCED, rule), found_in(ANNOUNCED.replace(was, becomes), rule)
    (one,) = standing.against(after, before, {}).findings
    assert one.status == status


def test_what_is_new_is_new() -> None:
    rule = "vendor-notice-short"
    fine = ANNOUNCED.replace("announced: 2027-10-03", "announced: 2027-09-03")
    assert not found_in(fine, rule)
    assert standing.against(found_in(ANNOUNCED, rule), [], {}).findings[0].status == NEW


@pytest.mark.parametrize(
    ("text", "rule", "was", "becomes"),
    [
        (OWING, "vendor-obligation-missing", "escalation: 2h", "escalation: 1h"),
        (OWING, "vendor-obligation-missing", ", root_cause_report: 5d", ""),
        (ANNOUNCED, "vendor-notice-short", "announced: 2027-10-03", "announced: 2027-10-05"),
        (ANNOUNCED, "vendor-notice-short", "notice: 10d", "notice: 20d"),
        (ANNOUNCED, "vendor-notice-short", "start: 2027-10-09", "start: 2027-10-08"),
    ],
)
def test_another_acceptance_must_be_asked_for(text: str, rule: str, was: str, becomes: str) -> None:
    before, after = (found_in(each, rule)[0] for each in (text, text.replace(was, becomes)))
    assert before.fingerprint == after.fingerprint
    assert before.acceptance != after.acceptance
    moved = found_in(f"# a comment\n{text}", rule)[0]
    assert moved.acceptance == before.acceptance


def test_those_who_own_what_a_vendor_runs_answer_for_what_it_lacks() -> None:
    text = OWING + (
        "maintenance_windows:\n"
        "  test: {vendor: acme, owner: it, start: 2027-10-09T02:00Z, duration: 1h}\n"
    )
    (found,) = found_in(text, "vendor-obligation-missing")
    assert found.owners == ("it", "shop")
    assert found.subjects == ("vendor/acme",)
