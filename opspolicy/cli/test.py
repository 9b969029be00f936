"""Run `*_test.yaml`: exit 0 when all tests pass, 1 when some fail, 2 when any can't be judged."""

from __future__ import annotations

import os

from opspolicy import encode
from opspolicy.cli import options, publishing
from opspolicy.cli.console import UsageError
from opspolicy.report import INCOMPLETE
from opspolicy.source.discovery import TEST_ENDINGS
from opspolicy.source.reading import Root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.config import Config
    from opspolicy.testing.telling import Outcome

TEXT = "text"
FORMATS = (TEXT, "json", "junit")


def arguments(parser: Parser) -> None:
    """Add the options of `test`."""
    parser.add_argument("paths", nargs="*", metavar="PATH",
                        help="test files, and directories to look for some in")  # fmt: skip
    options.add_estate(parser)
    parser.add_argument("--filter", metavar="TEXT", help="only tests whose name has this in it")
    parser.add_argument("--require-tests", action="store_true",
                        help="fail also for policies of your own that no test holds")  # fmt: skip
    parser.add_argument("--packs", action="store_true",
                        help="with --require-tests: also for each error of the packs")  # fmt: skip
    parser.add_argument("--from-finding", metavar="FINGERPRINT",
                        help="write the regression test of a finding, and run none")  # fmt: skip
    parser.add_argument("--write", metavar="FILE",
                        help="with --from-finding: write it to a file")  # fmt: skip
    options.add_time(parser)
    options.add_cache(parser)
    parser.add_argument("--format", choices=FORMATS, default=TEXT, help="how to print")
    parser.add_argument("--output", action="append", default=[], metavar="FORMAT=FILE",
                        help="also write the results to a file; repeatable")  # fmt: skip
    parser.add_argument("-q", "--quiet", action="store_true", help="only what doesn't pass")
    parser.add_argument("-v", "--verbose", action="store_true", help="a line a test")


def run(given: Given, console: Console) -> int:
    """Run tests, or write one; return the exit code."""
    _refuse(given)
    if given.from_finding is not None:
        return _write(given, console)
    targets = [publishing.target(each, FORMATS) for each in given.output]
    cache = options.cache(given, console)
    settings = options.settings(given, cache)
    outcome = _outcome(given, settings, cache, console)
    console.verdict = outcome.exit_code
    for target in targets:
        problem = publishing.written(target.path, _rendered(outcome, target.format, given, console))
        if problem:
            console.complain(f"--output {target.format}={target.path}: {problem}")
            console.verdict = INCOMPLETE
    console.write(_rendered(outcome, given.format, given, console))
    if outcome.none and given.format != TEXT:
        # Whoever looks at the log has no document.
        console.complain(outcome.none)
    return console.verdict


def _refuse(given: Given) -> None:
    """Refuse options that say nothing together; raises UsageError."""
    if given.from_finding is None:
        if given.write is not None:
            message = "--write says where --from-finding writes a test: add that"
            raise UsageError(message)
        for option, value in (("--as-of", given.as_of), ("--horizon", given.horizon)):
            if value is not None and options.source(given, option) == option:
                message = f"{option} is for --from-finding: each test says itself when it is judged"
                raise UsageError(message)
    else:
        if given.paths:
            message = "--from-finding looks at the whole estate: leave out the paths"
            raise UsageError(message)
        for option, value in (
            ("--filter", given.filter),
            ("--require-tests", given.require_tests),
            ("--output", given.output),
        ):
            if value:
                message = f"{option} is for running tests, and --from-finding writes one"
                raise UsageError(message)
    if given.packs and not given.require_tests:
        message = "--packs says of what --require-tests asks for tests: add that"
        raise UsageError(message)
    if given.require_tests and (given.filter or given.paths):
        message = (
            "--require-tests looks at all tests together: leave out "
            f"{'--filter' if given.filter else 'the paths'}"
        )
        raise UsageError(message)


