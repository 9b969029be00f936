"""The founding incident in each format of a platform; `--rewrite` writes what is to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from opspolicy.output import Style, renderer
from opspolicy.temporal import zones
from opspolicy.version import __version__
from tests.output import samples

GOLDEN = Path(__file__).parent / "golden"
FILES = {"sarif": "hydro-quebec.sarif", "gitlab": "hydro-quebec.json", "junit": "hydro-quebec.xml"}


@pytest.mark.parametrize("name", FILES)
def test_the_founding_incident(name: str, pytestconfig: pytest.Config) -> None:
    style = Style(below="examples/hydro-quebec/before", directory="examples/hydro-quebec/before")
    text = renderer(name)(samples.example("hydro-quebec/before"), style)
    # What changes with every release.
    text = text.replace(f'"{__version__}"', '"VERSION"').replace(zones.VERSION, "TZDATA")
    path = GOLDEN / FILES[name]
    if pytestconfig.getoption("--rewrite"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
