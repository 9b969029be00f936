"""Files of other programs, taken for declarations of ours where no configuration says otherwise."""

from __future__ import annotations

from opspolicy.estate.formats import FORMATS
from opspolicy.estate.language import ENTRIES
from opspolicy.estate.vocabulary import SECTIONS
from opspolicy.phrases import did_you_mean, listing, some
from opspolicy.record import NamedTuple
from opspolicy.source import discovery
from opspolicy.source.discovery import Patterns
from opspolicy.source.problem import Problem
from opspolicy.source.reading import Root
from opspolicy.source.span import Span
from opspolicy.start import signs, survey
from opspolicy.start.skipped import skipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.source.files import SourceFile
    from opspolicy.source.node import Node
    from opspolicy.source.tree import Tree
    from opspolicy.start.skipped import Skipped

MOST_NAMED = 3
MOST_KEYS = 20
"""How many keys are held against ours: a file of more is no file of sections."""

COMPOSE = "compose"


class Strange(NamedTuple):
    """Files that are none of ours, by path, and what to say of all of them together."""

    paths: frozenset[str]
    problem: Problem


def among(
    tree: Tree, files: Iterable[SourceFile], problems: Iterable[Problem], *, chosen: bool
) -> Strange | None:
    """Return which of the files that have ``problems`` are plainly of other programs, if any is.

    What may be meant as a declaration, with mistakes, is none of them. Of files that were
    ``chosen``, by name or by lying in `ops`, only those are whose format is known.
    """
    wrong = {each.span.file for each in problems}
    found = sorted(
        file.path for file in files if file.path in wrong and not _may_be_ours(file, chosen=chosen)
    )
    if not found:
        return None
    is_one = len(found) == 1
    what = "is no declaration" if is_one else "are no declarations"
    named = some([f"`{each}`" for each in found], MOST_NAMED, "more files")
    message = (
        f"{named} {what} of opspolicy's own, and no configuration says how to read"
        f" {'it' if is_one else 'them'}"
    )
    formats = titles(tree)
    hint = "run `opspolicy init`, which writes an `opspolicy.yaml` that says what to read"
    if formats:
        hint = f"run `opspolicy init`, which proposes `sources:` for {formats}"
    place = Span(found[0], 1, 1, 1, 1)
    problem = Problem("schema-violation", message, place, (), hint, "not-ours")
    return Strange(frozenset(found), problem)


def _may_be_ours(file: SourceFile, *, chosen: bool) -> bool:
    """Whether somebody may have meant a file as declarations."""
    if any(map(survey.is_ours, file.documents)):
        return True
    formats = signs.of_yaml(file.path, file.text)
    if survey.MAY_DECLARE.search(file.text):
        # Of the others, only Compose has a section of the same name.
        return COMPOSE not in formats
    if formats:
        return False
    return chosen or bool(file.problems) or any(map(_is_misspelt, file.documents))


def _is_misspelt(document: Node) -> bool:
    """Whether a document has a section of ours under a name that is nearly right."""
    entries = [*document.entries.items()][:MOST_KEYS]
    return any(_is_section(key, node) for key, node in entries)


def _is_section(key: str, node: Node) -> bool:
    words = [word for each in node.entries.values() for word in each.entries]
    near = [name for name in SECTIONS if did_you_mean(key, [name])] if words else []
    return any(2 * sum(word in ENTRIES[name].keys for word in words) >= len(words) for name in near)


def titles(tree: Tree) -> str:
    """Return which formats files are of that lie in ``tree``, in words; "" without any."""
    top = discovery.top_of(tree.real) if isinstance(tree, Root) else None
    skips = skipped(tree, top)
    return listing([known.title for name, known in FORMATS.items() if _lies(tree, name, skips)])


def _lies(tree: Tree, name: str, skips: Skipped) -> bool:
    patterns = Patterns(include=signs.SIGNS[name].lies, policies=())
    paths = discovery.select(tree, patterns).paths[: survey.MOST_FILES]
    return any(not skips.by(path) and signs.says(name, tree.read(path).text) for path in paths)
