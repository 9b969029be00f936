"""Several moves together: of causes that are no better as fewer at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opspolicy.repair import suggest
from opspolicy.repair.apart import apart
from opspolicy.repair.trial import SERIOUS, Trial
from opspolicy.temporal.durations import DAY
from tests import worlds

if TYPE_CHECKING:
    from opspolicy.report import Finding

ACCESS = """\
defaults: {owner: o, timezone: Europe/London}
services:
  access: {customer_facing: true, max_outage: 24h, depends_on: [{any_of: [%s], at_least: %d}]}
"""
CHANNEL = """\
  %s: {customer_facing: true, business_hours: never}
"""
WINDOW = """\
  %s-split: {takes_down: [%s], start: 2027-10-09T00:00, duration: 48h%s}
"""


def closed(channels: str, at_least: int = 1, more: str = "") -> str:
    """Return an estate in which all channels are closed at once."""
    text = ACCESS % (", ".join(channels), at_least) + "".join(CHANNEL % each for each in channels)
    windows = (WINDOW % (each, each, more) for each in channels)
    return text + "maintenance_windows:\n" + "".join(windows)


def together(text: str, code: str = "OPS301") -> tuple[Trial, suggest.Suggestion | None]:
    """Return what is suggested where no move suffices alone."""
    estate = worlds.estate(a=text)
    found = worlds.findings(estate)
    timeline = worlds.timeline(estate, horizon=90 * DAY)
    trial = Trial(estate, timeline, worlds.RECOMMENDED, found)
    targets = [each for each in found if each.code == code]
    assert targets
    answers = suggest.of_findings(trial, targets)
    assert not suggest.best(answers)
    return trial, apart(trial, targets, answers)


def serious_after(trial: Trial, suggestion: suggest.Suggestion) -> list[Finding]:
    """Return what is found once all the moves are made."""
    *_, last = suggestion.steps
    estate = trial.estate.reread(last.after)
    return [each for each in worlds.findings(estate) if each.severity in SERIOUS]


@pytest.mark.parametrize("code", ["OPS301", "OPS304"])
def test_three_windows_are_staggered(code: str) -> None:
    trial, found = together(closed("abc"), code)
    assert found is not None
    moved = [(each.move.ref, each.move.shift // DAY) for each in found.steps]
    assert moved == [("maintenance_window/a-split", 2), ("maintenance_window/b-split", -2)]
    assert serious_after(trial, found) == []


def test_more_windows_take_no_more_moves() -> None:
    trial, found = together(closed("abcde"))
    assert found is not None
    assert len(found.steps) == 2
    assert serious_after(trial, found) == []


def test_one_file_has_both_edits() -> None:
    _, found = together(closed("abc"))
    assert found is not None
    *_, last = found.steps
    assert last.after.text.count("2027-10-11") == last.after.text.count("2027-10-07") == 1


def test_what_may_not_move_stays() -> None:
    trial, found = together(
        closed("abc").replace(
            "  a-split: {", "  a-split: {movable: {earliest: 2027-10-09, latest: 2027-10-10}, "
        )
    )
    assert found is not None
    assert {each.move.ref for each in found.steps} == {
        "maintenance_window/b-split",
        "maintenance_window/c-split",
    }
    assert serious_after(trial, found) == []


def test_where_none_may_move_there_is_nothing() -> None:
    stuck = ", movable: {earliest: 2027-10-09, latest: 2027-10-10}"
    assert together(closed("abc", more=stuck))[1] is None
