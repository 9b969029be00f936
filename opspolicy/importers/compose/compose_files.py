"""What a Compose file takes from elsewhere: other files, other services and the environment."""

from __future__ import annotations

import re

from opspolicy.importers.shared import of_yaml
from opspolicy.importers.shared.draft import Draft
from opspolicy.phrases import cut
from opspolicy.source.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.source.node import Node
    from opspolicy.source.span import Span

MERGED = "import what Compose makes of it: `docker compose config | opspolicy import compose -`"
FILLED = "import what the template makes of it"
LEAVE_OUT = "leave the file out with the source's `exclude`"
OWN_TAG = r"^the tag `!(reset|override)`"
TOP = frozenset(
    (
        "configs",
        "include",
        "models",
        "name",
        "networks",
        "secrets",
        "services",
        "version",
        "volumes",
    )
)
"""The keys of which a Compose file has one at least."""

LONGEST = 100
"""Characters of what others wrote that are repeated in a message."""

VARIABLE, DOLLAR = r"\$[{A-Za-z_]", "$$"
"""Where a value is filled in, once each `$$`, which is a `$` and no more, is gone.

https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
"""

INHERITED = ("depends_on", "links", "network_mode", "profiles", "labels", "extends")
"""What is read of a service, and so is missed where it is taken over from another one."""


def documents(draft: Draft, text: str) -> list[Node]:
    """Return the documents of a Compose file; none where the draft is told why not."""
    told = Draft(draft.source, draft.path)
    roots = [each for each in of_yaml.documents(told, text) if each.value is not None]
    draft.refuse(*(_explained(each, text) for each in told.imported().problems))
    for root in roots:
        services = root.find("services")
        if not isinstance(root.value, dict) or not _is_known(root):
            message, at = "this is no Compose file: it has no `services`", root.headline()
        elif services is not None and not isinstance(services.value, dict | None):
            message, at = "`services` is no mapping of names to services", root.at("services")
        else:
            continue
        draft.refuse(Problem("unreadable-file", message, at, (), LEAVE_OUT, message))
        return []
    return roots


def _is_known(root: Node) -> bool:
    return any(key in TOP or key.startswith("x-") for key in root.entries)


def _explained(problem: Problem, text: str) -> Problem:
    """Return what is wrong with a file, with what a user of Compose can do about it."""
    tag = re.match(OWN_TAG, problem.message)
    if tag:
        # https://github.com/compose-spec/compose-spec/blob/main/13-merge.md
        message = f"`!{tag[1]}` is for Compose to merge files by, and isn't followed here"
        return problem._replace(message=message, hint=f"{LEAVE_OUT}, or {MERGED}")
    if of_yaml.TEMPLATE in text:
        return problem._replace(hint=f"{LEAVE_OUT}, or {FILLED}")
    return problem


def tell_of_includes(draft: Draft, root: Node) -> None:
    """Tell the draft of the files that a document includes."""
    include = root.find("include")
    if include is None:
        return
    for each in _paths(include):
        what = f"`{cut(of_yaml.text(each), LONGEST)}`, which this file includes,"
        why = "a file is read where the source's `paths` select it, not where another includes it"
        draft.leave(each.headline(), why, "let the `paths` select it too, unless they do", what)


def _paths(include: Node) -> Iterator[Node]:
    """Yield the paths of an `include`, in its short form and in its long one."""
    for each in include.items:
        path = each.find("path") or each
        yield from path.items or [path]


def is_open(draft: Draft, place: Span, text: str, what: str, then: str = "") -> bool:
    """Whether a text means nothing before it is filled in; the draft is told of ``what`` it is.

    What follows of that stands in ``then``.
    """
    if of_yaml.TEMPLATE in text:
        draft.leave(place, f"it is filled in by a template{then}", FILLED, what)
        return True
    if re.search(VARIABLE, text.replace(DOLLAR, "")):
        draft.leave(place, f"it is filled in from a variable{then}", MERGED, what)
        return True
    return False


def texts(draft: Draft, what: str, service: Node, key: str) -> list[Node]:
    """Return the texts of a list; what is no text is told to the draft."""
    found = service.find(key)
    if found is None or found.value is None:
        return []
    if not isinstance(found.value, list):
        draft.leave(service.at(key), "it is no list", what=f"`{key}` of {what}")
        return []
    for at, each in enumerate(found.items):
        if not of_yaml.text(each):
            draft.leave(service.at(key, at), "it is no text", what=f"an entry of `{key}` of {what}")
    return [each for each in found.items if of_yaml.text(each)]


def tell_of_extends(draft: Draft, what: str, services: Node, service: Node) -> None:
    """Tell of what `extends` takes over, unless nothing of that would be read."""
    extends = service.find("extends")
    if extends is None or extends.value is None:
        return
    base = of_yaml.text(extends.find("service") or extends)
    here = None if extends.find("file") else services.find(base)
    if here is not None and not any(key in here.entries for key in INHERITED):
        return
    shown = f"what {what} takes over from `{cut(base, LONGEST)}`"
    hint = f"write what it depends on at the service itself, or {MERGED}"
    draft.leave(service.at("extends"), "`extends` isn't followed", hint, shown)


def labels(draft: Draft, what: str, service: Node) -> dict[str, Node]:
    """Return the keys of ours that labels carry, written as a mapping or as `KEY=VALUE`."""
    found = service.find("labels")
    if found is None:
        return {}
    said: dict[str, Node] = {}
    for key, text, each in _labels(found):
        shown = f"label `{cut(key, LONGEST)}` of {what}"
        if each.is_collection:
            said[key] = each
        elif key.startswith(of_yaml.PREFIX) and not is_open(draft, each.span, text, shown):
            said[key] = each.saying(text.replace(DOLLAR, "$"))
    return dict(of_yaml.addressed(found.holding(said, {})))


def _labels(found: Node) -> Iterator[tuple[str, str, Node]]:
    for key, each in found.entries.items():
        yield key, of_yaml.text(each), each
    for each in found.items:
        key, equals, text = of_yaml.text(each).partition("=")
        if equals:
            yield key, text, each
