"""What if: options by which a check and a story assume what nobody declares."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import app, cli, config, examine, output
from opspolicy.estate.assumptions import (
    DELAY,
    DOWN,
    EXTEND,
    AssumptionError,
    Looked,
    applied,
    parse,
)
from opspolicy.report import UNCHANGED, WORSE
from opspolicy.temporal.durations import DAY, HOUR
from opspolicy.temporal.instants import parse_as_of
from tests import worlds
from tests.repositories import Repository, isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from opspolicy.estate.assumptions import Assumption
    from opspolicy.estate.estate import Estate
    from opspolicy.report import Finding, Report

BANK = """
defaults: {owner: core, timezone: Europe/Paris, scheduler: cron}
calendars:
  counter: {hours: [{days: mon-fri, from: 08:00, to: 18:00}]}
services:
  branch: {customer_facing: true, business_hours: counter, depends_on: [ledger]}
  ledger: {}
  a/b: {}
jobs:
  load: {schedule: "0 3 * * *", duration: 2h, takes_down: [ledger]}
  same: {schedule: "0 3 * * *", duration: 2h}
  chained: {after: [load, same], duration: 1h}
maintenance_windows:
  patch: {takes_down: [ledger], start: 2027-10-11T05:00, duration: 2h}
  same: {takes_down: [a/b], start: 2027-10-11T05:00, duration: 2h}
