"""Sentences that several stories need: who, when in whose zone, why, and what was found."""

from __future__ import annotations

from itertools import pairwise

from opspolicy.estate import places
from opspolicy.estate.completing import Completed, Overlaid
from opspolicy.estate.declarations import GROUP, Job, Service, Window
from opspolicy.explain.story import Line, section
from opspolicy.phrases import some
from opspolicy.picture.happening import occurrences
from opspolicy.rules.wording import full, name, words
from opspolicy.temporal import wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opspolicy.estate.estate import Estate
    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Section
    from opspolicy.report import Finding
    from opspolicy.source.span import Span
    from opspolicy.timeline.cutsets import CutSet

MOST_FINDINGS, MOST_NAMES, MOST_HOPS = 3, 5, 4
SHORT = 160
MOST_WAY = 6
DAY_WORDS = len(["Sat", "9", "Oct", "2027"])


def titled(estate: Estate, ref: str) -> str:
    """Return "job `mail-ebills`", with its title or summary where it has one."""
    entity = estate.entity(ref)
    title = getattr(entity, "title", None) or getattr(entity, "summary", None)
    return f"{full(ref)} ({title})" if title else full(ref)


def span(start: int, end: int, zone: str) -> str:
    """Return from when to when on the clock of a zone, which is named."""
    return f"{wording.between(start, end, zone)} ({zone})"


def at(instant: int, zone: str) -> str:
    """Return an instant on the clock of a zone, which is named."""
    return f"{wording.at(instant, zone)} ({zone})"


def in_zones(zones: Iterable[str], start: int, end: int) -> list[str]:
    """Return from when to when in each zone and UTC; those whose clocks agree are told together.

    What is on the same day everywhere is one line, with the day once.
    """
    shown: dict[str, list[str]] = {}
    for zone in dict.fromkeys([*zones, "UTC"]):
        shown.setdefault(wording.between(start, end, zone), []).append(zone)
    told = [f"{when} ({', '.join(named)})" for when, named in shown.items()]
    day = " ".join(told[0].split(" ")[:DAY_WORDS])
    if all(when.startswith(day) and when.count(day[-4:]) == 1 for when in shown):
        return ["; ".join([told[0], *(each.removeprefix(f"{day} ") for each in told[1:])])]
    return told


def zones_of(estate: Estate, refs: Iterable[str]) -> list[str]:
    """Return the zones of some parties, each once, in their order."""
    return list(dict.fromkeys(estate.zone_of(ref) for ref in refs))


def owners(estate: Estate, names: Sequence[str]) -> list[Line]:
    """Return the teams with all there is to reach them by; short ones share a line."""
    told = [reached(estate, each) for each in names] or ["nobody: no owner is declared"]
    return [Line("; ".join(told))] if sum(map(len, told)) < SHORT else [Line(each) for each in told]


def reached(estate: Estate, owner: str) -> str:
    """Return a team's name and title, and how to reach it."""
    team = estate.teams.get(owner)
    if team is None:
        return f"{owner}: nobody says how to reach them"
    title = f" ({team.title})" if team.title and team.title.lower() != owner.lower() else ""
    ways = [each for each in (team.contact, team.slack, team.github) if each]
    if team.escalation:
        ways.append(f"in an emergency {team.escalation}")
    return f"{owner}{title}: {', '.join(ways) or 'nobody says how to reach them'}"


def owned(estate: Estate, ref: str) -> Line:
    """Return who owns a declaration, and how to reach them."""
    owner = estate.owner_of(ref)
    if owner is None:
        return Line("nobody: no owner is declared")
    return Line(reached(estate, owner))


def names(found: Sequence[str], most: int = MOST_NAMES) -> str:
    """Return names in backticks, the first few of many."""
    return some([f"`{each}`" for each in found], most)


