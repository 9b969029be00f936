"""What the stories of jobs and of windows share: when, how long, and whom they take down."""

from __future__ import annotations

from opspolicy.explain import opening, telling, touched
from opspolicy.explain.story import Line, Section, section
from opspolicy.phrases import count
from opspolicy.picture import drawing, happening, lanes
from opspolicy.picture.drawing import Chart, Row
from opspolicy.rules.wording import name, words
from opspolicy.temporal.durations import HOUR
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.estate.declarations import Job, Window
    from opspolicy.explain.scene import Scene
    from opspolicy.temporal.intervals import Interval

MOST_NEXT, MOST_HITS, MOST_TOUCHED = 3, 5, 4


def upcoming(scene: Scene, entity: Job | Window, what: str) -> Iterator[Line]:
    """Yield the next occurrences, each in its zone and in UTC; or the last, where none comes."""
    zone = scene.estate.zone_of(entity.ref)
    as_of = scene.report.as_of
    found = happening.next_occurrences(entity, as_of, MOST_NEXT)
    for at, (start, end) in enumerate(found):
        shown = telling.in_zones([zone], start, end)
        yield from (Line(each) for each in shown[: None if at == 0 else 1])
    if not found:
        past = happening.last_occurrence(entity, as_of)
        last = f"; the last {what} was {telling.span(*past, zone)}" if past else ""
        yield Line(f"no {what} comes after {telling.at(as_of, zone)}{last}")
        return
    many = len(happening.occurrences(entity, as_of, scene.report.until))
    if many > len(found):
        until = telling.at(scene.report.until, zone)
        yield Line(f"{count(many, what)} in all before {until}")


def at_an_instant(scene: Scene, entity: Job | Window, at: int, what: str) -> tuple[str, Line]:
    """Return whether something is under way at an instant, and what comes next."""
    zone = scene.estate.zone_of(entity.ref)
    now = happening.occurrences(entity, at, at + 1)
    is_on = f"{what} of {name(entity.ref)} is under way on {telling.at(at, zone)}"
    if now:
        spans = ", and ".join(telling.span(*each, zone) for each in now[:MOST_NEXT])
        summary = f"Yes: a {is_on}: {spans}."
    else:
        summary = f"No {is_on}."
    later = [each for each in happening.next_occurrences(entity, at, MOST_NEXT) if each[0] > at]
    coming = telling.span(*later[0], zone) if later else "never again"
    return summary, Line(coming)


def hit(scene: Scene, entity: Job | Window) -> Section:
    """Return whom it takes down, with the ways."""
    return section("takes down", [*touched.lines(scene, entity, MOST_HITS)])


def touches(scene: Scene, entity: Job | Window) -> Section:
    """Return whose hours, demand and runs its judged occurrences meet."""
    cause = scene.timeline.causes.get(entity.ref)
    if cause is None or not entity.takes_down:
        return section("meets", ())
    found = [*touched.needs(scene, entity, cause.when)]
    if not found:
        return section("meets", ["nobody's business hours, demand or runs, and no freeze"])
    return section("meets", scene.capped(found, MOST_TOUCHED))


def chart(scene: Scene, entity: Job | Window, once: Interval, kind: str) -> Chart:
    """Return the drawing of one occurrence, with the hours and demand of what it takes down."""
    start, end = once
    stretch = lanes.widened(start - 6 * HOUR, end + 6 * HOUR, start, end)
    when = IntervalSet([stretch])
    rows = [Row(name(entity.ref), kind, happening.happening(entity, *stretch))]
    hurt = [each.service for each in touched.hits(scene, entity) if not each.degraded]
    for service in [each for each in hurt if each.customer_facing][:2]:
        needed = scene.timeline.needed(service, when)
        rows.append(Row(f"{name(service.ref)} needed", drawing.HOURS, needed))
    names = {each.name for each in hurt}
    for job in scene.estate.jobs.values():
        demands = job.demands_on(names)
        sent = scene.timeline.demand(job, demands, when & rows[0].when)
        if sent and job.ref != entity.ref:
            rows.append(Row(f"sent by {name(job.ref)}", drawing.DEMAND, sent))
    for freeze, frozen in touched.freezes(scene, hurt, when):
        rows.append(Row(name(freeze.ref), drawing.FREEZE, frozen))
    shown = [each for each in rows if each.when][:MOST_HITS]
    return Chart(tuple(shown), *stretch, scene.estate.zone_of(entity.ref))


def lasts(entity: Job | Window) -> str:
    """Return how long an occurrence takes, the slow day and recovery apart."""
    recovery = entity.plan.recovery
    whole = happening.lasting(entity)
    said = words(whole) if whole > 1 else "it isn't declared how long"
    duration = getattr(entity, "duration", None)
    longest = getattr(entity, "max_duration", None)
    if longest and duration:
        said = f"{words(duration)}, on a slow day {words(longest)}"
    if recovery:
        after = ", then" if longest or not hasattr(entity, "start") else ", of which"
        said += f"{after} {words(recovery)} of recovery"
    return said


def schedule(entity: Job | Window) -> str:
    """Return by which schedule it starts, in words."""
    return opening.schedule(entity) or "once"
