"""What would have to be true for a finding to be acceptable, and the waiver that says so."""

from __future__ import annotations

from opspolicy import rules
from opspolicy.encode import scalar
from opspolicy.estate import places
from opspolicy.explain.story import Line, section
from opspolicy.explain.telling import names
from opspolicy.picture import lanes
from opspolicy.policy.waivers import why_never
from opspolicy.rules.wording import at, listing, name, words
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY, HOUR, compact
from opspolicy.temporal.instants import calendar_date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Section
    from opspolicy.report import Finding

MOST_NAMED = 8
USUALLY = 30 * DAY
"""For how long to accept what has no end of its own."""


def acceptable(scene: Scene, finding: Finding) -> Section:
    """Return what would have to be true, one possibility a line."""
    if finding.incomplete or _why_never(finding):
        return section("acceptable", ())
    told = CONDITIONS.get(finding.rule, _agreed)
    return section("acceptable", [*told(scene, finding)])


def waiver(scene: Scene, finding: Finding) -> Section:
    """Return the waiver to write, as YAML; none for what can't be waived."""
    if finding.incomplete:
        return section("waiver", ())
    why = _why_never(finding)
    if why:
        return section("waiver", [f"none: {why}"])
    policy = scene.policies.get(finding.policy)
    if policy is not None and any(each.locked for each in policy.layers):
        return section("waiver", [f"none: policy `{finding.policy}` is locked"])
    involved = list(dict.fromkeys([*finding.subjects, *finding.causes]))
    # Under some of the names it is waived as well, and `accepts` names this collision alone.
    on = ", ".join(scalar(each) for each in involved[:MOST_NAMED])
    approved = ", ".join(scalar(each) for each in finding.owners)
    by = f"[{approved}]" if approved else '["whoever answers for it: no owner is declared"]'
    return section(
        "waiver",
        [],
        "\n".join(
            [
                "waivers:",
                f"  - rule: {scalar(finding.policy)}",
                f"    on: [{on}]",
                '    reason: ""  # say why',
                f"    approved_by: {by}",
                f"    expires: {expiry(scene, finding)}{_until_then(finding)}",
                f"    accepts: [{finding.acceptance}]",
            ]
        ),
    )


def _why_never(finding: Finding) -> str:
    """Return why a finding can't be waived whoever agrees, nothing where it can."""
    rule = rules.load(finding.rule)
    return why_never(rule)[0] if rule is not None else ""


def expiry(scene: Scene, finding: Finding) -> str:
    """Return the date of the last occurrence's start, wherever it is latest among the parties."""
    if not finding.occurrences:
        return calendar_date((scene.report.as_of + USUALLY) // DAY).isoformat()
    *_, (last, _) = finding.occurrences
    places_of = {scene.estate.zone_of(ref) for ref in (*finding.subjects, *finding.causes)}
    days = [zones.zone(each).wall(last) // DAY for each in {*places_of, "UTC"}]
    return calendar_date(max(days)).isoformat()


def _until_then(finding: Finding) -> str:
    """Return what happens to what repeats: the horizon moves on, and so does the last of them."""
    return (
        "  # it repeats: those after this day will be found again"
        if len(finding.occurrences) > 1
        else ""
    )


def _agreed(_scene: Scene, finding: Finding) -> Iterator[Line]:
    who = listing(list(finding.owners)) or "whoever answers for it"
    yield Line(f"if {who} would rather live with it than change it, and say until when")


def _served(scene: Scene, finding: Finding) -> Iterator[Line]:
    """Yield how customers may be helped without the service."""
    service = lanes.hurt(scene.timeline, finding)
    if service is None:
        return
    plans = [
        (each, key)
        for each, key in (
            (service.fallback, "fallback"),
            (service.continuity_plan, "continuity_plan"),
        )
        if each
    ]
    if plans:
        what, key = plans[0]
        yield Line(
            f"if customers are served all the same, by its `{key}`: {what}", service.node.at(key)
        )
        return
    yield Line(
        f"if customers are served all the same: {name(service.ref)} declares no `fallback` or plan"
    )


def _demand(scene: Scene, finding: Finding) -> Iterator[Line]:
    yield from _served(scene, finding)
    service, job = lanes.hurt(scene.timeline, finding), lanes.running(scene.timeline, finding)
    if service is None or job is None:
        return
    demand = job.demands_on({service.name})[0]
    place = job.node.at("induces_demand", demand.position, "for")
    first = finding.occurrences.start
    down = lanes.outage(scene.timeline, finding)
    begun = [
        start for start, end in lanes.need(scene.timeline, finding, down) if start <= first < end
    ]
    enough = first - begun[0] if begun else 0
    if enough >= HOUR and not demand.at_end and len(job.induces_demand) == 1:
        zone = scene.estate.zone_of(service.ref)
        yield Line(
            f"if demand ends by {at(first, zone)}: `for` is {compact(enough)} at most, instead of"
            f" {words(demand.lasting)}",
            place,
        )
        return
    yield Line(
        f"if {name(job.ref)} sends nobody there: correct `induces_demand`",
        place,
    )


def _hours(scene: Scene, finding: Finding) -> Iterator[Line]:
    yield from _served(scene, finding)
    service = lanes.hurt(scene.timeline, finding)
    if service is None:
        return
    hours = f"`{service.business_hours}`" if service.business_hours else "at all hours"
    said = f"in {hours}" if service.business_hours else hours
    place = service.node.at("business_hours") if service.business_hours else service.node.place
    yield Line(
        f"if customers don't need it then, though it says {said}: correct `business_hours`, or"
        " permit such outages with `maintenance_hours`",
        place,
    )


def _run(scene: Scene, finding: Finding) -> Iterator[Line]:
    service, job = lanes.hurt(scene.timeline, finding), lanes.running(scene.timeline, finding)
    if service is None or job is None:
        return
    yield Line(
        f"if {name(job.ref)} doesn't need {name(service.ref)} then: take it out of `requires`",
        places.listed(job, "requires", service.name),
    )
    yield Line(f"if a failed run of {name(job.ref)} harms nobody, or is started again at once")


def _spare(scene: Scene, finding: Finding) -> Iterator[Line]:
    service = lanes.hurt(scene.timeline, finding)
    group = lanes.group(service, finding) if service is not None else None
    lasts = words(max(end - start for start, end in finding.occurrences))
    left = f" of {names(group.services)}" if group is not None else ""
    yield Line(f"if nothing else{left} fails for up to {lasts}: a risk that somebody takes on")


def _slow(_scene: Scene, finding: Finding) -> Iterator[Line]:
    yield Line(f"if {name(finding.subjects[0])} is good enough then, slow or in part")


CONDITIONS: dict[str, Callable[[Scene, Finding], Iterator[Line]]] = {
    "outage-in-business-hours": _hours,
    "outage-during-induced-demand": _demand,
    "run-during-outage": _run,
    "redundancy-lost": _spare,
    "degraded-in-business-hours": _slow,
}
"""What each rule takes to be wrong, turned round; other rules are a matter of agreement."""
