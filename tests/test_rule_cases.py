"""Every rule against its cases in `tests/rules/`, and its manual page against itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from opspolicy import rules
from tests import cases

if TYPE_CHECKING:
    from opspolicy.rules.base import Rule

HERE = Path(__file__).parent
FILES = sorted((HERE / "rules").glob("*.md"))
ALL = [(path, case) for path in FILES for case in cases.read(path)]
HEADINGS = ["## What it does", "## Why", "## Example", "## Use instead"]
# It takes a defect in opspolicy to fire; tests/test_judge.py makes one.
ALSO_FIRES = {
    # Somewhere it collides, or nobody would look for a slot.
    "no-legal-slot": {"OPS301"},
    # A service without a spare is degraded, by definition.
    "redundancy-lost": {"OPS307"},
    # What nobody accepts any longer, or not everybody yet, is a finding itself.
    "expired-waiver": {"OPS301"},
    "unapproved-waiver": {"OPS301"},
}
SLOTS = "no-legal-slot"
# It takes a base; tests/compare has one.
WITHOUT_EXAMPLE = {"internal-error", "weakened-policy"}
# Also what the default pack has switched off.
SWITCHED_ON = "policies: {{{}: {{severity: error}}}}"


@pytest.mark.parametrize(("path", "case"), ALL, ids=[f"{p.stem}:{c.name}" for p, c in ALL])
def test_case(path: Path, case: cases.Case, tmp_path: Path) -> None:
    report = cases.run(case, tmp_path, slots=path.stem == SLOTS)
    different = cases.compare(case, report)
    assert not different, f"{path.name}, line {case.line}:\n" + "\n".join(different)


@pytest.mark.parametrize("rule", rules.every(), ids=lambda rule: rule.slug)
def test_rule_has_cases_that_fire_and_cases_that_do_not(rule: Rule) -> None:
    path = HERE / "rules" / f"{rule.slug}.md"
    if rule.slug in WITHOUT_EXAMPLE:
        pytest.skip("it takes more than an estate to fire: a defect (test_judge.py), or a base")
    fires = [any(each.policy == rule.slug for each in case.expected) for case in cases.read(path)]
    assert any(fires), "no case in which it fires"
    assert not all(fires), "no case in which it is silent"


@pytest.mark.parametrize("rule", rules.every(), ids=lambda rule: rule.slug)
def test_manual_page(rule: Rule, tmp_path: Path) -> None:
    """The page has its four headings, its example fires, and what to use instead is silent."""
    lines = rule.doc.strip().split("\n")
    assert [line for line in lines if line.startswith("## ")] == HEADINGS
    assert rule.summary.endswith(".")
    if rule.slug in WITHOUT_EXAMPLE:
        return
    # What a rule of the team's own needs stands before the examples.
    *own, example, instead = re.findall(r"```yaml\n(.*?)```", rule.doc, re.DOTALL)
    policies = own[0] if own else SWITCHED_ON.format(rule.slug)
    for name, text, fires in (("example", example, True), ("instead", instead, False)):
        # Several files stand one below the other, each behind its name.
        _, *named = re.split(r"^# (\S+\.yaml)\n", f"# ops/estate.yaml\n{text}", flags=re.MULTILINE)
        files = dict(zip(named[::2], named[1::2], strict=True)) | {"policies/ours.yaml": policies}
        files = {path: body for path, body in files.items() if body}
        case = cases.Case(name, 1, files, ())
        report = cases.run(case, tmp_path / name, slots=rule.slug == SLOTS)
        codes = {finding.code for finding in report.active}
        # What is recommended must be without any finding, this rule's or another's, but waived ones.
        also = ALSO_FIRES.get(rule.slug, set())
        assert codes == ({rule.code} | also if fires else set()), name
