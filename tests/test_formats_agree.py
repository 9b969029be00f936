"""Every format tells of the same findings, and none changes the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import cli, encode, output
from opspolicy.output import Style, renderer
from opspolicy.report import NEW, UNCHANGED, WORSE, Base, Finding, Report, Waived, order
from tests import sinks
from tests.explain.scenes import scene
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World, estates
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = output.formats()


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Draw the report of a random estate, compared with a base or not, some of it waived."""
    world: World = draw(estates())
    estate, as_of, horizon = world
    report = scene(timeline_of(estate, as_of, horizon).estate, as_of, horizon).report
    base = draw(st.sampled_from([None, Base("main"), Base("main", reviewers=("o1",))]))
    found = [_drawn(draw, each, base) for each in report.findings]
    fail_on = draw(st.sampled_from(["error", "warning", "info", "never"]))
    findings = tuple(sorted(found, key=order))
    return report._replace(findings=findings, fail_on=fail_on, base=base)


def _drawn(draw: st.DrawFn, finding: Finding, base: Base | None) -> Finding:
    if not finding.incomplete and draw(st.integers(0, 4)) == 0:
        waived = Waived("waiver/estate.yaml#0", 21_000, "agreed", finding.place.span, ("o1",))
        finding = finding._replace(waived_by=waived.ref, waiver=waived)
    if base is None:
        return finding
    return finding._replace(status=draw(st.sampled_from([NEW, WORSE, UNCHANGED])))


LAWS = settings(REPRODUCIBLE, max_examples=25)


@LAWS
@given(reports())
def test_formats_tell_of_the_same_findings(report: Report) -> None:
    wanted = sorted(each.fingerprint for each in report.findings)
    active = sorted(each.fingerprint for each in report.active)
    told = {
        name: sinks.READERS[name](
            written if name == "github" else encode.log(written)
        )
        for name in FORMATS
        for written in [renderer(name)(report, Style())]
    }  # fmt: skip
    for name, read in told.items():
        # An annotation would tell a person to do something about what is waived.
        expected = active if name == "github" else wanted
        assert read.total == len(expected), name
        shown = sorted(read.findings)
        assert all(any(each.startswith(one) for each in expected) for one in shown), name
        if name in {"json", "sarif", "gitlab", "html"}:
            assert shown == expected, name
        elif name == "junit":
            assert len(shown) == len(expected)
        if read.exit_code is not None:
            assert read.exit_code == report.exit_code, name


@LAWS
@given(reports())
def test_annotations_fail_for_what_the_check_fails_for(report: Report) -> None:
    found = sinks.commands(renderer("github")(report, Style()))
    failing = {
        each.severity
        for each in report.active
        if each.incomplete or (each.status != UNCHANGED and report.fail_on != "never")
    }
    assert any(each.name == "error" for each in found) == ("error" in failing)
    assert any(each.name == "warning" for each in found) == ("warning" in failing)


@pytest.fixture(params=[0, 1, 2])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, int]:
    """Return a directory with an estate, and the exit code of checking it."""
    directory = ROOT / "examples" / "hydro-quebec" / ("before" if request.param else "after-window")
    for path in directory.glob("ops/*.yaml"):
        target = tmp_path / "ops" / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    if request.param == 2:
        (tmp_path / "ops" / "broken.yaml").write_text("services: [", encoding="utf-8")
    return tmp_path, request.param


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_changes_the_exit_code(
    name: str, case: tuple[Path, int], capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    directory, code = case
    monkeypatch.chdir(directory)
    check = ["check", "--as-of", "2027-09-01", "--no-cache"]
    assert cli.main([*check, "--format", name]) == code
    printed = capsys.readouterr().out
    sinks.READERS[name](printed)
    every = [f"--output={each}={directory / each}.out" for each in FORMATS]
    assert cli.main([*check, *every]) == code
    assert (directory / f"{name}.out").read_text(encoding="utf-8") == printed


def test_a_format_that_fails_leaves_the_others_and_no_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from opspolicy.output import markdown  # noqa: PLC0415 - to break it

    def broken(_report: Report, _style: Style) -> str:
        message = "::error::boom"
        raise ValueError(message)

    monkeypatch.setattr(markdown, "render", broken)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("services: {}", encoding="utf-8")
    # Whatever is written before or after it.
    outputs = ["--output=junit=j.xml", "--output=markdown=m.md", "--output=json=j.json"]
    assert cli.main(["check", "--no-cache", *outputs]) == 2
    assert sinks.junit((tmp_path / "j.xml").read_text(encoding="utf-8")).exit_code == 2
    printed = capsys.readouterr().out
    assert "the format `markdown` failed: ValueError: ::error::boom" in printed
    assert "internal-error" in (tmp_path / "m.md").read_text(encoding="utf-8")
    assert sinks.as_json((tmp_path / "j.json").read_text(encoding="utf-8")).exit_code == 2
    assert not sinks.commands(printed)
