"""Arguments as people mostly write them; argparse reads, explains and refuses all others.

Importing argparse and describing a command to it takes a tenth of a run, on every commit.
"""

from __future__ import annotations

from types import MappingProxyType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Protocol

    class Parser(Protocol):
        """What a command describes its arguments to."""

        def add_argument(self, *names: str, **spec: Any) -> object:  # noqa: ANN401 - as argparse
            """Take an option, by its names, or a positional argument, by its only one."""


ACTIONS = frozenset((None, "append", "store_true"))
KEYS = frozenset(("action", "choices", "default", "dest", "help", "metavar", "nargs", "type"))
"""What a description may consist of for its plain forms to be known."""

ANY_NUMBER = 1 << 30
COUNTS = {None: (1, 1), "?": (0, 1), "*": (0, ANY_NUMBER), "+": (1, ANY_NUMBER)}
"""How many values a positional argument takes, at least and at most, by its `nargs`."""


class Given:
    """The values of a command's arguments, as attributes.

    ``variables`` names the variable of the environment that a value is from, where it is.
    """

    variables: Mapping[str, str] = MappingProxyType({})

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as argparse's Namespace
            """Return a value."""

        def __setattr__(self, name: str, value: object) -> None:
            """Set a value."""


class NotPlain(ValueError):  # noqa: N818 - what is thrown isn't wrong
    """Something for argparse to look at: help, a mistake, an unusual spelling."""


class PlainParser:
    """Takes the description of arguments that argparse takes, and reads only their plain forms."""

    def __init__(self) -> None:
        """Know of no argument yet."""
        self._options: dict[str, tuple[str, dict[str, Any]]] = {}
        self._positionals: list[tuple[str, dict[str, Any]]] = []
        self._defaults: dict[str, object] = {}
        self._knows_all = True

    def add_argument(self, *names: str, **spec: Any) -> None:  # noqa: ANN401 - as argparse
        """Take an argument."""
        plain = spec.get("action") in ACTIONS and spec.get("nargs") in COUNTS
        self._knows_all &= plain and KEYS.issuperset(spec)
        if not names[0].startswith("-"):
            self._positionals.append((names[0], spec))
            return
        longest = max(names, key=len)
        dest = spec.get("dest") or longest.lstrip("-").replace("-", "_")
        self._defaults[dest] = spec.get("default", False if _is_flag(spec) else None)
        self._options.update(dict.fromkeys(names, (dest, spec)))

    def parse(self, written: Sequence[str]) -> Given | None:
        """Return the values, None where argparse has to look."""
        given = Given()
        values = vars(given)
        values.update(self._defaults)
        named: list[str] = []
        rest = [*reversed(written)]
        try:
            while rest:
                if rest[-1].startswith("-"):
                    self._option(rest, values)
                    continue
                if named:
                    return None  # in two places
                while rest and not rest[-1].startswith("-"):
                    named.append(rest.pop())
            self._positional(named, values)
        except NotPlain:
            return None
        return given if self._knows_all else None

    def _option(self, rest: list[str], values: dict[str, object]) -> None:
        """Take an option, and its value, from the end of ``rest``."""
        name, equals, value = rest.pop().partition("=")
        if name not in self._options:
            raise NotPlain(name)
        dest, spec = self._options[name]
        if _is_flag(spec):
            if equals:
                raise NotPlain(value)
            values[dest] = True
            return
        if not equals:
            value = rest.pop() if rest else "-"
        # A lone `--` is more than a text to argparse, and so is `-C=…`.
        if value == "--" if equals else value.startswith("-"):
            raise NotPlain(value)
        if equals and not name.startswith("--"):
            raise NotPlain(name)
        _put(values, dest, spec, value)

    def _positional(self, named: list[str], values: dict[str, object]) -> None:
        """Put the arguments without a name where they belong."""
        if not self._positionals:
            if named:
                raise NotPlain(named[0])
            return
        *before, (dest, spec) = self._positionals
        # Of several, only the last may take as many as there are.
        if len(named) < len(before) or any("nargs" in each for _, each in before):
            raise NotPlain(dest)
        for (name, each), text in zip(before, named, strict=False):
            _put(values, name, each, text)
        named = named[len(before) :]
        least, most = COUNTS[spec.get("nargs")]
        if not least <= len(named) <= most:
            raise NotPlain(dest)
        if most == 1:
            values[dest] = spec.get("default")
            if named:
                _put(values, dest, spec, named[0])
        elif {"choices", "type"} & spec.keys():
            raise NotPlain(dest)
        else:
            values[dest] = named


def _is_flag(spec: dict[str, Any]) -> bool:
    return spec.get("action") == "store_true"


def _put(values: dict[str, object], dest: str, spec: dict[str, Any], text: str) -> None:
    """Put the value that ``text`` stands for where it belongs."""
    try:
        value = spec.get("type", str)(text)
    except ValueError as error:
        raise NotPlain(text) from error
    if "choices" in spec and value not in spec["choices"]:
        raise NotPlain(text)
    if spec.get("action") == "append":
        known = values[dest]
        assert isinstance(known, list)  # noqa: S101 - as its default is
        value = [*known, value]
    values[dest] = value
