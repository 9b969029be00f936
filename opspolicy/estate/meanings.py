"""What names of foreign files stand for, where these say more than ours: `resource:default/db`.

Two things of one plain name are told apart in their own format and not here. Who refers to one of
them, of which nothing is read, would get the other.
"""

from __future__ import annotations

from opspolicy.estate.vocabulary import PREFIXES
from opspolicy.record import NamedTuple
from opspolicy.source.problem import Problem
from opspolicy.source.span import Note, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.estate.declarations import Reference
    from opspolicy.estate.foreign import Foreign

RULE = "unknown-reference"


class Meaning(NamedTuple):
    """What a ``name`` of a section stands for at a place of a foreign file.

    ``what`` is how its own format has it in full. ``by`` is who refers to it, "" where it is
    declared.
    """

    section: str
    name: str
    what: str
    span: Span
    by: str = ""


def misread(files: Iterable[Foreign], references: Iterable[Reference] | None) -> list[Problem]:
    """Return a problem for each reference to one thing that is read as another of the same name.

    Of ``references`` are those that hold: an annotation or a native entry may say others. None
    stands for all.
    """
    declared: dict[tuple[str, str], list[Meaning]] = {}
    uses: list[Meaning] = []
    for file in files:
        for each in file.meanings:
            if each.by:
                uses.append(each)
            else:
                declared.setdefault((each.section, each.name.lower()), []).append(each)
    wrong = [
        (each, known[0])
        for each in uses
        if (known := declared.get((each.section, each.name.lower())))
        and all(other.what != each.what for other in known)
    ]
    if wrong and references is not None:
        # Where a reference stands is worked out for the few that may be meant.
        files_of_wrong = {each.span.file for each, _ in wrong}
        names = {each.name for each, _ in wrong}
        holds = {
            each.span
            for each in references
            if each.name in names and each.node.file in files_of_wrong
        }
        wrong = [each for each in wrong if each[0].span in holds]
    return [_problem(*each) for each in wrong]


def _problem(use: Meaning, other: Meaning) -> Problem:
    who = use.by.replace("/", " `", 1) + "`"
    message = f"{who} names `{use.what}`, which nothing declares: `{use.name}` is `{other.what}`"
    hint = (
        "declare it, or let the source's `paths` select it; a `name` of the source with more in it"
    )
    hint += " than `{name}` tells the two apart"
    notes = (Note(other.span, f"`{other.what}` is declared here"),)
    target = f"{PREFIXES[use.section]}{use.what}"
    return Problem(RULE, message, use.span, notes, hint, target, use.by)
