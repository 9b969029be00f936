"""The alphabet of text messages, and what fits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.notices import gsm

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def counted(text: str) -> int:
    """Count septets as the standard's two tables do, written down once more."""
    single = (
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLM"
        "NOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
    )
    assert len(single) == len({*single}) == 128
    return sum(2 if each in "\f^{}\\[~]|€" else 1 for each in text)


@given(ANY)
@settings(derandomize=True, database=None, deadline=None)
def test_whatever_is_said_is_said_in_the_alphabet(text: str) -> None:
    shown = gsm.plain(text)
    assert gsm.septets(shown) == counted(shown)
    assert "\n" not in shown
    assert "  " not in shown
    assert gsm.plain(shown) == shown


@given(st.text(alphabet="19½²₂①⁄⅟a １㏠", max_size=8))  # noqa: RUF001
@settings(derandomize=True, database=None, deadline=None)
def test_no_digits_are_joined_that_were_apart(text: str) -> None:
    shown = gsm.plain(text)
    of_one = {"1": "1", "9": "9", "１": "1"}  # noqa: RUF001
    plain = "".join(of_one.get(each, " ") for each in text).split()
    parts = "".join(each if each.isdecimal() else " " for each in shown).split()
    assert {*plain} <= {*parts}


@given(ANY, st.integers(0, 200))
@settings(derandomize=True, database=None, deadline=None)
def test_what_is_cut_fits_and_what_fits_is_not_cut(text: str, most: int) -> None:
    shown = gsm.plain(text)
    short = gsm.cut(shown, most)
    assert counted(short) <= most
    assert (short == shown) == (counted(shown) <= most)


@pytest.mark.parametrize(
    ("text", "shown", "length"),
    [
        ("", "", 0),
        ("Été à Noël: 5 €", "Été à Noel: 5 €", 16),
        ("«Ça coûte œuf…»", '"Ça coute oeuf..."', 18),
        ("a\tb\nc\u200bd\u202ee", "a b cde", 7),
        ("[{x}]^~|\\", "[{x}]^~|\\", 17),
        ("客户门户", "????", 4),
        ("ﬁne “x” – y’s", 'fine "x" - y\'s', 14),  # noqa: RUF001
        ("2½ h, ½ h, a¾ 2⅟4", "2 1/2 h, 1/2 h, a 3/4 2 1/4", 27),
        ("10² 10¹² 10²5 m²", "10^2 10^12 10^2 5 m^2", 25),
        ("CO₂ C₁₂ 1₂ 1①2", "CO2 C12 1 2 1 1 2", 17),
        ("１２ 4㏠", "12 4 1", 6),  # noqa: RUF001
        ("n° 1 ª º № 5µm 5μm ẞß 6÷2", "no 1 a o No 5um 5um SSß 6/2", 27),
    ],
)
def test_characters(text: str, shown: str, length: int) -> None:
    assert gsm.plain(text) == shown
    assert gsm.septets(shown) == length


def test_a_character_outside_is_no_septet() -> None:
    with pytest.raises(ValueError, match="not in the alphabet"):
        gsm.septets("ê")


@pytest.mark.parametrize(
    ("text", "is_readable"),
    [
        ("Espace client", True),
        ("What?", True),
        ("客户门户", False),
        ("Portal 客户门户", False),
        ("", False),
    ],
)
def test_what_is_nothing_but_question_marks(text: str, is_readable: bool) -> None:  # noqa: FBT001
    assert gsm.is_readable(text) is is_readable


def test_the_end_shows_that_something_is_missing() -> None:
    assert gsm.cut("a" * 170, 160) == "a" * 157 + "..."
    assert gsm.cut("€" * 90, 160) == "€" * 78 + "..."
