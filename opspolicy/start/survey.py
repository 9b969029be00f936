"""What there is already where somebody begins: declarations, a configuration, hooks, workflows."""

from __future__ import annotations

import os
import re

from opspolicy import config
from opspolicy.estate.language import ENTRIES, FILE
from opspolicy.estate.vocabulary import SECTIONS
from opspolicy.record import NamedTuple
from opspolicy.source import discovery, files
from opspolicy.source.discovery import CONFIG_NAME, Patterns
from opspolicy.source.reading import Root
from opspolicy.start import owners
from opspolicy.start.skipped import Skipped, skipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opspolicy.config import Config
    from opspolicy.source.node import Node
    from opspolicy.start.owners import Owner

MOST_FILES = 5_000
"""How many YAML files are looked into: more than any repository has that somebody began by hand."""

# A section at the beginning of a line, which spares most YAML of others from being parsed.
MAY_DECLARE = re.compile(rf"^[\"']?({'|'.join((*SECTIONS, 'waivers'))})[\"']?[ \t]*:", re.MULTILINE)
EXTENSION = "x-"
GENERIC = frozenset(("services", "jobs"))
"""The sections that others have too: docker-compose, GitLab, workflows."""

MEANT = frozenset("*?[]{},")
"""What means something in a glob."""

ANY = "?"
UNUSUAL = "[!A-Za-z0-9_.-]"
"""What stands for a character in a glob: any, or one that is in few names."""

HOOKS = ".pre-commit-config.yaml"
WORKFLOWS = ".github/workflows"
WORKFLOW = f"{WORKFLOWS}/opspolicy.yml"
GITLAB = ".gitlab-ci.yml"
OURS = "opspolicy"


class Survey(NamedTuple):
    """What was found below ``root``, where a configuration is or would be.

    ``top`` is that of the git repository, None in none; ``below`` is the way from there to the
    root. ``declaring`` are the files that declare something, ``others`` all other YAML.
    ``selected`` is what a check selects now. ``skipped`` is whether there was more than anybody
    looks through. ``ignored`` are the paths that git ignores.
    """

    root: Root
    top: str | None
    below: str
    settings: Config
    declaring: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    owner: Owner = owners.Owner(owners.PLACEHOLDER)
    skipped: bool = False
    ignored: frozenset[str] = frozenset()

    @property
    def skips(self) -> Skipped:
        """What is none of what somebody here has written."""
        return Skipped(self.root, self.ignored)

    @property
    def repository(self) -> Root:
        """The directory that a git repository begins in, else the root."""
        return Root(self.top) if self.top is not None else self.root

    @property
    def unselected(self) -> list[str]:
        """The files that declare something and that no check would read."""
        selected = {*self.selected}
        return [path for path in self.declaring if path not in selected]


def survey(directory: str) -> Survey:
    """Look at what is there; ``directory`` is absolute.

    The root is that of the configuration which holds there, else the top of the repository. Never
    raises for what files hold.
    """
    real = os.path.realpath(directory)
    top = discovery.top_of(real)
    settings = config.load(real)
    if settings.path is None and top is not None:
        settings = config.load(top)
    root = Root(settings.root)
    below = os.path.relpath(root.real, top).replace(os.sep, "/") if top is not None else os.curdir
    found = Survey(root, top, "" if below == os.curdir else below, settings)
    if settings.problems:
        return found
    paths = discovery.select(root, Patterns(include=(discovery.EVERYTHING,))).paths
    of_others = {path for path in paths if _is_governed(root, path)}
    looked = [path for path in paths if path not in of_others]
    skips = skipped(root, top)
    kept = [path for path in looked if not skips.is_fetched(path)]
    declaring = [path for path in kept[:MOST_FILES] if _declares(root, path)]
    # What is named outright is selected, there or not.
    selected = discovery.select(root, settings.patterns).paths
    return found._replace(
        declaring=tuple(declaring),
        others=tuple(path for path in looked if path not in {*declaring}),
        selected=tuple(path for path in selected if root.exists(path)),
        owner=owners.owner(found.repository),
        skipped=len(kept) > MOST_FILES,
        ignored=skips.ignored,
    )


def _is_governed(root: Root, path: str) -> bool:
    """Whether a file belongs to a configuration of its own, further down."""
    directory = os.path.dirname(path)
    while directory:
        if root.has(f"{directory}/{CONFIG_NAME}"):
            return True
        directory = os.path.dirname(directory)
    return False


def _declares(root: Root, path: str) -> bool:
    """Whether a file declares anything, also with mistakes; none that can't be read does."""
    file = files.load(root, path)
    if not MAY_DECLARE.search(file.text) or file.problems:
        return False
    return any(is_ours(document) for document in file.documents)


def is_ours(document: Node) -> bool:
    """Whether a document is one of declarations, by its sections and by the keys of its entries.

    `services` and `jobs` are words of other tools too, whose entries have other keys.
    """
    keys = document.entries
    sections = [key for key in keys if key in SECTIONS]
    if any(key not in FILE.keys and not key.startswith(EXTENSION) for key in keys):
        return False
    words = [
        (section, word)
        for section in sections
        for entry in keys[section].entries.values()
        for word in entry.entries
    ]
    if not words:
        return not GENERIC.issuperset({*keys} & {*SECTIONS, "waivers"})
    known = sum(word in ENTRIES[section].keys for section, word in words)
    return 2 * known > len(words)


def directories(survey: Survey, any_other: str = ANY) -> list[str]:
    """Return globs for what declares something, and for nothing else that is there.

    A directory stands for what will be added to it, where it has nothing but declarations.
    ``any_other`` stands for what no glob can name.
    """
    foreign = {above for path in survey.others for above in _above(path)}
    globs: dict[str, None] = {}
    for path in survey.declaring:
        free = [above for above in _above(path) if above not in foreign]
        named = literal(free[-1] if free else path, any_other)
        globs[f"{named}/**/*.{{yaml,yml}}" if free else named] = None
    return sorted(globs)


def astray(survey: Survey, globs: Sequence[str]) -> list[str]:
    """Return what globs select of others, and what they miss of what declares something."""
    root = survey.root
    selected = discovery.select(root, Patterns(include=tuple(globs))).paths if globs else ()
    # By whichever links they are reached.
    reached = {*selected, *map(root.place, selected)}
    missed = [path for path in survey.declaring if not {path, root.place(path)} & reached]
    return [*missed, *(path for path in survey.others if path in reached)]


def _above(path: str) -> list[str]:
    """Return the directories that a path lies in, the nearest first, without the root."""
    found: list[str] = []
    directory = os.path.dirname(path)
    while directory:
        found.append(directory)
        directory = os.path.dirname(directory)
    return found


def literal(path: str, any_other: str = ANY) -> str:
    """Return a glob that fits a path.

    ``any_other`` stands for a character that a glob would read otherwise, or that can't be written.
    """
    return "".join(
        any_other if each in MEANT or each.isspace() or not each.isprintable() else each
        for each in path
    )


def mentions(root: Root, paths: Iterable[str]) -> str:
    """Return the first file that has a word of ours in it, "" where none has."""
    for path in paths:
        if root.exists(path) and OURS in root.read(path).text:
            return path
    return ""
