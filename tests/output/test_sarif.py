"""SARIF: valid by its schema, within what GitHub takes, and nothing in it but what was found."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema.validators import validator_for

from opspolicy import encode, judge, rules
from opspolicy.output import Style, places, renderer, sarif, sarif_flows, sarif_rules
from opspolicy.report import NEVER, Report
from tests import shared
from tests.output import samples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = shared.load("formats/sarif-schema-2.1.0.json")
GITHUB_MOST_BYTES = 10_000_000
LAWS = settings(derandomize=True, deadline=None, database=None, max_examples=300)


def written(report: Report, style: Style = Style()) -> dict[str, Any]:  # noqa: B008 - never changed
    """Return the document that is written for a report, read back."""
    document: dict[str, Any] = json.loads(renderer("sarif")(report, style))
    return document


def run(report: Report, style: Style = Style()) -> dict[str, Any]:  # noqa: B008
    """Return the run in it."""
    (found,) = written(report, style)["runs"]
    assert isinstance(found, dict)
    return found


def texts(value: object) -> Iterator[str]:
    """Yield every text in a document."""
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def uris(value: object) -> Iterator[str]:
    """Yield every address in a document."""
    if isinstance(value, dict):
        if "uri" in value:
            yield value["uri"]
        for each in value.values():
            yield from uris(each)
    elif isinstance(value, list):
        for each in value:
            yield from uris(each)


def assert_valid(document: dict[str, Any]) -> None:
    """Fail unless a document is SARIF by the schema of the standard."""
    validator = validator_for(SCHEMA)(SCHEMA)
    assert [error.message for error in validator.iter_errors(document)][:3] == []


def assert_taken_by_github(document: dict[str, Any]) -> None:
    """Fail unless a document has what GitHub asks for, in the amounts that it keeps."""
    assert document["$schema"] == "https://json.schemastore.org/sarif-2.1.0.json"
    assert document["version"] == "2.1.0"
    (found,) = document["runs"]
    driver = found["tool"]["driver"]
    assert driver["name"] == "opspolicy"
    assert re.fullmatch(r"\d+\.\d+\.\d+", driver["semanticVersion"])
    for rule in driver["rules"]:
        assert 0 < len(rule["name"]) <= 255
        for key in ("shortDescription", "fullDescription"):
            assert 0 < len(rule[key]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in {"note", "warning", "error"}
        assert len(set(rule["properties"]["tags"])) == len(rule["properties"]["tags"]) <= 10
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}
    assert len(found["results"]) <= 5000
    hashes = Counter(
        each["partialFingerprints"]["primaryLocationLineHash"] for each in found["results"]
    )
    assert all(number == 1 for number in hashes.values())
    for result in found["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        (place,) = result["locations"]
        related = result.get("relatedLocations", [])
        assert len(related) + 1 <= 100
        assert [each["id"] for each in related] == list(range(1, len(related) + 1))
        steps = [
            step["location"]
            for flow in result.get("codeFlows", [])
            for thread in flow["threadFlows"]
            for step in thread["locations"]
        ]
        assert len(steps) <= 1000
        for each in (place, *related, *steps):
            region = each["physicalLocation"]["region"]
            start = (region["startLine"], region["startColumn"])
            assert (1, 1) <= start <= (region["endLine"], region["endColumn"])
        # A link leads to a place of this finding, or there is none.
        for target in re.findall(r"\]\(([^)]*)\)", result["message"]["text"]):
            assert int(target) in range(1, len(related) + 1)
    assert "" not in set(texts(document))
    for uri in uris(document):
        assert uri
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri), uri
        assert not uri.startswith("/")


@pytest.mark.skipif(SCHEMA is None, reason="the schema of SARIF is not in the shared data")
@pytest.mark.parametrize("kind", samples.KINDS)
def test_every_report_is_valid(kind: str, reports: dict[str, Report]) -> None:
    for style in (Style(), Style(below="teams/a b/ops"), Style(directory="../a b")):
        assert_valid(written(reports[kind], style))


@pytest.mark.parametrize("kind", samples.KINDS)
def test_every_report_is_taken_by_github(kind: str, reports: dict[str, Report]) -> None:
    for style in (Style(), Style(below="teams/a b/ops"), Style(directory="../a b")):
        assert_taken_by_github(written(reports[kind], style))


@pytest.mark.parametrize("kind", samples.KINDS)
def test_results_are_the_findings(kind: str, reports: dict[str, Report]) -> None:
    report = reports[kind]
    found = run(report)
    assert [each["partialFingerprints"]["opspolicy/v1"] for each in found["results"]] == [
        each.fingerprint for each in report.findings
    ]
    assert [each["properties"]["severity"] for each in found["results"]] == [
        each.severity for each in report.findings
    ]
    (invocation,) = found["invocations"]
    assert invocation["exitCode"] == report.exit_code
    assert invocation["executionSuccessful"] is report.complete
    told = invocation["toolExecutionNotifications"]
    assert [each["level"] for each in told if each["level"] == "note"] == ["note"] * len(
        report.what_if
    )
    assert any(each["level"] != "note" for each in told) is not report.complete
    assert all(
        each["message"]["text"].startswith("What if: ") is bool(report.what_if)
        for each in found["results"]
    )
    assert found["properties"]["findings"] == len(report.findings)
    assert found["properties"]["summary"] == report.summary


def test_every_rule_can_be_described() -> None:
    """Also those that no sample fires."""
    for rule in rules.every():
        made = sarif_rules.descriptor(rule)
        assert (made["id"], made["name"]) == (rule.code, rule.slug)
        assert made["fullDescription"]["text"] != made["shortDescription"]["text"]
        assert "```" not in made["help"]["text"]
        assert "" not in set(texts(made))
        assert len(made["fullDescription"]["text"]) <= 1024
        assert not made["fullDescription"]["text"].endswith("…"), rule.slug


def test_a_finding_is_told_whole(reports: dict[str, Report]) -> None:
    (result,) = run(reports["found"], Style(below="ops of/a"))["results"]
    first, *facts = result["message"]["text"].split("\n")
    assert first.startswith("`customer-portal` is down while")
    assert first.endswith("because maintenance window `portal-upgrade` takes it down.")
    assert [each.partition(":")[0] for each in facts] == [
        "when", "impact", "owners", "fix", "slot", "more", "with",
    ]  # fmt: skip
    (place,) = result["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "ops%20of/a/ops/platform.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 8, "startColumn": 12, "endLine": 8, "endColumn": 28},
    }
    assert result["properties"]["impact"] == {"customers": 350_000, "customer_hours": 14_875_000}
    assert result["properties"]["owners"] == ["billing", "digital", "platform"]
    assert result["properties"]["occurrence_count"] == 1
    assert "baselineState" not in result


def steps(result: dict[str, Any]) -> list[list[str]]:
    """Return the code flow of a result as places with their messages, a list a cause."""
    return [
        [
            f"{step['location']['physicalLocation']['region']['startLine']}:"
            f" {step['location']['message']['text']}"
            for step in thread["locations"]
        ]
        for flow in result["codeFlows"]
        for thread in flow["threadFlows"]
    ]


def test_the_way_leads_from_the_cause_to_who_is_hurt(reports: dict[str, Report]) -> None:
    (result,) = run(reports["path"])["results"]
    assert steps(result) == [
        [
            "6: `upgrade` takes down `database` from here, for 4 h",
            "3: `identity` depends on `database`",
            "2: `portal` depends on `identity`",
            "2: service `portal` is hit",
        ]
    ]


def test_causes_that_happen_together_are_one_flow(reports: dict[str, Report]) -> None:
    results = run(reports["group"])["results"]
    (both,) = (each for each in results if len(each["properties"].get("causes", ())) == 2)
    (flow,) = both["codeFlows"]
    assert len(flow["threadFlows"]) == 2
    assert [each[0] for each in steps(both)] == [
        "6: `first` takes down `one` from here, for 4 h",
        "7: `second` takes down `two` from here, for 4 h",
    ]
    assert all(each[-1] == "2: service `shop` is hit" for each in steps(both))


def test_causes_of_which_any_will_do_are_flows_of_their_own(reports: dict[str, Report]) -> None:
    report = reports["group"]
    (both,) = (each for each in report.findings if len(each.causes) == 2)
    cut = report._replace(findings=(both._replace(causes_truncated=True),))
    (result,) = run(cut)["results"]
    assert [len(flow["threadFlows"]) for flow in result["codeFlows"]] == [1, 1]


def test_what_another_branch_declares_has_no_way_here(reports: dict[str, Report]) -> None:
    report = reports["path"]
    (finding,) = report.findings
    for changed in (
        finding._replace(together=("other",)),
        finding._replace(causes=("maintenance_window/elsewhere",)),
        finding._replace(paths=(("service/portal", "service/elsewhere"),)),
    ):
        (result,) = run(report._replace(findings=(changed,)))["results"]
        assert "codeFlows" not in result


def test_a_way_has_no_more_steps_than_are_shown(
    reports: dict[str, Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reports["group"]
    (both,) = (each for each in report.findings if len(each.causes) == 2)
    (first, second) = sarif_flows.flows(report.estate, both)
    monkeypatch.setattr(sarif_flows, "MOST_STEPS", len(first) + len(second) - 1)
    assert sarif_flows.flows(report.estate, both) == [first]


def test_what_is_accepted_says_by_whom(reports: dict[str, Report]) -> None:
    waived = [each for each in run(reports["waived"])["results"] if each["suppressions"]]
    (result,) = waived
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    # Not a message: nobody looks for links or placeholders in it.
    assert "digital and platform until" in suppression["justification"]
    assert "Regulator's date [see](1) {0} (CHG-1)" in suppression["justification"]
    assert suppression["location"]["physicalLocation"]["region"]["startLine"] == 9
    # GitHub, which doesn't look at this, fails its own check for an error.
    assert (result["level"], result["properties"]["severity"]) == ("note", "error")
    ignored = [each for each in run(reports["ignored"])["results"] if each["suppressions"]]
    assert [each["suppressions"][0]["kind"] for each in ignored] == ["inSource"]


def test_what_nobody_accepts_says_so_too(reports: dict[str, Report]) -> None:
    """By the standard all results of a run have suppressions, or none has."""
    (result,) = run(reports["found"])["results"]
    assert result["suppressions"] == []
    (result,) = run(reports["found"]._replace(unwaived=True))["results"]
    assert "suppressions" not in result


def test_a_comparison_tells_how_each_stands(reports: dict[str, Report]) -> None:
    found = run(reports["base"])
    assert [(each["baselineState"], each["level"]) for each in found["results"]] == [
        ("new", "error"), ("unchanged", "error"), ("unchanged", "note"),
    ]  # fmt: skip
    assert found["properties"]["required_reviewers"] == ["network", "sales"]
    assert found["properties"]["base"].startswith("main")
    (result,) = run(reports["worse"])["results"]
    assert (result["baselineState"], result["properties"]["status"]) == ("updated", "worse")


def test_without_a_verdict_it_says_why(reports: dict[str, Report]) -> None:
    (invocation,) = run(reports["nothing"])["invocations"]
    (told,) = invocation["toolExecutionNotifications"]
    assert told["level"] == "error"
    assert told["message"]["text"].startswith("No file matched, so nothing was checked.")
    (invocation,) = run(reports["incomplete"])["invocations"]
    first, second = invocation["toolExecutionNotifications"]
    assert "The verdict is incomplete." in first["message"]["text"]
    assert second["message"]["text"].startswith("OPS101: ")
    (place,) = second["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "ops/a.yaml"


def test_many_that_leave_the_verdict_unknown_are_counted(reports: dict[str, Report]) -> None:
    (invocation,) = run(samples.many(reports["incomplete"], 30))["invocations"]
    told = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert len(told) == 1 + 20 + 1
    assert told[-1] == "and 10 more of 30 that leave the verdict unknown"


def test_what_is_in_no_file_has_a_place_all_the_same(reports: dict[str, Report]) -> None:
    """GitHub drops a result without one."""
    report = reports["clean"]
    failed = judge.failure(report.estate, "the rule `x`", ValueError("no"))
    assert places.place(failed) is None
    (result,) = run(report._replace(findings=(failed,)), Style(below="estate"))["results"]
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "estate/opspolicy.yaml"


def test_files_are_told_from_the_top_of_the_repository(reports: dict[str, Report]) -> None:
    (result,) = run(reports["name"], Style(below="a/b"))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == f"a/b/ops/{samples.UNUSUAL}"
    (result,) = run(reports["undecodable"])["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "ops/%FF%FE.yaml"


@pytest.mark.parametrize(
    ("file", "below", "path"),
    [
        ("ops/a.yaml", "", "ops/a.yaml"),
        ("ops/a.yaml", "teams/web", "teams/web/ops/a.yaml"),
        ("../policies/a.yaml", "teams/web", "teams/policies/a.yaml"),
        ("../a.yaml", "", "../a.yaml"),
        ("a..b.yaml", "teams/web", "teams/web/a..b.yaml"),
        ("/etc/a.yaml", "teams/web", "/etc/a.yaml"),
    ],
)
def test_paths_from_the_top(file: str, below: str, path: str) -> None:
    assert places.from_top(file, Style(below=below)) == path


@given(st.text(st.characters(), max_size=20))
@LAWS
def test_any_path_is_an_address(path: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._~/%-]*", encode.uri(path))


# Texts that anybody chooses -----------------------------------------------------------------------

PIECES = ("[", "]", "](", "(1)", "[a](1)", "](http://x)", "\\", "\\]", "{", "}", "{0}", "{{0}}", "a", " ",
          "\n", "\x1b[31m", "\u202e", "::error::", "##[error]")  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)


def read_message(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Read a message as the standard says: the text, and its links as labels and targets.

    Fails for a placeholder, and for a brace that stands alone.
    """
    links: list[tuple[str, str]] = []

    def take(found: re.Match[str]) -> str:
        label = re.sub(r"\\([\\\[\]])", r"\1", found[1])
        links.append((label, found[2]))
        return label

    text = re.sub(r"\[((?:[^\\\[\]]|\\[\\\[\]])*)\]\(([^)]*)\)", take, text)
    without = text.replace("{{", "").replace("}}", "")
    assert not set("{}") & set(without), text
    return text.replace("{{", "{").replace("}}", "}"), links


