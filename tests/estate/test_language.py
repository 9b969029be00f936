"""The language's two judges, JSON Schema and the strict reader, accept the same documents."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from opspolicy.estate import mistakes
from opspolicy.estate.language import (
    DOCUMENTS,
    ENTRIES,
    FILE,
    FILE_ITSELF,
    PLANNED,
    section_schemas,
)
from opspolicy.estate.proofs import TEST_FILE
from opspolicy.estate.shapes import (
    Choice,
    Either,
    Flag,
    Items,
    Named,
    Null,
    Record,
    Shape,
    Table,
    Text,
    Unread,
    Whole,
    bundle,
)
from opspolicy.estate.vocabulary import (
    MISSING,
    PLAN_KEYS,
    SECTIONS,
)
from opspolicy.source.yaml_reader import read
from tests.shared import ROOT

LAWS = settings(derandomize=True, database=None, deadline=None, max_examples=400)
SHAPES: dict[str, Shape] = {**DOCUMENTS, "test": TEST_FILE}
VALIDATORS = {name: Draft202012Validator(bundle(shape)) for name, shape in SHAPES.items()}

# For each named text of the language: what it accepts, and what it doesn't.
TEXTS: dict[str, tuple[list[str], list[str]]] = {
    "text": (["a", "", "é" * 50], []),
    "name": (
        ["a", "a.b/c-d_e", "9", "A" * 100],
        ["", "-a", "a-", "a b", "service/a", "A" * 101, "a\n"],
    ),
    "reference": (["portal", "service/portal"], ["", " a", "a" * 121]),
    "duration": (["4h", "1h30m", "PT4H", "2d"], ["4", "", "4 h", "P", "h", "4h\n", "-4h"]),
    "lead": (["-7d", "1h", "-PT4H"], ["--1d", "", "7"]),
    "instant": (["2027-10-09T06:00", "2027-10-09 06:00:30+02:00"], ["2027-10-09", "06:00", "x"]),
    "date": (["2027-10-09"], ["2027-1-9", "2027-10-09T06:00", ""]),
    "date-or-instant": (["2027-10-09", "2027-10-09T06:00Z"], ["x", "2027"]),
    "time": (["08:00"], ["24:00", "8:00", "08:60"]),
    "end-time": (["20:00", "24:00"], ["25:00", ""]),
    "timezone": (["UTC", "Mars/Base"], ["", " UTC", "x" * 65]),
    "cron": (["0 6 8 * *"], ["", "  "]),
    "region": (["CA-QC"], ["", "x" * 21]),
    "glob": (["ops/**"], ["", "x" * 257]),
    "reason": (["The regulator's deadline"], ["", " ", "x" * 10_001]),
    "acceptance": (
        ["ops-7f3c91d2", "ops-7f3c91d2…", "ops-7f3c91d2...", f"ops-{'0' * 32}"],
        ["", "ops-7f3c91d", "7f3c91d2", "ops-7F3C91D2", f"ops-{'0' * 33}", "ops-7f3c91d2 "],
    ),
    "path": (["../ops", "a b.yaml"], ["", " a", "x" * 1001]),
    "party": (["service/portal", "file/ops/a.yaml"], ["", "portal", "Service/portal", "service/"]),
    "fingerprint": (
        ["ops-7f3c", f"ops-{'0' * 32}"],
        ["", "ops-7f3", "7f3c91d2", "ops-7F3C", f"ops-{'0' * 33}", "ops-7f3c…"],
    ),
    "file-name": (["ops/a.yaml", "a b.yaml"], ["", " a", "x" * 1001]),
    "rule-name": (["run-during-outage", "OPS301"], ["", " a", "x" * 121]),
    "sentence": (["it doesn't happen again"], ["", " ", "x" * 501]),
}
DAYS = (["mon-fri", "everyday", "sun"], ["monday", "mon-", "MON"])
DAY = (["sat", "fri-mon"], ["everyday", "x"])
MONTH = (["jun-aug", "nov-feb", "mar"], ["june", "jun-", "JUN"])
DAY_OF_MONTH = (["1..7", "-7..-1", "31", "-1"], ["0", "1..", "32", "1-7", "--1"])
YEAR = (["2027", "2027..2030"], ["27", "2227", "2027-2030"])
BY_WORD = {"month": MONTH, "days of the month": DAY_OF_MONTH, "years": YEAR, "day": DAY}
"""For texts without a name, by what is said of them; the longest that fits."""
OPTION_NAMES = ["max", "a_b"]
STRANGE: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    4.0,
    "",
    "strange",
    [],
    [1],
    {},
    {"a": 1},
    [[]],
    10**12,
]


def valid(shape: Shape, dice: random.Random, depth: int = 0) -> Any:  # noqa: ANN401, C901, PLR0911 - a case a shape
    """Return a value that ``shape`` accepts."""
    if isinstance(shape, Named):
        if shape.name in TEXTS:
            return dice.choice(TEXTS[shape.name][0])
        return valid(shape.shape, dice, depth)
    if isinstance(shape, Text):
        if "=" in shape.expected:
            return "job/load-ledger=3h"
        return dice.choice(texts(shape.expected)[0])
    if isinstance(shape, Whole):
        low = shape.low or 0
        high = min(shape.high if shape.high is not None else 9, low + 9)
        return dice.choice([dice.randint(low, high), float(low)])
    if isinstance(shape, Flag):
        return dice.choice([True, False]) if shape.only is None else shape.only
    if isinstance(shape, Choice):
        return dice.choice(shape.values)
    if isinstance(shape, Null):
        return None
    if isinstance(shape, Unread):
        return dice.choice(STRANGE)
    if isinstance(shape, Either):
        return valid(dice.choice(shape.shapes), dice, depth)
    if isinstance(shape, Items):
        items = [
            valid(shape.item, dice, depth + 1) for _ in range(max(shape.least, dice.randint(0, 2)))
        ]
        return [json.loads(each) for each in dict.fromkeys(json.dumps(each) for each in items)]
    if isinstance(shape, Table):
        names = OPTION_NAMES if "option" in shape.expected else ["one", "two", "Three/4"]
        names = ["one", "two"] if "parameters" in shape.expected else names
        return {name: valid(shape.entry, dice, depth + 1) for name in names[: dice.randint(0, 3)]}
    assert isinstance(shape, Record), shape
    return record(shape, dice, depth)


def texts(expected: str) -> tuple[list[str], list[str]]:
    """Return what a text without a name accepts, and what it doesn't, by what is said of it."""
    if "everyday" in expected:
        return DAYS
    known = sorted(BY_WORD.items(), key=lambda each: -len(each[0]))
    return next((found for word, found in known if word in expected), DAY)


