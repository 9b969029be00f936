"""Which files make up an estate.

Everything that looks like a declaration is either selected or reported. A link, a pipe or another
repository inside the selection is a finding, because a file that is quietly left out is a gate
that is quietly open.
"""

from __future__ import annotations

import fnmatch
import os
import re
import stat

from opspolicy.record import NamedTuple
from opspolicy.source.reading import Root, refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from opspolicy.source.problem import Problem

CONFIG_NAME = "opspolicy.yaml"
DEFAULT_INCLUDE = ("ops/**/*.{yaml,yml}",)
DEFAULT_POLICIES = ("policies/*.yaml",)
EVERYTHING = ("**/*.{yaml,yml}",)
ENDINGS = (".yaml", ".yml")
TEST_ENDINGS = ("_test.yaml", "_test.yml")
BRACES = r"\{([^{}]*)\}"
WILDCARDS = r"[*?\[{]"
MOST_ALTERNATIVES = 64


class GlobError(ValueError):
    """A pattern whose braces stand for more alternatives than anybody would write by hand."""

    def __str__(self) -> str:
        """Name the pattern and the limit."""
        return f"`{self.args[0]}` stands for more than {MOST_ALTERNATIVES} patterns"


class Selection(NamedTuple):
    """The files found (relative to the root, sorted) and what couldn't be looked at."""

    paths: tuple[str, ...]
    problems: tuple[Problem, ...]


class Patterns(NamedTuple):
    """What a configuration selects, as globs relative to the root."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    policies: tuple[str, ...] = DEFAULT_POLICIES


def select(root: str, patterns: Patterns) -> Selection:
    """Find the estate's files below ``root`` when no path was named."""
    walk = Walk(root, patterns.exclude, patterns.policies)
    for pattern in effective_include(root, patterns):
        start = static_prefix(pattern)
        is_directory = os.path.isdir(os.path.join(root, start))
        if re.search(WILDCARDS, pattern):
            if is_directory:
                walk.directory(start, _wanted(pattern))
        elif is_directory:
            walk.directory(start, Glob(EVERYTHING, below=start))
        else:
            # A file that is named outright is missed when it isn't there.
            walk.take(start)
    return walk.result()


def effective_include(root: str, patterns: Patterns) -> tuple[str, ...]:
    """Return the globs that select: those of the configuration, else `ops/`, else everything."""
    has_ops = os.path.isdir(os.path.join(root, "ops"))
    return patterns.include or (DEFAULT_INCLUDE if has_ops else EVERYTHING)


def select_named(root: str, names: tuple[str, ...], patterns: Patterns) -> Selection:
    """Find the files that ``names`` (paths as typed, relative to the current directory) stand for.

    A file is taken as it is; a directory stands for every YAML file below it.
    """
    walk = Walk(root, patterns.exclude, patterns.policies)
    top, held = os.path.realpath(root), Root(root)
    for name in names:
        full = os.path.abspath(name)
        real = os.path.realpath(full)
        if not held.holds(full):
            shown = name.replace(os.sep, "/")
            hint = f"run with `-C {shown}`, or name a path below the root `{top}`"
            walk.problem(refusal(shown, "it is outside the root of the estate", hint))
            continue
        relative = os.path.relpath(full, root)
        if relative.startswith(os.pardir):  # reached by a link: name it by its real place
            relative = os.path.relpath(real, top)
        relative = "" if relative == os.curdir else relative.replace(os.sep, "/")
        if os.path.isdir(full):
            walk.directory(relative, Glob(EVERYTHING, below=relative))
        else:
            walk.take(relative)
    return walk.result()


class Glob:
    """Paths matched against globs: ``*``, ``?``, ``[…]``, ``{a,b}``, and ``**`` for directories.

    Matching goes name by name and takes time linear in the path, whatever the pattern.
    """

    def __init__(self, patterns: tuple[str, ...], below: str = "") -> None:
        """Compile ``patterns``, all relative to the directory ``below``.

        Raises GlobError for a pattern with too many alternatives.
        """
        fixed = [re.escape(name) for name in below.split("/")] if below else []
        self._patterns = [
            fixed + [name if name == "**" else fnmatch.translate(name) for name in one.split("/")]
            for each in patterns
            for one in _braces(each.removeprefix("./").strip("/"))
        ]

    def __call__(self, path: str) -> bool:
        """Whether ``path`` is matched whole."""
        names = path.split("/")
        return any(_matches(pattern, names) for pattern in self._patterns)


def _wanted(pattern: str) -> Callable[[str], bool]:
    """Return what says whether a pattern selects a path."""
    glob = Glob((pattern,))
    if pattern.rstrip("/").rsplit("/", 1)[-1] not in {"*", "**"}:
        return glob
    # `ops/**` means the YAML below it; `ops/*.txt` is what somebody asked for.
    return lambda path: path.endswith(ENDINGS) and glob(path)


def static_prefix(pattern: str) -> str:
    """Return the directories a glob names outright: the place from which to start looking."""
    fixed: list[str] = []
    for name in pattern.removeprefix("./").strip("/").split("/"):
        if re.search(WILDCARDS, name):
            break
        fixed.append(name)
    return "/".join(fixed)


