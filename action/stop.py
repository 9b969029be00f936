"""Why there is no verdict, in a sentence, and what to do about it."""

from __future__ import annotations

INCOMPLETE = 2
"""The exit code without a verdict, as opspolicy's own."""


class Stop(Exception):  # noqa: N818 - it ends the action, whoever's mistake it is
    """There can't be a verdict; ``hint`` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Complain with a sentence, and help with another."""
        super().__init__(f"{message}; {hint}" if hint else message)
