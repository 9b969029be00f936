"""Text for people: a compiler's diagnostics, with the lines of both parties."""

from __future__ import annotations

from functools import cached_property

from opspolicy import encode
from opspolicy.output import verdict
from opspolicy.phrases import count
from opspolicy.report import UNCHANGED
from opspolicy.rules.base import INFO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.output import Style
    from opspolicy.output.facts import Facts
    from opspolicy.report import Finding, Report

MOST_PLACES = 6

COLORS = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "primary": "1;31",
    "secondary": "34",
    "line": "34",
    "bold": "1",
    "good": "1;32",
}


def render(report: Report, style: Style) -> str:
    """Return the findings, worst first, and the verdict."""
    return Page(report, style).text()


class Page:
    """One rendering of one report."""

    def __init__(self, report: Report, style: Style) -> None:
        """Prepare to render ``report`` in ``style``."""
        self.report = report
        self.style = style
        self.width = style.width
        self.files = report.texts
        if report.base is not None:
            from opspolicy.output import comparison  # noqa: PLC0415 - only with a base

            self.files |= comparison.files(report.base)

    def text(self) -> str:
        """Return the whole page."""
        quiet = self.style.quiet
        long: list[Finding] = []
        short: list[Finding] = []
        for finding in self.report.findings:
            minor = finding.severity == INFO or finding.status == UNCHANGED
            as_line = quiet or (minor and not self.style.verbose)
            (short if as_line else long).append(finding)
        parts = [self._assumed()] if self.report.what_if else []
        parts += ["\n".join(self._finding(finding)) for finding in long]
        if short:
            lines = [line for finding in short for line in self._in_short(finding, wrap=not quiet)]
            parts.append("\n".join(lines))
        if self.style.statistics:
            from opspolicy.output import statistics as numbers  # noqa: PLC0415 - where asked for

            found = numbers.statistics(self.report)
            parts += ["\n".join(each) for each in numbers.tables(found, self.report, self.style)]
        if not quiet or self.report.nothing_matched:
            parts.append("\n".join(self._verdict()))
        return "\n\n".join(parts) + "\n" if parts else ""

    def _assumed(self) -> str:
        """Return what is assumed, which also stands above a line a finding."""
        told = verdict.assumed(self.report)
        wrapped = [line for each in told for line in encode.wrap(each, self.width)]
        return "\n".join(self._paint(line, "warning") for line in wrapped)

    @cached_property
    def facts(self) -> Facts:
        """What is told of findings, of which most runs have none."""
        from opspolicy.output.facts import facts  # noqa: PLC0415 - only for a finding

        return facts(self.report, self.style)

    def _paint(self, text: str, name: str) -> str:
        if not self.style.color or not text or name not in COLORS:
            return text
        return f"\x1b[{COLORS[name]}m{text}\x1b[0m"

    def _in_short(self, finding: Finding, *, wrap: bool) -> Iterator[str]:
        """Yield a finding without its places: a line, or as many as it takes."""
        from opspolicy.output import acceptance  # noqa: PLC0415 - only for a finding

        span = finding.place.span
        head = f"{finding.severity}[{finding.code}]"
        place = encode.terminal(f"{span.file}:{span.line}:{span.column}")
        status = f"{finding.status} " if self.report.base is not None else ""
        said = encode.terminal(f"{finding.policy}: {finding.message}")
        line = f"{place}: {status}{head} {said}"
        line += acceptance.behind(finding)
        indent = " " * 4
        first, *rest = encode.wrap(line, self.width - len(indent)) if wrap else [line]
        yield first.replace(head, self._paint(head, finding.severity), 1)
        for each in rest:
            yield f"{indent}{each}"

    def _finding(self, finding: Finding) -> Iterator[str]:
        name = finding.policy
        if finding.policy != finding.rule:
            name = encode.terminal(f"{name} ({finding.rule})")
        severity = f"{finding.severity}[{finding.code}]"
        if self.report.base is not None:
            severity = f"{finding.status} {severity}"
        if finding.waived_by is not None:
            severity = f"waived {severity}"
        prefix = self.facts.prefixes[finding.fingerprint]
        fits = len(f"{severity} {name}  {prefix}") <= self.width
        color = finding.severity if finding.waived_by is None else "line"
        head = f"{self._paint(severity, color)} {self._paint(name, 'bold')}"
        yield f"{head}  {prefix}" if fits else head
        if not fits:
            yield prefix
        yield from encode.wrap(encode.terminal(finding.message), self.width)
        if finding.waived_by is not None and not self.style.verbose:
            from opspolicy.output.facts import waived  # noqa: PLC0415 - only for one

            yield from self._fact("waived", waived(finding))
            return
        if finding.place.text or finding.place.span.file in self.files:
            yield from self._places(finding)
        for label, lines in self.facts.of(finding, aside=" (-v shows them)"):
            yield from self._fact(label, lines)

    def _places(self, finding: Finding) -> Iterator[str]:
        from opspolicy.output import snippets  # noqa: PLC0415 - only for a finding

        place, related = finding.place, finding.related
        if self.report.base is not None:
            from opspolicy.output.comparison import shown  # noqa: PLC0415 - only with a base

            place, related = shown(place), tuple(shown(note) for note in related)
        if place.text in finding.message:
            # Said right above it already.
            place = place._replace(text="")
        notes = [snippets.Marked(place, primary=True)]
        notes += [snippets.Marked(note, primary=False) for note in related]
        most = len(notes) if self.style.verbose else MOST_PLACES
        yield from snippets.render(notes[:most], self.files, self.width, self._paint)
        if len(notes) > most:
            yield f"  … and {count(len(notes) - most, 'more place')} (-v shows them)"

    def _fact(self, label: str, lines: list[str]) -> Iterator[str]:
        lead = f"  {self._paint(f'{label}:'.ljust(8), 'bold')} "
        indent = " " * 11
        for line in lines:
            for each in encode.wrap(line, self.width - len(indent)) or [""]:
                yield f"{lead}{each}".rstrip()
                lead = indent

    def _verdict(self) -> Iterator[str]:
        for sentence, tone in verdict.verdict(self.report):
            first, *rest = (
                encode.wrap(sentence, self.width) if tone == verdict.NEUTRAL else [sentence]
            )
            yield self._paint(first, tone)
            yield from rest
        for sentence in verdict.judged(self.report, self.style):
            yield from encode.wrap(sentence, self.width)
