"""The incidents that started it, with their dates, zones and numbers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from opspolicy import cli
from tests.repositories import Repository, isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HYDRO = ROOT / "examples" / "hydro-quebec"


def check(directory: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    """Check a directory as of the day in its README; return exit code and output."""
    code = cli.main(["check", "-C", str(directory), "--as-of", "2027-09-01", *options])
    return code, capsys.readouterr().out


@pytest.fixture(autouse=True)
def _stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")


def test_before(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(HYDRO / "before", capsys, "--format", "json")
    report = json.loads(out)
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(report)
    assert code == report["exit_code"] == 1
    assert report["complete"]
    (finding,) = report["findings"]
    assert finding["rule"] == "outage-during-induced-demand"
    assert finding["occurrences"] == [
        {"start": "2027-10-09T10:00:00Z", "end": "2027-10-11T04:30:00Z"}
    ]
    assert finding["impact"] == {"customers": 350_000, "customer_hours": 14_875_000}
    assert finding["owners"] == ["billing", "digital", "platform"]
    assert finding["subjects"] == ["service/customer-portal", "job/mail-ebills"]
    assert finding["causes"] == ["maintenance_window/portal-upgrade"]
    assert finding["paths"] == [["service/customer-portal"]]
    assert (finding["location"]["file"], finding["location"]["line"]) == ("ops/platform.yaml", 8)
    assert [file["path"] for file in report["files"]] == [
        "ops/billing.yaml", "ops/digital.yaml", "ops/platform.yaml", "ops/teams.yaml",
    ]  # fmt: skip


def test_before_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    _, out = check(HYDRO / "before", capsys)
    for said in (
        "error[OPS302] outage-during-induced-demand",
        "Sat 9 Oct 2027 06:00 to Mon 11 Oct 2027 00:30 (America/Toronto), 42 h 30 min",
        "Sat 9 Oct 2027 10:00 to Mon 11 Oct 2027 04:30 (UTC)",
        "350,000 customers for 42 h 30 min: 14,875,000 customer-hours",
        "billing (billing@example.org), digital (digital@example.org)",
        "platform (platform@example.org)",
    ):
        assert said in out


@pytest.mark.parametrize("repair", ["after-window", "after-mailing"])
def test_after(repair: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(HYDRO / repair, capsys)
    assert (code, out.split("\n")[0]) == (0, "No findings.")


@pytest.mark.parametrize("repair", ["after-window", "after-mailing"])
def test_a_repair_is_one_line(repair: str) -> None:
    changed = [
        (old, new)
        for path in sorted((HYDRO / "before" / "ops").iterdir())
        for old, new in zip(
            path.read_text(encoding="utf-8").split("\n"),
            (HYDRO / repair / "ops" / path.name).read_text(encoding="utf-8").split("\n"),
            strict=True,
        )
        if old != new
    ]
    assert len(changed) == 1


def test_forty_eight_hours_earlier_is_not_enough(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The customers of a mailing on Thursday still come on Saturday."""
    for moved, code in (("2027-10-07T06:00", 1), ("2027-10-05T06:00", 0)):
        target = tmp_path / moved[:10] / "ops"
        target.mkdir(parents=True)
        for path in (HYDRO / "before" / "ops").iterdir():
            text = path.read_text(encoding="utf-8").replace("- 2027-10-09T06:00", f"- {moved}")
            (target / path.name).write_text(text, encoding="utf-8")
        assert check(target.parent, capsys)[0] == code


