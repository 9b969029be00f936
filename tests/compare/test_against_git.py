"""A change against its base, with real git: what is new, what is worse, what loosens the gate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from opspolicy import cli
from tests.repositories import Repository, isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Files = Mapping[str, str | None]

AS_OF = "2027-09-01"
SHOP = """\
defaults: {owner: retail, timezone: Europe/Paris}
calendars:
  shop-hours: {hours: [{days: everyday, from: 08:00, to: 22:00}]}
services:
  shop: {customer_facing: true, business_hours: shop-hours, depends_on: [db]}
"""
DB = "services:\n  db: {owner: platform}\n"
PATCH = """\
maintenance_windows:
  patch:
    owner: platform
    takes_down: [db]
    start: 2027-10-09T%s
    timezone: Europe/Paris
    duration: %s
"""
REPORT = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
DIFF = json.loads((ROOT / "schemas" / "diff.schema.json").read_text(encoding="utf-8"))


class Change:
    """A repository with a base on `main`, and a change to it on `feature`."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Begin with no commit in ``root``."""
        self.repository = Repository(root)
        self.root = root
        self._capsys = capsys

    def write(self, **files: str | None) -> None:
        """Write files of `ops/`, by their names without ending; delete those that are None."""
        for name, text in files.items():
            path = f"ops/{name}.yaml" if name != "config" else "opspolicy.yaml"
            if text is None:
                (self.root / path).unlink()
            else:
                self.repository.write(path, text=text)

    def base(self, **files: str | None) -> None:
        """Commit the base, and begin the change."""
        self.write(**files)
        self.repository.commit("base")
        self.repository.git("checkout", "-q", "-b", "feature")

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run the program here; return its exit code and what it prints."""
        command, *rest = arguments
        where = ["-C", str(self.root), "--as-of", AS_OF]
        where += ["--no-cache"] if command != "explain" else []
        code = cli.main([command, *rest, *where])
        done = self._capsys.readouterr()
        assert "Traceback" not in done.err
        return code, done.out, done.err

    def check(self, *arguments: str, base: str = "main") -> tuple[int, dict[str, Any]]:
        """Check against a base; return the exit code and the report."""
        asked = [] if not base else ["--base", base]
        code, out, err = self.run("check", *asked, "--format", "json", *arguments)
        assert out, err
        report = json.loads(out)
        Draft202012Validator(REPORT).validate(report)
        assert report["exit_code"] == code
        return code, report

    def statuses(self, *arguments: str) -> tuple[int, list[tuple[str, str]]]:
        """Check; return the exit code, and code and status of each finding."""
        code, report = self.check(*arguments)
        return code, [(each["code"], each["status"]) for each in report["findings"]]


@pytest.fixture
def change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Change:
    """Return a repository without a commit."""
    for name, value in isolated().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OPSPOLICY_AS_OF", raising=False)
    # No path of a temporary directory is wrapped.
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.chdir(tmp_path)
    return Change(tmp_path / "repository", capsys)


def test_nothing_changed(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("05:00", "1h"))
    assert change.statuses() == (0, [])


def test_what_the_base_has_as_well_fails_nothing_and_is_listed(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("07:00", "2h"))
    assert change.statuses() == (0, [("OPS301", "unchanged")])
    assert change.check(base="")[0] == 1


def test_a_minute_that_becomes_two_days_is_refused(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("07:00", "1h1m"))
    change.write(patch=PATCH % ("07:00", "48h"))
    code, statuses = change.statuses()
    assert (code, ("OPS301", "worse") in statuses) == (1, True)
    _, out, _ = change.run("check", "--base", "main")
    assert "worse error[OPS301]" in out
    assert "  worse:   Sat 9 Oct 2027 08:01 to 22:00 (Europe/Paris)" in out


def test_a_moved_window_that_hurts_an_untouched_service_is_anchored_on_its_line(
    change: Change,
) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("05:00", "1h"))
    change.write(patch=PATCH % ("09:00", "1h"))
    change.repository.commit("move")
    code, report = change.check()
    (finding,) = report["findings"]
    assert (code, finding["code"], finding["status"]) == (1, "OPS301", "new")
    assert (finding["location"]["file"], finding["location"]["line"]) == ("ops/patch.yaml", 5)
    assert report["required_reviewers"] == ["platform", "retail"]


def test_a_dependency_that_is_added_is_where_the_finding_points(change: Change) -> None:
    """Nobody moved the window: the change is that the shop now needs the database."""
    change.base(shop=SHOP.replace(", depends_on: [db]", ""), db=DB, patch=PATCH % ("09:00", "1h"))
    change.write(shop=SHOP)
    _, report = change.check()
    (finding,) = report["findings"]
    assert (finding["location"]["file"], finding["location"]["line"]) == ("ops/shop.yaml", 5)


def test_deleting_what_is_still_needed_fails_on_the_deleted_line(change: Change) -> None:
    change.base(shop=SHOP, db="# Ours.\n" + DB)
    change.write(db="# Ours.\nservices: {}\n")
    code, report = change.check()
    (finding,) = report["findings"]
    assert (code, finding["code"], finding["status"]) == (2, "OPS101", "new")
    place = finding["location"]
    assert (place["file"], place["line"], place["deleted"]) == ("ops/db.yaml", 3, True)
    assert finding["related"][0]["file"] == "ops/shop.yaml"
    _, out, _ = change.run("check", "--base", "main")
    assert "--> ops/db.yaml (before):3:3" in out
    assert "this change deletes `db`, which is still used" in out


def test_deleting_a_whole_file_as_well(change: Change) -> None:
    change.base(shop=SHOP, db=DB)
    change.write(db=None)
    code, report = change.check()
    (finding,) = report["findings"]
    assert (code, finding["code"]) == (2, "OPS101")
    assert finding["location"]["file"] == "ops/db.yaml"


def test_a_rename_of_files_and_entries_keeps_findings(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("07:00", "2h"))
    change.write(patch=None, other=(PATCH % ("07:00", "2h")).replace("patch:", "db-patch:"))
    assert change.statuses() == (0, [("OPS301", "unchanged")])


def test_what_is_repaired_is_said(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("07:00", "2h"))
    change.write(patch=PATCH % ("05:00", "2h"))
    assert change.statuses() == (0, [])
    _, out, _ = change.run("check", "--base", "main")
    assert "1 fixed." in out
    assert "fixed: error[OPS301]" in out


def test_a_broken_base_is_no_excuse(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("07:00", "2h"), broken="services: [")
    change.write(broken=None)
    assert change.statuses() == (1, [("OPS301", "new")])


def test_what_is_broken_on_both_sides_is_incomplete_all_the_same(change: Change) -> None:
    change.base(shop=SHOP, db=DB, broken="services: [")
    assert change.statuses()[0] == 2


# The gate itself ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("horizon: 365d\n", "horizon: 30d\n", "shortened from 365d to 30d"),
        ("fail_on: error\n", "fail_on: never\n", "`fail_on` goes from error to never"),
        ("", "exclude: [ops/patch.yaml]\n", "`ops/patch.yaml` is newly excluded"),
        ("", "include: [ops/shop.yaml, ops/db.yaml]\n", "leaves `ops/patch.yaml` out of the check"),
    ],
)
def test_a_change_can_not_loosen_the_gate_it_goes_through(
    change: Change, before: str, after: str, said: str
) -> None:
    """What it would let through is found all the same, by the settings of the base."""
    change.base(shop=SHOP, db=DB, config=before + "x-ours: 1\n")
    change.write(config=after + "x-ours: 1\n", patch=PATCH % ("09:00", "1h"))
    code, report = change.check()
    found = {each["code"]: each["message"] for each in report["findings"]}
    assert code == 1
    assert set(found) == {"OPS301", "OPS804"}
    assert said in found["OPS804"]


def test_switching_a_rule_off_is_no_way_through(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("05:00", "1h"))
    off = (
        "policies: {outage-in-business-hours: {severity: off}, weakened-policy: {severity: off}}\n"
    )
    change.repository.write("policies/ours.yaml", text=off)
    change.write(patch=PATCH % ("09:00", "1h"))
    code, report = change.check()
    assert code == 1
    assert [each["code"] for each in report["findings"]] == ["OPS301", "OPS804", "OPS804"]


def test_a_pack_that_is_left_out_is_one_finding_at_its_key(change: Change) -> None:
    extends = "horizon: 90d\nextends: [%s]\n"
    change.repository.write("policies/ours.yaml", text="policies: {never-runs: {}}\n")
    change.base(shop=SHOP, db=DB, config=extends % "recommended")
    change.write(config=extends % "")
    code, report = change.check()
    (finding,) = report["findings"]
    assert (code, finding["code"]) == (1, "OPS804")
    assert finding["message"].startswith("`extends` no longer has `recommended`, which takes out ")
    place = finding["location"]
    assert (place["file"], place["line"]) == ("opspolicy.yaml", 2)


def test_deleting_the_configuration_does_not_move_the_root(change: Change) -> None:
    change.base(shop=SHOP, db=DB, config="fail_on: warning\n")
    change.write(config=None)
    code, report = change.check()
    assert code == 1
    assert [each["message"] for each in report["findings"]] == [
        "`fail_on` goes from warning to error"
    ]


WAIVER = """\
waivers:
  - rule: outage-in-business-hours
    on: [maintenance_window/patch]
    reason: Agreed with the shop.
    approved_by: [platform, retail]
    expires: %s
