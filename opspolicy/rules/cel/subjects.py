"""What an assertion is checked for: outages, runs and declarations, with what finds them again."""

from __future__ import annotations

from bisect import bisect_right

from opspolicy.estate.declarations import Job
from opspolicy.record import NamedTuple
from opspolicy.rules.cel.fields import Happening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from opspolicy.estate.declarations import Service, Window
    from opspolicy.rules.base import World

MOST = 100_000
"""How many outages or runs are looked at for one policy."""


class TooManyError(Exception):
    """There are more than MOST of them."""


class Subject(NamedTuple):
    """A declaration, and its outages or runs where it is about these.

    ``truncated`` are the numbers of those outages whose causes are too many to tell which suffice,
    ``several`` of those that more than one cut set makes.
    """

    entity: Service | Job | Window
    happenings: tuple[Happening, ...] = ()
    truncated: frozenset[int] = frozenset()
    several: frozenset[int] = frozenset()


def declared(world: World, kind: str) -> list[Service | Job | Window]:
    """Return the declarations that a kind of subject is, or is about, by name."""
    estate = world.estate
    if kind in {"outage", "service"}:
        return [estate.services[name] for name in sorted(estate.services)]
    if kind in {"run", "job"}:
        return [estate.jobs[name] for name in sorted(estate.jobs)]
    return [estate.windows[name] for name in sorted(estate.windows)]


def subjects(
    world: World, kind: str, entities: Iterable[Service | Job | Window]
) -> Iterator[Subject]:
    """Yield some declarations as subjects, those without outages or runs left out.

    Raises TooManyError.
    """
    count = 0
    if kind == "run":
        # Of most jobs that wait, nobody else asks how long.
        entities = [each for each in entities if covered(world, [each.ref])]
        waiting = [each.name for each in entities if isinstance(each, Job) and each.may_wait]
        world = world._replace(timeline=world.timeline.following_also(waiting))
    for entity in entities:
        # An outage may be covered by what causes it; of all others it is known by now.
        if kind != "outage" and not covered(world, [entity.ref]):
            continue
        if kind == "outage":
            made = _in_scope(world, _outages(world, entity))  # type: ignore[arg-type] # of outages, it is a service
        elif kind == "run":
            made = _runs(world, entity, MOST - count)  # type: ignore[arg-type] # and of runs a job
        else:
            made = Subject(entity)
        if kind in {"outage", "run"} and not made.happenings:
            continue
        count += len(made.happenings) or 1
        if count > MOST:
            raise TooManyError
        yield made


def covered(world: World, refs: Sequence[str]) -> bool:
    """Whether the policy is for findings about ``refs``."""
    if not world.within or any(each.is_everything for each in world.within):
        return True
    owners = {owner for ref in refs if (owner := world.estate.owner_of(ref)) is not None}
    return any(each.covers(world.estate, refs, owners) for each in world.within)


def _in_scope(world: World, subject: Subject) -> Subject:
    """Return a service without the outages that the policy isn't for."""
    if not subject.happenings or all(each.is_everything for each in world.within):
        return subject
    ref = subject.entity.ref
    kept = [at for at, each in enumerate(subject.happenings) if covered(world, [ref, *each.causes])]
    return Subject(
        subject.entity,
        tuple(subject.happenings[at] for at in kept),
        frozenset(new for new, at in enumerate(kept) if at in subject.truncated),
        frozenset(new for new, at in enumerate(kept) if at in subject.several),
    )


def _outages(world: World, service: Service) -> Subject:
    """Return a service with its outages: all the time it is down at a stretch is one."""
    outages = world.timeline.outages
    if not outages.goes_down(service.name):
        return Subject(service)
    down = list(world.timeline.in_judgement(outages.down(service.name)))
    starts = [start for start, _ in down]
    causes: list[set[str]] = [set() for _ in down]
    sets: list[int] = [0] * len(down)
    truncated: set[int] = set()
    for cut_set in outages.cut_sets(service.name):
        met = set()
        for start, end in cut_set.when:
            at = bisect_right(starts, start) - 1
            if at >= 0 and end <= down[at][1]:
                met.add(at)
        for at in met:
            causes[at].update(cut_set.causes)
            sets[at] += 1
            if cut_set.truncated:
                truncated.add(at)
    zone = world.estate.zone_of(service.ref)
    return Subject(
        service,
        tuple(
            Happening(when, zone, service, tuple(sorted(each)))
            for when, each in zip(down, causes, strict=True)
        ),
        frozenset(truncated),
        frozenset(at for at, number in enumerate(sets) if number > 1),
    )


def _runs(world: World, job: Job, most: int) -> Subject:
    """Return a job with its runs, each as long as on the slow day.

    Only those on which all dialects in question agree, as where an outage meets a run.
    """
    if job.suspended:
        return Subject(job)
    zone, timeline = world.estate.zone_of(job.ref), world.timeline
    if timeline.following is None and timeline.is_cut_short:
        raise TooManyError
    if timeline.following is not None and timeline.is_moved(job):
        runs = [
            run for run in timeline.following.of(job.name) if run.started and run.latest < run.end
        ]
        found = [Happening((run.latest, run.end), zone, job, (), run.nominal) for run in runs]
        judged = timeline.judged
        found = [each for each in found if judged.within(*each.when)]
    elif job.schedule is not None:
        length = job.longest
        reach = [(start - length + 1, end) for start, end in timeline.judged]
        starts = job.schedule.starts_during(reach, agreed=True)
        if len(starts) > most:
            raise TooManyError
        found = [Happening((at, at + length), zone, job, (), at) for at in starts]
    else:
        found = []
    if len(found) > most:
        raise TooManyError
    return Subject(job, tuple(found))
