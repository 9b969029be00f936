"""What a rule is, what it sees, and what it says."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.intervals import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from opspolicy.estate.estate import Estate
    from opspolicy.estate.scope import Scope
    from opspolicy.estate.shapes import Shape
    from opspolicy.source.files import Written
    from opspolicy.source.span import Note, Span
    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.timeline.timeline import Timeline

# The starts of occurrences, in order, each with seconds of which more is worse.
Measure = tuple[tuple[int, int], ...]

MIN_NOTICE, MAX_OUTAGE, DOWNTIME_BUDGET = "min_notice", "max_outage", "downtime_budget"
"""The keys of a service that declare a limit which something is measured against."""

OF_ALL_CAUSES = (MAX_OUTAGE, DOWNTIME_BUDGET)
"""Those of what all causes come to together, so that one cause less is never worse."""

ERROR, WARNING, INFO, OFF = "error", "warning", "info", "off"
SEVERITIES = (ERROR, WARNING, INFO)
"""The severities a finding can have, worst first."""

CUSTOM = "custom"
"""The rule that teams' own policies set."""


class Impact(NamedTuple):
    """How many customers are hit (None when nobody said) for how many seconds.

    They are cut off, unless what they use is only ``degraded``.
    """

    customers: int | None
    seconds: int
    degraded: bool = False

    @property
    def customer_seconds(self) -> int | None:
        """Customers times seconds; None when the customers aren't known."""
        return None if self.customers is None else self.customers * self.seconds


class Violation(NamedTuple):
    """What a rule has found.

    ``place`` is the one to look at first, ``related`` the others, each with what it shows there.
    ``subjects`` are hurt by ``causes`` along ``paths`` (one a cause) during ``occurrences``.
    ``drift`` says why they start only later. ``key`` tells findings about the same subjects and
    causes apart. ``measure`` is what a rule holds against a declared limit, by the start of each
    occurrence; None where it measures nothing. ``limit`` is the key of the service that declares
    that limit. ``answering`` are the owners whom it concerns besides those of its parties.
    """

    message: str
    place: Note
    related: tuple[Note, ...] = ()
    subjects: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    causes_truncated: bool = False
    paths: tuple[tuple[str, ...], ...] = ()
    occurrences: IntervalSet = NOTHING
    drift: str | None = None
    impact: Impact | None = None
    hint: str = ""
    key: str = ""
    measure: Measure | None = None
    limit: str = ""
    answering: tuple[str, ...] = ()


class Undecided(Exception):  # noqa: N818 - read as a sentence: "raises Undecided"
    """What a policy asserts can't be told: why, what to do, and under which of its keys it stands.

    Of several expressions under one key it is that of a ``number``, from 0.
    """

    def __init__(self, key: str, message: str, hint: str = "", number: int = 0) -> None:
        """Say why."""
        super().__init__(message)
        self.key = key
        self.hint = hint
        self.number = number


class Custom(NamedTuple):
    """A policy of the rule `custom`: what it says, for which scopes, in which parts of files."""

    name: str
    options: Mapping[str, object]
    scopes: tuple[Scope, ...]
    written: tuple[Written, ...]

    @property
    def where(self) -> Span:
        """The place that says which of its subjects it is about."""
        said = (part.find("where") for part in self.written)
        found = next((node for node in said if node is not None), None)
        return self.written[0].place if found is None else found.span


class World(NamedTuple):
    """What a rule may look at.

    ``scopes`` are those of the team's own policies: name, scope and place. ``before`` is the
    timeline of the base that a change is compared with, None without one, and ``renamed`` are the
    new references of its entries by the old ones. ``within`` are the scopes of the policy that a
    rule of the team's own is checked for, and ``customs`` all such policies.
    """

    estate: Estate
    timeline: Timeline
    scopes: tuple[tuple[str, Scope, Span], ...] = ()
    before: Timeline | None = None
    renamed: Mapping[str, str] = {}
    within: tuple[Scope, ...] = ()
    customs: tuple[Custom, ...] = ()


class Rule(NamedTuple):
    """A rule: its code, its slug (which names the problem), how severe it is, and its manual page.

    ``check`` is None when the layer that knows reports it. ``incomplete`` means that the verdict
    is unknown when it fires: exit 2, and nothing silences it. ``options`` are the shapes of what a
    policy may set.
    """

    code: str
    slug: str
    severity: str
    doc: str
    check: Callable[[World, Mapping[str, object]], Iterable[Violation]] | None = None
    incomplete: bool = False
    options: Mapping[str, Shape] = {}

    @property
    def summary(self) -> str:
        """The first line of the manual page."""
        return self.doc.strip().splitlines()[0]
