"""Free text of foreign files: on one line, without what a terminal would obey."""

from __future__ import annotations

import re

from opspolicy import encode
from opspolicy.phrases import cut
from opspolicy.source.yaml_reader import CONTROL

LONGEST_SHOWN = 60
"""How much of a text a message repeats to say which entry it is about."""


def line(text: str) -> str | None:
    """Return a text on one line; None where it has a character that our own YAML refuses."""
    found = " ".join(text.split())
    return None if re.search(CONTROL, found) else found


def shown(text: str) -> str:
    """Return a text from anybody as a message can repeat it in backticks."""
    begun = " ".join(text[: 2 * LONGEST_SHOWN].split())
    return cut(encode.terminal(begun), LONGEST_SHOWN).replace("`", "'")
