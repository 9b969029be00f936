"""Output: a report as text for somebody. A file a format, found by the name of its module."""

from __future__ import annotations

from functools import cache

from opspolicy import resources
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from opspolicy.report import Report

HELPERS = frozenset(
    {
        "acceptance",
        "comparison",
        "facts",
        "gantt",
        "page",
        "places",
        "sarif_flows",
        "sarif_results",
        "sarif_rules",
        "snippets",
        "statistics",
        "verdict",
    }
)

MOST_BYTES = 900 * 1024
"""What a summary may have at most: GitHub shows 1 MiB a step, and of more nothing at all."""


class Style(NamedTuple):
    """How text is to look: columns, colours, and how much of it.

    ``directory`` is the one to be named in commands for the same estate, nothing for the current;
    ``as_of`` the instant to be named in them as it was written, nothing for now.
    ``below`` is the way from the top of the repository to the root of the estate, for those who
    show paths from there; "" where the root is the top. ``room`` is how many bytes a page may have
    that somebody posts. ``statistics`` adds numbers by policy, owner and service.
    """

    width: int = 100
    color: bool = False
    quiet: bool = False
    verbose: bool = False
    directory: str = ""
    as_of: str = ""
    below: str = ""
    room: int = MOST_BYTES
    statistics: bool = False

    def of(self, where: Iterable[tuple[str, str | None]]) -> Style:
        """Return the same with what commands are to name, of some options."""
        options = dict(where)
        return self._replace(directory=options.get("-C") or "", as_of=options.get("--as-of") or "")


@cache
def formats() -> tuple[str, ...]:
    """Return the names of all formats."""
    return tuple(sorted(set(resources.modules(__file__)) - HELPERS))


def renderer(name: str) -> Callable[[Report, Style], str]:
    """Return the function that renders a report in a format; its module is imported only now."""
    render: Callable[[Report, Style], str] = resources.module(f"{__name__}.{name}").render
    return render