def _outcome(given: Given, settings: Config, cache: str | None, console: Console) -> Outcome:
    """Find, read and run tests."""
    from opspolicy.testing import cases, coverage, results, telling  # noqa: PLC0415 - to run some
    from opspolicy.testing.bench import Bench  # noqa: PLC0415

    bench = Bench(settings, fixed=given.config is not None, cache=cache)
    progress = console.progress(quiet=given.quiet)
    paths, problems = cases.find(bench.root, given.paths, settings.patterns.exclude)
    wanted = (given.filter or "").lower()
    found = []
    left_out = 0
    try:
        for at, path in enumerate(paths):
            progress(f"test file {at + 1:,} of {len(paths):,}")
            file = cases.load(bench.root, path)
            chosen = [each for each in file.cases if wanted in each.name.lower()]
            left_out += len(file.cases) - len(chosen)
            if chosen or file.problems or not wanted:
                found.append(results.run(file, chosen, bench))
    finally:
        progress.end()
    told = [telling.problem(each) for each in problems]
    # Without its configuration nobody knows what is to be left out, nor what holds.
    told += [telling.problem(each) for each in settings.problems]
    held = None
    if given.require_tests:
        held = tuple(coverage.coverage(settings, found, packs=given.packs))
    none = ""
    if not told and not any(file.results or file.problems for file in found):
        where = ", ".join(given.paths) or settings.root
        none = (
            f"--filter {given.filter}: no test has that in its name"
            if left_out
            else f"no test file was found: looked for *{TEST_ENDINGS[0]} in {where}"
        )
        told.append(none)
    return telling.Outcome(tuple(found), tuple(told), held, left_out, none)


def _rendered(outcome: Outcome, chosen: str, given: Given, console: Console) -> str:
    if chosen == "json":
        from opspolicy.testing import as_json  # noqa: PLC0415 - where asked for

        return as_json.render(outcome)
    if chosen == "junit":
        from opspolicy.testing import as_junit  # noqa: PLC0415 - where asked for

        return as_junit.render(outcome)
    from opspolicy.testing import as_text  # noqa: PLC0415 - where asked for

    return as_text.render(outcome, console.width, quiet=given.quiet, verbose=given.verbose)


def _write(given: Given, console: Console) -> int:
    """Write the regression test of a finding to a file or to standard output."""
    from opspolicy import app  # noqa: PLC0415 - only to judge what there is today
    from opspolicy.explain import targets  # noqa: PLC0415
    from opspolicy.testing import writing  # noqa: PLC0415
    from opspolicy.testing.bench import Bench  # noqa: PLC0415

    cache = options.cache(given, console)
    request = app.Request(options.as_of(given, console), options.horizon(given), cache=cache)
    settings = options.settings(given, cache)
    path, estate = _target(given.write, settings)
    judged = app.judged(settings, (), request)
    report = judged.report
    if not report.complete:
        so = "no test can be written before this is mended"
        console.complain_of_report(report, settings.problems, so)
        return INCOMPLETE
    try:
        finding = targets.finding(report.findings, given.from_finding)
    except targets.TargetError as error:
        message = f"--from-finding: {error}"
        raise UsageError(message) from error
    bench = Bench(settings, fixed=given.config is not None, cache=cache)
    written = writing.regression(judged, finding, path, estate, bench)
    if not written.catches:
        console.complain("this finding isn't found in a few declarations by themselves: the test"
                         " says only that it doesn't happen again")  # fmt: skip
    if given.write is None:
        console.write(written.text)
        return 0
    from opspolicy.start import writing as making  # noqa: PLC0415 - only to write a file

    try:
        making.create(Root(settings.root), path, written.text)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        message = f"--write {given.write}: {why}"
        raise UsageError(message) from error
    shown = encode.terminal(given.write)
    console.write(f"wrote {shown}: {_told(written.catches)}\n")
    return 0


def _told(catches: bool) -> str:  # noqa: FBT001 - it is what is told
    """Return what becomes of the tests today."""
    if catches:
        return "its first test passes, and its second fails until this is repaired"
    return "its test fails until this is repaired"


def _target(name: str | None, settings: Config) -> tuple[str, str]:
    """Return the path of a new test file from the root, and the way from it to the root."""
    path = Root(settings.root).find(name or "finding_test.yaml")
    if path is None:
        where = f"--write {name}" if name else "the current directory"
        message = (
            f"{where} is outside the root `{settings.root}`: no test there can name the estate"
        )
        raise UsageError(message)
    if name is not None and not path.endswith(TEST_ENDINGS):
        message = f"--write {name}: the name of a test file ends with {TEST_ENDINGS[0]}"
        raise UsageError(message)
    above = os.path.relpath(os.curdir, os.path.dirname(path) or os.curdir)
    return path, above.replace(os.sep, "/")
