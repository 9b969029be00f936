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
