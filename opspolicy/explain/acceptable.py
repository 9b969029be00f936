"""What would have to be true for a finding to be acceptable, and the waiver that says so."""

from __future__ import annotations

from opspolicy import rules
from opspolicy.encode import scalar
from opspolicy.estate import places
from opspolicy.estate.declarations import Vendor
from opspolicy.explain.story import Line, section
from opspolicy.explain.telling import names
from opspolicy.picture import lanes
from opspolicy.policy.waivers import why_never
from opspolicy.report import worst
from opspolicy.rules.base import DOWNTIME_BUDGET, MAX_OUTAGE
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
    if scene.report.what_if:
        return section("waiver", ["none: this is assumed, and a waiver accepts what is declared"])
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


def _length(scene: Scene, finding: Finding) -> Iterator[Line]:
    service = lanes.hurt(scene.timeline, finding)
    longest = worst(finding.measure)
    if service is None or longest is None:
        yield from _agreed(scene, finding)
        return
    yield from _served(scene, finding)
    place = service.node.at(MAX_OUTAGE) if service.max_outage is not None else service.node.place
    said = f"if customers can do without {name(service.ref)} for {words(longest)}"
    yield Line(f"{said}: correct `{MAX_OUTAGE}`, or the policy that limits it", place)


def _budget(scene: Scene, finding: Finding) -> Iterator[Line]:
    service = lanes.hurt(scene.timeline, finding)
    most = worst(finding.measure)
    if service is None or service.downtime_budget is None or most is None:
        yield from _agreed(scene, finding)
        return
    _, per, _ = service.downtime_budget
    yield Line(
        f"if customers can do without {name(service.ref)} for {words(most)} in {words(per)}:"
        f" correct `{DOWNTIME_BUDGET}`",
        service.node.at(DOWNTIME_BUDGET),
    )
    yield Line("if something of it didn't happen, or won't: say so where it is declared")


def _known_of(_scene: Scene, finding: Finding) -> Iterator[Line]:
    who = listing(list(finding.owners)) or "the owners of both"
    yield Line(f"if {who} know of each other: `approved_by` of one of the windows says so")


def _unsupported(scene: Scene, finding: Finding) -> Iterator[Line]:
    vendor = _vendor(scene, finding)
    if vendor is None:
        return
    shown, calendar = name(vendor.ref), vendor.support_hours
    yield Line(f"if whoever is on duty can end it without {shown}, by a runbook that was tried")
    if calendar in scene.estate.calendars:
        yield Line(
            f"if somebody at {shown} is there then: add an exception to `{calendar}`",
            vendor.node.at("support", "hours"),
        )


def _unowed(scene: Scene, finding: Finding) -> Iterator[Line]:
    vendor = _vendor(scene, finding)
    if vendor is None:
        return
    yield Line(f"if {name(vendor.ref)} owes it all the same: write down where, in `obligations`")
    who = listing(list(finding.owners)) or "whoever answers for what it runs"
    yield Line(f"if {who} can end and explain an outage of what it runs without it")


def _announced_late(scene: Scene, finding: Finding) -> Iterator[Line]:
    vendor = _vendor(scene, finding)
    if vendor is None:
        return
    yield Line("if everybody who needs what it touches was told in time all the same")
    yield Line(
        f"if {name(vendor.ref)} need not announce work of this kind so early: agree on another"
        " `maintenance_notice`",
        vendor.node.at("maintenance_notice"),
    )


def _vendor(scene: Scene, finding: Finding) -> Vendor | None:
    found = (scene.estate.entity(ref) for ref in finding.subjects)
    return next((each for each in found if isinstance(each, Vendor)), None)


def _untold(scene: Scene, finding: Finding) -> Iterator[Line]:
    """Yield how customers may hear of an outage by other ways than those asked for."""
    service = lanes.hurt(scene.timeline, finding)
    if service is None or not finding.causes:
        yield from _agreed(scene, finding)
        return
    yield Line(f"if customers of {name(service.ref)} have been told in another way: declare it")
    key = "notice_channels"
    yield Line(f"if they needn't be told on each of these: correct `{key}`", service.node.at(key))


def _carried(_scene: Scene, finding: Finding) -> Iterator[Line]:
    """Yield when it doesn't matter that a notice isn't sent, or that nobody can look."""
    service, *_ = (ref for ref in finding.subjects if ref.startswith("service/"))
    planned = [ref for ref in finding.subjects if not ref.startswith("service/")]
    if planned:
        yield Line(
            f"if {name(service)} keeps what it is sent, and delivers it early enough once up"
        )
        yield Line(f"if another notice of {name(planned[0])} reaches the same customers in time")
        return
    yield Line(f"if customers of {name(service)} can see elsewhere how it fares, and know where")


def _unanswered(scene: Scene, finding: Finding) -> Iterator[Line]:
    """Yield who answers customers all the same."""
    service = lanes.hurt(scene.timeline, finding)
    if service is None or not finding.causes:
        yield from _agreed(scene, finding)
        return
    yield Line("if somebody answers then after all: declare the hours, or who it is by `support`")
    if service.help is not None:
        helped = f"if customers find all they ask by themselves, by its `help`: {service.help}"
        yield Line(helped, service.node.at("help"))
    yield from _served(scene, finding)


def _unplanned(_scene: Scene, finding: Finding) -> Iterator[Line]:
    yield Line(f"if there is a plan for {name(finding.subjects[0])}: declare `continuity_plan`")


def _own_rule(scene: Scene, finding: Finding) -> Iterator[Line]:
    policy = scene.policies.get(finding.policy)
    if policy is None or policy.place is None:
        return
    whoever = f"whoever wrote policy `{finding.policy}`"
    yield Line(f"if {whoever} takes this for an exception from it", policy.place)
    yield from _agreed(scene, finding)


CONDITIONS: dict[str, Callable[[Scene, Finding], Iterator[Line]]] = {
    "outage-in-business-hours": _hours,
    "outage-during-induced-demand": _demand,
    "run-during-outage": _run,
    "outage-too-long": _length,
    "downtime-budget-exceeded": _budget,
    "colliding-maintenance": _known_of,
    "redundancy-lost": _spare,
    "degraded-in-business-hours": _slow,
    "vendor-support-gap": _unsupported,
    "vendor-obligation-missing": _unowed,
    "vendor-notice-short": _announced_late,
    "missing-notice": _untold,
    "notice-channel-down": _carried,
    "support-unstaffed": _unanswered,
    "missing-continuity-plan": _unplanned,
    "custom": _own_rule,
}
"""What each rule takes to be wrong, turned round; other rules are a matter of agreement."""
