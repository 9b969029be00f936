"""What is wrong with a value of the wrong shape, in words, at the exact key.

`jsonschema` finds the mistakes against the public schema; this module translates them. It is
imported only when the reader has refused something.
"""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator

from opspolicy.estate.shapes import bundle
from opspolicy.source.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.estate.shapes import Shape
    from opspolicy.source.node import Node
    from opspolicy.source.span import Span

# The stubs let each attribute of an error be unset; one that iter_errors gives has them all.
ValidationError = Any

MOST = 50
"""How many mistakes of one value are told one by one; nobody reads more before mending."""

RULE = "schema-violation"
SHOWN_TEXT = 40


def explain(shape: Shape, node: Node, wrong: list[Node]) -> list[Problem]:
    """Return a Problem for each mistake in ``node``, which the reader of ``shape`` refused.

    ``wrong`` is what the reader refused: should the schema see nothing wrong there, the reader is
    believed, as a mistake must never pass because two judges disagree.
    """
    validator = Draft202012Validator(bundle(shape))
    errors = islice(validator.iter_errors(node.plain()), MOST + 1)
    problems: dict[str, Problem] = {}
    for error in errors:
        for problem in _problems(error, node):
            problems.setdefault(problem.key, problem)
    found = sorted(problems.values(), key=lambda problem: problem.span)
    if not found:
        found = [
            Problem(RULE, f"{_shown(each.plain())} is not accepted here", each.at(), key="refused")
            for each in wrong[:MOST]
        ]
    if len(found) > MOST:
        more = Problem(RULE, "there are more mistakes in this entry", node.at(), key="more")
        found = [*found[:MOST], more]
    return found


def nearest(name: str, known: list[str]) -> str:
    """Return `did you mean …?` for the nearest of ``known``, or nothing when none is near."""
    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(name.lower()[:200], list(by_lower), n=1, cutoff=0.7)
    return f"did you mean `{by_lower[near[0]]}`?" if near else ""


def _problems(error: ValidationError, node: Node) -> Iterator[Problem]:
    """Translate one error, going down to the branch the writer evidently meant."""
    path = tuple(error.absolute_path)
    kind = str(error.validator)
    title = str(error.schema.get("title", "a value")) if isinstance(error.schema, dict) else ""
    pointer = "/".join(str(step) for step in path)
    if "propertyNames" in error.schema_path:
        yield _bad_name(error, node, path, pointer)
    elif kind == "anyOf":
        yield from _any_of(error, node, path, pointer, title)
    elif kind == "additionalProperties":
        yield from _unknown_keys(error, node, path, pointer, title)
    elif kind == "required":
        for name in error.validator_value:
            if name not in error.instance:
                message = f"{title} needs the key `{name}`"
                yield _problem(node.at(*path), message, pointer, f"required:{name}")
    elif kind != "oneOf":
        yield _wrong_value(error, node, path, pointer, title)
    elif isinstance(error.instance, dict):  # else its kind is wrong, which is another error
        yield _one_of(error, node, path, pointer, title)


def _any_of(
    error: ValidationError, node: Node, path: tuple[str | int, ...], pointer: str, title: str
) -> Iterator[Problem]:
    meant = _meant(error)
    if meant:
        for each in meant:
            yield from _problems(each, node)
    elif any("required" in each for each in error.validator_value):
        keys = ", ".join(f"`{each['required'][0]}`" for each in error.validator_value)
        yield _problem(node.at(*path), f"{title} needs one of {keys}", pointer, "anyOf")
    else:
        yield _wrong_value(error, node, path, pointer, title)


def _meant(error: ValidationError) -> list[ValidationError]:
    """Return the errors of the one alternative that at least accepts this kind of value."""
    grouped: dict[Any, list[ValidationError]] = {}
    for each in error.context or ():
        grouped.setdefault(each.schema_path[0], []).append(each)
    refused = {"type", "enum", "const", "required"}
    accepting = [
        group
        for group in grouped.values()
        if not any(not each.path and each.validator in refused for each in group)
    ]
    return accepting[0] if len(accepting) == 1 else []


def _unknown_keys(
    error: ValidationError, node: Node, path: tuple[str | int, ...], pointer: str, title: str
) -> Iterator[Problem]:
    known = list(error.schema.get("properties", {}))
    extensions = "patternProperties" in error.schema
    parent = node.find(*path) or node
    unknown = [
        name
        for name in error.instance
        if name not in known and not (extensions and name.startswith("x-"))
    ]
    for name in unknown[: MOST + 1]:
        hint = nearest(name, known) or f"the keys are {', '.join(known)}"
        message = f"`{name}` is not a key of {title}"
        yield _problem(parent.key(name), message, pointer, f"unknown:{name}", hint)


def _one_of(
    error: ValidationError, node: Node, path: tuple[str | int, ...], pointer: str, title: str
) -> Problem:
    ways = [each["required"] for each in error.validator_value]
    shown = "; ".join(" with ".join(f"`{key}`" for key in way) for way in ways)
    present = sorted({key for way in ways for key in way if key in error.instance})
    has = f"; this one has {', '.join(f'`{key}`' for key in present)}" if present else ""
    message = f"{title} takes exactly one of: {shown}{has}"
    return _problem(node.at(*path), message, pointer, "oneOf")


def _bad_name(
    error: ValidationError, node: Node, path: tuple[str | int, ...], pointer: str
) -> Problem:
    name = str(error.instance)
    parent = node.find(*path) or node
    if error.validator == "maxLength":
        message = f"a name of {len(name)} characters: {error.validator_value} is the limit"
    else:
        message = f"`{name}` can't be a name"
    hint = "a name has letters, digits and ._/- inside, and no section such as service/ before it"
    return _problem(parent.key(name), message, pointer, f"name:{name}", hint)


def _wrong_value(
    error: ValidationError, node: Node, path: tuple[str | int, ...], pointer: str, title: str
) -> Problem:
    value = error.instance
    kind = str(error.validator)
    name = next((f"`{step}`" for step in reversed(path) if isinstance(step, str)), "the value")
    if kind == "uniqueItems":
        message = f"{name} names something twice"
    elif kind == "minItems":
        message = f"{name} must not be empty"
    elif kind in {"minimum", "maximum"}:
        bound = "at least" if kind == "minimum" else "at most"
        message = f"{name} must be {bound} {error.validator_value:,}, not {_shown(value)}"
    elif kind == "maxLength":
        limit = f"{error.validator_value:,}"
        message = f"{name} has {len(value):,} characters; {limit} is the limit"
    elif value is None:
        message = f"{name} has no value; it takes {title}"
    else:
        message = f"{name} must be {title}, not {_shown(value)}"
    return _problem(node.at(*path), message, pointer, kind)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    text = str(value)
    return f"`{text}`" if len(text) <= SHOWN_TEXT else f"`{text[:SHOWN_TEXT]}…`"


def _problem(span: Span, message: str, pointer: str, kind: str, hint: str = "") -> Problem:
    return Problem(RULE, message, span, (), hint, f"{pointer}#{kind}")
