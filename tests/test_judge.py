"""From violations to findings: severity, scope, owners, order, and rules that fail."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import app, config, judge, rules
from opspolicy.policy import policies
from opspolicy.report import COMPLETE, FAILED, INCOMPLETE, FileStatus, Report
from opspolicy.rules import subjects
from opspolicy.rules.base import Rule, Violation, World
from opspolicy.source.files import parse
from tests import worlds
from tests.laws import REPRODUCIBLE
from tests.oracle.chain_estates import chain_estates
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World as Drawn
from tests.oracle.estates import estates

COLLISION = """
services:
  portal: {owner: digital, customer_facing: true, customers: 100, tags: [tier-1]}
  shop: {owner: retail, customer_facing: true, depends_on: [portal]}
maintenance_windows:
  upgrade: {owner: platform, takes_down: [portal], start: 2027-10-09T00:00Z, duration: 1h}
"""


def policy_file(text: str) -> dict[str, policies.Policy]:
    """Return the recommended pack with a policy file over it."""
    combined = policies.combine(["recommended"], [parse("policies/ours.yaml", text)])
    assert not combined.problems
    return combined.by_name


def test_owners_are_those_of_subjects_and_causes() -> None:
    portal, shop = sorted(
        worlds.findings(worlds.estate(a=COLLISION)), key=lambda each: each.subjects
    )
    assert portal.owners == ("digital", "platform")
    # The service in between is not a party: it neither moves nor is hurt.
    assert shop.owners == ("platform", "retail")
    assert shop.paths == (("service/shop", "service/portal"),)


@given(world=st.one_of(estates(), chain_estates()))
@settings(REPRODUCIBLE, max_examples=40)
def test_no_rule_is_left_out_that_would_say_anything(world: Drawn) -> None:
    """A rule isn't asked where nothing is declared that it is about: asked, it finds nothing."""
    timeline = timeline_of(*world)
    found = judge.judge(timeline.estate, timeline, worlds.RECOMMENDED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subjects, "has_any", lambda *_: True)
        assert judge.judge(timeline.estate, timeline, worlds.RECOMMENDED) == found
    bare = worlds.timeline(worlds.estate(a="services: {s: {}}"))
    named = {*subjects.OF_SERVICES, *subjects.OF_JOBS, *subjects.OF_SECTIONS}
    assert all(rules.exists(each) for each in named)
    assert not any(subjects.has_any(each, bare.estate) for each in named)


def test_unknown_impact_sorts_before_known_impact() -> None:
    unknown, known = worlds.findings(worlds.estate(a=COLLISION))
    assert unknown.subjects == ("service/shop",)
    assert unknown.impact is not None
    assert unknown.impact.customer_seconds is None
    assert known.impact is not None
    assert known.impact.customer_seconds == 100 * 3600


def test_what_looks_at_nothing_is_known_by_name() -> None:
    assert {each.slug for each in rules.every() if each.check is None} == rules.REPORTED_ONLY
    assert {each.slug for each in rules.every() if each.incomplete} == rules.INCOMPLETE


def test_a_policy_of_ones_own_adds_to_the_pack() -> None:
    text = """
    policies:
      tier-1: {rule: outage-in-business-hours, severity: warning, scope: {tags: [tier-*]}}
    """
    found = worlds.findings(worlds.estate(a=COLLISION), policy_file(text))
    assert [(each.policy, each.rule, each.severity, each.subjects) for each in found] == [
        ("outage-in-business-hours", "outage-in-business-hours", "error", ("service/shop",)),
        ("outage-in-business-hours", "outage-in-business-hours", "error", ("service/portal",)),
        ("tier-1", "outage-in-business-hours", "warning", ("service/portal",)),
    ]
    assert len({each.fingerprint for each in found}) == 3


