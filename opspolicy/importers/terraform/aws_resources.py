"""What AWS resources become: services with their maintenance and backups, windows, and jobs.

Of the attributes (https://registry.terraform.io/providers/hashicorp/aws/latest/docs) those are read
that say when something happens.
"""

from __future__ import annotations

from opspolicy.importers.shared import of_yaml
from opspolicy.importers.terraform import aws_times, hcl
from opspolicy.importers.terraform.aws_entries import Entry
from opspolicy.importers.terraform.aws_times import UnsaidError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from opspolicy.importers.shared.draft import Draft
    from opspolicy.importers.terraform.terraform_files import Resource

    Values = dict[str, object]

UTC = "UTC"
MAINTENANCE, BACKUP = "maintenance", "backup"
_PREFERRED = ("preferred_maintenance_window", "preferred_backup_window")
_OF_CACHES = ("maintenance_window", "snapshot_window")
WINDOWS: dict[str, tuple[str, ...]] = {
    "aws_db_instance": ("maintenance_window", "backup_window"),
    "aws_rds_cluster": _PREFERRED,
    "aws_rds_cluster_instance": _PREFERRED,
    "aws_docdb_cluster": _PREFERRED,
    "aws_docdb_cluster_instance": _PREFERRED[:1],
    "aws_neptune_cluster": _PREFERRED,
    "aws_neptune_cluster_instance": _PREFERRED,
    "aws_redshift_cluster": _PREFERRED[:1],
    "aws_dms_replication_instance": _PREFERRED[:1],
    "aws_elasticache_cluster": _OF_CACHES,
    "aws_elasticache_replication_group": _OF_CACHES,
    "aws_memorydb_cluster": _OF_CACHES,
    "aws_dax_cluster": _OF_CACHES[:1],
}
"""What has a weekly window in UTC, and some a daily one: the attributes of the two."""
RETENTIONS = ("backup_retention_period", "snapshot_retention_limit")
RULE, EXPRESSION = "aws_cloudwatch_event_rule", "schedule_expression"
FLEXIBLE = "flexible_time_window"
BROKER_START = "maintenance_window_start_time"
BROKER_LASTS = "2h"
"""https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/maintaining-brokers.html"""

PICKED = "set it; of what exists already, `terraform show -json` of the state has what AWS picked"
NO_START = "declare it by hand, `every: {}` with the `start` that it counts from"


def add(draft: Draft, found: Resource) -> None:
    """Add what a resource comes to; one of which there are to be 0 comes to nothing."""
    if found.type == RULE and found.get(EXPRESSION) is None:
        # It waits for events.
        return
    entry = Entry(draft, found)
    if not entry.is_none():
        KINDS[found.type](entry)


def _database(entry: Entry) -> None:
    """Add a service with its weekly maintenance and its daily backups, both in UTC."""
    name, common = entry.service()
    maintenance, *backup = WINDOWS[entry.found.type]
    window = {**common, "takes_down": [name]}
    _window(entry, MAINTENANCE, maintenance, aws_times.weekly, window)
    if not backup or entry.found.get(backup[0]) is None:
        return
    for key in RETENTIONS:
        kept = entry.found.get(key)
        if kept is not None and kept.value == 0:
            entry.leave(
                kept, f"its `{key}` is 0, so none are made", what=f"{BACKUP} of {entry.what}"
            )
            return
    _window(entry, BACKUP, backup[0], aws_times.daily, {**common, "degrades": [name]})


def _window(
    entry: Entry,
    kind: str,
    attribute: str,
    read: Callable[[str], tuple[str, str]],
    values: Values,
) -> None:
    what = f"{kind} of {entry.what}"
    try:
        node = entry.plain(attribute)
        if node is None:
            why = f"it has no `{attribute}`, so AWS picks a time"
            entry.leave(entry.found.place, why, PICKED, what)
            return
        cron, duration = read(of_yaml.text(node))
    except UnsaidError as error:
        place = error.node or entry.found.get(attribute) or entry.found.place
        entry.leave(place, error, error.hint, what)
        return
    values["schedule"] = {"cron": node.saying(cron), "timezone": UTC}
    entry.add(
        "maintenance_windows", {**values, "duration": node.saying(duration)}, node, f"-{kind}"
    )


def _broker(entry: Entry) -> None:
    """Add a service with the two hours a week in which Amazon MQ maintains it."""
    name, common = entry.service()
    what = f"{MAINTENANCE} of {entry.what}"
    start = entry.found.get(BROKER_START)
    if start is None:
        why = f"it has no `{BROKER_START}`, so AWS picks a time"
        entry.leave(entry.found.place, why, PICKED, what)
        return
    try:
        day, time, zone = (
            entry.plain(BROKER_START, key) for key in ("day_of_week", "time_of_day", "time_zone")
        )
        cron = aws_times.at(of_yaml.text(day), of_yaml.text(time))
    except UnsaidError as error:
        entry.leave(error.node or start, error, error.hint, what)
        return
    if of_yaml.text(zone)[:1] in {"+", "-"}:
        hint = "name a zone such as Europe/Paris"
        why = f"its zone is an offset, `{aws_times.shown(of_yaml.text(zone))}`"
        entry.leave(zone or start, why, hint, what)
        return
    place = time or start
    values: Values = {
        **common,
        "takes_down": [name],
        "schedule": {"cron": place.saying(cron), "timezone": zone or UTC},
        "duration": BROKER_LASTS,
    }
    entry.add("maintenance_windows", values, place, f"-{MAINTENANCE}")