"""
LOOKED = Looked(worlds.AS_OF, worlds.AS_OF + 180 * DAY, worlds.AS_OF + 5 * 365 * DAY)
LATE, LONG = parse(DELAY, "job/load=4h"), parse(EXTEND, "patch=2h")
LOST = parse(DOWN, "service/ledger=2027-10-12T16:00/1h")


def bank(*assumptions: Assumption, text: str = BANK) -> Estate:
    """Return an estate with something assumed of it."""
    return applied(worlds.estate(bank=text), assumptions, LOOKED)[0]


def sentence(assumption: Assumption, text: str = BANK) -> str:
    (told,) = applied(worlds.estate(bank=text), [assumption], LOOKED)[1]
    return told.sentence


def checked(directory: Path, *assumptions: Assumption, base: str | None = None) -> Report:
    """Check a directory, with something assumed."""
    settings_there = config.load(str(directory))
    request = app.Request(worlds.AS_OF, what_if=assumptions)
    return app.run(settings_there, (), request, base=base)


def explained(directory: Path, assumption: Assumption, target: str, format_: str) -> int:
    """Print a story, with something assumed."""
    written = (assumption.option, assumption.text, target, "--format", format_)
    there = ("-C", str(directory), "--as-of", "2027-09-01", "--no-cache")
    return cli.main(["explain", *there, *written])


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "ops").mkdir()
    text = BANK.replace("  chained: {after: [load, same], duration: 1h}\n", "")
    (tmp_path / "ops" / "bank.yaml").write_text(text, encoding="utf-8")
    return tmp_path


# What is read, and what is made of it -----------------------------------------------------------


@given(
    st.sampled_from([DELAY, EXTEND, DOWN]),
    st.text(st.sampled_from("a/b=-+:hdsjob0123 T\n\x1b"), max_size=40),
)
@settings(derandomize=True, database=None, deadline=None, max_examples=500)
def test_whatever_is_written_is_assumed_or_refused_in_words(option: str, text: str) -> None:
    refused = ""
    try:
        applied(worlds.estate(bank=BANK), [parse(option, text)], LOOKED)
    except AssumptionError as error:
        refused = str(error)
    assert not refused or refused.startswith(f"{option} {text}: ")


@pytest.mark.parametrize(
    ("option", "text", "told"),
    [
        (DELAY, "load=90m", "`load` runs 1 h 30 min late"),
        (EXTEND, "patch=PT2H", "`patch` takes 2 h longer: 4 h in all"),
        (EXTEND, "job/same=2h", "`same` runs 2 h longer: 4 h in all"),
        (EXTEND, "maintenance_window/same=2h", "`same` takes 2 h longer: 4 h in all"),
        (DOWN, "a/b=2027-10-12/1h", "`a/b` is down from Tue 12 Oct 2027 00:00 (Europe/Paris) for 1 h"),
        (DOWN, "service/a/b=2027-10-12T00:00Z/1h", "`a/b` is down from Tue 12 Oct 2027 02:00 (Europe/Paris) for 1 h"),
    ],
)  # fmt: skip
def test_it_says_what_is_assumed(option: str, text: str, told: str) -> None:
    assert sentence(parse(option, text)) == told


@pytest.mark.parametrize(
    ("option", "text", "why"),
    [
        (EXTEND, "same=2h", "`maintenance_window/same` or `job/same`"),
        (DELAY, "chained=2h", "delay what it starts after: job/load or job/same"),
        (DELAY, "job/x/y=2h", "there is no job `x/y`"),
        (DELAY, "team/core=2h", "--delay is for jobs"),
        (EXTEND, "service/ledger=2h", "a service is taken down by --down"),
        (DOWN, "ledgr=2027-10-12/1h", "did you mean `ledger`?"),
        (DOWN, "ledger=2027-09-01/1h", "over before anything is judged"),
        (DOWN, "ledger=2032-09-01/1d", "so far ahead"),
        (DOWN, "ledger=9999-09-01/1d", "years from 1900 to 2199"),
    ],
)
def test_it_says_why_something_is_not_assumed(option: str, text: str, why: str) -> None:
    looked = LOOKED._replace(as_of=LOOKED.as_of + DAY)
    with pytest.raises(AssumptionError, match=why.replace("?", r"\?")):
        applied(worlds.estate(bank=BANK), [parse(option, text)], looked)


def test_a_name_may_be_missing_as_a_file_is_broken() -> None:
    estate = worlds.estate(bank=BANK, broken="jobs: {")
    with pytest.raises(AssumptionError, match="a file that can't be read may declare it"):
        applied(estate, [parse(DELAY, "nothing=2h")], LOOKED)


def test_one_job_can_be_late_and_take_longer() -> None:
    made = bank(LATE, parse(EXTEND, "job/load=1h"))
    assert (made.jobs["load"].late, made.jobs["load"].duration) == (4 * HOUR, 3 * HOUR)
    assert made.graph is not None
    assert not worlds.estate(bank=BANK).jobs["load"].late


def test_nominal_starts_stay_and_runs_do_not() -> None:
    """Until its late start nothing of a run is felt, and from its end on nothing any more."""
    on_time, late = worlds.timeline(bank()), worlds.timeline(bank(LATE))
    down, moved = (each.outages.down("ledger") for each in (on_time, late))
    # In Paris 03:00 to 05:00 becomes 07:00 to 09:00.
    noon = parse_as_of("2027-09-07T12:00")
    assert [
        (a - noon + 11 * HOUR, b - noon + 11 * HOUR) for a, b in down.within(noon - 12 * HOUR, noon)
    ] == [(0, 2 * HOUR)]
    assert [
        (a - noon + 7 * HOUR, b - noon + 7 * HOUR) for a, b in moved.within(noon - 12 * HOUR, noon)
    ] == [(0, 2 * HOUR)]


def test_notices_of_what_is_late_go_out_when_they_would() -> None:
    """A notice is sent by when something was to start, which is the earlier the later that does."""
    text = BANK.replace("ledger: {}", "ledger: {min_notice: 6h}").replace(
        "takes_down: [ledger]}\n  same", "takes_down: [ledger], notices: [{at: -2h}]}\n  same"
    ).replace("ledger], start", "a/b], start")  # fmt: skip
    assert [each.code for each in worlds.findings(bank(text=text)) if each.code == "OPS503"]
    made = bank(LATE, text=text)
    assert not [each for each in worlds.findings(made) if each.code == "OPS503"]


def test_why_a_late_run_collides_only_later_is_told_of_the_late_run() -> None:
    """At 16:15 UTC the counter is closed in summer, and still open in winter."""
    text = """
