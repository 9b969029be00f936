"""A directory of static files, written anew in place of what an earlier run has written there.

A list of its own files lies in the directory, and nothing else is ever taken away or written over.
"""

from __future__ import annotations

import os

from opspolicy.source.reading import Root
from opspolicy.start import writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LIST = ".opspolicy-site"
HEADER = "opspolicy site, version 1: these files are written anew by each run"


class ForeignError(ValueError):
    """A directory that has files which no earlier run has written."""


def written(directory: str) -> list[str]:
    """Return the paths of what an earlier run has written into a directory; none in a new one.

    Raises ForeignError where anything else lies there, and OSError.
    """
    if os.path.islink(directory.rstrip(os.sep) or os.sep):
        message = "it is a link; name a directory"
        raise ForeignError(message)
    if not os.path.lexists(directory):
        return []
    root = Root(os.path.abspath(directory))
    present = sorted(_below(root.path))
    if not present:
        return []
    listed = _listed(root.path) if LIST in present else []
    foreign = [each for each in present if each not in {LIST, *listed}]
    if foreign:
        message = f"`{foreign[0]}` isn't of an earlier run; name a new or an empty directory"
        raise ForeignError(message)
    return [each for each in listed if each in present]


def _below(top: str) -> Iterable[str]:
    """Yield the paths of all below a directory that isn't a directory, with `/`."""
    for where, directories, names in os.walk(top):
        # A link to a directory is listed as one, and not entered.
        links = [each for each in directories if os.path.islink(os.path.join(where, each))]
        for name in [*names, *links]:
            yield os.path.relpath(os.path.join(where, name), top).replace(os.sep, "/")


def write(directory: str, files: Iterable[tuple[str, str]], before: Iterable[str]) -> int:
    """Write files below a directory and take away those of ``before`` that are none of them.

    Returns how many were written. Raises OSError.
    """
    os.makedirs(directory, exist_ok=True)
    root = Root(os.path.abspath(directory))
    old = {*before}
    made: list[str] = []
    writing.create(root, LIST, _list(old), renew=True)
    for path, text in files:
        made.append(path)
        # The list comes first: what is cut off half-way is known for ours by the next run.
        with open(os.path.join(root.path, LIST), "a", encoding="utf-8", newline="\n") as file:
            file.write(f"{path}\n")
        writing.create(root, path, text, renew=path in old)
    for each in sorted(old - {*made}):
        os.unlink(os.path.join(root.path, each))
        _drop_empty(root.path, os.path.dirname(each))
    writing.create(root, LIST, _list(made), renew=True)
    return len(made)


def _listed(top: str) -> list[str]:
    """Return what the list in a directory has; raises ForeignError for one that isn't ours."""
    path = os.path.join(top, LIST)
    lines = [b""]
    if os.path.isfile(path) and not os.path.islink(path):
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
    if lines[0] != HEADER.encode():
        message = f"`{LIST}` isn't of an earlier run; name a new or an empty directory"
        raise ForeignError(message)
    return [each.decode("utf-8", "replace") for each in lines[1:] if each]


def _list(paths: Iterable[str]) -> str:
    return "\n".join([HEADER, *sorted(paths)]) + "\n"


def _drop_empty(top: str, directory: str) -> None:
    while directory and not os.listdir(os.path.join(top, directory)):
        os.rmdir(os.path.join(top, directory))
        directory = os.path.dirname(directory)
