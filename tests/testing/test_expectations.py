"""What is expected, held against what is found: each key by itself, and all together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from opspolicy.testing import telling
from opspolicy.testing.results import BROKEN, FAILED, PASSED
from opspolicy.testing.sides import SIDES
from tests.testing import runs

if TYPE_CHECKING:
    from pathlib import Path

BOTH = "exactly: [{rule: OPS301}, {rule: run-during-outage}]"
# Of each key of an entry: what holds of the finding by `patch`, and what doesn't.
KEYS: dict[str, tuple[str, str]] = {
    "rule": ("outage-in-business-hours", "outage-in-freeze"),
    "policy": ("outage-in-business-hours", "outage-in-freeze"),
    "severity": ("error", "warning"),
    "subjects": ("[service/shop]", "[service/shop, service/database]"),
    "causes": ("[maintenance_window/patch]", "[]"),
    "occurrences": (
        "[{start: 2027-10-08T08:00+02:00, end: 2027-10-08T07:00:00Z}]",
        "[{start: 2027-10-08T08:00+02:00, end: 2027-10-08T07:00:01Z}]",
    ),
    "occurrence_count": ("1", "2"),
    "customer_hours": ("1000", "1001"),
    "fingerprint": ("ops-4f08", "ops-0000"),
    "status": ("new", "unchanged"),
    "waived": ("false", "true"),
    "message": ("down  while", "up while"),
    "file": ("plan.yaml", "lan.yaml"),
    "line": ("11", "12"),
}


@pytest.mark.parametrize(
    ("expected", "outcome"),
    [
        (f"{{{BOTH}}}", PASSED),
        ("{exactly: [{rule: run-during-outage}, {rule: OPS301}], exit_code: 1}", PASSED),
        ("{exactly: [{rule: OPS301}]}", FAILED),
        ("{exactly: []}", FAILED),
        ("{exactly: [{rule: OPS301}, {rule: OPS301}, {rule: OPS303}]}", FAILED),
        ("{exactly: [{severity: error, causes: [maintenance_window/patch]}, {rule: OPS303}]}", PASSED),
        ("{at_least: [{rule: OPS303}]}", PASSED),
        ("{at_least: [{rule: OPS399}]}", BROKEN),
        ("{at_least: [{rule: OPS302}]}", FAILED),
        ("{at_least: [{rule: OPS303}], none: [OPS302]}", PASSED),
        ("{at_least: [{rule: OPS303}], none: [OPS303]}", FAILED),
        ("{none: true}", FAILED),
        ("{none: [OPS302, outage-in-freeze]}", PASSED),
        ("{none: [outage-in-business-hours]}", FAILED),
        ("{none: [{rule: OPS301, subjects: [service/shop]}]}", FAILED),
        ("{none: [{rule: OPS301, subjects: [service/database]}]}", PASSED),
        ("{none: [{message: is down while}]}", FAILED),
        ("{exit_code: 1}", PASSED),
        ("{exit_code: 0}", FAILED),
        ("{exit_code: 2}", FAILED),
    ],
)  # fmt: skip
def test_an_expectation(expected: str, outcome: str, tmp_path: Path) -> None:
    assert runs.expect(tmp_path, expected).outcome == outcome


def test_every_key_is_tried() -> None:
    assert KEYS.keys() == SIDES.keys()


@pytest.mark.parametrize("key", [key for key in KEYS if key != "status"])
def test_an_entry_is_met_by_what_has_all_of_it(key: str, tmp_path: Path) -> None:
    right, wrong = KEYS[key]
    if key == "fingerprint":
        found = runs.expect(tmp_path, "{at_least: [{rule: OPS301}]}").met
        right = found[0].fingerprint[:9]
    names = "" if key == "causes" else ", causes: [maintenance_window/patch]"
    for value, outcome in ((right, PASSED), (wrong, FAILED)):
        entry = f"{{{key}: {value}{names}}}"
        result = runs.expect(tmp_path, f"{{at_least: [{entry}]}}")
        assert result.outcome == outcome, value
    (missed,) = result.missed
    if key == "causes":
        assert missed.nearest is None, "nobody else is like it"
        return
    assert [each.key for each in missed.differences] == [key]


def test_the_nearest_is_told_key_by_key(tmp_path: Path) -> None:
    result = runs.expect(
        tmp_path,
        "{at_least: [{rule: OPS301, severity: warning, subjects: [service/shop],"
        " occurrences: [{start: 2027-10-08, end: 2027-10-09}], customer_hours: 5}]}",
    )
    told = [text for label, text in telling.why(result) if not label]
    assert told == [
        "severity: expected warning, found error",
        (
            "occurrences: expected 2027-10-08T00:00:00Z to 2027-10-09T00:00:00Z, found"
            " 2027-10-08T06:00:00Z to 2027-10-08T07:00:00Z"
        ),
        "customer_hours: expected 5, found 1,000",
    ]


def test_what_is_expected_twice_and_found_once_is_told(tmp_path: Path) -> None:
    result = runs.expect(tmp_path, "{at_least: [{rule: OPS301}, {rule: OPS301}]}")
    assert ("", "that is what another expectation has asked for: it is found once") in [
        *telling.why(result)
    ]


def test_what_is_waived_counts_only_where_it_is_named(tmp_path: Path) -> None:
    waivers = """
