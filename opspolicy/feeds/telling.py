"""What the events of a calendar say: a line on top, a description below, and whom to ask."""

from __future__ import annotations

import re

from opspolicy.estate.declarations import Job, Service, Window
from opspolicy.feeds.found import is_collision
from opspolicy.phrases import count, cut, some
from opspolicy.planner.lanes import bare
from opspolicy.record import NamedTuple
from opspolicy.rules.collisions import is_assumed, planned
from opspolicy.rules.wording import full, people, words
from opspolicy.temporal import wording
from opspolicy.temporal.instants import InstantError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.estate.declarations import Demand, Freeze
    from opspolicy.estate.estate import Estate
    from opspolicy.feeds.deadlines import Due
    from opspolicy.feeds.found import Times
    from opspolicy.feeds.occurrences import Occurrence
    from opspolicy.report import Finding
    from opspolicy.timeline.cutsets import CutSet

MOST_NAMED = 3
"""How many names a line has before it only counts the others."""

MOST_TIMES = 12
"""How many times of a day are told one by one."""

MOST_CHARACTERS = 200
"""How long the line on top may be; a calendar shows the beginning of it."""

# A message says what is wrong, and behind the first of these when and why.
DETAIL = (
    r",? (?:first )?(?:from|on) (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [0-9]|, [0-9,]+ times, |, because "
)

Said = tuple[str, tuple[str, ...]]


class Hit(NamedTuple):
    """A service that a cut set hits, and ``through`` which others on the way to the cause."""

    service: Service
    cut_set: CutSet
    through: tuple[str, ...] = ()

    @property
    def refs(self) -> tuple[str, ...]:
        """The service and its causes, as many as are named."""
        return (self.service.ref, *self.cut_set.causes[:MOST_NAMED])


