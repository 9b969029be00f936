"""Who does what around a collision, as lanes: worked out anew from what the parties declare."""

from __future__ import annotations

from functools import reduce

from opspolicy.estate.declarations import GROUP, Freeze, Job, Service, Vendor, Window
from opspolicy.picture import drawing
from opspolicy.picture.drawing import Chart, Row
from opspolicy.picture.happening import happening
from opspolicy.rules.wording import name
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.intervals import NOTHING, IntervalSet, union
from opspolicy.temporal.zones import EARLIEST, LATEST
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.estate.declarations import Dependency
    from opspolicy.report import Finding, Report
    from opspolicy.temporal.intervals import Interval

BUSINESS, DEMANDED, RUNNING = "OPS301", "OPS302", "OPS303"
SPARES, SLOW = "OPS305", "OPS307"
TOO_LONG, BUDGET, MEETING = "OPS304", "OPS306", "OPS308"
LATE = "OPS401"
IN_ALL = {TOO_LONG, BUDGET}
"""The rules whose findings are what all causes of an outage come to."""

COLLISIONS = {BUSINESS, DEMANDED, RUNNING, SPARES, SLOW}
"""The rules whose findings are an outage that meets a need."""

MOST_TIMES = 40
"""How many times as long as an occurrence a drawing of it may be, so that it is still seen."""

MOST_CAUSES = 4

WORDS = {TOO_LONG: "too long", BUDGET: "over budget", MEETING: "at the same time"}
"""What the lane of a finding is called, where that is no collision."""


def timeline(report: Report) -> Timeline:
    """Return the timeline of a report, worked out anew."""
    return Timeline(report.estate, Horizon(report.as_of, report.until))


def outage(timeline: Timeline, finding: Finding) -> IntervalSet:
    """Return all the time at which a finding's causes, together, do what they do to its service."""
    whens = [timeline.causes[ref].when for ref in finding.causes if ref in timeline.causes]
    if not whens or len(whens) < len(finding.causes):
        return NOTHING
    service = hurt(timeline, finding)
    if finding.causes_truncated and service is not None:
        # Which of so many suffice isn't told one by one.
        return timeline.outages.down(service.name) | timeline.outages.degraded(service.name)
    together = reduce(lambda one, other: one & other, whens)
    if service is None:
        return together
    if finding.code == SLOW:
        return together - timeline.outages.down(service.name)
    spent = group(service, finding)
    return together & timeline.outages.without_spare(spent) if spent is not None else together


def need(timeline: Timeline, finding: Finding, when: IntervalSet) -> IntervalSet:
    """Return the time at which what a finding's causes take away is needed, where it meets."""
    service, job = hurt(timeline, finding), running(timeline, finding)
    if finding.code == RUNNING and job is not None:
        return timeline.runs(job, when)
    if finding.code == DEMANDED and job is not None and service is not None:
        demands = job.demands_on({service.name})
        return timeline.demand(job, demands, when)
    return timeline.needed(service, when) if service is not None else NOTHING


def collision(timeline: Timeline, finding: Finding) -> IntervalSet:
    """Return when a collision happens, derived from its parties alone."""
    down = outage(timeline, finding)
    return timeline.in_judgement(need(timeline, finding, down) & down)


def group(service: Service, finding: Finding) -> Dependency | None:
    """Return the redundancy group that a finding is about, which its key names."""
    if finding.code != SPARES:
        return None
    groups = (each for each in service.depends_on if each.strength == GROUP)
    return next((each for each in groups if "/".join(each.services) == finding.key), None)


def hurt(timeline: Timeline, finding: Finding) -> Service | None:
    """Return the service that a finding is about, if any."""
    found = (timeline.estate.entity(ref) for ref in finding.subjects)
    return next((each for each in found if isinstance(each, Service)), None)


def running(timeline: Timeline, finding: Finding) -> Job | None:
    """Return the job that is hurt, if any."""
    found = (timeline.estate.entity(ref) for ref in finding.subjects)
    return next((each for each in found if isinstance(each, Job)), None)


def chart(timeline: Timeline, finding: Finding, occurrence: Interval) -> Chart | None:
    """Return the drawing of one occurrence of a finding."""
    stretch = _stretch(timeline, finding, occurrence)
    rows = [*_causes(timeline, finding, stretch), *_needs(timeline, finding, stretch)]
    if not rows:
        return None
    shown = finding.occurrences.within(*stretch)
    kind, word = drawing.FINDING, WORDS.get(finding.code, "finding")
    if finding.code in COLLISIONS:
        kind, word = drawing.COLLISION, "collision"
    return Chart(
        (*rows, Row(word, kind, shown)),
        *stretch,
        timeline.estate.zone_of((*finding.subjects, *finding.causes)[0]),
    )


def first(timeline: Timeline, finding: Finding) -> Chart | None:
    """Return the drawing of the first occurrence of a finding; None where it has none."""
    if not finding.occurrences:
        return None
    return chart(timeline, finding, next(iter(finding.occurrences)))


def _stretch(timeline: Timeline, finding: Finding, occurrence: Interval) -> Interval:
    """Return the time to draw: both parties whole, unless that makes the occurrence too small."""
    start, end = occurrence
    once = IntervalSet([occurrence])
    whole = [occurrence]
    for ref in finding.causes[:MOST_CAUSES]:
        entity = timeline.estate.entity(ref)
        cause = timeline.causes.get(ref)
        if isinstance(entity, Job | Window) and cause is not None:
            whole += list(cause.when.touching(once))
    if finding.code in {DEMANDED, RUNNING}:
        whole += list(need(timeline, finding, once).touching(once))
    return widened(min(low for low, _ in whole), max(high for _, high in whole), start, end)


