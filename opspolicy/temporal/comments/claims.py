"""What a comment says about when something runs: its sentences, taken apart into claims.

Each word plays a part (words.py), and a clause is a row of parts. A clause with a part
left over isn't understood and says nothing.
"""

from __future__ import annotations

import re

from opspolicy.record import NamedTuple
from opspolicy.temporal.comments.times import Time, times, zoned
from opspolicy.temporal.comments.words import (
    MINUTES_A_DAY,
    MONTH,
    QUARTER,
    WEEK,
    YEAR,
    plain,
    tokens,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from opspolicy.temporal.comments.words import Place, Token

HOUR = 60
# More is no remark beside a line, and isn't read.
LONGEST = 400
EVERY, COUNT, CLOCK, WINDOW, PAST = "every", "count", "clock", "window", "past"
WEEKDAYS, NTH, DAYS, DATE, PARITY, ZONE = "weekdays", "nth", "days", "date", "parity", "zone"


class Claim(NamedTuple):
    """One thing a comment says.

    EVERY ``number`` minutes; COUNT so many ``per`` so many minutes; CLOCK at all of ``times``, or
    ``any_of`` them; WINDOW between two ``times``; PAST so many minutes past the hour; on WEEKDAYS
    or DAYS of the month, in masks as cron counts; on the NTH weekday, ``per`` being its mask; on a
    DATE, ``per`` being the month; on days of a PARITY, 1 being odd; in the ZONE of ``place``.

    ``sentence`` tells sentences apart (what stands in brackets is one); ``whole`` says that all of
    it was understood, so that a list in it is complete.
    """

    kind: str
    number: int = 0
    per: int = 0
    times: tuple[Time, ...] = ()
    any_of: bool = False
    place: Place | None = None
    said: str = ""
    sentence: int = 0
    whole: bool = True


class Reading(NamedTuple):
    """The claims of a comment; ``whole`` when every word of it was understood.

    ``names`` says that what wasn't understood holds a name, which can be a place; ``nightly`` that
    nights are spoken of, which belong to two days.
    """

    claims: tuple[Claim, ...] = ()
    whole: bool = True
    names: bool = False
    nightly: bool = False

    def of(self, *kinds: str) -> list[Claim]:
        """Return the claims of some kinds."""
        return [claim for claim in self.claims if claim.kind in kinds]

    @property
    def times(self) -> list[Time]:
        """All times of day it names."""
        return [time for claim in self.claims for time in claim.times]

    @property
    def places(self) -> list[Place]:
        """All zones it names."""
        named = [claim.place for claim in self.claims] + [time.place for time in self.times]
        return [place for place in named if place is not None]


ITEM = "(?:[ab]*t|[ab]+nu?)"
PATTERN = re.compile(
    rf"""
    (?P<past_noon>a?(?:nu?|h)pt)
  | (?P<past>a?(?::p?u?|(?:nu?|h)pu?))
  | (?P<minute>a?unp?)
  | (?P<count>(?:k|nx)(?:[qec][uv]|f))
  | (?P<every>a?k?e(?:[sho]u|n[uv]|u|v)p?)
  | (?P<often>fN?)
  | (?P<nth>(?:oc+)*of?w(?:e?u)?)
  | (?P<date>L?(?:m[on]|[on]m))
  | (?P<days>gn(?:c+n)*|L?o(?:c+L?o)*(?:u(?=e?u))?(?:e?u)?|Ln(?:c+L?n)*e?u)
  | (?P<parity>yu)
  | (?P<weekdays>e?b?L?wv?(?:[cd]+L?wv?)*)
  | (?P<times>L?{ITEM}z*v?(?:[cdr]+(?:{ITEM}|nu?)z*v?)*)
  | (?P<zone>z+)
  | (?P<lasting>Fnu)
  | [cqvLN]
    """,
    re.VERBOSE,
)
SENTENCE_END = re.compile(r"(?<=[^.])[.](?= |$)|;|!")
ABBREVIATED = re.compile(r"\b(approx|env|ca|ex|cf|e\.g|vs|min|max)\.", re.IGNORECASE)
NIGHT = re.compile(r"night|evening|nuit|soir|24:00", re.IGNORECASE)
BRACKET = re.compile(r"\(([^()]*)\)")


def read(comment: str) -> Reading:
    """Return what ``comment`` (without its `#`) says."""
    if len(comment) > LONGEST:
        return Reading((), whole=False)
    text = plain(comment)
    claims: list[Claim] = []
    unread: list[Token] = []
    for at, sentence in enumerate(SENTENCE_END.split(ABBREVIATED.sub(r"\1", text))):
        # Brackets never are as many as this.
        claims += _sentence(sentence, LONGEST * at, unread)
    names = any(_can_be_a_place(token, text) for token in unread)
    return Reading(tuple(claims), not unread, names, NIGHT.search(text) is not None)


def _can_be_a_place(token: Token, text: str) -> bool:
    """Whether `(Berlin)` may say whose time is meant; a sentence's first word is no name."""
    begins = text.startswith(token.text) or f". {token.text}" in text
    return token.kind == "z" or (token.kind == "?" and token.text[:1].isupper() and not begins)


def _sentence(text: str, number: int, unread: list[Token]) -> list[Claim]:
    """Return the claims of a sentence; what stands in brackets is a sentence inside it."""
    rows = [tokens(piece) for piece in BRACKET.split(text)]
    every = [token for row in rows for clause in row for token in clause]
    if any(token.kind == "!" for token in every):
        unread += every
        return []
    outer: list[Claim] = []
    inner: list[Claim] = []
    whole = True
    for at, row in enumerate(rows):
        inside = at % 2
        found, understood = _row(row, number + at * inside, unread)
        # What follows something that isn't understood can be about that.
        if whole and inside:
            _lend_zone(outer, found)
            inner += found
        elif whole:
            outer += found
            whole = understood
    if not whole:
        outer = [claim._replace(whole=False) for claim in outer]
    return outer + inner


def _row(row: list[list[Token]], number: int, unread: list[Token]) -> tuple[list[Claim], bool]:
    """Return the claims of clauses up to the first that isn't understood, and if all are."""
    claims: list[Claim] = []
    whole = True
    for clause in row:
        found = _claims(clause)
        if found is None:
            unread += clause
            whole = False
        elif whole:
            claims += found
    # What stands first in a text is most of it, and needs no number.
    if number or not whole:
        claims = [claim._replace(sentence=number, whole=whole) for claim in claims]
    return claims, whole


def _lend_zone(outer: list[Claim], inner: list[Claim]) -> None:
    """Read `03:00 (UTC)` as `03:00 UTC`."""
    if len(inner) != 1 or not outer or outer[-1].kind != CLOCK:
        return
    named, place = outer[-1].times, inner[0].place
    if place is not None and all(time.place is None for time in named):
        outer[-1] = outer[-1]._replace(times=zoned(named, place, inner[0].said))
        del inner[0]


def _claims(clause: list[Token]) -> list[Claim] | None:
    """Return what a clause says; None when a word of it isn't understood."""
    parts = "".join([token.kind for token in clause])
    found: list[Claim] = []
    at = 0
    while at < len(parts):
        match = PATTERN.match(parts, at)
        if match is None:
            return None
        at = match.end()
        if match.lastgroup is not None:
            claim = READERS[match.lastgroup](clause[match.start() : at])
            if claim is None:
                return None
            if claim is not NOTHING:
                found.append(claim)
    return found


NOTHING = Claim("")


def _numbers(row: list[Token], kinds: str) -> list[int]:
    return [token.number for token in row if token.kind in kinds]


def _past(row: list[Token]) -> Claim | None:
    """Read `:15`, `half past the hour`, `54 minutes past the hour`."""
    minute, units = _numbers(row, ":nh")[0], _numbers(row, "u")
    known = units in ([], [1], [HOUR], [1, HOUR])
    return Claim(PAST, minute) if minute < HOUR and known else None


def _minute(row: list[Token]) -> Claim | None:
    """Read `at minute 5`."""
    (minute,), (unit,) = _numbers(row, "n"), _numbers(row, "u")
    return Claim(PAST, minute) if minute < HOUR and unit == 1 else None


def _past_noon(row: list[Token]) -> Claim | None:
    """Read `five past midnight`."""
    hours = {"midnight": 0, "noon": 12, "midday": 12}
    minute, hour = _numbers(row, "nh")[0], hours.get(row[-1].text.lower())
    if minute >= HOUR or hour is None:
        return None
    at = hour * HOUR + minute
    return Claim(CLOCK, times=(Time(f"{hour:02}:{minute:02}", ((at, at),)),))


def _count(row: list[Token]) -> Claim | None:
    number, unit = _numbers(row, "kn")[0], _numbers(row, "uvf")[0]
    return Claim(COUNT, number, unit) if number and unit in COUNTED else None


COUNTED = {HOUR: "an hour", MINUTES_A_DAY: "a day", WEEK: "a week", MONTH: "a month"}


def _every(row: list[Token]) -> Claim | None:
    """Read `every 5 minutes`, `every other day`, `every 2nd hour`, `every half hour`."""
    unit = _numbers(row, "uv")[0]
    number = (_numbers(row, "nso") or [1])[0]
    halves = _numbers(row, "h")
    if halves:
        return Claim(EVERY, halves[0]) if unit == HOUR else None
    if not number or _numbers(row, "k") not in ([], [1]):
        return None
    # Nobody plans by the 5 months; 3 are a quarter.
    if unit >= MONTH and unit * number not in {MONTH, 3 * MONTH, 12 * MONTH, YEAR}:
        return None
    longer = {3 * MONTH: QUARTER, 12 * MONTH: YEAR}
    return Claim(EVERY, longer.get(unit * number, unit * number))


def _often(row: list[Token]) -> Claim | None:
    """Read `daily`; a `daily report` is the report's name."""
    return NOTHING if row[-1].kind == "N" else Claim(EVERY, row[0].number)


def _nth(row: list[Token]) -> Claim | None:
    """Read `first Monday of the month`; not every month has a fifth."""
    nth, (mask,), units = _numbers(row, "o"), _numbers(row, "w"), _numbers(row, "u")
    known = len(nth) == 1 and 1 <= nth[0] <= FULL_WEEKS and units in ([], [MONTH])
    return Claim(NTH, nth[0], mask) if known and mask.bit_count() == 1 else None


FULL_WEEKS = 4


def _date(row: list[Token]) -> Claim | None:
    day, month = _numbers(row, "on")[0], _numbers(row, "m")[0]
    return Claim(DATE, day, month) if day in DAYS_OF_MONTH else None


def _days(row: list[Token]) -> Claim | None:
    """Read `on the 1st and 15th`, `first day of the month`, `le 15 de chaque mois`."""
    days, units = _numbers(row, "on"), _numbers(row, "u")
    # `1st` alone is a date; `first at 05:00` is something else.
    in_figures = all(token.text[:1].isdigit() for token in row if token.kind == "o")
    known = units in ([MONTH], [MINUTES_A_DAY, MONTH]) or (not units and in_figures)
    if not known or not all(day in DAYS_OF_MONTH for day in days):
        return None
    return Claim(DAYS, sum(1 << day for day in set(days)))


DAYS_OF_MONTH = range(1, 32)


def _parity(row: list[Token]) -> Claim | None:
    return Claim(PARITY, row[0].number) if row[1].number == MINUTES_A_DAY else None


def _weekdays(row: list[Token]) -> Claim | None:
    """Read lists and ranges of weekdays; a list that names a day twice is a slip of the pen."""
    mask = last = 0
    between = any(token.kind == "b" for token in row)
    ranged = False
    for token in row:
        if token.kind == "d" or (token.kind == "c" and between):
            ranged = True
        elif token.kind == "w":
            named = _from_to(last, token.number) if ranged else token.number
            if not named or mask & named:
                return None
            last, ranged = token.number, False
            mask |= named
    return Claim(WEEKDAYS, mask)


def _from_to(first: int, last: int) -> int:
    """Return the weekdays after ``first`` up to ``last``, going round; 0 unless each is one day."""
    if first.bit_count() != 1 or last.bit_count() != 1:
        return 0
    mask, each = 0, first
    while each != last:
        each = each << 1 if each < 1 << 6 else 1
        mask |= each
    return mask


def _clock(row: list[Token]) -> Claim | None:
    named = times(row)
    if named is None:
        return None
    kinds = {token.kind for token in row}
    two = len(named) == 2  # noqa: PLR2004 - the ends of a range
    if "d" in kinds or ("b" in kinds and two):
        return Claim(WINDOW, times=tuple(named)) if two else None
    if "r" in kinds and "c" in kinds:
        return None
    return Claim(CLOCK, times=tuple(named), any_of="r" in kinds)


READERS: dict[str, Callable[[list[Token]], Claim | None]] = {
    "past_noon": _past_noon,
    "past": _past,
    "minute": _minute,
    "count": _count,
    "every": _every,
    "often": _often,
    "nth": _nth,
    "date": _date,
    "days": _days,
    "parity": _parity,
    "weekdays": _weekdays,
    "times": _clock,
    "zone": lambda row: Claim(ZONE, place=row[0].place, said=row[0].text),
    # How long it takes is another matter.
    "lasting": lambda _row: NOTHING,
}
