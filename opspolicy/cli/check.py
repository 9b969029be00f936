"""Check the estate: exit 0 when nothing fails, 1 for findings, 2 when the verdict is incomplete."""

from __future__ import annotations

import os

from opspolicy import output
from opspolicy.cli import hooks, options
from opspolicy.cli.console import UsageError
from opspolicy.estate.vocabulary import FAIL_ON
from opspolicy.phrases import did_you_mean, pasted, with_hint
from opspolicy.source.discovery import CONFIG_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.config import Config
    from opspolicy.examine import Request
    from opspolicy.report import Report

COUNTED = frozenset(("text", "json"))
"""The formats that have room for statistics."""


def arguments(parser: Parser) -> None:
    """Add the options of `check`."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and directories to check")
    options.add_estate(parser)
    options.add_time(parser)
    options.add_what_if(parser)
    parser.add_argument("--base", metavar="REF",
                        help="fail only for what is new or worse since this commit")  # fmt: skip
    parser.add_argument("--new-only", action="store_true",
                        help="as --base, with where the commit or the push began")  # fmt: skip
    parser.add_argument("--skip-unrelated", action="store_true",
                        help="in a hook, leave if nothing that is read is changed")  # fmt: skip
    parser.add_argument("--with", dest="together", action="append", default=[], metavar="REF",
                        help="also find what collides only with this branch")  # fmt: skip
    parser.add_argument("--select", action="append", default=[], metavar="RULE",
                        help="check only this rule: a code, its beginning, or a name")  # fmt: skip
    parser.add_argument("--ignore", action="append", default=[], metavar="RULE",
                        help="leave this rule out")  # fmt: skip
    parser.add_argument("--no-waivers", action="store_true",
                        help="judge as if nothing were waived or ignored")  # fmt: skip
    parser.add_argument("--fail-on", choices=FAIL_ON, help="the least severity that exits 1")
    parser.add_argument("--allow-empty", action="store_true", help="accept that no file matches")
    options.add_cache(parser)
    parser.add_argument("--jobs", type=_processes, metavar="N",
                        help="read in one process or two; two if it pays")  # fmt: skip
    parser.add_argument("--format", choices=output.formats(),
                        help="how to print, and nothing else; without it text, and what a CI"
                        " platform shows by itself")  # fmt: skip
    parser.add_argument("--output", action="append", default=[], metavar="FORMAT=FILE",
                        help="also write the report to a file; repeatable")  # fmt: skip
    parser.add_argument(
        "--statistics",
        action="store_true",
        help="also count by policy, owner and service, in text and json",
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("-q", "--quiet", action="store_true", help="a line a finding")
    parser.add_argument("-v", "--verbose", action="store_true", help="all places and occurrences")


def run(given: Given, console: Console) -> int:
    """Check, unless a hook has nothing to check, and return the exit code."""
    if given.new_only and given.base is not None:
        message = "--new-only says what to compare with, and so does --base: give one of them"
        raise UsageError(message)
    if given.skip_unrelated and hooks.is_unrelated(given, console):
        console.write(hooks.SKIPPED)
        return 0
    return _checked(given, console)


def _checked(given: Given, console: Console) -> int:
    """Check, and write the report in every format asked for."""
    from opspolicy import app  # noqa: PLC0415 - a hook that has nothing to check does without
    from opspolicy.cli import publishing  # noqa: PLC0415

    targets = [publishing.target(each) for each in given.output]
    if given.statistics:
        _refuse_uncounted(given, [given.format or publishing.TEXT, *(to.format for to in targets)])
    as_of = options.as_of(given, console)
    request = app.Request(
        as_of=as_of,
        horizon=options.horizon(given),
        fail_on=given.fail_on,
        selected=_rules(given.select),
        ignored=_rules(given.ignore),
        allow_empty=given.allow_empty,
        cache=options.cache(given, console),
        jobs=given.jobs,
        unwaived=given.no_waivers,
        what_if=options.what_if(given),
    )
    if request.what_if and given.together:
        message = (
            "--with asks what other branches add, and --delay, --extend and --down what would be if"
            " something went wrong: ask one after the other"
        )
        raise UsageError(message)
    progress = console.progress(quiet=given.quiet)
    settings = options.settings(given, request.cache)
    try:
        report = _report(settings, given, console, request, progress)
    except app.UnknownRule as error:
        lists = "`opspolicy rules` and `opspolicy config` list them"
        hint = did_you_mean(str(error), error.known) or lists
        message = f"`{error}` is no rule, code or policy; {hint}"
        raise UsageError(message) from error
    except app.Unassumable as error:
        raise UsageError(str(error)) from error
    finally:
        progress.end()
    _tell_of_other_roots(given, console, settings.root)
    console.verdict = report.exit_code
    style = console.style(given.color, quiet=given.quiet, verbose=given.verbose)
    below = publishing.below_top(settings.root)
    style = style._replace(
        directory=_directory(given),
        as_of=dict(options.again(given))["--as-of"] or "",
        below=below,
        statistics=given.statistics,
    )
    return publishing.publish(report, given.format, targets, style, console)


def _tell_of_other_roots(given: Given, console: Console, root: str) -> None:
    """Say which of the directories named have a configuration that doesn't hold here."""
    for each in given.paths if given.config is None else ():
        other = os.path.join(each, CONFIG_NAME)
        if os.path.lexists(other) and os.path.realpath(each) != os.path.realpath(root):
            again = pasted([("-C", os.path.join(given.directory or "", each))])
            console.complain(
                f"`{other}` doesn't hold here, as `{each}` is only named:"
                f" `opspolicy check {again.rstrip()}` goes by it"
            )


