"""The story of an instant: what is down in the whole estate, and because of what."""

from __future__ import annotations

from opspolicy.explain import telling
from opspolicy.explain.story import MORE, Line, section
from opspolicy.phrases import count
from opspolicy.picture import happening
from opspolicy.picture.happening import DOWN
from opspolicy.rules.wording import full, name
from opspolicy.temporal.instants import rfc3339
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Section, Story
    from opspolicy.timeline.cutsets import CutSet

MOST_SERVICES, MOST_UNDER_WAY, MOST_DEGRADED = 8, 6, 8


def story(scene: Scene, at: int, zone: str) -> Story:
    """Return what is down at an instant (UTC epoch seconds), on the clock of ``zone``."""
    scene = scene._replace(timeline=happening.around(scene.estate, at, scene.report.until))
    outages = scene.timeline.outages
    services = sorted(scene.estate.services)
    down = [each for each in services if at in outages.down(each)]
    slow = [each for each in services if at in outages.degraded(each)]
    told = f"{count(len(down), 'service')} of {len(services):,} {'is' if len(down) == 1 else 'are'}"
    degraded = f", {len(slow):,} degraded" if slow else ""
    when = telling.at(at, zone)
    if zone != "UTC":
        when += f", {telling.at(at, 'UTC')}"
    summary = f"{told} down on {when}{degraded}." if down or slow else f"Nothing is down on {when}."
    return scene.story("instant", rfc3339(at), telling.at(at, zone), summary,
                       _sections(scene, at, down, slow))  # fmt: skip


def _sections(scene: Scene, at: int, down: list[str], slow: list[str]) -> Iterator[Section]:
    # Who meets customers matters first.
    services = scene.estate.services
    ordered = sorted(down, key=lambda each: (not services[each].customer_facing, each))
    most = len(ordered) if scene.verbose else MOST_SERVICES
    lines = [_down(scene, each, at) for each in ordered[:most]]
    rest = ordered[most:]
    if rest:
        met = [each for each in rest if services[each].customer_facing]
        customers = f", of which customers meet {telling.names(met)}" if met else ""
        lines.append(Line(f"… and {len(rest):,} more{customers} ({MORE})"))
    yield section("down", lines)
    degraded = (
        [Line(telling.names(slow, len(slow) if scene.verbose else MOST_DEGRADED))] if slow else []
    )
    yield section("degraded", degraded)
    under_way = [*_under_way(scene, at)]
    yield section("under way", scene.capped(under_way, MOST_UNDER_WAY) or ["no window and no job"])
    frozen = [
        Line(f"{full(each.ref)}: {each.reason}" if each.reason else full(each.ref), each.node.place)
        for each in scene.estate.freezes.values()
        if happening.happening(each, at, at + 1)
    ]
    yield section("frozen", frozen)
    if ordered:
        instant = rfc3339(at)
        yield section("more", [scene.explained(f"service/{ordered[0]} --at {instant}")])


def _down(scene: Scene, each: str, at: int) -> Line:
    """Return who is down until when, because of what, and whether customers need it."""
    service = scene.estate.services[each]
    zone = scene.estate.zone_of(service.ref)
    found = happening.state(scene.timeline, each, at)
    until = f" until {telling.at(found.until, zone)}" if found.until is not None else ""
    sets = happening.sufficient(scene.timeline, each, at)
    why = f": {_why(scene, each, sets[0])}" if sets else ""
    also = f", and {len(sets) - 1:,} more by themselves" if len(sets) > 1 else ""
    needed = scene.timeline.needed(service, IntervalSet([(at, at + 1)]))
    missed = ", while customers need it" if service.customer_facing and needed else ""
    assert found.name == DOWN  # noqa: S101 - only these are asked for
    return Line(f"{name(service.ref)}{missed},{until or ' no end in sight'}{why}{also}",
                service.node.place)  # fmt: skip


def _why(scene: Scene, each: str, cut_set: CutSet) -> str:
    causes = telling.names([ref.partition("/")[2] for ref in cut_set.causes])
    if len(cut_set.causes) > 1:
        return f"{'any of' if cut_set.truncated else 'together'} {causes}"
    (path,) = scene.timeline.paths([each], cut_set)
    way = telling.way([hop.partition("/")[2] for hop in path])
    return full(cut_set.causes[0]) + (f", by {way}" if len(path) > 1 else "")


def _under_way(scene: Scene, at: int) -> Iterator[Line]:
    for entity in (*scene.estate.planned(), *scene.estate.assumed.values()):
        for start, end in happening.occurrences(entity, at, at + 1)[:1]:
            span = telling.span(start, end, scene.estate.zone_of(entity.ref))
            yield Line(f"{telling.titled(scene.estate, entity.ref)}, {span}", entity.node.place)
