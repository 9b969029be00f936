"""Alertmanager's own vectors: which instants its intervals hold, and which it refuses."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from opspolicy import importers
from opspolicy.estate.estate import Estate, assemble
from opspolicy.estate.foreign import Foreign
from opspolicy.estate.sources import Source
from opspolicy.source.files import parse
from opspolicy.temporal.intervals import IntervalSet
from tests.shared import DATA, needs_data

VECTORS = DATA / "windows" / "alertmanager_time_interval_vectors.json"
REAL = DATA / "windows" / "alertmanager_time_intervals_real.json"
# Made in a program, as the reader of YAML refuses it: Alertmanager's own test says so.
NOT_WRITTEN = ["-31:31"]

pytestmark = needs_data


def vectors() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return found


def foreign(interval: dict[str, Any]) -> Foreign:
    """Return a configuration with one interval, read in place."""
    text = json.dumps({"time_intervals": [{"name": "a", "time_intervals": [interval]}]})
    reading = importers.reading(Source("alertmanager"))
    return Foreign("alertmanager.yml", text, None, (reading,))


def is_open(estate: Estate, at: str) -> bool:
    instant = int(datetime.fromisoformat(at).timestamp())
    hours = estate.hours("a")
    assert hours is not None
    return bool(hours.during(IntervalSet([(instant, instant + 1)])))


def test_all_instants() -> None:
    judged = 0
    for case in vectors()["contains_cases"]:
        if case["yaml"].get("days_of_month") == NOT_WRITTEN:
            estate = in_our_language(case["yaml"])
        else:
            estate = assemble([foreign(case["yaml"])])
        assert not estate.invalid
        for at in case["contains"]:
            assert is_open(estate, at), (case["yaml"], at)
        for at in case["excludes"]:
            assert not is_open(estate, at), (case["yaml"], at)
        judged += len(case["contains"]) + len(case["excludes"])
    assert judged == 58


def in_our_language(interval: dict[str, Any]) -> Estate:
    assert interval["months"] == ["june"]
    assert foreign(interval).problems
    hours = '{from: 00:00, to: 24:00, months: jun, days_of_month: "-31..31"}'
    return assemble([parse("ops/a.yaml", f"calendars: {{a: {{timezone: UTC, hours: [{hours}]}}}}")])


def test_all_that_is_refused() -> None:
    invalid = vectors()["invalid"]
    assert len(invalid) == 20
    for interval in invalid:
        problems = foreign(interval).problems
        assert [each.rule for each in problems] == ["schema-violation"], interval
        assert problems[0].span.line == 1
        assert problems[0].span.column > 1


def test_all_that_is_accepted() -> None:
    for interval in vectors()["valid"]:
        file = foreign(interval)
        assert not file.problems
        assert not file.remarks
        assert not assemble([file]).invalid


def test_two_intervals_of_a_real_configuration_are_the_week() -> None:
    real = json.loads(REAL.read_text(encoding="utf-8"))
    reading = importers.reading(Source("alertmanager"))
    text = json.dumps({"time_intervals": real[0]["time_intervals"]})
    estate = assemble([Foreign("a.yml", text, None, (reading,))])
    working, others = estate.hours("working_hours"), estate.hours("non_working_hours")
    assert working is not None
    assert others is not None
    year = IntervalSet([(1_800_000_000, 1_800_000_000 + 366 * 86_400)])
    assert working.during(year) | others.during(year) == year
    assert not working.during(year) & others.during(year)


def test_the_other_real_configuration() -> None:
    real = json.loads(REAL.read_text(encoding="utf-8"))
    reading = importers.reading(Source("alertmanager"))
    text = json.dumps({"time_intervals": real[1]["time_intervals"]})
    file = Foreign("a.yml", text, None, (reading,))
    estate = assemble([file])
    assert not file.problems
    name = real[1]["time_intervals"][0]["name"]
    hours = estate.hours(name)
    assert hours is not None
    held = {at: bool(hours.during(IntervalSet([(instant(at), instant(at) + 1)]))) for at in (
        "2027-08-15T11:59+00:00", "2027-08-15T12:00+00:00", "2027-08-31T23:59+00:00",
        "2027-03-15T13:00+00:00", "2027-07-15T13:00+00:00", "2027-08-16T13:00+00:00",
    )}  # fmt: skip
    assert list(held.values()) == [False, True, True, True, False, False]


def instant(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())
