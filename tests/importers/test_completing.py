"""Entries of ours that complete those of foreign files: what holds, and what is told otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opspolicy import cli
from tests.repositories import Repository

from .test_in_place import checked, run, write

if TYPE_CHECKING:
    from pathlib import Path

JOBS = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, annotations: {opspolicy.dev/duration: 10m}}
spec: {schedule: "0 3 * * *"}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: mails, annotations: {opspolicy.dev/duration: 10m}}
spec: {schedule: "0 4 * * *"}
"""
OTHERS = JOBS.replace("report", "backup").replace("mails", "sweep")
CONFIG = """\
sources:
- {format: kubernetes, paths: [k8s/*.yaml], name: "{directory}/{name}",
   defaults: {timezone: UTC, owner: data}}
"""
DATABASE = """\
defaults: {owner: data, timezone: UTC}
services: {db: {}}
maintenance_windows: {w: {takes_down: [db], duration: 10m, schedule: {cron: "5 3 * * *"}}}
"""
REQUIRES = f"{DATABASE}jobs: {{k8s/report: {{requires: [db]}}}}\n"
FILES = {
    "opspolicy.yaml": CONFIG, "k8s/jobs.yaml": JOBS, "k8s/others.yaml": OTHERS,
    "ops/a.yaml": REQUIRES,
}  # fmt: skip
EVENT = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
UID:upgrade
DTSTART:20270909T060000Z
DTEND:20270909T070000Z
END:VEVENT
END:VCALENDAR
"""
EVENTS = {
    "opspolicy.yaml": "sources: [{format: icalendar, paths: [a.ics], as: maintenance_windows, "
                      "takes_down: [db], defaults: {owner: data}}]\n",
    "a.ics": EVENT,
}  # fmt: skip


class TestNamed:
    """A check of named files knows what these complete, and nothing more of the sources."""

    def test_what_is_completed_is_read_though_nobody_named_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path, FILES)
        code, out = run(tmp_path, capsys, "check", "ops")
        assert code == 1
        assert "job `k8s/report` runs while `db`, which it requires, is down" in out
        assert "Checked 2 files: 1 service, 1 job, 1 maintenance window." in out

    def test_nothing_else_of_it_is(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Neither its other jobs, nor what is wrong with them."""
        write(tmp_path, FILES)
        broken = JOBS.replace("0 4 * * *", "0 4 31 2 *")
        write(tmp_path, {"k8s/jobs.yaml": broken})
        _, out = run(tmp_path, capsys, "check", "ops")
        assert "mails" not in out
        _, out = run(tmp_path, capsys, "check")
        assert "mails" in out

    def test_what_cannot_be_read_may_have_been_completed(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path, FILES | {"k8s/jobs.yaml": f"{JOBS}\n  - ["})
        code, out = run(tmp_path, capsys, "check", "ops")
        assert code == 2
        assert "k8s/jobs.yaml" in out

    def test_named_foreign_files_are_judged_alone(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path, FILES)
        _, out = run(tmp_path, capsys, "check", "k8s/others.yaml")
        assert "Checked 1 file: 0 services, 2 jobs, 0 maintenance windows." in out

    @pytest.mark.parametrize("named", ["k8s/jobs.yaml", "k8s"])
    def test_but_with_what_completes_them(
        self, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A CronJob that is moved into a window of what it needs is no clean CronJob."""
        teams = "teams: {data: {}}\njobs: {k8s/reprot: {after: [k8s/mails]}}\n"
        write(tmp_path, FILES | {"ops/z.yaml": teams})
        code, out = run(tmp_path, capsys, "check", named)
        assert code == 2
        assert "job `k8s/report` names service `db`, which nothing declares" in out
        assert "reprot" not in out
        assert "team" not in out
        code, out = run(tmp_path, capsys, "check", named, "ops/a.yaml")
        assert code == 1
        assert "job `k8s/report` runs while `db`, which it requires, is down" in out

    def test_an_override_counts_with_what_it_lies_beside(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path, {
            "opspolicy.yaml": "sources: [{format: compose, paths: ['compose*.yaml'], "
                              "defaults: {owner: a}}]\n",
            "compose.yaml": "services: {web: {depends_on: [db]}, db: {}}\n",
            "compose.override.yaml": "services: {web: {}}\n",
            "ops/a.yaml": "services: {}\n",
        })  # fmt: skip
        _, out = run(tmp_path, capsys, "check", "compose.override.yaml", "ops/a.yaml")
        assert "Checked 3 files" in out
        # `db` is of a file that nobody named, and is no less there than before.
        assert "which nothing declares" in out


class TestNames:
    """Who misses the name is told so."""

    def test_a_job_that_completes_none(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path, FILES | {
            "ops/b.yaml": "jobs: {k8s/reprot: {requires: [db]}, z: {requires: [db]}}\n"
        })  # fmt: skip
        _, report = checked(tmp_path, capsys)
        hints = [each["hint"] for each in report["findings"] if each["code"] == "OPS003"]
        assert hints == [
            "no source has a job `k8s/reprot` for it to complete; did you mean `k8s/report`?",
            "no source has a job `z` for it to complete; so it has to say all of it itself",
        ]

    def test_two_that_complete_one(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path, FILES | {"ops/b.yaml": "jobs: {k8s/report: {when_blocked: wait}}\n"})
        _, report = checked(tmp_path, capsys)
        (told,) = (each for each in report["findings"] if each["code"] == "OPS102")
        assert told["location"]["file"] == "ops/b.yaml"
        assert [each["file"] for each in told["related"]] == ["ops/a.yaml"]
        assert "already declared, at ops/a.yaml:4" in told["message"]

    def test_a_branch_names_its_entries_as_it_would_by_itself(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Its files are shown as `REF:PATH`; that is no directory that a name is made of."""
        repository = Repository(tmp_path, "--initial-branch=main")
        for path, text in FILES.items():
            repository.write(path, text=text.replace("5 3", "5 1"))
        repository.git("add", "--all")
        repository.commit()
        repository.git("checkout", "-q", "-b", "other")
        repository.write("k8s/jobs.yaml", text=JOBS.replace("0 3", "0 5"))
        repository.git("add", "--all")
        repository.commit()
        repository.git("checkout", "-q", "main")
        repository.write("ops/a.yaml", text=REQUIRES.replace("5 3", "5 5"))
        code = cli.main([
            "check", "-C", str(tmp_path), "--with", "other", "--as-of", "2027-09-01", "--no-cache",
        ])  # fmt: skip
        out = capsys.readouterr().out
        assert code == 1
        assert "job `k8s/report` runs while `db`, which it requires, is down" in out
        assert "other:k8s/jobs.yaml:4" in out


class TestClocks:
    """Times are read by the clock of the file that they stand in."""

    def test_times_of_ours_go_by_our_clock(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        own = (
            "defaults: {timezone: America/Toronto}\nservices: {db: {}}\n"
            "maintenance_windows: {upgrade: {schedule: {cron: '0 2 * * 1'}, duration: 3h}}\n"
        )
        files = EVENTS | {"ops/a.yaml": own}
        files["opspolicy.yaml"] = files["opspolicy.yaml"].replace(
            "defaults: {", "defaults: {timezone: Europe/Paris, "
        )
        write(tmp_path, files)
        code, _ = run(tmp_path, capsys, "check")
        assert code == 0
        _, out = run(tmp_path, capsys, "explain", "upgrade")
        assert "02:00 (America/Toronto)" in out

    @pytest.mark.parametrize(("stamp", "codes"), [("", ["invalid-schedule"]), ("Z", [])])
    def test_times_of_two_clocks_are_told(
        self, stamp: str, codes: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        own = (
            "defaults: {timezone: America/Toronto}\nservices: {db: {}}\n"
            "maintenance_windows: {upgrade: {end: 2027-09-10T08:00}}\n"
        )
        files = EVENTS | {"ops/a.yaml": own, "a.ics": EVENT.replace("Z", stamp)}
        files["opspolicy.yaml"] = files["opspolicy.yaml"].replace(
            "defaults: {", "defaults: {timezone: Europe/Paris, "
        )
        write(tmp_path, files)
        _, report = checked(tmp_path, capsys)
        assert [each["rule"] for each in report["findings"]] == codes


class TestShapes:
    """What who completes says of time displaces what the foreign file says otherwise."""

    def test_a_duration_displaces_an_end(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        own = "maintenance_windows: {upgrade: {duration: 3h}}\nservices: {db: {}}\n"
        write(tmp_path, EVENTS | {"ops/a.yaml": own})
        code, _ = run(tmp_path, capsys, "check")
        assert code == 0
        _, out = run(tmp_path, capsys, "explain", "upgrade")
        assert "Thu 9 Sep 2027 06:00 to 09:00 (UTC)" in out

    def test_a_schedule_displaces_a_start(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        own = (
            "maintenance_windows: {upgrade: {schedule: {cron: '0 6 * * 4'}, duration: 3h,"
            " timezone: UTC}}\nservices: {db: {}}\n"
        )
        write(tmp_path, EVENTS | {"ops/a.yaml": own})
        code, _ = run(tmp_path, capsys, "check")
        assert code == 0

    def test_what_is_wrong_together_is_told_where_it_is_completed(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        own = (
            "maintenance_windows: {upgrade: {schedule: {cron: '0 6 * * 4'}}}\nservices: {db: {}}\n"
        )
        write(tmp_path, EVENTS | {"ops/a.yaml": own})
        code, report = checked(tmp_path, capsys)
        (told,) = (each for each in report["findings"] if each["code"] == "OPS003")
        assert code == 2
        assert told["location"]["file"] == "ops/a.yaml"
