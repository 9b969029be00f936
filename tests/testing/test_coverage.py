"""Policies and their tests: each has to find something in one, and nothing in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opspolicy.testing import cases, coverage, results, telling
from tests.testing import runs

if TYPE_CHECKING:
    from pathlib import Path

OWN = """
policies:
  quiet-nights: {rule: run-during-outage, severity: warning}
  outage-in-business-hours: {severity: error, scope: {services: [shop]}}
  unused-declaration: {severity: "off"}
"""
FIRES = f"""{runs.HEAD.replace("it", "fires")}
    expect:
      at_least: [{{policy: quiet-nights}}, {{policy: outage-in-business-hours}}]
"""
RESTS = f"""{runs.HEAD.replace("it", "rests")}
    changes: [{{remove: maintenance_window/tune}}, {{remove: maintenance_window/patch}}]
    expect: {{none: true}}
"""
FAILS = RESTS.replace("rests", "fails").replace("none: true", "at_least: [{rule: OPS301}]")
ITS_OWN = f"""{runs.HEAD.replace("it", "own")}
    config: {{policies: {{quiet-nights: {{rule: run-during-outage, severity: error}}}}}}
    expect: {{at_least: [{{policy: quiet-nights}}]}}
"""


def held(root: Path, test: str, *, packs: bool = False) -> dict[str, tuple[bool, bool]]:
    """Return for each policy that needs tests whether it fires in one and rests in one."""
    bench = runs.bench(root, policies__own_yaml=OWN)
    (root / "a_test.yaml").write_text(f"tests:\n{test}", encoding="utf-8")
    file = cases.load(bench.root, "a_test.yaml")
    assert not file.problems
    found = [results.run(file, file.cases, bench)]
    covered = coverage.coverage(bench.settings, found, packs=packs)
    outcome = telling.Outcome(tuple(found), (), tuple(covered))
    unheld = [each.policy.name for each in covered if not (each.fires and each.rests)]
    assert [each.policy.name for each in outcome.unheld] == unheld
    if not outcome.total(results.FAILED):
        assert outcome.exit_code == (1 if unheld else 0)
    return {each.policy.name: (each.fires, each.rests) for each in covered}


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (FIRES + RESTS, (True, True)),
        (FIRES, (True, False)),
        (RESTS, (False, True)),
        (FIRES + FAILS, (True, False)),
        (FAILS + ITS_OWN, (False, False)),
        (ITS_OWN, (False, False)),
    ],
)
def test_a_policy_is_held_by_tests_that_pass(
    test: str, expected: tuple[bool, bool], tmp_path: Path
) -> None:
    found = held(tmp_path, test)
    assert found == dict.fromkeys(["outage-in-business-hours", "quiet-nights"], expected)


def test_what_is_found_and_not_expected_holds_nothing(tmp_path: Path) -> None:
    """A test that says nothing of a finding would pass without it."""
    test = f"{runs.HEAD}    expect: {{at_least: [{{policy: run-during-outage}}]}}\n"
    assert set(held(tmp_path, test).values()) == {(False, False)}


def test_errors_of_the_packs_need_tests_on_demand(tmp_path: Path) -> None:
    found = held(tmp_path, FIRES + RESTS, packs=True)
    assert found["outage-in-freeze"] == (False, True)
    assert found["run-during-outage"] == (False, True)
    assert found["quiet-nights"] == (True, True)
    assert not {"unused-declaration", "never-runs-at-all", "invalid-yaml"} & found.keys()


CUSTOM = """
policies:
  {name}:
    {{rule: custom, for_each: {kind}, assert: "{kind}.name != 'bad'", message: wrong{more}}}
"""


@pytest.mark.parametrize(
    ("kind", "more", "estate", "rests"),
    [
        ("service", "", "{services: {good: {}}}", True),
        ("service", "", "{teams: {x: {}}}", False),
        ("service", "", "{jobs: {j: {schedule: '0 5 * * *', duration: 1h, timezone: UTC}}}", False),
        ("job", "", "{jobs: {j: {schedule: '0 5 * * *', duration: 1h, timezone: UTC}}}", True),
        ("service", ", scope: {services: [shop*]}", "{services: {good: {}}}", False),
        ("service", ", scope: {services: [shop*]}", "{services: {shops: {}}}", True),
        ("service", """, where: "'a' in service.tags\"""", "{services: {good: {}}}", False),
        ("service", """, where: "'a' in service.tags\"""", "{services: {good: {tags: [a]}}}", True),
        ("outage", ", scope: {tags: [a]}", "{services: {good: {}}}", False),
        ("outage", ", scope: {tags: [a]}", "{services: {good: {tags: [a]}}}", True),
    ],
)
def test_a_policy_with_nothing_to_look_at_is_not_seen_to_rest(
    kind: str,
    more: str,
    estate: str,
    rests: bool,  # noqa: FBT001 - of a row
    tmp_path: Path,
) -> None:
    text = CUSTOM.format(name="mine", kind=kind, more=more)
    if kind == "outage":
        text = text.replace("outage.name != 'bad'", "outage.duration < duration('5h')")
    covered = _covered(tmp_path, text, estate)
    assert covered == {"mine": rests}


@pytest.mark.parametrize(
    ("rule", "estate", "rests"),
    [
        ("outage-in-business-hours: {severity: error}", "{services: {good: {}}}", True),
        ("outage-in-business-hours: {severity: error}", "{teams: {x: {}}}", False),
        (
            "outage-in-freeze: {severity: error, scope: {tags: [a]}}",
            "{services: {good: {}}}",
            False,
        ),
        (
            "outage-in-freeze: {severity: error, scope: {tags: [a]}}",
            "{services: {good: {tags: [a]}}}",
            True,
        ),
        ("vendor-support-gap: {severity: error}", "{vendors: {v: {}}}", True),
    ],
)
def test_so_it_is_with_the_rules_there_are(
    rule: str,
    estate: str,
    rests: bool,  # noqa: FBT001 - of a row
    tmp_path: Path,
) -> None:
    covered = _covered(tmp_path, f"policies: {{{rule}}}\n", estate)
    assert covered == {rule.partition(":")[0]: rests}


def _covered(root: Path, policies: str, estate: str) -> dict[str, bool]:
    bench = runs.bench(root, policies__own_yaml=policies)
    test = (
        f"tests: [{{name: a, estate: {estate}, as_of: 2027-09-01,"
        " expect: {none: [invalid-yaml]}}]\n"
    )
    (root / "a_test.yaml").write_text(test, encoding="utf-8")
    file = cases.load(bench.root, "a_test.yaml")
    assert not file.problems
    found = results.run(file, file.cases, bench)
    assert [each.outcome for each in found.results] == [results.PASSED]
    return {
        each.policy.name: each.rests
        for each in coverage.coverage(bench.settings, [found], packs=False)
    }
