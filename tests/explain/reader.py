"""Reads the words for a schedule back: days as a question to a date, times of day as seconds.

Written from the sentences, and sharing nothing with what writes them.
"""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    Fits = Callable[[dt.date], bool]

UNITS = {"hour": 3600, "minute": 60, "second": 1, "heure": 3600, "seconde": 1}


class Tongue(NamedTuple):
    """The words of one language, as regular expressions and names in order."""

    months: tuple[str, ...]
    weekdays: tuple[str, ...]  # from Monday
    every_day: str
    every: str
    stretch: str
    of: str
    hours: str
    minutes: str
    seconds: str
    each_minute: str
    to: str
    steps: str
    at: str
    besides: str
    only_if: str
    in_months: str
    in_years: str
    run: str
    a_run: str
    a_day: str
    days: str


EN = Tongue(
    months=("January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December"),
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    every_day="every day",
    every=r"every (?:([0-9]+) )?(hour|minute|second)s?",
    stretch=r"from ([0-9:]+) to ([0-9:]+)",
    of="of",
    hours=r"of (?:every hour|the hours? (.+))",
    minutes=r"at minutes? (.+)",
    seconds=r"at seconds? (.+?) of (?:every minute|minutes? (.+))",
    each_minute="every minute",
    to="to",
    steps="in steps of",
    at=r"(.+?),? at ([0-9]{2}:.+)",
    besides=", and also ",
    only_if=", only if that is ",
    in_months=r"(?:, only)? (?:in|from) (MONTHS)",
    in_years=r"(?:,(?: only)?)? (?:(?:in|from) )?([0-9]{4}.*)",
    run=r"([A-Z][a-z]+day) to ([A-Z][a-z]+day)",
    a_run=r"a day from ([A-Z][a-z]+day) to ([A-Z][a-z]+day)",
    a_day=r"a ([A-Z][a-z]+day)",
    days=r"on ((?:[A-Z][a-z]+days(?:, | and )?)+)",
)  # fmt: skip
FR = Tongue(
    months=("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
            "octobre", "novembre", "décembre"),
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    every_day="tous les jours",
    every=r"toutes les (?:([0-9]+) )?(heure|minute|seconde)s",
    stretch=r"de ([0-9:]+) à ([0-9:]+)",
    of="de",
    hours=r"(?:de chaque heure|(?:de l'heure|des heures) (.+))",
    minutes=r"(?:à la minute|aux minutes) (.+)",
    seconds=r"(?:à la seconde|aux secondes) (.+?) (?:de chaque minute|(?:de la minute|des minutes) (.+))",
    each_minute="toutes les minutes",
    to="à",
    steps="par pas de",
    at=r"(.+?),? à ([0-9]{2}:.+)",
    besides=", ainsi que ",
    only_if=", seulement si c'est ",
    # Of one month it is « en », and « des mois de » belongs to a date.
    in_months=r"(?<!mois)(?:, seulement)? (?:en |(?:de |d')(?=[a-zéû]+ à ))(MONTHS)",
    in_years=r"(?:,(?: seulement)?)? (?:(?:en|de) )?([0-9]{4}.*)",
    run=r"du ([a-z]+di|dimanche) au ([a-z]+di|dimanche)",
    a_run=r"un jour du ([a-z]+di|dimanche) au ([a-z]+di|dimanche)",
    a_day=r"un ([a-z]+di|dimanche)",
    days=r"((?:le (?:[a-z]+di|dimanche)(?:, | et )?)+)",
)  # fmt: skip
TONGUES = {"en": EN, "fr": FR}


def read(text: str, language: str) -> tuple[Fits, set[int]]:
    """Return the days and the times of day, in seconds, that a sentence names."""
    tongue = TONGUES[language]
    listed = re.fullmatch(tongue.at, text)
    if listed and not re.match(tongue.every, text):
        return _days(listed[1], tongue), {_time(each) for each in _list(listed[2])}
    # Days come last, and none of their words stand among the times.
    cuts = [found.start() for found in re.finditer(", ", text)]
    for cut in [len(text), *reversed(cuts)]:
        times = _times(text[:cut], tongue)
        if times is not None:
            rest = text[cut + 2 :]
            return (_days(rest, tongue) if rest else lambda _: True), times
    raise AssertionError(text)


