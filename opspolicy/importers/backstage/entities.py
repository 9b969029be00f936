"""The entities of a Backstage catalogue, and how one refers to another.

https://backstage.io/docs/features/software-catalog/references: `[kind:][namespace/]name`, compared
without regard to case. The namespace is that of the entity that refers, where none is written.
"""

from __future__ import annotations

from opspolicy.estate.meanings import Meaning
from opspolicy.estate.vocabulary import PREFIXES
from opspolicy.importers.shared import names, of_yaml
from opspolicy.phrases import cut
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.importers.shared.draft import Draft
    from opspolicy.source.node import Node

COMPONENT, RESOURCE, SYSTEM, API, GROUP = "component", "resource", "system", "api", "group"
KINDS = {
    COMPONENT: "Component",
    RESOURCE: "Resource",
    SYSTEM: "System",
    API: "API",
    GROUP: "Group",
}
"""The kinds that are read: as a name and a reference have them, and as they are written."""

SERVICES = (COMPONENT, RESOURCE, SYSTEM, API)
SECTION_OF_SERVICES = "services"
DEFAULT_NAMESPACE = "default"
LONGEST = 100
"""Characters of what others wrote that are repeated in a message."""

OF_FILE = ("{file}", "{directory}")
FORM = "write it as `[kind:][namespace/]name`, such as `resource:default/db`"


class Reference(NamedTuple):
    """What an entity is known by: its kind in small letters, its namespace and its name."""

    kind: str
    namespace: str
    name: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What is the same for all that refers to one entity."""
        return self.kind, self.namespace.lower(), self.name.lower()

    @property
    def shown(self) -> str:
        """How a message names it, by its kind as it is written and its name."""
        inside = "" if self.namespace == DEFAULT_NAMESPACE else f"{self.namespace}/"
        return f"{KINDS.get(self.kind, self.kind)} `{cut(inside + self.name, LONGEST)}`"

    @property
    def full(self) -> str:
        """How others refer to it, in whatever namespace they are."""
        inside = "" if self.namespace == DEFAULT_NAMESPACE else f"{self.namespace}/"
        return f"{self.kind}:{inside}{self.name}"

    @property
    def means(self) -> str:
        """What is the same for all that refers to one entity, as `full` has it."""
        return Reference._make(self.key).full


class Entity(NamedTuple):
    """One entity of a file: what it is known by, where its name stands, and all it says."""

    ref: Reference
    place: Node
    node: Node

    def find(self, *path: str) -> Node | None:
        """Return what stands at ``path``."""
        return self.node.find(*path)

    def texts(self, draft: Draft, *path: str) -> list[Node]:
        """Return the texts of a list at ``path``; what is no text is told to the draft."""
        found = self.find(*path)
        if found is None or found.value is None:
            return []
        key = ".".join(path)
        if not isinstance(found.value, list):
            draft.leave(self.node.at(*path), "it is no list", what=f"`{key}` of {self.ref.shown}")
            return []
        for at, each in enumerate(found.items):
            if not of_yaml.text(each):
                what = f"an entry of `{key}` of {self.ref.shown}"
                hint = FORM if path[0] == "spec" else ""
                draft.leave(self.node.at(*path, at), "it is no text", hint, what)
        return [each for each in found.items if of_yaml.text(each)]


class Catalogue:
    """The entities of one file, and the names of those that they refer to."""

    def __init__(self, draft: Draft, template: str) -> None:
        """Begin with no entities, which are named as ``template`` says."""
        self.draft, self.template = draft, template
        self.entities: list[Entity] = []
        self._known: dict[tuple[str, str, str], Reference] = {}
        self._of_file = names.of_file(draft.path)

    def add(self, entity: Entity) -> None:
        """Add an entity."""
        self.entities.append(entity)
        self._known.setdefault(entity.ref.key, entity.ref)

    def has(self, ref: Reference) -> bool:
        """Whether what is referred to is declared in this file."""
        return ref.key in self._known

    def named(self, ref: Reference) -> str:
        """Return how something in this file is named."""
        return names.made(self.template, {**self._of_file, **fields(ref)})

    def reference(self, entity: Entity, node: Node, kind: str, role: str) -> Reference | None:
        """Return what a reference means: of ``kind`` where it doesn't say, as the file writes it.

        What can't be made out is told to the draft, by the ``role`` that it has for the entity.
        """
        text = of_yaml.text(node)
        if of_yaml.TEMPLATE in text:
            why, hint = "it is filled in by a template", "import what the template makes of it"
        else:
            found = _parsed(text, kind, entity.ref.namespace)
            if found is not None:
                return self._known.get(found.key, found)
            why, hint = "it is no reference to an entity", FORM
        self.leave(entity, node, role, why, hint)
        return None

    def name(self, entity: Entity, node: Node, ref: Reference, role: str) -> str:
        """Return how what a reference means is named; "" where that can't be known.

        An entity of another file is named by that file, where names are made of files.
        """
        if not self.has(ref) and any(each in self.template for each in OF_FILE):
            why = "the source names entities by their files, and this one isn't in this file"
            hint = "name them by `{name}`, `{namespace}` and `{kind}` alone"
        else:
            name = self.named(ref)
            key = "owner" if ref.kind == GROUP else "depends_on"
            is_replaced = entity.find("metadata", "annotations", f"{of_yaml.PREFIX}{key}")
            if name and not self.has(ref) and is_replaced is None:
                by = f"{PREFIXES[SECTION_OF_SERVICES]}{self.named(entity.ref)}"
                self.draft.mean(Meaning(_section(ref), name, ref.means, node.span, by))
            if name:
                return name
            why, hint = "it has no name that can be used here", "give its source a `name`"
        self.leave(entity, node, role, why, hint)
        return ""

    def declare(self, entity: Entity) -> None:
        """Note which entity the name of one stands for."""
        ref, span = entity.ref, entity.place.span
        self.draft.mean(Meaning(_section(ref), self.named(ref), ref.means, span))

    def leave(self, entity: Entity, node: Node, role: str, why: str, hint: str) -> None:
        """Tell the draft that a reference is left out."""
        what = f"`{cut(of_yaml.text(node), LONGEST)}`, {role} of {entity.ref.shown},"
        self.draft.leave(node.span, why, hint, what)


def _section(ref: Reference) -> str:
    return "teams" if ref.kind == GROUP else SECTION_OF_SERVICES


def fields(ref: Reference) -> dict[str, str]:
    """Return what the name of an entity can be made of."""
    return {"name": ref.name, "namespace": ref.namespace, "kind": ref.kind}


def _parsed(text: str, kind: str, namespace: str) -> Reference | None:
    """Return what a reference says, as Backstage's parseEntityRef takes it apart."""
    before, colon, rest = text.partition(":")
    if not colon or "/" in before:
        before, rest = kind, text
    inside, slash, name = rest.partition("/")
    if not slash:
        inside, name = namespace, rest
    return Reference(before.lower(), inside, name) if before and inside and name else None