@given(hostile)
@LAWS
def test_a_text_is_no_link_and_no_placeholder(text: str) -> None:
    shown = encode.sarif(text)
    said, links = read_message(shown)
    assert links == []
    assert "](" not in shown
    assert said.replace("] (", "](") == encode.terminal(text).replace("] (", "](")


@given(hostile, st.integers(0, 99), hostile)
@LAWS
def test_a_link_leads_where_it_is_meant_to(text: str, target: int, before: str) -> None:
    shown = f"{encode.sarif(before)}: {encode.sarif_link(text, target)}"
    # To a careless reader as well, there is one target, and it is ours.
    assert re.findall(r"\]\(([^)]*)\)", shown) == [f"{target}"]
    _, links = read_message(encode.sarif_link(text, target))
    ((label, found),) = links
    assert found == f"{target}"
    assert label == encode.sarif(text)


def test_a_hostile_message_stays_one_line(reports: dict[str, Report]) -> None:
    (finding,) = reports["found"].findings
    message = "it is\nowners: nobody [click](http://evil.example) {0} \x1b[31m\u202e"
    changed = finding._replace(
        message=message, related=(finding.related[0]._replace(text="x](http://evil.example)"),)
    )
    found = run(reports["found"]._replace(findings=(changed,)))
    (result,) = found["results"]
    lines = result["message"]["text"].split("\n")
    assert lines[0] == (
        r"it is\x0aowners: nobody [click] (http://evil.example) {{0}} \x1b[31m\u202e."
    )
    assert lines[-1] == r"with: [x\] (http://evil.example)](1)"


