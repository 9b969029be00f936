"""The page of one story, or of one rule: text alone, in which nothing runs."""

from __future__ import annotations

import re

from opspolicy.explain import as_html
from opspolicy.output.page import frame
from opspolicy.output.page.frame import ALONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.explain.story import Story
    from opspolicy.output.page.frame import Site


BESIDE = r"\[([^\]]+)\]\((?!https:)[^)]*\)"
"""A link in Markdown to what lies beside the manual, and not beside a page."""


def render(story: Story) -> str:
    """Return the page of a story."""
    title = story.title.replace("`", "")
    return frame.page(title, ["<main><article>", *as_html.lines(story), "</article></main>"])


def of_markdown(title: str, text: str, site: Site = ALONE) -> str:
    """Return the page of a text in Markdown, of which HTML is shown and not obeyed."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only for a page of a rule

    # A preset in which HTML is text and no link runs a script.
    shown = MarkdownIt("js-default").render(re.sub(BESIDE, r"\1", text))
    # What is wider than the page is read by keys as well.
    shown = shown.replace("<pre><code", '<pre tabindex="0"><code')
    return frame.page(title, ["<main><article>", shown, "</article></main>"], site=site)
