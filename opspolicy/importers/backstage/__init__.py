"""Backstage catalogues: Components, Resources, Systems and APIs are services, Groups are teams.

https://backstage.io/docs/features/software-catalog/descriptor-format. Users, Domains, Locations and
Templates are neither, and are passed over, as is whatever isn't Backstage's.
"""

from __future__ import annotations

import re

from opspolicy.importers.backstage import buildkite, relations
from opspolicy.importers.backstage.entities import (
    API,
    COMPONENT,
    DEFAULT_NAMESPACE,
    GROUP,
    KINDS,
    LONGEST,
    RESOURCE,
    SYSTEM,
    Catalogue,
    Entity,
    Reference,
    fields,
)
from opspolicy.importers.shared import of_yaml
from opspolicy.importers.shared.draft import Draft
from opspolicy.importers.shared.texts import shown
from opspolicy.phrases import cut, did_you_mean
from opspolicy.source.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.source.node import Node

VERSIONS = "backstage.io/"
"""How the `apiVersion` of all that is Backstage's begins."""

OURS = "backstage"
PASSED = ("user", "domain", "location", "template")
"""The kinds that are no services and no teams."""

REQUIRED = {
    COMPONENT: ("type", "lifecycle", "owner"),
    RESOURCE: ("type", "owner"),
    SYSTEM: ("owner",),
    API: ("type", "lifecycle", "owner"),
    GROUP: (),
}
"""The keys of `spec` that are read here and without which Backstage refuses an entity."""


def _folded(key: str) -> str:
    """Return what a key has in common with those that it may be a misspelling of."""
    return re.sub("[-_s]", "", key.lower())


READ = {
    _folded(key): key
    for key in (
        "type", "lifecycle", "owner", "system", "dependsOn", "dependencyOf", "providesApis",
        "consumesApis",
    )
}  # fmt: skip
"""The keys of `spec` that are read here, by what misspelt ones have in common with them."""

HINTS = {
    "type": "write what it is, such as `type: service`",
    "lifecycle": "write how far it is, such as `lifecycle: production`",
    "owner": "write the group that answers for it, such as `owner: group:payments`",
}


def read(text: str, path: str, source: Source) -> Imported:
    """Return the services and teams of a file of entities."""
    draft = Draft(source, path)
    catalogue = Catalogue(draft, source.names)
    for root in of_yaml.documents(draft, text):
        if isinstance(root.value, dict):
            _entity(catalogue, root)
        elif root.value is not None:
            message = "this is no Backstage catalogue: a document of it is no mapping"
            hint = "leave the file out with the source's `exclude`"
            draft.refuse(Problem("unreadable-file", message, root.headline(), (), hint, message))
    needs = relations.needs(catalogue)
    for entity in catalogue.entities:
        if entity.ref.kind == GROUP:
            _team(catalogue, entity)
        else:
            _service(catalogue, entity, [*needs.get(entity.ref.key, {}).values()])
    return draft.imported()


def _entity(catalogue: Catalogue, root: Node) -> None:
    """Add an entity, if that is what a document is."""
    kind, draft = of_yaml.text(root.find("kind")), catalogue.draft
    version = of_yaml.text(root.find("apiVersion"))
    if version.startswith(VERSIONS) and of_yaml.TEMPLATE in kind:
        draft.leave(root.at("kind"), "its kind is filled in by a template", what="an entity")
        return
    if kind.lower() not in KINDS:
        if version.startswith(VERSIONS) and kind.lower() not in PASSED:
            _tell_of_kind(draft, root, kind)
        return
    what = _what(root, kind)
    if not version.startswith(VERSIONS):
        # Others have kinds of these names, too: Kustomize has Components.
        if not version or OURS in version.lower():
            why = f"its `apiVersion` is `{shown(version)}`" if version else "it has no `apiVersion`"
            why += f"; those of entities begin with `{VERSIONS}`"
            draft.leave(root.at("kind"), why, f"write `apiVersion: {VERSIONS}v1alpha1`", what)
        return
    if kind != KINDS[kind.lower()]:
        right = KINDS[kind.lower()]
        why = f"Backstage knows `{right}` alone, which is taken for it"
        told = f"the kind of {_what(root, kind)}"
        draft.leave(root.at("kind"), why, f"write `kind: {right}`", told)
    name, namespace = root.find("metadata", "name"), root.find("metadata", "namespace")
    if name is None or not of_yaml.text(name):
        draft.leave(root.at("metadata"), "it has no name", "write `metadata.name`", what)
        return
    found = of_yaml.template([name, namespace])
    if found is not None:
        why = f"`{cut(of_yaml.text(found), LONGEST)}` is filled in by a template"
        draft.leave(found.span, why, "import what the template makes of it", what)
        return
    inside = of_yaml.text(namespace) or DEFAULT_NAMESPACE
    ref = Reference(kind.lower(), inside, of_yaml.text(name))
    catalogue.add(Entity(ref, name, root))


