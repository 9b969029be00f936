"""Markdown from names that anybody chooses: read back by a reader of CommonMark's inline rules."""

from __future__ import annotations

import re
import unicodedata

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import encode
from opspolicy.source.yaml_reader import read as read_yaml

LAWS = settings(derandomize=True, deadline=None, database=None, max_examples=1000)
# What Markdown, HTML and GitHub give a meaning to, among what they don't.
PIECES = (
    "`", "``", "```", "<", ">", "<script>", "</a>", "<!--", "&lt;", "[", "](", ")", "![", "http://e.org",
    "www.e.org", "@acme", "@", "a@b.org", "#12", "#", "GH-1", "acme/x#1", "*", "**", "_", "__", "~~", "|",
    "\\", "$", "- ", "+ ", "1. ", "1) ", "> ", "=", "---", " ", "\n", "name", "`name`", "`a/b:3`", "é", "7f3c91d2",
    "\u202e", "\x1b[31m", ":", "//", "x",
)  # fmt: skip
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))


def read(markdown: str) -> tuple[str, str]:
    """Read inline Markdown: return the text outside code, unescaped, and what is in code.

    Fails for anything with a meaning: an unescaped delimiter, or a code span that doesn't end.
    """
    outside, inside = "", ""
    at = 0
    while at < len(markdown):
        character = markdown[at]
        if (
            character == "\\"
            and at + 1 < len(markdown)
            and markdown[at + 1] in "\\`*_{}[]<>()#+-.!|~&$^="
        ):
            outside += markdown[at + 1]
            at += 2
            continue
        if character == "`":
            run = re.match("`+", markdown[at:])
            assert run is not None
            rest = markdown[at + len(run[0]) :]
            # The span ends at the next run of exactly as many backticks.
            ends = [each.start() for each in re.finditer("`+", rest) if each[0] == run[0]]
            assert ends, markdown
            inside += rest[: ends[0]]
            outside += "\0"
            at += len(run[0]) + ends[0] + len(run[0])
            continue
        assert character not in "\\*_{}[]<>&|~$^!#@", (character, markdown)
        outside += character
        at += 1
    return outside, inside


@given(texts)
@LAWS
def test_nothing_outside_code_means_anything(text: str) -> None:
    shown = encode.markdown(text)
    assert "\n" not in shown
    assert encode.terminal(shown) == shown
    outside, _ = read(shown)
    assert not re.search(r"@|#|://|www\.|\b[0-9a-f]{7,40}\b", outside), shown
    # Neither a list, a heading, a quotation nor a line.
    assert not re.match(r"[-+=*>#]|[0-9]+[.)]", shown), shown


@given(texts)
@LAWS
def test_nothing_is_left_out(text: str) -> None:
    outside, inside = read(encode.markdown(text))
    said = [
        each
        for each in encode.terminal(re.sub(r"[ \t\r\n]+", " ", text))
        if not each.isspace() and each not in "`'"
    ]
    shown = [each for each in outside + inside if not each.isspace() and each not in "`'\0"]
    assert sorted(shown) == sorted(said)


@given(texts)
@LAWS
def test_nothing_gets_out_of_a_block(text: str) -> None:
    opening, *lines, closing = encode.fenced(text, "yaml")
    fence = opening.removesuffix("yaml")
    assert closing == fence
    assert set(fence) == {"`"}
    assert not any(fence in line for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`portal` is down", "`portal` is down"),
        ("tell @acme/web, see #12", "tell `@acme/web`, see `#12`"),
        ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert(1)\>"),
        ("[here](http://evil.example)", "`[here](http://evil.example)`"),
        ("![x](y)", r"\!\[x\](y)"),
        ("x `@acme` y", "x `'@acme'` y"),
        ("1. first", r"1\. first"),
        ("- item", r"\- item"),
        ("Sat 9 Oct 2027 06:00 (America/Toronto)", "Sat 9 Oct 2027 06:00 (America/Toronto)"),
        ("`ops/a.yaml:3`: it is", "`ops/a.yaml:3`: it is"),
        ("two\nlines", "two lines"),
        ("\u202eabc", r"\\u202eabc"),
    ],
)
def test_examples(text: str, expected: str) -> None:
    assert encode.markdown(text) == expected


# YAML ---------------------------------------------------------------------------------------------

WORDS = (
    "null", "Null", "~", "true", "FALSE", "no", "On", "y", "12", "30d", "1h30m", "1e5", "0x1f", "0x1d",
    "0o17", "1_000", "12:30", "2027-09-01", ".inf", "-", "a", "a-", "teams/old", "a b", "a: b", "a #b",
    "#a", "[a]", "{a", "*", "a*", "&a", "!a", "|", ">", "%", "@a", "a@b.org", "`a", "'", '"', "\\", ", ", "",
    " ", "é", "\x85", "\u2028", "\ufeff", "\x7f", "\t", "\n",
)  # fmt: skip
scalars = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), max_size=5).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)


@given(scalars)
@LAWS
def test_a_scalar_is_read_as_the_text_it_was_made_of(text: str) -> None:
    """Among others, in a file of our own, and by a reader that takes `no` for false."""
    shown = encode.terminal(f"a: [{encode.scalar(text)}, b]")
    if any(ord(each) > 0xFFFD and not each.isprintable() for each in text):
        return  # what no file may hold
    assert yaml.safe_load(shown) == {"a": [text, "b"]}
    documents, problems = read_yaml(shown, "a.yaml")
    if not any(unicodedata.category(each) == "Cc" for each in text):
        assert not problems
        assert [each.plain() for each in documents] == [{"a": [text, "b"]}]


@pytest.mark.parametrize(
    "text", ["retail", "teams/old", "a", "a@b.org", "30d", "1h30m", "x-1.yaml"]
)
def test_what_can_only_be_text_stays_plain(text: str) -> None:
    assert encode.scalar(text) == text
