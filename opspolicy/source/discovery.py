"""Which files make up an estate.

Everything that looks like a declaration is either selected or reported. A link, a pipe or another
repository inside the selection is a finding, because a file that is quietly left out is a gate
that is quietly open.
"""

from __future__ import annotations

import os

from opspolicy.record import NamedTuple
from opspolicy.source.reading import OUTSIDE, refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from opspolicy.source.problem import Problem
    from opspolicy.source.tree import Entry, Tree

    # Whether a name fits: something true, or something false.
    Fits = Callable[[str], object]

CONFIG_NAME = "opspolicy.yaml"
DEFAULT_INCLUDE = ("ops/**/*.{yaml,yml}",)
DEFAULT_POLICIES = ("policies/*.{yaml,yml}",)
EVERYTHING = "**/*.{yaml,yml}"
ENDINGS = (".yaml", ".yml")
TEST_ENDINGS = ("_test.yaml", "_test.yml")
WILDCARDS = frozenset("*?[{")
OPEN_ENDED = frozenset(("*", "**"))
"""What at the end of a pattern means YAML, and no other file."""

MOST_ALTERNATIVES = 64
MOST_LINKED = 5_000
"""How many directories are looked at through links: links that cross can make any number."""


class GlobError(ValueError):
    """A pattern whose braces stand for more alternatives than anybody would write by hand."""

    def __str__(self) -> str:
        """Name the pattern and the limit."""
        return f"`{self.args[0]}` stands for more than {MOST_ALTERNATIVES} patterns"


class Selection(NamedTuple):
    """The files found (relative to the root, sorted) and what couldn't be looked at.

    ``readings`` are files of other formats by path, each with how it is read (`foreign.Reading`).
    Those of ``unnamed`` aren't asked for: they are read for what others complete of them, or they
    of others.
    """

    paths: tuple[str, ...]
    problems: tuple[Problem, ...]
    readings: Mapping[str, tuple[Any, ...]] = {}
    unnamed: frozenset[str] = frozenset()


class Place(NamedTuple):
    """A path that a walk has come to, and the real places of the links it came through."""

    path: str
    links: tuple[str, ...] = ()
    linked: bool = False


class Patterns(NamedTuple):
    """What a configuration selects, as globs relative to the root."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    policies: tuple[str, ...] = DEFAULT_POLICIES


def select(tree: Tree, patterns: Patterns) -> Selection:
    """Find the estate's files in ``tree`` when no path was named."""
    walk = Walk(tree, patterns.exclude, patterns.policies)
    include = effective_include(tree, patterns)
    for pattern in dict.fromkeys(each for whole in include for each in _parts(whole)):
        start = static_prefix(pattern)
        is_directory = tree.is_directory(start)
        if _is_wild(pattern):
            if is_directory:
                walk.directory(start, Wanted(pattern))
            elif tree.leads_away(start):
                walk.problem(refusal(start, OUTSIDE))
        elif is_directory:
            walk.directory(start, Wanted(EVERYTHING, below=start))
        elif pattern in include or not (walk.excluded(start) or walk.is_policy(start)):
            # A file that is named outright is missed when it isn't there.
            walk.take(start)
    return walk.result()


def effective(tree: Tree, patterns: Patterns) -> Patterns:
    """Return patterns that say themselves what they select."""
    return patterns._replace(include=effective_include(tree, patterns))


def effective_include(tree: Tree, patterns: Patterns) -> tuple[str, ...]:
    """Return the globs that select: those of the configuration, else `ops/`, else everything."""
    if patterns.include:
        return patterns.include
    return DEFAULT_INCLUDE if tree.is_directory("ops") else (EVERYTHING,)


def select_named(tree: Tree, names: tuple[str, ...], patterns: Patterns) -> Selection:
    """Find the files that ``names`` (paths as typed, relative to the current directory) stand for.

    A file is taken as it is; a directory stands for every YAML file below it.
    """
    walk = Walk(tree, patterns.exclude, patterns.policies)
    for name in names:
        path = tree.find(name)
        if path is None:
            shown = name.replace(os.sep, "/")
            there = name if os.path.isdir(name) else os.path.dirname(name) or os.curdir
            hint = f"run with `-C {there}`, or name a path below the root `{tree.real}`"
            walk.problem(refusal(shown, "it is outside the root of the estate", hint))
        elif tree.is_directory(path):
            walk.directory(path, Wanted(EVERYTHING, below=path))
        else:
            walk.take(path)
    return walk.result()


