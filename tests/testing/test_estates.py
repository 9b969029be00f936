"""What a test is about: paths and declarations, by which configuration, with which changes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from opspolicy import config
from opspolicy.testing import cases, results
from opspolicy.testing.bench import Bench
from opspolicy.testing.results import BROKEN, PASSED
from tests.testing import runs

if TYPE_CHECKING:
    from pathlib import Path

BOTH = "    expect: {exactly: [{rule: OPS301}, {rule: OPS303}]}\n"
AT = "    as_of: 2027-09-01\n"


def told(result: results.Result) -> list[str]:
    """Return the messages of what is broken."""
    return [each.message for each in result.problems]


@pytest.mark.parametrize(
    "estate", ["ops", "./ops", "ops/plan.yaml", "[ops]", "[ops/plan.yaml]", ".", "ops/../ops"]
)
def test_a_path(estate: str, tmp_path: Path) -> None:
    (result,) = runs.run(tmp_path, f"tests:\n  - name: it\n    estate: {estate}\n{AT}{BOTH}")
    assert result.outcome == PASSED, result


def test_declarations_in_place_are_the_same_estate_and_point_into_the_test(tmp_path: Path) -> None:
    inline = "".join(f"      {line}\n" for line in runs.PLAN.strip().split("\n"))
    test = f"tests:\n  - name: it\n    estate:\n{inline}{AT}{BOTH}"
    (result,) = runs.run(tmp_path, test)
    assert result.outcome == PASSED
    (plain,) = runs.run(tmp_path, f"tests:\n  - name: it\n    estate: ops\n{AT}{BOTH}")
    assert [(each.fingerprint, each.acceptance, each.message) for each in result.met] == [
        (each.fingerprint, each.acceptance, each.message) for each in plain.met
    ]
    lines = test.split("\n")
    for each in result.met:
        span = each.place.span
        assert span.file == "a_test.yaml"
        assert "2027-10-0" in lines[span.line - 1][span.column - 1 : span.end_column - 1]


def test_comments_count_in_the_estate_they_stand_in(tmp_path: Path) -> None:
    def case(name: str, comment: str, expected: str) -> str:
        return (
            f"  - name: {name}\n    estate:\n      defaults: {{owner: web, timezone: UTC}}\n"
            "      services: {shop: {customer_facing: true}}\n"
            "      maintenance_windows:\n"
            f"        patch: {{degrades: [shop], start: 2027-10-09T06:00, duration: 1h}}{comment}\n"
            f"{AT}    expect: {expected}\n"
        )

    ignore = "  # opspolicy: ignore[degraded-in-business-hours] until 2027-12-31 it is night"
    test = "tests:\n" + case("one", "", "{exactly: [{rule: OPS307}]}")
    test += case("two", ignore, "{exactly: [{rule: OPS307, waived: true}]}")
    test += case("three", "", "{exactly: [{rule: OPS307}]}")
    assert [each.outcome for each in runs.run(tmp_path, test)] == [PASSED] * 3


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ("[{remove: maintenance_window/patch}]", "[{rule: OPS303, status: unchanged}]"),
        ("[{remove: maintenance_window/patch}, {remove: maintenance_window/tune}]", "[]"),
        (
            "[{set: maintenance_window/patch, to: {duration: 3h}}]",
            "[{rule: OPS301, status: worse, line: 11, file: ops/plan.yaml}, {rule: OPS303}]",
        ),
        (
            "[{set: maintenance_window/patch, to: {start: 2027-10-08T07:30}}]",
            "[{rule: OPS301, status: worse, line: 6, file: a_test.yaml}, {rule: OPS303}]",
        ),
        (
            "[{set: maintenance_window/patch, to: {duration: null, end: 2027-10-08T09:00}}]",
            "[{rule: OPS301, status: unchanged}, {rule: OPS303}]",
        ),
        (
            "[{set: job/invoices, to: {requires: []}}]",
            "[{rule: OPS301, file: ops/plan.yaml, line: 11}]",
        ),
        (
            "[{add: {services: {till: {owner: web, customer_facing: true, depends_on: [database]}}}}]",
            ("[{rule: OPS301, subjects: [service/shop], status: unchanged}, {rule: OPS303},"
            " {rule: OPS301, subjects: [service/till], status: new}]"),
        ),
        (
            ("[{remove: job/invoices}, {add: {defaults: {owner: web, timezone: Europe/Paris, scheduler:"
            ' cron}, jobs: {invoices: {schedule: "0 5 * * sat", duration: 1h, requires: [database]}}}}]'),
            "[{rule: OPS301}, {rule: OPS303, status: unchanged}]",
        ),
    ],
)  # fmt: skip
def test_changes(changes: str, expected: str, tmp_path: Path) -> None:
    test = (
        f"tests:\n{runs.HEAD}    changes:\n      {changes}\n    expect: {{exactly: {expected}}}\n"
    )
    (result,) = runs.run(tmp_path, test)
    assert result.outcome == PASSED, [*results_why(result)]


def results_why(result: results.Result) -> list[object]:
    """Return all that is wrong with a test, to look at."""
    return [result.missed, result.extra, result.problems]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ("[{set: job/invoice, to: {duration: 2h}}]", "the estate declares no `job/invoice` to change"),
        ("[{remove: service/kiosk}]", "the estate declares no `service/kiosk` to take out"),
        ("[{remove: jub/invoices}]", "`jub/` is no kind of declaration"),
        ("[{set: job/invoices, to: {duratio: 2h}}]", "`duratio` is not a key of a job"),
        ("[{set: job/invoices, to: {schedule: null}}]", "a job needs one of `schedule`, `after`"),
        ("[{remove: job/invoices}, {remove: job/invoices}]", "the estate declares no `job/invoices`"),
        ("[{add: {services: {shop: {owner: web}}}}]", "`shop` is already declared"),
        ("[{remove: service/database}]", "database"),
    ],
)  # fmt: skip
def test_a_change_that_can_not_be_made_is_told_at_its_place(
    changes: str, message: str, tmp_path: Path
) -> None:
    test = f"tests:\n{runs.HEAD}    changes: {changes}\n    expect: {{none: [OPS302]}}\n"
    (result,) = runs.run(tmp_path, test)
    assert result.outcome == BROKEN
    assert any(message in each for each in told(result)), told(result)


def test_a_change_changes_no_other_test(tmp_path: Path) -> None:
    plain = f"  - name: NAME\n    estate: ops\n{AT}{BOTH}"
    test = f"tests:\n{runs.HEAD}    changes: [{{remove: job/invoices}}]\n    expect: {{none: [OPS303]}}\n"
    test += plain.replace("NAME", "after it")
    assert [each.outcome for each in runs.run(tmp_path, test)] == [PASSED, PASSED]


OWN = "policies: {outage-in-business-hours: {severity: warning}}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("config: {policies: {outage-in-business-hours: {severity: warning}}}", "warning"),
        ("config: lax.yaml", "warning"),
        ("config: {extends: [recommended]}", "error"),
        ("x: 1", "error"),
    ],
)
def test_a_configuration(written: str, expected: str, tmp_path: Path) -> None:
    head = runs.HEAD if written == "x: 1" else f"{runs.HEAD}    {written}\n"
    test = f"tests:\n{head}    expect: {{at_least: [{{rule: OPS301, severity: {expected}}}]}}\n"
    files = {"lax_yaml": "policies: rules/*.yaml\n", "rules__own_yaml": OWN}
    (result,) = runs.run(tmp_path, test, **files)
    assert result.outcome == PASSED, results_why(result)


def test_the_nearest_configuration_holds_but_for_one_that_is_named(tmp_path: Path) -> None:
    test = (
        "tests:\n  - name: it\n    estate: team/ops\n    as_of: 2027-09-01\n"
        "    expect: {at_least: [{rule: OPS301, severity: warning}]}\n"
    )
    files = {
        "team__opspolicy_yaml": "policies: rules/*.yaml\n",
        "team__rules__own_yaml": OWN,
        "team__ops__plan_yaml": runs.PLAN,
    }
    (result,) = runs.run(tmp_path, test, **files)
    assert result.outcome == PASSED
    fixed = Bench(config.load(str(tmp_path)), fixed=True)
    (case,) = cases.load(fixed.root, "a_test.yaml").cases
    assert results.result(case, fixed).outcome == results.FAILED


def test_an_estate_with_policies_is_judged_by_these(tmp_path: Path) -> None:
    test = (
        "tests:\n  - name: it\n    estate: before\n    as_of: 2027-09-01\n"
        "    expect: {at_least: [{rule: quiet, severity: info}], none: [unquiet]}\n"
    )
    files = {
        "before__ops__plan_yaml": runs.PLAN,
        "before__policies__own_yaml": "policies: {quiet: {rule: run-during-outage, severity: info}}",
        "policies__own_yaml": "policies: {unquiet: {rule: run-during-outage, severity: info}}",
    }
    (result,) = runs.run(tmp_path, test.replace(", none: [unquiet]", ""), **files)
    assert result.outcome == PASSED, results_why(result)
    (result,) = runs.run(tmp_path, test, **files)
    assert told(result) == ["there is no rule and no policy `unquiet`"]
    (result,) = runs.run(tmp_path, test.replace("before", "ops"), **files)
    assert told(result) == ["there is no rule and no policy `quiet`"]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("config: gone.yaml", "there is no `gone.yaml` beside this file"),
        ("config: {extends: [strit]}", "there is no policy pack `strit`"),
        ("config: {extends: []}", "without a pack and a policy nothing would be judged"),
        ("config: {policies: {outage: {severity: error}}}", "`outage` is no rule"),
        ("horizon: 6y", "`horizon` must be"),
        ("horizon: 9999d", "longer than five years"),
    ],
)
def test_a_configuration_that_can_not_be(written: str, message: str, tmp_path: Path) -> None:
    test = f"tests:\n{runs.HEAD}    {written}\n    expect: {{none: true}}\n"
    if "6y" in written:
        assert any(message in each for _, each, _ in runs.mistakes(tmp_path, test))
        return
    (result,) = runs.run(tmp_path, test)
    assert result.outcome == BROKEN
    assert any(message in each for each in told(result)), told(result)


def test_a_test_does_not_look_outside_the_root(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "plan.yaml").write_text(runs.PLAN, encoding="utf-8")
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "secret")
    full = tmp_path / "secret"
    for estate in ("../secret", "ops/../../secret", str(full), "link", "link/plan.yaml"):
        test = f"tests:\n  - name: it\n    estate: {estate}\n{AT}    expect: {{none: true}}\n"
        (result,) = runs.run(root, test)
        assert result.outcome == BROKEN
        assert any("outside" in each or "leads out" in each for each in told(result)), estate
        test = test.replace(f"estate: {estate}", f"estate: ops\n    config: {estate}")
        (result,) = runs.run(root, test)
        assert result.outcome == BROKEN, estate


def test_test_files_are_found_below_the_root_and_nowhere_else(tmp_path: Path) -> None:
    for name in ("a_test.yaml", "x/b_test.yml", ".hid/c_test.yaml", "skip/d_test.yaml", "e.yaml",
                 "policies/f_test.yaml", "x/[y]/g_test.yaml"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("tests: []", encoding="utf-8")
    root = Bench(config.load(str(tmp_path))).root
    found, problems = cases.find(root, (), ("skip/**",))
    assert problems == []
    assert found == ["a_test.yaml", "policies/f_test.yaml", "x/[y]/g_test.yaml", "x/b_test.yml"]
    named = [str(tmp_path / "x" / "[y]"), str(tmp_path / "e.yaml")]
    assert cases.find(root, named, ())[0] == ["e.yaml", "x/[y]/g_test.yaml"]
    _, problems = cases.find(root, (os.fspath(tmp_path.parent),), ())
    assert ["outside the root" in each.message for each in problems] == [True]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "it says nothing"),
        ("tests: []", 1, "`tests` must not be empty"),
        ("test: []", 1, "`test` is not a key of a test file"),
        ("tests:\n  - {name: a}", 2, "a test needs the key `estate`"),
        (f"tests:\n{runs.HEAD}    expect: {{}}", 5, "what is expected needs one of `exactly`"),
        (f"tests:\n{runs.HEAD}    expect: {{none: false}}", 5, "`none`"),
        (f"tests:\n{runs.HEAD}    expect: {{exactly: [{{severity: error}}]}}", 5, "needs one of `rule`"),
        (f"tests:\n{runs.HEAD}    expect: {{none: true, at_least: [{{rule: a}}]}}", 5, "expects no finding"),
        (f"tests:\n{runs.HEAD}    expect: {{at_least: [{{rule: OPS301, status: worse}}]}}", 5, "without `changes`"),
        (
            (f"tests:\n{runs.HEAD}    expect:\n      at_least:\n      - rule: a\n        occurrences:"
            "\n        - {start: 2027-02-31, end: 2027-03-01}"),
            9,
            "2027-02-31",
        ),
        (f"tests:\n{runs.HEAD}    expect: {{none: true}}\n{runs.HEAD}    expect: {{none: true}}", 6, "the same name"),
        (f"tests:\n{runs.HEAD}    changes: [{{set: job/a}}]\n    expect: {{none: true}}", 5, "a change needs `to` beside `set`"),
        ("tests: [", 2, "a bracket above may still be open"),
        ("tests:\n  - name: a\n    estate: {services: {a: {custmers: 1}}}\n    as_of: 2027-09-01\n    expect: {none: true}", 3, "`custmers` is not a key of a service"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(text: str, line: int, message: str, tmp_path: Path) -> None:
    found = runs.mistakes(tmp_path, text)
    assert found
    assert any(where == line and message in said for where, said, _ in found), found


def test_there_is_a_limit_to_everything(tmp_path: Path) -> None:
    one = "  - {{name: t{}, estate: ops, as_of: 2027-09-01, expect: {{none: true}}}}\n"
    text = "tests:\n" + "".join(one.format(at) for at in range(cases.MOST_CASES + 1))
    assert "at most 500 tests" in runs.mistakes(tmp_path, text)[0][1]
    entries = ", ".join(["{rule: OPS301}"] * (cases.MOST_EXPECTED + 1))
    text = f"tests:\n{runs.HEAD}    expect: {{at_least: [{entries}]}}\n"
    assert "500 is the limit" in runs.mistakes(tmp_path, text)[0][1]
    changes = ", ".join(["{remove: job/a}"] * (cases.MOST_CHANGES + 1))
    text = f"tests:\n{runs.HEAD}    changes: [{changes}]\n    expect: {{none: true}}\n"
    assert "200 is the limit" in runs.mistakes(tmp_path, text)[0][1]


ASSUMED = """tests:
  - name: it
    estate: ops
    as_of: 2027-09-01
    what_if: [{what}]
    expect: {expect}
