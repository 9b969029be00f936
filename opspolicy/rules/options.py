"""What a policy may set of a rule: shapes that are made only when somebody asks for them."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opspolicy.estate.shapes import Shape


class Options(Mapping[str, "Shape"]):
    """Shapes by the name of an option; most runs set none, and then none is made."""

    def __init__(self, **made_by: Callable[[], Shape]) -> None:
        """Take the functions that make the shapes."""
        self._made_by = made_by

    def __getitem__(self, name: str) -> Shape:
        """Make the shape of an option."""
        return self._made_by[name]()

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._made_by)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._made_by)


def flag() -> Shape:
    """Return the shape of what is so or isn't."""
    from opspolicy.estate.shapes import Flag  # noqa: PLC0415 - only where an option is set

    return Flag()


def elapsed() -> Shape:
    """Return the shape of a duration."""
    from opspolicy.estate.shapes import Elapsed  # noqa: PLC0415 - only where an option is set

    return Elapsed()


def people() -> Shape:
    """Return the shape of how many people something touches."""
    from opspolicy.estate.language import CUSTOMERS  # noqa: PLC0415 - only where an option is set

    return CUSTOMERS