@pytest.mark.parametrize(
    ("scope", "subjects"),
    [
        ("{services: [port*]}", {"portal"}),
        ("{services: [port*, sh?p]}", {"portal", "shop"}),
        ("{maintenance_windows: [upgrade]}", {"portal", "shop"}),
        ("{jobs: [upgrade]}", set()),
        ("{owners: [retail]}", {"shop"}),
        ("{owners: [platform]}", {"portal", "shop"}),
        ("{owners: [retail], tags: [tier-1]}", set()),
        ("{tags: []}", set()),
    ],
)
def test_scopes(scope: str, subjects: set[str]) -> None:
    text = f"policies: {{ours: {{rule: outage-in-business-hours, scope: {scope}}}}}"
    found = worlds.findings(worlds.estate(a=COLLISION), policy_file(text))
    collisions = [each for each in found if each.policy == "ours"]
    assert {each.subjects[0].removeprefix("service/") for each in collisions} == subjects


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("{severity: off, scope: {services: [portal]}}", {"shop": "error"}),
        (
            "{severity: warning, scope: {services: [portal]}}",
            {"portal": "warning", "shop": "error"},
        ),
        ("{severity: off}", {}),
    ],
)
def test_what_a_scope_leaves_out_stays_as_it_was(policy: str, expected: dict[str, str]) -> None:
    """A policy for one service must not switch the rule off for all the others."""
    text = f"policies: {{outage-in-business-hours: {policy}}}"
    found = worlds.findings(worlds.estate(a=COLLISION), policy_file(text))
    assert {each.subjects[0].removeprefix("service/"): each.severity for each in found} == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        # What a later file says without a scope holds everywhere.
        ("{severity: error}", {"portal": "error", "shop": "error"}),
        ("{severity: warning}", {"portal": "warning", "shop": "warning"}),
        # It takes what it doesn't say from the pack, not from what somebody narrowed.
        ("{options: {}}", {"portal": "error", "shop": "error"}),
        (
            "{severity: warning, scope: {services: [shop]}}",
            {"shop": "warning"},
        ),
        ("{scope: {services: [shop]}}", {"shop": "error"}),
    ],
)
def test_a_later_file_is_laid_over_one_with_a_scope(policy: str, expected: dict[str, str]) -> None:
    files = [
        parse(f"policies/{name}.yaml", f"policies: {{outage-in-business-hours: {text}}}")
        for name, text in (("a", "{severity: off, scope: {services: [portal]}}"), ("b", policy))
    ]
    combined = policies.combine(["recommended"], files)
    assert not combined.problems
    found = worlds.findings(worlds.estate(a=COLLISION), combined.by_name)
    assert {each.subjects[0].removeprefix("service/"): each.severity for each in found} == expected


def test_a_policy_with_the_name_of_one_rule_cannot_set_another() -> None:
    text = "policies: {outage-in-business-hours: {rule: unused-declaration}}"
    combined = policies.combine(["recommended"], [parse("policies/ours.yaml", text)])
    (problem,) = combined.problems
    assert problem.message == (
        "policy `outage-in-business-hours` has the name of a rule,"
        " and sets the rule `unused-declaration`"
    )
    assert combined.by_name["outage-in-business-hours"].rule == "outage-in-business-hours"


def test_a_policy_of_ones_own_keeps_to_one_rule() -> None:
    files = [
        parse(f"policies/{name}.yaml", f"policies: {{gate: {{rule: {rule}}}}}")
        for name, rule in (("a", "outage-in-business-hours"), ("b", "missing-owner"))
    ]
    combined = policies.combine(["recommended"], files)
    (problem,) = combined.problems
    assert problem.message == (
        "policy `gate` sets the rule `outage-in-business-hours` in policies/a.yaml"
    )
    assert combined.by_name["gate"].rule == "outage-in-business-hours"


def test_an_empty_scope_is_told_wherever_it_lies() -> None:
    files = [
        parse(f"policies/{name}.yaml", f"policies: {{never-runs: {text}}}")
        for name, text in (
            ("a", "{severity: off, scope: {tags: [no-such-tag]}}"),
            ("b", "{severity: warning, scope: {services: [portal]}}"),
            # One service that is both, or it can't fire.
            ("c", "{severity: warning, scope: {services: [shop], tags: [tier-1]}}"),
        )
    ]
    combined = policies.combine(["recommended"], files)
    found = worlds.findings(worlds.estate(a=COLLISION), combined.by_name)
    assert [each.place.span.file for each in found if each.code == "OPS106"] == [
        "policies/a.yaml", "policies/c.yaml",
    ]  # fmt: skip


def test_a_policy_keeps_what_it_does_not_say() -> None:
    text = """
    policies:
      ours: {rule: outage-in-business-hours, severity: warning, locked: true}
      outage-in-business-hours: {severity: off}
    """
    combined = policy_file(text)
    assert combined["outage-in-business-hours"].severity == "off"
    again = policies.combine(
        ["recommended"],
        [
            parse("policies/a.yaml", text),
            parse("policies/b.yaml", "policies: {ours: {scope: {tags: [x]}}}"),
        ],
    ).by_name["ours"]
    assert (again.severity, again.locked, again.scope.tags) == ("warning", True, ("x",))
    assert again.origin == "policies/b.yaml"


def test_a_rule_that_raises_is_an_internal_error_and_the_others_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_world: World, _options: object) -> list[Violation]:
        message = "no luck"
        raise ValueError(message)

    real = rules.load("unknown-duration")
    assert real is not None
    monkeypatch.setattr(
        rules, "load", lambda slug: real._replace(check=broken) if slug == real.slug else LOAD(slug)
    )
    first, *others = worlds.findings(worlds.estate(a=COLLISION))
    assert (first.code, first.incomplete) == ("OPS000", True)
    assert first.message.startswith("the rule `unknown-duration` failed: ValueError: no luck (")
    assert [each.code for each in others] == ["OPS301", "OPS301"]


LOAD = rules.load


# Off until a team asks for it: it demands what nobody has declared.
OFF_BY_DEFAULT = {"missing-approval", "missing-continuity-plan"}