"""


def test_a_waiver_that_a_change_adds_is_judged_on_its_merits(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("05:00", "1h"))
    change.write(patch=PATCH % ("09:00", "1h"), waivers=WAIVER % "2027-10-09")
    code, report = change.check()
    assert code == 0
    assert report["summary"]["waived"] == 1
    # What it says they have agreed to is what they are asked.
    assert report["required_reviewers"] == ["platform", "retail"]


def test_a_waiver_that_a_change_extends_is_not(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("09:00", "1h"), waivers=WAIVER % "2027-10-09")
    change.write(waivers=WAIVER % "2027-12-24")
    code, report = change.check()
    assert code == 1
    (weak,) = [each for each in report["findings"] if each["code"] == "OPS804"]
    assert "is extended from 2027-10-09 to 2027-12-24" in weak["message"]
    assert (weak["location"]["file"], weak["location"]["line"]) == ("ops/waivers.yaml", 6)


def test_a_waiver_that_a_change_takes_away_leaves_a_new_finding(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("09:00", "1h"), waivers=WAIVER % "2027-10-09")
    change.write(waivers=None)
    assert change.statuses() == (1, [("OPS301", "new")])


def test_a_waiver_that_has_expired_on_both_sides_fails_no_change(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("09:00", "1h"), waivers=WAIVER % "2027-08-01")
    code, statuses = change.statuses()
    assert (code, {each for _, each in statuses}) == (0, {"unchanged"})
    assert change.check(base="")[0] == 1


# Notices, which a change can't send in the past ---------------------------------------------------


def test_a_notice_of_the_past_counts_as_unsent_for_what_is_new(change: Change) -> None:
    shop = SHOP.replace("depends_on: [db]", "depends_on: [db], min_notice: 5d")
    told = PATCH.replace("2027-10-09T%s", "2027-09-04T%s") + (
        "    notices: [{at: -6d, channel: email}]\n"
    )
    change.base(shop=shop, db=DB, patch=told % ("05:00", "1h"))
    assert change.statuses() == (0, [])
    change.write(patch=told % ("05:30", "1h"))
    assert change.statuses() == (1, [("OPS503", "new")])


def test_a_notice_that_comes_later_than_it_did_is_worse(change: Change) -> None:
    shop = SHOP.replace("depends_on: [db]", "depends_on: [db], min_notice: 14d")
    told = PATCH % ("05:00", "1h") + "    notices: [{at: %s, channel: email}]\n"
    change.base(shop=shop, db=DB, patch=told % "-7d")
    assert change.statuses() == (0, [("OPS503", "unchanged")])
    change.write(patch=told % "-1d")
    assert change.statuses() == (1, [("OPS503", "worse")])
    code, out, _ = change.run("check", "--base", "main")
    assert (code, "worse error[OPS503]" in out) == (1, True)


def test_an_acceptance_of_short_notice_is_none_of_a_later_one(change: Change) -> None:
    shop = SHOP.replace("depends_on: [db]", "depends_on: [db], min_notice: 14d")
    told = PATCH % ("05:00", "1h") + "    notices: [{at: %s, channel: email}]\n"
    change.write(shop=shop, db=DB, patch=told % "-7d")
    (short,) = change.check(base="")[1]["findings"]
    waiver = WAIVER.replace("outage-in-business-hours", "short-notice") % "2027-12-24"
    waiver += f"    accepts: [{short['acceptance']}]\n"
    change.base(waivers=waiver)
    assert change.check()[1]["summary"]["waived"] == 1
    change.write(patch=told % "-1d")
    code, report = change.check()
    assert (code, report["summary"]["waived"]) == (1, 0)
    assert ("OPS503", "new") in {(each["code"], each["status"]) for each in report["findings"]}


# Several open branches ----------------------------------------------------------------------------


def test_two_branches_that_are_green_alone(change: Change) -> None:
    change.base(shop=SHOP.replace(", depends_on: [db]", ""), db=DB)
    branches(change, {"shop": SHOP}, {"patch": PATCH % ("09:00", "1h")})
    assert change.statuses() == (0, [])
    code, report = change.check("--with", "other")
    (finding,) = report["findings"]
    assert (code, finding["code"], finding["status"]) == (1, "OPS301", "new")
    assert finding["location"]["file"] == "other:ops/patch.yaml"
    assert finding["hint"].startswith("this is found only together with `other`; ")
    # Also without a base, and from the other side.
    assert change.check("--with", "other", base="")[0] == 1
    change.repository.git("checkout", "-q", "other")
    assert change.check("--with", "feature", base="")[0] == 1
    assert change.check(base="")[0] == 0


def test_what_is_found_only_together_is_explained_once_it_is_merged(change: Change) -> None:
    """What a page says to run next does what it says: here not yet, and after the merge."""
    change.base(shop=SHOP.replace(", depends_on: [db]", ""), db=DB)
    branches(change, {"shop": SHOP}, {"patch": PATCH % ("09:00", "1h")})
    _, out, _ = change.run("check", "--with", "other")
    _, line = " ".join(out.split()).split(f"more: opspolicy explain -C {change.root} ")
    told, _, rest = line.partition(", ")
    assert rest.startswith("once merged with `other` ")
    name = told.split()[-1]
    assert change.run("explain", name)[0] == 2
    change.repository.git("merge", "--quiet", "--no-edit", "other")
    code, out, _ = change.run("explain", name)
    assert (code, name in out) == (0, True)
    # What is there alone is explained now.
    _, out, _ = change.run("check")
    assert f"opspolicy explain -C {change.root} {told} " in " ".join(out.split())


def test_what_two_branches_both_change_is_said(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("05:00", "1h"))
    change.write(patch=PATCH % ("06:00", "1h"))
    change.repository.commit("later")
    change.repository.git("checkout", "-q", "-b", "other", "main")
    change.write(patch=PATCH % ("04:00", "1h"))
    change.repository.commit("earlier")
    change.repository.git("checkout", "-q", "feature")
    code, out, _ = change.run("check", "--with", "other")
    assert code == 0
    assert "Not combined, as more than one branch changes them: maintenance_window/patch" in out


def test_what_an_ignore_accepts_is_accepted_together_too(change: Change) -> None:
    """One opens the shop earlier, the other one patches longer: both at once, and more collides."""
    short = SHOP.replace("from: 08:00", "from: 09:30")
    database = DB.replace("platform", "retail")
    patch = PATCH.replace("platform", "retail")
    agreed = "%s  # opspolicy: ignore[OPS301] until 2027-10-11 agreed with ourselves"
    milder = "version: 1\npolicies: {outage-in-business-hours: {severity: warning}}\n"
    change.repository.write("policies/ours.yaml", text=milder)
    files = {"db": database, "config": "fail_on: warning\n"}
    change.base(**files, shop=short, patch=patch % (agreed % "09:00", "1h"))
    change.write(shop=SHOP)
    change.repository.commit("open earlier")
    change.repository.git("checkout", "-q", "-b", "other", "main")
    change.write(patch=patch % (agreed % "08:00", "2h"))
    change.repository.commit("patch longer")
    change.repository.git("checkout", "-q", "feature")
    code, report = change.check("--with", "other", base="")
    found = [
        (each["code"], each["waived_by"] is not None, each["occurrences"][0]["start"])
        for each in report["findings"]
    ]
    assert code == 0
    assert sorted(found) == [
        ("OPS301", True, "2027-10-09T06:00:00Z"),
        ("OPS301", True, "2027-10-09T07:00:00Z"),
    ]


WAIVED = """\
waivers:
  - rule: outage-in-business-hours
    on: [service/shop, maintenance_window/patch]
    approved_by: [platform, retail]
    reason: Agreed
    expires: 2027-10-31
