"""Words for schedules: a table to be read aloud, and that they say what the dialect reads."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.estate import single
from opspolicy.explain import told
from opspolicy.temporal import cron, zones
from opspolicy.temporal.cron import Cron
from opspolicy.temporal.dialects import CRON, DIALECTS, KUBERNETES, QUARTZ
from opspolicy.temporal.recurrence import ScheduleError
from opspolicy.temporal.rrule import rule as rrule
from opspolicy.temporal.systemd import on_calendar
from tests import laws, shared
from tests.explain import reader

if TYPE_CHECKING:
    from opspolicy.temporal.recurrence import Recurrence

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=10)
UTC = zones.zone("UTC")
EPOCH = dt.date(1970, 1, 1)
FOUR_YEARS = [dt.date(2025, 1, 1) + dt.timedelta(days=at) for at in range(4 * 365 + 1)]
REAL = shared.load("cron/expressions.json") or []
TIMERS = shared.load("systemd/wikimedia_oncalendar_expected.json") or {}

LINES = [
    ("cron", "0 2 * * *", "every day at 02:00", "tous les jours à 02:00"),
    (
        "cron", "*/15 8-18 * * 1-5",
        "every 15 minutes from 08:00 to 18:45, Monday to Friday",
        "toutes les 15 minutes de 08:00 à 18:45, du lundi au vendredi",
    ),
    ("cron", "* * * * *", "every minute", "toutes les minutes"),
    ("cron", "0 * * * *", "every hour", "toutes les heures"),
    ("cron", "0 */2 * * sat,sun", "every 2 hours, on Saturdays and Sundays", "toutes les 2 heures, le samedi et le dimanche"),
    ("cron", "5 * * * *", "every hour from 00:05 to 23:05, every day", "toutes les heures de 00:05 à 23:05, tous les jours"),
    (
        "cron", "7 0-5,8-20 * * *",
        "every hour from 00:07 to 05:07 and from 08:07 to 20:07, every day",
        "toutes les heures de 00:07 à 05:07 et de 08:07 à 20:07, tous les jours",
    ),
    # Not every seven minutes: after :56 comes :00.
    ("cron", "*/7 * * * *", "at minutes 0 to 56 in steps of 7 of every hour", "aux minutes 0 à 56 par pas de 7 de chaque heure"),
    (
        "cron", "*/15 */2 * * *",
        "every 15 minutes of the hours 0 to 22 in steps of 2, every day",
        "toutes les 15 minutes des heures 0 à 22 par pas de 2, tous les jours",
    ),
    ("cron", "0 0 1 1 *", "on the 1st of January at 00:00", "le 1er janvier à 00:00"),
    (
        "cron", "0 0 1 4,7,10 *",
        "on the 1st of April, July and October, at 00:00",
        "le 1er des mois d'avril, juillet et octobre, à 00:00",
    ),
    ("cron", "0 9 * 4-6 mon-fri", "Monday to Friday from April to June at 09:00", "du lundi au vendredi d'avril à juin à 09:00"),
    # The same line in two dialects: one field with a star makes it AND in Debian's cron only.
    (
        "cron", "0 6 */2 * mon",
        "on every 2nd day from the 1st to the 31st of the month, only if that is a Monday, at 06:00",
        "tous les 2 jours du 1er au 31 du mois, seulement si c'est un lundi, à 06:00",
    ),
    (
        "kubernetes", "0 6 */2 * mon",
        "on every 2nd day from the 1st to the 31st of the month, and also on Mondays, at 06:00",
        "tous les 2 jours du 1er au 31 du mois, ainsi que le lundi, à 06:00",
    ),
    # Spelt out, every day of the month is a restriction to Kubernetes, and either field will do.
    ("kubernetes", "0 6 1-31 * mon", "every day at 06:00", "tous les jours à 06:00"),
    # Quartz counts Sunday as 1.
    ("quartz", "0 0 12 ? * 2-6", "Monday to Friday at 12:00", "du lundi au vendredi à 12:00"),
    ("quartz", "0 0 12 L * ?", "on the last day of the month at 12:00", "le dernier jour du mois à 12:00"),
    ("quartz", "0 0 12 L-3 2 ?", "on the last day but 3 of February at 12:00", "le 3e jour avant le dernier de février à 12:00"),
    (
        "quartz", "0 0 12 15W * ?",
        "on the day from Monday to Friday, within the month, nearest to the 15th of the month, at 12:00",
        "le jour du lundi au vendredi, dans le même mois, le plus proche du 15 du mois, à 12:00",
    ),
    ("quartz", "0 0 12 ? * 6#3", "on the 3rd Friday of the month at 12:00", "le 3e vendredi du mois à 12:00"),
    (
        "quartz", "30 0 12 ? * 6L 2027-2029",
        "on the last Friday of the month, from 2027 to 2029, at 12:00:30",
        "le dernier vendredi du mois, de 2027 à 2029, à 12:00:30",
    ),
    ("quartz", "*/10 * * * * ?", "every 10 seconds", "toutes les 10 secondes"),
    (
        "quartz", "0,30 5,10 * ? * MON",
        "at seconds 0 and 30 of minutes 5 and 10 of every hour, on Mondays",
        "aux secondes 0 et 30 des minutes 5 et 10 de chaque heure, le lundi",
    ),
    ("eventbridge", "cron(0 10 1 * ? *)", "on the 1st of the month at 10:00", "le 1er du mois à 10:00"),
    (
        "airflow", "0 0 1,L * *",
        "on the 1st of the month and on the last day of the month at 00:00",
        "le 1er du mois et le dernier jour du mois à 00:00",
    ),
    ("systemd", "Mon..Fri 02:00", "Monday to Friday at 02:00", "du lundi au vendredi à 02:00"),
    ("systemd", "*-*~03 02:00", "on the last day but 2 of the month at 02:00", "le 2e jour avant le dernier du mois à 02:00"),
    (
        "systemd", "Mon *-*~07/1 02:00",
        "on the last 7 days of the month, only if that is a Monday, at 02:00",
        "les 7 derniers jours du mois, seulement si c'est un lundi, à 02:00",
    ),
    (
        "systemd", "2027..2029/2-01-01 00:00:30",
        "on the 1st of January in 2027 and 2029 at 00:00:30",
        "le 1er janvier en 2027 et 2029 à 00:00:30",
    ),
]  # fmt: skip


def rule_of(dialect: str, text: str) -> Recurrence:
    if dialect == "systemd":
        return on_calendar.parse(text)
    return cron.parse(text, DIALECTS[dialect])


@pytest.mark.parametrize(
    ("dialect", "text", "english", "french"), LINES, ids=lambda each: each[:40]
)
def test_lines_in_words(dialect: str, text: str, english: str, french: str) -> None:
    rule = rule_of(dialect, text)
    assert told.of_rule(rule, UTC, "en") == english
    assert told.of_rule(rule, UTC, "fr") == french


START = "2027-01-04T06:00"
OTHERS: list[tuple[dict[str, object], str, str]] = [
    (
        {"every": "90m", "start": START},
        "every 90 minutes of elapsed time, from Mon 4 Jan 2027 06:00 on",
        "toutes les 90 minutes de temps écoulé, à partir du lundi 4 janvier 2027 à 06:00",
    ),
    (
        {"dates": ["2027-10-09T06:00", "2027-11-01T06:00"]},
        "on Sat 9 Oct 2027 06:00 and on Mon 1 Nov 2027 06:00",
        "le samedi 9 octobre 2027 à 06:00 et le lundi 1er novembre 2027 à 06:00",
    ),
    (
        {"rrule": "FREQ=MONTHLY;BYDAY=1MO;COUNT=3", "start": START},
        "on the 1st Monday of the month at 06:00, from Mon 4 Jan 2027 06:00 on, 3 times in all",
        "le 1er lundi du mois à 06:00, à partir du lundi 4 janvier 2027 à 06:00, 3 fois en tout",
    ),
    (
        {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20271231", "start": START},
        "every 2 weeks, on Mondays and Thursdays at 06:00 (weeks begin on Monday), from Mon 4 Jan 2027 06:00 on, up to and including Fri 31 Dec 2027",
        "toutes les 2 semaines, le lundi et le jeudi à 06:00 (la semaine commence le lundi), à partir du lundi 4 janvier 2027 à 06:00, jusqu'au vendredi 31 décembre 2027 inclus",
    ),
    (
        {"rrule": "FREQ=DAILY;INTERVAL=3;UNTIL=20271231T050000Z", "start": START},
        "every 3 days at 06:00, from Mon 4 Jan 2027 06:00 on, until Fri 31 Dec 2027 05:00 UTC",
        "tous les 3 jours à 06:00, à partir du lundi 4 janvier 2027 à 06:00, jusqu'au vendredi 31 décembre 2027 à 05:00 UTC",
    ),
    (
        {"rrule": "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1", "start": "2027-01-01T06:00"},
        "Monday to Friday at 06:00, of these only the 1st and the last in each month, from Fri 1 Jan 2027 06:00 on",
        "du lundi au vendredi à 06:00, parmi eux seulement le 1er et le dernier de chaque mois, à partir du vendredi 1er janvier 2027 à 06:00",
    ),
    (
        {"rrule": "FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=MO", "start": START},
        "on Mondays at 06:00, only in week 1 and the last week of the year (weeks begin on Monday), from Mon 4 Jan 2027 06:00 on",
        "le lundi à 06:00, seulement la semaine 1 et la dernière semaine de l'année (la semaine commence le lundi), à partir du lundi 4 janvier 2027 à 06:00",
    ),
    (
        {"rrule": "FREQ=YEARLY;BYWEEKNO=1,-2,-3;BYDAY=MO;COUNT=1", "start": START},
        "on Mondays at 06:00, only in week 1, the 3rd to last week and the 2nd to last week of the year (weeks begin on Monday), from Mon 4 Jan 2027 06:00 on, once",
        "le lundi à 06:00, seulement la semaine 1, la 2e semaine avant la dernière et l'avant-dernière semaine de l'année (la semaine commence le lundi), à partir du lundi 4 janvier 2027 à 06:00, une seule fois",
    ),
    (
        {"rrule": "FREQ=YEARLY;BYYEARDAY=4,-2", "start": START},
        "every day at 06:00, only on the 4th and the 2nd to last day of the year, from Mon 4 Jan 2027 06:00 on",
        "tous les jours à 06:00, seulement le 4e et l'avant-dernier jour de l'année, à partir du lundi 4 janvier 2027 à 06:00",
    ),
    (
        {"rrule": "FREQ=HOURLY;INTERVAL=5", "start": START},
        "every 5 hours on the clock, at minute 0, from Mon 4 Jan 2027 06:00 on",
        "toutes les 5 heures à l'horloge, à la minute 0, à partir du lundi 4 janvier 2027 à 06:00",
    ),
    (
        {"rrule": "FREQ=MINUTELY;INTERVAL=45;BYDAY=MO", "start": START},
        "every 45 minutes on the clock, only on Mondays, from Mon 4 Jan 2027 06:00 on",
        "toutes les 45 minutes à l'horloge, seulement le lundi, à partir du lundi 4 janvier 2027 à 06:00",
    ),
    (
        {"rrule": "FREQ=YEARLY;INTERVAL=2;BYDAY=1MO,-1FR", "start": START},
        "every 2 years, on the 1st Monday of the year and on the last Friday of the year at 06:00, from Mon 4 Jan 2027 06:00 on",
        "tous les 2 ans, le 1er lundi de l'année et le dernier vendredi de l'année à 06:00, à partir du lundi 4 janvier 2027 à 06:00",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "english", "french"), OTHERS)
def test_other_schedules_in_words(schedule: dict[str, object], english: str, french: str) -> None:
    read = single.read(schedule, "UTC", None)
    found = {language: told.of_schedule(read, language) for language in told.LANGUAGES}
    assert found == {"en": english, "fr": french}


def say_the_same(rule: Recurrence, language: str) -> None:
    """Assert that the words, read back, name the rule's own days and times."""
    words = told.of_rule(rule, UTC, language)
    fits, times = reader.read(words, language)
    day = (FOUR_YEARS[0] - EPOCH).days * 86_400
    if isinstance(rule, Cron):
        assert sorted(times) == list(rule.times), words
    for date in FOUR_YEARS:
        expected = rule.walls(day, day + 86_400)
        assert [day + at for at in sorted(times)] * fits(date) == expected, (words, date)
        day += 86_400


