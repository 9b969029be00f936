"""A story as Markdown, for a comment or a page; nothing in it is more than text."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.picture import drawing
from opspolicy.temporal.wording import looked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.explain.story import Line, Section, Story

WIDTH = 92
"""The columns of a drawing: as many as a comment shows without scrolling."""


def render(story: Story) -> str:
    """Return the story as Markdown, with a final line break."""
    return "\n".join(_lines(story)) + "\n"


def _lines(story: Story) -> Iterator[str]:
    yield f"### {encode.markdown(story.title)}"
    yield ""
    if story.gaps:
        yield "**The estate is incomplete, and this story may be too.** What couldn't be read:"
        yield ""
        for gap in story.gaps:
            yield f"- {encode.markdown(gap)}"
        yield ""
    for sentence in story.assumed:
        yield f"**{encode.markdown(sentence)}**"
        yield ""
    yield encode.markdown(story.summary)
    for section in story.sections:
        yield ""
        yield from _section(section)
    yield ""
    yield encode.markdown(looked(story.as_of, story.until))


def _section(section: Section) -> Iterator[str]:
    label = f"**{section.name.capitalize()}**"
    if len(section.lines) == 1 and section.chart is None:
        yield f"{label}: {_line(section.lines[0])}"
    elif section.lines:
        yield f"{label}:"
        yield ""
        for line in section.lines:
            yield f"{'  ' * line.depth}- {_line(line)}"
    if section.chart is not None:
        chart = section.chart
        yield f"{label}, on the clock of {encode.markdown(chart.zone)}:"
        yield ""
        yield from encode.fenced("\n".join(drawing.drawn(chart, WIDTH)), "text")
    if section.code:
        yield f"{label}:"
        yield ""
        yield from encode.fenced(section.code, "yaml")


def _line(line: Line) -> str:
    shown = encode.markdown(line.text)
    if line.place is None:
        return shown
    place = encode.markdown(f"`{line.place.file}:{line.place.line}`")
    return f"{shown} ({place})"
