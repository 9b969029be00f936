"""Untrusted text made safe for a sink. Names, titles and file names come from anybody."""

from __future__ import annotations

import re
import unicodedata

# C0 and C1 move cursors and start escape sequences; the others turn text around or hide it.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)


def terminal(text: str) -> str:
    """Return ``text`` with everything a terminal would obey shown as a visible escape."""
    return UNSAFE.sub(lambda found: _escape(found[0]), text)


def columns(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - one byte