def field(low: int, high: int) -> st.SearchStrategy[str]:
    """Draw a field: a star with or without a step, or a list of numbers and ranges."""
    pair = st.tuples(st.integers(low, high), st.integers(low, high)).map(sorted)
    part = st.one_of(
        st.integers(low, high).map(str),
        pair.map(lambda ends: f"{ends[0]}-{ends[1]}"),
        st.tuples(pair, st.integers(2, 9)).map(lambda each: f"{each[0][0]}-{each[0][1]}/{each[1]}"),
    )
    listed = st.lists(part, min_size=1, max_size=3).map(",".join)
    stepped = st.integers(2, 12).map(lambda step: f"*/{step}")
    return st.one_of(st.just("*"), st.just("*"), stepped, listed)


DATES = field(1, 31)
SPECIAL = st.sampled_from(["L", "L-1", "L-7", "LW", "L-2W", "1W", "15W", "31W"])
NTH = st.sampled_from(["1L", "6L", "2#1", "6#3", "7#5"])
PLAIN = st.tuples(field(0, 59), field(0, 23), DATES, field(1, 12), field(0, 6)).map(" ".join)
QUARTZ_LINES = st.one_of(
    st.tuples(
        field(0, 59), field(0, 59), field(0, 23), st.one_of(DATES, SPECIAL), field(1, 12)
    ).map(lambda each: f"{' '.join(each)} ? 2026-2027"),
    st.tuples(
        field(0, 59), field(0, 59), field(0, 23), field(1, 12), st.one_of(field(1, 7), NTH)
    ).map(lambda each: f"{' '.join(each[:3])} ? {each[3]} {each[4]}"),
)


