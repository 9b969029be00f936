"""Argo CD's sync windows, of AppProject manifests: denied are freezes, allowed are calendars.

https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/. Where any window allows an
application to sync, it may sync in these alone, which is what `maintenance_hours` say of a service.
"""

from __future__ import annotations

import re

from opspolicy.importers.shared import of_yaml
from opspolicy.importers.shared.draft import Draft
from opspolicy.record import NamedTuple

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
EITHER_KIND = "write `kind: allow` or `kind: deny`"


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
        """Whether a window can be imported; what is left out of it, or why all of it, is told."""
        what = f"a sync window of project `{self.name}`"
        kind = of_yaml.text(window.find("kind"))
        others = [each for each in ("namespaces", "clusters") if _plain(window.find(each))]
        shown = " and ".join(f"`{each}`" for each in others)
        template = of_yaml.template([window])
        if template is not None:
            why = f"`{template.value}` is filled in by a template"
            self.draft.leave(template.span, why, "import what the template makes of it", what)
            return False
        if kind and kind not in {ALLOW, DENY}:
            message = f"{what}: its kind is `{kind}`"
            self.draft.wrong(window.at("kind"), message, EITHER_KIND)
            return False
        reason = _not_understood(window, others, shown)
        if reason is not None:
            self.draft.leave(window.at(reason.key), reason.why, reason.hint, what)
        elif others:
            note = "services are known by their names only; its applications are imported"
            self.draft.leave(window.at(others[0]), note, "", f"{shown} of {what}")
        return reason is None

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


class _Reason(NamedTuple):
    """Why a window can't be told in our terms, by which of its keys, and what to do."""

    key: str
    why: str
    hint: str


def _not_understood(window: Node, others: list[str], shown: str) -> _Reason | None:
    schedule = window.find("schedule")
    named = _plain(window.find("applications"))
    lacking = [key for key in ("kind", "schedule", "duration") if window.find(key) is None]
    if schedule is None or lacking:
        return _Reason("kind", f"it lacks its `{lacking[0]}`", "write it, or take the window out")
    if _is_read_otherwise(of_yaml.text(schedule)):
        why = "with `*/` in one of its day fields Argo CD means either day, and cron means both"
        return _Reason("schedule", why, "write the days out, such as `1-31/2`")
    if not named and not others:
        why = "it names no applications, namespaces or clusters, and so is for none"
        return _Reason("kind", why, 'for all of them, write `applications: ["*"]`')
    if not named:
        why = f"it is for {shown} alone, and services are known by their names only"
        return _Reason(others[0], why, "name the `applications` as well")
    if others and of_yaml.flag(window.find("andOperator")):
        why = f"it is only for some of its applications, by {shown} too"
        return _Reason("andOperator", why, "name the `applications` alone")
    return None


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