"""


def branches(change: Change, ours: Files, theirs: Files) -> None:
    """Commit one change on `feature` and another one on `other`, and be on `feature`."""
    change.write(**ours)
    change.repository.commit("ours")
    change.repository.git("checkout", "-q", "-b", "other", "main")
    change.write(**theirs)
    change.repository.commit("theirs")
    change.repository.git("checkout", "-q", "feature")


def found(report: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return the code of each finding, and whether it is waived."""
    return sorted((each["code"], each["waived_by"] is not None) for each in report["findings"])


def test_who_has_not_agreed_is_found_together(change: Change) -> None:
    """The owner changes in one branch, and the other one has the old one agree."""
    change.base(shop=SHOP, db=DB)
    ours = {"patch": PATCH % ("09:00", "1h"), "waivers": WAIVED}
    branches(change, ours, {"shop": SHOP.replace("retail", "stores")})
    code, report = change.check(base="")
    assert (code, found(report)) == (0, [("OPS301", True)])
    code, report = change.check("--with", "other", base="")
    assert code == 1
    assert found(report) == [("OPS301", False), ("OPS301", True), ("OPS803", False)]


def test_an_acceptance_that_lapses_together_accepts_nothing(change: Change) -> None:
    short = SHOP.replace("from: 08:00", "from: 09:30")
    change.base(shop=short, db=DB)
    change.write(patch=PATCH % ("09:00", "1h"))
    _, report = change.check(base="")
    waived = f"{WAIVED}    accepts: [{report['findings'][0]['acceptance']}]\n"
    branches(change, {"waivers": waived}, {"shop": SHOP})
    code, report = change.check(base="")
    assert (code, found(report)) == (0, [("OPS301", True)])
    code, report = change.check("--with", "other", base="")
    assert code == 1
    assert ("OPS301", False) in found(report)


