"""Any kind of schedule in words: cron lines, calendar expressions, elapsed time, rules, dates."""

from __future__ import annotations

from opspolicy.explain import meaning
from opspolicy.explain.english import English
from opspolicy.explain.french import DAYS, MONTHS, French
from opspolicy.explain.meaning import ALL_SIXTY, Clock, Dates, Days, FromEnd, Nth, Weekdays
from opspolicy.temporal import instants
from opspolicy.temporal.comments.facts import DAY_NAMES, ordinal
from opspolicy.temporal.cron import Cron
from opspolicy.temporal.cron_grammar import ALL_DAYS, ALL_HOURS, ALL_MONTHS, ALL_WEEKDAYS
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.every import Every
from opspolicy.temporal.rrule.parts import completed
from opspolicy.temporal.rrule.parts import read as read_rule
from opspolicy.temporal.rrule.rule import RRule
from opspolicy.temporal.schedules import DatedSchedule
from opspolicy.temporal.systemd.on_calendar import OnCalendar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.explain.words import Language
    from opspolicy.temporal.recurrence import Recurrence
    from opspolicy.temporal.rrule.parts import Parts, Until
    from opspolicy.temporal.schedules import Schedule
    from opspolicy.temporal.zones import Zone

LANGUAGES: dict[str, Language] = {each.name: each for each in (English(), French())}
MOST_DATES = 12
BY_THE_CLOCK = {"HOURLY", "MINUTELY"}

PHRASES = {
    "en": {
        "elapsed": "{every} of elapsed time",
        "by_clock": "{every} on the clock",
        "only": ", only {what}",
        "start": ", from {when} on",
        "once": ", once",
        "count": ", {n} times in all",
        "until": ", until {when}",
        "until_day": ", up to and including {day}",
        "more": "{n} more",
        "YEARLY": "every {n} years",
        "MONTHLY": "every {n} months",
        "WEEKLY": "every {n} weeks",
        "DAILY": "every {n} days",
        "weeks": " (weeks begin on {day})",
        "yeardays": "on {which} day of the year",
        "weeknos": "in {which} of the year",
        "week": "week {n}",
        "last_week": "the last week",
        "week_before_last": "the {n} to last week",
        "positions": ", of these only {which} in each {unit}",
        "last": "the last",
        "before_last": "the {n} to last",
    },
    "fr": {
        "elapsed": "{every} de temps écoulé",
        "by_clock": "{every} à l'horloge",
        "only": ", seulement {what}",
        "start": ", à partir du {when}",
        "once": ", une seule fois",
        "count": ", {n} fois en tout",
        "until": ", jusqu'au {when}",
        "until_day": ", jusqu'au {day} inclus",
        "more": "{n} de plus",
        "YEARLY": "tous les {n} ans",
        "MONTHLY": "tous les {n} mois",
        "WEEKLY": "toutes les {n} semaines",
        "DAILY": "tous les {n} jours",
        "weeks": " (la semaine commence le {day})",
        "yeardays": "{which} jour de l'année",
        "weeknos": "{which} de l'année",
        "week": "la semaine {n}",
        "last_week": "la dernière semaine",
        "week_before_last": "la {n}e semaine avant la dernière",
        "week_but_one": "l'avant-dernière semaine",
        "positions": ", parmi eux seulement {which} de chaque {unit}",
        "last": "le dernier",
        "before_last": "le {n}e avant le dernier",
        "last_but_one": "l'avant-dernier",
    },
}
UNITS = {
    "en": {"YEARLY": "year", "MONTHLY": "month", "WEEKLY": "week", "DAILY": "day",
           "HOURLY": "hour", "MINUTELY": "minute"},
    "fr": {"YEARLY": "année", "MONTHLY": "mois", "WEEKLY": "semaine", "DAILY": "jour",
           "HOURLY": "heure", "MINUTELY": "minute"},
}  # fmt: skip


