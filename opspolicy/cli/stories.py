"""How a story is printed, whichever command tells it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given
    from opspolicy.cli.console import Console
    from opspolicy.explain.story import Story

FORMATS = ("text", "markdown", "json", "html")


def show(told: Story, given: Given, console: Console) -> None:
    """Print a story as text, Markdown or HTML, as ``given`` asks; JSON is its command's own."""
    if given.format == "markdown":
        from opspolicy.explain import as_markdown  # noqa: PLC0415 - only for this format

        console.write(as_markdown.render(told))
        return
    if given.format == "html":
        from opspolicy.output.page import story  # noqa: PLC0415 - only for this format

        console.write(story.render(told))
        return
    from opspolicy.explain import as_text  # noqa: PLC0415 - only for this format

    style = console.style(given.color)
    look = as_text.Look(style.width, style.color, console.is_plain)
    console.write(as_text.render(told, look))
