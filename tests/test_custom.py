"""Rules of the team's own: what is wrong with one is found where it stands, and nothing hangs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from opspolicy import app, config
from opspolicy.cli import main
from opspolicy.config import parse_horizon
from opspolicy.rules.cel import errors, fields, process, template, worker
from opspolicy.source.child import SilentError
from opspolicy.temporal import zones
from opspolicy.temporal.instants import parse_as_of
from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.report import Finding, Report
    from opspolicy.source.child import Child

GROUP = process.Group({}, [{}])
EXAMPLE = ROOT / "examples" / "custom-rules"
AS_OF = parse_as_of("2027-09-01")
ESTATE = """
defaults: {owner: platform, timezone: Europe/Paris, scheduler: cron}
services:
  ledger: {tags: [payroll]}
  shop: {owner: web, customers: 1000, depends_on: [ledger]}
jobs:
  nightly: {schedule: "0 2 * * *", duration: 1h}
  often: {schedule: "* * * * *", duration: 10s}
maintenance_windows:
  upgrade: {takes_down: [ledger], start: 2027-10-09T22:00, duration: 3h}
"""


@pytest.fixture(autouse=True)
def _rested() -> None:
    """Have each test be a command of its own, with all its time before it."""
    process.process().begin()


def judge(directory: Path, policies: str, estate: str = ESTATE) -> Report:
    """Return what is found in an estate by policies beside the usual ones."""
    for name, text in (("ops/estate.yaml", estate), ("policies/ours.yaml", policies)):
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    request = app.Request(AS_OF, parse_horizon("180d"), slots=False)
    return app.run(config.load(str(directory)), (), request)


def one(directory: Path, **policy: object) -> Report:
    """Return what is found by one policy of the rule `custom`."""
    said = {"rule": "custom", "for_each": "service", "message": "x", **policy}
    return judge(
        directory, yaml.safe_dump({"policies": {"ours": said}}, width=10**6, allow_unicode=True)
    )


def only(report: Report) -> Finding:
    (finding,) = [each for each in report.findings if each.severity == "error"]
    return finding


def shown(directory: Path, finding: Finding) -> str:
    """Return what a finding's place underlines."""
    span = finding.place.span
    line = (directory / span.file).read_text(encoding="utf-8").split("\n")[span.line - 1]
    text = line[span.column - 1 : span.end_column - 1]
    # Of a whole value the quotes are shown as well.
    return str(yaml.safe_load(text)) if text[:1] == text[-1:] == "'" else text.replace("''", "'")


# At load ------------------------------------------------------------------------------------------

LOAD = [
    ({"assert": "service.nam == ''"}, "service.nam", "there is no `service.nam`", "`service.name`"),
    ({"assert": "true", "where": "'a' in service.tag"}, "service.tag", "there is no", "tags"),
    ({"assert": "true", "message": "a {service.nme} b"}, "service.nme", "there is no", "name"),
    ({"assert": "true", "message": "{{x}} {job.name}"}, "job.name", "there is no", "`service`"),
    ({"assert": "params.most > 1", "parameters": {"moist": 1}}, "params.most", "no `params.most`", "moist"),
    ({"assert": "params.most > 1"}, "params.most", "there is no", "declare it under `parameters`"),
    ({"assert": "service == 1"}, "service", "`service` is nothing by itself", "such as"),
    ({"assert": "nome == 1"}, "nome", "there is no `nome`", "it can be about `service`"),
    ({"assert": "service.name > 3"}, ">", "`>` takes no `string` and `int`", ""),
    ({"assert": "service.name"}, "service.name", "must be true or false, and is of the type `string`", "compare"),
    ({"assert": "dyn(service.name)"}, "dyn(service.name)", "can't be told before", "compare"),
    ({"assert": "size(service.customers) > 1"}, "size", "`size` takes no `int`", ""),
    ({"assert": "service.name.startWith('a')"}, "startWith", "there is no function `startWith`", "`startsWith`"),
    ({"assert": "has(service.customers)"}, "has", "`has` can't tell", "service.declared"),
    ({"assert": "!has (service.customer_facing)"}, "has", "`has` can't tell", "service.declared"),
    ({"assert": "1 +"}, "+", "it ends in its middle", ""),
    ({"assert": "1 ) 2"}, ")", "it isn't CEL", ""),
    ({"assert": "(" * 40 + "true" + ")" * 40}, "(" * 40 + "true" + ")" * 40, "more than 32 deep", "flatter"),
    ({"assert": "true", "message": "a { b"}, "{", "has no other one", ""),
    ({"assert": "true", "message": "a } b"}, "}", "closes nothing", ""),
    ({"assert": "true", "message": "{1}" * 20 + "{2}"}, "{", "more than 20 placeholders", ""),
    ({"assert": "true", "message": "a {b'\\xff'} b"}, "b'\\xff'", "can't show what is of the type `bytes`", "texts, numbers, times"),
    ({"assert": "true", "message": "{type(1)}"}, "type(1)", "of the type `type<int>`", "texts"),
    ({"assert": "true", "message": "{[b'a']}"}, "[b'a']", "of the type `list<bytes>`", "texts"),
    ({"assert": "true", "message": "{[[[1]]]}"}, "[[[1]]]", "of the type `list<list<list<int>>>`", "texts"),
    ({"assert": "true", "message": "a { } b"}, "{", "nothing between", ""),
    ({"assert": "1 == é"}, "é", "isn't CEL", ""),
    ({"assert": "'é👩' == service.nam"}, "service.nam", "there is no `service.nam`", "name"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "place", "text", "hint"), LOAD, ids=[str(each[0]) for each in LOAD]
)
def test_what_is_wrong_is_found_at_load_where_it_stands(
    tmp_path: Path, policy: dict[str, object], place: str, text: str, hint: str
) -> None:
    report = one(tmp_path, **policy)
    finding = only(report)
    assert report.exit_code == 2
    assert finding.rule == "schema-violation"
    assert text in finding.message
    assert hint in finding.hint
    assert shown(tmp_path, finding) == place