def test_a_waiver_of_another_branch_holds_together(change: Change) -> None:
    change.base(shop=SHOP, db=DB)
    theirs = {"patch": PATCH % ("09:00", "1h"), "waivers": WAIVED}
    branches(change, {"note": "x-note: 1\n"}, theirs)
    code, report = change.check("--with", "other", base="")
    assert (code, found(report)) == (0, [])


def test_what_is_wrong_with_a_waiver_is_told_where_it_stands(change: Change) -> None:
    change.base(shop=SHOP, db=DB)
    theirs = {"waivers": WAIVED.replace(", maintenance_window/patch", "")}
    branches(change, {"note": "x-note: 1\n"}, theirs)
    code, report = change.check("--with", "other", base="")
    assert (code, found(report)) == (0, [])
    change.repository.git("checkout", "-q", "other")
    assert found(change.check(base="")[1]) == [("OPS802", False)]


def test_a_waiver_that_another_branch_deletes_holds_no_more(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("09:00", "1h"), waivers=WAIVED)
    branches(change, {"patch": PATCH % ("09:00", "50m")}, {"waivers": None, "patch": None})
    code, report = change.check(base="")
    assert (code, found(report)) == (0, [("OPS301", True)])
    code, report = change.check("--with", "other", base="")
    assert (code, found(report)) == (1, [("OPS301", False), ("OPS301", True)])