def record(shape: Record, dice: random.Random, depth: int) -> dict[str, Any]:
    """Return a mapping with the keys that must be there and some of the others."""
    chosen = {name for name, key in shape.keys.items() if key.required}
    exclusive: set[str] = set()
    if shape.only:
        companions = shape.only.companions or ((),) * len(shape.only.sets)
        ways = list(zip(shape.only.sets, companions, strict=True))
        exclusive = {name for way in ways for part in way for name in part}
        way, beside = dice.choice(ways)
        chosen |= {*way, *(name for name in beside if dice.random() < 0.5)}
    if shape.some_of:
        chosen.add(dice.choice(shape.some_of))
    chance = 0.6 / (1 + depth)
    chosen |= {name for name in shape.keys if name not in exclusive and dice.random() < chance}
    found = {name: valid(shape.keys[name].shape, dice, depth + 1) for name in sorted(chosen)}
    if shape.extensions and dice.random() < chance:
        found["x-anything"] = dice.choice(STRANGE)
    return found


def mutated(value: Any, dice: random.Random) -> Any:  # noqa: ANN401 - whatever came in
    """Return a copy with one thing changed somewhere: a value, a key, its spelling, its absence."""
    value = copy.deepcopy(value)
    places: list[tuple[Any, Any]] = []

    def collect(node: Any) -> None:  # noqa: ANN401 - whatever is inside
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            places.append((node, key))
            if isinstance(child, dict | list):
                collect(child)

    if isinstance(value, dict | list):
        collect(value)
    if not places:
        return dice.choice(STRANGE)
    parent, key = dice.choice(places)
    wrong = [text for _, bad in [*TEXTS.values(), DAYS, *BY_WORD.values()] for text in bad]
    action = dice.randrange(5)
    if action == 0 and isinstance(parent, dict):
        parent[f"{key}x"] = parent.pop(key)
    elif action == 1:
        del parent[key]
    elif action == 2:
        parent[key] = dice.choice(wrong)
    elif action == 3 and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))
    else:
        parent[key] = dice.choice(STRANGE)
    return value