defaults: {owner: core, timezone: UTC, scheduler: cron}
calendars:
  counter: {timezone: Europe/Paris, hours: [{days: everyday, from: 08:00, to: 18:00}]}
services:
  ledger: {customer_facing: true, business_hours: counter}
jobs:
  load: {schedule: "0 4 * * *", duration: 30m, takes_down: [ledger]}
"""
    (found,) = worlds.findings(bank(parse(DELAY, "load=12h15m"), text=text))
    assert found.drift is not None
    assert "Sun 31 Oct 2027, when the clocks change" in found.drift


def test_nobody_who_plans_is_told_of_what_nobody_plans() -> None:
    text = BANK.replace("ledger: {}", "ledger: {min_notice: 6h, maintenance_hours: never}")
    made = bank(LOST, text=text.replace("takes_down: [ledger], start", "takes_down: [a/b], start"))
    ref = "what_if/ledger=2027-10-12T16:00/1h"
    causes = [(each.code, each.causes) for each in worlds.findings(made)]
    assert ("OPS503", (ref,)) in causes
    found = examine.of_assumed(made, list(worlds.findings(made)))
    assert {each.code for each in found if ref in each.causes} == {"OPS301"}
    # What is declared is still held against its plan.
    assert {each.code for each in found if each.causes == ("job/load",)} == {"OPS502", "OPS503"}


# Reports -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", output.formats())
@pytest.mark.parametrize("assumption", [LATE, LOST, parse(DOWN, "a/b=2027-10-12T16:00/1h")])
def test_every_format_says_it(format_: str, assumption: Assumption, directory: Path) -> None:
    report = checked(directory, assumption)
    shown = output.renderer(format_)(report, output.Style())
    said = report.what_if[0].sentence
    plain = shown.replace("<code>", "`").replace("</code>", "`").replace("\\", "")
    plain = plain.replace("&#96;", "`").replace("\n", " ")
    assert said.replace("`", "") in plain.replace("`", "")
    assert "what-if" not in output.renderer(format_)(checked(directory), output.Style())


def test_what_has_room_for_little_says_it_all_the_same(directory: Path) -> None:
    report = checked(directory, LATE, LONG, LOST)
    infos = [each._replace(severity="info") for each in report.findings] * 20
    shown = output.renderer("github")(report._replace(findings=tuple(infos)), output.Style())
    assert shown.startswith("::notice title=opspolicy::What if: ")
    # GitHub shows ten of a level.
    assert shown.count("::notice ") == 10
    page = output.renderer("markdown")(report, output.Style(room=1024))
    assert len(page.encode()) <= 1024
    assert "What if: \\`load\\` runs 4 h late" in page or "What if: `load` runs 4 h late" in page


def test_json_has_a_shape(directory: Path) -> None:
    schema = json.loads((ROOT / "schemas/report.schema.json").read_text(encoding="utf-8"))
    shown = output.renderer("json")(checked(directory, LATE, LONG, LOST), output.Style())
    jsonschema.validate(json.loads(shown), schema)
    assert [each["option"] for each in json.loads(shown)["what_if"]] == ["delay", "extend", "down"]
    plain = json.loads(output.renderer("json")(checked(directory), output.Style()))
    assert "what_if" not in plain


def test_a_story_has_a_shape(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads((ROOT / "schemas/explanation.schema.json").read_text(encoding="utf-8"))
    assert explained(directory, LOST, "service/ledger", "json") == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, schema)
    assert [each["target"] for each in document["what_if"]] == ["service/ledger"]


@pytest.mark.parametrize("assumption", [LATE, LONG, LOST])
def test_every_finding_can_be_explained_and_none_is_to_be_waived(
    assumption: Assumption, directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = checked(directory, assumption)
    assert report.findings
    for each in report.findings:
        assert not each.suggestions
        assert each.code != "OPS505"
        for format_ in ("text", "markdown", "json"):
            assert explained(directory, assumption, each.fingerprint, format_) == 0
            out = capsys.readouterr().out
            assert "waivers:" not in out
            assert "What if" in out or '"what_if"' in out


def test_what_was_assumed_is_nowhere_kept(directory: Path, tmp_path: Path) -> None:
    """A cache holds what is declared, so that the next run is as if nothing had been assumed."""
    cache = str(tmp_path / "cache")
    there = config.load(str(directory))
    request = app.Request(worlds.AS_OF, cache=cache)
    before = output.renderer("text")(checked(directory), output.Style())
    first = app.run(there, (), request._replace(what_if=(LATE, LOST)))
    again = app.run(there, (), request._replace(what_if=(LATE, LOST)))
    after = app.run(there, (), request)
    assert first.findings == again.findings != after.findings
    assert output.renderer("text")(after, output.Style()) == before


def test_a_waiver_counts_and_one_for_what_is_declared_lapses(directory: Path) -> None:
    def waived(accepts: str) -> list[Finding]:
        text = f"""