def _matches(pattern: list[str], names: list[str]) -> bool:
    """Match name by name; at each ``**`` the earliest fit is enough, so nothing is tried twice."""
    at = tried = 0
    star = resume = -1
    while at < len(names):
        if tried < len(pattern) and pattern[tried] == "**":
            star, resume, tried = tried, at, tried + 1
        elif tried < len(pattern) and re.match(pattern[tried], names[at]):
            at, tried = at + 1, tried + 1
        elif star >= 0:
            resume += 1
            at, tried = resume, star + 1
        else:
            return False
    return all(name == "**" for name in pattern[tried:])


class Walk:
    """One walk through the tree, collecting files and problems."""

    def __init__(self, root: str, exclude: tuple[str, ...], policies: tuple[str, ...]) -> None:
        """Walk below ``root``, leaving out what ``exclude`` and ``policies`` match."""
        self.root = root
        self.excluded = Glob(exclude + tuple(f"{each.rstrip('/')}/**" for each in exclude))
        self.is_policy = Glob(policies)
        self._paths: set[str] = set()
        self._linked: dict[str, str] = {}
        self._held = Root(root)
        self._links: list[str] = []
        self._followed: set[str] = set()
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

    def take(self, path: str) -> None:
        """Select one file that was named outright."""
        self._paths.add(path)

    def problem(self, problem: Problem) -> None:
        """Note that a path couldn't be looked at."""
        self._problems[problem.span.file, problem.message] = problem

    def directory(self, top: str, wanted: Callable[[str], bool]) -> None:
        """Select every wanted file below ``top``."""
        self._links, self._followed = [], set()
        stack = [top]
        while stack or self._links:
            if not stack:
                # Links come last, and each place is shown by one of them at most.
                stack = self._behind(self._links.pop(0))
                continue
            path = stack.pop()
            try:
                entries = sorted(
                    os.scandir(os.path.join(self.root, path)), key=lambda entry: entry.name
                )
            except OSError as error:
                why = (error.strerror or "it can't be listed").lower()
                self.problem(refusal(path or ".", why))
                continue
            if path != top and any(entry.name == ".git" for entry in entries):
                why = "it is a git repository of its own (a submodule?)"
                hint = f"exclude `{path}`, or check it with `-C {path}`"
                self.problem(refusal(path, why, hint))
                continue
            for entry in entries:
                shown = f"{path}/{entry.name}" if path else entry.name
                if not self.excluded(shown):
                    self._entry(entry, shown, wanted, stack)

    def _entry(
        self,
        entry: os.DirEntry[str],
        path: str,
        wanted: Callable[[str], bool],
        stack: list[str],
    ) -> None:
        mode = entry.stat(follow_symlinks=False).st_mode
        is_link = stat.S_ISLNK(mode)
        hidden = entry.name.startswith(".")
        if stat.S_ISDIR(mode):
            if not hidden:
                stack.append(path)
        elif is_link and os.path.isdir(entry.path):
            if hidden:
                return
            if self._held.holds(entry.path):
                self._links.append(path)
            else:
                why = "it is a link to a directory outside the root of the estate"
                self.problem(refusal(path, why, f"exclude `{path}`, or copy what it links to"))
        elif hidden and "/" not in path:
            # At the root, other tools keep their settings in files like these.
            return
        elif wanted(path) and not self._is_other(path):
            real = self._real(path) if is_link or self._followed else path
            if real != path and self.excluded(real):
                return
            self._paths.add(path)
            if real != path:
                self._linked[path] = real

    def _behind(self, link: str) -> list[str]:
        """Return the directory to look at for a link: none for a circle, or for a place seen."""
        real = os.path.realpath(os.path.join(self.root, link))
        here = os.path.realpath(os.path.join(self.root, os.path.dirname(link)))
        if real in self._followed or f"{here}/".startswith(f"{real}/"):
            return []
        self._followed.add(real)
        return [link]

    def _real(self, path: str) -> str:
        """Return a path with links followed, relative to the root; outside it, the path."""
        top = os.path.realpath(self.root)
        real = os.path.realpath(os.path.join(self.root, path))
        return os.path.relpath(real, top).replace(os.sep, "/") if self._held.holds(real) else path

    def _is_other(self, path: str) -> bool:
        """Whether a YAML file is ours but not a declaration."""
        name = path.rsplit("/", 1)[-1]
        return name == CONFIG_NAME or name.endswith(TEST_ENDINGS) or self.is_policy(path)


def find_upwards(start: str, name: str) -> str | None:
    """Return the nearest ``name`` from ``start`` up to the top of its git repository.

    Outside a repository only ``start`` itself is looked at: what lies above is somebody else's.
    """
    directory = os.path.abspath(start)
    passed = [directory]
    while not os.path.lexists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            passed = passed[:1]
            break
        directory = parent
        passed.append(directory)
    for each in passed:
        candidate = os.path.join(each, name)
        if os.path.lexists(candidate):
            return candidate
    return None


def _braces(pattern: str) -> list[str]:
    """Write out ``{a,b}``; an unbalanced brace stands for itself."""
    patterns = [pattern]
    while any(re.search(BRACES, each) for each in patterns):
        written: list[str] = []
        for each in patterns:
            found = re.search(BRACES, each)
            if found is None:
                written.append(each)
                continue
            head, tail = each[: found.start()], each[found.end() :]
            written += [head + choice + tail for choice in found[1].split(",")]
        if len(written) > MOST_ALTERNATIVES:
            raise GlobError(pattern)
        patterns = written
    return patterns
