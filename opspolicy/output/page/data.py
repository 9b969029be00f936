"""What the scripts of a page draw: lanes, findings, clocks, and every set of intervals once."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.rules.base import SEVERITIES
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from opspolicy.planner.lanes import Lane, Planner
    from opspolicy.report import Finding


class Data:
    """The document of one page."""

    def __init__(self, planner: Planner, findings: Sequence[Finding]) -> None:
        """Prepare to write down ``planner``; ``findings`` are those that the page tells of."""
        self.planner, self.findings = planner, findings
        self._stretch = IntervalSet([(planner.start, planner.end)])
        self._sets: dict[IntervalSet, int] = {}
        # Of what is told several times, the first is meant.
        self._numbers = {each.fingerprint: at for at, each in reversed([*enumerate(findings)])}

    def document(self) -> dict[str, Any]:
        """Return the document, of JSON's types; instants are UTC epoch seconds."""
        planner, estate = self.planner, self.planner.report.estate
        lanes = [self._lane(each) for each in planner.lanes]
        numbered = enumerate(self.findings)
        of: dict[int, list[int]] = {}
        for at, lane in enumerate(lanes):
            for number in lane["findings"]:
                of.setdefault(number, []).append(at)
        base = self._base()
        used = {estate.zone_of(each.ref) for each in planner.lanes} | {planner.zone, "UTC"}
        return {
            "from": planner.start,
            "until": planner.end,
            "zone": planner.zone,
            "zones": {key: changes(key, planner.start, planner.end) for key in sorted(used)},
            "lanes": lanes,
            "findings": [self._finding(each, of.get(at, [])) for at, each in numbered],
            "untold": self._untold(),
            # What began before is told whole, and so are gaps counted from the earliest of all.
            "base": base,
            "sets": [_written(each, base) for each in self._sets],
        }

    def _lane(self, lane: Lane) -> dict[str, Any]:
        known = (self._numbers.get(each.fingerprint) for each in lane.findings)
        return {
            "name": shown(lane.name),
            "about": shown(", ".join(lane.about)),
            "teams": [shown(each) for each in lane.teams],
            "rows": [[shown(row.label), row.kind, self._set(row.when)] for row in lane.rows],
            "findings": sorted({each for each in known if each is not None}),
            # Also of findings for which the page had no room.
            "severities": sorted({each.severity for each in lane.findings}, key=SEVERITIES.index),
        }

    def _untold(self) -> int:
        """Return how many findings the lanes show for which the page had no room."""
        drawn = {each.fingerprint for each in self.planner.findings}
        return len(drawn - self._numbers.keys())

    def _base(self) -> int:
        """Return the earliest instant of all sets; the beginning where that is earlier."""
        starts = (each.start for each in self._sets if each)
        return min([self.planner.start, *starts])

    def _finding(self, finding: Finding, lanes: list[int]) -> dict[str, Any]:
        """Return what the scripts ask of a finding; what it says, they read off the page."""
        when = finding.occurrences.touching(self._stretch)
        return {
            "id": finding.fingerprint,
            "severity": finding.severity,
            "code": finding.code,
            "policy": shown(finding.policy),
            "waived": finding.waived_by is not None,
            "teams": [shown(each) for each in finding.owners],
            "lanes": lanes,
            "when": self._set(when),
        }

    def _set(self, when: IntervalSet) -> int:
        return self._sets.setdefault(when, len(self._sets))


def _written(when: IntervalSet, base: int) -> list[int]:
    """Return gaps and lengths by turns, from ``base`` on; below zero, how often a pair repeats.

    Most of what happens does so every day at the same time, which takes three numbers then.
    """
    found: list[int] = []
    last, before, times = base, (0, 0), 0
    for start, end in [*when, (None, None)]:
        pair = (start - last, end - start) if start is not None and end is not None else None
        if pair == before and times:
            times += 1
        else:
            if times:
                found += [*([-times] if times > 1 else []), *before]
            if pair is not None:
                before, times = pair, 1
        last = end if end is not None else last
    return found


def changes(key: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Return each stretch of one offset that meets ``[start, end)``: since when, how far, its name.

    Instants are UTC epoch seconds, offsets seconds ahead of UTC.
    """
    zone = zones.zone(key)
    # A reading at an edge may come a second time beyond it.
    found = zone.segments(start - 2 * DAY, end + 2 * DAY)
    return [
        (each.start, each.offset, zone.abbreviation(max(each.start, start - 2 * DAY)))
        for each in found
    ]


def shown(text: str) -> str:
    """Return a text as a page shows it, the same wherever it stands: by it somebody chooses."""
    return encode.xml(encode.terminal(text))
