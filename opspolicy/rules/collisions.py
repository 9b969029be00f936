"""What the rules about collisions share: from a cut set and its occurrences to a Violation."""

from __future__ import annotations

from itertools import pairwise

from opspolicy.estate import places
from opspolicy.estate.declarations import ASSUMED, Job, Window
from opspolicy.phrases import some
from opspolicy.record import NamedTuple
from opspolicy.rules.base import Impact, Violation
from opspolicy.rules.wording import at, full, here, listing, name, words
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.estate.declarations import Demand, Freeze, Service, Vendor
    from opspolicy.estate.estate import Estate
    from opspolicy.rules.base import World
    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.timeline.cutsets import CutSet
    from opspolicy.timeline.timeline import Paths

MOST_NAMED = 6
"""How many causes a sentence names before it only counts the others."""

MOST_MOVERS = MOST_HIT = 3
"""How many names a hint or a label holds before it is too long to read."""


class Collision(NamedTuple):
    """What is cut off by what, and when: ``service``, and ``job`` where one is hurt by it.

    ``customers`` is how many people are hit, None when nobody said. ``demands`` are the job's on
    the service where they are what is cut off; without any it is the run. ``degraded`` is what
    counts only while the service isn't down. ``others`` are more services that the same cuts off,
    where one finding is about all of them, and ``freeze`` is what it happens in. ``unpermitted`` is
    what counts outside the maintenance hours, whether or not anybody needs the service, and
    ``untold`` what counts at any time, for want of a notice. ``vendor`` is who doesn't answer then.
    """

    service: Service
    cut_set: CutSet
    occurrences: IntervalSet
    customers: int | None = None
    job: Job | None = None
    demands: tuple[Demand, ...] = ()
    degraded: bool = False
    others: tuple[Service, ...] = ()
    freeze: Freeze | None = None
    unpermitted: bool = False
    untold: bool = False
    vendor: Vendor | None = None

    @property
    def services(self) -> tuple[Service, ...]:
        """All the services that are cut off."""
        return (self.service, *self.others)

    @property
    def subjects(self) -> tuple[str, ...]:
        """What is hurt, the freeze it is hurt in, and the vendor who doesn't answer."""
        parties = (*self.services, self.job, self.freeze, self.vendor)
        return tuple(each.ref for each in parties if each is not None)


def violation(
    world: World,
    collision: Collision,
    message: str,
    hint: str,
    *related: Note,
    place: Note | None = None,
) -> Violation:
    """Build the Violation of a collision, with the notes on every party and every hop.

    It is shown at its first cause, or at ``place`` where something else is to be changed.
    """
    cut_set, occurrences = collision.cut_set, collision.occurrences
    names = [each.name for each in collision.services]
    paths = world.timeline.paths(names, cut_set, degraded=collision.degraded)
    causes, hops = notes(
        world.estate, cut_set, paths, occurrences.start, degraded=collision.degraded
    )
    if place is None:
        place = causes.pop(0)
    seconds = (occurrences & world.timeline.judged).total()
    return Violation(
        f"{message}, {_because(world, collision, paths)}",
        place,
        related=tuple(dict.fromkeys([*causes, *related, *hops])),
        subjects=collision.subjects,
        causes=cut_set.causes,
        causes_truncated=cut_set.truncated,
        paths=paths,
        occurrences=occurrences,
        drift=why_late(world, collision),
        impact=Impact(collision.customers, seconds, collision.degraded),
        hint=hint,
    )


def why_late(world: World, collision: Collision) -> str | None:
    """Return why a collision starts only later, where it does and that can be told."""
    from opspolicy.rules import drift  # noqa: PLC0415 - only for a finding

    return drift.drift(world, collision)


def notes(
    estate: Estate, cut_set: CutSet, paths: Paths, instant: int, *, degraded: bool = False
) -> tuple[list[Note], list[Note]]:
    """Point at each cause as it is at ``instant``, and at each hop on the way to what it hits.

    Of a crowd, at as many causes as a sentence names.
    """
    most = MOST_NAMED if cut_set.truncated else len(cut_set.causes)
    causes = [cause_note(estate, ref, instant, degraded=degraded) for ref in cut_set.causes[:most]]
    return causes, [note for path in paths[:most] for note in hop_notes(estate, path)]


def movers(cut_set: CutSet) -> str:
    """Return the causes one of which has to move, for a hint: what is only assumed can't."""
    declared = movable(cut_set.causes)
    shown = [name(ref) for ref in declared[:MOST_MOVERS]]
    more = len(declared) - len(shown)
    if cut_set.truncated:
        return listing([*shown, f"{more:,} more"] if more else shown)
    return listing([*shown, f"one of {more:,} more"] if more else shown, "or")


def _all_movers(cut_set: CutSet) -> str:
    """Return the causes that mustn't all happen at once."""
    return some([name(ref) for ref in cut_set.causes], MOST_MOVERS)


def elsewhere(service: Service, cut_set: CutSet) -> str:
    """Return what to do about an outage in hours in which customers need a service."""
    if at_all_hours(service) and len(cut_set.causes) > 1 and not cut_set.truncated:
        return f"keep {_all_movers(cut_set)} apart: `{service.name}` is needed at all hours"
    if at_all_hours(service):
        return (
            f"`{service.name}` is needed at all hours: give it `business_hours` or"
            f" `maintenance_hours` that permit this, or do without {movers(cut_set)}"
        )
    return f"move {movers(cut_set)} out of the business hours of `{service.name}`"


def at_all_hours(service: Service) -> bool:
    """Whether customers always need a service, so that no other time would be better."""
    return service.business_hours in {None, "always"} and service.maintenance_hours is None


