"""The resources of a Terraform file: of its own language, of that as JSON, of a plan or a state."""

from __future__ import annotations

from opspolicy.importers.shared.draft import BEGIN
from opspolicy.importers.terraform import hcl, hcl_blocks
from opspolicy.importers.terraform.hcl import Expression
from opspolicy.importers.terraform.hcl_blocks import BrokenError
from opspolicy.record import NamedTuple
from opspolicy.source.files import MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from opspolicy.source.node import Node

STATE = ("planned_values", "values")
"""Where `terraform show -json` has the resources of a plan, and of a state.
https://developer.hashicorp.com/terraform/internals/json-format"""
SHOWN = ("format_version", "terraform_version")
RAW_STATE = ("lineage", "serial")
BLOCKS = frozenset((
    "//", "check", "data", "ephemeral", "import", "locals", "module", "moved", "output", "provider",
    "removed", "resource", "terraform", "variable",
))  # fmt: skip
NO_PLAN = (
    "this JSON is no Terraform: it has neither `planned_values`, as a plan has, nor `resource`, as"
    " a `.tf.json` file has"
)
NO_STATE = "this is a state as Terraform keeps it for itself, and not what it shows of it"
TEMPLATES = ("${", "%{")


class Resource(NamedTuple):
    """A resource: its labels, the module it is in, and its place.

    ``is_written`` is whether `${…}` in its texts is still to be filled in. ``above`` are the lines
    right above it that are addressed to this program, each with its number.
    """

    type: str
    name: str
    module: str
    address: str
    place: Node
    body: Node
    is_written: bool = False
    above: tuple[tuple[int, str], ...] = ()

    def get(self, *path: str) -> Node | None:
        """Return what stands at ``path``, in the first of several blocks; None for `null`.

        What only Terraform can work out is an Expression.
        """
        node: Node | None = self.body
        for step in path:
            node = node.find(step) if node is not None else None
            if node is not None and node.items:
                # JSON has blocks in lists.
                node = node.items[0]
        if node is None or node.value is None:
            return None
        text = node.value
        if self.is_written and isinstance(text, str) and any(each in text for each in TEMPLATES):
            return node.saying(Expression(text))
        return node


def of_json(root: Node, types: Container[str]) -> Iterator[Resource]:
    """Yield the resources of a plan, a state or a configuration whose type is one of ``types``.

    Raises BrokenError for JSON that is none of these.
    """
    state = next((root.entries[each] for each in STATE if each in root.entries), None)
    if state is not None:
        yield from _of_state(state, types)
    elif any(each in root.entries for each in RAW_STATE):
        raise BrokenError(NO_STATE, BEGIN)
    elif root.entries and BLOCKS.isdisjoint(root.entries):
        if not any(each in root.entries for each in SHOWN):
            raise BrokenError(NO_PLAN, BEGIN)
    else:
        yield from _of_configuration(root, types)


def is_json(text: str, file: str) -> bool:
    """Whether a text is meant as JSON: no block of HCL begins with a brace."""
    return not file.endswith(".tf") and text.lstrip()[:1] == "{"


def of_blocks(text: str, file: str, types: Container[str]) -> Iterator[Resource]:
    """Yield the resources of a `.tf` file whose type is one of ``types``; raises BrokenError."""
    hcl_blocks.check_characters(text)
    lines = text.split("\n") if MARK in text else []
    for block in hcl.resources(text, file, types):
        above: list[tuple[int, str]] = []
        number = block.header.line - 1
        while lines and number > 0 and is_addressed(lines[number - 1]):
            above.append((number, lines[number - 1]))
            number -= 1
        address = f"{block.type}.{block.name}"
        yield Resource(
            block.type,
            block.name,
            "",
            address,
            block.header,
            block.body,
            is_written=False,
            above=tuple(reversed(above)),
        )


def is_addressed(line: str) -> bool:
    """Whether a line is a comment that is addressed to this program."""
    shown = line.lstrip()
    return shown.startswith(("#", "//")) and shown.lstrip("#/ \t").startswith(MARK)


def _of_state(state: Node, types: Container[str]) -> Iterator[Resource]:
    """Yield the resources of all modules that a plan or a state shows, in their order."""
    modules = [state.find("root_module")]
    while modules:
        module = modules.pop()
        if module is None:
            continue
        of_module = _text(module.find("address"))
        for each in _several(module.find("resources")):
            kind, address, values = (each.find(key) for key in ("type", "address", "values"))
            is_ours = _text(kind) in types and _text(each.find("mode")) in {"", "managed"}
            if is_ours and address is not None and values is not None:
                name = _text(each.find("name"))
                yield Resource(_text(kind), name, of_module, _text(address), address, values)
        modules += reversed(_several(module.find("child_modules")))


def _of_configuration(root: Node, types: Container[str]) -> Iterator[Resource]:
    """Yield the resources of a `.tf.json` file.

    https://developer.hashicorp.com/terraform/language/syntax/json
    """
    for section in _several(root.find("resource")):
        for kind, named in section.entries.items():
            if kind not in types:
                continue
            for table in _several(named):
                for name, bodies in table.entries.items():
                    place = (table.keys or {}).get(name, bodies)
                    for body in _several(bodies):
                        address = f"{kind}.{name}"
                        yield Resource(kind, name, "", address, place, body, is_written=True)


def _several(node: Node | None) -> list[Node]:
    """Return the items of a list; anything else is one."""
    if node is None:
        return []
    return node.items if isinstance(node.value, list) else [node]


def _text(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""
