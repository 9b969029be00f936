"""Sync windows from Argo CD's issues and documents, and what is found in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from opspolicy import importers
from opspolicy.estate.estate import Estate, assemble
from opspolicy.estate.foreign import Foreign
from opspolicy.estate.sources import Source
from opspolicy.temporal.calendars import ScheduledHours
from opspolicy.temporal.intervals import IntervalSet
from tests import worlds
from tests.shared import DATA, needs_data

WINDOWS = DATA / "windows" / "argocd_sync_windows.json"
MONDAY = int(datetime(2027, 9, 6, tzinfo=UTC).timestamp())
HOUR, DAY = 3600, 86_400

pytestmark = needs_data


def project(windows: list[dict[str, Any]], kind: str = "AppProject") -> Foreign:
    """Return a manifest with sync windows, read in place."""
    text = json.dumps({"kind": kind, "metadata": {"name": "p"}, "spec": {"syncWindows": windows}})
    return Foreign("p.yaml", text, None, (importers.reading(Source("argocd")),))


def known() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(WINDOWS.read_text(encoding="utf-8"))
    return found


def closed(estate: Estate, name: str, start: int, end: int) -> list[tuple[float, float]]:
    """Return when a freeze holds within a stretch, in hours from its start."""
    freeze = estate.freezes[name]
    assert freeze.schedule is not None
    assert freeze.duration is not None
    starts = freeze.schedule.starts(start - freeze.duration, end)
    when = IntervalSet.of_runs(starts, freeze.duration) & IntervalSet([(start, end)])
    return [((low - start) / HOUR, (high - start) / HOUR) for low, high in when]


def test_every_window_is_imported_or_told_of() -> None:
    for case in known():
        windows = case.get("syncWindows")
        if windows is None:
            continue
        file = project(windows)
        estate = assemble([file])
        assert not file.problems
        told = {each.span.column for each in file.remarks}
        hours = [calendar.hours for calendar in estate.calendars.values()]
        openings = sum(len(each.openings) for each in hours if isinstance(each, ScheduledHours))
        assert len(estate.freezes) + openings + len(told) >= len(windows), case


def test_23_windows_leave_one_hour_a_day() -> None:
    (case,) = [each for each in known() if "leave 16:00-17:00" in each.get("fact", "")]
    estate = assemble([project(case["syncWindows"])])
    assert closed(estate, "p-deny-1", MONDAY, MONDAY + DAY) == [(0, 16), (17, 24)]


def test_a_window_that_starts_again_before_it_ends() -> None:
    """Closed from 8 to 18 was meant; it is closed until four in the morning."""
    for case, until, what in ((known()[6], 28, "p-deny-1"), (known()[7], 26, "p-deny-1")):
        estate = assemble([project(case["syncWindows"])])
        assert closed(estate, what, MONDAY, MONDAY + DAY + 7 * HOUR) == [(8, until)]
        codes = [each.code for each in worlds.findings(estate) if what in str(each.subjects)]
        assert "OPS205" in codes


def test_an_application_has_no_windows() -> None:
    file = project(known()[7]["syncWindows"], "Application")
    (remark,) = file.remarks
    assert "only an AppProject can have `syncWindows`" in remark.message
    assert not assemble([file]).freezes


def test_both_windows_that_allow_count() -> None:
    """Two that allow blocked each other in Argo CD once; each opens its own hours."""
    windows = [
        {"kind": "allow", "schedule": "0 9 * * 1-4", "duration": "8h", "applications": ["*"]},
        {"kind": "allow", "schedule": "0 9 * * 5", "duration": "5h", "applications": ["*"]},
    ]
    hours = assemble([project(windows)]).hours("p-allow-1")
    assert hours is not None
    week = IntervalSet([(MONDAY, MONDAY + 7 * DAY)])
    found = [((low - MONDAY) / HOUR, (high - MONDAY) / HOUR) for low, high in hours.during(week)]
    assert found == [(9, 17), (33, 41), (57, 65), (81, 89), (105, 110)]


def test_a_zone_follows_the_clocks() -> None:
    """09:00 in London is 08:00 UTC in summer and 09:00 in winter."""
    window = {
        "kind": "allow", "schedule": "0 9 * * *", "duration": "3h30m", "timeZone": "Europe/London",
        "applications": ["*"],
    }  # fmt: skip
    hours = assemble([project([window])]).hours("p-allow-1")
    assert hours is not None
    for month, opens in ((7, 8), (12, 9)):
        start = int(datetime(2027, month, 1, tzinfo=UTC).timestamp())
        (found,) = hours.during(IntervalSet([(start, start + DAY)]))
        assert found == (start + opens * HOUR, start + opens * HOUR + int(3.5 * HOUR))
