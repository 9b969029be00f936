"""What teams declare, typed and frozen.

Every declaration keeps as its ``node`` the way to where it is written, to be pointed at.
Durations are seconds, instants are UTC epoch seconds, zones are tzdata keys. Named tuples rather
than dataclasses: the same safety, and half the start-up of a program whose start-up is felt on
every commit (docs/architecture.md, "Start-up").
"""

from __future__ import annotations

from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from opspolicy.source.files import Written
    from opspolicy.source.node import Node
    from opspolicy.source.span import Span
    from opspolicy.temporal.calendars import Hours
    from opspolicy.temporal.schedules import Schedule

HARD, SOFT, GROUP = "hard", "soft", "group"
ASSUMED = "what_if"
"""What a reference to an outage begins with that is assumed on the command line."""

# A run whose duration nobody declared is judged at the second it starts.
INSTANTANEOUS = 1


class Team(NamedTuple):
    """Who answers for something, and how to reach them."""

    name: str
    node: Written
    title: str | None = None
    contact: str | None = None
    github: str | None = None
    slack: str | None = None
    escalation: str | None = None

    @property
    def ref(self) -> str:
        """The reference `team/NAME`."""
        return f"team/{self.name}"

    @property
    def nearest(self) -> str | None:
        """The first of the ways to reach them that there is."""
        return self.contact or self.slack or self.github


class Calendar(NamedTuple):
    """Opening hours by name; ``hours`` is None when they couldn't be read."""

    name: str
    node: Written
    hours: Hours | None
    regions: tuple[str, ...] = ()
    timezone: str | None = None

    @property
    def ref(self) -> str:
        """The reference `calendar/NAME`."""
        return f"calendar/{self.name}"


class Dependency(NamedTuple):
    """One entry of ``depends_on``: a hard or soft dependency, or a redundancy group.

    ``position`` is its place in the list. A group is down when fewer than ``at_least`` of its
    ``services`` are up.
    """

    services: tuple[str, ...]
    strength: str
    position: int
    at_least: int = 1


class Service(NamedTuple):
    """Something that customers, jobs or other services need."""

    name: str
    node: Written
    owner: str | None = None
    timezone: str | None = None
    default_timezone: str | None = None
    customer_facing: bool = False
    customers: int | None = None
    business_hours: str | None = None
    maintenance_hours: str | None = None
    depends_on: tuple[Dependency, ...] = ()
    tags: tuple[str, ...] = ()
    title: str | None = None
    max_outage: int | None = None
    downtime_budget: tuple[int, int, str] | None = None
    min_notice: int | None = None
    notice_channels: tuple[str, ...] = ()
    status_page: str | None = None
    support_service: str | None = None
    support_hours: str | None = None
    continuity_plan: str | None = None
    compensation: str | None = None
    help: str | None = None
    fallback: str | None = None
    vendor: str | None = None

    @property
    def ref(self) -> str:
        """The reference `service/NAME`."""
        return f"service/{self.name}"


class Demand(NamedTuple):
    """Customers who come to ``service`` for ``lasting`` seconds because of a job's run.

    ``at_end`` counts from the run's end instead of its start; ``position`` is its place in the
    job's list.
    """

    service: str
    lasting: int
    at_end: bool
    position: int


class Notice(NamedTuple):
    """What customers are told: ``at`` seconds from the start (negative is before).

    ``position`` is its place in the list of notices.
    """

    at: int
    channel: str | None
    via: str | None
    languages: tuple[str, ...]
    audience: str | None
    position: int = 0


class Movable(NamedTuple):
    """How far something can be moved; ``earliest`` and ``latest`` as written."""

    earliest: str | None
    latest: str | None
    only_in: str | None
    step: int


class Deadline(NamedTuple):
    """When a run must have ended.

    ``by`` is in minutes after midnight, ``day`` days after the run's local date; ``within`` in
    seconds after its nominal start.
    """

    by: int | None
    day: int
    within: int | None


class Plan(NamedTuple):
    """What jobs and maintenance windows share: the change, its approval, notices and recovery."""

    recovery: int = 0
    change_type: str | None = None
    change_ticket: str | None = None
    approved_by: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    movable: Movable | None = None


