"""A change that reads less of the files of others: no way around the gate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from opspolicy import cli
from tests.repositories import Repository

if TYPE_CHECKING:
    from pathlib import Path

OWNED = "defaults: {owner: a, timezone: UTC}"
SHOP = f"{OWNED}\nservices: {{shop: {{customer_facing: true}}}}\n"
FREEZE = """\
kind: AppProject
metadata: {name: sales}
spec:
  syncWindows: [{kind: deny, schedule: "0 0 * * *", duration: 1h, applications: [shop]}]
"""
JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: reindex, annotations: {opspolicy.dev/takes_down: "[shop]", opspolicy.dev/duration: 5m}}
spec: {schedule: "30 0 * * *"}
"""
EVENT = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
UID:upgrade
DTSTART:20270909T060000Z
DTEND:20270909T070000Z
END:VEVENT
END:VCALENDAR
"""
ARGO, JOBS, EVENTS = (
    f"- {{format: {name}, paths: ['{paths}'], {OWNED}}}\n"
    for name, paths in (
        ("argocd", "k8s/*.yaml"),
        ("kubernetes", "k8s/*.yaml"),
        ("icalendar", "a.ics"),
    )
)
DOWN = EVENTS.replace("paths", "takes_down: [shop], paths")
ALL = [ARGO, JOBS, DOWN]


def compared(
    root: Path, before: str, after: str, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """Return the report on a change of nothing but the configuration."""
    repository = Repository(root, "--initial-branch=main")
    files = {
        "ops/a.yaml": SHOP, "k8s/a.yaml": FREEZE, "k8s/b.yaml": JOB, "a.ics": EVENT,
        "opspolicy.yaml": before,
    }  # fmt: skip
    for path, text in files.items():
        repository.write(path, text=text)
    repository.git("add", "--all")
    repository.commit()
    (root / "opspolicy.yaml").write_text(after, encoding="utf-8")
    cli.main([
        "check", "-C", str(root), "--base", "HEAD", "--as-of", "2027-09-01", "--no-cache",
        "--format", "json",
    ])  # fmt: skip
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def sources(*listed: str) -> str:
    return "x-ours: 1\nsources:\n" + "".join(listed)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (["- {format: crontab, paths: [x]}\n"], "is gone"),
        ([JOBS, DOWN], "the source `argocd` of `k8s/*.yaml` is gone"),
        ([ARGO, DOWN], "the source `kubernetes` of `k8s/*.yaml` is gone"),
        ([ARGO.replace("k8s/*", "k8s/b"), JOBS, DOWN], "reads less than in the base"),
        ([ARGO, JOBS.replace("paths", "exclude: [k8s/b.yaml], paths"), DOWN], "reads less"),
        ([ARGO, JOBS, EVENTS], "the source `icalendar` of `a.ics` is read otherwise"),
        ([ARGO, JOBS, DOWN.replace("paths", "as: calendars, paths")], "is read otherwise"),
    ],
)
def test_what_reads_less_is_told(
    after: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = compared(tmp_path, sources(*ALL), sources(*after), capsys)
    told = [each["message"] for each in report["findings"] if each["code"] == "OPS804"]
    assert any(said in each for each in told), told


@pytest.mark.parametrize(
    "after",
    [
        ALL,
        ALL[::-1],
        [*ALL, ARGO.replace("k8s/*", "more/*").replace("paths", "exclude: [x], paths")],
        [ARGO.replace("'k8s/*.yaml'", "k8s/a.yaml, k8s/b.yaml"), JOBS, DOWN],
    ],
)
def test_another_way_to_say_the_same_is_not(
    after: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = compared(tmp_path, sources(*ALL), sources(*after), capsys)
    assert [each["message"] for each in report["findings"] if each["code"] == "OPS804"] == []
