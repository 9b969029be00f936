"""Whatever anybody writes into a name, a text or a file name: no sink obeys it, and all show it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from opspolicy import app, config, encode, output
from opspolicy.judge import from_problems
from opspolicy.output import Style, renderer
from opspolicy.report import Base, Finding, Report, Waived
from opspolicy.rules.base import SEVERITIES
from opspolicy.source.span import Note, Span
from tests import sinks, worlds
from tests.payloads import PAYLOADS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORMATS = output.formats()
ESTATE = """
teams: {a: {contact: a@example.org}, b: {}}
services: {portal: {owner: a, customer_facing: true, customers: 10}}
jobs:
  mail: {owner: b, schedule: {dates: [2027-10-09T00:00Z]}, duration: 1h, induces_demand: [{service: portal, for: 9h}]}
maintenance_windows: {upgrade: {owner: a, takes_down: [portal], start: 2027-10-09T00:00Z, duration: 2h}}
"""


@pytest.fixture(scope="module")
def found() -> Report:
    """Return the report of a collision, with every kind of fact."""
    estate = worlds.estate(a=ESTATE)
    findings = worlds.findings(estate)
    assert findings[0].code == "OPS302"
    until = worlds.AS_OF + worlds.HALF_A_YEAR
    return Report(worlds.AS_OF, until, findings[:1], (), estate)


def published(written: str, name: str) -> str:
    """Return what is written of a format; only annotations may be commands to a log."""
    if name == "github":
        return written
    shown = encode.log(written)
    assert not sinks.commands(shown), shown
    return shown


def hurt_by(payload: str) -> dict[str, Callable[[Finding], Finding]]:
    """Return how a text gets into a finding, by the field it is written into."""
    place = Span(payload, 3, 1, 3, 2)
    waived = Waived(
        "waiver/a.yaml#0", 22_000, payload, Span("a.yaml", 1, 1, 1, 2), (payload,), payload
    )
    return {
        "message": lambda each: each._replace(message=f"text {payload}"),
        "message alone": lambda each: each._replace(message=payload),
        "hint": lambda each: each._replace(hint=payload),
        "label": lambda each: each._replace(related=(Note(each.place.span, payload),)),
        "drift": lambda each: each._replace(drift=payload),
        "owner": lambda each: each._replace(owners=(payload, "b")),
        "file": lambda each: each._replace(place=Note(place, "here")),
        "other file": lambda each: each._replace(related=(Note(place, "there"),)),
        "policy": lambda each: each._replace(policy=payload),
        "waiver": lambda each: each._replace(waiver=waived, waived_by="waiver/a.yaml#0"),
        "part of a waiver": lambda each: each._replace(waiver=waived._replace(note=payload)),
    }  # fmt: skip


# What a format has no room for: annotations leave out what is waived, and code quality and
# annotations have no place for a word beside a line.
NOT_SHOWN = {
    ("github", "waiver"), ("gitlab", "drift"), ("gitlab", "label"), ("gitlab", "other file"), ("markdown", "waiver"),
    ("junit", "label"), ("junit", "other file"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "share", [0, *[pytest.param(each, marks=pytest.mark.prove) for each in range(1, 6)]]
)
def test_no_field_is_obeyed_and_all_are_shown(name: str, share: int, found: Report) -> None:
    """A third of all pairs of a payload and a field at a time; each meets each other."""
    render, read = renderer(name), sinks.READERS[name]
    for at, payload in enumerate(PAYLOADS):
        for field, put in [*hurt_by(payload).items()][(at + share) % 6 :: 6]:
            report = found._replace(findings=tuple(put(each) for each in found.findings))
            shown = read(published(render(report, Style()), name))
            assert shown.total == (0 if (name, field) == ("github", "waiver") else 1)
            if (name, field) not in NOT_SHOWN:
                wanted = sinks.visible(payload)
                assert wanted in sinks.visible(shown.said), (field, payload, shown.said)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_around_findings_is_obeyed(name: str, found: Report) -> None:
    read = sinks.READERS[name]
    for payload in PAYLOADS:
        base = Base(payload, fixed=found.findings, reviewers=(payload,))
        report = found._replace(base=base, together=(payload,), conflicts=(payload,))
        style = Style(below=payload, directory=payload)
        for each in (report, report._replace(findings=()), found._replace(nothing_matched=payload)):
            read(published(renderer(name)(each, style), name))


def test_source_lines_are_not_obeyed(found: Report) -> None:
    for payload in PAYLOADS:
        # Some of these leave YAML, some no YAML: either way the line is shown.
        estate = worlds.estate(a=ESTATE.replace("upgrade:", f"upgrade: # {payload}\n "))
        findings = (*from_problems(estate, estate.problems), *found.findings)
        for name in ("text", "html"):
            report = found._replace(estate=estate, findings=findings)
            sinks.READERS[name](published(renderer(name)(report, Style()), name))


def test_every_format_has_a_reader() -> None:
    assert set(sinks.READERS) >= set(FORMATS)
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 200
    assert SEVERITIES == sinks.SEVERITIES


# The readers themselves ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["::error::x", "  ::warning file=a::x", "\u3000::notice::x", "a ##[error]x", "##[group]y", "::stop-commands::t"],
)  # fmt: skip
def test_the_log_is_read_as_a_runner_reads_it(line: str) -> None:
    assert len(sinks.commands(f"before\n{line}\nafter")) == 1
    assert not sinks.commands(encode.log(f"before\n{line}\nafter"))


@pytest.mark.parametrize(
    "line", ["::: a.yaml:3:4", "a::error::x", ":: error::x", "#[error]", "::nothing::x"]
)
def test_what_is_no_command_is_read_as_none(line: str) -> None:
    assert not sinks.commands(line)


@pytest.mark.parametrize("line", ["##vso[task.complete]x", "a ##teamcity[x]"])
def test_commands_of_other_platforms_are_noticed(line: str) -> None:
    with pytest.raises(AssertionError):
        sinks.commands(line)
    assert not sinks.commands(encode.log(line))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("markdown", "see [x](http://e.org)\n"),
        ("markdown", "hello @acme\n"),
        ("markdown", "<b>x</b>\n\ny <i>z</i>\n"),
        ("markdown", "a\u202eb\n"),
        ("html", "<script>x</script>"),
        ("html", "<p onclick='x'>y</p>"),
        ("text", "\x1b[31mred"),
        ("github", "not a command\n"),
    ],
)
def test_readers_refuse_what_would_be_obeyed(name: str, written: str) -> None:
    with pytest.raises(AssertionError):
        sinks.READERS[name](written)


# From files, by every name and text that a declaration has ------------------------------------------

DECLARED = """
teams: {{a: {{title: {0}, contact: {0}}}}}
services:
  portal: {{title: {0}, owner: a, customer_facing: true, customers: 10, depends_on: [{0}], {0}: 1}}
  {0}: {{owner: {0}}}
