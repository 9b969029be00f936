"""The frame of a page: what it may do, how it looks, and what it holds."""

from __future__ import annotations

import os
from base64 import b64encode
from functools import cache
from hashlib import sha256

from opspolicy import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ASSETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "assets")


@cache
def asset(name: str) -> str:
    """Return a style sheet or a script that comes with the program."""
    with open(os.path.join(ASSETS, name), encoding="utf-8") as file:
        return file.read()


def page(title: str, body: Iterable[str], scripts: Sequence[str] = (), data: str = "") -> str:
    """Return a page; ``scripts`` are names of assets, ``data`` is JSON that they read.

    Its policy lets nothing run or load but what was put in here, whatever gets into the body.
    """
    style = asset("page.css")
    script = ""
    if scripts:
        code = "\n".join(asset(each) for each in scripts)
        script = f'(() => {{\n"use strict";\n{code}}})();\n'
    allowed = f"script-src '{_hash(script)}'; " if script else ""
    policy = (
        f"default-src 'none'; {allowed}style-src '{_hash(style)}'; base-uri 'none';"
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
        *body,
    ]
    if data:
        lines.append(f'<script type="application/json" id="data">{_inert(data)}</script>')
    if script:
        lines.append(f"<script>{script}</script>")
    lines.append("</body></html>")
    return "\n".join(lines) + "\n"


def _inert(data: str) -> str:
    """Return JSON in which HTML sees no tag and no comment, and the log of a CI no command."""
    for each in "&<>#":
        data = data.replace(each, f"\\u{ord(each):04x}")
    return data


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
