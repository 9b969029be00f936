"""The story of a finding: what collides, why, what it costs, and how to end or to accept it."""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.explain import opening, telling
from opspolicy.explain.acceptable import acceptable, waiver
from opspolicy.explain.story import Line, Section, section
from opspolicy.picture import lanes
from opspolicy.record import NamedTuple
from opspolicy.rules.wording import impact, lasting, listing, name, people, words
from opspolicy.temporal.instants import day_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Story
    from opspolicy.report import Finding
    from opspolicy.temporal.intervals import IntervalSet

MOST_REPAIRS = 2
MOST_OCCURRENCES = 1
MOST_PLACES = 4
MOST_BECAUSE = 10
MOST_COLUMNS = 86
"""How long a line of a story is on a page of a hundred columns."""


class Repair(NamedTuple):
    """A way to end a finding: in a sentence, as an edit, and how it is known to be clean."""

    sentence: str
    edit: str
    proof: str


def story(scene: Scene, finding: Finding, repairs: Sequence[Repair] = ()) -> Story:
    """Return the story of a finding; of ``repairs``, cheapest first, the first two are told."""
    policy = finding.policy
    if finding.policy != finding.rule:
        policy += f" ({finding.rule})"
    prefix = scene.prefix(finding.fingerprint)
    accepted = "waived " if finding.waived_by is not None else ""
    return scene.story(
        "finding",
        finding.fingerprint,
        f"{accepted}{finding.severity}[{finding.code}] {policy}  {prefix}",
        _summary(finding),
        _sections(scene, finding, repairs),
    )


def _summary(finding: Finding) -> str:
    """Return what is wrong; why follows by itself."""
    told, _, why = finding.message.rpartition(", because ")
    return f"{told}." if finding.causes and told and why else finding.message


def _sections(scene: Scene, finding: Finding, repairs: Sequence[Repair]) -> Iterator[Section]:
    estate = scene.estate
    yield section("when", [*_when(scene, finding)])
    if finding.drift:
        yield section("note", [finding.drift])
    if finding.causes:
        yield section("because", scene.capped([*_because(scene, finding)], MOST_BECAUSE, "lines"))
        yield section("needed", [*_needed(scene, finding)])
    as_they_go = [*_chain(scene, finding)]
    if finding.code in lanes.IN_ALL and finding.causes:
        yield section("limit", _limit(scene, finding))
    elif finding.code not in lanes.COLLISIONS and not as_they_go:
        yield section("where", scene.capped([*_where(finding)], MOST_PLACES, "places"))
    yield from as_they_go
    if finding.occurrences and not any(each.chart for each in as_they_go):
        yield Section("timeline", chart=lanes.first(scene.timeline, finding))
    if finding.impact is not None:
        yield section("impact", [impact(finding.impact)])
    yield section("owners", telling.owners(estate, finding.owners))
    yield from _ends(scene, finding, repairs)


def _ends(scene: Scene, finding: Finding, repairs: Sequence[Repair]) -> Iterator[Section]:
    """Yield how a finding may end: repaired, or accepted."""
    if finding.waiver is not None:
        yield section("waived", [_waived(finding)])
    if repairs:
        yield section("repairs", [*_repairs(repairs)])
    elif finding.hint:
        yield section("fix", [finding.hint])
    if finding.waived_by is None:
        yield acceptable(scene, finding)
        yield waiver(scene, finding)
    yield section("more", [_more(scene, finding, is_repairable=bool(repairs))])


def _more(scene: Scene, finding: Finding, *, is_repairable: bool) -> str:
    """Return what to run next, on a line: all of it is to fit on a screen."""
    told = scene.told(finding.policy, finding.rule)
    if not is_repairable:
        return told
    prefix = scene.prefix(finding.fingerprint)
    suggested = scene.suggested(prefix)
    ways = (f"{told}; {suggested}", suggested)
    fits = (each for each in ways if len(each) <= MOST_COLUMNS)
    # Whoever reads it has named the place just now.
    return next(fits, f"{told}; opspolicy suggest {prefix}")


def _waived(finding: Finding) -> Line:
    """Return who accepts a finding, or some of it."""
    waived = finding.waiver
    assert waived is not None  # noqa: S101 - narrows the type
    who = f"by {listing(list(waived.approved_by))} " if waived.approved_by else ""
    part = "" if finding.waived_by is not None else f" ({waived.note})"
    until = day_words(waived.expires)
    return Line(f"{who}until {until}: {waived.reason}{part}", waived.place)


