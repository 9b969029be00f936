"""Dates, times and durations as customers read them, in both languages."""

from __future__ import annotations

import pytest

from opspolicy.notices import languages
from opspolicy.temporal.instants import parse_as_of

TORONTO = "America/Toronto"


@pytest.mark.parametrize(
    ("start", "end", "zone", "english", "french"),
    [
        (
            "2027-10-09T04:00Z", "2027-10-11T04:30Z", TORONTO,
            "from Saturday 9 October 2027 at 00:00 to Monday 11 October 2027 at 00:30 (Toronto time)",
            "du samedi 9 octobre 2027 à 0 h au lundi 11 octobre 2027 à 0 h 30 (heure de Toronto)",
        ),
        (
            "2027-08-01T06:05Z", "2027-08-01T08:00Z", "Europe/Amsterdam",
            "on Sunday 1 August 2027 from 08:05 to 10:00 (Amsterdam time)",
            "le dimanche 1er août 2027 de 8 h 05 à 10 h (heure d'Amsterdam)",
        ),
        # The clocks go back: 01:30 comes twice, and which one it is is said.
        (
            "2027-11-07T05:30Z", "2027-11-07T06:30Z", TORONTO,
            "on Sunday 7 November 2027 from 01:30 EDT to 01:30 EST (Toronto time)",
            "le dimanche 7 novembre 2027 de 1 h 30 EDT à 1 h 30 EST (heure de Toronto)",
        ),
        # The clocks go forward: an hour is missing.
        (
            "2027-03-14T06:00Z", "2027-03-14T07:00Z", TORONTO,
            "on Sunday 14 March 2027 from 01:00 to 03:00 (Toronto time)",
            "le dimanche 14 mars 2027 de 1 h à 3 h (heure de Toronto)",
        ),
        (
            "2027-12-31T23:00:30Z", "2028-01-01T00:00Z", "UTC",
            "from Friday 31 December 2027 at 23:00:30 to Saturday 1 January 2028 at 00:00 (UTC)",
            "du vendredi 31 décembre 2027 à 23 h 00 min 30 s au samedi 1er janvier 2028 à 0 h (UTC)",
        ),
    ],
)  # fmt: skip
def test_spans(start: str, end: str, zone: str, english: str, french: str) -> None:
    instants = parse_as_of(start), parse_as_of(end)
    assert languages.span(*instants, zone, "en") == english
    assert languages.span(*instants, zone, "fr") == french


def test_short_spans() -> None:
    start, end = parse_as_of("2027-10-09T04:00Z"), parse_as_of("2027-10-11T04:30Z")
    said = [languages.short_span(start, end, TORONTO, each, year=False) for each in ("en", "fr")]
    assert said == [
        "Sat 9 Oct 00:00 to Mon 11 Oct 00:30 (Toronto)",
        "du sam. 9 oct. 0 h au lun. 11 oct. 0 h 30 (Toronto)",
    ]
    assert languages.short_span(start, end, TORONTO, "de", year=False) == (
        "2027-10-09 00:00 - 2027-10-11 00:30 (Toronto)"
    )
    assert languages.short_span(start, start + 3600, TORONTO, "fr", year=True) == (
        "sam. 9 oct. 2027 de 0 h à 1 h (Toronto)"
    )


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (60, "1 minute", "1 minute"),
        (174_600, "48 hours and 30 minutes", "48 heures et 30 minutes"),
        (518_401, "6 days and 1 second", "6 jours et 1 seconde"),
        (3_661, "1 hour, 1 minute and 1 second", "1 heure, 1 minute et 1 seconde"),
    ],
)
def test_durations(seconds: int, english: str, french: str) -> None:
    assert languages.duration(seconds, "en") == english
    assert languages.duration(seconds, "fr") == french


def test_no_name_of_a_day_or_month_is_missing() -> None:
    for language in ("en", "fr"):
        for names, count in (
            (languages.DAYS, 7), (languages.SHORT_DAYS, 7),
            (languages.MONTHS, 12), (languages.SHORT_MONTHS, 12),
        ):  # fmt: skip
            assert len({*names[language]}) == count
