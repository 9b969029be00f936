"""An estate on trial: what would be found in it after a change of one file."""

from __future__ import annotations

from opspolicy import judge
from opspolicy.record import NamedTuple
from opspolicy.repair.near import around
from opspolicy.report import Bygone, Known, is_more, worst
from opspolicy.rules.base import ERROR, SEVERITIES, WARNING
from opspolicy.timeline.timeline import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opspolicy.estate.declarations import Job, Window
    from opspolicy.estate.estate import Estate
    from opspolicy.policy.policies import Policy
    from opspolicy.repair.near import Part
    from opspolicy.report import Finding
    from opspolicy.source.files import SourceFile

A_FINDING = 50
"""What telling one finding costs, in declarations that have none."""

SERIOUS = (ERROR, WARNING)
"""The severities that a repair may not add."""


WHENEVER = frozenset(("missing-approval", "missing-notice"))
"""The rules whose findings are the same at any time: no move is for them, or makes them worse."""


class Outcome(NamedTuple):
    """What a change leaves of the findings it was for, and what it adds or makes worse.

    What is there already and ``moves`` with it, no longer than it was, is no reason against it.
    """

    left: tuple[Finding, ...]
    added: tuple[Finding, ...]
    moves: tuple[Finding, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether all that was to go is gone, and nothing has come."""
        return not (self.left or self.added)


class Trial:
    """An estate as it is, with all that is found in it, and changes tried on it."""

    def __init__(
        self,
        estate: Estate,
        timeline: Timeline,
        policies: Mapping[str, Policy],
        findings: Sequence[Finding],
    ) -> None:
        """Take what ``policies`` have found in ``estate`` along ``timeline``."""
        self.estate = estate
        self.timeline = timeline
        self.policies = policies
        self.findings = findings
        self._known = Bygone(findings)
        self._needing: dict[str, list[Job]] | None = None
        self.part: Part | None = None
        self.of: Trial = self
        """The trial of all of the estate, where this is one of a part of it."""

    def near(self, entity: Job | Window) -> Trial:
        """Return a trial of just that part of the estate in which a move of ``entity`` matters."""
        if self.timeline.following is not None:
            # What moves holds up runs, these hold up others, and all of them take things down.
            return self
        part = around(self.estate, entity)
        estate = part.of(self.estate)
        timeline = Timeline(estate, self.timeline.horizon, self.estate)
        found = judge.judge(estate, timeline, self.policies)
        made = Trial(estate, timeline, self.policies, found)
        made.part, made.of = part, self
        return made

    @property
    def whole(self) -> Estate:
        """All of the estate."""
        return self.of.estate

    @property
    def cost(self) -> int:
        """What judging it costs, in declarations: a run that is followed by itself is like one."""
        estate = self.estate
        size = len(estate.services) + len(estate.jobs) + len(estate.windows)
        following = self.timeline.following
        one_by_one = 0 if following is None else following.one_by_one
        return size + A_FINDING * len(self.findings) + one_by_one

    def needing(self, service: str) -> Sequence[Job]:
        """Return the jobs that require a service, or send customers to it."""
        if self._needing is None:
            self._needing = {}
            for job in self.estate.jobs.values():
                named = [*job.requires, *(each.service for each in job.induces_demand)]
                for each in dict.fromkeys(named):
                    self._needing.setdefault(each, []).append(job)
        return self._needing.get(service, ())

    def outcome(self, source: SourceFile, targets: Iterable[Finding]) -> Outcome:
        """Return what becomes of ``targets`` with another text of a file, and of all others."""
        whole = self.whole.reread(source)
        estate = whole if self.part is None else self.part.of(whole)
        timeline = Timeline(estate, self.timeline.horizon, whole)
        if self.part is not None and timeline.judged - self.timeline.judged:
            # What touches more time beyond the horizon has more judged there, of anything.
            return self.of.outcome(source, targets)
        # Held against the estate as it is, what moves is new: its notices are still to be sent.
        found = judge.judge(estate, timeline, self.policies, before=self.timeline)
        after = [*judge.from_problems(estate, estate.problems), *found]
        wanted = {each.fingerprint for each in targets}
        left = tuple(each for each in after if each.fingerprint in wanted)
        others = [
            each for each in after if each.severity in SERIOUS and each.fingerprint not in wanted
        ]
        added = tuple(each for each in others if self.is_new(each))
        moves = tuple(each for each in others if each not in added and not self._covers(each))
        return Outcome(left, added, moves)

    def _covers(self, finding: Finding) -> bool:
        """Whether a finding is there already at all of its times."""
        now = Known(finding.severity, finding.occurrences, finding.measure)
        before = self._known.of(finding)
        return before is not None and before.covers(now)

    def is_new(self, finding: Finding) -> bool:
        """Whether a finding isn't there yet, or is more severe, longer or farther off than it was.

        What is there and stays as long, at another time, is no reason against what is rid of
        another finding.
        """
        before = self._known.of(finding)
        if before is None or SERIOUS.index(finding.severity) < SEVERITIES.index(before.severity):
            return True
        # Other times start otherwise, so that only the worst of all can be compared.
        if is_more(worst(finding.measure), worst(before.measure)):
            return True
        return finding.occurrences.total() > before.occurrences.total()

    def fails(self, rule: str, refs: Sequence[str]) -> bool:
        """Whether a finding of a rule about ``refs`` would be serious."""
        owners = {owner for ref in refs if (owner := self.estate.owner_of(ref)) is not None}
        return any(
            holds is not None and holds.severity in SERIOUS
            for policy in self.policies.values()
            if policy.rule == rule
            for holds in [policy.of(self.estate, refs, owners)]
        )

    def stays(self, rule: str, refs: Sequence[str], targets: Iterable[Finding]) -> bool:
        """Whether a finding of a rule about just ``refs`` is there already, and may stay."""
        wanted = {each.fingerprint for each in targets}
        return any(
            each.rule == rule
            and each.fingerprint not in wanted
            and {*each.subjects, *each.causes} == {*refs}
            for each in self.findings
        )
