"""Files written where there were none: never over another, never through a link that leads out."""

from __future__ import annotations

import os

from opspolicy.repair import edits
from opspolicy.source import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.source.reading import Root
    from opspolicy.start.plan import Step


def write(step: Step) -> None:
    """Write what a step says; raises OSError where that can't be, or isn't what was planned."""
    assert step.text is not None  # noqa: S101 - callers leave out what isn't to be written
    if step.before is not None:
        edits.save(step.root, step.before, files.parse(step.path, step.text))
    else:
        create(step.root, step.path, step.text)


def create(root: Root, path: str, text: str, *, renew: bool = False) -> None:
    """Make a file, and the directories on the way; one that is there is only renewed if asked for.

    Raises OSError.
    """
    directory = os.path.dirname(path)
    reached = ""
    for name in directory.split("/") if directory else []:
        reached = f"{reached}/{name}" if reached else name
        if not root.holds(f"{reached}/."):
            message = f"`{reached}` leads outside of {root.path}"
            raise OSError(message)
        if not root.is_directory(reached):
            os.mkdir(os.path.join(root.path, reached))
    how = os.O_TRUNC if renew else os.O_EXCL
    # No link is followed: it could lead anywhere.
    flags = (
        os.O_WRONLY | os.O_CREAT | how | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    )
    handle = os.open(os.path.join(root.path, path), flags, 0o666)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
