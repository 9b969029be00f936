"""The page about the graph: the diagram that GitHub draws in it is the one that is printed above."""

from __future__ import annotations

import re

from tests.graph import readers
from tests.shared import ROOT


def test_the_diagram_is_the_one_that_is_printed() -> None:
    page = (ROOT / "docs" / "graph.md").read_text(encoding="utf-8")
    (drawn,) = re.findall(r"^```mermaid\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert f"--format mermaid\n{drawn}```" in page
    assert len(readers.mermaid(drawn).nodes) == 5
