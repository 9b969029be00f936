"""Nothing that isn't known is ever fine: what can't be judged exits 2, and the rest stands."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from opspolicy.cli import main
from opspolicy.output import formats

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = "2027-09-01"

GOOD = """\
services:
  portal: {owner: digital, customer_facing: true, customers: 100, depends_on: [identity]}
  identity: {owner: platform}
maintenance_windows:
  upgrade: {owner: platform, takes_down: [identity], start: 2027-10-09T00:00Z, duration: 4h}
jobs:
  mail:
    owner: billing
    scheduler: kubernetes
    schedule: {cron: "30 1 * * *", timezone: America/Toronto}
    duration: 10m
    requires: [portal]
"""

# The rules whose findings leave the verdict unknown, each with a file that makes it fire alone.
UNKNOWN = {
    "unreadable-file": "x-a: " + "[" * 70 + "]" * 70 + "\n",
    "invalid-yaml": "services: {a: [}\n",
    "schema-violation": "services: {a: {no_such_key: 1}}\n",
    "unknown-reference": "services: {a: {depends_on: [nothing]}}\n",
    "duplicate-name": "services: {a: {}, A: {}}\n",
    "unknown-holidays": (
        "calendars: {c: {timezone: UTC, holidays: ZZ, hours: [{from: 08:00, to: 09:00}]}}\n"
        "services: {a: {owner: t, customer_facing: true, business_hours: c}}\n"
        "maintenance_windows:\n"
        "  w: {owner: t, takes_down: [a], start: 2027-10-09T20:00Z, duration: 1h}\n"
    ),
    "invalid-schedule": (
        "jobs: {a: {owner: t, scheduler: cron, duration: 1m,"
        " schedule: {cron: 99 * * * *, timezone: UTC}}}\n"
    ),
    "missing-timezone": (
        "jobs: {a: {owner: t, scheduler: cron, duration: 1m, schedule: 0 2 * * *}}\n"
    ),
}


class Ran(NamedTuple):
    """What a check came to."""

    code: int
    report: dict[str, Any]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of the report."""
        found: list[dict[str, Any]] = self.report["findings"]
        return found

    @property
    def rules(self) -> set[str]:
        """The rules of the findings."""
        return {each["rule"] for each in self.findings}

    def about(self, path: str) -> list[str]:
        """Return the findings placed in a file, as text to compare byte for byte."""
        return [json.dumps(each) for each in self.findings if each["location"]["file"] == path]


class Estate:
    """A directory with files of declarations."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Start with nothing below ``root``."""
        self.root = root
        self._capsys = capsys

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def check(self, *arguments: str) -> Ran:
        """Run `opspolicy check` here."""
        code = main(["check", "-C", str(self.root), "--as-of", AS_OF, "--format", "json",
                     "--no-cache", *arguments])  # fmt: skip
        written = self._capsys.readouterr()
        assert "Traceback" not in written.err
        report = json.loads(written.out) if written.out else {}
        assert report.get("exit_code", code) == code
        return Ran(code, report)


@pytest.fixture
def estate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Estate:
    """Return an empty estate."""
    (tmp_path / ".git").mkdir()
    # `-C` changes the current directory; this brings it back.
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPSPOLICY_AS_OF", raising=False)
    return Estate(tmp_path, capsys)


# A broken file among good ones --------------------------------------------------------------------

