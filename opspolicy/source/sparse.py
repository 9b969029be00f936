"""What git knows and hasn't checked out: files that are no less part of an estate for it."""

from __future__ import annotations

import os

from opspolicy.source.discovery import CONFIG_NAME, Patterns, endings, select, select_named
from opspolicy.source.git_error import GitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.source.git import Repository
    from opspolicy.source.git_tree import GitTree


def refuse(repository: Repository, below: str, paths: Sequence[str], *sides: Patterns) -> None:
    """Raise GitError where the working tree lacks files that its commit has and that are selected.

    ``below`` is the way from the top of the repository to the root of the estate, ``paths`` what is
    named to be checked, and ``sides`` what selects.
    """
    left_out = repository.left_out()
    if not left_out or repository.head is None:
        return
    tree = repository.tree(repository.head, below)
    names = [*below.split("/")] if below else []
    above = ["/".join([*names[:depth], CONFIG_NAME]) for depth in range(len(names) + 1)]
    found = {each for each in above if each in left_out}
    for path in (path for each in sides for path in _selected(tree, paths, each)):
        # A link, or the file that it leads to.
        whole = {"/".join((*names, way)) for way in (path, tree.place(path))}
        found |= whole & left_out
    # What is being merged may be in no commit yet: nobody can tell whether it is selected.
    top = repository.tree(repository.head)
    ends = endings(each for side in sides for each in (*side.include, *side.policies))
    found |= {each for each in left_out if each.endswith(ends) and not top.exists(each)}
    if not found:
        return
    first, directory = min(found), os.path.dirname(min(found))
    count = "1 file" if len(found) == 1 else f"{len(found):,} files"
    message = f"{count} of the estate, such as `{first}`, can't be judged: not checked out"
    add = f"`git sparse-checkout add {directory}`, or " if directory else ""
    raise GitError(message, f"check it out: {add}`git sparse-checkout disable` for all there is")


def _selected(tree: GitTree, paths: Sequence[str], patterns: Patterns) -> Iterator[str]:
    """Yield what is read in a tree: what is selected, and policies."""
    yield from (select_named(tree, (*paths,), patterns) if paths else select(tree, patterns)).paths
    for each in patterns.policies:
        yield from select(tree, Patterns(include=(each,), policies=())).paths