@pytest.mark.parametrize("language", ["en", "fr"])
@LAWS
@given(PLAIN, st.sampled_from([CRON.name, KUBERNETES.name]))
def test_words_say_what_the_dialect_reads(language: str, line: str, dialect: str) -> None:
    say_the_same(cron.parse(line, DIALECTS[dialect]), language)


@pytest.mark.parametrize("language", ["en", "fr"])
@LAWS
@given(QUARTZ_LINES)
def test_words_say_what_quartz_reads(language: str, line: str) -> None:
    rule = cron.parse(line, QUARTZ)
    if len(rule.times) <= 1440:
        say_the_same(rule, language)


@shared.needs_data
def test_words_say_what_real_lines_mean() -> None:
    checked = 0
    for expression in sorted({case["expr"] for case in REAL})[::40]:
        try:
            rule = cron.parse(expression, CRON)
        except ScheduleError:
            continue
        for language in told.LANGUAGES:
            say_the_same(rule, language)
        checked += 1
    assert checked > 50


@shared.needs_data
@pytest.mark.parametrize("language", ["en", pytest.param("fr", marks=pytest.mark.prove)])
def test_words_say_what_real_timers_mean(language: str) -> None:
    for case in TIMERS["valid"]:
        say_the_same(on_calendar.parse(case["spec"]), language)


