"""Arguments as people mostly write them; argparse reads, explains and refuses all others.

Importing argparse and describing a command to it takes a tenth of a run, on every commit.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    class Parser(Protocol):
        """What a command describes its arguments to."""

        def add_argument(self, *names: str, **spec: Any) -> object:  # noqa: ANN401 - as argparse
            """Take an option, by its names, or a positional argument, by its only one."""


ANY_NUMBER = 1 << 30
COUNTS = {None: (1, 1), "?": (0, 1), "*": (0, ANY_NUMBER), "+": (1, ANY_NUMBER)}
"""How many values a positional argument takes, at least and at most, by its `nargs`."""


class Given:
    """The values of a command's arguments, as attributes."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as argparse's Namespace
            """Return a value."""

        def __setattr__(self, name: str, value: object) -> None:
            """Set a value."""


class PlainParser:
    """Takes the description of arguments that argparse takes, and reads only their plain forms."""

    def __init__(self) -> None:
        """Know of no argument yet."""
        self._options: dict[str, tuple[str, dict[str, Any]]] = {}
        self._positionals: list[tuple[str, dict[str, Any]]] = []
        self._defaults: dict[str, object] = {}

    def add_argument(self, *names: str, **spec: Any) -> None:  # noqa: ANN401 - as argparse
        """Take an argument."""
        if not names[0].startswith("-"):
            self._positionals.append((names[0], spec))
            return
        longest = max(names, key=len)
        dest = spec.get("dest") or longest.lstrip("-").replace("-", "_")
        self._defaults[dest] = spec.get("default", False if _is_flag(spec) else None)
        self._options.update(dict.fromkeys(names, (dest, spec)))

    def parse(self, written: Sequence[str]) -> Given | None:
        """Return the values, None where argparse has to look: help, mistakes, unusual spellings."""
        values = dict(self._defaults)
        named: list[str] = []
        last_named = 0
        at = 0
        while at < len(written):
            text = written[at]
            at += 1
            if not text.startswith("-"):
                if named and last_named != at - 1:
                    return None  # in two places
                named.append(text)
                last_named = at
                continue
            name, equals, value = text.partition("=")
            dest, spec = self._options.get(name, ("", {}))
            if not dest or (equals and (_is_flag(spec) or not name.startswith("--"))):
                return None
            if _is_flag(spec):
                values[dest] = True
                continue
            if not equals:
                if at == len(written) or written[at].startswith("-"):
                    return None
                value = written[at]
                at += 1
            if not _put(values, dest, spec, value):
                return None
        if not self._put_named(values, named):
            return None
        given = Given()
        vars(given).update(values)
        return given

    def _put_named(self, values: dict[str, object], named: list[str]) -> bool:
        """Put the arguments without a name where they belong; say whether they do."""
        if not self._positionals:
            return not named
        (dest, spec), *others = self._positionals
        least, most = COUNTS[spec.get("nargs")]
        if others or not least <= len(named) <= most:
            return False
        if most > 1:
            values[dest] = named
            return "choices" not in spec and "type" not in spec
        values[dest] = spec.get("default")
        return not named or _put(values, dest, spec, named[0])


def _is_flag(spec: dict[str, Any]) -> bool:
    return spec.get("action") == "store_true"


def _put(values: dict[str, object], dest: str, spec: dict[str, Any], text: str) -> bool:
    """Put the value that ``text`` stands for where it belongs; say whether it is one."""
    try:
        value = spec.get("type", str)(text)
    except ValueError:
        return False
    if "choices" in spec and value not in spec["choices"]:
        return False
    if spec.get("action") == "append":
        known = values[dest]
        assert isinstance(known, list)  # noqa: S101 - as its default is
        value = [*known, value]
    values[dest] = value
    return True