class Glob:
    """Paths matched against globs: ``*``, ``?``, ``[…]``, ``{a,b}``, and ``**`` for directories.

    Matching goes name by name and takes time linear in the path, whatever the pattern.
    """

    def __init__(self, patterns: tuple[str, ...], below: str = "") -> None:
        """Compile ``patterns``, all relative to the directory ``below``.

        Raises GlobError for a pattern with too many alternatives.
        """
        fixed: list[Fits | None] = [each.__eq__ for each in below.split("/")] if below else []
        self._patterns = [
            fixed + [None if name == "**" else _fits(name) for name in one.split("/")]
            for each in patterns
            for one in _braces(each.removeprefix("./").strip("/"))
        ]

    def __bool__(self) -> bool:
        """Whether there is any pattern."""
        return bool(self._patterns)

    def __call__(self, path: str) -> bool:
        """Whether ``path`` is matched whole."""
        names = path.split("/")
        return any(_matches(pattern, names) for pattern in self._patterns)


class Wanted:
    """What one pattern selects, hidden names included where it names them."""

    def __init__(self, pattern: str, below: str = "") -> None:
        """Read ``pattern``, relative to the directory ``below``."""
        alternatives = tuple(one.rstrip("/") for one in _braces(pattern))
        names = [name for one in alternatives for name in one.split("/")]
        self._hidden = [_fits(name) for name in names if name.startswith(".")]
        # `ops/**` means the YAML below it; `ops/*.txt` is what somebody asked for.
        open_ended = [one for one in alternatives if one.rpartition("/")[2] in OPEN_ENDED]
        self._only_yaml = Glob(tuple(open_ended), below)
        self._glob = Glob(tuple(one for one in alternatives if one not in open_ended), below)
        rest = pattern.strip("/").removeprefix(static_prefix(pattern)).strip("/").split("/")
        # Whether all YAML below the start is meant, by whatever way it is reached.
        self.anywhere = rest[0] == "**" and rest[-1] in {"**", EVERYTHING.removeprefix("**/")}
        self.tests = any(name.endswith(TEST_ENDINGS) for name in names)

    def __call__(self, path: str) -> bool:
        """Whether a file is selected."""
        return self._glob(path) or (path.endswith(ENDINGS) and self._only_yaml(path))

    def shows(self, name: str) -> bool:
        """Whether a name that starts with a dot is meant: by one in the pattern that does too."""
        return any(fits(name) for fits in self._hidden)


def _parts(pattern: str) -> list[str]:
    """Return a glob in parts, if any of its alternatives names a file or a directory outright.

    `ops/{a,b}` means what is below both, as `ops/a` and `ops/b` do, and misses neither quietly.
    """
    alternatives = _braces(pattern) if "{" in pattern else [pattern]
    if all(map(_is_wild, alternatives)):
        return [pattern]
    # One that is left empty names nothing, and doesn't mean everything.
    return [each for each in alternatives if each.strip("/") or len(alternatives) == 1]


def static_prefix(pattern: str) -> str:
    """Return the directories a glob names outright: the place from which to start looking."""
    fixed: list[str] = []
    for name in pattern.removeprefix("./").strip("/").split("/"):
        if _is_wild(name):
            break
        if name != os.curdir:
            fixed.append(name)
    return "/".join(fixed)


def _fits(name: str) -> Fits:
    """Return what says whether one name of a path fits one of a glob."""
    if not _is_wild(name):
        return name.__eq__
    if name.startswith("*") and not _is_wild(name[1:]):
        # As most are. All others take two modules of the standard library's.
        return lambda text: text.endswith(name[1:])
    return _pattern(name).match


def _pattern(name: str) -> re.Pattern[str]:
    import re  # noqa: PLC0415 - for who needs more than names and endings
    from fnmatch import translate  # noqa: PLC0415

    return re.compile(translate(name))