def way(path: Sequence[str]) -> str:
    """Return a chain of services, of a long one both ends."""
    shown = [f"`{each}`" for each in path]
    if len(shown) > MOST_WAY:
        hidden = len(shown) - 2 * (MOST_WAY // 2)
        half = MOST_WAY // 2
        shown = [*shown[:half], f"{hidden:,} more", *shown[-half:]]
    return " → ".join(shown)


def effect(entity: Job | Window, hit: str) -> str:
    """Return what a cause does to the service it hits."""
    return "takes down" if hit in entity.takes_down else "slows down"


def because(
    scene: Scene,
    causes: Sequence[str],
    paths: Sequence[Sequence[str]],
    instant: int,
    together: str = "these have to happen together, none of them suffices alone:",
    instants: Mapping[str, int] = {},
) -> Iterator[Line]:
    """Yield what each cause does at an instant, then how that reaches who is hurt, hop by hop.

    What several causes have to do with each other is said first. Some have ``instants`` of their
    own.
    """
    estate = scene.estate
    if len(causes) > 1:
        yield Line(together)
    for place, ref in enumerate(causes):
        entity = estate.entity(ref)
        path = paths[place] if place < len(paths) else ()
        if not isinstance(entity, Job | Window):
            yield Line(titled(estate, ref), entity.node.place if entity is not None else None)
            continue
        at_that = instants.get(ref, instant)
        yield Line(doing(estate, entity, path, at_that), places.start_of(entity, at_that))
        hops = [Line(*hop, depth=1) for hop in _hops(estate, path)]
        yield from scene.capped(hops, MOST_HOPS, "hops")


def doing(estate: Estate, entity: Job | Window, path: Sequence[str], instant: int) -> str:
    """Return what a cause does, when, and to whom."""
    zone = estate.zone_of(entity.ref)
    recovery = entity.plan.recovery
    now = [
        (start, end + recovery if isinstance(entity, Job) else end)
        for start, end in occurrences(entity, instant - recovery, instant + 1)
    ]
    hit = path[-1].partition("/")[2] if path else names([*entity.takes_down, *entity.degrades])
    told = f"{titled(estate, entity.ref)} {effect(entity, hit)} {f'`{hit}`' if path else hit}"
    if now:
        told += f", {span(*now[0], zone)}"
    if recovery:
        told += f", the last {words(recovery)} of it recovery"
    return told


def _hops(estate: Estate, path: Sequence[str]) -> Iterator[tuple[str, Span]]:
    for above, below in pairwise(path):
        service = estate.services[above.partition("/")[2]]
        needed = below.partition("/")[2]
        yield f"{name(above)} {dependence(service, needed)}", places.dependency(service, needed)


def dependence(service: Service, needed: str) -> str:
    """Return how a service depends on another one."""
    for each in service.depends_on:
        if needed in each.services and each.strength == GROUP:
            return f"needs {each.at_least} of {names(each.services)}"
    softly = "softly " if places.is_soft(service, needed) else ""
    return f"depends {softly}on `{needed}`"


def cut_sets(
    scene: Scene, service: Service, found: Sequence[CutSet], instant: int, *, degraded: bool = False
) -> Iterator[Line]:
    """Yield what each of several sets does to a service at an instant, and by which path."""
    timeline = scene.timeline
    for number, each in enumerate(found):
        if number:
            yield Line("and, by itself enough as well:")
        if each.truncated:
            many = names([ref.partition("/")[2] for ref in each.causes])
            yield Line(f"any of {len(each.causes):,} windows and jobs: {many}")
            continue
        paths = timeline.paths([service.name], each, degraded=degraded)
        yield from because(scene, each.causes, paths, instant)


def findings(scene: Scene, found: Sequence[Finding]) -> Section:
    """Return what was found, in short."""

    def tell(each: Finding) -> Line:
        return Line(headline(scene, each), each.place.span)

    return section("findings", scene.first(found, tell, MOST_FINDINGS, "findings") or ["none"])


def headline(scene: Scene, finding: Finding) -> str:
    """Return a finding in short, with what to type for its story."""
    code = f"{finding.severity} {finding.code} `{scene.prefix(finding.fingerprint)}`"
    return f"{code}: {finding.message}"


def completed(entity: Service | Job | Window) -> list[Line]:
    """Return where an entry of a foreign file is completed, and by which keys."""
    node, told = entity.node, []
    while isinstance(node, Completed):
        keys = ", ".join(f"`{key}`" for key in node.own.node.entries)
        how = "together with" if isinstance(node, Overlaid) else "completed with"
        told.append(Line(f"{how} {keys or 'nothing'}", node.own.place))
        node = node.foreign
    return told[::-1]