class Words:
    """Tells what happens in an estate, each in a line and a description."""

    def __init__(self, estate: Estate) -> None:
        """Tell of ``estate``."""
        self.estate = estate

    def hit(self, kind: str, hit: Hit, start: int, end: int) -> Said:
        """Tell of an outage, or of a service that is slower."""
        service, refs = hit.service, hit.cut_set.causes
        state = "degraded" if kind == "degraded" else "down"
        why = some(["assumed" if is_assumed(ref) else bare(ref) for ref in refs], MOST_NAMED)
        if len(refs) > 1:
            why += ", any of which can" if hit.cut_set.truncated else " together"
        elif hit.through:
            why += f", through {hit.through[-1]}"
        verb = "is degraded, slower or without a spare," if state == "degraded" else "is down"
        told = [
            f"{service.title or service.name} {verb} for {words(end - start)}.",
            *self._way(hit),
            *self._customers(service),
            *(line for ref in refs[:MOST_NAMED] for line in self._cause(ref)),
            *self.local(start, end, hit.refs),
            *_commands(hit.refs),
        ]
        return _line(f"{service.name} {state} ({why})"), tuple(told)

    def _way(self, hit: Hit) -> Iterator[str]:
        if hit.through:
            way = " → ".join((hit.service.name, *hit.through))
            yield f"It depends on what is affected: {way}."

    def _customers(self, service: Service) -> Iterator[str]:
        if service.customer_facing:
            yield f"It is used by {people(service.customers)}."

    def _cause(self, ref: str) -> Iterator[str]:
        """Yield what is known of a cause: what it is for, its change, its recovery."""
        entity = planned(self.estate, ref)
        if is_assumed(ref):
            yield "Nobody plans this: it is only assumed."
            return
        yield f"Cause: {_plain(full(ref))}."
        if isinstance(entity, Window) and entity.summary:
            yield f"What for: {entity.summary}"
        if entity.plan.change_ticket:
            yield f"Change: {entity.plan.change_ticket}"
        if entity.plan.recovery:
            yield f"{words(entity.plan.recovery)} of recovery are part of it."

    def sent(self, job: Job, service: Service, demand: Demand, each: Occurrence) -> Said:
        """Tell of the time for which a job has sent customers to a service."""
        who = people(service.customers if job.customers is None else job.customers)
        where, edge = service.title or service.name, "end" if demand.at_end else "start"
        told = (
            f"{job.name} sends {who} to {where}, for {words(demand.lasting)} from its {edge}.",
            "It has to be up for as long.",
            *self.local(each.start, each.end, (service.ref, job.ref)),
            *_commands((job.ref,)),
        )
        return _line(f"Customers sent to {service.name} ({job.name})"), told

    def run(self, job: Job, each: Occurrence) -> Said:
        """Tell of a run."""
        needs = [f"It needs {some([*job.requires], MOST_NAMED)}."] if job.requires else []
        known = job.duration is not None or job.max_duration is not None
        lasts = (
            "as long as on a slow day" if known else "of which nobody declares how long it takes"
        )
        told = (
            f"A run of {job.name}, {lasts}.",
            *needs,
            *self.local(each.start, each.end, (job.ref,)),
            *_commands((job.ref,)),
        )
        return _line(f"{job.name} runs"), told

    def freeze(self, freeze: Freeze, each: Occurrence) -> Said:
        """Tell of a freeze."""
        told = (
            "Nothing may change in this time.",
            *([f"Why: {freeze.reason}"] if freeze.reason else []),
            *([f"Allowed all the same: {some([*freeze.allow], MOST_NAMED)}."]
              if freeze.allow else []),
            *self.local(each.start, each.end, (freeze.ref,)),
        )  # fmt: skip
        return _line(f"Freeze: {freeze.name}"), told

    def maintenance(self, window: Window, each: Occurrence) -> Said:
        """Tell of a window by itself, which takes down nothing that is declared."""
        told = (*self._cause(window.ref), *self.local(each.start, each.end, (window.ref,)))
        return _line(f"Maintenance: {window.name}"), (*told, *_commands((window.ref,)))

    def finding(self, times: Times, short: str) -> Said:
        """Tell of what is wrong: the message of the check, when this time, and what to do."""
        finding, pieces = times.finding, times.pieces
        refs = (*finding.subjects, *finding.causes)
        told = [
            f"{finding.severity}[{finding.code}] {finding.policy}: {finding.message}",
            *([f"{count(len(pieces), 'time')} on this day:"] if len(pieces) > 1 else []),
            *(line for start, end in pieces[:MOST_TIMES] for line in self.local(start, end, refs)),
        ]
        if len(pieces) > MOST_TIMES:
            told.append(f"… and {len(pieces) - MOST_TIMES:,} more times")
        if finding.hint:
            told.append(f"How to fix: {finding.hint}.")
        told += ["", f"opspolicy explain {short}"]
        headline = _headline(finding)
        if times.pieces[0][0] != finding.occurrences.start and not finding.causes:
            # What such a message says is of the first time alone: a deadline, a date.
            names = some([bare(each) for each in finding.subjects], MOST_NAMED)
            headline = f"{finding.policy}: {names}"
        return _line(f"{_prefix(finding)}: {headline}"), tuple(told)

    def due(self, due: Due) -> Said:
        """Tell somebody to send a notice now; the line is what an alarm says."""
        services = [bare(ref) for ref, _, _ in due.outages]
        channel = f"{due.notice.channel} " if due.notice.channel else ""
        who = f"the customers of {some(list(dict.fromkeys(services)), MOST_NAMED)}"
        told = [
            f"By now {who} are to be told.",
            *([f"To: {due.notice.audience}"] if due.notice.audience else []),
            *([f"Through: {due.notice.via}"] if due.notice.via else []),
            f"Languages: {', '.join(due.languages)}",
            *self.local(due.at, due.at, (due.ref, *(ref for ref, _, _ in due.outages))),
            "",
            f"opspolicy notices {due.ref}",
        ]
        return _line(f"Send the {channel}notice of {bare(due.ref)} now"), tuple(told)

    def notice(self, due: Due) -> str:
        """Return which notice is due, in a few words."""
        return _line(f"{due.notice.channel or 'notice'} for {bare(due.ref)}")

    def local(self, start: int, end: int, refs: Iterable[str]) -> Iterator[str]:
        """Yield a time on the clock of each party, one line a zone."""
        zones = (self.estate.zone_of(ref) for ref in refs if self.estate.entity(ref) is not None)
        for zone in dict.fromkeys(zones) or ("UTC",):
            try:
                shown = wording.at(start, zone)
                if end > start:
                    shown = wording.between(start, end, zone)
            except (InstantError, OverflowError):
                continue
            yield f"{shown} ({zone})"

    def whom(self, refs: Iterable[str]) -> tuple[str, ...]:
        """Return who owns some things, and how to reach them."""
        owners = (self.estate.owner_of(ref) for ref in refs)
        return self.reach(owner for owner in owners if owner is not None)

    def reach(self, owners: Iterable[str]) -> tuple[str, ...]:
        """Return teams by what they are called, each with how to reach it."""
        found: dict[str, None] = {}
        for owner in owners:
            team = self.estate.teams.get(owner)
            shown = (team.title if team is not None else None) or owner
            nearest = team.nearest if team is not None else None
            found[f"{shown}: {nearest}" if nearest else shown] = None
        return tuple(found)


def _commands(refs: Iterable[str]) -> list[str]:
    """Return an empty line, and by which commands to learn more."""
    declared = [ref for ref in refs if not is_assumed(ref)]
    return ["", *(f"opspolicy explain {ref}" for ref in dict.fromkeys(declared))]


def _prefix(finding: Finding) -> str:
    return "COLLISION" if is_collision(finding) else finding.severity.upper()


def _headline(finding: Finding) -> str:
    """Return what a message says before it tells when and why."""
    return _plain(re.split(DETAIL, finding.message, maxsplit=1)[0])


def _plain(text: str) -> str:
    """Return a text without the backticks around names, which no calendar makes anything of."""
    return text.replace("`", "")


def _line(text: str) -> str:
    return cut(text, MOST_CHARACTERS)
