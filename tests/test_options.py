"""What commands have in common: from when they judge, what they keep, and a broken configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml

from opspolicy import cli
from tests.repositories import Repository, isolated

if TYPE_CHECKING:
    from pathlib import Path

ESTATE = """\
defaults: {owner: retail, timezone: UTC}
services:
  shop: {customer_facing: true}
jobs:
  tidy: {schedule: {dates: [2027-09-03T05:00]}, duration: 1h}
maintenance_windows:
  patch: {takes_down: [shop], start: 2027-09-02T00:00, duration: 1h}
"""
JUDGES = {
    "check": "check",
    "diff": "diff HEAD",
    "explain": "explain shop",
    "a change": "explain",
    "schedules": "explain schedule @daily",
    "suggest": "suggest tidy",
    "waivers": "waivers",
}
"""A command line of everything that judges from an instant."""

READS = ("rules", "rules OPS301", "explain OPS301", "config")
"""Command lines that need the configuration and no instant."""

MISSPELT = "opspolicy: broken.yaml:1:1: `horizn` is not a key of the configuration (did you mean"


class Ran(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


class Here:
    """A repository with one commit, which is the current directory."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Make it in ``root``."""
        self.root = root
        self._capsys = capsys
        repository = Repository(root)
        repository.write("ops/a.yaml", text=ESTATE)
        repository.write("broken.yaml", text="horizn: 30d\n")
        repository.commit()

    def run(self, line: str, *words: str) -> Ran:
        """Run a command line."""
        code = cli.main([*line.split(), *words])
        done = self._capsys.readouterr()
        assert "internal error" not in done.err
        return Ran(code, done.out, done.err)


@pytest.fixture
def here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Here:
    """Return an estate, with nothing in the environment and nothing in the cache."""
    for name, value in isolated().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OPSPOLICY_AS_OF", raising=False)
    monkeypatch.setenv("OPSPOLICY_CACHE_DIR", str(tmp_path / "cache"))
    made = Here(tmp_path / "here", capsys)
    monkeypatch.chdir(made.root)
    return made


# From when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", JUDGES.values(), ids=JUDGES)
def test_an_empty_instant_is_not_now(here: Here, line: str) -> None:
    """As where a script's own variable isn't set: whoever wrote it means another instant."""
    done = here.run(line, "--as-of", "")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("opspolicy: --as-of: `` is not an instant: write ")


