"""The frame of a page: what it may do, how it looks, and what it holds."""

from __future__ import annotations

import os
from base64 import b64encode
from functools import cache
from hashlib import sha256

from opspolicy import encode
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ASSETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "assets")


class Site(NamedTuple):
    """Where a page stands among others: their addresses from it and their names, and its own name.

    ``rules`` is what leads from the page to those of rules, with `/` at its end; "" without any.
    ``pictures`` says that the page shows pictures which lie beside it.
    """

    links: tuple[tuple[str, str], ...] = ()
    here: str = ""
    rules: str = ""
    pictures: bool = False


ALONE = Site()
"""A page without others."""


@cache
def asset(name: str) -> str:
    """Return a style sheet or a script that comes with the program."""
    with open(os.path.join(ASSETS, name), encoding="utf-8") as file:
        return file.read()


def page(
    title: str,
    body: Iterable[str],
    scripts: Sequence[str] = (),
    read: str = "",
    site: Site = ALONE,
) -> str:
    """Return a page; ``scripts`` are names of assets, ``read`` is JSON that they read.

    Its policy lets nothing run or load but what was put in here, whatever gets into the body.
    """
    style = asset("page.css")
    script = ""
    if scripts:
        code = "\n".join(asset(each) for each in scripts)
        script = f'(() => {{\n"use strict";\n{code}}})();\n'
    allowed = f"script-src '{_hash(script)}'; " if script else ""
    pictures = "img-src 'self'; " if site.pictures else ""
    policy = (
        f"default-src 'none'; {allowed}style-src '{_hash(style)}'; {pictures}base-uri 'none';"
        " form-action 'none'"
    )
    lines = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{encode.html(title)}</title>",
        f"<style>{style}</style></head><body>",
        *_links(site),
        *body,
    ]
    if read:
        lines.append(f'<script type="application/json" id="data">{_inert(read)}</script>')
    if script:
        lines.append(f"<script>{script}</script>")
    lines.append("</body></html>")
    return "\n".join(lines) + "\n"


def _links(site: Site) -> Iterator[str]:
    if not site.links:
        return
    yield '<nav aria-label="Pages"><ul>'
    for address, name in site.links:
        current = ' aria-current="page"' if name == site.here else ""
        yield f'<li><a href="{encode.html(address)}"{current}>{encode.html(name)}</a></li>'
    yield "</ul></nav>"


def data(document: object) -> str:
    """Return what scripts read, as JSON that is as short as it gets."""
    import json  # noqa: PLC0415 - only for a page

    return json.dumps(document, separators=(",", ":"))


def _inert(written: str) -> str:
    """Return JSON in which HTML sees no tag and no comment, and the log of a CI no command."""
    for each in "&<>#":
        written = written.replace(each, f"\\u{ord(each):04x}")
    return written


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
