"""What is told of a finding below its message: when, how bad, by whom, and what to do."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.phrases import listing, pasted
from opspolicy.record import NamedTuple
from opspolicy.report import WORSE, prefixes
from opspolicy.rules.base import CUSTOM
from opspolicy.temporal import wording
from opspolicy.temporal.durations import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.output import Style
    from opspolicy.report import Finding, Report
    from opspolicy.temporal.intervals import IntervalSet

MOST_OCCURRENCES = 3


class Facts(NamedTuple):
    """A report whose findings are told of, one by one, in lines that any sink can take.

    ``prefixes`` are the shortest beginnings that name its findings, by their fingerprints.
    """

    report: Report
    style: Style
    prefixes: Mapping[str, str]

    def of(self, finding: Finding, *, aside: str = "") -> Iterator[tuple[str, list[str]]]:
        """Yield each fact as a label with its lines.

        ``aside`` says how to see what is left out.
        """
        if finding.causes:
            yield "when", list(self.when(finding, finding.occurrences, aside))
        if finding.added:
            yield WORSE, list(self.when(finding, finding.added, aside))
        if finding.waiver is not None:
            yield "waived", waived(finding)
        if finding.drift:
            yield "note", [encode.terminal(finding.drift)]
        if finding.impact is not None:
            from opspolicy.rules.wording import impact  # noqa: PLC0415 - only for a finding

            yield "impact", [impact(finding.impact)]
        if finding.owners:
            yield "owners", [", ".join(self.owner(name) for name in finding.owners)]
        if finding.hint:
            yield "fix", [encode.terminal(finding.hint)]
        if finding.suggestions:
            yield "slot", [encode.terminal(each.sentence) for each in finding.suggestions]
        yield "more", [self.more(finding)]

    def sentences(self, finding: Finding) -> Iterator[tuple[str, str]]:
        """Yield each fact as a label with one line, for whoever breaks lines by other rules."""
        for label, lines in self.of(finding):
            yield label, "; ".join(lines).replace("\xa0", " ")

    def when(self, finding: Finding, times: IntervalSet, aside: str = "") -> Iterator[str]:
        """Yield each occurrence in the zone of each party, and in UTC."""
        estate = self.report.estate
        parties = dict.fromkeys(estate.zone_of(ref) for ref in (*finding.subjects, *finding.causes))
        occurrences = list(times)
        most = len(occurrences) if self.style.verbose else MOST_OCCURRENCES
        for start, end in occurrences[:most]:
            for zone in dict.fromkeys([*parties, "UTC"]):
                lasts = f", {words(end - start)}" if zone == next(iter(parties)) else ""
                yield f"{wording.between(start, end, zone)} ({zone}){lasts}"
        if len(occurrences) > most:
            rest = len(occurrences) - most
            zone = next(iter(parties))
            last = wording.at(occurrences[-1][0], zone)
            yield f"… and {rest:,} more, the last on {last} ({zone}){aside}"

    def owner(self, name: str) -> str:
        """Return a team and how to reach it, which stay on one line."""
        team = self.report.estate.teams.get(name)
        contact = team.nearest if team is not None else None
        return encode.terminal(f"{name} ({contact})" if contact else name).replace(" ", "\xa0")

    def standing(self, finding: Finding) -> str:
        """Return `new waived error`: how a finding stands, where there is a base, and how bad.

        What is shown apart from the others says itself that something is assumed.
        """
        status = f"{finding.status} " if self.report.base is not None else ""
        waived = "waived " if finding.waived_by is not None else ""
        assumed = "what-if " if self.report.what_if else ""
        return f"{status}{waived}{assumed}{finding.severity}"

    def more(self, finding: Finding) -> str:
        """Return what to run to be told more."""
        if not finding.causes:
            if finding.rule == CUSTOM:
                # What it demands is written in a file of the team's own.
                return encode.terminal(f"opspolicy rules {self._there()}{finding.policy}")
            return f"opspolicy rules {finding.rule}"
        explained = f"opspolicy explain {self._again()}{self.prefixes[finding.fingerprint]}"
        if not finding.together:
            return encode.terminal(explained)
        # What is explained is this tree alone, which doesn't have it.
        branches = listing([f"`{each}`" for each in finding.together])
        return encode.terminal(f"{explained}, once merged with {branches}")

    def _there(self) -> str:
        """Return the option by which a command sees the same configuration."""
        return pasted([("-C", self.style.directory)])

    def _again(self) -> str:
        """Return the options by which a command sees the same, for somebody who pastes it."""
        return self.report.again([("-C", self.style.directory), ("--as-of", self.style.as_of)])


def named(finding: Finding) -> str:
    """Return the name of a finding's policy, with that of its rule where it is another."""
    if finding.policy == finding.rule:
        return finding.policy
    return f"{finding.policy} ({finding.rule})"


def facts(report: Report, style: Style) -> Facts:
    """Return what is told of the findings of a report."""
    return Facts(report, style, prefixes(report.findings))


def waived(finding: Finding) -> list[str]:
    """Return who accepts a finding, or some of it."""
    from opspolicy.output import acceptance  # noqa: PLC0415 - only for a finding

    return [acceptance.told(finding.waiver)] if finding.waiver is not None else []
