"""Plain scalars against the YAML 1.2 core schema: a table, and another reader."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from opspolicy.source import scalars

Value = str | int | float | bool | None

# https://yaml.org/spec/1.2.2/#103-core-schema
NULLS = ["", "~", "null", "Null", "NULL"]
TRUES = ["true", "True", "TRUE"]
FALSES = ["false", "False", "FALSE"]
NUMBERS: list[tuple[str, int | float]] = [
    ("0", 0),
    ("-0", 0),
    ("+0", 0),
    ("00", 0),
    ("7", 7),
    ("+5", 5),
    ("-5", -5),
    ("010", 10),
    ("-010", -10),
    ("08", 8),
    ("0o17", 15),
    ("0o0", 0),
    ("0x1f", 31),
    ("0x1F", 31),
    ("0xDEADbeef", 3735928559),
    ("999999999999999999", 999_999_999_999_999_999),
    ("-999999999999999999", -999_999_999_999_999_999),
    ("000000000000000001", 1),
    ("0xffffffffffffffffff", 0xFFFFFFFFFFFFFFFFFF),
    (".5", 0.5),
    ("-.5", -0.5),
    ("5.", 5.0),
    ("0.", 0.0),
    ("1.5", 1.5),
    ("01.50", 1.5),
    ("1e3", 1000.0),
    ("1E3", 1000.0),
    ("1e+3", 1000.0),
    ("1.5E-3", 0.0015),
    (".5e3", 500.0),
    ("+12e03", 12000.0),
    ("-2E+05", -200000.0),
    ("1e-400", 0.0),
    ("1e308", 1e308),
    ("12345678901234567890.0", 12345678901234567890.0),
]
TEXTS = [
    # Sexagesimal numbers in YAML 1.1: a time of day must not become 1350 minutes.
    "22:30",
    "08:00",
    "1:30:00",
    "190:20:30.15",
    # Booleans in YAML 1.1: Norway, and the key `on`.
    *["no", "No", "NO", "on", "off", "yes", "y", "n", "Y", "N"],
    # Dates in YAML 1.1: what an instant means is for the declaration to say.
    *["2027-10-09", "2027-10-09T06:00", "2027-10-09 06:00", "2001-12-14t21:59:43.10-05:00"],
    # Octal, binary and thousands in YAML 1.1.
    *["1_000", "0b101", "1_", "_1", "0x1_f", "1_000.5"],
    # Not quite a number, a null or a boolean.
    *["0o8", "0o", "0x", "0xg", "0O17", "0X1f", "-0x1f", "+0x1f", "-0o7", "1e", "e3"],
    *[".", "-", "+", "..", "+.", "-.e1", ".e3"],
    *["..5", "1.2.3", "5.5.", "1e3.5", "++1", "+-1", "1-", "1,5", "1 000", "4h", "1h30m", "tRue"],
    *["nULL", "nil", "none", "None", "~~", "truee", "nulls", "trueish", "T", "F", "t", "f", "N/A"],
    *[".in", ".infinity", "inf", "nan", "NaN", "+.nan", "-.NaN", ".iNF", "Infinity"],
    # Digits of other scripts are letters to YAML, though int() would read them.
    *["٣", "१२", "1٣", "²", "-٣.٣"],
    # Line breaks and blanks can't stand in a plain scalar's ends; int() would strip them.
    *["1\n", " 1", "1 ", "\t1", "true\n", "null\n", "0x1f\n", "1.5\n"],
    # Said by other tools to be something else.
    *["=", "<<", "hello", "a: b", "#", "mon-fri", "*/5 * * * *", "@daily", "+1 555", "P1D"],
]
NOT_FINITE = [".inf", ".Inf", ".INF", "-.inf", "+.inf", "-.INF", ".nan", ".NaN", ".NAN"]


def same(first: object, second: object) -> bool:
    """Whether two values are equal and of one kind: `1`, `1.0` and `true` are three things."""
    return type(first) is type(second) and first == second


@pytest.mark.parametrize("text", NULLS)
def test_null(text: str) -> None:
    assert scalars.resolve(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [(text, True) for text in TRUES] + [(text, False) for text in FALSES]
)
def test_boolean(text: str, value: bool) -> None:  # noqa: FBT001 - one row of a table
    assert scalars.resolve(text) is value


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_number(text: str, value: float) -> None:
    assert same(scalars.resolve(text), value)


@pytest.mark.parametrize("text", TEXTS)
def test_text(text: str) -> None:
    assert same(scalars.resolve(text), text)


@pytest.mark.parametrize("text", NOT_FINITE)
def test_number_that_is_not_finite_is_refused_by_name(text: str) -> None:
    with pytest.raises(scalars.ScalarError, match=f"^`{re.escape(text)}` is not a finite number"):
        scalars.resolve(text)


@pytest.mark.parametrize(
    "text", ["1e309", "-1e309", "1e999999", "9" * 400 + ".0", "1" * 64000 + "."]
)
def test_number_beyond_a_double_is_refused(text: str) -> None:
    with pytest.raises(scalars.ScalarError, match="is too large a number"):
        scalars.resolve(text)


@pytest.mark.parametrize(
    "text",
    [
        "9999999999999999999",
        "-1000000000000000000",
        "+1000000000000000000",
        "0000000000000000001",
        "0" * 65536,
        "9" * 65536,
        "0o1234567123456712345",
        "0x" + "0" * 19,
        "0x" + "f" * 60000,
    ],
)
def test_nineteen_digits_are_refused(text: str) -> None:
    """Python itself raises for 4,300 digits and takes quadratic time below; neither is reached."""
    with pytest.raises(scalars.ScalarError, match=r"^a whole number may have 18 digits at most$"):
        scalars.resolve(text)


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(st.text(max_size=20))
def test_every_text_has_a_meaning_or_is_refused(text: str) -> None:
    try:
        value = scalars.resolve(text)
    except scalars.ScalarError:
        return
    assert value is None or isinstance(value, bool | int | float) or value is text


@settings(derandomize=True, database=None, deadline=None, max_examples=200)
@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_integer_round_trip(number: int) -> None:
    assert same(scalars.resolve(str(number)), number)
    if number >= 0:
        assert scalars.resolve(f"{number:+}") == number
        assert scalars.resolve(f"0x{number:x}") == number
        if len(f"{number:o}") <= 18:
            assert scalars.resolve(f"0o{number:o}") == number


@settings(derandomize=True, database=None, deadline=None, max_examples=200)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_float_round_trip(number: float) -> None:
    assert same(scalars.resolve(repr(number)), number)


# Where ruamel.yaml leaves the core schema or stops short of it, and so is no judge.
OTHERWISE_IN_RUAMEL = {
    "thousands are written with `_`": re.compile(r"[-+.0-9]*[0-9a-fA-FxXoO_]*_.*"),
    "binary numbers": re.compile(r"[-+]?0b[01_]*"),
    "octal and hexadecimal numbers with a sign": re.compile(r"[-+]0[ox].*"),
    "a date is an object, with or without a time to the second": re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt].*:.*:.*)?"
    ),
    "an exponent after `.5` must have a sign": re.compile(r"[-+]?\.[0-9]+[eE][0-9]+"),
    "an exponent after a final point is missing": re.compile(r"[-+]?[0-9]+\.[eE].*"),
    "`=` is the default value of YAML 1.1": re.compile("="),
    "`.` with an exponent and no digit": re.compile(r"[-+]?\.[eE].*"),
}
# Refused here and numbers there: not finite, or longer than 18 digits.
REFUSED = re.compile(
    r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)|(0[ox])?[-+0-9a-fA-F]{19,}|.*[eE]\+?[0-9]{3,}"
)
CORE_WORDS = [*NULLS, *TRUES, *FALSES, *NOT_FINITE, *(text for text, _ in NUMBERS)]
PLAIN = st.one_of(
    st.sampled_from([each for each in [*CORE_WORDS, *TEXTS] if re.fullmatch(r"[!-~]+", each)]),
    st.from_regex(r"[-+]?[0-9.][0-9]{0,4}[.eExXoObB:_-]?[-+0-9a-fA-F.]{0,6}", fullmatch=True),
    st.from_regex(r"[-+]?0[xo]?[0-9a-fA-F]{1,8}", fullmatch=True),
    st.from_regex(r"[tTfFnNyYo.~][ruealsoinfRUEALSOINF]{0,5}", fullmatch=True),
)


def by_ruamel(text: str) -> object:
    """Return what ruamel.yaml, set to YAML 1.2, makes of a plain scalar."""
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    (value,) = reader.load(f"- {text}\n")
    return value


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(PLAIN)
@example("010")
@example("0o17")
@example("1e3")
@example("22:30")
@example("2027-10-09T06:00")
def test_ruamel_reads_the_same(text: str) -> None:
    # These would not stay one plain scalar in a list.
    assume(not text.endswith(":") and text[0] not in "#,@%&*!|>'\"`[]{}?" and text != "-")
    assume(not any(each.fullmatch(text) for each in OTHERWISE_IN_RUAMEL.values()))
    assume(text != "<<" and not REFUSED.fullmatch(text))
    assert same(scalars.resolve(text), by_ruamel(text))


@pytest.mark.parametrize(
    ("text", "ours", "theirs"),
    [
        ("1_000", "1_000", 1000),
        ("0b101", "0b101", 5),
        ("-0x1f", "-0x1f", -31),
        (".5e3", 500.0, ".5e3"),
        ("2027-10-09t06:00:00", "2027-10-09t06:00:00", datetime(2027, 10, 9, 6)),  # noqa: DTZ001 - as it has it
    ],
)
def test_ruamel_differs_where_it_is_said_to(text: str, ours: Value, theirs: object) -> None:
    """Should ruamel.yaml come round, the exclusion above can go."""
    assert same(scalars.resolve(text), ours)
    assert same(by_ruamel(text), theirs)