BROKEN: dict[str, str | bytes] = {
    "syntax": "services: {a: [}\n",
    "an unquoted cron line": "jobs:\n  a:\n    schedule: */5 * * * *\n",
    "a key twice": "services: {a: {}}\nservices: {b: {}}\n",
    "a foreign tag": "services: !!python/name:os.system {}\n",
    "depth": "[" * 1000,
    "aliases": "x-a: &a b\nx-b: [" + "*a," * 201 + "]\n",
    "encoding": b"services: {\xff: {}}\n",
    "UTF-16": "services: {}\n".encode("utf-16"),
    "NUL": b"services: {}\0\n",
    "size": b"#" * (1024 * 1024 + 1),
    "an unknown section": "service: {}\n",
    "an unknown key": "services: {x: {no_such_key: 1}}\n",
    "a wrong value": "services: {x: {customers: many}}\n",
    "a list": "- a\n",
    "a text": "hello\n",
    "a bad name": "services: {'a b': {}}\n",
    "a bad document after a good one": "x-a: 1\n---\n]\n",
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("path", ["ops/a.yaml", "ops/z.yaml"])
def test_good_findings_are_the_same_beside_a_broken_file(
    estate: Estate, name: str, path: str
) -> None:
    estate.write("ops/good.yaml", GOOD)
    alone = estate.check()
    assert alone.code == 1
    hurt = {"outage-in-business-hours", "no-legal-slot", "schedule-in-dst-transition"}
    assert alone.rules == hurt
    estate.write(path, BROKEN[name])
    beside = estate.check()
    assert beside.code == 2
    assert beside.report["complete"] is False
    assert beside.about("ops/good.yaml") == alone.about("ops/good.yaml")
    assert len(beside.about("ops/good.yaml")) == len(alone.findings)
    assert beside.about(path)
    assert len(beside.findings) == len(alone.findings) + len(beside.about(path))


def test_broken_directory_beside_a_good_file(estate: Estate) -> None:
    estate.write("ops/good.yaml", GOOD)
    alone = estate.check()
    estate.write("ops/sub/.git", "gitdir: elsewhere\n")
    os.mkfifo(estate.root / "ops/pipe.yaml")
    (estate.root / "ops/link.yaml").symlink_to("/etc/hostname")
    beside = estate.check()
    assert beside.code == 2
    assert beside.about("ops/good.yaml") == alone.about("ops/good.yaml")
    assert {each["location"]["file"] for each in beside.findings} == {
        "ops/good.yaml",
        "ops/link.yaml",
        "ops/pipe.yaml",
        "ops/sub",
    }


def test_what_an_unreadable_file_declares_is_not_taken_for_undeclared_in_silence(
    estate: Estate,
) -> None:
    """References into a broken file are unknown too; both are said, and neither is fine."""
    estate.write("ops/a.yaml", "services: {portal: {depends_on: [identity]}}\n")
    estate.write("ops/b.yaml", "services: {identity: {}, identity: {}}\n")
    ran = estate.check()
    assert ran.code == 2
    assert {"invalid-yaml", "unknown-reference"} <= ran.rules


def test_right_parts_of_a_wrong_entry_are_judged(estate: Estate) -> None:
    text = GOOD.replace("duration: 4h}", "duration: 4h, summry: x}")
    estate.write("ops/good.yaml", text)
    ran = estate.check()
    assert ran.code == 2
    assert ran.rules == {
        "outage-in-business-hours",
        "no-legal-slot",
        "schedule-in-dst-transition",
        "schema-violation",
    }


def test_every_file_is_in_the_manifest_once(estate: Estate) -> None:
    for at, content in enumerate([GOOD, *BROKEN.values(), "", "# empty\n"]):
        estate.write(f"ops/{at:02}.yaml", content)
    (estate.root / "ops/a.yaml").symlink_to("/dev/zero")
    os.mkfifo(estate.root / "ops/b.yaml")
    (estate.root / "ops/c.yaml").symlink_to("nowhere")
    ran = estate.check()
    files = ran.report["files"]
    paths = [each["path"] for each in files]
    assert paths == sorted(
        [f"ops/{name}" for name in os.listdir(estate.root / "ops")],
    )
    # What parses and declares something wrong is parsed all the same.
    parsed = {"an unknown section", "an unknown key", "a wrong value", "a list", "a text"}
    parsed.add("a bad name")
    failed = {
        f"ops/{at:02}.yaml" for at, name in enumerate(BROKEN, start=1) if name not in parsed
    } | {"ops/a.yaml", "ops/b.yaml", "ops/c.yaml"}
    assert {each["path"] for each in files if each["status"] == "failed"} == failed
    messages = {each["location"]["file"]: each["message"] for each in ran.findings}
    for each in files:
        assert ("reason" in each) == (each["path"] in failed)
        if "reason" in each:
            assert each["reason"] == messages[each["path"]]


# Nothing silences it ------------------------------------------------------------------------------

SILENCERS = [
    ("--fail-on", "never"),
    ("--fail-on", "error"),
    ("--select", "outage-in-business-hours"),
    ("--select", "OPS3"),
    ("--ignore", "{rule}"),
    ("--ignore", "OPS"),
    ("--ignore", "OPS0,OPS1,OPS2", "--fail-on", "never", "--select", "overlapping-runs"),
    ("--quiet",),
    ("--allow-empty",),
]


@pytest.mark.parametrize("rule", UNKNOWN)
@pytest.mark.parametrize("arguments", SILENCERS, ids=" ".join)
def test_no_option_silences_what_is_unknown(
    estate: Estate, rule: str, arguments: tuple[str, ...]
) -> None:
    estate.write("ops/a.yaml", UNKNOWN[rule])
    usual = estate.check()
    assert usual.code == 2
    assert usual.rules == {rule}
    silenced = estate.check(*(each.format(rule=rule) for each in arguments))
    assert silenced.code == 2
    assert silenced.findings == usual.findings
    assert silenced.report["files"] == usual.report["files"]


POLICIES = [
    "{rule}: {{severity: off}}",
    "{rule}: {{severity: info}}",
    "{rule}: {{severity: warning, locked: true}}",
    "{rule}: {{severity: off, scope: {{services: [other]}}}}",
    "{rule}: {{scope: {{owners: [nobody]}}}}",
]


@pytest.mark.parametrize("rule", [*UNKNOWN, "internal-error", "job-cycle"])
@pytest.mark.parametrize("policy", POLICIES)
def test_no_policy_silences_what_is_unknown(estate: Estate, rule: str, policy: str) -> None:
    content = UNKNOWN.get(rule, UNKNOWN["invalid-yaml"])
    estate.write("ops/a.yaml", content)
    # A scope is judged against the estate, so it names something there.
    estate.write("ops/b.yaml", "services: {other: {owner: nobody}}\n")
    usual = estate.check()
    estate.write("opspolicy.yaml", "policies: policies/*.yaml\nfail_on: never\n")
    estate.write("policies/own.yaml", f"policies:\n  {policy.format(rule=rule)}\n")
    silenced = estate.check()
    assert silenced.code == 2
    assert [each for each in silenced.findings if each["rule"] == rule] == [
        each for each in usual.findings if each["rule"] == rule
    ]
    assert {each["severity"] for each in silenced.findings if each["rule"] == rule} <= {"error"}


def test_no_waiver_silences_what_is_unknown(estate: Estate) -> None:
    estate.write("ops/a.yaml", UNKNOWN["schema-violation"])
    usual = estate.check()
    estate.write(
        "ops/b.yaml",
        "waivers:\n  - {rule: schema-violation, on: [service/a], reason: hush, approved_by: [t],"
        " expires: 2099-12-31}\n",
    )
    ran = estate.check()
    assert ran.code == 2
    assert ran.about("ops/a.yaml") == usual.about("ops/a.yaml")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--select", "no-such-rule"), "no-such-rule"),
        (("--ignore", "no-such-rule"), "no-such-rule"),
        (("--select", "OPS99"), "OPS99"),
        (("--horizon", "soon"), "soon"),
        (("--horizon", "0s"), "0s"),
        (("--horizon", "2000d"), "2000d"),
        (("--as-of", "yesterday"), "yesterday"),
        (("--as-of", "1970-12-31"), "1970-12-31"),
        (("--as-of", "2150-01-01"), "2150-01-01"),
        (("--config", "nothing.yaml"), ""),
        (("-C", "nowhere"), "nowhere"),
        (("--output", "json"), "json"),
        (("--output", "xml=x"), "xml"),
        (("--fail-on", "sometimes"), "sometimes"),
        (("--no-such-option",), "no-such-option"),
        (("--format", "xml"), "xml"),
    ],
)
def test_usage_exits_2(estate: Estate, arguments: tuple[str, ...], said: str) -> None:
    estate.write("ops/a.yaml", "services: {a: {}}\n")
    done = subprocess.run(
        [sys.executable, "-m", "opspolicy", "check", *arguments],
        cwd=estate.root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert said in done.stderr + done.stdout
    assert done.stderr or done.stdout


def test_report_that_cannot_be_written_exits_2(estate: Estate) -> None:
    estate.write("ops/a.yaml", "services: {a: {}}\n")
    for path in ("nowhere/report.txt", "ops", "/dev/full"):
        done = subprocess.run(
            [sys.executable, "-m", "opspolicy", "check", "--output", f"text={path}"],
            cwd=estate.root, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert path in done.stderr
        assert "No findings." in done.stdout


@pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full", ">&-"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [("", 0), ("other/b.yaml", 2), ("--select nope", 2), ("--output json=/nowhere/x", 2)],
)
def test_streams_that_cannot_be_written_change_no_verdict(
    estate: Estate, closed: str, arguments: str, code: int
) -> None:
    estate.write("ops/a.yaml", "services: {a: {}}\n")
    estate.write("other/b.yaml", "services: [\n")
    line = f"{sys.executable} -m opspolicy check --as-of 2027-09-01 {arguments} {closed}"
    done = subprocess.run(["sh", "-c", line], cwd=estate.root, capture_output=True, check=False)
    assert done.returncode == code


def test_a_full_disk_is_said_for_what_it_is(estate: Estate) -> None:
    estate.write("ops/a.yaml", "services: {a: {}}\n")
    line = f"{sys.executable} -m opspolicy check --as-of 2027-09-01 >/dev/full"
    done = subprocess.run(["sh", "-c", line], cwd=estate.root, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr == b"opspolicy: the output can't be written: no space left on device\n"


def test_policy_files_are_laid_over_one_another_in_the_order_listed(estate: Estate) -> None:
    estate.write("ops/a.yaml", "services: {a: {customer_facing: true}}\n")
    estate.write("policies/z.yaml", "policies: {missing-owner: {severity: off}}\n")
    estate.write("policies/a.yaml", "policies: {missing-owner: {severity: error}}\n")
    for order, code in (("z.yaml, policies/a.yaml", 1), ("a.yaml, policies/z.yaml", 0)):
        estate.write("opspolicy.yaml", f"policies: [policies/{order}]\n")
        assert estate.check().code == code


# Configuration ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule", "message", "start"),
    [
        ("horizon: [\n", "invalid-yaml", "", (2, 1)),
        ("horizon: 1d\nhorizon: 2d\n", "invalid-yaml", "stands twice", (2, 1)),
        ("horizn: 30d\n", "schema-violation", "`horizn` is not a key", (1, 1)),
        ("horizon: soon\n", "schema-violation", "`horizon` must be a duration", (1, 10)),
        ("x-a: 1\nhorizon: 0s\n", "schema-violation", "the horizon `0s`", (2, 10)),
        ("horizon: 1826d\n", "schema-violation", "the horizon `1826d`", (1, 10)),
        ("horizon: 999999999w\n", "schema-violation", "longer than five years", (1, 10)),
        ("horizon: 30\n", "schema-violation", "`horizon` must be a duration", (1, 10)),
        ("extends: [recommended, no-such-pack]\n", "schema-violation", "no-such-pack", (1, 1)),
        ("extends: ../../etc/passwd\n", "schema-violation", "no policy pack", (1, 10)),
        ("extends: []\n", "schema-violation", "nothing would be judged", (1, 1)),
        ("fail_on: sometimes\n", "schema-violation", "`fail_on` must be one of", (1, 10)),
        ("include: 5\n", "schema-violation", "`include` must be", (1, 10)),
        ("include: ''\n", "schema-violation", "`include` is empty; it takes a glob", (1, 10)),
        ("policies: nothing/*.yaml\n", "schema-violation", "names no file that exists", (1, 11)),
        ("defaults: {timezone: Mars/Olympus}\n", "schema-violation", "Mars/Olympus", (1, 22)),
        ("defaults: {scheduler: at}\n", "schema-violation", "`scheduler` must be one of", (1, 23)),
        ("sources: [{format: ical, paths: x}]\n", "schema-violation", "`format` must be", (1, 20)),
        ("--- {}\n--- {}\n", "schema-violation", "is one document", (2, 5)),
        ("- a\n", "schema-violation", "the configuration is a mapping of keys, not a list", (1, 3)),
        ("hello\n", "schema-violation", "the configuration is a mapping of keys", (1, 1)),
        ("\x1b\n", "invalid-yaml", "U+001B", (1, 1)),
        ("x: " + "[" * 65 + "]" * 65 + "\n", "unreadable-file", "64 levels", (1, 67)),
    ],
)
def test_broken_configuration_is_a_located_finding(
    estate: Estate, text: str, rule: str, message: str, start: tuple[int, int]
) -> None:
    estate.write("ops/a.yaml", GOOD)
    estate.write("opspolicy.yaml", text)
    for arguments in ((), ("--fail-on", "never"), ("--allow-empty",), ("ops/a.yaml",)):
        ran = estate.check(*arguments)
        assert ran.code == 2
        (finding,) = ran.findings
        assert finding["rule"] == rule
        assert message in finding["message"]
        place = finding["location"]
        assert (place["file"], place["line"], place["column"]) == ("opspolicy.yaml", *start)


@pytest.mark.parametrize(
    ("text", "message", "start"),
    [
        ("policies: {no-such-rule: {severity: error}}\n", "is no rule of this version", (1, 12)),
        ("policies:\n  mine: {rule: no-such-rule}\n", "`no-such-rule` is no rule", (2, 16)),
        ("policies:\n  mine: {severity: error}\n", "`mine` is no rule", (2, 3)),
        ("policies: {../rules/base: {}}\n", "can't be a name", (1, 12)),
        ("policies: {invalid_yaml: {}}\n", "`invalid_yaml` is no rule", (1, 12)),
        ("policies:\n  never-runs: {options: {max: 2h}}\n", "has no option `max`", (2, 26)),
        ("policies: {never-runs: {severity: fatal}}\n", "`severity` must be one of", (1, 35)),
        ("policies: {never-runs: {severity: no}}\n", "`severity` must be one of", (1, 35)),
        ("policies: {never-runs: {level: error}}\n", "`level` is not a key", (1, 25)),
        ("policies: {never-runs: {scope: {service: [a]}}}\n", "`service` is not a key", (1, 33)),
        ("policies: {mine: {rule: custom, assert: 'true'}}\n", "doesn't say", (1, 25)),
        ("policy: {}\n", "`policy` is not a key", (1, 1)),
        ("x-a: 1\n", "needs the key `policies`", (1, 1)),
        ("- a\n", "a policy file is a mapping of keys, not a list", (1, 3)),
        ("policies: [\n", "", (2, 1)),
    ],
)
def test_broken_policy_file_is_a_located_finding(
    estate: Estate, text: str, message: str, start: tuple[int, int]
) -> None:
    estate.write("ops/a.yaml", GOOD)
    estate.write("opspolicy.yaml", "policies: [policies/*.yaml]\n")
    estate.write("policies/own.yaml", text)
    ran = estate.check()
    assert ran.code == 2
    assert message in "\n".join(each["message"] for each in ran.findings)
    places = [each["location"] for each in ran.findings]
    assert ("policies/own.yaml", *start) in [
        (place["file"], place["line"], place["column"]) for place in places
    ]
    listed = [each["path"] for each in ran.report["files"]]
    assert len(listed) == len(set(listed))
    assert "policies/own.yaml" in listed


def test_policy_file_that_cannot_be_read(estate: Estate) -> None:
    estate.write("ops/a.yaml", GOOD)
    estate.write("opspolicy.yaml", "policies: policies/*.yaml\n")
    estate.write("policies/own.yaml", b"\xff")
    (estate.root / "policies/link.yaml").symlink_to("/etc/hostname")
    ran = estate.check()
    assert ran.code == 2
    assert {each["location"]["file"]: each["rule"] for each in ran.findings} == {
        "policies/link.yaml": "unreadable-file",
        "policies/own.yaml": "unreadable-file",
    }


def test_empty_configuration_is_the_default_one(estate: Estate) -> None:
    estate.write("ops/a.yaml", GOOD)
    usual = estate.check()
    for text in ("", "# nothing\n", "{}\n", "---\n"):
        estate.write("opspolicy.yaml", text)
        assert estate.check() == usual


# The same bytes -----------------------------------------------------------------------------------

SECTIONS = """\
teams: {digital: {contact: d@example.org}, platform: {}, billing: {}}
calendars:
  office: {timezone: America/Toronto, hours: [{days: mon-fri, from: 08:00, to: 20:00}]}
"""


def many_files() -> dict[str, str]:
    """Return an estate of many files with findings of many kinds, some at one and the same place."""
    files = {"ops/good.yaml": GOOD, "ops/sections.yaml": SECTIONS}
    for at in range(5):
        files[f"ops/team-{at}/a.yaml"] = (
            f"services:\n"
            f"  s{at}:\n"
            f"    owner: digital\n"
            f"    customer_facing: true\n"
            f"    business_hours: office\n"
            f"    depends_on: [s{(at + 1) % 5}, {{any_of: [g0, g1, g2], at_least: 2}}, nothing]\n"
        )
        files[f"ops/team-{at}/b.yaml"] = (
            f"services: {{g{at % 4}: {{}}}}\n"
            f"maintenance_windows:\n"
            f"  w{at}: {{takes_down: [g{at % 3}], timezone: Europe/Paris, owner: stranger,\n"
            f"       schedule: {{cron: '0 {at} * * *'}}, duration: 12h}}\n"
        )
    files["ops/broken.yaml"] = BROKEN["syntax"] if isinstance(BROKEN["syntax"], str) else ""
    files["ops/wrong.yaml"] = "services: {x: {a: 1, b: 2, c: 3}}\nserv: 1\n"
    return files


def output(root: Path, arguments: tuple[str, ...], **environment: str) -> tuple[int, bytes]:
    """Return exit code and output of a check in a process with ``environment``."""
    ours = {name: text for name, text in os.environ.items() if not name.startswith("OPSPOLICY_")}
    done = subprocess.run(
        [sys.executable, "-m", "opspolicy", "check", "--as-of", AS_OF, *arguments],
        cwd=root,
        capture_output=True,
        check=False,
        env={**ours, **environment},
    )
    assert done.stderr == b""
    return done.returncode, done.stdout


@pytest.mark.parametrize("many", [2, pytest.param(4, marks=pytest.mark.prove)])
def test_output_is_the_same_to_the_byte(many: int, tmp_path: Path) -> None:
    """In every format, over hash seeds, time zones, locales, and the order of making files."""
    files = list(many_files().items())
    expected: list[object] = []
    for at, environment in enumerate(
        [
            {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8"},
            {"PYTHONHASHSEED": "2", "TZ": "XXX-14", "LANG": "de_DE.ISO-8859-1", "LC_ALL": ""},
            {"PYTHONHASHSEED": "random", "TZ": "../../etc/passwd", "PYTHONUTF8": "0"},
        ][:many]
    ):
        random.Random(at).shuffle(files)  # noqa: S311 - an order, not a secret
        root = tmp_path / str(at)
        for path, text in files:
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        outputs = [f"--output={name}={name}.out" for name in formats()]
        code, printed = output(
            root, ("--no-cache", "--format", "text", "-v", *outputs), **environment
        )
        written = [(root / f"{name}.out").read_bytes() for name in formats()]
        assert code == 2
        assert min(map(len, [printed, *written])) > 5_000
        expected = expected or [printed, *written]
        assert [printed, *written] == expected


def test_cache_changes_no_byte(tmp_path: Path) -> None:
    """Not when it is filled, not when it is used, not when somebody has poisoned it."""
    root, cache = tmp_path / "root", tmp_path / "cache"
    text = SECTIONS.replace("hours:", "holidays: CA-QC, hours:", 1) + GOOD.replace(
        "customer_facing: true", "customer_facing: true, business_hours: office"
    )
    (root / "ops").mkdir(parents=True)
    (root / "ops/a.yaml").write_text(text, encoding="utf-8")
    expected = output(root, ("--no-cache", "--format", "json"))
    assert not cache.exists()
    kept = {"OPSPOLICY_CACHE_DIR": str(cache)}
    assert output(root, ("--format", "json"), **kept) == expected
    entries = [each for each in cache.rglob("*") if each.is_file()]
    assert output(root, ("--format", "json"), **kept) == expected
    for poison in (b"", b"{}", b"\xff" * 100, b"0\n{}\n", b"[" * 100_000):
        for entry in entries:
            entry.write_bytes(poison)
        assert output(root, ("--format", "json"), **kept) == expected
    # Nothing is written into the tree.
    assert [each.name for each in root.rglob("*") if each.is_file()] == ["a.yaml"]
