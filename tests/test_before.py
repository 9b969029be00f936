"""What a change makes of notices: what was due before it counts as not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import judge
from opspolicy.temporal.durations import HOUR
from tests import worlds

if TYPE_CHECKING:
    from opspolicy.report import Finding

REPRODUCIBLE = settings(derandomize=True, deadline=None, database=None)
HEAD = "defaults: {owner: digital, timezone: UTC}\nservices: {portal: {min_notice: 2d}}\n"
NOTHING = HEAD
ANNOUNCED = """
maintenance_windows:
  upgrade:
    takes_down: [portal]
    start: 2027-09-06T00:00
    duration: 8h
    notices: [{at: -7d, channel: email}, {at: -1d, channel: email}]
"""


def short(head: str, before: str | None) -> list[Finding]:
    """Return what is said of short notice as of 1 September 2027."""
    now = worlds.estate(a=head)
    base = None if before is None else worlds.timeline(worlds.estate(a=before))
    found = judge.judge(now, worlds.timeline(now), worlds.RECOMMENDED, base)
    assert {each.code for each in found} <= {"OPS503"}, found
    return list(found)


def test_without_a_base_everything_counts_as_sent() -> None:
    assert short(HEAD + ANNOUNCED, None) == []


def test_what_the_base_has_too_was_sent() -> None:
    assert short(HEAD + ANNOUNCED, HEAD + ANNOUNCED) == []


def test_a_new_outage_cannot_have_been_announced_last_week() -> None:
    (found,) = short(HEAD + ANNOUNCED, NOTHING)
    assert found.message == (
        "the customers of `portal` are told on Sun 5 Sep 2027 00:00, and should be by"
        " Sat 4 Sep 2027 00:00 (UTC), that it is down, from Mon 6 Sep 2027 00:00 to 08:00 (UTC),"
        " because maintenance window `upgrade` takes it down"
    )
    assert found.hint == "send it in time: `at: -2d`, or earlier"
    assert found.place.text == "sent on Sun 5 Sep 2027 00:00 (UTC)"
    notes = [note.text for note in found.related]
    assert "due on Mon 30 Aug 2027 00:00 (UTC), before this was planned: not sent" in notes


def test_one_that_can_no_longer_be_announced_in_time_has_to_move() -> None:
    soon = ANNOUNCED.replace("2027-09-06T00:00", "2027-09-02T12:00").replace(
        ", {at: -1d", ", {at: -2d"
    )
    (found,) = short(HEAD + soon, NOTHING)
    assert found.message.startswith(
        "nobody tells the customers of `portal`, who should know by Tue 31 Aug 2027 12:00 (UTC),"
    )
    assert found.hint == (
        "move `upgrade` to Fri 3 Sep 2027 00:00 (UTC) or later, so that customers can still be told"
        " in time"
    )
    # Nothing else to point at than what has to move.
    assert found.place.text.startswith("`upgrade` takes down `portal` from here")


def test_a_notice_due_at_the_instant_of_the_check_can_still_be_sent() -> None:
    exact = ANNOUNCED.replace("2027-09-06T00:00", "2027-09-08T00:00")
    assert short(HEAD + exact, NOTHING) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("start: 2027-09-06T00:00", "start: 2027-09-06T00:01"),
        ("takes_down: [portal]", "degrades: [portal]"),
    ],
)
def test_what_the_base_had_at_another_time_or_of_another_kind_is_new(old: str, new: str) -> None:
    assert short(HEAD + ANNOUNCED, HEAD + ANNOUNCED.replace(old, new)) != []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("8h", "4h"),
        ("-7d", "-3d"),
        ("upgrade:", "upgrade:\n    summary: x"),
        ("upgrade:", "renamed:"),
    ],
)
def test_what_starts_when_it_did_is_not_new(old: str, new: str) -> None:
    assert short(HEAD + ANNOUNCED, HEAD + ANNOUNCED.replace(old, new)) == []


WEEKLY = """
jobs:
  reindex:
    scheduler: kubernetes
    schedule: "0 2 * * {days}"
    duration: 1h
    takes_down: [portal]
    suspended: {suspended}
    notices: [{{at: -3d}}]
"""


def weekly(days: str, suspended: str = "false") -> str:
    return HEAD + WEEKLY.format(days=days, suspended=suspended)


def test_of_a_recurring_job_only_the_first_runs_that_are_new_are_untold() -> None:
    (found,) = short(weekly("fri,sun"), weekly("sun"))
    # Friday's first notice was due last Tuesday; Sunday's was sent in the base.
    assert [start for start, _ in found.occurrences] == [worlds.AS_OF + (2 * 24 + 2) * HOUR]
    (found,) = short(weekly("fri,sun"), weekly("sun", "true"))
    assert len(found.occurrences) == 1
    (found,) = short(weekly("thu,fri,sun"), NOTHING)
    assert len(found.occurrences) == 2
    assert short(weekly("fri,sun"), weekly("*")) == []


CROWD = "".join(
    f"  {side}{number}: {{takes_down: [{side}], start: 2027-09-06T00:00, duration: 1h,"
    " notices: [{at: -7d}]}\n"
    for side in ("left", "right")
    for number in range(9)
)
GROUP = """
defaults: {owner: digital, timezone: UTC}
services:
  portal: {min_notice: 2d, depends_on: [{any_of: [left, right]}]}
  left: {}
  right: {}
maintenance_windows:
"""


def test_a_crowd_is_new_as_its_members_are() -> None:
    assert short(GROUP + CROWD, GROUP + CROWD) == []
    found = short(GROUP + CROWD, NOTHING)
    assert sorted(each.causes_truncated for each in found) == [False] * 64 + [True]
    last = CROWD.splitlines(keepends=True)[-1]
    # The outage was there, and told of, before one more took part in it.
    assert short(GROUP + CROWD, GROUP + CROWD.replace(last, "")) == []


windows = st.lists(
    st.tuples(
        st.integers(-30, 200), st.integers(1, 60), st.lists(st.integers(-300, 5), max_size=3)
    ),
    max_size=5,
)


def written(drawn: list[tuple[int, int, list[int]]]) -> str:
    """Write windows down: from when, for how long and told when, in hours."""
    lines = ["maintenance_windows:"] if drawn else []
    for number, (start, lasts, notices) in enumerate(drawn):
        day, hour = divmod(start + 30 * 24, 24)
        told = ", ".join(f"{{at: {at}h}}" for at in notices)
        at = f"2027-08-{day + 2:02}" if day < 30 else f"2027-09-{day - 29:02}"
        lines.append(
            f"  w{number}: {{takes_down: [portal], start: {at}T{hour:02}:00, duration: {lasts}h,"
            f" notices: [{told}]}}"
        )
    return HEAD + "\n".join(lines)


@given(windows, windows)
@REPRODUCIBLE
def test_a_base_never_makes_notice_longer(
    head: list[tuple[int, int, list[int]]], before: list[tuple[int, int, list[int]]]
) -> None:
    def found(base: str | None) -> dict[str, set[tuple[int, int]]]:
        return {each.fingerprint: {*each.occurrences} for each in short(written(head), base)}

    alone, same = found(None), found(written(head))
    assert alone == same
    some, none = found(written(before)), found(NOTHING)
    for less, more in ((alone, some), (some, none)):
        assert all(each <= more.get(name, set()) for name, each in less.items())
