"""Shapes of values: each says what it accepts, as JSON Schema and as a strict reader.

The reader is what runs on every check; the schema is what editors and other tools use, and what
`jsonschema` explains a mistake with. Both come from one object, so they can't drift apart.
"""

from __future__ import annotations

from opspolicy.estate.vocabulary import MISSING, Missing
from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import DAY, DurationError, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, KeysView, Mapping
    from typing import Any

    from opspolicy.source.node import Node

    Schema = dict[str, Any]
    Wrong = list[Node]


class Shape:
    """What a value may be."""

    kinds: tuple[type, ...] = ()
    expected: str

    def schema(self) -> Schema:
        """Return the JSON Schema (draft 2020-12) of the shape."""
        raise NotImplementedError

    def read(self, node: Node, wrong: Wrong) -> Any:  # noqa: ANN401 - as varied as the language
        """Return the plain value of ``node``, or MISSING after adding the culprit to ``wrong``."""
        raise NotImplementedError

    def definitions(self) -> dict[str, Shape]:
        """Return the named shapes this one refers to, by name."""
        return {}


class Text(Shape):
    """Text, of a pattern that is searched for as JSON Schema does."""

    kinds = (str,)

    def __init__(
        self, expected: str, pattern: str | None = None, *, longest: int | None = None
    ) -> None:
        """Accept text that matches ``pattern``; ``expected`` says what that is, in words."""
        self.expected = expected
        self.pattern = pattern
        self.longest = longest
        self._search: Callable[[str], object] | None = None

    def schema(self) -> Schema:
        """Return type, pattern and length."""
        made: Schema = {"title": self.expected, "type": "string"}
        if self.pattern:
            made["pattern"] = self.pattern
        if self.longest:
            made["maxLength"] = self.longest
        return made

    def read(self, node: Node, wrong: Wrong) -> str | Missing:
        """Return the text."""
        value = node.value
        if value.__class__ is str and (self.longest is None or len(value) <= self.longest):
            search = self._search
            if search is None and self.pattern is not None:
                # Compiled when first needed: a run uses a few of the language's patterns.
                import re  # noqa: PLC0415 - only for what no earlier run has read

                search = self._search = re.compile(self.pattern).search
            if search is None or search(value):
                return value
        wrong.append(node)
        return MISSING


class Elapsed(Text):
    """A duration that isn't zero, and not longer than anything that is judged."""

    def __init__(self) -> None:
        """Accept what the language does."""
        super().__init__("a duration such as 90m, 4h or 2d, of 366 days at most", longest=40)

    def read(self, node: Node, wrong: Wrong) -> str | Missing:
        """Return the text of the duration."""
        text = super().read(node, wrong)
        if isinstance(text, Missing):
            return text
        try:
            fits = 0 < parse(text) <= 366 * DAY
        except DurationError:
            fits = False
        if fits:
            return text
        wrong.append(node)
        return MISSING


class Whole(Shape):
    """A whole number; like JSON Schema, `4.0` is one and `true` is not."""

    kinds = (int, float)

    def __init__(self, expected: str, low: int | None = None, high: int | None = None) -> None:
        """Accept whole numbers from ``low`` to ``high``."""
        self.expected = expected
        self.low, self.high = low, high

    def schema(self) -> Schema:
        """Return type and bounds."""
        made: Schema = {"title": self.expected, "type": "integer"}
        if self.low is not None:
            made["minimum"] = self.low
        if self.high is not None:
            made["maximum"] = self.high
        return made

    def read(self, node: Node, wrong: Wrong) -> int | Missing:
        """Return the number."""
        value = node.value
        if (
            value.__class__ in self.kinds
            and value == int(value)
            and (self.low is None or value >= self.low)
            and (self.high is None or value <= self.high)
        ):
            return int(value)
        wrong.append(node)
        return MISSING


class Flag(Shape):
    """`true` or `false`."""

    kinds = (bool,)

    def __init__(self, expected: str = "true or false", *, only: bool | None = None) -> None:
        """Accept either, or ``only`` one of them."""
        self.expected = expected
        self.only = only

    def schema(self) -> Schema:
        """Return the type, or the constant."""
        if self.only is not None:
            return {"title": self.expected, "const": self.only}
        return {"title": self.expected, "type": "boolean"}

    def read(self, node: Node, wrong: Wrong) -> bool | Missing:
        """Return the flag."""
        value = node.value
        if value.__class__ is bool and self.only in {None, value}:
            return value
        wrong.append(node)
        return MISSING


class Choice(Shape):
    """One of a few words."""

    kinds = (str,)

    def __init__(self, *values: str) -> None:
        """Accept ``values``."""
        self.values = values
        self.expected = f"one of {', '.join(values)}"

    def schema(self) -> Schema:
        """Return the enumeration."""
        return {"title": self.expected, "enum": list(self.values)}

    def read(self, node: Node, wrong: Wrong) -> str | Missing:
        """Return the word."""
        value = node.value
        if value.__class__ is str and value in self.values:
            return value
        wrong.append(node)
        return MISSING


