"""The globs by which a source selects files: also those that will lie there tomorrow."""

from __future__ import annotations

from collections import Counter

from opspolicy.record import NamedTuple
from opspolicy.source.discovery import Glob, Wanted, static_prefix
from opspolicy.start import signs, survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.start.looking import Looked
    from opspolicy.start.signs import Sign

SEVERAL = 2
MOST_EXCLUDED = 5
"""A glob from which more has to be taken out isn't the right one."""
LONGEST = 256
MOST_LOOKED = 2_000_000
"""How often a path is held against a glob; what is left by then is named."""


class Chosen(NamedTuple):
    """What a source selects: ``paths`` without what ``exclude`` names."""

    paths: tuple[str, ...]
    exclude: tuple[str, ...] = ()


class Tried(NamedTuple):
    """A glob that selects nothing wrong: how many files that are wanted, and how narrow it is.

    ``excluded`` is what has to be taken out of it.
    """

    wanted: int
    preferred: int
    depth: int
    is_flat: bool
    glob: str
    files: frozenset[str]
    excluded: tuple[str, ...]


def choose(looked: Looked, sign: Sign) -> Chosen:
    """Return the fewest globs for all that is wanted; a file by itself is named."""
    paths: list[str] = []
    exclude: dict[str, None] = {}
    known: dict[str, Tried | None] = {}
    repeated = Counter(path.rpartition("/")[2] for path in looked.wanted)
    left = [*looked.wanted]
    most = MOST_LOOKED // (len(looked.listed) + len(looked.without) + len(looked.barred) + 1)
    while left:
        if len(known) > most:
            paths += map(survey.literal, left)
            break
        path = left[0]
        names = [*sign.names]
        if repeated[path.rpartition("/")[2]] >= SEVERAL:
            names.append(survey.literal(path.rpartition("/")[2]))
        usable: list[Tried] = []
        for depth, preferred, glob in _candidates(path, sign, names):
            if glob not in known:
                known[glob] = _tried(glob, looked, depth, -preferred)
            tried = known[glob]
            if tried is not None:
                usable.append(tried)
        if not usable:
            paths.append(survey.literal(left.pop(0)))
            continue
        best = max(usable)
        paths.append(best.glob)
        exclude |= dict.fromkeys(best.excluded)
        left = [each for each in left if each != path and each not in best.files]
    return Chosen(tuple(dict.fromkeys(paths)), tuple(exclude))


def _candidates(path: str, sign: Sign, names: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield globs that could select a file, each with its depth and the rank of its name."""
    *above, own = path.split("/")
    for rank, name in enumerate(names):
        if not Glob((name,))(own):
            continue
        is_any = name == signs.EVERY_NAME
        if is_any and above[-1:] != [signs.CRON_D]:
            continue
        for depth in range(len(above) + 1):
            start = "".join(f"{survey.literal(each)}/" for each in above[:depth])
            if depth == len(above) and (depth or name not in signs.GENERIC):
                yield depth, rank, f"{start}{name}"
            if sign.is_anywhere and depth < len(above):
                # All directories of one name, as each team may have one.
                yield depth, rank, f"{start}**/{survey.literal(above[-1])}/{name}"
            if sign.is_anywhere and not is_any and (depth or name not in signs.GENERIC):
                yield depth, rank, f"{start}**/{name}"


def _tried(glob: str, looked: Looked, depth: int, preferred: int) -> Tried | None:
    """Return what a glob selects; None where that is anything wrong, or one file alone."""
    if len(glob) > LONGEST:
        return None
    # A name of `*` is whatever lies there for a source, and YAML for `Wanted`.
    is_any = glob.endswith(f"/{signs.EVERY_NAME}")
    fits = Wanted(f"{glob[:-1]}?*" if is_any else glob)
    selected = [path for path in looked.listed if fits(path)]
    right = {path for path in selected if path in looked.kin or path in looked.wanted}
    start = static_prefix(glob)
    inside = f"{start}/" if start else ""
    wrong = {path: looked.without.get(path) for path in selected if path not in right}
    # What isn't there yet, and what nothing that walks through can pass by.
    wrong |= {path: each for path, each in looked.without.items() if fits(path)}
    wrong |= {path: each for path, each in looked.barred.items() if path.startswith(inside)}
    excluded = tuple(dict.fromkeys(each for each in wrong.values() if each))
    if len(right) < SEVERAL or None in wrong.values() or "" in wrong.values():
        return None
    if len(excluded) > MOST_EXCLUDED:
        return None
    files = frozenset(right.intersection(looked.wanted))
    return Tried(len(files), preferred, depth, "**" not in glob, glob, files, excluded)
