"""Tests for people: a line a file, then all that is wrong, then numbers."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.phrases import count
from opspolicy.testing import telling
from opspolicy.testing.results import BROKEN, FAILED, PASSED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.testing.results import FileResult, Result
    from opspolicy.testing.telling import Outcome

INDENT = 2
LABEL = 14


def render(outcome: Outcome, width: int, *, quiet: bool = False, verbose: bool = False) -> str:
    """Return the page, with a final line break; with ``quiet`` only what doesn't pass."""
    lines = [*_page(outcome, width, quiet=quiet, verbose=verbose)]
    return "\n".join([*lines, ""]).lstrip("\n")


def _page(outcome: Outcome, width: int, *, quiet: bool, verbose: bool) -> Iterator[str]:
    for told in outcome.problems:
        yield from _wrapped(told, width)
    for file in outcome.files:
        yield from _file(file, width, quiet=quiet, verbose=verbose)
    for file in outcome.files:
        for result in file.results:
            if result.outcome != PASSED:
                yield from _result(file, result, width, quiet=quiet)
    if outcome.held is not None:
        yield from [] if quiet else [""]
        for line in telling.coverage(outcome.held):
            yield from _wrapped(line, width)
    if not quiet:
        yield ""
        yield telling.numbers(outcome)


def _file(file: FileResult, width: int, *, quiet: bool, verbose: bool) -> Iterator[str]:
    """Yield how the tests of a file have ended, or why it can't be read."""
    if not quiet:
        yield encode.terminal(f"{file.path}: {_counts(file)}")
    if verbose:
        for result in file.results:
            yield from _wrapped(f"{result.outcome}: {result.case.name}", width, INDENT)
    for problem in file.problems:
        yield from _wrapped(telling.problem(problem), width, 0 if quiet else INDENT)


def _result(file: FileResult, result: Result, width: int, *, quiet: bool) -> Iterator[str]:
    """Yield what is wrong with a test that doesn't pass."""
    if quiet:
        yield _title(file, result)
        return
    yield ""
    yield from _wrapped(_title(file, result), width)
    for label, text in telling.why(result):
        yield from _labelled(label, text, width)


def _title(file: FileResult, result: Result) -> str:
    line = result.case.place.line
    return encode.terminal(f"{file.path}:{line}: {result.outcome}: {result.case.name}")


def _counts(file: FileResult) -> str:
    if file.problems:
        return f"can't be read, for {count(len(file.problems), 'mistake')}"
    told = [f"{file.count(each):,} {each}" for each in (PASSED, FAILED, BROKEN) if file.count(each)]
    return ", ".join(told) or "no test is left"


def _labelled(label: str, text: str, width: int) -> Iterator[str]:
    lead = f"{' ' * INDENT}{f'{label}:' if label else '':<{LABEL}}"
    for row in encode.wrap(encode.terminal(text), width - len(lead)) or [""]:
        yield f"{lead}{row}".rstrip()
        lead = " " * len(lead)


def _wrapped(text: str, width: int, indent: int = 0) -> Iterator[str]:
    for row in encode.wrap(encode.terminal(text), width - indent) or [""]:
        yield " " * indent + row
