"""Which slot comes first: on the same clock within some weeks, and before all the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opspolicy.repair import moves, suggest
from opspolicy.repair.trial import Trial
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from tests import worlds

if TYPE_CHECKING:
    from opspolicy.repair.moves import Move

STEPS = st.sampled_from((15 * MINUTE, 30 * MINUTE, 50 * MINUTE, 7 * HOUR, DAY))
REACH = st.integers(0, 40).map(DAY.__mul__)
BLOCKED_BY_DAY = """
defaults: {owner: a, timezone: UTC, scheduler: kubernetes}
services: {db: {}}
maintenance_windows:
  patch: {takes_down: [db], schedule: "0 3 * * *", duration: 1h}
jobs:
  once: {requires: [db], duration: 20m, schedule: {dates: [2027-09-20T03:00]}}
  weekly: {requires: [db], duration: 20m, schedule: "0 3 * * mon"}
"""


@given(REACH, REACH, STEPS)
def test_shifts_come_as_they_are_ranked(before: int, after: int, step: int) -> None:
    found = [*moves.shifts(-before, after, step)]
    ranks = [moves.distance(each) for each in found]
    assert ranks == sorted(ranks)
    by_step = {at * step for at in range(-before // step, after // step + 1)}
    by_day = {at * DAY for at in range(-before // DAY, after // DAY + 1)}
    assert len(found) == len({*found})
    assert {*found} == {each for each in by_step | by_day if each and -before <= each <= after}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (DAY, HOUR),
        (28 * DAY, 30 * MINUTE),
        (30 * DAY, 25 * DAY + 14 * HOUR),
        (HOUR, 29 * DAY),
        (2 * DAY, 3 * DAY),
        (30 * MINUTE, HOUR),
    ],
)
def test_the_same_time_of_day_is_worth_four_weeks(better: int, worse: int) -> None:
    assert moves.distance(better) < moves.distance(-worse)


def nearest(ref: str, text: str) -> list[Move]:
    """Return what is suggested for a job or a window, the best first."""
    estate = worlds.estate(a=text)
    timeline = worlds.timeline(estate)
    trial = Trial(estate, timeline, worlds.RECOMMENDED, worlds.findings(estate))
    answers = suggest.of_entity(trial, ref, suggest.about(trial, ref))
    return [each.move for each in suggest.best(answers)]


def test_no_slot_months_away_comes_before_one_an_hour_away() -> None:
    for name in ("once", "weekly"):
        found = nearest(f"job/{name}", BLOCKED_BY_DAY)
        assert [each.shift for each in found][:2] == [-30 * MINUTE, HOUR]


CHAIN = """
defaults: {owner: a, timezone: UTC, scheduler: cron}
services: {ledger: {}}
jobs:
  close: {schedule: "0 22 * * *", duration: 1h, requires: [ledger]}
  send: {after: [close], duration: 1h, deadline: {by: "06:00", day: +1}}
maintenance_windows:
  patch: {takes_down: [ledger], start: 2027-10-09T22:30, duration: 5h}
"""


def test_hours_are_tried_where_no_day_would_do() -> None:
    """Each day is as bad as the next, and is known to be only when it is judged."""
    (best, *_) = nearest("maintenance_window/patch", CHAIN)
    assert best.shift == HOUR // 2
