"""What the formats share that are YAML: reading it, templates in it, and our own annotations."""

from __future__ import annotations

from opspolicy.importers.shared.texts import shown
from opspolicy.source import yaml_reader
from opspolicy.source.node import Node
from opspolicy.temporal import durations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.importers.shared.draft import Draft, Fields, Values
    from opspolicy.source.problem import Problem

PREFIX = "opspolicy.dev/"
"""How the name of an annotation begins that is a key of ours, with our value as its text."""

OURS = "opspolicy"
TEMPLATE = "{{"
LIST = "List"
OF_HELM = frozenset(("argocd", "kubernetes"))
"""The formats whose templates are mostly Helm's."""

TRUE = frozenset(("true", "yes", "on", "y"))
FALSE = frozenset(("false", "no", "off", "n"))


def documents(draft: Draft, text: str) -> list[Node]:
    """Return the documents of a text; none where the draft is told why not."""
    found, problems = yaml_reader.read(text, draft.path)
    if not problems:
        return found
    draft.refuse(*(_templated(draft, each) if TEMPLATE in text else each for each in problems))
    return []


def manifests(draft: Draft, written: str) -> Iterator[Node]:
    """Yield the Kubernetes manifests of a text, those of lists one by one."""
    waiting = documents(draft, written)[::-1]
    while waiting:
        root = waiting.pop()
        items = root.find("items")
        if items is not None and text(root.find("kind")).endswith(LIST):
            waiting += items.items[::-1]
        else:
            yield root


def _templated(draft: Draft, problem: Problem) -> Problem:
    """Return what is wrong with a template, which is no YAML before it is filled in."""
    message = f"this is a template (`{TEMPLATE} … }}}}`), not YAML yet: {problem.message}"
    name = draft.source.format
    made = "helm template CHART" if name in OF_HELM else "PROGRAM"
    hint = (
        "leave it out with the source's `exclude`; what it makes can be imported:"
        f" `{made} | opspolicy import {name} -`"
    )
    return problem._replace(message=message, hint=hint)


def template(values: Iterable[object]) -> Node | None:
    """Return the first text that is filled in later, anywhere in some values."""
    for each in values:
        if isinstance(each, Node):
            if isinstance(each.value, str) and TEMPLATE in each.value:
                return each
            found = template([*each.entries.values(), *each.items])
            if found is not None:
                return found
    return None


def add(draft: Draft, what: str, section: str, place: Node, fields: Fields, values: Values) -> None:
    """Add an entry, as a draft does, unless any of it is filled in by a template."""
    if not is_left_open(draft, what, place, values):
        draft.add(section, place, fields, values, what=what)


def is_left_open(draft: Draft, what: str, place: Node, values: Values) -> bool:
    """Whether any of an entry is filled in by a template, of which the draft is told then."""
    found = template([place, *values.values()])
    if found is None:
        return False
    why = f"`{found.value}` is filled in by a template"
    draft.leave(found.span, why, "import what the template makes of it", what)
    return True


def text(node: Node | None) -> str:
    """Return a text, or a number or a flag as it is written; "" for anything else."""
    if node is None or node.is_collection or node.value is None:
        return ""
    return node.text if node.text is not None else str(node.value)


def flag(node: Node | None) -> bool | None:
    """Return a flag as YAML 1.1 has it, which is what many programs read; None for none."""
    word = text(node).lower()
    return True if word in TRUE else False if word in FALSE else None


def seconds(node: Node) -> str:
    """Return a number of seconds as a duration of ours; what is no number stays as it is."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return text(node)
    return durations.compact(value)


def keys_of_ours(draft: Draft, what: str, metadata: Node | None) -> dict[str, Node]:
    """Return the keys of ours among the annotations of ``what``, each with its value.

    The draft is told of those that only seem to be ours, and of those among the labels.
    """
    if metadata is None:
        return {}
    annotations, labels = metadata.find("annotations"), metadata.find("labels")
    for kind, given, why in (
        ("annotation", annotations, f"annotations that are read begin with `{PREFIX}`"),
        ("label", labels, "labels aren't read"),
    ):
        if given is None:
            continue
        for name in given.entries:
            is_read = kind == "annotation" and name.startswith(PREFIX)
            if name.lower().startswith(OURS) and not is_read:
                hint = f"write it as an annotation, such as `{PREFIX}duration`"
                draft.leave(given.key(name), why, hint, f"the {kind} `{shown(name)}` of {what}")
    return dict(addressed(annotations))


def addressed(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield each key of ours among annotations, with its value, which stands where its text does.

    What isn't YAML in itself is a text.
    """
    for name, each in (node.entries if node is not None else {}).items():
        if not name.startswith(PREFIX):
            continue
        key = name.removeprefix(PREFIX)
        if not isinstance(each.value, str):
            yield key, each
            continue
        found, problems = yaml_reader.read(each.value, each.file)
        value = found[0].plain() if len(found) == 1 and not problems else each.value
        yield key, each.saying(value)
