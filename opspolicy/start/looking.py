"""What lies here of one format: files to read, files that do no harm, and what must be left out."""

from __future__ import annotations

import os

from opspolicy import importers
from opspolicy.estate.foreign import load
from opspolicy.estate.sources import Source
from opspolicy.record import NamedTuple
from opspolicy.source import discovery
from opspolicy.source.discovery import Patterns
from opspolicy.start import signs, survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from opspolicy.estate.foreign import Foreign
    from opspolicy.source.discovery import Selection
    from opspolicy.source.reading import Root
    from opspolicy.start.survey import Survey

CHART = "Chart.yaml"
TEMPLATES = "templates"
"""The directory of a Helm chart whose files are filled in."""


class Looked(NamedTuple):
    """The files of one format.

    ``listed`` is all that its globs could select. ``wanted`` are to be read, ``kin`` may be read
    beside them. ``without`` is what to write into `exclude` for each file that no glob may select;
    ``barred`` is the same for what no glob may pass, "" where that can't be helped. Of what says
    that it has entries, ``templates`` are no files of the format before they are filled in, and
    ``broken`` are read, and refused.
    """

    listed: tuple[str, ...]
    wanted: tuple[str, ...]
    kin: frozenset[str]
    without: dict[str, str]
    barred: dict[str, str]
    templates: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


def listing(root: Root, name: str) -> Selection:
    """Return whatever a source of a format could select."""
    return discovery.select(root, Patterns(include=signs.SIGNS[name].lies, policies=()))


def look(found: Survey, name: str, listed: Selection, own: Collection[str]) -> Looked:
    """Tell the files of a format apart; those in ``own`` are somebody else's."""
    root, skips = found.root, found.skips
    wanted: list[str] = []
    kin: set[str] = set()
    without = {survey.WORKFLOW: survey.WORKFLOW}
    templates: list[str] = []
    broken: list[str] = []
    kept: list[str] = []
    for path in listed.paths:
        by = skips.by(path)
        if by:
            without[path] = survey.literal(by)
        elif path not in own:
            kept.append(path)
    for path in kept[: survey.MOST_FILES]:
        file = load(root, path, (importers.reading(Source(name)),))
        says = signs.says(name, file.text)
        if is_template(root, file):
            without[path] = survey.literal(path)
            templates += [path] if says else []
        elif says and (file.problems or _has_entries(file)):
            wanted.append(path)
            broken += [path] if file.problems else []
        elif file.is_unreadable or (signs.is_kin(name, file.text) and file.problems):
            without[path] = survey.literal(path)
        elif signs.is_kin(name, file.text):
            kin.add(path)
    barred: dict[str, str] = {}
    for problem in listed.problems:
        path = problem.span.file
        # What lies in a repository of its own is checked there.
        by = skips.by(path) or (path if root.exists(f"{path}/.git") else "")
        barred[path] = survey.literal(by)
    _gather(root, without, {*wanted, *kin}, templates)
    seen = (tuple(wanted), frozenset(kin), without, barred)
    return Looked(listed.paths, *seen, tuple(templates), tuple(broken))


def _has_entries(file: Foreign) -> bool:
    """Whether anything comes of a file, or is told of it."""
    return bool(file.remarks) or any(document.entries for document in file.documents)


def is_template(root: Root, file: Foreign) -> bool:
    """Whether a file is to be filled in before it is one of its format."""
    if signs.TEMPLATE not in file.text:
        return False
    if chart(root, file.path):
        return True
    # Elsewhere it may be a text of somebody else's, such as that of an alert.
    stumbles = any(signs.TEMPLATE in file.line(each.span.line) for each in file.problems)
    return stumbles or (bool(file.problems) and bool(signs.FILLED_IN.search(file.text)))


def chart(root: Root, path: str) -> str:
    """Return the directory of the Helm chart that fills a file in, "" for none."""
    names = path.split("/")[:-1]
    for at, name in enumerate(names):
        if name == TEMPLATES and at and root.exists("/".join([*names[:at], CHART])):
            return "/".join(names[:at])
    return ""


def _gather(
    root: Root, without: dict[str, str], read: Iterable[str], templates: Iterable[str]
) -> None:
    """Leave out all templates of a chart together, where there is nothing else beside them."""
    read = {*read}
    for each in {chart(root, path) for path in templates} - {""}:
        inside = os.path.join(each, TEMPLATES, "")
        if not any(path.startswith(inside) for path in read):
            glob = survey.literal(inside.rstrip("/"))
            without |= {path: glob for path in without if path.startswith(inside)}