def test_every_expression_that_is_wrong_is_told(tmp_path: Path) -> None:
    report = one(tmp_path, where="a", message="{b} {c}", **{"assert": "d"})
    assert [shown(tmp_path, each) for each in report.findings] == ["d", "b", "c", "a"]


LAYOUTS = {
    "plain": "assert: service.nam == ''",
    "single": "assert: 'service.nam == \"\"'",
    "single, with quotes": "assert: '''a'' == service.nam'",
    "double, with quotes": 'assert: "\\"a\\" == service.nam"',
    "double": "assert: \"service.nam == ''\"",
    "block": "assert: |\n      true &&\n        service.nam == ''",
    "stripped": "assert: |-\n      true &&\n        service.nam == ''\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_place_is_exact_however_it_is_written(tmp_path: Path, layout: str) -> None:
    text = f"policies:\n  ours:\n    rule: custom\n    for_each: service\n    message: x\n    {LAYOUTS[layout]}\n"
    finding = only(judge(tmp_path, text))
    assert shown(tmp_path, finding) == "service.nam"


FOLDED = {
    "folded": "assert: >\n      true &&\n      service.nam == ''",
    "escaped": "assert: \"\\u0073ervice.nam == ''\"",
    "several lines": "assert: true &&\n      service.nam == ''",
}


@pytest.mark.parametrize("layout", FOLDED)
def test_where_the_text_is_another_all_of_it_is_shown(tmp_path: Path, layout: str) -> None:
    text = f"policies:\n  ours:\n    rule: custom\n    for_each: service\n    message: x\n    {FOLDED[layout]}\n"
    finding = only(judge(tmp_path, text))
    assert "there is no `service.nam`" in finding.message
    assert finding.place.span.line == 6
    assert finding.place.span.column == 13


SHAPES = [
    ("{rule: custom, for_each: service, message: x}", "doesn't say `assert`"),
    ("{rule: custom}", "doesn't say `for_each`, `assert` and `message`"),
    ("{rule: outage-in-business-hours, assert: x}", "`assert` is for the rule `custom` only"),
    ("{rule: custom, for_each: service, message: x, assert: 'true', options: {max: 1}}", "no option `max`"),
    ("{rule: custom, for_each: services, message: x, assert: 'true'}", "services"),
    ("{rule: custom, for_each: service, message: x, assert: 'true', parameters: {max: 1.5}}", "number"),
    ("{rule: custom, for_each: service, message: x, assert: 'true', parameters: {'a-b': 1}}", "a-b"),
    ("{rule: custom, for_each: service, message: x, assert: true}", "assert"),
    ("{rule: custom, for_each: service, message: x, asserts: 'true'}", "asserts"),
    (f"{{rule: custom, for_each: service, message: x, assert: \"'{'a' * 4096}' == 'a'\"}}", "longer than 4,096"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "text"), SHAPES, ids=[each[0][:60] for each in SHAPES])
def test_what_a_policy_must_say(tmp_path: Path, policy: str, text: str) -> None:
    report = judge(tmp_path, f"policies:\n  ours: {policy}\n")
    assert report.exit_code == 2
    finding = only(report)
    assert finding.rule == "schema-violation"
    assert text in finding.message
    assert finding.place.span.line == 2


# When it is evaluated ------------------------------------------------------------------------------

RUN = [
    ({"assert": "1 / (size(service.tags) - 1) == 1"}, "it divides by zero", ""),
    ({"assert": "1 % (size(service.tags) - 1) == 1"}, "it divides by zero", ""),
    ({"assert": "service.tags[3] == 'a'"}, "it asks for element 3 of a list of 1", "the first element is 0"),
    ({"assert": "service.customers > 3"}, "it asks for `service.customers`, which isn't declared there", "'customers' in service.declared"),
    ({"assert": "9223372036854775807 + size(service.tags) == 0"}, "too large", ""),
    ({"assert": "duration(service.name) == duration('1h')"}, "a text for a duration", "48h"),
    ({"assert": "timestamp('2027-01-01T00:00:00Z').getHours(service.name) == 1"}, "a time zone that there isn't", ""),
    ({"assert": "service.name.matches('(')"}, "for service `ledger`", ""),
    ({"assert": "{'a': 1}[service.name] == 1"}, "for service `ledger`", ""),
    ({"where": "1 / (size(service.tags) - 1) == 1", "assert": "true"}, "it divides by zero", ""),
    ({"assert": "dyn(service.name) > 3"}, "for service `ledger`", ""),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "text", "hint"), RUN, ids=[str(each[0]) for each in RUN])
