"""A locked policy: nothing in the same tree, and no option, may loosen it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opspolicy import app, config
from tests import worlds

if TYPE_CHECKING:
    from pathlib import Path

    from opspolicy.report import Report

LOCK = "policies: {missing-owner: {severity: warning, locked: true}}\n"
ESTATE = "services: {shop: {customer_facing: true}}\n"


ASKED = app.Request(worlds.AS_OF)


def check(root: Path, over: str = "", lock: str = LOCK, request: app.Request = ASKED) -> Report:
    """Check an estate with an unowned service, under a lock and what is laid over it."""
    for path, text in (
        ("policies/a-lock.yaml", lock),
        ("policies/b-team.yaml", over),
        ("ops/shop.yaml", ESTATE),
    ):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return app.run(config.load(str(root)), [], request)


@pytest.mark.parametrize(
    "over",
    ["severity: off", "severity: info", "severity: info, scope: {tags: [x]}", "locked: false"],
)  # fmt: skip
def test_a_later_file_may_not_loosen_it(tmp_path: Path, over: str) -> None:
    report = check(tmp_path, f"policies: {{missing-owner: {{{over}}}}}\n")
    assert report.exit_code == 2
    (finding,) = report.findings
    assert finding.message == (
        "policy `missing-owner` is locked by policies/a-lock.yaml: nothing may loosen it"
    )
    assert finding.place.span[:3] == ("policies/b-team.yaml", 1, 12)


@pytest.mark.parametrize("over", ["severity: error", "severity: error, scope: {services: [shop]}"])
def test_a_later_file_may_tighten_it(tmp_path: Path, over: str) -> None:
    report = check(tmp_path, f"policies: {{missing-owner: {{{over}}}}}\n")
    assert [(each.code, each.severity) for each in report.findings] == [("OPS104", "error")]


@pytest.mark.parametrize(
    "asked",
    [
        ASKED._replace(ignored=("OPS104",)),
        ASKED._replace(ignored=("OPS",)),
        ASKED._replace(selected=("OPS301",)),
    ],
)
def test_no_option_leaves_it_out(tmp_path: Path, asked: app.Request) -> None:
    locked = check(tmp_path, request=asked)
    assert [each.code for each in locked.findings] == ["OPS104"]
    free = check(tmp_path, lock=LOCK.replace("true", "false"), request=asked)
    assert free.findings == ()
    # What wasn't applied is said.
    assert free.left_out == locked.left_out + 1
