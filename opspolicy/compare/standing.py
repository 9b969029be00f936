"""How each finding stands against the base: new, worse or unchanged, and what is gone."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.report import NEW, UNCHANGED, WORSE, Bygone, Known, known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opspolicy.report import Finding
    from opspolicy.rules.base import Measure
    from opspolicy.temporal.intervals import IntervalSet

REDUNDANCY = "redundancy-lost"


class Standing(NamedTuple):
    """The head's findings with their status, and those of the base that are gone."""

    findings: tuple[Finding, ...]
    fixed: tuple[Finding, ...]


def against(
    head: Sequence[Finding],
    base: Sequence[Finding],
    renamed: Mapping[str, str],
    judged: IntervalSet | None = None,
) -> Standing:
    """Return how the head's findings stand against the base's, whose names may have changed.

    A base without a verdict is no excuse: against it everything is new. Of ``judged``, the time
    that was judged of the base, nothing is known outside: what the base has as well isn't worse
    for what is found there.
    """
    if any(each.incomplete for each in base):
        return Standing(tuple(each._replace(status=NEW) for each in head), ())
    called = [under_new_names(each, renamed) for each in base]
    before = Bygone(called)
    now = known(head)
    findings = tuple(_standing(each, before.of(each), judged) for each in head)
    pairs = zip(base, called, strict=True)
    fixed = tuple(was for was, each in pairs if each.fingerprint not in now)
    return Standing(findings, fixed)


def _standing(finding: Finding, before: Known | None, judged: IntervalSet | None) -> Finding:
    if before is None:
        return finding._replace(status=NEW)
    times, measure = finding.occurrences, finding.measure
    if judged is not None:
        measure = _reaching(measure, times, judged)
        times = times & judged
    if before.covers(Known(finding.severity, times, measure)):
        return finding._replace(status=UNCHANGED)
    return finding._replace(status=WORSE, added=times - before.occurrences)


def _reaching(measure: Measure | None, times: IntervalSet, judged: IntervalSet) -> Measure | None:
    """Return what is measured of the occurrences that reach into the judged time."""
    if measure is None:
        return None
    reaching = times.touching(judged)
    if len(reaching) == len(times):
        return measure
    return tuple(each for each in measure if each[0] in reaching)


def under_new_names(finding: Finding, renamed: Mapping[str, str]) -> Finding:
    """Return a base's finding as it would be called in the head."""
    key = _key(finding, renamed)
    if key == finding.key and renamed.keys().isdisjoint((*finding.subjects, *finding.causes)):
        return finding
    from opspolicy import identity  # noqa: PLC0415 - json and hashlib, only for what was renamed

    subjects = tuple(renamed.get(each, each) for each in finding.subjects)
    causes = tuple(renamed.get(each, each) for each in finding.causes)
    fingerprint = identity.fingerprint(finding.policy, subjects, causes, key)
    return finding._replace(fingerprint=fingerprint, subjects=subjects, causes=causes, key=key)


def _key(finding: Finding, renamed: Mapping[str, str]) -> str:
    """Return what tells a finding from others, where that are the members of a group."""
    if finding.rule != REDUNDANCY:
        return finding.key
    names = {ref.removeprefix("service/"): ref for ref in renamed if ref.startswith("service/")}
    if not names:
        return finding.key
    import re  # noqa: PLC0415 - only for what was renamed

    # Names may have slashes too, so the longest that fits is the one.
    longest = "|".join(re.escape(each) for each in sorted(names, key=len, reverse=True))
    return re.sub(
        rf"(?<![^/])(?:{longest})(?![^/])",
        lambda found: renamed[names[found[0]]].removeprefix("service/"),
        finding.key,
    )
