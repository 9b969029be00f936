"""What the event of a workflow says that this change began from."""

from __future__ import annotations

import json
import re

from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
BRANCH = "refs/heads/"


class Comparison(NamedTuple):
    """What to compare with, as far as the event knows it.

    ``commit`` is the id of a commit, ``branch`` the name of one of the repository's branches; with
    neither, everything is checked. ``head`` is the id of the last commit of a pull request or of a
    group, which the commit that is checked out may merge into a newer base. ``is_forced`` is
    whether history was replaced, so that the commit may be nowhere any more. ``about`` tells
    somebody of it.
    """

    about: str
    commit: str = ""
    branch: str = ""
    head: str = ""
    is_forced: bool = False


def load(path: str) -> dict[str, Any] | None:
    """Return what a runner has written of the event; None where that can't be read."""
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def comparison(name: str, event: Mapping[str, Any]) -> Comparison:
    """Return what an event is to be compared with.

    An event that nobody has thought of here is compared with nothing, so that all that is found
    counts.
    """
    known = {"pull_request": _pull_request, "merge_group": _merge_group, "push": _push}
    found = known[name](event) if name in known else None
    if found is not None:
        return found
    if name in known:
        return Comparison(f"the event `{name}` doesn't say what it started from")
    return Comparison(f"the event `{name}` is compared with nothing")


def number(event: Mapping[str, Any]) -> int | None:
    """Return the number of the pull request that an event is of."""
    found = _at(event, "pull_request", "number")
    return found if type(found) is int and found > 0 else None


def _pull_request(event: Mapping[str, Any]) -> Comparison | None:
    base = _id(event, "pull_request", "base", "sha")
    if base is None:
        return None
    head = _id(event, "pull_request", "head", "sha") or ""
    return Comparison("the base of the pull request", base, head=head)


def _merge_group(event: Mapping[str, Any]) -> Comparison | None:
    """Return the branch that the group is for; its `base_sha` is the last commit of another group.

    That one may have failed, where the queue asks only for the last of several to pass.
    """
    base = _at(event, "merge_group", "base_ref")
    if not isinstance(base, str) or not base.removeprefix(BRANCH):
        return None
    head = _id(event, "merge_group", "head_sha") or ""
    name = base.removeprefix(BRANCH)
    return Comparison(f"where the group left `{name}`", branch=name, head=head)


def _push(event: Mapping[str, Any]) -> Comparison | None:
    """Return what was there before; for a branch of its own, what the branch started from.

    With what was pushed before, a second push to the branch would excuse the first.
    """
    ref, main = event.get("ref"), _at(event, "repository", "default_branch")
    if isinstance(ref, str) and not ref.startswith(BRANCH):
        return Comparison("a tag is compared with nothing")
    if isinstance(ref, str) and isinstance(main, str) and main and ref != f"{BRANCH}{main}":
        return Comparison(f"where it left `{main}`", branch=main)
    before = _id(event, "before")
    if before is None:
        return None
    if not before.strip("0"):
        return Comparison("a new branch has nothing before it")
    return Comparison("what was there before", before, is_forced=event.get("forced") is True)


def _id(event: Mapping[str, Any], *keys: str) -> str | None:
    found = _at(event, *keys)
    return found if isinstance(found, str) and ID.fullmatch(found) else None


def _at(found: object, *keys: str) -> object:
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found
