"""Comments addressed to this program: every real one, nothing else, and about the right line."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.policy.ignores import read
from opspolicy.source.directives import directives
from opspolicy.source.files import parse


def found(text: str) -> list[tuple[int, int, str, int]]:
    """Return line, column, what is said, and the line that it is about."""
    file = parse("a.yaml", text)
    assert not file.problems
    return [(each.span.line, each.span.column, each.said, each.about) for each in directives(file)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1  # opspolicy: x", [(1, 7, "x", 1)]),
        ("a: 1  #opspolicy:x", [(1, 7, "x", 1)]),
        ("a: 1\t## opspolicy: x", [(1, 6, "x", 1)]),
        ("# opspolicy: x\na: 1", [(1, 1, "x", 2)]),
        ("# opspolicy: x\n  # more\n# opspolicy: y\na: 1", [(1, 1, "x", 4), (3, 1, "y", 4)]),
        ("# opspolicy: x\n\na: 1", [(1, 1, "x", 2)]),
        ("a: 1\n# opspolicy: x", [(2, 1, "x", 3)]),
        ("a: 1  # a remark # opspolicy: x # another", [(1, 18, "x", 1)]),
        ("a: 1  # opspolicy: x see #123", [(1, 7, "x see #123", 1)]),
        ("a: 1  # opspolicy: x #opspolicy: y", [(1, 7, "x", 1), (1, 22, "y", 1)]),
        ("a: 1  # not for opspolicy: x", []),
        ("a: x#opspolicy: x" .replace(": x", ":x", 1), []),
        ("a: '# opspolicy: x'", []),
        ("a: '''# opspolicy: x'''  # opspolicy: y", [(1, 26, "y", 1)]),
        ('a: "\\" # opspolicy: x"', []),
        ('"# opspolicy: x": 1  # opspolicy: y', [(1, 22, "y", 1)]),
        ("a: 'x\n  # opspolicy: x'\nb: 1", []),
        ("a: |  # opspolicy: x\n  # opspolicy: y\n", [(1, 7, "x", 1)]),
        ("a: |\n  y\n# opspolicy: x\nb: 1", [(3, 1, "x", 4)]),
        ("a: >-\n\n  # opspolicy: x\n\n\nb: 1  # opspolicy: y", [(6, 7, "y", 6)]),
        ("a: |+\n  # opspolicy: x\n # opspolicy: y\nb: 1", [(3, 2, "y", 4)]),
        ("a: some\n  text  # opspolicy: x\nb: 1", [(2, 9, "x", 2)]),
        ("a: [1,  # opspolicy: x\n  2]  # opspolicy: y", [(1, 9, "x", 1), (2, 7, "y", 2)]),
        ("--- # opspolicy: x\na: 1\n...\n--- # opspolicy: y\nb: 1", [(1, 5, "x", 1), (4, 5, "y", 4)]),
        # The inner text is overridden by the outer one, and is a text all the same.
        ("a:\n  <<: {b: '# opspolicy: x'}\n  b: 1", []),
        ("a: &t '# opspolicy: x'\nb: *t  # opspolicy: y", [(2, 8, "y", 2)]),
        ("a: 客户  # opspolicy: 客", [(1, 8, "客", 1)]),
        ("a: 1\r\nb: 2  # opspolicy: x\r\n", [(2, 7, "x", 2)]),
        ("a: 1\u2028b: 2  # opspolicy: x", [(2, 7, "x", 2)]),
    ],
)  # fmt: skip
def test_what_is_a_comment(text: str, expected: list[tuple[int, int, str, int]]) -> None:
    assert found(text) == expected


TEXT = st.lists(
    st.sampled_from(["# opspolicy: x", "#opspolicy:", " ", "'", '"', "\\", "|", "#", "\n", "a: "]),
    max_size=8,
).map("".join)


@settings(derandomize=True, database=None, deadline=None)
@given(st.lists(st.tuples(TEXT, st.booleans(), st.booleans()), max_size=6))
def test_a_text_is_never_a_comment(parts: list[tuple[str, bool, bool]]) -> None:
    """Whatever it says and however it is quoted; and what stands behind it always is one."""
    lines: list[str] = []
    expected: list[int] = []
    for at, (text, is_double, has_comment) in enumerate(parts):
        flat = text.replace("\n", " ")
        quoted = json.dumps(text) if is_double else "'" + flat.replace("'", "''") + "'"
        if has_comment:
            expected.append(at + 1)
        lines.append(f"k{at}: {quoted}{'  # opspolicy: said' if has_comment else ''}")
    assert found("\n".join(lines)) == [
        (line, lines[line - 1].rindex("# opspolicy: said") + 1, "said", line) for line in expected
    ]


@settings(derandomize=True, database=None, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6), st.sampled_from("|>"), st.sampled_from("-+ "))
def test_nor_is_a_block_of_text(lines: list[str], style: str, chomping: str) -> None:
    indented = "".join(f"  {line}\n" for text in lines for line in f"x{text}".split("\n"))
    text = f"a: {style}{chomping}\n{indented}b: 1  # opspolicy: said\n"
    assert [each[2] for each in found(text)] == ["said"]


@settings(derandomize=True, database=None, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60))
def test_an_ignore_is_read_or_told_what_is_wrong(said: str) -> None:
    """Never passed over, and never an error of ours."""
    text = f"a: 1  # opspolicy: {said}".replace("\u2028", "").replace("\u2029", "")
    text = text.replace("\ufffe", "").replace("\uffff", "").replace("\ufeff", "")
    file = parse("a.yaml", text)
    if file.problems:
        return
    first, *_ = [*read([file])]
    assert bool(first.fault) != (first.expires is not None and bool(first.reason))


@pytest.mark.parametrize(
    "line",
    [
        "# opspolicy: ignore[a] until 2027-10-11 because\n",
        "# opspolicy:\n",
        "# opspolicy: ignore[\n",
        "k: '# opspolicy: ignore[a]'\n",
    ],
)
def test_it_takes_no_longer_than_there_is_to_read(line: str) -> None:
    """Usually 0.15 s; were it to look at each line from each other, it would be minutes."""
    lines = [line.replace("k:", f"k{at}:") for at in range(10_000)]
    file = parse("a.yaml", "a: 1\n" + "".join(lines))
    assert not file.problems
    start = time.process_time()
    list(read([file]))
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize(
    "comment", ["# " * 200_000, "#" * 400_000, " #opspolicy:" * 30_000, "# opspolicy: " + "[" * 400_000,
                "# opspolicy: ignore[" + "a," * 200_000, "# opspolicy: ignore[a] until " + " " * 400_000 + "x"]
)  # fmt: skip
def test_nor_for_one_long_line(comment: str) -> None:
    file = parse("a.yaml", f"a: 1 # x {comment}\n")
    start = time.process_time()
    list(read([file]))
    assert time.process_time() - start < 2
