"""YAML to Nodes: values, exact places, plain words for mistakes, and every cap on both sides."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from opspolicy.source import limits
from opspolicy.source.files import SourceFile, parse
from opspolicy.source.reading import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.source.node import Node
    from opspolicy.source.problem import Problem
    from opspolicy.source.span import Span

FILE = "ops/a.yaml"
Place = tuple[int, int, int, int]
# libyaml counts lines as YAML 1.1 does.
BREAK = "\r\n|[\n\r\x85\u2028\u2029]"


def plain(text: str) -> list[object]:
    """Return the documents of ``text``, which must be without a problem."""
    return [document.plain() for document in documents(text)]


def documents(text: str) -> tuple[Node, ...]:
    """Return the documents of ``text`` as Nodes, which must be without a problem."""
    file = parse(FILE, text)
    assert file.problems == ()
    return file.documents


def only(text: str) -> Node:
    """Return the one document of ``text``."""
    (document,) = documents(text)
    return document


def at(node: Node, *path: str | int) -> Node:
    """Return the Node at ``path``, which must be there."""
    found = node.find(*path)
    assert found is not None, path
    return found


def walk(node: Node) -> Iterator[Node]:
    """Yield a Node and all below it."""
    yield node
    for child in (*node.entries.values(), *node.items):
        yield from walk(child)


def place(span: Span) -> Place:
    """Return a span of FILE without the file."""
    assert span.file == FILE
    return span[1:]


def spot(text: str, piece: str, number: int = 0) -> Place:
    """Return the place of the occurrence ``number`` of ``piece``, as an editor counts."""
    start = -1
    for _ in range(number + 1):
        start = text.index(piece, start + 1)
    return (*_position(text, start), *_position(text, start + len(piece)))


def _position(text: str, offset: int) -> tuple[int, int]:
    before = re.split(BREAK, text[:offset])
    return len(before), len(before[-1]) + 1


def cut(text: str, span: Span) -> str:
    """Return what stands at ``span``."""
    lines = [first + end for first, end in re.findall(rf"(.*?)({BREAK}|\Z)", text, re.DOTALL)]
    taken = lines[span.line - 1 : span.end_line]
    if len(taken) > span.end_line - span.line:
        taken[-1] = taken[-1][: span.end_column - 1]
    taken[0] = taken[0][span.column - 1 :]
    return "".join(taken)


def problems(text: str) -> list[Problem]:
    """Return what is wrong with ``text``; then there are no documents."""
    file = parse(FILE, text)
    assert file.problems
    assert file.documents == ()
    return list(file.problems)


def problem(text: str) -> Problem:
    """Return the only thing that is wrong with ``text``."""
    (found,) = problems(text)
    return found


# Values -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# nothing but a comment\n", []),
        ("---\n", [None]),
        ("---\n---\n", [None, None]),
        ("a: 1\n---\nb: 2\n...\n---\n- c\n", [{"a": 1}, {"b": 2}, ["c"]]),
        ("%YAML 1.2\n---\na: 1\n", [{"a": 1}]),
        ("a: 22:30\nb: no\nc: on\nd: 010\n", [{"a": "22:30", "b": "no", "c": "on", "d": 10}]),
        ("a: '1'\nb: \"true\"\nc: |\n  1\nd: >-\n  null\n",
         [{"a": "1", "b": "true", "c": "1\n", "d": "null"}]),
        ("a:\nb: ~\nc: ''\n", [{"a": None, "b": None, "c": ""}]),
        ("1: a\ntrue: b\n~: c\n1.0: d\n", [{"1": "a", "true": "b", "~": "c", "1.0": "d"}]),
        ("? a\n: b\n? c\n", [{"a": "b", "c": None}]),
        ("{a, b: , c: d}\n", [{"a": None, "b": None, "c": "d"}]),
        ("[a, [], {}, [{}]]\n", [["a", [], {}, [{}]]]),
        ("- - a\n  - b\n-\n  c: d\n", [[["a", "b"], {"c": "d"}]]),
        ("a:\tb\nc: \t d\t\n", [{"a": "b", "c": "d"}]),
        ('a: "\\t\\n\\u00e9\\U0001F600"\n', [{"a": "\t\n\u00e9\U0001f600"}]),
        ("a: x\n  y\n\n  z\n", [{"a": "x y\nz"}]),
        ("a: http://example.org/#x\n", [{"a": "http://example.org/#x"}]),
        ("a: !!str 5\nb: !!int 5\nc: ! 5\nd: !!float 5.0\ne: !!bool true\nf: !!null ~\n",
         [{"a": "5", "b": 5, "c": "5", "d": 5.0, "e": True, "f": None}]),
        ("a: !!map {b: !!seq [c]}\n", [{"a": {"b": ["c"]}}]),
        ('a: !!int "5"\n', [{"a": 5}]),
        ("a: !<tag:yaml.org,2002:str> 5\n", [{"a": "5"}]),
    ],
)  # fmt: skip
def test_values(text: str, expected: list[object]) -> None:
    assert plain(text) == expected
    assert json.dumps(plain(text)) == json.dumps(expected)


def test_scalar_keeps_its_text() -> None:
    root = only("a: 010\nb: 'it''s'\n")
    assert (at(root, "a").value, at(root, "a").text) == (10, "010")
    assert at(root, "b").text == "it's"


# Aliases and merge keys ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x {b: [1]}\nc: *x\n", {"a": {"b": [1]}, "c": {"b": [1]}}),
        ("a: &x 5\nb: *x\n", {"a": 5, "b": 5}),
        ("a: &x key\n*x : 1\n", {"a": "key", "key": 1}),
        ("a: &x 1\nb: &x 2\nc: *x\n", {"a": 1, "b": 2, "c": 2}),
        ("a: &x\nb: *x\n", {"a": None, "b": None}),
        # Own keys win, wherever `<<` stands.
        ("a: &x {k: 1, l: 1}\nb: {<<: *x, k: 2}\n",
         {"a": {"k": 1, "l": 1}, "b": {"k": 2, "l": 1}}),
        ("a: &x {k: 1, l: 1}\nb: {k: 2, <<: *x}\n",
         {"a": {"k": 1, "l": 1}, "b": {"k": 2, "l": 1}}),
        # The earlier mapping of a list wins.
        ("a: &x {k: 1}\nb: &y {k: 2, l: 2}\nc: {<<: [*x, *y]}\n",
         {"a": {"k": 1}, "b": {"k": 2, "l": 2}, "c": {"k": 1, "l": 2}}),
        ("a: &x {k: 1}\nb: &y {k: 2, l: 2}\nc: {<<: [*y, *x]}\n",
         {"a": {"k": 1}, "b": {"k": 2, "l": 2}, "c": {"k": 2, "l": 2}}),
        # A merge of a merge; and nothing is merged below the top.
        ("a: &x {k: 1, m: {n: 1}}\nb: &y {<<: *x, l: 2}\nc: {<<: *y, m: {o: 3}}\n",
         {"a": {"k": 1, "m": {"n": 1}}, "b": {"l": 2, "k": 1, "m": {"n": 1}},
          "c": {"m": {"o": 3}, "l": 2, "k": 1}}),
        ("a: {<<: {k: 1}, l: 2}\n", {"a": {"l": 2, "k": 1}}),
        ("a: {<<: [{k: 1}, {k: 2, l: 2}]}\n", {"a": {"k": 1, "l": 2}}),
        ("a: {<<: [], k: 1}\n", {"a": {"k": 1}}),
        ("a: &x {k: 1}\n<<: *x\n", {"a": {"k": 1}, "k": 1}),
        # A null is a value of its own, not a gap to fill.
        ("a: &x {k: 1}\nb: {<<: *x, k: }\n", {"a": {"k": 1}, "b": {"k": None}}),
        # Quoted, it is a key like any other.
        ("a: {\"<<\": {k: 1}}\nb: {'<<': 2}\n", {"a": {"<<": {"k": 1}}, "b": {"<<": 2}}),
        ("a: [<<]\nb: <<\n", {"a": ["<<"], "b": "<<"}),
    ],
)  # fmt: skip
def test_aliases_and_merges(text: str, expected: object) -> None:
    assert plain(text) == [expected]


def test_merge_into_two_mappings_leaves_the_anchor_alone() -> None:
    root = only("a: &x {k: 1}\nb: {<<: *x, l: 2}\nc: {<<: *x, m: 3}\nd: *x\n")
    assert at(root, "d").plain() == {"k": 1}
    assert sorted(at(root, "a").keys or ()) == ["k"]


def test_alias_stands_where_it_is_written_and_its_content_where_it_is_defined() -> None:
    text = "base: &base\n  days: [mon, tue]\nuse: *base\nlist: [*base]\n"
    root = only(text)
    assert place(at(root, "use").span) == spot(text, "*base")
    assert place(at(root, "list", 0).span) == spot(text, "*base", 1)
    assert place(root.at("use", "days", 1)) == spot(text, "tue")
    assert place(at(root, "use").key("days")) == spot(text, "days")


def test_merged_key_and_value_stand_where_they_are_defined() -> None:
    text = "base: &base {owner: billing}\nuse: {<<: *base, title: x}\n"
    root = only(text)
    assert place(root.at("use", "owner")) == spot(text, "billing")
    assert place(at(root, "use").key("owner")) == spot(text, "owner")
    assert place(root.at("use", "title")) == spot(text, "x")


# Places -------------------------------------------------------------------------------------------


BLOCK = """\
# The first comment.
services:
  portal:
    title: "Customer \\"portal\\""   # quoted
    depends_on:
      - identity
      - {service: 'sms', strength: soft}
      - any_of: [sms-a, sms-b]
    empty:
jobs: {mail: {schedule: {cron: "0 6 8 * *"}}}
"""


@pytest.mark.parametrize(
    ("path", "piece"),
    [
        (("services", "portal", "title"), '"Customer \\"portal\\""'),
        (("services", "portal", "depends_on", 0), "identity"),
        (("services", "portal", "depends_on", 1), "{service: 'sms', strength: soft}"),
        (("services", "portal", "depends_on", 1, "service"), "'sms'"),
        (("services", "portal", "depends_on", 1, "strength"), "soft"),
        (("services", "portal", "depends_on", 2, "any_of"), "[sms-a, sms-b]"),
        (("services", "portal", "depends_on", 2, "any_of", 1), "sms-b"),
        (("jobs",), '{mail: {schedule: {cron: "0 6 8 * *"}}}'),
        (("jobs", "mail", "schedule"), '{cron: "0 6 8 * *"}'),
        (("jobs", "mail", "schedule", "cron"), '"0 6 8 * *"'),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_place_of_a_value(path: tuple[str | int, ...], piece: str, newline: str) -> None:
    text = BLOCK.replace("\n", newline)
    assert place(at(only(text), *path).span) == spot(text, piece)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_place_of_a_key(newline: str) -> None:
    text = BLOCK.replace("\n", newline)
    root = only(text)
    assert place(root.key("services")) == spot(text, "services")
    assert place(at(root, "services").key("portal")) == spot(text, "portal")
    assert place(at(root, "services", "portal").key("depends_on")) == spot(text, "depends_on")
    assert place(at(root, "services", "portal").key("empty")) == spot(text, "empty")
    portal = at(root, "services", "portal")
    assert place(at(portal, "depends_on", 1).key("strength")) == spot(text, "strength")
    assert place(at(root, "jobs", "mail", "schedule").key("cron")) == spot(text, "cron")
    # What has no value stands right behind its colon, and is no column wide.
    line, column, *_ = spot(text, "empty:")
    assert place(at(portal, "empty").span) == (line, column + 6, line, column + 6)


def test_place_of_a_collection_in_block_style_is_from_its_first_key_to_its_end() -> None:
    root = only(BLOCK)
    assert place(at(root, "services").span)[:2] == spot(BLOCK, "portal")[:2]
    assert place(at(root, "services").span)[2:] == spot(BLOCK, "jobs")[:2]
    assert place(root.span)[:2] == spot(BLOCK, "services")[:2]
    assert place(root.span)[2:] == (len(BLOCK.splitlines()) + 1, 1)


def test_at_shows_a_collection_by_its_key_and_falls_back_to_the_parent() -> None:
    root = only(BLOCK)
    assert place(root.at("services", "portal", "depends_on")) == spot(BLOCK, "depends_on")
    assert place(root.at("services", "portal", "depends_on", 2)) == spot(BLOCK, "any_of")
    assert place(root.at("services", "portal", "owner")) == spot(BLOCK, "portal")
    assert place(root.at("services", "nothing", "at", "all")) == spot(BLOCK, "services")
    assert place(root.at("services", "portal", "depends_on", 9)) == spot(BLOCK, "depends_on")
    title = '"Customer \\"portal\\""'
    assert place(root.at("services", "portal", "title", "x")) == spot(BLOCK, title)
    assert place(root.at()) == spot(BLOCK, "services")
    assert root.find("services", "portal", "depends_on", 3) is None
    assert root.find("services", "portal", "depends_on", -2) is None


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        # A wide character and an emoji are one character each; an accent can be one of its own.
        ("- 日本語\n- 'x'\n- [é, e\u0301, 😀, z]\n", ["日本語", "'x'", "é", "e\u0301", "😀", "z"]),
        ("日本: {🎉: after}\n", ["after"]),
        ("a:\tx\nb:  \t 'y'\t# z\n", ["x", "'y'"]),
        ("a: &one !!str 5\nb: !!int 6\n", ["&one !!str 5", "!!int 6"]),
        ("a: |\n  one\n  two\nb: x\n", ["|\n  one\n  two\n", "x"]),
        ("a: >-  # folded\n  one\n\n  two\n\nb: x\n", ["x"]),
        ("a: 'one\n\n  two'\nb: three\n  four\nc: x\n", ["'one\n\n  two'", "three\n  four", "x"]),
        ("[a,b,[c],{d: e}]", ["a", "b", "c", "e"]),
        ("--- a\n--- 'b'\n---\n- c\n...\n", ["a", "'b'", "c"]),
    ],
)
def test_place_of_scalars_among_unusual_characters(text: str, pieces: list[str]) -> None:
    found = [
        place(node.span)
        for document in documents(text)
        for node in walk(document)
        if not node.is_collection
    ]
    for piece in pieces:
        assert spot(text, piece) in found, piece


def test_byte_order_mark_takes_no_column() -> None:
    decoded = decode(FILE, b"\xef\xbb\xbfa: 1\nb: 2\n")
    assert decoded.problem is None
    assert place(only(decoded.text).key("a")) == (1, 1, 1, 2)
    assert place(only(decoded.text).at("b")) == (2, 4, 2, 5)


def test_documents_keep_their_own_places() -> None:
    text = "a: 1\n---\n# x\na: 2\n--- {a: 3}\n"
    assert [place(each.at("a")) for each in documents(text)] == [
        (1, 4, 1, 5),
        (4, 4, 4, 5),
        (5, 9, 5, 10),
    ]


def test_anchor_ends_with_its_document() -> None:
    found = problem("--- &a 1\n--- *a\n")
    assert found.message == "the alias `*a` names no anchor above it"
    assert place(found.span)[:2] == (2, 5)


# Mistakes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "first", "second"),
    [
        ("a: 1\nb: 2\na: 3\n", "a", (1, 1, 1, 2), (3, 1, 3, 2)),
        ("x:\n  a: 1\n  a: 1\n", "a", (2, 3, 2, 4), (3, 3, 3, 4)),
        ("{a: 1, a: 1}\n", "a", (1, 2, 1, 3), (1, 8, 1, 9)),
        ("a: 1\n'a': 2\n", "a", (1, 1, 1, 2), (2, 1, 2, 4)),
        ("a: 1\n? a\n", "a", (1, 1, 1, 2), (2, 3, 2, 4)),
        ("a: &x b\nb: 1\n*x : 2\n", "b", (2, 1, 2, 2), (3, 1, 3, 3)),
        ("'': 1\n? \n: 2\n", "", (1, 1, 1, 3), (2, 2, 2, 2)),
        ("a: &x {k: 1}\nb:\n  <<: *x\n  <<: *x\n", "<<", (3, 3, 3, 5), (4, 3, 4, 5)),
        ("{\"<<\": 1, '<<': 1}\n", "<<", (1, 2, 1, 6), (1, 11, 1, 15)),
    ],
)
def test_duplicate_key_shows_both_lines(text: str, name: str, first: Place, second: Place) -> None:
    found = problem(text)
    assert found.rule == "invalid-yaml"
    assert found.message == (
        f"the key `{name}` stands twice in one mapping, on lines {first[0]} and {second[0]}"
    )
    assert place(found.span) == second
    ((span, said, _),) = found.notes
    assert (place(span), said) == (first, "first here")
    assert found.hint == "keep one of the two: YAML doesn't say which would win"


def test_every_duplicate_key_is_told() -> None:
    found = problems("a: 1\na: 2\nb: {c: 1, c: 2}\na: 3\n")
    assert [place(each.span)[0] for each in found] == [2, 3, 4]


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("!foo", "!foo"),
        ("!!python/object/apply:os.system", "tag:yaml.org,2002:python/object/apply:os.system"),
        ("!!set", "tag:yaml.org,2002:set"),
        ("!!timestamp", "tag:yaml.org,2002:timestamp"),
        ("!!binary", "tag:yaml.org,2002:binary"),
        ("!!merge", "tag:yaml.org,2002:merge"),
        ("!<x>", "x"),
        ("!Ref", "!Ref"),
    ],
)
@pytest.mark.parametrize("value", ["x", '"x"', "[x]", "{x: y}"])
def test_foreign_tag_is_refused(tag: str, shown: str, value: str) -> None:
    found = problem(f"a: 1\nb: {tag} {value}\n")
    assert found.rule == "invalid-yaml"
    assert found.message == f"the tag `{shown}` is not part of YAML's core schema"
    assert place(found.span)[:2] == (2, 4)


@pytest.mark.parametrize(
    ("value", "tag"),
    [("!!int x", "int"), ("!!int 1.5", "int"), ("!!bool no", "bool"), ("!!null x", "null"),
     ("!!float x", "float"), ("!!int true", "int"), ("!!bool 1", "bool")],
)  # fmt: skip
def test_core_tag_that_the_value_does_not_keep(value: str, tag: str) -> None:
    found = problem(f"a: {value}\n")
    assert found.message == f"`{value.split()[1]}` is not what the tag `!!{tag}` promises"
    assert place(found.span) == (1, 4, 1, 4 + len(value))


@pytest.mark.parametrize("value", ["!!map [a]", "!!seq {a: b}", "!!str [a]", "!!str {a: b}"])
def test_core_tag_of_another_kind_of_collection(value: str) -> None:
    assert "is not part of YAML's core schema" in problem(f"a: {value}\n").message


@pytest.mark.parametrize(
    ("text", "name", "start"),
    [
        ("a: &a [*a]\n", "a", (1, 8)),
        ("a: &a {b: *a}\n", "a", (1, 11)),
        ("a: &a {<<: *a}\n", "a", (1, 12)),
        ("a: &a\n  b: [c, {d: *a}]\n", "a", (2, 14)),
        ("&a {b: *a}\n", "a", (1, 8)),
    ],
)
def test_alias_that_contains_itself(text: str, name: str, start: tuple[int, int]) -> None:
    found = problem(text)
    assert found.message == f"the alias `*{name}` contains itself"
    assert place(found.span)[:2] == start


@pytest.mark.parametrize("text", ["a: *b\n", "a: [*b, &b 1]\n", "a: {<<: *b}\n", "*b : 1\n"])
def test_alias_without_an_anchor(text: str) -> None:
    found = problem(text)
    assert found.message == "the alias `*b` names no anchor above it"
    assert place(found.span)[:2] == spot(text, "*b")[:2]


@pytest.mark.parametrize("text", ["a: {<<: 1}\n", "a: {<<: [1]}\n", "a: {<<: }\n",
                                  "a: {<<: [{b: 1}, [c]]}\n", "a: &a 1\nb: {<<: *a}\n"])  # fmt: skip
def test_merge_of_something_else(text: str) -> None:
    assert problem(text).message == "`<<` takes a mapping, or a list of mappings"


@pytest.mark.parametrize(
    "text", ["? [a]\n: b\n", "{[a]: b}\n", "[a]: b\n", "? {a: b}\n: c\n", "a: &a [1]\n*a : b\n"]
)
def test_collection_as_a_key(text: str) -> None:
    message = "a list or mapping is used as a key: keys are plain names"
    assert problem(text).message == message


@pytest.mark.parametrize(
    ("text", "cron", "line", "column"),
    [
        ("schedule: */5 * * * *\n", "*/5 * * * *", 1, 11),
        ("jobs:\n  a:\n    schedule: */5 * * * *   # often\n", "*/5 * * * *", 3, 15),
        ("schedule: * * * * *\n", "* * * * *", 1, 11),
        ("schedule: * 6 8 * *\n", "* 6 8 * *", 1, 11),
        ("schedule:   */15 8-18 * * mon-fri\n", "*/15 8-18 * * mon-fri", 1, 13),
        ("schedule: {cron: */5 * * * *}\n", "*/5 * * * *", 1, 18),
        ("schedule: { cron: */5 1,2 * * * }\n", "*/5 1,2 * * *", 1, 19),
        ("cron:\n  - 0 6 * * *\n  - */5 * * * *\n", "*/5 * * * *", 3, 5),
        ("schedule: */5 * * * *\r\nowner: a\r\n", "*/5 * * * *", 1, 11),
    ],
)
def test_unquoted_cron_has_a_message_of_its_own(
    text: str, cron: str, line: int, column: int
) -> None:
    found = problem(text)
    assert found.rule == "invalid-yaml"
    assert found.message == (
        f"the schedule `{cron}` starts with `*`, which YAML takes for an alias"
    )
    assert found.hint == f'put it in quotes: "{cron}"'
    assert place(found.span) == (line, column, line, column + len(cron))


@pytest.mark.parametrize("text", ["schedule: '*/5 * * * *'\n", "schedule: 0 6 8 * *\n",
                                  "{cron: 5 * * * *, x: y}\n", "- 0 */2 * * *\n"])  # fmt: skip
def test_cron_that_yaml_can_read(text: str) -> None:
    assert len(plain(text)) == 1


@pytest.mark.parametrize(
    ("text", "said", "start"),
    [
        ("a:\n\tb: 1\n", "a tab is used for indentation; YAML indents with spaces", (2, 1)),
        ("- a\n\t- b\n", "a tab is used for indentation; YAML indents with spaces", (2, 1)),
        ("a: b: c\n", "a second `: ` on one line: put a value that holds `: ` in quotes", (1, 5)),
        ("a: 1\n  b: 2\n", "this line is indented further than the one above it", (2, 4)),
        ("s:\n  a: 1\n    b: [x]\n", "which has a value already: check the indentation", (3, 6)),
        ("s:\n  a: 1\n    b: c: d\n", "this line is indented further", (3, 6)),
        ("a: 'x\nb: 1\n", "this quotation mark is never closed", (1, 4)),
        ('a: 1\nb: "x\nc: 2\n', "this quotation mark is never closed", (2, 4)),
        ("a: [\n", "a value is expected here: a bracket above may still be open", (2, 1)),
        ("a: 1\nb\nc: 2\n", "this is no `key: value`", (2, 1)),
        ("- a\nb\n", "this is no `key: value`", (2, 1)),
        ("a: - b\n", "a list item can't stand on this line", (1, 4)),
        ('a: "\\q"\n', "in double quotes a backslash is written twice", (1, 5)),
        ("a: |x\n", "begin the text on the next line", (1, 5)),
        ("a: @b\n", "YAML lets no text start with `@`: put it in quotes", (1, 4)),
        ("- `b`\n", "YAML lets no text start with ```: put it in quotes", (1, 3)),
        ("a: %b\n", "YAML lets no text start with `%`: put it in quotes", (1, 4)),
        ("a: **\n", "this starts with `*`, which YAML takes for an alias", (1, 5)),
        ("- a\nb: c\n", "a list item is expected here: check the indentation", (2, 1)),
        ("a:\n  - b\n  c: d\n", "a list item is expected here", (3, 3)),
        ("a: 1\n- b\n", "this line doesn't fit what stands above it", (2, 1)),
        ("a: {b: 1\nc: 2\n", "closing", (2, 2)),
        ("a: [b, c\nd: 1\n", "closing", (2, 2)),
    ],
)
def test_syntax_in_plain_words(text: str, said: str, start: tuple[int, int]) -> None:
    found = problem(text)
    assert found.rule == "invalid-yaml"
    assert said in found.message
    assert place(found.span)[:2] == start


@pytest.mark.parametrize(
    "text",
    ["a: ]\n", 'a: "\\q"\n', "a\n...\nb\n", "a: 'b' c\n", "a: |x\n", "- a\n - b\n-c\n", "&a &b c\n",
     "a: !\x21x y\n", "%YAML 2.0\n---\n", "%FOO\n---\n", "a: &\n", "}\n"],
)  # fmt: skip
def test_other_syntax_errors_are_one_located_problem(text: str) -> None:
    found = problem(text)
    assert found.rule == "invalid-yaml"
    assert found.message
    assert 1 <= found.span.line <= text.count("\n") + 1
    assert found.span.column >= 1


def test_syntax_error_shows_where_the_thing_began() -> None:
    found = problem("a:\n  - b\n  c: d\n")
    ((span, *_),) = found.notes
    assert place(span)[:2] == (2, 3)


@pytest.mark.parametrize(
    "text",
    ["%TAG ! tag:yaml.org,2002:\n---\na: 1\n", "%TAG !e! tag:example.org,2000:\n---\na: 1\n",
     "a: 1\n...\n%TAG !e! !x\n---\nb: 1\n"],
)  # fmt: skip
def test_tag_directive_is_refused(text: str) -> None:
    assert problem(text).message == "a %TAG directive: only %YAML is allowed"


def test_a_whole_number_can_be_tagged_a_float() -> None:
    (value,) = plain("!!float 5")
    assert (value, type(value)) == (5.0, float)


@pytest.mark.parametrize("code", [0x00, 0x01, 0x08, 0x0B, 0x0C, 0x1B, 0x7F, 0x80, 0x85, 0x9B, 0x9F])
def test_control_character_is_refused(code: int) -> None:
    found = problem(f"a: 1\nb: xy{chr(code)}z\n")
    assert found.rule == "invalid-yaml"
    assert found.message == f"the control character U+{code:04X} stands in the file"
    assert place(found.span) == (2, 6, 2, 7)


@pytest.mark.parametrize(
    "escape", ["\\0", "\\a", "\\b", "\\e", "\\v", "\\f", "\\x1b", "\\u009b", "\\N", "\\x7f"]
)
@pytest.mark.parametrize("text", ['a: "x{}y"\n', '"x{}y": 1\n', 'a: ["{}"]\n'])
def test_control_character_by_escape_is_refused(escape: str, text: str) -> None:
    found = problem(text.format(escape))
    assert found.message == "a control character in a text: remove the escape"
    assert found.span.column in {1, 4, 5}


@pytest.mark.parametrize("escape", ["\\ud800", "\\udfff", "\\U0000d800", "\\U00110000"])
def test_lone_surrogate_by_escape_is_refused(escape: str) -> None:
    assert problem(f'a: "{escape}"\n').rule == "invalid-yaml"


def test_a_problem_leaves_no_document_though_others_are_fine() -> None:
    assert parse(FILE, "a: 1\n---\nb: [\n").documents == ()


def test_line_of_a_file() -> None:
    file = SourceFile(FILE, "a\r\nb\rc\n\nd")
    assert [file.line(number) for number in range(7)] == ["", "a", "b", "c", "", "d", ""]


# Caps ---------------------------------------------------------------------------------------------


def over(text: str) -> tuple[str, Place]:
    """Return the message and place of the cap that ``text`` is over."""
    found = problem(text)
    assert found.rule == "unreadable-file"
    assert found.hint
    return found.message, place(found.span)


def test_depth_at_the_cap() -> None:
    depth = limits.DEPTH
    assert depth == 64
    assert len(plain("[" * depth + "x" + "]" * depth)) == 1
    assert len(plain("{a: " * depth + "x" + "}" * depth)) == 1
    assert len(plain("- " * depth + "x\n")) == 1
    assert len(plain("".join(f"{' ' * at}a:\n" for at in range(depth)))) == 1


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("[" * 65 + "]" * 65, 65),
        ("- " * 65 + "x\n", 129),
        ("{a: " * 65 + "}" * 65, 64 * 4 + 1),
        ("[" * 50_000, 65),
    ],
)
def test_depth_over_the_cap(text: str, column: int) -> None:
    message, where = over(text)
    assert "64 levels" in message
    assert where[:2] == (1, column)


def test_depth_by_an_alias() -> None:
    inner = "[" * 32 + "]" * 32
    assert len(plain(f"- &a {inner}\n- {'[' * 31}*a{']' * 31}\n")) == 1
    message, where = over(f"- &a {inner}\n- {'[' * 32}*a{']' * 32}\n")
    assert "64 levels" in message
    assert where[:2] == (2, 35)


@pytest.mark.prove
def test_events() -> None:
    # The stream, the document and the list begin and end: six events that are no item.
    items = limits.EVENTS - 6
    assert limits.EVENTS == 200_000
    text = "- x\n" * items
    assert len(at(only(text)).items) == items
    message, where = over(text + "- y\n")
    assert "200,000 YAML events" in message
    # The event too many is the end of the stream.
    assert where[0] == items + 2


def test_events_count_across_documents() -> None:
    message, _ = over("---\n" * 70_000)
    assert "200,000 YAML events" in message


def test_aliases() -> None:
    assert limits.ALIASES == 200
    text = "- &a x\n" + "- *a\n" * limits.ALIASES
    assert at(only(text), -1).value == "x"
    message, where = over(text + "- *a\n")
    assert "200 aliases" in message
    assert where[:2] == (202, 3)


def test_aliases_count_across_documents_and_merges() -> None:
    message, _ = over("- &a {}\n- {<<: *a}\n---\n" * 201)
    assert "200 aliases" in message


def test_expanded_nodes_by_aliases() -> None:
    # The root is one; the anchored list and each alias of it are 1,250; the rest are texts.
    assert limits.EXPANDED_NODES == 250_000
    text = "- &a [" + "x," * 1249 + "]\n" + "- *a\n" * 198
    pad = 250_000 - 1 - 1250 * 199
    assert len(only(text + "- x\n" * pad).items) == 199 + pad
    message, where = over(text + "- x\n" * (pad + 1))
    assert "250,000 values once aliases are written out" in message
    # The list itself is counted when it ends, so the one too many is at the end of the file.
    assert where[0] >= 200 + pad


def test_expanded_nodes_by_merge_keys() -> None:
    # An alias costs what it repeats; merging costs a value a key on top.
    keys = ", ".join(f"k{number}: x" for number in range(999))
    text = f"- &a {{{keys}}}\n" + "- {<<: *a}\n" * 124
    pad = 250_000 - 1 - 1000 - 2000 * 124
    assert len(at(only(text + "- x\n" * pad), 124).entries) == 999
    message, _ = over(text + "- x\n" * (pad + 1))
    assert "250,000 values" in message
    message, where = over(text + "- {<<: *a}\n")
    assert "250,000 values" in message
    assert where[0] == 126


def test_billion_laughs_stops_at_the_cap() -> None:
    text = "x0: &x0 [lol, lol]\n" + "".join(
        f"x{level}: &x{level} [{', '.join([f'*x{level - 1}'] * 9)}]\n" for level in range(1, 20)
    )
    message, where = over(text)
    assert "250,000 values once aliases are written out" in message
    assert where[0] == 7


@pytest.mark.parametrize("letter", ["x", "é", "語", "😀"])
@pytest.mark.parametrize("form", ["a: {}\n", "a: '{}'\n", "a: |-\n  {}\n", "- {}\n"])
def test_scalar(letter: str, form: str) -> None:
    assert limits.SCALAR_BYTES == 65_536
    full = letter * (65_536 // len(letter.encode()))
    full += "x" * (65_536 - len(full.encode()))
    assert full in str(plain(form.format(full)))
    message, where = over(form.format(full + "x"))
    assert "64 KiB" in message
    assert where[:2] == ((1, 3) if form.startswith("-") else (1, 4))


def test_scalar_as_a_key() -> None:
    assert len(plain(f"? {'x' * 65_536}\n: 1\n")) == 1
    message, _ = over(f"? {'x' * 65_537}\n: 1\n")
    assert "64 KiB" in message


def test_file() -> None:
    assert limits.FILE_BYTES == 1024 * 1024
    data = b"a: 1\n#".ljust(limits.FILE_BYTES, b"x")
    assert decode(FILE, data).problem is None
    found = decode(FILE, data + b"x").problem
    assert found is not None
    assert found.rule == "unreadable-file"
    assert found.message == f"`{FILE}` can't be read: it is larger than 1 MiB"
    assert found.hint == "split it"


@pytest.mark.parametrize(
    ("data", "byte", "start"),
    [
        (b"a: \xff\n", "0xff", (1, 4)),
        (b"a: 1\nb: x\xe9\n", "0xe9", (2, 5)),
        ("é: ü\n".encode() + b"\xc3", "0xc3", (2, 1)),
        ("a: b\n".encode("utf-16"), "0xff", (1, 1)),
        ("a: b\n".encode("utf-16-be") + b"\xff", "0xff", (2, 1)),
        (b"a: \xed\xa0\x80\n", "0xed", (1, 4)),
        (b"a: \xc0\x80\n", "0xc0", (1, 4)),
    ],
)
def test_encoding(data: bytes, byte: str, start: tuple[int, int]) -> None:
    found = decode(FILE, data).problem
    assert found is not None
    assert found.rule == "unreadable-file"
    assert found.message == f"byte {byte} on line {start[0]} is not UTF-8"
    assert place(found.span)[:2] == start


# Properties ---------------------------------------------------------------------------------------

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=90)
# What a text may hold: no control characters, which are refused, and none of what libyaml's
# writers and readers, which keep to YAML 1.1, take for a line break or a byte order mark.
CHARACTERS = st.characters(
    blacklist_categories=("Cs", "Cc"), blacklist_characters="\u2028\u2029\ufeff\ufffe\uffff"
)
TEXTS = st.one_of(
    st.text(CHARACTERS, max_size=30),
    st.text("ab:#-?[]{},&*!|>'\"%@` \n", max_size=12),
    st.sampled_from(["no", "22:30", "0o17", "1e3", "~", "", "<<", "a\nb\n", "*/5 * * * *", "- x"]),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18) + 1, 10**18 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
)
DATA = st.recursive(
    SCALARS,
    lambda children: st.one_of(
        st.lists(children, max_size=5), st.dictionaries(TEXTS, children, max_size=5)
    ),
    max_leaves=20,
)


def by_json(data: object) -> str:
    """Write ``data`` as JSON, which is YAML too."""
    # An astral character by escape is two surrogates, which YAML has no way to join.
    return json.dumps(data, ensure_ascii=False)


def by_json_indented(data: object) -> str:
    """Write ``data`` as JSON over many lines."""
    return json.dumps(data, ensure_ascii=False, indent=2)


def by_ruamel(data: object) -> str:
    """Write ``data`` with ruamel.yaml, in block style, as YAML 1.2."""
    writer = YAML(typ="safe", pure=True)
    writer.version = (1, 2)
    writer.default_flow_style = False
    written = io.StringIO()
    writer.dump(data, written)
    return written.getvalue()


def by_pyyaml(data: object) -> str:
    """Write ``data`` with PyYAML, every scalar in quotes, as its YAML is 1.1."""
    loose: Any = yaml.dump(data, Dumper=yaml.SafeDumper, default_style='"', allow_unicode=True)
    return str(loose)


def alike(first: object, second: object) -> bool:
    """Whether two values are equal and of the same kinds all the way down."""
    if type(first) is not type(second):
        return False
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(
            alike(first[key], second[key]) for key in first
        )
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(alike, first, second))
    return first == second


def check_round_trip(data: object, text: str) -> None:
    """Assert that ``text`` reads as ``data``, and that each scalar stands where it says."""
    root = only(text)
    assert alike(root.plain(), data)
    for node in walk(root):
        for key, written in (node.keys or {}).items():
            assert reread(cut(text, written.span)).text == key
        if not node.is_collection:
            assert alike(reread(cut(text, node.span)).value, node.value)


def reread(piece: str) -> Node:
    """Read a scalar that was cut out of a text."""
    # Alone on its lines it ends where it ended before: nothing follows that could belong to it.
    return at(only(f"- {piece}\n"), 0)


@PROPERTY
@given(DATA)
def test_json_round_trip(data: object) -> None:
    check_round_trip(data, by_json(data))
    check_round_trip(data, by_json_indented(data))


@PROPERTY
@given(DATA)
def test_ruamel_round_trip(data: object) -> None:
    check_round_trip(data, by_ruamel(data))


@PROPERTY
@given(DATA)
def test_pyyaml_round_trip(data: object) -> None:
    check_round_trip(data, by_pyyaml(data))


@PROPERTY
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    file = parse(FILE, text)
    assert not (file.documents and file.problems)
    for found in file.problems:
        assert found.rule in {"invalid-yaml", "unreadable-file"}
        assert found.message
        assert found.span.line >= 1
        assert found.span.column >= 1


@PROPERTY
@given(st.text("a:-[]{}&*|,'\"#!? \n\t1", max_size=40))
def test_documents_are_those_of_libyaml(text: str) -> None:
    """What libyaml's own composer refuses is refused; what both take is built alike."""
    file = parse(FILE, text)
    try:
        nodes = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        assert file.problems
        return
    if file.problems:
        # More is refused here: duplicate keys, foreign tags, collections as keys.
        return
    assert [texts(each) for each in file.documents] == [composed(each) for each in nodes]


def texts(node: Node) -> object:
    """Return the tree of a Node with the text of each scalar."""
    if isinstance(node.value, dict):
        return [[key, texts(child)] for key, child in node.value.items()]
    return [texts(each) for each in node.items] if node.is_collection else node.text


def composed(node: Any) -> object:  # noqa: ANN401 - the stubs know one kind of node only
    """Return the same of one of PyYAML's nodes."""
    if isinstance(node, yaml.MappingNode):
        return [[composed(key), composed(child)] for key, child in node.value]
    return [composed(each) for each in node.value] if node.id == "sequence" else node.value