def _is_wild(text: str) -> bool:
    return not WILDCARDS.isdisjoint(text)


def _matches(pattern: list[Fits | None], names: list[str]) -> bool:
    """Match name by name, None standing for ``**``.

    At each of these the earliest fit is enough, so nothing is tried twice.
    """
    at = tried = 0
    star = resume = -1
    while at < len(names):
        fits = pattern[tried] if tried < len(pattern) else _nothing
        if fits is None:
            star, resume, tried = tried, at, tried + 1
        elif fits(names[at]):
            at, tried = at + 1, tried + 1
        elif star >= 0:
            resume += 1
            at, tried = resume, star + 1
        else:
            return False
    return all(fits is None for fits in pattern[tried:])


def _nothing(_name: str) -> bool:
    return False


class Walk:
    """One walk through the tree, collecting files and problems."""

    def __init__(self, tree: Tree, exclude: tuple[str, ...], policies: tuple[str, ...]) -> None:
        """Walk through ``tree``, leaving out what ``exclude`` and ``policies`` match."""
        self.excluded = Glob(exclude + tuple(f"{each.rstrip('/')}/**" for each in exclude))
        self.is_policy = Glob(policies)
        self._paths: set[str] = set()
        self._linked: dict[str, str] = {}
        self._tree = tree
        self._problems: dict[tuple[str, str], Problem] = {}

    def result(self) -> Selection:
        """Return what was found, in an order that doesn't depend on the file system.

        A file that links lead to as well is taken once, by its own path where that is selected.
        """
        seen = {path for path in self._paths if path not in self._linked}
        for path in sorted(self._linked):
            if self._linked[path] in seen:
                self._paths.discard(path)
            seen.add(self._linked[path])
        problems = tuple(self._problems[key] for key in sorted(self._problems))
        refused = {problem.span.file for problem in problems}
        return Selection(tuple(sorted(self._paths - refused)), problems)

    def take(self, path: str, real: str | None = None) -> None:
        """Select one file, whose ``real`` path is known or has to be looked up."""
        self._paths.add(path)
        if real is None:
            real = self._tree.place(path)
        if real != path:
            self._linked[path] = real

    def problem(self, problem: Problem) -> None:
        """Note that a path couldn't be looked at."""
        self._problems[problem.span.file, problem.message] = problem

    def directory(self, top: str, wanted: Wanted) -> None:
        """Select every wanted file below ``top``."""
        # Each directory with the real places of the links on the way, which no other may lead to.
        stack: list[Place] = [Place(top, (), self._tree.place(top) != top)]
        # Where the way decides what is selected, each way is gone.
        once = wanted.anywhere and not self.excluded
        followed: set[str] = set()
        linked = 0
        while stack:
            place = stack.pop()
            path = place.path
            if place.links and once:
                real = self._tree.place(path)
                if real in followed:
                    continue
                followed.add(real)
            linked += bool(place.links)
            if linked > MOST_LINKED:
                why = f"more than {MOST_LINKED:,} directories are reached by links"
                self.problem(refusal(path, why, "exclude some of the links"))
                return
            try:
                entries = self._tree.entries(path)
            except OSError as error:
                why = (error.strerror or "it can't be listed").lower()
                self.problem(refusal(path or ".", why))
                continue
            has_git = any(entry.name == ".git" for entry in entries)
            if has_git and not self._is_meant(path, top):
                why = "it is a git repository of its own (a submodule?)"
                shown = path or "."
                hint = f"exclude `{shown}`, or check it with `-C {shown}`"
                self.problem(refusal(shown, why, hint))
                continue
            for entry in entries:
                shown = f"{path}/{entry.name}" if path else entry.name
                if not self.excluded(shown):
                    stack += self._entry(entry, place._replace(path=shown), wanted)

    def _entry(self, entry: Entry, place: Place, wanted: Wanted) -> Iterator[Place]:
        """Select a file, or yield the directory to look into."""
        path, name = place.path, entry.name
        is_link = entry.is_symlink()
        hidden = name.startswith(".") and not wanted.shows(name)
        if entry.is_dir(follow_symlinks=False):
            if not hidden:
                yield place
        elif is_link and self._tree.is_directory(path):
            if not hidden:
                yield from self._behind(place)
        elif is_link and not hidden and "." not in name and not self._tree.exists(path):
            # It may have been a directory of declarations, on the machine where it was made.
            self.problem(refusal(path, "it is a link that leads nowhere", f"exclude `{path}`"))
        elif hidden and "/" not in path:
            # At the root, other tools keep their settings in files like these.
            return
        elif wanted(path) and not self._is_other(path, wanted):
            real = self._tree.place(path) if is_link or place.linked else path
            if real == path or not (self.excluded(real) or self._is_other(real, wanted)):
                self.take(path, real)

    def _is_meant(self, path: str, top: str) -> bool:
        """Whether a repository is to be looked into: one named outright, or that of the root."""
        # A link can lead to the root as well.
        return self._tree.enters_repositories and (path == top or not self._tree.place(path))

    def _behind(self, place: Place) -> Iterator[Place]:
        """Yield what a link to a directory leads to, unless it leads in a circle or outside."""
        if not self._tree.holds(place.path):
            why = "it is a link to a directory outside the root of the estate"
            hint = f"exclude `{place.path}`, or copy what it links to"
            self.problem(refusal(place.path, why, hint))
            return
        real = self._tree.place(place.path)
        if real not in place.links:
            yield Place(place.path, (*place.links, real), linked=True)

    def _is_other(self, path: str, wanted: Wanted) -> bool:
        """Whether a YAML file is ours but not a declaration."""
        name = path.rsplit("/", 1)[-1]
        is_test = name.endswith(TEST_ENDINGS) and not wanted.tests
        return name == CONFIG_NAME or is_test or self.is_policy(path)


