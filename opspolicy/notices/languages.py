"""English and French for messages: dates, durations and zones as customers read them."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.instants import calendar_date
from opspolicy.temporal.zones import zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.dates import date

ENGLISH, FRENCH = "en", "fr"

BEFORE, DURING, AFTER = "before", "during", "after"
"""When a message is sent: before an outage starts, while it lasts, once it is over."""

DAYS = {
    ENGLISH: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    FRENCH: ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
SHORT_DAYS = {
    ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    FRENCH: ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
}
MONTHS = {
    ENGLISH: (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    FRENCH: (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
        "octobre", "novembre", "décembre",
    ),
}  # fmt: skip
SHORT_MONTHS = {
    ENGLISH: ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    FRENCH: (
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.",
        "déc.",
    ),
}  # fmt: skip

UNITS = {
    ENGLISH: (("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")),
    FRENCH: (
        ("jour", "jours"), ("heure", "heures"), ("minute", "minutes"), ("seconde", "secondes"),
    ),
}  # fmt: skip
AND = {ENGLISH: "and", FRENCH: "et"}
SEMICOLON = {FRENCH: " ; "}

WHAT = {
    ENGLISH: {
        BEFORE: "{service} will be unavailable {span}.",
        DURING: "{service} is unavailable until {until} ({zone}).",
        AFTER: "{service} was unavailable {span}, and should be available again.",
    },
    FRENCH: {
        BEFORE: "Le service « {service} » sera indisponible {span}.",
        DURING: "Le service « {service} » est indisponible jusqu'au {until} ({zone}).",
        AFTER: "Le service « {service} » a été indisponible {span}, et devrait être rétabli.",
    },
}
TITLES = {
    ENGLISH: {
        BEFORE: "{service}: unavailable from {short}",
        DURING: "{service}: unavailable until {short}",
        AFTER: "{service}: available again",
    },
    FRENCH: {
        BEFORE: "{service} : indisponible à partir du {short}",
        DURING: "{service} : indisponible jusqu'au {short}",
        AFTER: "{service} : de nouveau accessible",
    },
}
SHORT = {
    ENGLISH: {
        BEFORE: "unavailable {short_span}",
        DURING: "unavailable until {short_until} ({short_zone})",
        AFTER: "available again",
    },
    FRENCH: {
        BEFORE: "indisponible {short_span}",
        DURING: "indisponible jusqu'au {short_until} ({short_zone})",
        AFTER: "de nouveau accessible",
    },
}
OTHERS_UP = {
    ENGLISH: ("available meanwhile: {names}", "available meanwhile: {names}"),
    FRENCH: ("reste accessible : {names}", "restent accessibles : {names}"),
}
"""What else works, of one service and of several, behind what customers can do."""

ONLY_UP = {
    ENGLISH: ("Still available: {names}", "Still available: {names}"),
    FRENCH: ("Reste accessible : {names}", "Restent accessibles : {names}"),
}
"""The same as a sentence of its own."""

CUSTOMERS = {ENGLISH: ("customer", "customers"), FRENCH: ("client", "clients")}
VOWELS = "AEIOUÉÈÊÎÔaeiouéèêîô"


class When(NamedTuple):
    """An instant on the clock of a zone: the day, the reading, and which of two readings it is."""

    day: int
    seconds: int
    which: str

    @property
    def date(self) -> date:
        """The day, as a date."""
        return calendar_date(self.day)


def when(instant: int, zone_key: str) -> When:
    """Return an instant on a zone's clock; in a repeated hour with the zone's short name."""
    place = zone(zone_key)
    wall = place.wall(instant)
    which = f" {place.abbreviation(instant)}" if len(place.readings(wall)) > 1 else ""
    return When(wall // DAY, wall % DAY, which)


def day(at: When, language: str) -> str:
    """Return `Saturday 9 October 2027`, `samedi 9 octobre 2027`; elsewhere `2027-10-09`."""
    if language not in DAYS:
        return at.date.isoformat()
    date = at.date
    number = _number(date.day, language)
    weekday, month = DAYS[language][date.weekday()], MONTHS[language][date.month - 1]
    return f"{weekday} {number} {month} {date.year}"


def short_day(at: When, language: str, *, year: bool) -> str:
    """Return `Sat 9 Oct`, `sam. 9 oct.`, with the year where it is asked for."""
    if language not in DAYS:
        return at.date.isoformat()
    date = at.date
    weekday, month = SHORT_DAYS[language][date.weekday()], SHORT_MONTHS[language][date.month - 1]
    shown = f"{weekday} {_number(date.day, language)} {month}"
    return f"{shown} {date.year}" if year else shown


def time(at: When, language: str) -> str:
    """Return `00:30`, `0 h 30`: French writes no nought where there are no minutes."""
    hours, rest = divmod(at.seconds, HOUR)
    minutes, seconds = divmod(rest, MINUTE)
    if language != FRENCH:
        shown = f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
        return f"{shown}{at.which}"
    shown = f"{hours} h" + (f" {minutes:02}" if minutes or seconds else "")
    return f"{shown} min {seconds:02} s{at.which}" if seconds else f"{shown}{at.which}"


def instant_words(instant: int, zone_key: str, language: str) -> str:
    """Return `Saturday 9 October 2027 at 00:00`, with no zone."""
    at = when(instant, zone_key)
    to = {ENGLISH: " at ", FRENCH: " à "}.get(language, " ")
    return f"{day(at, language)}{to}{time(at, language)}"


def span(start: int, end: int, zone_key: str, language: str) -> str:
    """Return from when to when, as part of a sentence, with the zone; a single date stands once."""
    first, last = when(start, zone_key), when(end, zone_key)
    place = zone_words(zone_key, language)
    if first.day == last.day:
        if language == FRENCH:
            hours = f"de {time(first, language)} à {time(last, language)}"
            return f"le {day(first, language)} {hours} ({place})"
        if language == ENGLISH:
            hours = f"from {time(first, language)} to {time(last, language)}"
            return f"on {day(first, language)} {hours} ({place})"
    starts = instant_words(start, zone_key, language)
    ends = instant_words(end, zone_key, language)
    if language == FRENCH:
        return f"du {starts} au {ends} ({place})"
    if language == ENGLISH:
        return f"from {starts} to {ends} ({place})"
    return f"{starts} / {ends} ({place})"


def short_instant(instant: int, zone_key: str, language: str, *, year: bool) -> str:
    """Return `Sat 9 Oct 00:00`, `sam. 9 oct. 0 h`."""
    at = when(instant, zone_key)
    return f"{short_day(at, language, year=year)} {time(at, language)}"


def short_span(start: int, end: int, zone_key: str, language: str, *, year: bool) -> str:
    """Return from when to when in as few characters as can be read, with the zone."""
    first, last = when(start, zone_key), when(end, zone_key)
    begins = short_instant(start, zone_key, language, year=year)
    ends = short_instant(end, zone_key, language, year=year)
    if first.day == last.day:
        ends = time(last, language)
    place = short_zone(zone_key)
    if language == FRENCH and first.day == last.day:
        date = short_day(first, language, year=year)
        return f"{date} de {time(first, language)} à {ends} ({place})"
    words = {ENGLISH: ("", " to "), FRENCH: ("du ", " au ")}.get(language, ("", " - "))
    return f"{words[0]}{begins}{words[1]}{ends} ({place})"


def zone_words(zone_key: str, language: str) -> str:
    """Return `Toronto time`, `heure de Toronto`; of what is no place, the key."""
    if "/" not in zone_key or zone_key.startswith("Etc/"):
        return zone_key
    city = short_zone(zone_key)
    if language == FRENCH:
        return f"heure d'{city}" if city[0] in VOWELS else f"heure de {city}"
    return f"{city} time" if language == ENGLISH else zone_key


def short_zone(zone_key: str) -> str:
    """Return `Toronto` for `America/Toronto`."""
    return zone_key.rpartition("/")[2].replace("_", " ")


def duration(seconds: int, language: str) -> str:
    """Return elapsed time in words: `48 hours and 30 minutes`; elsewhere `48:30`."""
    # A weekend is counted in hours, a fortnight in days.
    days, rest = divmod(seconds, DAY) if seconds >= 5 * DAY else (0, seconds)
    hours, rest = divmod(rest, HOUR)
    minutes, left = divmod(rest, MINUTE)
    if language not in UNITS:
        return f"{days * 24 + hours}:{minutes:02}" + (f":{left:02}" if left else "")
    parts = [
        f"{amount} {names[is_plural(amount, language)]}"
        for amount, names in zip((days, hours, minutes, left), UNITS[language], strict=True)
        if amount
    ]
    return listed(parts, language)


def listed(parts: list[str], language: str) -> str:
    """Return `a, b and c`."""
    if len(parts) <= 1 or language not in AND:
        return ", ".join(parts)
    return f"{', '.join(parts[:-1])} {AND[language]} {parts[-1]}"


def counted(number: int, language: str) -> str:
    """Return a number with its thousands apart: `350,000`, `350 000`."""
    return f"{number:,}" if language != FRENCH else f"{number:,}".replace(",", " ")


def is_plural(number: int, language: str) -> bool:
    """Whether a language speaks of so many in the plural: of none English does, French doesn't."""
    return number > 1 if language == FRENCH else number != 1


def sentence(text: str) -> str:
    """Return a text as a sentence begins; an address, or a name such as `iOS`, is left alone."""
    first = text.partition(" ")[0].rstrip(",;:.!?")
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


def _number(number: int, language: str) -> str:
    return "1er" if language == FRENCH and number == 1 else str(number)