def _maintenance_window(entry: Entry) -> None:
    """Add a window of Systems Manager, which doesn't say what it takes down."""
    if entry.is_off():
        entry.leave(entry.found.place, "it is switched off")
        return
    node = entry.found.get("schedule")
    try:
        values = _of_systems_manager(entry)
    except UnsaidError as error:
        entry.leave(error.node or node or entry.found.place, error, error.hint)
        return
    summary = entry.found.get("description") or entry.found.get("name")
    if summary is not None and not isinstance(summary.value, hcl.Expression):
        values["summary"] = summary
    entry.add("maintenance_windows", {**values, **entry.given("maintenance_windows")})


def _of_systems_manager(entry: Entry) -> Values:
    node, hours = entry.plain("schedule"), entry.plain("duration")
    if node is None or hours is None:
        message = "it has no `schedule`" if node is None else "it has no `duration`"
        raise UnsaidError(message)
    zone = entry.plain("schedule_timezone")
    # Terraform takes `"3"` for 3. What is no number stays, and is refused where it stands.
    number = of_yaml.text(hours)
    duration = hours.saying(f"{number}h" if number.isdecimal() else number)
    kind, inside = aws_times.spoken(of_yaml.text(node))
    if kind == "rate":
        message = f"`rate({inside})` counts from when the window was made or changed"
        raise UnsaidError(message, NO_START.format(aws_times.rate(inside)))
    if kind == "at":
        # The page in `aws_times.py` has it as "a timestamp in Coordinated Universal Time".
        if zone is not None and of_yaml.text(zone) not in {UTC, f"Etc/{UTC}"}:
            when = f"`at({aws_times.shown(inside)})`"
            message = f"AWS takes {when} as UTC, and its `schedule_timezone` says otherwise"
            raise UnsaidError(message, "leave the zone out, or write the time as `cron(…)`")
        return {"start": node.saying(inside), "timezone": UTC, "duration": duration}
    offset = entry.plain("schedule_offset")
    if offset is not None and offset.value != 0:
        message = (
            f"its `schedule_offset` puts it off by {aws_times.shown(of_yaml.text(offset))} days"
        )
        raise UnsaidError(message, "declare it by hand", offset)
    schedule: Values = {
        **{key: node.saying(each) for key, each in aws_times.appointment(inside).items()},
        "timezone": zone or UTC,
        **_bounds(entry),
    }
    return {"schedule": node.saying(schedule), "duration": duration}


def _bounds(entry: Entry) -> Values:
    start, end = entry.plain("start_date"), entry.plain("end_date")
    found = {"from": start, "until": end}
    return {key: each for key, each in found.items() if each is not None}


def _job(entry: Entry) -> None:
    """Add a rule or a schedule of EventBridge."""
    node = entry.found.get(EXPRESSION)
    if node is None:
        entry.leave(entry.found.place, f"it has no `{EXPRESSION}`", "write it")
        return
    try:
        schedule = _of_eventbridge(entry)
    except UnsaidError as error:
        entry.leave(error.node or node, error, error.hint)
        return
    values: Values = {"scheduler": "eventbridge", "schedule": node.saying(schedule)}
    if entry.is_off():
        values["suspended"] = True
    entry.add("jobs", {**values, **entry.given("jobs")})
    mode = entry.found.get(FLEXIBLE, "mode")
    if mode is not None and of_yaml.text(mode) != "OFF":
        longest = of_yaml.text(entry.found.get(FLEXIBLE, "maximum_window_in_minutes")) or "some"
        why = f"a run may start up to {aws_times.shown(longest)} minutes late"
        entry.leave(mode, why, "allow for it in `max_duration`", f"`{FLEXIBLE}` of {entry.what}")


def _of_eventbridge(entry: Entry) -> Values:
    """Return the schedule of a job; rules have neither zone nor bounds, and are in UTC."""
    node = entry.plain(EXPRESSION)
    assert node is not None  # noqa: S101 - narrows the type; the caller has seen it
    kind, inside = aws_times.spoken(of_yaml.text(node))
    zone = entry.plain("schedule_expression_timezone") or UTC
    if kind == "at":
        return {"dates": [node.saying(inside)], "timezone": zone}
    bounds = _bounds(entry)
    if kind == "cron":
        return {"cron": node.saying(inside), "timezone": zone, **bounds}
    every, start = aws_times.rate(inside), bounds.pop("from", None)
    if start is None:
        message = f"`rate({inside})` counts from when it was made, which isn't written here"
        raise UnsaidError(message, NO_START.format(every))
    return {"every": node.saying(every), "start": start, "timezone": zone, **bounds}


KINDS: dict[str, Callable[[Entry], None]] = {
    **dict.fromkeys(WINDOWS, _database),
    "aws_mq_broker": _broker,
    "aws_ssm_maintenance_window": _maintenance_window,
    RULE: _job,
    "aws_scheduler_schedule": _job,
}
"""What adds the entries of a type."""
