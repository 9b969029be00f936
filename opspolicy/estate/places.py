"""Where to point: the narrowest place that shows what can be changed."""

from __future__ import annotations

from opspolicy.estate.declarations import SOFT
from opspolicy.temporal.schedules import DatedSchedule, RecurringSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Freeze, Job, Service, Window
    from opspolicy.source.span import Span


def start_of(entity: Job | Window | Freeze, instant: int | None = None) -> Span:
    """Return where the start of a job, window or freeze is written.

    Of several dates or cron lines it is the one in effect at ``instant``: the last start before it.
    """
    node, schedule = entity.node, entity.schedule
    if getattr(entity, "assumed", False):
        return node.place
    if node.find("start") is not None:
        return node.at("start")
    if isinstance(schedule, DatedSchedule):
        past = [start for start in schedule.instants if instant is not None and start <= instant]
        starts = past[-1:] or schedule.instants[:1]
        position = schedule.position(starts[0]) if starts else None
        return node.at("schedule", "dates", position or 0)
    if not isinstance(schedule, RecurringSchedule):
        return node.at("schedule")
    lines = node.find("schedule", schedule.kind)
    if lines is None or not lines.items:
        return node.at("schedule", *([schedule.kind] if lines is not None else []))
    latest = schedule.latest_line(instant) if instant is not None else 0
    return node.at("schedule", schedule.kind, latest)


def dependency(service: Service, needed: str) -> Span:
    """Return where a service says that it depends on ``needed``."""
    for each in service.depends_on:
        if needed not in each.services:
            continue
        entry = service.node.find("depends_on", each.position)
        if entry is not None and entry.find("any_of") is not None:
            members = entry.entries["any_of"].items
            at = next((at for at, member in enumerate(members)
                       if str(member.value).removeprefix("service/") == needed), 0)  # fmt: skip
            return service.node.at("depends_on", each.position, "any_of", at)
        return service.node.at("depends_on", each.position, "service")
    return service.node.at("depends_on")


def is_soft(service: Service, needed: str) -> bool:
    """Whether a service depends on ``needed`` only softly."""
    strengths = {each.strength for each in service.depends_on if needed in each.services}
    return strengths == {SOFT}


def listed(entity: Job | Window, key: str, name: str) -> Span:
    """Return where ``name`` stands in a list of references such as `takes_down` or `after`."""
    found = entity.node.find(key)
    for at, each in enumerate(found.items if found is not None else ()):
        text = str(each.value)
        if name in {text, text.partition("/")[2]}:
            return entity.node.at(key, at)
    return entity.node.at(key)
