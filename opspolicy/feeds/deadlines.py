"""By when customers have to be told: each notice once, however many outages it is about."""

from __future__ import annotations

from opspolicy.estate.declarations import ASSUMED
from opspolicy.feeds.occurrences import Occurrences
from opspolicy.notices import plan
from opspolicy.record import NamedTuple
from opspolicy.rules.collisions import length
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.estate.declarations import Job, Notice, Window
    from opspolicy.notices.plan import Party


class Due(NamedTuple):
    """A notice of one occurrence of a window or a job, to be sent ``at`` an instant.

    ``outages`` are what it is about: each service by reference, with the reference and the start
    of the cause. ``key`` is what it is known by, ``languages`` are all it is sent in.
    """

    at: int
    ref: str
    notice: Notice
    key: tuple[str, ...]
    languages: tuple[str, ...]
    outages: tuple[tuple[str, str, int], ...]


def due(occurrences: Occurrences, refs: Sequence[str]) -> list[Due]:
    """Return the notices that are due in the stretch of time, or of outages in it, in order.

    They are those of some services. Raises `plan.TooMany`.
    """
    if not refs:
        return []
    timeline = _reaching(occurrences)
    wanted = {*refs}
    outages = [each for each in plan.outages(timeline, refs) if each.service.ref in wanted]
    names = _Names(timeline, outages)
    found: dict[tuple[str, ...], Due] = {}
    for outage in outages:
        is_here = bool(outage.when & occurrences.when)
        for sending in plan.sendings(outage):
            if not is_here and sending.at not in occurrences.when:
                continue
            for party in (sending.party, *sending.also):
                notice = _like(party, sending)
                if notice is None or party.entity.ref.startswith(f"{ASSUMED}/"):
                    continue
                key = (names.of(party), *_name(party.entity, notice))
                about = (outage.service.ref, party.entity.ref, party.start)
                new = Due(sending.at, party.entity.ref, notice, key, (), ())
                known = found.setdefault(key, new)
                found[key] = known._replace(
                    languages=tuple(dict.fromkeys((*known.languages, sending.language))),
                    outages=tuple(dict.fromkeys((*known.outages, about))),
                )
    return sorted(found.values(), key=lambda each: (each.at, each.key))


def _like(party: Party, sending: plan.Sending) -> Notice | None:
    """Return the notice of a party that a sending stands for."""
    wanted = sending.notice
    if party is sending.party:
        return wanted
    same = (wanted.channel, wanted.via, wanted.audience)
    return next(
        (
            each
            for each in party.entity.plan.notices
            if party.start + each.at == sending.at
            and (each.channel, each.via, each.audience) == same
        ),
        None,
    )


def _reaching(occurrences: Occurrences) -> Timeline:
    """Return a timeline with all outages of which anything may be due in the stretch of time.

    They may begin after it, and be over before it. What happens once is judged wherever it lies
    ahead, so that a timeline of more is made only where there is more to know.
    """
    timeline, start, end = occurrences.timeline, occurrences.when.start, occurrences.when.end
    told: list[tuple[Job | Window, int]] = [
        (each, notice.at)
        for table in (timeline.estate.windows, timeline.estate.jobs)
        for each in table.values()
        for notice in each.plan.notices
    ]
    before = max((-at for each, at in told if each.schedule is not None), default=0)
    after = max((at - length(each) for each, at in told), default=0)
    as_of, until = timeline.horizon
    wide = Horizon(min(as_of, start - max(after, 0)), max(until, end + max(before, 0)))
    return timeline if wide == timeline.horizon else Timeline(timeline.estate, wide)


class _Names:
    """What the occurrences are known by that take part in some outages."""

    def __init__(self, timeline: Timeline, outages: Sequence[plan.Outage]) -> None:
        instants = [each for outage in outages for each in (outage.start, outage.end)]
        starts = [party.start for outage in outages for party in outage.parties]
        first, last = min((*instants, *starts), default=0), max(instants, default=1)
        self._occurrences = Occurrences(timeline, first, last)
        self._known: dict[str, dict[int, str]] = {}

    def of(self, party: Party) -> str:
        """Return what the occurrence of a party is known by."""
        ref = party.entity.ref
        if ref not in self._known:
            # Of those that begin together, the first.
            met = reversed(self._occurrences.effects(ref))
            self._known[ref] = {each.begins: each.key for each in met}
        return self._known[ref].get(party.start, f"{ref}@{party.start}")


def _name(entity: Job | Window, notice: Notice) -> tuple[str, ...]:
    """Return what a notice is known by: its channel, carrier and audience, and its place by time.

    The first mail stays the first mail, whether it is due three days before or four.
    """
    same = (notice.channel or "", notice.via or "", notice.audience or "")
    alike = sorted(
        {
            each.at
            for each in entity.plan.notices
            if (each.channel or "", each.via or "", each.audience or "") == same
        }
    )
    return (*same, str(alike.index(notice.at)))
