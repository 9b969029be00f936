"""What has become of each test: whether what it expects is what is found."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.testing import matching, naming, sides
from opspolicy.testing.bench import MOST_COMPARISONS, Refused
from opspolicy.testing.cases import entries_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from opspolicy.examine import Judged
    from opspolicy.report import Finding
    from opspolicy.source.problem import Problem
    from opspolicy.testing.bench import Bench
    from opspolicy.testing.cases import Case, CaseFile
    from opspolicy.testing.sides import Difference, Entry

PASSED, FAILED, BROKEN = "passed", "failed", "broken"
MOST_COMPARED = 5000
"""Among how many findings the nearest is looked for."""


class Missed(NamedTuple):
    """An expectation that no finding meets, and the finding that comes nearest, if any.

    Where that differs in nothing, it is what another expectation has asked for.
    """

    entry: Entry
    nearest: Finding | None = None
    differences: tuple[Difference, ...] = ()


class Result(NamedTuple):
    """How a test has ended.

    ``missed`` are expected and not found, ``extra`` found and not expected. ``exit_code`` is what
    a check would end with instead of what was expected. ``problems`` say why a test is broken: it
    couldn't be judged. ``met`` are the findings that were expected, ``report`` has all.
    """

    case: Case
    outcome: str
    missed: tuple[Missed, ...] = ()
    extra: tuple[Finding, ...] = ()
    exit_code: tuple[int, int] | None = None
    problems: tuple[Problem, ...] = ()
    met: tuple[Finding, ...] = ()
    judged: Judged | None = None


class FileResult(NamedTuple):
    """What has become of a test file: of its tests, or why it can't be read."""

    path: str
    results: tuple[Result, ...] = ()
    problems: tuple[Problem, ...] = ()

    def count(self, outcome: str) -> int:
        """Return how many of its tests have ended like this."""
        return sum(1 for each in self.results if each.outcome == outcome)


def run(file: CaseFile, cases: Sequence[Case], bench: Bench) -> FileResult:
    """Return what becomes of some ``cases`` of a file."""
    return FileResult(file.path, tuple(result(case, bench) for case in cases), file.problems)


def result(case: Case, bench: Bench) -> Result:
    """Return what becomes of a test."""
    try:
        judged = bench.judged(case)
    except Refused as error:
        return Result(case, BROKEN, problems=error.problems)
    unknown = tuple(naming.mistakes(case, judged))
    if unknown:
        return Result(case, BROKEN, problems=unknown)
    named = sum(1 for _ in entries_of(case))
    if not bench.may_compare(named * len(judged.report.findings)):
        message = f"the tests before it have compared findings {MOST_COMPARISONS:,} times already"
        hint = "run fewer at a time, by their paths or with `--filter`"
        return Result(case, BROKEN, problems=(case.problem(message, "expect", hint=hint),))
    return held(case, judged)


def held(case: Case, judged: Judged) -> Result:
    """Return how what a test expects stands against what is found."""
    report, expect = judged.report, case.values["expect"]
    wanted: list[Entry] = [*expect.get("exactly", ()), *expect.get("at_least", ())]
    findings = report.findings
    choices = [
        [at for at, each in enumerate(findings) if sides.fits(entry, each)] for entry in wanted
    ]
    taken = matching.assign(choices)
    met = {*taken.values()}
    code = expect.get("exit_code")
    broken = _unjudged(case, judged, met) if code is None else ()
    missed = [_missed(entry, findings, met) for at, entry in enumerate(wanted) if at not in taken]
    extra = [each for at, each in enumerate(findings) if at not in met and _is_extra(each, expect)]
    extra += [each for at, each in enumerate(findings) if at in met and _is_barred(each, expect)]
    other = None if code in {None, report.exit_code} else (code, report.exit_code)
    outcome = FAILED if missed or extra or other else PASSED
    return Result(
        case,
        BROKEN if broken else outcome,
        tuple(missed),
        tuple(extra),
        other,
        tuple(broken),
        tuple(findings[at] for at in sorted(met)),
        judged,
    )


def _is_extra(finding: Finding, expect: Mapping[str, Any]) -> bool:
    """Whether a finding that no expectation is about must not be there."""
    active = finding.waived_by is None
    return (active and ("exactly" in expect or expect.get("none") is True)) or _is_barred(
        finding, expect
    )


def _is_barred(finding: Finding, expect: Mapping[str, Any]) -> bool:
    """Whether a finding is one of those that must not be there, whatever else is."""
    barred = expect.get("none")
    for each in barred if isinstance(barred, list) else ():
        if isinstance(each, str):
            if finding.waived_by is None and sides.is_called(each, finding):
                return True
        elif sides.fits(each, finding):
            return True
    return False


def _missed(entry: Entry, findings: Sequence[Finding], met: set[int]) -> Missed:
    """Return an expectation that isn't met, with the finding that comes nearest."""
    best: tuple[int, bool] = (0, False)
    nearest: Finding | None = None
    for at, each in enumerate(findings[:MOST_COMPARED]):
        like = (sides.likeness(entry, each), at not in met)
        if like[0] and like > best:
            best, nearest = like, each
    found = tuple(sides.differences(entry, nearest)) if nearest is not None else ()
    return Missed(entry, nearest, found)


def _unjudged(case: Case, judged: Judged, met: set[int]) -> list[Problem]:
    """Return why there is no verdict of an estate, but for what a test expects of that."""
    report = judged.report
    found = [
        case.problem(each.message, "estate", hint=each.hint)._replace(span=each.place.span)
        for at, each in enumerate(report.findings)
        if each.incomplete and at not in met
    ]
    if report.nothing_matched:
        message = f"the estate has no file: looked for {report.nothing_matched}"
        found.append(case.problem(message, "estate"))
    return found
