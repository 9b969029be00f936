"""The Python API: what other programs import."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest

import opspolicy
from tests.shared import ROOT

BEFORE = "examples/hydro-quebec/before"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(
    ("as_of", "horizon"),
    [
        ("2027-09-01", "180d"),
        ("2027-09-01T02:00+02:00", None),
        (dt.date(2027, 9, 1), "180d"),
        (dt.datetime(2027, 9, 1, tzinfo=dt.UTC), dt.timedelta(days=180)),
        (dt.datetime(2027, 9, 1), None),  # noqa: DTZ001 - without a zone it is UTC
    ],
)
def test_check(as_of: dt.date | str, horizon: dt.timedelta | str | None) -> None:
    report = opspolicy.check([BEFORE], as_of=as_of, horizon=horizon)
    assert [finding.rule for finding in report.findings] == ["outage-during-induced-demand"]
    assert report.exit_code == 1
    assert report.as_of == int(dt.datetime(2027, 9, 1, tzinfo=dt.UTC).timestamp())
    assert report.until - report.as_of == 180 * 86_400


def test_load() -> None:
    estate = opspolicy.load([BEFORE])
    assert set(estate.services) == {"billing-db", "customer-portal", "mail-gateway"}
    assert estate.jobs["mail-ebills"].customers == 350_000


@pytest.mark.parametrize(
    ("as_of", "horizon", "said"),
    [
        ("today", None, "is not an instant"),
        (20270901, None, "is not an instant"),
        ("1970-12-31", None, "is out of reach: 1971-01-01 to 2150-01-01"),
        ("2150-01-01", None, "is out of reach"),
        (dt.datetime(2199, 10, 1, tzinfo=dt.UTC), None, "is out of reach"),
        ("2027-09-01", "soon", "is not a duration"),
        ("2027-09-01", 30, "is not a duration"),
        ("2027-09-01", "0s", "must be longer than zero"),
        ("2027-09-01", dt.timedelta(0), "must be longer than zero"),
        ("2027-09-01", dt.timedelta(days=-5), "must be longer than zero"),
        ("2027-09-01", dt.timedelta(days=4000), "at most five years"),
    ],
)
def test_mistakes_in_the_call_are_errors(
    as_of: dt.date | str, horizon: dt.timedelta | str | None, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        opspolicy.check([BEFORE], as_of=as_of, horizon=horizon)


def test_there_is_nothing_else() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        opspolicy.nothing  # noqa: B018 - asked for


def test_mistakes_in_files_are_findings() -> None:
    report = opspolicy.check(["no/such/file.yaml"], as_of="2027-09-01")
    assert [finding.code for finding in report.findings] == ["OPS001"]


def test_the_module_runs_as_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "opspolicy", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"opspolicy {opspolicy.__version__} (tzdata ")


def test_one_path_is_a_path() -> None:
    report = opspolicy.check(BEFORE, as_of="2027-09-01")
    assert [finding.code for finding in report.findings] == ["OPS302"]
    assert opspolicy.load(ROOT / BEFORE).services.keys() == opspolicy.load([BEFORE]).services.keys()


def test_public_names() -> None:
    assert dir(opspolicy) == sorted(opspolicy.__all__)
    for name in opspolicy.__all__:
        assert getattr(opspolicy, name)


UTC = dt.UTC
BERLIN = {"timezone": "Europe/Berlin", "start": "2027-03-27", "end": "2027-03-30"}


def test_occurrences_are_instants_in_utc() -> None:
    found = opspolicy.occurrences("30 2 * * *", scheduler="kubernetes", **BERLIN)
    # The clocks go from 02:00 to 03:00 on the 28th, and Kubernetes lets that run go.
    assert found == [
        dt.datetime(2027, 3, 27, 1, 30, tzinfo=UTC), dt.datetime(2027, 3, 29, 0, 30, tzinfo=UTC)
    ]  # fmt: skip


def test_without_a_scheduler_occurrences_are_those_of_all_dialects() -> None:
    found = opspolicy.occurrences("30 2 * * *", scheduler=None, **BERLIN)
    # Debian's cron and GitHub Actions start it after the gap, Airflow as much later as that is long.
    assert [each.isoformat()[5:16] for each in found] == [
        "03-27T01:30", "03-28T01:00", "03-28T01:30", "03-29T00:30",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"cron": ["0 2 * * *", "0 4 * * *"], "from": "2027-03-28T03:30"}, ["28T02", "29T00", "29T02"]),
        ({"cron": "0 2 * * *", "timezone": "UTC", "except": [dt.date(2027, 3, 28)]}, ["27T02", "29T02"]),
        ({"on_calendar": "Mon 12:00"}, ["29T10"]),
        ({"every": "36h", "start": "2027-03-27T00:00Z"}, ["27T00", "28T12"]),
        ({"rrule": "FREQ=DAILY;INTERVAL=2", "start": "2027-03-27T06:00"}, ["27T05", "29T04"]),
        ({"dates": [dt.datetime(2027, 3, 29, 1, tzinfo=UTC), "2027-03-27T06:00"]}, ["27T05", "29T01"]),
        ({"dates": ["2028-01-01T00:00"]}, []),
        ({"cron": "0 12 * * *", "on_non_business_day": "next"}, ["29T10"]),
    ],
)  # fmt: skip
def test_occurrences_of_every_kind_of_schedule(
    schedule: dict[str, object], expected: list[str]
) -> None:
    found = opspolicy.occurrences(schedule, scheduler=None, **BERLIN)
    assert [each.isoformat()[8:13] for each in found] == expected


@pytest.mark.parametrize(
    ("schedule", "timezone", "scheduler", "said"),
    [
        ("0 25 * * *", "UTC", None, "`25` is outside the hour field, 0 to 23"),
        ("0 2 * * *", None, None, "a local time without a zone; name the zone"),
        ("0 2 * * *", "Europe/Pari", None, "did you mean `Europe/Paris`"),
        ("0 2 * * *", "UTC", "kubernets", "did you mean `kubernetes`"),
        ("0 2 * * *", "UTC", "quartz", "has 5 fields, not 6 or 7; second, minute, hour"),
        ("0 2 * * *", "UTC", "systemd", "systemd has no cron lines"),
        ({"crom": "0 2 * * *"}, "UTC", None, "takes exactly one of: `cron`"),
        ({"cron": "0 2 * * *", "except": ["closed"]}, "UTC", None, "`closed` is a calendar"),
        ({"rrule": "FREQ=DAILY"}, "UTC", None, "needs `start` beside `rrule`"),
        ({"dates": [dt.datetime(2027, 1, 1, 0, 0, 0, 1)]}, "UTC", None, "a part of a second"),  # noqa: DTZ001
        ({"every": dt.timedelta(hours=1)}, "UTC", None, "is not a value that a schedule has"),
        ({"cron": "* * * * *\udcff"}, "UTC", None, "has bytes that are no text"),
        ("\x1b[31m", "UTC", None, "a control character"),
    ],
)
def test_a_schedule_that_cannot_be_is_an_error_that_says_why(
    schedule: str, timezone: str | None, scheduler: str | None, said: str
) -> None:
    with pytest.raises(ValueError, match=said.replace("[", r"\[")):
        opspolicy.occurrences(
            schedule, timezone=timezone, scheduler=scheduler, start="2027-01-01", end="2027-01-02"
        )


def test_occurrences_end_where_they_would_fill_the_memory() -> None:
    def every_minute(end: str) -> list[dt.datetime]:
        return opspolicy.occurrences(
            "0 * * * * ?", timezone="UTC", scheduler="quartz", start="2027-01-01", end=end
        )

    assert len(every_minute("2027-01-02")) == 1_440
    with pytest.raises(ValueError, match="more than 1,000,000 starts"):
        every_minute("2149-01-01")
    with pytest.raises(ValueError, match="is before `start`"):
        every_minute("2026-12-31")
    assert every_minute("2027-01-01") == []


def test_what_never_rests_is_refused_here_too() -> None:
    with pytest.raises(ValueError, match="once a minute, is the limit"):
        opspolicy.occurrences(
            "* * * * * ?", timezone="UTC", scheduler="quartz", start="2027-01-01", end="2027-01-02"
        )


def test_a_schedule_may_be_nested_only_so_deep() -> None:
    deep: list[object] = []
    for _ in range(2000):
        deep = [deep]
    with pytest.raises(ValueError, match="32 levels deep"):
        opspolicy.occurrences({"cron": deep}, scheduler=None, **BERLIN)
