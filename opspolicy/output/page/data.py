"""What the scripts of a page draw: lanes, findings, clocks, and every set of intervals once."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.temporal import zones

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from opspolicy.planner.lanes import Lane, Planner
    from opspolicy.report import Finding
    from opspolicy.temporal.intervals import IntervalSet


class Data:
    """The document of one page."""

    def __init__(self, planner: Planner, findings: Sequence[Finding]) -> None:
        """Prepare to write down ``planner``; ``findings`` are those that the page tells of."""
        self.planner, self.findings = planner, findings
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
        used = {estate.zone_of(each.ref) for each in planner.lanes}
        return {
            "from": planner.start,
            "until": planner.end,
            "zone": planner.zone,
            "zones": {key: self._zone(key) for key in sorted({*used, planner.zone, "UTC"})},
            "lanes": lanes,
            "findings": [self._finding(each, of.get(at, [])) for at, each in numbered],
            "sets": [self._written(each) for each in self._sets],
        }

    def _lane(self, lane: Lane) -> dict[str, Any]:
        known = (self._numbers.get(each.fingerprint) for each in lane.findings)
        return {
            "name": encode.terminal(lane.name),
            "about": encode.terminal(", ".join(lane.about)),
            "teams": [encode.terminal(each) for each in lane.teams],
            "rows": [
                [encode.terminal(row.label), row.kind, self._set(row.when)] for row in lane.rows
            ],
            "findings": sorted({each for each in known if each is not None}),
        }

    def _finding(self, finding: Finding, lanes: list[int]) -> dict[str, Any]:
        """Return what the scripts ask of a finding; what it says, they read off the page."""
        when = finding.occurrences.within(self.planner.start, self.planner.end)
        return {
            "id": finding.fingerprint,
            "severity": finding.severity,
            "code": finding.code,
            "policy": encode.terminal(finding.policy),
            "waived": finding.waived_by is not None,
            "teams": [encode.terminal(each) for each in finding.owners],
            "lanes": lanes,
            "when": self._set(when),
        }

    def _set(self, when: IntervalSet) -> int:
        return self._sets.setdefault(when, len(self._sets))

    def _zone(self, key: str) -> list[tuple[int, int, str]]:
        """Return since when a clock is how far ahead of UTC, in seconds, and called what."""
        return changes(key, self.planner.start, self.planner.end)

    def _written(self, when: IntervalSet) -> list[int]:
        """Return gaps and lengths by turns; what repeats is counted before it, below zero.

        Most of what happens does so every day at the same time, which takes three numbers then.
        """
        found: list[int] = []
        last, before, times = self.planner.start, (0, 0), 0
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
    found = zone.segments(start, end)
    return [(each.start, each.offset, zone.abbreviation(max(each.start, start))) for each in found]