def test_what_cannot_be_decided_is_found_where_it_stands(
    tmp_path: Path, policy: dict[str, object], text: str, hint: str
) -> None:
    report = one(tmp_path, **policy)
    finding = next(each for each in report.findings if each.incomplete)
    assert report.exit_code == 2
    assert not report.complete
    assert finding.rule == "internal-error"
    assert finding.message.startswith("the policy `ours` can't be decided: for service `ledger`")
    assert text in finding.message
    assert hint in finding.hint
    expected = policy["where"] if "where" in policy else policy["assert"]
    assert shown(tmp_path, finding) == expected


def test_a_placeholder_that_cannot_be_told_is_found_itself(tmp_path: Path) -> None:
    report = one(tmp_path, message="a {service.name} {service.customers}", **{"assert": "false"})
    finding = next(each for each in report.findings if each.incomplete)
    assert shown(tmp_path, finding) == "service.customers"
    assert "for service `ledger`," in finding.message
    # Of the other it can be told.
    assert [each.message for each in report.findings if each.rule == "custom"] == ["a shop 1,000"]


UNSAID = [
    ("1.0/0.0", "a number that is infinite, or none at all"),
    ("[0.0/0.0]", "a number that is infinite, or none at all"),
    ("dyn(b'a')", "what a message has no words for"),
    ("[dyn(type(1))]", "what a message has no words for"),
]


@pytest.mark.parametrize(("expression", "text"), UNSAID)
def test_no_word_of_what_evaluates_gets_into_a_message(
    tmp_path: Path, expression: str, text: str
) -> None:
    report = one(tmp_path, message=f"a {{{expression}}}", **{"assert": "false"})
    finding = only(report)
    assert finding.incomplete
    assert finding.message.endswith(text)
    assert shown(tmp_path, finding) == expression


def test_others_are_found_all_the_same(tmp_path: Path) -> None:
    broken = "{rule: custom, for_each: service, message: x, assert: '1 / 0 == 1'}"
    fine = "{rule: custom, for_each: outage, message: down, assert: 'false'}"
    report = judge(tmp_path, f"policies:\n  a: {broken}\n  b: {fine}\n")
    alone = judge(tmp_path, f"policies:\n  b: {fine}\n")
    assert [each for each in report.findings if each.policy == "b"] == list(alone.findings)
    assert "and 1 other" in next(each.message for each in report.findings if each.incomplete)


def test_what_is_not_asked_needs_no_value(tmp_path: Path) -> None:
    guarded = "!('customers' in service.declared) || service.customers <= 1000"
    assert not one(tmp_path, **{"assert": guarded}).findings
    # `&&` and `||` take an error for what the other side doesn't leave open, on either side.
    turned = "service.customers <= 1000 || !('customers' in service.declared)"
    assert not one(tmp_path, **{"assert": turned}).findings


# Limits --------------------------------------------------------------------------------------------

NINE = "[1,2,3,4,5,6,7,8,9]"


def nested(what: str, macro: str, depth: int = 4) -> str:
    for name in "abcde"[:depth]:
        what = f"{NINE}.{macro}({name}, {what})"
    return what


