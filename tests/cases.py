"""Reads cases written in Markdown: files of an estate, with the findings beside the lines.

A case is a heading and everything up to the next one. Each file is its path in backticks followed
by a fenced block; a block of YAML without a path is `ops/estate.yaml`. A finding is expected by a
comment on the line its primary place is on:

    start: 2027-10-09T00:00   # error: [outage-in-business-hours] "part of the message"

More comments on one line are separated by another `#`. After the part of the message may stand why
the collision starts only later, in full; without it nothing of the kind may be said:

    schedule: "0 6 * * *"   # error: [outage-in-business-hours] "…" drift "clear until …"

A finding that is waived is expected as `# waived error: [slug] "…"`.

All findings must be expected, and all expected ones found. A finding that isn't on a line that can
carry a comment (a file that can't be parsed, one that lies elsewhere) is listed in a block of
`findings`:

    ops/broken.yaml:3: error: [invalid-yaml] "a tab"

For what collides, other times are looked for only in the cases of `no-legal-slot`: a service that is
needed at all hours would have two findings in all others.

A list after the heading sets what isn't as usual: `- as of: 2027-03-01`, `- horizon: 30d`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from opspolicy import app, config
from opspolicy.config import parse_horizon
from opspolicy.temporal.instants import parse_as_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from opspolicy.report import Report

AS_OF = "2027-09-01"
HORIZON = "180d"
HEADING = re.compile(r"^#{1,6} (.+)$")
PATH = re.compile(r"^`([^`]+)`:?$")
SETTING = re.compile(r"^- (as of|horizon): (\S+)$")
EXPECTED = re.compile(
    r'# (waived )?(error|warning|info): \[([a-z0-9-]+)\](?: "((?:[^"\\]|\\.)*)")?'
    r'(?: drift "([^"]*)")?'
)
LISTED = re.compile(r'^(\S+):(\d+): (waived )?(error|warning|info): \[([a-z0-9-]+)\](?: "(.*)")?$')
DEFAULT_PATH = "ops/estate.yaml"


class Expected(NamedTuple):
    """A finding that must be there: where, how severe, by which policy, saying what."""

    file: str
    line: int
    severity: str
    policy: str
    text: str
    drift: str = ""
    is_waived: bool = False

    def __str__(self) -> str:
        """Show it as a `findings` block does."""
        said = f' "{self.text}"' if self.text else ""
        late = f' drift "{self.drift}"' if self.drift else ""
        waived = "waived " if self.is_waived else ""
        return f"{self.file}:{self.line}: {waived}{self.severity}: [{self.policy}]{said}{late}"


class Case(NamedTuple):
    """One world, and what is wrong with it."""

    name: str
    line: int
    files: dict[str, str]
    expected: tuple[Expected, ...]
    as_of: str = AS_OF
    horizon: str = HORIZON


def read(path: Path) -> list[Case]:
    """Return the cases of a Markdown file."""
    cases: list[Case] = []
    lines = path.read_text(encoding="utf-8").split("\n")
    headings = [at for at, line in _outside_blocks(lines) if HEADING.match(line)]
    for start, end in zip(headings, [*headings[1:], len(lines)], strict=True):
        case = _case(lines[start:end], start + 1)
        if case is not None:
            cases.append(case)
    return cases


def run(case: Case, directory: Path, *, slots: bool = False) -> Report:
    """Write the files of a case and check them, with a look for ``slots`` or without."""
    for path, text in case.files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    request = app.Request(parse_as_of(case.as_of), parse_horizon(case.horizon), slots=slots)
    return app.run(config.load(str(directory)), (), request)


def compare(case: Case, report: Report) -> list[str]:
    """Return what is missing and what is too much, as lines to read."""
    missing = list(case.expected)
    surplus: list[str] = []
    for finding in report.findings:
        span = finding.place.span
        found = Expected(
            span.file,
            span.line,
            finding.severity,
            finding.policy,
            finding.message,
            finding.drift or "",
            finding.waived_by is not None,
        )
        fitting = [
            each for each in missing
            if found._replace(text="") == each._replace(text="")
            and each.text in f"{finding.message}\n{finding.hint}"
        ]  # fmt: skip
        if fitting:
            missing.remove(fitting[0])
        else:
            surplus.append(f"not expected: {found}")
    return [f"not found: {each}" for each in missing] + surplus


def _outside_blocks(lines: list[str]) -> list[tuple[int, str]]:
    """Return the lines that are not inside a fenced block, with their positions."""
    found: list[tuple[int, str]] = []
    inside = False
    for at, line in enumerate(lines):
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            found.append((at, line))
    return found


def _case(lines: list[str], first: int) -> Case | None:
    heading = HEADING.match(lines[0])
    if heading is None:
        raise AssertionError(lines[0])
    settings = {found[1]: found[2] for line in lines if (found := SETTING.match(line))}
    files: dict[str, str] = {}
    expected: list[Expected] = []
    for path, language, block in _blocks(lines[1:]):
        if language == "findings":
            expected += [_listed(each) for each in block if each.strip()]
        elif language == "yaml" or path:
            name = path or DEFAULT_PATH
            if name in files:
                message = f"line {first}: {name} stands twice in one case"
                raise AssertionError(message)
            files[name] = "\n".join(block) + "\n"
            expected += _beside(name, block)
    if not files:
        return None
    as_of, horizon = settings.get("as of", AS_OF), settings.get("horizon", HORIZON)
    return Case(heading[1], first, files, tuple(expected), as_of, horizon)


def _blocks(lines: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each fenced block with the path before it and its language."""
    path = language = ""
    block: list[str] | None = None
    for line in lines:
        if block is not None and not line.startswith("```"):
            block.append(line)
        elif block is not None:
            yield path, language, block
            path, block = "", None
        elif line.startswith("```"):
            language, block = line[3:].strip(), []
        elif found := PATH.match(line.strip()):
            path = found[1]


def _beside(path: str, block: list[str]) -> list[Expected]:
    return [
        Expected(
            path,
            number,
            found[2],
            found[3],
            (found[4] or "").replace('\\"', '"'),
            found[5] or "",
            found[1] is not None,
        )
        for number, line in enumerate(block, 1)
        for found in EXPECTED.finditer(line)
    ]


def _listed(line: str) -> Expected:
    found = LISTED.match(line.strip())
    if found is None:
        raise AssertionError(line)
    text, is_waived = found[6] or "", found[3] is not None
    return Expected(found[1], int(found[2]), found[4], found[5], text, is_waived=is_waived)
