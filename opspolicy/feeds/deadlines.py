"""By when customers have to be told: each notice once, however many outages it is about."""

from __future__ import annotations

from opspolicy.estate.declarations import ASSUMED
from opspolicy.notices import plan
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.estate.declarations import Job, Notice, Window
    from opspolicy.feeds.occurrences import Occurrences
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
    """Return the notices of all outages of some services in the stretch of time, in order.

    Raises `plan.TooMany`.
    """
    if not refs:
        return []
    found: dict[tuple[str, ...], Due] = {}
    for outage in plan.outages(occurrences.timeline, refs):
        if not outage.when & occurrences.when or outage.service.ref not in refs:
            continue
        for sending in plan.sendings(outage):
            for party in (sending.party, *sending.also):
                notice = _like(party, sending)
                if notice is None or party.entity.ref.startswith(f"{ASSUMED}/"):
                    continue
                key = (_which(occurrences, party), *_name(party.entity, notice))
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


def _which(occurrences: Occurrences, party: Party) -> str:
    """Return what the occurrence of a party is known by."""
    ref = party.entity.ref
    met = [each for each in occurrences.effects(ref) if each.begins == party.start]
    return met[0].key if met else f"{ref}@{party.start}"


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
