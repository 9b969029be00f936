"""The comment beside a value: found in the text, and nothing else taken for one."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from opspolicy.source.comments import LINES_ABOVE, TAIL, beside, remarked_lines
from opspolicy.source.files import parse

ANYWHERE = ("",)

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=200)

CASES = [
    ('a: "0 3 * * *"  # every night', "every night"),
    ("a: 0 3 * * *\t#every night", "every night"),
    ("a: x # one # two", "one"),
    ("a: x ## one", "one"),
    ("a: x # one#two", "one#two"),
    ("a: x #", ""),
    ("a: x#no", None),
    ('a: "x # no"', None),
    ("{a: 'x', b: \"y # no\"}", None),
    ('{a: \'x\', b: "y \\" # no"}', None),
    ("{a: x, b: 'it''s # no'}", None),
    ("{a: x, b: it's}  # yes", "yes"),
    ("{a: x, b: 'y'}  # yes", "yes"),
    ("{a: x,  # yes\n b: y}", "yes"),
    ("# above\na: x", "above"),
    ("# of\n# two lines\na: x", "of two lines"),
    ("# above # another\na: x", "above"),
    ("# above\na: x  # beside", "beside"),
    ("# far above\n\na: x", None),
    ("b: y  # of another\na: x", None),
    ("  # indented\na: x", None),
    ("# no header\n" * (LINES_ABOVE + 1) + "a: x", None),
    ("# above\n" * LINES_ABOVE + "a: x", " ".join(["above"] * LINES_ABOVE)),
    ("{a: x, b: " + "y" * TAIL + "}  # far behind", None),
    ("a: x\n  y\n# below", None),
    ("a: x\n# below", None),
    ("\u2028# above\u2028a: x", "above"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_comment_beside_a_value(text: str, expected: str | None) -> None:
    file = parse("a.yaml", text)
    assert file.documents, file.problems
    found = beside(file, file.documents[0].entries["a"].span)
    assert (None if found is None else found.text) == expected


def test_a_comment_is_pointed_at() -> None:
    file = parse("a.yaml", "a: x  # beside\n# of two\n# lines\nb: y\n")
    spans = [beside(file, file.documents[0].entries[key].span) for key in "ab"]
    assert [note and note.span for note in spans] == [
        ("a.yaml", 1, 7, 1, 15),
        ("a.yaml", 3, 1, 3, 8),
    ]


@LAWS
@given(st.text("ab '\"#\\,:-\t", max_size=20))
@example("'it''s # no'")
def test_nothing_inside_a_value_is_taken_for_a_comment(value: str) -> None:
    """A `#` that began a comment before the `}` would leave the mapping open."""
    file = parse("a.yaml", f"{{a: x, b: {value}}}  # yes")
    assume(file.documents)
    found = beside(file, file.documents[0].entries["a"].span)
    assert found is None or found.text == "yes"


@LAWS
@given(st.text("ab '\"#\\,:[]{}-\t\n", max_size=30))
def test_any_file_is_looked_at_without_trouble(text: str) -> None:
    file = parse("a.yaml", "a: x" + text)
    for document in file.documents:
        for node in document.entries.values():
            beside(file, node.span)


@LAWS
@given(st.text("a#\n", max_size=30))
def test_the_lines_with_a_hash(text: str) -> None:
    numbered = enumerate(text.split("\n"), 1)
    expected = frozenset(number for number, line in numbered if "#" in line)
    assert remarked_lines(text, ANYWHERE) == expected
    assert remarked_lines(text + "\r\n", ANYWHERE) is None
