"""Asks the engine for what the oracle computes, in the oracle's terms."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from opspolicy import judge
from opspolicy.estate.estate import assemble
from opspolicy.policy import policies
from opspolicy.report import Finding
from opspolicy.source.files import parse
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline

from .chains import merged
from .simulation import Causes, Simulated, Stretch

CODES = {
    "OPS205",
    "OPS301",
    "OPS302",
    "OPS303",
    "OPS304",
    "OPS305",
    "OPS306",
    "OPS307",
    "OPS401",
    "OPS402",
    "OPS501",
    "OPS502",
    "OPS503",
    "OPS601",
    "OPS602",
    "OPS603",
}
WITHOUT_CAUSES = {"OPS401", "OPS402"}
"""What the oracle finds without asking why: the engine's findings of each job are taken together.
"""
POLICIES = policies.combine(["recommended"], []).by_name

Found = dict[tuple[str, frozenset[str], Causes], list[list[Stretch]]]
"""By code, subjects and causes the occurrences of each such finding.

There is more than one where a service has two redundancy groups that the same causes hurt.
"""


def timeline_of(estate: dict[str, Any], as_of: int, horizon: int) -> Timeline:
    """Let the engine read an estate, which must be valid but for undeclared services."""
    assembled = assemble([parse("estate.yaml", json.dumps(estate))])  # JSON is YAML.
    assert not assembled.problems, assembled.problems
    assert not assembled.invalid, assembled.invalid
    assert not assembled.missing_zones, assembled.missing_zones
    return Timeline(assembled, Horizon(as_of, as_of + horizon))


def found_by_engine(timeline: Timeline) -> Found:
    """Give the engine's findings, those that the oracle knows."""
    judged = judge.judge(timeline.estate, timeline, POLICIES)
    for finding in judged:
        assert not finding.causes_truncated
        assert not finding.code.startswith("OPS0"), finding
    # Waivers, comparing and a service of code findings go by them.
    assert len({each.fingerprint for each in judged}) == len(judged), judged
    found = _multiset(
        ((each.code, frozenset(each.subjects), frozenset(each.causes)), list(each.occurrences))
        for each in judged
        if each.code in CODES - WITHOUT_CAUSES and not _of_a_job(each)
    )
    whenever: dict[tuple[str, frozenset[str]], list[Stretch]] = defaultdict(list)
    for each in judged:
        if each.code in WITHOUT_CAUSES:
            whenever[each.code, frozenset(each.subjects)] += each.occurrences
    for (code, subjects), occurrences in whenever.items():
        found[code, subjects, frozenset()] = [merged(occurrences)]
    return found


def found_by_oracle(simulated: Simulated) -> Found:
    """Give the oracle's findings, without the names of redundancy groups."""
    return _multiset((key[:3], occurrences) for key, occurrences in simulated.findings.items())


def _of_a_job(finding: Finding) -> bool:
    """Say whether it is about overlapping runs; the oracle looks for overlapping windows only."""
    return finding.code == "OPS205" and finding.subjects[0].startswith("job/")


def _multiset(
    findings: Iterable[tuple[tuple[str, frozenset[str], Causes], list[Stretch]]],
) -> Found:
    found: Found = defaultdict(list)
    for key, occurrences in findings:
        found[key].append(occurrences)
    return {key: sorted(each) for key, each in found.items()}
