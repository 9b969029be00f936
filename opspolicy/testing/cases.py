"""Test files: found, read, and refused with the place of each mistake."""

from __future__ import annotations

import posixpath

from opspolicy.record import NamedTuple
from opspolicy.source import discovery, files, reading
from opspolicy.source.discovery import Patterns
from opspolicy.source.files import Written
from opspolicy.source.problem import Problem
from opspolicy.temporal.instants import InstantError, parse_as_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from opspolicy.source.files import SourceFile
    from opspolicy.source.node import Node
    from opspolicy.source.reading import Root
    from opspolicy.source.span import Span

RULE = "schema-violation"
INCLUDE = tuple(f"**/*{ending}" for ending in discovery.TEST_ENDINGS)
MOST_CASES = 500
MOST_CHANGES = 200
MOST_EXPECTED = 500
"""How many findings a test can name: each is held against all that are found."""


class Case(NamedTuple):
    """One test: its name, what it says by key, and where it is written."""

    name: str
    values: dict[str, Any]
    written: Written

    @property
    def place(self) -> Span:
        """Where its name stands."""
        return self.written.at("name")

    @property
    def path(self) -> str:
        """The path of its file."""
        return self.written.file

    def problem(self, message: str, *way: str | int, hint: str = "") -> Problem:
        """Return what is wrong with a value of it."""
        return Problem(RULE, message, self.written.at(*way), (), hint, "/".join(map(str, way)))

    def beside(self, name: str) -> str:
        """Return a path that is written in it, seen from the root; it may lead out of there."""
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), name))


class CaseFile(NamedTuple):
    """A test file: its tests, none where anything is wrong with it."""

    path: str
    cases: tuple[Case, ...] = ()
    problems: tuple[Problem, ...] = ()


def find(
    root: Root, names: Sequence[str], exclude: tuple[str, ...]
) -> tuple[list[str], list[Problem]]:
    """Return the test files that ``names`` stand for, or all, and what couldn't be looked at.

    A name is a path as typed in the current directory; a directory stands for all below it.
    """
    paths: dict[str, None] = {}
    problems: dict[Problem, None] = {}
    walks = [(INCLUDE, exclude)] if not names else []
    for name in names:
        path = root.find(name)
        if path is None or not root.is_directory(path):
            found = discovery.select_named(root, (name,), Patterns(exclude=exclude, policies=()))
            paths |= dict.fromkeys(found.paths)
            problems |= dict.fromkeys(found.problems)
        else:
            escaped = _plain(path)
            walks.append((tuple(f"{escaped}{each}" for each in INCLUDE), exclude))
    for include, without in walks:
        found = discovery.select(root, Patterns(include, without, policies=()))
        paths |= dict.fromkeys(found.paths)
        problems |= dict.fromkeys(found.problems)
    return sorted(paths), sorted(problems, key=lambda each: each.span)


def _plain(path: str) -> str:
    """Return a directory as the beginning of a glob."""
    if not path:
        return ""
    return "".join(f"[{each}]" if each in "*?[{}" else each for each in path) + "/"


def load(root: Root, path: str) -> CaseFile:
    """Read a test file; never raises."""
    return read(files.load(root, path))


def read(source: SourceFile) -> CaseFile:
    """Return the tests of a text; never raises."""
    path = source.path
    if source.problems:
        return CaseFile(path, (), source.problems)
    documents = [each for each in enumerate(source.documents) if each[1].value is not None]
    cases: list[Case] = []
    problems: list[Problem] = []
    for number, node in documents:
        found, wrong = _document(source, number, node)
        cases += found
        problems += wrong
    if not documents:
        hint = "write `tests:` and a list of tests"
        problems.append(reading.refusal(path, "it says nothing", hint))
    if len(cases) > MOST_CASES:
        message = f"a test file holds at most {MOST_CASES:,} tests, not {len(cases):,}"
        place = cases[MOST_CASES].place
        problems.append(Problem(RULE, message, place, (), "split it", "tests"))
    problems += _twice(cases)
    return CaseFile(path, () if problems else tuple(cases), tuple(problems))


def _document(source: SourceFile, number: int, node: Node) -> tuple[list[Case], list[Problem]]:
    """Return the tests of a document, or what is wrong with it."""
    from opspolicy.estate.proofs import TEST_FILE  # noqa: PLC0415 - only where there is one

    wrong: list[Node] = []
    values = TEST_FILE.read(node, wrong)
    if wrong or not isinstance(values, dict):
        from opspolicy.estate import mistakes  # noqa: PLC0415 - jsonschema, for a mistake

        return [], mistakes.explain(TEST_FILE, node, wrong)
    cases = [
        Case(each["name"], each, Written(source, number, ("tests", at)))
        for at, each in enumerate(values["tests"])
    ]
    return cases, [problem for case in cases for problem in _contradictions(case)]


def _contradictions(case: Case) -> Iterator[Problem]:
    """Yield what can't be meant, though each key for itself is right."""
    expect = case.values["expect"]
    listed = [*expect.get("exactly", ()), *expect.get("at_least", ())]
    if expect.get("none") is True and listed:
        message = "`none: true` expects no finding, and beside it some are expected"
        hint = "leave out one of them, or list in `none` what must not be found"
        yield case.problem(message, "expect", "none", hint=hint)
    changes = case.values.get("changes", ())
    yield from _too_many(case)
    for way, entry in entries_of(case):
        status = entry.get("status", "new")
        if status != "new" and not changes:
            message = f"`status: {status}` can't be: without `changes` every finding is new"
            yield case.problem(message, *way, "status")
        for at, times in enumerate(entry.get("occurrences", ())):
            for key in ("start", "end"):
                try:
                    parse_as_of(times[key])
                except InstantError as error:
                    yield case.problem(str(error), *way, "occurrences", at, key)


def _too_many(case: Case) -> Iterator[Problem]:
    """Yield each list that is longer than can be looked through."""
    expect = case.values["expect"]
    for key, hint in (("changes", "write the estate that they make"), ("what_if", "")):
        listed = case.values.get(key, ())
        if len(listed) > MOST_CHANGES:
            message = f"`{key}` lists {len(listed):,}: {MOST_CHANGES:,} is the limit"
            yield case.problem(message, key, hint=hint)
    for key in ("exactly", "at_least", "none"):
        entries = expect.get(key)
        if isinstance(entries, list) and len(entries) > MOST_EXPECTED:
            message = f"`{key}` lists {len(entries):,} findings: {MOST_EXPECTED:,} is the limit"
            yield case.problem(message, "expect", key)


def entries_of(case: Case) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Yield each finding that a test names, expected or not, with the way to it."""
    for key in ("exactly", "at_least", "none"):
        entries = case.values["expect"].get(key)
        for at, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict):
                yield ("expect", key, at), entry


def _twice(cases: list[Case]) -> Iterator[Problem]:
    """Yield each second test of a name: who reads that it fails has to know which one it is."""
    first: dict[str, Case] = {}
    for case in cases:
        before = first.setdefault(case.name, case)
        if before is not case:
            where = f"line {before.place.line}"
            message = f"the test on {where} has the same name: `{case.name}`"
            yield case.problem(message, "name", hint="let each name say what its test shows")
