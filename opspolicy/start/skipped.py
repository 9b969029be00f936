"""What nobody here has written or keeps: what git ignores, dependencies, estates of their own."""

from __future__ import annotations

import os

from opspolicy.record import NamedTuple
from opspolicy.source.discovery import CONFIG_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.source.tree import Tree

FETCHED = frozenset(
    ("node_modules", "bower_components", "site-packages", ".terraform", "__pycache__")
)
"""The directories that tools fill with what others have written."""

VENDOR = "vendor"
FETCHES_BESIDE = ("go.mod", "composer.json", "Gemfile")
"""The files beside which `vendor` holds dependencies; elsewhere it may be anything."""


class Skipped(NamedTuple):
    """What is skipped below ``root``; ``ignored`` are the paths that git ignores."""

    root: Tree
    ignored: frozenset[str] = frozenset()

    def by(self, path: str) -> str:
        """Return what leaves a path out, "" for nothing: the way to it, or to what it lies in."""
        for each in _ways(path):
            if each in self.ignored or _is_fetched(self.root, each):
                return each
            if each != path and self.root.has(f"{each}/{CONFIG_NAME}"):
                return each
        return ""

    def is_fetched(self, path: str) -> bool:
        """Whether a path is ignored, or in a directory of dependencies."""
        return any(each in self.ignored or _is_fetched(self.root, each) for each in _ways(path))


def skipped(root: Tree, top: str | None) -> Skipped:
    """Return what is skipped below ``root``, in the repository that begins in ``top``, if any."""
    return Skipped(root, _ignored(root) if top is not None else frozenset())


def _ignored(root: Tree) -> frozenset[str]:
    from opspolicy.source.git import open_repository  # noqa: PLC0415 - only in a repository
    from opspolicy.source.git_error import GitError  # noqa: PLC0415

    try:
        with open_repository(root.real) as repository:
            below = f"{repository.prefix}/" if repository.prefix else ""
            found = repository.ignored()
    except GitError:
        # Without git, nobody can tell: then all there is counts.
        return frozenset()
    return frozenset(each.removeprefix(below) for each in found if each.startswith(below))


def _ways(path: str) -> Iterator[str]:
    """Yield the directories that a path lies in, the outermost first, and the path itself."""
    for at, each in enumerate(path):
        if each == "/":
            yield path[:at]
    yield path


def _is_fetched(root: Tree, path: str) -> bool:
    above, name = os.path.split(path)
    if name != VENDOR:
        return name in FETCHED
    return any(root.exists(os.path.join(above, each)) for each in FETCHES_BESIDE)