# What git can't tell ------------------------------------------------------------------------------


def test_a_ref_that_there_is_not(change: Change) -> None:
    change.base(shop=SHOP, db=DB)
    code, out, err = change.run("check", "--base", "mian")
    assert (code, out) == (2, "")
    assert "mian" in err
    assert "main" in err


@pytest.mark.parametrize("ref", ["--upload-pack=touch x", "", "main\n", "-x", "a" * 2000])
def test_hostile_refs(change: Change, ref: str) -> None:
    change.base(shop=SHOP, db=DB)
    for command in (["check", f"--base={ref}"], ["check", f"--with={ref}"]):
        code, _, err = change.run(*command)
        assert (code, "opspolicy: " in err) == (2, True)


def test_no_commit_yet(change: Change) -> None:
    change.write(shop=SHOP, db=DB)
    code, _, err = change.run("check", "--base", "main")
    assert code == 2
    assert "commit" in err


def test_unrelated_histories(change: Change) -> None:
    change.base(shop=SHOP, db=DB)
    change.repository.git("checkout", "-q", "--orphan", "unborn")
    change.repository.commit("another beginning")
    code, _, err = change.run("check", "--base", "main")
    assert code == 2
    assert "have no commit in common" in err


def test_a_shallow_clone_says_how_to_deepen(change: Change, tmp_path: Path) -> None:
    change.base(shop=SHOP, db=DB)
    change.repository.git("checkout", "-q", "main")
    change.repository.commit("main goes on")
    change.repository.git("checkout", "-q", "feature")
    change.repository.commit("so does the change")
    url = f"file://{change.root}"
    clone = tmp_path / "shallow"
    change.repository.git("clone", "-q", "--depth=1", "--no-single-branch", url, str(clone))
    change.root = clone
    code, _, err = change.run("check", "--base", "origin/main")
    assert code == 2
    assert "git fetch --unshallow" in err