def test_packs_list_every_rule_with_a_severity_no_milder_than_the_rule_s() -> None:
    # What teams demand themselves is in no pack.
    every = {rule.slug: rule for rule in rules.every() if rule.slug != "custom"}
    for name in policies.packs():
        combined = policies.combine([name], [])
        assert not combined.problems, name
        pack = combined.by_name
        assert set(pack) == set(every), name
        order = ["off", "info", "warning", "error"]
        for slug, rule in every.items():
            severity = pack[slug].severity
            if name == "recommended" and slug in OFF_BY_DEFAULT:
                assert severity == "off"
                continue
            assert order.index(severity) >= order.index(rule.severity), slug
            if name == "recommended":
                assert severity == rule.severity, slug
            if name == "strict" and rule.severity != "error" and slug not in OFF_BY_DEFAULT:
                assert order.index(severity) == order.index(rule.severity) + 1, slug


def test_codes_names_and_severities_are_the_contract_s() -> None:
    """Waivers, policies and links name them, so none of them may change."""
    every = [
        f"{rule.code} {rule.slug} {rule.severity}{' (2)' if rule.incomplete else ''}"
        for rule in rules.every()
    ]
    assert every == [
        "OPS000 internal-error error (2)",
        "OPS001 unreadable-file error (2)",
        "OPS002 invalid-yaml error (2)",
        "OPS003 schema-violation error (2)",
        "OPS101 unknown-reference error (2)",
        "OPS102 duplicate-name error (2)",
        "OPS103 dependency-cycle warning",
        "OPS104 missing-owner error",
        "OPS105 unused-declaration info",
        "OPS106 empty-scope error",
        "OPS107 unknown-holidays error (2)",
        "OPS108 job-cycle error (2)",
        "OPS109 not-imported info",
        "OPS201 invalid-schedule error (2)",
        "OPS202 never-runs error",
        "OPS203 schedule-in-dst-transition warning",
        "OPS204 ambiguous-day-fields warning",
        "OPS205 overlapping-runs warning",
        "OPS206 misleading-comment info",
        "OPS207 missing-timezone error (2)",
        "OPS208 undeclared-scheduler info",
        "OPS209 unknown-duration warning",
        "OPS210 beyond-horizon error",
        "OPS301 outage-in-business-hours error",
        "OPS302 outage-during-induced-demand error",
        "OPS303 run-during-outage error",
        "OPS304 outage-too-long error",
        "OPS305 redundancy-lost warning",
        "OPS306 downtime-budget-exceeded error",
        "OPS307 degraded-in-business-hours info",
        "OPS308 colliding-maintenance info",
        "OPS401 deadline-missed error",
        "OPS402 runs-before-predecessor error",
        "OPS501 outage-in-freeze error",
        "OPS502 outage-outside-maintenance-hours error",
        "OPS503 short-notice error",
        "OPS504 missing-approval error",
        "OPS505 no-legal-slot warning",
        "OPS601 missing-notice error",
        "OPS602 notice-channel-down error",
        "OPS603 support-unstaffed warning",
        "OPS604 missing-continuity-plan warning",
        "OPS701 vendor-support-gap warning",
        "OPS702 vendor-obligation-missing warning",
        "OPS703 vendor-notice-short warning",
        "OPS801 expired-waiver error",
        "OPS802 unused-waiver warning",
        "OPS803 unapproved-waiver error",
        "OPS804 weakened-policy error",
        "OPS900 custom error",
    ]


def report(*severities: str, incomplete: bool = False, fail_on: str = "error") -> Report:
    """Return a report with findings of these severities."""
    estate = worlds.estate(a="services: {}")
    rule = Rule("OPS999", "made-up", "error", "Made up.", incomplete=incomplete)
    place = worlds.findings(worlds.estate(a=COLLISION))[0].place
    found = tuple(
        judge.finding(estate, Violation("x", place), rule, "made-up", severity)
        for severity in severities
    )
    return Report(0, 1, found, (FileStatus("a", "parsed"),), estate, fail_on)


@pytest.mark.parametrize(
    ("severities", "fail_on", "code"),
    [
        ([], "info", COMPLETE),
        (["warning", "info"], "error", COMPLETE),
        (["error"], "error", FAILED),
        (["warning"], "warning", FAILED),
        (["info"], "warning", COMPLETE),
        (["info"], "info", FAILED),
        (["error"], "never", COMPLETE),
    ],
)
def test_exit_codes(severities: list[str], fail_on: str, code: int) -> None:
    assert report(*severities, fail_on=fail_on).exit_code == code
    # Incomplete beats everything.
    assert report(*severities, "error", incomplete=True, fail_on=fail_on).exit_code == INCOMPLETE


def test_nothing_that_matched_is_incomplete() -> None:
    assert report()._replace(nothing_matched="ops").exit_code == INCOMPLETE


def test_the_world_outside_the_root_is_not_read(tmp_path: object) -> None:
    request = app.Request(worlds.AS_OF)
    found = app.run(config.load(str(tmp_path)), ["/etc/hostname"], request)
    assert [each.code for each in found.findings] == ["OPS001"]
    assert found.exit_code == INCOMPLETE
