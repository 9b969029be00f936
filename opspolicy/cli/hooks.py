"""What a hook knows and a command line doesn't: the commit or the push that is under way."""

from __future__ import annotations

import os

from opspolicy.cli.console import UsageError
from opspolicy.phrases import with_hint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.cli.arguments import Given
    from opspolicy.cli.console import Console
    from opspolicy.source.bases import Base

SKIPPED = "Nothing that opspolicy reads is changed: not checked.\n"
DECIDING = ("include", "policies", "\\")
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
        here = os.getcwd()
        changes = underway.changes(here, console.environment)
    except (GitError, OSError):
        return False
    where = os.path.join(here, given.directory or "")
    # The configuration isn't looked at for what is YAML.
    return (
        os.path.isdir(where)
        and unrelated.is_unrelated(changes, discovery.ENDINGS)
        and unrelated.is_unrelated(changes, _endings(given, where, console))
    )


def _endings(given: Given, where: str, console: Console) -> tuple[str, ...]:
    """Return how all names end of what may be read, as for ``discovery.endings``."""
    from opspolicy.source import discovery  # noqa: PLC0415 - only in a hook

    patterns = _patterns(given, where, console)
    if patterns is None:
        return ("",)
    named = [*given.paths, *([] if given.config is None else [given.config])]
    names = {os.path.basename(os.path.normpath(each)) for each in named}
    return (*discovery.endings(patterns), *(names - {os.curdir, os.pardir}))


def _patterns(given: Given, where: str, console: Console) -> Sequence[str] | None:
    """Return the patterns of a configuration that may select what isn't YAML; None for any."""
    from opspolicy.source import discovery, reading  # noqa: PLC0415 - only in a hook

    path = (
        os.path.join(where, given.config)
        if given.config is not None
        else discovery.find_upwards(where, discovery.CONFIG_NAME)
    )
    if path is None:
        return ()
    directory, name = os.path.split(os.path.abspath(path))
    read = reading.Root(directory).read(name)
    if read.problem is not None:
        return None
    if not any(each in read.text for each in DECIDING):
        return ()
    from opspolicy import config  # noqa: PLC0415 - only where it has something to say
    from opspolicy.cli import options  # noqa: PLC0415

    settings = config.load(where, given.config, options.cache(given, console))
    if settings.problems:
        return None
    return (*settings.patterns.include, *settings.patterns.policies)


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
