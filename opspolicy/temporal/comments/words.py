"""The words in which people say when something runs, in English and French: text to tokens.

A word that isn't listed here makes what stands around it unreadable, and nobody is blamed for what
wasn't understood.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opspolicy.record import NamedTuple
from opspolicy.temporal import zones

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MINUTES_A_DAY = 1440
WEEK = 7 * MINUTES_A_DAY
# On average, as the Gregorian calendar has it; only ever compared with each other.
YEAR = 525_949
MONTH, QUARTER = YEAR // 12, YEAR // 4
# Tokens that can stand side by side in one list or range, a time's zone behind it.
ALIKE = ({"t", "z"}, {"w"}, {"n"}, {"o"}, {"m"})


class Place(NamedTuple):
    """A zone as people name it: minutes ahead of UTC, a tzdata key, or both.

    `PST` is eight hours behind UTC to the letter, and to most people the time in Los Angeles.
    """

    offset: int | None
    key: str | None


class Token(NamedTuple):
    """A word as written, by the part it plays: one letter, see `WORDS`.

    It stands for a number, for a zone, or for a time of day: the stretches of minutes, ends
    included, that it can mean.
    """

    kind: str
    text: str
    number: int = 0
    place: Place | None = None
    stretches: tuple[tuple[int, int], ...] = ()


def _all(kind: str, number: int, words: str) -> dict[str, tuple[str, int]]:
    return dict.fromkeys(words.split(), (kind, number))


# e every, s other (every other), n number, u unit, v part of a day, f how often in one word,
# k once or twice, x times (4 times), q a or per, t time of day, z zone, a at, b between, d to,
# c and, r or, p past the hour, h half, w weekdays, o ordinal, m month, g day of the month, y odd
# or even, F for (two hours), L French `le`, N what runs, ! a doubt, and nothing for a filler.
WORDS: dict[str, tuple[str, int]] = {
    **_all("e", 0, "every each interval chaque"),
    **_all("s", 2, "other"),
    **_all("u", 1, "minute minutes min mins m"),
    **_all("u", 60, "hour hours hr hrs h heure heures"),
    **_all("u", MINUTES_A_DAY, "day days d jour jours"),
    **_all("u", WEEK, "week weeks semaine semaines"),
    **_all("u", MONTH, "month months mois"),
    **_all("u", YEAR, "year years ans année"),
    **_all("v", MINUTES_A_DAY, "night nights morning mornings evening evenings afternoon"),
    **_all("v", MINUTES_A_DAY, "nuit nuits matin matins soir soirs"),
    **_all("f", 60, "hourly"),
    **_all("f", MINUTES_A_DAY, "daily nightly everyday quotidien quotidienne quotidiennement"),
    **_all("f", WEEK, "weekly hebdomadaire"),
    **_all("f", 2 * WEEK, "fortnightly"),
    **_all("f", MONTH, "monthly mensuel mensuelle"),
    **_all("f", QUARTER, "quarterly trimestriel trimestrielle"),
    **_all("f", YEAR, "yearly annually annuel annuelle"),
    **_all("k", 1, "once"),
    **_all("k", 2, "twice"),
    **_all("x", 0, "times x fois"),
    **_all("q", 0, "a an per par"),
    **_all("a", 0, "at à"),
    **_all("b", 0, "between from entre"),
    **_all("d", 0, "to through thru au"),
    **_all("c", 0, "and et"),
    **_all("r", 0, "or ou"),
    **_all("p", 0, "past"),
    **_all("h", 30, "half"),
    **_all("h", 15, "quarter"),
    **_all("y", 0, "even pairs"),
    **_all("y", 1, "odd impairs"),
    **_all("F", 0, "for pendant"),
    **_all("L", 0, "le les"),
    **_all("w", 0b0111110, "weekdays weekday workdays workday m-f"),
    **_all("w", 0b1000001, "weekend weekends week-end week-ends"),
    **_all("N", 0, "backup backups sauvegarde sync cleanup purge report rapport build release"),
    **_all("N", 0, "refresh update maintenance window restart reboot export import deploy check"),
    **_all("N", 0, "snapshot batch digest summary scan rotation"),
    **_all("", 0, "run runs running lance exécute start starts starting begins begin scheduled"),
    **_all("", 0, "schedule planned executes execute executed fires fire triggered triggers the"),
    **_all("", 0, "this it job cron cronjob task timer is be will on of in like explicitly but"),
    **_all("", 0, "then always exactly sharp only temporarily time o'clock i.e de du des la se"),
    # What turns a statement into something else; the whole sentence says nothing then.
    **_all("!", 0, "about around roughly approximately approx circa ca environ vers near"),
    **_all("!", 0, "nearly almost least most minimum maximum max up within before after by"),
    **_all("!", 0, "avant après until till jusqu'à usually mostly normally typically maybe"),
    **_all("!", 0, "sometimes random randomly jitter moins plus-ou-moins not never no don't"),
    **_all("!", 0, "doesn't won't isn't cannot except excluding unless sauf hors pas jamais"),
    **_all("!", 0, "was were used previously formerly old former earlier todo fixme xxx should"),
    **_all("!", 0, "would could might if instead rather ideally eventually ex eg e.g"),
    **_all("!", 0, "server local timezone zone tz"),
}
NUMBERS = {
    word: at
    for words in (
        "zero one two three four five six seven eight nine ten eleven twelve",
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
    )
    for at, word in enumerate(words.split())
} | {"une": 1, "fifteen": 15, "quinze": 15, "twenty": 20, "vingt": 20, "thirty": 30, "trente": 30}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "premier": 1}
MONTHS = {
    word: at
    for words in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    )
    for at, word in enumerate(words.split(), 1)
}
WEEKDAYS = {
    form: at
    for at, forms in enumerate(
        (
            "sun sunday sundays dimanche dimanches",
            "mon monday mondays lundi lundis",
            "tue tues tuesday tuesdays mardi mardis",
            "wed weds wednesday wednesdays mercredi mercredis",
            "thu thur thurs thursday thursdays jeudi jeudis",
            "fri friday fridays vendredi vendredis",
            "sat saturday saturdays samedi samedis",
        )
    )
    for form in forms.split()
}
# Short names that more than one country uses (CST, IST) are left out: unread is unblamed.
PLACES = {
    "UTC": Place(0, None),
    "Z": Place(0, None),
    "GMT": Place(0, "Europe/London"),
    "BST": Place(60, "Europe/London"),
    "WET": Place(0, "Europe/Lisbon"),
    "CET": Place(60, "Europe/Paris"),
    "CEST": Place(120, "Europe/Paris"),
    "EET": Place(120, "Europe/Helsinki"),
    "EEST": Place(180, "Europe/Helsinki"),
    "JST": Place(540, "Asia/Tokyo"),
    "EST": Place(-300, "America/New_York"),
    "EDT": Place(-240, "America/New_York"),
    "ET": Place(None, "America/New_York"),
    "CDT": Place(-300, "America/Chicago"),
    "CT": Place(None, "America/Chicago"),
    "MST": Place(-420, "America/Denver"),
    "MDT": Place(-360, "America/Denver"),
    "MT": Place(None, "America/Denver"),
    "PST": Place(-480, "America/Los_Angeles"),
    "PDT": Place(-420, "America/Los_Angeles"),
    "PT": Place(None, "America/Los_Angeles"),
}
PLACES_IN_WORDS = {
    "utc": "UTC", "gmt": "GMT", "pacific": "PT", "eastern": "ET", "mountain": "MT",
}  # fmt: skip

# What is quoted is another thing's name, or a line that was switched off.
QUOTED = re.compile('`[^`]*`|"[^"]*"|«[^»]*»|“[^”]*”')
SPACES = re.compile(r"[\s\u00a0\u202f]+")
PHRASES = {
    "toutes les": "every", "tous les": "every", "half-past": "half past", "deux fois": "twice",
    "une fois": "once", "un jour sur deux": "every other day", "à partir de": "at",
    "business days": "weekdays", "business day": "weekdays", "working days": "weekdays",
    "jours ouvrés": "weekdays", "jours ouvrables": "weekdays", "en semaine": "weekdays",
    "day-of-month": "day-of-month", "day of month": "day-of-month",
    "day of the month": "day-of-month", "day-of-week": "day",
    "jours pairs": "even days", "jours impairs": "odd days",
}  # fmt: skip
PHRASE = re.compile(rf"\b(?:{'|'.join(map(re.escape, PHRASES))})\b", re.IGNORECASE)
REGIONS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc"
TOKEN = re.compile(
    rf"""
    (?P<offset>(?:UTC|GMT)\ ?(?P<sign>[+-])(?P<ahead>[0-9]{{1,2}})(?::?(?P<more>[0-9]{{2}}))?\b)
  | (?P<key>\b(?:{REGIONS})(?:/[A-Za-z0-9_+-]+)+)
  | (?P<clock>(?P<hour>[0-9]{{1,2}})(?::|(?P<h>\ ?[hH]\ ?))(?P<minute>[0-9]{{2}})(?::[0-9]{{2}})?
      (?![0-9])(?:\ ?(?P<half>[aApP])\.?[mM]\b\.?)?)
  | (?P<oclock>(?P<only>[0-9]{{1,2}})\ ?(?P<part>[aApP])\.?[mM]\b\.?)
  | (?P<past>(?:\*|\b[xX]{{2}})?:(?P<after>[0-9]{{2}})(?![0-9]))
  | (?P<ordinal>(?P<nth>[0-9]{{1,2}})(?:st|nd|rd|th|er)\b)
  | (?P<number>[0-9]+)
  | (?P<word>[^\W\d_](?:[\w'.-]*\w)?)
  | (?P<dash>[-\u2013\u2014]+)
  | (?P<comma>,)
  | (?P<and>[/&])
  | (?P<at>@)
  | (?P<doubt>[~≈<>?±])
  | (?P<space>[\s:.!'*]+)
  | (?P<unknown>.)
    """,
    re.VERBOSE,
)
HALF = {"a": 0, "p": 12}
HOURS, MINUTES = 24, 60


def plain(text: str) -> str:
    """Return ``text`` without what is quoted, in single spaces, with set phrases in one way."""
    text = SPACES.sub(" ", QUOTED.sub(" ", text)).replace("\u2019", "'")
    return PHRASE.sub(lambda found: PHRASES[found[0].lower()], text)


def tokens(text: str) -> list[list[Token]]:
    """Return the tokens of ``text``, in clauses: what commas and dashes part that make no list."""
    flat = [token for token in _read(text) if token.kind]
    clauses: list[list[Token]] = [[]]
    for at, token in enumerate(flat):
        if token.kind not in {",", "-"}:
            clauses[-1].append(token)
            continue
        before = clauses[-1][-1].kind if clauses[-1] else ""
        after = next((each.kind for each in flat[at + 1 :] if each.kind not in "aLc"), "")
        # `Sun 22:00 - Mon 04:00` is a stretch of time, which no clause is.
        stretch = token.kind == "-" and before in {"t", "z"} and after == "w"
        if stretch or any(before in kinds and after in kinds for kinds in ALIKE):
            clauses[-1].append(Token("d" if token.kind == "-" else "c", token.text))
        elif clauses[-1]:
            clauses.append([])
    return [clause for clause in clauses if clause]


def _read(text: str) -> Iterator[Token]:
    for found in TOKEN.finditer(text):
        # The last group that took part is the outermost, which closes last.
        kind, shown = found.lastgroup or "", found[0].strip()
        if kind == "word":
            yield from _word(shown)
        elif kind in FIGURES:
            yield FIGURES[kind](found, shown)
        elif kind != "space":
            yield Token(MARKS.get(kind, "?"), shown)


def _offset(found: re.Match[str], shown: str) -> Token:
    minutes = int(found["ahead"]) * 60 + int(found["more"] or 0)
    return Token("z", shown, place=Place(minutes if found["sign"] == "+" else -minutes, None))


def _key(_found: re.Match[str], shown: str) -> Token:
    return Token("z" if zones.is_known(shown) else "?", shown, place=Place(None, shown))


def _clock(found: re.Match[str], shown: str) -> Token:
    hour, minute, half = found["hour"], int(found["minute"]), (found["half"] or "").lower()
    if half:
        return _of_half(shown, int(hour), minute, half)
    value = int(hour)
    if value > HOURS or minute >= MINUTES:
        return Token("?", shown)
    # `7:30` is an hour of the morning or the evening; `07:30` and `12:30` leave no doubt.
    unsure = len(hour) == 1 and value
    hours = (value, value + 12) if unsure else (value % HOURS,)
    return Token(
        "t", shown, stretches=tuple(each for at in hours for each in stretch_of(at, minute))
    )


def _oclock(found: re.Match[str], shown: str) -> Token:
    return _of_half(shown, int(found["only"]), None, found["part"].lower())


def _of_half(text: str, hour: int, minute: int | None, half: str) -> Token:
    if not 1 <= hour <= 12 or (minute or 0) >= MINUTES:  # noqa: PLR2004 - hours of half a day
        return Token("?", text)
    return Token("t", text, stretches=stretch_of(hour % 12 + HALF[half], minute))


def _past(found: re.Match[str], shown: str) -> Token:
    minute = int(found["after"])
    return Token(":" if minute < MINUTES else "?", shown, minute)


FIGURES: dict[str, Callable[[re.Match[str], str], Token]] = {
    "offset": _offset,
    "key": _key,
    "clock": _clock,
    "oclock": _oclock,
    "past": _past,
    "ordinal": lambda found, shown: Token("o", shown, int(found["nth"])),
    "number": lambda _found, shown: Token("n", shown, int(shown[:6])),
}
MARKS = {"dash": "-", "comma": ",", "and": "c", "at": "a", "doubt": "!"}


def stretch_of(hour: int, minute: int | None) -> tuple[tuple[int, int], ...]:
    """Return the minutes of a day that a time means, ends included.

    Who says `3am` and no minutes doesn't mind which; who says `03:00` does.
    """
    first = hour * 60 + (minute or 0)
    return ((first, first if minute is not None else first + 59),)


MIDNIGHT = ((MINUTES_A_DAY - 10, MINUTES_A_DAY - 1), (0, 59))
TIMES = {"noon": stretch_of(12, None), "midday": stretch_of(12, None), "midi": stretch_of(12, None)}
TIMES |= {"midnight": MIDNIGHT, "minuit": MIDNIGHT}


@lru_cache(maxsize=4096)
def _word(text: str) -> tuple[Token, ...]:
    found = _lookup(text)
    if found is None and "-" in text:
        # `Mon-Fri`; a name such as `ci-build-2` is a word that isn't known.
        parts = [_lookup(part) for part in text.split("-")]
        whole = [part for part in parts if part is not None]
        if len(whole) == len(parts):
            dash = Token("-", "-")
            return (whole[0], *(token for part in whole[1:] for token in (dash, part)))
    return (found or Token("?", text),)


def _lookup(text: str) -> Token | None:
    """Return the token of one word; zones' short names are capitals, as `ET` isn't French `et`."""
    word = text.lower()
    name = PLACES_IN_WORDS.get(word, text)
    if name in PLACES:
        return Token("z", text, place=PLACES[name])
    if word in TIMES:
        return Token("t", text, stretches=TIMES[word])
    for kind, numbers in TABLES:
        if word in numbers:
            return Token(kind, text, numbers[word])
    if word in WORDS:
        kind, number = WORDS[word]
        return Token(kind, text, number)
    return None


TABLES = (
    ("w", {word: 1 << at for word, at in WEEKDAYS.items()}),
    ("m", MONTHS),
    ("n", NUMBERS),
    ("o", ORDINALS),
    ("g", {"day-of-month": 0}),
)
