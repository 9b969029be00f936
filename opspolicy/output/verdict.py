"""What a check comes to, in sentences: the findings, why there is no verdict, what was judged."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.phrases import count
from opspolicy.rules.base import INFO, SEVERITIES
from opspolicy.temporal import wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.estate.declarations import Window
    from opspolicy.output import Style
    from opspolicy.report import Report

TITLES = ("nothing that fails the check", "refused", "no verdict")
"""What each exit code comes to."""

BAD, GOOD, NEUTRAL, PLACE = "error", "good", "", "place"
"""What a sentence says of the check; one of a place is told in one piece."""


def counts(report: Report) -> str:
    """Return `1 error, 2 warnings, 1 waived`; nothing where nothing was found."""
    told = [
        count(number, severity, INFO if severity == INFO else "")
        for severity in SEVERITIES
        if (number := report.count(severity))
    ]
    told += [f"{report.waived:,} waived"] if report.waived else []
    return ", ".join(told)


def assumed(report: Report) -> list[str]:
    """Return what is assumed, to be told on top of all: what isn't so must not be believed."""
    return [f"What if: {encode.terminal(each.sentence)}." for each in report.what_if]


def verdict(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what the check comes to, sentence by sentence, each with its tone."""
    found = counts(report)
    if report.nothing_matched:
        yield "No file matched, so nothing was checked.", BAD
        yield f"Looked for {encode.terminal(report.nothing_matched)}.", PLACE
        if report.could_be_read:
            init = "Run `opspolicy init`, which proposes `sources:` for what lies here"
            yield f"{init}: {report.could_be_read}.", NEUTRAL
        else:
            yield "Name the files, set `include` in opspolicy.yaml, or pass --allow-empty.", NEUTRAL
    elif report.unconfigured:
        yield f"{found}. Nothing was checked.", BAD
        yield "The configuration must be mended first.", NEUTRAL
    elif not report.findings:
        yield "No findings.", GOOD
    elif not report.complete:
        yield f"{found}. The verdict is incomplete.", BAD
        yield _why_incomplete(report), NEUTRAL
    elif report.exit_code:
        yield f"{found}.", BAD
    else:
        yield f"{found}.", NEUTRAL
        yield "Nothing that fails the check.", GOOD


def judged(report: Report, style: Style) -> Iterator[str]:
    """Yield what was judged, how far, against what, and what wasn't; nothing where nothing was."""
    if report.nothing_matched or report.unconfigured:
        return
    estate = report.estate
    over = sum(1 for each in estate.windows.values() if _is_over(each, report.as_of))
    windows = count(len(estate.windows), "maintenance window")
    declared = [
        count(len(estate.services), "service"),
        count(len(estate.jobs), "job"),
        f"{windows} ({over:,} already over)" if over else windows,
    ]
    yield f"Checked {count(len(report.files), 'file')}: {', '.join(declared)}."
    yield wording.looked(report.as_of, report.until)
    if report.base is not None or report.together:
        from opspolicy.output import comparison  # noqa: PLC0415 - only with a base

        yield from comparison.told(report, verbose=style.verbose)
    if report.is_part and not style.directory:
        yield (
            "Only this directory of the git repository was looked at, as no `opspolicy.yaml` up to"
            " its top says what belongs together."
        )
    if report.what_if:
        so = "; ".join(encode.terminal(each.sentence) for each in report.what_if)
        yield f"Judged as if this were so, though it isn't what is declared: {so}."
    if report.left_out:
        yield f"Left out on the command line: {count(report.left_out, 'policy', 'policies')}."
    if report.unwaived:
        yield "Judged as if nothing were waived or ignored (--no-waivers)."


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
