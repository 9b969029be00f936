"""Plain scalars as the YAML 1.2 core schema reads them.

https://yaml.org/spec/1.2.2/#103-core-schema. Unlike YAML 1.1: `no` and `on` are text, `22:30` is
text and `010` is ten, so what an operator typed is what is meant.
"""

from __future__ import annotations

import re

from opspolicy.source import limits

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
TRUES = frozenset({"true", "True", "TRUE"})
FALSES = frozenset({"false", "False", "FALSE"})
# A plain scalar that starts otherwise is text, which spares most of them all that follows.
MAYBE_NOT_TEXT = frozenset(["", *"0123456789+-.~nNtTfF"])

# One pattern, as most of what starts like a number is a time or a duration, and none of these.
NUMBER = (
    r"(?P<integer>[-+]?[0-9]+)"
    r"|(?P<octal_or_hex>0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<not_finite>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)
NUMBERS_START = frozenset("0123456789+-.")


class ScalarError(ValueError):
    """A number no declaration can mean."""


def resolve(text: str) -> str | int | float | bool | None:
    """Return what a plain scalar means.

    Raises ScalarError for infinite numbers, NaN and integers of more than 18 digits.
    """
    if text[:1] not in MAYBE_NOT_TEXT:
        return text
    if text in NULLS:
        return None
    if text in TRUES:
        return True
    if text in FALSES:
        return False
    return _number(text) if text[0] in NUMBERS_START else text


def _number(text: str) -> str | int | float:
    found = re.fullmatch(NUMBER, text)
    if found is None:
        return text
    kind = found.lastgroup
    if kind == "float":
        number = float(text)
        if number in (float("inf"), float("-inf")):
            message = f"`{text}` is too large a number"
            raise ScalarError(message)
        return number
    if kind == "not_finite":
        message = f"`{text}` is not a finite number"
        raise ScalarError(message)
    digits = text.lstrip("+-") if kind == "integer" else text[2:]
    if len(digits) > limits.INTEGER_DIGITS:
        message = f"a whole number may have {limits.INTEGER_DIGITS} digits at most"
        raise ScalarError(message)
    return int(text) if kind == "integer" else int(text, 0)