@pytest.mark.parametrize("line", JUDGES.values(), ids=JUDGES)
def test_an_empty_variable_is_none(here: Here, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSPOLICY_AS_OF", "")
    monkeypatch.setattr("time.time", lambda: 1_819_756_800.0)  # 1 September 2027
    done = here.run(line)
    assert done.err == ""
    assert done.out
    assert "Wed 1 Sep 2027 00:00" in done.out or line in {"suggest tidy", "waivers"}


@pytest.mark.parametrize("line", JUDGES.values(), ids=JUDGES)
def test_a_wrong_instant_is_told_by_where_it_is_from(
    here: Here, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSPOLICY_AS_OF", "soon")
    done = here.run(line)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("opspolicy: OPSPOLICY_AS_OF: `soon` is not an instant")
    # The option comes before it, right or wrong.
    assert here.run(line, "--as-of", "late").err.startswith("opspolicy: --as-of: `late` is not")
    assert here.run(line, "--as-of", "2027-09-01").err == ""


# What is kept -------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [*JUDGES.values(), "explain OPS301"])
def test_nothing_is_kept_where_somebody_says_so(here: Here, line: str) -> None:
    kept = here.root.parent / "cache"
    here.run(line, "--as-of", "2027-09-01", "--no-cache")
    assert not kept.exists()
    if line not in {"explain schedule @daily", "explain OPS301"}:
        here.run(line, "--as-of", "2027-09-01")
        assert [*kept.iterdir()]


# Configurations that can't be read ----------------------------------------------------------------


@pytest.mark.parametrize("line", [*READS, "explain shop", *JUDGES.values()])
def test_what_is_wrong_with_a_configuration_is_told_alike(here: Here, line: str) -> None:
    done = here.run(line, "--config", "broken.yaml")
    assert done.code == 2
    if line not in {"check", "diff HEAD", "explain"}:  # a report tells it, as a finding
        assert done.err.startswith(MISSPELT)


@pytest.mark.parametrize("line", ["rules", "rules OPS301", "explain OPS301"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_rules_are_told_all_the_same(here: Here, line: str, form: str) -> None:
    """And so that nobody takes these severities for those that hold here, the exit code is 2."""
    right = here.run(line, "--format", form)
    wrong = here.run(line, "--format", form, "--config", "broken.yaml")
    assert (right.code, right.err) == (0, "")
    assert "OPS301" in right.out
    assert "OPS301" in wrong.out


def test_what_the_estate_lacks_is_told_with_what_to_do(here: Here) -> None:
    (here.root / "ops/b.yaml").write_text("services: {a: {depends_on: [shp]}}\n", encoding="utf-8")
    done = here.run("suggest tidy --as-of 2027-09-01")
    assert done.code == 2
    assert done.err.startswith("opspolicy: ops/b.yaml:1:")
    assert "(did you mean `shop`?)" in done.err


# Values as YAML -----------------------------------------------------------------------------------


def test_configuration_is_shown_as_it_would_be_read(here: Here) -> None:
    text = """exclude: ["null", "2027", 'a"b', c\\d, "yes", teams/old, a b, "-"]\nhorizon: 90d\n"""
    (here.root / "opspolicy.yaml").write_text(text, encoding="utf-8")
    lines = here.run("config").out.splitlines()
    assert (
        'exclude: ["null", "2027", "a\\"b", "c\\\\d", "yes", teams/old, "a b", "-"]'
        "  # opspolicy.yaml:1" in lines
    )
    assert "horizon: 90d  # opspolicy.yaml:2" in lines


def test_sources_are_a_block_each(here: Here) -> None:
    text = """sources:
- {format: kubernetes, paths: [k8s/*.yaml], name: "{namespace}/{name}", defaults: {owner: a, timezone: UTC}}
- {format: icalendar, paths: ["a\\tb.ics", "no"], as: freezes}
"""
    (here.root / "opspolicy.yaml").write_text(text, encoding="utf-8")
    (here.root / "k8s").mkdir()
    shown = here.run("config").out
    _, _, rest = shown.partition("\nsources:")
    block, _, _ = rest.partition("\nas_of:")
    assert (
        block
        == """  # opspolicy.yaml:1
  - format: kubernetes
    paths: ["k8s/*.yaml"]
    name: "{namespace}/{name}"
    defaults: {owner: a, timezone: UTC}
  - {format: icalendar, paths: ["a\\tb.ics", "no"], name: "{uid}", as: freezes}"""
    )
    # And it is what was written, with what goes without saying.
    written = yaml.safe_load(text)["sources"]
    found = yaml.safe_load(f"sources:{block}")["sources"]
    assert [each | one for each, one in zip(found, written, strict=True)] == found


# Options that aren't for what is asked ------------------------------------------------------------

OF_SCHEDULES = (
    ("--timezone", "America/New_York"), ("--scheduler", "cron"), ("--start", "banana"),
    ("--count", "-3"), ("--count", "5"), ("--language", "fr"), ("--language", "en"),
)  # fmt: skip
TARGETS = ("", "shop", "service/shop", "ops-9c328402", "OPS301", "--at 2027-09-02T00:30")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("option", "value"), OF_SCHEDULES)
def test_what_is_for_schedules_is_for_nothing_else(
    here: Here, target: str, option: str, value: str
) -> None:
    done = here.run(f"explain {target}", "--as-of", "2027-09-01", f"{option}={value}")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"opspolicy: {option} is for `explain schedule` only")


def test_an_instant_in_another_zone_is_written_with_its_offset(here: Here) -> None:
    line = "explain service/shop --as-of 2027-09-01 --at"
    done = here.run(line, "2027-09-01T20:30", "--timezone", "America/New_York")
    assert done.code == 2
    assert done.err == (
        "opspolicy: --timezone is for `explain schedule` only: write --at with its offset, as in"
        " 2027-10-09T06:00-04:00\n"
    )
    done = here.run(line, "2027-09-01T20:30-04:00")
    assert done.code == 0
    assert "`shop` is down on Thu 2 Sep 2027 00:30" in done.out


@pytest.mark.parametrize("target", ["shop", "OPS301", "schedule @daily", "--at 2027-09-02"])
def test_a_base_is_for_a_change(here: Here, target: str) -> None:
    done = here.run(f"explain {target} --base HEAD --as-of 2027-09-01")
    assert (done.code, done.out) == (2, "")
    assert done.err == "opspolicy: --base is for explaining a change, without a target\n"


# Where one is -------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [*READS, *JUDGES.values()])
def test_a_directory_that_somebody_has_deleted(
    here: Here, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = here.root.parent / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    done = here.run(line, "--config", "opspolicy.yaml")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "opspolicy: the current directory can't be found: no such file or directory\n"
    )
    # Another one can still be named.
    assert "can't be found" not in here.run(line, "-C", str(here.root)).err


def test_a_directory_of_a_repository_is_not_taken_for_all_of_it(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = "Only this directory of the git repository was looked at"
    whole = here.run("check", "--as-of", "2027-09-01").out
    assert "Checked" in whole
    assert part not in whole
    # Who names a directory knows.
    assert part not in here.run("check", "--as-of", "2027-09-01", "-C", "ops").out
    monkeypatch.chdir(here.root / "ops")
    assert part in here.run("check", "--as-of", "2027-09-01").out
    (here.root / "opspolicy.yaml").write_text("include: [ops]\n", encoding="utf-8")
    assert part not in here.run("check", "--as-of", "2027-09-01").out


@pytest.mark.parametrize("line", ["check --help", "--help"])
def test_help_leaves_as_argparse_does(line: str) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(line.split())
    assert left.value.code == 0


def test_what_no_command_takes_is_said_in_a_line(here: Here) -> None:
    done = here.run("check", "--fail-on", "warnings")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "opspolicy: argument --fail-on: invalid choice: 'warnings' (choose from 'error',"
        " 'warning', 'info', 'never'); `opspolicy check --help` says what there is\n"
    )


# Documents ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", JUDGES.values(), ids=JUDGES)
def test_documents_begin_alike(here: Here, line: str) -> None:
    done = here.run(line, "--as-of", "2027-09-01", "--horizon", "30d", "--format", "json")
    document = json.loads(done.out)
    assert [*document][:4] == ["version", "tool", "as_of", "until"]
    assert document["version"] == 1
    assert [*document["tool"]] == ["name", "version", "tzdata"]
    assert document["as_of"] == "2027-09-01T00:00:00Z"
    assert document["until"] == "2027-10-01T00:00:00Z"
    assert done.out == json.dumps(document, indent=2) + "\n"
