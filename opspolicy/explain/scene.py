"""What stories are told from: a report, the timeline behind it, and how much is to be said."""

from __future__ import annotations

from opspolicy.explain.story import MORE, Line, Section, Story, capped, first
from opspolicy.phrases import pasted
from opspolicy.picture import lanes
from opspolicy.record import NamedTuple
from opspolicy.report import MOST_CHARACTERS, gaps, prefixes
from opspolicy.rules.base import CUSTOM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeVar

    from opspolicy.estate.estate import Estate
    from opspolicy.policy.policies import Policy
    from opspolicy.report import Finding, Report
    from opspolicy.timeline.timeline import Timeline

    Told = TypeVar("Told")

MOST_TITLE = 300


class Scene(NamedTuple):
    """A judged estate, ready to be told of.

    ``prefixes`` are the shortest beginnings that name its findings, by their fingerprints, and
    ``where`` the options by which another command sees the same estate at the same time.
    """

    report: Report
    timeline: Timeline
    verbose: bool = False
    prefixes: Mapping[str, str] = {}
    where: tuple[tuple[str, str | None], ...] = ()

    @property
    def policies(self) -> Mapping[str, Policy]:
        """What it was judged by, by name."""
        return self.report.policies

    @property
    def estate(self) -> Estate:
        """All that is declared."""
        return self.report.estate

    def explained(self, target: str) -> str:
        """Return the command that explains something else of what is told here."""
        return f"opspolicy explain {self.report.again(self.where)}{target}"

    def told(self, policy: str, rule: str) -> str:
        """Return the command that tells what a rule is about, or a policy of the team's own."""
        if rule != CUSTOM:
            return f"opspolicy rules {rule}"
        directory = [each for each in self.where if each[0] == "-C"]
        return f"opspolicy rules {pasted(directory)}{policy}"

    def suggested(self, target: str) -> str:
        """Return the command that suggests what to do about something."""
        return f"opspolicy suggest {pasted(self.where)}{target}"

    def capped(self, lines: Sequence[Line], most: int, what: str = "") -> list[Line]:
        """Return the lines, unless all are wanted at most so many."""
        return list(lines) if self.verbose else capped(lines, most, what)

    def first(
        self, found: Sequence[Told], tell: Callable[[Told], Line], most: int, what: str
    ) -> list[Line]:
        """Return a line each, unless all are wanted at most so many; others aren't even worded."""
        return [tell(each) for each in found] if self.verbose else first(found, tell, most, what)

    def about(self, ref: str) -> list[Finding]:
        """Return the findings in which ``ref`` is hurt or a cause, worst first."""
        return [each for each in self.report.findings if ref in (*each.subjects, *each.causes)]

    def prefix(self, fingerprint: str) -> str:
        """Return the shortest beginning of a fingerprint that names it here, of eight digits."""
        return self.prefixes.get(fingerprint, fingerprint)

    def story(
        self, kind: str, target: str, title: str, summary: str, sections: Iterable[Section]
    ) -> Story:
        """Return a story of this estate, without the sections that have nothing to say."""
        told = tuple(
            each._replace(lines=tuple(self._shortened(line) for line in each.lines))
            for each in sections
            if each.lines or each.chart or each.code
        )
        report = self.report
        title = title if len(title) <= MOST_TITLE else f"{title[:MOST_TITLE]}…"
        summary = self._shortened(Line(summary)).text
        return Story(
            kind,
            target,
            title,
            summary,
            told,
            report.as_of,
            report.until,
            gaps(report),
            what_if=report.what_if,
        )

    def _shortened(self, line: Line) -> Line:
        """Return a line, of a very long one the beginning: who wants all of it says so."""
        if len(line.text) <= MOST_CHARACTERS or self.verbose:
            return line
        return line._replace(text=f"{line.text[:MOST_CHARACTERS]}… ({MORE})")


def scene(
    report: Report,
    timeline: Timeline | None = None,
    *,
    verbose: bool = False,
    where: Iterable[tuple[str, str | None]] = (),
) -> Scene:
    """Return the scene of a report; without its ``timeline`` that is worked out anew."""
    known = lanes.timeline(report) if timeline is None else timeline
    return Scene(report, known, verbose, prefixes(report.findings), tuple(where))
