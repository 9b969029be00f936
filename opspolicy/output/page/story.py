"""The page of one story, or of one rule: text alone, in which nothing runs."""

from __future__ import annotations

from opspolicy.explain import as_html
from opspolicy.output.page import frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.explain.story import Story


def render(story: Story) -> str:
    """Return the page of a story."""
    title = story.title.replace("`", "")
    return frame.page(title, ["<main><article>", *as_html.lines(story), "</article></main>"])


def of_markdown(title: str, text: str) -> str:
    """Return the page of a text in Markdown, of which HTML is shown and not obeyed."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only for a page of a rule

    # A preset in which HTML is text and no link runs a script.
    shown = MarkdownIt("js-default").render(text)
    return frame.page(title, ["<main><article>", shown, "</article></main>"])
