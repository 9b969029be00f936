"""Templates that teams write: placeholders and nothing else, whatever stands in them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.notices import texts
from opspolicy.notices.templates import (
    MOST_CHARACTERS,
    PLACEHOLDERS,
    TemplateError,
    read,
    read_words,
)

NOTHING = dict.fromkeys(PLACEHOLDERS, "")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("{service}\n {servise}", "2:2", "there is no placeholder `{servise}`; did you mean `service`?"),
        ("{service.__class__}", "1:1", "a `{` by itself"),
        ("{service[0]}", "1:1", "a `{` by itself"),
        ("{service!r:>1000000000}", "1:1", "a `{` by itself"),
        ("{0}", "1:1", "a `{` by itself"),
        ("{}", "1:1", "a `{` by itself"),
        ("a }", "1:3", "a `}` by itself"),
        ("{__init__}", "1:1", "there is no placeholder `{__init__}`"),
        ("{service}" * 101, "1:901", "more than 100 placeholders"),
        ("Hello\rBcc: a@example.org", "1:6", "a character that nobody sees, `\\x0d`"),
        ("a\r\nb\x1b[31m", "2:2", "a character that nobody sees, `\\x1b`"),
        ("\x85", "1:1", "a character that nobody sees"),
        ("\n \u202e", "2:2", "a character that nobody sees, `\\u202e`"),
        ("\u2066", "1:1", "a character that nobody sees"),
        ("\u2028", "1:1", "a character that nobody sees"),
    ],
)  # fmt: skip
def test_what_a_template_cannot_have(text: str, place: str, said: str) -> None:
    with pytest.raises(TemplateError) as refused:
        read("own/email.fr.txt", text)
    assert str(refused.value).startswith(f"own/email.fr.txt:{place}: {said}")


def test_lines_may_end_as_windows_ends_them() -> None:
    assert read("a", "{service}\r\n\r\n\tx\r\n").filled({**NOTHING, "service": "S"}) == "S\n\n\tx"


def test_a_template_is_no_book() -> None:
    assert read("a", "x" * MOST_CHARACTERS).text
    with pytest.raises(TemplateError, match="more than 16,384 characters"):
        read("a", "x" * (MOST_CHARACTERS + 1))


def test_a_message_is_none_either() -> None:
    template = read("own/email.en.txt", "\n".join(["{help}"] * 100))
    with pytest.raises(TemplateError, match=r"own/email\.en\.txt: a message of more than 100,000"):
        template.filled({**NOTHING, "help": "x" * 10_000})


def test_lines_without_anything_to_say_are_left_out() -> None:
    template = read("a", "Hello\n\n{service}: {what}\nWhy: {reason}\n\nHelp: {help}\n\n{{x}}\n")
    filled = template.filled({**NOTHING, "service": "S", "help": "{what}"})
    assert filled == "Hello\n\nS:\n\nHelp: {what}\n\n{x}"


@given(st.text(alphabet="{}_servic \n.!:[0]xŽ", max_size=60))
@settings(derandomize=True, database=None, deadline=None)
def test_any_text_is_a_template_or_refused_with_its_place(text: str) -> None:
    try:
        template = read("own/sms.en.txt", text)
    except TemplateError as error:
        assert str(error).startswith("own/sms.en.txt:")  # noqa: PT017 - some are, some aren't
        return
    assert "\x00" not in template.filled({**NOTHING, "service": "S"})


def test_ours_name_nothing_that_there_is_not() -> None:
    for (kind, language), text in texts.TEXTS.items():
        assert read(f"{kind}.{language}", text).filled(
            {**NOTHING, "title": "T", "what": "W", "service": "S"}
        )
    assert {kind for kind, _ in texts.TEXTS} == {*texts.KINDS}
    assert {language for _, language in texts.TEXTS} == {"en", "fr"}


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        ("email", "email"), ("E-Mail", "email"), ("SMS", "sms"), ("status-page", "status-page"),
        ("Status page", "status-page"), ("call centre", "call-centre"), ("call-center", "call-centre"),
        ("push", "push"), ("letter", "email"), (None, "email"), ("", "email"),
    ],
)  # fmt: skip
def test_what_channels_are_called(channel: str | None, kind: str) -> None:
    assert texts.kind_of(channel) == kind


def test_words() -> None:
    words = read_words(
        "texts.fr.txt", "# French\n\nPay  by phone = Payez = par téléphone\nx = \u202ey\n"
    )
    assert words == {"Pay by phone": "Payez = par téléphone", "x": "\\u202ey"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("one\n", "texts.fr.txt:1:1: a line says what a text is in this language"),
        ("a = b\n = c", "texts.fr.txt:2:1: a line says"),
        ("a = b\na = c", "texts.fr.txt:2:1: `a` is there already, and is something else"),
    ],
)
def test_words_that_are_none(text: str, said: str) -> None:
    with pytest.raises(TemplateError) as refused:
        read_words("texts.fr.txt", text)
    assert str(refused.value).startswith(said)
