"""What the entities of a Backstage catalogue depend on, said by themselves and by others.

https://backstage.io/docs/features/software-catalog/well-known-relations. Who depends on something
has it in `dependsOn` or `consumesApis`; `dependencyOf` and `providesApis` say it the other way.
"""

from __future__ import annotations

from opspolicy.importers.backstage.entities import API, COMPONENT, LONGEST, RESOURCE, SERVICES
from opspolicy.importers.shared import of_yaml
from opspolicy.phrases import cut, some
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.importers.backstage.entities import Catalogue, Entity, Reference
    from opspolicy.source.node import Node

    Needs = dict[tuple[str, str, str], dict[str, Node]]

OWN = (("dependsOn", COMPONENT), ("consumesApis", API))
OF_OTHERS = (("dependencyOf", COMPONENT), ("providesApis", API))
"""The keys of `spec` with the kind of a reference that doesn't say."""

BY_KIND = "give the source a `name` with the kind in it, such as `{kind}/{name}`"


class Relation(NamedTuple):
    """A reference: where it stands, what it means, and how that is named."""

    node: Node
    other: Reference
    name: str


def needs(catalogue: Catalogue) -> Needs:
    """Return what each entity of a catalogue depends on: by name, where it is written first."""
    found: Needs = {}
    services = [each for each in catalogue.entities if each.ref.kind in SERVICES]
    for entity in services:
        for each in _relations(catalogue, entity, OWN):
            by_name = found.setdefault(entity.ref.key, {})
            by_name.setdefault(each.name, each.node.saying(each.name))
    # What others say of an entity comes after what it says itself.
    for entity in services:
        name = catalogue.named(entity.ref)
        for each in _relations(catalogue, entity, OF_OTHERS):
            by_name = found.setdefault(each.other.key, {})
            by_name.setdefault(name, each.node.saying(name))
    return found


def _relations(
    catalogue: Catalogue, entity: Entity, keys: tuple[tuple[str, str], ...]
) -> Iterator[Relation]:
    """Yield what some keys of an entity refer to; the draft is told what can't be used."""
    own = catalogue.named(entity.ref)
    for key, kind in keys:
        nodes = entity.texts(catalogue.draft, "spec", key)
        if kind == COMPONENT:
            _tell_of_kinds(catalogue, entity, key, nodes)
        for node in nodes:
            each = _relation(catalogue, entity, key, kind, node)
            if each is None:
                continue
            if each.name == own and each.other.key != entity.ref.key:
                why = f"both would be named `{own}`"
                catalogue.leave(entity, node, f"in `{key}`", why, BY_KIND)
                continue
            yield each


def _tell_of_kinds(catalogue: Catalogue, entity: Entity, key: str, nodes: list[Node]) -> None:
    """Tell the draft of references that don't say which kind they are of, where they have to.

    Backstage's BuiltinKindsEntityProcessor has no default kind for dependsOn and dependencyOf.
    """
    without = [each for each in nodes if ":" not in of_yaml.text(each)]
    if without:
        first = cut(of_yaml.text(without[0]), LONGEST)
        shown = some([f"`{cut(of_yaml.text(each), LONGEST)}`" for each in without], 3)
        why = f"it is missing, and Backstage requires it; `{COMPONENT}` is taken for it"
        hint = f"write `{COMPONENT}:{first}` or `{RESOURCE}:{first}`"
        what = f"the kind of {shown} in `{key}` of {entity.ref.shown}"
        catalogue.draft.leave(without[0].span, why, hint, what)


def _relation(
    catalogue: Catalogue, entity: Entity, key: str, kind: str, node: Node
) -> Relation | None:
    role = f"in `{key}`"
    other = catalogue.reference(entity, node, kind, role)
    if other is None:
        return None
    if other.kind not in SERVICES:
        why = f"entities of kind `{cut(other.kind, LONGEST)}` are no services"
        catalogue.leave(entity, node, role, why, "")
        return None
    if (key, kind) in OF_OTHERS and not catalogue.has(other):
        _tell_of_elsewhere(catalogue, entity, role, node, other)
        return None
    name = catalogue.name(entity, node, other, role)
    return Relation(node, other, name) if name else None


def _tell_of_elsewhere(
    catalogue: Catalogue, entity: Entity, role: str, node: Node, other: Reference
) -> None:
    """Tell the draft that what depends on an entity isn't in its file."""
    why = f"{other.shown} isn't in this file, and says itself what it depends on"
    hint = f"write `dependsOn: [{cut(entity.ref.full, LONGEST)}]` there"
    if other.kind == API:
        why = f"{other.shown} isn't in this file, and no API says itself what it depends on"
        hint = "declare the API in this file, or write its `depends_on` in a file of your own"
    catalogue.leave(entity, node, role, why, hint)