def test_the_demonstration_is_a_success() -> None:
    command = [sys.executable, str(ROOT / "examples" / "demo.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "14,875,000 customer-hours" in done.stdout
    assert "after-window" in done.stdout


CLOCKS = ROOT / "examples" / "two-clocks"


def test_two_clocks_before(capsys: pytest.CaptureFixture[str]) -> None:
    """Three weeks a year Paris is five hours ahead of Toronto: two in spring, one in autumn."""
    options = ["check", "-C", str(CLOCKS / "before"), "--as-of", "2027-01-04", "--horizon", "365d"]
    code = cli.main([*options, "--format", "json"])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert code == 1
    assert finding["rule"] == "run-during-outage"
    assert (
        finding["drift"] == "clear until Sun 14 Mar 2027, when the clocks change in America/Toronto"
    )
    assert [each["start"] for each in finding["occurrences"]] == [
        "2027-03-15T07:15:00Z", "2027-03-22T07:15:00Z", "2027-11-01T07:15:00Z",
    ]  # fmt: skip


def test_two_clocks_after(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(
        ["check", "-C", str(CLOCKS / "after"), "--as-of", "2027-01-04", "--horizon", "730d"]
    )
    assert (code, capsys.readouterr().out.split("\n")[0]) == (0, "No findings.")


def test_two_clocks_is_repaired_by_a_line() -> None:
    changed = [
        (old, new)
        for path in sorted((CLOCKS / "before" / "ops").iterdir())
        for old, new in zip(
            path.read_text(encoding="utf-8").splitlines(),
            (CLOCKS / "after" / "ops" / path.name).read_text(encoding="utf-8").splitlines(),
            strict=True,
        )
        if old != new
    ]
    assert len(changed) == 1


# What could be done about it ----------------------------------------------------------------------


def suggest(
    target: str, directory: Path, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, str]:
    code = cli.main(["suggest", target, "-C", str(directory), "--as-of", "2027-09-01", *options])
    return code, capsys.readouterr().out


def test_the_two_simple_repairs_are_among_the_first_answers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out = suggest("ops-ef8e3df1", HYDRO / "before", capsys, "--format", "json")
    found = json.loads(out)
    schema = json.loads((ROOT / "schemas" / "suggestions.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(found)
    assert code == 0
    assert [(each["target"], each["shift"], each["start"]) for each in found["suggestions"]] == [
        ("job/mail-ebills", "PT48H", "2027-10-11T06:00:00-04:00"),
        ("job/mail-ebills", "-PT96H", "2027-10-05T06:00:00-04:00"),
        ("maintenance_window/portal-upgrade", "PT168H", "2027-10-16T00:00:00-04:00"),
        ("maintenance_window/portal-upgrade", "-PT168H", "2027-10-02T00:00:00-04:00"),
    ]
    # Why 48 hours earlier is not enough.
    (why,) = (
        each["reason"]
        for each in found["refused"]
        if (each["target"], each["shift"]) == ("job/mail-ebills", "-PT48H")
    )
    assert why == (
        "48 h earlier, Thu 7 Oct 2027 06:00: its customers come while `customer-portal` is down"
        " because of `portal-upgrade`, Sat 9 Oct 2027 00:00 to Sun 10 Oct 2027 06:00"
    )


@pytest.mark.parametrize("pick", ["1", "2", "3", "4"])
def test_an_edit_that_is_made_is_one_line_and_leaves_nothing_to_find(
    pick: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "before"
    shutil.copytree(HYDRO / "before", copy)
    code, diff = suggest("ops-ef8e3df1", copy, capsys, "--diff", "--pick", pick)
    assert code == 0
    assert check(copy, capsys)[0] == 1, "a diff is only shown"
    code, _ = suggest("ops-ef8e3df1", copy, capsys, "--apply", "--pick", pick)
    assert code == 0
    assert check(copy, capsys)[1].split("\n")[0] == "No findings."
    changed = [
        (old, new)
        for path in sorted((HYDRO / "before" / "ops").iterdir())
        for old, new in zip(
            path.read_text(encoding="utf-8").split("\n"),
            (copy / "ops" / path.name).read_text(encoding="utf-8").split("\n"),
            strict=True,
        )
        if old != new
    ]
    (pair,) = changed
    assert [line for line in diff.split("\n") if line.startswith(("- ", "+ "))] == [
        f"-{pair[0]}",
        f"+{pair[1]}",
    ]


def test_without_the_clock_changes_an_hour_is_enough(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "before"
    shutil.copytree(CLOCKS / "before", copy)
    options = ["-C", str(copy), "--as-of", "2027-01-04"]
    assert cli.main(["suggest", "weekly-patches", *options, "--apply", "--pick", "2"]) == 0
    assert "`0 8 * * mon` becomes `0 7 * * mon`" in capsys.readouterr().out
    assert cli.main(["check", *options]) == 0


STORIES = [
    (HYDRO / "before", "ops-ef8e3df1", "2027-09-01"),
    (CLOCKS / "before", "ops-06928fe0", "2027-01-04"),
]
SAID = {
    "ops-ef8e3df1": (
        "`customer-portal` is down while `mail-ebills` has sent 350,000 customers to it",
        "Sat 9 Oct 2027 06:00 to Mon 11 Oct 2027 00:30 (America/Toronto), 42 h 30 min",
        "(ops/platform.yaml:8)",
        "14,875,000 customer-hours",
        "platform: platform@example.org",
        "1. move `mail-ebills` 48 h later, to Mon 11 Oct 2027 06:00 (America/Toronto)",
        "2. move `portal-upgrade` 7 days later, to Sat 16 Oct 2027 00:00 (America/Toronto)",
        "accepts: [ops-",
    ),
    "ops-06928fe0": (
        "job `clearing-file` runs while `payments-api`, which it requires, is down, 3 times",
        "Mon 15 Mar 2027 08:15 to 08:45 (Europe/Paris); 03:15 to 03:45 (America/Toronto)",
        "clear until Sun 14 Mar 2027, when the clocks change in America/Toronto",
        "(ops/payments.yaml:14)",
        "clearing: clearing@example.org",
        "1. move every occurrence of `weekly-patches` 24 h earlier",
        "2. move every run of `clearing-file` 1 h later",
        "accepts: [ops-",
    ),
}


@pytest.mark.parametrize(("directory", "finding", "as_of"), STORIES)
@pytest.mark.parametrize("width", [60, 100])
def test_a_story_fits_the_screen(
    directory: Path,
    finding: str,
    as_of: str,
    width: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a pipe and without colour: who, what, when, why and how to end it, on one screen."""
    monkeypatch.setenv("COLUMNS", str(width))
    options = ["-C", str(directory), "--as-of", as_of, "--horizon", "365d"]
    assert cli.main(["explain", finding, *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert "\x1b" not in "".join(lines)
    if width == 100:
        assert len(lines) <= 40
        page = "\n".join(lines)
        assert [each for each in SAID[finding] if each not in page] == []


# A pull request ------------------------------------------------------------------------------------

PULL = ROOT / "examples" / "pull-request"


def _put(source: Path, target: Path) -> None:
    # With times of their own: git takes a file of the same size and second for the same one.
    shutil.copytree(source, target, copy_function=shutil.copyfile, dirs_exist_ok=True)


@pytest.fixture
def tickets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return the repository that its README makes: `before` committed, `after` written."""
    for name, value in isolated().items():
        monkeypatch.setenv(name, value)
    repository = Repository(tmp_path / "tickets", "--initial-branch", "main")
    _put(PULL / "before", repository.root)
    repository.commit("The plan")
    repository.git("checkout", "--quiet", "-b", "firmware")
    _put(PULL / "after", repository.root)
    return repository


def test_the_pull_request_is_one_line_of_one_team(tickets: Repository) -> None:
    assert tickets.git("diff", "--numstat") == "1\t1\tops/network.yaml"


@pytest.mark.parametrize("committed", [False, True])
def test_the_pull_request_is_told_what_its_readme_says(
    tickets: Repository, capsys: pytest.CaptureFixture[str], *, committed: bool
) -> None:
    if committed:
        tickets.commit("Firmware on Thursday")
    code, out = check(tickets.root, capsys, "--base", "main", "--format", "json")
    report = json.loads(out)
    assert code == report["exit_code"] == 1
    assert report["complete"]
    assert [
        (each["code"], each["status"], each["waived_by"] is not None, each["location"]["file"])
        for each in report["findings"]
    ] == [
        ("OPS301", "new", False, "ops/network.yaml"),
        ("OPS303", "unchanged", False, "ops/payments.yaml"),
        ("OPS301", "unchanged", True, "ops/payments.yaml"),
    ]
    (new, *_) = report["findings"]
    assert new["subjects"] == ["service/counters"]
    assert new["causes"] == ["maintenance_window/core-firmware"]
    assert report["required_reviewers"] == ["network", "sales"]
    assert [each["start"] for each in new["suggestions"]] == ["2027-12-05T06:00:00+01:00"]


def test_without_its_change_there_is_nothing_to_refuse(
    tickets: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the base has as well fails a whole check, and no change."""
    tickets.git("checkout", "--quiet", "--", ".")
    assert check(tickets.root, capsys, "--base", "main")[0] == 0
    assert check(tickets.root, capsys)[0] == 1


def test_the_freeze_is_why_it_can_not_be_two_days_later(
    tickets: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = suggest("core-firmware", tickets.root, capsys, "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert [each["shift"] for each in found["suggestions"]] == ["-PT96H", "PT720H"]
    (why,) = (each["reason"] for each in found["refused"] if each["shift"] == "PT48H")
    assert "nothing may change in freeze `turn-of-the-year`" in why


def test_the_first_suggestion_takes_the_change_back(
    tickets: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert suggest("core-firmware", tickets.root, capsys, "--apply")[0] == 0
    assert tickets.git("diff", "--numstat") == ""
