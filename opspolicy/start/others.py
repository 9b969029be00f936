"""What lies in a repository in the formats of others, and the `sources` that would read it."""

from __future__ import annotations

from opspolicy import importers
from opspolicy.estate.foreign import load
from opspolicy.estate.formats import AS, FORMATS, WINDOWS
from opspolicy.estate.sources import Source
from opspolicy.record import NamedTuple
from opspolicy.source import as_yaml, discovery
from opspolicy.source.discovery import Patterns
from opspolicy.start import survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.source.reading import Root
    from opspolicy.start.survey import Survey

YAML = ("**/*.yaml", "**/*.yml")
SIGNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "alertmanager": (YAML, ("time_intervals:", "receivers:")),
    "argocd": (YAML, ("AppProject", "syncWindows:")),
    "backstage": (YAML, ("backstage.io/",)),
    "compose": (("**/{docker-,}compose*.{yaml,yml}",), ("services:",)),
    "crontab": (("**/crontab", "**/*.crontab", "**/cron.d/?*"), ()),
    "github-actions": ((".github/workflows/*.yaml", ".github/workflows/*.yml"), ("cron:",)),
    "icalendar": (("**/*.ics",), ("BEGIN:VEVENT",)),
    "kubernetes": (YAML, ("CronJob",)),
    "statuspage": (("**/*.json",), ('"scheduled_maintenances"',)),
    "systemd": (("**/*.timer",), ("[Timer]",)),
    "terraform": (("**/*.tf",), ("resource",)),
}  # fmt: skip
"""Where files of a format lie, and what all of them hold; whether they are, their reader says."""

MOST_NAMED = 4
"""More files than these of one format are named by their directories."""


class Lying(NamedTuple):
    """Files of one format, as a source names them; ``exclude`` are those that can't be read."""

    format: str
    paths: tuple[str, ...]
    exclude: tuple[str, ...] = ()


def lying(found: Survey) -> list[Lying]:
    """Return what could be read in place and isn't yet, by format. Never raises for what it is."""
    root = found.root
    known = importers.select(root, found.settings.sources).readings
    # The workflow that checks is no job of theirs.
    own = {*found.declaring, *known, survey.WORKFLOW}
    made: list[Lying] = []
    for name in FORMATS:
        globs, marks = SIGNS[name]
        paths = discovery.select(root, Patterns(include=globs)).paths[: survey.MOST_FILES]
        good = [path for path in paths if path not in own and _holds(root, path, name, marks)]
        if good:
            made.append(_named(root, name, good))
    return made


def _holds(root: Root, path: str, name: str, marks: Sequence[str]) -> bool:
    """Whether a file has an entry of a format."""
    text = root.read(path).text
    if not all(each in text for each in marks):
        return False
    file = load(root, path, (importers.reading(Source(name)),))
    return any(document.entries for document in file.documents)


def _named(root: Root, name: str, paths: list[str]) -> Lying:
    if len(paths) <= MOST_NAMED:
        return Lying(name, tuple(survey.literal(path) for path in paths))
    # By directory and ending, as long as nothing else lies there that this format can't read.
    globs = dict.fromkeys(_beside(path) for path in paths)
    beside = discovery.select(root, Patterns(include=tuple(globs))).paths
    reading = importers.reading(Source(name))
    others = [path for path in beside if path not in paths]
    broken = [path for path in others if load(root, path, (reading,)).problems]
    return Lying(name, tuple(globs), tuple(survey.literal(path) for path in broken))


def _beside(path: str) -> str:
    directory, slash, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    return f"{survey.literal(directory)}{slash}*{dot}{ending}" if stem else survey.literal(path)


def sources(found: Sequence[Lying], owner: str) -> str:
    """Return the `sources` of a configuration."""
    return "\n".join(as_yaml.lines({"sources": [*_sources(found, owner)]})) + "\n"


def _sources(found: Sequence[Lying], owner: str) -> Iterator[dict[str, object]]:
    for each in found:
        said = {"owner": owner}
        source: dict[str, object] = {"format": each.format, "paths": list(each.paths)}
        if each.exclude:
            source["exclude"] = list(each.exclude)
        if AS in FORMATS[each.format].settings:
            source[AS] = WINDOWS
        yield {**source, "defaults": said}