def accepted(shape: Shape, document: Any) -> bool:  # noqa: ANN401 - a document
    """Whether the reader accepts a document."""
    (node,), problems = read(json.dumps(document), "a.yaml")
    assert not problems
    wrong: list[Any] = []
    return shape.read(node, wrong) is not MISSING and not wrong


@pytest.mark.parametrize("name", SHAPES)
@LAWS
@given(seed=st.integers(0, 2**32))
def test_what_is_right_is_accepted_by_both(name: str, seed: int) -> None:
    document = valid(SHAPES[name], random.Random(seed))  # noqa: S311 - a fixed seed
    errors = [error.message for error in VALIDATORS[name].iter_errors(document)]
    assert not errors
    assert accepted(SHAPES[name], document)


@pytest.mark.parametrize("name", SHAPES)
@LAWS
@given(seed=st.integers(0, 2**32))
def test_the_judges_agree_on_what_is_wrong(name: str, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a fixed seed
    document = valid(SHAPES[name], dice)
    for _ in range(dice.randint(1, 3)):
        document = mutated(document, dice)
    expected = not any(VALIDATORS[name].iter_errors(document))
    assert accepted(SHAPES[name], document) == expected, document
    if name == "estate" and not expected:
        assert told(document), document


def told(document: Any) -> bool:  # noqa: ANN401 - a document
    """Whether each mistake of a document is explained at a place inside it."""
    (node,), _ = read(json.dumps(document), "a.yaml")
    wrong: list[Any] = []
    FILE.read(node, wrong)
    found = mistakes.explain(FILE, node, wrong)
    assert all(each.message and each.span.file == "a.yaml" for each in found)
    return bool(found)


def test_a_document_is_read_by_its_entries_to_the_same_effect() -> None:
    """The builder reads the top, then each entry: together they accept what the whole does."""
    for name, key in FILE.keys.items():
        assert FILE_ITSELF.keys[name].about == key.about
        assert FILE_ITSELF.keys[name].required == key.required


@pytest.mark.parametrize("name", section_schemas())
def test_schemas_are_schemas_and_every_key_says_what_it_is_for(name: str) -> None:
    schema = bundle(section_schemas()[name])
    Draft202012Validator.check_schema(schema)

    def described(part: Any) -> None:  # noqa: ANN401 - any part of a schema
        if isinstance(part, dict):
            for key, value in part.get("properties", {}).items():
                if isinstance(value, dict):
                    assert value["description"].endswith("."), key
            for value in part.values():
                described(value)
        elif isinstance(part, list):
            for value in part:
                described(value)

    described(schema)
    lying = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert lying == schema


@pytest.mark.parametrize(
    ("document", "line", "message", "hint"),
    [
        ("services: {a: {custmers: 1}}", 1, "`custmers` is not a key of a service", "`customers`?"),
        ("servces: {}", 1, "`servces` is not a key of an opspolicy file", "`services`?"),
        ("services:\n  a:\n    customers: many", 3, "`customers` must be a number of people, not `many`", ""),
        ("services: {a: {customers: -1}}", 1, "`customers` must be at least 0, not `-1`", ""),
        ("services: {a: {customers: true}}", 1, "must be a number of people, not `true`", ""),
        ("services: {a: {depends_on: b}}", 1, "`depends_on` must be a list of dependencies, not `b`", ""),
        ("services: {a: {depends_on: [{any_of: []}]}}", 1, "`any_of` must not be empty", ""),
        ("services: {a: {depends_on: [{service: b, any_of: [c]}]}}", 1, "takes exactly one of: `service`; `any_of`", ""),
        ("services: {a: {depends_on: [3]}}", 1, "must be a service, {service, strength} or {any_of, at_least}, not `3`", ""),
        ("services: {a: {owner: }}", 1, "`owner` is empty; it takes the name of something declared", ""),
        ("services: {-a: {}}", 1, "`-a` can't be a name", "letters, digits"),
        ("services: {service/a: {}}", 1, "`service/a` can't be a name", "no section such as service/"),
        (f"services: {{{'a' * 101}: {{}}}}", 1, "a name of 101 characters: 100 is the limit", ""),
        ("services: [a]", 1, "`services` must map names to services, not be a list", ""),
        ("jobs: {a: {duration: 1h}}", 1, "a job needs one of `schedule`, `after`", ""),
        ("jobs: {a: {schedule: {}}}", 1, "a schedule takes exactly one of: `cron`; `on_calendar`", ""),
        ("jobs: {a: {schedule: x, scheduler: anacron}}", 1, "must be one of cron, kubernetes", ""),
        ("jobs: {a: {schedule: x, requires: [b, b]}}", 1, "`requires` names something twice", ""),
        ("jobs: {a: {schedule: x, concurrency: Forbid}}", 1, "must be one of allow, forbid, replace, not `Forbid`", ""),
        ("waivers: [{rule: x, on: [service/a]}]", 1, "a waiver needs the key `reason`", ""),
        ("calendars: {a: {timezone: UTC, hours: [{days: monday, from: 08:00, to: 09:00}]}}", 1, "`days` must be days such as mon-fri or everyday, not `monday`", ""),
        ("calendars: {a: {timezone: UTC, hours: [{from: 8:00, to: 09:00}]}}", 1, "`from` must be a time of day such as 08:00, not `8:00`", ""),
        ("[]", 1, "an opspolicy file is a mapping of keys, not a list", ""),
        ("just text", 1, "an opspolicy file is a mapping of keys, not `just text`", ""),
        ("version: 2", 1, "this version of opspolicy reads `version: 1`, not `2`", ""),
        ("services: {a: {support: office}}", 1, "`support` must be a mapping with `service` and `hours`, not `office`", ""),
        ("services: {a: {downtime_budget: 2h}}", 1, "must be a mapping with `max`, `per` and `counts`, not `2h`", ""),
        ("services: {a: {max_outage: 1 Hour}}", 1, "must be a duration such as", "write 1h"),
        ("services: {a: {max_outage: 90 minutes}}", 1, "must be a duration such as", "write 90m"),
        ("services: {a: {max_outage: 1 fortnight}}", 1, "must be a duration such as", ""),
        ("jobs: {a: {schedule: x, deadline: '05:30'}}", 1, "`deadline` must be a mapping with `by`, `day` and `within`", 'write {by: "05:30"}'),
        ("jobs: {a: {schedule: x, deadline: 2h}}", 1, "not `2h`", 'write {within: "2h"}'),
        ("jobs: {a: {schedule: x, induces_demand: b}}", 1, "not `b`", "write a list of mappings, each with `service`, `for` and `starting`"),
        ("calendars: {a: {timezone: UTC, hours: always}}", 1, "`hours` must be a list", "write a list of mappings, each with"),
        ("defaults: {timezon: UTC}", 1, "`timezon` is not a key of defaults", "`timezone`?"),
    ],
)  # fmt: skip
def test_messages(document: str, line: int, message: str, hint: str) -> None:
    from opspolicy.estate.estate import assemble  # noqa: PLC0415 - only here
    from opspolicy.source.files import parse  # noqa: PLC0415

    problems = assemble([parse("a.yaml", document)]).problems
    assert (problems[0].span.line, problems[0].rule) == (line, "schema-violation")
    assert any(message in each.message and hint in each.hint for each in problems), problems


def test_the_vocabulary_of_every_run_is_the_languages() -> None:
    """It is written apart, so that a run which knows its files needn't make the language."""
    assert list(ENTRIES) == list(SECTIONS)
    assert PLANNED.keys() == PLAN_KEYS