class Null(Shape):
    """Nothing: a key whose value was left out."""

    kinds = (type(None),)
    expected = "nothing"

    def schema(self) -> Schema:
        """Return the type."""
        return {"title": self.expected, "type": "null"}

    def read(self, node: Node, wrong: Wrong) -> Missing | None:
        """Return None."""
        if node.value is None:
            return None
        wrong.append(node)
        return MISSING


class Unread(Shape):
    """A value that is read elsewhere."""

    expected = "anything"

    def schema(self) -> Schema:
        """Return the schema that accepts all."""
        return {}

    def read(self, node: Node, wrong: Wrong) -> None:
        """Return nothing, without looking."""


class Items(Shape):
    """A list."""

    kinds = (list,)

    def __init__(
        self, item: Shape, expected: str, *, least: int = 0, distinct: bool = False
    ) -> None:
        """Accept ``least`` or more of ``item``; ``distinct`` ones are plain and differ."""
        self.item = item
        self.expected = expected
        self.least = least
        self.distinct = distinct

    def schema(self) -> Schema:
        """Return type, items and their number."""
        made: Schema = {"title": self.expected, "type": "array", "items": self.item.schema()}
        if self.least:
            made["minItems"] = self.least
        if self.distinct:
            made["uniqueItems"] = True
        return made

    def read(self, node: Node, wrong: Wrong) -> list[Any] | Missing:
        """Return the items in their places, MISSING where one is wrong."""
        value = node.value
        if value.__class__ is not list or len(value) < self.least:
            wrong.append(node)
            return MISSING
        read = [self.item.read(child, wrong) for child in value]
        if self.distinct and len(read) > 1:
            # What isn't a text is wrong anyway, and compared as it was written.
            seen = {
                child.text if child.text is not None else repr(child.plain()) for child in value
            }
            if len(seen) < len(read):
                wrong.append(node)
        return read

    def definitions(self) -> dict[str, Shape]:
        """Return the item's."""
        return self.item.definitions()


class Either(Shape):
    """One of several shapes, told apart by the kind of value."""

    def __init__(self, expected: str, *shapes: Shape) -> None:
        """Accept what any of ``shapes`` accepts; no two may accept one kind of value."""
        self.expected = expected
        self.shapes = shapes
        self.kinds = tuple(kind for shape in shapes for kind in shape.kinds)
        if len(set(self.kinds)) < len(self.kinds):
            raise TypeError(expected)
        self._by_kind = {kind: shape for shape in shapes for kind in shape.kinds}

    def schema(self) -> Schema:
        """Return the alternatives."""
        return {"title": self.expected, "anyOf": [shape.schema() for shape in self.shapes]}

    def read(self, node: Node, wrong: Wrong) -> Any:  # noqa: ANN401 - whatever the shape returns
        """Return what the shape for this kind of value makes of it."""
        shape = self._by_kind.get(node.value.__class__)
        if shape is None:
            wrong.append(node)
            return MISSING
        return shape.read(node, wrong)

    def definitions(self) -> dict[str, Shape]:
        """Return those of all alternatives."""
        return {name: each for shape in self.shapes for name, each in shape.definitions().items()}


class Key(NamedTuple):
    """A key of a Record, with the sentence an editor shows."""

    shape: Shape
    about: str
    required: bool = False


class Only(NamedTuple):
    """Which keys go together: exactly one of these sets is present, whole.

    A set excludes the keys that only other sets have. ``companions`` are, for each set, keys that
    may stand beside it and beside no other.
    """

    sets: tuple[tuple[str, ...], ...]
    companions: tuple[tuple[str, ...], ...] = ()

    def _allowed(self) -> list[tuple[set[str], set[str]]]:
        """Return what each set needs and what it allows."""
        companions = self.companions or ((),) * len(self.sets)
        return [
            (set(needed), {*needed, *beside})
            for needed, beside in zip(self.sets, companions, strict=True)
        ]

    def schema(self) -> Schema:
        """Return the alternatives as `oneOf`."""
        allowed = self._allowed()
        everything = {key for _, keys in allowed for key in keys}
        return {
            "oneOf": [
                {
                    "required": list(needed),
                    "properties": {
                        key: key in keys for key in sorted(everything) if key not in needed
                    },
                }
                for needed, (_, keys) in zip(self.sets, allowed, strict=True)
            ]
        }

    def check(self) -> Callable[[KeysView[str]], bool]:
        """Return what tells whether keys are one of the sets, other keys aside."""
        allowed = self._allowed()
        everything = {key for _, each in allowed for key in each}

        def holds(keys: KeysView[str]) -> bool:
            mine = keys & everything
            return any(needed <= mine <= permitted for needed, permitted in allowed)

        return holds