waivers:
  - rule: outage-in-business-hours
    on: [service/branch, job/load]
    reason: agreed
    approved_by: [core]
    expires: 2028-03-01
    {accepts}
"""
        (directory / "ops" / "waivers.yaml").write_text(text, encoding="utf-8")
        return [each for each in checked(directory, LATE).findings if each.waived_by]

    (found,) = (each for each in checked(directory, LATE).findings if each.code == "OPS301")
    assert waived("")
    assert waived(f"accepts: [{found.acceptance}]")
    (directory / "ops" / "waivers.yaml").unlink()
    later = parse(DELAY, "load=5h")
    (other,) = (each for each in checked(directory, later).findings if each.code == "OPS301")
    assert other.fingerprint == found.fingerprint
    assert not waived(f"accepts: [{other.acceptance}]")


# Compared with a base -------------------------------------------------------------------------------


def test_it_holds_for_both_sides_of_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked is what the change adds, if that happened: not what happens anyway."""
    for name, value in isolated().items():
        monkeypatch.setenv(name, value)
    repository = Repository(tmp_path / "repository")
    text = BANK.replace("  chained: {after: [load, same], duration: 1h}\n", "")
    repository.write("ops/bank.yaml", text=text)
    repository.commit()
    longer = text.replace('"0 3 * * *", duration: 2h, takes', '"0 3 * * *", duration: 3h, takes')
    added = "  late: {schedule: '0 4 * * *', duration: 1h, takes_down: [ledger]}\n  same: {schedule"
    repository.write("ops/bank.yaml", text=longer.replace("  same: {schedule", added))

    def statuses(*assumptions: Assumption) -> dict[str, set[str]]:
        report = checked(repository.root, *assumptions, base="HEAD")
        found: dict[str, set[str]] = {}
        for each in report.findings:
            if each.code == "OPS301":
                found.setdefault(each.status, set()).update(each.causes)
        return found

    assert statuses() == {}
    lost = "what_if/ledger=2027-10-12T16:00/1h"
    assert statuses(LOST) == {UNCHANGED: {lost}}
    assert statuses(LATE) == {WORSE: {"job/load"}}
    # What the change adds can be assumed of, though the base hasn't it.
    assert statuses(parse(DELAY, "late=4h")) == {"new": {"job/late"}}
    with pytest.raises(app.Unassumable, match="no job"):
        statuses(parse(DELAY, "nothing=4h"))


def test_what_can_be_moved_is_what_somebody_declares() -> None:
    text = BANK.replace("a/b: {}", "a/b: {max_outage: 2h30m}")
    made = bank(parse(DOWN, "a/b=2027-10-11T07:00/1h"), text=text)
    (found,) = (each for each in worlds.findings(made) if each.code == "OPS304")
    assert found.causes == ("maintenance_window/same", "what_if/a/b=2027-10-11T07:00/1h")
    assert found.hint.startswith("move `same`, or make it shorter")
