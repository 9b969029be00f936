"""Figures as Markdown: read as it is in a terminal, and kept in docs/performance.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.commands import HERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Figure

PAGE = HERE.parent / "docs" / "performance.md"
BEGIN = "<!-- Written by `python -m benchmarks --write`. -->\n"
END = "<!-- Until here. -->\n"
MANY = 10


def alone(figures: Sequence[Figure]) -> str:
    """Return a table of ratios to an empty process."""
    return _table(
        ("run", "ratio to `python -c pass`", "seconds", "peak memory", "runs"),
        [
            (each.name, _ratio(each.ratio), f"{each.seconds:.2f}", _memory(each), str(each.runs))
            for each in figures
        ],
    )


def beside(figures: Sequence[Figure]) -> str:
    """Return a table of ratios to the first figure."""
    return _table(
        ("run", f"ratio to {figures[0].name}", "seconds", "peak memory", "runs"),
        [
            (each.name, _ratio(each.beside), f"{each.seconds:.2f}", _memory(each), str(each.runs))
            for each in figures
        ],
    )


def write(text: str) -> None:
    """Put a text between the markers of the page; raises ValueError when it has none."""
    page = PAGE.read_text(encoding="utf-8")
    before, began, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (began and ended):
        message = f"{PAGE.name} has no line {BEGIN.strip()} with {END.strip()} after it"
        raise ValueError(message)
    PAGE.write_text(f"{before}{began}\n{text}\n{ended}{after}", encoding="utf-8")


def _ratio(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < MANY else f"{ratio:,.0f}"


def _memory(figure: Figure) -> str:
    return f"{figure.memory:.0f} MiB"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, tuple("-" * width for width in widths), *rows]
    text = "".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |\n"
        for line in lines
    )
    return re.sub(r"\| (-+) \|", r"| \1 |", text)