def of_schedule(schedule: Schedule, language: str) -> str:
    """Return the words for a schedule as the first dialect that fits reads it.

    ``language`` is `en` or `fr`; local times are on the clock of the schedule's zone.
    """
    if isinstance(schedule, DatedSchedule):
        return _dates(schedule, language)
    parts = [of_rule(line, schedule.zone, language) for line in schedule.lines]
    return "; ".join(dict.fromkeys(parts))


def of_rule(rule: Recurrence, zone: Zone, language: str) -> str:
    """Return the words for one rule, in `en` or `fr`."""
    words = LANGUAGES[language]
    if isinstance(rule, Cron):
        return words.sentence(*meaning.of_cron(rule))
    if isinstance(rule, OnCalendar):
        return words.sentence(*meaning.of_on_calendar(rule))
    if isinstance(rule, Every):
        elapsed = PHRASES[language]["elapsed"].format(every=words.every(rule.step))
        return elapsed + _from(zone.wall(rule.first), language)
    if isinstance(rule, RRule):
        return _rrule(rule, language)
    raise AssertionError(rule)  # a schedule read by itself is adjusted by nothing


def when(wall: int, language: str) -> str:
    """Return a reading as `Mon 4 Jan 2027 06:00`, or « lundi 4 janvier 2027 à 06:00 »."""
    if language == "en":
        return instants.clock(wall)
    return f"{_day(wall // DAY, language)} à {instants.clock(wall, with_date=False)}"


def _day(day: int, language: str) -> str:
    if language == "en":
        return instants.day_words(day)
    date = instants.calendar_date(day)
    of_month = "1er" if date.day == 1 else f"{date.day}"
    return f"{DAYS[date.isoweekday() % 7]} {of_month} {MONTHS[date.month]} {date.year}"


def _from(wall: int, language: str) -> str:
    return PHRASES[language]["start"].format(when=when(wall, language))


def _dates(schedule: DatedSchedule, language: str) -> str:
    words = LANGUAGES[language]
    found = [when(schedule.zone.wall(at), language) for at in schedule.instants]
    shown = [f"le {each}" if language == "fr" else f"on {each}" for each in found[:MOST_DATES]]
    if len(found) > MOST_DATES:
        shown.append(PHRASES[language]["more"].format(n=len(found) - MOST_DATES))
    return words.listing(shown)


def _rrule(rule: RRule, language: str) -> str:
    """Return a recurrence rule in words: what repeats, on which days, when, from and until when."""
    phrases, words = PHRASES[language], LANGUAGES[language]
    written = read_rule(rule.text)
    parts = completed(written, rule.start)
    days = _rule_days(parts, in_month=parts.freq == "MONTHLY" or bool(written.months))
    clock = Clock(_mask(parts.hours), _mask(parts.minutes), _mask(parts.seconds))
    if parts.interval == 1:
        said = words.sentence(days, clock)
    elif parts.freq in BY_THE_CLOCK:
        said = _steps(parts, days, clock, words)
    else:
        said = phrases[parts.freq].format(n=parts.interval)
        if days.are_all:
            # The lead stands for `every day`.
            said = words.sentence(days, clock).replace(words.every_day(), said)
        else:
            said += f", {words.sentence(days, clock)}"
    said += _conditions(parts, language)
    weekly = parts.freq == "WEEKLY" and (parts.interval > 1 or parts.positions)
    if weekly or parts.weeknos:
        names = DAY_NAMES if language == "en" else DAYS
        said += phrases["weeks"].format(day=names[(parts.week_start + 1) % 7])
    if parts.positions:
        which = words.listing([_which(at, language) for at in _ahead_first(parts.positions)])
        said += phrases["positions"].format(which=which, unit=UNITS[language][parts.freq])
    said += _from(rule.start, language)
    if parts.instances is not None:
        said += phrases["once" if parts.instances == 1 else "count"].format(n=parts.instances)
    return said + (_until(parts.until, language) if parts.until is not None else "")


