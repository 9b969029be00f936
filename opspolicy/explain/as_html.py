"""A story as HTML: sections for a page, with nothing in them but text."""

from __future__ import annotations

import re

from opspolicy import encode
from opspolicy.picture import drawing
from opspolicy.temporal.wording import looked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from opspolicy.explain.story import Line, Section, Story
    from opspolicy.picture.drawing import Chart

WIDTH = 92
"""The columns of a drawing: as many as a page shows without scrolling."""

DEEPEST = 3


def lines(story: Story) -> Iterator[str]:
    """Yield the lines of a story that is a page by itself."""
    yield f"<h1>{prose(story.title)}</h1>"
    if story.gaps:
        yield '<p class="warning">The estate is incomplete, and this story may be too. What'
        yield f" couldn't be read:<br>{'<br>'.join(map(prose, story.gaps))}</p>"
    for sentence in story.assumed:
        yield f'<p class="warning">{prose(sentence)}</p>'
    yield f"<p>{prose(story.summary)}</p><dl>"
    yield from sections(story)
    yield f'</dl><p class="dim">{encode.html(looked(story.as_of, story.until))}</p>'


def sections(story: Story, without: Container[str] = ()) -> Iterator[str]:
    """Yield what there is to say under each name, as items of a list of definitions."""
    for each in story.sections:
        if each.name not in without:
            yield f"<dt>{encode.html(each.name)}</dt><dd>"
            yield from _section(each)
            yield "</dd>"


def _section(section: Section) -> Iterator[str]:
    for line in section.lines:
        depth = f' class="in{min(line.depth, DEEPEST)}"' if line.depth else ""
        yield f"<p{depth}>{_line(line)}</p>"
    if section.chart is not None:
        yield from chart(section.chart)
    if section.code:
        yield f'<pre tabindex="0">{encode.html(section.code)}</pre>'


def chart(drawn: Chart) -> Iterator[str]:
    """Yield what happens when, as lanes over a time axis."""
    label = f"What happens when, on the clock of {drawn.zone}"
    yield f'<p class="dim">on the clock of {encode.html(drawn.zone)}</p>'
    yield f'<pre tabindex="0" role="img" aria-label="{encode.html(label)}">'
    yield encode.html("\n".join(drawing.drawn(drawn, WIDTH)))
    yield "</pre>"


def _line(line: Line) -> str:
    if line.place is None:
        return prose(line.text)
    place = encode.html(f"{line.place.file}:{line.place.line}")
    return f"{prose(line.text)} <code>{place}</code>"


def prose(text: str) -> str:
    """Return a sentence with its names, which stand in backticks, as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", encode.html(text))