def find_upwards(start: str, name: str) -> str | None:
    """Return the nearest ``name`` from ``start`` up to the top of its git repository.

    Outside a repository only ``start`` itself is looked at: what lies above is somebody else's.
    """
    directory = os.path.abspath(start)
    top = top_of(directory) or directory
    while True:
        candidate = os.path.join(directory, name)
        if os.path.lexists(candidate):
            return candidate
        if directory == top:
            return None
        directory = os.path.dirname(directory)


def top_of(directory: str) -> str | None:
    """Return the top of the git repository that an absolute path lies in; None in none."""
    while not os.path.lexists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    return directory


def endings(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return how the name of a file must end for any of ``patterns`` to select it.

    A pattern without wildcards may stand for a directory too, and then means the YAML below it.
    "", with which every name ends, stands for a pattern that may select any file.
    """
    found = dict.fromkeys(ENDINGS)
    for pattern in patterns:
        try:
            alternatives = _braces(pattern)
        except GlobError:
            return ("",)
        for each in alternatives:
            names = [name for name in each.split("/") if name not in {"", os.curdir}]
            name = names[-1] if names else ""
            if name not in OPEN_ENDED:
                plain = max(name.rfind(sign) for sign in "*?[]{}") + 1
                found[name[plain:]] = None
    return tuple(found)


def _braces(pattern: str) -> list[str]:
    """Write out ``{a,b}``; an unbalanced brace stands for itself."""
    patterns = [pattern]
    while any(_innermost(each) for each in patterns):
        written: list[str] = []
        for each in patterns:
            found = _innermost(each)
            if found is None:
                written.append(each)
                continue
            opens, closes = found
            head, tail = each[:opens], each[closes + 1 :]
            written += [head + choice + tail for choice in each[opens + 1 : closes].split(",")]
        if len(written) > MOST_ALTERNATIVES:
            raise GlobError(pattern)
        patterns = written
    return patterns


def _innermost(pattern: str) -> tuple[int, int] | None:
    """Return where the first pair of braces with none between opens and closes."""
    closes = pattern.find("}")
    while closes >= 0:
        opens = pattern.rfind("{", 0, closes)
        if opens > pattern.rfind("}", 0, closes):
            return opens, closes
        closes = pattern.find("}", closes + 1)
    return None
