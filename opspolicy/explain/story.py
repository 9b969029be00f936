"""A story before anybody renders it: sections of sentences, with places and a drawing."""

from __future__ import annotations

from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeVar

    from opspolicy.estate.assumptions import Assumed
    from opspolicy.picture.drawing import Chart
    from opspolicy.source.span import Span

    Told = TypeVar("Told")

MORE = "-v shows them"


class Line(NamedTuple):
    """A sentence, with names in backticks, and where what it says is written, if anywhere."""

    text: str
    place: Span | None = None
    depth: int = 0


class Section(NamedTuple):
    """What there is to say under one name: sentences, then a drawing or YAML to paste."""

    name: str
    lines: tuple[Line, ...] = ()
    chart: Chart | None = None
    code: str = ""


class Mark(NamedTuple):
    """How far a vendor keeps one of its obligations: by what evidence, and what is left to ask."""

    obligation: str
    score: str
    evidence: tuple[Line, ...]
    questions: tuple[str, ...]


class Story(NamedTuple):
    """What is told of one thing.

    ``kind`` is `finding`, `instant` or what a reference begins with, and ``target`` what was asked
    for, in full. ``gaps`` says what is missing in the estate, so that nobody believes the story to
    be whole; ``what_if`` is what is assumed beyond what is declared, and ``marks`` are those of a
    vendor. It is told as of ``as_of``, up to ``until`` (UTC epoch seconds).
    """

    kind: str
    target: str
    title: str
    summary: str
    sections: tuple[Section, ...]
    as_of: int
    until: int
    gaps: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    what_if: tuple[Assumed, ...] = ()

    @property
    def assumed(self) -> list[str]:
        """What is assumed, in sentences that stand on top of all."""
        return [f"What if: {each.sentence}." for each in self.what_if]


def section(name: str, lines: Iterable[Line | str], code: str = "") -> Section:
    """Return a section of sentences, those without a place given as text."""
    told = (Line(each) if isinstance(each, str) else each for each in lines)
    return Section(name, tuple(told), code=code)


def capped(lines: Sequence[Line], most: int, what: str = "") -> list[Line]:
    """Return at most so many lines, the last of them saying how many there are besides."""
    return first(lines, lambda line: line, most, what)


def first(
    found: Sequence[Told], tell: Callable[[Told], Line], most: int, what: str = ""
) -> list[Line]:
    """Return a line each of the first, at most so many with one for how many there are besides."""
    shown = found[: max(most - 1, 1)] if len(found) > most else found
    lines = [tell(each) for each in shown]
    rest = len(found) - len(shown)
    if rest:
        lines.append(Line(f"… and {rest:,} more{f' {what}' if what else ''} ({MORE})"))
    return lines
