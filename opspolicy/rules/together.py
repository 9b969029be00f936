"""What the rules that judge all of an outage share: who has a part in it, and what is said of them.

Others look at each minimal set of causes by itself. How long a service is down, and how much of it
a period has, is what all its causes come to together.
"""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.rules.base import Impact, Violation
from opspolicy.rules.collisions import notes, reason, too_many
from opspolicy.source.span import Note
from opspolicy.timeline.cutsets import CutSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.estate.declarations import Service
    from opspolicy.rules.base import Measure, World
    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.timeline.causes import Cause
    from opspolicy.timeline.outages import Outages

REQUIRED = "required"
"""The option by which every customer-facing service has to declare its limit."""


class Contributors(NamedTuple):
    """All causes that have a part in some outages, and whether they suffice only ``at_once``.

    ``truncated`` says that some of their sets are too many to tell one by one.
    """

    causes: tuple[str, ...]
    at_once: bool
    truncated: bool = False


def contributors(outages: Outages, sets: Sequence[CutSet], when: IntervalSet) -> Contributors:
    """Return the causes of those ``sets`` that have a part in ``when``."""
    parts = [each for each in sets if each.when & when]
    # Of a crowd it isn't known which of its causes suffice, but when each of them happens.
    happens = {cause.ref: cause.when for cause in outages.causes}
    found = {
        ref for each in parts for ref in each.causes if not each.truncated or happens[ref] & when
    }
    truncated = any(each.truncated for each in parts)
    return Contributors(tuple(sorted(found)), len(parts) == 1, truncated)


class Exceeded(NamedTuple):
    """A limit of a service that is exceeded: when, by how much, and through whom.

    ``key`` declares the limit; ``around`` are the outages that are measured, those around the
    judged time included.
    """

    service: Service
    key: str
    by: Contributors
    occurrences: IntervalSet
    measure: Measure
    around: Outages


def violation(
    world: World, exceeded: Exceeded, message: str, hint: str, limit: Sequence[Note]
) -> Violation:
    """Build the Violation of a limit, with the notes on all who have a part in it."""
    service, by, occurrences = exceeded.service, exceeded.by, exceeded.occurrences
    known: dict[str, Cause] = {cause.ref: cause for cause in exceeded.around.causes}
    # What there is to move comes first, and what is over already last.
    causes = sorted(by.causes, key=lambda ref: not known[ref].when & occurrences)
    cut_set = CutSet(tuple(causes), occurrences, by.truncated)
    paths = world.timeline.paths([service.name], cut_set, among=known)
    shown = cut_set._replace(truncated=by.truncated or not by.at_once)
    (place, *others), hops = notes(world.estate, shown, paths, occurrences.start)
    why = (
        too_many(cut_set)
        if by.truncated
        else reason(world.estate, cut_set, paths, service.ref, at_once=by.at_once)
    )
    seconds = (occurrences & world.timeline.judged).total()
    return Violation(
        f"{message}, {why}",
        place,
        tuple(dict.fromkeys([*others, *limit, *hops])),
        subjects=(service.ref,),
        causes=cut_set.causes,
        causes_truncated=by.truncated,
        paths=paths,
        occurrences=occurrences,
        impact=Impact(service.customers, seconds),
        hint=hint,
        measure=exceeded.measure,
        limit=exceeded.key,
    )


def missing(world: World, key: str, why: str, hint: str) -> Iterator[Violation]:
    """Yield a violation for each customer-facing service that doesn't declare its limit."""
    for service in world.estate.services.values():
        if service.customer_facing and getattr(service, key) is None:
            yield Violation(
                f"customers use `{service.name}`, and it declares no `{key}`: {why}",
                Note(service.node.place, f"no `{key}` here"),
                subjects=(service.ref,),
                hint=hint,
                key=key,
            )
