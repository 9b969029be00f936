"""Foreign files in whole runs: where findings point, what is edited, and what bad files end in."""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from opspolicy import cli
from opspolicy.estate.formats import FORMATS
from opspolicy.estate.sources import Source
from opspolicy.importers import compose, kubernetes
from opspolicy.importers.shared.draft import MOST_MEANT, MOST_REMARKS
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = ROOT / "examples" / "platform-team" / "before"
MIB = 1024 * 1024
HANGS = 20
"""Seconds: about five times what the slowest of them takes on a busy machine."""


def run(directory: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run a command as of the example's day; return its exit code and its output."""
    command, *rest = arguments
    given = [command, *rest, "-C", str(directory), "--as-of", "2027-09-01", "--no-cache"]
    code = cli.main(given)
    return code, capsys.readouterr().out


def checked(directory: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Return the exit code of a check, and its report."""
    code, out = run(directory, capsys, "check", "--format", "json")
    found: dict[str, Any] = json.loads(out)
    return code, found


class TestPlaces:
    """A finding points at the lines of the files it is about, in every format."""

    def test_json_and_text(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, report = checked(EXAMPLE, capsys)
        (finding,) = report["findings"]
        places = {
            (each["file"], each["line"]) for each in [finding["location"], *finding["related"]]
        }
        assert code == 1
        assert {
            ("vendors/cardnet.ics", 7),
            ("k8s/settlement.yaml", 10),
            ("ops/payments.yaml", 6),
            ("catalog-info.yaml", 33),
        } <= places
        assert {each["path"] for each in report["files"]} == {
            str(path.relative_to(EXAMPLE))
            for path in EXAMPLE.rglob("*")
            if path.is_file() and path.name != "opspolicy.yaml"
        }
        assert {each["status"] for each in report["files"]} == {"parsed"}
        _, text = run(EXAMPLE, capsys, "check")
        assert "k8s/settlement.yaml:10:13" in text

    def test_sarif_and_annotations(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """With nothing else to move, the CronJob's line is the first place of the finding."""
        write(tmp_path, {
            "opspolicy.yaml": "sources: [{format: kubernetes, paths: [k8s/*.yaml]}]",
            "k8s/a.yaml": CRON_JOB.format(name="a", schedule='"0 2 * * 0"', more=""),
            "ops/a.yaml": (
                "defaults: {owner: a, timezone: UTC}\n"
                "services: {shop: {customer_facing: true}}\n"
                "jobs: {a: {takes_down: [shop], duration: 1h}}\n"
            ),
        })  # fmt: skip
        _, sarif = run(tmp_path, capsys, "check", "--format", "sarif")
        (result,) = json.loads(sarif)["runs"][0]["results"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "k8s/a.yaml"
        assert place["physicalLocation"]["region"]["startLine"] == 6
        _, annotations = run(tmp_path, capsys, "check", "--format", "github")
        assert "::error file=k8s/a.yaml,line=6," in annotations

    def test_suggest_edits_one_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = {
            str(path.relative_to(EXAMPLE)): path.read_text(encoding="utf-8")
            for path in EXAMPLE.rglob("*")
            if path.is_file()
        }
        write(tmp_path, files)
        code, _ = run(tmp_path, capsys, "suggest", "job/settle-cards", "--apply")
        assert code == 0
        for name, before in files.items():
            after = (tmp_path / name).read_text(encoding="utf-8")
            changed = [
                pair
                for pair in zip(before.split("\n"), after.split("\n"), strict=True)
                if pair[0] != pair[1]
            ]
            line = ('  schedule: "30 1 * * *"', '  schedule: "30 3 * * *"')
            assert changed == ([line] if name == "k8s/settlement.yaml" else [])
        code, report = checked(tmp_path, capsys)
        # The comment above it says 01:30 still, and is told of.
        assert [(each["rule"], each["severity"]) for each in report["findings"]] == [
            ("misleading-comment", "info")
        ]


CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {name}
spec:
  schedule: {schedule}
  timeZone: UTC
{more}"""


def write(directory: Path, files: dict[str, str]) -> None:
    """Write files."""
    for name, text in files.items():
        target = directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def manifests(count: int) -> tuple[dict[str, str], str]:
    """Return so many CronJobs, a file each, and what completes them."""
    dice = random.Random(8)  # noqa: S311 - a fixed seed
    files: dict[str, str] = {}
    lines: list[str] = []
    for number in range(count):
        minute, hour = dice.randrange(60), dice.randrange(24)
        day = dice.choice(["*", "*", "*", "0", "1-5", "6"])
        schedule = f'"{minute} {hour} * * {day}"'
        policy = dice.choice(["", "  concurrencyPolicy: Forbid\n", "  suspend: true\n"])
        files[f"k8s/j{number}.yaml"] = CRON_JOB.format(
            name=f"j{number}", schedule=schedule, more=policy
        )
        needs = f"s{dice.randrange(40)}"
        lines.append(f"  j{number}: {{duration: {dice.randrange(5, 90)}m, requires: [{needs}]}}")
    windows = [
        f'  w{at}: {{takes_down: [s{at}], schedule: "{at} {at % 24} * * {at % 7}", duration: 2h}}'
        for at in range(40)
    ]
    head = ["defaults: {owner: a, timezone: UTC}", "services:"]
    services = [f"  s{at}: {{}}" for at in range(40)]
    native = [*head, *services, "maintenance_windows:", *windows, "jobs:", *lines, ""]
    return files, "\n".join(native)


def told(report: dict[str, Any]) -> list[Any]:
    """Return what is found, places and fingerprints aside."""
    aside = {"fingerprint", "acceptance", "location", "related", "explain"}
    found = [
        {key: value for key, value in each.items() if key not in aside}
        for each in report["findings"]
    ]
    return sorted(found, key=json.dumps)


def test_a_thousand_cron_jobs_are_judged_as_if_they_were_native(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files, native = manifests(1000)
    place, imported = tmp_path / "place", tmp_path / "imported"
    config = "sources: [{format: kubernetes, paths: [k8s/*.yaml]}]"
    write(place, {**files, "ops/all.yaml": native, "opspolicy.yaml": config})
    _, in_place = checked(place, capsys)
    # What `import` writes, with what completes it put into the same entries.
    write(imported, files)
    paths = [str(imported / name) for name in files]
    assert cli.main(["import", "kubernetes", *paths]) == 0
    own = completed(capsys.readouterr().out, native)
    write(imported, {"ops/all.yaml": own, "opspolicy.yaml": "include: [ops/*.yaml]"})
    _, as_imported = checked(imported, capsys)
    assert told(in_place) == told(as_imported)
    assert len(in_place["findings"]) > 40


def completed(text: str, native: str) -> str:
    """Return imported YAML with the keys of native entries of the same names."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - only here

    yaml = YAML(typ="safe")
    imported, own = yaml.load(text), yaml.load(native)
    for name, entry in own["jobs"].items():
        own["jobs"][name] = {**imported["jobs"][name], **entry}
    own["defaults"] = {**imported.get("defaults", {}), **own["defaults"]}
    return json.dumps(own)


class Bad(NamedTuple):
    """Texts of one format that can't be read: broken, filled in later, and meant to do harm."""

    path: str
    good: str
    pad: str
    broken: str
    templated: str
    hostile: str


BOMB = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + at)}: &{chr(98 + at)} [{', '.join([f'*{chr(97 + at)}'] * 8)}]\n" for at in range(9)
)
DEEP = "[" * 50_000
CRON = CRON_JOB.format(name="a", schedule='"0 3 * * *"', more="")
BAD = {
    "alertmanager": Bad(
        "am.yml", "time_intervals: [{name: a, time_intervals: [{}]}]\n", "# pad\n",
        "time_intervals: [\n", "time_intervals:\n  - {{ range .X }}\n", BOMB,
    ),
    "argocd": Bad(
        "p.yaml", "kind: AppProject\nmetadata: {name: p}\nspec: {syncWindows: []}\n", "# pad\n",
        "kind: AppProject\n  spec: {}\n", "kind: AppProject\nmetadata: {{ .X }}\n", DEEP,
    ),
    "backstage": Bad(
        "catalog-info.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\n"
        "spec: {type: a, owner: a, lifecycle: a}\n",
        "# pad\n", "apiVersion: [backstage.io/v1alpha1\n",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{ .X }}\n", BOMB,
    ),
    "compose": Bad(
        "compose.yaml", "services: {a: {}}\n", "# pad\n", "services: {a: {}\n",
        "services:\n  {{ .X }}: {}\n", DEEP,
    ),
    "crontab": Bad(
        "jobs.crontab", "0 3 * * * true\n", "# pad\n", "0 3 * *\n",
        "0 3 * * * {{ command }}\n{{ line }}\n", "0 3 * * * \x1b]0;owned\x07\n",
    ),
    "github-actions": Bad(
        ".github/workflows/a.yml", 'on: {schedule: [{cron: "0 3 * * *"}]}\njobs: {}\n', "# pad\n",
        "on: {schedule: [\n", "on:\n  schedule:\n    - cron: {{ cron }}\n", BOMB,
    ),
    "icalendar": Bad(
        "a.ics",
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nDTSTART:20270901T000000Z\n"
        "DTEND:20270901T010000Z\nEND:VEVENT\nEND:VCALENDAR\n",
        "X-PAD:pad\n", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n",
        "BEGIN:VCALENDAR\n{{ events }}\nEND:VCALENDAR\n", "BEGIN:VEVENT\n" * 50_000,
    ),
    "kubernetes": Bad(
        "a.yaml", CRON, "# pad\n", "kind: CronJob\nmetadata: {name: a\n",
        "kind: CronJob\nmetadata: {{ .X }}\n", DEEP,
    ),
    "statuspage": Bad(
        "a.json", '{"scheduled_maintenances": []}\n', " \n", '{"scheduled_maintenances": [}',
        '{"scheduled_maintenances": {{ x }}}', DEEP,
    ),
    "systemd": Bad(
        "a.timer", "[Timer]\nOnCalendar=daily\n", "# pad\n", "[Timer\nOnCalendar=daily\n",
        "[Timer]\nOnCalendar={{ when }}\n", "[Timer]\nOnCalendar=\x1b]0;owned\x07\n",
    ),
    "terraform": Bad(
        "a.tf", 'resource "aws_db_instance" "a" {\n  maintenance_window = "Mon:04:00-Mon:05:00"\n}\n',
        "# pad\n", 'resource "aws_db_instance" "a" {\n',
        'resource "aws_db_instance" "a" {\n  maintenance_window = "${var.window}"\n}\n',
        'resource "aws_db_instance" "a" {\n  x = ' + "[" * 50_000 + "\n}\n",
    ),
}  # fmt: skip
REFUSED = {"unreadable-file", "invalid-yaml", "schema-violation", "invalid-schedule"}


