"""Every case of the pages beside this file: what foreign files are imported as."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from opspolicy.estate.estate import assemble
from opspolicy.estate.formats import FORMATS
from opspolicy.source.files import parse
from tests import worlds
from tests.importers import cases

if TYPE_CHECKING:
    from collections.abc import Collection

    from opspolicy.estate.estate import Estate

PAGES = sorted(Path(__file__).parent.glob("*.md"))
CASES = [case for page in PAGES for case in cases.read(page)]
IMPORTED = [case for case in CASES if case.kind == cases.IMPORTED]
OF_PLACES = ("not-imported", "duplicate-name", "unused-declaration")
"""What is told of a foreign file, and not of what was written from it, or the other way round."""


def shown(case: cases.Case) -> str:
    """Return how a case is named."""
    return f"{case.format}: {case.name}"


@pytest.mark.parametrize("case", CASES, ids=shown)
def test_case(case: cases.Case, pytestconfig: pytest.Config) -> None:
    kind, text = case.written()
    if pytestconfig.getoption("--rewrite"):
        rewrite(case, kind, text)
        return
    assert (kind, text) == (case.kind, case.expected)


def rewrite(case: cases.Case, kind: str, text: str) -> None:
    """Write what comes out by now into the page of a case."""
    page = case.page.read_text(encoding="utf-8")
    # The pages are read before any test runs, so that lines may have moved since.
    now = next(each for each in cases.read(case.page) if each.name == case.name)
    lines = page.split("\n")
    assert now.at, f"{case.name}: no block to write to"
    closes = now.at + now.expected.count("\n")
    lines[now.at - 1 : closes] = [f"```{kind}", *text.removesuffix("\n").split("\n")]
    case.page.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("case", IMPORTED, ids=shown)
def test_in_place_and_imported_agree(case: cases.Case) -> None:
    """What is found doesn't depend on whether a file is read in place or was imported before."""
    imported = assemble([parse("ops/imported.yaml", case.expected)])
    files = case.read()
    # What can't be at all is told where it stands, and isn't there to be imported.
    remarks = {remark.message for file in files for remark in file.remarks}
    assert told(assemble(files), remarks) == told(imported)


def told(estate: Estate, aside: Collection[str] = ()) -> list[tuple[object, ...]]:
    """Return what is found in an estate, wherever it stands, but for some messages."""
    found = worlds.findings(estate)
    return sorted(
        (
            each.rule,
            each.severity,
            each.subjects,
            each.causes,
            _ours(each.message),
            str(each.occurrences),
        )
        for each in found
        if each.rule not in OF_PLACES and each.message not in aside
    )


def _ours(message: str) -> str:
    """Return a message with our own keys, where it names those of a foreign file."""
    for known in FORMATS.values():
        for ours, theirs in known.words.items():
            message = message.replace(f"`{theirs}`", f"`{ours}`")
    return message
