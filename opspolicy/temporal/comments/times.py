"""The times of day in a comment: lists, ranges, and the zones beside them."""

from __future__ import annotations

import re

from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.temporal.comments.words import Place, Token

NOON = range(12 * 60, 13 * 60)
LAST_HOUR = 24
MINUTES_AN_HOUR = 60


class Time(NamedTuple):
    """A time of day as written: the stretches of minutes it can mean, in which zone."""

    text: str
    stretches: tuple[tuple[int, int], ...]
    place: Place | None = None


def zoned(times: Iterable[Time], place: Place, name: str) -> tuple[Time, ...]:
    """Return times as those of a zone that stands behind them."""
    return tuple(time._replace(place=place, text=f"{time.text} {name}") for time in times)


def times(row: list[Token]) -> list[Time] | None:
    """Return the times a row of tokens names, in order; None when one of them is none.

    A zone also is that of the times before it in the list: `10:30 and 15:30 PST`.
    """
    found: list[Time] = []
    for at, token in enumerate(row):
        if token.place is not None:
            bare = [each.place is None for each in found]
            first = bare.index(True) if any(bare) else len(found)
            found[first:] = zoned(found[first:], token.place, token.text)
        elif token.kind == "t":
            found.append(Time(token.text, token.stretches))
        elif token.kind == "n":
            unit = row[at + 1] if row[at + 1 : at + 2] and row[at + 1].kind == "u" else None
            stretches = _hours(token.number)
            if not stretches or (unit is not None and unit.number != MINUTES_AN_HOUR):
                return None
            found.append(Time(f"{token.text} {unit.text}" if unit else token.text, stretches))
    if any(map(_of_24_hours, found)):
        found = [each._replace(stretches=each.stretches[:1]) for each in found]
    return found


def _of_24_hours(time: Time) -> bool:
    """Whether a time shows that those beside it count to 24: `7:06-15:06`, `08:00 and 9:00`."""
    first = time.stretches[0][0]
    no_half = time.text[:1].isdigit() and not re.search("[aApP]", time.text.partition(" ")[0])
    return no_half and len(time.stretches) == 1 and first not in NOON


def _hours(hour: int) -> tuple[tuple[int, int], ...]:
    """Return what `at 3` can mean: an hour of the morning or of the afternoon."""
    if hour > LAST_HOUR:
        return ()
    half = LAST_HOUR // 2
    hours = [hour % 24, (hour + half) % 24] if 0 < hour <= half else [hour % 24]
    return tuple((at * 60, at * 60 + 59) for at in hours)
