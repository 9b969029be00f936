"""What the entities of a Backstage catalogue depend on, said by themselves and by others.

https://backstage.io/docs/features/software-catalog/well-known-relations. Who depends on something
has it in `dependsOn` or `consumesApis`; `dependencyOf` and `providesApis` say it the other way.
"""

from __future__ import annotations

from opspolicy.importers import of_yaml
from opspolicy.importers.entities import API, COMPONENT, LONGEST, RESOURCE, SERVICES
from opspolicy.phrases import cut
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.importers.entities import Catalogue, Entity, Reference
    from opspolicy.source.node import Node

    Needs = dict[tuple[str, str, str], dict[str, Node]]

OWN = (("dependsOn", COMPONENT), ("consumesApis", API))
OF_OTHERS = (("dependencyOf", COMPONENT), ("providesApis", API))
"""The keys of `spec` with the kind of a reference that doesn't say."""

BY_KIND = "give the source a `name` with the kind in it, such as `{kind}/{name}`"


class Relation(NamedTuple):
    """A reference under a key of an entity: where it stands, and what it means."""

    entity: Entity
    key: str
    node: Node
    other: Reference
    name: str

    @property
    def role(self) -> str:
        """What the reference is for the entity."""
        return f"in `{self.key}`"


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
            if _is_here(catalogue, each):
                by_name = found.setdefault(each.other.key, {})
                by_name.setdefault(name, each.node.saying(name))
    return found


def _relations(
    catalogue: Catalogue, entity: Entity, keys: tuple[tuple[str, str], ...]
) -> Iterator[Relation]:
    """Yield what some keys of an entity refer to; the draft is told what can't be used."""
    own = catalogue.named(entity.ref)
    for key, kind in keys:
        for node in entity.texts(catalogue.draft, "spec", key):
            each = _relation(catalogue, entity, key, kind, node)
            if each is None:
                continue
            if each.name == own and each.other.key != entity.ref.key:
                why = f"both would be named `{own}`"
                catalogue.leave(entity, node, each.role, why, BY_KIND)
                continue
            yield each


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
    if kind == COMPONENT and ":" not in of_yaml.text(node):
        # Backstage's BuiltinKindsEntityProcessor has no default kind for dependsOn, dependencyOf.
        name = cut(other.name, LONGEST)
        why = f"it is missing, and Backstage requires it; it is taken for `{COMPONENT}`"
        hint = f"write `{COMPONENT}:{name}` or `{RESOURCE}:{name}`"
        what = f"the kind of `{name}` {role} of {entity.ref.shown}"
        catalogue.draft.leave(node.span, why, hint, what)
    name = catalogue.name(entity, node, other, role)
    return Relation(entity, key, node, other, name) if name else None


def _is_here(catalogue: Catalogue, each: Relation) -> bool:
    """Whether what depends on an entity stands in its file; the draft is told if it doesn't."""
    if catalogue.has(each.other):
        return True
    why = f"{each.other.shown} isn't in this file, and says itself what it depends on"
    hint = f"write `dependsOn: [{cut(each.entity.ref.full, LONGEST)}]` there"
    if each.other.kind == API:
        why = f"{each.other.shown} isn't in this file, and no API says itself what it depends on"
        hint = "declare the API in this file, or write its `depends_on` in a file of your own"
    catalogue.leave(each.entity, each.node, each.role, why, hint)
    return False