waivers:
  - {rule: outage-in-business-hours, on: [service/shop], reason: agreed, approved_by: [web], expires: 2027-12-31}
"""
    for expected, outcome in (
        ("{exactly: [{rule: OPS303}]}", PASSED),
        ("{at_least: [{rule: OPS301}]}", FAILED),
        ("{exactly: [{rule: OPS303}, {rule: OPS301, waived: true}]}", PASSED),
        ("{none: [OPS301]}", PASSED),
        ("{none: [{rule: OPS301, waived: true}]}", FAILED),
    ):
        assert runs.expect(tmp_path, expected, ops__waivers_yaml=waivers).outcome == outcome
    test = f"tests:\n{runs.HEAD}    waivers: false\n    expect: {{{BOTH}}}\n"
    (result,) = runs.run(tmp_path, test, ops__waivers_yaml=waivers)
    assert result.outcome == PASSED


UNKNOWN = "services: {kiosk: {owner: web, depends_on: [gone]}}"


@pytest.mark.parametrize(
    ("expected", "outcome"),
    [
        (f"{{{BOTH}}}", BROKEN),
        ("{none: [OPS302]}", BROKEN),
        ("{at_least: [{rule: OPS301}]}", BROKEN),
        ("{at_least: [{rule: OPS301}, {rule: unknown-reference}]}", PASSED),
        ("{exit_code: 2}", PASSED),
        ("{exit_code: 1}", FAILED),
        ("{none: true, exit_code: 2}", FAILED),
    ],
)
def test_without_a_verdict_nothing_is_as_expected(
    expected: str, outcome: str, tmp_path: Path
) -> None:
    """Unknown is never fine: a test passes only if it expects just that."""
    result = runs.expect(tmp_path, expected, ops__unknown_yaml=UNKNOWN)
    assert result.outcome == outcome
    if outcome == BROKEN:
        assert "gone" in " ".join(text for _, text in telling.why(result))


def test_an_estate_without_a_file_is_no_clean_estate(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    test = "tests:\n" + runs.HEAD.replace("ops", "empty") + "    expect: {none: true}\n"
    (result,) = runs.run(tmp_path, test)
    assert result.outcome == BROKEN


@pytest.mark.parametrize(
    ("barred", "told"),
    [
        ("{subjects: [service/shp]}", "declares no `service/shp`, so.*did you mean `service/shop`"),
        ("{rule: OPS301, causes: [maintenance_window/gone]}", "take this out of the test"),
        ("{subjects: [servce/shop]}", "did you mean `service`"),
        ("{subjects: [file/ops/pln.yaml]}", "did you mean `file/ops/plan.yaml`"),
        ("{subjects: [policy/nobodys]}", "declares no `policy/nobodys`"),
        ("missing-approval", "`missing-approval` is switched off"),
        ("{rule: OPS304}", "`OPS304` is switched off"),
        ("{rule: OPS301, policy: outage-in-freeze}", "no policy is `OPS301` and"),
        # These can be found, or could be before what the test changes.
        ("{subjects: [service/shop, job/invoices]}", ""),
        ("{causes: [maintenance_window/tune]}", ""),
        ("{subjects: [file/ops/plan.yaml]}", ""),
        ("{subjects: [policy/outage-in-freeze]}", ""),
        ("{rule: unused-waiver, subjects: ['waiver/ops/plan.yaml#1']}", ""),
        ("{rule: unused-declaration, subjects: [team/gone]}", ""),
        ("unknown-reference", ""),
        ("invalid-yaml", ""),
    ],
)
def test_what_can_never_be_found_is_not_taken_for_its_absence(
    barred: str, told: str, tmp_path: Path
) -> None:
    off = "policies: {outage-too-long: {severity: 'off'}, unknown-reference: {severity: 'off'}}\n"
    test = (
        f"tests:\n{runs.HEAD}    changes: [{{remove: maintenance_window/tune}}]\n"
        f"    expect: {{none: [{barred}]}}\n"
    )
    (result,) = runs.run(tmp_path, test, policies__own_yaml=off)
    assert result.outcome == (BROKEN if told else PASSED)
    if told:
        assert re.search(told, " ".join(text for _, text in telling.why(result)))