def dotted(low: int, high: int) -> st.SearchStrategy[str]:
    """Draw a place of a calendar expression: a star, a list, a range, a repetition."""
    one = st.integers(low, high)
    pair = st.tuples(one, one).map(sorted)
    return st.one_of(
        st.just("*"),
        st.lists(one.map(str), min_size=1, max_size=3).map(",".join),
        pair.map(lambda ends: f"{ends[0]}..{ends[1]}"),
        st.integers(2, 9).map(lambda step: f"{low}/{step}"),
    )


FROM_END = st.sampled_from(["-*", "-*", "~1", "~3", "~7/1", "~1,5"])
DAY_PART = st.one_of(FROM_END, dotted(1, 31).map(lambda each: f"-{each}"))
WEEK = st.sampled_from(["", "Mon ", "Mon..Fri ", "Sat,Sun ", "Mon,Wed..Fri ", "Tue..Thu "])
YEARS = st.sampled_from(["*", "*", "2026", "2025..2027", "2025,2027"])
EXPRESSIONS = st.tuples(
    WEEK, YEARS, dotted(1, 12), DAY_PART, dotted(0, 23), dotted(0, 59), st.sampled_from(["0", "30"])
).map(lambda each: f"{each[0]}{each[1]}-{each[2]}{each[3]} {':'.join(each[4:])}")


