"""What a hook knows and a command line doesn't: the commit or the push that is under way."""

from __future__ import annotations

import os

from opspolicy.cli import options
from opspolicy.cli.console import UsageError
from opspolicy.phrases import with_hint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.cli.arguments import Given
    from opspolicy.cli.console import Console
    from opspolicy.config import Config
    from opspolicy.source.bases import Base
    from opspolicy.source.git import Repository
    from opspolicy.source.tree import Tree
    from opspolicy.source.underway import UnderWay

SKIPPED = "Nothing that opspolicy reads is changed: not checked.\n"
DECIDING = ("include", "policies", "sources", "\\")
"""What stands in a configuration that can select anything but YAML, however it is written."""


def is_unrelated(given: Given, console: Console) -> bool:
    """Whether the commit or the push under way changes nothing that can be read.

    Where nobody can be sure, or a report is wanted, or something else than a change is to be
    checked, it isn't. Neither YAML nor all of the program is imported for it.
    """
    if given.output or given.together or given.format not in {None, "text"}:
        return False
    from opspolicy.source import discovery, underway, unrelated  # noqa: PLC0415 - only in a hook
    from opspolicy.source.git_error import GitError  # noqa: PLC0415

    found = underway.under_way(console.environment)
    if found.staged is None and found.start is None:
        return False
    try:
        # As whoever enters a directory sees it: a link isn't followed by leaving out its name.
        here = os.path.realpath(os.getcwd())
        where = os.path.realpath(os.path.join(here, given.directory or ""))
        if not os.path.isdir(where):
            return False
        changes = underway.changes(here, console.environment)
        # No configuration is looked at for what is YAML.
        return unrelated.is_unrelated(changes, discovery.ENDINGS) and unrelated.is_unrelated(
            changes, _endings(given, where, found, console)
        )
    except (GitError, OSError):
        return False


def _endings(given: Given, where: str, found: UnderWay, console: Console) -> tuple[str, ...]:
    """Return how all names end of what may be read, as for ``discovery.endings``.

    Raises GitError for what git can't tell.
    """
    from opspolicy.source import discovery  # noqa: PLC0415 - only in a hook

    named = [*given.paths, *([] if given.config is None else [given.config])]
    names = {os.path.basename(os.path.normpath(each)) for each in named}
    patterns: list[str] = []
    for tree, name in _configurations(given, where, found):
        selecting = _patterns(tree, name, options.cache(given, console))
        if selecting is None:
            return ("",)
        patterns += selecting
    return (*discovery.endings(patterns), *(names - {os.curdir, os.pardir}))


def _configurations(given: Given, where: str, found: UnderWay) -> Iterator[tuple[Tree, str]]:
    """Yield each configuration that either side may go by.

    One side is the disk, or the commit that is pushed, and the other what it is compared with. Of
    commits it is every one above: which of them is meant depends on what the other side has.
    """
    from opspolicy.source import discovery, git, reading  # noqa: PLC0415 - only in a hook

    places = [(each, discovery.CONFIG_NAME) for each in _upwards(where)]
    if given.config is not None:
        directory, name = os.path.split(os.path.abspath(os.path.join(where, given.config)))
        places.append((os.path.realpath(directory), name))
    near = [each for each in places if os.path.lexists(os.path.join(*each))][:1]
    for directory, name in near if given.config is None else places[-1:]:
        yield reading.Root(directory), name
    if not (found.is_push or given.new_only or given.base):
        return
    with git.open_repository(where) as repository:
        for commit in _commits(given, found, repository):
            for directory, name in places:
                below = os.path.relpath(directory, repository.top).replace(os.sep, "/")
                if reading.is_above(below):
                    continue
                tree = repository.tree(commit, "" if below == os.curdir else below)
                if tree.has(name):
                    yield tree, name


def _upwards(directory: str) -> list[str]:
    """Return a directory and all above it, up to the top of its repository."""
    from opspolicy.source import discovery  # noqa: PLC0415 - only in a hook

    top = discovery.top_of(directory) or directory
    found = [directory]
    while found[-1] != top:
        found.append(os.path.dirname(found[-1]))
    return found


def _commits(given: Given, found: UnderWay, repository: Repository) -> list[str]:
    """Return the commits by whose configuration anything is selected, by their ids."""
    from opspolicy.source import bases, git  # noqa: PLC0415 - only in a hook

    pushed = [] if found.end is None else [repository.commit(found.end)]
    base = None
    if given.new_only:
        base = bases.began(repository, found)
    elif given.base:
        base = bases.Base(given.base, repository.commit(given.base))
    if base is None:
        return pushed
    if base.is_start:
        return [*pushed, base.commit]
    tip = pushed[0] if pushed else repository.commit(git.HEAD)
    merging = () if pushed else repository.merging(os.environ)
    return [*pushed, repository.merge_base(base.commit, tip, *merging)]


def _patterns(tree: Tree, name: str, cache: str | None) -> Sequence[str] | None:
    """Return the patterns of a configuration that may select what isn't YAML; None for any."""
    read = tree.read(name)
    if read.problem is not None:
        return None
    if not any(each in read.text for each in DECIDING):
        return ()
    from opspolicy import config  # noqa: PLC0415 - only where it has something to say
    from opspolicy.estate.formats import FORMATS  # noqa: PLC0415

    settings = config.load_tree(tree, name, cache)
    if settings.problems or any(not FORMATS[each.format].is_yaml for each in settings.sources):
        return None
    read_in_place = [path for each in settings.sources for path in each.paths]
    return (*settings.patterns.include, *settings.patterns.policies, *read_in_place)


def sides(given: Given, console: Console, root: str) -> tuple[str | Base | None, str | None]:
    """Return the base and the head that are to be judged in a hook; None for what is on the disk.

    A base of None is for a check of all there is. Raises UsageError for what git can't tell.
    """
    from opspolicy.source import underway  # noqa: PLC0415 - only in a hook

    found = underway.under_way(console.environment)
    head: str | None = found.end
    if not given.new_only:
        return given.base, head
    from opspolicy.source import bases, git  # noqa: PLC0415 - only to compare
    from opspolicy.source.git_error import GitError  # noqa: PLC0415

    try:
        with git.open_repository(root) as repository:
            base = bases.began(repository, found)
    except GitError as error:
        told = with_hint(error, error.hint)
        raise UsageError(told) from error
    if base is not None:
        return base, head
    lacks = "there is no commit yet, so all of it is new"
    if head is not None:
        lacks = (
            "the remote has nothing to compare with, so all of it is new; to begin with what there"
            " is, push its main branch once with `SKIP=opspolicy-new git push`"
        )
    console.complain(lacks)
    return None, head


def refuse_sparse(given: Given, console: Console, settings: Config) -> None:
    """Refuse a commit of which not all is on the disk; raises UsageError, also as git can't tell.

    Where a base is compared with, that is done there.
    """
    from opspolicy.source import git, sparse, underway  # noqa: PLC0415 - only in a hook
    from opspolicy.source.git_error import GitError, NowhereError  # noqa: PLC0415

    if underway.under_way(console.environment).staged is None:
        return
    try:
        with git.open_repository(settings.root) as repository:
            sparse.refuse(repository, repository.prefix, given.paths, settings.patterns)
    except NowhereError:
        # What is checked is something else than what is committed.
        return
    except GitError as error:
        told = with_hint(error, error.hint)
        raise UsageError(told) from error
