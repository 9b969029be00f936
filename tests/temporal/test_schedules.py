"""Schedules: bounds, several lines, several dialects, and what never comes."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from opspolicy.estate.estate import assemble
from opspolicy.source.files import parse
from opspolicy.temporal.instants import parse_as_of, rfc3339

if TYPE_CHECKING:
    from opspolicy.temporal.schedules import Schedule

YEAR = (parse_as_of("2027-01-01"), parse_as_of("2028-01-01"))


def schedule(declared: Any, scheduler: str | None = "cron", zone: str = "UTC") -> Schedule:  # noqa: ANN401 - as a job's
    """Return the schedule of a job that declares it."""
    job = {"schedule": declared, "duration": "1h", "timezone": zone}
    if scheduler is not None:
        job["scheduler"] = scheduler
    estate = assemble([parse("a.yaml", json.dumps({"jobs": {"j": job}}))])
    assert not estate.problems
    assert not estate.invalid
    found = estate.jobs["j"].schedule
    assert found is not None
    return found


def starts(declared: Any, scheduler: str | None = "cron", zone: str = "UTC") -> list[str]:  # noqa: ANN401 - as a job's
    """Return its starts in 2027, in UTC."""
    return [rfc3339(at)[5:16] for at in schedule(declared, scheduler, zone).starts(*YEAR)]


def test_several_lines_are_one_schedule() -> None:
    assert starts({"cron": ["0 6 1 1 *", "0 18 1 1 *", "0 6 1 1 *"]}) == [
        "01-01T06:00",
        "01-01T18:00",
    ]


def test_from_and_until_bound_the_nominal_start() -> None:
    daily = {"cron": "0 6 * * *"}
    assert starts({**daily, "from": "2027-12-30T06:00"}) == ["12-30T06:00", "12-31T06:00"]
    assert starts({**daily, "from": "2027-12-30T06:01"}) == ["12-31T06:00"]
    assert starts({**daily, "until": "2027-01-02T06:00"}) == ["01-01T06:00"]
    # A date is the whole day, at both ends.
    assert starts({**daily, "from": "2027-03-01", "until": "2027-03-02"}) == [
        "03-01T06:00", "03-02T06:00",
    ]  # fmt: skip
    assert starts({"dates": ["2027-03-01T06:00", "2027-04-01T06:00"], "until": "2027-03-31"}) == [
        "03-01T06:00"
    ]


def test_a_run_moved_out_of_a_gap_counts_by_when_it_was_due() -> None:
    """02:30 on 28 March is due before 02:45 and runs at 03:00, so `from` 02:45 leaves it out."""
    nightly = {"cron": "30 2 * * *", "until": "2027-03-29T00:00"}
    assert starts({**nightly, "from": "2027-03-28T02:15"}, zone="Europe/Berlin") == ["03-28T01:00"]
    assert starts({**nightly, "from": "2027-03-28T02:45"}, zone="Europe/Berlin") == []


def test_dates_are_sorted_and_collapse() -> None:
    dates = ["2027-05-01T06:00", "2027-04-01T06:00Z", "2027-05-01T06:00Z"]
    assert starts({"dates": dates}) == ["04-01T06:00", "05-01T06:00"]
    assert starts({"dates": ["2027-03-28T02:30"]}, zone="Europe/Berlin") == ["03-28T01:00"]


def test_undeclared_is_the_union_and_agrees_on_the_rest() -> None:
    nobody = schedule({"cron": "30 2 * * *"}, None, "Europe/Berlin")
    march, april = parse_as_of("2027-03-27T12:00"), parse_as_of("2027-03-29T12:00")
    assert [rfc3339(at)[5:16] for at in nobody.starts(march, april)] == [
        # Right after the gap, where a clock that had not jumped would be, and the next day.
        "03-28T01:00",
        "03-28T01:30",
        "03-29T00:30",
    ]
    assert [rfc3339(at)[5:16] for at in nobody.agreed_starts(march, april)] == ["03-29T00:30"]


@pytest.mark.parametrize(
    ("declared", "never"),
    [
        ({"cron": "0 0 30 2 *"}, True),
        ({"cron": "0 0 31 2,4,6,9,11 *"}, True),
        ({"cron": "0 0 29 2 *"}, False),
        # A leap day that is a Monday comes once in 28 years.
        ({"cron": "0 0 */28 2 1"}, False),
        ({"cron": "0 0 1 1 *", "from": "2027-02-01", "until": "2027-12-01"}, True),
        ({"cron": "0 0 1 1 *", "from": "2001-02-01", "until": "2002-02-01"}, False),
        ({"cron": "0 0 1 1 *", "from": "2090-02-01"}, False),
        ({"cron": "0 0 1 1 *", "until": "1950-02-01"}, False),
        ({"dates": ["1999-01-01T00:00"]}, False),
        ({"dates": ["2027-01-01T00:00"], "from": "2028-01-01"}, True),
        ({"cron": ["0 0 30 2 *", "0 0 1 1 *"]}, False),
    ],
)
def test_never_runs(declared: dict[str, Any], never: bool) -> None:  # noqa: FBT001 - a table
    assert schedule(declared).never_runs(YEAR[0]) is never


def test_lost_in_every_gap_it_could_run_in() -> None:
    """Kubernetes loses 02:30 on the one day between `from` and `until`."""
    lost = {"cron": "30 2 * * *", "from": "2027-03-28", "until": "2027-03-28"}
    assert schedule(lost, "kubernetes", "Europe/Berlin").never_runs(YEAR[0])
    assert not schedule(lost, "cron", "Europe/Berlin").never_runs(YEAR[0])


def test_never_is_known_at_once() -> None:
    """The bound is ten milliseconds; five times that is a hang."""
    impossible = schedule({"cron": "0 0 31 2,4,6,9,11 *"})
    before = time.process_time()
    assert impossible.never_runs(YEAR[0])
    assert time.process_time() - before < 0.05


def test_equal_schedules_are_normal_equals() -> None:
    assert schedule("0 6 * * mon").normal() == schedule("00 6 * * 1").normal()
    assert schedule("0 6 * * 1").normal() != schedule("0 6 * * 1", "kubernetes").normal()
    assert schedule("@daily").normal() == schedule("0 0 * * *").normal()
    assert schedule("0 6 * * 1").normal() != schedule("0 6 * * 1", zone="Europe/Paris").normal()
