"""What the rules about batch chains share: why a run ends when it does, in words."""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.phrases import listing, some
from opspolicy.rules.wording import name, words
from opspolicy.source.span import Note
from opspolicy.timeline import critical, simulation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.estate.declarations import Job
    from opspolicy.rules.base import World
    from opspolicy.timeline.critical import Step

MOST_NAMED = 4
"""How many causes, services or jobs a sentence about one run names."""

MOST_HOPS, MOST_NOTES = 4, 12
"""How many of the last runs of a chain are pointed at, and how many of what any of them needs."""


def why(world: World, steps: Sequence[Step]) -> str:
    """Return why the last run of a critical path, "it", ends when it does, or never."""
    *before, last = steps
    after = [name(step.job.ref) for step in before]
    told = [_told(world, step, name(step.job.ref)) for step in before]
    told = [said for said in (*told, _told(world, last, "it")) if said]
    if told:
        come = [f"it comes after {some(after, MOST_NAMED)}"] if after else []
        return ", and ".join([*come, *told])
    lasts = words(last.run.end - steps[0].run.released)
    more = len(after) - MOST_NAMED
    if after:
        shown = [*after[:MOST_NAMED], *([f"{more:,} more"] if more > 0 else []), "it"]
        return f"{listing(shown)} take {lasts}, one after the other"
    return f"its run takes {lasts}"


def _told(world: World, step: Step, who: str) -> str:
    """Return what holds a run up; nothing where it goes as planned."""
    job, run = step.job, step.run
    parts: list[str] = []
    if job.late:
        parts.append(f"starts {words(job.late)} late")
    held = some([f"`{each}`" for each in step.services], MOST_NAMED)
    if run.outcome == simulation.FAILED:
        parts.append(f"fails on {held}, which {_blamed(world, step)}" if held else "fails")
    elif step.blocked:
        lasts = words(step.blocked.total())
        parts.append(f"waits {lasts} for {held}, which {_blamed(world, step)}")
        parts += _behind(world, step)
    if run.outcome == simulation.UNFINISHED:
        parts.append("isn't done when the judged time is over")
    elif run.outcome == simulation.KILLED:
        parts.append("is killed by its next run")
    return f"{who} {', and '.join(parts)}" if parts else ""


def _behind(world: World, step: Step) -> list[str]:
    """Return what a run waits for that is in the way of this one, as part of the sentence."""
    for job, run in critical.in_the_way(world.timeline, step):
        inner = critical.path(world.timeline, job, run)[-1]
        if inner.services:
            held = some([f"`{each}`" for each in inner.services], MOST_NAMED)
            return [f"{name(job.ref)} itself waits for {held}, which {_blamed(world, inner)}"]
    return []


def _blamed(world: World, step: Step) -> str:
    """Return by what the services are down that a run waits for."""
    outages = world.timeline.outages
    found = {
        ref: None
        for each in step.services
        for cut_set in outages.cut_sets(each, without=step.job.ref)
        if cut_set.when.touching(step.blocked)
        for ref in cut_set.causes
    }
    shown = some([name(ref) for ref in found], MOST_NAMED)
    return f"{shown} {'takes' if len(found) == 1 else 'take'} down"


def hops(steps: Sequence[Step]) -> list[Note]:
    """Point at the runs on a critical path: what each is after, and what it waits for.

    Of a long one, at those that wait, and at the last few.
    """
    found: list[Note] = []
    former: Job | None = None
    for at, step in enumerate(steps):
        job = step.job
        if former is not None and len(steps) - at <= MOST_HOPS:
            text = f"{name(job.ref)} starts after {name(former.ref)}"
            found.append(Note(places.listed(job, "after", former.name), text))
        for each in step.services if len(found) < MOST_NOTES else ():
            text = f"{name(job.ref)} requires `{each}`"
            found.append(Note(places.listed(job, "requires", each), text))
        former = job
    return found
