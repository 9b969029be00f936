"""GitHub Actions workflows: the lines of `on.schedule`, one job a workflow.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onschedule. What has
no schedule is passed over: other workflows, actions, and whatever else lies in `.github`.
"""

from __future__ import annotations

from opspolicy.importers.shared import of_yaml
from opspolicy.importers.shared.draft import Draft
from opspolicy.importers.shared.texts import shown
from opspolicy.phrases import listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.source.node import Node

SCHEDULE = "schedule"
KEYS = ("cron", "timezone")
ALSO_MEANT = {"tz": "timezone", "zone": "timezone"}
UTC = "UTC"
WRITTEN = 'write `schedule: [{cron: "0 3 * * *"}]`'


def read(text: str, path: str, source: Source) -> Imported:
    """Return the jobs of a workflow: one, or one for each zone that its lines are in."""
    draft = Draft(source, path)
    for root in of_yaml.documents(draft, text):
        on = root.find("on")
        if on is None:
            continue
        lines = on.find(SCHEDULE)
        if lines is not None:
            _workflow(draft, root, lines)
        else:
            # `on: push`, `on: [push, schedule]`
            for each in on.items or [on]:
                if of_yaml.text(each) == SCHEDULE:
                    draft.leave(each.span, "its schedule has no cron line", WRITTEN, _what(root))
    return draft.imported()


def _workflow(draft: Draft, root: Node, lines: Node) -> None:
    zones: dict[str, list[tuple[Node, Node]]] = {}
    if not lines.items:
        place = root.at("on", SCHEDULE)
        draft.leave(place, "its schedule is no list of cron lines", WRITTEN, _what(root))
    for each in lines.items:
        if _has_unknown(draft, root, each):
            continue
        cron = each.find("cron")
        if cron is None or not of_yaml.text(cron):
            what = f"a line of {_what(root)}"
            draft.leave(each.headline(), "it has no `cron`", WRITTEN, what)
            continue
        zone = each.find("timezone")
        if zone is None or zone.value is None:
            # GitHub's own default, whatever zone the estate is in.
            zone = cron.saying(UTC)
        zones.setdefault(of_yaml.text(zone), []).append((cron, zone))
    for lines_in_zone in zones.values():
        _job(draft, root, lines_in_zone, is_one_of_several=len(zones) > 1)


def _has_unknown(draft: Draft, root: Node, line: Node) -> bool:
    """Whether a line has a key that GitHub doesn't know, for which it refuses the workflow."""
    unknown = [key for key in line.entries if key not in KEYS]
    for key in unknown:
        meant = ALSO_MEANT.get(key.lower()) or draft.meant(key, KEYS)
        hint = f"did you mean `{meant}`?" if meant else f"it has {listing(KEYS)} alone"
        why = f"GitHub refuses it, as a schedule has no `{shown(key)}`"
        draft.wrong(line.key(key), f"a line of {_what(root)} isn't imported: {why}", hint)
    return bool(unknown)


def _job(
    draft: Draft, root: Node, lines: list[tuple[Node, Node]], *, is_one_of_several: bool
) -> None:
    (first, zone), *others = lines
    cron: object = [each for each, _ in lines] if others else first
    schedule = first.saying({"cron": cron, "timezone": zone})
    fields = {"name": _name(root) or draft.path.rpartition("/")[2].rpartition(".")[0]}
    suffix = "-{zone}" if is_one_of_several else ""
    fields["zone"] = of_yaml.text(zone).replace("/", "-")
    place = root.find("name") or first
    values = {"scheduler": "github-actions", SCHEDULE: schedule}
    what = _what(root)
    if not of_yaml.is_left_open(draft, what, place, values):
        draft.add("jobs", place, fields, values, what=what, suffix=suffix)


def _name(root: Node) -> str:
    return of_yaml.text(root.find("name"))


def _what(root: Node) -> str:
    return f"workflow `{_name(root)}`" if _name(root) else "a workflow"