def bad(name: str) -> dict[str, str]:
    """Return the texts of a format that end in a finding, by what is wrong with them."""
    of = BAD[name]
    huge = of.pad * (MIB // len(of.pad) + 1) + of.good
    return {"broken": of.broken, "huge": huge, "templated": of.templated, "hostile": of.hostile}


def test_a_source_that_reads_nothing_makes_no_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = "sources: [{format: compose, paths: gone/*.yaml}]\n"
    write(tmp_path, {"opspolicy.yaml": config, "ops/a.yaml": "services: {}\n"})
    code, report = checked(tmp_path, capsys)
    (finding,) = report["findings"]
    assert (code, finding["rule"]) == (2, "unreadable-file")
    assert finding["message"] == "no file matches `gone/*.yaml`: this source reads nothing"
    assert (finding["location"]["line"], finding["location"]["column"]) == (1, 36)


def test_every_format_is_held_to_bad_files() -> None:
    assert BAD.keys() == FORMATS.keys()


@pytest.mark.parametrize("kind", ["broken", "huge", "templated", "hostile"])
@pytest.mark.parametrize("name", BAD)
def test_bad_files_end_in_a_located_finding(
    name: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = BAD[name].path
    zone = "defaults: {timezone: UTC, owner: a}"
    write(tmp_path, {
        "opspolicy.yaml": f"sources: [{{format: {name}, paths: ['{path}'], {zone}}}]\n",
        path: bad(name)[kind],
        "ops/a.yaml": "services: {}\n",
    })  # fmt: skip
    began = time.monotonic()
    code, report = checked(tmp_path, capsys)
    assert time.monotonic() - began < HANGS
    here = [each for each in report["findings"] if each["location"]["file"] == path]
    rules = {each["rule"] for each in here}
    # A part that a template fills in, or a line alone, is left out and told of; all else makes no
    # verdict.
    in_part = kind == "templated" or (name, kind) == ("crontab", "broken")
    assert rules & REFUSED or (in_part and "not-imported" in rules), report["findings"]
    assert (code == 2) == bool(rules & REFUSED)
    assert all(each["location"]["line"] >= 1 for each in here)
    assert path in {each["path"] for each in report["files"]}


@pytest.mark.parametrize("name", BAD)
def test_good_files_are_in_the_manifest(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = BAD[name].path
    zone = "defaults: {timezone: UTC, owner: a}"
    write(tmp_path, {
        "opspolicy.yaml": f"sources: [{{format: {name}, paths: ['{path}'], {zone}}}]\n",
        path: BAD[name].good,
        "ops/a.yaml": "services: {}\n",
    })  # fmt: skip
    code, report = checked(tmp_path, capsys)
    assert code in {0, 1}, report["findings"]
    status = {each["path"]: each["status"] for each in report["files"]}
    assert status == {path: "parsed", "ops/a.yaml": "parsed"}


TIMER = "[Timer]\n# opspolicy: duration=1h requires=s\nOnCalendar={}\n"
EVENT_RULE = """\
# opspolicy: name=a duration=1h requires=s
resource "aws_cloudwatch_event_rule" "a" {{
  schedule_expression = "{}"
}}
"""


class TestWhatNobodyMayMiss:
    """What once was read wrongly, or not at all, with a clean verdict."""

    @pytest.mark.parametrize(
        ("config", "own"),
        [
            ("include: [ops/*.yaml]\n", "ops/a.yaml"),
            ("", "ops/a.yaml"),
            ("", "teams/a.yaml"),
        ],
    )
    @pytest.mark.parametrize("name", ["kubernetes", "argocd", "backstage", "compose"])
    def test_a_source_takes_no_declarations_away(
        self, config: str, own: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path, {
            "opspolicy.yaml": f"{config}sources:\n- {{format: {name}, paths: ['**/*.yaml'], "
                              "exclude: [opspolicy.yaml]}\n",
            "k8s/a.yaml": CRON,
            own: "calendars: {c: {timezone: UTC, hours: []}}\nservices: {shop: {}}\n",
        })  # fmt: skip
        code, report = checked(tmp_path, capsys)
        told = [
            each
            for each in report["findings"]
            if "declarations of opspolicy's own" in each["message"]
        ]
        assert code == 2
        assert [each["location"]["file"] for each in told] == ["opspolicy.yaml"]
        assert f"`{own}`" in told[0]["message"]

    def test_the_clock_of_a_schedule_is_not_that_of_who_completes_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = {
            "opspolicy.yaml": "defaults: {timezone: UTC}\n"
                              "sources: [{format: kubernetes, paths: [k8s/*.yaml]}]\n",
            "k8s/a.yaml": CRON.replace("  timeZone: UTC\n", ""),
            "ops/a.yaml": "defaults: {timezone: America/Toronto, owner: a}\n"
                          "jobs: {a: {duration: 5m}}\n",
        }  # fmt: skip
        write(tmp_path, files)
        _, out = run(tmp_path, capsys, "explain", "job/a")
        assert "every day at 03:00 (UTC)" in out
        # Who writes the schedule itself means the clock of the file.
        own = 'jobs: {a: {duration: 5m, schedule: "0 3 * * *"}}\n'
        write(tmp_path, {"ops/a.yaml": files["ops/a.yaml"].split("\n")[0] + "\n" + own})
        _, out = run(tmp_path, capsys, "explain", "job/a")
        assert "every day at 03:00 (America/Toronto)" in out

    def test_projects_of_compose_are_not_mixed(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path, {
            "opspolicy.yaml": "sources: [{format: compose, paths: ['*/compose*.yaml']}]\n",
            "shop/compose.yaml": "services: {web: {depends_on: [db]}, db: {}}\n",
            "shop/compose.override.yaml": "services: {web: {depends_on: [cache]}, cache: {}}\n",
            "ops/a.yaml": "services: {}\n",
        })  # fmt: skip
        _, report = checked(tmp_path, capsys)
        assert report["findings"] == []
        _, out = run(tmp_path, capsys, "explain", "web")
        assert "`cache`" in out
        assert "`db`" in out
        write(tmp_path, {"hr/compose.yaml": "services: {web: {depends_on: [vault]}, vault: {}}\n"})
        code, report = checked(tmp_path, capsys)
        assert code == 2
        assert {each["rule"] for each in report["findings"]} == {"duplicate-name"}
        assert all("{project}/{name}" in each["hint"] for each in report["findings"])

    def test_a_defect_of_a_reader_is_one_finding(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def read(_text: str, path: str, _source: object) -> None:
            raise RuntimeError(path)

        monkeypatch.setattr(compose, "read", read)
        write(tmp_path, {
            "opspolicy.yaml": "sources: [{format: compose, paths: [compose.yaml]}]\n",
            "compose.yaml": "services: {}\n",
            "ops/a.yaml": "services: {}\n",
        })  # fmt: skip
        code, report = checked(tmp_path, capsys)
        (finding,) = report["findings"]
        assert (code, finding["rule"]) == (2, "internal-error")
        assert finding["location"]["file"] == "compose.yaml"
        assert {each["path"]: each["status"] for each in report["files"]} == {
            "compose.yaml": "failed", "ops/a.yaml": "parsed",
        }  # fmt: skip

    def test_what_others_have_decided_is_not_edited(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = {
            "opspolicy.yaml": "sources:\n- {format: icalendar, paths: [a.ics], takes_down: [s], "
                              "defaults: {owner: a}}\n",
            "a.ics": BAD["icalendar"].good,
            "ops/a.yaml": "services: {s: {customer_facing: true}}\n",
        }  # fmt: skip
        write(tmp_path, files)
        code, _ = run(tmp_path, capsys, "suggest", "maintenance_window/a", "--apply")
        assert code == 1
        assert (tmp_path / "a.ics").read_text(encoding="utf-8") == files["a.ics"]

    def test_an_edit_of_a_crontab_is_printed(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = {
            "opspolicy.yaml": "sources:\n- {format: crontab, paths: [a.crontab], "
                              "defaults: {owner: a, timezone: UTC}}\n",
            "a.crontab": "# opspolicy: name=a duration=1h requires=s\n0 2 * * * true\n",
            "ops/a.yaml": "services: {s: {}}\nmaintenance_windows:\n  w: {owner: a, takes_down: [s], "
                          "schedule: {cron: '0 2 * * *', timezone: UTC}, duration: 30m}\n",
        }  # fmt: skip
        write(tmp_path, files)
        code, out = run(tmp_path, capsys, "suggest", "job/a", "--apply")
        assert code == 1
        assert "-0 2 * * * true" in out
        assert (tmp_path / "a.crontab").read_text(encoding="utf-8") == files["a.crontab"]

    @pytest.mark.parametrize(
        ("name", "text", "before", "after"),
        [
            ("systemd", TIMER, "*-*-* 02:00", "*-*-* 01:00"),
            ("terraform", EVENT_RULE, "cron(0 2 * * ? *)", "cron(0 1 * * ? *)"),
        ],
    )
    def test_an_edit_is_in_the_words_of_its_file(
        self,
        name: str,
        text: str,
        before: str,
        after: str,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        path = BAD[name].path
        write(tmp_path, {
            "opspolicy.yaml": f"sources:\n- {{format: {name}, paths: [{path}], "
                              "defaults: {owner: a, timezone: UTC}}\n",
            path: text.format(before),
            "ops/a.yaml": "services: {s: {}}\nmaintenance_windows:\n  w: {owner: a, takes_down: [s], "
                          "schedule: {cron: '0 2 * * *', timezone: UTC}, duration: 30m}\n",
        })  # fmt: skip
        code, out = run(tmp_path, capsys, "suggest", "job/a", "--apply", "--pick", "2")
        *_, was, now = [line for line in out.splitlines() if line[:1] in {"-", "+"}]
        assert code == 1
        assert (was[0], now[0]) == ("-", "+")
        assert before in was
        assert after in now
        assert (tmp_path / path).read_text(encoding="utf-8") == text.format(before)

    def test_import_leaves_nothing_out_in_silence(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        other = CRON.replace("name: a", "name: a\n  namespace: other")
        write(tmp_path, {"a.yaml": CRON, "b.yaml": other})
        code = cli.main(
            ["import", "kubernetes", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")]
        )
        assert code == 2
        assert "job `a` is already declared" in capsys.readouterr().err

    @pytest.mark.parametrize("named", ["k8s/a.yaml", "k8s", "."])
    @pytest.mark.parametrize("config", ["", "include: [ops]\n"])
    def test_a_foreign_file_may_be_named(
        self, config: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path, {
            "opspolicy.yaml": f"{config}sources: [{{format: kubernetes, paths: [k8s/*.yaml]}}]\n",
            "k8s/a.yaml": CRON,
            "ops/a.yaml": "services: {}\n",
        })  # fmt: skip
        _, out = run(tmp_path, capsys, "check", str(tmp_path / named))
        assert "1 job" in out
        assert "incomplete" not in out


class TestNothingToRead:
    """A source that selects files, and reads nothing in any of them, is told of once."""

    OTHER = "apiVersion: apps/v1\nkind: Deployment\n"

    def told(self, directory: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[str]:
        """Return what is told of sources, from memory as from the files."""
        found: list[list[str]] = []
        for _ in range(2):
            given = ["check", "-C", str(directory), "--as-of", "2027-09-01", "--format", "json"]
            cli.main([*given, *more])
            findings = json.loads(capsys.readouterr().out)["findings"]
            found.append(
                [
                    f"{each['location']['file']}:{each['location']['line']}: {each['severity']} "
                    f"{each['rule']}: {each['message']}"
                    for each in findings
                    if "this source reads nothing" in each["message"]
                ]
            )
        assert found[0] == found[1]
        return found[0]

    def test_it_is_told_once(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(tmp_path, {
            "opspolicy.yaml": "sources:\n- {format: kubernetes, paths: [k8s/*.yaml]}\n"
                              "- {format: argocd, paths: ['k8s/*.yaml']}\n",
            "k8s/a.yaml": self.OTHER,
            "k8s/b.yaml": self.OTHER,
            "ops/a.yaml": "services: {}\n",
        })  # fmt: skip
        head, tail = (
            "info not-imported: no file that matches `k8s/*.yaml` has a",
            "in it: this source",
        )
        assert self.told(tmp_path, capsys) == [
            f"opspolicy.yaml:2: {head} Kubernetes CronJob {tail} reads nothing",
            f"opspolicy.yaml:3: {head} sync window of Argo CD {tail} reads nothing",
        ]
        # Of a part of the files nobody knows.
        for named in ("k8s/a.yaml", "ops/a.yaml"):
            assert self.told(tmp_path, capsys, str(tmp_path / named)) == []
        # One that is left out is one.
        write(tmp_path, {"k8s/b.yaml": CRON.replace("0 3 * * *", "@every 1h")})
        (told,) = self.told(tmp_path, capsys)
        assert "sync window" in told

    def test_a_page_may_announce_nothing(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path, {
            "opspolicy.yaml": "sources: [{format: statuspage, paths: [a.json]}]\n",
            "a.json": '{"scheduled_maintenances": []}',
            "ops/a.yaml": "services: {}\n",
        })  # fmt: skip
        assert self.told(tmp_path, capsys) == []


class TestManyRemarks:
    """However much there is to tell of a file, what fails a check is told."""

    FILLER = (
        "kind: CronJob\nmetadata: {{name: f{at}}}\nspec: {{schedule: '0 3 * * *', note: x}}\n---\n"
    )
    HEAD = "apiVersion: batch/v1\n"

    def test_an_error_behind_hundreds_of_infos(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = "".join(self.HEAD + self.FILLER.format(at=at) for at in range(MOST_REMARKS + 1))
        last = "kind: CronJob\nmetadata: {name: z}\nspec: {schedule: '0 3 * * *', time_zone: UTC}\n"
        write(tmp_path, {
            "opspolicy.yaml": "sources:\n- {format: kubernetes, paths: [k8s/*.yaml], "
                              "defaults: {timezone: UTC, owner: a}}\n",
            "k8s/a.yaml": text + self.HEAD + last,
            "ops/a.yaml": "services: {}\n",
        })  # fmt: skip
        code, report = checked(tmp_path, capsys)
        errors = [each for each in report["findings"] if each["severity"] == "error"]
        assert code == 2
        assert [(each["rule"], each["hint"]) for each in errors] == [
            ("invalid-schedule", "did you mean `timeZone`?")
        ]

    def test_what_is_more_than_can_be_told_is_counted(self) -> None:
        lines = "".join(
            f"{self.HEAD}kind: CronJob\nmetadata: {{name: f{at}}}\n"
            f"spec: {{schedule: '0 3 * * *', time_zone: UTC}}\n---\n"
            for at in range(MOST_REMARKS + 2)
        )
        found = kubernetes.read(lines, "a.yaml", Source("kubernetes"))
        assert len(found.remarks) == MOST_REMARKS + 1
        assert found.remarks[-1].message == "2 more entries of this file are wrong"
        assert found.remarks[-1].rule == "invalid-schedule"

    def test_thousands_of_keys_that_nobody_knows_make_no_file(self) -> None:
        keys = "".join(f", k{at}: 1" for at in range(MOST_MEANT + 1))
        text = f"{self.HEAD}kind: CronJob\nmetadata: {{name: f}}\nspec: {{schedule: '0 3 * * *'{keys}}}\n"
        (problem,) = kubernetes.read(text, "a.yaml", Source("kubernetes")).problems
        assert problem.rule == "unreadable-file"
        assert "has thousands of keys" in problem.message