jobs:
  mail:
    owner: {0}
    summary: {0}
    schedule: {{cron: {0}}}
    timezone: {0}
    duration: {0}
maintenance_windows:
  upgrade: {{summary: {0}, owner: a, takes_down: [portal], start: 2027-10-09T00:00Z, duration: 2h}}
waivers:
  - {{rule: {0}, on: [service/portal], reason: {0}, ticket: {0}, approved_by: [{0}], expires: {0}}}
"""


@pytest.mark.parametrize("share", [4, pytest.param(1, marks=pytest.mark.prove)])
def test_files_full_of_it(share: int, tmp_path: Path) -> None:
    for number, payload in enumerate(PAYLOADS[::share]):
        directory = tmp_path / str(number)
        directory.mkdir()
        quoted = json.dumps(payload, ensure_ascii=False)
        name = (
            payload.replace("/", "_")
            .replace("\0", "")
            .lstrip(".")
            .encode()[:200]
            .decode(errors="ignore")
        )
        (directory / f"{name}.yaml").write_text(DECLARED.format(quoted), encoding="utf-8")
        settings = config.load(str(directory))
        report = app.run(settings, (), app.Request(worlds.AS_OF, allow_empty=True))
        assert report.exit_code == 2, payload
        for each in FORMATS:
            sinks.READERS[each](published(renderer(each)(report, Style()), each))