def test_outside_of_any_repository(change: Change, tmp_path: Path) -> None:
    change.root = tmp_path / "plain"
    (change.root / "ops").mkdir(parents=True)
    code, _, err = change.run("check", "--base", "main")
    assert code == 2
    assert "git" in err


def test_from_below_the_top_and_for_named_files(change: Change) -> None:
    change.base(shop=SHOP, db=DB, config="x-ours: 1\n")
    change.write(patch=PATCH % ("09:00", "1h"))
    change.repository.write("ops/deep/none.yaml")
    below = Change.__new__(Change)
    below.__dict__.update(change.__dict__, root=change.root / "ops" / "deep")
    assert below.statuses() == (1, [("OPS301", "new")])
    names = [str(change.root / "ops" / f"{each}.yaml") for each in ("shop", "db", "patch")]
    assert change.statuses(*names) == (1, [("OPS301", "new")])
    # A file that the change adds is missing in no base.
    _, out, _ = change.run("check", "--base", "main", *names)
    assert "no verdict of its own" not in out


# diff ---------------------------------------------------------------------------------------------


def test_diff_in_every_format(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("05:00", "1h"))
    change.write(patch=PATCH % ("09:00", "1h"))
    code, out, _ = change.run("diff", "main")
    assert code == 0, "it shows, and judges nothing"
    assert "This change would be refused, for 1 finding that it adds or makes worse." in out
    assert "`shop` is newly down for 1 h, from Sat 9 Oct 2027 09:00 to 10:00" in out
    _, page, _ = change.run("diff", "main", "--format", "markdown")
    assert "must agree" in page.lower()
    code, out, _ = change.run("diff", "main", "--format", "json")
    found = json.loads(out)
    Draft202012Validator(DIFF).validate(found)
    assert [each["change"] for each in found["occurrences"]] == ["moved"]
    assert [each["service"] for each in found["outages"]] == ["service/db", "service/shop"]
    assert [each["code"] for each in found["findings"]["new"]] == ["OPS301"]
    assert found["required_reviewers"] == ["platform", "retail"]


