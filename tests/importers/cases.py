"""Reads cases written in Markdown: a foreign file, and what it is imported as.

A page is a format, named by the file. A case is a heading and everything up to the next one. Each
foreign file is its path in backticks and a colon, followed by a fenced block. A list after the
heading is what the source says besides: `- name: "{namespace}/{name}"`, `- timezone: UTC`,
`- as: freezes`, `- takes_down: payments`.

What follows is a block of `yaml` without a path, which is what `opspolicy import` writes, or a
block of `refused`, a line for each thing that is wrong with the file:

    etc/crontab:3: [unreadable-file] "the whole message; the hint"

`pytest tests/importers --rewrite` writes these blocks as they come out.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from opspolicy import importers
from opspolicy.estate.entry import Defaults
from opspolicy.estate.foreign import Foreign
from opspolicy.estate.sources import Source
from opspolicy.importers import native

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADING = re.compile(r"^## (.+)$")
PATH = re.compile(r"^`([^`]+)`:?$")
SETTING = re.compile(r"^- (name|timezone|owner|scheduler|as|vendor|takes_down): (.+)$")
IMPORTED, REFUSED = "yaml", "refused"


class Case(NamedTuple):
    """One or more foreign files, how they are read, and what comes out, by the kind of block.

    ``at`` is the line of the page, from 0, behind the fence that opens the block of ``expected``.
    """

    format: str
    name: str
    page: Path
    settings: dict[str, str]
    files: dict[str, str]
    kind: str
    expected: str
    at: int

    def source(self) -> Source:
        """Return the source that its settings stand for."""
        said = self.settings
        return Source(
            self.format,
            paths=tuple(self.files),
            name=said.get("name", "").strip('"'),
            defaults=Defaults(said.get("owner"), said.get("timezone"), said.get("scheduler")),
            into=said.get("as", ""),
            vendor=said.get("vendor", ""),
            takes_down=tuple(said.get("takes_down", "").split()),
        )

    def read(self) -> list[Foreign]:
        """Return its files, read in place."""
        reading = importers.reading(self.source())
        return [Foreign(path, text, None, (reading,)) for path, text in self.files.items()]

    def written(self) -> tuple[str, str]:
        """Return what comes out, and as which kind of block."""
        files = self.read()
        problems = [each for file in files for each in file.problems]
        if problems:
            return REFUSED, "".join(f"{_line(each)}\n" for each in problems)
        return IMPORTED, native.document(files, self.source().defaults)


def _line(problem: Any) -> str:  # noqa: ANN401 - a Problem
    said = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    return f'{problem.span.file}:{problem.span.line}: [{problem.rule}] "{said}"'


def read(page: Path) -> Iterator[Case]:
    """Yield the cases of a page."""
    lines = page.read_text(encoding="utf-8").split("\n")
    heads = [at for at, line in enumerate(lines) if HEADING.match(line)] + [len(lines)]
    for start, end in pairwise(heads):
        yield _case(page, lines, start, end)


def _case(page: Path, lines: list[str], start: int, end: int) -> Case:
    settings: dict[str, str] = {}
    files: dict[str, str] = {}
    path, kind, expected, behind = "", "", "", 0
    at = start + 1
    while at < end:
        line = lines[at]
        if found := SETTING.match(line):
            settings[found[1]] = found[2]
        elif found := PATH.match(line):
            path = found[1]
        elif line.startswith("```"):
            fence, opened = line, at + 1
            closes = lines.index("```", opened)
            body = "".join(f"{each}\n" for each in lines[opened:closes])
            if path:
                files[path], path = body, ""
            else:
                kind, expected, behind = fence.removeprefix("```"), body, opened
            at = closes
        at += 1
    name = HEADING.match(lines[start])
    assert name, lines[start]
    return Case(page.stem, name[1], page, settings, files, kind, expected, behind)
