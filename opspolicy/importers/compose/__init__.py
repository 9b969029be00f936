"""Services of Compose files, with what they depend on.

https://github.com/compose-spec/compose-spec/blob/main/05-services.md. Each file is read by itself:
what another one adds to a service (an override, `extends`, `include`) is read where it stands.
"""

from __future__ import annotations

import re

from opspolicy.importers.compose.compose_files import (
    LONGEST,
    documents,
    is_open,
    labels,
    tell_of_extends,
    tell_of_includes,
    texts,
)
from opspolicy.importers.shared import names, of_yaml
from opspolicy.importers.shared.draft import Draft
from opspolicy.phrases import cut
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.source.node import Node

OF_SERVICE = "service:"
"""How `network_mode` names a service whose network is shared."""

OF_FILE = ("{file}", "{directory}")


class Project(NamedTuple):
    """The services of one document, and what their names are made of."""

    draft: Draft
    name: str
    services: Node
    of_file: dict[str, str]

    def fields(self, service: str) -> dict[str, str]:
        """Return what the name of a service can be made of."""
        return {**self.of_file, "name": service, "project": self.name}

    def named(self, service: str) -> str:
        """Return how a service is named."""
        return names.made(self.draft.source.names, self.fields(service))


class Needed(NamedTuple):
    """A service that another one depends on: what it is called, where, and under which key.

    ``soft`` is where the file says that the other one works without it.
    """

    service: str
    place: Node
    key: str
    soft: Node | None = None


def read(text: str, path: str, source: Source) -> Imported:
    """Return the services of a Compose file."""
    draft = Draft(source, path)
    for root in documents(draft, text):
        tell_of_includes(draft, root)
        services, name = root.find("services"), root.find("name")
        if services is None:
            continue
        called, then = of_yaml.text(name), ", and the source names services by it"
        what = f"project `{cut(called, LONGEST)}`"
        if "{project}" in source.names and is_open(draft, root.at("name"), called, what, then):
            continue
        project = Project(draft, called or _usual_name(path), services, names.of_file(path))
        for service, node in services.entries.items():
            _service(project, service, node)
    return draft.imported()


def _usual_name(path: str) -> str:
    """Return the name of a project that has none: its directory's, as Compose cleans it."""
    directory = names.of_file(path)["directory"].lower()
    return re.sub(r"[^-_a-z0-9]", "", directory).lstrip("-_")


def _service(project: Project, name: str, node: Node) -> None:
    draft, what = project.draft, f"service `{cut(name, LONGEST)}`"
    place = (project.services.keys or {})[name]
    if node.value is not None and not isinstance(node.value, dict):
        draft.leave(place.span, "it is no mapping", what=what)
        return
    if "$" in name and of_yaml.TEMPLATE not in name:
        why = "its name has a `$`, and Compose fills in nothing there"
        draft.leave(place.span, why, "name it outright", what)
        return
    tell_of_extends(draft, what, project.services, node)
    values = {
        "depends_on": _needs(project, what, node) or None,
        "tags": _profiles(draft, what, node) or None,
        **labels(draft, what, node),
    }
    of_yaml.add(draft, what, "services", place, project.fields(name), values)


def _needs(project: Project, what: str, service: Node) -> list[Node]:
    """Return what a service depends on, each once; needed at all counts more than softly."""
    found: dict[str, Node] = {}
    for each in _needed(project.draft, what, service):
        name = _other(project, what, each)
        if not name or (name in found and (each.soft or not found[name].is_collection)):
            continue
        plain = each.place.saying(name)
        soft = {"service": plain, "strength": each.soft.saying("soft")} if each.soft else None
        found[name] = each.place.saying(soft) if soft else plain
    return [*found.values()]


def _needed(draft: Draft, what: str, service: Node) -> Iterator[Needed]:
    """Yield what a service depends on by the keys that order its start.

    https://docs.docker.com/compose/how-tos/startup-order/. Its `volumes_from` shares files only,
    for which nothing has to run.
    """
    needed = service.find("depends_on")
    if needed is not None and isinstance(needed.value, dict):
        for name, each in needed.entries.items():
            soft = _soft(draft, f"`{cut(name, LONGEST)}` in `depends_on` of {what}", each)
            yield Needed(name, (needed.keys or {})[name], "depends_on", soft)
    else:
        for each in texts(draft, what, service, "depends_on"):
            yield Needed(of_yaml.text(each), each, "depends_on")
    for each in texts(draft, what, service, "links"):
        # `SERVICE:ALIAS`; no variable has a colon before what it is called.
        yield Needed(of_yaml.text(each).partition(":")[0], each, "links")
    mode = service.find("network_mode")
    if mode is not None and of_yaml.text(mode).startswith(OF_SERVICE):
        yield Needed(of_yaml.text(mode).removeprefix(OF_SERVICE), mode, "network_mode")


def _soft(draft: Draft, what: str, dependency: Node) -> Node | None:
    """Return where a dependency says `required: false`, if it does."""
    required = dependency.find("required")
    if required is None or required.value is None:
        return None
    flag = of_yaml.flag(required)
    if flag is None:
        what, then = f"`required` of {what}", "; it is taken for true"
        place = required.headline()
        if not is_open(draft, place, of_yaml.text(required), what, then):
            draft.leave(place, f"it is neither true nor false{then}", what=what)
    return required if flag is False else None


def _other(project: Project, what: str, needed: Needed) -> str:
    """Return how a service that another one depends on is named; "" where that isn't known."""
    draft, place, text = project.draft, needed.place.span, of_yaml.text(needed.place)
    shown = f"`{cut(text, LONGEST)}` in `{needed.key}` of {what}"
    if is_open(draft, place, text, shown):
        return ""
    is_here = needed.service in project.services.entries
    if not is_here and any(each in draft.source.names for each in OF_FILE):
        why = "the source names services by their files, and this one isn't in this file"
        draft.leave(place, why, "name them by `{name}` and `{project}` alone", shown)
        return ""
    name = project.named(needed.service)
    if not name:
        draft.leave(place, "it has no name that can be used here", "correct it", shown)
    return name


def _profiles(draft: Draft, what: str, service: Node) -> list[Node]:
    """Return a tag for each profile, as a service runs only where one of them is switched on."""
    found: dict[str, Node] = {}
    for each in texts(draft, what, service, "profiles"):
        text = of_yaml.text(each)
        shown = f"profile `{cut(text, LONGEST)}` of {what}"
        if not is_open(draft, each.span, text, shown):
            found.setdefault(text, each.saying(f"profile:{text}"))
    return [*found.values()]
