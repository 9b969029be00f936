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
    from opspolicy.source.span import Note, Span
    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.timeline.timeline import Timeline

# The starts of occurrences, in order, each with seconds of which more is worse.
Measure = tuple[tuple[int, int], ...]

ERROR, WARNING, INFO, OFF = "error", "warning", "info", "off"
SEVERITIES = (ERROR, WARNING, INFO)
"""The severities a finding can have, worst first."""


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
    occurrence; None where it measures nothing.
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


class World(NamedTuple):
    """What a rule may look at.

    ``scopes`` are those of the team's own policies: name, scope and place. ``before`` is the
    timeline of the base that a change is compared with, None without one, and ``renamed`` are the
    new references of its entries by the old ones.
    """

    estate: Estate
    timeline: Timeline
    scopes: tuple[tuple[str, Scope, Span], ...] = ()
    before: Timeline | None = None
    renamed: Mapping[str, str] = {}


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