def test_diff_of_two_commits_looks_at_nothing_else(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("05:00", "1h"))
    change.write(patch=PATCH % ("06:00", "1h"))
    change.repository.commit("later")
    change.write(patch="services: [")
    code, out, _ = change.run("diff", "main", "feature", "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert found["complete"]
    assert found["occurrences"][0]["come"] == ["2027-10-09T04:00:00Z"]
    assert not found["findings"]["new"]


def test_explain_without_a_target_explains_this_change(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("05:00", "1h"))
    change.write(patch=PATCH % ("09:00", "1h"))
    change.repository.commit("move")
    code, told, _ = change.run("explain")
    assert code == 0
    # The usual name is found, and what is compared with is where the change began.
    assert told.startswith("the working tree, compared with main (")
    assert change.run("diff", "main")[1] == told
    # On main itself it is what isn't committed yet.
    change.repository.git("checkout", "-q", "main")
    change.write(patch=PATCH % ("06:00", "1h"))
    assert "moves 1 h later" in change.run("explain")[1]
    code, _, err = change.run("explain", "--base", "nowhere")
    assert (code, "nowhere" in err) == (2, True)
    assert change.run("explain", "shop", "--base", "main")[0] == 2


def test_what_a_branch_is_compared_with_is_where_it_left(change: Change) -> None:
    change.base(shop=SHOP, db=DB)
    began = change.repository.git("rev-parse", "HEAD")[:12]
    branches(change, {"note": "x-note: 1\n"}, {"note": "x-note: 2\n"})
    told = change.run("diff", "other")[1]
    assert told.startswith(f"the working tree, compared with where it left other ({began})")
    told = change.run("diff", "main")[1]
    assert told.startswith(f"the working tree, compared with main ({began})")


def test_diff_of_nothing(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("05:00", "1h"))
    code, out, _ = change.run("diff", "main")
    assert code == 0
    assert "This change may be merged. It changes nothing that is declared." in out


# Ways around the gate -----------------------------------------------------------------------------


def test_a_new_directory_that_is_selected_by_default_hides_nothing(change: Change) -> None:
    """Without a configuration all is selected, until there is an `ops/`."""
    change.repository.write("infra/a.yaml", text=SHOP + DB.removeprefix("services:\n"))
    change.base()
    change.repository.write("infra/w.yaml", text=PATCH % ("10:00", "2h"))
    change.repository.write("ops/z.yaml")
    code, report = change.check()
    assert code == 1
    assert {each["code"] for each in report["findings"]} == {"OPS301", "OPS804"}


def test_another_configuration_nearby_is_no_way_out(change: Change) -> None:
    change.base(config="fail_on: warning\n")
    change.repository.write("team/ops/a.yaml", text=SHOP + DB.removeprefix("services:\n"))
    change.repository.write("team/opspolicy.yaml", text="horizon: 180d\n")
    team = Change.__new__(Change)
    team.__dict__.update(change.__dict__, root=change.root / "team")
    code, report = team.check()
    assert code == 1
    assert [each["message"] for each in report["findings"]] == [
        "`team/opspolicy.yaml` is the configuration here, which was `opspolicy.yaml` in the base"
    ]


def test_nor_is_falling_back_to_one_farther_away(change: Change) -> None:
    change.write(config="horizon: 90d\n")
    change.repository.write("team/ops/a.yaml", text=SHOP + DB.removeprefix("services:\n"))
    change.repository.write("team/opspolicy.yaml", text="extends: [strict]\n")
    change.base()
    (change.root / "team" / "opspolicy.yaml").unlink()
    team = Change.__new__(Change)
    team.__dict__.update(change.__dict__, root=change.root / "team")
    code, report = team.check()
    assert code == 1
    assert "OPS804" in {each["code"] for each in report["findings"]}


@pytest.mark.parametrize("name", ["..data", "..ops/..data", "..."])
def test_nor_is_it_below_a_directory_with_dots_in_front(change: Change, name: str) -> None:
    """Kubernetes calls directories `..data`, and they aren't above."""
    change.write(config="horizon: 90d\n")
    change.repository.write("ops/z.yaml")
    change.repository.write(f"{name}/ops/a.yaml", text=SHOP + DB.removeprefix("services:\n"))
    change.repository.write(f"{name}/opspolicy.yaml", text="extends: [strict]\n")
    change.base()
    below = Change.__new__(Change)
    below.__dict__.update(change.__dict__, root=change.root / name)
    assert below.check()[0] == 0
    (change.root / name / "opspolicy.yaml").unlink()
    code, report = below.check()
    assert code == 1
    assert (
        f"`opspolicy.yaml` is the configuration here, which was `{name}/opspolicy.yaml` in the base"
        in [each["message"] for each in report["findings"]]
    )


def test_a_rename_is_no_way_around_a_waiver_that_is_taken_away(change: Change) -> None:
    change.base(shop=SHOP, db=DB, patch=PATCH % ("09:00", "1h"), waivers=WAIVER % "2027-10-09")
    change.write(waivers=None, patch=(PATCH % ("09:00", "1h")).replace("patch:", "patch2:"))
    assert change.statuses() == (1, [("OPS301", "new")])


def test_a_service_that_begins_to_fall_with_it_was_not_told_in_time(change: Change) -> None:
    """The window and its notice are old; the outage of the shop is new."""
    shop = SHOP.replace("depends_on: [db]", "min_notice: 5d").replace(
        "08:00, to: 22:00", "08:00, to: 09:00"
    )
    told = PATCH.replace("2027-10-09T%s", "2027-09-03T%s") + (
        "    notices: [{at: -6d, channel: email}]\n"
    )
    change.base(shop=shop, db=DB, patch=told % ("02:00", "1h"))
    change.write(shop=shop.replace("min_notice: 5d", "min_notice: 5d, depends_on: [db]"))
    assert change.statuses() == (1, [("OPS503", "new")])


@pytest.mark.parametrize(("asked", "expected"), [("5d", []), ("9d", [("OPS503", "unchanged")])])
def test_customers_of_a_service_that_is_renamed_were_told_when_they_were(
    change: Change, asked: str, expected: list[tuple[str, str]]
) -> None:
    shop = SHOP.replace("depends_on: [db]", f"depends_on: [db], min_notice: {asked}")
    told = PATCH.replace("2027-10-09T%s", "2027-09-04T%s") + (
        "    notices: [{at: -6d, channel: email}, {at: -1d, channel: email}]\n"
    )
    change.base(shop=shop, db=DB, patch=told % ("05:00", "1h"))
    change.write(shop=shop.replace("  shop:", "  store:"))
    assert change.statuses() == (0, expected)


def test_a_window_that_is_renamed_was_told_in_time(change: Change) -> None:
    shop = SHOP.replace("depends_on: [db]", "depends_on: [db], min_notice: 5d")
    told = PATCH.replace("2027-10-09T%s", "2027-09-04T%s") + (
        "    notices: [{at: -6d, channel: email}]\n"
    )
    change.base(shop=shop, db=DB, patch=told % ("05:00", "1h"))
    change.write(patch=(told % ("05:00", "1h")).replace("patch:", "other:"))
    assert change.statuses() == (0, [])


def test_another_branch_that_can_not_be_read_leaves_no_verdict(change: Change) -> None:
    change.base(shop=SHOP, db=DB)
    change.repository.git("checkout", "-q", "-b", "other", "main")
    change.write(broken="services: [")
    change.repository.commit("break")
    change.repository.git("checkout", "-q", "feature")
    code, report = change.check("--with", "other")
    assert code == 2
    assert report["findings"][0]["message"].startswith("in `other`: ")
    assert report["findings"][0]["location"]["file"] == "other:ops/broken.yaml"


# Innocent changes -------------------------------------------------------------------------------


def test_an_include_that_names_files_can_be_changed(change: Change) -> None:
    names = "include: [ops/shop.yaml, ops/db.yaml%s]\n"
    change.base(shop=SHOP, db=DB, patch=PATCH % ("07:00", "2h"), config=names % ", ops/patch.yaml")
    change.write(more="services: {x: }\n", config=names % ", ops/patch.yaml, ops/more.yaml")
    assert change.statuses() == (0, [("OPS301", "unchanged")])
    change.write(more=None, patch=None, config=names % "")
    code, report = change.check()
    assert (code, report["findings"]) == (0, [])


def test_waivers_may_be_reordered_and_deleted(change: Change) -> None:
    one = WAIVER % "2027-10-20"
    other = (WAIVER % "2027-10-15").replace("maintenance_window/patch", "service/shop")
    other = other.removeprefix("waivers:\n")
    change.base(shop=SHOP, db=DB, patch=PATCH % ("09:00", "1h"), waivers=one + other)
    swapped = "waivers:\n" + other + one.removeprefix("waivers:\n")
    change.write(waivers=swapped)
    assert "OPS804" not in {code for code, _ in change.statuses()[1]}
    change.write(waivers="waivers:\n" + other)
    assert "OPS804" not in {code for code, _ in change.statuses()[1]}


def test_what_happens_far_ahead_makes_nothing_worse_that_is_there(change: Change) -> None:
    always = SHOP.replace("business_hours: shop-hours", "business_hours: always")
    daily = PATCH.replace("start: 2027-10-09T%s", 'schedule: {cron: "0 %s * * *"}') % ("2", "1h")
    change.base(shop=always, db=DB, patch=daily)
    once = (
        "maintenance_windows:\n"
        "  once: {owner: a, takes_down: [other], start: 2028-10-09T01:00Z, duration: 4h}\n"
        "services: {other: }\n"
    )
    change.write(once=once)
    code, statuses = change.statuses()
    assert (code, {each for _, each in statuses}) == (0, {"unchanged"})


def test_diff_names_what_protects_nobody_any_more(change: Change) -> None:
    """Nothing happens at another time, and yet the shop is no longer what it was."""
    change.base(shop=SHOP, db=DB, patch=PATCH % ("05:00", "1h"))
    change.write(shop=SHOP.replace("customer_facing: true", "customer_facing: false"))
    _, out, _ = change.run("diff", "main")
    assert "service `shop` has another `customer_facing`" in out
    assert "It changes what 1 entry says." in out
    assert change.check()[1]["required_reviewers"] == ["retail"]
