"""How far a long run is, in one line on a terminal."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

PATIENCE = 1.0
"""Seconds after which people ask themselves whether anything happens."""

OFTEN = 0.1
ERASE = "\r\x1b[K"


class Progress:
    """Tells what is being done, from the second second on; nothing without a ``stream``."""

    def __init__(self, stream: TextIO | None) -> None:
        """Begin now; ``stream`` is a terminal."""
        self._stream = stream
        self._next = time.monotonic() + PATIENCE
        self._is_shown = False

    def __call__(self, text: str) -> None:
        """Say that ``text`` is being done."""
        if self._stream is None or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + OFTEN
        self._is_shown = True
        self._write(f"{ERASE}{text}")

    def end(self) -> None:
        """Take the line away."""
        if self._is_shown:
            self._is_shown = False
            self._write(ERASE)

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            # It is for whoever watches; the verdict doesn't depend on it.
            self._stream = None
