"""What is wrong with a value of the wrong shape, in words, at the exact key.

`jsonschema` finds the mistakes against the public schema; this module translates them. It is
imported only when the reader has refused something.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator

from opspolicy.estate import formats
from opspolicy.estate.shapes import bundle
from opspolicy.phrases import did_you_mean, listing
from opspolicy.source import scalars
from opspolicy.source.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.estate.shapes import Schema, Shape
    from opspolicy.source.node import Node
    from opspolicy.source.span import Span

    # The stubs let each attribute of an error be unset; one that iter_errors gives has them all.
    ValidationError = Any
    Path = tuple[str | int, ...]

MOST = 50
"""How many mistakes of one value are told one by one; nobody reads more before mending."""

RULE = "schema-violation"
SHOWN_TEXT = 40
MOST_KEYS = 4
UNITS = {
    "sec": "s", "second": "s", "min": "m", "minute": "m",
    "hr": "h", "hour": "h", "day": "d", "week": "w",
}  # fmt: skip
BY_NAME = " by name"
NAME_HINT = "a name has letters, digits and ._/- inside, and no section such as service/ before it"


def explain(
    shape: Shape, node: Node, wrong: list[Node], place: Span | None = None, name: str = ""
) -> list[Problem]:
    """Return a Problem for each mistake in ``node``, which the reader of ``shape`` refused.

    ``wrong`` is what the reader refused: should the schema see nothing wrong there, the reader is
    believed, as a mistake must never pass because two judges disagree. ``name`` is what the entry
    is called, and ``place`` where that stands.
    """
    schema = bundle(shape)
    translator = Translator(node, place, name, schema.get("$defs", {}))
    validator = Draft202012Validator(schema)
    errors = islice(validator.iter_errors(node.plain()), MOST + 1)
    problems: dict[str, Problem] = {}
    for error in errors:
        for problem in translator.problems(error):
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


class Translator:
    """Turns `jsonschema`'s errors about one entry into problems with places in it."""

    def __init__(self, node: Node, place: Span | None, name: str, shared: Schema) -> None:
        """Translate errors about ``node``, called ``name`` at ``place``.

        ``shared`` are the definitions that its schema refers to.
        """
        self.node = node
        self.shared = shared
        self.place = place or node.at()
        self.name = name

    def problems(self, error: ValidationError) -> Iterator[Problem]:
        """Translate one error, going down to the branch the writer evidently meant."""
        path: Path = tuple(error.absolute_path)
        kind = str(error.validator)
        if "propertyNames" in error.schema_path:
            yield self._bad_name(error, path)
        elif kind == "anyOf":
            yield from self._any_of(error, path)
        elif kind == "additionalProperties":
            yield from self._unknown_keys(error, path)
        elif kind == "required":
            for key in error.validator_value:
                if key not in error.instance:
                    message = f"{_title(error)} needs the key `{key}`"
                    yield self._problem(self._at(path), message, path, f"required:{key}")
        elif kind != "oneOf":
            yield self._wrong_value(error, path)
        elif isinstance(error.instance, dict):  # else its kind is wrong, which is another error
            yield self._one_of(error, path)

    def _any_of(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        meant = _meant(error)
        if meant:
            for each in meant:
                yield from self.problems(each)
        elif any("required" in each for each in error.validator_value):
            keys = ", ".join(f"`{each['required'][0]}`" for each in error.validator_value)
            message = f"{_title(error)} needs one of {keys}"
            yield self._problem(self._at(path), message, path, "anyOf")
        else:
            yield self._wrong_value(error, path)

    def _unknown_keys(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        known = list(error.schema.get("properties", {}))
        extensions = "patternProperties" in error.schema
        parent = self.node.find(*path) or self.node
        unknown = [
            key
            for key in error.instance
            if key not in known and not (extensions and key.startswith("x-"))
        ]
        for key in unknown[: MOST + 1]:
            hint = did_you_mean(key, known) or f"the keys are {', '.join(known)}"
            message = f"`{key}` is not a key of {_title(error)}"
            yield self._problem(parent.key(key), message, path, f"unknown:{key}", hint)

    def _one_of(self, error: ValidationError, path: Path) -> Problem:
        ways = [each["required"] for each in error.validator_value]
        keys = sorted({key for each in error.validator_value for key in each["properties"]})
        present = [key for key in keys if key in error.instance]
        lacking = [
            [key for key in way if key not in present] for way in ways if set(present) < set(way)
        ]
        if present and lacking:
            choices = " or ".join(_keys(each) for each in lacking)
            message = f"{_title(error)} needs {choices} beside {_keys(present)}"
        else:
            listed = "; ".join(_keys(way[:1]) + _beside(way[1:]) for way in ways)
            has = f"; this one has {_keys(present)}" if present else ""
            message = f"{_title(error)} takes exactly one of: {listed}{has}"
        return self._problem(self._at(path), message, path, "oneOf")

    def _bad_name(self, error: ValidationError, path: Path) -> Problem:
        name = str(error.instance)
        parent = self.node.find(*path) or self.node
        message = f"`{name}` can't be a name"
        if error.validator == "maxLength":
            message = f"a name of {len(name)} characters: {error.validator_value} is the limit"
        return self._problem(parent.key(name), message, path, f"name:{name}", NAME_HINT)

    def _wrong_value(self, error: ValidationError, path: Path) -> Problem:
        value, kind, title = error.instance, str(error.validator), _title(error)
        key = next((step for step in reversed(path) if isinstance(step, str)), self.name)
        name = f"`{key}`"
        if not key:
            message = f"{title} is a mapping of keys, not {_shown(value)}"
        elif kind == "uniqueItems":
            message = f"{name} names something twice"
        elif kind == "minItems":
            message = f"{name} must not be empty"
        elif title.endswith(BY_NAME):
            entries = title.removesuffix(BY_NAME)
            message = f"{name} must map names to {entries}, not be {_shown(value)}"
        elif key == "version" and kind == "maximum":
            message = f"this version of opspolicy reads `version: 1`, not {_shown(value)}"
        elif kind in {"minimum", "maximum"}:
            bound = "at least" if kind == "minimum" else "at most"
            message = f"{name} must be {bound} {error.validator_value:,}, not {_shown(value)}"
        elif kind == "maxLength":
            limit = f"{error.validator_value:,}"
            message = f"{name} has {len(value):,} characters; {limit} is the limit"
        elif value is None or value == "":
            message = f"{name} is empty; it takes {title}"
        elif kind == "type" and "properties" in error.schema:
            message = f"{name} must be a mapping with {_known(error.schema)}, not {_shown(value)}"
        else:
            message = f"{name} must be {title}, not {_shown(value)}"
        hint = self._hint(error, path)
        return self._problem(self._at(path), message, path, kind, hint)

    def _hint(self, error: ValidationError, path: Path) -> str:
        """Return what was probably meant by a wrong value."""
        value, kind = error.instance, str(error.validator)
        if not path and self.name in error.schema.get("properties", {}):
            return f"if `{self.name}` belongs to the entry above it, indent it further"
        if isinstance(value, dict | list) or value is None:
            return ""
        if kind == "enum":
            known = [str(each) for each in error.validator_value]
            is_format = known == [*formats.FORMATS]
            return formats.meant(str(value)) if is_format else did_you_mean(str(value), known)
        shape = error.schema
        wanted = shape.get("type") or [each.get("type") for each in shape.get("anyOf", ())]
        rewritten = ""
        if wanted == "array" or "array" in wanted:
            rewritten = _as_list(shape.get("items", {}), value)
        elif wanted == "object":
            rewritten = self._as_mapping(shape, value)
        elif "a duration" in _title(error):
            rewritten = _as_duration(str(value))
        elif wanted == "integer" and re.fullmatch(r"[0-9]+([,_ '][0-9]{3})+", str(value)):
            rewritten = re.sub("[^0-9]", "", str(value))
        return rewritten and f"write {rewritten}"

    def _as_mapping(self, schema: Schema, value: object) -> str:
        """Return how a value is written that can only be meant for one key of a mapping."""
        fits = [
            key
            for key, each in schema.get("properties", {}).items()
            if {*schema.get("required", ())} <= {key}
            and Draft202012Validator({**each, "$defs": self.shared}).is_valid(value)
        ]
        return f"{{{fits[0]}: {json.dumps(value)}}}" if len(fits) == 1 else ""

    def _at(self, path: Path) -> Span:
        """Return where a value stands; the entry itself is shown by its name."""
        return self.node.at(*path) if path else self.place

    def _problem(self, span: Span, message: str, path: Path, kind: str, hint: str = "") -> Problem:
        pointer = "/".join(str(step) for step in path)
        return Problem(RULE, message, span, (), hint, f"{pointer}#{kind}")


def _title(error: ValidationError) -> str:
    return str(error.schema.get("title", "a value")) if isinstance(error.schema, dict) else ""


def _known(schema: Schema) -> str:
    """Return which keys a mapping takes: those that it must have first, and of many the first."""
    required = schema.get("required", [])
    keys = sorted(schema["properties"], key=lambda key: key not in required)
    named = listing([f"`{key}`" for key in keys[:MOST_KEYS]])
    return named if len(keys) <= MOST_KEYS else f"keys such as {named}"


def _as_list(items: Schema, value: object) -> str:
    """Return how a value is written of which there may be several."""
    if "properties" in items:
        return f"a list of mappings, each with {_known(items)}"
    return f"it as a list: [{value}]"


def _as_duration(text: str) -> str:
    """Return how a duration is written that somebody has written out, such as `2 hours`."""
    found = re.fullmatch(rf"(\d{{1,6}})\s*({'|'.join(UNITS)})s?", text.strip().lower())
    return f"{int(found[1])}{UNITS[found[2]]}" if found else ""


def _keys(names: list[str]) -> str:
    return listing([f"`{name}`" for name in names])


def _beside(names: list[str]) -> str:
    return f" with {_keys(names)}" if names else ""


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


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    text = str(value)
    shown = f"`{text}`" if len(text) <= SHOWN_TEXT else f"`{text[:SHOWN_TEXT]}…`"
    # What would be something else without its quotes: `"1"` is a text.
    return f"the text {shown}" if isinstance(value, str) and _reads_otherwise(value) else shown


def _reads_otherwise(text: str) -> bool:
    try:
        return not isinstance(scalars.resolve(text), str)
    except scalars.ScalarError:
        return False
