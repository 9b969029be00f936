"""Named tuples without `typing`'s price at start-up.

To a type checker `NamedTuple` is `typing.NamedTuple`. At run time `typing` compiles the annotation
of every field of every class, which for the sixty classes of a check takes longer than reading an
ordinary estate, and importing it costs as much again; nothing else on the way to a clean verdict
needs it. So the classes are made here, with the same behaviour: immutable, slotted, compared and
unpacked as tuples, `_replace` and `_asdict`.

Modules on that way also write `TYPE_CHECKING = False` instead of importing it, as the standard
library does, for the same reason (docs/architecture.md, "Start-up").
"""

from __future__ import annotations

from collections import _tuplegetter  # type: ignore[attr-defined] # C where there is C, else Python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Self
else:

    class _Fields(type):
        """Makes the annotations of a class the fields of a tuple."""

        def __new__(
            cls, name: str, bases: tuple[type, ...], namespace: dict[str, object]
        ) -> _Fields:
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = {field: namespace.pop(field) for field in fields if field in namespace}
            for at, field in enumerate(fields):
                namespace[field] = _tuplegetter(at, None)
            namespace |= {"__slots__": (), "_fields": fields, "_field_defaults": defaults}
            return super().__new__(cls, name, bases, namespace)

    class NamedTuple(tuple, metaclass=_Fields):
        """A tuple whose places have names; subclasses annotate them."""

        __slots__ = ()

        def __new__(cls, *values: object, **named: object) -> Self:
            """Fill the fields from positions, names and defaults, as a function call does."""
            fields = cls._fields
            if named or len(values) != len(fields):
                rest = fields[len(values) :]
                filled = cls._field_defaults | named
                try:
                    values += tuple(map(filled.__getitem__, rest))
                except KeyError as error:
                    message = f"{cls.__name__} needs {error}"
                    raise TypeError(message) from None
                if len(values) != len(fields) or not named.keys() <= set(rest):
                    message = f"{cls.__name__} takes {', '.join(fields)}"
                    raise TypeError(message)
            return tuple.__new__(cls, values)

        # As `collections.namedtuple` does: unchecked, for what is made by the ten thousand.
        _make = classmethod(tuple.__new__)

        def _replace(self, **changes: object) -> Self:
            """Return a copy with other values in some fields."""
            fields = zip(self._fields, self, strict=True)
            return type(self)(*[changes.pop(name, value) for name, value in fields], **changes)

        def _asdict(self) -> dict[str, object]:
            """Return the values by name."""
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self) -> tuple[object, ...]:
            """Return what a copy is made from, for `copy` and `pickle`."""
            return tuple(self)

        def __repr__(self) -> str:
            """Show the class, and each field with its value."""
            shown = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({shown})"


__all__ = ["NamedTuple"]