# Very many ----------------------------------------------------------------------------------------


def noise(seed: int, size: int) -> str:
    """Return text that nothing can compress."""
    made = random.Random(seed).randbytes(size)  # noqa: S311 - the same each time
    return base64.urlsafe_b64encode(made)[:size].decode()


@pytest.mark.prove
def test_thirty_thousand_findings(reports: dict[str, Report]) -> None:
    report = samples.many(reports["found"], 30_000)
    started = time.monotonic()
    text = renderer("sarif")(report, Style())
    assert time.monotonic() - started < 60
    assert len(gzip.compress(text.encode())) < GITHUB_MOST_BYTES
    document = json.loads(text)
    assert_taken_by_github(document)
    (found,) = document["runs"]
    assert [each["properties"]["fingerprint"] for each in found["results"]] == [
        each.fingerprint for each in report.findings[:5000]
    ]
    assert (found["properties"]["findings"], found["properties"]["listed"]) == (30_000, 5000)
    (invocation,) = found["invocations"]
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("5,000 of 30,000 findings are listed, the worst")
    assert invocation["exitCode"] == report.exit_code == 1
    assert all("codeFlows" in each for each in found["results"])
    if SCHEMA is not None:
        found["results"] = found["results"][:500]
        assert_valid(document)


def test_the_worst_are_kept(reports: dict[str, Report]) -> None:
    report = samples.many(reports["base"], 6000)
    ordered = report._replace(
        findings=tuple(sorted(report.findings, key=lambda each: each.waived_by is not None))
    )
    results = run(ordered)["results"]
    kept = Counter(bool(each["suppressions"]) for each in results)
    assert kept == {False: 4000, True: 1000}


