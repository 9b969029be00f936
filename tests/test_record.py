"""Our named tuples against `typing`'s: to a type checker they are the same."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from opspolicy.record import NamedTuple
from opspolicy.source.span import Note, Span

HERE = Span("a.yaml", 1, 2, 3, 4)


class Ours(NamedTuple):
    """A class as the program writes them."""

    one: int
    two: str = "x"
    three: tuple[int, ...] = ()

    @property
    def both(self) -> str:
        """A property beside the fields."""
        return f"{self.one}{self.two}"


class Theirs(typing.NamedTuple):
    """The same by `typing`."""

    one: int
    two: str = "x"
    three: tuple[int, ...] = ()


@pytest.mark.parametrize(
    ("values", "named"),
    [((1,), {}), ((1, "y"), {}), ((1, "y", (2,)), {}), ((), {"one": 1}), ((1,), {"three": (3,)})],
)
def test_made_and_read_alike(values: tuple[int], named: dict[str, typing.Any]) -> None:
    ours, theirs = Ours(*values, **named), Theirs(*values, **named)
    assert tuple(ours) == tuple(theirs)
    assert ours._asdict() == theirs._asdict()
    assert (ours.one, ours.two, ours.three) == (theirs.one, theirs.two, theirs.three)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert tuple(ours._replace(two="z")) == tuple(theirs._replace(two="z"))
    assert hash(ours) == hash(theirs)
    assert ours.both == f"{ours.one}{ours.two}"


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((), {"two": "y"}), ((1, "y", (), 4), {}), ((1,), {"one": 1}), ((1,), {"four": 4})],
)
def test_refused_alike(values: tuple[int], named: dict[str, typing.Any]) -> None:
    for made in (Ours, Theirs):
        with pytest.raises(TypeError):
            made(*values, **named)


def test_frozen_and_without_a_dictionary() -> None:
    with pytest.raises(AttributeError):
        HERE.line = 5  # type: ignore[misc] # that is the point
    with pytest.raises(AttributeError):
        HERE.colour = "red"  # type: ignore[attr-defined] # that is the point
    assert not hasattr(HERE, "__dict__")


def test_copied_and_sorted_as_tuples() -> None:
    note = Note(HERE, "text")
    assert copy.deepcopy(note) == note
    assert pickle.loads(pickle.dumps(note)) == note  # noqa: S301 - our own bytes
    assert min([HERE, HERE._replace(line=0)]).line == 0
