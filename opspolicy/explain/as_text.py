"""A story as text for a terminal, in so many columns."""

from __future__ import annotations

import re

from opspolicy import encode
from opspolicy.explain.story import Line
from opspolicy.picture import drawing
from opspolicy.record import NamedTuple
from opspolicy.temporal.wording import looked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.explain.story import Section, Story
    from opspolicy.picture.drawing import Chart

LABEL = len("  acceptable: ")
NARROW, NARROW_LABEL = 72, 4
INDENT = 2
TIMES = r"\b[0-9]{2}:[0-9]{2} to [0-9]{2}:[0-9]{2}\b"
"""From when to when on one day, which stays on one line."""

COLORS = {"bold": "1", "error": "1;31", "warning": "1;33", "info": "1;36"}


class Look(NamedTuple):
    """How a page is to look: its columns, and whether in colour and in more than ASCII blocks."""

    width: int = 100
    color: bool = False
    plain: bool = False


def render(story: Story, look: Look) -> str:
    """Return the story as text, with a final line break."""
    return "\n".join([*_lines(story, look)]) + "\n"


def _lines(story: Story, look: Look) -> Iterator[str]:
    if story.gaps:
        warning = "The estate is incomplete, and this story may be too. What couldn't be read:"
        for each in encode.wrap(warning, look.width):
            yield _paint(each, "error", look)
        for gap in story.gaps:
            yield from _indented(encode.terminal(gap), look.width, INDENT)
        yield ""
    for sentence in story.assumed:
        for each in encode.wrap(encode.terminal(sentence), look.width):
            yield _paint(each, "warning", look)
    if story.what_if:
        yield ""
    for each in encode.wrap(encode.terminal(story.title), look.width):
        yield _paint(each, _severity(story), look)
    yield from encode.wrap(encode.terminal(story.summary), look.width)
    yield ""
    for section in story.sections:
        yield from _section(section, look)
    yield from encode.wrap(looked(story.as_of, story.until), look.width)


def _severity(story: Story) -> str:
    severity = story.title.partition("[")[0]
    return severity if severity in COLORS else "bold"


def _section(section: Section, look: Look) -> Iterator[str]:
    # In few columns a label stands above what it is for.
    margin = LABEL if look.width >= NARROW else NARROW_LABEL
    label = f"  {section.name}:"
    lines = section.lines
    if section.chart is not None:
        # Whose clock it is has to stand beside it.
        lines = (Line(f"on the clock of {section.chart.zone}"), *lines)
    # What is to be pasted begins with what it is.
    if (len(label) >= margin or not lines) and not section.code:
        yield _paint(label, "bold", look)
        label = ""
    lead = label.ljust(margin)
    for line in lines:
        for each in _wrapped(line, look.width - margin):
            yield f"{_paint(lead, 'bold', look) if lead.strip() else lead}{each}".rstrip()
            lead = " " * margin
    if section.chart is not None:
        yield from chart(section.chart, look)
    for code in section.code.splitlines():
        yield from _pasted(f"    {encode.terminal(code)}", look.width)


def _pasted(code: str, width: int) -> Iterator[str]:
    """Yield a line of YAML that may be long: what goes on further right means the same.

    Lists in brackets and text in quotes may be broken at spaces, and at nothing else. A comment for
    which there is no room stands above.
    """
    code, mark, comment = code.partition("  # ")
    if mark and encode.columns(f"{code}{mark}{comment}") > width:
        lead = f"{' ' * (len(code) - len(code.lstrip()))}# "
        yield from (f"{lead}{each}" for each in encode.wrap(comment, max(width - len(lead), 20)))
    else:
        code = f"{code}{mark}{comment}"
    indent = " " * (len(code) - len(code.lstrip()) + 6)
    line, *words = code.split(" ")
    for word in words:
        if line.strip() and encode.columns(f"{line} {word}") > width:
            yield line
            line = f"{indent}{word}"
        else:
            line = f"{line} {word}"
    yield line


def _wrapped(line: Line, width: int) -> Iterator[str]:
    """Yield a line with its place, what belongs to the one before further to the right."""
    shown = encode.terminal(line.text)
    if line.place is not None:
        place = encode.terminal(f"{line.place.file}:{line.place.line}").replace(" ", "\xa0")
        shown = f"{shown} ({place})"
    shown = re.sub(TIMES, lambda found: found[0].replace(" ", "\xa0"), shown)
    indent = " " * INDENT * line.depth
    for each in encode.wrap(shown, max(width - len(indent), INDENT)) or [""]:
        yield f"{indent}{each}".replace("\xa0", " ")


def _indented(text: str, width: int, indent: int) -> Iterator[str]:
    for each in encode.wrap(text, width - indent):
        yield f"{' ' * indent}{each}"


def chart(drawn: Chart, look: Look) -> Iterator[str]:
    """Yield the lines of a drawing, moved in a little."""
    for each in drawing.drawn(drawn, look.width - 2 * INDENT, plain=look.plain):
        yield f"{' ' * INDENT}{each}".rstrip()


def _paint(text: str, name: str, look: Look) -> str:
    return f"\x1b[{COLORS[name]}m{text}\x1b[0m" if look.color and text.strip() else text