@pytest.mark.prove
def test_what_can_not_be_compressed_is_told_in_brief(reports: dict[str, Report]) -> None:
    """Names, reasons and file names that somebody has made as large as they may be."""
    report = samples.many(reports["found"], 6000)
    findings = tuple(
        each._replace(
            message=f"{at}: {noise(at, 3000)}",
            hint=noise(at + 10_000, 3000),
            place=each.place._replace(
                span=each.place.span._replace(file=f"ops/{noise(at + 20_000, 3000)}.yaml")
            ),
        )
        for at, each in enumerate(report.findings)
    )
    report = report._replace(findings=findings)
    text = renderer("sarif")(report, Style())
    size = len(gzip.compress(text.encode()))
    assert size < GITHUB_MOST_BYTES
    document = json.loads(text)
    assert_taken_by_github(document)
    (found,) = document["runs"]
    results = found["results"]
    # The worst in full, the next in brief, and a number for the rest.
    in_full = ["codeFlows" in each for each in results]
    assert in_full == sorted(in_full, reverse=True)
    assert in_full[0]
    assert not in_full[-1]
    assert 1000 < len(results) < 5000
    assert [each["properties"]["fingerprint"] for each in results] == [
        each.fingerprint for each in findings[: len(results)]
    ]
    (told,) = found["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith(f"{len(results):,} of 6,000 findings are listed")
    if SCHEMA is not None:
        document["runs"][0]["results"] = results[:20] + results[-20:]
        assert_valid(document)


def test_one_finding_at_many_places(reports: dict[str, Report]) -> None:
    (finding,) = reports["found"].findings
    note = finding.related[0]
    spread = tuple(
        note._replace(span=note.span._replace(line=at, end_line=at)) for at in range(1, 2001)
    )
    report = reports["found"]._replace(findings=(finding._replace(related=spread),))
    document = written(report)
    assert_taken_by_github(document)
    (result,) = document["runs"][0]["results"]
    assert len(result["relatedLocations"]) == 99
    assert result["properties"]["related_count"] == 2000


def test_a_text_has_a_bound(reports: dict[str, Report]) -> None:
    (finding,) = reports["found"].findings
    long = finding._replace(
        message="a" * 100_000, hint="b" * 100_000, owners=("c" * 70_000,) * 300, drift="d" * 70_000
    )
    report = reports["found"]._replace(findings=(long,))
    assert len(renderer("sarif")(report, Style())) < 300_000
    assert_taken_by_github(written(report))


def test_a_fingerprint_that_comes_twice_is_two_alerts(reports: dict[str, Report]) -> None:
    (finding,) = reports["found"].findings
    results = run(reports["found"]._replace(findings=(finding, finding)))["results"]
    assert [each["partialFingerprints"]["primaryLocationLineHash"] for each in results] == [
        f"{finding.fingerprint}:1", f"{finding.fingerprint}:2",
    ]  # fmt: skip


def test_what_fails_on_nothing_still_has_its_level(reports: dict[str, Report]) -> None:
    found = run(reports["found"]._replace(fail_on=NEVER))
    assert found["results"][0]["level"] == "error"
    assert found["invocations"][0]["exitCode"] == 0


def test_the_same_report_is_the_same_text(reports: dict[str, Report]) -> None:
    for report in reports.values():
        one, other = (renderer("sarif")(report, Style()) for _ in range(2))
        assert one == other
        assert one.isascii()
        assert encode.log(one) == one


def test_a_shell_without_results_is_small(reports: dict[str, Report]) -> None:
    """So that what is spent on the rest is spent on results."""
    report = reports["base"]
    listed = tuple(sarif_rules.used(report.findings))
    assert len(sarif.Document(report, Style(), listed).text([])) < sarif.MOST_BYTES / 10


def test_nothing_is_left_of_a_directory(tmp_path: Path, reports: dict[str, Report]) -> None:
    """Paths are the repository's, never the machine's."""
    text = renderer("sarif")(reports["path"], Style())
    assert str(tmp_path.parent.parent) not in text
