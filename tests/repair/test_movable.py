"""What `movable` means to whoever looks for a slot: the page on the language, held to its word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from opspolicy import cli

if TYPE_CHECKING:
    from pathlib import Path

ESTATE = """\
defaults: {owner: retail, timezone: Europe/Paris}
calendars:
  shop-hours: {hours: [{days: mon-fri, from: 08:00, to: 20:00}]}
  quiet: {hours: [{days: everyday, from: 21:00, to: 23:00}]}
services:
  shop: {customer_facing: true, business_hours: shop-hours}
maintenance_windows:
  release:
    takes_down: [shop]
    start: 2027-10-08T12:00
    duration: 1h
    recovery: 30m
    movable: %s
"""


def starts(movable: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the starts that are suggested, less their offset."""
    (tmp_path / "ops").mkdir(exist_ok=True)
    (tmp_path / "ops" / "shop.yaml").write_text(ESTATE % movable, encoding="utf-8")
    options = ["-C", str(tmp_path), "--as-of", "2027-09-01", "--no-cache", "--format", "json"]
    code = cli.main(["suggest", "release", *options])
    found = json.loads(capsys.readouterr().out)["suggestions"]
    assert code == (0 if found else 1)
    return [each["start"].removesuffix("+02:00") for each in found]


@pytest.mark.parametrize(
    ("movable", "expected"),
    [
        # A Friday: whole days first, so that it still starts at noon.
        ("{step: 30m}", ["2027-10-09T12:00:00", "2027-10-03T12:00:00"]),
        # Both dates are whole days.
        (
            "{earliest: 2027-10-08, latest: 2027-10-09}",
            ["2027-10-09T12:00:00", "2027-10-08T06:30:00"],
        ),
        # Within the day, the nearest multiples of the step; recovery counts as outage,
        ("{earliest: 2027-10-08, latest: 2027-10-08}",
         ["2027-10-08T06:30:00", "2027-10-08T20:00:00"]),
        ("{earliest: 2027-10-08, latest: 2027-10-08, step: 2h}",
         ["2027-10-08T06:00:00", "2027-10-08T20:00:00"]),
        ("{earliest: 2027-10-08, latest: 2027-10-08, step: 1d}", []),
        # and may reach beyond the bounds, which the end of the window itself may not.
        ("{earliest: 2027-10-08T12:00, latest: 2027-10-08T21:00}", ["2027-10-08T20:00:00"]),
        ("{earliest: 2027-10-08T12:00, latest: 2027-10-08T20:59}", []),
        # All through the open hours, not only for a part of it.
        ("{earliest: 2027-10-08, latest: 2027-10-08, only_in: quiet}", ["2027-10-08T21:00:00"]),
        ("{earliest: 2027-10-08, latest: 2027-10-08, only_in: quiet, step: 7h}", []),
        ("{earliest: 2027-10-08, latest: 2027-10-08, only_in: never}", []),
    ],
)  # fmt: skip
def test_where_it_may_go(
    movable: str, expected: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert starts(movable, tmp_path, capsys) == expected


def test_a_finding_that_there_is_no_slot_stands_for_its_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not starts("{earliest: 2027-10-08, latest: 2027-10-08, step: 1d}", tmp_path, capsys)
    options = ["-C", str(tmp_path), "--as-of", "2027-09-01", "--no-cache"]
    cli.main(["check", *options, "--format", "json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    (stuck,) = (each["fingerprint"] for each in findings if each["code"] == "OPS505")

    assert cli.main(["suggest", "release", *options]) == 1
    expected = capsys.readouterr().out
    assert "no-legal-slot" not in expected
    assert cli.main(["suggest", stuck[:12], *options]) == 1
    assert capsys.readouterr().out == expected
    assert cli.main(["suggest", "ops-000000000000", *options]) == 2
    assert stuck[:12] in capsys.readouterr().err
