"""Argo CD's sync windows, of AppProject manifests: denied are freezes, allowed are calendars.

https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/. Where any window allows an
application to sync, it may sync in these alone, which is what `maintenance_hours` say of a service.
"""

from __future__ import annotations

import re

from opspolicy.importers.shared import of_yaml
from opspolicy.importers.shared.draft import Draft

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.importers.shared.draft import Values
    from opspolicy.source.node import Node

PROJECT, APPLICATION = "AppProject", "Application"
ALLOW, DENY = "allow", "deny"
EITHER = re.compile(r"\*/[0-9]+")
DAY_FIELDS = (2, 4)
FIELDS = 5


def read(text: str, path: str, source: Source) -> Imported:
    """Return the freezes and calendars that the projects of a file come to."""
    draft = Draft(source, path)
    for manifest in of_yaml.manifests(draft, text):
        kind, windows = of_yaml.text(manifest.find("kind")), manifest.find("spec", "syncWindows")
        if windows is None or kind not in {PROJECT, APPLICATION}:
            continue
        name = of_yaml.text(manifest.find("metadata", "name"))
        if kind == APPLICATION:
            why = "only an AppProject can have `syncWindows`; Argo CD passes over these"
            hint = "move them to the project of the application"
            draft.leave(
                manifest.at("spec", "syncWindows"), why, hint, f"what Application `{name}` lists"
            )
        else:
            _Project(draft, name, of_yaml.text(manifest.find("metadata", "namespace"))).read(
                windows
            )
    return draft.imported()


class _Project:
    """The windows of one project, numbered by what they become."""

    def __init__(self, draft: Draft, name: str, namespace: str) -> None:
        self.draft, self.name, self.namespace = draft, name, namespace
        self.denied = 0
        # The openings for the same applications are one calendar: a service has but one.
        self.allowed: dict[str, list[Node]] = {}

    def read(self, windows: Node) -> None:
        """Import each window that can be told in our terms."""
        for window in windows.items:
            if self._is_understood(window):
                if of_yaml.text(window.find("kind")) == DENY:
                    self._freeze(window)
                else:
                    who = repr(_plain(window.find("applications")))
                    self.allowed.setdefault(who, []).append(window)
        for number, opened in enumerate(self.allowed.values(), 1):
            self._calendar(number, opened)

    def _is_understood(self, window: Node) -> bool:
        what = f"a sync window of project `{self.name}`"
        kind, schedule = of_yaml.text(window.find("kind")), window.find("schedule")
        others = [each for each in ("namespaces", "clusters") if _plain(window.find(each))]
        shown = " and ".join(f"`{each}`" for each in others)
        why = hint = ""
        at = window.at("kind")
        if found := of_yaml.template([window]):
            at, why = found.span, f"`{found.value}` is filled in by a template"
            hint = "import what the template makes of it"
        elif kind not in {ALLOW, DENY}:
            why = f"its kind is `{kind}`" if kind else "it has no `kind`"
            hint = "write `kind: allow` or `kind: deny`"
        elif schedule is None or window.find("duration") is None:
            why, hint = "it lacks its `schedule` or its `duration`", "write both"
        elif _is_read_otherwise(of_yaml.text(schedule)):
            at = schedule.span
            why = "with `*/` in one of its day fields Argo CD means either day, and cron means both"
            hint = "write the days out, such as `1-31/2`"
        elif others and not _plain(window.find("applications")):
            at = window.at(others[0])
            why = f"it is for {shown} alone, and services are known by their names only"
            hint = "name the `applications` as well"
        elif others and of_yaml.flag(window.find("andOperator")):
            at = window.at("andOperator")
            why = f"it is only for some of its applications, by {shown} too"
            hint = "name the `applications` alone"
        if why:
            self.draft.leave(at, why, hint, what)
            return False
        if others:
            note = "services are known by their names only; its applications are imported"
            self.draft.leave(window.at(others[0]), note, "", f"{shown} of {what}")
        return True

    def _freeze(self, window: Node) -> None:
        self.denied += 1
        applications = window.find("applications")
        if of_yaml.flag(window.find("manualSync")):
            why = "who syncs by hand may do so in this freeze, and that can't be told from a plan"
            what = f"`manualSync` of a sync window of project `{self.name}`"
            self.draft.leave(window.at("manualSync"), why, "", what)
        everywhere = _plain(applications) == ["*"]
        self._add("freezes", window, DENY, self.denied, {
            "schedule": _schedule(window),
            "duration": window.find("duration"),
            "applies_to": None if applications is None or everywhere
            else applications.saying({"services": applications}),
            "reason": window.find("description"),
        })  # fmt: skip

    def _calendar(self, number: int, windows: list[Node]) -> None:
        first = windows[0]
        openings = [
            each.saying({"schedule": _schedule(each), "duration": each.find("duration")})
            for each in windows
        ]
        zone = first.find("timeZone") or "UTC"
        values = {"timezone": zone, "openings": first.saying(openings)}
        self._add("calendars", first, ALLOW, number, values)

    def _add(self, section: str, window: Node, kind: str, number: int, values: Values) -> None:
        fields = {
            "project": self.name,
            "namespace": self.namespace,
            "kind": kind,
            "number": str(number),
        }
        place = window.find("schedule") or window
        self.draft.add(section, place, fields, values)


def _schedule(window: Node) -> Node:
    """Return the schedule of a window, in its zone; Argo CD goes by UTC where there is none."""
    schedule = window.entries["schedule"]
    return schedule.saying({"cron": schedule, "timezone": window.find("timeZone") or "UTC"})


def _is_read_otherwise(line: str) -> bool:
    """Whether the days of a line are others for Argo CD than for cron, as windows are read.

    Two day fields are either of both for Argo CD's library (https://pkg.go.dev/github.com/robfig/cron,
    version 3), unless one is `*`; for cron, unless one begins with `*`.
    """
    fields = line.split()
    if len(fields) != FIELDS:
        return False
    days = [fields[at] for at in DAY_FIELDS]
    return "*" not in days and any(EITHER.match(each) for each in days)


def _plain(node: Node | None) -> object:
    return None if node is None else node.plain()
