"""What every document of ours begins with, and how times stand in it."""

from __future__ import annotations

from itertools import islice

from opspolicy.temporal import zones
from opspolicy.temporal.durations import iso8601
from opspolicy.temporal.instants import rfc3339
from opspolicy.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from opspolicy.estate.assumptions import Assumed
    from opspolicy.source.span import Span

MOST = 1000
"""How many times of one kind are listed; where there may be more, a number says how many."""


def envelope(as_of: int, until: int, version: int = 1) -> dict[str, Any]:
    """Return the first keys of a document: its version, by what it was made, and what it is of.

    ``as_of`` and ``until`` are UTC epoch seconds.
    """
    return {
        "version": version,
        "tool": tool(),
        "as_of": rfc3339(as_of),
        "until": rfc3339(until),
    }


def tool() -> dict[str, str]:
    """Return what made a document."""
    return {"name": "opspolicy", "version": __version__, "tzdata": zones.VERSION}


def assumed(what_if: Iterable[Assumed]) -> dict[str, Any]:
    """Return `what_if` of a document, where anything was assumed: what, and in a sentence."""
    listed = [
        {
            "option": each.option.removeprefix("--"),
            "target": each.target,
            "duration": iso8601(each.seconds),
            "start": None if each.start is None else rfc3339(each.start),
            "sentence": each.sentence,
        }
        for each in what_if
    ]
    return {"what_if": listed} if listed else {}


def located(place: Span) -> dict[str, Any]:
    """Return where something stands: its file, and the line and the column, both from 1."""
    return {"file": place.file, "line": place.line, "column": place.column}


def spans(when: Iterable[tuple[int, int]]) -> list[dict[str, str]]:
    """Return the first intervals of a set, in UTC."""
    return [{"start": rfc3339(start), "end": rfc3339(end)} for start, end in islice(when, MOST)]
