"""Argo CD's sync windows, of AppProject manifests: denied are freezes, allowed are calendars.

https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/. Where any window allows an
application to sync, it may sync in these alone, which is what `maintenance_hours` say of a service.
"""

from __future__ import annotations

from opspolicy.importers.argocd import window_times
from opspolicy.importers.argocd.window_times import Untold
from opspolicy.importers.shared import of_yaml
from opspolicy.importers.shared.draft import Draft
from opspolicy.importers.shared.texts import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.importers.shared.draft import Values
    from opspolicy.source.node import Node

PROJECT, APPLICATION = "AppProject", "Application"
KIND, AND = "kind", "andOperator"
ALLOW, DENY = "allow", "deny"
EITHER_KIND = "write `kind: allow` or `kind: deny`"
WINDOWS = "syncWindows"
# https://argo-cd.readthedocs.io/en/stable/operator-manual/project-specification/
KEYS = (
    "kind", "schedule", "duration", "timeZone", "applications", "namespaces", "clusters",
    "andOperator", "manualSync", "description",
)  # fmt: skip
TELL_WHEN = frozenset(("schedule", "duration", "timeZone"))
TELL_WHAT = frozenset(("kind", "applications", "namespaces", "clusters", "andOperator"))
"""The keys without which it isn't known when a window is open, and what it is for."""


def read(text: str, path: str, source: Source) -> Imported:
    """Return the freezes and calendars that the projects of a file come to."""
    draft = Draft(source, path)
    for manifest in of_yaml.manifests(draft, text):
        kind, spec = of_yaml.text(manifest.find("kind")), manifest.find("spec")
        name = of_yaml.text(manifest.find("metadata", "name"))
        windows = None if spec is None else spec.find(WINDOWS)
        if spec is not None and kind == PROJECT:
            _tell_of_misspelt(draft, spec, shown(name))
        if windows is None or windows.value is None:
            continue
        if kind != PROJECT:
            why = f"only an AppProject can have `{WINDOWS}`; Argo CD passes over these"
            hint = "move them to the project of the application"
            if kind != APPLICATION:
                hint = f"if it is a project, write `kind: {PROJECT}`"
            what = f"what {shown(kind) or 'a manifest without a kind'} `{shown(name)}` lists"
            draft.leave(manifest.at("spec", WINDOWS), why, hint, what)
        elif not isinstance(windows.value, list):
            what = f"`{WINDOWS}` of project `{shown(name)}`"
            draft.leave(manifest.at("spec", WINDOWS), "it is no list", "write a list", what)
        else:
            _Project(draft, name, of_yaml.text(manifest.find("metadata", "namespace"))).read(
                windows
            )
    return draft.imported()


def _tell_of_misspelt(draft: Draft, spec: Node, name: str) -> None:
    """Tell the draft of windows under a key that is almost theirs."""
    for key in spec.entries:
        folded = key.lower().replace("_", "").replace("-", "").removesuffix("s")
        if key != WINDOWS and folded == WINDOWS.lower().removesuffix("s"):
            hint = f"did you mean `{WINDOWS}`?"
            what = f"`{shown(key)}` of project `{name}`"
            draft.leave(spec.key(key), "a project has no such key", hint, what)


class _Project:
    """The windows of one project, numbered by what they become."""

    def __init__(self, draft: Draft, name: str, namespace: str) -> None:
        self.draft, self.name, self.namespace = draft, name, namespace
        self.what = f"a sync window of project `{shown(name)}`"
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
        draft, what = self.draft, self.what
        others = [each for each in ("namespaces", "clusters") if _plain(window.find(each))]
        shown_others = " and ".join(f"`{each}`" for each in others)
        template = of_yaml.template([window])
        if template is not None:
            why = f"`{shown(of_yaml.text(template))}` is filled in by a template"
            draft.leave(template.span, why, "import what the template makes of it", what)
            return False
        try:
            self._check_keys(window, what)
            _check_subjects(window, others, shown_others)
            window_times.schedule(window)
            window_times.duration(window)
        except Untold as error:
            if error.is_wrong:
                message = f"{what} isn't imported: {error.why}"
                draft.wrong(window.at(error.key), message, error.hint)
            else:
                draft.leave(window.at(error.key), error.why, error.hint, what)
            return False
        if others:
            note = "services are known by their names only; its applications are imported"
            draft.leave(window.at(others[0]), note, "", f"{shown_others} of {what}")
        return True

    def _check_keys(self, window: Node, what: str) -> None:
        """Raise Untold for a key that is missing or misspelt; others that aren't known are told."""
        for key in window.entries:
            if key in KEYS:
                continue
            meant = self.draft.meant(key, KEYS)
            hint = f"did you mean `{meant}`?" if meant else ""
            if meant in TELL_WHEN or meant in TELL_WHAT:
                why = f"a window has no `{shown(key)}`"
                raise Untold(key, why, hint, is_wrong=meant in TELL_WHEN)
            why = "it isn't known as a key of a window"
            self.draft.leave(window.key(key), why, hint, f"`{shown(key)}` of {what}")
        needed = ("kind", "schedule", "duration")
        lacking = [key for key in needed if not of_yaml.text(window.find(key))]
        if lacking:
            why = f"it lacks its `{lacking[0]}`"
            raise Untold(KIND, why, "write it, or take the window out")
        kind = of_yaml.text(window.find("kind"))
        if kind not in {ALLOW, DENY}:
            raise Untold(KIND, f"its kind is `{shown(kind)}`", EITHER_KIND, is_wrong=True)

    def _freeze(self, window: Node) -> None:
        self.denied += 1
        applications = window.find("applications")
        if of_yaml.flag(window.find("manualSync")):
            why = "who syncs by hand may do so in this freeze, and that can't be told from a plan"
            self.draft.leave(window.at("manualSync"), why, "", f"`manualSync` of {self.what}")
        everywhere = _plain(applications) == ["*"]
        self._add("freezes", window, DENY, self.denied, {
            "schedule": window_times.schedule(window),
            "duration": window_times.duration(window),
            "applies_to": None if applications is None or everywhere
            else applications.saying({"services": applications}),
            "reason": window.find("description"),
        })  # fmt: skip

    def _calendar(self, number: int, windows: list[Node]) -> None:
        first = windows[0]
        openings = [
            each.saying(
                {
                    "schedule": window_times.schedule(each),
                    "duration": window_times.duration(each),
                }
            )
            for each in windows
        ]
        zone = window_times.schedule(first).entries["timezone"]
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
        self.draft.add(section, place, fields, values, what=self.what)


def _check_subjects(window: Node, others: list[str], shown_others: str) -> None:
    """Raise Untold for a window of which our terms can't say what it is for."""
    named = _plain(window.find("applications"))
    if not named and not others:
        why = "it names no applications, namespaces or clusters, and so is for none"
        raise Untold(KIND, why, 'for all of them, write `applications: ["*"]`')
    if not named:
        why = f"it is for {shown_others} alone, and services are known by their names only"
        raise Untold(others[0], why, "name the `applications` as well")
    if others and of_yaml.flag(window.find("andOperator")):
        why = f"it is only for some of its applications, by {shown_others} too"
        raise Untold(AND, why, "name the `applications` alone")


def _plain(node: Node | None) -> object:
    return None if node is None else node.plain()
