"""What is told of tests: each in sentences, and all of them in numbers."""

from __future__ import annotations

from opspolicy.phrases import count
from opspolicy.record import NamedTuple
from opspolicy.report import LEAST_DIGITS, PREFIX
from opspolicy.testing import sides
from opspolicy.testing.results import BROKEN, FAILED, PASSED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.report import Finding
    from opspolicy.source.problem import Problem
    from opspolicy.testing.coverage import Covered
    from opspolicy.testing.results import FileResult, Missed, Result

SHOWN = len(PREFIX) + LEAST_DIGITS
WHY = "why"
MOST_EXTRA = 10
"""How many findings that nobody expected are told one by one."""


class Outcome(NamedTuple):
    """All that a run of tests has come to.

    ``problems`` are why files couldn't be looked for, as `path:line:column: what`; ``held`` is for
    each policy that needs tests whether it has them, None where nobody asked. ``left_out`` are how
    many tests a filter has left out; ``none`` is why there is no test at all, one of ``problems``.
    """

    files: tuple[FileResult, ...]
    problems: tuple[str, ...] = ()
    held: tuple[Covered, ...] | None = None
    left_out: int = 0
    none: str = ""

    @property
    def exit_code(self) -> int:
        """0 where all pass, 1 where some fail or a policy isn't held, 2 where any is broken."""
        results = [each for file in self.files for each in file.results]
        broken = any(file.problems for file in self.files)
        if self.problems or broken or not results or self.total(BROKEN):
            return 2
        return 1 if self.total(FAILED) or self.unheld else 0

    @property
    def unheld(self) -> list[Covered]:
        """The policies that tests don't hold."""
        return [each for each in self.held or () if not each.is_held]

    def total(self, outcome: str) -> int:
        """Return how many tests have ended like this."""
        return sum(file.count(outcome) for file in self.files)


def one(finding: Finding) -> str:
    """Return a finding in a line, with its place."""
    span = finding.place.span
    waived = " (waived)" if finding.waived_by is not None else ""
    return (
        f"{finding.severity}[{finding.code}] {finding.policy} {finding.fingerprint[:SHOWN]}"
        f"{waived}: {finding.message} ({span.file}:{span.line})"
    )


def why(result: Result) -> Iterator[tuple[str, str]]:
    """Yield what is to be told of a test that doesn't pass, each with a label."""
    if result.outcome == BROKEN:
        for wrong in result.problems:
            yield WHY, problem(wrong)
        return
    for missed in result.missed:
        yield from _missed(missed)
    for found in result.extra[:MOST_EXTRA]:
        yield "not expected", one(found)
    rest = len(result.extra) - MOST_EXTRA
    if rest > 0:
        yield "", f"and {count(rest, 'more finding')} that nobody expected"
    if result.exit_code is not None:
        expected, found_code = result.exit_code
        yield "exit code", f"expected {expected}, found {found_code}"


def problem(each: Problem) -> str:
    """Return a mistake with its place and what to do."""
    span = each.span
    hint = f" ({each.hint})" if each.hint else ""
    return f"{span.file}:{span.line}:{span.column}: {each.message}{hint}"


def _missed(missed: Missed) -> Iterator[tuple[str, str]]:
    yield "expected", sides.words(missed.entry)
    if missed.nearest is None:
        yield "found", "nothing like it"
        return
    yield "nearest", one(missed.nearest)
    if not missed.differences:
        yield "", "that is what another expectation has asked for: it is found once"
    for each in missed.differences:
        yield "", f"{each.key}: expected {each.expected}, found {each.found}"


def numbers(outcome: Outcome) -> str:
    """Return how many tests there were, and how they have ended."""
    tests = sum(len(file.results) for file in outcome.files)
    ended = [
        f"{outcome.total(each):,} {each}"
        for each in (PASSED, FAILED, BROKEN)
        if outcome.total(each)
    ]
    unread = sum(1 for file in outcome.files if file.problems)
    if unread:
        ended.append(f"{count(unread, 'file')} can't be read")
    told = f"{count(len(outcome.files), 'test file')}, {count(tests, 'test')}"
    left = f"; {outcome.left_out:,} left out" if outcome.left_out else ""
    return f"{told}: {', '.join(ended)}{left}." if ended else f"{told}{left}."


def coverage(held: Sequence[Covered]) -> list[str]:
    """Return which policies tests don't hold, a line each, and how many they do."""
    lines = []
    for each in held:
        if each.is_held:
            continue
        lacks = [
            *([] if each.fires else ["no passing test expects a finding of it"]),
            *(
                []
                if each.rests
                else ["no passing test has something in its scope and nothing for it to find"]
            ),
        ]
        lines.append(f"policy `{each.policy.name}`: {', and '.join(lacks)}")
    done = sum(1 for each in held if each.is_held)
    if not held:
        return ["There is no policy that needs a test: all are those of the packs."]
    return [*lines, f"{done:,} of {count(len(held), 'policy', 'policies')} held by tests."]
