"""The way from what happens to whom it hits, as steps that a reader of SARIF can walk."""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.estate.declarations import Freeze, Job, Window
from opspolicy.rules.collisions import MOST_NAMED, cause_note, hop_notes
from opspolicy.rules.wording import full
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.estate import Estate
    from opspolicy.report import Finding

MOST_STEPS = 1000
"""Steps of a finding: GitHub shows no more, and of ten times as many it refuses the file."""


def flows(estate: Estate, finding: Finding) -> list[list[Note]]:
    """Return the steps from each cause to what is hurt, as many in all as can be shown.

    None for what is found only together with another branch, whose entries aren't in this estate.
    """
    if finding.together or not finding.occurrences:
        return []
    found: list[list[Note]] = []
    left = MOST_STEPS
    for cause, path in zip(finding.causes, finding.paths, strict=False):
        steps = _steps(estate, finding, cause, path)
        left -= len(steps)
        if left < 0 or (finding.causes_truncated and len(found) == MOST_NAMED):
            break
        if steps:
            found.append(steps)
    return found


def _steps(estate: Estate, finding: Finding, cause: str, path: tuple[str, ...]) -> list[Note]:
    """Return the steps of one cause; none where anything on the way isn't declared."""
    entity = estate.entity(cause)
    on_the_way = all(estate.entity(ref) is not None for ref in path)
    if not isinstance(entity, Job | Window) or not on_the_way:
        return []
    instant = finding.occurrences.start
    return [
        cause_note(estate, cause, instant, degraded=not entity.takes_down),
        *reversed(hop_notes(estate, path)),
        *_hit(estate, finding, instant),
    ]


def _hit(estate: Estate, finding: Finding, instant: int) -> list[Note]:
    """Return where those are declared who are hurt in the end."""
    found: list[Note] = []
    for ref in finding.subjects:
        entity = estate.entity(ref)
        if isinstance(entity, Job | Window | Freeze):
            found.append(Note(places.start_of(entity, instant), f"{full(ref)} is hit"))
        elif entity is not None:
            found.append(Note(entity.node.place, f"{full(ref)} is hit"))
    return found