"""


@pytest.mark.parametrize(
    ("what", "expect", "outcome"),
    [
        ("{delay: job/invoices=3h}", "{exactly: [{rule: OPS301}]}", "passed"),
        ("{delay: job/invoices=3h}", "{at_least: [{rule: OPS303}]}", "failed"),
        ("{extend: maintenance_window/patch=1h}", "{at_least: [{customer_hours: 2000, rule: OPS301}]}",
         "passed"),
        ("{down: 'service/shop=2027-10-11T09:00/1h'}",
         "{at_least: [{rule: OPS301, causes: ['what_if/shop=2027-10-11T09:00/1h']}]}", "passed"),
        ("{delay: job/gone=3h}", "{none: [OPS303]}", "broken"),
        ("{delay: service/shop=3h}", "{none: [OPS303]}", "broken"),
        ("{delay: job/invoices=soon}", "{exit_code: 2}", "broken"),
    ],
)  # fmt: skip
def test_what_is_assumed_holds(what: str, expect: str, outcome: str, tmp_path: Path) -> None:
    test = ASSUMED.replace("{what}", what).replace("{expect}", expect)
    (result,) = runs.run(tmp_path, test)
    assert result.outcome == outcome
    if outcome == "broken":
        (problem,) = result.problems
        assert problem.span.line == 5
        assert what.split(": ")[1].strip("}'") in problem.message


def test_what_is_assumed_may_be_of_what_a_test_adds(tmp_path: Path) -> None:
    test = ASSUMED.replace("{what}", "{delay: job/more=30m}").replace(
        "    expect: {expect}",
        """    changes:
      - remove: job/invoices
      - add:
          jobs: {more: {owner: web, schedule: "0 5 * * sat", timezone: Europe/Paris,
                        duration: 1h, requires: [database]}}
    expect: {at_least: [{rule: OPS303, causes: [maintenance_window/tune], status: new}]}""",
    )
    (result,) = runs.run(tmp_path, test)
    assert result.outcome == "passed", result.problems


def test_one_thing_is_assumed_at_a_time(tmp_path: Path) -> None:
    both = "{delay: job/invoices=3h, extend: job/invoices=3h}"
    test = ASSUMED.replace("{what}", both).replace("{expect}", "{none: true}")
    assert runs.mistakes(tmp_path, test)
