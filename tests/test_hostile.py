"""Hostile input: whatever a pull request brings, an exit code, a report, and bounded cost."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Callable

pytest.importorskip("resource", reason="limits and measures are POSIX's")

AS_OF = "2027-09-01"
MIB = 1024 * 1024
PATH = "ops/estate.yaml"
SCHEMA = Path(__file__).parents[1] / "schemas" / "report.schema.json"

MOST_MEMORY = 256
"""MiB of resident memory, for any file of 1 MiB."""

ADDRESS_SPACE = 512
"""MiB, as a limit of the process: what asks for more gets a MemoryError, and so exits 2."""

HANG = 10
"""Seconds of processor time: five times the two that any file of 1 MiB may take."""

# The parent's own memory would count as the child's until it executes, so a small process is in
# between; it also says what was used.
LAUNCHER = """
import os, resource, sys
usage, address_space, seconds, *command = sys.argv[1:]
child = os.fork()
if child == 0:
    resource.setrlimit(resource.RLIMIT_AS, (int(address_space), int(address_space)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.execv(command[0], command)
_, status, used = os.wait4(child, 0)
with open(usage, "w") as file:
    print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss, file=file)
"""
# Everything a terminal obeys but the line break; the same for what turns text around or hides it.
CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


class Ran(NamedTuple):
    """What a check of hostile input came to: ``memory`` in MiB, ``seconds`` of processor time."""

    code: int
    seconds: float
    memory: float
    report: dict[str, Any]
    text: str

    @property
    def messages(self) -> list[str]:
        """What the findings say, each with its hint."""
        return [f"{each['message']}\n{each['hint']}" for each in self.report["findings"]]

    @property
    def rules(self) -> set[str]:
        """The rules of the findings."""
        return {each["rule"] for each in self.report["findings"]}


@functools.cache
def validator() -> Draft202012Validator:
    """Return the validator of the report's public schema."""
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def run(directory: Path, *arguments: str) -> Ran:
    """Check what is in ``directory`` in a process with limits, and hold its output to the rules."""
    usage, page = directory / "usage.txt", directory / "page.txt"
    ours = {name: text for name, text in os.environ.items() if not name.startswith("OPSPOLICY_")}
    done = subprocess.run(
        [
            *(sys.executable, "-I", "-S", "-c", LAUNCHER),
            *(str(usage), str(ADDRESS_SPACE * MIB), str(HANG)),
            *(sys.executable, "-m", "opspolicy", "check", "-C", str(directory), "--as-of", AS_OF),
            *("--no-cache", "--format", "json", "--output", f"text={page}", *arguments),
        ],
        capture_output=True,
        timeout=10 * HANG,
        check=True,
        env=ours,
    )
    code, seconds, kib = usage.read_text(encoding="ascii").split()
    assert int(code) in {0, 1, 2}, (code, seconds, kib, done.stderr[-2000:])
    written, said = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    text = page.read_text(encoding="utf-8")
    assert "Traceback" not in written + said + text
    assert not CONTROL.search(text), CONTROL.search(text)
    assert not CONTROL.search(said), CONTROL.search(said)
    report = json.loads(written)
    validator().validate(report)
    assert report["exit_code"] == int(code)
    assert "internal-error" not in {each["rule"] for each in report["findings"]}, report["findings"]
    assert float(seconds) < HANG
    assert float(kib) / 1024 < MOST_MEMORY
    return Ran(int(code), float(seconds), float(kib) / 1024, report, text)


class Case(NamedTuple):
    """A file, the exit code it deserves, and what one of its findings says, if it has any."""

    name: str
    make: Callable[[], str | bytes]
    code: int
    says: str = ""
    arguments: tuple[str, ...] = ()


def fill(head: str, line: Callable[[int], str], tail: str = "", size: int = MIB) -> str:
    """Return ``head``, as many of ``line`` as fit into ``size`` bytes, and ``tail``."""
    left = size - len(head.encode()) - len(tail.encode())
    parts: list[str] = []
    for number in range(size):
        part = line(number)
        left -= len(part.encode())
        if left < 0:
            break
        parts.append(part)
    return head + "".join(parts) + tail


def window(name: str, down: str, rest: str = "start: 2027-10-09T00:00Z, duration: 4h") -> str:
    """Return a maintenance window on a line."""
    return f"  {name}: {{owner: o, takes_down: [{down}], {rest}}}\n"


def job(name: str, schedule: str, rest: str = "") -> str:
    """Return a job on a line."""
    return f"  {name}: {{owner: o, scheduler: cron, duration: 1m, schedule: {schedule}{rest}}}\n"


def cron(line: str) -> str:
    """Return an estate of one job with a cron line."""
    return "jobs:\n" + job("j", f"{{cron: {json.dumps(line)}, timezone: UTC}}")


SERVICE = "services:\n  s: {owner: o, customer_facing: true, customers: 5}\n"
LIMIT = "which is the limit"

SYNTAX = [
    Case("brackets", lambda: "[" * 50_000, 2, "64 levels"),
    Case("braces", lambda: "{" * 50_000, 2, "used as a key"),
    Case("dashes", lambda: "- " * 50_000, 2, "64 levels"),
    Case("mappings in flow", lambda: "{a: " * 50_000, 2, "64 levels"),
    Case("pairs in flow", lambda: "[a: " * 50_000, 2, "64 levels"),
    Case("questions", lambda: "? " * 50_000, 2, "used as a key"),
    Case("closed brackets", lambda: "]" * 50_000, 2),
    Case("a staircase", lambda: "".join(f"{' ' * at}a:\n" for at in range(1400)), 2, "64 levels"),
    Case("colons", lambda: ":" * MIB, 2, "64 KiB"),
    Case("anchors", lambda: "&a " * 100_000, 2),
    Case("exclamation marks", lambda: "!" * 100_000, 2),
    Case("billion laughs", lambda: "x-0: &x0 [lol]\n" + "".join(
        f"x-{at}: &x{at} [{', '.join([f'*x{at - 1}'] * 9)}]\n" for at in range(1, 20)), 2, "250,000"),
    Case("merge bomb", lambda: "x-0: &x0 {a: 1, b: 2}\n" + "".join(
        f"x-{at}: &x{at} {{<<: [{', '.join([f'*x{at - 1}'] * 9)}], k{at}: 1}}\n"
        for at in range(1, 20)), 2, "250,000"),
    Case("wide merges", lambda: "x-a: &a {" + ", ".join(f"k{at}: 1" for at in range(40_000))
         + "}\n" + "".join(f"x-{at}: {{<<: *a}}\n" for at in range(190)), 2, "250,000"),
    Case("merges of merges", lambda: "x-a: &a {a: 1}\nx-b: {<<: [" + "{<<: *a}, " * 190 + "]}\n", 0),
    Case("aliases", lambda: "x-a: &a b\nx-b: [" + "*a, " * 100_000 + "]\n", 2, "200 aliases"),
    Case("anchors by the thousand", lambda: fill("x-a: [", lambda at: f"&a{at} b,", "]"), 0),
    Case("one anchor again and again", lambda: fill("x-a: [", lambda _: "&a b,", "]"), 2, "200,000"),
    Case("a long text by alias", lambda: "teams:\n  a: {title: &t '" + "x" * 65_000 + "'}\n"
         + "".join(f"  t{at}: {{title: *t}}\n" for at in range(200)), 2, "has 65,000 characters"),
    Case("duplicate %YAML", lambda: "%YAML 1.2\n" * 100_000 + "---\n", 2),
    Case("unknown directives", lambda: fill("", lambda at: f"%D{at} x\n", "---\n"), 2),
    Case("a %TAG", lambda: "%TAG ! tag:yaml.org,2002:python/\n---\n!name:os.system {}\n", 2, "%TAG"),
    Case("documents", lambda: "---\n" * 200_000, 2, "200,000"),
    Case("document ends", lambda: "...\n" * 200_000, 2),
    Case("documents under the cap", lambda: "--- {}\n" * 49_000, 0),
    Case("a list to the cap", lambda: "x-a: [" + "1," * 199_988 + "]\n", 0),
    Case("a list over the cap", lambda: "x-a: [" + "1," * 200_000 + "]\n", 2, "200,000"),
    Case("a long text", lambda: f"x-a: '{'x' * 65_536}'\n", 0),
    Case("too long a text", lambda: f"x-a: '{'x' * 65_537}'\n", 2, "64 KiB"),
    Case("long texts", lambda: fill("", lambda at: f"x-{at}: '{'x' * 65_000}'\n"), 0),
    Case("a long key", lambda: "a" * 65_000 + ": 1\n", 2),
    Case("a long explicit key", lambda: "? " + "a" * 65_000 + "\n: 1\n", 2, "is not a key"),
    Case("a long plain text over many lines", lambda: "x-a: a" + "\n  a" * 32_000, 0),
    Case("a text over blank lines", lambda: "x-a: 'a" + "\n" * 900_000 + "'", 2, "64 KiB"),
    Case("unclosed quotes", lambda: "x-a: '" + "a\n" * 500_000, 2),
    Case("a long line", lambda: fill("x-a: [", lambda _: "'abcdefgh', ", "]"), 0),
    Case("a long number", lambda: f"x-a: {'9' * 65_000}\n", 2, "18 digits"),
    Case("a long fraction", lambda: f"x-a: 0.{'9' * 65_000}\n", 0),
    Case("long fractions", lambda: fill("", lambda at: f"x-{at}: 0.{'1' * 60_000}e9\n"), 0),
    Case("a comment", lambda: "x-a: 1\n".ljust(MIB, "#"), 0),
    Case("comments", lambda: fill("x-a: 1\n", lambda _: "#\n"), 0),
    Case("blank lines", lambda: "\n" * MIB, 0),
    Case("spaces", lambda: " " * MIB, 0),
    Case("spaces after a colon", lambda: "a:" + " " * (MIB - 20) + "@b", 2),
    Case("tabs", lambda: "\t" * MIB, 2),
    Case("carriage returns", lambda: "\r" * MIB, 0),
    Case("a reserved character", lambda: "a: @b", 2, "start with `@`"),
    Case("a cron line that never ends", lambda: "a: * " + "*" * (MIB - 5), 2, "takes for an alias"),
    Case("stars", lambda: "a: " + "* " * 500_000, 2, "takes for an alias"),
    Case("one byte too many", lambda: b"x-a: 1\n".ljust(MIB + 1, b"#"), 2, "larger than 1 MiB"),
    Case("far too many bytes", lambda: b"x-a: 1\n".ljust(32 * MIB, b"#"), 2, "larger than 1 MiB"),
    Case("nothing", lambda: "", 0),
]  # fmt: skip
CHARACTERS = [
    Case("NUL", lambda: "a: \0\n", 2, "U+0000"),
    Case("NUL bytes", lambda: b"\0" * MIB, 2, "U+0000"),
    Case("NUL by escape", lambda: 'a: "\\0"\n', 2, "control character"),
    Case("escape sequences", lambda: "services: {s: {title: '\x1b]0;pwned\x07\x1b[2J'}}\n", 2, "U+001B"),
    Case("escape sequences by escape", lambda: 'services: {"\\e[31m": {}}\n', 2, "control character"),
    Case("a C1 sequence", lambda: "a: \u009b31m\n", 2, "U+009B"),
    Case("a lone surrogate by escape", lambda: 'a: "\\ud800"\n', 2),
    Case("a pair of surrogates by escape", lambda: 'a: "\\ud83d\\ude00"\n', 2),
    Case("a surrogate in UTF-8", lambda: b"a: \xed\xa0\x80\n", 2, "is not UTF-8"),
    Case("an overlong NUL", lambda: b"a: \xc0\x80\n", 2, "is not UTF-8"),
    Case("random bytes", lambda: bytes(range(256)) * 4096, 2, "is not UTF-8"),
    Case("UTF-16", lambda: "services: {}\n".encode("utf-16"), 2, "is not UTF-8"),
    Case("UTF-16 without a mark", lambda: "services: {}\n".encode("utf-16-le"), 2, "U+0000"),
    Case("UTF-32", lambda: "services: {}\n".encode("utf-32"), 2, "is not UTF-8"),
    Case("Latin-1", lambda: "a: é\n".encode("latin-1"), 2, "is not UTF-8"),
    Case("a byte order mark", lambda: b"\xef\xbb\xbfservices: {}\n", 0),
    Case("a byte order mark alone", lambda: b"\xef\xbb\xbf", 0),
    Case("a byte order mark inside a name", lambda: "services: {a\ufeffb: {}}\n", 2, "can't be a name"),
    Case("a byte order mark before a key", lambda: "teams: {}\n\ufeffservices: {}\n", 2),
    Case("bidi in a name", lambda: "services: {a\u202eb: {}}\n", 2, "can't be a name"),
    Case("a line break in a name", lambda: 'services: {"a\\nb": {}}\n', 2, "can't be a name"),
    Case("a line break after a name", lambda: 'services: {"a\\n": {}}\n', 2, "can't be a name"),
    Case("a line separator in a name", lambda: 'services: {"a\\Lb": {}}\n', 2, "can't be a name"),
    Case("a workflow command", lambda: 'services: {"::error::x": {}}\n', 2, "can't be a name"),
    Case("markup", lambda: "services: {'<script>alert(1)</script>': {}}\n", 2, "can't be a name"),
    Case("a path as a name", lambda: "services: {../../etc/passwd: {}}\n", 2, "can't be a name"),
    Case("an empty name", lambda: "services: {'': {}}\n", 2, "can't be a name"),
    Case("a name that looks like a reference", lambda: "services: {job/x: {}}\n", 2, "can't be a name"),
    Case("a name of 101 letters", lambda: f"services: {{{'a' * 101}: {{}}}}\n", 2, "100 is the limit"),
    Case("a name of 64 KiB", lambda: f"services:\n  ? {'a' * 65_000}!\n  : {{}}\n", 2, "can't be a name"),
    Case("bidi in a reference",
         lambda: 'services: {s: {depends_on: ["x\\u202ey", "a\\nb", "\\L\\P", "::error::"]}}\n', 2),
    Case("bidi in an owner", lambda: 'teams: {t: {}}\nservices: {s: {owner: "a\u202eb\\nc"}}\n', 1),
    Case("unusual text where text may stand", lambda: SERVICE.replace("owner: o", "owner: t")
         + 'teams: {t: {contact: "\u202ea\\nb\u2066\u200b::error::<b>@all", title: "\\L\\P"}}\n'
         + "maintenance_windows:\n" + window("w", "s").replace("owner: o", "owner: t"), 1),
]  # fmt: skip
SHAPES = [
    Case("unknown keys", lambda: fill("", lambda at: f"key-{at}: true\n"), 2, "is not a key"),
    Case("unknown keys to the events' cap", lambda: fill("", lambda at: f"k{at}: 1\n"), 2, "200,000"),
    Case("unknown keys in an entry",
         lambda: fill("services:\n  s:\n", lambda at: f"    key-{at}: 12345\n"), 2, "is not a key"),
    Case("unknown keys in many entries",
         lambda: fill("services:\n", lambda at: f"  s{at}: {{no-such-key: 1}}\n"), 2, "is not a key"),
    Case("unknown keys on one line", lambda: fill("{", lambda at: f"key-{at}: 1,", "}"), 2,
         "is not a key"),
    Case("unknown keys, deeply nested", lambda: "a: " + "{a: [" * 30 + "]}" * 30, 2, "is not a key"),
    Case("extensions", lambda: fill("", lambda at: f"x-{at}: [a, {{b: c}}]\n"), 2, "200,000"),
    Case("deep extensions", lambda: fill("", lambda at: f"x-{at}: {'[' * 60}{']' * 60}\n", size=200_000), 0),
    Case("a scalar for a file", lambda: "hello\n", 2),
    Case("a list for a file", lambda: "- services\n", 2),
    Case("a list for a section", lambda: "services: [a]\n", 2),
    Case("a text for a service", lambda: "services: {a: b}\n", 2),
    Case("texts for services", lambda: fill("services:\n", lambda at: f"  s{at}: true\n"), 2),
    Case("lists for services", lambda: fill("services:\n", lambda at: f"  s{at}: []\n"), 2, "200,000"),
    Case("empty services", lambda: fill("services:\n", lambda at: f"  service-{at}: {{}}\n"), 0),
    Case("empty sections again and again", lambda: fill("", lambda _: "---\nservices:\n"), 2, "200,000"),
    Case("huge customers", lambda: f"services: {{s: {{customers: {10**18 - 1}}}}}\n", 2, "at most"),
    Case("customers of nineteen digits", lambda: f"services: {{s: {{customers: {10**18}}}}}\n", 2,
         "18 digits"),
    Case("infinite customers", lambda: "services: {s: {customers: .inf}}\n", 2, "not a finite number"),
    Case("fractional customers", lambda: "services: {s: {customers: 1e308}}\n", 2, "at most"),
    Case("negative customers", lambda: "services: {s: {customers: -1}}\n", 2, "at least 0"),
    Case("the most customers", lambda: "services: {s: {customer_facing: true, customers: 1e10}}\n"
         "maintenance_windows:\n" + window("w", "s"), 1),
    Case("at_least huge", lambda: "services: {s: {depends_on: [{any_of: [s], at_least: 99999999}]}}\n",
         2, "at most 1,000"),
    Case("at_least more than there are",
         lambda: "services: {s: {depends_on: [{any_of: [t], at_least: 1000}]}, t: {}}\n", 2,
         "can never be up"),
    Case("at_least nothing", lambda: "services: {s: {depends_on: [{any_of: [s], at_least: 0}]}}\n", 2,
         "at least 1"),
    Case("wrong values in a list", lambda: "jobs:\n" + job("j", "{timezone: UTC, cron: ["
         + "1," * 1000 + "'* * * * *']}"), 2, "must be a cron line"),
    Case("bad waivers", lambda: fill("waivers:\n", lambda _: "  - {rule: 0123456789}\n"), 2, "needs the key"),
    Case("a durations of many digits", lambda: "services: {s: {max_outage: "
         + "9" * 60_000 + "x}}\n", 2, "40 is the limit"),
    Case("a long duration", lambda: "services: {s: {max_outage: 999999999w}}\n", 2, "five years"),
    Case("all units", lambda: "services: {s: {max_outage: "
         "999999999w999999999d999999999h999999999m999999999s}}\n", 2, "40 is the limit"),
    Case("wrong values by the thousand",
         lambda: fill("services:\n", lambda at: f"  s{at}: {{max_outage: forever}}\n"), 2,
         "must be a duration"),
]  # fmt: skip
TIMES = [
    Case("a cron line of 257 characters", lambda: cron("0 0 * * " + ",".join("1" * 125)), 2, "256"),
    Case("a cron line of 256 characters",
         lambda: cron(("0 0 * * " + "01," * 82 + "01").ljust(256, "1")[:256]), 0),
    Case("a cron line of 64 KiB", lambda: cron("0 " * 32_000), 2),
    Case("random cron", lambda: cron("R R * * *"), 2),
    Case("hashed cron", lambda: cron("H H * * *"), 2),
    Case("30 February", lambda: cron("0 0 30 2 *"), 1, "never runs"),
    Case("31 April", lambda: cron("0 0 31 4 *"), 1, "never runs"),
    Case("29 February on a Friday", lambda: cron("0 0 29 2 *"), 0),
    Case("a sixth field", lambda: cron("0 0 0 * * *"), 2),
    Case("a reversed range", lambda: cron("5-1 * * * *"), 2),
    Case("a step of nothing", lambda: cron("*/0 * * * *"), 2),
    Case("a step of much", lambda: cron("*/99999999999999999999 * * * *"), 2),
    Case("a huge number", lambda: cron("9" * 200 + " * * * *"), 2),
    Case("digits of another script", lambda: cron("٣ * * * *"), 2),
    Case("a line break in cron", lambda: cron("0 0 * * *\n0 1 * * *"), 2),
    Case("a nickname", lambda: cron("@every 1ns"), 2),
    Case("@reboot", lambda: cron("@reboot"), 2),
    Case("an environment", lambda: cron("CRON_TZ=../../etc/passwd 0 0 * * *"), 2),
    Case("a path as a time zone", lambda: "jobs:\n" + job(
        "j", "{cron: 0 0 * * *, timezone: ../../etc/passwd}"), 2, "is not a time zone"),
    Case("an absolute path as a time zone", lambda: "jobs:\n" + job(
        "j", "{cron: 0 0 * * *, timezone: /etc/localtime}"), 2, "is not a time zone"),
    Case("tzdata's own files as time zones", lambda: "jobs:\n" + "".join(
        job(f"j{at}", f"{{cron: 0 0 * * *, timezone: {name}}}") for at, name in enumerate(
            ["tzdata.zi", "zone.tab", "zone1970.tab", "leapseconds", "__init__.py", "America", "."])),
         2, "is not a time zone"),
    Case("EST5EDT in full", lambda: "jobs:\n" + job(
        "j", "{cron: 0 0 * * *, timezone: 'EST5EDT,M3.2.0,M11.1.0'}"), 2, "is not a time zone"),
    Case("year 0000", lambda: "maintenance_windows:\n" + window(
        "w", "", "start: 0000-01-01T00:00Z, duration: 1h"), 2, "is not in the calendar"),
    Case("year 9999", lambda: "maintenance_windows:\n" + window(
        "w", "", "start: 9999-12-31T23:59Z, duration: 1h"), 2, "out of reach"),
    Case("year 1900", lambda: "maintenance_windows:\n" + window(
        "w", "", "start: 1900-01-01T00:00Z, duration: 1h"), 2, "out of reach"),
    Case("30 February, once", lambda: "maintenance_windows:\n" + window(
        "w", "", "start: 2027-02-30T00:00Z, duration: 1h"), 2, "is not in the calendar"),
    Case("an offset of a day", lambda: "maintenance_windows:\n" + window(
        "w", "", "start: 2027-02-01T00:00+24:00, duration: 1h"), 2),
    Case("an end in year 9999", lambda: "maintenance_windows:\n" + window(
        "w", "", "start: 2027-10-09T00:00Z, end: 9999-10-09T00:00Z"), 2, "out of reach"),
    Case("a window of 170 years", lambda: SERVICE + "maintenance_windows:\n" + window(
        "w", "s", "start: 2027-10-09T00:00Z, end: 2198-10-09T00:00Z"), 1),
    Case("a date in the year 2199", lambda: SERVICE + "maintenance_windows:\n" + window(
        "w", "s", "start: 2199-12-01T00:00Z, duration: 1w"), 1),
    Case("dates", lambda: SERVICE + "maintenance_windows:\n" + window("w", "s",
        "duration: 1m, schedule: {timezone: UTC, dates: [" + fill("", lambda at:
            f"20{28 + at // 35040}-{at // 2880 % 12 + 1:02}-{at // 96 % 30 % 28 + 1:02}"
            f"T{at // 4 % 24:02}:{at % 4 * 15:02},", size=900_000) + "]}"), 1),
    Case("one date again and again", lambda: SERVICE + "maintenance_windows:\n" + window("w", "s",
        "duration: 1m, schedule: {timezone: UTC, dates: ["
        + "2027-10-09T00:00," * 58_000 + "]}"), 1),
    Case("exceptions", lambda: "calendars:\n  c:\n    timezone: UTC\n    hours: []\n    exceptions:\n"
         + fill("", lambda at: f"    - {{date: 20{27 + at // 336 % 70}-{at // 28 % 12 + 1:02}"
                f"-{at % 28 + 1:02}, closed: true}}\n", size=900_000)
         + SERVICE.replace("}", ", business_hours: c}")
         + "maintenance_windows:\n" + window("w", "s"), 0),
    Case("openings", lambda: "calendars:\n  c:\n    timezone: UTC\n    hours:\n"
         + fill("", lambda at: f"    - {{from: {at % 24:02}:{at % 60:02}, to: 24:00}}\n",
                size=900_000)
         + SERVICE.replace("}", ", business_hours: c}")
         + "maintenance_windows:\n" + window("w", "s"), 1),
    Case("the shortest horizon", lambda: SERVICE + "maintenance_windows:\n" + window("w", "s"), 1,
         "is down", ("--horizon", "1s")),
    Case("the longest horizon", lambda: SERVICE + "maintenance_windows:\n"
         + window("w", "s", "schedule: {cron: 0 2 * * *, timezone: America/Toronto}, duration: 1h"),
         1, "is down", ("--horizon", "1825d")),
    Case("a window a minute for a year", lambda: SERVICE + "maintenance_windows:\n"
         + window("w", "s", "schedule: {cron: '* * * * *', timezone: UTC}, duration: 30s"),
         1, "is down", ("--horizon", "365d")),
    Case("the earliest instant to judge from", lambda: SERVICE + "maintenance_windows:\n"
         + window("w", "s", "schedule: {cron: 0 2 * * *, timezone: Africa/Monrovia}, duration: 1h"),
         1, "is down", ("--as-of", "1971-01-01", "--horizon", "1825d")),
    Case("the latest instant to judge from", lambda: SERVICE + "maintenance_windows:\n"
         + window("w", "s", "schedule: {cron: 0 2 * * *, timezone: America/Toronto}, duration: 1h"),
         1, "is down", ("--as-of", "2149-12-31T23:59:59Z", "--horizon", "1825d")),
    Case("no such region", lambda: "calendars: {c: {timezone: UTC, holidays: ../../etc, hours: "
         "[{from: 08:00, to: 09:00}]}}\n" + SERVICE.replace("}", ", business_hours: c}")
         + "maintenance_windows:\n" + window("w", "s"), 2, "no holidays are known"),
]  # fmt: skip
GRAPHS = [
    Case("a chain of 5,000", lambda: "services:\n  s0: {}\n" + "".join(
        f"  s{at}: {{depends_on: [s{at - 1}]}}\n" for at in range(1, 5000))
        + "  top: {customer_facing: true, depends_on: [s4999]}\nmaintenance_windows:\n"
        + window("w", "s0"), 1, "`top` is down"),
    Case("a ring of 5,000", lambda: "services:\n" + "".join(
        f"  s{at}: {{depends_on: [s{(at + 1) % 5000}]}}\n" for at in range(5000))
        + "maintenance_windows:\n" + window("w", "s0"), 0),
    Case("a service that depends on itself", lambda: "services: {s: {depends_on: [s]}}\n", 0),
    Case("a chain of jobs", lambda: "jobs:\n" + job("j0", "{cron: 0 0 * * *, timezone: UTC}")
         + "".join(f"  j{at}: {{owner: o, duration: 1m, after: [j{at - 1}]}}\n"
                   for at in range(1, 2000)), 0),
    Case("a chain of jobs with deadlines", lambda: "services: {s: {}}\njobs:\n"
         + job("j0", "{cron: 0 20 * * *, timezone: UTC}")
         + "".join(f"  j{at}: {{owner: o, duration: 10s, after: [j{at - 1}], requires: [s], "
                   f"when_blocked: wait, deadline: {{within: 9h}}}}\n" for at in range(1, 3000))
         + "maintenance_windows:\n" + window("w", "s"), 1, "after its deadline"),
    Case("runs that are late because of crowds", lambda: "services: {s: {}, t: {depends_on: [s]}}\n"
         "jobs:\n  j: {owner: o, timezone: UTC, schedule: {every: 5m, start: 2027-09-01T00:00}, "
         "duration: 1m, requires: [s, t], when_blocked: wait, deadline: {within: 2m}}\n"
         "maintenance_windows:\n" + "".join(
             f"  w{at}: {{owner: o, timezone: UTC, takes_down: [s], duration: 20h, "
             f"start: {dt.datetime(2027, 9, 1, tzinfo=dt.UTC) + at * dt.timedelta(hours=4):%Y-%m-%dT%H:%M}}}\n"
             for at in range(1000)), 1, "misses its deadline"),
    Case("all depend on all", lambda: "services:\n" + "".join(
        f"  s{at}: {{customer_facing: true, depends_on: [{', '.join(f's{to}' for to in range(120))}]}}"
        "\n" for at in range(120)) + "maintenance_windows:\n" + window("w", "s7"), 1),
    Case("a group of 60, all at once", lambda: "services:\n  top: {customer_facing: true, "
         f"depends_on: [{{any_of: [{', '.join(f's{at}' for at in range(60))}], at_least: 30}}]}}\n"
         + "".join(f"  s{at}: {{}}\n" for at in range(60)) + "maintenance_windows:\n"
         + "".join(window(f"w{at}", f"s{at}") for at in range(60)), 1, "more than are told one by one"),
    Case("groups of 60, all at once", lambda: "services:\n" + "".join(
        f"  top{top}: {{customer_facing: true, depends_on: [{{any_of: "
        f"[{', '.join(f's{at}' for at in range(60))}], at_least: {top}}}]}}\n" for top in range(1, 60))
         + "".join(f"  s{at}: {{}}\n" for at in range(60)) + "maintenance_windows:\n"
         + "".join(window(f"w{at}", f"s{at}") for at in range(60)), 1),
    Case("a group of a thousand", lambda: "services:\n  top: {customer_facing: true, "
         f"depends_on: [{{any_of: [{', '.join(f's{at}' for at in range(1000))}], at_least: 500}}]}}\n"
         + "".join(f"  s{at}: {{}}\n" for at in range(1000)) + "maintenance_windows:\n"
         + "".join(window(f"w{at}", f"s{at}") for at in range(1000)), 1,
         "more than are told one by one"),
    Case("a crowd that many services share", lambda: "services:\n" + "".join(
        f"  t{at}: {{owner: o, customer_facing: true, depends_on: [{{any_of: [a, b, c]}}]}}\n"
        for at in range(300)) + "  a: {}\n  b: {}\n  c: {}\nmaintenance_windows:\n" + "".join(
        window(f"w{at}", f"t{at}, a") for at in range(300)) + "".join(
        window(f"x{at}", "b") + window(f"y{at}", "c") for at in range(40)), 1,
         "more than are told one by one"),
    Case("groups of groups", lambda: "services:\n  s0-0: {}\n  s0-1: {}\n  s0-2: {}\n" + "".join(
        f"  s{level}-{at}: {{customer_facing: true, depends_on: [{{any_of: [s{level - 1}-0, "
        f"s{level - 1}-1, s{level - 1}-2], at_least: 2}}]}}\n"
        for level in range(1, 40) for at in range(3)) + "maintenance_windows:\n"
        + "".join(window(f"w{at}", f"s0-{at}") for at in range(3)), 1),
    Case("a group that holds itself", lambda: "services:\n  a: {customer_facing: true, depends_on: "
         "[{any_of: [a, b, c], at_least: 2}]}\n  b: {depends_on: [a]}\n  c: {depends_on: [b]}\n"
         "maintenance_windows:\n" + window("w", "b"), 1),
    Case("one window on all of 3,000", lambda: "services:\n" + "".join(
        f"  s{at}: {{}}\n" for at in range(3000)) + "maintenance_windows:\n"
         + window("w", ", ".join(f"s{at}" for at in range(3000))), 0),
]  # fmt: skip
WAIVER = ", reason: r, approved_by: [o], expires: 2027-10-11"


def matched_by_all(owner: str) -> str:
    """Return a window that takes down 3,000 services of an owner, and waivers for all of them."""
    names = [f"s{at}" for at in range(3000)]
    services = "".join(f"  {name}: {{owner: {owner}, customer_facing: true}}\n" for name in names)
    head = f"services:\n{services}maintenance_windows:\n{window('w', ', '.join(names))}waivers:\n"
    return fill(head, lambda _: f"  - {{rule: OPS301, on: [maintenance_window/w]{WAIVER}}}\n")


WAIVED = [
    Case("ignores", lambda: fill("services: {}\n", lambda _: "# opspolicy: ignore[a] until 2027-10-11 r\n"), 0,
         "no rule and no policy is named `a`"),
    Case("ignores that can't be read", lambda: fill("services: {}\n", lambda _: "# opspolicy:\n"), 0,
         "waivers and ignores more of"),
    Case("ignores on one line", lambda: fill("services: {}  ", lambda _: "#opspolicy: ignore[OPS104] until 2027-10-11 r "), 0,
         "waivers and ignores more of"),
    Case("an ignore that never ends", lambda: "services: {}  # opspolicy: ignore[" + "a," * 500_000, 0,
         "longer than 1,000 characters"),
    Case("brackets in an ignore", lambda: "services: {}  # opspolicy: ignore" + "[" * 1_000_000, 0,
         "longer than 1,000 characters"),
    Case("remarks in a comment", lambda: "services: {}  # opspolicy: " + "# " * 500_000, 0, "`opspolicy:` is followed by"),
    Case("ignores in a text", lambda: fill("x-a: '", lambda _: "# opspolicy: ignore\n  ", "'", 60_000), 0),
    Case("a workflow command in an ignore", lambda: "services: {}  # opspolicy: ignore[::error::x] until 2027-10-11 \u202e::x\n", 0,
         "no rule and no policy is named `::error::x`"),
    Case("waivers", lambda: fill("services: {s: {owner: o}}\nwaivers:\n",
         lambda _: f"  - {{rule: OPS301, on: [service/s]{WAIVER}}}\n"), 0, "waivers and ignores more of"),
    Case("waivers of rules that don't exist", lambda: fill("services: {s: {owner: o}}\nwaivers:\n",
         lambda at: f"  - {{rule: r{at}, on: [service/s]{WAIVER}}}\n"), 0, "no rule and no policy is named `r0`"),
    Case("waivers that all match all", lambda: matched_by_all("o"), 0, "times already"),
    Case("waivers that lack an approval for all", lambda: matched_by_all("p"), 1, "lacks the approval of `p` for 3,000 findings"),
    Case("a long reason", lambda: "services: {s: {}}\nwaivers:\n  - {rule: OPS104, on: [service/s], reason: '" + "a " * 4999
         + "', approved_by: [o], expires: 2027-10-11}\n", 0, "waives nothing"),
]  # fmt: skip
CASES = [*SYNTAX, *CHARACTERS, *SHAPES, *TIMES, *GRAPHS, *WAIVED]


def write(directory: Path, content: str | bytes, path: str = PATH) -> None:
    """Write a file of the estate."""
    target = directory / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content if isinstance(content, bytes) else content.encode())


HEAVY = {
    "a crowd that many services share",
    "a window a minute for a year",
    "waivers that lack an approval for all",
    "waivers that all match all",
    "waivers of rules that don't exist",
    "a chain of jobs with deadlines",
    "runs that are late because of crowds",
    "ignores",
    "texts for services",
    "all depend on all",
    "groups of groups",
    "groups of 60, all at once",
    "ignores that can't be read",
    "dates",
}
"""Those that take the longest, though not long: they are tried with the long proofs."""


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=case.name,
            # Of the others a sixth in each run: every one is a process of its own.
            marks=[pytest.mark.prove] if at % 6 or case.name in HEAVY else [],
        )
        for at, case in enumerate(CASES)
    ],
)
def test_hostile_file(case: Case, tmp_path: Path) -> None:
    write(tmp_path, case.make())
    ran = run(tmp_path, *case.arguments)
    assert ran.code == case.code, ran.messages[:5]
    assert any(case.says in each for each in ran.messages or [""]), ran.messages[:5]
    # What isn't clean says so, and a verdict that isn't known is never silent.
    assert bool(ran.messages) or case.code == 0
    assert [each["path"] for each in ran.report["files"]] == [PATH]