def _what(root: Node, kind: str) -> str:
    """Return how a message names a document that may be no entity."""
    name = of_yaml.text(root.find("metadata", "name"))
    if name and of_yaml.TEMPLATE not in name:
        return f"{kind} `{shown(name)}`"
    return f"{'an' if kind[0] in 'aA' else 'a'} {kind}"


def _tell_of_kind(draft: Draft, root: Node, kind: str) -> None:
    """Tell the draft of an entity of a kind that Backstage doesn't have."""
    known = (*KINDS.values(), *(each.capitalize() for each in PASSED))
    hint = "" if draft.is_told_enough else did_you_mean(kind, known)
    why = f"its kind `{shown(kind)}` isn't one of Backstage's" if kind else "it has no `kind`"
    listed = f"write one of {', '.join(KINDS.values())}"
    draft.leave(root.at("kind"), why, hint or listed, _what(root, "entity"))


def _service(catalogue: Catalogue, entity: Entity, needs: list[Node]) -> None:
    draft, spec, what = catalogue.draft, entity.find("spec"), entity.ref.shown
    _complain(draft, entity)
    values = {
        "title": _said(entity.find("metadata", "title")),
        "owner": _owner(catalogue, entity),
        "depends_on": needs or None,
        "tags": _tags(catalogue, entity) or None,
        **of_yaml.keys_of_ours(draft, what, entity.find("metadata")),
    }
    of_yaml.add(draft, what, "services", entity.place, fields(entity.ref), values)
    catalogue.declare(entity)
    if spec is not None and of_yaml.text(spec.find("type")) == buildkite.PIPELINE:
        buildkite.report(draft, what, spec)


def _team(catalogue: Catalogue, entity: Entity) -> None:
    ref, called = entity.ref, _said(entity.find("spec", "profile", "displayName"))
    values = {
        "title": called or _said(entity.find("metadata", "title")),
        "contact": _said(entity.find("spec", "profile", "email")),
        **of_yaml.keys_of_ours(catalogue.draft, ref.shown, entity.find("metadata")),
    }
    of_yaml.add(catalogue.draft, ref.shown, "teams", entity.place, fields(ref), values)
    catalogue.declare(entity)


def _said(node: Node | None) -> Node | None:
    """Return what stands somewhere; None for nothing, and for a key with nothing behind it."""
    return None if node is None or node.value is None else node


def _complain(draft: Draft, entity: Entity) -> None:
    """Tell the draft for which lack of an entity Backstage refuses it, and of misspelt keys."""
    spec = entity.find("spec")
    for key in spec.entries if spec is not None else ():
        meant = READ.get(_folded(key))
        if spec is not None and meant is not None and key not in READ.values():
            what = f"`spec.{shown(key)}` of {entity.ref.shown}"
            draft.leave(
                spec.key(key), "Backstage doesn't know it", f"did you mean `{meant}`?", what
            )
    for key in REQUIRED[entity.ref.kind]:
        node = entity.find("spec", key)
        if of_yaml.text(node):
            continue
        why = "it is missing, and Backstage requires it"
        if node is not None and node.is_collection:
            why = "it is no text, which Backstage requires"
        what = f"`spec.{key}` of {entity.ref.shown}"
        draft.leave(entity.node.at("spec", key), why, HINTS[key], what)


def _owner(catalogue: Catalogue, entity: Entity) -> Node | None:
    owner, role = entity.find("spec", "owner"), "the owner"
    if owner is None or not of_yaml.text(owner):
        return None
    ref = catalogue.reference(entity, owner, GROUP, role)
    if ref is None:
        return None
    if ref.kind != GROUP:
        why = f"owners are teams here, and this is of kind `{cut(ref.kind, LONGEST)}`"
        hint = "let a group own it, or write the annotation `opspolicy.dev/owner`"
        catalogue.leave(entity, owner, role, why, hint)
        return None
    name = catalogue.name(entity, owner, ref, role)
    return owner.saying(name) if name else None


def _tags(catalogue: Catalogue, entity: Entity) -> list[Node]:
    """Return its tags, and as tags its type, its lifecycle and its system."""
    found = {of_yaml.text(each): each for each in entity.texts(catalogue.draft, "metadata", "tags")}
    for key in ("type", "lifecycle"):
        node = entity.find("spec", key)
        if node is not None and of_yaml.text(node):
            tag = f"{key}:{of_yaml.text(node)}"
            found.setdefault(tag, node)
    system, role = entity.find("spec", "system"), "the system"
    if system is not None and of_yaml.text(system):
        ref = catalogue.reference(entity, system, SYSTEM, role)
        if ref is not None and ref.kind == SYSTEM:
            # However it is written, all parts of one system have one tag.
            found.setdefault(ref.full.lower(), system)
        elif ref is not None:
            why = f"this is of kind `{cut(ref.kind, LONGEST)}`"
            catalogue.leave(entity, system, role, why, f"write `{SYSTEM}:NAME`, or the name alone")
    return [node.saying(text) for text, node in found.items()]