class Record(Shape):
    """A mapping with known keys."""

    kinds = (dict,)

    def __init__(
        self,
        expected: str,
        keys: Mapping[str, Key],
        *,
        only: Only | None = None,
        some_of: tuple[str, ...] = (),
        extensions: bool = False,
    ) -> None:
        """Accept ``keys``, at least one of ``some_of``, and `x-` keys when ``extensions``."""
        self.expected = expected
        self.keys = keys
        self.only = only
        self._only = only.check() if only is not None else None
        self.some_of = some_of
        self.extensions = extensions
        self._required = [name for name, key in keys.items() if key.required]
        self._readers = {name: key.shape.read for name, key in keys.items()}

    def schema(self) -> Schema:
        """Return the properties, closed."""
        properties = {
            name: {**key.shape.schema(), "description": key.about}
            for name, key in self.keys.items()
        }
        made: Schema = {"title": self.expected, "type": "object", "properties": properties}
        if self.extensions:
            made["patternProperties"] = {"^x-": True}
        made["additionalProperties"] = False
        if self._required:
            made["required"] = self._required
        if self.only:
            made.update(self.only.schema())
        if self.some_of:
            made["anyOf"] = [{"required": [name]} for name in self.some_of]
        return made

    def read(self, node: Node, wrong: Wrong) -> dict[str, Any] | Missing:
        """Return the keys that are right; one wrong key doesn't hide the others."""
        value = node.value
        if value.__class__ is not dict:
            wrong.append(node)
            return MISSING
        readers = self._readers
        read: dict[str, Any] = {}
        for name, child in value.items():
            reader = readers.get(name)
            if reader is None:
                if not (self.extensions and name.startswith("x-")):
                    wrong.append(child)
                continue
            found = reader(child, wrong)
            if found is not MISSING:
                read[name] = found
        for name in self._required:
            if name not in value:
                wrong.append(node)
        if self._only and not self._only(value.keys()):
            wrong.append(node)
        if self.some_of and not any(map(value.__contains__, self.some_of)):
            wrong.append(node)
        return read

    def definitions(self) -> dict[str, Shape]:
        """Return those of all keys."""
        found: dict[str, Shape] = {}
        for key in self.keys.values():
            found.update(key.shape.definitions())
        return found


class Table(Shape):
    """A mapping from names that people choose to entries of one shape."""

    kinds = (dict,)

    def __init__(self, expected: str, entry: Shape, pattern: str, longest: int) -> None:
        """Accept entries whose names match ``pattern`` and have at most ``longest`` characters."""
        self.expected = expected
        self.entry = entry
        self.pattern = pattern
        self.longest = longest

    def schema(self) -> Schema:
        """Return the names' pattern and the entries' shape."""
        return {
            "title": self.expected,
            "type": "object",
            "propertyNames": {"pattern": self.pattern, "maxLength": self.longest},
            "additionalProperties": self.entry.schema(),
        }

    def read(self, node: Node, wrong: Wrong) -> dict[str, Any] | Missing:
        """Return the entries by name; a wrong entry keeps its name with what is right in it."""
        value = node.value
        if value.__class__ is not dict:
            wrong.append(node)
            return MISSING
        import re  # noqa: PLC0415 - only for what no earlier run has read

        search = re.compile(self.pattern).search
        read: dict[str, Any] = {}
        for name, child in value.items():
            if not search(name) or len(name) > self.longest:
                wrong.append(child)
                continue
            found = self.entry.read(child, wrong)
            read[name] = {} if found is MISSING else found
        return read

    def definitions(self) -> dict[str, Shape]:
        """Return the entry's."""
        return self.entry.definitions()


class Named(Shape):
    """A shape that stands in the schema once, under a name."""

    def __init__(self, name: str, shape: Shape) -> None:
        """Refer to ``shape`` as ``name``."""
        self.name = name
        self.shape = shape
        self.expected = shape.expected
        self.kinds = shape.kinds
        self.read = shape.read  # type: ignore[method-assign]

    def schema(self) -> Schema:
        """Return a reference."""
        return {"$ref": f"#/$defs/{self.name}"}

    def definitions(self) -> dict[str, Shape]:
        """Return the shape itself and those it refers to."""
        return {self.name: self.shape, **self.shape.definitions()}


def bundle(shape: Shape) -> Schema:
    """Return a schema that stands alone, with every named shape in `$defs`."""
    definitions = shape.definitions()
    made: Schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape.schema()}
    if definitions:
        made["$defs"] = {name: definitions[name].schema() for name in sorted(definitions)}
    return made