@pytest.mark.parametrize("language", ["en", "fr"])
@LAWS
@given(EXPRESSIONS)
def test_words_say_what_systemd_reads(language: str, expression: str) -> None:
    say_the_same(on_calendar.parse(expression), language)


@pytest.mark.prove
@pytest.mark.parametrize("language", ["en", "fr"])
def test_they_say_it_of_hundreds(language: str) -> None:
    many = settings(LAWS, max_examples=120)
    for name in (CRON.name, KUBERNETES.name):
        drawn = {"line": PLAIN, "dialect": st.just(name)}
        laws.hold(test_words_say_what_the_dialect_reads, drawn, many, language=language)
    laws.hold(test_words_say_what_quartz_reads, {"line": QUARTZ_LINES}, many, language=language)
    drawn = {"expression": EXPRESSIONS}
    laws.hold(test_words_say_what_systemd_reads, drawn, many, language=language)


def test_lines_of_different_meaning_never_get_the_same_words() -> None:
    """Neighbours, which a careless sentence would take for each other."""
    fields = ("*", "1", "1,2", "1-3", "1-4", "1,3", "1-5/2", "*/2", "*/3", "2-4")
    seen: dict[str, tuple[object, ...]] = {}
    for language in told.LANGUAGES:
        for at in range(5):
            for other in range(at + 1, 5):
                for one in fields:
                    for two in fields:
                        parts = ["0", "2", "*", "*", "*"]
                        parts[at], parts[other] = one, two
                        rule = cron.parse(" ".join(parts), KUBERNETES)
                        meaning = (*[rule.runs_on(20_000 + day) for day in range(1461)], rule.times)
                        words = told.of_rule(rule, UTC, language)
                        assert seen.setdefault(words, meaning) == meaning, (words, parts)


PARTS = (
    ("FREQ=YEARLY", "FREQ=MONTHLY", "FREQ=WEEKLY", "FREQ=DAILY", "FREQ=HOURLY", "FREQ=MINUTELY"),
    ("", "INTERVAL=2"),
    ("", "BYMONTH=1", "BYMONTH=1,3"),
    ("", "BYMONTHDAY=4", "BYMONTHDAY=4,-1", "BYYEARDAY=4", "BYWEEKNO=1"),
    ("", "BYDAY=MO", "BYDAY=1MO", "BYDAY=MO,TU"),
    ("", "BYSETPOS=1", "BYSETPOS=1,-1"),
    ("", "WKST=SU", "COUNT=3", "UNTIL=20270401"),
)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_rules_of_different_meaning_never_get_the_same_words(language: str) -> None:
    start = (dt.date(2027, 1, 4) - EPOCH).days * 86_400 + 6 * 3600
    seen: dict[str, list[int]] = {}
    for parts in itertools.product(*PARTS):
        try:
            rule = rrule.RRule(";".join(filter(None, parts)), start, UTC)
        except ScheduleError:
            continue
        words = told.of_rule(rule, UTC, language)
        named = rule.walls(start, start + (2 if "MINUTELY" in parts[0] else 800) * 86_400)
        assert seen.setdefault(words, named) == named, (words, parts)
    assert len(seen) > 500
