"""Small estates with a test file, and what becomes of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opspolicy import config
from opspolicy.testing import cases, results
from opspolicy.testing.bench import Bench

if TYPE_CHECKING:
    from pathlib import Path

    from opspolicy.testing.results import Result

PLAN = """
defaults: {owner: web, timezone: Europe/Paris}
calendars:
  hours: {hours: [{days: mon-fri, from: 08:00, to: 18:00}]}
services:
  database: {}
  shop: {customer_facing: true, customers: 1000, business_hours: hours, depends_on: [database]}
jobs:
  invoices: {scheduler: cron, schedule: "0 5 * * sat", duration: 1h, requires: [database]}
maintenance_windows:
  patch: {takes_down: [shop], start: 2027-10-08T07:00, duration: 2h}
  tune: {takes_down: [database], start: 2027-10-09T05:30, duration: 1h}
"""
"""Two findings as of 2027-09-01: OPS301 by `patch` and OPS303 by `tune`."""

HEAD = "  - name: it\n    estate: ops\n    as_of: 2027-09-01\n"


def bench(root: Path, **files: str) -> Bench:
    """Write ``files`` (`_` for `.` and `__` for `/` in their names) and return where to judge."""
    for name, text in {"ops__plan_yaml": PLAN, **files}.items():
        path = root / name.replace("__", "/").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Bench(config.load(str(root)))


def run(root: Path, test: str, **files: str) -> list[Result]:
    """Return what becomes of the tests of a file of that text; they must be readable."""
    place = bench(root, **files)
    (root / "a_test.yaml").write_text(test, encoding="utf-8")
    file = cases.load(place.root, "a_test.yaml")
    assert not file.problems, [each.message for each in file.problems]
    return [results.result(case, place) for case in file.cases]


def expect(root: Path, expected: str, **files: str) -> Result:
    """Return what becomes of a test that expects something of the estate."""
    (found,) = run(root, f"tests:\n{HEAD}    expect: {expected}\n", **files)
    return found


def mistakes(root: Path, test: str) -> list[tuple[int, str, str]]:
    """Return the line, the message and the hint of each mistake of a test file."""
    place = bench(root)
    (root / "a_test.yaml").write_text(test, encoding="utf-8")
    file = cases.load(place.root, "a_test.yaml")
    assert not (file.problems and file.cases), "no file is half believed"
    return [(each.span.line, each.message, each.hint) for each in file.problems]
