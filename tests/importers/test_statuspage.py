"""What cases can't say of a status page: places, instants, and texts that mean harm."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.estate.sources import Source
from opspolicy.importers.shared import of_json
from opspolicy.importers.shared.draft import Draft
from opspolicy.temporal import instants
from tests.importers.reading import UNSAFE, estate, imported, texts
from tests.laws import REPRODUCIBLE

if TYPE_CHECKING:
    from opspolicy.source.node import Node

MIB = 1 << 20
HANG = 20
FUZZ = settings(REPRODUCIBLE, max_examples=50)

ONE = {
    "id": "k7mf5z1gz05c",
    "name": "Database upgrade",
    "scheduled_for": "2027-10-09T00:00:00.999-07:00",
    "scheduled_until": "2027-10-09T09:00:00.001Z",
    "created_at": "2027-09-20T20:00:00-07:00",
}


def page(*listed: object) -> str:
    """Return what a page says of maintenances."""
    return json.dumps({"scheduled_maintenances": listed}, indent=1)


def test_instants() -> None:
    window = estate("statuspage", page(ONE)).windows["k7mf5z1gz05c"]
    assert window.start == instants.parse_as_of("2027-10-09T07:00Z")
    assert window.end == instants.parse_as_of("2027-10-09T09:00Z")
    # It was already the next day in UTC.
    assert window.announced == instants.parse_date("2027-09-21")


def test_a_native_entry_completes_it() -> None:
    own = "{services: {shop: {}}, maintenance_windows: {k7mf5z1gz05c: {takes_down: [shop]}}}"
    window = estate("statuspage", page(ONE), own).windows["k7mf5z1gz05c"]
    assert window.takes_down == ("shop",)
    assert window.summary == "Database upgrade"


def test_a_mistake_is_told_where_it_stands() -> None:
    text = page({**ONE, "scheduled_until": "soon"})
    (problem,) = estate("statuspage", text).problems
    line = text.split("\n")[problem.span.line - 1]
    assert line[problem.span.column - 1 : problem.span.end_column - 1] == '"soon"'


def composed(text: str) -> Node | None:
    return of_json.document(Draft(Source("statuspage"), "a.json"), text, "")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**16), 10**16) | st.floats(allow_nan=False,
    allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)  # fmt: skip


@given(value=VALUES, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
@FUZZ
def test_json_is_read_as_python_reads_it(
    value: object, *, ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    node = composed(text)
    assert node is not None
    assert node.plain() == json.loads(text)


@given(value=VALUES)
@FUZZ
def test_each_text_stands_where_it_is_said_to(value: object) -> None:
    text = json.dumps(value, indent=1)
    lines = text.split("\n")
    todo = [composed(text)]
    while todo:
        node = todo.pop()
        assert node is not None
        todo += [*node.entries.values(), *node.items, *(node.keys or {}).values()]
        if isinstance(node.value, str):
            span = node.span
            assert (
                json.loads(lines[span.line - 1][span.column - 1 : span.end_column - 1])
                == node.value
            )


FIELDS = st.sampled_from([*ONE, "status", "impact", "components"])
FILLED: st.SearchStrategy[object] = st.sampled_from(
    [None, "", "2027-10-09T00:00:00Z", "9999-12-31T23:59:59.9+23:59", "2027-10-09", "canceled",
     "none", "{{ x }}", "\x1b[31m", "\ud800", 7, [], {}, [{"name": "a"}, "b", {"name": 1}]]
)  # fmt: skip


@given(listed=st.lists(st.dictionaries(FIELDS, FILLED | VALUES) | VALUES, max_size=3))
@FUZZ
def test_nothing_raises(listed: list[object]) -> None:
    text = page(*listed)
    found = imported("statuspage", text)
    assert [each for each in texts(found.document) if re.search(UNSAFE, each)] == []
    for problem in (*found.problems, *found.remarks):
        assert not re.search(UNSAFE, problem.message)
    estate("statuspage", text)


@given(
    text=st.text() | st.lists(st.sampled_from([*'{}[],:"\\', "1", "null", "\n", "a"])).map("".join)
)
@FUZZ
def test_garbage_is_refused(text: str) -> None:
    imported("statuspage", text)


LISTED = '{"scheduled_maintenances": [%s]}'
HARM = {
    "nesting": "[" * MIB,
    "objects": '{"a":' * (MIB // 5),
    "escapes": '\\"' * (MIB // 2),
    "backslashes": '["' + "\\" * MIB,
    "quotes": '"' * MIB,
    "flat": "[" + "[]," * (MIB // 3) + "1]",
    "digits": "1" * MIB,
    "breaks": "[" + "\n" * MIB + "]",
    "names": "{" + ",".join(f'"{at}":1' for at in range(30_000)) + "}",
    "maintenances": LISTED % ",".join(["{}"] * 11_000),
    "fractions": LISTED % json.dumps({**ONE, "scheduled_for": ":00." * (MIB // 5)}),
    "components": LISTED % json.dumps({**ONE, "components": [{"name": "a"}] * 15_000}),
}


@pytest.mark.parametrize("kind", HARM)
@pytest.mark.prove
def test_no_file_takes_long(kind: str) -> None:
    began = time.monotonic()
    imported("statuspage", HARM[kind])
    assert time.monotonic() - began < HANG


@pytest.mark.parametrize(
    ("text", "why", "column"),
    [
        ("[" * 65 + "]" * 65, "it nests deeper than 64 levels", 65),
        (LISTED % ",".join(["{}"] * 10_001), "there are more than 10,000 maintenances", 2),
        ("[" + "1," * 200_000 + "1]", "it has more than 400,000 values, brackets and commas", None),
        ('["a", Infinity]', "`Infinity` is no number of JSON", 7),
        ('{"a": 1, "a\\u001b": 2, "a\\u001b": 3}', "the key `a\\x1b` stands twice", 24),
    ],
)
def test_what_is_refused(text: str, why: str, column: int | None) -> None:
    (problem,) = imported("statuspage", text).problems
    assert why in problem.message
    assert column is None or problem.span.column == column


@pytest.mark.parametrize(
    ("text", "why", "column"),
    [
        (" \n", "`a.statuspage` is empty", 1),
        ("{", "as JSON: it ends too early, on line 1: a key in double quotes is expected", 2),
        ("[1,2", "it ends too early, on line 1: a `,` or a closing bracket is expected", 5),
        ('{"a": 1, "b": }', "on line 1, column 15, a value is expected", 15),
        ('{"a": 1, }', "on line 1, column 8, a `,` stands behind the last value", 8),
        ('{"a" 1}', "on line 1, column 6, a `:` is expected", 6),
        ('{"a": "x}', "on line 1, column 7, a text begins that has no end", 7),
        ('{"a": "\\q"}', "on line 1, column 8, a text has a `\\` that means nothing", 8),
        ('{"a": "x\ny"}', "a text has a control character, such as a line break", 9),
        ("{} more", "on line 1, column 4, something stands behind its end", 4),
        ("<html>", "on line 1, column 1, a value is expected", 1),
    ],
)
def test_why_a_text_is_no_json(text: str, why: str, column: int) -> None:
    (problem,) = imported("statuspage", text).problems
    assert why in problem.message
    assert problem.span.column == column
