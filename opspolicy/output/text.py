"""Text for people: a compiler's diagnostics, with the lines of both parties."""

from __future__ import annotations

from functools import cached_property

from opspolicy import encode
from opspolicy.estate.vocabulary import JUDGED_IN_PART
from opspolicy.phrases import count
from opspolicy.report import UNCHANGED
from opspolicy.rules.base import INFO, SEVERITIES
from opspolicy.temporal import wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.estate.declarations import Window
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
        self.files = {file.path: file for file in report.estate.files}
        if report.base is not None:
            from opspolicy.output import comparison  # noqa: PLC0415 - only with a base

            self.files |= {f"{each.path}{comparison.WAS}": each for each in report.base.files}

    def text(self) -> str:
        """Return the whole page."""
        quiet = self.style.quiet
        long: list[Finding] = []
        short: list[Finding] = []
        for finding in self.report.findings:
            minor = finding.severity == INFO or finding.status == UNCHANGED
            as_line = quiet or (minor and not self.style.verbose)
            (short if as_line else long).append(finding)
        parts = ["\n".join(self._finding(finding)) for finding in long]
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

    @cached_property
    def facts(self) -> Facts:
        """What is told of findings, of which most runs have none."""
        from opspolicy.output.facts import facts  # noqa: PLC0415 - only for a finding

        return facts(self.report, self.style)

    def _paint(self, text: str, name: str) -> str:
        if not self.style.color or not text:
            return text
        return f"\x1b[{COLORS[name]}m{text}\x1b[0m"

    def _in_short(self, finding: Finding, *, wrap: bool) -> Iterator[str]:
        """Yield a finding without its places: a line, or as many as it takes."""
        from opspolicy.output import acceptance  # noqa: PLC0415 - only for a finding

        span = finding.place.span
        head = f"{finding.severity}[{finding.code}]"
        place = encode.terminal(f"{span.file}:{span.line}:{span.column}")
        status = f"{finding.status} " if self.report.base is not None else ""
        line = f"{place}: {status}{head} {finding.policy}: {encode.terminal(finding.message)}"
        line += acceptance.behind(finding)
        indent = " " * 4
        first, *rest = encode.wrap(line, self.width - len(indent)) if wrap else [line]
        yield first.replace(head, self._paint(head, finding.severity), 1)
        for each in rest:
            yield f"{indent}{each}"

    def _finding(self, finding: Finding) -> Iterator[str]:
        name = finding.policy
        if finding.policy != finding.rule:
            name += f" ({finding.rule})"
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
        for label, lines in self.facts.of(finding):
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
            yield f"  … and {len(notes) - most:,} more places (-v shows them)"

    def _fact(self, label: str, lines: list[str]) -> Iterator[str]:
        lead = f"  {self._paint(f'{label}:'.ljust(8), 'bold')} "
        indent = " " * 11
        for line in lines:
            for each in encode.wrap(line, self.width - len(indent)) or [""]:
                yield f"{lead}{each}".rstrip()
                lead = indent

    def _verdict(self) -> Iterator[str]:
        report = self.report
        total = len(report.findings)
        if report.nothing_matched:
            yield self._paint("No file matched, so nothing was checked.", "error")
            yield encode.terminal(f"Looked for {report.nothing_matched}.")
            hint = "Name the files, set `include` in opspolicy.yaml, or pass --allow-empty."
            yield from encode.wrap(hint, self.width)
            return
        counts = [
            count(number, severity, INFO if severity == INFO else "")
            for severity in SEVERITIES
            if (number := report.count(severity))
        ]
        counts += [f"{report.waived:,} waived"] if report.waived else []
        if report.unconfigured:
            yield self._paint(f"{', '.join(counts)}. Nothing was checked.", "error")
            yield from encode.wrap("The configuration must be mended first.", self.width)
            return
        if total == 0:
            yield self._paint("No findings.", "good")
        elif not report.complete:
            yield self._paint(f"{', '.join(counts)}. The verdict is incomplete.", "error")
            yield from encode.wrap(_why_incomplete(report), self.width)
        elif report.exit_code:
            yield self._paint(f"{', '.join(counts)}.", "error")
        else:
            yield f"{', '.join(counts)}."
            yield self._paint("Nothing that fails the check.", "good")
        yield from self._judged()

    def _judged(self) -> Iterator[str]:
        """Yield what was judged, how far, against what, and what wasn't."""
        report, estate = self.report, self.report.estate
        over = sum(1 for each in estate.windows.values() if _is_over(each, report.as_of))
        windows = count(len(estate.windows), "maintenance window")
        declared = [
            count(len(estate.services), "service"),
            count(len(estate.jobs), "job"),
            f"{windows} ({over:,} already over)" if over else windows,
        ]
        checked = f"Checked {count(len(report.files), 'file')}: {', '.join(declared)}."
        yield from encode.wrap(checked, self.width)
        yield from encode.wrap(wording.looked(report.as_of, report.until), self.width)
        if report.base is not None or report.together:
            from opspolicy.output import comparison  # noqa: PLC0415 - only with a base

            for line in comparison.told(report, verbose=self.style.verbose):
                yield from encode.wrap(line, self.width)
        if report.is_part and not self.style.directory:
            part = (
                "Only this directory of the git repository was looked at, as no `opspolicy.yaml` up"
                " to its top says what belongs together."
            )
            yield from encode.wrap(part, self.width)
        if report.left_out:
            some = count(report.left_out, "policy", "policies")
            left_out = f"Left out on the command line: {some}."
            yield from encode.wrap(left_out, self.width)
        if report.unwaived:
            unwaived = "Judged as if nothing were waived or ignored (--no-waivers)."
            yield from encode.wrap(unwaived, self.width)
        entries, keys = estate.unjudged()
        later = [count(number, name) for name, number in entries.items()]
        later += [f"`{key}` {JUDGED_IN_PART.get(key, '')}".rstrip() for key in keys]
        if later:
            unjudged = f"Read but not judged by this version: {', '.join(later)}."
            yield from encode.wrap(unjudged, self.width)


def _is_over(window: Window, as_of: int) -> bool:
    """Whether a window that happens once has happened: with another year than was meant, say."""
    return window.end is not None and window.end + window.plan.recovery <= as_of


def _why_incomplete(report: Report) -> str:
    why = ["What couldn't be read or placed in time wasn't judged."]
    if any(each.status == "failed" for each in report.files):
        why.append("What a broken file declares counts as missing: mend that first.")
    if report.only_named:
        why.append("Only the files named were read: what others declare counts as missing.")
    return " ".join(why)
