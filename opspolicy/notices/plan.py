"""Which outages customers meet, and what is to be sent of each: when, by what, to whom."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from itertools import islice

from opspolicy.estate.declarations import GROUP
from opspolicy.record import NamedTuple
from opspolicy.rules.collisions import length, planned
from opspolicy.rules.telling import starts
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import IntervalSet, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from opspolicy.estate.declarations import Job, Notice, Service, Window
    from opspolicy.timeline.timeline import Timeline

DEFAULT_LANGUAGE = "en"

LOOK_BACK = 31 * DAY
"""How long before an outage a run may have begun that waited for something."""

MOST_OTHERS = 3
"""How many other services a message names that work meanwhile."""


MOST_OUTAGES = 10_000
"""How many outages are looked at; there are notices of a few of them at the most."""

NARROWER = "name a window, a job or a service, or a shorter --horizon"


class TooMany(ValueError):  # noqa: N818 - nothing is wrong with any of them
    """More outages than are looked at, or more messages than are drafted at once."""


class Party(NamedTuple):
    """A window or a job that takes part in an outage, and when what it does of it starts."""

    entity: Job | Window
    start: int


class Outage(NamedTuple):
    """A customer-facing service that is down from ``start`` to ``end``, and because of whom."""

    service: Service
    start: int
    end: int
    parties: tuple[Party, ...]

    @property
    def when(self) -> IntervalSet:
        """The outage, as a set of instants."""
        return IntervalSet([(self.start, self.end)])


class Sending(NamedTuple):
    """One message to send: at which instant, by which notice of which party, in which language.

    ``also`` are other parties of the outage that have the same notice.
    """

    at: int
    outage: Outage
    party: Party
    notice: Notice
    language: str
    also: tuple[Party, ...] = ()


def outages(timeline: Timeline, refs: Collection[str] = ()) -> list[Outage]:
    """Return the outages of customer-facing services in the judged time, in order.

    With ``refs``, only those of the services, jobs and windows that they name. Raises TooMany.
    """
    wanted = {*refs}
    named = union(timeline.causes[ref].when for ref in wanted if ref in timeline.causes)
    times: dict[str, IntervalSet] = {}
    for service in timeline.estate.services.values():
        if service.customer_facing and timeline.outages.goes_down(service.name):
            down = timeline.in_judgement(timeline.outages.down(service.name))
            is_all = not wanted or service.ref in wanted
            times[service.name] = down if is_all else down.touching(named)
    many = sum(map(len, times.values()))
    if many > MOST_OUTAGES:
        message = (
            f"there are {many:,} outages to tell of, and no more than {MOST_OUTAGES:,} are looked"
            f" at: {NARROWER}"
        )
        raise TooMany(message)
    found = [
        each
        for name, down in times.items()
        for each in _of_service(timeline, timeline.estate.services[name], down)
    ]
    if wanted:
        found = [
            each
            for each in found
            if each.service.ref in wanted
            or any(party.entity.ref in wanted for party in each.parties)
        ]
    return sorted(found, key=lambda each: (each.start, each.service.name))


def _of_service(timeline: Timeline, service: Service, down: IntervalSet) -> Iterator[Outage]:
    """Yield the outages of a service: what customers meet, whoever takes how much part in it."""
    causes: dict[int, set[str]] = {start: set() for start, _ in down}
    for each in timeline.outages.cut_sets(service.name):
        for start, _ in down.touching(each.when):
            causes[start].update(each.causes)
    refs = {ref for each in causes.values() for ref in each}
    begun = {ref: Begun(timeline, planned(timeline.estate, ref), down) for ref in refs}
    for start, end in down:
        parties = (begun[ref].party(start, end) for ref in sorted(causes[start]))
        yield Outage(service, start, end, tuple(each for each in parties if each is not None))


class Begun:
    """When what takes a service down starts, looked up once for all outages."""

    def __init__(self, timeline: Timeline, entity: Job | Window, down: IntervalSet) -> None:
        """Look up the starts of ``entity`` that may have a part in what is ``down``."""
        self._entity = entity
        self._before = length(entity) - 1
        self._starts = sorted(starts(timeline, entity, down.grown(self._before, 0)))
        self._timeline = timeline
        self._down = down

    @cached_property
    def _earlier(self) -> list[int]:
        """The starts of what may have had to wait."""
        return sorted(starts(self._timeline, self._entity, self._down.grown(LOOK_BACK, 0)))

    def party(self, start: int, end: int) -> Party | None:
        """Return the cause as it takes part in an outage: of several occurrences, by the first."""
        at = bisect_left(self._starts, start - self._before)
        if at < len(self._starts) and self._starts[at] < end:
            return Party(self._entity, self._starts[at])
        # A run that had to wait began long before what it takes down is down.
        at = bisect_left(self._earlier, end) - 1
        if at < 0 or self._earlier[at] < start - LOOK_BACK:
            return None
        return Party(self._entity, self._earlier[at])


def sendings(outage: Outage, refs: Collection[str] = ()) -> list[Sending]:
    """Return all messages of an outage, in the order in which they are sent.

    With ``refs``, of what they name: of jobs and windows only the notices of these.
    """
    named = {ref for ref in refs if not ref.startswith("service/")}
    whole = not refs or outage.service.ref in refs
    due = sorted(
        (
            (party.start + notice.at, party, notice)
            for party in outage.parties
            if whole or party.entity.ref in named
            for notice in party.entity.plan.notices
        ),
        key=lambda each: (each[0], each[1].entity.ref, each[2].position),
    )
    found: dict[tuple[object, ...], Sending] = {}
    for at, party, notice in due:
        for language in notice.languages or (DEFAULT_LANGUAGE,):
            said = language.strip().lower().replace("_", "-")
            same = (at, notice.channel, notice.via, notice.audience, said)
            first = found.get(same)
            if first is None:
                found[same] = Sending(at, outage, party, notice, language)
            elif party not in {first.party, *first.also}:
                # What several plan together is told once, for the reasons of all.
                found[same] = first._replace(also=(*first.also, party))
    return [*found.values()]


def still_up(timeline: Timeline, outage: Outage) -> list[Service]:
    """Return services that customers can use instead, as they work all through an outage.

    These are the others of its redundancy groups, and then those of the same owner that customers
    meet: neither down nor degraded then, nor closed.
    """
    estate, service = timeline.estate, outage.service
    names: dict[str, None] = {}
    for above in estate.services.values():
        for each in above.depends_on:
            if each.strength == GROUP and service.name in each.services:
                names.update(dict.fromkeys(each.services))
    if service.owner is not None:
        same = (each for each in estate.services.values() if each.owner == service.owner)
        names.update({each.name: None for each in same})
    others = (estate.services[name] for name in names if name in estate.services)
    up = (
        each
        for each in others
        if each.customer_facing
        and each.name != service.name
        and not timeline.outages.down(each.name) & outage.when
        and not timeline.outages.degraded(each.name) & outage.when
        and is_open(timeline, each.business_hours, outage)
        # What is made of it, such as a way in that has others too, is nowhere else to go.
        and service.name not in estate.graph.below([each.name]).services
    )
    return [*islice(up, MOST_OTHERS)]


def answering(timeline: Timeline, outage: Outage) -> Service | None:
    """Return the service in which somebody answers customers all through an outage, if any does."""
    service = outage.service
    support = timeline.estate.services.get(service.support_service or "")
    hours = service.support_hours
    if support is None or timeline.outages.down(support.name) & outage.when:
        return None
    # Here `never` is what it says: nobody is there.
    if hours == "never" or not is_open(timeline, hours, outage):
        return None
    return support if is_open(timeline, support.business_hours, outage) else None


def is_open(timeline: Timeline, calendar: str | None, outage: Outage) -> bool:
    """Whether hours cover an outage, as those do that nobody has given; unknown ones don't.

    Business hours of `never` say that nobody depends on a service, not that it is closed.
    """
    if calendar in {None, "never"}:
        return True
    hours = timeline.estate.hours(calendar)
    return hours is not None and not outage.when - hours.during(outage.when)