def widened(low: int, high: int, start: int, end: int) -> Interval:
    """Return a stretch with some room at both ends, not too long for ``[start, end)`` in it."""
    room = max((high - low) // 12, MINUTE)
    most = max((end - start) * MOST_TIMES // 2, HOUR)
    low, high = max(low - room, start - most), min(high + room, end + most)
    # Beyond, no clock can be told.
    low, high = max(low, EARLIEST + DAY), min(high, LATEST - DAY)
    step = next(each for each in (HOUR, MINUTE, 1) if high - low >= 12 * each or each == 1)
    return low // step * step, -(-high // step) * step


def _causes(timeline: Timeline, finding: Finding, stretch: Interval) -> list[Row]:
    """Return a lane a cause, and where these have to meet one for what they do together."""
    rows: list[Row] = []
    service = hurt(timeline, finding)
    for ref, path in zip(finding.causes[:MOST_CAUSES], _paths(finding), strict=False):
        entity = timeline.estate.entity(ref)
        if isinstance(entity, Job | Window):
            cause = timeline.causes.get(ref)
            when = cause.when.within(*stretch) if cause else happening(entity, *stretch)
            # What has a part in it at another time has no lane here.
            if when or finding.code not in IN_ALL:
                rows.append(Row(name(ref), _kind(entity, path), when))
    if len(finding.causes) > 1 and service is not None and finding.code in COLLISIONS:
        when = outage(timeline, finding).within(*stretch)
        slow = finding.code in {SLOW, SPARES}
        label = f"{name(service.ref)}, together"
        rows.append(Row(label, drawing.DEGRADED if slow else drawing.INHERITED, when))
    if finding.code in IN_ALL and service is not None:
        down = timeline.outages.down(service.name).within(*stretch)
        rows.append(Row(f"{name(service.ref)} down", drawing.INHERITED, down))
    return rows


def _paths(finding: Finding) -> Sequence[Sequence[str]]:
    return [*finding.paths, *[()] * len(finding.causes)]


def _kind(entity: Job | Window, path: Sequence[str]) -> str:
    """Return what a cause is to who is hurt: its own outage, one it inherits, or slowness."""
    hit = path[-1].partition("/")[2] if path else ""
    if hit and hit not in entity.takes_down:
        return drawing.DEGRADED
    return drawing.INHERITED if len(path) > 1 else drawing.OUTAGE


def _needs(timeline: Timeline, finding: Finding, stretch: Interval) -> list[Row]:
    """Return the lanes of those who are hurt, and of the freeze that they are hurt in."""
    service, job = hurt(timeline, finding), running(timeline, finding)
    when = IntervalSet([stretch])
    rows: list[Row] = []
    if job is not None and finding.code != DEMANDED:
        rows.append(Row(f"runs of {name(job.ref)}", drawing.RUN, timeline.runs(job, when)))
    if job is not None and service is not None and finding.code != RUNNING:
        demands = job.demands_on({service.name})
        label = f"sent by {name(job.ref)}"
        rows.append(Row(label, drawing.DEMAND, timeline.demand(job, demands, when)))
    elif job is None and service is not None:
        needed = timeline.needed(service, when)
        if needed:
            rows.append(Row(f"{name(service.ref)} needed", drawing.HOURS, needed))
    for ref in finding.subjects:
        entity = timeline.estate.entity(ref)
        if isinstance(entity, Freeze):
            rows.append(Row(name(ref), drawing.FREEZE, happening(entity, *stretch)))
        elif isinstance(entity, Window) and ref not in finding.causes:
            kind = drawing.OUTAGE if entity.takes_down else drawing.RUN
            rows.append(Row(name(ref), kind, happening(entity, *stretch)))
        elif isinstance(entity, Vendor):
            hours = timeline.estate.hours(entity.support_hours)
            if hours is not None:
                rows.append(Row(f"{name(ref)} answers", drawing.SUPPORT, hours.during(when)))
    return [each for each in rows if each.when]


def of_service(timeline: Timeline, service: Service, start: int, end: int) -> Chart | None:
    """Return the drawing of a service between two instants: outages, hours, and who is sent."""
    when = IntervalSet([(start, end)])
    outages = timeline.outages
    own = union(
        cause.when for cause in timeline.causes.values() if service.name in cause.takes_down
    )
    down = outages.down(service.name) & when
    rows = [
        Row("down by itself", drawing.OUTAGE, own & when),
        Row("down through others", drawing.INHERITED, down - own),
        Row("degraded", drawing.DEGRADED, outages.degraded(service.name) & when),
    ]
    for job in timeline.estate.jobs.values():
        demands = job.demands_on({service.name})
        if demands:
            shown = timeline.demand(job, demands, when)
            rows.append(Row(f"sent by {name(job.ref)}", drawing.DEMAND, shown))
    rows = [each for each in rows if each.when.within(start, end)][:MOST_CAUSES]
    needed = timeline.needed(service, when)
    if needed:
        rows.append(Row("business hours", drawing.HOURS, needed))
    zone = timeline.estate.zone_of(service.ref)
    return Chart(tuple(rows), start, end, zone) if rows else None


def first_of(when: IntervalSet, start: int) -> Interval | None:
    """Return the first interval that isn't over at ``start``."""
    return next(((low, high) for low, high in when if high > start), None)