def _refuse_uncounted(given: Given, formats: list[str]) -> None:
    """Refuse to count where no format says what there is; raises UsageError."""
    if not COUNTED.isdisjoint(formats):
        return
    asked = f"{options.source(given, '--format')} asks for {given.format}"
    if given.output:
        asked += f", and --output for {' and '.join(dict.fromkeys(formats[1:]))}"
    message = (
        f"--statistics counts in text and json, and {asked}: leave one of them out, or add"
        " `--output json=FILE`"
    )
    raise UsageError(message)


def _report(
    settings: Config,
    given: Given,
    console: Console,
    request: Request,
    progress: Callable[[str], None],
) -> Report:
    """Judge, against a base and with other branches where that is asked for."""
    from opspolicy import app  # noqa: PLC0415 - as above

    base, head, together = given.base, None, given.together
    if given.new_only or given.skip_unrelated:
        base, head = hooks.sides(given, console, settings.root)
        if base is None and head is None:
            hooks.refuse_sparse(given, console, settings)
    if base is None and head is None and not together:
        return app.run(settings, given.paths, request, progress)
    from opspolicy.source.git_error import GitError  # noqa: PLC0415 - only with git

    try:
        report = app.run(
            settings, given.paths, request, progress, base=base, head=head, together=together
        )
    except GitError as error:
        told = with_hint(error, error.hint)
        name = options.source(given, "--base")
        raise UsageError(told if name == "--base" else f"{name}: {told}") from error
    if head is not None:
        console.complain(f"judged is `{head}` as git has it, and not the files on the disk")
    return report


def _directory(given: Given) -> str:
    """Return the directory that is checked, where it isn't the current one."""
    entered: str | None = given.directory
    if entered is not None:
        return entered
    named: list[str] = given.paths
    return named[0] if len(named) == 1 and os.path.isdir(named[0]) else ""


def _processes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        message = f"--jobs {text}: write 1, or 2 for a second process"
        raise UsageError(message)
    return int(text)


def _rules(given: list[str]) -> tuple[str, ...]:
    """Return the names of `--select a --select b,c`."""
    return tuple(name for each in given for name in each.split(",") if name)