def cause_note(estate: Estate, ref: str, instant: int, *, degraded: bool = False) -> Note:
    """Point at what can be moved to avoid a cause, and say what it does."""
    entity = planned(estate, ref)
    hit = [*entity.takes_down, *(entity.degrades if degraded else ())]
    shown = some([f"`{each}`" for each in hit], MOST_HIT)
    verb = "takes down" if entity.takes_down else "slows down"
    lasts = words(length(entity))
    if isinstance(entity, Window) and entity.assumed:
        begins = at(entity.start or 0, entity.timezone or "UTC")
        text = f"{shown} is assumed to be down from {begins}, for {lasts}"
        return Note(places.start_of(entity, instant), text)
    begins = here(entity.late if isinstance(entity, Job) else 0)
    text = f"`{entity.name}` {verb} {shown} from {begins}, for {lasts}"
    if entity.plan.recovery:
        text += f", {words(entity.plan.recovery)} of it recovery"
    return Note(places.start_of(entity, instant), text)


def planned(estate: Estate, ref: str) -> Job | Window:
    """Return the job or the window that a cause is."""
    entity = estate.entity(ref)
    assert isinstance(entity, Job | Window)  # noqa: S101 - only these are causes
    return entity


def movable(causes: Sequence[str]) -> Sequence[str]:
    """Return those of some causes that somebody declares, all of them where nobody does."""
    return [ref for ref in causes if not is_assumed(ref)] or causes


def is_assumed(ref: str) -> bool:
    """Whether a cause is one that nobody declares, but assumes on the command line."""
    return ref.startswith(f"{ASSUMED}/")


def change_type(estate: Estate, ref: str) -> str | None:
    """Return the kind of change that a cause says it is."""
    return planned(estate, ref).plan.change_type


def length(entity: Job | Window) -> int:
    """Return how long a cause lasts, recovery included, in seconds."""
    if isinstance(entity, Job):
        return entity.lasts + entity.plan.recovery
    if entity.start is not None and entity.end is not None:
        return entity.end - entity.start + entity.plan.recovery
    delay = entity.schedule.delay if entity.schedule is not None else 0
    return (entity.duration or 0) + delay + entity.plan.recovery


def hop_notes(estate: Estate, path: tuple[str, ...]) -> list[Note]:
    """Point at each dependency on the way."""
    found: list[Note] = []
    for above, below in pairwise(path):
        service = estate.services[above.partition("/")[2]]
        needed = below.partition("/")[2]
        softly = "softly " if places.is_soft(service, needed) else ""
        text = f"{name(above)} depends {softly}on {name(below)}"
        found.append(Note(places.dependency(service, needed), text))
    return found


def hours_note(service: Service) -> Note:
    """Point at when customers need a service."""
    place = service.node.at("business_hours") if service.business_hours else service.node.place
    if at_all_hours(service):
        return Note(place, f"customers need `{service.name}` at all hours")
    text = f"customers need `{service.name}` in these hours"
    if service.maintenance_hours is not None:
        text += f", less those of `{service.maintenance_hours}`"
    return Note(place, text)


def _because(world: World, collision: Collision, paths: Paths) -> str:
    """Return the reason of an outage, starting with "because"."""
    cut_set = collision.cut_set
    if cut_set.truncated:
        return too_many(cut_set)
    # Of several services the sentence has to say which one depends on what is taken down.
    subject = "" if collision.others else collision.service.ref
    return reason(world.estate, cut_set, paths, subject)


def too_many(cut_set: CutSet) -> str:
    """Return the reason where the sets are too many to tell one by one."""
    many = f"any of {len(cut_set.causes):,} windows and jobs, more than are told one by one"
    return f"because of {many}: {_named(cut_set.causes)}"


def reason(
    estate: Estate, cut_set: CutSet, paths: Paths, subject: str, *, at_once: bool = True
) -> str:
    """Return which causes do what to whom, starting with "because".

    Those that don't have to happen ``at_once`` are told as the contributors they are.
    """
    parts = [
        f"{full(ref)} {_does(estate, ref, path)} {name(path[-1])}{_way(path, subject)}"
        for ref, path in zip(cut_set.causes, paths, strict=True)
    ]
    if len(parts) > 1 and not at_once:
        return f"because between them {some(parts, MOST_NAMED)}"
    if len(parts) > 1:
        return f"because at the same time {listing(parts)}"
    (ref,), (path,) = cut_set.causes, paths
    if path == (subject,):
        verb, _, particle = _does(estate, ref, path).partition(" ")
        return f"because {full(ref)} {verb} it {particle}"
    if path[0] == subject:
        hit = f"{_does(estate, ref, path)} {name(path[-1])}"
        return f"because {full(ref)} {hit}, on which it depends{_hops(path)}"
    return f"because {parts[0]}"


def _does(estate: Estate, ref: str, path: tuple[str, ...]) -> str:
    """Return what a cause does to the end of its path."""
    took_down = path[-1].partition("/")[2] in planned(estate, ref).takes_down
    return "takes down" if took_down else "slows down"


def _way(path: tuple[str, ...], subject: str) -> str:
    """Return how what is hit matters, where the sentence hasn't said it."""
    if len(path) == 2 and path[0] != subject:  # noqa: PLR2004 - two ends and nothing between
        return f", on which {name(path[0])} depends"
    return _hops(path)


def _hops(path: tuple[str, ...]) -> str:
    """Return the hops in between, where there are any."""
    if len(path) <= 2:  # noqa: PLR2004 - the two ends are named already
        return ""
    return f" ({' → '.join(each.partition('/')[2] for each in path)})"


def _named(refs: tuple[str, ...]) -> str:
    shown = [name(ref) for ref in refs[:MOST_NAMED]]
    return ", ".join(shown) + (", …" if len(refs) > MOST_NAMED else "")