def _times(text: str, tongue: Tongue) -> set[int] | None:
    whole = re.fullmatch(tongue.every, text)
    if whole:
        return set(range(0, 86400, _step(whole)))
    rhythm = re.match(tongue.every, text)
    stretches = re.findall(tongue.stretch, text)
    if rhythm and stretches and re.fullmatch(rf"{tongue.every} {_listed(tongue.stretch)}", text):
        return {
            at
            for first, last in stretches
            for at in range(_time(first), _time(last) + 1, _step(rhythm))
        }
    of_hours = re.fullmatch(rf"(.+?) {tongue.hours}", text)
    if of_hours is None:
        return None
    inner, hours = of_hours[1], _numbers(of_hours[2], 24, tongue)
    minutes, seconds = None, {0}
    if found := re.fullmatch(tongue.every, inner):
        minutes = set(range(0, 60, _step(found) // 60))
    elif found := re.fullmatch(tongue.seconds, inner):
        seconds, minutes = _numbers(found[1], 60, tongue) or set(), _numbers(found[2], 60, tongue)
    elif found := re.fullmatch(tongue.minutes, inner):
        minutes = _numbers(found[1], 60, tongue)
    if minutes is None or hours is None:
        return None
    return {h * 3600 + m * 60 + s for h in hours for m in minutes for s in seconds}


def _step(found: re.Match[str]) -> int:
    return int(found[1] or 1) * UNITS[found[2]]


def _listed(pattern: str) -> str:
    bare = re.sub(r"\((?!\?)", "(?:", pattern)
    return rf"{bare}(?:(?:, | and | et ){bare})*"


def _list(text: str) -> list[str]:
    return re.split(r", | and | et | or | ou ", text)


def _time(text: str) -> int:
    hour, minute, *second = (int(each) for each in text.split(":"))
    return hour * 3600 + minute * 60 + (second[0] if second else 0)


def _numbers(text: str | None, size: int, tongue: Tongue) -> set[int] | None:
    """Return the numbers of `5, 7 to 9 and 20`; all below ``size`` for nothing."""
    if text is None:
        return set(range(size))
    found: set[int] = set()
    for part in _list(text):
        match = re.fullmatch(
            rf"([0-9]+)(?: {tongue.to} ([0-9]+)(?: {tongue.steps} ([0-9]+))?)?", part
        )
        if match is None:
            return None
        first = int(match[1])
        found |= set(range(first, int(match[2] or first) + 1, int(match[3] or 1)))
    return found


def _days(text: str, tongue: Tongue) -> Fits:
    years = re.search(rf"{tongue.in_years}$", text)
    if years:
        named = _numbers(re.sub(rf" (?:{tongue.to}|to) ", f" {tongue.to} ", years[1]), 0, tongue)
        assert named is not None, text
        inner = _days(text[: years.start()], tongue)
        return lambda day: day.year in named and inner(day)
    months = re.search(rf"{_with_months(tongue.in_months, tongue)}$", text)
    if months:
        allowed = _months(months[1], tongue)
        inner = _days(text[: months.start()], tongue)
        return lambda day: day.month in allowed and inner(day)
    return _core(text, tongue)


def _core(text: str, tongue: Tongue) -> Fits:
    """Return the days without their months and years."""
    if text == tongue.every_day:
        return lambda _: True
    if tongue.besides in text:
        one, other = (_days(each, tongue) for each in text.split(tongue.besides))
        return lambda day: one(day) or other(day)
    if tongue.only_if in text:
        dates, _, fitting = text.partition(tongue.only_if)
        of_date = _days(dates, tongue)
        fits = [_weekdays(each, tongue) for each in _list(fitting)]
        named_weekdays = set().union(*[each or set() for each in fits])
        return lambda day: of_date(day) and day.weekday() in named_weekdays
    weekdays = _weekdays(text, tongue)
    if weekdays is not None:
        return lambda day: day.weekday() in weekdays
    return _dates(text, tongue)


def _with_months(pattern: str, tongue: Tongue) -> str:
    """Return a pattern in which MONTHS stands for a list or a run of their names."""
    name = f"(?:{'|'.join(tongue.months)})"
    return pattern.replace("MONTHS", f"{name}(?:(?:, | and | et | {tongue.to} ){name})*")


def _months(text: str, tongue: Tongue) -> set[int]:
    """Return the months named, nothing where other words are among them."""
    parts = re.split(rf" {tongue.to} ", text)
    if len(parts) == 2 and set(parts) <= set(tongue.months):
        first, last = (tongue.months.index(each) + 1 for each in parts)
        return set(range(first, last + 1))
    named = _list(text)
    if not set(named) <= set(tongue.months):
        return set()
    return {tongue.months.index(each) + 1 for each in named}


def _weekdays(text: str, tongue: Tongue) -> set[int] | None:
    for pattern in (tongue.run, tongue.a_run):
        run = re.fullmatch(pattern, text)
        if run:
            first, last = (tongue.weekdays.index(run[at]) for at in (1, 2))
            return set(range(first, last + 1))
    one = re.fullmatch(tongue.a_day, text)
    if one:
        return {tongue.weekdays.index(one[1])}
    days = re.fullmatch(tongue.days, text)
    if not days:
        return None
    names = [re.sub(r"^le ", "", each) for each in _list(days[1])]
    return {tongue.weekdays.index(re.sub("days$", "day", each)) for each in names}


UNIT = {
    "en": r"of (the month|MONTHS)",
    "fr": r"(du mois|(?:des mois )?(?:de |d')?MONTHS)",
}
PARTS = {
    "en": {
        "steps": r"on every ([0-9]+)(?:st|nd|rd|th) day from the ([0-9]+).. to the ([0-9]+)..",
        "last_days": r"on the last ([0-9]+) days",
        "last": r"on ((?:the last day(?: but [0-9]+)?(?:, | and )?)+)",
        "nearest": r"on the day from Monday to Friday, within the month, nearest to the ([0-9]+)..",
        "nearest_last": r"on the day from Monday to Friday, within the month, nearest to the last day(?: but ([0-9]+))?",
        "nth": r"on the (?:([0-9])..|last) ([A-Z][a-z]+day)",
        "dates": r"on (the [0-9]+.*?)",
        "date": r"the ([0-9]+)..(?: to the ([0-9]+)..)?",
    },
    "fr": {
        "steps": r"tous les ([0-9]+) jours du ([0-9]+)(?:er)? au ([0-9]+)(?:er)?",
        "last_days": r"les ([0-9]+) derniers jours",
        "last": r"((?:le (?:dernier jour|[0-9]+er? jour avant le dernier)(?:, | et )?)+)",
        "nearest": r"le jour du lundi au vendredi, dans le même mois, le plus proche du ([0-9]+)(?:er)?",
        "nearest_last": r"le jour du lundi au vendredi, dans le même mois, le plus proche du (?:dernier jour|([0-9]+)er? jour avant le dernier)",
        "nth": r"le (?:([0-9])er?|dernier) ([a-z]+di|dimanche)",
        "dates": r"((?:le|du) [0-9]+.*?)",
        "date": r"(?:le|du) ([0-9]+)(?:er)?(?: au ([0-9]+)(?:er)?)?",
    },
}


def _dates(text: str, tongue: Tongue) -> Fits:
    """Return the days of the month that a phrase names."""
    language = "en" if tongue is EN else "fr"
    for name, pattern in PARTS[language].items():
        found = re.fullmatch(_with_months(f"{pattern} {UNIT[language]}", tongue), text)
        if found is None or name == "date":
            continue
        *groups, unit = found.groups()
        if unit in {"the month", "du mois"}:
            allowed = set(range(1, 13))
        else:
            allowed = _months(re.sub(r"^(?:des mois )?(?:de |d')", "", unit), tongue)
        if not allowed:
            continue
        fits = _part(name, groups, PARTS[language]["date"], tongue)
        return lambda day: day.month in allowed and fits(day)
    raise AssertionError(text)


def _part(name: str, groups: list[str], date: str, tongue: Tongue) -> Fits:
    if name == "nth":
        number, weekday = groups[0], tongue.weekdays.index(groups[1])
        return lambda day: (
            day.weekday() == weekday
            and ((day.day - 1) // 7 + 1 == int(number) if number else _length(day) - day.day < 7)
        )
    if name == "dates":
        named: set[int] = set()
        for each in _list(groups[0]):
            found = re.fullmatch(date, each)
            assert found is not None, each
            named |= set(range(int(found[1]), int(found[2] or found[1]) + 1))
        return lambda day: day.day in named
    if name == "last":
        left = {int(re.sub("[^0-9]", "", each) or 0) for each in _list(groups[0])}
        return lambda day: _length(day) - day.day in left
    first, *rest = (int(each or 0) for each in groups)
    if name == "steps":
        days = set(range(rest[0], rest[1] + 1, first))
        return lambda day: day.day in days
    if name == "last_days":
        return lambda day: _length(day) - day.day < first
    from_end = name == "nearest_last"
    return lambda day: day.day == _nearest(day, _length(day) - first if from_end else first)


def _length(day: dt.date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest(month: dt.date, target: int) -> int | None:
    """Return the day from Monday to Friday nearest to one, within its month."""
    if not 1 <= target <= _length(month):
        return None
    days = [at for at in range(1, _length(month) + 1) if month.replace(day=at).weekday() < 5]
    return min(days, key=lambda at: (abs(at - target), at))