def _steps(parts: Parts, days: Days, clock: Clock, words: Language) -> str:
    """Return hours or minutes that are so far apart on the clock, and what they are held to."""
    phrases = PHRASES[words.name]
    minutely = parts.freq == "MINUTELY"
    every = words.every(parts.interval * (60 if minutely else 3600))
    said = phrases["by_clock"].format(every=every)
    if minutely and (clock.hours, clock.minutes, clock.seconds) == (ALL_HOURS, ALL_SIXTY, 1):
        pass
    elif clock.hours == ALL_HOURS and not minutely and clock.seconds == 1:
        said += f", {words.minutes(words.numbers(parts.minutes), len(parts.minutes))}"
    else:
        said += phrases["only"].format(what=words.within(clock))
    if not days.are_all:
        said += phrases["only"].format(what=words.days(days))
    return said


def _rule_days(parts: Parts, *, in_month: bool) -> Days:
    dates: list[Dates | FromEnd] = []
    ahead = [at for at in parts.monthdays if at > 0]
    dates += [Dates(_mask(ahead))] if ahead else []
    behind = [-at for at in parts.monthdays if at < 0]
    dates += [FromEnd(_mask(behind))] if behind else []
    plain = _mask([(day + 1) % 7 for number, day in parts.weekdays if not number])
    weekdays: list[Weekdays | Nth] = [Weekdays(plain)] if plain else []
    weekdays += [
        Nth((day + 1) % 7, number, of_year=not in_month)
        for number, day in sorted(parts.weekdays, key=lambda each: (each[0] < 0, each))
        if number and not plain >> (day + 1) % 7 & 1
    ]
    days = meaning.days_of(dates or [Dates(ALL_DAYS)], weekdays or [Weekdays(ALL_WEEKDAYS)])
    return days._replace(months=_mask(parts.months) or ALL_MONTHS)


def _conditions(parts: Parts, language: str) -> str:
    said = ""
    for name, numbers in (("yeardays", parts.yeardays), ("weeknos", parts.weeknos)):
        if numbers:
            words, phrases = LANGUAGES[language], PHRASES[language]
            which = _week if name == "weeknos" else _which
            listed = words.listing([which(at, language) for at in _ahead_first(numbers)])
            said += phrases["only"].format(what=phrases[name].format(which=listed))
    return said


def _ahead_first(numbers: Sequence[int]) -> list[int]:
    """Return numbers with those that count from the end behind the others."""
    return sorted(numbers, key=lambda at: (at < 0, at))


def _week(number: int, language: str) -> str:
    """Return a week of the year: by its number, as in calendars, or counted from the last one."""
    if number > 0:
        return PHRASES[language]["week"].format(n=number)
    phrases = PHRASES[language]
    if number == -1:
        return phrases["last_week"]
    if language == "en":
        return phrases["week_before_last"].format(n=ordinal(-number))
    name = "week_but_one" if number == -2 else "week_before_last"  # noqa: PLR2004 - of weeks
    return phrases[name].format(n=-number - 1)


def _which(number: int, language: str) -> str:
    """Return a place from the beginning, or below zero from the end."""
    phrases = PHRASES[language]
    if number == -1:
        return phrases["last"]
    if number < 0:
        if language == "en":
            return phrases["before_last"].format(n=ordinal(-number))
        name = "last_but_one" if number == -2 else "before_last"  # noqa: PLR2004 - of any
        return phrases[name].format(n=-number - 1)
    if language == "fr":
        return f"le {number}{'er' if number == 1 else 'e'}"
    return f"the {ordinal(number)}"


def _until(until: Until, language: str) -> str:
    phrases = PHRASES[language]
    if until.form == "date":
        return phrases["until_day"].format(day=_day(until.wall // DAY, language))
    zone = " UTC" if until.form == "utc" else ""
    return phrases["until"].format(when=when(until.wall, language) + zone)


def _mask(values: Sequence[int]) -> int:
    return sum(1 << at for at in set(values))
