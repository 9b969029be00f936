"""A repair in words: what to move by how much, which line that changes, and what forbids others."""

from __future__ import annotations

from opspolicy.estate.declarations import Window
from opspolicy.phrases import count, listing
from opspolicy.repair.edits import QUOTES
from opspolicy.repair.moves import ASIDE, SERIES
from opspolicy.rules.wording import at, name
from opspolicy.temporal import wording
from opspolicy.temporal.durations import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.repair.edits import Edit
    from opspolicy.repair.moves import Move
    from opspolicy.repair.suggest import Answer, Refusal, Suggestion
    from opspolicy.source.files import SourceFile

MOST_NAMED = 6


def sentence(move: Move) -> str:
    """Return what to do: "move `x` 48 h later, to Mon 11 Oct 2027 06:00 (America/Toronto)"."""
    zone = move.entity.timezone or "UTC"
    then, by = at(move.starts[0], zone), shift(move)
    one, many = _occurrences(move)
    if move.kind == SERIES:
        was = wording.at(move.was, zone)
        return f"move every {one} of {name(move.ref)} {by}: that of {was} to {then}"
    if move.kind == ASIDE:
        was = at(move.was, zone)
        return f"take the {one} of {was} out of {name(move.ref)}, and have it {by}, on {then}"
    if len(move.starts) > 1:
        number = count(len(move.starts), one, many)
        return f"move {number} of {name(move.ref)} {by}, the first to {then}"
    return f"move {name(move.ref)} {by}, to {then}"


def suggested(suggestion: Suggestion) -> str:
    """Return what to do, and what it leaves to do."""
    said = sentence(suggestion.move)
    return f"{said}; {staying(suggestion)}" if suggestion.moving else said


def all_of(suggestion: Suggestion) -> str:
    """Return what to do, in as many moves as it takes."""
    return listing([sentence(each.move) for each in suggestion.steps])


def staying(suggestion: Suggestion) -> str:
    """Return how many findings that are there already a move takes along to other times."""
    if suggestion.moving == 1:
        return "another finding, which is there today too, stays"
    return f"{suggestion.moving:,} other findings, which are there today too, stay"


def shift(move: Move) -> str:
    """Return `48 h later`."""
    return f"{words(abs(move.shift))} {'later' if move.shift > 0 else 'earlier'}"


def _occurrences(move: Move) -> tuple[str, str]:
    is_window = isinstance(move.entity, Window)
    return ("occurrence", "occurrences") if is_window else ("run", "runs")


def edit(source: SourceFile, made: Edit) -> str:
    """Return which line an edit changes, and how."""
    span = made.span
    place = f"{source.path}:{span.line}"
    new = made.text.strip()
    if not made.scalar and "\n" in new:
        first, *rest = new.split("\n")
        return f"{place}: `{first.strip()}` and {count(len(rest), 'line')} are added below"
    was = source.line(span.line)[span.column - 1 : span.end_column - 1] if made.scalar else ""
    was = was[1:-1] if was[:1] in QUOTES else was
    if not was:
        return f"{place}: `{new.lstrip(', ')}` is added"
    return f"{place}: `{was}` becomes `{new}`"


def refusal(refused: Refusal) -> str:
    """Return why something can't be moved there, all on the clock of what would move."""
    move = refused.move
    zone = move.entity.timezone or "UTC"
    where = f"{shift(move)}, {wording.at(move.starts[0], zone)}"
    one, many = _occurrences(move)
    if move.kind == SERIES:
        where = f"all {many} {shift(move)}"
    elif move.kind == ASIDE:
        where = f"the {one} of {wording.at(move.was, zone)} {where}"
    if refused.finding is not None:
        return f"{where}: {refused.finding.message}"
    assert refused.ban is not None  # noqa: S101 - one of the two is what refuses
    start, end = next(iter(refused.when))
    again = f", the first of {len(refused.when):,} times" if len(refused.when) > 1 else ""
    return f"{where}: {refused.ban.why}, {wording.between(start, end, zone)}{again}"


def none(answer: Answer) -> str:
    """Return why there is no slot."""
    if answer.unwritten and not answer.suggestions:
        number = count(answer.unwritten, "slot")
        return f"{number} would do, but no small edit says so: move it by hand, then check again"
    if not answer.tried:
        return "its schedule can't be moved by a small edit: move it by hand, then check again"
    if not answer.is_whole:
        return "no safe slot is near: the nearest were judged, and there may be one farther away"
    reasons = blamed(answer)
    because = f": {reasons}" if reasons else ""
    return f"there is no safe slot in reach{because}"


def blamed(answer: Answer) -> str:
    """Return what forbids all slots, each reason once."""
    return listed(list(dict.fromkeys(ban.why for ban in answer.bans)))


def listed(reasons: Sequence[str]) -> str:
    """Return reasons one after the other, as many as can be read."""
    shown = "; ".join(reasons[:MOST_NAMED])
    rest = len(reasons) - MOST_NAMED
    return f"{shown}; and {rest} more" if rest > 0 else shown