class Job(NamedTuple):
    """Something that runs by a schedule; ``schedule`` is None when it couldn't be read.

    ``late`` is by how many seconds every run starts late: nobody declares that, it is only assumed
    (`assumptions.py`). Nominal starts stay, and so does what counts from them.
    """

    name: str
    node: Written
    owner: str | None = None
    timezone: str | None = None
    scheduler: str | None = None
    schedule: Schedule | None = None
    duration: int | None = None
    requires: tuple[str, ...] = ()
    max_duration: int | None = None
    induces_demand: tuple[Demand, ...] = ()
    takes_down: tuple[str, ...] = ()
    degrades: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    deadline: Deadline | None = None
    when_blocked: str = "fail"
    concurrency: str = "allow"
    customers: int | None = None
    suspended: bool = False
    plan: Plan = Plan()
    late: int = 0

    @property
    def ref(self) -> str:
        """The reference `job/NAME`."""
        return f"job/{self.name}"

    @property
    def delay(self) -> int:
        """By how many seconds a run may start late."""
        return self.schedule.delay if self.schedule is not None else 0

    @property
    def waits(self) -> bool:
        """Whether a run waits while it is blocked; one that nothing can block never does."""
        return self.when_blocked == "wait" and bool(self.requires or self.after)

    @property
    def may_wait(self) -> bool:
        """Whether anything but its schedule decides when a run goes on."""
        return self.waits or (self.schedule is None and bool(self.after))

    @property
    def slow_day(self) -> int:
        """How many seconds a run may take: the slow day's, else the expected."""
        return self.max_duration or self.duration or INSTANTANEOUS

    @property
    def longest(self) -> int:
        """How many seconds after its nominal start a run may still be under way."""
        # Asked of every job, and so without asking the properties that it is the sum of.
        delay = self.schedule.delay if self.schedule is not None else 0
        return (self.max_duration or self.duration or INSTANTANEOUS) + delay + self.late

    @property
    def lasts(self) -> int:
        """How many seconds after its start, however late that is, a run may still be under way."""
        return self.longest - self.late

    @property
    def earliest_end(self) -> int:
        """How many seconds after its nominal start a run may be over at the earliest."""
        return (self.duration or 0) + self.late

    @property
    def latest_end(self) -> int:
        """How many seconds after its nominal start a run is over at the latest."""
        return (self.max_duration or self.duration or 0) + self.delay + self.late

    def demands_on(self, names: Container[str]) -> list[Demand]:
        """Return the demands on the services of some ``names``."""
        return [each for each in self.induces_demand if each.service in names]

    def comes(self, demand: Demand) -> tuple[int, int]:
        """Return from when to when customers come, in seconds after a run's nominal start.

        Counted from a run's end it spans from the earliest end to the latest end and on.
        """
        if demand.at_end:
            return self.earliest_end, self.latest_end + demand.lasting
        return self.late, self.late + self.delay + demand.lasting


class Window(NamedTuple):
    """A maintenance window: once from ``start`` to ``end``, or ``duration`` at each start.

    ``start_wall`` is the wall-clock reading of a start that a clock change moves, else None. One
    that is ``assumed`` nobody declares (`assumptions.py`): it stands for a service that is down,
    and its ``node`` is that of the service.
    """

    name: str
    node: Written
    owner: str | None = None
    timezone: str | None = None
    summary: str | None = None
    takes_down: tuple[str, ...] = ()
    degrades: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    start_wall: int | None = None
    schedule: Schedule | None = None
    duration: int | None = None
    vendor: str | None = None
    announced: int | None = None
    plan: Plan = Plan()
    assumed: bool = False

    @property
    def ref(self) -> str:
        """The reference `maintenance_window/NAME`; `what_if/NAME` of what is only assumed."""
        return f"{ASSUMED if self.assumed else 'maintenance_window'}/{self.name}"


class Freeze(NamedTuple):
    """A time in which nothing may change; a scope that is None leaves nothing out."""

    name: str
    node: Written
    owner: str | None = None
    timezone: str | None = None
    start: int | None = None
    end: int | None = None
    schedule: Schedule | None = None
    duration: int | None = None
    services: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    owners: tuple[str, ...] | None = None
    reason: str | None = None
    allow: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The reference `freeze/NAME`."""
        return f"freeze/{self.name}"


class Vendor(NamedTuple):
    """Who runs something for us, and what they have agreed to.

    ``is_bound`` says that it declares how it supports, or what it has agreed to.
    """

    name: str
    node: Written
    title: str | None = None
    contact: str | None = None
    support_hours: str | None = None
    escalation: int | None = None
    guide: str | None = None
    diagnostic_protocol: str | None = None
    root_cause_report: int | None = None
    prevention_review: int | None = None
    drill: int | None = None
    maintenance_notice: int | None = None
    is_bound: bool = False

    @property
    def ref(self) -> str:
        """The reference `vendor/NAME`."""
        return f"vendor/{self.name}"


class Waiver(NamedTuple):
    """A finding that is accepted: by whom, why, and up to which day (since 1970-01-01).

    A waiver has no name; ``ref`` is its file and its place in the list there.
    """

    ref: str
    node: Written
    rule: str
    on: tuple[str, ...]
    reason: str
    approved_by: tuple[str, ...]
    expires: int
    ticket: str | None = None
    accepts: tuple[str, ...] = ()


Entity = Team | Calendar | Service | Job | Window | Freeze | Vendor


class Reference(NamedTuple):
    """A name used where another declaration is meant.

    ``by`` is who uses it, ``section`` where it should be declared; it stands at ``path`` in
    ``node``.
    """

    by: str
    section: str
    name: str
    node: Written | Node
    path: tuple[str | int, ...]

    @property
    def is_of_waiver(self) -> bool:
        """Whether this says what a waiver is on."""
        return self.by.startswith("waiver/") and self.path[0] == "on"

    @property
    def span(self) -> Span:
        """The place of the name, worked out only when somebody points at it."""
        return self.node.at(*self.path)


class Listed(NamedTuple):
    """The names of a list of references, each at its place in the list ``key`` of ``node``."""

    by: str
    section: str
    names: list[str]
    node: Written
    path: tuple[str | int, ...]

    def one(self, at: int) -> Reference:
        """Return the reference at a place in the list."""
        return Reference(self.by, self.section, self.names[at], self.node, (*self.path, at))


class Duplicate(NamedTuple):
    """A second declaration of a name, where the first stands, and what to do about it."""

    section: str
    name: str
    first_name: str
    span: Span
    first: Span
    hint: str = "rename one of them, or merge the two declarations"


class Invalid(NamedTuple):
    """A value of the right shape that means nothing: by whom, where, why, and what to do."""

    by: str
    span: Span
    message: str
    hint: str = ""
    key: str = ""