def _when(scene: Scene, finding: Finding) -> Iterator[Line]:
    """Yield the occurrences in each party's zone and in UTC: the first, and of others the last."""
    found = list(finding.occurrences)
    zones = telling.zones_of(scene.estate, (*finding.subjects, *finding.causes))
    most = len(found) if scene.verbose else MOST_OCCURRENCES
    for start, end in found[:most]:
        first, *others = telling.in_zones(zones, start, end)
        yield Line(f"{first}, {words(end - start)}")
        yield from (Line(each) for each in others)
    if len(found) > most:
        rest = len(found) - most
        last = telling.span(*found[-1], zones[0])
        each = f"one more, {last}" if rest == 1 else f"{rest:,} more, the last {last}"
        yield Line(f"and {each}")


def _because(scene: Scene, finding: Finding) -> Iterator[Line]:
    if finding.causes_truncated:
        many = telling.names([ref.partition("/")[2] for ref in finding.causes])
        yield Line(f"any of {len(finding.causes):,} windows and jobs: {many}")
        return
    start = finding.occurrences.start if finding.occurrences else scene.report.as_of
    if finding.code == lanes.MEETING:
        said = "these are under way at the same time:"
    elif finding.code in lanes.IN_ALL and not _is_one_set(scene, finding):
        said = "these have a part in it, one after the other or at once:"
    else:
        yield from telling.because(scene, finding.causes, finding.paths, start)
        return
    instants = {ref: _happens(scene, ref, finding.occurrences) for ref in finding.causes}
    yield from telling.because(scene, finding.causes, finding.paths, start, said, instants)


def _happens(scene: Scene, ref: str, when: IntervalSet) -> int:
    """Return when a cause happens first within some time; before it, when it did last."""
    cause = scene.timeline.causes.get(ref)
    if cause is None:
        return when.start
    within = cause.when & when
    earlier = [start for start, _ in cause.when if start < when.start]
    return within.start if within else max(earlier, default=when.start)


def _is_one_set(scene: Scene, finding: Finding) -> bool:
    """Whether the causes of a finding are one minimal set of its service."""
    service = lanes.hurt(scene.timeline, finding)
    if service is None:
        return False
    sets = scene.timeline.outages.cut_sets(service.name)
    return {*finding.causes} in [{*each.causes} for each in sets]


def _needed(scene: Scene, finding: Finding) -> Iterator[Line]:
    """Yield who needs what is taken away, and since when until when."""
    service, job = lanes.hurt(scene.timeline, finding), lanes.running(scene.timeline, finding)
    if finding.code not in lanes.COLLISIONS or service is None:
        return
    if job is None:
        key = "business_hours"
        place = service.node.at(key) if service.business_hours else service.node.place
        hours = opening.of_service(scene.estate, service)
        yield Line(f"{people(service.customers)} need {name(service.ref)} {hours}", place)
        return
    start = finding.occurrences.start
    needed = lanes.need(scene.timeline, finding, lanes.outage(scene.timeline, finding))
    spans = [(low, high) for low, high in needed if low <= start < high]
    zone = scene.estate.zone_of(job.ref)
    when = f", {telling.span(*spans[0], zone)}" if spans else ""
    place = places.start_of(job, start)
    if finding.code == lanes.RUNNING:
        requires = f"job {name(job.ref)} requires {name(service.ref)}"
        yield Line(requires, places.listed(job, "requires", service.name))
        yield Line(f"it runs{when}", place)
        return
    customers = job.customers if job.customers is not None else service.customers
    demand = job.demands_on({service.name})[0]
    sends = f"sends {people(customers)} to {name(service.ref)} {lasting(demand)}"
    yield Line(f"job {name(job.ref)} {sends}{when}", place)


def _chain(scene: Scene, finding: Finding) -> Iterator[Section]:
    """Yield how the night goes that ends too late, from its first run on."""
    job = lanes.running(scene.timeline, finding)
    if finding.code == lanes.LATE and job is not None and finding.occurrences:
        from opspolicy.explain import chain  # noqa: PLC0415 - only where a run is late

        yield from chain.late(scene, job, finding.occurrences.start)


def _limit(scene: Scene, finding: Finding) -> list[Line]:
    """Return what is permitted, and where that is said; nothing where a policy says it."""
    service = lanes.hurt(scene.timeline, finding)
    place = service.node.at(finding.limit) if service is not None else None
    return [Line(note.text, note.span) for note in finding.related if note.span == place]


def _where(finding: Finding) -> Iterator[Line]:
    """Yield the places that a finding points at, but for what its message has said."""
    for note in (finding.place, *finding.related):
        said = note.text in finding.message
        yield Line("here" if said or not note.text else note.text, note.span)


def _repairs(repairs: Sequence[Repair]) -> Iterator[Line]:
    for number, each in enumerate(repairs[:MOST_REPAIRS], 1):
        yield Line(f"{number}. {each.sentence}")
        yield Line(each.edit, depth=1)
    yield from (Line(proof) for proof in dict.fromkeys(each.proof for each in repairs))
