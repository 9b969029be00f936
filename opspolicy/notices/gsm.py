"""Text messages: what their alphabet has, how long a text is in it, and how it is made to fit.

The alphabet is that of 3GPP TS 23.038, with its extension table, whose characters count double.
"""

# ruff: noqa: RUF001 - these characters are what this is about

from __future__ import annotations

import unicodedata

MOST_SEPTETS = 160
"""What one message holds."""

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€")

CUT = "..."
UNKNOWN = "?"

SUPER, SUB, FRACTION = "<super>", "<sub>", "<fraction>"
"""What Unicode says of raised and lowered digits, and of fractions in one character."""

ALIKE = {
    "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "þ": "th", "ı": "i",
    "‘": "'", "’": "'", "‚": ",", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‹": "'",
    "›": "'", "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-", "•": "-", "…": "...", "`": "'",
    "·": ".", "×": "x", "÷": "/", "⁄": "/", "°": "o", "µ": "u", "μ": "u", "ẞ": "SS",
    "→": "->", "\t": " ", "\n": " ", "\r": " ",
}  # fmt: skip
"""What stands for characters that Unicode takes for no form of any other."""


def septets(text: str) -> int:
    """Return how much of a message a text takes; raises ValueError for what isn't GSM-7."""
    total = 0
    for character in text:
        if character not in BASIC and character not in EXTENSION:
            message = f"{character!r} is not in the alphabet"
            raise ValueError(message)
        total += 2 if character in EXTENSION else 1
    return total


def plain(text: str) -> str:
    """Return a text in the alphabet, on one line: accents it lacks go, and `?` stands for the rest.

    One without any letter left is worth nothing: see ``is_readable``.
    """
    shown = ""
    before = ""
    for character in text:
        alike = _alike(character)
        if alike:
            shown += _between(before, character, shown[-1:], alike[0]) + alike
            before = character
    return " ".join(shown.split())


def is_readable(text: str) -> bool:
    """Whether a text still says what it said, once it is in the alphabet."""
    shown = plain(text)
    lost = shown.count(UNKNOWN) - text.count(UNKNOWN)
    return bool(shown) and lost * 4 <= len(shown)


def cut(text: str, most: int) -> str:
    """Return a text of the alphabet in at most so many septets; of a longer one the beginning."""
    if septets(text) <= most:
        return text
    left = most - len(CUT)
    kept = ""
    for character in text:
        left -= septets(character)
        if left < 0:
            break
        kept += character
    return f"{kept.rstrip()}{CUT}"[: max(most, 0)]


def _between(before: str, character: str, last: str, first: str) -> str:
    """Return what keeps two characters apart, by what they are and what stands for them.

    `10²` is no `102`, and `2½` no `21/2`.
    """
    raised = first.isdecimal() and _form(character) == SUPER
    if raised or (first.isdecimal() and _form(character) == SUB):
        if before and _form(before) == _form(character):
            return ""
        if raised:
            return "^"
    if _form(character) == FRACTION and last.isalnum():
        return " "
    joined = last.isdecimal() and first.isdecimal()
    return " " if joined and not (_is_digit(before) and _is_digit(character)) else ""


def _form(character: str) -> str:
    """Return which form of others a character is, such as `<super>`; nothing for one of its own."""
    return unicodedata.decomposition(character).partition(" ")[0]


def _is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def _alike(character: str) -> str:
    """Return the nearest that the alphabet has to a character; nothing for what isn't seen."""
    if character in ALIKE:
        return ALIKE[character]
    if character in BASIC or character in EXTENSION:
        return character
    if unicodedata.category(character) in {"Zs", "Zl", "Zp"}:
        return " "
    if unicodedata.category(character)[0] in "CM":
        return ""
    parts = unicodedata.normalize("NFKD", character)
    shown = (ALIKE.get(each, each) for each in parts)
    found = "".join(each for each in shown if {*each} <= BASIC | EXTENSION)
    return found or UNKNOWN