TEXT = "ab" * 4900
HOSTILE = {
    "loops": (nested("params.text.matches('(a|b|ab)*c') == false", "all"), "longer than 100 ms"),
    "grows": (
        nested("params.text + params.text + params.text + params.text + params.text", "map")
        + " == []",
        "longer than 100 ms|more memory",
    ),
    "goes round": (nested("true", "all", 5), "more than 10,000 elements"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_takes_too_much_is_ended(tmp_path: Path, name: str) -> None:
    text, why = HOSTILE[name]
    before = time.process_time(), os.times().children_user + os.times().children_system
    report = one(tmp_path, parameters={"text": TEXT}, **{"assert": text})
    after = os.times()
    finding = only(report)
    assert report.exit_code == 2
    assert finding.rule == "internal-error"
    assert re.search(why, finding.message)
    assert shown(tmp_path, finding) == text
    assert time.process_time() - before[0] < 2
    assert after.children_user + after.children_system - before[1] < 2


def test_the_next_policy_has_a_process_again(tmp_path: Path) -> None:
    loops = {"rule": "custom", "for_each": "service", "message": "x", "parameters": {"text": TEXT}}
    policies = {
        "a": {**loops, "assert": HOSTILE["loops"][0]},
        "b": {**loops, "assert": "service.name == 'shop'", "message": "{service.name}"},
    }
    report = judge(tmp_path, yaml.safe_dump({"policies": policies}))
    assert [each.message for each in report.findings if each.policy == "b"] == ["ledger"]
    assert sum(each.incomplete for each in report.findings) == 1


def test_too_many_runs_are_no_verdict_and_a_job_can_be_named(tmp_path: Path) -> None:
    report = one(tmp_path, for_each="run", **{"assert": "true"})
    finding = only(report)
    assert "more than 100,000 runs" in finding.message
    assert "by its `scope`, or by a `where` about the job alone" in finding.hint
    for narrowed in ({"where": "job.name == 'nightly'"}, {"scope": {"jobs": ["nightly"]}}):
        report = one(
            tmp_path, for_each="run", **narrowed, **{"assert": "run.duration < duration('1h')"}
        )
        (finding,) = [each for each in report.findings if each.rule == "custom"]
        assert len(finding.occurrences) == 180


def test_what_evaluates_opens_no_file(tmp_path: Path) -> None:
    # One that could be read as a zone, were it not for where it lies.
    shutil.copy(Path(zones.DATA) / "Europe" / "Paris", tmp_path / "zone")
    for name in (
        "/etc/hostname",
        "file:/etc/hostname",
        str(tmp_path / "zone"),
        "../../../etc/passwd",
    ):
        text = f"timestamp('2027-01-01T00:00:00Z').getHours('{name}') == 1"
        assert "a time zone that there isn't" in only(one(tmp_path, **{"assert": text})).message


def test_zones_are_those_of_the_pinned_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZDIR", str(tmp_path))
    monkeypatch.setattr(process, "process", process.Process)
    text = "timestamp('2027-07-01T00:00:00Z').getHours('Europe/Paris') == 2"
    assert not one(tmp_path, **{"assert": text}).findings


def test_nothing_in_the_repository_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = tmp_path / "cel_expr_python"
    planted.mkdir()
    (planted / "cel.py").write_text("raise SystemExit('imported')")
    (tmp_path / "json.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), *sys.path])
    asked = process.Process()
    assert asked.check({"a.b": "int"}, ["a.b > 1"]) == ["BOOL"]


def test_without_the_package_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PACKAGE", "no_such_package")
    process.process.cache_clear()
    try:
        finding = only(one(tmp_path, message="{1} {2}", where="true", **{"assert": "true"}))
    finally:
        process.process.cache_clear()
    assert (
        "`cel-expr-python`, and that isn't installed here: install `opspolicy[cel]`"
        in finding.message
    )
    assert finding.incomplete


def test_a_package_that_cannot_be_loaded_is_told_of_once_a_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "elsewhere" / "cel_expr_python"
    package.mkdir(parents=True)
    (package / "cel.py").write_text("raise ImportError('built for another Python')")
    monkeypatch.setattr(sys, "path", [str(package.parent), *sys.path])
    process.process.cache_clear()
    started = []
    start = process._start

    def counted() -> Child:
        started.append(1)
        return start()

    monkeypatch.setattr(process, "_start", counted)
    said = "{rule: custom, for_each: service, message: '{1} {2}', where: 'true', assert: 'true'}"
    try:
        report = judge(tmp_path, f"policies:\n  a: {said}\n  b: {said}\n")
    finally:
        process.process.cache_clear()
    assert [each.policy for each in report.findings] == ["schema-violation"] * 2
    assert len(started) == 1
    for name, finding in zip("ab", report.findings, strict=True):
        assert finding.message == (
            f"policy `{name}`: `cel-expr-python` can't be loaded here:"
            " ImportError: built for another Python"
        )
        assert "install `opspolicy[cel]` again" in finding.hint
        assert finding.incomplete


def test_a_process_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = process.Process()
    assert asked.check({}, ["true"]) == ["BOOL"]
    child = asked._child
    assert child is not None

    def silent(_most: int) -> bytes:
        child.stop()
        raise SilentError

    monkeypatch.setattr(child, "line", silent)
    with pytest.raises(process.StoppedError, match="longer than"):
        asked.check({}, ["1 == 1"])
    assert asked.check({}, ["true"]) == ["BOOL"]


WITHOUT_SIGNALS = """
import sys
sys.path.append({root!r})
from opspolicy.rules.cel import worker
clock = worker.Clock()
clock._signal = None
clock.start(60.0)
clock.stop()
clock.start(0.1)
while True:
    pass
"""


def test_where_there_are_no_such_signals_a_thread_ends_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_SIGNALS.format(root=str(ROOT))],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(process.OUT_OF_TIME)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system holds it to less")
def test_it_is_held_to_what_the_documents_say() -> None:
    asked = process.Process()
    assert asked.check({}, ["true"]) == ["BOOL"]
    assert asked._child is not None
    limits = Path(f"/proc/{asked._child._pid}/limits").read_text()  # type: ignore[attr-defined]
    for name, most in (
        ("Max open files", 3),
        ("Max file size", 0),
        ("Max core file size", 0),
        ("Max address space", 512 << 20),
    ):
        assert re.search(rf"^{name} +{most} +{most} ", limits, re.MULTILINE), name


def test_without_such_limits_it_evaluates_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    worker.confine()


def test_the_documents_say_where_limits_hold() -> None:
    page = (ROOT / "docs" / "custom-rules.md").read_text(encoding="utf-8")
    assert "| no file is opened or written | yes | yes | not held to it |" in page
    assert "| no more than 512 MiB of memory | yes | not held to it | not held to it |" in page
    assert f"at most {template.MOST_PLACEHOLDERS} placeholders" in page
    assert f"{template.MOST} characters, {worker.MOST_LISTED} elements" in page
    assert errors.MOST_DEPTH == worker.MOST_DEPTH


def test_a_process_that_breaks_down_is_told_of() -> None:
    asked = process.Process()
    (answer,) = asked.run({"a": "no_such_type"}, ["true", "true"], [GROUP])
    assert "the process that evaluates it has ended" in answer.wrong
    # What has once taken too much isn't tried again; the same of other data is.
    assert [*asked.run({"a": "no_such_type"}, ["true", "true"], [GROUP])] == [answer]
    assert [*asked.run({}, ["true", "true"], [GROUP])] == [process.Answer(meant=True)]
    assert [*asked.run({}, ["true", "1 == 1"], [process.Group({}, [{}, {}])])] == [
        process.Answer(meant=True)
    ] * 2


def test_one_policy_after_the_other_that_takes_too_long_is_no_way_to_stop_the_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "MOST_ENDED", 2)
    loops = {"rule": "custom", "for_each": "service", "message": "x", "parameters": {"text": TEXT}}
    policies = {
        f"p{at}": {**loops, "assert": f"{at} == {at} && {HOSTILE['loops'][0]}"} for at in range(4)
    }
    report = judge(tmp_path, yaml.safe_dump({"policies": policies}))
    why = [each.message.partition(", it ")[2] for each in report.findings]
    assert sorted(why) == [
        *["isn't tried, as other policies in CEL have taken too long already"] * 2,
        *["takes longer than 100 ms of processor time"] * 2,
    ]
    # The next command has all its time again.
    assert "isn't tried" in only(one(tmp_path, **{"assert": "1 == 1"})).message
    assert main(["--version"]) == 0
    assert not one(tmp_path, **{"assert": "1 == 1"}).findings


SLOW = nested("!service.title.matches('(a|b|ab)*c')", "all")


def titled(title: str) -> str:
    return f"services: {{s: {{title: {title}}}}}"


def test_what_is_repaired_is_no_longer_refused(tmp_path: Path) -> None:
    policy = {"rule": "custom", "for_each": "service", "message": "x", "assert": SLOW}
    policies = yaml.safe_dump({"policies": {"p": policy}})
    assert not judge(tmp_path, policies, titled("a")).findings
    finding = only(judge(tmp_path, policies, titled(TEXT)))
    assert "longer than 100 ms" in finding.message
    # The same expression of other data, in the same command.
    assert not judge(tmp_path, policies, titled("aa")).findings


def test_a_new_command_tries_all_again() -> None:
    asked = process.Process()
    asked._ended[process._digest(b"a")] = "it has ended"
    asked._failed, asked._spent = 7, 70.0
    asked.begin()
    assert (asked._ended, asked._failed, asked._spent) == ({}, 0, 0.0)


TESTS = """
version: 1
tests:
""" + "".join(
    f"""
  - name: t{at}
    estate: {{services: {{s: {{title: x{at}}}}}}}
    as_of: 2027-09-01
    config: {{policies: {{p: {{rule: custom, for_each: service, assert: "service.title != ''", message: x}}}}}}
    expect: {{none: true}}
"""
    for at in range(4)
)


def test_all_tests_of_a_command_have_one_limit_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each test reads its policies anew, and none of them gives back what others have taken."""
    (tmp_path / "a_test.yaml").write_text(TESTS, encoding="utf-8")
    assert main(["test", "-C", str(tmp_path)]) == 0
    capsys.readouterr()
    spent = []

    def asked(self: process.Process, question: bytes, ask=process.Process._asked) -> object:  # type: ignore[no-untyped-def] # noqa: ANN001
        spent.append(question)
        self._spent += 25
        return ask(self, question)

    monkeypatch.setattr(process.Process, "_asked", asked)
    process.process.cache_clear()
    assert main(["test", "-C", str(tmp_path)]) == 2
    assert len(spent) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "2 passed, 2 broken" in said
    assert "other policies in CEL have taken too long already" in said


def test_all_policies_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MOST_SPENT", -1)
    (answer,) = process.Process().run({}, ["true", "2 == 2"], [GROUP])
    assert answer.wrong == process.TIRED


def test_there_are_not_too_many_of_them(tmp_path: Path) -> None:
    policy = "{rule: custom, for_each: service, message: x, assert: 'true'}\n"
    policies = [f"  p{at:03}: {policy}" for at in range(300)]
    assert not judge(tmp_path, "policies:\n" + "".join(policies[:100])).findings
    finding = only(judge(tmp_path, "policies:\n" + "".join(policies)))
    assert "more than 100 policies" in finding.message
    assert shown(tmp_path, finding) == "p100"


def test_all_of_a_policy_together_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "TOTAL", -1.0)
    said: list[dict[str, object]] = []
    one_of_many = worker.Worker("")
    one_of_many.answer(
        b'{"do": "run", "fields": {}, "texts": ["true", "true"], "groups": [[{}, [{}, {}], []]]}',
        said.append,  # type: ignore[arg-type] # all of its answers are mappings
    )
    assert [*said[0]] == ["late"]
    assert [*said[1]] == ["spent"]
    assert "5 s" in process._answer({"late": True}).wrong


words = st.sampled_from(
    [
        "service.name", "service.tags", "service.declared", "service", "outage.duration", "params.x", "1", "'a'", "true",
        "(", ")", "[", "]", "{", "}", ".", ",", "&&", "||", "!", "==", "<", "+", "-", "/", "%", "?", ":", "in",
        "exists", "all", "map", "size", "duration", "timestamp", "x", "has", "'", '"', "\\", "\n", "é", "👩\u200d", "0x", "1e9", "`",
    ]
)  # fmt: skip


@settings(max_examples=150, derandomize=True, database=None, deadline=None)
@given(st.lists(words, max_size=12).map(" ".join), st.lists(words, max_size=5).map("".join))
def test_whatever_is_written_there_is_a_verdict(
    tmp_path_factory: pytest.TempPathFactory, text: str, message: str
) -> None:
    report = one(tmp_path_factory.getbasetemp(), message=message, **{"assert": text})
    assert report.exit_code in {0, 1, 2}
    assert "opspolicy" not in {each.place.span.file for each in report.findings}


# Messages ------------------------------------------------------------------------------------------

VALUES = [
    ("duration", 9000, "2 h 30 min"),
    ("duration", -60, "-1 min"),
    ("timestamp", AS_OF, "Wed 1 Sep 2027 02:00 (Europe/Paris)"),
    ("bool", True, "yes"),
    ("bool", False, "no"),
    ("int", 1234567, "1,234,567"),
    ("float", 1.5, "1.5"),
    ("str", "a\n  b", "a b"),
    ("str", "a" * 300, "a" * 199 + "…"),
    ("NoneType", None, "nothing"),
    ("list", [], "none"),
    ("list", [["str", "a"], ["int", 2000]], "a and 2,000"),
    ("list", [["int", 0], ["int", 1], ["more", 2000]], "0, 1 and 2,000 more"),
]


@pytest.mark.parametrize(("kind", "value", "text"), VALUES)
def test_values_are_said_as_elsewhere(kind: str, value: object, text: str) -> None:
    assert template.render("<{x}>", [(kind, value)], "Europe/Paris") == f"<{text}>"


def test_no_message_is_longer_than_anybody_reads(tmp_path: Path) -> None:
    said = "{params.text}" * 20
    condition = f"false && {' && '.join(['true'] * 200)}"
    report = one(tmp_path, message=said, parameters={"text": "a" * 199}, **{"assert": condition})
    finding = next(each for each in report.findings if each.rule == "custom")
    assert len(finding.message) == template.LONGEST
    assert len(finding.hint) < 300
    report = one(tmp_path, hint="b" * 4000, **{"assert": "false"})
    assert {len(each.hint) for each in report.findings} == {template.LONGEST}


@given(st.text(alphabet="ab{} ", max_size=20))
@settings(derandomize=True, database=None, deadline=None)
def test_braces_of_its_own_come_out_as_they_are_meant(text: str) -> None:
    doubled = text.replace("{", "{{").replace("}", "}}")
    assert "".join(str(each) for each in template.parse(doubled)) == text


NESTED = "[1,2,3,4,5,6,7,8,9,10].map(a, [1,2,3,4,5,6,7,8,9,10].map(b, {}))"
SHOWN = [
    ("[1,2,3,4,5,6,7,8,9,10]", "1, 2, 3, 4, 5, 6, 7, 8 and 2 more"),
    ("[[1], [2, 3]]", "1 and 2 and 3"),
    ("dyn([[[1]]])", "…"),
    ("params.text", "ab" * 99 + "a…"),
    ("[params.text, 'x']", "ab" * 99 + "a…"),
    ("[1,2,3].map(a, 'x')", "x, x and x"),
]


@pytest.mark.parametrize(("expression", "text"), SHOWN)
def test_as_much_of_a_value_is_said_as_anybody_reads(
    tmp_path: Path, expression: str, text: str
) -> None:
    report = one(
        tmp_path,
        message=f"{{{expression}}}",
        parameters={"text": TEXT},
        where="service.name == 'shop'",
        **{"assert": "false"},
    )
    assert [each.message for each in report.findings] == [text]


def test_what_comes_back_is_short_however_much_there_is() -> None:
    """What a process that is held to its memory says isn't what fills that of this one."""
    asked = process.Process()
    kinds = {"params.text": "string"}
    texts = ["true", "false", *[NESTED.format("[params.text, params.text]")] * 20]
    (answer,) = asked.run(kinds, texts, [process.Group({"params.text": TEXT}, [{}])])
    assert len(answer.words) == 20
    assert asked._heard < 20 * 64 * 64


def test_only_what_is_told_has_words() -> None:
    kinds = {"a": "int"}
    items = [{"a": at} for at in range(4)]
    group = process.Group({}, items, [0, 0, 1, 1])
    texts = ["true", "false", "1 / a"]
    found = [*process.Process().run(kinds, texts, [group])]
    assert [each.words for each in found] == [(), (("int", 1),), (("int", 0),), ()]
    assert [bool(each.wrong) for each in found] == [True, False, False, False]


def test_a_line_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MOST_LINE", 1 << 10)
    asked = process.Process()
    (answer,) = asked.run({}, ["true", "1 == 2", *["'" + "a" * 400 + "'"] * 3], [GROUP])
    assert answer.wrong == process.TALKATIVE
    assert asked.check({}, ["true"]) == ["BOOL"]


def test_long_answers_are_not_kept() -> None:
    asked = process.Process()
    groups = [process.Group({}, [{}] * 200)]
    [*asked.run({}, ["true", "false", "'" + "a" * 399 + "'"], groups)]
    assert not asked._kept
    [*asked.run({}, ["true", "true"], groups)]
    assert len(asked._kept) == 1


# The fields ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", fields.SUBJECTS)
def test_every_field_has_the_type_it_is_said_to_have(tmp_path: Path, kind: str) -> None:
    """All of them are asked at once, so that one of another type would be no verdict."""
    full = """
calendars: {office: {timezone: UTC, hours: [{days: mon-fri, from: 08:00, to: 20:00}]}}
defaults: {owner: platform, timezone: Europe/Paris, scheduler: cron}
services:
  ledger:
    title: Ledger
    customers: 7
    business_hours: office
    maintenance_hours: always
    depends_on: [db, {service: cache, strength: soft}, {any_of: [db, cache]}]
    max_outage: 90d
    downtime_budget: {max: 89d, per: 90d}
    min_notice: 1s
    tags: [a]
  db: {}
  cache: {}
jobs:
  nightly: {schedule: "0 2 * * *", duration: 1h, max_duration: 2h, customers: 3, requires: [cache], induces_demand: [{service: cache, for: 1h}], notices: [{at: -1d, channel: email}]}
maintenance_windows:
  upgrade: {takes_down: [db], start: 2027-10-09T22:00, duration: 3h, recovery: 1h, announced: 2027-09-01, change: {type: normal, ticket: X}, approved_by: [platform], notices: [{at: -7d, channel: email}]}
"""
    by_kind = {
        "string": "{} != '~'", "int": "{} >= 0", "bool": "({} || true)", "duration": "{} >= duration('0s')",
        "timestamp": "{} > timestamp('2000-01-01T00:00:00Z')", "list(string)": "!('~' in {})",
        "list(int)": "!(-7 in {})", "list(timestamp)": "size({}) >= 0", "list(list(string))": "size({}) >= 0",
    }  # fmt: skip
    types = fields.types(fields.SUBJECTS[kind])
    asked = " && ".join(by_kind[each].format(name) for name, each in types.items())
    full_one = {"service": "ledger", "job": "nightly", "window": "upgrade"}
    table = fields.SUBJECTS[kind][-1]
    where = f"{table}.name == '{full_one[table]}'"
    said = {
        "rule": "custom",
        "for_each": kind,
        "where": where,
        "assert": f"!({asked})",
        "message": "x",
    }
    report = judge(tmp_path, yaml.safe_dump({"policies": {"ours": said}}), full)
    (finding,) = [each for each in report.findings if each.policy == "ours"]
    assert finding.subjects == (
        f"{table.replace('window', 'maintenance_window')}/{full_one[table]}",
    )
    assert not [each.message for each in report.findings if each.incomplete]


def test_the_documents_have_each_field() -> None:
    page = (ROOT / "docs" / "custom-rules.md").read_text(encoding="utf-8")
    for name, table in fields.TABLES.items():
        for field in table:
            assert f"| `{name}.{field}` |" in page


# How policies are laid over one another -----------------------------------------------------------


def test_another_file_sets_other_parameters(tmp_path: Path) -> None:
    base = (
        "policies:\n  ours: {rule: custom, for_each: outage, message: '{params.most} {params.a}',"
        " assert: 'outage.duration < duration(params.most)', parameters: {most: 4h, a: x}}\n"
    )
    assert not judge(tmp_path, base).findings
    (tmp_path / "policies" / "z.yaml").write_text("policies: {ours: {parameters: {most: 1h}}}\n")
    report = judge(tmp_path, base)
    assert [each.message.split(",")[0] for each in report.findings] == ["1h x"] * 2
    (tmp_path / "policies" / "z.yaml").write_text("policies: {ours: {parameters: {most: true}}}\n")
    finding = only(judge(tmp_path, base))
    assert finding.rule == "schema-violation"
    assert finding.place.span.file == "policies/ours.yaml"


def test_what_is_locked_stays_as_it_is(tmp_path: Path) -> None:
    base = (
        "policies:\n  ours: {rule: custom, locked: true, for_each: outage, message: x,"
        " assert: 'outage.duration < duration(params.most)', parameters: {most: 4h}}\n"
    )
    assert not judge(tmp_path, base).findings
    (tmp_path / "policies" / "z.yaml").write_text("policies: {ours: {parameters: {most: 9h}}}\n")
    assert "is locked by policies/ours.yaml" in only(judge(tmp_path, base)).message


# The example ---------------------------------------------------------------------------------------


def expected() -> Iterator[tuple[str, str, list[dict[str, object]]]]:
    """Yield each case of the example's regression test: its name, its estate, what it finds."""
    text = (EXAMPLE / "custom-rules_test.yaml").read_text(encoding="utf-8")
    for case in yaml.safe_load(text)["tests"]:
        yield case["name"], case["estate"], case["expect"].get("exactly", [])


@pytest.mark.parametrize(("name", "estate", "findings"), list(expected()))
def test_the_example_finds_what_its_test_says(
    name: str, estate: str, findings: list[dict[str, object]]
) -> None:
    request = app.Request(AS_OF, parse_horizon("180d"), slots=False)
    report = app.run(config.load(str(EXAMPLE / estate)), (), request)
    found = [
        {
            "rule": each.policy,
            "severity": each.severity,
            "subjects": list(each.subjects),
            **({"causes": list(each.causes)} if each.causes else {}),
        }
        for each in report.findings
    ]
    assert found == findings, name
    assert report.complete


def test_before_and_after_have_the_same_policies() -> None:
    before, after = (EXAMPLE / each / "policies" / "ours.yaml" for each in ("before", "after"))
    assert before.read_bytes() == after.read_bytes()


def test_a_policy_tells_what_it_demands(capsys: pytest.CaptureFixture[str]) -> None:
    before = str(EXAMPLE / "before")
    for command in ("rules", "explain"):
        assert main([command, "payroll-nights-quiet", "-C", before]) == 0
        said = capsys.readouterr().out
        assert "'payroll' in service.tags" in said
        assert "policies/ours.yaml:4" in said
        assert "params.longest = 2h" in said


INJECTED = """
policies:
  ours:
    rule: custom
    for_each: outage
    assert: |
      outage.duration < duration('1h') // ``` <script>alert(1)</script>
      // @team ![x](http://e) \u202e
    message: "<img src=x onerror=alert(1)> ```` @team [a](http://e) \\u202e {params.a}"
    hint: "<script> @team [x](http://e)"
    parameters: {a: "```", b: ["@team", "x\\ny"]}
    scope: {services: [led*]}
"""


def explained(directory: Path, form: str, capsys: pytest.CaptureFixture[str]) -> str:
    judge(directory, INJECTED)
    capsys.readouterr()
    assert main(["explain", "ours", "-C", str(directory), "--format", form]) == 0
    return capsys.readouterr().out


def test_a_policy_as_markdown_is_nothing_but_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = explained(tmp_path, "markdown", capsys)
    assert "\u202e" not in said
    fence, outside = "", []
    for line in said.split("\n"):
        if fence:
            fence = "" if line == fence else fence
        elif line.startswith("```"):
            fence = line.removesuffix("text")
        else:
            outside.append(line)
    assert not fence
    assert outside[0] == "### policy ours (custom, error), policies/ours.yaml:12"
    assert not [each for each in outside if "@team" in each or "<" in each or "](" in each]
    assert "`````text\n<img" in said


def test_a_policy_as_json_has_its_own_fields(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(explained(tmp_path, "json", capsys))
    schema = json.loads((ROOT / "schemas" / "policy-explanation.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(found)
    assert found["policy"] == "ours"
    assert found["for_each"] == "outage"
    assert found["where"] is None
    assert found["assert"].startswith("outage.duration <")
    assert found["parameters"] == {"a": "```", "b": ["@team", "x\ny"]}
    assert found["place"] == {"file": "policies/ours.yaml", "line": 12, "column": 5}
    assert found["layers"] == [{"severity": "error", "scope": {"services": ["led*"]}}]


def test_functions_that_are_suggested_are_there() -> None:
    """Each is known to the evaluator, which complains of what it is given and of no name."""
    asked = process.process()
    for name in errors.FUNCTIONS:
        (found,) = asked.check({}, [f"'a'.{name}(x, true)"])
        said = found.why if isinstance(found, process.Wrong) else ""
        assert f"undeclared reference to '{name}'" not in said
