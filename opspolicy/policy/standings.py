"""What has become of a waiver or an inline ignore: its state, and what it makes of each finding."""

from __future__ import annotations

from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from opspolicy.policy.grants import Grant
    from opspolicy.source.span import Note
    from opspolicy.temporal.intervals import IntervalSet

    class Judged(Protocol):
        """What is looked at of a finding."""

        @property
        def fingerprint(self) -> str: ...  # noqa: D102 - the fields are those of a finding
        @property
        def acceptance(self) -> str: ...  # noqa: D102
        @property
        def code(self) -> str: ...  # noqa: D102
        @property
        def rule(self) -> str: ...  # noqa: D102
        @property
        def policy(self) -> str: ...  # noqa: D102
        @property
        def severity(self) -> str: ...  # noqa: D102
        @property
        def message(self) -> str: ...  # noqa: D102
        @property
        def place(self) -> Note: ...  # noqa: D102
        @property
        def related(self) -> tuple[Note, ...]: ...  # noqa: D102
        @property
        def subjects(self) -> tuple[str, ...]: ...  # noqa: D102
        @property
        def causes(self) -> tuple[str, ...]: ...  # noqa: D102
        @property
        def occurrences(self) -> IntervalSet: ...  # noqa: D102
        @property
        def owners(self) -> tuple[str, ...]: ...  # noqa: D102


EXPIRED, UNAPPROVED, UNUSED, ACTIVE = "expired", "unapproved", "unused", "active"
STATES = (EXPIRED, UNAPPROVED, UNUSED, ACTIVE)
"""What can become of a waiver, the most urgent first."""

WHOLLY, PARTLY, ENDED, LATER, LACKING, BARRED = (
    "wholly", "partly", "ended", "later", "lacking", "barred",
)  # fmt: skip
"""What a waiver makes of a finding: accepts all of it or some, has ended before it, ends before it
begins, lacks an approval, or must not."""


class Match(NamedTuple):
    """A finding, by its place among all, and what a waiver makes of it.

    ``covered`` of its occurrences start in time; ``other`` is the first one that doesn't, on the
    clock of ``zone``. ``missing`` are the owners who haven't approved, ``why`` says what forbids
    it.
    """

    at: int
    finding: Judged
    outcome: str
    covered: int = 0
    other: int | None = None
    zone: str = "UTC"
    missing: tuple[str, ...] = ()
    why: str = ""


class Standing(NamedTuple):
    """What has become of a waiver or an ignore, with all that it matches.

    ``why`` says what is the matter with an unused one, ``hint`` what to do; ``key`` is what of it
    is to be looked at. ``is_told`` is False where another finding says it already.
    """

    grant: Grant
    state: str
    matches: tuple[Match, ...] = ()
    why: str = ""
    hint: str = ""
    key: str = ""
    is_told: bool = True

    def those(self, *outcomes: str) -> list[Match]:
        """Return the matches that have come to one of ``outcomes``."""
        return [each for each in self.matches if each.outcome in outcomes]


def accepting(standings: Iterable[Standing]) -> dict[int, tuple[Standing, Match]]:
    """Return for each accepted finding, by its place, who accepts the most of it, the longest.

    A waiver comes before an ignore, and of two alike the one that is written first.
    """
    best: dict[int, tuple[tuple[object, ...], Standing, Match]] = {}
    for order, standing in enumerate(standings):
        grant = standing.grant
        for match in standing.those(WHOLLY, PARTLY):
            rank = (
                match.outcome == WHOLLY,
                grant.about is None,
                match.covered,
                grant.expires or 0,
                -order,
            )
            if match.at not in best or rank > best[match.at][0]:
                best[match.at] = (rank, standing, match)
    return {at: (standing, match) for at, (_, standing, match) in best.items()}
