"""Where to point: the narrowest place that shows what can be changed."""

from __future__ import annotations

from opspolicy.temporal.schedules import DatedSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Freeze, Job, Service, Window
    from opspolicy.source.span import Span


def start_of(entity: Job | Window | Freeze, instant: int | None = None) -> Span:
    """Return where the start of a job or window is written.

    Of several dates it is the one in effect at ``instant``: the last before it.
    """
    node = entity.node
    if node.find("start") is not None:
        return node.at("start")
    schedule = entity.schedule
    if isinstance(schedule, DatedSchedule):
        starts = schedule.instants
        past = [start for start in starts if instant is None or start <= instant]
        position = schedule.position(past[-1] if past and instant is not None else starts[0])
        return node.at("schedule", "dates", position or 0)
    cron = node.find("schedule", "cron")
    if cron is None:
        return node.at("schedule")
    return node.at("schedule", "cron", 0) if cron.items else node.at("schedule", "cron")


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


def listed(node_owner: Job | Window, key: str, name: str) -> Span:
    """Return where ``name`` stands in a list of references such as `takes_down`."""
    found = node_owner.node.find(key)
    for at, each in enumerate(found.items if found is not None else ()):
        if str(each.value).removeprefix("service/") == name:
            return node_owner.node.at(key, at)
    return node_owner.node.at(key)
