"""`check` where nobody has begun: one thing to say of files that are of other programs."""

from __future__ import annotations

import json
import os

import pytest

from opspolicy import cli
from tests.repositories import Repository
from tests.start.test_init import ANSIBLE, COMPOSE, OURS, WORKFLOW, Here, here
from tests.start.test_others import BROKEN, CRONTAB, JOB, MANIFEST, TEMPLATE, VALUES

__all__ = ["here"]

AS_OF = ("--as-of", "2027-09-01")
NONE_OF_OURS = "of opspolicy's own, and no configuration says how to read"


def told(here: Here, *words: str) -> list[str]:
    """Return what a check that is incomplete tells, a line a finding."""
    code, shown = here.check(*AS_OF, "-q", *words)
    assert code == 2
    return [line for line in shown.splitlines() if "[OPS" in line]


def test_there_is_one_thing_to_say_and_what_to_do(here: Here) -> None:
    for at in range(5):
        here.write(f"k8s/{at}.yaml", JOB.replace("name: a", f"name: a{at}"))
    here.write("compose.yaml", COMPOSE)
    here.write("chart/Chart.yaml", "name: x\nversion: 1.0.0\n")
    here.write("chart/templates/t.yaml", TEMPLATE)
    here.write("broken.yaml", BROKEN)
    here.write("site.yaml", ANSIBLE)
    here.write("values.yaml", VALUES + "service: {port: 80, type: x}\n")
    here.write("crontab", CRONTAB)
    (line,) = told(here)
    assert "`broken.yaml`, `chart/Chart.yaml`, `chart/templates/t.yaml` and 8 more files" in line
    assert f"are no declarations {NONE_OF_OURS} them" in line
    _, shown = here.check(*AS_OF, "--format", "json")
    document = json.loads(shown)
    # Nothing is hidden: each file is listed, with what is wrong with it as a file.
    assert len(document["files"]) == 11
    failed = {each["path"] for each in document["files"] if each["status"] == "failed"}
    assert failed == {"broken.yaml", "chart/templates/t.yaml"}
    assert document["findings"][0]["hint"] == (
        "run `opspolicy init`, which proposes `sources:` for Compose files, crontabs and"
        " Kubernetes CronJobs"
    )
    assert document["complete"] is False


def test_after_init_it_is_gone(here: Here) -> None:
    here.write("k8s/a.yaml", JOB)
    here.write("compose.yaml", COMPOSE)
    assert len(told(here)) == 1
    here.init()
    assert here.check(*AS_OF)[0] == 0


def test_what_may_be_ours_is_told_key_by_key(here: Here) -> None:
    here.write("a.yaml", JOB)
    here.write("b.yaml", "servces: {shop: {customer_facing: true}}\n")
    here.write("c.yaml", "services: {shop: {titel: Shop}}\n")
    here.write("d.yaml", "teams: {a: {}}\ncalender: {}\n")
    here.write("e.yaml", "services: {a: [\n")
    shown = "\n".join(told(here))
    assert f"`a.yaml` is no declaration {NONE_OF_OURS} it" in shown
    assert "`servces` is not a key" in shown
    assert "`titel` is not a key" in shown
    assert "`calender` is not a key" in shown
    assert "e.yaml:2:1: error[OPS002]" in shown


@pytest.mark.parametrize(
    "text",
    [
        "maintenence_windows: {w: {kind: emergency, takes_down: [a]}}\n",
        "# was kind: CronJob\nservices: {a: [\n",
        "maintenance_windows: {w: {kind: emergency}}\nserices: {}\n",
        "services: {a: {image: x, titel: y}}\n",
    ],
)
def test_a_word_of_another_program_makes_no_stranger(here: Here, text: str) -> None:
    here.write("a.yaml", text)
    assert NONE_OF_OURS not in "\n".join(told(here))


def test_what_is_ours_is_judged_beside_it(here: Here) -> None:
    here.write("a.yaml", MANIFEST)
    here.write("ours.yaml", OURS)
    _, shown = here.check(*AS_OF)
    assert "Checked 2 files: 1 service" in shown
    # A word in a text is none of another program's.
    here.write("ours.yaml", OURS.replace("owner: a", "owner: a, title: 'kind: CronJob', x: 1"))
    assert any("`x` is not a key of a service" in line for line in told(here))


def test_where_no_format_is_known_the_hint_is_another(here: Here) -> None:
    here.write("site.yaml", ANSIBLE)
    assert here.check(*AS_OF)[0] == 2
    _, shown = here.check(*AS_OF)
    said = " ".join(shown.split())
    assert "run `opspolicy init`, which writes an `opspolicy.yaml` that says what to read" in said


@pytest.mark.parametrize("words", [(), ("ops",), ("ops/a.yaml",)])
def test_what_was_chosen_may_be_meant(here: Here, words: tuple[str, ...]) -> None:
    here.write("ops/a.yaml", VALUES)
    named = [os.path.join(here.root, each) for each in words]
    (line,) = told(here, *named)
    assert "`replicas` is not a key" in line
    # Unless it is plainly somebody else's.
    here.write("ops/a.yaml", JOB)
    (line,) = told(here, *named)
    assert NONE_OF_OURS in line


def test_with_a_configuration_everything_is_told(here: Here) -> None:
    here.write("k8s/a.yaml", JOB)
    here.write("opspolicy.yaml", "include: [k8s]\n")
    assert len(told(here)) == 4


def test_what_is_ignored_is_no_reason_to_begin(here: Here) -> None:
    here.write("site.yaml", ANSIBLE)
    here.write("out/crontab", CRONTAB)
    here.write(".gitignore", "out\n")
    assert "crontabs" not in here.check(*AS_OF)[1]


def test_where_no_file_matches_others_may(here: Here) -> None:
    here.write("crontab", CRONTAB)
    here.write(".github/workflows/a.yml", "on: {schedule: [{cron: '0 3 * * *'}]}\n")
    code, shown = here.check(*AS_OF)
    assert code == 2
    said = " ".join(shown.split())
    assert "which proposes `sources:` for what lies here: crontabs and GitHub Actions" in said
    assert here.check(*AS_OF, "--allow-empty")[0] == 0


def test_a_base_excuses_nothing(here: Here) -> None:
    here.write("k8s/a.yaml", JOB)
    repository = Repository(here.root)
    repository.commit()
    here.write("k8s/b.yaml", JOB.replace("name: a", "name: b"))
    assert len(told(here, "--base", "HEAD")) == 1
    repository.commit()
    code, _ = here.check(*AS_OF, "--base", "HEAD")
    assert code == 2


def test_a_directory_with_its_own_configuration(
    here: Here, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here.write("sub dir/opspolicy.yaml", "fail_on: never\n")
    here.write("sub dir/ops/a.yaml", OURS)
    hint = (
        "opspolicy: `sub dir/opspolicy.yaml` doesn't hold here, as `sub dir` is only named:"
        " `opspolicy check -C 'sub dir'` goes by it\n"
    )
    for words, expected in [
        (["sub dir"], hint),
        (["-C", "sub dir", "."], ""),
        (["-C", "sub dir"], ""),
        (["sub dir/ops"], ""),
        (["--config", "sub dir/opspolicy.yaml", "sub dir"], ""),
        (["-C", "sub dir", "../sub dir"], ""),
    ]:
        monkeypatch.chdir(here.root)
        assert cli.main(["check", "--no-cache", *AS_OF, *words]) == 0
        assert capsys.readouterr().err == expected
    assert WORKFLOW not in here.files()
